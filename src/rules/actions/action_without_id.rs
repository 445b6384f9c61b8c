//! An action item that cannot be referred to.

use std::cell::RefCell;

use super::{column, gap};
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
    let free = RefCell::new(None);
    let next_id = || {
        let mut free = free.borrow_mut();
        let (prefix, number) = free.get_or_insert_with(|| next(postmortem, context));
        *number += 1;
        format!("{prefix}{}", *number - 1)
    };
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
        let id = next_id();
        let message = format!("{} has no id", gap::name(item));
        let help = format!("write `{id}`, the next free number, and keep it for good");
        let finding = Finding::new(span, message, help);
        match between_bars(postmortem.source(), item.span, span) {
            None => {
                let edits = column::complete(postmortem, item, Column::Id, &id);
                finding.with_edits(edits.unwrap_or_default())
            }
            Some(cell) => {
                // A wide cell stays as wide, so that aligned bars stay aligned.
                let width = postmortem.source().slice(cell).chars().count();
                let width = width.saturating_sub(2);
                finding.with_edit(cell, format!(" {id:<width$} "))
            }
        }
    };
    let add = |header: Span| {
        column::add(postmortem, header, Column::Id, |row| {
            if row.cells.iter().all(|cell| cell.run.is_empty()) {
                String::new()
            } else {
                next_id()
            }
        })
    };
    let help = "add a column `ID` with `A1`, `A2` and so on, and keep the numbers for good";
    gap::tell_with(postmortem, Column::Id, lacks, finding, add, help, out);
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

/// The cell with the space around it; `None` where the row has no such cell between two bars.
fn between_bars(source: &Source, row: Span, cell: Span) -> Option<Span> {
    let text = source.text();
    let (before, after) = (
        text.get(..cell.start as usize)?,
        text.get(cell.end as usize..)?,
    );
    let left = before.trim_end_matches([' ', '\t']);
    let right = after.trim_start_matches([' ', '\t']);
    let between = Span::new(left.len(), text.len() - right.len());
    let closed = left.ends_with('|') && right.starts_with('|');
    (closed && row.contains(between)).then_some(between)
}
