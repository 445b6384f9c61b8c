//! The spanned tree of a YAML text, with a budget.
//!
//! Owns syntax, duplicate keys, aliases and nesting; every node keeps its bytes. What keys there may be is
//! for the callers, through [`super::mapping`]. Read event by event, because a typed reader stops at its
//! first error and gives a flow list only the place of its bracket.

mod builder;

use granit_parser::{Event, Parser};

use super::Problem;
use crate::source::{Source, Span};
use builder::Builder;

/// A YAML value.
#[derive(Clone, Debug)]
pub enum Value {
    /// A scalar after unescaping; `plain` when it was not quoted.
    Scalar {
        /// The text.
        text: Box<str>,
        /// Whether it stood without quotes, so that `true` and `12` may be more than text.
        plain: bool,
    },
    /// A list.
    Sequence(Vec<Node>),
    /// Keys and values in order; duplicates are reported and only the first is kept.
    Mapping(Vec<(Node, Node)>),
}

/// A value and its bytes.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub value: Value,
}

impl Node {
    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Whether it is an empty plain scalar, `~` or `null`.
    pub fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar { text, plain: true } if matches!(&**text, "" | "~" | "null" | "Null" | "NULL"))
    }

    fn size(&self) -> (usize, usize) {
        match &self.value {
            Value::Scalar { text, .. } => (1, text.len()),
            Value::Sequence(items) => items.iter().fold((1, 0), |sum, item| add(sum, item.size())),
            Value::Mapping(entries) => entries.iter().fold((1, 0), |sum, (key, value)| {
                add(add(sum, key.size()), value.size())
            }),
        }
    }
}

fn add(a: (usize, usize), b: (usize, usize)) -> (usize, usize) {
    (a.0 + b.0, a.1 + b.1)
}

/// What could be read of a YAML text.
#[derive(Debug)]
pub struct Parsed {
    /// The top node, as far as it could be read.
    pub root: Option<Node>,
    /// Whether everything could be read.
    pub complete: bool,
    /// Syntax errors, duplicate keys, exhausted budgets.
    pub problems: Vec<Problem>,
}

/// Reads the YAML text at `within`; spans in the result are spans of `source`.
pub fn parse(source: &Source, within: Span) -> Parsed {
    let mut builder = Builder::new(source, within);
    let mut parser = Parser::new_from_str(source.slice(within));
    let mut documents = 0;
    while let Some(event) = parser.next_event() {
        match event {
            Ok((Event::DocumentStart(..), span)) => {
                documents += 1;
                if documents > 1 {
                    let span = builder.place(&span);
                    builder.flaw(
                        span,
                        "a second YAML document begins here",
                        "keep one mapping of fields",
                    );
                    break;
                }
            }
            Ok((event, span)) => {
                if !builder.take(event, &span) {
                    break;
                }
            }
            Err(error) => {
                let at = builder.offset(error.marker().byte_offset());
                builder.unreadable(at, &error.info());
                break;
            }
        }
    }
    builder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Source, Parsed) {
        let source = Source::new("a.md", text.into());
        let parsed = parse(&source, Span::new(0, text.len()));
        (source, parsed)
    }

    #[test]
    fn scalars_keep_their_bytes() {
        let (source, parsed) =
            read("title: \"é 🙂\"\r\ntags: [日本, b]\r\nlist:\r\n  - x # note\r\n");
        let Some(Node {
            value: Value::Mapping(entries),
            ..
        }) = parsed.root
        else {
            panic!("not a mapping")
        };
        let slices: Vec<&str> = entries
            .iter()
            .map(|(_, value)| source.slice(value.span))
            .collect();
        assert_eq!(slices, ["\"é 🙂\"", "[日本, b]", "- x"]);
    }

    #[test]
    fn duplicate_keys_are_all_told_and_the_first_wins() {
        let (_, parsed) = read("a: 1\nb: 2\na: 3\nb: 4\n");
        assert_eq!(parsed.problems.len(), 2);
        assert!(parsed.complete);
    }

    #[test]
    fn a_bracket_that_never_closes_has_no_value() {
        let (_, parsed) = read("a: 1\nb: [x\nc: 2\n");
        assert_eq!((parsed.problems.len(), parsed.complete), (1, false));
        let Some(Node {
            value: Value::Mapping(entries),
            ..
        }) = parsed.root
        else {
            panic!("not a mapping")
        };
        assert_eq!(entries[0].1.text(), Some("1"));
        assert!(entries[1..].iter().all(|(_, value)| value.is_null()));
    }

    #[test]
    fn bombs_and_depth_are_problems_with_a_place() {
        let mut bomb = String::from("a0: &a0 x\n");
        for level in 1..10_000 {
            let below = level - 1;
            bomb += &format!("a{level}: &a{level} [*a{below}, *a{below}, *a{below}]\n");
        }
        let (_, parsed) = read(&bomb);
        assert_eq!((parsed.problems.len(), parsed.complete), (1, false));
        let deep = "[".repeat(10_000);
        let (_, parsed) = read(&deep);
        assert!(!parsed.problems.is_empty() && !parsed.complete);
    }

    #[test]
    fn a_large_scalar_aliased_often_stays_small() {
        let text = format!(
            "a: &a {}\nb: [{}]\n",
            "x".repeat(100_000),
            "*a, ".repeat(20_000)
        );
        let (_, parsed) = read(&text);
        assert!(!parsed.complete);
    }
}
