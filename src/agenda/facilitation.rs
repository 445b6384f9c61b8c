//! Notes for the facilitator: what may come up in this meeting, and a sentence that leads on.
//!
//! The sentences are those of S4 (*Handling difficult situations*), each only where the text gives a reason to expect it; the
//! questions on third parties are those of S1.

use super::Input;
use super::earlier;
use super::people;
use crate::postmortem::choice::Kind;
use crate::postmortem::section::SectionKey;
use crate::rules::{Group, rule};
use crate::sheet::{Line, Sheet};

/// So many invitations are a crowd, in which quiet people stay quiet.
const CROWD: usize = 8;
/// Whys that settle something.
const ENOUGH_WHYS: usize = 3;
/// Lines of the file that are named.
const LINES: usize = 5;

/// What may come up, what to say then, and why it is expected.
struct Note {
    when: &'static str,
    say: &'static str,
    because: String,
}

/// Writes the notes, those of this postmortem first.
pub(super) fn write(input: &Input<'_>, sheet: &mut Sheet) {
    let notes = notes(input).into_iter().map(|note| {
        Line::new()
            .strong(format!("{}: ", note.when))
            .text(note.say)
            .text(format!(" ({})", note.because))
    });
    let mut lines: Vec<Line> = notes.collect();
    lines.extend([
        "Draw out who has not spoken; interrupt who speaks for long.".into(),
        "Write dissent down instead of settling it; details of the repair go on the list for afterwards.".into(),
    ]);
    sheet.list(lines);
}

fn notes(input: &Input<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut note = |when, say, because: Option<String>| {
        if let Some(because) = because {
            notes.push(Note { when, say, because });
        }
    };
    let is_language = |name: &str| rule(name).is_some_and(|rule| rule.group == Group::Language);
    let own = ["blaming-quote-of-self", "named-person", "exhortation"];
    note(
        "If it turns into blame",
        "“Let's reframe that. What policy or guardrail could have prevented it?”",
        found(input, "the text reads as blame", |name| {
            is_language(name) && !own.contains(&name)
        }),
    );
    note(
        "If somebody blames themselves",
        "“Thanks for your honesty. Let's talk about what in our process could have caught this.”",
        found(input, "somebody writes so", |name| {
            name == "blaming-quote-of-self"
        }),
    );
    note(
        "If a name is said",
        "“Let's say the role: the on-call engineer. What did that screen show?”",
        found(input, "a person is named", |name| name == "named-person"),
    );
    note(
        "If the why ends with a person",
        "“What made that the obvious thing to do at that moment?”",
        found(input, "the written chain does", |name| {
            name == "chain-ends-with-person"
        }),
    );
    note(
        "If the debate on the cause stalls",
        "“We have two hypotheses. Let's write both down, name who looks into them, and go on to the action items.”",
        unsettled(input),
    );
    let vague = [
        "vague-action",
        "open-ended-action",
        "action-without-verb",
        "action-without-end",
        "exhortation",
    ];
    note(
        "If an action item is vague",
        "“Can we make that more specific? For example: add a connection leak test to the integration suite.”",
        found(input, "some are", |name| vague.contains(&name)),
    );
    note(
        "If “we had that before” comes up",
        "“What of the earlier action items was too narrow, or came too late?” Not: who did not do it.",
        earlier::is_again(input).then(|| "it looks like an earlier incident".into()),
    );
    let front = &input.postmortem.front;
    let is_third = input.postmortem.kind() == Kind::ThirdParty || front.third_party.span.is_some();
    note(
        "On the third party",
        "“Did they break what we expected, did they keep it and we failed anyway, or had nobody said what to expect?”",
        is_third.then(|| "somebody else's system has a part in it".into()),
    );
    note(
        "On who may know",
        "“Before we share anything of this: who may read it?”",
        (input.postmortem.kind() == Kind::Security).then(|| "a security incident".into()),
    );
    note(
        "On what nearly happened",
        "“What stopped it, and was that a safeguard or luck?”",
        (input.postmortem.kind() == Kind::NearMiss).then(|| "a near miss".into()),
    );
    let invited = people::invited(input).len();
    note(
        "With so many people",
        "“One round: each says in a sentence what surprised them.”",
        (invited > CROWD).then(|| format!("{invited} are invited")),
    );
    notes
}

/// "… in 3 places: lines 4, 9 and 12", where any rule of some found something.
fn found(input: &Input<'_>, what: &str, is_meant: impl Fn(&str) -> bool) -> Option<String> {
    let findings = input.diagnostics.iter();
    let findings = findings.filter(|one| one.allowed.is_none() && is_meant(one.rule));
    let mut lines: Vec<u32> = findings
        .map(|one| input.line_of(one.finding.span.start))
        .collect();
    lines.dedup();
    let shown: Vec<String> = lines.iter().take(LINES).map(u32::to_string).collect();
    let more = if lines.len() > LINES { " and more" } else { "" };
    let word = if lines.len() == 1 { "line" } else { "lines" };
    (!lines.is_empty()).then(|| format!("{what}: {word} {}{more}", shown.join(", ")))
}

/// Why the cause may be disputed.
fn unsettled(input: &Input<'_>) -> Option<String> {
    let postmortem = input.postmortem;
    if postmortem.section(SectionKey::Causes).is_none() && postmortem.whys.depth() == 0 {
        return Some("no cause is written yet".into());
    }
    if postmortem.front.incident.identified.known().is_none() {
        return Some("the file does not say when the cause was understood".into());
    }
    (postmortem.whys.depth() < ENOUGH_WHYS).then(|| "the whys end early".into())
}
