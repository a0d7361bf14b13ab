//! The board → JSON. What many rows have in common is said once beside them.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Named, end_of};
use crate::actions::board::{Board, BoardDays, BoardLine, BoardRow};
use crate::domain::closure::Closure;
use crate::domain::people::Actor;
use crate::domain::rights::{Right, may};
use crate::store::booking_lists::Heading;

/// A page of the board.
#[derive(Debug, Serialize, ToSchema)]
pub struct BoardOut {
    /// The days, in the cluster's zone.
    pub days: Vec<BoardDayOut>,
    /// The end of the last day.
    pub until: DateTime<Utc>,
    /// Listings, by code.
    pub items: Vec<BoardRowOut>,
    /// The bookings the reader may know, each once.
    pub bookings: Vec<BoardBookingOut>,
    /// The companies that are named.
    pub companies: Vec<Named>,
    /// Cursors of the next pages, at most ten; they may be asked for at the same time.
    pub next_cursors: Vec<String>,
}

/// A day of the board.
#[derive(Debug, Serialize, ToSchema)]
pub struct BoardDayOut {
    /// Local date.
    pub date: NaiveDate,
    /// Its first moment.
    pub start: DateTime<Utc>,
}

/// A listing of the board.
#[derive(Debug, Serialize, ToSchema)]
pub struct BoardRowOut {
    /// Its identifier.
    pub id: String,
    /// Its short code.
    pub code: String,
    /// In Chinese.
    pub name_zh: String,
    /// In English.
    pub name_en: String,
    /// Its kind.
    pub kind: String,
    /// Finer than the kind.
    pub category: String,
    /// Where it is.
    pub site: Named,
    /// Whose it is.
    pub owner: Named,
    /// How many like units there are.
    pub quantity: u32,
    /// Whether the reader may close it.
    pub can_edit: bool,
    /// What claims units of it.
    pub lines: Vec<BoardLineOut>,
    /// What is closed.
    pub closures: Vec<BoardClosureOut>,
}

/// A line on the board.
#[derive(Debug, Serialize, ToSchema)]
pub struct BoardLineOut {
    /// Its identifier.
    pub id: String,
    /// Its booking, where the reader may know it.
    pub booking: Option<String>,
    /// Whose it is, where the reader may know that.
    pub company: Option<String>,
    /// First moment.
    pub start: DateTime<Utc>,
    /// First moment after.
    pub end: DateTime<Utc>,
    /// Where its claim starts, setup included.
    pub claim_start: DateTime<Utc>,
    /// Where its claim ends, turnaround included.
    pub claim_end: DateTime<Utc>,
    /// How many units.
    pub units: u32,
    /// Where it is in its life.
    pub state: String,
    /// Whether it is of the reader's company.
    pub mine: bool,
    /// Whether the reader may move it.
    pub can_change: bool,
    /// Whether the reader may decide it now.
    pub can_decide: bool,
    /// Until when its crew stays beyond its end; null where it ends in time.
    pub late_until: Option<DateTime<Utc>>,
    /// When it ends by itself, if it is on hold; else absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
}

/// A booking behind lines of the board.
#[derive(Debug, Serialize, ToSchema)]
pub struct BoardBookingOut {
    /// Its identifier.
    pub id: String,
    /// Reference for people.
    pub reference: String,
    /// What the crew calls it.
    pub title: String,
    /// Title of its production.
    pub production: String,
    /// For `If-Match`.
    pub version: i64,
}

/// A closure on the board.
#[derive(Debug, Serialize, ToSchema)]
pub struct BoardClosureOut {
    /// Its identifier.
    pub id: String,
    /// First moment.
    pub start: DateTime<Utc>,
    /// First moment after; null is until further notice.
    pub end: Option<DateTime<Utc>>,
    /// How many units; null is all.
    pub units: Option<u32>,
    /// `closed` or `out_of_service`.
    pub kind: String,
    /// Why, for people.
    pub reason: String,
}

/// A page of the board as this reader sees it; `cursor` writes where a page begins.
pub fn board(
    board: &Board,
    days: &BoardDays,
    actor: &Actor,
    cursor: impl Fn(&String) -> String,
) -> BoardOut {
    let day = |(date, start): &(NaiveDate, DateTime<Utc>)| BoardDayOut {
        date: *date,
        start: *start,
    };
    BoardOut {
        days: days.days.iter().map(day).collect(),
        until: days.window.end(),
        items: board.rows.iter().map(|one| row(one, actor)).collect(),
        bookings: board.bookings.iter().map(booking).collect(),
        companies: board
            .companies
            .iter()
            .map(|company| Named::new(company.id, &company.code, &company.names))
            .collect(),
        next_cursors: board.next.iter().map(cursor).collect(),
    }
}

fn row(row: &BoardRow, actor: &Actor) -> BoardRowOut {
    let (listing, site, owner) = (&row.listing.listing, &row.listing.site, &row.listing.owner);
    BoardRowOut {
        id: listing.id.to_string(),
        code: listing.code.clone(),
        name_zh: listing.names.zh.clone(),
        name_en: listing.names.en.clone(),
        kind: listing.kind.as_str().to_owned(),
        category: listing.category.clone(),
        site: Named::new(site.id, &site.code, &site.names),
        owner: Named::new(owner.id, &owner.code, &owner.names),
        quantity: listing.quantity,
        can_edit: may(actor, Right::Publish, listing.owner),
        lines: row.lines.iter().map(|one| line(one, actor)).collect(),
        closures: row.closures.iter().map(closure).collect(),
    }
}

fn line(line: &BoardLine, actor: &Actor) -> BoardLineOut {
    let live = &line.live;
    BoardLineOut {
        id: live.line.to_string(),
        booking: line.known.then(|| live.booking.to_string()),
        company: line.company.map(|company| company.to_string()),
        start: live.claim.span.start(),
        end: live.claim.span.end(),
        claim_start: live.claim.claim.start(),
        claim_end: live.claim.claim.end(),
        units: live.claim.units,
        state: live.state.as_str().to_owned(),
        mine: live.company == actor.company,
        can_change: line.can_change,
        can_decide: line.can_decide,
        late_until: line.late_until,
        expires_at: line.live.expires_at,
    }
}

fn booking((heading, production): &(Heading, String)) -> BoardBookingOut {
    BoardBookingOut {
        id: heading.id.to_string(),
        reference: heading.reference.clone(),
        title: heading.title.clone(),
        production: production.clone(),
        version: heading.version,
    }
}

fn closure(closure: &Closure) -> BoardClosureOut {
    BoardClosureOut {
        id: closure.id.to_string(),
        start: closure.span.start(),
        end: end_of(closure.span),
        units: closure.units,
        kind: closure.kind.as_str().to_owned(),
        reason: closure.reason.clone(),
    }
}
