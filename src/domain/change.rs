//! `Change`: that something has changed, as data, and who may know what of it. Not what it says now: whoever
//! hears of a change asks again.

use super::ids::{AuditId, BookingId, CompanyId, ListingId, SiteId};
use super::people::Actor;
use super::rights::{Right, may};

/// Something has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The entry of the history that tells it; later changes mostly have higher ones.
    pub entry: AuditId,
    /// What happened, as `noun.verb`.
    pub what: String,
    /// The booking it happened to.
    pub booking: Option<ChangedBooking>,
    /// The listings of which another part may be free now.
    pub listings: Vec<ListingId>,
    /// The site of which everything may be.
    pub site: Option<SiteId>,
    /// Who alone may hear of it: the owner of a listing that is not published.
    pub only: Option<CompanyId>,
}

/// The booking of a change, with whom it concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedBooking {
    /// Which.
    pub id: BookingId,
    /// Its reference for people.
    pub reference: String,
    /// Whose order it is.
    pub company: CompanyId,
    /// Who decides about its lines.
    pub owners: Vec<CompanyId>,
}

/// What happened as those hear it who may not know of the booking.
const TAKEN_OR_FREED: &str = "availability.changed";

impl Change {
    /// What this member may know of it: everyone that a listing's calendar has changed, the crew, the owners
    /// and managers also which booking it was.
    pub fn told_to(&self, actor: &Actor) -> Option<Self> {
        if self
            .only
            .is_some_and(|owner| !may(actor, Right::Publish, owner))
        {
            return None;
        }
        let concerns = |booking: &ChangedBooking| {
            may(actor, Right::SeeCompany, booking.company)
                || booking
                    .owners
                    .iter()
                    .any(|owner| may(actor, Right::Decide, *owner))
        };
        if self.booking.as_ref().is_none_or(concerns) {
            return Some(self.clone());
        }
        Some(Self {
            what: TAKEN_OR_FREED.to_owned(),
            booking: None,
            ..self.clone()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::ids::{Id, MemberId};
    use super::super::people::{Language, Role};
    use super::*;

    fn member(company: i64, role: Role) -> Actor {
        Actor {
            member: MemberId::from_raw(1),
            company: CompanyId::from_raw(company),
            role,
            language: Language::En,
        }
    }

    fn booked() -> Change {
        Change {
            entry: AuditId::from_raw(1),
            what: "booking.created".into(),
            booking: Some(ChangedBooking {
                id: BookingId::from_raw(5),
                reference: "BK-7F3K2Q".into(),
                company: CompanyId::from_raw(1),
                owners: vec![CompanyId::from_raw(2)],
            }),
            listings: vec![ListingId::from_raw(9)],
            site: None,
            only: None,
        }
    }

    #[test]
    fn a_stranger_hears_of_the_listing_and_not_of_the_booking() {
        let told = booked().told_to(&member(3, Role::Publisher)).expect("told");
        assert_eq!(told.listings, booked().listings);
        assert_eq!(told.booking, None);
        assert_eq!(told.what, TAKEN_OR_FREED);
    }

    #[test]
    fn crew_owner_and_manager_hear_which_booking_it_was() {
        for actor in [
            member(1, Role::Viewer),
            member(2, Role::Publisher),
            member(3, Role::Manager),
        ] {
            assert_eq!(booked().told_to(&actor), Some(booked()), "{actor:?}");
        }
    }

    #[test]
    fn a_draft_is_its_owner_s_own_affair() {
        let drafted = Change {
            booking: None,
            only: Some(CompanyId::from_raw(2)),
            ..booked()
        };
        assert!(drafted.told_to(&member(2, Role::Publisher)).is_some());
        assert!(drafted.told_to(&member(2, Role::Booker)).is_none());
        assert!(drafted.told_to(&member(3, Role::Publisher)).is_none());
    }
}
