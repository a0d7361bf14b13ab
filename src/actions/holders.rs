//! Who is in the way of a line, as far as the asker may know.

use super::Outcome;
use super::claims::Ground;
use super::quote::{AssessedLine, Assessment, within};
use crate::domain::ids::{BookingId, CompanyId};
use crate::domain::people::{Actor, Company, Role};
use crate::domain::refusal::{Holder, Reason};
use crate::domain::span::Span;
use crate::store::claims::LiveLine;
use crate::store::{Conn, bookings, companies};

/// Adds to each clash who is in the way. Asked only when there is a clash: the quick path never pays.
pub(super) fn name_holders(
    conn: &mut Conn,
    ground: &Ground,
    assessment: &Assessment<'_>,
    assessed: &mut [AssessedLine],
) -> Outcome<()> {
    for line in assessed.iter_mut() {
        let listing = line.listing.id;
        for refusal in &mut line.refusals {
            let Reason::Clash(clash) = &mut refusal.reason else {
                continue;
            };
            let in_the_way = ground.live_lines(listing).filter_map(|live| {
                let mine = Some(live.booking) == assessment.without;
                within(live.claim.claim, &clash.shortages)
                    .filter(|_| !mine)
                    .map(|span| (*live, span))
            });
            clash.holders = holders(conn, assessment.actor, &in_the_way.collect::<Vec<_>>())?;
        }
    }
    Ok(())
}

/// What the asker may know of those in the way: its own bookings all, a manager everything, of others
/// the name only if they show it.
pub fn holders(
    conn: &mut Conn,
    actor: &Actor,
    in_the_way: &[(LiveLine, Span)],
) -> Outcome<Vec<Holder>> {
    let company_ids: Vec<CompanyId> = in_the_way.iter().map(|(live, _)| live.company).collect();
    let named = companies::find_all(conn, &company_ids)?;
    let booking_ids: Vec<BookingId> = in_the_way.iter().map(|(live, _)| live.booking).collect();
    let references = bookings::references(conn, &booking_ids)?;
    let holder = |(live, span): &(LiveLine, Span)| {
        let company = named.iter().find(|company| company.id == live.company);
        let mine = live.company == actor.company;
        let sees_all = mine || actor.role == Role::Manager;
        let shown = company.filter(|company| sees_all || company.shows_name);
        let name = |company: &Company| (company.id, company.names.clone());
        Holder {
            span: *span,
            units: live.claim.units,
            company: shown.map(name),
            mine,
            reference: references.get(&live.booking).filter(|_| sees_all).cloned(),
        }
    };
    Ok(in_the_way.iter().map(holder).collect())
}
