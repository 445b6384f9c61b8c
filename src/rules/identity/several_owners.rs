//! More than one accountable owner.

use crate::diagnostic::{Finding, Level};
use crate::document::mapping::{Field, enumerate};
use crate::postmortem::Postmortem;
use crate::postmortem::people::Party;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "several-owners",
    group: Group::Identity,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S3, Seed::S4],
    page: include_str!("several_owners.md"),
    check: Check::Postmortem(check),
};

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    let Field::Value(owners) = &postmortem.front.owners else {
        return;
    };
    // What is no party at all was told as a bad value.
    let names: Vec<&str> = owners
        .value
        .iter()
        .map(|owner| owner.value.as_str())
        .filter(|name| Party::read(name).is_some())
        .collect();
    if let [first, _, ..] = names[..] {
        let message = format!("{} owners: {}", names.len(), enumerate(&names));
        let help = format!(
            "keep the one who answers for it, as in `owner: \"{first}\"`, and name the others in `participants`"
        );
        out.push(Finding::new(owners.span, message, help));
    }
}
