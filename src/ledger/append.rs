//! Adding to the ledger: which files one commit has to hold, so that the chain goes on.
//!
//! Owns numbering, chaining and what is left out. Who writes the files, and what happens when somebody else was faster, is
//! for [`super::writer`].

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;

use super::chain::{self, Flaw};
use super::facts::Facts;
use super::form::{self, MAX_SIZE, VERSION};
use super::place::{self, Subject};
use super::record::{Judged, Origin, Record};
use super::{HEAD, Head, Ledger};

const README: &str = "README.md";

/// What the branch says of itself to people.
pub(super) fn readme() -> Addition {
    Addition {
        path: README.into(),
        bytes: include_bytes!("readme.md").to_vec(),
    }
}

/// A file to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addition {
    /// Its path on the branch.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A record that has no place in the chain yet. The fields are those of [`Record`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Draft {
    /// The repository, `owner/name`.
    pub repository: String,
    /// The commit that brought the texts to the default branch, in full hex.
    pub commit: String,
    /// The pull request, which must be merged; none for a direct push.
    pub pull_request: Option<Facts>,
    /// The configuration at the base commit.
    pub policy: Option<Origin>,
    /// The CODEOWNERS file at the base commit.
    pub codeowners: Option<Origin>,
    /// The postmortems.
    pub postmortems: Vec<Judged>,
    /// When this is written, by GitHub's clock.
    pub recorded_at: Timestamp,
    /// The program that writes it.
    pub tool: String,
    /// The page of the workflow run that writes it.
    pub run: Option<String>,
}

impl Draft {
    /// What it is about and where it belongs, or why it can be no record.
    pub(super) fn place(&self) -> Result<(Subject, String), &'static str> {
        place::belongs(self.pull_request.as_ref(), &self.commit, self.recorded_at)
    }

    fn record(&self, sequence: u64, previous: Option<String>) -> Record {
        let draft = self.clone();
        Record {
            version: VERSION,
            sequence,
            previous,
            repository: draft.repository,
            commit: draft.commit,
            pull_request: draft.pull_request,
            policy: draft.policy,
            codeowners: draft.codeowners,
            postmortems: draft.postmortems,
            recorded_at: draft.recorded_at,
            tool: draft.tool,
            run: draft.run,
        }
    }
}

/// What becomes of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// It becomes a record.
    New,
    /// It is on record already.
    There,
    /// It can be no record; why.
    Unfit(&'static str),
}

/// One commit on the branch.
#[derive(Debug)]
pub(super) struct Plan {
    /// Its files; none where there is nothing to write.
    pub(super) files: Vec<Addition>,
    /// What becomes of each draft.
    pub(super) fits: Vec<Fit>,
    /// The ledger after it.
    pub(super) after: Ledger,
}

impl Ledger {
    /// A ledger of which only the end and the paths are known, which is enough for adding to it.
    pub fn resume(head: Option<Head>, paths: BTreeSet<String>) -> Self {
        Self {
            head,
            paths,
            ..Self::default()
        }
    }

    /// The files of the one commit that puts these drafts on record in this order, and says that everything up to the
    /// commit `through` of the default branch is (an empty one says nothing new); none where nothing is new.
    ///
    /// Left out is what is on record already; and what can be no record, because its pull request was not merged or it is larger
    /// than 8 MiB: `through` stays where it was then. Nothing is added where the end of the chain cannot be told.
    pub fn append(&self, entries: Vec<Draft>, through: &str) -> Vec<Addition> {
        let entries: Vec<&Draft> = entries.iter().collect();
        let plan = self.plan(&entries, through);
        plan.map_or_else(|_| Vec::new(), |plan| plan.files)
    }

    /// The commit up to which everything is on record; empty where that is not known.
    pub(super) fn through(&self) -> &str {
        self.head.as_ref().map_or("", |head| &head.through)
    }

    /// Whether a draft is on record, as far as the paths tell.
    pub(super) fn has(&self, draft: &Draft) -> bool {
        let subject = draft.place().map(|(subject, _)| subject);
        subject.is_ok_and(|subject| self.subjects().contains(&subject))
    }

    /// What is on record, as far as the paths tell.
    pub(super) fn subjects(&self) -> BTreeSet<Subject> {
        let paths = self.paths.iter();
        paths.filter_map(|path| place::subject(path)).collect()
    }

    /// The one commit that does what [`Ledger::append`] says; a flaw where the end of the chain cannot be told.
    pub(super) fn plan(&self, drafts: &[&Draft], through: &str) -> Result<Plan, Flaw> {
        let mut subjects = self.subjects();
        let mut head = self.end(&subjects)?;
        let mut paths = self.paths.clone();
        let mut files = Vec::new();
        let mut fits = Vec::new();
        for draft in drafts {
            let (subject, path) = match draft.place() {
                Ok(place) => place,
                Err(why) => {
                    fits.push(Fit::Unfit(why));
                    continue;
                }
            };
            if subjects.contains(&subject) {
                fits.push(Fit::There);
                continue;
            }
            let Some(sequence) = head.sequence.checked_add(1) else {
                return Err(Flaw::new(HEAD, "has a number that is too large"));
            };
            let previous = (head.sequence > 0).then(|| head.digest.clone());
            let bytes = form::write(&draft.record(sequence, previous));
            if bytes.len() > MAX_SIZE {
                fits.push(Fit::Unfit("it is larger than 8 MiB"));
                continue;
            }
            head.sequence = sequence;
            head.digest = form::digest(&bytes);
            head.record.clone_from(&path);
            subjects.insert(subject);
            paths.insert(path.clone());
            files.push(Addition { path, bytes });
            fits.push(Fit::New);
        }
        let complete = !fits.iter().any(|fit| matches!(fit, Fit::Unfit(_)));
        if complete && !through.is_empty() {
            head.through = through.into();
        }
        let moved = head.through != self.through();
        if files.is_empty() && !moved {
            let after = Self::resume(self.head.clone(), paths);
            return Ok(Plan { files, fits, after });
        }
        let mut file = |path: &str, bytes: Vec<u8>| {
            paths.insert(path.into());
            let path = path.into();
            files.push(Addition { path, bytes });
        };
        file(HEAD, form::write(&head));
        if self.head.is_none() && !self.paths.contains(README) {
            let readme = readme();
            file(&readme.path, readme.bytes);
        }
        let after = Self::resume(Some(head), paths);
        Ok(Plan { files, fits, after })
    }

    /// The end of the chain, where it can be told.
    fn end(&self, subjects: &BTreeSet<Subject>) -> Result<Head, Flaw> {
        let empty = Head {
            version: VERSION,
            sequence: 0,
            record: String::new(),
            digest: String::new(),
            through: String::new(),
        };
        match &self.head {
            None if self.paths.contains(HEAD) => Err(Flaw::new(HEAD, "cannot be read")),
            None if subjects.is_empty() => Ok(empty),
            None => Err(chain::missing()),
            Some(head) if head.is_empty() && subjects.is_empty() => Ok(head.clone()),
            Some(head) if head.is_empty() => {
                Err(Flaw::new(HEAD, "names no record, but there are some"))
            }
            Some(head)
                if place::subject(&head.record).is_some() && self.paths.contains(&head.record) =>
            {
                Ok(head.clone())
            }
            Some(head) => {
                let name = form::quoted(&head.record);
                let message = format!("names the record `{name}`, which is not here");
                Err(Flaw::new(HEAD, message))
            }
        }
    }
}
