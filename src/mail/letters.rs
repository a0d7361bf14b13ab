//! `Notice` → `Letter`: what is said, in the reader's language, as text, HTML and a calendar entry.
//! A letter is given all it says; nothing is looked up, so it tells what was true when it was owed.
//! Not here: the envelope and MIME (see `mime`), and sending (see [`super::post`]).

use serde::Serialize;

use super::templates::{self, Layout, Words};
use crate::calendar::identity::Identity;
use crate::calendar::late::late_words;
use crate::calendar::times::LocalTimes;
use crate::calendar::write::{self, Method};
use crate::domain::booking::LineState;
use crate::domain::money::Money;
use crate::domain::notice::{
    BookingNotice, Notice, NoticeKind, NoticeLine, NoticeOffer, NoticePart, Recipient,
};
use crate::domain::people::{Language, Names, Role};
use crate::domain::span::Instant;

/// A letter, ready for an envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// One line.
    pub subject: String,
    /// All of it as plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// What it does to the reader's calendar.
    pub calendar: Option<CalendarPart>,
}

/// The calendar entry a letter carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarPart {
    /// Put in or take out.
    pub method: Method,
    /// The iCalendar object.
    pub text: String,
}

/// Writes the letter of a notice to its reader.
pub fn write(notice: &Notice, reader: &Recipient, identity: &Identity) -> Letter {
    let desk = Desk {
        reader,
        identity,
        language: reader.language,
    };
    match notice {
        Notice::SignIn {
            path,
            code,
            expires_at,
        } => desk.sign_in(path, code, *expires_at),
        Notice::Invitation {
            path,
            invited_by,
            company,
            role,
            expires_at,
        } => desk.invitation(path, invited_by, company, *role, *expires_at),
        Notice::Confirmed(booking)
        | Notice::RequestReceived(booking)
        | Notice::PleaseDecide(booking)
        | Notice::Granted(booking)
        | Notice::Declined(booking)
        | Notice::Changed(booking)
        | Notice::Cancelled(booking)
        | Notice::HoldPlaced(booking)
        | Notice::HoldLapsing(booking)
        | Notice::HoldLapsed(booking)
        | Notice::HoldPromoted(booking)
        | Notice::QueueOver(booking)
        | Notice::AheadConfirmed(booking)
        | Notice::HoldChallenged(booking)
        | Notice::ChallengeSent(booking)
        | Notice::ChallengeWithdrawn(booking)
        | Notice::Delayed(booking)
        | Notice::DelayOver(booking)
        | Notice::AskedToMove(booking) => desk.booking(notice.kind(), booking),
    }
}

/// Who writes to whom.
#[derive(Clone, Copy)]
pub(super) struct Desk<'a> {
    pub(super) reader: &'a Recipient,
    pub(super) identity: &'a Identity,
    pub(super) language: Language,
}

/// What the words of a sign-in letter may use. The code itself is printed by the layout and never
/// in the subject: subjects are shown in lists, on locked phones and in servers' logs.
#[derive(Serialize)]
struct SignInWords<'a> {
    cluster: &'a str,
    until: String,
}

/// What the words of an invitation may use.
#[derive(Serialize)]
struct InvitationWords<'a> {
    cluster: &'a str,
    invited_by: &'a str,
    company: &'a str,
    role: &'a str,
    until: String,
}

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

/// What every layout prints.
#[derive(Serialize)]
struct Page<'a, D: Serialize> {
    lang: &'a str,
    cluster: &'a str,
    greeting: String,
    /// Between a label and what it labels.
    colon: &'a str,
    words: &'a Words,
    link: String,
    footer: String,
    #[serde(flatten)]
    details: D,
}

#[derive(Serialize)]
struct NoDetails {}

#[derive(Serialize)]
struct CodeDetails<'a> {
    code: &'a str,
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
    fn sign_in(self, path: &str, code: &str, expires_at: Instant) -> Letter {
        let context = SignInWords {
            cluster: self.cluster(),
            until: self.until(expires_at),
        };
        let words = templates::words(NoticeKind::SignIn, self.language, &context);
        self.print(
            Layout::Code,
            words,
            self.identity.link(path),
            CodeDetails { code },
        )
    }

    fn invitation(
        self,
        path: &str,
        invited_by: &str,
        company: &Names,
        role: Role,
        expires_at: Instant,
    ) -> Letter {
        let context = InvitationWords {
            cluster: self.cluster(),
            invited_by,
            company: company.in_language(self.language),
            role: what_role_may(role, self.language),
            until: self.until(expires_at),
        };
        let words = templates::words(NoticeKind::Invitation, self.language, &context);
        self.print(Layout::Plain, words, self.identity.link(path), NoDetails {})
    }

    fn booking(self, kind: NoticeKind, booking: &BookingNotice) -> Letter {
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

    pub(super) fn print(
        self,
        layout: Layout,
        words: Words,
        link: String,
        details: impl Serialize,
    ) -> Letter {
        let cluster = self.cluster();
        let page = Page {
            lang: self.language.as_str(),
            cluster,
            greeting: self.greeting(),
            colon: self.language.pick("：", ": "),
            words: &words,
            link,
            footer: self.footer(),
            details,
        };
        let (text, html) = templates::print(layout, &page);
        Letter {
            subject: words.subject,
            text,
            html,
            calendar: None,
        }
    }

    fn greeting(self) -> String {
        match (self.reader.name.trim(), self.language) {
            ("", Language::Zh) => "您好：".to_owned(),
            ("", Language::En) => "Hello,".to_owned(),
            (name, Language::Zh) => format!("{name}，您好："),
            (name, Language::En) => format!("Hello {name},"),
        }
    }

    fn footer(self) -> String {
        let cluster = self.cluster();
        match self.language {
            Language::Zh => format!("这封邮件由{cluster}的预约台自动发出，无人查看回信。"),
            Language::En => format!("Sent by the booking desk of {cluster}. Replies are not read."),
        }
    }

    fn cluster(&self) -> &str {
        self.identity.names.in_language(self.language)
    }

    pub(super) fn times(self, booking: &BookingNotice) -> LocalTimes {
        LocalTimes::new(self.identity.zone, self.language, first_start(booking))
    }

    fn until(self, moment: Instant) -> String {
        LocalTimes::new(self.identity.zone, self.language, moment).moment_and_zone(moment)
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

fn what_role_may(role: Role, language: Language) -> &'static str {
    match role {
        Role::Viewer => language.pick("查看条目和档期", "look at listings and free times"),
        Role::Booker => language.pick("为本单位预约", "book for your company"),
        Role::Publisher => {
            let en = "book for your company, publish its listings and decide on requests";
            language.pick("为本单位预约、发布条目并审批申请", en)
        }
        Role::Manager => language.pick("管理整个集聚区", "run the whole cluster"),
    }
}
