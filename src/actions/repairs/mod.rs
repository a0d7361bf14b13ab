//! Repairs: what would work in the place of a basket that was refused. Reads only, after the refusal, so
//! that no booking ever waits for it. Nothing is offered that was not weighed as it would be sent.

mod case;
mod line;
mod whole;

use self::case::Case;
use super::change::ChangedLine;
use super::{Cluster, Outcome};
use crate::domain::booking::Booking;
use crate::domain::effect::Supposed;
use crate::domain::ids::{LineId, ListingId, ProductionId};
use crate::domain::people::Actor;
use crate::domain::profile::Claim;
use crate::domain::repair::{Repair, RepairKind};
use crate::domain::span::Instant;
use crate::store::Conn;

/// The basket that was refused.
pub struct Basket<'a> {
    /// The cluster's zone and terms.
    pub cluster: &'a Cluster,
    /// Who asks.
    pub actor: &'a Actor,
    /// For which drama, if it is known yet.
    pub production: Option<ProductionId>,
    /// Whether it would be held.
    pub hold: bool,
    /// The booking it would change, if it is a change.
    pub booking: Option<&'a Booking>,
    /// The time.
    pub now: Instant,
    /// What was asked for.
    pub lines: Vec<ChangedLine>,
    /// What stands in its way without being claimed: where somebody runs late.
    pub claimed: Vec<(ListingId, Claim)>,
    /// What is to be taken away.
    pub supposed: Supposed,
}

/// A basket that might do in the place of the refused one.
struct Proposal {
    kind: RepairKind,
    line: Option<usize>,
    hold: bool,
    lines: Vec<ChangedLine>,
}

/// The most refused lines that are mended one by one: somebody who wants more has the wrong day.
pub(super) const MOST_MENDED: usize = 4;
/// The most parts of one kit that are exchanged: who lacks more of it wants another kit.
const MOST_EXCHANGED: usize = 3;
/// The most repairs of one line.
const MOST_OF_A_LINE: usize = 6;
/// The most of one kind for one line.
const MOST_OF_A_KIND: usize = 2;
/// The most lines a repaired basket has, as any other.
const MOST_LINES: usize = 100;
/// How far from the wanted time another is looked for.
pub(super) const EARLIER_DAYS: i64 = 3;
pub(super) const LATER_DAYS: i64 = 14;

/// Repairs of a booking one of whose lines is asked for anew, beside what is supposed.
pub fn of_line_anew(conn: &mut Conn, mut basket: Basket<'_>, anew: LineId) -> Outcome<Vec<Repair>> {
    let mut lines = basket.lines.iter_mut().enumerate();
    let Some((place, line)) = lines.find(|(_, line)| line.id == Some(anew)) else {
        return Ok(Vec::new());
    };
    line.id = None;
    let mut repairs = of_basket(conn, &basket)?;
    for repair in &mut repairs {
        repair.lines[place].id = Some(anew);
    }
    Ok(repairs)
}

/// What would work, in the order a person would want it. Empty where nothing was refused.
pub fn of_basket(conn: &mut Conn, basket: &Basket<'_>) -> Outcome<Vec<Repair>> {
    let Some(case) = Case::open(conn, basket)? else {
        return Ok(Vec::new());
    };
    let mut repairs = Vec::new();
    for place in case.mended() {
        let mut of_line = case.all_that_stand(case.for_line(place)?)?;
        of_line.sort_by_key(|repair| repair.kind);
        of_line.truncate(MOST_OF_A_LINE);
        repairs.extend(of_line);
    }
    let all = case.all_at_once(&repairs)?;
    let whole = [all, case.shifted()?, case.in_line()];
    repairs.extend(case.all_that_stand(whole.into_iter().flatten())?);
    repairs.sort_by_key(|repair| (repair.kind, repair.line));
    Ok(repairs)
}
