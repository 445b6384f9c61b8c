//! What a judgement comes to: the state of one text, who is still needed, and why each opinion counts or does not.
//!
//! A value made once by `approval`; the terminal, the step summary, the ledger and the site show it.

use serde::{Deserialize, Serialize};

use super::facts::Opinion;

/// The state of one text in a pull request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Every requirement is met by fresh approvals, and nobody who counts objects.
    Approved,
    /// Some who count have spoken, but not enough.
    Pending,
    /// Somebody who counts asks for changes.
    ChangesRequested,
    /// Approvals that would count are for another text.
    Stale,
    /// Nobody who counts has spoken.
    Unreviewed,
}

/// Whom the policy asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requirement {
    /// Why, as people say it: `owner of checkout`, `manager for sev1`.
    pub role: String,
    /// How many of them.
    pub count: u32,
    /// Whom: `@user`, `@org/team`; empty means anybody who may write to the repository.
    pub who: Vec<String>,
}

/// A requirement and how far it is met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// What is asked for.
    #[serde(flatten)]
    pub requirement: Requirement,
    /// The logins whose fresh approvals count for it.
    pub met_by: Vec<String>,
    /// How many are still needed.
    pub missing: u32,
}

/// Why an opinion counts or does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// It counts.
    Counts,
    /// The reviewer opened the pull request.
    Author,
    /// The reviewer approved what they wrote on; their request for changes would count.
    Contributor,
    /// A program reviewed.
    Bot,
    /// The policy does not name the reviewer for this postmortem.
    NotNamed,
    /// The reviewer may no longer write to the repository.
    NoAccess,
    /// The reviewed text was another.
    Stale,
    /// The reviewed commit can no longer be read.
    Unreachable,
    /// The review was dismissed.
    Dismissed,
}

/// What one reviewer thinks, by their last review that says anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Voice {
    /// Who.
    pub login: String,
    /// The review's number.
    pub review: u64,
    /// What it says.
    pub opinion: Opinion,
    /// Whether it counts.
    pub weight: Weight,
    /// The roles it counts for.
    pub roles: Vec<String>,
}

/// The verdict on one text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The state.
    pub state: State,
    /// Every requirement and how far it is met.
    pub needs: Vec<Need>,
    /// Every reviewer with an opinion.
    pub voices: Vec<Voice>,
}
