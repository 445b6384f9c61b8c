//! The ledger's part on action items while a run works with it: what it says, and writing it by compare and swap.
//!
//! Owns the loop. The branch is behind [`Pages`]; nothing here knows of GitHub. Others write to the same branch: where only
//! other files changed, the write is tried again on top of them; where the items changed, nothing is written.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::chain::Flaw;
use super::items::{self, Key, Known};
use super::watch::{WATCH, Watch};
use super::writer::{MAX_CONFLICTS, Outcome};
use super::{Addition, append};

/// So many files go into one commit.
const MAX_FILES: usize = 500;

/// The branch, as far as it is about action items.
pub trait Pages {
    /// Why a request failed.
    type Error;

    /// The branch now; none where there is no such branch.
    fn read(&mut self) -> Result<Option<Page>, Self::Error>;

    /// Makes the branch, with one commit of these files that has no parents. A branch that is there is a conflict.
    fn create(&mut self, files: &[Addition]) -> Result<Outcome, Self::Error>;

    /// Adds one commit that writes these files, if the branch is still at the commit `expected`; else it is a conflict.
    fn commit(&mut self, expected: &str, files: &[Addition]) -> Result<Outcome, Self::Error>;

    /// The number of the account that made a commit of the branch, where that can be told.
    fn writer(&mut self, commit: &str) -> Result<Option<u64>, Self::Error>;
}

/// The branch at a commit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The commit, in hex.
    pub commit: String,
    /// The bytes of every file below `items/`, by path.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// What became of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// The branch says it now, by these commits' number.
    Done {
        /// How many commits it took.
        commits: usize,
    },
    /// Somebody else wrote about the items meanwhile, and nothing more was written: what they say now was read.
    Overtaken,
}

/// The branch as it was read or written last.
pub struct Book<P> {
    pages: P,
    commit: Option<String>,
    files: BTreeMap<String, Vec<u8>>,
    /// What the files say of items: reading thousands of them again for every question is most of what a run would do.
    said: (BTreeMap<Key, Known>, Vec<Flaw>),
}

impl<P: Pages> Book<P> {
    /// Reads the branch.
    pub fn open(mut pages: P) -> Result<Self, P::Error> {
        let page = pages.read()?;
        let (commit, files) = split(page);
        Ok(Self {
            pages,
            commit,
            said: items::read(&files),
            files,
        })
    }

    /// What it says of the items.
    pub fn known(&self) -> &BTreeMap<Key, Known> {
        &self.said.0
    }

    /// What of it cannot be used.
    pub fn flaws(&self) -> &[Flaw] {
        &self.said.1
    }

    /// What it says of the tracker as a whole.
    pub fn watch(&self) -> Result<Watch, Flaw> {
        Watch::read(&self.files)
    }

    /// The number of the account that made the last commit, where that can be told.
    pub fn writer(&mut self) -> Result<Option<u64>, P::Error> {
        match self.commit.clone() {
            Some(commit) => self.pages.writer(&commit),
            None => Ok(None),
        }
    }

    /// Makes the branch say this and nothing else of items. What it says already costs no request.
    pub fn write(
        &mut self,
        known: &BTreeMap<Key, Known>,
        watch: &Watch,
        now: Timestamp,
    ) -> Result<Written, P::Error> {
        let (said, flaws) = &self.said;
        let mut additions = items::changed(&self.files, said, flaws, known, now);
        let watch = watch.write();
        if self.files.get(WATCH) != Some(&watch) {
            additions.push(Addition {
                path: WATCH.into(),
                bytes: watch,
            });
        }
        let mut commits = 0;
        for files in additions.chunks(MAX_FILES) {
            if !self.add(files)? {
                return Ok(Written::Overtaken);
            }
            commits += 1;
        }
        Ok(Written::Done { commits })
    }

    /// Adds one commit; whether nobody else wrote about items meanwhile.
    fn add(&mut self, files: &[Addition]) -> Result<bool, P::Error> {
        for _ in 0..=MAX_CONFLICTS {
            let outcome = match &self.commit {
                Some(commit) => self.pages.commit(commit, files),
                None => {
                    let mut files = files.to_vec();
                    files.push(append::readme());
                    self.pages.create(&files)
                }
            };
            let failed = match outcome {
                Ok(Outcome::Written(commit)) => {
                    self.commit = Some(commit);
                    self.wrote(files);
                    return Ok(true);
                }
                Ok(Outcome::Conflict) => None,
                Err(error) => Some(error),
            };
            let (commit, found) = match self.pages.read() {
                Ok(page) => split(page),
                Err(error) => return Err(failed.unwrap_or(error)),
            };
            let there = |file: &Addition| found.get(&file.path) == Some(&file.bytes);
            let is_there = files.iter().all(there);
            let is_same = found == self.files;
            (self.commit, self.files) = (commit, found);
            if !is_same {
                self.said = items::read(&self.files);
            }
            match failed {
                // The answer was lost, and not the commit. After a conflict the same bytes are another writer's.
                Some(_) if is_there => return Ok(true),
                Some(error) => return Err(error),
                None if !is_same => return Ok(false),
                None => {}
            }
        }
        Ok(false)
    }

    /// Takes over what was written: whole postmortems, and no file that cannot be used.
    fn wrote(&mut self, files: &[Addition]) {
        let files = files.iter().cloned();
        let files: BTreeMap<_, _> = files.map(|file| (file.path, file.bytes)).collect();
        let postmortems = files.keys().filter_map(|path| items::postmortem(path));
        let postmortems: BTreeSet<String> = postmortems.collect();
        let (said, _) = &mut self.said;
        said.retain(|key, _| !postmortems.contains(&key.postmortem));
        said.extend(items::read(&files).0);
        self.files.extend(files);
    }
}

fn split(page: Option<Page>) -> (Option<String>, BTreeMap<String, Vec<u8>>) {
    match page {
        Some(page) => (Some(page.commit), page.files),
        None => (None, BTreeMap::new()),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::super::items::ItemState;
    use super::*;

    /// What happens at a commit.
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Fate {
        /// Somebody else adds this file just before.
        After(&'static str, &'static [u8]),
        /// It happens, and nobody hears of it.
        LostAfter,
        /// Nothing happens.
        LostBefore,
    }

    #[derive(Default)]
    struct Branch {
        commits: u32,
        files: BTreeMap<String, Vec<u8>>,
        fates: Vec<Fate>,
    }

    #[derive(Clone, Default)]
    struct Shared(Rc<RefCell<Branch>>);

    impl Branch {
        fn add(&mut self, files: &[Addition]) {
            self.commits += 1;
            let files = files.iter().cloned();
            self.files.extend(files.map(|file| (file.path, file.bytes)));
        }
    }

    impl Shared {
        fn write(&self, expected: u32, files: &[Addition]) -> Result<Outcome, &'static str> {
            let mut branch = self.0.borrow_mut();
            let fate = branch.fates.pop();
            if let Some(Fate::After(path, bytes)) = fate {
                let path = path.into();
                let bytes = bytes.to_vec();
                branch.add(&[Addition { path, bytes }]);
            }
            if fate == Some(Fate::LostBefore) {
                return Err("no answer");
            }
            if branch.commits != expected {
                return Ok(Outcome::Conflict);
            }
            branch.add(files);
            match fate {
                Some(Fate::LostAfter) => Err("no answer"),
                _ => Ok(Outcome::Written(branch.commits.to_string())),
            }
        }
    }

    impl Pages for Shared {
        type Error = &'static str;

        fn read(&mut self) -> Result<Option<Page>, &'static str> {
            let branch = self.0.borrow();
            let items = branch.files.iter();
            let items = items.filter(|(path, _)| path.starts_with("items/"));
            Ok((branch.commits > 0).then(|| Page {
                commit: branch.commits.to_string(),
                files: items
                    .map(|(path, bytes)| (path.clone(), bytes.clone()))
                    .collect(),
            }))
        }

        fn create(&mut self, files: &[Addition]) -> Result<Outcome, &'static str> {
            self.write(0, files)
        }

        fn commit(&mut self, expected: &str, files: &[Addition]) -> Result<Outcome, &'static str> {
            self.write(expected.parse().expect("a number"), files)
        }

        fn writer(&mut self, _: &str) -> Result<Option<u64>, &'static str> {
            Ok(Some(1))
        }
    }

    fn now() -> Timestamp {
        "2026-11-01T10:00:00Z".parse().expect("a moment")
    }

    fn known(issue: u64) -> BTreeMap<Key, Known> {
        let mut known = Known::new(ItemState::Open, now());
        known.issue = Some(issue);
        [(Key::new("INC-1", "A1"), known)].into()
    }

    /// A book whose commits fare like this, the last one first.
    fn book(fates: &[Fate]) -> (Shared, Book<Shared>) {
        let shared = Shared::default();
        let mut book = Book::open(shared.clone()).expect("an empty branch");
        let watch = Watch::default();
        let written = book.write(&known(1), &watch, now());
        assert_eq!(written, Ok(Written::Done { commits: 1 }));
        shared.0.borrow_mut().fates = fates.to_vec();
        (shared, book)
    }

    fn says(shared: &Shared) -> BTreeMap<Key, Known> {
        items::read(&shared.0.borrow().files).0
    }

    #[test]
    fn a_new_branch_says_what_it_is_and_the_same_again_is_no_commit() {
        let (shared, mut book) = book(&[]);
        assert!(shared.0.borrow().files.contains_key("README.md"));
        let written = book.write(&known(1), &Watch::default(), now());
        assert_eq!(written, Ok(Written::Done { commits: 0 }));
        assert_eq!(shared.0.borrow().commits, 1);
    }

    #[test]
    fn what_it_says_is_what_its_files_say() {
        let (_, mut book) = book(&[]);
        let value = |issue| Known {
            issue: Some(issue),
            ..Known::new(ItemState::Open, now())
        };
        let one = known(1);
        let mut more = known(2);
        more.insert(Key::new("INC-1", "A2"), value(3));
        more.insert(Key::new("INC-2", "A1"), value(4));
        let mut less = more.clone();
        less.remove(&Key::new("INC-1", "A1"));
        less.remove(&Key::new("INC-2", "A1"));
        let none = BTreeMap::new();
        for wanted in [&one, &more, &less, &none, &one] {
            let written = book.write(wanted, &Watch::default(), now());
            assert!(matches!(written, Ok(Written::Done { .. })), "{written:?}");
            assert_eq!((book.known(), book.flaws()), (wanted, &[][..]));
            assert_eq!(book.said, items::read(&book.files));
        }
    }

    #[test]
    fn what_others_write_about_something_else_is_no_hindrance() {
        let other = Fate::After("approvals/2026/7.json", b"{}");
        let (shared, mut book) = book(&[other, other]);
        let written = book.write(&known(2), &Watch::default(), now());
        assert_eq!(written, Ok(Written::Done { commits: 1 }));
        assert_eq!(says(&shared), known(2));
    }

    #[test]
    fn what_others_write_about_items_is_not_written_over() {
        let other = Fate::After("items/2026/INC-2.json", b"{}");
        let (shared, mut book) = book(&[other]);
        let written = book.write(&known(2), &Watch::default(), now());
        assert_eq!(written, Ok(Written::Overtaken));
        assert_eq!(says(&shared), known(1));
        assert_eq!(book.flaws().len(), 1, "it was read again");
    }

    #[test]
    fn a_lost_answer_is_looked_for() {
        let (shared, mut done) = book(&[Fate::LostAfter]);
        let written = done.write(&known(2), &Watch::default(), now());
        assert_eq!(written, Ok(Written::Done { commits: 1 }));
        assert_eq!(says(&shared), known(2));
        let (shared, mut lost) = book(&[Fate::LostBefore]);
        let written = lost.write(&known(2), &Watch::default(), now());
        assert_eq!(written, Err("no answer"));
        assert_eq!(says(&shared), known(1));
        let written = lost.write(&known(2), &Watch::default(), now());
        assert_eq!(written, Ok(Written::Done { commits: 1 }));
    }

    #[test]
    fn the_same_words_of_somebody_else_are_not_ours() {
        let shared = Shared::default();
        let mut first = Book::open(shared.clone()).expect("an empty branch");
        let mut second = Book::open(shared.clone()).expect("an empty branch");
        let watch = Watch::default();
        let written = first.write(&known(1), &watch, now());
        assert_eq!(written, Ok(Written::Done { commits: 1 }));
        // Both announce the same creation; only one of them may go on.
        let written = second.write(&known(1), &watch, now());
        assert_eq!(written, Ok(Written::Overtaken));
    }
}
