//! The demand ledger: what was wanted and not to be had, summed up, one by one, and as a file. Owners see what
//! was wanted of theirs, managers all. Nobody sees who wanted it: the ledger does not know.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::cursor::{ListKey, Page};
use super::errors::Reply;
use super::guard::Asking;
use super::input::{Faults, PageQuery, Query};
use super::inventory::{file, language};
use super::phrases;
use super::views::Named;
use crate::actions::Refused;
use crate::app::App;
use crate::domain::ids::{ListingId, WishId};
use crate::domain::listing::Listing;
use crate::domain::people::{Actor, Language};
use crate::domain::rights::{Reach, Right, reach};
use crate::inventory::read::Format;
use crate::inventory::write::{NotWritten, Writing};
use crate::store::demand::{self as rows, By, Filter, KeptWish, Sum};
use crate::store::{Conn, LONGEST_PAGE, StoreError, listings};

/// Which wishes.
#[derive(Debug, Clone, Deserialize, IntoParams)]
pub struct DemandQuery {
    /// Id of a listing.
    pub listing: Option<String>,
    /// Such as `camera`.
    pub category: Option<String>,
    /// For weeks from this one on: its Monday, or any day of it (`2026-11-23`).
    pub from: Option<NaiveDate>,
    /// For weeks up to this one.
    pub to: Option<NaiveDate>,
}

impl DemandQuery {
    fn read(&self, actor: &Actor) -> Reply<Filter> {
        let mut faults = Faults::default();
        let listing = self
            .listing
            .as_deref()
            .and_then(|text| faults.id("listing", text));
        faults.check()?;
        let monday = |day: NaiveDate| day.week(chrono::Weekday::Mon).checked_first_day();
        Ok(Filter {
            owner: (reach(actor.role, Right::Publish) != Reach::All).then_some(actor.company),
            listing,
            category: self.category.clone(),
            from: self.from.and_then(monday),
            to: self.to.and_then(monday),
        })
    }
}

/// What wishes are summed up by.
#[derive(Debug, Clone, Deserialize, IntoParams)]
pub struct ByQuery {
    /// `listing`, `category` or `week`; listings when absent.
    pub by: Option<String>,
}

/// Wishes summed up.
#[derive(Debug, Serialize, ToSchema)]
pub struct DemandOut {
    /// The listing, if that is what they are summed up by.
    pub listing: Option<Named>,
    /// The category, of a listing or by itself.
    pub category: Option<String>,
    /// The Monday of the week they were wanted for.
    pub week: Option<NaiveDate>,
    /// How many wishes.
    pub wishes: i64,
    /// How often they were asked for.
    pub tries: i64,
    /// Of how many nothing came at all.
    pub unmet: i64,
    /// Units that were short × minutes in which they were.
    pub short_minutes: i64,
    /// How many by each reason: `taken`, `held`, `closed`, `too_few`, `night`, `hours`, `notice`, `ahead`,
    /// `length`, `withdrawn`, `declined`.
    pub whys: BTreeMap<String, i64>,
}

/// What to buy or build next
///
/// Requests that were refused, summed up by listing or category (the most short first) or by week (the latest
/// first). A crew that tries again within half an hour counts once.
#[utoipa::path(get, path = "/api/v1/demand", tag = "demand", operation_id = "list_demand", params(ByQuery, DemandQuery, PageQuery),
    responses((status = 200, body = Page<DemandOut>)))]
pub async fn list(
    State(app): State<App>,
    who: Asking,
    Query(by): Query<ByQuery>,
    Query(query): Query<DemandQuery>,
    Query(page): Query<PageQuery>,
) -> Reply<Json<Page<DemandOut>>> {
    let mut faults = Faults::default();
    let words = "listing, category, week";
    let by = by.by.as_deref().unwrap_or("listing");
    let by: Option<By> = faults.word("by", by, words);
    faults.check()?;
    let by = by.unwrap_or(By::Listing);
    let filter = query.read(&who.actor())?;
    let limit = page.limit()?;
    let key = ListKey::new(who.0.id, format!("demand {by} {query:?}"));
    let offset: i64 = key.after(page.cursor.as_deref())?.unwrap_or(0);
    let (sums, told) = app
        .store
        .read(move |conn| {
            let sums = rows::sums(conn, &filter, by, offset, limit + 1)?;
            let told = Told::of(conn, &filter, by, &sums)?;
            Ok::<_, StoreError>((sums, told))
        })
        .await?;
    // Sums have no place of their own: a page begins after so many.
    let counted: Vec<(i64, Sum)> = (offset + 1..).zip(sums).collect();
    let place = |(place, _): &(i64, Sum)| place.to_string();
    let view = |(_, sum): (i64, Sum)| told.view(by, &sum);
    Ok(Json(Page::cut(counted, limit, &key, place, view)))
}

/// What is told beside sums.
struct Told {
    listings: Vec<Listing>,
    whys: BTreeMap<String, BTreeMap<String, i64>>,
}

impl Told {
    fn of(conn: &mut Conn, filter: &Filter, by: By, sums: &[Sum]) -> Result<Self, StoreError> {
        let keys: Vec<String> = sums.iter().map(|sum| sum.key.clone()).collect();
        let ids: Vec<ListingId> = match by {
            By::Listing => keys.iter().filter_map(|key| key.parse().ok()).collect(),
            By::Category | By::Week => Vec::new(),
        };
        let mut whys: BTreeMap<String, BTreeMap<String, i64>> = BTreeMap::new();
        for (key, why, count) in rows::whys(conn, filter, by, &keys)? {
            whys.entry(key).or_default().insert(why.to_string(), count);
        }
        Ok(Self {
            listings: listings::find_all(conn, &ids)?,
            whys,
        })
    }

    fn view(&self, by: By, sum: &Sum) -> DemandOut {
        let id: Option<ListingId> = sum.key.parse().ok();
        let listing = self.listings.iter().find(|listing| Some(listing.id) == id);
        DemandOut {
            category: match by {
                By::Category => Some(sum.key.clone()),
                By::Listing | By::Week => listing.map(|listing| listing.category.clone()),
            },
            listing: listing.map(named),
            week: sum.key.parse().ok().filter(|_| by == By::Week),
            wishes: sum.wishes,
            tries: sum.tries,
            unmet: sum.unmet,
            short_minutes: sum.short_minutes,
            whys: self.whys.get(&sum.key).cloned().unwrap_or_default(),
        }
    }
}

fn named(listing: &Listing) -> Named {
    Named::new(listing.id, &listing.code, &listing.names)
}

/// A wish that was not granted.
#[derive(Debug, Serialize, ToSchema)]
pub struct WishOut {
    /// Its identifier.
    pub id: String,
    /// What was wanted.
    pub listing: Option<Named>,
    /// Its category then.
    pub category: String,
    /// First moment.
    pub start: DateTime<Utc>,
    /// First moment after.
    pub end: DateTime<Utc>,
    /// How many units were wanted.
    pub units: u32,
    /// How many of them were not to be had.
    pub short: u32,
    /// Why, as a word.
    pub why: String,
    /// How often it was tried.
    pub tries: u32,
    /// What was had in the end: `as_asked`, `in_line`, `fewer`, `other_time`, `other_listing`, or null.
    pub instead: Option<String>,
    /// Of which listing.
    pub instead_listing: Option<Named>,
    /// How many units.
    pub instead_units: Option<u32>,
}

fn wish_view(wish: &KeptWish, known: &[Listing]) -> WishOut {
    let find = |id: ListingId| known.iter().find(|one| one.id == id).map(named);
    WishOut {
        id: wish.id.to_string(),
        listing: find(wish.wish.listing),
        category: wish.category.clone(),
        start: wish.wish.span.start(),
        end: wish.wish.span.end(),
        units: wish.wish.units,
        short: wish.wish.short,
        why: wish.wish.why.to_string(),
        tries: wish.tries,
        instead: wish.instead.map(|(instead, _, _)| instead.to_string()),
        instead_listing: wish.instead.and_then(|(_, listing, _)| find(listing)),
        instead_units: wish.instead.map(|(_, _, units)| units),
    }
}

/// A page of wishes with the listings they name.
fn page_of_wishes(
    conn: &mut Conn,
    filter: &Filter,
    before: Option<WishId>,
    limit: i64,
) -> Result<(Vec<KeptWish>, Vec<Listing>), StoreError> {
    let found = rows::list(conn, filter, before, limit)?;
    let ids: Vec<ListingId> = found
        .iter()
        .flat_map(|wish| [Some(wish.wish.listing), wish.instead.map(|(_, id, _)| id)])
        .flatten()
        .collect();
    let named = listings::find_all(conn, &ids)?;
    Ok((found, named))
}

/// Each refused request
#[utoipa::path(get, path = "/api/v1/demand/wishes", tag = "demand", operation_id = "list_wishes", params(DemandQuery, PageQuery),
    responses((status = 200, body = Page<WishOut>)))]
pub async fn wishes(
    State(app): State<App>,
    who: Asking,
    Query(query): Query<DemandQuery>,
    Query(page): Query<PageQuery>,
) -> Reply<Json<Page<WishOut>>> {
    let filter = query.read(&who.actor())?;
    let limit = page.limit()?;
    let key = ListKey::new(who.0.id, format!("wishes {query:?}"));
    let before: Option<WishId> = key.after(page.cursor.as_deref())?;
    let (found, named) = app
        .store
        .read(move |conn| page_of_wishes(conn, &filter, before, limit + 1))
        .await?;
    Ok(Json(Page::cut(
        found,
        limit,
        &key,
        |wish| wish.id.to_string(),
        |wish| wish_view(&wish, &named),
    )))
}

/// The most wishes of one file.
const MOST_EXPORTED: usize = 50_000;

/// Export refused requests as CSV
#[utoipa::path(get, path = "/api/v1/demand/export.csv", tag = "demand", operation_id = "export_demand", params(DemandQuery),
    responses((status = 200, content_type = "text/csv", body = String)))]
pub async fn export(
    State(app): State<App>,
    who: Asking,
    headers: HeaderMap,
    Query(query): Query<DemandQuery>,
) -> Reply<Response> {
    let filter = query.read(&who.actor())?;
    let (zone, language) = (app.cluster.zone, language(&who, &headers));
    let bytes = app
        .store
        .read(move |conn| {
            let mut table = Table::begin(zone, language)?;
            let (mut before, mut count) = (None, 0);
            loop {
                let (found, named) = page_of_wishes(conn, &filter, before, LONGEST_PAGE)?;
                for wish in &found {
                    table.add(wish, &named)?;
                }
                before = found.last().map(|wish| wish.id);
                count += found.len();
                if before.is_none() || count >= MOST_EXPORTED {
                    return Ok::<_, Refused>(table.writing.finish()?);
                }
            }
        })
        .await?;
    Ok(file("demand", Format::Csv, bytes))
}

/// Titles of the columns of a file.
const TITLES: [(&str, &str); 12] = [
    ("周", "Week"),
    ("编号", "Code"),
    ("中文名", "Name (zh)"),
    ("英文名", "Name (en)"),
    ("类别", "Category"),
    ("开始", "Start"),
    ("结束", "End"),
    ("需要数量", "Units wanted"),
    ("缺少数量", "Units short"),
    ("原因", "Why"),
    ("尝试次数", "Tries"),
    ("最后改为", "Taken instead"),
];

/// Wishes as a file.
struct Table {
    writing: Writing,
    zone: Tz,
    language: Language,
}

impl Table {
    fn begin(zone: Tz, language: Language) -> Result<Self, NotWritten> {
        let titles = TITLES.map(|(zh, en)| language.pick(zh, en).to_owned());
        let writing = Writing::begin(Format::Csv, &titles)?;
        Ok(Self {
            writing,
            zone,
            language,
        })
    }

    fn add(&mut self, kept: &KeptWish, named: &[Listing]) -> Result<(), NotWritten> {
        let (wish, language) = (&kept.wish, self.language);
        let listing = named.iter().find(|one| one.id == wish.listing);
        let text = |of: fn(&Listing) -> &str| listing.map(of).unwrap_or_default().to_owned();
        let local = |moment: DateTime<Utc>| {
            let local = moment.with_timezone(&self.zone);
            local.format("%Y-%m-%d %H:%M").to_string()
        };
        let instead = kept.instead.map(|(instead, id, units)| {
            let code = named.iter().find(|one| one.id == id);
            let code = code.map(|one| one.code.as_str()).unwrap_or_default();
            format!("{} {code} ×{units}", phrases::instead(instead, language))
        });
        let cells = [
            kept.week.to_string(),
            text(|listing| &listing.code),
            text(|listing| &listing.names.zh),
            text(|listing| &listing.names.en),
            kept.category.clone(),
            local(wish.span.start()),
            local(wish.span.end()),
            wish.units.to_string(),
            wish.short.to_string(),
            phrases::why(wish.why, language).to_owned(),
            kept.tries.to_string(),
            instead.unwrap_or_default(),
        ];
        self.writing
            .add(cells.iter().map(|text| (text.as_str(), false)))
    }
}
