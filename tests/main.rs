//! The one integration binary: everything the house promises, tried from outside.

mod api;
mod availability;
mod calendar;
mod cli;
mod crash;
mod flows;
mod letters;
mod mail;
mod openapi;
mod outbox;
mod races;
mod rights;
mod store;
mod support;
