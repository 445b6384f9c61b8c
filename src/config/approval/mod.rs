//! Who must agree with a postmortem: `approval` of the configuration.
//!
//! Owns the values, their defaults and how they are written. Whom they come to for one postmortem is for `approval::policy`.

mod account;
mod read;

use std::collections::BTreeMap;

use serde_yaml::Value;

/// The policy of approvals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// What is asked for; every entry that applies must be met. Never empty.
    pub require: Vec<Ask>,
    /// Whom `managers` means: `@user` and `@org/team`.
    pub managers: Vec<String>,
    /// The members of teams, logins without `@`, by `@org/team` in small letters.
    pub teams: BTreeMap<String, Vec<String>>,
}

/// One entry of `require`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Whom; anybody of these will do.
    pub from: Vec<Whom>,
    /// How many of them, at least 1.
    pub count: u32,
    /// The severities that it is for; all where empty.
    pub severities: Vec<String>,
    /// The services that it is for; all where empty.
    pub services: Vec<String>,
}

/// Whom an entry asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// Any owner of the affected services.
    Owners,
    /// Each owner of the affected services.
    EachOwner,
    /// The managers.
    Managers,
    /// The owners of the file's path in CODEOWNERS.
    CodeOwners,
    /// Anybody who may write to the repository.
    Writers,
    /// `@user` or `@org/team`.
    Account(String),
}

impl Whom {
    /// The words with what they mean, in the order shown to people.
    pub const WORDS: [(&'static str, &'static str); 5] = [
        ("owners", "Any owner of the affected services."),
        ("each-owner", "Each owner of the affected services."),
        ("managers", "The accounts and teams below `managers`."),
        (
            "codeowners",
            "The owners of the file's path in CODEOWNERS, at the base commit.",
        ),
        ("writers", "Anybody who may write to the repository."),
    ];

    /// As written.
    pub fn name(&self) -> &str {
        match self {
            Self::Owners => "owners",
            Self::EachOwner => "each-owner",
            Self::Managers => "managers",
            Self::CodeOwners => "codeowners",
            Self::Writers => "writers",
            Self::Account(name) => name,
        }
    }
}

impl Default for Ask {
    fn default() -> Self {
        Self {
            from: vec![Whom::Owners],
            count: 1,
            severities: Vec::new(),
            services: Vec::new(),
        }
    }
}

impl Default for Approval {
    fn default() -> Self {
        Self {
            require: vec![Ask::default()],
            managers: Vec::new(),
            teams: BTreeMap::new(),
        }
    }
}

impl Approval {
    /// The values as they are written.
    pub(super) fn shown(&self) -> serde_yaml::Mapping {
        let list = |names: &[String]| {
            names
                .iter()
                .map(|name| Value::from(name.as_str()))
                .collect()
        };
        let ask = |ask: &Ask| {
            let mut shown = serde_yaml::Mapping::new();
            let from = match ask.from.as_slice() {
                [one] => one.name().into(),
                all => all.iter().map(Whom::name).collect::<Vec<_>>().into(),
            };
            shown.insert("from".into(), from);
            shown.insert("count".into(), ask.count.into());
            for (key, names) in [("severities", &ask.severities), ("services", &ask.services)] {
                if !names.is_empty() {
                    shown.insert(key.into(), Value::Sequence(list(names)));
                }
            }
            Value::Mapping(shown)
        };
        let teams = self.teams.iter();
        let teams =
            teams.map(|(name, members)| (name.as_str().into(), Value::Sequence(list(members))));
        serde_yaml::Mapping::from_iter([
            (
                "require".into(),
                Value::Sequence(self.require.iter().map(ask).collect()),
            ),
            ("managers".into(), Value::Sequence(list(&self.managers))),
            ("teams".into(), Value::Mapping(teams.collect())),
        ])
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::config::Config;
    use crate::document::Problem;
    use crate::source::{Source, Span};

    fn read(text: &str) -> (Approval, Vec<String>) {
        let source = Arc::new(Source::new("aftersight.yml", text.into()));
        let (config, problems) = Config::read(Arc::clone(&source));
        let tell = |problem: &Problem| {
            let at = source.position(problem.span.start);
            format!("{}:{} {}", at.line, at.column, problem.message)
        };
        let mut told: Vec<(Span, String)> =
            problems.iter().map(|one| (one.span, tell(one))).collect();
        told.sort_by_key(|(span, _)| span.start);
        let told = told.into_iter().map(|(_, text)| text).collect();
        (config.approval, told)
    }

    const WHOLE: &str = "services:
  payments: { owner: \"@acme/payments\" }
approval:
  require:
    - from: owners
    - { from: managers, count: 2, severities: [sev1, sev2] }
    - { from: [\"@acme/security\", \"@zoe\", \"@release-keeper[bot]\"], services: [payments] }
  managers: [\"@Acme/Leads\", \"@carol\"]
  teams:
    \"@acme/leads\": [alice, \"@bob\", Alice]
";

    #[test]
    fn the_policy_is_read_and_what_is_shown_can_be_read_again() {
        let (approval, problems) = read(WHOLE);
        assert_eq!(problems, [""; 0]);
        assert_eq!(approval.require[0], Ask::default());
        assert_eq!(approval.require[1].from, [Whom::Managers]);
        assert_eq!(approval.require[1].severities, ["sev1", "sev2"]);
        let names: Vec<&str> = approval.require[2].from.iter().map(Whom::name).collect();
        assert_eq!(names, ["@acme/security", "@zoe", "@release-keeper[bot]"]);
        assert_eq!(approval.teams["@acme/leads"], ["alice", "bob"]);
        let source = Arc::new(Source::new("aftersight.yml", WHOLE.into()));
        let shown = Config::read(source).0.show();
        assert_eq!(read(&shown), (approval, Vec::new()), "{shown}");
        // Without a word the default is in force, and is shown.
        let (plain, problems) = read(&Config::default().show());
        assert_eq!((plain, problems), (Approval::default(), Vec::new()));
    }

    #[test]
    fn every_mistake_is_told_at_its_place() {
        let text = "services: { payments: , labels: }
approval:
  require:
    - from: owner
    - { from: ada@example.org, count: 0 }
    - { from: [each-owner, managers], severities: [sev9], services: [payment] }
    - { from: [writers, nobody], severities: [], service: [labels] }
    - count: 2
    - { from: [], count: two }
    - { from: \"@acme/web\", count: 3 }
    - [owners]
    - ~
  manager: [\"@a\"]
  teams:
    \"@acme/web\": [ada, ben]
    \"@Acme/Web\": [cleo]
    \"@acme/ops\": []
    \"@acme/data\": [\"@acme/web\", d@example.org, \"x y\"]
    ops: [ada]
";
        let (approval, problems) = read(text);
        let expected = [
            "4:13 `approval.require.from` cannot be `owner`",
            "5:15 `approval.require.from` needs an account, not the address `ada@example.org`",
            "5:39 `approval.require.count` cannot be `0`",
            "6:16 `approval.require.from` cannot have `each-owner` beside others",
            "6:28 `approval.require.from` asks `managers`, and there are none",
            "6:52 `approval.require.severities` cannot be `sev9`",
            "6:70 `approval.require.services` cannot be `payment`",
            "7:16 `approval.require.from` cannot have `writers` beside others",
            "7:25 `approval.require.from` cannot be `nobody`",
            "7:46 `approval.require.severities` is empty",
            "7:50 unknown field `approval.require.service`",
            "8:7 `approval.require.from` is missing",
            "9:15 `approval.require.from` is empty",
            "9:26 `approval.require.count` cannot be `two`",
            "10:35 `approval.require.count` asks for 3 where 2 can agree",
            "11:7 `approval.require` needs `key: value` lines, not a list",
            "12:7 `approval.require.from` is missing",
            "13:3 unknown field `approval.manager`",
            "16:5 `approval.teams` lists `@Acme/Web` twice",
            "17:18 `approval.teams` needs a list of the members of `@acme/ops`",
            "18:20 `approval.teams` has the team `@acme/web` among the members of `@acme/data`",
            "18:33 `approval.teams` needs an account, not the address `d@example.org`",
            "18:48 `approval.teams` is no user or team: `@x y`",
            "19:5 `approval.teams` holds `ops`, which is no team",
        ];
        assert_eq!(problems, expected, "{problems:#?}");
        assert!(!approval.require.is_empty());
        for nothing in [
            "approval: { require: [] }",
            "approval: [owners]",
            "approval: { require: owners }",
        ] {
            let (approval, problems) = read(nothing);
            assert_eq!(
                (approval, problems.len()),
                (Approval::default(), 1),
                "{nothing}"
            );
        }
    }
}
