//! The one integration binary: everything the house promises, tried from outside.

mod availability;
mod board;
mod calendar;
mod letters;
mod live;
mod mail;
mod store;
mod support;
