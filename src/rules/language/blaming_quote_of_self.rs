//! Somebody blames themselves.

use super::Levels;
use super::reading::tell;
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "blaming-quote-of-self",
    group: Group::Language,
    level: Level::Note,
    version: "0.1.0",
    sources: &[Seed::S4],
    page: include_str!("blaming_quote_of_self.md"),
    check: Check::Postmortem(check),
};

pub(super) const LEVELS: Levels = Levels {
    narrative: Some(Level::Note),
    lessons: Some(Level::Note),
    actions: None,
    lighter_for_many: false,
};

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    tell(postmortem, &RULE, out, |remark| {
        let message = format!(
            "`{}`: be as kind to yourself as to a colleague; anyone in your place could have been caught by this",
            remark.words
        );
        let help = "turn the sentence to the gap";
        (message, help.into())
    });
}
