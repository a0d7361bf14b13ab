//! The board: who sees which rows, what of other companies' bookings, how pages begin.

use serde_json::Value;

use super::{each, in_town};
use crate::support::make::Person;

/// The board of the week the tests stand in.
async fn board(who: &Person, more: &str) -> Value {
    let path = format!("/api/v1/board?from=2030-01-07&days=7{more}");
    who.client.get(&path).await.expect(200)
}

#[test]
fn an_owner_sees_its_own_rows_and_a_manager_all() {
    in_town(async |app, town| {
        town.set(&app, "A01").await;
        assert_eq!(each(&board(&town.manager, "").await, "code"), ["A01"]);
        assert_eq!(each(&board(&town.owner, "").await, "code"), ["A01"]);
        let crew = town.crew.client.get("/api/v1/board").await;
        assert_eq!(crew.problem(403), "forbidden");
        (app, town)
    });
}

#[test]
fn a_line_stands_on_its_row_with_what_the_reader_may_do() {
    in_town(async |app, town| {
        town.palace(&app, "A01").await;
        town.crew.book(&["A01 tue 09:00-12:00"]).await.expect(201);
        for (who, can_change) in [(&town.owner, false), (&town.manager, true)] {
            let board = board(who, "").await;
            let line = &board["items"][0]["lines"][0];
            assert_eq!(line["state"], "requested");
            assert_eq!(line["start"], "2030-01-08T01:00:00Z");
            assert_eq!(line["booking"], board["bookings"][0]["id"]);
            assert_eq!(line["company"], board["companies"][0]["id"]);
            assert_eq!(line["can_decide"], true);
            assert_eq!(line["can_change"], can_change);
        }
        (app, town)
    });
}

#[test]
fn days_begin_in_the_clusters_zone() {
    in_town(async |app, town| {
        let board = board(&town.manager, "").await;
        assert_eq!(board["days"][0]["date"], "2030-01-07");
        assert_eq!(board["days"][0]["start"], "2030-01-06T16:00:00Z");
        assert_eq!(board["until"], "2030-01-13T16:00:00Z");
        (app, town)
    });
}

#[test]
fn the_first_page_tells_where_all_the_others_begin() {
    in_town(async |app, town| {
        for number in 1..=6 {
            town.set(&app, &format!("A{number:02}")).await;
        }
        let first = board(&town.manager, "&limit=2").await;
        assert_eq!(each(&first, "code"), ["A01", "A02"]);
        let mut found = Vec::new();
        for cursor in first["next_cursors"].as_array().expect("cursors") {
            let cursor = cursor.as_str().expect("a cursor");
            let page = board(&town.manager, &format!("&limit=2&cursor={cursor}")).await;
            found.extend(each(&page, "code"));
        }
        assert_eq!(found, ["A03", "A04", "A05", "A06"]);
        (app, town)
    });
}

#[test]
fn rows_can_be_asked_for_by_name_and_only_ones_own() {
    in_town(async |app, town| {
        let one = town.set(&app, "A01").await;
        let other = town.set(&app, "A02").await;
        let asked = format!("&listings={other},{one}");
        assert_eq!(
            each(&board(&town.manager, &asked).await, "code"),
            ["A01", "A02"]
        );
        let wrong = town.manager.client.get("/api/v1/board?listings=A01").await;
        assert_eq!(wrong.problem(422), "invalid_input");
        (app, town)
    });
}

/// A kit has no row: asked for by name, it stands for those of its parts, however deep they are.
#[test]
fn a_kit_stands_for_the_rows_of_its_parts() {
    in_town(async |app, town| {
        for code in ["FX6", "LAMP", "TRIPOD"] {
            town.pool(&app, code, 2).await;
        }
        town.kit("CAM", &[("TRIPOD", 1), ("FX6", 1)]).await;
        town.kit("PAIR", &[("CAM", 2)]).await;
        town.crew.book(&["PAIR tue 09:00-12:00"]).await.expect(201);
        let kit = town
            .owner
            .client
            .get("/api/v1/listings/PAIR")
            .await
            .expect(200);
        let asked = format!("&listings={}", kit["id"].as_str().expect("an id"));
        let board = board(&town.owner, &asked).await;
        assert_eq!(each(&board, "code"), ["FX6", "TRIPOD"]);
        assert_eq!(board["items"][0]["lines"][0]["units"], 2);
        (app, town)
    });
}

#[test]
fn a_board_is_a_month_at_most() {
    in_town(async |app, town| {
        let answer = town.manager.client.get("/api/v1/board?days=32").await;
        assert_eq!(answer.problem(422), "invalid_input");
        (app, town)
    });
}
