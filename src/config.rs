//! Every setting: its name, default and meaning. Read once, from the environment or a file, and
//! checked as a whole. `backlot config` prints this table.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

/// One setting as an operator meets it.
pub struct Setting {
    /// Name of the environment variable. In a file: the same without `BACKLOT_`, in lower case.
    pub name: &'static str,
    /// What counts when it is not set.
    pub default: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// Whether its value must not be shown.
    pub secret: bool,
}

const fn setting(name: &'static str, default: &'static str, meaning: &'static str) -> Setting {
    Setting {
        name,
        default,
        meaning,
        secret: false,
    }
}

const fn secret(name: &'static str, meaning: &'static str) -> Setting {
    Setting {
        name,
        default: "",
        meaning,
        secret: true,
    }
}

const LISTEN: &str = "BACKLOT_LISTEN";
const DATABASE_URL: &str = "BACKLOT_DATABASE_URL";
const CONNECTIONS: &str = "BACKLOT_CONNECTIONS";
const BASE_URL: &str = "BACKLOT_BASE_URL";
const CLUSTER_NAME_ZH: &str = "BACKLOT_CLUSTER_NAME_ZH";
const CLUSTER_NAME_EN: &str = "BACKLOT_CLUSTER_NAME_EN";
const TIME_ZONE: &str = "BACKLOT_TIME_ZONE";
const CURRENCY: &str = "BACKLOT_CURRENCY";
const LANGUAGE: &str = "BACKLOT_LANGUAGE";
const MANAGER_EMAIL: &str = "BACKLOT_MANAGER_EMAIL";
const MAIL: &str = "BACKLOT_MAIL";
const MAIL_FROM: &str = "BACKLOT_MAIL_FROM";
const MAIL_FOLDER: &str = "BACKLOT_MAIL_FOLDER";
const SMTP_HOST: &str = "BACKLOT_SMTP_HOST";
const SMTP_PORT: &str = "BACKLOT_SMTP_PORT";
const SMTP_SECURITY: &str = "BACKLOT_SMTP_SECURITY";
const SMTP_USER: &str = "BACKLOT_SMTP_USER";
const SMTP_PASSWORD: &str = "BACKLOT_SMTP_PASSWORD";
const HOLD_HOURS: &str = "BACKLOT_HOLD_HOURS";
const CHALLENGE_HOURS: &str = "BACKLOT_CHALLENGE_HOURS";
const MOST_HOLDS: &str = "BACKLOT_MOST_HOLDS";
const SLOW_QUERY_MS: &str = "BACKLOT_SLOW_QUERY_MS";
const DRAIN_SECONDS: &str = "BACKLOT_DRAIN_SECONDS";
const FAREWELL_SECONDS: &str = "BACKLOT_FAREWELL_SECONDS";
const REQUESTS_PER_SECOND: &str = "BACKLOT_REQUESTS_PER_SECOND";
const SEATS_PER_ADDRESS: &str = "BACKLOT_SEATS_PER_ADDRESS";
const BEHIND_PROXY: &str = "BACKLOT_BEHIND_PROXY";
const LOG: &str = "BACKLOT_LOG";
const LOG_FORMAT: &str = "BACKLOT_LOG_FORMAT";

/// The longest a hold may last: a month.
const MOST_HOURS: u32 = 720;
/// The longest a server that was asked to stop may still take requests.
const MOST_DRAIN_SECONDS: u64 = 600;
/// The longest it may take for its last answers: longer than the largest upload takes.
const MOST_FAREWELL_SECONDS: u64 = 1_800;

/// The file of settings, itself named by the environment.
pub const FILE: &str = "BACKLOT_CONFIG";

/// Every setting, in the order `backlot config` shows them.
pub const SETTINGS: &[Setting] = &[
    setting(LISTEN, "127.0.0.1:8080", "address and port to serve on"),
    setting(
        DATABASE_URL,
        "sqlite://backlot.db",
        "sqlite://PATH (embedded) or postgres://USER:PASSWORD@HOST/DATABASE",
    ),
    setting(CONNECTIONS, "8", "connections to the database, 1 to 64"),
    setting(
        BASE_URL,
        "",
        "address people reach it by, for links in letters; http://LISTEN when empty",
    ),
    setting(
        CLUSTER_NAME_ZH,
        "微短剧集聚区",
        "the cluster's Chinese name",
    ),
    setting(
        CLUSTER_NAME_EN,
        "Micro-drama cluster",
        "the cluster's English name",
    ),
    setting(
        TIME_ZONE,
        "Asia/Shanghai",
        "time zone of the cluster (IANA name)",
    ),
    setting(CURRENCY, "CNY", "currency of the cluster (ISO 4217)"),
    setting(
        LANGUAGE,
        "zh-CN",
        "language where a reader's is not known: zh-CN or en",
    ),
    setting(
        MANAGER_EMAIL,
        "manager@localhost.localdomain",
        "address of the first manager, made at the first start",
    ),
    setting(MAIL, "folder", "how letters leave: smtp or folder"),
    setting(
        MAIL_FROM,
        "backlot@localhost.localdomain",
        "sender of letters and organiser of calendar entries",
    ),
    setting(
        MAIL_FOLDER,
        "mail",
        "folder for letters when BACKLOT_MAIL is folder",
    ),
    setting(SMTP_HOST, "localhost", "mail server"),
    setting(SMTP_PORT, "587", "its port"),
    setting(SMTP_SECURITY, "starttls", "none, starttls or tls"),
    setting(SMTP_USER, "", "user, or empty for no sign-in"),
    secret(SMTP_PASSWORD, "password of that user"),
    setting(HOLD_HOURS, "24", "how long a hold lasts, 1 to 720 hours"),
    setting(
        CHALLENGE_HOURS,
        "4",
        "how long a challenged hold has to confirm, 1 to 720 hours",
    ),
    setting(
        MOST_HOLDS,
        "40",
        "lines a company may have on hold or in line at once, 0 for no holds",
    ),
    setting(
        REQUESTS_PER_SECOND,
        "50",
        "requests a member or an address may make of one server each second, four times as many at once; 0 is no limit",
    ),
    setting(
        SEATS_PER_ADDRESS,
        "1000",
        "connections one address may have open at once, and never more than half of all there is room for; 0 is no limit, and so is BACKLOT_BEHIND_PROXY, where all come from the proxy",
    ),
    setting(
        BEHIND_PROXY,
        "no",
        "yes where a proxy of yours stands before it and tells whom it speaks for in X-Forwarded-For",
    ),
    setting(
        DRAIN_SECONDS,
        "0",
        "how long a server that was asked to stop still takes requests while /readyz says 503: longer than your load balancer's pause between two looks, 600 at most",
    ),
    setting(
        FAREWELL_SECONDS,
        "60",
        "how long, after that, the last answers may take, and then the last letters, before they are cut off: 1 to 1800. A large upload over a slow line takes up to 1300",
    ),
    setting(
        LOG,
        "info",
        "what is logged: error, warn, info, debug, or a filter such as backlot=debug",
    ),
    setting(LOG_FORMAT, "text", "text or json"),
    setting(
        SLOW_QUERY_MS,
        "250",
        "queries that take so many milliseconds or longer are logged, without their values",
    ),
];

/// How letters leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mail {
    /// Written as files.
    Folder(std::path::PathBuf),
    /// Handed to a mail server.
    Smtp(Smtp),
}

/// A mail server.
#[derive(Clone, PartialEq, Eq)]
pub struct Smtp {
    /// Its host name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// `none`, `starttls` or `tls`.
    pub security: Security,
    /// User and password, if it asks for them.
    pub credentials: Option<(String, String)>,
}

impl std::fmt::Debug for Smtp {
    /// Without the password: this may reach a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{} ({:?})", self.host, self.port, self.security)
    }
}

/// How the way to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Not at all: a server on the same machine.
    None,
    /// Plain first, then TLS.
    StartTls,
    /// TLS from the first byte.
    Tls,
}

/// How long others may take. No settings: nobody has yet needed them otherwise, but for tests.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For the head of a request to come, counted from the end of the one before: this also ends connections that
    /// are kept and not used. Longer than proxies keep theirs.
    pub head: Duration,
    /// For the next piece of a body.
    pub silence: Duration,
    /// For an answer, beside what its question takes to arrive. The store itself gives up sooner.
    pub answer: Duration,
    /// For the next piece of an answer to be taken: a telephone comes out of most tunnels sooner.
    pub unread: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(75),
            silence: Duration::from_secs(10),
            answer: Duration::from_secs(30),
            unread: Duration::from_mins(1),
        }
    }
}

/// All settings, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// Address and port to serve on.
    pub listen: SocketAddr,
    /// Where the data is.
    pub database_url: String,
    /// Connections to it.
    pub connections: usize,
    /// Address people reach it by, without a slash at the end.
    pub base_url: String,
    /// The cluster's Chinese name.
    pub cluster_name_zh: String,
    /// The cluster's English name.
    pub cluster_name_en: String,
    /// The cluster's zone.
    pub time_zone: chrono_tz::Tz,
    /// Three letters of ISO 4217.
    pub currency: String,
    /// `zh-CN` or `en`.
    pub language: String,
    /// Address of the first manager.
    pub manager_email: String,
    /// How letters leave.
    pub mail: Mail,
    /// Their sender.
    pub mail_from: String,
    /// How long a hold lasts.
    pub hold_hours: u32,
    /// How long a challenged hold has.
    pub challenge_hours: u32,
    /// The most lines a company may have on hold or in line.
    pub most_holds: u32,
    /// Requests an asker may make each second; 0 is no limit.
    pub requests_per_second: u32,
    /// Connections an address may have open; 0 is no limit.
    pub seats_per_address: usize,
    /// Whether a proxy tells where requests come from.
    pub behind_proxy: bool,
    /// How long it still takes requests when it was asked to stop.
    pub drain: Duration,
    /// How long its last answers may take then.
    pub farewell: Duration,
    /// Log filter.
    pub log: String,
    /// Whether the log is JSON.
    pub log_json: bool,
    /// Queries that take so long or longer are logged.
    pub slow_query: Duration,
    /// How long others may take.
    pub patience: Patience,
    /// Whether this is a demo: anyone may enter as anyone.
    pub demo: bool,
    /// What each setting was given as, for `backlot config`.
    given: BTreeMap<&'static str, String>,
}

impl Config {
    /// Reads the environment and the file it names. Answers every wrong setting at once.
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    pub fn from_environment() -> Result<Self, Vec<String>> {
        let file = match std::env::var(FILE) {
            Ok(path) => read_file(&path).map_err(|fault| vec![fault])?,
            Err(_) => BTreeMap::new(),
        };
        Self::from_values(|name| {
            let key = name.trim_start_matches("BACKLOT_").to_lowercase();
            std::env::var(name).ok().or_else(|| file.get(&key).cloned())
        })
    }

    /// The settings from where `value_of` finds them; what it does not know has its default.
    pub fn from_values(value_of: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<String>> {
        let given = SETTINGS
            .iter()
            .filter_map(|setting| Some((setting.name, value_of(setting.name)?)))
            .collect::<BTreeMap<_, _>>();
        let mut reader = Reader {
            given: &given,
            faults: Vec::new(),
        };
        let config = reader.read(given.clone());
        match (config, reader.faults) {
            (Some(config), faults) if faults.is_empty() => Ok(config),
            (_, faults) => Err(faults),
        }
    }

    /// Every setting with what it is set to, secrets masked.
    pub fn shown(&self) -> Vec<(&'static Setting, String)> {
        let value = |setting: &'static Setting| match self.given.get(setting.name) {
            None => setting.default.to_owned(),
            Some(value) if setting.secret && !value.is_empty() => "********".to_owned(),
            Some(value) => without_password(value),
        };
        SETTINGS
            .iter()
            .map(|setting| (setting, value(setting)))
            .collect()
    }
}

/// A URL with its password masked.
fn without_password(value: &str) -> String {
    let Some((scheme, rest)) = value.split_once("://") else {
        return value.to_owned();
    };
    let Some((user, host)) = rest.rsplit_once('@') else {
        return value.to_owned();
    };
    match user.split_once(':') {
        Some((name, _)) => format!("{scheme}://{name}:********@{host}"),
        None => value.to_owned(),
    }
}

fn read_file(path: &str) -> Result<BTreeMap<String, String>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{FILE}: {path}: {error}"))?;
    let table: toml::Table = text
        .parse()
        .map_err(|error| format!("{FILE}: {path}: {error}"))?;
    let known = |key: &str| {
        SETTINGS
            .iter()
            .any(|setting| setting.name.trim_start_matches("BACKLOT_").to_lowercase() == key)
    };
    let mut values = BTreeMap::new();
    for (key, value) in table {
        if !known(&key) {
            return Err(format!(
                "{FILE}: {path}: {key} is not a setting; `backlot config` lists them"
            ));
        }
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        values.insert(key, text);
    }
    Ok(values)
}

/// Reads settings one by one and keeps every fault.
struct Reader<'a> {
    given: &'a BTreeMap<&'static str, String>,
    faults: Vec<String>,
}

impl Reader<'_> {
    fn read(&mut self, given: BTreeMap<&'static str, String>) -> Option<Config> {
        let listen: Option<SocketAddr> = self.parse(LISTEN, "an address such as 127.0.0.1:8080");
        let connections: Option<usize> = self.parse(CONNECTIONS, "a number from 1 to 64");
        if connections.is_some_and(|count| !(1..=64).contains(&count)) {
            self.faults
                .push(format!("{CONNECTIONS}: expected a number from 1 to 64"));
        }
        let time_zone = self.parse(TIME_ZONE, "an IANA zone such as Asia/Shanghai");
        let language = self.one_of(LANGUAGE, &["zh-CN", "en"]);
        let requests_per_second = self.parse(REQUESTS_PER_SECOND, "a number, or 0 for no limit");
        let seats_per_address = self.parse(SEATS_PER_ADDRESS, "a number, or 0 for no limit");
        let behind_proxy = self.one_of(BEHIND_PROXY, &["yes", "no"]);
        let slow_query_ms = self.parse(SLOW_QUERY_MS, "a number of milliseconds");
        let log_format = self.one_of(LOG_FORMAT, &["text", "json"]);
        let mail = self.mail();
        let hold_hours = self.hours(HOLD_HOURS);
        let drain = self.seconds(DRAIN_SECONDS, 0, MOST_DRAIN_SECONDS);
        let farewell = self.seconds(FAREWELL_SECONDS, 1, MOST_FAREWELL_SECONDS);
        let challenge_hours = self.hours(CHALLENGE_HOURS);
        let most_holds = self.parse(MOST_HOLDS, "a number");
        let database_url = self.text(DATABASE_URL);
        let schemes = ["sqlite://", "postgres://", "postgresql://"];
        if !schemes
            .iter()
            .any(|scheme| database_url.starts_with(scheme))
        {
            self.faults.push(format!(
                "{DATABASE_URL}: expected sqlite://PATH or postgres://USER@HOST/DATABASE"
            ));
        }
        let base_url = self.text(BASE_URL);
        if !base_url.is_empty()
            && !base_url.starts_with("http://")
            && !base_url.starts_with("https://")
        {
            self.faults
                .push(format!("{BASE_URL}: expected http://… or https://…"));
        }
        let listen = listen?;
        Some(Config {
            listen,
            database_url,
            connections: connections?,
            base_url: if base_url.is_empty() {
                format!("http://{listen}")
            } else {
                base_url.trim_end_matches('/').to_owned()
            },
            cluster_name_zh: self.text(CLUSTER_NAME_ZH),
            cluster_name_en: self.text(CLUSTER_NAME_EN),
            time_zone: time_zone?,
            currency: self.text(CURRENCY),
            language: language?,
            manager_email: self.text(MANAGER_EMAIL),
            mail: mail?,
            mail_from: self.text(MAIL_FROM),
            hold_hours: hold_hours?,
            challenge_hours: challenge_hours?,
            most_holds: most_holds?,
            requests_per_second: requests_per_second?,
            seats_per_address: seats_per_address?,
            behind_proxy: behind_proxy? == "yes",
            drain: drain?,
            farewell: farewell?,
            log: self.text(LOG),
            log_json: log_format? == "json",
            slow_query: Duration::from_millis(slow_query_ms?),
            patience: Patience::default(),
            demo: false,
            given,
        })
    }

    fn mail(&mut self) -> Option<Mail> {
        if self.one_of(MAIL, &["smtp", "folder"])? == "folder" {
            return Some(Mail::Folder(self.text(MAIL_FOLDER).into()));
        }
        let security = match self
            .one_of(SMTP_SECURITY, &["none", "starttls", "tls"])?
            .as_str()
        {
            "none" => Security::None,
            "tls" => Security::Tls,
            _ => Security::StartTls,
        };
        let user = self.text(SMTP_USER);
        let credentials = (!user.is_empty()).then(|| (user, self.text(SMTP_PASSWORD)));
        let port = self.parse(SMTP_PORT, "a port such as 587")?;
        Some(Mail::Smtp(Smtp {
            host: self.text(SMTP_HOST),
            port,
            security,
            credentials,
        }))
    }

    fn text(&self, name: &'static str) -> String {
        let default = || {
            SETTINGS
                .iter()
                .find(|setting| setting.name == name)
                .map_or("", |setting| setting.default)
        };
        self.given
            .get(name)
            .cloned()
            .unwrap_or_else(|| default().to_owned())
    }

    fn parse<T: std::str::FromStr>(&mut self, name: &'static str, expected: &str) -> Option<T> {
        let parsed = self.text(name).parse().ok();
        if parsed.is_none() {
            self.faults.push(format!("{name}: expected {expected}"));
        }
        parsed
    }

    fn hours(&mut self, name: &'static str) -> Option<u32> {
        let hours = self.text(name).parse().ok();
        let fits = hours.filter(|hours| (1..=MOST_HOURS).contains(hours));
        if fits.is_none() {
            self.faults
                .push(format!("{name}: expected 1 to {MOST_HOURS} hours"));
        }
        fits
    }

    fn seconds(&mut self, name: &'static str, least: u64, most: u64) -> Option<Duration> {
        let seconds = self.text(name).parse().ok();
        let fits = seconds.filter(|seconds| (least..=most).contains(seconds));
        if fits.is_none() {
            self.faults
                .push(format!("{name}: expected {least} to {most} seconds"));
        }
        fits.map(Duration::from_secs)
    }

    fn one_of(&mut self, name: &'static str, words: &[&str]) -> Option<String> {
        let text = self.text(name);
        if words.contains(&text.as_str()) {
            return Some(text);
        }
        self.faults
            .push(format!("{name}: expected one of {}", words.join(", ")));
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_setting_is_named_at_once() {
        let wrong = |name: &str| match name {
            LISTEN => Some("here".to_owned()),
            TIME_ZONE => Some("Middle-earth".to_owned()),
            _ => None,
        };
        let faults = Config::from_values(wrong).expect_err("two faults");
        assert_eq!(faults.len(), 2, "{faults:?}");
    }

    #[test]
    fn secrets_are_not_shown() {
        let given = |name: &str| match name {
            SMTP_PASSWORD => Some("hunter2".to_owned()),
            DATABASE_URL => Some("postgres://desk:hunter2@db/backlot".to_owned()),
            _ => None,
        };
        let config = Config::from_values(given).expect("settings");
        let shown = config
            .shown()
            .into_iter()
            .map(|(_, value)| value)
            .collect::<Vec<_>>()
            .join("\n");
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(shown.contains("postgres://desk:********@db/backlot"));
    }
}
