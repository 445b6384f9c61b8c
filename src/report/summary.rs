//! `summary`: Markdown for the summary of a step, which is what reviewers read.
//!
//! The verdict comes first, then the worst. GitHub throws a summary away whole when the step's file has more than 1 MiB
//! (constant of actions/runner), so what does not fit is left out by whole entries, and counted.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::markdown::{code, inline};
use super::{count, figures};
use crate::check::Counts;
use crate::diagnostic::{Diagnostic, Level};
use crate::rules::rule;

/// The most bytes of a summary: below what GitHub takes, with room for other commands of the same step.
pub const MOST_BYTES: usize = 900 << 10;
/// What the sentences about what was left out may take.
const CLOSING_BYTES: usize = 512;
/// Second places of one finding that are named.
const MOST_RELATED: usize = 3;

/// Renders diagnostics in at most `room` bytes, and in nothing where not even the verdict fits. `checked` is the number
/// of postmortems looked at, `failed` whether the check fails.
pub fn summary(diagnostics: &[Diagnostic], checked: usize, failed: bool, room: usize) -> String {
    let counts = Counts::of(diagnostics);
    let head = format!(
        "## Postmortems: {}\n\n{} in {}.\n",
        verdict(counts, failed),
        figures(counts),
        count(checked, "postmortem")
    );
    let Some(room) = room.checked_sub(head.len() + CLOSING_BYTES) else {
        return String::new();
    };
    // What is allowed needs the reviewers most: a crowd of findings may not push it out.
    let (allowed, allowed_left) = fill(allowances(diagnostics), room / 4);
    let (found, found_left) = fill(findings(diagnostics), room - allowed.len());
    let mut text = head + &found;
    if found_left > 0 {
        text += &left_out(found_left, "finding");
    }
    if counts.allowed > 0 {
        text += "\n### Allowed\n\nApproving the pull request approves these too.\n";
        text += &allowed;
        if allowed_left > 0 {
            text += &left_out(allowed_left, "allowed finding");
        }
    }
    text
}

fn verdict(counts: Counts, failed: bool) -> String {
    match counts {
        Counts { error: 1.., .. } => format!("{} must be mended", count(counts.error, "error")),
        Counts { warning: 1.., .. } if failed => {
            format!("{} must be mended", count(counts.warning, "warning"))
        }
        Counts {
            warning: 0,
            note: 0,
            ..
        } => "all is well".into(),
        _ => "nothing stands in the way".into(),
    }
}

fn left_out(number: usize, noun: &str) -> String {
    format!(
        "\n{} not fit here; `aftersight check` prints all.\n",
        match number {
            1 => format!("1 more {noun} does"),
            _ => format!("{number} more {noun}s do"),
        }
    )
}

/// As many entries, from the first on, as there is room for, and the number of the others.
fn fill(entries: Vec<String>, room: usize) -> (String, usize) {
    let mut text = String::new();
    for (index, entry) in entries.iter().enumerate() {
        if text.len() + entry.len() > room {
            return (text, entries.len() - index);
        }
        text += entry;
    }
    (text, 0)
}

/// One entry a finding, the file with the worst first; the first of a file brings its heading.
fn findings(diagnostics: &[Diagnostic]) -> Vec<String> {
    let mut files: BTreeMap<&str, Vec<&Diagnostic>> = BTreeMap::new();
    for one in diagnostics.iter().filter(|one| one.allowed.is_none()) {
        files.entry(one.path()).or_default().push(one);
    }
    let of = |all: &[&Diagnostic], level| all.iter().filter(|one| one.level == level).count();
    let mut files: Vec<(Counts, &str, Vec<&Diagnostic>)> = files
        .into_iter()
        .map(|(path, all)| {
            let counts = Counts {
                error: of(&all, Level::Error),
                warning: of(&all, Level::Warning),
                note: of(&all, Level::Note),
                allowed: 0,
            };
            (counts, path, all)
        })
        .collect();
    files.sort_by_key(|(counts, ..)| Reverse((counts.error, counts.warning, counts.note)));
    let mut entries = Vec::new();
    for (counts, path, mut all) in files {
        all.sort_by_key(|one| Reverse(one.level));
        for (index, one) in all.into_iter().enumerate() {
            let heading = match index {
                0 => format!("\n### {}\n\n{}\n\n", code(path), figures(counts)),
                _ => String::new(),
            };
            entries.push(heading + &finding(one));
        }
    }
    entries
}

fn finding(diagnostic: &Diagnostic) -> String {
    let finding = &diagnostic.finding;
    let at = diagnostic.source.position(finding.span.start);
    let mut text = format!(
        "- **{}** {} in line {}: {}",
        diagnostic.level,
        link(diagnostic.rule),
        at.line,
        inline(&finding.message)
    );
    if !finding.help.is_empty() {
        text += &format!("<br>help: {}", inline(&finding.help));
    }
    for label in finding.related.iter().take(MOST_RELATED) {
        text += &format!(
            "<br>see {}, line {}: {}",
            code(label.source.path()),
            label.source.position(label.span.start).line,
            inline(&label.message)
        );
    }
    text + "\n"
}

/// One entry an allowed finding.
fn allowances(diagnostics: &[Diagnostic]) -> Vec<String> {
    let entry = |one: &Diagnostic| {
        let allowed = one.allowed.as_ref()?;
        let until = allowed.until.as_ref();
        let until = until.map_or_else(String::new, |day| format!(", until {}", inline(day)));
        Some(format!(
            "- {} in {}, line {}: {}<br>because {}{until}\n",
            link(one.rule),
            code(one.path()),
            one.source.position(one.finding.span.start).line,
            inline(&one.finding.message),
            inline(&allowed.because)
        ))
    };
    let mut entries: Vec<String> = diagnostics.iter().filter_map(entry).collect();
    if let Some(first) = entries.first_mut() {
        first.insert(0, '\n');
    }
    entries
}

fn link(name: &str) -> String {
    match rule(name) {
        Some(rule) => format!("[{name}]({})", rule.url()),
        None => code(name),
    }
}
