-- What is claimed around a time, whatever it is of: whoever asks what is free in a window reads that window once,
-- and no listing's history. Every line has units; a query that does not say so cannot be answered by this index. That keeps
-- it from the look of a booking at its own listings, for which PostgreSQL would take it and read those of all others too.
CREATE INDEX lines_claiming_in_time ON lines (claim_starts_at, claim_ends_at, listing_id) WHERE live AND units > 0;

-- The longest setup or turnaround that a listing sets itself. No claim farther away than that, or than what holds for
-- its kind, is in the way of a span. Of listings that are older it is not known, so it is the longest there may be (two
-- weeks) until they are written anew.
ALTER TABLE listings ADD COLUMN longest_buffer_minutes INTEGER NOT NULL DEFAULT 20160;
CREATE INDEX listings_by_longest_buffer ON listings (longest_buffer_minutes);
