//! What the action table does not say: a column that is not there, a cell that holds nothing.

use super::column;
use crate::diagnostic::{Edit, Finding};
use crate::postmortem::Postmortem;
use crate::postmortem::action::{ActionItem, Column};
use crate::source::Span;

/// How an item is called in a message: its id, else the first words of its sentence.
pub(super) fn name(item: &ActionItem) -> String {
    if let Some(id) = item.id.get() {
        return format!("`{id}`");
    }
    let Some(action) = item.action.get() else {
        return "this item".into();
    };
    let words: Vec<&str> = action.split_whitespace().collect();
    let cut = if words.len() > 4 { " …" } else { "" };
    format!("`{}{cut}`", words[..words.len().min(4)].join(" "))
}

/// `1 item`, `2 items`.
pub(super) fn items(count: usize) -> String {
    format!("{count} {}", if count == 1 { "item" } else { "items" })
}

/// Whether a cell holds only a mark of the template's, of which template-leftover tells.
pub(super) fn is_leftover(text: &str) -> bool {
    matches!(text, "TODO" | "TBD" | "FIXME" | "YYYY-MM-DD") || text.chars().all(|c| c == '?')
}

/// Tells each committed item that lacks something once at its cell; where the whole column is missing, once at the header,
/// with an empty column as its fix.
pub(super) fn tell(
    postmortem: &Postmortem,
    column: Column,
    lacks: impl Fn(&ActionItem) -> bool,
    cell: impl FnMut(&ActionItem) -> Finding,
    help: &str,
    out: &mut Vec<Finding>,
) {
    let empty = |header| column::add(postmortem, header, column, |_| String::new());
    tell_with(postmortem, column, lacks, cell, empty, help, out);
}

/// Like [`tell`]; `add` gives the edits that add the column to the table with the given header.
pub(super) fn tell_with(
    postmortem: &Postmortem,
    column: Column,
    lacks: impl Fn(&ActionItem) -> bool,
    mut cell: impl FnMut(&ActionItem) -> Finding,
    mut add: impl FnMut(Span) -> Vec<Edit>,
    help: &str,
    out: &mut Vec<Finding>,
) {
    let actions = &postmortem.actions;
    for table in actions.items.chunk_by(|a, b| a.table == b.table) {
        let lacking = || {
            table
                .iter()
                .filter(|item| !item.is_dropped() && lacks(item))
        };
        let header = &actions.headers[table[0].table];
        if header.columns.contains(&column) {
            out.extend(lacking().map(&mut cell));
            continue;
        }
        let count = lacking().count();
        if count > 0 {
            let message = format!(
                "the table has no column `{}`, which {} {}",
                column.name(),
                items(count),
                if count == 1 { "needs" } else { "need" }
            );
            out.push(Finding::new(header.span, message, help).with_edits(add(header.span)));
        }
    }
}
