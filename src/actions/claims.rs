//! `Ground`: everything the domain must know to say whether claims fit: listings, sites, closures and
//! live lines. Loaded here and nowhere else, for every write that can claim units and for every page
//! that shows what is free.

use std::collections::{BTreeMap, BTreeSet};

use super::quotas::Quotas;
use super::quote::Assessment;
use super::sheet::Sheet;
use super::{Outcome, Refused};
use crate::domain::booking::LineState;
use crate::domain::closure::{Closure, ClosureScope};
use crate::domain::conflict;
use crate::domain::effect::Supposed;
use crate::domain::ids::{BookingId, ListingId, SiteId};
use crate::domain::kit::{self, Kits};
use crate::domain::listing::{Listing, ListingState};
use crate::domain::profile::{Claim, Profile, Supply};
use crate::domain::span::{Instant, Span, floor_to_minute, merge};
use crate::store::claims::{self as claim_rows, LiveLine};
use crate::store::listings::Locked;
use crate::store::sites::Site;
use crate::store::{Conn, StoreError, bookings, closures, kits, listings, sites};

/// Facts about some listings over a window, as of a moment: a hold whose time is up then claims nothing.
pub struct Ground {
    now: Instant,
    listings: BTreeMap<ListingId, Locked>,
    kits: Kits,
    sites: BTreeMap<SiteId, Site>,
    closures: Vec<Closure>,
    live: BTreeMap<ListingId, Vec<LiveLine>>,
    quotas: Option<Quotas>,
    supposed: Vec<(ListingId, Claim)>,
    left_out: BTreeSet<BookingId>,
    supposed_closures: Vec<Closure>,
}

impl Ground {
    /// Takes the listings' rows, in order, so that no other write can claim their units until this
    /// transaction ends. The facts that change are read by [`Ground::read_claims`], after the lock.
    pub fn lock(conn: &mut Conn, ids: &[ListingId], now: Instant) -> Outcome<Self> {
        let locked = listings::lock(conn, ids)?;
        Self::on(conn, locked, now)
    }

    /// The same with all that is in the kits among them: for writes that ask for lines. What is in them is read
    /// before the lock, so that all rows are taken in one order, and once more after it.
    pub fn lock_whole(conn: &mut Conn, ids: &[ListingId], now: Instant) -> Outcome<Self> {
        if conn.is_sqlite() {
            // The one writer is the lock, so the rows may say whether there is a kit among them.
            let ground = Self::lock(conn, ids, now)?;
            if !ground.all_listings().any(Listing::is_kit) {
                return Ok(ground);
            }
        }
        let kits = kits::inside(conn, ids)?;
        let mut all = ids.to_vec();
        all.extend(kits.all_parts());
        let mut ground = Self::lock(conn, &all, now)?;
        let is_any_kit = !kits.is_empty() || ground.all_listings().any(Listing::is_kit);
        if is_any_kit && kits::inside(conn, ids)? != kits {
            return Err(StoreError::Busy("a kit was changed meanwhile".to_owned()).into());
        }
        ground.kits = kits;
        Ok(ground)
    }

    /// The same without a lock, for pages and quotes: what is read here may be outdated at once, and
    /// nothing may be promised on it. All that is in the kits among them is read too.
    pub fn look(conn: &mut Conn, ids: &[ListingId], now: Instant) -> Outcome<Self> {
        let found = listings::find_all(conn, ids)?;
        Self::look_at(conn, found, now)
    }

    /// The same for listings that were found already.
    pub fn look_at(conn: &mut Conn, mut found: Vec<Listing>, now: Instant) -> Outcome<Self> {
        let longest_claim_minutes = listings::longest_claim_of_all(conn)?;
        let kits = kits_among(conn, &mut found)?;
        let seen = found.into_iter().map(|listing| Locked {
            listing,
            longest_claim_minutes,
        });
        Ok(Self {
            kits,
            ..Self::on(conn, seen.collect(), now)?
        })
    }

    fn on(conn: &mut Conn, locked: Vec<Locked>, now: Instant) -> Outcome<Self> {
        let mut site_ids: Vec<SiteId> = locked.iter().map(|locked| locked.listing.site).collect();
        site_ids.sort_unstable();
        site_ids.dedup();
        let sites = sites::find_all(conn, &site_ids)?;
        Ok(Self {
            now,
            listings: locked
                .into_iter()
                .map(|locked| (locked.listing.id, locked))
                .collect(),
            kits: Kits::default(),
            sites: sites.into_iter().map(|site| (site.id, site)).collect(),
            closures: Vec::new(),
            live: BTreeMap::new(),
            quotas: None,
            supposed: Vec::new(),
            left_out: BTreeSet::new(),
            supposed_closures: Vec::new(),
        })
    }

    /// Reads closures and live lines that touch `window`.
    pub fn read_claims(&mut self, conn: &mut Conn, window: Span) -> Outcome<()> {
        self.read_claims_of(conn, &[window])
    }

    fn longest_claim_minutes(&self) -> i64 {
        let longest = self
            .listings
            .values()
            .map(|locked| locked.longest_claim_minutes);
        longest.max().unwrap_or(0)
    }

    /// Reads closures and live lines that touch any of these windows, and nothing of the time between.
    pub fn read_claims_of(&mut self, conn: &mut Conn, windows: &[Span]) -> Outcome<()> {
        let ids = self.listing_ids();
        let site_ids: Vec<SiteId> = self.sites.keys().copied().collect();
        let longest = self.longest_claim_minutes();
        let (mut found, mut live) = (BTreeMap::new(), BTreeMap::new());
        for window in merge(windows) {
            let touching = closures::touching(conn, &ids, &site_ids, window)?;
            found.extend(touching.into_iter().map(|closure| (closure.id, closure)));
            let touching = claim_rows::touching(conn, &ids, window, longest, self.now)?;
            let counted = touching
                .into_iter()
                .filter(|live| !self.left_out.contains(&live.booking));
            live.extend(counted.map(|live| (live.line, live)));
        }
        self.closures = found.into_values().collect();
        self.live.clear();
        for one in live.into_values() {
            self.live.entry(one.listing).or_default().push(one);
        }
        Ok(())
    }

    /// Reads what binds the company that asks, as far as it concerns the weeks of these spans.
    pub fn read_quotas(
        &mut self,
        conn: &mut Conn,
        assessment: &Assessment<'_>,
        spans: Option<Span>,
    ) -> Outcome<()> {
        self.quotas = Some(Quotas::read(conn, self, assessment, spans)?);
        Ok(())
    }

    /// What binds the company that asks, if it was read.
    pub fn quotas(&self) -> Option<&Quotas> {
        self.quotas.as_ref()
    }

    /// Remembers claims longer than any before, so that later look-ups reach back far enough.
    pub fn remember_longest(&self, conn: &mut Conn, claimed: &[(ListingId, Span)]) -> Outcome<()> {
        for (id, locked) in &self.listings {
            let of_listing = claimed.iter().filter(|(listing, _)| listing == id);
            let longest = of_listing
                .map(|(_, claim)| claim.minutes())
                .max()
                .unwrap_or(0);
            if longest > locked.longest_claim_minutes {
                listings::remember_longest_claim(conn, *id, longest)?;
            }
        }
        Ok(())
    }

    /// The listing, or that there is no such one.
    pub fn listing(&self, id: ListingId) -> Outcome<&Listing> {
        self.listings
            .get(&id)
            .map(|locked| &locked.listing)
            .ok_or(Refused::NotFound("listing"))
    }

    /// All its listings.
    pub fn all_listings(&self) -> impl Iterator<Item = &Listing> {
        self.listings.values().map(|locked| &locked.listing)
    }

    /// How the kits among its listings are made.
    pub fn kits(&self) -> &Kits {
        &self.kits
    }

    /// What the profile of a listing is read off; of a kit what those of its leaves are.
    pub fn sources(&self, id: ListingId) -> Outcome<Sources> {
        if !self.kits.has(id) {
            let listing = self.listing(id)?;
            return Ok(Sources::One((self.supply(listing), self.claims(id, None))));
        }
        let leaves = self.leaves(id)?.into_iter();
        let sources = leaves.map(|(leaf, each)| {
            let source = (self.supply_in_kit(leaf), self.claims(leaf.id, None));
            (source, each)
        });
        Ok(Sources::Kit(sources.collect()))
    }

    /// What there is of a leaf for the kits it is in: nothing, unless it can be booked at all.
    pub fn supply_in_kit(&self, leaf: &Listing) -> Supply {
        let supply = self.supply(leaf);
        match leaf.state {
            ListingState::Published => supply,
            ListingState::Draft | ListingState::Retired => Supply {
                quantity: 0,
                ..supply
            },
        }
    }

    /// The leaves of a kit, each with how many of it one kit takes; of any other listing it itself.
    pub fn leaves(&self, id: ListingId) -> Outcome<Vec<(&Listing, u32)>> {
        let leaves = self.kits.leaves(id, 1).into_iter();
        leaves
            .map(|leaf| Ok((self.listing(leaf.listing)?, leaf.quantity)))
            .collect()
    }

    /// How many of a listing there are at all; of a kit as many as its leaves make.
    pub fn quantity(&self, id: ListingId) -> Outcome<u32> {
        let leaves = self.leaves(id)?.into_iter();
        Ok(kit::kits_of(
            leaves.map(|(leaf, each)| (leaf.quantity, each)),
        ))
    }

    /// The site of a listing.
    pub fn site_of(&self, listing: &Listing) -> Option<&Site> {
        self.sites.get(&listing.site)
    }

    /// The closures of a listing, its site's included.
    pub fn closures_of<'a>(&'a self, listing: &'a Listing) -> impl Iterator<Item = &'a Closure> {
        let all = self.closures.iter().chain(&self.supposed_closures);
        all.filter(|closure| match closure.scope {
            ClosureScope::Listing(id) => id == listing.id,
            ClosureScope::Site(id) => id == listing.site,
        })
    }

    /// What there is of a listing.
    pub fn supply(&self, listing: &Listing) -> Supply {
        let closures = self
            .closures_of(listing)
            .map(|closure| (closure.span, closure.units))
            .collect();
        Supply {
            quantity: listing.quantity,
            closures,
        }
    }

    /// The live lines of a listing, oldest first.
    pub fn live_lines(&self, listing: ListingId) -> impl Iterator<Item = &LiveLine> {
        self.live.get(&listing).into_iter().flatten()
    }

    /// The live lines of all its listings.
    pub fn all_live(&self) -> impl Iterator<Item = &LiveLine> {
        self.live.values().flatten()
    }

    /// What is read from here on is without what these bookings claim: they are all being changed.
    pub fn leave_out(&mut self, bookings: impl Iterator<Item = BookingId>) {
        self.left_out = bookings.collect();
    }

    /// Whether what this booking claims is left out.
    pub fn leaves_out(&self, booking: BookingId) -> bool {
        self.left_out.contains(&booking)
    }

    /// From here on counts these as claimed, and what is supposed as true: for questions of what would be.
    pub fn suppose(&mut self, claims: &[(ListingId, Claim)], supposed: &Supposed) {
        self.supposed = claims.to_vec();
        self.supposed_closures.clone_from(&supposed.closures);
        if let Some((site, hours)) = &supposed.hours
            && let Some(site) = self.sites.get_mut(site)
        {
            site.hours.clone_from(hours);
        }
    }

    fn supposed_of(&self, listing: ListingId) -> impl Iterator<Item = Claim> {
        let of_listing = self.supposed.iter().filter(move |(id, _)| *id == listing);
        of_listing.map(|(_, claim)| *claim)
    }

    /// What others claim of a listing; `without` is a booking whose own claims do not count.
    pub fn claims(&self, listing: ListingId, without: Option<BookingId>) -> Vec<Claim> {
        self.live_lines(listing)
            .filter(|live| Some(live.booking) != without)
            .map(|live| live.claim)
            .chain(self.supposed_of(listing))
            .collect()
    }

    /// What others claim of a listing for good: all but holds.
    pub fn firm_claims(&self, listing: ListingId, without: Option<BookingId>) -> Vec<Claim> {
        self.live_lines(listing)
            .filter(|live| Some(live.booking) != without && live.state != LineState::Held)
            .map(|live| live.claim)
            .chain(self.supposed_of(listing))
            .collect()
    }

    /// What it knows of what a sheet tells: its listings and their sites.
    pub fn sheet(&self) -> Sheet {
        let listings = self.all_listings().cloned();
        Sheet {
            listings: listings.map(|listing| (listing.id, listing)).collect(),
            sites: self.sites.clone(),
            ..Sheet::default()
        }
    }

    /// The ids of all its listings.
    pub fn listing_ids(&self) -> Vec<ListingId> {
        self.listings.keys().copied().collect()
    }
}

/// What there is of a listing, or of the leaves of a kit with how many of each it takes, and what is claimed of it.
pub enum Sources {
    /// A listing with units of its own.
    One((Supply, Vec<Claim>)),
    /// A kit.
    Kit(Vec<((Supply, Vec<Claim>), u32)>),
}

impl Sources {
    /// Capacity and use over a window; of a kit what its leaves leave of it.
    pub fn profile(&self, window: Span) -> Profile {
        let sweep =
            |(supply, claims): &(Supply, Vec<Claim>)| Profile::sweep(window, supply, claims);
        match self {
            Self::One(source) => sweep(source),
            Self::Kit(leaves) => {
                let leaves = leaves.iter().map(|(source, each)| (sweep(source), *each));
                kit::profile(window, &leaves.collect::<Vec<_>>())
            }
        }
    }
}

/// How the kits among these listings are made; what is in them and not found yet is found too.
fn kits_among(conn: &mut Conn, found: &mut Vec<Listing>) -> Outcome<Kits> {
    let made: Vec<ListingId> = found
        .iter()
        .filter(|listing| listing.is_kit())
        .map(|listing| listing.id)
        .collect();
    if made.is_empty() {
        return Ok(Kits::default());
    }
    let kits = kits::inside(conn, &made)?;
    let mut missing = kits.all_parts();
    missing.retain(|id| !found.iter().any(|listing| listing.id == *id));
    found.extend(listings::find_all(conn, &missing)?);
    Ok(kits)
}

/// The most bookings a refusal names.
const MOST_NAMED: usize = 50;

/// Goes on only if everything promised of these listings within `window` can still be kept. Asked after
/// a write that takes capacity away, in its transaction: the refusal takes the write back.
pub fn keep_promises(
    conn: &mut Conn,
    ids: &[ListingId],
    window: Span,
    now: Instant,
) -> Outcome<()> {
    let mut ground = Ground::lock(conn, ids, now)?;
    ground.read_claims(conn, window)?;
    let hit: BTreeSet<BookingId> = ground
        .all_listings()
        .flat_map(|listing| hit_lines(&ground, listing, window))
        .map(|live| live.booking)
        .collect();
    if hit.is_empty() {
        return Ok(());
    }
    let named: Vec<BookingId> = hit.into_iter().take(MOST_NAMED).collect();
    Err(Refused::HitsBookings(
        bookings::references(conn, &named)?.into_values().collect(),
    ))
}

/// The references of the bookings that each of these listings could no longer keep, were it as it is given
/// here. Asked before a write, to say what would be in its way.
pub fn broken_by(
    conn: &mut Conn,
    wanted: Vec<Listing>,
    window: Span,
    now: Instant,
) -> Outcome<BTreeMap<ListingId, Vec<String>>> {
    let longest_claim_minutes = listings::longest_claim_of_all(conn)?;
    let supposed = wanted.into_iter().map(|listing| Locked {
        listing,
        longest_claim_minutes,
    });
    let mut ground = Ground::on(conn, supposed.collect(), now)?;
    ground.read_claims(conn, window)?;
    let mut broken = BTreeMap::new();
    for listing in ground.all_listings() {
        let hit = hit_lines(&ground, listing, window).into_iter();
        let hit: BTreeSet<BookingId> = hit.map(|live| live.booking).collect();
        if hit.is_empty() {
            continue;
        }
        let named: Vec<BookingId> = hit.into_iter().take(MOST_NAMED).collect();
        let references = bookings::references(conn, &named)?;
        broken.insert(listing.id, references.into_values().collect());
    }
    Ok(broken)
}

/// The lines of a listing in the spans in which more is promised than there is.
pub(super) fn hit_lines<'a>(
    ground: &'a Ground,
    listing: &Listing,
    window: Span,
) -> Vec<&'a LiveLine> {
    let broken = conflict::broken_promises(
        window,
        &ground.supply(listing),
        &ground.claims(listing.id, None),
    );
    let is_hit = |live: &&LiveLine| {
        broken
            .iter()
            .any(|shortage| shortage.span.overlaps(live.claim.claim))
    };
    ground.live_lines(listing.id).filter(is_hit).collect()
}

/// From this minute on, for good.
pub fn from_now_on(now: Instant) -> Outcome<Span> {
    let broken_clock = |_| Refused::Store(StoreError::Other("a clock far out of range".to_owned()));
    Span::new(floor_to_minute(now), Span::far_future()).map_err(broken_clock)
}

/// The span from the first start to the last end.
pub fn hull(spans: impl Iterator<Item = Span>) -> Option<Span> {
    let joined = spans.fold(None, |hull: Option<(_, _)>, span| match hull {
        None => Some((span.start(), span.end())),
        Some((start, end)) => Some((span.start().min(start), span.end().max(end))),
    })?;
    Span::new(joined.0, joined.1).ok()
}
