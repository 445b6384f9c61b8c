//! What only looks like a secret: placeholders, names, references, and how random a text is.

/// Words of values that stand for another; long ones, since a random token may hold any short one.
const WORDS: &[&str] = &[
    "example",
    "placeholder",
    "changeme",
    "change-me",
    "change_me",
    "redacted",
    "removed",
    "dummy",
    "sample",
    "your",
    "insert",
    "replace",
    "masked",
    "hidden",
    "secret-here",
    "goes-here",
    "xxxx",
    "****",
    "....",
    "••",
    "…",
    "deadbeef",
    "1234567890",
    "0123456789",
    "123456789",
    "abcdefgh",
    "foobar",
    "hunter2",
];

/// Values that everybody writes for a password.
const PLAIN: &[&str] = &[
    "password",
    "passwd",
    "pass",
    "pwd",
    "pw",
    "secret",
    "token",
    "user",
    "username",
    "key",
    "apikey",
    "api_key",
    "true",
    "false",
    "null",
    "none",
    "nil",
    "undefined",
    "unknown",
    "empty",
    "string",
    "x-oauth-basic",
    "test",
    "admin",
    "root",
    "postgres",
    "guest",
    "mypassword",
    "password1",
    "password123",
    "passw0rd",
    "p4ssw0rd",
    "mysecret",
    "letmein",
    "tbd",
    "todo",
    "n/a",
];

/// Whether a value stands for another: a mask, a variable, a word that says so.
pub(super) fn is_placeholder(value: &str) -> bool {
    let lower = value.to_lowercase();
    let marked = value.starts_with(['$', '%', '<', '[', '{', '(', '*', '&', '!', '@', '#'])
        || ["${", "$(", "{{", "<", ">", "(", ")"]
            .iter()
            .any(|mark| value.contains(mark));
    marked
        || PLAIN.contains(&lower.as_str())
        || WORDS.iter().any(|word| lower.contains(word))
        || value.chars().all(|c| value.starts_with(c))
}

/// Whether a value is no secret but the name of something, a path, an address, a time, an id or a digest.
pub(super) fn is_reference(value: &str) -> bool {
    let address =
        value.starts_with(['/', '~', '.']) || value.contains("://") || value.contains("::");
    let named = [
        "arn:",
        "vault:",
        "ssm:",
        "env.",
        "env:",
        "process.env",
        "os.environ",
        "secrets.",
        "file:",
        "ref+",
        "projects/",
        "data.",
    ];
    let digest = [
        "sha1", "sha224", "sha256", "sha384", "sha512", "md5", "blake",
    ];
    let after = |prefix: &&str| value[prefix.len()..].starts_with([':', '-', '~', '=']);
    let time = value
        .chars()
        .all(|c| c.is_ascii_digit() || "-:.,TZ+/".contains(c));
    address
        || named.iter().any(|name| value.starts_with(name))
        || digest
            .iter()
            .any(|name| value.starts_with(name) && after(name))
        || time
        || is_uuid(value)
        || is_name(value)
}

/// Whether a value reads as words joined: `checkout-db-credentials-v2`, `settings.database.user1`.
fn is_name(value: &str) -> bool {
    let parts: Vec<&str> = value.split(['-', '_', '.', '/', ':']).collect();
    let word = |part: &&str| {
        let letters = part.trim_end_matches(|c: char| c.is_ascii_digit());
        let digits = part.len() - letters.len();
        letters.chars().all(char::is_alphabetic) && (letters.is_empty() || digits <= 3)
    };
    parts.len() > 1 && parts.iter().all(word)
}

fn is_uuid(value: &str) -> bool {
    let lengths: Vec<usize> = value.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && value.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
}

/// Shannon's entropy of the characters, in bits per character (Shannon, A Mathematical Theory of Communication, 1948).
pub(super) fn entropy(value: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in value.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let total = value.len() as f64;
    let share = |count: &u32| f64::from(*count) / total;
    let used = counts.iter().filter(|count| **count > 0).map(share);
    used.map(|share| -share * share.log2()).sum()
}

/// What kinds of characters a value holds: digits, lower-case letters, capitals.
pub(super) fn classes(value: &str) -> (bool, bool, bool) {
    let any = |test: fn(&char) -> bool| value.chars().any(|c| test(&c));
    (
        any(char::is_ascii_digit),
        any(|c| c.is_lowercase()),
        any(|c| c.is_uppercase()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_for_a_secret_is_none() {
        for value in [
            "<token>",
            "****",
            "${TOKEN}",
            "$TOKEN",
            "changeme",
            "xxxxxxxx",
            "AKIAIOSFODNN7EXAMPLE",
            "aaaaaaaaaaaa",
            "{{ .Values.pw }}",
            "getPassword()",
        ] {
            assert!(is_placeholder(value), "{value}");
        }
        for value in [
            "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
            "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "2026-10-10T14:23:00Z",
            "checkout-db-credentials-v2",
            "/run/secrets/db1",
            "arn:aws:secretsmanager:eu-west-1:1:secret:x",
            "registry.internal/checkout:2.3.4",
        ] {
            assert!(is_reference(value), "{value}");
        }
        for value in ["Tr0ub4dor&3", "hK7vR2mZx9", "summer2026!"] {
            assert!(!is_placeholder(value) && !is_reference(value), "{value}");
        }
    }

    #[test]
    fn entropy_is_that_of_the_characters() {
        assert!((entropy("abcd") - 2.0).abs() < 1e-9);
        assert!(entropy("aaaa").abs() < 1e-9);
    }
}
