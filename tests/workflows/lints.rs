//! The workflows and the action, read by two linters of others and by rules of our own.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::runner::{parsed, yaml};
use super::{root, workflows};
use crate::harness::{Run, finished};

/// What our own rules have against a workflow or an action.
fn flaws(text: &str) -> Vec<String> {
    let value = parsed(text);
    let mut flaws = Vec::new();
    if value["jobs"].is_object() {
        if value["permissions"] != serde_json::json!({}) {
            flaws.push("rights for every job".to_string());
        }
        for (name, job) in value["jobs"].as_object().into_iter().flatten() {
            if !job["permissions"].is_object() {
                flaws.push(format!("`{name}` does not say its rights"));
            }
            if !job["timeout-minutes"].is_number() {
                flaws.push(format!("`{name}` has no timeout"));
            }
        }
        if value["on"].to_string().contains("pull_request_target") {
            flaws.push("pull_request_target".into());
        }
    }
    each_queue(&value, &mut |concurrency| {
        let (queue, cancel) = (&concurrency["queue"], &concurrency["cancel-in-progress"]);
        let single = queue.is_null() || queue == "single";
        if !single && (queue != "max" || !matches!(cancel, Value::Null | Value::Bool(false))) {
            flaws.push("a queue that GitHub refuses".to_string());
        }
    });
    for line in text.lines() {
        let line = line.trim().trim_start_matches("- ");
        let Some(uses) = line.strip_prefix("uses: ") else {
            continue;
        };
        if uses != "./" && !is_pinned(uses) {
            flaws.push(format!("`{uses}` is not pinned"));
        }
    }
    each_step(&value, &mut |step| {
        let script = step["run"].as_str().unwrap_or_default();
        if script.contains("${{") {
            flaws.push("an expression in a script".into());
        }
        let uses = step["uses"].as_str().unwrap_or_default();
        if uses.starts_with("actions/checkout@") && step["with"]["persist-credentials"] != false {
            flaws.push("a checkout that keeps the token".into());
        }
    });
    flaws
}

/// `owner/name@<40 hex> # v…`
fn is_pinned(uses: &str) -> bool {
    let Some((_, rest)) = uses.split_once('@') else {
        return false;
    };
    let (hash, version) = rest.split_once(" # v").unwrap_or((rest, ""));
    hash.len() == 40 && hash.chars().all(|c| c.is_ascii_hexdigit()) && !version.is_empty()
}

/// The limits on runs at once, of the workflow and of its jobs; actionlint does not know what they may say of the queue.
fn each_queue(workflow: &Value, see: &mut impl FnMut(&Value)) {
    let jobs = workflow["jobs"].as_object().into_iter().flatten();
    for part in [workflow].into_iter().chain(jobs.map(|(_, job)| job)) {
        see(&part["concurrency"]);
    }
}

fn each_step(value: &Value, see: &mut impl FnMut(&Value)) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                if key == "steps" {
                    inner.as_array().expect("steps").iter().for_each(&mut *see);
                }
                each_step(inner, see);
            }
        }
        Value::Array(list) => list.iter().for_each(|inner| each_step(inner, see)),
        _ => {}
    }
}

fn all() -> Vec<PathBuf> {
    let mut all = workflows();
    all.push(root().join("action.yml"));
    all
}

/// Where `.ci/test` puts the linters.
fn linters() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent();
    let folder = target.expect("a folder").join("workflow-lint");
    assert!(
        folder.join("installed").exists(),
        "the linters of workflows are not installed at {}: run `bash .ci/test`, which installs them",
        folder.display()
    );
    folder
}

fn actionlint(files: &[PathBuf]) -> Run {
    let mut command = Command::new("node");
    command
        // The library asks for it, and Node 18 has it only on demand.
        .arg("--experimental-global-webcrypto")
        .arg(root().join("tests/workflows/lint.cjs"))
        .arg(linters())
        .args(files);
    finished(
        command
            .output()
            .expect("node runs; `bash .ci/test` installs it"),
    )
}

fn zizmor(files: &[PathBuf]) -> Run {
    let mut command = Command::new(linters().join("python/bin/zizmor"));
    command
        .args(["--offline", "--no-progress", "--color", "never", "--config"])
        .arg(root().join(".github/zizmor.yml"))
        .args(files);
    finished(command.output().expect("zizmor runs"))
}

#[test]
fn actionlint_finds_nothing() {
    let run = actionlint(&workflows());
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let counted = format!("{} workflows linted, 0 findings", workflows().len());
    assert!(run.stdout.contains(&counted), "{}", run.stdout);
}

#[test]
fn zizmor_finds_nothing() {
    let mut files = all();
    files.push(root().join(".github/dependabot.yml"));
    let run = zizmor(&files);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("No findings"), "{}", run.stdout);
}

#[test]
fn our_own_rules_find_nothing() {
    assert!(workflows().len() >= 6);
    for path in all() {
        let text = std::fs::read_to_string(&path).expect("a workflow");
        assert_eq!(flaws(&text), [""; 0], "{}", path.display());
    }
}

/// Everything that the linters and our rules must see, in one workflow.
const BAD: &str = "\
on:
  pull_request_target:
    types: [synchronise]
permissions: write-all
concurrency:
  group: all
  queue: max
  cancel-in-progress: true
  priority: high
jobs:
  one:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - uses: actions/cache@5a3ec84eff668545956fd18022155c47e93e2684
      - run: echo \"${{ github.event.pull_request.title }}\"
";

#[test]
fn a_careless_workflow_is_told_off_by_everyone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join(".github/workflows/bad.yml");
    std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
    std::fs::write(&file, BAD).expect("a file");
    let files = [file];
    let lint = actionlint(&files);
    assert_eq!(lint.code, 1, "{}{}", lint.stdout, lint.stderr);
    assert!(
        lint.stdout
            .contains("invalid activity type \"synchronise\"")
    );
    assert!(lint.stdout.contains("potentially untrusted"));
    assert!(lint.stdout.contains("unexpected key \"priority\""));
    let audit = zizmor(&files);
    assert!(audit.code > 10, "{}{}", audit.stdout, audit.stderr);
    for name in [
        "dangerous-triggers",
        "template-injection",
        "unpinned-uses",
        "artipacked",
    ] {
        assert!(audit.stdout.contains(name), "{name}\n{}", audit.stdout);
    }
    assert_eq!(
        flaws(BAD),
        [
            "rights for every job",
            "`one` does not say its rights",
            "`one` has no timeout",
            "pull_request_target",
            "a queue that GitHub refuses",
            "`actions/checkout@v4` is not pinned",
            "`actions/cache@5a3ec84eff668545956fd18022155c47e93e2684` is not pinned",
            "a checkout that keeps the token",
            "an expression in a script",
        ]
    );
}

/// What `init` copies must fit any repository.
#[test]
fn what_others_get_names_nothing_of_this_repository() {
    for name in [
        "validate", "approval", "refresh", "publish", "actions", "comment",
    ] {
        let path = root().join(format!(".github/workflows/{name}.yml"));
        let text = std::fs::read_to_string(&path).expect("a workflow");
        for word in [
            "cargo",
            "rustup",
            "refs/heads/main",
            "branches: [main]",
            "aftersight/aftersight",
        ] {
            assert!(!text.contains(word), "{name}: {word}");
        }
        let ours = !["comment", "refresh"].contains(&name);
        assert_eq!(text.contains("uses: ./\n"), ours, "{name}");
        assert_eq!(yaml(&path)["name"], name);
    }
}

#[test]
fn an_action_has_one_pin_everywhere() {
    let mut pins = std::collections::BTreeMap::new();
    for path in all() {
        let text = std::fs::read_to_string(&path).expect("a workflow");
        for line in text.lines() {
            let Some((name, pin)) = line
                .split_once("uses: ")
                .and_then(|(_, uses)| uses.split_once('@'))
            else {
                continue;
            };
            let name = name.to_string();
            let known = pins.entry(name.clone()).or_insert_with(|| pin.to_string());
            assert_eq!(known, pin, "{name} in {}", path.display());
        }
    }
    assert!(pins.len() >= 6, "{pins:?}");
}
