//! Issues, comments and labels: what the fake knows of them, and GitHub's rules that its description does not have.

mod people;
mod routes;
mod shape;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

pub(crate) use people::View;

use super::state::{PullRequest, Right, State};

/// The number of the repository that issues are transferred to.
pub(super) const ELSEWHERE_ID: u64 = 4243;

#[derive(Clone, Debug)]
struct Comment {
    id: u64,
    by: String,
    body: String,
    at: Timestamp,
    updated: Timestamp,
}

#[derive(Clone, Debug)]
struct Label {
    id: u64,
    name: String,
    color: String,
    description: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Fate {
    Here,
    Deleted,
    /// It is a discussion now; whether its old address leads there.
    Discussion(bool),
    /// It has this number in another repository.
    Moved(u64),
}

#[derive(Clone, Debug)]
struct Issue {
    id: u64,
    number: u64,
    by: String,
    title: String,
    body: String,
    /// By whom and when.
    closed: Option<(String, Timestamp)>,
    reason: Option<String>,
    labels: Vec<String>,
    assignees: Vec<String>,
    comments: Vec<Comment>,
    locked: bool,
    at: Timestamp,
    updated: Timestamp,
    fate: Fate,
    /// So many further lists do not show it yet.
    hidden: u32,
    /// The list that was last begun does not show it.
    behind: bool,
    /// No list shows it before.
    listed: Timestamp,
}

/// What somebody wants of an issue; nothing stays as it is.
#[derive(Default)]
struct Wish {
    title: Option<String>,
    body: Option<String>,
    closed: Option<bool>,
    reason: Option<String>,
    labels: Option<Vec<String>>,
    assignees: Option<Vec<String>>,
}

/// Everything about issues.
#[derive(Default)]
pub(super) struct Issues {
    pub(super) disabled: bool,
    /// Whether labels and assignees that programs set are dropped without a word.
    powerless: bool,
    all: Vec<Issue>,
    labels: Vec<Label>,
    /// The labels of pull requests, which have them as issues do, and since when they are those.
    of_pulls: BTreeMap<u64, (Vec<String>, Timestamp)>,
    /// The repository that issues were transferred to.
    elsewhere: Option<String>,
    /// How long lists know nothing of what was made.
    delay: SignedDuration,
    /// So many issues and comments are made in a minute at most.
    limit: Option<u32>,
    made: u32,
    /// GitHub's own limits on what is made, where they are kept.
    windows: Vec<Window>,
}

/// So much may be made in so long.
struct Window {
    length: SignedDuration,
    most: u32,
    began: Timestamp,
    made: u32,
}

impl Issues {
    fn find(&mut self, number: u64) -> Option<&mut Issue> {
        let found = self.all.binary_search_by_key(&number, |it| it.number);
        found.ok().map(|index| &mut self.all[index])
    }

    /// A label by its name; case makes no difference (`already_exists` is the answer to `Bug` beside `bug`).
    fn label(&self, name: &str) -> Option<&Label> {
        let wanted = name.to_lowercase();
        let mut all = self.labels.iter();
        all.find(|it| it.name.to_lowercase() == wanted)
    }

    /// The labels of a pull request.
    fn of_pull(&self, number: u64) -> &[String] {
        let found = self.of_pulls.get(&number);
        found.map_or(&[], |(labels, _)| labels)
    }

    /// When a pull request last changed, its labels with it.
    fn updated(&self, pull: &PullRequest) -> Timestamp {
        let labelled = self.of_pulls.get(&pull.number).map(|(_, at)| *at);
        labelled.max(Some(pull.updated())).unwrap_or(pull.at)
    }

    /// Keeps GitHub's own limits from now on: "no more than 80 content-generating requests per minute and no more than 500
    /// … per hour" (docs.github.com/rest, "Rate limits").
    fn keep_limits(&mut self, now: Timestamp) {
        let window = |(minutes, most)| Window {
            length: SignedDuration::from_mins(minutes),
            most,
            began: now,
            made: 0,
        };
        self.windows = [(1, 80), (60, 500)].map(window).into();
    }

    /// Counts one more issue or comment; the seconds to wait where it is one too many.
    fn count(&mut self, now: Timestamp) -> Option<u64> {
        for window in &mut self.windows {
            if now.duration_since(window.began) >= window.length {
                (window.began, window.made) = (now, 0);
            }
        }
        let full = self.windows.iter().filter(|it| it.made >= it.most);
        let wait = full.map(|it| (it.length - now.duration_since(it.began)).as_secs());
        if let Some(wait) = wait.max() {
            return u64::try_from(wait).ok();
        }
        for window in &mut self.windows {
            window.made += 1;
        }
        None
    }

    /// A minute is over: as much may be made again.
    pub(super) fn rest(&mut self) {
        self.made = 0;
    }

    /// The name of the repository that has this number.
    pub(super) fn repository(&self, id: u64) -> Option<&str> {
        let name = self.elsewhere.as_deref()?;
        (id == ELSEWHERE_ID).then_some(name)
    }
}

/// One of the `errors` of a 422.
fn error(resource: &str, field: &str, code: &str, message: Option<&str>) -> Value {
    let mut error = json!({ "resource": resource, "field": field, "code": code });
    if let Some(message) = message {
        error["message"] = message.into();
    }
    error
}

/// What GitHub takes no more than, in characters, with the words of its refusal.
fn too_long(
    text: &str,
    most: usize,
    resource: &str,
    field: &str,
    code: &str,
    name: &str,
) -> Option<Value> {
    let message = format!("{name} is too long (maximum is {most} characters)");
    (text.chars().count() > most).then(|| error(resource, field, code, Some(&message)))
}

/// The flaws of a label's name. Its 50 characters, and that an issue's own are refused in the same way:
/// semantic-release/github#518.
fn label_flaw(name: &str) -> Option<Value> {
    let fits = (1..=50).contains(&name.chars().count());
    (!fits).then(|| {
        let mut error = error("Label", "name", "invalid", None);
        error["value"] = name.into();
        error
    })
}

/// The flaws of a comment's text (the words: jmikedupont2/ai-ticket#51).
fn comment_flaw(body: &str) -> Option<Value> {
    if body.trim().is_empty() {
        let message = "Body cannot be blank";
        return Some(error(
            "IssueComment",
            "data",
            "unprocessable",
            Some(message),
        ));
    }
    too_long(
        body,
        65_536,
        "IssueComment",
        "data",
        "unprocessable",
        "Body",
    )
}

impl State {
    /// What is wrong with a wish, as the `errors` of a 422.
    fn flaws(&self, wish: &Wish) -> Vec<Value> {
        let mut flaws = Vec::new();
        if let Some(title) = &wish.title {
            // DavyJonesLocker/party_foul#122; the words are those of the body's refusal.
            flaws.extend(too_long(title, 256, "Issue", "title", "custom", "title"));
            if title.trim().is_empty() {
                flaws.push(error("Issue", "title", "missing_field", None));
            }
        }
        if let Some(body) = &wish.body {
            // peter-evans/create-issue-from-file#1705.
            flaws.extend(too_long(body, 65_536, "Issue", "body", "custom", "body"));
        }
        let labels = wish.labels.iter().flatten();
        flaws.extend(labels.filter_map(|name| label_flaw(name)));
        for login in wish.assignees.iter().flatten() {
            if self.assignable(login).is_none() {
                // harvester/harvester#10448, trstringer/manual-approval#109 and #141 (accounts without access and those
                // that are deactivated alike).
                let mut error = error("Issue", "assignees", "invalid", None);
                error["value"] = login.as_str().into();
                flaws.push(error);
            }
        }
        flaws
    }

    /// The account that may be assigned, as it is written: whoever may push; programs may not.
    pub(super) fn assignable(&self, login: &str) -> Option<String> {
        let mut users = self.users.values();
        let user = users.find(|it| it.login.eq_ignore_ascii_case(login))?;
        let may = !user.bot && self.right(&user.login) >= Right::Write;
        may.then(|| user.login.clone())
    }

    /// The labels as the repository writes them. One that is not there yet is made, grey (github/docs#35718).
    fn labelled(&mut self, names: &[String]) -> Vec<String> {
        let mut labels: Vec<String> = Vec::new();
        for name in names {
            let known = self.issues.label(name).map(|it| it.name.clone());
            let name = known.unwrap_or_else(|| self.make_label(name, "ededed", None));
            if !labels.contains(&name) {
                labels.push(name);
            }
        }
        labels
    }

    fn make_label(&mut self, name: &str, color: &str, description: Option<&str>) -> String {
        let id = self.id();
        self.issues.labels.push(Label {
            id,
            name: name.into(),
            color: color.into(),
            description: description.map(str::to_string),
        });
        name.into()
    }

    /// Makes an issue of a wish without flaws; its number.
    fn make_issue(&mut self, by: &str, wish: Wish) -> u64 {
        let at = self.tick();
        let issue = Issue {
            hidden: self.lag,
            listed: at + self.issues.delay,
            ..self.blank_issue(by, at)
        };
        let number = issue.number;
        self.issues.all.push(issue);
        self.change_issue(number, by, wish);
        number
    }

    /// Makes an issue that was opened and closed as completed a hundred days ago; its number.
    fn make_past_issue(&mut self, by: &str, title: &str, body: &str, label: &str) -> u64 {
        let at = self.now - SignedDuration::from_hours(2400);
        let labels = self.labelled(&[label.to_string()]);
        let issue = Issue {
            title: title.into(),
            body: body.into(),
            closed: Some((by.into(), at)),
            reason: Some("completed".into()),
            labels,
            ..self.blank_issue(by, at)
        };
        let number = issue.number;
        self.issues.all.push(issue);
        number
    }

    /// The next issue, of which nothing is said yet and which lists show.
    fn blank_issue(&mut self, by: &str, at: Timestamp) -> Issue {
        Issue {
            id: self.id(),
            number: self.number(),
            by: by.into(),
            title: String::new(),
            body: String::new(),
            closed: None,
            reason: None,
            labels: Vec::new(),
            assignees: Vec::new(),
            comments: Vec::new(),
            locked: false,
            at,
            updated: at,
            fate: Fate::Here,
            hidden: 0,
            behind: false,
            listed: at,
        }
    }

    /// Does what a wish without flaws asks for.
    fn change_issue(&mut self, number: u64, by: &str, wish: Wish) {
        let at = self.tick();
        let labels = wish.labels.map(|names| self.labelled(&names));
        let assignees = wish.assignees.map(|logins| {
            let known = logins.iter().filter_map(|login| self.assignable(login));
            known.collect::<Vec<String>>()
        });
        let Some(issue) = self.issues.find(number) else {
            return;
        };
        issue.updated = at;
        issue.title = wish.title.unwrap_or_else(|| issue.title.clone());
        issue.body = wish.body.unwrap_or_else(|| issue.body.clone());
        issue.labels = labels.unwrap_or_else(|| issue.labels.clone());
        issue.assignees = assignees.unwrap_or_else(|| issue.assignees.clone());
        // "This parameter is ignored unless `state` is changed." (the description of `state_reason`)
        match wish.closed {
            Some(true) if issue.closed.is_none() => {
                issue.closed = Some((by.into(), at));
                issue.reason = Some(wish.reason.unwrap_or_else(|| "completed".into()));
            }
            Some(false) if issue.closed.is_some() => {
                issue.closed = None;
                issue.reason = Some("reopened".into());
            }
            _ => {}
        }
    }

    /// Adds a comment; its number.
    fn add_comment(&mut self, number: u64, by: &str, body: &str) -> u64 {
        let (id, at) = (self.id(), self.tick());
        if let Some(issue) = self.issues.find(number) {
            issue.updated = at;
            issue.comments.push(Comment {
                id,
                by: by.into(),
                body: body.into(),
                at,
                updated: at,
            });
        }
        id
    }
}
