//! What is shown where the pointer rests: the page of the rule that found something there, or what a key means.

use serde_json::Value;

use crate::diagnostic::Diagnostic;
use crate::document::yaml::{self, Node};
use crate::rules::rule;
use crate::schema;
use crate::source::Span;

/// Markdown about a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// What to show.
    pub markdown: String,
    /// What it is about.
    pub span: Span,
}

/// What there is to say about a byte: the pages of the rules whose findings cover it, then its key in the YAML tree as
/// the schema describes it. `None` where there is nothing.
pub fn at(
    diagnostics: &[Diagnostic],
    tree: Option<&Node>,
    schema: &Value,
    offset: usize,
) -> Option<Hover> {
    let place = Span::new(offset, offset);
    let mut here: Vec<&Diagnostic> = diagnostics
        .iter()
        .filter(|one| one.allowed.is_none() && one.finding.span.contains(place))
        .collect();
    // The closest first, and every page once.
    here.sort_by_key(|one| one.finding.span.range().len());
    let mut names: Vec<&str> = Vec::new();
    let mut parts: Vec<String> = Vec::new();
    for one in &here {
        if let Some(rule) = rule(one.rule).filter(|rule| !names.contains(&rule.name)) {
            names.push(rule.name);
            parts.push(rule.page.trim().to_string());
        }
    }
    let mut span = here.first().map(|one| one.finding.span);
    if let Some((text, of)) = tree.and_then(|tree| described(tree, schema, &mut Vec::new(), place))
    {
        parts.push(text);
        span = span.or(Some(of));
    }
    Some(Hover {
        markdown: (!parts.is_empty()).then(|| parts.join("\n\n---\n\n"))?,
        span: span?,
    })
}

/// What the schema says of the key or the word at a place.
fn described<'a>(
    node: &'a Node,
    schema: &Value,
    path: &mut Vec<&'a str>,
    place: Span,
) -> Option<(String, Span)> {
    match &node.value {
        yaml::Value::Mapping(entries) => entries.iter().find_map(|(key, value)| {
            path.push(key.text()?);
            let found = if key.span.contains(place) {
                let said = schema::property(schema, path)?;
                Some((describe(path, said)?, key.span))
            } else {
                described(value, schema, path, place)
            };
            path.pop();
            found
        }),
        yaml::Value::Sequence(items) => items
            .iter()
            .find_map(|item| described(item, schema, path, place)),
        yaml::Value::Scalar { text, .. } => {
            let shape = schema::property(schema, path).filter(|_| node.span.contains(place))?;
            let words = schema::words(shape);
            let word = words.into_iter().find(|word| word.text == **text)?;
            let known = !word.about.is_empty();
            known.then(|| (format!("`{}`: {}", word.text, word.about), node.span))
        }
    }
}

/// A key with its description, its words and an example.
fn describe(path: &[&str], shape: &Value) -> Option<String> {
    let about = shape.get("description").and_then(Value::as_str)?;
    let mut text = format!("**{}**\n\n{about}", path.join("."));
    let words = schema::words(shape);
    if (1..=40).contains(&words.len()) {
        text += "\n";
        for word in &words {
            let about = match word.about.as_str() {
                "" => String::new(),
                about => format!(": {about}"),
            };
            text += &format!("\n- `{}`{about}", word.text);
        }
    }
    let example = shape.get("examples").and_then(|examples| examples.get(0));
    if let (Some(example), Some(key)) = (example, path.last()) {
        let line = serde_yaml::to_string(&std::collections::BTreeMap::from([(key, example)]));
        text += &format!("\n\n```yaml\n{}```", line.unwrap_or_default());
    }
    Some(text)
}
