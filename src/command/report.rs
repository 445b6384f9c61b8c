//! `report`: letters about all postmortems.

use std::sync::Arc;

use super::agenda::print;
use super::figures::{self, Gathered, Parts, Seen};
use super::home::Home;
use super::workspace::Workspace;
use super::{Outcome, course};
use crate::cli::{ReportCommand, ReportDigest, ReportQuarterly};
use crate::corpus::Corpus;
use crate::error::Error;
use crate::letter::period::{Period, Refusal};
use crate::letter::{digest, quarterly};
use crate::metrics::Figures;
use crate::output::Terminal;
use crate::postmortem::Postmortem;

/// Prints the letter that is asked for.
pub(super) fn run(
    workspace: &Workspace,
    command: &ReportCommand,
    terminal: &Terminal,
) -> Result<Outcome, Error> {
    match command {
        ReportCommand::Digest(args) => monthly(workspace, args, terminal),
        ReportCommand::Quarterly(args) => review(workspace, args, terminal),
    }
}

fn refused((message, help): Refusal) -> Error {
    Error::refused(message, help)
}

/// The digest of a month.
fn monthly(
    workspace: &Workspace,
    args: &ReportDigest,
    terminal: &Terminal,
) -> Result<Outcome, Error> {
    let period = Period::month(args.month.as_deref(), Workspace::now()?).map_err(refused)?;
    let all = figures::look(workspace, &[], terminal)?;
    let git = workspace.git.as_ref().filter(|git| !git.is_shallow());
    let courses = all.courses.as_ref().filter(|_| git.is_some());
    let written = courses.map(|courses| course::changes(workspace, &all.corpus, courses));
    let sheet = digest::sheet(&digest::Input {
        period: &period,
        corpus: &all.corpus,
        config: &workspace.config,
        written: written.as_ref(),
        items: &all.items,
        is_tracked: all.tracked,
        places: &Home::of(workspace).places(workspace),
        now: all.now,
    });
    print(&sheet, args.format, terminal)?;
    Ok(Outcome::Clean)
}

/// The review of a quarter.
fn review(
    workspace: &Workspace,
    args: &ReportQuarterly,
    terminal: &Terminal,
) -> Result<Outcome, Error> {
    let period = Period::quarter(args.quarter.as_deref(), Workspace::now()?).map_err(refused)?;
    let before = period.quarter_before();
    let Gathered { figures, seen: all } = figures::gather(workspace, None, false, terminal)?;
    let [quarter, previous] = [&period, &before].map(|period| part(workspace, &all, period));
    let sheet = quarterly::sheet(&quarterly::Input {
        period: &period,
        before: &before,
        quarter: &quarter,
        previous: &previous,
        overall: &figures,
        corpus: &all.corpus,
        config: &workspace.config,
        items: &all.items,
        places: &Home::of(workspace).places(workspace),
        now: all.now,
    });
    print(&sheet, args.format, terminal)?;
    Ok(Outcome::Clean)
}

/// The figures of what began in a period, and of nothing else.
fn part(workspace: &Workspace, all: &Seen, period: &Period) -> Figures {
    let conventions = &workspace.config.conventions;
    let own = all.corpus.postmortems.iter();
    let own = own.filter(|one| quarterly::is_of(one, period));
    // Read again, for a corpus owns what is in it; a quarter's are few.
    let own = own.map(|one| Postmortem::parse(Arc::clone(one.source()), conventions));
    let corpus = Corpus::from_postmortems(own.collect(), Arc::clone(conventions));
    let is_own = |path: &str| corpus.index(path).is_ok();
    let items = all.items.iter();
    let items = items.filter(|item| item.path.as_deref().is_some_and(is_own));
    let items: Vec<_> = items.cloned().collect();
    let diagnostics = all.diagnostics.iter().filter(|one| is_own(one.path()));
    let diagnostics: Vec<_> = diagnostics.cloned().collect();
    let parts = Parts {
        corpus: &corpus,
        diagnostics: &diagnostics,
        items: &items,
        // How their states changed is told of all of them alone.
        ..all.parts(None, false)
    };
    figures::of(workspace, &parts)
}
