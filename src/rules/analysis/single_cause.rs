//! A story with one cause.

use std::sync::LazyLock;

use regex::Regex;

use super::factor;
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::postmortem::choice::Template;
use crate::postmortem::section::SectionKey;
use crate::rules::sections::{Says, is_leftover, says};
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "single-cause",
    group: Group::Analysis,
    level: Level::Warning,
    version: "0.1.0",
    sources: &[Seed::S3],
    page: include_str!("single_cause.md"),
    check: Check::Postmortem(check),
};

/// A paragraph with more sentences than this is taken to tell more than one factor.
const MOST_SENTENCES: usize = 4;

/// Words by which one paragraph goes on to another factor.
static MORE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = r"(?i)\b(?:also|addition|additionally|another|second(?:ly|ary)?|further(?:more)?|moreover|besides|combin\w+|together|as well as|both|two|three|four|several|multiple|contribut\w+|same time|on top of|while|whilst|nor|neither|compounded|exacerbated|worse|meanwhile|however|but|although|though|despite|unfortunately|coincid\w+|yet|even|interact\w+)\b";
    Regex::new(words).ok()
});

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    let several = postmortem.front.causes.items().len() > 1;
    if several || postmortem.template() == Template::Quick {
        return;
    }
    let document = &postmortem.document;
    let mut sections = postmortem.sections_of(SectionKey::Causes).peekable();
    let told = sections.peek().is_some()
        && sections.any(|section| says(document, section) == Says::Something);
    let factors = factor::factors(postmortem);
    let [only] = factors[..] else { return };
    let text = postmortem.source().slice(only);
    let sentences = text.matches(['.', ';']).count();
    let goes_on = MORE.as_ref().is_none_or(|more| more.is_match(text));
    if !told || goes_on || sentences > MOST_SENTENCES || is_leftover(text) {
        return;
    }
    out.push(Finding::new(
        only,
        "this is the only contributing factor",
        "add what else had to come together: what made it possible, what made it worse, what let it last; name them in `causes` too",
    ));
}
