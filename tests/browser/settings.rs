//! One's own settings: language, calendar feeds, tokens; each made, shown once and taken back.

use crate::support::browser::{Role, walk};

#[test]
fn feeds_and_tokens_are_made_and_taken_back() {
    walk("settings", async |page, stage| {
        page.is(&stage.app, &stage.town.crew).await;
        page.open("/settings").await;
        page.look_at("settings").await;
        page.press("settings.feed_mine").await;
        page.reads(&page.say("settings.feed_once")).await;
        page.fill("settings.token_name", "call sheet").await;
        page.press("settings.token_make").await;
        page.reads(&page.say("settings.token_once")).await;
        page.look_at("secrets").await;
        page.press("settings.revoke_feed").await;
        let named = [("name", "call sheet")];
        page.press_named(&page.say_with("settings.revoke_token", &named))
            .await;
        page.reads(&page.say("settings.revoked")).await;
    });
}

#[test]
fn the_other_language_is_one_press_away() {
    walk("language", async |page, stage| {
        page.is(&stage.app, &stage.town.crew).await;
        page.open("/settings").await;
        page.press(page.either("language.en", "language.zh-CN"))
            .await;
        let lang = page.ask("return document.documentElement.lang").await;
        assert_eq!(lang, page.either("en", "zh-CN"));
        page.press(page.either("language.zh-CN", "language.en"))
            .await;
        page.sees(Role::Heading, "nav.settings").await;
    });
}
