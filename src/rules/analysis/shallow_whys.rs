//! A chain of whys that ends where it becomes interesting.

use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::postmortem::choice::Template;
use crate::postmortem::section::SectionKey;
use crate::rules::sections::{Says, asked_for, is_leftover, says};
use crate::rules::{Check, Context, Group, Rule, Seed};
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    name: "shallow-whys",
    group: Group::Analysis,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S2, Seed::Format],
    page: include_str!("shallow_whys.md"),
    check: Check::Postmortem(check),
};

/// Fewer levels than this are no search.
const LEAST: usize = 3;

const HELP: &str = "ask why of the last answer, at least three times in all and better five: stop at something that you can change";

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    if !is_too_short(postmortem) {
        return;
    }
    let whys = &postmortem.whys;
    let finding = match (whys.last(), heading(postmortem)) {
        (Some(last), _) => {
            let levels = match whys.depth() {
                1 => "1 level".to_string(),
                depth => format!("{depth} levels"),
            };
            Finding::new(
                last.span,
                format!("the chain of whys ends after {levels}"),
                HELP,
            )
        }
        (None, Some(heading)) => Finding::new(
            heading,
            "there is no chain of whys",
            "add a numbered list that begins with what people saw, each answer giving the next question: at least three, better five",
        ),
        (None, None) => return,
    };
    out.push(finding);
}

/// Whether the template asks for whys, and too few are there for this rule to speak of: where a section is missing or
/// empty, or holds marks of the template, other rules do.
pub(super) fn is_too_short(postmortem: &Postmortem) -> bool {
    let asked = asked_for(postmortem);
    let wanted = asked.contains(&SectionKey::Whys)
        || postmortem.template() == Template::Standard && asked.contains(&SectionKey::Impact);
    if !wanted || postmortem.whys.depth() >= LEAST {
        return false;
    }
    heading(postmortem).is_some() && !is_unfinished(postmortem)
}

/// The heading of the whys, else of the causes that they may stand below; none where another rule calls these missing
/// or empty.
fn heading(postmortem: &Postmortem) -> Option<Span> {
    let whys = postmortem.section(SectionKey::Whys);
    let causes = postmortem.section(SectionKey::Causes);
    let document = &postmortem.document;
    let below_causes = !asked_for(postmortem).contains(&SectionKey::Whys);
    let told = causes.filter(|causes| says(document, causes) == Says::Something);
    match whys {
        Some(whys)
            if !below_causes || told.is_some() || says(document, whys) == Says::Something =>
        {
            Some(whys.heading)
        }
        None if below_causes || postmortem.whys.depth() > 0 => told.map(|causes| causes.heading),
        _ => None,
    }
}

fn is_unfinished(postmortem: &Postmortem) -> bool {
    let keys = [SectionKey::Whys, SectionKey::Causes];
    let mut sections = keys.iter().flat_map(|key| postmortem.sections_of(*key));
    sections.any(|section| {
        let mut passages = postmortem.passages_in(section.all.clone()).iter();
        passages.any(|passage| is_leftover(passage.prose()))
    })
}
