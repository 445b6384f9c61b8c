//! A text with headings, put into the sections of a draft.
//!
//! Owns which part goes where. Which heading names which section is said by [`crate::postmortem::section`].

use super::clean;
use super::draft::{Draft, Heading, Part, Text};
use crate::postmortem::conventions::Conventions;
use crate::postmortem::section::SectionKey;

/// Adds a Markdown text; what stands before its first heading goes below `first`.
pub(super) fn add(draft: &mut Draft, text: &str, first: &Heading, conventions: &Conventions) {
    for part in clean::split(text) {
        let heading = match part.title.as_str() {
            "" => first.clone(),
            title => heading(title, conventions),
        };
        // A heading of their own with nothing below it still says something.
        if part.text.trim().is_empty() && matches!(heading, Heading::Own(_)) {
            let text = Text::Markdown(String::new());
            draft.parts.push(Part { heading, text });
        } else {
            draft.part(heading, Text::Markdown(part.text));
        }
    }
}

/// What a heading of another document is called here.
pub(super) fn heading(title: &str, conventions: &Conventions) -> Heading {
    // What status pages and chats call their summary.
    const SUMMARIES: [&str; 3] = ["issue", "what happened", "what happened?"];
    if SUMMARIES.contains(&title.trim().to_lowercase().as_str()) {
        return Heading::Known(SectionKey::Summary);
    }
    match SectionKey::from_heading(title, &conventions.headings) {
        Some(SectionKey::Timeline) => Heading::Own("Timeline as written".into()),
        Some(key) => Heading::Known(key),
        None => Heading::Own(title.into()),
    }
}
