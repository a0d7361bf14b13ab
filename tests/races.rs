//! Who gets the last unit, when all ask at once: through HTTP, on SQLite and on PostgreSQL with two server
//! processes. After every race each promise must still be kept. The long form is `tests/storm`.

mod bulk;
mod kits;
mod last_unit;
mod series;
mod units;
mod writers;

use crate::support::arena::{Arena, all_at_once, booking, line, line_of, slot_start, winners};
