//! Entries of a timeline on the page: each has an address of its own, and its time is the link to it.
//!
//! Owns the ids, made from the moment and so the same however many entries are added later, and the looks of a time.
//! Reading timelines is for [`crate::postmortem::timeline`].

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use jiff::Timestamp;

use super::when;
use super::writer::Writer;
use crate::document::markup::Kind;
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
pub(super) fn begins_with_time(out: &Writer<'_>, item: usize) -> bool {
    let markup = out.markup();
    let first = markup.children(item).next();
    let text = first.and_then(|block| markup.children(block).next());
    match text.and_then(|at| markup.mark(at)).map(|mark| mark.kind) {
        Some(Kind::Text(words)) => time(out.text(words)).is_some(),
        _ => false,
    }
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

/// Sets the time that an event of the timeline begins with apart; gives back what remains of the text at `at`.
pub(super) fn event<'t>(
    out: &mut Writer<'_>,
    at: usize,
    text: &'t str,
) -> Result<&'t str, fmt::Error> {
    if out.state.section() != Some(SectionKey::Timeline) {
        return Ok(text);
    }
    let (Some((paragraph, _)), Some((item, around))) = (out.parent(1), out.parent(2)) else {
        return Ok(text);
    };
    let first = at == paragraph + 1 && paragraph == item + 1;
    if !first || !matches!(around.kind, Kind::Item { .. }) {
        return Ok(text);
    }
    let Some((end, event)) = time(text) else {
        return Ok(text);
    };
    let anchor = out.anchor(item);
    let closing = open_time(out, anchor.as_ref())?;
    out.escape(text[..end].trim())?;
    out.write_str(closing)?;
    out.write_str(" ")?;
    Ok(&text[event..])
}

/// Opens the link of a time to its own row, and gives what closes it; a time that is no entry's has none.
pub(super) fn open_time(
    out: &mut Writer<'_>,
    anchor: Option<&Anchor<'_>>,
) -> Result<&'static str, fmt::Error> {
    let Some(anchor) = anchor else {
        out.write_str("<span class=\"at\">")?;
        return Ok("</span>");
    };
    write!(out, "<a class=\"at\" href=\"#{}\">", anchor.id)?;
    let Some(at) = anchor.at else {
        return Ok("</a>");
    };
    write!(out, "<time datetime=\"{at}\">")?;
    Ok("</time></a>")
}
