//! Numbers that belong to a person: telephone, payment card, bank account.
//!
//! Owns their forms and check digits, and which ones are made up: numbers kept for fiction, for tests and for manuals.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// A number with its country, behind `+`.
static ABROAD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^[1-9][0-9]{0,14}(?:[ ./-]?(?:\([0-9]{1,5}\)|[0-9]{1,12})){0,7}").ok()
});
/// A number of North America as it is written there, its first digit inside the bracket, if there is one.
static AMERICAN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^[2-9][0-9]{2}(?:\) ?|-)[2-9][0-9]{2}-[0-9]{4}").ok());
/// A number behind a word that says what it is.
static NAMED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^[0-9][0-9 /().-]{5,18}[0-9]").ok());

const NAMES: &[&str] = &[
    "tel",
    "tel.",
    "phone",
    "telephone",
    "mobile",
    "cell",
    "fax",
    "phone number",
    "mobile number",
];

/// The telephone number whose first digit stands at `at`.
pub(super) fn telephone(text: &str, at: usize) -> Option<Range<usize>> {
    let (before, rest) = (&text[..at], &text[at..]);
    let (start, found) = if let Some(outer) = before.strip_suffix('+') {
        let found = ABROAD.as_ref()?.find(rest)?.as_str();
        (
            outer.len(),
            Some(found).filter(|found| is_abroad(outer, found))?,
        )
    } else if is_named(before) {
        let found = NAMED.as_ref()?.find(rest)?.as_str();
        let decimal = found
            .bytes()
            .filter(|byte| !byte.is_ascii_digit())
            .eq(*b".");
        (at, Some(found).filter(|_| !decimal)?)
    } else if !matches!(rest.as_bytes().get(3), Some(b')' | b'-')) {
        return None;
    } else {
        let found = AMERICAN.as_ref()?.find(rest)?.as_str();
        let bracket = found.contains(')');
        let outer = if bracket {
            before.strip_suffix('(')?
        } else {
            before
        };
        if outer.ends_with(|c: char| c.is_alphanumeric() || "-._/#=".contains(c)) {
            return None;
        }
        (outer.len(), found)
    };
    let end = at + found.len();
    let digits: String = found.chars().filter(char::is_ascii_digit).collect();
    let longer = text[end..].starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '%'))
        || text[end..].starts_with(['-', '.', ':', ','])
            && text[end + 1..].starts_with(|c: char| c.is_ascii_digit());
    let fits = (7..=15).contains(&digits.len());
    (fits && !longer && !is_fiction(&digits)).then_some(start..end)
}

/// Whether what follows a `+` is a number to call: not an offset, a sum or a line of a diff.
fn is_abroad(before: &str, found: &str) -> bool {
    let digits = found.bytes().filter(u8::is_ascii_digit).count();
    let groups: Vec<&str> = found
        .split(|c: char| !c.is_ascii_digit())
        .filter(|group| !group.is_empty())
        .collect();
    let thousands = groups.len() > 1
        && groups[0].len() <= 1
        && groups[1..].iter().all(|group| group.len() == 3);
    let alone = groups.len() == 1;
    let joined = before.ends_with(|c: char| c.is_alphanumeric() || "+-_.=)".contains(c));
    let first = before.is_empty() || before.ends_with('\n');
    let least = if alone { 10 } else { 9 };
    let diff = alone && first;
    digits >= least && !(thousands || joined || diff)
}

fn is_named(before: &str) -> bool {
    let before = before.trim_end_matches([' ', ':', '`', '*', '(']);
    // The last letters of the names; most numbers are settled here.
    if !before.ends_with(['l', 'e', 'x', 'r', '.', 'L', 'E', 'X', 'R']) {
        return false;
    }
    let tail: Vec<(usize, char)> = before.char_indices().rev().take(16).collect();
    let from = tail.last().map_or(0, |(at, _)| *at);
    let tail = before[from..].to_lowercase();
    let word = |name: &&str| {
        let rest = tail.strip_suffix(*name);
        rest.is_some_and(|rest| !rest.ends_with(char::is_alphanumeric))
    };
    NAMES.iter().any(word)
}

/// Numbers kept for fiction: 555-01xx in North America (NANPA), and those that Ofcom sets apart in Britain.
fn is_fiction(digits: &str) -> bool {
    let national = digits
        .strip_prefix('1')
        .filter(|rest| rest.len() == 10)
        .unwrap_or(digits);
    let british = digits
        .strip_prefix("44")
        .unwrap_or(digits)
        .trim_start_matches('0');
    national.len() == 10 && national[3..].starts_with("55501")
        || ["7700900", "1632960", "2079460", "1174960", "1314960"]
            .iter()
            .any(|kept| british.starts_with(kept))
        || digits.ends_with("000000")
        || "01234567890123456789".contains(&digits[digits.len() - 7..])
}

/// Numbers that payment providers publish for tests.
const TEST_CARDS: &[&str] = &[
    "378282246310005",
    "371449635398431",
    "378734493671000",
    "30569309025904",
    "38520000023237",
    "6011111111111117",
    "6011000990139424",
    "3530111333300000",
    "3566002020360505",
    "5555555555554444",
    "5105105105105100",
    "5200828282828210",
    "2223003122003222",
    "4111111111111111",
    "4012888888881881",
    "4242424242424242",
    "4000056655665556",
];

/// The number of a payment card whose first digit stands at `at`.
pub(super) fn card(text: &str, at: usize) -> Option<Range<usize>> {
    let before = &text[..at];
    if before
        .ends_with(|c: char| matches!(c, '.' | '_' | '-' | '/' | '#' | '+') || c.is_alphanumeric())
    {
        return None;
    }
    let bytes = text.as_bytes();
    let run = |from: usize| {
        let rest = bytes.get(from..).unwrap_or_default();
        rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    // Years and times are the most numbers there are.
    if !matches!((run(at), run(at + 5)), (4, 4 | 6) | (14..=16, _)) {
        return None;
    }
    let mut groups = vec![0_usize];
    let mut digits = String::new();
    let mut end = at;
    for (index, byte) in bytes[at..].iter().enumerate().take(26) {
        let next = bytes.get(at + index + 1);
        match byte {
            b'0'..=b'9' => {
                *groups.last_mut()? += 1;
                digits.push(char::from(*byte));
                end = at + index + 1;
            }
            b' ' | b'-' if next.is_some_and(u8::is_ascii_digit) => groups.push(0),
            _ => break,
        }
    }
    let form = matches!(groups.as_slice(), [14..=16] | [4, 4, 4, 4] | [4, 6, 4 | 5]);
    let first: u32 = digits.get(..4)?.parse().ok()?;
    let issuer = matches!(
        (digits.len(), first),
        (16, 4000..=4999 | 5100..=5599 | 2221..=2720 | 6011 | 6440..=6599 | 3528..=3589)
            | (15, 3400..=3499 | 3700..=3799)
            | (14, 3000..=3059 | 3600..=3699 | 3800..=3999)
    );
    let longer = text[end..].starts_with(|c: char| c.is_alphanumeric() || c == '_')
        || text[end..].starts_with(['.', '-', ' '])
            && text[end + 1..].starts_with(|c: char| c.is_ascii_digit());
    let known = TEST_CARDS.contains(&digits.as_str()) || digits.contains("000000");
    (form && issuer && !longer && !known && luhn(&digits)).then_some(at..end)
}

/// The check digit of cards (ISO/IEC 7812-1, annex B).
fn luhn(digits: &str) -> bool {
    let doubled = |(index, digit): (usize, u32)| match index % 2 {
        0 => digit,
        _ if digit > 4 => digit * 2 - 9,
        _ => digit * 2,
    };
    let digits = digits.chars().rev().filter_map(|c| c.to_digit(10));
    digits.enumerate().map(doubled).sum::<u32>() % 10 == 0
}

/// How long an account's number is in each country (registry of SWIFT for ISO 13616).
const COUNTRIES: &[(&str, usize)] = &[
    ("AD", 24),
    ("AE", 23),
    ("AT", 20),
    ("BA", 20),
    ("BE", 16),
    ("BG", 22),
    ("BR", 29),
    ("CH", 21),
    ("CR", 22),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DK", 18),
    ("EE", 20),
    ("EG", 29),
    ("ES", 24),
    ("FI", 18),
    ("FR", 27),
    ("GB", 22),
    ("GE", 22),
    ("GI", 23),
    ("GR", 27),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IL", 23),
    ("IS", 26),
    ("IT", 27),
    ("KW", 30),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("MC", 27),
    ("ME", 22),
    ("MT", 31),
    ("NL", 18),
    ("NO", 15),
    ("PK", 24),
    ("PL", 28),
    ("PT", 25),
    ("QA", 29),
    ("RO", 24),
    ("RS", 22),
    ("SA", 24),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("SM", 27),
    ("TR", 26),
    ("UA", 29),
];

/// Numbers that manuals show.
const SHOWN: &[&str] = &[
    "AT611904300234573201",
    "BE68539007547034",
    "CH9300762011623852957",
    "DE75512108001245126199",
    "DE89370400440532013000",
    "ES9121000418450200051332",
    "FR1420041010050500013M02606",
    "FR7630006000011234567890189",
    "GB29NWBK60161331926819",
    "GB82WEST12345698765432",
    "IT60X0542811101000000123456",
    "NL91ABNA0417164300",
    "PL61109010140000071219812874",
];

/// The number of a bank account whose first digit stands at `at`, behind two letters.
pub(super) fn account(text: &str, at: usize) -> Option<Range<usize>> {
    let start = at.checked_sub(2)?;
    let letters = &text.as_bytes()[start..at];
    if !letters.iter().all(u8::is_ascii_uppercase) {
        return None;
    }
    let country = &text[start..at];
    let length = COUNTRIES.iter().find(|(name, _)| *name == country)?.1;
    if text[..start].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let mut compact = String::new();
    let mut end = start;
    for (index, c) in text[start..].char_indices().take(48) {
        match c {
            'A'..='Z' | '0'..='9' if compact.len() < length => {
                compact.push(c);
                end = start + index + 1;
            }
            ' ' if compact.len() < length => {}
            _ => break,
        }
    }
    let longer = text[end..].starts_with(char::is_alphanumeric);
    let whole = compact.len() == length && !longer && !SHOWN.contains(&compact.as_str());
    (whole && remainder(&compact) == 1).then_some(start..end)
}

/// The remainder that is 1 for a valid number (ISO 7064, MOD 97-10): letters count from 10, the first four come last.
fn remainder(compact: &str) -> u32 {
    let turned = compact[4..].chars().chain(compact[..4].chars());
    let values = turned.filter_map(|c| c.to_digit(36));
    values.fold(0, |sum, value| match value {
        0..=9 => (sum * 10 + value) % 97,
        _ => (sum * 100 + value) % 97,
    })
}
