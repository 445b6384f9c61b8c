//! Issues and the comments below them.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::address::{segment, value};
use super::answer::NOT_ACCEPTED;
use super::pull_request::Repository;
use super::{Account, Client, Failure};

/// An issue, as far as its answer could be read: only one without a number is no answer at all.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Value")]
pub struct Issue {
    /// Its number.
    pub number: u64,
    /// Its page.
    pub html_url: String,
    /// Its title.
    pub title: String,
    /// Its text; from a browser with CRLF.
    pub body: String,
    /// Whether it is open.
    pub standing: Standing,
    /// Why it is closed, or that it was opened again.
    pub reason: Option<Reason>,
    /// Who opened it; none where the account is gone.
    pub user: Option<Account>,
    /// The names of its labels.
    pub labels: Vec<String>,
    /// The accounts it is assigned to.
    pub assignees: Vec<String>,
    /// How many comments it has.
    pub comments: u64,
    /// Whether only those who may push may comment.
    pub locked: bool,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// Whether it is a pull request, which GitHub shows as an issue too.
    pub pull_request: bool,
    /// Whether all that tells an issue from others was there to be read (title, text, state, author, labels and
    /// assignees). If not, nothing follows from what is missing.
    pub whole: bool,
    /// `owner/name` of where it is, by its answer.
    repository: Option<String>,
}

/// Whether an issue is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It is.
    Open,
    /// It is not.
    Closed,
    /// A word of tomorrow, or none.
    #[serde(other)]
    Unknown,
}

/// Why an issue was closed, or that it was opened again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It is done.
    Completed,
    /// Nobody will do it.
    NotPlanned,
    /// Another issue says the same.
    Duplicate,
    /// It was opened again.
    Reopened,
    /// A word of tomorrow.
    #[serde(other)]
    Unknown,
}

/// What became of an issue's number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// It is here.
    Found(Box<Issue>),
    /// It is in another repository, at this page.
    Moved(String),
    /// It was deleted, or is where the token sees nothing.
    Gone,
}

/// An issue to open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NewIssue {
    /// Its title, at most 256 characters.
    pub title: String,
    /// Its text, at most 65,536 characters.
    pub body: String,
    /// Its labels; GitHub makes a grey one of a name that it does not know.
    pub labels: Vec<String>,
    /// Whom it is assigned to; one who may not be assigned fails it all.
    pub assignees: Vec<String>,
}

/// What is to be changed of an issue; the rest stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Another title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Another text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// These labels and no others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<Vec<String>>,
    /// These accounts and no others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignees: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<Standing>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state_reason: Option<Reason>,
}

impl Change {
    /// Closes it. The reason of one that is closed already stays what it is: GitHub takes no other.
    pub fn close(mut self, reason: Reason) -> Self {
        self.state = Some(Standing::Closed);
        self.state_reason = Some(reason);
        self
    }

    /// Opens it again.
    pub fn reopen(mut self) -> Self {
        self.state = Some(Standing::Open);
        self.state_reason = None;
        self
    }
}

/// A comment, as far as its answer could be read: only one without a number is no answer at all.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Value")]
pub struct Comment {
    /// Its number.
    pub id: u64,
    /// Who wrote it; none where the account is gone.
    pub user: Option<Account>,
    /// Its text; from a browser with CRLF.
    pub body: String,
    /// When it was written.
    pub created_at: Option<Timestamp>,
    /// Whether author and text were there to be read. If not, nothing follows from what is missing.
    pub whole: bool,
}

/// The fields of an answer, and whether those that were asked for were all there.
struct Fields {
    all: Map<String, Value>,
    whole: bool,
}

impl Fields {
    fn of(value: Value) -> Result<Self, &'static str> {
        match value {
            Value::Object(all) => Ok(Self { all, whole: true }),
            _ => Err("an entry is no object"),
        }
    }

    /// A field that has to be there.
    fn must<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        let found = self.may(name);
        self.whole &= found.is_some();
        found
    }

    /// A field that has to be there and may be null.
    fn must_or_null<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        if self.all.get(name).is_some_and(Value::is_null) {
            return None;
        }
        self.must(name)
    }

    fn may<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        let value = self.all.remove(name)?;
        serde_json::from_value(value).ok()
    }

    /// Texts, or objects that have them under a name.
    fn texts(&mut self, name: &str, inner: &str) -> Vec<String> {
        let values: Vec<Value> = self.must(name).unwrap_or_default();
        let text = |it: &Value| it.as_str().or(it[inner].as_str()).map(str::to_string);
        let texts: Vec<String> = values.iter().filter_map(text).collect();
        self.whole &= texts.len() == values.len();
        texts
    }
}

impl TryFrom<Value> for Comment {
    type Error = &'static str;

    fn try_from(value: Value) -> Result<Self, Self::Error> {
        let mut fields = Fields::of(value)?;
        Ok(Self {
            id: fields.must("id").ok_or("a comment has no number")?,
            user: fields.must_or_null("user"),
            body: fields.must("body").unwrap_or_default(),
            created_at: fields.may("created_at"),
            whole: fields.whole,
        })
    }
}

impl TryFrom<Value> for Issue {
    type Error = &'static str;

    fn try_from(value: Value) -> Result<Self, Self::Error> {
        let mut fields = Fields::of(value)?;
        let number = fields.must("number").ok_or("an issue has no number")?;
        let standing = fields.must("state").unwrap_or(Standing::Unknown);
        fields.whole &= standing != Standing::Unknown;
        let home: Option<String> = fields.may("repository_url");
        Ok(Self {
            number,
            html_url: fields.may("html_url").unwrap_or_default(),
            title: fields.must("title").unwrap_or_default(),
            body: fields.must_or_null("body").unwrap_or_default(),
            standing,
            reason: fields.may("state_reason"),
            user: fields.must_or_null("user"),
            labels: fields.texts("labels", "name"),
            assignees: fields.texts("assignees", "login"),
            comments: fields.may("comments").unwrap_or_default(),
            locked: fields.may("locked").unwrap_or_default(),
            updated_at: fields.may("updated_at"),
            closed_at: fields.may("closed_at"),
            pull_request: fields.may::<Map<String, Value>>("pull_request").is_some(),
            repository: home.as_deref().and_then(last_two),
            whole: fields.whole,
        })
    }
}

fn open(label: &str) -> String {
    let label = value(label);
    format!("{{repo}}/issues?state=open&sort=created&direction=asc&labels={label}")
}

/// `owner/name` at the end of an address.
fn last_two(address: &str) -> Option<String> {
    let (rest, name) = address.rsplit_once('/')?;
    let owner = rest.rsplit('/').next()?;
    Some(format!("{owner}/{name}"))
}

impl Client {
    /// Whether the repository has issues at all.
    pub fn has_issues(&self) -> Result<bool, Failure> {
        #[derive(Deserialize)]
        struct Found {
            has_issues: Option<bool>,
        }
        let found: Found = self.get("{repo}")?;
        Ok(found.has_issues.unwrap_or(true))
    }

    /// The issues in every state, oldest first and each once, and pull requests, which GitHub shows as issues too: those that
    /// changed after a moment, with a label that has no comma.
    ///
    /// The order is that of their making, which never changes: what is edited meanwhile leaves no gap between two pages.
    /// What is deleted or loses its label meanwhile may, and the newest may come late: ask for a known number before
    /// taking it for gone.
    pub fn issues(
        &self,
        since: Option<Timestamp>,
        label: Option<&str>,
    ) -> Result<Vec<Issue>, Failure> {
        let mut path = "{repo}/issues?state=all&sort=created&direction=asc".to_string();
        if let Some(label) = label {
            path.push_str(&format!("&labels={}", value(label)));
        }
        if let Some(since) = since {
            let since = since.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
            path.push_str(&format!("&since={}", value(&since)));
        }
        self.each_once(&path)
    }

    /// The same of all that are open with a label.
    pub fn open_issues(&self, label: &str) -> Result<Vec<Issue>, Failure> {
        self.each_once(&open(label))
    }

    fn each_once(&self, path: &str) -> Result<Vec<Issue>, Failure> {
        let mut issues: Vec<Issue> = self.list(path)?;
        let mut numbers = BTreeSet::new();
        issues.retain(|issue| numbers.insert(issue.number));
        Ok(issues)
    }

    /// How many are on one page of that list, by the size of its pages (at most 100) and the page's number from 1.
    pub fn page_of_open_issues(
        &self,
        label: &str,
        size: usize,
        page: usize,
    ) -> Result<usize, Failure> {
        let path = format!("{}&per_page={size}&page={page}", open(label));
        let found: Vec<IgnoredAny> = self.get(&path)?;
        Ok(found.len())
    }

    /// What became of an issue, or of a pull request.
    pub fn issue(&self, number: u64) -> Result<Lookup, Failure> {
        // A 301 is followed: it stands for an issue in another place and for a repository with another name.
        let found: Option<Issue> = self.find(&format!("{{repo}}/issues/{number}"))?;
        let Some(issue) = found else {
            return Ok(Lookup::Gone);
        };
        let home = issue.repository.as_deref();
        let here = match home {
            _ if issue.number != number => false,
            Some(home) if !home.eq_ignore_ascii_case(&self.settings().repository) => {
                let ours: Repository = self.get("{repo}")?;
                ours.full_name.eq_ignore_ascii_case(home)
            }
            _ => true,
        };
        Ok(if here {
            Lookup::Found(Box::new(issue))
        } else {
            Lookup::Moved(issue.html_url)
        })
    }

    /// Opens an issue; sent once. What GitHub made of it is in the answer: it drops labels and assignees without a word
    /// where the token may not push.
    pub fn create_issue(&self, issue: &NewIssue) -> Result<Issue, Failure> {
        self.post("{repo}/issues", issue)
    }

    /// Changes an issue; sent once. The answer is as that of opening one.
    pub fn update_issue(&self, number: u64, change: &Change) -> Result<Issue, Failure> {
        self.patch(&format!("{{repo}}/issues/{number}"), change)
    }

    /// The comments of an issue, oldest first.
    pub fn comments(&self, number: u64) -> Result<Vec<Comment>, Failure> {
        self.list(&format!("{{repo}}/issues/{number}/comments"))
    }

    /// Comments on an issue; sent once.
    pub fn comment(&self, number: u64, text: &str) -> Result<Comment, Failure> {
        #[derive(Serialize)]
        struct Said<'a> {
            body: &'a str,
        }
        let path = format!("{{repo}}/issues/{number}/comments");
        self.post(&path, &Said { body: text })
    }

    /// Whether an issue may be assigned to an account.
    pub fn may_be_assigned(&self, login: &str) -> Result<bool, Failure> {
        let Some(login) = segment(login) else {
            return Ok(false);
        };
        let path = format!("{{repo}}/assignees/{login}");
        let found: Option<IgnoredAny> = self.find(&path)?;
        Ok(found.is_some())
    }

    /// The account of the token; `None` where it is nobody's, as a workflow's or an app's.
    pub fn me(&self) -> Result<Option<Account>, Failure> {
        match self.find("/user") {
            // A token that is no good at all is another matter than one that stands for nobody.
            Err(Failure::Denied { message, .. }) if !message.starts_with(NOT_ACCEPTED) => Ok(None),
            answer => answer,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: Value) -> Issue {
        serde_json::from_value(value).expect("an issue")
    }

    fn usual() -> Value {
        json!({
            "number": 7,
            "html_url": "https://github.example/acme/incidents/issues/7",
            "repository_url": "https://api.github.example/repos/acme/incidents",
            "title": "Alert on a full disk",
            "body": null,
            "state": "closed",
            "state_reason": "not_planned",
            "user": {"id": 41898282, "login": "github-actions[bot]", "type": "Bot"},
            "labels": [{"name": "aftersight"}, "bug"],
            "assignees": [{"login": "alice"}],
            "comments": 2,
            "locked": true,
            "updated_at": "2026-10-12T08:00:00Z",
            "closed_at": "2026-10-12T08:00:00Z",
        })
    }

    #[test]
    fn an_issue_is_read() {
        let issue = read(usual());
        assert_eq!(issue.body, "");
        assert_eq!(issue.standing, Standing::Closed);
        assert_eq!(issue.reason, Some(Reason::NotPlanned));
        assert_eq!(issue.user.as_ref().map(|it| it.id), Some(41_898_282));
        assert_eq!(issue.labels, ["aftersight", "bug"]);
        assert_eq!(issue.assignees, ["alice"]);
        assert_eq!((issue.comments, issue.locked), (2, true));
        assert_eq!(issue.updated_at, issue.closed_at);
        assert_eq!(issue.repository.as_deref(), Some("acme/incidents"));
        assert!(issue.whole && !issue.pull_request);
    }

    #[test]
    fn what_cannot_be_read_of_an_issue_is_not_taken_for_nothing() {
        for (field, flaw) in [
            ("title", json!(7)),
            ("body", json!(["text"])),
            ("state", json!("archived")),
            ("user", json!("alice")),
            ("labels", json!([{"id": 1}])),
            ("assignees", Value::Null),
        ] {
            let mut value = usual();
            value[field] = flaw;
            let issue = read(value);
            assert!(!issue.whole && issue.number == 7, "{field}");
            let mut value = usual();
            value.as_object_mut().expect("an object").remove(field);
            assert!(!read(value).whole, "{field}");
        }
        // An account may be gone, and words may be new.
        let mut value = usual();
        value["user"] = Value::Null;
        value["state_reason"] = json!("superseded");
        value["comments"] = json!("many");
        let issue = read(value);
        assert!(issue.whole);
        assert_eq!(issue.reason, Some(Reason::Unknown));
        for nothing in [json!(7), json!({}), json!({"number": "7"})] {
            assert!(serde_json::from_value::<Issue>(nothing).is_err());
        }
    }

    #[test]
    fn a_change_says_only_what_changes() {
        let text = |change: &Change| serde_json::to_value(change).expect("JSON");
        assert_eq!(text(&Change::default()), json!({}));
        let change = Change {
            labels: Some(Vec::new()),
            ..Change::default()
        };
        assert_eq!(
            text(&change.clone().close(Reason::Duplicate)),
            json!({"labels": [], "state": "closed", "state_reason": "duplicate"})
        );
        assert_eq!(
            text(&change.reopen()),
            json!({"labels": [], "state": "open"})
        );
    }
}
