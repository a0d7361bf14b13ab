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

#[test]
fn a_name_and_a_password_are_set_and_the_password_lets_in() {
    walk("password", async |page, stage| {
        page.is(&stage.app, &stage.town.crew).await;
        page.open("/settings").await;
        let name = page.either("老林", "Lin");
        page.fill("form.your_name", name).await;
        page.press("common.save").await;
        page.sees(Role::Heading, name).await;
        page.fill("settings.password_new", "long enough 8").await;
        page.press("settings.password_save").await;
        page.reads(&page.say("settings.password_has")).await;
        page.press("nav.sign_out").await;
        page.arrives("/sign-in").await;
        page.press("sign_in.by_password").await;
        page.fill("form.email", "crew@example.com").await;
        page.fill("form.password", "long enough 8").await;
        page.press("sign_in.enter").await;
        page.sees(Role::Heading, "catalogue.title").await;
        page.open("/sign-in").await;
        page.reads(&page.say_with("sign_in.already", &[("name", name)]))
            .await;
    });
}
