//! What is exported imports back unchanged, whatever a listing says.

use backlot::domain::ids::{CompanyId, Id, ListingId, SiteId};
use backlot::domain::listing::{Kind, Listing, ListingState};
use backlot::domain::money::{Currency, Money};
use backlot::domain::people::Language;
use backlot::domain::policy::{Approval, HoursApply, OwnRules};
use backlot::domain::price::Rates;
use backlot::inventory::compare::Verdict;
use backlot::inventory::ground::Ground;
use backlot::inventory::parts::NamedPart;
use backlot::inventory::read::{self, Format};
use backlot::inventory::write::Export;
use proptest::option;
use proptest::prelude::*;

use super::{compared, ground, in_short, names};

/// Names as people write them, and as an attacker would.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[一-龥A-Za-z0-9 ]{1,12}",
        "[=+@'\\-＝＋－＠\t ]{1,3}[A-Za-z(!,\"]{1,8}",
        "[\",;'\n\r|<>&]{1,4}[a-z一-龥]{1,4}[\",;'\n\r|<>& ]{0,4}",
        Just("无".to_owned()),
        Just("none".to_owned()),
        Just("_x0041_".to_owned()),
        any::<String>(),
    ]
    .prop_filter("a name says something", |name| {
        !backlot::inventory::text::tidy(name).is_empty()
    })
}

fn money() -> impl Strategy<Value = Money> {
    (0..=100_000_000_i64).prop_map(|minor| Money {
        minor,
        currency: Currency::CNY,
    })
}

fn rules() -> impl Strategy<Value = OwnRules> {
    let minutes = || option::of(0..10_000_u32);
    let words = (
        option::of(any::<bool>()),
        option::of(prop_oneof![
            Just(HoursApply::Ends),
            Just(HoursApply::Span),
            Just(HoursApply::None)
        ]),
        option::of(prop_oneof![Just(Approval::Instant), Just(Approval::Owner)]),
    );
    (minutes(), minutes(), minutes(), minutes(), words).prop_map(
        |(minimum, setup, turnaround, lead, (night_allowed, hours_apply, approval))| OwnRules {
            minimum_minutes: minimum,
            setup_minutes: setup,
            turnaround_minutes: turnaround,
            lead_minutes: lead,
            night_allowed,
            hours_apply,
            approval,
            ..OwnRules::default()
        },
    )
}

fn listing() -> impl Strategy<Value = Listing> {
    let words = (
        name(),
        name(),
        name(),
        prop::collection::vec("[a-z0-9_-]{1,8}", 0..4),
    );
    let rates = (option::of(money()), option::of(money()), money());
    let kind = prop::sample::select(Kind::ALL.to_vec());
    let state = prop::sample::select(ListingState::ALL.to_vec());
    let figures = (
        1..=1_000_000_u32,
        option::of(0..1_000_000_u32),
        "[a-z0-9_-]{1,10}",
        prop_oneof![
            Just(String::new()),
            Just("none".to_owned()),
            "[a-z0-9_-]{1,10}"
        ],
    );
    (words, rates, kind, state, figures, rules()).prop_map(
        |(
            (zh, en, description, mut tags),
            (day, hour, deposit),
            kind,
            state,
            (quantity, area_sqm, category, alike),
            own_rules,
        )| {
            tags.sort();
            tags.dedup();
            let complete = day.is_some() || hour.is_some();
            Listing {
                id: ListingId::from_raw(7),
                code: String::new(),
                kind,
                category,
                names: names(&zh, &en),
                descriptions: names(&description, ""),
                tags,
                alike,
                site: SiteId::from_raw(1),
                owner: CompanyId::from_raw(2),
                state: if complete { state } else { ListingState::Draft },
                quantity,
                area_sqm,
                rates: Rates { day, hour, deposit },
                own_rules,
                parts: 0,
                version: 1,
            }
        },
    )
}

/// Makes a kit of it, of so many of each part; of no part it stays what it is.
fn make_kit(listing: &mut Listing, quantities: &[u32], ground: &mut Ground) {
    if quantities.is_empty() {
        return;
    }
    let none = Money::zero(Currency::CNY);
    listing.parts = u32::try_from(quantities.len()).expect("few");
    listing.rates = Rates {
        day: None,
        hour: None,
        deposit: none,
    };
    // Codes as people make them up: some end like a quantity.
    let names = ["FX6", "BOX-x", "na", "2X4.a-b"];
    let parts = names
        .iter()
        .zip(quantities)
        .map(|(code, quantity)| NamedPart {
            code: (*code).to_owned(),
            quantity: *quantity,
        });
    ground.made.insert(listing.id, parts.collect());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn exports_come_back_unchanged(
        mut listings in prop::collection::vec(listing(), 1..12),
        kits in prop::collection::vec(prop::collection::vec(1..=999_u32, 0..4), 12),
    ) {
        let mut ground = ground();
        for (place, (listing, quantities)) in listings.iter_mut().zip(&kits).enumerate() {
            listing.code = format!("L-{place}");
            listing.id = ListingId::from_raw(i64::try_from(place).expect("small") + 1);
            make_kit(listing, quantities, &mut ground);
        }
        for (format, language) in [
            (Format::Csv, Language::Zh),
            (Format::Csv, Language::En),
            (Format::Xlsx, Language::Zh),
        ] {
            let mut export = Export::begin(format, language, &ground).expect("begun");
            for listing in &listings {
                export.made_of(ground.made.clone());
                export.add(listing).expect("added");
            }
            let bytes = export.finish().expect("a file");
            let table = read::read(&bytes).expect("a table");
            let compared = compared(&table, &listings, &ground);
            prop_assert_eq!(compared.len(), listings.len());
            for one in &compared {
                prop_assert_eq!(one.verdict, Verdict::Unchanged, "{} {} {:?}", format, in_short(one), one.changes);
            }
        }
    }

    /// Whatever the bytes, there is a table whose every record has a verdict, or words; never a panic.
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        if let Ok(table) = read::read(&bytes) {
            let count = table.records.len();
            prop_assert_eq!(compared(&table, &[], &ground()).len(), count - 1, "all but the header");
        }
    }

    /// The same of text that almost is a table.
    #[test]
    fn any_text_is_read_or_refused(text in "[编号名称数量code,;\t\"'\n\r=1２，.a]{0,300}") {
        if let Ok(table) = read::read(text.as_bytes()) {
            let count = table.records.len();
            prop_assert_eq!(compared(&table, &[], &ground()).len(), count - 1, "all but the header");
        }
    }
}

/// A spreadsheet calculates nothing of what we write.
#[test]
fn no_cell_of_a_csv_is_a_formula() {
    let ground = ground();
    let mut export = Export::begin(Format::Csv, Language::En, &ground).expect("begun");
    let mut listing = sample();
    for start in ["=", "+", "-", "@", "\t=", " =", "'=", "＝"] {
        listing.names = names(&format!("{start}HYPERLINK(\"x\")"), "safe");
        export.add(&listing).expect("added");
    }
    let bytes = export.finish().expect("a file");
    assert!(
        bytes.starts_with("\u{feff}code,".as_bytes()),
        "Excel is told that it is UTF-8"
    );
    let mut reader = csv::Reader::from_reader(&bytes[3..]);
    for record in reader.records() {
        let record = record.expect("a record");
        let harmless = |cell: &str| !cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝']);
        assert!(record.iter().all(harmless), "{record:?}");
    }
}

fn sample() -> Listing {
    let none = Money::zero(Currency::CNY);
    Listing {
        id: ListingId::from_raw(7),
        code: "L-1".into(),
        kind: Kind::Prop,
        category: "hand_prop".into(),
        names: names("扇", "Fan"),
        descriptions: names("", ""),
        tags: Vec::new(),
        alike: String::new(),
        site: SiteId::from_raw(1),
        owner: CompanyId::from_raw(1),
        state: ListingState::Published,
        quantity: 3,
        area_sqm: None,
        rates: Rates {
            day: Some(none),
            hour: None,
            deposit: none,
        },
        own_rules: OwnRules::default(),
        parts: 0,
        version: 1,
    }
}
