//! Where the front matter starts and ends, and where the body begins.
//!
//! Fences are whole lines. What stands between them is for [`super::yaml`].

use super::{Problem, ProblemKind};
use crate::source::{Source, Span};

/// The parts of a file.
pub(super) struct Fences {
    /// The opening fence, or the first line.
    pub(super) open: Span,
    /// The text between the fences.
    pub(super) yaml: Option<Span>,
    /// Whether the closing fence was there.
    pub(super) closed: bool,
    /// The rest.
    pub(super) body: Span,
}

/// Splits a source; a missing or unclosed front matter becomes a problem.
pub(super) fn find(source: &Source, problems: &mut Vec<Problem>) -> Fences {
    let text = source.text();
    let end = text.len();
    let bom = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let first = Span::new(bom, (source.line(1).end as usize).max(bom));
    if source.slice(first).trim_end() != "---" {
        let message = if text[bom..].trim().is_empty() {
            "the file is empty"
        } else {
            "there is no front matter"
        };
        problems.push(Problem::new(
            ProblemKind::FrontMatter,
            first,
            message.into(),
            "begin the file with a line `---`, the fields `id`, `title`, `severity` and `owner`, and a line `---`; \
             `aftersight new TITLE` writes them for you"
                .into(),
        ));
        return Fences {
            open: first,
            yaml: None,
            closed: false,
            body: Span::new(bom, end),
        };
    }
    let start = source.line_start(2);
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        let next = at + line.len();
        if matches!(line.trim_end(), "---" | "...") {
            return Fences {
                open: first,
                yaml: Some(Span::new(start, at)),
                closed: true,
                body: Span::new(next, end),
            };
        }
        at = next;
    }
    problems.push(Problem::new(
        ProblemKind::FrontMatter,
        first,
        "the front matter never closes".into(),
        "add a line `---` after the last field".into(),
    ));
    let body = guess_body(text, start);
    Fences {
        open: first,
        yaml: Some(Span::new(start, body)),
        closed: false,
        body: Span::new(body, end),
    }
}

/// The first heading after an empty line: where the author most likely meant the body to begin.
fn guess_body(text: &str, start: usize) -> usize {
    let mut at = start;
    let mut after_empty = false;
    for line in text[start..].split_inclusive('\n') {
        let hashes = line.len() - line.trim_start_matches('#').len();
        if after_empty && hashes > 0 && line[hashes..].starts_with(' ') {
            return at;
        }
        after_empty = line.trim().is_empty();
        at += line.len();
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> (Option<String>, String, usize) {
        let source = Source::new("a.md", text.into());
        let mut problems = Vec::new();
        let fences = find(&source, &mut problems);
        let yaml = fences.yaml.map(|span| source.slice(span).to_string());
        (yaml, source.slice(fences.body).into(), problems.len())
    }

    #[test]
    fn splits_with_bom_and_crlf() {
        let (yaml, body, problems) = parts("\u{feff}---\r\nid: a\r\n---  \r\nbody");
        assert_eq!(yaml.as_deref(), Some("id: a\r\n"));
        assert_eq!((body.as_str(), problems), ("body", 0));
    }

    #[test]
    fn a_value_that_ends_in_dashes_closes_nothing() {
        let (yaml, _, problems) = parts("---\ntitle: a ---\n---\n");
        assert_eq!((yaml.as_deref(), problems), (Some("title: a ---\n"), 0));
    }

    #[test]
    fn an_unclosed_front_matter_ends_at_the_first_heading() {
        let (yaml, body, problems) = parts("---\nid: a\n# a comment\n\n## Summary\ntext");
        assert_eq!(yaml.as_deref(), Some("id: a\n# a comment\n\n"));
        assert_eq!((body.as_str(), problems), ("## Summary\ntext", 1));
    }

    #[test]
    fn an_empty_file_and_a_missing_front_matter_are_told() {
        assert_eq!(parts("").2, 1);
        assert_eq!(parts("# Title\n").2, 1);
    }
}
