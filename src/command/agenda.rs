//! `agenda`: the sheet of a postmortem's meeting.

use std::path::PathBuf;
use std::sync::Arc;

use super::Outcome;
use super::figures;
use super::home::Home;
use super::workspace::Workspace;
use crate::agenda::{self, Input};
use crate::approval::policy;
use crate::cli::{Agenda, SheetFormat};
use crate::corpus::Corpus;
use crate::diagnostic::Diagnostic;
use crate::document::mapping::{enumerate, nearest};
use crate::error::Error;
use crate::output::{Terminal, defuse};
use crate::postmortem::Postmortem;
use crate::sheet::{Format, Sheet};

/// Near ids that are offered.
const NEAR: usize = 3;

/// Prints the sheet.
pub(super) fn run(
    workspace: &Workspace,
    args: &Agenda,
    terminal: &Terminal,
) -> Result<Outcome, Error> {
    // An id that is no file is no mistake here.
    let named = workspace
        .named(&[PathBuf::from(&args.id)])
        .unwrap_or_default();
    let seen = figures::look(workspace, &named, terminal)?;
    let found = find(workspace, &seen.corpus, &args.id, &named)?;
    // Its blocks were let go of, as those of all.
    let text = found.source().text();
    let whole = (!text.is_empty())
        .then(|| Postmortem::parse(Arc::clone(found.source()), &workspace.config.conventions));
    let postmortem = whole.as_ref().unwrap_or(found);
    if !postmortem.readable {
        terminal.status(&format!(
            "`{}` cannot be read whole: the sheet says what could be read of it",
            postmortem.path()
        ));
    }
    let own = seen.diagnostics.iter();
    let own: Vec<&Diagnostic> = own.filter(|one| one.path() == postmortem.path()).collect();
    let approvers = policy::requirements(&workspace.config, None, postmortem);
    let sheet = agenda::sheet(&Input {
        postmortem,
        corpus: &seen.corpus,
        config: &workspace.config,
        diagnostics: &own,
        items: &seen.items,
        is_tracked: seen.tracked,
        approvers: &approvers,
        places: &Home::of(workspace).places(workspace),
        now: seen.now,
    });
    print(&sheet, args.format, terminal)?;
    Ok(Outcome::Clean)
}

/// Prints a sheet; nothing in it is an order to a terminal or to the runner of a workflow, so that it may go into a file too.
pub(super) fn print(sheet: &Sheet, format: SheetFormat, terminal: &Terminal) -> Result<(), Error> {
    let text = sheet.write(match format {
        SheetFormat::Markdown => Format::Markdown,
        SheetFormat::Html => Format::Html,
    });
    terminal.result(&defuse(&text))
}

/// The postmortem that was meant: by its id, whatever the case, else by its file or folder.
fn find<'a>(
    workspace: &Workspace,
    corpus: &'a Corpus,
    text: &str,
    named: &[PathBuf],
) -> Result<&'a Postmortem, Error> {
    let is_named = |one: &&Postmortem| one.id().is_some_and(|id| id.eq_ignore_ascii_case(text));
    let mut found: Vec<&Postmortem> = corpus.postmortems.iter().filter(is_named).collect();
    if found.is_empty() && !named.is_empty() {
        let lies_there = |one: &&Postmortem| workspace.is_wanted(named, one.path());
        found = corpus.postmortems.iter().filter(lies_there).collect();
    }
    match found.as_slice() {
        [one] => Ok(one),
        [] => {
            let mut ids: Vec<&str> = corpus.ids().collect();
            let mut near = Vec::new();
            while let Some(id) = nearest(text, ids.iter().copied()).filter(|_| near.len() < NEAR) {
                near.push(id);
                ids.retain(|other| *other != id);
            }
            let help = match near.as_slice() {
                [] => "name an id as it stands in the front matter, or a file".to_string(),
                [one] => format!("write `{one}`, or name a file"),
                near => format!("write one of {}, or name a file", enumerate(near)),
            };
            Err(Error::refused(
                format!("there is no postmortem `{text}`"),
                help,
            ))
        }
        several => {
            let paths: Vec<&str> = several.iter().map(|one| one.path()).collect();
            let message = format!(
                "`{text}` is more than one postmortem: {}",
                enumerate(&paths)
            );
            Err(Error::refused(message, "name one of the files"))
        }
    }
}
