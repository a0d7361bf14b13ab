//! How long a test waits, for anything. Nothing here waits without an end.

use std::future::Future;
use std::time::{Duration, Instant};

/// Longer than any test takes, even on a small machine with other work to do.
pub(crate) const LONGEST_TEST: Duration = Duration::from_mins(5);
/// How long something that happens "at once" may take.
pub(crate) const AT_ONCE: Duration = Duration::from_secs(30);

/// Runs a test's future to its end on a runtime of its own.
pub(crate) fn run<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let answer = runtime.block_on(async { tokio::time::timeout(LONGEST_TEST, test).await });
    runtime.shutdown_timeout(Duration::from_secs(1));
    answer.expect("the test ends in time")
}

/// Asks again and again until there is an answer.
pub(crate) async fn until<T, F>(what: &str, ask: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    until_within(AT_ONCE, what, ask).await
}

/// The same for what takes its time by design.
pub(crate) async fn until_within<T, F>(
    longest: Duration,
    what: &str,
    mut ask: impl FnMut() -> F,
) -> T
where
    F: Future<Output = Option<T>>,
{
    let began = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(
            began.elapsed() < longest,
            "waited {longest:?} in vain: {what}"
        );
        pause(Duration::from_millis(20)).await;
    }
}

/// Waits.
#[expect(
    clippy::disallowed_methods,
    reason = "a test waits for another process here, and nowhere else"
)]
pub(crate) async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}
