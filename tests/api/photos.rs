//! Photos: added, shown to who may browse, kept by browsers, put in order, taken away; and many at once by ZIP.

use image::ImageFormat;
use reqwest::Method;
use serde_json::{Value, json};

use super::{each, faults};
use crate::support::app::TestApp;
use crate::support::client::{Answer, Client};
use crate::support::database::{Database, on_both_engines};
use crate::support::make::Town;
use crate::support::pictures::{bomb, half_red, zip};

async fn town_on(database: Database) -> (TestApp, Town) {
    let app = TestApp::on(database).await;
    let town = Town::settle(&app).await;
    (app, town)
}

async fn send(client: &Client, listing: &str, file: &[u8]) -> Answer {
    let path = format!("/api/v1/listings/{listing}/photos");
    client.upload(&path, file, json!({})).await
}

async fn order(town: &Town) -> Vec<String> {
    let path = "/api/v1/listings/A01/photos";
    each(&town.viewer.client.get(path).await.expect(200), "id")
}

/// Three photos that differ.
fn three() -> [Vec<u8>; 3] {
    [60, 50, 40].map(|height| half_red(80, height, ImageFormat::Jpeg))
}

on_both_engines! {
    async fn a_photo_is_shown_kept_and_known_again(database: Database) {
        let (app, town) = town_on(database).await;
        town.set(&app, "A01").await;
        let owner = &town.owner.client;
        let file = half_red(1200, 600, ImageFormat::Jpeg);
        let photo = send(owner, "A01", &file).await.expect(201);
        assert_eq!((&photo["width"], &photo["height"]), (&json!(1200), &json!(600)));
        let again = send(owner, "A01", &file).await.expect(201);
        assert_eq!(again["id"], photo["id"], "the same file once");

        let shown = town.viewer.client.get("/api/v1/listings/A01").await.expect(200);
        assert_eq!(shown["cover"], photo);
        let page = town.viewer.client.get("/api/v1/listings?q=A01").await.expect(200);
        assert_eq!(page["items"][0]["cover"]["id"], photo["id"], "on cards too");

        for (size, width) in [("small", 320), ("middle", 960), ("large", 1200)] {
            let path = photo[size].as_str().expect("an address");
            let picture = town.viewer.client.get(path).await;
            assert_eq!(picture.status, 200);
            assert_eq!(picture.headers["content-type"], "image/jpeg");
            assert_eq!(picture.headers["x-content-type-options"], "nosniff");
            assert_eq!(picture.headers["cache-control"], "private, max-age=31536000, immutable");
            let drawn = image::load_from_memory(&picture.bytes).expect("a picture");
            assert_eq!(drawn.width(), width);
            let etag = picture.headers["etag"].to_str().expect("text");
            let kept = town.viewer.client.send(Method::GET, path, None, &[("If-None-Match", etag)]).await;
            assert_eq!((kept.status.as_u16(), kept.bytes.len()), (304, 0));
            let stranger = Client::stranger(app.url("")).get(path).await;
            assert_eq!(stranger.problem(401), "not_signed_in");
        }
        let nothing = town.viewer.client.get("/api/v1/pictures/abc/large").await;
        assert_eq!(nothing.problem(404), "not_found");
        assert_eq!(app.broken_promises().await, Vec::<String>::new());
    }

    async fn photos_are_put_in_order_described_and_taken_away(database: Database) {
        let (app, town) = town_on(database).await;
        town.set(&app, "A01").await;
        let owner = &town.owner.client;
        let mut ids = Vec::new();
        for file in three() {
            let photo = send(owner, "A01", &file).await.expect(201);
            ids.push(photo["id"].as_str().expect("an id").to_owned());
        }
        let at = |id: &str| format!("/api/v1/photos/{id}");
        let patch = async |client: &Client, id: &str, body: Value| {
            client.send(Method::PATCH, &at(id), Some(body), &[]).await
        };
        assert_eq!(order(&town).await, ids);
        let moved = patch(owner, &ids[2], json!({ "place": 0, "alt": "门" })).await.expect(200);
        assert_eq!(moved["alt"], "门");
        let now = [&ids[2], &ids[0], &ids[1]].map(Clone::clone);
        assert_eq!(order(&town).await, now, "the last is the cover now");
        let far = patch(owner, &ids[2], json!({ "place": 99 })).await;
        far.expect(200);
        assert_eq!(order(&town).await, ids, "further than the end is the end");

        let long = patch(owner, &ids[0], json!({ "alt": "x".repeat(301) })).await;
        assert_eq!(faults(&long.expect(422))[0].0, "alt");
        let rival = patch(&town.rival.client, &ids[0], json!({ "place": 1 })).await;
        assert_eq!(rival.problem(403), "forbidden");
        owner.delete(&at(&ids[0])).await.expect(204);
        assert_eq!(order(&town).await, ids[1..]);
        assert_eq!(owner.delete(&at(&ids[0])).await.problem(404), "not_found");
        assert_eq!(app.broken_promises().await, Vec::<String>::new());
    }

    async fn pictures_nobody_shows_go_a_day_later(database: Database) {
        let (app, town) = town_on(database).await;
        town.set(&app, "A01").await;
        town.set(&app, "A02").await;
        let file = half_red(30, 30, ImageFormat::Png);
        let one = send(&town.owner.client, "A01", &file).await.expect(201);
        let other = send(&town.owner.client, "A02", &file).await.expect(201);
        assert_eq!(one["large"], other["large"], "the bytes are there once");
        let path = one["large"].as_str().expect("an address").to_owned();
        let tidied = async || {
            app.app.clock.advance(chrono::TimeDelta::days(2));
            backlot::jobs::tidy::tidy(&app.app).await;
            town.viewer.client.get(&path).await.status.as_u16()
        };
        let remove = async |photo: &Value| {
            let path = format!("/api/v1/photos/{}", photo["id"].as_str().expect("an id"));
            town.owner.client.delete(&path).await.expect(204);
        };
        remove(&one).await;
        assert_eq!(tidied().await, 200, "another listing shows it");
        remove(&other).await;
        assert_eq!(town.viewer.client.get(&path).await.status, 200, "not at once");
        assert_eq!(tidied().await, 404);
        send(&town.owner.client, "A01", &file).await.expect(201);
        assert_eq!(town.viewer.client.get(&path).await.status, 200, "sent again, there again");
    }

    async fn a_zip_is_looked_at_first_and_taken_in_once(database: Database) {
        let (app, town) = town_on(database).await;
        town.set(&app, "A01").await;
        town.set(&app, "A-02").await;
        let others = json!({
            "code": "B01", "kind": "prop", "category": "hand_prop", "name_zh": "刀", "name_en": "Knife",
            "site": town.site, "owner": town.manager.member.company, "quantity": 1,
        });
        town.manager.client.post("/api/v1/listings", others).await.expect(201);
        let [first, second, third] = three();
        let (large, page) = (bomb(50_000, 50_000), b"<html>".to_vec());
        let files: [(&str, &[u8]); 8] = [
            ("photos/a01-2.jpg", &second), ("photos/A01.jpg", &first), ("A-02.jpg", &third), ("A-02-7.jpg", &third),
            ("B01.jpg", &first), ("C99.jpg", &first), ("A01-3.png", &large), ("A-02/page.jpg", &page),
        ];
        let archive = zip(&files);
        let owner = &town.owner.client;
        let preview = async || owner.upload("/api/v1/imports/photos/preview", &archive, json!({})).await.expect(200);
        let looked = preview().await;
        assert_eq!(looked["totals"], json!({ "new": 3, "changed": 0, "unchanged": 0, "refused": 4, "skipped": 1 }));
        let why = |name: &str| {
            let records = looked["records"].as_array().expect("records");
            let record = records.iter().find(|one| one["name"] == name).expect(name);
            record["issue"]["code"].as_str().unwrap_or_default().to_owned()
        };
        let cases = [
            ("B01.jpg", "photo_of_others"), ("C99.jpg", "photo_of_nothing"), ("A01-3.png", "too_many_pixels"),
            ("A-02/page.jpg", "not_a_picture"), ("A-02-7.jpg", "photo_twice"), ("photos/A01.jpg", ""),
        ];
        for (name, code) in cases {
            assert_eq!(why(name), code, "{name}");
        }
        assert_eq!(order(&town).await, Vec::<String>::new(), "nothing was stored");

        let taken = owner.upload("/api/v1/imports/photos", &archive, json!({})).await.expect(200);
        assert_eq!((&taken["stored"], &taken["left"]), (&json!(3), &json!(0)));
        let shown = town.viewer.client.get("/api/v1/listings/A01/photos").await.expect(200);
        let heights: Vec<&Value> = shown["items"].as_array().expect("photos").iter().map(|one| &one["height"]).collect();
        assert_eq!(heights, [60, 50], "the one without a number is the cover");
        let again = owner.upload("/api/v1/imports/photos", &archive, json!({})).await.expect(200);
        assert_eq!((&again["stored"], &again["totals"]["unchanged"]), (&json!(0), &json!(3)));
        assert_eq!(order(&town).await.len(), 2);
        let table = owner.upload("/api/v1/imports/photos/preview", b"code,name", json!({})).await;
        assert_eq!(table.problem(422), "unreadable_file");
        assert_eq!(app.broken_promises().await, Vec::<String>::new());
    }

    async fn what_is_no_photo_is_refused_with_words(database: Database) {
        let (app, town) = town_on(database).await;
        town.set(&app, "A01").await;
        let owner = &town.owner.client;
        let refused = async |file: &[u8]| {
            let answer = send(owner, "A01", file).await.expect(422);
            assert!(answer["detail"].as_str().is_some_and(|text| text.len() > 20), "{answer}");
            faults(&answer)[0].clone()
        };
        let fault = |code: &str| ("file".to_owned(), code.to_owned());
        assert_eq!(refused(b"<svg/>").await, fault("not_a_picture"));
        assert_eq!(refused(&bomb(50_000, 50_000)).await, fault("too_many_pixels"));
        assert_eq!(refused(&vec![1; 16 * 1024 * 1024]).await, fault("picture_too_large"));
        let path = "/api/v1/listings/A01/photos";
        let bare = owner.post(path, json!({})).await;
        assert_eq!(faults(&bare.expect(422))[0], fault("required"));
        let rival = send(&town.rival.client, "A01", &three()[0]).await;
        assert_eq!(rival.problem(403), "forbidden");
        for number in 0..20 {
            let file = half_red(20 + number, 20, ImageFormat::Png);
            send(owner, "A01", &file).await.expect(201);
        }
        assert_eq!(refused(&three()[0]).await, fault("too_many_photos"));
        assert_eq!(app.broken_promises().await, Vec::<String>::new());
    }
}
