//! Sites and listings of the demo: 445 rows of a realistic inventory, taken in as anybody's file is.

use std::sync::Arc;

use crate::actions::import::{self, Choice, Import, Upload, Wishes};
use crate::actions::sites::{self, NewSite};
use crate::actions::{Cluster, Outcome, Refused};
use crate::domain::hours::{OpeningHours, WallTime};
use crate::domain::listing::Listing;
use crate::domain::people::Names;
use crate::domain::span::Instant;
use crate::inventory::columns::Corrections;
use crate::inventory::read::{self, Table};
use crate::store::Conn;

const INVENTORY: &str = include_str!("inventory.csv");

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
pub(super) fn publish(conn: &mut Conn, cluster: &Cluster, now: Instant) -> Outcome<Vec<Listing>> {
    make_sites(conn, now)?;
    let mut table = read::read(INVENTORY.as_bytes()).map_err(Refused::Unreadable)?;
    deal_out(&mut table);
    let import = Import {
        cluster,
        by: None,
        upload: &Upload::of(table, &Corrections::new(), cluster),
        wishes: &Wishes::default(),
        now,
        told: &(Arc::new(|_, _| {}) as _),
    };
    Ok(import::apply(conn, &import, &Choice::default())?.made)
}

/// Adds to each row whose it is and who says yes, of which the inventory says nothing.
fn deal_out(table: &mut Table) {
    let mut records = table.records.iter_mut();
    let Some(header) = records.next() else { return };
    let place = |name: &str| header.cells.iter().position(|header| header == name);
    let [kind, category, tags] = ["kind", "category", "tags"].map(place);
    for record in records {
        let cell = |place: Option<usize>| place.and_then(|place| record.cells.get(place));
        let [kind, category, tags] =
            [kind, category, tags].map(|place| cell(place).unwrap_or_default());
        let owner = owner(kind, category);
        let approval = if needs_approval(category, tags) {
            "owner"
        } else {
            ""
        };
        record.cells.push_field(owner);
        record.cells.push_field(approval);
    }
    header.cells.push_field("owner");
    header.cells.push_field("approval");
}

/// Who owns what: lighting, cameras, costumes, vehicles and furniture have houses of their own; what is
/// built belongs to the operators.
fn owner(kind: &str, category: &str) -> &'static str {
    match (kind, category) {
        ("equipment", "lighting" | "power" | "grip" | "effects") => "CO-023",
        ("equipment", _) => "CO-024",
        ("prop", "vehicle") => "CO-026",
        ("prop", "set_dressing") => "CO-027",
        ("prop", _) => "CO-025",
        ("scene", "ancient") => "CO-029",
        ("scene", "republican") => "CO-030",
        _ => "CO-028",
    }
}

/// Papers, a person or a palace need the owner's word.
fn needs_approval(category: &str, tags: &str) -> bool {
    const TAGS: [&str; 3] = ["restricted", "controlled", "operator-required"];
    category == "ancient" || tags.split(';').any(|tag| TAGS.contains(&tag))
}

fn make_sites(conn: &mut Conn, now: Instant) -> Outcome<()> {
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
        sites::create(
            conn,
            None,
            NewSite {
                code: (*code).to_owned(),
                names,
                hours,
            },
            now,
        )?;
    }
    Ok(())
}
