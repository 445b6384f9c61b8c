//! Where the reports of one run go.
//!
//! Decides that before the work begins, and writes them all or none: what cannot be written is told before anything is.
//! How a report looks is for `report`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::step_summary;
use crate::cli::{Check, Report};
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::files;
use crate::output::{Draft, Terminal, check_writable, defuse};
use crate::report::approval::{self, Row};
use crate::report::{self, Format, MOST_SUMMARY_BYTES};

/// The reports of a run.
pub(super) struct Reports {
    /// On standard output, in this order.
    printed: Vec<Format>,
    /// Each in a file of its own.
    filed: Vec<(Format, PathBuf)>,
    /// The file to which the step's summary is added, and whether it was asked for by name.
    step_summary: Option<(PathBuf, bool)>,
    /// Whether the table of the rules is wanted.
    stats: bool,
}

impl Reports {
    /// The reports that were asked for, else what suits the place; an error where one could not be written.
    pub(super) fn plan(args: &Check, terminal: &Terminal) -> Result<Self, Error> {
        let step_file = step_summary::file(terminal);
        let mut reports = Self {
            printed: Vec::new(),
            filed: Vec::new(),
            step_summary: None,
            stats: args.stats,
        };
        if args.reports.is_empty() {
            reports
                .printed
                .extend((!args.stats).then_some(Format::Full));
            if terminal.is_github_actions() {
                reports.printed.push(Format::Github);
            }
            reports.step_summary = step_file.map(|path| (path, false));
            return Ok(reports);
        }
        let step = step_file.as_deref().and_then(identity);
        let mut files = BTreeSet::new();
        for Report { format, path } in &args.reports {
            let Some(path) = path else {
                reports.printed.push(*format);
                continue;
            };
            check_writable(path)?;
            let file = identity(path);
            if !files.insert(file.clone().unwrap_or_else(|| path.clone())) {
                return Err(Error::refused(
                    format!("two reports go to `{}`", path.display()),
                    "name another file for one of them",
                ));
            }
            if *format == Format::Summary && file.is_some() && file == step {
                reports.step_summary = Some((path.clone(), true));
            } else {
                reports.filed.push((*format, path.clone()));
            }
        }
        reports.can_be_printed()?;
        Ok(reports)
    }

    /// Refuses to write a report over a file that was read for it: `inputs` are relative to `root`.
    pub(super) fn spare<'a>(
        &self,
        root: &Path,
        mut inputs: impl Iterator<Item = &'a str>,
    ) -> Result<(), Error> {
        let filed = self.filed.iter().map(|(_, path)| path);
        let targets: Vec<(&PathBuf, PathBuf)> = filed
            .filter_map(|path| Some((path, identity(path)?)))
            .collect();
        if targets.is_empty() {
            return Ok(());
        }
        let hit = inputs.find_map(|input| {
            let input = root.join(input);
            targets.iter().find(|(_, target)| *target == input)
        });
        match hit {
            None => Ok(()),
            Some((path, _)) => Err(Error::refused(
                format!(
                    "a report would replace `{}`, which was read",
                    path.display()
                ),
                "name another file for the report",
            )),
        }
    }

    /// A document on standard output must be alone there.
    fn can_be_printed(&self) -> Result<(), Error> {
        let document = self.printed.iter().position(|format| format.is_document());
        let Some((at, [_, _, ..])) = document.map(|at| (at, self.printed.as_slice())) else {
            return Ok(());
        };
        let name = self.printed[at].name();
        let other = self.printed[usize::from(at == 0)].name();
        Err(Error::refused(
            format!(
                "`{name}` and `{other}` both go to standard output, where no program could read the one"
            ),
            format!("give one of them a file, as `--report {name}=FILE`"),
        ))
    }

    /// Writes every report: the files first, all together, then what is read at once.
    pub(super) fn write(
        &self,
        diagnostics: &[Diagnostic],
        approvals: Option<&[Row<'_>]>,
        checked: usize,
        failed: bool,
        terminal: &Terminal,
    ) -> Result<(), Error> {
        let summary = |room: usize| {
            let table = approval::table(approvals.unwrap_or_default(), room / 4);
            match report::summary(diagnostics, checked, failed, room - table.len()) {
                text if text.is_empty() => text,
                text => text + &table,
            }
        };
        let render = |format, color| match format {
            Format::Summary => summary(MOST_SUMMARY_BYTES),
            Format::Json => report::json(diagnostics, approvals),
            other => report::render(other, diagnostics, checked, color),
        };
        let mut drafts = Vec::new();
        for (format, path) in &self.filed {
            let mut text = render(*format, false);
            if format.is_for_people() {
                text = defuse(&text);
            }
            drafts.push(Draft::write(path, text.as_bytes())?);
        }
        for draft in drafts {
            draft.publish()?;
        }
        if let Some((path, by_name)) = &self.step_summary {
            match step_summary::add(path, terminal, summary) {
                Err(error) if *by_name => return Err(error),
                // The findings stand in the log as well.
                Err(error) => {
                    terminal.status(&format!("{error}: the summary of this step is left out"))
                }
                Ok(()) => {}
            }
        }
        let color = terminal.is_colored();
        for format in &self.printed {
            let text = render(*format, color);
            heard(match text.trim_end() {
                "" => Ok(()),
                text if format.is_for_people() => {
                    terminal.readable(text, *format == Format::Full && color)
                }
                text => terminal.result(text),
            })?;
        }
        if self.stats {
            let table = report::stats(diagnostics, checked);
            if self.printed.iter().any(|format| format.is_document()) {
                terminal.aside(table.trim_end());
            } else {
                heard(terminal.readable(table.trim_end(), false))?;
            }
        }
        Ok(())
    }
}

/// Nobody reading on is no failure: whether something is wrong still matters.
fn heard(result: Result<(), Error>) -> Result<(), Error> {
    match result {
        Err(Error::Closed) => Ok(()),
        other => other,
    }
}

/// One name for a file, however it is written.
fn identity(path: &Path) -> Option<PathBuf> {
    let found = path.canonicalize();
    found.ok().or_else(|| files::absolute(path).ok())
}
