-- Crews asked to move because something they booked is to be taken away. A word, never a claim: whether it still
-- concerns them is worked out anew from the effect each time (see actions::effects).
CREATE TABLE asked_moves (
    booking_id BIGINT PRIMARY KEY NOT NULL REFERENCES bookings (id),
    effect TEXT NOT NULL,
    note TEXT NOT NULL,
    asked_by BIGINT NOT NULL REFERENCES members (id),
    asked_at TIMESTAMPTZ NOT NULL
);
