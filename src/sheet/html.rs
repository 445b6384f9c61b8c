//! A sheet as one HTML file that mail programs show: inline styles only, no script, nothing fetched, no layout but one column.
//!
//! Text and ground have the colours of the reader's program, so that light and dark are both right; the one colour of our own
//! is seen on both.

use std::fmt::Write as _;

use super::{Block, Line, Piece, Sheet, Table};

const TEXT: &str = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:16px;line-height:1.5";
const COLUMN: &str = "max-width:640px;margin:0 auto;padding:16px";
const TITLE: &str = "font-size:24px;line-height:1.25;margin:8px 0 16px";
const HEADING: &str = "font-size:19px;line-height:1.3;margin:32px 0 8px;padding-top:12px;border-top:2px solid #7d8590";
const SUBHEADING: &str = "font-size:16px;line-height:1.4;margin:20px 0 6px";
const PARAGRAPH: &str = "margin:0 0 12px";
const QUOTE: &str =
    "margin:0 0 12px;padding:4px 0 4px 14px;border-left:4px solid #7d8590;font-style:italic";
const LIST: &str = "margin:0 0 12px;padding-left:24px";
const TASKS: &str = "margin:0 0 12px;padding-left:0;list-style:none";
const ITEM: &str = "margin:0 0 6px";
const TASK: &str = "margin:0 0 8px;padding-left:26px;text-indent:-26px";
const TABLE: &str =
    "border-collapse:collapse;width:100%;margin:0 0 16px;font-size:14px;line-height:1.4";
const CELL: &str = "padding:6px 8px 6px 0;border-bottom:1px solid #7d8590;vertical-align:top";
const CODE: &str = "font-family:Consolas,Menlo,monospace;font-size:0.9em;overflow-wrap:anywhere";

const ASIDE: &str = "font-size:12px;font-weight:normal";

/// The whole file.
pub(super) fn write(sheet: &Sheet) -> String {
    let title = escaped(&one_line(&sheet.title));
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"supported-color-schemes\" content=\"light dark\">\n\
         <title>{title}</title>\n</head>\n<body style=\"margin:0;{TEXT}\">\n<div style=\"{COLUMN}\">\n\
         <h1 style=\"{TITLE}\">{}</h1>\n",
        text(&sheet.title)
    );
    for own in &sheet.blocks {
        html += &block(own);
        html.push('\n');
    }
    html += "</div>\n</body>\n</html>\n";
    html
}

fn block(block: &Block) -> String {
    match block {
        Block::Heading(own) => element("h2", HEADING, own),
        Block::Subheading(own) => element("h3", SUBHEADING, own),
        Block::Paragraph(own) => element("p", PARAGRAPH, own),
        Block::Quote(own) => element("blockquote", QUOTE, own),
        Block::List(lines) => list("ul", LIST, ITEM, "", lines),
        Block::Steps(lines) => list("ol", LIST, ITEM, "", lines),
        Block::Tasks(lines) => list("ul", TASKS, TASK, "\u{2610}\u{a0}\u{a0}", lines),
        Block::Table(own) => table(own),
    }
}

fn element(name: &str, style: &str, own: &Line) -> String {
    format!("<{name} style=\"{style}\">{}</{name}>", line(own))
}

fn list(name: &str, style: &str, item: &str, mark: &str, lines: &[Line]) -> String {
    let mut html = format!("<{name} style=\"{style}\">\n");
    for own in lines {
        // Writing to a string does not fail.
        let _ = writeln!(html, "<li style=\"{item}\">{mark}{}</li>", line(own));
    }
    html + &format!("</{name}>")
}

fn table(table: &Table) -> String {
    let side = |column: usize| match table.head.get(column) {
        Some((_, true)) => "right",
        _ => "left",
    };
    let mut html = format!("<table style=\"{TABLE}\">\n<thead><tr>");
    for (column, (name, _)) in table.head.iter().enumerate() {
        let style = format!("{CELL};text-align:{}", side(column));
        let name = escaped(name);
        html += &format!("<th scope=\"col\" style=\"{style}\">{name}</th>");
    }
    html += "</tr></thead>\n<tbody>\n";
    for row in &table.rows {
        html += "<tr>";
        for (column, cell) in row.iter().enumerate() {
            let style = format!("{CELL};text-align:{}", side(column));
            let cell = line(cell);
            html += &match column {
                0 => format!("<th scope=\"row\" style=\"{style};font-weight:normal\">{cell}</th>"),
                _ => format!("<td style=\"{style}\">{cell}</td>"),
            };
        }
        html += "</tr>\n";
    }
    html + "</tbody>\n</table>"
}

fn line(own: &Line) -> String {
    own.0.iter().map(piece).collect()
}

fn piece(piece: &Piece) -> String {
    match piece {
        Piece::Text(own) => text(own),
        Piece::Strong(own) => format!("<strong>{}</strong>", escaped(own)),
        Piece::Code(own) => code(own),
        Piece::Aside(own) => format!("<br><span style=\"{ASIDE}\">{}</span>", text(own)),
        Piece::Link { text, url } => {
            format!("<a href=\"{}\">{}</a>", escaped(url), escaped(text))
        }
    }
}

/// A text in which pairs of backticks become code.
fn text(own: &str) -> String {
    let parts: Vec<&str> = own.split('`').collect();
    let mut html = String::with_capacity(own.len());
    for (index, part) in parts.iter().enumerate() {
        let inside = index % 2 == 1;
        let closed = index + 1 < parts.len();
        html += &match (inside, closed && !part.trim().is_empty()) {
            (true, true) => code(part),
            (true, false) => format!("`{}{}", escaped(part), if closed { "`" } else { "" }),
            (false, _) => escaped(part),
        };
    }
    html
}

fn code(own: &str) -> String {
    match own.trim() {
        "" => String::new(),
        own => format!("<code style=\"{CODE}\">{}</code>", escaped(own)),
    }
}

/// A text or the value of an attribute, in one line and without what could turn it around.
fn escaped(own: &str) -> String {
    let mut html = String::with_capacity(own.len());
    // Writing to a string does not fail.
    let _ = comrak::html::escape(&mut html, &one_line(own));
    html
}

fn one_line(own: &str) -> String {
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    own.chars()
        .filter(|c| !turns(*c))
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
