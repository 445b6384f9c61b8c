//! How a table of Markdown looks.
//!
//! Owns its rows and cells: those of the timeline have addresses, those of action items become items. Everything else inside is
//! for [`super::node`].

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use super::event::{Anchor, open_time};
use super::item::{self, Item};
use super::link::Asset;
use super::outline::State;
use super::setting::{MARK, Setting};
use super::writer::{Inside, Writer};
use crate::document::markup::{Alignment, Kind};
use crate::postmortem::section::SectionKey;
use crate::source::Span;

/// A table of more columns than this breaks its rows on paper.
const WIDE: u32 = 9;

/// A table; one of action items becomes a place for them.
pub(super) fn table(out: &mut Writer<'_>, at: usize, columns: u32) -> Result<Inside, fmt::Error> {
    let header = out.markup().children(at).next();
    let header = header.and_then(|row| out.line(row));
    if header.is_some_and(|line| out.state.item_tables.contains(&line)) {
        let items = items(out, at);
        let index = out.state.tables.len();
        out.state.tables.push(items);
        out.end_line();
        writeln!(out, "{}{index}{}", MARK.0, MARK.1)?;
        return Ok(Inside::Nothing);
    }
    let timeline = out.state.section() == Some(SectionKey::Timeline);
    let name = out.state.region("Table");
    out.end_line();
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
    out.write_str("\">\n<table>\n")?;
    Ok(Inside::Marks)
}

/// A row of the body; one of the timeline has an address.
pub(super) fn row(out: &mut Writer<'_>, at: usize, header: bool) -> fmt::Result {
    out.end_line();
    if header {
        out.write_str("<thead>\n")?;
    } else if let Some(Kind::Row { header: true, .. }) = out.previous(at).map(|mark| mark.kind) {
        out.write_str("<tbody>\n")?;
    }
    let is_entry = !header && out.state.section() == Some(SectionKey::Timeline);
    out.state.row = is_entry.then(|| out.anchor(at)).flatten();
    match &out.state.row {
        Some(entry) => {
            let id = entry.id.clone();
            write!(out, "<tr id=\"{id}\">")
        }
        None => out.write_str("<tr>"),
    }
}

/// The open row's entry, where this cell holds its time and no link.
fn timed<'a>(out: &Writer<'a>, at: usize, span: Span) -> Option<Anchor<'a>> {
    let entry = out.state.row.as_ref()?;
    let markup = out.markup();
    let is_link = |at: usize| matches!(markup.mark(at).map(|mark| mark.kind), Some(Kind::Link(_)));
    let holds = span.range().contains(&(entry.time.start as usize));
    (holds && !markup.inside(at).any(is_link)).then(|| entry.clone())
}

/// The rows of a table of action items, cell by cell.
fn items(out: &mut Writer<'_>, table: usize) -> Vec<Item> {
    let setting = out.state.setting;
    let source = &setting.postmortem.document.source;
    let known: BTreeMap<usize, _> = setting
        .postmortem
        .actions
        .items
        .iter()
        .map(|item| (source.position(item.span.start).line as usize, item))
        .collect();
    let markup = out.markup();
    let mut rows = markup.children(table);
    let titles: Vec<String> = rows
        .next()
        .map(|row| markup.children(row).map(|cell| out.visible(cell)).collect())
        .unwrap_or_default();
    let mut items = Vec::new();
    for row in rows {
        let Some(item) = out.line(row).and_then(|line| known.get(&line)) else {
            continue;
        };
        let cells = markup
            .children(row)
            .map(|cell| inline(setting, cell, &mut out.state.assets));
        let standing = setting
            .tracking
            .and_then(|tracking| tracking.of(setting.postmortem.path(), item));
        let cells = titles.iter().map(String::as_str).zip(cells);
        let item = item::shown(item, cells, standing);
        out.state.ids.extend(item.anchor.clone());
        items.push(item);
    }
    items
}

/// A cell; the time of an entry leads to the entry.
pub(super) fn cell(
    out: &mut Writer<'_>,
    at: usize,
    alignment: Alignment,
    span: Span,
) -> fmt::Result {
    let row = out.parent(1).map(|(_, mark)| mark.kind);
    // A header without words heads nothing.
    let head =
        matches!(row, Some(Kind::Row { header: true, .. })) && !out.markup().inside(at).is_empty();
    out.end_line();
    out.write_str(if head { "<th scope=\"col\"" } else { "<td" })?;
    out.write_str(match alignment {
        Alignment::Right => " class=\"right\">",
        Alignment::Center => " class=\"center\">",
        Alignment::Start => ">",
    })?;
    out.closing.push(if head { "</th>" } else { "</td>" });
    let closing = match timed(out, at, span) {
        Some(entry) => open_time(out, Some(&entry))?,
        None => "",
    };
    out.closing.push(closing);
    Ok(())
}

/// Renders what is inside a mark, such as a table's cell, by itself.
fn inline(setting: Setting<'_>, at: usize, assets: &mut Vec<Asset>) -> String {
    let mut out = Writer::new(State::new(setting, None), 64);
    let inside = out.markup().inside(at);
    if out.write(at, inside).is_err() {
        return String::new();
    }
    assets.append(&mut out.state.assets);
    out.html
}
