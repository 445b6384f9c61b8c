use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use super::sample::{PATHS, branch, drafts, id, judge, lines, push, requirements};
use crate::ledger::facts::{Opinion, Seen};
use crate::ledger::record::{Judged, Record};
use crate::ledger::verdict::{Requirement, State};
use crate::ledger::verify::{History, Step, Told, diverged, verify};
use crate::ledger::{Draft, HEAD, Ledger};

/// What git knows, as tables.
#[derive(Default)]
struct World {
    commits: BTreeSet<String>,
    files: BTreeMap<(String, String), String>,
    /// The blobs at commits that are not the default branch's.
    elsewhere: BTreeMap<String, BTreeSet<String>>,
    past: Vec<Step>,
    asked: Option<Vec<Requirement>>,
    broken: Cell<bool>,
}

impl History for World {
    type Error = &'static str;

    fn contains(&self, commit: &str) -> Result<bool, Self::Error> {
        if self.broken.get() {
            return Err("cut off");
        }
        Ok(self.commits.contains(commit))
    }

    fn blob(&self, commit: &str, path: &str) -> Result<Option<String>, Self::Error> {
        assert!(
            self.commits.contains(commit),
            "only what is there is asked for"
        );
        Ok(self.files.get(&(commit.into(), path.into())).cloned())
    }

    fn holds(&self, commit: &str, blob: &str) -> Result<Option<bool>, Self::Error> {
        let blobs = self.elsewhere.get(commit);
        Ok(blobs.map(|blobs| blobs.contains(blob)))
    }

    fn past(&self) -> Result<Vec<Step>, Self::Error> {
        Ok(self.past.clone())
    }

    fn told(&self, _: &Record, judged: &Judged) -> Result<Option<Told>, Self::Error> {
        let told = |requirements: &Vec<Requirement>| Told::Postmortem {
            id: judged.text.id.clone(),
            requirements: requirements.clone(),
        };
        Ok(self.asked.as_ref().map(told))
    }
}

/// The world in which the drafts are true.
fn world() -> World {
    let mut world = World::default();
    world.commits.insert(id(100));
    let policy = (id(100), "aftersight.yml".to_owned());
    world.files.insert(policy, id(200));
    for draft in drafts() {
        let commit = draft.commit.clone();
        for Judged { text, .. } in draft.postmortems {
            let blob = text.blob.expect("a blob");
            for seen in text.seen.into_keys() {
                world.elsewhere.insert(seen, BTreeSet::from([blob.clone()]));
            }
            world.files.insert((commit.clone(), text.path), blob);
        }
        world.commits.insert(commit);
    }
    for (at, path) in PATHS.into_iter().enumerate() {
        world
            .past
            .push(step(at as u64, &[(path, Some(4_000 + at as u64))]));
    }
    world
}

fn step(commit: u64, files: &[(&str, Option<u64>)]) -> Step {
    let files = files
        .iter()
        .map(|(path, blob)| ((*path).to_owned(), blob.map(id)));
    Step {
        commit: id(5_000 + commit),
        parents: usize::from(commit > 0),
        files: files
            .chain([(HEAD.to_owned(), Some(id(6_000 + commit)))])
            .collect(),
    }
}

fn proven(ledger: &Ledger, world: &World) -> Vec<String> {
    lines(&verify(ledger, world, judge).expect("an answer"))
}

/// What is said of the ledger that was made with the third draft changed.
fn tampered(change: impl Fn(&mut Draft)) -> Vec<String> {
    let mut drafts = drafts();
    change(&mut drafts[2]);
    let ledger = Ledger::read(&branch(drafts));
    assert_eq!(ledger.flaws, []);
    said_of(PATHS[2], proven(&ledger, &world()))
}

/// The causes, all of which are one file's.
fn said_of(path: &str, lines: Vec<String>) -> Vec<String> {
    let own = |line: &String| line.strip_prefix(&format!("{path}: ")).map(str::to_owned);
    let causes: Vec<String> = lines.iter().filter_map(own).collect();
    assert_eq!(causes.len(), lines.len(), "{lines:?}");
    causes
}

fn judged(draft: &mut Draft) -> &mut Judged {
    &mut draft.postmortems[0]
}

/// Makes the verdict follow from the facts again, as a careful forger would.
fn judge_again(draft: &mut Draft) {
    let facts = draft.pull_request.clone().expect("facts");
    for Judged { text, verdict } in &mut draft.postmortems {
        *verdict = judge(&facts, &requirements(), text);
    }
}

#[test]
fn a_true_ledger_is_proven() {
    let ledger = Ledger::read(&branch(drafts()));
    assert_eq!(proven(&ledger, &world()), [""; 0]);
    assert_eq!(proven(&Ledger::default(), &World::default()), [""; 0]);
    // The commits of a pull request that was squashed are seldom here.
    let mut squashed = world();
    squashed.elsewhere.clear();
    assert_eq!(proven(&ledger, &squashed), [""; 0]);
    let mut asked = world();
    asked.asked = Some(requirements());
    // The push asked nobody.
    assert_eq!(proven(&ledger, &asked), [""; 0]);
}

#[test]
fn what_the_reading_finds_is_among_what_the_proof_finds() {
    let mut files = branch(drafts());
    files.insert("approvals/x".into(), Vec::new());
    let ledger = Ledger::read(&files);
    assert_eq!(
        proven(&ledger, &world()),
        ["approvals/x: does not belong to the ledger"]
    );
}

#[test]
fn a_commit_that_is_not_on_the_default_branch() {
    let (strange, commit, base) = (id(66), id(1_009), id(66));
    let said = tampered(|draft| {
        draft.commit.clone_from(&strange);
        let facts = draft.pull_request.as_mut().expect("facts");
        facts
            .merge
            .as_mut()
            .expect("a merge")
            .commit
            .clone_from(&strange);
    });
    let expected = format!("its commit `{strange}` is not in the default branch's history");
    assert_eq!(said, [expected]);

    let said = tampered(|draft| draft.pull_request.as_mut().expect("facts").base = id(66));
    let expected = format!("its base `{base}` is not in the default branch's history");
    assert_eq!(said, [expected]);

    let said = tampered(|draft| {
        let facts = draft.pull_request.as_mut().expect("facts");
        facts.merge.as_mut().expect("a merge").commit = id(1_007);
    });
    let merge = id(1_007);
    let expected =
        format!("its pull request was merged as `{merge}`, not as its commit `{commit}`");
    assert_eq!(said, [expected]);
}

#[test]
fn a_text_that_is_not_what_was_recorded() {
    let commit = id(1_009);
    let said = tampered(|draft| judged(draft).text.blob = Some(id(66)));
    let expected = format!("`postmortems/9.md` is another text at its commit `{commit}`");
    assert_eq!(said, [expected]);

    let said = tampered(|draft| judged(draft).text.path = "postmortems/66.md".into());
    let expected = format!("`postmortems/66.md` is not there at its commit `{commit}`");
    assert_eq!(said, [expected]);

    let said = tampered(|draft| judged(draft).text.blob = None);
    let expected =
        format!("`postmortems/9.md` is recorded as removed, but is there at its commit `{commit}`");
    assert_eq!(said, [expected]);

    let said = tampered(|draft| {
        let mut gone = judged(draft).clone();
        gone.text.path = "postmortems/gone.md".into();
        gone.text.blob = None;
        draft.postmortems.push(gone);
    });
    assert_eq!(said, [""; 0]);
}

#[test]
fn a_policy_that_did_not_stand_at_the_base() {
    let base = id(100);
    let said = tampered(|draft| draft.policy.as_mut().expect("a policy").blob = id(66));
    let expected = format!("its policy `aftersight.yml` is not the one at the base `{base}`");
    assert_eq!(said, [expected]);

    let said = tampered(|draft| {
        let mut origin = draft.policy.clone().expect("a policy");
        origin.path = "CODEOWNERS".into();
        draft.codeowners = Some(origin);
    });
    let expected = format!("its owners file `CODEOWNERS` is not there at the base `{base}`");
    assert_eq!(said, [expected]);
}

#[test]
fn a_verdict_that_does_not_follow() {
    let said = tampered(|draft| judged(draft).verdict.state = State::Stale);
    let expected = "`postmortems/9.md` is recorded as stale, but its own reviews make it approved";
    assert_eq!(said, [expected]);

    let said = tampered(|draft| {
        let facts = draft.pull_request.as_mut().expect("facts");
        facts.reviews[0].opinion = Opinion::Dismissed;
    });
    let expected =
        "`postmortems/9.md` is recorded as approved, but its own reviews make it pending";
    assert_eq!(said, [expected]);

    let said = tampered(|draft| judged(draft).verdict.voices[0].login = "eve".into());
    let expected = "who agreed to `postmortems/9.md` does not follow from its own reviews";
    assert_eq!(said, [expected]);

    let said = tampered(|draft| {
        judged(draft).text.seen.insert(id(2_009), Seen::Other);
    });
    assert_eq!(said.len(), 1);
    assert!(said[0].ends_with("reviews make it pending"), "{said:?}");

    let mut asked = requirements();
    asked[0].count = 2;
    let mut world = world();
    world.asked = Some(asked);
    let ledger = Ledger::read(&branch(drafts()[..1].to_vec()));
    let said = said_of(PATHS[0], proven(&ledger, &world));
    let expected =
        "the policy at its base asks for other approvals of `postmortems/7.md` than it says";
    assert_eq!(said, [expected]);
}

#[test]
fn an_approval_of_another_text_however_well_it_is_recorded() {
    let head = id(2_009);
    let mut world = world();
    world
        .elsewhere
        .insert(head.clone(), BTreeSet::from([id(66)]));
    let ledger = Ledger::read(&branch(drafts()));
    let expected = format!(
        "{}: `postmortems/9.md` was another text at `{head}`, where mona approved it",
        PATHS[2]
    );
    assert_eq!(proven(&ledger, &world), [expected]);

    // With a verdict that says so itself nothing is wrong.
    let mut honest = drafts();
    judged(&mut honest[2]).text.seen.insert(head, Seen::Other);
    judge_again(&mut honest[2]);
    assert_eq!(proven(&Ledger::read(&branch(honest)), &world), [""; 0]);
}

#[test]
fn a_push_that_claims_a_review() {
    let mut drafts = drafts();
    drafts[1] = push(8);
    let approved = drafts[2].postmortems[0].verdict.clone();
    drafts[1].postmortems[0].verdict = approved;
    let said = said_of(PATHS[1], proven(&Ledger::read(&branch(drafts)), &world()));
    let expected =
        "`postmortems/8.md` was pushed without a pull request, so nobody can have reviewed it";
    assert_eq!(said, [expected]);
}

#[test]
fn a_past_in_which_records_changed() {
    let ledger = Ledger::read(&branch(drafts()));
    let commit = id(5_009);
    for (blob, what) in [(Some(66), "changed"), (None, "removed")] {
        let mut world = world();
        world.past.push(step(9, &[(PATHS[1], blob)]));
        // Even where it was put back.
        world
            .past
            .push(step(10, &[(PATHS[1], Some(4_001)), ("README.md", None)]));
        let expected =
            format!("was {what} by the ledger's commit `{commit}`; records are only ever added");
        assert_eq!(said_of(PATHS[1], proven(&ledger, &world)), [expected]);
    }
    let mut world = world();
    world.past[2].parents = 2;
    let said = said_of(HEAD, proven(&ledger, &world));
    assert_eq!(said.len(), 1);
    assert!(said[0].contains("is a merge"), "{said:?}");
}

#[test]
fn a_head_that_claims_what_is_not_there() {
    let mut ledger = Ledger::read(&branch(drafts()));
    ledger.head.as_mut().expect("a head").through = "main".into();
    let said = said_of(HEAD, proven(&ledger, &world()));
    assert_eq!(
        said,
        ["says everything up to `main` is on record, which is not in the default branch's history"]
    );
}

#[test]
fn git_that_cannot_be_asked_is_no_flaw() {
    let ledger = Ledger::read(&branch(drafts()));
    let world = world();
    world.broken.set(true);
    assert_eq!(verify(&ledger, &world, judge), Err("cut off"));
}

#[test]
fn two_ledgers_diverge_only_where_neither_is_before_the_other() {
    let before = |one: &str, two: &str| Ok::<_, &str>(one <= two && two != "c");
    let diverged = |local, remote| diverged(local, remote, before).expect("an answer");
    for (local, remote) in [
        (None, None),
        (Some("a"), None),
        (None, Some("a")),
        (Some("a"), Some("a")),
        (Some("a"), Some("b")),
        (Some("b"), Some("a")),
    ] {
        assert_eq!(diverged(local, remote), None);
    }
    let flaw = diverged(Some("b"), Some("c")).expect("a flaw");
    assert!(flaw.message.contains("`b`") && flaw.message.contains("`c`"));
}
