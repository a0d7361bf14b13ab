//! Listings as they are sent: to be drafted, and changed.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::actions::FieldFault;
use crate::actions::listings::{ListingChange, NewListing};
use crate::app::App;
use crate::domain::ids::{CompanyId, SiteId};
use crate::domain::listing::Kind;
use crate::domain::money::{Currency, Money};
use crate::domain::people::{Actor, Names};
use crate::domain::policy::OwnRules;
use crate::domain::price::Rates;
use crate::http::errors::Reply;
use crate::http::input::{Faults, given, invalid};

/// An amount as it is sent.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoneyIn {
    /// Minor units: 1200 is ¥12.00.
    pub amount: i64,
    /// ISO 4217; the cluster's when absent.
    #[serde(default)]
    pub currency: Option<String>,
}

/// Reads amounts in the cluster's currency.
struct Purse<'a> {
    currency: Currency,
    faults: &'a mut Faults,
}

impl Purse<'_> {
    fn read(&mut self, field: &str, amount: &MoneyIn) -> Money {
        let named = amount.currency.as_deref();
        if named.is_some_and(|named| named != self.currency.as_str()) {
            let fault = FieldFault::with_limit(field, "wrong_currency", self.currency.as_str());
            self.faults.0.push(fault);
        }
        Money {
            minor: amount.amount,
            currency: self.currency,
        }
    }
}

/// A listing to be drafted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ListingIn {
    /// Short code, unique in the cluster.
    pub code: String,
    /// `equipment`, `prop`, `scene`, `facility` or `service`.
    pub kind: String,
    /// Finer than the kind; a slug.
    pub category: String,
    /// In Chinese.
    pub name_zh: String,
    /// In English.
    pub name_en: String,
    /// In Chinese.
    #[serde(default)]
    pub description_zh: String,
    /// In English.
    #[serde(default)]
    pub description_en: String,
    /// Slugs.
    #[serde(default)]
    pub tags: Vec<String>,
    /// A slug: listings with the same one do in each other's place.
    #[serde(default)]
    pub alike: String,
    /// Id of a site.
    pub site: String,
    /// Id of a company; the asker's own when absent.
    #[serde(default)]
    pub owner: Option<String>,
    /// How many like units there are.
    pub quantity: u32,
    /// Floor area of a set.
    #[serde(default)]
    pub area_sqm: Option<u32>,
    /// For a day; null is not offered by the day.
    #[serde(default)]
    pub day_rate: Option<MoneyIn>,
    /// For an hour; null is not offered by the hour.
    #[serde(default)]
    pub hour_rate: Option<MoneyIn>,
    /// Held until the return, a unit; nothing when absent.
    #[serde(default)]
    pub deposit: Option<MoneyIn>,
    /// The rules it sets itself; the rest come from its kind.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub rules: OwnRules,
}

/// The words a kind may be.
const KINDS: &str = "equipment, prop, scene, facility, service";

pub(super) fn read_new(app: &App, actor: &Actor, body: ListingIn) -> Reply<NewListing> {
    let mut faults = Faults::default();
    let currency = app.cluster.currency;
    let mut purse = Purse {
        currency,
        faults: &mut faults,
    };
    let rates = Rates {
        day: body.day_rate.map(|amount| purse.read("day_rate", &amount)),
        hour: body
            .hour_rate
            .map(|amount| purse.read("hour_rate", &amount)),
        deposit: body.deposit.map_or(Money::zero(currency), |amount| {
            purse.read("deposit", &amount)
        }),
    };
    let kind: Option<Kind> = faults.word("kind", &body.kind, KINDS);
    let site: Option<SiteId> = faults.id("site", &body.site);
    let owner: Option<CompanyId> = match body.owner.as_deref() {
        Some(text) => faults.id("owner", text),
        None => Some(actor.company),
    };
    let parts = kind.zip(site).zip(owner);
    let Some(((kind, site), owner)) = parts.filter(|_| faults.0.is_empty()) else {
        return Err(invalid(faults.0));
    };
    Ok(NewListing {
        code: body.code,
        kind,
        category: body.category,
        names: Names {
            zh: body.name_zh,
            en: body.name_en,
        },
        descriptions: Names {
            zh: body.description_zh,
            en: body.description_en,
        },
        tags: body.tags,
        alike: body.alike,
        site,
        owner,
        quantity: body.quantity,
        area_sqm: body.area_sqm,
        rates,
        own_rules: body.rules,
    })
}

/// A change of a listing; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ListingPatch {
    /// Another code.
    #[serde(default)]
    pub code: Option<String>,
    /// Another kind.
    #[serde(default)]
    pub kind: Option<String>,
    /// Another category.
    #[serde(default)]
    pub category: Option<String>,
    /// In Chinese.
    #[serde(default)]
    pub name_zh: Option<String>,
    /// In English.
    #[serde(default)]
    pub name_en: Option<String>,
    /// In Chinese.
    #[serde(default)]
    pub description_zh: Option<String>,
    /// In English.
    #[serde(default)]
    pub description_en: Option<String>,
    /// Other tags.
    #[serde(default)]
    pub tags: Option<Vec<String>>,
    /// Another group of what does in each other's place; empty is none.
    #[serde(default)]
    pub alike: Option<String>,
    /// Id of another site.
    #[serde(default)]
    pub site: Option<String>,
    /// Id of another company.
    #[serde(default)]
    pub owner: Option<String>,
    /// How many like units there are from now on.
    #[serde(default)]
    pub quantity: Option<u32>,
    /// Floor area; null is none.
    #[serde(default, deserialize_with = "given")]
    pub area_sqm: Option<Option<u32>>,
    /// For a day; null is not offered by the day.
    #[serde(default, deserialize_with = "given")]
    pub day_rate: Option<Option<MoneyIn>>,
    /// For an hour; null is not offered by the hour.
    #[serde(default, deserialize_with = "given")]
    pub hour_rate: Option<Option<MoneyIn>>,
    /// Held until the return, a unit.
    #[serde(default)]
    pub deposit: Option<MoneyIn>,
    /// All the rules it sets itself, in place of those it had.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub rules: Option<OwnRules>,
}

pub(super) fn read_change(app: &App, expected_version: i64, body: ListingPatch) -> ListingChange {
    let mut faults = Faults::default();
    let kind = body
        .kind
        .as_deref()
        .and_then(|text| faults.word("kind", text, KINDS));
    let site = body
        .site
        .as_deref()
        .and_then(|text| faults.id("site", text));
    let owner = body
        .owner
        .as_deref()
        .and_then(|text| faults.id("owner", text));
    let mut purse = Purse {
        currency: app.cluster.currency,
        faults: &mut faults,
    };
    let mut rate = |field: &str, amount: Option<Option<MoneyIn>>| {
        amount.map(|amount| amount.map(|amount| purse.read(field, &amount)))
    };
    let day_rate = rate("day_rate", body.day_rate);
    let hour_rate = rate("hour_rate", body.hour_rate);
    let deposit = rate("deposit", body.deposit.map(Some)).flatten();
    ListingChange {
        expected_version,
        misread: faults.0,
        code: body.code,
        kind,
        category: body.category,
        name_zh: body.name_zh,
        name_en: body.name_en,
        description_zh: body.description_zh,
        description_en: body.description_en,
        tags: body.tags,
        alike: body.alike,
        site,
        owner,
        quantity: body.quantity,
        area_sqm: body.area_sqm,
        day_rate,
        hour_rate,
        deposit,
        own_rules: body.rules,
    }
}
