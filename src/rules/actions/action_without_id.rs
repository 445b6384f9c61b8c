//! An action item that cannot be referred to.

use super::gap;
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::postmortem::action::{ActionItem, Column};
use crate::postmortem::id::is_plain;
use crate::rules::{Check, Context, Group, Rule, Seed};
use crate::source::{Source, Span};

pub(super) static RULE: Rule = Rule {
    name: "action-without-id",
    group: Group::Actions,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S5, Seed::Format],
    page: include_str!("action_without_id.md"),
    check: Check::Postmortem(check),
};

fn check(postmortem: &Postmortem, context: &Context<'_>, out: &mut Vec<Finding>) {
    let lacks = |item: &ActionItem| item.id.get().is_none_or(|id| !is_plain(id));
    let mut free = None;
    let finding = |item: &ActionItem| {
        let span = item.cell(Column::Id);
        if let Some(id) = item.id.get() {
            let message = format!("`{id}` cannot be the id of an item");
            return Finding::new(
                span,
                message,
                "use letters, digits, `-`, `_` and `.`, as in `A1`",
            );
        }
        let (prefix, number) = free.get_or_insert_with(|| next(postmortem, context));
        let id = format!("{prefix}{number}");
        *number += 1;
        let message = format!("{} has no id", gap::name(item));
        let help = format!("write `{id}`, the next free number, and keep it for good");
        let finding = Finding::new(span, message, help);
        if span == item.span {
            return finding;
        }
        finding.with_edit(between_bars(postmortem.source(), span), format!(" {id} "))
    };
    let help = "add a column `ID` with `A1`, `A2` and so on, and keep the numbers for good";
    gap::tell(postmortem, Column::Id, lacks, finding, help, out);
}

/// How ids begin here, and the first number that neither this version nor the base branch has used.
fn next(postmortem: &Postmortem, context: &Context<'_>) -> (String, u64) {
    let earlier = context.base.and_then(|base| base.get(postmortem.id()?));
    let used = [Some(postmortem), earlier].into_iter().flatten();
    let used = used.flat_map(|one| &one.actions.items);
    let mut next = ("A".to_string(), 1);
    for id in used.filter_map(|item| item.id.get()) {
        let digits = id.trim_start_matches(|c: char| !c.is_ascii_digit());
        let Ok(number) = digits.parse::<u64>() else {
            continue;
        };
        if number < u64::MAX / 2 && number >= next.1 {
            next = (id[..id.len() - digits.len()].into(), number + 1);
        }
    }
    next
}

/// The cell with the space around it.
fn between_bars(source: &Source, cell: Span) -> Span {
    let text = source.text();
    let Span { start, end } = cell;
    let (before, after) = (&text[..start as usize], &text[end as usize..]);
    let left = before.trim_end_matches(' ').len();
    let right = after.len() - after.trim_start_matches(' ').len();
    Span::new(left, end as usize + right)
}
