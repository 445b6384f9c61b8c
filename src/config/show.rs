//! The configuration as it is in force, as YAML with the origin of every value.

use serde::Serialize;

use super::{Config, SearchLayer};
use crate::postmortem::section::SECTIONS;

impl Config {
    /// Every value with a comment that says where it was set.
    pub fn show(&self) -> String {
        let conventions = &self.conventions;
        let services: serde_yaml::Mapping = conventions
            .services
            .iter()
            .map(|(name, service)| {
                let mut fields = serde_yaml::Mapping::new();
                if let Some(owner) = &service.owner {
                    fields.insert("owner".into(), owner.as_str().into());
                }
                fields.insert("description".into(), service.description.as_str().into());
                (name.as_str().into(), fields.into())
            })
            .collect();
        let priorities: serde_yaml::Mapping = conventions
            .priorities
            .iter()
            .map(|priority| {
                (
                    priority.name.as_str().into(),
                    priority.days.map_or(serde_yaml::Value::Null, Into::into),
                )
            })
            .collect();
        let mut sections = serde_yaml::Mapping::new();
        for (key, name, ..) in SECTIONS {
            let headings: Vec<&str> = conventions
                .headings
                .iter()
                .filter(|(_, of)| of == key)
                .map(|(heading, _)| heading.as_str())
                .collect();
            if !headings.is_empty() {
                sections.insert((*name).into(), headings.into());
            }
        }
        let rules: serde_yaml::Mapping = self
            .rules
            .iter()
            .map(|rule| {
                (
                    rule.name.value.as_str().into(),
                    rule.level.map_or("off", |level| level.name()).into(),
                )
            })
            .collect();
        let confidential: Vec<serde_yaml::Mapping> = conventions
            .confidential
            .iter()
            .map(|one| {
                let mut fields = serde_yaml::Mapping::new();
                fields.insert("name".into(), one.name.as_str().into());
                fields.insert("pattern".into(), one.pattern().into());
                fields
            })
            .collect();
        let mut site = serde_yaml::Mapping::new();
        site.insert("title".into(), self.site.title.as_str().into());
        site.insert("description".into(), self.site.description.as_str().into());
        site.insert(
            "base_url".into(),
            self.site
                .base_url
                .as_deref()
                .map_or(serde_yaml::Value::Null, Into::into),
        );
        site.insert("edition".into(), self.site.edition.name().into());
        site.insert("index".into(), self.site.index.into());
        site.insert(
            "repository".into(),
            self.site
                .repository
                .as_deref()
                .map_or(serde_yaml::Value::Null, Into::into),
        );
        let ignore: Vec<&str> = self.ignore.iter().map(|glob| glob.value.as_str()).collect();
        let search = SearchLayer::ALL
            .iter()
            .find(|(_, layer)| *layer == self.search)
            .map_or("full", |(name, _)| name);
        let mut text = String::new();
        self.entry(&mut text, "postmortems", &self.postmortems);
        self.entry(&mut text, "ignore", &ignore);
        self.entry(&mut text, "id", &conventions.id_pattern);
        self.entry(&mut text, "severities", &conventions.severities);
        self.entry(&mut text, "customer_facing", &conventions.customer_facing);
        self.entry(&mut text, "services", &services);
        self.entry(&mut text, "causes", &conventions.causes);
        self.entry(&mut text, "tags", &conventions.tags);
        self.entry(&mut text, "priorities", &priorities);
        let deadlines = super::deadlines::show(&conventions.deadlines);
        self.entry(&mut text, "deadlines", &deadlines);
        self.entry(&mut text, "sections", &sections);
        self.entry(&mut text, "acronyms", &conventions.acronyms);
        self.entry(&mut text, "confidential", &confidential);
        self.entry(&mut text, "rules", &rules);
        self.entry(&mut text, "ratchet", &self.ratchet.shown());
        self.entry(&mut text, "approval", &self.approval.shown());
        self.entry(&mut text, "actions", &self.actions.shown());
        self.entry(&mut text, "site", &site);
        self.entry(&mut text, "theme", &self.theme);
        self.entry(&mut text, "search", &search);
        text
    }

    fn entry(&self, text: &mut String, key: &str, value: &impl Serialize) {
        let origin = self.origin(key).unwrap_or_else(|| "default".into());
        let one = std::collections::BTreeMap::from([(key, value)]);
        let yaml = serde_yaml::to_string(&one).unwrap_or_default();
        text.push_str(&format!("# {origin}\n{yaml}"));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::source::Source;

    fn read(text: &str) -> (Config, Vec<String>) {
        let source = Arc::new(Source::new("aftersight.yml", text.into()));
        let (config, problems) = Config::read(Arc::clone(&source));
        let tell = |problem: &crate::document::Problem| {
            format!(
                "{}: {}",
                source.position(problem.span.start).line,
                problem.message
            )
        };
        let problems = problems.iter().map(tell).collect();
        (config, problems)
    }

    #[test]
    fn every_mistake_is_told_at_its_place() {
        let (_, problems) = read(
            "severites: [a]\nsearch: most\nservices:\n  a: { owner: nobody }\nrules:\n  x: loud\nid: INC\npostmortems: ../up\nconfidential: [{ name: x, pattern: '(' }]\n",
        );
        let lines: Vec<&str> = problems.iter().map(|problem| &problem[..1]).collect();
        let mut sorted = lines.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, ["1", "2", "4", "6", "7", "8", "9"], "{problems:#?}");
    }

    #[test]
    fn what_is_shown_can_be_read_again() {
        let (config, problems) = read(
            "services:\n  a: { owner: \"@o/t\", description: x }\nrules: { some-rule: off }\nratchet: { before: 2026-11-01, version: 0.1.0 }\nsections: { timeline: [Chronik] }\nconfidential: [{ name: account, pattern: 'ACC-\\d{8}' }]\n",
        );
        assert_eq!(problems, Vec::<String>::new());
        let shown = config.show();
        assert!(
            shown.contains("# aftersight.yml:2\nservices:")
                && shown.contains("# default\nseverities:"),
            "{shown}"
        );
        let (again, problems) = read(&shown);
        assert_eq!(problems, Vec::<String>::new());
        assert_eq!(again.conventions.services, config.conventions.services);
        assert_eq!(again.rules.len(), 1);
        assert_eq!(again.ratchet, config.ratchet);
        assert!(again.ratchet.before.is_some() && again.ratchet.version.is_some());
        let patterns = again.conventions.confidential.iter();
        let patterns: Vec<&str> = patterns.map(|one| one.pattern()).collect();
        assert_eq!(patterns, [r"ACC-\d{8}"]);
    }
}
