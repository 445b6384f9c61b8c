//! Secrets that are known by where they stand: behind a key that says so, in an address, in a header, in a key block.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::placeholder::{classes, entropy, is_placeholder, is_reference};

/// How much a word before `:` or `=` says about what follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// A password follows: people choose those, so they need not be random.
    Password,
    /// A secret that a machine made.
    Key,
    /// Many things are called that: only what is plainly random counts.
    Token,
}

/// Words that end the name of a secret.
pub(super) const WORDS: &[(&str, Word)] = &[
    ("password", Word::Password),
    ("passwd", Word::Password),
    ("passphrase", Word::Password),
    ("pwd", Word::Password),
    ("secret", Word::Key),
    ("secret_key", Word::Key),
    ("secret-key", Word::Key),
    ("secretkey", Word::Key),
    ("secret_key_base", Word::Key),
    ("api_key", Word::Key),
    ("api-key", Word::Key),
    ("api key", Word::Key),
    ("apikey", Word::Key),
    ("app_key", Word::Key),
    ("access_key", Word::Key),
    ("access-key", Word::Key),
    ("access key", Word::Key),
    ("accesskey", Word::Key),
    ("private_key", Word::Key),
    ("encryption_key", Word::Key),
    ("signing_key", Word::Key),
    ("token", Word::Token),
    ("credential", Word::Token),
];

/// The longest value that is looked at, in bytes.
const MOST: usize = 400;

/// What may stand between a key and its value, and the value.
static VALUE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let pattern = r#"(?x) ^ ["'`\]*]{0,3} [\ \t]{0,3} (?: :=|=>|=|: ) [\ \t*]{0,4} (?: "(?P<double>[^"\n]+)" | '(?P<single>[^'\n]+)' | `(?P<code>[^`\n]+)` | (?P<bare>[^\s"'`|,;]+) )"#;
    Regex::new(pattern).ok()
});
/// The value of an option on a command line, `--password VALUE`.
static OPTION: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"^[ =]["']?(?P<bare>[^\s"'`|]+)"#).ok());
/// A name and a password for curl.
static CURL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"^[^\n]{0,200}?\s(?:-u|--user)[ =]?["']?[^\s:"'`]+:(?P<bare>[^\s"'`]+)"#).ok()
});

/// The secret behind a word that ends at `end` and began at `start`.
pub(super) fn assigned(text: &str, start: usize, end: usize, word: Word) -> Option<Range<usize>> {
    let rest = window(text, end);
    let found = VALUE.as_ref()?.captures(rest);
    let found = found.or_else(|| {
        let name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let before = text[..start].char_indices().rev().take(60);
        let key = before.take_while(|(_, c)| name(*c)).last();
        let key = &text[key.map_or(start, |(at, _)| at)..start];
        // Between the dashes of an option and its end stands nothing but its name.
        let option = key.starts_with("--");
        OPTION.as_ref().filter(|_| option)?.captures(rest)
    })?;
    let value = ["double", "single", "code", "bare"]
        .iter()
        .find_map(|name| found.name(name))?;
    let bare = value
        .as_str()
        .trim_end_matches(['.', ')', ']', '}', ':', '*', '\\']);
    // Addresses carry several of them.
    let bare = bare
        .split('&')
        .next()
        .filter(|_| bare.contains('='))
        .unwrap_or(bare);
    is_secret(bare, word).then(|| end + value.start()..end + value.start() + bare.len())
}

fn is_secret(value: &str, word: Word) -> bool {
    let (digit, lower, upper) = classes(value);
    let letter = lower || upper;
    let shaped = match word {
        Word::Password => value.len() >= 8 && digit && letter && entropy(value) >= 2.5,
        Word::Key => value.len() >= 16 && digit && letter && entropy(value) >= 3.0,
        Word::Token => value.len() >= 20 && digit && lower && upper && entropy(value) >= 3.5,
    };
    shaped && !value.contains(' ') && !is_placeholder(value) && !is_reference(value)
}

/// The credentials behind `Bearer` or `Basic`, a word that ends at `end`.
pub(super) fn header(text: &str, end: usize) -> Option<Range<usize>> {
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || b"._~+/=-".contains(byte);
    let length = window(text, end).bytes().take_while(fits).count();
    let value = text[end..end + length].trim_end_matches('.');
    let long = value.len() >= 16 && is_secret(&format!("{value:0<20}"), Word::Token);
    long.then(|| end..end + value.len())
}

/// The password of an address whose `://` ends at `end`.
pub(super) fn in_address(text: &str, end: usize) -> Option<Range<usize>> {
    let rest = window(text, end);
    let stop = rest.find(|c: char| c.is_whitespace() || "/?#\"'`<>|(),".contains(c));
    let authority = &rest[..stop.unwrap_or(rest.len())];
    let (user, host) = authority.rsplit_once('@')?;
    let (name, password) = user.split_once(':')?;
    let host = host.to_lowercase();
    let documented = ["example.com", "example.org", "example.net"];
    let local = host.starts_with("localhost")
        || host.starts_with("127.")
        || host.starts_with("[::1]")
        || documented.iter().any(|name| {
            host.split(':')
                .next()
                .is_some_and(|host| host.ends_with(name))
        });
    let stands_for = password.len() < 3 || password == name || is_placeholder(password);
    let named = host.starts_with(|c: char| c.is_alphanumeric() || c == '[');
    let start = end + name.len() + 1;
    (named && !local && !stands_for).then(|| start..start + password.len())
}

/// The password that curl is given, after a `curl` that ends at `end`.
pub(super) fn for_curl(text: &str, end: usize) -> Option<Range<usize>> {
    let found = CURL.as_ref()?.captures(window(text, end))?;
    let value = found.name("bare")?;
    let short = value.as_str().len() < 3;
    (!short && !is_placeholder(value.as_str())).then(|| end + value.start()..end + value.end())
}

/// A private key whose `-----BEGIN` begins at `start`: the whole block, and where its body begins.
pub(super) fn private_key(text: &str, start: usize) -> Option<(Range<usize>, usize)> {
    let label = text[start..].strip_prefix("-----BEGIN ")?;
    let label = &label[..label.find("-----")?];
    if label.len() > 60 || !label.contains("PRIVATE KEY") {
        return None;
    }
    let body = start + "-----BEGIN ".len() + label.len() + "-----".len();
    let mut at = body;
    let mut letters = 0;
    for c in text[body..].chars().take(20_000) {
        match c {
            '-' if text[at..].starts_with("-----END") => {
                at += text[at..].find('\n').unwrap_or(text.len() - at);
                break;
            }
            '-' if text[at..].starts_with("-----BEGIN") => break,
            // Old keys say how they are encrypted, keys in JSON write line ends as `\n`, keys in a quote begin with `>`.
            c if c.is_ascii_alphanumeric() || "+/=\\:,.-> ()\r\n\t@".contains(c) => {
                letters += usize::from(c.is_ascii_alphanumeric());
                at += 1;
            }
            _ => break,
        }
        let inner = &text[body..at];
        if text[at..].starts_with("\n\n") && letters > 0 && !inner.contains(':') {
            break;
        }
    }
    let whole = text[start..at].trim_end();
    let inner = &text[body..start + whole.len().max(body - start)];
    let shortened = inner.contains("...") || entropy(inner) < 3.5;
    (letters >= 64 && !shortened).then(|| (start..start + whole.len(), body))
}

/// A JSON web token that begins at `start`: three parts, the last being the signature.
pub(super) fn web_token(text: &str, start: usize) -> Option<Range<usize>> {
    /// The claims of the token that jwt.io shows.
    const SHOWN: &str = "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6";
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    // Of parts joined by dots only the first is looked at, so that no text is walked twice.
    if text[..start]
        .bytes()
        .next_back()
        .is_some_and(|byte| fits(&byte))
    {
        return None;
    }
    let length = text[start..].bytes().take(8_000).take_while(fits).count();
    let token = text[start..start + length].trim_end_matches('.');
    let parts: Vec<&str> = token.split('.').collect();
    let long =
        parts.len() == 3 && parts.iter().all(|part| part.len() >= 16) && parts[1].starts_with("ey");
    let real =
        long && !is_placeholder(token) && !parts[1].starts_with(SHOWN) && entropy(parts[2]) >= 3.0;
    real.then(|| start..start + token.len())
}

/// What follows a place, as far as it is looked at.
fn window(text: &str, from: usize) -> &str {
    let mut end = (from + MOST).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[from..end]
}
