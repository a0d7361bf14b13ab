//! Listings: drafted, edited, published, retired. Whatever takes units away keeps what is promised.

mod faults;

pub(super) use self::faults::faults;
use self::faults::{fewer_than_named, unknown_owner};
use super::checks::none_of;
use super::claims::{from_now_on, keep_promises};
use super::{Cluster, FieldFault, OrNotFound, Outcome, Refused, holds, kit_parts, require};
use crate::domain::ids::{BookingId, CompanyId, ListingId, SiteId};
use crate::domain::listing::{Kind, Listing, ListingState};
use crate::domain::money::Money;
use crate::domain::people::{Actor, Names};
use crate::domain::photo::Photo;
use crate::domain::policy::OwnRules;
use crate::domain::price::Rates;
use crate::domain::rights::{Right, may};
use crate::domain::span::Instant;
use crate::store::{
    Conn, StoreError, audit, bookings, claims as claim_rows, fresh_id, holds as hold_rows, kits,
    listings, photos, sites, units,
};

/// The most bookings a refusal to retire names.
pub(super) const MOST_NAMED: i64 = 50;

/// A listing to be drafted.
#[derive(Debug, Clone)]
pub struct NewListing {
    /// Short code, unique in the cluster.
    pub code: String,
    /// Its kind.
    pub kind: Kind,
    /// Finer than the kind; a slug.
    pub category: String,
    /// Its names.
    pub names: Names,
    /// Its descriptions.
    pub descriptions: Names,
    /// Slugs.
    pub tags: Vec<String>,
    /// With what it does in each other's place; empty is nothing said.
    pub alike: String,
    /// Where it is.
    pub site: SiteId,
    /// Whose it is.
    pub owner: CompanyId,
    /// How many like units there are.
    pub quantity: u32,
    /// Floor area of a set.
    pub area_sqm: Option<u32>,
    /// What it costs, in the cluster's currency.
    pub rates: Rates,
    /// The rules it sets itself.
    pub own_rules: OwnRules,
}

impl NewListing {
    /// Everything that is wrong with it in itself.
    pub fn faults(&self) -> Vec<FieldFault> {
        use crate::domain::ids::Id;
        faults(&self.clone().draft(ListingId::from_raw(0)))
    }

    fn draft(self, id: ListingId) -> Listing {
        Listing {
            id,
            code: self.code,
            kind: self.kind,
            category: self.category,
            names: self.names,
            descriptions: self.descriptions,
            tags: self.tags,
            alike: self.alike,
            site: self.site,
            owner: self.owner,
            state: ListingState::Draft,
            quantity: self.quantity,
            area_sqm: self.area_sqm,
            rates: self.rates,
            own_rules: self.own_rules,
            parts: 0,
            version: 1,
        }
    }
}

/// Drafts a listing: its owner and managers see it, nobody books it yet. `None` is the house itself.
pub fn create(
    conn: &mut Conn,
    by: Option<&Actor>,
    new: NewListing,
    now: Instant,
) -> Outcome<Listing> {
    if let Some(actor) = by {
        require(actor, Right::Publish, new.owner)?;
    }
    let listing = new.draft(fresh_id(now));
    none_of(faults(&listing))?;
    lock_site(conn, listing.site)?;
    none_of(unknown_owner(conn, &listing)?)?;
    let is_taken = listings::find_by_code(conn, &listing.code)?.is_some();
    if is_taken || units::find_by_code(conn, &listing.code)?.is_some() {
        return Err(Refused::Duplicate("code"));
    }
    listings::insert(conn, &listing, now)?;
    let detail = serde_json::json!({ "after": summary(&listing) });
    audit::put(
        conn,
        listing.id,
        "listing.created",
        by.map(|actor| actor.member),
        &detail,
        now,
    )?;
    Ok(listing)
}

/// Another listing like one, as a draft: the same words, rates, rules, parts and photos. Its units have names of
/// their own and stay where they are.
pub fn copy(
    conn: &mut Conn,
    actor: &Actor,
    id: ListingId,
    code: &str,
    now: Instant,
) -> Outcome<Listing> {
    let like = listings::find(conn, id).or_not_found("listing")?;
    may_see(actor, &like)?;
    let new = NewListing {
        code: code.to_owned(),
        kind: like.kind,
        category: like.category,
        names: like.names,
        descriptions: like.descriptions,
        tags: like.tags,
        alike: like.alike,
        site: like.site,
        owner: like.owner,
        quantity: like.quantity,
        area_sqm: like.area_sqm,
        rates: like.rates,
        own_rules: like.own_rules,
    };
    let parts = kits::inside(conn, &[id])?.parts(id).to_vec();
    let mut made = create(conn, Some(actor), new, now)?;
    if !parts.is_empty() {
        made.parts = like.parts;
        kits::replace(conn, made.id, &parts)?;
        listings::update(conn, &made)?;
    }
    let by = Some(actor.member);
    for (place, photo) in photos::of_listing(conn, id)?.into_iter().enumerate() {
        let photo = Photo {
            id: fresh_id(now),
            listing: made.id,
            ..photo
        };
        photos::insert(conn, &photo, place, by, now)?;
    }
    Ok(made)
}

/// A change as it is asked for; what is absent stays.
#[derive(Debug, Clone, Default)]
#[expect(
    missing_docs,
    reason = "each field is the one of `Listing` with the same name"
)]
pub struct ListingChange {
    /// The version it was made on.
    pub expected_version: i64,
    /// Fields that could not even be read; told together with what else is wrong.
    pub misread: Vec<FieldFault>,
    pub code: Option<String>,
    pub kind: Option<Kind>,
    pub category: Option<String>,
    pub name_zh: Option<String>,
    pub name_en: Option<String>,
    pub description_zh: Option<String>,
    pub description_en: Option<String>,
    pub tags: Option<Vec<String>>,
    pub alike: Option<String>,
    pub site: Option<SiteId>,
    pub owner: Option<CompanyId>,
    pub quantity: Option<u32>,
    pub area_sqm: Option<Option<u32>>,
    pub day_rate: Option<Option<Money>>,
    pub hour_rate: Option<Option<Money>>,
    pub deposit: Option<Money>,
    pub own_rules: Option<OwnRules>,
}

impl ListingChange {
    fn apply(&self, listing: &mut Listing) {
        let texts = [
            (&self.code, &mut listing.code),
            (&self.category, &mut listing.category),
            (&self.alike, &mut listing.alike),
            (&self.name_zh, &mut listing.names.zh),
            (&self.name_en, &mut listing.names.en),
            (&self.description_zh, &mut listing.descriptions.zh),
            (&self.description_en, &mut listing.descriptions.en),
        ];
        for (new, old) in texts {
            if let Some(new) = new {
                old.clone_from(new);
            }
        }
        if let Some(tags) = &self.tags {
            listing.tags.clone_from(tags);
        }
        listing.kind = self.kind.unwrap_or(listing.kind);
        listing.site = self.site.unwrap_or(listing.site);
        listing.owner = self.owner.unwrap_or(listing.owner);
        listing.quantity = self.quantity.unwrap_or(listing.quantity);
        listing.area_sqm = self.area_sqm.unwrap_or(listing.area_sqm);
        listing.rates.day = self.day_rate.unwrap_or(listing.rates.day);
        listing.rates.hour = self.hour_rate.unwrap_or(listing.rates.hour);
        listing.rates.deposit = self.deposit.unwrap_or(listing.rates.deposit);
        listing.own_rules = self.own_rules.unwrap_or(listing.own_rules);
    }
}

/// Edits a listing. Fewer units, or a site that is closed some day, must leave enough for every booking
/// ahead; other rules and rates count for what is booked from now on.
pub fn change(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    id: ListingId,
    change: &ListingChange,
    now: Instant,
) -> Outcome<Listing> {
    // Sites are always taken before listings, here and by closures.
    if let Some(site) = change.site {
        lock_site(conn, site)?;
    }
    let mut listing = lock_own(conn, Some(actor), id)?;
    holds::enter(conn, cluster, &[id], &[], now)?;
    if listing.version != change.expected_version {
        return Err(Refused::VersionStale(listing.version));
    }
    let before = listing.clone();
    change.apply(&mut listing);
    require(actor, Right::Publish, listing.owner)?;
    let mut wrong = change.misread.clone();
    wrong.extend(faults(&listing));
    none_of(wrong)?;
    none_of(unknown_owner(conn, &listing)?)?;
    none_of(fewer_than_named(conn, &before, &listing)?)?;
    if listing.state == ListingState::Published && !listing.is_complete() {
        return Err(Refused::State("incomplete"));
    }
    let is_taken = listings::find_by_code(conn, &listing.code)?.is_some_and(|other| other.id != id);
    if is_taken || units::find_by_code(conn, &listing.code)?.is_some() {
        return Err(Refused::Duplicate("code"));
    }
    save(conn, &mut listing)?;
    if listing.quantity < before.quantity || listing.site != before.site {
        keep_promises(conn, &[id], from_now_on(now)?, now)?;
    }
    // More units, or a site that is open: whoever is next in line has them.
    holds::enter(conn, cluster, &[id], &[], now)?;
    let detail = serde_json::json!({ "before": summary(&before), "after": summary(&listing) });
    audit::put(
        conn,
        id,
        "listing.changed",
        Some(actor.member),
        &detail,
        now,
    )?;
    Ok(listing)
}

/// Opens a listing to everybody.
pub fn publish(
    conn: &mut Conn,
    by: Option<&Actor>,
    id: ListingId,
    now: Instant,
) -> Outcome<Listing> {
    let mut listing = lock_own(conn, by, id)?;
    if listing.state == ListingState::Published {
        return Err(Refused::State("already_published"));
    }
    kit_parts::publishable_as_it_is(conn, &listing)?;
    listing.state = ListingState::Published;
    save(conn, &mut listing)?;
    let detail = serde_json::json!({ "after": { "state": listing.state } });
    audit::put(
        conn,
        id,
        "listing.published",
        by.map(|actor| actor.member),
        &detail,
        now,
    )?;
    Ok(listing)
}

/// Takes a listing out of the catalogue, once nothing is booked of it any more.
pub fn retire(
    conn: &mut Conn,
    cluster: &Cluster,
    actor: &Actor,
    id: ListingId,
    now: Instant,
) -> Outcome<Listing> {
    let mut listing = lock_own(conn, Some(actor), id)?;
    if listing.state == ListingState::Retired {
        return Err(Refused::State("already_retired"));
    }
    holds::enter(conn, cluster, &[id], &[], now)?;
    let ahead = booked_ahead(conn, id, now)?;
    if !ahead.is_empty() {
        return Err(Refused::HitsBookings(
            bookings::references(conn, &ahead)?.into_values().collect(),
        ));
    }
    kit_parts::in_no_published_kit(conn, id)?;
    listing.state = ListingState::Retired;
    save(conn, &mut listing)?;
    let detail = serde_json::json!({ "after": { "state": listing.state } });
    audit::put(
        conn,
        id,
        "listing.retired",
        Some(actor.member),
        &detail,
        now,
    )?;
    Ok(listing)
}

/// The bookings a retirement would hit, as many as a refusal names: live lines not over yet, and whoever
/// waits in line.
pub(super) fn booked_ahead(
    conn: &mut Conn,
    id: ListingId,
    now: Instant,
) -> Outcome<Vec<BookingId>> {
    let mut ahead = claim_rows::ahead_of_listing(conn, id, now, MOST_NAMED)?;
    let on_hold = hold_rows::on_hold(conn, &[id])?;
    let waiting = on_hold.iter().filter(|(_, one)| !one.hold.is_over(now));
    ahead.extend(waiting.map(|(_, one)| one.booking));
    Ok(ahead)
}

/// The listing under lock, if the actor may edit it.
pub(super) fn lock_own(conn: &mut Conn, by: Option<&Actor>, id: ListingId) -> Outcome<Listing> {
    let locked = listings::lock(conn, &[id])?
        .pop()
        .ok_or(Refused::NotFound("listing"))?;
    if let Some(actor) = by {
        may_see(actor, &locked.listing)?;
        require(actor, Right::Publish, locked.listing.owner)?;
    }
    Ok(locked.listing)
}

pub(super) fn save(conn: &mut Conn, listing: &mut Listing) -> Outcome<()> {
    listing.version += 1;
    Ok(listings::update(conn, listing)?)
}

/// Goes on only if the actor may know of the listing: a draft is its owner's and the managers'.
pub fn may_see(actor: &Actor, listing: &Listing) -> Outcome<()> {
    let sees = listing.state != ListingState::Draft || may(actor, Right::Publish, listing.owner);
    if sees {
        Ok(())
    } else {
        Err(Refused::NotFound("listing"))
    }
}

/// Takes the row of the site a listing is put at: a closure of all of it must not pass by.
pub(super) fn lock_site(conn: &mut Conn, id: SiteId) -> Outcome<()> {
    match sites::lock(conn, id) {
        Ok(_) => Ok(()),
        Err(StoreError::Missing) => none_of(vec![FieldFault::with_limit("site", "unknown", id)]),
        Err(error) => Err(error.into()),
    }
}

pub(super) fn summary(listing: &Listing) -> serde_json::Value {
    serde_json::json!({
        "code": listing.code, "kind": listing.kind, "category": listing.category,
        "name_zh": listing.names.zh, "name_en": listing.names.en, "tags": listing.tags, "alike": listing.alike,
        "description_zh": listing.descriptions.zh, "description_en": listing.descriptions.en,
        "area_sqm": listing.area_sqm,
        "site": listing.site, "owner": listing.owner, "state": listing.state, "quantity": listing.quantity,
        "day_rate": listing.rates.day, "hour_rate": listing.rates.hour, "deposit": listing.rates.deposit,
        "rules": listing.own_rules,
    })
}
