//! Who is asking, and may they call this at all? One look-up in the table of [`super::routes`] before
//! any handler runs; a route that is not in the table is closed to everyone.

use std::sync::Arc;

use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::errors::{Problem, ReaderLanguage};
use super::input::NUL_IN_URL;
use super::limits::{Asker, Limits};
use super::routes::{self, Who};
use crate::actions::Refused;
use crate::actions::secrets::hash_token;
use crate::app::App;
use crate::domain::people::{Actor, Language, Member};
use crate::domain::rights::{Reach, reach};
use crate::domain::span::Instant;
use crate::store::{StoreError, sessions};

/// Name of the cookie that holds a session's secret.
pub const COOKIE: &str = "backlot_session";

/// The member who asks. A handler that takes it is never called by anybody else.
#[derive(Debug, Clone)]
pub struct Asking(pub Member);

impl Asking {
    /// The part the rules look at.
    pub fn actor(&self) -> Actor {
        self.0.actor()
    }
}

impl<S: Sync> FromRequestParts<S> for Asking {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or(Problem::NotSignedIn)
    }
}

/// What the guard holds requests against.
#[derive(Clone)]
pub struct Gate {
    app: App,
    limits: Arc<Limits>,
}

impl Gate {
    /// The gate of a server.
    pub fn new(app: &App) -> Self {
        let limits = Limits::new(app.config.requests_per_second, app.config.behind_proxy);
        Self {
            app: app.clone(),
            limits: Arc::new(limits),
        }
    }
}

/// Lets a request through only if the table allows its asker.
pub async fn guard(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    match admit(&gate, &mut request).await {
        Err(problem) => problem.into_response(),
        Ok(language) => {
            let mut response = next.run(request).await;
            response.extensions_mut().insert(ReaderLanguage(language));
            response
        }
    }
}

async fn admit(gate: &Gate, request: &mut Request) -> Result<Option<Language>, Problem> {
    let Gate { app, limits } = gate;
    // No name of anything has it, and no column of PostgreSQL takes it.
    if request.uri().path().contains(NUL_IN_URL) {
        return Err(Problem::NoSuchPage);
    }
    let Some(path) = request
        .extensions()
        .get::<MatchedPath>()
        .map(|path| path.as_str().to_owned())
    else {
        return Ok(None);
    };
    let exists = |who: Who| who != Who::Demo || app.config.demo;
    let who = routes::who_may(request.method(), &path).filter(|who| exists(*who));
    if matches!(who, None | Some(Who::Anyone | Who::Demo)) {
        limits.count_stranger(request, &path, who)?;
    }
    let Some(who) = who else {
        let allowed = routes::methods_of(&path, exists);
        return Err(if allowed.is_empty() {
            Problem::NoSuchPage
        } else {
            Problem::MethodNotAllowed(allowed)
        });
    };
    if matches!(who, Who::Anyone | Who::Demo) {
        forbid_cross_site(request)?;
        return Ok(None);
    }
    let address = limits.address(request);
    let Some(secret) = Secret::of(request.headers()) else {
        limits.count(address)?;
        return Err(Problem::NotSignedIn);
    };
    if matches!(secret, Secret::Cookie(_)) {
        forbid_cross_site(request)?;
    }
    let hash = secret.hash().to_owned();
    limits.admit_secret(address, &hash)?;
    let Some(member) = member_behind(app, secret, app.clock.now()).await? else {
        limits.count_bad_secret(address, &hash)?;
        return Err(Problem::NotSignedIn);
    };
    limits.secret_opened(hash);
    limits.count(Asker::Member(member.id))?;
    if let Who::Right(right) = who
        && reach(member.role, right) == Reach::None
    {
        return Err(Problem::Refused(Refused::Forbidden));
    }
    let language = member.language;
    request.extensions_mut().insert(Asking(member));
    Ok(Some(language))
}

/// What a request says who asks with, by its hash, as it is stored.
pub enum Secret {
    /// Of a session, as a browser has it.
    Cookie(String),
    /// A personal access token, as a script has it.
    Bearer(String),
}

impl Secret {
    /// The secret of a request, if it has one. Who sends a token means it, whatever cookies go along.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let bearer = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        if let Some(token) = bearer.and_then(|value| value.strip_prefix("Bearer ")) {
            return Some(Self::Bearer(hash_token(token.trim())));
        }
        session_cookie(headers).map(|token| Self::Cookie(hash_token(&token)))
    }

    fn hash(&self) -> &str {
        let (Self::Cookie(hash) | Self::Bearer(hash)) = self;
        hash
    }
}

/// The session's secret, if the browser sent one.
pub fn session_cookie(headers: &HeaderMap) -> Option<String> {
    let cookies = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, value)| value.to_owned())
}

async fn member_behind(
    app: &App,
    secret: Secret,
    now: Instant,
) -> Result<Option<Member>, StoreError> {
    app.store
        .read(move |conn| match &secret {
            Secret::Cookie(hash) => sessions::member_of_session(conn, hash, now),
            Secret::Bearer(hash) => sessions::member_of_token(conn, hash),
        })
        .await
}

/// A page of another site must not write with this browser's cookie. Browsers say where a request
/// comes from (`Sec-Fetch-Site`, else `Origin`); what says nothing is a script, and has no cookie.
fn forbid_cross_site(request: &Request) -> Result<(), Problem> {
    if matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    ) {
        return Ok(());
    }
    let text = |name: &str| {
        request
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    if let Some(site) = text("sec-fetch-site") {
        let own = matches!(site, "same-origin" | "none");
        return if own { Ok(()) } else { Err(Problem::CrossSite) };
    }
    let Some(origin) = text("origin") else {
        return Ok(());
    };
    let host = text("host").unwrap_or_default();
    let own = origin
        .split_once("://")
        .is_some_and(|(_, rest)| rest == host);
    if own { Ok(()) } else { Err(Problem::CrossSite) }
}
