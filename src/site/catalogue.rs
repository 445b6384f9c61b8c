//! The rules as pages: the list of them, and each one's page as `explain` prints it.
//!
//! Owns nothing but the looks; what a rule says is its page, in [`crate::rules`].

use std::sync::Arc;

use serde::Serialize;

use super::finding::code_spans;
use super::link::Resolver;
use super::setting::Setting;
use super::shelf::Shelf;
use super::{Input, html, when};
use crate::postmortem::Postmortem;
use crate::rules::{Group, Rule, rules};
use crate::source::Source;

#[derive(Debug, Serialize)]
struct Line {
    name: &'static str,
    url: String,
    level: &'static str,
    /// The level that this organisation has set, where it is another.
    here: Option<&'static str>,
    /// Safe HTML.
    summary: String,
}

#[derive(Debug, Serialize)]
struct Section {
    key: &'static str,
    label: String,
    rules: Vec<Line>,
}

/// The list of all rules.
#[derive(Debug, Serialize)]
pub(super) struct Catalogue {
    count: String,
    groups: Vec<Section>,
}

/// The page of a rule.
#[derive(Debug, Serialize)]
pub(super) struct RulePage {
    name: &'static str,
    level: &'static str,
    here: Option<&'static str>,
    because: Option<String>,
    group: &'static str,
    version: &'static str,
    /// Safe HTML.
    body: String,
}

/// The output path of a rule's page.
pub(super) fn path(rule: &Rule) -> String {
    format!("rules/{}/index.html", rule.name)
}

/// The list of all rules, by what they are about.
pub(super) fn catalogue(input: &Input<'_>) -> Catalogue {
    let mut groups: Vec<(Group, Section)> = Vec::new();
    for rule in rules() {
        let line = Line {
            name: rule.name,
            url: path(rule),
            level: rule.level.name(),
            here: here(rule, input).map(|(level, _)| level),
            summary: code_spans(&rule.summary()),
        };
        match groups.last_mut() {
            Some((group, section)) if *group == rule.group => section.rules.push(line),
            _ => {
                let key = rule.group.name();
                let section = Section {
                    key,
                    label: capital(key),
                    rules: vec![line],
                };
                groups.push((rule.group, section));
            }
        }
    }
    Catalogue {
        count: when::count(rules().count(), "rule"),
        groups: groups.into_iter().map(|(_, section)| section).collect(),
    }
}

/// The page of a rule.
pub(super) fn page(shelf: &Shelf<'_>, input: &Input<'_>, rule: &'static Rule) -> RulePage {
    // The page is Markdown like a postmortem's body; its title is the rule's name.
    let source = Arc::new(Source::new(rule.name, rule.page.into()));
    let conventions = &input.corpus.conventions;
    let document = Postmortem::parse(source, conventions);
    let resolver = Resolver {
        places: Arc::clone(&shelf.places),
        path: rule.name.into(),
    };
    let setting = Setting {
        postmortem: &document,
        conventions,
        resolver: &resolver,
        page: &path(rule),
        tracking: None,
    };
    let body = html::render(setting, Vec::new());
    let here = here(rule, input);
    RulePage {
        name: rule.name,
        level: rule.level.name(),
        here: here.as_ref().map(|(level, _)| *level),
        because: here.and_then(|(_, because)| because),
        group: rule.group.name(),
        version: rule.version,
        body: body.parts.into_iter().map(|part| part.html).collect(),
    }
}

/// The level that the configuration sets, and why.
fn here(rule: &Rule, input: &Input<'_>) -> Option<(&'static str, Option<String>)> {
    let mut set = input.config.rules.iter();
    let setting = set.find(|setting| setting.name.value == rule.name)?;
    let level = setting.level.map_or("off", |level| level.name());
    Some((level, setting.because.clone()))
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}
