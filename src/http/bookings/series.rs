//! A series of bookings: made together by one rule, shown together.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::asked::{Asked, respond};
use crate::actions::book::BookingRequest;
use crate::actions::idempotency::{Answer, Once, once};
use crate::actions::quote::Basket;
use crate::actions::series::{Booked, DateReport, SeriesRequest};
use crate::actions::{self, FieldFault, OrNotFound, Outcome, Refused};
use crate::app::App;
use crate::domain::demand::Heard;
use crate::domain::ids::{BookingId, CompanyId, SeriesId};
use crate::domain::recurrence::{Recurrence, local_day};
use crate::domain::series::{MOST_LINES, OnClash, Scope};
use crate::domain::span::Instant;
use crate::http::errors::Reply;
use crate::http::guard::Asking;
use crate::http::input::{Faults, PathId, ReadLine};
use crate::http::recurrence::{read_except, rule_fault};
use crate::http::refused::SentBasket;
use crate::http::views;
use crate::http::views::booking::sees_line;
use crate::http::views::quote::QuoteOut;
use crate::http::views::series::SeriesOut;
use crate::store::{Conn, StoreError, bookings, series as rows};

/// How a basket repeats.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecurrenceIn {
    /// On which days, by RFC 5545; it must end, and gives 366 dates at most. The lines say at what time, and
    /// that stays by the wall clock.
    #[schema(example = "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=8")]
    pub rule: String,
    /// Days it leaves out, in the cluster's zone; `COUNT` counts them.
    #[serde(default)]
    #[schema(example = json!(["2026-12-25"]))]
    pub except: Vec<String>,
    /// What becomes of it if some dates cannot be had: `refuse` all of it (when absent), `skip` those, or
    /// `queue`: wait in line on those only holds are in the way of, and refuse all of it if there are others.
    #[serde(default = "refuse")]
    pub on_clash: String,
}

fn refuse() -> String {
    OnClash::Refuse.as_str().to_owned()
}

/// The dates of a basket that repeats, or everything that is wrong with how it does.
pub fn read_recurrence(
    faults: &mut Faults,
    sent: &RecurrenceIn,
    lines: &[ReadLine],
    hold: bool,
    zone: Tz,
) -> Option<SeriesRequest> {
    if hold {
        faults
            .0
            .push(FieldFault::new("recurrence", "series_on_hold"));
    }
    let on_clash = faults.word("recurrence.on_clash", &sent.on_clash, "skip, refuse, queue");
    let except = read_except(faults, &sent.except);
    let begins = lines.iter().map(|line| line.span().start()).min()?;
    let read = Recurrence::parse(&sent.rule, &except?);
    let read = read.and_then(|rule| Ok((rule.days(begins, zone)?, rule)));
    let (days, recurrence) = match read {
        Ok(read) => read,
        Err(fault) => {
            faults.0.push(rule_fault(fault));
            return None;
        }
    };
    if days.len() * lines.len() > MOST_LINES {
        let fault = FieldFault::with_limit("recurrence.rule", "series_too_large", MOST_LINES);
        faults.0.push(fault);
    }
    let began = local_day(begins, zone);
    Some(SeriesRequest {
        rule: sent.rule.clone(),
        recurrence,
        days: days.iter().map(|day| (*day - began).num_days()).collect(),
        on_clash: on_clash?,
    })
}

/// How much of a series is meant; one date where nothing is said.
pub(super) fn read_scope(faults: &mut Faults, sent: Option<&str>) -> Scope {
    let scope = sent.map(|text| faults.word("scope", text, "one, following, all"));
    scope.flatten().unwrap_or(Scope::One)
}

/// The same for a step that can be about some lines of one date, but not of several.
pub(super) fn read_scope_of_whole<T>(
    faults: &mut Faults,
    sent: Option<&str>,
    lines: Option<&[T]>,
) -> Scope {
    let scope = read_scope(faults, sent);
    if scope != Scope::One && lines.is_some() {
        faults.0.push(FieldFault::new("scope", "not_with_lines"));
    }
    scope
}

/// What a basket that repeats would get.
pub(in crate::http) fn quote_series(
    conn: &mut Conn,
    asked: &Asked,
    basket: &Basket,
    sent: &SentBasket,
    repeat: &SeriesRequest,
) -> Outcome<QuoteOut> {
    let (cluster, language) = (&asked.cluster, asked.language);
    let quoted = actions::series::quote(conn, cluster, &asked.actor, basket, repeat, asked.now)?;
    let (zone, currency) = (cluster.zone, cluster.currency);
    let all_fit = quoted.dates.iter().all(|date| date.refusals.is_empty());
    let repairs = if all_fit {
        Vec::new()
    } else {
        views::repair::repairs(&sent.repairs(conn, asked)?, &sent.body, language, zone)
    };
    let quote = views::quote::quote(&quoted.lines, repairs, currency, language, zone)?;
    let outcome = if all_fit || repeat.on_clash == OnClash::Skip {
        quote.outcome
    } else {
        "refused".to_owned()
    };
    let (total, deposit) = quoted.sums;
    Ok(QuoteOut {
        bookable: outcome != "refused",
        outcome,
        total: total.into(),
        deposit: deposit.into(),
        dates: Some(views::series::dates(&quoted.dates, language, zone)),
        ..quote
    })
}

impl Asked {
    /// Books a series in one transaction, once per key. Answers its first booking, with every date beside it.
    pub(super) async fn book_series(
        self,
        app: &App,
        key: Option<Once>,
        series: SeriesRequest,
        request: impl Fn(&mut Conn) -> Outcome<BookingRequest> + Send + Sync + 'static,
    ) -> Reply<Response> {
        let (crew, at) = (self.actor.company, self.now);
        let written = app
            .store
            .write(move |conn| {
                let (mut heard, mut count) = (Vec::new(), 0);
                let answer = once(conn, key.as_ref(), self.now, |conn| {
                    let request = request(conn)?;
                    let (cluster, actor) = (&self.cluster, &self.actor);
                    let booked =
                        actions::series::book(conn, cluster, actor, &request, &series, self.now)?;
                    heard = heard_of(crew, &booked, at);
                    count = booked.bookings.len();
                    self.answer_series(&booked)
                })?;
                Ok((answer, heard, count))
            })
            .await;
        hear_refused(app, crew, &written, at);
        let (answer, heard, count) = written?;
        app.metrics.booked(count);
        for heard in heard {
            app.ledger.hear(heard);
        }
        Ok(respond(answer))
    }

    fn answer_series(&self, booked: &Booked) -> Outcome<Answer> {
        let first = booked.bookings.first().ok_or(StoreError::Missing)?;
        let mut view = self.view(first, &booked.sheet)?;
        let zone = self.cluster.zone;
        view.dates = Some(views::series::dates(&booked.dates, self.language, zone));
        let body =
            serde_json::to_string(&view).map_err(|error| StoreError::Other(error.to_string()))?;
        Ok(Answer {
            status: StatusCode::CREATED.as_u16(),
            body,
            replayed: false,
        })
    }
}

/// What the demand ledger hears: a skipped date is a wish like any other, a booked one was had.
fn heard_of(crew: CompanyId, booked: &Booked, at: Instant) -> Vec<Heard> {
    let had = booked.bookings.iter();
    let had = had.map(|booking| Heard::of_booking(crew, booking, at));
    wishes(crew, &booked.dates, at)
        .into_iter()
        .chain(had)
        .collect()
}

/// What the demand ledger hears of dates that were refused.
pub(super) fn hear_refused<T>(app: &App, crew: CompanyId, written: &Outcome<T>, at: Instant) {
    if let Err(Refused::Dates(dates)) = written {
        for heard in wishes(crew, dates, at) {
            app.ledger.hear(heard);
        }
    }
}

fn wishes(crew: CompanyId, dates: &[DateReport], at: Instant) -> Vec<Heard> {
    let refused = dates.iter().filter(|date| !date.refusals.is_empty());
    refused
        .map(|date| Heard::of_refusals(crew, &date.refusals, at))
        .collect()
}

/// Show a series
#[utoipa::path(get, path = "/api/v1/series/{id}", tag = "bookings", operation_id = "show_series",
    params(("id" = String, Path)), responses((status = 200, body = SeriesOut)))]
pub async fn show(
    State(app): State<App>,
    who: Asking,
    headers: HeaderMap,
    PathId(id): PathId<SeriesId>,
) -> Reply<Json<SeriesOut>> {
    let asked = Asked::new(&app, &who, &headers);
    let shown = app
        .store
        .read(move |conn| {
            let series = rows::find(conn, id).or_not_found("series")?;
            let ids: Vec<BookingId> = rows::bookings(conn, id)?;
            let found = bookings::find_all(conn, &ids)?;
            let mut seen = Vec::new();
            for (place, id) in (1..).zip(ids) {
                let booking = found.iter().find(|booking| booking.id == id).cloned();
                seen.extend(booking.map(|booking| (place, booking.as_of(asked.now))));
            }
            seen.retain(|(_, booking)| {
                let mut lines = booking.lines.iter();
                lines.any(|line| sees_line(&asked.actor, booking, line))
            });
            if seen.is_empty() {
                return Err(Refused::NotFound("series"));
            }
            Ok(views::series::series(
                &series,
                &seen,
                &asked.actor,
                asked.now,
            ))
        })
        .await?;
    Ok(Json(shown))
}
