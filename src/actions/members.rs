//! Members: taken in, given another role, let go. Not here: what members change of themselves ([`super::me`]).

use super::checks::{Checks, LONGEST_NAME, none_of};
use super::{FieldFault, OrNotFound, Outcome, Refused};
use crate::domain::ids::{CompanyId, MemberId};
use crate::domain::people::{Actor, Language, Member, Role};
use crate::domain::rights::{Right, may};
use crate::domain::span::Instant;
use crate::store::{Conn, audit, companies, fresh_id, members, sessions};

/// A person to be taken in.
#[derive(Debug, Clone)]
pub struct NewMember {
    /// The company it belongs to.
    pub company: CompanyId,
    /// Sign-in address.
    pub email: String,
    /// What others call the person.
    pub name: String,
    /// What the person reads.
    pub language: Language,
    /// What the person may do.
    pub role: Role,
}

impl NewMember {
    /// Everything that is wrong with it.
    pub fn faults(&self) -> Vec<FieldFault> {
        let mut checks = Checks::default();
        checks.required("name", &self.name, LONGEST_NAME);
        checks.required("email", &self.email, LONGEST_NAME);
        checks.faults()
    }
}

/// Takes a person in. Who may is settled before: an invitation was accepted, or the house itself does it.
pub fn add(conn: &mut Conn, new: NewMember, now: Instant) -> Outcome<Member> {
    none_of(new.faults())?;
    let NewMember {
        company,
        email,
        name,
        language,
        role,
    } = new;
    companies::find(conn, company).or_not_found("company")?;
    let email = email.trim().to_lowercase();
    let name = name.trim().to_owned();
    let member = Member {
        id: fresh_id(now),
        company,
        email,
        name,
        language,
        role,
        active: true,
    };
    if members::find_by_email(conn, &member.email)?.is_some() {
        return Err(Refused::Duplicate("email"));
    }
    members::insert(conn, &member, now)?;
    let detail = serde_json::json!({ "after": { "company": member.company, "role": member.role } });
    audit::put(conn, member.id, "member.added", None, &detail, now)?;
    Ok(member)
}

/// A change as it is asked for; what is absent stays.
#[derive(Debug, Clone, Copy, Default)]
pub struct MemberChange {
    /// What the person may do.
    pub role: Option<Role>,
    /// Whether the person may sign in.
    pub active: Option<bool>,
}

/// Gives a member another role, or lets the member go or come back. Either ends the member's sessions.
pub fn change(
    conn: &mut Conn,
    actor: &Actor,
    id: MemberId,
    change: MemberChange,
    now: Instant,
) -> Outcome<Member> {
    // Taken first, so that two managers who let each other go queue here.
    let managers = members::lock_managers(conn)?;
    let mut member = members::lock(conn, id).or_not_found("member")?;
    if !may(actor, Right::ManageMembers, member.company) {
        return Err(Refused::NotFound("member"));
    }
    may_give(actor, member.role)?;
    may_give(actor, change.role.unwrap_or(member.role))?;
    let before = (member.role, member.active);
    member.role = change.role.unwrap_or(member.role);
    member.active = change.active.unwrap_or(member.active);
    let stays = member.role == Role::Manager && member.active;
    if !stays && managers == [id] {
        return Err(Refused::State("last_manager"));
    }
    if (member.role, member.active) == before {
        return Ok(member);
    }
    members::update(conn, &member)?;
    sessions::delete_of_member(conn, id)?;
    let detail = serde_json::json!({
        "before": { "role": before.0, "active": before.1 },
        "after": { "role": member.role, "active": member.active },
    });
    audit::put(conn, id, "member.changed", Some(actor.member), &detail, now)?;
    Ok(member)
}

/// Only a manager makes managers, or changes one.
pub fn may_give(actor: &Actor, role: Role) -> Outcome<()> {
    if role == Role::Manager && actor.role != Role::Manager {
        Err(Refused::Forbidden)
    } else {
        Ok(())
    }
}
