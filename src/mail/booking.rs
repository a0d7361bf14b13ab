//! The letter about a booking: its lines, its facts, what would work instead, and its entry in a calendar.

use serde::Serialize;

use super::letters::{CalendarPart, Desk, Letter};
use super::templates::{self, Layout};
use crate::calendar::late::late_words;
use crate::calendar::times::LocalTimes;
use crate::calendar::write::{self, Method};
use crate::domain::booking::LineState;
use crate::domain::money::Money;
use crate::domain::notice::{BookingNotice, NoticeKind, NoticeLine, NoticeOffer, NoticePart};
use crate::domain::people::Language;
use crate::domain::span::Instant;

/// What the words of a letter about a booking may use.
#[derive(Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a branch of some template"
)]
struct BookingWords<'a> {
    reference: &'a str,
    title: &'a str,
    production: &'a str,
    company: &'a str,
    booked_by: &'a str,
    starts: String,
    /// Whether any line still stands.
    live: bool,
    /// Whether any line still waits for its owner.
    waiting: bool,
    /// Whether any line is on hold.
    held: bool,
    /// Whether any line waits in line.
    queued: bool,
    /// Whether a challenge is behind it.
    challenged: bool,
    /// The moment it turns on, if it turns on one.
    until: String,
}

#[derive(Serialize)]
pub(super) struct BookingDetails<'a> {
    pub(super) lines: Vec<LineRow<'a>>,
    pub(super) facts: Vec<Fact>,
    /// Above the offers.
    pub(super) instead: &'static str,
    /// What would work instead, a sentence each.
    pub(super) offers: Vec<String>,
    pub(super) zone: String,
}

#[derive(Serialize)]
pub(super) struct LineRow<'a> {
    /// The kit that begins here.
    pub(super) kit: Option<String>,
    pub(super) what: String,
    pub(super) when: String,
    pub(super) site: &'a str,
    pub(super) price: String,
    pub(super) state: String,
    pub(super) reason: &'a str,
    /// Struck through: it claims nothing any more.
    pub(super) over: bool,
}

#[derive(Serialize)]
pub(super) struct Fact {
    pub(super) label: &'static str,
    pub(super) value: String,
}

impl Desk<'_> {
    pub(super) fn booking(self, kind: NoticeKind, booking: &BookingNotice) -> Letter {
        if !booking.dates.is_empty() {
            return self.series(kind, booking);
        }
        let words = templates::words(kind, self.language, &self.booking_words(booking));
        let link = match kind {
            NoticeKind::PleaseDecide => self.identity.link("/approvals"),
            NoticeKind::SignIn
            | NoticeKind::Invitation
            | NoticeKind::Confirmed
            | NoticeKind::RequestReceived
            | NoticeKind::Granted
            | NoticeKind::Declined
            | NoticeKind::Changed
            | NoticeKind::Cancelled
            | NoticeKind::HoldPlaced
            | NoticeKind::HoldLapsing
            | NoticeKind::HoldLapsed
            | NoticeKind::HoldPromoted
            | NoticeKind::QueueOver
            | NoticeKind::AheadConfirmed
            | NoticeKind::HoldChallenged
            | NoticeKind::ChallengeSent
            | NoticeKind::ChallengeWithdrawn
            | NoticeKind::Delayed
            | NoticeKind::DelayOver
            | NoticeKind::AskedToMove => self.identity.booking_link(&booking.reference),
        };
        let letter = self.print(Layout::Booking, words, link, self.booking_details(booking));
        Letter {
            calendar: self.calendar_part(kind, booking),
            ..letter
        }
    }

    /// As long as a line stands the entry is (or becomes) what stands; after that it is taken out.
    /// An owner asked to decide gets none: the owner's calendar is a feed, and yes is not said yet. Nor has
    /// a letter one that changes no time, or is about what waits in line and never had a time.
    fn calendar_part(self, kind: NoticeKind, booking: &BookingNotice) -> Option<CalendarPart> {
        let never_kept = !any_live(booking) && any_in_line(booking);
        match kind {
            NoticeKind::PleaseDecide
            | NoticeKind::HoldLapsing
            | NoticeKind::AheadConfirmed
            | NoticeKind::ChallengeSent
            | NoticeKind::AskedToMove => return None,
            NoticeKind::HoldPlaced | NoticeKind::QueueOver if !any_live(booking) => return None,
            _ if never_kept && booking.sequence == 0 => return None,
            _ => {}
        }
        let method = if any_live(booking) {
            Method::Request
        } else {
            Method::Cancel
        };
        let text = write::invitation(booking, self.identity, self.reader, method)?;
        Some(CalendarPart { method, text })
    }

    fn booking_words(self, booking: &BookingNotice) -> BookingWords<'_> {
        BookingWords {
            reference: &booking.reference,
            title: &booking.title,
            production: &booking.production,
            company: booking.company.in_language(self.language),
            booked_by: &booking.booked_by,
            starts: self.times(booking).moment(first_start(booking)),
            live: any_open(booking),
            held: booking
                .lines
                .iter()
                .any(|line| line.state == LineState::Held),
            queued: any_in_line(booking),
            challenged: booking.challenged,
            until: booking
                .until
                .map(|until| self.until(until))
                .unwrap_or_default(),
            waiting: booking
                .lines
                .iter()
                .any(|line| line.state == LineState::Requested),
        }
    }

    fn booking_details(self, booking: &BookingNotice) -> BookingDetails<'_> {
        let times = self.times(booking);
        let label = self.language.pick("时间均为", "Times are those of");
        BookingDetails {
            lines: booking
                .lines
                .iter()
                .enumerate()
                .map(|(place, line)| LineRow {
                    kit: self.kit_heading(&booking.lines, place),
                    ..self.line_row(line, times)
                })
                .collect(),
            facts: self.facts(booking),
            instead: self.language.pick("可以改为", "What would work instead"),
            offers: booking
                .offers
                .iter()
                .map(|offer| self.offer(offer, times))
                .collect(),
            zone: format!("{label} {}", times.zone_name()),
        }
    }

    /// The name of a kit, before the first of its lines.
    fn kit_heading(self, lines: &[NoticeLine], place: usize) -> Option<String> {
        let kit = lines[place].kit.as_ref()?;
        let before = place
            .checked_sub(1)
            .and_then(|before| lines[before].kit.as_ref());
        if before.is_some_and(|before| before.group == kit.group) {
            return None;
        }
        let (name, code, units) = (kit.names.in_language(self.language), &kit.code, kit.units);
        Some(match self.language {
            Language::Zh => format!("套装：{name}（{code}）× {units}"),
            Language::En => format!("Kit: {name} ({code}) × {units}"),
        })
    }

    /// What would be instead of what, and what that costs more.
    fn offer(self, offer: &NoticeOffer, times: LocalTimes) -> String {
        let part = |part: &NoticePart| {
            let name = part.names.in_language(self.language);
            format!(
                "{name} × {} · {}",
                part.units,
                times.span(part.start, part.end)
            )
        };
        let parts: Vec<String> = offer.parts.iter().map(part).collect();
        let parts = parts.join(self.language.pick("；", "; "));
        let more = offer.price_difference.filter(|more| more.minor != 0);
        let sign = |more: Money| if more.minor > 0 { "+" } else { "" };
        more.map_or(parts.clone(), |more| match self.language {
            Language::Zh => format!("{parts}（{}{more}）", sign(more)),
            Language::En => format!("{parts} ({}{more})", sign(more)),
        })
    }

    fn line_row(self, line: &NoticeLine, times: LocalTimes) -> LineRow<'_> {
        let (name, code, units) = (
            line.names.in_language(self.language),
            &line.code,
            line.units,
        );
        let what = match self.language {
            Language::Zh => format!("{name}（{code}）× {units}"),
            Language::En => format!("{name} ({code}) × {units}"),
        };
        LineRow {
            kit: None,
            what,
            when: times.span(line.start, line.end) + &late_words(line, self.language, times),
            site: line.site.in_language(self.language),
            price: self.price(line.total),
            state: self.state(line, times),
            reason: &line.reason,
            over: !line.state.is_open(),
        }
    }

    /// The state in words, with the clock of a hold and the rank of what waits.
    pub(super) fn state(self, line: &NoticeLine, times: LocalTimes) -> String {
        let word = state_word(line.state, self.language);
        let until = line.held_until.map(|until| times.moment(until));
        match (until, line.rank, self.language) {
            (Some(until), _, Language::Zh) => format!("{word}至 {until}"),
            (Some(until), _, Language::En) => format!("{word} until {until}"),
            (None, Some(rank), Language::Zh) => format!("{word}，第 {rank} 顺位"),
            (None, Some(rank), Language::En) => format!("{word}, rank {rank}"),
            (None, None, _) => word.to_owned(),
        }
    }

    pub(super) fn facts(self, booking: &BookingNotice) -> Vec<Fact> {
        let pick = |zh, en| self.language.pick(zh, en);
        let money =
            |amount: Option<Money>| amount.map(|amount| amount.to_string()).unwrap_or_default();
        let has_deposit = any_open(booking) && booking.deposit.minor != 0;
        let deposit = has_deposit.then_some(booking.deposit);
        let company = booking.company.in_language(self.language);
        let rows = [
            (pick("预约号", "Reference"), booking.reference.clone()),
            (pick("标题", "Title"), booking.title.clone()),
            (pick("剧目", "Production"), booking.production.clone()),
            (
                pick("预约单位", "Booked by"),
                format!("{company} · {}", booking.booked_by),
            ),
            (pick("留言", "Note"), booking.note.clone()),
            (pick("原因", "Reason"), booking.reason.clone()),
            (pick("合计", "Total"), self.price(booking.total)),
            (pick("押金", "Deposit"), money(deposit)),
            (pick("取消费", "Cancellation fee"), money(booking.fee)),
        ];
        let told = rows
            .into_iter()
            .filter(|(_, value)| !value.trim().is_empty());
        told.map(|(label, value)| Fact { label, value }).collect()
    }

    pub(super) fn price(self, amount: Money) -> String {
        if amount.minor == 0 {
            self.language.pick("免费", "free").to_owned()
        } else {
            amount.to_string()
        }
    }

    pub(super) fn times(self, booking: &BookingNotice) -> LocalTimes {
        LocalTimes::new(self.identity.zone, self.language, first_start(booking))
    }
}

pub(super) fn any_live(booking: &BookingNotice) -> bool {
    booking.lines.iter().any(|line| line.state.is_live())
}

fn any_in_line(booking: &BookingNotice) -> bool {
    booking
        .lines
        .iter()
        .any(|line| line.state == LineState::Queued)
}

pub(super) fn any_open(booking: &BookingNotice) -> bool {
    booking.lines.iter().any(|line| line.state.is_open())
}

/// The first start of what stands; of everything once nothing does.
fn first_start(booking: &BookingNotice) -> Instant {
    let stands = |line: &&NoticeLine| line.state.is_open() || !any_open(booking);
    booking
        .lines
        .iter()
        .filter(stands)
        .map(|line| line.start)
        .min()
        .unwrap_or(booking.at)
}

pub(super) fn state_word(state: LineState, language: Language) -> &'static str {
    match state {
        LineState::Held => language.pick("预留", "on hold"),
        LineState::Queued => language.pick("排队中", "in line"),
        LineState::Requested => language.pick("待批准", "waiting for approval"),
        LineState::Confirmed => language.pick("已确认", "confirmed"),
        LineState::Out => language.pick("使用中", "out"),
        LineState::Returned => language.pick("已归还", "returned"),
        LineState::Declined => language.pick("未获批准", "declined"),
        LineState::Cancelled => language.pick("已取消", "cancelled"),
        LineState::Expired => language.pick("已过期", "expired"),
        LineState::NoShow => language.pick("未到场", "no-show"),
    }
}
