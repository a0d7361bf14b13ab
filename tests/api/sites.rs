//! Sites and their hours.

use serde_json::json;

use super::{faults, in_town};

#[test]
fn hours_and_holidays_count_for_bookings_from_then_on() {
    in_town(|app, town| async {
        let hours = json!({
            "weekly": { "tue": [{ "from": "08:00", "to": "20:00" }], "wed": [{ "from": "18:00", "to": "02:00" }] },
            "exceptions": [{ "date": "2030-01-08", "open": [], "note": "stock take" }],
        });
        let path = format!("/api/v1/sites/{}", town.site);
        let changed = town
            .manager
            .client
            .patch(&path, 1, json!({ "hours": hours }))
            .await
            .expect(200);
        assert_eq!(changed["version"], 2);
        assert_eq!(changed["hours"]["weekly"]["wed"][0]["to"], "02:00");
        assert_eq!(changed["name_en"], "Hall A", "what is absent stays");

        let rules = backlot::domain::policy::OwnRules {
            hours_apply: Some(backlot::domain::policy::HoursApply::Span),
            ..Default::default()
        };
        town.listing(&app.app.store, "DESK", 1, rules).await;
        let holiday = town.crew.book(&["DESK tue 10:00-12:00"]).await.expect(422);
        assert_eq!(holiday["refusals"][0]["code"], "outside_hours");
        let past_midnight = town.crew.book(&["DESK wed 22:00-01:00"]).await;
        past_midnight.expect(201);
        let stale = town
            .manager
            .client
            .patch(&path, 1, json!({ "hours": null }))
            .await;
        assert_eq!(stale.problem(412), "version_stale");
        let open = town
            .manager
            .client
            .patch(&path, 2, json!({ "hours": null }))
            .await;
        assert_eq!(open.expect(200)["hours"], json!(null));
        town.crew.book(&["DESK tue 10:00-12:00"]).await.expect(201);
        (app, town)
    });
}

#[test]
fn a_site_is_added_once_and_hours_must_make_sense() {
    in_town(|app, town| async {
        let body = json!({ "code": "YARD", "name_zh": "外院", "name_en": "Yard" });
        let client = &town.manager.client;
        client.post("/api/v1/sites", body.clone()).await.expect(201);
        let again = client.post("/api/v1/sites", body).await;
        assert_eq!(again.problem(409), "duplicate");
        let at = |hours| json!({ "code": "X", "name_zh": "外", "name_en": "X", "hours": hours });
        let twice = json!({ "weekly": {}, "exceptions": [
            { "date": "2030-01-08", "open": [] }, { "date": "2030-01-08", "open": [] }] });
        let cases = [
            (
                json!({ "weekly": { "mon": [{ "from": "25:00", "to": "26:00" }] } }),
                "hours.weekly.mon[0].from",
            ),
            (json!({ "weekly": { "monday": [] } }), "hours.weekly"),
            (twice, "hours.exceptions"),
        ];
        for (hours, field) in cases {
            let refused = client.post("/api/v1/sites", at(hours)).await.expect(422);
            let named = faults(&refused);
            assert!(named[0].0.starts_with(field), "{named:?} is not at {field}");
        }
        (app, town)
    });
}
