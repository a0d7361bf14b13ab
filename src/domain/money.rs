//! `Money`: whole minor units (fen, cents) and a currency. Never a float.

use serde::{Deserialize, Serialize};

/// Three letters of ISO 4217.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl Currency {
    /// The yuan.
    pub const CNY: Self = Self(*b"CNY");

    /// The three letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }
}

impl std::fmt::Debug for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Currency {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.as_bytes() {
            &[a, b, c] if [a, b, c].iter().all(u8::is_ascii_uppercase) => Ok(Self([a, b, c])),
            _ => Err("expected three capital letters such as CNY (ISO 4217)"),
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.as_str().to_owned()
    }
}

/// An amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// In minor units: 1200 is ¥12.00.
    #[serde(rename = "amount")]
    pub minor: i64,
    /// The currency both amounts of a sum must share.
    pub currency: Currency,
}

/// The sum does not fit, or the currencies differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AmountTooLarge;

impl Money {
    /// Nothing, in a currency.
    pub fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// The sum of both.
    pub fn plus(self, other: Self) -> Result<Self, AmountTooLarge> {
        if self.currency != other.currency {
            return Err(AmountTooLarge);
        }
        let minor = self.minor.checked_add(other.minor).ok_or(AmountTooLarge)?;
        Ok(Self { minor, ..self })
    }

    /// This much, `count` times.
    pub fn times(self, count: i64) -> Result<Self, AmountTooLarge> {
        let minor = self.minor.checked_mul(count).ok_or(AmountTooLarge)?;
        Ok(Self { minor, ..self })
    }

    /// A share in percent, rounded up to the minor unit.
    pub fn percent(self, percent: u8) -> Self {
        let hundredths = i128::from(self.minor) * i128::from(percent);
        let minor = i64::try_from((hundredths + 99).div_euclid(100)).unwrap_or(i64::MAX);
        Self { minor, ..self }
    }
}

impl std::fmt::Display for Money {
    /// With two decimals and the yuan's sign where it fits: `¥1200.00`, `USD 12.50`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.minor < 0 { "-" } else { "" };
        let (major, cents) = (
            self.minor.unsigned_abs() / 100,
            self.minor.unsigned_abs() % 100,
        );
        if self.currency == Currency::CNY {
            return write!(f, "{sign}¥{major}.{cents:02}");
        }
        write!(f, "{sign}{} {major}.{cents:02}", self.currency.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_never_wrap() {
        let most = Money {
            minor: i64::MAX,
            currency: Currency::CNY,
        };
        assert_eq!(
            most.plus(Money {
                minor: 1,
                currency: Currency::CNY
            }),
            Err(AmountTooLarge)
        );
        assert_eq!(most.times(2), Err(AmountTooLarge));
        assert_eq!(
            Money {
                minor: 101,
                currency: Currency::CNY
            }
            .percent(50)
            .minor,
            51
        );
    }

    #[test]
    fn written_for_people() {
        assert_eq!(
            Money {
                minor: 120_050,
                currency: Currency::CNY
            }
            .to_string(),
            "¥1200.50"
        );
    }
}
