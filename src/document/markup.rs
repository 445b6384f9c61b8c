//! A body as it is shown: what Markdown says of every stretch of text, in one small list.
//!
//! Owns the marks and the texts between them, so that no body is parsed twice: comrak's own tree takes ten times the memory
//! and lives only as long as [`super::body`] reads. How a mark looks is for the site; what a body means is for
//! [`super::block`].

use comrak::arena_tree::NodeEdge;
use comrak::nodes::{AstNode, ListType, NodeValue, Sourcepos, TableAlignment};

use crate::source::{Source, Span};

/// A text: bytes of the source where it stands there as it is shown, else bytes kept beside the marks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Words {
    /// Counted from the start of the source; past its end, the texts that are kept begin.
    at: u32,
    len: u32,
}

impl Words {
    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.len == 0
    }
}

/// How the cells of a column stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alignment {
    /// As the reader's language has it.
    Start,
    /// In the middle.
    Center,
    /// To the right.
    Right,
}

/// Two texts, kept apart so that a mark stays small.
#[derive(Clone, Copy, Debug)]
pub struct Pair(u32);

/// The name of a footnote and two figures, kept apart so that a mark stays small.
#[derive(Clone, Copy, Debug)]
pub struct Note(u32);

/// What a mark says of the text inside it; `start` is the byte of the source that it begins at.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// All of it; the first mark.
    Body,
    /// A heading.
    Heading {
        /// 1 to 6.
        level: u8,
        /// Where.
        start: u32,
    },
    /// A paragraph.
    Paragraph,
    /// A list.
    List {
        /// Whether it is numbered.
        ordered: bool,
        /// The first number.
        first: u32,
        /// Whether its paragraphs stand close together.
        tight: bool,
    },
    /// An item of a list.
    Item {
        /// Where.
        start: u32,
    },
    /// An item with a box.
    Task {
        /// Whether the box is ticked.
        done: bool,
        /// Where.
        start: u32,
    },
    /// A block quote.
    Quote,
    /// A block of code: what stands behind its fence, and the code.
    CodeBlock(Pair),
    /// A block of raw HTML.
    HtmlBlock(Words),
    /// A line between two parts.
    Rule,
    /// What a footnote says: its name, its number on the page, and how often it is referred to.
    Footnote(Note),
    /// A table of so many columns.
    Table(u32),
    /// A row of a table.
    Row {
        /// Whether it is the header.
        header: bool,
        /// Where.
        start: u32,
    },
    /// A cell of a table.
    Cell {
        /// How its column stands.
        alignment: Alignment,
        /// Its bytes.
        span: Span,
    },
    /// Text.
    Text(Words),
    /// A code span.
    Code(Words),
    /// The end of a line in the source.
    SoftBreak,
    /// The end of a line on the page.
    LineBreak,
    /// A tag of HTML inside a line.
    Html(Words),
    /// Emphasis.
    Emphasis,
    /// Strong emphasis.
    Strong,
    /// Struck out.
    Struck,
    /// A link and its target, unescaped.
    Link(Words),
    /// An image: its target, unescaped, and its title.
    Image(Pair),
    /// A reference to a footnote: its name, its number on the page, and which of the references to it this is, from 1.
    Reference(Note),
    /// Anything else: shown as what is inside it.
    Plain,
}

/// A mark: what it is, and where the marks inside it end. Sixteen bytes: an archive has millions.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    /// What it is.
    pub kind: Kind,
    /// The first mark after those inside it.
    pub end: u32,
}

/// The marks of a body, each before those inside it, and the texts that do not stand in the source as they are shown.
#[derive(Debug, Default)]
pub struct Markup {
    marks: Box<[Mark]>,
    pairs: Box<[(Words, Words)]>,
    notes: Box<[(Words, u32, u32)]>,
    kept: Box<str>,
}

impl Markup {
    /// Reads comrak's tree; `place` tells the bytes of comrak's places.
    pub(super) fn read<'a>(
        tree: &'a AstNode<'a>,
        source: &Source,
        place: impl Fn(Sourcepos) -> Span,
    ) -> Self {
        let mut reader = Reader {
            source,
            pairs: Vec::new(),
            notes: Vec::new(),
            kept: String::new(),
            columns: Vec::new(),
            column: 0,
            footnotes: 0,
        };
        let mut marks: Vec<Mark> = Vec::new();
        let mut open = Vec::new();
        for edge in tree.traverse() {
            match edge {
                NodeEdge::Start(node) => {
                    let data = node.data();
                    open.push(marks.len());
                    marks.push(Mark {
                        kind: reader.kind(&data.value, || place(data.sourcepos)),
                        end: 0,
                    });
                }
                NodeEdge::End(_) => {
                    let end = marks.len();
                    if let Some(mark) = open.pop().and_then(|at| marks.get_mut(at)) {
                        mark.end = short(end);
                    }
                }
            }
        }
        // Copies take just as much as they need, and are kept for long.
        Self {
            marks: marks.as_slice().into(),
            pairs: reader.pairs.into(),
            notes: reader.notes.into(),
            kept: reader.kept.as_str().into(),
        }
    }

    /// The mark at a place of the list.
    pub fn mark(&self, at: usize) -> Option<&Mark> {
        self.marks.get(at)
    }

    /// The marks inside the mark at `at`, at any depth.
    pub fn inside(&self, at: usize) -> std::ops::Range<usize> {
        let end = self.mark(at).map_or(at, |mark| mark.end as usize);
        (at + 1).min(end)..end
    }

    /// Where the marks directly inside the mark at `at` are.
    pub fn children(&self, at: usize) -> impl Iterator<Item = usize> {
        let inside = self.inside(at);
        let within = move |at: &usize| *at < inside.end;
        let next = |at: &usize| self.mark(*at).map(|mark| mark.end as usize);
        std::iter::successors(Some(inside.start), next).take_while(within)
    }

    /// The bytes of a text; `source` is that of the document.
    pub fn text<'a>(&'a self, source: &'a Source, words: Words) -> &'a str {
        let (at, len) = (words.at as usize, words.len as usize);
        let text = match at.checked_sub(source.text().len()) {
            None => source.text().get(at..at + len),
            Some(at) => self.kept.get(at..at + len),
        };
        text.unwrap_or_default()
    }

    /// The two texts of a mark.
    pub fn pair(&self, pair: Pair) -> (Words, Words) {
        let found = self.pairs.get(pair.0 as usize);
        found.copied().unwrap_or_default()
    }

    /// The name and the two figures of a footnote or of a reference to one.
    pub fn note(&self, note: Note) -> (Words, u32, u32) {
        let found = self.notes.get(note.0 as usize);
        found.copied().unwrap_or_default()
    }

    /// The text that is seen inside the mark at `at`, line breaks as spaces.
    pub fn visible(&self, source: &Source, at: usize) -> String {
        let mut visible = String::new();
        for mark in &self.marks[self.inside(at)] {
            match mark.kind {
                Kind::Text(words) | Kind::Code(words) => {
                    visible.push_str(self.text(source, words));
                }
                Kind::SoftBreak | Kind::LineBreak => visible.push(' '),
                _ => {}
            }
        }
        visible
    }
}

struct Reader<'a> {
    source: &'a Source,
    pairs: Vec<(Words, Words)>,
    notes: Vec<(Words, u32, u32)>,
    kept: String,
    /// The columns of the table that is read.
    columns: Vec<Alignment>,
    /// The column of the next cell.
    column: usize,
    /// How many footnotes there were.
    footnotes: u32,
}

impl Reader<'_> {
    fn kind(&mut self, value: &NodeValue, place: impl Fn() -> Span) -> Kind {
        // Asked for only where it is needed: to find a place takes longer than all the rest.
        let start = || place().start;
        match value {
            NodeValue::Document => Kind::Body,
            NodeValue::Heading(heading) => Kind::Heading {
                level: heading.level,
                start: start(),
            },
            NodeValue::Paragraph => Kind::Paragraph,
            NodeValue::List(list) => Kind::List {
                ordered: list.list_type == ListType::Ordered,
                first: short(list.start),
                tight: list.tight,
            },
            NodeValue::Item(_) => Kind::Item { start: start() },
            NodeValue::TaskItem(task) => Kind::Task {
                done: task.symbol.is_some(),
                start: start(),
            },
            NodeValue::BlockQuote => Kind::Quote,
            NodeValue::CodeBlock(code) => {
                let span = place();
                let fence = self.source.slice(span).find('\n').map_or(0, |end| end + 1);
                let info = self.words(&code.info, span.start);
                let code = self.words(&code.literal, span.start + short(fence));
                Kind::CodeBlock(self.pair(info, code))
            }
            NodeValue::HtmlBlock(html) => Kind::HtmlBlock(self.words(&html.literal, start())),
            NodeValue::ThematicBreak => Kind::Rule,
            NodeValue::FootnoteDefinition(footnote) => {
                self.footnotes += 1;
                let name = self.words(&footnote.name, start());
                Kind::Footnote(self.note(name, self.footnotes, footnote.total_references))
            }
            NodeValue::Table(table) => {
                let alignments = table.alignments.iter().map(|alignment| match alignment {
                    TableAlignment::Right => Alignment::Right,
                    TableAlignment::Center => Alignment::Center,
                    TableAlignment::Left | TableAlignment::None => Alignment::Start,
                });
                self.columns = alignments.collect();
                Kind::Table(short(table.num_columns))
            }
            NodeValue::TableRow(header) => {
                self.column = 0;
                Kind::Row {
                    header: *header,
                    start: start(),
                }
            }
            NodeValue::TableCell => {
                let alignment = self.columns.get(self.column).copied();
                self.column += 1;
                Kind::Cell {
                    alignment: alignment.unwrap_or(Alignment::Start),
                    span: place(),
                }
            }
            NodeValue::Text(text) => Kind::Text(self.words(text, start())),
            NodeValue::Code(code) => {
                Kind::Code(self.words(&code.literal, start() + short(code.num_backticks)))
            }
            NodeValue::SoftBreak => Kind::SoftBreak,
            NodeValue::LineBreak => Kind::LineBreak,
            NodeValue::HtmlInline(html) => Kind::Html(self.words(html, start())),
            NodeValue::Emph => Kind::Emphasis,
            NodeValue::Strong => Kind::Strong,
            NodeValue::Strikethrough => Kind::Struck,
            NodeValue::Link(link) => Kind::Link(self.words(&link.url, start())),
            NodeValue::Image(image) => {
                let start = start();
                let url = self.words(&image.url, start);
                let title = self.words(&image.title, start);
                Kind::Image(self.pair(url, title))
            }
            NodeValue::FootnoteReference(reference) => {
                let name = self.words(&reference.name, start());
                Kind::Reference(self.note(name, reference.ix, reference.ref_num))
            }
            _ => Kind::Plain,
        }
    }

    fn pair(&mut self, one: Words, other: Words) -> Pair {
        self.pairs.push((one, other));
        Pair(short(self.pairs.len() - 1))
    }

    fn note(&mut self, name: Words, number: u32, times: u32) -> Note {
        self.notes.push((name, number, times));
        Note(short(self.notes.len() - 1))
    }

    /// Where a text is found again: in the source at `start` if it stands there, else among the texts that are kept.
    fn words(&mut self, text: &str, start: u32) -> Words {
        let source = self.source.text();
        let there = source.as_bytes().get(start as usize..);
        let at = if there.is_some_and(|there| there.starts_with(text.as_bytes())) {
            start
        } else {
            let at = source.len() + self.kept.len();
            self.kept.push_str(text);
            short(at)
        };
        Words {
            at,
            len: short(text.len()),
        }
    }
}

fn short(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::document::Document;

    #[test]
    fn every_text_is_found_again_as_it_is_shown() {
        let text = "# A *b* \\* &amp; `c`\n\n| x | y |\n|--:|:-:|\n| a \\| b | ![p](q \"r\") |\n\n> - [x] one\n>   two\n\n```sh\nrun\n```\n";
        let document = Document::parse(Arc::new(Source::new("a.md", text.into())));
        let (markup, source) = (&document.markup, &document.source);
        let mut seen = Vec::new();
        for at in markup.inside(0) {
            let Some(mark) = markup.mark(at) else { break };
            match mark.kind {
                Kind::Text(words) | Kind::Code(words) | Kind::Link(words) => {
                    seen.push(markup.text(source, words));
                }
                Kind::CodeBlock(pair) | Kind::Image(pair) => {
                    let (one, other) = markup.pair(pair);
                    seen.extend([markup.text(source, one), markup.text(source, other)]);
                }
                _ => {}
            }
        }
        let code = ["sh", "run\n"];
        let cells = ["x", "y", "a | b", "q", "r", "p"];
        assert_eq!(
            seen,
            [
                &["A ", "b", " * & ", "c"],
                &cells[..],
                &["one", "two"],
                &code
            ]
            .concat()
        );
        assert_eq!(markup.visible(source, 1), "A b * & c");
        let tops = markup.children(0).filter_map(|at| markup.mark(at));
        let tops: Vec<String> = tops.map(|mark| format!("{:?}", mark.kind)).collect();
        assert_eq!(tops.len(), 4, "{tops:?}");
        let aligned = markup
            .inside(0)
            .filter_map(|at| match markup.mark(at)?.kind {
                Kind::Cell { alignment, .. } => Some(alignment),
                _ => None,
            });
        let row = [Alignment::Right, Alignment::Center];
        assert_eq!(size_of::<Mark>(), 16);
        assert_eq!(aligned.collect::<Vec<_>>(), [row, row].concat());
    }
}
