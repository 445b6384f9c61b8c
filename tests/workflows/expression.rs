//! The part of GitHub's expressions that our workflows use, evaluated over a JSON context.
//!
//! After the documentation of expressions: loose truth, `||` and `&&` give one of their sides, a missing property is empty.
//! Whatever else is written is a panic, so that a workflow cannot grow past what is executed here.

use serde_json::Value;

/// Replaces every `${{ … }}` of a text.
pub(crate) fn filled(text: &str, context: &Value) -> String {
    let mut parts = text.split("${{");
    let mut out = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let (inside, rest) = part.split_once("}}").expect("an expression is closed");
        out += &shown(&evaluated(inside, context));
        out += rest;
    }
    out
}

/// Whether a step or job runs: the condition, and `success()` unless it asks for something else itself.
pub(crate) fn holds(condition: Option<&str>, failed: bool, context: &Value) -> bool {
    let Some(condition) = condition else {
        return !failed;
    };
    let inside = condition.trim().trim_start_matches("${{");
    let inside = inside.trim_end_matches("}}");
    (!failed || inside.contains("cancelled()")) && is_true(&evaluated(inside, context))
}

/// As a text.
pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn is_true(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(yes) => *yes,
        Value::String(text) => !text.is_empty(),
        Value::Number(number) => number.as_f64() != Some(0.0),
        _ => true,
    }
}

fn evaluated(text: &str, context: &Value) -> Value {
    let mut reader = Reader {
        rest: text.trim(),
        context,
    };
    let value = reader.either();
    assert_eq!(reader.rest, "", "`{text}` is not understood");
    value
}

struct Reader<'a> {
    rest: &'a str,
    context: &'a Value,
}

impl Reader<'_> {
    fn takes(&mut self, token: &str) -> bool {
        let found = self.rest.strip_prefix(token);
        self.rest = found.map_or(self.rest, str::trim_start);
        found.is_some()
    }

    fn either(&mut self) -> Value {
        let mut left = self.both();
        while self.takes("||") {
            let right = self.both();
            left = if is_true(&left) { left } else { right };
        }
        left
    }

    fn both(&mut self) -> Value {
        let mut left = self.compared();
        while self.takes("&&") {
            let right = self.compared();
            left = if is_true(&left) { right } else { left };
        }
        left
    }

    fn compared(&mut self) -> Value {
        let left = self.one();
        if self.takes("==") {
            return Value::Bool(shown(&left) == shown(&self.one()));
        }
        if self.takes("!=") {
            return Value::Bool(shown(&left) != shown(&self.one()));
        }
        left
    }

    fn one(&mut self) -> Value {
        if self.takes("!") {
            return Value::Bool(!is_true(&self.one()));
        }
        if self.takes("(") {
            let value = self.either();
            assert!(self.takes(")"), "`{}` should be `)`", self.rest);
            return value;
        }
        if let Some(text) = self.rest.strip_prefix('\'') {
            let (text, rest) = text.split_once('\'').expect("a text is closed");
            self.rest = rest.trim_start();
            return Value::String(text.into());
        }
        let part = |c: char| !(c.is_alphanumeric() || matches!(c, '.' | '_' | '-'));
        let end = self.rest.find(part).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest.trim_start();
        if self.takes("(") {
            return self.called(name);
        }
        let mut value = self.context;
        for key in name.split('.') {
            value = value.get(key).unwrap_or(&Value::Null);
        }
        value.clone()
    }

    fn called(&mut self, name: &str) -> Value {
        let mut arguments = Vec::new();
        while !self.takes(")") {
            arguments.push(self.either());
            self.takes(",");
        }
        let text = |index: usize| shown(&arguments[index]);
        match name {
            "cancelled" => Value::Bool(false),
            "format" => Value::String(text(0).replace("{0}", &text(1))),
            "endsWith" => Value::Bool(text(0).ends_with(&text(1))),
            "fromJSON" => serde_json::from_str(&text(0)).expect("JSON"),
            "contains" => {
                let list = arguments[0].as_array().expect("a list");
                Value::Bool(list.contains(&arguments[1]))
            }
            _ => panic!("the function `{name}` is not known"),
        }
    }
}

#[test]
fn expressions_are_as_github_documents_them() {
    let context = serde_json::json!({ "a": { "b": "x" }, "n": 0 });
    let value = |text: &str| filled(&format!("<${{{{ {text} }}}}>"), &context);
    assert_eq!(value("a.b"), "<x>");
    assert_eq!(value("a.c || a.b"), "<x>");
    assert_eq!(value("a.c.d && a.b || 'y'"), "<y>");
    assert_eq!(value("format('refs/{0}', a.b) == 'refs/x'"), "<true>");
    assert_eq!(
        value("!contains(fromJSON('[\"x\"]'), a.b) || n"),
        "<0>",
        "the last side stands where none is true"
    );
    assert!(holds(None, false, &context) && !holds(None, true, &context));
    assert!(holds(
        Some("${{ !cancelled() && a.b != '' }}"),
        true,
        &context
    ));
    assert!(!holds(Some("a.b == 'x'"), true, &context));
}
