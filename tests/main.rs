//! The one integration binary: everything the house promises, tried from outside.

#![expect(clippy::panic, reason = "that is how a test says no")]

mod abuse;
mod api;
mod availability;
mod browser;
mod calendar;
mod cli;
mod crash;
mod faults;
mod flows;
mod fuzzing;
mod holds;
mod inventory;
mod layers;
mod layout;
mod letters;
mod limits;
mod live;
mod mail;
mod model;
mod one_formula;
mod openapi;
mod operability;
mod outbox;
mod pages;
mod races;
mod rights;
mod store;
mod support;
