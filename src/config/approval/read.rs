//! Reading `approval`, so that every mistake is told at its place.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::account::{account, add};
use super::{Approval, Ask, Whom};
use crate::config::Config;
use crate::document::Problem;
use crate::document::mapping::{Field, Mapping, not_one_of};
use crate::document::yaml::{self, Node};
use crate::postmortem::conventions::Conventions;
use crate::source::Span;

impl Config {
    /// Reads `approval`; severities and services must be known by now.
    pub(in crate::config) fn read_approval(
        &mut self,
        top: &mut Mapping<'_>,
        conventions: &Conventions,
    ) {
        let node = top.node("approval");
        if let Some(node) = node {
            self.origins.push(("approval", node.span));
        }
        self.approval = Approval::read(node, conventions, top.problems());
    }
}

impl Approval {
    fn read(node: Option<&Node>, conventions: &Conventions, problems: &mut Vec<Problem>) -> Self {
        let mut fields = Mapping::new(node, "approval.", problems);
        let teams = read_teams(&mut fields);
        let list = fields.list("managers");
        let mut managers: Vec<String> = Vec::new();
        for name in list.items() {
            match account(&name.value) {
                Ok(name) => add(&mut managers, name),
                Err((message, help)) => fields.bad("managers", name.span, &message, &help),
            }
        }
        // A list that could not be read was told already.
        let nobody =
            list.is_missing() || matches!(&list, Field::Value(list) if list.value.is_empty());
        let mut all = Self {
            require: Vec::new(),
            managers,
            teams,
        };
        let require = fields.node("require");
        match require.map(|node| (&node.value, node.span)) {
            None => {}
            Some((yaml::Value::Sequence(items), _)) if !items.is_empty() => {
                for item in items {
                    let mut entry =
                        Mapping::new(Some(item), "approval.require.", fields.problems());
                    let ask = all.read_ask(&mut entry, item, nobody, conventions);
                    entry.finish();
                    all.require.extend(ask);
                }
            }
            Some((yaml::Value::Sequence(_), span)) => fields.bad(
                "require",
                span,
                "is empty",
                "write `- from: owners`, or remove the key",
            ),
            Some((_, span)) => fields.bad(
                "require",
                span,
                "needs a list",
                "write `- from: owners` on a line of its own",
            ),
        }
        fields.finish();
        if all.require.is_empty() {
            all.require.push(Ask::default());
        }
        all
    }

    fn read_ask(
        &self,
        entry: &mut Mapping<'_>,
        item: &Node,
        no_managers: bool,
        conventions: &Conventions,
    ) -> Option<Ask> {
        let from = read_from(entry, item, no_managers);
        let count = entry.scalar("count", |text, _| {
            let number = text.parse::<u32>().ok().filter(|number| *number > 0);
            number.ok_or_else(|| {
                let help = "write how many must agree, at least `1`".to_string();
                (format!("cannot be `{text}`"), help)
            })
        });
        let severities: Vec<&str> = conventions.severities.iter().map(String::as_str).collect();
        let severities = read_names(entry, "severities", &severities);
        let services: Vec<&str> = conventions.services.keys().map(String::as_str).collect();
        let services = read_names(entry, "services", &services);
        let ask = Ask {
            from: from?,
            count: count.get().copied().unwrap_or(1),
            severities,
            services,
        };
        let there = self.accounts(&ask.from);
        if let (Field::Value(count), Some(there)) = (&count, there)
            && count.value as usize > there
        {
            let message = format!("asks for {} where {there} can agree", count.value);
            entry.bad(
                "count",
                count.span,
                &message,
                "name more accounts, or lower it",
            );
        }
        Some(ask)
    }

    /// How many accounts an entry can mean; `None` where the configuration alone does not say.
    fn accounts(&self, from: &[Whom]) -> Option<usize> {
        let mut known = Vec::new();
        for whom in from {
            let names = match whom {
                Whom::Account(name) => std::slice::from_ref(name),
                Whom::Managers => self.managers.as_slice(),
                _ => return None,
            };
            for name in names {
                let name = name.to_lowercase();
                match self.teams.get(&name) {
                    Some(members) => members
                        .iter()
                        .for_each(|member| add(&mut known, format!("@{member}"))),
                    None if name.contains('/') => return None,
                    None => add(&mut known, name),
                }
            }
        }
        (!known.is_empty()).then_some(known.len())
    }
}

impl Whom {
    fn read(text: &str) -> Result<Self, (String, String)> {
        Ok(match text {
            "owners" => Self::Owners,
            "each-owner" => Self::EachOwner,
            "managers" => Self::Managers,
            "codeowners" => Self::CodeOwners,
            "writers" => Self::Writers,
            text if text.contains('@') => Self::Account(account(text)?),
            text => {
                let (message, help) = not_one_of(text, &Self::WORDS.map(|(word, _)| word));
                return Err((message, format!("{help}, or an account as in `\"@user\"`")));
            }
        })
    }
}

fn read_from(entry: &mut Mapping<'_>, item: &Node, no_managers: bool) -> Option<Vec<Whom>> {
    let Some(node) = entry.node("from") else {
        if item.is_null() || matches!(item.value, yaml::Value::Mapping(_)) {
            let help = "write `from: owners`, or whom else you ask";
            entry.bad("from", item.span, "is missing", help);
        }
        return None;
    };
    let parts = match &node.value {
        yaml::Value::Sequence(parts) => parts.as_slice(),
        _ => std::slice::from_ref(node),
    };
    let mut from: Vec<Whom> = Vec::new();
    for part in parts {
        let text = part.text().filter(|_| !part.is_null()).unwrap_or_default();
        let whom = match Whom::read(text.trim()) {
            Ok(whom) => whom,
            Err((message, help)) => {
                entry.bad("from", part.span, &message, &help);
                continue;
            }
        };
        match &whom {
            Whom::EachOwner if parts.len() > 1 => {
                let help = "give it an entry of its own";
                entry.bad(
                    "from",
                    part.span,
                    "cannot have `each-owner` beside others",
                    help,
                );
            }
            Whom::Writers if parts.len() > 1 => {
                let help = "keep `writers` alone, which means everybody, or remove it";
                entry.bad(
                    "from",
                    part.span,
                    "cannot have `writers` beside others",
                    help,
                );
            }
            Whom::Managers if no_managers => {
                let help = "name them below `approval`, as in `managers: [\"@org/leads\"]`";
                entry.bad(
                    "from",
                    part.span,
                    "asks `managers`, and there are none",
                    help,
                );
            }
            _ => {}
        }
        if !from.contains(&whom) {
            from.push(whom);
        }
    }
    if parts.is_empty() {
        entry.bad(
            "from",
            node.span,
            "is empty",
            "name whom you ask, as in `owners`",
        );
    }
    (!from.is_empty()).then_some(from)
}

/// A list of names out of `known`; any name where nothing is known.
fn read_names(entry: &mut Mapping<'_>, key: &'static str, known: &[&str]) -> Vec<String> {
    let list = entry.list(key);
    let mut names = Vec::new();
    for name in list.items() {
        if known.is_empty() || known.contains(&name.value.as_str()) {
            if !names.contains(&name.value) {
                names.push(name.value.clone());
            }
        } else {
            let (message, help) = not_one_of(&name.value, known);
            entry.bad(key, name.span, &message, &help);
        }
    }
    if let Field::Value(list) = &list
        && list.value.is_empty()
    {
        entry.bad(
            key,
            list.span,
            "is empty",
            "name at least one, or remove the key for all",
        );
    }
    names
}

fn read_teams(fields: &mut Mapping<'_>) -> BTreeMap<String, Vec<String>> {
    const KEY: &str = "teams";
    let mut teams = BTreeMap::new();
    let Some(node) = fields.node(KEY) else {
        return teams;
    };
    let yaml::Value::Mapping(entries) = &node.value else {
        let help = "write `\"@org/team\": [user, user]` on a line of its own";
        fields.bad(KEY, node.span, "needs teams with their members", help);
        return teams;
    };
    for (key, value) in entries {
        let Some(team) = key
            .text()
            .and_then(|text| account(text.trim()).ok())
            .filter(|name| name.contains('/'))
        else {
            let message = format!(
                "holds `{}`, which is no team",
                key.text().unwrap_or_default()
            );
            fields.bad(KEY, key.span, &message, "write it as `\"@org/team\"`");
            continue;
        };
        let members = read_members(fields, &team, value);
        match teams.entry(team.to_lowercase()) {
            Entry::Vacant(place) => {
                place.insert(members);
            }
            Entry::Occupied(_) => {
                let message = format!("lists `{team}` twice");
                let help = "keep one of the two; large and small letters are the same";
                fields.bad(KEY, key.span, &message, help);
            }
        }
    }
    teams
}

fn read_members(fields: &mut Mapping<'_>, team: &str, value: &Node) -> Vec<String> {
    let mut bad = |span: Span, message: &str, help: &str| fields.bad("teams", span, message, help);
    let mut members: Vec<String> = Vec::new();
    let items = match &value.value {
        yaml::Value::Sequence(items) if !items.is_empty() => items,
        _ => {
            let message = format!("needs a list of the members of `{team}`");
            bad(value.span, &message, "write `[user, user]` after the team");
            return members;
        }
    };
    for item in items {
        let text = item
            .text()
            .filter(|_| !item.is_null())
            .unwrap_or_default()
            .trim();
        let name = match text.strip_prefix('@') {
            Some(_) => account(text),
            None if text.contains('@') => account(text),
            None => account(&format!("@{text}")),
        };
        match name {
            Ok(name) if name.contains('/') => {
                let message = format!("has the team `{name}` among the members of `{team}`");
                bad(item.span, &message, "write its members instead");
            }
            Ok(name) => add(&mut members, name.trim_start_matches('@').to_string()),
            Err((message, help)) => bad(item.span, &message, &help),
        }
    }
    members
}
