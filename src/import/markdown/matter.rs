//! The front matter of site generators: what is of use to us, and all the rest as it stands.
//!
//! Owns where it begins and ends, in YAML (`---`) and in TOML (`+++`). Its fields are the generator's, not the incident's; whatever is
//! not carried over stays in the document as a block of code.

use std::sync::Arc;

use crate::document::yaml::{self, Node, Value};
use crate::source::{Source, Span};

/// A front matter.
#[derive(Debug, Default)]
pub(super) struct Matter {
    /// `title`.
    pub(super) title: Option<String>,
    /// `date`, as written.
    pub(super) date: Option<String>,
    /// `summary`, `description` or `excerpt`: one line about the document.
    pub(super) summary: Option<String>,
    /// `tags`.
    pub(super) tags: Vec<String>,
    /// `severity`.
    pub(super) severity: Option<String>,
    /// `draft: true`.
    pub(super) draft: bool,
    /// What was not carried over, as written.
    pub(super) rest: String,
    /// The language of `rest`: `yaml` or `toml`.
    pub(super) language: &'static str,
    /// Why it could not be read; all of it is in `rest` then.
    pub(super) flaw: Option<String>,
    /// The fields that our own format asks for and that are there.
    pub(super) own: Vec<&'static str>,
    /// The byte at which the body begins.
    pub(super) body: usize,
}

/// The fields of our own format that no generator has together.
const OWN: [&str; 4] = ["id", "title", "severity", "owner"];

/// A value of the front matter.
enum Field {
    Text(String),
    List(Vec<String>),
    Other,
}

/// Reads the front matter of a text without a byte-order mark.
pub(super) fn read(text: &str) -> Matter {
    let first = text.lines().next().unwrap_or_default().trim_end();
    let (language, ends): (_, &[&str]) = match first {
        "---" => ("yaml", &["---", "..."]),
        "+++" => ("toml", &["+++"]),
        _ => return Matter::default(),
    };
    let start = text.find('\n').map_or(text.len(), |at| at + 1);
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        if ends.contains(&line.trim_end()) {
            let inside = &text[start..at];
            let body = at + line.len();
            return match language {
                "yaml" => of_yaml(inside, body),
                _ => of_toml(inside, body),
            };
        }
        at += line.len();
    }
    Matter::default()
}

fn of_yaml(inside: &str, body: usize) -> Matter {
    let source = Arc::new(Source::new("front matter", inside.into()));
    let parsed = yaml::parse(&source, Span::new(0, inside.len()));
    let mut matter = Matter {
        language: "yaml",
        body,
        ..Matter::default()
    };
    let entries = match &parsed.root {
        Some(Node {
            value: Value::Mapping(entries),
            ..
        }) => entries.as_slice(),
        Some(root) if !root.is_null() => {
            // Between two rules stands a text like any other.
            return Matter::default();
        }
        _ => &[],
    };
    if !parsed.complete {
        let why = parsed
            .problems
            .first()
            .map(|problem| problem.message.clone());
        matter.flaw = Some(why.unwrap_or_else(|| "it cannot be read as YAML".into()));
    }
    let starts: Vec<usize> = entries
        .iter()
        .map(|(key, _)| line_start(inside, key.span.start as usize))
        .collect();
    let fields = entries.iter().enumerate().map(|(index, (key, value))| {
        // Two in one line cannot be parted, and of a key that stands there twice only the first was read.
        let alone = parsed.problems.is_empty()
            && starts
                .iter()
                .filter(|start| **start == starts[index])
                .count()
                == 1;
        let start = if index == 0 { 0 } else { starts[index] };
        let end = if alone {
            starts.get(index + 1).copied().unwrap_or(inside.len())
        } else {
            start
        };
        let field = match &value.value {
            Value::Scalar { text, .. } => Field::Text(text.to_string()),
            Value::Sequence(items) if items.iter().all(|item| item.text().is_some()) => {
                Field::List(
                    items
                        .iter()
                        .filter_map(Node::text)
                        .map(String::from)
                        .collect(),
                )
            }
            _ => Field::Other,
        };
        (
            key.text().unwrap_or_default().to_string(),
            field,
            start..end.max(start),
        )
    });
    let fields: Vec<_> = fields.collect();
    matter.take(fields, inside);
    if entries.is_empty() {
        matter.rest = inside.into();
    }
    matter
}

fn of_toml(inside: &str, body: usize) -> Matter {
    let mut matter = Matter {
        language: "toml",
        body,
        ..Matter::default()
    };
    let document = match toml_edit::Document::parse(inside) {
        Ok(document) => document,
        Err(error) => {
            matter.flaw = Some(error.message().to_string());
            matter.rest = inside.into();
            return matter;
        }
    };
    let mut fields = Vec::new();
    for (name, item) in document.iter() {
        let key = document.key(name).and_then(toml_edit::Key::span);
        // A field in more than one line stays as it is, and so does a table.
        let span = key
            .zip(item.span())
            .map(|(key, value)| line_start(inside, key.start)..line_end(inside, value.end));
        let field = match item.as_value() {
            Some(toml_edit::Value::String(text)) => Field::Text(text.value().clone()),
            Some(toml_edit::Value::Datetime(date)) => Field::Text(date.value().to_string()),
            Some(toml_edit::Value::Boolean(truth)) => Field::Text(truth.value().to_string()),
            Some(toml_edit::Value::Array(items)) if items.iter().all(toml_edit::Value::is_str) => {
                Field::List(
                    items
                        .iter()
                        .filter_map(toml_edit::Value::as_str)
                        .map(String::from)
                        .collect(),
                )
            }
            _ => Field::Other,
        };
        fields.push((name.to_string(), field, span.unwrap_or_default()));
    }
    // Zola keeps the tags in a table of their own, where they stay.
    fields.sort_by_key(|(.., span)| span.start);
    matter.take(fields, inside);
    matter
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at.min(text.len())]
        .rfind('\n')
        .map_or(0, |at| at + 1)
}

fn line_end(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    text[at..]
        .find('\n')
        .map_or(text.len(), |more| at + more + 1)
}

impl Matter {
    /// Takes what is of use; the lines of the fields that were taken whole are left out of the rest.
    fn take(&mut self, fields: Vec<(String, Field, std::ops::Range<usize>)>, inside: &str) {
        let mut kept = 0;
        for (name, field, span) in fields {
            if let Some(own) = OWN.iter().find(|own| **own == name) {
                self.own.push(own);
            }
            let written = &inside[span.clone()];
            let taken = match (name.as_str(), field) {
                ("title", Field::Text(text)) if self.title.is_none() && !text.trim().is_empty() => {
                    self.title = Some(text.trim().into());
                    true
                }
                ("tags", Field::List(tags)) if self.tags.is_empty() => {
                    self.tags = tags;
                    true
                }
                // What is only copied stays where it is read in its place.
                ("date" | "published" | "publishDate", Field::Text(text)) => {
                    self.date.get_or_insert(text);
                    false
                }
                ("summary" | "description" | "excerpt", Field::Text(text))
                    if !text.trim().is_empty() =>
                {
                    self.summary.get_or_insert(text.trim().to_string());
                    false
                }
                ("severity", Field::Text(text)) => {
                    self.severity = Some(text);
                    false
                }
                ("draft", Field::Text(text)) => {
                    self.draft = text == "true";
                    false
                }
                _ => false,
            };
            // A comment says something too.
            if taken && !written.contains('#') && span.end > span.start && span.start >= kept {
                self.rest.push_str(&inside[kept..span.start]);
                kept = span.end;
            }
        }
        self.rest.push_str(inside.get(kept..).unwrap_or_default());
    }

    /// Whether the document is one of ours already.
    pub(super) fn is_ours(&self) -> bool {
        OWN.iter().all(|own| self.own.contains(own))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_is_read_and_its_rest_is_kept() {
        let text = "---\nlayout: post\ntitle: \"Doors: stuck\"\ntags: [a, b]\nsummary: >\n  It was\n  bad\ndate: 2020-01-02 # day\n---\nbody";
        let matter = read(text);
        assert_eq!(matter.title.as_deref(), Some("Doors: stuck"));
        assert_eq!(matter.tags, ["a", "b"]);
        assert_eq!(matter.summary.as_deref(), Some("It was bad"));
        assert_eq!(matter.date.as_deref(), Some("2020-01-02"));
        assert_eq!(
            matter.rest,
            "layout: post\nsummary: >\n  It was\n  bad\ndate: 2020-01-02 # day\n"
        );
        assert_eq!(&text[matter.body..], "body");
    }

    #[test]
    fn toml_is_read_and_its_rest_is_kept() {
        let text = "+++\r\npath = \"x\"\r\ntitle = \"Doors\" \r\ndate = 2020-01-02\r\n[extra]\r\nteam = \"locks\"\r\n+++\r\nbody";
        let matter = read(text);
        assert_eq!(
            (matter.title.as_deref(), matter.date.as_deref()),
            (Some("Doors"), Some("2020-01-02"))
        );
        assert_eq!(
            matter.rest,
            "path = \"x\"\r\ndate = 2020-01-02\r\n[extra]\r\nteam = \"locks\"\r\n"
        );
        assert_eq!(&text[matter.body..], "body");
        let broken = read("+++\ntitle = \n+++\nx");
        assert!(broken.flaw.is_some() && broken.rest == "title = \n");
    }

    #[test]
    fn what_is_none_stays_in_the_body() {
        for text in [
            "# T\n",
            "---\n\ntext between rules\n\n---\n",
            "---\ntitle: x\n",
            "",
            "----\n",
        ] {
            let matter = read(text);
            assert_eq!((matter.body, matter.title), (0, None), "{text}");
        }
        assert!(read("---\nid: A\ntitle: b\nseverity: c\nowner: d\n---\n").is_ours());
    }
}
