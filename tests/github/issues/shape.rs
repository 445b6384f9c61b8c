//! Issues, comments and labels in the shapes of GitHub's answers.

use serde_json::{Value, json};

use super::{Comment, Fate, Issue, Label};
use crate::github::shape::{WEB, encoded};
use crate::github::state::{PullRequest, REPOSITORY, State};

impl Issue {
    pub(super) fn state(&self) -> &'static str {
        if self.closed.is_some() {
            "closed"
        } else {
            "open"
        }
    }
}

impl State {
    /// An issue, where it is now.
    pub(super) fn issue_of(&self, issue: &Issue) -> Value {
        let elsewhere = self.issues.elsewhere.as_deref();
        let (repository, number) = match (&issue.fate, elsewhere) {
            (Fate::Moved(number), Some(name)) => (name, *number),
            _ => (REPOSITORY, issue.number),
        };
        let home = format!("{}/repos/{repository}", self.api);
        let api = format!("{home}/issues/{number}");
        let by = issue.closed.as_ref();
        let assignees: Vec<Value> = issue.assignees.iter().map(|it| self.account(it)).collect();
        json!({
            "id": 800_000 + issue.id,
            "node_id": format!("I_{}", issue.id),
            "number": number,
            "title": issue.title,
            "body": Some(&issue.body).filter(|it| !it.is_empty()),
            "state": issue.state(),
            "state_reason": issue.reason,
            "user": self.account(&issue.by),
            "author_association": self.association(&issue.by),
            "labels": self.labels_of(&issue.labels),
            "assignee": assignees.first(),
            "assignees": assignees,
            "milestone": null,
            "locked": issue.locked,
            "comments": issue.comments.len(),
            "created_at": issue.at.to_string(),
            "updated_at": issue.updated.to_string(),
            "closed_at": by.map(|(_, at)| at.to_string()),
            "closed_by": by.map(|(by, _)| self.account(by)),
            "html_url": format!("{WEB}/{repository}/issues/{number}"),
            "url": api,
            "repository_url": home,
            "labels_url": format!("{api}/labels{{/name}}"),
            "comments_url": format!("{api}/comments"),
            "events_url": format!("{api}/events"),
        })
    }

    /// A pull request as an issue: what the issues' routes show of it.
    pub(super) fn issue_of_pull(&self, pull: &PullRequest) -> Value {
        let number = pull.number;
        let home = format!("{}/repos/{REPOSITORY}", self.api);
        let api = format!("{home}/issues/{number}");
        let page = format!("{WEB}/{REPOSITORY}/pull/{number}");
        let merged = pull.merge.as_ref().map(|merge| merge.at.to_string());
        json!({
            "id": 600_000 + number,
            "node_id": format!("PR_{number}"),
            "number": number,
            "title": pull.title,
            "body": null,
            "state": if pull.is_open() { "open" } else { "closed" },
            "state_reason": null,
            "user": self.account(&pull.by),
            "author_association": self.association(&pull.by),
            "labels": self.labels_of_pull(number),
            "assignee": null,
            "assignees": [],
            "milestone": null,
            "locked": false,
            "comments": 0,
            "created_at": pull.at.to_string(),
            "updated_at": self.issues.updated(pull).to_string(),
            "closed_at": merged,
            "html_url": page,
            "url": api,
            "repository_url": home,
            "labels_url": format!("{api}/labels{{/name}}"),
            "comments_url": format!("{api}/comments"),
            "events_url": format!("{api}/events"),
            "pull_request": {
                "url": format!("{home}/pulls/{number}"),
                "html_url": page,
                "diff_url": format!("{page}.diff"),
                "patch_url": format!("{page}.patch"),
                "merged_at": merged,
            },
        })
    }

    pub(in crate::github) fn labels_of_pull(&self, number: u64) -> Vec<Value> {
        self.labels_of(self.issues.of_pull(number))
    }

    fn labels_of(&self, names: &[String]) -> Vec<Value> {
        let known = names.iter().filter_map(|name| self.issues.label(name));
        known.map(|label| self.label_of(label)).collect()
    }

    pub(super) fn label_of(&self, label: &Label) -> Value {
        let name = encoded(&label.name);
        json!({
            "id": label.id,
            "node_id": format!("LA_{}", label.id),
            "url": format!("{}/repos/{REPOSITORY}/labels/{name}", self.api),
            "name": label.name,
            "color": label.color,
            "default": false,
            "description": label.description,
        })
    }

    pub(super) fn comment_of(&self, issue: &Issue, comment: &Comment) -> Value {
        let home = format!("{}/repos/{REPOSITORY}", self.api);
        let number = issue.number;
        let page = format!("{WEB}/{REPOSITORY}/issues/{number}");
        json!({
            "id": comment.id,
            "node_id": format!("IC_{}", comment.id),
            "url": format!("{home}/issues/comments/{}", comment.id),
            "html_url": format!("{page}#issuecomment-{}", comment.id),
            "issue_url": format!("{home}/issues/{number}"),
            "user": self.account(&comment.by),
            "author_association": self.association(&comment.by),
            "body": comment.body,
            "created_at": comment.at.to_string(),
            "updated_at": comment.updated.to_string(),
        })
    }
}
