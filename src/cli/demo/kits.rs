//! Kits of the demo: packages as rental houses and sets offer them, made of the inventory's listings.

use std::collections::BTreeMap;

use crate::actions::listings::{self, NewListing};
use crate::actions::{Cluster, Outcome, kit_parts};
use crate::domain::ids::ListingId;
use crate::domain::kit::Part;
use crate::domain::listing::{Kind, Listing};
use crate::domain::money::Money;
use crate::domain::people::Names;
use crate::domain::policy::OwnRules;
use crate::domain::price::Rates;
use crate::domain::span::Instant;
use crate::store::Conn;

/// A package; its place and owner are those of its first part.
struct KitRow {
    code: &'static str,
    kind: Kind,
    category: &'static str,
    names: [&'static str; 2],
    descriptions: [&'static str; 2],
    parts: &'static [(&'static str, u32)],
}

const KITS: &[KitRow] = &[
    KitRow {
        code: "KIT-CAM-2",
        kind: Kind::Equipment,
        category: "camera",
        names: ["双机位竖屏摄影套装", "Two-camera vertical package"],
        descriptions: [
            "短剧最常用的一套：两台 FX6、两副脚架、一台稳定器、图传和监视器，一次订齐。",
            "What most dramas take: two FX6 bodies, two tripods, a gimbal, wireless video and monitors, booked in one go.",
        ],
        parts: &[
            ("EQ-CAM-007", 2),
            ("EQ-SUP-005", 2),
            ("EQ-SUP-001", 1),
            ("EQ-MON-001", 1),
            ("EQ-MON-007", 2),
        ],
    },
    KitRow {
        code: "KIT-LGT-IN",
        kind: Kind::Equipment,
        category: "lighting",
        names: ["内景灯光套装", "Interior lighting package"],
        descriptions: [
            "两只 600d、两只 300d，配灯架、沙袋和柔光框，够一个内景。",
            "Two 600d, two 300d, with stands, sandbags and a diffusion set: enough for one interior.",
        ],
        parts: &[
            ("EQ-LGT-003", 2),
            ("EQ-LGT-006", 2),
            ("EQ-GRP-001", 6),
            ("EQ-GRP-005", 6),
            ("EQ-GRP-007", 1),
        ],
    },
    KitRow {
        code: "KIT-SND-4",
        kind: Kind::Equipment,
        category: "sound",
        names: [
            "同期录音套装（四路无线）",
            "Sync sound package, four wireless",
        ],
        descriptions: [
            "录音机、挑杆话筒和四只无线领夹。",
            "A recorder, a boom microphone and four wireless lavaliers.",
        ],
        parts: &[("EQ-SND-002", 1), ("EQ-SND-004", 1), ("EQ-SND-006", 4)],
    },
    KitRow {
        code: "KIT-WARD",
        kind: Kind::Scene,
        category: "modern_interior",
        names: [
            "病房戏套装：场景与道具",
            "Ward scene: the set with its props",
        ],
        descriptions: [
            "单人病房，连同监护仪、输液架、轮椅、病号服和护士服。",
            "The single ward with a patient monitor, IV stands, a wheelchair, gowns and nurse uniforms.",
        ],
        parts: &[
            ("SC-MOD-018", 1),
            ("PR-HND-026", 1),
            ("PR-HND-023", 2),
            ("PR-HND-024", 1),
            ("PR-CMO-012", 2),
            ("PR-CMO-010", 2),
        ],
    },
    KitRow {
        code: "KIT-UNIT",
        kind: Kind::Equipment,
        category: "camera",
        names: ["短剧整组器材套装", "Whole unit for a micro-drama"],
        descriptions: [
            "摄影、灯光、录音三个套装合在一起，开机即用。",
            "The camera, lighting and sound packages together: ready for the first day.",
        ],
        parts: &[("KIT-CAM-2", 1), ("KIT-LGT-IN", 1), ("KIT-SND-4", 1)],
    },
];

/// Makes the kits and publishes them.
pub(super) fn publish(
    conn: &mut Conn,
    cluster: &Cluster,
    inventory: &[Listing],
    now: Instant,
) -> Outcome<Vec<Listing>> {
    let known = inventory.iter().map(|one| (one.code.clone(), one.clone()));
    let mut known: BTreeMap<String, Listing> = known.collect();
    let mut made = Vec::new();
    for row in KITS {
        let found = row.parts.iter();
        let parts: Vec<(&Listing, u32)> = found
            .filter_map(|(code, quantity)| Some((known.get(*code)?, *quantity)))
            .collect();
        let Some((first, _)) = parts.first() else {
            continue;
        };
        let draft = listings::create(conn, None, new(row, first, cluster), now)?;
        let parts: Vec<Part> = parts
            .iter()
            .map(|(part, quantity)| Part {
                listing: part.id,
                quantity: *quantity,
            })
            .collect();
        let kit = finish(conn, draft.id, draft.version, &parts, now)?;
        known.insert(kit.code.clone(), kit.clone());
        made.push(kit);
    }
    Ok(made)
}

fn new(row: &KitRow, like: &Listing, cluster: &Cluster) -> NewListing {
    let names = |[zh, en]: [&str; 2]| Names {
        zh: zh.to_owned(),
        en: en.to_owned(),
    };
    NewListing {
        code: row.code.to_owned(),
        kind: row.kind,
        category: row.category.to_owned(),
        names: names(row.names),
        descriptions: names(row.descriptions),
        tags: vec!["kit".to_owned()],
        alike: String::new(),
        site: like.site,
        owner: like.owner,
        quantity: 0,
        area_sqm: None,
        rates: Rates {
            day: None,
            hour: None,
            deposit: Money::zero(cluster.currency),
        },
        own_rules: OwnRules::default(),
    }
}

fn finish(
    conn: &mut Conn,
    id: ListingId,
    version: i64,
    parts: &[Part],
    now: Instant,
) -> Outcome<Listing> {
    kit_parts::set(conn, None, id, version, parts, now)?;
    listings::publish(conn, None, id, now)
}
