-- The bytes of a picture once, however many listings show it, by the hash of its largest size. The small one
-- stands first: a row's columns are read from the left, and cards want no more. In the database and not beside
-- it, so that a backup has them and every server of a fleet does.
CREATE TABLE pictures (
    hash TEXT PRIMARY KEY NOT NULL,
    small BYTEA NOT NULL,
    middle BYTEA NOT NULL,
    large BYTEA NOT NULL,
    wanted_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX pictures_by_age ON pictures (wanted_at);

-- A picture as a listing shows it. Places are counted from 0, without gaps (`backlot check`); 0 is the cover.
-- `source` is the hash of the file it came from, so that the same file is taken in once.
CREATE TABLE photos (
    id BIGINT PRIMARY KEY NOT NULL,
    listing_id BIGINT NOT NULL REFERENCES listings (id),
    hash TEXT NOT NULL REFERENCES pictures (hash),
    source TEXT NOT NULL,
    place INTEGER NOT NULL CHECK (place >= 0),
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    alt TEXT NOT NULL,
    created_by BIGINT REFERENCES members (id),
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX photos_of_listing ON photos (listing_id, place);
CREATE INDEX photos_of_picture ON photos (hash);
