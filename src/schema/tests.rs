//! The schemas agree with the readers: the same keys, and the same verdict over values of every kind.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use jsonschema::Validator;
use serde_json::{Value, json};

use super::*;
use crate::check::{self, policy};
use crate::config::Config;
use crate::corpus::Corpus;
use crate::diagnostic::Level;
use crate::document::mapping::asked;
use crate::postmortem::Postmortem;
use crate::postmortem::conventions::Conventions;
use crate::rules::Context;
use crate::source::Source;

const CANONICAL: &str = include_str!("../rules/canonical.md");

fn validator(schema: &Value) -> Validator {
    jsonschema::validator_for(schema).expect("a schema")
}

fn source(text: &str) -> Arc<Source> {
    Arc::new(Source::new("a.md", text.into()))
}

fn front_of(text: &str) -> Value {
    let yaml = text.trim_start_matches("---\n").split("\n---\n").next();
    serde_yaml::from_str(yaml.expect("a front matter")).expect("YAML")
}

/// Every key of a schema as `incident.started`; names that are data are left out.
fn paths(schema: &Value, prefix: &str, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(fields) => {
            for (name, value) in fields {
                match (name.as_str(), value) {
                    ("properties", Value::Object(properties)) => {
                        for (key, shape) in properties {
                            found.insert(format!("{prefix}{key}"));
                            paths(shape, &format!("{prefix}{key}."), found);
                        }
                    }
                    ("if" | "then" | "examples" | "default", _) => {}
                    (_, value) => paths(value, prefix, found),
                }
            }
        }
        Value::Array(parts) => parts.iter().for_each(|part| paths(part, prefix, found)),
        _ => {}
    }
}

/// A mapping with the example of every key, so that a reader comes past all of them.
fn examples(schema: &Value) -> Value {
    let properties = schema["properties"].as_object().expect("keys");
    let filled = properties.iter().map(|(key, shape)| {
        let example = match (&shape["examples"][0], shape.get("properties")) {
            // The first level below a key has examples of its own, where the keys are no data.
            (Value::Object(_), Some(_)) if key != "sections" && key != "rules" => examples(shape),
            (example, _) => example.clone(),
        };
        assert!(!example.is_null(), "`{key}` has no example");
        (key.clone(), example)
    });
    Value::Object(filled.collect())
}

#[test]
fn every_key_that_is_read_is_described_and_every_key_described_is_read() {
    let schema = front_matter(None);
    let text = format!(
        "---\n{}---\n",
        serde_yaml::to_string(&examples(&schema)).expect("YAML")
    );
    let mut read = BTreeSet::new();
    read.extend(asked::during(|| {
        let postmortem = Postmortem::parse(source(&text), &Conventions::default());
        assert!(
            postmortem.problems.is_empty(),
            "{text}\n{:#?}",
            postmortem.problems
        );
    }));
    let mut described = BTreeSet::new();
    paths(&schema, "", &mut described);
    assert_eq!(
        described, read,
        "src/schema/front.rs describes what postmortem::front reads"
    );
    assert!(read.contains("incident.started") && read.contains("allow.rule"));
}

#[test]
fn every_setting_that_is_read_is_described_and_every_setting_described_is_read() {
    let schema = configuration(false);
    let text = serde_yaml::to_string(&examples(&schema)).expect("YAML");
    let read = asked::during(|| {
        let (config, problems) = Config::read(source(&text));
        assert!(problems.is_empty(), "{text}\n{problems:#?}");
        assert!(policy::flaws(&config).is_empty());
    });
    let mut described = BTreeSet::new();
    paths(&schema, "", &mut described);
    // Below these the keys are data, and the shape of their values is told apart by hand.
    described.retain(|key| !key.starts_with("sections.") && !key.starts_with("deadlines."));
    assert_eq!(
        described, read,
        "src/schema/config.rs describes what config::read reads"
    );
    assert!(read.contains("site.title") && read.contains("services.owner"));
}

/// Values of every kind, as YAML.
const VALUES: &[&str] = &[
    "",
    "~",
    "\"\"",
    "\"  \"",
    "unknown",
    "Unknown",
    "true",
    "\"true\"",
    "no",
    "0",
    "7",
    "-1",
    "12.5",
    "12,000",
    "12_000",
    "\"250\"",
    "100",
    "101",
    "40 %",
    "\"40%\"",
    "word",
    "two words",
    "\"two\\nlines\"",
    "ümlaut",
    "[]",
    "[a]",
    "[a, b]",
    "[[a]]",
    "[{a: b}]",
    "[~]",
    "[\"\"]",
    "{}",
    "{a: b}",
    "{name: x}",
    "{level: off}",
    "{level: loud}",
    "{owner: \"@a/b\"}",
    "{owner: nobody}",
    "{rule: x}",
    "\"@a\"",
    "\"@a/b\"",
    "\"@a/b/c\"",
    "\"@a/\"",
    "\"@\"",
    "\"@ü\"",
    "\"@a, @b\"",
    "a@b.example",
    "a@b",
    "a@.b",
    "a@b@c.d",
    "[\"@a\"]",
    "[\"@a\", \"@b\"]",
    "[nobody]",
    "2026-10-10",
    "2026-10-10T14:23:00Z",
    "2026-10-10T14:23Z",
    "2026-10-10 14:23:00.5+02:00",
    "2026-10-10T14:23:00",
    "2026-13-10T14:23:00Z",
    "2026-10-10T25:00:00Z",
    "2026-10-10T14:23:00+0200",
    "yesterday",
    "45000 USD",
    "45,000.50 USD",
    "45000",
    "45000 usd",
    "-5 USD",
    "USD 5",
    "incident",
    "near-miss",
    "draft",
    "final",
    "approved",
    "sev1",
    "none",
    "full",
    "facets",
    "outage",
    "monitoring",
    "violated",
    "INC-2026-014",
    "inc 7",
    "_x",
    "../up",
    "/root",
    "./a/",
    "a\\\\b",
    "a/../b",
    "a..b",
    ".hidden",
    "https://example.org/x",
    "https://",
    "http://a?b",
    "ftp://x.org",
    "INC-{number}",
    "off",
    "loud",
    "[{ rule: a-b, because: c }]",
    "[{ rule: a-b }]",
    "[{ because: c }]",
    "[{ rule: a-b, because: c, until: 2026-12-01 }]",
    "[{ rule: a-b, because: c, until: soon }]",
    "{timeline: [Chronik]}",
    "{timeline: Chronik}",
    "{tiemline: [x]}",
    "{a: 14}",
    "{a: -1}",
    "{a: soon}",
    "{a: ~}",
    "{a: {b: c}}",
    "{a: off}",
    "{a: loud}",
    "{a: {level: note, because: b}}",
    "{a: {because: b}}",
    "{a: {owner: \"@a/b\", description: c}}",
    "{a: {owner: b}}",
];

/// Sets a key, `incident.started` say, in the canonical front matter.
fn with(key: &str, value: &str) -> String {
    let (parent, child) = key.split_once('.').unwrap_or((key, ""));
    let lines: Vec<&str> = CANONICAL
        .lines()
        .skip(1)
        .take_while(|line| *line != "---")
        .collect();
    let mut out = String::from("---\n");
    let mut inside = false;
    for line in lines {
        if !line.starts_with(' ') {
            inside = line.split(':').next() == Some(parent);
        }
        if !inside {
            out += &format!("{line}\n");
        }
    }
    out += &match child {
        "" => format!("{parent}: {value}\n"),
        child if parent == "incident" => {
            let others = ["started", "detected", "resolved"]
                .into_iter()
                .filter(|name| *name != child);
            let others: Vec<String> = others.map(|name| format!("  {name}: unknown\n")).collect();
            format!("{parent}:\n{}  {child}: {value}\n", others.join(""))
        }
        child if parent == "impact" && child != "extent" => {
            format!("{parent}:\n  extent: none\n  {child}: {value}\n")
        }
        child => format!("{parent}:\n  {child}: {value}\n"),
    };
    out + "---\n"
}

/// Rules that speak of the front matter's form; the others weigh what it says.
const FORM: [&str; 7] = [
    "bad-value",
    "unknown-field",
    "missing-field",
    "several-owners",
    "claimed-approval",
    "bare-allow",
    "invalid-front-matter",
];

fn flaws(text: &str, conventions: &Conventions) -> Vec<String> {
    let postmortem = Postmortem::parse(source(text), conventions);
    let corpus = Corpus::from_postmortems(vec![postmortem], Arc::new(conventions.clone()));
    let now: Timestamp = "2026-10-14T09:00:00Z".parse().expect("a time");
    let context = Context::new(conventions, now);
    let told = check::run(&corpus, &Config::default(), &context).into_iter();
    let told = told.filter(|one| one.level == Level::Error && FORM.contains(&one.rule));
    told.map(|one| format!("{}: {}", one.rule, one.finding.message))
        .collect()
}

#[test]
fn the_front_matter_is_judged_alike() {
    let schema = front_matter(None);
    let validator = validator(&schema);
    let mut paths = BTreeSet::new();
    self::paths(&schema, "", &mut paths);
    let mut apart = Vec::new();
    let mut judged = [0, 0];
    for path in paths.iter().filter(|path| !path.starts_with("allow.")) {
        for value in VALUES {
            let text = with(path, value);
            let Ok(json) = serde_yaml::from_str::<Value>(
                text.trim_start_matches("---\n").trim_end_matches("---\n"),
            ) else {
                continue;
            };
            // A schema does not see the sign of a number.
            if path == "id" && *value == "+3" {
                continue;
            }
            // What a severity may be called is not known to a schema for everybody.
            if path == "severity" && !["~", "", "\"\"", "[a]", "{}"].contains(value) {
                continue;
            }
            let said = flaws(&text, &Conventions::default());
            judged[usize::from(said.is_empty())] += 1;
            if said.is_empty() != validator.is_valid(&json) {
                apart.push(format!("{path}: {value}   check: {said:?}"));
            }
        }
    }
    assert_eq!(apart, [""; 0], "{}", apart.join("\n"));
    assert!(judged[0] > 1000 && judged[1] > 300, "{judged:?}");
}

#[test]
fn the_configuration_is_judged_alike() {
    let schema = configuration(false);
    let validator = validator(&schema);
    let mut paths = BTreeSet::new();
    self::paths(&schema, "", &mut paths);
    let mut apart = Vec::new();
    for path in &paths {
        let (parent, child) = path.split_once('.').unwrap_or((path, ""));
        if child.contains('.') || !child.is_empty() && matches!(parent, "services" | "rules") {
            continue;
        }
        for value in VALUES {
            let text = match child {
                "" => format!("{parent}: {value}\n"),
                child => format!("{parent}:\n  {child}: {value}\n"),
            };
            let Ok(json) = serde_yaml::from_str::<Value>(&text) else {
                continue;
            };
            let (_, problems) = Config::read(source(&text));
            if problems.is_empty() != validator.is_valid(&json) {
                let said: Vec<&String> = problems.iter().map(|problem| &problem.message).collect();
                apart.push(format!("{path}: {value}   check: {said:?}"));
            }
        }
    }
    assert_eq!(apart, [""; 0], "{}", apart.join("\n"));
}

#[test]
fn mistakes_are_refused_by_both() {
    let validator = validator(&front_matter(None));
    let whole: &[(&str, &str)] = &[
        ("title: Checkout", "titel: Checkout"),
        ("id: INC-2026-014\n", ""),
        ("owner: \"@example/payments\"", "owner: \"@a and @b\""),
        ("  extent: partial-outage\n", ""),
        ("  resolved: 2026-10-10T15:18:00Z\n", ""),
        ("services: [checkout]\n", ""),
        ("services: [checkout]", "services: []"),
        ("detected_by: monitoring", "detected_by: luck"),
        ("  users: 12000", "  user: 12000"),
        ("kind: incident", "approved_by: \"@ada\""),
    ];
    for (from, to) in whole {
        let text = CANONICAL.replacen(from, to, 1);
        assert_ne!(text, CANONICAL, "{from}");
        assert!(
            !validator.is_valid(&front_of(&text)),
            "the schema takes {to}"
        );
        assert!(
            !flaws(&text, &Conventions::default()).is_empty(),
            "the check takes {to}"
        );
    }
    assert!(validator.is_valid(&front_of(CANONICAL)));
    // A draft owes less.
    let draft = CANONICAL
        .replace("status: final", "status: draft")
        .replace("services: [checkout]\n", "");
    assert!(validator.is_valid(&front_of(&draft)));
}

#[test]
fn names_of_the_organisation_are_the_only_ones() {
    let text = "id: \"PM{number:2}\"\nseverities: [1, major]\nservices: { a: { owner: \"@o/t\", description: Takes orders } }\ncauses: [change]\ntags: [x]\n";
    let (config, problems) = Config::read(source(text));
    assert!(problems.is_empty(), "{problems:?}");
    let schema = front_matter(Some(&config.conventions));
    let validator = validator(&schema);
    let fits = |key: &str, value: Value| {
        let mut front = json!({ "id": "PM07", "title": "t", "severity": "major", "owner": "@a" });
        front[key] = value;
        validator.is_valid(&front)
    };
    for (key, good, bad) in [
        ("id", json!("PM14"), json!("INC-1")),
        ("severity", json!(1), json!("sev1")),
        ("services", json!(["a", "unknown"]), json!(["b"])),
        ("causes", json!(["change"]), json!(["chance"])),
        ("tags", json!(["x"]), json!(["y"])),
    ] {
        assert!(fits(key, good.clone()), "{key}: {good}");
        assert!(!fits(key, bad.clone()), "{key}: {bad}");
    }
    let services = words(property(&schema, &["services"]).expect("a key"));
    assert_eq!(
        (services[0].text.as_str(), services[0].about.as_str()),
        ("a", "Takes orders")
    );
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|end| end == "md") && !path.ends_with("README.md") {
            found.push(path);
        }
    }
}

#[test]
fn what_this_repository_holds_is_valid() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text =
        std::fs::read_to_string(root.join(".github/aftersight.yml")).expect("a configuration");
    let (config, _) = Config::read(source(&text));
    let json = serde_yaml::from_str(&text).expect("YAML");
    for catalogue in [false, true] {
        validator(&configuration(catalogue))
            .validate(&json)
            .expect("valid");
    }
    let mut found = Vec::new();
    files(&root.join("postmortems"), &mut found);
    assert!(found.len() >= 27, "{}", found.len());
    for conventions in [None, Some(&*config.conventions)] {
        let validator = validator(&front_matter(conventions));
        for path in &found {
            let text = std::fs::read_to_string(path).expect("a postmortem");
            if let Err(error) = validator.validate(&front_of(&text)) {
                panic!("{}: {error} at {}", path.display(), error.instance_path());
            }
        }
    }
}

#[test]
fn the_published_files_are_current() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/schema");
    for (name, schema) in [
        ("front-matter", front_matter(None)),
        ("config", configuration(false)),
        ("index", index()),
    ] {
        let path = root.join(format!("{name}.json"));
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            std::fs::write(&path, text(&schema)).expect("written");
        }
        let there = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            there == text(&schema),
            "run `UPDATE_SCHEMA=1 cargo test --lib schema`"
        );
        assert!(url(name).ends_with(&format!("/main/src/schema/{name}.json")));
    }
}
