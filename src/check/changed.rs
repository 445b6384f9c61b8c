//! Which diagnostics belong to a change.
//!
//! Everything is always checked; this only filters what is shown. Which files changed is found by `git`.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;

/// Keeps what stands in a changed file or points into one, and what was not there before: a deletion can break a file
/// that nobody touched. `changed` are the paths of files that were added, modified, renamed or deleted, `before` the
/// diagnostics of the base.
pub fn filter(
    diagnostics: Vec<Diagnostic>,
    changed: &BTreeSet<String>,
    before: &[Diagnostic],
) -> Vec<Diagnostic> {
    let known: BTreeSet<(&str, &str)> = before
        .iter()
        .map(|old| (old.path(), old.fingerprint.as_str()))
        .collect();
    let concerns = |diagnostic: &Diagnostic| {
        let related = || {
            diagnostic
                .finding
                .related
                .iter()
                .any(|label| changed.contains(label.source.path()))
        };
        changed.contains(diagnostic.path())
            || related()
            || !known.contains(&(diagnostic.path(), diagnostic.fingerprint.as_str()))
    };
    diagnostics.into_iter().filter(concerns).collect()
}
