//! The blocks of a body: paragraphs, lists, tables, code and the rest, each with its bytes.
//!
//! Owns the shapes and their plain text; [`super::body`] makes them.

use std::borrow::Cow;

use super::run::Run;
use crate::source::{Source, Span};

/// A block and its bytes.
#[derive(Clone, Debug)]
pub struct Block {
    /// The whole block.
    pub span: Span,
    /// What it is.
    pub kind: BlockKind,
}

/// What a block is.
#[derive(Clone, Debug)]
pub enum BlockKind {
    /// A heading, ATX or setext; level 1 to 6.
    Heading {
        /// 1 to 6.
        level: u8,
        /// Its text.
        run: Run,
    },
    /// A paragraph.
    Paragraph(Run),
    /// A list.
    List(List),
    /// A GFM table.
    Table(Table),
    /// Fenced or indented code.
    Code,
    /// A block quote with its blocks.
    Quote(Vec<Block>),
    /// A footnote with its blocks.
    Footnote(Vec<Block>),
    /// Raw HTML or a comment.
    Html,
    /// A thematic break.
    Break,
}

/// A list.
#[derive(Clone, Debug)]
pub struct List {
    /// Whether it is numbered.
    pub ordered: bool,
    /// Its items.
    pub items: Vec<Item>,
}

/// An item of a list.
#[derive(Clone, Debug)]
pub struct Item {
    /// The whole item with its marker.
    pub span: Span,
    /// `Some(checked)` for a task.
    pub task: Option<bool>,
    /// Its blocks; the first is its own text as a rule.
    pub blocks: Vec<Block>,
}

impl Item {
    /// The text of the item's first paragraph.
    pub fn run(&self) -> Option<&Run> {
        match &self.blocks.first()?.kind {
            BlockKind::Paragraph(run) => Some(run),
            _ => None,
        }
    }
}

/// A GFM table.
#[derive(Clone, Debug)]
pub struct Table {
    /// The header row.
    pub header: Row,
    /// The other rows.
    pub rows: Vec<Row>,
}

/// A row of a table.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// The whole row.
    pub span: Span,
    /// Its cells.
    pub cells: Vec<Cell>,
}

/// A cell of a table.
#[derive(Clone, Debug)]
pub struct Cell {
    /// The cell between its bars, without surrounding space; empty cells have an empty span.
    pub span: Span,
    /// Its text.
    pub run: Run,
}

impl Cell {
    /// The visible text, trimmed.
    pub fn text<'a>(&'a self, source: &'a Source) -> Cow<'a, str> {
        match self.run.text(source) {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        }
    }
}

impl Block {
    /// Calls `visit` with every run of the block and of the blocks inside it, in order; block quotes and
    /// code hold none.
    pub fn runs<'a>(&'a self, visit: &mut impl FnMut(&'a Run)) {
        match &self.kind {
            BlockKind::Heading { run, .. } | BlockKind::Paragraph(run) => visit(run),
            BlockKind::List(list) => {
                for block in list.items.iter().flat_map(|item| &item.blocks) {
                    block.runs(visit);
                }
            }
            BlockKind::Table(table) => {
                let rows = std::iter::once(&table.header).chain(&table.rows);
                for cell in rows.flat_map(|row| &row.cells) {
                    visit(&cell.run);
                }
            }
            BlockKind::Footnote(blocks) => {
                for block in blocks {
                    block.runs(visit);
                }
            }
            BlockKind::Quote(_) | BlockKind::Code | BlockKind::Html | BlockKind::Break => {}
        }
    }
}
