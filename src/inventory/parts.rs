//! The parts of a kit in one cell: `FX6×6; TRIPOD×2`.

use super::text::fold;
use super::values::Misread;
use crate::domain::kit::MOST_OF_A_PART;

/// One part by the code it has in files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedPart {
    /// Of the listing.
    pub code: String,
    /// How many of it.
    pub quantity: u32,
}

/// What a cell says: codes with how many of each, one where nothing is said; between them a semicolon, a comma or a
/// new line. An `x` for times stands apart from the code, where it might be a letter of it.
pub fn read(text: &str) -> Result<Vec<NamedPart>, Misread> {
    let folded = fold(text);
    let mut parts: Vec<NamedPart> = Vec::new();
    let items = folded.split([';', ',', '\n']).map(str::trim);
    for item in items.filter(|item| !item.is_empty()) {
        let part = one(item)?;
        if parts.iter().any(|known| known.code == part.code) {
            return Err(Misread::with("part_twice", part.code));
        }
        parts.push(part);
    }
    if parts.is_empty() {
        return Err(Misread::with("part_unreadable", text.trim()));
    }
    Ok(parts)
}

fn one(item: &str) -> Result<NamedPart, Misread> {
    let sign = item.rfind(['×', '✕', '✖', '*']);
    let letter = || {
        let at = item.rfind(['x', 'X'])?;
        let is_apart = item[..at].ends_with(char::is_whitespace);
        is_apart.then_some(at)
    };
    let Some(at) = sign.or_else(letter) else {
        return Ok(NamedPart {
            code: item.to_owned(),
            quantity: 1,
        });
    };
    let (code, rest) = item.split_at(at);
    let (code, figure) = (
        code.trim(),
        rest.trim_start_matches(['×', '✕', '✖', '*', 'x', 'X'])
            .trim(),
    );
    if code.is_empty() {
        return Err(Misread::with("part_unreadable", item));
    }
    let quantity = figure.parse().ok();
    let quantity = quantity.filter(|quantity| (1..=MOST_OF_A_PART).contains(quantity));
    Ok(NamedPart {
        code: code.to_owned(),
        quantity: quantity.ok_or_else(|| Misread::with("part_quantity", item))?,
    })
}

/// As files hold them.
pub fn write(parts: &[NamedPart]) -> String {
    let parts = parts
        .iter()
        .map(|part| format!("{}×{}", part.code, part.quantity));
    parts.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_write_parts_in_many_ways() {
        let cases = [
            ("FX6×1; TRIPOD×2", "FX6×1; TRIPOD×2"),
            ("FX6*1;TRIPOD * 2;", "FX6×1; TRIPOD×2"),
            ("ＦＸ６×１；ＴＲＩＰＯＤ＊２", "FX6×1; TRIPOD×2"),
            ("FX6，TRIPOD×2、BOX x3", "FX6×1; TRIPOD×2; BOX×3"),
            ("BOX2\nFX6 X 4", "BOX2×1; FX6×4"),
        ];
        for (text, expected) in cases {
            let parts = read(text).map(|parts| write(&parts));
            assert_eq!(parts.as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let cases = [
            ("FX6×0", "part_quantity"),
            ("FX6×two", "part_quantity"),
            ("FX6×1000", "part_quantity"),
            ("×2", "part_unreadable"),
            (";", "part_unreadable"),
            ("FX6; FX6×2", "part_twice"),
        ];
        for (text, expected) in cases {
            assert_eq!(
                read(text).map_err(|misread| misread.code),
                Err(expected),
                "{text}"
            );
        }
    }
}
