//! Whether GitHub still says what was recorded.

use std::collections::BTreeMap;

use super::connect;
use crate::cli::Requests;
use crate::error::Error;
use crate::github::Client;
use crate::ledger::facts::Opinion;
use crate::ledger::verdict::{State, Weight};
use crate::ledger::{BRANCH, Flaw, Kept, Ledger};

/// Asks about every record, and says what differs; `commit` is where the clone has the ledger, if it has one.
pub(super) fn ask(
    ledger: &Ledger,
    commit: Option<&str>,
    requests: &Requests,
) -> Result<Vec<Flaw>, Error> {
    let client = connect(requests)?;
    if commit.is_none() && client.branch(BRANCH)?.is_some() {
        let ours = &client.settings().repository;
        return Err(Error::refused(
            format!("`{ours}` has a ledger, which is not in this clone"),
            format!("run `{}`", super::verify::fetch()),
        ));
    }
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
        for message in differences(&client, kept)? {
            flaws.push(Flaw {
                path: kept.path.clone(),
                message,
            });
        }
    }
    Ok(flaws)
}

fn differences(client: &Client, kept: &Kept) -> Result<Vec<String>, Error> {
    let record = &kept.record;
    let Some(facts) = &record.pull_request else {
        return Ok(Vec::new());
    };
    let number = facts.number;
    let Some(now) = client.pull_request(number)? else {
        // GitHub hides what a token may not see behind the same answer; then nothing can be told.
        client.default_branch()?;
        return Ok(vec![format!("GitHub has no pull request #{number}")]);
    };
    let mut found = Vec::new();
    if now.merged_at.is_none() || now.merge_commit_sha.as_ref() != Some(&record.commit) {
        found.push(format!(
            "GitHub does not say that pull request #{number} was merged as `{}`",
            record.commit
        ));
    }
    if now.user.as_ref().map(|user| user.id) != facts.author.as_ref().map(|author| author.id) {
        found.push(format!(
            "GitHub names another author of pull request #{number}"
        ));
    }
    let reviews = client.reviews(number)?;
    let approved = record
        .postmortems
        .iter()
        .filter(|judged| judged.verdict.state == State::Approved);
    let counted = approved.flat_map(|judged| &judged.verdict.voices);
    for voice in
        counted.filter(|voice| (voice.opinion, voice.weight) == (Opinion::Approved, Weight::Counts))
    {
        let recorded = facts.reviews.iter().find(|one| one.id == voice.review);
        let same = reviews.iter().any(|one| {
            let by = one.user.as_ref().map(|user| user.id);
            one.id == voice.review
                && recorded.is_some_and(|recorded| {
                    by == Some(recorded.by.id)
                        && one.submitted_at == Some(recorded.at)
                        && one.commit_id.as_deref().unwrap_or_default() == recorded.commit
                })
                // A review can be dismissed after the merge; at the merge it was one.
                && matches!(one.state.to_ascii_uppercase().as_str(), "APPROVED" | "DISMISSED")
        });
        let message = format!(
            "GitHub does not have the approval by `{}` on pull request #{number} as it was recorded",
            voice.login
        );
        if !same && !found.contains(&message) {
            found.push(message);
        }
    }
    Ok(found)
}
