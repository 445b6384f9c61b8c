//! The unlucky operator: every wrong input of an approval, the words that come back, and that nothing untrue is written.

use sha2::{Digest, Sha256};

use crate::approval::{PATH, POLICY, Stage};
use crate::github::{Method, Right};
use crate::harness::{Repo, Run, finished, variant};

const CHECK: &[&str] = &["approval", "check", "--pr", "1"];
const RECORD: &[&str] = &["approval", "record"];
const VERIFY: &[&str] = &["approval", "verify"];
const ONLINE: &[&str] = &["approval", "verify", "--online"];
const LEDGER: &str = "refs/heads/aftersight/ledger";

/// A pull request that was approved and merged.
fn merged() -> Stage {
    let stage = Stage::new();
    let number = stage.opened();
    stage.github.approve(number, "bob");
    stage.github.merge(number, Method::Squash, "bob");
    stage.catch_up();
    stage
}

/// The same, on record; and a second one that is not.
fn half_recorded() -> Stage {
    let stage = merged();
    stage.record();
    let path = "postmortems/2026-10-12-second.md";
    stage.branch(
        "second",
        &[(path, &variant(&[("INC-2026-014", "INC-2026-015")]))],
    );
    let number = stage.github.open("alice", "second");
    stage.github.approve(number, "bob");
    stage.github.merge(number, Method::Merge, "bob");
    stage.catch_up();
    stage
}

fn run(stage: &Stage, repo: &Repo, args: &[&str], variables: &[(&str, &str)]) -> Run {
    let mut command = repo.command(args);
    command.envs(stage.github.environment(&stage.token));
    command.envs(variables.iter().copied());
    finished(command.output().expect("the program runs"))
}

/// It says what is wrong and what to do, and nothing else; nothing is written.
fn refused(stage: &Stage, run: &Run, words: &[&str]) {
    assert_eq!(run.code, 2, "{words:?}: {}{}", run.stdout, run.stderr);
    assert!(run.stdout.is_empty(), "{}", run.stdout);
    for word in words.iter().chain(&["help: "]) {
        assert!(
            run.stderr.contains(word),
            "`{word}` is missing: {}",
            run.stderr
        );
    }
    unwritten(stage);
}

/// Nothing was written but the first record, where there is one.
fn unwritten(stage: &Stage) {
    if stage.repo.git(&["ls-remote", "origin", LEDGER]).is_empty() {
        return;
    }
    stage.repo.git(&["fetch", "-q", "origin", LEDGER]);
    let subjects = stage.repo.git(&["log", "--format=%s", "FETCH_HEAD"]);
    let ours = subjects.lines().filter(|one| *one == "Record approvals");
    assert!(ours.count() <= 1, "{subjects}");
}

#[test]
fn a_missing_right_is_named() {
    let stage = half_recorded();
    for (rights, args, right) in [
        (&["contents: read"][..], CHECK, "`pull-requests: read`"),
        (&["pull-requests: read"], CHECK, "`contents: read`"),
        (&["contents: write"], RECORD, "`pull-requests: read`"),
        (&["pull-requests: read"], RECORD, "`contents: read`"),
        (
            &["contents: read", "pull-requests: read"],
            RECORD,
            "`contents: write`",
        ),
        (&["contents: read"], ONLINE, "`pull-requests: read`"),
        (&[], ONLINE, "`pull-requests: read`"),
    ] {
        let token = stage.github.token_with(rights);
        refused(&stage, &stage.run_as(&token, args), &[right]);
    }
}

#[test]
fn what_a_token_may_not_see_is_no_flaw_of_a_record() {
    let stage = half_recorded();
    stage.github.user("nina", Right::None);
    let nina = stage.github.token_of("nina");
    for token in ["", nina.as_str()] {
        for args in [RECORD, ONLINE] {
            let run = stage.run_as(token, args);
            refused(&stage, &run, &["token may see it", "`GITHUB_REPOSITORY`"]);
        }
    }
    let run = stage.run_as("ghs_nobody", ONLINE);
    refused(&stage, &run, &["the token is not accepted"]);
}

#[test]
fn an_event_of_something_else_is_never_judged() {
    let stage = Stage::new();
    let number = stage.opened();
    stage.github.approve(number, "bob");
    let event = stage.github.event(number, "pull_request");
    let foreign = std::fs::read_to_string(event)
        .expect("the event")
        .replace("acme/incidents", "other/place");
    let about_other = "about `other/place`, not about `acme/incidents`";
    let dispatch = r#"{"ref":"refs/heads/main","workflow":"x"}"#;
    let comment = r#"{"issue":{"number":1,"pull_request":{}},"comment":{}}"#;
    for (text, words) in [
        (foreign.as_str(), about_other),
        ("hello \u{1b}[31m", "is no JSON"),
        ("", "is no JSON"),
        ("[]", "holds no event"),
        ("{}", "the event is about no pull request"),
        (
            dispatch,
            "the event `workflow_dispatch` is about no pull request",
        ),
        (
            comment,
            "the event `issue_comment` is about no pull request",
        ),
    ] {
        stage.repo.write(".git/event.json", text);
        let path = stage.repo.file(".git/event.json");
        let path = [("GITHUB_EVENT_PATH", path.to_str().expect("text"))];
        let check = run(&stage, &stage.repo, &["approval", "check"], &path);
        refused(&stage, &check, &[words]);
        if words == about_other {
            refused(
                &stage,
                &run(&stage, &stage.repo, RECORD, &path),
                &[words, "unset"],
            );
        }
    }
    let large = stage.repo.file(".git/large.json");
    let file = std::fs::File::create(&large).expect("a file");
    file.set_len(40 << 20).expect("a large file");
    let large = large.to_str().expect("text").to_string();
    for (path, words) in [
        (large.as_str(), "has 41943040 bytes"),
        ("/nowhere/event.json", "cannot be read"),
        ("/tmp", "cannot be read"),
    ] {
        let path = [("GITHUB_EVENT_PATH", path)];
        let check = run(&stage, &stage.repo, &["approval", "check"], &path);
        refused(&stage, &check, &[words, "--pr N"]);
    }
    for number in ["0", "-1", "#1", "99999999999"] {
        let run = stage.run_as(
            &stage.token,
            &["approval", "check", &format!("--pr={number}")],
        );
        assert_eq!(run.code, 2);
        assert!(run.stderr.contains("'--pr <N>'"), "{}", run.stderr);
    }
}

#[test]
fn a_clone_that_stands_elsewhere_records_nothing() {
    let stage = half_recorded();
    let repo = &stage.repo;
    repo.write("postmortems/2026-10-13-local.md", variant(&[]));
    repo.commit("not pushed");
    let ahead = stage.run_as(&stage.token, RECORD);
    refused(&stage, &ahead, &["not on the default branch `main` yet"]);
    let other = Repo::clean();
    let elsewhere = run(&stage, &other, RECORD, &[]);
    refused(
        &stage,
        &elsewhere,
        &["not on the default branch `main`", "fetch-depth: 0"],
    );
    // GitHub has records that this clone has not.
    refused(
        &stage,
        &run(&stage, &other, ONLINE, &[]),
        &["is not in this clone", "git fetch origin"],
    );
    let none = run(&stage, &Repo::bare(), RECORD, &[]);
    refused(&stage, &none, &["is in no git repository"]);
    let shallow = Repo::bare();
    let url = format!("file://{}", stage.github.remote().display());
    shallow.git(&["clone", "-q", "--depth=1", "--no-single-branch", &url, "."]);
    for args in [VERIFY, ONLINE] {
        refused(&stage, &run(&stage, &shallow, args, &[]), &["--unshallow"]);
    }
}

#[test]
fn a_run_that_a_later_one_has_overtaken_writes_nothing() {
    let stage = half_recorded();
    stage.record();
    let ledger = stage.repo.git(&["ls-remote", "origin", LEDGER]);
    stage
        .repo
        .git(&["checkout", "-q", "--detach", "origin/main~1"]);
    let run = stage.expect(0, RECORD);
    assert!(
        run.stderr.contains("everything is on record"),
        "{}",
        run.stderr
    );
    assert_eq!(stage.repo.git(&["ls-remote", "origin", LEDGER]), ledger);
}

#[test]
fn a_run_in_the_middle_of_a_rebase_takes_it_for_no_direct_push() {
    let stage = Stage::new();
    let number = stage.opened();
    let letter = variant(&[("ended it.", "ended it!")]);
    stage.change("topic", &[(PATH, &letter)]);
    stage.github.approve(number, "bob");
    stage.github.merge(number, Method::Rebase, "bob");
    stage.catch_up();
    stage
        .repo
        .git(&["checkout", "-q", "--detach", "origin/main~1"]);
    let run = stage.expect(0, RECORD);
    assert!(
        run.stdout
            .contains(&format!("recorded pull request #{number}")),
        "{}",
        run.stdout
    );
    stage.catch_up();
    assert_eq!(stage.standings(0), [format!("{PATH} approved")]);
    let again = stage.record();
    assert!(again.stdout.is_empty(), "{}", again.stdout);
}

/// The JSON with another text for a key.
fn with(json: &str, key: &str, value: &str) -> String {
    let (before, rest) = json.split_once(&format!("\"{key}\": \"")).expect(key);
    let (_, after) = rest.split_once('"').expect(key);
    format!("{before}\"{key}\": \"{value}\"{after}")
}

#[test]
fn nothing_is_added_to_a_ledger_that_does_not_hold() {
    let stage = half_recorded();
    let repo = &stage.repo;
    let good = repo.git(&["rev-parse", "origin/aftersight/ledger"]);
    let good = good.trim();
    let head_path = "approvals/head.json";
    let record_path = "approvals/2026/1.json";
    let head = repo.git(&["show", &format!("{good}:{head_path}")]);
    let record = repo.git(&["show", &format!("{good}:{record_path}")]);
    let foreign = with(&record, "repository", "other/place");
    let digest = Sha256::digest(foreign.as_bytes());
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let not_recorded = "is not what it was when it was recorded";
    let cases = [
        (vec![(head_path, "hello".into())], "cannot be read"),
        (
            vec![(head_path, head.replace("version\": 1", "version\": 2"))],
            "has the version 2",
        ),
        (vec![(head_path, String::new())], "is missing although"),
        (vec![(record_path, String::new())], "which is not here"),
        (
            vec![(head_path, with(&head, "digest", &"0".repeat(64)))],
            not_recorded,
        ),
        (vec![(record_path, "{".into())], not_recorded),
        (
            vec![(record_path, record.replace("\"bob\"", "\"eve\""))],
            not_recorded,
        ),
        (
            vec![
                (record_path, foreign),
                (head_path, with(&head, "digest", &digest)),
            ],
            "is about `other/place`, not about `acme/incidents`",
        ),
    ];
    for (files, words) in cases {
        repo.git(&["checkout", "-q", "--detach", good]);
        for (path, text) in &files {
            match text.as_str() {
                "" => std::fs::remove_file(repo.file(path)).expect("it goes"),
                text => repo.write(path, text),
            }
        }
        repo.commit("break it");
        repo.git(&["push", "-q", "-f", "origin", &format!("HEAD:{LEDGER}")]);
        stage.catch_up();
        let help = match words {
            "has the version 2" => "update aftersight",
            _ => "the branch `aftersight/ledger`",
        };
        let run = stage.run_as(&stage.token, RECORD);
        refused(&stage, &run, &[words, help]);
        let proof = stage.expect(1, &["approval", "verify", "--json"]);
        let proof: serde_json::Value = serde_json::from_str(&proof.stdout).expect("JSON");
        assert_eq!(proof["holds"], false, "{words}");
    }
}

#[test]
fn records_are_proven_where_no_postmortem_is_left() {
    let stage = merged();
    stage.record();
    stage.repo.git(&["rm", "-q", PATH]);
    stage.repo.commit("remove the last one");
    assert!(!stage.repo.file("postmortems").exists());
    let run = stage.expect(0, VERIFY);
    assert!(run.stdout.contains("every one holds"), "{}", run.stdout);
}

#[test]
fn two_ledgers_that_diverged_are_told_apart() {
    let stage = half_recorded();
    let repo = &stage.repo;
    repo.git(&[
        "checkout",
        "-q",
        "-b",
        "aftersight/ledger",
        "origin/aftersight/ledger",
    ]);
    repo.write("approvals/2026/9.json", "{}");
    repo.commit("ours");
    repo.git(&["checkout", "-q", "main"]);
    stage.record();
    let run = stage.expect(1, VERIFY);
    assert!(
        run.stdout.contains("two ledgers that diverged"),
        "{}",
        run.stdout
    );
    assert!(
        run.stderr.contains("git branch -D aftersight/ledger"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_policy_that_nobody_can_judge_stops_nothing_for_ever() {
    let no_team = POLICY.replace("\"@acme/payments\": [bob, carol]", "\"@acme/x\": [bob]");
    for (policy, words) in [
        ("services: [\n", "cannot be used"),
        ("aproval: {}\n", "unknown field `aproval`"),
        (&no_team, "names the team `@acme/payments`"),
    ] {
        let stage = Stage::new();
        stage.repo.write(".github/aftersight.yml", policy);
        stage.repo.commit("another policy");
        stage.repo.git(&["push", "-q", "origin", "main"]);
        let number = stage.opened();
        stage.github.approve(number, "bob");
        let clean = Repo::bare();
        let check = run(&stage, &clean, CHECK, &[]);
        assert_eq!(check.code, 2, "{}{}", check.stdout, check.stderr);
        assert!(check.stderr.contains(words), "{}", check.stderr);
        stage.github.merge(number, Method::Squash, "bob");
        stage.catch_up();
        stage.repo.write(".github/aftersight.yml", POLICY);
        stage.repo.commit("mend the policy");
        stage.repo.git(&["push", "-q", "origin", "main"]);
        stage.catch_up();
        // What was in force then cannot be mended any more.
        refused(
            &stage,
            &stage.run_as(&stage.token, RECORD),
            &[
                words,
                "pull request #1",
                "`aftersight approval record --unjudged 1`",
            ],
        );
        stage.expect(0, &["approval", "record", "--unjudged", "1"]);
        stage.catch_up();
        assert_eq!(
            stage.standings(0),
            [format!("{PATH} unreviewed")],
            "{words}"
        );
        assert!(stage.record().stdout.is_empty());
    }
}
