//! What was learned from an incident, in its own words: the lessons, else where the whys ended.

use std::sync::Arc;

use super::{MOST_LETTERS, shown};
use crate::postmortem::Postmortem;
use crate::postmortem::conventions::Conventions;
use crate::postmortem::section::SectionKey;

/// Sentences that are told.
const SENTENCES: usize = 3;

/// The sentences; none where nothing is written yet. The text is read again, since the blocks of a corpus are let go of.
pub(super) fn of(postmortem: &Postmortem, conventions: &Conventions) -> Vec<String> {
    let whole = Postmortem::parse(Arc::clone(postmortem.source()), conventions);
    let mut lessons = whole.sentences(SectionKey::Lessons);
    if lessons.is_empty() {
        lessons.extend(whole.whys.last().map(|last| last.value.clone()));
    }
    let lessons = lessons.iter().take(SENTENCES);
    lessons
        .map(|lesson| shown(postmortem, lesson.trim(), MOST_LETTERS))
        .collect()
}
