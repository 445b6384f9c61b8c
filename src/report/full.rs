//! `full`: every finding with its place in the source, why it matters and the way out.

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet, Title};

use super::excerpt::Excerpt;
use super::{count, figures};
use crate::check::Counts;
use crate::diagnostic::{self, Diagnostic};

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
    let excerpt = Excerpt::new(&diagnostic.source, finding.span);
    let mut snippet = excerpt
        .snippet()
        .annotation(AnnotationKind::Primary.span(excerpt.span.range()));
    let mut elsewhere = Vec::new();
    for label in &finding.related {
        let other = Excerpt::new(&label.source, label.span);
        if other.shows_the_same(&excerpt) {
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
    let mut group = placed(title, &excerpt, snippet);
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
    excerpt: &Excerpt<'a>,
    snippet: Snippet<'a, Annotation<'a>>,
) -> Group<'a> {
    match excerpt.origin() {
        Some(origin) => title.element(origin).element(snippet),
        None => title.element(snippet),
    }
}
