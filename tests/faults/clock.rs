//! The clock jumps: a machine wakes up, a virtual one is moved, somebody sets it by hand.

use backlot::jobs::{self, expire_holds};
use backlot::metrics::Seen;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::support::app::TestApp;
use crate::support::database::on_both_engines;
use crate::support::make::{Town, session_cookie};
use crate::support::patience::until;

/// Whether a round of the job that sends letters has panicked.
fn letters_panicked(app: &TestApp) -> bool {
    let nothing = Seen {
        letters_waiting: 0,
        oldest_letter_seconds: 0,
        listeners: 0,
    };
    let text = app.app.metrics.text(&nothing).expect("text");
    text.contains(r#"backlot_job_panics_total{job="letters"}"#)
}

on_both_engines! {
    /// A day forth: what has lapsed lapses once. A day back: it does not come back to life beside its heir.
    async fn a_hold_that_lapsed_stays_lapsed(database: Database) {
        let app = TestApp::on(database).await;
        let town = Town::settle(&app).await;
        town.set(&app, "A01").await;
        let mut hold = town.crew.basket(&["A01 fri 09:00-12:00"]);
        hold["hold"] = json!(true);
        let held = town.crew.client.post("/api/v1/bookings", hold).await.expect(201);
        let jump = |hours: i64| app.app.clock.advance(TimeDelta::hours(hours));
        town.rival.book(&["A01 fri 09:00-12:00"]).await.expect(409);
        jump(30);
        // Before the job has seen it, and after.
        town.rival.book(&["A01 fri 09:00-12:00"]).await.expect(201);
        expire_holds::expire(&app.app).await;
        jump(-30);
        expire_holds::expire(&app.app).await;
        let path = format!("/api/v1/bookings/{}", held["id"].as_str().expect("an id"));
        let now = town.crew.client.get(&path).await.expect(200);
        assert_eq!(now["lines"][0]["state"], "expired", "{now}");
        let confirm = town.crew.client.post(&format!("{path}/confirmation"), json!({})).await;
        assert_eq!(confirm.status, 409, "{}", confirm.json);
        assert_eq!(app.broken_promises().await, Vec::<String>::new());
    }

    /// Back by a month: bookings made after are told after, and letters that waited leave while it is still back.
    async fn letters_keep_their_order_and_leave(database: Database) {
        let app = TestApp::on(database).await;
        let town = Town::settle(&app).await;
        town.set(&app, "A01").await;
        let booked = town.crew.book(&["A01 fri 09:00-12:00"]).await.expect(201);
        app.app.clock.advance(TimeDelta::days(-30));
        let path = format!("/api/v1/bookings/{}/cancellation", booked["id"].as_str().expect("an id"));
        town.crew.client.post(&path, json!({})).await.expect(200);
        let letters = app.letters().await;
        let subjects: Vec<&str> = letters.iter().map(|letter| letter.letter.subject.as_str()).collect();
        assert_eq!(subjects.len(), 2, "{subjects:?}");
        assert!(subjects[0].starts_with("Confirmed") && subjects[1].starts_with("Cancelled"), "{subjects:?}");
        assert_eq!(app.broken_promises().await, Vec::<String>::new());
    }

    /// At the end of time there is no later, and a round that asks for it panics. That round is over, and not the job.
    async fn jobs_go_on_after_a_panic(database: Database) {
        let app = TestApp::on(database).await;
        let town = Town::settle(&app).await;
        town.set(&app, "A01").await;
        town.crew.book(&["A01 fri 09:00-12:00"]).await.expect(201);
        let far = DateTime::<Utc>::MAX_UTC - app.app.clock.now();
        app.app.clock.advance(far);
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let job = tokio::spawn(jobs::run(app.app.clone(), stopped));
        until("a round that panics", || async { letters_panicked(&app).then_some(()) }).await;
        app.app.clock.advance(-far);
        until("the letter", || async { (app.app.post.kept().len() == 1).then_some(()) }).await;
        stop.send(true).expect("the job listens");
        job.await.expect("the job ends well");
    }

    /// A session ends when its time is over, and a clock that was only wrong for a while has ended none.
    async fn a_session_outlives_a_wrong_clock(database: Database) {
        let app = TestApp::on(database).await;
        let town = Town::settle(&app).await;
        let cookie = session_cookie(&app, &town.crew).await;
        let me = async || {
            let request = reqwest::Client::new().get(app.url("/api/v1/me")).header("Cookie", &cookie);
            request.send().await.expect("an answer").status().as_u16()
        };
        assert_eq!(me().await, 200);
        app.app.clock.advance(TimeDelta::days(-400));
        assert_eq!(me().await, 200, "too early is no reason");
        app.app.clock.advance(TimeDelta::days(800));
        assert_eq!(me().await, 401, "too late is");
        app.app.clock.advance(TimeDelta::days(-400));
        assert_eq!(me().await, 200);
    }
}
