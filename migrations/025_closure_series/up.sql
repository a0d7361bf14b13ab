-- Closures made together by one rule: each date is a closure of its own, and carries the id of the first of them.
-- The first may be opened again before the others, so it is no reference to a row.
ALTER TABLE closures ADD COLUMN series_id BIGINT;
CREATE INDEX closures_of_series ON closures (series_id) WHERE series_id IS NOT NULL;
