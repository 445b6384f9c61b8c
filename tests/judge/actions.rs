//! `actions sync` before the second judge: the scenarios of `tests/actions_sync.rs` as far as the double goes.
//!
//! What it cannot do, and what stands in its place:
//!
//! - It knows no `assignees/{assignee}`, so that nobody may be assigned; the items of these tests are owned by teams.
//! - It does not know `duplicate` as a reason for closing and takes it for `completed`; nothing here is closed so.
//! - It writes moments with milliseconds, and compares `since` as text.
//! - Every token is somebody's: the issues are those of the account `workflow`, which may write here.

use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::harness::variant;
use crate::servers::{exchanges, spoil};
use crate::stage::{PATH, POLICY, POLICY_PATH, Stage, text};

/// A row of the canonical postmortem, up to its owner.
const ROW: &str = "| A2 | Alert on the pool use of each instance above 80 % |";
/// Items of the canonical postmortem.
const ITEMS: usize = 3;
const WORKFLOW: &str = "workflow";

/// A repository whose one postmortem is on the default branch.
fn merged(name: &str) -> Stage {
    let stage = Stage::new(name);
    stage.grant(WORKFLOW, "maintain");
    write(&stage, &variant(&[]));
    stage
}

/// Brings the postmortem to the default branch. Nothing in it is overdue by the clock of this machine, which is the double's.
fn write(stage: &Stage, text: &str) {
    let text = text.replace("| 2026-1", "| 2099-1");
    stage.publish(&[(POLICY_PATH, POLICY), (PATH, &text)]);
}

const SYNC: [&str; 5] = ["actions", "sync", "--json", "--pace", "0"];

/// A run after which nothing is left to do.
fn sync(stage: &Stage) -> Value {
    let run = stage.expect(0, WORKFLOW, &SYNC);
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stdout))
}

fn quiet(stage: &Stage) {
    let report = sync(stage);
    assert_eq!(report["writes"], 0, "{report:#}");
}

/// Every issue, the oldest first.
fn issues(stage: &Stage) -> Vec<Value> {
    let all = "/issues?state=all&sort=created&direction=asc&per_page=100";
    let found = stage.ask("alice", "GET", all, None);
    found.as_array().expect("a list").clone()
}

/// The issue of an item of the postmortem.
fn issue(stage: &Stage, item: &str) -> Value {
    let marker = format!("/{item} -->");
    let all = issues(stage).into_iter();
    let found: Vec<Value> = all
        .filter(|it| text(&it["body"]).contains(&marker))
        .collect();
    let [one] = found.as_slice() else {
        panic!("{item} has one issue: {found:#?}");
    };
    one.clone()
}

/// Somebody changes the issue of an item.
fn change(stage: &Stage, item: &str, what: &Value) {
    let path = format!("/issues/{}", issue(stage, item)["number"]);
    stage.ask("bob", "PATCH", &path, Some(what));
}

/// What was said on the issue of an item.
fn comments(stage: &Stage, item: &str) -> Vec<String> {
    let path = format!("/issues/{}/comments", issue(stage, item)["number"]);
    let found = stage.ask("alice", "GET", &path, None);
    let all = found.as_array().expect("a list").iter();
    all.map(|it| text(&it["body"])).collect()
}

/// How an item stands, as the ledger on the double says.
fn state(stage: &Stage, item: &str) -> String {
    let tip = stage.tip("aftersight/ledger");
    let commit = stage.ask("alice", "GET", &format!("/git/commits/{tip}"), None);
    let tree = format!("/git/trees/{}?recursive=1", text(&commit["tree"]["sha"]));
    let tree = stage.ask("alice", "GET", &tree, None);
    let files = tree["tree"].as_array().expect("a list");
    let is_file = |it: &&Value| {
        it["path"]
            .as_str()
            .is_some_and(|it| it.ends_with("/INC-2026-014.json"))
    };
    let file = files.iter().find(is_file).expect("the postmortem's file");
    let blob = format!("/git/blobs/{}", text(&file["sha"]));
    let blob = stage.ask("alice", "GET", &blob, None);
    let content = text(&blob["content"]).replace('\n', "");
    let bytes = base64::Engine::decode(&base64::prelude::BASE64_STANDARD, content);
    let value: Value = serde_json::from_slice(&bytes.expect("base64")).expect("JSON");
    text(&value["items"][item]["state"])
}

#[test]
fn every_promise_becomes_one_issue_and_a_second_run_writes_nothing() {
    let stage = merged("items");
    let report = sync(&stage);
    assert_eq!(report["opened"], ITEMS, "{report:#}");
    let all = issues(&stage);
    assert_eq!(all.len(), ITEMS);
    for issue in &all {
        assert_eq!(issue["user"]["login"], WORKFLOW);
        let labels = issue["labels"].as_array().expect("a list");
        let ours = labels.iter().any(|it| it["name"] == "aftersight");
        assert!(ours, "{labels:#?}");
    }
    quiet(&stage);
    assert_eq!(issues(&stage), all);
    stage.judge(&["", "/issues", "/labels", "/git/ref/heads/aftersight/ledger"]);
}

#[test]
fn what_people_close_comes_back() {
    let stage = merged("closed");
    sync(&stage);
    change(
        &stage,
        "A1",
        &json!({ "state": "closed", "state_reason": "completed" }),
    );
    let not_planned = json!({ "state": "closed", "state_reason": "not_planned" });
    change(&stage, "A2", &not_planned);
    sync(&stage);
    assert_eq!(state(&stage, "A1"), "done");
    assert_eq!(comments(&stage, "A1"), [""; 0]);
    assert_eq!(state(&stage, "A2"), "needs-decision");
    let said = comments(&stage, "A2");
    assert!(said[0].contains("`dropped: reason`"), "{said:?}");
    let labels = issue(&stage, "A2")["labels"].to_string();
    assert!(labels.contains("needs-decision"), "{labels}");
    assert_eq!(state(&stage, "A3"), "open");
    quiet(&stage);
    change(&stage, "A1", &json!({ "state": "open" }));
    sync(&stage);
    assert_eq!(state(&stage, "A1"), "open");
    quiet(&stage);
    assert_eq!(
        issues(&stage).len(),
        ITEMS + 1,
        "a digest of what needs a decision"
    );
    stage.judge(&["/issues", "/issues/2"]);
}

#[test]
fn what_the_file_says_reaches_the_issue() {
    let stage = merged("rows");
    sync(&stage);
    let note = "Somebody wrote this below.";
    let body = format!("{}\n\n{note}", text(&issue(&stage, "A2")["body"]));
    change(&stage, "A2", &json!({ "body": body }));
    let edited = ROW.replace("80 %", "75 %");
    write(&stage, &variant(&[(ROW, &edited)]));
    sync(&stage);
    let found = issue(&stage, "A2");
    assert!(text(&found["title"]).contains("75 %"), "{found:#}");
    let body = text(&found["body"]);
    assert!(body.contains("75 %") && body.contains(note), "{body}");
    quiet(&stage);
    let table = [
        (
            "| Owner | Due | Done when |\n| --- |",
            "| Owner | Due | Done when | Status |\n| --- | --- |",
        ),
        (
            "fires the alert |",
            "fires the alert | dropped: the pool is gone |",
        ),
    ];
    write(&stage, &variant(&table));
    sync(&stage);
    let found = issue(&stage, "A2");
    assert_eq!(found["state"], "closed");
    assert_eq!(found["state_reason"], "not_planned");
    let said = comments(&stage, "A2");
    assert!(said[0].contains("the pool is gone"), "{said:?}");
    assert_eq!(state(&stage, "A2"), "dropped");
    quiet(&stage);
    stage.judge(&["/issues/2", "/issues/2/comments"]);
}

#[test]
fn an_answer_that_is_lost_makes_no_twin() {
    let stage = merged("lost");
    spoil("POST", "/repos/alice/lost/issues", "lost");
    let run = stage.run(WORKFLOW, &SYNC);
    assert_eq!(run.code, 1, "{}{}", run.stdout, run.stderr);
    assert_eq!(issues(&stage).len(), ITEMS, "it was opened all the same");
    let report = sync(&stage);
    assert_eq!(report["adopted"], 1, "{report:#}");
    assert_eq!(issues(&stage).len(), ITEMS);
    quiet(&stage);
    stage.judge(&["/issues"]);
}

#[test]
fn an_answer_that_is_lost_to_a_commit_of_the_ledger_makes_no_twin() {
    let stage = merged("commit");
    let path = "/repos/alice/commit/graphql";
    spoil("POST", path, "lost");
    sync(&stage);
    let mut all = exchanges("alice/commit").into_iter();
    assert!(all.any(|it| it.path == path), "it was sent");
    assert_eq!(issues(&stage).len(), ITEMS);
    quiet(&stage);
    stage.judge(&["/git/ref/heads/aftersight/ledger"]);
}

#[test]
fn a_run_that_is_killed_is_taken_up_by_the_next() {
    let stage = merged("killed");
    let path = "/repos/alice/killed/issues";
    spoil("POST", path, "held");
    let mut command = stage.clone().command(&SYNC);
    command
        .envs(stage.environment(WORKFLOW))
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut run = command.spawn().expect("the program runs");
    let begin = Instant::now();
    let is_open = || {
        let mut all = exchanges("alice/killed").into_iter();
        all.any(|it| it.method == "POST" && it.path == path)
    };
    while !is_open() {
        assert!(
            begin.elapsed() < Duration::from_secs(60),
            "nothing is opened"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    run.kill().expect("it is killed");
    run.wait().expect("it ends");
    assert_eq!(issues(&stage).len(), 1);
    // What was announced and not opened waits until nobody can believe in it any more.
    let report = sync(&stage);
    assert_eq!(report["adopted"], 1, "{report:#}");
    assert_eq!(issues(&stage).len(), 1);
    quiet(&stage);
    stage.judge(&["/issues"]);
}
