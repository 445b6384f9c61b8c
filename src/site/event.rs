//! Events of a timeline that is written as a list: the time in front of each is set apart.
//!
//! Owns nothing but the looks; reading timelines is for [`crate::postmortem::timeline`].

use std::fmt::{self, Write as _};

use comrak::html::Context;
use comrak::nodes::{AstNode, NodeValue};

use super::outline::State;
use crate::postmortem::clock::{self, Reading};
use crate::postmortem::section::SectionKey;

/// The bytes of the time that the first item of a list begins with, and of what parts it from the event.
pub(super) fn leading_time<'a>(list: &'a AstNode<'a>) -> Option<(usize, usize)> {
    let paragraph = list.first_child()?.first_child()?;
    match &paragraph.first_child()?.data().value {
        NodeValue::Text(text) => time(text),
        _ => None,
    }
}

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
    let in_item = item.is_some_and(|item| matches!(item.data().value, NodeValue::Item(_)));
    if !in_item || out.user.section() != Some(SectionKey::Timeline) {
        return Ok(text);
    }
    let Some((end, event)) = time(text) else {
        return Ok(text);
    };
    out.write_str("<span class=\"at\">")?;
    out.escape(text[..end].trim())?;
    out.write_str("</span> ")?;
    Ok(&text[event..])
}
