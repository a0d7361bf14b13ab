//! Companies and what they may have; members and what they may do; who is invited.

use super::{Visit, in_every_look};

impl Visit {
    async fn found_a_company(&self) {
        let browser = &self.browser;
        browser.visit("/manage?part=companies").await;
        browser.look_closely().await;
        browser.press_key("companies.new").await;
        browser
            .fill(&browser.says("listing.code", &[]), "CREW")
            .await;
        browser
            .fill(&browser.says("form.name_zh", &[]), "新剧组")
            .await;
        browser
            .fill(&browser.says("form.name_en", &[]), "A new crew")
            .await;
        browser.press_key("common.save").await;
        browser.mark("dialog [role=alert]").await;
        browser.look_closely().await;
        browser
            .fill(&browser.says("listing.code", &[]), "NEWCREW")
            .await;
        browser.press_key("common.save").await;
        browser.sees("NEWCREW").await;
    }

    /// Four hours a week for the crew, which then may not have five.
    async fn limit_the_crew(&self) {
        let browser = &self.browser;
        browser
            .fill(&browser.says("manage.search_companies", &[]), "CREW")
            .await;
        browser
            .press_in_row("CREW \u{b7}", &browser.says("common.edit", &[]))
            .await;
        browser
            .fill(&browser.says("limits.weekly_hours", &[]), "4")
            .await;
        browser.look_closely().await;
        browser.press_key("common.save").await;
        browser.sees(&browser.says("keep.saved", &[])).await;
        let refused = self.town.crew.book(&["A01 tue 09:00-14:00"]).await;
        refused.expect(422);
    }

    async fn invite(&self) {
        let browser = &self.browser;
        browser.visit("/manage?part=members").await;
        browser.look_closely().await;
        browser.tab_to(&browser.says("members.invite", &[])).await;
        browser
            .fill(&browser.says("form.email", &[]), "guest@example.com")
            .await;
        browser.fill(&browser.says("form.name", &[]), "Guest").await;
        browser.look_closely().await;
        browser.press_key("members.send").await;
        let withdraw = browser.says("members.withdraw", &[("email", "guest@example.com")]);
        browser.find("button", &withdraw).await;
        browser.look_closely().await;
        let letters = self.app.letters().await;
        assert!(letters.iter().any(|kept| kept.to == "guest@example.com"));
        browser.press(&withdraw).await;
        browser.sees(&browser.says("members.withdrawn", &[])).await;
    }

    async fn bar_and_promote(&self) {
        let browser = &self.browser;
        browser
            .fill(&browser.says("manage.search_members", &[]), "viewer")
            .await;
        let role = browser.says("members.role_of", &[("name", "viewer")]);
        browser.set(&role, "booker").await;
        browser.sees(&browser.says("keep.saved", &[])).await;
        browser.press_key("members.bar").await;
        browser.sees(&browser.says("members.inactive", &[])).await;
        browser.look_closely().await;
        self.town.viewer.client.get("/api/v1/me").await.expect(401);
        browser.press_key("members.unbar").await;
        browser
            .find("button", &browser.says("members.bar", &[]))
            .await;
        let me = self.town.viewer.client.get("/api/v1/me").await.expect(200);
        assert_eq!(me["role"], "booker");
    }
}

#[test]
fn companies_and_members_are_kept() {
    in_every_look("companies", |visit| async {
        visit.town.set(&visit.app, "A01").await;
        visit.enter_as("manager").await;
        visit.found_a_company().await;
        visit.limit_the_crew().await;
        visit.invite().await;
        visit.bar_and_promote().await;
        visit
    });
}
