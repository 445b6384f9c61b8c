//! The edits that give a table of action items one more column, in the table's own style.
//!
//! Owns where the column goes and how its cells look. A table whose lines read otherwise than the parser reads them gets none.

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

/// The edits that add `column` to a table; `cell` gives the text of each row's new cell, empty as a rule. Nothing where the
/// table cannot safely be changed line by line.
pub(super) fn add(
    source: &Source,
    table: &Table,
    column: Column,
    cell: impl FnMut(&Row) -> String,
) -> Vec<Edit> {
    let cells: Vec<String> = table.rows.iter().map(cell).collect();
    edits(source, table, column, &cells).unwrap_or_default()
}

fn edits(source: &Source, table: &Table, column: Column, cells: &[String]) -> Option<Vec<Edit>> {
    let first = source.position(table.header.span.start).line as usize;
    let count = table.header.cells.len();
    let header = Line::read(source, first)?;
    let rule = Line::read(source, first + 1)?;
    let is_rule = |text: &str| {
        text.chars()
            .all(|c| matches!(c, '-' | ':' | '|' | ' ' | '\t'))
    };
    if !header.is(source, &table.header) || header.cells.len() != count {
        return None;
    }
    if rule.cells.len() != count || !is_rule(source.slice(source.line(first + 1))) {
        return None;
    }
    let mut rows = Vec::new();
    for (index, row) in table.rows.iter().enumerate() {
        let line = Line::read(source, first + 2 + index)?;
        // A row without any bar is text that somebody forgot to set off.
        if !line.is(source, row) || !(line.opened || line.closed || line.cells.len() > 1) {
            return None;
        }
        rows.push(line);
    }
    let style = Style::of(source, first, &header, &rule, &rows);
    let after = neighbour(source, table, column);
    let width = cells.iter().map(|cell| cell.chars().count());
    let width = width.chain([column.name().len(), 3]).max().unwrap_or(3);
    let order = column as u16 + 1;
    let dashes = if style.aligned {
        "-".repeat(
            width
                + if style.spaced && !style.spaced_rule {
                    2
                } else {
                    0
                },
        )
    } else {
        "---".into()
    };
    let name = style.padded(column.name(), width);
    let mut edits = vec![
        header.insert(after, &name, style.spaced, order),
        rule.insert(after, &dashes, style.spaced_rule, order),
    ];
    for (line, cell) in rows.iter().zip(cells) {
        let missing = count.saturating_sub(line.cells.len());
        if let (true, Some(last)) = (line.closed && missing > 0, line.cells.last()) {
            let pad = if style.spaced { "  |" } else { "|" };
            let end = last.end as usize + 1;
            edits.push(Edit::insertion(end, pad.repeat(missing), 0));
        }
        let cell = style.padded(cell, width);
        edits.push(line.insert(after, &cell, style.spaced, order));
    }
    Some(edits)
}

/// The edit that gives a cell another text; where the bars of the table stand below each other, they still do.
pub(super) fn rewrite(postmortem: &Postmortem, item: &ActionItem, cell: Span, text: &str) -> Edit {
    let source = postmortem.source();
    let header = postmortem.actions.headers.get(item.table);
    let table = header.and_then(|header| table(postmortem, header.span));
    let aligned = table.is_some_and(|table| is_aligned(source, table));
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

fn is_aligned(source: &Source, table: &Table) -> bool {
    let first = source.position(table.header.span.start).line as usize;
    let lines: Option<Vec<Line>> = (first..first + 2 + table.rows.len())
        .map(|line| Line::read(source, line))
        .collect();
    lines.is_some_and(|lines| Style::aligned(source, first, &lines[0], &lines[1], &lines[2..]))
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

/// One line of a table.
struct Line {
    /// What stands between the bars, space included.
    cells: Vec<Span>,
    /// Whether it begins with a bar.
    opened: bool,
    /// Whether it ends with one.
    closed: bool,
}

impl Line {
    /// Splits a line, counted from 1, at the bars that are not escaped.
    fn read(source: &Source, line: usize) -> Option<Self> {
        let span = source.line(line);
        let text = source.slice(span);
        let indent = text.len() - text.trim_start_matches([' ', '\t']).len();
        let mut bars = text
            .match_indices('|')
            .map(|(at, _)| at)
            .filter(|at| !text[..*at].ends_with('\\'))
            .peekable();
        let opened = bars.next_if_eq(&indent).is_some();
        let mut start = indent + usize::from(opened);
        let mut cells = Vec::new();
        let begin = span.start as usize;
        for bar in bars {
            cells.push(Span::new(begin + start, begin + bar));
            start = bar + 1;
        }
        let closed = text[start..].trim().is_empty();
        if !closed {
            let end = start + text[start..].trim_end().len();
            cells.push(Span::new(begin + start, begin + end));
        }
        (!cells.is_empty()).then_some(Self {
            cells,
            opened,
            closed,
        })
    }

    /// Whether the parser has read the same cells.
    fn is(&self, source: &Source, row: &Row) -> bool {
        self.cells.iter().zip(&row.cells).all(|(own, cell)| {
            let (text, read) = (source.slice(*own), source.slice(cell.span));
            own.contains(cell.span) && text.trim() == read
        })
    }

    /// Puts a cell after another, or before all.
    fn insert(&self, after: Option<usize>, cell: &str, spaced: bool, order: u16) -> Edit {
        let space = if spaced { " " } else { "" };
        let dressed = if cell.is_empty() {
            space.repeat(2)
        } else {
            format!("{space}{cell}{space}")
        };
        let first = self.cells[0].start as usize;
        let Some(after) = after else {
            let text = match (self.opened, cell.trim()) {
                (true, _) => format!("{dressed}|"),
                // Without a bar before it, an empty first cell would be no cell.
                (false, "") => format!("|{dressed}|{space}"),
                (false, cell) => format!("{cell}{space}|{space}"),
            };
            return Edit::insertion(first, text, order);
        };
        let last = self.cells.len() - 1;
        let end = self.cells[after.min(last)].end as usize;
        if after >= last && !self.closed {
            let text = match cell.trim() {
                "" => format!("{space}|"),
                cell => format!("{space}|{space}{cell}"),
            };
            return Edit::insertion(end, text, order);
        }
        Edit::insertion(end + 1, format!("{dressed}|"), order)
    }
}

/// How a table is written.
struct Style {
    /// Whether there is space beside the bars.
    spaced: bool,
    /// Whether there is in the line of dashes.
    spaced_rule: bool,
    /// Whether the bars stand below each other.
    aligned: bool,
}

impl Style {
    fn of(source: &Source, first: usize, header: &Line, rule: &Line, rows: &[Line]) -> Self {
        let spaced = |line: &Line| {
            let cells = line.cells.iter().map(|cell| source.slice(*cell));
            cells
                .clone()
                .any(|cell| cell.starts_with(' ') || cell.ends_with(' '))
        };
        Self {
            spaced: spaced(header),
            spaced_rule: spaced(rule),
            aligned: Self::aligned(source, first, header, rule, rows),
        }
    }

    fn aligned(source: &Source, first: usize, header: &Line, rule: &Line, rows: &[Line]) -> bool {
        let bars = |line: &Line, number: usize| -> Vec<usize> {
            let start = source.line(number).start;
            let before = |cell: &Span| {
                source
                    .slice(Span {
                        start,
                        end: cell.end,
                    })
                    .chars()
                    .count()
            };
            line.cells.iter().map(before).collect()
        };
        let wanted = bars(header, first);
        let lines = std::iter::once(rule).chain(rows);
        !rows.is_empty()
            && lines.enumerate().all(|(index, line)| {
                line.opened && line.closed && bars(line, first + 1 + index) == wanted
            })
    }

    fn padded(&self, text: &str, width: usize) -> String {
        if self.aligned {
            format!("{text:width$}")
        } else {
            text.into()
        }
    }
}
