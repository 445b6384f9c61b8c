//! The form of the ledger's files: small JSON with a version, always the same bytes for the same value, and their digest.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The version that is written and understood.
pub(super) const VERSION: u32 = 1;
/// No file of the ledger is larger, in bytes; a first push of 5,000 postmortems makes a record of one or two MiB.
pub(super) const MAX_SIZE: usize = 8 << 20;
/// How the message about a later version ends.
pub(super) const NEWER: &str = "which this program does not know";
/// So many characters of a stranger's text are repeated in a message.
const MAX_QUOTE: usize = 200;

#[derive(Deserialize)]
struct Versioned {
    version: u64,
}

/// Reads a value, or says why it cannot be read.
///
/// Fields that are not known are left out: a later program may add some without a new version. Values that are not known
/// are refused, since nobody can tell what they mean.
pub(super) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    if bytes.len() > MAX_SIZE {
        return Err("is larger than 8 MiB".into());
    }
    if let Ok(Versioned { version }) = serde_json::from_slice(bytes)
        && version != u64::from(VERSION)
    {
        return Err(format!("has the version {version}, {NEWER}"));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        let text = error.to_string();
        let (line, column) = (error.line(), error.column());
        let place = format!(" at line {line} column {column}");
        let cause = quoted(text.strip_suffix(&place).unwrap_or(&text));
        format!("cannot be read: {cause}, at line {line}, column {column}")
    })
}

/// The bytes of a value: JSON with indentation, the keys in the order of the type, lines ending with LF.
pub(super) fn write(value: &impl Serialize) -> Vec<u8> {
    // Our own types have text for keys and nothing that can fail; an empty file would be seen at once when it is read.
    let mut bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// The SHA-256 of these bytes, in hex.
pub(super) fn digest(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A stranger's text in one line of bounded length, without control characters.
pub(super) fn quoted(text: &str) -> String {
    let mut letters = text.chars();
    let mut quote: String = letters
        .by_ref()
        .take(MAX_QUOTE)
        .map(|letter| {
            if letter.is_control() {
                '\u{fffd}'
            } else {
                letter
            }
        })
        .collect();
    if letters.next().is_some() {
        quote.push('…');
    }
    quote
}
