//! What follows a refusal of lines: what would work instead, looked up after the write was taken back, so
//! that nobody who is served waits for it.

use serde::Serialize;
use serde_json::Value;

use super::bookings::{Asked, id_of_path};
use super::errors::{Problem, Reply};
use super::input::{self, ReadLine};
use super::views::refusal;
use crate::actions::change::ChangedLine;
use crate::actions::quote::LineRequest;
use crate::actions::repairs::{self, Basket};
use crate::actions::series::{self, DateReport, Dates, SeriesBasket, SeriesRequest};
use crate::actions::{Outcome, Refused};
use crate::app::App;
use crate::domain::effect::Supposed;
use crate::domain::ids::{LineId, ProductionId};
use crate::domain::refusal::Refusal;
use crate::domain::repair::Repair;
use crate::domain::series::Scope;
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
        /// How it repeats, if it does.
        repeat: Option<Box<SeriesRequest>>,
    },
    /// A change.
    Change {
        /// Of which booking, as the path names it.
        booking: String,
        /// The lines they were; `None` for new ones.
        ids: Vec<Option<LineId>>,
        /// How much of its series is changed alike.
        scope: Scope,
    },
}

impl SentBasket {
    /// What would work in its place.
    pub fn repairs(&self, conn: &mut Conn, asked: &Asked) -> Outcome<Vec<Repair>> {
        let requests = input::find_listings(conn, &self.lines)?;
        let (cluster, actor, now) = (&asked.cluster, &asked.actor, asked.now);
        let (production, hold, ids, booking) = match &self.order {
            Order::New {
                production,
                repeat: Some(series),
                ..
            } => {
                let basket = SeriesBasket {
                    cluster,
                    actor,
                    production: *production,
                    lines: requests,
                    series,
                    now,
                };
                return series::of_series(conn, &basket);
            }
            Order::New {
                production, hold, ..
            } => (*production, *hold, [].as_slice(), None),
            Order::Change {
                booking,
                ids,
                scope: scope @ (Scope::Following | Scope::All),
            } => {
                let of = Dates {
                    booking: id_of_path(conn, booking)?,
                    scope: *scope,
                };
                let lines = changed_lines(requests, ids);
                return series::of_change(conn, cluster, actor, of, lines, now);
            }
            Order::Change { booking, ids, .. } => {
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
        let basket = Basket {
            cluster,
            actor,
            production,
            hold,
            booking: booking.as_ref(),
            now,
            lines: changed_lines(requests, ids),
            claimed: Vec::new(),
            supposed: Supposed::default(),
        };
        repairs::of_basket(conn, &basket)
    }
}

fn changed_lines(requests: Vec<LineRequest>, ids: &[Option<LineId>]) -> Vec<ChangedLine> {
    let line = |(place, request)| ChangedLine {
        id: ids.get(place).copied().flatten(),
        request,
    };
    requests.into_iter().enumerate().map(line).collect()
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
    let refused = match reply {
        Err(Problem::Refused(refused @ (Refused::Lines(_) | Refused::Dates(_)))) => refused,
        other => return other,
    };
    for one in refusals_of(&refused) {
        app.metrics.refused(refusal::code(&one.reason));
    }
    let body = sent.body.clone();
    let repairs = app.store.read(move |conn| sent.repairs(conn, &asked)).await;
    // A refusal without its repairs is still an answer.
    let repairs = repairs.unwrap_or_else(|refused| {
        tracing::warn!(?refused, "no repairs could be looked up");
        Vec::new()
    });
    Err(match refused {
        Refused::Dates(dates) => Problem::Dates {
            dates,
            repairs,
            sent: body,
        },
        other => Problem::Lines {
            refusals: refusals_of(&other).cloned().collect(),
            repairs,
            sent: body,
        },
    })
}

/// Every refusal of every line, on every date.
fn refusals_of(refused: &Refused) -> impl Iterator<Item = &Refusal> {
    let (lines, dates): (&[Refusal], &[DateReport]) = match refused {
        Refused::Lines(refusals) => (refusals, &[]),
        Refused::Dates(dates) => (&[], dates),
        _ => (&[], &[]),
    };
    lines
        .iter()
        .chain(dates.iter().flat_map(|date| &date.refusals))
}
