//! `approval record` while everything goes wrong: answers lost, limits, conflicts, and the process killed at every request.
//! Whatever happens, each pull request is on record once in the end, the chain holds, and nothing more is written.

use std::collections::BTreeSet;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

use crate::approval::{PATH, Stage};
use crate::github::{Fault, Method, Seen};
use crate::harness::{Run, finished, variant};

const BRANCH: &str = "aftersight/ledger";
const RECORD: &[&str] = &["approval", "record", "--json"];

/// Two merged pull requests and a direct push, none of them on record.
fn unrecorded() -> Stage {
    let stage = Stage::new();
    let number = stage.opened();
    stage.github.approve(number, "bob");
    stage.github.merge(number, Method::Squash, "bob");
    stage.catch_up();
    more(&stage, "2");
    stage.repo.write(
        "postmortems/2026-10-12-pushed.md",
        variant(&[("INC-2026-014", "INC-2026-099")]),
    );
    stage.repo.commit("push it");
    stage.repo.git(&["push", "-q", "origin", "main"]);
    stage.catch_up();
    stage
}

/// One more merged pull request.
fn more(stage: &Stage, day: &str) {
    let id = format!("INC-2026-0{day}5");
    let path = format!("postmortems/2026-10-0{day}-more.md");
    let topic = format!("more-{day}");
    stage.branch(&topic, &[(&path, &variant(&[("INC-2026-014", &id)]))]);
    let number = stage.github.open("alice", &topic);
    stage.github.approve(number, "carol");
    stage.github.merge(number, Method::Merge, "carol");
    stage.catch_up();
}

/// Takes the ledger away, or back to a commit; with a token whose hour is not used up.
fn reset(stage: &mut Stage, to: Option<&str>) {
    stage.token = stage.github.workflow_token();
    let to = format!("{}:refs/heads/{BRANCH}", to.unwrap_or_default());
    stage.repo.git(&["push", "-q", "-f", "origin", &to]);
}

/// The ledger as the server has it.
fn ledger(stage: &Stage) -> Option<String> {
    let listed = stage
        .repo
        .git(&["ls-remote", "origin", &format!("refs/heads/{BRANCH}")]);
    listed.split_whitespace().next().map(String::from)
}

fn writes(seen: &[Seen]) -> Vec<String> {
    let writes = seen.iter().filter(|one| one.writes);
    writes.map(|one| one.path.clone()).collect()
}

/// A run in which something goes wrong: it did it, or says why not and what to do; its output is JSON or nothing.
fn told(run: &Run, what: &str) {
    assert!(
        matches!(run.code, 0 | 2),
        "{what}: {}{}",
        run.stdout,
        run.stderr
    );
    if run.code == 2 {
        assert!(run.stderr.contains("help: "), "{what}: {}", run.stderr);
    }
    if !run.stdout.is_empty() {
        serde_json::from_str::<Value>(&run.stdout).expect(what);
    }
}

/// After a clean run everything is on record once, it holds, and another run writes nothing.
fn settled(stage: &Stage, records: usize, what: &str) {
    stage.expect(0, RECORD);
    let before = stage.github.requests().len();
    let again = stage.expect(0, RECORD);
    assert!(
        again.stderr.contains("everything is on record"),
        "{what}: {}",
        again.stderr
    );
    let again = stage.github.requests();
    assert!(
        writes(&again[before..]).is_empty(),
        "{what}: {:?}",
        writes(&again[before..])
    );
    stage.catch_up();
    let run = stage.expect(0, &["approval", "verify", "--json"]);
    let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(report["records"], records, "{what}");
    let files = stage.repo.git(&[
        "ls-tree",
        "-r",
        "--name-only",
        &format!("origin/{BRANCH}"),
        "approvals/",
    ]);
    let subjects: BTreeSet<&str> = files
        .lines()
        .filter_map(|path| path.rsplit('/').next())
        .filter(|name| *name != "head.json")
        .collect();
    assert_eq!(subjects.len(), records, "{what}: {files}");
}

/// Those of the troubles that are enough where a write is of no effect by itself.
const BRIEF: [&str; 2] = ["lost before", "lost after"];

/// Makes a fault.
type Make = fn() -> Fault;

/// Each way in which one write goes wrong.
fn troubles() -> Vec<(&'static str, Make)> {
    vec![
        ("lost before", Fault::lost_before),
        ("lost after", Fault::lost_after),
        ("500 before", || Fault::status(500)),
        ("502 after", || Fault::status_after(502)),
        ("malformed", Fault::malformed),
        ("secondary limit", || Fault::secondary_limit(Some(1))),
        ("too many", || Fault::too_many(1)),
        ("primary limit", || Fault::primary_limit(3_600)),
    ]
}

#[test]
fn whatever_happens_to_a_write_each_is_on_record_once() {
    let mut stage = unrecorded();
    let routes = ["/git/trees", "/git/commits", "/git/refs"].map(|end| format!("/repos/*{end}"));
    for route in &routes {
        let counts = route.ends_with("/git/refs");
        let all = troubles().into_iter();
        for (name, fault) in all.filter(|(name, _)| counts || BRIEF.contains(name)) {
            let what = format!("{name} {route}");
            reset(&mut stage, None);
            stage.github.fault(fault().on("POST", route));
            told(&stage.run_as(&stage.token, RECORD), &what);
            settled(&stage, 3, &what);
        }
    }
    let start = ledger(&stage).expect("a ledger");
    more(&stage, "3");
    for (name, fault) in troubles() {
        let what = format!("{name} on the mutation");
        reset(&mut stage, Some(&start));
        stage.github.fault(fault().on("POST", "/graphql"));
        told(&stage.run_as(&stage.token, RECORD), &what);
        settled(&stage, 4, &what);
    }
}

/// Kills the process at its request number `at`, and waits for its end.
fn killed(stage: &Stage, at: u32, before: bool) {
    let child: Arc<Mutex<Option<Child>>> = Arc::default();
    let victim = Arc::clone(&child);
    let kill = move || {
        loop {
            if let Some(child) = victim.lock().expect("no panic").as_mut() {
                child.kill().expect("it is killed");
                return;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    };
    let fault = match before {
        true => Fault::call_before(kill),
        false => Fault::call_after(kill),
    };
    stage.github.fault(fault.on("*", "*").nth(at));
    let mut command = stage.repo.command(RECORD);
    command.envs(stage.github.environment(&stage.token));
    command.stdout(Stdio::null()).stderr(Stdio::null());
    *child.lock().expect("no panic") = Some(command.spawn().expect("the program runs"));
    loop {
        let ended = child
            .lock()
            .expect("no panic")
            .as_mut()
            .map(Child::try_wait);
        if let Some(Ok(Some(status))) = ended {
            assert_eq!(status.code(), None, "request {at} was not its last");
            return;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn killed_at_any_request_the_next_run_goes_on() {
    let mut stage = unrecorded();
    let before = stage.github.requests().len();
    stage.expect(0, RECORD);
    let made = stage.github.requests().len() - before;
    let made = u32::try_from(made).expect("a number");
    // Every third read, and every write.
    for at in (1..=made).filter(|at| at % 3 == 1 || at + 3 > made) {
        // After a read it makes no difference whether its answer came.
        let ways = if at + 3 > made { 2 } else { 1 };
        for early in [true, false].into_iter().take(ways) {
            reset(&mut stage, None);
            killed(&stage, at, early);
            let what = format!("request {at} of {made}, early: {early}");
            settled(&stage, 3, &what);
        }
    }
    let start = ledger(&stage).expect("a ledger");
    more(&stage, "3");
    let before = stage.github.requests().len();
    stage.expect(0, RECORD);
    let made = stage.github.requests().len() - before;
    for early in [true, false] {
        reset(&mut stage, Some(&start));
        let last = u32::try_from(made).expect("a number");
        killed(&stage, last, early);
        settled(&stage, 4, &format!("the mutation, early: {early}"));
    }
}

#[test]
fn another_writer_loses_nothing() {
    let mut stage = unrecorded();
    stage
        .github
        .fault(Fault::conflict().on("POST", "/repos/*/git/refs"));
    let run = stage.run_as(&stage.token, RECORD);
    told(&run, "a branch that somebody else makes");
    reset(&mut stage, None);
    for round in 0..4 {
        let runs: Vec<Child> = (0..2)
            .map(|_| {
                let mut command = stage.repo.command(RECORD);
                command.envs(stage.github.environment(&stage.token));
                command.stdout(Stdio::piped()).stderr(Stdio::piped());
                command.spawn().expect("the program runs")
            })
            .collect();
        let mut records = 0;
        for child in runs {
            let run = finished(child.wait_with_output().expect("it ends"));
            assert_eq!(run.code, 0, "{round}: {}{}", run.stdout, run.stderr);
            let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
            records += report["records"].as_array().expect("a list").len();
        }
        // Each is told by the one that wrote it.
        assert_eq!(records, if round == 0 { 3 } else { 1 });
        settled(&stage, 3 + round, "two at once");
        if round < 3 {
            more(&stage, &(round + 3).to_string());
        }
    }
}

#[test]
fn a_small_budget_comes_to_the_end_too() {
    let mut stage = unrecorded();
    let small = ["approval", "record", "--max-requests", "20"];
    let mut rounds = 0;
    loop {
        let run = stage.expect(0, &small);
        if run.stderr.contains("everything is on record") {
            break;
        }
        assert!(run.stdout.contains("recorded "), "{}", run.stderr);
        rounds += 1;
        assert!(rounds <= 3, "it comes to no end");
    }
    assert!(rounds > 1, "the budget was not small");
    settled(&stage, 3, "a small budget");
    reset(&mut stage, None);
    let run = stage.expect(2, &["approval", "record", "--max-requests", "8", "--json"]);
    assert!(
        run.stderr.contains("`--max-requests 8` is too little"),
        "{}",
        run.stderr
    );
    assert_eq!(ledger(&stage), None);
    assert!(stage.repo.read(PATH).contains("INC-2026-014"));
}
