//! What a run saw of the tracker: issues from lists, issues that were asked for one by one, and what is gone.
//!
//! Owns which answer counts, and which issues are taken for open. What follows is for the plan.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::super::desk::{Desk, Kind, Listing, Look, Trouble};
use super::super::labels::OURS;
use super::super::{Fate, Issue, ItemState, Ledger};
use crate::ledger::watch::Watch;

/// So long nobody is taken to have written to an issue that was looked at.
const FRESH: SignedDuration = SignedDuration::from_secs(5);

/// Everything that was seen so far.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// The issues, by number, each as it was last seen.
    pub(super) issues: BTreeMap<u64, Issue>,
    /// What is no issue here any more.
    pub(super) gone: BTreeMap<u64, Fate>,
    /// Why an issue could not be read.
    pub(super) unread: BTreeMap<u64, String>,
    /// Numbers that the tracker was asked about by themselves in this run, and when.
    asked: BTreeMap<u64, Timestamp>,
    /// What has our label and is no issue, and whether it is open.
    others: BTreeMap<u64, bool>,
    /// How many issues the first list had.
    pub(super) listed: usize,
    /// Whether every issue that is open with our label was listed.
    pub(super) has_every_open: bool,
}

impl Seen {
    /// Takes a list in. An issue that was asked for by itself is newer than any list, which may lag.
    pub(super) fn take<D: Desk>(&mut self, listing: Listing, desk: &D) -> Result<(), Trouble> {
        for issue in listing.issues {
            if !self.asked.contains_key(&issue.number) {
                self.issues.insert(issue.number, issue);
            }
        }
        for (number, is_open) in listing.others {
            // An issue may have become a pull request; it is nobody's action item any more.
            self.lost(number, Fate::Gone);
            self.others.insert(number, is_open);
        }
        for number in listing.unclear {
            self.ask(number, desk)?;
        }
        Ok(())
    }

    /// Asks for one issue, once in a run. Fails only where nothing more can be asked.
    pub(super) fn ask<D: Desk>(&mut self, number: u64, desk: &D) -> Result<(), Trouble> {
        if self.asked.contains_key(&number) {
            return Ok(());
        }
        self.ask_again(number, desk)
    }

    /// Asks for one issue, whatever is known of it.
    pub(super) fn ask_again<D: Desk>(&mut self, number: u64, desk: &D) -> Result<(), Trouble> {
        let found = desk.look(number);
        self.asked.insert(number, desk.now());
        match found {
            Ok(Look::Found(issue)) => self.now(issue, desk),
            Ok(Look::Moved(place)) => self.lost(number, Fate::Moved(place)),
            Ok(Look::Gone) => self.lost(number, Fate::Gone),
            Err(trouble) if matches!(trouble.kind, Kind::Exhausted | Kind::Off) => {
                self.asked.remove(&number);
                return Err(trouble);
            }
            Err(trouble) => {
                self.issues.remove(&number);
                self.unread.insert(number, trouble.message);
            }
        }
        Ok(())
    }

    /// Whether a number was asked for by itself.
    pub(super) fn is_asked(&self, number: u64) -> bool {
        self.asked.contains_key(&number)
    }

    /// Whether an issue was seen by itself just now, so that nobody had time to write to it.
    pub(super) fn is_fresh<D: Desk>(&self, number: u64, desk: &D) -> bool {
        let asked = self.asked.get(&number);
        asked.is_some_and(|at| desk.now().duration_since(*at) < FRESH)
    }

    /// Takes an issue as it is now.
    pub(super) fn now<D: Desk>(&mut self, issue: Issue, desk: &D) {
        self.asked.insert(issue.number, desk.now());
        self.gone.remove(&issue.number);
        self.issues.insert(issue.number, issue);
    }

    fn lost(&mut self, number: u64, fate: Fate) {
        self.issues.remove(&number);
        self.gone.insert(number, fate);
    }

    /// The numbers that are open with our label, as far as the ledger and this run know.
    pub(super) fn open(&self, known: &Ledger, watch: &Watch) -> BTreeSet<u64> {
        let taken = taken_for_open(known);
        // What no item has and a list of all that is open does not show lost its label; nobody would tell of it again.
        let odd = watch.odd.iter().copied();
        let odd = odd.filter(|number| !self.has_every_open || taken.contains(number));
        let odd: BTreeSet<u64> = odd.collect();
        let mut open: BTreeSet<u64> = taken.symmetric_difference(&odd).copied().collect();
        for (number, is_open) in self.openness() {
            match is_open {
                true => open.insert(number),
                false => open.remove(&number),
            };
        }
        open
    }

    /// What [`Watch::odd`] has to say so that the next run knows what is open.
    pub(super) fn odd(&self, known: &Ledger, watch: &Watch) -> BTreeSet<u64> {
        let open = self.open(known, watch);
        let taken = taken_for_open(known);
        let seen: BTreeMap<u64, bool> = self.openness().collect();
        let odd = open.symmetric_difference(&taken).copied();
        // Of what nobody saw, what was odd stays so.
        odd.filter(|number| seen.contains_key(number) || watch.odd.contains(number))
            .collect()
    }

    /// Every number that was seen, and whether it is open with our label.
    fn openness(&self) -> impl Iterator<Item = (u64, bool)> {
        let is_ours = |issue: &Issue| issue.labels.iter().any(|it| it.eq_ignore_ascii_case(OURS));
        let issues = self.issues.values();
        let issues =
            issues.map(move |issue| (issue.number, issue.closed.is_none() && is_ours(issue)));
        let gone = self.gone.keys().map(|number| (*number, false));
        let others = self.others.iter().map(|(number, open)| (*number, *open));
        issues.chain(gone).chain(others)
    }
}

/// The numbers whose item stands as if they were open.
pub(super) fn taken_for_open(known: &Ledger) -> BTreeSet<u64> {
    let open = known
        .values()
        .filter(|known| matches!(known.state, ItemState::Open | ItemState::Orphaned));
    open.filter_map(|known| known.issue).collect()
}
