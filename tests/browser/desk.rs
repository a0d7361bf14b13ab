//! Where the cluster is run: listings, sites, companies, members.

use crate::support::browser::{Page, Role, Stage, walk};

#[test]
fn listings_sites_companies_and_members_are_kept() {
    walk("manage", async |page, stage| {
        stage.town.set(&stage.app, "A01").await;
        page.is(&stage.app, &stage.town.manager).await;
        page.open("/manage").await;
        page.look_at("listings").await;
        draft_a_listing(page).await;
        page.open("/manage?part=sites").await;
        page.press("common.edit").await;
        page.look_at("site").await;
        page.press("common.save").await;
        page.reads(&page.say("keep.saved")).await;
        page.open("/manage?part=companies").await;
        page.look_at("companies").await;
        invite(page, stage).await;
    });
}

async fn draft_a_listing(page: &Page) {
    page.press("manage.new_listing").await;
    page.sees(Role::Dialog, "manage.new_listing").await;
    page.fill("listing.code", "SC-NEW-001").await;
    page.fill("form.name_zh", "新景").await;
    page.fill("form.name_en", "A new set").await;
    page.look_at("new-listing").await;
    page.press("manage.save_draft").await;
    page.arrives("/listings/").await;
    page.press("keep.publish").await;
    page.sees(Role::Pressable, "keep.retire").await;
}

async fn invite(page: &Page, stage: &Stage) {
    page.open("/manage?part=members").await;
    page.look_at("members").await;
    page.press("members.invite").await;
    page.fill("form.email", "guest@example.com").await;
    page.fill("form.name", "Guest").await;
    page.look_at("invite").await;
    page.press("members.send").await;
    let withdraw = page.say_with("members.withdraw", &[("email", "guest@example.com")]);
    page.sees_named(Role::Pressable, &withdraw).await;
    let letters = stage.app.letters().await;
    let invited = letters.iter().any(|kept| kept.to == "guest@example.com");
    assert!(invited, "the invitation is on its way");
}
