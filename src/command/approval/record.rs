//! `approval record`: how postmortems reached the default branch, put on record.
//!
//! Goes along the default branch from where the last record ends, finds the pull request behind every commit that changed a
//! postmortem, judges it again, and appends to the ledger. It can be stopped anywhere and run again.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::connect;
use super::event::Event;
use super::gather::{self, Case, named, person};
use super::landing::{Line, Merged};
use super::snapshot::{Law, Snapshots};
use super::store::Store;
use crate::cli::ApprovalRecord;
use crate::command::Outcome;
use crate::command::workspace::Workspace;
use crate::error::Error;
use crate::git::{Landing, Repository};
use crate::github::Client;
use crate::ledger::Draft;
use crate::ledger::facts::{Merge, Text};
use crate::ledger::record::Judged;
use crate::ledger::verdict::{State, Verdict};
use crate::output::Terminal;
use crate::postmortem::Postmortem;
use crate::report;
use crate::source::Source;

/// Records so many at once.
const AT_ONCE: usize = 25;
/// Requests that writing may take; reading stops before it would use them up.
const FOR_WRITING: u32 = 12;

/// Judges what reached the default branch since the last record, and appends it.
pub(super) fn run(
    workspace: &Workspace,
    args: &ApprovalRecord,
    terminal: &Terminal,
) -> Result<Outcome, Error> {
    let git = workspace.git()?;
    let client = connect(&args.requests)?;
    let progress = terminal.progress("asking GitHub", None);
    let branch = client.default_branch()?;
    let tip = tip(git, &client, &branch)?;
    let mut store = Store::new(&client);
    let (prefix, offset) = workspace.prefix(git);
    let from = store.head()?.map(|head| head.through);
    let is_ours = workspace.postmortem_paths()?;
    let mut landings = git.landings(from.as_deref(), &tip, &prefix)?;
    landings.retain_mut(|landing| {
        let own = |path: &str| is_ours(path.strip_prefix(&offset).unwrap_or(path));
        landing.files.retain(|path, _| own(path));
        !landing.files.is_empty()
    });
    let run = Run {
        workspace,
        git,
        client: &client,
        snapshots: Snapshots::new(Some(git), Some(&client), offset.clone()),
        line: Line {
            git,
            client: &client,
            branch: &branch,
            tip: &tip,
        },
        prefix,
        offset,
        last: args
            .requests
            .max_requests
            .saturating_sub(FOR_WRITING)
            .max(1),
    };
    let mut told = Vec::new();
    let mut pending = Vec::new();
    let mut at = 0;
    // The last commit that is judged.
    let mut through = from.unwrap_or_default();
    let mut stopped = None;
    while at < landings.len() {
        if client.used().requests >= run.last {
            stopped = Some("the requests of this run are used up".to_string());
            break;
        }
        match run.next(&landings[at..]) {
            Ok((taken, record)) => {
                at += taken;
                through.clone_from(&record.commit);
                pending.push(record);
            }
            Err(Stop::Later(why)) => {
                stopped = Some(why);
                break;
            }
            Err(Stop::Failed(error)) => {
                // What was judged before is true; it is not lost with the rest.
                keep(&mut store, &mut pending, &through, &mut told, args.dry_run)?;
                tell(&told, args, terminal)?;
                return Err(error);
            }
        }
        if pending.len() >= AT_ONCE {
            keep(&mut store, &mut pending, &through, &mut told, args.dry_run)?;
        }
    }
    keep(&mut store, &mut pending, &through, &mut told, args.dry_run)?;
    drop(progress);
    tell(&told, args, terminal)?;
    if let Some(why) = stopped {
        let left = landings.len() - at;
        terminal.status(&format!("{why}; {left} commits are left for the next run"));
    } else if told.is_empty() {
        terminal.status("everything is on record");
    }
    Ok(Outcome::Clean)
}

/// Why no further commit is looked at.
enum Stop {
    /// A limit; the next run goes on.
    Later(String),
    /// Something is wrong.
    Failed(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        match error {
            Error::Exhausted { message, .. } => Self::Later(message),
            other => Self::Failed(other),
        }
    }
}

/// What one run works with.
struct Run<'a> {
    workspace: &'a Workspace,
    git: &'a Repository,
    client: &'a Client,
    snapshots: Snapshots<'a>,
    line: Line<'a>,
    /// The folder of the postmortems in the repository.
    prefix: String,
    /// What to put before paths of the workspace to get those of the repository.
    offset: String,
    /// Reading stops at so many requests.
    last: u32,
}

impl Run<'_> {
    /// The record of the first commit, and how many commits it covers.
    fn next(&self, landings: &[Landing]) -> Result<(usize, Draft), Stop> {
        let Some(first) = landings.first() else {
            return Err(Stop::Later("nothing is left".into()));
        };
        let Some(merged) = self.line.merged(first)? else {
            return Ok((1, self.pushed(first)?));
        };
        let mut taken = 0;
        for landing in landings {
            if !self.git.is_before(&landing.commit, &merged.commit)? {
                break;
            }
            taken += 1;
        }
        Ok((taken, self.reviewed(merged)?))
    }

    /// The record of a pull request.
    fn reviewed(&self, merged: Merged) -> Result<Draft, Error> {
        let pull_request = &merged.pull_request;
        let changes = self
            .git
            .between(&merged.base, &merged.commit, &self.prefix)?;
        // A policy that nobody could read stays in the history for ever, and must not end all recording.
        let law = self
            .snapshots
            .law_or(&merged.base, &self.workspace.config)?;
        let case = Case {
            base: merged.base,
            law,
            tip: merged.commit.clone(),
            merge: Some(Merge {
                commit: merged.commit.clone(),
                at: pull_request.merged_at.unwrap_or_default(),
                by: pull_request.merged_by.as_ref().map(person),
            }),
            files: changes.unwrap_or_default(),
            pull_request,
        };
        let outcome = gather::judged(&case, self.client, &self.snapshots, &self.offset)?;
        let Law {
            policy, codeowners, ..
        } = case.law;
        let judged = outcome.judged.into_iter().map(|(text, judgement)| Judged {
            text,
            verdict: judgement.verdict,
        });
        let postmortems = judged.collect();
        Ok(Draft {
            pull_request: Some(outcome.facts),
            policy,
            codeowners,
            ..self.record(merged.commit, postmortems)?
        })
    }

    /// The record of a direct push: nobody was asked.
    fn pushed(&self, landing: &Landing) -> Result<Draft, Error> {
        let config = &self.workspace.config;
        let mut postmortems = Vec::new();
        for (path, blob) in &landing.files {
            let id = match blob {
                Some(blob) => {
                    let source = Source::from_bytes(path, self.snapshots.blob(blob)?);
                    let read = Postmortem::parse(Arc::new(source), &config.conventions);
                    read.id().map(String::from)
                }
                None => None,
            };
            postmortems.push(Judged {
                text: Text {
                    id,
                    path: path.clone(),
                    blob: blob.clone(),
                    seen: BTreeMap::new(),
                },
                verdict: Verdict {
                    state: State::Unreviewed,
                    needs: Vec::new(),
                    voices: Vec::new(),
                },
            });
        }
        self.record(landing.commit.clone(), postmortems)
    }

    fn record(&self, commit: String, postmortems: Vec<Judged>) -> Result<Draft, Error> {
        // The clock of this machine may be wrong, and GitHub has answered by now.
        let recorded_at = self.client.clock().unwrap_or_else(Timestamp::now);
        Ok(Draft {
            repository: self.client.settings().repository.clone(),
            commit,
            pull_request: None,
            policy: None,
            codeowners: None,
            postmortems,
            recorded_at,
            tool: concat!("aftersight ", env!("CARGO_PKG_VERSION")).into(),
            run: workflow_run(),
        })
    }
}

/// The commit up to which records are made: HEAD, which must be on the default branch as GitHub has it.
fn tip(git: &Repository, client: &Client, branch: &str) -> Result<String, Error> {
    let Some(head) = git.head()? else {
        return Err(Error::refused(
            "the repository has no commit yet",
            "run this when the first postmortem is on the default branch",
        ));
    };
    let refused = |message: String| {
        let help = format!(
            "check out `{branch}` with its full history: `fetch-depth: 0` on actions/checkout"
        );
        Err(Error::refused(message, help))
    };
    if let Some(event) = Event::read()?
        && let Some(repository) = event.repository()
        && !repository.eq_ignore_ascii_case(&client.settings().repository)
    {
        return refused(format!(
            "the event is about `{repository}`, not about `{}`",
            client.settings().repository
        ));
    }
    let tracked = git.reference(&format!("refs/remotes/origin/{branch}"))?;
    let published = client.branch(branch)?;
    for tip in [published, tracked].into_iter().flatten() {
        if git.is_before(&head, &tip)? {
            return Ok(head);
        }
    }
    refused(format!(
        "HEAD is {}, which is not on the default branch `{branch}`",
        named(&head)
    ))
}

/// The page of this workflow run.
fn workflow_run() -> Option<String> {
    let get = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let id = get("GITHUB_RUN_ID")?;
    let is_number = id.bytes().all(|byte| byte.is_ascii_digit());
    let server = get("GITHUB_SERVER_URL")?;
    let repository = get("GITHUB_REPOSITORY")?;
    is_number.then(|| format!("{server}/{repository}/actions/runs/{id}"))
}

/// Writes what is pending.
fn keep(
    store: &mut Store<'_>,
    pending: &mut Vec<Draft>,
    through: &str,
    told: &mut Vec<Draft>,
    dry: bool,
) -> Result<(), Error> {
    if pending.is_empty() {
        return Ok(());
    }
    let records = std::mem::take(pending);
    if dry {
        told.extend(records);
    } else {
        told.extend(store.append(records, through)?);
    }
    Ok(())
}

fn tell(records: &[Draft], args: &ApprovalRecord, terminal: &Terminal) -> Result<(), Error> {
    if args.json {
        return terminal.result(report::verdict::recorded_json(records, args.dry_run).trim_end());
    }
    let text = report::verdict::recorded(records, args.dry_run);
    if text.is_empty() {
        return Ok(());
    }
    terminal.readable(text.trim_end(), false)
}
