//! `full`: every finding with its place in the source, why it matters and the way out.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{count, figures};
use crate::check::Counts;
use crate::diagnostic::{self, Diagnostic};
use crate::source::{Source, Span};

/// Most lines of one place that are shown.
const MOST_LINES: u32 = 4;

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
    let mut group = level
        .primary_title(&finding.message)
        .id(diagnostic.rule)
        .element(snippet);
    if !finding.help.is_empty() {
        group = group.element(Level::HELP.message(&finding.help));
    }
    let mut report: Vec<Group<'_>> = vec![group];
    for (other, message) in &elsewhere {
        let snippet = other
            .snippet()
            .annotation(AnnotationKind::Context.span(other.span.range()));
        report.push(
            Level::NOTE
                .secondary_title(message.as_str())
                .element(snippet),
        );
    }
    renderer.render(&report)
}

/// The lines around a span, so that a long document costs no more than a short one.
struct Window<'a> {
    path: &'a str,
    text: &'a str,
    line: u32,
    span: Span,
}

impl<'a> Window<'a> {
    fn new(source: &'a Source, span: Span) -> Self {
        let first = source.position(span.start).line;
        let last = source
            .position(span.end.max(span.start + 1) - 1)
            .line
            .min(first + MOST_LINES - 1);
        let start = source.line(first as usize).start as usize;
        let end = source.line(last as usize).end as usize;
        let text = source.text().get(start..end).unwrap_or_default();
        let local = |at: u32| (at as usize).clamp(start, end) - start;
        let (text, skipped) = match text.strip_prefix('\u{feff}') {
            Some(rest) => (rest, '\u{feff}'.len_utf8()),
            None => (text, 0),
        };
        let (from, to) = (
            local(span.start).saturating_sub(skipped),
            local(span.end).saturating_sub(skipped),
        );
        Self {
            path: source.path(),
            text,
            line: first,
            span: Span::new(from, to),
        }
    }

    fn snippet(&self) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
        Snippet::source(self.text)
            .path(self.path)
            .line_start(self.line as usize)
    }
}
