//! `Live`: news of changes within this process, from the one that reads the history to everyone who listens.
//! What is told and to whom is settled elsewhere; nothing here waits for a slow listener.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{broadcast, watch};

use crate::domain::change::Change;
use crate::domain::ids::MemberId;

/// News that may be on their way to a listener; one that falls further behind is told to look at everything.
const MOST_ON_THE_WAY: usize = 256;
/// Streams of one member: a tab each, and some over.
const MOST_OF_A_MEMBER: usize = 8;
/// Streams of this process.
const MOST_IN_ALL: usize = 2_000;

/// What listeners are told.
#[derive(Debug, Clone)]
pub enum News {
    /// One thing has changed.
    Changed(Arc<Change>),
    /// So much has changed that they should look at everything again.
    Much,
}

/// Why somebody cannot listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoSeat {
    /// This member has as many streams as one may have.
    Yours,
    /// The house has.
    All,
}

/// The channel, shared by all who tell and listen.
#[derive(Clone)]
pub struct Live(Arc<Shared>);

struct Shared {
    news: broadcast::Sender<News>,
    closed: watch::Sender<bool>,
    taken: Mutex<BTreeMap<MemberId, usize>>,
}

impl Default for Live {
    fn default() -> Self {
        Self(Arc::new(Shared {
            news: broadcast::Sender::new(MOST_ON_THE_WAY),
            closed: watch::Sender::new(false),
            taken: Mutex::default(),
        }))
    }
}

impl Live {
    /// Whether anybody listens.
    pub fn is_heard(&self) -> bool {
        self.0.news.receiver_count() > 0
    }

    /// How many listen.
    pub fn listeners(&self) -> usize {
        self.0.news.receiver_count()
    }

    /// Tells everyone who listens.
    pub fn tell(&self, news: News) {
        // Nobody may be listening any more.
        self.0.news.send(news).ok();
    }

    /// Ends every stream, so that the server can stop.
    pub fn close(&self) {
        self.0.closed.send_replace(true);
    }

    /// A place for a stream of this member, given back when it is dropped.
    pub fn listen(&self, member: MemberId) -> Result<Listener, NoSeat> {
        let mut taken = self.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.values().sum::<usize>() >= MOST_IN_ALL {
            return Err(NoSeat::All);
        }
        let of_member = taken.entry(member).or_default();
        if *of_member >= MOST_OF_A_MEMBER {
            return Err(NoSeat::Yours);
        }
        *of_member += 1;
        Ok(Listener {
            news: self.0.news.subscribe(),
            closed: self.0.closed.subscribe(),
            seat: Seat {
                live: self.clone(),
                member,
            },
        })
    }
}

/// Somebody who listens.
pub struct Listener {
    news: broadcast::Receiver<News>,
    closed: watch::Receiver<bool>,
    seat: Seat,
}

impl Listener {
    /// The next news; `None` when there will be no more.
    pub async fn next(&mut self) -> Option<News> {
        let heard = tokio::select! {
            _ = self.closed.wait_for(|closed| *closed) => return None,
            heard = self.news.recv() => heard,
        };
        match heard {
            Ok(news) => Some(news),
            Err(broadcast::error::RecvError::Lagged(_)) => Some(News::Much),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }

    /// Whose it is.
    pub fn member(&self) -> MemberId {
        self.seat.member
    }
}

struct Seat {
    live: Live,
    member: MemberId,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self
            .live
            .0
            .taken
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let Some(of_member) = taken.get_mut(&self.member) else {
            return;
        };
        *of_member -= 1;
        if *of_member == 0 {
            taken.remove(&self.member);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::Id;

    #[test]
    fn a_seat_is_given_back() {
        let live = Live::default();
        let member = MemberId::from_raw(7);
        let held: Vec<Listener> = (0..MOST_OF_A_MEMBER)
            .map(|_| live.listen(member).expect("a seat"))
            .collect();
        assert_eq!(live.listen(member).err(), Some(NoSeat::Yours));
        assert!(live.listen(MemberId::from_raw(8)).is_ok());
        drop(held);
        assert!(live.listen(member).is_ok());
        assert!(!live.is_heard());
    }

    #[tokio::test]
    async fn closing_ends_every_stream() {
        let live = Live::default();
        let mut listener = live.listen(MemberId::from_raw(7)).expect("a seat");
        live.tell(News::Much);
        assert!(listener.next().await.is_some());
        live.close();
        assert!(listener.next().await.is_none());
    }
}
