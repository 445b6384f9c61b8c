//! JSON with the place of every value, and the account of what no reader looked at.
//!
//! Owns reading a file as JSON and telling which texts of it were left out. What the values mean is for the readers.

mod setting;

use std::cell::RefCell;
use std::collections::HashSet;

use jiff::Timestamp;
use serde_json::Value;

use super::draft::Draft;
use super::input::{Input, Mismatch};
use super::moment;
use super::remark::{Place, Remark, RemarkKind};
use super::sniff;

/// A file's values.
pub(super) struct Json {
    root: Value,
    file: String,
    /// The addresses of the values that somebody read.
    read: RefCell<HashSet<usize>>,
    remarks: RefCell<Vec<Remark>>,
}

/// Texts that are no news to people; what they are called is told with their places.
const SETTINGS: &str = "ids, addresses, times and settings that say nothing of the incident";

impl Json {
    /// Reads a file. Several values after each other, as pages of an API are saved, are read as one list.
    pub(super) fn parse(input: &Input) -> Result<Self, Mismatch> {
        let text = input.text.trim_start_matches('\u{feff}');
        let mismatch = |why: String| Mismatch {
            file: input.name.clone(),
            why,
            looks_like: sniff::text(text),
        };
        let mut values = Vec::new();
        for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
            values.push(value.map_err(|error| mismatch(format!("is no JSON: {error}")))?);
        }
        let root = match values.len() {
            0 => return Err(mismatch("holds nothing".into())),
            1 => values.swap_remove(0),
            _ => Value::Array(
                values
                    .into_iter()
                    .flat_map(|value| match value {
                        Value::Array(items) => items,
                        other => vec![other],
                    })
                    .collect(),
            ),
        };
        Ok(Self {
            root,
            file: input.name.clone(),
            read: RefCell::default(),
            remarks: RefCell::default(),
        })
    }

    /// The top value.
    pub(super) fn root(&self) -> Node<'_> {
        Node {
            json: self,
            value: &self.root,
            path: "$".into(),
        }
    }

    /// The file is not what it was said to be.
    pub(super) fn mismatch(&self, why: &str) -> Mismatch {
        Mismatch {
            file: self.file.clone(),
            why: why.into(),
            looks_like: sniff::value(&self.root),
        }
    }

    fn remark(&self, kind: RemarkKind, what: String, path: &str) {
        self.remarks.borrow_mut().push(Remark {
            kind,
            what,
            place: Place::json(&self.file, path),
        });
    }
}

/// A value and its path.
#[derive(Clone)]
pub(super) struct Node<'a> {
    json: &'a Json,
    value: &'a Value,
    path: String,
}

impl<'a> Node<'a> {
    /// Where it stands.
    pub(super) fn place(&self) -> Place {
        Place::json(&self.json.file, &self.path)
    }

    /// The value of a key, if it is there and not null.
    pub(super) fn get(&self, key: &str) -> Option<Node<'a>> {
        let value = self.value.as_object()?.get(key)?;
        (!value.is_null()).then(|| Node {
            json: self.json,
            value,
            path: format!("{}.{key}", self.path),
        })
    }

    /// The value below several keys.
    pub(super) fn below(&self, keys: &[&str]) -> Option<Node<'a>> {
        let mut node = self.clone();
        for key in keys {
            node = node.get(key)?;
        }
        Some(node)
    }

    /// Whether it has a key.
    pub(super) fn has(&self, key: &str) -> bool {
        self.value.get(key).is_some()
    }

    /// Whether it is a list of nothing.
    pub(super) fn is_empty_list(&self) -> bool {
        self.value.as_array().is_some_and(Vec::is_empty)
    }

    /// Whether it is an object.
    pub(super) fn is_object(&self) -> bool {
        self.value.is_object()
    }

    /// The items of a list; a single object counts as a list of itself.
    pub(super) fn list(&self) -> Vec<Node<'a>> {
        match self.value {
            Value::Array(items) => items
                .iter()
                .enumerate()
                .map(|(index, value)| Node {
                    json: self.json,
                    value,
                    path: format!("{}[{index}]", self.path),
                })
                .collect(),
            Value::Object(_) => vec![self.clone()],
            _ => Vec::new(),
        }
    }

    /// The keys of an object with their values.
    pub(super) fn entries(&self) -> Vec<(&'a str, Node<'a>)> {
        let object = self.value.as_object();
        let entries = object.into_iter().flatten();
        entries
            .map(|(key, value)| {
                let node = Node {
                    json: self.json,
                    value,
                    path: format!("{}.{key}", self.path),
                };
                (key.as_str(), node)
            })
            .collect()
    }

    /// The items of a list below a key; anything else there is told.
    pub(super) fn items(&self, key: &str) -> Vec<Node<'a>> {
        let Some(node) = self.get(key) else {
            return Vec::new();
        };
        if !node.value.is_array() {
            node.misread("a list");
        }
        match node.value {
            Value::Array(_) => node.list(),
            _ => Vec::new(),
        }
    }

    /// The value itself as text, if it is one: a string that says something, a number, a truth value.
    pub(super) fn as_text(&self) -> Option<String> {
        self.taken();
        match self.value {
            Value::String(text) if text.trim().is_empty() => None,
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(truth) => Some(truth.to_string()),
            _ => None,
        }
    }

    /// The text of a key; anything else there is told.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        let node = self.get(key)?;
        if node.value.is_array() || node.value.is_object() {
            node.misread("a text");
            return None;
        }
        node.as_text()
    }

    /// The first text of several keys; all of them count as read only where they say the same.
    pub(super) fn first(&self, keys: &[&str]) -> Option<String> {
        let mut found: Option<String> = None;
        for key in keys {
            let Some(node) = self.get(key).filter(|node| node.value.is_string()) else {
                continue;
            };
            match &found {
                None => found = node.as_text(),
                Some(text) if node.value.as_str() == Some(text) => node.taken(),
                Some(_) => {}
            }
        }
        found
    }

    /// Whether a key holds `true`.
    pub(super) fn flag(&self, key: &str) -> bool {
        self.value.get(key).and_then(Value::as_bool) == Some(true)
    }

    /// The moment of a key: a text with an offset, or seconds or milliseconds since 1970. A text without an offset is told.
    pub(super) fn time(&self, key: &str) -> Option<Timestamp> {
        let node = self.get(key)?;
        node.taken();
        let read = match node.value {
            Value::Number(number) => number.as_f64().and_then(moment::epoch),
            Value::String(text) if text.trim().is_empty() => return None,
            Value::String(text) => match moment::read(text, None) {
                Some((at, guessed)) => {
                    if guessed {
                        let what = "times without an offset are taken to be in UTC".to_string();
                        self.json.remark(RemarkKind::Guessed, what, &node.path);
                    }
                    Some(at)
                }
                None => None,
            },
            // Some fields named like a time hold whether it came.
            Value::Bool(_) => return None,
            _ => None,
        };
        if read.is_none() {
            let what = format!("the time `{}` of `{key}`", short(&node.value.to_string()));
            self.json
                .remark(RemarkKind::NotUnderstood, what, &node.path);
        }
        read
    }

    /// Takes the value, and everything in it, for read.
    pub(super) fn taken(&self) {
        let mut open = vec![self.value];
        let mut read = self.json.read.borrow_mut();
        while let Some(value) = open.pop() {
            read.insert(address(value));
            match value {
                Value::Array(items) => open.extend(items),
                Value::Object(entries) => open.extend(entries.values()),
                _ => {}
            }
        }
    }

    /// Tells that something else stands here than its format wants.
    pub(super) fn misread(&self, wanted: &str) {
        let key = self.path.rsplit('.').next().unwrap_or_default();
        let what = format!("`{}`, which is not {wanted}", without_indices(key));
        self.json
            .remark(RemarkKind::NotUnderstood, what, &self.path);
    }

    /// Gives the draft what was remarked since the last time, and every text in this value that nobody read.
    pub(super) fn finish(&self, draft: &mut Draft) {
        draft
            .remarks
            .extend(self.json.remarks.borrow_mut().drain(..));
        let mut open = vec![(self.clone(), String::new())];
        let mut unread = Vec::new();
        while let Some((node, key)) = open.pop() {
            if self.json.read.borrow().contains(&address(node.value)) {
                continue;
            }
            match node.value {
                Value::String(text) if !text.trim().is_empty() => unread.push((node, key)),
                Value::Array(_) => {
                    let items = node.list().into_iter().rev();
                    open.extend(items.map(|item| (item, key.clone())));
                }
                Value::Object(_) => {
                    let entries = node.entries().into_iter().rev();
                    open.extend(entries.map(|(key, value)| (value, key.to_string())));
                }
                _ => {}
            }
        }
        for (node, key) in unread {
            node.taken();
            let text = node.value.as_str().unwrap_or_default();
            let what = match setting::is_setting(&key, text) {
                true => SETTINGS.to_string(),
                false => format!("the field `{}`", without_indices(&node.path)),
            };
            draft.left_out(what, node.place());
        }
    }
}

/// The address of a value, which stays where it is as long as the file is read.
fn address(value: &Value) -> usize {
    std::ptr::from_ref(value).addr()
}

/// A path without the `$` and the numbers of items: `incidents.title`.
fn without_indices(path: &str) -> String {
    let mut plain = String::new();
    let mut inside = false;
    for c in path.chars() {
        match c {
            '[' => inside = true,
            ']' => inside = false,
            '`' => {}
            c if !inside => plain.push(c),
            _ => {}
        }
    }
    short(plain.trim_start_matches(['$', '.']))
}

/// The first letters of a value that is shown in a message.
fn short(text: &str) -> String {
    let text = text.trim_matches('"').replace('`', "'");
    match text.char_indices().nth(80) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::origin::Origin;

    fn input(text: &str) -> Input {
        Input {
            name: "a.json".into(),
            text: text.into(),
            sha256: String::new(),
        }
    }

    #[test]
    fn what_nobody_read_is_told_with_its_place() {
        let text = r#"{"a": {"title": "x y", "id": "7", "notes": [{"body": "lost words"}, {"body": "more words"}]},
            "when": "soon", "n": 3}"#;
        let json = Json::parse(&input(text)).unwrap_or_else(|why| panic!("{}", why.why));
        let root = json.root();
        let title = root.below(&["a"]).and_then(|node| node.text("title"));
        assert_eq!(title.as_deref(), Some("x y"));
        assert_eq!(root.time("when"), None);
        let mut draft = Draft::new(Origin::GitHub);
        root.finish(&mut draft);
        let told: Vec<String> = draft
            .remarks
            .iter()
            .map(|one| format!("{} {} {}", one.kind.name(), one.what, one.place))
            .collect();
        assert_eq!(
            told,
            [
                "not understood the time `soon` of `when` a.json: $.when",
                &format!("left out {SETTINGS} a.json: $.a.id"),
                "left out the field `a.notes.body` a.json: $.a.notes[0].body",
                "left out the field `a.notes.body` a.json: $.a.notes[1].body",
            ]
        );
        root.finish(&mut draft);
        assert_eq!(draft.remarks.len(), 4);
    }

    #[test]
    fn pages_after_each_other_are_one_list() {
        let json = Json::parse(&input("[{\"a\":1}]\n[{\"a\":2}]"));
        let json = json.unwrap_or_else(|why| panic!("{}", why.why));
        let read: Vec<Option<String>> = json
            .root()
            .list()
            .iter()
            .map(|node| node.text("a"))
            .collect();
        assert_eq!(read, [Some("1".into()), Some("2".into())]);
        for (text, why) in [("", "holds nothing"), ("[1,", "is no JSON")] {
            let Err(mismatch) = Json::parse(&input(text)) else {
                panic!("{text} was read");
            };
            assert!(mismatch.why.starts_with(why), "{}", mismatch.why);
        }
    }
}
