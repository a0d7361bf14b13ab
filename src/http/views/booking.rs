//! Bookings → JSON.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::kit::InKitOut;
use super::price::{PriceOut, price};
use super::series::{SeriesDateOut, SeriesPlaceOut};
use super::{MoneyOut, Named};
use crate::actions::decide::may_decide;
use crate::actions::sheet::Sheet;
use crate::actions::{Outcome, cancel};
use crate::domain::booking::{Booking, Line, LineState};
use crate::domain::money::{Currency, Money};
use crate::domain::people::{Actor, Language};
use crate::domain::price::total;
use crate::domain::rights::{Right, may};
use crate::domain::span::Instant;
use crate::store::StoreError;

/// A listing beside a line.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineListingOut {
    /// Its identifier.
    pub id: String,
    /// Its short code.
    pub code: String,
    /// In Chinese.
    pub name_zh: String,
    /// In English.
    pub name_en: String,
    /// Its kind.
    pub kind: String,
    /// Finer than the kind.
    pub category: String,
    /// Where it is.
    pub site: Named,
    /// Whose it is.
    pub owner: Named,
}

/// One line of a booking.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineOut {
    /// Its identifier.
    pub id: String,
    /// What is booked.
    pub listing: LineListingOut,
    /// The kit it was booked with; null is none.
    pub kit: Option<InKitOut>,
    /// How many units.
    pub units: u32,
    /// First moment.
    pub start: DateTime<Utc>,
    /// First moment after.
    pub end: DateTime<Utc>,
    /// Where its claim starts, setup included.
    pub claim_start: DateTime<Utc>,
    /// Where its claim ends, turnaround included.
    pub claim_end: DateTime<Utc>,
    /// Where it is in its life.
    pub state: String,
    /// What it costs.
    pub price: PriceOut,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<DateTime<Utc>>,
    /// What was said.
    pub reason: Option<String>,
    /// Whether the reader may decide it now.
    pub can_decide: bool,
    /// Its hold or its place in line; null where it has neither.
    pub hold: Option<HoldOut>,
    /// Until when its crew stays beyond its end; null where it ends in time.
    pub late_until: Option<DateTime<Utc>>,
    /// How many minutes later it begins because somebody before it runs late; null where it begins in time.
    pub delay_minutes: Option<i64>,
}

/// The clock and rank of a line on hold or in line.
#[derive(Debug, Serialize, ToSchema)]
pub struct HoldOut {
    /// 1 on hold, 2 and more in line.
    pub rank: u32,
    /// When it lapses; for a line in line, when waiting is in vain.
    pub expires_at: DateTime<Utc>,
    /// Since when somebody in line challenges it.
    pub challenged_at: Option<DateTime<Utc>>,
    /// In line: when the first hold before it lapses.
    pub ahead_until: Option<DateTime<Utc>>,
    /// In line: whether it challenged the hold before it.
    pub challenging: bool,
}

/// Something with a name.
#[derive(Debug, Serialize, ToSchema)]
pub struct Labelled {
    /// Its identifier.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// The production of a booking.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProductionRef {
    /// Its identifier.
    pub id: String,
    /// Its title.
    pub title: String,
}

/// What the reader may do with a booking.
#[derive(Debug, Serialize, ToSchema)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a button that is there or not"
)]
pub struct CanOut {
    /// Other times, units, lines.
    pub change: bool,
    /// Call it off.
    pub cancel: bool,
    /// Grant or decline lines of it.
    pub decide: bool,
    /// Confirm what is on hold.
    pub confirm: bool,
    /// Challenge the holds before what is in line.
    pub challenge: bool,
}

/// What cancelling now costs.
#[derive(Debug, Serialize, ToSchema)]
pub struct TermsOut {
    /// The fee.
    pub fee: MoneyOut,
    /// In words.
    pub detail: String,
}

/// A booking.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookingOut {
    /// Its identifier.
    pub id: String,
    /// Reference for people.
    pub reference: String,
    /// For `If-Match`.
    pub version: i64,
    /// Derived from its lines.
    pub state: String,
    /// What the crew calls it.
    pub title: String,
    /// A word to the owners.
    pub note: String,
    /// All or nothing.
    pub together: bool,
    /// Whose order it is.
    pub company: Named,
    /// What it is for.
    pub production: ProductionRef,
    /// Who booked it.
    pub booked_by: Labelled,
    /// When it was booked.
    pub created_at: DateTime<Utc>,
    /// First start of its open lines.
    pub start: Option<DateTime<Utc>>,
    /// Last end of its open lines.
    pub end: Option<DateTime<Utc>>,
    /// What its open lines come to.
    pub total: MoneyOut,
    /// What their deposits come to.
    pub deposit: MoneyOut,
    /// Its lines; an owner of another company sees only its own.
    pub lines: Vec<LineOut>,
    /// What the reader may do.
    pub can: CanOut,
    /// What cancelling now costs; null where it cannot be cancelled by the reader.
    pub cancellation_terms: Option<TermsOut>,
    /// Address of its calendar file.
    pub calendar_url: String,
    /// Which date of which series it is; null where it is none.
    pub series: Option<SeriesPlaceOut>,
    /// When a series was just booked: every date of it, skipped ones too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dates: Option<Vec<SeriesDateOut>>,
}

/// The crew's company sees all of its booking, an owner its own lines, a manager everything.
pub fn sees_line(actor: &Actor, booking: &Booking, line: &Line) -> bool {
    may(actor, Right::SeeCompany, booking.company) || may(actor, Right::Decide, line.owner)
}

/// A booking as this reader may see it.
pub fn booking(
    booking: &Booking,
    sheet: &Sheet,
    actor: &Actor,
    language: Language,
    now: Instant,
) -> Outcome<BookingOut> {
    let seen: Vec<&Line> = booking
        .lines
        .iter()
        .filter(|line| sees_line(actor, booking, line))
        .collect();
    let currency = booking
        .lines
        .first()
        .map_or(Currency::CNY, |line| line.price.total.currency);
    let live = seen.iter().filter(|line| line.state.is_open());
    let sums = total(currency, live.map(|line| &line.price));
    let (total, deposit) =
        sums.map_err(|_| StoreError::Other("a sum that does not fit".to_owned()))?;
    let lines: Result<Vec<LineOut>, StoreError> = seen
        .iter()
        .map(|one| line(one, sheet, actor, language))
        .collect();
    let books = may(actor, Right::Book, booking.company);
    let can = CanOut {
        change: books && booking.open_lines().next().is_some(),
        cancel: books && cancel::can_be_cancelled(booking),
        decide: booking.lines.iter().any(|line| may_decide(actor, line)),
        confirm: books
            && booking
                .lines
                .iter()
                .any(|line| line.state == LineState::Held),
        challenge: books && booking.lines.iter().any(|line| may_challenge(line, sheet)),
    };
    let company = sheet.company(booking.company)?;
    let production = sheet.production(booking)?;
    let booked_by = sheet.member(booking.booked_by)?;
    let fee = cancel::fee(booking, now);
    Ok(BookingOut {
        id: booking.id.to_string(),
        reference: booking.reference.clone(),
        version: booking.version,
        state: booking.state().as_str().to_owned(),
        title: booking.title.clone(),
        note: booking.note.clone(),
        together: booking.together,
        company: Named::new(company.id, &company.code, &company.names),
        production: ProductionRef {
            id: production.id.to_string(),
            title: production.title.clone(),
        },
        booked_by: Labelled {
            id: booked_by.id.to_string(),
            name: booked_by.name.clone(),
        },
        created_at: booking.created_at,
        start: booking.span().map(crate::domain::span::Span::start),
        end: booking.span().map(crate::domain::span::Span::end),
        total: total.into(),
        deposit: deposit.into(),
        lines: lines?,
        cancellation_terms: can.cancel.then(|| terms(fee, language)),
        can,
        calendar_url: format!("/api/v1/bookings/{}/calendar.ics", booking.id),
        series: sheet
            .series
            .get(&booking.id)
            .map(|place| SeriesPlaceOut::of(*place)),
        dates: None,
    })
}

fn may_challenge(line: &Line, sheet: &Sheet) -> bool {
    sheet
        .places
        .get(&line.id)
        .is_some_and(|place| place.may_challenge)
}

fn hold(line: &Line, sheet: &Sheet) -> Option<HoldOut> {
    let hold = line.hold?;
    let place = sheet.places.get(&line.id);
    Some(HoldOut {
        rank: place.map_or(1, |place| place.rank),
        expires_at: hold.expires_at,
        challenged_at: hold.challenge.map(|challenge| challenge.at),
        ahead_until: place.and_then(|place| place.ahead_until),
        challenging: place.is_some_and(|place| place.challenging),
    })
}

fn terms(fee: Money, language: Language) -> TermsOut {
    let detail = match (fee.minor, language) {
        (0, Language::Zh) => "现在取消不收费。".to_owned(),
        (0, Language::En) => "Cancelling now is free.".to_owned(),
        (_, Language::Zh) => format!(
            "现在取消需付 {fee}（开始前 72 小时以上免费，72–24 小时收一半，24 小时内全额）。"
        ),
        (_, Language::En) => {
            format!(
                "Cancelling now costs {fee} (free until 72 hours before, half until 24, all of it after)."
            )
        }
    };
    TermsOut {
        fee: fee.into(),
        detail,
    }
}

fn line(
    line: &Line,
    sheet: &Sheet,
    actor: &Actor,
    language: Language,
) -> Result<LineOut, StoreError> {
    let listing = sheet.listing(line)?;
    let site = sheet.site(listing)?;
    let owner = sheet.company(line.owner)?;
    let decided_by = line
        .decided_by
        .and_then(|id| sheet.members.get(&id))
        .map(|member| member.name.clone());
    Ok(LineOut {
        id: line.id.to_string(),
        listing: LineListingOut {
            id: listing.id.to_string(),
            code: listing.code.clone(),
            name_zh: listing.names.zh.clone(),
            name_en: listing.names.en.clone(),
            kind: listing.kind.as_str().to_owned(),
            category: listing.category.clone(),
            site: Named::new(site.id, &site.code, &site.names),
            owner: Named::new(owner.id, &owner.code, &owner.names),
        },
        kit: sheet.kit(line)?.map(super::kit::in_kit),
        units: line.units,
        start: line.span.start(),
        end: line.span.end(),
        claim_start: line.claim.start(),
        claim_end: line.claim.end(),
        state: line.state.as_str().to_owned(),
        price: price(&line.price, language),
        decided_by,
        decided_at: line.decided_at,
        reason: Some(line.reason.clone()).filter(|reason| !reason.is_empty()),
        can_decide: may_decide(actor, line),
        hold: hold(line, sheet),
        late_until: sheet.late.until.get(&line.id).copied(),
        delay_minutes: sheet.late.delayed.get(&line.id).map(|one| one.minutes),
    })
}
