//! Builds the tree from the parser's events, within bounds of depth, nodes and text.

use std::collections::HashMap;

use granit_parser::{Event, ScalarStyle, Span as YamlSpan};

use super::{Node, Parsed, Value};
use crate::document::{Problem, ProblemKind};
use crate::source::{Source, Span};

/// Deepest nesting that is read.
const MAX_DEPTH: usize = 32;
/// Most nodes, aliases counted as what they stand for.
const MAX_NODES: usize = 20_000;
/// Most bytes of scalar text, aliases counted as what they stand for.
const MAX_TEXT: usize = 4 << 20;

/// A collection that is still open.
struct Open {
    start: u32,
    anchor: usize,
    /// `None` for a list; the pending key for a mapping.
    mapping: Option<Option<Node>>,
    items: Vec<Node>,
    entries: Vec<(Node, Node)>,
}

/// A tree that is being built.
pub(super) struct Builder<'a> {
    source: &'a Source,
    within: Span,
    open: Vec<Open>,
    /// Levels inside a collection that was too deep to read.
    skipped: usize,
    root: Option<Node>,
    anchors: HashMap<usize, Node>,
    nodes: usize,
    text: usize,
    complete: bool,
    problems: Vec<Problem>,
}

impl<'a> Builder<'a> {
    /// Begins a tree; spans in it are spans of `source`.
    pub(super) fn new(source: &'a Source, within: Span) -> Self {
        Self {
            source,
            within,
            open: Vec::new(),
            skipped: 0,
            root: None,
            anchors: HashMap::new(),
            nodes: 0,
            text: 0,
            complete: true,
            problems: Vec::new(),
        }
    }

    /// Closes what is still open, and hands over what could be read.
    pub(super) fn finish(mut self) -> Parsed {
        while let Some(open) = self.open.pop() {
            if !self.complete && !self.open.is_empty() && self.is_flow(&open) {
                // A bracket that never closes has swallowed what follows: nobody knows what it was to hold.
                let place = Span::new(open.start as usize, open.start as usize);
                self.add(open.anchor, scalar(place, "", true));
            } else {
                self.close(open, self.within.end);
            }
        }
        Parsed {
            root: self.root,
            complete: self.complete,
            problems: self.problems,
        }
    }

    /// Takes one event; false when reading must stop.
    pub(super) fn take(&mut self, event: Event<'_>, span: &YamlSpan) -> bool {
        let place = self.place(span);
        match event {
            Event::MappingStart(_, anchor, _) | Event::SequenceStart(_, anchor, _)
                if self.skipped > 0 || self.open.len() >= MAX_DEPTH =>
            {
                if self.skipped == 0 {
                    let message = format!("nested more than {MAX_DEPTH} levels deep");
                    self.flaw(place, &message, "flatten this value");
                    let empty = scalar(place, "", true);
                    self.add(anchor, empty);
                }
                self.skipped += 1;
            }
            Event::MappingEnd | Event::SequenceEnd if self.skipped > 0 => self.skipped -= 1,
            _ if self.skipped > 0 => {}
            Event::MappingStart(_, anchor, _) => self.start(place.start, anchor, Some(None)),
            Event::SequenceStart(_, anchor, _) => self.start(place.start, anchor, None),
            Event::MappingEnd | Event::SequenceEnd => {
                if let Some(open) = self.open.pop() {
                    self.close(open, place.end);
                }
            }
            Event::Scalar(text, style, anchor, _) => {
                let node = scalar(place, &text, style == ScalarStyle::Plain);
                self.add(anchor, node);
            }
            Event::Alias(id) => {
                let mut node = match self.anchors.get(&id) {
                    Some(node) => node.clone(),
                    None => scalar(place, "", true),
                };
                node.span = place;
                self.add(0, node);
            }
            _ => {}
        }
        if self.nodes > MAX_NODES || self.text > MAX_TEXT {
            self.flaw(
                place,
                "the aliases up to here stand for more than the tool will read",
                "write the values out instead of using `*aliases`",
            );
            return false;
        }
        true
    }

    fn start(&mut self, start: u32, anchor: usize, mapping: Option<Option<Node>>) {
        self.open.push(Open {
            start,
            anchor,
            mapping,
            items: Vec::new(),
            entries: Vec::new(),
        });
    }

    /// Whether a collection is written in brackets.
    fn is_flow(&self, open: &Open) -> bool {
        self.source.text()[open.start as usize..].starts_with(['[', '{'])
    }

    fn close(&mut self, open: Open, end: u32) {
        // A block collection ends with its last value; its closing event comes only after comments.
        let flow = self.is_flow(&open);
        let last = open
            .items
            .last()
            .or(open.entries.last().map(|(_, value)| value));
        let end = match last {
            Some(last) if !flow => last.span.end,
            _ => end,
        };
        let text = self.source.slice(Span {
            start: open.start,
            end,
        });
        let span = Span::new(
            open.start as usize,
            open.start as usize + text.trim_end().len(),
        );
        let value = match open.mapping {
            None => Value::Sequence(open.items),
            Some(_) => Value::Mapping(open.entries),
        };
        self.add(open.anchor, Node { span, value });
    }

    fn add(&mut self, anchor: usize, node: Node) {
        let size = match node.value {
            Value::Scalar { .. } => node.size(),
            // Children of a collection were counted as they came, but not those of an alias.
            _ if self.anchors.is_empty() => (1, 0),
            _ => node.size(),
        };
        self.nodes += size.0;
        self.text += size.1;
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        let Some(top) = self.open.last_mut() else {
            self.root = Some(node);
            return;
        };
        match &mut top.mapping {
            None => top.items.push(node),
            Some(pending) => match pending.take() {
                None => *pending = Some(node),
                Some(key) => {
                    let same = |other: &&(Node, Node)| {
                        other.0.text().is_some() && other.0.text() == key.text()
                    };
                    if let Some((first, _)) = top.entries.iter().find(same) {
                        let mut problem = Problem::new(
                            ProblemKind::FrontMatter,
                            key.span,
                            format!("`{}` is set twice", key.text().unwrap_or_default()),
                            "keep one of the two".into(),
                        );
                        problem.related = Some((first.span, "it was set here first".into()));
                        self.problems.push(problem);
                    } else {
                        top.entries.push((key, node));
                    }
                }
            },
        }
    }

    pub(super) fn flaw(&mut self, span: Span, message: &str, help: &str) {
        self.complete = false;
        self.problems.push(Problem::new(
            ProblemKind::FrontMatter,
            span,
            message.into(),
            help.into(),
        ));
    }

    /// Says that the text cannot be read from `at` on, and which bracket is still open there.
    pub(super) fn unreadable(&mut self, at: usize, why: &str) {
        let span = self.visible(at);
        if self.source.slice(span).starts_with('@') {
            let help = "put the value in quotes, as in `\"@org/team\"`";
            return self.flaw(span, "a value cannot begin with `@`", help);
        }
        self.flaw(
            span,
            &format!("the YAML cannot be read: {why}"),
            "check quotes, colons, brackets and indentation here; a value with `: ` or ` #` in it needs quotes",
        );
        let text = self.source.text();
        let mut open = self.open.iter().map(|open| open.start as usize);
        let bracket = open.find(|at| text[*at..].starts_with(['[', '{']));
        if let (Some(problem), Some(at)) = (self.problems.last_mut(), bracket) {
            problem.related = Some((Span::new(at, at + 1), "opened here".into()));
        }
    }

    pub(super) fn offset(&self, byte: Option<usize>) -> usize {
        let byte = byte.unwrap_or(0) + self.within.start as usize;
        byte.min(self.within.end as usize)
    }

    pub(super) fn place(&self, span: &YamlSpan) -> Span {
        let start = self.offset(span.start.byte_offset());
        let text = &self.source.text()[start..self.offset(span.end.byte_offset()).max(start)];
        Span::new(start, start + text.trim_end().len())
    }

    /// The rest of the line at `at`, or the last line that holds text.
    fn visible(&self, at: usize) -> Span {
        let text = self.source.slice(self.within);
        let local = at - self.within.start as usize;
        let before = text[..local].trim_end();
        let start = if text[local..]
            .trim_start_matches([' ', '\t'])
            .starts_with(['\n', '\r'])
            || text[local..].trim().is_empty()
        {
            before.rfind('\n').map_or(0, |at| at + 1)
        } else {
            local
        };
        let line = text[start..].lines().next().unwrap_or_default();
        let start = self.within.start as usize + start;
        Span::new(start, start + line.trim_end().len())
    }
}

fn scalar(span: Span, text: &str, plain: bool) -> Node {
    Node {
        span,
        value: Value::Scalar {
            text: text.into(),
            plain,
        },
    }
}
