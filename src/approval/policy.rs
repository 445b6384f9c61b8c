//! Whom the organisation asks: the requirements for one postmortem.
//!
//! Owns how the entries of `approval.require` become people and teams. The postmortem's own `owner:` is never asked: its
//! author types it. What a postmortem leaves out, its severity say, frees it from nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::codeowners::CodeOwners;
use crate::config::{Approval, Ask, Config, Whom};
use crate::ledger::verdict::Requirement;
use crate::postmortem::Postmortem;
use crate::postmortem::people::Party;

/// What is said of everybody.
const WRITERS: &str = "anybody who may write";
const CODE_OWNER: &str = "code owner";

/// The requirements for a postmortem under the configuration and the owners file of the base commit; never none.
///
/// Where no entry applies, one of the owners of its services is asked. Where nobody owns them who could answer on GitHub, the
/// owners of its path in CODEOWNERS are; where there are none either, anybody who may write.
pub fn requirements(
    config: &Config,
    owners: Option<&CodeOwners>,
    postmortem: &Postmortem,
) -> Vec<Requirement> {
    let asked = Asked::new(config, owners, postmortem);
    let entries = config.approval.require.iter();
    let entries = entries.filter(|ask| applies(ask, postmortem));
    let mut all: Vec<Requirement> = entries.flat_map(|ask| asked.requirements(ask)).collect();
    if all.is_empty() {
        all = asked.requirements(&Ask::default());
    }
    merged(Vec::new(), all)
}

/// The requirements of both, each once, with the higher count: whoever had to judge the text that was there (`base`) must
/// judge what it becomes (`head`), so that nobody is left out by lowering a severity or dropping a service.
pub fn merged(base: Vec<Requirement>, head: Vec<Requirement>) -> Vec<Requirement> {
    let mut all: Vec<Requirement> = Vec::new();
    for one in base.into_iter().chain(head) {
        let same = |known: &&mut Requirement| known.role == one.role && names(known) == names(&one);
        match all.iter_mut().find(same) {
            Some(known) => known.count = known.count.max(one.count),
            None => all.push(one),
        }
    }
    all
}

/// The teams among the names of requirements, as `@org/team` in small letters, each once, that the configuration does not
/// resolve itself.
pub fn teams(requirements: &[Requirement]) -> Vec<String> {
    let all: BTreeSet<String> = requirements.iter().flat_map(names).collect();
    all.into_iter().filter(|name| name.contains('/')).collect()
}

fn names(requirement: &Requirement) -> BTreeSet<String> {
    requirement
        .who
        .iter()
        .map(|name| name.to_lowercase())
        .collect()
}

/// Whether an entry is for this postmortem.
fn applies(ask: &Ask, postmortem: &Postmortem) -> bool {
    let severity = postmortem.front.severity.get();
    let services = postmortem.front.services.items();
    let severe = severity.is_none_or(|severity| ask.severities.contains(severity));
    let affected = services
        .iter()
        .any(|service| ask.services.contains(&service.value));
    (ask.severities.is_empty() || severe)
        && (ask.services.is_empty() || services.is_empty() || affected)
}

/// Some people under one name.
#[derive(Default)]
struct Group {
    role: String,
    who: Vec<String>,
}

/// Whom the words of the policy mean for one postmortem.
struct Asked<'a> {
    policy: &'a Approval,
    /// The accounts that own affected services, with the services, in the order of the postmortem.
    owners: Vec<(String, Vec<&'a str>)>,
    /// Whether an affected service has no owner who could answer on GitHub.
    orphaned: bool,
    /// The accounts that own the path.
    code_owners: Vec<String>,
}

impl<'a> Asked<'a> {
    fn new(
        config: &'a Config,
        code_owners: Option<&CodeOwners>,
        postmortem: &'a Postmortem,
    ) -> Self {
        let mut owners: Vec<(String, Vec<&str>)> = Vec::new();
        let mut place = BTreeMap::new();
        let mut orphaned = false;
        let mut seen = BTreeSet::new();
        for service in postmortem.front.services.items() {
            let name = service.value.as_str();
            if !seen.insert(name) {
                continue;
            }
            let known = config.conventions.services.get(name);
            let Some(owner) = known.and_then(|service| account(service.owner.as_deref()?)) else {
                orphaned = true;
                continue;
            };
            let at = *place.entry(owner.to_lowercase()).or_insert(owners.len());
            match owners.get_mut(at) {
                Some((_, services)) => services.push(name),
                None => owners.push((owner, vec![name])),
            }
        }
        let code_owners = code_owners.map(|file| file.of(postmortem.path()));
        let code_owners = code_owners.unwrap_or_default();
        Self {
            policy: &config.approval,
            orphaned: orphaned || owners.is_empty(),
            owners,
            code_owners: code_owners
                .iter()
                .filter_map(|name| account(name))
                .collect(),
        }
    }

    /// What an entry comes to: one requirement, or one for each owner.
    fn requirements(&self, ask: &Ask) -> Vec<Requirement> {
        let groups = if ask.from.contains(&Whom::EachOwner) {
            self.each_owner()
        } else if ask.from.contains(&Whom::Writers) {
            vec![Group::default()]
        } else {
            let groups: Vec<Group> = ask.from.iter().map(|whom| self.group(whom)).collect();
            vec![self.together(groups)]
        };
        let groups = groups.into_iter();
        groups
            .map(|group| self.requirement(group, ask.count))
            .collect()
    }

    fn group(&self, whom: &Whom) -> Group {
        match whom {
            Whom::Owners => {
                let services: Vec<&str> = self
                    .owners
                    .iter()
                    .flat_map(|(_, own)| own.clone())
                    .collect();
                Group {
                    role: owner_of(&services, "or"),
                    who: self.owners.iter().map(|(owner, _)| owner.clone()).collect(),
                }
            }
            // The name of nobody: a policy without managers is a mistake that is told, and must not mean everybody.
            Whom::Managers if self.policy.managers.is_empty() => Group {
                role: "manager".into(),
                who: vec!["managers".into()],
            },
            Whom::Managers => Group {
                role: "manager".into(),
                who: self.policy.managers.clone(),
            },
            Whom::CodeOwners => Group {
                role: CODE_OWNER.into(),
                who: self.code_owners.clone(),
            },
            Whom::Writers | Whom::EachOwner => Group::default(),
            Whom::Account(name) => Group {
                role: name.clone(),
                who: vec![name.clone()],
            },
        }
    }

    /// Anybody of some groups; the code owners, or else everybody, where there is nobody in them.
    fn together(&self, groups: Vec<Group>) -> Group {
        let groups: Vec<Group> = groups
            .into_iter()
            .filter(|group| !group.who.is_empty())
            .collect();
        if groups.is_empty() {
            // Nobody of the owners' file either: everybody, which `who` says by naming nobody.
            return self.group(&Whom::CodeOwners);
        }
        let roles: Vec<&str> = groups.iter().map(|group| group.role.as_str()).collect();
        Group {
            role: join(&roles, "or"),
            who: groups.into_iter().flat_map(|group| group.who).collect(),
        }
    }

    /// A group for each owner, and the code owners for services that have none.
    fn each_owner(&self) -> Vec<Group> {
        let own = self.owners.iter().map(|(owner, services)| Group {
            role: owner_of(services, "and"),
            who: vec![owner.clone()],
        });
        let mut groups: Vec<Group> = own.collect();
        if groups.is_empty() || self.orphaned && !self.code_owners.is_empty() {
            groups.push(self.group(&Whom::CodeOwners));
        }
        groups
    }

    /// A requirement, with the members of the teams that the configuration knows.
    fn requirement(&self, group: Group, count: u32) -> Requirement {
        let mut role = group.role;
        let mut who: Vec<String> = Vec::new();
        let mut resolved = Vec::new();
        for name in &group.who {
            let members = self.policy.teams.get(&name.to_lowercase());
            match members {
                Some(members) => {
                    who.extend(members.iter().map(|member| format!("@{member}")));
                    if !role.contains(name.as_str()) {
                        resolved.push(name.as_str());
                    }
                }
                None => who.push(name.clone()),
            }
        }
        let mut seen = BTreeSet::new();
        who.retain(|name| seen.insert(name.to_lowercase()));
        if group.who.is_empty() {
            role = WRITERS.into();
        } else if who.is_empty() {
            // A team without members is nobody, not everybody.
            who = group.who.clone();
        }
        if !resolved.is_empty() {
            role += &format!(" ({})", resolved.join(", "));
        }
        Requirement { role, count, who }
    }
}

/// A user or a team; an e-mail address cannot approve on GitHub.
fn account(owner: &str) -> Option<String> {
    match Party::read(owner)? {
        Party::Mail(_) => None,
        party => Some(party.name()),
    }
}

fn owner_of(services: &[&str], word: &str) -> String {
    format!("owner of {}", join(services, word))
}

/// `a, b and c`.
fn join(parts: &[&str], word: &str) -> String {
    match parts {
        [] => String::new(),
        [one] => (*one).into(),
        [first @ .., last] => format!("{} {word} {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::source::Source;

    fn of(config: &str) -> Vec<Requirement> {
        let (config, _) = Config::read(Arc::new(Source::new("aftersight.yml", config.into())));
        let text = "---\nowner: \"@typed\"\nseverity: sev1\nservices: [checkout]\n---\n";
        let source = Arc::new(Source::new("postmortems/a.md", text.into()));
        let postmortem = Postmortem::parse(source, &config.conventions);
        requirements(&config, None, &postmortem)
    }

    fn requirement(role: &str, count: u32, who: &[&str]) -> Requirement {
        let who = who.iter().map(ToString::to_string).collect();
        Requirement {
            role: role.into(),
            count,
            who,
        }
    }

    #[test]
    fn a_policy_with_a_mistake_never_means_everybody() {
        let nobody = of("approval: { require: [{ from: managers }] }");
        assert_eq!(nobody, [requirement("manager", 1, &["managers"])]);
        let services = "services: { checkout: { owner: \"@acme/web\" } }\n";
        let web = requirement("owner of checkout", 1, &["@acme/web"]);
        let empty = of(&format!(
            "{services}approval: {{ teams: {{ \"@acme/web\": [] }} }}"
        ));
        assert_eq!(empty[0].who, web.who);
        for wrong in [
            "{ require: [] }",
            "{ require: [{ from: everybody }] }",
            "[writers]",
        ] {
            assert_eq!(
                of(&format!("{services}approval: {wrong}")),
                std::slice::from_ref(&web),
                "{wrong}"
            );
        }
        assert_eq!(of(""), [requirement(WRITERS, 1, &[])]);
    }

    #[test]
    fn the_union_asks_each_once_and_for_the_higher_count() {
        let base = vec![
            requirement("manager", 2, &["@acme/leads"]),
            requirement("owner of a", 1, &["@x", "@Y"]),
        ];
        let head = vec![
            requirement("owner of a", 3, &["@y", "@x"]),
            requirement("manager", 1, &["@acme/leads"]),
            requirement("owner of b", 1, &["@x", "@y"]),
            requirement(WRITERS, 1, &[]),
        ];
        let all = merged(base.clone(), head);
        let told: Vec<(&str, u32)> = all
            .iter()
            .map(|one| (one.role.as_str(), one.count))
            .collect();
        assert_eq!(
            told,
            [
                ("manager", 2),
                ("owner of a", 3),
                ("owner of b", 1),
                (WRITERS, 1)
            ]
        );
        assert_eq!(merged(base.clone(), Vec::new()), base);
    }

    #[test]
    fn teams_are_those_that_nobody_resolved() {
        let all = of("services: { checkout: { owner: \"@Acme/Web\" } }
approval:
  require: [owners, { from: owners }, { from: managers }, { from: [\"@acme/WEB\", \"@acme/sre\", \"@ada\"] }]
  managers: [\"@acme/leads\"]
  teams: { \"@acme/leads\": [dan] }
");
        assert_eq!(teams(&all), ["@acme/sre", "@acme/web"]);
        assert_eq!(all[1], requirement("manager (@acme/leads)", 1, &["@dan"]));
    }
}
