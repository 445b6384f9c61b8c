//! Reading and showing `deadlines`: limits by stage, and by severity what is otherwise there.

use serde_yaml::Value;

use super::Config;
use crate::document::mapping::{Mapping, enumerate, nearest};
use crate::document::yaml::{self, Node};
use crate::postmortem::conventions::Conventions;
use crate::postmortem::deadline::{Deadlines, Limit, Stage};
use crate::source::Span;

const HELP: &str =
    "write hours, days or business days, as in `48h`, `3d` or `5bd`, or `~` for no deadline";

impl Config {
    /// Reads `deadlines: { draft: 48h, final: 5bd, sev1: { draft: 24h } }`; the severities must be known by now.
    pub(super) fn read_deadlines(&mut self, top: &mut Mapping<'_>, conventions: &mut Conventions) {
        for (name, key, value) in self.entries(top, "deadlines") {
            match (stage(&name), &value.value) {
                (Some(stage), _) => {
                    if let Some(limit) = limit(top, &name, value) {
                        conventions.deadlines.general[stage as usize] = limit;
                    }
                }
                (None, yaml::Value::Mapping(own)) if conventions.rank(&name).is_some() => {
                    read_own(top, conventions, &name, own);
                }
                (None, _) if conventions.rank(&name).is_some() => {
                    let help = "write `{ draft: 24h }` after the severity's name";
                    bad(top, value.span, &format!("needs limits for `{name}`"), help);
                }
                (None, _) => unknown(top, conventions, &name, key),
            }
        }
    }
}

fn read_own(
    top: &mut Mapping<'_>,
    conventions: &mut Conventions,
    severity: &str,
    entries: &[(Node, Node)],
) {
    for (key, value) in entries {
        let name = key.text().unwrap_or_default();
        match stage(name) {
            Some(stage) => {
                if let Some(limit) = limit(top, name, value) {
                    let deadlines = &mut conventions.deadlines.by_severity;
                    let own = deadlines.entry(severity.into()).or_default();
                    own.insert(stage, limit);
                }
            }
            None => {
                let message = format!("knows no `{name}` for `{severity}`");
                bad(top, key.span, &message, &near(name, &stages()));
            }
        }
    }
}

fn stages() -> Vec<&'static str> {
    Stage::ALL.iter().map(|(name, _)| *name).collect()
}

fn stage(name: &str) -> Option<Stage> {
    let found = Stage::ALL.iter().find(|(known, _)| *known == name);
    found.map(|(_, stage)| *stage)
}

/// The limit that was written, `Some(None)` for none; `None` where it cannot be read.
fn limit(top: &mut Mapping<'_>, name: &str, value: &Node) -> Option<Option<Limit>> {
    if value.is_null() {
        return Some(None);
    }
    let read = value.text().map(|text| (text, Limit::read(text.trim())));
    match read {
        Some((_, Some(limit))) => return Some(Some(limit)),
        Some((text, None)) => {
            let message = format!("cannot read the limit of `{name}`: `{text}`");
            bad(top, value.span, &message, HELP);
        }
        None => bad(
            top,
            value.span,
            &format!("needs one limit for `{name}`"),
            HELP,
        ),
    }
    None
}

fn unknown(top: &mut Mapping<'_>, conventions: &Conventions, name: &str, key: Span) {
    let mut names = stages();
    names.extend(conventions.severities.iter().map(String::as_str));
    let message = format!("knows no `{name}`");
    bad(top, key, &message, &near(name, &names));
}

fn near(name: &str, names: &[&str]) -> String {
    match nearest(name, names.iter().copied()) {
        Some(near) => format!("write `{near}`; possible are {}", enumerate(names)),
        None => format!("write one of {}", enumerate(names)),
    }
}

fn bad(top: &mut Mapping<'_>, span: Span, message: &str, help: &str) {
    top.bad("deadlines", span, message, help);
}

/// The limits as they are written.
pub(super) fn show(deadlines: &Deadlines) -> serde_yaml::Mapping {
    let value = |limit: Option<Limit>| limit.map_or(Value::Null, |limit| limit.to_string().into());
    let mut shown = serde_yaml::Mapping::new();
    for (name, stage) in Stage::ALL {
        shown.insert(name.into(), value(deadlines.general[stage as usize]));
    }
    for (severity, limits) in &deadlines.by_severity {
        let mut own = serde_yaml::Mapping::new();
        for (name, stage) in Stage::ALL {
            if let Some(limit) = limits.get(&stage) {
                own.insert(name.into(), value(*limit));
            }
        }
        shown.insert(severity.as_str().into(), own.into());
    }
    shown
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::source::Source;

    fn read(text: &str) -> (Deadlines, Vec<String>) {
        let source = Arc::new(Source::new("aftersight.yml", text.into()));
        let (config, problems) = Config::read(Arc::clone(&source));
        let tell = |problem: &crate::document::Problem| {
            let at = source.position(problem.span.start);
            format!("{}:{} {}", at.line, at.column, problem.message)
        };
        let told = problems.iter().map(tell).collect();
        (config.conventions.deadlines.clone(), told)
    }

    #[test]
    fn limits_are_read_by_stage_and_by_severity() {
        let text = "severities: [high, low]\ndeadlines:\n  draft: 3d\n  stale: ~\n  high: { draft: 24h, final: ~ }\n";
        let (deadlines, problems) = read(text);
        assert_eq!(problems, [""; 0]);
        let limit = |stage, severity| deadlines.limit(stage, Some(severity));
        assert_eq!(limit(Stage::Draft, "low"), Some(Limit::Days(3)));
        assert_eq!(limit(Stage::Draft, "high"), Some(Limit::Hours(24)));
        assert_eq!(limit(Stage::Final, "high"), None);
        assert_eq!(limit(Stage::Final, "low"), Some(Limit::BusinessDays(5)));
        assert_eq!(limit(Stage::Stale, "low"), None);
        let shown = serde_yaml::to_string(&std::collections::BTreeMap::from([(
            "deadlines",
            show(&deadlines),
        )]));
        let again = format!("severities: [high, low]\n{}", shown.expect("some YAML"));
        assert_eq!(read(&again), (deadlines, Vec::new()));
    }

    #[test]
    fn what_cannot_be_read_is_told_at_its_place() {
        let text = "deadlines:\n  draft: two days\n  finl: 5bd\n  sev1: { drafts: 1d, stale: [1d] }\n  sev2: 24h\n  meeting: 12h\n";
        let (deadlines, problems) = read(text);
        let expected = [
            "2:10 `deadlines` cannot read the limit of `draft`: `two days`",
            "3:3 `deadlines` knows no `finl`",
            "4:11 `deadlines` knows no `drafts` for `sev1`",
            "4:30 `deadlines` needs one limit for `stale`",
            "5:9 `deadlines` needs limits for `sev2`",
        ];
        assert_eq!(problems, expected);
        let own = Deadlines::default();
        assert_eq!(deadlines.general[0], own.general[0]);
        assert_eq!(deadlines.general[1], Some(Limit::Hours(12)));
    }
}
