//! Labels: what stands on the stickers of things, with the code that brings a phone to their page. The page
//! lays them out on sheets; here is only what is on them.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::cursor::{ListKey, Page};
use super::errors::Reply;
use super::guard::Asking;
use super::input::{self, PageQuery, Query, invalid};
use super::listings::{FilterQuery, Narrowed};
use super::qr::{self, SquaresOut};
use super::views::Named;
use crate::actions::catalogue::{self, Described};
use crate::actions::listings::may_see;
use crate::actions::{FieldFault, OrNotFound, Outcome};
use crate::app::App;
use crate::domain::people::Actor;
use crate::domain::unit::Unit;
use crate::store::{Conn, listings, units};

/// The most codes that are asked for by name at once.
const MOST_CODES: usize = 200;

/// What labels are asked for by name.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub struct LabelQuery {
    /// Codes of listings, with commas between; in this order, and nothing else.
    pub codes: Option<String>,
    /// Id or code of a listing: of its units, and nothing else.
    pub units_of: Option<String>,
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

/// What is labelled: a listing, or one unit of it.
struct Labelled {
    code: String,
    described: Described,
}

fn view(app: &App, labelled: Labelled) -> Reply<LabelOut> {
    let Labelled { code, described } = labelled;
    let Described { listing, owner, .. } = described;
    let address = qr::address(app, &code);
    Ok(LabelOut {
        qr: SquaresOut::of(&address)?,
        address,
        code,
        name_zh: listing.names.zh,
        name_en: listing.names.en,
        owner: Named::new(owner.id, &owner.code, &owner.names),
    })
}

/// List labels
///
/// Of the listings that are named, or of the units of one, or else of the listings a filter leaves, as in the
/// catalogue.
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
    let key = ListKey::new(actor.member, format!("labels {wanted:?} {filter:?}"));
    let after: Option<String> = key.after(page.cursor.as_deref())?;
    let Narrowed { filter, free } = filter.read(&actor)?;
    let (found, next) = app
        .store
        .read(move |conn| {
            if let Some(listing) = &wanted.units_of {
                return of_units(conn, &actor, listing, after.as_deref(), limit);
            }
            let (found, next) = if codes.is_empty() {
                let found = catalogue::search(conn, &filter, free, after, limit, now)?;
                (found.listings, found.next)
            } else {
                (catalogue::named(conn, &actor, &codes)?, None)
            };
            let found = catalogue::describe(conn, found)?.into_iter();
            let labelled = |described: Described| Labelled {
                code: described.listing.code.clone(),
                described,
            };
            Outcome::Ok((found.map(labelled).collect(), next))
        })
        .await?;
    let items = found.into_iter().map(|one| view(&app, one));
    Ok(Json(Page {
        items: items.collect::<Reply<_>>()?,
        next_cursor: next.map(|next| key.cursor(next)),
    }))
}

/// A page of the units of a listing, and the code after which to look on.
fn of_units(
    conn: &mut Conn,
    actor: &Actor,
    listing: &str,
    after: Option<&str>,
    limit: usize,
) -> Outcome<(Vec<Labelled>, Option<String>)> {
    let id = input::listing_of_path(conn, listing)?;
    let listing = listings::find(conn, id).or_not_found("listing")?;
    may_see(actor, &listing)?;
    let one_more = i64::try_from(limit).unwrap_or(1) + 1;
    let mut units = units::list(conn, id, after, one_more)?;
    let more = units.len() > limit;
    units.truncate(limit);
    let next = units.last().filter(|_| more).map(|unit| unit.code.clone());
    let described = catalogue::describe_one(conn, listing)?;
    let labelled = |unit: Unit| Labelled {
        code: unit.code,
        described: described.clone(),
    };
    Ok((units.into_iter().map(labelled).collect(), next))
}
