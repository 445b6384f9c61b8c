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

impl Standing {
    /// The name and the words of every state, the one that proves most first.
    pub const STATES: [(&'static str, &'static str); 5] = [
        ("approved", "Approved"),
        ("changed", "Changed since approval"),
        ("unreviewed", "Not reviewed"),
        ("in-review", "In review"),
        ("draft", "Draft"),
    ];

    /// The state's name for programs, as serialised.
    pub fn name(&self) -> &'static str {
        Self::STATES[self.place()].0
    }

    /// The state for people, with a capital letter.
    pub fn label(&self) -> &'static str {
        Self::STATES[self.place()].1
    }

    /// The approval on record: of this text, or of an earlier one.
    pub fn approval(&self) -> Option<&Approval> {
        match self {
            Self::Approved(approval) | Self::Changed(approval) => Some(approval),
            Self::Unreviewed | Self::InReview | Self::Draft => None,
        }
    }

    fn place(&self) -> usize {
        match self {
            Self::Approved(_) => 0,
            Self::Changed(_) => 1,
            Self::Unreviewed => 2,
            Self::InReview => 3,
            Self::Draft => 4,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_are_written() {
        let approval = Approval {
            pull_request: 12,
            url: "https://github.com/acme/postmortems/pull/12".into(),
            at: Timestamp::UNIX_EPOCH,
            roles: vec!["manager".into()],
            blob: String::new(),
            commit: String::new(),
        };
        let all = [
            Standing::Approved(approval.clone()),
            Standing::Changed(approval),
            Standing::Unreviewed,
            Standing::InReview,
            Standing::Draft,
        ];
        for (standing, (name, label)) in all.iter().zip(Standing::STATES) {
            let written = serde_json::to_value(standing).expect("JSON");
            assert_eq!(written["state"], name);
            assert_eq!((standing.name(), standing.label()), (name, label));
        }
    }
}
