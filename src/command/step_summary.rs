//! The summary of a workflow's step: a file that every command of the step adds Markdown to.
//!
//! Owns finding it, the room in it, and that nothing in it gives orders to the runner.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::output::{Terminal, append, defuse};
use crate::report::MOST_SUMMARY_BYTES;

/// What GitHub takes as the summary of one step, whole; a constant of actions/runner.
const MOST_STEP_BYTES: u64 = 1 << 20;

/// Where the summary of this step goes; none outside of a workflow.
pub(super) fn file(terminal: &Terminal) -> Option<PathBuf> {
    std::env::var_os("GITHUB_STEP_SUMMARY")
        .filter(|path| terminal.is_github_actions() && !path.is_empty())
        .map(PathBuf::from)
}

/// Adds what `render` makes of the bytes there is room for.
pub(super) fn add(
    path: &Path,
    terminal: &Terminal,
    render: impl FnOnce(usize) -> String,
) -> Result<(), Error> {
    // Somebody will print it into the log.
    let text = defuse(&render(room(path)));
    if text.is_empty() {
        terminal.status("the summary of this step is full: nothing was added to it");
        return Ok(());
    }
    let follows = fs::metadata(path).is_ok_and(|found| found.len() > 0);
    append(
        path,
        format!("{}{text}", if follows { "\n" } else { "" }).as_bytes(),
    )
}

fn room(path: &Path) -> usize {
    let taken = fs::metadata(path).map_or(0, |found| found.len()) + 1;
    let left = MOST_STEP_BYTES.saturating_sub(taken);
    usize::try_from(left).map_or(0, |left| left.min(MOST_SUMMARY_BYTES))
}
