//! A closure that repeats: made in one go, seen as one row, opened again from a date on; and a rest day of a site.

use super::{Visit, in_every_look};
use crate::support::make::Person;

#[test]
fn what_repeats_is_one_row_and_opens_from_a_date_on() {
    in_every_look("closures", |visit| async {
        visit.town.set(&visit.app, "A01").await;
        let browser = &visit.browser;
        visit.enter_as("owner").await;
        browser.visit("/listings/A01").await;
        browser.press_key("keep.closures").await;
        close_weekly(&visit, "deep clean").await;
        browser.press_key("closure.show_dates").await;
        browser.look_closely().await;
        let third = browser.bring(".closure-dates li:nth-child(3) button").await;
        third.click().await.expect("the third date");
        browser.settled().await;
        browser.look_closely().await;
        browser.press_key("closure.remove_following").await;
        browser.settled().await;
        assert_eq!(count(&visit.town.owner, "listing=A01").await, 2);
        browser.press_key("closure.remove").await;
        browser.press_key("closure.remove_all").await;
        browser.sees(&browser.says("closure.none", &[])).await;
        assert_eq!(count(&visit.town.owner, "listing=A01").await, 0);
        browser.press_key("common.close").await;
        browser.press_key("listing_history.title").await;
        browser
            .sees(&browser.says("listing_history.field_dates", &[]))
            .await;
        browser.look_closely().await;
        visit.sign_out().await;

        visit.enter_as("manager").await;
        browser.visit("/manage?part=sites").await;
        browser.look_closely().await;
        browser.press_key("keep.closures").await;
        close_weekly(&visit, "rest day").await;
        let of_site = format!("site={}", visit.town.site);
        assert_eq!(count(&visit.town.owner, &of_site).await, 4);
        browser.look_closely().await;
        visit
    });
}

/// Fills in the form: tomorrow, and every week until the end of the month.
async fn close_weekly(visit: &Visit, reason: &str) {
    let browser = &visit.browser;
    visit.fill_span(("08:00", "12:00")).await;
    let label = browser.says("repeats.label", &[]);
    browser.set(&label, "WEEKLY").await;
    let until = browser.says("repeats.until", &[]);
    browser.set(&until, "2030-01-31").await;
    browser
        .fill(&browser.says("closure.reason", &[]), reason)
        .await;
    browser.look_closely().await;
    browser.press_key("closure.add").await;
    browser.sees(&browser.says("closure.show_dates", &[])).await;
}

async fn count(person: &Person, of: &str) -> usize {
    let path = format!("/api/v1/closures?{of}");
    let page = person.client.get(&path).await.expect(200);
    page["items"].as_array().map_or(0, Vec::len)
}
