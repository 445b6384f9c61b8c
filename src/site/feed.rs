//! Atom feeds, and the sitemap.
//!
//! Owns names that stay the same for ever: a feed's entries are named by the postmortem's id, so that moving the site
//! or a file makes nothing new.

use jiff::Timestamp;
use serde::Serialize;

use super::entry::Entry;
use super::link::{encode, root};
use super::shelf::{Dimension, Shelf, Value};
use super::{Input, when};
use crate::config::Edition;

/// Entries of a feed.
const ENTRIES: usize = 30;
/// The most addresses of a sitemap (sitemaps.org); the newest postmortems come first.
const MOST_PLACES: usize = 50_000;

#[derive(Debug, Serialize)]
struct Post {
    id: String,
    title: String,
    url: String,
    published: String,
    updated: String,
    author: String,
    categories: Vec<String>,
    summary: String,
}

/// Everything the template shows.
#[derive(Debug, Serialize)]
pub(super) struct Feed {
    id: String,
    title: String,
    subtitle: String,
    author: String,
    updated: String,
    self_url: String,
    home_url: String,
    entries: Vec<Post>,
}

/// An address of the sitemap.
#[derive(Debug, Serialize)]
pub(super) struct Place {
    url: String,
    changed: Option<String>,
}

/// The whole address of a page; its folder where it is the folder's index.
pub(super) fn whole(base: &str, url: &str) -> String {
    let url = url
        .strip_suffix("index.html")
        .filter(|folder| folder.is_empty() || folder.ends_with('/'))
        .unwrap_or(url);
    format!("{base}{url}")
}

/// A feed that lies at `path`: of one service, or of everything.
pub(super) fn feed(
    shelf: &Shelf<'_>,
    input: &Input<'_>,
    base: Option<&str>,
    path: &str,
    service: Option<usize>,
) -> Feed {
    let title = &input.config.site.title;
    let service = service.map(|index| &shelf.values(Dimension::Service)[index]);
    let entries: Vec<&Entry<'_>> = match service {
        Some(value) => value
            .entries
            .iter()
            .map(|index| &shelf.entries[*index])
            .take(ENTRIES)
            .collect(),
        None => shelf.entries.iter().take(ENTRIES).collect(),
    };
    let address = |url: &str| match base {
        Some(base) => whole(base, url),
        None => format!("{}{url}", root(path)),
    };
    let updated = entries.iter().map(|entry| updated(entry, input.now)).max();
    Feed {
        id: match base {
            Some(base) => format!("{base}{}", encode(path)),
            None => format!("urn:aftersight:feed:{}", encode(path)),
        },
        title: match service {
            Some(value) => readable(&format!("{title}: {}", value.name)),
            None => readable(title),
        },
        subtitle: readable(&input.config.site.description),
        author: readable(title),
        updated: updated.unwrap_or(input.now).to_string(),
        self_url: address(&encode(path)),
        home_url: address(&service.map_or_else(|| "index.html".to_string(), |value| value.url())),
        entries: entries
            .into_iter()
            .map(|entry| post(entry, input.now, address(&entry.row.url), title))
            .collect(),
    }
}

/// Every page that is worth finding.
pub(super) fn sitemap(shelf: &Shelf<'_>, input: &Input<'_>, base: &str) -> Vec<Place> {
    let place = |url: &str, changed| Place {
        url: whole(base, url),
        changed,
    };
    let dates = shelf.entries.iter().filter_map(|entry| entry.dates);
    let newest = dates.map(|dates| dates.changed).max().map(when::iso_day);
    let mut places = vec![
        place("index.html", newest.clone()),
        place("postmortems/index.html", newest.clone()),
        place("about/index.html", None),
    ];
    if input.edition == Edition::Internal {
        places.push(place("actions/index.html", newest));
        places.push(place("calendar/index.html", None));
        places.push(place("rules/index.html", None));
    }
    if input.figures.is_some() {
        places.push(place("metrics/index.html", None));
        places.push(place("metrics/definitions.html", None));
    }
    for entry in &shelf.entries {
        places.push(place(
            &entry.row.url,
            entry.dates.map(|dates| when::iso_day(dates.changed)),
        ));
    }
    for dimension in Dimension::ALL {
        let values = shelf.values(dimension);
        if !values.is_empty() {
            let changed = |value: &Value| {
                let entries = value.entries.iter();
                let dates = entries.filter_map(|index| shelf.entries[*index].dates);
                dates.map(|dates| dates.changed).max().map(when::iso_day)
            };
            places.push(place(&dimension.url(), None));
            places.extend(
                values
                    .iter()
                    .map(|value| place(&value.url(), changed(value))),
            );
        }
    }
    places.truncate(MOST_PLACES);
    places
}

fn post(entry: &Entry<'_>, now: Timestamp, url: String, site: &str) -> Post {
    let created = entry
        .dates
        .map(|dates| dates.created)
        .or(entry.postmortem.started());
    Post {
        id: format!("urn:aftersight:{}", encode(&entry.slug)),
        title: readable(&entry.row.title),
        url,
        published: created.unwrap_or(now).to_string(),
        updated: updated(entry, now).to_string(),
        author: readable(Dimension::Owner.of(entry).first().map_or(site, |name| name)),
        categories: [Dimension::Severity, Dimension::Service, Dimension::Tag]
            .iter()
            .flat_map(|dimension| dimension.of(entry))
            .map(|name| readable(&name))
            .collect(),
        summary: readable(&entry.row.summary),
    }
}

/// Without the characters that no XML may hold, not even escaped (XML 1.0, 2.2).
fn readable(text: &str) -> String {
    let allowed = |c: &char| match c {
        '\t' | '\n' | '\r' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        c => *c >= ' ',
    };
    text.chars().filter(allowed).collect()
}

/// When a postmortem was changed last; where nobody knows, when its incident ended.
pub(super) fn updated(entry: &Entry<'_>, now: Timestamp) -> Timestamp {
    let incident = &entry.postmortem.front.incident;
    let ended = incident
        .resolved
        .known()
        .or(incident.started.known())
        .copied();
    entry
        .dates
        .map(|dates| dates.changed)
        .or(ended)
        .unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_xml_may_hold_is_left_out() {
        assert_eq!(
            readable("a\u{b}b\u{0}\tc\u{ffff}\u{1f600}"),
            "ab\tc\u{1f600}"
        );
    }

    #[test]
    fn folders_are_named_without_their_index() {
        let base = "https://x.example/pm/";
        assert_eq!(whole(base, "index.html"), base);
        assert_eq!(whole(base, "a/index.html"), "https://x.example/pm/a/");
        assert_eq!(
            whole(base, "a/x-index.html"),
            "https://x.example/pm/a/x-index.html"
        );
    }
}
