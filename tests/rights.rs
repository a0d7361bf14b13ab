//! Every URL × every role: who gets in. The table itself is a snapshot, so that a line that opens a route
//! to more people is seen by whoever reads the change.

use std::fmt::Write as _;

use backlot::domain::ids::{
    BookingId, ClosureId, CompanyId, FeedId, Id, InvitationId, LetterId, ListingId, MemberId,
    PhotoId, ProductionId, SeriesId, SiteId, TokenId, UnitId,
};
use backlot::domain::people::Role;
use backlot::domain::rights::{Reach, reach};
use backlot::http::routes::{self, TABLE, Who};
use reqwest::Method;
use serde_json::json;

use crate::support::app::TestApp;
use crate::support::client::{Answer, Client};
use crate::support::make::Town;
use crate::support::patience;

/// A path somebody could ask for: well-formed, of things that do not exist.
fn example(path: &str) -> String {
    let nobodys = |noun: &str| match noun {
        "tokens" => TokenId::from_raw(1).to_string(),
        "companies" => CompanyId::from_raw(1).to_string(),
        "members" => MemberId::from_raw(1).to_string(),
        "invitations" => InvitationId::from_raw(1).to_string(),
        "sites" => SiteId::from_raw(1).to_string(),
        "listings" => ListingId::from_raw(1).to_string(),
        "units" => UnitId::from_raw(1).to_string(),
        "photos" => PhotoId::from_raw(1).to_string(),
        "closures" => ClosureId::from_raw(1).to_string(),
        "productions" => ProductionId::from_raw(1).to_string(),
        "bookings" => BookingId::from_raw(1).to_string(),
        "series" => SeriesId::from_raw(1).to_string(),
        "feeds" => FeedId::from_raw(1).to_string(),
        _ => LetterId::from_raw(1).to_string(),
    };
    let mut parts: Vec<String> = path.split('/').map(str::to_owned).collect();
    for place in 1..parts.len() {
        if parts[place].starts_with('{') {
            parts[place] = nobodys(&parts[place - 1].clone());
        }
    }
    parts.join("/")
}

async fn call(client: &Client, method: &str, path: &str) -> Answer {
    let method: Method = method.parse().expect("a method");
    let body = (method != Method::GET && method != Method::DELETE).then(|| json!({}));
    client
        .send(method, &example(path), body, &[("If-Match", "\"1\"")])
        .await
}

/// The wall a request ran into, if it did not get past it.
fn wall(answer: &Answer) -> Option<&'static str> {
    match (answer.status.as_u16(), answer.json["code"].as_str()) {
        (401, Some("not_signed_in")) => Some("sign in"),
        (403, Some("forbidden")) => Some("not your role"),
        _ => None,
    }
}

#[test]
fn every_route_lets_in_whom_the_table_names_and_nobody_else() {
    patience::run(async {
        let app = TestApp::start().await;
        let town = Town::settle(&app).await;
        // A stream that stays open would never be read to its end.
        app.app.live.close();
        let stranger = Client::stranger(app.url(""));
        let impostor = Client::member(app.url(""), "bl_made_up");
        let members = [&town.viewer, &town.crew, &town.owner, &town.manager];
        for (method, path, who) in TABLE {
            let at = format!("{method} {path}");
            for nobody in [&stranger, &impostor] {
                let met = wall(&call(nobody, method, path).await);
                let expected = match who {
                    Who::Anyone | Who::Demo => None,
                    Who::Member | Who::Right(_) => Some("sign in"),
                };
                assert_eq!(met, expected, "{at} by nobody");
            }
            for member in members {
                let role = member.member.role;
                let answer = call(&member.client, method, path).await;
                let barred = matches!(who, Who::Right(right) if reach(role, *right) == Reach::None);
                assert_eq!(
                    wall(&answer).is_some(),
                    barred,
                    "{at} by a {role}: {}",
                    answer.json
                );
                assert!(answer.status.as_u16() < 500, "{at} by a {role}");
            }
        }
    });
}

#[test]
fn outside_a_demo_nobody_enters_as_somebody_else() {
    patience::run(async {
        let app = TestApp::start().await;
        let town = Town::settle(&app).await;
        for (method, path, _) in TABLE.iter().filter(|(_, _, who)| *who == Who::Demo) {
            for client in [&Client::stranger(app.url("")), &town.manager.client] {
                let answer = call(client, method, path).await;
                assert_eq!(answer.status, 404, "{method} {path}");
            }
        }
        let enter = json!({ "member": town.manager.member.id });
        let entered = Client::stranger(app.url(""))
            .post("/api/v1/demo/sessions", enter)
            .await;
        assert_eq!(entered.problem(404), "not_found");
    });
}

#[test]
fn who_may_call_what_is_on_paper() {
    let mut paper = String::new();
    for (method, path, who) in TABLE {
        let let_in: Vec<&str> = match who {
            Who::Anyone => vec!["anyone"],
            Who::Demo => vec!["anyone in a demo"],
            Who::Member => vec!["members"],
            Who::Right(right) => Role::ALL
                .iter()
                .filter(|role| reach(**role, *right) != Reach::None)
                .map(|role| role.as_str())
                .collect(),
        };
        writeln!(paper, "{method:6} {path:42} {}", let_in.join(" ")).expect("into a string");
    }
    insta::assert_snapshot!(paper);
}

/// The table, the router and the document tell of the same routes.
#[test]
fn the_document_and_the_table_tell_the_same() {
    let document = serde_json::to_value(routes::document()).expect("a document");
    let paths = document["paths"].as_object().expect("paths");
    let documented: Vec<(String, String)> = paths
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().expect("methods");
            methods
                .keys()
                .map(|method| (method.to_uppercase(), path.clone()))
        })
        .collect();
    for (method, path) in &documented {
        let method: Method = method.parse().expect("a method");
        assert!(
            routes::who_may(&method, path).is_some(),
            "{method} {path} is documented, but closed to everyone"
        );
    }
    let of_the_api = TABLE
        .iter()
        .filter(|(_, path, _)| path.starts_with("/api/v1/") || path.starts_with("/feeds/"));
    for (method, path, _) in of_the_api {
        let known = documented
            .iter()
            .any(|(other, at)| other == method && at == path);
        assert!(known, "{method} {path} is in the table, but not documented");
    }
}

/// A browser's cookie writes only from our own pages.
#[test]
fn pages_of_other_sites_cannot_write() {
    patience::run(async {
        let app = TestApp::start().await;
        let town = Town::settle(&app).await;
        let cookie = crate::support::make::session_cookie(&app, &town.crew).await;
        let stranger = Client::stranger(app.url(""));
        let production = json!({ "title": "Forged" });
        let write = async |headers: &[(&str, &str)]| {
            let mut sent = vec![("Cookie", cookie.as_str())];
            sent.extend(headers);
            let path = "/api/v1/productions";
            let body = Some(production.clone());
            stranger.send(Method::POST, path, body, &sent).await
        };
        for foreign in [
            ("Sec-Fetch-Site", "cross-site"),
            ("Sec-Fetch-Site", "same-site"),
            ("Origin", "https://evil.example"),
            ("Origin", "null"),
        ] {
            assert_eq!(
                write(&[foreign]).await.problem(403),
                "cross_site",
                "{foreign:?}"
            );
        }
        let own = app.url("");
        write(&[("Sec-Fetch-Site", "same-origin")])
            .await
            .expect(201);
        write(&[("Origin", &own)]).await.expect(201);
    });
}
