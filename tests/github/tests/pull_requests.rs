//! Pull requests, reviews and merges, and who may see and do what.

use serde_json::{Value, json};

use super::{REPO, Scene, logins, texts};
use crate::github::{Method, Right};

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
