//! Which pull request brought a commit to the default branch.
//!
//! Owns the three kinds of merge: a merge commit and a squash are the pull request's own `merge_commit_sha`; of rebased
//! commits only the last one is. A number in a commit's subject is a hint to look there, never a proof: anybody can write it.

use crate::error::Error;
use crate::git::{Landing, Repository};
use crate::github::{Client, Failure, PullRequest};

/// A pull request that reached the default branch.
#[derive(Debug)]
pub(super) struct Merged {
    /// The pull request.
    pub(super) pull_request: PullRequest,
    /// The last commit that it became.
    pub(super) commit: String,
    /// The branch before it.
    pub(super) base: String,
}

/// The line of commits that is looked at.
pub(super) struct Line<'a> {
    /// The clone.
    pub(super) git: &'a Repository,
    /// GitHub.
    pub(super) client: &'a Client,
    /// The default branch.
    pub(super) branch: &'a str,
    /// Its commit; a rebased pull request may end after the commit up to which this run goes.
    pub(super) tip: &'a str,
}

impl Line<'_> {
    /// The pull request that introduced a commit; `None` for a direct push.
    pub(super) fn merged(&self, landing: &Landing) -> Result<Option<Merged>, Error> {
        let found = match self.client.pull_requests_of(&landing.commit) {
            // GitHub's answer for a commit that it does not know.
            Err(Failure::NotFound { .. } | Failure::Refused { status: 422, .. }) => {
                return Err(Error::refused(
                    format!("GitHub does not know the commit `{}`", landing.commit),
                    "push the branch first, and check GITHUB_REPOSITORY",
                ));
            }
            found => found?,
        };
        for one in &found {
            if self.is_candidate(one) && one.merge_commit_sha.as_deref() == Some(&landing.commit) {
                return self.by_itself(one.number, landing).map(Some);
            }
        }
        for one in &found {
            if self.is_candidate(one)
                && let Some(merged) = self.rebased(one, landing)?
            {
                return Ok(Some(merged));
            }
        }
        let Some(number) = hint(&landing.subject) else {
            return Ok(None);
        };
        let hinted = self.client.pull_request(number)?;
        let proven = hinted.is_some_and(|one| {
            self.is_candidate(&one) && one.merge_commit_sha.as_deref() == Some(&landing.commit)
        });
        if proven {
            return self.by_itself(number, landing).map(Some);
        }
        Ok(None)
    }

    fn is_candidate(&self, one: &PullRequest) -> bool {
        let home = one.base.repo.as_ref().map(|repo| &repo.full_name);
        let ours = &self.client.settings().repository;
        one.merged_at.is_some()
            && one.base.branch == self.branch
            && home.is_none_or(|home| home.eq_ignore_ascii_case(ours))
    }

    /// A merge commit or a squash; also a rebase of which only the last commit changed postmortems.
    fn by_itself(&self, number: u64, landing: &Landing) -> Result<Merged, Error> {
        let pull_request = gather_whole(self.client, number)?;
        let first = landing.parents.first().cloned().unwrap_or_default();
        // Of a rebase the base lies further back; a squash and a merge have the base as their parent.
        let base = match landing.parents.len() {
            1 => self.base_of_rebase(&pull_request, &landing.commit)?,
            _ => None,
        };
        Ok(Merged {
            pull_request,
            commit: landing.commit.clone(),
            base: base.unwrap_or(first),
        })
    }

    fn rebased(&self, one: &PullRequest, landing: &Landing) -> Result<Option<Merged>, Error> {
        let Some(last) = one.merge_commit_sha.as_deref() else {
            return Ok(None);
        };
        let on_line =
            self.git.is_before(last, self.tip)? && self.git.is_before(&landing.commit, last)?;
        if !on_line {
            return Ok(None);
        }
        let Some(base) = self.base_of_rebase(one, last)? else {
            return Ok(None);
        };
        let after_base = base != landing.commit && self.git.is_before(&base, &landing.commit)?;
        if !after_base {
            return Ok(None);
        }
        Ok(Some(Merged {
            pull_request: gather_whole(self.client, one.number)?,
            commit: last.into(),
            base,
        }))
    }

    /// The commit before a rebase: as many steps back from its last commit as the pull request has commits that are no
    /// merges. `None` where those commits are not what stands on the line, as after a squash.
    fn base_of_rebase(&self, one: &PullRequest, last: &str) -> Result<Option<String>, Error> {
        let commits = self.client.commits_of(one.number)?;
        let own: Vec<&str> = commits
            .iter()
            .filter(|commit| commit.parents.len() < 2)
            .map(|commit| subject(&commit.commit.message))
            .collect();
        let mut at = last.to_string();
        for expected in own.iter().rev() {
            let Some((parent, subject)) = self.git.step(&at)? else {
                return Ok(None);
            };
            if subject != *expected {
                return Ok(None);
            }
            at = parent;
        }
        Ok((at != last).then_some(at))
    }
}

/// A pull request asked for by itself; lists leave out who merged it.
fn gather_whole(client: &Client, number: u64) -> Result<PullRequest, Error> {
    super::gather::pull_request(client, number)
}

fn subject(message: &str) -> &str {
    message.lines().next().unwrap_or_default().trim()
}

/// The number that GitHub writes into the subject of a squash or a merge.
fn hint(subject: &str) -> Option<u64> {
    let merge = subject
        .strip_prefix("Merge pull request #")
        .and_then(|rest| rest.split(' ').next());
    let squash = || {
        let (_, rest) = subject.trim_end().strip_suffix(')')?.rsplit_once("(#")?;
        Some(rest)
    };
    merge.or_else(squash)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_subjects_are_hints() {
        assert_eq!(hint("Merge pull request #12 from alice/topic"), Some(12));
        assert_eq!(hint("Checkout postmortem (#7)"), Some(7));
        assert_eq!(hint("Revert \"x (#7)\" (#9)"), Some(9));
        assert_eq!(hint("See (#7) for more"), None);
        assert_eq!(hint("no number (#x)"), None);
    }
}
