//! What follows a refusal of lines: what would work instead, looked up after the write was taken back, so
//! that nobody who is served waits for it.

use serde::Serialize;
use serde_json::Value;

use super::bookings::Asked;
use super::errors::Problem;
use super::input::{self, ReadLine};
use crate::actions::change::ChangedLine;
use crate::actions::repairs::{self, Basket};
use crate::actions::{Outcome, Refused};
use crate::app::App;
use crate::domain::ids::{BookingId, LineId, ProductionId};
use crate::domain::repair::Repair;
use crate::store::{Conn, bookings};

/// A basket as it was sent.
#[derive(Debug, Clone)]
pub struct SentBasket {
    /// For which drama, if it was said.
    pub production: Option<ProductionId>,
    /// In a change: of which booking.
    pub booking: Option<BookingId>,
    /// In a change: the lines they were.
    pub ids: Vec<Option<LineId>>,
    /// Whether it would be held.
    pub hold: bool,
    /// Its lines.
    pub lines: Vec<ReadLine>,
    /// The body, for the bodies of repairs.
    pub body: Value,
}

impl SentBasket {
    /// What would work in its place.
    pub fn repairs(&self, conn: &mut Conn, asked: &Asked) -> Outcome<Vec<Repair>> {
        let requests = input::find_listings(conn, &self.lines)?;
        let booking = match self.booking {
            Some(id) => Some(bookings::find(conn, id)?.as_of(asked.now)),
            None => None,
        };
        let id = |place: usize| self.ids.get(place).copied().flatten();
        let lines = requests.into_iter().enumerate();
        let basket = Basket {
            cluster: &asked.cluster,
            actor: &asked.actor,
            production: self
                .production
                .or(booking.as_ref().map(|booking| booking.production)),
            booking: booking.as_ref(),
            hold: self.hold,
            now: asked.now,
            lines: lines
                .map(|(place, request)| ChangedLine {
                    id: id(place),
                    request,
                })
                .collect(),
        };
        repairs::of_basket(conn, &basket)
    }
}

/// A body as it was read, to be sent again with other lines.
pub fn sent_body(body: &impl Serialize) -> Value {
    serde_json::to_value(body).unwrap_or_default()
}

/// The problem of a refusal: of lines, with what would work instead.
pub async fn problem(app: &App, asked: &Asked, basket: SentBasket, refused: Refused) -> Problem {
    let Refused::Lines(refusals) = refused else {
        return refused.into();
    };
    let (asker, sent) = (asked.clone(), basket.clone());
    let repairs = app.store.read(move |conn| sent.repairs(conn, &asker)).await;
    // A refusal without its repairs is still an answer.
    let repairs = repairs.unwrap_or_else(|refused| {
        tracing::warn!(?refused, "no repairs could be looked up");
        Vec::new()
    });
    Problem::Lines {
        refusals,
        repairs,
        sent: basket.body,
    }
}
