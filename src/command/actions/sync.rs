//! `actions sync`: what postmortems promise becomes issues, and what becomes of these is written down.
//!
//! Only what was merged counts: the postmortems are read from the newest commit of the default branch.

use std::collections::BTreeSet;
use std::time::Duration;

use super::desk::{Issues, trouble};
use super::remote::Remote;
use super::{gather, terms};
use crate::cli::ActionsSync;
use crate::command::approval::{connect, short};
use crate::command::tip::Tip;
use crate::command::workspace::Workspace;
use crate::command::{Outcome, step_summary};
use crate::error::Error;
use crate::github::{Client, Settings};
use crate::ledger::BRANCH;
use crate::ledger::book::Book;
use crate::output::Terminal;
use crate::report::synced;
use crate::tracker::desk::{Desk as _, Kind, Trouble};
use crate::tracker::plan;
use crate::tracker::sync::{TO_OPEN_ONE, Tally, Terms, sync};

/// Brings GitHub to what the files promise, and tells.
pub(super) fn run(
    workspace: &Workspace,
    args: &ActionsSync,
    terminal: &Terminal,
) -> Result<Outcome, Error> {
    let client = connect(&args.requests, Duration::from_millis(args.pace))?;
    match bring(workspace, args, &client, terminal) {
        Err(Error::Exhausted { .. }) if is_used_up(&client) => Err(too_little(args)),
        ended => ended,
    }
}

fn bring(
    workspace: &Workspace,
    args: &ActionsSync,
    client: &Client,
    terminal: &Terminal,
) -> Result<Outcome, Error> {
    let git = workspace.git()?;
    let progress = terminal.progress("asking GitHub", None);
    let branch = client.default_branch()?;
    let tip = Tip::find(git, client, &branch)?;
    if !tip.is_newest() {
        terminal.status(&format!(
            "nothing was done: HEAD is `{}`, and `{branch}` is further; the run of its newest commit does this",
            short(&tip.head)
        ));
        return Ok(Outcome::Clean);
    }
    let gathered = gather::from_commit(workspace, git, &tip.head, &tip.head, terminal)?;
    let book = Book::open(Remote::new(client, git)).map_err(error)?;
    must_be_ours(&book, client)?;
    let terms = Terms {
        plan: plan::Settings {
            repository: client.settings().repository.clone(),
            creates: args.max_creates,
            // What the branch on GitHub says counts, and the run reads it.
            blocked: BTreeSet::new(),
            ..terms::settings(workspace, &gathered)
        },
        sweep: args.sweep,
        dry: args.dry_run,
    };
    let issues = Issues::new(client);
    let (tally, ended) = sync(&issues, book, &gathered.promises, terms, &|done, total| {
        progress.reach(done, total);
    });
    drop(progress);
    tell(&tally, args, client, terminal)?;
    match ended {
        Err(trouble) => Err(error(trouble)),
        Ok(()) if tally.is_starved() && issues.is_spent(TO_OPEN_ONE) => Err(too_little(args)),
        Ok(()) if tally.failed.is_empty() => Ok(Outcome::Clean),
        Ok(()) => Ok(Outcome::Findings),
    }
}

/// What comes of it is always the same, so that a later run is no way out.
fn too_little(args: &ActionsSync) -> Error {
    Error::refused(
        format!(
            "`--max-requests {}` is too little to do even one thing, and nothing was changed",
            args.requests.max_requests
        ),
        format!(
            "allow more, 600 are usual; what this clone has of the branch `{BRANCH}` is not asked for: `git fetch origin` brings it"
        ),
    )
}

fn is_used_up(client: &Client) -> bool {
    let Settings { budget, .. } = client.settings();
    client.used().requests >= budget.requests
}

fn error(trouble: Trouble) -> Error {
    match trouble.kind {
        Kind::Exhausted => Error::Exhausted {
            message: trouble.message,
        },
        _ => Error::refused(trouble.message, trouble.help),
    }
}

/// Refuses a ledger that came with a copy of another repository: its numbers are those of other issues.
fn must_be_ours(book: &Book<Remote<'_>>, client: &Client) -> Result<(), Error> {
    let other = match book.watch() {
        Ok(watch) => watch.repository,
        // What is broken can be found out again; what is newer must not be written over.
        Err(flaw) if flaw.is_newer() => {
            return Err(Error::refused(
                format!(
                    "nothing was done: `{}` on `{BRANCH}` {}",
                    flaw.path, flaw.message
                ),
                "update aftersight: a newer one wrote this",
            ));
        }
        Err(_) => String::new(),
    };
    if other.is_empty() || client.is_here(&other).map_err(trouble).map_err(error)? {
        return Ok(());
    }
    let ours = &client.settings().repository;
    Err(Error::refused(
        format!(
            "the action items on `{BRANCH}` are about the issues of `{other}`, not of `{ours}`"
        ),
        format!(
            "delete the branch `{BRANCH}` of `{ours}` if it came with a copy of the other repository; nothing was written"
        ),
    ))
}

fn tell(
    tally: &Tally,
    args: &ActionsSync,
    client: &Client,
    terminal: &Terminal,
) -> Result<(), Error> {
    let used = client.used();
    let asked = (used.requests, used.writes);
    if let Some(file) = step_summary::file(terminal) {
        let added = step_summary::add(&file, terminal, |room| {
            synced::summary(tally, args.dry_run, room)
        });
        if let Err(error) = added {
            terminal.status(&format!("{error}: the summary of this step is left out"));
        }
    }
    if args.json {
        return terminal.result(synced::json(tally, args.dry_run, asked).trim_end());
    }
    terminal.readable(synced::text(tally, args.dry_run).trim_end(), false)?;
    terminal.status(&synced::asked(asked));
    Ok(())
}
