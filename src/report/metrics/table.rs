//! Tables and cells of the figures for people.

use std::fmt::Write as _;

use crate::metrics::count::Count;
use crate::metrics::spread::{Share, Spread};
use crate::report::concise::one_line;
use crate::report::count;

/// Rows of a list that is ordered by how much they matter; the JSON holds all of them.
pub(super) const MOST: usize = 10;
/// Characters of a name that are shown.
const MOST_LETTERS: usize = 32;

/// What stands for a figure that is not there.
pub(super) const NONE: &str = "-";

/// A table whose first column is a name and whose others are figures.
pub(super) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(head: &[&str]) -> Self {
        Self {
            rows: vec![head.iter().map(ToString::to_string).collect()],
        }
    }

    pub(super) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    pub(super) fn write(&self, text: &mut String) {
        let columns = self.rows.first().map_or(0, Vec::len);
        let widths: Vec<usize> = (0..columns)
            .map(|column| {
                let cells = self.rows.iter().filter_map(|row| row.get(column));
                cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
            })
            .collect();
        for row in &self.rows {
            let mut line = String::from(" ");
            for (index, (cell, width)) in row.iter().zip(&widths).enumerate() {
                let _ = match index {
                    0 => write!(line, " {cell:width$}"),
                    _ => write!(line, "  {cell:>width$}"),
                };
            }
            *text += line.trim_end();
            text.push('\n');
        }
    }
}

/// The head of a block.
pub(super) fn heading(text: &mut String, title: &str) {
    let _ = writeln!(text, "\n{title}");
}

/// What is not zero, in one line.
pub(super) fn note(text: &mut String, notes: &[(usize, &str)]) {
    let told: Vec<String> = notes
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| format!("{number} {what}"))
        .collect();
    if !told.is_empty() {
        let _ = writeln!(text, "  {}", told.join(", "));
    }
}

/// A name in one line of bearable length.
pub(super) fn name(name: Option<&str>) -> String {
    let Some(name) = name else {
        return "(none)".into();
    };
    let line = one_line(name);
    match line.char_indices().nth(MOST_LETTERS) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

/// The most frequent names with their numbers, in one line.
pub(super) fn counts(counts: &[Count]) -> String {
    let shown: Vec<String> = counts
        .iter()
        .filter(|one| one.count > 0)
        .take(MOST)
        .map(|one| format!("{} {}", name(one.name.as_deref()), one.count))
        .collect();
    if shown.is_empty() {
        return NONE.into();
    }
    shown.join(", ")
}

/// `83 % (10 of 12)`; only the numbers where too little is there for a share.
pub(super) fn share(share: Share) -> String {
    match share.share {
        Some(value) => format!("{:.0} % ({} of {})", value * 100.0, share.part, share.whole),
        None if share.whole > 0 => format!("{} of {}", share.part, share.whole),
        None => NONE.into(),
    }
}

/// Median, 90th percentile, the mean where it is there, and the number.
pub(super) fn spread(spread: &Spread, show: fn(i64) -> String) -> Vec<String> {
    let cell = |value: Option<i64>| value.map_or(NONE.to_string(), show);
    let mut cells = vec![cell(spread.median), cell(spread.p90)];
    cells.extend(spread.mean.map(show));
    cells.push(spread.n.to_string());
    cells
}

/// A number of days.
pub(super) fn days(days: i64) -> String {
    format!("{days} d")
}

/// A number of things.
pub(super) fn plain(number: i64) -> String {
    number.to_string()
}

/// How many rows were left out.
pub(super) fn more(text: &mut String, all: usize, noun: &str) {
    if all > MOST {
        let _ = writeln!(text, "  and {}", count(all - MOST, &format!("more {noun}")));
    }
}

/// The head of a table of medians.
pub(super) fn statistics(
    first: &'static str,
    mean: bool,
    rest: &[&'static str],
) -> Vec<&'static str> {
    let mut head = vec![first, "median", "p90"];
    head.extend(mean.then_some("mean"));
    head.push("n");
    head.extend(rest);
    head
}
