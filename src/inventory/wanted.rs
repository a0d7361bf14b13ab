//! Entry × listing → the listing as the entry would have it, or why it cannot be.

use super::cells::set;
use super::columns::Field;
use super::entry::{Entry, Issue};
use super::ground::Ground;
use super::text::{has_markup, tidy};
use super::values::Value;
use super::vocabulary;
use crate::domain::ids::{Id, ListingId, SiteId};
use crate::domain::listing::{Kind, Listing, ListingState};
use crate::domain::money::Money;
use crate::domain::people::Names;
use crate::domain::policy::OwnRules;
use crate::domain::price::Rates;

/// The listing as an entry would have it, with what was assumed; or why it cannot be.
pub(super) fn wanted(
    entry: &Entry,
    existing: Option<&Listing>,
    ground: &Ground,
) -> Result<(Listing, Vec<Issue>), Vec<Issue>> {
    let mut reading = Reading {
        ground,
        existing,
        issues: entry.issues.clone(),
        notes: Vec::new(),
    };
    let wanted = reading.wanted(entry);
    if reading.issues.is_empty() {
        Ok((wanted, reading.notes))
    } else {
        Err(reading.issues)
    }
}

/// One record being read onto what is there.
struct Reading<'a> {
    ground: &'a Ground,
    existing: Option<&'a Listing>,
    /// Why it is refused.
    issues: Vec<Issue>,
    /// What was assumed.
    notes: Vec<Issue>,
}

impl Reading<'_> {
    fn refuse(&mut self, field: Field, code: &'static str, detail: impl Into<String>) {
        let key = field.key(self.ground.currency);
        // One reason a cell: "missing" says nothing new of one that could not be read.
        if !self.issues.iter().any(|issue| issue.field == key) {
            self.issues.push(Issue::new(key, code, detail));
        }
    }

    fn note(&mut self, field: Field, code: &'static str, detail: impl Into<String>) {
        let key = field.key(self.ground.currency);
        self.notes.push(Issue::new(key, code, detail));
    }

    /// The listing as the record would have it.
    fn wanted(&mut self, entry: &Entry) -> Listing {
        let mut wanted = self.existing.cloned().unwrap_or_else(|| self.blank());
        if entry.code().is_none() {
            self.refuse(Field::Code, "missing", "");
        }
        self.place(entry, &mut wanted);
        self.names(entry, &mut wanted);
        self.classify(entry, &mut wanted);
        self.parts(entry, &mut wanted);
        self.quantity(entry, &mut wanted);
        for (field, value) in &entry.values {
            set(*field, value, &mut wanted, self.ground.currency);
        }
        if wanted.is_kit() && wanted.is_priced() {
            self.refuse(Field::DayRate, "kit_has_no_rates", "");
        }
        self.state(entry, &mut wanted);
        wanted
    }

    fn blank(&self) -> Listing {
        let none = Money::zero(self.ground.currency);
        Listing {
            id: ListingId::from_raw(0),
            code: String::new(),
            kind: Kind::Equipment,
            category: String::new(),
            names: no_names(),
            descriptions: no_names(),
            tags: Vec::new(),
            alike: String::new(),
            site: SiteId::from_raw(0),
            owner: self.ground.owner,
            state: ListingState::Draft,
            quantity: 0,
            area_sqm: None,
            rates: Rates {
                day: None,
                hour: None,
                deposit: none,
            },
            own_rules: OwnRules::default(),
            parts: 0,
            version: 1,
        }
    }

    /// Whose it is and where.
    fn place(&mut self, entry: &Entry, wanted: &mut Listing) {
        let only = self.ground.only_owner;
        if self
            .existing
            .is_some_and(|there| only.is_some_and(|only| there.owner != only))
        {
            self.refuse(Field::Code, "not_yours", "");
        }
        if let Some(name) = entry.text(Field::Owner) {
            match self.ground.owners.find(name) {
                Ok(owner) if only.is_none_or(|only| owner == only) => wanted.owner = owner,
                Ok(_) => self.refuse(Field::Owner, "not_yours", name),
                Err("ambiguous") => self.refuse(Field::Owner, "ambiguous_owner", name),
                Err(_) => self.refuse(Field::Owner, "unknown_owner", name),
            }
        }
        match entry.text(Field::Site) {
            Some(name) => match self.ground.sites.find(name) {
                Ok(site) => wanted.site = site,
                Err("ambiguous") => self.refuse(Field::Site, "ambiguous_site", name),
                Err(_) => {
                    let known = self.ground.sites.all_codes();
                    self.refuse(Field::Site, "unknown_site", known);
                }
            },
            None if self.existing.is_some() => {}
            None => match self.ground.site {
                Some(site) => wanted.site = site,
                None => self.refuse(Field::Site, "missing_site", self.ground.sites.all_codes()),
            },
        }
    }

    /// A name in one language stands for both until somebody translates it.
    fn names(&mut self, entry: &Entry, wanted: &mut Listing) {
        let fields = [
            Field::NameZh,
            Field::NameEn,
            Field::DescriptionZh,
            Field::DescriptionEn,
        ];
        for field in fields {
            let Some(text) = entry.text(field) else {
                continue;
            };
            let there = slot(field, wanted);
            if tidy(there) == tidy(text) {
                continue;
            }
            if text.starts_with('=') {
                self.refuse(field, "formula", text);
            } else if has_markup(text) {
                self.refuse(field, "markup", "");
            } else {
                *slot(field, wanted) = tidy(text);
            }
        }
        let names = &mut wanted.names;
        if names.zh.is_empty() && names.en.is_empty() {
            self.refuse(Field::NameZh, "missing", "");
        } else if names.en.is_empty() {
            names.en.clone_from(&names.zh);
            self.note(Field::NameEn, "name_copied", "");
        } else if names.zh.is_empty() {
            names.zh.clone_from(&names.en);
            self.note(Field::NameZh, "name_copied", "");
        }
    }

    fn classify(&mut self, entry: &Entry, wanted: &mut Listing) {
        let said = entry.text(Field::Category);
        if let Some(category) = said {
            category.clone_into(&mut wanted.category);
        }
        if self.existing.is_some() {
            return;
        }
        match (
            entry.values.get(&Field::Kind),
            said.and_then(vocabulary::kind_of_category),
        ) {
            (Some(Value::Kind(kind)), _) => wanted.kind = *kind,
            (_, Some(kind)) => {
                wanted.kind = kind;
                self.note(Field::Kind, "kind_of_category", kind.as_str());
            }
            _ => self.refuse(Field::Kind, "missing_kind", ""),
        }
        if wanted.category.is_empty() {
            "other".clone_into(&mut wanted.category);
            self.note(Field::Category, "category_assumed", "");
        }
    }

    /// What becomes a kit loses its rates: they are those of its parts.
    fn parts(&mut self, entry: &Entry, wanted: &mut Listing) {
        match entry.values.get(&Field::Parts) {
            Some(Value::Parts(parts)) => {
                wanted.parts = u32::try_from(parts.len()).unwrap_or(u32::MAX);
            }
            Some(Value::Nothing) => wanted.parts = 0,
            _ => {}
        }
        let was_kit = self.existing.is_some_and(Listing::is_kit);
        if wanted.is_kit() && !was_kit {
            let none = Money::zero(self.ground.currency);
            (wanted.rates.day, wanted.rates.hour) = (None, None);
            wanted.rates.deposit = none;
        }
    }

    /// A quantity that is not told is missing: neither none nor one. Of a kit nobody asks.
    fn quantity(&mut self, entry: &Entry, wanted: &mut Listing) {
        match entry.values.get(&Field::Quantity) {
            Some(Value::Count(count)) => wanted.quantity = *count,
            None if self.existing.is_some() => {}
            None | Some(Value::Blank) if wanted.is_kit() => wanted.quantity = 1,
            _ => self.refuse(Field::Quantity, "missing", ""),
        }
    }

    fn state(&mut self, entry: &Entry, wanted: &mut Listing) {
        let complete = wanted.is_complete();
        let said = match entry.values.get(&Field::State) {
            Some(Value::State(state)) => Some(*state),
            _ => None,
        };
        let by_default = match self.existing {
            Some(existing) => existing.state,
            None if self.ground.publish && complete => ListingState::Published,
            None => ListingState::Draft,
        };
        wanted.state = said.unwrap_or(by_default);
        if wanted.state == ListingState::Published && !complete {
            self.refuse(Field::State, "incomplete", "");
        } else if said.is_none() && self.existing.is_none() && self.ground.publish && !complete {
            self.note(Field::State, "stays_draft", "");
        }
    }
}

fn no_names() -> Names {
    Names {
        zh: String::new(),
        en: String::new(),
    }
}

fn slot(field: Field, listing: &mut Listing) -> &mut String {
    match field {
        Field::NameZh => &mut listing.names.zh,
        Field::NameEn => &mut listing.names.en,
        Field::DescriptionZh => &mut listing.descriptions.zh,
        _ => &mut listing.descriptions.en,
    }
}
