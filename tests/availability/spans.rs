//! `domain::span`: what is joined, cut out and split holds the same minutes.

use backlot::domain::span::{Span, merge};
use chrono::TimeDelta;
use proptest::prelude::*;

use super::{all_minutes, any_span, in_order_with_gaps, minutes, pictures, span, zone_and_day};

proptest! {
    #![proptest_config(pictures(512))]

    #[test]
    fn merged_spans_hold_the_same_minutes(spans in prop::collection::vec(any_span(), 0..8)) {
        let merged = merge(&spans);
        prop_assert_eq!(all_minutes(&merged), all_minutes(&spans));
        prop_assert!(in_order_with_gaps(&merged));
    }

    #[test]
    fn subtracting_leaves_every_other_minute(
        whole in any_span(),
        taken in prop::collection::vec(any_span(), 0..8),
    ) {
        let left = whole.subtract(&taken);
        let expected = &all_minutes(&[whole]) - &all_minutes(&taken);
        prop_assert_eq!(all_minutes(&left), expected);
        prop_assert!(in_order_with_gaps(&left));
    }

    #[test]
    fn two_spans_overlap_when_they_share_a_minute(one in any_span(), other in any_span()) {
        let shared = &all_minutes(&[one]) & &all_minutes(&[other]);
        prop_assert_eq!(one.overlaps(other), !shared.is_empty());
        prop_assert_eq!(one.encloses(other), shared == all_minutes(&[other]));
        let common = one.clip(other).map(|part| all_minutes(&[part])).unwrap_or_default();
        prop_assert_eq!(common, shared);
    }

    #[test]
    fn a_span_that_ends_when_the_next_begins_does_not_overlap(one in any_span(), length in 1..240_i64) {
        let next = Span::new(one.end(), one.end() + TimeDelta::minutes(length)).expect("a span");
        prop_assert!(!one.overlaps(next) && !next.overlaps(one));
        let joined = Span::new(one.start(), next.end()).expect("a span");
        prop_assert_eq!(merge(&[next, one]), [joined]);
    }
}

proptest! {
    #![proptest_config(pictures(96))]

    #[test]
    fn each_minute_lies_in_its_own_calendar_day(
        (zone, day) in zone_and_day(),
        from in -2_880..1_440_i64,
        length in 1..4_320_i64,
    ) {
        let start = day + TimeDelta::minutes(from);
        let whole = Span::new(start, start + TimeDelta::minutes(length)).expect("a span");
        let days = whole.split_by_local_day(zone);
        prop_assert!(days.windows(2).all(|pair| pair[0].0 < pair[1].0), "days in order, each once");
        let mut pieces = days.iter();
        let mut piece = pieces.next();
        for minute in minutes(whole) {
            if piece.is_some_and(|(_, part)| part.end() <= minute) {
                piece = pieces.next();
            }
            let (date, part) = piece.expect("every minute is in a piece");
            prop_assert!(part.contains(minute), "{} is in no piece", minute);
            prop_assert_eq!(minute.with_timezone(&zone).date_naive(), *date, "{}", minute);
        }
        prop_assert!(pieces.next().is_none(), "nothing but the span's own minutes");
    }
}

#[test]
fn spans_are_pictures_of_minutes() {
    assert_eq!(minutes(span(0, 3)).count(), 3);
}
