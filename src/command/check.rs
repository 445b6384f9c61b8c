//! `check`: every rule over every postmortem, reported as asked.

use std::collections::BTreeSet;

use super::home::Home;
use super::reports::Reports;
use super::standing::{Gathered, Standings};
use super::workspace::Workspace;
use super::{Outcome, around, course, standing};
use crate::check::changed;
use crate::check::{self, Counts, Examined};
use crate::cli::Check;
use crate::corpus::Corpus;
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::files::{Content, File};
use crate::ledger::standing::Standing;
use crate::output::Terminal;
use crate::report::approval::{self, Row};
use crate::rules::Context;

/// Checks, reports, and says whether anything is wrong.
pub(super) fn run(
    workspace: &Workspace,
    args: &Check,
    terminal: &Terminal,
) -> Result<Outcome, Error> {
    let reports = Reports::plan(args, terminal)?;
    let named = workspace.named(&args.paths)?;
    let progress = terminal.progress("checking", None);
    let now = Workspace::now()?;
    let files = workspace.read(&named)?;
    let Gathered {
        evidence, items, ..
    } = standing::gather(workspace, &files, terminal);
    let tracked = items.map(|items| items.tracked(&Home::of(workspace)));
    let (corpus, examined) = workspace.examine(files, now);
    let mut standings = evidence.map(|evidence| evidence.standings(workspace, &corpus));
    let read = corpus.postmortems.iter().map(|one| one.path());
    let config = workspace.config.source.iter().map(|source| source.path());
    reports.spare(&workspace.root, read.chain(config))?;
    let history = course::gather(workspace, &corpus, now, terminal);
    let around = around::on_disk(workspace, &corpus, |_| true);
    let context = Context {
        history: history.as_ref(),
        surroundings: Some(&around),
        tracked: tracked.as_ref(),
        ..workspace.context(now, None)
    };
    let mut diagnostics = match &args.changed {
        Some(base) => {
            let (found, changed) = since(workspace, &corpus, examined, base, &context)?;
            if let Some(standings) = &mut standings {
                standings.retain(|path, _| changed.contains(path));
            }
            found
        }
        None => check::conclude(&corpus, examined, &workspace.config, &context),
    };
    drop(progress);
    let mut shown = corpus.postmortems.len();
    if !named.is_empty() {
        let wanted = |path: &str| workspace.is_wanted(&named, path);
        diagnostics.retain(|diagnostic| wanted(diagnostic.path()));
        if let Some(standings) = &mut standings {
            standings.retain(|path, _| wanted(path));
        }
        shown = corpus
            .postmortems
            .iter()
            .filter(|postmortem| wanted(postmortem.path()))
            .count();
    }
    if shown == 0 {
        terminal.status(&match named.first() {
            Some(path) if !corpus.postmortems.is_empty() => {
                format!("no postmortems at `{}`", path.display())
            }
            _ => format!(
                "no postmortems in `{}`; write one with `aftersight new TITLE`",
                workspace.config.postmortems
            ),
        });
    }
    let counts = Counts::of(&diagnostics);
    let failed = counts.error > 0 || args.deny_warnings && counts.warning > 0;
    let approvals = standings.as_ref().map(|standings| rows(standings, &corpus));
    reports.write(&diagnostics, approvals.as_deref(), shown, failed, terminal)?;
    if let Some(line) = approvals.as_deref().and_then(approval::line) {
        terminal.status(&line);
    }
    // The process ends: taking a large corpus apart would only take time.
    std::mem::forget(corpus);
    Ok(if failed {
        Outcome::Findings
    } else {
        Outcome::Clean
    })
}

/// Where the postmortems stand that are in view, for the reports.
fn rows<'a>(standings: &'a Standings, corpus: &'a Corpus) -> Vec<Row<'a>> {
    let row = |(path, standing): (&'a String, &'a Standing)| Row {
        path,
        id: corpus
            .index(path)
            .ok()
            .and_then(|at| corpus.postmortems[at].id()),
        standing,
    };
    standings.iter().map(row).collect()
}

/// The diagnostics that belong to the changes since `base`, and the files that changed.
fn since(
    workspace: &Workspace,
    corpus: &Corpus,
    examined: Vec<Examined>,
    base: &str,
    context: &Context<'_>,
) -> Result<(Vec<Diagnostic>, BTreeSet<String>), Error> {
    let Some(git) = &workspace.git else {
        let message = format!(
            "`{}` is in no git repository, so there is no `{base}` to compare with",
            workspace.root.display()
        );
        return Err(Error::refused(
            message,
            "leave `--changed` out, or run this in a clone",
        ));
    };
    let (prefix, offset) = workspace.prefix(git);
    let own = |path: &str| path.strip_prefix(&offset).unwrap_or(path).to_string();
    let changes = git.changes_since(base, &prefix)?;
    let changed = changes
        .files
        .iter()
        .map(|change| own(&change.path))
        .collect();
    let is_ours = workspace.postmortem_paths()?;
    let before = git
        .files_at(&changes.base, &prefix)?
        .into_iter()
        .map(|(path, bytes)| File {
            path: own(&path),
            content: Content::Bytes(bytes),
        });
    let (before, known) = workspace.examine(
        before.filter(|file| is_ours(&file.path)).collect(),
        context.now,
    );
    // A link that was broken before is known; one that this change breaks by taking its target away is not.
    let around = around::at(workspace, git, &changes.base, &before)?;
    let old = Context {
        surroundings: Some(&around),
        ..*context
    };
    let known = check::conclude(&before, known, &workspace.config, &old);
    let new = Context {
        base: Some(&before),
        ..*context
    };
    let all = check::conclude(corpus, examined, &workspace.config, &new);
    let shown = changed::filter(all, &changed, &known);
    Ok((shown, changed))
}
