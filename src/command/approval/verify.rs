//! `approval verify`: the proof from a clone, and where every postmortem stands.
//!
//! Needs no network; `--online` asks GitHub again on top of it.

use std::collections::{BTreeMap, BTreeSet};

use super::history::Clone;
use crate::approval::judge;
use crate::cli::ApprovalVerify;
use crate::command::Outcome;
use crate::command::standing::{self, Branch, Evidence};
use crate::command::workspace::Workspace;
use crate::error::Error;
use crate::git::Repository;
use crate::ledger::{BRANCH, Flaw, Ledger, verify};
use crate::output::{Terminal, unified};
use crate::postmortem::Postmortem;
use crate::report;
use crate::report::verdict::{Proof, Stand};

/// Proves, tells, and says whether every record holds.
pub(super) fn run(
    workspace: &Workspace,
    args: &ApprovalVerify,
    terminal: &Terminal,
) -> Result<Outcome, Error> {
    let git = workspace.git()?;
    let progress = terminal.progress("verifying", None);
    let branch = Branch::of(git)?;
    let mut flaws = Vec::new();
    let mut diverged = false;
    let ledger = match branch.used() {
        None => Ledger::default(),
        Some(tip) => {
            if git.is_shallow() {
                return Err(Error::Git {
                    message: "this clone does not have the whole history".into(),
                    help: "fetch the full history: set `fetch-depth: 0` on actions/checkout, or run `git fetch --unshallow`".into(),
                });
            }
            let ledger = Ledger::read(&git.contents(tip)?);
            let history = Clone::new(workspace, git, tip)?;
            flaws.extend(verify::verify(&ledger, &history, judge::judge)?);
            let before = |one: &str, other: &str| git.is_before(one, other);
            let (local, remote) = (branch.local.as_deref(), branch.remote.as_deref());
            let two = verify::diverged(local, remote, before)?;
            diverged = two.is_some();
            flaws.extend(two);
            ledger
        }
    };
    #[cfg(feature = "github")]
    if args.online {
        flaws.extend(super::online::ask(
            workspace,
            &ledger,
            branch.used(),
            &args.requests,
        )?);
    }
    flaws.sort();
    flaws.dedup();
    let records = ledger.records.len();
    let stands = stands(workspace, git, ledger, &flaws)?;
    drop(progress);
    let proof = Proof {
        records,
        commit: branch.used(),
        flaws: &flaws,
        stands: &stands,
    };
    if args.json {
        terminal.result(report::verdict::proof_json(&proof).trim_end())?;
    } else {
        let text = report::verdict::proof(&proof);
        if !text.is_empty() {
            terminal.readable(text.trim_end(), false)?;
        }
    }
    tell(&branch, &flaws, terminal);
    if diverged {
        terminal.status(&format!(
            "to go on with the server's ledger alone, look at this clone's own with `git log {BRANCH}` and delete it with \
             `git branch -D {BRANCH}`"
        ));
    }
    Ok(if flaws.is_empty() {
        Outcome::Clean
    } else {
        Outcome::Findings
    })
}

/// Where every postmortem stands by the records that hold.
fn stands(
    workspace: &Workspace,
    git: &Repository,
    mut ledger: Ledger,
    flaws: &[Flaw],
) -> Result<Vec<Stand>, Error> {
    let flawed: BTreeSet<&str> = flaws.iter().map(|flaw| flaw.path.as_str()).collect();
    ledger
        .records
        .retain(|kept| !flawed.contains(kept.path.as_str()));
    // Git keeps no empty folder: where the last postmortem is gone, there is none, and the records are to be proven still.
    let folder = workspace.root.join(&workspace.config.postmortems);
    let files = match folder.symlink_metadata() {
        Ok(_) => workspace.read(&[])?,
        Err(_) => Vec::new(),
    };
    let evidence = Evidence::new(workspace, git, ledger, &files);
    let corpus = workspace.corpus(files);
    let standings = evidence.standings(workspace, &corpus);
    let approved = standing::approved(workspace, &corpus, &standings);
    let read: BTreeMap<&str, &Postmortem> = corpus
        .postmortems
        .iter()
        .map(|one| (one.path(), one))
        .collect();
    let stands = standings.into_iter().map(|(path, standing)| {
        let now = read.get(path.as_str());
        Stand {
            id: now.and_then(|now| now.id()).map(String::from),
            diff: approved
                .get(&path)
                .zip(now)
                .map(|(old, now)| unified(&path, old, now.source().text())),
            path,
            standing,
        }
    });
    Ok(stands.collect())
}

/// How the ledger gets into a clone.
pub(super) fn fetch() -> String {
    format!("git fetch origin {BRANCH}:refs/remotes/origin/{BRANCH}")
}

/// What to know beside the result.
fn tell(branch: &Branch, flaws: &[Flaw], terminal: &Terminal) {
    let fetch = fetch();
    if branch.used().is_none() {
        terminal.status(&format!(
            "there is no ledger in this clone; if the server has one, run `{fetch}`"
        ));
    } else if !flaws.is_empty() {
        terminal.status(&format!(
            "if this clone may be behind the server, run `git fetch origin` and `{fetch}` and look again"
        ));
    }
}
