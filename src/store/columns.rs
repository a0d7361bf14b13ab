//! Domain values ↔ columns, once for both engines.
//!
//! [`Instant`] is our own SQL type: `TIMESTAMPTZ` on PostgreSQL, whole microseconds in an `INTEGER` on
//! SQLite (half the size of text). Identifiers are `BIGINT`, words are `TEXT`.

use chrono::{DateTime, Utc};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::Pg;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, HasSqlType, SqlType, Text};
use diesel::sqlite::Sqlite;

use super::conn::MultiBackend;
use crate::domain::booking::LineState;
use crate::domain::closure::ClosureKind;
use crate::domain::demand::{Instead, Why};
use crate::domain::feed::FeedScope;
use crate::domain::ids::{
    AuditId, BookingId, ClosureId, CompanyId, FeedId, Id, InvitationId, LetterId, LineId,
    ListingId, MemberId, PhotoId, ProductionId, SeriesId, SessionId, SignInId, SiteId, TokenId,
    UnitId, WishId,
};
use crate::domain::listing::{Kind, ListingState};
use crate::domain::people::{Language, Role};
use crate::domain::unit::Condition;

/// The SQL type of a moment.
#[derive(Debug, Clone, Copy, SqlType, diesel::query_builder::QueryId)]
#[diesel(postgres_type(name = "timestamptz"))]
#[diesel(sqlite_type(name = "Long"))]
pub struct Instant;

impl HasSqlType<Instant> for MultiBackend {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        Self::lookup_sql_type::<Instant>(lookup)
    }
}

/// A moment as a column holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = Instant)]
pub struct At(pub DateTime<Utc>);

impl From<DateTime<Utc>> for At {
    fn from(moment: DateTime<Utc>) -> Self {
        Self(moment)
    }
}

impl ToSql<Instant, Sqlite> for At {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.timestamp_micros());
        Ok(IsNull::No)
    }
}

impl FromSql<Instant, Sqlite> for At {
    fn from_sql(bytes: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let micros = <i64 as FromSql<BigInt, Sqlite>>::from_sql(bytes)?;
        let moment = DateTime::from_timestamp_micros(micros).ok_or("a moment out of range")?;
        Ok(Self(moment))
    }
}

impl ToSql<Instant, Pg> for At {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <DateTime<Utc> as ToSql<diesel::sql_types::Timestamptz, Pg>>::to_sql(&self.0, out)
    }
}

impl FromSql<Instant, Pg> for At {
    fn from_sql(bytes: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        <DateTime<Utc> as FromSql<diesel::sql_types::Timestamptz, Pg>>::from_sql(bytes).map(Self)
    }
}

impl ToSql<Instant, MultiBackend> for At {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((Instant, self));
        Ok(IsNull::No)
    }
}

impl FromSql<Instant, MultiBackend> for At {
    fn from_sql(bytes: <MultiBackend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        bytes.from_sql::<Self, Instant>()
    }
}

/// `BIGINT` columns that hold an identifier.
macro_rules! id_columns {
    ($($proxy:ident = $id:ident,)+) => {$(
        #[derive(AsExpression, FromSqlRow)]
        #[diesel(foreign_derive, sql_type = BigInt)]
        #[expect(dead_code, reason = "only its field's type matters to the derive")]
        struct $proxy($id);

        impl<DB: Backend> ToSql<BigInt, DB> for $id
        where
            i64: ToSql<BigInt, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                self.raw_ref().to_sql(out)
            }
        }

        impl<DB: Backend> FromSql<BigInt, DB> for $id
        where
            i64: FromSql<BigInt, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
                i64::from_sql(bytes).map(Self::from_raw)
            }
        }
    )+};
}

id_columns! {
    CompanyIdColumn = CompanyId,
    MemberIdColumn = MemberId,
    SiteIdColumn = SiteId,
    ListingIdColumn = ListingId,
    PhotoIdColumn = PhotoId,
    UnitIdColumn = UnitId,
    ProductionIdColumn = ProductionId,
    BookingIdColumn = BookingId,
    LineIdColumn = LineId,
    ClosureIdColumn = ClosureId,
    InvitationIdColumn = InvitationId,
    TokenIdColumn = TokenId,
    FeedIdColumn = FeedId,
    LetterIdColumn = LetterId,
    SeriesIdColumn = SeriesId,
    SessionIdColumn = SessionId,
    SignInIdColumn = SignInId,
    AuditIdColumn = AuditId,
    WishIdColumn = WishId,
}

/// `TEXT` columns that hold one of an enum's words.
macro_rules! word_columns {
    ($($proxy:ident = $word:ident,)+) => {$(
        #[derive(AsExpression, FromSqlRow)]
        #[diesel(foreign_derive, sql_type = Text)]
        #[expect(dead_code, reason = "only its field's type matters to the derive")]
        struct $proxy($word);

        impl<DB: Backend> ToSql<Text, DB> for $word
        where
            str: ToSql<Text, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                self.as_str().to_sql(out)
            }
        }

        impl<DB: Backend> FromSql<Text, DB> for $word
        where
            String: FromSql<Text, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
                Ok(String::from_sql(bytes)?.parse()?)
            }
        }
    )+};
}

word_columns! {
    RoleColumn = Role,
    LanguageColumn = Language,
    KindColumn = Kind,
    ListingStateColumn = ListingState,
    LineStateColumn = LineState,
    ClosureKindColumn = ClosureKind,
    ConditionColumn = Condition,
    FeedScopeColumn = FeedScope,
    WhyColumn = Why,
    InsteadColumn = Instead,
}
