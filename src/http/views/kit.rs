//! Kits and their parts → JSON.

use serde::Serialize;
use utoipa::ToSchema;

use super::{MoneyOut, Named};
use crate::actions::kit_parts::{Made, Outline, may_set};
use crate::actions::listings::may_see;
use crate::domain::kit::InKit;
use crate::domain::listing::Listing;
use crate::domain::people::Actor;

/// One part of a kit.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartOut {
    /// What.
    pub listing: Named,
    /// Its kind.
    pub kind: String,
    /// Finer than the kind.
    pub category: String,
    /// Where it is in its life; a part that is not `published` keeps its kit from being booked.
    pub state: String,
    /// How many of it one kit takes.
    pub quantity: u32,
    /// How many of it there are at all; of a kit null.
    pub of: Option<u32>,
    /// Whether it is a kit itself.
    pub is_kit: bool,
}

/// A part of a kit. Of a draft of somebody else nothing is told but its code.
fn part(part: &Listing, quantity: u32, actor: &Actor) -> PartOut {
    let mut listing = Named::new(part.id, &part.code, &part.names);
    if may_see(actor, part).is_err() {
        (listing.name_zh, listing.name_en) = (part.code.clone(), part.code.clone());
    }
    PartOut {
        listing,
        kind: part.kind.as_str().to_owned(),
        category: part.category.clone(),
        state: part.state.as_str().to_owned(),
        quantity,
        of: (!part.is_kit()).then_some(part.quantity),
        is_kit: part.is_kit(),
    }
}

/// What a listing is made of, and which kits it is in.
#[derive(Debug, Serialize, ToSchema)]
pub struct MadeOut {
    /// The listing.
    pub listing: Named,
    /// For `If-Match`.
    pub version: i64,
    /// Its parts, in their order; none of what is no kit.
    pub parts: Vec<PartOut>,
    /// The kits it is a part of, by code.
    pub kits: Vec<Named>,
    /// Whether the reader may say what it is made of.
    pub can_edit: bool,
}

/// What a listing is made of, as this reader sees it.
pub fn made(made: &Made, actor: &Actor) -> MadeOut {
    let named = |listing: &Listing| Named::new(listing.id, &listing.code, &listing.names);
    let parts = made.parts.iter();
    MadeOut {
        listing: named(&made.listing),
        version: made.listing.version,
        parts: parts
            .map(|(listing, quantity)| part(listing, *quantity, actor))
            .collect(),
        kits: made.kits.iter().map(named).collect(),
        can_edit: may_set(actor, &made.listing),
    }
}

/// A kit beside a listing: what its parts come to.
#[derive(Debug, Serialize, ToSchema)]
pub struct KitOut {
    /// Its parts, in their order.
    pub parts: Vec<PartOut>,
    /// What they cost together for a day each; null where one has no day rate.
    pub day_rate: Option<MoneyOut>,
    /// The same for an hour.
    pub hour_rate: Option<MoneyOut>,
    /// What is held of them together.
    pub deposit: Option<MoneyOut>,
}

/// What a kit's parts come to.
pub fn kit(outline: &Outline, actor: &Actor) -> KitOut {
    let parts = outline.parts.iter();
    KitOut {
        parts: parts
            .map(|(listing, quantity)| part(listing, *quantity, actor))
            .collect(),
        day_rate: outline.day.map(Into::into),
        hour_rate: outline.hour.map(Into::into),
        deposit: outline.deposit.map(Into::into),
    }
}

/// The kit a line was booked with.
#[derive(Debug, Serialize, ToSchema)]
pub struct InKitOut {
    /// The kit's id.
    pub id: String,
    /// Its short code.
    pub code: String,
    /// In Chinese.
    pub name_zh: String,
    /// In English.
    pub name_en: String,
    /// Lines with the same number belong together.
    pub group: u32,
    /// How many kits.
    pub units: u32,
}

/// The kit a line was booked with.
pub fn in_kit((kit, listing): (InKit, &Listing)) -> InKitOut {
    InKitOut {
        id: listing.id.to_string(),
        code: listing.code.clone(),
        name_zh: listing.names.zh.clone(),
        name_en: listing.names.en.clone(),
        group: kit.group,
        units: kit.units,
    }
}
