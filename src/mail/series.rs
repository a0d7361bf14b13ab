//! The letter of a series: its dates in one list, its calendar entries in one file. Each date is a booking of
//! its own, with its own UID; what is said later of one alone finds its entry by that.

use serde::Serialize;

use super::booking::{BookingDetails, Fact, LineRow, any_live, any_open};
use super::letters::{CalendarPart, Desk, Letter};
use super::templates::{self, Layout};
use crate::calendar::times::LocalTimes;
use crate::calendar::write::{self, Method};
use crate::domain::booking::LineState;
use crate::domain::money::Money;
use crate::domain::notice::{BookingNotice, NoticeKind, NoticeLine};
use crate::domain::people::Language;
use crate::domain::span::Instant;

/// More dates than this are counted, not listed: the booking page lists them all.
const MOST_TOLD: usize = 40;

/// What the words of a letter about a series may use.
#[derive(Serialize)]
struct SeriesWords<'a> {
    /// How many dates it is about.
    count: usize,
    title: &'a str,
    production: &'a str,
    company: &'a str,
    booked_by: &'a str,
    /// The day of the first.
    first: String,
    /// The day of the last.
    last: String,
    /// Whether anything still stands.
    live: bool,
    /// Whether anything still waits for its owner.
    waiting: bool,
}

impl Desk<'_> {
    /// The letter of a notice that tells of several dates.
    pub(super) fn series(self, kind: NoticeKind, first: &BookingNotice) -> Letter {
        let dates: Vec<&BookingNotice> = std::iter::once(first).chain(&first.dates).collect();
        let words = templates::series_words(kind, self.language, &self.series_words(&dates));
        let link = if kind == NoticeKind::PleaseDecide {
            self.identity.link("/approvals")
        } else {
            self.identity.booking_link(&first.reference)
        };
        let details = self.series_details(first, &dates);
        let letter = self.print(Layout::Booking, words, link, details);
        Letter {
            calendar: self.series_calendar(kind, &dates),
            ..letter
        }
    }

    /// An owner asked to decide gets none, as of a single booking.
    fn series_calendar(self, kind: NoticeKind, dates: &[&BookingNotice]) -> Option<CalendarPart> {
        if kind == NoticeKind::PleaseDecide {
            return None;
        }
        let dates = dates.iter().copied();
        let text = write::publication_of_all(dates, self.identity, self.language)?;
        Some(CalendarPart {
            method: Method::Publish,
            text,
        })
    }

    fn series_words<'a>(self, dates: &[&'a BookingNotice]) -> SeriesWords<'a> {
        let first = dates[0];
        let day = |date: Option<&&BookingNotice>| {
            let (start, _) = date.map_or((first.at, first.at), |date| ends(date));
            self.times(first).day(start)
        };
        let waits = |line: &NoticeLine| line.state == LineState::Requested;
        SeriesWords {
            count: dates.len(),
            title: &first.title,
            production: &first.production,
            company: first.company.in_language(self.language),
            booked_by: &first.booked_by,
            first: day(dates.first()),
            last: day(dates.last()),
            live: dates.iter().any(|date| any_open(date)),
            waiting: dates.iter().any(|date| date.lines.iter().any(waits)),
        }
    }

    fn series_details<'a>(
        self,
        first: &BookingNotice,
        dates: &[&'a BookingNotice],
    ) -> BookingDetails<'a> {
        let times = self.times(first);
        let label = self.language.pick("时间均为", "Times are those of");
        let told = dates.iter().take(MOST_TOLD);
        BookingDetails {
            lines: told.map(|date| self.date_row(date, times)).collect(),
            facts: self.series_facts(first, dates),
            instead: "",
            offers: Vec::new(),
            zone: format!("{label} {}", times.zone_name()),
        }
    }

    /// A date is a row, as a line is one in the letter of a single booking.
    fn date_row(self, date: &BookingNotice, times: LocalTimes) -> LineRow<'_> {
        let (start, end) = ends(date);
        let things: Vec<String> = date.lines.iter().map(|line| self.thing(line)).collect();
        let mut states: Vec<String> = Vec::new();
        for line in &date.lines {
            let state = self.state(line, times);
            if !states.contains(&state) {
                states.push(state);
            }
        }
        let comma = self.language.pick("、", ", ");
        LineRow {
            kit: None,
            what: times.span(start, end),
            when: things.join(comma),
            site: &date.reference,
            price: self.price(date.total),
            state: states.join(comma),
            reason: "",
            over: !any_live(date),
        }
    }

    fn thing(self, line: &NoticeLine) -> String {
        let name = line.names.in_language(self.language);
        match self.language {
            Language::Zh => format!("{name}（{}）× {}", line.code, line.units),
            Language::En => format!("{name} ({}) × {}", line.code, line.units),
        }
    }

    /// The facts of the first date, with what all of them come to.
    fn series_facts(self, first: &BookingNotice, dates: &[&BookingNotice]) -> Vec<Fact> {
        let sum = |of: fn(&BookingNotice) -> Money| {
            let amounts = dates.iter().map(|date| of(date));
            amounts.reduce(|sum, amount| sum.plus(amount).unwrap_or(sum))
        };
        let whole = BookingNotice {
            reference: String::new(),
            total: sum(|date| date.total).unwrap_or(first.total),
            deposit: sum(|date| date.deposit).unwrap_or(first.deposit),
            dates: Vec::new(),
            ..first.clone()
        };
        let mut facts = vec![Fact {
            label: self.language.pick("日期", "Dates"),
            value: self.counted(dates.len()),
        }];
        facts.extend(self.facts(&whole));
        facts
    }

    fn counted(self, count: usize) -> String {
        let more = count.saturating_sub(MOST_TOLD);
        match (more, self.language) {
            (0, _) => count.to_string(),
            (_, Language::Zh) => format!("{count}，另有 {more} 个未列出，见预约页"),
            (_, Language::En) => {
                format!("{count}; and {more} more than listed here, see the booking page")
            }
        }
    }
}

/// From its first start to its last end: of what stands, or of all once nothing does.
fn ends(date: &BookingNotice) -> (Instant, Instant) {
    let any_open = any_open(date);
    let stands = || {
        let lines = date.lines.iter();
        lines.filter(move |line| line.state.is_open() || !any_open)
    };
    let start = stands().map(|line| line.start).min();
    let end = stands().map(|line| line.end).max();
    (start.unwrap_or(date.at), end.unwrap_or(date.at))
}
