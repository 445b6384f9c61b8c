//! `json`: for the site, bots and scripts; its own types, versioned.
//!
//! Where there is a ledger, `approvals` lists the postmortems in view by path: `path`, `id` (null where there is none), `state`
//! (`approved`, `changed`, `unreviewed`, `in-review`, `draft`), and of the approval on record `pull_request` (its number) and `at`
//! (RFC 3339, UTC), both null without one. Without a ledger the list is absent.

use serde::Serialize;

use super::approval::Row;
use super::encode::pretty;
use crate::check::Counts;
use crate::diagnostic::Diagnostic;
use crate::rules::rule;
use crate::source::{Source, Span};

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    tool: Tool,
    counts: Figures,
    diagnostics: Vec<Entry<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    approvals: Option<Vec<Stand<'a>>>,
}

#[derive(Serialize)]
struct Stand<'a> {
    path: &'a str,
    id: Option<&'a str>,
    state: &'static str,
    pull_request: Option<u64>,
    at: Option<String>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Figures {
    error: usize,
    warning: usize,
    note: usize,
    allowed: usize,
}

#[derive(Serialize)]
struct Place<'a> {
    path: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    byte_start: u32,
    byte_end: u32,
}

#[derive(Serialize)]
struct Entry<'a> {
    rule: &'static str,
    level: &'static str,
    #[serde(flatten)]
    place: Place<'a>,
    message: &'a str,
    help: &'a str,
    url: String,
    related: Vec<Related<'a>>,
    fixable: bool,
    fingerprint: &'a str,
    allowed: Option<Permit<'a>>,
}

#[derive(Serialize)]
struct Related<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    message: &'a str,
}

#[derive(Serialize)]
struct Permit<'a> {
    because: &'a str,
    until: Option<&'a str>,
}

/// Renders diagnostics and, where there is a ledger, where the postmortems in view stand.
pub fn render(diagnostics: &[Diagnostic], approvals: Option<&[Row<'_>]>) -> String {
    let counts = Counts::of(diagnostics);
    let report = Report {
        version: 1,
        tool: Tool {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
        },
        counts: Figures {
            error: counts.error,
            warning: counts.warning,
            note: counts.note,
            allowed: counts.allowed,
        },
        diagnostics: diagnostics.iter().map(entry).collect(),
        approvals: approvals.map(|rows| rows.iter().map(stand).collect()),
    };
    pretty(&report)
}

fn stand<'a>(row: &Row<'a>) -> Stand<'a> {
    let approval = row.standing.approval();
    Stand {
        path: row.path,
        id: row.id,
        state: row.standing.name(),
        pull_request: approval.map(|approval| approval.pull_request),
        at: approval.map(|approval| approval.at.to_string()),
    }
}

fn entry(diagnostic: &Diagnostic) -> Entry<'_> {
    let finding = &diagnostic.finding;
    let related = finding.related.iter().map(|label| Related {
        place: place(&label.source, label.span),
        message: &label.message,
    });
    Entry {
        rule: diagnostic.rule,
        level: diagnostic.level.name(),
        place: place(&diagnostic.source, finding.span),
        message: &finding.message,
        help: &finding.help,
        url: rule(diagnostic.rule)
            .map(|rule| rule.url())
            .unwrap_or_default(),
        related: related.collect(),
        fixable: finding.is_fixable(),
        fingerprint: &diagnostic.fingerprint,
        allowed: diagnostic.allowed.as_ref().map(|allowed| Permit {
            because: &allowed.because,
            until: allowed.until.as_deref(),
        }),
    }
}

fn place(source: &Source, span: Span) -> Place<'_> {
    let (start, end) = (source.position(span.start), source.position(span.end));
    Place {
        path: source.path(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        byte_start: span.start,
        byte_end: span.end,
    }
}
