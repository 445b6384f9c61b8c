//! Action items as a table for people, as JSON and as CSV; and what would change for them on GitHub.
//!
//! JSON: `{"version":1,"as_of":"2026-10-14","actions":[{"id","state","since","overdue_days","due","priority","kind","owner",
//! "team","service","issue","elsewhere","action","reason","path"}]}`. CSV has the same columns with a header, and `since` as the last.

use std::fmt::Write as _;

use jiff::civil::Date;

use super::concise::one_line;
use super::count;
use super::encode::pretty;
use super::markdown;
use crate::spreadsheet;
use crate::tracker::Key;
use crate::tracker::item::Item;
use crate::tracker::plan::{Change, Plan};

/// Characters of a sentence that the table shows.
const MOST_LETTERS: usize = 70;

/// A table, the overdue ones marked, and a line of figures.
pub fn table(items: &[Item]) -> String {
    let mut rows =
        vec![["item", "state", "due", "prio", "owner", "issue", "action"].map(String::from)];
    rows.extend(items.iter().map(row));
    let widths: [usize; 7] = std::array::from_fn(|column| {
        let letters = rows.iter().map(|row| row[column].chars().count());
        letters.max().unwrap_or(0)
    });
    let mut text = String::new();
    for row in rows.iter().filter(|_| !items.is_empty()) {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths) {
            let _ = write!(line, "{cell:width$}  ");
        }
        text += line.trim_end();
        text.push('\n');
    }
    if !items.is_empty() {
        text.push('\n');
    }
    let owed = items.iter().filter(|item| item.state.is_owed()).count();
    let late = items.iter().filter(|item| item.overdue_days > 0).count();
    let _ = writeln!(
        text,
        "{}: {owed} to be done or decided, {late} overdue",
        count(items.len(), "action item")
    );
    text
}

fn row(item: &Item) -> [String; 7] {
    let due = item.due.map(|due| due.to_string()).unwrap_or_default();
    let due = match item.overdue_days {
        0 => due,
        days => format!("{due} ({days} d late)"),
    };
    let issue = item.issue.map(|number| format!("#{number}"));
    let mut action: String = one_line(&item.action).chars().take(MOST_LETTERS).collect();
    if item.action.chars().count() > MOST_LETTERS {
        action.push('…');
    }
    let cell = |text: &Option<String>| one_line(text.as_deref().unwrap_or_default());
    [
        one_line(&item.id),
        item.state.name().into(),
        due,
        cell(&item.priority),
        cell(&item.owner),
        issue.unwrap_or_else(|| cell(&item.elsewhere)),
        action,
    ]
}

/// For programs.
pub fn json(items: &[Item], as_of: Date) -> String {
    pretty(&serde_json::json!({ "version": 1, "as_of": as_of, "actions": items }))
}

/// For spreadsheets: RFC 4180, with LF.
pub fn csv(items: &[Item]) -> String {
    let mut text = String::from(
        "id,state,overdue_days,due,priority,kind,owner,team,service,issue,elsewhere,action,reason,path,since\n",
    );
    for item in items {
        let text_of = |text: &Option<String>| text.clone().unwrap_or_default();
        let cells = [
            item.id.clone(),
            item.state.name().into(),
            item.overdue_days.to_string(),
            item.due.map(|due| due.to_string()).unwrap_or_default(),
            text_of(&item.priority),
            item.kind.unwrap_or_default().into(),
            text_of(&item.owner),
            text_of(&item.team),
            text_of(&item.service),
            item.issue
                .map(|number| number.to_string())
                .unwrap_or_default(),
            text_of(&item.elsewhere),
            item.action.clone(),
            text_of(&item.reason),
            text_of(&item.path),
            item.since
                .map(|since| since.to_string())
                .unwrap_or_default(),
        ];
        let cells: Vec<String> = cells.iter().map(|cell| field(cell)).collect();
        text += &cells.join(",");
        text.push('\n');
    }
    text
}

/// What would change, for people: one line each, then the figures and what people should know.
pub fn plan(plan: &Plan) -> String {
    let mut text = String::new();
    for line in plan.changes.iter().filter_map(line) {
        let _ = writeln!(text, "{line}");
    }
    for note in &plan.notes {
        let _ = writeln!(text, "! {}  {}", note.key, one_line(&note.message));
    }
    if !text.is_empty() {
        text.push('\n');
    }
    let _ = writeln!(text, "{}", figures(plan));
    text
}

/// For the step summary of a pull request, in at most `room` bytes.
pub fn plan_summary(plan: &Plan, room: usize) -> String {
    let lines: Vec<String> = plan.changes.iter().filter_map(line).collect();
    section(&format!("Merging this: {}", figures(plan)), &lines, room)
}

/// The section of a step summary, in at most `room` bytes: a sentence, and as many lines as there is room for.
pub(super) fn section(sentence: &str, lines: &[String], room: usize) -> String {
    let mut text = format!("### Action items\n\n{sentence}.\n\n");
    if text.len() > room {
        return String::new();
    }
    for (index, line) in lines.iter().enumerate() {
        let line = format!("- {}\n", markdown::inline(line));
        let more = format!("- and {} more\n", lines.len() - index);
        if text.len() + line.len() + more.len() > room {
            if text.len() + more.len() <= room {
                text += &more;
            }
            break;
        }
        text += &line;
    }
    text
}

/// For programs: `{"version":1,"opens","closes","updates","comments","changes":[{"change","item","issue","text"}],
/// "notes":[{"item","message"}]}`.
pub fn plan_json(plan: &Plan) -> String {
    let changes: Vec<_> = plan.changes.iter().filter_map(shown).collect();
    let changes: Vec<_> = changes
        .iter()
        .map(|(_, change, key, number, text)| {
            serde_json::json!({"change": change, "item": key.to_string(), "issue": number, "text": text})
        })
        .collect();
    let notes = plan.notes.iter();
    let notes: Vec<_> = notes
        .map(|note| serde_json::json!({"item": note.key.to_string(), "message": note.message}))
        .collect();
    let [opens, closes, updates, comments] = numbers(plan);
    pretty(&serde_json::json!({
        "version": 1, "opens": opens, "closes": closes, "updates": updates, "comments": comments,
        "changes": changes, "notes": notes,
    }))
}

/// A sign, what is done, to which item and issue, and a word on it.
pub(super) type Shown<'a> = (char, &'static str, &'a Key, Option<u64>, String);

/// A change as people are shown it; none for what only prepares something else.
pub(super) fn shown(change: &Change) -> Option<Shown<'_>> {
    Some(match change {
        Change::EnsureLabel(_) | Change::Intend { .. } => return None,
        Change::Create { key, title, .. } => ('+', "open", key, None, title.clone()),
        Change::Adopt { key, number } => ('=', "adopt", key, Some(*number), String::new()),
        Change::Update {
            key, number, title, ..
        } => (
            '~',
            "update",
            key,
            Some(*number),
            title.clone().unwrap_or_default(),
        ),
        Change::Comment {
            key, number, text, ..
        } => {
            let first = text.lines().find(|line| !line.trim().is_empty());
            (
                '~',
                "comment",
                key,
                Some(*number),
                first.unwrap_or_default().into(),
            )
        }
        Change::Reopen { key, number } => ('+', "reopen", key, Some(*number), String::new()),
        Change::Close { key, number, .. } => ('-', "close", key, Some(*number), String::new()),
    })
}

fn line(change: &Change) -> Option<String> {
    shown(change).map(line_of)
}

/// One line for a change.
pub(super) fn line_of((sign, what, key, number, text): Shown<'_>) -> String {
    let issue = number
        .map(|number| format!(" #{number}"))
        .unwrap_or_default();
    let line = format!("{sign} {what}{issue}  {key}  {}", one_line(&text));
    line.trim_end().into()
}

/// How many issues are opened, closed and updated, and how many comments are made.
fn numbers(plan: &Plan) -> [usize; 4] {
    let count = |wanted: fn(&Change) -> bool| plan.changes.iter().filter(|it| wanted(it)).count();
    [
        count(|it| matches!(it, Change::Create { .. } | Change::Reopen { .. })),
        count(|it| matches!(it, Change::Close { .. })),
        count(|it| matches!(it, Change::Update { .. })),
        count(|it| matches!(it, Change::Comment { .. })),
    ]
}

fn figures(plan: &Plan) -> String {
    let [opens, closes, updates, comments] = numbers(plan);
    let parts = [
        (opens, "opens", "issue"),
        (closes, "closes", "issue"),
        (updates, "updates", "issue"),
        (comments, "makes", "comment"),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(number, ..)| *number > 0)
        .map(|(number, verb, noun)| format!("{verb} {}", count(number, noun)))
        .collect();
    match parts.is_empty() {
        true => "changes no issue".into(),
        false => parts.join(", "),
    }
}

/// A field that a spreadsheet takes as text, and in which the log of a workflow finds no order.
pub(super) fn field(text: &str) -> String {
    spreadsheet::field(&text.replace("##[", "## ["))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_text_for_every_spreadsheet() {
        for (text, expected) in [
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("say \"no\"", "\"say \"\"no\"\"\""),
            ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
            ("-1+1", "'-1+1"),
            ("@acme/payments", "@acme/payments"),
            ("two\nlines", "\"two\nlines\""),
            ("@SUM(1+9)", "'@SUM(1+9)"),
            ("a;=1+2", "\"a;=1+2\""),
            ("##[error]x", "## [error]x"),
        ] {
            assert_eq!(field(text), expected);
        }
    }
}
