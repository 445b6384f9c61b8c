//! From a pull request to verdicts: asks GitHub for the facts, reads the policy in force, and has each postmortem judged.

use std::collections::{BTreeMap, BTreeSet};

use super::candidate;
use super::contributors;
use super::places::Places;
use super::shown::Reviewed;
use super::snapshot::{Law, Snapshots};
use crate::approval::{judge, policy};
use crate::config::Config;
use crate::error::Error;
use crate::github::{Account, Client, Permission, PullRequest, Review, WrittenCommit};
use crate::ledger::facts::{self, Contributor, Facts, Merge, Opinion, Person, Text};
use crate::ledger::verdict::Requirement;
use crate::report::verdict::Judgement;

/// GitHub lists no more commits of a pull request than this.
pub(super) const MOST_COMMITS: usize = 250;

/// What is to be judged, and by what.
pub(super) struct Case<'a> {
    /// The pull request.
    pub(super) pull_request: &'a PullRequest,
    /// The commit whose policy is in force.
    pub(super) base: String,
    /// The commit that holds the texts: the head, or what it became on the default branch.
    pub(super) tip: String,
    /// How it was merged, where it was.
    pub(super) merge: Option<Merge>,
    /// To go on where the policy cannot be read or its teams are not to be found, with this configuration for the rest; nothing
    /// is approved by what cannot be told.
    pub(super) unjudged: Option<&'a Config>,
    /// The files that are other than before, with their blobs; none for one that is gone.
    pub(super) files: BTreeMap<String, Option<String>>,
}

/// What came out.
pub(super) struct Outcome {
    /// What GitHub said.
    pub(super) facts: Facts,
    /// What was in force.
    pub(super) law: Law,
    /// The judged texts, each with its verdict.
    pub(super) judged: Vec<(Text, Judgement)>,
}

/// Gathers and judges.
pub(super) fn judged(
    case: &Case<'_>,
    client: &Client,
    snapshots: &Snapshots<'_>,
) -> Result<Outcome, Error> {
    let number = case.pull_request.number;
    let (law, readable) = match (snapshots.law(&case.base), case.unjudged) {
        (Err(Error::Config { .. }), Some(config)) => {
            (snapshots.unread(&case.base, config.clone())?, false)
        }
        (Err(error @ Error::Config { .. }), None) if case.merge.is_some() => {
            return Err(Error::refused(
                format!("{error}\n  it was in force when pull request #{number} was merged"),
                format!(
                    "put it on record with nothing approved: {}",
                    way_out(number)
                ),
            ));
        }
        (law, _) => (law?, true),
    };
    let places = Places::of(&law, &case.tip, snapshots)?;
    let mut candidates = candidate::of(&case.files, &case.base, &law, &places, snapshots)?;
    if !readable {
        for one in &mut candidates {
            // Without a requirement nothing is approved.
            one.requirements.clear();
        }
    }
    let scope = places.folders();
    let mut facts = Facts {
        number,
        url: case.pull_request.html_url.clone(),
        author: case.pull_request.user.as_ref().map(person),
        branch: case.pull_request.base.branch.clone(),
        base: case.base.clone(),
        head: case.pull_request.head.sha.clone(),
        merge: case.merge.clone(),
        contributors: Vec::new(),
        reviews: Vec::new(),
        teams: BTreeMap::new(),
    };
    let mut commits = Vec::new();
    if !candidates.is_empty() {
        commits = client.commits_of(facts.number)?;
        let took_over = |merge: &WrittenCommit| took_over(merge, snapshots, scope);
        facts.contributors = contributors::of(&commits, took_over)?;
        facts.reviews = reviews(client, facts.number)?;
        if commits.len() >= MOST_COMMITS {
            cut_off(&mut facts)?;
        }
        let asked = candidates.iter().flat_map(|one| &one.requirements);
        facts.teams = teams(client, asked, case)?;
    }
    let now = snapshots.trees(&case.tip, scope)?.unwrap_or_default();
    let reviewed = Reviewed::new(snapshots, scope, &case.base, &commits);
    let mut shown = BTreeMap::new();
    for review in &facts.reviews {
        if !shown.contains_key(&review.commit) {
            shown.insert(review.commit.clone(), reviewed.at(&review.commit)?);
        }
    }
    let judged = candidates.into_iter().map(|one| {
        let seen = shown
            .iter()
            .map(|(commit, shown)| (commit.clone(), shown.text(&now, &one)));
        let text = Text {
            seen: seen.collect(),
            id: one.id,
            path: one.path,
            blob: one.blob,
        };
        let judgement = Judgement {
            id: text.id.clone(),
            path: text.path.clone(),
            status: one.status.name(),
            required: one.required,
            verdict: judge::judge(&facts, &one.requirements, &text),
        };
        (text, judgement)
    });
    let judged = judged.collect();
    Ok(Outcome { facts, law, judged })
}

/// Whether a merge holds nothing but what stood in one of its parents.
pub(super) fn took_over(
    merge: &WrittenCommit,
    snapshots: &Snapshots<'_>,
    scope: &[String],
) -> Result<bool, Error> {
    let mut parents = Vec::new();
    for parent in &merge.parents {
        parents.push(snapshots.trees(&parent.sha, scope)?);
    }
    let stood = |(path, blob): (&String, &String)| {
        let mut parents = parents.iter().flatten();
        parents.any(|parent| parent.get(path) == Some(blob))
    };
    let merged = snapshots.trees(&merge.sha, scope)?;
    Ok(merged.is_some_and(|merged| merged.iter().all(stood)))
}

/// Where GitHub does not list every commit, nobody can tell who else wrote. An open pull request can be made smaller; of
/// one that was merged, whoever reviewed it may have written on it.
fn cut_off(facts: &mut Facts) -> Result<(), Error> {
    if facts.merge.is_none() {
        return Err(Error::refused(
            format!(
                "pull request #{} has {MOST_COMMITS} commits or more, and GitHub lists no more of them, so nobody can tell \
                 who wrote it",
                facts.number
            ),
            "squash its commits into fewer, or split it",
        ));
    }
    for review in &facts.reviews {
        let contributor = Contributor {
            person: Some(review.by.clone()),
            name: String::new(),
        };
        if !facts.contributors.contains(&contributor) {
            facts.contributors.push(contributor);
        }
    }
    Ok(())
}

/// The submitted reviews that say something, with what each reviewer may do now.
fn reviews(client: &Client, number: u64) -> Result<Vec<facts::Review>, Error> {
    let mut rights: BTreeMap<u64, bool> = BTreeMap::new();
    let mut reviews = Vec::new();
    for review in client.reviews(number)? {
        let Some((by, opinion, at)) = opinion(&review) else {
            continue;
        };
        // Whoever may read may comment, as often as they like; a record has no room for what decides nothing.
        if opinion == Opinion::Commented {
            continue;
        }
        let speaks = matches!(opinion, Opinion::Approved | Opinion::ChangesRequested);
        if speaks && !rights.contains_key(&by.id) {
            let permission = client.permission(&by.login)?;
            rights.insert(by.id, permission >= Permission::Write);
        }
        reviews.push(facts::Review {
            id: review.id,
            may_write: rights.get(&by.id).copied().unwrap_or(false),
            by,
            opinion,
            at,
            commit: review.commit_id.clone().unwrap_or_default(),
        });
    }
    Ok(reviews)
}

/// What a review says; nothing where it is not submitted or its account is gone.
pub(super) fn opinion(review: &Review) -> Option<(Person, Opinion, jiff::Timestamp)> {
    let by = person(review.user.as_ref()?);
    Some((by, word(&review.state)?, review.submitted_at?))
}

/// The state of a submitted review.
pub(super) fn word(state: &str) -> Option<Opinion> {
    // Servers differ in the case; the words are those of the reviews API.
    Some(match state.to_ascii_uppercase().as_str() {
        "APPROVED" => Opinion::Approved,
        "CHANGES_REQUESTED" => Opinion::ChangesRequested,
        "COMMENTED" => Opinion::Commented,
        "DISMISSED" => Opinion::Dismissed,
        _ => return None,
    })
}

/// How a merged pull request gets on record whose policy nobody can judge any more.
fn way_out(number: u64) -> String {
    format!("`aftersight approval record --unjudged {number}`")
}

/// The members of every team that is asked; one that is not to be found has none where nothing better can be told.
fn teams<'a>(
    client: &Client,
    requirements: impl Iterator<Item = &'a Requirement>,
    case: &Case<'_>,
) -> Result<BTreeMap<String, Vec<Person>>, Error> {
    let asked: Vec<Requirement> = requirements.cloned().collect();
    let names: BTreeSet<String> = policy::teams(&asked).into_iter().collect();
    let mut teams = BTreeMap::new();
    for name in names {
        let parts = name.strip_prefix('@').and_then(|name| name.split_once('/'));
        let members = match parts {
            Some((organisation, slug)) => client.team(organisation, slug)?,
            None => None,
        };
        let members = members.or_else(|| case.unjudged.map(|_| Vec::new()));
        let Some(members) = members else {
            let number = case.pull_request.number;
            let token =
                "set AFTERSIGHT_TEAM_TOKEN to a token that may read members of the organisation";
            return Err(Error::refused(
                format!(
                    "the policy for pull request #{number} names the team `{name}`, which does not exist or which this token may not see"
                ),
                match case.merge {
                    None => format!(
                        "{token}, or write its members under `approval.teams` in the configuration of the base branch"
                    ),
                    // A merged one is judged by what was in force then.
                    Some(_) => format!(
                        "{token}; if there never was such a team, put it on record with nothing approved: {}",
                        way_out(number)
                    ),
                },
            ));
        };
        teams.insert(name, members.iter().map(person).collect());
    }
    Ok(teams)
}

/// An account as it goes on record.
pub(super) fn person(account: &Account) -> Person {
    Person {
        id: account.id,
        login: account.login.clone(),
        bot: account.kind == "Bot" || account.login.ends_with("[bot]"),
    }
}

/// The pull request, which must be there and belong to this repository.
pub(super) fn pull_request(client: &Client, number: u64) -> Result<PullRequest, Error> {
    let repository = &client.settings().repository;
    let found = client.pull_request(number)?;
    let found = found.ok_or_else(|| match client.settings().token {
        Some(_) => Error::refused(
            format!(
                "there is no pull request #{number} in `{repository}`, or this token may not see it"
            ),
            "check the number, `GITHUB_REPOSITORY` and `GITHUB_API_URL`, and give the token the right `pull-requests: read`",
        ),
        None => Error::refused(
            format!("there is no pull request #{number} in `{repository}` that everybody may see"),
            "check the number, and set `GITHUB_TOKEN` to a token with the right `pull-requests: read`",
        ),
    })?;
    let home = found.base.repo.as_ref().map(|repo| &repo.full_name);
    match home {
        Some(home) if !home.eq_ignore_ascii_case(repository) => Err(Error::refused(
            format!("pull request #{number} belongs to `{home}`, not to `{repository}`"),
            "set GITHUB_REPOSITORY to the repository of the pull request",
        )),
        _ => Ok(found),
    }
}
