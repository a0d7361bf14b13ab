//! Holds through the API: placed, in line, promoted, confirmed, challenged; clocks, letters, limits.

use backlot::domain::notice::NoticeKind;
use backlot::jobs::expire_holds;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::client::Answer;
use crate::support::database::on_both_engines;
use crate::support::make::{Person, Town};

impl Person {
    async fn hold(&self, lines: &[&str]) -> Answer {
        let mut body = self.basket(lines);
        body["hold"] = json!(true);
        self.client.post("/api/v1/bookings", body).await
    }

    async fn act(&self, booking: &Value, verb: &str) -> Answer {
        let path = format!("{}/{verb}", path(booking));
        self.client.post(&path, json!({})).await
    }

    async fn sees(&self, booking: &Value) -> Value {
        self.client.get(&path(booking)).await.expect(200)
    }
}

fn path(booking: &Value) -> String {
    format!(
        "/api/v1/bookings/{}",
        booking["id"].as_str().expect("an id")
    )
}

/// The kinds of the letters about a booking, oldest first.
async fn letters(who: &Person, booking: &Value) -> Vec<String> {
    let found = who
        .client
        .get(&format!("{}/letters", path(booking)))
        .await
        .expect(200);
    let items = found["items"].as_array().expect("a page").clone();
    items
        .iter()
        .map(|one| one["kind"].as_str().expect("a kind").to_owned())
        .collect()
}

fn states(booking: &Value) -> Vec<&str> {
    let lines = booking["lines"].as_array().expect("lines");
    lines
        .iter()
        .map(|line| line["state"].as_str().expect("a state"))
        .collect()
}

/// Every promise is kept, and every letter that was owed has left.
async fn sound(app: &TestApp) {
    app.letters().await;
    assert_eq!(app.broken_promises().await, Vec::<String>::new());
}

on_both_engines! {
    /// Placed, second in line, let go, promoted with a fresh clock, confirmed: with a letter each.
    async fn the_second_has_its_turn_when_the_first_lets_go(database: Database) {
        let app = TestApp::on(database).await;
        let town = Town::settle(&app).await;
        town.set(&app, "A01").await;
        let line = "A01 wed 09:00-12:00";
        let first = town.crew.hold(&[line]).await.expect(201);
        assert_eq!(states(&first), ["held"]);
        assert_eq!(first["lines"][0]["hold"]["rank"], 1);
        assert_eq!(first["lines"][0]["hold"]["expires_at"], "2030-01-08T00:00:00Z");
        let second = town.rival.hold(&[line]).await.expect(201);
        let third = town.owner.hold(&[line]).await.expect(201);
        assert_eq!((states(&second), &second["lines"][0]["hold"]["rank"]), (vec!["queued"], &json!(2)));
        assert_eq!(third["lines"][0]["hold"]["rank"], 3);
        assert_eq!(second["lines"][0]["hold"]["ahead_until"], "2030-01-08T00:00:00Z");
        assert_eq!(town.rival.act(&second, "confirmation").await.problem(409), "state_conflict");
        let refused = town.rival.book(&[line]).await.expect(409);
        assert_eq!(refused["refusals"][0]["queue_rank"], 4);
        app.app.clock.advance(TimeDelta::hours(3));
        town.crew.act(&first, "cancellation").await.expect(200);
        let promoted = town.rival.sees(&second).await;
        assert_eq!(states(&promoted), ["held"]);
        assert_eq!(promoted["lines"][0]["hold"]["expires_at"], "2030-01-08T03:00:00Z");
        assert_eq!(town.owner.sees(&third).await["lines"][0]["hold"]["rank"], 2);
        let confirmed = town.rival.act(&second, "confirmation").await.expect(200);
        assert_eq!((states(&confirmed), &confirmed["lines"][0]["hold"]), (vec!["confirmed"], &Value::Null));
        assert_eq!(letters(&town.crew, &first).await, ["hold_placed", "cancelled"]);
        assert_eq!(letters(&town.rival, &second).await, ["hold_placed", "hold_promoted", "confirmed"]);
        assert_eq!(letters(&town.owner, &third).await, ["hold_placed", "ahead_confirmed"]);
        sound(&app).await;
    }

    /// A hold whose time is up is free at once, whether or not a job ran; the job then writes the letters.
    async fn an_expired_hold_is_free_at_once(database: Database) {
        let app = TestApp::on(database).await;
        let town = Town::settle(&app).await;
        town.set(&app, "A01").await;
        town.set(&app, "A02").await;
        let held = town.crew.hold(&["A01 wed 09:00-12:00", "A02 wed 09:00-12:00"]).await.expect(201);
        let queued = town.rival.hold(&["A02 wed 09:00-12:00"]).await.expect(201);
        let last_minute = TimeDelta::hours(24) - TimeDelta::minutes(1);
        app.app.clock.advance(last_minute);
        assert_eq!(town.owner.book(&["A01 wed 09:00-12:00"]).await.problem(409), "clash");
        app.app.clock.advance(TimeDelta::minutes(1));
        sound(&app).await;
        assert_eq!(states(&town.crew.sees(&held).await), ["expired", "expired"]);
        let free = town.owner.client
            .get("/api/v1/listings/A01/availability?from=2030-01-09T01:00:00Z&to=2030-01-09T04:00:00Z")
            .await.expect(200);
        assert_eq!(free["steps"][0]["free"], 1);
        assert_eq!(town.crew.act(&held, "confirmation").await.problem(409), "state_conflict");
        town.owner.book(&["A01 wed 09:00-12:00"]).await.expect(201);
        // Whoever writes first promotes the next, and only then is told that it is too late.
        assert_eq!(town.owner.book(&["A02 wed 09:00-12:00"]).await.problem(409), "clash");
        let round = expire_holds::expire(&app.app).await;
        assert_eq!(round.listings, 1, "what the booking settled is settled");
        assert_eq!(states(&town.rival.sees(&queued).await), ["held"]);
        assert_eq!(expire_holds::expire(&app.app).await, expire_holds::Round::default());
        assert_eq!(letters(&town.crew, &held).await, ["hold_placed", "hold_lapsed", "hold_lapsed"]);
        assert_eq!(letters(&town.rival, &queued).await, ["hold_placed", "hold_promoted"]);
        sound(&app).await;
    }

    /// Two hours before it lapses the holder is told, once.
    async fn a_holder_is_told_before_it_lapses(database: Database) {
        let app = TestApp::on(database).await;
        let town = Town::settle(&app).await;
        town.set(&app, "A01").await;
        let held = town.crew.hold(&["A01 wed 09:00-12:00"]).await.expect(201);
        town.rival.hold(&["A01 mon 09:30-12:00"]).await.expect(201);
        app.app.clock.advance(TimeDelta::hours(21));
        assert_eq!(expire_holds::expire(&app.app).await.warned, 0);
        app.app.clock.advance(TimeDelta::hours(1));
        assert_eq!(expire_holds::expire(&app.app).await.warned, 1);
        assert_eq!(expire_holds::expire(&app.app).await.warned, 0);
        assert_eq!(letters(&town.crew, &held).await, ["hold_placed", "hold_lapsing"]);
        let seen = town.crew.sees(&held).await;
        assert_eq!(seen["version"], held["version"], "a letter changes nothing");
    }

    /// A challenge: both sides are told, the clock is short, and each outcome has its letter.
    async fn a_challenge_has_four_hours_and_an_outcome(database: Database) {
        let app = TestApp::on(database).await;
        let town = Town::settle(&app).await;
        for code in ["A01", "A02", "A03"] {
            town.set(&app, code).await;
        }
        let line = |code: &str| format!("{code} wed 09:00-12:00");
        let mut held = Vec::new();
        let mut waits = Vec::new();
        for code in ["A01", "A02", "A03"] {
            held.push(town.crew.hold(&[&line(code)]).await.expect(201));
            waits.push(town.rival.hold(&[&line(code)]).await.expect(201));
        }
        assert_eq!(town.crew.act(&held[0], "challenge").await.problem(409), "state_conflict");
        for one in &waits {
            assert_eq!(one["can"]["challenge"], true);
            let challenging = town.rival.act(one, "challenge").await.expect(200);
            assert_eq!(challenging["lines"][0]["hold"]["challenging"], true);
            assert_eq!(challenging["lines"][0]["hold"]["ahead_until"], "2030-01-07T04:00:00Z");
            assert_eq!(challenging["can"]["challenge"], false);
            assert_eq!(town.rival.act(one, "challenge").await.problem(409), "state_conflict");
        }
        let challenged = town.crew.sees(&held[0]).await;
        assert_eq!(challenged["lines"][0]["hold"]["expires_at"], "2030-01-07T04:00:00Z");
        assert_eq!(challenged["lines"][0]["hold"]["challenged_at"], "2030-01-07T00:00:00Z");
        // The first is confirmed in time, the second's challenger leaves, the third runs out.
        app.app.clock.advance(TimeDelta::hours(4) - TimeDelta::seconds(1));
        town.crew.act(&held[0], "confirmation").await.expect(200);
        town.rival.act(&waits[1], "cancellation").await.expect(200);
        app.app.clock.advance(TimeDelta::seconds(1));
        expire_holds::expire(&app.app).await;
        assert_eq!(states(&town.crew.sees(&held[0]).await), ["confirmed"]);
        let relieved = town.crew.sees(&held[1]).await;
        assert_eq!(relieved["lines"][0]["hold"]["expires_at"], "2030-01-08T00:00:00Z");
        assert_eq!(relieved["lines"][0]["hold"]["challenged_at"], Value::Null);
        assert_eq!(states(&town.crew.sees(&held[2]).await), ["expired"]);
        assert_eq!(states(&town.rival.sees(&waits[2]).await), ["held"]);
        let of_crew = [
            vec!["hold_placed", "hold_challenged", "confirmed"],
            vec!["hold_placed", "hold_challenged", "challenge_withdrawn"],
            vec!["hold_placed", "hold_challenged", "hold_lapsed"],
        ];
        for (booking, expected) in held.iter().zip(of_crew) {
            let mut told = letters(&town.crew, booking).await;
            told.retain(|kind| kind != NoticeKind::HoldLapsing.as_str());
            assert_eq!(told, expected);
        }
        let of_rival = [
            vec!["hold_placed", "challenge_sent", "ahead_confirmed"],
            vec!["hold_placed", "challenge_sent", "cancelled"],
            vec!["hold_placed", "challenge_sent", "hold_promoted"],
        ];
        for (booking, expected) in waits.iter().zip(of_rival) {
            assert_eq!(letters(&town.rival, booking).await, expected);
        }
        sound(&app).await;
    }

    /// Whatever frees units promotes: a decline, a change, a reopened closure, more units.
    async fn whatever_frees_units_promotes(database: Database) {
        let app = TestApp::on(database).await;
        let town = Town::settle(&app).await;
        town.palace(&app, "PALACE").await;
        let pool = town.pool(&app, "POOL", 2).await;
        let line = "PALACE wed 09:00-12:00";
        let first = town.crew.hold(&[line]).await.expect(201);
        let second = town.rival.hold(&[line]).await.expect(201);
        let asked = town.crew.act(&first, "confirmation").await.expect(200);
        assert_eq!(states(&asked), ["requested"]);
        let decline = json!({ "verdict": "decline" });
        town.owner.client.post(&format!("{}/decision", path(&first)), decline).await.expect(200);
        assert_eq!(states(&town.rival.sees(&second).await), ["held"], "after a decline");
        let moved = town.rival.basket(&["PALACE thu 09:00-12:00"]);
        let third = town.manager.hold(&[line]).await.expect(201);
        let mut lines = moved["lines"].clone();
        lines[0]["id"] = second["lines"][0]["id"].clone();
        let version = town.rival.sees(&second).await["version"].as_i64().expect("a version");
        let changed = town.rival.client.patch(&path(&second), version, json!({ "lines": lines })).await.expect(200);
        assert_eq!(states(&changed), ["held"]);
        assert_eq!(changed["lines"][0]["hold"]["expires_at"], "2030-01-08T00:00:00Z", "not wound up");
        assert_eq!(states(&town.manager.sees(&third).await), ["held"], "after a change");

        town.crew.hold(&["POOL x2 wed 09:00-12:00"]).await.expect(201);
        let waits = town.rival.hold(&["POOL x1 wed 09:00-12:00"]).await.expect(201);
        let also = town.rival.hold(&["POOL x1 wed 09:00-12:00"]).await.expect(201);
        assert_eq!(also["lines"][0]["hold"]["rank"], 3);
        let more = json!({ "quantity": 3 });
        town.owner.client.patch(&format!("/api/v1/listings/{pool}"), 1, more).await.expect(200);
        assert_eq!(states(&town.rival.sees(&waits).await), ["held"], "after more units");
        assert_eq!(states(&town.rival.sees(&also).await), ["queued"]);
        let closed = json!({ "listing": "POOL", "units": 1, "reason": "repair",
            "start": "2030-01-10T00:00:00Z", "end": "2030-01-11T00:00:00Z" });
        let closure = town.owner.client.post("/api/v1/closures", closed).await.expect(201);
        town.crew.hold(&["POOL x2 thu 09:00-12:00"]).await.expect(201);
        let refused = town.rival.hold(&["POOL x3 thu 09:00-12:00"]).await;
        assert_eq!(refused.problem(409), "clash", "a closure does not lapse");
        let waits = town.rival.hold(&["POOL x1 thu 09:00-12:00"]).await.expect(201);
        let reopened = format!("/api/v1/closures/{}", closure["id"].as_str().expect("an id"));
        town.owner.client.delete(&reopened).await.expect(204);
        assert_eq!(states(&town.rival.sees(&waits).await), ["held"], "after a closure went");
        sound(&app).await;
    }

    /// A basket that goes together is confirmed whole, or line by line if its crew says so.
    async fn a_basket_partly_in_line_is_not_confirmed_by_accident(database: Database) {
        let app = TestApp::on(database).await;
        let town = Town::settle(&app).await;
        town.set(&app, "A01").await;
        town.set(&app, "A02").await;
        town.crew.hold(&["A02 wed 09:00-12:00"]).await.expect(201);
        let mixed = town.rival.hold(&["A01 wed 09:00-12:00", "A02 wed 09:00-12:00"]).await.expect(201);
        assert_eq!(states(&mixed), ["held", "queued"]);
        assert_eq!(town.rival.act(&mixed, "confirmation").await.problem(409), "state_conflict");
        let named = json!({ "lines": [mixed["lines"][0]["id"]] });
        let at = format!("{}/confirmation", path(&mixed));
        let confirmed = town.rival.client.post(&at, named).await.expect(200);
        assert_eq!(states(&confirmed), ["confirmed", "queued"]);
        let let_go = json!({ "lines": [mixed["lines"][1]["id"]] });
        let at = format!("{}/cancellation", path(&mixed));
        let left = town.rival.client.post(&at, let_go).await.expect(200);
        assert_eq!(states(&left), ["confirmed", "cancelled"]);
        sound(&app).await;
    }

    /// A quote says what a hold would get, and stores nothing.
    async fn a_quote_tells_rank_and_outcome(database: Database) {
        let app = TestApp::on(database).await;
        let town = Town::settle(&app).await;
        town.set(&app, "A01").await;
        town.set(&app, "A02").await;
        let mut basket = town.rival.basket(&["A01 wed 09:00-12:00"]);
        basket["hold"] = json!(true);
        let quote = town.rival.client.post("/api/v1/quotes", basket.clone()).await.expect(200);
        assert_eq!((&quote["outcome"], &quote["lines"][0]["rank"]), (&json!("hold"), &json!(1)));
        town.crew.hold(&["A01 wed 09:00-12:00"]).await.expect(201);
        let quote = town.rival.client.post("/api/v1/quotes", basket.clone()).await.expect(200);
        assert_eq!((&quote["outcome"], &quote["lines"][0]["rank"]), (&json!("queue"), &json!(2)));
        basket["hold"] = json!(false);
        let quote = town.rival.client.post("/api/v1/quotes", basket).await.expect(200);
        assert_eq!(quote["outcome"], "refused");
        assert_eq!(quote["lines"][0]["refusals"][0]["queue_rank"], 2);
        town.crew.book(&["A02 wed 09:00-12:00"]).await.expect(201);
        assert_eq!(town.rival.hold(&["A02 wed 11:00-13:00"]).await.problem(409), "clash");
        let listing = town.rival.client
            .get("/api/v1/listings/A01/availability?from=2030-01-09T00:00:00Z&to=2030-01-10T00:00:00Z")
            .await.expect(200);
        assert_eq!(listing["bookings"][0]["expires_at"], "2030-01-08T00:00:00Z");
        assert_eq!(listing["in_line"], json!([]));
    }

    /// A company holds no more than it may.
    async fn a_company_holds_no_more_than_it_may(database: Database) {
        use backlot::clock::Clock;
        use crate::support::app::monday_morning;
        let few = |config: &mut backlot::config::Config| config.most_holds = 2;
        let app = TestApp::with(database, Clock::fixed(monday_morning()), few).await;
        let town = Town::settle(&app).await;
        town.pool(&app, "POOL", 9).await;
        let held = town.crew.hold(&["POOL wed 09:00-12:00", "POOL thu 09:00-12:00"]).await.expect(201);
        let refused = town.crew.hold(&["POOL fri 09:00-12:00"]).await.expect(409);
        assert_eq!((&refused["code"], &refused["most"]), (&json!("too_many_holds"), &json!(2)));
        town.rival.hold(&["POOL fri 09:00-12:00"]).await.expect(201);
        let tries = (0..8).map(|_| town.rival.hold(&["POOL sat 09:00-12:00"]));
        let answers = futures_util::future::join_all(tries).await;
        let held_more = answers.iter().filter(|answer| answer.status == 201).count();
        assert_eq!(held_more, 1, "counted under the company's row");
        town.crew.act(&held, "confirmation").await.expect(200);
        town.crew.hold(&["POOL fri 09:00-12:00"]).await.expect(201);
        sound(&app).await;
    }
}
