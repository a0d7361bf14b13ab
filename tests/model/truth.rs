//! The model: what is stored, read without the house's help, and what must be true of it, half-hour by
//! half-hour. Nothing of `domain` is asked here.

use std::collections::{BTreeMap, BTreeSet};

use backlot::domain::ids::{BookingId, LineId, ListingId, ProductionId};
use backlot::store::StoreError;
use backlot::store::columns::At;
use backlot::store::schema::{bookings, closures, lines, listings};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;

use super::crews::Journal;
use crate::support::app::TestApp;

type Moment = DateTime<Utc>;

/// Everything begins and ends on the half-hour.
const HALF_HOUR: TimeDelta = TimeDelta::minutes(30);
/// Days that are looked at: nobody books further ahead.
const DAYS: i64 = 5;
/// The one listing with a turnaround, half an hour.
pub(super) const WITH_TURNAROUND: &str = "TURN";

#[derive(Debug, Clone, Queryable)]
pub(super) struct Line {
    id: LineId,
    booking: BookingId,
    pub(super) listing: ListingId,
    production: ProductionId,
    units: i32,
    start: At,
    end: At,
    pub(super) state: String,
    expires_at: Option<At>,
}

#[derive(Debug, Clone, Queryable)]
pub(super) struct Place {
    pub(super) id: ListingId,
    pub(super) code: String,
    quantity: i32,
    state: String,
}

#[derive(Debug, Clone, Queryable)]
struct Shut {
    listing: Option<ListingId>,
    units: Option<i32>,
    start: At,
    end: At,
}

/// What is stored at one moment.
#[derive(Debug, Clone)]
pub(super) struct Picture {
    now: Moment,
    pub(super) places: Vec<Place>,
    lines: Vec<Line>,
    shut: Vec<Shut>,
    bookings: BTreeMap<BookingId, i32>,
}

/// What must come of a line that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Stands,
    WaitsInLine,
    Refused,
    /// The model does not know turnarounds well enough to say.
    Unsure,
}

/// A line as it is asked for.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) code: String,
    pub(super) units: i32,
    pub(super) start: Moment,
    pub(super) end: Moment,
}

impl Picture {
    pub(super) async fn take(app: &TestApp) -> Self {
        let now = app.app.clock.now();
        let read = app.app.store.read(move |conn| {
            let listed = listings::table.select((
                listings::id,
                listings::code,
                listings::quantity,
                listings::state,
            ));
            let booked = lines::table.order(lines::id).select((
                lines::id,
                lines::booking_id,
                lines::listing_id,
                lines::production_id,
                lines::units,
                lines::starts_at,
                lines::ends_at,
                lines::state,
                lines::expires_at,
            ));
            let shut = closures::table.select((
                closures::listing_id,
                closures::units,
                closures::starts_at,
                closures::ends_at,
            ));
            let known: Vec<(BookingId, i32)> = bookings::table
                .select((bookings::id, bookings::sequence))
                .load(conn)?;
            Ok::<_, StoreError>(Self {
                now,
                places: listed.load(conn)?,
                lines: booked.load(conn)?,
                shut: shut.load(conn)?,
                bookings: known.into_iter().collect(),
            })
        });
        read.await.expect("a picture")
    }

    /// What the calendar entry of each booking says, with its `SEQUENCE`.
    fn entries(&self) -> BTreeMap<BookingId, (i32, Vec<String>)> {
        let mut entries: BTreeMap<BookingId, (i32, Vec<String>)> = self
            .bookings
            .iter()
            .map(|(id, sequence)| (*id, (*sequence, Vec::new())))
            .collect();
        for line in &self.lines {
            let says = format!(
                "{} {} x{} {} {} for {}",
                line.id, line.listing, line.units, line.start.0, line.end.0, line.production
            );
            if let Some((_, said)) = entries.get_mut(&line.booking) {
                said.push(format!("{says} {}", line.state));
            }
        }
        entries
    }

    fn place(&self, code: &str) -> &Place {
        let found = self.places.iter().find(|place| place.code == code);
        found.expect("a listing")
    }

    fn claims(&self, line: &Line) -> bool {
        let lapsed = line.expires_at.is_some_and(|at| at.0 <= self.now);
        let live = ["held", "requested", "confirmed", "out"].contains(&line.state.as_str());
        live && !lapsed
    }

    fn capacity(&self, place: &Place, at: Moment) -> i32 {
        let covers = |shut: &&Shut| {
            shut.listing.is_none_or(|id| id == place.id) && shut.start.0 <= at && at < shut.end.0
        };
        let closed: i32 = self
            .shut
            .iter()
            .filter(covers)
            .map(|shut| shut.units.unwrap_or(place.quantity))
            .sum();
        (place.quantity - closed).max(0)
    }

    /// Units of a listing that lines take at a moment.
    fn used(&self, place: &Place, at: Moment, counts: impl Fn(&Line) -> bool) -> i32 {
        self.lines
            .iter()
            .filter(|line| line.listing == place.id && line.start.0 <= at && at < line.end.0)
            .filter(|line| self.claims(line) && counts(line))
            .map(|line| line.units)
            .sum()
    }

    fn half_hours(start: Moment, end: Moment) -> impl Iterator<Item = Moment> {
        std::iter::successors(Some(start), |at| Some(*at + HALF_HOUR))
            .take_while(move |at| *at < end)
    }

    /// No unit is promised twice from now on; nobody is in line for what is free; nothing lapsed still holds.
    pub(super) fn keeps_every_promise(&self, place: &str) {
        let first = self.now - TimeDelta::seconds(self.now.timestamp() % 1_800);
        let moments: Vec<Moment> = Self::half_hours(first, first + TimeDelta::days(DAYS)).collect();
        for listing in &self.places {
            for at in &moments {
                let (used, there) = (
                    self.used(listing, *at, |_| true),
                    self.capacity(listing, *at),
                );
                assert!(
                    used <= there,
                    "{place}: {used} of {there} {} at {at}",
                    listing.code
                );
            }
        }
        self.keeps_turnarounds(place);
        for line in &self.lines {
            let has_lapsed = line.expires_at.is_some_and(|at| at.0 <= self.now);
            assert!(
                !has_lapsed,
                "{place}: {line:?} has lapsed and was not settled"
            );
            if line.state == "queued" {
                assert!(
                    !self.fits_now(line),
                    "{place}: {line:?} waits for what is free"
                );
            }
        }
    }

    /// Of two lines of different dramas on the set that is cleaned, one ends half an hour before the other.
    fn keeps_turnarounds(&self, place: &str) {
        let set = self.place(WITH_TURNAROUND).id;
        let mut on_set: Vec<&Line> = self
            .lines
            .iter()
            .filter(|line| line.listing == set && self.claims(line) && line.end.0 > self.now)
            .collect();
        on_set.sort_by_key(|line| line.start);
        for pair in on_set.windows(2) {
            let follows = pair[0].production == pair[1].production;
            let pause = if follows {
                TimeDelta::zero()
            } else {
                HALF_HOUR
            };
            assert!(
                pair[0].end.0 + pause <= pair[1].start.0,
                "{place}: no turnaround in {pair:?}"
            );
        }
    }

    fn fits_now(&self, line: &Line) -> bool {
        let listing = self.places.iter().find(|place| place.id == line.listing);
        let listing = listing.expect("a listing");
        let mut moments = Self::half_hours(line.start.0, line.end.0);
        listing.code != WITH_TURNAROUND
            && moments.all(|at| {
                self.used(listing, at, |_| true) + line.units <= self.capacity(listing, at)
            })
    }

    /// What must come of these lines of one basket, asked for now. Whatever is in the way of one refuses all.
    pub(super) fn foresee(&self, basket: &[Asked], hold: bool) -> Fate {
        let fates: Vec<Fate> = (0..basket.len())
            .map(|count| self.fate(&basket[..count], &basket[count], hold))
            .collect();
        for fate in [Fate::Unsure, Fate::Refused, Fate::WaitsInLine] {
            if fates.contains(&fate) {
                return fate;
            }
        }
        Fate::Stands
    }

    fn fate(&self, before: &[Asked], asked: &Asked, hold: bool) -> Fate {
        let listing = self.place(&asked.code);
        let published = listing.state == "published";
        // Of several lines of a basket on one listing each counts only if it stands itself.
        let is_alone = before.iter().all(|one| one.code != asked.code);
        if asked.code == WITH_TURNAROUND || !is_alone {
            return Fate::Unsure;
        }
        // What has begun can still be booked for a half-hour, but not held: a hold ends when it begins.
        let last_start = if hold { self.now } else { self.now - HALF_HOUR };
        let too_late = asked.start <= last_start;
        if !published || too_late || asked.units > listing.quantity {
            return Fate::Refused;
        }
        let fits = |counts: &dyn Fn(&Line) -> bool| {
            Self::half_hours(asked.start, asked.end).all(|at| {
                self.used(listing, at, counts) + asked.units <= self.capacity(listing, at)
            })
        };
        match (
            fits(&|_: &Line| true),
            fits(&|line: &Line| line.state != "held"),
        ) {
            (true, _) => Fate::Stands,
            (false, true) if hold => Fate::WaitsInLine,
            _ => Fate::Refused,
        }
    }
}

/// What was seen at the last look.
#[derive(Default)]
pub(super) struct Memory {
    states: BTreeMap<LineId, (BookingId, String)>,
    told: BTreeMap<BookingId, (i32, Vec<String>)>,
}

impl Memory {
    /// What was acknowledged is there and nothing else is; lines only went where lines may go, and nothing
    /// that was promised went without somebody who took it back.
    pub(super) fn compare(&mut self, picture: &Picture, journal: &Journal, place: &str) {
        let stored: BTreeSet<BookingId> = picture.bookings.keys().copied().collect();
        assert_eq!(stored, journal.booked, "{place}: not what was acknowledged");
        self.compare_entries(picture, place);
        let now: BTreeMap<LineId, (BookingId, String)> = picture
            .lines
            .iter()
            .map(|line| (line.id, (line.booking, line.state.clone())))
            .collect();
        for (id, (booking, before)) in &self.states {
            let Some((_, after)) = now.get(id) else {
                panic!("{place}: line {id} is gone");
            };
            assert!(
                may_become(before, after),
                "{place}: {id} was {before} and is {after}"
            );
            let was_promised = ["confirmed", "requested"].contains(&before.as_str());
            let is_over = ["cancelled", "declined"].contains(&after.as_str());
            if was_promised && is_over {
                assert!(
                    journal.touched.contains(booking),
                    "{place}: nobody took {id} back"
                );
            }
        }
        self.states = now;
    }

    /// A calendar shows the entry with the highest `SEQUENCE` it has seen: whatever an entry says that is other
    /// than at the last look, it must have grown; and it never shrinks.
    fn compare_entries(&mut self, picture: &Picture, place: &str) {
        let told = picture.entries();
        for (id, (before, said_before)) in &self.told {
            let Some((now, said)) = told.get(id) else {
                continue;
            };
            assert!(
                now >= before,
                "{place}: {id} went back from {before} to {now}"
            );
            assert!(
                said == said_before || now > before,
                "{place}: {id} changed under SEQUENCE {now}: {said_before:?} to {said:?}"
            );
        }
        self.told = told;
    }
}

/// Whether a line may have become this, in any number of steps.
fn may_become(before: &str, after: &str) -> bool {
    match before {
        "held" | "queued" => true,
        // Asked of its owner, promised: a change may ask again, and neither lapses.
        "requested" | "confirmed" => {
            ["requested", "confirmed", "cancelled", "declined"].contains(&after)
        }
        over => over == after,
    }
}
