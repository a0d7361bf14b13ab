//! Companies and members of the demo. All are invented.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::actions::companies::{self, NewCompany};
use crate::actions::members::{self, NewMember};
use crate::actions::productions::{self, NewProduction};
use crate::actions::{Outcome, Refused};
use crate::domain::ids::{CompanyId, ProductionId};
use crate::domain::people::{Company, CompanyKind, Language, Member, Names, Role};
use crate::domain::span::Instant;
use crate::store::{Conn, StoreError};

const COMPANIES: &str = include_str!("companies.csv");

/// Who is in the demo.
#[derive(Debug, Clone)]
pub(super) struct People {
    /// By code, such as `CO-001`.
    pub(super) companies: BTreeMap<String, Company>,
    /// Everyone who can sign in.
    pub(super) members: Vec<Member>,
    /// Dramas with the members who book for them.
    pub(super) crews: Vec<Crew>,
}

/// A drama being shot and who books for it.
#[derive(Debug, Clone)]
pub(super) struct Crew {
    /// Who books.
    pub(super) booker: Member,
    /// The drama.
    pub(super) production: ProductionId,
}

#[derive(Deserialize)]
struct Row {
    code: String,
    r#type: CompanyKind,
    name_zh: String,
    name_en: String,
}

/// Members with a story, besides one booker for each crew: company, address, name, language, role.
const NAMED: &[(&str, &str, &str, Language, Role)] = &[
    (
        "CO-028",
        "manager",
        "周园长 Zhou",
        Language::Zh,
        Role::Manager,
    ),
    ("CO-028", "desk", "Grace Lin", Language::En, Role::Manager),
    ("CO-001", "lin", "林统筹 Lin", Language::Zh, Role::Booker),
    ("CO-006", "amy", "Amy Tang", Language::En, Role::Booker),
    (
        "CO-001",
        "intern",
        "小鱼（实习）",
        Language::Zh,
        Role::Viewer,
    ),
    (
        "CO-023",
        "lights",
        "灯老板 Deng",
        Language::Zh,
        Role::Publisher,
    ),
    ("CO-024", "cases", "Leo Case", Language::En, Role::Publisher),
    (
        "CO-025",
        "wardrobe",
        "针师傅 Zhen",
        Language::Zh,
        Role::Publisher,
    ),
    (
        "CO-029",
        "lantern",
        "宫掌柜 Gong",
        Language::Zh,
        Role::Publisher,
    ),
];

/// Titles of invented dramas.
const TITLES: &[&str] = &[
    "闪婚后总裁追妻火葬场",
    "重生之我在片场当群演",
    "战神归来：外卖小哥竟是首富",
    "凤还朝",
    "民国奇缘",
    "离婚冷静期",
    "豪门弃女的逆袭",
    "一胎三宝爹地别跑",
    "太子妃她不想宫斗",
    "灶台上的将军",
    "乡村神医",
    "错嫁",
    "末班地铁",
    "夜班医生",
    "萌宝助攻",
    "替身新娘",
    "长安十二时味",
    "隐秘的合约",
    "她在雨夜归来",
    "读心王妃",
    "双面千金",
    "回到八零开超市",
];

/// Makes companies, members and productions.
pub(super) fn settle(conn: &mut Conn, now: Instant) -> Outcome<People> {
    let mut people = People {
        companies: BTreeMap::new(),
        members: Vec::new(),
        crews: Vec::new(),
    };
    for row in csv::Reader::from_reader(COMPANIES.as_bytes()).deserialize::<Row>() {
        let row = row.map_err(|error| StoreError::Other(format!("companies.csv: {error}")))?;
        let company = NewCompany {
            code: row.code.clone(),
            kinds: vec![row.r#type],
            names: Names {
                zh: row.name_zh,
                en: row.name_en,
            },
            // Two in three show their name on what they hold, as people do.
            shows_name: !row.code.ends_with(['3', '6', '9']),
        };
        people
            .companies
            .insert(row.code, companies::create(conn, None, company, now)?);
    }
    for (code, local, name, language, role) in NAMED {
        let member = add(
            conn,
            company(&people, code)?,
            local,
            name,
            *language,
            *role,
            now,
        )?;
        people.members.push(member);
    }
    settle_crews(conn, &mut people, now)?;
    Ok(people)
}

fn company(people: &People, code: &str) -> Outcome<CompanyId> {
    people
        .companies
        .get(code)
        .map(|company| company.id)
        .ok_or(Refused::NotFound("company"))
}

#[expect(clippy::too_many_arguments, reason = "one line of a table")]
fn add(
    conn: &mut Conn,
    company: CompanyId,
    local: &str,
    name: &str,
    language: Language,
    role: Role,
    now: Instant,
) -> Outcome<Member> {
    let email = format!("{local}@demo.backlot.example");
    members::add(
        conn,
        NewMember {
            company,
            email,
            name: name.to_owned(),
            language,
            role,
        },
        now,
    )
}

/// One drama a crew; its booker is the named one where there is one.
fn settle_crews(conn: &mut Conn, people: &mut People, now: Instant) -> Outcome<()> {
    let crews: Vec<(String, Company)> = people
        .companies
        .iter()
        .filter(|(_, company)| company.kinds.contains(&CompanyKind::Crew))
        .map(|(code, company)| (code.clone(), company.clone()))
        .collect();
    for ((code, company), title) in crews.into_iter().zip(TITLES.iter().cycle()) {
        let named = people
            .members
            .iter()
            .find(|member| member.company == company.id && member.role == Role::Booker);
        let booker = if let Some(member) = named {
            member.clone()
        } else {
            let local = format!("crew{}", code.trim_start_matches("CO-"));
            let name = format!(
                "{} 统筹",
                company.names.zh.chars().skip(2).take(4).collect::<String>()
            );
            let member = add(
                conn,
                company.id,
                &local,
                &name,
                Language::Zh,
                Role::Booker,
                now,
            )?;
            people.members.push(member.clone());
            member
        };
        let production = NewProduction {
            title: (*title).to_owned(),
            filing_class: Some("ordinary".to_owned()),
            filing_number: String::new(),
            starts_on: Some(now.date_naive()),
            ends_on: now.date_naive().checked_add_days(chrono::Days::new(8)),
        };
        let production = productions::create(conn, &booker.actor(), production, now)?.id;
        people.crews.push(Crew { booker, production });
    }
    Ok(())
}
