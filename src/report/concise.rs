//! `concise`: `path:line:col: level[rule]: message`, one line each.

use crate::diagnostic::Diagnostic;

pub(super) fn render(diagnostics: &[Diagnostic]) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.allowed.is_none())
    {
        let at = diagnostic.source.position(diagnostic.finding.span.start);
        text += &format!(
            "{}:{}:{}: {}[{}]: {}\n",
            one_line(diagnostic.path()),
            at.line,
            at.column,
            diagnostic.level,
            diagnostic.rule,
            one_line(&diagnostic.finding.message)
        );
    }
    text
}

/// A text that may hold line breaks, as one line.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
