-- One text for SQLite and PostgreSQL. Moments are TIMESTAMPTZ: microseconds as INTEGER on SQLite,
-- the real thing on PostgreSQL (see store/columns.rs). Identifiers are made by the app.

CREATE TABLE companies (
    id BIGINT PRIMARY KEY NOT NULL,
    code TEXT NOT NULL UNIQUE,
    kinds TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    shows_name BOOLEAN NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE members (
    id BIGINT PRIMARY KEY NOT NULL,
    company_id BIGINT NOT NULL REFERENCES companies (id),
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    role TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    password_hash TEXT,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX members_by_company ON members (company_id, id);

CREATE TABLE sessions (
    id BIGINT PRIMARY KEY NOT NULL,
    member_id BIGINT NOT NULL REFERENCES members (id),
    token_hash TEXT NOT NULL UNIQUE,
    expires_at TIMESTAMPTZ NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE INDEX sessions_by_member ON sessions (member_id);

CREATE TABLE sign_ins (
    id BIGINT PRIMARY KEY NOT NULL,
    member_id BIGINT NOT NULL REFERENCES members (id),
    token_hash TEXT NOT NULL UNIQUE,
    code_hash TEXT NOT NULL,
    wrong_codes INTEGER NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX sign_ins_by_member ON sign_ins (member_id, created_at);
CREATE INDEX sign_ins_by_expiry ON sign_ins (expires_at);

CREATE TABLE access_tokens (
    id BIGINT PRIMARY KEY NOT NULL,
    member_id BIGINT NOT NULL REFERENCES members (id),
    name TEXT NOT NULL,
    secret_hash TEXT NOT NULL UNIQUE,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX access_tokens_by_member ON access_tokens (member_id, id);

CREATE TABLE invitations (
    id BIGINT PRIMARY KEY NOT NULL,
    company_id BIGINT NOT NULL REFERENCES companies (id),
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    language TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    invited_by BIGINT REFERENCES members (id),
    expires_at TIMESTAMPTZ NOT NULL,
    accepted_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX invitations_by_company ON invitations (company_id, id);

CREATE TABLE sites (
    id BIGINT PRIMARY KEY NOT NULL,
    code TEXT NOT NULL UNIQUE,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    hours TEXT,
    version BIGINT NOT NULL
);

CREATE TABLE listings (
    id BIGINT PRIMARY KEY NOT NULL,
    code TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    category TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    description_zh TEXT NOT NULL,
    description_en TEXT NOT NULL,
    tags TEXT NOT NULL,
    search_text TEXT NOT NULL,
    site_id BIGINT NOT NULL REFERENCES sites (id),
    owner_id BIGINT NOT NULL REFERENCES companies (id),
    state TEXT NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity >= 0),
    area_sqm INTEGER,
    currency TEXT NOT NULL,
    day_rate_minor BIGINT CHECK (day_rate_minor >= 0),
    hour_rate_minor BIGINT CHECK (hour_rate_minor >= 0),
    deposit_minor BIGINT NOT NULL CHECK (deposit_minor >= 0),
    own_rules TEXT NOT NULL,
    longest_claim_minutes BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX listings_in_order ON listings (state, code);
CREATE INDEX listings_by_owner ON listings (owner_id, code);
CREATE INDEX listings_by_site ON listings (site_id, id);
CREATE INDEX listings_by_longest_claim ON listings (longest_claim_minutes);

CREATE TABLE closures (
    id BIGINT PRIMARY KEY NOT NULL,
    listing_id BIGINT REFERENCES listings (id),
    site_id BIGINT REFERENCES sites (id),
    units INTEGER CHECK (units > 0),
    starts_at TIMESTAMPTZ NOT NULL,
    ends_at TIMESTAMPTZ NOT NULL,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    created_by BIGINT REFERENCES members (id),
    created_at TIMESTAMPTZ NOT NULL,
    CHECK ((listing_id IS NULL) <> (site_id IS NULL)),
    CHECK (starts_at < ends_at)
);
CREATE INDEX closures_by_listing ON closures (listing_id, ends_at);
CREATE INDEX closures_by_site ON closures (site_id, ends_at);

CREATE TABLE productions (
    id BIGINT PRIMARY KEY NOT NULL,
    company_id BIGINT NOT NULL REFERENCES companies (id),
    title TEXT NOT NULL,
    filing_class TEXT,
    filing_number TEXT NOT NULL,
    starts_on TEXT,
    ends_on TEXT,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX productions_by_company ON productions (company_id, id);

CREATE TABLE bookings (
    id BIGINT PRIMARY KEY NOT NULL,
    reference TEXT NOT NULL UNIQUE,
    company_id BIGINT NOT NULL REFERENCES companies (id),
    production_id BIGINT NOT NULL REFERENCES productions (id),
    booked_by BIGINT NOT NULL REFERENCES members (id),
    title TEXT NOT NULL,
    note TEXT NOT NULL,
    together BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    sequence INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX bookings_by_company ON bookings (company_id, id);
CREATE INDEX bookings_by_member ON bookings (booked_by, id);

-- `live` repeats what `state` says (see domain::booking::LineState::is_live) so that both engines can
-- use it in a partial index; `backlot check` holds the two against each other. Company and production
-- repeat the booking's, so that the availability of a listing is one index range.
CREATE TABLE lines (
    id BIGINT PRIMARY KEY NOT NULL,
    booking_id BIGINT NOT NULL REFERENCES bookings (id),
    position INTEGER NOT NULL,
    listing_id BIGINT NOT NULL REFERENCES listings (id),
    owner_id BIGINT NOT NULL REFERENCES companies (id),
    company_id BIGINT NOT NULL REFERENCES companies (id),
    production_id BIGINT NOT NULL REFERENCES productions (id),
    units INTEGER NOT NULL CHECK (units > 0),
    starts_at TIMESTAMPTZ NOT NULL,
    ends_at TIMESTAMPTZ NOT NULL,
    claim_starts_at TIMESTAMPTZ NOT NULL,
    claim_ends_at TIMESTAMPTZ NOT NULL,
    state TEXT NOT NULL,
    live BOOLEAN NOT NULL,
    price TEXT NOT NULL,
    decided_by BIGINT REFERENCES members (id),
    decided_at TIMESTAMPTZ,
    reason TEXT NOT NULL,
    CHECK (starts_at < ends_at),
    CHECK (claim_starts_at <= starts_at),
    CHECK (ends_at <= claim_ends_at)
);
CREATE INDEX lines_by_booking ON lines (booking_id, position);
-- Makes the cost of a booking independent of its listing's history: a range of claim starts, bounded
-- below by the listing's longest claim, over live lines only.
CREATE INDEX lines_claiming ON lines (listing_id, claim_starts_at, claim_ends_at, units) WHERE live;
CREATE INDEX lines_of_owner ON lines (owner_id, state, starts_at);
CREATE INDEX lines_of_company ON lines (company_id, ends_at) WHERE live;

CREATE TABLE idempotency_keys (
    member_id BIGINT NOT NULL REFERENCES members (id),
    key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    status INTEGER NOT NULL,
    answer TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (member_id, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

CREATE TABLE letters (
    id BIGINT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    booking_id BIGINT REFERENCES bookings (id),
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    notice TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_try_at TIMESTAMPTZ NOT NULL,
    claimed_until TIMESTAMPTZ,
    last_error TEXT NOT NULL,
    written_at TIMESTAMPTZ NOT NULL,
    sent_at TIMESTAMPTZ,
    given_up_at TIMESTAMPTZ
);
CREATE INDEX letters_waiting ON letters (next_try_at, id) WHERE sent_at IS NULL AND given_up_at IS NULL;
CREATE INDEX letters_waiting_of_booking ON letters (booking_id, id) WHERE sent_at IS NULL AND given_up_at IS NULL;
CREATE INDEX letters_given_up ON letters (id) WHERE given_up_at IS NOT NULL;
CREATE INDEX letters_of_booking ON letters (booking_id, id);

CREATE TABLE feeds (
    id BIGINT PRIMARY KEY NOT NULL,
    member_id BIGINT NOT NULL REFERENCES members (id),
    scope TEXT NOT NULL,
    listing_id BIGINT REFERENCES listings (id),
    token_hash TEXT NOT NULL UNIQUE,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX feeds_by_member ON feeds (member_id, id);

CREATE TABLE audit (
    id BIGINT PRIMARY KEY NOT NULL,
    subject TEXT NOT NULL,
    what TEXT NOT NULL,
    member_id BIGINT REFERENCES members (id),
    detail TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL
);
CREATE INDEX audit_by_subject ON audit (subject, id);
