//! Typed identifiers: 64-bit integers inside, prefixed text (`lst_0c5q8…`) outside.
//!
//! Outside they are text because JavaScript cannot hold 64-bit integers. They are made in
//! `store::fresh_id`, which knows the time and chance; here is only what they look like.

use std::fmt;
use std::str::FromStr;

/// Crockford's base 32 in lower case: no `i`, `l`, `o`, `u` to misread on a call sheet.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// 13 digits of 5 bits hold the 63 bits of a positive `i64`.
const DIGITS: u32 = 13;

/// What every identifier has in common.
pub trait Id: Copy {
    /// The letters before the underscore in the text form.
    const PREFIX: &'static str;
    /// Wraps a number from the database.
    fn from_raw(raw: i64) -> Self;
    /// The number for the database.
    fn raw(self) -> i64;
    /// The number, borrowed as long as the identifier is.
    fn raw_ref(&self) -> &i64;
}

/// Text that is not an identifier of the kind asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnId {
    /// The prefix that was expected, such as `lst`.
    pub expected: &'static str,
}

impl fmt::Display for NotAnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "expected {}_ and {DIGITS} letters or digits",
            self.expected
        )
    }
}

impl std::error::Error for NotAnId {}

fn write_digits(raw: i64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let bits = raw.cast_unsigned();
    for place in (0..DIGITS).rev() {
        let digit = (bits >> (place * 5)) & 31;
        write!(
            f,
            "{}",
            char::from(ALPHABET[usize::try_from(digit).unwrap_or(0)])
        )?;
    }
    Ok(())
}

fn read_digits(text: &str) -> Option<i64> {
    if text.len() != DIGITS as usize {
        return None;
    }
    let mut bits: u64 = 0;
    for byte in text.bytes() {
        let digit = ALPHABET
            .iter()
            .position(|letter| *letter == byte.to_ascii_lowercase())?;
        bits = bits.checked_mul(32)?.checked_add(digit as u64)?;
    }
    i64::try_from(bits).ok()
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(i64);

        impl Id for $name {
            const PREFIX: &'static str = $prefix;
            fn from_raw(raw: i64) -> Self { Self(raw) }
            fn raw(self) -> i64 { self.0 }
            fn raw_ref(&self) -> &i64 { &self.0 }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}_", $prefix)?;
                write_digits(self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                text.strip_prefix(concat!($prefix, "_"))
                    .and_then(read_digits)
                    .map(Self)
                    .ok_or(NotAnId { expected: $prefix })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

ids! {
    /// A company: crew, owner, operator.
    CompanyId = "cmp";
    /// A person who signs in.
    MemberId = "mem";
    /// A place in the cluster.
    SiteId = "sit";
    /// Something that can be booked.
    ListingId = "lst";
    /// One individual of a listing.
    UnitId = "unt";
    /// A picture as a listing shows it.
    PhotoId = "pho";
    /// A drama being shot.
    ProductionId = "prd";
    /// One order.
    BookingId = "bkg";
    /// Orders made together by one rule.
    SeriesId = "ser";
    /// One listing × units × span of an order.
    LineId = "lin";
    /// A span when something is not available.
    ClosureId = "clo";
    /// An invitation that was not taken up yet.
    InvitationId = "inv";
    /// A personal access token.
    TokenId = "tok";
    /// A calendar feed's address.
    FeedId = "fed";
    /// A letter in the outbox.
    LetterId = "ltr";
    /// A signed-in browser.
    SessionId = "ses";
    /// A sign-in that was asked for and not completed yet.
    SignInId = "sgn";
    /// A wish in the demand ledger.
    WishId = "wsh";
    /// One entry of the history.
    AuditId = "aud";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_goes_there_and_back() {
        for raw in [0, 1, 31, 32, 123_456_789_012_345, i64::MAX] {
            let id = ListingId::from_raw(raw);
            assert_eq!(id.to_string().parse(), Ok(id));
        }
    }

    #[test]
    fn another_kind_of_id_is_refused() {
        let booking = BookingId::from_raw(7).to_string();
        assert_eq!(
            booking.parse::<ListingId>(),
            Err(NotAnId { expected: "lst" })
        );
        assert!(
            "lst_zzzzzzzzzzzzz".parse::<ListingId>().is_err(),
            "does not fit 63 bits"
        );
        assert!("lst_".parse::<ListingId>().is_err());
    }
}
