//! Listings: the catalogue, and publishing.

use serde::Deserialize;
use utoipa::IntoParams;

use super::errors::Reply;
use super::input::{Faults, invalid};
use crate::actions::{Outcome, Refused};
use crate::domain::listing::{Kind, Listing, ListingState};
use crate::domain::people::{Actor, Role};
use crate::domain::rights::{Right, may};
use crate::store::listings::{Filter, Visibility};

/// What the catalogue is narrowed to.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub struct FilterQuery {
    /// Words in names, code, category, tags or descriptions; all must occur.
    pub q: Option<String>,
    /// `equipment`, `prop`, `scene`, `facility` or `service`.
    pub kind: Option<String>,
    /// Such as `camera`.
    pub category: Option<String>,
    /// Id of a site.
    pub site: Option<String>,
    /// Id of a company.
    pub owner: Option<String>,
    /// One tag.
    pub tag: Option<String>,
    /// `draft`, `published` or `retired`; what is not published is shown to its owner and managers only.
    pub state: Option<String>,
}

/// The most words of a search.
const MOST_WORDS: usize = 8;

impl FilterQuery {
    /// The filter, or everything that is wrong with it.
    pub fn read(&self, actor: &Actor) -> Reply<Filter> {
        let mut faults = Faults::default();
        let words = self
            .q
            .as_deref()
            .unwrap_or_default()
            .split_whitespace()
            .map(str::to_owned);
        let kind = self.kind.as_deref().and_then(|text| {
            let kinds = "equipment, prop, scene, facility, service";
            faults.word("kind", text, kinds)
        });
        let state: Option<ListingState> = self
            .state
            .as_deref()
            .and_then(|text| faults.word("state", text, "draft, published, retired"));
        let filter = Filter {
            words: words.take(MOST_WORDS).collect(),
            kind: kind as Option<Kind>,
            category: self.category.clone(),
            site: self
                .site
                .as_deref()
                .and_then(|text| faults.id("site", text)),
            owner: self
                .owner
                .as_deref()
                .and_then(|text| faults.id("owner", text)),
            tag: self.tag.clone(),
            unpublished_of: visibility(actor, state),
            state,
        };
        if faults.0.is_empty() {
            Ok(filter)
        } else {
            Err(invalid(faults.0))
        }
    }
}

/// The catalogue shows what is published; asked for by state, also the reader's own drafts.
fn visibility(actor: &Actor, state: Option<ListingState>) -> Visibility {
    match (state, actor.role) {
        (Some(_), Role::Manager) => Visibility::Everything,
        (Some(_), Role::Publisher) => Visibility::AlsoOf(actor.company),
        (None, _) | (Some(_), Role::Viewer | Role::Booker) => Visibility::PublishedOnly,
    }
}

/// Goes on only if the reader may know of the listing.
pub fn readable(actor: &Actor, listing: &Listing) -> Outcome<()> {
    let sees = listing.state != ListingState::Draft || may(actor, Right::Publish, listing.owner);
    if sees {
        Ok(())
    } else {
        Err(Refused::NotFound("listing"))
    }
}
