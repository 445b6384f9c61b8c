//! Reports: diagnostics as text, one file a format. Every renderer is a function from values to a string.
//!
//! Owns what each format looks like. Where the text goes, and making it harmless there, is for `output`.

mod concise;
mod full;
mod github;
mod json;

pub use full::closing;

use crate::check::Counts;
use crate::diagnostic::Diagnostic;

/// A format of `--report`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// With source snippets, for people.
    Full,
    /// One line each.
    Concise,
    /// For programs.
    Json,
    /// Annotations on a pull request.
    Github,
}

impl Format {
    /// Every format with its name.
    pub const ALL: [(&'static str, Self); 4] = [
        ("full", Self::Full),
        ("concise", Self::Concise),
        ("json", Self::Json),
        ("github", Self::Github),
    ];

    /// Whether the text is meant for people, so that workflow commands in it must be defused.
    pub fn is_for_people(self) -> bool {
        matches!(self, Self::Full | Self::Concise)
    }
}

/// Renders diagnostics. `checked` is the number of postmortems looked at; `color` concerns people's formats alone.
pub fn render(format: Format, diagnostics: &[Diagnostic], checked: usize, color: bool) -> String {
    match format {
        Format::Full => full::render(diagnostics, checked, color),
        Format::Concise => concise::render(diagnostics),
        Format::Json => json::render(diagnostics),
        Format::Github => github::render(diagnostics),
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
