//! Reading the configuration file key by key, so that every mistake is told at once.

use std::sync::Arc;

use super::{Config, Edition, Ratchet, RuleSetting, SearchLayer};
use crate::diagnostic::Level;
use crate::document::mapping::{Field, Mapping, not_one_of};
use crate::document::yaml::{self, Node};
use crate::document::{Problem, ProblemKind};
use crate::postmortem::confidential::Confidential;
use crate::postmortem::conventions::{Conventions, Priority, Service};
use crate::postmortem::people::Party;
use crate::postmortem::section::{SECTIONS, SectionKey, plain};
use crate::source::{Source, Span, Spanned};

impl Config {
    /// Reads a configuration file. Everything that can be read is read; the problems say what could not.
    pub fn read(source: Arc<Source>) -> (Self, Vec<Problem>) {
        let text = source.text();
        let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let parsed = yaml::parse(&source, Span::new(start, text.len()));
        let mut problems = parsed.problems;
        if let Some(at) = source.invalid_at() {
            let span = Span::new(at as usize, at as usize + 1);
            let message = "this byte is not UTF-8".to_string();
            problems.push(Problem::new(
                ProblemKind::FrontMatter,
                span,
                message,
                "save the file as UTF-8".into(),
            ));
        }
        let mut config = Self {
            source: Some(Arc::clone(&source)),
            ..Self::default()
        };
        let mut conventions = Conventions::default();
        let mut top = Mapping::new(parsed.root.as_ref(), "", &mut problems);
        config.read_folders(&mut top);
        config.read_names(&mut top, &mut conventions);
        config.read_catalogues(&mut top, &mut conventions);
        config.read_deadlines(&mut top, &mut conventions);
        config.read_confidential(&mut top, &mut conventions);
        config.read_rules(&mut top);
        config.read_ratchet(&mut top);
        config.read_approval(&mut top, &conventions);
        config.read_actions(&mut top);
        config.read_site(&mut top);
        top.finish();
        config.conventions = Arc::new(conventions);
        (config, problems)
    }

    fn read_folders(&mut self, top: &mut Mapping<'_>) {
        let inside = |text: &str| {
            let text = text.trim_start_matches("./").trim_end_matches('/');
            let leaves = text.starts_with('/')
                || text.split('/').any(|part| part == "..")
                || text.contains('\\');
            if text.is_empty() || leaves {
                let help = "name a folder inside the repository, with `/`";
                return Err((format!("cannot be `{text}`"), help.to_string()));
            }
            Ok(text.to_string())
        };
        let folder = top.scalar("postmortems", |text, _| inside(text));
        self.note("postmortems", &folder);
        if let Field::Value(folder) = folder {
            self.postmortems = folder.value;
        }
        let theme = top.scalar("theme", |text, _| inside(text));
        self.note("theme", &theme);
        self.theme = theme.get().cloned();
        let ignore = top.list("ignore");
        self.note("ignore", &ignore);
        for glob in ignore.items() {
            if let Err(error) = globset::Glob::new(&glob.value) {
                let message = format!("holds a pattern that cannot be read: {}", error.kind());
                top.bad(
                    "ignore",
                    glob.span,
                    &message,
                    "write it as `archive/**` or `*-template.md`",
                );
            } else {
                self.ignore.push(glob.clone());
            }
        }
    }

    fn read_names(&mut self, top: &mut Mapping<'_>, conventions: &mut Conventions) {
        let pattern = top.scalar("id", |text, _| {
            if text.contains("{number") {
                Ok(text.to_string())
            } else {
                Err((
                    format!("has no `{{number}}`: `{text}`"),
                    "write it as `INC-{year}-{number:3}`".into(),
                ))
            }
        });
        self.note("id", &pattern);
        conventions.id_pattern = pattern.get().cloned();
        for (key, names) in [
            ("severities", &mut conventions.severities),
            ("customer_facing", &mut conventions.customer_facing),
            ("tags", &mut conventions.tags),
            ("acronyms", &mut conventions.acronyms),
        ] {
            let field = top.list(key);
            self.note(key, &field);
            if let Field::Value(list) = field {
                // Everybody keeps knowing what an API is.
                if key != "acronyms" {
                    names.clear();
                }
                for name in list.value {
                    if !names.contains(&name.value) {
                        names.push(name.value);
                    }
                }
                if key == "severities" && names.is_empty() {
                    top.bad(
                        key,
                        list.span,
                        "is empty",
                        "name at least one severity, the most severe first",
                    );
                }
            }
        }
        if self.origin("customer_facing").is_none() && self.origin("severities").is_some() {
            conventions.customer_facing = conventions.severities.iter().take(2).cloned().collect();
        }
    }

    fn read_catalogues(&mut self, top: &mut Mapping<'_>, conventions: &mut Conventions) {
        for (name, key, value) in self.entries(top, "services") {
            let mut service = Service::default();
            if let Some(text) = value.text() {
                service.description = text.into();
            } else {
                let mut fields = Mapping::new(Some(value), "services.", top.problems());
                let owner = fields.scalar("owner", |text, _| match Party::read(text) {
                    Some(party) => Ok(party.name()),
                    None => Err((
                        format!("is no user, team or address: `{text}`"),
                        "write it as `\"@org/team\"`".into(),
                    )),
                });
                service.owner = owner.get().cloned();
                service.description = fields
                    .text("description")
                    .get()
                    .cloned()
                    .unwrap_or_default();
                fields.finish();
            }
            if conventions.services.insert(name, service).is_some() {
                top.bad("services", key, "names this twice", "keep one of the two");
            }
        }
        for (name, _, value) in self.entries(top, "causes") {
            if value.text().is_none() {
                let help = "write one line about the cause, or nothing";
                top.bad("causes", value.span, "needs one line of text", help);
            }
            conventions
                .causes
                .insert(name, value.text().unwrap_or_default().into());
        }
        let mut priorities = Vec::new();
        for (name, _, value) in self.entries(top, "priorities") {
            let days = match value.text() {
                _ if value.is_null() => None,
                Some(text) if text.parse::<u32>().is_ok() => text.parse().ok(),
                _ => {
                    top.bad(
                        "priorities",
                        value.span,
                        "needs a number of days",
                        "write `14`, or `~` for no limit",
                    );
                    None
                }
            };
            priorities.push(Priority { name, days });
        }
        if !priorities.is_empty() {
            conventions.priorities = priorities;
        }
        for (name, key, value) in self.entries(top, "sections") {
            let Some(section) = SectionKey::from_name(&name) else {
                let names: Vec<&str> = SECTIONS.iter().map(|(_, name, ..)| *name).collect();
                let (message, help) = not_one_of(&name, &names);
                top.bad("sections", key, &message, &help);
                continue;
            };
            let items = match &value.value {
                yaml::Value::Sequence(items) => items.as_slice(),
                _ => std::slice::from_ref(value),
            };
            for item in items.iter().filter(|item| item.text().is_none()) {
                let help = "write a heading, or a list of headings";
                top.bad("sections", item.span, "needs the text of a heading", help);
            }
            let headings = items.iter().filter_map(Node::text);
            conventions
                .headings
                .extend(headings.map(|heading| (plain(heading), section)));
        }
    }

    fn read_confidential(&mut self, top: &mut Mapping<'_>, conventions: &mut Conventions) {
        const KEY: &str = "confidential";
        let Some(node) = top.node(KEY) else { return };
        self.origins.push((KEY, node.span));
        let yaml::Value::Sequence(items) = &node.value else {
            let help = "write `- { name: customer account number, pattern: 'ACC-\\d{8}' }`";
            return top.bad(KEY, node.span, "needs a list", help);
        };
        for item in items {
            let mut fields = Mapping::new(Some(item), "confidential.", top.problems());
            let name = fields.text("name");
            let name = name.get().map_or("", String::as_str);
            let pattern = fields.scalar("pattern", |text, _| Confidential::new(name, text));
            for (key, missing) in [("name", name.is_empty()), ("pattern", pattern.is_missing())] {
                if missing && (item.is_null() || matches!(item.value, yaml::Value::Mapping(_))) {
                    let help = "write what it is called and what it looks like";
                    fields.bad(key, item.span, "is missing", help);
                }
            }
            fields.finish();
            if let Field::Value(pattern) = pattern {
                conventions.confidential.push(pattern.value);
            }
        }
    }

    /// The entries of a mapping whose keys are names; a list of names counts as names without values.
    pub(super) fn entries<'a>(
        &mut self,
        top: &mut Mapping<'a>,
        key: &'static str,
    ) -> Vec<(String, Span, &'a Node)> {
        let Some(node) = top.node(key) else {
            return Vec::new();
        };
        self.origins.push((key, node.span));
        let pairs: Vec<(&Node, &Node)> = match &node.value {
            yaml::Value::Mapping(entries) => {
                entries.iter().map(|(key, value)| (key, value)).collect()
            }
            yaml::Value::Sequence(items) if matches!(key, "services" | "causes") => {
                items.iter().map(|item| (item, item)).collect()
            }
            _ => {
                top.bad(
                    key,
                    node.span,
                    "needs `name: value` lines",
                    "write one name and its value on a line",
                );
                Vec::new()
            }
        };
        let mut named = Vec::new();
        for (name, value) in pairs {
            match name.text().filter(|_| !name.is_null()) {
                Some(text) => named.push((text.to_string(), name.span, value)),
                None => {
                    let help = "write a plain name";
                    top.bad(key, name.span, "holds something that is no name", help);
                }
            }
        }
        named
    }

    fn read_rules(&mut self, top: &mut Mapping<'_>) {
        const LEVELS: [(&str, Option<Level>); 4] = [
            ("off", None),
            ("note", Some(Level::Note)),
            ("warning", Some(Level::Warning)),
            ("error", Some(Level::Error)),
        ];
        for (name, key, value) in self.entries(top, "rules") {
            let read = |text: &str| {
                let found = LEVELS
                    .iter()
                    .find(|(level, _)| *level == text)
                    .map(|(_, level)| *level);
                found.ok_or_else(|| not_one_of(text, &LEVELS.map(|(level, _)| level)))
            };
            let mut setting = RuleSetting {
                name: Spanned::new(name, key),
                level: None,
                because: None,
            };
            if let Some(text) = value.text() {
                match read(text) {
                    Ok(level) => setting.level = level,
                    Err((message, help)) => {
                        top.bad("rules", value.span, &message, &help);
                        continue;
                    }
                }
            } else {
                let mut fields = Mapping::new(Some(value), "rules.", top.problems());
                let level = fields.scalar("level", |text, _| read(text));
                setting.because = fields.text("because").get().cloned();
                if level.is_missing() {
                    fields.bad(
                        "level",
                        value.span,
                        "is missing",
                        "write `level: off`, `note`, `warning` or `error`",
                    );
                }
                fields.finish();
                match level {
                    Field::Value(level) => setting.level = level.value,
                    _ => continue,
                }
            }
            self.rules.push(setting);
        }
    }

    fn read_ratchet(&mut self, top: &mut Mapping<'_>) {
        let node = top.node("ratchet");
        if let Some(node) = node {
            self.origins.push(("ratchet", node.span));
        }
        self.ratchet = Ratchet::read(node, top.problems());
    }

    fn read_site(&mut self, top: &mut Mapping<'_>) {
        let search = top.choice("search", &SearchLayer::ALL);
        self.note("search", &search);
        self.search = search.get().copied().unwrap_or(self.search);
        let node = top.node("site");
        if let Some(node) = node {
            self.origins.push(("site", node.span));
        }
        let mut site = Mapping::new(node, "site.", top.problems());
        let title = site.text("title");
        let description = site.text("description");
        let published = site.scalar("base_url", |text, _| base_url(text));
        let edition = site.choice("edition", &Edition::ALL);
        let index = site.flag("index");
        let repository = site.scalar("repository", |text, _| {
            let help = "write it as `https://github.com/example/postmortems`";
            base_url(text).map_err(|(message, _)| (message, help.into()))
        });
        site.finish();
        self.site.title = title
            .get()
            .cloned()
            .unwrap_or_else(|| self.site.title.clone());
        self.site.description = description
            .get()
            .cloned()
            .unwrap_or_else(|| self.site.description.clone());
        self.site.base_url = published.get().cloned();
        self.site.edition = edition.get().copied().unwrap_or_default();
        self.site.index = index.get().copied().unwrap_or(self.site.index);
        self.site.repository = repository.get().cloned();
    }
}

/// A base address without its trailing `/`, or what is wrong with it and how to mend it.
pub fn base_url(text: &str) -> Result<String, (String, String)> {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let clean = |rest: &&str| {
        !rest.is_empty()
            && !rest
                .contains(|c: char| c.is_whitespace() || c.is_control() || "\"'<>?#\\".contains(c))
    };
    match rest.filter(clean) {
        Some(_) => Ok(text.trim_end_matches('/').to_string()),
        None => Err((
            format!("is not an address: `{text}`"),
            "write it as `https://example.org/postmortems`".into(),
        )),
    }
}
