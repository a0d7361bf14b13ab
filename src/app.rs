//! `App`: what http and jobs share. Made once, at the start; cloned freely.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;

use crate::actions::Cluster;
use crate::calendar::identity::Identity;
use crate::clock::Clock;
use crate::config::{Config, Mail, Security, Smtp};
use crate::domain::hold::HoldTerms;
use crate::domain::ids::LetterId;
use crate::domain::people::Names;
use crate::drain::Drain;
use crate::ledger::Ledger;
use crate::live::Live;
use crate::mail::post::{self, Post, PostFault};
use crate::mail::smtp::{SmtpSecurity, SmtpSettings};
use crate::metrics::Metrics;
use crate::store::{Address, Connections, Store, StoreError};

/// Everything that runs has one of these.
#[derive(Clone)]
pub struct App {
    /// Every setting.
    pub config: Arc<Config>,
    /// What the rules need of the settings.
    pub cluster: Arc<Cluster>,
    /// The database.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// How letters leave.
    pub post: Post,
    /// What letters and calendars say of the cluster.
    pub identity: Arc<Identity>,
    /// News of changes, for pages that are open.
    pub live: Live,
    /// What was refused, until it is written down.
    pub ledger: Ledger,
    /// What this process has done.
    pub metrics: Metrics,
    /// Whether it was asked to stop.
    pub drain: Drain,
}

/// How long one try at a letter may take.
pub const LONGEST_TRY: Duration = Duration::from_mins(1);

impl App {
    /// Opens the database the settings name and brings it up to date.
    pub fn open(config: Config, clock: Clock) -> Result<Self, StoreError> {
        let address: Address = config.database_url.parse().map_err(StoreError::Other)?;
        let cluster = Arc::new(cluster(&config)?);
        let identity = Arc::new(identity(&config));
        let post = post(&config.mail).map_err(|fault| StoreError::Other(fault.to_string()))?;
        let store = Store::open(
            &address,
            Connections {
                most: config.connections,
            },
        )?;
        let metrics = Metrics::new(store.batches());
        Ok(Self {
            config: Arc::new(config),
            cluster,
            store,
            clock,
            post,
            identity,
            live: Live::default(),
            ledger: Ledger::default(),
            metrics,
            drain: Drain::default(),
        })
    }
}

impl App {
    /// The Message-ID of a letter.
    pub fn message_id(&self, letter: LetterId) -> String {
        post::message_id(letter, &self.identity)
    }
}

/// What the rules need of the settings.
pub fn cluster(config: &Config) -> Result<Cluster, StoreError> {
    let wrong = |name: &str| StoreError::Other(format!("{name} is not valid"));
    Ok(Cluster {
        zone: config.time_zone,
        currency: config
            .currency
            .parse()
            .map_err(|_| wrong("BACKLOT_CURRENCY"))?,
        language: config
            .language
            .parse()
            .map_err(|_| wrong("BACKLOT_LANGUAGE"))?,
        holds: HoldTerms {
            lasts: TimeDelta::hours(config.hold_hours.into()),
            challenge: TimeDelta::hours(config.challenge_hours.into()),
            most: config.most_holds,
        },
    })
}

fn identity(config: &Config) -> Identity {
    Identity {
        names: Names {
            zh: config.cluster_name_zh.clone(),
            en: config.cluster_name_en.clone(),
        },
        base_url: config.base_url.clone(),
        sender: config.mail_from.clone(),
        zone: config.time_zone,
    }
}

fn post(mail: &Mail) -> Result<Post, PostFault> {
    match mail {
        Mail::Folder(folder) => Ok(Post::folder(folder)),
        Mail::Smtp(smtp) => Post::smtp(smtp_settings(smtp)),
    }
}

fn smtp_settings(smtp: &Smtp) -> SmtpSettings {
    SmtpSettings {
        host: smtp.host.clone(),
        port: smtp.port,
        security: match smtp.security {
            Security::None => SmtpSecurity::None,
            Security::StartTls => SmtpSecurity::StartTls,
            Security::Tls => SmtpSecurity::Tls,
        },
        credentials: smtp.credentials.clone(),
        extra_roots_pem: None,
        timeout: LONGEST_TRY,
    }
}
