//! Reading known keys out of a YAML mapping, one by one, so that every mistake is told.
//!
//! Owns "missing, invalid or a value", wrong types, unknown keys and "did you mean". Which keys there are is for the
//! callers: the postmortem's front matter and the configuration.

use super::yaml::{Node, Value};
use super::{Problem, ProblemKind};
use crate::source::{Span, Spanned};

/// A value that was asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Field<T> {
    /// The key is not there, or holds nothing.
    #[default]
    Missing,
    /// It is there, but cannot be used; a problem says why.
    Invalid(Span),
    /// It is there.
    Value(Spanned<T>),
}

impl<T> Field<T> {
    /// The value, if it is there.
    pub fn get(&self) -> Option<&T> {
        match self {
            Self::Value(spanned) => Some(&spanned.value),
            _ => None,
        }
    }

    /// Where the value stands, usable or not.
    pub fn span(&self) -> Option<Span> {
        match self {
            Self::Missing => None,
            Self::Invalid(span) => Some(*span),
            Self::Value(spanned) => Some(spanned.span),
        }
    }

    /// Whether nothing was written.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }
}

impl<T> Field<Vec<T>> {
    /// The items of a list; none where there is no list.
    pub fn items(&self) -> &[T] {
        self.get().map_or(&[], Vec::as_slice)
    }
}

/// A fact, or the honest word `unknown`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known<T> {
    /// Lost, and said so.
    Unknown,
    /// Known.
    Known(T),
}

impl<T> Known<T> {
    /// The fact.
    pub fn get(&self) -> Option<&T> {
        match self {
            Self::Unknown => None,
            Self::Known(value) => Some(value),
        }
    }
}

impl<T> Field<Known<T>> {
    /// The fact, if it is there and known.
    pub fn known(&self) -> Option<&T> {
        self.get().and_then(Known::get)
    }
}

/// A mapping that is being read.
pub struct Mapping<'a> {
    entries: &'a [(Node, Node)],
    taken: Vec<&'static str>,
    /// How keys are named in messages: empty, or `incident.`.
    prefix: &'static str,
    problems: &'a mut Vec<Problem>,
}

impl<'a> Mapping<'a> {
    /// Begins to read a node; anything but a mapping is a problem, and then every key is missing.
    pub fn new(
        node: Option<&'a Node>,
        prefix: &'static str,
        problems: &'a mut Vec<Problem>,
    ) -> Self {
        let entries: &[(Node, Node)] = match node {
            Some(Node {
                value: Value::Mapping(entries),
                ..
            }) => entries,
            Some(node) if !node.is_null() => {
                problems.push(Problem::new(
                    ProblemKind::BadValue,
                    node.span,
                    format!(
                        "{} needs `key: value` lines, not {}",
                        match prefix.trim_end_matches('.') {
                            "" => "this".into(),
                            name => format!("`{name}`"),
                        },
                        shape(node)
                    ),
                    "write one `key: value` on a line".into(),
                ));
                &[]
            }
            _ => &[],
        };
        Self {
            entries,
            taken: Vec::new(),
            prefix,
            problems,
        }
    }

    /// The node of a key; an empty value counts as missing.
    pub fn node(&mut self, key: &'static str) -> Option<&'a Node> {
        if !self.taken.contains(&key) {
            self.taken.push(key);
            #[cfg(test)]
            asked::note(self.prefix, key);
        }
        let entry = self
            .entries
            .iter()
            .find(|(name, _)| name.text() == Some(key));
        entry.map(|(_, node)| node).filter(|node| !node.is_null())
    }

    /// Every key with its value, for mappings whose keys are data.
    pub fn all(&mut self) -> &'a [(Node, Node)] {
        self.entries
    }

    /// The keys of a nested mapping, to be read with [`Mapping::new`].
    pub fn problems(&mut self) -> &mut Vec<Problem> {
        self.problems
    }

    /// Says that the value of `key` at `span` cannot be used.
    pub fn bad(&mut self, key: &str, span: Span, message: &str, help: &str) {
        self.problems.push(Problem::new(
            ProblemKind::BadValue,
            span,
            format!("`{}{key}` {message}", self.prefix),
            help.into(),
        ));
    }

    /// Reads a scalar through `read`, which says what is wrong and how to mend it.
    pub fn scalar<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&str, bool) -> Result<T, (String, String)>,
    ) -> Field<T> {
        let Some(node) = self.node(key) else {
            return Field::Missing;
        };
        let Value::Scalar { text, plain } = &node.value else {
            let message = format!("needs one value, not {}", shape(node));
            self.bad(key, node.span, &message, "write one value after the colon");
            return Field::Invalid(node.span);
        };
        match read(text.trim(), *plain) {
            Ok(value) => Field::Value(Spanned::new(value, node.span)),
            Err((message, help)) => {
                self.bad(key, node.span, &message, &help);
                Field::Invalid(node.span)
            }
        }
    }

    /// Reads text.
    pub fn text(&mut self, key: &'static str) -> Field<String> {
        self.scalar(key, |text, _| Ok(text.to_string()))
    }

    /// Reads one word out of a list.
    pub fn choice<T: Copy>(&mut self, key: &'static str, choices: &[(&str, T)]) -> Field<T> {
        self.scalar(key, |text, _| {
            let found = choices.iter().find(|(name, _)| *name == text);
            found.map(|(_, value)| *value).ok_or_else(|| {
                let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
                not_one_of(text, &names)
            })
        })
    }

    /// Reads a value that may be `unknown`.
    pub fn known<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&str) -> Result<T, (String, String)>,
    ) -> Field<Known<T>> {
        self.scalar(key, |text, _| match text {
            "unknown" => Ok(Known::Unknown),
            text => read(text).map(Known::Known),
        })
    }

    /// Reads `true` or `false`.
    pub fn flag(&mut self, key: &'static str) -> Field<bool> {
        self.choice(key, &[("true", true), ("false", false)])
    }

    /// Reads a list of scalars.
    pub fn list(&mut self, key: &'static str) -> Field<Vec<Spanned<String>>> {
        let Some(node) = self.node(key) else {
            return Field::Missing;
        };
        let Value::Sequence(items) = &node.value else {
            let text = node.text().map_or("…".into(), listed);
            let help = format!("write `{key}: [{text}]`");
            self.bad(
                key,
                node.span,
                &format!("needs a list, not {}", shape(node)),
                &help,
            );
            return Field::Invalid(node.span);
        };
        let mut values = Vec::new();
        for item in items {
            match item.text() {
                Some(text) if !item.is_null() => {
                    values.push(Spanned::new(text.trim().to_string(), item.span));
                }
                _ => {
                    let message = format!("holds {} where a name is needed", shape(item));
                    self.bad(key, item.span, &message, "keep plain names in this list");
                }
            }
        }
        Field::Value(Spanned::new(values, node.span))
    }

    /// Ends the reading: every key that was not asked for is told, with the nearest known one.
    pub fn finish(self) {
        for (key, _) in self.entries {
            let Some(name) = key.text() else {
                self.problems.push(Problem::new(
                    ProblemKind::FrontMatter,
                    key.span,
                    "this key is not a name".into(),
                    "write a plain name before the colon".into(),
                ));
                continue;
            };
            if self.taken.contains(&name) {
                continue;
            }
            let help = match nearest(name, self.taken.iter().copied()) {
                Some(near) => format!("write `{near}`, or remove the key"),
                None => format!("remove the key; known here are {}", enumerate(&self.taken)),
            };
            self.problems.push(Problem::new(
                ProblemKind::UnknownField,
                key.span,
                format!("unknown field `{}{name}`", self.prefix),
                help,
            ));
        }
    }
}

/// The message and help for a word that is not in a list.
pub fn not_one_of(text: &str, names: &[&str]) -> (String, String) {
    let help = match nearest(text, names.iter().copied()) {
        Some(near) => format!("write `{near}`; possible are {}", enumerate(names)),
        None => format!("write one of {}", enumerate(names)),
    };
    let message = match text {
        "" => "cannot be empty".into(),
        _ => format!("cannot be `{text}`"),
    };
    (message, help)
}

/// The most bytes of a name for which a nearest is looked for.
const LONGEST_NAME: usize = 100;

/// The name that was most likely meant.
pub fn nearest<'a>(text: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // What is so long is no slip of a name, and comparing takes the square of it.
    if text.len() > LONGEST_NAME {
        return None;
    }
    let text = text.to_lowercase();
    let names = names.filter(|name| name.len() <= LONGEST_NAME);
    names
        .map(|name| (strsim::jaro_winkler(&text, &name.to_lowercase()), name))
        .filter(|(score, _)| *score > 0.82)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

/// `a`, `b` and `c`; long lists are cut.
pub fn enumerate(names: &[&str]) -> String {
    let shown = names.len().min(24);
    let mut text = String::new();
    for (index, name) in names[..shown].iter().enumerate() {
        text += match index {
            0 => "",
            _ if index + 1 == names.len() => " and ",
            _ => ", ",
        };
        text += &format!("`{name}`");
    }
    if shown < names.len() {
        text += &format!(" and {} more", names.len() - shown);
    }
    text
}

/// A text as an item of a flow list: in quotes where YAML needs them.
fn listed(text: &str) -> String {
    let bare = text.starts_with(char::is_alphanumeric)
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ' '));
    if bare {
        text.into()
    } else {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

fn shape(node: &Node) -> &'static str {
    match node.value {
        Value::Scalar { .. } => "a single value",
        Value::Sequence(_) => "a list",
        Value::Mapping(_) => "a mapping",
    }
}

/// Which keys a reader asks for, so that a test can compare them with what is said about them elsewhere.
#[cfg(test)]
pub(crate) mod asked {
    use std::cell::RefCell;
    use std::collections::BTreeSet;

    thread_local! {
        static KEYS: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
    }

    pub(super) fn note(prefix: &str, key: &str) {
        KEYS.with_borrow_mut(|keys| keys.insert(format!("{prefix}{key}")));
    }

    /// The keys that `read` asks for on this thread, as `incident.started`.
    pub(crate) fn during(read: impl FnOnce()) -> BTreeSet<String> {
        KEYS.take();
        read();
        KEYS.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suggested_list_is_yaml() {
        assert_eq!(listed("checkout"), "checkout");
        assert_eq!(listed("@org/team"), "\"@org/team\"");
        assert_eq!(listed("a, b: \"c\""), r#""a, b: \"c\"""#);
    }
}
