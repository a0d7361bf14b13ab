//! The cluster: what everybody may know before signing in.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::errors::Reply;
use crate::app::App;
use crate::domain::listing::Kind;
use crate::domain::people::Language;
use crate::domain::policy::Policy;
use crate::inventory::vocabulary;
use crate::store::listings;

/// The cluster.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClusterOut {
    /// In Chinese.
    pub name_zh: String,
    /// In English.
    pub name_en: String,
    /// IANA name of the zone in which days begin.
    pub time_zone: String,
    /// ISO 4217.
    pub currency: String,
    /// Languages a reader may choose.
    pub languages: Vec<String>,
    /// Whether anyone may enter as anyone.
    pub demo: bool,
    /// How long a hold lasts, in hours.
    pub hold_hours: u32,
    /// How long a challenged hold has to confirm, in hours.
    pub challenge_hours: u32,
    /// What time it is here.
    pub now: DateTime<Utc>,
    /// Kinds with the categories that are published.
    pub kinds: Vec<KindOut>,
}

/// A kind with its categories.
#[derive(Debug, Serialize, ToSchema)]
pub struct KindOut {
    /// `equipment`, `prop`, `scene`, `facility` or `service`.
    pub kind: String,
    /// Such as `camera`.
    pub categories: Vec<String>,
    /// Categories such things usually have, for who publishes the first of them.
    pub usual_categories: Vec<String>,
    /// The rules of its listings where they set none themselves.
    #[schema(value_type = Object)]
    pub rules: Policy,
}

/// The cluster
#[utoipa::path(get, path = "/api/v1/cluster", tag = "cluster", operation_id = "show_cluster",
    responses((status = 200, body = ClusterOut)))]
pub async fn show(State(app): State<App>) -> Reply<Json<ClusterOut>> {
    let found = app.store.read(listings::categories).await?;
    let mut categories: BTreeMap<Kind, Vec<String>> = BTreeMap::new();
    for (kind, category) in found {
        categories.entry(kind).or_default().push(category);
    }
    let kind = |kind: &Kind| KindOut {
        kind: kind.to_string(),
        categories: categories.get(kind).cloned().unwrap_or_default(),
        usual_categories: vocabulary::known_categories(*kind)
            .map(str::to_owned)
            .collect(),
        rules: Policy::of_kind(*kind),
    };
    Ok(Json(ClusterOut {
        name_zh: app.config.cluster_name_zh.clone(),
        name_en: app.config.cluster_name_en.clone(),
        time_zone: app.cluster.zone.name().to_owned(),
        currency: app.cluster.currency.as_str().to_owned(),
        languages: Language::ALL.iter().map(ToString::to_string).collect(),
        demo: app.config.demo,
        hold_hours: app.config.hold_hours,
        challenge_hours: app.config.challenge_hours,
        now: app.clock.now(),
        kinds: Kind::ALL.iter().map(kind).collect(),
    }))
}
