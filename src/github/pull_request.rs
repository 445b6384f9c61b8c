//! Pull requests, their files, commits and reviews.

use jiff::Timestamp;
use serde::Deserialize;

use super::address::segment;
use super::settings::is_repository;
use super::{Client, Failure};

/// An account as GitHub names it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Account {
    /// Its number.
    pub id: u64,
    /// Its name.
    pub login: String,
    /// `User`, `Bot`, `Organization` and the like.
    #[serde(rename = "type", default)]
    pub kind: String,
}

/// One side of a pull request.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Side {
    /// The branch.
    #[serde(rename = "ref")]
    pub branch: String,
    /// Its commit.
    pub sha: String,
    /// The repository; none where a fork was deleted.
    pub repo: Option<Repository>,
}

/// The repository of a side.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Repository {
    /// `owner/name`.
    pub full_name: String,
    /// The branch that counts.
    #[serde(default)]
    pub default_branch: Option<String>,
}

/// A pull request.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct PullRequest {
    /// Its number.
    pub number: u64,
    /// Its page; empty where a server that stands in for GitHub has none.
    #[serde(default)]
    pub html_url: String,
    /// Who opened it; none where the account is gone.
    pub user: Option<Account>,
    /// Where it comes from.
    pub head: Side,
    /// Where it goes to.
    pub base: Side,
    /// When it was merged.
    pub merged_at: Option<Timestamp>,
    /// Who merged it; only where one pull request was asked for, not in lists.
    #[serde(default)]
    pub merged_by: Option<Account>,
    /// The commit it became; of an open one, a trial merge.
    pub merge_commit_sha: Option<String>,
}

/// A file that a pull request changes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ChangedFile {
    /// Its path.
    pub filename: String,
    /// The path it had.
    #[serde(default)]
    pub previous_filename: Option<String>,
    /// `added`, `removed`, `modified`, `renamed`, `copied`, `changed` or `unchanged`.
    pub status: String,
    /// Its blob at the head; of a removed file, the last one.
    pub sha: Option<String>,
}

/// A review.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Review {
    /// Its number.
    pub id: u64,
    /// Who wrote it; none where the account is gone.
    pub user: Option<Account>,
    /// `APPROVED`, `CHANGES_REQUESTED`, `COMMENTED`, `DISMISSED` or `PENDING`.
    pub state: String,
    /// The commit that was reviewed; none where it is gone.
    #[serde(default)]
    pub commit_id: Option<String>,
    /// When; none while it is pending.
    #[serde(default)]
    pub submitted_at: Option<Timestamp>,
}

/// A commit of a pull request.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct WrittenCommit {
    /// Its id.
    pub sha: String,
    /// What git knows of it.
    pub commit: GitCommit,
    /// The account of its author, where GitHub knows it.
    #[serde(default, deserialize_with = "account_or_nothing")]
    pub author: Option<Account>,
    /// The account of its committer; `web-flow` is GitHub itself.
    #[serde(default, deserialize_with = "account_or_nothing")]
    pub committer: Option<Account>,
    /// Its parents.
    #[serde(default)]
    pub parents: Vec<Parent>,
}

/// What git knows of a commit.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct GitCommit {
    /// Its message, with trailers.
    pub message: String,
    /// Who wrote it.
    pub author: Option<Signature>,
}

/// A name and an address in a commit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Signature {
    /// The name.
    #[serde(default)]
    pub name: String,
    /// The address.
    #[serde(default)]
    pub email: String,
}

/// A parent of a commit.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Parent {
    /// Its id.
    pub sha: String,
}

/// GitHub answers `{}` for an account that it does not know.
fn account_or_nothing<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Account>, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).ok())
}

impl Client {
    /// The branch that counts.
    pub fn default_branch(&self) -> Result<String, Failure> {
        let repository: Repository = self.get("{repo}")?;
        repository
            .default_branch
            .ok_or_else(|| Failure::Unavailable {
                request: "GET {repo}".into(),
                message: "the answer names no default branch".into(),
            })
    }

    /// Whether a name is that of the client's repository, or was before it got another.
    pub fn is_here(&self, name: &str) -> Result<bool, Failure> {
        let ours = &self.settings().repository;
        if name.eq_ignore_ascii_case(ours) {
            return Ok(true);
        }
        if !is_repository(name) {
            return Ok(false);
        }
        // A name that was given up leads to the new one.
        let found: Option<Repository> = self.find(&format!("/repos/{name}"))?;
        Ok(found.is_some_and(|found| found.full_name.eq_ignore_ascii_case(ours)))
    }

    /// A pull request.
    pub fn pull_request(&self, number: u64) -> Result<Option<PullRequest>, Failure> {
        self.find(&format!("{{repo}}/pulls/{number}"))
    }

    /// The files it changes, 3,000 at most.
    pub fn changed_files(&self, number: u64) -> Result<Vec<ChangedFile>, Failure> {
        self.list(&format!("{{repo}}/pulls/{number}/files"))
    }

    /// Its commits, oldest first, 250 at most.
    pub fn commits_of(&self, number: u64) -> Result<Vec<WrittenCommit>, Failure> {
        self.list(&format!("{{repo}}/pulls/{number}/commits"))
    }

    /// A commit; `None` where there is no such commit any more.
    pub fn commit_of(&self, commit: &str) -> Result<Option<WrittenCommit>, Failure> {
        let Some(part) = segment(commit) else {
            return Ok(None);
        };
        match self.find(&format!("{{repo}}/commits/{part}")) {
            Err(Failure::Refused { status: 422, .. }) => Ok(None),
            answer => answer,
        }
    }

    /// Its reviews, oldest first.
    pub fn reviews(&self, number: u64) -> Result<Vec<Review>, Failure> {
        self.list(&format!("{{repo}}/pulls/{number}/reviews"))
    }

    /// The pull requests that a commit belongs to; none for a commit that GitHub does not know.
    pub fn pull_requests_of(&self, commit: &str) -> Result<Vec<PullRequest>, Failure> {
        let Some(part) = segment(commit) else {
            return Ok(Vec::new());
        };
        match self.list(&format!("{{repo}}/commits/{part}/pulls")) {
            // A 404 stands for a repository that the token may not see, which says nothing about the commit.
            Err(Failure::Refused {
                status: 422,
                message,
                ..
            }) if message.contains("No commit found") => Ok(Vec::new()),
            answer => answer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_stands_in_may_leave_out_what_is_not_needed() {
        let side = |branch: &str| serde_json::json!({"ref": branch, "sha": "0a"});
        let answer = serde_json::json!({"number": 7, "head": side("topic"), "base": side("main")});
        let found: PullRequest = serde_json::from_value(answer).expect("enough");
        assert_eq!((found.number, found.user, found.merged_at), (7, None, None));
        assert_eq!(found.html_url, "");
    }
}
