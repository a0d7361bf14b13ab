//! Finding: when and for what first, then words, kinds and filters; all of it in the address, and no empty page
//! without a way on.

use serde_json::json;

use super::{Visit, in_every_look};

/// Code, kind, category, names, tags, yuan a day.
type Kept = (
    &'static str,
    &'static str,
    &'static str,
    (&'static str, &'static str),
    &'static [&'static str],
    i64,
);

const SHOP: [Kept; 7] = [
    (
        "SC-WARD",
        "scene",
        "modern_interior",
        ("现代病房", "Modern Ward"),
        &["hospital"],
        3800,
    ),
    (
        "SC-HALL",
        "scene",
        "ancient",
        ("宫殿大殿", "Palace Hall"),
        &["palace"],
        9800,
    ),
    (
        "SC-INN",
        "scene",
        "ancient",
        ("江湖客栈", "Roadside Inn"),
        &["palace"],
        5200,
    ),
    (
        "EQ-FX6",
        "equipment",
        "camera",
        ("索尼 FX6 电影机", "Sony FX6 Cinema Camera"),
        &["full-frame"],
        900,
    ),
    (
        "EQ-600D",
        "equipment",
        "lighting",
        ("爱图仕 600D", "Aputure 600D"),
        &["led"],
        260,
    ),
    (
        "PR-BED",
        "prop",
        "set_dressing",
        ("病床", "Hospital Bed"),
        &["hospital"],
        120,
    ),
    (
        "SV-CARE",
        "service",
        "service",
        ("剧组代办", "Crew Desk"),
        &["office"],
        0,
    ),
];

impl Visit {
    async fn open_shop(&self) {
        let town = &self.town;
        let owner = &town.owner.client;
        for (code, kind, category, (zh, en), tags, yuan) in SHOP {
            let body = json!({ "code": code, "kind": kind, "category": category, "name_zh": zh, "name_en": en,
                "tags": tags, "site": town.site, "quantity": if kind == "equipment" { 3 } else { 1 },
                "day_rate": { "amount": yuan * 100 }, "rules": { "night_allowed": true } });
            owner.post("/api/v1/listings", body).await.expect(201);
            let path = format!("/api/v1/listings/{code}/publication");
            owner.post(&path, json!({})).await.expect(200);
        }
    }

    fn kept(&self, code: &str) -> &'static str {
        let one = SHOP.iter().find(|one| one.0 == code).expect(code);
        self.browser.either(one.3.0, one.3.1)
    }
}

#[test]
fn what_is_looked_for_stays_in_the_address() {
    in_every_look("catalogue", |visit| async {
        let (town, browser) = (&visit.town, &visit.browser);
        visit.open_shop().await;
        town.rival
            .book(&["SC-WARD tue 09:00-21:00"])
            .await
            .expect(201);
        visit.enter_as("crew").await;
        browser.look_closely().await;

        // When, and for what.
        browser.press_key("window.choose").await;
        browser.press_key("span.tomorrow").await;
        browser.look_closely().await;
        browser.press_key("window.take").await;
        visit.choose_production().await;
        let production = format!("production={}", town.crew.production);
        for part in [
            "from=2030-01-08T08%3A00",
            "to=2030-01-08T22%3A00",
            &production,
        ] {
            let query = browser.query().await;
            assert!(query.contains(part), "{part} is kept in {query}");
        }

        // How many are free then, and all of them.
        let found = |n: &str| browser.says("catalogue.found", &[("n", n)]);
        browser.sees(&found("6")).await;
        let only_free = browser.says("catalogue.only_free", &[]);
        browser.find("button", &format!("{only_free} 6")).await;
        browser.look_closely().await;
        browser.tab_to(&only_free).await;
        browser.sees(&found("7")).await;
        browser.find("button", &format!("{only_free} 6")).await;
        assert!(browser.query().await.contains("all=1"));
        browser.sees(visit.kept("SC-WARD")).await;

        // Two characters, the first letters of their sounds, and part of a name in English.
        let search = browser.says("catalogue.search", &[]);
        for (words, n, code) in [
            ("病房", "1", "SC-WARD"),
            ("bf", "1", "SC-WARD"),
            ("fx6", "1", "EQ-FX6"),
        ] {
            browser.fill(&search, words).await;
            browser.sees(&found(n)).await;
            browser.settled().await;
            browser.sees(visit.kept(code)).await;
        }
        browser
            .fill(&search, browser.either("没有这个", "nothing like it"))
            .await;
        browser.sees(&browser.says("catalogue.none", &[])).await;
        browser.look_closely().await;
        browser.press_key("catalogue.clear").await;
        browser.sees(&found("7")).await;

        // Filters: beside the cards at the desk, in a sheet on a phone.
        if browser.is_phone() {
            browser.press_key("catalogue.filters").await;
            browser.look_closely().await;
        }
        browser.press_key("category.ancient").await;
        browser.sees(&found("2")).await;
        if browser.is_phone() {
            browser
                .press(&browser.says("catalogue.show", &[("n", "2")]))
                .await;
        }
        let without = browser.says("category.ancient", &[]);
        let without = browser.says("catalogue.without", &[("what", &without)]);
        browser.find("button", &without).await;
        browser.scroll_up().await;
        browser.look_closely().await;

        // Away and back: it is as it was.
        browser.press(visit.kept("SC-INN")).await;
        assert!(browser.path().await.starts_with("/listings/"));
        browser.back().await;
        browser.sees(&found("2")).await;
        let query = browser.query().await;
        assert!(query.contains("category=ancient"), "{query}");
        browser.press(&without).await;
        browser.press_key("catalogue.all").await;

        // Into the basket by the keyboard alone.
        let add = [("name", visit.kept("SC-HALL"))];
        browser
            .tab_to(&browser.says("listing.add_name", &add))
            .await;
        browser.sees(&browser.says("basket.added", &add)).await;
        browser.press_key("kind.facility").await;
        browser.sees(&browser.says("catalogue.none", &[])).await;
        visit
    });
}

#[test]
fn when_nothing_is_free_the_taken_ones_are_one_step_away() {
    in_every_look("none-free", |visit| async {
        let (town, browser) = (&visit.town, &visit.browser);
        town.set(&visit.app, "A01").await;
        town.rival.book(&["A01 tue 08:00-22:00"]).await.expect(201);
        visit.enter_as("crew").await;
        browser
            .visit("/?from=2030-01-08T08:00&to=2030-01-08T22:00")
            .await;
        browser
            .sees(&browser.says("catalogue.none_free", &[]))
            .await;
        browser.look_closely().await;
        browser.press_key("catalogue.show_taken").await;
        browser.sees(&visit.named("A01")).await;
        visit
    });
}
