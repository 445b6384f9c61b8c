//! The edits that give a table of action items one more column, or a row the cells it lacks, in the table's own style.
//!
//! Owns where a column goes and how its cells look; reading the table is for [`super::grid`].

use super::grid::{Grid, Line};
use crate::diagnostic::Edit;
use crate::document::block::{BlockKind, Row, Table};
use crate::postmortem::Postmortem;
use crate::postmortem::action::{self, ActionItem, Column};
use crate::source::{Source, Span};

/// The table with this header row.
pub(super) fn table(postmortem: &Postmortem, header: Span) -> Option<&Table> {
    let tables = postmortem.document.blocks.iter();
    let mut tables = tables.filter_map(|block| match &block.kind {
        BlockKind::Table(table) => Some(table),
        _ => None,
    });
    tables.find(|table| table.header.span == header)
}

/// The edits that add `column` to the table with this header row; `cell` gives the text of each row's new cell, empty as a
/// rule. Rows with too few cells are completed. Nothing where the table cannot be edited.
pub(super) fn add(
    postmortem: &Postmortem,
    header: Span,
    column: Column,
    cell: impl FnMut(&Row) -> String,
) -> Vec<Edit> {
    let source = postmortem.source();
    let read =
        table(postmortem, header).and_then(|table| Some((table, Grid::read(source, table)?)));
    let Some((table, grid)) = read else {
        return Vec::new();
    };
    // More cells than columns come of a bar that was meant as text: nobody knows where its sentence ends.
    let columns = grid.header.cells.len();
    if grid.rows.iter().any(|line| line.cells.len() > columns) {
        return Vec::new();
    }
    let cells: Vec<String> = table.rows.iter().map(cell).collect();
    let style = &grid.style;
    let after = neighbour(source, table, column);
    let widths = cells.iter().map(|cell| cell.chars().count());
    let width = widths.chain([column.name().len(), 3]).max().unwrap_or(3);
    let order = place(after) + column as u16 + 1;
    let dashes = match (style.aligned, style.spaced && !style.spaced_rule) {
        (true, true) => "-".repeat(width + 2),
        (true, false) => "-".repeat(width),
        (false, _) => "---".into(),
    };
    let name = style.padded(column.name(), width);
    let mut edits = vec![
        insert(&grid.header, after, &name, style.spaced, order),
        insert(&grid.rule, after, &dashes, style.spaced_rule, order),
    ];
    let id = position(source, table, Column::Id);
    for (index, (row, cell)) in table.rows.iter().zip(cells).enumerate() {
        let line = &grid.rows[index];
        let lacks_id = |id: usize| id >= line.cells.len() && is_told_without_id(postmortem, row);
        // The cells that such a row lacks come with its id.
        match id.is_some_and(lacks_id) {
            true => edits.extend(last_bar(&grid, line)),
            false => edits.extend(missing(&grid, line, None)),
        }
        let cell = style.padded(&cell, width);
        if grid.missing(line) > 0 && after.is_some_and(|after| after + 1 >= line.cells.len()) {
            let cell = format!("{}|", dressed(&cell, style.spaced));
            edits.push(Edit::insertion(line.end(), cell, order));
        } else {
            edits.push(insert(line, after, &cell, style.spaced, order));
        }
    }
    edits
}

/// The edits that complete the row of an item and put a text into one of the cells that it lacked. `None` where the row has
/// that cell, or cannot be edited.
pub(super) fn complete(
    postmortem: &Postmortem,
    item: &ActionItem,
    column: Column,
    text: &str,
) -> Option<Vec<Edit>> {
    let source = postmortem.source();
    let table = table(postmortem, postmortem.actions.headers.get(item.table)?.span)?;
    let row = table.rows.iter().position(|row| row.span == item.span)?;
    let at = position(source, table, column)?;
    let grid = Grid::read(source, table)?;
    let line = &grid.rows[row];
    let edits = missing(&grid, line, Some((at, text)));
    (line.cells.len() <= at).then_some(edits)
}

/// The cells that a row lacks, each an edit, so that fixes that complete the same row share them.
fn missing(grid: &Grid, line: &Line, filled: Option<(usize, &str)>) -> Vec<Edit> {
    let first = line.cells.len();
    let lacking = first..first + grid.missing(line);
    let cells = lacking.map(|at| {
        let text = filled.filter(|(filled, _)| *filled == at);
        let text = dressed(text.map_or("", |(_, text)| text), grid.style.spaced);
        Edit::insertion(line.end(), format!("{text}|"), place(Some(at)))
    });
    last_bar(grid, line).into_iter().chain(cells).collect()
}

/// The bar behind which the cells follow that a row lacks.
fn last_bar(grid: &Grid, line: &Line) -> Option<Edit> {
    let bar = if grid.style.spaced { " |" } else { "|" };
    let open = grid.missing(line) > 0 && !line.closed;
    open.then(|| Edit::insertion(line.end(), bar, 0))
}

fn is_told_without_id(postmortem: &Postmortem, row: &Row) -> bool {
    let items = &postmortem.actions.items;
    let mut of_row = items.iter().filter(|item| item.span == row.span);
    of_row.any(|item| item.id.is_missing() && !item.is_dropped())
}

/// The order of a cell among the insertions at the end of a row; those of new columns after it follow.
fn place(cell: Option<usize>) -> u16 {
    let cell = cell.map_or(0, |cell| cell + 1);
    u16::try_from(cell * 16).unwrap_or(u16::MAX - 16)
}

fn position(source: &Source, table: &Table, column: Column) -> Option<usize> {
    let mut header = table.header.cells.iter();
    header.position(|cell| action::column(&cell.text(source)) == Some(column))
}

/// The edit that gives a cell another text; where the bars of the table stand below each other, they still do.
pub(super) fn rewrite(source: &Source, cell: Span, text: &str, aligned: bool) -> Edit {
    let after = &source.text()[cell.range().end..];
    let room = after.len() - after.trim_start_matches(' ').len();
    let (old, new) = (source.slice(cell).chars().count(), text.chars().count());
    let (taken, added) = match aligned {
        true => (
            new.saturating_sub(old).min(room.saturating_sub(1)),
            old.saturating_sub(new),
        ),
        false => (0, 0),
    };
    Edit {
        span: Span::new(cell.range().start, cell.range().end + taken),
        text: format!("{text}{}", " ".repeat(added)),
        order: 0,
    }
}

/// Whether the bars of the table with this header row stand below each other.
pub(super) fn is_aligned(postmortem: &Postmortem, header: Span) -> bool {
    let table = table(postmortem, header);
    let grid = table.and_then(|table| Grid::read(postmortem.source(), table));
    grid.is_some_and(|grid| grid.style.aligned)
}

/// The column after which the new one stands: the nearest of those before it in the order of [`action::COLUMNS`].
fn neighbour(source: &Source, table: &Table, column: Column) -> Option<usize> {
    let header = table.header.cells.iter().enumerate();
    let known = header.filter_map(|(at, cell)| Some((action::column(&cell.text(source))?, at)));
    known
        .filter(|(other, _)| (*other as usize) < column as usize)
        .max_by_key(|(other, at)| (*other as usize, std::cmp::Reverse(*at)))
        .map(|(_, at)| at)
}

/// Puts a cell after another, or before all.
fn insert(line: &Line, after: Option<usize>, cell: &str, spaced: bool, order: u16) -> Edit {
    let space = if spaced { " " } else { "" };
    let dressed = dressed(cell, spaced);
    let first = line.cells[0].start as usize;
    let Some(after) = after else {
        let text = match (line.opened, cell.trim()) {
            (true, _) => format!("{dressed}|"),
            // Without a bar before it, an empty first cell would be no cell.
            (false, "") => format!("|{dressed}|{space}"),
            (false, cell) => format!("{cell}{space}|{space}"),
        };
        return Edit::insertion(first, text, order);
    };
    let last = line.cells.len() - 1;
    let end = line.cells[after.min(last)].end as usize;
    if after >= last && !line.closed {
        let text = match cell.trim() {
            "" => format!("{space}|"),
            cell => format!("{space}|{space}{cell}"),
        };
        return Edit::insertion(end, text, order);
    }
    Edit::insertion(end + 1, format!("{dressed}|"), order)
}

fn dressed(cell: &str, spaced: bool) -> String {
    match (spaced, cell) {
        (false, cell) => cell.into(),
        (true, "") => "  ".into(),
        (true, cell) => format!(" {cell} "),
    }
}
