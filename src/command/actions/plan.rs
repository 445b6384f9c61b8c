//! `actions plan`: what would change on GitHub, from this clone and its ledger alone.
//!
//! Nobody is asked: an issue whose number the ledger knows is taken to be as the last run left it.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::Timestamp;

use super::gather::{self, Gathered};
use super::terms;
use crate::cli::ActionsPlan;
use crate::command::workspace::Workspace;
use crate::command::{Outcome, step_summary};
use crate::error::Error;
use crate::output::Terminal;
use crate::report::actions;
use crate::tracker::plan::{Change, Plan, plan};
use crate::tracker::{Accounts, Issue, ItemState, Ledger, Reason, digest, labels};

/// Plans and tells.
pub(super) fn run(
    workspace: &Workspace,
    args: &ActionsPlan,
    terminal: &Terminal,
) -> Result<Outcome, Error> {
    let now = Workspace::now()?;
    let gathered = gather::from_clone(workspace, terminal)?;
    let mut plan = planned(workspace, &gathered, now);
    if let Some(base) = &args.base {
        let before = gather::from_commit(workspace, workspace.git()?, base, "", terminal)?;
        let before = planned(workspace, &before, now);
        let anyway: HashSet<String> = before.changes.iter().map(word).collect();
        plan.changes
            .retain(|change| !anyway.contains(&word(change)));
        plan.notes.retain(|note| !before.notes.contains(note));
    }
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

/// What would change, as far as this clone can tell.
fn planned(workspace: &Workspace, gathered: &Gathered, now: Timestamp) -> Plan {
    let settings = terms::settings(workspace, gathered);
    let Gathered { promises, items } = gathered;
    let known = &items.known;
    let made = |issues: &[Issue]| {
        // No issue was listed, so nobody's issues are trusted.
        let nobody = Accounts::new();
        let gone = BTreeMap::new();
        let promises = &promises.all;
        plan(promises, known, issues, &gone, &nobody, now, &settings)
    };
    let mut plan = made(&[]);
    if !plan.look.is_empty() {
        plan = made(&left(known, &plan.look));
        plan.changes
            .retain(|change| is_news(change, known, &plan.after));
    }
    plan.changes.retain(|change| match change.key() {
        // A digest tells what runs find out, and no file.
        Some(key) => key.postmortem != digest::POSTMORTEM,
        // Which labels are there, only GitHub knows; and what is announced is no change for people.
        None => false,
    });
    plan
}

/// A change as one text, for telling it from others.
fn word(change: &Change) -> String {
    format!("{change:?}")
}

/// The issues of these numbers as the last run left them, as far as the ledger says: not what is written in them.
fn left(known: &Ledger, numbers: &BTreeSet<u64>) -> Vec<Issue> {
    let issue = |number: u64, state: ItemState| Issue {
        number,
        author: None,
        title: String::new(),
        body: String::new(),
        closed: match state {
            ItemState::Open | ItemState::Orphaned => None,
            ItemState::Done => Some(Reason::Completed),
            ItemState::NeedsDecision | ItemState::Dropped => Some(Reason::NotPlanned),
            ItemState::Elsewhere => Some(Reason::Duplicate),
        },
        labels: vec![labels::OURS.into()],
        assignees: Vec::new(),
        locked: false,
    };
    let known = known
        .values()
        .filter_map(|known| Some((known.issue?, known.state)));
    let wanted = known.filter(|(number, _)| numbers.contains(number));
    wanted.map(|(number, state)| issue(number, state)).collect()
}

/// Whether a change is one: what an issue says is not known here, but whether it would be the same as before is.
fn is_news(change: &Change, known: &Ledger, after: &Ledger) -> bool {
    let Change::Update { key, .. } = change else {
        return true;
    };
    let written = |ledger: &Ledger| ledger.get(key).and_then(|known| known.written.clone());
    let before = written(known);
    before.is_none() || before != written(after)
}
