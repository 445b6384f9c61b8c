//! What is known of action items: which issue each became, and how it stands.
//!
//! One file a postmortem, `items/<year of its first write>/<id>.json`. Owns the values, the files' names and their bytes. What
//! follows for the issues is for `tracker`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, Serialize};

use super::chain::Flaw;
use super::form::{self, VERSION};
use super::watch::WATCH;
use super::{Addition, place};

/// Everything on action items lies below it.
pub const FOLDER: &str = "items/";
/// What a file name spells out; git and every file system take these letters.
const SPELLED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// The name of an action item in the whole repository: `INC-2026-014/A1`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The postmortem's id.
    pub postmortem: String,
    /// The item's id within it.
    pub item: String,
}

impl Key {
    /// The name of an item.
    pub fn new(postmortem: impl Into<String>, item: impl Into<String>) -> Self {
        Self {
            postmortem: postmortem.into(),
            item: item.into(),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.postmortem, self.item)
    }
}

/// How an item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ItemState {
    /// To be done.
    Open,
    /// Its issue was closed as completed.
    Done,
    /// Its issue was closed in another way, and the file does not say that it was dropped.
    NeedsDecision,
    /// The file says that it will not be done.
    Dropped,
    /// No file promises it any more.
    Orphaned,
    /// Another issue or tracker has it.
    Elsewhere,
}

/// What is known of an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Its issue's number.
    pub issue: Option<u64>,
    /// Since when an issue may have been opened whose number nobody wrote down.
    pub intent: Option<Timestamp>,
    /// The SHA-256 of what was last written to the issue, in hex.
    pub written: Option<String>,
    /// How it stands.
    pub state: ItemState,
    /// Since when it stands so.
    pub since: Timestamp,
    /// How far its being overdue was told, for this due date.
    pub step: u8,
    /// The day for which that was told.
    pub due: Option<Date>,
    /// Numbers of issues that it had before, deleted ones and twins.
    pub previous: Vec<u64>,
    /// Where it is tracked, if not here.
    pub elsewhere: Option<String>,
}

impl Known {
    /// An item of which nothing was known before.
    pub fn new(state: ItemState, since: Timestamp) -> Self {
        Self {
            issue: None,
            intent: None,
            written: None,
            state,
            since,
            step: 0,
            due: None,
            previous: Vec::new(),
            elsewhere: None,
        }
    }

    /// Takes this issue for the item's; what was written to another says nothing about it.
    pub fn follow(&mut self, number: u64) {
        if self.issue != Some(number) {
            self.written = None;
        }
        (self.issue, self.intent) = (Some(number), None);
    }
}

/// The file of a postmortem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Items {
    version: u32,
    postmortem: String,
    items: BTreeMap<String, Known>,
}

/// Reads the items of a branch, by path. Never fails: a file that cannot be used is a flaw.
///
/// Where two files speak of one postmortem the one of the earlier year counts.
pub fn read(files: &BTreeMap<String, Vec<u8>>) -> (BTreeMap<Key, Known>, Vec<Flaw>) {
    let mut known = BTreeMap::new();
    let mut flaws = Vec::new();
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for (path, bytes) in below(files) {
        let Some((_, name)) = parts(path) else {
            let message = "does not belong to the ledger";
            flaws.push(Flaw::new(&form::quoted(path), message));
            continue;
        };
        let file: Items = match form::read(bytes) {
            Ok(file) => file,
            Err(cause) => {
                flaws.push(Flaw::new(path, cause));
                continue;
            }
        };
        if file.postmortem != name {
            let says = form::quoted(&file.postmortem);
            let message = format!("speaks of the postmortem `{says}`, which its name does not");
            flaws.push(Flaw::new(path, message));
            continue;
        }
        if let Some(first) = seen.get(&name) {
            let message = format!("speaks of a postmortem that is in `{first}` already");
            flaws.push(Flaw::new(path, message));
            continue;
        }
        seen.insert(name.clone(), path);
        let items = file.items.into_iter();
        known.extend(items.map(|(item, value)| (Key::new(name.clone(), item), value)));
    }
    flaws.sort();
    (known, flaws)
}

/// The files that have to be written so that the branch says `new`: only those that say something else. A file keeps the year
/// in which it was first written; a new one takes that of `now`.
///
/// A file that cannot be used is never written over: its postmortem's items come back as flaws of [`read`], and people decide.
pub fn write(
    files: &BTreeMap<String, Vec<u8>>,
    new: &BTreeMap<Key, Known>,
    now: Timestamp,
) -> Vec<Addition> {
    let (known, flaws) = read(files);
    changed(files, &known, &flaws, new, now)
}

/// The same, of files that were [`read`] before.
pub(super) fn changed(
    files: &BTreeMap<String, Vec<u8>>,
    known: &BTreeMap<Key, Known>,
    flaws: &[Flaw],
    new: &BTreeMap<Key, Known>,
    now: Timestamp,
) -> Vec<Addition> {
    let (before, after) = (grouped(known), grouped(new));
    let mut differ: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
    differ.retain(|postmortem| before.get(postmortem) != after.get(postmortem));
    if differ.is_empty() {
        return Vec::new();
    }
    let unusable: BTreeSet<&str> = flaws.iter().map(|flaw| flaw.path.as_str()).collect();
    let mut places: BTreeMap<String, &str> = BTreeMap::new();
    for (path, _) in below(files) {
        if let Some((_, name)) = parts(path) {
            places.entry(name).or_insert(path);
        }
    }
    let mut additions = Vec::new();
    for postmortem in differ {
        let path = match places.get(postmortem) {
            Some(path) if unusable.contains(path) => continue,
            Some(path) => (*path).to_string(),
            None => path(postmortem, now),
        };
        let items = after.get(postmortem).into_iter().flatten();
        let items = items.map(|(item, value)| ((*item).to_string(), (*value).clone()));
        let bytes = form::write(&Items {
            version: VERSION,
            postmortem: postmortem.into(),
            items: items.collect(),
        });
        if files.get(&path) != Some(&bytes) {
            additions.push(Addition { path, bytes });
        }
    }
    additions
}

/// The items of each postmortem.
fn grouped(known: &BTreeMap<Key, Known>) -> BTreeMap<&str, Vec<(&str, &Known)>> {
    let mut grouped: BTreeMap<&str, Vec<(&str, &Known)>> = BTreeMap::new();
    for (key, value) in known {
        let items = grouped.entry(&key.postmortem).or_default();
        items.push((&key.item, value));
    }
    grouped
}

/// The postmortem that a path names; nothing may be done for its items while that file cannot be used.
pub fn postmortem(path: &str) -> Option<String> {
    parts(path).map(|(_, id)| id)
}

/// The files below our folder.
fn below(files: &BTreeMap<String, Vec<u8>>) -> impl Iterator<Item = (&str, &Vec<u8>)> {
    let files = files.range(FOLDER.to_string()..);
    files
        .map(|(path, bytes)| (path.as_str(), bytes))
        .take_while(|(path, _)| path.starts_with(FOLDER))
        .filter(|(path, _)| *path != WATCH)
}

/// Where a new file goes.
fn path(postmortem: &str, now: Timestamp) -> String {
    let year = Offset::UTC.to_datetime(now).year();
    format!("{FOLDER}{year:04}/{}.json", name(postmortem))
}

/// A safe file name for an id.
fn name(postmortem: &str) -> String {
    let name = utf8_percent_encode(postmortem, SPELLED).to_string();
    match name.strip_prefix('.') {
        Some(rest) => format!("%2E{rest}"),
        None => name,
    }
}

/// The year and the id that a path names.
fn parts(path: &str) -> Option<(&str, String)> {
    let (year, file) = path.strip_prefix(FOLDER)?.split_once('/')?;
    let file = file.strip_suffix(".json")?;
    let id = percent_decode_str(file).decode_utf8().ok()?.into_owned();
    let whole = year.len() == 4 && place::is_number(year) && name(&id) == file;
    whole.then_some((year, id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect(text)
    }

    fn known(issue: u64) -> Known {
        Known {
            issue: Some(issue),
            ..Known::new(ItemState::Open, at("2026-11-01T10:00:00Z"))
        }
    }

    fn branch(additions: Vec<Addition>) -> BTreeMap<String, Vec<u8>> {
        let files = additions.into_iter();
        files.map(|file| (file.path, file.bytes)).collect()
    }

    #[test]
    fn what_is_written_is_read_and_written_only_once() {
        let ids = [
            "INC-2026-014",
            "a b/../c",
            ".hidden",
            "..",
            "Größe",
            "@digest",
            "50%",
        ];
        let mut items: BTreeMap<Key, Known> = BTreeMap::new();
        for (number, id) in (1..).zip(ids) {
            items.insert(Key::new(id, "A1"), known(number));
            items.insert(Key::new(id, "A2"), known(number + 100));
        }
        let mut files = branch(write(&BTreeMap::new(), &items, at("2026-12-31T23:59:00Z")));
        assert_eq!(files.len(), ids.len());
        assert!(
            files
                .keys()
                .all(|path| path.is_ascii() && path.split('/').count() == 3)
        );
        assert!(files.contains_key("items/2026/INC-2026-014.json"));
        assert_eq!(read(&files), (items.clone(), Vec::new()));
        let next_year = at("2027-01-01T00:00:00Z");
        assert_eq!(write(&files, &items, next_year), []);
        let changed = items.get_mut(&Key::new("INC-2026-014", "A2")).expect("it");
        changed.state = ItemState::Done;
        let additions = write(&files, &items, next_year);
        let paths: Vec<_> = additions.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["items/2026/INC-2026-014.json"]);
        files.extend(branch(additions));
        assert_eq!(read(&files), (items, Vec::new()));
    }

    #[test]
    fn an_item_that_is_no_longer_known_leaves_its_file() {
        let key = Key::new("INC-1", "A1");
        let now = at("2026-11-01T10:00:00Z");
        let files = branch(write(&BTreeMap::new(), &[(key, known(1))].into(), now));
        let files = branch(write(&files, &BTreeMap::new(), now));
        assert_eq!(files.len(), 1);
        assert_eq!(read(&files), (BTreeMap::new(), Vec::new()));
    }

    #[test]
    fn what_cannot_be_used_is_told_and_never_written_over() {
        let key = Key::new("INC-1", "A1");
        let now = at("2026-11-01T10:00:00Z");
        let good = write(&BTreeMap::new(), &[(key.clone(), known(1))].into(), now);
        let bytes = good[0].bytes.clone();
        let newer = String::from_utf8(bytes.clone()).expect("text");
        let newer = newer.replace("\"version\": 1", "\"version\": 2");
        for (path, bytes, cause) in [
            ("items/2026/INC-1.json", b"{".to_vec(), "cannot be read"),
            (
                "items/2026/INC-1.json",
                newer.into_bytes(),
                "has the version 2",
            ),
            (
                "items/2026/INC-2.json",
                bytes.clone(),
                "speaks of the postmortem `INC-1`",
            ),
            ("items/26/INC-1.json", bytes.clone(), "does not belong"),
            ("items/2026/INC%2D1.json", bytes.clone(), "does not belong"),
            (
                "items/2026/deep/INC-1.json",
                bytes.clone(),
                "does not belong",
            ),
            ("items/README.md", b"hello".to_vec(), "does not belong"),
        ] {
            let files: BTreeMap<_, _> = [(path.to_string(), bytes)].into();
            let (items, flaws) = read(&files);
            assert!(items.is_empty(), "{path}");
            assert_eq!(flaws.len(), 1, "{path}");
            assert!(flaws[0].message.contains(cause), "{flaws:?}");
            let additions = write(&files, &[(key.clone(), known(2))].into(), now);
            assert!(additions.iter().all(|file| file.path != path), "{path}");
        }
    }

    #[test]
    fn the_first_file_of_a_postmortem_counts() {
        let key = Key::new("INC-1", "A1");
        let now = at("2026-11-01T10:00:00Z");
        let one = write(&BTreeMap::new(), &[(key.clone(), known(1))].into(), now);
        let other = write(
            &BTreeMap::new(),
            &[(key.clone(), known(2))].into(),
            at("2027-11-01T10:00:00Z"),
        );
        let mut files = branch(one);
        files.extend(branch(other));
        let (items, flaws) = read(&files);
        assert_eq!(items[&key].issue, Some(1));
        assert_eq!(flaws[0].path, "items/2027/INC-1.json");
    }
}
