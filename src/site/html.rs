//! The body of a postmortem as HTML.
//!
//! Owns the way from Markdown to parts of a page. How a single node looks is for [`super::node`]. Raw HTML is
//! sanitised in [`super::sanitise`]; documents without any never need that.

use comrak::Arena;
use comrak::html::format_document_with_formatter;
use comrak::nodes::{AstNode, NodeValue};
use comrak::options::Plugins;
use serde::Serialize;

use super::event;
use super::item::Item;
use super::link::{self, Asset};
use super::node::node;
use super::outline::{Heading, State};
use super::sanitise::Sanitiser;
use super::setting::{MARK, Setting};
use super::tracking::Lost;
use crate::document::options;

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

/// Renders the body of a postmortem.
pub(super) fn render(setting: Setting<'_>) -> Body {
    let document = &setting.postmortem.document;
    let source = &document.source;
    let arena = Arena::new();
    let options = options();
    let tree = comrak::parse_document(&arena, source.slice(document.body), &options);
    drop_title(tree, setting.postmortem.title());
    let mut state = State::new(setting, tree);
    state.first_line = source.position(document.body.start).line as usize;
    let lines = setting
        .postmortem
        .actions
        .headers
        .iter()
        .map(|header| source.position(header.span.start).line as usize);
    state.item_tables = lines.collect();
    state.give(event::anchors(setting.postmortem));
    let first = setting.postmortem.whys.levels.first();
    state.whys = first.map(|why| source.position(why.span.start).line as usize);
    let mut html = String::with_capacity(document.body.range().len() * 2);
    let plugins = Plugins::default();
    let Ok(mut state) =
        format_document_with_formatter(tree, &options, &mut html, &plugins, node, state)
    else {
        return Body::default();
    };
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
fn drop_title<'a>(tree: &'a AstNode<'a>, title: &str) {
    let first = tree
        .children()
        .find(|node| !matches!(node.data().value, NodeValue::HtmlBlock(_)));
    let Some(first) = first else { return };
    let same = matches!(first.data().value, NodeValue::Heading(_))
        && link::slug(&first.collect_text()).ends_with(&link::slug(title));
    if same {
        first.detach();
    }
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
