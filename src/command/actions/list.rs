//! `actions list`: every action item and how it stands, from this clone alone.

use jiff::tz::TimeZone;

use super::gather::{self, Gathered};
use crate::cli::{ActionsFormat, ActionsList};
use crate::command::Outcome;
use crate::command::home::Home;
use crate::command::workspace::Workspace;
use crate::document::mapping::nearest;
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
    tell_unknown(args, &shown, terminal);
    shown.retain(|item| is_wanted(item, args));
    match args.format {
        ActionsFormat::Table => terminal.readable(actions::table(&shown).trim_end(), false)?,
        ActionsFormat::Json => terminal.result(actions::json(&shown, today).trim_end())?,
        ActionsFormat::Csv => terminal.result(actions::csv(&shown).trim_end())?,
    }
    Ok(Outcome::Clean)
}

/// Values of an item that a filter is held against.
type Values = fn(&Item) -> Vec<&str>;

fn owners(item: &Item) -> Vec<&str> {
    let owners = [item.owner.as_deref(), item.team.as_deref()];
    owners.into_iter().flatten().collect()
}

fn services(item: &Item) -> Vec<&str> {
    item.service.as_deref().into_iter().collect()
}

fn priorities(item: &Item) -> Vec<&str> {
    item.priority.as_deref().into_iter().collect()
}

fn bare(text: &str) -> String {
    text.trim_start_matches('@').to_lowercase()
}

fn is_wanted(item: &Item, args: &ActionsList) -> bool {
    let named = |wanted: &[String], values: Values| {
        let is_one = |wanted: &String| values(item).iter().any(|it| bare(it) == bare(wanted));
        wanted.is_empty() || wanted.iter().any(is_one)
    };
    (args.state.is_empty() || args.state.contains(&item.state))
        && (!args.overdue || item.overdue_days > 0)
        && named(&args.owner, owners)
        && named(&args.service, services)
        && named(&args.priority, priorities)
}

/// Says of a filter that no item at all could meet what was probably meant, so that nobody takes a slip for good news.
fn tell_unknown(args: &ActionsList, items: &[Item], terminal: &Terminal) {
    let filters: [(&str, &[String], Values); 3] = [
        ("owner", &args.owner, owners),
        ("service", &args.service, services),
        ("priority", &args.priority, priorities),
    ];
    for (what, wanted, values) in filters {
        for wanted in wanted {
            let all = || items.iter().flat_map(values);
            if all().any(|it| bare(it) == bare(wanted)) {
                continue;
            }
            let near = nearest(wanted, all());
            let near = near.map(|near| format!("; did you mean `{near}`?"));
            terminal.status(&format!(
                "no action item has the {what} `{wanted}`{}",
                near.unwrap_or_default()
            ));
        }
    }
}
