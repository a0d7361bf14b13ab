//! How often one asker may ask. A member is counted as itself, wherever it asks from; everybody else by address, and
//! by what is asked for:
//!
//! | asked for | so often by one address |
//! |---|---|
//! | the API and its document, codes that were scanned, secrets that open nothing | `BACKLOT_REQUESTS_PER_SECOND` (50), four times as many at once |
//! | pages, their files, the cluster | twenty times that: a whole hall may open pages behind one address |
//! | feeds | 5 a second, 200 at once: an office full of calendars |
//! | the doors (sign-in, sessions, invitations) | 60 tries a minute |
//! | `/readyz` | as the API, but in a count of its own: whatever else comes from a balancer's address |
//! | `/healthz` | no limit: it looks at nothing |
//!
//! Counted in this process only: with k servers it is up to k times as much, which still stops who hammers. Without
//! `BACKLOT_REQUESTS_PER_SECOND` there is no limit at all.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::time::Duration;

use axum::extract::{ConnectInfo, Request};
use axum::http::Method;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::bad_secrets::BadSecrets;
use super::errors::{Problem, Reply};
use super::routes::Who;
use crate::actions::Refused;
use crate::domain::ids::MemberId;

/// How much of its quota an asker may take at once: a page that opens asks a dozen things.
const BURST: NonZeroU32 = NonZeroU32::new(4).expect("more than none");
/// Pages and files an address may have for each request of the API it may make: thirty files a page, some for each of
/// those who sit behind it.
const PAGES: NonZeroU32 = NonZeroU32::new(20).expect("more than none");
/// Feeds an address may read a second. Each costs up to 15 ms of a processor.
const FEEDS_PER_SECOND: NonZeroU32 = NonZeroU32::new(5).expect("more than none");
/// Feeds it may read at once: calendars like the full hour.
const FEEDS_AT_ONCE: NonZeroU32 = NonZeroU32::new(200).expect("more than none");
/// Tries at the doors a minute, for an address; a whole hall may sit behind one.
const DOOR_TRIES_PER_MINUTE: NonZeroU32 = NonZeroU32::new(60).expect("more than none");
/// Askers that are remembered before those who have been quiet are forgotten.
const MOST_REMEMBERED: usize = 10_000;

/// Who asks, as far as it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Asker {
    /// A member, wherever it asks from.
    Member(MemberId),
    /// Somebody nobody knows.
    Address(IpAddr),
}

/// The counts; one for the server.
pub struct Limits {
    counts: Option<Counts>,
    bad_secrets: BadSecrets,
    behind_proxy: bool,
}

type Count = DefaultKeyedRateLimiter<Asker>;

/// One for each of the table's lines.
struct Counts {
    api: Count,
    pages: Count,
    feeds: Count,
    doors: Count,
    looks: Count,
}

impl Counts {
    fn new(per_second: NonZeroU32) -> Self {
        let quota = |times: NonZeroU32| {
            let per_second = per_second.saturating_mul(times);
            Quota::per_second(per_second).allow_burst(per_second.saturating_mul(BURST))
        };
        let feeds = Quota::per_second(FEEDS_PER_SECOND).allow_burst(FEEDS_AT_ONCE);
        Self {
            api: RateLimiter::keyed(quota(NonZeroU32::MIN)),
            pages: RateLimiter::keyed(quota(PAGES)),
            feeds: RateLimiter::keyed(feeds),
            doors: RateLimiter::keyed(Quota::per_minute(DOOR_TRIES_PER_MINUTE)),
            looks: RateLimiter::keyed(quota(NonZeroU32::MIN)),
        }
    }

    /// The one that counts what somebody nobody knows asks for. `who` may call it, if there is such a thing.
    fn of(&self, method: &Method, path: &str, who: Option<Who>) -> Option<&Count> {
        match path {
            "/healthz" => None,
            "/readyz" => Some(&self.looks),
            "/feeds/{file}" => Some(&self.feeds),
            "/" | "/{*page}" | "/static/{*file}" | "/worker.js" | "/api/v1/cluster" => {
                Some(&self.pages)
            }
            _ if who.is_some() && *method == Method::POST => Some(&self.doors),
            _ => Some(&self.api),
        }
    }
}

impl Limits {
    /// So many requests a second for each asker, 0 for no limit; and whether a proxy tells where they come from.
    pub fn new(requests_per_second: u32, behind_proxy: bool) -> Self {
        Self {
            counts: NonZeroU32::new(requests_per_second).map(Counts::new),
            bad_secrets: BadSecrets::default(),
            behind_proxy,
        }
    }

    /// Counts a request of the API.
    pub fn count(&self, asker: Asker) -> Reply<()> {
        count(self.counts.as_ref().map(|counts| &counts.api), asker)
    }

    /// Counts a request that anybody may make, or nobody.
    pub fn count_stranger(&self, request: &Request, path: &str, who: Option<Who>) -> Reply<()> {
        let counts = self.counts.as_ref();
        let counted = counts.and_then(|counts| counts.of(request.method(), path, who));
        count(counted, self.address(request))
    }

    /// Whether a secret may be looked up.
    pub fn admit_secret(&self, address: Asker, hash: &str) -> Reply<()> {
        match self.bad_secrets.wait(address, hash) {
            None => Ok(()),
            Some(wait) => Err(too_often(wait)),
        }
    }

    /// A secret let somebody in.
    pub fn secret_opened(&self, hash: String) {
        self.bad_secrets.opened(hash);
    }

    /// Counts a secret that let nobody in.
    pub fn count_bad_secret(&self, address: Asker, hash: &str) -> Reply<()> {
        self.bad_secrets.failed(hash);
        let Err(wait) = wait(self.counts.as_ref().map(|counts| &counts.api), address) else {
            return Ok(());
        };
        self.bad_secrets.hold_off(address, wait);
        Err(too_often(wait))
    }

    /// Where a request comes from. Behind a proxy that is what the proxy added last to `X-Forwarded-For`;
    /// elsewhere the header is anybody's claim and is not looked at.
    pub fn address(&self, request: &Request) -> Asker {
        let forwarded = || {
            let told = request
                .headers()
                .get_all("x-forwarded-for")
                .iter()
                .next_back()?;
            told.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
        };
        let peer = || {
            let peer = request.extensions().get::<ConnectInfo<SocketAddr>>()?;
            Some(peer.0.ip())
        };
        let address = if self.behind_proxy {
            forwarded().or_else(peer)
        } else {
            peer()
        };
        Asker::Address(network(address.unwrap_or(IpAddr::from([0, 0, 0, 0]))))
    }
}

/// What counts as one address. Whoever has one of IPv6 has all of its /64.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            let whole = u128::from(address);
            Ipv6Addr::from(whole >> 64 << 64).into()
        }
    }
}

fn count(limiter: Option<&Count>, asker: Asker) -> Reply<()> {
    wait(limiter, asker).map_err(too_often)
}

/// Counts a request, or says how long it must wait.
fn wait(limiter: Option<&Count>, asker: Asker) -> Result<(), Duration> {
    let Some(limiter) = limiter else {
        return Ok(());
    };
    if limiter.len() > MOST_REMEMBERED {
        limiter.retain_recent();
    }
    let now = DefaultClock::default().now();
    let counted = limiter.check_key(&asker);
    counted.map_err(|early| early.wait_time_from(now))
}

fn too_often(wait: Duration) -> Problem {
    let seconds = (wait + Duration::from_millis(999)).as_secs();
    let seconds = u32::try_from(seconds).unwrap_or(u32::MAX).max(1);
    Problem::Refused(Refused::TooOften(seconds))
}
