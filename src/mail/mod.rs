//! Letters: from a notice to words ([`letters`]), from words to a MIME message (`mime`), and out
//! of the house ([`post`]). Not here: when and how often to try, that is the outbox's (jobs).

mod booking;
pub mod letters;
mod mime;
pub mod post;
pub mod read;
mod series;
pub mod smtp;
mod templates;
