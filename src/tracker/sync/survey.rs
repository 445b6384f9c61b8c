//! Looking at the tracker: what changed since the last run, whether that accounts for all that is open, and what is missing.
//!
//! Owns what is asked before a plan is made. What a plan needs to know besides is asked when it says so.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::super::desk::{Desk, Kind, Trouble, Which};
use super::super::promise::Wanted;
use super::super::{ItemState, Key, Ledger, digest};
use super::Run;
use crate::ledger::book::Pages;
use crate::postmortem::people::Party;

/// A list of what changed reaches back so far behind the last run, for lists lag; longer than any intent is believed.
const OVERLAP: SignedDuration = SignedDuration::from_mins(30);
/// An issue is no older than this before its announcement, by whatever clock.
const SLACK: SignedDuration = SignedDuration::from_mins(1);

impl<D: Desk, P: Pages<Error = Trouble>> Run<'_, D, P> {
    /// Lists what changed, and all that is open where that does not account for what is there.
    pub(super) fn list(&mut self, known: &Ledger) -> Result<(), Trouble> {
        let since = self
            .watch
            .since
            .and_then(|since| since.checked_sub(OVERLAP).ok());
        let listing = self.desk.list(Which::Changed(since))?;
        self.seen.listed = listing.issues.len();
        let is_whole = listing.unclear.is_empty();
        self.seen.take(listing, self.desk)?;
        // People may have taken the label off what was opened and never written down.
        let intents = known.values().filter_map(|value| value.intent);
        if let Some(first) = intents.min() {
            let since = first.checked_sub(SLACK).unwrap_or(first);
            let listing = self.desk.list(Which::Any(since))?;
            self.seen.take(listing, self.desk)?;
        }
        self.seen.has_every_open = since.is_none();
        if self.terms.sweep {
            self.recheck()?;
        }
        self.kept = self.desk.left() / 2;
        self.undecided(known)?;
        if since.is_none() {
            self.missing(known)?;
            return self.unassigned(known);
        }
        let count = self.seen.open(known, &self.watch).len();
        if self.terms.sweep || !is_whole || !self.has_open(count)? {
            self.list_open()?;
            self.missing(known)?;
        }
        self.unassigned(known)
    }

    fn has_open(&self, count: usize) -> Result<bool, Trouble> {
        match self.desk.has_open(count) {
            // The list itself says it too.
            Err(trouble) if trouble.kind == Kind::NotDone => Ok(false),
            answer => answer,
        }
    }

    pub(super) fn list_open(&mut self) -> Result<(), Trouble> {
        let listing = self.desk.list(Which::Open)?;
        self.seen.take(listing, self.desk)?;
        self.seen.has_every_open = true;
        Ok(())
    }

    /// Asks for what should be open and was not listed: it was deleted, moved, or lost its label.
    fn missing(&mut self, known: &Ledger) -> Result<(), Trouble> {
        let now = self.desk.now();
        for value in known.values() {
            let is_open = matches!(value.state, ItemState::Open | ItemState::Orphaned);
            // A new one may not be listed yet.
            let is_new = now.duration_since(value.since) < self.terms.plan.settle;
            if let Some(number) = value.issue
                && is_open
                && !is_new
                && !self.seen.issues.contains_key(&number)
            {
                self.ask(number)?;
            }
        }
        Ok(())
    }

    /// Asks for what stands otherwise than its item, which an earlier run saw and could not judge: its file was broken, or a draft.
    fn undecided(&mut self, known: &Ledger) -> Result<(), Trouble> {
        let promises = self.promises.all.iter();
        let promises: BTreeMap<&Key, &Wanted> =
            promises.map(|one| (&one.key, &one.wanted)).collect();
        for (key, value) in known {
            let is_judged = match promises.get(key) {
                Some(wanted) => **wanted != Wanted::Waiting,
                None => self.promises.complete && key.postmortem != digest::POSTMORTEM,
            };
            if let Some(number) = value.issue
                && is_judged
                && self.watch.odd.contains(&number)
                && !self.seen.issues.contains_key(&number)
            {
                self.ask(number)?;
            }
        }
        Ok(())
    }

    /// Asks for an issue, as long as half of the requests are left: what is found out has to be acted on, or the next run would
    /// only find out the same.
    fn ask(&mut self, number: u64) -> Result<(), Trouble> {
        if self.desk.left() <= self.kept {
            self.clean = false;
            return Ok(());
        }
        self.seen.ask(number, self.desk)
    }

    /// Asks again for the logins that could not be assigned.
    fn recheck(&mut self) -> Result<(), Trouble> {
        for login in self.watch.unassignable.clone() {
            if self.may_be_assigned(&login)? {
                self.watch.unassignable.remove(&login);
            }
        }
        Ok(())
    }

    /// Asks whether owners who are not assigned to their open issue still may be: who loses access is taken off.
    fn unassigned(&mut self, known: &Ledger) -> Result<(), Trouble> {
        if !self.terms.sweep {
            return Ok(());
        }
        let promises = self.promises;
        for promise in &promises.all {
            let (Wanted::Open, Some(Party::User(login))) = (&promise.wanted, &promise.owner) else {
                continue;
            };
            let number = known.get(&promise.key).and_then(|known| known.issue);
            let issue = number.and_then(|number| self.seen.issues.get(&number));
            let is_off = issue.is_some_and(|issue| {
                let mut assignees = issue.assignees.iter();
                issue.closed.is_none() && !assignees.any(|it| it.eq_ignore_ascii_case(login))
            });
            if is_off && !self.may_be_assigned(login)? {
                self.watch.unassignable.insert(login.to_lowercase());
            }
        }
        Ok(())
    }

    pub(super) fn may_be_assigned(&mut self, login: &str) -> Result<bool, Trouble> {
        let login = login.to_lowercase();
        if let Some(known) = self.logins.get(&login) {
            return Ok(*known);
        }
        let may = match self.desk.may_be_assigned(&login) {
            Ok(may) => may,
            Err(trouble) if trouble.kind == Kind::Exhausted => return Err(trouble),
            // The tracker will say so when it comes to it.
            Err(_) => true,
        };
        self.logins.insert(login, may);
        Ok(may)
    }
}
