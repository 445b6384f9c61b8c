//! The REST routes of issues, comments and labels.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Comment, ELSEWHERE_ID, Fate, Issue, Wish, comment_flaw, error, label_flaw};
use crate::github::exchange::{asked_page, secondary};
use crate::github::routes::{DOCUMENTATION, Reply, Request};
use crate::github::shape::WEB;
use crate::github::state::{Identity, REPOSITORY, Right, State};

/// Whether a token speaks for somebody who may push; an app that may write issues counts.
fn pushes(state: &State, identity: &Identity) -> bool {
    match identity {
        Identity::Nobody => false,
        Identity::User(login) => state.right(login) >= Right::Write,
        Identity::App(_) => !state.issues.powerless,
    }
}

/// A 422 with its `errors`.
fn refused(errors: Vec<Value>) -> Reply {
    let body = json!({
        "message": "Validation Failed",
        "errors": errors,
        "documentation_url": DOCUMENTATION,
        "status": "422",
    });
    Reply::json(422, body)
}

fn disabled() -> Reply {
    // ossf/allstar#64 (creating), ansible/ansibullbot#845 (one issue), dust-tt/dust#10314 (lists).
    Reply::error(410, "Issues are disabled for this repo")
}

/// What nobody has needed yet is no silent success.
fn missing(what: &str) -> Reply {
    Reply::error(501, &format!("not made yet: {what}"))
}

/// The names in a list of strings, or of objects with a name.
fn names(value: &Value, field: &str) -> Option<Vec<String>> {
    let name = |it: &Value| it.as_str().or(it[field].as_str()).map(str::to_string);
    let list = value.as_array()?;
    Some(list.iter().filter_map(name).collect())
}

impl Wish {
    fn of(body: &Value) -> Self {
        let text = |name: &str| body[name].as_str().map(str::to_string);
        Self {
            title: text("title"),
            body: match body.get("body") {
                Some(Value::Null) => Some(String::new()),
                _ => text("body"),
            },
            closed: body["state"].as_str().map(|state| state == "closed"),
            reason: text("state_reason"),
            labels: names(&body["labels"], "name"),
            assignees: names(&body["assignees"], "login"),
        }
    }

    /// What this fake does not do.
    fn missing(body: &Value) -> Option<Reply> {
        let fields = ["assignee", "milestone", "type", "issue_field_values"];
        let asked = fields.iter().find(|name| !body[**name].is_null());
        asked.map(|name| missing(name))
    }
}

/// A line of the list: an issue or a pull request, by its place.
struct Line {
    at: Timestamp,
    updated: Timestamp,
    pull: bool,
    index: usize,
}

impl State {
    /// Every route below `/issues` and `/labels`.
    pub(in crate::github) fn issue_routes(&mut self, request: &Request<'_>) -> Reply {
        let number: u64 = request.part("issue_number").parse().unwrap_or_default();
        match (request.method, request.route) {
            ("GET", "/labels") => {
                let labels = self.issues.labels.iter();
                let labels: Vec<Value> = labels.map(|it| self.label_of(it)).collect();
                Reply::json(200, labels.into())
            }
            ("POST", "/labels") => self.create_label(request),
            _ if self.issues.disabled => disabled(),
            ("GET", "/issues") => self.list_issues(request),
            ("POST", "/issues") => self.create_issue(request),
            ("GET", "/issues/{issue_number}") => {
                if let Some(pull) = self.pull(number).cloned() {
                    return Reply::json(200, self.issue_of_pull(&pull));
                }
                self.with_issue(number, request, |it, issue| {
                    Reply::json(200, it.issue_of(issue))
                })
            }
            ("PATCH", "/issues/{issue_number}") => self.update_issue(number, request),
            ("GET", "/issues/{issue_number}/comments") => {
                let since = request.asked("since").and_then(|it| it.parse().ok());
                self.with_issue(number, request, |it, issue| {
                    let new = |comment: &&Comment| since.is_none_or(|at| comment.updated > at);
                    let comments = issue.comments.iter().filter(new);
                    let comments: Vec<Value> =
                        comments.map(|one| it.comment_of(issue, one)).collect();
                    Reply::json(200, comments.into())
                })
            }
            ("POST", "/issues/{issue_number}/comments") => self.create_comment(number, request),
            (_, "/issues/comments/{comment_id}") => self.comment_route(request),
            (method, route) => missing(&format!("{method} {route}")),
        }
    }

    /// An issue of another repository, for those who see that one too.
    pub(in crate::github) fn issue_elsewhere(&self, name: &str, number: u64) -> Option<Value> {
        let elsewhere = self.issues.elsewhere.as_deref()?;
        let there = |it: &&Issue| it.fate == Fate::Moved(number);
        let found = self.issues.all.iter().find(there)?;
        (elsewhere == name).then(|| self.issue_of(found))
    }

    /// Shows an issue that is here. Of the others: "If the issue was transferred to another repository, the REST API
    /// returns a `301 Moved Permanently` status. If the issue was deleted from a repository where the authenticated user
    /// has read access, but was transferred to or deleted from a repository where the authenticated user lacks read
    /// access, the API returns a `404 Not Found` status"; with access, `410 Gone`. (the description of the route)
    fn with_issue(
        &self,
        number: u64,
        request: &Request<'_>,
        show: impl FnOnce(&Self, &Issue) -> Reply,
    ) -> Reply {
        let all = &self.issues.all;
        let Ok(index) = all.binary_search_by_key(&number, |it| it.number) else {
            return Reply::not_found();
        };
        let issue = &all[index];
        match issue.fate {
            Fate::Here => show(self, issue),
            Fate::Deleted => Reply::error(410, "This issue was deleted"),
            // What is asked of an issue that was converted is written down nowhere: either may be.
            Fate::Discussion(false) => {
                Reply::error(410, "This issue was converted to a discussion")
            }
            Fate::Discussion(true) => {
                let mut reply = Reply::error(301, "Moved Permanently");
                let place = format!("{WEB}/{REPOSITORY}/discussions/{number}");
                reply.headers.push(("location", place));
                reply
            }
            Fate::Moved(there) => {
                // A workflow's token is good for its own repository and for what is public.
                let sees = self.public || matches!(request.identity, Identity::User(_));
                if !sees {
                    return Reply::not_found();
                }
                let mut reply = Reply::error(301, "Moved Permanently");
                let place = format!("{}/repositories/{ELSEWHERE_ID}/issues/{there}", self.api);
                reply.headers.push(("location", place));
                reply
            }
        }
    }

    fn list_issues(&mut self, request: &Request<'_>) -> Reply {
        let filters = ["milestone", "assignee", "type", "mentioned"];
        let mut filters = filters.iter().chain(&["issue_field_values"]);
        if let Some(name) = filters.find(|name| request.asked(name).is_some()) {
            return missing(name);
        }
        if request.asked("sort") == Some("comments") {
            return missing("sort=comments");
        }
        let mut lines = self.lines(request);
        if request.asked("sort") == Some("updated") {
            lines.sort_by_key(|line| line.updated);
        } else {
            lines.sort_by_key(|line| line.at);
        }
        if request.asked("direction") != Some("asc") {
            lines.reverse();
        }
        // What is not on the page is only counted.
        let (size, page) = asked_page(request.query);
        let shown = (page - 1) * size..page * size;
        let shape = |(place, line): (usize, &Line)| match shown.contains(&place) {
            false => Value::Null,
            true if line.pull => self.issue_of_pull(&self.pulls[line.index]),
            true => self.issue_of(&self.issues.all[line.index]),
        };
        let list: Vec<Value> = lines.iter().enumerate().map(shape).collect();
        Reply::json(200, list.into())
    }

    /// What fits the filters; pull requests are issues too ("GitHub's REST API considers every pull request an issue",
    /// the description of the route).
    fn lines(&mut self, request: &Request<'_>) -> Vec<Line> {
        self.follow();
        let state = request.asked("state").unwrap_or("open").to_string();
        let since: Option<Timestamp> = request.asked("since").and_then(|it| it.parse().ok());
        let creator = request.asked("creator").map(str::to_lowercase);
        let wanted: Vec<String> = match request.asked("labels") {
            Some(names) => names.split(',').map(str::to_lowercase).collect(),
            None => Vec::new(),
        };
        let fits = |open: bool, updated: Timestamp, by: &str, labels: &[String]| {
            let has = |name: &String| labels.iter().any(|it| it.to_lowercase() == *name);
            (state == "all" || (state == "open") == open)
                && since.is_none_or(|since| updated > since)
                && creator.as_ref().is_none_or(|it| *it == by.to_lowercase())
                && wanted.iter().all(has)
        };
        // A list that lags does so on all of its pages.
        let first = asked_page(request.query).1 == 1;
        let now = self.now;
        let mut lines = Vec::new();
        for (index, issue) in self.issues.all.iter_mut().enumerate() {
            if first {
                issue.behind = issue.hidden > 0;
                issue.hidden = issue.hidden.saturating_sub(1);
            }
            let here = issue.fate == Fate::Here && issue.listed <= now && !issue.behind;
            let open = issue.closed.is_none();
            if here && fits(open, issue.updated, &issue.by, &issue.labels) {
                lines.push(Line {
                    at: issue.at,
                    updated: issue.updated,
                    pull: false,
                    index,
                });
            }
        }
        for (index, pull) in self.pulls.iter().enumerate() {
            let labels = self.issues.of_pull(pull.number);
            let updated = self.issues.updated(pull);
            if fits(pull.is_open(), updated, &pull.by, labels) {
                lines.push(Line {
                    at: pull.at,
                    updated,
                    pull: true,
                    index,
                });
            }
        }
        lines
    }

    fn create_issue(&mut self, request: &Request<'_>) -> Reply {
        let Some(by) = self.acting(request.identity) else {
            return Reply::error(401, "Requires authentication");
        };
        if let Some(reply) = Wish::missing(request.body).or_else(|| self.too_fast()) {
            return reply;
        }
        let mut wish = Wish::of(request.body);
        if !pushes(self, request.identity) {
            // "Only users with push access can set labels for new issues. Labels are silently dropped otherwise."; the
            // same of assignees. (the description of the fields)
            (wish.labels, wish.assignees) = (None, None);
        }
        let flaws = self.flaws(&wish);
        if !flaws.is_empty() {
            return refused(flaws);
        }
        let number = self.make_issue(&by, wish);
        let mut reply = self.with_issue(number, request, |it, issue| {
            Reply::json(201, it.issue_of(issue))
        });
        let place = format!("{}/repos/{}/issues/{number}", self.api, REPOSITORY);
        reply.headers.push(("location", place));
        reply
    }

    /// The secondary limit for what makes content.
    fn too_fast(&mut self) -> Option<Reply> {
        if let Some(seconds) = self.issues.count(self.now) {
            return Some(secondary(403, Some(seconds)));
        }
        let limit = self.issues.limit?;
        self.issues.made += 1;
        (self.issues.made > limit).then(|| secondary(403, Some(60)))
    }

    fn update_issue(&mut self, number: u64, request: &Request<'_>) -> Reply {
        if self.pull(number).is_some() {
            return missing("changing a pull request as an issue");
        }
        if let Some(reply) = Wish::missing(request.body) {
            return reply;
        }
        let found = self.with_issue(number, request, |_, _| Reply::json(200, Value::Null));
        if found.status != 200 {
            return found;
        }
        let Some(by) = self.acting(request.identity) else {
            return Reply::error(401, "Requires authentication");
        };
        let mut wish = Wish::of(request.body);
        let own = self.issues.find(number).is_some_and(|it| it.by == by);
        if !pushes(self, request.identity) {
            // "Issue owners and users with push access or Triage role can edit an issue." (the description of the route)
            if !own {
                return Reply::error(403, "Must have admin rights to Repository.");
            }
            // "Without push access to the repository, label changes are silently dropped."; the same of assignees.
            (wish.labels, wish.assignees) = (None, None);
        }
        let flaws = self.flaws(&wish);
        if !flaws.is_empty() {
            return refused(flaws);
        }
        self.change_issue(number, &by, wish);
        self.with_issue(number, request, |it, issue| {
            Reply::json(200, it.issue_of(issue))
        })
    }

    fn create_comment(&mut self, number: u64, request: &Request<'_>) -> Reply {
        let found = self.with_issue(number, request, |_, issue| {
            let status = if issue.locked { 403 } else { 200 };
            Reply::json(status, Value::Null)
        });
        // A workflow's token is no collaborator: renovatebot/renovate#6215, hashicorp/terraform-github-actions#100.
        let collaborates =
            matches!(request.identity, Identity::User(_)) && pushes(self, request.identity);
        match found.status {
            403 if !collaborates => {
                return Reply::error(403, "Unable to create comment because issue is locked.");
            }
            200 | 403 => {}
            _ => return found,
        }
        if let Some(reply) = self.too_fast() {
            return reply;
        }
        let Some(by) = self.acting(request.identity) else {
            return Reply::error(401, "Requires authentication");
        };
        let body = request.body["body"].as_str().unwrap_or_default();
        if let Some(flaw) = comment_flaw(body) {
            return refused(vec![flaw]);
        }
        let id = self.add_comment(number, &by, body);
        self.show_comment(201, id)
    }

    fn show_comment(&self, status: u16, id: u64) -> Reply {
        let issues = self.issues.all.iter().filter(|it| it.fate == Fate::Here);
        let found = issues
            .flat_map(|issue| issue.comments.iter().map(move |it| (issue, it)))
            .find(|(_, comment)| comment.id == id);
        found.map_or_else(Reply::not_found, |(issue, comment)| {
            Reply::json(status, self.comment_of(issue, comment))
        })
    }

    fn comment_route(&mut self, request: &Request<'_>) -> Reply {
        let id: u64 = request.part("comment_id").parse().unwrap_or_default();
        let shown = self.show_comment(200, id);
        if request.method == "GET" || shown.status != 200 {
            return shown;
        }
        let Some(by) = self.acting(request.identity) else {
            return Reply::error(401, "Requires authentication");
        };
        let body = request.body["body"].as_str().unwrap_or_default();
        if let Some(flaw) = comment_flaw(body) {
            return refused(vec![flaw]);
        }
        let at = self.tick();
        let may = pushes(self, request.identity);
        for issue in &mut self.issues.all {
            let Some(comment) = issue.comments.iter_mut().find(|it| it.id == id) else {
                continue;
            };
            if comment.by != by && !may {
                return Reply::error(403, "Must have admin rights to Repository.");
            }
            comment.body = body.into();
            (comment.updated, issue.updated) = (at, at);
        }
        self.show_comment(200, id)
    }

    fn create_label(&mut self, request: &Request<'_>) -> Reply {
        let text = |name: &str| request.body[name].as_str();
        let name = text("name").unwrap_or_default();
        let color = text("color").unwrap_or("ededed").to_lowercase();
        let mut flaws: Vec<Value> = label_flaw(name).into_iter().collect();
        if self.issues.label(name).is_some() {
            flaws.push(error("Label", "name", "already_exists", None));
        }
        // "The hexadecimal color code for the label, without the leading `#`." (the description of the field)
        if color.len() != 6 || !color.bytes().all(|it| it.is_ascii_hexdigit()) {
            flaws.push(error("Label", "color", "invalid", None));
        }
        // "A short description of the label. Must be 100 characters or fewer." (the same)
        let description = text("description");
        if description.is_some_and(|it| it.chars().count() > 100) {
            flaws.push(error("Label", "description", "custom", None));
        }
        if !flaws.is_empty() {
            return refused(flaws);
        }
        let name = self.make_label(name, &color, description);
        let label = self.issues.label(&name);
        label.map_or_else(Reply::not_found, |label| {
            Reply::json(201, self.label_of(label))
        })
    }
}
