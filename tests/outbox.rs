//! The outbox: letters leave by themselves, once each and in order, whatever the mail server does; and
//! nobody who books ever waits for it.

use std::collections::{BTreeMap, BTreeSet};

use backlot::clock::Clock;
use backlot::config::{Mail, Security, Smtp};
use backlot::domain::ids::LetterId;
use backlot::domain::policy::OwnRules;
use backlot::jobs::{self, send_mail};
use backlot::mail::read;
use backlot::store::columns::At;
use backlot::store::schema::letters;
use backlot::store::{Conn, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::app::{TestApp, monday_morning};
use crate::support::arena::line;
use crate::support::client::Client;
use crate::support::database::{Database, Engine, on_both_engines};
use crate::support::make::{Town, line_in};
use crate::support::patience::{self, until};
use crate::support::process::Server;
use crate::support::smtp::{ReceivedLetter, SmtpServer};

/// A server whose post is a real mail server. Letters leave when [`Office::send`] is called.
struct Office {
    app: TestApp,
    town: Town,
    post: SmtpServer,
}

impl Office {
    async fn open(database: Database) -> Self {
        let post = SmtpServer::start();
        let clock = Clock::fixed(monday_morning());
        let port = post.address().port();
        let app = TestApp::with(database, clock, |config| {
            config.mail = Mail::Smtp(Smtp {
                host: "127.0.0.1".to_owned(),
                port,
                security: Security::None,
                credentials: None,
            });
        })
        .await;
        let town = Town::settle(&app).await;
        town.pool(&app, "POOL", 100).await;
        town.palace(&app, "PALACE").await;
        Self { app, town, post }
    }

    /// One round of the job: how many letters the mail server took.
    async fn send(&self) -> usize {
        let sent = send_mail::send_due(&self.app.app).await;
        sent.expect("the outbox is read").letters
    }

    /// Lets time pass.
    fn wait(&self, minutes: i64) {
        self.app.app.clock.advance(TimeDelta::minutes(minutes));
    }

    async fn book(&self, line: &str) -> Value {
        self.town.crew.book(&[line]).await.expect(201)
    }

    /// Letters as a manager sees them, newest first.
    async fn letters(&self, state: &str) -> Vec<Value> {
        let path = format!("/api/v1/letters?limit=200&state={state}");
        let page = self.town.manager.client.get(&path).await.expect(200);
        page["items"].as_array().expect("letters").clone()
    }

    async fn the_letter(&self, state: &str) -> Value {
        let mut letters = self.letters(state).await;
        assert_eq!(letters.len(), 1, "{state}: {letters:#?}");
        letters.remove(0)
    }

    /// How many letters a process has in hand at this moment.
    async fn in_hand(&self) -> usize {
        let claimed = self.app.app.store.read(|conn| {
            let in_hand = letters::table.filter(letters::claimed_until.is_not_null());
            in_hand
                .count()
                .get_result::<i64>(conn)
                .map_err(StoreError::from)
        });
        usize::try_from(claimed.await.expect("a count")).expect("a count")
    }

    /// Whether a process has letters in hand at this moment.
    async fn is_being_sent(&self) -> bool {
        self.in_hand().await > 0
    }

    /// Writes to the database what the program would not.
    async fn write(
        &self,
        write: impl Fn(&mut Conn) -> Result<(), StoreError> + Send + Sync + 'static,
    ) {
        self.app.app.store.write(write).await.expect("written");
    }

    /// The letter owed last, and what it says.
    async fn last_owed(&self) -> (LetterId, Value) {
        let found = self.app.app.store.read(|conn| {
            letters::table
                .order(letters::id.desc())
                .select((letters::id, letters::notice))
                .first::<(LetterId, String)>(conn)
                .map_err(StoreError::from)
        });
        let (id, notice) = found.await.expect("a letter");
        (id, serde_json::from_str(&notice).expect("JSON"))
    }

    /// Has a letter say something else.
    async fn rewrite(&self, id: LetterId, kind: &'static str, notice: &Value) {
        let notice = notice.to_string();
        self.write(move |conn| {
            let letter = letters::table.find(id);
            let said = (letters::kind.eq(kind), letters::notice.eq(&notice));
            diesel::update(letter).set(said).execute(conn)?;
            Ok(())
        })
        .await;
    }

    /// From now on the database takes no letter as marked in this column.
    async fn refuse_marks(&self, column: &'static str) {
        self.write(move |conn| {
            let refuse = if conn.is_sqlite() {
                format!(
                    "CREATE TRIGGER refuse BEFORE UPDATE OF {column} ON letters WHEN NEW.{column} IS NOT NULL \
                     BEGIN SELECT RAISE(ABORT, 'no'); END"
                )
            } else {
                format!(
                    "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$; \
                     CREATE TRIGGER refuse BEFORE UPDATE OF {column} ON letters FOR EACH ROW \
                     WHEN (NEW.{column} IS NOT NULL) EXECUTE FUNCTION refuse()"
                )
            };
            Ok(conn.batch_execute(&refuse)?)
        })
        .await;
    }

    /// The database takes everything again.
    async fn take_marks(&self) {
        self.write(|conn| {
            let take = if conn.is_sqlite() {
                "DROP TRIGGER refuse"
            } else {
                "DROP TRIGGER refuse ON letters; DROP FUNCTION refuse"
            };
            Ok(conn.batch_execute(take)?)
        })
        .await;
    }
}

/// Books, moves and calls off again; gives the reference.
async fn whole_life(client: &Client, booking: Value, moved: Value) -> String {
    let booked = client.post("/api/v1/bookings", booking).await.expect(201);
    let path = format!("/api/v1/bookings/{}", booked["id"].as_str().expect("an id"));
    let mut moved = moved;
    moved["id"] = booked["lines"][0]["id"].clone();
    let body = json!({ "lines": [moved] });
    client.patch(&path, 1, body).await.expect(200);
    let cancellation = format!("{path}/cancellation");
    client.post(&cancellation, json!({})).await.expect(200);
    booked["reference"]
        .as_str()
        .expect("a reference")
        .to_owned()
}

/// Address and first word of the subject, in the order of arrival.
fn told(letters: &[ReceivedLetter]) -> Vec<(String, String)> {
    let one = |letter: &ReceivedLetter| (letter.to.join(" "), first_word(letter));
    letters.iter().map(one).collect()
}

fn first_word(letter: &ReceivedLetter) -> String {
    let subject = subject(letter);
    let word = subject.split([' ', ':']).next().unwrap_or_default();
    word.to_owned()
}

fn subject(letter: &ReceivedLetter) -> String {
    read::read(letter.raw.as_bytes())
        .expect("a message")
        .subject
}

fn message_ids(letters: &[ReceivedLetter]) -> BTreeSet<String> {
    let id = |letter: &ReceivedLetter| letter.header("Message-ID").expect("an id");
    letters.iter().map(id).collect()
}

/// What each booking's readers were told, in the order of arrival.
fn told_of_each(letters: &[ReceivedLetter]) -> BTreeMap<String, Vec<String>> {
    let mut of_each: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for letter in letters {
        let subject = subject(letter);
        let at = subject.find("BK-").expect("a reference");
        let reference: String = subject[at..].chars().take(9).collect();
        of_each
            .entry(reference)
            .or_default()
            .push(first_word(letter));
    }
    of_each
}

const WHOLE_LIFE: [&str; 3] = ["Confirmed", "Changed", "Cancelled"];

on_both_engines! {
    /// The mail server takes the line and says nothing. Bookings are answered while it is silent.
    async fn nobody_who_books_waits_for_the_post(database: Database) {
        let mut office = Office::open(database).await;
        office.post.greet_nobody();
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let job = tokio::spawn(jobs::run(office.app.app.clone(), stopped));
        office.book("POOL tue 09:00-12:00").await;
        until("the post is tried", || async { office.is_being_sent().await.then_some(()) }).await;
        for _ in 0..30 {
            office.book("POOL tue 09:00-12:00").await;
        }
        assert!(office.is_being_sent().await, "the same try is still under way");
        assert_eq!(office.letters("waiting").await.len(), 31);
        assert_eq!(office.post.letters(), []);

        office.post.restart();
        office.post.wait_for(31);
        stop.send(true).expect("the job listens");
        job.await.expect("the job ends");
        assert_eq!(office.send().await, 0, "nothing is left");
        assert_eq!(office.letters("waiting").await, [] as [Value; 0]);
        let arrived = office.post.letters();
        assert_eq!((arrived.len(), message_ids(&arrived).len()), (31, 31), "each once");
    }

    /// While it is down nothing is counted against a letter; then all leave, each booking's in order.
    async fn what_piles_up_leaves_in_order(database: Database) {
        let mut office = Office::open(database).await;
        office.post.stop();
        let mut expected = BTreeMap::new();
        for _ in 0..5 {
            let booking = office.town.crew.basket(&["POOL tue 09:00-12:00"]);
            let moved = line_in("POOL wed 09:00-12:00");
            let reference = whole_life(&office.town.crew.client, booking, moved).await;
            expected.insert(reference, WHOLE_LIFE.map(str::to_owned).to_vec());
            assert_eq!(office.send().await, 0);
        }
        let waiting = office.letters("waiting").await;
        assert_eq!(waiting.len(), 15);
        assert!(waiting.iter().all(|letter| letter["attempts"] == 0), "{waiting:#?}");

        office.post.restart();
        assert_eq!(office.send().await, 15);
        assert_eq!(office.send().await, 0);
        let arrived = office.post.wait_for(15);
        assert_eq!(told_of_each(&arrived), expected);
        assert_eq!(message_ids(&arrived).len(), 15);
        let entries = arrived.iter().map(|letter| {
            let calendar = read::read(letter.raw.as_bytes()).expect("a message").calendar;
            let calendar = calendar.expect("a calendar entry");
            let sequence = calendar.lines().find(|line| line.starts_with("SEQUENCE:"));
            sequence.expect("a sequence").to_owned()
        });
        let mut entries: Vec<String> = entries.collect();
        entries.sort_unstable();
        let each_five_times = ["SEQUENCE:0", "SEQUENCE:1", "SEQUENCE:2"].map(|one| [one; 5]);
        assert_eq!(entries, each_five_times.concat());
    }

    /// The server takes a letter and dies before it can say so: it comes again as the same letter.
    async fn a_letter_handed_over_twice_is_one_letter(database: Database) {
        let mut office = Office::open(database).await;
        office.book("POOL tue 09:00-12:00").await;
        office.post.swallow("crew@example.com");
        assert_eq!(office.send().await, 0, "no answer came");
        office.post.behave();
        assert_eq!(office.send().await, 1);
        let arrived = office.post.wait_for(2);
        assert_eq!(arrived[0], arrived[1], "to the byte, Message-ID included");
        assert_eq!(office.send().await, 0);
        assert_eq!(office.the_letter("sent").await["attempts"], 1);
    }

    /// The first letter of a booking is put off: the next ones wait for it, those of others do not.
    async fn what_is_put_off_is_not_overtaken(database: Database) {
        let mut office = Office::open(database).await;
        office.post.refuse("crew@example.com", "451 4.7.1 come back later");
        let booking = office.town.crew.basket(&["POOL tue 09:00-12:00"]);
        whole_life(&office.town.crew.client, booking, line_in("POOL wed 09:00-12:00")).await;
        office.town.rival.book(&["POOL tue 09:00-12:00"]).await.expect(201);
        assert_eq!(office.send().await, 1);
        assert_eq!(office.post.wait_for(1)[0].to, ["rival@example.com"]);
        office.post.behave();
        assert_eq!(office.send().await, 0, "not before its pause is over");
        office.wait(1);
        assert_eq!(office.send().await, 3);
        let words: Vec<String> = office.post.wait_for(4)[1..].iter().map(first_word).collect();
        assert_eq!(words, WHOLE_LIFE);
    }

    /// The letter of a series is one of each of its dates: later ones of a date wait for it, and it for earlier ones.
    async fn a_series_and_its_dates_do_not_overtake_each_other(database: Database) {
        let mut office = Office::open(database).await;
        office.post.refuse("crew@example.com", "451 4.7.1 come back later");
        let mut basket = office.town.crew.basket(&["POOL tue 09:00-12:00"]);
        basket["recurrence"] = json!({ "rule": "FREQ=DAILY;COUNT=3" });
        let crew = &office.town.crew.client;
        let booked = crew.post("/api/v1/bookings", basket).await.expect(201);
        assert_eq!(office.send().await, 0);
        let second = booked["dates"][1]["booking"].as_str().expect("a booking");
        let path = format!("/api/v1/bookings/{second}");
        let title = |title: &str| json!({ "title": title });
        crew.patch(&path, 1, title("Night one")).await.expect(200);
        let others = office.town.crew.book(&["POOL tue 09:00-12:00"]).await.expect(201);
        office.post.behave();
        assert_eq!(office.send().await, 1, "another booking's");
        office.wait(1);
        assert_eq!(office.send().await, 2);
        let words: Vec<String> = office.post.wait_for(3).iter().map(first_word).collect();
        assert_eq!(words, ["Confirmed", "Confirmed", "Changed"]);
        assert!(subject(&office.post.letters()[0]).contains(others["reference"].as_str().expect("a reference")));

        office.post.refuse("crew@example.com", "451 4.7.1 come back later");
        crew.patch(&path, 2, title("Night two")).await.expect(200);
        assert_eq!(office.send().await, 0);
        let first = format!("/api/v1/bookings/{}/cancellation", booked["id"].as_str().expect("an id"));
        crew.post(&first, json!({ "scope": "all" })).await.expect(200);
        office.post.behave();
        assert_eq!(office.send().await, 0, "it waits for what was said of one of its dates");
        office.wait(1);
        assert_eq!(office.send().await, 2);
        let words: Vec<String> = office.post.wait_for(5)[3..].iter().map(first_word).collect();
        assert_eq!(words, ["Changed", "Cancelled"]);
    }

    async fn a_letter_put_off_waits_longer_each_time_and_is_given_up_in_the_end(database: Database) {
        let mut office = Office::open(database).await;
        office.book("POOL tue 09:00-12:00").await;
        office.post.refuse("crew@example.com", "451 4.7.1 come back later");
        let mut pauses = Vec::new();
        while let Some(letter) = office.letters("waiting").await.pop() {
            let next = letter["next_try_at"].as_str().expect("a moment");
            let next: DateTime<Utc> = next.parse().expect("a moment");
            let pause = (next - office.app.app.clock.now()).num_minutes();
            if pause > 0 {
                office.wait(pause - 1);
                assert_eq!(office.send().await, 0);
                assert_eq!(office.letters("waiting").await, [letter], "it is not due yet");
                office.wait(1);
            }
            assert_eq!(office.send().await, 0);
            pauses.push(pause);
            assert!(pauses.len() < 20, "tried for ever");
        }
        assert_eq!(pauses, [0, 1, 5, 15, 30, 60, 120, 240, 480, 720, 1_200]);
        let given_up = office.the_letter("given_up").await;
        assert_eq!(given_up["attempts"], 11);
        assert!(given_up["last_error"].as_str().expect("words").contains("come back later"));
    }

    /// One that bounces is given up at once, holds nobody back, and a manager can have it sent again.
    async fn a_letter_given_up_is_sent_again_when_asked(database: Database) {
        let mut office = Office::open(database).await;
        office.book("POOL tue 09:00-12:00").await;
        let rival = office.town.rival.book(&["POOL tue 09:00-12:00"]).await;
        rival.expect(201);
        office.post.refuse("crew@example.com", "550 5.1.1 no such user");
        assert_eq!(office.send().await, 1, "the rival's");
        let given_up = office.the_letter("given_up").await;
        assert_eq!((&given_up["to"], &given_up["attempts"]), (&json!("crew@example.com"), &json!(1)));
        assert!(given_up["last_error"].as_str().expect("words").contains("no such user"));
        office.wait(10_000);
        assert_eq!(office.send().await, 0, "never by itself");

        office.post.behave();
        let id = given_up["id"].as_str().expect("an id");
        let path = format!("/api/v1/letters/{id}/resending");
        let manager = &office.town.manager.client;
        assert_eq!(manager.post(&path, json!({})).await.expect(200)["state"], "waiting");
        assert_eq!(office.send().await, 1);
        let arrived = office.post.wait_for(2);
        let last = arrived.last().expect("two");
        assert_eq!(last.to, ["crew@example.com"]);
        let its_id = last.header("Message-ID").expect("an id");
        assert!(its_id.starts_with(&format!("<{id}@")), "{its_id}");
        assert_eq!(manager.post(&path, json!({})).await.problem(409), "state_conflict");
    }

    /// Two letters panic on their way out, in their words and in their envelope. They are given up, and the job goes on.
    async fn a_letter_that_cannot_be_written_holds_nobody_back(database: Database) {
        let office = Office::open(database).await;
        office.book("POOL tue 09:00-12:00").await;
        let (wordless, mut notice) = office.last_owed().await;
        notice["lines"][0]["delay_minutes"] = json!(i64::MAX);
        office.rewrite(wordless, "confirmed", &notice).await;
        office.book("POOL tue 09:00-12:00").await;
        let (dateless, _) = office.last_owed().await;
        office.write(move |conn| {
            let beyond: DateTime<Utc> = "+12000-01-01T00:00:00Z".parse().expect("a moment");
            let letter = letters::table.find(dateless);
            diesel::update(letter).set(letters::written_at.eq(At(beyond))).execute(conn)?;
            Ok(())
        }).await;
        office.book("POOL tue 09:00-12:00").await;

        let (stop, stopped) = tokio::sync::watch::channel(false);
        let job = tokio::spawn(jobs::run(office.app.app.clone(), stopped));
        until("the letter behind them", || async { (office.post.letters().len() == 1).then_some(()) }).await;
        until("letters given up", || async {
            (office.letters("given_up").await.len() == 2).then_some(())
        })
        .await;
        let given_up = office.letters("given_up").await;
        assert_eq!(given_up[0]["last_error"], "it cannot be put into an envelope");
        assert_eq!(given_up[1]["last_error"], "it cannot be put into words");
        office.book("POOL tue 09:00-12:00").await;
        until("a letter owed after", || async { (office.post.letters().len() == 2).then_some(()) }).await;
        stop.send(true).expect("the job listens");
        job.await.expect("the job ends well");
    }

    /// Servers are brought up to date one after the other. What only the newer one can read waits for it, keeps nobody
    /// back, and is given up in the end where there is none.
    async fn a_letter_of_a_newer_server_waits_for_it(database: Database) {
        let office = Office::open(database).await;
        office.book("POOL tue 09:00-12:00").await;
        let (of_new_kind, first) = office.last_owed().await;
        office.rewrite(of_new_kind, "carried_off", &json!({ "kind": "carried_off", "by": "rain" })).await;
        office.book("POOL tue 09:00-12:00").await;
        let (in_new_words, second) = office.last_owed().await;
        office.rewrite(in_new_words, "confirmed", &json!({ "kind": "confirmed", "bookings": [] })).await;
        office.town.rival.book(&["POOL tue 09:00-12:00"]).await.expect(201);
        assert_eq!(office.send().await, 1, "the rival's");
        let waiting = office.letters("waiting").await;
        assert_eq!(waiting.len(), 2, "{waiting:#?}");
        for letter in &waiting {
            assert_eq!(letter["attempts"], 1);
            assert!(letter["last_error"].as_str().expect("words").contains("newer"), "{letter}");
        }
        assert_eq!(waiting[1]["kind"], "carried_off");

        // As a newer server reads it.
        office.rewrite(of_new_kind, "confirmed", &first).await;
        assert_eq!(office.send().await, 0, "not before its pause is over");
        office.wait(1);
        assert_eq!(office.send().await, 1);
        for _ in 0..11 {
            office.wait(1_200);
            assert_eq!(office.send().await, 0);
        }
        assert_eq!(office.the_letter("given_up").await["attempts"], 11);
        office.rewrite(in_new_words, "confirmed", &second).await;
        assert_eq!(office.letters("waiting").await, [] as [Value; 0]);
    }

    /// A letter is put off, and one is in the hand of a process that dies. Then the clock is set back by a month: neither
    /// waits for it to come round again, but a pause there can be is waited out.
    async fn a_clock_set_back_keeps_no_letter_waiting(database: Database) {
        let mut office = Office::open(database).await;
        office.post.refuse("crew@example.com", "451 4.7.1 come back later");
        office.book("POOL tue 09:00-12:00").await;
        assert_eq!(office.send().await, 0);
        office.town.rival.book(&["POOL tue 09:00-12:00"]).await.expect(201);
        let now = office.app.app.clock.now();
        office.write(move |conn| {
            let claimed = backlot::store::letters::claim_due(conn, now, now + TimeDelta::seconds(90), 16)?;
            assert_eq!(claimed.len(), 1);
            Ok(())
        }).await;
        office.post.behave();
        assert_eq!(office.send().await, 0, "one pauses, one is in hand");
        office.wait(-30 * 24 * 60);
        assert_eq!(office.send().await, 2);

        office.post.refuse("crew@example.com", "451 4.7.1 come back later");
        office.book("POOL tue 09:00-12:00").await;
        assert_eq!(office.send().await, 0);
        office.post.behave();
        office.wait(-10);
        assert_eq!(office.send().await, 0);
        office.wait(11);
        assert_eq!(office.send().await, 1);
    }

    /// The database takes no mark while letters are under way: none is dropped in mid-conversation, no more are begun,
    /// and those go at once when it takes marks again.
    async fn letters_under_way_reach_their_end_though_they_cannot_be_marked(database: Database) {
        let mut office = Office::open(database).await;
        office.post.order(&json!({ "takes": 1 }));
        for _ in 0..14 {
            office.book("POOL tue 09:00-12:00").await;
        }
        office.refuse_marks("sent_at").await;
        send_mail::send_due(&office.app.app).await.expect_err("the database says no");
        let arrived = office.post.letters().len();
        assert!((1..14).contains(&arrived), "{arrived} left");
        assert_eq!(office.in_hand().await, arrived, "what did not leave is given back");
        office.take_marks().await;
        office.post.behave();
        assert_eq!(office.send().await, 14 - arrived);
        office.wait(2);
        assert_eq!(office.send().await, arrived, "again, as nobody knows that they left");
        let all = office.post.wait_for(14 + arrived);
        assert_eq!(message_ids(&all).len(), 14);
    }

    /// One letter bounces and cannot be given up, at another the line is cut: that one is in nobody's hand after.
    async fn a_letter_not_reached_is_given_back_though_another_cannot_be_marked(database: Database) {
        let mut office = Office::open(database).await;
        office.book("POOL tue 09:00-12:00").await;
        office.town.rival.book(&["POOL tue 09:00-12:00"]).await.expect(201);
        office.post.refuse("crew@example.com", "550 5.1.1 no such user");
        office.post.drop_line("rival@example.com");
        office.refuse_marks("given_up_at").await;
        send_mail::send_due(&office.app.app).await.expect_err("the database says no");
        assert_eq!(office.in_hand().await, 1, "the one that bounced");
        office.take_marks().await;
        office.post.behave();
        assert_eq!(office.send().await, 1);
        assert_eq!(told(&office.post.wait_for(1))[0].0, "rival@example.com");
        office.wait(2);
        assert_eq!(office.send().await, 1);
    }

    /// The owner's mailbox is full: the crew hears of its booking all the same.
    async fn a_full_mailbox_holds_back_its_own_letters_only(database: Database) {
        let mut office = Office::open(database).await;
        let booked = office.book("PALACE tue 09:00-12:00").await;
        office.post.refuse("owner@example.com", "452 4.2.2 mailbox full");
        assert_eq!(office.send().await, 1);
        let path = format!("/api/v1/bookings/{}/decision", booked["id"].as_str().expect("an id"));
        let grant = json!({ "verdict": "grant" });
        office.town.owner.client.post(&path, grant).await.expect(200);
        assert_eq!(office.send().await, 1);
        let crew = |word: &str| ("crew@example.com".to_owned(), word.to_owned());
        assert_eq!(told(&office.post.wait_for(2)), [crew("Waiting"), crew("Approved")]);
        office.post.behave();
        office.wait(1);
        assert_eq!(office.send().await, 1);
        assert_eq!(told(&office.post.wait_for(3))[2].0, "owner@example.com");
    }
}

/// Two processes run the same jobs on one database, and each change reaches another of them.
#[test]
fn two_servers_send_each_letter_once_and_in_order() {
    let Some(database) = Database::fresh(Engine::Postgres) else {
        return;
    };
    patience::run(async {
        let post = SmtpServer::start();
        let mut servers = Vec::new();
        for _ in 0..2 {
            let server = Server::start_with(&database.url, |command| {
                post.is_where_letters_go(command);
                // Somebody whose letter is none of a booking's.
                command.env("BACKLOT_MANAGER_EMAIL", "first@example.com");
            });
            servers.push(server.await);
        }
        let store = database.store();
        let town = Town::settle_in(&store, &servers[0].url("")).await;
        town.listing(&store, "POOL", 100, OwnRules::default()).await;
        let lives = (0..24).map(|turn| {
            let client = town.crew.client.at(servers[turn % 2].url(""));
            let booking =
                json!({ "production": town.crew.production, "lines": [line("POOL", 1, turn)] });
            tokio::spawn(async move { whole_life(&client, booking, line("POOL", 2, turn)).await })
        });
        let lives: Vec<_> = lives.collect();
        let mut expected = BTreeMap::new();
        for life in lives {
            let reference = life.await.expect("a life");
            expected.insert(reference, WHOLE_LIFE.map(str::to_owned).to_vec());
        }
        let manager = &town.manager.client;
        until("an empty outbox", || async {
            let waiting = manager.get("/api/v1/letters?state=waiting").await;
            (waiting.expect(200)["items"] == json!([])).then_some(())
        })
        .await;
        for server in servers {
            assert!(server.terminate().await.success());
        }
        post.wait_for(3 * expected.len() + 1);
        let mut arrived = post.letters();
        arrived.retain(|letter| letter.to != ["first@example.com"]);
        assert_eq!(told_of_each(&arrived), expected);
        assert_eq!(message_ids(&arrived).len(), 3 * expected.len());
    });
}
