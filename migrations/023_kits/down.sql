ALTER TABLE lines DROP COLUMN kit_units;
ALTER TABLE lines DROP COLUMN kit_group;
ALTER TABLE lines DROP COLUMN kit_id;
DROP INDEX listings_that_are_kits;
ALTER TABLE listings DROP COLUMN parts;
DROP TABLE kit_parts;
