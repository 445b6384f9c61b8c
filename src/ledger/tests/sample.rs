//! Drafts, ledgers and a judge for tests.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::ledger::facts::{Facts, Merge, Opinion, Person, Review, Seen, Text};
use crate::ledger::record::{Judged, Origin, Record};
use crate::ledger::verdict::{Need, Requirement, State, Verdict, Voice, Weight};
use crate::ledger::{Addition, Draft, Ledger};

pub(super) type Files = BTreeMap<String, Vec<u8>>;

/// The id of something.
pub(super) fn id(number: u64) -> String {
    format!("{number:040x}")
}

fn person(id: u64, login: &str) -> Person {
    Person {
        id,
        login: login.into(),
        bot: false,
    }
}

pub(super) fn at(time: &str) -> Timestamp {
    time.parse().expect("a time")
}

/// One requirement: one of anybody.
pub(super) fn requirements() -> Vec<Requirement> {
    vec![Requirement {
        role: "reviewer".into(),
        count: 1,
        who: Vec::new(),
    }]
}

/// A judgement that is simple, but takes everything into account that can be tampered with.
pub(super) fn judge(facts: &Facts, requirements: &[Requirement], text: &Text) -> Verdict {
    let voices: Vec<Voice> = facts
        .reviews
        .iter()
        .map(|review| {
            let weight = match text.seen.get(&review.commit) {
                _ if facts.author.as_ref() == Some(&review.by) => Weight::Author,
                Some(Seen::Same) => Weight::Counts,
                Some(Seen::Other) => Weight::Stale,
                Some(Seen::Unreachable) | None => Weight::Unreachable,
            };
            Voice {
                login: review.by.login.clone(),
                review: review.id,
                opinion: review.opinion,
                weight,
                roles: Vec::new(),
            }
        })
        .collect();
    let counts =
        |voice: &&Voice| (voice.opinion, voice.weight) == (Opinion::Approved, Weight::Counts);
    let met_by: Vec<String> = voices
        .iter()
        .filter(counts)
        .map(|v| v.login.clone())
        .collect();
    let needs: Vec<Need> = requirements
        .iter()
        .map(|requirement| Need {
            missing: requirement.count.saturating_sub(met_by.len() as u32),
            requirement: requirement.clone(),
            met_by: met_by.clone(),
        })
        .collect();
    let state = match needs.iter().all(|need| need.missing == 0) {
        true => State::Approved,
        false => State::Pending,
    };
    Verdict {
        state,
        needs,
        voices,
    }
}

/// A merged pull request with one postmortem that `mona` approved.
pub(super) fn pull_request(number: u64, merged: &str) -> Draft {
    let facts = Facts {
        number,
        url: format!("https://github.com/example/repo/pull/{number}"),
        author: Some(person(1, "ada")),
        branch: "main".into(),
        base: id(100),
        head: id(2_000 + number),
        merge: Some(Merge {
            commit: id(1_000 + number),
            at: at(merged),
            by: None,
        }),
        contributors: Vec::new(),
        reviews: vec![Review {
            id: 10 * number,
            by: person(2, "mona"),
            opinion: Opinion::Approved,
            at: at("2026-01-01T00:00:00Z"),
            commit: id(2_000 + number),
            may_write: true,
        }],
        teams: BTreeMap::new(),
    };
    let text = Text {
        id: Some(format!("INC-{number}")),
        path: format!("postmortems/{number}.md"),
        blob: Some(id(3_000 + number)),
        seen: BTreeMap::from([(id(2_000 + number), Seen::Same)]),
    };
    let verdict = judge(&facts, &requirements(), &text);
    assert_eq!(verdict.state, State::Approved);
    Draft {
        repository: "example/repo".into(),
        commit: id(1_000 + number),
        pull_request: Some(facts),
        policy: Some(Origin {
            path: "aftersight.yml".into(),
            blob: id(200),
        }),
        codeowners: None,
        postmortems: vec![Judged { text, verdict }],
        recorded_at: at("2026-05-06T07:08:09Z"),
        tool: "aftersight 0.1.0".into(),
        run: None,
    }
}

/// A push without a pull request.
pub(super) fn push(number: u64) -> Draft {
    let mut draft = pull_request(number, "2026-03-01T00:00:00Z");
    draft.pull_request = None;
    draft.policy = None;
    for judged in &mut draft.postmortems {
        judged.text.seen.clear();
        judged.verdict = Verdict {
            state: State::Unreviewed,
            needs: Vec::new(),
            voices: Vec::new(),
        };
    }
    draft
}

/// Two pull requests of two years around a push, and a third.
pub(super) fn drafts() -> Vec<Draft> {
    vec![
        pull_request(7, "2025-12-31T23:59:59Z"),
        push(8),
        pull_request(9, "2026-01-01T00:00:00Z"),
        pull_request(10, "2026-02-03T04:05:06Z"),
    ]
}

pub(super) const PATHS: [&str; 4] = [
    "approvals/2025/7.json",
    "approvals/2026/00000000000000000000000000000000000003f0.json",
    "approvals/2026/9.json",
    "approvals/2026/10.json",
];

pub(super) fn put(files: &mut Files, additions: Vec<Addition>) {
    files.extend(additions.into_iter().map(|file| (file.path, file.bytes)));
}

/// The branch after these drafts.
pub(super) fn branch(drafts: Vec<Draft>) -> Files {
    let mut files = Files::new();
    put(&mut files, Ledger::default().append(drafts, &id(1_010)));
    files
}

/// What is wrong, a line each.
pub(super) fn flaws(files: &Files) -> Vec<String> {
    lines(&Ledger::read(files).flaws)
}

pub(super) fn lines(flaws: &[crate::ledger::Flaw]) -> Vec<String> {
    let flaws = flaws.iter();
    flaws
        .map(|flaw| format!("{}: {}", flaw.path, flaw.message))
        .collect()
}

/// The record of a file.
pub(super) fn record(files: &Files, path: &str) -> Record {
    serde_json::from_slice(&files[path]).expect("a record")
}
