//! The ledger's branch on GitHub, as the writer of the ledger wants it.

use crate::command::ledger_branch;
use crate::error::Error;
use crate::github::{Client, Failure};
use crate::ledger::writer::{self, Branch, Fate, Outcome, Stop, View};
use crate::ledger::{Addition, BRANCH, Draft, Flaw, HEAD, Head};

/// What commits on the branch are called.
const MESSAGE: &str = "Record approvals";

/// The branch.
pub(super) struct Store<'a> {
    client: &'a Client,
}

impl<'a> Store<'a> {
    /// The branch of the client's repository.
    pub(super) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// The end of the chain; none where there is no branch or no record.
    pub(super) fn head(&mut self) -> Result<Option<Head>, Error> {
        let Some(view) = self.look()? else {
            return Ok(None);
        };
        let ours = &self.client.settings().repository;
        if let Some(other) = view.repository()
            && !self.client.is_here(&other)?
        {
            return Err(Error::refused(
                format!("the last record on `{BRANCH}` is about `{other}`, not about `{ours}`"),
                format!(
                    "delete the branch `{BRANCH}` of `{ours}` if it came with a copy of the other repository; nothing was written"
                ),
            ));
        }
        view.end().map_err(|flaw| damaged(&flaw))
    }

    /// Puts drafts on record and gives back those that are there now by this run.
    pub(super) fn append(
        &mut self,
        drafts: Vec<Draft>,
        through: &str,
    ) -> Result<Vec<Draft>, Error> {
        let written = writer::write(self, &drafts, through);
        match written.stop {
            Some(Stop::Failed(failure)) => return Err(failure.into()),
            Some(Stop::Busy) => {
                return Err(Error::refused(
                    format!("others write to `{BRANCH}` all the time, and nothing was added to it"),
                    "run it again; let one workflow at a time record",
                ));
            }
            Some(Stop::Damaged(flaw)) => return Err(damaged(&flaw)),
            None => {}
        }
        let mut kept = Vec::new();
        for (draft, fate) in drafts.into_iter().zip(written.fates) {
            match fate {
                Fate::Written(_) => kept.push(draft),
                Fate::There | Fate::Failed => {}
                Fate::Refused(why) => {
                    return Err(Error::refused(
                        format!("the commit `{}` can be no record: {why}", draft.commit),
                        "bring its postmortems to the default branch in smaller parts",
                    ));
                }
            }
        }
        Ok(kept)
    }
}

fn damaged(flaw: &Flaw) -> Error {
    let Flaw { path, message } = flaw;
    if flaw.is_newer() {
        return Error::refused(
            format!("nothing was added to the branch `{BRANCH}`: `{path}` {message}"),
            "update aftersight: a newer one wrote this",
        );
    }
    Error::refused(
        format!("the ledger is damaged, and nothing was added to it: `{path}` {message}"),
        format!(
            "look at the history of the branch `{BRANCH}` and take back what broke it; `aftersight approval verify` names every place"
        ),
    )
}

impl Branch for Store<'_> {
    type Error = Failure;

    fn look(&mut self) -> Result<Option<View>, Failure> {
        let Some(commit) = self.client.branch(BRANCH)? else {
            return Ok(None);
        };
        let tree = self
            .client
            .tree(&commit)?
            .ok_or_else(|| Failure::Unavailable {
                request: format!("the files of `{BRANCH}`"),
                message: "they cannot be listed whole".into(),
            })?;
        let head = match tree.get(HEAD) {
            Some(blob) => self.client.blob(blob)?,
            None => None,
        };
        let last = match head.as_deref().map(Head::read) {
            Some(Ok(head)) => match tree.get(&head.record) {
                Some(blob) => self.client.blob(blob)?,
                None => None,
            },
            _ => None,
        };
        Ok(Some(View {
            commit,
            head,
            last,
            paths: tree.into_keys().collect(),
        }))
    }

    fn create(&mut self, files: &[Addition]) -> Result<Outcome, Failure> {
        ledger_branch::create(self.client, MESSAGE, files)
    }

    fn commit(&mut self, expected: &str, files: &[Addition]) -> Result<Outcome, Failure> {
        ledger_branch::commit(self.client, expected, MESSAGE, files)
    }
}
