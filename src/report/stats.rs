//! `--stats`: what each rule did in this run, so that a noisy one is seen.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::concise::one_line;
use super::count;
use crate::check::Counts;
use crate::diagnostic::{Diagnostic, Level};
use crate::rules::rules;

/// Reasons of one rule that are printed, the most frequent first.
const MOST_REASONS: usize = 5;
/// Characters of a reason that are printed.
const MOST_LETTERS: usize = 100;

/// What one rule did.
#[derive(Default)]
struct Row<'a> {
    counts: Counts,
    paths: BTreeSet<&'a str>,
    reasons: BTreeMap<&'a str, usize>,
}

impl Row<'_> {
    fn total(&self) -> usize {
        let Counts {
            error,
            warning,
            note,
            allowed,
        } = self.counts;
        error + warning + note + allowed
    }
}

/// A table for people: of each rule its findings by level, how many were allowed and why, and how many postmortems they
/// stand in; the rule with most findings first. `checked` is the number of postmortems looked at.
pub fn stats(diagnostics: &[Diagnostic], checked: usize) -> String {
    let mut rows: BTreeMap<&str, Row<'_>> = BTreeMap::new();
    for one in diagnostics {
        let row = rows.entry(one.rule).or_default();
        row.paths.insert(one.path());
        let number = match (&one.allowed, one.level) {
            (Some(allowed), _) => {
                *row.reasons.entry(allowed.because.as_str()).or_default() += 1;
                &mut row.counts.allowed
            }
            (None, Level::Error) => &mut row.counts.error,
            (None, Level::Warning) => &mut row.counts.warning,
            (None, Level::Note) => &mut row.counts.note,
        };
        *number += 1;
    }
    let silent = rules().filter(|rule| !rows.contains_key(rule.name)).count();
    let mut sorted: Vec<(&str, Row<'_>)> = rows.into_iter().collect();
    sorted.sort_by_key(|(_, row)| Reverse(row.total()));
    let width = sorted.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut text = String::new();
    if !sorted.is_empty() {
        text += &format!(
            "{:width$}  errors  warnings  notes  allowed  postmortems\n",
            "rule"
        );
    }
    for (name, row) in &sorted {
        let Counts {
            error,
            warning,
            note,
            allowed,
        } = row.counts;
        text += &format!(
            "{name:width$}  {error:>6}  {warning:>8}  {note:>5}  {allowed:>7}  {:>11}\n",
            row.paths.len()
        );
        text += &reasons(row);
    }
    let fired = count(sorted.len(), "rule");
    text + &format!(
        "{fired} found something, {silent} nothing, in {}\n",
        count(checked, "postmortem")
    )
}

fn reasons(row: &Row<'_>) -> String {
    let mut sorted: Vec<(&str, usize)> = row.reasons.iter().map(|(why, n)| (*why, *n)).collect();
    sorted.sort_by_key(|(_, number)| Reverse(*number));
    let mut text = String::new();
    for (why, number) in sorted.iter().take(MOST_REASONS) {
        let mut why = one_line(why);
        if let Some((at, _)) = why.char_indices().nth(MOST_LETTERS) {
            why.truncate(at);
            why.push('…');
        }
        text += &format!("  allowed {}: {why}\n", count(*number, "time"));
    }
    if sorted.len() > MOST_REASONS {
        let more = count(sorted.len() - MOST_REASONS, "more reason");
        text += &format!("  allowed for {more}\n");
    }
    text
}
