//! What was changed between two texts, line by line, with the words that differ.
//!
//! Owns how much is compared and shown: a text is a stranger's, and a page stays readable. Colours are for the theme.

use serde::Serialize;
use similar::{ChangeTag, InlineChangeOptions, TextDiff};

use super::when;

/// The most lines that are shown.
const LINES: usize = 400;
/// The most characters of a line that are shown.
const WIDTH: usize = 2_000;
/// Texts with more lines than this, together, are not compared.
const COMPARED: usize = 20_000;
/// Where more bytes than this were replaced at one place, words are not compared.
const REWRITTEN: usize = 16_000;

/// A stretch of a line.
#[derive(Debug, PartialEq, Serialize)]
struct Stretch {
    text: String,
    /// Whether just these words differ.
    marked: bool,
}

/// A line of a unified diff.
#[derive(Debug, PartialEq, Serialize)]
struct Line {
    /// `place`, `same`, `removed` or `added`.
    kind: &'static str,
    /// What stands before it: `+`, `-` or a space.
    sign: &'static str,
    stretches: Vec<Stretch>,
}

/// A change in words and in lines.
#[derive(Debug, Serialize)]
pub(super) struct Change {
    /// `2 lines added, 1 line removed`
    summary: String,
    lines: Vec<Line>,
    /// How many lines are not shown.
    more: usize,
}

/// The change from an old text to a new one.
pub(super) fn of(old: &str, new: &str) -> Change {
    if old.lines().count() + new.lines().count() > COMPARED {
        return Change {
            summary: "too long to be compared here".into(),
            lines: Vec::new(),
            more: 0,
        };
    }
    let diff = TextDiff::from_lines(old, new);
    let mut lines = Vec::new();
    let (mut added, mut removed, mut more) = (0, 0, 0);
    for hunk in diff.unified_diff().iter_hunks() {
        let place = Line {
            kind: "place",
            sign: "",
            stretches: vec![Stretch {
                text: hunk.header().to_string(),
                marked: false,
            }],
        };
        push(&mut lines, &mut more, || place);
        for op in hunk.ops() {
            let bytes = |lines: std::ops::Range<usize>, of: &dyn Fn(usize) -> Option<usize>| {
                lines.filter_map(of).sum::<usize>()
            };
            let rewritten = bytes(op.old_range(), &|at| diff.old_slice(at).map(str::len))
                + bytes(op.new_range(), &|at| diff.new_slice(at).map(str::len));
            let mut line = |tag: ChangeTag, stretches: Vec<(bool, &str)>| {
                match tag {
                    ChangeTag::Insert => added += 1,
                    ChangeTag::Delete => removed += 1,
                    ChangeTag::Equal => {}
                }
                push(&mut lines, &mut more, || line(tag, &stretches));
            };
            if rewritten > REWRITTEN {
                for change in diff.iter_changes(op) {
                    line(change.tag(), vec![(false, change.value())]);
                }
                continue;
            }
            // Without a deadline: the same texts always give the same page.
            let options = InlineChangeOptions::default();
            for change in diff.iter_inline_changes_with_options_deadline(op, options, None) {
                line(change.tag(), change.values().to_vec());
            }
        }
    }
    let counts = [(added, "added"), (removed, "removed")];
    let told: Vec<String> = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{} {word}", when::count(count, "line")))
        .collect();
    Change {
        summary: match told.is_empty() {
            true => "nothing that can be read".into(),
            false => told.join(", "),
        },
        lines,
        more,
    }
}

/// Adds a line, or counts it where there are enough.
fn push(lines: &mut Vec<Line>, more: &mut usize, line: impl FnOnce() -> Line) {
    match lines.len() {
        0..LINES => lines.push(line()),
        _ => *more += 1,
    }
}

fn line(tag: ChangeTag, stretches: &[(bool, &str)]) -> Line {
    let (kind, sign) = match tag {
        ChangeTag::Equal => ("same", " "),
        ChangeTag::Delete => ("removed", "-"),
        ChangeTag::Insert => ("added", "+"),
    };
    let mut room = WIDTH;
    let mut shown = Vec::new();
    for (marked, text) in stretches {
        let text = text.trim_end_matches(['\n', '\r']);
        if text.is_empty() {
            continue;
        }
        if room == 0 {
            shown.push(Stretch {
                text: "…".into(),
                marked: false,
            });
            break;
        }
        let mut cut: String = text.chars().take(room).map(visible).collect();
        let length = text.chars().count();
        if length > room {
            cut.push('…');
        }
        room = room.saturating_sub(length);
        shown.push(Stretch {
            text: cut,
            marked: *marked,
        });
        if length > WIDTH {
            break;
        }
    }
    Line {
        kind,
        sign,
        stretches: shown,
    }
}

/// A character that would turn the line around, or that nobody would see, as one that is seen.
fn visible(c: char) -> char {
    match c {
        '\t' => c,
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c if c.is_control() => '\u{fffd}',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(change: &Change) -> Vec<String> {
        let text = |line: &Line| {
            let parts = line.stretches.iter().map(|part| match part.marked {
                true => format!("[{}]", part.text),
                false => part.text.clone(),
            });
            format!("{}{}", line.sign, parts.collect::<String>())
        };
        change.lines.iter().map(text).collect()
    }

    #[test]
    fn the_words_that_differ_are_marked() {
        let old = "# A\n\nThe pool had 20 connections.\nIt ended.\n";
        let new = "# A\n\nThe pool had 30 connections.\nIt ended.\nAll is well.\n";
        let change = of(old, new);
        assert_eq!(change.summary, "2 lines added, 1 line removed");
        assert_eq!(
            texts(&change),
            [
                "@@ -1,4 +1,5 @@",
                " # A",
                " ",
                "-The pool had [20] connections.",
                "+The pool had [30] connections.",
                " It ended.",
                "+All is well.",
            ]
        );
        assert_eq!(change.more, 0);
    }

    #[test]
    fn a_long_change_is_cut_and_counted() {
        let new: String = (0..1_000).map(|n| format!("line {n}\n")).collect();
        let change = of("", &new);
        assert_eq!(change.lines.len(), LINES);
        assert_eq!(change.more, 1_001 - LINES);
        assert_eq!(change.summary, "1,000 lines added");
        let long = of("", &"x".repeat(WIDTH + 1));
        let shown = &texts(&long)[1];
        assert!(shown.ends_with("x…") && shown.chars().count() == WIDTH + 2);
    }

    #[test]
    fn hostile_texts_are_borne() {
        let many = "a\n".repeat(COMPARED);
        assert!(of(&many, "b\n").summary.contains("too long"));
        assert!(of(&"a b ".repeat(9_000), &"b c ".repeat(9_000)).lines.len() == 3);
        let turned = of("", "pay \u{202e}eerf\u{0} now\r\n");
        assert_eq!(texts(&turned)[1], "+pay \u{fffd}eerf\u{fffd} now");
        assert_eq!(of("a", "a").summary, "nothing that can be read");
    }
}
