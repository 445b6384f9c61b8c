//! A sheet as Markdown, for issues, pull requests, wikis and readers of plain text.

use super::{Block, Line, Piece, Sheet, Table};
use crate::report::markdown::{code, inline, label};

/// The whole sheet.
pub(super) fn write(sheet: &Sheet) -> String {
    let title = Line::from(sheet.title.as_str());
    let mut parts = vec![format!("# {}", line(&title))];
    parts.extend(sheet.blocks.iter().map(block));
    parts.join("\n\n") + "\n"
}

fn block(block: &Block) -> String {
    let each = |lines: &[Line], mark: &dyn Fn(usize) -> String| {
        let lines = lines.iter().enumerate();
        let lines: Vec<String> = lines
            .map(|(index, own)| format!("{}{}", mark(index), begun(own)))
            .collect();
        lines.join("\n")
    };
    match block {
        Block::Heading(own) => format!("## {}", line(own)),
        Block::Subheading(own) => format!("### {}", line(own)),
        Block::Paragraph(own) => begun(own),
        Block::Quote(own) => format!("> {}", begun(own)),
        Block::List(lines) => each(lines, &|_| "- ".into()),
        Block::Steps(lines) => each(lines, &|index| format!("{}. ", index + 1)),
        Block::Tasks(lines) => each(lines, &|_| "- [ ] ".into()),
        Block::Table(own) => table(own),
    }
}

fn table(table: &Table) -> String {
    let row = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    let mut rows = vec![
        row(table.head.iter().map(|(name, _)| label(name)).collect()),
        row(table
            .head
            .iter()
            .map(|(_, figures)| if *figures { "---:" } else { "---" }.to_string())
            .collect()),
    ];
    let cells = |cells: &Vec<Line>| row(cells.iter().map(cell).collect());
    rows.extend(table.rows.iter().map(cells));
    rows.join("\n")
}

/// A cell: a bar parts cells inside of code too.
fn cell(own: &Line) -> String {
    let text = line(own);
    let mut safe = String::with_capacity(text.len());
    let mut before = ' ';
    for letter in text.chars() {
        if letter == '|' && before != '\\' {
            safe.push('\\');
        }
        safe.push(letter);
        before = letter;
    }
    safe
}

fn line(own: &Line) -> String {
    own.0.iter().map(piece).collect()
}

/// A line at the beginning of a block, where some letters make it another one.
fn begun(own: &Line) -> String {
    let text = line(own);
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let at = if text.starts_with(['#', '-', '+', '=']) {
        0
    } else if digits > 0 && text[digits..].starts_with(['.', ')']) {
        digits
    } else {
        return text;
    };
    format!("{}\\{}", &text[..at], &text[at..])
}

fn piece(piece: &Piece) -> String {
    match piece {
        Piece::Text(text) => spaced(text, inline(text)),
        Piece::Strong(text) => spaced(text, format!("**{}**", label(text))),
        Piece::Code(text) if text.trim().is_empty() => String::new(),
        Piece::Code(text) => code(text),
        Piece::Aside(text) => format!(" ({})", inline(text)),
        Piece::Link { text, url } => format!("[{}]({})", label(text), address(url)),
    }
}

/// The spaces around a text, which belong to the line.
fn spaced(text: &str, written: String) -> String {
    let space = |at_edge: bool| if at_edge { " " } else { "" };
    if written.is_empty() {
        return space(!text.is_empty()).into();
    }
    let before = space(text.starts_with(char::is_whitespace));
    let after = space(text.ends_with(char::is_whitespace));
    format!("{before}{written}{after}")
}

/// An address without the letters that end one in Markdown, or a cell.
fn address(url: &str) -> String {
    let mut safe = String::with_capacity(url.len());
    for letter in url.chars() {
        match letter {
            '(' | ')' | '<' | '>' | '\\' | '|' | ' ' | '`' => {
                safe += &format!("%{:02X}", u32::from(letter));
            }
            letter if letter.is_control() => {}
            letter => safe.push(letter),
        }
    }
    safe
}
