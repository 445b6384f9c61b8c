//! `rdjson`: reviewdog's diagnostic format, for review comments with suggestions.
//!
//! Columns count bytes of UTF-8 from 1, a byte-order mark among them, since reviewdog cuts the line as it is in the file.
//! Every fix becomes a suggestion, the guessed ones too: a suggestion is made when somebody has looked at it. What is
//! allowed is left out: the format has no word for it.

use serde::Serialize;

use super::encode::pretty;
use crate::diagnostic::{self, Level};
use crate::rules::rule;
use crate::source::{Source, Span};

#[derive(Serialize)]
struct Report<'a> {
    source: Tool,
    diagnostics: Vec<Diagnostic<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    url: &'static str,
}

#[derive(Serialize)]
struct Diagnostic<'a> {
    message: String,
    location: Location<'a>,
    severity: &'static str,
    code: Code,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Related<'a>>,
}

#[derive(Serialize)]
struct Code {
    value: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

#[derive(Serialize)]
struct Suggestion<'a> {
    range: Range,
    text: &'a str,
}

#[derive(Serialize)]
struct Related<'a> {
    message: &'a str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    range: Range,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: u32,
    column: usize,
}

pub(super) fn render(diagnostics: &[diagnostic::Diagnostic]) -> String {
    let shown = diagnostics.iter().filter(|one| one.allowed.is_none());
    pretty(&Report {
        source: Tool {
            name: env!("CARGO_PKG_NAME"),
            url: env!("CARGO_PKG_REPOSITORY"),
        },
        diagnostics: shown.map(entry).collect(),
    })
}

fn entry(diagnostic: &diagnostic::Diagnostic) -> Diagnostic<'_> {
    let finding = &diagnostic.finding;
    let mut message = finding.message.clone();
    if !finding.help.is_empty() {
        message += &format!("\nhelp: {}", finding.help);
    }
    let suggestions = finding.fix.iter().map(|edit| Suggestion {
        range: range(&diagnostic.source, edit.span),
        text: &edit.text,
    });
    let related = finding.related.iter().map(|label| Related {
        message: &label.message,
        location: location(&label.source, label.span),
    });
    Diagnostic {
        message,
        location: location(&diagnostic.source, finding.span),
        severity: match diagnostic.level {
            Level::Error => "ERROR",
            Level::Warning => "WARNING",
            Level::Note => "INFO",
        },
        code: Code {
            value: diagnostic.rule,
            url: rule(diagnostic.rule).map(|rule| rule.url()),
        },
        suggestions: suggestions.collect(),
        related_locations: related.collect(),
    }
}

fn location(source: &Source, span: Span) -> Location<'_> {
    Location {
        path: source.path(),
        range: range(source, span),
    }
}

fn range(source: &Source, span: Span) -> Range {
    Range {
        start: position(source, span.start),
        end: position(source, span.end),
    }
}

fn position(source: &Source, offset: u32) -> Position {
    let line = source.position(offset).line;
    let start = source.line_start(line as usize);
    Position {
        line,
        column: (offset as usize).saturating_sub(start) + 1,
    }
}
