//! When all of a basket fits: twenty lines, fifty listings that would do for each, over ninety days, each listing with
//! a booking a day. Once where the basket soon fits, once where it never does and every start has to be looked at.

use serde_json::{Value, json};

use crate::clients::Ask;
use crate::constant::Constant;
use crate::figures::Figures;
use crate::looks::Look;
use crate::size::Size;
use crate::support::database::{Database, Engine};
use crate::support::process::Server;
use crate::world::{self, World};

/// Days from the first to the last start.
const DAYS: usize = 90;
/// Minutes of a line that fits between two bookings of a day, and of one that fits between none.
const SHORT: u32 = 3 * 60;
const LONG: u32 = 48 * 60;

pub(crate) async fn measure(engine: Engine, size: Size, figures: &mut Figures) {
    let constant = Constant::start().await;
    let (lines, equivalents) = size.openings();
    let listings = lines * equivalents;
    let database = Database::fresh(engine).expect("asked before");
    let days = DAYS + 10;
    let world = World::settle_ahead(&database, listings, listings * days, days);
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
    for (what, minutes) in [("that soon fit", SHORT), ("that never fit", LONG)] {
        let what = format!(
            "openings of {lines} lines {what}, {equivalents} equivalents each, {DAYS} days"
        );
        let body = basket(&world, lines, equivalents, minutes);
        let ask = Ask::post("/api/v1/openings", &body);
        figures.add(look.through(what, &[ask], 200).await);
    }
}

fn basket(world: &World, lines: usize, equivalents: usize, minutes: u32) -> Value {
    let line = |line: usize| {
        let codes = (line * equivalents..(line + 1) * equivalents).map(world::code);
        json!({ "listings": codes.collect::<Vec<_>>(), "minutes": minutes })
    };
    let days = i64::try_from(DAYS).expect("few enough");
    json!({
        "from": world.at(1, 0).to_rfc3339(),
        "to": world.at(1 + days, 0).to_rfc3339(),
        "lines": (0..lines).map(line).collect::<Vec<_>>(),
    })
}
