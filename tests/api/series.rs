//! Series: bookings made together by one rule. All or skipped, changed and called off together or one by
//! one, decided at once; one letter for all; and every promise kept.

use std::collections::BTreeSet;

use backlot::domain::policy::OwnRules;
use backlot::jobs::keep_ledger;
use backlot::mail::post::KeptLetter;
use backlot::mail::read;
use reqwest::Method;
use serde_json::{Value, json};

use super::bookings::path_of;
use super::faults;
use crate::support::app::TestApp;
use crate::support::client::Answer;
use crate::support::database::{Database, on_both_engines};
use crate::support::make::{Person, Town, line_in};
use crate::support::parsers::{Event, read_by_calcard};

const TUE_THU: &str = "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=4";

async fn settle(database: Database) -> (TestApp, Town) {
    let app = TestApp::on(database).await;
    let town = Town::settle(&app).await;
    (app, town)
}

fn basket(who: &Person, lines: &[&str], rule: &str, on_clash: &str) -> Value {
    let mut basket = who.basket(lines);
    basket["recurrence"] = json!({ "rule": rule, "on_clash": on_clash });
    basket
}

async fn book(who: &Person, lines: &[&str], rule: &str, on_clash: &str) -> Answer {
    let basket = basket(who, lines, rule, on_clash);
    who.client.post("/api/v1/bookings", basket).await
}

/// The series a booking is of.
async fn series_of(who: &Person, booking: &Value) -> Value {
    let id = booking["series"]["id"].as_str().expect("of a series");
    who.client
        .get(&format!("/api/v1/series/{id}"))
        .await
        .expect(200)
}

/// Day and hour (Shanghai) at which each booking of a series starts, with its state.
fn told(series: &Value) -> Vec<String> {
    let bookings = series["bookings"].as_array().expect("bookings");
    let told = |booking: &Value| {
        let start = booking["start"].as_str().expect("a start");
        let start: chrono::DateTime<chrono::Utc> = start.parse().expect("a moment");
        let local = start.with_timezone(&chrono_tz::Asia::Shanghai);
        let state = booking["state"].as_str().unwrap_or_default();
        format!("{} {state}", local.format("%d %H:%M"))
    };
    bookings.iter().map(told).collect()
}

/// The bookings of a series, as its crew sees them.
async fn bookings_of(who: &Person, series: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    for booking in series["bookings"].as_array().expect("bookings") {
        found.push(who.client.get(&path_of(booking)).await.expect(200));
    }
    found
}

/// Whether each date of an answer was refused.
fn refused(answer: &Value) -> Vec<bool> {
    let dates = answer["dates"].as_array().expect("dates");
    dates
        .iter()
        .map(|date| date["refusals"] != json!([]))
        .collect()
}

/// The letters to somebody that left since, with what was sent before.
async fn letters_to(app: &TestApp, who: &Person) -> Vec<KeptLetter> {
    let mut letters = app.letters().await;
    letters.retain(|letter| letter.to == who.member.email);
    letters
}

fn entries(letter: &KeptLetter) -> (Option<String>, Vec<Event>) {
    let sent = read::read(&letter.raw).expect("a message");
    let calendar = read_by_calcard(&sent.calendar.expect("a calendar"));
    (calendar.method, calendar.events)
}

async fn check(app: &TestApp) {
    assert_eq!(app.broken_promises().await, Vec::<String>::new());
}

on_both_engines! {
    /// Each date is a booking of its own; the crew gets one letter with all of them, once.
    async fn each_date_becomes_a_booking(database: Database) {
        let (app, town) = settle(database).await;
        town.set(&app, "STAGE").await;
        town.pool(&app, "LAMP", 5).await;
        let lines = ["STAGE tue 09:00-12:00", "LAMP x2 tue 08:00-13:00"];
        let body = basket(&town.crew, &lines, TUE_THU, "refuse");
        let keyed = [("Idempotency-Key", "a series")];
        let send = || town.crew.client.send(Method::POST, "/api/v1/bookings", Some(body.clone()), &keyed);
        let booked = send().await.expect(201);
        assert_eq!(refused(&booked), [false; 4]);
        assert_eq!((&booked["series"]["place"], &booked["series"]["of"]), (&json!(1), &json!(4)));
        assert_eq!(booked["dates"][0]["booking"], booked["id"]);
        let again = send().await;
        assert_eq!(again.headers["idempotent-replay"], "true");
        assert_eq!(again.expect(201), booked);

        let series = series_of(&town.crew, &booked).await;
        assert_eq!(series["rule"], TUE_THU);
        let expected = ["08 08:00", "10 08:00", "15 08:00", "17 08:00"];
        assert_eq!(told(&series), expected.map(|day| format!("{day} confirmed")));
        let bookings = bookings_of(&town.crew, &series).await;
        let references: BTreeSet<&str> = bookings.iter().filter_map(|one| one["reference"].as_str()).collect();
        assert_eq!(references.len(), 4, "each has its own");
        assert!(bookings.iter().all(|one| one["lines"].as_array().is_some_and(|lines| lines.len() == 2)));

        let letters = letters_to(&app, &town.crew).await;
        assert_eq!(letters.len(), 1, "one letter for the series");
        assert!(letters[0].letter.subject.starts_with("Confirmed series of 4"), "{}", letters[0].letter.subject);
        let (method, events) = entries(&letters[0]);
        assert_eq!(method.as_deref(), Some("PUBLISH"));
        let uids: BTreeSet<_> = events.iter().map(|event| event.uid.clone()).collect();
        assert_eq!((uids.len(), events.iter().all(|event| event.sequence == 0)), (4, true));
        for booking in &bookings {
            let path = format!("{}/letters", path_of(booking));
            let told = town.crew.client.get(&path).await.expect(200);
            assert_eq!(told["items"][0]["kind"], "confirmed", "every date knows the letter about it");
            let history = town.crew.client.get(&format!("{}/history", path_of(booking))).await.expect(200);
            assert_eq!(history["items"][0]["what"], "booking.created");
        }
        let clash = town.rival.book(&["STAGE tue 10:00-11:00"]).await;
        assert_eq!(clash.problem(409), "clash");
        check(&app).await;
    }

    /// What cannot be had is named date by date; then all of it is refused, or only that, as asked.
    async fn clashing_dates_are_skipped_or_all_is_refused(database: Database) {
        let (app, town) = settle(database).await;
        town.set(&app, "STAGE").await;
        town.rival.book(&["STAGE thu 11:00-14:00"]).await.expect(201);
        let lines = ["STAGE tue 09:00-12:00"];
        let quoted = basket(&town.crew, &lines, TUE_THU, "refuse");
        let quoted = town.crew.client.post("/api/v1/quotes", quoted).await.expect(200);
        assert_eq!((&quoted["bookable"], refused(&quoted)), (&json!(false), vec![false, true, false, false]));
        let quoted = basket(&town.crew, &lines, TUE_THU, "skip");
        let quoted = town.crew.client.post("/api/v1/quotes", quoted).await.expect(200);
        assert_eq!(quoted["outcome"], "book");

        let answer = book(&town.crew, &lines, TUE_THU, "refuse").await.expect(409);
        assert_eq!(answer["code"], "clash");
        assert_eq!(refused(&answer), [false, true, false, false]);
        let refusal = &answer["dates"][1]["refusals"][0];
        assert_eq!(refusal["shortages"][0]["start"], "2030-01-10T03:00:00Z");
        assert!(answer["detail"].as_str().is_some_and(|words| words.starts_with("1 of the 4 dates")));
        let mine = town.crew.client.get("/api/v1/bookings").await.expect(200);
        assert_eq!(mine["items"], json!([]), "nothing of it is stored");

        let booked = book(&town.crew, &lines, TUE_THU, "skip").await.expect(201);
        assert_eq!(refused(&booked), [false, true, false, false]);
        assert_eq!(booked["dates"][1]["booking"], Value::Null);
        let series = series_of(&town.crew, &booked).await;
        assert_eq!(told(&series), ["08 09:00", "15 09:00", "17 09:00"].map(|day| format!("{day} confirmed")));

        let none = book(&town.rival, &lines, "FREQ=WEEKLY;BYDAY=TU;COUNT=2", "skip").await.expect(409);
        assert_eq!(refused(&none), [true, true], "nothing left to book is no booking");
        keep_ledger::write_down(&app.app).await;
        let wishes = town.manager.client.get("/api/v1/demand/wishes").await.expect(200);
        let wished = wishes["items"].as_array().expect("wishes").len();
        assert_eq!(wished, 3, "a skipped date is a wish, and so is each of the refused: {wishes}");
        check(&app).await;
    }

    /// What was booked an instant before counts for the dates after it.
    async fn dates_of_one_series_are_in_each_others_way(database: Database) {
        let (app, town) = settle(database).await;
        town.set(&app, "STAGE").await;
        let answer = book(&town.crew, &["STAGE tue 20:00-22:00", "STAGE wed 20:00-22:00"],
            "FREQ=DAILY;COUNT=3", "refuse").await.expect(409);
        assert_eq!(refused(&answer), [false, true, false]);
        let booked = book(&town.crew, &["STAGE tue 20:00-22:00", "STAGE wed 20:00-22:00"],
            "FREQ=DAILY;COUNT=3", "skip").await.expect(201);
        assert_eq!(refused(&booked), [false, true, false], "a skipped date is in nobody's way");
        check(&app).await;
    }

    /// This and the following keep their days and their wall clock; those before stay.
    async fn a_change_moves_this_and_the_following(database: Database) {
        let (app, town) = settle(database).await;
        town.set(&app, "STAGE").await;
        let booked = book(&town.crew, &["STAGE tue 09:00-12:00"], TUE_THU, "refuse").await.expect(201);
        let series = series_of(&town.crew, &booked).await;
        let bookings = bookings_of(&town.crew, &series).await;
        let second = &bookings[1];
        let mut line = line_in("STAGE thu 10:00-14:00");
        line["id"] = second["lines"][0]["id"].clone();
        let change = json!({ "lines": [line], "title": "Later", "scope": "following" });
        let changed = town.crew.client.patch(&path_of(second), 1, change.clone()).await.expect(200);
        assert_eq!((&changed["title"], &changed["version"]), (&json!("Later"), &json!(2)));
        let expected = ["08 09:00", "10 10:00", "15 10:00", "17 10:00"];
        assert_eq!(told(&series_of(&town.crew, &booked).await), expected.map(|day| format!("{day} confirmed")));
        let ends: Vec<Value> = bookings_of(&town.crew, &series).await.iter().map(|one| one["end"].clone()).collect();
        assert_eq!(ends[3], "2030-01-17T06:00:00Z", "an hour longer too");
        let stale = town.crew.client.patch(&path_of(second), 1, change).await;
        assert_eq!(stale.problem(412), "version_stale");

        let letters = letters_to(&app, &town.crew).await;
        assert_eq!(letters.len(), 2, "one for the series, one for its change");
        let (method, events) = entries(&letters[1]);
        assert_eq!((method.as_deref(), events.len()), (Some("PUBLISH"), 3));
        assert!(events.iter().all(|event| event.sequence == 1));

        // One date alone goes its own way: an ordinary invitation under the UID the series gave it.
        let third = &bookings[2];
        let mut line = line_in("STAGE tue 13:00-15:00");
        line["id"] = third["lines"][0]["id"].clone();
        line["start"] = json!("2030-01-15T13:00:00+08:00");
        line["end"] = json!("2030-01-15T15:00:00+08:00");
        town.crew.client.patch(&path_of(third), 2, json!({ "lines": [line] })).await.expect(200);
        let letters = letters_to(&app, &town.crew).await;
        let (method, own) = entries(&letters[2]);
        assert_eq!(method.as_deref(), Some("REQUEST"));
        assert_eq!((own[0].sequence, &own[0].uid), (2, &events[1].uid));
        check(&app).await;
    }

    /// Old claims of the series are in nobody's way while it moves; those of others are, and then nothing moves.
    async fn a_change_is_one_swap(database: Database) {
        let (app, town) = settle(database).await;
        town.set(&app, "STAGE").await;
        let daily = "FREQ=DAILY;COUNT=4";
        let booked = book(&town.crew, &["STAGE tue 08:00-22:00"], daily, "refuse").await.expect(201);
        let moved_to = |text: &str| {
            let mut line = line_in(text);
            line["id"] = booked["lines"][0]["id"].clone();
            json!({ "lines": [line], "scope": "all" })
        };
        // Each date into the place of the next.
        let changed = town.crew.client.patch(&path_of(&booked), 1, moved_to("STAGE wed 08:00-22:00")).await;
        assert_eq!(changed.expect(200)["start"], "2030-01-09T00:00:00Z");
        let days = ["09", "10", "11", "12"].map(|day| format!("{day} 08:00 confirmed"));
        assert_eq!(told(&series_of(&town.crew, &booked).await), days);

        town.rival.book(&["STAGE sun 08:00-10:00"]).await.expect(201);
        let refusal = town.crew.client.patch(&path_of(&booked), 2, moved_to("STAGE thu 08:00-22:00")).await.expect(409);
        assert_eq!(refused(&refusal), [false, false, false, true]);
        assert_eq!(told(&series_of(&town.crew, &booked).await), days, "nothing of it moved");
        check(&app).await;
    }

    /// Lines added to one date, or left out, are added or left out on each.
    async fn lines_come_and_go_on_every_date(database: Database) {
        let (app, town) = settle(database).await;
        town.set(&app, "STAGE").await;
        town.pool(&app, "LAMP", 2).await;
        let booked = book(&town.crew, &["STAGE tue 09:00-12:00"], TUE_THU, "refuse").await.expect(201);
        let mut stage = line_in("STAGE tue 09:00-12:00");
        stage["id"] = booked["lines"][0]["id"].clone();
        let change = json!({ "lines": [stage, line_in("LAMP tue 08:00-13:00")], "scope": "all" });
        let changed = town.crew.client.patch(&path_of(&booked), 1, change).await.expect(200);
        let series = series_of(&town.crew, &booked).await;
        let bookings = bookings_of(&town.crew, &series).await;
        let lamps: Vec<&Value> = bookings.iter().map(|one| &one["lines"][1]["start"]).collect();
        assert_eq!(lamps, ["2030-01-08T00:00:00Z", "2030-01-10T00:00:00Z", "2030-01-15T00:00:00Z", "2030-01-17T00:00:00Z"]);
        let mut lamp = line_in("LAMP tue 08:00-13:00");
        lamp["id"] = changed["lines"][1]["id"].clone();
        let change = json!({ "lines": [lamp], "scope": "all" });
        town.crew.client.patch(&path_of(&booked), 2, change).await.expect(200);
        for booking in bookings_of(&town.crew, &series).await {
            let states: Vec<&Value> = booking["lines"].as_array().expect("lines").iter().map(|line| &line["state"]).collect();
            assert_eq!(states, ["cancelled", "confirmed"]);
        }
        check(&app).await;
    }

    /// Called off from a date on, or whole; each time one letter, and the units are free.
    async fn the_rest_of_a_series_is_called_off(database: Database) {
        let (app, town) = settle(database).await;
        town.set(&app, "STAGE").await;
        let booked = book(&town.crew, &["STAGE tue 09:00-12:00"], TUE_THU, "refuse").await.expect(201);
        let series = series_of(&town.crew, &booked).await;
        let third = format!("{}/cancellation", path_of(&series["bookings"][2]));
        let called_off = town.crew.client.post(&third, json!({ "scope": "following", "reason": "wrapped" })).await;
        assert_eq!(called_off.expect(200)["state"], "cancelled");
        let states = ["08 09:00 confirmed", "10 09:00 confirmed", "15 09:00 cancelled", "17 09:00 cancelled"];
        assert_eq!(told(&series_of(&town.crew, &booked).await), states);
        let mut later = line_in("STAGE tue 09:00-12:00");
        later["start"] = json!("2030-01-15T09:00:00+08:00");
        later["end"] = json!("2030-01-15T12:00:00+08:00");
        let body = json!({ "production": town.rival.production, "lines": [later] });
        town.rival.client.post("/api/v1/bookings", body).await.expect(201);

        let all = format!("{}/cancellation", path_of(&booked));
        town.crew.client.post(&all, json!({ "scope": "all" })).await.expect(200);
        let again = town.crew.client.post(&all, json!({ "scope": "all" })).await;
        assert_eq!(again.problem(409), "state_conflict");
        let letters = letters_to(&app, &town.crew).await;
        let subjects: Vec<&str> = letters.iter().map(|one| one.letter.subject.as_str()).collect();
        assert_eq!(subjects.len(), 3, "{subjects:?}");
        assert!(subjects[1..].iter().all(|subject| subject.starts_with("Cancelled series of 2")), "{subjects:?}");
        let (method, events) = entries(&letters[1]);
        assert_eq!(method.as_deref(), Some("PUBLISH"));
        assert!(events.iter().all(|event| event.status.as_deref() == Some("CANCELLED") && event.sequence == 1));
        check(&app).await;
    }

    /// An owner is asked once, and answers once; or date by date.
    async fn an_owner_decides_a_series_at_once(database: Database) {
        let (app, town) = settle(database).await;
        town.palace(&app, "PALACE").await;
        let booked = book(&town.crew, &["PALACE tue 09:00-12:00"], TUE_THU, "refuse").await.expect(201);
        assert_eq!(booked["state"], "requested");
        let asked = letters_to(&app, &town.owner).await;
        assert_eq!(asked.len(), 1, "asked once");
        assert!(asked[0].letter.subject.starts_with("Please decide a series of 4"));
        let series = series_of(&town.owner, &booked).await;
        let second = format!("{}/decision", path_of(&series["bookings"][1]));
        let no = json!({ "verdict": "decline", "reason": "taken down for repair" });
        town.owner.client.post(&second, no).await.expect(200);
        let third = format!("{}/decision", path_of(&series["bookings"][2]));
        let yes = json!({ "verdict": "grant", "scope": "all" });
        town.crew.client.post(&third, yes.clone()).await.expect(403);
        town.owner.client.post(&third, yes.clone()).await.expect(200);
        let states = ["08 09:00 confirmed", "10 09:00 declined", "15 09:00 confirmed", "17 09:00 confirmed"];
        assert_eq!(told(&series_of(&town.crew, &booked).await), states);
        assert_eq!(town.owner.client.post(&third, yes).await.problem(409), "state_conflict");
        let letters = letters_to(&app, &town.crew).await;
        let subjects: Vec<&str> = letters.iter().map(|one| one.letter.subject.as_str()).collect();
        assert_eq!(subjects.len(), 3, "received, declined, granted: {subjects:?}");
        assert!(subjects[0].starts_with("Requested series of 4") && subjects[2].starts_with("Approved series of 3"), "{subjects:?}");
        check(&app).await;
    }

    /// A week's share counts what the series itself takes of it.
    async fn quotas_count_the_dates_before(database: Database) {
        let (app, town) = settle(database).await;
        let rules = OwnRules { weekly_hours: Some(7), ..OwnRules::default() };
        town.listing(&app.app.store, "STAGE", 1, rules).await;
        let booked = book(&town.crew, &["STAGE tue 09:00-12:00"], "FREQ=DAILY;COUNT=8", "skip").await.expect(201);
        let expected = [false, false, true, true, true, true, false, false];
        assert_eq!(refused(&booked), expected, "two in each week, from Monday on");
        assert_eq!(booked["dates"][2]["refusals"][0]["code"], "over_quota");
        check(&app).await;
    }

    /// Whose it is not sees nothing; an owner sees the dates with lines of its own.
    async fn a_series_is_its_companys(database: Database) {
        let (app, town) = settle(database).await;
        town.set(&app, "STAGE").await;
        let booked = book(&town.crew, &["STAGE tue 09:00-12:00"], TUE_THU, "refuse").await.expect(201);
        let path = format!("/api/v1/series/{}", booked["series"]["id"].as_str().expect("an id"));
        assert_eq!(town.rival.client.get(&path).await.problem(404), "not_found");
        town.owner.client.get(&path).await.expect(200);
        town.manager.client.get(&path).await.expect(200);
        let theirs = town.rival.client.post(&format!("{}/cancellation", path_of(&booked)), json!({ "scope": "all" })).await;
        assert_eq!(theirs.problem(404), "not_found");
        let single = town.crew.book(&["STAGE fri 09:00-12:00"]).await.expect(201);
        let none = town.crew.client.post(&format!("{}/cancellation", path_of(&single)), json!({ "scope": "all" })).await;
        assert_eq!(none.problem(409), "state_conflict");
        check(&app).await;
    }

    /// The longest series there may be, on the wall clock of its zone, in one go.
    async fn a_year_of_days_is_booked_in_one_go(database: Database) {
        let (app, town) = settle(database).await;
        let rules = OwnRules { horizon_days: Some(731), ..OwnRules::default() };
        town.listing(&app.app.store, "STAGE", 1, rules).await;
        let booked = book(&town.crew, &["STAGE tue 09:00-12:00"], "FREQ=DAILY;COUNT=366", "refuse").await.expect(201);
        assert_eq!(refused(&booked), vec![false; 366]);
        let change = json!({ "lines": [line_in("STAGE tue 09:00-12:00")], "scope": "all" });
        let change = town.crew.client.patch(&path_of(&booked), 1, change).await;
        assert!(change.status.as_u16() == 200, "{}", change.json);
        let all = format!("{}/cancellation", path_of(&booked));
        town.crew.client.post(&all, json!({ "scope": "all" })).await.expect(200);
        check(&app).await;
    }
}

#[test]
fn a_rule_that_is_none_is_refused_with_words() {
    super::in_town(|app, town| async {
        town.set(&app, "STAGE").await;
        let lines = ["STAGE tue 09:00-12:00"];
        let cases = [
            ("FREQ=DAILY", "recurrence.rule", "rule_endless"),
            (
                "FREQ=SECONDLY;COUNT=3",
                "recurrence.rule",
                "rule_not_by_days",
            ),
            ("every tuesday", "recurrence.rule", "rule_unreadable"),
            (
                "FREQ=DAILY;UNTIL=99991231",
                "recurrence.rule",
                "rule_too_many_dates",
            ),
            ("FREQ=YEARLY;COUNT=20", "recurrence.rule", "rule_too_far"),
            (
                "FREQ=DAILY;UNTIL=20300101",
                "recurrence.rule",
                "rule_no_dates",
            ),
        ];
        for (rule, field, code) in cases {
            let problem = book(&town.crew, &lines, rule, "refuse").await.expect(422);
            assert_eq!(faults(&problem), [(field.to_owned(), code.to_owned())]);
            let quote = basket(&town.crew, &lines, rule, "refuse");
            town.crew
                .client
                .post("/api/v1/quotes", quote)
                .await
                .expect(422);
        }
        let huge = "X".repeat(200_000);
        book(&town.crew, &lines, &huge, "refuse").await.expect(422);
        let mut held = basket(&town.crew, &lines, TUE_THU, "refuse");
        held["hold"] = json!(true);
        let problem = town
            .crew
            .client
            .post("/api/v1/bookings", held)
            .await
            .expect(422);
        assert_eq!(faults(&problem)[0].1, "series_on_hold");
        let mut wrong = basket(&town.crew, &lines, TUE_THU, "perhaps");
        wrong["recurrence"]["except"] = json!(["tomorrow"]);
        let problem = town
            .crew
            .client
            .post("/api/v1/bookings", wrong)
            .await
            .expect(422);
        let named: Vec<String> = faults(&problem)
            .into_iter()
            .map(|(field, _)| field)
            .collect();
        assert_eq!(named, ["recurrence.on_clash", "recurrence.except[0]"]);
        let many = vec!["STAGE tue 09:00-12:00"; 4];
        let problem = book(&town.crew, &many, "FREQ=DAILY;COUNT=366", "refuse").await;
        assert_eq!(faults(&problem.expect(422))[0].1, "series_too_large");
        (app, town)
    });
}
