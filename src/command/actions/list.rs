//! `actions list`: every action item and how it stands, from this clone alone.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;

use crate::cli::{ActionsFormat, ActionsList};
use crate::command::workspace::Workspace;
use crate::command::{Outcome, standing};
use crate::error::Error;
use crate::ledger::items;
use crate::ledger::standing::Standing;
use crate::output::Terminal;
use crate::report::actions;
use crate::tracker::item::{self, Item};
use crate::tracker::promise;

/// Lists what the filters let through.
pub(super) fn run(
    workspace: &Workspace,
    args: &ActionsList,
    terminal: &Terminal,
) -> Result<Outcome, Error> {
    let today = Workspace::now()?.to_zoned(TimeZone::UTC).date();
    let files = workspace.read(&[])?;
    let evidence = standing::gather(workspace, &files, terminal);
    let corpus = workspace.corpus(files);
    let standings = evidence.map(|evidence| evidence.standings(workspace, &corpus));
    let approved: BTreeSet<String> = standings
        .into_iter()
        .flatten()
        .filter(|(_, standing)| matches!(standing, Standing::Approved(_)))
        .map(|(path, _)| path)
        .collect();
    let promises = promise::read(&corpus, &approved, &BTreeMap::new());
    let branch = workspace.git.as_ref().map(standing::files).transpose()?;
    let (known, flaws) = items::read(&branch.flatten().unwrap_or_default());
    for (path, cause) in &promises.flaws {
        terminal.status(&format!("{path} {cause}"));
    }
    for flaw in &flaws {
        terminal.status(&format!("the ledger's `{}` {}", flaw.path, flaw.message));
    }
    let mut shown = item::all(&promises.all, &known, today);
    shown.retain(|item| is_wanted(item, args));
    match args.format {
        ActionsFormat::Table => terminal.readable(actions::table(&shown).trim_end(), false)?,
        ActionsFormat::Json => terminal.result(actions::json(&shown, today).trim_end())?,
        ActionsFormat::Csv => terminal.result(actions::csv(&shown).trim_end())?,
    }
    Ok(Outcome::Clean)
}

fn is_wanted(item: &Item, args: &ActionsList) -> bool {
    let named = |wanted: &[String], found: &[Option<&str>]| {
        wanted.is_empty()
            || wanted.iter().any(|wanted| {
                let bare = |text: &str| text.trim_start_matches('@').to_lowercase();
                found
                    .iter()
                    .flatten()
                    .any(|found| bare(found) == bare(wanted))
            })
    };
    (args.state.is_empty() || args.state.contains(&item.state))
        && (!args.overdue || item.overdue_days > 0)
        && named(&args.owner, &[item.owner.as_deref(), item.team.as_deref()])
        && named(&args.service, &[item.service.as_deref()])
        && named(&args.priority, &[item.priority.as_deref()])
}
