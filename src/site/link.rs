//! Addresses inside the site: slugs, and what a link of a postmortem becomes there.
//!
//! Owns what may be linked to at all. Everything a postmortem names is untrusted: whatever is not plainly harmless is
//! shown as text.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::document::destination::{Destination, destination};
use crate::postmortem::id::{RESERVED, folder, is_plain};

/// Attachments that are copied when a postmortem links to them. Nothing that a browser would run as a page.
const ATTACHMENTS: [&str; 6] = ["csv", "json", "log", "pdf", "tsv", "txt"];
/// Images that are copied.
const IMAGES: [&str; 7] = ["avif", "gif", "jpeg", "jpg", "png", "svg", "webp"];
/// Where copied files go, below the site's root.
const COPIES: &str = "files";

/// Hands out slugs, each once.
#[derive(Debug, Default)]
pub(super) struct Slugs(BTreeSet<String>);

impl Slugs {
    /// A name fit for a folder and for an address. A name that comes out like another gets a number.
    pub(super) fn take(&mut self, name: &str) -> String {
        self.free(slug(name))
    }

    /// An id as it is written: its page can be named without looking anything up.
    pub(super) fn take_id(&mut self, id: &str) -> String {
        self.free(if is_plain(id) { folder(id) } else { slug(id) })
    }

    /// Where case does not count, two spellings are one folder.
    fn free(&mut self, base: String) -> String {
        let mut free = base.clone();
        let mut number = 2;
        while !self.0.insert(free.to_lowercase()) {
            free = format!("{base}-{number}");
            number += 1;
        }
        free
    }
}

/// Lower-case letters, digits and dashes, at most 80 characters; letters of every script are kept.
pub(super) fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars().flat_map(char::to_lowercase).take(80) {
        if c.is_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    if RESERVED.contains(&slug) {
        return format!("{slug}-value").trim_start_matches('-').into();
    }
    slug.into()
}

/// An address inside the site with every byte safe in `href`, `src` and a feed.
pub(super) fn encode(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text += &format!("%{byte:02X}");
        }
    }
    text
}

/// The way from a page back to the root: `../` for each folder.
pub(super) fn root(path: &str) -> String {
    "../".repeat(path.matches('/').count())
}

/// A file beside a postmortem that the site needs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Asset {
    /// Where it stands in the repository, with `/`.
    pub from: String,
    /// Where it goes, below the site's root.
    pub to: String,
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// Another site; as written.
    Elsewhere(String),
    /// A place on the same page; with its `#`.
    Here(String),
    /// A page of the site, below its root, perhaps with `#place`.
    Page(String),
    /// A file that is copied.
    File(Asset),
    /// Nowhere that may be linked to.
    Nowhere,
}

impl Target {
    /// The address to write on a page; images of other sites have none.
    pub(super) fn address(&self, page: &str, image: bool) -> Option<String> {
        match self {
            Self::Elsewhere(_) | Self::Here(_) | Self::Page(_) if image => None,
            Self::Elsewhere(url) | Self::Here(url) => Some(url.clone()),
            Self::Page(path) => Some(root(page) + path),
            Self::File(asset) => Some(root(page) + &encode(&asset.to)),
            Self::Nowhere => None,
        }
    }
}

/// What links can lead to.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// Addresses of postmortems by their paths in the repository.
    pub(super) pages: HashMap<String, String>,
    /// The folder that postmortems live in, with `/` at its end.
    pub(super) folder: String,
}

/// Finds where links lead, for one postmortem.
#[derive(Clone, Debug)]
pub(super) struct Resolver {
    /// What they can lead to.
    pub(super) places: Arc<Places>,
    /// The path of the postmortem whose links these are.
    pub(super) path: Arc<str>,
}

impl Resolver {
    /// Where a link, or an image, leads.
    pub(super) fn target(&self, url: &str, image: bool) -> Target {
        let url = url.trim();
        let (path, place) = match destination(&self.path, url) {
            Destination::Inside { path, place, .. } => (path, place),
            Destination::Here(place) => return Target::Here(format!("#{}", encode(place))),
            Destination::Scheme(scheme) => {
                let known = ["http", "https", "mailto"]
                    .iter()
                    .any(|name| scheme.eq_ignore_ascii_case(name));
                return if known {
                    Target::Elsewhere(url.into())
                } else {
                    Target::Nowhere
                };
            }
            Destination::Host | Destination::Above | Destination::Nowhere => {
                return Target::Nowhere;
            }
        };
        let place = place.map_or_else(String::new, |place| format!("#{}", encode(place)));
        let index = format!("{path}/index.md");
        let pages = &self.places.pages;
        if let Some(page) = pages
            .get(&path)
            .or_else(|| pages.get(index.trim_start_matches('/')))
        {
            return Target::Page(page.clone() + &place);
        }
        let Some(below) = path.strip_prefix(self.places.folder.as_str()) else {
            return Target::Nowhere;
        };
        let extension = below
            .rsplit_once('.')
            .map(|(_, extension)| extension.to_ascii_lowercase());
        let copied = extension.is_some_and(|extension| {
            let extension = extension.as_str();
            IMAGES.contains(&extension) && (image || extension != "svg")
                || ATTACHMENTS.contains(&extension)
        });
        if !copied || below.split('/').any(|part| part.starts_with('.')) {
            return Target::Nowhere;
        }
        Target::File(Asset {
            to: format!("{COPIES}/{below}"),
            from: path,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_come_out_alike_stay_apart() {
        let mut slugs = Slugs::default();
        let names = [
            "Check Out",
            "check-out",
            "@org/team",
            "../../etc",
            "",
            "page",
            "Größe",
            "日本",
        ];
        let taken: Vec<String> = names.iter().map(|name| slugs.take(name)).collect();
        assert_eq!(
            taken,
            [
                "check-out",
                "check-out-2",
                "org-team",
                "etc",
                "value",
                "page-value",
                "größe",
                "日本"
            ]
        );
        assert_eq!(encode("files/größe 1.png"), "files/gr%C3%B6%C3%9Fe%201.png");
        assert_eq!(root("services/x/index.html"), "../../");
    }

    #[test]
    fn links_lead_where_they_may() {
        let pages = [
            ("postmortems/b.md", "postmortems/b/index.html"),
            ("postmortems/c/index.md", "postmortems/c/index.html"),
        ];
        let places = Places {
            pages: pages
                .into_iter()
                .map(|(path, page)| (path.to_string(), page.to_string()))
                .collect(),
            folder: "postmortems/".into(),
        };
        let resolver = Resolver {
            places: places.into(),
            path: "postmortems/a/index.md".into(),
        };
        let page = |address: &str| Target::Page(address.into());
        let cases = [
            ("../b.md#why", page("postmortems/b/index.html#why")),
            ("/postmortems/b.md", page("postmortems/b/index.html")),
            ("../c/", page("postmortems/c/index.html")),
            ("../c/index.md?x=1", page("postmortems/c/index.html")),
            ("#top \"", Target::Here("#top%20%22".into())),
            (
                "https://x.example/?a=1",
                Target::Elsewhere("https://x.example/?a=1".into()),
            ),
            ("../../../secret.png", Target::Nowhere),
            ("../../src/main.rs", Target::Nowhere),
            ("..%2F..%2Fa.png", Target::Nowhere),
            ("graph.svg", Target::Nowhere),
            ("page.html", Target::Nowhere),
            (".hidden.png", Target::Nowhere),
            ("//evil.example/x", Target::Nowhere),
            ("JavaScript:alert(1)", Target::Nowhere),
            ("java\tscript:alert(1)", Target::Nowhere),
            ("data:text/html,x", Target::Nowhere),
            ("", Target::Nowhere),
        ];
        for (url, target) in cases {
            assert_eq!(resolver.target(url, false), target, "{url}");
        }
        let asset = |from: &str, to: &str| {
            Target::File(Asset {
                from: from.into(),
                to: to.into(),
            })
        };
        assert_eq!(
            resolver.target("my%20graph.PNG", true),
            asset("postmortems/a/my graph.PNG", "files/a/my graph.PNG")
        );
        assert_eq!(
            resolver.target("graph.svg", true),
            asset("postmortems/a/graph.svg", "files/a/graph.svg")
        );
    }
}
