//! How a single node of Markdown looks.
//!
//! Owns what differs from plain HTML: tables and code scroll inside themselves, links lead where [`super::link`] lets
//! them, tables of action items become items.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use comrak::html::{ChildRendering, Context, format_document_with_formatter, format_node_default};
use comrak::nodes::{AstNode, NodeLink, NodeValue, TableAlignment};
use comrak::options::Plugins;

use super::event::{event, leading_time};
use super::item::{self, Item};
use super::link::Asset;
use super::outline::State;
use super::setting::{MARK, Setting};
use crate::document::options;
use crate::postmortem::section::SectionKey;

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
