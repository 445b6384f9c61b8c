//! A forger who may write to the ledger: the branch is replaced, the digests are right, and what the records say is false.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::approval::{PATH, POLICY, Stage};
use crate::github::Method;
use crate::harness::variant;

const HEAD: &str = "approvals/head.json";
const VERIFY: &[&str] = &["approval", "verify"];
const ONLINE: &[&str] = &["approval", "verify", "--online"];

/// Replaces the ledger by one commit, in which the last record is another and the chain holds.
fn forge(stage: &Stage, change: impl Fn(&mut Value)) {
    forge_as(stage, None, change);
}

/// The same, or with a further record after the last one, under another name.
fn forge_as(stage: &Stage, further: Option<&str>, change: impl Fn(&mut Value)) {
    let repo = &stage.repo;
    repo.git(&["checkout", "-q", "--detach", "origin/aftersight/ledger"]);
    let mut head: Value = serde_json::from_str(&repo.read(HEAD)).expect("JSON");
    let mut path = head["record"].as_str().expect("a path").to_string();
    let mut record: Value = serde_json::from_str(&repo.read(&path)).expect("JSON");
    if let Some(further) = further {
        record["previous"] = head["digest"].clone();
        let next = record["sequence"].as_u64().expect("a number") + 1;
        record["sequence"] = json!(next);
        path = further.into();
        head["record"] = json!(further);
        head["sequence"] = json!(next);
    }
    change(&mut record);
    let bytes = serde_json::to_vec_pretty(&record).expect("JSON");
    let digest = Sha256::digest(&bytes);
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    head["digest"] = json!(digest);
    repo.write(&path, bytes);
    repo.write(HEAD, head.to_string());
    repo.git(&["checkout", "-q", "--orphan", "forged"]);
    repo.commit("Record approvals");
    repo.git(&[
        "push",
        "-q",
        "-f",
        "origin",
        "forged:refs/heads/aftersight/ledger",
    ]);
    repo.git(&["checkout", "-q", "-f", "main"]);
    repo.git(&["branch", "-q", "-D", "forged"]);
    stage.catch_up();
}

/// Says that a text was approved.
fn approve(judged: &mut Value) {
    let verdict = &mut judged["verdict"];
    verdict["state"] = json!("approved");
    for need in verdict["needs"].as_array_mut().expect("needs") {
        need["missing"] = json!(0);
    }
}

fn found(stage: &Stage, args: &[&str], words: &str) {
    found_of(stage, 1, args, words);
}

/// The same of the record of another pull request.
fn found_of(stage: &Stage, number: u64, args: &[&str], words: &str) {
    let run = stage.expect(1, args);
    let line = format!("approvals/2026/{number}.json: {words}");
    assert!(run.stdout.contains(&line), "{words}\n{}", run.stdout);
}

#[test]
fn an_honest_record_holds_online() {
    for method in [Method::Merge, Method::Squash, Method::Rebase] {
        let stage = Stage::new();
        let number = stage.opened();
        stage.change("topic", &[("README.md", "ours\n")]);
        stage.github.request_changes(number, "carol");
        let dismissed = stage.github.approve(number, "bob");
        stage.github.approve(number, "carol");
        stage.github.merge(number, method, "bob");
        stage.record();
        // What comes after the merge makes no record false.
        stage.github.dismiss(number, dismissed);
        stage.github.approve(number, "dave");
        stage.expect(0, ONLINE);
    }
}

#[test]
fn an_objection_that_a_record_leaves_out_is_found_online() {
    let stage = Stage::new();
    let number = stage.opened();
    stage.github.approve(number, "bob");
    stage.github.request_changes(number, "carol");
    stage.github.merge(number, Method::Squash, "bob");
    stage.record();
    forge(&stage, |record| {
        let reviews = &mut record["pull_request"]["reviews"];
        reviews.as_array_mut().expect("reviews").truncate(1);
        let judged = &mut record["postmortems"][0];
        approve(judged);
        let voices = &mut judged["verdict"]["voices"];
        voices.as_array_mut().expect("voices").truncate(1);
    });
    stage.expect(0, VERIFY);
    found(&stage, ONLINE, "leaves out a review by `carol`");
}

#[test]
fn a_writer_whom_a_record_leaves_out_is_found_online() {
    let stage = Stage::new();
    let number = stage.opened_with("bob");
    stage.github.approve(number, "bob");
    stage.github.merge(number, Method::Squash, "bob");
    stage.record();
    forge(&stage, |record| {
        record["pull_request"]["contributors"] = json!([]);
        let judged = &mut record["postmortems"][0];
        approve(judged);
        let need = &mut judged["verdict"]["needs"][0];
        need["met_by"] = json!(["bob"]);
        let role = need["role"].clone();
        let voice = &mut judged["verdict"]["voices"][0];
        voice["weight"] = json!("counts");
        voice["roles"] = json!([role]);
    });
    stage.expect(0, VERIFY);
    let words = "GitHub says that `bob`, whose approval counts, wrote on pull request #1";
    found(&stage, ONLINE, words);
}

#[test]
fn an_earlier_policy_is_put_in_force_by_no_record() {
    let stage = Stage::new();
    let old = stage.repo.git(&["rev-parse", "main"]);
    let old_policy = stage
        .repo
        .git(&["rev-parse", "main:.github/aftersight.yml"]);
    let strict = POLICY.replace("- from: owners", "- { from: owners, count: 2 }");
    stage.repo.write(".github/aftersight.yml", &strict);
    stage.repo.commit("ask two");
    stage.repo.git(&["push", "-q", "origin", "main"]);
    let number = stage.opened();
    stage.github.approve(number, "bob");
    stage.github.merge(number, Method::Squash, "bob");
    stage.record();
    forge(&stage, |record| {
        record["pull_request"]["base"] = json!(old.trim());
        record["policy"]["blob"] = json!(old_policy.trim());
        let judged = &mut record["postmortems"][0];
        approve(judged);
        judged["verdict"]["needs"][0]["count"] = json!(1);
    });
    let words = "GitHub does not say that pull request #1 came right after its base";
    found(&stage, ONLINE, words);
}

#[test]
fn a_text_is_known_by_the_id_that_it_has() {
    let stage = Stage::new();
    let number = stage.opened();
    stage.github.approve(number, "bob");
    stage.github.merge(number, Method::Squash, "bob");
    stage.record();
    for (id, words) in [
        (json!("INC-2026-099"), "`INC-2026-099`"),
        (Value::Null, "no id"),
    ] {
        forge(&stage, |record| record["postmortems"][0]["id"] = id.clone());
        let words =
            format!("`{PATH}` is recorded with {words}, but has `INC-2026-014` at its commit");
        found(&stage, VERIFY, &words);
    }
}

#[test]
fn an_approval_of_one_text_is_lent_to_no_other() {
    let stage = Stage::new();
    let other = "postmortems/2026-09-09-other.md";
    let text = variant(&[("INC-2026-014", "INC-2026-015")]);
    stage.repo.write(other, &text);
    stage.repo.commit("push it directly");
    stage.repo.git(&["push", "-q", "origin", "main"]);
    let blob = stage.repo.git(&["rev-parse", &format!("main:{other}")]);
    let number = stage.opened();
    stage.github.approve(number, "bob");
    stage.github.merge(number, Method::Squash, "bob");
    stage.record();
    forge(&stage, |record| {
        let judged = &mut record["postmortems"][0];
        judged["id"] = json!("INC-2026-015");
        judged["path"] = json!(other);
        judged["blob"] = json!(blob.trim());
    });
    let words = format!("`{other}` is no postmortem that came with its commit");
    found(&stage, VERIFY, &words);
    let standings = [format!("{other} unreviewed"), format!("{PATH} unreviewed")];
    assert_eq!(stage.standings(1), standings);
}

#[test]
fn one_commit_is_on_record_once() {
    let stage = Stage::new();
    let number = stage.opened();
    stage.github.approve(number, "bob");
    stage.github.merge(number, Method::Squash, "bob");
    stage.record();
    forge_as(&stage, Some("approvals/2026/7.json"), |record| {
        record["pull_request"]["number"] = json!(7);
    });
    found_of(&stage, 7, VERIFY, "is about the commit `");
}
