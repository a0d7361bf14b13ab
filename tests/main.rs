//! The one integration binary: everything the house promises, tried from outside.

mod api;
mod availability;
mod calendar;
mod cli;
mod holds;
mod letters;
mod mail;
mod openapi;
mod rights;
mod store;
mod support;
