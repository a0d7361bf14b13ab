-- The individuals of a listing, as far as somebody named them. How many units there are says the listing's
-- quantity and nothing else; there are never more individuals than that.
-- A unit out of service is a closure of one unit of its listing: capacity knows closures and no units. When the
-- closure is taken away or over, the unit is in service again.
CREATE TABLE units (
    id BIGINT PRIMARY KEY NOT NULL,
    listing_id BIGINT NOT NULL REFERENCES listings (id),
    code TEXT NOT NULL UNIQUE,
    serial TEXT NOT NULL,
    condition TEXT NOT NULL,
    note TEXT NOT NULL,
    closure_id BIGINT REFERENCES closures (id) ON DELETE SET NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX units_of_listing ON units (listing_id, code);
CREATE INDEX units_of_closure ON units (closure_id) WHERE closure_id IS NOT NULL;
