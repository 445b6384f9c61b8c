use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use proptest::prelude::*;

use super::sample::{Files, flaws, id, pull_request, push, put};
use crate::ledger::writer::{
    Branch, Fate, MAX_CONFLICTS, MAX_RECORDS, Outcome, Stop, View, Written, write,
};
use crate::ledger::{Addition, Draft, HEAD, Head, Ledger};

/// What goes wrong with one request.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    None,
    /// A write is refused although nobody was faster.
    Conflict,
    /// It is done, and its answer is lost.
    Lost,
    /// It is not done, and fails.
    Dropped,
}

/// The branch on the server: its commits, oldest first.
#[derive(Clone, Debug, Default)]
struct Server {
    commits: Vec<Files>,
    largest: usize,
}

impl Server {
    fn tip(&self) -> Option<(String, &Files)> {
        let files = self.commits.last()?;
        Some((id(self.commits.len() as u64), files))
    }

    fn view(&self) -> Option<View> {
        let (commit, files) = self.tip()?;
        Some(View {
            commit,
            head: files.get(HEAD).cloned(),
            last: files
                .get(HEAD)
                .and_then(|bytes| Head::read(bytes).ok())
                .and_then(|head| files.get(&head.record).cloned()),
            paths: files.keys().cloned().collect(),
        })
    }

    fn add(&mut self, expected: Option<&str>, files: &[Addition]) -> Outcome {
        if self.tip().map(|tip| tip.0).as_deref() != expected {
            return Outcome::Conflict;
        }
        self.largest = self.largest.max(files.len());
        let mut next = self.commits.last().cloned().unwrap_or_default();
        put(&mut next, files.to_vec());
        self.commits.push(next);
        Outcome::Written(id(self.commits.len() as u64))
    }

    fn files(&self) -> Files {
        self.commits.last().cloned().unwrap_or_default()
    }

    fn records(&self) -> Vec<String> {
        let files = self.files();
        let records = Ledger::read(&files).records;
        records
            .iter()
            .map(|kept| kept.record.commit.clone())
            .collect()
    }
}

/// One writer's way to the server, with the faults of its requests in order.
struct Alone<'a> {
    server: &'a mut Server,
    faults: std::vec::IntoIter<Fault>,
}

impl<'a> Alone<'a> {
    fn new(server: &'a mut Server, faults: Vec<Fault>) -> Self {
        let faults = faults.into_iter();
        Self { server, faults }
    }
}

fn answer(fault: Fault, write: impl FnOnce() -> Outcome) -> Result<Outcome, &'static str> {
    match fault {
        Fault::None => Ok(write()),
        Fault::Conflict => Ok(Outcome::Conflict),
        Fault::Dropped => Err("no answer"),
        Fault::Lost => {
            write();
            Err("no answer")
        }
    }
}

impl Branch for Alone<'_> {
    type Error = &'static str;

    fn look(&mut self) -> Result<Option<View>, Self::Error> {
        match self.faults.next() {
            Some(Fault::Lost | Fault::Dropped) => Err("not seen"),
            _ => Ok(self.server.view()),
        }
    }

    fn create(&mut self, files: &[Addition]) -> Result<Outcome, Self::Error> {
        let fault = self.faults.next().unwrap_or(Fault::None);
        answer(fault, || self.server.add(None, files))
    }

    fn commit(&mut self, expected: &str, files: &[Addition]) -> Result<Outcome, Self::Error> {
        let fault = self.faults.next().unwrap_or(Fault::None);
        answer(fault, || self.server.add(Some(expected), files))
    }
}

fn draft(number: u64) -> Draft {
    match number % 5 {
        0 => push(number),
        _ => pull_request(number, "2026-02-03T04:05:06Z"),
    }
}

fn numbers(numbers: impl IntoIterator<Item = u64>) -> Vec<Draft> {
    numbers.into_iter().map(draft).collect()
}

fn run(
    server: &mut Server,
    faults: &[Fault],
    drafts: &[Draft],
    through: u64,
) -> Written<&'static str> {
    write(
        &mut Alone::new(server, faults.to_vec()),
        drafts,
        &id(through),
    )
}

fn through(server: &Server) -> String {
    let files = server.files();
    Head::read(&files[HEAD]).expect("a head").through
}

#[test]
fn many_drafts_go_into_commits_of_bounded_size_and_through_moves_with_the_last() {
    let mut server = Server::default();
    let drafts = numbers(1..=60);
    let written = run(&mut server, &[], &drafts, 77);
    assert_eq!(written.stop, None);
    assert_eq!(server.commits.len(), 3);
    assert_eq!(server.largest, MAX_RECORDS + 2);
    let at = |commit: usize| Fate::Written(id(commit as u64));
    let expected: Vec<Fate> = (0..60).map(|n| at(n / MAX_RECORDS + 1)).collect();
    assert_eq!(written.fates, expected);
    assert_eq!(flaws(&server.files()), [""; 0]);
    let order: Vec<String> = drafts.iter().map(|draft| draft.commit.clone()).collect();
    assert_eq!(server.records(), order);
    let heads = server.commits.iter().map(|files| Head::read(&files[HEAD]));
    let through: Vec<String> = heads.map(|head| head.expect("a head").through).collect();
    assert_eq!(through, [String::new(), String::new(), id(77)]);

    let again = run(&mut server, &[], &drafts, 77);
    assert_eq!(again.fates, vec![Fate::There; 60]);
    assert_eq!((again.stop, server.commits.len()), (None, 3));
    run(&mut server, &[], &[], 78);
    assert_eq!((self::through(&server), server.commits.len()), (id(78), 4));
}

#[test]
fn nothing_to_say_makes_no_branch() {
    let mut server = Server::default();
    let mut branch = Alone::new(&mut server, Vec::new());
    assert_eq!(write(&mut branch, &[], "").stop, None);
    assert!(server.commits.is_empty());
}

#[test]
fn who_is_always_too_late_gives_up() {
    let mut server = Server::default();
    let drafts = numbers([1]);
    let conflicts = |count: u32| -> Vec<Fault> {
        let pair = [Fault::None, Fault::Conflict];
        pair.into_iter().cycle().take(2 * count as usize).collect()
    };
    let written = run(&mut server, &conflicts(MAX_CONFLICTS + 1), &drafts, 7);
    assert_eq!(written.stop, Some(Stop::Busy));
    assert_eq!(written.fates, [Fate::Failed]);
    assert!(server.commits.is_empty());
    let written = run(&mut server, &conflicts(MAX_CONFLICTS), &drafts, 7);
    assert_eq!(
        (written.stop, written.fates),
        (None, vec![Fate::Written(id(1))])
    );
}

#[test]
fn a_lost_answer_is_looked_after() {
    use Fault::{Dropped, Lost, None as Fine};
    let drafts = numbers([1, 2]);
    let mut server = Server::default();
    let written = run(&mut server, &[Fine, Lost], &drafts, 7);
    assert_eq!((written.stop, server.commits.len()), (None, 1));
    assert_eq!(written.fates, vec![Fate::Written(id(1)); 2]);

    let mut server = Server::default();
    let written = run(&mut server, &[Fine, Dropped], &drafts, 7);
    assert_eq!(written.stop, Some(Stop::Failed("no answer")));
    assert_eq!(written.fates, vec![Fate::Failed; 2]);
    assert!(server.commits.is_empty());

    // Nobody can tell, so nobody says.
    let written = run(&mut server, &[Fine, Lost, Lost], &drafts, 7);
    assert_eq!(written.stop, Some(Stop::Failed("no answer")));
    assert_eq!(written.fates, vec![Fate::Failed; 2]);
    assert_eq!(server.commits.len(), 1);

    let written = run(&mut server, &[Fine, Lost], &drafts, 8);
    assert_eq!((written.stop, through(&server)), (None, id(8)));
    let written = run(&mut server, &[Fine, Dropped], &drafts, 9);
    assert_eq!(written.stop, Some(Stop::Failed("no answer")));
    let written = run(&mut server, &[Lost], &drafts, 9);
    assert_eq!(written.stop, Some(Stop::Failed("not seen")));
}

#[test]
fn a_refused_draft_holds_through_back() {
    let mut server = Server::default();
    run(&mut server, &[], &numbers([1]), 7);
    let mut open = draft(2);
    open.pull_request.as_mut().expect("facts").merge = None;
    let mut large = draft(3);
    large.tool = "x".repeat(8 << 20);
    for (unfit, why) in [
        (open, "its pull request was not merged"),
        (large, "it is larger than 8 MiB"),
    ] {
        let number = 10 + server.commits.len() as u64;
        let drafts = [unfit.clone(), pull_request(number, "2026-02-03T04:05:06Z")];
        let written = run(&mut server, &[], &drafts, 8);
        assert_eq!(written.stop, None);
        let commit = id(server.commits.len() as u64);
        assert_eq!(written.fates, [Fate::Refused(why), Fate::Written(commit)]);
        assert_eq!(
            run(&mut server, &[], &[unfit], 8).fates,
            [Fate::Refused(why)]
        );
        assert_eq!(through(&server), id(7));
    }
    assert_eq!((server.commits.len(), flaws(&server.files())), (3, vec![]));
}

#[test]
fn the_same_draft_twice_is_one_record() {
    let mut server = Server::default();
    let written = run(&mut server, &[], &numbers([1, 1]), 7);
    assert_eq!((written.stop, server.records().len()), (None, 1));
    assert!(!written.fates.contains(&Fate::Failed));
}

#[test]
fn a_damaged_branch_is_left_alone() {
    let mut good = Server::default();
    run(&mut good, &[], &numbers([1]), 7);
    for head in [None, Some(b"{".to_vec())] {
        let mut server = good.clone();
        let files = server.commits.last_mut().expect("a commit");
        match head {
            Some(bytes) => files.insert(HEAD.into(), bytes),
            None => files.remove(HEAD),
        };
        let written = run(&mut server, &[], &numbers([2]), 8);
        let Some(Stop::Damaged(flaw)) = written.stop else {
            panic!("the branch was written: {written:?}");
        };
        assert_eq!(flaw.path, HEAD);
        assert_eq!(
            (written.fates, server.commits.len()),
            (vec![Fate::Failed], 1)
        );
    }
}

#[test]
fn another_writer_s_through_is_not_moved_back() {
    /// Lets another writer finish between the look and the write.
    struct Late<'a>(Alone<'a>, bool);
    impl Branch for Late<'_> {
        type Error = &'static str;
        fn look(&mut self) -> Result<Option<View>, Self::Error> {
            let view = self.0.look();
            if !std::mem::replace(&mut self.1, true) {
                run(self.0.server, &[], &numbers([1, 2, 3]), 9);
            }
            view
        }
        fn create(&mut self, files: &[Addition]) -> Result<Outcome, Self::Error> {
            self.0.create(files)
        }
        fn commit(&mut self, expected: &str, files: &[Addition]) -> Result<Outcome, Self::Error> {
            self.0.commit(expected, files)
        }
    }
    let mut server = Server::default();
    let mut late = Late(Alone::new(&mut server, Vec::new()), false);
    let written = write(&mut late, &numbers([1, 2, 4]), &id(8));
    assert_eq!(written.stop, None);
    let fates = [Fate::There, Fate::There, Fate::Written(id(2))];
    assert_eq!(written.fates, fates);
    assert_eq!(through(&server), id(9));
}

/// A writer's request waits until its turn comes, with the fault that it meets.
struct Turns {
    server: Arc<Mutex<Server>>,
    me: usize,
    waiting: Sender<(usize, bool)>,
    go: Receiver<Fault>,
}

impl Turns {
    fn turn(&mut self) -> Fault {
        self.waiting
            .send((self.me, true))
            .expect("somebody gives turns");
        self.go.recv().expect("a turn")
    }

    fn write(
        &mut self,
        expected: Option<&str>,
        files: &[Addition],
    ) -> Result<Outcome, &'static str> {
        let fault = self.turn();
        let mut server = self.server.lock().expect("the server");
        answer(fault, || server.add(expected, files))
    }
}

impl Drop for Turns {
    fn drop(&mut self) {
        // Also where the writer panicked; the one who gives turns must not wait for it.
        let _ = self.waiting.send((self.me, false));
    }
}

impl Branch for Turns {
    type Error = &'static str;

    fn look(&mut self) -> Result<Option<View>, Self::Error> {
        match self.turn() {
            Fault::Lost | Fault::Dropped => Err("not seen"),
            _ => Ok(self.server.lock().expect("the server").view()),
        }
    }

    fn create(&mut self, files: &[Addition]) -> Result<Outcome, Self::Error> {
        self.write(None, files)
    }

    fn commit(&mut self, expected: &str, files: &[Addition]) -> Result<Outcome, Self::Error> {
        self.write(Some(expected), files)
    }
}

/// Lets several writers write, one request at a time in the order that `turns` gives: whose turn it is among those that wait,
/// and what goes wrong. Without turns left the first that waits goes on, and nothing goes wrong.
fn together(
    server: Server,
    writers: &[Vec<Draft>],
    turns: &[(prop::sample::Index, Fault)],
) -> (Server, Vec<Written<&'static str>>) {
    let server = Arc::new(Mutex::new(server));
    let (waiting, told) = channel();
    let mut results = Vec::new();
    std::thread::scope(|scope| {
        let mut gates = Vec::new();
        let mut handles = Vec::new();
        for (me, drafts) in writers.iter().enumerate() {
            let (gate, go) = channel();
            gates.push(gate);
            let mut branch = Turns {
                server: Arc::clone(&server),
                me,
                waiting: waiting.clone(),
                go,
            };
            let through = id(7_000 + me as u64);
            handles.push(scope.spawn(move || write(&mut branch, drafts, &through)));
        }
        let mut turns = turns.iter();
        let mut running = writers.len();
        let mut ready = BTreeSet::new();
        while running > 0 {
            while ready.len() < running {
                match told.recv().expect("a writer") {
                    (writer, true) => drop(ready.insert(writer)),
                    (_, false) => running -= 1,
                }
            }
            let waiting: Vec<usize> = ready.iter().copied().collect();
            if waiting.is_empty() {
                break;
            }
            let (writer, fault) = match turns.next() {
                Some((index, fault)) => (*index.get(&waiting), *fault),
                None => (waiting[0], Fault::None),
            };
            ready.remove(&writer);
            gates[writer].send(fault).expect("the writer waits");
        }
        results = handles
            .into_iter()
            .map(|handle| handle.join().expect("a writer that ends"))
            .collect();
    });
    let server = server.lock().expect("the server").clone();
    (server, results)
}

fn faults() -> impl Strategy<Value = Fault> {
    prop_oneof![
        6 => Just(Fault::None),
        2 => Just(Fault::Conflict),
        1 => Just(Fault::Lost),
        1 => Just(Fault::Dropped),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn writers_lose_nothing_and_write_nothing_twice(
        before in prop::collection::btree_set(1..40_u64, 0..4),
        writers in prop::collection::vec(prop::collection::btree_set(1..40_u64, 0..32), 2..=3),
        turns in prop::collection::vec((any::<prop::sample::Index>(), faults()), 0..60),
    ) {
        let mut server = Server::default();
        if !before.is_empty() {
            run(&mut server, &[], &numbers(before.clone()), 6_999);
        }
        let drafts: Vec<Vec<Draft>> = writers.iter().cloned().map(numbers).collect();
        let (mut server, results) = together(server, &drafts, &turns);

        let clean = |server: &Server| match server.tip() {
            Some((_, files)) => flaws(files),
            None => Vec::new(),
        };
        prop_assert_eq!(clean(&server), [""; 0]);
        let records = server.records();
        let unique: BTreeSet<&String> = records.iter().collect();
        prop_assert_eq!(unique.len(), records.len());
        for (drafts, result) in drafts.iter().zip(&results) {
            for (draft, fate) in drafts.iter().zip(&result.fates) {
                match fate {
                    Fate::Written(_) | Fate::There => prop_assert!(unique.contains(&draft.commit)),
                    Fate::Failed => prop_assert!(result.stop.is_some()),
                    Fate::Refused(_) => prop_assert!(false, "nothing is unfit here"),
                }
            }
        }
        // Nobody ever took anything back.
        for pair in server.commits.windows(2) {
            let kept: BTreeMap<_, _> = pair[0].iter().filter(|(path, _)| *path != HEAD).collect();
            prop_assert!(kept.iter().all(|(path, bytes)| pair[1].get(*path) == Some(*bytes)));
        }
        // Run again, and everything is on record.
        for (drafts, through) in drafts.iter().zip(7_000..) {
            let written = run(&mut server, &[], drafts, through);
            prop_assert_eq!(written.stop, None);
        }
        prop_assert_eq!(clean(&server), [""; 0]);
        let all: BTreeSet<String> = before
            .into_iter()
            .chain(writers.into_iter().flatten())
            .map(|number| draft(number).commit)
            .collect();
        let records = server.records();
        prop_assert_eq!(records.len(), all.len());
        prop_assert_eq!(records.into_iter().collect::<BTreeSet<_>>(), all);
    }
}
