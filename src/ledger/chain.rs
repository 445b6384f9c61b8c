//! The chain: each record names the digest of the one before, and the head file the last.
//!
//! A record holds where it names the one before it, and where the one after it, or the head, names it. What follows the
//! first break is vouched for by nobody; nor is the record just before it, which may be the one that was changed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::form::quoted;
use super::record::Record;
use super::{HEAD, form};

/// The end of the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The version of this form, 1.
    pub version: u32,
    /// The last record's number; the first has 1. Without any record it is 0, and `record` and `digest` are empty.
    pub sequence: u64,
    /// The last record's path on the branch.
    pub record: String,
    /// The SHA-256 of that record's bytes, in hex.
    pub digest: String,
    /// The commit of the default branch up to which everything is on record, in hex; empty where that is not known yet.
    pub through: String,
}

/// Something on the branch that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Flaw {
    /// The file on the branch.
    pub path: String,
    /// What is wrong: lower case, no full stop.
    pub message: String,
}

impl Flaw {
    /// A flaw of a file.
    pub(super) fn new(path: &str, message: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            message: message.into(),
        }
    }

    /// Whether a newer program than this one wrote the file.
    pub fn is_newer(&self) -> bool {
        self.message.ends_with(form::NEWER)
    }
}

impl Head {
    /// Reads the bytes of the head file.
    pub fn read(bytes: &[u8]) -> Result<Self, Flaw> {
        form::read(bytes).map_err(|cause| Flaw::new(HEAD, cause))
    }

    /// Whether it says that there is no record.
    pub(super) fn is_empty(&self) -> bool {
        self.sequence == 0 && self.record.is_empty() && self.digest.is_empty()
    }
}

/// A file that could be read as a record.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) path: String,
    pub(super) digest: String,
    pub(super) record: Record,
}

/// What is known of the end of the chain.
pub(super) enum End<'a> {
    /// A head file; and whether it names a file that is there, though perhaps no record.
    Head(&'a Head, bool),
    /// There is no head file.
    Missing,
    /// There is one that cannot be read, which is a flaw already.
    Unreadable,
}

/// The links that hold, in order; what does not goes to `flaws`.
pub(super) fn follow(links: Vec<Link>, end: &End<'_>, flaws: &mut Vec<Flaw>) -> Vec<Link> {
    let named = |digest: &str| matches!(end, End::Head(head, _) if head.digest == digest);
    let mut places = BTreeMap::new();
    let mut groups: BTreeMap<u64, Vec<Link>> = BTreeMap::new();
    for link in links {
        places.insert(
            link.path.clone(),
            (link.record.sequence, link.digest.clone()),
        );
        if link.record.sequence == 0 {
            flaws.push(Flaw::new(
                &link.path,
                "has the number 0 in the chain; the first has 1",
            ));
        } else {
            groups.entry(link.record.sequence).or_default().push(link);
        }
    }
    let mut held: Vec<Link> = Vec::new();
    let mut last: Option<(u64, String, String)> = None;
    let mut broken = false;
    while let Some((sequence, group)) = groups.pop_first() {
        let after = groups.first_key_value().map(|(_, group)| group.as_slice());
        let link = choose(group, last.as_ref().map(|last| &last.2), flaws, |link| {
            let next = after.unwrap_or_default().iter();
            let mut next = next.filter_map(|next| next.record.previous.as_ref());
            next.any(|previous| *previous == link.digest) || after.is_none() && named(&link.digest)
        });
        let Some(link) = link else { continue };
        let here = (sequence, link.path.clone(), link.digest.clone());
        if !broken {
            let cause = break_before(&link, last.as_ref());
            broken = cause.is_some();
            match cause {
                None => held.push(link),
                Some(cause) => {
                    held.pop();
                    let message = format!("the chain is broken before it: {cause}");
                    flaws.push(Flaw::new(&link.path, message));
                }
            }
        }
        last = Some(here);
    }
    if !broken {
        close(&mut held, last.as_ref(), end, &places, flaws);
    } else if matches!(end, End::Missing) {
        flaws.push(missing());
    }
    held
}

/// That there are records without a head.
pub(super) fn missing() -> Flaw {
    Flaw::new(HEAD, "is missing although there are records")
}

/// That the last record is another than the head names.
pub(super) fn changed(path: &str) -> Flaw {
    let message =
        format!("is not what it was when it was recorded: `{HEAD}` names another SHA-256");
    Flaw::new(path, message)
}

/// Of several links with one number the one that fits best; the others are flaws.
fn choose(
    mut group: Vec<Link>,
    previous: Option<&String>,
    flaws: &mut Vec<Flaw>,
    vouched: impl Fn(&Link) -> bool,
) -> Option<Link> {
    let fit = |link: &Link| (link.record.previous.as_ref() == previous, vouched(link));
    // The first of those that fit alike.
    let best = (0..group.len()).rev().max_by_key(|at| fit(&group[*at]))?;
    let link = group.swap_remove(best);
    for other in group {
        let message = format!(
            "has the number {} in the chain, which `{}` has",
            other.record.sequence, link.path
        );
        flaws.push(Flaw::new(&other.path, message));
    }
    Some(link)
}

fn break_before(link: &Link, last: Option<&(u64, String, String)>) -> Option<String> {
    let expected = last.map_or(1, |last| last.0.saturating_add(1));
    let number = link.record.sequence;
    if number != expected {
        return Some(match number - 1 {
            end if end == expected => format!("record {expected} is missing"),
            end => format!("the records {expected} to {end} are missing"),
        });
    }
    match (&link.record.previous, last) {
        (None, None) => None,
        (Some(previous), Some((_, _, digest))) if previous == digest => None,
        (Some(_), Some((_, path, _))) => Some(format!(
            "`previous` is not the SHA-256 of `{path}`, so that one of the two was changed"
        )),
        (Some(_), None) => Some("it is the first and names a record before it".into()),
        (None, Some((_, path, _))) => Some(format!("it does not name `{path}`")),
    }
}

/// Compares the end of an unbroken chain with the head.
fn close(
    held: &mut Vec<Link>,
    last: Option<&(u64, String, String)>,
    end: &End<'_>,
    places: &BTreeMap<String, (u64, String)>,
    flaws: &mut Vec<Flaw>,
) {
    let (head, there) = match end {
        End::Head(head, there) => (head, *there),
        End::Missing | End::Unreadable => {
            if held.pop().is_some() && matches!(end, End::Missing) {
                flaws.push(missing());
            }
            return;
        }
    };
    let name = quoted(&head.record);
    let Some((sequence, path, digest)) = last else {
        if !head.is_empty() && !there {
            let message = format!("names the record `{name}`, which is not here");
            flaws.push(Flaw::new(HEAD, message));
        }
        return;
    };
    if (head.sequence, &head.record, &head.digest) == (*sequence, path, digest) {
        return;
    }
    let Some((number, found)) = places.get(&head.record) else {
        held.pop();
        if !there {
            let message = match head.is_empty() {
                true => format!("names no record, but `{path}` is the last"),
                false => format!("names the record `{name}`, which is not here"),
            };
            flaws.push(Flaw::new(HEAD, message));
        }
        return;
    };
    held.retain(|link| {
        let sequence = link.record.sequence;
        sequence < *number || sequence == *number && *found == head.digest
    });
    flaws.push(if head.record != *path {
        let message = format!("names `{name}` as the last record, which is `{path}`");
        Flaw::new(HEAD, message)
    } else if *found != head.digest {
        changed(path)
    } else {
        let named = head.sequence;
        Flaw::new(
            HEAD,
            format!("gives `{path}` the number {named}, which is {number}"),
        )
    });
}
