//! How every action item's state changed, from the versions of the ledger's files.
//!
//! The ledger is a branch whose history is the record; its files are given in the order in which they were committed. Where they
//! come from is for the caller.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::ledger::items::{self, ItemState, Key};

/// A change of an item's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// When it changed, as far as the ledger knows: never later than it was recorded, and never before the step before.
    pub at: Timestamp,
    /// The state from then on; none once the ledger knows nothing of it any more.
    pub state: Option<ItemState>,
}

/// The lives of all items.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lives {
    steps: BTreeMap<Key, Vec<Step>>,
}

impl Lives {
    /// Takes what one commit changed: the files below `items/` with their bytes, none for one that is gone. `at` is when it was
    /// committed. What cannot be read is left as it was.
    pub fn take(&mut self, at: Timestamp, files: BTreeMap<String, Option<Vec<u8>>>) {
        let mut written = BTreeMap::new();
        for (path, bytes) in files {
            match (bytes, items::postmortem(&path)) {
                (Some(bytes), _) => {
                    written.insert(path, bytes);
                }
                (None, Some(postmortem)) => self.forget(&postmortem, at, |_| false),
                (None, None) => {}
            }
        }
        let (known, flaws) = items::read(&written);
        let read = written.keys();
        let read = read.filter(|path| flaws.iter().all(|flaw| flaw.path != **path));
        for postmortem in read.filter_map(|path| items::postmortem(path)) {
            self.forget(&postmortem, at, |key| known.contains_key(key));
        }
        for (key, value) in known {
            let step = Step {
                at: value.since.min(at),
                state: Some(value.state),
            };
            push(self.steps.entry(key).or_default(), step);
        }
    }

    /// The changes of every item, in the order of their names; those of each in the order of time.
    pub fn all(&self) -> impl Iterator<Item = (&Key, &[Step])> {
        self.steps
            .iter()
            .map(|(key, steps)| (key, steps.as_slice()))
    }

    /// The changes of one item; none where the ledger never knew it.
    pub fn of(&self, key: &Key) -> &[Step] {
        self.steps.get(key).map_or(&[], Vec::as_slice)
    }

    fn forget(&mut self, postmortem: &str, at: Timestamp, keep: impl Fn(&Key) -> bool) {
        let first = Key::new(postmortem, "");
        let own = self.steps.range_mut(first..);
        let own = own.take_while(|(key, _)| key.postmortem == postmortem);
        for (_, steps) in own.filter(|(key, _)| !keep(key)) {
            push(steps, Step { at, state: None });
        }
    }
}

/// Adds a step where it is one; time does not run backwards.
fn push(steps: &mut Vec<Step>, mut step: Step) {
    if let Some(last) = steps.last() {
        if last.state == step.state {
            return;
        }
        step.at = step.at.max(last.at);
    }
    steps.push(step);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::items::Known;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn file(items: &[(&str, ItemState, &str)]) -> BTreeMap<String, Option<Vec<u8>>> {
        let known = items
            .iter()
            .map(|(item, state, since)| (Key::new("INC-1", *item), Known::new(*state, at(since))));
        let files = items::write(
            &BTreeMap::new(),
            &known.collect(),
            at("2026-01-01T00:00:00Z"),
        );
        let files = files.into_iter();
        files.map(|file| (file.path, Some(file.bytes))).collect()
    }

    #[test]
    fn a_life_is_what_the_files_said_one_after_the_other() {
        let mut lives = Lives::default();
        let (open, done) = (ItemState::Open, ItemState::Done);
        let (first, last) = ("2026-10-01T08:00:00Z", "2026-10-20T09:30:00Z");
        lives.take(
            at("2026-10-01T09:00:00Z"),
            file(&[("A1", open, first), ("A2", open, first)]),
        );
        // Another commit that says the same is no step.
        lives.take(
            at("2026-10-10T09:00:00Z"),
            file(&[("A1", open, first), ("A2", open, first)]),
        );
        lives.take(at("2026-10-20T10:00:00Z"), file(&[("A1", done, last)]));
        let key = |item| Key::new("INC-1", item);
        let step = |time, state| Step {
            at: at(time),
            state,
        };
        assert_eq!(
            lives.of(&key("A1")),
            [step(first, Some(open)), step(last, Some(done))]
        );
        // What the file no longer has, the ledger no longer knows.
        let gone = step("2026-10-20T10:00:00Z", None);
        assert_eq!(lives.of(&key("A2")), [step(first, Some(open)), gone]);
        assert_eq!(lives.of(&key("A3")), []);
        assert_eq!(lives.all().count(), 2);
    }

    #[test]
    fn a_file_that_cannot_be_read_changes_nothing() {
        let mut lives = Lives::default();
        let open = file(&[("A1", ItemState::Open, "2026-10-01T08:00:00Z")]);
        lives.take(at("2026-10-01T09:00:00Z"), open.clone());
        let before = lives.clone();
        let path = open.keys().next().expect("a file").clone();
        lives.take(
            at("2026-10-02T09:00:00Z"),
            [(path, Some(b"{".to_vec()))].into(),
        );
        assert_eq!(lives, before);
    }

    #[test]
    fn a_date_that_is_not_there_yet_is_that_of_the_record() {
        let mut lives = Lives::default();
        let recorded = at("2026-10-01T09:00:00Z");
        lives.take(
            recorded,
            file(&[("A1", ItemState::Open, "2027-01-01T00:00:00Z")]),
        );
        assert_eq!(lives.of(&Key::new("INC-1", "A1"))[0].at, recorded);
    }
}
