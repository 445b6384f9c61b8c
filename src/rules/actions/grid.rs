//! The lines of a table of action items, split at their bars, and how they are written.
//!
//! Owns the reading. A table whose lines read otherwise than the parser reads them is none that can be edited.

use crate::document::block::{Row, Table};
use crate::source::{Source, Span};

/// A table as lines.
pub(super) struct Grid {
    /// The names of the columns.
    pub(super) header: Line,
    /// The line of dashes.
    pub(super) rule: Line,
    /// The rows, in order.
    pub(super) rows: Vec<Line>,
    /// How it is written.
    pub(super) style: Style,
}

impl Grid {
    /// Reads the lines of a table. `None` where they cannot safely be changed one by one.
    pub(super) fn read(source: &Source, table: &Table) -> Option<Self> {
        let first = source.position(table.header.span.start).line as usize;
        let header = Line::read(source, first)?;
        let rule = Line::read(source, first + 1)?;
        let count = table.header.cells.len();
        let is_rule = |c: char| matches!(c, '-' | ':' | '|' | ' ' | '\t');
        if !header.is(source, &table.header)
            || header.cells.len() != count
            || rule.cells.len() != count
            || !source.slice(source.line(first + 1)).chars().all(is_rule)
        {
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
        Some(Self {
            header,
            rule,
            rows,
            style,
        })
    }

    /// How many cells a row lacks at its end.
    pub(super) fn missing(&self, row: &Line) -> usize {
        self.header.cells.len().saturating_sub(row.cells.len())
    }
}

/// One line of a table.
pub(super) struct Line {
    /// What stands between the bars, space included.
    pub(super) cells: Vec<Span>,
    /// Whether it begins with a bar.
    pub(super) opened: bool,
    /// Whether it ends with one.
    pub(super) closed: bool,
}

impl Line {
    /// Where further cells are put: behind the last bar, or behind the last word where there is none.
    pub(super) fn end(&self) -> usize {
        let last = self.cells.last().map_or(0, |last| last.range().end);
        last + usize::from(self.closed)
    }

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
}

/// How a table is written.
pub(super) struct Style {
    /// Whether there is space beside the bars.
    pub(super) spaced: bool,
    /// Whether there is in the line of dashes.
    pub(super) spaced_rule: bool,
    /// Whether the bars stand below each other.
    pub(super) aligned: bool,
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

    /// A text that is as wide as its column, where the columns are as wide as each other's cells.
    pub(super) fn padded(&self, text: &str, width: usize) -> String {
        if self.aligned {
            format!("{text:width$}")
        } else {
            text.into()
        }
    }
}
