//! A small pool: a bounded number of connections, opened when first needed, dropped when they break.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Semaphore;

use super::{Address, Conn, StoreError, Use, WriteError};

/// How long a request waits for a connection before it is told to come back later.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Connections of one purpose to one database.
pub(super) struct Pool {
    address: Address,
    purpose: Use,
    idle: Mutex<Vec<Conn>>,
    permits: Arc<Semaphore>,
}

impl Pool {
    pub(super) fn new(address: Address, purpose: Use, most: usize) -> Self {
        Self {
            address,
            purpose,
            idle: Mutex::new(Vec::new()),
            permits: Arc::new(Semaphore::new(most.max(1))),
        }
    }

    /// Runs `work` with a connection on a thread that may wait. Who asked may be gone before it is done: it then goes on
    /// by itself, and so does its claim to a connection.
    pub(super) async fn run<T, E>(
        self: &Arc<Self>,
        work: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: WriteError,
    {
        let busy = || StoreError::Busy("no connection became free in time".to_owned());
        let permit = tokio::time::timeout(LONGEST_WAIT, Arc::clone(&self.permits).acquire_owned())
            .await
            .map_err(|_| busy())?;
        let permit = permit.map_err(|_| busy())?;
        let pool = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || {
            let answer = pool.work(work);
            drop(permit);
            answer
        })
        .await;
        done.unwrap_or_else(|panic| {
            Err(StoreError::Other(format!("a query panicked: {panic}")).into())
        })
    }

    fn work<T, E: WriteError>(&self, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        let mut conn = match self.take() {
            Some(conn) => conn,
            None => Conn::open(&self.address, self.purpose)?,
        };
        let answer = work(&mut conn);
        match answer.as_ref().err().and_then(WriteError::store_error) {
            // What cut this line has cut the others: a server that comes back is met by new ones, and not once more
            // by each of the old.
            Some(StoreError::Gone(_) | StoreError::Unsure(_)) => self.forget_idle(),
            Some(StoreError::Other(_)) => {}
            Some(
                StoreError::Missing
                | StoreError::Duplicate(_)
                | StoreError::Busy(_)
                | StoreError::Unwritable(_),
            )
            | None => self.put_back(conn),
        }
        answer
    }

    fn forget_idle(&self) {
        if let Ok(mut idle) = self.idle.lock() {
            idle.clear();
        }
    }

    fn take(&self) -> Option<Conn> {
        self.idle.lock().ok().and_then(|mut idle| idle.pop())
    }

    fn put_back(&self, conn: Conn) {
        if let Ok(mut idle) = self.idle.lock() {
            idle.push(conn);
        }
    }
}

/// Waits between two tries of what lost against others.
#[expect(
    clippy::disallowed_methods,
    reason = "on a blocking thread, or before there is any other"
)]
pub(super) fn pause(time: Duration) {
    std::thread::sleep(time);
}
