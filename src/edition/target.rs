//! Where the links of a public text may lead.
//!
//! Owns the public names of postmortems and of the files beside them. A path of the repository is never one of them: it may say
//! what the text does not.

use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::FOLDER;
use crate::config::Config;
use crate::document::destination::{Destination, destination};
use crate::postmortem::Postmortem;
use crate::postmortem::id::folder;
use crate::postmortem::section::SectionKey;

/// What stays as it is in the path of an address.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'/');

/// What becomes of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Link {
    /// It leads where it led.
    Kept,
    /// It leads to this address.
    To(String),
    /// Only its text is left.
    Text,
    /// It led to what is left out; only its text is left, and where that is one of these names, this instead.
    LeftOut(Vec<String>, &'static str),
}

/// The public names of everything that links can lead to.
#[derive(Debug)]
pub(super) struct Targets<'a> {
    /// By the path in the repository, the public one.
    chosen: BTreeMap<&'a str, String>,
    /// Public ids, as they are written.
    ids: BTreeSet<&'a str>,
    /// By the path in the repository, the names of what is left out.
    kept: BTreeMap<&'a str, Vec<String>>,
    /// The folder that postmortems lie in, with a slash at its end.
    folder: String,
    /// The page of the repository.
    repository: Option<&'a str>,
    /// What sections are called besides their own names.
    pub(super) headings: &'a [(String, SectionKey)],
}

impl<'a> Targets<'a> {
    /// Gives every chosen postmortem its public path.
    pub(super) fn new(
        chosen: &[&'a Postmortem],
        kept: &[&'a Postmortem],
        config: &'a Config,
        repository: Option<&'a str>,
    ) -> Self {
        let mut taken = BTreeSet::new();
        let mut paths = BTreeMap::new();
        for postmortem in chosen {
            let name = folder(postmortem.id().unwrap_or_default());
            let mut free = name.clone();
            let mut number = 2;
            while !taken.insert(free.to_lowercase()) {
                free = format!("{name}-{number}");
                number += 1;
            }
            paths.insert(postmortem.path(), format!("{FOLDER}/{free}/index.md"));
        }
        let names = |postmortem: &&'a Postmortem| {
            let names = [postmortem.id().unwrap_or_default(), postmortem.title()];
            let names = names.iter().filter(|name| !name.is_empty());
            let names = names.map(ToString::to_string).collect();
            (postmortem.path(), names)
        };
        Self {
            chosen: paths,
            ids: chosen.iter().filter_map(|one| one.id()).collect(),
            kept: kept.iter().map(names).collect(),
            folder: format!("{}/", config.postmortems),
            repository: repository.filter(|page| !page.is_empty()),
            headings: &config.conventions.headings,
        }
    }

    /// The path that the public text of a postmortem bears.
    pub(super) fn public_path(&self, path: &str) -> &str {
        self.chosen.get(path).map_or(FOLDER, String::as_str)
    }

    /// Whether a postmortem with this id is public.
    pub(super) fn has(&self, id: &str) -> bool {
        self.ids.contains(id)
    }

    /// What becomes of a link in the postmortem at `from`. A file that is linked to is entered in `files`, by its public path.
    pub(super) fn link(&self, from: &str, url: &str, files: &mut BTreeMap<String, String>) -> Link {
        let (path, place) = match destination(from, url) {
            Destination::Here(_) => return Link::Kept,
            Destination::Scheme(scheme) => {
                let known = ["http", "https", "mailto"]
                    .iter()
                    .any(|name| scheme.eq_ignore_ascii_case(name));
                let own = self
                    .repository
                    .is_some_and(|page| leads_into(url.trim(), page));
                return match (known, own) {
                    (true, false) => Link::Kept,
                    (true, true) => Link::LeftOut(vec![url.trim().into()], "an internal page"),
                    (false, _) => Link::Text,
                };
            }
            Destination::Host | Destination::Above | Destination::Nowhere => return Link::Text,
            Destination::Inside { path, place, .. } => (path, place),
        };
        let index = format!("{path}/index.md");
        let index = index.trim_start_matches('/');
        for path in [path.as_str(), index] {
            if let Some(public) = self.chosen.get(path) {
                let place = place.map_or_else(String::new, |place| format!("#{place}"));
                return Link::To(format!("/{}{place}", encode(public)));
            }
            if let Some(names) = self.kept.get(path) {
                return Link::LeftOut(names.clone(), "another incident");
            }
        }
        let Some(below) = path.strip_prefix(&self.folder) else {
            return Link::Text;
        };
        let name = below.rsplit('/').next().unwrap_or_default();
        if below.split('/').any(|part| part.starts_with('.')) || name.ends_with(".md") {
            return Link::Text;
        }
        let own = self.public_path(from);
        let own = own.strip_suffix("index.md").unwrap_or(own);
        let mut public = format!("{own}{name}");
        let mut number = 2;
        // Two files of one name in different folders.
        while files.get(&public).is_some_and(|other| *other != path) {
            public = format!("{own}{number}-{name}");
            number += 1;
        }
        let address = format!("/{}", encode(&public));
        files.insert(public, path);
        Link::To(address)
    }
}

/// Whether an address lies below a page.
fn leads_into(url: &str, page: &str) -> bool {
    let Some(start) = url.get(..page.len()) else {
        return false;
    };
    let rest = &url[page.len()..];
    start.eq_ignore_ascii_case(page) && (rest.is_empty() || rest.starts_with(['/', '#', '?', '.']))
}

fn encode(path: &str) -> String {
    utf8_percent_encode(path, PLAIN).to_string()
}
