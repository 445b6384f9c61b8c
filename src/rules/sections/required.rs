//! Which sections a template asks for, and where a missing one belongs.

use crate::postmortem::Postmortem;
use crate::postmortem::choice::Template;
use crate::postmortem::section::SectionKey as Key;
use crate::source::Span;

const STANDARD: &[Key] = &[
    Key::Summary,
    Key::Impact,
    Key::Timeline,
    Key::Causes,
    Key::Resolution,
    Key::WentWell,
    Key::WentWrong,
    Key::Actions,
];
const QUICK: &[Key] = &[
    Key::Summary,
    Key::Timeline,
    Key::Causes,
    Key::Resolution,
    Key::Lessons,
];
const FIVE_WHYS: &[Key] = &[Key::Summary, Key::Whys, Key::Causes, Key::Actions];
/// What every template asks for.
const ANY: &[Key] = &[Key::Summary, Key::Causes];

/// What each section is for, in a few words.
const PURPOSES: &[(Key, &str)] = &[
    (
        Key::Summary,
        "what happened and how it ended, in two to five sentences",
    ),
    (Key::Impact, "who and what suffered, in figures"),
    (
        Key::Timeline,
        "what happened when, beginning before the incident",
    ),
    (
        Key::Causes,
        "what made it possible, and why nothing stopped it",
    ),
    (
        Key::Whys,
        "at least three whys, each answer giving the next question",
    ),
    (Key::Resolution, "what ended it"),
    (Key::WentWell, "what helped and is worth keeping"),
    (
        Key::WentWrong,
        "what slowed the response down or made it worse",
    ),
    (Key::Lessons, "what the next team is to know"),
    (Key::Actions, "what will be done, by whom, until when"),
    (
        Key::External,
        "what customers saw, and what is done about it",
    ),
];

/// The sections the template asks for. Where the front matter cannot be read, only what every template asks for.
pub(in crate::rules) fn asked_for(postmortem: &Postmortem) -> &'static [Key] {
    let template = &postmortem.front.template;
    if template.get().is_none() && (!postmortem.readable || !template.is_missing()) {
        return ANY;
    }
    match postmortem.template() {
        Template::Standard => STANDARD,
        Template::Quick => QUICK,
        Template::FiveWhys => FIVE_WHYS,
    }
}

/// What a section is for.
pub(super) fn purpose(key: Key) -> &'static str {
    let known = PURPOSES.iter().find(|(known, _)| *known == key);
    known.map_or("what there is to say", |(_, purpose)| purpose)
}

/// Where a missing section belongs: the heading of the next one that is there, else the last heading, else the front
/// matter; and the way to add it.
pub(super) fn place(postmortem: &Postmortem, key: Key) -> (Span, String) {
    let asked = asked_for(postmortem);
    let own = asked.iter().position(|other| *other == key);
    let after = own.map_or(&[][..], |own| &asked[own + 1..]);
    let next = after.iter().find_map(|key| postmortem.section(*key));
    let last = postmortem
        .document
        .sections
        .iter()
        .rfind(|section| section.level > 0);
    let (span, level, place) = match (next, last) {
        (Some(next), _) => (next.heading, next.level, format!(" above `{}`", next.title)),
        (None, Some(last)) => (last.heading, last.level.min(2), " at the end".into()),
        (None, None) => (postmortem.fence(), 2, " to the body".into()),
    };
    let hashes = "#".repeat(usize::from(level.max(2)));
    let purpose = purpose(key);
    let heading = key.heading();
    (span, format!("add `{hashes} {heading}`{place}: {purpose}"))
}
