//! Reading the whole branch: which files are records, which of them hold, and what is wrong with the others.

use std::collections::{BTreeMap, BTreeSet};

use super::chain::{self, End, Flaw, Link};
use super::place::{self, Place, Subject};
use super::record::Record;
use super::{HEAD, Head, Kept, Ledger, form};

impl Ledger {
    /// Reads every file of the branch, by path. Never fails: what does not hold is a flaw that names its file.
    ///
    /// Files outside of `approvals/` are nobody's business here.
    pub fn read(files: &BTreeMap<String, Vec<u8>>) -> Self {
        let mut flaws = Vec::new();
        let mut links = Vec::new();
        for (path, bytes) in files {
            match place::of(path) {
                Place::Record(_) => match form::read::<Record>(bytes) {
                    Ok(record) => links.push(Link {
                        path: path.clone(),
                        digest: form::digest(bytes),
                        record,
                    }),
                    Err(cause) => flaws.push(Flaw::new(path, cause)),
                },
                Place::Stray(why) => flaws.push(Flaw::new(&form::quoted(path), why)),
                Place::Head | Place::Elsewhere => {}
            }
        }
        let head = match files.get(HEAD).map(|bytes| Head::read(bytes)) {
            Some(Ok(head)) => Some(head),
            Some(Err(flaw)) => {
                flaws.push(flaw);
                None
            }
            None => None,
        };
        let end = match &head {
            Some(head) => {
                let there = place::subject(&head.record).is_some();
                End::Head(head, there && files.contains_key(&head.record))
            }
            None if files.contains_key(HEAD) => End::Unreadable,
            None => End::Missing,
        };
        let strange = misplaced(&links, &mut flaws);
        let held = chain::follow(links, &end, &mut flaws);
        let held = held
            .into_iter()
            .filter(|link| !strange.contains(&link.path));
        let records = held.map(|link| Kept {
            path: link.path,
            digest: link.digest,
            record: link.record,
        });
        let records = records.collect();
        flaws.sort();
        Self {
            head,
            records,
            flaws,
            paths: files.keys().cloned().collect(),
        }
    }
}

/// The paths of records that say they are something else, or what another is already.
fn misplaced(links: &[Link], flaws: &mut Vec<Flaw>) -> BTreeSet<String> {
    let mut subjects: BTreeMap<Subject, &str> = BTreeMap::new();
    let mut strange = BTreeSet::new();
    for Link { path, record, .. } in links {
        let facts = record.pull_request.as_ref();
        let cause = match place::belongs(facts, &record.commit, record.recorded_at) {
            Ok((_, right)) if right != *path => Some(format!("belongs at `{right}`")),
            Ok((subject, _)) => {
                let first = *subjects.entry(subject).or_insert(path);
                (first != path).then(|| format!("is on record already, in `{first}`"))
            }
            Err(cause) => Some(format!("can be no record: {cause}")),
        };
        if let Some(cause) = cause {
            flaws.push(Flaw::new(path, cause));
            strange.insert(path.clone());
        }
    }
    strange
}
