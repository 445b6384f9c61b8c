//! The fake itself: it does what GitHub does, and nothing against the description goes unseen.

mod exchange;
mod git_data;
mod issues;
mod pull_requests;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::client::{Answer, send};
use super::description::DESCRIPTION;
use super::{Fake, Fault, Right};
use crate::harness::Repo;

const COMMIT: &str = "mutation ($input: CreateCommitOnBranchInput!) { \
    createCommitOnBranch(input: $input) { commit { oid url } } }";

/// A GitHub with alice, who may push, bob, who may do everything, and carol, who may read; and alice's clone of it.
struct Scene {
    github: Fake,
    repo: Repo,
    token: String,
}

impl Scene {
    fn new() -> Self {
        Self::on(Fake::start())
    }

    fn on(github: Fake) -> Self {
        github.user("alice", Right::Write);
        github.user("bob", Right::Admin);
        github.user("carol", Right::Read);
        github.team("payments", &["alice", "bob"]);
        let repo = Repo::new();
        let remote = github.remote().to_string_lossy().into_owned();
        repo.git(&["remote", "add", "origin", &remote]);
        repo.git(&["config", "user.email", "alice@example.org"]);
        repo.write("README.md", "first\n");
        repo.commit("first");
        repo.git(&["push", "-q", "origin", "main"]);
        let token = github.workflow_token();
        Self {
            github,
            repo,
            token,
        }
    }

    /// Pushes a branch off `main` with one commit for each file.
    fn branch(&self, name: &str, files: &[(&str, &str)]) {
        self.repo.git(&["fetch", "-q", "origin"]);
        self.repo
            .git(&["checkout", "-q", "-B", name, "origin/main"]);
        for (path, text) in files {
            self.repo.write(path, text);
            self.repo.commit(&format!("write {path}"));
        }
        self.repo.git(&["push", "-q", "origin", name]);
    }

    fn address(&self, path: &str) -> String {
        let environment = self.github.environment(&self.token);
        let variable = if path == "/graphql" {
            "GITHUB_GRAPHQL_URL"
        } else {
            "GITHUB_API_URL"
        };
        let found = environment.into_iter().find(|(name, _)| name == variable);
        let base = found.map(|(_, value)| value).expect("an address");
        if path == "/graphql" {
            base
        } else {
            format!("{base}{path}")
        }
    }

    fn try_as(&self, token: &str, method: &str, path: &str, body: Option<Value>) -> Option<Answer> {
        let bearer = format!("Bearer {token}");
        let headers = [("user-agent", "tests"), ("authorization", bearer.as_str())];
        let body = body.map(|body| body.to_string());
        send(method, &self.address(path), &headers, body.as_deref())
    }

    fn ask_as(&self, token: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.try_as(token, method, path, body).expect("an answer")
    }

    fn ask(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.ask_as(&self.token, method, path, body)
    }

    fn get(&self, path: &str) -> Value {
        let answer = self.ask("GET", path, None);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        answer.json()
    }

    /// Sends `createCommitOnBranch` for the file `a.json`.
    fn commit(&self, token: &str, branch: &str, expected: &str) -> Value {
        let input = json!({
            "branch": { "repositoryNameWithOwner": "acme/incidents", "branchName": branch },
            "expectedHeadOid": expected,
            "message": { "headline": "write a record" },
            "fileChanges": {
                "additions": [{ "path": "approvals/a.json", "contents": BASE64_STANDARD.encode("{}\n") }],
            },
        });
        let body = json!({ "query": COMMIT, "variables": { "input": input } });
        self.ask_as(token, "POST", "/graphql", Some(body)).json()
    }
}

fn texts(list: &Value, field: &str) -> Vec<String> {
    let values = list.as_array().expect("a list").iter();
    values
        .map(|value| value[field].as_str().unwrap_or_default().to_string())
        .collect()
}

fn logins(list: &Value) -> Vec<String> {
    let users = list.as_array().expect("a list").iter();
    users
        .map(|it| it["user"]["login"].as_str().unwrap_or_default().to_string())
        .collect()
}

const REPO: &str = "/repos/acme/incidents";

#[test]
fn what_is_against_the_description_is_seen() {
    let it = Scene::new();
    let cases: &[(&str, &str, Option<Value>, &str)] = &[
        (
            "GET",
            "/repos/acme/incidents/nothing",
            None,
            "no such route",
        ),
        (
            "DELETE",
            "/repos/acme/incidents/pulls",
            None,
            "no such method",
        ),
        ("GET", "/repos/acme/incidents/pulls/one", None, "integer"),
        (
            "GET",
            "/repos/acme/incidents/pulls?stat=open",
            None,
            "`stat`",
        ),
        (
            "GET",
            "/repos/acme/incidents/pulls?state=merged",
            None,
            "merged",
        ),
        (
            "POST",
            "/repos/acme/incidents/git/refs",
            Some(json!({ "ref": "x" })),
            "sha",
        ),
        (
            "POST",
            "/repos/acme/incidents/git/refs",
            Some(json!({ "ref": "refs/heads/x", "sha": "0", "force": true })),
            "`/force`",
        ),
        (
            "POST",
            "/graphql",
            Some(json!({ "query": "mutation { createComit(input: {}) { commit { oid } } }" })),
            "createComit",
        ),
        (
            "POST",
            "/graphql",
            Some(json!({ "query": COMMIT, "variables": { "input": { "branch": {} } } })),
            "CreateCommitOnBranchInput",
        ),
    ];
    for (method, path, body, told) in cases {
        it.ask(method, path, body.clone());
        let flaws = it.github.forgive().join("\n");
        assert!(flaws.contains(told), "{method} {path}: {flaws}");
    }
    send("GET", &it.address(REPO), &[], None).expect("an answer");
    assert!(it.github.forgive().join("").contains("no user-agent"));
}

#[test]
fn every_answer_has_a_judge_that_can_refuse() {
    let answers = DESCRIPTION.answers();
    assert!(answers.len() > 80, "{}", answers.len());
    for (name, schema) in answers {
        let flaws = DESCRIPTION.flaws(&name, schema, &json!(7));
        assert!(!flaws.is_empty(), "{name} takes a number for an answer");
    }
    let (name, schema) = DESCRIPTION
        .answers()
        .into_iter()
        .find(|(name, _)| name == "get /repos/{owner}/{repo}/pulls/{pull_number} 200")
        .expect("a pull request");
    let mut pull = json!({ "number": 7, "state": "merged" });
    DESCRIPTION.complete(schema, &mut pull);
    let flaws = DESCRIPTION.flaws(&name, schema, &pull);
    assert_eq!(flaws.len(), 1, "{flaws:?}");
    assert!(flaws[0].contains("/state"), "{flaws:?}");
}

#[test]
fn a_flaw_fails_the_test_that_caused_it() {
    let it = Scene::new();
    it.ask("GET", "/nothing", None);
    let judged = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| it.github.judge()));
    let error = judged.expect_err("a verdict");
    let told = error.downcast_ref::<String>().expect("words");
    assert!(told.contains("GET /nothing: no such route"), "{told}");
    let dropped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(it)));
    assert!(dropped.is_err());
}

#[test]
fn a_fault_that_never_happens_fails_the_test() {
    let it = Scene::new();
    it.github.fault(Fault::status(502).on("GET", "/never"));
    let dropped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(it)));
    assert!(dropped.is_err());
}
