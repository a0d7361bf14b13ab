//! Change a series: what is changed of one date is changed alike of those after it, or of all. One swap:
//! the old claims of all of them stand until the new ones do.

use super::super::booking_letters as words;
use super::super::change::{
    Change, ChangedLine, asks_to_hold, check_ids, check_kits, drop_missing, gives_back, put_lines,
    runs_on, split_kept,
};
use super::super::claims::Ground;
use super::super::quote::{
    AssessedLine, Assessment, forgive_quota, forgive_running_start, read_for, weigh_and_explain,
};
use super::super::sheet::Sheet;
use super::super::{Cluster, FieldFault, Outcome, Refused, holds, quotas};
use super::book::remember_longest;
use super::{DateReport, Dates, claims_of, enter, letters};
use crate::domain::booking::{Booking, LineRequest};
use crate::domain::ids::ListingId;
use crate::domain::people::Actor;
use crate::domain::profile::Claim;
use crate::domain::recurrence::by_days;
use crate::domain::refusal::Refusal;
use crate::domain::series::{MOST_LINES, days_between, moved_alike};
use crate::domain::span::Instant;
use crate::store::{Conn, audit, bookings, companies};

/// A date as it shall be.
pub(super) struct Wanted {
    pub(super) booking: Booking,
    pub(super) lines: Vec<ChangedLine>,
    /// The lines that are asked for anew, by their places among `lines`.
    pub(super) asked: Vec<usize>,
}

/// What of a date stays as it is.
type Kept = Vec<(ListingId, Claim)>;

/// The dates as they shall be when these lines are wanted of the named one; beside each what of it stays.
pub(super) fn wanted_dates(
    named: &Booking,
    lines: &[ChangedLine],
    dates: Vec<Booking>,
    assessment: &Assessment<'_>,
) -> Outcome<Vec<(Wanted, Kept)>> {
    let wanted = |booking: Booking| {
        let lines = alike(named, lines, &booking, assessment)?;
        let (kept, asked) = split_kept(&booking, &lines);
        let wanted = Wanted {
            booking,
            lines,
            asked,
        };
        Ok((wanted, kept))
    };
    dates.into_iter().map(wanted).collect()
}

impl Wanted {
    pub(super) fn requests(&self) -> Vec<LineRequest> {
        let asked = self.asked.iter();
        asked.map(|place| self.lines[*place].request).collect()
    }
}

/// Changes the dates, or nothing of them. The named booking, as it is then.
pub fn change(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    of: Dates,
    change: &Change,
    now: Instant,
) -> Outcome<(Booking, Sheet)> {
    let seen = holds::own_booking(conn, actor, of.booking)?;
    quotas::enter(conn, seen.company)?;
    let wanted = change.lines.as_deref().unwrap_or_default();
    let ids: Vec<ListingId> = wanted.iter().map(|line| line.request.listing).collect();
    if wanted.iter().any(|line| line.id.is_none()) {
        // What is added to a date on hold is held too, and of holds there are only so many.
        companies::lock(conn, seen.company)?;
    }
    let (mut dates, mut ground) = enter(conn, cluster, &seen, of.scope, &ids, now)?;
    let named = dates.iter().find(|booking| booking.id == of.booking);
    let named = named.ok_or(Refused::NotFound("booking"))?.clone();
    if named.version != change.expected_version {
        return Err(Refused::VersionStale(named.version));
    }
    if named.open_lines().next().is_none() {
        return Err(Refused::State("already_over"));
    }
    let sheet_before = Sheet::load(conn, &dates, now)?;
    let before: Vec<_> = dates
        .iter()
        .map(|booking| words::summary(booking, &sheet_before))
        .collect();
    for booking in &mut dates {
        if let Some(title) = &change.title {
            booking.title.clone_from(title);
        }
        if let Some(note) = &change.note {
            booking.note.clone_from(note);
        }
    }
    if let Some(lines) = &change.lines {
        check_ids(&named, lines)?;
        check_kits(&ground, lines)?;
        let assessment = Assessment {
            cluster,
            actor,
            production: Some(named.production),
            company: None,
            without: None,
            on_hold: Vec::new(),
            now,
        };
        dates = swap(conn, &mut ground, &assessment, &named, lines, dates)?;
    }
    for booking in &mut dates {
        booking.revise(now);
        bookings::update(conn, booking)?;
    }
    let sheet = Sheet::load(conn, &dates, now)?;
    letters::changed(conn, &dates, &sheet, now)?;
    let entries = dates.iter().zip(before).map(|(booking, before)| {
        let after = words::summary(booking, &sheet);
        let detail = serde_json::json!({ "before": before, "after": after });
        audit::entry(
            booking.id,
            "booking.changed",
            Some(actor.member),
            &detail,
            now,
        )
    });
    audit::put_all(conn, entries.collect())?;
    ground.leave_out(std::iter::empty());
    holds::settle(conn, cluster, &mut ground, now)?;
    holds::shown(conn, of.booking, now)
}

fn swap(
    conn: &mut Conn,
    ground: &mut Ground,
    assessment: &Assessment<'_>,
    named: &Booking,
    lines: &[ChangedLine],
    dates: Vec<Booking>,
) -> Outcome<Vec<Booking>> {
    let (wanted, kept): (Vec<Wanted>, Vec<Kept>) = wanted_dates(named, lines, dates, assessment)?
        .into_iter()
        .unzip();
    let mut kept = kept.concat();
    let held = wanted.iter().map(Wanted::lines_to_hold).sum::<usize>();
    if held > 0 {
        let (cluster, now) = (assessment.cluster, assessment.now);
        holds::stay_within(conn, cluster, named.company, held, now)?;
    }
    if wanted.iter().map(|date| date.lines.len()).sum::<usize>() > MOST_LINES {
        let fault = FieldFault::with_limit("lines", "series_too_large", MOST_LINES);
        return Err(Refused::Invalid(vec![fault]));
    }
    ground.leave_out(wanted.iter().map(|date| date.booking.id));
    let requests: Vec<LineRequest> = wanted.iter().flat_map(Wanted::requests).collect();
    read_for(conn, ground, assessment, &requests)?;

    let mut weighed = Vec::with_capacity(wanted.len());
    for date in &wanted {
        let found = weigh_date(conn, ground, assessment, &kept, date)?;
        kept.extend(claims_of(assessment, &found));
        weighed.push(found);
    }
    let refused = weighed
        .iter()
        .flatten()
        .any(|line| !line.refusals.is_empty());
    if refused {
        return Err(Refused::Dates(reports(&wanted, &weighed)));
    }
    let changed: Vec<Booking> = wanted
        .into_iter()
        .zip(weighed)
        .map(|(date, found)| date.put(found, assessment))
        .collect();
    let lines = changed.iter().map(|booking| booking.open_lines().count());
    if lines.sum::<usize>() > MOST_LINES {
        let fault = FieldFault::with_limit("lines", "series_too_large", MOST_LINES);
        return Err(Refused::Invalid(vec![fault]));
    }
    remember_longest(conn, ground, &changed)?;
    Ok(changed)
}

fn weigh_date(
    conn: &mut Conn,
    ground: &Ground,
    assessment: &Assessment<'_>,
    kept: &[(ListingId, Claim)],
    date: &Wanted,
) -> Outcome<Vec<AssessedLine>> {
    let assessment = Assessment {
        on_hold: date.on_hold(),
        ..assessment.clone()
    };
    let mut found = weigh_and_explain(conn, ground, &assessment, kept, &date.requests())?;
    date.in_place(&mut found, assessment.now);
    Ok(found)
}

impl Wanted {
    /// For each line that is asked for anew, whether it is to be held: a date on hold stays on hold.
    pub(super) fn on_hold(&self) -> Vec<bool> {
        let asked = self.asked.iter().map(|place| &self.lines[*place]);
        asked
            .map(|line| asks_to_hold(&self.booking, line))
            .collect()
    }

    /// New lines that are to be held.
    fn lines_to_hold(&self) -> usize {
        let new = self.lines.iter().filter(|line| line.id.is_none());
        new.filter(|line| asks_to_hold(&self.booking, line)).count()
    }

    /// What was found of the lines that are asked for anew, counted as they were sent; a line that goes on, or
    /// only gives back, is forgiven what it cannot help.
    pub(super) fn in_place(&self, found: &mut [AssessedLine], now: Instant) {
        for (place, line) in self.asked.iter().zip(found) {
            let asked = &self.lines[*place];
            if runs_on(&self.booking, asked, now) {
                forgive_running_start(line);
            }
            if gives_back(&self.booking, asked) {
                forgive_quota(line);
            }
            for refusal in &mut line.refusals {
                refusal.line = *place;
            }
        }
    }

    fn put(mut self, found: Vec<AssessedLine>, assessment: &Assessment<'_>) -> Booking {
        drop_missing(&mut self.booking, &self.lines);
        let ids = self.asked.iter().map(|place| self.lines[*place].id);
        let terms = &assessment.cluster.holds;
        put_lines(
            &mut self.booking,
            found.into_iter().zip(ids),
            terms,
            assessment.now,
        );
        self.booking
    }
}

fn reports(wanted: &[Wanted], weighed: &[Vec<AssessedLine>]) -> Vec<DateReport> {
    let report = |(date, found): (&Wanted, &Vec<AssessedLine>)| {
        let refusals: Vec<Refusal> = found
            .iter()
            .flat_map(|line| line.refusals.clone())
            .collect();
        Some(DateReport {
            span: date.booking.span()?,
            booking: Some((date.booking.id, date.booking.reference.clone())),
            refusals,
            on_hold: false,
        })
    };
    wanted.iter().zip(weighed).filter_map(report).collect()
}

/// The lines another date shall have, when these are wanted of the named one: what a line's ends moved by on
/// the wall clock moves the ends of its like; a new line is new on each day; one left out is left out. A line
/// only the other date has stays as it is.
fn alike(
    named: &Booking,
    wanted: &[ChangedLine],
    other: &Booking,
    assessment: &Assessment<'_>,
) -> Outcome<Vec<ChangedLine>> {
    if other.id == named.id {
        return Ok(wanted.to_vec());
    }
    let zone = assessment.cluster.zone;
    let days = days_between(named, other, zone);
    let mut lines = Vec::new();
    for (place, line) in other.lines.iter().enumerate() {
        if !line.state.is_open() {
            continue;
        }
        let as_it_is = ChangedLine {
            id: Some(line.id),
            request: LineRequest {
                listing: line.listing,
                units: line.units,
                span: line.span,
            },
        };
        // Its like stands at the same place, unless one of them was exchanged by itself.
        let like = named.lines.get(place);
        let Some(like) = like.filter(|like| like.listing == line.listing && like.state.is_open())
        else {
            lines.push(as_it_is);
            continue;
        };
        let Some(asked) = wanted.iter().find(|asked| asked.id == Some(like.id)) else {
            continue;
        };
        let span = moved_alike(line.span, like.span, asked.request.span, zone);
        let span = span.ok_or_else(nothing_left)?;
        let units = if asked.request.units == like.units {
            line.units
        } else {
            asked.request.units
        };
        lines.push(ChangedLine {
            id: Some(line.id),
            request: LineRequest {
                listing: asked.request.listing,
                units,
                span,
            },
        });
    }
    for added in wanted.iter().filter(|asked| asked.id.is_none()) {
        let span = by_days(added.request.span, days, zone).ok_or_else(nothing_left)?;
        lines.push(ChangedLine {
            id: None,
            request: LineRequest {
                span,
                ..added.request
            },
        });
    }
    Ok(lines)
}

fn nothing_left() -> Refused {
    Refused::Invalid(vec![FieldFault::new("lines", "nothing_left_of_a_date")])
}
