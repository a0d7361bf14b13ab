//! `Ledger`: what the demand ledger has heard and not written down yet. Whoever books never waits for it: what is
//! heard is kept here, and a job writes it down a second later, many wishes in one short transaction.
//!
//! So a server that is killed forgets the wishes of its last second. They are figures for planning, no promises;
//! bookings and their letters are never kept here.

use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::demand::Heard;

/// What may wait to be written down. Beyond that something is wrong with the database, and figures can go missing.
const MOST_WAITING: usize = 4_096;

/// The ear, shared by all who tell and the one who writes down.
#[derive(Clone, Default)]
pub struct Ledger(Arc<Mutex<Vec<Heard>>>);

impl Ledger {
    /// Keeps what was heard, unless too much is waiting.
    pub fn hear(&self, heard: Heard) {
        if heard.is_nothing() {
            return;
        }
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < MOST_WAITING {
            waiting.push(heard);
        }
    }

    /// Takes the oldest of what is waiting, at most so much.
    pub fn take(&self, most: usize) -> Vec<Heard> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let most = most.min(waiting.len());
        waiting.drain(..most).collect()
    }

    /// Puts back what could not be written down.
    pub fn give_back(&self, heard: Vec<Heard>) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let room = MOST_WAITING.saturating_sub(waiting.len());
        waiting.splice(..0, heard.into_iter().take(room));
    }
}
