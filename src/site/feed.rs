//! Atom feeds, and the sitemap.
//!
//! Owns names that stay the same for ever: a feed's entries are named by the postmortem's id, so that moving the site
//! or a file makes nothing new.

use jiff::Timestamp;
use serde::Serialize;

use super::entry::Entry;
use super::link::{encode, root};
use super::shelf::{Dimension, Shelf};
use super::{Input, when};

/// Entries of a feed.
const ENTRIES: usize = 30;

#[derive(Debug, Serialize)]
struct Post<'a> {
    id: String,
    title: &'a str,
    url: String,
    published: String,
    updated: String,
    author: String,
    categories: Vec<String>,
    summary: &'a str,
}

/// Everything the template shows.
#[derive(Debug, Serialize)]
pub(super) struct Feed<'a> {
    id: String,
    title: String,
    updated: String,
    self_url: Option<String>,
    home_url: String,
    entries: Vec<Post<'a>>,
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
pub(super) fn feed<'a>(
    shelf: &'a Shelf<'_>,
    input: &Input<'_>,
    base: Option<&str>,
    path: &str,
    service: Option<usize>,
) -> Feed<'a> {
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
            Some(value) => format!("{title}: {}", value.name),
            None => title.clone(),
        },
        updated: updated.unwrap_or(input.now).to_string(),
        self_url: base.map(|base| format!("{base}{}", encode(path))),
        home_url: address(&service.map_or_else(|| "index.html".to_string(), |value| value.url())),
        entries: entries
            .into_iter()
            .map(|entry| post(entry, input.now, address(&entry.row.url)))
            .collect(),
    }
}

/// Every page that is worth finding.
pub(super) fn sitemap(shelf: &Shelf<'_>, base: &str) -> Vec<Place> {
    let place = |url: &str, changed| Place {
        url: whole(base, url),
        changed,
    };
    let mut places = vec![
        place("index.html", None),
        place("postmortems/index.html", None),
    ];
    for entry in &shelf.entries {
        places.push(place(
            &entry.row.url,
            entry.dates.map(|dates| when::iso_day(dates.changed)),
        ));
    }
    for dimension in Dimension::ALL {
        let values = shelf.values(dimension);
        if !values.is_empty() {
            places.push(place(&dimension.url(), None));
            places.extend(values.iter().map(|value| place(&value.url(), None)));
        }
    }
    places
}

fn post<'a>(entry: &'a Entry<'_>, now: Timestamp, url: String) -> Post<'a> {
    let created = entry
        .dates
        .map(|dates| dates.created)
        .or(entry.postmortem.started());
    Post {
        id: format!("urn:aftersight:{}", encode(&entry.slug)),
        title: &entry.row.title,
        url,
        published: created.unwrap_or(now).to_string(),
        updated: updated(entry, now).to_string(),
        author: Dimension::Owner
            .of(entry)
            .into_iter()
            .next()
            .unwrap_or_else(|| "unknown".into()),
        categories: [Dimension::Severity, Dimension::Service, Dimension::Tag]
            .iter()
            .flat_map(|dimension| dimension.of(entry))
            .collect(),
        summary: &entry.row.summary,
    }
}

fn updated(entry: &Entry<'_>, now: Timestamp) -> Timestamp {
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
