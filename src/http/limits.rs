//! How often one asker may ask: so many requests a second of the API for a member or an address, and few
//! tries at the doors (sign-in, sessions, invitations) for an address. Counted in this process only: with k
//! servers it is up to k times as much, which still stops who hammers.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::time::Duration;

use axum::extract::{ConnectInfo, Request};
use axum::http::Method;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::errors::{Problem, Reply};
use crate::actions::Refused;
use crate::domain::ids::MemberId;

/// How much of its quota an asker may take at once: a page that opens asks a dozen things.
const BURST: u32 = 4;
/// Tries at the doors a minute, for an address; a whole hall may sit behind one.
const DOOR_TRIES_PER_MINUTE: u32 = 60;
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
    askers: Option<DefaultKeyedRateLimiter<Asker>>,
    doors: Option<DefaultKeyedRateLimiter<Asker>>,
    behind_proxy: bool,
}

impl Limits {
    /// So many requests a second for each asker, 0 for no limit; and whether a proxy tells where they come from.
    pub fn new(requests_per_second: u32, behind_proxy: bool) -> Self {
        let per_second = NonZeroU32::new(requests_per_second);
        let of_askers = per_second.map(|per_second| {
            let burst = per_second.saturating_mul(NonZeroU32::MIN.saturating_add(BURST - 1));
            RateLimiter::keyed(Quota::per_second(per_second).allow_burst(burst))
        });
        let tries = NonZeroU32::new(DOOR_TRIES_PER_MINUTE).filter(|_| per_second.is_some());
        Self {
            askers: of_askers,
            doors: tries.map(|tries| RateLimiter::keyed(Quota::per_minute(tries))),
            behind_proxy,
        }
    }

    /// Counts a request of the API.
    pub fn count(&self, asker: Asker) -> Reply<()> {
        count(self.askers.as_ref(), asker)
    }

    /// Counts a try at a door: a write of somebody nobody knows yet.
    pub fn count_door(&self, request: &Request) -> Reply<()> {
        if *request.method() != Method::POST {
            return Ok(());
        }
        count(self.doors.as_ref(), self.address(request))
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
        Asker::Address(address.unwrap_or(IpAddr::from([0, 0, 0, 0])))
    }
}

fn count(limiter: Option<&DefaultKeyedRateLimiter<Asker>>, asker: Asker) -> Reply<()> {
    let Some(limiter) = limiter else {
        return Ok(());
    };
    if limiter.len() > MOST_REMEMBERED {
        limiter.retain_recent();
    }
    let Err(early) = limiter.check_key(&asker) else {
        return Ok(());
    };
    let wait = early.wait_time_from(DefaultClock::default().now());
    let seconds = (wait + Duration::from_millis(999)).as_secs();
    let seconds = u32::try_from(seconds).unwrap_or(u32::MAX).max(1);
    Err(Problem::Refused(Refused::TooOften(seconds)))
}
