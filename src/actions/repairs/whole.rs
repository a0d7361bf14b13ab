//! What might mend a basket as a whole: each line by its best repair, all of it at another time, a place
//! in line.

use chrono::TimeDelta;

use super::case::Case;
use super::line::nearest_starts;
use super::{MOST_MENDED, Proposal};
use crate::actions::Outcome;
use crate::actions::change::ChangedLine;
use crate::actions::claims::hull;
use crate::actions::openings::{ChosenLine, search};
use crate::domain::refusal::Reason;
use crate::domain::repair::{Repair, RepairKind, RepairedLine};
use crate::domain::span::Span;

impl Case<'_> {
    /// For each refused line the best of its repairs that stands beside those chosen before it.
    pub(super) fn all_at_once(&self, repairs: &[Repair]) -> Outcome<Option<Proposal>> {
        let refused = self.refused();
        if !(2..=MOST_MENDED).contains(&refused.len()) {
            return Ok(None);
        }
        let mut lines = self.basket.lines.clone();
        for place in refused {
            let of_line = repairs.iter().filter(|repair| repair.line == Some(place));
            let Some(joined) = self.first_granted(&lines, place, of_line)? else {
                return Ok(None);
            };
            lines = joined;
        }
        Ok(Some(Proposal {
            kind: RepairKind::All,
            line: None,
            hold: self.basket.hold,
            lines,
        }))
    }

    /// These lines with the first repair of one of them that would be granted beside the others.
    fn first_granted<'r>(
        &self,
        lines: &[ChangedLine],
        place: usize,
        repairs: impl Iterator<Item = &'r Repair>,
    ) -> Outcome<Option<Vec<ChangedLine>>> {
        let asked = self.basket.lines.len();
        for repair in repairs {
            let mut joined = lines.to_vec();
            joined[place] = changed_line(repair.lines[place]);
            joined.extend(repair.lines[asked..].iter().copied().map(changed_line));
            let verdicts = self.weigh(&joined, self.basket.hold)?;
            let stands = |place: usize| verdicts[place].reasons.is_empty();
            if stands(place) && (asked..joined.len()).all(stands) {
                return Ok(Some(joined));
            }
        }
        Ok(None)
    }

    /// All lines together, at the nearest time at which they fit as they are.
    pub(super) fn shifted(&self) -> Outcome<Option<Proposal>> {
        let asked = || self.basket.lines.iter().map(|line| line.request);
        let Some(whole) = hull(asked().map(|line| line.span)) else {
            return Ok(None);
        };
        let has_begun = self.basket.booking.is_some() && whole.start() <= self.basket.now;
        let around = self.basket.starts_around(whole.start());
        let Some(starts) = around.filter(|_| asked().count() > 1 && !has_begun) else {
            return Ok(None);
        };
        let wanted: Vec<ChosenLine> = asked()
            .map(|line| ChosenLine {
                listings: vec![line.listing],
                offset_minutes: (line.span.start() - whole.start()).num_minutes(),
                minutes: line.span.minutes(),
                units: line.units,
            })
            .collect();
        let assessment = self.basket.assessment(self.basket.hold, wanted.len());
        let search = search(&self.ground, &assessment, &wanted, starts)?;
        let nearest = nearest_starts(&search, starts, whole.start());
        let Some(start) = nearest.first() else {
            return Ok(None);
        };
        Ok(Some(Proposal {
            kind: RepairKind::ShiftBasket,
            line: None,
            hold: self.basket.hold,
            lines: moved(&self.basket.lines, *start - whole.start()),
        }))
    }

    /// The basket as it is, held, with a place in line where only the holds of others are in its way.
    pub(super) fn in_line(&self) -> Option<Proposal> {
        let could_wait =
            |reason: &Reason| matches!(reason, Reason::Clash(clash) if clash.only_holds);
        let mut reasons = self.verdicts.iter().flat_map(|verdict| &verdict.reasons);
        let may_hold = self.basket.booking.is_none() && !self.basket.hold;
        (may_hold && reasons.all(could_wait)).then(|| Proposal {
            kind: RepairKind::Queue,
            line: None,
            hold: true,
            lines: self.basket.lines.clone(),
        })
    }
}

fn moved(lines: &[ChangedLine], by: TimeDelta) -> Vec<ChangedLine> {
    let moved = |line: &ChangedLine| {
        let (mut line, span) = (*line, line.request.span);
        line.request.span = Span::new(span.start() + by, span.end() + by).unwrap_or(span);
        line
    };
    lines.iter().map(moved).collect()
}

fn changed_line(line: RepairedLine) -> ChangedLine {
    ChangedLine {
        id: line.id,
        request: line.request,
    }
}
