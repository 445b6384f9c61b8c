//! Carrying out a plan: one change after the other, each looked at before and read back after.
//!
//! Owns what counts as done. Where something goes wrong with an item, the rest of it is left to the next run, and so is its
//! value in the ledger; all other items go on.

use jiff::Timestamp;

use super::super::desk::{Desk, Edit, Kind, New, Trouble};
use super::super::plan::{Change, Plan};
use super::super::{Issue, Key, Ledger, block, labels};
use super::carried::Carried;
use super::{Run, USED_UP};
use crate::ledger::book::Pages;

/// Requests that announcing and opening one issue takes: nothing is announced that could only be taken back.
pub const TO_OPEN_ONE: u32 = 7;

/// What became of one change.
enum Fate {
    /// It was done; the issue that it opened.
    Done(Option<u64>),
    /// It had been done before.
    There,
    /// Its item changed meanwhile: it is planned again.
    Again,
    /// A later run does it.
    Later,
}

impl<D: Desk, P: Pages<Error = Trouble>> Run<'_, D, P> {
    /// Carries a plan out and writes down what came of it; whether something has to be planned again.
    pub(super) fn carry(
        &mut self,
        plan: &Plan,
        known: &Ledger,
        started: Timestamp,
        is_last: bool,
    ) -> Result<bool, Trouble> {
        let mut carried = Carried::new(plan, known, &self.given_up);
        let ended = self.each(&mut carried);
        for key in std::mem::take(&mut carried.announced) {
            carried.forget(&key);
        }
        let again = carried.again && ended.is_ok() && self.tally.stopped.is_none();
        if self.tally.stopped.is_some() || ended.is_err() || again && is_last {
            self.clean = false;
        }
        if carried.overtaken {
            return ended.map(|()| true);
        }
        self.watch.odd = self.seen.odd(&carried.now, &self.watch);
        if !again {
            self.reach(&carried.now, started);
        }
        // Where there is nothing to know, there is nothing to write: no branch is made for it.
        // An announcement that is taken back is something.
        let is_empty = self.book.known().is_empty() && carried.now.is_empty();
        let written = match is_empty {
            true => Ok(true),
            false => self.write(&carried.now),
        };
        ended?;
        Ok(!written? || again)
    }

    fn each(&mut self, carried: &mut Carried<'_>) -> Result<(), Trouble> {
        let changes = &carried.plan.changes;
        for (index, change) in changes.iter().enumerate() {
            (self.progress)(index, changes.len());
            if change
                .key()
                .is_some_and(|key| carried.skipped.contains(key))
            {
                continue;
            }
            let more = match change {
                Change::Intend { .. } => TO_OPEN_ONE,
                _ => 0,
            };
            if self.desk.is_spent(more) {
                self.tally.stopped = Some(USED_UP.into());
                break;
            }
            if let Change::Intend { keys } = change {
                if !self.intend(keys, carried)? {
                    carried.again = true;
                    break;
                }
                continue;
            }
            let fate = match change.key() {
                Some(key) => self.one(key, change, carried),
                None => self.label(change),
            };
            match (fate, change.key()) {
                (Ok(Fate::Done(opened)), key) => {
                    if let Some(key) = key {
                        carried.count(key);
                    }
                    self.tally.did(change, opened);
                }
                (Ok(Fate::There), key) => {
                    if let Some(key) = key {
                        carried.count(key);
                    }
                }
                (Ok(Fate::Again), key) => {
                    carried.again = true;
                    carried.skipped.extend(key.cloned());
                }
                (Ok(Fate::Later), key) => {
                    self.tally.later += 1;
                    carried.skipped.extend(key.cloned());
                }
                (Err(trouble), key) => self.failed(key, change, trouble, carried)?,
            }
        }
        Ok(())
    }

    /// Keeps what went wrong, and ends the run where everything else would go wrong too.
    fn failed(
        &mut self,
        key: Option<&Key>,
        change: &Change,
        trouble: Trouble,
        carried: &mut Carried<'_>,
    ) -> Result<(), Trouble> {
        let creates = matches!(change, Change::Create { .. });
        let ends = match trouble.kind {
            Kind::Exhausted | Kind::Off => true,
            // Whoever may open issues may make labels.
            Kind::Denied => creates || matches!(change, Change::EnsureLabel(_)),
            Kind::NotDone | Kind::Unknown => false,
        };
        if ends {
            return Err(trouble);
        }
        self.clean = false;
        let Some(key) = key else {
            if let Change::EnsureLabel(label) = change {
                let about = format!("the label `{}`", label.name);
                self.tally.fail_about(about, trouble.message);
            }
            return Ok(());
        };
        if creates && trouble.kind == Kind::NotDone {
            carried.forget(key);
        }
        self.tally.fail(key, trouble.message);
        self.given_up.insert(key.clone());
        carried.skipped.insert(key.clone());
        Ok(())
    }

    fn label(&mut self, change: &Change) -> Result<Fate, Trouble> {
        if let Change::EnsureLabel(label) = change {
            self.desk.make(label)?;
            if let Some(labels) = &mut self.labels {
                labels.insert(label.name.to_lowercase());
            }
        }
        Ok(Fate::Done(None))
    }

    /// Announces creations in the ledger; whether nobody else was faster, and we know who we are.
    fn intend(&mut self, keys: &[Key], carried: &mut Carried<'_>) -> Result<bool, Trouble> {
        let keys: Vec<&Key> = keys
            .iter()
            .filter(|key| !carried.skipped.contains(*key))
            .collect();
        if keys.is_empty() {
            return Ok(true);
        }
        let me = match self.is_known {
            true => None,
            false => self.me()?,
        };
        // Before anything is opened, so that it is found again whatever happens then.
        let mut is_new = me.is_some_and(|me| self.watch.accounts.insert(me));
        for key in &keys {
            let mut after = carried.plan.after.get(*key).cloned();
            if let Some(after) = &mut after {
                after.intent = Some(self.desk.now());
            }
            carried.set(key, after);
        }
        // Also where the answer is lost: what is not opened is taken back.
        carried.announced.extend(keys.into_iter().cloned());
        if !self.write(&carried.now)? {
            carried.overtaken = true;
            return Ok(false);
        }
        if !self.is_known && me.is_none() {
            // Who asked for the commit of the announcement is who opens the issues.
            let writer = self.book.writer().unwrap_or_default();
            is_new = writer.is_some_and(|writer| self.watch.accounts.insert(writer));
            if is_new && !self.write(&carried.now)? {
                carried.overtaken = true;
                return Ok(false);
            }
        }
        self.is_known = true;
        // Some of what is to be opened may be there, by an account that we did not know for ours.
        let is_ours = |issue: &Issue| {
            let author = issue
                .author
                .is_some_and(|it| self.watch.accounts.contains(&it));
            author && block::marked(&issue.body).is_some_and(|key| carried.announced.contains(&key))
        };
        Ok(!(is_new && self.seen.issues.values().any(is_ours)))
    }

    /// Does one thing for one item.
    fn one(
        &mut self,
        key: &Key,
        change: &Change,
        carried: &mut Carried<'_>,
    ) -> Result<Fate, Trouble> {
        let number = match change {
            Change::EnsureLabel(_) | Change::Intend { .. } | Change::Adopt { .. } => {
                return Ok(Fate::Done(None));
            }
            Change::Create {
                title,
                body,
                labels,
                assignees,
                ..
            } => {
                let new = New {
                    title: title.clone(),
                    body: body.clone(),
                    labels: labels.clone(),
                    assignees: assignees.clone(),
                };
                return self.create(key, &new, carried);
            }
            Change::Update { number, .. }
            | Change::Comment { number, .. }
            | Change::Reopen { number, .. }
            | Change::Close { number, .. } => *number,
        };
        if !self.is_as_planned(number)? {
            return Ok(Fate::Again);
        }
        let edit = match change {
            Change::Update {
                title,
                body,
                labels,
                assignees,
                ..
            } => Edit {
                title: title.clone(),
                body: body.clone(),
                labels: labels.clone(),
                assignees: assignees.clone(),
                standing: None,
            },
            Change::Comment { mark, text, .. } => {
                return match self.say(number, mark, text)? {
                    true => Ok(Fate::Done(None)),
                    false => Ok(Fate::There),
                };
            }
            Change::Close { reason, .. } => Edit {
                standing: Some(Some(*reason)),
                ..Edit::default()
            },
            _ => Edit {
                standing: Some(None),
                ..Edit::default()
            },
        };
        let issue = self.desk.change(number, &edit)?;
        let labels = edit.labels.unwrap_or_default();
        let assignees = edit.assignees.unwrap_or_default();
        self.read_back(key, &issue, &labels, &assignees, carried);
        self.seen.now(issue, self.desk);
        Ok(Fate::Done(None))
    }

    /// Whether an issue is as the plan took it; asked for by itself, for lists lag and people write meanwhile.
    fn is_as_planned(&mut self, number: u64) -> Result<bool, Trouble> {
        if self.seen.is_fresh(number, self.desk) {
            return Ok(self.seen.issues.contains_key(&number));
        }
        let planned = self.seen.issues.get(&number).cloned();
        self.seen.ask_again(number, self.desk)?;
        Ok(planned.is_some() && self.seen.issues.get(&number) == planned.as_ref())
    }

    /// Says something; whether it was not there yet.
    fn say(&mut self, number: u64, mark: &str, text: &str) -> Result<bool, Trouble> {
        let accounts = &self.watch.accounts;
        let is_ours = |author: Option<u64>| author.is_some_and(|it| accounts.contains(&it));
        let said = self.desk.said(number)?;
        if said
            .iter()
            .any(|said| is_ours(said.author) && said.text.starts_with(mark))
        {
            return Ok(false);
        }
        let author = self.desk.say(number, &format!("{mark}\n{text}"))?;
        self.watch.accounts.extend(author);
        Ok(true)
    }

    fn create(&mut self, key: &Key, new: &New, carried: &mut Carried<'_>) -> Result<Fate, Trouble> {
        let intent = carried.now.get(key).and_then(|known| known.intent);
        // Long before anybody else stops to believe in it, so that a list that lags still shows the issue in time.
        let late = self.terms.plan.settle / 3;
        let now = self.desk.now();
        if !carried.announced.contains(key)
            || intent.is_none_or(|intent| now.duration_since(intent) > late)
        {
            return Ok(Fate::Later);
        }
        let opened = self.desk.open(new);
        if !matches!(&opened, Err(trouble) if trouble.kind != Kind::Unknown) {
            carried.announced.remove(key);
        }
        let issue = opened?;
        self.opened += 1;
        let number = issue.number;
        self.watch.accounts.extend(issue.author);
        self.read_back(key, &issue, &new.labels, &new.assignees, carried);
        self.seen.now(issue, self.desk);
        let mut created = carried.plan.created(key, number);
        if let Some(created) = &mut created
            && carried.unwritten.contains(key)
        {
            created.written = None;
        }
        carried.left.remove(key);
        carried.set(key, created);
        Ok(Fate::Done(Some(number)))
    }

    /// Holds an answer against what was asked: without the right to push, labels and assignees are dropped without a word.
    fn read_back(
        &mut self,
        key: &Key,
        issue: &Issue,
        labels: &[String],
        assignees: &[String],
        carried: &mut Carried<'_>,
    ) {
        let missing = |wanted: &[String], found: &[String]| {
            let has = |name: &String| found.iter().any(|it| labels::is_same(it, name));
            let missing: Vec<String> = wanted
                .iter()
                .filter(|name| !has(name))
                .map(|name| format!("`{name}`"))
                .collect();
            missing.join(", ")
        };
        for (what, missing) in [
            ("labels", missing(labels, &issue.labels)),
            ("assignees", missing(assignees, &issue.assignees)),
        ] {
            if !missing.is_empty() {
                self.clean = false;
                carried.unwritten.insert(key.clone());
                let number = issue.number;
                let message = format!(
                    "#{number} was written without its {what} {missing}, which the tracker dropped"
                );
                self.tally.fail(key, message);
            }
        }
    }
}
