//! `Notice` → `Letter`: what is said, in the reader's language, as text, HTML and a calendar entry.
//! A letter is given all it says; nothing is looked up, so it tells what was true when it was owed.
//! Not here: what a letter about a booking says (see `booking` and `series`), the envelope and MIME (see `mime`), and sending (see [`super::post`]).

use serde::Serialize;

use super::templates::{self, Layout, Words};
use crate::calendar::identity::Identity;
use crate::calendar::times::LocalTimes;
use crate::calendar::write::Method;
use crate::domain::notice::{Notice, NoticeKind, Recipient};
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

    pub(super) fn cluster(&self) -> &str {
        self.identity.names.in_language(self.language)
    }

    pub(super) fn until(self, moment: Instant) -> String {
        LocalTimes::new(self.identity.zone, self.language, moment).moment_and_zone(moment)
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
