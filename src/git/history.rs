//! The commits behind HEAD, each once, children before parents.
//!
//! Owns reading the commit graph. What the commits did to files is for `courses`.

use std::collections::{HashMap, HashSet};

use gix::ObjectId;
use gix::bstr::{BStr, ByteSlice};

/// A commit, as far as the courses of files need it.
#[derive(Debug)]
pub(super) struct Commit {
    pub(super) tree: ObjectId,
    /// Committer time in seconds; nothing when the commit is malformed there.
    pub(super) time: Option<i64>,
    /// Author time in seconds, which survives a rebase, an amendment and a cherry-pick; the committer time where the
    /// author's clock was ahead of it.
    pub(super) authored: Option<i64>,
    /// Whether the subject says that a pull request became this one commit: its work is older than it.
    pub(super) squashed: bool,
    /// Positions of the parents that are here.
    pub(super) parents: Vec<usize>,
}

/// All commits that can be reached from one.
#[derive(Debug, Default)]
pub(super) struct History {
    pub(super) commits: Vec<Commit>,
    /// Positions in `commits`, every child before its parents.
    pub(super) order: Vec<usize>,
}

impl History {
    /// Reads everything behind `head`, which becomes the first commit. Of what was committed before `since` only the
    /// newest commits are read, as if all had begun with them.
    pub(super) fn read(
        repo: &gix::Repository,
        head: ObjectId,
        since: Option<i64>,
    ) -> gix::Result<Self> {
        let cut: HashSet<ObjectId> = match repo.shallow_commits()? {
            Some(commits) => commits.iter().copied().collect(),
            None => HashSet::new(),
        };
        let mut ids = vec![head];
        let mut places = HashMap::from([(head, 0)]);
        let mut commits = Vec::new();
        while let Some(id) = ids.get(commits.len()).copied() {
            let commit = repo.find_commit(id)?;
            let time = commit.time().ok().map(|time| time.seconds);
            let authored = commit.author().and_then(|author| author.time());
            let authored = authored.ok().map(|time| time.seconds);
            let old = time.zip(since).is_some_and(|(time, since)| time < since);
            let mut parents = Vec::new();
            if !old && !cut.contains(&id) {
                for parent in commit.parent_ids().map(gix::Id::detach) {
                    let place = *places.entry(parent).or_insert_with(|| {
                        ids.push(parent);
                        ids.len() - 1
                    });
                    if !parents.contains(&place) {
                        parents.push(place);
                    }
                }
            }
            commits.push(Commit {
                tree: commit.tree_id()?.detach(),
                time,
                authored: authored.into_iter().chain(time).min(),
                squashed: is_squash(commit.message_raw_sloppy()),
                parents,
            });
        }
        let order = order(&commits);
        Ok(Self { commits, order })
    }
}

/// Whether the subject is one that forges give to a pull request made into one commit: `Title (#123)`,
/// `Title (pull request #123)`, `Merged PR 123: Title`.
fn is_squash(message: &BStr) -> bool {
    let subject = message.lines().next().unwrap_or_default().trim_end();
    let numbered = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    let behind = subject
        .strip_suffix(b")")
        .and_then(|rest| Some(rest.split_at(rest.rfind_byte(b'#')?)))
        .is_some_and(|(before, number)| {
            (before.ends_with(b"(") || before.ends_with(b"(pull request "))
                && numbered(&number[1..])
        });
    let before = subject
        .strip_prefix(b"Merged PR ")
        .and_then(|rest| rest.split_once_str(":"))
        .is_some_and(|(number, _)| numbered(number));
    behind || before
}

fn order(commits: &[Commit]) -> Vec<usize> {
    let mut children = vec![0_usize; commits.len()];
    for parent in commits.iter().flat_map(|commit| &commit.parents) {
        children[*parent] += 1;
    }
    let mut ready = vec![0];
    let mut order = Vec::with_capacity(commits.len());
    while let Some(place) = ready.pop() {
        order.push(place);
        for parent in &commits[place].parents {
            children[*parent] -= 1;
            if children[*parent] == 0 {
                ready.push(*parent);
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squashes_are_known_by_their_subject() {
        for subject in [
            "Add a postmortem (#12)",
            "Add a postmortem (#12)\n\n* first\n* second",
            "Add (one) (pull request #3)",
            "Merged PR 44: Add a postmortem",
        ] {
            assert!(is_squash(subject.into()), "{subject}");
        }
        for subject in [
            "",
            ")",
            "Add a postmortem",
            "Mend #12",
            "Mend (see #12)",
            "Add (#)",
            "Add (#a)",
            "Add a postmortem\n\nSee (#12)",
            "Merge pull request #12 from example/draft",
            "Merged PR x: y",
        ] {
            assert!(!is_squash(subject.into()), "{subject}");
        }
    }
}
