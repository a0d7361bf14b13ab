//! What owners and managers do with what is kept: close and open, retire, count, name, change in bulk, limit.

use std::fmt::Write as _;

use rand::RngExt;
use rand::rngs::StdRng;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Cluster, LISTINGS, UNITS, open};

impl Cluster {
    /// One thing a keeper wants.
    pub(super) async fn keep_house(&self, chance: &mut StdRng) {
        match chance.random_range(0..13) {
            0..3 => self.close(chance).await,
            3..5 => self.reopen(chance).await,
            5..7 => self.retire_or_publish(chance).await,
            7 => self.set_quantity(chance).await,
            8 => self.import(chance).await,
            9 | 10 => self.take_out_or_bring_back(chance).await,
            11 => self.change_many(chance).await,
            _ => self.limit(chance).await,
        }
    }

    async fn close(&self, chance: &mut StdRng) {
        let asked = &self.basket(chance)[0];
        let mut body = json!({ "start": asked.start, "end": asked.end, "reason": "repair" });
        let by = if chance.random_ratio(1, 8) {
            body["site"] = json!(self.town.site);
            &self.town.manager
        } else {
            body["listing"] = json!(asked.code);
            body["units"] = if chance.random_ratio(1, 2) {
                json!(asked.units)
            } else {
                Value::Null
            };
            &self.town.owner
        };
        if chance.random_ratio(1, 3) {
            let days = chance.random_range(2..4);
            body["recurrence"] = json!({ "rule": format!("FREQ=DAILY;COUNT={days}") });
        }
        let answer = by.client.post("/api/v1/closures", body).await;
        let answer = self.allow("close", answer, &[201, 409, 422]);
        if let Some(id) = answer.json["id"].as_str().filter(|_| answer.status == 201) {
            open(&self.closures).push(id.to_owned());
        }
    }

    async fn reopen(&self, chance: &mut StdRng) {
        let closure = {
            let mut closures = open(&self.closures);
            let count = closures.len();
            (count > 0).then(|| closures.swap_remove(chance.random_range(0..count)))
        };
        let Some(closure) = closure else { return };
        let path = format!("/api/v1/closures/{closure}?scope=all");
        let answer = self.town.manager.client.delete(&path).await;
        self.allow("reopen", answer, &[204]);
    }

    async fn retire_or_publish(&self, chance: &mut StdRng) {
        let (code, _) = LISTINGS[chance.random_range(0..LISTINGS.len())];
        // Back at once more often than away.
        let verb = if chance.random_ratio(1, 4) {
            "retirement"
        } else {
            "publication"
        };
        let path = format!("/api/v1/listings/{code}/{verb}");
        let answer = self.town.owner.client.post(&path, json!({})).await;
        // A part of a kit stays.
        self.allow(verb, answer, &[200, 409, 422]);
    }

    async fn set_quantity(&self, chance: &mut StdRng) {
        let (code, usual) = LISTINGS[chance.random_range(0..LISTINGS.len() - 1)];
        let path = format!("/api/v1/listings/{code}");
        let client = &self.town.owner.client;
        let version = client.get(&path).await.expect(200)["version"].clone();
        let version = version.as_i64().expect("a version");
        let quantity = chance.random_range(1..=usual + 2);
        let answer = client
            .patch(&path, version, json!({ "quantity": quantity }))
            .await;
        // There cannot be fewer than have names.
        self.allow("set quantity", answer, &[200, 409, 412, 422]);
    }

    async fn import(&self, chance: &mut StdRng) {
        let mut file = "编号,数量\n".to_owned();
        for (code, usual) in &LISTINGS[..LISTINGS.len() - 1] {
            let quantity = chance.random_range((*usual).max(2) - 1..=usual + 1);
            writeln!(file, "{code},{quantity}").expect("into a string");
        }
        let client = &self.town.owner.client;
        let answer = client
            .upload("/api/v1/imports", file.as_bytes(), json!({}))
            .await;
        self.allow("import", answer, &[200, 409]);
    }

    /// One of those with names breaks, or comes back.
    async fn take_out_or_bring_back(&self, chance: &mut StdRng) {
        let unit = format!("M{}", chance.random_range(1..=UNITS));
        let owner = &self.town.owner.client;
        let id = owner
            .get(&format!("/api/v1/units/{unit}"))
            .await
            .expect(200)["id"]
            .clone();
        let path = format!("/api/v1/units/{}/outage", id.as_str().expect("an id"));
        if chance.random_ratio(1, 2) {
            let answer = owner.post(&path, json!({ "reason": "cracked" })).await;
            self.allow("unit out", answer, &[200, 409]);
        } else {
            let answer = owner.delete(&path).await;
            self.allow("unit back", answer, &[200, 409]);
        }
    }

    /// Several listings at once: looked at, then all of them or none.
    async fn change_many(&self, chance: &mut StdRng) {
        let change = match chance.random_range(0..3) {
            0 => json!({ "state": "published" }),
            1 => json!({ "state": "retired" }),
            _ => json!({ "rates": { "percent": 5, "round_to": 100 } }),
        };
        let mut body = json!({ "listings": ["SOLO", "ASKS"], "change": change });
        let owner = &self.town.owner.client;
        let seen = owner
            .post("/api/v1/listing-changes/preview", body.clone())
            .await;
        let seen = self.allow("look at many", seen, &[200]);
        body["seen"] = seen.json["seen"].clone();
        let answer = owner.post("/api/v1/listing-changes", body).await;
        self.allow("change many", answer, &[200, 409, 422]);
    }

    /// A company may have so many hours a week of everything, or as many as it likes.
    async fn limit(&self, chance: &mut StdRng) {
        let company = self.person(chance.random_range(0..2)).member.company;
        let hours = [Value::Null, json!(40), json!(90)][chance.random_range(0..3)].clone();
        let path = format!("/api/v1/companies/{company}/limits");
        let manager = &self.town.manager.client;
        let body = Some(json!({ "weekly_hours": hours }));
        let answer = manager.send(Method::PATCH, &path, body, &[]).await;
        self.allow("limit", answer, &[200]);
    }
}
