//! Action items: the rows of the tables below the actions heading.
//!
//! Owns the columns and what each cell says. Whether an item is a good promise is for the rules; whether it is done is
//! known by its issue, never here.

use jiff::civil::Date;

use super::choice::ActionType;
use super::people::{self, Party};
use super::section::{SectionKey, plain};
use crate::document::Document;
use crate::document::block::{BlockKind, Cell, Table};
use crate::document::mapping::Field;
use crate::document::section::Section;
use crate::source::{Source, Span, Spanned};

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// `A1`, `A2` …
    Id,
    /// The sentence.
    Action,
    /// One of the six categories.
    Type,
    /// `P0` …
    Priority,
    /// One owner.
    Owner,
    /// A day.
    Due,
    /// How anyone can tell.
    DoneWhen,
    /// Where it is tracked.
    Issue,
    /// `dropped: reason`.
    Status,
}

/// Column names, the first being the one to write (FORMAT.md, Action items).
pub const COLUMNS: &[(Column, &[&str])] = &[
    (Column::Id, &["ID", "#", "No", "Number"]),
    (
        Column::Action,
        &["Action", "Action item", "Item", "Task", "Description"],
    ),
    (Column::Type, &["Type", "Category", "Kind"]),
    (Column::Priority, &["Priority", "Prio"]),
    (Column::Owner, &["Owner", "Assignee", "Who"]),
    (
        Column::Due,
        &["Due", "Due date", "Deadline", "Target date", "When"],
    ),
    (
        Column::DoneWhen,
        &["Done when", "Verification", "How to verify"],
    ),
    (Column::Issue, &["Issue", "Ticket", "Tracker", "Jira"]),
    (Column::Status, &["Status", "State"]),
];

impl Column {
    /// The name to write in the header.
    pub fn name(self) -> &'static str {
        COLUMNS
            .iter()
            .find(|(column, _)| *column == self)
            .map_or("", |(_, names)| names[0])
    }
}

/// What the status cell says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemStatus {
    /// Nothing typed, or a word that the issue knows better.
    Open,
    /// `dropped: reason`; the reason may be missing.
    Dropped(Option<String>),
}

/// One promise.
#[derive(Clone, Debug)]
pub struct ActionItem {
    /// The row.
    pub span: Span,
    /// The table it stands in, counted from 0.
    pub table: usize,
    /// Its id within the postmortem, `A1`.
    pub id: Field<String>,
    /// The sentence, visible text.
    pub action: Field<String>,
    /// Its category; invalid where the word is none of the six.
    pub action_type: Field<ActionType>,
    /// Its priority as written.
    pub priority: Field<String>,
    /// Everybody named as owner, as written.
    pub owners: Vec<Spanned<String>>,
    /// The day it is due; invalid where it is no day.
    pub due: Field<Date>,
    /// How anyone can tell that it is finished.
    pub done_when: Field<String>,
    /// Where it is tracked, as written.
    pub issue: Field<String>,
    /// What the status cell says.
    pub status: ItemStatus,
    /// Where the status stands; the row where there is no such cell.
    pub status_span: Span,
    /// Where each column's cell stands between its bars, filled or not; `None` where the row has no such cell.
    cells: [Option<Span>; COLUMNS.len()],
}

impl ActionItem {
    /// Whether it was dropped; a dropped item is asked for nothing but its reason.
    pub fn is_dropped(&self) -> bool {
        matches!(self.status, ItemStatus::Dropped(_))
    }

    /// Where the cell of a column stands, filled or not; the row where it has no such cell.
    pub fn cell(&self, column: Column) -> Span {
        self.cells[column as usize].unwrap_or(self.span)
    }

    /// The accountable owner, where exactly one is named and it reads as a party.
    pub fn owner(&self) -> Option<Party> {
        match self.owners.as_slice() {
            [one] => Party::read(&one.value),
            _ => None,
        }
    }
}

/// The header row of a table.
#[derive(Clone, Debug)]
pub struct Header {
    /// The row.
    pub span: Span,
    /// The columns it names, in order.
    pub columns: Vec<Column>,
}

/// Everything below the actions headings.
#[derive(Clone, Debug, Default)]
pub struct Actions {
    /// The items, in order.
    pub items: Vec<ActionItem>,
    /// The header row of each table that was read.
    pub headers: Vec<Header>,
    /// List items that stand where a table is read; they are no action items.
    pub loose: Vec<Span>,
    /// Ideas with a reason: rows and list items below considered.
    pub considered: Vec<Span>,
}

/// Reads the action items of a document.
pub fn read(document: &Document, sections: &[(SectionKey, &Section)]) -> Actions {
    let mut actions = Actions::default();
    let spans = |wanted: SectionKey| {
        sections
            .iter()
            .filter(move |(key, _)| *key == wanted)
            .map(|(_, section)| section)
    };
    let considered: Vec<_> = spans(SectionKey::Considered)
        .map(|section| section.all.clone())
        .collect();
    for section in spans(SectionKey::Actions) {
        for index in section.all.clone() {
            if considered.iter().any(|range| range.contains(&index)) {
                continue;
            }
            match &document.blocks[index].kind {
                BlockKind::Table(table) => actions.table(&document.source, table),
                BlockKind::List(list) => actions
                    .loose
                    .extend(list.items.iter().map(|item| item.span)),
                _ => {}
            }
        }
    }
    for block in considered
        .iter()
        .flat_map(|range| &document.blocks[range.clone()])
    {
        match &block.kind {
            BlockKind::Table(table) => actions
                .considered
                .extend(table.rows.iter().map(|row| row.span)),
            BlockKind::List(list) => actions
                .considered
                .extend(list.items.iter().map(|item| item.span)),
            _ => {}
        }
    }
    actions
}

impl Actions {
    /// The items that were not dropped.
    pub fn committed(&self) -> impl Iterator<Item = &ActionItem> {
        self.items.iter().filter(|item| !item.is_dropped())
    }

    fn table(&mut self, source: &Source, table: &Table) {
        let columns: Vec<Option<Column>> = table
            .header
            .cells
            .iter()
            .map(|cell| column(&cell.text(source)))
            .collect();
        if !columns.contains(&Some(Column::Action)) {
            return;
        }
        let number = self.headers.len();
        self.headers.push(Header {
            span: table.header.span,
            columns: columns.iter().flatten().copied().collect(),
        });
        for row in &table.rows {
            let cell = |wanted: Column| {
                let at = columns.iter().position(|column| *column == Some(wanted))?;
                row.cells.get(at)
            };
            if row.cells.iter().all(|cell| cell.run.is_empty()) {
                continue;
            }
            let text = |column| cell(column).map_or(Field::Missing, |cell| text(source, cell));
            let status = cell(Column::Status);
            self.items.push(ActionItem {
                span: row.span,
                table: number,
                id: text(Column::Id),
                action: text(Column::Action),
                action_type: read_cell(text(Column::Type), |word| {
                    let word = word.to_lowercase().replace([' ', '_'], "-");
                    ActionType::ALL
                        .iter()
                        .find(|(name, _)| *name == word)
                        .map(|(_, kind)| *kind)
                }),
                priority: text(Column::Priority),
                owners: cell(Column::Owner).map_or_else(Vec::new, |cell| owners(source, cell)),
                due: read_cell(text(Column::Due), |word| word.parse().ok()),
                done_when: text(Column::DoneWhen),
                issue: text(Column::Issue),
                status: status.map_or(ItemStatus::Open, |cell| read_status(&cell.text(source))),
                status_span: status.map_or(row.span, |cell| cell.span),
                cells: std::array::from_fn(|at| cell(COLUMNS[at].0).map(|cell| cell.span)),
            });
        }
    }
}

/// The column a header names.
pub fn column(header: &str) -> Option<Column> {
    let header = header.trim();
    let named = |header: &str| {
        let same = |name: &&str| name.eq_ignore_ascii_case(header);
        let found = COLUMNS.iter().find(|(_, names)| names.iter().any(same));
        found.map(|(column, _)| *column)
    };
    named(header).or_else(|| named(&plain(header)))
}

fn text(source: &Source, cell: &Cell) -> Field<String> {
    let text = cell.text(source);
    match &*text {
        "" | "-" | "–" | "—" | "?" | "n/a" | "N/A" => Field::Missing,
        _ => Field::Value(Spanned::new(text.into_owned(), cell.span)),
    }
}

fn read_cell<T>(field: Field<String>, read: impl FnOnce(&str) -> Option<T>) -> Field<T> {
    match field {
        Field::Value(text) => match read(&text.value) {
            Some(value) => Field::Value(Spanned::new(value, text.span)),
            None => Field::Invalid(text.span),
        },
        Field::Missing => Field::Missing,
        Field::Invalid(span) => Field::Invalid(span),
    }
}

fn owners(source: &Source, cell: &Cell) -> Vec<Spanned<String>> {
    if text(source, cell).is_missing() {
        return Vec::new();
    }
    let visible = cell.run.visible(source);
    let parts = people::split(&visible.text).into_iter();
    parts
        .map(|(at, part)| Spanned::new(part.to_string(), visible.span(at..at + part.len())))
        .collect()
}

fn read_status(text: &str) -> ItemStatus {
    let without = |word: &&str| {
        let (begin, rest) = text.split_at_checked(word.len())?;
        begin.eq_ignore_ascii_case(word).then_some(rest)
    };
    let words = ["dropped", "won't do", "wontfix", "declined"];
    let Some(rest) = words.iter().find_map(without) else {
        return ItemStatus::Open;
    };
    let reason = rest
        .trim_start_matches(|c: char| c.is_whitespace() || ":-–—,(".contains(c))
        .trim_end_matches(')')
        .trim();
    ItemStatus::Dropped((!reason.is_empty()).then(|| reason.into()))
}
