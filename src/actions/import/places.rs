//! Sites and companies a file may name: those there are, and those that would be added.

use std::collections::{BTreeSet, HashMap};

use super::{Import, Upload, Wishes};
use crate::actions::{Cluster, FieldFault, Outcome, Refused, sites as places};
use crate::domain::ids::{CompanyId, Id, SiteId};
use crate::domain::people::{Company, CompanyKind, Names};
use crate::domain::rights::{Reach, Right, reach};
use crate::domain::span::Instant;
use crate::inventory::ground::{Directory, Ground};
use crate::store::sites::Site;
use crate::store::{Conn, LONGEST_PAGE, companies, fresh_id, sites};

/// The most sites or companies of a cluster that a file can name.
const MOST_PLACES: usize = 10_000;
/// The most sites one import adds.
const MOST_NEW_SITES: usize = 50;

/// What the comparison must know: sites and companies there are, and those that would be added.
pub(super) fn settle(
    conn: &mut Conn,
    import: &Import<'_>,
) -> Outcome<(Ground, Vec<Site>, Option<Company>)> {
    let (wishes, now) = (import.wishes, import.now);
    let mut known_sites = all_sites(conn)?;
    let mut known_companies = all_companies(conn)?;
    let (own, house) = match import.by {
        Some(actor) => (actor.company, None),
        None => house_company(&known_companies, wishes, now)?,
    };
    known_companies.extend(house.clone());
    let only_owner = match import.by.map(|actor| reach(actor.role, Right::Publish)) {
        None | Some(Reach::All) => None,
        Some(Reach::Own) => Some(own),
        Some(Reach::None) => return Err(Refused::Forbidden),
    };
    let owners = Directory::of(
        known_companies
            .iter()
            .map(|one| (one.id, one.code.as_str(), &one.names)),
    );
    let directory = |sites: &[Site]| {
        Directory::of(
            sites
                .iter()
                .map(|one| (one.id, one.code.as_str(), &one.names)),
        )
    };
    let sites = directory(&known_sites);
    let may_add = only_owner.is_none() && (wishes.make_sites || known_sites.is_empty());
    let new_sites = if may_add {
        missing_sites(import.upload, &sites, &known_sites, now)
    } else {
        Vec::new()
    };
    // The only place there is stays the obvious one, also for a file that adds another.
    let obvious = sites.only();
    known_sites.extend(new_sites.iter().cloned());
    let sites = directory(&known_sites);
    let owner = match &wishes.owner {
        Some(name) => named(&owners, name, "owner")?,
        None => own,
    };
    if only_owner.is_some_and(|only| only != owner) {
        return Err(Refused::Forbidden);
    }
    let site = match &wishes.site {
        Some(name) => Some(named(&sites, name, "site")?),
        None => obvious.or_else(|| sites.only()),
    };
    let ground = Ground {
        currency: import.cluster.currency,
        sites,
        owners,
        only_owner,
        owner,
        site,
        publish: !wishes.keep_drafts,
        made: HashMap::new(),
    };
    Ok((ground, new_sites, house))
}

/// Codes of everything there is, for who writes listings down.
pub(in crate::actions) fn ground_of(conn: &mut Conn, cluster: &Cluster) -> Outcome<Ground> {
    let (sites, companies) = (all_sites(conn)?, all_companies(conn)?);
    let sites = sites
        .iter()
        .map(|one| (one.id, one.code.as_str(), &one.names));
    let owners = companies
        .iter()
        .map(|one| (one.id, one.code.as_str(), &one.names));
    Ok(Ground {
        currency: cluster.currency,
        sites: Directory::of(sites),
        owners: Directory::of(owners),
        only_owner: None,
        owner: CompanyId::from_raw(0),
        site: None,
        publish: false,
        made: HashMap::new(),
    })
}

fn named<T: Copy + Eq + std::hash::Hash>(
    directory: &Directory<T>,
    name: &str,
    field: &'static str,
) -> Outcome<T> {
    let unknown = |_| Refused::Invalid(vec![FieldFault::with_limit(field, "unknown", name)]);
    directory.find(name).map_err(unknown)
}

/// The company that runs the place; in a cluster where there is none yet, the one that would be taken in.
fn house_company(
    known: &[Company],
    wishes: &Wishes,
    now: Instant,
) -> Outcome<(CompanyId, Option<Company>)> {
    let runs = |company: &&Company| company.kinds.contains(&CompanyKind::Operator);
    if let Some(operator) = known.iter().find(runs) {
        return Ok((operator.id, None));
    }
    let house = wishes.house.clone().ok_or(Refused::NotFound("company"))?;
    let house = house.with_id(fresh_id(now));
    Ok((house.id, Some(house)))
}

/// Sites that the file names and that are not there; of a file that names none in a cluster that has none,
/// the one place there must be.
fn missing_sites(
    upload: &Upload,
    sites: &Directory<SiteId>,
    known: &[Site],
    now: Instant,
) -> Vec<Site> {
    let mut names: Vec<&str> = Vec::new();
    let mut seen = BTreeSet::new();
    for entry in upload
        .entries
        .iter()
        .filter(|entry| entry.skipped.is_none())
    {
        let Some(name) = entry.site() else { continue };
        if sites.lacks(name) && seen.insert(name) && names.len() < MOST_NEW_SITES {
            names.push(name);
        }
    }
    if names.is_empty() && known.is_empty() {
        let names = Names {
            zh: "园区".to_owned(),
            en: "Site".to_owned(),
        };
        return vec![new_site("SITE-1".to_owned(), names, now)];
    }
    let codes: BTreeSet<&str> = known.iter().map(|site| site.code.as_str()).collect();
    let free = (1..)
        .map(|number| format!("SITE-{number}"))
        .filter(|code| !codes.contains(code.as_str()));
    let both = |name: &str| Names {
        zh: name.to_owned(),
        en: name.to_owned(),
    };
    let sites = free
        .zip(names)
        .map(|(code, name)| new_site(code, both(name), now));
    sites
        .filter(|site| places::faults(site).is_empty())
        .collect()
}

fn new_site(code: String, names: Names, now: Instant) -> Site {
    Site {
        id: fresh_id(now),
        code,
        names,
        hours: None,
        version: 1,
    }
}

pub(super) fn all_sites(conn: &mut Conn) -> Outcome<Vec<Site>> {
    let mut all: Vec<Site> = Vec::new();
    while all.len() < MOST_PLACES {
        let after = all.last().map(|site| site.code.clone());
        let page = sites::list(conn, after.as_deref(), LONGEST_PAGE)?;
        if page.is_empty() {
            break;
        }
        all.extend(page);
    }
    Ok(all)
}

fn all_companies(conn: &mut Conn) -> Outcome<Vec<Company>> {
    let mut all: Vec<Company> = Vec::new();
    while all.len() < MOST_PLACES {
        let after = all.last().map(|company| company.code.clone());
        let page = companies::list(conn, after.as_deref(), LONGEST_PAGE)?;
        if page.is_empty() {
            break;
        }
        all.extend(page);
    }
    Ok(all)
}
