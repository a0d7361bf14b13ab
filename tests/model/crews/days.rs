//! What a shooting day brings: it goes on longer than booked, runs late, or goes to another drama.

use backlot::domain::ids::BookingId;
use chrono::{DateTime, Utc};
use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use super::{Cluster, open};

impl Cluster {
    /// An hour or so more, with the fee first.
    pub(super) async fn extend(&self, chance: &mut StdRng) {
        let Some((id, crew, _, _)) = self.some_booking(chance, "confirmed") else {
            return;
        };
        open(&self.journal).touched.insert(id);
        let path = format!("/api/v1/bookings/{id}/extension");
        let mut body = json!({ "minutes": 30 * chance.random_range(1..4), "dry_run": true });
        let client = &self.person(crew).client;
        let asked = client.post(&path, body.clone()).await;
        self.allow("ask to extend", asked, &[200, 409, 422]);
        body["dry_run"] = json!(false);
        let answer = client.post(&path, body).await;
        let answer = self.allow("extend", answer, &[201, 409, 422]);
        self.remember(crew, &answer);
    }

    /// A shoot that is under way says that it runs late, or that it does not any more.
    pub(super) async fn run_late(&self, chance: &mut StdRng) {
        let Some((id, crew)) = self.some_under_way(chance) else {
            return;
        };
        open(&self.journal).touched.insert(id);
        let path = format!("/api/v1/bookings/{id}/overrun");
        let body = json!({ "minutes": 30 * chance.random_range(0..5) });
        let answer = self.person(crew).client.post(&path, body).await;
        let answer = self.allow("run late", answer, &[201, 409, 422]);
        self.remember(crew, &answer);
    }

    /// To the other drama of its company, or back.
    pub(super) async fn hand_over(&self, chance: &mut StdRng) {
        let Some((id, crew, _, _)) = self.some_booking(chance, "confirmed") else {
            return;
        };
        open(&self.journal).touched.insert(id);
        let to = if chance.random_ratio(1, 2) {
            self.second_dramas[crew].clone()
        } else {
            json!(self.person(crew).production)
        };
        let path = format!("/api/v1/bookings/{id}/handover");
        let body = json!({ "production": to });
        let answer = self.person(crew).client.post(&path, body).await;
        let answer = self.allow("hand over", answer, &[200, 409]);
        self.remember(crew, &answer);
    }

    fn some_under_way(&self, chance: &mut StdRng) -> Option<(BookingId, usize)> {
        let now = self.app.app.clock.now();
        let moment = |value: &Value| value.as_str()?.parse::<DateTime<Utc>>().ok();
        let is_under_way = |line: &Value| {
            let begun = moment(&line["start"]).is_some_and(|start| start <= now);
            let not_over = moment(&line["end"]).is_some_and(|end| end > now);
            begun && not_over && line["state"] == "confirmed"
        };
        let known = open(&self.known);
        let under_way: Vec<(BookingId, usize)> = known
            .iter()
            .filter(|(_, one)| one.lines.as_array().into_iter().flatten().any(is_under_way))
            .map(|(id, one)| (*id, one.crew))
            .collect();
        let place = (!under_way.is_empty()).then(|| chance.random_range(0..under_way.len()))?;
        Some(under_way[place])
    }
}
