//! The pages in a real browser: on a phone and at a desk, in both languages, in the light and in the dark.
//! Walks find things as people do, by what they are and what they are called. Pictures of every step are in
//! tests/screens.

mod basket;
mod bookings;
mod catalogue;
mod desk;
mod doors;
mod letters;
mod listing;
mod newcomer;
mod settings;
mod story;
mod weight;
