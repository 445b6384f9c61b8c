//! `actions`: the promises of all postmortems and how they stand.
//!
//! Joins the files and the ledger with the pure stages of [`crate::tracker`].

#[cfg(feature = "github")]
mod desk;
mod gather;
mod list;
mod plan;
#[cfg(feature = "github")]
mod remote;
#[cfg(feature = "github")]
mod sync;
mod terms;

use super::Outcome;
use super::workspace::Workspace;
use crate::cli::ActionsCommand;
use crate::error::Error;
use crate::output::Terminal;

/// Does what the command line says.
pub(super) fn run(
    workspace: &Workspace,
    command: &ActionsCommand,
    terminal: &Terminal,
) -> Result<Outcome, Error> {
    match command {
        ActionsCommand::List(args) => list::run(workspace, args, terminal),
        ActionsCommand::Plan(args) => plan::run(workspace, args, terminal),
        #[cfg(feature = "github")]
        ActionsCommand::Sync(args) => sync::run(workspace, args, terminal),
    }
}
