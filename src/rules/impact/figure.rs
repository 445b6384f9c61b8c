//! Whether a text says how much: a count, a share, an amount, a length of time, all or nobody.
//!
//! Owns what is a figure and what only looks like one: a day, a time of day, a version, an id, a status code.

use super::token::{Kind, Token};

/// Who and what an incident meets, one of each. `all users` and `no orders` say how many.
const AFFECTED: &[&str] = &[
    "account",
    "booking",
    "build",
    "call",
    "client",
    "cluster",
    "colleague",
    "connection",
    "contributor",
    "customer",
    "deployment",
    "developer",
    "device",
    "download",
    "email",
    "employee",
    "endpoint",
    "environment",
    "event",
    "file",
    "functionality",
    "host",
    "hub",
    "impact",
    "instance",
    "instructor",
    "job",
    "login",
    "member",
    "merchant",
    "message",
    "miner",
    "namespace",
    "node",
    "operation",
    "order",
    "org",
    "organisation",
    "organization",
    "package",
    "page",
    "parcel",
    "partner",
    "payment",
    "people",
    "person",
    "player",
    "pod",
    "project",
    "query",
    "record",
    "region",
    "repository",
    "request",
    "row",
    "server",
    "service",
    "session",
    "shop",
    "site",
    "student",
    "subscriber",
    "team",
    "tenant",
    "ticket",
    "traffic",
    "transaction",
    "upload",
    "user",
    "visitor",
    "workload",
    "workflow",
];

/// Words that make a count of what follows.
const QUANTIFIERS: &[&str] = &[
    "all", "any", "each", "entire", "every", "no", "one", "single", "whole", "zero",
];

/// Words that are a count themselves.
const COUNTS: &[&str] = &[
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "fifteen",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "ninety",
    "hundred",
    "hundreds",
    "thousand",
    "thousands",
    "million",
    "millions",
    "billion",
    "billions",
    "dozen",
    "dozens",
    "half",
    "twice",
    "doubled",
    "tripled",
    "nobody",
    "noone",
    "none",
    "everyone",
    "everybody",
];

/// Spans of time: `an hour` is a figure.
const SPANS: &[&str] = &[
    "second", "minute", "hour", "day", "week", "month", "weekend", "night",
];

/// Letters right behind a number that leave it a number.
const SUFFIXES: &[&str] = &[
    "b", "bn", "d", "eur", "gb", "gbp", "gib", "h", "hr", "hrs", "k", "kb", "kib", "m", "mb",
    "mib", "min", "mins", "mio", "ms", "s", "sec", "secs", "tb", "tib", "usd", "x",
];

/// Names that end in a number.
const NUMBERED: &[&str] = &[
    "day", "http", "incident", "issue", "java", "line", "node", "phase", "php", "pm", "port",
    "postgres", "pr", "priority", "python", "region", "release", "replica", "section", "sev",
    "severity", "shard", "status", "step", "ticket", "tier", "tls", "v", "version", "zone",
    "android", "chrome", "debian", "firefox", "ios", "macos", "ruby", "safari", "ubuntu",
    "windows",
];

const MONTHS: &[&str] = &[
    "jan",
    "january",
    "feb",
    "february",
    "mar",
    "march",
    "apr",
    "april",
    "may",
    "jun",
    "june",
    "jul",
    "july",
    "aug",
    "august",
    "sep",
    "sept",
    "september",
    "oct",
    "october",
    "nov",
    "november",
    "dec",
    "december",
];

/// What an honest author writes where nobody counted.
const UNKNOWN: &[&[&str]] = &[
    &["unknown"],
    &["not", "known"],
    &["not", "measured"],
    &["not", "counted"],
    &["cannot", "tell"],
    &["cannot", "say"],
    &["can't", "tell"],
    &["could", "not", "be", "determined"],
    &["could", "not", "be", "measured"],
    &["could", "not", "be", "counted"],
    &["cannot", "be", "measured"],
    &["cannot", "be", "counted"],
    &["hard", "to", "quantify"],
    &["no", "way", "to"],
];

/// Whether the text says how much anywhere.
pub(super) fn is_in(tokens: &[Token]) -> bool {
    (0..tokens.len()).any(|at| match tokens[at].kind {
        Kind::Number => is_figure(tokens, at),
        Kind::Word => is_count(tokens, at),
        Kind::Mark => false,
    })
}

/// Whether the text says that nobody knows how much.
pub(super) fn is_unknown(tokens: &[Token]) -> bool {
    UNKNOWN.iter().any(|phrase| {
        let mut windows = tokens.windows(phrase.len());
        windows.any(|words| words.iter().zip(*phrase).all(|(word, part)| word.is(part)))
    })
}

/// `one` and `single` need a thing right behind them, `all of our paying customers` has words in between.
fn is_count(tokens: &[Token], at: usize) -> bool {
    let token = &tokens[at];
    if token.is_any(COUNTS) {
        return true;
    }
    if token.is_any(&["a", "an", "one"]) {
        let next = tokens.get(at + 1);
        let time = next.is_some_and(|next| next.is_any(SPANS));
        // `a minute amount` and `the other day` are rare enough.
        if time {
            return true;
        }
    }
    let reach = if token.is_any(&["one", "single"]) {
        2
    } else {
        4
    };
    let quantified = token.is_any(QUANTIFIERS);
    let words = tokens.iter().enumerate().skip(at + 1).take(reach);
    let mut words = words.take_while(|(_, word)| word.kind == Kind::Word);
    quantified
        && words.any(|(index, word)| {
            let data = tokens.get(index + 1);
            is_affected(word) && data.is_none_or(|next| !next.is("data"))
        })
}

/// Whether a word is somebody or something that an incident meets, one or many.
fn is_affected(word: &Token) -> bool {
    let singular = word.text.strip_suffix('s').unwrap_or(&word.text);
    word.is_any(AFFECTED)
        || AFFECTED.contains(&singular)
        || word.is_any(&["queries", "repositories"])
}

fn is_figure(tokens: &[Token], at: usize) -> bool {
    let token = &tokens[at];
    let before = at.checked_sub(1).map(|at| &tokens[at]);
    let after = tokens.get(at + 1);
    let glued = |next: &&Token| next.joined;
    if after.is_some_and(|next| next.is_any(&["%", "‰", "€", "$", "£"])) {
        return true;
    }
    if token.text.matches('.').count() > 1 || is_part_of_date_or_name(tokens, at) {
        return false;
    }
    if let Some(next) = after.filter(glued)
        && next.kind == Kind::Word
        && !next.is_any(SUFFIXES)
    {
        return false;
    }
    let next_is = |list: &[&str]| after.is_some_and(|next| next.is_any(list));
    let before_is = |list: &[&str]| before.is_some_and(|before| before.is_any(list));
    if next_is(&["am", "pm", "utc", "gmt", "cet", "cest", "pst", "pdt"]) || next_is(MONTHS) {
        return false;
    }
    if before_is(MONTHS) || before_is(NUMBERED) || before_is(&["#", "№"]) {
        return false;
    }
    let year =
        token.text.len() == 4 && (token.text.starts_with("19") || token.text.starts_with("20"));
    if year {
        return after.is_some_and(is_affected);
    }
    let status = token.text.len() == 3 && token.text.starts_with(['4', '5']);
    let as_status = next_is(&[
        "error",
        "errors",
        "response",
        "responses",
        "status",
        "s",
        "code",
        "codes",
    ]) || before_is(&[
        "a",
        "code",
        "error",
        "errors",
        "returned",
        "returning",
        "with",
    ]);
    !(status && as_status)
}

/// `2026-10-10`, `10/10/2026`, `14:23`, `us-east-1`, `PM2021`; not `30-40`, `3/4` or `47-minute`.
fn is_part_of_date_or_name(tokens: &[Token], at: usize) -> bool {
    let near = |at: Option<usize>| at.and_then(|at| tokens.get(at));
    let joins = |mark: &&Token| mark.is_any(&["-", "/", ":", "."]) && mark.joined;
    let before = near(at.checked_sub(1)).filter(|_| tokens[at].joined);
    if before.is_some_and(|before| before.kind == Kind::Word || before.is("_")) {
        return true;
    }
    let behind = near(Some(at + 1)).filter(joins);
    let next = near(Some(at + 2)).filter(|next| behind.is_some() && next.joined);
    if let Some(mark) = before.filter(joins) {
        let further = near(at.checked_sub(2)).filter(|_| mark.joined);
        let number = further.is_some_and(|further| further.kind == Kind::Number);
        let chain = number && near(at.checked_sub(3)).is_some_and(|mark| joins(&mark));
        let middle = behind
            .zip(next)
            .is_some_and(|(_, next)| next.kind == Kind::Number);
        if mark.is(":") && number || chain || number && middle {
            return true;
        }
        if further.is_some_and(|further| further.kind == Kind::Word) && !mark.is(":") {
            return true;
        }
    }
    let Some((mark, next)) = behind.zip(next) else {
        return false;
    };
    let number = next.kind == Kind::Number;
    let third = near(Some(at + 3)).filter(joins).zip(near(Some(at + 4)));
    number && (mark.is(":") || third.is_some_and(|(_, third)| third.kind == Kind::Number))
}

#[cfg(test)]
mod tests {
    use super::super::token::tokens;
    use super::*;

    #[test]
    fn figures_say_how_much() {
        for text in [
            "About 12,000 customers",
            "40% of orders",
            "45 000 USD",
            "$45k in fees",
            "latency of 30-40 s",
            "a 47-minute outage",
            "for 2h",
            "a third, 3/4 of users",
            "no customers were affected",
            "All of our paying customers",
            "Nobody could log in",
            "None in production",
            "hundreds of requests",
            "for an hour",
            "a single customer saw it",
            "could not place any orders",
            "every request failed",
            "p99 rose to 2.9 s",
            "2000 users",
        ] {
            assert!(is_in(&tokens(text)), "{text}");
        }
        for text in [
            "On 10 October 2026 some customers saw errors",
            "From 14:23 to 15:18 UTC orders were refused",
            "at 2 pm, on October 10th",
            "since 2026-10-10 and 10/10/2026",
            "Release 2.3.4 and version 2.3 refused orders",
            "see INC-2026-014, #123 and PR 77",
            "HTTP 503 and 500 errors, a 502, many 5xx",
            "S3 in us-east-1, sev2, k8s, iOS 17",
            "No customer data was lost",
            "Customers saw errors for a while",
            "users were severely affected",
        ] {
            assert!(!is_in(&tokens(text)), "{text}");
        }
        assert!(is_unknown(&tokens("The number is not known.")));
        assert!(!is_unknown(&tokens("Some customers were affected.")));
    }
}
