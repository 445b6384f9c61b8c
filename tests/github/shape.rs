//! What the fake knows, in the shapes of GitHub's answers: the fields that a client may read. What the description demands
//! beyond them is added by [`super::description::Description::complete`].

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::repository::{Commit, Signature};
use super::state::{OWNER, PullRequest, REPOSITORY, REPOSITORY_ID, Review, Right, State, User};

/// The address of the pages; nothing answers there.
pub(super) const WEB: &str = "https://github.example";

impl State {
    fn repository_api(&self) -> String {
        format!("{}/repos/{REPOSITORY}", self.api)
    }

    pub(super) fn account(&self, login: &str) -> Value {
        match self.users.get(login) {
            Some(user) => self.user(user),
            None => self.organisation(login),
        }
    }

    pub(super) fn user(&self, user: &User) -> Value {
        // Brackets may not stand in an address.
        let name = user.login.replace('[', "%5B").replace(']', "%5D");
        let page = user.login.replace("[bot]", "");
        let api = format!("{}/users/{name}", self.api);
        json!({
            "login": user.login,
            "id": user.id,
            "node_id": format!("U_{}", user.id),
            "type": if user.bot { "Bot" } else { "User" },
            "site_admin": false,
            "avatar_url": format!("{WEB}/avatars/{}", user.id),
            "gravatar_id": "",
            "url": api,
            "html_url": if user.bot { format!("{WEB}/apps/{page}") } else { format!("{WEB}/{page}") },
            "followers_url": format!("{api}/followers"),
            "following_url": format!("{api}/following{{/other_user}}"),
            "gists_url": format!("{api}/gists{{/gist_id}}"),
            "starred_url": format!("{api}/starred{{/owner}}{{/repo}}"),
            "subscriptions_url": format!("{api}/subscriptions"),
            "organizations_url": format!("{api}/orgs"),
            "repos_url": format!("{api}/repos"),
            "events_url": format!("{api}/events{{/privacy}}"),
            "received_events_url": format!("{api}/received_events"),
        })
    }

    fn organisation(&self, login: &str) -> Value {
        let mut value = self.user(&User {
            id: 1,
            login: login.into(),
            bot: false,
            right: Right::Admin,
        });
        value["type"] = "Organization".into();
        value["events_url"] = format!("{}/orgs/{login}/events", self.api).into();
        value
    }

    /// The repository, or somebody's fork of it.
    pub(super) fn repository(&self, fork: Option<&str>) -> Value {
        let owner = fork.unwrap_or(OWNER);
        let name = REPOSITORY.rsplit('/').next().unwrap_or_default();
        let full = format!("{owner}/{name}");
        let id = fork.map_or(REPOSITORY_ID, |owner| 900_000 + self.known(owner).id);
        json!({
            "id": id,
            "node_id": format!("R_{id}"),
            "name": name,
            "full_name": full,
            "owner": self.account(owner),
            "private": !self.public,
            "visibility": if self.public { "public" } else { "private" },
            "fork": fork.is_some(),
            "default_branch": "main",
            "html_url": format!("{WEB}/{full}"),
            "url": format!("{}/repos/{full}", self.api),
            "clone_url": format!("{WEB}/{full}.git"),
            "has_issues": !self.issues.disabled,
            "archived": false,
            "disabled": false,
        })
    }

    /// A pull request: as one alone, or shorter as in a list.
    pub(super) fn pull_request(&self, pull: &PullRequest, whole: bool) -> Value {
        let number = pull.number;
        let api = format!("{}/pulls/{number}", self.repository_api());
        let issue = format!("{}/issues/{number}", self.repository_api());
        let page = format!("{WEB}/{REPOSITORY}/pull/{number}");
        let statuses = format!("{}/statuses/{}", self.repository_api(), pull.head);
        let (trial, merged) = match &pull.merge {
            Some(merge) => (merge.landed.last().cloned(), Some(merge)),
            None => (self.trial(pull), None),
        };
        let ended = merged.map(|merge| merge.at.to_string());
        let mut value = json!({
            "id": 700_000 + number,
            "node_id": format!("PR_{number}"),
            "number": number,
            "title": pull.title,
            "body": null,
            "state": if pull.is_open() { "open" } else { "closed" },
            "draft": false,
            "locked": false,
            "labels": self.labels_of_pull(number),
            "user": self.account(&pull.by),
            "author_association": self.association(&pull.by),
            "html_url": page,
            "url": api,
            "issue_url": issue,
            "diff_url": format!("{page}.diff"),
            "patch_url": format!("{page}.patch"),
            "commits_url": format!("{api}/commits"),
            "comments_url": format!("{issue}/comments"),
            "review_comments_url": format!("{api}/comments"),
            "review_comment_url": format!("{api}/comments{{/number}}"),
            "statuses_url": statuses,
            "created_at": pull.at.to_string(),
            "updated_at": pull.updated().to_string(),
            "closed_at": ended,
            "merged_at": ended,
            "merge_commit_sha": trial,
            "head": {
                "label": pull.label(),
                "ref": pull.branch,
                "sha": pull.head,
                "user": self.account(pull.fork.as_deref().unwrap_or(OWNER)),
                "repo": if pull.fork_gone { Value::Null } else { self.repository(pull.fork.as_deref()) },
            },
            "base": {
                "label": format!("{OWNER}:{}", pull.base),
                "ref": pull.base,
                "sha": pull.base_sha,
                "user": self.account(OWNER),
                "repo": self.repository(None),
            },
            "_links": {
                "self": { "href": api },
                "html": { "href": page },
                "issue": { "href": issue },
                "comments": { "href": format!("{issue}/comments") },
                "review_comments": { "href": format!("{api}/comments") },
                "review_comment": { "href": format!("{api}/comments{{/number}}") },
                "commits": { "href": format!("{api}/commits") },
                "statuses": { "href": statuses },
            },
        });
        if whole {
            value["merged"] = merged.is_some().into();
            value["merged_by"] = merged.map_or(Value::Null, |merge| self.account(&merge.by));
            value["mergeable"] = match merged {
                Some(_) => Value::Null,
                None => value["merge_commit_sha"].is_string().into(),
            };
            value["mergeable_state"] = "unknown".into();
            value["commits"] = self.git.between(&pull.base_sha, &pull.head).len().into();
            value["changed_files"] = self.files(pull).len().into();
        }
        value
    }

    pub(super) fn association(&self, login: &str) -> &'static str {
        match self.right(login) {
            Right::Admin => "MEMBER",
            Right::Write => "COLLABORATOR",
            Right::Read | Right::None => "CONTRIBUTOR",
        }
    }

    pub(super) fn files(&self, pull: &PullRequest) -> Vec<Value> {
        let base = self.git.merge_base(&pull.base_sha, &pull.head);
        let base = base.unwrap_or_else(|| pull.base_sha.clone());
        let file = |change: super::repository::Change| {
            let path = encoded(&change.path);
            let mut value = json!({
                "sha": change.blob,
                "filename": change.path,
                "status": change.status,
                "additions": 0,
                "deletions": 0,
                "changes": 0,
                "blob_url": format!("{WEB}/{REPOSITORY}/blob/{}/{path}", pull.head),
                "raw_url": format!("{WEB}/{REPOSITORY}/raw/{}/{path}", pull.head),
                "contents_url": format!("{}/contents/{path}?ref={}", self.repository_api(), pull.head),
            });
            if let Some(previous) = change.previous {
                value["previous_filename"] = previous.into();
            }
            value
        };
        let changes = self.git.changes(&base, &pull.head);
        changes.into_iter().map(file).collect()
    }

    pub(super) fn review_of(&self, pull: &PullRequest, review: &Review) -> Value {
        let number = pull.number;
        let page = format!("{WEB}/{REPOSITORY}/pull/{number}");
        let api = format!("{}/pulls/{number}", self.repository_api());
        let mut value = json!({
            "id": review.id,
            "node_id": format!("PRR_{}", review.id),
            "user": self.account(&review.by),
            "body": review.body,
            "state": review.state,
            "commit_id": review.commit,
            "author_association": self.association(&review.by),
            "html_url": format!("{page}#pullrequestreview-{}", review.id),
            "pull_request_url": api,
            "_links": { "html": { "href": page }, "pull_request": { "href": api } },
        });
        if let Some(at) = review.at {
            value["submitted_at"] = at.to_string().into();
        }
        value
    }

    pub(super) fn commit(&self, commit: &Commit) -> Value {
        let api = format!("{}/commits/{}", self.repository_api(), commit.sha);
        let tree = format!("{}/git/trees/{}", self.repository_api(), commit.tree);
        json!({
            "sha": commit.sha,
            "node_id": format!("C_{}", commit.sha),
            "url": api,
            "html_url": format!("{WEB}/{REPOSITORY}/commit/{}", commit.sha),
            "comments_url": format!("{api}/comments"),
            "commit": {
                "url": format!("{}/git/commits/{}", self.repository_api(), commit.sha),
                "message": commit.message,
                "author": signature(&commit.author),
                "committer": signature(&commit.committer),
                "comment_count": 0,
                "tree": { "sha": commit.tree, "url": tree },
            },
            "author": self.writer(&commit.author),
            "committer": self.writer(&commit.committer),
            "parents": self.parents(commit),
        })
    }

    /// The account of a name in a commit; GitHub itself commits as `web-flow`, and whom it does not know is null.
    fn writer(&self, signature: &Signature) -> Value {
        if signature.email == super::repository::WEB.1 {
            return self.user(&User {
                id: 19_864_447,
                login: "web-flow".into(),
                bot: false,
                right: Right::None,
            });
        }
        let user = self.by_email(&signature.email);
        user.map_or(Value::Null, |user| self.user(user))
    }

    fn parents(&self, commit: &Commit) -> Vec<Value> {
        let parent = |sha: &String| {
            json!({
                "sha": sha,
                "url": format!("{}/commits/{sha}", self.repository_api()),
                "html_url": format!("{WEB}/{REPOSITORY}/commit/{sha}"),
            })
        };
        commit.parents.iter().map(parent).collect()
    }

    pub(super) fn git_commit(&self, commit: &Commit) -> Value {
        json!({
            "sha": commit.sha,
            "node_id": format!("C_{}", commit.sha),
            "url": format!("{}/git/commits/{}", self.repository_api(), commit.sha),
            "html_url": format!("{WEB}/{REPOSITORY}/commit/{}", commit.sha),
            "author": signature(&commit.author),
            "committer": signature(&commit.committer),
            "message": commit.message,
            "tree": {
                "sha": commit.tree,
                "url": format!("{}/git/trees/{}", self.repository_api(), commit.tree),
            },
            "parents": self.parents(commit),
            "verification": {
                "verified": false, "reason": "unsigned", "signature": null, "payload": null, "verified_at": null,
            },
        })
    }

    pub(super) fn reference(&self, name: &str, sha: &str) -> Value {
        json!({
            "ref": name,
            "node_id": format!("REF_{sha}"),
            "url": format!("{}/git/{}", self.repository_api(), encoded(name)),
            "object": {
                "type": "commit",
                "sha": sha,
                "url": format!("{}/git/commits/{sha}", self.repository_api()),
            },
        })
    }

    /// A tree; none where there is no such thing.
    pub(super) fn tree(&self, name: &str, recursive: bool) -> Option<Value> {
        let sha = self.git.tree_of(name)?;
        let entries = self.git.entries(&sha, recursive)?;
        let entry = |entry: super::repository::Entry| {
            let kind = if entry.kind == "tree" {
                "trees"
            } else {
                "blobs"
            };
            let mut value = json!({
                "path": entry.path,
                "mode": entry.mode,
                "type": entry.kind,
                "sha": entry.sha,
                "url": format!("{}/git/{kind}/{}", self.repository_api(), entry.sha),
            });
            if let Some(size) = entry.size {
                value["size"] = size.into();
            }
            value
        };
        Some(json!({
            "sha": sha,
            "url": format!("{}/git/trees/{sha}", self.repository_api()),
            "tree": entries.into_iter().map(entry).collect::<Vec<_>>(),
            "truncated": false,
        }))
    }

    pub(super) fn blob(&self, sha: &str) -> Option<Value> {
        let bytes = self.git.blob(sha)?;
        Some(json!({
            "sha": sha,
            "node_id": format!("B_{sha}"),
            "url": format!("{}/git/blobs/{sha}", self.repository_api()),
            "size": bytes.len(),
            "content": lines(&bytes),
            "encoding": "base64",
        }))
    }

    /// A file at a commit or branch.
    pub(super) fn content(&self, path: &str, at: &str) -> Option<Value> {
        let commit = self.git.commit_of(at)?;
        let tree = self.git.tree_of(&commit)?;
        let entries = self.git.entries(&tree, true)?;
        let entry = entries
            .into_iter()
            .find(|entry| entry.kind == "blob" && entry.path == path)?;
        let bytes = self.git.blob(&entry.sha)?;
        let place = encoded(path);
        let api = format!(
            "{}/contents/{place}?ref={}",
            self.repository_api(),
            encoded(at)
        );
        let git = format!("{}/git/blobs/{}", self.repository_api(), entry.sha);
        let page = format!("{WEB}/{REPOSITORY}/blob/{commit}/{place}");
        Some(json!({
            "type": "file",
            "encoding": "base64",
            "size": bytes.len(),
            "name": path.rsplit('/').next(),
            "path": path,
            "content": lines(&bytes),
            "sha": entry.sha,
            "url": api,
            "git_url": git,
            "html_url": page,
            "download_url": format!("{WEB}/{REPOSITORY}/raw/{commit}/{place}"),
            "_links": { "self": api, "git": git, "html": page },
        }))
    }
}

fn signature(signature: &Signature) -> Value {
    json!({ "name": signature.name, "email": signature.email, "date": signature.at })
}

/// Base64 in lines of 60 with a line feed after each, as GitHub writes it.
fn lines(bytes: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(bytes);
    let parts = text.as_bytes().chunks(60);
    parts
        .map(|part| format!("{}\n", String::from_utf8_lossy(part)))
        .collect()
}

/// What may stand in a path as it is.
const PATH: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// A path in an address.
pub(super) fn encoded(path: &str) -> String {
    percent_encoding::utf8_percent_encode(path, PATH).to_string()
}
