//! Fair shares: hours of a listing a company may have in a week, hours of everything, holds, how far ahead. Each
//! refusal says the figure and when there is a new one; who asks many times at once gets no more.

use backlot::domain::policy::OwnRules;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use super::faults;
use crate::support::app::TestApp;
use crate::support::client::Answer;
use crate::support::database::{Database, on_both_engines};
use crate::support::make::{Person, Town};

async fn settle(database: Database) -> (TestApp, Town) {
    let app = TestApp::on(database).await;
    let town = Town::settle(&app).await;
    (app, town)
}

async fn shared(app: &TestApp, town: &Town, code: &str, quantity: u32, hours: u32) {
    let rules = OwnRules {
        weekly_hours: Some(hours),
        ..OwnRules::default()
    };
    town.listing(&app.app.store, code, quantity, rules).await;
}

async fn limit(town: &Town, who: &Person, limits: Value) -> Answer {
    let path = format!("/api/v1/companies/{}/limits", who.member.company);
    let client = &town.manager.client;
    client.send(Method::PATCH, &path, Some(limits), &[]).await
}

#[track_caller]
fn over(answer: Answer) -> Value {
    let problem = answer.expect(422);
    let refusal = problem["refusals"][0].clone();
    assert_eq!(refusal["code"], "over_quota", "{problem}");
    refusal
}

fn won(answers: &[Answer]) -> usize {
    let lost = answers.iter().filter(|answer| answer.status != 201);
    for answer in lost {
        assert_eq!(
            answer.json["refusals"][0]["code"], "over_quota",
            "{}",
            answer.json
        );
    }
    answers.iter().filter(|answer| answer.status == 201).count()
}

on_both_engines! {
    /// A company has its share of a listing each week; others have theirs, and the owner needs none.
    async fn each_company_has_its_share_of_a_week(database: Database) {
        let (app, town) = settle(database).await;
        shared(&app, &town, "PALACE", 3, 8).await;
        let booked = town.crew.book(&["PALACE x2 tue 09:00-12:00"]).await.expect(201);
        let refusal = over(town.crew.book(&["PALACE wed 09:00-12:00"]).await);
        let told = (&refusal["whose"], &refusal["weekly_hours"], &refusal["used_minutes"], &refusal["asked_minutes"]);
        assert_eq!(told, (&json!("listing"), &json!(8), &json!(360), &json!(180)));
        assert_eq!((&refusal["week"], &refusal["frees_at"]), (&json!("2030-01-07"), &json!("2030-01-13T16:00:00Z")));
        let words = refusal["detail"].as_str().expect("words");
        assert!(words.contains("8 hours") && words.contains("has 6.0") && words.contains("3.0 more"), "{words}");
        let quoted = town.crew.basket(&["PALACE wed 09:00-12:00"]);
        let quoted = town.crew.client.post("/api/v1/quotes", quoted).await.expect(200);
        assert_eq!(quoted["lines"][0]["refusals"][0]["code"], "over_quota");

        town.crew.book(&["PALACE wed 09:00-11:00"]).await.expect(201);
        town.rival.book(&["PALACE wed 09:00-17:00"]).await.expect(201);
        town.owner.book(&["PALACE wed 08:00-22:00"]).await.expect(201);
        let next_week = json!({ "listing": "PALACE", "start": "2030-01-15T09:00:00+08:00", "end": "2030-01-15T17:00:00+08:00" });
        let body = json!({ "production": town.crew.production, "lines": [next_week] });
        town.crew.client.post("/api/v1/bookings", body).await.expect(201);

        let path = format!("/api/v1/bookings/{}", booked["id"].as_str().expect("an id"));
        let line = |to: &str| {
            let mut line = crate::support::make::line_in(&format!("PALACE x2 tue 09:00-{to}"));
            line["id"] = booked["lines"][0]["id"].clone();
            json!({ "lines": [line] })
        };
        over(town.crew.client.patch(&path, 1, line("12:30")).await);
        town.crew.client.patch(&path, 1, line("11:00")).await.expect(200);
        town.crew.book(&["PALACE thu 09:00-11:00"]).await.expect(201);
        assert_eq!(app.broken_promises().await, Vec::<String>::new());
    }

    /// What an opening offers is granted: a company whose share of the week is used up is shown the next week.
    async fn openings_begin_when_the_quota_does(database: Database) {
        let (app, town) = settle(database).await;
        shared(&app, &town, "PALACE", 1, 8).await;
        town.crew.book(&["PALACE tue 09:00-15:00"]).await.expect(201);
        let body = json!({
            "production": town.crew.production, "from": "2030-01-11T08:00:00+08:00",
            "to": "2030-01-20T08:00:00+08:00", "most": 1,
            "lines": [{ "listing": "PALACE", "minutes": 180 }],
        });
        let found = town.crew.client.post("/api/v1/openings", body.clone()).await.expect(200);
        assert_eq!(found["items"][0]["start"], "2030-01-13T14:00:00Z", "two of three hours are the next week's");
        let ways = found["rejected"].as_array().expect("rows").iter();
        let ways: Vec<&Value> = ways.map(|row| &row["lines"][0]["why"]).collect();
        assert!(ways.contains(&&json!("over_quota")), "{found}");
        let first = &found["items"][0]["lines"][0];
        let line = json!({ "listing": "PALACE", "units": 1, "start": first["start"], "end": first["end"] });
        let order = json!({ "production": town.crew.production, "lines": [line] });
        town.crew.client.post("/api/v1/bookings", order).await.expect(201);

        limit(&town, &town.crew, json!({ "horizon_days": 3 })).await.expect(200);
        let found = town.crew.client.post("/api/v1/openings", body).await.expect(200);
        assert_eq!(found["items"], json!([]), "Friday is beyond three days");
    }

    /// Two lines of one basket count together, and a basket over the quota is refused as a whole.
    async fn a_basket_counts_as_a_whole(database: Database) {
        let (app, town) = settle(database).await;
        shared(&app, &town, "PALACE", 1, 4).await;
        over(town.crew.book(&["PALACE tue 09:00-11:00", "PALACE wed 09:00-12:00"]).await);
        town.crew.book(&["PALACE tue 09:00-11:00", "PALACE wed 09:00-11:00"]).await.expect(201);
        let mut hold = town.crew.basket(&["PALACE thu 09:00-11:00"]);
        hold["hold"] = json!(true);
        over(town.crew.client.post("/api/v1/bookings", hold).await);
    }

    /// Sixteen at once for six hours of a pool, two hours each: three.
    async fn who_asks_many_times_at_once_gets_one_share(database: Database) {
        let (app, town) = settle(database).await;
        shared(&app, &town, "POOL", 50, 6).await;
        let asking = (0..16).map(|_| town.crew.book(&["POOL tue 09:00-11:00"]));
        assert_eq!(won(&join_all(asking).await), 3);
        assert_eq!(app.broken_promises().await, Vec::<String>::new());
    }

    /// The same for a company's hours of everything, each asked of another listing: no row of a listing is
    /// common to them.
    async fn a_company_s_share_holds_over_all_listings(database: Database) {
        let (app, town) = settle(database).await;
        let mut lines = Vec::new();
        for place in 0..12 {
            town.set(&app, &format!("SET-{place}")).await;
            lines.push(format!("SET-{place} tue 09:00-11:00"));
        }
        limit(&town, &town.crew, json!({ "weekly_hours": 6 })).await.expect(200);
        let asked: Vec<[&str; 1]> = lines.iter().map(|line| [line.as_str()]).collect();
        let asking = asked.iter().map(|line| town.crew.book(line));
        assert_eq!(won(&join_all(asking).await), 3);
        let refusal = over(town.crew.book(&["SET-0 wed 09:00-11:00"]).await);
        assert_eq!(refusal["whose"], "company");
        town.rival.book(&["SET-0 wed 09:00-11:00"]).await.expect(201);
        limit(&town, &town.crew, json!({ "weekly_hours": null })).await.expect(200);
        town.crew.book(&["SET-1 wed 09:00-11:00"]).await.expect(201);
        assert_eq!(app.broken_promises().await, Vec::<String>::new());
    }

    /// Holds and days ahead may be fewer for one company.
    async fn holds_and_days_ahead_may_be_fewer(database: Database) {
        let (app, town) = settle(database).await;
        town.set(&app, "A01").await;
        let limits = json!({ "most_holds": 1, "horizon_days": 2 });
        let set = limit(&town, &town.crew, limits).await.expect(200);
        assert_eq!(set, json!({ "weekly_hours": null, "most_holds": 1, "horizon_days": 2 }));
        let hold = |who: &Person, line: &str| {
            let mut body = who.basket(&[line]);
            body["hold"] = json!(true);
            let client = who.client.clone();
            async move { client.post("/api/v1/bookings", body).await }
        };
        hold(&town.crew, "A01 tue 09:00-11:00").await.expect(201);
        let refused = hold(&town.crew, "A01 tue 12:00-14:00").await.expect(409);
        assert_eq!((&refused["code"], &refused["most"]), (&json!("too_many_holds"), &json!(1)));
        hold(&town.rival, "A01 tue 12:00-14:00").await.expect(201);
        hold(&town.rival, "A01 tue 14:00-16:00").await.expect(201);
        let refused = town.crew.book(&["A01 thu 09:00-11:00"]).await.expect(422);
        assert_eq!(refused["refusals"][0]["code"], "too_far");
        assert_eq!(refused["refusals"][0]["latest_start"], "2030-01-09T00:00:00Z");
        town.rival.book(&["A01 thu 09:00-11:00"]).await.expect(201);
    }

    /// A kind of company may be kept to the next days; a limit of its own goes first, and another kind may go farther.
    async fn how_far_ahead_depends_on_the_kind_of_company(database: Database) {
        let (app, town) = settle(database).await;
        town.set(&app, "A01").await;
        let manager = &town.manager.client;
        let set = |body: Value| manager.send(Method::PUT, "/api/v1/horizons", Some(body), &[]);
        let two_days = json!({ "crew": 2, "owner": null, "operator": null });
        assert_eq!(set(two_days.clone()).await.expect(200), two_days);
        assert_eq!(town.crew.client.get("/api/v1/horizons").await.expect(200), two_days);

        let refused = town.crew.book(&["A01 thu 09:00-11:00"]).await.expect(422);
        assert_eq!(refused["refusals"][0]["code"], "too_far");
        assert_eq!(refused["refusals"][0]["latest_start"], "2030-01-09T00:00:00Z");
        town.owner.book(&["A01 thu 09:00-11:00"]).await.expect(201);
        limit(&town, &town.crew, json!({ "horizon_days": 5 })).await.expect(200);
        town.crew.book(&["A01 thu 11:00-13:00"]).await.expect(201);
        town.rival.book(&["A01 thu 13:00-15:00"]).await.expect(422);
        let also_owner = json!({ "kinds": ["crew", "owner"] });
        let path = format!("/api/v1/companies/{}", town.rival.member.company);
        manager.send(Method::PATCH, &path, Some(also_owner), &[]).await.expect(200);
        town.rival.book(&["A01 thu 13:00-15:00"]).await.expect(201);

        let own = town.crew.client.send(Method::PUT, "/api/v1/horizons", Some(two_days), &[]).await;
        assert_eq!(own.problem(403), "forbidden");
        let wrong = set(json!({ "crew": 0, "owner": 10_000, "operator": 30 })).await.expect(422);
        let expected = ["crew", "owner"].map(|kind| (kind.to_owned(), "out_of_range".to_owned()));
        assert_eq!(faults(&wrong), expected);
    }

    /// Managers set it, the company sees it, others do not.
    async fn managers_set_what_a_company_may_have(database: Database) {
        let (app, town) = settle(database).await;
        let path = format!("/api/v1/companies/{}/limits", town.crew.member.company);
        limit(&town, &town.crew, json!({ "weekly_hours": 40 })).await.expect(200);
        assert_eq!(town.crew.client.get(&path).await.expect(200)["weekly_hours"], 40);
        assert_eq!(town.rival.client.get(&path).await.problem(403), "forbidden");
        let own = town.owner.client.send(Method::PATCH, &path, Some(json!({})), &[]).await;
        assert_eq!(own.problem(403), "forbidden");
        let wrong = limit(&town, &town.crew, json!({ "weekly_hours": 0, "horizon_days": 10_000 })).await;
        let expected: Vec<(String, String)> = ["weekly_hours", "horizon_days"]
            .map(|field| (field.to_owned(), "out_of_range".to_owned()))
            .into();
        assert_eq!(faults(&wrong.expect(422)), expected);
        drop(app);
    }
}
