//! A diagnostic as a page shows it.
//!
//! Owns the piece of source around a place. Which diagnostics there are is decided by the check.

use serde::Serialize;

use super::Input;
use crate::diagnostic::Diagnostic;
use crate::document::{Problem, ProblemKind};
use crate::source::{Source, Span};

/// The longest stretch of one line that is shown, in characters, on each side of the place.
const WIDTH: usize = 160;

/// A line of source.
#[derive(Debug, Serialize)]
pub(super) struct Line {
    number: usize,
    before: String,
    marked: String,
    after: String,
    here: bool,
}

/// A diagnostic in words. `message` and `help` are safe HTML.
#[derive(Debug, Serialize)]
pub(super) struct Finding {
    level: &'static str,
    rule: &'static str,
    place: String,
    line: u32,
    message: String,
    help: String,
    excerpt: Vec<Line>,
}

/// What was found in one file and not allowed, as the check says it.
pub(super) fn diagnostics<'a>(
    input: &Input<'a>,
    path: &str,
) -> impl Iterator<Item = &'a Diagnostic> {
    let all = input.diagnostics;
    let start = all.partition_point(|diagnostic| diagnostic.path() < path);
    let own = all[start..]
        .iter()
        .take_while(move |diagnostic| diagnostic.path() == path);
    own.filter(|diagnostic| diagnostic.allowed.is_none())
}

/// What was found in one file and not allowed, as its page shows it.
pub(super) fn of(input: &Input<'_>, path: &str) -> Vec<Finding> {
    diagnostics(input, path).map(shown).collect()
}

fn shown(diagnostic: &Diagnostic) -> Finding {
    let finding = &diagnostic.finding;
    let source = &diagnostic.source;
    make(
        diagnostic.level.name(),
        diagnostic.rule,
        source,
        finding.span,
        &finding.message,
        &finding.help,
    )
}

/// A flaw met while reading, where no check has run.
pub(super) fn problem(problem: &Problem, source: &Source) -> Finding {
    let rule = match problem.kind {
        ProblemKind::FrontMatter => "invalid-front-matter",
        ProblemKind::UnknownField => "unknown-field",
        ProblemKind::BadValue => "bad-value",
    };
    let (message, help) = (&problem.message, &problem.help);
    make("error", rule, source, problem.span, message, help)
}

fn make(
    level: &'static str,
    rule: &'static str,
    source: &Source,
    span: Span,
    message: &str,
    help: &str,
) -> Finding {
    let at = source.position(span.start);
    Finding {
        level,
        rule,
        place: format!("line {}, column {}", at.line, at.column),
        line: at.line,
        message: code_spans(message),
        help: code_spans(help),
        excerpt: excerpt(source, span, at.line as usize),
    }
}

/// The line of a place between its neighbours.
fn excerpt(source: &Source, span: Span, here: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for number in here.saturating_sub(1).max(1)..=here + 1 {
        let line = source.line(number);
        let past = number > 1 && source.line_start(number) >= source.text().len();
        if past && number != here {
            continue;
        }
        let text = |from: u32, to: u32| {
            source
                .shown(Span::new(from as usize, to as usize))
                .replace('\t', "    ")
        };
        if number != here {
            lines.push(Line {
                number,
                before: head(&text(line.start, line.end)),
                marked: String::new(),
                after: String::new(),
                here: false,
            });
            continue;
        }
        let start = span.start.clamp(line.start, line.end);
        let end = span.end.clamp(start, line.end);
        lines.push(Line {
            number,
            before: tail(&text(line.start, start)),
            marked: head(&text(start, end)),
            after: head(&text(end, line.end)),
            here: true,
        });
    }
    lines
}

fn head(text: &str) -> String {
    match text.char_indices().nth(WIDTH) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.into(),
    }
}

fn tail(text: &str) -> String {
    let text = text.trim_start_matches('\u{feff}');
    match text.char_indices().rev().nth(WIDTH) {
        Some((at, _)) => format!("…{}", &text[at..]),
        None => text.into(),
    }
}

/// Escapes a message and sets what stands between backticks as code.
pub(super) fn code_spans(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 16);
    let pieces: Vec<&str> = text.split('`').collect();
    let whole = pieces.len() % 2 == 1;
    for (index, piece) in pieces.iter().enumerate() {
        let code = whole && index % 2 == 1;
        let tags = match (code, whole || index == 0) {
            (true, _) => ("<code>", "</code>"),
            (false, true) => ("", ""),
            (false, false) => ("`", ""),
        };
        html.push_str(tags.0);
        if comrak::html::escape(&mut html, piece).is_err() {
            return String::new();
        }
        html.push_str(tags.1);
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_escaped_and_code_is_set() {
        assert_eq!(
            code_spans("`a<b` is > `c`"),
            "<code>a&lt;b</code> is &gt; <code>c</code>"
        );
        assert_eq!(code_spans("one ` only"), "one ` only");
    }

    #[test]
    fn an_excerpt_marks_the_place() {
        let source = Source::new("a.md", "---\nseverity: \"sev2\nowner: x\n".into());
        let lines = excerpt(&source, Span::new(14, 40), 2);
        let shown: Vec<(usize, &str, &str)> = lines
            .iter()
            .map(|line| (line.number, line.before.as_str(), line.marked.as_str()))
            .collect();
        assert_eq!(
            shown,
            [
                (1, "---", ""),
                (2, "severity: ", "\"sev2"),
                (3, "owner: x", "")
            ]
        );
        assert_eq!(
            excerpt(&Source::new("a.md", String::new()), Span::new(0, 0), 1).len(),
            1
        );
    }
}
