-- What a listing is made of: each row is one part of a kit, so many of it for one kit. A listing with parts is a
-- kit: it claims nothing by itself, its parts do. Never a cycle (see actions/kits.rs).
CREATE TABLE kit_parts (
    kit_id BIGINT NOT NULL REFERENCES listings (id),
    position INTEGER NOT NULL CHECK (position >= 0),
    part_id BIGINT NOT NULL REFERENCES listings (id),
    quantity INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 999),
    PRIMARY KEY (kit_id, position),
    UNIQUE (kit_id, part_id),
    CHECK (kit_id <> part_id)
);
CREATE INDEX kit_parts_by_part ON kit_parts (part_id, kit_id);

-- How many parts a listing has, so that a page that reads listings knows which are kits (`backlot check` holds it
-- against the parts).
ALTER TABLE listings ADD COLUMN parts INTEGER NOT NULL DEFAULT 0;
CREATE INDEX listings_that_are_kits ON listings (id) WHERE parts > 0;

-- A line that was booked as part of a kit: of which, in which group of its booking, of how many kits.
ALTER TABLE lines ADD COLUMN kit_id BIGINT;
ALTER TABLE lines ADD COLUMN kit_group INTEGER;
ALTER TABLE lines ADD COLUMN kit_units INTEGER;
