//! The fake itself: it does what GitHub does, and nothing against the description goes unseen.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::client::{Answer, send};
use super::description::DESCRIPTION;
use super::{Fake, Fault, Method, Right};
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

#[test]
fn a_pull_request_is_told_with_its_files_commits_and_reviews() {
    let it = Scene::new();
    it.branch("topic", &[("a.md", "one\n"), ("b.md", "two\n")]);
    let number = it.github.open("alice", "topic");
    let head = it.github.head(number);
    it.github.comment(number, "alice");
    let id = it.github.approve(number, "bob");
    it.github.request_changes(number, "carol");
    it.github.pending(number, "carol");
    let pull = it.get(&format!("{REPO}/pulls/{number}"));
    assert_eq!(pull["user"]["login"], "alice");
    assert_eq!(pull["head"]["sha"], head);
    assert_eq!(pull["state"], "open");
    assert_eq!(pull["merged_by"], Value::Null);
    let trial = pull["merge_commit_sha"].as_str().expect("a trial merge");
    assert_ne!(trial, head);
    let files = it.get(&format!("{REPO}/pulls/{number}/files"));
    assert_eq!(texts(&files, "filename"), ["a.md", "b.md"]);
    assert_eq!(texts(&files, "status"), ["added", "added"]);
    let commits = it.get(&format!("{REPO}/pulls/{number}/commits"));
    assert_eq!(commits[1]["sha"], head);
    assert_eq!(
        commits[0]["commit"]["author"]["email"],
        "tester@example.org"
    );
    // Nobody is called `tester` there.
    assert_eq!(commits[0]["author"], Value::Null);
    let reviews = format!("{REPO}/pulls/{number}/reviews");
    let seen = it.get(&reviews);
    assert_eq!(
        texts(&seen, "state"),
        ["COMMENTED", "APPROVED", "CHANGES_REQUESTED"]
    );
    assert_eq!(logins(&seen), ["alice", "bob", "carol"]);
    let own = it.ask_as(&it.github.token_of("carol"), "GET", &reviews, None);
    assert_eq!(
        texts(&own.json(), "state").last().map(String::as_str),
        Some("PENDING")
    );
    it.github.dismiss(number, id);
    assert_eq!(it.get(&reviews)[1]["state"], "DISMISSED");
    // A push moves the head; what was reviewed stays what it was.
    it.branch(
        "topic",
        &[("a.md", "one\n"), ("b.md", "two\n"), ("c.md", "three\n")],
    );
    assert_ne!(it.github.head(number), head);
    assert_eq!(it.get(&reviews)[1]["commit_id"], head);
}

#[test]
fn reviews_over_the_api_follow_the_rules() {
    let it = Scene::new();
    it.branch("topic", &[("a.md", "one\n")]);
    let number = it.github.open("alice", "topic");
    let reviews = format!("{REPO}/pulls/{number}/reviews");
    let approve = || Some(json!({ "event": "APPROVE" }));
    let alice = it.github.token_of("alice");
    let own = it.ask_as(&alice, "POST", &reviews, approve());
    assert_eq!(own.status, 422);
    assert_eq!(
        own.json()["errors"][0],
        "Can not approve your own pull request"
    );
    let bob = it.github.token_of("bob");
    let good = it.ask_as(&bob, "POST", &reviews, approve());
    assert_eq!(
        (good.status, &good.json()["state"]),
        (200, &json!("APPROVED"))
    );
    let empty = it.ask_as(
        &bob,
        "POST",
        &reviews,
        Some(json!({ "event": "REQUEST_CHANGES" })),
    );
    assert_eq!(empty.status, 422);
    let id = good.json()["id"].clone();
    let dismissal = format!("{reviews}/{id}/dismissals");
    let why = || Some(json!({ "message": "text changed" }));
    let carol = it.github.token_of("carol");
    assert_eq!(it.ask_as(&carol, "PUT", &dismissal, why()).status, 403);
    let gone = it.ask_as(&bob, "PUT", &dismissal, why());
    assert_eq!(gone.json()["state"], "DISMISSED");
    assert_eq!(it.ask_as(&bob, "PUT", &dismissal, why()).status, 422);
    // A workflow that may only read pull requests.
    let refused = it.ask("POST", &reviews, approve());
    assert_eq!(refused.status, 403);
    let wanted = refused.header("x-accepted-github-permissions");
    assert_eq!(wanted, Some("pull_requests=write"));
}

#[test]
fn each_kind_of_merge_leaves_its_commits() {
    for how in [Method::Merge, Method::Squash, Method::Rebase, Method::Queue] {
        let it = Scene::new();
        it.branch("topic", &[("a.md", "one\n"), ("b.md", "two\n")]);
        it.branch("other", &[("c.md", "three\n")]);
        let number = it.github.open("alice", "topic");
        let other = it.github.open("bob", "other");
        it.github.merge(other, Method::Squash, "bob");
        let sha = it.github.merge(number, how, "bob");
        it.repo.git(&["fetch", "-q", "origin"]);
        assert_eq!(it.repo.git(&["rev-parse", "origin/main"]).trim(), sha);
        let files = it.repo.git(&["ls-tree", "--name-only", "origin/main"]);
        assert_eq!(files, "README.md\na.md\nb.md\nc.md\n", "{how:?}");
        let parents = it.repo.git(&["log", "-1", "--format=%P", "origin/main"]);
        let count = if how == Method::Merge { 2 } else { 1 };
        assert_eq!(parents.split_whitespace().count(), count, "{how:?}");
        let pull = it.get(&format!("{REPO}/pulls/{number}"));
        assert_eq!(pull["merge_commit_sha"], sha);
        assert_eq!(pull["merged_by"]["login"], "bob");
        assert_eq!(pull["state"], "closed");
        let pulls = |sha: &str| {
            let list = it.get(&format!("{REPO}/commits/{sha}/pulls"));
            let all = list.as_array().expect("a list").iter();
            all.filter_map(|pull| pull["number"].as_u64())
                .collect::<Vec<_>>()
        };
        assert_eq!(pulls(&sha), [number], "{how:?}");
        let before = it.repo.git(&["rev-parse", "origin/main~1"]);
        let brought = match how {
            // The first of two rebased commits.
            Method::Rebase => number,
            _ => other,
        };
        assert_eq!(pulls(before.trim()), [brought], "{how:?}");
        // The head of a merged pull request stays reachable.
        let head = format!("refs/pull/{number}/head");
        it.repo.git(&["fetch", "-q", "origin", &head]);
        let branches = it.repo.git(&["ls-remote", "--heads", "origin"]);
        assert!(!branches.contains("gh-readonly-queue"), "{branches}");
    }
}

#[test]
fn a_direct_push_belongs_to_no_pull_request() {
    let it = Scene::new();
    it.repo.write("README.md", "second\n");
    it.repo.commit("directly");
    it.repo.git(&["push", "-q", "origin", "main"]);
    let sha = it.repo.git(&["rev-parse", "HEAD"]);
    assert_eq!(
        it.get(&format!("{REPO}/commits/{}/pulls", sha.trim())),
        json!([])
    );
    let unknown = it.ask(
        "GET",
        &format!("{REPO}/commits/{}/pulls", "0".repeat(40)),
        None,
    );
    assert_eq!(unknown.status, 422);
}

#[test]
fn a_fork_keeps_its_branch_to_itself() {
    let it = Scene::new();
    it.branch("topic", &[("a.md", "one\n")]);
    let number = it.github.open_from_fork("carol", "topic");
    let pull = it.get(&format!("{REPO}/pulls/{number}"));
    assert_eq!(pull["head"]["label"], "carol:topic");
    assert_eq!(pull["head"]["repo"]["full_name"], "carol/incidents");
    assert_eq!(
        it.repo.git(&["ls-remote", "--heads", "origin", "topic"]),
        ""
    );
    let found = it.get(&format!("{REPO}/pulls?head=carol:topic"));
    assert_eq!(found[0]["number"], number);
    it.repo.write("a.md", "two\n");
    it.repo.commit("again");
    it.repo
        .git(&["push", "-q", "origin", "HEAD:refs/forks/carol/topic"]);
    let head = it.repo.git(&["rev-parse", "HEAD"]);
    assert_eq!(it.github.head(number), head.trim());
    it.github.delete_fork(number);
    let pull = it.get(&format!("{REPO}/pulls/{number}"));
    assert_eq!(
        (&pull["head"]["repo"], &pull["head"]["ref"]),
        (&Value::Null, &json!("topic"))
    );
    it.github.close(number);
    assert_eq!(it.get(&format!("{REPO}/pulls")), json!([]));
    assert_eq!(
        it.get(&format!("{REPO}/pulls?state=all"))[0]["state"],
        "closed"
    );
}

#[test]
fn rights_and_teams_are_told_to_whom_may_know() {
    let it = Scene::new();
    let permission = |login: &str| {
        let path = format!("{REPO}/collaborators/{login}/permission");
        it.get(&path)["permission"]
            .as_str()
            .unwrap_or_default()
            .to_string()
    };
    assert_eq!(permission("alice"), "write");
    it.github.revoke("alice");
    assert_eq!(permission("alice"), "none");
    it.github.bot("renovate[bot]", Right::Write);
    assert_eq!(permission("renovate%5Bbot%5D"), "write");
    let nobody = it.ask(
        "GET",
        &format!("{REPO}/collaborators/nobody/permission"),
        None,
    );
    assert_eq!(nobody.status, 404);
    let members = "/orgs/acme/teams/payments/members";
    assert_eq!(it.ask("GET", members, None).status, 403);
    let token = it.github.token_with(&["members: read"]);
    let seen = it.ask_as(&token, "GET", members, None).json();
    assert_eq!(texts(&seen, "login"), ["alice", "bob"]);
    it.github.leave("payments", "alice");
    let bob = it.github.token_of("bob");
    let seen = it.ask_as(&bob, "GET", members, None).json();
    assert_eq!(texts(&seen, "login"), ["bob"]);
    assert_eq!(it.ask_as("wrong", "GET", REPO, None).status, 401);
    let alice = it.github.token_of("alice");
    assert_eq!(it.ask_as(&alice, "GET", REPO, None).status, 404);
    it.github.public();
    assert_eq!(it.ask_as(&alice, "GET", REPO, None).status, 200);
    assert_eq!(permission("alice"), "read");
}

#[test]
fn lists_come_in_pages() {
    let it = Scene::new();
    it.branch("topic", &[("a.md", "one\n")]);
    let number = it.github.open("alice", "topic");
    for _ in 0..101 {
        it.github.comment(number, "bob");
    }
    let mut path = format!("{REPO}/pulls/{number}/reviews?per_page=1000");
    let mut sizes = Vec::new();
    loop {
        let answer = it.ask("GET", &path, None);
        sizes.push(answer.json().as_array().expect("a list").len());
        let link = answer.header("link").expect("further pages");
        let next = link
            .split(", ")
            .find_map(|part| part.strip_suffix(">; rel=\"next\""));
        let Some(next) = next else {
            assert!(
                link.contains("rel=\"prev\"") && link.contains("rel=\"first\""),
                "{link}"
            );
            break;
        };
        let base = it.address("");
        path = next
            .trim_start_matches('<')
            .trim_start_matches(&base)
            .into();
        // GitHub's own further pages name the repository by its number.
        assert!(path.starts_with("/repositories/"), "{path}");
    }
    assert_eq!(sizes, [100, 1], "more than a hundred is cut without a word");
    let first = it.ask("GET", &format!("{REPO}/pulls/{number}/reviews"), None);
    assert_eq!(first.json().as_array().map(Vec::len), Some(30));
}

#[test]
fn what_has_not_changed_is_not_sent_again_and_costs_nothing() {
    let it = Scene::new();
    let first = it.ask("GET", REPO, None);
    let tag = first.header("etag").expect("a tag").to_string();
    let left = first
        .header("x-ratelimit-remaining")
        .expect("a limit")
        .to_string();
    let bearer = format!("Bearer {}", it.token);
    let headers = [
        ("user-agent", "tests"),
        ("authorization", bearer.as_str()),
        ("if-none-match", tag.as_str()),
    ];
    let again = send("GET", &it.address(REPO), &headers, None).expect("an answer");
    assert_eq!((again.status, again.text.as_str()), (304, ""));
    assert_eq!(again.header("x-ratelimit-remaining"), Some(left.as_str()));
    it.github.spend(&it.token, 1000);
    let spent = it.ask("GET", REPO, None);
    assert_eq!(spent.status, 403);
    assert_eq!(spent.header("x-ratelimit-remaining"), Some("0"));
    let rate = it.get("/rate_limit");
    assert_eq!(rate["rate"]["remaining"], 0);
}

#[test]
fn a_branch_is_made_once_and_moved_by_compare_and_swap() {
    let it = Scene::new();
    let tree = json!({ "tree": [{ "path": "approvals/head.json", "mode": "100644", "type": "blob", "content": "{}\n" }] });
    let tree = it.ask("POST", &format!("{REPO}/git/trees"), Some(tree));
    assert_eq!(tree.status, 201, "{}", tree.text);
    let commit = json!({ "message": "begin", "tree": tree.json()["sha"], "parents": [] });
    let commit = it
        .ask("POST", &format!("{REPO}/git/commits"), Some(commit))
        .json();
    let sha = commit["sha"].as_str().expect("a commit").to_string();
    let refs = format!("{REPO}/git/refs");
    let branch = json!({ "ref": "refs/heads/aftersight/ledger", "sha": sha });
    assert_eq!(it.ask("POST", &refs, Some(branch.clone())).status, 201);
    let again = it.ask("POST", &refs, Some(branch));
    assert_eq!(
        (again.status, &again.json()["message"]),
        (422, &json!("Reference already exists"))
    );
    let reference = it.get(&format!("{REPO}/git/ref/heads/aftersight/ledger"));
    assert_eq!(reference["object"]["sha"], sha);
    let missing = it.ask("GET", &format!("{REPO}/git/ref/heads/aftersight"), None);
    assert_eq!(missing.status, 404);
    let made = it.commit(&it.token, "aftersight/ledger", &sha);
    let made = made["data"]["createCommitOnBranch"]["commit"]["oid"].as_str();
    let made = made.expect("a commit").to_string();
    let stale = it.commit(&it.token, "aftersight/ledger", &sha);
    assert_eq!(stale["errors"][0]["type"], "STALE_DATA");
    assert_eq!(stale["data"]["createCommitOnBranch"], Value::Null);
    it.repo.git(&["fetch", "-q", "origin", "aftersight/ledger"]);
    assert_eq!(it.repo.git(&["rev-parse", "FETCH_HEAD"]).trim(), made);
    let files = it.repo.git(&["ls-tree", "-r", "--name-only", "FETCH_HEAD"]);
    assert_eq!(files, "approvals/a.json\napprovals/head.json\n");
    assert_eq!(
        it.repo.git(&["show", "FETCH_HEAD:approvals/a.json"]),
        "{}\n"
    );
    // The history begins with the ledger itself.
    assert_eq!(it.repo.git(&["rev-list", "--count", "FETCH_HEAD"]), "2\n");
    let nowhere = it.commit(&it.token, "nowhere", &made);
    assert_eq!(nowhere["errors"][0]["type"], "NOT_FOUND");
    let reader = it.github.token_with(&["contents: read"]);
    let refused = it.commit(&reader, "aftersight/ledger", &made);
    assert_eq!(refused["errors"][0]["type"], "FORBIDDEN");
}

#[test]
fn files_are_read_at_a_commit() {
    let it = Scene::new();
    let file = it.get(&format!("{REPO}/contents/README.md?ref=main"));
    let text = file["content"].as_str().expect("text").replace('\n', "");
    assert_eq!(BASE64_STANDARD.decode(text).expect("Base64"), b"first\n");
    let sha = file["sha"].as_str().expect("a blob");
    let blob = it.get(&format!("{REPO}/git/blobs/{sha}"));
    assert_eq!(blob["size"], 6);
    it.branch("topic", &[("a/b/ä c.md", "one\n")]);
    let head = it.repo.git(&["rev-parse", "HEAD"]);
    let tree = it.get(&format!("{REPO}/git/trees/{}?recursive=1", head.trim()));
    assert_eq!(
        texts(&tree["tree"], "path"),
        ["README.md", "a", "a/b", "a/b/ä c.md"]
    );
    let place = format!("{REPO}/contents/a/b/%C3%A4%20c.md?ref={}", head.trim());
    assert_eq!(it.get(&place)["path"], "a/b/ä c.md");
    let posted = json!({ "content": BASE64_STANDARD.encode("new"), "encoding": "base64" });
    let posted = it
        .ask("POST", &format!("{REPO}/git/blobs"), Some(posted))
        .json();
    let sha = posted["sha"].as_str().expect("a blob");
    assert_eq!(it.get(&format!("{REPO}/git/blobs/{sha}"))["size"], 3);
    let commit = it.get(&format!("{REPO}/git/commits/{}", head.trim()));
    assert_eq!(commit["tree"]["sha"], tree["sha"]);
    assert_eq!(
        it.get(&format!("{REPO}/commits/main"))["commit"]["message"],
        "first"
    );
}

#[test]
fn faults_happen_when_they_are_asked_for() {
    let it = Scene::new();
    let main = it.repo.git(&["rev-parse", "HEAD"]);
    let sha = main.trim();
    let refs = format!("{REPO}/git/refs");
    let make = |name: &str| Some(json!({ "ref": format!("refs/heads/{name}"), "sha": sha }));
    let there = |name: &str| {
        let listed = it.repo.git(&["ls-remote", "--heads", "origin", name]);
        !listed.is_empty()
    };
    let on_refs = |fault: Fault| it.github.fault(fault.on("POST", "/repos/*/git/refs"));
    on_refs(Fault::lost_before());
    assert!(it.try_as(&it.token, "POST", &refs, make("one")).is_none());
    assert!(!there("one"));
    on_refs(Fault::lost_after());
    assert!(it.try_as(&it.token, "POST", &refs, make("one")).is_none());
    assert!(there("one"));
    on_refs(Fault::status(502).nth(2));
    assert_eq!(it.ask("POST", &refs, make("two")).status, 201);
    assert_eq!(it.ask("POST", &refs, make("three")).status, 502);
    assert!(!there("three"));
    on_refs(Fault::status_after(500));
    assert_eq!(it.ask("POST", &refs, make("three")).status, 500);
    assert!(there("three"));
    on_refs(Fault::conflict());
    assert_eq!(it.ask("POST", &refs, make("four")).status, 422);
    assert!(there("four"), "another writer was first");
    it.github.fault(Fault::conflict());
    let stale = it.commit(&it.token, "main", sha);
    assert_eq!(stale["errors"][0]["type"], "STALE_DATA");
    it.github.fault(Fault::secondary_limit(Some(3)).times(2));
    for _ in 0..2 {
        let limited = it.ask("GET", REPO, None);
        assert_eq!(
            (limited.status, limited.header("retry-after")),
            (403, Some("3"))
        );
        assert!(
            limited.json()["message"]
                .as_str()
                .is_some_and(|it| it.contains("secondary"))
        );
    }
    it.github.fault(Fault::too_many(1));
    let limited = it.ask("GET", REPO, None);
    assert_eq!(
        (limited.status, limited.header("retry-after")),
        (429, Some("1"))
    );
    it.github.fault(Fault::primary_limit(10));
    let limited = it.ask("GET", REPO, None);
    assert_eq!(
        (limited.status, limited.header("x-ratelimit-remaining")),
        (403, Some("0"))
    );
    it.github.fault(Fault::malformed());
    let cut = it.ask("GET", REPO, None);
    assert!(
        serde_json::from_str::<Value>(&cut.text).is_err(),
        "{}",
        cut.text
    );
    let seen = it.github.requests();
    assert_eq!((seen[0].status, seen[0].writes), (0, true));
    assert_eq!(seen.last().map(|it| it.path.as_str()), Some(REPO));
}

#[test]
fn a_test_can_step_in_at_a_request() {
    let it = Scene::new();
    let calls = Arc::new(AtomicU32::new(0));
    let (before, after) = (Arc::clone(&calls), Arc::clone(&calls));
    let (limits, bearer) = (it.address("/rate_limit"), format!("Bearer {}", it.token));
    it.github.fault(Fault::call_before(move || {
        // Another client may ask meanwhile.
        let headers = [("user-agent", "tests"), ("authorization", bearer.as_str())];
        let answer = send("GET", &limits, &headers, None).expect("an answer");
        assert_eq!(answer.status, 200);
        before.fetch_add(1, Ordering::SeqCst);
    }));
    it.github.fault(Fault::call_after(move || {
        after.fetch_add(10, Ordering::SeqCst);
    }));
    it.get(REPO);
    it.get(REPO);
    assert_eq!(calls.load(Ordering::SeqCst), 11);
}

#[test]
fn lists_lag_behind() {
    let it = Scene::new();
    it.branch("topic", &[("a.md", "one\n")]);
    it.github.fault(Fault::list_lag(1));
    it.get(REPO);
    let number = it.github.open("alice", "topic");
    it.github.approve(number, "bob");
    let reviews = format!("{REPO}/pulls/{number}/reviews");
    assert_eq!(it.get(&reviews), json!([]));
    assert_eq!(logins(&it.get(&reviews)), ["bob"]);
    // What is asked for by its number is there at once.
    assert_eq!(it.get(&format!("{REPO}/pulls/{number}"))["number"], number);
    assert_eq!(it.get(&format!("{REPO}/pulls")), json!([]));
    assert_eq!(it.get(&format!("{REPO}/pulls"))[0]["number"], number);
}

#[test]
fn an_enterprise_server_has_its_own_addresses() {
    let it = Scene::on(Fake::enterprise());
    assert!(
        it.address(REPO).contains("/api/v3/repos/"),
        "{}",
        it.address(REPO)
    );
    it.get(REPO);
    let main = it.repo.git(&["rev-parse", "HEAD"]);
    let made = it.commit(&it.token, "main", main.trim());
    assert!(made["errors"].is_null(), "{made}");
    let outside = it.address(REPO).replace("/api/v3", "");
    send("GET", &outside, &[("user-agent", "tests")], None).expect("an answer");
    assert!(it.github.forgive().join("").contains("no such route"));
}

#[test]
fn events_are_as_on_a_runner() {
    let it = Scene::new();
    it.branch("topic", &[("a.md", "one\n")]);
    let number = it.github.open("alice", "topic");
    it.github.approve(number, "bob");
    let read = |name: &str| -> Value {
        let text = std::fs::read_to_string(it.github.event(number, name)).expect("a file");
        serde_json::from_str(&text).expect("JSON")
    };
    assert_eq!(read("pull_request")["pull_request"]["number"], number);
    assert_eq!(read("pull_request_review")["review"]["state"], "approved");
    assert_eq!(read("merge_group")["action"], "checks_requested");
    let sha = it.github.merge(number, Method::Merge, "bob");
    assert_eq!(read("push")["after"], sha);
    assert_eq!(read("push")["created"], false);
}
