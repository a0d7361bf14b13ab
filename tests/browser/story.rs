//! The whole story: signing in, finding, a basket with a clash in it, asking the owner, the letters, the
//! owner's yes, calling it off.

use crate::support::browser::{Page, Role, Stage, walk};

#[test]
fn from_signing_in_to_calling_it_off() {
    walk("story", async |page, stage| {
        set_the_scene(stage).await;
        sign_in_by_code(page, stage).await;
        choose_the_window(page).await;
        put_three_in_the_basket(page).await;
        let reference = ask_the_owner(page).await;
        read_the_letter(page, stage, &reference).await;
        grant_it_as_the_owner(page, stage, &reference).await;
        call_it_off(page, stage, &reference).await;
    });
}

/// Two sets at once, one that asks its owner, and somebody in the way on Tuesday morning.
async fn set_the_scene(stage: &Stage) {
    let Stage { app, town } = stage;
    for code in ["A01", "B02"] {
        town.set(app, code).await;
    }
    town.palace(app, "P03").await;
    let in_the_way = ["B02 tue 09:00-11:00"];
    town.rival.book(&in_the_way).await.expect(201);
}

async fn sign_in_by_code(page: &Page, stage: &Stage) {
    page.open("/").await;
    page.arrives("/sign-in").await;
    page.sees(Role::Heading, "sign_in.title").await;
    page.look_at("sign-in").await;
    page.fill("form.email", "crew@example.com").await;
    page.press("sign_in.send").await;
    page.sees(Role::Field, "sign_in.code").await;
    let letters = stage.app.letters().await;
    let text = &letters.last().expect("a letter").letter.text;
    let mut numbers = text.split(|c: char| !c.is_ascii_digit());
    let code = numbers.find(|digits| digits.len() == 6);
    page.fill("sign_in.code", code.expect("a code")).await;
    page.press("sign_in.enter").await;
    page.sees(Role::Heading, "catalogue.title").await;
}

async fn choose_the_window(page: &Page) {
    page.press_with(&page.say("window.choose")).await;
    page.sees(Role::Dialog, "window.title").await;
    page.press("span.tomorrow_morning").await;
    page.look_at("window").await;
    page.press("window.take").await;
    page.look_at("catalogue").await;
}

async fn put_three_in_the_basket(page: &Page) {
    add_from_the_catalogue(page, "A01").await;
    // What is taken is not shown until it is asked for.
    page.fill("catalogue.search", "B02").await;
    page.press("catalogue.show_taken").await;
    page.press_named(&page.say_with("listing.add_name", &[("name", &page.called("B02"))]))
        .await;
    look_at_the_days(page).await;
    page.press_with(&page.say("nav.basket")).await;
    page.arrives("/basket").await;
    clash_is_explained_and_mended(page).await;
}

async fn add_from_the_catalogue(page: &Page, code: &str) {
    page.fill("catalogue.search", code).await;
    let name = page.called(code);
    page.press_named(&page.say_with("listing.add_name", &[("name", &name)]))
        .await;
}

/// The palace has a span of its own: Wednesday 14:00 to 18:00, chosen on its calendar.
async fn look_at_the_days(page: &Page) {
    page.fill("catalogue.search", "P03").await;
    page.press_with(&page.called("P03")).await;
    page.arrives("/listings/").await;
    page.press_with(page.either("1月9日", "Jan 9")).await;
    press_hour(page, "14:00", "15:00").await;
    press_hour(page, "17:00", "18:00").await;
    page.sees_named(Role::Region, &page.say("listing.order"))
        .await;
    page.look_at("listing").await;
    page.press("listing.add").await;
}

async fn press_hour(page: &Page, from: &str, to: &str) {
    let free = page.say("day.free");
    let hour = [("from", from), ("to", to), ("what", free.as_str())];
    page.press_named(&page.say_with("day.hour", &hour)).await;
}

async fn clash_is_explained_and_mended(page: &Page) {
    page.sees(Role::Group, "refusal.label").await;
    // Who keeps its name to itself is another crew; when and how many is told.
    page.reads(&page.say("clash.someone")).await;
    page.reads("09:00").await;
    page.look_at("clash").await;
    page.press_first_in(Role::Group, "refusal.label").await;
    page.reads(&page.say("basket.ask_says")).await;
    page.look_at("basket").await;
}

async fn ask_the_owner(page: &Page) -> String {
    page.press("basket.ask").await;
    page.arrives("/bookings/").await;
    page.reads(&page.say("state.requested")).await;
    page.look_at("booking").await;
    let path = page.path().await;
    path.trim_start_matches("/bookings/").to_owned()
}

async fn read_the_letter(page: &Page, stage: &Stage, reference: &str) {
    stage.app.letters().await;
    page.open("/letters").await;
    page.press_with(&page.say("letter_kind.request_received"))
        .await;
    let letter = page.sees_named(Role::Region, reference).await;
    let words = page.words_in(&letter).await;
    assert!(words.contains(&page.called("P03")), "{words}");
    page.look_at("letter").await;
}

async fn enter_as(page: &Page, name: &str) {
    page.open("/settings").await;
    page.press("nav.sign_out").await;
    page.arrives("/sign-in").await;
    page.press_with(&page.say_with("demo.enter_as", &[("name", name)]))
        .await;
    page.arrives("/").await;
}

async fn grant_it_as_the_owner(page: &Page, stage: &Stage, reference: &str) {
    enter_as(page, "owner").await;
    page.press("nav.approvals").await;
    page.arrives("/approvals").await;
    page.reads(reference).await;
    page.look_at("approvals").await;
    page.press("decide.grant").await;
    page.sees(Role::Heading, "approvals.none").await;
    let letters = stage.app.letters().await;
    let granted = letters
        .iter()
        .rev()
        .find(|kept| kept.to == "crew@example.com");
    let calendar = &granted.expect("a letter").letter.calendar;
    let calendar = &calendar.as_ref().expect("a calendar").text;
    assert!(calendar.contains("METHOD:REQUEST"), "{calendar}");
}

async fn call_it_off(page: &Page, stage: &Stage, reference: &str) {
    enter_as(page, "crew").await;
    page.press("nav.bookings").await;
    page.press_with(reference).await;
    page.arrives(&format!("/bookings/{reference}")).await;
    page.reads(&page.say("state.confirmed")).await;
    page.press("cancel.title").await;
    page.sees(Role::Dialog, "cancel.title").await;
    // The terms come before the button.
    page.reads(&page.say("cancel.what")).await;
    page.fill("cancel.reason", page.either("改期", "The actor is ill"))
        .await;
    page.look_at("cancel").await;
    page.press("cancel.confirm").await;
    page.reads(&page.say("state.cancelled")).await;
    page.look_at("cancelled").await;
    let letters = stage.app.letters().await;
    let calendar = &letters.last().expect("a letter").letter.calendar;
    let calendar = &calendar.as_ref().expect("a calendar").text;
    assert!(calendar.contains("METHOD:CANCEL"), "{calendar}");
}
