//! The body of a postmortem as HTML.
//!
//! Owns the way from Markdown to parts of a page. How a single mark looks is for [`super::node`]. Raw HTML is
//! sanitised in [`super::sanitise`]; documents without any never need that.

use serde::Serialize;

use super::event::Anchor;
use super::item::Item;
use super::link::{self, Asset};
use super::outline::{Heading, State};
use super::sanitise::Sanitiser;
use super::setting::{MARK, Setting};
use super::tracking::Lost;
use super::writer::Writer;
use crate::document::markup::Kind;

/// A stretch of the body: HTML, or action items and those that were lost below them.
#[derive(Debug, Default, Serialize)]
pub(super) struct Part {
    /// Safe HTML.
    pub(super) html: String,
    /// Action items, in place of their table.
    pub(super) actions: Vec<Item>,
    /// Action items that have an issue and no row any more.
    pub(super) lost: Vec<Lost>,
}

/// A rendered body.
#[derive(Debug, Default)]
pub(super) struct Body {
    /// In order.
    pub(super) parts: Vec<Part>,
    /// The table of contents, two levels deep.
    pub(super) contents: Vec<Heading>,
    /// Files that must be copied.
    pub(super) assets: Vec<Asset>,
}

/// Renders the body of a postmortem; `entries` are those of its timeline.
pub(super) fn render<'a>(setting: Setting<'a>, entries: Vec<Anchor<'a>>) -> Body {
    let document = &setting.postmortem.document;
    let source = &document.source;
    let mut state = State::new(setting, title(setting));
    state.raise();
    let lines = setting
        .postmortem
        .actions
        .headers
        .iter()
        .map(|header| source.position(header.span.start).line as usize);
    state.item_tables = lines.collect();
    state.give(entries);
    let first = setting.postmortem.whys.levels.first();
    state.whys = first.map(|why| source.position(why.span.start).line as usize);
    let mut writer = Writer::new(state, document.body.range().len() * 2);
    // Writing into memory does not fail.
    let _ = writer.write(0, document.markup.inside(0));
    if writer.footnotes > 0 {
        writer.html.push_str("</ol>\n</section>\n");
    }
    let Writer {
        mut html,
        mut state,
        ..
    } = writer;
    if document.has_html {
        let sanitiser = Sanitiser::new(setting, &state.ids, &state.addresses);
        html = sanitiser.clean(&html);
        for item in state.tables.iter_mut().flatten() {
            item.map_html(|html| sanitiser.clean(&html));
        }
        state.assets.extend(sanitiser.into_assets());
    }
    state.assets.sort();
    state.assets.dedup();
    Body {
        parts: split(&html, state.tables),
        contents: state.contents,
        assets: state.assets,
    }
}

/// Puts what was lost below the last table of action items; below everything where there is none.
pub(super) fn put_lost(parts: &mut Vec<Part>, lost: Vec<Lost>) {
    if lost.is_empty() {
        return;
    }
    let table = parts.iter_mut().rev().find(|part| !part.actions.is_empty());
    match table {
        Some(part) => part.lost = lost,
        None => parts.push(Part {
            lost,
            ..Part::default()
        }),
    }
}

/// The first heading repeats the title as a rule; the page has shown it already.
fn title(setting: Setting<'_>) -> Option<usize> {
    let document = &setting.postmortem.document;
    let markup = &document.markup;
    let mut blocks = markup
        .children(0)
        .filter_map(|at| Some((at, markup.mark(at)?.kind)));
    let first = blocks.find(|(_, kind)| !matches!(kind, Kind::HtmlBlock(_)));
    let (at, _) = first.filter(|(_, kind)| matches!(kind, Kind::Heading { .. }))?;
    let text = link::slug(&markup.visible(&document.source, at));
    text.ends_with(&link::slug(setting.postmortem.title()))
        .then_some(at)
}

/// Cuts the rendered text at the marks.
fn split(html: &str, tables: Vec<Vec<Item>>) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = html;
    for (index, actions) in tables.into_iter().enumerate() {
        let mark = format!("{}{index}{}", MARK.0, MARK.1);
        let Some((before, after)) = rest.split_once(&mark) else {
            continue;
        };
        parts.push(Part {
            html: before.into(),
            ..Part::default()
        });
        parts.push(Part {
            actions,
            ..Part::default()
        });
        rest = after;
    }
    parts.push(Part {
        html: rest.into(),
        ..Part::default()
    });
    parts
}
