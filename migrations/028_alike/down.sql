DROP INDEX listings_alike;
ALTER TABLE listings DROP COLUMN alike;
