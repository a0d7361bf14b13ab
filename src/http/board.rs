//! The board of those who keep listings: their listings × days, with what is booked and closed.

use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;

use super::cursor::ListKey;
use super::errors::Reply;
use super::guard::Asking;
use super::input::{Faults, PageQuery, Query, invalid, read_days};
use super::listings::FilterQuery;
use super::views::board::{BoardOut, board as board_view};
use crate::actions::FieldFault;
use crate::actions::board::{self, BoardDays, Look};
use crate::app::App;
use crate::domain::ids::ListingId;
use crate::domain::people::Actor;
use crate::domain::rights::{Reach, Right, reach};
use crate::store::listings::Filter;

/// The most days of a board.
const MOST_DAYS: u32 = 31;
/// The most listings asked for by name.
const MOST_NAMED: usize = 100;

/// Which days of the board.
#[derive(Debug, Clone, Deserialize, IntoParams)]
pub struct BoardQuery {
    /// First local date; today when absent.
    pub from: Option<NaiveDate>,
    /// 1 to 31 days; 14 when absent.
    pub days: Option<u32>,
    /// Ids of at most 100 listings, with commas between: only these, whatever else is asked for; a kit stands
    /// for its parts.
    pub listings: Option<String>,
}

impl BoardQuery {
    fn days(&self, app: &App) -> Reply<BoardDays> {
        let count = read_days(self.days, 14, MOST_DAYS)?;
        let today = app.clock.now().with_timezone(&app.cluster.zone);
        let first = self.from.unwrap_or_else(|| today.date_naive());
        BoardDays::from(&app.cluster, first, count)
            .ok_or_else(|| invalid(vec![FieldFault::new("from", "year_out_of_range")]))
    }

    fn named(&self) -> Reply<Option<Vec<ListingId>>> {
        let Some(text) = &self.listings else {
            return Ok(None);
        };
        let mut faults = Faults::default();
        let ids: Vec<ListingId> = text
            .split(',')
            .filter_map(|id| faults.id("listings", id))
            .collect();
        if ids.len() > MOST_NAMED {
            let fault = FieldFault::with_limit("listings", "too_many", MOST_NAMED);
            faults.0.push(fault);
        }
        faults.check()?;
        Ok(Some(ids))
    }
}

/// The board
///
/// A manager sees every published listing, an owner its own.
#[utoipa::path(get, path = "/api/v1/board", tag = "availability", operation_id = "board",
    params(BoardQuery, FilterQuery, PageQuery), responses((status = 200, body = BoardOut)))]
pub async fn show(
    State(app): State<App>,
    who: Asking,
    Query(query): Query<BoardQuery>,
    Query(filter): Query<FilterQuery>,
    Query(page): Query<PageQuery>,
) -> Reply<Json<BoardOut>> {
    let actor = who.actor();
    let days = query.days(&app)?;
    let named = query.named()?;
    let limit = page.limit()?;
    let narrowed = of_own(&actor, filter.read(&actor)?.filter);
    let key = ListKey::new(actor.member, format!("board {filter:?}"));
    let after: Option<String> = key.after(page.cursor.as_deref())?;
    let look = Look {
        window: days.window,
        now: app.clock.now(),
    };
    let found = app
        .store
        .read(move |conn| match named {
            Some(ids) => board::of_listings(conn, &actor, &ids, look),
            None => board::page(conn, &actor, &narrowed, after.as_deref(), limit, look),
        })
        .await?;
    Ok(Json(board_view(&found, &days, &actor, |code| {
        key.cursor(code)
    })))
}

/// Whoever keeps only its own company's listings sees only those.
fn of_own(actor: &Actor, filter: Filter) -> Filter {
    match reach(actor.role, Right::Publish) {
        Reach::All => filter,
        Reach::Own | Reach::None => Filter {
            owner: Some(actor.company),
            ..filter
        },
    }
}
