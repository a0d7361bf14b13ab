//! For which request a write is made. What the write leaves behind (a letter) keeps the request's id, so that an
//! operator who holds one finds the other in the log. It travels beside the actions, which have no use for it.

use std::cell::RefCell;
use std::future::Future;
use std::sync::Arc;

/// The id of a request.
pub type RequestId = Arc<str>;

tokio::task_local! {
    static ASKED_BY: RequestId;
}

thread_local! {
    static WRITTEN_FOR: RefCell<Option<RequestId>> = const { RefCell::new(None) };
}

/// Runs what answers a request: whatever it writes is written for it.
pub async fn within<F: Future>(request: RequestId, work: F) -> F::Output {
    ASKED_BY.scope(request, work).await
}

/// The request that is being answered, if one is.
pub(super) fn current() -> Option<RequestId> {
    ASKED_BY.try_with(Clone::clone).ok()
}

/// Runs a write on the thread it is made on.
pub(super) fn during<T>(cause: Option<RequestId>, write: impl FnOnce() -> T) -> T {
    let _over = Over(WRITTEN_FOR.replace(cause));
    write()
}

/// Whose write this is.
pub(super) fn of_this_write() -> Option<String> {
    WRITTEN_FOR.with_borrow(|cause| cause.as_deref().map(str::to_owned))
}

/// The thread's next write is another's, also after a panic.
struct Over(Option<RequestId>);

impl Drop for Over {
    fn drop(&mut self) {
        WRITTEN_FOR.replace(self.0.take());
    }
}
