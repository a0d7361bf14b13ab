//! What is offered in the place of what is refused: it works, every time, at once.

use backlot::domain::ids::{CompanyId, ListingId};
use backlot::domain::policy::OwnRules;
use serde_json::{Value, json};

use super::in_town;
use crate::support::app::TestApp;
use crate::support::make::{Person, Town, line_in};

/// Gives a listing to another owner.
pub(super) async fn give(app: &TestApp, listing: ListingId, owner: CompanyId) {
    let given = app.app.store.write(move |conn| {
        let mut listing = backlot::store::listings::find(conn, listing)?;
        listing.owner = owner;
        backlot::store::listings::update(conn, &listing)
    });
    given.await.expect("given");
}

pub(super) fn kinds(answer: &Value) -> Vec<&str> {
    let repairs = answer["repairs"].as_array().expect("repairs");
    repairs
        .iter()
        .map(|repair| repair["kind"].as_str().expect("a kind"))
        .collect()
}

pub(super) fn summaries(answer: &Value) -> Vec<&str> {
    let repairs = answer["repairs"].as_array().expect("repairs");
    repairs
        .iter()
        .map(|repair| repair["summary"].as_str().expect("words"))
        .collect()
}

pub(super) fn repair<'a>(answer: &'a Value, kind: &str) -> &'a Value {
    let place = kinds(answer).iter().position(|known| *known == kind);
    &answer["repairs"][place.expect("a repair of this kind")]
}

/// Sends every repair of a refused basket at once; each must do what it says. Answers the refusal.
async fn try_every_repair(who: &Person, body: Value) -> Value {
    let problem = who.client.post("/api/v1/bookings", body.clone()).await;
    assert!(problem.status.is_client_error(), "{}", problem.json);
    let quote = who.client.post("/api/v1/quotes", body).await.expect(200);
    assert_eq!(
        summaries(&quote),
        summaries(&problem.json),
        "a quote says what a booking says"
    );
    for repair in quote["repairs"].as_array().expect("repairs") {
        assert!(!repair["summary"].as_str().expect("words").is_empty());
        assert!(!repair["parts"].as_array().expect("parts").is_empty());
        try_repair(who, repair).await;
    }
    problem.json
}

async fn try_repair(who: &Person, repair: &Value) {
    if repair["complete"] == true {
        let booked = who
            .client
            .post("/api/v1/bookings", repair["body"].clone())
            .await;
        assert_eq!(booked.status, 201, "{repair}\n{}", booked.json);
        let path = format!(
            "/api/v1/bookings/{}/cancellation",
            booked.json["id"].as_str().expect("an id")
        );
        who.client.post(&path, json!({})).await.expect(200);
        return;
    }
    let quote = who
        .client
        .post("/api/v1/quotes", repair["body"].clone())
        .await
        .expect(200);
    let line = usize::try_from(repair["line"].as_u64().expect("a line")).expect("small");
    assert_eq!(quote["lines"][line]["refusals"], json!([]), "{repair}");
}

#[test]
fn a_taken_set_is_mended_by_another_by_another_time_or_by_less_of_it() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        town.set(&app, "A02").await;
        let theirs = town.set(&app, "A03").await;
        give(&app, theirs, town.rival.member.company).await;
        town.rival.book(&["A01 tue 12:00-15:00"]).await.expect(201);
        let refused =
            try_every_repair(&town.crew, town.crew.basket(&["A01 tue 09:00-14:00"])).await;
        assert_eq!(
            kinds(&refused),
            [
                "equivalent",
                "other_owner",
                "shift_line",
                "shift_line",
                "shorter"
            ]
        );
        let other = repair(&refused, "equivalent");
        assert_eq!(other["summary"], "Take Set A02, free at the same time");
        assert_eq!(other["price_difference"]["amount"], 0);
        assert_eq!(other["body"]["production"], json!(town.crew.production));
        assert_eq!(
            repair(&refused, "other_owner")["parts"][0]["listing"]["code"],
            "A03"
        );
        let moved = repair(&refused, "shift_line");
        assert_eq!(moved["summary"], "Move Set A01 to 01-08 07:00–12:00");
        let shorter = repair(&refused, "shorter");
        assert_eq!(shorter["summary"], "Shorten Set A01 to 01-08 09:00–12:00");
        assert_eq!(shorter["price_difference"]["amount"], -2 * 30_000);
        (app, town)
    });
}

#[test]
fn units_that_lack_come_from_two_listings_or_are_fewer() {
    in_town(|app, town| async {
        town.pool(&app, "LAMP", 6).await;
        town.pool(&app, "LIGHT", 4).await;
        town.rival
            .book(&["LAMP x3 tue 12:00-15:00"])
            .await
            .expect(201);
        let refused =
            try_every_repair(&town.crew, town.crew.basket(&["LAMP x5 tue 09:00-14:00"])).await;
        assert_eq!(
            repair(&refused, "split")["summary"],
            "Take some of each: Set LAMP × 3 01-08 09:00–14:00; Set LIGHT × 2 01-08 09:00–14:00"
        );
        assert_eq!(repair(&refused, "fewer")["summary"], "Book 3 of Set LAMP");
        assert_eq!(
            repair(&refused, "fewer")["price_difference"]["amount"],
            -2 * 5 * 30_000
        );
        (app, town)
    });
}

#[test]
fn a_basket_with_several_refusals_is_mended_line_by_line_or_at_once() {
    in_town(|app, town| async {
        for code in ["A01", "A02", "A03", "A04"] {
            town.set(&app, code).await;
        }
        town.rival
            .book(&["A01 tue 12:00-15:00", "A02 tue 12:00-15:00"])
            .await
            .expect(201);
        let body = town
            .crew
            .basket(&["A01 tue 09:00-14:00", "A02 tue 09:00-14:00"]);
        let refused = try_every_repair(&town.crew, body).await;
        let all = repair(&refused, "all");
        assert_eq!(
            (&all["complete"], &all["line"]),
            (&json!(true), &Value::Null)
        );
        assert_eq!(repair(&refused, "equivalent")["complete"], false);
        assert_eq!(
            repair(&refused, "shift_basket")["body"]["lines"][1]["start"],
            "2030-01-07T23:00:00Z"
        );
        (app, town)
    });
}

#[test]
fn what_is_only_against_the_rules_is_put_right() {
    in_town(|app, town| async {
        let rules = OwnRules {
            night_allowed: Some(false),
            horizon_days: Some(3),
            lead_minutes: Some(24 * 60),
            ..OwnRules::default()
        };
        town.listing(&app.app.store, "A01", 2, rules).await;
        let crew = &town.crew;
        let off_step = try_every_repair(crew, crew.basket(&["A01 wed 09:10-11:55"])).await;
        assert_eq!(
            repair(&off_step, "fit")["summary"],
            "Set A01: make it 01-09 09:00–12:00"
        );
        let night = try_every_repair(crew, crew.basket(&["A01 wed 18:00-23:30"])).await;
        assert_eq!(
            repair(&night, "shorter")["summary"],
            "Shorten Set A01 to 01-09 18:00–22:00"
        );
        let soon = try_every_repair(crew, crew.basket(&["A01 mon 20:00-22:00"])).await;
        assert_eq!(
            repair(&soon, "shift_line")["summary"],
            "Move Set A01 to 01-08 08:00–10:00"
        );
        let far = try_every_repair(crew, crew.basket(&["A01 sun 10:00-12:00"])).await;
        assert_eq!(
            repair(&far, "shift_line")["summary"],
            "Move Set A01 to 01-10 08:00–10:00"
        );
        let many = try_every_repair(crew, crew.basket(&["A01 x3 wed 10:00-12:00"])).await;
        assert_eq!(repair(&many, "fewer")["summary"], "Book 2 of Set A01");
        (app, town)
    });
}

#[test]
fn a_refused_change_is_mended_with_the_lines_it_had() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        town.set(&app, "A02").await;
        town.set(&app, "A03").await;
        let booked = town
            .crew
            .book(&["A01 tue 09:00-12:00", "A02 tue 09:00-12:00"])
            .await
            .expect(201);
        town.rival.book(&["A01 tue 14:00-18:00"]).await.expect(201);
        let path = format!("/api/v1/bookings/{}", booked["id"].as_str().expect("an id"));
        let mut lines = ["A01 tue 09:00-16:00", "A02 tue 09:00-12:00"].map(line_in);
        for (place, line) in lines.iter_mut().enumerate() {
            line["id"] = booked["lines"][place]["id"].clone();
        }
        let problem = town
            .crew
            .client
            .patch(&path, 1, json!({ "lines": lines }))
            .await
            .expect(409);
        let shorter = repair(&problem, "shorter");
        assert_eq!(shorter["body"]["lines"][0]["id"], booked["lines"][0]["id"]);
        let mut version = 1;
        for repair in problem["repairs"].as_array().expect("repairs") {
            let changed = town
                .crew
                .client
                .patch(&path, version, repair["body"].clone())
                .await;
            assert_eq!(changed.status, 200, "{repair}\n{}", changed.json);
            assert_eq!(app.broken_promises().await, Vec::<String>::new());
            let listing = &repair["body"]["lines"][0]["listing"];
            let stored = town.crew.client.get(&path).await.expect(200);
            assert_eq!(
                &stored["lines"][0]["listing"]["id"], listing,
                "another listing is stored"
            );
            version += 1;
            let mut lines = ["A01 tue 09:00-12:00", "A02 tue 09:00-12:00"].map(line_in);
            for (place, line) in lines.iter_mut().enumerate() {
                line["id"] = changed.json["lines"][place]["id"].clone();
            }
            town.crew
                .client
                .patch(&path, version, json!({ "lines": lines }))
                .await
                .expect(200);
            version += 1;
        }
        assert!(version > 5, "several repairs were tried");
        (app, town)
    });
}

/// Chance, but the same each time.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    pub(super) fn line(&mut self) -> String {
        let code =
            ["A01", "A02", "A03", "POOL", "GEAR"][usize::try_from(self.below(5)).expect("small")];
        let units = if code.starts_with('A') {
            1
        } else {
            1 + self.below(5)
        };
        let day = ["tue", "wed", "thu"][usize::try_from(self.below(3)).expect("small")];
        let from = 6 + self.below(16);
        let (to, half) = (
            (from + 2 + self.below(7)) % 24,
            if self.below(9) == 0 { "10" } else { "30" },
        );
        format!("{code} x{units} {day} {from:02}:{half}-{to:02}:30")
    }
}

pub(super) async fn furnish(app: &TestApp, town: &Town) {
    let rules = |turnaround: u32, night: bool| OwnRules {
        turnaround_minutes: Some(turnaround),
        night_allowed: Some(night),
        ..OwnRules::default()
    };
    for (code, quantity, rules) in [
        ("A01", 1, rules(30, true)),
        ("A02", 1, rules(0, false)),
        ("A03", 1, rules(60, true)),
        ("POOL", 6, rules(0, true)),
        ("GEAR", 4, rules(60, true)),
    ] {
        town.listing(&app.app.store, code, quantity, rules).await;
    }
}

#[test]
fn where_only_holds_are_in_the_way_a_place_in_line_is_offered() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        town.set(&app, "B01").await;
        let mut held = town.rival.basket(&["A01 tue 09:00-12:00"]);
        held["hold"] = json!(true);
        let rival = &town.rival.client;
        rival.post("/api/v1/bookings", held).await.expect(201);
        let lines = ["A01 tue 10:00-13:00", "B01 tue 10:00-13:00"];
        let refused = try_every_repair(&town.crew, town.crew.basket(&lines)).await;
        let wait = repair(&refused, "queue");
        assert_eq!(
            wait["summary"],
            "Wait in line for Set A01 × 1 01-08 10:00–13:00"
        );
        assert_eq!(
            (&wait["body"]["hold"], &wait["price_difference"]["amount"]),
            (&json!(true), &json!(0))
        );
        let waits = town
            .crew
            .client
            .post("/api/v1/bookings", wait["body"].clone())
            .await
            .expect(201);
        assert_eq!(
            (&waits["lines"][0]["state"], &waits["lines"][1]["state"]),
            (&json!("queued"), &json!("held"))
        );
        town.owner.book(&["B01 wed 09:00-12:00"]).await.expect(201);
        let firm = try_every_repair(
            &town.crew,
            town.crew
                .basket(&["A01 tue 10:00-13:00", "B01 wed 10:00-13:00"]),
        )
        .await;
        assert!(!kinds(&firm).contains(&"queue"), "a booking does not lapse");
        (app, town)
    });
}

#[test]
fn whatever_is_refused_every_repair_of_it_works() {
    in_town(|app, town| async {
        furnish(&app, &town).await;
        let mut dice = Dice(20_300_107);
        let mut tried = std::collections::BTreeMap::new();
        for _ in 0..60 {
            let lines: Vec<String> = (0..=dice.below(2)).map(|_| dice.line()).collect();
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            let who = [&town.crew, &town.rival][usize::try_from(dice.below(2)).expect("small")];
            let mut body = who.basket(&lines);
            body["hold"] = json!(dice.below(3) == 0);
            let booked = who.client.post("/api/v1/bookings", body.clone()).await;
            if booked.status == 201 || booked.json["code"] == "too_many_holds" {
                continue;
            }
            let refused = try_every_repair(who, body).await;
            for kind in kinds(&refused) {
                *tried.entry(kind.to_owned()).or_insert(0) += 1;
            }
        }
        assert!(tried.values().sum::<i32>() > 100, "tried {tried:?}");
        assert!(tried.len() >= 9, "tried {tried:?}");
        (app, town)
    });
}
