//! Letters about all postmortems: the digest of a month for everybody, and the review of a quarter for leadership.
//!
//! Owns what is told, in which order and how much of it. How a letter looks is for [`crate::sheet`]; every figure comes from
//! [`crate::metrics`], and how an action item stands from [`crate::tracker::item`]. The moment is an argument.

mod ahead;
mod backlog;
mod change;
pub mod digest;
mod improvements;
mod learned;
mod news;
pub mod period;
mod promises;
mod prompts;
pub mod quarterly;
mod response;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::postmortem::Postmortem;
use crate::sheet::{Line, cut};
use crate::tracker::block::Places;
use crate::tracker::item::Item;
use crate::when;

/// Lines of one list; a mail program cuts off what is too long.
const MOST_LINES: usize = 15;
/// Letters of a sentence.
const MOST_LETTERS: usize = 300;

/// When a text was written, as git tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Every time it was changed, in order; the first is when it came.
    pub changes: Vec<Timestamp>,
    /// Whether it came together with many others, from where they were kept before, so that its first commit says nothing about
    /// when it was written.
    pub is_archive: bool,
}

/// A text of a postmortem as it may be shown: a secret masked, in at most so many letters.
fn shown(postmortem: &Postmortem, text: &str, most: usize) -> String {
    let mut text = text.to_string();
    postmortem.source().redact(&mut text);
    cut(&text, most)
}

/// A postmortem's id and title, leading to its page.
fn name(postmortem: &Postmortem, places: &Places) -> Line {
    let title = shown(postmortem, postmortem.title(), MOST_LETTERS);
    match postmortem.id() {
        Some(id) => Line::new()
            .link(id, places.page(id))
            .text(format!(" {title}")),
        None => Line::from(title),
    }
}

/// A list that is not longer than what is read.
fn listed(lines: impl IntoIterator<Item = Line>) -> Vec<Line> {
    let mut lines: Vec<Line> = lines.into_iter().collect();
    let more = lines.len().saturating_sub(MOST_LINES);
    if more > 0 {
        lines.truncate(MOST_LINES);
        lines.push(format!("and {more} more").into());
    }
    lines
}

/// An action item: the sentence, who, and where it is told of.
fn promise(item: &Item, places: &Places) -> Line {
    let sentence = match item.action.trim() {
        "" => "(no row says any more what it was)".into(),
        sentence => cut(sentence, MOST_LETTERS),
    };
    let mut line = Line::from(sentence);
    if let Some(owner) = &item.owner {
        line = line.text(" · ").code(owner.as_str());
    }
    let postmortem = item.id.split_once('/').map_or("", |(id, _)| id);
    line = line
        .text(" · ")
        .link(item.id.as_str(), places.page(postmortem));
    if let Some(number) = item.issue {
        line = line
            .text(" · ")
            .link(format!("issue {number}"), places.issue(number));
    }
    line
}

/// The day of a moment.
fn day(at: Timestamp) -> Date {
    jiff::tz::Offset::UTC.to_datetime(at).date()
}

/// `1 action item`, `2 action items`.
fn items(number: usize) -> String {
    when::count(number, "action item")
}
