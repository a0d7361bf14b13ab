//! Secrets: made from the operating system's randomness, kept as hashes.
//!
//! Tokens are 160 random bits, so a plain SHA-256 is enough to keep them by; passwords are chosen by
//! people and go through argon2id (RFC 9106, the crate's defaults).

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use rand::RngExt;
use rand::distr::Alphanumeric;
use sha2::{Digest, Sha256};

/// A new secret for a link, cookie or token.
pub fn fresh_token() -> String {
    // 27 of 62 letters and digits: just over 160 bits.
    rand::rng()
        .sample_iter(Alphanumeric)
        .take(27)
        .map(char::from)
        .collect()
}

/// Six digits to type.
pub fn fresh_code() -> String {
    format!("{:06}", rand::rng().random_range(0..1_000_000))
}

/// Letters and digits a person can read out: no vowels to make words, nothing to misread.
const REFERENCE_LETTERS: &[u8] = b"23456789BCDFGHJKMNPQRTVWXY";

/// A short reference for people, `BK-7F3K2Q`. A duplicate is refused by its column and tried again.
pub fn fresh_reference() -> String {
    let mut rng = rand::rng();
    let letter = |_| char::from(REFERENCE_LETTERS[rng.random_range(0..REFERENCE_LETTERS.len())]);
    let letters: String = (0..6).map(letter).collect();
    format!("BK-{letters}")
}

/// What is kept of a secret.
pub fn hash_token(secret: &str) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(secret.as_bytes()))
}

/// What is kept of a password.
pub fn hash_password(password: &str) -> Option<String> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .ok()
        .map(|hash| hash.to_string())
}

/// Whether a password is the one that was hashed.
pub fn password_matches(password: &str, hash: &str) -> bool {
    let Ok(parsed) = PasswordHash::new(hash) else {
        return false;
    };
    Argon2::default()
        .verify_password(password.as_bytes(), &parsed)
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_match_only_themselves() {
        let hash = hash_password("correct horse").expect("a hash");
        assert!(hash.starts_with("$argon2id$"), "{hash}");
        assert!(password_matches("correct horse", &hash));
        assert!(!password_matches("wrong horse", &hash));
        assert!(!password_matches("correct horse", "nonsense"));
    }

    #[test]
    fn references_can_be_read_out() {
        for _ in 0..100 {
            let reference = fresh_reference();
            assert_eq!(reference.len(), 9);
            assert!(
                !reference[3..].contains(['A', 'E', 'I', 'O', 'U', '0', '1', 'L', 'S', 'Z']),
                "{reference}"
            );
        }
    }
}
