//! GitHub's official description as a judge: which routes there are, and what may be sent and answered.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock, Mutex};

use jsonschema::Validator;
use serde_json::{Map, Value, json};

/// The one description; see `description/README.md`.
pub(super) static DESCRIPTION: LazyLock<Description> = LazyLock::new(Description::read);

enum Segment {
    Literal(String),
    /// One part between slashes.
    One(String),
    /// One part or more: names of branches and paths have slashes.
    Many(String),
}

/// A route.
pub(super) struct Route {
    /// As the description writes it: `/repos/{owner}/{repo}/pulls/{pull_number}`.
    pub(super) template: String,
    segments: Vec<Segment>,
    operations: Value,
}

/// The description.
pub(super) struct Description {
    routes: Vec<Route>,
    events: Value,
    schemas: Value,
    validators: Mutex<BTreeMap<String, Arc<Validator>>>,
}

/// What a request gave for the names in a route, decoded.
pub(super) type Given = BTreeMap<String, String>;

impl Description {
    fn read() -> Self {
        let text = include_str!("description/rest.json");
        let mut all: Value = serde_json::from_str(text).expect("the slice is JSON");
        let paths = all["paths"].take();
        let routes = paths.as_object().expect("routes by template").iter();
        let mut routes: Vec<Route> = routes
            .map(|(template, operations)| Route {
                template: template.clone(),
                segments: segments(template, operations),
                operations: operations.clone(),
            })
            .collect();
        // Where two fit, the one that says more is meant: `commits/{sha}/pulls` before `commits/{ref}`.
        let names = |route: &Route| {
            let open = |it: &&Segment| !matches!(it, Segment::Literal(_));
            route.segments.iter().filter(open).count()
        };
        routes.sort_by_key(|route| (std::cmp::Reverse(route.segments.len()), names(route)));
        Self {
            routes,
            events: all["events"].take(),
            schemas: all["components"]["schemas"].take(),
            validators: Mutex::default(),
        }
    }

    /// The route of a path, with the parts that it leaves open.
    pub(super) fn route(&self, path: &str) -> Option<(&Route, Given)> {
        let parts: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
        self.routes.iter().find_map(|route| {
            let mut given = Given::new();
            fits(&route.segments, &parts, &mut given).then_some((route, given))
        })
    }

    /// What is wrong with a value by a schema, each with its place. `name` tells schemas apart.
    pub(super) fn flaws(&self, name: &str, schema: &Value, value: &Value) -> Vec<String> {
        let validator = self.validator(name, schema);
        let told = validator.iter_errors(value);
        told.map(|error| {
            let mut text = error.to_string();
            if text.len() > 300 {
                text = text.chars().take(300).collect::<String>() + "…";
            }
            format!("{name}: at `{}`: {text}", error.instance_path())
        })
        .collect()
    }

    fn validator(&self, name: &str, schema: &Value) -> Arc<Validator> {
        let mut validators = self.validators.lock().expect("no judge panics");
        if let Some(known) = validators.get(name) {
            return Arc::clone(known);
        }
        let mut root = schema.clone();
        let mut named = BTreeSet::new();
        self.named(schema, &mut named);
        let schemas: Map<String, Value> = named
            .into_iter()
            .map(|name| (name.clone(), self.schemas[&name].clone()))
            .collect();
        root["components"] = json!({ "schemas": schemas });
        let built = jsonschema::options()
            .should_validate_formats(true)
            .build(&root);
        let built = Arc::new(built.unwrap_or_else(|error| panic!("{name}: {error}")));
        validators.insert(name.to_string(), Arc::clone(&built));
        built
    }

    /// Every schema that one leans on.
    fn named(&self, schema: &Value, found: &mut BTreeSet<String>) {
        match schema {
            Value::Object(fields) => {
                if let Some(Value::String(reference)) = fields.get("$ref") {
                    let name = last(reference).to_string();
                    if found.insert(name.clone()) {
                        self.named(&self.schemas[&name], found);
                    }
                }
                fields.values().for_each(|value| self.named(value, found));
            }
            Value::Array(values) => values.iter().for_each(|value| self.named(value, found)),
            _ => {}
        }
    }

    fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str() {
            Some(reference) => self.resolved(&self.schemas[last(reference)]),
            None => schema,
        }
    }

    /// Every schema of an answer, with the status and route it belongs to.
    pub(super) fn answers(&self) -> Vec<(String, &Value)> {
        let mut all = Vec::new();
        for route in &self.routes {
            let operations = route.operations.as_object().into_iter().flatten();
            for (method, operation) in operations {
                let answers = operation["responses"].as_object().into_iter().flatten();
                let named = answers.map(|(status, schema)| {
                    (format!("{method} {} {status}", route.template), schema)
                });
                all.extend(named.filter(|(_, schema)| schema.is_object()));
            }
        }
        all
    }

    /// The schema of an event's payload.
    pub(super) fn event(&self, name: &str) -> Option<&Value> {
        self.events.get(name)
    }

    /// Fields that a schema does not know. GitHub takes them without a word, which hides mistakes.
    pub(super) fn strangers(&self, schema: &Value, value: &Value, at: &str) -> Vec<String> {
        let schema = self.resolved(schema);
        let mut found = Vec::new();
        if let (Some(known), Some(fields)) = (schema["properties"].as_object(), value.as_object()) {
            for (name, inner) in fields {
                match known.get(name) {
                    Some(schema) => {
                        found.extend(self.strangers(schema, inner, &format!("{at}/{name}")));
                    }
                    None => found.push(format!("{at}/{name}")),
                }
            }
        }
        if let (Some(values), true) = (value.as_array(), schema["items"].is_object()) {
            for (index, inner) in values.iter().enumerate() {
                found.extend(self.strangers(&schema["items"], inner, &format!("{at}/{index}")));
            }
        }
        found
    }

    /// Adds what the description demands and nobody here looks at (`gists_url` and a hundred more) in its most neutral
    /// form. What a client may read is written by hand and stays as it is.
    pub(super) fn complete(&self, schema: &Value, value: &mut Value) {
        let schema = self.resolved(schema);
        for branch in schema["allOf"].as_array().into_iter().flatten() {
            self.complete(branch, value);
        }
        for choice in ["anyOf", "oneOf"] {
            let branches = schema[choice].as_array().into_iter().flatten();
            let mut fitting = branches.filter(|branch| {
                let branch = self.resolved(branch);
                let object = branch["properties"].is_object() || branch["oneOf"].is_array();
                object && value.as_object().is_some_and(|fields| !fields.is_empty())
                    || branch["items"].is_object() && value.is_array()
            });
            if let Some(branch) = fitting.next() {
                self.complete(branch, value);
            }
        }
        if let Some(fields) = value.as_object_mut() {
            let required = schema["required"].as_array().into_iter().flatten();
            for name in required.filter_map(Value::as_str) {
                if !fields.contains_key(name) {
                    let neutral = self.neutral(name, &schema["properties"][name]);
                    fields.insert(name.to_string(), neutral);
                }
            }
            for (name, inner) in fields.iter_mut() {
                if let Some(schema) = schema["properties"].get(name) {
                    self.complete(schema, inner);
                }
            }
        }
        if let Some(values) = value.as_array_mut() {
            for inner in values {
                self.complete(&schema["items"], inner);
            }
        }
    }

    fn neutral(&self, name: &str, schema: &Value) -> Value {
        let schema = self.resolved(schema);
        for choice in ["anyOf", "oneOf", "allOf"] {
            if let Some(branches) = schema[choice].as_array() {
                if branches.iter().any(|branch| branch["type"] == "null") {
                    return Value::Null;
                }
                return self.neutral(name, branches.first().unwrap_or(&Value::Null));
            }
        }
        if let Some(values) = schema["enum"].as_array() {
            return values.first().cloned().unwrap_or_default();
        }
        match schema["type"].as_str() {
            Some("string") => match schema["format"].as_str() {
                Some("uri") => format!("https://github.example/-/{name}").into(),
                Some("date-time") => "2026-01-01T00:00:00Z".into(),
                _ => "".into(),
            },
            Some("integer" | "number") => 0.into(),
            Some("boolean") => false.into(),
            Some("array") => json!([]),
            Some("object") => {
                let mut value = json!({});
                self.complete(schema, &mut value);
                value
            }
            // Several types have `null` among them.
            _ => Value::Null,
        }
    }
}

impl Route {
    /// The operation of a method in capitals.
    pub(super) fn operation(&self, method: &str) -> Option<&Value> {
        self.operations.get(method.to_ascii_lowercase())
    }

    /// What is wrong with the parts and the query of a request.
    pub(super) fn parameter_flaws(
        &self,
        operation: &Value,
        given: &Given,
        query: &[(String, String)],
    ) -> Vec<String> {
        let mut flaws = Vec::new();
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let known: Vec<&Value> = parameters.collect();
        let find = |place: &str, name: &str| {
            let fits = |it: &&&Value| it["in"] == place && it["name"] == name;
            known.iter().find(fits).copied()
        };
        let mut judge = |place: &str, name: &str, text: &str| {
            let Some(parameter) = find(place, name) else {
                flaws.push(format!("no such parameter in the {place}: `{name}`"));
                return;
            };
            let schema = &parameter["schema"];
            let value = match schema["type"].as_str() {
                Some("integer") => text.parse::<i64>().map_or(json!(text), |it| json!(it)),
                Some("boolean") => text.parse::<bool>().map_or(json!(text), |it| json!(it)),
                _ => json!(text),
            };
            let key = format!("{} {} {name}", self.template, operation["operationId"]);
            flaws.extend(DESCRIPTION.flaws(&key, schema, &value));
        };
        for (name, text) in given {
            judge("path", name, text);
        }
        for (index, (name, text)) in query.iter().enumerate() {
            judge("query", name, text);
            if query[..index].iter().any(|(other, _)| other == name) {
                judge("query (twice)", name, text);
            }
        }
        flaws
    }
}

fn segments(template: &str, operations: &Value) -> Vec<Segment> {
    let operations = operations.as_object().into_iter().flat_map(Map::values);
    let many: BTreeSet<&str> = operations
        .flat_map(|operation| operation["parameters"].as_array().into_iter().flatten())
        .filter(|parameter| parameter["multi"] == true)
        .filter_map(|parameter| parameter["name"].as_str())
        .collect();
    let segment = |part: &str| match part.strip_prefix('{').and_then(|it| it.strip_suffix('}')) {
        Some(name) if many.contains(name) => Segment::Many(name.into()),
        Some(name) => Segment::One(name.into()),
        None => Segment::Literal(part.into()),
    };
    template.split('/').skip(1).map(segment).collect()
}

fn fits(segments: &[Segment], parts: &[&str], given: &mut Given) -> bool {
    let Some((first, rest)) = segments.split_first() else {
        return parts.is_empty();
    };
    let (name, most) = match first {
        Segment::Literal(text) => {
            return parts.first() == Some(&text.as_str()) && fits(rest, &parts[1..], given);
        }
        Segment::One(name) => (name, 1),
        Segment::Many(name) => (name, parts.len()),
    };
    (1..=most.min(parts.len())).rev().any(|taken| {
        let text = parts[..taken].join("/");
        if text.is_empty() || !fits(rest, &parts[taken..], given) {
            return false;
        }
        given.insert(name.clone(), decoded(&text));
        true
    })
}

/// A percent-encoded part of an address.
pub(super) fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}

fn last(reference: &str) -> &str {
    reference.rsplit('/').next().unwrap_or_default()
}
