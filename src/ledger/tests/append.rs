use std::collections::BTreeSet;

use super::sample::{branch, drafts, flaws, id, pull_request, push, put};
use crate::ledger::{Addition, HEAD, Head, Ledger};

fn paths(files: &[Addition]) -> Vec<&str> {
    files.iter().map(|file| file.path.as_str()).collect()
}

#[test]
fn the_first_commit_holds_records_head_and_an_explanation() {
    let files = Ledger::default().append(drafts(), &id(5));
    assert_eq!(
        paths(&files),
        [
            "approvals/2025/7.json",
            "approvals/2026/00000000000000000000000000000000000003f0.json",
            "approvals/2026/9.json",
            "approvals/2026/10.json",
            "approvals/head.json",
            "README.md",
        ]
    );
    let readme = String::from_utf8_lossy(&files[5].bytes);
    for words in [
        "aftersight approval verify",
        "Nobody edits this branch by hand",
    ] {
        assert!(readme.contains(words));
    }
    let head = Head::read(&files[4].bytes).expect("a head");
    assert_eq!((head.sequence, head.through), (4, id(5)));
    assert_eq!(head.record, "approvals/2026/10.json");
}

#[test]
fn the_bytes_are_always_the_same() {
    let files = branch(vec![push(8)]);
    assert_eq!(files, branch(vec![push(8)]));
    let path = "approvals/2026/00000000000000000000000000000000000003f0.json";
    let expected = r#"{
  "version": 1,
  "sequence": 1,
  "previous": null,
  "repository": "example/repo",
  "commit": "00000000000000000000000000000000000003f0",
  "pull_request": null,
  "policy": null,
  "codeowners": null,
  "postmortems": [
    {
      "id": "INC-8",
      "path": "postmortems/8.md",
      "blob": "0000000000000000000000000000000000000bc0",
      "seen": {},
      "verdict": {
        "state": "unreviewed",
        "needs": [],
        "voices": []
      }
    }
  ],
  "recorded_at": "2026-05-06T07:08:09Z",
  "tool": "aftersight 0.1.0",
  "run": null
}
"#;
    assert_eq!(String::from_utf8_lossy(&files[path]), expected);
}

#[test]
fn adding_goes_on_from_the_head_and_leaves_out_what_is_there() {
    let mut files = branch(drafts()[..2].to_vec());
    let head = Head::read(&files[HEAD]).expect("a head");
    let partial = Ledger::resume(Some(head), files.keys().cloned().collect());
    let more = partial.append(drafts(), &id(1_010));
    assert_eq!(
        paths(&more),
        ["approvals/2026/9.json", "approvals/2026/10.json", HEAD]
    );
    assert_eq!(Ledger::read(&files).append(drafts(), &id(1_010)), more);
    put(&mut files, more);
    assert_eq!(files, branch(drafts()));
    assert_eq!(Ledger::read(&files).append(drafts(), &id(1_010)), []);
    // The same push recorded in another year is the same push.
    let mut late = push(8);
    late.recorded_at = super::sample::at("2027-01-01T00:00:00Z");
    assert_eq!(Ledger::read(&files).append(vec![late], &id(1_010)), []);

    assert_eq!(Ledger::read(&files).append(Vec::new(), ""), []);
    let moved = Ledger::read(&files).append(Vec::new(), &id(6));
    assert_eq!(paths(&moved), [HEAD]);
    put(&mut files, moved);
    assert_eq!(Ledger::read(&files).through(), id(6));
    assert_eq!(flaws(&files), [""; 0]);
}

#[test]
fn a_ledger_may_know_how_far_it_looked_before_there_is_any_record() {
    assert_eq!(Ledger::default().append(Vec::new(), ""), []);
    let mut files = branch(Vec::new());
    assert_eq!(files.len(), 2);
    assert_eq!(flaws(&files), [""; 0]);
    let more = Ledger::read(&files).append(drafts(), &id(1_010));
    assert_eq!(more.len(), 5);
    put(&mut files, more);
    assert_eq!(files, branch(drafts()));
}

#[test]
fn what_can_be_no_record_is_left_out_and_not_passed_over() {
    let mut open = pull_request(11, "2026-02-03T04:05:06Z");
    open.pull_request.as_mut().expect("facts").merge = None;
    let mut short = push(12);
    short.commit = "main".into();
    let mut large = pull_request(13, "2026-02-03T04:05:06Z");
    large.tool = "x".repeat(8 << 20);
    for unfit in [open, short, large] {
        let good = pull_request(14, "2026-02-03T04:05:06Z");
        let mut files = branch(drafts());
        let more = Ledger::read(&files).append(vec![unfit, good], &id(6));
        assert_eq!(paths(&more), ["approvals/2026/14.json", HEAD]);
        put(&mut files, more);
        let ledger = Ledger::read(&files);
        assert_eq!(ledger.flaws, []);
        assert_eq!(ledger.through(), id(1_010));
    }
}

#[test]
fn nothing_is_added_where_the_end_cannot_be_told() {
    let good = Ledger::read(&branch(drafts()));
    let draft = || vec![pull_request(11, "2026-02-03T04:05:06Z")];
    assert_eq!(good.append(draft(), "").len(), 2);
    let headless = Ledger::resume(None, good.paths.clone());
    assert_eq!(headless.append(draft(), ""), []);
    let unreadable = Ledger::resume(None, BTreeSet::from([HEAD.to_owned()]));
    assert_eq!(unreadable.append(draft(), ""), []);
    let gone = Ledger::resume(good.head.clone(), BTreeSet::from([HEAD.to_owned()]));
    assert_eq!(gone.append(draft(), ""), []);
    let mut full = good.clone();
    full.head.as_mut().expect("a head").sequence = u64::MAX;
    assert_eq!(full.append(draft(), ""), []);
}
