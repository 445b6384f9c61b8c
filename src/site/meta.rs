//! What a page says of itself to programs: search engines, and whoever shows a preview of a link.
//!
//! Owns which facts there are. Whether search engines may list the site at all is set in the configuration, `site.index`.

use serde::Serialize;

use super::Dates;
use super::entry::Entry;

/// What is said of a page besides its title.
#[derive(Debug, Default, Serialize)]
pub(super) struct Facts {
    /// One or two sentences.
    pub(super) description: String,
    /// Whether it is about one event, as an article is.
    pub(super) is_article: bool,
    /// When its source was first and last committed.
    pub(super) created: Option<String>,
    pub(super) changed: Option<String>,
}

impl Facts {
    /// A page that is described by a sentence.
    pub(super) fn of(description: String) -> Self {
        Self {
            description,
            ..Self::default()
        }
    }

    /// The page of a postmortem.
    pub(super) fn of_postmortem(entry: &Entry<'_>) -> Self {
        let row = &entry.row;
        let severity = row.severity.as_ref().map(|severity| severity.name.as_str());
        let place = [severity.unwrap_or_default(), &row.services.join(", ")];
        let place: Vec<&str> = place.into_iter().filter(|part| !part.is_empty()).collect();
        let at = |pick: fn(&Dates) -> jiff::Timestamp| {
            entry.dates.as_ref().map(|dates| pick(dates).to_string())
        };
        Self {
            description: match row.summary.as_str() {
                "" => format!("{} {}", row.kind.label, place.join(", ")),
                summary => summary.into(),
            },
            is_article: true,
            created: at(|dates| dates.created),
            changed: at(|dates| dates.changed),
        }
    }
}
