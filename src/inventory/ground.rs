//! What a comparison stands on: the sites and companies there are, by code and by name.

use std::collections::{BTreeSet, HashMap};

use super::parts::NamedPart;
use super::text::key;
use crate::domain::ids::{CompanyId, ListingId, SiteId};
use crate::domain::money::Currency;
use crate::domain::people::Names;

/// Codes and names of places or companies → which one.
#[derive(Debug, Clone)]
pub struct Directory<T> {
    known: HashMap<String, Vec<T>>,
    codes: HashMap<T, String>,
}

impl<T: Copy + Eq + std::hash::Hash> Directory<T> {
    /// One of these, each with code and names.
    pub fn of<'a>(all: impl Iterator<Item = (T, &'a str, &'a Names)>) -> Self {
        let mut directory = Self {
            known: HashMap::new(),
            codes: HashMap::new(),
        };
        for (id, code, names) in all {
            for name in [code, &names.zh, &names.en] {
                let ids = directory.known.entry(key(name)).or_default();
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
            directory.codes.insert(id, code.to_owned());
        }
        directory
    }

    /// Whether nothing is called so.
    pub fn lacks(&self, name: &str) -> bool {
        !self.known.contains_key(&key(name))
    }

    /// The only one, where there is only one.
    pub fn only(&self) -> Option<T> {
        let mut all = self.codes.keys();
        all.next().copied().filter(|_| all.next().is_none())
    }

    /// The one that is called so, or why there is none: `unknown` or `ambiguous`.
    pub fn find(&self, name: &str) -> Result<T, &'static str> {
        match self.known.get(&key(name)).map(Vec::as_slice) {
            Some([one]) => Ok(*one),
            Some(_) => Err("ambiguous"),
            None => Err("unknown"),
        }
    }

    pub(super) fn code(&self, id: T) -> &str {
        self.codes.get(&id).map_or("", String::as_str)
    }

    pub(super) fn all_codes(&self) -> String {
        let codes: BTreeSet<&str> = self.codes.values().map(String::as_str).collect();
        let shown: Vec<&str> = codes.into_iter().take(MOST_NAMED).collect();
        shown.join(", ")
    }
}

/// The most codes a remedy lists.
const MOST_NAMED: usize = 12;

/// What a comparison must know of the cluster, and what was asked for.
#[derive(Debug, Clone)]
pub struct Ground {
    /// The cluster's currency.
    pub currency: Currency,
    /// Its places.
    pub sites: Directory<SiteId>,
    /// Its companies.
    pub owners: Directory<CompanyId>,
    /// The only company whose listings may be touched; `None` is any.
    pub only_owner: Option<CompanyId>,
    /// Whose new listings are when the file does not say.
    pub owner: CompanyId,
    /// Where new listings are when the file does not say.
    pub site: Option<SiteId>,
    /// Whether new listings that are complete are published at once.
    pub publish: bool,
    /// What the kits that are looked at are made of.
    pub made: HashMap<ListingId, Vec<NamedPart>>,
}

impl Ground {
    /// What a listing is made of; of nothing if it is no kit.
    pub fn parts_of(&self, listing: ListingId) -> &[NamedPart] {
        self.made.get(&listing).map_or(&[], Vec::as_slice)
    }
}
