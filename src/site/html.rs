//! The body of a postmortem as HTML.
//!
//! Owns what of an author's Markdown reaches a page: headings get stable ids below the page's own, tables and code
//! scroll inside themselves, links lead where [`super::link`] lets them, tables of action items become items. Raw
//! HTML is sanitised in [`super::sanitise`]; documents without any never need that.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use comrak::html::{ChildRendering, Context, format_document_with_formatter, format_node_default};
use comrak::nodes::{AstNode, NodeHeading, NodeLink, NodeValue, TableAlignment};
use comrak::options::Plugins;
use comrak::{Anchorizer, Arena, Options};
use serde::Serialize;

use super::item::{self, Item};
use super::link::{Asset, Resolver, Target};
use super::sanitise::Sanitiser;
use crate::postmortem::Postmortem;
use crate::postmortem::clock::{self, Reading};
use crate::postmortem::conventions::Conventions;
use crate::postmortem::section::SectionKey;

/// Ids that the templates use; no heading gets one of them.
const RESERVED: [&str; 12] = [
    "main",
    "q",
    "facets",
    "front",
    "results",
    "results-list",
    "results-more",
    "find-status",
    "facts-title",
    "contents-title",
    "related-title",
    "course-title",
];
/// Stands in the rendered text where the items of a table go. Private characters, which no one types.
const MARK: (char, char) = ('\u{f8f0}', '\u{f8f1}');

/// A stretch of the body: either HTML, or action items.
#[derive(Debug, Default, Serialize)]
pub(super) struct Part {
    /// Safe HTML.
    pub(super) html: String,
    /// Action items, in place of their table.
    pub(super) actions: Vec<Item>,
}

/// An entry of the table of contents.
#[derive(Debug, Serialize)]
pub(super) struct Heading {
    /// The heading's id.
    pub(super) id: String,
    /// Its text.
    pub(super) text: String,
    /// The headings below it.
    pub(super) children: Vec<Heading>,
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

/// What the rendering of one postmortem needs to know.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting<'a> {
    /// The postmortem.
    pub(super) postmortem: &'a Postmortem,
    /// The names in use.
    pub(super) conventions: &'a Conventions,
    /// Where links lead.
    pub(super) resolver: &'a Resolver,
    /// The path of the page, from which links start.
    pub(super) page: &'a str,
}

/// The Markdown that is read: GitHub's, as in `document`.
fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.autolink = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options
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
        .map(|header| source.position(header.start).line as usize);
    state.item_tables = lines.collect();
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

/// Renders the inline nodes below a node, such as those of a table cell.
fn inline<'a>(setting: Setting<'_>, parent: &'a AstNode<'a>, assets: &mut Vec<Asset>) -> String {
    let mut html = String::new();
    let (options, plugins) = (options(), Plugins::default());
    for child in parent.children() {
        let state = State::new(setting, child);
        if let Ok(state) =
            format_document_with_formatter(child, &options, &mut html, &plugins, node, state)
        {
            assets.extend(state.assets);
        }
    }
    html
}

/// The first heading repeats the title as a rule; the page has shown it already.
fn drop_title<'a>(tree: &'a AstNode<'a>, title: &str) {
    let first = tree
        .children()
        .find(|node| !matches!(node.data().value, NodeValue::HtmlBlock(_)));
    let Some(first) = first else { return };
    let same = matches!(first.data().value, NodeValue::Heading(_))
        && super::link::slug(&first.collect_text()).ends_with(&super::link::slug(title));
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
            actions: Vec::new(),
        });
        parts.push(Part {
            html: String::new(),
            actions,
        });
        rest = after;
    }
    parts.push(Part {
        html: rest.into(),
        actions: Vec::new(),
    });
    parts
}

struct State<'a> {
    setting: Setting<'a>,
    anchors: Anchorizer,
    /// Added to every heading's level, so that the highest becomes 2.
    shift: i8,
    first_line: usize,
    /// Lines of the header rows whose tables are action items.
    item_tables: Vec<usize>,
    tables: Vec<Vec<Item>>,
    contents: Vec<Heading>,
    /// The open sections: level, and what the heading names.
    open: Vec<(u8, Option<SectionKey>, String)>,
    ids: Vec<String>,
    /// Addresses that were found for links and images.
    addresses: Vec<String>,
    assets: Vec<Asset>,
    scrolls: usize,
}

impl<'a> State<'a> {
    fn new<'n>(setting: Setting<'a>, tree: &'n AstNode<'n>) -> Self {
        let level = |node: &'n AstNode<'n>| match node.data().value {
            NodeValue::Heading(NodeHeading { level, .. }) => Some(level),
            _ => None,
        };
        let highest = tree.descendants().filter_map(level).min().unwrap_or(2);
        let mut anchors = Anchorizer::new();
        for id in RESERVED {
            anchors.anchorize(id);
        }
        Self {
            setting,
            anchors,
            shift: 2 - i8::try_from(highest).unwrap_or(2),
            first_line: 1,
            item_tables: Vec::new(),
            tables: Vec::new(),
            contents: Vec::new(),
            open: Vec::new(),
            ids: Vec::new(),
            addresses: Vec::new(),
            assets: Vec::new(),
            scrolls: 0,
        }
    }

    fn target(&mut self, link: &NodeLink, image: bool) -> Option<String> {
        let target = self.setting.resolver.target(&link.url, image);
        let address = target.address(self.setting.page, image)?;
        if let Target::File(asset) = target {
            self.assets.push(asset);
        }
        if self.setting.postmortem.document.has_html {
            self.addresses.push(address.clone());
        }
        Some(address)
    }

    /// The level on the page: never more than one below the heading before.
    fn level(&self, level: u8) -> u8 {
        let level = level.saturating_add_signed(self.shift).clamp(2, 6);
        let above = self.open.iter().rev().find(|(above, ..)| *above < level);
        level.min(above.map_or(2, |(above, ..)| above + 1))
    }

    fn section(&self) -> Option<SectionKey> {
        self.open.iter().rev().find_map(|(_, key, _)| *key)
    }

    /// A name that no other region of the page has.
    fn region(&mut self, what: &str) -> String {
        self.scrolls += 1;
        match self.open.last() {
            Some((.., title)) => format!("{what} {}, {title}", self.scrolls),
            None => format!("{what} {}", self.scrolls),
        }
    }

    fn heading(&mut self, level: u8, text: String) -> String {
        let id = self.anchors.anchorize(&text);
        let key = SectionKey::from_heading(&text, &self.setting.conventions.headings);
        self.open.retain(|(above, ..)| *above < level);
        self.open.push((level, key, text.trim().into()));
        let entry = Heading {
            id: id.clone(),
            text,
            children: Vec::new(),
        };
        match (level, self.contents.last_mut()) {
            (2, _) | (3, None) => self.contents.push(entry),
            (3, Some(last)) => last.children.push(entry),
            _ => {}
        }
        self.ids.push(id.clone());
        id
    }
}

/// Renders one node; whatever is not special is comrak's own.
fn node<'a>(
    out: &mut Context<State<'_>>,
    node: &'a AstNode<'a>,
    entering: bool,
) -> Result<ChildRendering, fmt::Error> {
    match &node.data().value {
        NodeValue::Heading(heading) => {
            if entering {
                let level = out.user.level(heading.level);
                let id = out.user.heading(level, node.collect_text());
                out.cr()?;
                write!(out, "<h{level} id=\"")?;
                out.escape(&id)?;
                out.write_str("\">")?;
            } else {
                let id = out.user.ids.last().cloned().unwrap_or_default();
                let level = out.user.open.last().map_or(2, |(level, ..)| *level);
                out.write_str(" <a class=\"anchor\" href=\"#")?;
                out.escape_href(&id)?;
                writeln!(
                    out,
                    "\" tabindex=\"-1\" aria-hidden=\"true\" data-pagefind-ignore>#</a></h{level}>"
                )?;
            }
            Ok(ChildRendering::HTML)
        }
        NodeValue::List(_)
            if out.user.section() == Some(SectionKey::Timeline) && leading_time(node).is_some() =>
        {
            out.write_str(if entering {
                "<ul class=\"events\">\n"
            } else {
                "</ul>\n"
            })?;
            Ok(ChildRendering::HTML)
        }
        NodeValue::Text(text) => {
            if entering {
                let text = event(out, node, text)?;
                // A figure stays with its sign.
                match text.contains(" %") {
                    true => out.escape(&text.replace(" %", "\u{a0}%"))?,
                    false => out.escape(text)?,
                }
            }
            Ok(ChildRendering::HTML)
        }
        NodeValue::Table(_) => table(out, node, entering),
        NodeValue::TableCell => cell(out, node, entering),
        NodeValue::CodeBlock(code) => {
            if entering {
                let name = out.user.region("Code");
                let language = code.info.split_whitespace().next().unwrap_or_default();
                out.cr()?;
                out.write_str("<section class=\"scroll\" tabindex=\"0\" aria-label=\"")?;
                out.escape(&name)?;
                out.write_str("\"><pre><code")?;
                if !language.is_empty()
                    && language
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || "+-_#.".contains(c))
                {
                    write!(out, " class=\"language-{language}\"")?;
                }
                out.write_str(">")?;
                out.escape(&code.literal)?;
                out.write_str("</code></pre></section>\n")?;
            }
            Ok(ChildRendering::HTML)
        }
        NodeValue::Link(link) => {
            match (out.user.target(link, false), entering) {
                (Some(url), true) => {
                    out.write_str("<a href=\"")?;
                    out.escape_href(&url)?;
                    out.write_str("\">")?;
                }
                (Some(_), false) => out.write_str("</a>")?,
                (None, _) => {}
            }
            Ok(ChildRendering::HTML)
        }
        NodeValue::Image(link) => image(out, link, entering),
        NodeValue::TaskItem(task) => {
            if entering {
                let (sign, word) = if task.symbol.is_some() {
                    ('☑', "done")
                } else {
                    ('☐', "open")
                };
                out.cr()?;
                write!(
                    out,
                    "<li class=\"task\"><span role=\"img\" aria-label=\"{word}\">{sign}</span> "
                )?;
            } else {
                out.write_str("</li>\n")?;
            }
            Ok(ChildRendering::HTML)
        }
        NodeValue::HtmlBlock(html) => raw(out, &html.literal, entering),
        NodeValue::HtmlInline(html) => raw(out, html, entering),
        _ => format_node_default(out, node, entering),
    }
}

/// The bytes of the time that the first item of a list begins with, and of what parts it from the event.
fn leading_time<'a>(list: &'a AstNode<'a>) -> Option<(usize, usize)> {
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
fn event<'a, 't>(
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

/// Raw HTML passes only where all of it is sanitised afterwards.
fn raw(
    out: &mut Context<State<'_>>,
    html: &str,
    entering: bool,
) -> Result<ChildRendering, fmt::Error> {
    if entering && out.user.setting.postmortem.document.has_html {
        out.write_str(html)?;
    }
    Ok(ChildRendering::HTML)
}

/// An image of this site; one of another site would be a request to it, so that becomes a link.
fn image(
    out: &mut Context<State<'_>>,
    link: &NodeLink,
    entering: bool,
) -> Result<ChildRendering, fmt::Error> {
    if let Some(source) = out.user.target(link, true) {
        if entering {
            out.write_str("<img loading=\"lazy\" src=\"")?;
            out.escape_href(&source)?;
            out.write_str("\" alt=\"")?;
            return Ok(ChildRendering::Plain);
        }
        if !link.title.is_empty() {
            out.write_str("\" title=\"")?;
            out.escape(&link.title)?;
        }
        out.write_str("\">")?;
        return Ok(ChildRendering::HTML);
    }
    let elsewhere = out.user.target(link, false);
    match (elsewhere, entering) {
        (Some(url), true) => {
            out.write_str("<a href=\"")?;
            out.escape_href(&url)?;
            out.write_str("\">Image: ")?;
        }
        (None, true) => out.write_str("[Image: ")?,
        (Some(_), false) => out.write_str("</a>")?,
        (None, false) => out.write_str("]")?,
    }
    Ok(ChildRendering::Plain)
}

fn table<'a>(
    out: &mut Context<State<'_>>,
    node: &'a AstNode<'a>,
    entering: bool,
) -> Result<ChildRendering, fmt::Error> {
    let line = |node: &'a AstNode<'a>| node.data().sourcepos.start.line;
    let header = node.first_child().map_or(0, line) + out.user.first_line - 1;
    if out.user.item_tables.contains(&header) {
        if entering {
            let items = items(out, node);
            let index = out.user.tables.len();
            out.user.tables.push(items);
            out.cr()?;
            writeln!(out, "{}{index}{}", MARK.0, MARK.1)?;
        }
        return Ok(ChildRendering::Skip);
    }
    if entering {
        let timeline = out.user.section() == Some(SectionKey::Timeline);
        let name = out.user.region("Table");
        out.cr()?;
        let class = if timeline {
            "scroll timeline"
        } else {
            "scroll"
        };
        write!(
            out,
            "<section class=\"{class}\" tabindex=\"0\" aria-label=\""
        )?;
        out.escape(&name)?;
        out.write_str("\">")?;
        return format_node_default(out, node, true);
    }
    format_node_default(out, node, false)?;
    out.write_str("</section>\n")?;
    Ok(ChildRendering::HTML)
}

/// The rows of a table of action items, cell by cell.
fn items<'a>(out: &mut Context<State<'_>>, table: &'a AstNode<'a>) -> Vec<Item> {
    let setting = out.user.setting;
    let source = &setting.postmortem.document.source;
    let known: BTreeMap<usize, _> = setting
        .postmortem
        .actions
        .items
        .iter()
        .map(|item| (source.position(item.span.start).line as usize, item))
        .collect();
    let mut rows = table.children();
    let titles: Vec<String> = rows
        .next()
        .map(|row| row.children().map(|cell| cell.collect_text()).collect())
        .unwrap_or_default();
    let mut items = Vec::new();
    for row in rows {
        let line = row.data().sourcepos.start.line + out.user.first_line - 1;
        let Some(item) = known.get(&line) else {
            continue;
        };
        let cells = row
            .children()
            .map(|cell| inline(setting, cell, &mut out.user.assets));
        let item = item::shown(item, titles.iter().map(String::as_str).zip(cells));
        out.user.ids.extend(item.anchor.clone());
        items.push(item);
    }
    items
}

fn cell<'a>(
    out: &mut Context<State<'_>>,
    node: &'a AstNode<'a>,
    entering: bool,
) -> Result<ChildRendering, fmt::Error> {
    let header = node
        .parent()
        .is_some_and(|row| matches!(row.data().value, NodeValue::TableRow(true)));
    // A header without words heads nothing.
    let tag = if header && node.first_child().is_some() {
        "th"
    } else {
        "td"
    };
    if !entering {
        write!(out, "</{tag}>")?;
        return Ok(ChildRendering::HTML);
    }
    let mut index = 0;
    let mut before = node.previous_sibling();
    while let Some(cell) = before {
        index += 1;
        before = cell.previous_sibling();
    }
    let table = node.parent().and_then(AstNode::parent);
    let alignment = table.and_then(|table| match &table.data().value {
        NodeValue::Table(table) => table.alignments.get(index).copied(),
        _ => None,
    });
    out.cr()?;
    write!(out, "<{tag}")?;
    if tag == "th" {
        out.write_str(" scope=\"col\"")?;
    }
    match alignment {
        Some(TableAlignment::Right) => out.write_str(" class=\"right\">")?,
        Some(TableAlignment::Center) => out.write_str(" class=\"center\">")?,
        _ => out.write_str(">")?,
    }
    Ok(ChildRendering::HTML)
}
