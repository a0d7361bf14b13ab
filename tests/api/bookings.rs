//! Bookings: all or nothing, back to back, over midnight; what is refused says exactly why.

use reqwest::Method;
use serde_json::{Value, json};

use super::{each, faults, in_town};
use crate::support::client::Client;
use crate::support::make::{Person, line_in};

/// Start, end (UTC, hour and minute) and missing units of each shortage of the first refusal.
fn shortages(problem: &Value) -> Vec<(String, String, u64)> {
    let time = |moment: &Value| moment.as_str().expect("a moment")[11..16].to_owned();
    let found = problem["refusals"][0]["shortages"]
        .as_array()
        .expect("shortages");
    found
        .iter()
        .map(|one| {
            (
                time(&one["start"]),
                time(&one["end"]),
                one["short"].as_u64().expect("units"),
            )
        })
        .collect()
}

async fn bookings_of(who: &Person) -> usize {
    let page = who.client.get("/api/v1/bookings").await.expect(200);
    page["items"].as_array().map_or(0, Vec::len)
}

fn place(booking: &Value) -> String {
    format!(
        "/api/v1/bookings/{}",
        booking["id"].as_str().expect("an id")
    )
}

#[test]
fn one_impossible_line_of_ten_writes_nothing() {
    in_town(|app, town| async {
        for count in 0..10 {
            town.set(&app, &format!("A{count}")).await;
        }
        town.rival.book(&["A7 tue 10:00-12:00"]).await.expect(201);
        let lines: Vec<String> = (0..10)
            .map(|count| format!("A{count} tue 09:00-11:00"))
            .collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let refused = town.crew.book(&lines).await.expect(409);
        assert_eq!(refused["code"], "clash");
        assert_eq!(refused["refusals"].as_array().map(Vec::len), Some(1));
        assert_eq!(refused["refusals"][0]["line"], 7);
        assert_eq!(bookings_of(&town.crew).await, 0);
        assert_eq!(app.letters().await.len(), 1, "only the rival's");
        for line in &lines[..7] {
            town.rival.book(&[line]).await.expect(201);
        }
        (app, town)
    });
}

#[test]
fn what_overlaps_is_refused_and_what_touches_is_not() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        town.rival.book(&["A01 tue 10:00-14:00"]).await.expect(201);
        // 10:00 in Shanghai is 02:00 UTC.
        let cases = [
            ("A01 tue 08:00-10:00", None),
            ("A01 tue 14:00-16:00", None),
            ("A01 tue 11:00-13:00", Some(("03:00", "05:00"))),
            ("A01 tue 09:00-16:00", Some(("02:00", "06:00"))),
            ("A01 tue 09:00-11:00", Some(("02:00", "03:00"))),
            ("A01 tue 13:30-15:30", Some(("05:30", "06:00"))),
            ("A01 tue 10:00-14:00", Some(("02:00", "06:00"))),
        ];
        for (line, clash) in cases {
            let quote = town.crew.basket(&[line]);
            let quoted = town
                .crew
                .client
                .post("/api/v1/quotes", quote)
                .await
                .expect(200);
            assert_eq!(quoted["bookable"], json!(clash.is_none()), "{line}");
            let Some((start, end)) = clash else { continue };
            let refused = town.crew.book(&[line]).await.expect(409);
            assert_eq!(
                shortages(&refused),
                [(start.to_owned(), end.to_owned(), 1)],
                "{line}"
            );
        }
        town.crew
            .book(&["A01 tue 08:00-10:00", "A01 tue 14:00-16:00"])
            .await
            .expect(201);
        (app, town)
    });
}

#[test]
fn a_night_is_one_span_over_midnight() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        let night = town.crew.book(&["A01 tue 22:00-06:00"]).await.expect(201);
        assert_eq!(night["start"], "2030-01-08T14:00:00Z");
        assert_eq!(night["end"], "2030-01-08T22:00:00Z");
        let refused = town.rival.book(&["A01 wed 04:00-08:00"]).await.expect(409);
        assert_eq!(
            shortages(&refused),
            [("20:00".to_owned(), "22:00".to_owned(), 1)]
        );
        town.rival.book(&["A01 wed 06:00-08:00"]).await.expect(201);
        (app, town)
    });
}

#[test]
fn turnaround_is_paid_by_others_and_not_within_a_drama() {
    in_town(|app, town| async {
        let rules = backlot::domain::policy::OwnRules {
            turnaround_minutes: Some(60),
            ..Default::default()
        };
        town.listing(&app.app.store, "A01", 1, rules).await;
        town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        let refused = town.rival.book(&["A01 tue 12:00-15:00"]).await.expect(409);
        assert_eq!(
            shortages(&refused),
            [("04:00".to_owned(), "05:00".to_owned(), 1)]
        );
        town.crew.book(&["A01 tue 12:00-14:00"]).await.expect(201);
        town.rival.book(&["A01 tue 15:00-17:00"]).await.expect(201);
        (app, town)
    });
}

#[test]
fn a_pool_counts_its_peak_and_not_the_sum() {
    in_town(|app, town| async {
        town.pool(&app, "POOL", 10).await;
        town.rival
            .book(&["POOL x6 tue 08:00-11:00", "POOL x6 tue 11:00-14:00"])
            .await
            .expect(201);
        town.crew
            .book(&["POOL x4 tue 08:00-14:00"])
            .await
            .expect(201);
        let refused = town
            .crew
            .book(&["POOL x3 tue 13:00-16:00"])
            .await
            .expect(409);
        assert_eq!(
            shortages(&refused),
            [("05:00".to_owned(), "06:00".to_owned(), 3)]
        );
        let refused = town
            .crew
            .book(&["POOL x11 wed 08:00-11:00"])
            .await
            .expect(422);
        assert_eq!(refused["refusals"][0]["code"], "too_many_units");
        (app, town)
    });
}

#[test]
fn a_clash_names_whom_the_reader_may_know() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        town.set(&app, "A02").await;
        let own = town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        town.rival.book(&["A02 tue 09:00-12:00"]).await.expect(201);
        let by_rival = town.rival.book(&["A01 tue 10:00-13:00"]).await.expect(409);
        let holder = &by_rival["refusals"][0]["holders"][0];
        assert_eq!(
            holder["company"]["name_en"], "crew company",
            "it shows its name"
        );
        assert_eq!(
            holder["booking"],
            Value::Null,
            "a reference is nobody else's business"
        );
        let by_crew = town.crew.book(&["A02 tue 10:00-13:00"]).await.expect(409);
        let holder = &by_crew["refusals"][0]["holders"][0];
        assert_eq!(
            (&holder["company"], &holder["units"]),
            (&Value::Null, &json!(1))
        );
        assert!(!by_crew.to_string().contains("rival"), "{by_crew}");
        let by_itself = town.crew.book(&["A01 tue 10:00-13:00"]).await.expect(409);
        let holder = &by_itself["refusals"][0]["holders"][0];
        assert_eq!(
            (&holder["mine"], &holder["booking"]),
            (&json!(true), &own["reference"])
        );
        let words = by_crew["detail"].as_str().expect("words");
        assert!(
            words.contains("01-08 12:00"),
            "it says from when on: {words}"
        );
        let language = [("Accept-Language", "zh-CN")];
        let basket = Some(town.crew.basket(&["A02 tue 10:00-13:00"]));
        let chinese = town
            .crew
            .client
            .send(Method::POST, "/api/v1/bookings", basket, &language)
            .await;
        assert!(
            chinese.expect(409)["detail"]
                .as_str()
                .expect("words")
                .contains('缺')
        );
        (app, town)
    });
}

#[test]
fn a_key_is_used_once() {
    in_town(|app, town| async {
        town.pool(&app, "POOL", 9).await;
        let client = &town.crew.client;
        let send = async |body: Value, key: &str| {
            let headers = [("Idempotency-Key", key)];
            client
                .send(Method::POST, "/api/v1/bookings", Some(body), &headers)
                .await
        };
        let basket = town.crew.basket(&["POOL tue 09:00-12:00"]);
        let first = send(basket.clone(), "tap").await.expect(201);
        let again = send(basket.clone(), "tap").await;
        assert_eq!(again.headers["idempotent-replay"], "true");
        assert_eq!(again.expect(201), first);
        let other = send(town.crew.basket(&["POOL wed 09:00-12:00"]), "tap").await;
        assert_eq!(other.problem(422), "idempotency_key_reused");
        send(basket.clone(), "another tap").await.expect(201);
        assert_eq!(bookings_of(&town.crew).await, 2);

        let too_many = town.crew.basket(&["POOL x9 tue 09:00-12:00"]);
        assert_eq!(
            send(too_many.clone(), "refused").await.problem(409),
            "clash"
        );
        for booking in each(&client.get("/api/v1/bookings").await.expect(200), "id") {
            let path = format!("/api/v1/bookings/{booking}/cancellation");
            client.post(&path, json!({})).await.expect(200);
        }
        send(too_many, "refused").await.expect(201);
        let long = "x".repeat(201);
        assert_eq!(send(basket, &long).await.problem(422), "invalid_input");
        (app, town)
    });
}

#[test]
fn a_change_swaps_its_lines_or_leaves_them() {
    in_town(|app, town| async {
        for code in ["A01", "A02", "A03"] {
            town.set(&app, code).await;
        }
        town.rival.book(&["A03 tue 09:00-12:00"]).await.expect(201);
        let booked = town
            .crew
            .book(&["A01 tue 09:00-12:00", "A02 tue 09:00-12:00"])
            .await
            .expect(201);
        let path = place(&booked);
        let client = &town.crew.client;
        let line = |text: &str, id: &Value| {
            let mut line = line_in(text);
            if id.is_string() {
                line["id"] = id.clone();
            }
            line
        };
        let [one, two] = [&booked["lines"][0]["id"], &booked["lines"][1]["id"]];
        let impossible = json!({ "lines": [line("A01 tue 10:00-13:00", one), line("A03 tue 09:00-12:00", &Value::Null)] });
        let refused = client.patch(&path, 1, impossible).await.expect(409);
        assert_eq!(refused["refusals"][0]["line"], 1);
        let as_it_was = client.get(&path).await.expect(200);
        assert_eq!(
            (&as_it_was["version"], &as_it_was["lines"]),
            (&booked["version"], &booked["lines"])
        );

        // Its own claims are not in its way; the line that is left out is called off.
        let moved = json!({ "lines": [line("A01 tue 10:00-14:00", one), line("A01 wed 09:00-12:00", &Value::Null)] });
        let changed = client.patch(&path, 1, moved).await.expect(200);
        assert_eq!(changed["version"], 2);
        let states: Vec<&str> = changed["lines"]
            .as_array()
            .expect("lines")
            .iter()
            .map(|line| line["state"].as_str().expect("a state"))
            .collect();
        assert_eq!(states, ["confirmed", "cancelled", "confirmed"]);
        assert_eq!(&changed["lines"][1]["id"], two);
        town.rival.book(&["A02 tue 09:00-12:00"]).await.expect(201);
        town.rival.book(&["A01 tue 13:00-15:00"]).await.expect(409);

        let stale = client
            .patch(&path, 1, json!({ "title": "late" }))
            .await
            .expect(412);
        assert_eq!(
            (&stale["code"], &stale["version"]),
            (&json!("version_stale"), &json!(2))
        );
        let blind = client
            .send(Method::PATCH, &path, Some(json!({ "title": "x" })), &[])
            .await;
        assert_eq!(blind.problem(428), "precondition_required");
        (app, town)
    });
}

#[test]
fn others_bookings_are_not_there() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        let booked = town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        let path = place(&booked);
        let reference = format!(
            "/api/v1/bookings/{}",
            booked["reference"].as_str().expect("a reference")
        );
        let rival = &town.rival.client;
        for path in [&path, &reference] {
            assert_eq!(rival.get(path).await.problem(404), "not_found");
            assert_eq!(
                rival
                    .patch(path, 1, json!({ "title": "x" }))
                    .await
                    .problem(404),
                "not_found"
            );
            let cancel = format!("{path}/cancellation");
            assert_eq!(
                rival.post(&cancel, json!({})).await.problem(404),
                "not_found"
            );
            for part in ["history", "letters", "calendar.ics"] {
                assert_eq!(
                    rival.get(&format!("{path}/{part}")).await.problem(404),
                    "not_found"
                );
            }
        }
        let stolen = json!({ "production": town.crew.production, "lines": [line_in("A01 wed 09:00-12:00")] });
        let refused = rival.post("/api/v1/bookings", stolen).await;
        assert_eq!(refused.problem(403), "forbidden");
        assert_eq!(
            rival.get("/api/v1/bookings?scope=all").await.problem(403),
            "forbidden"
        );
        let seen = town.viewer.client.get(&reference).await.expect(200);
        assert_eq!(
            seen["can"],
            json!({ "change": false, "cancel": false, "decide": false, "confirm": false, "challenge": false })
        );
        let by_viewer = town
            .viewer
            .client
            .post(&format!("{path}/cancellation"), json!({}))
            .await;
        assert_eq!(by_viewer.problem(403), "forbidden");
        (app, town)
    });
}

#[test]
fn an_owner_decides_its_own_lines() {
    in_town(|app, town| async {
        town.palace(&app, "PALACE").await;
        town.set(&app, "A01").await;
        let ask = || {
            town.crew
                .book(&["PALACE tue 09:00-12:00", "A01 tue 09:00-12:00"])
        };
        let asked = ask().await.expect(201);
        assert_eq!(asked["state"], "requested");
        let waiting = town
            .owner
            .client
            .get("/api/v1/bookings?scope=decide")
            .await
            .expect(200);
        assert_eq!(
            each(&waiting, "reference"),
            [asked["reference"].as_str().expect("a reference")]
        );
        let decision = format!("{}/decision", place(&asked));
        let by_crew = town
            .crew
            .client
            .post(&decision, json!({ "verdict": "grant" }))
            .await;
        assert_eq!(by_crew.problem(403), "forbidden");
        let wrong = town
            .owner
            .client
            .post(&decision, json!({ "verdict": "maybe" }))
            .await
            .expect(422);
        assert_eq!(faults(&wrong)[0].0, "verdict");
        let no = json!({ "verdict": "decline", "reason": "under repair" });
        let declined = town
            .owner
            .client
            .post(&decision, no.clone())
            .await
            .expect(200);
        assert_eq!(declined["lines"][0]["state"], "declined");
        let seen = town.crew.client.get(&place(&asked)).await.expect(200);
        assert_eq!(
            seen["lines"][1]["state"], "cancelled",
            "together: the rest goes with it"
        );
        assert_eq!(seen["lines"][0]["reason"], "under repair");
        assert_eq!(
            town.owner.client.post(&decision, no).await.problem(409),
            "state_conflict"
        );

        let asked = ask().await.expect(201);
        let decision = format!("{}/decision", place(&asked));
        town.owner
            .client
            .post(&decision, json!({ "verdict": "grant" }))
            .await
            .expect(200);
        let seen = town.crew.client.get(&place(&asked)).await.expect(200);
        assert_eq!(
            (&seen["state"], &seen["lines"][0]["decided_by"]),
            (&json!("confirmed"), &json!("owner"))
        );
        (app, town)
    });
}

#[test]
fn what_is_granted_is_kept_where_lines_do_not_go_together() {
    in_town(|app, town| async {
        town.palace(&app, "PALACE").await;
        town.set(&app, "A01").await;
        let mut basket = town
            .crew
            .basket(&["PALACE tue 09:00-12:00", "A01 tue 09:00-12:00"]);
        basket["together"] = json!(false);
        let asked = town
            .crew
            .client
            .post("/api/v1/bookings", basket)
            .await
            .expect(201);
        let decision = format!("{}/decision", place(&asked));
        town.owner
            .client
            .post(&decision, json!({ "verdict": "decline" }))
            .await
            .expect(200);
        let seen = town.crew.client.get(&place(&asked)).await.expect(200);
        assert_eq!(seen["lines"][1]["state"], "confirmed");
        assert_eq!(seen["state"], "confirmed");
        (app, town)
    });
}

#[test]
fn terms_of_cancelling_are_told_before_and_counted_after() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        let booked = town.crew.book(&["A01 sun 09:00-12:00"]).await.expect(201);
        let path = place(&booked);
        assert_eq!(
            booked["cancellation_terms"]["fee"]["amount"], 0,
            "just booked"
        );
        // Sunday 09:00 is 145 hours from Monday 08:00.
        for (hours_later, fee) in [(72, 0), (73, 45_000), (121, 45_000), (122, 90_000)] {
            let passed = app.app.clock.now() - crate::support::app::monday_morning();
            app.app
                .clock
                .advance(chrono::TimeDelta::hours(hours_later) - passed);
            let seen = town.crew.client.get(&path).await.expect(200);
            let terms = &seen["cancellation_terms"]["fee"]["amount"];
            assert_eq!(terms, fee, "after {hours_later} hours");
        }
        let cancelled = town
            .crew
            .client
            .post(&format!("{path}/cancellation"), json!({}))
            .await
            .expect(200);
        assert_eq!(cancelled["state"], "cancelled");
        let letters = app.letters().await;
        let told = &letters.last().expect("a letter").letter.text;
        assert!(told.contains("¥900.00"), "{told}");
        let again = town
            .crew
            .client
            .post(&format!("{path}/cancellation"), json!({}))
            .await;
        assert_eq!(again.problem(409), "state_conflict");
        (app, town)
    });
}

/// Bodies with one thing wrong: the body, the field, the code.
fn bad_input(crew: &Person) -> Vec<(Value, &'static str, &'static str)> {
    let with = |field: &str, value: Value| {
        let mut basket = crew.basket(&["A01 tue 09:00-12:00"]);
        basket["lines"][0][field] = value;
        basket
    };
    let many: Vec<&str> = vec!["A01 tue 09:00-12:00"; 101];
    let mut unknown_field = with("units", json!(1));
    unknown_field["discount"] = json!(100);
    vec![
        (
            with("end", json!("2030-01-08T09:00:00+08:00")),
            "lines[0].end",
            "span_empty",
        ),
        (
            with("end", json!("2030-01-08T08:00:00+08:00")),
            "lines[0].end",
            "span_inverted",
        ),
        (
            with("start", json!("2030-01-08T09:00:30+08:00")),
            "lines[0].start",
            "not_whole_minute",
        ),
        (
            with("start", json!("0001-01-01T00:00:00Z")),
            "lines[0].start",
            "year_out_of_range",
        ),
        (
            with("start", json!("2030-01-08T09:00:00")),
            "lines[0].start",
            "not_a_moment",
        ),
        (
            with("start", json!("tuesday")),
            "lines[0].start",
            "not_a_moment",
        ),
        (with("units", json!(0)), "lines[0].units", "out_of_range"),
        (with("units", json!(-3)), "lines[0].units", "out_of_range"),
        (
            with("units", json!(1_000_000_000)),
            "lines[0].units",
            "out_of_range",
        ),
        (with("units", json!("two")), "lines[0].units", "wrong_type"),
        (with("units", json!(1.5)), "lines[0].units", "wrong_type"),
        (
            with("listing", json!("A99")),
            "lines[0].listing",
            "unknown_listing",
        ),
        (
            with("listing", json!("lst_0000000000001")),
            "lines[0].listing",
            "unknown_listing",
        ),
        (
            with("listing", Value::Null),
            "lines[0].listing",
            "wrong_type",
        ),
        (unknown_field, "discount", "wrong_type"),
        (crew.basket(&[]), "lines", "required"),
        (crew.basket(&many), "lines", "too_many"),
        (
            json!({ "production": "bkg_0000000000001", "lines": [line_in("A01 tue 09:00-12:00")] }),
            "production",
            "not_an_id",
        ),
        (json!([]), "body", "wrong_type"),
    ]
}

#[test]
fn bad_input_gets_a_clear_4xx_and_leaves_nothing() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        for (body, field, code) in bad_input(&town.crew) {
            let refused = town
                .crew
                .client
                .post("/api/v1/bookings", body)
                .await
                .expect(422);
            let expected = (field.to_owned(), code.to_owned());
            assert_eq!(faults(&refused), [expected], "{refused}");
            let message = refused["errors"][0]["message"].as_str().expect("words");
            assert_ne!(message, code, "every code has words");
        }
        let past = town
            .crew
            .client
            .post("/api/v1/bookings", {
                let mut basket = town.crew.basket(&["A01 tue 09:00-12:00"]);
                basket["lines"][0]["start"] = json!("2029-12-01T09:00:00+08:00");
                basket
            })
            .await
            .expect(422);
        assert_eq!(past["code"], "refused", "{past}");
        let missing =
            json!({ "production": "prd_0000000000001", "lines": [line_in("A01 tue 09:00-12:00")] });
        let refused = town.crew.client.post("/api/v1/bookings", missing).await;
        assert_eq!(refused.problem(404), "not_found");
        assert_eq!(bookings_of(&town.crew).await, 0);
        (app, town)
    });
}

#[test]
fn bodies_that_are_no_json_get_a_clear_4xx() {
    in_town(|app, town| async {
        let client: &Client = &town.crew.client;
        let json = "application/json";
        let cases: [(&str, Vec<u8>, u16, &str); 7] = [
            (json, b"{\"production\": ".to_vec(), 400, "malformed_json"),
            (json, b"{} trailing".to_vec(), 422, "invalid_input"),
            (json, vec![0xff, 0xfe, 0x00], 400, "malformed_json"),
            (json, Vec::new(), 400, "malformed_json"),
            (json, vec![b'['; 100_000], 422, "invalid_input"),
            ("text/plain", b"{}".to_vec(), 415, "wrong_content_type"),
            (json, vec![b' '; 5_000_000], 413, "body_too_large"),
        ];
        for (content_type, body, status, code) in cases {
            let refused = client
                .send_raw("/api/v1/bookings", content_type, body)
                .await;
            assert_eq!(refused.problem(status), code);
        }
        // The server hangs up on who sends too much: the next words are another's.
        let client: &Client = &town.viewer.client;
        let lost = client.get("/api/v1/nothing").await;
        assert_eq!(lost.problem(404), "not_found");
        let method = client
            .send(Method::PUT, "/api/v1/bookings", Some(json!({})), &[])
            .await;
        assert!(
            matches!(method.status.as_u16(), 404 | 405),
            "{}",
            method.status
        );
        (app, town)
    });
}

#[test]
fn pages_of_bookings_by_time_and_owner() {
    in_town(|app, town| async {
        town.pool(&app, "POOL", 9).await;
        for day in ["tue", "wed", "thu"] {
            town.crew
                .book(&[&format!("POOL {day} 09:00-12:00")])
                .await
                .expect(201);
        }
        app.app.clock.advance(chrono::TimeDelta::hours(50));
        let count = async |query: &str| {
            let page = town
                .crew
                .client
                .get(&format!("/api/v1/bookings?{query}"))
                .await
                .expect(200);
            each(&page, "id").len()
        };
        assert_eq!(count("when=past").await, 1);
        assert_eq!(count("when=now").await, 1);
        assert_eq!(count("when=next").await, 1);
        assert_eq!(count("scope=mine").await, 3);
        let first = town
            .crew
            .client
            .get("/api/v1/bookings?limit=2")
            .await
            .expect(200);
        let cursor = first["next_cursor"].as_str().expect("more");
        let second = town
            .crew
            .client
            .get(&format!("/api/v1/bookings?limit=2&cursor={cursor}"))
            .await
            .expect(200);
        assert_eq!(each(&second, "id").len(), 1);
        for (other, who) in [
            (format!("limit=2&scope=mine&cursor={cursor}"), &town.crew),
            (format!("limit=2&cursor={cursor}"), &town.viewer),
        ] {
            let refused = who.client.get(&format!("/api/v1/bookings?{other}")).await;
            assert_eq!(refused.problem(422), "invalid_cursor");
        }
        for wrong in ["scope=everything", "when=soon", "cursor=abc", "cursor=%00"] {
            town.crew
                .client
                .get(&format!("/api/v1/bookings?{wrong}"))
                .await
                .expect(422);
        }
        assert_eq!(app.letters().await.len(), 3);
        (app, town)
    });
}
