//! `Sheet`: bookings with everything a person wants to read beside them: names of listings, sites,
//! companies, members, productions. One load for a page of bookings; letters and JSON are made of it.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::Refused;
use super::late::Late;
use crate::domain::booking::{Booking, Line, LineState};
use crate::domain::hold::{self, OnHold, Place};
use crate::domain::ids::{BookingId, CompanyId, LineId, ListingId, MemberId, ProductionId, SiteId};
use crate::domain::kit::InKit;
use crate::domain::listing::Listing;
use crate::domain::people::{Company, Member};
use crate::domain::series::SeriesPlace;
use crate::domain::span::Instant;
use crate::store::productions::Production;
use crate::store::sites::Site;
use crate::store::{
    Conn, StoreError, companies, holds as hold_rows, listings, members, productions, series, sites,
};

/// Names and facts that bookings refer to.
#[derive(Debug, Default)]
pub struct Sheet {
    /// By id.
    pub listings: BTreeMap<ListingId, Listing>,
    /// By id.
    pub sites: BTreeMap<SiteId, Site>,
    /// By id.
    pub companies: BTreeMap<CompanyId, Company>,
    /// By id.
    pub members: BTreeMap<MemberId, Member>,
    /// By id.
    pub productions: BTreeMap<ProductionId, Production>,
    /// Where lines in line stand, by line.
    pub places: BTreeMap<LineId, Place>,
    /// Who runs late where these lines are about to begin or to end, and who waits.
    pub late: Late,
    /// Which date of which series a booking is.
    pub series: BTreeMap<BookingId, SeriesPlace>,
}

impl Sheet {
    /// Everything these bookings refer to.
    pub fn load(conn: &mut Conn, bookings: &[Booking], now: Instant) -> Result<Self, StoreError> {
        let lines = || bookings.iter().flat_map(|booking| &booking.lines);
        let kits = lines().filter_map(|line| Some(line.kit?.kit));
        let listing_ids = unique(lines().map(|line| line.listing).chain(kits));
        let found = listings::find_all(conn, &listing_ids)?;
        let ids: Vec<BookingId> = bookings.iter().map(|booking| booking.id).collect();
        let known = Self {
            listings: by_id(found, |listing| listing.id),
            series: series::places(conn, &ids)?,
            ..Self::default()
        };
        Self::load_with(conn, bookings, known, now)
    }

    /// The same where the listings are at hand already, and perhaps more; of no series but those that are.
    pub fn load_with(
        conn: &mut Conn,
        bookings: &[Booking],
        mut known: Self,
        now: Instant,
    ) -> Result<Self, StoreError> {
        let lines = || bookings.iter().flat_map(|booking| &booking.lines);
        let owners = lines().map(|line| line.owner);
        let company_ids = unique(bookings.iter().map(|booking| booking.company).chain(owners));
        let deciders = lines().filter_map(|line| line.decided_by);
        let member_ids = unique(
            bookings
                .iter()
                .map(|booking| booking.booked_by)
                .chain(deciders),
        );
        let production_ids = unique(bookings.iter().map(|booking| booking.production));
        let site_ids = unique(known.listings.values().map(|listing| listing.site));
        known.places = places(conn, bookings, now)?;
        known.late = late(conn, bookings, now)?;
        let ids = missing(site_ids, &known.sites);
        if !ids.is_empty() {
            let found = sites::find_all(conn, &ids)?;
            known.sites.extend(by_id(found, |site| site.id));
        }
        let ids = missing(production_ids, &known.productions);
        if !ids.is_empty() {
            let found = productions::find_all(conn, &ids)?;
            known
                .productions
                .extend(by_id(found, |production| production.id));
        }
        known.companies = by_id(companies::find_all(conn, &company_ids)?, |company| {
            company.id
        });
        known.members = by_id(members::find_all(conn, &member_ids)?, |member| member.id);
        Ok(known)
    }

    /// The listing of a line.
    pub fn listing(&self, line: &Line) -> Result<&Listing, StoreError> {
        self.listings.get(&line.listing).ok_or(StoreError::Missing)
    }

    /// The kit a line was booked with, if it was.
    pub fn kit(&self, line: &Line) -> Result<Option<(InKit, &Listing)>, StoreError> {
        let Some(kit) = line.kit else {
            return Ok(None);
        };
        let listing = self.listings.get(&kit.kit).ok_or(StoreError::Missing)?;
        Ok(Some((kit, listing)))
    }

    /// A company.
    pub fn company(&self, id: CompanyId) -> Result<&Company, StoreError> {
        self.companies.get(&id).ok_or(StoreError::Missing)
    }

    /// A member.
    pub fn member(&self, id: MemberId) -> Result<&Member, StoreError> {
        self.members.get(&id).ok_or(StoreError::Missing)
    }

    /// The production of a booking.
    pub fn production(&self, booking: &Booking) -> Result<&Production, StoreError> {
        self.productions
            .get(&booking.production)
            .ok_or(StoreError::Missing)
    }

    /// The site of a listing.
    pub fn site(&self, listing: &Listing) -> Result<&Site, StoreError> {
        self.sites.get(&listing.site).ok_or(StoreError::Missing)
    }
}

/// Where each line in line stands. Nothing is asked where none is.
fn places(
    conn: &mut Conn,
    bookings: &[Booking],
    now: Instant,
) -> Result<BTreeMap<LineId, Place>, StoreError> {
    let waiting: Vec<&Line> = bookings
        .iter()
        .flat_map(|booking| &booking.lines)
        .filter(|line| line.state == LineState::Queued)
        .collect();
    if waiting.is_empty() {
        return Ok(BTreeMap::new());
    }
    let ids = unique(waiting.iter().map(|line| line.listing));
    let on_hold = hold_rows::on_hold(conn, &ids)?;
    let place = |line: &&Line| {
        let here: Vec<OnHold> = on_hold
            .iter()
            .filter(|(id, _)| *id == line.listing)
            .map(|(_, one)| *one)
            .collect();
        Some((line.id, hold::place(&here, line.id, now)?))
    };
    Ok(waiting.iter().filter_map(place).collect())
}

/// Who runs late. Nothing is asked where no line is near: an overrun is a matter of hours.
fn late(conn: &mut Conn, bookings: &[Booking], now: Instant) -> Result<Late, StoreError> {
    let is_near = |line: &&Line| {
        line.claim.start() < now + NEAR && line.claim.end() > now - NEAR && line.state.is_live()
    };
    let lines = bookings.iter().flat_map(|booking| &booking.lines);
    let ids = unique(lines.filter(is_near).map(|line| line.listing));
    if ids.is_empty() {
        return Ok(Late::default());
    }
    Late::of_listings(conn, &ids, now).map_err(|refused| match refused {
        Refused::Store(error) => error,
        other => StoreError::Other(format!("{other:?}")),
    })
}

/// Longer than any overrun and the turnaround after it.
const NEAR: TimeDelta = TimeDelta::hours(36);

fn by_id<K: Ord, V>(found: Vec<V>, id: impl Fn(&V) -> K) -> BTreeMap<K, V> {
    found.into_iter().map(|one| (id(&one), one)).collect()
}

fn missing<K: Ord, V>(mut ids: Vec<K>, known: &BTreeMap<K, V>) -> Vec<K> {
    ids.retain(|id| !known.contains_key(id));
    ids
}

fn unique<T: Ord>(ids: impl Iterator<Item = T>) -> Vec<T> {
    let mut ids: Vec<T> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
