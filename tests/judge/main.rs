//! The second, independent judge of approvals and of action items: the real program against a GitHub that others wrote (`emulate`), behind a proxy
//! (`prism`) that holds every request and every answer against GitHub's official description. It shows that the fake of the
//! other tests agrees with more than itself. `bash .ci/judge` installs both and runs this; `cargo test` does not.
//!
//! The scenarios are those of `tests/approval.rs` as far as the double goes; those of action items are in `actions.rs`. What it cannot do, and what stands in its place:
//!
//! - It makes up the files of a pull request: none, whatever changed. `servers.mjs` answers this one route with the double's
//!   own comparison of base and head.
//! - A pull request's head does not follow its branch. A new head comes from "Update branch" alone; an approval that has gone
//!   stale is one that names the commit before (`commit_id`).
//! - "Update branch" does not sign as `web-flow`, so that whoever presses it has written a commit.
//! - Its commits name no accounts, only addresses.
//! - It knows no `commits/{sha}/pulls`: nothing can be recorded there, and what is tested of `approval record` is that it says
//!   so and writes nothing. The first commit of the ledger, which is REST, is tested.
//! - It knows no GraphQL, which `createCommitOnBranch` is: `servers.mjs` does this one mutation by the double's REST routes.
//!   The proxy does not judge it.
//! - It tells rights in the words of invitations (`push` and `pull` for `write` and `read`). People have `maintain` here, which
//!   is one word on both sides; `pull` is none that the program knows, and gives no right, as `read` gives none.
//! - It lets authors approve their own pull requests, which GitHub does not: the program must not count them, and is tested.
//! - It serves git to nobody, so that the clone is empty and the program reads every text by REST.
//! - Every token is somebody's; asking without one is tested instead of asking with a wrong one.
//! - No ETag, no limits, no lost answers, no lists that lag, no merge queue: those are for the fake.

mod actions;
#[allow(dead_code, reason = "what the tests of the fake use of it")]
#[path = "../github/client.rs"]
mod client;
mod faults;
#[allow(dead_code, reason = "what other tests use of it")]
#[path = "../harness.rs"]
mod harness;
mod servers;
mod stage;

use aftersight::github::{Addition, Budget, Client, Settings};
use serde_json::json;

use harness::variant;
use servers::{exchanges, servers};
use stage::{PATH, POLICY, POLICY_PATH, Stage, text};

/// What the program asks about a pull request that somebody reviewed.
const READ: &[&str] = &[
    "/pulls/1",
    "/pulls/1/files",
    "/pulls/1/commits",
    "/pulls/1/reviews",
    "/git/ref/heads/main",
];

#[test]
fn the_verdict_follows_the_reviews() {
    let stage = Stage::new("reviews");
    let number = stage.opened();
    assert_eq!(stage.state(number), "unreviewed");
    stage.review(number, "dave", "APPROVE");
    assert_eq!(
        stage.state(number),
        "unreviewed",
        "dave owns another service"
    );
    stage.review(number, "bob", "COMMENT");
    assert_eq!(stage.state(number), "unreviewed");
    stage.review(number, "bob", "APPROVE");
    assert_eq!(stage.state(number), "approved");
    stage.review(number, "bob", "COMMENT");
    assert_eq!(stage.state(number), "approved");
    stage.review(number, "carol", "REQUEST_CHANGES");
    assert_eq!(stage.state(number), "changes-requested");
    let again = stage.review(number, "carol", "APPROVE");
    assert_eq!(stage.state(number), "approved");
    stage.dismiss(number, again);
    assert_eq!(stage.state(number), "approved", "bob's is left");
    let last = stage.review(number, "bob", "APPROVE");
    stage.dismiss(number, last);
    assert_eq!(
        stage.state(number),
        "unreviewed",
        "no older opinion rises again"
    );
    stage.judge(READ);
    stage.judge(&[
        "/collaborators/bob/permission",
        "/collaborators/dave/permission",
    ]);
}

#[test]
fn an_approval_is_for_the_text_that_was_read() {
    let stage = Stage::new("texts");
    let main = stage.tip("main");
    let read = stage.commit("alice", &main, "write", &[(PATH, &variant(&[]))]);
    let letter = variant(&[]).replacen("the", "thee", 1);
    let head = stage.commit("alice", &read, "one letter", &[(PATH, &letter)]);
    let number = stage.open("topic", &head);
    let old = json!({ "event": "APPROVE", "body": "read", "commit_id": read });
    stage.review_of(number, "bob", old);
    assert_eq!(stage.state(number), "stale");
    stage.review(number, "bob", "APPROVE");
    assert_eq!(stage.state(number), "approved");
    // A new head with the same text.
    let path = format!("/repos/alice/texts/pulls/{number}/update-branch");
    stage.double("alice", "PUT", &path, &json!({}));
    assert_ne!(stage.tip("topic"), head);
    assert_eq!(stage.state(number), "approved");
    stage.judge(READ);
}

#[test]
fn a_reviewed_commit_that_nobody_has_is_stale() {
    let stage = Stage::new("gone");
    let number = stage.opened();
    let gone = "0123456789012345678901234567890123456789";
    let review = json!({ "event": "APPROVE", "body": "read", "commit_id": gone });
    stage.review_of(number, "bob", review);
    assert_eq!(stage.state(number), "stale");
    stage.judge(READ);
}

#[test]
fn whoever_lost_the_right_to_write_has_no_voice() {
    let stage = Stage::new("rights");
    let number = stage.opened();
    stage.review(number, "bob", "APPROVE");
    assert_eq!(stage.state(number), "approved");
    stage.grant("bob", "pull");
    assert_eq!(stage.state(number), "unreviewed");
    stage.grant("bob", "admin");
    assert_eq!(stage.state(number), "approved");
    stage.remove("bob");
    assert_eq!(stage.state(number), "unreviewed");
    stage.judge(&["/collaborators/bob/permission"]);
}

#[test]
fn writers_do_not_approve_their_own_text() {
    let policy = POLICY.replace("[bob, carol]", "[alice, bob, carol]");
    let stage = Stage::with("writers", &policy);
    let main = stage.tip("main");
    let message = "write\n\nCo-authored-by: Carol <carol@users.noreply.github.com>\n";
    let first = stage.commit("alice", &main, message, &[(PATH, &variant(&[]))]);
    let head = stage.commit("bob", &first, "a file beside it", &[("notes.md", "x")]);
    let number = stage.open("topic", &head);
    for writer in ["alice", "carol", "bob"] {
        stage.review(number, writer, "APPROVE");
        assert_eq!(stage.state(number), "unreviewed", "{writer}");
    }
    stage.judge(READ);
}

#[test]
fn a_pull_request_does_not_choose_its_judge() {
    let stage = Stage::new("policy");
    let main = stage.tip("main");
    let lax = POLICY.replace("[bob, carol]", "[dave]");
    let files = [(PATH, &*variant(&[])), (POLICY_PATH, lax.as_str())];
    let head = stage.commit("alice", &main, "write", &files);
    let number = stage.open("topic", &head);
    stage.review(number, "dave", "APPROVE");
    assert_eq!(stage.state(number), "unreviewed");
    // It counts from the day it is on the default branch.
    let merged = stage.commit("alice", &main, "another policy", &[(POLICY_PATH, &lax)]);
    stage.move_to("main", &merged);
    assert_eq!(stage.state(number), "approved");
    stage.judge(READ);
}

#[test]
fn postmortems_may_lie_at_the_root() {
    let stage = Stage::with("root", &format!("postmortems: .\n{POLICY}"));
    let (main, path) = (stage.tip("main"), "2026-10-10-checkout.md");
    let head = stage.commit("alice", &main, "write", &[(path, &variant(&[]))]);
    let number = stage.open("topic", &head);
    stage.review(number, "bob", "APPROVE");
    assert_eq!(stage.state_of(number, path), "approved");
    stage.judge(READ);
}

#[test]
fn members_of_a_team_are_asked_for() {
    let policy = POLICY.replace("\"@acme/payments\": [bob, carol]\n", "");
    let stage = Stage::with("teams", &policy);
    let number = stage.opened();
    let number_text = number.to_string();
    let check = ["approval", "check", "--pr", number_text.as_str()];
    let run = stage.expect(2, "workflow", &check);
    assert!(run.stderr.contains("`@acme/payments`"), "{}", run.stderr);
    stage.double(
        "alice",
        "POST",
        "/orgs/acme/teams",
        &json!({ "name": "payments" }),
    );
    assert_eq!(stage.state(number), "unreviewed");
    stage.review(number, "carol", "APPROVE");
    assert_eq!(stage.state(number), "unreviewed");
    let membership = "/orgs/acme/teams/payments/memberships/carol";
    stage.double("alice", "PUT", membership, &json!({}));
    assert_eq!(stage.state(number), "approved");
    stage.judge(READ);
}

#[test]
fn every_page_of_the_reviews_is_read() {
    let stage = Stage::new("pages");
    let number = stage.opened();
    stage.review(number, "bob", "APPROVE");
    for _ in 0..100 {
        stage.review(number, "dave", "COMMENT");
    }
    stage.review(number, "carol", "REQUEST_CHANGES");
    assert_eq!(stage.state(number), "changes-requested");
    stage.judge(READ);
    let pages: Vec<String> = exchanges("alice/pages")
        .into_iter()
        .filter(|it| it.method == "GET" && it.path.contains("/reviews?"))
        .map(|it| it.path)
        .collect();
    assert_eq!(pages.len(), 2, "{pages:?}");
}

#[test]
fn what_cannot_be_judged_is_said_and_is_no_approval() {
    let stage = Stage::new("refused");
    let number = stage.opened();
    let number = number.to_string();
    let run = stage.expect(2, "workflow", &["approval", "check", "--pr", "4711"]);
    assert!(
        run.stderr.contains("there is no pull request #4711"),
        "{}",
        run.stderr
    );
    let check = ["approval", "check", "--pr", number.as_str()];
    let run = stage.expect(2, "stranger", &check);
    assert!(run.stdout.is_empty(), "{}", run.stdout);
    assert!(run.stderr.contains("GitHub denies this"), "{}", run.stderr);
    let mut command = stage.clone().command(&check);
    command.envs(stage.environment("nobody"));
    command.env_remove("GITHUB_TOKEN");
    let run = harness::finished(command.output().expect("the program runs"));
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stdout.is_empty(), "{}", run.stdout);
    assert!(run.stderr.contains("GITHUB_TOKEN"), "{}", run.stderr);
    stage.judge(&["/pulls/4711", "/pulls/1"]);
}

#[test]
fn nothing_is_recorded_where_the_server_does_not_know_how() {
    let stage = Stage::new("record");
    let commit = stage.publish(&[(PATH, &variant(&[]))]);
    let run = stage.expect(2, "alice", &["approval", "record"]);
    assert!(run.stdout.is_empty(), "{}", run.stdout);
    let told = format!("GitHub does not know the commit `{commit}`");
    assert!(run.stderr.contains(&told), "{}", run.stderr);
    let asked = format!("/commits/{commit}/pulls");
    let tips = ["aftersight/ledger", "aftersight"].map(|branch| {
        let address = format!(
            "{}/repos/alice/record/git/ref/heads/{branch}",
            servers().witness
        );
        let authorization = [("authorization", "Bearer token-of-alice")];
        client::send("GET", &address, &authorization, None).map(|it| it.status)
    });
    assert_eq!(tips, [Some(404); 2], "no branch was made");
    stage.judge(&["", asked.as_str()]);
}

#[test]
fn the_first_commit_of_the_ledger_is_made_whole() {
    let stage = Stage::new("ledger");
    let value = |wanted: &str| {
        let environment = stage.environment("alice");
        let found = environment.into_iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value)
    };
    let mut settings = Settings::read(value).expect("settings");
    settings.budget = Budget::default();
    let client = Client::new(settings).expect("a client");
    let branch = "aftersight/ledger";
    assert_eq!(client.branch(branch).expect("an answer"), None);
    let files = [
        ("head.json", "{}\n"),
        ("approvals/2026/1.json", "{\"é\":1}\n"),
    ];
    let additions = files.map(|(path, text)| Addition {
        path: path.into(),
        bytes: text.into(),
    });
    let made = client.create_orphan(branch, "Record approvals", &additions);
    let made = made.expect("a branch").oid;
    assert_eq!(
        client.branch(branch).expect("an answer"),
        Some(made.clone())
    );
    assert_eq!(
        stage.ask("alice", "GET", &format!("/git/commits/{made}"), None)["parents"],
        json!([])
    );
    let tree = client.tree(&made).expect("an answer").expect("a tree");
    assert_eq!(tree.len(), files.len());
    for (path, content) in files {
        let blob = client
            .blob(&tree[path])
            .expect("an answer")
            .expect("a blob");
        assert_eq!(String::from_utf8_lossy(&blob), content);
    }
    let again = client.create_orphan(branch, "Record approvals", &additions);
    assert!(
        matches!(again, Err(aftersight::github::Failure::Conflict)),
        "{again:?}"
    );
    stage.judge(&["/git/ref/heads/aftersight/ledger"]);
}

#[test]
fn the_proxy_judges_indeed() {
    let stage = Stage::new("judged");
    let wrong = json!({ "ref": 1, "sha": text(&json!("x")) }).to_string();
    let authorization = ("authorization", "Bearer token-of-alice");
    let address = format!("{}/repos/alice/judged/git/refs", servers().witness);
    client::send("POST", &address, &[authorization], Some(&wrong)).expect("an answer");
    let unknown = format!("{}/repos/alice/judged/no/such/route", servers().witness);
    let answer = client::send("GET", &unknown, &[authorization], None).expect("an answer");
    assert_eq!(answer.status, 404);
    let flaws = faults::unknown(&exchanges("alice/judged"), "alice/judged");
    assert!(
        flaws
            .iter()
            .any(|it| it.contains("/git/refs") && it.contains("request.body.ref")),
        "{flaws:#?}"
    );
    let refused = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| stage.judge(&[])));
    assert!(
        refused.is_err(),
        "a request against the description must fail a test"
    );
}

#[test]
fn every_excuse_is_still_needed() {
    let stage = Stage::new("excuses");
    let number = stage.opened();
    stage.review(number, "bob", "APPROVE");
    assert_eq!(stage.state(number), "approved");
    stage.ask("alice", "GET", "", None);
    let unneeded = faults::unneeded(&exchanges("alice/excuses"), "alice/excuses");
    assert_eq!(
        unneeded, [""; 0],
        "the double has mended these: take them out"
    );
    stage.judge(READ);
}
