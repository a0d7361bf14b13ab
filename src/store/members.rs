//! Rows of members and invitations.

use diesel::prelude::*;

use super::columns::At;
use super::conn::{Conn, load_each};
use super::schema::{invitations, members};
use super::{StoreError, page};
use crate::domain::ids::{CompanyId, InvitationId, MemberId};
use crate::domain::people::{Language, Member, Role};
use crate::domain::span::Instant;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = members)]
pub(super) struct Row {
    id: MemberId,
    company_id: CompanyId,
    email: String,
    name: String,
    language: Language,
    role: Role,
    active: bool,
    created_at: At,
}

impl Row {
    pub(super) fn member(self) -> Member {
        Member {
            id: self.id,
            company: self.company_id,
            email: self.email,
            name: self.name,
            language: self.language,
            role: self.role,
            active: self.active,
        }
    }
}

/// Stores a new member.
pub fn insert(conn: &mut Conn, member: &Member, now: Instant) -> Result<(), StoreError> {
    let row = Row {
        id: member.id,
        company_id: member.company,
        email: member.email.clone(),
        name: member.name.clone(),
        language: member.language,
        role: member.role,
        active: member.active,
        created_at: now.into(),
    };
    diesel::insert_into(members::table)
        .values(row)
        .execute(conn)?;
    Ok(())
}

/// Stores what an edit changed.
pub fn update(conn: &mut Conn, member: &Member) -> Result<(), StoreError> {
    diesel::update(members::table.find(member.id))
        .set((
            members::name.eq(&member.name),
            members::language.eq(member.language),
            members::role.eq(member.role),
            members::active.eq(member.active),
        ))
        .execute(conn)?;
    Ok(())
}

/// Stores the hash of a new password.
pub fn set_password(conn: &mut Conn, id: MemberId, hash: &str) -> Result<(), StoreError> {
    diesel::update(members::table.find(id))
        .set(members::password_hash.eq(hash))
        .execute(conn)?;
    Ok(())
}

/// The hash of a member's password, if one was set.
pub fn password_hash(conn: &mut Conn, id: MemberId) -> Result<Option<String>, StoreError> {
    Ok(members::table
        .find(id)
        .select(members::password_hash)
        .first(conn)?)
}

/// One member.
pub fn find(conn: &mut Conn, id: MemberId) -> Result<Member, StoreError> {
    let row: Row = members::table
        .find(id)
        .select(Row::as_select())
        .first(conn)?;
    Ok(row.member())
}

/// One member, whose row nobody else changes until this transaction ends.
pub fn lock(conn: &mut Conn, id: MemberId) -> Result<Member, StoreError> {
    let row: Row = match conn {
        Conn::Postgres(postgres) => members::table
            .find(id)
            .select(Row::as_select())
            .for_no_key_update()
            .first(postgres)?,
        Conn::Sqlite(sqlite) => members::table
            .find(id)
            .select(Row::as_select())
            .first(sqlite)?,
    };
    Ok(row.member())
}

/// The active managers, whose rows nobody else changes until this transaction ends.
pub fn lock_managers(conn: &mut Conn) -> Result<Vec<MemberId>, StoreError> {
    let managers = members::table
        .filter(members::role.eq(Role::Manager))
        .filter(members::active.eq(true))
        .order(members::id)
        .select(members::id);
    Ok(match conn {
        Conn::Postgres(postgres) => managers.for_no_key_update().load(postgres)?,
        Conn::Sqlite(sqlite) => managers.load(sqlite)?,
    })
}

/// Several members, in any order; unknown ids are left out.
pub fn find_all(conn: &mut Conn, ids: &[MemberId]) -> Result<Vec<Member>, StoreError> {
    let all: Vec<Row> = load_each!(
        conn,
        members::table.select(Row::as_select()),
        members::id,
        ids
    )?;
    Ok(all.into_iter().map(Row::member).collect())
}

/// The member with this address, which must be in lower case.
pub fn find_by_email(conn: &mut Conn, email: &str) -> Result<Option<Member>, StoreError> {
    let row: Option<Row> = members::table
        .filter(members::email.eq(email))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(Row::member))
}

/// Whether there is anybody with this role yet.
pub fn any_with_role(conn: &mut Conn, role: Role) -> Result<bool, StoreError> {
    let found: Option<MemberId> = members::table
        .filter(members::role.eq(role))
        .select(members::id)
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// A page of members, of one company or of all, by id.
pub fn list(
    conn: &mut Conn,
    company: Option<CompanyId>,
    after: Option<MemberId>,
    limit: i64,
) -> Result<Vec<Member>, StoreError> {
    let mut query = members::table
        .order(members::id)
        .limit(page(limit))
        .select(Row::as_select())
        .into_boxed();
    if let Some(company) = company {
        query = query.filter(members::company_id.eq(company));
    }
    if let Some(after) = after {
        query = query.filter(members::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    Ok(rows.into_iter().map(Row::member).collect())
}

/// The most people of one company who are told about one request.
const MOST_DECIDERS: i64 = 20;

/// Who decides for a company: its publishers; where it has none, the managers.
pub fn deciders(conn: &mut Conn, company: CompanyId) -> Result<Vec<Member>, StoreError> {
    let of_company = |conn: &mut Conn, role: Role| -> Result<Vec<Row>, StoreError> {
        Ok(members::table
            .filter(members::company_id.eq(company))
            .filter(members::role.eq(role))
            .filter(members::active.eq(true))
            .order(members::id)
            .limit(MOST_DECIDERS)
            .select(Row::as_select())
            .load(conn)?)
    };
    let mut rows = of_company(conn, Role::Publisher)?;
    if rows.is_empty() {
        rows = of_company(conn, Role::Manager)?;
    }
    if rows.is_empty() {
        rows = members::table
            .filter(members::role.eq(Role::Manager))
            .filter(members::active.eq(true))
            .order(members::id)
            .limit(MOST_DECIDERS)
            .select(Row::as_select())
            .load(conn)?;
    }
    Ok(rows.into_iter().map(Row::member).collect())
}

/// An invitation that someone may take up.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = invitations)]
pub struct Invitation {
    /// Its identifier.
    pub id: InvitationId,
    /// Into which company.
    pub company_id: CompanyId,
    /// Address, in lower case.
    pub email: String,
    /// What to call the person.
    pub name: String,
    /// To do what.
    pub role: Role,
    /// What the person reads.
    pub language: Language,
    /// Hash of the secret in the link.
    pub token_hash: String,
    /// Who invites.
    pub invited_by: Option<MemberId>,
    /// Until when the link works.
    pub expires_at: At,
    /// When it was taken up.
    pub accepted_at: Option<At>,
    /// When it was written.
    pub created_at: At,
}

/// Stores a new invitation.
pub fn insert_invitation(conn: &mut Conn, invitation: Invitation) -> Result<(), StoreError> {
    diesel::insert_into(invitations::table)
        .values(invitation)
        .execute(conn)?;
    Ok(())
}

/// A page of invitations not taken up yet, of one company or of all.
pub fn open_invitations(
    conn: &mut Conn,
    company: Option<CompanyId>,
    after: Option<InvitationId>,
    limit: i64,
) -> Result<Vec<Invitation>, StoreError> {
    let mut query = invitations::table
        .filter(invitations::accepted_at.is_null())
        .order(invitations::id)
        .limit(page(limit))
        .select(Invitation::as_select())
        .into_boxed();
    if let Some(company) = company {
        query = query.filter(invitations::company_id.eq(company));
    }
    if let Some(after) = after {
        query = query.filter(invitations::id.gt(after));
    }
    Ok(query.load(conn)?)
}

/// One invitation.
pub fn find_invitation(conn: &mut Conn, id: InvitationId) -> Result<Invitation, StoreError> {
    Ok(invitations::table
        .find(id)
        .select(Invitation::as_select())
        .first(conn)?)
}

/// The invitation behind a link's secret.
pub fn find_invitation_by_token(
    conn: &mut Conn,
    token_hash: &str,
) -> Result<Option<Invitation>, StoreError> {
    Ok(invitations::table
        .filter(invitations::token_hash.eq(token_hash))
        .select(Invitation::as_select())
        .first(conn)
        .optional()?)
}

/// Marks an invitation taken up; says whether this call did it.
pub fn accept_invitation(
    conn: &mut Conn,
    id: InvitationId,
    now: Instant,
) -> Result<bool, StoreError> {
    let open = invitations::table
        .find(id)
        .filter(invitations::accepted_at.is_null());
    let rows = diesel::update(open)
        .set(invitations::accepted_at.eq(At(now)))
        .execute(conn)?;
    Ok(rows == 1)
}

/// Takes an invitation back that was not taken up yet; says whether it was one.
pub fn delete_open_invitation(conn: &mut Conn, id: InvitationId) -> Result<bool, StoreError> {
    let open = invitations::table
        .find(id)
        .filter(invitations::accepted_at.is_null());
    Ok(diesel::delete(open).execute(conn)? == 1)
}
