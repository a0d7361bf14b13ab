DROP INDEX lines_on_hold_of_company;
DROP INDEX lines_on_hold;
DROP INDEX lines_by_clock;
ALTER TABLE lines DROP COLUMN warned_at;
ALTER TABLE lines DROP COLUMN unchallenged_until;
ALTER TABLE lines DROP COLUMN challenged_at;
ALTER TABLE lines DROP COLUMN challenged_by;
ALTER TABLE lines DROP COLUMN expires_at;
ALTER TABLE lines DROP COLUMN placed_at;
