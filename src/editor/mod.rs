//! What an editor is told about the file in front of its reader: pages, fixes and words, as values with byte spans.
//!
//! Pure: texts and diagnostics in, offers out. Lines, columns and messages are for `lsp`.

pub mod action;
pub mod completion;
pub mod hover;

#[cfg(test)]
mod tests;

/// Where the page of a rule is published; `None` for what is found outside of the rules.
pub fn url(rule: &str) -> Option<String> {
    crate::rules::rule(rule).map(crate::rules::Rule::url)
}
