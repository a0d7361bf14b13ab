//! Demand: what was wanted and not to be had, as the ledger keeps it. What, when and why; never who.
//!
//! # What counts as one wish
//!
//! A crew that is refused tries again: the same line at once, an hour later on, with one unit less. All of that
//! is one wish. A refused line is the wish the same company had before if it is about the same listing, the two
//! spans overlap, and its last try was less than [`PAUSE`] ago; a wish is over [`LASTS`] after its first try
//! whatever happens. The wish then counts one try more, and keeps the most units that were ever short.
//! A quote is a dry run and no wish. What is wrong with how something was asked (a start in the past, a length
//! off the step) is none either.

use chrono::{NaiveDate, TimeDelta};
use chrono_tz::Tz;

use super::booking::{Booking, LineState};
use super::ids::{CompanyId, ListingId};
use super::policy::PolicyFault;
use super::refusal::{Clash, Reason, Refusal};
use super::span::{Instant, Span};

/// After so long without a try the next one is another wish.
pub const PAUSE: TimeDelta = TimeDelta::minutes(30);
/// The longest a wish goes on, and the time in which something else may be taken instead.
pub const LASTS: TimeDelta = TimeDelta::hours(2);
/// How long the ledger keeps a wish: the same season of the year before can be held against it.
pub const KEPT: TimeDelta = TimeDelta::days(550);
/// The most wishes of one company at a time; what a script asks beyond is no demand.
pub const MOST_OF_A_COMPANY: usize = 300;

words! {
    /// Why a wish was not granted.
    Why {
        /// Others have it then, for good.
        Taken = "taken",
        /// Others only hold it then.
        Held = "held",
        /// It is closed then.
        Closed = "closed",
        /// There are not so many of it at all.
        TooFew = "too_few",
        /// Not at night.
        Night = "night",
        /// Outside the site's hours.
        Hours = "hours",
        /// At too short notice.
        Notice = "notice",
        /// Too far ahead.
        Ahead = "ahead",
        /// Too short or too long a time.
        Length = "length",
        /// It cannot be booked any more, or not yet.
        Withdrawn = "withdrawn",
        /// Its owner said no.
        Declined = "declined",
    }
}

words! {
    /// What a crew had in the end.
    Instead {
        /// Just that, at a later try.
        AsAsked = "as_asked",
        /// A place in line for it.
        InLine = "in_line",
        /// The same thing, fewer of them.
        Fewer = "fewer",
        /// The same thing at another time.
        OtherTime = "other_time",
        /// Another listing of the same category at that time.
        OtherListing = "other_listing",
    }
}

/// A refused line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    /// What was wanted.
    pub listing: ListingId,
    /// When.
    pub span: Span,
    /// How many units.
    pub units: u32,
    /// How many of them were not to be had.
    pub short: u32,
    /// Units that were short × minutes in which they were.
    pub short_minutes: i64,
    /// Why.
    pub why: Why,
}

/// A line a crew has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Got {
    /// Of which listing.
    pub listing: ListingId,
    /// When.
    pub span: Span,
    /// How many units.
    pub units: u32,
    /// Whether it only waits in line.
    pub in_line: bool,
}

/// What the ledger hears: what a crew wished in vain, and what it got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// Whose wish it was: known as long as a try may be the same wish.
    pub crew: CompanyId,
    /// When.
    pub at: Instant,
    /// Lines that were refused.
    pub wished: Vec<Wish>,
    /// Lines that were booked.
    pub got: Vec<Got>,
}

impl Heard {
    /// A request that was refused. One wish a line, by what weighs most against it.
    pub fn of_refusals(crew: CompanyId, refusals: &[Refusal], at: Instant) -> Self {
        let mut wished: Vec<(usize, Wish)> = Vec::new();
        for refusal in refusals {
            let Some(wish) = wish(refusal) else { continue };
            match wished.iter_mut().find(|(line, _)| *line == refusal.line) {
                Some((_, known)) if known.why <= wish.why => {}
                Some((_, known)) => *known = wish,
                None => wished.push((refusal.line, wish)),
            }
        }
        Self {
            crew,
            at,
            wished: wished.into_iter().map(|(_, wish)| wish).collect(),
            got: Vec::new(),
        }
    }

    /// A booking after a write of `asker` at `now`: what was booked just then, or declined just then.
    pub fn of_booking(asker: CompanyId, booking: &Booking, now: Instant) -> Self {
        let is_new = booking.created_at == now;
        let declined = booking
            .lines
            .iter()
            .filter(|line| line.state == LineState::Declined && line.decided_at == Some(now));
        let wished = declined.map(|line| Wish {
            listing: line.listing,
            span: line.span,
            units: line.units,
            short: line.units,
            short_minutes: line.span.minutes().saturating_mul(line.units.into()),
            why: Why::Declined,
        });
        let got = booking.open_lines().filter(|_| is_new).map(|line| Got {
            listing: line.listing,
            span: line.span,
            units: line.units,
            in_line: line.state == LineState::Queued,
        });
        Self {
            crew: if is_new { asker } else { booking.company },
            at: now,
            wished: wished.collect(),
            got: got.collect(),
        }
    }

    /// Whether there is nothing in it.
    pub fn is_nothing(&self) -> bool {
        self.wished.is_empty() && self.got.is_empty()
    }
}

fn wish(refusal: &Refusal) -> Option<Wish> {
    let (units, span) = (refusal.units, refusal.span);
    let (why, short, short_minutes) = match &refusal.reason {
        Reason::Clash(clash) if is_own_doing(clash) => return None,
        Reason::Clash(clash) => {
            let short = clash
                .shortages
                .iter()
                .map(|shortage| shortage.short)
                .max()?;
            (why_clash(clash), short.min(units), minutes_short(clash))
        }
        Reason::TooManyUnits { quantity } => {
            let short = units.saturating_sub(*quantity).max(1);
            (
                Why::TooFew,
                short,
                span.minutes().saturating_mul(short.into()),
            )
        }
        Reason::Policy(fault) => (why_policy(fault)?, units, whole(units, span)),
        Reason::NotPublished => (Why::Withdrawn, units, whole(units, span)),
        // A fair share, not a lack: the thing was there.
        Reason::OverQuota(_) | Reason::Price(_) => return None,
    };
    Some(Wish {
        listing: refusal.listing.id,
        span,
        units,
        short,
        short_minutes,
        why,
    })
}

fn whole(units: u32, span: Span) -> i64 {
    span.minutes().saturating_mul(units.into())
}

/// Whether only the crew itself is in its way: it has that already.
fn is_own_doing(clash: &Clash) -> bool {
    let mine = !clash.holders.is_empty() && clash.holders.iter().all(|holder| holder.mine);
    mine && clash.closures.is_empty()
}

fn why_clash(clash: &Clash) -> Why {
    if clash.only_holds {
        Why::Held
    } else if !clash.holders.is_empty() {
        Why::Taken
    } else if !clash.closures.is_empty() {
        Why::Closed
    } else {
        // Lines of one basket in each other's way.
        Why::TooFew
    }
}

fn minutes_short(clash: &Clash) -> i64 {
    let of = |span: Span, short: u32| span.minutes().saturating_mul(short.into());
    clash
        .shortages
        .iter()
        .map(|shortage| of(shortage.span, shortage.short))
        .fold(0, i64::saturating_add)
}

/// `None` is a slip, not a wish.
fn why_policy(fault: &PolicyFault) -> Option<Why> {
    match fault {
        PolicyFault::TooShort(_) | PolicyFault::TooLong(_) => Some(Why::Length),
        PolicyFault::TooSoon(_) => Some(Why::Notice),
        PolicyFault::TooFar(_) => Some(Why::Ahead),
        PolicyFault::NightBarred(_) => Some(Why::Night),
        PolicyFault::OutsideHours(_) => Some(Why::Hours),
        PolicyFault::OffStep(_) | PolicyFault::InThePast => None,
    }
}

/// A wish somebody may still ask for again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenWish {
    /// What was asked first, with the most that was short.
    pub wish: Wish,
    /// When it was asked first.
    pub first_at: Instant,
    /// When it was asked last.
    pub last_at: Instant,
}

impl OpenWish {
    /// Whether a try at `at` is this wish again.
    pub fn is_again(&self, wish: &Wish, at: Instant) -> bool {
        self.wish.listing == wish.listing
            && self.wish.span.overlaps(wish.span)
            && at - self.last_at < PAUSE
            && self.is_open(at)
    }

    /// Whether it goes on.
    pub fn is_open(&self, at: Instant) -> bool {
        at - self.first_at < LASTS
    }

    /// Takes in another try.
    pub fn ask_again(&mut self, wish: &Wish, at: Instant) {
        self.last_at = self.last_at.max(at);
        self.wish.units = self.wish.units.max(wish.units);
        if wish.short_minutes > self.wish.short_minutes {
            self.wish.short_minutes = wish.short_minutes;
        }
        self.wish.short = self.wish.short.max(wish.short);
    }

    /// What `got` is to this wish; `None` is nothing. `same_category` where the listings differ.
    pub fn answered_by(&self, got: &Got, same_category: bool) -> Option<Instead> {
        let wish = &self.wish;
        if got.listing != wish.listing {
            let stands_in = same_category && got.span.overlaps(wish.span) && !got.in_line;
            return stands_in.then_some(Instead::OtherListing);
        }
        if got.in_line {
            return got.span.overlaps(wish.span).then_some(Instead::InLine);
        }
        let days_apart = (got.span.start() - wish.span.start()).abs();
        if got.span.encloses(wish.span) && got.units >= wish.units {
            Some(Instead::AsAsked)
        } else if got.span.encloses(wish.span) {
            Some(Instead::Fewer)
        } else {
            (days_apart <= TimeDelta::days(7)).then_some(Instead::OtherTime)
        }
    }
}

/// The Monday of the week in which a moment falls, in the cluster's zone.
pub fn week_of(moment: Instant, zone: Tz) -> NaiveDate {
    let day = moment.with_timezone(&zone).date_naive();
    day.week(chrono::Weekday::Mon)
        .checked_first_day()
        .unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::super::ids::Id;
    use super::*;

    fn moment(text: &str) -> Instant {
        format!("2030-01-{text}:00+08:00")
            .parse()
            .expect("a moment")
    }

    fn span(start: &str, end: &str) -> Span {
        Span::new(moment(start), moment(end)).expect("a span")
    }

    fn wish(units: u32, span: Span) -> Wish {
        Wish {
            listing: ListingId::from_raw(1),
            span,
            units,
            short: 1,
            short_minutes: span.minutes(),
            why: Why::Taken,
        }
    }

    fn open() -> OpenWish {
        OpenWish {
            wish: wish(3, span("08T09:00", "08T12:00")),
            first_at: moment("07T08:00"),
            last_at: moment("07T08:00"),
        }
    }

    #[test]
    fn the_same_line_within_half_an_hour_is_the_same_wish() {
        let shifted = wish(2, span("08T11:00", "08T14:00"));
        assert!(open().is_again(&shifted, moment("07T08:29")));
        assert!(!open().is_again(&shifted, moment("07T08:30")), "a pause");
        let apart = wish(2, span("08T12:00", "08T14:00"));
        assert!(!open().is_again(&apart, moment("07T08:01")), "only touches");
        let other = Wish {
            listing: ListingId::from_raw(2),
            ..shifted
        };
        assert!(!open().is_again(&other, moment("07T08:01")));
    }

    #[test]
    fn a_wish_does_not_go_on_for_ever() {
        let mut wished = open();
        for minute in [20, 40, 60, 80, 100] {
            let at = moment("07T08:00") + TimeDelta::minutes(minute);
            assert!(wished.is_again(&open().wish, at), "{minute}");
            wished.ask_again(&open().wish, at);
        }
        assert!(!wished.is_again(&open().wish, moment("07T10:00")));
    }

    #[test]
    fn what_was_taken_instead_is_told_apart() {
        let got = |units, span, listing, in_line| Got {
            listing: ListingId::from_raw(listing),
            span,
            units,
            in_line,
        };
        let (asked, later) = (span("08T09:00", "08T12:00"), span("09T09:00", "09T12:00"));
        let cases = [
            (got(3, asked, 1, false), false, Some(Instead::AsAsked)),
            (got(2, asked, 1, false), false, Some(Instead::Fewer)),
            (got(3, later, 1, false), false, Some(Instead::OtherTime)),
            (got(3, asked, 1, true), false, Some(Instead::InLine)),
            (got(3, asked, 2, false), true, Some(Instead::OtherListing)),
            (got(3, asked, 2, false), false, None),
            (got(3, later, 2, false), true, None),
        ];
        for (got, same_category, expected) in cases {
            assert_eq!(open().answered_by(&got, same_category), expected, "{got:?}");
        }
    }

    #[test]
    fn weeks_begin_on_monday_where_the_cluster_is() {
        let zone = chrono_tz::Asia::Shanghai;
        let monday = NaiveDate::from_ymd_opt(2030, 1, 7).expect("a date");
        assert_eq!(week_of(moment("07T00:00"), zone), monday);
        assert_eq!(week_of(moment("13T23:59"), zone), monday);
        assert!(week_of(moment("06T23:59"), zone) < monday);
    }
}
