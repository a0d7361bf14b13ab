//! The pure rooms of the house, from the same files as the program's: they know no database and no server, and so are
//! compiled in a minute. What one of them would need from outside does not compile here.
#![allow(missing_docs, reason = "they are documented where they are")]

// First, as in the program: the others use its macros.
#[macro_use]
#[path = "../../src/domain/mod.rs"]
pub mod domain;

#[path = "../../src/calendar/mod.rs"]
pub mod calendar;
#[path = "../../src/inventory/mod.rs"]
pub mod inventory;

#[path = "../../src/mail"]
pub mod mail {
    pub mod read;
}

#[path = "../../src/actions"]
pub mod actions {
    pub mod secrets;
}

#[path = "../../src/http"]
pub mod http {
    pub mod cursor;

    /// Of all problems the one a cursor has.
    pub mod errors {
        #[derive(Debug)]
        pub enum Problem {
            InvalidCursor,
        }

        pub type Reply<T> = Result<T, Problem>;
    }
}
