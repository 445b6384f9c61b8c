//! Entries of a timeline on the page: each has an address of its own, and its time is the link to it.
//!
//! Owns the ids, made from the moment and so the same however many entries are added later, and the looks of a time.
//! Reading timelines is for [`crate::postmortem::timeline`].

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use comrak::html::Context;
use comrak::nodes::{AstNode, NodeValue};
use jiff::Timestamp;

use super::outline::State;
use super::when;
use crate::postmortem::Postmortem;
use crate::postmortem::clock::{self, Reading};
use crate::postmortem::section::SectionKey;
use crate::source::Span;

/// An entry with its address on the page.
#[derive(Clone, Debug)]
pub(super) struct Anchor<'a> {
    /// The id of its row.
    pub(super) id: String,
    /// The line of the file that it begins on.
    pub(super) line: usize,
    /// Its moment; none where no day is known.
    pub(super) at: Option<Timestamp>,
    /// Where its time stands.
    pub(super) time: Span,
    /// What happened.
    pub(super) event: &'a str,
}

/// Every entry of a timeline, in the order of the text.
pub(super) fn anchors(postmortem: &Postmortem) -> Vec<Anchor<'_>> {
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    let entries = postmortem.timeline.entries.iter();
    let anchored = entries.map(|entry| {
        let base = match (entry.at, entry.clock) {
            (Some(at), _) => when::slug(at),
            (None, Some(clock)) => format!("t-{}", clock.time.strftime("%H-%M")),
            (None, None) => "t-unknown".into(),
        };
        let times = taken.entry(base.clone()).or_default();
        *times += 1;
        Anchor {
            id: match times {
                1 => base,
                times => format!("{base}_{times}"),
            },
            line: postmortem.source().position(entry.span.start).line as usize,
            at: entry.at,
            time: entry.time_span,
            event: &entry.event,
        }
    });
    anchored.collect()
}

/// Whether an item of a list begins with a time that can be set apart.
pub(super) fn begins_with_time<'a>(item: &'a AstNode<'a>) -> bool {
    let text = item.first_child().and_then(AstNode::first_child);
    text.is_some_and(|node| match &node.data().value {
        NodeValue::Text(text) => time(text).is_some(),
        _ => false,
    })
}

/// The bytes of a time and of what parts it from the event.
fn time(text: &str) -> Option<(usize, usize)> {
    let Reading::Time(_, end) = clock::read(text) else {
        return None;
    };
    let rest = text.get(end..)?;
    let event = rest.trim_start_matches(|c: char| c.is_whitespace() || "-–—:|".contains(c));
    Some((end, text.len() - event.len()))
}

/// Sets the time that an event of the timeline begins with apart; gives back what remains of the text.
pub(super) fn event<'a, 't>(
    out: &mut Context<State<'_>>,
    node: &'a AstNode<'a>,
    text: &'t str,
) -> Result<&'t str, fmt::Error> {
    let first = node.previous_sibling().is_none();
    let item = node.parent().filter(|_| first).and_then(|paragraph| {
        paragraph
            .parent()
            .filter(|_| paragraph.previous_sibling().is_none())
    });
    let Some(item) = item.filter(|item| matches!(item.data().value, NodeValue::Item(_))) else {
        return Ok(text);
    };
    if out.user.section() != Some(SectionKey::Timeline) {
        return Ok(text);
    }
    let Some((end, event)) = time(text) else {
        return Ok(text);
    };
    let anchor = out.user.anchor(item.data().sourcepos.start.line);
    open_time(out, anchor.as_ref())?;
    out.escape(text[..end].trim())?;
    close_time(out, anchor.as_ref())?;
    out.write_str(" ")?;
    Ok(&text[event..])
}

/// Opens the link of a time to its own row; a time that is no entry's has none.
pub(super) fn open_time(out: &mut Context<State<'_>>, anchor: Option<&Anchor<'_>>) -> fmt::Result {
    let Some(anchor) = anchor else {
        return out.write_str("<span class=\"at\">");
    };
    write!(out, "<a class=\"at\" href=\"#{}\">", anchor.id)?;
    match anchor.at {
        Some(at) => write!(out, "<time datetime=\"{at}\">"),
        None => Ok(()),
    }
}

/// Closes what [`open_time`] opened.
pub(super) fn close_time(out: &mut Context<State<'_>>, anchor: Option<&Anchor<'_>>) -> fmt::Result {
    match anchor.map(|anchor| anchor.at) {
        None => out.write_str("</span>"),
        Some(Some(_)) => out.write_str("</time></a>"),
        Some(None) => out.write_str("</a>"),
    }
}
