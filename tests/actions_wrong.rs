//! The unlucky operator: every wrong input of `actions sync`, the words that come back, and that nothing is lost or doubled.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use crate::actions_life::{numbers, rows, table};
use crate::actions_sync::{merged, publish, sync};
use crate::approval::{PATH, Stage};
use crate::github::{Fault, Right};
use crate::harness::{Repo, Run, finished, variant};

const LEDGER: &str = "refs/heads/aftersight/ledger";

fn run(stage: &Stage, args: &[&str]) -> Run {
    let mut all = vec!["actions", "sync", "--pace", "0"];
    all.extend(args);
    stage.run_as(&stage.token, &all)
}

fn run_in(stage: &Stage, repo: &Repo, variables: &[(&str, &str)]) -> Run {
    let mut command = repo.command(&["actions", "sync", "--pace", "0"]);
    command.envs(stage.github.environment(&stage.token));
    command.envs(variables.iter().copied());
    finished(command.output().expect("the program runs"))
}

/// It says what is wrong and what to do.
fn refused(run: &Run, words: &[&str]) {
    assert_eq!(run.code, 2, "{words:?}: {}{}", run.stdout, run.stderr);
    for word in words.iter().chain(&["help: "]) {
        assert!(
            run.stderr.contains(word),
            "`{word}` is missing: {}",
            run.stderr
        );
    }
}

/// What went wrong, as `about: message`.
fn failed(report: &Value) -> Vec<String> {
    let all = report["failed"].as_array().expect("a list");
    let text = |one: &Value, name: &str| one[name].as_str().unwrap_or_default().to_string();
    all.iter()
        .map(|one| format!("{}: {}", text(one, "about"), text(one, "message")))
        .collect()
}

/// Every item has exactly one open issue of ours, and a further run writes nothing.
fn whole(stage: &Stage, items: &[&str]) {
    let mut open: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for issue in stage.github.issues() {
        let name = issue.body.split("<!-- aftersight:item ").nth(1);
        let name = name.and_then(|rest| rest.split(" -->").next());
        if let (Some(name), "open") = (name, issue.state) {
            open.entry(name.into()).or_default().push(issue.number);
        }
    }
    open.retain(|name, _| !name.starts_with("@digest/"));
    assert_eq!(open.keys().collect::<Vec<_>>(), items, "{open:?}");
    assert!(open.values().all(|one| one.len() == 1), "{open:?}");
    assert_eq!(sync(stage, 0, &[])["writes"], 0);
    stage.github.judge();
}

const THREE: [&str; 3] = ["INC-2026-014/A1", "INC-2026-014/A2", "INC-2026-014/A3"];

fn four() -> String {
    rows(&[
        ["A1", "One", "@alice", "2026-12-01", "", ""],
        ["A2", "Two", "@alice", "2026-12-01", "", ""],
        ["A3", "Three", "@bob", "2026-12-01", "", ""],
        ["A4", "Four", "@bob", "2026-12-01", "", ""],
    ])
}

#[test]
fn a_missing_right_is_named_before_anything_is_announced() {
    let denied = "GitHub denies this";
    for (rights, words) in [
        (&["contents: write"][..], [denied, "`issues: read`"]),
        (
            &["contents: write", "issues: read"],
            [denied, "`issues: write`"],
        ),
        (&["issues: write"], [denied, "`contents: read`"]),
        (
            &["issues: write", "contents: read"],
            [
                "the ledger on the branch `aftersight/ledger` cannot be written",
                "`contents: write`",
            ],
        ),
    ] {
        let mut stage = merged(&variant(&[]));
        stage.token = stage.github.token_with(rights);
        refused(&run(&stage, &[]), &words);
        assert!(stage.github.issues().is_empty());
        assert!(stage.repo.git(&["ls-remote", "origin", LEDGER]).is_empty());
        stage.token = stage.github.workflow_token();
        sync(&stage, 0, &[]);
        whole(&stage, &THREE);
    }
}

#[test]
fn no_token_and_one_that_is_no_good_are_told() {
    let mut stage = merged(&variant(&[]));
    for (token, words) in [
        (
            "",
            [
                "without `GITHUB_TOKEN` only what is public",
                "GITHUB_REPOSITORY",
            ],
        ),
        (
            "ghs_expired",
            ["the token is not accepted", "set `GITHUB_TOKEN`"],
        ),
    ] {
        stage.token = token.into();
        refused(&run(&stage, &[]), &words);
    }
    stage.github.public();
    stage.token = String::new();
    refused(
        &run(&stage, &[]),
        &["no token was given", "set `GITHUB_TOKEN`"],
    );
    assert!(stage.github.issues().is_empty());
}

#[test]
fn a_protected_ledger_is_named_and_nothing_is_said_twice() {
    let rule = [
        "`aftersight/ledger` cannot be written",
        "Repository rule violations",
        "exclude this branch",
    ];
    let stage = merged(&variant(&[]));
    stage.github.protect("aftersight/ledger");
    refused(&run(&stage, &[]), &rule);
    assert!(stage.github.issues().is_empty());
    let stage = merged(&variant(&[]));
    sync(&stage, 0, &[]);
    let kept = rows(&[["A1", "Do", "@alice", "2026-12-01", "", ""]]);
    publish(&stage, PATH, &kept);
    stage.github.protect("aftersight/ledger");
    let first = run(&stage, &[]);
    refused(&first, &rule);
    assert!(first.stdout.contains("made 2 comments"), "{}", first.stdout);
    for _ in 0..2 {
        let again = run(&stage, &[]);
        refused(&again, &rule);
        assert!(
            again.stdout.starts_with("nothing changed"),
            "{}",
            again.stdout
        );
    }
    assert_eq!(stage.github.issue(2).comments.len(), 1);
}

#[test]
fn text_of_strangers_is_text() {
    let hostile = "**bold** <script>alert(1)</script> <img src=x onerror=y> `code` @everyone @acme/payments #1 acme/x#2 GH-3 \
        https://evil.example --> <!-- aftersight:item INC-2026-014/A9 --> <!-- aftersight:end -->";
    let text = table(
        &[
            format!("| A1 | {hostile} | prevent | P1 | @alice | 2026-12-01 | {hostile} | | |\n"),
            "| A2 | one <br> two\\|three\u{2028}four\u{7}\u{1b}[31m\u{202e}five | prevent | P1,\u{7} | @alice | 2026-12-01 | ok | | |\n".into(),
        ]
        .concat(),
    );
    let stage = merged(&text);
    sync(&stage, 0, &[]);
    stage.repo.git(&["fetch", "-q", "origin"]);
    let issue = stage.github.issue(1);
    let shown = issue
        .body
        .replace('\u{2060}', "")
        .replace("- Team: @acme/payments\n", "");
    for live in [
        "<script",
        "<img",
        "`code`",
        "A9",
        " #1",
        "GH-\u{2060}\u{2060}",
    ] {
        assert!(!shown.contains(live), "{live}: {shown}");
    }
    // Each is parted by what nobody sees, where a backslash does not help.
    for parted in [
        "\\@\u{2060}everyone",
        "\\@\u{2060}acme/payments",
        "\\#\u{2060}1",
        "x\\#\u{2060}2",
        "GH-\u{2060}3",
        "https\\:\u{2060}//",
    ] {
        assert_eq!(
            issue.body.matches(parted).count(),
            2,
            "{parted}: {}",
            issue.body
        );
    }
    assert_eq!(issue.body.matches("-->").count(), 3, "{}", issue.body);
    let issue = stage.github.issue(2);
    assert_eq!(issue.title, "one two|three four [31mfive (INC-2026-014/A2)");
    assert!(
        issue
            .body
            .contains("\n**one two\\|three four \\[31mfive**\n"),
        "{}",
        issue.body
    );
    whole(&stage, &THREE[..2]);
}

#[test]
fn text_of_any_length_fits() {
    let cells = ["@".repeat(70_000), "ä".repeat(70_000), "x ".repeat(35_000)];
    let lines = cells.iter().zip(1..).map(|(cell, number)| {
        format!("| A{number} | {cell} | prevent | {cell} | @alice | 2026-12-01 | {cell} | | |\n")
    });
    let stage = merged(&table(&lines.collect::<String>()));
    sync(&stage, 0, &[]);
    for issue in stage.github.issues() {
        assert_eq!(issue.title.chars().count(), 256);
        assert!(issue.title.contains("… (INC-2026-014/A"), "{}", issue.title);
        assert!(issue.body.contains("the rest is in the postmortem"));
        assert!(issue.labels.iter().any(|label| label.chars().count() >= 49));
    }
    whole(&stage, &THREE);
    let dropped = format!(
        "| A1 | {0} | prevent | {0} | @alice | 2026-12-01 | {0} | | dropped: {0} |\n",
        cells[0]
    );
    publish(&stage, PATH, &table(&dropped));
    let report = sync(&stage, 0, &[]);
    assert_eq!(report["closed"], 1, "{:?}", failed(&report));
}

#[test]
fn labels_that_are_there_are_taken_as_they_are() {
    let line = |id: &str, priority: &str| {
        format!("| {id} | Do {id} | prevent | {priority} | @alice | 2026-12-01 | ok | | |\n")
    };
    let long = format!("{} x", "Ü".repeat(40));
    let text = table(&[line("A1", "P1"), line("A2", "ünique"), line("A3", &long)].concat());
    let stage = merged(&text);
    for (name, color) in [
        ("AfterSight", "000000"),
        ("Priority:p1", "111111"),
        ("priority:ÜNIQUE", "222222"),
    ] {
        stage.github.make_label(name, color);
    }
    sync(&stage, 0, &[]);
    let labels: BTreeMap<String, String> = stage.github.labels().into_iter().collect();
    assert_eq!(labels["AfterSight"], "000000");
    assert!(
        !labels.contains_key("aftersight") && !labels.contains_key("priority:P1"),
        "{labels:?}"
    );
    assert!(labels.keys().all(|name| name.trim() == name), "{labels:?}");
    assert!(
        stage
            .github
            .issue(1)
            .labels
            .contains(&"Priority:p1".to_string())
    );
    assert!(
        stage
            .github
            .issue(2)
            .labels
            .contains(&"priority:ÜNIQUE".to_string())
    );
    whole(&stage, &THREE);
    // An edit leaves them alone as well.
    publish(&stage, PATH, &text.replace("Do A2", "Do more"));
    sync(&stage, 0, &[]);
    assert!(
        stage
            .github
            .issue(2)
            .labels
            .contains(&"priority:ÜNIQUE".to_string())
    );
    whole(&stage, &THREE);
}

#[test]
fn an_owner_without_access_leaves_the_issue_to_the_team_until_there_is_some() {
    let stage = merged(&rows(&[["A1", "Do", "@nina", "2026-12-01", "", ""]]));
    stage.github.user("nina", Right::Read);
    sync(&stage, 0, &[]);
    let issue = stage.github.issue(1);
    assert!(issue.assignees.is_empty() && issue.labels.contains(&"needs-owner".to_string()));
    assert!(
        issue.body.contains("- Team: @acme/payments"),
        "{}",
        issue.body
    );
    sync(&stage, 0, &[]);
    let digest = stage.github.issue(2);
    assert!(
        digest
            .body
            .contains("### Needs an owner\n\n- #1 INC-2026-014/A1"),
        "{}",
        digest.body
    );
    stage.github.grant("nina", Right::Write);
    stage.github.pass(60);
    sync(&stage, 0, &["--sweep"]);
    let issue = stage.github.issue(1);
    assert_eq!(issue.assignees, ["nina"]);
    assert!(!issue.labels.contains(&"needs-owner".to_string()));
    whole(&stage, &THREE[..1]);
    assert!(
        stage
            .github
            .issue(2)
            .body
            .contains("Nothing needs attention")
    );
    // Nina leaves; GitHub takes her off her issues.
    stage.github.grant("nina", Right::None);
    stage.github.assign_issue(1, "alice", &[]);
    stage.github.pass(60);
    sync(&stage, 0, &["--sweep"]);
    let issue = stage.github.issue(1);
    assert!(
        issue.labels.contains(&"needs-owner".to_string()),
        "{:?}",
        issue.labels
    );
    whole(&stage, &THREE[..1]);
}

#[test]
fn a_token_without_push_leaves_labels_and_assignees_to_a_later_run() {
    let stage = merged(&four());
    stage.github.drop_labels(true);
    for _ in 0..2 {
        let report = sync(&stage, 1, &[]);
        let failed = failed(&report);
        assert_eq!(failed.len(), 8, "{failed:?}");
        assert!(
            failed[0]
                .starts_with("INC-2026-014/A1: #1 was written without its labels `aftersight`"),
            "{failed:?}"
        );
        assert!(
            failed[1].contains("without its assignees `alice`"),
            "{failed:?}"
        );
        assert_eq!(stage.github.issues().len(), 4);
        stage.github.pass(20);
    }
    stage.github.drop_labels(false);
    sync(&stage, 0, &[]);
    assert_eq!(stage.github.issue(3).assignees, ["bob"]);
    let all = [
        "INC-2026-014/A1",
        "INC-2026-014/A2",
        "INC-2026-014/A3",
        "INC-2026-014/A4",
    ];
    whole(&stage, &all);
}

#[test]
fn what_became_of_an_issue_is_seen() {
    let stage = merged(&four());
    sync(&stage, 0, &[]);
    stage.github.pass(60);
    stage.github.convert_issue(1, true);
    stage.github.convert_issue(2, false);
    stage.branch("topic", &[("x", "y")]);
    stage.github.become_pull_request(3, "alice", "topic");
    stage.repo.git(&["checkout", "-q", "main"]);
    stage.github.lock_issue(4);
    let report = sync(&stage, 0, &[]);
    assert_eq!(report["opened"], 2, "{report}");
    for (number, before) in [(6, 2), (7, 3)] {
        let words = format!("This follows #{before}, which is no issue any more.");
        assert!(stage.github.issue(number).body.contains(&words));
    }
    let listed = stage
        .expect(0, &["actions", "list", "--state", "elsewhere"])
        .stdout;
    stage.catch_up();
    let known = stage
        .expect(0, &["actions", "list", "--state", "elsewhere"])
        .stdout;
    assert_ne!(listed, known);
    assert!(known.contains("discussions/1"), "{known}");
    // Nobody can comment on what is locked: that is told, and the issue is closed all the same.
    let text = four().replace(
        "| Four | prevent | P1 | @bob | 2026-12-01 | it runs |  |  |",
        "| Four | prevent | P1 | @bob | 2026-12-01 | it runs |  | dropped: no need |",
    );
    publish(&stage, PATH, &text);
    let report = sync(&stage, 0, &[]);
    let note = report["notes"][0]["message"].as_str().expect("a note");
    assert!(note.contains("#4 is locked"), "{note}");
    let four = stage.github.issue(4);
    assert_eq!((four.state, four.comments.len()), ("closed", 0));
    assert!(four.body.contains("- Dropped: no need"), "{}", four.body);
    whole(&stage, &["INC-2026-014/A2", "INC-2026-014/A3"]);
}

#[test]
fn issues_that_are_switched_off_lose_nothing() {
    let off = "the repository has no issues: switch them on under Settings";
    let stage = merged(&variant(&[]));
    stage.github.disable_issues();
    let report = sync(&stage, 1, &[]);
    let all = failed(&report);
    assert_eq!(all.len(), 3, "{all:?}");
    assert!(
        all.iter()
            .zip(THREE)
            .all(|(one, key)| one.starts_with(&format!("{key}: {off}"))),
        "{all:?}"
    );
    stage.github.enable_issues();
    sync(&stage, 0, &[]);
    whole(&stage, &THREE);
    // In the middle of a run, whatever is asked next.
    let text = rows(&[
        ["A1", "Do", "@alice", "2026-12-01", "", ""],
        ["A3", "Add", "@alice", "2026-12-01", "", "dropped: no"],
        ["A4", "New", "@alice", "2026-12-01", "", ""],
    ]);
    publish(&stage, PATH, &text);
    stage.github.pass(60);
    for (method, route) in [
        ("GET", "/repos/*/issues/1"),
        ("PATCH", "/repos/*/issues/1"),
        ("GET", "/repos/*/issues/2/comments"),
        ("POST", "/repos/*/issues/2/comments"),
    ] {
        // What is off is off for good: answers by hand, for the callback cannot reach the fake.
        stage.github.fault(Fault::status(410).on(method, route));
        stage.github.fault(
            Fault::altered(|body| body["has_issues"] = json!(false))
                .on("GET", "/repos/acme/incidents")
                .nth(2),
        );
        let report = sync(&stage, 1, &[]);
        let all = failed(&report);
        assert!(
            all.iter().any(|one| one.contains(off)),
            "{method} {route}: {all:?}"
        );
        assert_eq!(stage.github.issues().len(), 3, "{method} {route}");
    }
    sync(&stage, 0, &[]);
    whole(
        &stage,
        &["INC-2026-014/A1", "INC-2026-014/A2", "INC-2026-014/A4"],
    );
    assert_eq!(numbers(&stage, "A1"), [1]);
}

#[test]
fn half_of_all_answers_are_nonsense_and_nothing_is_lost() {
    let nonsense = |count: usize, body: &mut Value| match (count % 4, body) {
        (0, body) => *body = json!({}),
        (1, body) => *body = "text".into(),
        (2, Value::Object(fields)) => fields.values_mut().for_each(|field| *field = Value::Null),
        (_, Value::Object(fields)) => fields
            .values_mut()
            .for_each(|field| *field = field.to_string().into()),
        (_, body) => *body = Value::Null,
    };
    let stage = merged(&four());
    let is_over = Arc::new(AtomicBool::new(false));
    for (method, route) in [
        ("POST", "/repos/*/labels"),
        ("POST", "/repos/*/issues"),
        ("PATCH", "/repos/*/issues/*"),
        ("POST", "/repos/*/comments"),
        ("GET", "/repos/*/issues/*"),
        ("GET", "/repos/*/labels"),
        ("GET", "/repos/*/issues"),
        ("GET", "/user"),
    ] {
        let (mut count, is_over) = (0, Arc::clone(&is_over));
        let fault = Fault::altered(move |body| {
            count += 1;
            if count % 2 == 1 && !is_over.load(Ordering::SeqCst) {
                nonsense(count / 2, body);
            }
        });
        stage.github.fault(fault.on(method, route).times(1000));
    }
    let mut seen = Vec::new();
    for round in 0..8 {
        let text = four().replace("One", &format!("One {round}"));
        let text = match round {
            0..4 => text,
            _ => text.replace(
                "| Four | prevent | P1 | @bob | 2026-12-01 | it runs |  |  |",
                "| Four | prevent | P1 | @bob | 2026-12-01 | it runs |  | dropped: no |",
            ),
        };
        publish(&stage, PATH, &text);
        let report = run(&stage, &["--json"]);
        assert!(
            [0, 1].contains(&report.code),
            "{}{}",
            report.stdout,
            report.stderr
        );
        let report: Value = serde_json::from_str(&report.stdout).expect("JSON");
        seen.extend(failed(&report));
        stage.github.pass(15);
    }
    for key in ["INC-2026-014/A1: ", "INC-2026-014/A3: ", "the label `"] {
        assert!(
            seen.iter().any(|one| one.starts_with(key)),
            "{key}: {seen:#?}"
        );
    }
    is_over.store(true, Ordering::SeqCst);
    for _ in 0..3 {
        sync(&stage, 0, &[]);
        stage.github.pass(15);
    }
    for item in ["A1", "A2", "A3", "A4"] {
        assert_eq!(numbers(&stage, item).len(), 1, "{item}");
    }
    let four = stage.github.issue(numbers(&stage, "A4")[0]);
    assert_eq!(
        (four.state, four.comments.len()),
        ("closed", 1),
        "{:?}",
        four.comments
    );
    whole(&stage, &THREE);
}

#[test]
fn a_list_that_cannot_be_read_stops_everything() {
    let stage = merged(&four());
    sync(&stage, 0, &[]);
    publish(&stage, PATH, &four().replace("A4", "A5"));
    let as_text = |body: &mut Value| {
        for issue in body.as_array_mut().expect("a list") {
            issue["number"] = issue["number"].to_string().into();
        }
    };
    // It is asked for twice, for nothing can be done without it.
    let fault = Fault::altered(as_text).on("GET", "/repos/*/issues");
    stage.github.fault(fault.times(2));
    refused(
        &run(&stage, &[]),
        &["no answer of GitHub can be used", "an issue has no number"],
    );
    let bodies = |body: &mut Value| {
        for issue in body.as_array_mut().expect("a list") {
            issue["body"] = json!(7);
        }
    };
    // What is not whole is asked for by itself.
    stage
        .github
        .fault(Fault::altered(bodies).on("GET", "/repos/*/issues"));
    let report = sync(&stage, 0, &[]);
    assert_eq!(numbers(&stage, "A5"), [5], "{report}");
    stage.github.pass(15);
    let all = [
        "INC-2026-014/A1",
        "INC-2026-014/A2",
        "INC-2026-014/A3",
        "INC-2026-014/A4",
        "INC-2026-014/A5",
    ];
    sync(&stage, 0, &[]);
    whole(&stage, &all);
}

#[test]
fn what_was_said_is_not_said_again_because_it_cannot_be_read() {
    let stage = merged(&four());
    sync(&stage, 0, &[]);
    publish(
        &stage,
        PATH,
        &four().replace(
            "2026-12-01 | it runs |  |  |\n| A2",
            "2026-12-01 | it runs |  | dropped: no |\n| A2",
        ),
    );
    stage.github.pass(60);
    // It is said, and then the issue cannot be closed.
    stage
        .github
        .fault(Fault::status(422).on("PATCH", "/repos/*/issues/1").nth(2));
    let all = failed(&sync(&stage, 1, &[]));
    assert!(
        all[0].starts_with("INC-2026-014/A1: GitHub refuses this with status 422"),
        "{all:?}"
    );
    let unread = |body: &mut Value| {
        for comment in body.as_array_mut().expect("a list") {
            comment["user"] = json!(7);
        }
    };
    stage
        .github
        .fault(Fault::altered(unread).on("GET", "/repos/*/comments"));
    let all = failed(&sync(&stage, 1, &[]));
    assert_eq!(
        all,
        ["INC-2026-014/A1: the comments of #1 cannot all be read"]
    );
    assert_eq!(stage.github.issue(1).comments.len(), 1);
    let report = sync(&stage, 0, &[]);
    assert_eq!(
        (&report["closed"], &report["commented"]),
        (&json!(1), &json!(0)),
        "{report}"
    );
    assert_eq!(stage.github.issue(1).comments.len(), 1);
}

#[test]
fn limits_are_waited_out_or_left_to_the_next_run() {
    // At the start, in the middle, at the last commit: a limit that ends soon is waited out.
    for (method, route, nth) in [
        ("GET", "/repos/*/issues", 1),
        ("POST", "/repos/*/issues", 2),
        ("POST", "/graphql", 1),
    ] {
        let stage = merged(&variant(&[]));
        stage
            .github
            .fault(Fault::secondary_limit(Some(0)).on(method, route).nth(nth));
        sync(&stage, 0, &[]);
        whole(&stage, &THREE);
    }
    for (method, route, nth, opened) in [
        ("GET", "/repos/*/issues", 1, 0),
        ("POST", "/repos/*/labels", 2, 0),
        ("POST", "/repos/*/issues", 2, 1),
        ("POST", "/graphql", 1, 3),
    ] {
        let stage = merged(&variant(&[]));
        stage
            .github
            .fault(Fault::primary_limit(3000).on(method, route).nth(nth));
        let report = sync(&stage, 0, &[]);
        let why = report["stopped"].as_str().unwrap_or_default();
        assert!(
            why.contains("the rate limit is reached and ends at 2026-10-12T08:5"),
            "{report}"
        );
        assert_eq!(report["opened"], opened, "{report}");
        stage.github.pass(60);
        let mut rounds = 0;
        while sync(&stage, 0, &[])["writes"] != 0 {
            stage.github.pass(15);
            rounds += 1;
            assert!(rounds < 4, "{method} {route}");
        }
        whole(&stage, &THREE);
    }
}

#[test]
fn what_other_workflows_need_is_left_to_them() {
    let stage = merged(&variant(&[]));
    refused(
        &run(&stage, &["--min-remaining", "2000"]),
        &[
            "the token has 99",
            "2000 are kept for other workflows",
            "run it again later",
        ],
    );
    stage.github.spend(&stage.token, 900);
    let report = sync(&stage, 0, &["--min-remaining", "80"]);
    assert!(
        report["stopped"]
            .as_str()
            .expect("why")
            .contains("80 are kept for other workflows"),
        "{report}"
    );
    let mut stage = stage;
    stage.token = stage.github.workflow_token();
    stage.github.pass(15);
    sync(&stage, 0, &[]);
    whole(&stage, &THREE);
}

#[test]
fn a_budget_of_any_size_goes_on_or_says_that_it_is_too_small() {
    for budget in 1..=40 {
        let stage = merged(&variant(&[]));
        let number = budget.to_string();
        let mut ended = None;
        for _ in 0..12 {
            let run = run(&stage, &["--max-requests", &number]);
            let issues = stage.github.issues().len();
            assert!(issues <= 3, "{budget}: {}", run.stdout);
            if run.code == 2 {
                let words = format!("`--max-requests {budget}` is too little to do even one thing");
                refused(&run, &[&words, "allow more", "git fetch origin"]);
                ended = Some(issues);
                break;
            }
            assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
            if issues == 3 && run.stdout.trim() == "nothing changed" {
                ended = Some(3);
                break;
            }
            let goes_on = run.stderr.contains("; 0 of these were writes");
            assert!(
                !goes_on,
                "{budget}: nothing was done and nobody is told: {}",
                run.stdout
            );
        }
        let wanted = if budget < 25 { 0 } else { 3 };
        assert_eq!(ended, Some(wanted), "{budget}");
    }
}

#[test]
fn so_many_are_opened_and_no_more() {
    let stage = merged(&variant(&[]));
    let none = sync(&stage, 0, &["--max-creates", "0"]);
    assert_eq!(
        (&none["opened"], &none["later"], &none["writes"]),
        (&json!(0), &json!(3), &json!(0))
    );
    let told = run(&stage, &["--max-creates", "0"]).stdout;
    assert!(told.contains("3 issues wait for the next run"), "{told}");
    for left in (0..3).rev() {
        let one = sync(&stage, 0, &["--max-creates", "1"]);
        assert_eq!((&one["opened"], &one["later"]), (&json!(1), &json!(left)));
    }
    whole(&stage, &THREE);
    for (args, words) in [
        (["--max-creates", "x"], "'x' for '--max-creates <N>'"),
        (["--pace", "1s"], "'1s' for '--pace <MS>'"),
        (["--max-requests", "1.5"], "'1.5' for '--max-requests <N>'"),
        (["--min-remaining", ""], "'--min-remaining <N>'"),
        (
            ["--sweep", "--sweeep"],
            "a similar argument exists: '--sweep'",
        ),
    ] {
        let mut all = vec!["actions", "sync"];
        all.extend(args);
        let run = stage.expect(2, &all);
        assert!(run.stderr.contains(words), "{}", run.stderr);
    }
}

#[test]
fn only_the_newest_commit_of_the_default_branch_is_acted_on() {
    let stage = merged(&variant(&[]));
    let repo = &stage.repo;
    let away = "not on the default branch `main`";
    for (variables, words) in [
        (
            [("GITHUB_REPOSITORY", "acme/other")],
            ["has nothing there", "check `GITHUB_REPOSITORY`"],
        ),
        (
            [("GITHUB_REPOSITORY", "acme")],
            ["`acme` is no repository", "`owner/name`"],
        ),
        (
            [("GITHUB_REPOSITORY", "")],
            ["`GITHUB_REPOSITORY` is not set", "`owner/name`"],
        ),
    ] {
        refused(&run_in(&stage, repo, &variables), &words);
    }
    refused(
        &run_in(&stage, &Repo::bare(), &[]),
        &["is in no git repository"],
    );
    refused(
        &run_in(&stage, &Repo::clean(), &[]),
        &[away, "fetch-depth: 0"],
    );
    repo.git(&["checkout", "-q", "--detach", "HEAD~1"]);
    let older = run_in(&stage, repo, &[]);
    assert_eq!(older.code, 0, "{}", older.stderr);
    assert!(
        older.stderr.contains("nothing was done: HEAD is"),
        "{}",
        older.stderr
    );
    repo.write("x", "z");
    repo.commit("beside");
    refused(&run_in(&stage, repo, &[]), &[away]);
    repo.git(&["checkout", "-q", "main"]);
    repo.write("x", "y");
    repo.commit("not pushed");
    refused(
        &run_in(&stage, repo, &[]),
        &[away, "merge or push it first"],
    );
    repo.git(&["reset", "-q", "--hard", "origin/main"]);
    assert!(stage.github.issues().is_empty());
    // What lies in the work tree is nobody's business; what is not fetched is asked for.
    repo.write(PATH, "no postmortem at all");
    sync(&stage, 0, &[]);
    whole(&stage, &THREE);
    let shallow = Repo::bare();
    let url = format!("file://{}", stage.github.remote().display());
    shallow.git(&["clone", "-q", "--depth=1", &url, "."]);
    let run = run_in(&stage, &shallow, &[]);
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (0, "nothing changed\n"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_damaged_ledger_is_told_and_never_written_over() {
    let stage = merged(&variant(&[]));
    sync(&stage, 0, &[]);
    let repo = &stage.repo;
    let good = repo.git(&["ls-remote", "origin", LEDGER]);
    let good = good.split_whitespace().next().expect("a commit");
    repo.git(&["fetch", "-q", "origin"]);
    let set = |path: &str, text: &str| {
        repo.git(&["checkout", "-q", "--detach", good]);
        repo.write(path, text);
        repo.git(&["add", "-A"]);
        repo.git(&["commit", "-q", "--allow-empty", "-m", "by hand"]);
        repo.git(&["push", "-q", "-f", "origin", &format!("HEAD:{LEDGER}")]);
        stage.catch_up();
    };
    let read = |path: &str| repo.git(&["show", &format!("{good}:{path}")]);
    let (items, head) = ("items/2026/INC-2026-014.json", "items/head.json");
    set(items, "{");
    let report = sync(&stage, 1, &[]);
    let all = failed(&report);
    assert!(
        all[0].starts_with(&format!("{items}: cannot be read")),
        "{all:?}"
    );
    assert!(
        all[0].contains("put its last good text back on the branch `aftersight/ledger`"),
        "{all:?}"
    );
    assert_eq!(
        (&report["writes"], report["notes"].as_array().map(Vec::len)),
        (&json!(0), Some(3))
    );
    // What is known of the tracker as a whole is found out again.
    set(head, "nonsense");
    let all = failed(&sync(&stage, 1, &[]));
    assert!(
        all[0].starts_with("items/head.json: cannot be read"),
        "{all:?}"
    );
    whole(&stage, &THREE);
    set(
        head,
        &read(head).replace("acme/incidents", "acme/elsewhere"),
    );
    refused(
        &run(&stage, &[]),
        &[
            "about the issues of `acme/elsewhere`, not of `acme/incidents`",
            "delete the branch `aftersight/ledger`",
        ],
    );
    set(
        head,
        &read(head).replace("\"version\": 1", "\"version\": 2"),
    );
    refused(
        &run(&stage, &[]),
        &["has the version 2", "update aftersight"],
    );
    // The branch is gone: everything is found by its name.
    repo.git(&["push", "-q", "origin", &format!(":{LEDGER}")]);
    stage.catch_up();
    let report = sync(&stage, 0, &[]);
    assert_eq!(
        (&report["adopted"], &report["opened"]),
        (&json!(3), &json!(0)),
        "{report}"
    );
    whole(&stage, &THREE);
}

#[test]
fn a_row_that_can_get_no_issue_is_named_and_the_rest_goes_on() {
    let stage = merged(&variant(&[("| A2 | Alert", "| | Alert")]));
    let report = sync(&stage, 1, &[]);
    let failed = &report["failed"][0];
    assert_eq!(failed["about"], PATH, "{report}");
    let message = failed["message"].as_str().unwrap_or_default();
    assert!(message.contains("without an id"), "{report}");
    assert_eq!(report["opened"], 2, "{report}");
}
