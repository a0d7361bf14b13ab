//! What is in a cluster: companies, members, a site, listings, productions; in few words.

use backlot::actions::secrets::hash_token;
use backlot::domain::ids::{CompanyId, ListingId, MemberId, ProductionId, SiteId};
use backlot::domain::listing::{Kind, Listing, ListingState};
use backlot::domain::money::{Currency, Money};
use backlot::domain::people::{Company, CompanyKind, Language, Member, Names, Role};
use backlot::domain::policy::{Approval, OwnRules};
use backlot::domain::price::Rates;
use backlot::store::productions::Production;
use backlot::store::sessions::AccessToken;
use backlot::store::sites::Site;
use backlot::store::{
    Store, StoreError, companies, fresh_id, listings, members, productions, sessions, sites,
};
use serde_json::{Value, json};

use super::app::{TestApp, monday_morning};
use super::client::Client;

/// A cluster with two crews, an owner and a manager.
pub(crate) struct Town {
    pub(crate) crew: Person,
    pub(crate) rival: Person,
    pub(crate) owner: Person,
    pub(crate) manager: Person,
    pub(crate) viewer: Person,
    pub(crate) site: SiteId,
}

/// A member with the token that signs it in, and a production of its company.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) member: Member,
    pub(crate) token: String,
    pub(crate) production: ProductionId,
    pub(crate) client: Client,
}

impl Town {
    /// Settles the cluster of an app.
    pub(crate) async fn settle(app: &TestApp) -> Self {
        Self::settle_in(&app.app.store, &app.url("")).await
    }

    /// Settles the cluster of a store whose server is at `base`.
    pub(crate) async fn settle_in(store: &Store, base: &str) -> Self {
        let crew = person(store, base, "crew", CompanyKind::Crew, Role::Booker, None).await;
        let viewer = person(
            store,
            base,
            "viewer",
            CompanyKind::Crew,
            Role::Viewer,
            Some(crew.member.company),
        )
        .await;
        let site = Site {
            id: fresh_id(monday_morning()),
            code: "HALL".into(),
            names: names("A区", "Hall A"),
            hours: None,
            version: 1,
        };
        let id = site.id;
        store
            .write(move |conn| sites::insert(conn, &site))
            .await
            .expect("a site");
        Self {
            rival: person(store, base, "rival", CompanyKind::Crew, Role::Booker, None).await,
            owner: person(
                store,
                base,
                "owner",
                CompanyKind::Owner,
                Role::Publisher,
                None,
            )
            .await,
            manager: person(
                store,
                base,
                "manager",
                CompanyKind::Operator,
                Role::Manager,
                None,
            )
            .await,
            crew,
            viewer,
            site: id,
        }
    }

    /// A published set of one unit with no buffers and no rules but half-hour steps.
    pub(crate) async fn set(&self, app: &TestApp, code: &str) -> ListingId {
        self.listing(&app.app.store, code, 1, OwnRules::default())
            .await
    }

    /// A published pool of like units.
    pub(crate) async fn pool(&self, app: &TestApp, code: &str, quantity: u32) -> ListingId {
        self.listing(&app.app.store, code, quantity, OwnRules::default())
            .await
    }

    /// A published set whose owner decides.
    pub(crate) async fn palace(&self, app: &TestApp, code: &str) -> ListingId {
        let rules = OwnRules {
            approval: Some(Approval::Owner),
            ..OwnRules::default()
        };
        self.listing(&app.app.store, code, 1, rules).await
    }

    /// A published kit of its owner's: so many of each of these.
    pub(crate) async fn kit(&self, code: &str, parts: &[(&str, u32)]) {
        let owner = &self.owner.client;
        let draft = json!({
            "code": code, "kind": "equipment", "category": "camera", "name_zh": format!("{code}套装"),
            "name_en": format!("{code} package"), "site": self.site, "quantity": 0,
        });
        owner.post("/api/v1/listings", draft).await.expect(201);
        let part =
            |(listing, quantity): &(&str, u32)| json!({ "listing": listing, "quantity": quantity });
        let body = json!({ "parts": parts.iter().map(part).collect::<Vec<_>>() });
        let path = format!("/api/v1/listings/{code}");
        let (put, headers) = (format!("{path}/parts"), [("If-Match", "\"1\"")]);
        let set = owner.send(reqwest::Method::PUT, &put, Some(body), &headers);
        set.await.expect(200);
        let publication = format!("{path}/publication");
        owner.post(&publication, json!({})).await.expect(200);
    }

    /// A published listing; turnaround is 0 unless the rules say otherwise.
    pub(crate) async fn listing(
        &self,
        store: &Store,
        code: &str,
        quantity: u32,
        rules: OwnRules,
    ) -> ListingId {
        let own_rules = OwnRules {
            turnaround_minutes: rules.turnaround_minutes.or(Some(0)),
            ..rules
        };
        let yuan = |amount: i64| Money {
            minor: amount * 100,
            currency: Currency::CNY,
        };
        let listing = Listing {
            id: fresh_id(monday_morning()),
            code: code.into(),
            kind: Kind::Scene,
            category: "modern_interior".into(),
            names: names(&format!("{code}景"), &format!("Set {code}")),
            descriptions: names("", ""),
            tags: Vec::new(),
            alike: String::new(),
            site: self.site,
            owner: self.owner.member.company,
            state: ListingState::Published,
            quantity,
            area_sqm: Some(80),
            rates: Rates {
                day: Some(yuan(3000)),
                hour: Some(yuan(300)),
                deposit: yuan(1000),
            },
            own_rules,
            parts: 0,
            version: 1,
        };
        let id = listing.id;
        store
            .write(move |conn| listings::insert(conn, &listing, monday_morning()))
            .await
            .expect("a listing");
        id
    }
}

impl Person {
    /// The body of a booking: lines as `"A01 tue 09:00-12:00"`, `"POOL x3 wed 22:00-06:00"`.
    pub(crate) fn basket(&self, lines: &[&str]) -> Value {
        json!({ "production": self.production, "lines": lines.iter().map(|line| line_in(line)).collect::<Vec<_>>() })
    }

    /// Changes what the person reads.
    pub(crate) async fn reads(&self, language: &str) {
        let body = Some(json!({ "language": language }));
        let method = reqwest::Method::PATCH;
        let changed = self.client.send(method, "/api/v1/me", body, &[]).await;
        changed.expect(200);
    }

    /// Books these lines.
    pub(crate) async fn book(&self, lines: &[&str]) -> super::client::Answer {
        self.client
            .post("/api/v1/bookings", self.basket(lines))
            .await
    }
}

/// `"A01 x2 tue 09:00-12:00"` → a line of the week of Monday 7 January 2030, Shanghai time. An end that
/// is not after the start is on the next day.
pub(crate) fn line_in(text: &str) -> Value {
    let mut words = text.split_whitespace().collect::<Vec<_>>();
    let times = words.pop().expect("times");
    let day = words.pop().expect("a day");
    let units = words
        .get(1)
        .and_then(|word| word.strip_prefix('x')?.parse::<i64>().ok())
        .unwrap_or(1);
    let (from, to) = times.split_once('-').expect("from-to");
    let (start, end) = (moment(day, from, 0), moment(day, to, i64::from(to <= from)));
    json!({ "listing": words[0], "units": units, "start": start, "end": end })
}

/// A wall time of the test week with its offset.
pub(crate) fn moment(day: &str, time: &str, days_later: i64) -> String {
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let place = days
        .iter()
        .position(|known| *known == day)
        .expect("a day of the week");
    let date = 7 + i64::try_from(place).expect("small") + days_later;
    format!("2030-01-{date:02}T{time}:00+08:00")
}

fn names(zh: &str, en: &str) -> Names {
    Names {
        zh: zh.into(),
        en: en.into(),
    }
}

async fn person(
    store: &Store,
    base: &str,
    name: &str,
    kind: CompanyKind,
    role: Role,
    company: Option<CompanyId>,
) -> Person {
    let now = monday_morning();
    let founded = Company {
        id: fresh_id(now),
        code: name.to_uppercase(),
        kinds: vec![kind],
        names: names(&format!("{name}公司"), &format!("{name} company")),
        shows_name: name != "rival",
    };
    let member_id: MemberId = fresh_id(now);
    let member = Member {
        id: member_id,
        company: company.unwrap_or(founded.id),
        email: format!("{name}@example.com"),
        name: name.to_owned(),
        language: Language::En,
        role,
        active: true,
    };
    let production = Production {
        id: fresh_id(now),
        company: member.company,
        title: format!("Drama of {name}"),
        filing_class: None,
        filing_number: String::new(),
        starts_on: None,
        ends_on: None,
        version: 1,
    };
    let token = format!("bl_token_of_{name}");
    let row = AccessToken {
        id: fresh_id(now),
        member_id,
        name: "test".into(),
        secret_hash: hash_token(&token),
        created_at: now.into(),
    };
    let (made, production_id) = (member.clone(), production.id);
    let stored = store.write(move |conn| {
        if company.is_none() {
            companies::insert(conn, &founded, now)?;
        }
        members::insert(conn, &made, now)?;
        productions::insert(conn, &production, now)?;
        sessions::insert_token(conn, row.clone())?;
        Ok::<_, StoreError>(())
    });
    stored.await.expect("a person");
    let client = Client::member(base, &token);
    Person {
        member,
        token,
        production: production_id,
        client,
    }
}

/// The cookie of a browser in which a member is signed in.
pub(crate) async fn session_cookie(app: &TestApp, who: &Person) -> String {
    let (id, now) = (who.member.id, app.app.clock.now());
    let opened = app
        .app
        .store
        .write(move |conn| backlot::actions::sessions::open(conn, id, now))
        .await;
    format!(
        "{}={}",
        backlot::http::guard::COOKIE,
        opened.expect("a session").secret
    )
}
