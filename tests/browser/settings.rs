//! My settings: language, name and password, feeds and tokens made and revoked; and the palette, by keys alone.

use fantoccini::key::Key;

use super::in_every_look;
use crate::support::client::Client;

#[test]
fn language_feeds_and_tokens() {
    in_every_look("settings", |visit| async {
        let browser = &visit.browser;
        visit.enter_as("crew").await;
        browser.press_key("nav.settings").await;
        browser.look_closely().await;

        // The other language, and back: the screen's and the letters'.
        let (other, own) = browser
            .either("English|简体中文", "简体中文|English")
            .split_once('|')
            .expect("two");
        browser.press(other).await;
        browser
            .sees(browser.either("Calendar feeds", "日历订阅"))
            .await;
        let me = visit.town.crew.client.get("/api/v1/me").await.expect(200);
        assert_eq!(me["language"], browser.either("en", "zh-CN"));
        browser.press(own).await;
        browser.sees(&browser.says("settings.feeds", &[])).await;

        // A feed reads until it is revoked.
        browser.press_key("settings.feed_mine").await;
        let feed = browser.text_at(".secret code").await;
        let path = feed
            .strip_prefix(&visit.app.url(""))
            .expect("ours")
            .to_owned();
        let reader = Client::stranger(visit.app.url(""));
        let calendar = reader.get(&path).await;
        assert!(calendar.bytes.starts_with(b"BEGIN:VCALENDAR"), "{path}");
        browser.look_closely().await;
        browser.press_key("settings.revoke_feed").await;
        browser.sees(&browser.says("settings.revoked", &[])).await;
        assert_eq!(reader.get(&path).await.status.as_u16(), 404);

        // A token opens the door until it is revoked; by the keyboard alone.
        let name = browser.says("settings.token_name", &[]);
        browser
            .fill(&name, browser.either("值班脚本", "Night script"))
            .await;
        browser.keys(&String::from(char::from(Key::Enter))).await;
        browser
            .sees(&browser.says("settings.token_once", &[]))
            .await;
        let token = browser.text_at(".secret code").await;
        let script = Client::member(visit.app.url(""), &token);
        script.get("/api/v1/me").await.expect(200);
        browser.look_closely().await;
        let named = [("name", browser.either("值班脚本", "Night script"))];
        browser
            .tab_to(&browser.says("settings.revoke_token", &named))
            .await;
        browser.sees(&browser.says("settings.revoked", &[])).await;
        assert_eq!(script.get("/api/v1/me").await.status.as_u16(), 401);

        let password = browser.says("settings.password_new", &[]);
        browser.fill(&password, "short").await;
        browser.fill(&password, "a longer one by far").await;
        browser.press_key("settings.password_save").await;
        browser
            .find("field", &browser.says("settings.password_old", &[]))
            .await;
        visit
    });
}

#[test]
fn ctrl_k_goes_anywhere_without_a_pointer() {
    in_every_look("palette", |visit| async {
        let (town, browser) = (&visit.town, &visit.browser);
        town.set(&visit.app, "A01").await;
        town.set(&visit.app, "A02").await;
        let booked = town.crew.book(&["A02 tue 09:00-12:00"]).await.expect(201);
        let reference = booked["reference"].as_str().expect("a reference");
        visit.enter_as("crew").await;
        let [control, over, down, enter, escape] =
            [Key::Control, Key::Null, Key::Down, Key::Enter, Key::Escape].map(char::from);
        let call = format!("{control}k{over}");

        browser.keys(&call).await;
        browser
            .find("any", &browser.says("palette.title", &[]))
            .await;
        browser.look_closely().await;
        browser.keys(&format!("{down}{enter}")).await;
        browser.sees(&browser.says("basket.empty", &[])).await;

        browser.keys(&call).await;
        browser.keys("A0").await;
        browser.sees(&visit.named("A02")).await;
        browser.look_closely().await;
        browser.keys(&format!("{down}{enter}")).await;
        browser.find("heading", &visit.named("A02")).await;
        assert!(browser.path().await.starts_with("/listings/"));

        browser.keys(&call).await;
        browser.keys(reference).await;
        browser.keys(&String::from(enter)).await;
        browser
            .sees(&browser.says("booking.says_confirmed", &[]))
            .await;

        browser.keys(&call).await;
        browser.keys("zzzz").await;
        browser.sees(&browser.says("catalogue.none", &[])).await;
        browser.look_closely().await;
        browser.keys(&String::from(escape)).await;
        assert!(!browser.has("any", &browser.says("palette.hint", &[])).await);
        visit
    });
}
