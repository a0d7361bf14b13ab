//! The demand ledger: what was refused is kept, once, without anybody's name; and it is in nobody's way.

use backlot::jobs::{keep_ledger, tidy};
use chrono::TimeDelta;
use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use super::each;
use crate::support::app::TestApp;
use crate::support::database::{Database, on_both_engines};
use crate::support::make::{Person, Town};

async fn settle(database: Database) -> (TestApp, Town) {
    let app = TestApp::on(database).await;
    let town = Town::settle(&app).await;
    (app, town)
}

/// The wishes a reader sees, newest first, once all that was heard is written down.
async fn wishes(app: &TestApp, reader: &Person, query: &str) -> Vec<Value> {
    keep_ledger::write_down(&app.app).await;
    let path = format!("/api/v1/demand/wishes{query}");
    let page = reader.client.get(&path).await.expect(200);
    page["items"].as_array().expect("a page").clone()
}

async fn sums(app: &TestApp, reader: &Person, query: &str) -> Value {
    keep_ledger::write_down(&app.app).await;
    let path = format!("/api/v1/demand{query}");
    reader.client.get(&path).await.expect(200)
}

on_both_engines! {
    /// What, when, how many, why; a basket that is refused for one line tells of that line only.
    async fn a_refused_line_is_kept(database: Database) {
        let (app, town) = settle(database).await;
        town.pool(&app, "POOL", 5).await;
        town.set(&app, "A01").await;
        town.rival.book(&["POOL x3 tue 09:00-12:00"]).await.expect(201);
        let asked = ["A01 tue 09:00-12:00", "POOL x4 tue 10:00-14:00"];
        town.crew.book(&asked).await.expect(409);
        let kept = wishes(&app, &town.manager, "").await;
        assert_eq!(kept.len(), 1, "{kept:?}");
        let wish = &kept[0];
        assert_eq!(wish["listing"]["code"], "POOL");
        assert_eq!(wish["category"], "modern_interior");
        assert_eq!(wish["start"], "2030-01-08T02:00:00Z");
        assert_eq!(wish["end"], "2030-01-08T06:00:00Z");
        assert_eq!((&wish["units"], &wish["short"]), (&json!(4), &json!(2)));
        assert_eq!(wish["why"], "taken");
        assert_eq!(wish["instead"], Value::Null);
        let summed = sums(&app, &town.manager, "").await;
        // Two units short for two hours.
        assert_eq!(summed["items"][0]["short_minutes"], 240);
        assert_eq!(summed["items"][0]["whys"], json!({ "taken": 1 }));
        assert_eq!(summed["items"][0]["unmet"], 1);
        assert_eq!(app.broken_promises().await, Vec::<String>::new());
    }

    /// A dry run is no demand, nor is a slip of the pen, nor what one has oneself.
    async fn what_is_no_wish_is_not_kept(database: Database) {
        let (app, town) = settle(database).await;
        town.set(&app, "A01").await;
        town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        let basket = town.rival.basket(&["A01 tue 09:00-12:00"]);
        let quoted = town.rival.client.post("/api/v1/quotes", basket).await;
        assert_eq!(quoted.expect(200)["lines"][0]["refusals"][0]["code"], "clash");
        town.rival.book(&["A01 tue 12:10-14:10"]).await.expect(422);
        town.crew.book(&["A01 tue 10:00-12:00"]).await.expect(409);
        assert_eq!(wishes(&app, &town.manager, "").await, Vec::<Value>::new());
    }

    /// The same crew again within half an hour is one wish with more tries; another crew's is another wish,
    /// and so is the same crew's after a pause.
    async fn whoever_tries_again_counts_once(database: Database) {
        let (app, town) = settle(database).await;
        town.set(&app, "A01").await;
        town.owner.book(&["A01 tue 09:00-18:00"]).await.expect(201);
        for _ in 0..5 {
            town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(409);
            // Between two rounds of the job and within one it must make no difference.
            keep_ledger::write_down(&app.app).await;
            town.crew.book(&["A01 tue 10:00-13:00"]).await.expect(409);
            app.app.clock.advance(TimeDelta::minutes(10));
        }
        town.rival.book(&["A01 tue 09:00-12:00"]).await.expect(409);
        let tries = async || {
            let kept = wishes(&app, &town.manager, "").await;
            let tries: Vec<u64> = kept.iter().filter_map(|wish| wish["tries"].as_u64()).collect();
            tries
        };
        assert_eq!(tries().await, [1, 10]);
        app.app.clock.advance(TimeDelta::minutes(30));
        town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(409);
        assert_eq!(tries().await, [1, 1, 10]);
    }

    /// What a crew had in the end is told with its wish.
    async fn what_was_taken_instead_is_told(database: Database) {
        let (app, town) = settle(database).await;
        town.pool(&app, "POOL", 5).await;
        for code in ["A01", "B02", "C03"] {
            town.set(&app, code).await;
        }
        let taken = ["POOL x3 tue 09:00-12:00", "A01 tue 09:00-12:00", "C03 tue 09:00-12:00"];
        town.rival.book(&taken).await.expect(201);
        town.crew.book(&["POOL x4 tue 09:00-12:00"]).await.expect(409);
        town.crew.book(&["POOL x2 tue 09:00-12:00"]).await.expect(201);
        town.crew.book(&["A01 wed 09:00-12:00"]).await.expect(201);
        town.crew.book(&["C03 tue 09:00-12:00"]).await.expect(409);
        town.crew.book(&["C03 tue 12:00-15:00"]).await.expect(201);
        town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(409);
        town.crew.book(&["B02 tue 09:00-12:00"]).await.expect(201);
        let kept = wishes(&app, &town.manager, "").await;
        let told: Vec<(&Value, &Value, &Value)> = kept
            .iter()
            .map(|wish| (&wish["instead"], &wish["instead_listing"]["code"], &wish["instead_units"]))
            .collect();
        let expected = [
            (json!("other_listing"), json!("B02"), json!(1)),
            (json!("other_time"), json!("C03"), json!(1)),
            (json!("fewer"), json!("POOL"), json!(2)),
        ];
        let expected: Vec<_> = expected.iter().map(|(a, b, c)| (a, b, c)).collect();
        assert_eq!(told, expected);
        assert_eq!(sums(&app, &town.manager, "?by=category").await["items"][0]["unmet"], 0);
    }

    /// An owner's no is a wish that was not granted.
    async fn what_an_owner_declines_is_kept(database: Database) {
        let (app, town) = settle(database).await;
        town.palace(&app, "HALL").await;
        let asked = town.crew.book(&["HALL tue 09:00-12:00"]).await.expect(201);
        let path = format!("/api/v1/bookings/{}/decision", asked["id"].as_str().expect("an id"));
        let no = json!({ "verdict": "decline", "reason": "a wedding" });
        town.owner.client.post(&path, no).await.expect(200);
        let kept = wishes(&app, &town.owner, "").await;
        assert_eq!(kept[0]["why"], "declined");
    }

    /// Listings and categories by what was short, weeks by date; in pages, narrowed, and as a file.
    async fn the_ledger_is_summed_up_and_leafed_through(database: Database) {
        let (app, town) = settle(database).await;
        for code in ["A01", "B02", "C03"] {
            town.set(&app, code).await;
            let all_day = format!("{code} tue 06:00-22:00");
            town.rival.book(&[&all_day]).await.expect(201);
        }
        town.crew.book(&["A01 tue 09:00-11:00"]).await.expect(409);
        town.crew.book(&["B02 tue 09:00-15:00"]).await.expect(409);
        town.crew.book(&["C03 tue 09:00-13:00"]).await.expect(409);
        let first = sums(&app, &town.manager, "?limit=2").await;
        let codes = |page: &Value| -> Vec<Value> {
            let items = page["items"].as_array().expect("a page");
            items.iter().map(|one| one["listing"]["code"].clone()).collect()
        };
        assert_eq!(codes(&first), ["B02", "C03"]);
        let next = first["next_cursor"].as_str().expect("a second page");
        let second = sums(&app, &town.manager, &format!("?limit=2&cursor={next}")).await;
        assert_eq!(codes(&second), ["A01"]);
        assert_eq!(second["next_cursor"], Value::Null);
        let weeks = sums(&app, &town.manager, "?by=week").await;
        assert_eq!(each(&weeks, "week"), ["2030-01-07"]);
        assert_eq!(weeks["items"][0]["wishes"], 3);
        let of_b02 = format!("?listing={}", first["items"][0]["listing"]["id"].as_str().expect("an id"));
        assert_eq!(wishes(&app, &town.manager, &of_b02).await.len(), 1);
        assert_eq!(wishes(&app, &town.manager, "?from=2030-01-14").await.len(), 0);
        assert_eq!(wishes(&app, &town.manager, "?to=2030-01-13&category=modern_interior").await.len(), 3);

        let file = town.manager.client.get("/api/v1/demand/export.csv").await;
        let text = String::from_utf8(file.bytes).expect("UTF-8");
        assert!(text.starts_with('\u{feff}'), "a spreadsheet must know that it is UTF-8");
        let rows: Vec<&str> = text.lines().collect();
        assert_eq!(rows.len(), 4, "{text}");
        assert!(rows[1].contains("C03,C03景,Set C03,modern_interior,2030-01-08 09:00,2030-01-08 13:00,1,1,taken,1"), "{text}");
    }

    /// Managers see all, an owner what was wanted of it, crews nothing; and nobody who wanted it.
    async fn the_ledger_knows_no_names(database: Database) {
        let (app, town) = settle(database).await;
        town.set(&app, "A01").await;
        town.rival.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(409);
        for reader in [&town.manager, &town.owner] {
            let kept = json!(wishes(&app, reader, "").await).to_string();
            assert!(kept.contains("A01"), "{kept}");
            let crew = &town.crew.member;
            for name in [crew.company.to_string(), crew.id.to_string(), town.crew.production.to_string()] {
                assert!(!kept.contains(&name), "{kept}");
            }
        }
        for path in ["/api/v1/demand", "/api/v1/demand/wishes", "/api/v1/demand/export.csv"] {
            assert_eq!(town.crew.client.get(path).await.problem(403), "forbidden");
        }
        let wrong = town.manager.client.get("/api/v1/demand?by=crew").await.expect(422);
        assert_eq!(super::faults(&wrong), [("by".into(), "not_one_of".into())]);
    }

    /// Another owner's publisher sees nothing of it.
    async fn an_owner_sees_its_own(database: Database) {
        let (app, town) = settle(database).await;
        town.set(&app, "A01").await;
        town.rival.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(409);
        let path = format!("/api/v1/members/{}", town.rival.member.id);
        let body = Some(json!({ "role": "publisher" }));
        let made = town.manager.client.send(reqwest::Method::PATCH, &path, body, &[]).await;
        made.expect(200);
        assert_eq!(wishes(&app, &town.rival, "").await, Vec::<Value>::new());
        assert_eq!(sums(&app, &town.rival, "").await["items"], json!([]));
        assert_eq!(wishes(&app, &town.owner, "").await.len(), 1);
    }

    /// A ledger that cannot be written is written later; who books is told the same, and as soon.
    async fn a_broken_ledger_is_in_nobodys_way(database: Database) {
        let (app, town) = settle(database).await;
        town.set(&app, "A01").await;
        let rename = async |from: &'static str, to: &'static str| {
            let text = format!("ALTER TABLE {from} RENAME TO {to}");
            let renamed = app.app.store.write(move |conn| {
                conn.batch_execute(&text).map_err(backlot::store::StoreError::from)
            });
            renamed.await.expect("renamed");
        };
        rename("wishes", "mislaid").await;
        town.rival.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(409);
        keep_ledger::write_down(&app.app).await;
        town.crew.book(&["A01 tue 12:00-14:00"]).await.expect(201);
        rename("mislaid", "wishes").await;
        let kept = wishes(&app, &town.manager, "").await;
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0]["instead"], "other_time");
    }

    /// Whose wish it was is forgotten within hours, the wish after its time.
    async fn the_ledger_forgets(database: Database) {
        let (app, town) = settle(database).await;
        town.set(&app, "A01").await;
        town.rival.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(409);
        assert_eq!(wishes(&app, &town.manager, "").await.len(), 1);
        app.app.clock.advance(TimeDelta::minutes(121));
        tidy::tidy(&app.app).await;
        let crews = vec![town.crew.member.company];
        let long_ago = app.app.clock.now() - TimeDelta::days(9);
        let traced = app.app.store.read(move |conn| {
            backlot::store::demand::open_of(conn, &crews, long_ago)
        });
        assert_eq!(traced.await.expect("read").len(), 0);
        assert_eq!(wishes(&app, &town.manager, "").await.len(), 1);
        app.app.clock.advance(backlot::domain::demand::KEPT);
        tidy::tidy(&app.app).await;
        assert_eq!(wishes(&app, &town.manager, "").await.len(), 0);
    }
}
