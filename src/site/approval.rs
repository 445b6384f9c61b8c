//! What a page says of a postmortem's approval: who agreed, when, where, and what was changed since.
//!
//! Owns the words. Where a postmortem stands comes from the ledger and is decided by nobody here; the ledger's own words,
//! addresses among them, are a stranger's. How the change looks is for [`super::change`].

use std::collections::BTreeMap;

use serde::Serialize;

use super::change::{self, Change};
use super::entry::{Entry, Word};
use super::{Input, when};
use crate::ledger::standing::{Approval, Standing};

/// What the ledger proves.
#[derive(Clone, Debug, Default)]
pub struct Approvals {
    /// Where each postmortem stands, by its path.
    pub standings: BTreeMap<String, Standing>,
    /// By the path of a postmortem that was changed since its approval, the text that was approved; absent where this
    /// clone does not hold it.
    pub approved: BTreeMap<String, String>,
}

/// The pull request that brought an approved text.
#[derive(Debug, Serialize)]
struct PullRequest {
    number: u64,
    /// Its page, where the address is one that may be linked to.
    url: Option<String>,
}

/// Everything the template shows.
#[derive(Debug, Serialize)]
pub(super) struct Verdict {
    state: Word,
    /// Who agreed: `owner of checkout (@acme/payments), manager`.
    by: String,
    day: Option<String>,
    day_iso: Option<String>,
    pull_request: Option<PullRequest>,
    /// What else there is to say, after a colon.
    more: &'static str,
    change: Option<Change>,
}

impl Verdict {
    /// The page of the pull request that brought the approved text.
    pub(super) fn pull_request(&self) -> Option<&str> {
        self.pull_request.as_ref()?.url.as_deref()
    }
}

/// The word for a standing.
pub(super) fn word(standing: &Standing) -> Word {
    Word {
        key: standing.name(),
        label: standing.label(),
    }
}

/// Where an entry stands; `None` where there is no ledger.
pub(super) fn standing<'a>(input: &Input<'a>, entry: &Entry<'_>) -> Option<&'a Standing> {
    let approvals = input.approvals?;
    approvals.standings.get(entry.postmortem.path())
}

/// What the page of an entry says; nothing where the ledger says no more than the status does.
pub(super) fn verdict(input: &Input<'_>, entry: &Entry<'_>) -> Option<Verdict> {
    let standing = standing(input, entry)?;
    match standing {
        Standing::Approved(approval) => Some(agreed(standing, approval)),
        Standing::Changed(approval) => {
            let approved = input.approvals?.approved.get(entry.postmortem.path());
            let change =
                approved.map(|approved| change::of(approved, entry.postmortem.source().text()));
            Some(Verdict {
                more: match change {
                    Some(_) => "",
                    None => {
                        "what was changed cannot be shown, since this clone does not hold the approved text"
                    }
                },
                change,
                ..agreed(standing, approval)
            })
        }
        Standing::Unreviewed => Some(Verdict {
            state: word(standing),
            by: String::new(),
            day: None,
            day_iso: None,
            pull_request: None,
            more: "merged without an approval",
            change: None,
        }),
        Standing::InReview | Standing::Draft => None,
    }
}

fn agreed(standing: &Standing, approval: &Approval) -> Verdict {
    Verdict {
        state: word(standing),
        by: approval.roles.join(", "),
        day: Some(when::day(approval.at)),
        day_iso: Some(approval.at.to_string()),
        pull_request: Some(PullRequest {
            number: approval.pull_request,
            url: is_web(&approval.url).then(|| approval.url.clone()),
        }),
        more: "",
        change: None,
    }
}

/// Whether an address leads to a web page, and runs nothing.
pub(super) fn is_web(url: &str) -> bool {
    let begins = |scheme: &str| {
        url.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    (begins("https://") || begins("http://"))
        && !url.contains(|c: char| c.is_control() || c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::is_web;

    #[test]
    fn only_pages_of_the_web_are_linked() {
        for good in ["https://github.com/a/b/pull/1", "HTTP://ghe.example/1"] {
            assert!(is_web(good), "{good}");
        }
        for bad in [
            "javascript:alert(1)//https://x",
            " https://x",
            "https:/x",
            "https://x\n\">",
            "data:text/html,x",
            "//x",
            "",
            "ä",
        ] {
            assert!(!is_web(bad), "{bad}");
        }
    }
}
