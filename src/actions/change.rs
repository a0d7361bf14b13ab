//! Change a booking: other times, units or lines, as one swap. The old claims stand until the new ones do.

use super::book::first_hold;
use super::booking_letters as letters;
use super::checks::none_of;
use super::claims::Ground;
use super::quote::{
    AssessedLine, Assessment, LineRequest, assess, forgive_quota, forgive_running_start, weigh,
};
use super::sheet::Sheet;
use super::{Cluster, FieldFault, Outcome, Refused, holds, kits, quotas};
use crate::domain::booking::{Booking, Line, LineEvent, LineState};
use crate::domain::hold::{Hold, HoldTerms};
use crate::domain::ids::{BookingId, LineId, ListingId};
use crate::domain::kit::InKit;
use crate::domain::people::Actor;
use crate::domain::profile::Claim;
use crate::domain::refusal::Refusal;
use crate::domain::span::{Instant, Span};
use crate::store::{Conn, audit, bookings, fresh_id};

/// One line of the booking as it shall be.
#[derive(Debug, Clone, Copy)]
pub struct ChangedLine {
    /// The line it was, or `None` for a new one.
    pub id: Option<LineId>,
    /// What it shall be.
    pub request: LineRequest,
}

/// A change as it is asked for.
#[derive(Debug, Clone)]
pub struct Change {
    /// The version it was made on.
    pub expected_version: i64,
    /// A new title.
    pub title: Option<String>,
    /// A new note.
    pub note: Option<String>,
    /// The full new set of lines; a live line left out is called off.
    pub lines: Option<Vec<ChangedLine>>,
}

/// Changes the booking, or nothing of it.
pub fn change(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    id: BookingId,
    change: &Change,
    now: Instant,
) -> Outcome<(Booking, Sheet)> {
    let seen = holds::own_booking(conn, actor, id)?;
    let wanted = change.lines.as_deref().unwrap_or_default();
    quotas::enter(conn, seen.company)?;
    if is_on_hold(&seen) {
        let new = wanted.iter().filter(|line| line.id.is_none());
        let new: Vec<ListingId> = new.map(|line| line.request.listing).collect();
        let more = kits::count_lines(conn, &new)?;
        holds::allow_more(conn, cluster, seen.company, more, now)?;
    }
    let ids: Vec<ListingId> = wanted.iter().map(|line| line.request.listing).collect();
    // Listings given up are taken too: what is freed there must not be counted twice by a neighbour.
    let (mut booking, mut ground) = holds::enter_with(conn, cluster, &seen, &ids, now)?;
    if booking.version != change.expected_version {
        return Err(Refused::VersionStale(booking.version));
    }
    if booking.open_lines().next().is_none() {
        return Err(Refused::State("already_over"));
    }
    let sheet_before = Sheet::load(conn, std::slice::from_ref(&booking), now)?;
    let before = letters::summary(&booking, &sheet_before);

    if let Some(title) = &change.title {
        booking.title.clone_from(title);
    }
    if let Some(note) = &change.note {
        booking.note.clone_from(note);
    }
    if let Some(lines) = &change.lines {
        let assessment = Assessment {
            cluster,
            actor,
            production: Some(booking.production),
            company: None,
            without: Some(booking.id),
            on_hold: Vec::new(),
            now,
        };
        swap_lines(conn, &mut ground, assessment, &mut booking, lines)?;
    }
    booking.revise(now);
    bookings::update(conn, &booking)?;

    let sheet = Sheet::load(conn, std::slice::from_ref(&booking), now)?;
    letters::changed(conn, &booking, &sheet, now)?;
    let detail =
        serde_json::json!({ "before": before, "after": letters::summary(&booking, &sheet) });
    audit::put(
        conn,
        booking.id,
        "booking.changed",
        Some(actor.member),
        &detail,
        now,
    )?;
    let changed = holds::settle(conn, cluster, &mut ground, now)?;
    if changed.contains(&id) {
        return holds::shown(conn, id, now);
    }
    Ok((booking, sheet))
}

/// Whether all that stands of it is on hold or in line: then what is added to it is as well.
pub(super) fn is_on_hold(booking: &Booking) -> bool {
    booking.open_lines().all(|line| line.state.is_on_hold())
}

fn swap_lines(
    conn: &mut Conn,
    ground: &mut Ground,
    assessment: Assessment<'_>,
    booking: &mut Booking,
    wanted: &[ChangedLine],
) -> Outcome<()> {
    check_ids(booking, wanted)?;
    check_kits(ground, wanted)?;
    let (terms, now) = (&assessment.cluster.holds, assessment.now);
    let assessed = assess_lines(conn, ground, assessment, booking, wanted)?;
    let refusals: Vec<Refusal> = assessed
        .iter()
        .flatten()
        .flat_map(|line| line.refusals.clone())
        .collect();
    if !refusals.is_empty() {
        return Err(Refused::Lines(refusals));
    }
    drop_missing(booking, wanted);
    let assessed = assessed.into_iter().zip(wanted);
    let asked = assessed.filter_map(|(line, wanted)| Some((line?, wanted.id)));
    let claimed = put_lines(booking, asked, terms, now);
    if booking.open_lines().count() > kits::MOST_LINES {
        let fault = FieldFault::with_limit("lines", "too_many_parts", kits::MOST_LINES);
        return Err(Refused::Invalid(vec![fault]));
    }
    ground.remember_longest(conn, &claimed)
}

/// A kit is as many lines as it has parts, so it cannot take the place of one.
pub(super) fn check_kits(ground: &Ground, wanted: &[ChangedLine]) -> Outcome<()> {
    let takes_place =
        |line: &ChangedLine| line.id.is_some() && ground.kits().has(line.request.listing);
    let places = (0..wanted.len()).filter(|place| takes_place(&wanted[*place]));
    let fault =
        |place| FieldFault::new(format!("lines[{place}].listing"), "kit_in_place_of_a_line");
    none_of(places.map(fault).collect())
}

/// What each line of a change would get; `None` for one that stays exactly as it is.
pub fn assess_lines(
    conn: &mut Conn,
    ground: &mut Ground,
    assessment: Assessment<'_>,
    booking: &Booking,
    wanted: &[ChangedLine],
) -> Outcome<Vec<Option<AssessedLine>>> {
    let anew = Anew::of(booking, wanted, assessment);
    let found = assess(conn, ground, &anew.assessment, &anew.kept, &anew.requests)?;
    Ok(anew.in_place(booking, wanted, found))
}

/// The same on what the ground knows already.
pub fn weigh_lines(
    ground: &Ground,
    assessment: Assessment<'_>,
    booking: &Booking,
    wanted: &[ChangedLine],
) -> Outcome<Vec<Option<AssessedLine>>> {
    let anew = Anew::of(booking, wanted, assessment);
    let found = weigh(ground, &anew.assessment, &anew.kept, &anew.requests)?;
    Ok(anew.in_place(booking, wanted, found))
}

/// The lines of a change that are asked for anew, and what of the booking stays beside them.
struct Anew<'a> {
    assessment: Assessment<'a>,
    kept: Vec<(ListingId, Claim)>,
    /// Their places among the lines as they were sent.
    places: Vec<usize>,
    requests: Vec<LineRequest>,
}

impl<'a> Anew<'a> {
    fn of(booking: &Booking, wanted: &[ChangedLine], mut assessment: Assessment<'a>) -> Self {
        let (kept, places) = split_kept(booking, wanted);
        let asked = || places.iter().map(|place| &wanted[*place]);
        assessment.on_hold = asked().map(|line| asks_to_hold(booking, line)).collect();
        Self {
            requests: asked().map(|line| line.request).collect(),
            assessment,
            kept,
            places,
        }
    }

    fn in_place(
        self,
        booking: &Booking,
        wanted: &[ChangedLine],
        found: Vec<AssessedLine>,
    ) -> Vec<Option<AssessedLine>> {
        let mut assessed = vec![None; wanted.len()];
        for (place, mut line) in self.places.into_iter().zip(found) {
            if runs_on(booking, &wanted[place], self.assessment.now) {
                forgive_running_start(&mut line);
            }
            if gives_back(booking, &wanted[place]) {
                forgive_quota(&mut line);
            }
            // Refusals count lines as they were sent, not as they were assessed.
            for refusal in &mut line.refusals {
                refusal.line = place;
            }
            assessed[place] = Some(line);
        }
        assessed
    }
}

/// A line on hold stays on hold, and what is added to a booking on hold is held too.
pub(super) fn asks_to_hold(booking: &Booking, asked: &ChangedLine) -> bool {
    let before = booking.lines.iter().find(|line| Some(line.id) == asked.id);
    before.map_or_else(|| is_on_hold(booking), |line| line.state.is_on_hold())
}

/// Whether a line asks for no more than it has.
pub(super) fn gives_back(booking: &Booking, wanted: &ChangedLine) -> bool {
    let before = booking.lines.iter().find(|line| Some(line.id) == wanted.id);
    before.is_some_and(|before| {
        let request = &wanted.request;
        before.listing == request.listing
            && before.span.encloses(request.span)
            && request.units <= before.units
    })
}

/// Whether a line goes on from where it began and is only made longer or shorter.
pub(super) fn runs_on(booking: &Booking, wanted: &ChangedLine, now: Instant) -> bool {
    let before = wanted
        .id
        .and_then(|id| booking.lines.iter().find(|line| line.id == id));
    let same_start = before.is_some_and(|before| {
        before.span.start() == wanted.request.span.start()
            && before.listing == wanted.request.listing
    });
    same_start && wanted.request.span.end() > now
}

/// Each id names an open line of this booking, once.
pub(super) fn check_ids(booking: &Booking, wanted: &[ChangedLine]) -> Outcome<()> {
    let mut faults = Vec::new();
    for (place, line) in wanted.iter().enumerate() {
        let Some(id) = line.id else { continue };
        let is_open = booking.open_lines().any(|open| open.id == id);
        let is_first = !wanted[..place].iter().any(|earlier| earlier.id == Some(id));
        if !is_open || !is_first {
            faults.push(FieldFault::new(
                format!("lines[{place}].id"),
                "not_a_live_line",
            ));
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Refused::Invalid(faults))
    }
}

/// The claims of lines that stay exactly as they are, and the places of the rest.
pub(super) fn split_kept(
    booking: &Booking,
    wanted: &[ChangedLine],
) -> (Vec<(ListingId, Claim)>, Vec<usize>) {
    let mut kept = Vec::new();
    let mut asked = Vec::new();
    for (place, wanted) in wanted.iter().enumerate() {
        let unchanged = booking
            .open_lines()
            .find(|line| Some(line.id) == wanted.id && is_as(line, &wanted.request));
        match unchanged {
            Some(line) if !line.state.is_live() => {}
            Some(line) => kept.push((line.listing, line.as_claim(booking.production))),
            None => asked.push(place),
        }
    }
    (kept, asked)
}

fn is_as(line: &Line, request: &LineRequest) -> bool {
    line.listing == request.listing && line.units == request.units && line.span == request.span
}

pub(super) fn drop_missing(booking: &mut Booking, wanted: &[ChangedLine]) {
    for line in &mut booking.lines {
        if !wanted.iter().any(|wanted| wanted.id == Some(line.id)) {
            line.pass(LineEvent::Cancel);
        }
    }
}

/// Puts assessed lines in the place of those they were, or at the end; of a kit each part by itself. What they claim.
pub(super) fn put_lines(
    booking: &mut Booking,
    assessed: impl Iterator<Item = (AssessedLine, Option<LineId>)>,
    terms: &HoldTerms,
    now: Instant,
) -> Vec<(ListingId, Span)> {
    let groups_before = booking.last_kit_group();
    let mut claimed = Vec::new();
    for (line, id) in assessed {
        for mut line in line.stored() {
            line.kit = line.kit.map(|kit| InKit {
                group: groups_before + kit.group,
                ..kit
            });
            claimed.push((line.listing.id, line.claim));
            put_line(booking, line, id, terms, now);
        }
    }
    claimed
}

/// Puts an assessed line in the place of the one it was, or at the end.
fn put_line(
    booking: &mut Booking,
    assessed: AssessedLine,
    id: Option<LineId>,
    terms: &HoldTerms,
    now: Instant,
) {
    let Some(price) = assessed.price else { return };
    let before = booking.lines.iter_mut().find(|line| Some(line.id) == id);
    let line = Line {
        id: before
            .as_ref()
            .map_or_else(|| fresh_id(now), |line| line.id),
        listing: assessed.listing.id,
        owner: assessed.listing.owner,
        units: assessed.request.units,
        span: assessed.request.span,
        claim: assessed.claim,
        state: assessed.would_be,
        hold: first_hold(assessed.would_be, assessed.request.span.start(), terms, now),
        price,
        decided_by: None,
        decided_at: None,
        reason: String::new(),
        kit: before.as_ref().map_or(assessed.kit, |before| before.kit),
    };
    match before {
        None => booking.lines.push(line),
        Some(before) => {
            let granted_before =
                before.state == LineState::Confirmed && before.listing == line.listing;
            let asks_less = before.span.encloses(line.span) && line.units <= before.units;
            let state = if before.state == LineState::Out || granted_before && asks_less {
                before.state
            } else {
                line.state
            };
            let hold = moved_hold(before, &line, asks_less);
            *before = Line {
                state,
                hold,
                ..line
            };
        }
    }
}

/// The place and clock of a changed line. One that goes on as it was, held or in line, keeps its clock;
/// and its place, if it asks for no more than before.
fn moved_hold(before: &Line, line: &Line, asks_less: bool) -> Option<Hold> {
    let keeps_place = asks_less && before.listing == line.listing;
    match before.hold.filter(|_| before.state == line.state) {
        Some(hold) => Some(hold.moved(line.span.start(), keeps_place, line.hold?.placed_at)),
        None => line.hold,
    }
}
