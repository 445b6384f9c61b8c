//! `approval record`: how postmortems reached the default branch, put on record.
//!
//! Goes along the default branch from where the last record ends, finds the pull request behind every commit that changed a
//! postmortem, judges it again, and appends to the ledger. It can be stopped anywhere and run again.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::connect;
use super::gather::{self, Case, person};
use super::landing::{Line, Merged};
use super::snapshot::{Law, Snapshots};
use super::store::Store;
use crate::cli::ApprovalRecord;
use crate::command::Outcome;
use crate::command::tip::Tip;
use crate::command::workspace::Workspace;
use crate::error::Error;
use crate::git::{Landing, Repository};
use crate::github::{Budget, Client};
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
    let client = connect(&args.requests, Budget::default().pace)?;
    let progress = terminal.progress("asking GitHub", None);
    let branch = client.default_branch()?;
    let Tip { head: tip, end, .. } = Tip::find(git, &client, &branch)?;
    let mut store = Store::new(&client);
    let (prefix, offset) = workspace.prefix(git);
    let from = store.head()?.map(|head| head.through);
    let is_ours = workspace.postmortem_paths()?;
    let mut landings = match &from {
        // A run of an older commit, which a later one has overtaken.
        Some(from) if git.is_before(&tip, from)? => Vec::new(),
        _ => git.landings(from.as_deref(), &tip, &prefix)?,
    };
    landings.retain_mut(|landing| {
        let own = |path: &str| is_ours(path.strip_prefix(&offset).unwrap_or(path));
        landing.files.retain(|path, _| own(path));
        !landing.files.is_empty()
    });
    let run = Run {
        workspace,
        git,
        client: &client,
        snapshots: Snapshots::new(Some(git), Some(&client), offset),
        line: Line {
            git,
            client: &client,
            branch: &branch,
            tip: &end,
        },
        unjudged: &args.unjudged,
        last: args
            .requests
            .max_requests
            .saturating_sub(FOR_WRITING)
            .max(1),
    };
    let mut kept = Kept {
        store,
        dry: args.dry_run,
        told: Vec::new(),
    };
    let ended = run.all(&landings, from.unwrap_or_default(), &mut kept);
    drop(progress);
    let told = kept.told;
    // What was written is told, whatever came after.
    tell(&told, args, terminal)?;
    match ended {
        Ok(()) => {
            if told.is_empty() {
                terminal.status("everything is on record");
            }
        }
        Err(Stop::Later(_))
            if told.is_empty() && client.used().requests >= args.requests.max_requests =>
        {
            return Err(Error::refused(
                format!(
                    "`--max-requests {}` is too little to record even one pull request, and nothing was written",
                    args.requests.max_requests
                ),
                "allow more",
            ));
        }
        Err(Stop::Later(why)) => {
            terminal.status(&format!("{why}; the rest is left for the next run"));
        }
        Err(Stop::Failed(error)) => return Err(error),
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
    /// The pull requests that go on record even where their policy cannot be met by anybody.
    unjudged: &'a [u64],
    /// Reading stops at so many requests.
    last: u32,
}

impl Run<'_> {
    /// Judges every commit and keeps the records; `through` is the commit that the last run came to.
    fn all(&self, landings: &[Landing], through: String, kept: &mut Kept<'_>) -> Result<(), Stop> {
        let mut pending = Vec::new();
        let mut through = through;
        let mut left = landings;
        let ended = loop {
            let Some(first) = left.first() else {
                break Ok(());
            };
            // One at least, or a small budget would never come anywhere.
            if left.len() < landings.len() && self.client.used().requests >= self.last {
                break Err(Stop::Later("the requests of this run are used up".into()));
            }
            match self.next(first, left) {
                Ok((taken, record)) => {
                    left = &left[taken..];
                    through.clone_from(&record.commit);
                    pending.push(record);
                }
                Err(stop) => break Err(stop),
            }
            if pending.len() >= AT_ONCE {
                kept.add(&mut pending, &through)?;
            }
        };
        // What was judged before something failed is true; it is not lost with the rest.
        kept.add(&mut pending, &through)?;
        ended
    }

    /// The record of the first commit, and how many commits it covers.
    fn next(&self, first: &Landing, landings: &[Landing]) -> Result<(usize, Draft), Stop> {
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
        // Which of them are postmortems is for the configurations at both ends.
        let changes = self.git.between(&merged.base, &merged.commit, "")?;
        let case = Case {
            base: merged.base,
            tip: merged.commit.clone(),
            merge: Some(Merge {
                commit: merged.commit.clone(),
                at: pull_request.merged_at.unwrap_or_default(),
                by: pull_request.merged_by.as_ref().map(person),
            }),
            unjudged: self
                .unjudged
                .contains(&pull_request.number)
                .then_some(&self.workspace.config),
            files: changes.unwrap_or_default(),
            pull_request,
        };
        let outcome = gather::judged(&case, self.client, &self.snapshots)?;
        let Law {
            policy, codeowners, ..
        } = outcome.law;
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

/// The page of this workflow run.
fn workflow_run() -> Option<String> {
    let get = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let id = get("GITHUB_RUN_ID")?;
    let is_number = id.bytes().all(|byte| byte.is_ascii_digit());
    let server = get("GITHUB_SERVER_URL")?;
    let repository = get("GITHUB_REPOSITORY")?;
    is_number.then(|| format!("{server}/{repository}/actions/runs/{id}"))
}

/// The ledger, and what was added to it.
struct Kept<'a> {
    store: Store<'a>,
    /// Nothing is written.
    dry: bool,
    told: Vec<Draft>,
}

impl Kept<'_> {
    /// Writes what is pending.
    fn add(&mut self, pending: &mut Vec<Draft>, through: &str) -> Result<(), Error> {
        let records = std::mem::take(pending);
        if self.dry {
            self.told.extend(records);
        } else if !records.is_empty() {
            self.told.extend(self.store.append(records, through)?);
        }
        Ok(())
    }
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
