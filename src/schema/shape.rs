//! The shapes of values, as JSON Schema, and what an editor wants to know of them.
//!
//! A value that is empty counts as missing for the readers, so every shape but those of required keys takes `null`.

use serde_json::{Map, Value, json};

/// A day, as in `2026-12-01`.
pub(super) const DAY: &str = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";
/// RFC 3339 with an offset; a space, a missing second and a short offset are read as well.
const TIME: &str = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:([0-5][0-9]|60)([.,][0-9]{1,9})?)?([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)$";
/// A user, a team or an e-mail address.
const PARTY: &str = r"^(@[^\s@/,;<>\x21-\x2c\x3a-\x40\x5b-\x5e\x60\x7b-\x7e]{1,100}(/[^\s@/,;<>\x21-\x2c\x3a-\x40\x5b-\x5e\x60\x7b-\x7e]{1,100})*|[^\s@,;<>]+@[^\s@,;<>.]([^\s@,;<>]*\.)[^\s@,;<>]*[^\s@,;<>.])$";
/// Anything but white space.
const SOMETHING: &str = r"\S";

/// Any single value.
pub(super) fn text() -> Value {
    json!({ "type": ["string", "number", "boolean", "null"] })
}

/// A single value, `null` apart.
pub(super) fn name() -> Value {
    json!({ "type": ["string", "number", "boolean"] })
}

/// A single value that is not empty.
pub(super) fn words_needed() -> Value {
    json!({ "type": ["string", "number", "boolean"], "pattern": SOMETHING })
}

/// One of some words, each with what it means, or nothing.
pub(super) fn choice(words: &[(&str, &str)]) -> Value {
    let mut shape = one_of(words);
    push(&mut shape, "enum", Value::Null);
    push(&mut shape, "enumDescriptions", "".into());
    shape
}

/// One of some words, each with what it means.
pub(super) fn one_of(words: &[(&str, &str)]) -> Value {
    let spelt: Vec<(Value, &str)> = words
        .iter()
        .flat_map(|(word, about)| {
            spellings(word)
                .into_iter()
                .map(move |value| (value, *about))
        })
        .collect();
    let values: Vec<&Value> = spelt.iter().map(|(value, _)| value).collect();
    let about: Vec<&str> = spelt.iter().map(|(_, about)| *about).collect();
    json!({ "enum": values, "enumDescriptions": about })
}

/// A word as text, and as what YAML takes it for without quotes: `1` is a number, `true` is none of the words.
fn spellings(word: &str) -> Vec<Value> {
    let plain = serde_yaml::from_str::<Value>(word).ok();
    let other = plain.filter(|value| value.is_number() || value.is_boolean());
    other.into_iter().chain([word.into()]).collect()
}

/// `true` or `false`, quoted or not.
pub(super) fn flag() -> Value {
    json!({ "enum": [true, false, "true", "false", null] })
}

/// A value, or the honest word `unknown`.
pub(super) fn or_unknown(shape: &Value) -> Value {
    json!({ "anyOf": [{ "const": "unknown" }, shape] })
}

/// A moment, or `unknown`.
pub(super) fn moment() -> Value {
    let message = "write a time with an offset, as in 2026-10-10T14:23:00Z, or unknown";
    or_unknown(
        &json!({ "type": ["string", "null"], "pattern": TIME, "patternErrorMessage": message }),
    )
}

/// A whole number, or `unknown`; `12,000` and `12_000` are read as well.
pub(super) fn count() -> Value {
    or_unknown(&json!({
        "type": ["integer", "string", "null"],
        "minimum": 0,
        "pattern": r"^\+?[0-9_,]*[0-9][0-9_,]*$",
    }))
}

/// A user, a team or an e-mail address.
pub(super) fn party() -> Value {
    let message = "write a user, a team or an e-mail address, as in \"@org/team\"";
    json!({ "type": "string", "pattern": PARTY, "patternErrorMessage": message })
}

/// A list.
pub(super) fn list(items: &Value) -> Value {
    json!({ "type": ["array", "null"], "items": items })
}

/// A list of names; of these names where there are any.
pub(super) fn names(names: &[(&str, &str)]) -> Value {
    if names.is_empty() {
        return list(&words_needed());
    }
    list(&one_of(names))
}

/// A mapping with these keys and no others.
pub(super) fn mapping(properties: Vec<(&str, Value)>) -> Value {
    json!({
        "type": ["object", "null"],
        "properties": keyed(properties),
        "additionalProperties": false,
    })
}

/// Keys with their shapes, in the order given.
pub(super) fn keyed(properties: Vec<(&str, Value)>) -> Value {
    let named = properties
        .into_iter()
        .map(|(key, shape)| (key.to_string(), shape));
    Value::Object(named.collect())
}

/// A shape with what is said about its key; the example is shown and, where the key is new, offered.
pub(super) fn about(description: &str, example: Value, shape: Value) -> Value {
    let mut said = Map::new();
    said.insert("description".into(), description.into());
    if let Value::Object(shape) = shape {
        said.extend(shape);
    }
    said.insert("examples".into(), Value::Array(vec![example]));
    Value::Object(said)
}

/// The same with what holds where nothing is written.
pub(super) fn default(mut shape: Value, default: impl Into<Value>) -> Value {
    if let Value::Object(fields) = &mut shape {
        fields.insert("default".into(), default.into());
    }
    shape
}

fn push(shape: &mut Value, key: &str, value: Value) {
    if let Some(Value::Array(values)) = shape.get_mut(key) {
        values.push(value);
    }
}

/// A word that may stand for a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// As written in YAML.
    pub text: String,
    /// What it means; may be empty.
    pub about: String,
}

/// What a schema says of the key that `path` leads to; lists and names that are data are passed through.
pub fn property<'a>(schema: &'a Value, path: &[&str]) -> Option<&'a Value> {
    path.iter().try_fold(schema, |shape, key| child(shape, key))
}

fn child<'a>(shape: &'a Value, key: &str) -> Option<&'a Value> {
    let known = shape.get("properties").and_then(|known| known.get(key));
    let inner = || child(shape.get("items")?, key);
    let either = || {
        let parts = shape.get("anyOf")?.as_array()?;
        parts.iter().find_map(|part| child(part, key))
    };
    let data = || {
        shape
            .get("additionalProperties")
            .filter(|any| any.is_object())
    };
    known.or_else(inner).or_else(either).or_else(data)
}

/// The keys that a mapping of this shape, or a mapping in a list of it, may hold, with what is said of each.
pub fn keys(shape: &Value) -> Vec<(&str, &Value)> {
    let own = shape.get("properties").and_then(Value::as_object);
    let own = own
        .into_iter()
        .flatten()
        .map(|(key, shape)| (key.as_str(), shape));
    let parts = shape.get("anyOf").and_then(Value::as_array);
    let inner = parts.into_iter().flatten().chain(shape.get("items"));
    own.chain(inner.flat_map(keys)).collect()
}

/// Whether a value of this shape can only be a list.
pub fn is_list(shape: &Value) -> bool {
    shape.get("items").is_some()
}

/// The words that a value of this shape, or an item of it, may be; none where it may be anything.
pub fn words(shape: &Value) -> Vec<Word> {
    let mut found: Vec<Word> = Vec::new();
    let mut add = |value: &Value, about: &str| {
        let text = match value {
            Value::Null => return,
            Value::String(text) => text.clone(),
            value => value.to_string(),
        };
        if found.iter().all(|word| word.text != text) {
            let about = about.to_string();
            found.push(Word { text, about });
        }
    };
    if let Some(Value::Array(values)) = shape.get("enum") {
        for (at, value) in values.iter().enumerate() {
            let about = shape["enumDescriptions"][at].as_str();
            add(value, about.unwrap_or_default());
        }
    }
    if let Some(value) = shape.get("const") {
        add(value, "Lost, and said so.");
    }
    let inner = shape.get("anyOf").and_then(Value::as_array);
    for part in inner.into_iter().flatten().chain(shape.get("items")) {
        for word in words(part) {
            add(&word.text.into(), &word.about);
        }
    }
    found
}
