//! A missing section as the template has it: the heading, the instruction, an empty table.
//!
//! Owns the text and where exactly it is put in; where it belongs is said by [`super::required`].

use super::required::Place;
use crate::diagnostic::Edit;
use crate::postmortem::Postmortem;
use crate::postmortem::section::SectionKey;
use crate::rules::Context;
use crate::template;

/// The edit that puts a section in. `None` where the template has no such section, or where the front matter cannot be read,
/// so that nobody knows which template it is.
pub(super) fn edit(
    postmortem: &Postmortem,
    key: SectionKey,
    context: &Context<'_>,
) -> Option<Edit> {
    if !postmortem.readable {
        return None;
    }
    let place = Place::of(postmortem, key);
    let below = template::below(postmortem.template(), key)?;
    let priorities = context.conventions.priorities.iter();
    let priorities: Vec<&str> = priorities.map(|priority| priority.name.as_str()).collect();
    let below = below.replace("{priorities}", &priorities.join(", "));
    let hashes = "#".repeat(usize::from(place.level));
    let section = format!("{hashes} {}\n\n{}", key.heading(), below.trim());
    let source = postmortem.source();
    let (at, text) = match place.above {
        Some(next) => {
            let line = source.position(next.heading.start).line as usize;
            (source.line_start(line), format!("{section}\n\n"))
        }
        // After the last word, so that the end of the file stays as it is.
        None => {
            let text = source.text().trim_end();
            (text.len(), format!("\n\n{section}"))
        }
    };
    let windows = source
        .text()
        .split('\n')
        .next()
        .is_some_and(|line| line.ends_with('\r'));
    let text = if windows {
        text.replace('\n', "\r\n")
    } else {
        text
    };
    let order = u16::try_from(place.order).unwrap_or(u16::MAX);
    Some(Edit::insertion(at, text, order))
}
