DROP INDEX closures_of_series;
ALTER TABLE closures DROP COLUMN series_id;
