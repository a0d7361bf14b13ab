//! The rules of a listing about *when* it may be booked, and the terms of cancelling.
//!
//! Not here: whether units are left (see [`super::conflict`]).

use chrono::{TimeDelta, Timelike};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::hours::{self, OpeningHours};
use super::listing::Kind;
use super::money::Money;
use super::quota::MOST_HOURS;
use super::span::{Instant, Span};

words! {
    /// Which part of a booking must fall inside the site's opening hours.
    HoursApply {
        /// Pick-up and return: gear may stay out overnight.
        Ends = "ends",
        /// The whole span: a desk, a service.
        Span = "span",
        /// Nothing: a set that shoots round the clock.
        None = "none",
    }
}

words! {
    /// Who says yes.
    Approval {
        /// Nobody needs to: confirmed at once.
        Instant = "instant",
        /// The owner decides.
        Owner = "owner",
    }
}

/// The rules that count for a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Policy {
    /// Shortest booking.
    pub minimum_minutes: u32,
    /// Longest booking.
    pub maximum_minutes: u32,
    /// Start (on the wall clock) and length are multiples of it.
    pub step_minutes: u32,
    /// How long before its start a booking must be made.
    pub lead_minutes: u32,
    /// How far ahead a booking may start.
    pub horizon_days: u32,
    /// Taken before each booking.
    pub setup_minutes: u32,
    /// Taken after each booking: cleaning, counting, charging, laundry.
    pub turnaround_minutes: u32,
    /// Whether 22:00–06:00 may be booked.
    pub night_allowed: bool,
    /// What must fall inside opening hours.
    pub hours_apply: HoursApply,
    /// Who says yes.
    pub approval: Approval,
    /// Hours one day's rate pays for: 14 for a set, 24 for gear.
    pub day_hours: u32,
    /// Hours one company may have in one week, each unit counted; `None` is as many as there are.
    pub weekly_hours: Option<u32>,
}

/// The rules a listing sets itself; `None` inherits its kind's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "each field is the one of `Policy` with the same name"
)]
pub struct OwnRules {
    pub minimum_minutes: Option<u32>,
    pub maximum_minutes: Option<u32>,
    pub step_minutes: Option<u32>,
    pub lead_minutes: Option<u32>,
    pub horizon_days: Option<u32>,
    pub setup_minutes: Option<u32>,
    pub turnaround_minutes: Option<u32>,
    pub night_allowed: Option<bool>,
    pub hours_apply: Option<HoursApply>,
    pub approval: Option<Approval>,
    pub day_hours: Option<u32>,
    pub weekly_hours: Option<u32>,
}

const HOUR: u32 = 60;
const DAY: u32 = 24 * HOUR;

impl Policy {
    /// What a kind of listing asks for when the listing says nothing.
    ///
    /// A set day is 14 hours and a gear day 24; hour bookings take two hours at least, in half-hour
    /// steps (`domain.md`, section 3).
    pub fn of_kind(kind: Kind) -> Self {
        let gear = Self {
            minimum_minutes: 2 * HOUR,
            maximum_minutes: 60 * DAY,
            step_minutes: 30,
            lead_minutes: 0,
            horizon_days: 180,
            setup_minutes: 0,
            turnaround_minutes: 60,
            night_allowed: true,
            hours_apply: HoursApply::Ends,
            approval: Approval::Instant,
            day_hours: 24,
            weekly_hours: None,
        };
        match kind {
            Kind::Equipment | Kind::Prop => gear,
            Kind::Scene => Self {
                maximum_minutes: 14 * DAY,
                turnaround_minutes: 30,
                hours_apply: HoursApply::None,
                day_hours: 14,
                ..gear
            },
            Kind::Facility => Self {
                minimum_minutes: 30,
                turnaround_minutes: 15,
                hours_apply: HoursApply::None,
                ..gear
            },
            Kind::Service => Self {
                minimum_minutes: 30,
                maximum_minutes: 14 * DAY,
                turnaround_minutes: 0,
                hours_apply: HoursApply::None,
                day_hours: 10,
                ..gear
            },
        }
    }

    /// These rules with a listing's own in their place.
    #[must_use]
    pub fn with(self, own: &OwnRules) -> Self {
        Self {
            minimum_minutes: own.minimum_minutes.unwrap_or(self.minimum_minutes),
            maximum_minutes: own.maximum_minutes.unwrap_or(self.maximum_minutes),
            step_minutes: own.step_minutes.unwrap_or(self.step_minutes),
            lead_minutes: own.lead_minutes.unwrap_or(self.lead_minutes),
            horizon_days: own.horizon_days.unwrap_or(self.horizon_days),
            setup_minutes: own.setup_minutes.unwrap_or(self.setup_minutes),
            turnaround_minutes: own.turnaround_minutes.unwrap_or(self.turnaround_minutes),
            night_allowed: own.night_allowed.unwrap_or(self.night_allowed),
            hours_apply: own.hours_apply.unwrap_or(self.hours_apply),
            approval: own.approval.unwrap_or(self.approval),
            day_hours: own.day_hours.unwrap_or(self.day_hours),
            weekly_hours: own.weekly_hours.or(self.weekly_hours),
        }
    }

    /// What a booking of `span` takes: setup and turnaround included.
    pub fn claim(&self, span: Span) -> Span {
        span.widen(self.setup_minutes, self.turnaround_minutes)
    }

    /// Which of these rules make no sense, by the name of their field.
    pub fn faults(&self) -> Vec<&'static str> {
        let step_divides_day = self.step_minutes > 0 && DAY.is_multiple_of(self.step_minutes);
        let fits = [
            (
                "minimum_minutes",
                (1..=MOST_MINUTES).contains(&self.minimum_minutes),
            ),
            (
                "maximum_minutes",
                (self.minimum_minutes..=MOST_MINUTES).contains(&self.maximum_minutes),
            ),
            ("step_minutes", step_divides_day),
            ("lead_minutes", self.lead_minutes <= 90 * DAY),
            (
                "horizon_days",
                (1..=MOST_HORIZON_DAYS).contains(&self.horizon_days),
            ),
            ("setup_minutes", self.setup_minutes <= MOST_BUFFER_MINUTES),
            (
                "turnaround_minutes",
                self.turnaround_minutes <= MOST_BUFFER_MINUTES,
            ),
            ("day_hours", (1..=24).contains(&self.day_hours)),
            (
                "weekly_hours",
                self.weekly_hours
                    .is_none_or(|hours| (1..=MOST_HOURS).contains(&hours)),
            ),
        ];
        fits.into_iter()
            .filter(|(_, fits)| !fits)
            .map(|(field, _)| field)
            .collect()
    }
}

/// A year: it bounds the longest claim, and so the cost of every look-up.
const MOST_MINUTES: u32 = 366 * DAY;
/// The longest setup or turnaround.
pub const MOST_BUFFER_MINUTES: u32 = 14 * DAY;

/// The farthest any booking may be ahead: two years.
pub const MOST_HORIZON_DAYS: u32 = 731;

/// Why a span is against a listing's rules. Each carries what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicyFault {
    /// Shorter than this many minutes.
    TooShort(u32),
    /// Longer than this many minutes.
    TooLong(u32),
    /// Start or length is not a multiple of this many minutes.
    OffStep(u32),
    /// It has begun already.
    InThePast,
    /// The earliest start the lead time allows.
    TooSoon(Instant),
    /// The latest start the horizon allows.
    TooFar(Instant),
    /// It touches 22:00–06:00; the night spans it touches.
    NightBarred(Vec<Span>),
    /// Outside the site's hours; what is open around it.
    OutsideHours(OutsideHours),
}

/// What of a span is outside opening hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutsideHours {
    /// The part that is outside.
    pub part: SpanPart,
    /// When the site is open on the days around it.
    pub open: Vec<Span>,
}

words! {
    /// A part of a span.
    SpanPart {
        /// Its beginning: the pick-up.
        Start = "start",
        /// Its end: the return.
        End = "end",
        /// All of it.
        Span = "span",
    }
}

/// Everything about `span` that is against the rules, in the order a person would mend it.
pub fn check(
    policy: &Policy,
    opening: Option<&OpeningHours>,
    zone: Tz,
    span: Span,
    now: Instant,
) -> Vec<PolicyFault> {
    let mut faults = timing_faults(policy, zone, span, now);
    // A span this long is refused already; walking its every day would be work for nothing.
    if span.minutes() > i64::from(MOST_MINUTES) {
        return faults;
    }
    if !policy.night_allowed {
        let nights = hours::night().open_spans(span, zone);
        if !nights.is_empty() {
            faults.push(PolicyFault::NightBarred(nights));
        }
    }
    if let Some(opening) = opening {
        faults.extend(hours_fault(policy.hours_apply, opening, zone, span));
    }
    faults
}

fn timing_faults(policy: &Policy, zone: Tz, span: Span, now: Instant) -> Vec<PolicyFault> {
    let mut faults = Vec::new();
    let minutes = span.minutes();
    if minutes < i64::from(policy.minimum_minutes) {
        faults.push(PolicyFault::TooShort(policy.minimum_minutes));
    }
    if minutes > i64::from(policy.maximum_minutes) {
        faults.push(PolicyFault::TooLong(policy.maximum_minutes));
    }
    let step = policy.step_minutes.max(1);
    let wall = span.start().with_timezone(&zone);
    let on_step =
        (wall.hour() * HOUR + wall.minute()).is_multiple_of(step) && minutes % i64::from(step) == 0;
    if !on_step {
        faults.push(PolicyFault::OffStep(step));
    }
    // A crew standing at the door at 14:10 may take the slot that began at 14:00.
    if span.start() + TimeDelta::minutes(i64::from(step)) <= now {
        faults.push(PolicyFault::InThePast);
        return faults;
    }
    let earliest = now + TimeDelta::minutes(i64::from(policy.lead_minutes));
    if policy.lead_minutes > 0 && span.start() < earliest {
        faults.push(PolicyFault::TooSoon(earliest));
    }
    let latest = now + TimeDelta::days(i64::from(policy.horizon_days));
    if span.start() > latest {
        faults.push(PolicyFault::TooFar(latest));
    }
    faults
}

fn hours_fault(
    apply: HoursApply,
    opening: &OpeningHours,
    zone: Tz,
    span: Span,
) -> Option<PolicyFault> {
    let part = match apply {
        HoursApply::Span => {
            let open = opening.open_spans(span, zone);
            (!open.iter().any(|open| open.encloses(span))).then_some(SpanPart::Span)
        }
        HoursApply::Ends if !opening.is_open_at(span.start(), zone) => Some(SpanPart::Start),
        HoursApply::Ends if !opening.is_open_at(span.end(), zone) => Some(SpanPart::End),
        HoursApply::Ends | HoursApply::None => None,
    }?;
    let moment = if part == SpanPart::End {
        span.end()
    } else {
        span.start()
    };
    let day = moment.with_timezone(&zone).date_naive();
    let around = super::span::local_midnight(day, zone);
    let open = Span::new(around, around + TimeDelta::hours(24))
        .map(|day| opening.open_spans(day, zone))
        .unwrap_or_default();
    Some(PolicyFault::OutsideHours(OutsideHours { part, open }))
}

/// What cancelling costs: free over 72 hours before, half from 72 to 24, all of it under 24
/// (`domain.md`, rule 17), and nothing within an hour of booking, since slots are taken at short notice.
pub fn cancellation_fee(
    total: Money,
    booked_at: Instant,
    starts_at: Instant,
    now: Instant,
) -> Money {
    let notice = starts_at - now;
    if notice > TimeDelta::hours(72) || now - booked_at <= TimeDelta::hours(1) && now < starts_at {
        return Money::zero(total.currency);
    }
    if notice >= TimeDelta::hours(24) {
        return total.percent(50);
    }
    total
}
