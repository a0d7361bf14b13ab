-- The distinct words of all listings a slip of the finger may have meant (see domain/slips.rs): a search that finds
-- nothing looks through these and not through all texts. Words are only ever added, when a listing is written; one
-- that no listing has any more finds nothing. What is stored already is written anew when the database is opened.
CREATE TABLE search_words (
    word TEXT PRIMARY KEY NOT NULL,
    letters INTEGER NOT NULL
);
CREATE INDEX search_words_by_length ON search_words (letters, word);
