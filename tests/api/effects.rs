//! Whom a change would hit is shown before it is made; those crews are asked to move, and what they are offered works.

use backlot::domain::policy::{HoursApply, OwnRules};
use serde_json::{Value, json};

use super::faults;
use crate::support::app::TestApp;
use crate::support::database::{Database, on_both_engines};
use crate::support::make::{Person, Town, moment};

async fn settle(database: Database) -> (TestApp, Town) {
    let app = TestApp::on(database).await;
    let town = Town::settle(&app).await;
    (app, town)
}

fn closure(listing: &str, day: &str, from: &str, to: &str) -> Value {
    json!({ "closure": { "listing": listing, "start": moment(day, from, 0), "end": moment(day, to, 0) } })
}

async fn effects(who: &Person, effect: Value) -> Value {
    who.client.post("/api/v1/effects", effect).await.expect(200)
}

fn hit(effects: &Value) -> Vec<&str> {
    let items = effects["items"].as_array().expect("items").iter();
    items
        .map(|one| one["booking"].as_str().expect("a reference"))
        .collect()
}

fn reference(booking: &Value) -> &str {
    booking["reference"].as_str().expect("a reference")
}

async fn move_request(who: &Person, booking: &Value) -> Value {
    let path = format!("/api/v1/bookings/{}/move-request", reference(booking));
    who.client.get(&path).await.expect(200)
}

on_both_engines! {
    /// The whole way: seen before, asked, taken in one tap, and then the closure can be made.
    async fn a_crew_that_is_asked_takes_an_offer_and_the_closure_stands(database: Database) {
        let (app, town) = settle(database).await;
        town.set(&app, "A01").await;
        town.set(&app, "A02").await;
        let booked = town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        let later = town.rival.book(&["A01 tue 14:00-16:00"]).await.expect(201);
        let effect = closure("A01", "tue", "08:00", "13:00");
        let seen = effects(&town.owner, effect.clone()).await;
        assert_eq!((&seen["total"], hit(&seen)), (&json!(1), vec![reference(&booked)]), "the afternoon is not hit");
        let line = &seen["items"][0]["lines"][0];
        assert_eq!(line["listing"]["code"], "A01");
        let offers = line["offers"].as_array().expect("offers");
        assert!(offers[0]["summary"].as_str().expect("words").contains("A02"), "{line}");
        assert_eq!(seen["items"][0]["asked_at"], Value::Null);
        assert_eq!(app.letters().await.len(), 2, "looking writes to nobody");

        let body = json!({ "effect": effect, "bookings": [reference(&booked), reference(&later)], "note": "fire drill" });
        let asked = town.owner.client.post("/api/v1/effects/letters", body).await.expect(200);
        assert_eq!(asked["bookings"], json!([reference(&booked)]), "who is not hit is not asked");
        let letters = app.letters().await;
        let letter = letters.last().expect("a letter");
        assert!(letter.letter.text.contains("fire drill") && letter.letter.text.contains("Set A02"), "{}", letter.letter.text);
        let seen = effects(&town.owner, closure("A01", "tue", "08:00", "13:00")).await;
        assert_ne!(seen["items"][0]["asked_at"], Value::Null);

        let request = move_request(&town.crew, &booked).await;
        assert_eq!(request["note"], "fire drill");
        let repair = &request["lines"][0]["repairs"][0];
        assert_eq!(repair["parts"][0]["listing"]["code"], "A02");
        let path = format!("/api/v1/bookings/{}", reference(&booked));
        town.crew.client.patch(&path, 1, repair["body"].clone()).await.expect(200);
        assert_eq!(move_request(&town.crew, &booked).await["asked_at"], Value::Null, "it has moved");
        let mut closing = closure("A01", "tue", "08:00", "13:00")["closure"].clone();
        closing["reason"] = json!("fire drill");
        town.owner.client.post("/api/v1/closures", closing).await.expect(201);
        assert_eq!(app.broken_promises().await, Vec::<String>::new());
    }

    /// Every offer of every kind of change works when it is taken at once, and none leads back to what is taken away.
    async fn what_is_offered_is_never_what_is_taken_away(database: Database) {
        let (app, town) = settle(database).await;
        for code in ["A01", "A02", "A03"] {
            town.set(&app, code).await;
        }
        town.pool(&app, "LAMP", 5).await;
        let mut closed = closure("A01", "tue", "00:00", "22:00");
        closed["closure"]["end"] = json!(moment("thu", "22:00", 0));
        let cases = [
            (closed, "A01 tue 09:00-12:00"),
            (json!({ "retirement": { "listing": "A02" } }), "A02 wed 09:00-12:00"),
            (json!({ "quantity": { "listing": "LAMP", "quantity": 2 } }), "LAMP x4 wed 09:00-12:00"),
        ];
        for (effect, line) in cases {
            let booked = town.crew.book(&[line]).await.expect(201);
            let body = json!({ "effect": effect, "bookings": [reference(&booked)] });
            town.owner.client.post("/api/v1/effects/letters", body).await.expect(200);
            let request = move_request(&town.crew, &booked).await;
            let repairs = request["lines"][0]["repairs"].as_array().expect("repairs");
            assert!(!repairs.is_empty(), "{effect}: {request}");
            let path = format!("/api/v1/bookings/{}", reference(&booked));
            for (place, repair) in repairs.iter().enumerate() {
                let version = i64::try_from(place).expect("few") + 1;
                let moved = town.crew.client.patch(&path, version, repair["body"].clone()).await;
                moved.expect(200);
                let left = effects(&town.owner, effect.clone()).await;
                assert_eq!(left["total"], 0, "{effect} by {}", repair["summary"]);
            }
        }
        assert_eq!(app.broken_promises().await, Vec::<String>::new());
    }

    /// Shorter hours take nothing away from what is booked, but those who would come too early are named.
    async fn shorter_hours_name_those_who_come_too_early(database: Database) {
        let (app, town) = settle(database).await;
        let rules = OwnRules {
            hours_apply: Some(HoursApply::Ends),
            ..OwnRules::default()
        };
        town.listing(&app.app.store, "A01", 1, rules).await;
        town.set(&app, "A02").await;
        let early = town.crew.book(&["A01 tue 07:00-10:00"]).await.expect(201);
        town.rival.book(&["A01 tue 10:00-13:00"]).await.expect(201);
        let daily = json!([{ "from": "09:00", "to": "20:00" }]);
        let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let weekly: Value = days.iter().map(|day| ((*day).to_owned(), daily.clone())).collect::<serde_json::Map<_, _>>().into();
        let hours = json!({ "hours": { "site": town.site, "hours": { "weekly": weekly } } });
        let seen = effects(&town.manager, hours.clone()).await;
        assert_eq!(hit(&seen), [reference(&early)]);
        let offers = seen["items"][0]["lines"][0]["offers"].to_string();
        assert!(offers.contains("A02"), "a set whose hours do not bind: {offers}");
        let by_owner = town.owner.client.post("/api/v1/effects", hours).await;
        assert_eq!(by_owner.problem(403), "forbidden");
    }

    /// A whole site, what waits in line for what is retired, and what was asked wrongly.
    async fn sites_queues_and_what_was_asked_wrongly(database: Database) {
        let (app, town) = settle(database).await;
        town.set(&app, "A01").await;
        town.set(&app, "A02").await;
        let first = town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        let second = town.rival.book(&["A02 tue 08:00-10:00"]).await.expect(201);
        let span = json!({ "site": town.site, "start": moment("tue", "00:00", 0), "end": moment("wed", "00:00", 0) });
        let seen = effects(&town.manager, json!({ "closure": span })).await;
        assert_eq!(hit(&seen), [reference(&second), reference(&first)], "by when they are hit");
        let offers = &seen["items"][0]["lines"][0]["offers"];
        let words = offers.to_string();
        assert!(!words.contains("A01"), "closed as well: {words}");

        let wrong = town.owner.client.post("/api/v1/effects", json!({})).await.expect(422);
        assert_eq!(faults(&wrong), [("closure".to_owned(), "one_of_two".to_owned())]);
        let unknown = json!({ "retirement": { "listing": "NOWHERE" } });
        assert_eq!(town.owner.client.post("/api/v1/effects", unknown).await.problem(404), "not_found");
        let past = json!({ "closure": { "listing": "A01", "start": "2020-01-01T00:00:00Z", "end": "2020-01-02T00:00:00Z" } });
        let past = town.owner.client.post("/api/v1/effects", past).await.expect(422);
        assert_eq!(faults(&past), [("end".to_owned(), "in_the_past".to_owned())]);
        let of_rival = move_request(&town.rival, &second).await;
        assert_eq!(of_rival["asked_at"], Value::Null, "nobody asked");
        let strange = format!("/api/v1/bookings/{}/move-request", reference(&first));
        let strange = town.rival.client.get(&strange).await;
        assert!([403, 404].contains(&strange.status.as_u16()), "{:?}", strange.status);
    }
}
