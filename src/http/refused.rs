//! What follows a refusal of lines: what would work instead, looked up after the write was taken back, so
//! that nobody who is served waits for it.

use serde::Serialize;
use serde_json::Value;

use super::bookings::{Asked, id_of_path};
use super::errors::{Problem, Reply};
use super::input::{self, ReadLine};
use super::views::refusal;
use crate::actions::change::ChangedLine;
use crate::actions::repairs::{self, Basket};
use crate::actions::{Outcome, Refused};
use crate::app::App;
use crate::domain::effect::Supposed;
use crate::domain::ids::{LineId, ProductionId};
use crate::domain::repair::Repair;
use crate::store::{Conn, bookings};

/// A basket as it was sent.
#[derive(Debug, Clone)]
pub struct SentBasket {
    /// As what.
    pub order: Order,
    /// Its lines.
    pub lines: Vec<ReadLine>,
    /// The body, for the bodies of repairs.
    pub body: Value,
}

/// As what a basket was sent.
#[derive(Debug, Clone)]
pub enum Order {
    /// A booking to be made.
    New {
        /// For which drama, if it was said.
        production: Option<ProductionId>,
        /// Whether it would be held.
        hold: bool,
    },
    /// A change.
    Change {
        /// Of which booking, as the path names it.
        booking: String,
        /// The lines they were; `None` for new ones.
        ids: Vec<Option<LineId>>,
    },
}

impl SentBasket {
    /// What would work in its place.
    pub fn repairs(&self, conn: &mut Conn, asked: &Asked) -> Outcome<Vec<Repair>> {
        let requests = input::find_listings(conn, &self.lines)?;
        let (production, hold, ids, booking) = match &self.order {
            Order::New { production, hold } => (*production, *hold, [].as_slice(), None),
            Order::Change { booking, ids } => {
                let id = id_of_path(conn, booking)?;
                let booking = bookings::find(conn, id)?.as_of(asked.now);
                (
                    Some(booking.production),
                    false,
                    ids.as_slice(),
                    Some(booking),
                )
            }
        };
        let line = |(place, request)| ChangedLine {
            id: ids.get(place).copied().flatten(),
            request,
        };
        let basket = Basket {
            cluster: &asked.cluster,
            actor: &asked.actor,
            production,
            hold,
            booking: booking.as_ref(),
            now: asked.now,
            lines: requests.into_iter().enumerate().map(line).collect(),
            claimed: Vec::new(),
            supposed: Supposed::default(),
        };
        repairs::of_basket(conn, &basket)
    }
}

/// A body as it was read, to be sent again with other lines.
pub fn sent_body(body: &impl Serialize) -> Value {
    serde_json::to_value(body).unwrap_or_default()
}

/// The reply of a write; to a refusal of lines it adds what would work instead.
pub async fn with_repairs<T>(
    app: &App,
    asked: Asked,
    sent: SentBasket,
    reply: Reply<T>,
) -> Reply<T> {
    let Err(Problem::Refused(Refused::Lines(refusals))) = reply else {
        return reply;
    };
    for refused in &refusals {
        app.metrics.refused(refusal::code(&refused.reason));
    }
    let body = sent.body.clone();
    let repairs = app.store.read(move |conn| sent.repairs(conn, &asked)).await;
    // A refusal without its repairs is still an answer.
    let repairs = repairs.unwrap_or_else(|refused| {
        tracing::warn!(?refused, "no repairs could be looked up");
        Vec::new()
    });
    Err(Problem::Lines {
        refusals,
        repairs,
        sent: body,
    })
}
