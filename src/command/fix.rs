//! `fix`: the safe fixes, made or shown.

use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use super::workspace::Workspace;
use super::{Outcome, or_closed};
use crate::cli::Fix;
use crate::error::Error;
use crate::files::{self, Content, File};
use crate::fix::{self, Checked, Why};
use crate::output::{Terminal, painted, unified, write_atomically};
use crate::source::Source;

/// Mends every postmortem, or those that were named, or shows what would change.
pub(super) fn run(
    workspace: &Workspace,
    args: &Fix,
    terminal: &Terminal,
) -> Result<Outcome, Error> {
    let named = workspace.named(&args.paths)?;
    let now = Workspace::now()?;
    let progress = terminal.progress("mending", None);
    let mut files = workspace.read(&named)?;
    files.retain(|file| workspace.is_wanted(&named, &file.path));
    files.sort_by(|a, b| a.path.cmp(&b.path));
    for file in files
        .iter()
        .filter(|file| !matches!(file.content, Content::Bytes(_)))
    {
        terminal.status(&format!(
            "`{}` is left alone: {}",
            file.path,
            unread(&file.content)
        ));
    }
    let context = workspace.context(now, None);
    let check = |source| Checked::read(source, &workspace.config, &context);
    let mend = |file: File| {
        let Content::Bytes(bytes) = file.content else {
            return None;
        };
        let source = Arc::new(Source::from_bytes(&file.path, bytes));
        let outcome = fix::fix(&source, check);
        Some((source, outcome))
    };
    let mended: Vec<(Arc<Source>, fix::Outcome)> = files.into_par_iter().filter_map(mend).collect();
    drop(progress);
    let mut failed = 0;
    for (source, outcome) in &mended {
        let Some(text) = &outcome.text else {
            continue;
        };
        if args.diff {
            or_closed(show(source, text, terminal))?;
        } else if let Err(error) = write(workspace, source, text) {
            terminal.error(&error);
            failed += 1;
        } else {
            let line = format!("{}: {}", source.path(), named_fixes(&outcome.fixed));
            or_closed(terminal.readable(&line, false))?;
        }
    }
    conclude(&mended, args.diff, terminal);
    match (failed, args.diff) {
        (0, true) if mended.iter().any(|(_, outcome)| outcome.text.is_some()) => {
            Ok(Outcome::Findings)
        }
        (0, _) => Ok(Outcome::Clean),
        (1, _) => Err(Error::refused("one file was not mended", "")),
        (count, _) => Err(Error::refused(format!("{count} files were not mended"), "")),
    }
}

fn unread(content: &Content) -> &'static str {
    match content {
        Content::Link => "it is a symbolic link, which is not followed",
        Content::UnreadableName => "its name is not UTF-8",
        Content::TooLarge(_) => "it is too large to be read",
        Content::Bytes(_) => "",
    }
}

/// Gives a file its new text, where it is still as it was read and may be written.
fn write(workspace: &Workspace, source: &Source, text: &str) -> Result<(), Error> {
    let path = workspace.root.join(source.path());
    let now = files::read(&workspace.root, &path)?;
    let same = matches!(&now.content, Content::Bytes(bytes) if bytes == source.text().as_bytes());
    if !same {
        let message = format!("`{}` was changed in the meantime", source.path());
        return Err(Error::refused(message, "run `aftersight fix` again"));
    }
    if is_read_only(&path)? {
        let message = format!("`{}` is read-only", source.path());
        return Err(Error::refused(
            message,
            "make it writable, or name the files to mend",
        ));
    }
    write_atomically(&path, text.as_bytes())
}

/// A new file takes the place of the old one, so its permission to be written has to be asked for.
fn is_read_only(path: &Path) -> Result<bool, Error> {
    let metadata = path
        .metadata()
        .map_err(|error| Error::io("read", path, error))?;
    Ok(metadata.permissions().readonly())
}

/// `action-without-id (2), missing-section, key order`.
fn named_fixes(fixed: &[(&'static str, usize)]) -> String {
    let names = fixed.iter().map(|(rule, count)| match count {
        1 => (*rule).to_string(),
        _ => format!("{rule} ({count})"),
    });
    names.collect::<Vec<_>>().join(", ")
}

/// What was done, what was left and why, and what only a person can do.
fn conclude(mended: &[(Arc<Source>, fix::Outcome)], shown: bool, terminal: &Terminal) {
    let (mut fixes, mut changed, mut open, mut guesses) = (0, 0, 0, 0);
    for (source, outcome) in mended {
        fixes += outcome.fixed.iter().map(|(_, count)| count).sum::<usize>();
        changed += usize::from(outcome.text.is_some());
        open += outcome.open;
        for left in &outcome.left {
            let why = match &left.why {
                Why::Guess => {
                    guesses += left.count;
                    continue;
                }
                Why::Raises(rule, message) => format!("its fix would raise {rule}: {message}"),
            };
            let (path, rule) = (source.path(), left.rule);
            terminal.status(&format!("{path}: {rule} is left: {why}"));
        }
    }
    let made = if shown { "to make" } else { "made" };
    terminal.status(&match fixes {
        0 => format!("nothing to fix in {}", counted(mended.len(), "postmortem")),
        _ => format!(
            "{} {made} in {}",
            counted_fixes(fixes),
            counted(changed, "postmortem")
        ),
    });
    if open > 0 {
        let proposed = match guesses {
            0 => String::new(),
            _ => format!(", {guesses} of them with a guess that an editor offers"),
        };
        let need = if open == 1 { "needs" } else { "need" };
        let open = counted(open, "finding");
        terminal.status(&format!(
            "{open} {need} a person{proposed}; `aftersight check` shows them"
        ));
    }
}

fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

fn counted_fixes(count: usize) -> String {
    format!("{count} {}", if count == 1 { "fix" } else { "fixes" })
}

/// Prints what would change: for people without orders to terminals, for `git apply` byte by byte.
fn show(source: &Source, text: &str, terminal: &Terminal) -> Result<(), Error> {
    let color = terminal.is_colored();
    let diff = unified(source.path(), source.text(), text);
    if terminal.is_piped() && !terminal.is_github_actions() && !color {
        return terminal.result(&diff);
    }
    let diff = if color { painted(&diff) } else { diff };
    terminal.readable(diff.trim_end_matches('\n'), color)
}
