//! Every letter in both languages, as its reader gets it: kept as snapshots, so that a changed word
//! is seen by a person. Dates and ids are fixed; nothing is masked.

use backlot::calendar::identity::Identity;
use backlot::domain::booking::LineState;
use backlot::domain::ids::{BookingId, Id, LetterId};
use backlot::domain::money::{Currency, Money};
use backlot::domain::notice::{
    BookingNotice, Notice, NoticeKind, NoticeKit, NoticeLine, NoticeOffer, NoticePart, Recipient,
};
use backlot::domain::people::{Language, Names, Role};
use backlot::domain::span::Instant;
use backlot::mail::letters::{self, Letter};
use backlot::mail::post::{self, Envelope, Post};

pub(crate) fn at(text: &str) -> Instant {
    text.parse().expect("a moment")
}

pub(crate) fn names(zh: &str, en: &str) -> Names {
    Names {
        zh: zh.to_owned(),
        en: en.to_owned(),
    }
}

pub(crate) fn yuan(yuan: i64) -> Money {
    Money {
        minor: yuan * 100,
        currency: Currency::CNY,
    }
}

pub(crate) fn identity() -> Identity {
    Identity {
        names: names("横岭微短剧集聚区", "Hengling Drama Park"),
        base_url: "https://desk.example/".to_owned(),
        sender: "desk@desk.example".to_owned(),
        zone: chrono_tz::Asia::Shanghai,
    }
}

pub(crate) fn reader(language: Language) -> Recipient {
    let name = language.pick("林小雨", "Lin Xiaoyu").to_owned();
    Recipient {
        email: "lin@crew.example".to_owned(),
        name,
        language,
    }
}

/// A ward set over midnight and two lamps that are brought back at midnight, in these states.
pub(crate) fn booking(ward: LineState, lamps: LineState) -> BookingNotice {
    BookingNotice {
        booking: BookingId::from_raw(42),
        reference: "BK-7F3K2Q".to_owned(),
        title: "第 12–18 集夜戏".to_owned(),
        production: "逆袭之路".to_owned(),
        company: names("星火影视", "Spark Pictures"),
        booked_by: "林小雨".to_owned(),
        note: "需要进场布光两小时".to_owned(),
        sequence: 3,
        lines: vec![ward_line(ward), lamp_line(lamps)],
        total: yuan(2_640),
        deposit: yuan(5_000),
        fee: None,
        reason: String::new(),
        until: None,
        challenged: false,
        dates: Vec::new(),
        offers: Vec::new(),
        at: at("2030-01-05T02:30:00Z"),
    }
}

fn ward_line(state: LineState) -> NoticeLine {
    NoticeLine {
        code: "SET-003".to_owned(),
        names: names("医院病房 A", "Hospital ward A"),
        site: names("1 号棚", "Hall 1"),
        units: 1,
        start: at("2030-01-07T14:00:00Z"),
        end: at("2030-01-07T22:00:00Z"),
        state,
        total: yuan(2_400),
        reason: if state == LineState::Declined {
            "当晚已排检修".to_owned()
        } else {
            String::new()
        },
        held_until: held_until(state),
        rank: rank(state),
        late_until: None,
        delay_minutes: None,
        kit: None,
    }
}

fn lamp_line(state: LineState) -> NoticeLine {
    NoticeLine {
        code: "LGT-600".to_owned(),
        names: names("600W 主灯", "Key light 600 W"),
        site: names("器材库", "Gear store"),
        units: 2,
        start: at("2030-01-07T11:00:00Z"),
        end: at("2030-01-08T16:00:00Z"),
        state,
        total: yuan(240),
        reason: String::new(),
        held_until: held_until(state),
        rank: rank(state),
        late_until: None,
        delay_minutes: None,
        kit: None,
    }
}

/// Sunday morning: when the holds of these letters lapse.
fn sunday() -> Instant {
    at("2030-01-06T02:30:00Z")
}

fn held_until(state: LineState) -> Option<Instant> {
    (state == LineState::Held).then(sunday)
}

fn rank(state: LineState) -> Option<u32> {
    (state == LineState::Queued).then_some(2)
}

/// Every letter, with the branches its words have.
fn notices() -> Vec<(&'static str, Notice)> {
    use LineState::{Cancelled, Confirmed, Declined, Requested};
    let fee = BookingNotice {
        fee: Some(yuan(1_200)),
        ..booking(Cancelled, Cancelled)
    };
    let fee = BookingNotice {
        reason: "男主角生病，改到下周".to_owned(),
        ..fee
    };
    let moved = BookingNotice {
        reason: "改用 A 病房".to_owned(),
        ..booking(Confirmed, Requested)
    };
    vec![
        ("sign_in", sign_in()),
        ("invitation", invitation()),
        (
            "confirmed",
            Notice::Confirmed(booking(Confirmed, Confirmed)),
        ),
        ("confirmed_kit", Notice::Confirmed(of_a_kit())),
        (
            "request_received",
            Notice::RequestReceived(booking(Requested, Confirmed)),
        ),
        (
            "please_decide",
            Notice::PleaseDecide(booking(Requested, Requested)),
        ),
        ("granted", Notice::Granted(booking(Confirmed, Confirmed))),
        (
            "granted_in_part",
            Notice::Granted(booking(Confirmed, Requested)),
        ),
        ("declined", Notice::Declined(booking(Declined, Declined))),
        (
            "declined_in_part",
            Notice::Declined(booking(Declined, Confirmed)),
        ),
        ("changed", Notice::Changed(moved)),
        ("cancelled", Notice::Cancelled(fee)),
        (
            "cancelled_in_part",
            Notice::Cancelled(booking(Cancelled, Confirmed)),
        ),
    ]
    .into_iter()
    .chain(hold_notices())
    .chain(late_notices())
    .chain(series_notices())
    .collect()
}

/// A lamp by itself, and two that came with a kit.
fn of_a_kit() -> BookingNotice {
    let whole = booking(LineState::Confirmed, LineState::Confirmed);
    let kit = NoticeKit {
        code: "KIT-LGT".to_owned(),
        names: names("内景灯光套装", "Interior lighting package"),
        group: 1,
        units: 2,
    };
    let part = NoticeLine {
        kit: Some(kit),
        ..lamp_line(LineState::Confirmed)
    };
    let stand = NoticeLine {
        code: "GRP-STAND".to_owned(),
        names: names("C 型灯架", "C-stand"),
        units: 12,
        ..part.clone()
    };
    let lines = whole.lines.into_iter().chain([part, stand]).collect();
    BookingNotice { lines, ..whole }
}

/// The letters about holds.
fn hold_notices() -> Vec<(&'static str, Notice)> {
    use LineState::{Confirmed, Expired, Held, Queued};
    let until = |notice: BookingNotice| BookingNotice {
        until: Some(sunday()),
        ..notice
    };
    let challenged = |notice: BookingNotice| BookingNotice {
        challenged: true,
        ..notice
    };
    vec![
        (
            "hold_placed",
            Notice::HoldPlaced(until(booking(Held, Held))),
        ),
        (
            "hold_placed_in_part",
            Notice::HoldPlaced(until(booking(Held, Queued))),
        ),
        (
            "hold_placed_in_line",
            Notice::HoldPlaced(booking(Queued, Queued)),
        ),
        (
            "hold_lapsing",
            Notice::HoldLapsing(until(booking(Held, Confirmed))),
        ),
        (
            "hold_lapsing_challenged",
            Notice::HoldLapsing(challenged(until(booking(Held, Held)))),
        ),
        ("hold_lapsed", Notice::HoldLapsed(booking(Expired, Expired))),
        (
            "hold_lapsed_challenged_in_part",
            Notice::HoldLapsed(challenged(booking(Expired, Confirmed))),
        ),
        (
            "hold_promoted",
            Notice::HoldPromoted(until(booking(Held, Held))),
        ),
        (
            "hold_promoted_in_part",
            Notice::HoldPromoted(until(booking(Held, Queued))),
        ),
        ("queue_over", Notice::QueueOver(booking(Expired, Expired))),
        (
            "queue_over_in_part",
            Notice::QueueOver(booking(Expired, Confirmed)),
        ),
        (
            "ahead_confirmed",
            Notice::AheadConfirmed(booking(Queued, Queued)),
        ),
        (
            "ahead_confirmed_challenged",
            Notice::AheadConfirmed(challenged(booking(Queued, Queued))),
        ),
        (
            "hold_challenged",
            Notice::HoldChallenged(challenged(until(booking(Held, Held)))),
        ),
        (
            "challenge_sent",
            Notice::ChallengeSent(challenged(until(booking(Queued, Queued)))),
        ),
        (
            "challenge_withdrawn",
            Notice::ChallengeWithdrawn(until(booking(Held, Held))),
        ),
    ]
}

/// The letters about a series: each kind that can be about several dates.
fn series_notices() -> Vec<(&'static str, Notice)> {
    use LineState::{Cancelled, Confirmed, Declined, Requested};
    let fee = BookingNotice {
        fee: Some(yuan(2_400)),
        reason: "男主角生病".to_owned(),
        ..series(Cancelled, Cancelled, 3)
    };
    let long = Notice::Confirmed(series(Confirmed, Confirmed, 60));
    vec![
        (
            "series_confirmed",
            Notice::Confirmed(series(Confirmed, Confirmed, 3)),
        ),
        ("series_confirmed_long", long),
        (
            "series_request_received",
            Notice::RequestReceived(series(Requested, Confirmed, 3)),
        ),
        (
            "series_please_decide",
            Notice::PleaseDecide(series(Requested, Requested, 3)),
        ),
        (
            "series_granted",
            Notice::Granted(series(Confirmed, Confirmed, 3)),
        ),
        (
            "series_granted_in_part",
            Notice::Granted(series(Confirmed, Requested, 3)),
        ),
        (
            "series_declined",
            Notice::Declined(series(Declined, Declined, 3)),
        ),
        (
            "series_declined_in_part",
            Notice::Declined(series(Declined, Confirmed, 3)),
        ),
        (
            "series_changed",
            Notice::Changed(series(Confirmed, Confirmed, 3)),
        ),
        (
            "series_changed_in_part",
            Notice::Changed(series(Confirmed, Requested, 3)),
        ),
        ("series_cancelled", Notice::Cancelled(fee)),
    ]
}

/// The booking of these letters, on so many days in a row: each with its own reference and calendar entry.
fn series(ward: LineState, lamps: LineState, days: i64) -> BookingNotice {
    let on_day = |day: i64| {
        let first = booking(ward, lamps);
        let later = |moment| moment + chrono::TimeDelta::days(day);
        let lines = first.lines.iter().map(|line| NoticeLine {
            start: later(line.start),
            end: later(line.end),
            ..line.clone()
        });
        BookingNotice {
            booking: BookingId::from_raw(42 + day),
            reference: format!("BK-7F3K{:02}", day + 10),
            lines: lines.collect(),
            ..first
        }
    };
    BookingNotice {
        dates: (1..days).map(on_day).collect(),
        ..booking(ward, lamps)
    }
}

/// The letters about a shoot that runs late.
fn late_notices() -> Vec<(&'static str, Notice)> {
    let on_set = |late_until, delay_minutes| {
        let mut notice = booking(LineState::Confirmed, LineState::Confirmed);
        notice.lines[0].late_until = late_until;
        notice.lines[0].delay_minutes = delay_minutes;
        notice
    };
    let late = Some(at("2030-01-07T22:40:00Z"));
    vec![
        ("changed_late", Notice::Changed(on_set(late, None))),
        ("delayed", Notice::Delayed(on_set(None, Some(40)))),
        ("delay_over", Notice::DelayOver(on_set(None, None))),
        ("asked_to_move", Notice::AskedToMove(asked_to_move())),
    ]
}

fn asked_to_move() -> BookingNotice {
    let part = |zh: &str, en: &str, start: &str, end: &str| NoticePart {
        names: names(zh, en),
        units: 1,
        start: at(start),
        end: at(end),
    };
    let evening = ("2030-01-07T10:00:00Z", "2030-01-07T14:00:00Z");
    BookingNotice {
        reason: "消防检查".to_owned(),
        offers: vec![
            NoticeOffer {
                parts: vec![part("病房二", "Ward 2", evening.0, evening.1)],
                price_difference: Some(yuan(120)),
            },
            NoticeOffer {
                parts: vec![part(
                    "病房一",
                    "Ward 1",
                    "2030-01-08T10:00:00Z",
                    "2030-01-08T14:00:00Z",
                )],
                price_difference: Some(yuan(0)),
            },
        ],
        ..booking(LineState::Confirmed, LineState::Confirmed)
    }
}

fn sign_in() -> Notice {
    let path = "/sign-in/complete?token=s3cr3t-t0k3n".to_owned();
    Notice::SignIn {
        path,
        code: "048213".to_owned(),
        expires_at: at("2030-01-05T02:45:00Z"),
    }
}

fn invitation() -> Notice {
    Notice::Invitation {
        path: "/invitations/s3cr3t-t0k3n".to_owned(),
        invited_by: "王经理".to_owned(),
        company: names("星火影视", "Spark Pictures"),
        role: Role::Booker,
        expires_at: at("2030-01-12T02:30:00Z"),
    }
}

async fn raw(letter: &Letter, to: &Recipient) -> String {
    let (post, from) = (Post::memory(), identity());
    let message_id = post::message_id(LetterId::from_raw(7), &from);
    let date = at("2030-01-05T02:30:00Z");
    let envelope = Envelope {
        from: &from,
        to,
        message_id: &message_id,
        date,
    };
    post.send(letter, &envelope)
        .await
        .expect("memory takes everything");
    String::from_utf8(post.kept().remove(0).raw).expect("a message in ASCII")
}

/// The headers of the message and of its parts, without what they hold.
fn headers(raw: &str) -> String {
    let is_header = |line: &&str| line.starts_with([' ', '-']) || line.contains(": ");
    raw.lines().filter(is_header).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn every_letter_in_both_languages() {
    for (name, notice) in notices() {
        for language in Language::ALL {
            let to = reader(*language);
            let letter = letters::write(&notice, &to, &identity());
            let calendar = letter
                .calendar
                .as_ref()
                .map_or("none", |part| part.text.as_str());
            let calendar = calendar.replace("\r\n", "\n");
            let headers = headers(&raw(&letter, &to).await);
            let (subject, text) = (&letter.subject, &letter.text);
            let whole = format!(
                "{headers}\n\n=== subject\n{subject}\n\n=== text\n{text}\n\n=== calendar\n{calendar}"
            );
            insta::assert_snapshot!(format!("{name}.{language}"), whole);
            insta::assert_snapshot!(format!("{name}.{language}.html"), letter.html);
        }
    }
}

#[test]
fn every_kind_is_here() {
    let here: Vec<NoticeKind> = notices().iter().map(|(_, notice)| notice.kind()).collect();
    for kind in NoticeKind::ALL {
        assert!(here.contains(kind), "no letter shows {kind}");
    }
}

#[test]
fn each_letter_has_one_link_and_it_is_absolute() {
    for (name, notice) in notices() {
        let letter = letters::write(&notice, &reader(Language::En), &identity());
        assert_eq!(letter.html.matches("href=").count(), 1, "{name}");
        assert_eq!(
            letter.text.matches("https://desk.example/").count(),
            1,
            "{name}"
        );
        assert_eq!(
            letter.text.matches("//").count(),
            1,
            "{name}: a link with a doubled slash"
        );
    }
}

#[test]
fn what_people_typed_stays_text() {
    let evil = "<script>alert(1)</script> & \"quotes\"\r\nBcc: all@crew.example";
    let typed = BookingNotice {
        title: evil.to_owned(),
        note: evil.to_owned(),
        ..booking(LineState::Confirmed, LineState::Confirmed)
    };
    let letter = letters::write(
        &Notice::Confirmed(typed),
        &reader(Language::Zh),
        &identity(),
    );
    assert!(!letter.html.contains("<script"), "{}", letter.html);
    assert!(letter.html.contains("&lt;script&gt;"), "{}", letter.html);
    assert!(!letter.subject.contains(['\r', '\n']), "{}", letter.subject);
}

#[test]
fn a_calendar_follows_what_stands() {
    use LineState::{Cancelled, Confirmed, Declined, Expired, Held, Queued};
    let method = |notice: &Notice| {
        let letter = letters::write(notice, &reader(Language::En), &identity());
        letter.calendar.map(|part| part.method.as_str())
    };
    assert_eq!(
        method(&Notice::Declined(booking(Declined, Confirmed))),
        Some("REQUEST")
    );
    assert_eq!(
        method(&Notice::Declined(booking(Declined, Declined))),
        Some("CANCEL")
    );
    assert_eq!(
        method(&Notice::Changed(booking(Cancelled, Cancelled))),
        Some("CANCEL")
    );
    assert_eq!(
        method(&Notice::PleaseDecide(booking(Confirmed, Confirmed))),
        None
    );
    assert_eq!(
        method(&Notice::HoldPlaced(booking(Held, Queued))),
        Some("REQUEST")
    );
    assert_eq!(method(&Notice::HoldPlaced(booking(Queued, Queued))), None);
    assert_eq!(
        method(&Notice::HoldLapsed(booking(Expired, Expired))),
        Some("CANCEL")
    );
    assert_eq!(method(&sign_in()), None);
    let empty = BookingNotice {
        lines: Vec::new(),
        ..booking(Confirmed, Confirmed)
    };
    assert_eq!(
        method(&Notice::Changed(empty)),
        None,
        "no line, nothing to show"
    );
}
