//! Whether GitHub still says what was recorded.
//!
//! Every record that calls something approved is asked about whole: the reviews that there were at the merge, those who
//! wrote, and where the branch stood before. What leaves an objection out is as false as what makes an approval up.

use std::collections::{BTreeMap, BTreeSet};

use super::connect;
use super::contributors;
use super::gather::{self, MOST_COMMITS, took_over};
use super::places::Places;
use super::snapshot::{Snapshots, short};
use crate::cli::Requests;
use crate::command::workspace::Workspace;
use crate::error::Error;
use crate::github::{Account, Budget, Client, Review, WrittenCommit};
use crate::ledger::facts::{Facts, Opinion};
use crate::ledger::verdict::{State, Weight};
use crate::ledger::{BRANCH, Flaw, Kept, Ledger, Record};

/// Asks about every record, and says what differs; `commit` is where the clone has the ledger, if it has one.
pub(super) fn ask(
    workspace: &Workspace,
    ledger: &Ledger,
    commit: Option<&str>,
    requests: &Requests,
) -> Result<Vec<Flaw>, Error> {
    let client = connect(requests, Budget::default().pace)?;
    if commit.is_none() && client.branch(BRANCH)?.is_some() {
        let ours = &client.settings().repository;
        return Err(Error::refused(
            format!("`{ours}` has a ledger, which is not in this clone"),
            format!("run `{}`", super::verify::fetch()),
        ));
    }
    let asking = Asking {
        snapshots: Snapshots::new(workspace.git.as_ref(), Some(&client), workspace.offset()),
        workspace,
        client: &client,
    };
    let mut flaws = Vec::new();
    let mut here = BTreeMap::new();
    for kept in &ledger.records {
        let name = &kept.record.repository;
        if !here.contains_key(name) {
            here.insert(name.clone(), client.is_here(name)?);
        }
        if !here[name] {
            flaws.push(Flaw {
                path: kept.path.clone(),
                message: format!(
                    "is about the repository `{name}`, not about `{}`",
                    client.settings().repository
                ),
            });
            continue;
        }
        for message in asking.differences(kept)? {
            flaws.push(Flaw {
                path: kept.path.clone(),
                message,
            });
        }
    }
    Ok(flaws)
}

/// Whom to ask.
struct Asking<'a> {
    workspace: &'a Workspace,
    client: &'a Client,
    snapshots: Snapshots<'a>,
}

impl Asking<'_> {
    fn differences(&self, kept: &Kept) -> Result<Vec<String>, Error> {
        let record = &kept.record;
        let Some(facts) = &record.pull_request else {
            return Ok(Vec::new());
        };
        let number = facts.number;
        let Some(now) = self.client.pull_request(number)? else {
            // GitHub hides what a token may not see behind the same answer; then nothing can be told.
            self.client.default_branch()?;
            return Ok(vec![format!("GitHub has no pull request #{number}")]);
        };
        let mut found = Vec::new();
        if now.merged_at.is_none() || now.merge_commit_sha.as_ref() != Some(&record.commit) {
            found.push(format!(
                "GitHub does not say that pull request #{number} was merged as `{}`",
                record.commit
            ));
        }
        let recorded = facts.author.as_ref().map(|author| author.id);
        if !is(now.user.as_ref(), recorded) {
            found.push(format!(
                "GitHub names another author of pull request #{number}"
            ));
        }
        let states = || record.postmortems.iter().map(|judged| judged.verdict.state);
        if states().next().is_some() {
            let reviews = self.client.reviews(number)?;
            found.extend(opinions(facts, &reviews, now.merged_at));
        }
        if states().any(|state| state == State::Approved) {
            found.extend(self.writers(record, facts)?);
            found.extend(self.base(record, facts)?);
        }
        Ok(found)
    }

    /// Nobody whose approval counts wrote on the pull request.
    fn writers(&self, record: &Record, facts: &Facts) -> Result<Vec<String>, Error> {
        let number = facts.number;
        let law = match self.snapshots.law(&facts.base) {
            // Who wrote does not depend on the policy.
            Err(Error::Config { .. }) => {
                let config = self.workspace.config.clone();
                self.snapshots.unread(&facts.base, config)?
            }
            law => law?,
        };
        let places = Places::of(&law, &record.commit, &self.snapshots)?;
        let commits = self.client.commits_of(number)?;
        if commits.len() >= MOST_COMMITS {
            return Ok(vec![format!(
                "pull request #{number} has more commits than GitHub lists, so nobody can tell that its approvals are not by \
                 those who wrote it"
            )]);
        }
        let took_over = |merge: &WrittenCommit| took_over(merge, &self.snapshots, places.folders());
        let wrote = contributors::of(&commits, took_over)?;
        let counted: BTreeSet<u64> = record
            .postmortems
            .iter()
            .flat_map(|judged| &judged.verdict.voices)
            .filter(|voice| (voice.opinion, voice.weight) == (Opinion::Approved, Weight::Counts))
            .map(|voice| voice.review)
            .collect();
        let mut found = Vec::new();
        for review in facts.reviews.iter().filter(|one| counted.contains(&one.id)) {
            let by = &review.by;
            let is_by = |login: &str| login.trim().eq_ignore_ascii_case(&by.login);
            let by_them = wrote.iter().any(|one| match &one.person {
                Some(person) => person.id == by.id || is_by(&person.login),
                None => is_by(&one.name),
            });
            if by_them {
                found.push(format!(
                    "GitHub says that `{}`, whose approval counts, wrote on pull request #{number}",
                    by.login
                ));
            }
        }
        Ok(found)
    }

    /// The base is where the branch stood before the pull request came, so that no other policy is put in force.
    fn base(&self, record: &Record, facts: &Facts) -> Result<Option<String>, Error> {
        let git = self.workspace.git()?;
        let brought = |commit: &str| -> Result<bool, Error> {
            let found = self.client.pull_requests_of(commit)?;
            Ok(found.iter().any(|one| one.number == facts.number))
        };
        let mut at = git.first_parent(&record.commit)?;
        while let Some(commit) = at {
            let is_own = brought(&commit)?;
            if !is_own && commit == facts.base {
                return Ok(None);
            }
            if !is_own {
                break;
            }
            at = git.first_parent(&commit)?;
        }
        Ok(Some(format!(
            "GitHub does not say that pull request #{} came right after its base `{}`",
            facts.number,
            short(&facts.base)
        )))
    }
}

/// Whether an account is the one on record; one that is gone cannot be told from it.
fn is(account: Option<&Account>, recorded: Option<u64>) -> bool {
    account.is_none_or(|account| account.login == GHOST || Some(account.id) == recorded)
}

/// In whose name GitHub shows what accounts did that are gone.
const GHOST: &str = "ghost";

/// What GitHub says of reviews otherwise than the record: each that is on record, and each that there was at the merge.
fn opinions(
    facts: &Facts,
    reviews: &[Review],
    merged: Option<jiff::Timestamp>,
) -> BTreeSet<String> {
    let number = facts.number;
    let mut found = BTreeSet::new();
    for recorded in &facts.reviews {
        let same = |one: &Review| {
            let opinion = gather::word(&one.state);
            // A review can be dismissed later, and nothing else can become of it.
            let opinion = opinion == Some(recorded.opinion) || opinion == Some(Opinion::Dismissed);
            one.id == recorded.id
                && opinion
                && is(one.user.as_ref(), Some(recorded.by.id))
                && one.submitted_at == Some(recorded.at)
                && one.commit_id.as_deref().unwrap_or_default() == recorded.commit
        };
        if !reviews.iter().any(same) {
            found.insert(format!(
                "GitHub does not have the review by `{}` on pull request #{number} as it was recorded",
                recorded.by.login
            ));
        }
    }
    let known: BTreeSet<u64> = facts.reviews.iter().map(|one| one.id).collect();
    for review in reviews.iter().filter(|one| !known.contains(&one.id)) {
        let Some((by, opinion, at)) = gather::opinion(review) else {
            continue;
        };
        if opinion != Opinion::Commented && merged.is_some_and(|merged| at <= merged) {
            found.insert(format!(
                "leaves out a review by `{}` that pull request #{number} had when it was merged",
                by.login
            ));
        }
    }
    found
}
