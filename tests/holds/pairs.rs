//! Every pair of events that can meet in the same second: in both orders, and at once. What comes of the
//! orders is on paper (a snapshot, the table of `domain/hold.rs` in full); at once must be one of them.

use std::fmt::Write as _;

use backlot::actions::book::{BookingRequest, book};
use backlot::actions::cancel::{Cancellation, cancel};
use backlot::actions::challenge::challenge;
use backlot::actions::change::{Change, ChangedLine, change};
use backlot::actions::closures::{NewClosure, close};
use backlot::actions::confirm::confirm;
use backlot::actions::listings::retire;
use backlot::actions::quote::LineRequest;
use backlot::actions::{Outcome, Refused, holds};
use backlot::clock::Clock;
use backlot::domain::booking::Booking;
use backlot::domain::closure::{ClosureKind, ClosureScope};
use backlot::domain::ids::{BookingId, ListingId};
use backlot::domain::span::{Instant, Span};
use backlot::store::{Conn, booking_lists, bookings};
use chrono::TimeDelta;

use crate::support::app::{TestApp, monday_morning};
use crate::support::database::on_both_engines;
use crate::support::make::{Person, Town};

/// What can happen to a listing with a first hold (H), a second in line (Q) and a third party (T).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    /// T places a hold.
    Place,
    /// H is confirmed.
    Confirm,
    /// H is let go.
    Release,
    /// The clock of H runs out.
    Lapse,
    /// Q challenges H.
    Challenge,
    /// The short clock of a challenged H runs out, if it was challenged.
    Deadline,
    /// T books.
    Book,
    /// Q leaves the line.
    Leave,
    /// The owner closes the set.
    Close,
    /// Q is confirmed.
    ConfirmSecond,
    /// H is moved to the next day.
    Move,
    /// A manager calls H off.
    CallOff,
    /// The owner retires the set.
    Retire,
}

const EVENTS: [Event; 13] = [
    Event::Place,
    Event::Confirm,
    Event::Release,
    Event::Lapse,
    Event::Challenge,
    Event::Deadline,
    Event::Book,
    Event::Leave,
    Event::Close,
    Event::ConfirmSecond,
    Event::Move,
    Event::CallOff,
    Event::Retire,
];

/// One set with H and Q on it.
#[derive(Clone)]
struct Scene {
    app: backlot::app::App,
    listing: ListingId,
    span: Span,
    crew: Person,
    owner: Person,
    manager: Person,
    third: Person,
    first: BookingId,
    second: BookingId,
}

impl Scene {
    async fn set(app: &TestApp, town: &Town, code: &str) -> Self {
        let listing = town.set(app, code).await;
        let start = monday_morning() + TimeDelta::hours(50);
        let span = Span::new(start, start + TimeDelta::hours(3)).expect("a span");
        let mut scene = Self {
            app: app.app.clone(),
            listing,
            span,
            crew: town.crew.clone(),
            owner: town.owner.clone(),
            manager: town.manager.clone(),
            third: town.manager.clone(),
            first: backlot::domain::ids::Id::from_raw(0),
            second: backlot::domain::ids::Id::from_raw(0),
        };
        scene.first = scene.begin(&town.crew).await;
        scene.second = scene.begin(&town.rival).await;
        scene
    }

    async fn begin(&self, who: &Person) -> BookingId {
        let (scene, who) = (self.clone(), who.clone());
        let made = self
            .app
            .store
            .write(move |conn| scene.order(conn, &who, true, monday_morning()));
        made.await.expect("placed").id
    }

    fn order(&self, conn: &mut Conn, who: &Person, hold: bool, now: Instant) -> Outcome<Booking> {
        let request = BookingRequest {
            production: who.production,
            title: String::new(),
            note: String::new(),
            together: true,
            hold,
            lines: vec![LineRequest {
                listing: self.listing,
                units: 1,
                span: self.span,
            }],
        };
        book(conn, &self.app.cluster, &who.member.actor(), &request, now).map(|(made, _)| made)
    }

    /// A challenge was sent at six; people act one second before its deadline at ten, and the unchallenged
    /// clock runs out the next morning.
    async fn happen(&self, event: Event) -> &'static str {
        let scene = self.clone();
        let write = || {
            let scene = scene.clone();
            self.app.store.write(move |conn| scene.act(conn, event))
        };
        let mut done = write().await;
        // Somebody was quicker: whoever sees that looks again and asks again.
        while matches!(done, Err(Refused::VersionStale(_))) {
            done = write().await;
        }
        match done {
            Ok(()) => "done",
            Err(Refused::State(state)) => state,
            Err(Refused::Lines(_)) => "clash",
            Err(Refused::HitsBookings(_)) => "hits bookings",
            Err(other) => panic!("{event:?}: {other:?}"),
        }
    }

    fn act(&self, conn: &mut Conn, event: Event) -> Outcome<()> {
        let cluster = &self.app.cluster;
        let hour = |hours: i64| monday_morning() + TimeDelta::hours(hours);
        let now = hour(10) - TimeDelta::seconds(1);
        let rival = bookings::find(conn, self.second)?.booked_by;
        let rival = backlot::store::members::find(conn, rival)?.actor();
        let crew = self.crew.member.actor();
        let nothing = Cancellation::default();
        match event {
            Event::Place => self.order(conn, &self.third, true, now).map(drop),
            Event::Confirm => confirm(conn, cluster, &crew, self.first, None, now).map(drop),
            Event::Release => cancel(conn, cluster, &crew, self.first, &nothing, now).map(drop),
            Event::Lapse => holds::enter(conn, cluster, &[self.listing], &[], hour(24)).map(drop),
            Event::Challenge => challenge(conn, cluster, &rival, self.second, hour(6)).map(drop),
            Event::Deadline => {
                holds::enter(conn, cluster, &[self.listing], &[], hour(10)).map(drop)
            }
            Event::Book => self.order(conn, &self.third, false, now).map(drop),
            Event::Leave => cancel(conn, cluster, &rival, self.second, &nothing, now).map(drop),
            Event::Close => close(
                conn,
                cluster,
                &self.owner.member.actor(),
                NewClosure {
                    scope: ClosureScope::Listing(self.listing),
                    units: None,
                    dates: vec![self.span],
                    kind: ClosureKind::Closed,
                    reason: "rebuilt".to_owned(),
                },
                now,
            )
            .map(drop),
            Event::ConfirmSecond => {
                confirm(conn, cluster, &rival, self.second, None, now).map(drop)
            }
            Event::Move => {
                let moved = self.to_the_next_day(conn)?;
                change(conn, cluster, &crew, self.first, &moved, now).map(drop)
            }
            Event::CallOff => {
                let manager = self.manager.member.actor();
                cancel(conn, cluster, &manager, self.first, &nothing, now).map(drop)
            }
            Event::Retire => {
                retire(conn, cluster, &self.owner.member.actor(), self.listing, now).map(drop)
            }
        }
    }

    fn to_the_next_day(&self, conn: &mut Conn) -> Outcome<Change> {
        let first = bookings::find(conn, self.first)?;
        let day = TimeDelta::days(1);
        let span = Span::new(self.span.start() + day, self.span.end() + day).expect("a span");
        let open = first.open_lines();
        let moved = open.map(|line| ChangedLine {
            id: Some(line.id),
            request: LineRequest {
                listing: self.listing,
                units: 1,
                span,
            },
        });
        Ok(Change {
            expected_version: first.version,
            title: None,
            note: None,
            lines: Some(moved.collect()),
        })
    }

    /// What stands: H, Q, and whatever else is on the set.
    async fn outcome(&self) -> String {
        let (first, second, listing) = (self.first, self.second, self.listing);
        let third = self.third.member.id;
        let stands = self.app.store.read(move |conn| {
            let state = |conn: &mut Conn, id| bookings::find(conn, id).map(|found| found.state());
            let (h, q) = (state(conn, first)?, state(conn, second)?);
            let scope = booking_lists::Scope::BookedBy(third);
            let of_third =
                booking_lists::list(conn, booking_lists::Narrowing::whose(scope), None, 200)?;
            let t = of_third.iter().filter_map(|booking| {
                let on_set = booking.lines.iter().find(|line| line.listing == listing)?;
                Some(format!(" T {}", on_set.state))
            });
            Ok::<_, Refused>(format!("H {h} Q {q}{}", t.collect::<String>()))
        });
        stands.await.expect("read")
    }
}

on_both_engines! {
    async fn every_pair_of_events_in_the_same_second(database: Database) {
        let many = |config: &mut backlot::config::Config| config.most_holds = 1_000;
        let app = TestApp::with(database, Clock::fixed(monday_morning()), many).await;
        let town = Town::settle(&app).await;
        let mut paper = String::new();
        let mut orders = Vec::new();
        for (place, (first, then)) in pairs().enumerate() {
            let scene = Scene::set(&app, &town, &format!("O{place}")).await;
            let answers = (scene.happen(first).await, scene.happen(then).await);
            let outcome = scene.outcome().await;
            writeln!(paper, "{:14} {:14} then {:14} {:16} = {outcome}",
                format!("{first:?}"), answers.0, format!("{then:?}"), answers.1).expect("into a string");
            orders.push((first, then, answers, outcome));
        }
        insta::assert_snapshot!("every_pair_of_events", paper);
        for (place, (one, other)) in pairs().enumerate() {
            let scene = Scene::set(&app, &town, &format!("B{place}")).await;
            let answers = tokio::join!(scene.happen(one), scene.happen(other));
            let outcome = scene.outcome().await;
            let is_an_order = orders.iter().any(|(first, then, said, left)| {
                let forth = (*first, *then, *said) == (one, other, answers);
                let back = (*then, *first, (said.1, said.0)) == (one, other, answers);
                (forth || back) && *left == outcome
            });
            assert!(is_an_order, "{one:?} and {other:?} at once: {answers:?} = {outcome}");
        }
        assert_eq!(app.broken_promises().await, Vec::<String>::new());
    }
}

fn pairs() -> impl Iterator<Item = (Event, Event)> {
    EVENTS
        .into_iter()
        .flat_map(|first| EVENTS.into_iter().map(move |then| (first, then)))
}
