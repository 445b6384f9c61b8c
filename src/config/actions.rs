//! What is done about action items: `actions` of the configuration.
//!
//! Owns the values, their defaults and how they are written. What follows for an item is for `tracker`; the managers of the
//! third step are those of `approval`.

use serde_yaml::Value;

use super::Config;
use crate::document::Problem;
use crate::document::mapping::Mapping;
use crate::document::yaml::{self, Node};

const KEY: &str = "overdue";
const LIST: &str =
    "write the days for the owner, the team, the managers and the decision, as in `[1, 8, 15, 22]`";

/// What is done about action items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actions {
    /// Days after the due date from which on an item speaks to its owner, to the team, to the managers, and asks for a
    /// decision; ascending, from 1 to [`Actions::LATEST`].
    pub overdue: [u16; 4],
    /// Whether the owning team is mentioned in an issue, so that its people are told.
    pub mention_teams: bool,
}

impl Default for Actions {
    /// A week is a step (S4, escalation process).
    fn default() -> Self {
        Self {
            overdue: [1, 8, 15, 22],
            mention_teams: true,
        }
    }
}

impl Config {
    /// Reads `actions`.
    pub(super) fn read_actions(&mut self, top: &mut Mapping<'_>) {
        let node = top.node("actions");
        if let Some(node) = node {
            self.origins.push(("actions", node.span));
        }
        self.actions = Actions::read(node, top.problems());
    }
}

impl Actions {
    /// The latest day on which a step may begin.
    pub const LATEST: u16 = 3650;

    fn read(node: Option<&Node>, problems: &mut Vec<Problem>) -> Self {
        let plain = Self::default();
        let mut fields = Mapping::new(node, "actions.", problems);
        let overdue = fields
            .node(KEY)
            .and_then(|node| read_days(&mut fields, node));
        let mention_teams = fields.flag("mention_teams");
        fields.finish();
        Self {
            overdue: overdue.unwrap_or(plain.overdue),
            mention_teams: mention_teams.get().copied().unwrap_or(plain.mention_teams),
        }
    }

    /// The values as they are written.
    pub(super) fn shown(self) -> serde_yaml::Mapping {
        let days = self.overdue.iter().map(|day| Value::from(*day));
        serde_yaml::Mapping::from_iter([
            (KEY.into(), Value::Sequence(days.collect())),
            ("mention_teams".into(), self.mention_teams.into()),
        ])
    }
}

/// The days, if every one of them can be used.
fn read_days(fields: &mut Mapping<'_>, node: &Node) -> Option<[u16; 4]> {
    let yaml::Value::Sequence(items) = &node.value else {
        fields.bad(KEY, node.span, "needs a list of four days", LIST);
        return None;
    };
    let mut days: Vec<u16> = Vec::new();
    for item in items {
        let text = item.text().filter(|_| !item.is_null()).map(str::trim);
        let day = text.and_then(|text| text.parse().ok());
        let Some(day) = day.filter(|day| (1..=Actions::LATEST).contains(day)) else {
            let message = match text {
                Some(text) => format!("cannot hold `{text}`"),
                None => "holds something that is no number".into(),
            };
            let help = format!(
                "write days after the due date, from `1` to `{}`",
                Actions::LATEST
            );
            fields.bad(KEY, item.span, &message, &help);
            continue;
        };
        if let Some(before) = days.last().filter(|before| **before >= day) {
            let message = format!("goes from `{before}` to `{day}`");
            let help = "let every step begin later than the one before it";
            fields.bad(KEY, item.span, &message, help);
        }
        days.push(day);
    }
    if items.len() != 4 {
        let message = format!("needs four days, not {}", items.len());
        fields.bad(KEY, node.span, &message, LIST);
    }
    let rises = days.is_sorted_by(|a, b| a < b);
    days.try_into().ok().filter(|_| rises)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::source::Source;

    fn read(text: &str) -> (Config, Vec<String>) {
        let source = Arc::new(Source::new("aftersight.yml", text.into()));
        let (config, problems) = Config::read(Arc::clone(&source));
        let tell = |problem: &Problem| {
            let at = source.position(problem.span.start);
            format!("{}:{} {}", at.line, at.column, problem.message)
        };
        let told = problems.iter().map(tell).collect();
        (config, told)
    }

    #[test]
    fn what_is_written_holds_and_is_shown() {
        let text = "actions:\n  overdue: [3, 10, \"17\", 3650]\n  mention_teams: false\n";
        let (config, problems) = read(text);
        assert_eq!(problems, [""; 0]);
        let written = Actions {
            overdue: [3, 10, 17, 3650],
            mention_teams: false,
        };
        assert_eq!(config.actions, written);
        let shown = config.show();
        assert!(shown.contains("# aftersight.yml:2\nactions:"), "{shown}");
        assert_eq!(read(&shown).0.actions, written);
        for nothing in [
            "",
            "actions:\n",
            "actions: {}\n",
            "actions: { overdue: ~ }\n",
        ] {
            let (config, problems) = read(nothing);
            assert_eq!((config.actions, problems), (Actions::default(), Vec::new()));
        }
    }

    #[test]
    fn what_cannot_be_used_is_told_at_its_place_and_changes_nothing() {
        for (value, expected) in [
            (
                "7",
                vec!["1:21 `actions.overdue` needs a list of four days"],
            ),
            ("[]", vec!["1:21 `actions.overdue` needs four days, not 0"]),
            (
                "[1, 2, 3]",
                vec!["1:21 `actions.overdue` needs four days, not 3"],
            ),
            (
                "[0, 8, -1, 3651]",
                vec![
                    "1:22 `actions.overdue` cannot hold `0`",
                    "1:28 `actions.overdue` cannot hold `-1`",
                    "1:32 `actions.overdue` cannot hold `3651`",
                ],
            ),
            (
                "[1, 8d, ~, [3]]",
                vec![
                    "1:25 `actions.overdue` cannot hold `8d`",
                    "1:29 `actions.overdue` holds something that is no number",
                    "1:32 `actions.overdue` holds something that is no number",
                ],
            ),
            (
                "[1, 8, 8, 5]",
                vec![
                    "1:28 `actions.overdue` goes from `8` to `8`",
                    "1:31 `actions.overdue` goes from `8` to `5`",
                ],
            ),
        ] {
            let (config, problems) = read(&format!("actions: {{ overdue: {value} }}\n"));
            assert_eq!(problems, expected, "{value}");
            assert_eq!(config.actions, Actions::default(), "{value}");
        }
        let (config, problems) = read("actions:\n  overdu: [1, 2, 3, 4]\n  mention_teams: maybe\n");
        let expected = [
            "3:18 `actions.mention_teams` cannot be `maybe`",
            "2:3 unknown field `actions.overdu`",
        ];
        assert_eq!(problems, expected);
        assert_eq!(config.actions, Actions::default());
        let (_, problems) = read("actions: [1, 8, 15, 22]\n");
        assert_eq!(
            problems,
            ["1:10 `actions` needs `key: value` lines, not a list"]
        );
    }
}
