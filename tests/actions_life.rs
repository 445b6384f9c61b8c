//! The ordinary life of action items, from the row to the issue and back: the real program against the fake GitHub.

use serde_json::Value;

use crate::actions_sync::{merged, publish, sync};
use crate::approval::{PATH, Stage};
use crate::github::View;
use crate::harness::{CLEAN, variant};

const HEAD: &str = "| ID | Action | Type | Priority | Owner | Due | Done when | Issue | Status |\n\
    | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n";

/// The canonical postmortem with these rows; their cells: id, action, owner, due, issue, status.
pub(crate) fn rows(rows: &[[&str; 6]]) -> String {
    let rows: Vec<String> = rows
        .iter()
        .map(|[id, action, owner, due, issue, status]| {
            format!("| {id} | {action} | prevent | P1 | {owner} | {due} | it runs | {issue} | {status} |\n")
        })
        .collect();
    table(&rows.concat())
}

/// The canonical postmortem with these lines as its table of action items.
pub(crate) fn table(lines: &str) -> String {
    let (before, rest) = CLEAN.split_once("| ID | Action |").expect("a table");
    let (_, after) = rest.split_once("\n\n").expect("an end");
    format!("{before}{HEAD}{lines}\n{after}")
}

/// The numbers of the issues that carry an item's name, in every state.
pub(crate) fn numbers(stage: &Stage, item: &str) -> Vec<u64> {
    let issues = issues_of(stage, &format!("INC-2026-014/{item}"));
    issues.iter().map(|issue| issue.number).collect()
}

/// The issues that carry a name.
fn issues_of(stage: &Stage, name: &str) -> Vec<View> {
    let mark = format!("<!-- aftersight:item {name} -->");
    let issues = stage.github.issues().into_iter();
    issues.filter(|issue| issue.body.contains(&mark)).collect()
}

const A1: [&str; 6] = ["A1", "Do", "@alice", "2026-12-01", "", ""];
const A2: [&str; 6] = ["A2", "Alert", "@bob", "2026-12-01", "", ""];

/// Two items, each with its issue.
fn two() -> Stage {
    let stage = merged(&rows(&[A1, A2]));
    assert_eq!(sync(&stage, 0, &[])["opened"], 2);
    stage.github.pass(60);
    stage
}

/// Another table, and a run.
fn becomes(stage: &Stage, table: &[[&str; 6]]) -> Value {
    publish(stage, PATH, &rows(table));
    let report = sync(stage, 0, &[]);
    stage.github.pass(60);
    report
}

/// The kinds of changes of a run, as `change #issue`.
fn changes(report: &Value) -> Vec<String> {
    let all = report["changes"].as_array().expect("a list");
    all.iter()
        .map(|one| {
            format!(
                "{} #{}",
                one["change"].as_str().unwrap_or_default(),
                one["issue"]
            )
        })
        .collect()
}

/// How an item stands, as the clone tells after a fetch.
fn state(stage: &Stage, item: &str) -> String {
    stage.catch_up();
    let run = stage.expect(0, &["actions", "list", "--format", "json"]);
    let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let id = format!("INC-2026-014/{item}");
    let all = report["actions"].as_array().expect("a list");
    let one = all.iter().find(|one| one["id"] == id);
    one.map_or("none".into(), |one| {
        one["state"].as_str().unwrap_or_default().into()
    })
}

/// A run that has nothing to do does nothing, and asks five times.
fn quiet(stage: &Stage) {
    stage.catch_up();
    let report = sync(stage, 0, &[]);
    assert_eq!(
        (&report["writes"], &report["requests"]),
        (&0.into(), &5.into()),
        "{report}"
    );
    stage.github.judge();
}

fn said(view: &View) -> Vec<&str> {
    let texts = view.comments.iter().map(|(_, text)| text.as_str());
    texts
        .map(|text| text.split_once('\n').map_or(text, |(_, rest)| rest))
        .collect()
}

#[test]
fn done_is_what_was_closed_as_completed() {
    let stage = two();
    stage.github.close_issue(1, "alice", "completed");
    sync(&stage, 0, &[]);
    assert_eq!(state(&stage, "A1"), "done");
    quiet(&stage);
    stage.expect(0, &["build", "--out", "_site", "--search", "none"]);
    let page = stage.repo.read("_site/postmortems/INC-2026-014/index.html");
    let states = |state: &str| {
        page.matches(&format!("class=\"action-state action-{state}\""))
            .count()
    };
    assert_eq!((states("done"), states("open")), (1, 1));
    stage.github.reopen_issue(1, "alice");
    stage.github.pass(60);
    sync(&stage, 0, &[]);
    assert_eq!(state(&stage, "A1"), "open");
    assert!(stage.github.issue(1).comments.is_empty());
    quiet(&stage);
}

#[test]
fn closed_as_not_planned_asks_for_a_decision_once() {
    for reason in ["not_planned", "duplicate"] {
        let stage = two();
        stage.github.close_issue(1, "alice", reason);
        for _ in 0..2 {
            sync(&stage, 0, &[]);
            stage.github.pass(60);
        }
        assert_eq!(state(&stage, "A1"), "needs-decision");
        let issue = stage.github.issue(1);
        assert_eq!(said(&issue).len(), 1, "{:?}", issue.comments);
        assert!(said(&issue)[0].contains("Say `dropped: reason` in the postmortem's table"));
        assert!(issue.labels.contains(&"needs-decision".to_string()));
        let digest = &issues_of(&stage, "@digest/acme/payments")[0];
        assert!(
            digest.body.contains("### Needs a decision\n\n- #1 "),
            "{}",
            digest.body
        );
        quiet(&stage);
        if reason == "duplicate" {
            // Opened again: there is nothing to decide any more.
            stage.github.reopen_issue(1, "alice");
            sync(&stage, 0, &[]);
            stage.github.pass(60);
            assert_eq!(state(&stage, "A1"), "open");
            let labels = stage.github.issue(1).labels;
            assert!(
                !labels.contains(&"needs-decision".to_string()),
                "{labels:?}"
            );
            quiet(&stage);
            continue;
        }
        let dropped = [A1[0], A1[1], A1[2], A1[3], "", "dropped: too dear"];
        becomes(&stage, &[dropped, A2]);
        sync(&stage, 0, &[]);
        assert_eq!(state(&stage, "A1"), "dropped");
        let issue = stage.github.issue(1);
        assert_eq!((issue.state, issue.comments.len()), ("closed", 1));
        assert!(!issue.labels.contains(&"needs-decision".to_string()));
        let digest = &issues_of(&stage, "@digest/acme/payments")[0];
        assert!(
            digest.body.contains("Nothing needs attention"),
            "{}",
            digest.body
        );
        stage.github.pass(60);
        quiet(&stage);
    }
}

#[test]
fn a_dropped_row_closes_its_issue_with_the_reason() {
    let stage = two();
    let dropped = [
        A1[0],
        A1[1],
        A1[2],
        A1[3],
        "",
        "dropped: @bob found *another* way",
    ];
    let report = becomes(&stage, &[dropped, A2]);
    assert_eq!(changes(&report), ["update #1", "comment #1", "close #1"]);
    let issue = stage.github.issue(1);
    assert_eq!(
        (issue.state, issue.reason.as_deref()),
        ("closed", Some("not_planned"))
    );
    assert_eq!(
        said(&issue),
        ["This was dropped in the postmortem: \\@\u{2060}bob found another way"]
    );
    assert_eq!(state(&stage, "A1"), "dropped");
    quiet(&stage);
    // Opened again although the file says so: said again and closed again.
    stage.github.reopen_issue(1, "alice");
    stage.github.pass(60);
    sync(&stage, 0, &[]);
    let issue = stage.github.issue(1);
    assert_eq!((issue.state, issue.comments.len()), ("closed", 2));
    stage.github.pass(60);
    quiet(&stage);
    // Promised again.
    let report = becomes(&stage, &[A1, A2]);
    assert!(
        changes(&report).contains(&"reopen #1".to_string()),
        "{report}"
    );
    let issue = stage.github.issue(1);
    assert_eq!(issue.state, "open");
    assert_eq!(
        said(&issue).last(),
        Some(&"The postmortem promises this again.")
    );
    assert_eq!(state(&stage, "A1"), "open");
    quiet(&stage);
}

#[test]
fn a_row_that_is_gone_leaves_an_orphan_that_nobody_closes() {
    let stage = two();
    let report = becomes(&stage, &[A2]);
    assert_eq!(changes(&report)[..2], ["update #1", "comment #1"]);
    sync(&stage, 0, &[]);
    stage.github.pass(60);
    let issue = stage.github.issue(1);
    assert_eq!((issue.state, issue.comments.len()), ("open", 1));
    assert!(
        issue.labels.contains(&"orphaned".to_string()),
        "{:?}",
        issue.labels
    );
    assert_eq!(state(&stage, "A1"), "orphaned");
    let digest = &issues_of(&stage, "@digest/nobody")[0];
    assert!(
        digest
            .body
            .contains("### No longer in any postmortem\n\n- #1 "),
        "{}",
        digest.body
    );
    quiet(&stage);
    becomes(&stage, &[A1, A2]);
    sync(&stage, 0, &[]);
    stage.github.pass(60);
    let issue = stage.github.issue(1);
    assert_eq!((issue.state, issue.comments.len()), ("open", 1));
    assert!(
        !issue.labels.contains(&"orphaned".to_string()),
        "{:?}",
        issue.labels
    );
    assert_eq!(state(&stage, "A1"), "open");
    quiet(&stage);
    // The whole file goes, and somebody closes what is left of it.
    stage.repo.git(&["rm", "-q", PATH]);
    stage.repo.write("postmortems/.gitkeep", "");
    stage.repo.commit("remove");
    stage.repo.git(&["push", "-q", "origin", "main"]);
    sync(&stage, 0, &[]);
    assert_eq!(stage.github.issue(2).state, "open");
    stage.github.pass(60);
    stage.github.close_issue(2, "bob", "not_planned");
    sync(&stage, 0, &[]);
    assert_eq!(state(&stage, "A2"), "dropped");
    stage.github.pass(60);
    sync(&stage, 0, &[]);
    stage.github.pass(60);
    quiet(&stage);
}

#[test]
fn an_edited_row_changes_the_block_alone() {
    let stage = two();
    let body = stage.github.issue(1).body;
    let around = format!("Alice: I begin on Monday.\n\n{body}\n\n- [ ] ask Bob\n");
    stage
        .github
        .edit_issue(1, "alice", Some("Alice's own title"), Some(&around));
    stage.github.label_issue(1, "alice", "bug");
    stage.github.assign_issue(1, "alice", &["alice", "carol"]);
    sync(&stage, 0, &[]);
    stage.github.pass(60);
    assert_eq!(stage.github.issue(1).title, "Alice's own title");
    quiet(&stage);
    becomes(
        &stage,
        &[["A1", "Do more", "@bob", "2027-01-15", "", ""], A2],
    );
    let issue = stage.github.issue(1);
    assert!(
        issue
            .body
            .starts_with("Alice: I begin on Monday.\r\n\r\n<!-- aftersight:begin"),
        "{}",
        issue.body
    );
    assert!(
        issue
            .body
            .ends_with("<!-- aftersight:end -->\r\n\r\n- [ ] ask Bob\r\n"),
        "{}",
        issue.body
    );
    assert!(issue.body.contains("**Do more**") && issue.body.contains("- Due: 2027-01-15"));
    assert_eq!(issue.title, "Do more (INC-2026-014/A1)");
    assert_eq!(
        issue.labels,
        [
            "aftersight",
            "due:2027-W02",
            "priority:P1",
            "type:prevent",
            "bug"
        ]
    );
    assert_eq!(issue.assignees, ["bob"]);
    quiet(&stage);
    // A block that somebody broke is put right.
    let broken = issue.body.replace("**Do more**", "**Do nothing**");
    stage.github.edit_issue(1, "bob", None, Some(&broken));
    sync(&stage, 0, &[]);
    assert!(stage.github.issue(1).body.contains("**Do more**"));
    assert!(stage.github.issue(1).body.contains("ask Bob"));
    stage.github.pass(60);
    quiet(&stage);
}

const WEEK: i64 = 7 * 24 * 60;

#[test]
fn an_overdue_item_speaks_up_week_by_week() {
    let due = ["A1", "Do", "@alice", "2026-10-14", "", ""];
    let stage = merged(&rows(&[due, A2]));
    sync(&stage, 0, &[]);
    let wanted = [
        "@alice, this was due on 2026-10-14: is anything in the way?",
        "@acme/payments, this was due on 2026-10-14: who can help?",
        "This was due on 2026-10-14: what should come first?",
        "This was due on 2026-10-14: finish it, give it another day, or drop it in the postmortem with the reason.",
    ];
    stage.github.pass(3 * 24 * 60);
    for week in 0..5 {
        for _ in 0..2 {
            sync(&stage, 0, &[]);
        }
        let issue = stage.github.issue(1);
        assert_eq!(
            said(&issue),
            wanted[..wanted.len().min(week + 1)],
            "week {week}"
        );
        let decides = issue.labels.contains(&"needs-decision".to_string());
        assert_eq!(decides, week >= 3, "week {week}");
        stage.github.pass(WEEK);
    }
    assert_eq!(state(&stage, "A1"), "open");
    let digest = &issues_of(&stage, "@digest/acme/payments")[0];
    assert!(
        digest.body.contains("### Needs a decision\n\n- #1 "),
        "{}",
        digest.body
    );
    quiet(&stage);
    // Another day: it begins anew, and so does what is said.
    becomes(&stage, &[["A1", "Do", "@alice", "2026-11-25", "", ""], A2]);
    let issue = stage.github.issue(1);
    assert!(
        !issue.labels.contains(&"needs-decision".to_string()),
        "{:?}",
        issue.labels
    );
    sync(&stage, 0, &[]);
    assert_eq!(stage.github.issue(1).comments.len(), 4);
    stage.github.pass(WEEK);
    sync(&stage, 0, &[]);
    assert_eq!(
        said(&stage.github.issue(1))[4],
        "@alice, this was due on 2026-11-25: is anything in the way?"
    );
}

#[test]
fn a_late_run_says_only_what_is_due_now() {
    let due = ["A1", "Do", "@alice", "2026-10-14", "", ""];
    for (weeks, words) in [
        (2, "who can help?"),
        (3, "what should come first?"),
        (9, "give it another day"),
    ] {
        let stage = merged(&rows(&[due]));
        sync(&stage, 0, &[]);
        stage.github.pass(weeks * WEEK);
        for _ in 0..3 {
            sync(&stage, 0, &[]);
            stage.github.pass(60);
        }
        let issue = stage.github.issue(1);
        assert_eq!(said(&issue).len(), 1, "{:?}", issue.comments);
        assert!(said(&issue)[0].contains(words), "{:?}", issue.comments);
        quiet(&stage);
    }
}

#[test]
fn a_digest_is_edited_in_place_and_comes_back_with_news() {
    let due = ["A1", "Do", "@alice", "2026-10-14", "", ""];
    let stage = merged(&rows(&[due, A2]));
    sync(&stage, 0, &[]);
    assert!(issues_of(&stage, "@digest/acme/payments").is_empty());
    stage.github.pass(3 * 24 * 60);
    sync(&stage, 0, &[]);
    let digest = issues_of(&stage, "@digest/acme/payments").remove(0);
    assert_eq!(
        digest.title,
        "Action items of acme/payments that need attention"
    );
    assert!(
        digest
            .body
            .contains("### Overdue\n\n- #1 INC-2026-014/A1, due 2026-10-14\n"),
        "{}",
        digest.body
    );
    stage.github.pass(60);
    quiet(&stage);
    stage.github.close_issue(digest.number, "bob", "completed");
    sync(&stage, 0, &[]);
    stage.github.pass(60);
    assert_eq!(stage.github.issue(digest.number).state, "closed");
    quiet(&stage);
    let late = ["A2", "Alert", "@bob", "2026-10-13", "", ""];
    becomes(&stage, &[due, late]);
    let again = stage.github.issue(digest.number);
    assert_eq!(
        (
            again.state,
            issues_of(&stage, "@digest/acme/payments").len()
        ),
        ("open", 1)
    );
    assert!(
        again
            .body
            .contains("- #2 INC-2026-014/A2, due 2026-10-13\n"),
        "{}",
        again.body
    );
    quiet(&stage);
    // Everything is done, and the reader closes it for good.
    for (number, by) in [(1, "alice"), (2, "bob"), (digest.number, "bob")] {
        stage.github.close_issue(number, by, "completed");
    }
    sync(&stage, 0, &[]);
    stage.github.pass(60);
    assert_eq!(stage.github.issue(digest.number).state, "closed");
    quiet(&stage);
}

#[test]
fn transferred_and_deleted_issues_are_followed_and_opened_anew() {
    let stage = two();
    stage.github.public();
    stage.github.user("dora", crate::github::Right::Write);
    stage.github.transfer_issue(1, "acme/other");
    stage.github.delete_issue(2);
    sync(&stage, 0, &[]);
    assert_eq!(numbers(&stage, "A1"), [0; 0]);
    assert_eq!(numbers(&stage, "A2"), [3]);
    let new = stage.github.issue(3);
    assert!(
        new.body
            .contains("This follows #2, which is no issue any more."),
        "{}",
        new.body
    );
    assert_eq!(state(&stage, "A1"), "elsewhere");
    let list = stage
        .expect(0, &["actions", "list", "--state", "elsewhere"])
        .stdout;
    assert!(list.contains("acme/other/issues/1"), "{list}");
    stage.github.pass(60);
    quiet(&stage);
}

#[test]
fn what_is_tracked_elsewhere_is_linked_and_never_created() {
    let link = ["A1", "Do", "@alice", "2026-12-01", "SHOP-12", ""];
    let stage = merged(&rows(&[link]));
    let report = sync(&stage, 0, &[]);
    assert_eq!(report["opened"], 0);
    assert!(stage.github.issues().is_empty());
    assert_eq!(state(&stage, "A1"), "elsewhere");
    // One that had an issue before.
    let stage = two();
    let report = becomes(
        &stage,
        &[
            [
                "A1",
                "Do",
                "@alice",
                "2026-12-01",
                "https://jira.example/SHOP-12",
                "",
            ],
            A2,
        ],
    );
    assert_eq!(changes(&report), ["update #1", "comment #1", "close #1"]);
    let issue = stage.github.issue(1);
    assert_eq!(
        (issue.state, issue.reason.as_deref()),
        ("closed", Some("duplicate"))
    );
    assert!(
        said(&issue)[0].starts_with("This is tracked at https"),
        "{:?}",
        issue.comments
    );
    assert_eq!(state(&stage, "A1"), "elsewhere");
    quiet(&stage);
    // A row that names our own issue only says where it is.
    becomes(
        &stage,
        &[A1, ["A2", "Alert", "@bob", "2026-12-01", "#2", ""]],
    );
    assert_eq!(stage.github.issue(1).state, "open");
    assert_eq!(
        (
            stage.github.issue(2).state,
            stage.github.issue(2).comments.len()
        ),
        ("open", 0)
    );
    quiet(&stage);
}

#[test]
fn what_was_only_considered_and_what_is_not_final_becomes_no_issue() {
    let text = variant(&[
        ("status: final", "status: in-review"),
        (
            "## External message",
            "### Considered\n\n| ID | Action | Why not |\n| --- | --- | --- |\n| C1 | Rewrite it | too dear |\n\n## External message",
        ),
    ]);
    let stage = merged(&text);
    assert_eq!(sync(&stage, 0, &[])["writes"], 0);
    assert!(stage.github.issues().is_empty());
    // No branch is made for nothing.
    let branch = "refs/heads/aftersight/ledger";
    assert!(stage.repo.git(&["ls-remote", "origin", branch]).is_empty());
    publish(
        &stage,
        PATH,
        &text.replace("status: in-review", "status: final"),
    );
    sync(&stage, 0, &[]);
    let names: Vec<String> = stage
        .github
        .issues()
        .iter()
        .map(|issue| issue.title.clone())
        .collect();
    assert_eq!(names.len(), 3, "{names:?}");
    assert!(
        names.iter().all(|name| !name.contains("Rewrite")),
        "{names:?}"
    );
    // Back in review: what is there stays.
    publish(&stage, PATH, &text);
    stage.github.pass(60);
    assert_eq!(sync(&stage, 0, &[])["writes"], 0);
    assert!(
        stage
            .github
            .issues()
            .iter()
            .all(|issue| issue.state == "open")
    );
}

#[test]
fn an_approved_postmortem_in_review_promises_as_a_final_one() {
    let stage = Stage::new();
    let text = variant(&[("status: final", "status: in-review")]);
    stage.branch("topic", &[(PATH, &text)]);
    let number = stage.github.open("alice", "topic");
    stage.github.approve(number, "bob");
    stage
        .github
        .merge(number, crate::github::Method::Squash, "bob");
    stage.catch_up();
    assert_eq!(sync(&stage, 0, &[])["opened"], 0);
    stage.record();
    assert_eq!(sync(&stage, 0, &[])["opened"], 3);
    stage.github.pass(60);
    quiet(&stage);
}

#[test]
fn two_postmortems_with_one_id_have_one_set_of_issues() {
    let stage = merged(&rows(&[A1, A2]));
    let other = "postmortems/2026-10-11-other.md";
    publish(
        &stage,
        other,
        &rows(&[
            ["A1", "Other", "@bob", "2026-12-01", "", ""],
            ["A3", "Third", "@bob", "2026-12-01", "", ""],
        ]),
    );
    let run = stage.expect(1, &["actions", "sync", "--pace", "0"]);
    let words = format!("failed: {other}: names `INC-2026-014/A1` again, which is in `{PATH}`");
    assert!(run.stdout.contains(&words), "{}", run.stdout);
    for item in ["A1", "A2", "A3"] {
        assert_eq!(numbers(&stage, item).len(), 1, "{item}");
    }
    assert_eq!(stage.github.issue(1).title, "Do (INC-2026-014/A1)");
    stage.github.pass(60);
    stage.catch_up();
    assert_eq!(sync(&stage, 1, &[])["writes"], 0);
}

#[test]
fn a_dry_run_changes_nothing_and_says_what_the_real_one_does() {
    let stage = two();
    stage.github.close_issue(2, "bob", "not_planned");
    stage
        .github
        .open_issue("alice", "Mine", "<!-- aftersight:item INC-2026-014/A3 -->");
    publish(
        &stage,
        PATH,
        &rows(&[
            ["A1", "Do", "@alice", "2026-12-01", "", "dropped: no"],
            A2,
            ["A3", "Three", "@bob", "2026-12-01", "", ""],
        ]),
    );
    let before = (
        stage.github.issues(),
        stage.github.labels(),
        stage.repo.git(&["ls-remote", "origin"]),
    );
    let dry = sync(&stage, 0, &["--dry-run"]);
    assert_eq!((&dry["writes"], &dry["dry_run"]), (&0.into(), &true.into()));
    let after = (
        stage.github.issues(),
        stage.github.labels(),
        stage.repo.git(&["ls-remote", "origin"]),
    );
    assert_eq!(before, after);
    let text = stage.expect(0, &["actions", "sync", "--dry-run"]).stdout;
    assert!(
        text.contains("would open 2 issues") && text.contains("would close 1 issue"),
        "{text}"
    );
    let real = sync(&stage, 0, &[]);
    let told = |report: &Value| -> Vec<String> {
        let all = report["changes"].as_array().expect("a list").iter();
        all.map(|one| format!("{} {} {}", one["change"], one["item"], one["text"]))
            .collect()
    };
    assert_eq!(told(&dry), told(&real));
    stage.github.judge();
}
