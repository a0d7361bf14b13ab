-- Bookings made together by one rule. Each is a booking of its own; what they share is here.
CREATE TABLE series (
    id BIGINT PRIMARY KEY NOT NULL,
    company_id BIGINT NOT NULL REFERENCES companies (id),
    rule TEXT NOT NULL,
    made_by BIGINT NOT NULL REFERENCES members (id),
    made_at TIMESTAMPTZ NOT NULL
);

-- Which date of which series a booking is. Not a column of bookings: nearly none is one.
CREATE TABLE series_dates (
    booking_id BIGINT PRIMARY KEY NOT NULL REFERENCES bookings (id),
    series_id BIGINT NOT NULL REFERENCES series (id),
    position INTEGER NOT NULL
);
CREATE UNIQUE INDEX series_dates_in_order ON series_dates (series_id, position);

-- The further bookings a letter tells of, beside the one it is filed under: one letter for a series.
CREATE TABLE letters_about (
    letter_id BIGINT NOT NULL REFERENCES letters (id),
    booking_id BIGINT NOT NULL REFERENCES bookings (id),
    PRIMARY KEY (booking_id, letter_id)
);
