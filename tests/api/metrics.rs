//! What the server has done, for whoever watches it: only managers see it, and it tells no address and no person.

use super::in_town;
use crate::support::client::Client;

/// The value of a sample whose line begins so.
fn sample(text: &str, begins: &str) -> f64 {
    let line = text.lines().find(|line| line.starts_with(begins));
    let line = line.unwrap_or_else(|| panic!("{begins} in\n{text}"));
    let value = line.rsplit(' ').next().expect("a value");
    value.parse().expect("a number")
}

#[test]
fn bookings_refusals_and_letters_are_counted() {
    in_town(|app, town| async {
        town.set(&app, "A01").await;
        town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        town.rival.book(&["A01 tue 10:00-13:00"]).await.expect(409);
        let look = || async {
            let answer = town.manager.client.get("/metrics").await;
            assert_eq!(answer.status, 200);
            let kind = answer.headers["content-type"].to_str().expect("text");
            assert!(
                kind.starts_with("application/openmetrics-text; version=1.0.0"),
                "{kind}"
            );
            String::from_utf8(answer.bytes).expect("text")
        };
        let text = look().await;
        assert!(text.ends_with("# EOF\n"), "{text}");
        let booked =
            r#"backlot_answers_total{method="POST",route="/api/v1/bookings",status="201"}"#;
        assert!((sample(&text, booked) - 1.0).abs() < 0.1);
        let refused = r#"backlot_refused_lines_total{reason="clash"}"#;
        assert!((sample(&text, refused) - 1.0).abs() < 0.1);
        assert!((sample(&text, "backlot_letters_waiting ") - 1.0).abs() < 0.1);
        assert!((sample(&text, "backlot_bookings_total ") - 1.0).abs() < 0.1);
        let in_batches = sample(&text, "backlot_writes_in_a_commit_sum ");
        assert!(in_batches >= 1.0);
        assert!(sample(&text, "backlot_writes_in_a_commit_count ") <= in_batches);
        app.letters().await;
        let text = look().await;
        assert!((sample(&text, "backlot_letters_waiting ")).abs() < 0.1);
        assert!((sample(&text, r#"backlot_letters_total{outcome="sent"}"#) - 1.0).abs() < 0.1);
        assert!(!text.contains("BK-") && !text.contains('@'), "{text}");
        (app, town)
    });
}

/// What is counted is kept for good: nobody may make it grow by asking for what there is not.
#[test]
fn inventions_are_not_counted_one_by_one() {
    in_town(|app, town| async {
        let look = || async {
            let answer = town.manager.client.get("/metrics").await;
            String::from_utf8(answer.bytes).expect("text")
        };
        let stranger = Client::stranger(app.url(""));
        let invent = async |count: usize| {
            let method = format!("INVENTED-{count}").parse().expect("a method");
            let paths = ["/api/v1/bookings".to_owned(), format!("/page-{count}")];
            for path in paths {
                let method = reqwest::Method::clone(&method);
                let answer = stranger.send(method, &path, None, &[]).await;
                assert_eq!(answer.status, 405, "{path}");
            }
            let status = stranger.get(&format!("/api/none/{count}")).await.status;
            assert_eq!(status, 404);
        };
        invent(0).await;
        look().await;
        let before = look().await;
        for count in 1..200 {
            invent(count).await;
        }
        let after = look().await;
        assert_eq!(before.lines().count(), after.lines().count(), "{after}");
        let others =
            r#"backlot_answers_total{method="other",route="/api/v1/bookings",status="405"}"#;
        assert!((sample(&after, others) - 200.0).abs() < 0.1);
        assert!(!after.contains("INVENTED"), "{after}");
        (app, town)
    });
}
