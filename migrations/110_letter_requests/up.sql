-- Which request a letter was owed by, as its lines in the log name it; null where none asked (a job, an import).
ALTER TABLE letters ADD COLUMN request_id TEXT;
