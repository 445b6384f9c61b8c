//! A secret: a key, a token, a password.

use super::scan::{Secret, secrets};
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::rules::{Check, Context, Group, Rule, Seed};
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    name: "secret",
    group: Group::Confidentiality,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S4],
    page: include_str!("secret.md"),
    check: Check::Postmortem(check),
};

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    let text = postmortem.source().text();
    out.extend(
        secrets(text)
            .into_iter()
            .map(|secret| finding(text, &secret)),
    );
}

/// Says what it is and where, never what it says: the report goes into a log that others read.
fn finding(text: &str, secret: &Secret) -> Finding {
    let Secret {
        range,
        kind,
        public,
    } = secret;
    let value = &text[range.clone()];
    let start = match *public {
        4 => format!(", `{}…`", &value[..4]),
        _ => String::new(),
    };
    let length = value.chars().count();
    let message = format!("this reads as {kind} ({length} characters{start})");
    let help = "revoke it first, whoever has read this may have copied it; then write `[redacted]`, the history of this file still holds it";
    let span = Span::new(range.start, range.end);
    let hidden = Span::new(range.start + public, range.end);
    Finding::new(span, message, help).hiding(hidden)
}
