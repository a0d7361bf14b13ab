-- A line on hold or in line has a place and a clock; every other line has neither (`backlot check`
-- holds state and clock against each other). Rank is not stored: it is the order of `placed_at`.
ALTER TABLE lines ADD COLUMN placed_at TIMESTAMPTZ;
ALTER TABLE lines ADD COLUMN expires_at TIMESTAMPTZ;
-- The line in line that challenged this hold, when, and until when it would have lasted.
ALTER TABLE lines ADD COLUMN challenged_by BIGINT;
ALTER TABLE lines ADD COLUMN challenged_at TIMESTAMPTZ;
ALTER TABLE lines ADD COLUMN unchallenged_until TIMESTAMPTZ;
-- When its holder was told that it is about to lapse.
ALTER TABLE lines ADD COLUMN warned_at TIMESTAMPTZ;

-- What is due, what is on hold of a listing, what a company holds: a handful of rows each, however
-- long the history.
CREATE INDEX lines_by_clock ON lines (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX lines_on_hold ON lines (listing_id, placed_at) WHERE expires_at IS NOT NULL;
CREATE INDEX lines_on_hold_of_company ON lines (company_id) WHERE expires_at IS NOT NULL;
