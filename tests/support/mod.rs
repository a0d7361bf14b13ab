//! What tests share: databases of both engines, servers, people, and the other parties a real deployment talks to.

pub(crate) mod app;
pub(crate) mod arena;
pub(crate) mod browser;
pub(crate) mod client;
pub(crate) mod database;
pub(crate) mod line;
pub(crate) mod make;
pub(crate) mod parsers;
pub(crate) mod patience;
pub(crate) mod pictures;
pub(crate) mod postgres;
pub(crate) mod process;
pub(crate) mod qr;
pub(crate) mod smtp;
