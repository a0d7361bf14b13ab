//! Letters through a real mail server, into a folder, and through every trouble a server can make.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use backlot::calendar::identity::Identity;
use backlot::domain::booking::LineState;
use backlot::domain::ids::{Id, LetterId};
use backlot::domain::notice::{Notice, Recipient};
use backlot::domain::people::{Language, Names};
use backlot::mail::letters::{self, Letter};
use backlot::mail::post::{self, Envelope, Post, PostFault};
use backlot::mail::smtp::{SmtpSecurity, SmtpSettings};

use crate::letters::{at, booking, identity, reader};
use crate::support::smtp::{ReceivedLetter, SmtpServer, SmtpSetup};

fn settings(server: &SmtpServer, security: SmtpSecurity) -> SmtpSettings {
    SmtpSettings {
        host: "localhost".to_owned(),
        port: server.address().port(),
        security,
        credentials: None,
        extra_roots_pem: server.certificate_pem(),
        timeout: Duration::from_secs(20),
    }
}

fn plain_post(server: &SmtpServer) -> Post {
    Post::smtp(settings(server, SmtpSecurity::None)).expect("good settings")
}

fn impatient_post(server: &SmtpServer) -> Post {
    let timeout = Duration::from_millis(300);
    Post::smtp(SmtpSettings {
        timeout,
        ..settings(server, SmtpSecurity::None)
    })
    .expect("good settings")
}

fn letter() -> Letter {
    let confirmed = Notice::Confirmed(booking(LineState::Confirmed, LineState::Confirmed));
    letters::write(&confirmed, &reader(Language::Zh), &identity())
}

fn to(email: &str) -> Recipient {
    Recipient {
        email: email.to_owned(),
        ..reader(Language::Zh)
    }
}

/// Sends the letter under an id of its own.
async fn send(post: &Post, to: &Recipient) -> Result<(), PostFault> {
    static NEXT: AtomicI64 = AtomicI64::new(1);
    send_as(post, to, &identity(), NEXT.fetch_add(1, Ordering::Relaxed)).await
}

async fn send_as(post: &Post, to: &Recipient, from: &Identity, id: i64) -> Result<(), PostFault> {
    let message_id = post::message_id(LetterId::from_raw(id), from);
    let date = at("2030-01-05T02:30:00Z");
    post.send(
        &letter(),
        &Envelope {
            from,
            to,
            message_id: &message_id,
            date,
        },
    )
    .await
}

fn recipients(letters: &[ReceivedLetter]) -> Vec<&str> {
    letters
        .iter()
        .flat_map(|letter| &letter.to)
        .map(String::as_str)
        .collect()
}

#[tokio::test]
async fn a_letter_arrives_whole() {
    let server = SmtpServer::start();
    let post = plain_post(&server);
    send_as(&post, &to("lin@crew.example"), &identity(), 7)
        .await
        .expect("taken");
    let received = server.wait_for(1).remove(0);
    assert_eq!(received.from, "desk@desk.example");
    assert_eq!(received.to, ["lin@crew.example"]);
    assert_eq!(
        received.header("Message-ID").as_deref(),
        Some("<ltr_0000000000007@desk.example>")
    );
    assert_eq!(
        received.header("Date").as_deref(),
        Some("Sat, 05 Jan 2030 02:30:00 +0000")
    );
    assert_eq!(
        received.header("Auto-Submitted").as_deref(),
        Some("auto-generated")
    );
    assert!(
        received
            .raw
            .contains("text/calendar; charset=utf-8; method=REQUEST; component=VEVENT")
    );
    assert!(received.raw.contains("filename=\"invite.ics\""));
}

#[tokio::test]
async fn a_letter_sent_again_is_the_same_letter() {
    let mut server = SmtpServer::start();
    let post = plain_post(&server);
    server.swallow("lin@crew.example");
    let lost = send_as(&post, &to("lin@crew.example"), &identity(), 7).await;
    assert!(matches!(lost, Err(PostFault::Unreachable(_))), "{lost:?}");
    server.behave();
    send_as(&post, &to("lin@crew.example"), &identity(), 7)
        .await
        .expect("taken");
    let received = server.wait_for(2);
    assert_eq!(received[0], received[1], "to the byte, Message-ID included");
}

#[tokio::test]
async fn faults_say_whose_they_are() {
    let mut server = SmtpServer::start();
    let post = plain_post(&server);
    server.refuse("later@crew.example", "451 4.7.1 come back later");
    server.refuse("never@crew.example", "550 5.1.1 no such user");
    server.refuse("closing@crew.example", "421 4.3.2 closing down");
    server.drop_line("dropped@crew.example");
    let later = send(&post, &to("later@crew.example")).await;
    assert!(
        matches!(&later, Err(PostFault::Later(why)) if why.contains("come back later")),
        "{later:?}"
    );
    let never = send(&post, &to("never@crew.example")).await;
    assert!(
        matches!(&never, Err(PostFault::Refused(why)) if why.contains("no such user")),
        "{never:?}"
    );
    let closing = send(&post, &to("closing@crew.example")).await;
    assert!(
        matches!(closing, Err(PostFault::Unreachable(_))),
        "{closing:?}"
    );
    let dropped = send(&post, &to("dropped@crew.example")).await;
    assert!(
        matches!(dropped, Err(PostFault::Unreachable(_))),
        "{dropped:?}"
    );
    send(&post, &to("good@crew.example"))
        .await
        .expect("taken after all that");
    assert_eq!(recipients(&server.wait_for(1)), ["good@crew.example"]);
}

#[tokio::test]
async fn a_closed_door_gives_up_no_letter() {
    let mut server = SmtpServer::start();
    let post = plain_post(&server);
    server.close_door();
    let turned_away = send(&post, &to("lin@crew.example")).await;
    assert!(
        matches!(turned_away, Err(PostFault::Unreachable(_))),
        "{turned_away:?}"
    );
    server.behave();
    server.refuse_sender("550 5.7.1 you are not on the list");
    let sender = send(&post, &to("lin@crew.example")).await;
    assert!(
        matches!(&sender, Err(PostFault::Unreachable(why)) if why.contains("list")),
        "{sender:?}"
    );
    server.behave();
    send(&post, &to("lin@crew.example")).await.expect("taken");
}

#[tokio::test]
async fn silence_ends_with_the_time() {
    let mut server = SmtpServer::start();
    let post = impatient_post(&server);
    server.hang("silent@crew.example");
    let hung = send(&post, &to("silent@crew.example")).await;
    assert!(matches!(hung, Err(PostFault::Unreachable(_))), "{hung:?}");
    server.greet_nobody();
    let not_greeted = send(&post, &to("lin@crew.example")).await;
    assert!(
        matches!(not_greeted, Err(PostFault::Unreachable(_))),
        "{not_greeted:?}"
    );
    server.behave();
    let patient = plain_post(&server);
    send(&patient, &to("lin@crew.example"))
        .await
        .expect("taken");
    assert_eq!(recipients(&server.wait_for(1)), ["lin@crew.example"]);
}

#[tokio::test]
async fn a_server_that_comes_back_is_used_again() {
    let mut server = SmtpServer::start();
    let post = plain_post(&server);
    send(&post, &to("before@crew.example"))
        .await
        .expect("taken");
    server.wait_for(1);
    let port = server.address().port();
    server.stop();
    let down = send(&post, &to("during@crew.example")).await;
    assert!(matches!(down, Err(PostFault::Unreachable(_))), "{down:?}");
    server.restart();
    assert_eq!(server.address().port(), port);
    send(&post, &to("after@crew.example")).await.expect("taken");
    assert_eq!(
        recipients(&server.wait_for(2)),
        ["before@crew.example", "after@crew.example"]
    );
}

#[tokio::test]
async fn many_letters_at_once_arrive_once_each() {
    let server = SmtpServer::start();
    let post = plain_post(&server);
    let addresses: Vec<String> = (0..40)
        .map(|n| format!("crew{n:02}@crew.example"))
        .collect();
    let sends = addresses
        .iter()
        .map(|email| async { send(&post, &to(email)).await.expect("taken") });
    futures_util::future::join_all(sends).await;
    let received = server.wait_for(addresses.len());
    let mut arrived = recipients(&received);
    arrived.sort_unstable();
    assert_eq!(arrived, addresses);
    assert_eq!(server.letters().len(), addresses.len());
}

#[tokio::test]
async fn encrypted_and_signed_in_both_ways() {
    let user = ("desk", "p4ss wörd");
    let ways = [
        ("starttls", SmtpSecurity::StartTls),
        ("tls", SmtpSecurity::Tls),
    ];
    for (security, way) in ways {
        let setup = SmtpSetup {
            security,
            credentials: Some(user),
            utf8: false,
        };
        let server = SmtpServer::start_with(setup);
        let credentials = Some((user.0.to_owned(), user.1.to_owned()));
        let good = SmtpSettings {
            credentials,
            ..settings(&server, way)
        };
        let post = Post::smtp(good.clone()).expect("good settings");
        send(&post, &to("lin@crew.example")).await.expect(security);
        assert_eq!(recipients(&server.wait_for(1)), ["lin@crew.example"]);

        let wrong = Some((user.0.to_owned(), "guess".to_owned()));
        let wrong = SmtpSettings {
            credentials: wrong,
            ..good.clone()
        };
        check_locked_out(wrong, "535").await;
        check_locked_out(
            SmtpSettings {
                credentials: None,
                ..good.clone()
            },
            "530",
        )
        .await;
        check_locked_out(
            SmtpSettings {
                extra_roots_pem: None,
                ..good.clone()
            },
            "certificate",
        )
        .await;
        check_locked_out(
            SmtpSettings {
                host: "127.0.0.2".to_owned(),
                ..good
            },
            "",
        )
        .await;
        assert_eq!(server.letters().len(), 1);
    }
}

async fn check_locked_out(settings: SmtpSettings, why: &str) {
    let post = Post::smtp(settings).expect("well-formed settings");
    let fault = send(&post, &to("lin@crew.example")).await;
    assert!(
        matches!(&fault, Err(PostFault::Unreachable(said)) if said.contains(why)),
        "{why}: {fault:?}"
    );
}

#[tokio::test]
async fn starttls_is_never_skipped() {
    let server = SmtpServer::start();
    let post = Post::smtp(settings(&server, SmtpSecurity::StartTls)).expect("good settings");
    let fault = send(&post, &to("lin@crew.example")).await;
    assert!(matches!(fault, Err(PostFault::Unreachable(_))), "{fault:?}");
    assert_eq!(server.letters(), []);
}

#[tokio::test]
async fn passwords_stay_out_of_logs() {
    let server = SmtpServer::start();
    let credentials = Some(("desk".to_owned(), "hunter2".to_owned()));
    let settings = SmtpSettings {
        credentials,
        ..settings(&server, SmtpSecurity::None)
    };
    assert!(!format!("{settings:?}").contains("hunter2"));
    let post = Post::smtp(settings).expect("good settings");
    assert!(!format!("{post:?}").contains("hunter2"));
}

#[tokio::test]
async fn addresses_beyond_ascii_go_where_they_are_known() {
    let stranger = to("小雨@crew.example");
    let plain = SmtpServer::start();
    let refused = send(&plain_post(&plain), &stranger).await;
    assert!(matches!(refused, Err(PostFault::Refused(_))), "{refused:?}");
    let server = SmtpServer::start_with(SmtpSetup {
        utf8: true,
        ..SmtpSetup::default()
    });
    send(&plain_post(&server), &stranger).await.expect("taken");
    assert_eq!(recipients(&server.wait_for(1)), ["小雨@crew.example"]);
}

#[tokio::test]
async fn no_field_can_add_a_header_or_a_recipient() {
    let server = SmtpServer::start();
    let post = plain_post(&server);
    let evil = "x\r\nBcc: all@crew.example\r\n\r\nbody";
    let from = Identity {
        names: Names {
            zh: evil.to_owned(),
            en: evil.to_owned(),
        },
        ..identity()
    };
    let reader = Recipient {
        name: evil.to_owned(),
        ..to("lin@crew.example")
    };
    let letter = Letter {
        subject: evil.to_owned(),
        ..letter()
    };
    let message_id = format!("<{evil}@desk.example>");
    let date = at("2030-01-05T02:30:00Z");
    let envelope = Envelope {
        from: &from,
        to: &reader,
        message_id: &message_id,
        date,
    };
    post.send(&letter, &envelope).await.expect("taken");
    let received = server.wait_for(1).remove(0);
    assert_eq!(received.to, ["lin@crew.example"]);
    assert_eq!(received.header("Bcc"), None, "{}", received.raw);
    let addresses = [
        "a@b.example\r\nRCPT TO:<c@d.example>",
        "a b@c.example",
        "",
        "a@b.example, c@d.example",
    ];
    for address in addresses {
        let refused = send(&post, &to(address)).await;
        assert!(
            matches!(refused, Err(PostFault::Refused(_))),
            "{address:?}: {refused:?}"
        );
    }
    let nobody = Identity {
        sender: "desk".to_owned(),
        ..identity()
    };
    let misconfigured = send_as(&post, &to("lin@crew.example"), &nobody, 1).await;
    assert!(
        matches!(misconfigured, Err(PostFault::Unreachable(_))),
        "{misconfigured:?}"
    );
}

#[tokio::test]
async fn a_folder_holds_each_letter_once() {
    let outside = tempfile::tempdir().expect("a folder");
    let folder = outside.path().join("letters");
    let post = Post::folder(&folder);
    for id in [7, 8, 7] {
        send_as(&post, &to("lin@crew.example"), &identity(), id)
            .await
            .expect("written");
    }
    let mut files: Vec<String> = std::fs::read_dir(&folder)
        .expect("it was made")
        .map(|file| {
            file.expect("readable")
                .file_name()
                .into_string()
                .expect("a plain name")
        })
        .collect();
    files.sort_unstable();
    assert_eq!(files, ["ltr_0000000000007.eml", "ltr_0000000000008.eml"]);
    let letter = std::fs::read_to_string(folder.join(&files[0])).expect("readable");
    assert!(
        letter.contains("Message-ID: <ltr_0000000000007@desk.example>\r\n"),
        "{letter}"
    );
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_an_unreachable_post() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let fault = send(&Post::folder(file.path()), &to("lin@crew.example")).await;
    assert!(matches!(fault, Err(PostFault::Unreachable(_))), "{fault:?}");
}
