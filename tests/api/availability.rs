//! What is free: steps of one listing, days of many, quotes.

use backlot::actions::{Refused, availability, taken};
use backlot::domain::policy::OwnRules;
use backlot::domain::span::Span;
use backlot::store::Conn;
use serde_json::{Value, json};

use super::in_town;
use crate::support::app::{TestApp, monday_morning};
use crate::support::database::on_both_engines;
use crate::support::make::{Town, moment};

const TUESDAY: &str = "from=2030-01-08T00:00:00Z&to=2030-01-08T10:00:00Z";

#[test]
fn one_listing_as_steps_with_what_the_reader_may_know() {
    in_town(|app, town| async {
        town.pool(&app, "POOL", 10).await;
        let mine = town
            .crew
            .book(&["POOL x3 tue 09:00-12:00"])
            .await
            .expect(201);
        town.rival
            .book(&["POOL x4 tue 11:00-14:00"])
            .await
            .expect(201);
        let path = format!("/api/v1/listings/POOL/availability?{TUESDAY}");
        let seen = town.crew.client.get(&path).await.expect(200);
        let steps: Vec<(&str, u64)> = seen["steps"]
            .as_array()
            .expect("steps")
            .iter()
            .map(|step| {
                let end = step["end"].as_str().expect("a moment");
                (&end[11..16], step["free"].as_u64().expect("units"))
            })
            .collect();
        assert_eq!(
            steps,
            [
                ("01:00", 10),
                ("03:00", 7),
                ("04:00", 3),
                ("06:00", 6),
                ("10:00", 10)
            ]
        );
        let bookings = seen["bookings"].as_array().expect("bookings");
        assert_eq!(bookings[0]["reference"], mine["reference"]);
        assert_eq!(
            (&bookings[0]["mine"], &bookings[1]["mine"]),
            (&json!(true), &json!(false))
        );
        assert_eq!(
            bookings[1]["company"],
            Value::Null,
            "the rival hides its name"
        );
        assert_eq!(bookings[1]["reference"], Value::Null);
        let by_manager = town.manager.client.get(&path).await.expect(200);
        assert_eq!(
            by_manager["bookings"][1]["company"]["name_en"],
            "rival company"
        );
        let turned = "from=2030-01-08T10:00:00Z&to=2030-01-08T00:00:00Z";
        let refused = town
            .crew
            .client
            .get(&format!("/api/v1/listings/POOL/availability?{turned}"))
            .await;
        refused.expect(422);
        let endless = "from=2030-01-08T10:00:00Z&to=2031-01-08T00:00:00Z";
        let refused = town
            .crew
            .client
            .get(&format!("/api/v1/listings/POOL/availability?{endless}"))
            .await;
        refused.expect(422);
        (app, town)
    });
}

#[test]
fn days_of_many_listings_in_the_clusters_zone() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        town.set(&app, "A02").await;
        town.crew
            .book(&[
                "A01 tue 00:00-24:00".replace("24:00", "00:00").as_str(),
                "A02 tue 22:00-02:00",
            ])
            .await
            .expect(201);
        let matrix = town
            .crew
            .client
            .get("/api/v1/availability?days=3")
            .await
            .expect(200);
        assert_eq!(
            matrix["days"],
            json!(["2030-01-07", "2030-01-08", "2030-01-09"])
        );
        let states = |row: usize| -> Vec<&str> {
            let days = matrix["items"][row]["days"].as_array().expect("days");
            days.iter()
                .map(|day| day["state"].as_str().expect("a state"))
                .collect()
        };
        assert_eq!(states(0), ["free", "taken", "free"]);
        assert_eq!(
            states(1),
            ["free", "part", "part"],
            "a night belongs to both its days"
        );
        let page = town
            .crew
            .client
            .get("/api/v1/availability?days=1&limit=1")
            .await
            .expect(200);
        assert!(page["next_cursor"].is_string());
        for days in ["0", "32", "x"] {
            town.crew
                .client
                .get(&format!("/api/v1/availability?days={days}"))
                .await
                .expect(422);
        }
        (app, town)
    });
}

#[test]
fn a_quote_tells_everything_and_stores_nothing() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        town.palace(&app, "PALACE").await;
        town.rival.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        let good = town
            .crew
            .basket(&["A01 tue 12:00-16:00", "PALACE tue 08:00-22:00"]);
        let quote = town
            .crew
            .client
            .post("/api/v1/quotes", good)
            .await
            .expect(200);
        assert_eq!(
            (&quote["bookable"], &quote["outcome"]),
            (&json!(true), &json!("ask"))
        );
        assert_eq!(
            quote["lines"][0]["price"]["total"]["amount"], 120_000,
            "4 × ¥300"
        );
        assert_eq!(quote["lines"][0]["price"]["basis"], "hour");
        assert_eq!(
            quote["lines"][1]["price"]["total"]["amount"], 300_000,
            "a day is cheaper than 14 hours"
        );
        assert_eq!(quote["total"]["amount"], 420_000);
        assert_eq!(quote["deposit"]["amount"], 200_000);
        let bad = town.crew.basket(&[
            "A01 tue 11:00-13:00",
            "A01 tue 12:30-14:30",
            "PALACE tue 09:10-10:00",
        ]);
        let quote = town
            .crew
            .client
            .post("/api/v1/quotes", bad)
            .await
            .expect(200);
        assert_eq!(quote["outcome"], "refused");
        let codes = |line: usize| -> Vec<String> {
            let refusals = quote["lines"][line]["refusals"]
                .as_array()
                .expect("refusals");
            refusals
                .iter()
                .map(|one| one["code"].as_str().expect("a code").to_owned())
                .collect()
        };
        assert_eq!(codes(0), ["clash"]);
        assert_eq!(
            codes(1),
            Vec::<String>::new(),
            "a line that is refused is in nobody's way"
        );
        assert_eq!(codes(2), ["too_short", "off_step"]);
        let own = town.crew.client.get("/api/v1/bookings").await.expect(200);
        assert_eq!(own["items"], json!([]));
        (app, town)
    });
}

#[test]
fn the_next_free_time_is_told_at_any_second() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        app.app
            .clock
            .advance(chrono::TimeDelta::milliseconds(12_345));
        let matrix = town
            .crew
            .client
            .get("/api/v1/availability")
            .await
            .expect(200);
        let next = &matrix["items"][0]["next_free"];
        assert_eq!(next["start"], "2030-01-07T00:30:00Z", "{matrix}");
        (app, town)
    });
}

on_both_engines! {
    /// Very many listings are looked at by time and few one by one: the answers are the same, with buffers of every length.
    async fn many_at_once_are_as_free_as_each_by_itself(database: Database) {
        let app = TestApp::on(database).await;
        let town = Town::settle(&app).await;
        let mut ids = Vec::new();
        for place in 0..230_u32 {
            let rules = OwnRules {
                turnaround_minutes: Some(place % 4 * 90),
                setup_minutes: (place % 50 == 0).then_some(36 * 60),
                ..OwnRules::default()
            };
            let code = format!("SET-{place}");
            ids.push(town.listing(&app.app.store, &code, 1 + place % 3, rules).await);
        }
        for place in (0..230).step_by(5) {
            let (day, units) = (["mon", "tue", "wed"][place % 3], 1 + place % 3);
            let line = format!("SET-{place} x{units} {day} {:02}:00-{:02}:00", 10 + place % 7, 13 + place % 7);
            town.crew.book(&[&line]).await.expect(201);
        }
        let instant = |time| moment("tue", time, 0).parse().expect("a moment");
        let span = Span::new(instant("12:00"), instant("15:00")).expect("a span");
        let now = monday_morning();
        let look = move |conn: &mut Conn| -> Result<_, Refused> {
            let mut each = Vec::new();
            for id in &ids {
                each.extend(availability::free_in(conn, &[*id], span, 1, now)?);
            }
            let mut together = availability::free_in(conn, &ids, span, 1, now)?;
            together.sort_unstable();
            each.sort_unstable();
            Ok((each, together, taken::taken_in(conn, span, 1, now)?, ids))
        };
        let (each, together, taken, all) = app.app.store.read(look).await.expect("an answer");
        assert_eq!(together, each);
        let mut not_free = all;
        not_free.retain(|id| !each.contains(id));
        not_free.sort_unstable();
        assert_eq!(taken, not_free);
        assert!(taken.len() > 10, "some are taken: {taken:?}");
    }
}
