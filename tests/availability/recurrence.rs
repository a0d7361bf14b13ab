//! Rules that repeat: known ones by hand, random ones against python3-dateutil, and hostile ones that must
//! be refused soon.

use std::time::{Duration, Instant as Stopwatch};

use backlot::domain::recurrence::{Recurrence, RecurrenceFault as Fault, by_days, local_day};
use backlot::domain::span::Span;
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use chrono_tz::Tz;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::{pictures, zone_and_day};
use crate::support::parsers::ask_python;

const SHANGHAI: Tz = Tz::Asia__Shanghai;
const BERLIN: Tz = Tz::Europe__Berlin;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn span(text: &str) -> Span {
    let (start, end) = text.split_once('/').expect("start/end");
    let at = |text: &str| format!("{text}Z").parse().expect("a moment");
    Span::new(at(start), at(end)).expect("a span")
}

/// The dates of a rule for something from 9 to 18 o'clock in Shanghai, first on Monday 7 January 2030.
fn dates(rule: &str, except: &[&str]) -> Result<Vec<NaiveDate>, Fault> {
    let except: Vec<NaiveDate> = except.iter().map(|text| day(text)).collect();
    let first = span("2030-01-07T01:00:00/2030-01-07T10:00:00");
    let spans = Recurrence::parse(rule, &except)?.spans(first, SHANGHAI)?;
    assert!(spans.iter().all(|span| span.minutes() == 9 * 60));
    Ok(spans
        .iter()
        .map(|span| local_day(span.start(), SHANGHAI))
        .collect())
}

#[test]
fn known_rules_give_the_dates_of_the_calendar() {
    let cases: &[(&str, &[&str], &str)] = &[
        (
            "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=8",
            &[],
            "01-07 01-09 01-14 01-16 01-21 01-23 01-28 01-30",
        ),
        (
            "rrule:freq=weekly;byday=mo,we;until=20300116;",
            &[],
            "01-07 01-09 01-14 01-16",
        ),
        (
            "FREQ=DAILY;INTERVAL=2;UNTIL=20300113",
            &[],
            "01-07 01-09 01-11 01-13",
        ),
        // The last moment belongs to it, in UTC (01:00Z is 9 o'clock) and by the wall clock.
        (
            "FREQ=DAILY;UNTIL=20300109T010000Z",
            &[],
            "01-07 01-08 01-09",
        ),
        ("FREQ=DAILY;UNTIL=20300109T005959Z", &[], "01-07 01-08"),
        ("FREQ=DAILY;UNTIL=20300109T090000", &[], "01-07 01-08 01-09"),
        (
            "FREQ=MONTHLY;BYDAY=-1FR;COUNT=4",
            &[],
            "01-25 02-22 03-29 04-26",
        ),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3",
            &[],
            "01-31 02-28 03-29",
        ),
        // A Monday with four after it: only a month with five has one.
        ("FREQ=MONTHLY;BYDAY=-5MO;COUNT=3", &[], "04-01 07-01 09-02"),
        (
            "FREQ=MONTHLY;BYDAY=-5MO,1MO,-1MO;COUNT=4",
            &[],
            "01-07 01-28 02-04 02-25",
        ),
        // A month without a 31st has no date; it does not borrow one.
        (
            "FREQ=MONTHLY;BYMONTHDAY=31;COUNT=3",
            &[],
            "01-31 03-31 05-31",
        ),
        (
            "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3",
            &[],
            "01-31 02-28 03-31",
        ),
        (
            "FREQ=WEEKLY;INTERVAL=2;WKST=MO;BYDAY=MO,SU;COUNT=4",
            &[],
            "01-07 01-13 01-21 01-27",
        ),
        (
            "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=MO,SU;COUNT=4",
            &[],
            "01-07 01-20 01-21 02-03",
        ),
        ("FREQ=WEEKLY;COUNT=2", &[], "01-07 01-14"),
        // The first span says when on a day, the rule on which: it need not begin on one of its days.
        ("FREQ=WEEKLY;BYDAY=TH;COUNT=2", &[], "01-10 01-17"),
        // What is left out was counted.
        (
            "FREQ=DAILY;COUNT=4",
            &["2030-01-08", "2031-01-01"],
            "01-07 01-09 01-10",
        ),
        ("FREQ=YEARLY;BYMONTH=2;BYDAY=1MO;COUNT=1", &[], "02-04"),
        ("FREQ=DAILY;COUNT=1", &[], "01-07"),
    ];
    for (rule, except, expected) in cases {
        let found = dates(rule, except).map(|days| {
            let days: Vec<String> = days
                .iter()
                .map(|day| day.format("%m-%d").to_string())
                .collect();
            days.join(" ")
        });
        assert_eq!(found.as_deref(), Ok(*expected), "{rule}");
    }
    assert_eq!(
        dates("FREQ=DAILY;COUNT=366", &[]).map(|days| days.len()),
        Ok(366)
    );
}

#[test]
fn what_is_wrong_with_a_rule_is_named() {
    let unreadable = |part: &str| Fault::Unreadable(part.to_owned());
    let contradiction = |part: &str| Fault::Contradiction(part.to_owned());
    let by_days = |part: &str| Fault::NotByDays(part.to_owned());
    let huge = format!("FREQ=DAILY;COUNT=2;BYDAY={}", "MO,".repeat(400_000));
    let cases = [
        ("", unreadable("")),
        ("every monday", unreadable("EVERY MONDAY")),
        ("COUNT=3", Fault::NoFrequency),
        ("FREQ=DAILY", Fault::Endless),
        (
            "FREQ=DAILY;COUNT=2;COUNT=3",
            Fault::Twice("COUNT".to_owned()),
        ),
        ("FREQ=DAILY;COUNT=0", unreadable("COUNT=0")),
        ("FREQ=DAILY;COUNT=-1", unreadable("COUNT=-1")),
        ("FREQ=DAILY;COUNT=367", Fault::TooManyDates),
        (
            "FREQ=DAILY;COUNT=99999999999999999999",
            unreadable("COUNT=99999999999999999999"),
        ),
        ("FREQ=DAILY;UNTIL=20310108", Fault::TooManyDates),
        ("FREQ=DAILY;UNTIL=99991231", Fault::TooManyDates),
        ("FREQ=YEARLY;UNTIL=99991231", Fault::TooFar),
        ("FREQ=MONTHLY;COUNT=100", Fault::TooFar),
        ("FREQ=DAILY;COUNT=2;UNTIL=20300108", contradiction("UNTIL")),
        ("FREQ=DAILY;UNTIL=tomorrow", unreadable("UNTIL=TOMORROW")),
        ("FREQ=DAILY;UNTIL=20300230", unreadable("UNTIL=20300230")),
        ("FREQ=DAILY;UNTIL=20300106", Fault::NoDates),
        ("FREQ=SECONDLY;COUNT=2", by_days("FREQ")),
        ("FREQ=HOURLY;COUNT=2", by_days("FREQ")),
        ("FREQ=DAILY;BYHOUR=9,10;COUNT=2", by_days("BYHOUR")),
        ("FREQ=FORTNIGHTLY;COUNT=2", unreadable("FREQ=FORTNIGHTLY")),
        ("FREQ=DAILY;INTERVAL=0;COUNT=2", unreadable("INTERVAL=0")),
        (
            "FREQ=DAILY;INTERVAL=65536;COUNT=2",
            unreadable("INTERVAL=65536"),
        ),
        ("FREQ=WEEKLY;BYDAY=1MO;COUNT=2", contradiction("BYDAY")),
        ("FREQ=MONTHLY;BYDAY=6MO;COUNT=2", unreadable("BYDAY=6MO")),
        ("FREQ=MONTHLY;BYDAY=-6MO;COUNT=2", unreadable("BYDAY=-6MO")),
        (
            "FREQ=MONTHLY;BYDAY=-5MO,TU;BYSETPOS=1;COUNT=2",
            contradiction("BYSETPOS"),
        ),
        ("FREQ=MONTHLY;BYDAY=周一;COUNT=2", unreadable("BYDAY=周一")),
        (
            "FREQ=WEEKLY;BYMONTHDAY=3;COUNT=2",
            contradiction("BYMONTHDAY"),
        ),
        (
            "FREQ=MONTHLY;BYMONTHDAY=-128;COUNT=2",
            unreadable("BYMONTHDAY=-128"),
        ),
        ("FREQ=DAILY;BYSETPOS=1;COUNT=2", contradiction("BYSETPOS")),
        ("FREQ=YEARLY;BYMONTH=0;COUNT=2", unreadable("BYMONTH=0")),
        ("FREQ=DAILY;BYEASTER=1;COUNT=2", unreadable("BYEASTER=1")),
        (&huge, Fault::TooLong),
    ];
    for (rule, fault) in cases {
        let shown: String = rule.chars().take(60).collect();
        assert_eq!(dates(rule, &[]), Err(fault), "{shown}");
    }
    assert_eq!(
        dates("FREQ=DAILY;COUNT=2", &["2030-01-07", "2030-01-08"]),
        Err(Fault::NoDates)
    );
}

/// Rules whose dates never come, and rules that make the crate search long: each is refused within a
/// moment, in a build that is not optimised.
#[test]
fn a_rule_without_dates_is_refused_soon() {
    let positions: Vec<String> = (250..=345).map(|nth| nth.to_string()).collect();
    let positions = positions.join(",");
    let traps = [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=366".to_owned(),
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30;COUNT=366".to_owned(),
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;UNTIL=99991231".to_owned(),
        "FREQ=DAILY;BYMONTH=4;BYMONTHDAY=31;UNTIL=99991231".to_owned(),
        "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=53;UNTIL=99991231".to_owned(),
        "FREQ=YEARLY;BYDAY=MO;BYSETPOS=366;UNTIL=99991231".to_owned(),
        "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6;UNTIL=99991231".to_owned(),
        "FREQ=YEARLY;BYYEARDAY=366;BYMONTH=1;COUNT=2".to_owned(),
        "FREQ=MONTHLY;INTERVAL=12;BYMONTH=2;COUNT=2".to_owned(),
        "FREQ=DAILY;INTERVAL=366;BYMONTH=2;BYMONTHDAY=30;COUNT=2".to_owned(),
        format!("FREQ=YEARLY;BYDAY=MO;BYSETPOS={positions};COUNT=2"),
    ];
    for rule in traps {
        let watch = Stopwatch::now();
        assert_eq!(dates(&rule, &[]), Err(Fault::NoDates), "{rule}");
        let took = watch.elapsed();
        assert!(took < Duration::from_secs(2), "{rule}: {took:?}");
    }
}

#[test]
fn the_wall_clock_is_kept_when_the_clocks_change() {
    let cases = [
        // Nine to six stays nine to six.
        (
            "2030-03-30T08:00:00/2030-03-30T17:00:00",
            "2030-03-31T07:00:00/2030-03-31T16:00:00",
        ),
        // A night over the change is an hour shorter in spring, longer in autumn, and still ends at six.
        (
            "2030-03-29T21:00:00/2030-03-30T05:00:00",
            "2030-03-30T21:00:00/2030-03-31T04:00:00",
        ),
        (
            "2030-10-25T20:00:00/2030-10-26T04:00:00",
            "2030-10-26T20:00:00/2030-10-27T05:00:00",
        ),
        // Two to three is left out that night: the hour after it then.
        (
            "2030-03-30T01:00:00/2030-03-30T02:00:00",
            "2030-03-31T01:00:00/2030-03-31T02:00:00",
        ),
    ];
    for (first, next) in cases {
        let daily = Recurrence::parse("FREQ=DAILY;COUNT=2", &[]).expect("a rule");
        let spans = daily.spans(span(first), BERLIN);
        assert_eq!(spans, Ok(vec![span(first), span(next)]));
    }
}

/// A rule that ends, of parts that may stand together, and when its first span begins on the wall clock.
fn any_rule() -> impl Strategy<Value = (String, NaiveDateTime)> {
    let weekdays = prop::sample::subsequence(vec!["MO", "TU", "WE", "TH", "FR", "SA", "SU"], 1..=4)
        .prop_map(|days| days.join(","));
    let weekdays = || weekdays.clone();
    let nths = prop::collection::vec(
        (
            prop::sample::select(vec![-5, -4, -2, -1, 1, 2, 3, 5]),
            prop::sample::select(vec!["MO", "FR", "SU"]),
        ),
        1..3,
    )
    .prop_map(|days| {
        let days: Vec<String> = days
            .iter()
            .map(|(nth, day)| format!("{nth}{day}"))
            .collect();
        days.join(",")
    });
    let numbers = |most: i32| {
        let number = (1..=most).prop_flat_map(|number| prop::sample::select(vec![number, -number]));
        prop::collection::vec(number, 1..4).prop_map(|numbers| {
            let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
            numbers.join(",")
        })
    };
    let months =
        prop::sample::subsequence((1..=12).collect::<Vec<i32>>(), 1..=6).prop_map(|months| {
            let months: Vec<String> = months.iter().map(ToString::to_string).collect();
            months.join(",")
        });
    let months = || months.clone();
    let by = prop_oneof![
        Just("FREQ=DAILY".to_owned()),
        weekdays().prop_map(|days| format!("FREQ=DAILY;BYDAY={days}")),
        months().prop_map(|months| format!("FREQ=DAILY;BYMONTH={months}")),
        numbers(31).prop_map(|days| format!("FREQ=DAILY;BYMONTHDAY={days}")),
        Just("FREQ=WEEKLY".to_owned()),
        weekdays().prop_map(|days| format!("FREQ=WEEKLY;BYDAY={days}")),
        weekdays().prop_map(|days| format!("FREQ=WEEKLY;BYDAY={days};WKST=SU")),
        (weekdays(), numbers(3))
            .prop_map(|(days, nth)| format!("FREQ=WEEKLY;BYDAY={days};BYSETPOS={nth}")),
        Just("FREQ=MONTHLY".to_owned()),
        nths.clone()
            .prop_map(|days| format!("FREQ=MONTHLY;BYDAY={days}")),
        numbers(31).prop_map(|days| format!("FREQ=MONTHLY;BYMONTHDAY={days}")),
        (weekdays(), numbers(10))
            .prop_map(|(days, nth)| format!("FREQ=MONTHLY;BYDAY={days};BYSETPOS={nth}")),
        (weekdays(), numbers(31))
            .prop_map(|(days, nth)| format!("FREQ=MONTHLY;BYDAY={days};BYMONTHDAY={nth}")),
        Just("FREQ=YEARLY".to_owned()),
        (months(), nths.clone())
            .prop_map(|(months, days)| format!("FREQ=YEARLY;BYMONTH={months};BYDAY={days}")),
        nths.prop_map(|days| format!("FREQ=YEARLY;BYDAY={days}")),
        numbers(366).prop_map(|days| format!("FREQ=YEARLY;BYYEARDAY={days}")),
        (numbers(53), weekdays())
            .prop_map(|(weeks, days)| format!("FREQ=YEARLY;BYWEEKNO={weeks};BYDAY={days}")),
    ];
    let interval = prop_oneof![Just(1), 1..5_u32];
    let end = prop_oneof![
        (1..60_u32).prop_map(|count| format!("COUNT={count}")),
        (1..900_i64).prop_map(|days| {
            let until = day("2030-01-01") + TimeDelta::days(days);
            format!("UNTIL={}T120000", until.format("%Y%m%d"))
        }),
    ];
    let begins = (0..730_i64, 0..1440_i64).prop_map(|(days, minutes)| {
        let midnight = day("2030-01-01").and_hms_opt(0, 0, 0).expect("midnight");
        midnight + TimeDelta::days(days) + TimeDelta::minutes(minutes)
    });
    (by, interval, end, begins)
        .prop_map(|(by, interval, end, begins)| (format!("{by};INTERVAL={interval};{end}"), begins))
}

#[test]
fn random_rules_give_the_dates_another_library_gives() {
    let mut runner = TestRunner::new(pictures(1));
    let asked: Vec<(String, NaiveDateTime)> = (0..500)
        .map(|_| any_rule().new_tree(&mut runner).expect("a rule").current())
        .collect();
    let questions: Vec<serde_json::Value> = asked
        .iter()
        .map(|(rule, begins)| {
            serde_json::json!({
                "rule": rule,
                "begins": begins.format("%Y-%m-%dT%H:%M:%S").to_string(),
                "latest": (*begins + TimeDelta::days(366 * 5)).format("%Y-%m-%dT%H:%M:%S").to_string(),
                "most": 400,
            })
        })
        .collect();
    let script = include_str!("../support/parsers/list_dates.py");
    let answers: Vec<Vec<NaiveDate>> = ask_python("dateutil", script, &questions);
    let mut agreed = 0;
    for ((rule, begins), expected) in asked.iter().zip(&answers) {
        let recurrence = Recurrence::parse(rule, &[]).expect("a rule that ends");
        match recurrence.days(begins.and_utc(), Tz::UTC) {
            Ok(days) => {
                assert_eq!(&days, expected, "{rule} from {begins}");
                agreed += 1;
            }
            Err(Fault::NoDates) => {
                assert!(expected.is_empty(), "{rule} from {begins}: {expected:?}");
            }
            Err(Fault::TooManyDates) => assert!(expected.len() > 366, "{rule} from {begins}"),
            // The other one was told to stop there.
            Err(Fault::TooFar) => {}
            Err(fault) => unreachable!("{rule} from {begins}: {fault:?}"),
        }
    }
    assert!(agreed > 250, "only {agreed} rules had dates to compare");
}

proptest! {
    #![proptest_config(pictures(200))]

    /// Whatever the text, the answer is a fault or at most 366 days in order.
    #[test]
    fn any_text_is_answered(text in rule_like()) {
        let first = span("2030-01-07T01:00:00/2030-01-07T10:00:00");
        let spans = Recurrence::parse(&text, &[]).and_then(|rule| rule.spans(first, SHANGHAI));
        if let Ok(spans) = spans {
            prop_assert!(!spans.is_empty() && spans.len() <= 366);
            prop_assert!(spans.windows(2).all(|pair| pair[0].start() < pair[1].start()));
            prop_assert!(first.start() <= spans[0].start());
        }
    }

    /// Both ends keep their wall clock, unless the clocks leave no such time, or have it twice.
    #[test]
    fn moved_by_days_the_wall_clock_reads_the_same(
        (zone, around) in zone_and_day(), minutes in 0..1440_i64, length in 1..2880_i64, days in -3..4_i64,
    ) {
        let start = around + TimeDelta::minutes(minutes);
        let span = Span::new(start, start + TimeDelta::minutes(length)).expect("a span");
        let moved = by_days(span, days, zone).expect("near 2030");
        let wall = |moment: chrono::DateTime<chrono::Utc>| moment.with_timezone(&zone).naive_local();
        let expected = wall(span.start()) + TimeDelta::days(days);
        let exists = !matches!(expected.and_local_timezone(zone), chrono::LocalResult::None);
        prop_assert!(!exists || wall(moved.start()) == expected);
        prop_assert!((moved.minutes() - span.minutes()).abs() <= 24 * 60);
    }
}

/// Text of a rule's pieces in any order, sometimes nonsense.
fn rule_like() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "FREQ",
        "COUNT",
        "UNTIL",
        "INTERVAL",
        "BYDAY",
        "BYMONTHDAY",
        "BYYEARDAY",
        "BYWEEKNO",
        "BYMONTH",
        "BYSETPOS",
        "WKST",
        "BYHOUR",
        "X",
    ]);
    let value = prop_oneof![
        prop::sample::select(vec!["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]).prop_map(str::to_owned),
        (-400..400_i32).prop_map(|number| number.to_string()),
        prop::sample::select(vec![
            "MO,WE",
            "-1FR",
            "2TU,SU",
            "20301231",
            "99991231T000000Z",
            ""
        ])
        .prop_map(str::to_owned),
        "\\PC{0,12}",
    ];
    let part = (name, value).prop_map(|(name, value)| format!("{name}={value}"));
    let frequency = prop::sample::select(vec![
        "FREQ=DAILY",
        "FREQ=WEEKLY",
        "FREQ=MONTHLY",
        "FREQ=YEARLY",
    ]);
    let end = prop::sample::select(vec!["COUNT=5", "UNTIL=20301231", "UNTIL=99991231"]);
    let plausible = (frequency, end, prop::collection::vec(part.clone(), 0..3))
        .prop_map(|(frequency, end, parts)| format!("{frequency};{end};{}", parts.join(";")));
    prop_oneof![
        plausible,
        prop::collection::vec(part, 0..6).prop_map(|parts| parts.join(";")),
        "\\PC{0,80}",
    ]
}
