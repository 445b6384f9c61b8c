//! A word that judges somebody's character or care.

use super::Levels;
use super::reading::tell;
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "character-word",
    group: Group::Language,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S4, Seed::S1],
    page: include_str!("character_word.md"),
    check: Check::Postmortem(check),
};

pub(super) const LEVELS: Levels = Levels {
    narrative: Some(Level::Error),
    lessons: Some(Level::Error),
    actions: Some(Level::Error),
    lighter_for_many: false,
};

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    tell(postmortem, &RULE, out, |remark| {
        let message = format!(
            "`{}` judges a person, and nobody can act on it",
            remark.words
        );
        let help = "say what happened and what made it possible";
        (message, help.into())
    });
}
