//! Which zone a passage stands in.
//!
//! Owns how sections map to zones. A section that nobody knows counts as the known one around it, and text outside every
//! known section as narrative: most old documents have headings of their own.

use crate::postmortem::Postmortem;
use crate::postmortem::remark::Zone;
use crate::postmortem::section::SectionKey as Key;

/// The zone of each top-level block; `None` where the language is not read.
pub(super) fn zones(postmortem: &Postmortem) -> Vec<Option<Zone>> {
    let document = &postmortem.document;
    let mut zones = vec![Some(Zone::Narrative); document.blocks.len()];
    // Sections come in the order of the text, so that an inner one is written over the one around it.
    for (key, index) in &postmortem.sections {
        let zone = match key {
            Key::Glossary | Key::References | Key::Appendix => None,
            Key::WentWell | Key::WentWrong | Key::Lucky | Key::Surprised | Key::Lessons => {
                Some(Zone::Lessons)
            }
            Key::Actions | Key::Considered => Some(Zone::Actions),
            _ => Some(Zone::Narrative),
        };
        if let Some(blocks) = zones.get_mut(document.sections[*index].all.clone()) {
            blocks.fill(zone);
        }
    }
    zones
}

/// The blocks of the sections that praise.
pub(super) fn praise(postmortem: &Postmortem) -> Vec<std::ops::Range<usize>> {
    let sections = &postmortem.document.sections;
    let praising = postmortem
        .sections
        .iter()
        .filter(|(key, _)| *key == Key::WentWell);
    praising
        .map(|(_, index)| sections[*index].all.clone())
        .collect()
}
