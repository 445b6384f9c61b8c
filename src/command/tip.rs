//! Where this clone stands on the default branch, as GitHub has it.
//!
//! Refuses to go on where HEAD is not on that branch: what is recorded there, and what becomes of issues, is about what was merged.

use super::approval::event::Event;
use super::approval::short;
use crate::error::Error;
use crate::git::Repository;
use crate::github::Client;

/// A place on the default branch.
pub(super) struct Tip {
    /// The commit that this clone stands on, in hex.
    pub(super) head: String,
    /// The newest commit of the branch that this clone has and that `head` is on.
    pub(super) end: String,
    /// The newest commit of the branch on GitHub.
    pub(super) published: Option<String>,
}

impl Tip {
    /// Finds HEAD on the default branch, whose name is `branch`.
    pub(super) fn find(git: &Repository, client: &Client, branch: &str) -> Result<Self, Error> {
        let Some(head) = git.head()? else {
            return Err(Error::refused(
                "the repository has no commit yet",
                "run this when the first postmortem is on the default branch",
            ));
        };
        if let Some(event) = Event::read()? {
            event.must_be_of(&client.settings().repository)?;
        }
        let tracked = git.reference(&format!("refs/remotes/origin/{branch}"))?;
        let published = client.branch(branch)?;
        let tips = || [&published, &tracked].into_iter().flatten();
        for end in tips() {
            if git.is_before(&head, end)? {
                return Ok(Self {
                    head,
                    end: end.clone(),
                    published: published.clone(),
                });
            }
        }
        let named = short(&head);
        for end in tips() {
            if git.is_before(end, &head)? {
                return Err(Error::refused(
                    format!("HEAD is `{named}`, which is not on the default branch `{branch}` yet"),
                    format!("merge or push it first, or check out `origin/{branch}`"),
                ));
            }
        }
        Err(Error::refused(
            format!("HEAD is `{named}`, which is not on the default branch `{branch}`"),
            format!(
                "check out `{branch}` with its full history: `fetch-depth: 0` on actions/checkout"
            ),
        ))
    }

    /// Whether nothing newer is on GitHub.
    pub(super) fn is_newest(&self) -> bool {
        self.published.as_ref().is_none_or(|tip| *tip == self.head)
    }
}
