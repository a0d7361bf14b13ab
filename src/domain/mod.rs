//! The rules of the house, pure: no I/O, no async, no clock, no randomness, no SQL, no HTTP.
//!
//! Reading order: what a time is ([`span`], [`hours`], [`recurrence`]), what is free ([`profile`], [`conflict`], [`next_free`]),
//! what a listing asks for ([`listing`], [`bulk`], [`policy`], [`money`], [`price`]), when a whole basket fits
//! ([`openings`]), why not and what then ([`refusal`], [`repair`]), what was agreed ([`booking`],
//! [`hold`], [`series`], [`overrun`], [`rights`]) and what someone must be told ([`notice`], [`change`]).

/// Makes an enum whose values have one fixed word each, the same in SQL, JSON and JavaScript.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// Every value, in the order they are declared.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word for it in SQL, JSON and JavaScript.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::UnknownWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::domain::UnknownWord { word: text.chars().take(40).collect() }),
                }
            }
        }
    };
}

pub mod booking;
pub mod bulk;
pub mod change;
pub mod closure;
pub mod conflict;
pub mod demand;
pub mod effect;
pub mod feed;
pub mod hold;
pub mod hours;
pub mod ids;
pub mod kit;
pub mod listing;
pub mod money;
pub mod next_free;
pub mod notice;
pub mod openings;
pub mod overrun;
pub mod people;
pub mod photo;
pub mod policy;
pub mod price;
pub mod profile;
pub mod quota;
pub mod recurrence;
pub mod refusal;
pub mod repair;
pub mod rights;
pub mod search;
pub mod series;
pub mod slips;
pub mod span;
pub mod unit;

/// A word that is not one of an enum's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownWord {
    /// The word as it came, cut to 40 characters.
    pub word: String,
}

impl std::fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "unknown word {:?}", self.word)
    }
}

impl std::error::Error for UnknownWord {}
