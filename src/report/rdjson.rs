//! `rdjson`: reviewdog's diagnostic format, for review comments with suggestions.
//!
//! Columns count bytes of UTF-8 from 1, a byte-order mark among them, since reviewdog cuts the line as it is in the file.
//! Every fix becomes a suggestion, the guessed ones too: a suggestion is made when somebody has looked at it. What is
//! allowed is left out: the format has no word for it.

use serde_json::{Map, Value, json};

use super::encode::pretty;
use crate::diagnostic::{Diagnostic, Level};
use crate::rules::rule;
use crate::source::{Source, Span};

pub(super) fn render(diagnostics: &[Diagnostic]) -> String {
    let shown = diagnostics.iter().filter(|one| one.allowed.is_none());
    pretty(&json!({
        "source": { "name": env!("CARGO_PKG_NAME"), "url": env!("CARGO_PKG_REPOSITORY") },
        "diagnostics": shown.map(diagnostic).collect::<Vec<_>>(),
    }))
}

fn diagnostic(diagnostic: &Diagnostic) -> Value {
    let finding = &diagnostic.finding;
    let mut message = finding.message.clone();
    if !finding.help.is_empty() {
        message += &format!("\nhelp: {}", finding.help);
    }
    let severity = match diagnostic.level {
        Level::Error => "ERROR",
        Level::Warning => "WARNING",
        Level::Note => "INFO",
    };
    let mut code = Map::new();
    code.insert("value".into(), diagnostic.rule.into());
    if let Some(rule) = rule(diagnostic.rule) {
        code.insert("url".into(), rule.url().into());
    }
    let mut value = json!({
        "message": message,
        "location": location(&diagnostic.source, finding.span),
        "severity": severity,
        "code": code,
    });
    if !finding.fix.is_empty() {
        let suggestion = |edit: &crate::diagnostic::Edit| json!({ "range": range(&diagnostic.source, edit.span), "text": edit.text });
        value["suggestions"] = finding.fix.iter().map(suggestion).collect();
    }
    if !finding.related.is_empty() {
        let related = finding.related.iter().map(|label| {
            json!({ "message": label.message, "location": location(&label.source, label.span) })
        });
        value["related_locations"] = related.collect();
    }
    value
}

fn location(source: &Source, span: Span) -> Value {
    json!({ "path": source.path(), "range": range(source, span) })
}

fn range(source: &Source, span: Span) -> Value {
    json!({ "start": position(source, span.start), "end": position(source, span.end) })
}

fn position(source: &Source, offset: u32) -> Value {
    let line = source.position(offset).line;
    let start = source.line_start(line as usize);
    let column = (offset as usize).saturating_sub(start) + 1;
    json!({ "line": line, "column": column })
}
