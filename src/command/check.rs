//! `check`: every rule over every postmortem, reported as asked.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::workspace::Workspace;
use super::{Outcome, course};
use crate::check::changed;
use crate::check::{self, Counts, Examined};
use crate::cli::{Check, Report};
use crate::corpus::Corpus;
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::files::{self, Content, File};
use crate::output::{Terminal, write_atomically};
use crate::report::{self, Format};
use crate::rules::Context;

/// Checks, reports, and says whether anything is wrong.
pub(super) fn run(
    workspace: &Workspace,
    args: &Check,
    terminal: &Terminal,
) -> Result<Outcome, Error> {
    let reports = reports(args, terminal)?;
    let named: Vec<PathBuf> = args
        .paths
        .iter()
        .map(|path| {
            // Reports name paths by the root, so a path copied from one is understood anywhere.
            let by_root = workspace.root.join(path);
            match (path.symlink_metadata(), by_root.symlink_metadata()) {
                (Err(_), Ok(_)) => files::absolute(&by_root),
                (found, _) => found
                    .map_err(|error| Error::io("read", path, error))
                    .and_then(|_| files::absolute(path)),
            }
        })
        .collect::<Result<_, _>>()?;
    let progress = terminal.progress("checking", None);
    let now = Workspace::now()?;
    let (corpus, examined) = workspace.examine(workspace.read(&named)?, now);
    let history = course::gather(workspace, &corpus, now, terminal);
    let context = Context {
        history: history.as_ref(),
        ..workspace.context(now, None)
    };
    let mut diagnostics = match &args.changed {
        Some(base) => since(workspace, &corpus, examined, base, &context)?,
        None => check::conclude(&corpus, examined, &workspace.config, &context),
    };
    drop(progress);
    let mut shown = corpus.postmortems.len();
    if !named.is_empty() {
        let wanted = |path: &str| {
            named
                .iter()
                .any(|name| workspace.root.join(path).starts_with(name))
        };
        diagnostics.retain(|diagnostic| wanted(diagnostic.path()));
        shown = corpus
            .postmortems
            .iter()
            .filter(|postmortem| wanted(postmortem.path()))
            .count();
    }
    if shown == 0 {
        terminal.status(&format!(
            "no postmortems in `{}`; write one with `aftersight new TITLE`",
            workspace.config.postmortems
        ));
    }
    let counts = Counts::of(&diagnostics);
    let failed = counts.error > 0 || args.deny_warnings && counts.warning > 0;
    for report in &reports {
        write(report, &diagnostics, shown, terminal).or_else(|error| match error {
            // Nobody reads on, but whether something is wrong still matters.
            Error::Closed => Ok(()),
            error => Err(error),
        })?;
    }
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
    let known = check::conclude(&before, known, &workspace.config, context);
    let with_base = Context {
        base: Some(&before),
        ..*context
    };
    let all = check::conclude(corpus, examined, &workspace.config, &with_base);
    Ok(changed::filter(all, &changed, &known))
}

/// The reports to make: those that were asked for, else what suits the place.
fn reports(args: &Check, terminal: &Terminal) -> Result<Vec<Report>, Error> {
    if args.reports.is_empty() {
        let mut formats = vec![Format::Full];
        if terminal.is_github_actions() {
            formats.push(Format::Github);
        }
        return Ok(formats
            .into_iter()
            .map(|format| Report { format, path: None })
            .collect());
    }
    let mut files = BTreeSet::new();
    for path in args
        .reports
        .iter()
        .filter_map(|report| report.path.as_deref())
    {
        let same = files::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        if !files.insert(same) {
            return Err(Error::refused(
                format!("two reports go to `{}`", path.display()),
                "name another file for one of them",
            ));
        }
        let parent = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        if !parent.is_dir() {
            let message = format!("there is no folder `{}` for the report", parent.display());
            return Err(Error::refused(
                message,
                "make the folder first, or name another file",
            ));
        }
    }
    Ok(args.reports.clone())
}

fn write(
    report: &Report,
    diagnostics: &[Diagnostic],
    checked: usize,
    terminal: &Terminal,
) -> Result<(), Error> {
    let color = report.path.is_none() && terminal.is_colored();
    let text = report::render(report.format, diagnostics, checked, color);
    match &report.path {
        Some(path) => write_atomically(path, text.as_bytes()),
        None if text.is_empty() => Ok(()),
        None if report.format.is_for_people() => {
            terminal.readable(text.trim_end(), report.format == Format::Full && color)
        }
        None => terminal.result(text.trim_end()),
    }
}
