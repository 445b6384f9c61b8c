use proptest::prelude::*;

use super::sample::{Files, PATHS, at, branch, drafts, flaws, id, pull_request, put, record};
use crate::ledger::{HEAD, Head, Ledger, form};

fn good() -> Files {
    branch(drafts())
}

/// Which records hold.
fn held(files: &Files) -> Vec<u64> {
    let records = Ledger::read(files).records;
    records.iter().map(|kept| kept.record.sequence).collect()
}

/// The branch with one file changed as a text.
fn edited(path: &str, from: &str, to: &str) -> Files {
    let mut files = good();
    let text = String::from_utf8(files[path].clone()).expect("a text");
    assert!(text.contains(from), "{text}");
    files.insert(path.into(), text.replacen(from, to, 1).into_bytes());
    files
}

/// The branch with another head.
fn headed(change: impl Fn(&mut Head)) -> Files {
    let mut files = good();
    let mut head = Head::read(&files[HEAD]).expect("a head");
    change(&mut head);
    files.insert(HEAD.into(), form::write(&head));
    files
}

#[test]
fn a_good_ledger_has_no_flaw() {
    let files = good();
    let ledger = Ledger::read(&files);
    assert_eq!(ledger.flaws, []);
    let paths: Vec<&str> = ledger
        .records
        .iter()
        .map(|kept| kept.path.as_str())
        .collect();
    assert_eq!(paths, PATHS);
    for kept in &ledger.records {
        assert_eq!(kept.digest, form::digest(&files[&kept.path]));
        assert_eq!(kept.record, record(&files, &kept.path));
    }
    let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(form::digest(b"abc"), known);
    let nothing = Ledger::read(&Files::new());
    assert!(nothing.head.is_none() && nothing.records.is_empty() && nothing.flaws.is_empty());
}

#[test]
fn foreign_files_are_ignored_elsewhere_and_flaws_below_approvals() {
    let mut files = good();
    for path in [
        "LICENSE",
        "items/2026/INC-7.json",
        "items/head.json",
        "a/approvals/x",
    ] {
        files.insert(path.into(), b"\xff not ours".to_vec());
    }
    assert_eq!(flaws(&files), [""; 0]);
    for (path, why) in [
        ("approvals/2026/notes.txt", "does not belong to the ledger"),
        ("approvals/2026/07.json", "does not belong to the ledger"),
        (
            "approvals/2026/99999999999999999999.json",
            "has a number that is too large for a pull request",
        ),
    ] {
        let mut files = files.clone();
        files.insert(path.into(), b"{}".to_vec());
        assert_eq!(flaws(&files), [format!("{path}: {why}")]);
        assert_eq!(held(&files), [1, 2, 3, 4]);
    }
}

#[test]
fn a_file_that_cannot_be_read_says_where() {
    let path = PATHS[2];
    let broken = format!(
        "{}: the chain is broken before it: record 3 is missing",
        PATHS[3]
    );
    let deep = format!("{{\"postmortems\": [{{\"later\": {}", "[".repeat(100_000));
    let cases = [
        (
            "{",
            "cannot be read: EOF while parsing an object, at line 1, column 1",
        ),
        (
            "{\n  \"version\": x",
            "cannot be read: expected value, at line 2, column 14",
        ),
        (
            "",
            "cannot be read: EOF while parsing a value, at line 1, column 0",
        ),
        (
            "{\"version\": 1}",
            "cannot be read: missing field `sequence`, at line 1, column 14",
        ),
        (
            "{\"version\": 2, \"shape\": \"new\"}",
            "has the version 2, which this program does not know",
        ),
        (
            "{\"version\": 4294967297}",
            "has the version 4294967297, which this program does not know",
        ),
        (
            deep.as_str(),
            "cannot be read: recursion limit exceeded, at line 1, column 152",
        ),
    ];
    for (text, why) in cases {
        let mut files = good();
        files.insert(path.into(), text.into());
        assert_eq!(flaws(&files), [broken.clone(), format!("{path}: {why}")]);
        assert_eq!(held(&files), [1]);
    }
    let mut files = good();
    let mut large = files[path].clone();
    large.resize(9 << 20, b' ');
    files.insert(path.into(), large);
    assert_eq!(flaws(&files)[1], format!("{path}: is larger than 8 MiB"));
}

#[test]
fn what_a_stranger_wrote_is_repeated_short_and_harmless() {
    let hostile = format!("\"\\u001b[31m{}\"", "x".repeat(100_000));
    let files = edited(PATHS[2], "\"approved\"", &hostile);
    let flaws = flaws(&files);
    assert_eq!(flaws.len(), 2);
    assert!(
        flaws[1].contains("unknown variant `\u{fffd}[31mxx"),
        "{}",
        flaws[1]
    );
    assert!(flaws[1].len() < 400 && !flaws[1].contains('\u{1b}'));
}

#[test]
fn unknown_fields_are_tolerated_and_unknown_values_are_not() {
    let path = PATHS[3];
    let mut files = edited(
        path,
        "\"version\": 1,",
        "\"version\": 1, \"later\": {\"a\": [1]},",
    );
    let mut head = Head::read(&files[HEAD]).expect("a head");
    head.digest = form::digest(&files[path]);
    files.insert(HEAD.into(), form::write(&head));
    assert_eq!(flaws(&files), [""; 0]);
    assert_eq!(held(&files), [1, 2, 3, 4]);

    for (from, to) in [
        ("\"state\": \"approved\"", "\"state\": \"maybe\""),
        ("\"opinion\": \"approved\"", "\"opinion\": \"maybe\""),
        ("\"weight\": \"counts\"", "\"weight\": \"maybe\""),
        (": \"same\"", ": \"maybe\""),
    ] {
        let flaws = flaws(&edited(path, from, to));
        assert_eq!(flaws.len(), 1, "{flaws:?}");
        assert!(flaws[0].contains("unknown variant `maybe`"), "{flaws:?}");
    }
}

#[test]
fn a_changed_record_breaks_the_chain_behind_it() {
    let files = edited(PATHS[1], "INC-8", "INC-9");
    let expected = format!(
        "{}: the chain is broken before it: `previous` is not the SHA-256 of `{}`, \
         so that one of the two was changed",
        PATHS[2], PATHS[1]
    );
    assert_eq!(flaws(&files), [expected]);
    // Neither the changed one holds nor what follows.
    assert_eq!(held(&files), [1]);
}

#[test]
fn the_last_record_is_held_by_the_head() {
    let files = edited(PATHS[3], "INC-10", "INC-11");
    let expected = format!(
        "{}: is not what it was when it was recorded: `{HEAD}` names another SHA-256",
        PATHS[3]
    );
    assert_eq!(flaws(&files), [expected]);
    assert_eq!(held(&files), [1, 2, 3]);
}

#[test]
fn a_missing_record_is_told() {
    let broken = |at: usize, what: &str| {
        let path = PATHS[at];
        format!("{path}: the chain is broken before it: {what}")
    };
    let end = format!("{HEAD}: names the record `{}`, which is not here", PATHS[3]);
    let cases = [
        (vec![0], broken(1, "record 1 is missing"), vec![]),
        (vec![1], broken(2, "record 2 is missing"), vec![]),
        (
            vec![1, 2],
            broken(3, "the records 2 to 3 are missing"),
            vec![],
        ),
        (vec![3], end.clone(), vec![1, 2]),
        (vec![0, 1, 2, 3], end, vec![]),
    ];
    for (gone, expected, left) in cases {
        let mut files = good();
        for at in &gone {
            files.remove(PATHS[*at]);
        }
        assert_eq!(flaws(&files), [expected]);
        assert_eq!(held(&files), left);
    }
}

#[test]
fn a_number_given_twice_is_told_and_the_chain_goes_on() {
    let mut files = good();
    let mut forged = record(&files, PATHS[2]);
    forged.pull_request.as_mut().expect("facts").number = 5;
    forged.postmortems.clear();
    files.insert("approvals/2026/5.json".into(), form::write(&forged));
    let expected = format!(
        "approvals/2026/5.json: has the number 3 in the chain, which `{}` has",
        PATHS[2]
    );
    assert_eq!(flaws(&files), [expected]);
    assert_eq!(held(&files), [1, 2, 3, 4]);

    forged.sequence = 0;
    files.insert("approvals/2026/5.json".into(), form::write(&forged));
    assert_eq!(
        flaws(&files),
        ["approvals/2026/5.json: has the number 0 in the chain; the first has 1"]
    );
}

#[test]
fn a_record_in_the_wrong_place_is_told() {
    for (from, to, right) in [
        (PATHS[0], "approvals/2026/7.json", PATHS[0]),
        (PATHS[0], "approvals/2025/6.json", PATHS[0]),
        (
            PATHS[1],
            "approvals/2027/00000000000000000000000000000000000003f0.json",
            PATHS[1],
        ),
        (
            PATHS[1],
            "approvals/2026/00000000000000000000000000000000000003f1.json",
            PATHS[1],
        ),
    ] {
        let mut files = good();
        let bytes = files.remove(from).expect("a record");
        files.insert(to.into(), bytes);
        assert_eq!(flaws(&files), [format!("{to}: belongs at `{right}`")]);
        assert_eq!(held(&files).len(), 3);
    }
}

#[test]
fn a_subject_is_on_record_once_and_only_when_it_was_merged() {
    let mut twice = drafts();
    twice[2] = pull_request(6, "2026-01-01T00:00:00Z");
    let mut files = branch(twice);
    // As if a later program had not looked: chained well, but the same pull request in another year.
    let mut again = record(&files, PATHS[0]);
    let facts = again.pull_request.as_mut().expect("facts");
    facts.merge.as_mut().expect("a merge").at = at("2026-04-01T00:00:00Z");
    let head = Head::read(&files[HEAD]).expect("a head");
    again.sequence = 5;
    again.previous = Some(head.digest.clone());
    let path = "approvals/2026/7.json";
    let bytes = form::write(&again);
    let mut head = head;
    (head.sequence, head.record, head.digest) = (5, path.into(), form::digest(&bytes));
    put(
        &mut files,
        vec![crate::ledger::Addition {
            path: path.into(),
            bytes,
        }],
    );
    files.insert(HEAD.into(), form::write(&head));
    assert_eq!(
        flaws(&files),
        [format!("{path}: is on record already, in `{}`", PATHS[0])]
    );
    assert_eq!(held(&files), [1, 2, 3, 4]);

    let mut facts = again.pull_request.take().expect("facts");
    facts.merge = None;
    again.pull_request = Some(facts);
    let bytes = form::write(&again);
    head.digest = form::digest(&bytes);
    files.insert(path.into(), bytes);
    files.insert(HEAD.into(), form::write(&head));
    assert_eq!(
        flaws(&files),
        [format!(
            "{path}: can be no record: its pull request was not merged"
        )]
    );
}

#[test]
fn a_head_that_is_wrong_or_missing_is_told() {
    let mut files = good();
    files.remove(HEAD);
    assert_eq!(
        flaws(&files),
        [format!("{HEAD}: is missing although there are records")]
    );
    assert_eq!(held(&files), [1, 2, 3]);
    files.insert(HEAD.into(), b"{".to_vec());
    assert_eq!(flaws(&files).len(), 1);

    let cases = [
        (
            headed(|head| head.sequence = 9),
            "gives `approvals/2026/10.json` the number 9, which is 4",
        ),
        (
            headed(|head| head.record = "approvals/2026/99.json".into()),
            "names the record `approvals/2026/99.json`, which is not here",
        ),
        (
            headed(|head| head.record = "README.md".into()),
            "names the record `README.md`, which is not here",
        ),
        (
            headed(|head| head.record = PATHS[2].into()),
            "names `approvals/2026/9.json` as the last record, which is `approvals/2026/10.json`",
        ),
        (
            headed(|head| head.version = 2),
            "has the version 2, which this program does not know",
        ),
        (
            headed(|head| {
                head.sequence = 0;
                head.record.clear();
                head.digest.clear();
            }),
            "names no record, but `approvals/2026/10.json` is the last",
        ),
    ];
    for (files, why) in cases {
        assert_eq!(flaws(&files), [format!("{HEAD}: {why}")]);
    }
    assert_eq!(flaws(&headed(|head| head.digest = id(1))).len(), 1);
}

#[test]
fn a_record_behind_the_head_is_vouched_for_by_nobody() {
    let older = branch(drafts()[..3].to_vec());
    let mut files = good();
    files.insert(HEAD.into(), older[HEAD].clone());
    assert_eq!(flaws(&files).len(), 1);
    assert_eq!(held(&files), [1, 2, 3]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn one_flipped_bit_in_any_record_is_seen(file in 0..4_usize, at in any::<prop::sample::Index>(), bit in 0..8_u32) {
        let mut files = good();
        let before = Ledger::read(&files);
        let bytes = files.get_mut(PATHS[file]).expect("a record");
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let after = Ledger::read(&files);
        prop_assert!(!after.flaws.is_empty());
        // What is still said to hold is what it was.
        for kept in &after.records {
            prop_assert!(before.records.iter().any(|old| old.record == kept.record));
        }
    }

    #[test]
    fn any_bytes_are_read_without_harm(
        paths in prop::collection::vec("(approvals|items)/([0-9]{1,5}|head.json)/?[0-9a-f]{0,41}(.json)?", 0..6),
        bytes in prop::collection::vec(any::<u8>(), 0..60),
    ) {
        let mut files = good();
        for path in paths {
            files.insert(path, bytes.clone());
        }
        let ledger = Ledger::read(&files);
        prop_assert!(ledger.records.len() <= 4);
    }
}
