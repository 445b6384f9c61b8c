//! `actions`: the promises of all postmortems and how they stand.
//!
//! Joins the files and the ledger with the pure stages of [`crate::tracker`].

mod gather;
mod list;
mod plan;
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
    }
}
