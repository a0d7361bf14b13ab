//! The board in a real Chromium, as a manager opens it: how soon there are bars, how many elements it takes, and
//! the longest frame while all of it is scrolled by. Not here: what the server's answer takes ([`crate::pages`]).

use backlot::actions::sessions;
use backlot::domain::ids::MemberId;
use backlot::http::guard::COOKIE;
use backlot::store::{Conn, Use};
use serde_json::{Value, json};

use crate::figures::{Figure, Figures, Target};
use crate::support::browser::{Browser, LOOKS};
use crate::support::database::{Database, Engine};
use crate::support::process::Server;
use crate::world::{self, World};

/// All of them in the two weeks that are in sight at first: more than the same number over the month that is loaded.
const LISTINGS: usize = 1_000;
const BOOKINGS: usize = 5_000;
const DAYS: usize = 5;
/// Openings of which the middle one counts.
const TURNS: usize = 7;

/// Notes when the first bars stand in a frame.
const WATCH: &str = "const look = () => { \
      if (document.querySelector('.board-body .bar')) requestAnimationFrame(() => { window.firstBars = performance.now(); }); \
      else requestAnimationFrame(look); }; \
    look();";

/// Scrolls through every row and then every day, a good deal each frame; gives the longest frame and the most elements.
const SCROLL: &str = "const done = arguments[0]; \
    const box = document.querySelector('.board-scroll'); \
    let [last, longest, nodes, frames] = [performance.now(), 0, 0, 0]; \
    const step = (now) => { \
      longest = Math.max(longest, now - last); last = now; frames += 1; \
      nodes = Math.max(nodes, document.querySelectorAll('*').length); \
      const before = [box.scrollTop, box.scrollLeft]; \
      box.scrollTop += 180; \
      if (box.scrollTop === before[0]) box.scrollLeft += 60; \
      if ((box.scrollTop === before[0] && box.scrollLeft === before[1]) || frames > 5000) done([longest, nodes, frames]); \
      else requestAnimationFrame(step); }; \
    requestAnimationFrame(step);";

pub(crate) async fn measure(engine: Engine, figures: &mut Figures) {
    let database = Database::fresh(engine).expect("asked before");
    World::settle_ahead(&database, LISTINGS, BOOKINGS, DAYS);
    let cookie = manager_signs_in(&database);
    let folder = database.folder();
    let server = Server::start(&database.url, folder.path()).await;
    let [_, desk] = LOOKS;
    let Some(browser) = Browser::open(server.url(""), desk, "board-figures").await else {
        return;
    };
    let cookie = json!({ "name": COOKIE, "value": cookie, "url": server.url("/") });
    browser.devtools("Network.setCookie", cookie).await;
    let watch = json!({ "source": WATCH });
    browser
        .devtools("Page.addScriptToEvaluateOnNewDocument", watch)
        .await;

    let first = opened(&browser).await;
    let mut again = Vec::new();
    for _ in 0..TURNS {
        again.push(opened(&browser).await);
    }
    again.sort_by(f64::total_cmp);
    let of = format!("{LISTINGS} listings, 31 days, {BOOKINGS} bookings");
    let figure = Figure::new(
        engine,
        format!("board, until its first bars, {of}"),
        again[TURNS / 2],
        "ms",
    );
    let worst = again[TURNS - 1];
    let beside = format!("{first:.0} ms with an empty cache, {worst:.0} ms at worst of {TURNS}");
    figures.add(figure.should(Target::AtMost(600.0)).beside(beside));

    for zoom in ["fortnight", "month", "day"] {
        browser.visit(&format!("/board?zoom={zoom}")).await;
        let [longest, nodes, frames] = scrolled(&browser).await;
        let figure = Figure::new(
            engine,
            format!("board, longest frame scrolled through, {zoom}"),
            longest,
            "ms",
        );
        figures.add(
            figure
                .should(Target::AtMost(200.0))
                .beside(format!("{frames:.0} frames")),
        );
        let figure = Figure::new(engine, format!("board, most elements, {zoom}"), nodes, "");
        figures.add(figure.should(Target::AtMost(2_000.0)));
    }
    browser.close().await;
}

fn manager_signs_in(database: &Database) -> String {
    let mut conn = Conn::open(&database.address(), Use::Write).expect("a connection");
    let manager: MemberId = world::manager();
    let opened = sessions::open(&mut conn, manager, world::now());
    opened.expect("a session").secret
}

/// Milliseconds from opening the page to its first bars.
async fn opened(browser: &Browser) -> f64 {
    browser.visit("/board").await;
    number(&browser.ask("window.firstBars ?? NaN").await)
}

async fn scrolled(browser: &Browser) -> [f64; 3] {
    let said = browser.ask_at_leisure(SCROLL, Vec::new()).await;
    [0, 1, 2].map(|place| number(&said[place]))
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}
