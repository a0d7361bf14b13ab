//! The next span in which one listing by itself could be booked: the hint on its card.
//!
//! Not a promise and not a search over a basket: it asks [`super::policy`] and [`super::profile`] about
//! one listing, start by start.

use chrono::{TimeDelta, Timelike};
use chrono_tz::Tz;

use super::hours::OpeningHours;
use super::policy::{self, Policy};
use super::profile::Profile;
use super::span::{Instant, Span, floor_to_minute};

/// What is wanted of a listing.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    /// Nothing that starts earlier.
    pub not_before: Instant,
    /// How long; `None` is the shortest the listing may be booked for.
    pub minutes: Option<u32>,
    /// How many units.
    pub units: u32,
}

/// Starts closer together than this are not worth telling apart on a card.
const STRIDE_MINUTES: u32 = 30;

/// The first span that fits into `profile` and is not against the rules.
pub fn next_free(
    policy: &Policy,
    opening: Option<&OpeningHours>,
    zone: Tz,
    profile: &Profile,
    wish: Wish,
    now: Instant,
) -> Option<Span> {
    let step = policy.step_minutes.max(1);
    let minutes = wish
        .minutes
        .unwrap_or(policy.minimum_minutes)
        .max(policy.minimum_minutes)
        .next_multiple_of(step);
    let length = TimeDelta::minutes(i64::from(minutes));
    let stride = TimeDelta::minutes(i64::from(STRIDE_MINUTES.next_multiple_of(step)));
    let setup = TimeDelta::minutes(i64::from(policy.setup_minutes));
    for stretch in free_stretches(profile, wish.units) {
        let mut start = on_step((stretch.start() + setup).max(wish.not_before), step, zone);
        while let Ok(span) = Span::new(start, start + length) {
            if !stretch.encloses(policy.claim(span)) {
                break;
            }
            if policy::check(policy, opening, zone, span, now).is_empty() {
                return Some(span);
            }
            start += stride;
        }
    }
    None
}

/// The spans in which at least so many units stay free, as long as they go.
fn free_stretches(profile: &Profile, units: u32) -> Vec<Span> {
    let free = profile.steps().iter().filter(|step| step.free() >= units);
    super::span::merge(&free.map(|step| step.span).collect::<Vec<_>>())
}

/// The first moment not before this one at which the wall clock shows a whole step.
fn on_step(moment: Instant, step_minutes: u32, zone: Tz) -> Instant {
    let minute = floor_to_minute(moment + TimeDelta::seconds(59));
    let wall = minute.with_timezone(&zone);
    let over = (wall.hour() * 60 + wall.minute()) % step_minutes;
    minute + TimeDelta::minutes(i64::from((step_minutes - over) % step_minutes))
}
