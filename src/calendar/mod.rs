//! Calendars as text. Pure: it is handed bookings and gives back iCalendar, or the other way round.
//! Not here: fetching or sending (jobs), and who may see what (the caller decides before it asks).

pub mod identity;
pub mod late;
pub mod times;
pub mod write;
