//! Reports: diagnostics as text, one file a format. Every renderer is a function from values to a string.
//!
//! Owns what each format looks like. Where the text goes, and making it harmless there, is for `output`; only what a
//! format can say in its own words is escaped here. The same diagnostics always give the same bytes.

pub mod actions;
pub mod approval;
mod concise;
mod encode;
mod excerpt;
mod full;
mod github;
mod json;
pub mod markdown;
pub mod metrics;
mod rdjson;
mod sarif;
mod stats;
mod summary;
pub mod synced;
pub mod verdict;

pub use encode::pretty;
pub use full::closing;
pub use json::render as json;
pub use stats::stats;
pub use summary::{MOST_BYTES as MOST_SUMMARY_BYTES, summary};

use crate::check::Counts;
use crate::diagnostic::Diagnostic;

/// A format of `--report`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// With source snippets, for people.
    Full,
    /// One line each.
    Concise,
    /// Markdown for the summary of a workflow's step.
    Summary,
    /// Annotations on a pull request.
    Github,
    /// For programs.
    Json,
    /// For code scanning.
    Sarif,
    /// For reviewdog.
    Rdjson,
}

impl Format {
    /// Every format with its name.
    pub const ALL: [(&'static str, Self); 7] = [
        ("full", Self::Full),
        ("concise", Self::Concise),
        ("summary", Self::Summary),
        ("github", Self::Github),
        ("json", Self::Json),
        ("sarif", Self::Sarif),
        ("rdjson", Self::Rdjson),
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        let own = Self::ALL.iter().find(|(_, format)| *format == self);
        own.map_or("", |(name, _)| name)
    }

    /// Whether the text is meant for people, so that workflow commands in it must be defused.
    pub fn is_for_people(self) -> bool {
        matches!(self, Self::Full | Self::Concise | Self::Summary)
    }

    /// Whether the text is one document, which anything printed beside it would spoil.
    pub fn is_document(self) -> bool {
        matches!(self, Self::Json | Self::Sarif | Self::Rdjson)
    }
}

/// Renders diagnostics. `checked` is the number of postmortems looked at; `color` concerns people's formats alone.
pub fn render(format: Format, diagnostics: &[Diagnostic], checked: usize, color: bool) -> String {
    match format {
        Format::Full => full::render(diagnostics, checked, color),
        Format::Concise => concise::render(diagnostics),
        Format::Summary => {
            let failed = Counts::of(diagnostics).error > 0;
            summary(diagnostics, checked, failed, MOST_SUMMARY_BYTES)
        }
        Format::Github => github::render(diagnostics),
        Format::Json => json(diagnostics, None),
        Format::Sarif => sarif::render(diagnostics),
        Format::Rdjson => rdjson::render(diagnostics),
    }
}

/// `1 error`, `2 errors`.
pub fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// The figures in one line: `2 errors, 1 warning, 1 allowed`.
pub fn figures(counts: Counts) -> String {
    let all = [
        (counts.error, "error"),
        (counts.warning, "warning"),
        (counts.note, "note"),
    ];
    let mut parts: Vec<String> = all
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, noun)| count(number, noun))
        .collect();
    if counts.allowed > 0 {
        parts.push(format!("{} allowed", counts.allowed));
    }
    if parts.is_empty() {
        "nothing found".into()
    } else {
        parts.join(", ")
    }
}
