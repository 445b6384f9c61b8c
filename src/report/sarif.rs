//! `sarif`: the interchange format of static analysis, version 2.1.0 (OASIS), for code scanning and other readers.
//!
//! GitHub keeps the 5,000 worst results of a run and refuses more than 25,000, so no more are written and the run says how
//! many were left out. Nothing in it tells when it was made: the same diagnostics give the same bytes.

use std::cmp::Reverse;
use std::collections::HashMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::encode::pretty;
use super::{count, excerpt};
use crate::diagnostic::{Diagnostic, Level};
use crate::rules::{Rule, rules};
use crate::source::{Source, Span};

/// Results that are written.
const MOST: usize = 5_000;
/// Second places of a result that are written; GitHub shows a hundred.
const MOST_RELATED: usize = 100;
/// Where relative paths begin.
const ROOT: &str = "%SRCROOT%";
/// What may stand in a path as it is.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

pub(super) fn render(diagnostics: &[Diagnostic]) -> String {
    let mut chosen: Vec<usize> = (0..diagnostics.len()).collect();
    chosen.sort_by_key(|index| {
        let one = &diagnostics[*index];
        (one.allowed.is_some(), Reverse(one.level))
    });
    chosen.truncate(MOST);
    chosen.sort_unstable();
    let numbers: HashMap<&str, usize> = rules().map(|rule| rule.name).zip(0..).collect();
    let results: Vec<Value> = chosen
        .into_iter()
        .map(|index| result(&diagnostics[index], &numbers))
        .collect();
    let mut invocation = json!({ "executionSuccessful": true });
    let left_out = diagnostics.len() - results.len();
    if left_out > 0 {
        let text = format!(
            "{} not in this file, which holds the {MOST} worst; `aftersight check` prints all",
            match left_out {
                1 => "1 finding is".to_string(),
                _ => format!("{} are", count(left_out, "finding")),
            }
        );
        invocation["toolExecutionNotifications"] =
            json!([{ "level": "warning", "message": message(&text) }]);
    }
    pretty(&json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": env!("CARGO_PKG_NAME"),
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules().map(descriptor).collect::<Vec<_>>(),
            } },
            "automationDetails": { "id": concat!(env!("CARGO_PKG_NAME"), "/") },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { ROOT: { "description": message("the root of the repository") } },
            "invocations": [invocation],
            "results": results,
        }],
    }))
}

fn descriptor(rule: &Rule) -> Value {
    let what = rule.section("What");
    let weight = match rule.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "recommendation",
    };
    json!({
        "id": rule.name,
        "shortDescription": message(&rule.summary()),
        "fullDescription": message(what),
        "help": {
            "text": literal(&format!("{what}\n\n{}", rule.section("Why"))),
            "markdown": rule.page,
        },
        "helpUri": rule.url(),
        "defaultConfiguration": { "level": rule.level.name() },
        "properties": {
            "group": rule.group.name(),
            "tags": ["postmortem", rule.group.name()],
            "problem.severity": weight,
        },
    })
}

fn result(diagnostic: &Diagnostic, numbers: &HashMap<&str, usize>) -> Value {
    let finding = &diagnostic.finding;
    let mut text = finding.message.clone();
    if !finding.help.is_empty() {
        text += &format!("\nhelp: {}", finding.help);
    }
    let mut result = Map::new();
    let mut put = |key: &str, value| result.insert(key.into(), value);
    put("ruleId", diagnostic.rule.into());
    if let Some(number) = numbers.get(diagnostic.rule) {
        put("ruleIndex", (*number).into());
    }
    put("level", diagnostic.level.name().into());
    put("message", message(&text));
    put(
        "locations",
        json!([{ "physicalLocation": place(&diagnostic.source, finding.span) }]),
    );
    let related: Vec<Value> = finding
        .related
        .iter()
        .take(MOST_RELATED)
        .zip(1..)
        .map(|(label, id)| {
            json!({
                "id": id,
                "physicalLocation": place(&label.source, label.span),
                "message": message(&label.message),
            })
        })
        .collect();
    if !related.is_empty() {
        put("relatedLocations", related.into());
    }
    put(
        "partialFingerprints",
        json!({ "aftersight/v1": diagnostic.fingerprint }),
    );
    if let Some(allowed) = &diagnostic.allowed {
        let mut suppression = json!({
            "kind": "inSource",
            "status": "accepted",
            "justification": allowed.because,
        });
        if let Some(until) = &allowed.until {
            suppression["properties"] = json!({ "until": until });
        }
        put("suppressions", json!([suppression]));
    }
    if finding.is_fixable() {
        put("fixes", json!([fix(diagnostic)]));
    }
    result.into()
}

/// A fix that needs nobody's judgement.
fn fix(diagnostic: &Diagnostic) -> Value {
    let finding = &diagnostic.finding;
    let replacements: Vec<Value> = finding
        .fix
        .iter()
        .map(|edit| {
            json!({
                "deletedRegion": region(&diagnostic.source, edit.span),
                "insertedContent": { "text": edit.text },
            })
        })
        .collect();
    json!({
        "description": message(&finding.help),
        "artifactChanges": [{
            "artifactLocation": artifact(&diagnostic.source),
            "replacements": replacements,
        }],
    })
}

fn place(source: &Source, span: Span) -> Value {
    let mut region = region(source, span);
    if let Some(text) = excerpt::quote(source, span) {
        region["snippet"] = json!({ "text": text });
    }
    json!({ "artifactLocation": artifact(source), "region": region })
}

fn artifact(source: &Source) -> Value {
    let uri = utf8_percent_encode(source.path(), PATH).to_string();
    json!({ "uri": uri, "uriBaseId": ROOT })
}

/// Lines and columns count from 1, columns in code points; the end column is one past the last.
fn region(source: &Source, span: Span) -> Value {
    let (start, end) = (source.position(span.start), source.position(span.end));
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

fn message(text: &str) -> Value {
    json!({ "text": literal(text) })
}

/// A text in which SARIF sees neither a link (`[text](target)`) nor a placeholder (`{0}`): sections 3.11.5 and 3.11.6 of
/// the standard.
fn literal(text: &str) -> String {
    let may_link = text.contains("](");
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '[' | ']' | '\\' if may_link => safe.extend(['\\', letter]),
            '{' | '}' => safe.extend([letter, letter]),
            other => safe.push(other),
        }
    }
    safe
}
