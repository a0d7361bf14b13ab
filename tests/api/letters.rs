//! The outbox as managers see it.

use serde_json::json;

use super::{each, in_town};

#[test]
fn a_manager_reads_the_outbox_by_state() {
    in_town(|app, town| async {
        town.palace(&app, "PALACE").await;
        town.crew
            .book(&["PALACE tue 09:00-12:00"])
            .await
            .expect(201);
        let waiting = town
            .manager
            .client
            .get("/api/v1/letters?state=waiting")
            .await
            .expect(200);
        assert_eq!(
            each(&waiting, "kind"),
            ["please_decide", "request_received"]
        );
        assert_eq!(
            each(&waiting, "to"),
            ["owner@example.com", "crew@example.com"]
        );
        app.letters().await;
        let sent = town
            .manager
            .client
            .get("/api/v1/letters?state=sent&limit=1")
            .await
            .expect(200);
        assert_eq!(each(&sent, "kind"), ["please_decide"]);
        assert!(sent["next_cursor"].is_string());
        let waiting = town
            .manager
            .client
            .get("/api/v1/letters?state=waiting")
            .await
            .expect(200);
        assert_eq!(waiting["items"], json!([]));
        town.manager
            .client
            .get("/api/v1/letters?state=lost")
            .await
            .expect(422);
        let id = each(&sent, "id").remove(0);
        let again = format!("/api/v1/letters/{id}/resending");
        let refused = town.manager.client.post(&again, json!({})).await;
        assert_eq!(
            refused.problem(409),
            "state_conflict",
            "it was not given up"
        );
        (app, town)
    });
}

#[test]
fn the_history_tells_who_did_what() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        let booked = town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        let id = booked["id"].as_str().expect("an id");
        let path = format!("/api/v1/bookings/{id}/cancellation");
        town.crew
            .client
            .post(&path, json!({ "reason": "rain" }))
            .await
            .expect(200);
        let all = town
            .manager
            .client
            .get(&format!("/api/v1/audit?subject={id}"))
            .await
            .expect(200);
        assert_eq!(each(&all, "what"), ["booking.cancelled", "booking.created"]);
        assert_eq!(each(&all, "by"), ["crew", "crew"]);
        assert_eq!(all["items"][0]["detail"]["reason"], "rain");
        let own = town
            .crew
            .client
            .get(&format!("/api/v1/bookings/{id}/history"))
            .await
            .expect(200);
        assert_eq!(each(&own, "what"), ["booking.cancelled", "booking.created"]);
        (app, town)
    });
}
