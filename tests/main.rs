//! The one integration binary: everything the house promises, tried from outside.

mod availability;
mod calendar;
mod letters;
mod mail;
mod store;
mod support;
