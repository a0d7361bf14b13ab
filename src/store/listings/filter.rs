//! What a page of the catalogue is narrowed to, and how a query over listings is narrowed by it.

use diesel::prelude::*;

use crate::domain::ids::{CompanyId, ListingId, SiteId};
use crate::domain::listing::{Kind, ListingState};
use crate::domain::search;
use crate::store::conn::MultiBackend;
use crate::store::schema::listings;

/// What a page of the catalogue is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Words that must all occur in names, code, category, tags or descriptions.
    pub words: Vec<String>,
    /// Of each of these, one word at least must occur.
    pub one_of_each: Vec<Vec<String>>,
    /// Of this kind.
    pub kind: Option<Kind>,
    /// Of this category.
    pub category: Option<String>,
    /// At this site.
    pub site: Option<SiteId>,
    /// Of this owner.
    pub owner: Option<CompanyId>,
    /// With this tag.
    pub tag: Option<String>,
    /// Of this group of what does in each other's place.
    pub alike: Option<String>,
    /// For at most this much, in minor units: a day, or an hour where there is no day rate.
    pub price_to_minor: Option<i64>,
    /// The kits that cost no more than that: they have no rates of their own, so whoever asks says which they are.
    pub kits_in_price: Vec<ListingId>,
    /// With at least this many units, if it is to be had at all; of a kit its parts say so.
    pub quantity: Option<i32>,
    /// Only what has units of its own: no kits.
    pub without_kits: bool,
    /// Not one of these.
    pub without: Vec<ListingId>,
    /// In this state.
    pub state: Option<ListingState>,
    /// Whose drafts and retired listings may be seen besides what is published; `None` is everyone's.
    pub unpublished_of: Visibility,
}

/// Whose unpublished listings a reader sees.
#[derive(Debug, Clone, Copy, Default)]
pub enum Visibility {
    /// Nobody's.
    #[default]
    PublishedOnly,
    /// One company's besides what is published.
    AlsoOf(CompanyId),
    /// Everyone's.
    Everything,
}

/// What a person compares prices by: the day rate, or the hour rate where there is no day rate.
pub(in crate::store) const PRICE_SQL: &str = "COALESCE(day_rate_minor, hour_rate_minor)";

/// Narrows a boxed query over listings, whatever it selects: plain pages and the counts of
/// [`super::facets`] are types that no function could take both of.
macro_rules! narrow {
    ($query:expr, $filter:expr) => {{
        use $crate::store::listings::filter::{PRICE_SQL, Visibility, contains, contains_one};
        let filter: &$crate::store::listings::Filter = $filter;
        let mut query = $query;
        query = match filter.unpublished_of {
            Visibility::PublishedOnly => {
                query.filter(listings::state.eq($crate::domain::listing::ListingState::Published))
            }
            Visibility::AlsoOf(company) => query.filter(
                listings::state
                    .eq($crate::domain::listing::ListingState::Published)
                    .or(listings::owner_id.eq(company)),
            ),
            Visibility::Everything => query,
        };
        if let Some(state) = filter.state {
            query = query.filter(listings::state.eq(state));
        }
        if let Some(kind) = filter.kind {
            query = query.filter(listings::kind.eq(kind));
        }
        if let Some(category) = &filter.category {
            query = query.filter(listings::category.eq(category));
        }
        if let Some(site) = filter.site {
            query = query.filter(listings::site_id.eq(site));
        }
        if let Some(owner) = filter.owner {
            query = query.filter(listings::owner_id.eq(owner));
        }
        for word in &filter.words {
            query = query.filter(listings::search_text.like(contains(word)).escape('!'));
        }
        for words in &filter.one_of_each {
            query = query.filter(contains_one(words));
        }
        if let Some(tag) = &filter.tag {
            let padded = diesel::dsl::sql::<diesel::sql_types::Text>("' ' || tags || ' '");
            query = query.filter(padded.like(contains(&format!(" {tag} "))).escape('!'));
        }
        if let Some(alike) = &filter.alike {
            query = query.filter(listings::alike.eq(alike));
        }
        if let Some(most) = filter.price_to_minor {
            let price = diesel::dsl::sql::<diesel::sql_types::Nullable<diesel::sql_types::BigInt>>(
                PRICE_SQL,
            );
            let is_kit_in_price = listings::id.eq_any(&filter.kits_in_price);
            query = query.filter(price.le(most).or(is_kit_in_price));
        }
        if let Some(units) = filter.quantity {
            query = query.filter(listings::quantity.ge(units).or(listings::parts.gt(0)));
        }
        if filter.without_kits {
            query = query.filter(listings::parts.eq(0));
        }
        if !filter.without.is_empty() {
            query = query.filter(listings::id.ne_all(&filter.without));
        }
        query
    }};
}
pub(in crate::store) use narrow;

/// That a listing contains one of these words; of none it contains nothing.
pub(in crate::store) fn contains_one(
    words: &[String],
) -> Box<dyn BoxableExpression<listings::table, MultiBackend, SqlType = diesel::sql_types::Bool>> {
    let mut any: Box<dyn BoxableExpression<_, _, SqlType = _>> =
        Box::new(diesel::dsl::sql::<diesel::sql_types::Bool>("1 = 0"));
    for word in words {
        any = Box::new(any.or(listings::search_text.like(contains(word)).escape('!')));
    }
    any
}

/// A LIKE pattern for "contains", with the text's own wildcards taken literally.
pub(in crate::store) fn contains(text: &str) -> String {
    let literal = search::folded(text)
        .replace('!', "!!")
        .replace('%', "!%")
        .replace('_', "!_");
    format!("%{literal}%")
}
