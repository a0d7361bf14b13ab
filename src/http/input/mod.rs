//! JSON, paths and headers → domain. What comes out of here is valid in itself; what is wrong is named,
//! all of it at once where it can be.

mod body;
mod faults;
mod lines;
mod parameters;

pub use self::body::{Body, KeyedBody, given};
pub use self::faults::{Faults, invalid};
pub use self::lines::{
    LineIn, MOST_LINES, ReadLine, find_listings, listing_of_field, listing_of_path, read_lines,
};
pub use self::parameters::{
    IfMatch, NUL_IN_URL, PageQuery, Path, PathId, Query, read_days, read_window,
};
