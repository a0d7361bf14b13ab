//! The board: listings with what is booked and closed on each over some days. Reads only; who may know what
//! of a booking is settled here.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};

use super::catalogue::{Described, describe};
use super::claims::Ground;
use super::{Cluster, Outcome};
use crate::domain::booking::LineState;
use crate::domain::closure::Closure;
use crate::domain::ids::{BookingId, CompanyId, ListingId, ProductionId};
use crate::domain::listing::Listing;
use crate::domain::people::{Actor, Company};
use crate::domain::rights::{Right, may};
use crate::domain::span::{Instant, Span, local_midnight};
use crate::store::booking_lists::Heading;
use crate::store::claims::LiveLine;
use crate::store::listings::{self, Filter};
use crate::store::overruns::{self, Overrun};
use crate::store::{Conn, booking_lists, companies, kits, productions};

/// Pages whose beginnings are told with a page, so that they can be asked for at the same time.
const PAGES_TOLD: i64 = 10;

/// The days of a board in the cluster's zone: they are 23 or 25 hours long when the clocks change.
pub struct BoardDays {
    /// Each day with its first moment.
    pub days: Vec<(NaiveDate, Instant)>,
    /// From the first moment of the first day to the end of the last.
    pub window: Span,
}

impl BoardDays {
    /// `count` days from `first` on; `None` beyond what a calendar holds.
    pub fn from(cluster: &Cluster, first: NaiveDate, count: u32) -> Option<Self> {
        let day = |ahead: u32| first.checked_add_days(Days::new(u64::from(ahead)));
        let days: Vec<(NaiveDate, Instant)> = (0..count)
            .map(|ahead| day(ahead).map(|date| (date, local_midnight(date, cluster.zone))))
            .collect::<Option<_>>()?;
        let window = Span::new(days.first()?.1, local_midnight(day(count)?, cluster.zone)).ok()?;
        Some(Self { days, window })
    }
}

/// Through which window the board is looked at, and as of when.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// From the first to the last day.
    pub window: Span,
    /// A hold whose time is up then is none.
    pub now: Instant,
}

/// A page of the board.
pub struct Board {
    /// Listings, by code.
    pub rows: Vec<BoardRow>,
    /// The bookings behind the lines that the reader may know, each once.
    pub bookings: Vec<(Heading, String)>,
    /// The companies that are named.
    pub companies: Vec<Company>,
    /// Codes after which the next pages begin.
    pub next: Vec<String>,
}

/// One listing of the board.
pub struct BoardRow {
    /// Which, where, whose.
    pub listing: Described,
    /// What claims units of it within the window.
    pub lines: Vec<BoardLine>,
    /// What is closed, its site's closures included.
    pub closures: Vec<Closure>,
}

/// One line on the board with what the reader may know and do.
pub struct BoardLine {
    /// What it takes.
    pub live: LiveLine,
    /// Whether the reader may know which booking it belongs to.
    pub known: bool,
    /// Whose it is, where the reader may know that.
    pub company: Option<CompanyId>,
    /// Whether the reader may move it.
    pub can_change: bool,
    /// Whether the reader may decide it now.
    pub can_decide: bool,
    /// Until when its crew stays beyond its end, if it runs late.
    pub late_until: Option<Instant>,
}

/// A page of at most `limit` listings, by code.
pub fn page(
    conn: &mut Conn,
    actor: &Actor,
    filter: &Filter,
    after: Option<&str>,
    limit: i64,
    look: Look,
) -> Outcome<Board> {
    // A kit claims nothing by itself: its parts have rows of their own.
    let filter = &Filter {
        without_kits: true,
        ..filter.clone()
    };
    let found = listings::list(conn, filter, after, limit)?;
    let next = match found.last() {
        Some(last) => next_pages(conn, filter, &last.code, limit)?,
        None => Vec::new(),
    };
    Ok(Board {
        next,
        ..of(conn, actor, found, look)?
    })
}

/// Where the next pages begin, as far as that is told.
fn next_pages(conn: &mut Conn, filter: &Filter, last: &str, limit: i64) -> Outcome<Vec<String>> {
    let codes = listings::codes(conn, filter, Some(last), limit * (PAGES_TOLD - 1) + 1)?;
    let Some((_, before_the_last)) = codes.split_last() else {
        return Ok(Vec::new());
    };
    // A page begins after the last code of the one before, if that is not the last of all.
    let page = usize::try_from(limit).unwrap_or(1);
    let ends = before_the_last.iter().skip(page - 1).step_by(page).cloned();
    Ok(std::iter::once(last.to_owned()).chain(ends).collect())
}

/// Some listings of the board, by name: those of which something has changed, or the parts of a kit in its place.
pub fn of_listings(
    conn: &mut Conn,
    actor: &Actor,
    ids: &[ListingId],
    look: Look,
) -> Outcome<Board> {
    let kits = kits::inside(conn, ids)?;
    let leaves = ids.iter().flat_map(|id| kits.leaves(*id, 1));
    let ids: Vec<ListingId> = leaves.map(|leaf| leaf.listing).collect();
    let mut found = listings::find_all(conn, &ids)?;
    found.retain(|listing| may(actor, Right::Publish, listing.owner) && !listing.is_kit());
    found.sort_by(|one, other| one.code.cmp(&other.code));
    of(conn, actor, found, look)
}

fn of(conn: &mut Conn, actor: &Actor, found: Vec<Listing>, look: Look) -> Outcome<Board> {
    let ids: Vec<ListingId> = found.iter().map(|listing| listing.id).collect();
    let mut ground = Ground::look_at(conn, found.clone(), look.now)?;
    ground.read_claims(conn, look.window)?;
    let standing = overruns::standing(conn, &ids, look.now)?;
    let mut lines = lines_by_listing(conn, actor, &ground, &standing)?;
    let described = describe(conn, found)?;
    let rows: Vec<BoardRow> = described
        .into_iter()
        .map(|described| BoardRow {
            lines: lines.remove(&described.listing.id).unwrap_or_default(),
            closures: ground.closures_of(&described.listing).cloned().collect(),
            listing: described,
        })
        .collect();
    let known: BTreeSet<BookingId> = every_line(&rows)
        .filter(|line| line.known)
        .map(|line| line.live.booking)
        .collect();
    let named: BTreeSet<CompanyId> = every_line(&rows).filter_map(|line| line.company).collect();
    Ok(Board {
        bookings: with_productions(conn, &known.into_iter().collect::<Vec<_>>())?,
        companies: companies::find_all(conn, &named.into_iter().collect::<Vec<_>>())?,
        rows,
        next: Vec::new(),
    })
}

fn every_line(rows: &[BoardRow]) -> impl Iterator<Item = &BoardLine> {
    rows.iter().flat_map(|row| &row.lines)
}

fn lines_by_listing(
    conn: &mut Conn,
    actor: &Actor,
    ground: &Ground,
    standing: &[Overrun],
) -> Outcome<BTreeMap<ListingId, Vec<BoardLine>>> {
    let company_ids: BTreeSet<CompanyId> = ground.all_live().map(|live| live.company).collect();
    let found = companies::find_all(conn, &company_ids.into_iter().collect::<Vec<_>>())?;
    let shown: BTreeSet<CompanyId> = found
        .iter()
        .filter(|company| company.shows_name)
        .map(|company| company.id)
        .collect();
    let mut lines: BTreeMap<ListingId, Vec<BoardLine>> = BTreeMap::new();
    for live in ground.all_live() {
        let late = standing.iter().find(|overrun| overrun.line == live.line);
        lines.entry(live.listing).or_default().push(BoardLine {
            late_until: late.map(|overrun| overrun.until),
            ..as_known(actor, live, shown.contains(&live.company))
        });
    }
    Ok(lines)
}

/// The crew's company and the owner who decides know the booking, a manager knows all, and everyone the name
/// of a company that shows it.
fn as_known(actor: &Actor, live: &LiveLine, shows_name: bool) -> BoardLine {
    let decides = may(actor, Right::Decide, live.owner);
    let known = decides || may(actor, Right::SeeCompany, live.company);
    BoardLine {
        live: *live,
        known,
        company: (known || shows_name).then_some(live.company),
        can_change: may(actor, Right::Book, live.company),
        can_decide: decides && live.state == LineState::Requested,
        late_until: None,
    }
}

/// Bookings with the titles of their productions.
fn with_productions(conn: &mut Conn, ids: &[BookingId]) -> Outcome<Vec<(Heading, String)>> {
    let headings = booking_lists::headings(conn, ids)?;
    let productions: BTreeSet<ProductionId> =
        headings.iter().map(|heading| heading.production).collect();
    let titles: BTreeMap<ProductionId, String> =
        productions::find_all(conn, &productions.into_iter().collect::<Vec<_>>())?
            .into_iter()
            .map(|production| (production.id, production.title))
            .collect();
    let titled = |heading: Heading| {
        let title = titles.get(&heading.production).cloned().unwrap_or_default();
        (heading, title)
    };
    Ok(headings.into_iter().map(titled).collect())
}
