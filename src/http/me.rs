//! The asker: profile, password, access tokens.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::cursor::Page;
use super::errors::Reply;
use super::guard::{Asking, session_cookie};
use super::input::{Body, Faults, PathId};
use super::sessions::{LONGEST_PASSWORD, signed_in, thinking};
use super::views::people::MeOut;
use crate::actions::FieldFault;
use crate::actions::me::{self, Change, NewPassword, profile};
use crate::actions::secrets::{hash_password, password_matches};
use crate::app::App;
use crate::domain::ids::TokenId;
use crate::store::sessions::AccessToken;
use crate::store::{StoreError, members, sessions};

/// The shortest password.
const SHORTEST_PASSWORD: usize = 10;

/// Who is asking
#[utoipa::path(get, path = "/api/v1/me", tag = "me", operation_id = "show_me", responses((status = 200, body = MeOut)))]
pub async fn show(State(app): State<App>, who: Asking) -> Reply<Json<MeOut>> {
    let profile = app.store.read(move |conn| profile(conn, who.0)).await?;
    Ok(Json(MeOut::from(&profile)))
}

/// A change of one's own profile; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MePatch {
    /// What others call you.
    #[serde(default)]
    pub name: Option<String>,
    /// `zh-CN` or `en`.
    #[serde(default)]
    pub language: Option<String>,
    /// A new password of 10 to 200 characters; ends every other session.
    #[serde(default)]
    pub password: Option<String>,
    /// The present password, where one was set.
    #[serde(default)]
    pub current_password: Option<String>,
}

/// Change your profile
#[utoipa::path(patch, path = "/api/v1/me", tag = "me", operation_id = "change_me", request_body = MePatch,
    responses((status = 200, body = MeOut)))]
pub async fn change(
    State(app): State<App>,
    who: Asking,
    headers: HeaderMap,
    Body(body): Body<MePatch>,
) -> Reply<Response> {
    let mut faults = Faults::default();
    let mut change = Change {
        name: body.name,
        language: body
            .language
            .as_deref()
            .and_then(|text| faults.word("language", text, "zh-CN, en")),
        password: None,
        in_session: !headers.contains_key(header::AUTHORIZATION)
            && session_cookie(&headers).is_some(),
    };
    faults.0.extend(change.faults());
    if let Some(password) = body.password {
        change.password =
            new_password(&app, &who, &mut faults, password, body.current_password).await?;
    }
    faults.check()?;
    let now = app.clock.now();
    let (profile, secret) = app
        .store
        .write(move |conn| me::change(conn, who.0.id, &change, now))
        .await?;
    Ok(match secret {
        Some(secret) => signed_in(&app, StatusCode::OK, &profile, &secret),
        None => Json(MeOut::from(&profile)).into_response(),
    })
}

/// Holds the present password against its hash and hashes the new one, both outside of any transaction.
async fn new_password(
    app: &App,
    who: &Asking,
    faults: &mut Faults,
    password: String,
    current: Option<String>,
) -> Reply<Option<NewPassword>> {
    let length = password.chars().count();
    if !(SHORTEST_PASSWORD..=LONGEST_PASSWORD).contains(&length) {
        let limit = format!("{SHORTEST_PASSWORD}–{LONGEST_PASSWORD}");
        faults
            .0
            .push(FieldFault::with_limit("password", "length", limit));
    }
    let id = who.0.id;
    let expected = app
        .store
        .read(move |conn| members::password_hash(conn, id))
        .await?;
    if let Some(hash) = expected.clone() {
        let fault = match current {
            None => Some("required"),
            Some(current) => {
                let matches = thinking(move || password_matches(&current, &hash)).await?;
                (!matches).then_some("wrong_password")
            }
        };
        faults
            .0
            .extend(fault.map(|code| FieldFault::new("current_password", code)));
    }
    if !faults.0.is_empty() {
        return Ok(None);
    }
    let hash = thinking(move || hash_password(&password)).await?;
    let hash =
        hash.ok_or_else(|| StoreError::Other("a password could not be hashed".to_owned()))?;
    Ok(Some(NewPassword { expected, hash }))
}

/// A personal access token, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenOut {
    /// Its identifier.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// What a script sends as `Authorization: Bearer …`; only in the answer that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

fn token_view(token: &AccessToken, secret: Option<String>) -> TokenOut {
    TokenOut {
        id: token.id.to_string(),
        name: token.name.clone(),
        secret,
        created_at: token.created_at.0,
    }
}

/// List your access tokens
#[utoipa::path(get, path = "/api/v1/me/tokens", tag = "me", operation_id = "list_tokens",
    responses((status = 200, body = Page<TokenOut>)))]
pub async fn tokens(State(app): State<App>, who: Asking) -> Reply<Json<Page<TokenOut>>> {
    let found = app
        .store
        .read(move |conn| sessions::tokens(conn, who.0.id, me::MOST_TOKENS))
        .await?;
    let items = found.iter().map(|token| token_view(token, None)).collect();
    Ok(Json(Page {
        items,
        next_cursor: None,
    }))
}

/// A token to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenIn {
    /// What to call it.
    pub name: String,
}

/// Make an access token
#[utoipa::path(post, path = "/api/v1/me/tokens", tag = "me", operation_id = "create_token", request_body = TokenIn,
    responses((status = 201, body = TokenOut)))]
pub async fn make_token(
    State(app): State<App>,
    who: Asking,
    Body(body): Body<TokenIn>,
) -> Reply<(StatusCode, Json<TokenOut>)> {
    let (actor, now) = (who.actor(), app.clock.now());
    let made = app
        .store
        .write(move |conn| me::make_token(conn, &actor, &body.name, now))
        .await?;
    Ok((
        StatusCode::CREATED,
        Json(token_view(&made.token, Some(made.secret))),
    ))
}

/// Revoke an access token
#[utoipa::path(delete, path = "/api/v1/me/tokens/{id}", tag = "me", operation_id = "revoke_token",
    params(("id" = String, Path)), responses((status = 204)))]
pub async fn revoke_token(
    State(app): State<App>,
    who: Asking,
    PathId(id): PathId<TokenId>,
) -> Reply<StatusCode> {
    let (actor, now) = (who.actor(), app.clock.now());
    app.store
        .write(move |conn| me::revoke_token(conn, &actor, id, now))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
