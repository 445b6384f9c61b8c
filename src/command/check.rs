//! `check`: every rule over every postmortem, reported as asked.

use super::reports::Reports;
use super::workspace::Workspace;
use super::{Outcome, around, course};
use crate::check::changed;
use crate::check::{self, Counts, Examined};
use crate::cli::Check;
use crate::corpus::Corpus;
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::files::{Content, File};
use crate::output::Terminal;
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
    let (corpus, examined) = workspace.examine(workspace.read(&named)?, now);
    let read = corpus.postmortems.iter().map(|one| one.path());
    let config = workspace.config.source.iter().map(|source| source.path());
    reports.spare(&workspace.root, read.chain(config))?;
    let history = course::gather(workspace, &corpus, now, terminal);
    let around = around::on_disk(workspace, &corpus, |_| true);
    let context = Context {
        history: history.as_ref(),
        surroundings: Some(&around),
        ..workspace.context(now, None)
    };
    let mut diagnostics = match &args.changed {
        Some(base) => since(workspace, &corpus, examined, base, &context)?,
        None => check::conclude(&corpus, examined, &workspace.config, &context),
    };
    drop(progress);
    let mut shown = corpus.postmortems.len();
    if !named.is_empty() {
        let wanted = |path: &str| workspace.is_wanted(&named, path);
        diagnostics.retain(|diagnostic| wanted(diagnostic.path()));
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
    reports.write(&diagnostics, shown, failed, terminal)?;
    // The process ends: taking a large corpus apart would only take time.
    std::mem::forget(corpus);
    Ok(if failed {
        Outcome::Findings
    } else {
        Outcome::Clean
    })
}

/// The diagnostics that belong to the changes since `base`.
fn since(
    workspace: &Workspace,
    corpus: &Corpus,
    examined: Vec<Examined>,
    base: &str,
    context: &Context<'_>,
) -> Result<Vec<Diagnostic>, Error> {
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
    Ok(changed::filter(all, &changed, &known))
}
