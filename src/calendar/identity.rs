//! `Identity`: what letters and calendars must know of the cluster they speak for.
//! Not the settings themselves: those are read once, by `config`, and handed on as this.

use chrono_tz::Tz;

use crate::domain::people::Names;

/// The cluster as letters and calendars name it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identity {
    /// Its names.
    pub names: Names,
    /// Where its pages are, such as `https://desk.example`; a slash at the end does not matter.
    pub base_url: String,
    /// The bare address letters come from; also the organizer of every calendar entry.
    pub sender: String,
    /// Where its clocks hang.
    pub zone: Tz,
}

impl Identity {
    /// The absolute address of a path that starts with a slash.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.base_url.trim_end_matches('/'))
    }

    /// The page of a booking.
    pub fn booking_link(&self, reference: &str) -> String {
        self.link(&format!("/bookings/{reference}"))
    }
}
