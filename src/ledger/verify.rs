//! The proof: that every record says what git says, and that its verdict follows from what it says itself.
//!
//! Works on what is in a clone, without network. Owns what has to hold; git is behind [`History`], and the judgement comes
//! in as an argument, since it is not the ledger's.

use std::collections::{BTreeMap, BTreeSet};

use super::chain::Flaw;
use super::facts::{Facts, Seen, Text};
use super::form::quoted;
use super::record::{Judged, Origin, Record};
use super::verdict::{Requirement, State, Verdict, Weight};
use super::{HEAD, Kept, Ledger, facts::Opinion, place};

/// What git knows. A clone that is cut off, or cannot be read, must fail rather than say no.
pub trait History {
    /// Why git could not be asked.
    type Error;

    /// Whether a commit is in the history of the default branch.
    fn contains(&self, commit: &str) -> Result<bool, Self::Error>;

    /// The blob of the file at a path at a commit of the default branch; none where there is no such file.
    fn blob(&self, commit: &str, path: &str) -> Result<Option<String>, Self::Error>;

    /// Whether any file at a commit is this blob; none where the commit is not in this clone, as those of a pull request
    /// that was squashed.
    fn holds(&self, commit: &str, blob: &str) -> Result<Option<bool>, Self::Error>;

    /// The commits of the ledger's branch, oldest first.
    fn past(&self) -> Result<Vec<Step>, Self::Error>;

    /// What a record's commit holds of one of its texts, and whom the policy at its base asked about it, where that can be
    /// told; none leaves the record's word for it.
    fn told(&self, record: &Record, judged: &Judged) -> Result<Option<Told>, Self::Error>;
}

/// What git tells of a text in a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// It is no postmortem that came with the record's commit.
    Foreign,
    /// It is one.
    Postmortem {
        /// Its id, where it has one.
        id: Option<String>,
        /// Whom the policy asked; nobody where there was no pull request.
        requirements: Vec<Requirement>,
    },
}

/// A commit of the ledger's branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The commit, in hex.
    pub commit: String,
    /// How many parents it has.
    pub parents: usize,
    /// The files that are new or other than in the first parent, with their blobs; none for a file that is gone.
    pub files: BTreeMap<String, Option<String>>,
}

/// Everything that does not hold: the ledger's own flaws, and those of records that git or their own facts contradict.
///
/// Of one cause one flaw is given: what follows from it is not looked at.
pub fn verify<H: History>(
    ledger: &Ledger,
    history: &H,
    judge: impl Fn(&Facts, &[Requirement], &Text) -> Verdict,
) -> Result<Vec<Flaw>, H::Error> {
    let mut flaws = ledger.flaws.clone();
    append_only(&history.past()?, &mut flaws);
    let mut recorded: BTreeMap<&str, &str> = BTreeMap::new();
    for Kept { path, record, .. } in &ledger.records {
        // One commit came by one pull request, or by none.
        if let Some(first) = recorded.insert(&record.commit, path) {
            let commit = quoted(&record.commit);
            recorded.insert(&record.commit, first);
            let cause = format!("is about the commit `{commit}`, as `{first}` is");
            flaws.push(Flaw::new(path, cause));
            continue;
        }
        let mut proof = Proof {
            history,
            record,
            causes: Vec::new(),
        };
        if proof.commits()? {
            proof.origins()?;
            for judged in &record.postmortems {
                if proof.text(judged)? && proof.verdict(judged, &judge)? {
                    proof.seen(judged)?;
                }
            }
        }
        flaws.extend(proof.causes.into_iter().map(|cause| Flaw::new(path, cause)));
    }
    if let Some(head) = &ledger.head
        && !head.through.is_empty()
        && !history.contains(&head.through)?
    {
        let commit = quoted(&head.through);
        let cause = format!(
            "says everything up to `{commit}` is on record, which is not in the default branch's history"
        );
        flaws.push(Flaw::new(HEAD, cause));
    }
    Ok(flaws)
}

/// Whether the ledger here and the one on the server have each what the other has not; `is_before` says whether the first
/// commit is the second or an ancestor of it.
pub fn diverged<E>(
    local: Option<&str>,
    remote: Option<&str>,
    is_before: impl Fn(&str, &str) -> Result<bool, E>,
) -> Result<Option<Flaw>, E> {
    let (Some(local), Some(remote)) = (local, remote) else {
        return Ok(None);
    };
    if is_before(local, remote)? || is_before(remote, local)? {
        return Ok(None);
    }
    let (local, remote) = (quoted(local), quoted(remote));
    let cause = format!(
        "there are two ledgers that diverged: this clone's own is at `{local}`, the server's at `{remote}`"
    );
    Ok(Some(Flaw::new(HEAD, cause)))
}

/// That no record was ever changed or removed.
fn append_only(past: &[Step], flaws: &mut Vec<Flaw>) {
    let mut blobs: BTreeMap<&str, &str> = BTreeMap::new();
    let mut told = BTreeSet::new();
    for step in past {
        let commit = quoted(&step.commit);
        if step.parents > 1 {
            let cause = format!(
                "the ledger's commit `{commit}` is a merge, so that another history may be behind it"
            );
            flaws.push(Flaw::new(HEAD, cause));
        }
        for (path, blob) in &step.files {
            if place::subject(path).is_none() {
                continue;
            }
            let before = blobs.get(path.as_str()).copied();
            let cause = match (before, blob) {
                (Some(_), None) => "removed",
                (Some(before), Some(blob)) if before != blob => "changed",
                _ => "",
            };
            if !cause.is_empty() && told.insert(path) {
                let cause = format!(
                    "was {cause} by the ledger's commit `{commit}`; records are only ever added"
                );
                flaws.push(Flaw::new(path, cause));
            }
            // What was removed and comes back must still be what it was.
            if let Some(blob) = blob {
                blobs.insert(path, blob);
            }
        }
    }
}

/// The proof of one record.
struct Proof<'a, H> {
    history: &'a H,
    record: &'a Record,
    causes: Vec<String>,
}

impl<H: History> Proof<'_, H> {
    /// That the commits it names are the default branch's.
    fn commits(&mut self) -> Result<bool, H::Error> {
        let commit = &self.record.commit;
        if !self.known("commit", commit)? {
            return Ok(false);
        }
        let Some(facts) = &self.record.pull_request else {
            return Ok(true);
        };
        if let Some(merge) = &facts.merge
            && merge.commit != *commit
        {
            let (merge, commit) = (quoted(&merge.commit), quoted(commit));
            self.causes.push(format!(
                "its pull request was merged as `{merge}`, not as its commit `{commit}`"
            ));
            return Ok(false);
        }
        self.known("base", &facts.base)
    }

    fn known(&mut self, what: &str, commit: &str) -> Result<bool, H::Error> {
        let known = self.history.contains(commit)?;
        if !known {
            let commit = quoted(commit);
            self.causes.push(format!(
                "its {what} `{commit}` is not in the default branch's history"
            ));
        }
        Ok(known)
    }

    /// That the policy stood at the base.
    fn origins(&mut self) -> Result<(), H::Error> {
        let base = match &self.record.pull_request {
            Some(facts) => &facts.base,
            // Nobody was asked, so no policy was in force.
            None => return Ok(()),
        };
        let origins = [
            ("policy", &self.record.policy),
            ("owners file", &self.record.codeowners),
        ];
        for (what, origin) in origins {
            let Some(Origin { path, blob }) = origin else {
                continue;
            };
            let found = self.history.blob(base, path)?;
            if found.as_ref() != Some(blob) {
                let (path, base) = (quoted(path), quoted(base));
                self.causes.push(match found {
                    Some(_) => {
                        format!("its {what} `{path}` is not the one at the base `{base}`")
                    }
                    None => format!("its {what} `{path}` is not there at the base `{base}`"),
                });
            }
        }
        Ok(())
    }

    /// That the text stood where it is said to have stood.
    fn text(&mut self, judged: &Judged) -> Result<bool, H::Error> {
        let Text { path, blob, .. } = &judged.text;
        let found = self.history.blob(&self.record.commit, path)?;
        let (path, commit) = (quoted(path), quoted(&self.record.commit));
        let cause = match (blob, &found) {
            (Some(blob), Some(found)) if blob == found => return Ok(true),
            (None, None) => return Ok(true),
            (Some(_), Some(_)) => format!("`{path}` is another text at its commit `{commit}`"),
            (Some(_), None) => format!("`{path}` is not there at its commit `{commit}`"),
            (None, Some(_)) => {
                format!("`{path}` is recorded as removed, but is there at its commit `{commit}`")
            }
        };
        self.causes.push(cause);
        Ok(false)
    }

    /// That the verdict follows from the policy and the facts.
    fn verdict(
        &mut self,
        judged: &Judged,
        judge: impl Fn(&Facts, &[Requirement], &Text) -> Verdict,
    ) -> Result<bool, H::Error> {
        let path = quoted(&judged.text.path);
        let recorded = &judged.verdict;
        let asked = match self.history.told(self.record, judged)? {
            None => None,
            Some(Told::Foreign) => {
                let commit = quoted(&self.record.commit);
                self.causes.push(format!(
                    "`{path}` is no postmortem that came with its commit `{commit}`"
                ));
                return Ok(false);
            }
            Some(Told::Postmortem { id, requirements }) => {
                if id != judged.text.id {
                    let name = |id: &Option<String>| match id {
                        Some(id) => format!("`{}`", quoted(id)),
                        None => "no id".into(),
                    };
                    let (recorded, id) = (name(&judged.text.id), name(&id));
                    self.causes.push(format!(
                        "`{path}` is recorded with {recorded}, but has {id} at its commit"
                    ));
                    return Ok(false);
                }
                Some(requirements)
            }
        };
        let Some(facts) = &self.record.pull_request else {
            let nobody = recorded.state == State::Unreviewed
                && recorded.voices.is_empty()
                && recorded.needs.iter().all(|need| need.met_by.is_empty());
            if !nobody {
                self.causes.push(format!(
                    "`{path}` was pushed without a pull request, so nobody can have reviewed it"
                ));
            }
            return Ok(nobody);
        };
        let needs = recorded.needs.iter();
        let own: Vec<Requirement> = needs.map(|need| need.requirement.clone()).collect();
        if asked.is_some_and(|asked| asked != own) {
            self.causes.push(format!(
                "the policy at its base asks for other approvals of `{path}` than it says"
            ));
            return Ok(false);
        }
        let made = judge(facts, &own, &judged.text);
        if made == *recorded {
            return Ok(true);
        }
        self.causes.push(if made.state == recorded.state {
            format!("who agreed to `{path}` does not follow from its own reviews")
        } else {
            let (said, made) = (words(recorded.state), words(made.state));
            format!("`{path}` is recorded as {said}, but its own reviews make it {made}")
        });
        Ok(false)
    }

    /// That what was approved is the text that the reviewers had before their eyes.
    fn seen(&mut self, judged: &Judged) -> Result<(), H::Error> {
        let (Some(facts), Some(blob)) = (&self.record.pull_request, &judged.text.blob) else {
            return Ok(());
        };
        if judged.verdict.state != State::Approved {
            return Ok(());
        }
        let path = quoted(&judged.text.path);
        for voice in &judged.verdict.voices {
            if (voice.opinion, voice.weight) != (Opinion::Approved, Weight::Counts) {
                continue;
            }
            let login = quoted(&voice.login);
            let mut reviews = facts.reviews.iter();
            let Some(review) = reviews.find(|review| review.id == voice.review) else {
                let cause = format!("the review with which {login} approved `{path}` is not in it");
                self.causes.push(cause);
                continue;
            };
            let same = judged.text.seen.get(&review.commit) == Some(&Seen::Same);
            if !same || self.history.holds(&review.commit, blob)? == Some(false) {
                let commit = quoted(&review.commit);
                self.causes.push(format!(
                    "`{path}` was another text at `{commit}`, where {login} approved it"
                ));
            }
        }
        Ok(())
    }
}

fn words(state: State) -> &'static str {
    match state {
        State::Approved => "approved",
        State::Pending => "pending",
        State::ChangesRequested => "changes requested",
        State::Stale => "stale",
        State::Unreviewed => "unreviewed",
    }
}
