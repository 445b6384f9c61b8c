//! The workflows' jobs, executed on sample repositories.

use serde_json::{Value, json};

use super::root;
use super::runner::{Job, Machine, executable, yaml};
use crate::harness::{Repo, variant};
use crate::runner::annotations;

fn workflow(name: &str) -> Value {
    yaml(&root().join(format!(".github/workflows/{name}.yml")))
}

/// A repository whose `main` has one flawless and one broken postmortem, and a pull request's branch checked out.
fn sample() -> (Repo, Value) {
    let repo = Repo::clean();
    repo.write("postmortems/2026-10-11-old.md", "no front matter\n");
    repo.commit("an old sin");
    let base = repo.git(&["rev-parse", "HEAD"]);
    repo.git(&["switch", "-q", "-c", "change"]);
    let event =
        json!({ "number": 7, "pull_request": { "number": 7, "base": { "sha": base.trim() } } });
    (repo, event)
}

fn validate(repo: &Repo, event_name: &str, event: &Value) -> Job {
    Machine::new(event_name, event, "refs/pull/7/merge")
        .with("AFTERSIGHT_BINARY", env!("CARGO_BIN_EXE_aftersight"))
        .run(&workflow("validate"), "validate", repo)
        .expect("the job runs")
}

const FILE: &str = "postmortems/2026-10-10-checkout.md";

#[test]
fn validate_annotates_what_the_pull_request_breaks() {
    let (repo, event) = sample();
    let text = variant(&[("status: final", "status: finnal")]);
    repo.write(FILE, text);
    repo.commit("a slip");
    let job = validate(&repo, "pull_request", &event);
    assert!(!job.ok, "{}", job.log);
    let errors = annotations(&job.log);
    assert!(!errors.is_empty(), "{}", job.log);
    for one in &errors {
        assert_eq!(one.properties["file"], FILE, "only what was changed");
    }
    assert!(
        job.summary
            .contains("## Postmortems: 1 error must be mended"),
        "{}",
        job.summary
    );
    assert!(
        job.summary.contains("\n### Action items\n\nMerging this: "),
        "{}",
        job.summary
    );
    assert_eq!(job.artifacts["aftersight-summary"], job.summary);
}

#[test]
fn validate_says_which_issues_merging_opens_and_goes_by_the_check_alone() {
    let (repo, event) = sample();
    let other = variant(&[("id: INC-2026-014", "id: INC-2026-015")]);
    repo.write("postmortems/2026-10-11-other.md", other);
    repo.commit("one more");
    let summary = validate(&repo, "pull_request", &event).summary;
    let [_, opens] = summary.split("Merging this: opens ").collect::<Vec<_>>()[..] else {
        panic!("{summary}");
    };
    assert!(opens.contains("INC-2026-015/A1"), "{summary}");
    // What the base has, it opens anyway.
    assert!(!opens.contains("INC-2026-014"), "{summary}");
    // The ledger knows of an issue that is there already: it came with the checkout, and no token was needed.
    let known = json!({
        "issue": 7, "intent": null, "written": null, "state": "done", "since": "2026-10-12T08:00:00Z",
        "step": 0, "due": null, "previous": [], "elsewhere": null
    });
    let items =
        json!({ "version": 1, "postmortem": "INC-2026-015", "items": { "A1": known } }).to_string();
    repo.git(&["switch", "-q", "--orphan", "aftersight/ledger"]);
    repo.write("items/2026/INC-2026-015.json", items);
    repo.commit("an item");
    repo.git(&["switch", "-q", "change"]);
    let job = validate(&repo, "pull_request", &event);
    assert!(job.ok, "{}", job.log);
    assert!(!job.summary.contains("INC-2026-015/A1"), "{}", job.summary);
    // A plan that cannot be made, and a check that finds something: the check alone counts, and both are told.
    for (checked, ok) in [("0", true), ("1", false)] {
        let machine = stand_in(Machine::new("pull_request", &event, "refs/pull/7/merge"));
        let job = machine
            .with("CHECKED", checked)
            .run(&workflow("validate"), "validate", &repo)
            .expect("the job runs");
        assert_eq!(job.ok, ok, "{}", job.log);
        assert!(
            job.log.contains("aftersight actions plan --base "),
            "{}",
            job.log
        );
        assert_eq!(job.artifacts["aftersight-summary"], "checked\n");
    }
}

#[test]
fn validate_lets_a_harmless_change_pass() {
    let (repo, event) = sample();
    repo.write("notes.txt", "nothing of ours");
    repo.commit("elsewhere");
    let job = validate(&repo, "pull_request", &event);
    assert!(job.ok, "{}", job.log);
    assert!(annotations(&job.log).is_empty(), "{}", job.log);
    let group = json!({ "merge_group": { "base_sha": event["pull_request"]["base"]["sha"] } });
    let job = validate(&repo, "merge_group", &group);
    assert!(job.ok, "{}", job.log);
    assert!(job.artifacts.is_empty(), "nobody comments on a queue");
}

/// A program that builds a site of one page, and says how it was called.
const SPEAKS: &str = r#"#!/usr/bin/env bash
echo "aftersight $*, token ${GITHUB_TOKEN:-none}, event ${GITHUB_EVENT_PATH##*/}"
case ${1:-} in build) mkdir -p _site; echo page > _site/index.html ;; esac
case "$*" in "approval check") echo '## Not approved yet' >> "$GITHUB_STEP_SUMMARY"; exit 1 ;; esac
case "$*" in "check "*) echo checked >> "$GITHUB_STEP_SUMMARY"; exit "${CHECKED:-0}" ;; esac
case "$*" in "actions plan") exit 2 ;; esac
case "$*" in "approval verify") exit "${VERIFIED:-0}" ;; esac
git rev-parse -q --verify origin/aftersight/ledger || true
"#;

fn stand_in(machine: Machine) -> Machine {
    let program = machine.temp().join("stand-in");
    executable(&program, SPEAKS);
    machine.with("AFTERSIGHT_BINARY", program)
}

#[test]
fn approval_is_red_until_approved_and_hands_its_summary_on() {
    let (repo, event) = sample();
    for name in ["pull_request", "pull_request_review"] {
        let machine = stand_in(Machine::new(name, &event, "refs/pull/7/merge"));
        let job = machine
            .run(&workflow("approval"), "approval", &repo)
            .expect("the job runs");
        assert!(!job.ok);
        let call = "aftersight approval check, token the-token-of-the-job, event event.json\n";
        assert!(job.log.contains(call), "{}", job.log);
        assert_eq!(job.summary, "## Not approved yet\n");
        assert_eq!(job.artifacts["aftersight-summary"], job.summary);
    }
}

#[test]
fn publish_records_verifies_and_builds_with_the_ledger_at_hand() {
    let (repo, _) = sample();
    repo.git(&["branch", "aftersight/ledger"]);
    let ledger = repo.git(&["rev-parse", "aftersight/ledger"]);
    let event = json!({ "repository": { "default_branch": "trunk" } });
    let on = |git_ref: &str, event_name: &str, event: &Value| {
        stand_in(Machine::new(event_name, event, git_ref))
    };
    let publish = workflow("publish");
    let record = |machine: Machine| machine.run(&publish, "record", &repo);
    let job = record(on("refs/heads/trunk", "push", &event)).expect("the job runs");
    assert!(
        job.ok && job.log.contains("aftersight approval record,"),
        "{}",
        job.log
    );
    assert!(record(on("refs/heads/trunk", "schedule", &json!({}))).is_some());
    assert!(
        record(on("refs/heads/main", "push", &event)).is_none(),
        "another branch"
    );
    assert!(
        record(on("refs/tags/trunk", "push", &event)).is_none(),
        "a tag"
    );

    let build = |verified: &str| {
        let machine = on("refs/heads/trunk", "push", &event).with("VERIFIED", verified);
        machine.run(&publish, "build", &repo).expect("the job runs")
    };
    let job = build("0");
    assert!(job.ok, "{}", job.log);
    let call = "aftersight build --out _site --base-url https://example.org/postmortems,";
    assert!(job.log.contains(call), "{}", job.log);
    assert!(
        job.log.contains(ledger.trim()),
        "the ledger is fetched: {}",
        job.log
    );
    assert_eq!(job.artifacts["github-pages"], "folder");
    let job = build("1");
    assert!(
        !job.ok && job.artifacts.is_empty(),
        "a broken ledger is not published: {}",
        job.log
    );
}

#[test]
fn actions_syncs_the_default_branch_and_sweeps_unless_somebody_pushed() {
    let (repo, _) = sample();
    repo.git(&["branch", "aftersight/ledger"]);
    let ledger = repo.git(&["rev-parse", "aftersight/ledger"]);
    let event = json!({ "repository": { "default_branch": "trunk" } });
    let sync = |event_name: &str, git_ref: &str, event: &Value| {
        let machine = stand_in(Machine::new(event_name, event, git_ref));
        machine.run(&workflow("actions"), "sync", &repo)
    };
    let here = "refs/heads/trunk";
    for (event_name, event, args) in [
        ("push", &event, "actions sync"),
        ("workflow_dispatch", &event, "actions sync --sweep"),
        ("schedule", &json!({}), "actions sync --sweep"),
    ] {
        let job = sync(event_name, here, event).expect("the job runs");
        let call = format!("aftersight {args}, token the-token-of-the-job, event event.json\n");
        assert!(job.ok && job.log.contains(&call), "{}", job.log);
        assert!(
            job.log.contains(ledger.trim()),
            "the ledger is fetched: {}",
            job.log
        );
    }
    for elsewhere in ["refs/heads/main", "refs/tags/trunk"] {
        assert!(sync("push", elsewhere, &event).is_none(), "{elsewhere}");
    }
}

/// What a run does must not depend on another that waits, and nothing else may be written.
#[test]
fn actions_waits_for_its_turn_and_writes_issues_and_the_ledger_alone() {
    let workflow = workflow("actions");
    assert_eq!(
        workflow["concurrency"],
        json!({
            "group": "aftersight-actions-${{ github.ref }}", "cancel-in-progress": false, "queue": "max"
        })
    );
    assert_eq!(
        workflow["jobs"]["sync"]["permissions"],
        json!({ "contents": "write", "issues": "write" })
    );
}

/// GitHub as far as the comment needs it: canned answers, and a list of what was asked.
const GH: &str = r#"#!/usr/bin/env bash
printf '%s\n' "$*" >> "$CALLS"
while [ $# -gt 0 ]; do
  case $1 in --input) cat "$2" >> "$SENT" ;; esac
  case $1 in
    */workflows/*/runs) cat "$ANSWERS/runs" ;;
    */pulls) cat "$ANSWERS/pulls" ;;
    */artifacts) cat "$ANSWERS/artifacts" ;;
    */zip) cat "$ANSWERS/artifact.zip" ;;
    */comments*page*) cat "$ANSWERS/comments" ;;
  esac
  shift
done
"#;

struct Comment {
    calls: String,
    body: String,
    job: Job,
}

/// Lets the comment be made of an artifact with this text, beside these comments.
fn comment(conclusion: &str, name: &str, text: &str, existing: &Value) -> Comment {
    let answers = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, value: &Value| {
        std::fs::write(answers.path().join(name), value.to_string()).expect("an answer");
    };
    let pull = |number: u32, sha: &str| json!({ "number": number, "head": { "sha": sha }, "base": { "repo": { "full_name": "example/postmortems" } } });
    write("pulls", &json!([pull(7, "abc"), pull(8, "moved-on")]));
    write(
        "artifacts",
        &json!({ "artifacts": [{ "id": 5, "name": "aftersight-summary", "expired": false, "size_in_bytes": 900 }] }),
    );
    write("comments", existing);
    std::fs::write(answers.path().join("summary.md"), text).expect("a text");
    let mut zip = std::process::Command::new("python3");
    zip.current_dir(answers.path()).args([
        "-c",
        "import zipfile; z = zipfile.ZipFile('artifact.zip', 'w', zipfile.ZIP_DEFLATED); z.write('summary.md'); z.writestr('../escaped', 'x')",
    ]);
    assert!(zip.status().expect("python3 runs").success());
    let event = json!({ "workflow_run": {
        "id": 99, "name": name, "event": "pull_request", "conclusion": conclusion, "head_sha": "abc",
        "head_branch": "x$(touch trap)`touch trap`", "html_url": "https://example.org/run/99",
        "head_repository": { "full_name": "stranger/postmortems", "owner": { "login": "stranger" } },
    }});
    let machine = Machine::new("workflow_run", &event, "refs/heads/main")
        .with("ANSWERS", answers.path())
        .with("CALLS", answers.path().join("calls"))
        .with("SENT", answers.path().join("sent"))
        .program("gh", GH);
    let trap = machine.work().join("trap");
    let job = machine
        .run(&workflow("comment"), "comment", Repo::bare())
        .expect("the job runs");
    assert!(!trap.exists());
    let read = |name: &str| std::fs::read_to_string(answers.path().join(name)).unwrap_or_default();
    let sent: Value = serde_json::from_str(&read("sent")).unwrap_or_default();
    Comment {
        calls: read("calls"),
        body: sent["body"].as_str().unwrap_or_default().into(),
        job,
    }
}

#[test]
fn a_failed_run_brings_a_comment_on_the_pull_request_of_its_commit() {
    let made = comment(
        "failure",
        "validate",
        "## Two errors\n\n- one\n",
        &json!([]),
    );
    assert!(made.job.ok, "{}", made.job.log);
    assert!(
        made.calls
            .contains("head=stranger:x$(touch trap)`touch trap`"),
        "{}",
        made.calls
    );
    assert!(
        made.calls
            .contains("--method POST repos/example/postmortems/issues/7/comments"),
        "{}",
        made.calls
    );
    assert!(!made.calls.contains("issues/8/"), "{}", made.calls);
    assert!(
        made.body.starts_with(
            "<!-- aftersight -->\n<!-- aftersight:validate -->\n## Two errors\n\n- one\n"
        ),
        "{}",
        made.body
    );
    assert!(
        made.body.contains("https://example.org/run/99"),
        "{}",
        made.body
    );
}

#[test]
fn nothing_wrong_and_nothing_said_before_is_no_comment() {
    let made = comment("success", "validate", "all is well", &json!([]));
    assert!(made.job.ok, "{}", made.job.log);
    assert_eq!(made.body, "");
}

#[test]
fn the_one_comment_of_ours_is_kept_up_to_date() {
    let ours = "<!-- aftersight -->\n<!-- aftersight:validate -->\nold\n<!-- /aftersight:validate -->\n\n<!-- aftersight:approval -->\nkept\n<!-- /aftersight:approval -->";
    let existing = json!([
        { "id": 1, "user": { "login": "stranger" }, "body": ours },
        { "id": 2, "user": { "login": "github-actions[bot]" }, "body": "of another tool" },
        { "id": 3, "user": { "login": "github-actions[bot]" }, "body": ours },
    ]);
    let made = comment("success", "validate", "all is well\n", &existing);
    assert!(
        made.calls
            .contains("--method PATCH repos/example/postmortems/issues/comments/3"),
        "{}",
        made.calls
    );
    assert!(
        made.body.contains("all is well") && !made.body.contains("old"),
        "{}",
        made.body
    );
    let kept = "<!-- aftersight:approval -->\nkept\n<!-- /aftersight:approval -->";
    assert!(made.body.ends_with(kept), "{}", made.body);
}

#[test]
fn a_hostile_artifact_is_harmless_text() {
    let text = "@everyone [click](https://evil.example/x) ![](http://evil.example/p.png) https://evil.example www.evil.example #1 \
        <script>x</script><br><!-- /aftersight:validate --> [a]: https://evil.example \u{202e}reversed &lt;b> `code`\u{1b}[31m\n[x](y)";
    let made = comment("failure", "approval", text, &json!([]));
    assert!(made.job.ok, "{}", made.job.log);
    let said = made.body.split("\n<sub>").next().expect("a text");
    let said = said.trim_start_matches("<!-- aftersight -->\n<!-- aftersight:approval -->\n");
    for bad in [
        "@e", "](", "://", "www.", "#1", "<script", "<!--", "]:", "\u{202e}", "\u{1b}",
    ] {
        assert!(!said.contains(bad), "{bad} in {said}");
    }
    assert!(
        said.contains("&lt;script") && said.contains("&amp;lt;b"),
        "{said}"
    );
    assert!(
        said.contains("click") && said.contains("<br>") && said.contains("`code`"),
        "{said}"
    );
    let long = comment(
        "failure",
        "validate",
        &"word ".repeat(2_000_000),
        &json!([]),
    );
    assert!(long.job.ok, "{}", long.job.log);
    assert!(
        long.body.len() < 21_000 && long.body.contains("The rest is in the run."),
        "{}",
        long.body.len()
    );
}

#[test]
fn another_workflow_is_not_listened_to() {
    let made = comment("failure", "evil", "x", &json!([]));
    assert!(made.job.ok);
    assert_eq!((made.calls.as_str(), made.body.as_str()), ("", ""));
}

/// What is asked of GitHub after a review whose run ended so, where the pull request's own runs ended so.
fn refresh(event: &str, conclusion: &str, runs: &Value) -> Option<String> {
    let answers = tempfile::tempdir().expect("a temporary folder");
    let text = json!({ "workflow_runs": runs }).to_string();
    std::fs::write(answers.path().join("runs"), text).expect("an answer");
    let event = json!({ "workflow_run": {
        "id": 99, "workflow_id": 3, "event": event, "conclusion": conclusion, "head_sha": "abc",
    }});
    let job = Machine::new("workflow_run", &event, "refs/heads/main")
        .with("ANSWERS", answers.path())
        .with("CALLS", answers.path().join("calls"))
        .program("gh", GH)
        .run(&workflow("refresh"), "refresh", Repo::bare())?;
    assert!(job.ok, "{}", job.log);
    Some(std::fs::read_to_string(answers.path().join("calls")).expect("calls"))
}

#[test]
fn a_review_that_changes_the_verdict_starts_the_check_of_the_pull_request_again() {
    let run = |id: u32, sha: &str, conclusion: &str| json!({ "id": id, "run_number": id, "event": "pull_request", "head_sha": sha, "status": "completed", "conclusion": conclusion });
    let runs = json!([
        run(12, "abc", "failure"),
        run(11, "abc", "success"),
        run(13, "other", "failure")
    ]);
    let again = "--method POST repos/example/postmortems/actions/runs/12/rerun";
    let review = "pull_request_review";
    let calls = refresh(review, "success", &runs).expect("the job runs");
    assert!(calls.contains(again), "{calls}");
    assert_eq!(calls.matches("POST").count(), 1);
    for (conclusion, runs) in [("failure", &runs), ("success", &json!([]))] {
        let calls = refresh(review, conclusion, runs).expect("the job runs");
        assert!(!calls.contains("POST"), "{calls}");
    }
    assert!(
        refresh("pull_request", "success", &runs).is_none(),
        "no circle"
    );
    assert!(refresh(review, "cancelled", &runs).is_none());
}
