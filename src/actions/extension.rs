//! Extend: a line that runs on is made longer, with the fee first. The same swap as any change.

use chrono::TimeDelta;

use super::change::{self, Change, ChangedLine};
use super::claims::Ground;
use super::quote::{AssessedLine, Assessment, LineRequest};
use super::sheet::Sheet;
use super::{Cluster, FieldFault, Outcome, Refused, holds, quotas};
use crate::domain::booking::{Booking, Line};
use crate::domain::ids::{BookingId, LineId, ListingId};
use crate::domain::money::Money;
use crate::domain::people::Actor;
use crate::domain::refusal::{Reason, Refusal};
use crate::domain::repair;
use crate::domain::span::{Instant, Span};
use crate::store::Conn;

/// An extension as it is asked for.
#[derive(Debug, Clone, Copy)]
pub struct ExtensionRequest {
    /// Which line; `None` is the one that ends last.
    pub line: Option<LineId>,
    /// How much longer.
    pub minutes: i64,
    /// The end the asker saw. Where the line has been made longer than that already, it is not done again.
    pub seen_end: Option<Instant>,
}

/// What an extension would do.
#[derive(Debug)]
pub struct Extension {
    /// Of which line.
    pub line: LineId,
    /// What it would be.
    pub span: Span,
    /// What it costs more; `None` where no price can be named.
    pub fee: Option<Money>,
    /// Everything against it.
    pub refusals: Vec<Refusal>,
    /// By how much it reaches into what others hold, turnaround included; 0 where it does not.
    pub overlap_minutes: i64,
    /// The longest extension that would be granted, up to what was asked for.
    pub possible_minutes: i64,
}

/// What it would do. Nothing is stored, nothing is locked.
pub fn look(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    id: BookingId,
    request: &ExtensionRequest,
    now: Instant,
) -> Outcome<Extension> {
    let booking = holds::own_booking(conn, actor, id)?.as_of(now);
    let (line, span) = extended(&booking, request)?;
    let assessment = Assessment {
        cluster,
        actor,
        production: Some(booking.production),
        company: None,
        without: Some(booking.id),
        on_hold: Vec::new(),
        now,
    };
    let assessed = assess(conn, &assessment, &booking, line, span)?;
    let Some(assessed) = assessed else {
        return Ok(nothing_to_do(line));
    };
    let possible = match possible(line, span, &assessed) {
        Some(shorter) if is_granted(conn, &assessment, &booking, line, shorter)? => shorter,
        Some(_) | None => line.span,
    };
    let granted = assessed.refusals.is_empty();
    let longest = if granted { span } else { possible };
    Ok(Extension {
        line: line.id,
        span,
        fee: assessed.price.as_ref().map(|price| Money {
            minor: price.total.minor - line.price.total.minor,
            ..price.total
        }),
        overlap_minutes: overlap(&assessed),
        possible_minutes: (longest.end() - line.span.end()).num_minutes(),
        refusals: assessed.refusals,
    })
}

/// Makes the line longer, or changes nothing. Asked twice on the same end, it is done once.
pub fn extend(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    id: BookingId,
    request: &ExtensionRequest,
    now: Instant,
) -> Outcome<(Booking, Sheet)> {
    let seen = holds::own_booking(conn, actor, id)?;
    quotas::enter(conn, seen.company)?;
    let (booking, _) = holds::enter_with(conn, cluster, &seen, &[], now)?;
    let (line, span) = extended(&booking, request)?;
    if span == line.span {
        let sheet = Sheet::load(conn, std::slice::from_ref(&booking), now)?;
        return Ok((booking, sheet));
    }
    let change = Change {
        expected_version: booking.version,
        title: None,
        note: None,
        lines: Some(lines_with(&booking, line.id, span)),
    };
    change::change(conn, cluster, actor, id, &change, now)
}

/// The line that is meant, and what it shall be. What was extended already stays as it is.
fn extended<'a>(booking: &'a Booking, request: &ExtensionRequest) -> Outcome<(&'a Line, Span)> {
    let line = match request.line {
        Some(id) => booking.live_lines().find(|line| line.id == id),
        None => booking.live_lines().max_by_key(|line| line.span.end()),
    };
    let Some(line) = line else {
        return Err(match request.line {
            Some(_) => Refused::Invalid(vec![FieldFault::new("line", "not_a_live_line")]),
            None => Refused::State("already_over"),
        });
    };
    let longer = TimeDelta::minutes(request.minutes);
    let from = request.seen_end.unwrap_or(line.span.end());
    if line.span.end() == from + longer {
        return Ok((line, line.span));
    }
    if line.span.end() != from {
        return Err(Refused::State("end_has_changed"));
    }
    let too_far = |_| Refused::Invalid(vec![FieldFault::new("minutes", "year_out_of_range")]);
    let span = Span::new(line.span.start(), from + longer).map_err(too_far)?;
    Ok((line, span))
}

/// All open lines of the booking, one of them with another span.
pub fn lines_with(booking: &Booking, id: LineId, span: Span) -> Vec<ChangedLine> {
    let line = |line: &Line| ChangedLine {
        id: Some(line.id),
        request: LineRequest {
            listing: line.listing,
            units: line.units,
            span: if line.id == id { span } else { line.span },
        },
    };
    booking.open_lines().map(line).collect()
}

fn assess(
    conn: &mut Conn,
    assessment: &Assessment<'_>,
    booking: &Booking,
    line: &Line,
    span: Span,
) -> Outcome<Option<AssessedLine>> {
    let lines = lines_with(booking, line.id, span);
    let ids: Vec<ListingId> = lines.iter().map(|line| line.request.listing).collect();
    let mut ground = Ground::look(conn, &ids, assessment.now)?;
    let assessed = change::assess_lines(conn, &mut ground, assessment.clone(), booking, &lines)?;
    Ok(assessed.into_iter().flatten().next())
}

fn is_granted(
    conn: &mut Conn,
    assessment: &Assessment<'_>,
    booking: &Booking,
    line: &Line,
    span: Span,
) -> Outcome<bool> {
    let assessed = assess(conn, assessment, booking, line, span)?;
    Ok(assessed.is_none_or(|line| line.refusals.is_empty()))
}

/// The longest part of the extension nothing seems to speak against.
fn possible(line: &Line, span: Span, assessed: &AssessedLine) -> Option<Span> {
    let reasons: Vec<Reason> = assessed
        .refusals
        .iter()
        .map(|refusal| refusal.reason.clone())
        .collect();
    let parts = repair::shorter(&assessed.listing.policy(), span, &reasons);
    parts
        .into_iter()
        .find(|part| part.start() == line.span.start() && part.end() > line.span.end())
}

/// From the first moment that lacks units to the end of the claim.
fn overlap(assessed: &AssessedLine) -> i64 {
    let first = assessed
        .refusals
        .iter()
        .find_map(|refusal| match &refusal.reason {
            Reason::Clash(clash) => clash
                .shortages
                .first()
                .map(|shortage| shortage.span.start()),
            Reason::Policy(_)
            | Reason::TooManyUnits { .. }
            | Reason::NotPublished
            | Reason::OverQuota(_)
            | Reason::Price(_) => None,
        });
    first.map_or(0, |first| (assessed.claim.end() - first).num_minutes())
}

/// It was extended already.
fn nothing_to_do(line: &Line) -> Extension {
    Extension {
        line: line.id,
        span: line.span,
        fee: Some(Money::zero(line.price.total.currency)),
        refusals: Vec::new(),
        overlap_minutes: 0,
        possible_minutes: 0,
    }
}
