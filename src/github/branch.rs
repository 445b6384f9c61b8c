//! A branch that is written through GitHub: created once, then moved by compare and swap.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::address::segments;
use super::answer::NOT_ACCEPTED;
use super::{Client, Failure};

/// The one text of GraphQL that is sent.
const CREATE_COMMIT: &str = include_str!("create_commit.graphql");

/// A file to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addition {
    /// Its path.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A commit that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// Its id.
    pub oid: String,
}

#[derive(Deserialize)]
struct Reference {
    #[serde(rename = "ref")]
    name: String,
    object: Made,
}

#[derive(Deserialize)]
struct Made {
    sha: String,
}

#[derive(Deserialize)]
struct Mutated {
    #[serde(rename = "createCommitOnBranch")]
    payload: Payload,
}

#[derive(Deserialize)]
struct Payload {
    commit: Oid,
}

#[derive(Deserialize)]
struct Oid {
    oid: String,
}

/// GraphQL does not say which right is missing; REST does.
fn naming_the_right(failure: Failure) -> Failure {
    match failure {
        Failure::Denied {
            request,
            message,
            wanted: None,
        } if !message.starts_with(NOT_ACCEPTED) => Failure::Denied {
            request,
            message,
            wanted: Some("contents=write".into()),
        },
        other => other,
    }
}

impl Client {
    /// The commit that a branch points to; `None` where there is no such branch.
    pub fn branch(&self, name: &str) -> Result<Option<String>, Failure> {
        let Some(path) = segments(name) else {
            return Ok(None);
        };
        match self.find(&format!("{{repo}}/git/ref/heads/{path}")) {
            // Other servers answer with the first branch that only begins so.
            Ok(found) => Ok(found
                .filter(|it: &Reference| it.name.strip_prefix("refs/heads/") == Some(name))
                .map(|it| it.object.sha)),
            // A repository without any commit.
            Err(Failure::Refused { status: 409, .. }) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Makes a branch without history that holds these files (REST git data: blobs in the tree, commit without parents, reference).
    /// A branch that somebody else has made meanwhile is [`Failure::Conflict`].
    pub fn create_orphan(
        &self,
        name: &str,
        message: &str,
        files: &[Addition],
    ) -> Result<Committed, Failure> {
        let mut entries = Vec::new();
        for file in files {
            let content = std::str::from_utf8(&file.bytes).map_err(|_| Failure::Refused {
                request: format!("a new branch `{name}`"),
                status: 422,
                message: format!("`{}` is not UTF-8", file.path),
            })?;
            entries.push(json!({
                "path": file.path, "mode": "100644", "type": "blob", "content": content,
            }));
        }
        let tree: Made = self.post("{repo}/git/trees", &json!({ "tree": entries }))?;
        let parents: [&str; 0] = [];
        let commit: Made = self.post(
            "{repo}/git/commits",
            &json!({ "message": message, "tree": tree.sha, "parents": parents }),
        )?;
        let reference = json!({ "ref": format!("refs/heads/{name}"), "sha": commit.sha });
        match self.post::<Value>("{repo}/git/refs", &reference) {
            Ok(_) => Ok(Committed { oid: commit.sha }),
            Err(Failure::Refused {
                status: 422,
                message,
                ..
            }) if message.contains("Reference already exists") => Err(Failure::Conflict),
            Err(failure) => Err(failure),
        }
    }

    /// Adds one commit to a branch that still points to `expected` (GraphQL `createCommitOnBranch`); one that does not is
    /// [`Failure::Conflict`].
    pub fn commit(
        &self,
        name: &str,
        expected: &str,
        message: &str,
        files: &[Addition],
    ) -> Result<Committed, Failure> {
        let (headline, body) = message.split_once('\n').unwrap_or((message, ""));
        let mut words = json!({ "headline": headline.trim() });
        if !body.trim().is_empty() {
            words["body"] = body.trim().into();
        }
        let additions: Vec<Value> = files
            .iter()
            .map(|file| json!({ "path": file.path, "contents": STANDARD.encode(&file.bytes) }))
            .collect();
        let input = json!({
            "branch": {
                "repositoryNameWithOwner": self.settings().repository,
                "branchName": name,
            },
            "message": words,
            "fileChanges": { "additions": additions },
            "expectedHeadOid": expected,
        });
        let done: Mutated = self
            .mutate(CREATE_COMMIT, &json!({ "input": input }))
            .map_err(naming_the_right)?;
        Ok(Committed {
            oid: done.payload.commit.oid,
        })
    }
}
