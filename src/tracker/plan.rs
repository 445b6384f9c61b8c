//! The plan: what has to change so that every open promise has exactly one open issue, and what the ledger says then.
//!
//! A plan is made from what is known now and forgotten afterwards. Whatever interrupts it, the next one goes on: each change
//! can be done twice without harm, and creations are announced in the ledger before they are made.

mod digests;
mod found;
mod item;
mod overdue;
mod text;

#[cfg(test)]
mod cases;
#[cfg(test)]
mod world;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use super::block::Places;
use super::digest::{self, Entry};
use super::labels::{self, Label};
use super::ladder::Ladder;
use super::promise::Promise;
use super::{Accounts, Fate, Issue, ItemState, Key, Known, Ledger, Reason};
use text::Text;

/// So many creations are announced by one commit.
pub const MAX_INTENTS: usize = 25;
/// What is said of an item whose issue is one too many for this plan.
pub const OVER_BUDGET: &str = "waits for a later run, which may create more issues";

/// What a plan is made by.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What the texts link to.
    pub places: Places,
    /// This repository, `owner/name`.
    pub repository: String,
    /// When overdue items speak up.
    pub ladder: Ladder,
    /// Whom the third week speaks to, with `@`.
    pub managers: Vec<String>,
    /// So long after an announced creation its issue may be missing in the tracker's lists.
    pub settle: SignedDuration,
    /// No more issues than this are created by one plan.
    pub creates: usize,
    /// Logins that may not be assigned, lower case.
    pub unassignable: BTreeSet<String>,
    /// Names of the labels that are there, lower case.
    pub labels: BTreeSet<String>,
    /// Whether every file could be read: only then is a missing promise one that was removed.
    pub complete: bool,
    /// Postmortems whose file in the ledger cannot be used; nothing is done for them.
    pub blocked: BTreeSet<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            places: Places::default(),
            repository: String::new(),
            ladder: Ladder::default(),
            managers: Vec::new(),
            settle: SignedDuration::from_mins(10),
            creates: usize::MAX,
            unassignable: BTreeSet::new(),
            labels: BTreeSet::new(),
            complete: true,
            blocked: BTreeSet::new(),
        }
    }
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Make this label, or leave it where it is there.
    EnsureLabel(Label),
    /// Write down that this issue is the item's; nothing is asked of the tracker.
    Adopt {
        /// The item.
        key: Key,
        /// Its issue.
        number: u64,
    },
    /// Change an issue; what is none stays.
    Update {
        /// The item.
        key: Key,
        /// Its issue.
        number: u64,
        /// The new title.
        title: Option<String>,
        /// The whole new body.
        body: Option<String>,
        /// All labels from now on.
        labels: Option<Vec<String>>,
        /// All assignees from now on.
        assignees: Option<Vec<String>>,
    },
    /// Say something, unless a comment of ours with this mark is there already: look before, if an answer may have been lost.
    Comment {
        /// The item.
        key: Key,
        /// The issue, which may be a twin.
        number: u64,
        /// The hidden first line, which tells this comment from all others.
        mark: String,
        /// What is said.
        text: String,
    },
    /// Open an issue again.
    Reopen {
        /// The item.
        key: Key,
        /// Its issue.
        number: u64,
    },
    /// Close an issue, whose reason was said before.
    Close {
        /// The item.
        key: Key,
        /// The issue, which may be a twin.
        number: u64,
        /// How.
        reason: Reason,
    },
    /// Write to the ledger, in one commit, that these issues are about to be created: their values in [`Plan::after`]. Where
    /// somebody else was faster, nothing that follows may be done.
    Intend {
        /// The items, at most [`MAX_INTENTS`].
        keys: Vec<Key>,
    },
    /// Open an issue, once; only as long as its intent is younger than the settle time. A lost answer is looked for by the next plan.
    Create {
        /// The item.
        key: Key,
        /// The title.
        title: String,
        /// The body.
        body: String,
        /// The labels.
        labels: Vec<String>,
        /// Who is assigned.
        assignees: Vec<String>,
    },
}

impl Change {
    /// The item that it is about; none for labels and announcements.
    pub fn key(&self) -> Option<&Key> {
        match self {
            Self::EnsureLabel(_) | Self::Intend { .. } => None,
            Self::Adopt { key, .. }
            | Self::Update { key, .. }
            | Self::Comment { key, .. }
            | Self::Reopen { key, .. }
            | Self::Close { key, .. }
            | Self::Create { key, .. } => Some(key),
        }
    }
}

/// Something people should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The item.
    pub key: Key,
    /// What: lower case, no full stop.
    pub message: String,
}

/// What to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// In this order. Where one fails, the others of its item are left to the next plan, and so is its value in the ledger.
    pub changes: Vec<Change>,
    /// What the ledger says when all of an item's changes succeeded; an item that is not here is forgotten.
    pub after: Ledger,
    /// What people should know.
    pub notes: Vec<Note>,
    /// Issues that have to be looked at one by one before their items can be planned: then plan again.
    pub look: BTreeSet<u64>,
}

impl Plan {
    /// Whether there is nothing to do, not even in the ledger.
    pub fn is_empty(&self, known: &Ledger) -> bool {
        self.changes.is_empty() && self.after == *known && self.look.is_empty()
    }

    /// What the ledger says of an item whose issue was just created.
    pub fn created(&self, key: &Key, number: u64) -> Option<Known> {
        let intended = self.after.get(key)?;
        Some(Known {
            issue: Some(number),
            intent: None,
            ..intended.clone()
        })
    }
}

/// Makes a plan. `issues` are those that the tracker listed, and those that were looked at one by one; `gone` says of numbers
/// in the ledger that they are no issue here any more. A number in neither is taken for unchanged.
///
/// A list of changed issues alone has to reach back to the start of the last run all of whose changes succeeded, and some more:
/// what a run saw and could not write down is otherwise seen by nobody, and created again.
pub fn plan(
    promises: &[Promise],
    known: &Ledger,
    issues: &[Issue],
    gone: &BTreeMap<u64, Fate>,
    us: &Accounts,
    now: Timestamp,
    settings: &Settings,
) -> Plan {
    let mut planner = Planner {
        known,
        issues: issues.iter().map(|issue| (issue.number, issue)).collect(),
        gone,
        claims: found::claims(known, issues, us),
        bound: found::bound(known),
        now,
        today: Offset::UTC.to_datetime(now).date(),
        settings,
        out: Out::default(),
    };
    planner.all(promises);
    planner.out.into_plan(settings)
}

/// Everything that is known while a plan is made.
struct Planner<'a> {
    known: &'a Ledger,
    issues: BTreeMap<u64, &'a Issue>,
    gone: &'a BTreeMap<u64, Fate>,
    /// Issues of ours that say whose they are, and whose number is nobody's in the ledger.
    claims: BTreeMap<Key, Vec<&'a Issue>>,
    /// Whose each number in the ledger is.
    bound: BTreeMap<u64, &'a Key>,
    now: Timestamp,
    today: Date,
    settings: &'a Settings,
    out: Out,
}

/// What comes out, by the order in which it is to be done.
#[derive(Default)]
struct Out {
    adopt: Vec<Change>,
    twins: Vec<Change>,
    updates: Vec<Change>,
    creates: Vec<Change>,
    after: Ledger,
    notes: Vec<Note>,
    look: BTreeSet<u64>,
    entries: Vec<Entry>,
}

impl Planner<'_> {
    fn all(&mut self, promises: &[Promise]) {
        let promises: BTreeMap<&Key, &Promise> =
            promises.iter().map(|one| (&one.key, one)).collect();
        let mut keys: BTreeSet<Key> = promises.keys().map(|key| (*key).clone()).collect();
        keys.extend(self.known.keys().cloned());
        keys.extend(self.claims.keys().cloned());
        let digests: BTreeSet<Key> = keys.split_off(&digest::key(Some("")));
        let (digests, others): (BTreeSet<Key>, BTreeSet<Key>) = digests
            .into_iter()
            .partition(|key| key.postmortem == digest::POSTMORTEM);
        keys.extend(others);
        for key in keys {
            if self.settings.blocked.contains(&key.postmortem) {
                self.keep(&key);
                self.note(&key, "waits until its file in the ledger can be used");
                continue;
            }
            match promises.get(&key) {
                Some(promise) => self.promised(promise),
                None => self.unpromised(&key),
            }
        }
        self.digests(digests);
    }

    /// Leaves what the ledger says.
    fn keep(&mut self, key: &Key) {
        if let Some(known) = self.known.get(key) {
            self.out.after.insert(key.clone(), known.clone());
        }
    }

    /// What will be known of an item, in another state perhaps.
    fn becomes(&self, key: &Key, state: ItemState) -> Known {
        match self.known.get(key) {
            Some(known) if known.state == state => known.clone(),
            Some(known) => Known {
                state,
                since: self.now,
                ..known.clone()
            },
            None => Known::new(state, self.now),
        }
    }

    fn note(&mut self, key: &Key, message: impl Into<String>) {
        self.out.notes.push(Note {
            key: key.clone(),
            message: message.into(),
        });
    }

    /// Says something on an issue, once for each state that an item was in; nobody can where it is locked.
    fn say(&mut self, key: &Key, issue: &Issue, what: &str, text: &str) {
        if issue.locked {
            let message = format!(
                "its issue #{} is locked, so that nothing could be said: {what}",
                issue.number
            );
            return self.note(key, message);
        }
        let since = self.known.get(key).map(|known| known.since.to_string());
        let since = since.unwrap_or_else(|| "first".into());
        self.out.updates.push(Change::Comment {
            key: key.clone(),
            number: issue.number,
            mark: format!("<!-- aftersight:said {key} {what} {since} -->"),
            text: text.into(),
        });
    }

    fn close(&mut self, key: &Key, number: u64, reason: Reason) {
        let key = key.clone();
        self.out.updates.push(Change::Close {
            key,
            number,
            reason,
        });
    }

    /// Creates an issue for an item, if this plan may create one more.
    fn create(&mut self, key: &Key, text: Text, mut known: Known) {
        if self.out.creates.len() >= self.settings.creates {
            self.keep(key);
            self.note(key, OVER_BUDGET);
            return;
        }
        known.intent = Some(self.now);
        known.issue = None;
        known.written = Some(text.digest());
        (known.step, known.due, known.elsewhere) = (0, None, None);
        self.out.after.insert(key.clone(), known);
        self.out.creates.push(Change::Create {
            key: key.clone(),
            title: text.title,
            body: text.body,
            labels: text.labels.into_iter().collect(),
            assignees: text.assignees,
        });
    }
}

impl Out {
    fn into_plan(self, settings: &Settings) -> Plan {
        let mut changes = Vec::new();
        let all = [&self.twins, &self.updates, &self.creates];
        let named = all.iter().flat_map(|part| part.iter());
        let named: BTreeSet<&String> = named
            .filter_map(|change| match change {
                Change::Update { labels, .. } => labels.as_deref(),
                Change::Create { labels, .. } => Some(labels.as_slice()),
                _ => None,
            })
            .flatten()
            .filter(|name| labels::is_ours(name) && !settings.labels.contains(&name.to_lowercase()))
            .collect();
        let ensured = named.into_iter().map(|name| labels::label(name));
        changes.extend(ensured.map(Change::EnsureLabel));
        changes.extend(self.adopt);
        changes.extend(self.twins);
        changes.extend(self.updates);
        for batch in self.creates.chunks(MAX_INTENTS) {
            let keys = batch.iter().filter_map(|change| change.key().cloned());
            changes.push(Change::Intend {
                keys: keys.collect(),
            });
            changes.extend_from_slice(batch);
        }
        Plan {
            changes,
            after: self.after,
            notes: self.notes,
            look: self.look,
        }
    }
}
