//! `full`: every finding with its place in the source, why it matters and the way out.

use std::borrow::Cow;

use annotate_snippets::{
    Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet, Title,
};

use super::{count, figures};
use crate::check::Counts;
use crate::diagnostic::{self, Diagnostic};
use crate::source::{Source, Span};

/// Most lines of one place that are shown.
const MOST_LINES: u32 = 4;
/// Most bytes of them.
const MOST_BYTES: usize = 800;

pub(super) fn render(diagnostics: &[Diagnostic], checked: usize, color: bool) -> String {
    let renderer = if color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let mut text = String::new();
    for diagnostic in diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.allowed.is_none())
    {
        text += &one(&renderer, diagnostic);
        text += "\n\n";
    }
    text + &closing(diagnostics, checked)
}

/// The last lines: figures, and where to read on.
pub fn closing(diagnostics: &[Diagnostic], checked: usize) -> String {
    let counts = Counts::of(diagnostics);
    let mut text = format!("{} in {}\n", figures(counts), count(checked, "postmortem"));
    let shown = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.allowed.is_none());
    if let Some(worst) = shown.max_by_key(|diagnostic| diagnostic.level) {
        text += &format!(
            "`aftersight explain {}` says why, and what a good one looks like\n",
            worst.rule
        );
    }
    text
}

fn one(renderer: &Renderer, diagnostic: &Diagnostic) -> String {
    let level = match diagnostic.level {
        diagnostic::Level::Error => Level::ERROR,
        diagnostic::Level::Warning => Level::WARNING,
        diagnostic::Level::Note => Level::NOTE,
    };
    let finding = &diagnostic.finding;
    let window = Window::new(&diagnostic.source, finding.span);
    let mut snippet = window
        .snippet()
        .annotation(AnnotationKind::Primary.span(window.span.range()));
    let mut elsewhere = Vec::new();
    for label in &finding.related {
        let other = Window::new(&label.source, label.span);
        if label.source.path() == diagnostic.path()
            && other.line == window.line
            && other.text == window.text
        {
            snippet = snippet.annotation(
                AnnotationKind::Context
                    .span(other.span.range())
                    .label(&label.message),
            );
        } else {
            elsewhere.push((other, &label.message));
        }
    }
    let title = level.primary_title(&finding.message).id(diagnostic.rule);
    let mut group = placed(title, &window, snippet);
    if !finding.help.is_empty() {
        group = group.element(Level::HELP.message(&finding.help));
    }
    let mut report: Vec<Group<'_>> = vec![group];
    for (other, message) in &elsewhere {
        let title = Level::NOTE.secondary_title(message.as_str());
        let place = AnnotationKind::Context.span(other.span.range());
        report.push(placed(title, other, other.snippet().annotation(place)));
    }
    renderer.render(&report)
}

/// A title with its snippet, and before it the exact place where the snippet alone would give another.
fn placed<'a>(
    title: Title<'a>,
    window: &'a Window<'a>,
    snippet: Snippet<'a, Annotation<'a>>,
) -> Group<'a> {
    match window.origin() {
        Some(origin) => title.element(origin).element(snippet),
        None => title.element(snippet),
    }
}

/// The lines around a span, and of a very long line only what is near, so that a long document costs no more than a
/// short one.
struct Window<'a> {
    path: &'a str,
    text: Cow<'a, str>,
    line: u32,
    /// Where the span begins, where the text is only a part of its line.
    column: Option<u32>,
    span: Span,
}

impl<'a> Window<'a> {
    fn new(source: &'a Source, span: Span) -> Self {
        let at = source.position(span.start);
        let last = source.position(span.end.max(span.start + 1) - 1).line;
        let last = last.min(at.line + MOST_LINES - 1);
        let mut start = source.line(at.line as usize).start as usize;
        let mut end = source.line(last as usize).end as usize;
        if source.text()[start..].starts_with('\u{feff}') {
            start += '\u{feff}'.len_utf8();
        }
        let long = end.saturating_sub(start) > MOST_BYTES;
        if long {
            start = near(source.text(), start, span.start as usize, 0);
            end = near(source.text(), end, span.start as usize, MOST_BYTES / 2);
        }
        let text = source.shown(Span::new(start, end));
        let local = |at: u32| (at as usize).clamp(start, end.max(start)) - start;
        Self {
            path: source.path(),
            text,
            line: at.line,
            column: long.then_some(at.column),
            span: Span::new(local(span.start), local(span.end)),
        }
    }

    /// The exact place of a part of a line.
    fn origin(&self) -> Option<Origin<'a>> {
        let column = self.column?;
        Some(
            Origin::path(self.path)
                .line(self.line as usize)
                .char_column(column as usize),
        )
    }

    fn snippet(&self) -> Snippet<'_, Annotation<'_>> {
        let snippet = Snippet::source(&*self.text).line_start(self.line as usize);
        match self.column {
            Some(_) => snippet,
            None => snippet.path(self.path),
        }
    }
}

/// The edge, or a character boundary near `at` where the edge is farther: `ahead` bytes after it, or some before it.
fn near(text: &str, edge: usize, at: usize, ahead: usize) -> usize {
    let mut place = match ahead {
        0 => edge.max(at.saturating_sub(MOST_BYTES / 4)),
        _ => edge.min(at + ahead),
    };
    while !text.is_char_boundary(place) {
        place += 1;
    }
    place
}
