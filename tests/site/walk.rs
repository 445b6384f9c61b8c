//! Every link of every page, followed to its file and to the place in it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use percent_encoding::percent_decode_str;

use super::kinds::{built, example, files};
use crate::harness::Repo;

/// The values of an attribute, with the characters that HTML escapes.
fn values<'a>(html: &'a str, attribute: &str) -> impl Iterator<Item = String> + use<'a> {
    let name = format!(" {attribute}=\"");
    let found: Vec<&str> = html
        .match_indices(&name)
        .filter_map(|(at, name)| html[at + name.len()..].split('"').next())
        .collect();
    let plain = |value: &str| {
        value
            .replace("&quot;", "\"")
            .replace("&#39;", "'")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&")
    };
    found.into_iter().map(plain)
}

fn decoded(text: &str) -> String {
    percent_decode_str(text)
        .decode_utf8()
        .expect("an address is UTF-8")
        .into_owned()
}

/// What is wrong with the links of a site that lies below `base`, such as `/` or `/some/base/`.
fn broken(site: &Path, base: &str) -> Vec<String> {
    let files = files(site);
    let mut places: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let pages: Vec<&String> = files
        .iter()
        .filter(|path| path.ends_with(".html"))
        .collect();
    for path in &pages {
        let html = std::fs::read_to_string(site.join(path)).expect("a page");
        let mut ids = BTreeSet::new();
        for id in values(&html, "id") {
            assert!(ids.insert(id.clone()), "{path}: two elements are `{id}`");
        }
        places.insert(path.to_string(), ids);
    }
    let mut broken = Vec::new();
    for path in &pages {
        let html = std::fs::read_to_string(site.join(path)).expect("a page");
        let links = values(&html, "href")
            .chain(values(&html, "src"))
            .chain(values(&html, "action"));
        let links: BTreeSet<String> = links
            .chain(values(&html, "data-root").map(|root| root + "index.html"))
            .collect();
        for link in links {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            if let Some(why) = follow(path, &link, base, &files, &places) {
                broken.push(format!("{path}: `{link}` {why}"));
            }
        }
    }
    broken
}

/// Why a link leads nowhere.
fn follow(
    page: &str,
    link: &str,
    base: &str,
    files: &BTreeSet<String>,
    places: &BTreeMap<String, BTreeSet<String>>,
) -> Option<String> {
    let (address, place) = link.split_once('#').unwrap_or((link, ""));
    let address = decoded(address.split('?').next().unwrap_or_default());
    let mut parts: Vec<&str> = Vec::new();
    let rest = match address.strip_prefix(base) {
        // Only the page that is shown at any address may count from the server's root.
        Some(rest) if page == "404.html" => rest,
        _ if address.starts_with('/') => return Some("counts from the server's root".into()),
        _ => {
            parts.extend(page.split('/'));
            if !address.is_empty() {
                parts.pop();
            }
            address.as_str()
        }
    };
    for part in rest.split('/').filter(|part| !part.is_empty()) {
        match part {
            "." => {}
            ".." if parts.pop().is_none() => return Some("leaves the site".into()),
            ".." => {}
            part => parts.push(part),
        }
    }
    let target = parts.join("/");
    if !files.contains(&target) {
        return Some(format!("has no file `{target}`"));
    }
    let place = decoded(place);
    let known = places.get(&target).is_none_or(|ids| ids.contains(&place));
    // Behind `#` of the home page stand filters of the search.
    let is_filter = target == "index.html" && place.contains('=');
    (!place.is_empty() && !known && !is_filter)
        .then(|| format!("has no place `{place}` in `{target}`"))
}

#[test]
fn every_link_leads_to_a_file_and_a_place_in_it() {
    let repo = example();
    assert_eq!(broken(&built(&repo, &[]), "/"), [""; 0]);
    let own = Repo::bare();
    let root = env!("CARGO_MANIFEST_DIR");
    let site = built(&own, &["--repo", root, "--out", "_site"]);
    assert_eq!(broken(&site, "/"), [""; 0]);
}

#[test]
fn below_another_path_every_link_holds_and_whole_addresses_do_too() {
    let repo = example();
    let address = "https://pm.example/some/base";
    for given in [address.to_string(), format!("{address}/")] {
        let site = built(&repo, &["--base-url", &given]);
        assert_eq!(broken(&site, "/some/base/"), [""; 0]);
        let files = files(&site);
        let mut whole = 0;
        for path in files
            .iter()
            .filter(|path| path.ends_with(".html") || path.ends_with(".xml"))
        {
            let text = std::fs::read_to_string(site.join(path)).expect("a page");
            for (at, _) in text.match_indices(address) {
                let end = text[at..].find(['"', '<', ' ', '#', ')']).unwrap_or(0);
                let below = decoded(
                    text[at..at + end]
                        .trim_start_matches(address)
                        .trim_start_matches('/'),
                );
                let target = match below.as_str() {
                    "" => "index.html".into(),
                    folder if folder.ends_with('/') => format!("{folder}index.html"),
                    file => file.to_string(),
                };
                assert!(files.contains(&target), "{path}: {}", &text[at..at + end]);
                whole += 1;
            }
        }
        assert!(whole > 100, "{whole}");
    }
}

#[test]
fn the_walker_sees_what_is_broken() {
    let folder = tempfile::tempdir().expect("a folder");
    let write =
        |path: &str, text: &str| std::fs::write(folder.path().join(path), text).expect("a page");
    write(
        "index.html",
        "<a href=\"b.html#x\"></a> <a href=\"b.html#y\"></a> <a href=\"c%20d.html\"></a> <a href=\"../e\"></a> <a href=\"/b.html\"></a> <a href=\"#here\"></a> <a href=\"https://x.example/\"></a>",
    );
    write("b.html", "<p id=\"x\"></p>");
    let found = broken(folder.path(), "/");
    assert_eq!(found.len(), 5, "{found:#?}");
}
