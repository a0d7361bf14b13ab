//! Companies, members, invitations, and the asker itself → JSON.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::actions::me::Profile;
use crate::domain::people::{Company, Member};
use crate::domain::rights::{Right, rights_of};
use crate::store::members::Invitation;

/// A company.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CompanyOut {
    /// Its identifier.
    pub id: String,
    /// Its short code.
    pub code: String,
    /// `crew`, `owner`, `operator`; it may be several.
    pub kinds: Vec<String>,
    /// In Chinese.
    pub name_zh: String,
    /// In English.
    pub name_en: String,
    /// Whether other companies may read its name on a taken span.
    pub shows_name: bool,
}

impl From<&Company> for CompanyOut {
    fn from(company: &Company) -> Self {
        Self {
            id: company.id.to_string(),
            code: company.code.clone(),
            kinds: company.kinds.iter().map(ToString::to_string).collect(),
            name_zh: company.names.zh.clone(),
            name_en: company.names.en.clone(),
            shows_name: company.shows_name,
        }
    }
}

/// The asker.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeOut {
    /// Identifier.
    pub id: String,
    /// What others call the person.
    pub name: String,
    /// Sign-in address.
    pub email: String,
    /// `zh-CN` or `en`.
    pub language: String,
    /// `viewer`, `booker`, `publisher` or `manager`.
    pub role: String,
    /// The company it belongs to.
    pub company: CompanyOut,
    /// What the role may do, such as `book`, `publish`, `decide`, `manage`.
    pub rights: Vec<String>,
    /// Whether a password was set.
    pub has_password: bool,
}

impl From<&Profile> for MeOut {
    fn from(profile: &Profile) -> Self {
        let Profile {
            member,
            company,
            has_password,
        } = profile;
        let mut rights: Vec<String> = rights_of(member.role)
            .iter()
            .map(ToString::to_string)
            .collect();
        if rights_of(member.role).contains(&Right::ManageCluster) {
            // What the pages call it: it opens the rooms of the managers.
            rights.push("manage".to_owned());
        }
        Self {
            id: member.id.to_string(),
            name: member.name.clone(),
            email: member.email.clone(),
            language: member.language.to_string(),
            role: member.role.to_string(),
            company: company.into(),
            rights,
            has_password: *has_password,
        }
    }
}

/// A member.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberOut {
    /// Identifier.
    pub id: String,
    /// What others call the person.
    pub name: String,
    /// Sign-in address.
    pub email: String,
    /// `viewer`, `booker`, `publisher` or `manager`.
    pub role: String,
    /// `zh-CN` or `en`.
    pub language: String,
    /// The company it belongs to.
    pub company: CompanyOut,
    /// Whether the person may sign in.
    pub active: bool,
}

/// A member of a company.
pub fn member(member: &Member, company: &Company) -> MemberOut {
    MemberOut {
        id: member.id.to_string(),
        name: member.name.clone(),
        email: member.email.clone(),
        role: member.role.to_string(),
        language: member.language.to_string(),
        company: company.into(),
        active: member.active,
    }
}

/// An invitation that was not taken up yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationOut {
    /// Identifier.
    pub id: String,
    /// Address it went to.
    pub email: String,
    /// What to call the person.
    pub name: String,
    /// To do what.
    pub role: String,
    /// Into which company.
    pub company: CompanyOut,
    /// `zh-CN` or `en`.
    pub language: String,
    /// Until when its link works.
    pub expires_at: DateTime<Utc>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// An invitation into a company.
pub fn invitation(invitation: &Invitation, company: &Company) -> InvitationOut {
    InvitationOut {
        id: invitation.id.to_string(),
        email: invitation.email.clone(),
        name: invitation.name.clone(),
        role: invitation.role.to_string(),
        company: company.into(),
        language: invitation.language.to_string(),
        expires_at: invitation.expires_at.0,
        created_at: invitation.created_at.0,
    }
}
