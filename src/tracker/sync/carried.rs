//! A plan while it is carried out: what is done of each item, and what the ledger is to say for it.
//!
//! An item's value is taken over when all of its changes are done, and not before.

use std::collections::{BTreeMap, BTreeSet};

use super::super::plan::{Change, Plan};
use super::super::{Key, Known, Ledger};

/// A plan while it is carried out.
pub(super) struct Carried<'p> {
    pub(super) plan: &'p Plan,
    /// What the ledger said before.
    pub(super) known: &'p Ledger,
    /// What it is to say.
    pub(super) now: Ledger,
    /// How many changes each item has left.
    pub(super) left: BTreeMap<&'p Key, usize>,
    /// Items that nothing more is done for.
    pub(super) skipped: BTreeSet<Key>,
    /// Items that the tracker did not write as we asked.
    pub(super) unwritten: BTreeSet<Key>,
    /// Items that are announced in the ledger and not posted.
    pub(super) announced: BTreeSet<Key>,
    /// Whether something has to be planned again.
    pub(super) again: bool,
    /// Whether the ledger says more than this plan knew; then nothing more may be written by it.
    pub(super) overtaken: bool,
}

impl<'p> Carried<'p> {
    pub(super) fn new(plan: &'p Plan, known: &'p Ledger, given_up: &BTreeSet<Key>) -> Self {
        let mut left: BTreeMap<&Key, usize> = BTreeMap::new();
        for key in plan.changes.iter().filter_map(Change::key) {
            *left.entry(key).or_default() += 1;
        }
        let mut carried = Self {
            plan,
            known,
            now: known.clone(),
            left,
            skipped: given_up.clone(),
            unwritten: BTreeSet::new(),
            announced: BTreeSet::new(),
            again: false,
            overtaken: false,
        };
        let keys = known.keys().chain(plan.after.keys());
        let quiet: BTreeSet<&Key> = keys
            .filter(|key| !carried.left.contains_key(key) && !given_up.contains(key))
            .collect();
        for key in quiet {
            carried.settle(key);
        }
        carried
    }

    /// Takes over what the plan says of an item all of whose changes are done.
    pub(super) fn settle(&mut self, key: &Key) {
        let mut after = self.plan.after.get(key).cloned();
        if let Some(after) = &mut after
            && self.unwritten.contains(key)
        {
            after.written = None;
        }
        self.set(key, after);
    }

    pub(super) fn set(&mut self, key: &Key, value: Option<Known>) {
        match value {
            Some(value) => self.now.insert(key.clone(), value),
            None => self.now.remove(key),
        };
    }

    /// Counts a change of an item as done.
    pub(super) fn count(&mut self, key: &Key) {
        if let Some(left) = self.left.get_mut(key) {
            *left = left.saturating_sub(1);
            if *left == 0 {
                self.settle(key);
            }
        }
    }

    /// Gives an item back the value that it had.
    pub(super) fn forget(&mut self, key: &Key) {
        self.announced.remove(key);
        self.set(key, self.known.get(key).cloned());
    }
}
