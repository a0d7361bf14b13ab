//! Units → JSON.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::end_of;
use crate::actions::units::Described;
use crate::domain::closure::Closure;

/// One individual of a listing.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnitOut {
    /// Its identifier.
    pub id: String,
    /// Its asset code.
    pub code: String,
    /// Id of the listing it is one of.
    pub listing: String,
    /// Its maker's number, for those who keep it.
    pub serial: Option<String>,
    /// `good`, `worn` or `damaged`.
    pub condition: String,
    /// What its keeper should know, for those who keep it.
    pub note: Option<String>,
    /// Whether it is in service now.
    pub in_service: bool,
    /// Why it is out of service, or will be; null is neither.
    pub outage: Option<OutageOut>,
}

/// A time out of service.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutageOut {
    /// First moment.
    pub start: DateTime<Utc>,
    /// First moment after; null is until further notice.
    pub end: Option<DateTime<Utc>>,
    /// Why, for people.
    pub reason: String,
}

impl From<Closure> for OutageOut {
    fn from(closure: Closure) -> Self {
        Self {
            start: closure.span.start(),
            end: end_of(closure.span),
            reason: closure.reason,
        }
    }
}

/// A unit as those who keep it see it, or as others do.
pub fn unit(described: Described, keeps: bool) -> UnitOut {
    let Described {
        unit,
        closure,
        is_out,
    } = described;
    UnitOut {
        id: unit.id.to_string(),
        code: unit.code,
        listing: unit.listing.to_string(),
        serial: keeps.then_some(unit.serial),
        condition: unit.condition.as_str().to_owned(),
        note: keeps.then_some(unit.note),
        in_service: !is_out,
        outage: closure.map(Into::into),
    }
}
