-- Listings with the same word here do in each other's place, as their keepers say: "any 600 W key light". Empty where
-- nobody said so; then kind, category and tags tell what is alike.
ALTER TABLE listings ADD COLUMN alike TEXT NOT NULL DEFAULT '';
CREATE INDEX listings_alike ON listings (alike, code) WHERE alike <> '';
