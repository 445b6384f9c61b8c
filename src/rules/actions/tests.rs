//! Cases that would make the pages long.

use std::sync::Arc;

use crate::corpus::Corpus;
use crate::diagnostic::Finding;
use crate::ledger::items::{ItemState, Key, Known};
use crate::postmortem::conventions::Conventions;
use crate::rules::context::Tracked;
use crate::rules::{Check, Context, rule};
use crate::source::Source;

const HEADER: &str = "| ID | Action | Type | Priority | Owner | Due | Done when | Status |";

fn text(id: &str, front: &str, rows: &[&str]) -> String {
    let rows = rows.join("\n");
    format!(
        "---\nid: {id}\nseverity: sev2\n{front}---\n\n## Action items\n\n{HEADER}\n{}\n{rows}\n",
        "| --- ".repeat(8) + "|"
    )
}

fn corpus(files: &[(&str, String)]) -> Corpus {
    let source = |(path, text): &(&str, String)| Source::new(path, text.clone());
    Corpus::new(
        files.iter().map(source).collect(),
        Arc::new(Conventions::default()),
    )
}

fn findings(name: &str, here: &Corpus, base: Option<&Corpus>) -> Vec<Finding> {
    found(name, here, base, None)
}

fn found(
    name: &str,
    here: &Corpus,
    base: Option<&Corpus>,
    tracked: Option<&Tracked>,
) -> Vec<Finding> {
    let context = Context {
        base,
        tracked,
        ..Context::new(
            &here.conventions,
            "2026-10-14T09:00:00Z".parse().expect("a time"),
        )
    };
    match rule(name).expect("a rule").check {
        Check::Postmortem(check) => {
            let mut found = Vec::new();
            for postmortem in &here.postmortems {
                check(postmortem, &context, &mut found);
            }
            found
        }
        Check::Corpus(check) => {
            let mut found = Vec::new();
            check(here, &context, &mut found);
            found.into_iter().map(|(_, finding)| finding).collect()
        }
        Check::Allowances => Vec::new(),
    }
}

fn count(name: &str, front: &str, rows: &[&str]) -> usize {
    let here = corpus(&[("postmortems/a.md", text("INC-1", front, rows))]);
    findings(name, &here, None).len()
}

#[test]
fn severity_and_extent_decide_what_is_asked_for() {
    let rows = ["| A1 | Undo it | repair | P2 | @a | 2026-11-01 | it is undone | |"];
    let extent = |extent: &str| format!("impact: {{ extent: {extent} }}\n");
    assert_eq!(count("no-urgent-action", &extent("degraded"), &rows), 1);
    for front in ["", &extent("none"), &extent("unknown")] {
        assert_eq!(count("no-urgent-action", front, &rows), 0, "{front}");
    }
    let users = "impact: { extent: unknown, users: 3 }\n";
    assert_eq!(count("no-urgent-action", users, &rows), 1);
    assert_eq!(count("no-preventive-action", "", &rows), 1);
    let low = text("INC-1", &extent("outage"), &rows).replace("sev2", "sev3");
    let here = corpus(&[("postmortems/a.md", low)]);
    for name in ["no-urgent-action", "no-preventive-action"] {
        assert_eq!(findings(name, &here, None).len(), 0, "{name}");
    }
}

#[test]
fn unknown_times_give_no_limit() {
    let rows = ["| A1 | Undo it | repair | P0 | @a | 2030-11-01 | it is undone | |"];
    let times =
        |resolved: &str| format!("incident: {{ started: unknown, resolved: {resolved} }}\n");
    assert_eq!(count("due-date-unrealistic", &times("unknown"), &rows), 0);
    let known = times("2026-10-10T14:00:00Z");
    assert_eq!(count("due-date-unrealistic", &known, &rows), 1);
}

#[test]
fn only_what_is_gone_has_vanished() {
    let row =
        |id: &str| format!("| {id} | Undo it | repair | P0 | @a | 2026-11-01 | it is undone | |");
    let (one, two, three) = (row("A1"), row("A2"), row("A3"));
    let base = corpus(&[
        ("postmortems/a.md", text("INC-1", "", &[&one, &two, &two])),
        ("postmortems/b.md", text("INC-2", "", &[&one])),
        ("postmortems/empty.md", text("INC-3", "", &[])),
    ]);
    let vanished = |files: &[(&str, String)]| {
        let found = findings("vanished-action", &corpus(files), Some(&base));
        found.into_iter().map(|one| one.message).collect::<Vec<_>>()
    };
    let b = ("postmortems/b.md", text("INC-2", "", &[&one]));
    let moved = (
        "postmortems/2026/a.md",
        text("INC-1", "", &[&three, &two, &one]),
    );
    assert!(vanished(&[moved, b.clone()]).is_empty());
    let renamed = ("postmortems/a.md", text("INC-9", "", &[&one]));
    assert_eq!(
        vanished(&[renamed, b.clone()]),
        ["this was `INC-1` on the base branch, and 3 items went by that name"]
    );
    let gone = vanished(&[("postmortems/a.md", b.1)]);
    assert_eq!(
        gone,
        ["the postmortem `INC-1` of the base branch is gone, and with it 3 items"]
    );
}

#[test]
fn new_ids_are_free_here_and_on_the_base_branch() {
    let rows = [
        "| | Undo it | repair | P0 | @a | 2026-11-01 | it is undone | |",
        "|| Undo it | repair | P0 | @a | 2026-11-01 | it is undone | |",
    ];
    let old = ["| B7 | Undo it | repair | P0 | @a | 2026-11-01 | it is undone | |"];
    let base = corpus(&[("postmortems/a.md", text("INC-1", "", &old))]);
    let here = corpus(&[("postmortems/a.md", text("INC-1", "", &rows))]);
    let mut fixed = here.postmortems[0].source().text().to_string();
    let found = findings("action-without-id", &here, Some(&base));
    for edit in found.iter().rev().flat_map(|one| &one.fix) {
        fixed.replace_range(edit.span.range(), &edit.text);
    }
    assert!(fixed.contains("\n| B8 | Undo it"), "{fixed}");
    assert!(fixed.contains("\n| B9 | Undo it"), "{fixed}");
}

#[test]
fn rows_may_be_short_and_tables_wide() {
    let short = count(
        "action-without-due-date",
        "",
        &["| A1 | Undo it | repair |", "A2 | Undo it"],
    );
    assert_eq!(short, 2);
    let wide = format!("| A1 | Undo it {}|", "| x ".repeat(500));
    assert_eq!(count("action-without-owner", "", &[&wide]), 1);
    let many = ["| | | | | | | | x |"; 1000];
    assert_eq!(count("action-without-owner", "", &many), 1000);
}

#[test]
fn marks_of_the_template_are_told_once() {
    for mark in ["TODO", "TBD", "????"] {
        let row = format!("| A1 | Undo it | {mark} | {mark} | {mark} | {mark} | it is undone | |");
        let rows = [row.as_str()];
        for name in [
            "action-without-owner",
            "action-without-due-date",
            "unknown-action-type",
            "unknown-priority",
        ] {
            assert_eq!(count(name, "", &rows), 0, "{name} {mark}");
        }
        assert!(count("template-leftover", "", &rows) > 0, "{mark}");
    }
}

/// What the ledger knows, by the item's own id: its issue and how it stands.
fn tracked(items: &[(&str, Option<u64>, ItemState)]) -> Tracked {
    let known = |(own, issue, state): &(&str, Option<u64>, ItemState)| {
        let since = "2026-10-12T08:00:00Z".parse().expect("a time");
        let mut known = Known::new(*state, since);
        known.issue = *issue;
        known.intent = issue.is_none().then_some(since);
        (Key::new("INC-1", *own), known)
    };
    Tracked {
        items: items.iter().map(known).collect(),
        repository: Some("acme/pm".into()),
    }
}

fn row(id: &str, status: &str) -> String {
    format!("| {id} | Do | prevent | P1 | @a/b | 2026-11-01 | it works | {status} |")
}

fn disagreements(
    files: &[(&str, String)],
    base: Option<&Corpus>,
    tracked: &Tracked,
) -> Vec<String> {
    let found = found("ledger-disagreement", &corpus(files), base, Some(tracked));
    found.into_iter().map(|finding| finding.message).collect()
}

#[test]
fn a_decision_in_the_table_ends_a_disagreement() {
    use ItemState::{Done, Dropped, Elsewhere, NeedsDecision, Open, Orphaned};
    let say = |state, status: &str| {
        let file = (
            "a.md",
            text("INC-1", "status: final\n", &[&row("A1", status)]),
        );
        disagreements(&[file], None, &tracked(&[("A1", Some(7), state)])).len()
    };
    for (state, status, count) in [
        (NeedsDecision, "", 1),
        (NeedsDecision, "done", 1),
        (NeedsDecision, "dropped", 0),
        (Open, "dropped: no", 0),
        (Done, "dropped: no", 1),
        (Done, "", 0),
        (Open, "", 0),
        (Orphaned, "", 0),
        (Dropped, "", 0),
        (Elsewhere, "", 0),
    ] {
        assert_eq!(say(state, status), count, "{state:?} `{status}`");
    }
}

#[test]
fn an_issue_is_compared_with_those_of_this_repository_alone() {
    let say = |place: &str, state| {
        let file = text("INC-1", "", &[&row("A1", place)]).replace("| Status |", "| Issue |");
        disagreements(&[("a.md", file)], None, &tracked(&[("A1", Some(7), state)])).len()
    };
    for (place, count) in [
        ("#7", 0),
        ("ACME/pm#7", 0),
        ("https://ghe.example/acme/pm/issues/7", 0),
        ("#8", 1),
        ("acme/pm#8", 1),
        ("https://ghe.example/acme/pm/issues/8", 1),
        ("acme/shop#8", 0),
        ("SHOP-8", 0),
        ("soon", 0),
        ("#99999999999999999999999", 0),
    ] {
        assert_eq!(say(place, ItemState::Open), count, "{place}");
        // What the ledger has taken over is no disagreement any more.
        assert_eq!(say(place, ItemState::Elsewhere), 0, "{place}");
    }
    // Closed without being done: another tracker's ticket decides, its own number does not.
    assert_eq!(say("SHOP-8", ItemState::NeedsDecision), 0);
    assert_eq!(say("#7", ItemState::NeedsDecision), 1);
    assert_eq!(say("#8", ItemState::NeedsDecision), 1);
}

#[test]
fn a_lost_row_is_told_where_nothing_else_tells_it() {
    use ItemState::{Done, Dropped, NeedsDecision, Open, Orphaned};
    let known = tracked(&[
        ("A1", Some(7), Open),
        ("A2", Some(8), Open),
        ("A3", Some(9), Orphaned),
        ("A4", Some(10), NeedsDecision),
        ("A5", Some(11), Done),
        ("A6", Some(12), Dropped),
        ("A7", None, Open),
        ("A\n8", Some(13), Open),
    ]);
    let file = |rows: &[&str]| text("INC-1", "", rows);
    let one = row("A1", "");
    let all = disagreements(&[("a.md", file(&[&one]))], None, &known);
    let named = |name: &str| all.iter().filter(|said| said.contains(name)).count();
    assert_eq!(all.len(), 4, "{all:?}");
    for name in ["`A\\n8`", "`A2`", "`A3`", "`A4`"] {
        assert_eq!(named(name), 1, "{name} in {all:?}");
    }
    // The base has it: that it goes is for another rule.
    let base = corpus(&[("a.md", file(&[&one, &row("A2", "")]))]);
    let rest = disagreements(&[("a.md", file(&[&one]))], Some(&base), &known);
    assert_eq!(rest.len(), 3, "{rest:?}");
    // Another file with the same id may have it, and one that cannot be read too.
    let other = (
        "b.md",
        file(&[&row("A2", ""), &row("A3", ""), &row("A4", "")]),
    );
    let both = disagreements(&[("a.md", file(&[&one])), other], None, &known);
    let lost = both.iter().filter(|said| said.starts_with("no row"));
    assert_eq!(lost.count(), 1, "{both:?}");
    let broken = ("b.md", "---\nid: INC-1\ntags: [\n---\n".to_string());
    let unclear = disagreements(&[("a.md", file(&[&one])), broken], None, &known);
    assert_eq!(unclear.len(), 0, "{unclear:?}");
    // Nothing is said of postmortems that the ledger does not know.
    let stranger = ("a.md", text("INC-2", "", &[&one]));
    assert_eq!(disagreements(&[stranger], None, &known), [""; 0]);
}
