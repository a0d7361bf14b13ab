-- How far ahead companies of a kind may book, where a manager has said so. A company's own limit goes before it.
CREATE TABLE kind_horizons (
    kind TEXT PRIMARY KEY NOT NULL,
    horizon_days INTEGER NOT NULL CHECK (horizon_days > 0)
);
