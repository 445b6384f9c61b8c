//! `actions plan`: what would change on GitHub, from this clone and its ledger alone.
//!
//! Nobody is asked: an issue whose number the ledger knows is taken for unchanged.

use std::collections::BTreeMap;

use super::gather::{self, Gathered};
use super::terms;
use crate::cli::ActionsPlan;
use crate::command::workspace::Workspace;
use crate::command::{Outcome, step_summary};
use crate::error::Error;
use crate::output::Terminal;
use crate::report::actions;
use crate::tracker::Account;
use crate::tracker::plan::{Change, plan};

/// Plans and tells.
pub(super) fn run(
    workspace: &Workspace,
    args: &ActionsPlan,
    terminal: &Terminal,
) -> Result<Outcome, Error> {
    let now = Workspace::now()?;
    let gathered = gather::from_clone(workspace, terminal)?;
    let settings = terms::settings(workspace, &gathered);
    let Gathered {
        promises, known, ..
    } = gathered;
    // No issue was listed, so nobody's issues are trusted.
    let nobody = Account { id: 0 };
    let mut plan = plan(
        &promises.all,
        &known,
        &[],
        &BTreeMap::new(),
        nobody,
        now,
        &settings,
    );
    // Which labels are there, only GitHub knows.
    plan.changes
        .retain(|change| !matches!(change, Change::EnsureLabel(_)));
    if let Some(file) = step_summary::file(terminal) {
        let added = step_summary::add(&file, terminal, |room| actions::plan_summary(&plan, room));
        if let Err(error) = added {
            terminal.status(&format!("{error}: the summary of this step is left out"));
        }
    }
    match args.json {
        true => terminal.result(actions::plan_json(&plan).trim_end())?,
        false => terminal.readable(actions::plan(&plan).trim_end(), false)?,
    }
    Ok(Outcome::Clean)
}
