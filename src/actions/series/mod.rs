//! Series: bookings made together by one rule, and changed, called off or decided together. One transaction
//! each, through the one write path; every booking in it is a booking like any other.

mod book;
mod cancel;
mod change;
mod decide;
mod letters;
mod repairs;

use crate::domain::booking::{Booking, LineRequest};
use crate::domain::ids::{BookingId, ListingId};
use crate::domain::profile::Claim;
use crate::domain::recurrence::Recurrence;
use crate::domain::refusal::{Reason, Refusal};
use crate::domain::series::{MOST_LINES, OnClash, Scope, lines_on};
use crate::domain::span::{Instant, Span};
use crate::store::{Conn, StoreError, bookings, series};

pub use self::book::{Booked, Quoted, book, quote};
pub use self::cancel::cancel;
pub use self::change::change;
pub use self::decide::decide;
pub use self::repairs::{SeriesBasket, of_change, of_series};
use super::claims::{Ground, hull};
use super::quote::{AssessedLine, Assessment, as_claim, read_for, weigh_and_explain};
use super::{Cluster, FieldFault, Outcome, Refused};
use super::{holds, kits};

/// A series as it is asked for, beside the lines of its first date.
#[derive(Debug, Clone)]
pub struct SeriesRequest {
    /// The rule, as it was sent.
    pub rule: String,
    /// The rule, as it was read.
    pub recurrence: Recurrence,
    /// Its dates: so many days after the day of the basket.
    pub days: Vec<i64>,
    /// What becomes of it if some dates are refused.
    pub on_clash: OnClash,
}

/// Which dates of a series a step is about.
#[derive(Debug, Clone, Copy)]
pub struct Dates {
    /// The one that is named.
    pub booking: BookingId,
    /// How much beside it.
    pub scope: Scope,
}

/// What came of one date, or would come of it.
#[derive(Debug, Clone)]
pub struct DateReport {
    /// From its first start to its last end.
    pub span: Span,
    /// The booking, if it is one.
    pub booking: Option<(BookingId, String)>,
    /// Everything against it; empty means it is booked, or would be.
    pub refusals: Vec<Refusal>,
    /// Whether it is held, or waits in line.
    pub on_hold: bool,
}

/// One date, weighed.
struct WeighedDate {
    span: Span,
    lines: Vec<AssessedLine>,
}

impl WeighedDate {
    fn is_refused(&self) -> bool {
        self.lines.iter().any(|line| !line.refusals.is_empty())
    }

    fn report(&self) -> DateReport {
        let refusals = self.lines.iter().flat_map(|line| line.refusals.clone());
        DateReport {
            span: self.span,
            booking: None,
            refusals: refusals.collect(),
            on_hold: self.is_on_hold(),
        }
    }

    /// How many lines it would be stored as: the parts of kits one by one.
    fn stored_lines(&self) -> usize {
        self.lines.iter().map(|line| line.parts.len().max(1)).sum()
    }

    fn is_on_hold(&self) -> bool {
        !self.is_refused() && self.lines.iter().any(|line| line.would_be.is_on_hold())
    }
}

/// Whether only holds are in the way of these lines: then they can wait in line.
fn could_wait(lines: &[AssessedLine]) -> bool {
    let mut refusals = lines.iter().flat_map(|line| &line.refusals);
    refusals.all(|refusal| matches!(&refusal.reason, Reason::Clash(clash) if clash.only_holds))
}

/// For whom the lines of a date are assessed, if all of them are to be held.
fn all_on_hold<'a>(assessment: &Assessment<'a>, lines: &[LineRequest]) -> Assessment<'a> {
    Assessment {
        on_hold: vec![true; lines.len()],
        ..assessment.clone()
    }
}

/// What each date would get, beside what is claimed and beside the dates before it that would be booked.
/// What is claimed is read once for all of them.
fn weigh_dates(
    conn: &mut Conn,
    ground: &mut Ground,
    assessment: &Assessment<'_>,
    lines: &[LineRequest],
    series: &SeriesRequest,
) -> Outcome<Vec<WeighedDate>> {
    let dates = dates_of(lines, &series.days, assessment.cluster)?;
    let of_a_date = kits::unfold(ground, lines)?.lines.len();
    if of_a_date * dates.len() > MOST_LINES {
        let fault = FieldFault::with_limit("recurrence.rule", "series_too_large", MOST_LINES);
        return Err(Refused::Invalid(vec![fault]));
    }
    read_for(conn, ground, assessment, &dates.concat())?;
    let mut kept = Vec::new();
    let mut weighed = Vec::with_capacity(dates.len());
    for asked in &dates {
        let mut found = weigh_and_explain(conn, ground, assessment, &kept, asked)?;
        let is_refused = found.iter().any(|line| !line.refusals.is_empty());
        if is_refused && series.on_clash == OnClash::Queue && could_wait(&found) {
            let held = all_on_hold(assessment, asked);
            found = weigh_and_explain(conn, ground, &held, &kept, asked)?;
        }
        let date = WeighedDate {
            span: hull(asked.iter().map(|line| line.span)).ok_or_else(too_far)?,
            lines: found,
        };
        if !date.is_refused() {
            kept.extend(claims_of(assessment, &date.lines));
        }
        weighed.push(date);
    }
    Ok(weighed)
}

/// The lines of each date.
fn dates_of(
    lines: &[LineRequest],
    days: &[i64],
    cluster: &Cluster,
) -> Outcome<Vec<Vec<LineRequest>>> {
    let of_date = |days: &i64| lines_on(lines, *days, cluster.zone);
    let dates: Option<Vec<_>> = days.iter().map(of_date).collect();
    dates.ok_or_else(too_far)
}

fn too_far() -> Refused {
    Refused::Invalid(vec![FieldFault::new("recurrence.rule", "rule_too_far")])
}

/// What these lines would claim, the parts of kits one by one.
fn claims_of(assessment: &Assessment<'_>, lines: &[AssessedLine]) -> Vec<(ListingId, Claim)> {
    let stored = lines.iter().flat_map(|line| match line.parts.as_slice() {
        [] => std::slice::from_ref(line),
        parts => parts,
    });
    let live = stored.filter(|line| line.would_be.is_live());
    live.map(|line| {
        let claim = as_claim(assessment, line.request, line.claim);
        (line.listing.id, claim)
    })
    .collect()
}

/// Takes the rows of what a step is about: the named booking of a series and the others in its scope, as
/// they are under lock, in the order of their dates. What has begun or is over is in no scope; the named
/// booking always is.
fn enter(
    conn: &mut Conn,
    cluster: &Cluster,
    named: &Booking,
    scope: Scope,
    more: &[ListingId],
    now: Instant,
) -> Outcome<(Vec<Booking>, Ground)> {
    let ids = in_scope(conn, named, scope)?;
    let seen = bookings::find_all(conn, &ids)?;
    let (listings, ground) = holds::enter_beside(conn, cluster, &seen, more, now)?;
    let found = bookings::find_all(conn, &ids)?;
    let moved_meanwhile = found
        .iter()
        .flat_map(Booking::open_lines)
        .any(|line| !listings.contains(&line.listing));
    if moved_meanwhile {
        return Err(StoreError::Busy("a series moved meanwhile".to_owned()).into());
    }
    Ok((ahead(&ids, &found, named.id, now), ground))
}

/// The bookings a scope names, in the order of their dates.
fn in_scope(conn: &mut Conn, named: &Booking, scope: Scope) -> Outcome<Vec<BookingId>> {
    let place = series::places(conn, &[named.id])?.remove(&named.id);
    let place = place.ok_or(Refused::State("not_a_series"))?;
    let mut ids = series::bookings(conn, place.series)?;
    match scope {
        Scope::One => ids = vec![named.id],
        Scope::Following => ids.retain({
            let mut reached = false;
            move |id| {
                reached |= *id == named.id;
                reached
            }
        }),
        Scope::All => {}
    }
    Ok(ids)
}

/// Those of the bookings that a step is about: what has begun or is over is not; the named one always is.
fn ahead(ids: &[BookingId], found: &[Booking], named: BookingId, now: Instant) -> Vec<Booking> {
    let in_order = ids
        .iter()
        .filter_map(|id| found.iter().find(|booking| booking.id == *id));
    let in_scope = in_order.filter(|booking| booking.id == named || is_ahead(booking, now));
    in_scope.cloned().collect()
}

/// Whether something of it stands, and none of that has begun: then `following` and `all` are about it.
pub fn is_ahead(booking: &Booking, now: Instant) -> bool {
    let mut open = booking.open_lines().peekable();
    open.peek().is_some() && open.all(|line| line.span.start() > now)
}
