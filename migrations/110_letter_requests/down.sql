ALTER TABLE letters DROP COLUMN request_id;
