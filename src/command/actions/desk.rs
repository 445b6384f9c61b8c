//! GitHub's issues, as the run over action items wants them. Another tracker would be one more file like this.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::error::Error;
use crate::github::{self, Client, Failure, Lookup, Standing};
use crate::tracker::desk::{Desk, Edit, Kind, Listing, Look, New, Said, Trouble, Which};
use crate::tracker::labels::{Label, OURS};
use crate::tracker::{Issue, Reason};

/// Requests that writing to the ledger may take; nothing else uses them up.
const FOR_WRITING: u32 = 12;
/// So many issues are on a page.
const PAGE: usize = 100;

/// The issues of the client's repository.
pub(super) struct Issues<'a> {
    client: &'a Client,
}

impl<'a> Issues<'a> {
    /// The issues of the client's repository.
    pub(super) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// What a list says; where there is none, the repository may have no issues at all.
    fn listed<T>(&self, answer: Result<T, Failure>) -> Result<T, Trouble> {
        answer.map_err(|failure| match failure {
            Failure::NotFound { .. } if self.client.has_issues() == Ok(false) => off(),
            failure => trouble(failure),
        })
    }

    /// What a write says: issues may have been switched off meanwhile.
    fn written(&self, answer: Result<github::Issue, Failure>) -> Result<Issue, Trouble> {
        let issue = self.listed(answer)?;
        let number = issue.number;
        seen(issue).ok_or_else(|| Trouble {
            kind: Kind::Unknown,
            message: format!("the answer about #{number} cannot be read"),
            help: String::new(),
        })
    }
}

fn off() -> Trouble {
    Trouble {
        kind: Kind::Off,
        message: "the repository has no issues: switch them on under Settings, General, Features"
            .into(),
        help: String::new(),
    }
}

/// A failure as the run understands it.
pub(super) fn trouble(failure: Failure) -> Trouble {
    let kind = match &failure {
        Failure::Denied { .. } => Kind::Denied,
        Failure::Exhausted { .. } => Kind::Exhausted,
        Failure::Unknown { .. } => Kind::Unknown,
        Failure::NotFound { .. }
        | Failure::Refused { .. }
        | Failure::Conflict
        | Failure::Unavailable { .. } => Kind::NotDone,
    };
    let message = match &failure {
        Failure::Exhausted { message } => message.clone(),
        _ => String::new(),
    };
    let error = Error::from(failure);
    Trouble {
        kind,
        message: match message.is_empty() {
            true => error.to_string(),
            false => message,
        },
        help: error.help().unwrap_or_default().into(),
    }
}

/// An issue as the plan sees it; none where its answer was not whole.
fn seen(issue: github::Issue) -> Option<Issue> {
    let closed = match (issue.standing, issue.reason) {
        (Standing::Open, _) => None,
        (_, Some(github::Reason::NotPlanned)) => Some(Reason::NotPlanned),
        (_, Some(github::Reason::Duplicate)) => Some(Reason::Duplicate),
        _ => Some(Reason::Completed),
    };
    issue.whole.then(|| Issue {
        number: issue.number,
        author: issue.user.map(|user| user.id),
        title: issue.title,
        body: issue.body,
        closed,
        labels: issue.labels,
        assignees: issue.assignees,
        locked: issue.locked,
    })
}

fn reason(reason: Reason) -> github::Reason {
    match reason {
        Reason::Completed => github::Reason::Completed,
        Reason::NotPlanned => github::Reason::NotPlanned,
        Reason::Duplicate => github::Reason::Duplicate,
    }
}

impl Desk for Issues<'_> {
    fn now(&self) -> Timestamp {
        self.client.now()
    }

    fn left(&self) -> u32 {
        let budget = self.client.settings().budget.requests;
        let used = self.client.used().requests.saturating_add(FOR_WRITING);
        // The last one counts too.
        (budget + 1).saturating_sub(used)
    }

    fn list(&self, which: Which) -> Result<Listing, Trouble> {
        let ask = || match which {
            Which::Open => self.client.open_issues(OURS),
            Which::Changed(since) => self.client.issues(since, Some(OURS)),
            Which::Any(since) => self.client.issues(Some(since), None),
        };
        let found = match ask() {
            // Nothing can be done without it.
            Err(Failure::Unavailable { .. }) => ask(),
            found => found,
        };
        let mut listing = Listing::default();
        for issue in self.listed(found)? {
            let number = issue.number;
            if issue.pull_request {
                let is_open = issue.standing == Standing::Open;
                let is_ours = issue.labels.iter().any(|it| it.eq_ignore_ascii_case(OURS));
                if is_ours {
                    listing.others.push((number, is_open));
                }
                continue;
            }
            match seen(issue) {
                Some(issue) => listing.issues.push(issue),
                None => listing.unclear.push(number),
            }
        }
        Ok(listing)
    }

    /// Asks for the page on which the last one must be, of a size that it cannot fill: it is there, and the pages before it are
    /// full, only if there are exactly so many.
    fn has_open(&self, count: usize) -> Result<bool, Trouble> {
        let size = (1..=PAGE).rev().find(|size| !count.is_multiple_of(*size));
        let size = size.unwrap_or(PAGE);
        let found = self
            .client
            .page_of_open_issues(OURS, size, count / size + 1);
        Ok(self.listed(found)? == count % size)
    }

    fn look(&self, number: u64) -> Result<Look, Trouble> {
        let found = match self.client.issue(number) {
            // It leads to what is no issue, like a discussion.
            Err(Failure::Refused {
                status: 300..=399,
                message,
                ..
            }) if message.contains("https://") => {
                let page = message.rsplit(' ').next().unwrap_or_default();
                return Ok(Look::Moved(place(page)));
            }
            found => found.map_err(trouble)?,
        };
        match found {
            Lookup::Found(issue) if issue.pull_request => Ok(Look::Gone),
            // Nothing is there where there are no issues at all, or where the repository is not shown any more.
            Lookup::Gone if !self.client.has_issues().map_err(trouble)? => Err(off()),
            Lookup::Found(issue) => match seen(*issue) {
                Some(issue) => Ok(Look::Found(issue)),
                None => Err(Trouble {
                    kind: Kind::NotDone,
                    message: "parts of its answer are missing".into(),
                    help: String::new(),
                }),
            },
            Lookup::Moved(page) => Ok(Look::Moved(place(&page))),
            Lookup::Gone => Ok(Look::Gone),
        }
    }

    fn labels(&self) -> Result<BTreeSet<String>, Trouble> {
        let labels = self.client.labels().map_err(trouble)?;
        Ok(labels
            .into_iter()
            .map(|label| label.name.to_lowercase())
            .collect())
    }

    fn make(&self, label: &Label) -> Result<(), Trouble> {
        let label = github::Label {
            name: label.name.clone(),
            color: label.colour.into(),
            description: Some(label.description.into()),
        };
        self.client.create_label(&label).map_err(trouble)?;
        Ok(())
    }

    fn may_be_assigned(&self, login: &str) -> Result<bool, Trouble> {
        self.client.may_be_assigned(login).map_err(trouble)
    }

    fn open(&self, new: &New) -> Result<Issue, Trouble> {
        self.written(self.client.create_issue(&github::NewIssue {
            title: new.title.clone(),
            body: new.body.clone(),
            labels: new.labels.clone(),
            assignees: new.assignees.clone(),
        }))
    }

    fn change(&self, number: u64, edit: &Edit) -> Result<Issue, Trouble> {
        let mut change = github::Change::default();
        change.title.clone_from(&edit.title);
        change.body.clone_from(&edit.body);
        change.labels.clone_from(&edit.labels);
        change.assignees.clone_from(&edit.assignees);
        let change = match edit.standing {
            None => change,
            Some(None) => change.reopen(),
            Some(Some(how)) => change.close(reason(how)),
        };
        self.written(self.client.update_issue(number, &change))
    }

    fn said(&self, number: u64) -> Result<Vec<Said>, Trouble> {
        let comments = self.listed(self.client.comments(number))?;
        // What cannot be read may be what is about to be said.
        if comments.iter().any(|comment| !comment.whole) {
            return Err(Trouble {
                kind: Kind::NotDone,
                message: format!("the comments of #{number} cannot all be read"),
                help: String::new(),
            });
        }
        let said = comments.into_iter().map(|comment| Said {
            author: comment.user.map(|user| user.id),
            text: comment.body,
        });
        Ok(said.collect())
    }

    fn say(&self, number: u64, text: &str) -> Result<Option<u64>, Trouble> {
        let comment = self.listed(self.client.comment(number, text))?;
        Ok(comment.user.map(|user| user.id))
    }

    fn me(&self) -> Result<Option<u64>, Trouble> {
        let me = self.client.me().map_err(trouble)?;
        Ok(me.map(|account| account.id))
    }
}

/// Where an issue was moved to, as it may stand in the ledger: an address without anything that people cannot see.
fn place(page: &str) -> String {
    let plain = |c: &char| !c.is_control() && !c.is_whitespace();
    page.chars().filter(plain).take(300).collect()
}
