//! An action item as its postmortem's page shows it.
//!
//! Owns which cell of the row goes where; columns nobody knows are kept with their titles. What an item means is for
//! [`crate::postmortem::action`].

use serde::Serialize;

use super::link::slug;
use super::tracking::Standing;
use crate::postmortem::action::{ActionItem, Column, ItemStatus, column};

/// A cell that has no place of its own.
#[derive(Debug, Serialize)]
pub(super) struct Extra {
    /// The column's title.
    pub(super) label: String,
    /// Safe HTML.
    pub(super) html: String,
}

/// One action item. Everything but `anchor`, `due`, `due_iso` and `standing` is safe HTML.
#[derive(Debug, Default, Serialize)]
pub(super) struct Item {
    /// `A1`
    pub(super) id: String,
    /// The id on the page.
    pub(super) anchor: Option<String>,
    /// The sentence.
    pub(super) action: String,
    /// The category.
    pub(super) kind: String,
    /// `P0` …
    pub(super) priority: String,
    /// Who.
    pub(super) owner: String,
    /// The day, as written.
    pub(super) due: String,
    /// The day, where it is one.
    pub(super) due_iso: Option<String>,
    /// How anyone can tell that it is finished.
    pub(super) done_when: String,
    /// Where it is tracked.
    pub(super) issue: String,
    /// Whether it was dropped.
    pub(super) dropped: bool,
    /// What the status says, where it says anything.
    pub(super) status: String,
    /// How it stands; none where nobody keeps track of it.
    pub(super) standing: Option<Standing>,
    /// Other cells.
    pub(super) extra: Vec<Extra>,
}

impl Item {
    /// Changes every piece of HTML.
    pub(super) fn map_html(&mut self, change: impl Fn(String) -> String) {
        let fields = [
            &mut self.id,
            &mut self.action,
            &mut self.kind,
            &mut self.priority,
            &mut self.owner,
        ];
        let more = [
            &mut self.due,
            &mut self.done_when,
            &mut self.issue,
            &mut self.status,
        ];
        let extra = self.extra.iter_mut().map(|extra| &mut extra.html);
        for field in fields.into_iter().chain(more).chain(extra) {
            *field = change(std::mem::take(field));
        }
    }
}

/// An item from the cells of its row, each with its column's title.
pub(super) fn shown<'a>(
    item: &ActionItem,
    cells: impl Iterator<Item = (&'a str, String)>,
    standing: Option<Standing>,
) -> Item {
    let mut shown = Item {
        dropped: item.is_dropped(),
        due_iso: item.due.get().map(ToString::to_string),
        anchor: item.id.get().and_then(|id| anchor(id)),
        ..Item::default()
    };
    let mut seen = Vec::new();
    for (title, html) in cells {
        if html.trim().is_empty() {
            continue;
        }
        // Of two columns with one meaning the first counts; the other is kept as an extra.
        let known = column(title).filter(|column| !seen.contains(column));
        seen.extend(known);
        match known {
            Some(Column::Id) => shown.id = html,
            Some(Column::Action) => shown.action = html,
            Some(Column::Type) => shown.kind = html,
            Some(Column::Priority) => shown.priority = html,
            Some(Column::Owner) => shown.owner = html,
            Some(Column::Due) => shown.due = html,
            Some(Column::DoneWhen) => shown.done_when = html,
            Some(Column::Issue) => shown.issue = html,
            Some(Column::Status) => shown.status = html,
            None => shown.extra.push(Extra {
                label: title.into(),
                html,
            }),
        }
    }
    if let ItemStatus::Dropped(reason) = &item.status {
        // The word itself is shown as a badge.
        let mut text = String::new();
        let escaped = comrak::html::escape(&mut text, reason.as_deref().unwrap_or_default());
        shown.status = escaped.map_or_else(|_| String::new(), |()| text);
    }
    if standing
        .as_ref()
        .is_some_and(|standing| standing.says_issue)
    {
        shown.issue.clear();
    }
    shown.standing = standing;
    shown
}

/// The id on the page: the item's own, or one made from it; none where nothing can be made of it. Ids of headings begin with lower
/// case, so these never meet them.
pub(super) fn anchor(id: &str) -> Option<String> {
    if is_anchor(id) {
        return Some(id.into());
    }
    let speaks = id.contains(char::is_alphanumeric);
    speaks.then(|| format!("Item-{}", slug(id)))
}

fn is_anchor(id: &str) -> bool {
    id.len() <= 16
        && id.starts_with(|c: char| c.is_ascii_uppercase())
        && id.chars().all(|c| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::anchor;

    #[test]
    fn every_id_that_says_something_has_a_place() {
        for (id, place) in [
            ("A1", Some("A1")),
            ("a1", Some("Item-a1")),
            ("7", Some("Item-7")),
            ("AI-3", Some("Item-ai-3")),
            ("\"><b>", Some("Item-b")),
            ("", None),
        ] {
            assert_eq!(anchor(id).as_deref(), place, "{id}");
        }
    }
}
