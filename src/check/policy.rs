//! The judgement: which level a finding has, here and for this organisation.
//!
//! The rule's level, capped by the document's state, set by the configuration. Rules know nothing of it.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::config::{Config, RuleSetting, Version};
use crate::diagnostic::{Finding, Level};
use crate::document::mapping::nearest;
use crate::document::{Problem, ProblemKind};
use crate::postmortem::Postmortem;
use crate::postmortem::choice::Status;
use crate::rules::{Group, Rule, rule, rules};

/// Findings about reading itself: without them nothing else can be trusted, so they cannot be allowed.
const NEVER_ALLOWED: [&str; 8] = [
    "invalid-front-matter",
    "missing-field",
    "unknown-field",
    "bad-value",
    "duplicate-id",
    "bare-allow",
    "unknown-allow",
    "expired-allow",
];

/// The level of a finding; `None` where the rule is turned off.
///
/// A draft caps completeness at warning; an imported document, and one of before the ratchet's day, caps everything but
/// identity at note; a rule that is newer than the ratchet's version is a note everywhere. Then the configuration has
/// the last word below these caps; a level that it gives to a new rule adopts it.
pub fn level(
    rule: &Rule,
    finding: &Finding,
    postmortem: Option<&Postmortem>,
    config: &Config,
) -> Option<Level> {
    let level = finding
        .at_most
        .map_or(rule.level, |most| most.min(rule.level));
    let adopted = config.ratchet.version;
    let is_new = adopted.is_some_and(|adopted| Version::read(rule.version) > Some(adopted));
    let cap = match (rule.group, postmortem) {
        (Group::Identity | Group::Allow, _) | (_, None) => Level::Error,
        (_, Some(postmortem)) if is_old(postmortem, config) => Level::Note,
        (group, Some(postmortem)) if postmortem.status() == Status::Draft && grows(group) => {
            Level::Warning
        }
        _ => Level::Error,
    };
    match setting(rule, config) {
        Some(setting) => Some(setting.level?.min(cap)),
        None if is_new => Some(Level::Note),
        None => Some(level.min(cap)),
    }
}

/// Whether a postmortem was written before this tool came, or before the day from which on it is strict.
pub fn is_old(postmortem: &Postmortem, config: &Config) -> bool {
    let incident = &postmortem.front.incident;
    let over = incident.resolved.known().or(incident.started.known());
    let day = |time: &Timestamp| time.to_zoned(TimeZone::UTC).date();
    let before = config.ratchet.before;
    postmortem.is_imported()
        || over
            .map(day)
            .zip(before)
            .is_some_and(|(over, day)| over < day)
}

/// What the configuration says of a rule; the last word counts.
fn setting<'a>(rule: &Rule, config: &'a Config) -> Option<&'a RuleSetting> {
    let mut settings = config.rules.iter().rev();
    settings.find(|setting| setting.name.value == rule.name)
}

/// Whether the configuration turns a rule off, so that nothing need be gathered for it.
pub fn is_off(rule: &Rule, config: &Config) -> bool {
    setting(rule, config).is_some_and(|setting| setting.level.is_none())
}

/// Whether the rules of a group ask for what a draft may still be lacking; wording, links and secrets are never too
/// early to mend.
fn grows(group: Group) -> bool {
    match group {
        Group::Sections
        | Group::Timeline
        | Group::Impact
        | Group::Analysis
        | Group::Actions
        | Group::Process => true,
        Group::Identity
        | Group::Language
        | Group::Links
        | Group::Confidentiality
        | Group::Allow => false,
    }
}

/// Whether a finding of this rule may be allowed.
pub fn may_be_allowed(rule: &str) -> bool {
    !NEVER_ALLOWED.contains(&rule)
}

/// Flaws of the configuration that only somebody who knows the rules can see.
pub fn flaws(config: &Config) -> Vec<Problem> {
    let unknown = config
        .rules
        .iter()
        .filter(|setting| rule(&setting.name.value).is_none());
    unknown
        .map(|setting| {
            let name = &setting.name.value;
            let help = match nearest(name, rules().map(|rule| rule.name)) {
                Some(near) => format!("write `{near}`; `aftersight rules` lists them all"),
                None => "remove it; `aftersight rules` lists them all".into(),
            };
            Problem::new(
                ProblemKind::BadValue,
                setting.name.span,
                format!("there is no rule `{name}`"),
                help,
            )
        })
        .collect()
}
