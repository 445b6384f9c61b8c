//! Where a postmortem stands on the default branch: one value that `check`, the site and `approval verify` show, so that
//! they cannot disagree. It is made by `approval`.

use jiff::Timestamp;
use serde::Serialize;

/// An approval on record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Approval {
    /// The pull request's number.
    pub pull_request: u64,
    /// Its page.
    pub url: String,
    /// When the last approval that was needed was given.
    pub at: Timestamp,
    /// The roles that agreed, as the policy names them: `owner of checkout (@org/payments)`.
    pub roles: Vec<String>,
    /// The git blob that was approved.
    pub blob: String,
    /// The commit that brought it to the default branch.
    pub commit: String,
}

/// Where a postmortem stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Standing {
    /// Exactly this text was approved.
    Approved(Approval),
    /// An earlier text was approved.
    Changed(Approval),
    /// It says it is final, and no approval is on record.
    Unreviewed,
    /// It says it is in review.
    InReview,
    /// It says it is a draft.
    Draft,
}
