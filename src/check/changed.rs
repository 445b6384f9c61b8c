//! Which diagnostics belong to a change.
//!
//! Everything is always checked; this only filters what is shown. Which files changed is found by `git`.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Diagnostic;

/// The files that a change touches.
#[derive(Clone, Debug, Default)]
pub struct Changed {
    /// Paths of files that were added, modified or renamed, and of those that were deleted.
    pub paths: BTreeSet<String>,
    /// New path to old path.
    pub renamed: BTreeMap<String, String>,
}

/// Keeps what stands in a changed file or points into one, and what was not there before: a deletion can break a file
/// that nobody touched. `before` are the diagnostics of the base.
pub fn filter(
    diagnostics: Vec<Diagnostic>,
    changed: &Changed,
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
                .any(|label| changed.paths.contains(label.source.path()))
        };
        changed.paths.contains(diagnostic.path())
            || related()
            || !known.contains(&(diagnostic.path(), diagnostic.fingerprint.as_str()))
    };
    diagnostics.into_iter().filter(concerns).collect()
}
