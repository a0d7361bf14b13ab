//! Series → JSON: every date, booked or not.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::MoneyOut;
use crate::actions::cancel;
use crate::actions::series::{DateReport, is_ahead};
use crate::domain::booking::Booking;
use crate::domain::people::{Actor, Language};
use crate::domain::rights::{Right, may};
use crate::domain::series::{Series, SeriesPlace};
use crate::domain::span::{Instant, Span};

/// Which date of a series a booking is.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeriesPlaceOut {
    /// Of which series.
    pub id: String,
    /// Counted from 1.
    pub place: usize,
    /// How many dates it has.
    pub of: usize,
}

impl SeriesPlaceOut {
    /// As JSON tells it.
    pub fn of(place: SeriesPlace) -> Self {
        Self {
            id: place.series.to_string(),
            place: place.place,
            of: place.of,
        }
    }
}

/// One date of a series that is booked, or would be, or not.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeriesDateOut {
    /// First moment of its lines.
    pub start: DateTime<Utc>,
    /// Last end of its lines.
    pub end: DateTime<Utc>,
    /// Id of the booking it is; null where it is none.
    pub booking: Option<String>,
    /// The booking's reference.
    pub reference: Option<String>,
    /// Everything against it; empty means it is booked, or would be.
    #[schema(value_type = Vec<Object>)]
    pub refusals: Vec<Value>,
    /// Whether it is held, or waits in line, and is not booked for good.
    pub on_hold: bool,
}

/// What became of each date, or would become of it.
pub fn dates(dates: &[DateReport], language: Language, zone: Tz) -> Vec<SeriesDateOut> {
    let date = |date: &DateReport| SeriesDateOut {
        start: date.span.start(),
        end: date.span.end(),
        booking: date.booking.as_ref().map(|(id, _)| id.to_string()),
        reference: date
            .booking
            .as_ref()
            .map(|(_, reference)| reference.clone()),
        refusals: date
            .refusals
            .iter()
            .map(|refusal| super::refusal::refusal(refusal, language, zone))
            .collect(),
        on_hold: date.on_hold,
    };
    dates.iter().map(date).collect()
}

/// A booking of a series, in short.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeriesBookingOut {
    /// Its identifier.
    pub id: String,
    /// Its reference.
    pub reference: String,
    /// Which date it is, counted from 1.
    pub place: usize,
    /// Where it is in its life.
    pub state: String,
    /// First moment of its lines.
    pub start: Option<DateTime<Utc>>,
    /// Last end of its lines.
    pub end: Option<DateTime<Utc>>,
    /// What calling it off now would cost; null where it has begun, is over, or is not the reader's to call off.
    pub cancellation_fee: Option<MoneyOut>,
}

/// A series.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeriesOut {
    /// Its identifier.
    pub id: String,
    /// The rule it was made by (RFC 5545).
    pub rule: String,
    /// When.
    pub made_at: DateTime<Utc>,
    /// Its bookings, in the order of their dates: those the reader may see, 366 at most.
    pub bookings: Vec<SeriesBookingOut>,
}

fn may_call_off(booking: &Booking, actor: &Actor, now: Instant) -> bool {
    may(actor, Right::Book, booking.company) && is_ahead(booking, now)
}

/// A series with its bookings, each with its place.
pub fn series(
    series: &Series,
    bookings: &[(usize, Booking)],
    actor: &Actor,
    now: Instant,
) -> SeriesOut {
    let short = |(place, booking): &(usize, Booking)| {
        let span = booking.span();
        SeriesBookingOut {
            id: booking.id.to_string(),
            reference: booking.reference.clone(),
            place: *place,
            state: booking.state().as_str().to_owned(),
            start: span.map(Span::start),
            end: span.map(Span::end),
            cancellation_fee: may_call_off(booking, actor, now)
                .then(|| cancel::fee(booking, now).into()),
        }
    };
    SeriesOut {
        id: series.id.to_string(),
        rule: series.rule.clone(),
        made_at: series.made_at,
        bookings: bookings.iter().map(short).collect(),
    }
}
