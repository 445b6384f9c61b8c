//! Rules about wording that reads as blame, found by subject, tense and section.
//!
//! The words and patterns of a language are data (`lexicon/en.yaml`, read by `lexicon`). A postmortem is read once
//! (`reading`): each passage in its zone (`zone`) becomes sentences (`token`), in which patterns look for wording (`pattern`) and for
//! its subject (`subject`). A rule is what one kind of wording is worth and what is said of it.

mod blaming_quote_of_self;
mod character_word;
mod counterfactual_passive;
mod counterfactual_person;
mod counterfactual_team;
mod exhortation;
mod fault_assigned;
mod grammar;
mod hindsight;
mod human_error;
mod judging_adverb;
mod lexicon;
mod named_person;
mod pattern;
mod person_failed;
mod phrase;
mod reading;
mod subject;
mod token;
mod who_question;
mod zone;

use super::Rule;
use crate::diagnostic::Level;

pub(in crate::rules) use reading::{exhorts, is_told};
pub(in crate::rules) use subject::person_subject;
pub(in crate::rules) use token::People;

/// The level of a rule in each zone; `None` where it is silent.
struct Levels {
    narrative: Option<Level>,
    lessons: Option<Level>,
    actions: Option<Level>,
    /// Whether it weighs less where no single person is meant.
    lighter_for_many: bool,
}

/// The rules of the group, in the order of the catalogue.
pub const RULES: &[&Rule] = &[
    &counterfactual_person::RULE,
    &counterfactual_team::RULE,
    &counterfactual_passive::RULE,
    &person_failed::RULE,
    &human_error::RULE,
    &character_word::RULE,
    &fault_assigned::RULE,
    &named_person::RULE,
    &hindsight::RULE,
    &judging_adverb::RULE,
    &exhortation::RULE,
    &who_question::RULE,
    &blaming_quote_of_self::RULE,
];

/// The order in which the rules may speak of a sentence: the first that finds something does, the others are silent.
static ORDER: [(&Rule, Levels); 13] = [
    (&who_question::RULE, who_question::LEVELS),
    (&blaming_quote_of_self::RULE, blaming_quote_of_self::LEVELS),
    (&character_word::RULE, character_word::LEVELS),
    (&fault_assigned::RULE, fault_assigned::LEVELS),
    (&human_error::RULE, human_error::LEVELS),
    (&hindsight::RULE, hindsight::LEVELS),
    (&counterfactual_person::RULE, counterfactual_person::LEVELS),
    (&counterfactual_team::RULE, counterfactual_team::LEVELS),
    (&person_failed::RULE, person_failed::LEVELS),
    (
        &counterfactual_passive::RULE,
        counterfactual_passive::LEVELS,
    ),
    (&exhortation::RULE, exhortation::LEVELS),
    (&judging_adverb::RULE, judging_adverb::LEVELS),
    (&named_person::RULE, named_person::LEVELS),
];
