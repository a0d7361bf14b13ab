//! Sites and listings of the demo: 445 rows of a realistic inventory.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::people::People;
use crate::actions::listings::{self, NewListing};
use crate::actions::sites::{self, NewSite};
use crate::actions::{Outcome, Refused};
use crate::domain::hours::{OpeningHours, WallTime};
use crate::domain::ids::{CompanyId, SiteId};
use crate::domain::listing::{Kind, Listing};
use crate::domain::money::{Currency, Money};
use crate::domain::people::Names;
use crate::domain::policy::{Approval, OwnRules};
use crate::domain::price::Rates;
use crate::domain::span::Instant;
use crate::store::{Conn, StoreError};

const INVENTORY: &str = include_str!("inventory.csv");

#[derive(Deserialize)]
struct Row {
    code: String,
    kind: Kind,
    category: String,
    name_zh: String,
    name_en: String,
    quantity: u32,
    day_rate_cny: Option<i64>,
    hour_rate_cny: Option<i64>,
    deposit_cny: Option<i64>,
    turnaround_minutes: Option<u32>,
    site: String,
    area_sqm: Option<u32>,
    tags: String,
    description_zh: String,
    description_en: String,
}

/// Code, Chinese name (as the inventory has it), English name, opening hours (none: round the clock).
type SiteRow = (&'static str, &'static str, &'static str, Option<(u16, u16)>);

const SITES: &[SiteRow] = &[
    ("HALL-A", "A区现代馆", "Hall A, modern sets", None),
    ("ZONE-B", "B区古装城", "Zone B, ancient town", None),
    ("ZONE-C", "C区民国年代街", "Zone C, Republican street", None),
    (
        "ZONE-D",
        "D区乡村外景",
        "Zone D, village and exteriors",
        None,
    ),
    ("ZONE-E", "E区影棚区", "Zone E, stages", None),
    ("GEAR", "器材中心", "Gear house", Some((7, 23))),
    (
        "WARDROBE",
        "服道中心",
        "Wardrobe and prop house",
        Some((7, 23)),
    ),
    ("SERVICE", "服务中心", "Service centre", None),
];

/// Makes the sites and publishes every row.
pub(super) fn publish(conn: &mut Conn, people: &People, now: Instant) -> Outcome<Vec<Listing>> {
    let sites = make_sites(conn, now)?;
    let mut published = Vec::new();
    for row in csv::Reader::from_reader(INVENTORY.as_bytes()).deserialize::<Row>() {
        let row = row.map_err(|error| StoreError::Other(format!("inventory.csv: {error}")))?;
        let site = *sites
            .get(row.site.as_str())
            .ok_or(Refused::NotFound("site"))?;
        let owner = owner(people, &row)?;
        let listing = listings::create(conn, None, new_listing(row, site, owner), now)?;
        published.push(listings::publish(conn, None, listing.id, now)?);
    }
    Ok(published)
}

fn make_sites(conn: &mut Conn, now: Instant) -> Outcome<BTreeMap<&'static str, SiteId>> {
    let mut sites = BTreeMap::new();
    for (code, zh, en, open) in SITES {
        let hours = open.and_then(|(from, to)| {
            Some(OpeningHours::daily(
                WallTime::new(from, 0)?,
                WallTime::new(to, 0)?,
            ))
        });
        let names = Names {
            zh: (*zh).to_owned(),
            en: (*en).to_owned(),
        };
        let site = sites::create(
            conn,
            None,
            NewSite {
                code: (*code).to_owned(),
                names,
                hours,
            },
            now,
        )?;
        sites.insert(*zh, site.id);
    }
    Ok(sites)
}

/// Who owns what: lighting, cameras, costumes, vehicles and furniture have houses of their own; what is
/// built belongs to the operators.
fn owner(people: &People, row: &Row) -> Outcome<CompanyId> {
    let code = match (row.kind, row.category.as_str()) {
        (Kind::Equipment, "lighting" | "power" | "grip" | "effects") => "CO-023",
        (Kind::Equipment, _) => "CO-024",
        (Kind::Prop, "vehicle") => "CO-026",
        (Kind::Prop, "set_dressing") => "CO-027",
        (Kind::Prop, _) => "CO-025",
        (Kind::Scene, "ancient") => "CO-029",
        (Kind::Scene, "republican") => "CO-030",
        (Kind::Scene | Kind::Facility | Kind::Service, _) => "CO-028",
    };
    people
        .companies
        .get(code)
        .map(|company| company.id)
        .ok_or(Refused::NotFound("company"))
}

/// Papers, a person or a palace need the owner's word.
fn needs_approval(row: &Row) -> bool {
    const TAGS: [&str; 3] = ["restricted", "controlled", "operator-required"];
    row.category == "ancient" || row.tags.split(';').any(|tag| TAGS.contains(&tag))
}

fn new_listing(row: Row, site: SiteId, owner: CompanyId) -> NewListing {
    let yuan = |amount: i64| Money {
        minor: amount * 100,
        currency: Currency::CNY,
    };
    let approval = needs_approval(&row).then_some(Approval::Owner);
    let rates = Rates {
        day: row.day_rate_cny.map(yuan),
        hour: row.hour_rate_cny.map(yuan),
        deposit: yuan(row.deposit_cny.unwrap_or(0)),
    };
    NewListing {
        own_rules: OwnRules {
            turnaround_minutes: row.turnaround_minutes,
            approval,
            ..OwnRules::default()
        },
        code: row.code,
        kind: row.kind,
        category: row.category,
        names: Names {
            zh: row.name_zh,
            en: row.name_en,
        },
        descriptions: Names {
            zh: row.description_zh,
            en: row.description_en,
        },
        tags: row
            .tags
            .split(';')
            .filter(|tag| !tag.is_empty())
            .map(str::to_owned)
            .collect(),
        site,
        owner,
        quantity: row.quantity,
        area_sqm: row.area_sqm,
        rates,
    }
}
