//! Who may do what, as one table. Every route and every action asks here.

use super::ids::CompanyId;
use super::people::{Actor, Role};

words! {
    /// Something a member may be allowed to do.
    Right {
        /// See published listings, availability, sites, companies' names.
        Browse = "browse",
        /// See a company's bookings, productions and members.
        SeeCompany = "see_company",
        /// Book, change and cancel for a company; run its productions.
        Book = "book",
        /// Create and edit a company's listings and their closures.
        Publish = "publish",
        /// Grant or decline what is asked of a company's listings.
        Decide = "decide",
        /// Invite members of a company and set their roles.
        ManageMembers = "manage_members",
        /// Run sites and companies, see the outbox and the history.
        ManageCluster = "manage_cluster",
    }
}

/// Whose things a right reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Nobody's.
    None,
    /// Those of the member's own company.
    Own,
    /// Everyone's.
    All,
}

/// The table.
pub fn reach(role: Role, right: Right) -> Reach {
    match (role, right) {
        (Role::Manager, _) | (_, Right::Browse) => Reach::All,
        (_, Right::SeeCompany)
        | (Role::Booker | Role::Publisher, Right::Book)
        | (Role::Publisher, Right::Publish | Right::Decide | Right::ManageMembers) => Reach::Own,
        (Role::Viewer, Right::Book)
        | (Role::Viewer | Role::Booker, Right::Publish | Right::Decide | Right::ManageMembers)
        | (Role::Viewer | Role::Booker | Role::Publisher, Right::ManageCluster) => Reach::None,
    }
}

/// Whether the actor may do this to something of `company`.
pub fn may(actor: &Actor, right: Right, company: CompanyId) -> bool {
    match reach(actor.role, right) {
        Reach::All => true,
        Reach::Own => actor.company == company,
        Reach::None => false,
    }
}

/// The rights a role has at all, for pages that show or hide a button.
pub fn rights_of(role: Role) -> Vec<Right> {
    let held = |right: &&Right| reach(role, **right) != Reach::None;
    Right::ALL.iter().filter(held).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_has_what_the_one_before_has() {
        let order = [Role::Viewer, Role::Booker, Role::Publisher, Role::Manager];
        for pair in order.windows(2) {
            let fewer = rights_of(pair[0]);
            let more = rights_of(pair[1]);
            assert!(fewer.iter().all(|right| more.contains(right)), "{pair:?}");
            assert!(more.len() > fewer.len(), "{pair:?}");
        }
    }
}
