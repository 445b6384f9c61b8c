//! How a single node of Markdown looks.
//!
//! Owns what differs from plain HTML: tables and code scroll inside themselves, links lead where [`super::link`] lets
//! them, tables of action items become items.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use comrak::html::{ChildRendering, Context, format_document_with_formatter, format_node_default};
use comrak::nodes::{AstNode, ListType, NodeLink, NodeValue, TableAlignment};
use comrak::options::Plugins;

use super::event::{Anchor, begins_with_time, close_time, event, open_time};
use super::item::{self, Item};
use super::link::Asset;
use super::outline::State;
use super::setting::{MARK, Setting};
use crate::document::options;
use crate::postmortem::section::SectionKey;

/// A table of more columns than this breaks its rows on paper.
const WIDE: usize = 9;

/// Renders one node; whatever is not special is comrak's own.
pub(super) fn node<'a>(
    out: &mut Context<State<'_>>,
    node: &'a AstNode<'a>,
    entering: bool,
) -> Result<ChildRendering, fmt::Error> {
    match &node.data().value {
        NodeValue::Heading(heading) => {
            if entering {
                let level = out.user.level(heading.level);
                let text = node.collect_text();
                let why = is_question(&text);
                let id = out.user.heading(level, text);
                out.cr()?;
                write!(out, "<h{level} id=\"")?;
                out.escape(&id)?;
                out.write_str("\"")?;
                if why && out.user.section() == Some(SectionKey::Whys) {
                    out.write_str(" class=\"why\"")?;
                }
                out.write_str(">")?;
                if let Some(entry) = out.user.anchor(node.data().sourcepos.start.line) {
                    write!(out, "<span id=\"{}\"></span>", entry.id)?;
                }
            } else {
                let id = out.user.ids.last().cloned().unwrap_or_default();
                let open = out.user.open.last();
                let (level, title) = open.map_or((2, String::new()), |(level, _, title)| {
                    (*level, title.clone())
                });
                out.write_str(" ")?;
                link_to(out, &id, &title)?;
                writeln!(out, "</h{level}>")?;
            }
            Ok(ChildRendering::HTML)
        }
        NodeValue::List(list) => match class(out, node) {
            None => format_node_default(out, node, entering),
            Some(class) => {
                let tag = match (class, list.list_type) {
                    ("events", _) | (_, ListType::Bullet) => "ul",
                    (_, ListType::Ordered) => "ol",
                };
                out.cr()?;
                match entering {
                    true => writeln!(out, "<{tag} class=\"{class}\">")?,
                    false => writeln!(out, "</{tag}>")?,
                }
                Ok(ChildRendering::HTML)
            }
        },
        NodeValue::Item(_) if entering => {
            let entry = out.user.anchor(node.data().sourcepos.start.line);
            let Some(entry) = entry.filter(|_| out.user.section() == Some(SectionKey::Timeline))
            else {
                return format_node_default(out, node, true);
            };
            out.cr()?;
            write!(out, "<li id=\"{}\">", entry.id)?;
            if !begins_with_time(node) {
                link_to(out, &entry.id, "this entry")?;
                out.write_str(" ")?;
            }
            Ok(ChildRendering::HTML)
        }
        NodeValue::Text(text) => {
            if entering {
                let text = event(out, node, text)?;
                let text = question(out, node, text)?;
                // A figure stays with its sign.
                match text.contains(" %") {
                    true => out.escape(&text.replace(" %", "\u{a0}%"))?,
                    false => out.escape(text)?,
                }
            }
            Ok(ChildRendering::HTML)
        }
        NodeValue::Table(_) => table(out, node, entering),
        NodeValue::TableRow(false) => row(out, node, entering),
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

/// The link of a place to itself: seen when it is pointed at or focused, to be copied.
fn link_to(out: &mut Context<State<'_>>, id: &str, what: &str) -> fmt::Result {
    out.write_str("<a class=\"anchor\" href=\"#")?;
    out.escape_href(id)?;
    out.write_str("\" aria-label=\"Link to ")?;
    out.escape(what)?;
    out.write_str("\" data-pagefind-ignore>#</a>")
}

/// What a list is, where it is more than a list: events of the timeline, the chain of whys, contributing factors.
fn class<'a>(out: &Context<State<'_>>, list: &'a AstNode<'a>) -> Option<&'static str> {
    let line = |node: &'a AstNode<'a>| node.data().sourcepos.start.line + out.user.first_line - 1;
    match out.user.section()? {
        SectionKey::Timeline => begins_with_time(list.first_child()?).then_some("events"),
        SectionKey::Whys | SectionKey::Causes
            if list
                .children()
                .any(|item| Some(line(item)) == out.user.whys) =>
        {
            Some("whys")
        }
        SectionKey::Causes => {
            let on_top =
                |parent: &'a AstNode<'a>| matches!(parent.data().value, NodeValue::Document);
            list.parent().is_some_and(on_top).then_some("factors")
        }
        _ => None,
    }
}

/// Whether a text asks why.
fn is_question(text: &str) -> bool {
    let word = text
        .get(..3)
        .is_some_and(|word| word.eq_ignore_ascii_case("why"));
    word && !text[3..].starts_with(char::is_alphabetic)
}

/// Sets the question that an answer begins with apart; gives back what remains of the text.
fn question<'a, 't>(
    out: &mut Context<State<'_>>,
    node: &'a AstNode<'a>,
    text: &'t str,
) -> Result<&'t str, fmt::Error> {
    let section = out.user.section();
    let whys = matches!(section, Some(SectionKey::Whys | SectionKey::Causes));
    if !whys || node.previous_sibling().is_some() || !is_question(text) {
        return Ok(text);
    }
    let item = node.parent().and_then(AstNode::parent);
    let in_item = item.is_some_and(|item| matches!(item.data().value, NodeValue::Item(_)));
    match text.find("? ").filter(|_| in_item) {
        Some(end) => {
            out.write_str("<span class=\"question\">")?;
            out.escape(&text[..=end])?;
            out.write_str("</span>")?;
            Ok(&text[end + 1..])
        }
        None => Ok(text),
    }
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
        let columns = match &node.data().value {
            NodeValue::Table(table) => table.num_columns,
            _ => 0,
        };
        let class = match columns {
            _ if timeline => "scroll timeline",
            0..=WIDE => "scroll",
            _ => "scroll wide",
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

/// A row of the body; one of the timeline has an address.
fn row<'a>(
    out: &mut Context<State<'_>>,
    node: &'a AstNode<'a>,
    entering: bool,
) -> Result<ChildRendering, fmt::Error> {
    out.user.row = None;
    if !entering || out.user.section() != Some(SectionKey::Timeline) {
        return format_node_default(out, node, entering);
    }
    let Some(entry) = out.user.anchor(node.data().sourcepos.start.line) else {
        return format_node_default(out, node, true);
    };
    out.cr()?;
    let header = |before: &'a AstNode<'a>| matches!(before.data().value, NodeValue::TableRow(true));
    if node.previous_sibling().is_some_and(header) {
        out.write_str("<tbody>\n")?;
    }
    write!(out, "<tr id=\"{}\">", entry.id)?;
    out.user.row = Some(entry);
    Ok(ChildRendering::HTML)
}

/// The open row's entry, where this cell holds its time and no link.
fn timed<'n, 's>(out: &Context<State<'s>>, cell: &'n AstNode<'n>) -> Option<Anchor<'s>> {
    let entry = out.user.row.as_ref()?;
    let place = cell.data().sourcepos;
    let source = &out.user.setting.postmortem.document.source;
    let start = source.line_start(place.start.line + out.user.first_line - 1);
    let bytes = start + place.start.column - 1..start + place.end.column;
    let is_link = |node: &'n AstNode<'n>| matches!(node.data().value, NodeValue::Link(_));
    let plain = bytes.contains(&(entry.time.start as usize)) && !cell.descendants().any(is_link);
    plain.then(|| entry.clone())
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
        let standing = setting
            .tracking
            .and_then(|tracking| tracking.of(setting.postmortem.path(), item));
        let cells = titles.iter().map(String::as_str).zip(cells);
        let item = item::shown(item, cells, standing);
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
    let entry = timed(out, node);
    if !entering {
        if entry.is_some() {
            close_time(out, entry.as_ref())?;
        }
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
    if entry.is_some() {
        open_time(out, entry.as_ref())?;
    }
    Ok(ChildRendering::HTML)
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
