//! `github`: workflow commands that become annotations on a pull request.
//!
//! The runner shows ten of a kind and step and cuts a message at 4,096 characters (constants of actions/runner), so the
//! worst come first, one of a rule and file before its repetitions, and the tenth place says how many more there are.

use std::collections::BTreeSet;

use super::count;
use crate::diagnostic::{Diagnostic, Level};

/// Annotations of a kind that are shown; the tenth place is kept for the rest.
const MOST: usize = 9;
/// What the runner keeps of a message, in units of UTF-16.
const MOST_UNITS: usize = 4096;

pub(super) fn render(diagnostics: &[Diagnostic]) -> String {
    let mut text = String::new();
    for level in [Level::Error, Level::Warning, Level::Note] {
        let command = match level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "notice",
        };
        let all: Vec<&Diagnostic> = diagnostics
            .iter()
            .filter(|one| one.level == level && one.allowed.is_none())
            .collect();
        for diagnostic in first(&all) {
            text += &annotation(command, diagnostic);
        }
        if all.len() > MOST {
            let more = count(all.len() - MOST, &format!("more {}", level.name()));
            text += &format!("::{command} title=aftersight::{more} in the log of this step\n");
        }
    }
    text
}

/// The ones to show: one of each rule and file before its repetitions.
fn first<'a>(all: &[&'a Diagnostic]) -> Vec<&'a Diagnostic> {
    let mut seen = BTreeSet::new();
    let (fresh, repeated): (Vec<&Diagnostic>, Vec<&Diagnostic>) = all
        .iter()
        .partition(|one| seen.insert((one.rule, one.path())));
    fresh.into_iter().chain(repeated).take(MOST).collect()
}

fn annotation(command: &str, diagnostic: &Diagnostic) -> String {
    let finding = &diagnostic.finding;
    let start = diagnostic.source.position(finding.span.start);
    let end = diagnostic.source.position(finding.span.end);
    let mut place = format!(
        "file={},line={},endLine={}",
        property(diagnostic.path()),
        start.line,
        end.line
    );
    // Columns are only taken where they stand on one line.
    if start.line == end.line {
        place += &format!(
            ",col={},endColumn={}",
            start.column,
            end.column.max(start.column)
        );
    }
    let mut message = finding.message.clone();
    if !finding.help.is_empty() {
        message += &format!("\nhelp: {}", finding.help);
    }
    let message = cut(&message);
    let title = property(&format!("{}[{}]", diagnostic.level, diagnostic.rule));
    format!("::{command} {place},title={title}::{}\n", data(message))
}

/// The beginning of a text, as much as the runner would keep, but never half a character.
fn cut(text: &str) -> &str {
    let mut units = 0;
    let rest = text.char_indices().find(|(_, letter)| {
        units += letter.len_utf16();
        units > MOST_UNITS
    });
    rest.map_or(text, |(at, _)| &text[..at])
}

/// Escapes a message.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Escapes a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
