//! `approval check`: the verdict on an open pull request. Reads only; the exit code is the required check.

use std::collections::BTreeMap;

use super::connect;
use super::event::Event;
use super::gather::{self, Case};
use super::snapshot::Snapshots;
use crate::cli::ApprovalCheck;
use crate::command::workspace::Workspace;
use crate::command::{Outcome, step_summary};
use crate::error::Error;
use crate::github::{Budget, ChangedFile, Client, PullRequest};
use crate::output::Terminal;
use crate::report;
use crate::report::verdict::Judgements;

/// GitHub lists no more files of a pull request than this.
const MOST_FILES: usize = 3_000;

/// Judges, tells, and says whether anything is missing.
pub(super) fn run(
    workspace: &Workspace,
    args: &ApprovalCheck,
    terminal: &Terminal,
) -> Result<Outcome, Error> {
    let client = connect(&args.requests, Budget::default().pace)?;
    let number = number(args, &client.settings().repository)?;
    let progress = terminal.progress("asking GitHub", None);
    let pull_request = gather::pull_request(&client, number)?;
    let offset = workspace.offset();
    let snapshots = Snapshots::new(workspace.git.as_ref(), Some(&client), offset.clone());
    // The tip of the branch, not what it was when the pull request was opened: a policy counts from the day it is merged.
    let tip = client.branch(&pull_request.base.branch)?;
    let base = tip.unwrap_or_else(|| pull_request.base.sha.clone());
    let head = pull_request.head.sha.clone();
    let files = match here(&snapshots, workspace, &base, &head)? {
        Some(files) => files,
        None => listed(&client, &pull_request)?,
    };
    let changes_policy = snapshots
        .policy_places()
        .filter(|path| files.contains_key(path))
        .collect();
    // Without a text there is nothing to judge, even where the policy cannot be read: the pull request may be its repair.
    let postmortems = if files.keys().any(|path| path.ends_with(".md")) {
        let case = Case {
            base: base.clone(),
            tip: head.clone(),
            merge: None,
            unjudged: None,
            files,
            pull_request: &pull_request,
        };
        let outcome = gather::judged(&case, &client, &snapshots)?;
        outcome.judged.into_iter().map(|(_, one)| one).collect()
    } else {
        Vec::new()
    };
    drop(progress);
    let judgements = Judgements {
        number,
        url: pull_request.html_url.clone(),
        head,
        base,
        postmortems,
        changes_policy,
    };
    if let Some(file) = step_summary::file(terminal) {
        let added = step_summary::add(&file, terminal, |room| {
            report::verdict::summary(&judgements, room)
        });
        if let Err(error) = added {
            terminal.status(&format!("{error}: the summary of this step is left out"));
        }
    }
    if args.json {
        terminal.result(report::verdict::json(&judgements).trim_end())?;
    } else {
        let text = report::verdict::full(&judgements);
        terminal.readable(text.trim_end(), false)?;
    }
    Ok(if judgements.is_approved() {
        Outcome::Clean
    } else {
        Outcome::Findings
    })
}

/// The number that was named, or that of the event, which must have happened in this repository.
fn number(args: &ApprovalCheck, repository: &str) -> Result<u64, Error> {
    if let Some(number) = args.pr {
        return Ok(number);
    }
    let help = "name it with `--pr N`";
    let Some(event) = Event::read()? else {
        return Err(Error::refused("no pull request is named", help));
    };
    event.must_be_of(repository)?;
    event.pull_request().ok_or_else(|| {
        let kind = event.kind().map(|kind| format!(" `{kind}`"));
        let kind = kind.unwrap_or_default();
        Error::refused(format!("the event{kind} is about no pull request"), help)
    })
}

/// The postmortems and the files of the policy that are other at the head than where the branches part, with their blobs;
/// `None` where this clone cannot tell.
fn here(
    snapshots: &Snapshots<'_>,
    workspace: &Workspace,
    base: &str,
    head: &str,
) -> Result<Option<BTreeMap<String, Option<String>>>, Error> {
    let (Some(git), true) = (&workspace.git, snapshots.is_whole()) else {
        return Ok(None);
    };
    let Some(fork) = snapshots.fork(base, head)? else {
        return Ok(None);
    };
    let mut files = git.between(&fork, head, "")?;
    if let Some(files) = &mut files {
        for place in snapshots.policy_places() {
            let new = snapshots.file(head, &place)?;
            if snapshots.file(&fork, &place)? != new {
                files.insert(place, new);
            }
        }
    }
    Ok(files)
}

/// The files that the pull request changes, with their blobs at the head, as GitHub lists them.
fn listed(
    client: &Client,
    pull_request: &PullRequest,
) -> Result<BTreeMap<String, Option<String>>, Error> {
    let listed = client.changed_files(pull_request.number)?;
    if listed.len() >= MOST_FILES {
        return Err(Error::refused(
            format!(
                "pull request #{} changes {MOST_FILES} files or more, and GitHub lists no more of them",
                pull_request.number
            ),
            "check out the full history: `fetch-depth: 0` on actions/checkout",
        ));
    }
    let mut files = BTreeMap::new();
    for file in listed {
        let ChangedFile {
            filename,
            previous_filename,
            status,
            sha,
        } = file;
        if let Some(previous) = previous_filename.filter(|_| status == "renamed") {
            files.entry(previous).or_insert(None);
        }
        let blob = sha.filter(|_| status != "removed");
        files.insert(filename, blob);
    }
    Ok(files)
}
