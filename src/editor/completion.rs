//! Words that may be written next: keys and values of YAML, names of rules in an allowance.
//!
//! Goes by lines and not by the YAML tree, because what is being typed seldom is YAML yet.

use serde_json::Value;

use crate::rules::rules;
use crate::schema::{self, is_list};
use crate::source::Span;
use crate::template::scalar;

/// What can be offered.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    /// The schema of the YAML.
    pub schema: &'a Value,
    /// For keys whose values the schema leaves open: words in use with something about each.
    pub used: &'a dyn Fn(&str) -> Vec<(String, String)>,
}

/// A word that may be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The word.
    pub label: String,
    /// What it means; may be empty.
    pub about: String,
    /// What it replaces: what was typed of it already.
    pub span: Span,
    /// What is written.
    pub text: String,
    /// Whether it is a key and not a value.
    pub key: bool,
}

/// The words that may stand at a byte of a text whose YAML lies at `yaml`.
pub fn at(text: &str, yaml: Option<Span>, offset: usize, names: Names<'_>) -> Vec<Candidate> {
    let Some(before) = text.get(..offset) else {
        return Vec::new();
    };
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let within = yaml.filter(|yaml| yaml.range().start <= line && offset <= yaml.range().end);
    match within {
        Some(yaml) => in_yaml(text, yaml, line, offset, names),
        None => in_comment(&before[line..], offset),
    }
}

/// Names of rules in `<!-- aftersight: allow(`.
fn in_comment(head: &str, offset: usize) -> Vec<Candidate> {
    let inner = head
        .rsplit_once("<!--")
        .map(|(_, inner)| inner.trim_start());
    let command = inner.and_then(|inner| inner.strip_prefix("aftersight:"));
    let typed = command.and_then(|command| command.trim_start().strip_prefix("allow("));
    let Some(typed) = typed.filter(|typed| !typed.contains(')')) else {
        return Vec::new();
    };
    let span = Span::new(offset - typed.len(), offset);
    let named = rules().map(|rule| Candidate {
        label: rule.name.into(),
        about: rule.summary(),
        span,
        text: rule.name.into(),
        key: false,
    });
    named.collect()
}

/// A line of YAML taken apart.
struct Line<'a> {
    /// Columns before the first key or value, the marks of list items counted.
    indent: usize,
    /// Columns before the first mark.
    outer: usize,
    /// Whether it begins a list item.
    item: bool,
    /// The rest.
    rest: &'a str,
}

impl<'a> Line<'a> {
    fn read(line: &'a str) -> Self {
        let mut rest = line.trim_start_matches(' ');
        let outer = line.len() - rest.len();
        let mut item = false;
        while let Some(after) = rest
            .strip_prefix('-')
            .filter(|after| after.is_empty() || after.starts_with(' '))
        {
            rest = after.trim_start_matches(' ');
            item = true;
        }
        let indent = line.len() - rest.len();
        Self {
            indent,
            outer,
            item,
            rest,
        }
    }

    /// Its key and what follows the colon.
    fn entry(&self) -> Option<(&'a str, &'a str)> {
        let (key, value) = self.rest.split_once(':')?;
        let plain = !key.is_empty()
            && key
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
        let apart = value.is_empty() || value.starts_with([' ', '\r', '\n']);
        (plain && apart).then_some((key, value))
    }

    fn is_text(&self) -> bool {
        !self.rest.trim().is_empty() && !self.rest.starts_with('#')
    }
}

fn in_yaml(text: &str, yaml: Span, line: usize, offset: usize, names: Names<'_>) -> Vec<Candidate> {
    let head = &text[line..offset];
    let here = Line::read(head);
    if head.contains(" #") || here.rest.starts_with('#') {
        return Vec::new();
    }
    let above: Vec<Line<'_>> = text[yaml.range().start..line]
        .lines()
        .map(Line::read)
        .collect();
    let mut path = parents(&above, &here);
    let Some((key, value)) = here.entry() else {
        let shape = schema::property(names.schema, &path);
        let typed = here.rest;
        let keys = shape.map(schema::keys).unwrap_or_default();
        if keys.is_empty() {
            let mut words = values(shape, &path, typed, offset, &[], names);
            match (here.item, shape.is_some_and(is_list)) {
                (true, _) => {}
                (false, true) => words
                    .iter_mut()
                    .for_each(|word| word.text.insert_str(0, "- ")),
                (false, false) => words.clear(),
            }
            return words;
        }
        let below = text[offset..yaml.range().end.max(offset)]
            .lines()
            .skip(1)
            .map(Line::read);
        let taken = siblings(&above, below, &here);
        let follows = text[offset..]
            .trim_start_matches(|c: char| c.is_alphanumeric() || c == '_')
            .starts_with(':');
        return entries(&keys, typed, offset, &taken, follows);
    };
    path.push(key);
    in_value(value, &path, offset, names)
}

/// The keys that a line lies below.
fn parents<'a>(above: &[Line<'a>], here: &Line<'_>) -> Vec<&'a str> {
    let mut path = Vec::new();
    // What the next parent is looked for: the mark of a list item in this column, or a key.
    let mark = |line: &Line<'_>| match line.item {
        true => (line.outer, true),
        false => (line.indent, false),
    };
    let (mut column, mut item) = mark(here);
    for line in above.iter().rev().filter(|line| line.is_text()) {
        let inside = if item {
            // A list may stand right below its key, without further indentation.
            line.indent <= column && !(line.item && line.outer >= column)
        } else if line.item && line.indent == column {
            // The first line of the item that this line goes on with.
            (column, item) = mark(line);
            continue;
        } else {
            line.indent < column
        };
        if let Some((key, _)) = line.entry().filter(|_| inside) {
            path.push(key);
            (column, item) = mark(line);
        }
    }
    path.reverse();
    path
}

/// The keys written beside a line.
fn siblings<'a>(
    above: &[Line<'a>],
    below: impl Iterator<Item = Line<'a>>,
    here: &Line<'_>,
) -> Vec<&'a str> {
    let mut taken = Vec::new();
    if !here.item {
        for line in above.iter().rev().filter(|line| line.is_text()) {
            if line.indent < here.indent {
                break;
            }
            taken.extend(
                line.entry()
                    .filter(|_| line.indent == here.indent)
                    .map(|(key, _)| key),
            );
            if line.item && line.indent == here.indent {
                break;
            }
        }
    }
    for line in below.filter(Line::is_text) {
        if line.indent < here.indent || line.item && line.indent <= here.indent {
            break;
        }
        taken.extend(
            line.entry()
                .filter(|_| line.indent == here.indent)
                .map(|(key, _)| key),
        );
    }
    taken
}

/// What may stand after the colon: a word, or something inside `[` or `{`.
fn in_value<'a>(
    value: &'a str,
    path: &[&'a str],
    offset: usize,
    names: Names<'_>,
) -> Vec<Candidate> {
    let mut path = path.to_vec();
    let mut open: Vec<(char, usize)> = Vec::new();
    let mut from = 0;
    let mut quote = None;
    let mut part = Vec::new();
    for (at, c) in value.char_indices() {
        match (quote, c) {
            (Some(mark), c) if mark == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') if value[from..at].trim().is_empty() => quote = Some(c),
            (None, '[' | '{') => {
                open.push((c, path.len()));
                if let Some((key, _)) = Line::read(value[from..at].trim_start()).entry() {
                    path.push(key);
                }
                from = at + 1;
                part.clear();
            }
            (None, ']' | '}') => {
                if let Some((_, length)) = open.pop() {
                    path.truncate(length);
                }
                from = at + 1;
            }
            (None, ',') if !open.is_empty() => {
                part.push(&value[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    let typed = value[from..].trim_start();
    let shape = schema::property(names.schema, &path);
    match open.last() {
        None if from > 0 => Vec::new(),
        None => {
            let mut words = values(shape, &path, typed, offset, &[], names);
            let list = shape.is_some_and(is_list);
            for word in &mut words {
                if list {
                    word.text = format!("[{}]", word.text);
                }
                if value.is_empty() {
                    word.text = format!(" {}", word.text);
                }
            }
            words
        }
        Some(('[', _)) => values(shape, &path, typed, offset, &part, names),
        Some(_) => match Line::read(typed).entry() {
            Some((key, value)) => {
                path.push(key);
                let shape = schema::property(names.schema, &path);
                values(shape, &path, value.trim_start(), offset, &[], names)
            }
            None => {
                let keys = shape.map(schema::keys).unwrap_or_default();
                let taken: Vec<&str> = part
                    .iter()
                    .filter_map(|part| Line::read(part.trim_start()).entry())
                    .map(|(key, _)| key)
                    .collect();
                entries(&keys, typed, offset, &taken, false)
            }
        },
    }
}

/// The keys that are not there yet.
fn entries(
    keys: &[(&str, &Value)],
    typed: &str,
    offset: usize,
    taken: &[&str],
    follows: bool,
) -> Vec<Candidate> {
    let free = keys.iter().filter(|(key, _)| !taken.contains(key));
    let span = Span::new(offset - typed.len(), offset);
    free.map(|(key, shape)| Candidate {
        label: (*key).into(),
        about: shape
            .get("description")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .into(),
        span,
        text: match follows {
            true => (*key).into(),
            false if !schema::keys(shape).is_empty() && !is_list(shape) => format!("{key}:"),
            false => format!("{key}: "),
        },
        key: true,
    })
    .collect()
}

/// The words of a shape, and those in use; what the list holds already is left out.
fn values(
    shape: Option<&Value>,
    path: &[&str],
    typed: &str,
    offset: usize,
    taken: &[&str],
    names: Names<'_>,
) -> Vec<Candidate> {
    let words = shape.map(schema::words).unwrap_or_default();
    let mut found: Vec<(String, String)> = words
        .into_iter()
        .map(|word| (word.text, word.about))
        .collect();
    if found.is_empty() {
        found = (names.used)(&path.join("."));
    }
    let bare = |text: &str| text.trim().trim_matches(['"', '\'']).to_string();
    let taken: Vec<String> = taken.iter().map(|text| bare(text)).collect();
    found.retain(|(word, _)| !taken.contains(word));
    let span = Span::new(offset - typed.len(), offset);
    found
        .into_iter()
        .map(|(word, about)| Candidate {
            text: match word.as_str() {
                // These words are no text in YAML.
                "true" | "false" => word.clone(),
                word if word.parse::<f64>().is_ok() => word.into(),
                word => scalar(word),
            },
            label: word,
            about,
            span,
            key: false,
        })
        .collect()
}
