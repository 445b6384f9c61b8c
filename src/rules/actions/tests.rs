//! Cases that would make the pages long.

use std::sync::Arc;

use crate::corpus::Corpus;
use crate::diagnostic::Finding;
use crate::postmortem::conventions::Conventions;
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
    let context = Context {
        base,
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
