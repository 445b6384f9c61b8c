//! What the check found, as questions for the part of the meeting that they belong to.
//!
//! Owns which rule asks what, and where. What a meeting cannot answer (a key of the front matter, a broken link) is mended
//! before it.

use super::Input;
use super::part::Part;
use crate::diagnostic::Diagnostic;
use crate::postmortem::Postmortem;
use crate::postmortem::section::SectionKey;
use crate::rules::{Group, rule};
use crate::sheet::Line;
use crate::source::Span;

/// Places of one question that are shown.
const SHOWN: usize = 4;

/// Something to find out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Question {
    /// The question; empty where what is told says enough.
    pub(super) ask: String,
    /// Why it is asked, each place with its line.
    pub(super) told: Vec<String>,
    /// The rule that found it.
    pub(super) rule: Option<&'static str>,
}

/// Everything that is open.
#[derive(Debug, Default)]
pub(super) struct Questions {
    /// What is mended before the meeting.
    pub(super) before: Vec<Question>,
    parts: [Vec<Question>; Part::ALL.len()],
}

/// Where a finding belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Mended before the meeting.
    Before,
    /// In a part.
    In(Part),
    /// In the part of the section where it stands, else in this one.
    There(Option<Part>),
    /// Said at another place of the sheet.
    Said,
}

impl Question {
    /// A question for people.
    pub(super) fn line(&self) -> Line {
        let mut told: Vec<&str> = self.told.iter().take(SHOWN).map(String::as_str).collect();
        let more = self.told.len().saturating_sub(SHOWN);
        let rest = format!("and {more} more");
        if more > 0 {
            told.push(&rest);
        }
        let mut line = Line::new();
        if !self.ask.is_empty() {
            line = line.strong(self.ask.as_str());
        }
        if !told.is_empty() {
            let space = if line.is_empty() { "" } else { " " };
            line = line.text(format!("{space}{}", told.join("; ")));
        }
        match self.rule {
            Some(rule) => line.text(" (").code(rule).text(")"),
            None => line,
        }
    }
}

impl Questions {
    /// The findings of a postmortem that nobody allowed, those of one rule that ask the same together.
    pub(super) fn of(input: &Input<'_>) -> Self {
        let mut questions = Self::default();
        let findings = input.diagnostics.iter();
        for diagnostic in findings.filter(|one| one.allowed.is_none()) {
            let finding = &diagnostic.finding;
            let (place, ask) = asked(diagnostic.rule);
            // What a moment or a figure is missing for is asked in one question.
            let own = ["`incident.", "`impact."];
            if diagnostic.rule == "missing-field"
                && own.iter().any(|name| finding.message.starts_with(name))
            {
                continue;
            }
            let list = match place {
                Place::Said => continue,
                Place::Before => &mut questions.before,
                Place::In(part) => &mut questions.parts[part as usize],
                Place::There(other) => match there(input.postmortem, diagnostic).or(other) {
                    Some(part) => &mut questions.parts[part as usize],
                    None => &mut questions.before,
                },
            };
            let ask = match finding.help.split_once("ask: ") {
                Some((_, own)) => capital(own),
                None => ask.into(),
            };
            let line = input.line_of(finding.span.start);
            let told = input.shown(&format!("{} (line {line})", finding.message));
            let same =
                |known: &&mut Question| known.rule == Some(diagnostic.rule) && known.ask == ask;
            match list.iter_mut().find(same) {
                Some(known) => known.told.push(told),
                None => list.push(Question {
                    ask,
                    told: vec![told],
                    rule: Some(diagnostic.rule),
                }),
            }
        }
        questions
    }

    /// What is open in a part.
    pub(super) fn of_part(&self, part: Part) -> &[Question] {
        &self.parts[part as usize]
    }

    /// Puts a question before the others of a part.
    pub(super) fn put(&mut self, part: Part, ask: &str, told: Vec<String>) {
        let question = Question {
            ask: ask.into(),
            told,
            rule: None,
        };
        self.parts[part as usize].insert(0, question);
    }

    /// Whether a rule asks anything in a part.
    pub(super) fn has(&self, part: Part, rule: &str) -> bool {
        self.of_part(part).iter().any(|one| one.rule == Some(rule))
    }
}

/// The part of the section that a finding speaks of: the one it names, else the one it stands in.
fn there(postmortem: &Postmortem, diagnostic: &Diagnostic) -> Option<Part> {
    let named = match diagnostic.rule {
        "missing-section" => diagnostic.finding.message.split('`').nth(1),
        _ => None,
    };
    let section = match named {
        Some(heading) => SectionKey::from_heading(heading, &[]),
        None => section_at(postmortem, diagnostic.finding.span),
    };
    Part::of(section?)
}

/// The innermost section that a place is in.
fn section_at(postmortem: &Postmortem, place: Span) -> Option<SectionKey> {
    let holds = |index: usize| {
        let section = &postmortem.document.sections[index];
        section.heading.to(section.body).contains(place)
    };
    let sections = postmortem.sections.iter().rev();
    let mut holding = sections.filter(|(_, index)| holds(*index));
    holding.next().map(|(key, _)| *key)
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().collect::<String>());
    first.unwrap_or_default() + letters.as_str()
}

/// Where a rule's findings belong, and what they ask.
fn asked(name: &str) -> (Place, &'static str) {
    use Part::{Actions, Closing, Impact, Kept, Timeline, Whys};
    use Place::{Before, In, Said, There};
    match name {
        "times-out-of-order" | "timeline-contradicts-times" => {
            (In(Timeline), "Which of these times is right?")
        }
        "empty-timeline" => (
            In(Timeline),
            "What happened, from the first change to the end? Build the timeline together.",
        ),
        "unreadable-time" => (In(Timeline), "When was that, in UTC?"),
        "time-without-zone" => (In(Timeline), "In which time zone are these times?"),
        "timeline-out-of-order" => (In(Timeline), "In which order did this happen?"),
        "timeline-starts-late" => (
            In(Timeline),
            "What came before anybody noticed: which change, which load, which first sign?",
        ),
        "timeline-misses-phase" => (In(Timeline), "When was that, and how did we know?"),
        "timeline-gap" => (
            In(Timeline),
            "What happened in between, and what was tried?",
        ),
        "impact-unquantified" => (
            In(Impact),
            "How many were affected, for how long, and what did it cost?",
        ),
        "duration-contradicts-times" => (In(Impact), "How long did it last for those affected?"),
        "overstated-outage" => (In(Impact), "Was it down or degraded, and for whom?"),
        "shallow-whys" => (
            In(Whys),
            "Why was that possible? Ask on until the answer is a system.",
        ),
        "chain-ends-with-person" => (
            In(Whys),
            "What made this the sensible thing to do, and which guardrail was missing?",
        ),
        "single-cause" => (In(Whys), "What else had to be true for this to happen?"),
        "safeguards-unexamined" => (In(Whys), "Why did tests, reviews and alerts not stop it?"),
        "third-party-unjudged" => (
            In(Whys),
            "Did the third party do what we expected, and had we said what that is?",
        ),
        "likely-recurrence" => (
            In(Whys),
            "Is this the same again, and what did we promise then?",
        ),
        "went-well-missing" => (In(Kept), "What went well, and what of it do we keep?"),
        "no-action-items" => (In(Actions), "What will be different afterwards?"),
        "action-without-owner" => (In(Actions), "Who takes it, and agrees to here?"),
        "action-without-due-date" => (In(Actions), "By which day?"),
        "action-without-priority" | "unknown-priority" => {
            (In(Actions), "How urgent is it beside other work?")
        }
        "action-without-type" | "unknown-action-type" => (
            In(Actions),
            "Does it investigate, mitigate, repair, detect, soften or prevent?",
        ),
        "action-without-end" => (In(Actions), "How can anyone tell that it is done?"),
        "action-with-several-owners" => (In(Actions), "Which one of them is accountable?"),
        "vague-action" => (In(Actions), "What exactly will be different?"),
        "open-ended-action" => (In(Actions), "What is its last step, and when?"),
        "action-without-verb" => (In(Actions), "What is to be done?"),
        "due-date-unrealistic" => (In(Actions), "Is that a day which its owner can keep?"),
        "no-preventive-action" => (
            In(Actions),
            "What would keep it from coming back, or show it sooner?",
        ),
        "no-urgent-action" => (In(Actions), "Which of these cannot wait?"),
        "too-many-actions" => (
            In(Actions),
            "Which of these will be done, and which are only considered?",
        ),
        "dropped-without-reason" => (In(Actions), "Why is it not worth doing any more?"),
        "vanished-action" => (In(Actions), "What became of it?"),
        "ledger-disagreement" => (In(Actions), "How does it really stand?"),
        "external-message-missing" => (In(Closing), "What do we tell customers, and who sends it?"),
        "late-draft" | "late-final" | "stale-draft" => {
            (In(Closing), "Who finishes the text, and by when?")
        }
        // It stands at the top, with the time of the meeting.
        "late-meeting" => (Said, ""),
        "missing-section" | "empty-section" => (There(None), "What do we know of this?"),
        "template-leftover" => (There(None), "What belongs here?"),
        "undefined-acronym" | "summary-too-long" | "document-length" | "overlong-external" => {
            (Before, "")
        }
        name if rule(name).is_some_and(|rule| rule.group == Group::Language) => (
            There(Some(Whys)),
            "How would this read with the system as its subject?",
        ),
        _ => (Before, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::rules;

    #[test]
    fn every_rule_of_what_a_meeting_talks_about_asks_something() {
        for rule in rules() {
            let (place, ask) = asked(rule.name);
            let talked = [
                Group::Timeline,
                Group::Impact,
                Group::Analysis,
                Group::Language,
            ];
            if talked.contains(&rule.group) {
                assert!(ask.ends_with(['?', '.']), "{}", rule.name);
                assert_ne!(place, Place::Before, "{}", rule.name);
            }
            assert_eq!(
                ask.is_empty(),
                matches!(place, Place::Before | Place::Said),
                "{}",
                rule.name
            );
        }
        let mechanical = ["action-without-id", "duplicate-action-id"];
        for rule in rules().filter(|rule| rule.group == Group::Actions) {
            let is_asked = asked(rule.name).0 != Place::Before;
            assert_ne!(is_asked, mechanical.contains(&rule.name), "{}", rule.name);
        }
    }
}
