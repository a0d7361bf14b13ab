DROP INDEX lines_claiming_in_time;
CREATE INDEX lines_claiming_in_time ON lines (claim_starts_at, claim_ends_at, listing_id) WHERE live AND units > 0;
