//! Which letters a change of a booking owes, to whom, saying what. Put into the outbox here, in the
//! transaction of the change.

mod told;

pub(super) use self::told::{crew_recipient, part, whole};
pub use self::told::{member_names, recipient, summary, told};
use super::Outcome;
use super::sheet::Sheet;
use crate::domain::booking::{Booking, Line, LineState};
use crate::domain::hold::{OnHold, Turn};
use crate::domain::ids::CompanyId;
use crate::domain::money::Money;
use crate::domain::notice::{BookingNotice, Notice, NoticeOffer, Recipient};
use crate::domain::span::Instant;
use crate::store::{Conn, letters, members};

/// What was said with a change, and what it costs.
#[derive(Debug, Clone, Copy, Default)]
pub struct Said<'a> {
    /// The reason in words.
    pub reason: &'a str,
    /// The fee of a cancellation.
    pub fee: Option<Money>,
    /// The moment a letter about a hold turns on.
    pub until: Option<Instant>,
    /// Whether a challenge is behind it.
    pub challenged: bool,
}

impl Said<'_> {
    fn challenged(until: Instant) -> Self {
        Self {
            until: Some(until),
            challenged: true,
            ..Self::default()
        }
    }
}

/// What came due of one booking: the turns of its lines.
#[derive(Debug, Clone, Copy)]
pub struct Due<'a>(pub &'a [(OnHold, Turn)]);

impl Due<'_> {
    fn lapsed(self) -> bool {
        self.0
            .iter()
            .any(|(one, turn)| *turn == Turn::Lapse && one.state == LineState::Held)
    }

    fn lapsed_by_challenge(self) -> bool {
        self.0
            .iter()
            .any(|(one, turn)| *turn == Turn::Lapse && one.hold.challenge.is_some())
    }

    fn waited_in_vain(self) -> bool {
        self.0
            .iter()
            .any(|(one, turn)| *turn == Turn::Lapse && one.state == LineState::Queued)
    }

    fn has(self, wanted: Turn) -> bool {
        self.0.iter().any(|(_, turn)| *turn == wanted)
    }

    /// The words of the history for it.
    pub fn what(self) -> impl Iterator<Item = &'static str> {
        let words = [
            (self.lapsed(), "booking.lapsed"),
            (self.waited_in_vain(), "booking.waited_in_vain"),
            (self.has(Turn::Promote), "booking.promoted"),
            (self.has(Turn::Relieve), "booking.relieved"),
        ];
        words
            .into_iter()
            .filter(|(came, _)| *came)
            .map(|(_, word)| word)
    }
}

/// After booking: confirmed or received to the crew; please decide to each owner that is asked.
pub fn booked(conn: &mut Conn, booking: &Booking, sheet: &Sheet, now: Instant) -> Outcome<()> {
    let crew = crew_recipient(booking, sheet)?;
    let notice = whole(booking, sheet, Said::default(), now)?;
    let mut owed = vec![(crew, as_booked(&booking.lines)(notice))];
    owed.extend(please_decide(conn, booking, sheet, now)?);
    Ok(letters::put(conn, &owed, now)?)
}

/// What a crew is told it has: as long as any of these lines waits for an owner, no more than a request.
pub(super) fn as_booked<'a>(
    lines: impl IntoIterator<Item = &'a Line>,
) -> fn(BookingNotice) -> Notice {
    let waits = |line: &Line| line.state == LineState::Requested;
    if lines.into_iter().any(waits) {
        Notice::RequestReceived
    } else {
        Notice::Confirmed
    }
}

/// How a crew is told of a decision.
pub(super) fn as_decided(granted: bool) -> fn(BookingNotice) -> Notice {
    if granted {
        Notice::Granted
    } else {
        Notice::Declined
    }
}

/// After a hold was placed: on hold until when, or in line at which rank.
pub fn placed(conn: &mut Conn, booking: &Booking, sheet: &Sheet, now: Instant) -> Outcome<()> {
    let said = Said {
        until: first_lapse(booking),
        ..Said::default()
    };
    to_crew(conn, booking, sheet, said, Notice::HoldPlaced, now)
}

/// A hold is about to lapse.
pub fn lapsing(
    conn: &mut Conn,
    booking: &Booking,
    sheet: &Sheet,
    until: Instant,
    now: Instant,
) -> Outcome<()> {
    let challenged = |line: &Line| line.hold.is_some_and(|hold| hold.challenge.is_some());
    let said = Said {
        until: Some(until),
        challenged: booking.lines.iter().any(challenged),
        ..Said::default()
    };
    to_crew(conn, booking, sheet, said, Notice::HoldLapsing, now)
}

/// After something came due: what lapsed, who waited in vain, who was promoted, who was relieved.
pub fn settled(
    conn: &mut Conn,
    booking: &Booking,
    sheet: &Sheet,
    due: Due<'_>,
    now: Instant,
) -> Outcome<()> {
    let lapsed = Said {
        challenged: due.lapsed_by_challenge(),
        ..Said::default()
    };
    let clock = Said {
        until: first_lapse(booking),
        ..Said::default()
    };
    if due.lapsed() {
        to_crew(conn, booking, sheet, lapsed, Notice::HoldLapsed, now)?;
    }
    if due.waited_in_vain() {
        to_crew(
            conn,
            booking,
            sheet,
            Said::default(),
            Notice::QueueOver,
            now,
        )?;
    }
    if due.has(Turn::Promote) {
        to_crew(conn, booking, sheet, clock, Notice::HoldPromoted, now)?;
    }
    if due.has(Turn::Relieve) {
        to_crew(conn, booking, sheet, clock, Notice::ChallengeWithdrawn, now)?;
    }
    Ok(())
}

/// To a crew in line: the one ahead has confirmed.
pub fn ahead_confirmed(
    conn: &mut Conn,
    booking: &Booking,
    sheet: &Sheet,
    challenged: bool,
    now: Instant,
) -> Outcome<()> {
    let said = Said {
        challenged,
        ..Said::default()
    };
    to_crew(conn, booking, sheet, said, Notice::AheadConfirmed, now)
}

/// To the holder: it was challenged and has until then.
pub fn challenged(
    conn: &mut Conn,
    booking: &Booking,
    sheet: &Sheet,
    until: Instant,
    now: Instant,
) -> Outcome<()> {
    let said = Said::challenged(until);
    to_crew(conn, booking, sheet, said, Notice::HoldChallenged, now)
}

/// To the challenger: the holder has until then.
pub fn challenge_sent(
    conn: &mut Conn,
    booking: &Booking,
    sheet: &Sheet,
    until: Instant,
    now: Instant,
) -> Outcome<()> {
    let said = Said::challenged(until);
    to_crew(conn, booking, sheet, said, Notice::ChallengeSent, now)
}

fn to_crew(
    conn: &mut Conn,
    booking: &Booking,
    sheet: &Sheet,
    said: Said<'_>,
    kind: impl Fn(BookingNotice) -> Notice,
    now: Instant,
) -> Outcome<()> {
    let notice = kind(whole(booking, sheet, said, now)?);
    let owed = [(crew_recipient(booking, sheet)?, notice)];
    Ok(letters::put(conn, &owed, now)?)
}

/// When the first of its holds lapses.
fn first_lapse(booking: &Booking) -> Option<Instant> {
    booking
        .lines
        .iter()
        .filter(|line| line.state == LineState::Held)
        .filter_map(|line| Some(line.hold?.expires_at))
        .min()
}

/// After a decision: granted or declined to the crew.
pub fn decided(
    conn: &mut Conn,
    booking: &Booking,
    sheet: &Sheet,
    granted: bool,
    said: Said<'_>,
    now: Instant,
) -> Outcome<()> {
    to_crew(conn, booking, sheet, said, as_decided(granted), now)
}

/// To a crew that has to wait for a late one, or does not have to any more.
pub fn delayed(
    conn: &mut Conn,
    booking: &Booking,
    sheet: &Sheet,
    waits: bool,
    now: Instant,
) -> Outcome<()> {
    let kind = if waits {
        Notice::Delayed
    } else {
        Notice::DelayOver
    };
    to_crew(conn, booking, sheet, Said::default(), kind, now)
}

/// To a crew whose booking something is to be taken away from, with what would work instead.
pub fn asked_to_move(
    conn: &mut Conn,
    booking: &Booking,
    sheet: &Sheet,
    (note, offers): (&str, Vec<NoticeOffer>),
    now: Instant,
) -> Outcome<()> {
    let said = Said {
        reason: note,
        ..Said::default()
    };
    let notice = BookingNotice {
        offers,
        ..whole(booking, sheet, said, now)?
    };
    let owed = [(crew_recipient(booking, sheet)?, Notice::AskedToMove(notice))];
    Ok(letters::put(conn, &owed, now)?)
}

/// After a change: the crew, and owners whose decision is needed again.
pub fn changed(conn: &mut Conn, booking: &Booking, sheet: &Sheet, now: Instant) -> Outcome<()> {
    let notice = whole(booking, sheet, Said::default(), now)?;
    let mut owed = vec![(crew_recipient(booking, sheet)?, Notice::Changed(notice))];
    owed.extend(please_decide(conn, booking, sheet, now)?);
    Ok(letters::put(conn, &owed, now)?)
}

/// After a cancellation: the crew, and the owners of lines that were asked of them or granted by them.
pub fn cancelled(
    conn: &mut Conn,
    booking: &Booking,
    sheet: &Sheet,
    told_owners: &[CompanyId],
    said: Said<'_>,
    now: Instant,
) -> Outcome<()> {
    let notice = whole(booking, sheet, said, now)?;
    let mut owed = vec![(crew_recipient(booking, sheet)?, Notice::Cancelled(notice))];
    for owner in told_owners {
        let notice = part(booking, sheet, |line| line.owner == *owner, said, now)?;
        for decider in members::deciders(conn, *owner)? {
            owed.push((recipient(&decider), Notice::Cancelled(notice.clone())));
        }
    }
    Ok(letters::put(conn, &owed, now)?)
}

fn please_decide(
    conn: &mut Conn,
    booking: &Booking,
    sheet: &Sheet,
    now: Instant,
) -> Outcome<Vec<(Recipient, Notice)>> {
    let asked = booking
        .lines
        .iter()
        .filter(|line| line.state == LineState::Requested);
    let mut owners: Vec<CompanyId> = asked.map(|line| line.owner).collect();
    owners.sort_unstable();
    owners.dedup();
    let mut owed = Vec::new();
    for owner in owners {
        let of_owner = |line: &Line| line.owner == owner && line.state == LineState::Requested;
        let notice = part(booking, sheet, of_owner, Said::default(), now)?;
        for decider in members::deciders(conn, owner)? {
            owed.push((recipient(&decider), Notice::PleaseDecide(notice.clone())));
        }
    }
    Ok(owed)
}
