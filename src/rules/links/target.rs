//! What the links of a corpus lead to, and what is wrong with one that leads nowhere.
//!
//! Owns the judgement of one link; which links a rule asks about is its own business. Nothing on the network is ever
//! asked.

use std::collections::BTreeSet;
use std::path::Path;

use crate::corpus::Corpus;
use crate::diagnostic::{Finding, Level};
use crate::document::Link;
use crate::document::destination::{Destination, decode, destination};
use crate::document::mapping::nearest;
use crate::postmortem::Postmortem;
use crate::rules::context::Surroundings;
use crate::source::Span;

/// The paths that links and images of some postmortems of a corpus lead to and that are none of its own; `asks` tells by
/// the path whose.
pub fn wanted(corpus: &Corpus, asks: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    let asking = |one: &&Postmortem| is_inside(one) && asks(one.path());
    for postmortem in corpus.postmortems.iter().filter(asking) {
        for link in &postmortem.document.links {
            if let Destination::Inside { path, .. } = destination(postmortem.path(), &link.target)
                && !path.is_empty()
                && find(corpus, &path).is_none()
            {
                paths.insert(path);
            }
        }
    }
    paths
}

/// Whether a postmortem lies in the repository: one that was named by hand may lie elsewhere, and then nothing is known of
/// what lies around it.
fn is_inside(postmortem: &Postmortem) -> bool {
    !Path::new(postmortem.path()).is_absolute()
}

/// What is wrong with a link of a postmortem, if anything.
pub(super) fn flaw(
    postmortem: &Postmortem,
    link: &Link,
    corpus: &Corpus,
    around: &Surroundings,
) -> Option<Finding> {
    if !is_inside(postmortem) {
        return None;
    }
    match destination(postmortem.path(), &link.target) {
        Destination::Scheme(_) | Destination::Host => None,
        Destination::Nowhere => nowhere(link),
        Destination::Above => {
            let message = format!("`{}` leads out of the repository", link.target);
            let help = "link a file of this repository, or give the whole address of another place";
            Some(Finding::new(link.span, message, help))
        }
        Destination::Here(place) => {
            let missing = missing(place, "", postmortem)?;
            Some(heading(
                postmortem,
                link,
                &missing,
                "this file",
                postmortem.document.anchors.iter().map(String::as_str),
            ))
        }
        Destination::Inside { path, query, place } => {
            let index = format!("{path}/index.md");
            let place = place.unwrap_or_default();
            if let Some(other) = find(corpus, &path) {
                let missing = missing(place, query, other)?;
                let anchors = other.document.anchors.iter().map(String::as_str);
                return Some(heading(
                    postmortem,
                    link,
                    &missing,
                    &format!("`{path}`"),
                    anchors,
                ));
            }
            if path.is_empty() || find(corpus, &index).is_some() {
                return None;
            }
            let Some(anchors) = around.files.get(&path) else {
                return Some(file(postmortem, link, &path, corpus, around));
            };
            let names = || anchors.iter().map(String::as_str);
            let text = path.ends_with(".md") && !anchors.is_empty();
            let missing = unknown(place, query, names()).filter(|_| text)?;
            Some(heading(
                postmortem,
                link,
                &missing,
                &format!("`{path}`"),
                names(),
            ))
        }
    }
}

fn find<'a>(corpus: &'a Corpus, path: &str) -> Option<&'a Postmortem> {
    let index = corpus
        .postmortems
        .binary_search_by(|one| one.path().cmp(path));
    Some(&corpus.postmortems[index.ok()?])
}

fn nowhere(link: &Link) -> Option<Finding> {
    let target = link.target.trim();
    if target.starts_with('?') {
        return None;
    }
    let (message, help) = match target {
        "" => (
            "this link has no address".to_string(),
            "write where it leads, or leave the brackets out",
        ),
        _ => (
            format!("`{target}` is no path that can be followed"),
            "write it with `/` between folders, and `%20` for a blank",
        ),
    };
    Some(Finding::new(link.span, message, help))
}

/// The place that a postmortem does not have: action items can be linked by their ids too.
fn missing(place: &str, query: &str, postmortem: &Postmortem) -> Option<String> {
    let items = postmortem.actions.items.iter();
    let ids = items.filter_map(|item| item.id.get().map(String::as_str));
    let anchors = postmortem.document.anchors.iter().map(String::as_str);
    unknown(place, query, anchors.chain(ids))
}

/// The place, where it is none of the anchors. Lines, footnotes, marked text and the top are no headings.
fn unknown<'a>(
    place: &str,
    query: &str,
    mut anchors: impl Iterator<Item = &'a str>,
) -> Option<String> {
    let place = decode(place);
    let place = place.strip_prefix("user-content-").unwrap_or(&place);
    let line = place
        .strip_prefix('L')
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let other = ["fn-", "fnref-", "fn:", "fnref:", ":~:"]
        .iter()
        .any(|start| place.starts_with(start));
    if place.is_empty() || place == "top" || line || other || query.contains("plain") {
        return None;
    }
    // GitHub keeps marks that change a letter or a symbol; whether they are written is nobody's mistake.
    let plain = |text: &str| -> String {
        text.chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':'))
            .collect()
    };
    let wanted = plain(place);
    let known = anchors.any(|anchor| anchor == place || plain(anchor) == wanted);
    (!known).then(|| place.to_string())
}

fn heading<'a>(
    postmortem: &Postmortem,
    link: &Link,
    place: &str,
    whose: &str,
    anchors: impl Iterator<Item = &'a str>,
) -> Finding {
    let message = format!("{whose} has no heading `#{place}`");
    let anchors: Vec<&str> = anchors.collect();
    let lower = place.to_lowercase();
    if let Some(same) = anchors.iter().copied().find(|anchor| *anchor == lower) {
        // Some readers do not mind capitals; browsers do.
        let help = format!("write `#{same}`: capitals count in most browsers");
        let finding = Finding::new(link.span, message, help).at_most(Level::Warning);
        return replace(finding, postmortem, link, place, same);
    }
    match nearest(place, anchors.into_iter()) {
        Some(near) => {
            let help = format!("write `#{near}` if that is meant");
            let finding = Finding::new(link.span, message, help);
            replace(finding, postmortem, link, place, near)
        }
        None => {
            let help = "take the anchor from the heading: its words in lower case, `-` for blanks, no punctuation";
            Finding::new(link.span, message, help)
        }
    }
}

fn file(
    postmortem: &Postmortem,
    link: &Link,
    path: &str,
    corpus: &Corpus,
    around: &Surroundings,
) -> Finding {
    let message = format!("there is no `{path}` in this repository");
    let start = path.rfind('/').map_or(0, |at| at + 1);
    let (folder, name) = path.split_at(start);
    let names = neighbours(folder, corpus, around);
    let lower = name.to_lowercase();
    let mut all = names.iter().copied();
    let same = all.find(|other| other.to_lowercase() == lower);
    let few = names.len() <= MOST_COMPARED;
    let alike = || nearest(name, names.iter().copied()).filter(|_| few);
    match same.or_else(alike) {
        Some(near) => {
            let finding = Finding::new(
                link.span,
                message,
                format!("write `{near}` if that is meant"),
            );
            replace(finding, postmortem, link, name, near)
        }
        None => {
            let help = "correct the path, or remove the link; a path that begins with `/` counts from the root of the repository";
            Finding::new(link.span, message, help)
        }
    }
}

/// More names of one folder than this are not looked through for another spelling of a missing one.
const MOST_NEIGHBOURS: usize = 500;
/// More than this are not measured for likeness, which costs more.
const MOST_COMPARED: usize = 100;

/// What is known to lie in a folder, which ends with `/` or is the root.
fn neighbours<'a>(folder: &str, corpus: &'a Corpus, around: &'a Surroundings) -> Vec<&'a str> {
    let postmortems = &corpus.postmortems;
    let first = postmortems.partition_point(|one| one.path() < folder);
    let own = postmortems[first..].iter().map(Postmortem::path);
    let found = around.files.range(folder.to_string()..);
    let found = found.map(|(path, _)| path.as_str());
    let below = |path: &'a str| path.strip_prefix(folder);
    let names = own.map_while(below).chain(found.map_while(below));
    let names = names.filter(|name| !name.contains('/'));
    names.take(MOST_NEIGHBOURS).collect()
}

/// Offers the near name in place of the wrong one, where that stands in the link just once.
fn replace(
    finding: Finding,
    postmortem: &Postmortem,
    link: &Link,
    wrong: &str,
    near: &str,
) -> Finding {
    let written = postmortem.source().slice(link.span);
    let Some(at) = written.rfind(link.target.as_str()) else {
        return finding;
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    match link.target.rfind(wrong).filter(|_| near.chars().all(plain)) {
        Some(inside) => {
            let start = link.span.start as usize + at + inside;
            finding.with_guess(Span::new(start, start + wrong.len()), near)
        }
        None => finding,
    }
}
