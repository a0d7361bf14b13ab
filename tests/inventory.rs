//! Inventories as files: what people write is understood or refused with words, never guessed; every record
//! is accounted for; what is exported comes back the same; no file takes more than its share.

mod chewing;
mod hostile;
mod pictures;
mod reading;
mod roundtrip;
mod values;

use std::collections::{BTreeMap, HashMap};

use backlot::domain::ids::{CompanyId, Id, SiteId};
use backlot::domain::listing::Listing;
use backlot::domain::money::Currency;
use backlot::domain::people::Names;
use backlot::inventory::columns::{self, Corrections};
use backlot::inventory::compare::{self, Compared};
use backlot::inventory::entry;
use backlot::inventory::ground::{Directory, Ground};
use backlot::inventory::read::{self, Table};

fn names(zh: &str, en: &str) -> Names {
    Names {
        zh: zh.into(),
        en: en.into(),
    }
}

/// A cluster with two halls and two companies; the asker may do everything.
fn ground() -> Ground {
    let (hall, gear) = (
        names("A区现代馆", "Hall A"),
        names("器材中心", "Gear house"),
    );
    let (own, other) = (names("灯光公司", "Lights"), names("别家", "Others"));
    let sites = [
        (SiteId::from_raw(1), "HALL-A", &hall),
        (SiteId::from_raw(2), "GEAR", &gear),
    ];
    let owners = [
        (CompanyId::from_raw(1), "CO-1", &own),
        (CompanyId::from_raw(2), "CO-2", &other),
    ];
    Ground {
        currency: Currency::CNY,
        sites: Directory::of(sites.into_iter()),
        owners: Directory::of(owners.into_iter()),
        only_owner: None,
        owner: CompanyId::from_raw(1),
        site: None,
        publish: true,
        made: HashMap::new(),
    }
}

/// Every record of a table beside what is there.
fn compared(table: &Table, there: &[Listing], ground: &Ground) -> Vec<Compared> {
    let there: BTreeMap<&str, &Listing> = there
        .iter()
        .map(|listing| (listing.code.as_str(), listing))
        .collect();
    let corrections = Corrections::new();
    let header = columns::find_header(&table.records, &corrections, Currency::CNY);
    let columns = columns::columns_of(&table.records[header], &corrections, Currency::CNY);
    entry::entries(
        &table.records,
        header,
        &columns,
        &table.merged,
        Currency::CNY,
    )
    .into_iter()
    .map(|entry| {
        let known = entry.code().and_then(|code| there.get(code).copied());
        compare::compare(entry, known, ground)
    })
    .collect()
}

/// The same of a text.
fn of_text(text: &str) -> Vec<Compared> {
    compared(
        &read::read(text.as_bytes()).expect("a table"),
        &[],
        &ground(),
    )
}

/// Line, verdict and the codes of its issues, in one line.
fn in_short(compared: &Compared) -> String {
    let issues: Vec<String> = compared
        .issues
        .iter()
        .map(|issue| match issue.field.as_str() {
            "" => issue.code.to_owned(),
            field => format!("{field}:{}", issue.code),
        })
        .collect();
    format!(
        "{} {} {}",
        compared.line,
        compared.verdict,
        issues.join(" ")
    )
    .trim_end()
    .to_owned()
}
