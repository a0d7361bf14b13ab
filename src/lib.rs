//! Backlot: the booking desk of a micro-drama production cluster.
//!
//! HTTP, jobs and the command line call an *action*; the action loads facts, asks the pure *domain*,
//! saves what it said.
//!
//! # Where does my line go?
//! True without a computer? [`domain`]. About files of listings? [`inventory`]. About rows? `store`.
//! A sequence "load, decide, save"?
//! `actions`. About bytes, headers, status? `http`. Words a person reads in a letter? `mail`.
//! Happens by itself later? `jobs`. An operator types it? `cli`.
//!
//! # Invariants
//! * The domain never waits, never touches the world, never asks the time.
//! * Every write is an action, in one transaction, with the letters it owes.
//! * Every claim of units passes [`domain::profile`]; there is no second formula.
//! * A kit claims nothing: `actions::kits` puts its parts in its place before anything else is asked.
//! * Every list is paged, every loop bounded.
//! * A `Span` is never empty; times are UTC until they meet a person.
//! * Money is never a float.
//! * No letter leaves outside the outbox.
//!
//! `tests/layers.rs` holds the import rule between these modules.

#[macro_use]
pub mod domain;

pub mod actions;
pub mod app;
pub mod calendar;
pub mod cli;
pub mod clock;
pub mod config;
pub mod drain;
pub mod http;
pub mod inventory;
pub mod jobs;
pub mod ledger;
pub mod live;
pub mod mail;
pub mod metrics;
pub mod store;
