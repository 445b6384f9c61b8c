//! Markdown to blocks, through comrak.
//!
//! Owns the way from comrak's lines and columns to exact bytes. Sections are split in [`super::section`].

use comrak::nodes::{AstNode, ListType, NodeValue, Sourcepos};
use comrak::{Arena, Options};

use super::block::{Block, BlockKind, Cell, Item, List, Row, Table};
use super::markup::Markup;
use super::run::{PieceKind, Run};
use super::tag::{self, Name};
use super::{Comment, Link, section};
use crate::source::{Source, Span};

/// Deepest nesting of lists and quotes that is read; what lies deeper is left out of the model.
const MAX_DEPTH: usize = 64;

/// What a body holds.
pub(super) struct Body {
    pub(super) blocks: Vec<Block>,
    pub(super) markup: Markup,
    pub(super) comments: Vec<Comment>,
    pub(super) links: Vec<Link>,
    pub(super) anchors: Vec<String>,
    pub(super) html: Vec<Span>,
    pub(super) has_html: bool,
}

/// The Markdown that is read: GitHub's.
pub fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.autolink = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options
}

/// Reads the Markdown at `span`.
pub(super) fn parse(source: &Source, span: Span) -> Body {
    let text = source.slice(span);
    let arena = Arena::new();
    let root = comrak::parse_document(&arena, text, &options());
    let mut reader = Reader {
        source,
        span,
        first_line: source.position(span.start).line as usize,
        comments: Vec::new(),
        links: Vec::new(),
        names: Vec::new(),
        html: Vec::new(),
        has_html: false,
    };
    let blocks = reader.blocks(root, 0);
    reader.cover(&blocks);
    let markup = Markup::read(root, source, |pos| reader.place(pos));
    Body {
        blocks,
        markup,
        comments: reader.comments,
        links: reader.links,
        anchors: anchors(&reader.names),
        html: reader.html,
        has_html: reader.has_html,
    }
}

struct Reader<'a> {
    source: &'a Source,
    span: Span,
    first_line: usize,
    comments: Vec<Comment>,
    links: Vec<Link>,
    names: Vec<Name>,
    html: Vec<Span>,
    has_html: bool,
}

impl<'a> Reader<'a> {
    fn blocks(&mut self, parent: &'a AstNode<'a>, depth: usize) -> Vec<Block> {
        if depth > MAX_DEPTH {
            return Vec::new();
        }
        parent
            .children()
            .filter_map(|node| self.block(node, depth))
            .collect()
    }

    fn block(&mut self, node: &'a AstNode<'a>, depth: usize) -> Option<Block> {
        let data = node.data.borrow();
        let span = self.place(data.sourcepos);
        let kind = match &data.value {
            NodeValue::Heading(heading) => {
                let run = self.run(node, span, false);
                self.names
                    .push(Name::Heading(run.text(self.source).into_owned()));
                BlockKind::Heading {
                    level: heading.level,
                    run,
                }
            }
            NodeValue::Paragraph => BlockKind::Paragraph(self.run(node, span, false)),
            NodeValue::List(list) => BlockKind::List(List {
                ordered: list.list_type == ListType::Ordered,
                items: node.children().map(|item| self.item(item, depth)).collect(),
            }),
            NodeValue::Table(_) => BlockKind::Table(self.table(node)),
            NodeValue::CodeBlock(_) => BlockKind::Code,
            NodeValue::BlockQuote => BlockKind::Quote(self.blocks(node, depth + 1)),
            NodeValue::FootnoteDefinition(_) => BlockKind::Footnote(self.blocks(node, depth + 1)),
            NodeValue::ThematicBreak => BlockKind::Break,
            NodeValue::HtmlBlock(_) => {
                self.html(span);
                BlockKind::Html
            }
            _ => return None,
        };
        Some(Block { span, kind })
    }

    fn item(&mut self, node: &'a AstNode<'a>, depth: usize) -> Item {
        let data = node.data.borrow();
        let task = match &data.value {
            NodeValue::TaskItem(task) => Some(task.symbol.is_some()),
            _ => None,
        };
        Item {
            span: self.place(data.sourcepos),
            task,
            blocks: self.blocks(node, depth + 1),
        }
    }

    fn table(&mut self, node: &'a AstNode<'a>) -> Table {
        let mut rows: Vec<Row> = node
            .children()
            .map(|row| Row {
                span: self.place(row.data.borrow().sourcepos),
                cells: row.children().map(|cell| self.cell(cell)).collect(),
            })
            .collect();
        let header = if rows.is_empty() {
            Row::default()
        } else {
            rows.remove(0)
        };
        Table { header, rows }
    }

    fn cell(&mut self, node: &'a AstNode<'a>) -> Cell {
        let span = self.place(node.data.borrow().sourcepos);
        let text = self.source.slice(span);
        let start = span.start as usize + (text.len() - text.trim_start().len());
        let trimmed = Span::new(start, start + text.trim().len());
        Cell {
            span: trimmed,
            run: self.run(node, trimmed, true),
        }
    }

    /// The visible text below a node. In a table cell an escaped bar shifts comrak's columns, so there the
    /// text itself is looked for.
    fn run(&mut self, node: &'a AstNode<'a>, within: Span, cell: bool) -> Run {
        let mut run = Run::default();
        let mut cursor = within.start as usize;
        let shifted = cell && self.source.slice(within).contains("\\|");
        let mut address = None;
        for child in node.descendants().skip(1) {
            let data = child.data.borrow();
            let place = self.place(data.sourcepos);
            let reported = if shifted {
                cursor
            } else {
                place.start as usize
            };
            match &data.value {
                NodeValue::Text(text) => {
                    let kind = match &address {
                        Some((end, url)) if place.end <= *end && *url == **text => {
                            PieceKind::Address
                        }
                        _ => PieceKind::Text,
                    };
                    cursor = self.literal(&mut run, text, kind, reported, cursor, within);
                }
                NodeValue::Code(code) => {
                    let text = &code.literal;
                    cursor =
                        self.literal(&mut run, text, PieceKind::Code, reported, cursor, within);
                    let after = &self.source.text()[cursor..within.end as usize];
                    let ticks = after.trim_start_matches(' ');
                    if ticks.starts_with('`') {
                        cursor += after.len() - ticks.trim_start_matches('`').len();
                    }
                }
                NodeValue::SoftBreak | NodeValue::LineBreak => run.push(place, PieceKind::Break),
                NodeValue::HtmlInline(html) => {
                    if is_break(html) {
                        // In a row whose places are shifted it stands where the text before it ends.
                        let at = Span::new(cursor, cursor);
                        run.push(if shifted { at } else { place }, PieceKind::Break);
                    }
                    self.html(place);
                    cursor = cursor.max(place.end as usize).min(within.end as usize);
                }
                NodeValue::Link(link) => {
                    address = Some((
                        place.end,
                        link.url.trim_start_matches("mailto:").to_string(),
                    ));
                    self.link(child, place, &link.url, false);
                }
                NodeValue::Image(link) => self.link(child, place, &link.url, true),
                NodeValue::FootnoteReference(_) => {}
                _ => {}
            }
        }
        run
    }

    fn link(&mut self, node: &'a AstNode<'a>, span: Span, url: &str, image: bool) {
        let mut text = String::new();
        for child in node.descendants() {
            match &child.data.borrow().value {
                NodeValue::Text(part) => text.push_str(part),
                NodeValue::Code(code) => text.push_str(&code.literal),
                NodeValue::SoftBreak | NodeValue::LineBreak => text.push(' '),
                _ => {}
            }
        }
        self.links.push(Link {
            span,
            target: url.into(),
            text,
            image,
            html: false,
        });
    }

    fn html(&mut self, span: Span) {
        let text = self.source.slice(span).trim_end();
        let end = span.start as usize + text.len();
        let mut rest = text.trim_start();
        // A line that begins with a comment is HTML to its end, and may hold more than that comment.
        while let Some(length) = comment(rest) {
            let start = end - rest.len();
            self.comments.push(Comment {
                span: Span::new(start, start + length),
                text: rest[4..length - 3].trim().into(),
                covers: None,
            });
            rest = rest[length..].trim_start();
        }
        if !rest.is_empty() {
            self.has_html = true;
            let start = end - rest.len();
            self.marks(rest, start);
            self.html.push(Span::new(start, end));
            let tags = tag::read(rest);
            self.names.extend(tags.names);
            self.links.extend(tags.links.into_iter().map(|link| Link {
                span: Span::new(
                    start + link.span.start as usize,
                    start + link.span.end as usize,
                ),
                ..link
            }));
        }
    }

    /// The comments inside a stretch of HTML that say where an internal block begins and ends: missing one would let it out.
    fn marks(&mut self, html: &str, start: usize) {
        for (at, _) in html.match_indices("<!--") {
            let Some(length) = comment(&html[at..]) else {
                return;
            };
            let text = html[at + 4..at + length - 3].trim();
            let command = text.strip_prefix("aftersight:").map(str::trim);
            if matches!(command, Some("internal" | "end")) {
                self.comments.push(Comment {
                    span: Span::new(start + at, start + at + length),
                    text: text.into(),
                    covers: None,
                });
            }
        }
    }

    /// Puts a literal into the run and returns the byte after it.
    fn literal(
        &self,
        run: &mut Run,
        literal: &str,
        kind: PieceKind,
        reported: usize,
        cursor: usize,
        within: Span,
    ) -> usize {
        if literal.is_empty() {
            return cursor;
        }
        let text = self.source.text();
        let end = within.end as usize;
        let starts = (reported.max(cursor)..end).take(4096);
        for start in starts.filter(|at| *at >= within.start as usize && text.is_char_boundary(*at))
        {
            if let Some(pieces) = align(&text[..end], start, literal) {
                for (span, replaced) in &pieces {
                    match replaced {
                        None => run.push(*span, kind),
                        Some(text) => run.push_replaced(*span, kind, text),
                    }
                }
                return pieces.last().map_or(cursor, |(span, _)| span.end as usize);
            }
        }
        let at = reported.clamp(within.start as usize, end);
        run.push_replaced(Span::new(at, end), kind, literal);
        cursor
    }

    /// Comrak's place as bytes of the source.
    fn place(&self, pos: Sourcepos) -> Span {
        let start = self.byte(pos.start.line, pos.start.column.saturating_sub(1));
        let end = self.byte(pos.end.line, pos.end.column);
        Span::new(start, end)
    }

    fn byte(&self, line: usize, column: usize) -> usize {
        let line = self.first_line + line.max(1) - 1;
        let start = self.source.line_start(line).max(self.span.start as usize);
        let next = self.source.line_start(line + 1).max(start);
        let mut at = (start + column).min(next).min(self.span.end as usize);
        while !self.source.text().is_char_boundary(at) {
            at += 1;
        }
        at
    }

    /// Finds the block that follows each comment.
    fn cover(&mut self, blocks: &[Block]) {
        let mut places = Vec::new();
        collect(blocks, &mut places);
        places.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
        for comment in &mut self.comments {
            let next = places.partition_point(|span| span.start < comment.span.end);
            comment.covers = places.get(next).copied();
        }
    }
}

/// What links can lead to: anchors of headings, and names as they were given.
fn anchors(names: &[Name]) -> Vec<String> {
    let titles = names.iter().filter_map(|name| match name {
        Name::Heading(title) => Some(title.as_str()),
        Name::Given(_) => None,
    });
    let mut anchors = section::anchors(titles);
    anchors.extend(names.iter().filter_map(|name| match name {
        Name::Given(name) => Some(name.clone()),
        Name::Heading(_) => None,
    }));
    anchors
}

/// Every block that a comment can stand before; comments themselves are none.
fn collect(blocks: &[Block], places: &mut Vec<Span>) {
    for block in blocks {
        match &block.kind {
            BlockKind::Html => continue,
            BlockKind::List(list) => {
                for item in &list.items {
                    collect(&item.blocks, places);
                }
            }
            BlockKind::Quote(inner) | BlockKind::Footnote(inner) => collect(inner, places),
            _ => {}
        }
        places.push(block.span);
    }
}

/// The length of the comment at the start of a text.
fn comment(text: &str) -> Option<usize> {
    let inner = text.strip_prefix("<!--")?;
    inner.find("-->").map(|end| end + 7)
}

/// Lays a literal over the text at `start`, through backslash escapes, entities and the indentation of
/// continued lines. `None` where it does not fit.
fn align(text: &str, start: usize, literal: &str) -> Option<Vec<(Span, Option<Box<str>>)>> {
    let rest = text.get(start..)?;
    if rest.starts_with(literal) {
        return Some(vec![(Span::new(start, start + literal.len()), None)]);
    }
    let mut pieces: Vec<(Span, Option<Box<str>>)> = Vec::new();
    let mut at = start;
    let mut left = literal;
    let mut verbatim = start;
    while let Some(c) = left.chars().next() {
        let rest = text.get(at..)?;
        let next = rest.chars().next()?;
        if next == '\\' && rest[1..].starts_with(c) && c.is_ascii_punctuation() {
            flush(&mut pieces, verbatim, at);
            pieces.push((Span::new(at, at + 2), Some(c.to_string().into())));
            at += 2;
            verbatim = at;
            left = &left[c.len_utf8()..];
        } else if next == '&'
            && let Some(length) = entity(rest)
        {
            flush(&mut pieces, verbatim, at);
            pieces.push((Span::new(at, at + length), Some(c.to_string().into())));
            at += length;
            verbatim = at;
            left = &left[c.len_utf8()..];
        } else if next == c {
            at += c.len_utf8();
            left = &left[c.len_utf8()..];
        } else {
            return None;
        }
    }
    flush(&mut pieces, verbatim, at);
    Some(pieces)
}

fn flush(pieces: &mut Vec<(Span, Option<Box<str>>)>, from: usize, to: usize) {
    if from < to {
        pieces.push((Span::new(from, to), None));
    }
}

/// Whether a tag is a line break, `<br>` in any spelling.
fn is_break(tag: &str) -> bool {
    let name = tag.trim_start_matches('<').trim_end_matches('>');
    let name = name.trim_end_matches('/').split_whitespace().next();
    name.is_some_and(|name| name.trim_end_matches('/').eq_ignore_ascii_case("br"))
}

/// The length of the entity at the start of `text`. Each is taken to stand for one character; the few that
/// stand for two leave their run without exact places, not without text.
fn entity(text: &str) -> Option<usize> {
    let name = text.bytes().skip(1).take(40);
    let length = name
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'#')
        .count();
    (length > 0 && text[1 + length..].starts_with(';')).then_some(length + 2)
}
