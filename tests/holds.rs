//! Holds: the rules on pictures, every pair of events, the races, and the story as the API tells it.

mod api;
mod pairs;
mod races;
mod rules;
