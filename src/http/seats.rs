//! Seats: how many connections may be open, in all and from one address, so that none has them all.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::limits::network;

/// All there are.
pub(super) struct Seats {
    free: Arc<Semaphore>,
    /// Where no address has a share of its own, nobody is counted.
    shares: Option<Shares>,
}

/// What each address has of them.
#[derive(Clone)]
struct Shares {
    most: usize,
    taken: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// A connection's, given back when it is dropped.
pub(super) struct Seat {
    _free: OwnedSemaphorePermit,
    _share: Option<Share>,
}

struct Share {
    of: Shares,
    address: IpAddr,
}

impl Seats {
    /// So many in all, and for one address; 0 is no limit for an address. None ever has more than half.
    pub(super) fn new(in_all: usize, of_address: usize) -> Self {
        let shares = (of_address > 0).then(|| Shares {
            most: of_address.min(in_all / 2),
            taken: Arc::default(),
        });
        Self {
            free: Arc::new(Semaphore::new(in_all)),
            shares,
        }
    }

    /// Waits until there is room for one more connection, whosever it will be.
    pub(super) async fn room(&self) -> Option<OwnedSemaphorePermit> {
        self.free.clone().acquire_owned().await.ok()
    }

    /// The seat of who has come; none where its address has its share.
    pub(super) fn take(&self, room: OwnedSemaphorePermit, peer: IpAddr) -> Option<Seat> {
        let share = match &self.shares {
            None => None,
            Some(shares) => Some(shares.take(network(peer))?),
        };
        Some(Seat {
            _free: room,
            _share: share,
        })
    }
}

impl Shares {
    fn take(&self, address: IpAddr) -> Option<Share> {
        let mut taken = self.taken();
        let count = taken.entry(address).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        drop(taken);
        Some(Share {
            of: self.clone(),
            address,
        })
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut taken = self.of.taken();
        let Some(count) = taken.get_mut(&self.address) else {
            return;
        };
        *count -= 1;
        if *count == 0 {
            taken.remove(&self.address);
        }
    }
}
