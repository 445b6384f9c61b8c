//! Writing to the ledger while others write to it too: look, chain, write if nobody was faster, else look again.
//!
//! Owns the loop. The branch is behind [`Branch`]; nothing here knows of GitHub. A write is never repeated blindly: where
//! its answer is lost, the branch is looked at, and what is there is there.

use std::collections::BTreeSet;

use super::append::{Draft, Fit};
use super::chain::{self, Flaw, Head};
use super::{Addition, Ledger, Record, form};

/// So often in a row somebody else may be faster.
pub const MAX_CONFLICTS: u32 = 10;
/// So many records go into one commit.
pub const MAX_RECORDS: usize = 25;

/// The ledger's branch.
pub trait Branch {
    /// Why a request failed.
    type Error;

    /// What the branch holds; none where there is no such branch.
    fn look(&mut self) -> Result<Option<View>, Self::Error>;

    /// Makes the branch, with one commit of these files that has no parents. A branch that is there is a conflict.
    fn create(&mut self, files: &[Addition]) -> Result<Outcome, Self::Error>;

    /// Adds one commit that writes these files, if the branch is still at the commit `expected`; else it is a conflict.
    fn commit(&mut self, expected: &str, files: &[Addition]) -> Result<Outcome, Self::Error>;
}

/// What a branch holds, as far as adding to it needs that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The commit, in hex.
    pub commit: String,
    /// The bytes of [`super::HEAD`] at that commit, where it is there.
    pub head: Option<Vec<u8>>,
    /// The bytes of the record that it names, where that is there.
    pub last: Option<Vec<u8>>,
    /// Every path at that commit.
    pub paths: BTreeSet<String>,
}

impl View {
    /// The end of the chain; a flaw where it cannot be read, or where the last record is not what was recorded: nobody could
    /// prove what is added to that.
    pub fn end(&self) -> Result<Option<Head>, Flaw> {
        let head = self.head.as_deref().map(Head::read).transpose()?;
        if let (Some(head), Some(last)) = (&head, &self.last)
            && form::digest(last) != head.digest
        {
            return Err(chain::changed(&head.record));
        }
        Ok(head)
    }

    /// The repository that the last record is about, where there is one that can be read.
    pub fn repository(&self) -> Option<String> {
        let record: Record = form::read(self.last.as_deref()?).ok()?;
        Some(record.repository)
    }
}

/// What became of a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done; the new commit, in hex.
    Written(String),
    /// The branch is another than was expected; nothing was written.
    Conflict,
}

/// What became of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is on record now, as of this commit of the branch.
    Written(String),
    /// It was on record already.
    There,
    /// It can be no record; why.
    Refused(&'static str),
    /// It is not known to be on record; the next run does it.
    Failed,
}

/// Why not everything was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop<E> {
    /// A request failed, and what it should have done was not done.
    Failed(E),
    /// Somebody else was faster [`MAX_CONFLICTS`] times in a row.
    Busy,
    /// The end of the chain cannot be told, so nothing may be added.
    Damaged(Flaw),
}

/// What became of all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written<E> {
    /// What became of each draft.
    pub fates: Vec<Fate>,
    /// Why the rest was given up, where it was.
    pub stop: Option<Stop<E>>,
}

/// Puts drafts on record, in this order, and then says that everything up to the commit `through` is.
///
/// `through` is left alone where a draft was refused, and where another writer has moved it meanwhile: theirs may be the
/// later one, and an earlier one costs the next run only time.
pub fn write<B: Branch>(branch: &mut B, drafts: &[Draft], through: &str) -> Written<B::Error> {
    let mut fates = vec![Fate::Failed; drafts.len()];
    let stop = Run {
        branch,
        drafts,
        through,
        fates: &mut fates,
    }
    .all();
    Written {
        fates,
        stop: stop.err(),
    }
}

/// The ledger at a commit; without one, where there is no branch.
struct Tip {
    commit: Option<String>,
    ledger: Ledger,
}

struct Run<'a, B: Branch> {
    branch: &'a mut B,
    drafts: &'a [Draft],
    through: &'a str,
    fates: &'a mut [Fate],
}

impl<B: Branch> Run<'_, B> {
    fn all(mut self) -> Result<(), Stop<B::Error>> {
        let mut tip = self.look()?;
        let start = tip.ledger.through().to_owned();
        let mut pending: Vec<usize> = (0..self.drafts.len()).collect();
        let mut conflicts = 0;
        loop {
            self.settle(&tip.ledger, &mut pending);
            let batch: Vec<usize> = pending.iter().copied().take(MAX_RECORDS).collect();
            let last = batch.len() == pending.len() && !self.refused();
            let through = match tip.ledger.through() {
                now if last && now == start => self.through.to_owned(),
                now => now.to_owned(),
            };
            let drafts: Vec<&Draft> = batch.iter().map(|at| &self.drafts[*at]).collect();
            let plan = tip.ledger.plan(&drafts, &through).map_err(Stop::Damaged)?;
            for (at, fit) in batch.iter().zip(&plan.fits) {
                if let Fit::Unfit(why) = fit {
                    self.fates[*at] = Fate::Refused(why);
                }
            }
            if plan.files.is_empty() && batch.is_empty() {
                return Ok(());
            }
            pending.retain(|at| self.fates[*at] == Fate::Failed);
            if plan.files.is_empty() {
                continue;
            }
            let batch: Vec<usize> = batch
                .into_iter()
                .filter(|at| self.fates[*at] == Fate::Failed)
                .collect();
            let outcome = match &tip.commit {
                Some(commit) => self.branch.commit(commit, &plan.files),
                None => self.branch.create(&plan.files),
            };
            match outcome {
                Ok(Outcome::Written(commit)) => {
                    conflicts = 0;
                    self.written(&batch, &commit);
                    tip = Tip {
                        commit: Some(commit),
                        ledger: plan.after,
                    };
                }
                Ok(Outcome::Conflict) => {
                    conflicts += 1;
                    if conflicts > MAX_CONFLICTS {
                        return Err(Stop::Busy);
                    }
                    tip = self.look()?;
                }
                Err(error) => {
                    let Ok(found) = self.look() else {
                        return Err(Stop::Failed(error));
                    };
                    let there = |at: &usize| found.ledger.has(&self.drafts[*at]);
                    let (there, missing): (Vec<_>, Vec<_>) = batch.into_iter().partition(there);
                    let moved = found.ledger.through() == plan.after.through();
                    if let Some(commit) = &found.commit {
                        self.written(&there, commit);
                    }
                    if !missing.is_empty() || there.is_empty() && !moved {
                        return Err(Stop::Failed(error));
                    }
                    tip = found;
                }
            }
            pending.retain(|at| self.fates[*at] == Fate::Failed);
        }
    }

    /// Tells what is on record already and what never can be; the rest stays pending.
    fn settle(&mut self, ledger: &Ledger, pending: &mut Vec<usize>) {
        let subjects = ledger.subjects();
        pending.retain(|at| {
            let fate = match self.drafts[*at].place() {
                Ok((subject, _)) if !subjects.contains(&subject) => return true,
                Ok(_) => Fate::There,
                Err(why) => Fate::Refused(why),
            };
            self.fates[*at] = fate;
            false
        });
    }

    fn written(&mut self, drafts: &[usize], commit: &str) {
        for at in drafts {
            self.fates[*at] = Fate::Written(commit.into());
        }
    }

    fn refused(&self) -> bool {
        let mut fates = self.fates.iter();
        fates.any(|fate| matches!(fate, Fate::Refused(_)))
    }

    fn look(&mut self) -> Result<Tip, Stop<B::Error>> {
        let Some(view) = self.branch.look().map_err(Stop::Failed)? else {
            return Ok(Tip {
                commit: None,
                ledger: Ledger::default(),
            });
        };
        let head = view.end().map_err(Stop::Damaged)?;
        Ok(Tip {
            commit: Some(view.commit),
            ledger: Ledger::resume(head, view.paths),
        })
    }
}
