//! The action items of a document: lists, task lists, tables and groups of them.
//!
//! Owns which rows can become those of our table without losing a word. What cannot stays as it is written.

use super::excerpt::{Excerpt, Reading, marker, unwrapped};
use super::timeline::beyond;
use super::when;
use crate::document::block::{BlockKind, Item, List, Table};
use crate::import::draft::{ActionRow, Text};
use crate::postmortem::action::{Column, column};
use crate::postmortem::conventions::Conventions;
use crate::postmortem::people::Party;
use crate::source::Span;

/// What the section of action items holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    /// The rows.
    pub(super) rows: Vec<ActionRow>,
    /// What stands there beside them.
    pub(super) rest: Excerpt,
    /// Lists and tables that stay as they are, and why.
    pub(super) kept: Vec<(Span, &'static str)>,
    /// Names of columns that are gone.
    pub(super) gone: Vec<(String, Span)>,
}

/// Reads a section's text.
pub(super) fn read(reading: &Reading, conventions: &Conventions) -> Found {
    let mut found = Found::default();
    let mut cut = Vec::new();
    let mut group: Option<(Span, String)> = None;
    let blocks = reading.blocks();
    for (index, block) in blocks.iter().enumerate() {
        match &block.kind {
            BlockKind::Heading { .. } => {
                group = Some((block.span, reading.heading_source(block.span).to_string()));
            }
            BlockKind::List(list) => match rows(reading, list, conventions) {
                Ok(rows) => {
                    // A group's name goes with its items; its heading stays where something else stands below it.
                    let name = group.as_ref().map(|(_, name)| name.clone());
                    found
                        .rows
                        .extend(rows.into_iter().map(|row| grouped(row, name.as_deref())));
                    cut.push(block.span);
                    let below = blocks.get(index + 1);
                    let alone = index > 0
                        && group
                            .as_ref()
                            .is_some_and(|(span, _)| blocks[index - 1].span == *span);
                    if alone
                        && below.is_none_or(|next| matches!(next.kind, BlockKind::Heading { .. }))
                        && let Some((span, _)) = &group
                    {
                        cut.push(*span);
                    }
                }
                Err(why) => found.kept.push((block.span, why)),
            },
            BlockKind::Table(table) => match of_table(reading, table) {
                Ok((rows, names)) => {
                    if !rows.is_empty() {
                        let name = group.as_ref().map(|(_, name)| name.clone());
                        found
                            .rows
                            .extend(rows.into_iter().map(|row| grouped(row, name.as_deref())));
                        found.gone.push((names, table.header.span));
                        cut.push(block.span);
                    }
                }
                Err(why) => found.kept.push((block.span, why)),
            },
            _ => {}
        }
    }
    found.rest = reading.without(&cut);
    found
}

/// A row with the name of its group in front.
fn grouped(mut row: ActionRow, group: Option<&str>) -> ActionRow {
    if let Some(group) = group.filter(|group| !group.trim().is_empty()) {
        row.action = Text::Markdown(format!("{group}: {}", row.action.as_str()));
    }
    row
}

fn rows(
    reading: &Reading,
    list: &List,
    conventions: &Conventions,
) -> Result<Vec<ActionRow>, &'static str> {
    let mut rows = Vec::new();
    for item in &list.items {
        let text = item_text(reading, item)?;
        if is_nothing(&text) {
            return Err("an item that says nothing, or that there is nothing to do");
        }
        rows.push((text, item.task));
    }
    let prefixed = rows
        .iter()
        .filter(|(text, _)| bracketed(text).is_some())
        .count();
    let owners_in_front = prefixed * 2 >= rows.len().max(2);
    Ok(rows
        .into_iter()
        .map(|(text, task)| row(reading, &text, task, owners_in_front, conventions))
        .collect())
}

/// Whether an item is one of a form that nobody filled in.
fn is_nothing(text: &str) -> bool {
    let text = text
        .trim_matches(|c: char| !c.is_alphanumeric())
        .to_lowercase();
    matches!(text.as_str(), "" | "n/a" | "none" | "tbd" | "todo")
}

/// An item's text as lines that fit into a cell.
fn item_text(reading: &Reading, item: &Item) -> Result<String, &'static str> {
    let mut lines = Vec::new();
    for (index, block) in item.blocks.iter().enumerate() {
        match &block.kind {
            BlockKind::Paragraph(_) => lines.push(unwrapped(reading.slice(block.span))),
            BlockKind::List(list) if index > 0 => {
                for inner in &list.items {
                    let text = item_text(reading, inner)?;
                    let raw = reading.slice(inner.span);
                    let (length, _) = marker(raw);
                    let boxed = match inner.task {
                        Some(true) => "[x] ",
                        Some(false) => "[ ] ",
                        None => "",
                    };
                    // Marks that begin no list, which a cell cannot hold.
                    let number = raw[..length].trim().trim_end_matches(['.', ')']);
                    let mark = if list.ordered {
                        format!("({number})")
                    } else {
                        "–".into()
                    };
                    let mut below = text.lines();
                    lines.push(format!(
                        "{mark} {boxed}{}",
                        below.next().unwrap_or_default()
                    ));
                    lines.extend(below.map(String::from));
                }
            }
            _ => return Err("an item with code, a quote or a picture of its own"),
        }
    }
    let text = lines.join("\n");
    if text.contains('<') && text.contains('>') {
        return Err("an item with HTML");
    }
    Ok(text)
}

/// `[ada] Fix the door`: what stands in the bracket, and its length.
fn bracketed(text: &str) -> Option<(&str, usize)> {
    let inner = text.strip_prefix('[')?;
    let end = inner.find(']')?;
    let name = &inner[..end];
    let plain = !name.is_empty()
        && name.len() < 40
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || "@-_./".contains(c));
    let after = inner.get(end + 1..).unwrap_or_default();
    (plain && !after.starts_with(['(', '[', ':'])).then_some((name, end + 2))
}

/// Words in a bracket that are no names.
const NO_NAMES: [&str; 22] = [
    "action",
    "actionitem",
    "bug",
    "ci",
    "code",
    "deferred",
    "docs",
    "done",
    "fixed",
    "followup",
    "infra",
    "issue",
    "open",
    "p",
    "pr",
    "process",
    "ticket",
    "todo",
    "tooling",
    "wip",
    "wontfix",
    "x",
];

fn row(
    reading: &Reading,
    text: &str,
    task: Option<bool>,
    owners_in_front: bool,
    conventions: &Conventions,
) -> ActionRow {
    let mut text = text.trim().to_string();
    let mut row = ActionRow::new(Text::Markdown(String::new()));
    if task == Some(true) {
        row.status = "done".into();
    }
    // What a bracket in front or behind says moves into its column, because nothing else stands in it.
    for _ in 0..2 {
        let Some((name, length)) = bracketed(&text) else {
            break;
        };
        let known_priority = conventions
            .priorities
            .iter()
            .any(|priority| priority.name.eq_ignore_ascii_case(name));
        let letters = name.to_lowercase();
        let letters = letters.trim_end_matches(|c: char| c.is_ascii_digit());
        if known_priority && row.priority.is_empty() {
            row.priority = name.into();
        } else if row.owner.is_empty()
            && (Party::read(name).is_some()
                || owners_in_front
                    && !NO_NAMES.contains(&letters)
                    && name.starts_with(char::is_alphabetic))
        {
            row.owner = name.into();
        } else {
            break;
        }
        text = text[length..]
            .trim_start_matches([' ', ':', '-'])
            .to_string();
    }
    if row.owner.is_empty()
        && let Some(rest) = text.strip_suffix(')')
        && let Some(open) = rest.rfind('(')
        && let Some(Party::User(_) | Party::Team(_)) = Party::read(rest[open + 1..].trim())
    {
        row.owner = rest[open + 1..].trim().into();
        text = rest[..open].trim_end().into();
    }
    // What stands in the sentence is copied, and the sentence stays whole.
    if row.owner.is_empty() {
        row.owner = after_word(&text, "owner:")
            .and_then(|word| Party::read(word.trim_end_matches(['.', ',', ')'])))
            .map_or_else(String::new, |party| party.name());
    }
    row.due = due(&text).unwrap_or_default();
    row.issue = issue(reading, &text).unwrap_or_default();
    row.action = Text::Markdown(text);
    row
}

/// The first word behind another.
fn after_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let at = text.to_ascii_lowercase().find(word)?;
    text[at + word.len()..]
        .trim_start_matches([' ', '*', '_'])
        .split_whitespace()
        .next()
}

/// The day by which it is due: `due 2024-05-01`, `by 1 May 2024`.
fn due(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    ["due date:", "due:", "due by ", "due ", "deadline:", "by "]
        .iter()
        .find_map(|word| {
            lower.match_indices(word).find_map(|(at, _)| {
                let before = lower[..at].chars().next_back();
                let rest = text[at + word.len()..].trim_start_matches([' ', '*', '_']);
                let (when, _) =
                    when::at_start(rest).filter(|_| !before.is_some_and(char::is_alphanumeric))?;
                let day = when.day.filter(|day| !day.either)?;
                day.date(None).map(|date| date.to_string())
            })
        })
}

/// The one issue that the text links to.
fn issue(reading: &Reading, text: &str) -> Option<String> {
    let links = reading
        .document
        .links
        .iter()
        .filter(|link| is_issue(&link.target) && text.contains(reading.slice(link.span)));
    let mut targets: Vec<&str> = links.map(|link| link.target.as_str()).collect();
    targets.dedup();
    match targets.as_slice() {
        [one] => Some((*one).to_string()),
        _ => None,
    }
}

/// Whether an address is that of an issue: GitHub, GitLab, Jira.
fn is_issue(target: &str) -> bool {
    let web = target.starts_with("https://") || target.starts_with("http://");
    let number = |after: &str| after.starts_with(|c: char| c.is_ascii_digit());
    let found = |word: &str| {
        target
            .split_once(word)
            .is_some_and(|(_, after)| number(after))
    };
    let ticket = target
        .split_once("/browse/")
        .is_some_and(|(_, key)| key.split_once('-').is_some_and(|(_, after)| number(after)));
    web && (found("/issues/") || ticket)
}

/// The rows of a table whose columns are all ours, and the names of the columns.
fn of_table(reading: &Reading, table: &Table) -> Result<(Vec<ActionRow>, String), &'static str> {
    let names: Vec<String> = table
        .header
        .cells
        .iter()
        .map(|cell| reading.visible(&cell.run).trim().to_string())
        .collect();
    let columns: Vec<Column> = names.iter().filter_map(|name| column(name)).collect();
    let mut unique = columns.clone();
    unique.sort_by_key(|column| *column as usize);
    unique.dedup();
    if columns.len() < names.len()
        || unique.len() < columns.len()
        || !columns.contains(&Column::Action)
    {
        return Err("a table with columns of its own");
    }
    if table.rows.iter().any(|row| beyond(reading, row).is_some()) {
        return Err("a row with more cells than its header");
    }
    let mut rows = Vec::new();
    for line in &table.rows {
        let mut row = ActionRow::new(Text::Markdown(String::new()));
        let mut more = Vec::new();
        for (column, cell) in columns.iter().zip(&line.cells) {
            let visible = reading.visible(&cell.run).trim().to_string();
            let written = reading.slice(cell.span).trim().replace("\\|", "|");
            let field = match column {
                Column::Action => {
                    row.action = Text::Markdown(written);
                    continue;
                }
                Column::Id => &mut row.id,
                Column::Type => &mut row.kind,
                Column::Priority => &mut row.priority,
                Column::Owner => &mut row.owner,
                Column::Due => &mut row.due,
                Column::DoneWhen => &mut row.done_when,
                Column::Issue => &mut row.issue,
                Column::Status => &mut row.status,
            };
            let address = issue(reading, &written).filter(|_| *column == Column::Issue);
            *field = visible.clone();
            if let Some(address) = address {
                if !address.contains(&visible) {
                    more.push(written);
                }
                *field = address;
            } else if written != visible && (written.contains("](") || written.contains("][")) {
                more.push(written);
            }
        }
        if line.cells.iter().all(|cell| cell.run.is_empty()) {
            continue;
        }
        // `A1` is a name that lasts; a number of a row is none.
        if !row.id.is_empty() && !row.id.starts_with(char::is_alphabetic) {
            more.push(format!("No. {}", row.id));
            row.id.clear();
        }
        if !more.is_empty() {
            row.action = Text::Markdown(format!("{}\n{}", row.action.as_str(), more.join(", ")));
        }
        rows.push(row);
    }
    Ok((rows, names.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> (Vec<String>, String, Vec<&'static str>) {
        let reading = Excerpt::new(text, 1).read("a.md", "[#7]: https://github.com/a/b/issues/7\n");
        let found = read(&reading, &Conventions::default());
        let row = |row: &ActionRow| {
            let fields = [
                row.priority.as_str(),
                &row.owner,
                &row.due,
                &row.issue,
                &row.status,
            ];
            format!("{} {fields:?}", row.action.as_str().replace('\n', "/")).replace(['"', ','], "")
        };
        (
            found.rows.iter().map(row).collect(),
            found.rest.text.trim().into(),
            found.kept.iter().map(|(_, why)| *why).collect(),
        )
    }

    #[test]
    fn lists_become_rows_and_keep_their_words() {
        let (rows, rest, _) = shown(
            "Intro.\n\n- [x] Oil the hinge (@ada)\n- [ ] Write\n  it down [#7] by 2024-05-01\n- ~~Drop it~~\n- Check:\n  - doors\n  - [ ] locks\n\n1. Test [Issue](https://github.com/a/b/issues/8) and [PR](https://github.com/a/b/pull/9). Owner: @bo\n",
        );
        assert_eq!(
            rows,
            [
                "Oil the hinge [ @ada   done]",
                "Write it down [#7] by 2024-05-01 [  2024-05-01 https://github.com/a/b/issues/7 ]",
                "~~Drop it~~ [    ]",
                "Check:/– doors/– [ ] locks [    ]",
                "Test [Issue](https://github.com/a/b/issues/8) and [PR](https://github.com/a/b/pull/9). Owner: @bo [ @bo  https://github.com/a/b/issues/8 ]",
            ]
        );
        assert_eq!(rest, "Intro.");
    }

    #[test]
    fn brackets_in_front_name_owners_and_priorities() {
        let (rows, ..) =
            shown("- [bo-ps] [P1] Oil it\n- [ada] Test it\n- [docs](x) read\n- [Infra] more\n");
        assert_eq!(
            rows,
            [
                "Oil it [P1 bo-ps   ]",
                "Test it [ ada   ]",
                "[docs](x) read [    ]",
                "[Infra] more [    ]"
            ]
        );
    }

    #[test]
    fn groups_go_with_their_items() {
        let (rows, rest, _) = shown("### Process\n\n1. a\n2. b\n\n### Tools\n\nText.\n\n- c\n");
        assert_eq!(
            rows,
            ["Process: a [    ]", "Process: b [    ]", "Tools: c [    ]"]
        );
        assert_eq!(rest, "### Tools\n\nText.");
    }

    #[test]
    fn tables_become_rows_where_their_columns_are_ours() {
        let (rows, rest, _) = shown(
            "| # | Action item | Owner | Ticket | Priority |\n|-|-|-|-|-|\n| 1 | Oil \\| it | @ada | [DOOR-1](https://t.example/browse/DOOR-1) | P2 |\n| | | | | |\n",
        );
        assert_eq!(
            (rows, rest.as_str()),
            (
                vec!["Oil | it/No. 1 [P2 @ada  https://t.example/browse/DOOR-1 ]".to_string()],
                ""
            )
        );
        let (rows, rest, kept) = shown("| Action | Mood |\n|-|-|\n| a | b |\n");
        assert!(rows.is_empty() && rest.contains("Mood") && kept.len() == 1);
    }

    #[test]
    fn what_does_not_fit_stays() {
        for text in [
            "- a\n\n  ```\n  code\n  ```",
            "- N/A",
            "- see <b>x</b>",
            "-",
            "Only prose.",
        ] {
            let (rows, rest, _) = shown(text);
            assert_eq!((rows.len(), rest.as_str()), (0, text));
        }
    }
}
