//! The catalogue by words: Chinese, English, pinyin initials; one page, and its counts.

use crate::constant::Constant;
use crate::figures::{Figures, Target};
use crate::looks::Look;
use crate::size::Size;
use crate::support::database::{Database, Engine};
use crate::support::process::Server;
use crate::world::{self, World};

/// What should not be exceeded, in milliseconds.
const TARGET: Target = Target::AtMost(50.0);

pub(crate) async fn measure(engine: Engine, size: Size, figures: &mut Figures) {
    let constant = Constant::start().await;
    let listings = size.search();
    let database = Database::fresh(engine).expect("asked before");
    World::settle(&database, listings, listings);
    let mail = database.folder();
    let server = Server::start(&database.url, mail.path()).await;
    let token = world::crew(0);
    let look = Look {
        engine,
        size,
        server: &server,
        constant: &constant,
        token: &token,
    };
    let last = world::code(listings - 1).to_lowercase();
    // Many, few, one, none; each in the way people type it.
    let words = [
        ("many by two Chinese characters", "%E5%8C%BB%E9%99%A2"),
        ("many by two English words", "vintage+camera"),
        ("few by a tag and a word", "row17+palace"),
        ("many by initials of pinyin", "yyysd"),
        ("one by its code", &last),
        ("none", "nothing+like+it"),
    ];
    for (what, words) in words {
        let page = format!("/api/v1/listings?limit=50&q={words}");
        let figure = look.at(format!("search, {what}, {listings} listings"), &page);
        figures.add(figure.await.should(TARGET));
    }
    let counts = "/api/v1/listings/facets?q=camera";
    let figure = look.at(
        format!("counts by facet of a search, {listings} listings"),
        counts,
    );
    figures.add(figure.await.should(TARGET));
    let all = "/api/v1/listings?limit=50";
    figures.add(
        look.at(format!("first page, {listings} listings"), all)
            .await,
    );
}
