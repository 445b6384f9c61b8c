//! The marks of a body in their order, and the HTML that is written on the way.
//!
//! Owns the walk: which marks are open, which one stood before, and that a line of HTML ends once. How a mark looks is for
//! [`super::node`].

use std::fmt::{self, Write};
use std::ops::Range;

use super::event::Anchor;
use super::node;
use super::outline::State;
use crate::document::markup::{Kind, Mark, Markup, Words};
use crate::source::Source;

/// How the marks inside a mark are shown.
pub(super) enum Inside {
    /// Each as its kind is.
    Marks,
    /// Their text alone.
    Text,
    /// Not at all.
    Nothing,
}

/// HTML being written.
pub(super) struct Writer<'a> {
    /// What is known by now.
    pub(super) state: State<'a>,
    /// What is written.
    pub(super) html: String,
    markup: &'a Markup,
    source: &'a Source,
    /// The marks that are open, the outermost first.
    open: Vec<usize>,
    /// The mark that was closed last.
    before: usize,
    /// What closes each open mark that can be closed in several ways.
    pub(super) closing: Vec<&'static str>,
    /// How many footnotes were begun.
    pub(super) footnotes: u32,
    /// The last footnote from which a way leads back.
    pub(super) led_back: u32,
}

impl Write for Writer<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.html.push_str(text);
        Ok(())
    }
}

impl<'a> Writer<'a> {
    /// A writer before its first mark.
    pub(super) fn new(state: State<'a>, capacity: usize) -> Self {
        let document = &state.setting.postmortem.document;
        Self {
            html: String::with_capacity(capacity),
            markup: &document.markup,
            source: &document.source,
            open: Vec::new(),
            before: 0,
            closing: Vec::new(),
            footnotes: 0,
            led_back: 0,
            state,
        }
    }

    /// Writes some marks, all of them inside the mark at `parent`.
    pub(super) fn write(&mut self, parent: usize, marks: Range<usize>) -> fmt::Result {
        self.open.push(parent);
        let mut text_until = 0;
        let mut at = marks.start;
        while let Some(mark) = self.markup.mark(at).filter(|_| at < marks.end) {
            self.close(at)?;
            let end = mark.end as usize;
            if at < text_until {
                self.plain(mark)?;
                at += 1;
                continue;
            }
            at = match node::enter(self, at, mark)? {
                Inside::Nothing => {
                    self.before = at;
                    end
                }
                inside => {
                    if matches!(inside, Inside::Text) {
                        text_until = end;
                    }
                    self.open.push(at);
                    at + 1
                }
            };
        }
        self.close(marks.end)?;
        self.open.pop();
        Ok(())
    }

    /// Closes every mark that ends before `at`, but for the one that all are written in.
    fn close(&mut self, at: usize) -> fmt::Result {
        while let [_, .., last] = self.open[..] {
            let Some(mark) = self.markup.mark(last) else {
                break;
            };
            if mark.end as usize > at {
                break;
            }
            self.open.pop();
            node::leave(self, last, mark)?;
            self.before = last;
        }
        Ok(())
    }

    fn plain(&mut self, mark: &Mark) -> fmt::Result {
        match mark.kind {
            Kind::Text(words) | Kind::Code(words) | Kind::Html(words) => self.words(words),
            Kind::SoftBreak | Kind::LineBreak => self.write_str(" "),
            _ => Ok(()),
        }
    }

    /// The marks of the body.
    pub(super) fn markup(&self) -> &'a Markup {
        self.markup
    }

    /// The bytes of a text.
    pub(super) fn text(&self, words: Words) -> &'a str {
        self.markup.text(self.source, words)
    }

    /// The text that is seen inside a mark.
    pub(super) fn visible(&self, at: usize) -> String {
        self.markup.visible(self.source, at)
    }

    /// The line of the file that a heading, an item or a row begins on.
    pub(super) fn line(&self, at: usize) -> Option<usize> {
        match self.markup.mark(at)?.kind {
            Kind::Heading { start, .. }
            | Kind::Item { start }
            | Kind::Task { start, .. }
            | Kind::Row { start, .. } => Some(self.source.position(start).line as usize),
            _ => None,
        }
    }

    /// The entry of the timeline that begins with a heading, an item or a row.
    pub(super) fn anchor(&self, at: usize) -> Option<Anchor<'a>> {
        self.state.anchor(self.line(at)?)
    }

    /// The mark around the one that is entered or left, so many steps out.
    pub(super) fn parent(&self, steps: usize) -> Option<(usize, &'a Mark)> {
        let at = *self.open.get(self.open.len().checked_sub(steps)?)?;
        Some((at, self.markup.mark(at)?))
    }

    /// The mark that stands before the one at `at`, inside the same.
    pub(super) fn previous(&self, at: usize) -> Option<&'a Mark> {
        let (parent, _) = self.parent(1)?;
        (at > parent + 1)
            .then(|| self.markup.mark(self.before))
            .flatten()
    }

    /// Writes what was pushed to [`Writer::closing`] last.
    pub(super) fn close_with(&mut self) -> fmt::Result {
        let closing = self.closing.pop().unwrap_or_default();
        self.write_str(closing)
    }

    /// Ends the line, if one is begun.
    pub(super) fn end_line(&mut self) {
        if !self.html.is_empty() && !self.html.ends_with('\n') {
            self.html.push('\n');
        }
    }

    /// Writes a text of the body so that it stays one.
    pub(super) fn words(&mut self, words: Words) -> fmt::Result {
        self.escape(self.text(words))
    }

    /// Writes a text so that it stays one.
    pub(super) fn escape(&mut self, text: &str) -> fmt::Result {
        comrak::html::escape(&mut self.html, text)
    }

    /// Writes an address as the value of an attribute.
    pub(super) fn escape_href(&mut self, url: &str) -> fmt::Result {
        comrak::html::escape_href(&mut self.html, url, false)
    }
}
