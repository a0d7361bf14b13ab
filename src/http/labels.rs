//! Labels: what stands on the stickers of things, with the code that brings a phone to their page. The page
//! lays them out on sheets; here is only what is on them.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::cursor::{ListKey, Page};
use super::errors::Reply;
use super::guard::Asking;
use super::input::{PageQuery, Query, invalid};
use super::listings::{FilterQuery, Narrowed};
use super::qr::{self, SquaresOut};
use super::views::Named;
use crate::actions::catalogue::{self, Described};
use crate::actions::{FieldFault, Outcome};
use crate::app::App;

/// The most codes that are asked for by name at once.
const MOST_CODES: usize = 200;

/// What labels are asked for by name.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub struct LabelQuery {
    /// Codes of listings, with commas between; in this order, and nothing else.
    pub codes: Option<String>,
}

impl LabelQuery {
    fn codes(&self) -> Reply<Vec<String>> {
        let text = self.codes.as_deref().unwrap_or_default();
        let codes = text
            .split(',')
            .map(str::trim)
            .filter(|code| !code.is_empty());
        let codes: Vec<String> = codes.map(str::to_owned).collect();
        if codes.len() > MOST_CODES {
            let fault = FieldFault::with_limit("codes", "too_many", MOST_CODES);
            return Err(invalid(vec![fault]));
        }
        Ok(codes)
    }
}

/// What stands on a label.
#[derive(Debug, Serialize, ToSchema)]
pub struct LabelOut {
    /// The code that is read, printed and typed.
    pub code: String,
    /// In Chinese.
    pub name_zh: String,
    /// In English.
    pub name_en: String,
    /// Whose it is.
    pub owner: Named,
    /// Where the code leads.
    pub address: String,
    /// The address as squares.
    pub qr: SquaresOut,
}

fn view(app: &App, described: Described) -> Reply<LabelOut> {
    let Described { listing, owner, .. } = described;
    let address = qr::address(app, &listing.code);
    Ok(LabelOut {
        qr: SquaresOut::of(&address)?,
        address,
        code: listing.code,
        name_zh: listing.names.zh,
        name_en: listing.names.en,
        owner: Named::new(owner.id, &owner.code, &owner.names),
    })
}

/// List labels
///
/// Of the listings that are named, or else of those a filter leaves, as in the catalogue.
#[utoipa::path(get, path = "/api/v1/labels", tag = "listings", operation_id = "list_labels",
    params(LabelQuery, FilterQuery, PageQuery), responses((status = 200, body = Page<LabelOut>)))]
pub async fn list(
    State(app): State<App>,
    who: Asking,
    Query(wanted): Query<LabelQuery>,
    Query(filter): Query<FilterQuery>,
    Query(page): Query<PageQuery>,
) -> Reply<Json<Page<LabelOut>>> {
    let (actor, now) = (who.actor(), app.clock.now());
    let codes = wanted.codes()?;
    let limit = usize::try_from(page.limit()?).unwrap_or(1);
    let key = ListKey::new(actor.member, format!("labels {filter:?}"));
    let after: Option<String> = key.after(page.cursor.as_deref())?;
    let Narrowed { filter, free } = filter.read(&actor)?;
    let (found, next) = app
        .store
        .read(move |conn| {
            let (found, next) = if codes.is_empty() {
                let found = catalogue::search(conn, &filter, free, after, limit, now)?;
                (found.listings, found.next)
            } else {
                (catalogue::named(conn, &actor, &codes)?, None)
            };
            Outcome::Ok((catalogue::describe(conn, found)?, next))
        })
        .await?;
    let items = found.into_iter().map(|one| view(&app, one));
    Ok(Json(Page {
        items: items.collect::<Reply<_>>()?,
        next_cursor: next.map(|next| key.cursor(next)),
    }))
}
