//! The demand ledger: what was heard is written down, each wish once.

use std::collections::BTreeSet;

use super::{Cluster, Outcome};
use crate::domain::demand::{
    Got, Heard, Instead, LASTS, MOST_OF_A_COMPANY, OpenWish, Wish, week_of,
};
use crate::domain::ids::{CompanyId, ListingId};
use crate::domain::listing::Listing;
use crate::domain::span::{Instant, floor_to_minute};
use crate::store::demand::{self as rows, KeptWish, Traced};
use crate::store::{Conn, fresh_id, listings};

/// Writes down what was heard. All of one crew's open wishes are read once, however often it tried.
pub fn write_down(
    conn: &mut Conn,
    cluster: &Cluster,
    heard: &[Heard],
    now: Instant,
) -> Outcome<()> {
    let crews: BTreeSet<CompanyId> = heard.iter().map(|one| one.crew).collect();
    let crews: Vec<CompanyId> = crews.into_iter().collect();
    let since = heard.iter().map(|one| one.at).min().unwrap_or(now) - LASTS;
    let known = rows::open_of(conn, &crews, since)?;
    let mut page = Page::open(conn, cluster, heard, known)?;
    for one in heard {
        for wish in &one.wished {
            page.wish(one.crew, wish, one.at, now);
        }
        for got in &one.got {
            page.got(one.crew, got, one.at);
        }
    }
    page.save(conn)
}

/// The open wishes of some crews, as they are being written on.
struct Page<'a> {
    cluster: &'a Cluster,
    listings: Vec<Listing>,
    wishes: Vec<Traced>,
    /// So many of them are stored.
    stored: usize,
    changed: BTreeSet<usize>,
}

impl<'a> Page<'a> {
    fn open(
        conn: &mut Conn,
        cluster: &'a Cluster,
        heard: &[Heard],
        known: Vec<Traced>,
    ) -> Outcome<Self> {
        let wished = heard.iter().flat_map(|one| &one.wished);
        let got = heard.iter().flat_map(|one| &one.got);
        let ids: BTreeSet<ListingId> = wished
            .map(|wish| wish.listing)
            .chain(got.map(|got| got.listing))
            .collect();
        let ids: Vec<ListingId> = ids.into_iter().collect();
        Ok(Self {
            cluster,
            listings: listings::find_all(conn, &ids)?,
            stored: known.len(),
            wishes: known,
            changed: BTreeSet::new(),
        })
    }

    fn listing(&self, id: ListingId) -> Option<&Listing> {
        self.listings.iter().find(|listing| listing.id == id)
    }

    fn wish(&mut self, crew: CompanyId, wish: &Wish, at: Instant, now: Instant) {
        let again = self
            .wishes
            .iter()
            .rposition(|one| one.crew == crew && one.open.is_again(wish, at));
        if let Some(place) = again {
            let one = &mut self.wishes[place];
            one.open.ask_again(wish, at);
            one.kept.wish = one.open.wish;
            one.kept.tries = one.kept.tries.saturating_add(1);
            self.changed.insert(place);
            return;
        }
        let open = self
            .wishes
            .iter()
            .filter(|one| one.crew == crew && one.open.is_open(at));
        if open.count() >= MOST_OF_A_COMPANY {
            return;
        }
        let Some(listing) = self.listing(wish.listing) else {
            return;
        };
        let kept = KeptWish {
            id: fresh_id(now),
            wish: *wish,
            category: listing.category.clone(),
            owner: listing.owner,
            week: week_of(wish.span.start(), self.cluster.zone),
            tries: 1,
            instead: None,
            // No closer than it need be: a log could tell who asked at that very moment.
            asked_at: floor_to_minute(at),
        };
        let open = OpenWish {
            wish: *wish,
            first_at: at,
            last_at: at,
        };
        self.wishes.push(Traced { kept, crew, open });
    }

    /// What a crew got answers its open wishes; what is closest to the wish stays.
    fn got(&mut self, crew: CompanyId, got: &Got, at: Instant) {
        let category = self.listing(got.listing).map(|listing| &listing.category);
        let Some(category) = category.cloned() else {
            return;
        };
        let answer = |one: &Traced| -> Option<Instead> {
            let is_open = one.crew == crew && one.open.is_open(at) && one.open.first_at <= at;
            let instead = one.open.answered_by(got, one.kept.category == category)?;
            let is_closer = one.kept.instead.is_none_or(|(known, _, _)| instead < known);
            (is_open && is_closer).then_some(instead)
        };
        for (place, one) in self.wishes.iter_mut().enumerate() {
            if let Some(instead) = answer(one) {
                one.kept.instead = Some((instead, got.listing, got.units));
                self.changed.insert(place);
            }
        }
    }

    fn save(&self, conn: &mut Conn) -> Outcome<()> {
        let new: Vec<&Traced> = self.wishes[self.stored..].iter().collect();
        rows::insert(conn, &new)?;
        for place in self.changed.iter().filter(|place| **place < self.stored) {
            rows::update(conn, &self.wishes[*place])?;
        }
        Ok(())
    }
}
