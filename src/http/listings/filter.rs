//! What the catalogue is narrowed to, as a query says it.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::actions::FieldFault;
use crate::actions::catalogue::Free;
use crate::domain::listing::{Kind, ListingState, MOST_UNITS};
use crate::domain::people::{Actor, Role};
use crate::domain::search;
use crate::domain::span::Span;
use crate::http::errors::Reply;
use crate::http::input::{Faults, invalid};
use crate::store::listings::{Filter, Visibility};

/// What the catalogue is narrowed to.
#[derive(Debug, Clone, Default, Deserialize, IntoParams, ToSchema)]
pub struct FilterQuery {
    /// Words in names (also as they are typed, in pinyin or its initials), code, category, tags or descriptions; all
    /// must occur, and the nearest come first. What no listing contains may be a slip of the finger.
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
    /// One group of what does in each other's place.
    pub alike: Option<String>,
    /// In minor units: for at most this much a day, or an hour where there is no day rate; 0 is free of charge.
    pub price_to: Option<i64>,
    /// `draft`, `published` or `retired`; what is not published is shown to its owner and managers only.
    pub state: Option<String>,
    /// With `free_to`: only what is free all the time from this moment on (RFC 3339), buffers included.
    pub free_from: Option<String>,
    /// The first moment after.
    pub free_to: Option<String>,
    /// How many units must be free; 1 when absent.
    pub units: Option<u32>,
}

/// What a page of the catalogue is narrowed to, read.
pub struct Narrowed {
    /// By what the listing is.
    pub filter: Filter,
    /// By what is free.
    pub free: Option<Free>,
}

/// The most words of a search.
const MOST_WORDS: usize = 8;

impl FilterQuery {
    /// The filter, or everything that is wrong with it.
    pub fn read(&self, actor: &Actor) -> Reply<Narrowed> {
        let mut faults = Faults::default();
        let words = self
            .q
            .as_deref()
            .unwrap_or_default()
            .split_whitespace()
            .map(search::folded);
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
            alike: self.alike.clone(),
            price_to_minor: self.price_to,
            unpublished_of: visibility(actor, state),
            state,
            ..Filter::default()
        };
        let free = self.read_free(&mut faults);
        if faults.0.is_empty() {
            Ok(Narrowed { filter, free })
        } else {
            Err(invalid(faults.0))
        }
    }

    /// Both moments or neither.
    fn read_free(&self, faults: &mut Faults) -> Option<Free> {
        let units = self.units.unwrap_or(1);
        if !(1..=MOST_UNITS).contains(&units) {
            let limit = format!("1–{MOST_UNITS}");
            faults
                .0
                .push(FieldFault::with_limit("units", "out_of_range", limit));
        }
        let (from, to) = match (self.free_from.as_deref(), self.free_to.as_deref()) {
            (None, None) => return None,
            (Some(from), Some(to)) => (from, to),
            (None, Some(_)) => {
                faults.0.push(FieldFault::new("free_from", "required"));
                return None;
            }
            (Some(_), None) => {
                faults.0.push(FieldFault::new("free_to", "required"));
                return None;
            }
        };
        let from = faults.moment("free_from", from);
        let to = faults.moment("free_to", to);
        let span = window(faults, from?, to?)?;
        Some(Free { span, units })
    }
}

/// The longest window something can be asked to be free in, in days.
const LONGEST_FREE_DAYS: i64 = 62;

fn window(faults: &mut Faults, from: DateTime<Utc>, to: DateTime<Utc>) -> Option<Span> {
    match Span::new(from, to) {
        Ok(span) if span.minutes() <= LONGEST_FREE_DAYS * 24 * 60 => Some(span),
        Ok(_) => {
            let limit = format!("{LONGEST_FREE_DAYS} d");
            let fault = FieldFault::with_limit("free_to", "window_too_long", limit);
            faults.0.push(fault);
            None
        }
        Err(_) => {
            faults.0.push(FieldFault::new("free_to", "span_inverted"));
            None
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
