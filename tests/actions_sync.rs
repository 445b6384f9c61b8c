//! `actions sync`: promises become issues, and the issues' state comes back; the real program against the fake GitHub.

use serde_json::Value;

use crate::approval::{PATH, Stage};
use crate::github::Fake;
use crate::harness::{Run, variant};

const CONFIG: &str = r#"
services:
  checkout: { owner: "@acme/payments" }
"#;

/// A repository whose one postmortem is on the default branch.
pub(crate) fn merged(text: &str) -> Stage {
    let stage = Stage::with(CONFIG, Fake::start());
    publish(&stage, PATH, text);
    stage
}

/// Brings a file to the default branch.
pub(crate) fn publish(stage: &Stage, path: &str, text: &str) {
    stage.repo.write(path, text);
    stage.repo.commit("write");
    stage.repo.git(&["push", "-q", "origin", "main"]);
}

pub(crate) fn sync(stage: &Stage, code: i32, args: &[&str]) -> Value {
    let mut all = vec!["actions", "sync", "--json", "--pace", "0"];
    all.extend(args);
    let run = stage.expect(code, &all);
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stdout))
}

#[test]
fn every_promise_becomes_one_issue_and_a_second_run_writes_nothing() {
    let stage = merged(&variant(&[]));
    let run: Run = stage.expect(0, &["actions", "sync", "--pace", "0"]);
    assert!(run.stdout.contains("+ open #"), "{}", run.stdout);
    let issues = stage.github.issues();
    assert!(!issues.is_empty());
    stage.repo.git(&["fetch", "-q", "origin"]);
    let again = sync(&stage, 0, &[]);
    assert_eq!(again["writes"], 0, "{again}");
    assert_eq!(again["requests"], 5, "{again}");
    assert_eq!(stage.github.issues().len(), issues.len());
    stage.github.judge();
}
