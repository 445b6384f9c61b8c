//! Which sections a template asks for, and where a missing one belongs.

use crate::document::section::Section;
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

/// Sections that stand after all those a template asks for.
const CLOSING: &[Key] = &[Key::External, Key::Glossary, Key::References, Key::Appendix];

/// Where a missing section belongs.
pub(super) struct Place<'a> {
    /// The section above which it belongs; the end of the document where there is none.
    pub(super) above: Option<&'a Section>,
    /// The level of its heading, 1 to 6.
    pub(super) level: u8,
    /// How many sections that the template asks for come before it.
    pub(super) order: usize,
}

impl<'a> Place<'a> {
    /// Above the next section of the template that is there, at its level.
    pub(super) fn of(postmortem: &'a Postmortem, key: Key) -> Self {
        let asked = asked_for(postmortem);
        let own = asked.iter().position(|other| *other == key);
        let after = own.map_or(&[][..], |own| &asked[own + 1..]);
        let closing = if key == Key::External {
            &[][..]
        } else {
            CLOSING
        };
        let mut after = after.iter().chain(closing);
        let above = after.find_map(|key| postmortem.section(*key));
        let known = postmortem.sections.iter();
        let known = known.map(|(_, index)| postmortem.document.sections[*index].level);
        Self {
            above,
            level: above.map(|next| next.level).or(known.min()).unwrap_or(2),
            order: own.unwrap_or(asked.len()),
        }
    }
}

/// Where to point for a missing section: the heading of the next one that is there, else the last heading, else the front
/// matter; and the way to add it.
pub(super) fn place(postmortem: &Postmortem, key: Key) -> (Span, String) {
    let Place { above, level, .. } = Place::of(postmortem, key);
    let last = postmortem
        .document
        .sections
        .iter()
        .rfind(|section| section.level > 0);
    let (span, place) = match (above, last) {
        (Some(next), _) => (next.heading, format!(" above `{}`", next.title)),
        (None, Some(last)) => (last.heading, " at the end".into()),
        (None, None) => (postmortem.fence(), " to the body".into()),
    };
    let hashes = "#".repeat(usize::from(level));
    let purpose = purpose(key);
    let heading = key.heading();
    (span, format!("add `{hashes} {heading}`{place}: {purpose}"))
}
