//! `approval`: the verdict on a pull request, its record at the merge, and the proof from a clone.
//!
//! Joins GitHub, git and the ledger with the pure judgement of [`crate::approval`].

mod candidate;

#[cfg(feature = "github")]
mod check;
#[cfg(feature = "github")]
mod contributors;
#[cfg(feature = "github")]
pub(super) mod event;
#[cfg(feature = "github")]
mod gather;
mod history;
#[cfg(feature = "github")]
mod landing;
#[cfg(feature = "github")]
mod online;
mod places;
#[cfg(feature = "github")]
mod record;
#[cfg(feature = "github")]
mod shown;
mod snapshot;
#[cfg(feature = "github")]
mod store;
mod verify;

#[cfg(feature = "github")]
pub(super) use snapshot::short;

use super::Outcome;
use super::workspace::Workspace;
use crate::cli::ApprovalCommand;
use crate::error::Error;
use crate::output::Terminal;

/// Does what the command line says.
pub(super) fn run(
    workspace: &Workspace,
    command: &ApprovalCommand,
    terminal: &Terminal,
) -> Result<Outcome, Error> {
    match command {
        #[cfg(feature = "github")]
        ApprovalCommand::Check(args) => check::run(workspace, args, terminal),
        #[cfg(feature = "github")]
        ApprovalCommand::Record(args) => record::run(workspace, args, terminal),
        ApprovalCommand::Verify(args) => verify::run(workspace, args, terminal),
    }
}

/// A client for the GitHub that the environment names, with the time from one write to the next.
#[cfg(feature = "github")]
pub(super) fn connect(
    budget: &crate::cli::Requests,
    pace: std::time::Duration,
) -> Result<crate::github::Client, Error> {
    let mut settings = crate::github::Settings::read(|name| std::env::var(name).ok())?;
    settings.budget.requests = budget.max_requests;
    settings.budget.remaining = budget.min_remaining;
    settings.budget.pace = pace;
    Ok(crate::github::Client::new(settings)?)
}
