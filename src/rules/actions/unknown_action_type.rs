//! A type of action that is none of the six.

use super::gap;
use crate::diagnostic::{Finding, Level};
use crate::document::mapping::{Field, enumerate, nearest};
use crate::postmortem::Postmortem;
use crate::postmortem::choice::ActionType;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "unknown-action-type",
    group: Group::Actions,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S1, Seed::Format],
    page: include_str!("unknown_action_type.md"),
    check: Check::Postmortem(check),
};

/// What people write, by the beginning of the word, and the type they mean.
const MEANT: &[(&str, ActionType)] = &[
    ("alert", ActionType::Detect),
    ("monitor", ActionType::Detect),
    ("fix", ActionType::Repair),
    ("restore", ActionType::Repair),
    ("clean", ActionType::Repair),
    ("analys", ActionType::Investigate),
    ("mitigate future", ActionType::MitigateFuture),
    ("future", ActionType::MitigateFuture),
];

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    let names: Vec<&str> = ActionType::ALL.iter().map(|(name, _)| *name).collect();
    for item in postmortem.actions.committed() {
        let Field::Invalid(span) = item.action_type else {
            continue;
        };
        let written = postmortem.source().slice(span);
        if gap::is_leftover(written) {
            continue;
        }
        let lower = written.to_lowercase();
        let meant = MEANT.iter().find(|(start, _)| lower.starts_with(start));
        let near = meant
            .map(|(_, kind)| kind.name())
            .or_else(|| nearest(&lower, names.iter().copied()));
        let help = match near {
            Some(near) => format!("write `{near}`; possible are {}", enumerate(&names)),
            None => format!("write one of {}", enumerate(&names)),
        };
        out.push(Finding::new(
            span,
            format!("`{written}` is no type of action"),
            help,
        ));
    }
}
