//! Signing in and out: the letter, the link, the code, the password, and the cookie they end in.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::errors::{Problem, Reply};
use super::guard::{COOKIE, session_cookie};
use super::input::{Body, Faults, invalid};
use super::views::people::MeOut;
use crate::actions::me::{Profile, profile};
use crate::actions::secrets::password_matches;
use crate::actions::sessions::{self, LENGTH_DAYS, Opened};
use crate::actions::{FieldFault, Outcome, Refused, sign_in};
use crate::app::App;
use crate::domain::span::Instant;
use crate::store::{Conn, StoreError};

/// The longest secret anybody sends: beyond it is nothing but work for the hash.
pub const LONGEST_PASSWORD: usize = 200;
/// The longest path a sign-in link leads back to.
const LONGEST_PATH: usize = 1_000;

/// A sign-in letter to be sent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInIn {
    /// Where to.
    pub email: String,
    /// Path the link leads to in the end.
    #[serde(default)]
    pub next: Option<String>,
}

/// Where a sign-in letter went, if a member has the address.
#[derive(Debug, Serialize, ToSchema)]
pub struct SentOut {
    /// The address.
    pub sent_to: String,
}

/// Ask for a sign-in letter
#[utoipa::path(post, path = "/api/v1/sign-in", tag = "sessions", operation_id = "request_sign_in", request_body = SignInIn,
    responses((status = 202, body = SentOut, description = "the same whether or not a member has the address")))]
pub async fn request_letter(
    State(app): State<App>,
    Body(body): Body<SignInIn>,
) -> Reply<(StatusCode, Json<SentOut>)> {
    let mut faults = Faults::default();
    let email = faults.email("email", &body.email);
    let next = body
        .next
        .map(|next| faults.text("next", next, LONGEST_PATH));
    let Some(email) = email.filter(|_| faults.0.is_empty()) else {
        return Err(invalid(faults.0));
    };
    let (address, now) = (email.clone(), app.clock.now());
    app.store
        .write(move |conn| sign_in::request_by_email(conn, &address, next.as_deref(), now))
        .await?;
    Ok((StatusCode::ACCEPTED, Json(SentOut { sent_to: email })))
}

/// Proof of who one is: `token` of a link, or `email` with `code` or `password`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionIn {
    /// Secret of a sign-in link.
    #[serde(default)]
    pub token: Option<String>,
    /// Address, with a code or password.
    #[serde(default)]
    pub email: Option<String>,
    /// Six digits of a sign-in letter.
    #[serde(default)]
    pub code: Option<String>,
    /// Password, where one was set.
    #[serde(default)]
    pub password: Option<String>,
}

/// A proof that is right in itself.
#[derive(Clone)]
enum Proof {
    Token(String),
    Code { email: String, code: String },
    Password { email: String, password: String },
}

impl SessionIn {
    fn read(self) -> Reply<Proof> {
        let mut faults = Faults::default();
        if let Some(token) = self.token {
            return Ok(Proof::Token(token));
        }
        let email = faults.email("email", self.email.as_deref().unwrap_or_default());
        let proof = match (email, self.code, self.password) {
            (Some(email), Some(code), None) => Some(Proof::Code {
                email,
                code: code.split_whitespace().collect(),
            }),
            (Some(email), None, Some(password)) if password.len() <= LONGEST_PASSWORD * 4 => {
                Some(Proof::Password { email, password })
            }
            (_, None, None) => {
                faults.0.push(FieldFault::new("code", "required"));
                None
            }
            (_, _, Some(_)) => {
                faults.0.push(FieldFault::with_limit(
                    "password",
                    "too_long",
                    LONGEST_PASSWORD,
                ));
                None
            }
            (None, Some(_), None) => None,
        };
        proof.ok_or_else(|| invalid(faults.0))
    }
}

/// Sign in
#[utoipa::path(post, path = "/api/v1/sessions", tag = "sessions", operation_id = "sign_in", request_body = SessionIn,
    responses((status = 201, body = MeOut, description = "with the session's cookie"), (status = 401, description = "`sign_in_failed`")))]
pub async fn create(State(app): State<App>, Body(body): Body<SessionIn>) -> Reply<Response> {
    let now = app.clock.now();
    match body.read()? {
        Proof::Token(token) => enter(&app, move |conn| sign_in::by_token(conn, &token, now)).await,
        Proof::Code { email, code } => {
            enter(&app, move |conn| sign_in::by_code(conn, &email, &code, now)).await
        }
        Proof::Password { email, password } => by_password(&app, email, password, now).await,
    }
}

async fn by_password(app: &App, email: String, password: String, now: Instant) -> Reply<Response> {
    let trial = app
        .store
        .read(move |conn| sign_in::password_trial(conn, &email))
        .await?;
    let hash = trial.hash;
    let matches = thinking(move || password_matches(&password, &hash)).await?;
    let Some(member) = trial.member.filter(|_| matches) else {
        return Err(Refused::SignInFailed.into());
    };
    enter(app, move |conn| sessions::open(conn, member, now).map(Some)).await
}

/// Runs work that keeps a processor busy (a password's hash) where nobody waits for it.
pub async fn thinking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Reply<T> {
    let failed =
        |error: tokio::task::JoinError| Problem::from(StoreError::Other(error.to_string()));
    tokio::task::spawn_blocking(work).await.map_err(failed)
}

/// Opens a session and answers who it is for, with its cookie.
pub async fn enter(
    app: &App,
    open: impl Fn(&mut Conn) -> Outcome<Option<Opened>> + Send + Sync + 'static,
) -> Reply<Response> {
    let entered = app.store.write(move |conn| {
        let Some(opened) = open(conn)? else {
            return Outcome::Ok(None);
        };
        Ok(Some((profile(conn, opened.member)?, opened.secret)))
    });
    let (profile, secret) = entered.await?.ok_or(Refused::SignInFailed)?;
    Ok(signed_in(app, StatusCode::CREATED, &profile, &secret))
}

/// The asker, with the cookie of a new session.
pub fn signed_in(app: &App, status: StatusCode, profile: &Profile, secret: &str) -> Response {
    let length_seconds = LENGTH_DAYS * 24 * 60 * 60;
    let mut response = (status, Json(MeOut::from(profile))).into_response();
    set_cookie(app, &mut response, secret, length_seconds);
    response
}

/// `Lax`, so that a link in a letter finds its reader signed in; writes of other sites are stopped by
/// the guard.
fn set_cookie(app: &App, response: &mut Response, secret: &str, max_age: i64) {
    let secure = if app.config.base_url.starts_with("https://") {
        "; Secure"
    } else {
        ""
    };
    let cookie =
        format!("{COOKIE}={secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age}{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// Sign out
#[utoipa::path(delete, path = "/api/v1/sessions/current", tag = "sessions", operation_id = "sign_out",
    responses((status = 204)))]
pub async fn delete(State(app): State<App>, headers: HeaderMap) -> Reply<Response> {
    if let Some(secret) = session_cookie(&headers) {
        app.store
            .write(move |conn| sessions::close(conn, &secret))
            .await?;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    set_cookie(&app, &mut response, "", 0);
    Ok(response)
}
