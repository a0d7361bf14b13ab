//! Bookings: what joins what is booked already, what is refused with which words, and who may know of it.

use backlot::domain::policy::OwnRules;
use reqwest::Method;
use serde_json::{Value, json};

use super::{each, in_town};
use crate::support::client::Answer;
use crate::support::make::{Person, Town, line_in, moment};

/// Address of a booking.
pub(super) fn path_of(booking: &Value) -> String {
    format!(
        "/api/v1/bookings/{}",
        booking["id"].as_str().expect("an id")
    )
}

/// The first refusal of a clash.
#[track_caller]
fn clash(answer: Answer) -> Value {
    let problem = answer.expect(409);
    assert_eq!(problem["code"], "clash", "{problem}");
    problem["refusals"][0].clone()
}

/// The shortages of a refusal as `"02:00-04:00 short 1 of 1"`, UTC.
fn shortages(refusal: &Value) -> Vec<String> {
    let clock = |moment: &Value| moment.as_str().map_or("", |text| &text[11..16]).to_owned();
    let found = refusal["shortages"].as_array().expect("shortages");
    found
        .iter()
        .map(|shortage| {
            let (start, end) = (clock(&shortage["start"]), clock(&shortage["end"]));
            format!(
                "{start}-{end} short {} of {}",
                shortage["short"], shortage["capacity"]
            )
        })
        .collect()
}

/// Every booking a member's company has.
async fn bookings_of(who: &Person) -> Vec<String> {
    let page = who.client.get("/api/v1/bookings").await.expect(200);
    each(&page, "reference")
}

/// Letters that wait to be sent.
async fn letters_owed(town: &Town) -> Vec<String> {
    let path = "/api/v1/letters?state=waiting";
    each(&town.manager.client.get(path).await.expect(200), "kind")
}

#[test]
fn one_impossible_line_of_ten_and_nothing_is_booked() {
    in_town(|app, town| async {
        let codes: Vec<String> = (0..10).map(|number| format!("A{number}")).collect();
        for code in &codes {
            town.set(&app, code).await;
        }
        town.rival.book(&["A7 tue 10:00-12:00"]).await.expect(201);
        app.letters().await;

        let lines: Vec<String> = codes
            .iter()
            .map(|code| format!("{code} tue 09:00-12:00"))
            .collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let problem = town.crew.book(&lines).await.expect(409);
        assert_eq!(problem["code"], "clash");
        let refusals = problem["refusals"].as_array().expect("refusals");
        assert_eq!(refusals.len(), 1, "{problem}");
        assert_eq!(refusals[0]["line"], 7);
        assert_eq!(refusals[0]["listing"]["code"], "A7");
        assert_eq!(shortages(&refusals[0]), ["02:00-04:00 short 1 of 1"]);

        assert_eq!(bookings_of(&town.crew).await, Vec::<String>::new());
        assert_eq!(letters_owed(&town).await, Vec::<String>::new());
        let free = [&lines[..7], &lines[8..]].concat();
        town.rival.book(&free).await.expect(201);
        (app, town)
    });
}

#[test]
fn every_line_that_is_wrong_is_told_at_once() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        town.pool(&app, "POOL", 3).await;
        town.rival.book(&["A01 tue 10:00-12:00"]).await.expect(201);
        let problem = town
            .crew
            .book(&[
                "POOL x4 tue 09:00-12:00",
                "A01 tue 09:00-12:00",
                "A01 tue 12:00-13:00",
            ])
            .await
            .expect(409);
        let told: Vec<(i64, &str)> = problem["refusals"]
            .as_array()
            .expect("refusals")
            .iter()
            .map(|refusal| {
                let line = refusal["line"].as_i64().expect("a place");
                (line, refusal["code"].as_str().expect("a code"))
            })
            .collect();
        assert_eq!(
            told,
            [(0, "too_many_units"), (1, "clash"), (2, "too_short")]
        );
        (app, town)
    });
}

#[test]
fn the_lines_of_one_basket_are_in_each_others_way_too() {
    in_town(|app, town| async {
        town.pool(&app, "POOL", 3).await;
        let refused = town
            .crew
            .book(&["POOL x2 tue 09:00-12:00", "POOL x2 tue 11:00-14:00"])
            .await;
        let refusal = clash(refused);
        assert_eq!(refusal["line"], 1);
        assert_eq!(shortages(&refusal), ["03:00-04:00 short 1 of 3"]);
        town.crew
            .book(&["POOL x2 tue 09:00-12:00", "POOL x1 tue 11:00-14:00"])
            .await
            .expect(201);
        (app, town)
    });
}

#[test]
fn neighbours_touch_and_never_clash() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        town.rival.book(&["A01 tue 12:00-14:00"]).await.expect(201);
        town.rival.book(&["A01 tue 07:00-09:00"]).await.expect(201);
        (app, town)
    });
}

#[test]
fn every_kind_of_overlap_is_refused_for_exactly_the_time_it_overlaps() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        town.crew.book(&["A01 tue 10:00-14:00"]).await.expect(201);
        let overlaps = [
            ("the same", "10:00-14:00", "02:00-06:00"),
            ("enclosed", "11:00-13:00", "03:00-05:00"),
            ("enclosing", "08:00-16:00", "02:00-06:00"),
            ("into its beginning", "08:00-11:00", "02:00-03:00"),
            ("out of its end", "13:00-16:00", "05:00-06:00"),
            ("by half an hour", "13:30-15:30", "05:30-06:00"),
        ];
        for (how, asked, short) in overlaps {
            let basket = town.rival.basket(&[&format!("A01 tue {asked}")]);
            let quoted = town.rival.client.post("/api/v1/quotes", basket).await;
            assert_eq!(quoted.expect(200)["bookable"], false, "{how}");
            let refused = town.rival.book(&[&format!("A01 tue {asked}")]).await;
            let expected = [format!("{short} short 1 of 1")];
            assert_eq!(shortages(&clash(refused)), expected, "{how}");
        }
        (app, town)
    });
}

/// Two of three from 9 to 12 and one from 11 to 14: the sum is three, but never before eleven.
#[test]
fn a_pool_is_short_where_its_peak_is_and_nowhere_else() {
    in_town(|app, town| async {
        town.pool(&app, "POOL", 3).await;
        town.crew
            .book(&["POOL x2 tue 09:00-12:00"])
            .await
            .expect(201);
        town.crew
            .book(&["POOL x1 tue 11:00-14:00"])
            .await
            .expect(201);
        let refusal = clash(town.rival.book(&["POOL x2 tue 08:00-16:00"]).await);
        assert_eq!(
            shortages(&refusal),
            ["01:00-03:00 short 1 of 3", "03:00-04:00 short 2 of 3"]
        );
        town.rival
            .book(&["POOL x2 tue 12:00-16:00"])
            .await
            .expect(201);
        town.rival
            .book(&["POOL x1 tue 07:00-11:00"])
            .await
            .expect(201);
        (app, town)
    });
}

#[test]
fn turnaround_is_kept_for_others_and_not_paid_within_a_drama() {
    in_town(|app, town| async {
        let rules = OwnRules {
            setup_minutes: Some(30),
            turnaround_minutes: Some(60),
            ..OwnRules::default()
        };
        town.listing(&app.app.store, "A01", 1, rules).await;
        let booked = town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        assert_eq!(booked["lines"][0]["claim_start"], "2030-01-08T00:30:00Z");
        assert_eq!(booked["lines"][0]["claim_end"], "2030-01-08T05:00:00Z");

        let after = clash(town.rival.book(&["A01 tue 12:00-14:00"]).await);
        assert_eq!(
            shortages(&after),
            ["03:30-05:00 short 1 of 1"],
            "its cleaning and the set-up of the next"
        );
        let before = clash(town.rival.book(&["A01 tue 06:00-08:00"]).await);
        assert_eq!(shortages(&before), ["00:30-01:00 short 1 of 1"]);

        town.crew.book(&["A01 tue 12:00-14:00"]).await.expect(201);
        let other_drama = json!({ "title": "Another drama" });
        let drama = town.crew.client.post("/api/v1/productions", other_drama);
        let mut basket = town.crew.basket(&["A01 tue 14:00-16:00"]);
        basket["production"] = drama.await.expect(201)["id"].clone();
        let stranger = town.crew.client.post("/api/v1/bookings", basket).await;
        assert_eq!(
            shortages(&clash(stranger)),
            ["05:30-07:00 short 1 of 1"],
            "another drama of the same company pays like any other"
        );
        town.rival.book(&["A01 tue 15:30-17:30"]).await.expect(201);
        (app, town)
    });
}

#[test]
fn a_night_shoot_crosses_midnight_where_nights_are_allowed() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        let night = town.crew.book(&["A01 tue 22:00-06:00"]).await.expect(201);
        assert_eq!(night["start"], "2030-01-08T14:00:00Z");
        assert_eq!(night["end"], "2030-01-08T22:00:00Z");
        let early = clash(town.rival.book(&["A01 wed 05:00-08:00"]).await);
        assert_eq!(shortages(&early), ["21:00-22:00 short 1 of 1"]);
        town.rival.book(&["A01 wed 06:00-08:00"]).await.expect(201);
        town.rival.book(&["A01 tue 20:00-22:00"]).await.expect(201);

        let rules = OwnRules {
            night_allowed: Some(false),
            ..OwnRules::default()
        };
        town.listing(&app.app.store, "QUIET", 1, rules).await;
        let barred = town.crew.book(&["QUIET tue 21:00-23:00"]).await.expect(422);
        assert_eq!(barred["code"], "refused");
        assert_eq!(barred["refusals"][0]["code"], "night_barred");
        town.crew.book(&["QUIET tue 20:00-22:00"]).await.expect(201);
        (app, town)
    });
}

async fn send_with_key(who: &Person, key: &str, lines: &[&str]) -> Answer {
    let headers = [("Idempotency-Key", key)];
    let body = Some(who.basket(lines));
    who.client
        .send(Method::POST, "/api/v1/bookings", body, &headers)
        .await
}

#[test]
fn the_same_key_gives_the_first_answer_again() {
    in_town(|app, town| async {
        town.pool(&app, "POOL", 5).await;
        let first = send_with_key(&town.crew, "k", &["POOL tue 09:00-12:00"]).await;
        assert!(first.headers.get("idempotent-replay").is_none());
        let first = first.expect(201);
        let again = send_with_key(&town.crew, "k", &["POOL tue 09:00-12:00"]).await;
        assert_eq!(again.headers["idempotent-replay"], "true");
        assert_eq!(again.expect(201), first);

        let other = send_with_key(&town.crew, "k", &["POOL tue 09:00-13:00"]).await;
        assert_eq!(other.problem(422), "idempotency_key_reused");
        assert_eq!(bookings_of(&town.crew).await.len(), 1);
        assert_eq!(letters_owed(&town).await, ["confirmed"]);

        let neighbour = send_with_key(&town.rival, "k", &["POOL tue 09:00-12:00"]).await;
        assert!(neighbour.headers.get("idempotent-replay").is_none());
        let neighbour = neighbour.expect(201);
        assert_ne!(neighbour["id"], first["id"], "a key is its sender's own");
        (app, town)
    });
}

#[test]
fn a_refusal_does_not_use_up_a_key() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        let taken = town.rival.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        let refused = send_with_key(&town.crew, "k", &["A01 tue 09:00-12:00"]).await;
        assert_eq!(refused.problem(409), "clash");
        let cancellation = format!("{}/cancellation", path_of(&taken));
        town.rival
            .client
            .post(&cancellation, json!({}))
            .await
            .expect(200);
        let now_free = send_with_key(&town.crew, "k", &["A01 tue 09:00-12:00"]).await;
        assert!(now_free.headers.get("idempotent-replay").is_none());
        now_free.expect(201);
        (app, town)
    });
}

#[test]
fn a_change_is_made_on_the_version_that_was_read() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        let booked = town.crew.book(&["A01 tue 09:00-12:00"]).await;
        assert_eq!(booked.headers["etag"], "\"1\"");
        let booked = booked.expect(201);
        let path = path_of(&booked);
        let title = |text: &str| json!({ "title": text });

        let blind = town
            .crew
            .client
            .send(Method::PATCH, &path, Some(title("blind")), &[])
            .await;
        assert_eq!(blind.problem(428), "precondition_required");
        let nonsense = [("If-Match", "yesterday")];
        let nonsense = town
            .crew
            .client
            .send(Method::PATCH, &path, Some(title("nonsense")), &nonsense)
            .await
            .expect(422);
        assert_eq!(nonsense["errors"][0]["field"], "If-Match");

        let changed = town.crew.client.patch(&path, 1, title("night scenes"));
        let changed = changed.await;
        assert_eq!(changed.headers["etag"], "\"2\"");
        changed.expect(200);
        let stale = town.crew.client.patch(&path, 1, title("stale")).await;
        let stale = stale.expect(412);
        assert_eq!(stale["code"], "version_stale");
        assert_eq!(stale["version"], 2);
        let kept = town.crew.client.get(&path).await.expect(200);
        assert_eq!(kept["title"], "night scenes");
        assert_eq!(kept["version"], 2);
        (app, town)
    });
}

#[test]
fn a_refused_change_leaves_everything_as_it_was() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        town.set(&app, "A02").await;
        town.rival.book(&["A02 tue 09:00-12:00"]).await.expect(201);
        let booked = town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        app.letters().await;
        let path = path_of(&booked);
        let mut moved = line_in("A01 wed 09:00-12:00");
        moved["id"] = booked["lines"][0]["id"].clone();
        let body = json!({ "title": "moved", "lines": [moved, line_in("A02 tue 11:00-13:00")] });
        let refusal = clash(town.crew.client.patch(&path, 1, body).await);
        assert_eq!(refusal["line"], 1);
        assert_eq!(shortages(&refusal), ["03:00-04:00 short 1 of 1"]);
        let kept = town.crew.client.get(&path).await.expect(200);
        assert_eq!(kept, booked);
        assert_eq!(letters_owed(&town).await, Vec::<String>::new());
        clash(town.rival.book(&["A01 tue 10:00-12:00"]).await);
        (app, town)
    });
}

#[test]
fn a_line_left_out_of_a_change_is_called_off() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        town.set(&app, "A02").await;
        let booked = town
            .crew
            .book(&["A01 tue 09:00-12:00", "A02 tue 09:00-12:00"])
            .await
            .expect(201);
        let mut kept = line_in("A01 tue 09:00-12:00");
        kept["id"] = booked["lines"][0]["id"].clone();
        let body = json!({ "lines": [kept, line_in("A01 wed 09:00-12:00")] });
        let path = path_of(&booked);
        let changed = town.crew.client.patch(&path, 1, body).await.expect(200);
        let lines = changed["lines"].as_array().expect("lines");
        let states: Vec<&str> = lines
            .iter()
            .filter_map(|line| line["state"].as_str())
            .collect();
        assert_eq!(states, ["confirmed", "cancelled", "confirmed"]);
        assert_eq!(changed["lines"][0], booked["lines"][0]);
        town.rival.book(&["A02 tue 09:00-12:00"]).await.expect(201);
        (app, town)
    });
}

/// Moved by one hour it overlaps what it was: its own old claim is not in its way.
#[test]
fn a_booking_is_not_in_its_own_way() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        let booked = town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        let mut moved = line_in("A01 tue 10:00-13:00");
        moved["id"] = booked["lines"][0]["id"].clone();
        let path = path_of(&booked);
        let body = json!({ "lines": [moved] });
        let changed = town.crew.client.patch(&path, 1, body).await.expect(200);
        assert_eq!(changed["start"], "2030-01-08T02:00:00Z");
        assert_eq!(changed["lines"][0]["id"], booked["lines"][0]["id"]);
        town.rival.book(&["A01 tue 08:00-10:00"]).await.expect(201);
        clash(town.rival.book(&["A01 tue 12:00-14:00"]).await);
        (app, town)
    });
}

#[test]
fn another_companys_booking_does_not_exist() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        let booked = town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        let reference = booked["reference"].as_str().expect("a reference");
        let rival = &town.rival.client;
        for path in [path_of(&booked), format!("/api/v1/bookings/{reference}")] {
            let nobodys = "/api/v1/bookings/BK-NOBODY";
            let (theirs, unknown) = (rival.get(&path).await, rival.get(nobodys).await);
            assert_eq!(theirs.expect(404), unknown.expect(404), "{path}");
            for part in ["history", "letters", "calendar.ics"] {
                let answer = rival.get(&format!("{path}/{part}")).await;
                assert_eq!(answer.problem(404), "not_found", "{part}");
            }
            let changed = rival.patch(&path, 1, json!({ "title": "mine" })).await;
            assert_eq!(changed.problem(404), "not_found");
            let cancelled = rival.post(&format!("{path}/cancellation"), json!({})).await;
            assert_eq!(cancelled.problem(404), "not_found");
        }
        let decision = format!("{}/decision", path_of(&booked));
        let verdict = json!({ "verdict": "decline" });
        let owner = town.owner.client.post(&decision, verdict).await;
        assert_eq!(owner.problem(409), "state_conflict", "nothing was asked");

        let viewer = &town.viewer.client;
        let seen = viewer.get(&path_of(&booked)).await.expect(200);
        let nothing = json!({ "change": false, "cancel": false, "decide": false, "confirm": false, "challenge": false });
        assert_eq!(seen["can"], nothing);
        let cancellation = format!("{}/cancellation", path_of(&booked));
        let cancelled = viewer.post(&cancellation, json!({})).await;
        assert_eq!(cancelled.problem(403), "forbidden");
        let kept = town.crew.client.get(&path_of(&booked)).await.expect(200);
        assert_eq!(kept, booked);
        (app, town)
    });
}

#[test]
fn a_clash_names_only_who_wants_to_be_named() {
    in_town(|app, town| async {
        town.set(&app, "SHY").await;
        town.set(&app, "OPEN").await;
        let shy = town.rival.book(&["SHY tue 09:00-12:00"]).await.expect(201);
        let open = town.crew.book(&["OPEN tue 09:00-12:00"]).await.expect(201);

        let refused = town.crew.book(&["SHY tue 10:00-13:00"]).await.expect(409);
        let said = refused.to_string();
        assert!(!said.contains("rival"), "{said}");
        assert!(
            !said.contains(shy["reference"].as_str().expect("one")),
            "{said}"
        );
        let holder = &refused["refusals"][0]["holders"][0];
        assert_eq!(holder["mine"], false);
        assert_eq!(
            holder["start"], "2030-01-08T02:00:00Z",
            "cut to what was asked"
        );
        assert_eq!(holder["end"], "2030-01-08T04:00:00Z");

        let words = refused["detail"].as_str().expect("words");
        assert!(words.contains("01-08 12:00"), "from when on: {words}");
        let chinese = [("Accept-Language", "zh-CN")];
        let basket = Some(town.crew.basket(&["SHY tue 10:00-13:00"]));
        let refused = town
            .crew
            .client
            .send(Method::POST, "/api/v1/bookings", basket, &chinese)
            .await
            .expect(409);
        let words = refused["detail"].as_str().expect("words");
        assert!(
            words.contains("01-08 12:00") && words.contains('缺'),
            "{words}"
        );

        let refused = clash(town.rival.book(&["OPEN tue 10:00-13:00"]).await);
        let holder = &refused["holders"][0];
        assert_eq!(holder["company"]["name_en"], "crew company");
        assert_eq!(holder["booking"], Value::Null, "a name, and no more");

        let refused = clash(town.crew.book(&["OPEN tue 10:00-13:00"]).await);
        let holder = &refused["holders"][0];
        assert_eq!(holder["mine"], true);
        assert_eq!(holder["booking"], open["reference"]);

        let mut basket = town.manager.basket(&["SHY tue 10:00-13:00"]);
        basket["production"] = json!(town.crew.production);
        let managed = town.manager.client.post("/api/v1/bookings", basket).await;
        let holder = &clash(managed)["holders"][0];
        assert_eq!(holder["company"]["name_en"], "rival company");
        assert_eq!(holder["booking"], shy["reference"]);
        (app, town)
    });
}

#[test]
fn lists_show_a_company_its_own_bookings_page_by_page() {
    in_town(|app, town| async {
        town.pool(&app, "POOL", 9).await;
        let mut booked = Vec::new();
        for hour in 9..12 {
            let line = format!("POOL tue {hour:02}:00-16:00");
            booked.push(town.crew.book(&[&line]).await.expect(201));
        }
        town.rival.book(&["POOL tue 09:00-12:00"]).await.expect(201);
        let list = |cursor: String| async move { format!("/api/v1/bookings?limit=2{cursor}") };
        let first = town.crew.client.get(&list(String::new()).await).await;
        let first = first.expect(200);
        let cursor = first["next_cursor"].as_str().expect("a second page");
        let rest = list(format!("&cursor={cursor}")).await;
        let second = town.crew.client.get(&rest).await.expect(200);
        assert_eq!(second["next_cursor"], Value::Null);
        let mut seen = each(&first, "id");
        seen.extend(each(&second, "id"));
        booked.reverse();
        let newest_first: Vec<&str> = booked.iter().filter_map(|one| one["id"].as_str()).collect();
        assert_eq!(seen, newest_first);

        let strangers = town.rival.client.get(&rest).await;
        assert_eq!(strangers.problem(422), "invalid_cursor");
        let elsewhere = format!("{rest}&when=past");
        let elsewhere = town.crew.client.get(&elsewhere).await;
        assert_eq!(elsewhere.problem(422), "invalid_cursor");
        for cursor in ["nonsense", "", &cursor.to_uppercase()] {
            let asked = format!("/api/v1/bookings?limit=2&cursor={cursor}");
            let answer = town.crew.client.get(&asked).await;
            assert_eq!(answer.problem(422), "invalid_cursor", "{cursor}");
        }
        let all = town.crew.client.get("/api/v1/bookings?scope=all").await;
        assert_eq!(all.problem(403), "forbidden");
        (app, town)
    });
}

#[test]
fn lists_are_narrowed_to_what_is_past_runs_or_comes() {
    in_town(|app, town| async {
        town.pool(&app, "POOL", 9).await;
        let mut booked = Vec::new();
        for day in ["tue", "wed", "thu"] {
            let line = format!("POOL {day} 09:00-12:00");
            let one = town.crew.book(&[&line]).await.expect(201);
            booked.push(one["id"].as_str().expect("an id").to_owned());
        }
        app.letters().await;
        app.app.clock.advance(chrono::TimeDelta::hours(50));
        for (when, expected) in ["past", "now", "next"].iter().zip(booked) {
            let path = format!("/api/v1/bookings?scope=mine&when={when}");
            let page = town.crew.client.get(&path).await.expect(200);
            assert_eq!(each(&page, "id"), [expected], "{when}");
        }
        (app, town)
    });
}

#[test]
fn lists_are_narrowed_to_one_drama() {
    in_town(|app, town| async {
        town.pool(&app, "POOL", 9).await;
        town.crew.book(&["POOL tue 09:00-12:00"]).await.expect(201);
        let client = &town.crew.client;
        let other = client.post("/api/v1/productions", json!({ "title": "长夜" }));
        let other = other.await.expect(201)["id"].clone();
        let mut of_other = town.crew.basket(&["POOL wed 09:00-12:00"]);
        of_other["production"] = other.clone();
        let booked = client.post("/api/v1/bookings", of_other).await.expect(201);
        let other = other.as_str().expect("an id");
        let path = format!("/api/v1/bookings?when=next&production={other}");
        let page = client.get(&path).await.expect(200);
        assert_eq!(each(&page, "id"), [booked["id"].as_str().expect("an id")]);
        let none = town.rival.client.get(&path).await.expect(200);
        assert_eq!(
            each(&none, "id"),
            Vec::<String>::new(),
            "others' stay theirs"
        );
        let wrong = client.get("/api/v1/bookings?production=li_1").await;
        assert_eq!(wrong.problem(422), "invalid_input");
        (app, town)
    });
}

#[test]
fn a_moment_is_the_same_in_every_offset() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        let mut basket = town.crew.basket(&["A01 tue 09:00-12:00"]);
        basket["lines"][0]["start"] = json!("2030-01-07T20:00:00-05:00");
        basket["lines"][0]["end"] = json!(moment("tue", "12:00", 0));
        let booked = town.crew.client.post("/api/v1/bookings", basket).await;
        let booked = booked.expect(201);
        assert_eq!(booked["start"], "2030-01-08T01:00:00Z");
        assert_eq!(booked["end"], "2030-01-08T04:00:00Z");
        (app, town)
    });
}

/// A line that is changed to another listing claims that one, and lets the old one go.
#[test]
fn a_line_can_be_moved_to_another_listing() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        town.set(&app, "A02").await;
        let booked = town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        let mut line = line_in("A02 tue 09:00-12:00");
        line["id"] = booked["lines"][0]["id"].clone();
        let body = json!({ "lines": [line] });
        let changed = town.crew.client.patch(&path_of(&booked), 1, body).await;
        assert_eq!(changed.expect(200)["lines"][0]["listing"]["code"], "A02");
        let seen = town.crew.client.get(&path_of(&booked)).await.expect(200);
        assert_eq!(seen["lines"][0]["listing"]["code"], "A02");
        town.rival.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        let refused = town.rival.book(&["A02 tue 09:00-12:00"]).await;
        assert_eq!(refused.problem(409), "clash");
        (app, town)
    });
}
