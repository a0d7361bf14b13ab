-- The demand ledger: what was wanted and not to be had. It says what, when and why, never who: no member,
-- no company that asked, no production. Category and owner are the listing's when it was asked for; `week` is
-- the Monday of the week it was wanted for, in the cluster's zone.
CREATE TABLE wishes (
    id BIGINT PRIMARY KEY NOT NULL,
    listing_id BIGINT NOT NULL REFERENCES listings (id),
    category TEXT NOT NULL,
    owner_id BIGINT NOT NULL REFERENCES companies (id),
    week TEXT NOT NULL,
    starts_at TIMESTAMPTZ NOT NULL,
    ends_at TIMESTAMPTZ NOT NULL,
    units INTEGER NOT NULL CHECK (units > 0),
    short INTEGER NOT NULL CHECK (short > 0),
    short_minutes BIGINT NOT NULL,
    why TEXT NOT NULL,
    tries INTEGER NOT NULL,
    instead TEXT,
    instead_listing_id BIGINT REFERENCES listings (id),
    instead_units INTEGER,
    asked_at TIMESTAMPTZ NOT NULL,
    CHECK (starts_at < ends_at)
);
CREATE INDEX wishes_by_week ON wishes (week, listing_id);
CREATE INDEX wishes_of_owner ON wishes (owner_id, week);
CREATE INDEX wishes_of_listing ON wishes (listing_id, week);
CREATE INDEX wishes_by_age ON wishes (asked_at);

-- Which crew a wish was of, for the two hours in which asking again is the same wish and something else may be
-- taken instead. Thrown away then.
CREATE TABLE wish_traces (
    wish_id BIGINT PRIMARY KEY NOT NULL REFERENCES wishes (id),
    company_id BIGINT NOT NULL REFERENCES companies (id),
    first_at TIMESTAMPTZ NOT NULL,
    last_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX wish_traces_of_company ON wish_traces (company_id, first_at);
CREATE INDEX wish_traces_by_age ON wish_traces (first_at);
