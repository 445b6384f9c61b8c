//! What GitHub says of a pull request, as far as an approval depends on it.
//!
//! Goes on record as it is, so that a verdict can be made again from it without network. Owns no judgement.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An account; the id counts, since a login can be given to somebody else.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Person {
    /// GitHub's number of the account.
    pub id: u64,
    /// Its name without `@`.
    pub login: String,
    /// Whether a program acts under it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub bot: bool,
}

/// Somebody who wrote on the pull request's commits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Contributor {
    /// The account, where GitHub knows it or the address names it (`1234+name@users.noreply.github.com`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Person>,
    /// The name as the commit has it; for whom no account is known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
}

/// What a review says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Opinion {
    /// The reviewer agrees.
    Approved,
    /// The reviewer does not.
    ChangesRequested,
    /// The reviewer has said something, which is no opinion.
    Commented,
    /// The review was taken back, which is no opinion either.
    Dismissed,
}

/// A submitted review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// GitHub's number of the review.
    pub id: u64,
    /// Who wrote it.
    pub by: Person,
    /// What it says.
    pub opinion: Opinion,
    /// When it was submitted.
    pub at: Timestamp,
    /// The head of the pull request that the reviewer saw; in hex.
    pub commit: String,
    /// Whether the reviewer may write to the repository now.
    pub may_write: bool,
}

/// How a pull request reached the default branch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merge {
    /// The commit on the default branch; of several, the last.
    pub commit: String,
    /// When.
    pub at: Timestamp,
    /// Who pressed the button.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Person>,
}

/// What is known of a pull request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Its number.
    pub number: u64,
    /// Its page.
    pub url: String,
    /// Who opened it; none where the account is gone.
    pub author: Option<Person>,
    /// The branch it is meant for.
    pub branch: String,
    /// The commit of that branch whose policy is in force, in hex.
    pub base: String,
    /// Its last commit, in hex.
    pub head: String,
    /// How it was merged, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merge: Option<Merge>,
    /// The authors and co-authors of its commits, merges by GitHub's own "Update branch" left out.
    pub contributors: Vec<Contributor>,
    /// Every submitted review that is more than a comment, oldest first.
    pub reviews: Vec<Review>,
    /// The members of the teams that the policy names, by `@org/team` in small letters.
    pub teams: BTreeMap<String, Vec<Person>>,
}

/// What a reviewer had before their eyes, compared with the text that is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// The same bytes, under whatever name, brought by the pull request.
    Same,
    /// Other bytes, none, or what the pull request had left as it was.
    Other,
    /// The reviewed commit can no longer be read.
    Unreachable,
}

/// The text that is judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// The postmortem's id, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its path relative to the repository, with `/`.
    pub path: String,
    /// The git blob of exactly this text, in hex; none where the pull request removes the file.
    pub blob: Option<String>,
    /// By reviewed commit, whether this text was there.
    pub seen: BTreeMap<String, Seen>,
}
