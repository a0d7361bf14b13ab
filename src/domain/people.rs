//! Who is in the cluster: companies, members, roles, languages.

use serde::{Deserialize, Serialize};

use super::ids::{CompanyId, MemberId};

words! {
    /// What a member may do; the table is in [`super::rights`].
    Role {
        /// Looks, books nothing.
        Viewer = "viewer",
        /// Books for the company.
        Booker = "booker",
        /// Books, and publishes the company's listings.
        Publisher = "publisher",
        /// Runs the cluster.
        Manager = "manager",
    }
}

words! {
    /// What a company does here; it may do several.
    CompanyKind {
        /// Shoots dramas.
        Crew = "crew",
        /// Owns what is booked.
        Owner = "owner",
        /// Runs the place.
        Operator = "operator",
    }
}

words! {
    /// A language a person reads.
    Language {
        /// Simplified Chinese.
        Zh = "zh-CN",
        /// English.
        En = "en",
    }
}

impl Language {
    /// The one of the two texts this reader reads.
    pub fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
}

/// A name in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Names {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

impl Names {
    /// The one for this reader.
    pub fn in_language(&self, language: Language) -> &str {
        language.pick(&self.zh, &self.en)
    }
}

/// A company of the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Company {
    /// Its identifier.
    pub id: CompanyId,
    /// Short code, such as `CO-001`.
    pub code: String,
    /// What it does here.
    pub kinds: Vec<CompanyKind>,
    /// Its names.
    pub names: Names,
    /// Whether other companies may read its name on a taken span.
    pub shows_name: bool,
}

/// Who is asking, as far as the rules care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// The person.
    pub member: MemberId,
    /// The person's company.
    pub company: CompanyId,
    /// What the person may do.
    pub role: Role,
    /// What the person reads.
    pub language: Language,
}

/// A person who signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its identifier.
    pub id: MemberId,
    /// The company it belongs to.
    pub company: CompanyId,
    /// Sign-in address, in lower case.
    pub email: String,
    /// What others call the person.
    pub name: String,
    /// What the person reads.
    pub language: Language,
    /// What the person may do.
    pub role: Role,
    /// Whether the person may sign in.
    pub active: bool,
}

impl Member {
    /// The part the rules look at.
    pub fn actor(&self) -> Actor {
        Actor {
            member: self.id,
            company: self.company,
            role: self.role,
            language: self.language,
        }
    }
}
