//! Where secrets stand in a text.
//!
//! Owns the one pass that finds the places worth a closer look; what a place must look like is for [`super::token`] and
//! [`super::assignment`].

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, Anchored, Input, Match, MatchKind, StartKind};
use regex::Regex;

use super::assignment::{self, WORDS, Word};
use super::placeholder::{entropy, is_placeholder};
use super::token::SHAPES;

/// A secret in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Secret {
    /// Where it stands.
    pub(super) range: Range<usize>,
    /// What it is, with its article.
    pub(super) kind: &'static str,
    /// How many bytes at its beginning are no secret: the prefix that the issuer gives to every token.
    pub(super) public: usize,
}

/// What else is worth a closer look.
const MARKS: [(&str, Mark); 6] = [
    ("://", Mark::Address),
    ("bearer ", Mark::Header),
    ("basic ", Mark::Header),
    ("curl ", Mark::Curl),
    ("-----begin ", Mark::PrivateKey),
    ("eyj", Mark::WebToken),
];

#[derive(Clone, Copy, Debug)]
enum Mark {
    Address,
    Header,
    Curl,
    PrivateKey,
    WebToken,
}

/// Prefixes of tokens, then words, then marks.
fn patterns() -> impl Iterator<Item = &'static str> {
    let prefixes = SHAPES.iter().map(|shape| shape.prefix);
    let words = WORDS.iter().map(|(word, _)| *word);
    let marks = MARKS.iter().map(|(mark, _)| *mark);
    prefixes.chain(words).chain(marks)
}

/// Which of the patterns stands at a place.
static PLACES: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::LeftmostLongest)
        .kind(Some(AhoCorasickKind::DFA))
        .start_kind(StartKind::Anchored)
        .build(patterns())
        .ok()
});

/// Where any of them stands: most texts hold none, and are settled in two thirds of the time.
static ANY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let any: Vec<String> = patterns().map(regex::escape).collect();
    Regex::new(&format!("(?i-u:{})", any.join("|"))).ok()
});

/// The places worth a closer look, each with its place among the patterns; none overlaps another.
fn places(text: &str) -> impl Iterator<Item = Match> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = ANY.as_ref()?.find_at(text, from)?.start();
        let here = Input::new(text).range(start..).anchored(Anchored::Yes);
        let place = PLACES.as_ref()?.find(here)?;
        from = place.end();
        Some(place)
    })
}

/// Every secret of a text, in order; none overlaps another.
pub(super) fn secrets(text: &str) -> Vec<Secret> {
    let mut found: Vec<Secret> = Vec::new();
    for place in places(text) {
        let secret = look(text, place.pattern().as_usize(), place.range());
        let Some(secret) = secret else { continue };
        match found.last_mut() {
            // `token: ghp_…` is one secret, of the kind that is known better, and all of it is masked.
            Some(last) if secret.range.start < last.range.end => {
                last.range.end = last.range.end.max(secret.range.end);
                if last.public == 0 && secret.public > 0 {
                    last.kind = secret.kind;
                    if last.range.start == secret.range.start {
                        last.public = secret.public;
                    }
                }
            }
            _ => found.push(secret),
        }
    }
    found
}

fn look(text: &str, pattern: usize, place: Range<usize>) -> Option<Secret> {
    let unnamed = |kind: &'static str, range: Range<usize>| Secret {
        range,
        kind,
        public: 0,
    };
    if let Some(shape) = SHAPES.get(pattern) {
        let range = shape.at(text, place.start)?;
        let body = &text[range.start..range.end].replace(shape.prefix, "");
        let random = entropy(body) >= if body.len() < 20 { 2.5 } else { 3.0 };
        return (random && !is_placeholder(body)).then_some(Secret {
            kind: shape.kind,
            public: 4,
            range,
        });
    }
    let pattern = pattern - SHAPES.len();
    if let Some((_, word)) = WORDS.get(pattern) {
        let range = assignment::assigned(text, place.start, place.end, *word)?;
        let kind = match word {
            Word::Password => "a password",
            Word::Key => "a secret key",
            Word::Token => "a token",
        };
        return Some(unnamed(kind, range));
    }
    match MARKS.get(pattern - WORDS.len())?.1 {
        Mark::Address => {
            let range = assignment::in_address(text, place.end)?;
            Some(unnamed("a password in an address", range))
        }
        Mark::Header => {
            let range = assignment::header(text, place.end)?;
            Some(unnamed("credentials of a request", range))
        }
        Mark::Curl => {
            let range = assignment::for_curl(text, place.end)?;
            Some(unnamed("a password on a command line", range))
        }
        Mark::PrivateKey => {
            let (range, body) = assignment::private_key(text, place.start)?;
            Some(Secret {
                public: body - range.start,
                kind: "a private key",
                range,
            })
        }
        Mark::WebToken => {
            let range = assignment::web_token(text, place.start)?;
            Some(Secret {
                kind: "a JSON web token",
                public: 4,
                range,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Random letters and digits that no scanner of this repository takes for a token in use.
    fn body(length: usize) -> String {
        let letters = b"aB3dE7gH1jK5mN9pQ2rS6tU4vW8xY0zCfGiLoT";
        let at = |index: usize| char::from(letters[index * 7 % letters.len()]);
        (0..length).map(at).collect()
    }

    fn kinds(text: &str) -> Vec<&'static str> {
        secrets(text).iter().map(|one| one.kind).collect()
    }

    #[test]
    fn every_shape_of_the_table_is_found() {
        for (prefix, length, kind) in [
            ("ghp_", 36, "a GitHub token"),
            ("github_pat_", 82, "a GitHub token"),
            ("glpat-", 20, "a GitLab token"),
            ("xoxb-", 50, "a Slack token"),
            ("sk_live_", 24, "a Stripe key"),
            ("AIza", 35, "a Google API key"),
            ("npm_", 36, "an npm token"),
            ("pypi-AgEIcHlwaS5vcmc", 100, "a PyPI token"),
            ("SG.", 66, "a SendGrid key"),
            ("hooks.slack.com/services/", 44, "a Slack webhook"),
            ("hf_", 34, "a Hugging Face token"),
            ("AccountKey=", 86, "an Azure storage key"),
        ] {
            let token = format!("{prefix}{}", body(length));
            for text in [
                format!("`{token}`"),
                format!("the key was {token}."),
                format!("url?x={token}&y=1"),
                format!("token: \"{token}\""),
            ] {
                assert_eq!(kinds(&text), [kind], "{text}");
                let range = secrets(&text)[0].range.clone();
                assert!(text[range].contains(&token), "{text}");
            }
            assert_eq!(kinds(&format!("{prefix}{}", "x".repeat(length))), [""; 0]);
            assert_eq!(kinds(prefix), [""; 0]);
        }
        let hex: String = "9f86d081884c7d659a2feaa0c55ad015".repeat(2);
        assert_eq!(kinds(&format!("dop_v1_{hex}")), ["a DigitalOcean token"]);
        assert_eq!(kinds(&format!("SK{}", &hex[..32])), ["a Twilio key"]);
        assert_eq!(
            kinds(&format!("abc8Q~{}", body(34))),
            ["an Azure client secret"]
        );
        assert_eq!(
            kinds(&["AKIA", "QYLPMN5HFIQR7XYA"].concat()),
            ["an AWS access key"]
        );
    }

    #[test]
    fn secrets_in_one_another_are_one() {
        let token = format!("ghp_{}", body(36));
        let text = format!("password=\"deploy-7!{token}\" and https://ci:{token}@host.internal/x");
        let found = secrets(&text);
        let shown: Vec<(&str, &str, usize)> = found
            .iter()
            .map(|one| (one.kind, &text[one.range.clone()], one.public))
            .collect();
        let first = format!("deploy-7!{token}");
        let expected = [
            ("a GitHub token", first.as_str(), 0),
            ("a GitHub token", token.as_str(), 4),
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn no_prefix_of_the_table_is_there_twice() {
        let mut prefixes: Vec<&str> = SHAPES.iter().map(|shape| shape.prefix).collect();
        let all = prefixes.len();
        prefixes.sort_unstable();
        prefixes.dedup();
        assert_eq!(prefixes.len(), all);
    }

    #[test]
    fn secrets_without_a_prefix_are_known_by_their_place() {
        let jwt = format!("eyJ{}.eyJ{}.{}", body(20), body(40), body(43));
        let key = format!(
            "-----BEGIN RSA PRIVATE KEY-----\n{}\n{}\n-----END RSA PRIVATE KEY-----",
            body(64),
            body(64)
        );
        for (text, kind) in [
            ("password: Tr0ub4dor&3".to_string(), "a password"),
            ("PGPASSWORD=hK7vR2mZx9 psql".into(), "a password"),
            ("\"db_password\": \"hK7vR2mZx9\",".into(), "a password"),
            ("mysql --password hK7vR2mZx9".into(), "a password"),
            (
                "Server=db;User Id=app;Password=hK7vR2mZx9;".into(),
                "a password",
            ),
            ("**Password**: `hK7vR2mZx9`".into(), "a password"),
            (format!("api_key={}", body(24)), "a secret key"),
            (
                format!("DD_API_KEY: {}", "9f86d081884c7d659a2feaa0c55ad015"),
                "a secret key",
            ),
            (format!("client_secret = '{}'", body(32)), "a secret key"),
            (
                format!("aws_secret_access_key = {}", body(40)),
                "a secret key",
            ),
            (format!("access_token: {}", body(40)), "a token"),
            (
                format!("Authorization: Bearer {}", body(40)),
                "credentials of a request",
            ),
            (
                "Authorization: Basic Y2hlY2tvdXQ6aEs3dlIybVp4OQ==".into(),
                "credentials of a request",
            ),
            (
                "postgres://checkout:hK7vR2mZx9@db-1.internal/orders".into(),
                "a password in an address",
            ),
            (
                "redis://:s3cr3tpw@cache.internal:6379".into(),
                "a password in an address",
            ),
            (
                "curl -s -u deploy:hK7vR2 https://x.internal".into(),
                "a password on a command line",
            ),
            (jwt, "a JSON web token"),
            (key.clone(), "a private key"),
            (
                format!("{{\"private_key\": \"{}\"}}", key.replace('\n', "\\n")),
                "a private key",
            ),
        ] {
            assert_eq!(kinds(&text), [kind], "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_a_secret_is_none() {
        for text in [
            "AKIAIOSFODNN7EXAMPLE and wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "password: changeme",
            "password: ${DB_PASSWORD_1}",
            "password = os.environ['DB_PASSWORD1']",
            "password: <the one from the vault 1>",
            "Password: the database password was rotated at 14:31",
            "the password reset 2026-10-10",
            "secret: checkout-db-credentials-v2",
            "secretName: checkout-tls-2026",
            "token: 3f2504e0-4f89-11d3-9a0c-0305e82c3301",
            "token: 2026-10-10T14:23:00.123456Z",
            "commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
            "image: registry.internal/checkout@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "postgres://user:password@db/orders and https://user:pass@example.com and redis://:@cache",
            "https://host:8080/@scope/pkg and git@github.com:org/repo.git",
            "Bearer tokens are rotated, basic authentication is off",
            "-----BEGIN PRIVATE KEY----- was the first line of it",
            "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIn0.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
            "password_policy: minimum12characters",
            "passwordHash=abcdef0123456789",
            "disk-1 task_2 risk: SKU 12345",
            "ghp_ tokens begin with `ghp_`",
        ] {
            assert_eq!(secrets(text), [], "{text}");
        }
    }
}
