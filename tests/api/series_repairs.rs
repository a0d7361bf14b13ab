//! What is offered in the place of a refused series: it works on all of its dates, every time, at once.

use std::collections::BTreeMap;

use backlot::jobs::keep_ledger;
use serde_json::{Value, json};

use super::bookings::path_of;
use super::repairs::{Dice, furnish, give, kinds, repair, summaries};
use crate::support::app::TestApp;
use crate::support::database::{Database, on_both_engines};
use crate::support::make::{Person, Town, line_in};

const TUE_THU: &str = "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=4";

async fn settle(database: Database) -> (TestApp, Town) {
    let app = TestApp::on(database).await;
    let town = Town::settle(&app).await;
    (app, town)
}

fn series(who: &Person, lines: &[&str], rule: &str, on_clash: &str) -> Value {
    let mut basket = who.basket(lines);
    basket["recurrence"] = json!({ "rule": rule, "on_clash": on_clash });
    basket
}

/// Sends every repair of a refused series; each must be booked at once, on as many dates as it says. Answers the
/// refusal.
async fn try_every_repair(who: &Person, body: Value) -> Value {
    let client = &who.client;
    let refused = client.post("/api/v1/bookings", body.clone()).await;
    assert!(refused.status.is_client_error(), "{}", refused.json);
    let quote = client.post("/api/v1/quotes", body).await.expect(200);
    assert_eq!(
        summaries(&quote),
        summaries(&refused.json),
        "a quote says what a booking says"
    );
    for repair in quote["repairs"].as_array().expect("repairs") {
        assert_eq!(repair["complete"], true);
        let body = repair["body"].clone();
        let booked = client.post("/api/v1/bookings", body).await;
        assert_eq!(booked.status, 201, "{repair}\n{}", booked.json);
        let dates = booked.json["dates"].as_array().expect("dates");
        let had = dates.iter().filter(|date| date["refusals"] == json!([]));
        let waiting = dates.iter().filter(|date| date["on_hold"] == true);
        let told = json!({ "had": had.count(), "waiting": waiting.count(), "of": dates.len() });
        assert_eq!(repair["dates"], told, "{repair}");
        assert!(!repair["summary"].as_str().expect("words").is_empty());
        let path = format!("{}/cancellation", path_of(&booked.json));
        let all = json!({ "scope": "all" });
        client.post(&path, all).await.expect(200);
    }
    refused.json
}

async fn check(app: &TestApp) {
    assert_eq!(app.broken_promises().await, Vec::<String>::new());
}

on_both_engines! {
    /// One date is another crew's: a like set for all dates, another time for all, or without that date.
    async fn a_series_with_a_taken_date_is_mended(database: Database) {
        let (app, town) = settle(database).await;
        town.set(&app, "A01").await;
        town.set(&app, "A02").await;
        let theirs = town.set(&app, "A03").await;
        give(&app, theirs, town.rival.member.company).await;
        town.rival.book(&["A01 thu 11:00-14:00"]).await.expect(201);
        let body = series(&town.crew, &["A01 tue 09:00-12:00"], TUE_THU, "refuse");
        let refused = try_every_repair(&town.crew, body).await;
        let expected = ["equivalent", "other_owner", "shift_dates", "shift_dates", "skip_dates"];
        assert_eq!(kinds(&refused), expected);
        let other = repair(&refused, "equivalent");
        assert_eq!(other["summary"], "Take Set A02, free on all 4 dates");
        assert_eq!((&other["price_difference"]["amount"], &other["line"]), (&json!(0), &json!(0)));
        assert_eq!(other["body"]["recurrence"]["on_clash"], "refuse", "as it was sent");
        let earlier = &refused["repairs"][2];
        assert_eq!(earlier["summary"], "Move all 4 dates, the first to 01-08 08:00–11:00");
        assert_eq!(refused["repairs"][3]["body"]["lines"][0]["start"], "2030-01-08T06:00:00Z");
        let skip = repair(&refused, "skip_dates");
        assert_eq!(skip["summary"], "Book 3 of the 4 dates, without those that cannot be had");
        assert_eq!(skip["price_difference"]["amount"], -3 * 30_000);
        assert_eq!(skip["body"]["recurrence"]["on_clash"], "skip");

        // A date taken by a like set too leaves other times only.
        town.rival.book(&["A02 tue 09:00-11:00"]).await.expect(201);
        let body = series(&town.crew, &["A01 tue 09:00-12:00"], TUE_THU, "refuse");
        let refused = try_every_repair(&town.crew, body).await;
        assert_eq!(kinds(&refused), ["other_owner", "shift_dates", "shift_dates", "skip_dates"]);
        check(&app).await;
    }

    /// Where only holds are in the way, those dates wait in line; the others are booked.
    async fn dates_behind_holds_wait_in_line(database: Database) {
        let (app, town) = settle(database).await;
        town.set(&app, "A01").await;
        let mut held = town.rival.basket(&["A01 thu 11:00-14:00"]);
        held["hold"] = json!(true);
        let held = town.rival.client.post("/api/v1/bookings", held).await.expect(201);
        let body = series(&town.crew, &["A01 tue 09:00-12:00"], TUE_THU, "refuse");
        let refused = try_every_repair(&town.crew, body).await;
        let queue = repair(&refused, "queue_dates");
        assert_eq!(queue["summary"], "Wait in line for the dates that clash (1), and book the others (3)");

        let before = app.letters().await.len();
        let quote = town.crew.client.post("/api/v1/quotes", queue["body"].clone()).await.expect(200);
        assert_eq!((&quote["bookable"], &quote["outcome"]), (&json!(true), &json!("book")));
        let booked = town.crew.client.post("/api/v1/bookings", queue["body"].clone()).await.expect(201);
        let waits = &booked["dates"][1];
        assert_eq!((&waits["on_hold"], &booked["dates"][0]["on_hold"]), (&json!(true), &json!(false)));
        let path = format!("/api/v1/bookings/{}", waits["booking"].as_str().expect("a booking"));
        let second = town.crew.client.get(&path).await.expect(200);
        assert_eq!((&second["lines"][0]["state"], &second["lines"][0]["hold"]["rank"]), (&json!("queued"), &json!(2)));
        let letters = app.letters().await;
        let mut subjects: Vec<&str> = letters[before..].iter().map(|one| one.letter.subject.as_str()).collect();
        subjects.sort_unstable();
        assert_eq!(subjects.len(), 2, "one for what is booked, one for what waits: {subjects:?}");
        assert!(subjects[0].starts_with("Confirmed series of 3"), "{subjects:?}");

        // All of it moves, and what waits goes on waiting where it must.
        let mut line = line_in("A01 tue 09:30-12:30");
        line["id"] = booked["lines"][0]["id"].clone();
        let change = json!({ "lines": [line], "scope": "all" });
        town.crew.client.patch(&path_of(&booked), 1, change).await.expect(200);
        let second = town.crew.client.get(&path).await.expect(200);
        assert_eq!((&second["lines"][0]["state"], &second["start"]), (&json!("queued"), &json!("2030-01-10T01:30:00Z")));
        town.rival.client.post(&format!("{}/cancellation", path_of(&held)), json!({})).await.expect(200);
        let second = town.crew.client.get(&path).await.expect(200);
        assert_eq!(second["lines"][0]["state"], "held", "who was in line has it now");
        town.crew.client.post(&format!("{path}/confirmation"), json!({})).await.expect(200);
        check(&app).await;
    }

    /// Neither a company's holds nor what is firmly booked is passed by.
    async fn a_place_in_line_is_offered_only_where_it_is_to_be_had(database: Database) {
        let config = |config: &mut backlot::config::Config| config.most_holds = 1;
        let clock = backlot::clock::Clock::fixed(crate::support::app::monday_morning());
        let app = TestApp::with(database, clock, config).await;
        let town = Town::settle(&app).await;
        town.set(&app, "A01").await;
        town.set(&app, "B01").await;
        let hold = |who: &Person, line: &str| {
            let mut basket = who.basket(&[line]);
            basket["hold"] = json!(true);
            basket
        };
        let rival = &town.rival.client;
        rival.post("/api/v1/bookings", hold(&town.rival, "A01 thu 11:00-14:00")).await.expect(201);
        let body = |on_clash| series(&town.crew, &["A01 tue 09:00-12:00"], TUE_THU, on_clash);
        let refused = try_every_repair(&town.crew, body("refuse")).await;
        assert!(kinds(&refused).contains(&"queue_dates"));
        let crew = &town.crew.client;
        crew.post("/api/v1/bookings", hold(&town.crew, "B01 fri 11:00-14:00")).await.expect(201);
        let refused = try_every_repair(&town.crew, body("refuse")).await;
        assert!(!kinds(&refused).contains(&"queue_dates"), "it has all the holds it may have");
        assert_eq!(crew.post("/api/v1/bookings", body("queue")).await.problem(409), "too_many_holds");
        town.owner.book(&["A01 tue 10:00-12:00"]).await.expect(201);
        let refused = crew.post("/api/v1/bookings", body("queue")).await.expect(409);
        assert_eq!(refused["code"], "clash", "a booking does not lapse");
        check(&app).await;
    }

    /// A change of several dates that is refused: what would work is sent to the same address.
    async fn a_refused_change_of_a_series_is_mended(database: Database) {
        let (app, town) = settle(database).await;
        for code in ["A01", "A02"] {
            town.set(&app, code).await;
        }
        let crew = &town.crew.client;
        let body = series(&town.crew, &["A01 tue 09:00-12:00"], TUE_THU, "refuse");
        let booked = crew.post("/api/v1/bookings", body).await.expect(201);
        town.rival.book(&["A01 thu 13:00-16:00"]).await.expect(201);
        let path = path_of(&booked);
        let wanted = |text: &str| {
            let mut line = line_in(text);
            line["id"] = booked["lines"][0]["id"].clone();
            json!({ "lines": [line], "scope": "all" })
        };
        let refused = crew.patch(&path, 1, wanted("A01 tue 10:00-14:00")).await.expect(409);
        assert_eq!(kinds(&refused), ["equivalent", "shift_dates", "shift_dates"]);
        let earlier = &refused["repairs"][1];
        assert_eq!(earlier["body"]["lines"][0]["start"], "2030-01-08T01:00:00Z");
        assert_eq!(earlier["price_difference"]["amount"], 0);
        keep_ledger::write_down(&app.app).await;
        let wishes = town.manager.client.get("/api/v1/demand/wishes").await.expect(200);
        assert_eq!(wishes["items"].as_array().map(Vec::len), Some(1), "the refused date is a wish");
        let mut version = 1;
        for repair in refused["repairs"].as_array().expect("repairs") {
            let changed = crew.patch(&path, version, repair["body"].clone()).await;
            assert_eq!(changed.status, 200, "{repair}\n{}", changed.json);
            let back = crew.patch(&path, version + 1, wanted("A01 tue 09:00-12:00")).await;
            assert_eq!(back.status, 200, "{}", back.json);
            version += 2;
        }
        check(&app).await;
    }
}

#[test]
fn whatever_series_is_refused_every_repair_of_it_works() {
    super::in_town(|app, town| async {
        furnish(&app, &town).await;
        town.kit("KIT", &[("POOL", 2), ("GEAR", 1)]).await;
        let mut dice = Dice(20_300_108);
        let mut tried = BTreeMap::new();
        for _ in 0..30 {
            let mut line = dice.line();
            if dice.below(6) == 0 {
                line = line.replace("POOL", "KIT").replace("GEAR", "KIT");
            }
            let other = dice.line();
            let lines = [line.as_str(), other.as_str()];
            let lines = &lines[..=usize::from(dice.below(3) == 0)];
            let rules = ["FREQ=DAILY;COUNT=4", TUE_THU, "FREQ=DAILY;UNTIL=20300112"];
            let rule = rules[usize::try_from(dice.below(3)).expect("small")];
            let who = [&town.crew, &town.rival][usize::try_from(dice.below(2)).expect("small")];
            let mut single = who.basket(lines);
            single["hold"] = json!(dice.below(2) == 0);
            who.client.post("/api/v1/bookings", single).await;
            let body = series(who, lines, rule, "refuse");
            let booked = who.client.post("/api/v1/bookings", body.clone()).await;
            if booked.status == 201 {
                continue;
            }
            let refused = try_every_repair(who, body).await;
            for kind in kinds(&refused) {
                *tried.entry(kind.to_owned()).or_insert(0) += 1;
            }
        }
        assert!(tried.values().sum::<i32>() > 40, "tried {tried:?}");
        assert!(tried.len() >= 5, "tried {tried:?}");
        (app, town)
    });
}
