//! GitHub over HTTP: the few endpoints that approvals and action items need, with structs of our own.
//!
//! Owns requests, paging, limits and the words for what went wrong. octocrab carries the bytes and is seen nowhere else;
//! callers see plain calls that block. What the answers mean is for `command` and the pure stages.

mod access;
mod address;
mod answer;
mod branch;
mod client;
mod content;
mod failure;
mod graphql;
mod issue;
mod label;
mod limit;
mod meter;
mod proxy;
mod pull_request;
mod settings;
#[cfg(test)]
mod tests;
mod transport;

pub use access::{Permission, Team};
pub use branch::{Addition, Committed};
pub use client::{Client, Used};
pub use content::{Blob, Tree};
pub use failure::Failure;
pub use issue::{Change, Comment, Issue, Lookup, NewIssue, Reason, Standing};
pub use label::Label;
pub use pull_request::{Account, ChangedFile, PullRequest, Review, Side, WrittenCommit};
pub use settings::{Budget, Settings};
