//! `actions list`: every action item and how it stands, from this clone alone.

use jiff::tz::TimeZone;

use super::gather::{self, Gathered};
use crate::cli::{ActionsFormat, ActionsList};
use crate::command::Outcome;
use crate::command::home::Home;
use crate::command::workspace::Workspace;
use crate::error::Error;
use crate::output::Terminal;
use crate::report::actions;
use crate::tracker::item::{self, Item};

/// Lists what the filters let through.
pub(super) fn run(
    workspace: &Workspace,
    args: &ActionsList,
    terminal: &Terminal,
) -> Result<Outcome, Error> {
    let now = Workspace::now()?;
    let today = now.to_zoned(TimeZone::UTC).date();
    let Gathered { promises, items } = gather::from_clone(workspace, terminal)?;
    let home = Home::of(workspace);
    let view = item::View {
        today,
        repository: home.name.as_deref().unwrap_or_default(),
    };
    let mut shown = item::all(&promises.all, &items.known, &view);
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
