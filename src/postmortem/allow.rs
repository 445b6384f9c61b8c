//! Findings the author allows, with a reason.
//!
//! Owns the two notations (FORMAT.md, Allowing a finding). Applying them, and telling unused ones, is for
//! `check::allow`.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::document::Comment;
use crate::document::mapping::{Field, Mapping};
use crate::document::yaml::{Node, Value};
use crate::document::{Problem, ProblemKind};
use crate::source::{Span, Spanned};

/// One allowance.
#[derive(Clone, Debug)]
pub struct Allow {
    /// The rule's name as written.
    pub rule: Spanned<String>,
    /// The reason; `None` where none was given.
    pub because: Option<String>,
    /// The last day it holds.
    pub until: Option<Spanned<Date>>,
    /// The whole allowance.
    pub span: Span,
    /// The block it covers; `None` for the whole document.
    pub covers: Option<Span>,
}

impl Allow {
    /// Whether its last day is over, in UTC.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        let today = now.to_zoned(TimeZone::UTC).date();
        self.until.as_ref().is_some_and(|until| until.value < today)
    }
}

/// Reads `allow:` of the front matter.
pub(super) fn front(node: Option<&Node>, problems: &mut Vec<Problem>) -> Vec<Allow> {
    let Some(node) = node else { return Vec::new() };
    let Value::Sequence(items) = &node.value else {
        problems.push(Problem::new(
            ProblemKind::BadValue,
            node.span,
            "`allow` needs a list".into(),
            "write `allow: [{ rule: NAME, because: \"…\" }]`".into(),
        ));
        return Vec::new();
    };
    let mut allows = Vec::new();
    for item in items {
        let mut mapping = Mapping::new(Some(item), "allow.", problems);
        let rule = mapping.text("rule");
        let because = mapping.text("because");
        let until = mapping.scalar("until", |text, _| {
            text.parse().map_err(|_| {
                (
                    "is not a day".to_string(),
                    "write it as `2026-12-01`".to_string(),
                )
            })
        });
        if rule.is_missing() && (item.is_null() || matches!(item.value, Value::Mapping(_))) {
            mapping.bad("rule", item.span, "is missing", "name the rule to allow");
        }
        mapping.finish();
        if let Field::Value(rule) = rule {
            allows.push(Allow {
                rule,
                because: because.get().filter(|text| !text.is_empty()).cloned(),
                until: match until {
                    Field::Value(until) => Some(until),
                    _ => None,
                },
                span: item.span,
                covers: None,
            });
        }
    }
    allows
}

/// Reads the comments `<!-- aftersight: allow(rule) because … -->`; a malformed one is a problem.
pub(super) fn comments(
    comments: &[Comment],
    text: &str,
    problems: &mut Vec<Problem>,
) -> Vec<Allow> {
    let mut allows = Vec::new();
    for comment in comments {
        let Some(command) = comment.text.strip_prefix("aftersight:").map(str::trim) else {
            continue;
        };
        if matches!(command, "internal" | "end") {
            continue;
        }
        let inner = command.strip_prefix("allow").map(str::trim_start);
        let inner = inner
            .and_then(|rest| rest.strip_prefix('('))
            .and_then(|rest| rest.split_once(')'));
        let Some((rule, rest)) = inner else {
            problems.push(Problem::new(
                ProblemKind::BadValue,
                comment.span,
                "this comment is for aftersight, but says nothing it knows".into(),
                "write `<!-- aftersight: allow(rule-name) because … -->`, `internal` or `end`"
                    .into(),
            ));
            continue;
        };
        let rest = rest.trim();
        let reason = rest.strip_prefix("because").map_or(rest, str::trim);
        let reason = reason.trim_start_matches([':', '-', '–', '—', '…', ' ']);
        let whole = &text[comment.span.range()];
        let rule_at = whole.find('(').map_or(0, |at| at + 1) + comment.span.start as usize;
        allows.push(Allow {
            rule: Spanned::new(rule.trim().into(), Span::new(rule_at, rule_at + rule.len())),
            because: (!reason.is_empty()).then(|| reason.into()),
            until: None,
            span: comment.span,
            covers: Some(comment.covers.unwrap_or(comment.span)),
        });
    }
    allows
}
