-- Which way of writing `search_text` a row was stored with: what an older Backlot stored is written anew when the
-- database is opened (see store/listings.rs).
ALTER TABLE listings ADD COLUMN search_version INTEGER NOT NULL DEFAULT 0;
