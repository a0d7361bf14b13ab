-- Until when a crew says that it stays, beyond the end of its line as far as that could be moved. A word,
-- never a claim: nothing that says what is free reads this table (see domain::overrun).
CREATE TABLE overruns (
    line_id BIGINT PRIMARY KEY NOT NULL REFERENCES lines (id),
    listing_id BIGINT NOT NULL REFERENCES listings (id),
    until_at TIMESTAMPTZ NOT NULL,
    said_by BIGINT NOT NULL REFERENCES members (id),
    said_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX overruns_of_listing ON overruns (listing_id, until_at);
