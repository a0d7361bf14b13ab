//! Sites, closures, productions, feeds → JSON.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Named, end_of};
use crate::domain::closure::{Closure, ClosureScope};
use crate::domain::hours::OpeningHours;
use crate::domain::people::Company;
use crate::store::productions::Production;
use crate::store::sites::Site;

/// A place in the cluster.
#[derive(Debug, Serialize, ToSchema)]
pub struct SiteOut {
    /// Its identifier.
    pub id: String,
    /// Its short code.
    pub code: String,
    /// In Chinese.
    pub name_zh: String,
    /// In English.
    pub name_en: String,
    /// When it is open; null is always.
    #[schema(value_type = Option<Object>)]
    pub hours: Option<OpeningHours>,
    /// For `If-Match`.
    pub version: i64,
}

impl From<Site> for SiteOut {
    fn from(site: Site) -> Self {
        Self {
            id: site.id.to_string(),
            code: site.code,
            name_zh: site.names.zh,
            name_en: site.names.en,
            hours: site.hours,
            version: site.version,
        }
    }
}

/// A span when something is not available.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClosureOut {
    /// Its identifier.
    pub id: String,
    /// Id of the listing, if one is closed.
    pub listing: Option<String>,
    /// Id of the site, if all of one is closed.
    pub site: Option<String>,
    /// How many units; null is all.
    pub units: Option<u32>,
    /// First moment.
    pub start: DateTime<Utc>,
    /// First moment after; null is until further notice.
    pub end: Option<DateTime<Utc>>,
    /// `closed` or `out_of_service`.
    pub kind: String,
    /// Why, for people.
    pub reason: String,
    /// Of one that repeats the id of its first date, the same in all of them; null stands alone.
    pub series: Option<String>,
}

impl From<Closure> for ClosureOut {
    fn from(closure: Closure) -> Self {
        let (listing, site) = match closure.scope {
            ClosureScope::Listing(id) => (Some(id.to_string()), None),
            ClosureScope::Site(id) => (None, Some(id.to_string())),
        };
        Self {
            id: closure.id.to_string(),
            listing,
            site,
            units: closure.units,
            start: closure.span.start(),
            end: end_of(closure.span),
            kind: closure.kind.to_string(),
            reason: closure.reason,
            series: closure.series.map(|first| first.to_string()),
        }
    }
}

/// A drama being shot.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProductionOut {
    /// Its identifier.
    pub id: String,
    /// Whose it is.
    pub company: Named,
    /// Its title.
    pub title: String,
    /// `key`, `ordinary` or `other`; null is not known yet.
    pub filing_class: Option<String>,
    /// Filing number, or empty.
    pub filing_number: String,
    /// First day of the shoot.
    pub starts_on: Option<NaiveDate>,
    /// Last day of the shoot.
    pub ends_on: Option<NaiveDate>,
    /// For `If-Match`.
    pub version: i64,
}

/// A drama of a company.
pub fn production(production: Production, company: &Company) -> ProductionOut {
    ProductionOut {
        id: production.id.to_string(),
        company: Named::new(company.id, &company.code, &company.names),
        title: production.title,
        filing_class: production.filing_class,
        filing_number: production.filing_number,
        starts_on: production.starts_on,
        ends_on: production.ends_on,
        version: production.version,
    }
}
