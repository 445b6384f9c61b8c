//! The commands: each loads what it needs, calls the pure stages, and hands the result to an effect.
//!
//! The only place that joins the two. Owns exit codes and the workspace; nothing else is decided here.

mod actions;
mod agenda;
mod approval;
mod around;
mod assets;
mod build;
mod check;
mod course;
mod explain;
mod figures;
mod fix;
#[cfg(all(feature = "serve", feature = "search"))]
mod full_text;
mod home;
mod import;
mod init;
mod items;
#[cfg(feature = "github")]
mod ledger_branch;
#[cfg(feature = "lsp")]
mod lsp;
mod memory;
mod metrics;
mod new;
mod public;
mod report;
mod reports;
mod schema;
#[cfg(feature = "serve")]
mod serve;
mod shell;
mod standing;
mod step_summary;
#[cfg(feature = "github")]
mod tip;
mod workspace;

use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;

use crate::cli::{Cli, Command, ConfigCommand, When};
use crate::error::Error;
use crate::output::{Color, Terminal, Verbosity, defuse};
use workspace::Workspace;

/// What a command found, if it could do its job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// Nothing wrong: exit code 0.
    Clean,
    /// Findings at error level, or refused by policy: exit code 1.
    Findings,
}

/// Reads the command line, does what it says, and returns the exit code: 0 nothing wrong, 1 findings, 2 could not do the
/// job.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let plain = error.to_string();
            if error.use_stderr() && defuse(&plain) != plain {
                // What was typed may come from strangers too: the title of a pull request, the name of a branch.
                Terminal::new(Color::Never, Verbosity::Quiet, false).aside(&plain);
            } else {
                // Printing help can only fail when nobody reads it.
                let _ = error.print();
            }
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let color = match cli.color {
        When::Auto => Color::Auto,
        When::Always => Color::Always,
        When::Never => Color::Never,
    };
    let verbosity = match (cli.quiet, cli.verbose) {
        (true, _) => Verbosity::Quiet,
        (_, true) => Verbosity::Verbose,
        _ => Verbosity::Normal,
    };
    let on_actions = std::env::var("GITHUB_ACTIONS").is_ok_and(|value| value == "true");
    let terminal = Arc::new(Terminal::new(color, verbosity, on_actions));
    match dispatch(&cli, &terminal) {
        Ok(Outcome::Clean) | Err(Error::Closed) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(error) => {
            terminal.error(&error);
            ExitCode::from(2)
        }
    }
}

fn dispatch(cli: &Cli, terminal: &Arc<Terminal>) -> Result<Outcome, Error> {
    match &cli.command {
        Command::Explain(args) => return explain::explain(&args.rule, terminal),
        Command::Rules => return explain::list(terminal),
        Command::Completions(args) => return shell::completions(args.shell, terminal),
        Command::Man => return shell::man(terminal),
        #[cfg(feature = "lsp")]
        Command::Lsp(_) => return lsp::run(cli.repo.as_deref(), cli.config.as_deref(), terminal),
        _ => {}
    }
    let workspace = Workspace::open(cli.repo.as_deref(), cli.config.as_deref())?;
    match &cli.command {
        Command::Init(args) => init::run(&workspace, args, cli.repo.is_some(), terminal),
        Command::New(args) => new::run(&workspace, args, terminal),
        Command::Import(args) => import::run(&workspace, args, terminal),
        Command::Check(args) => check::run(&workspace, args, terminal),
        Command::Fix(args) => fix::run(&workspace, args, terminal),
        Command::Build(args) => build::run(&workspace, args, terminal),
        #[cfg(feature = "serve")]
        Command::Serve(args) => serve::run(workspace, args, cli.config.clone(), terminal),
        Command::Actions(command) => actions::run(&workspace, command, terminal),
        Command::Agenda(args) => agenda::run(&workspace, args, terminal),
        Command::Report(command) => report::run(&workspace, command, terminal),
        Command::Metrics(args) => metrics::run(&workspace, args, terminal),
        Command::Approval(command) => approval::run(&workspace, command, terminal),
        Command::Config(ConfigCommand::Show) => {
            terminal.result(&defuse(workspace.config.show().trim_end()))?;
            Ok(Outcome::Clean)
        }
        Command::Schema(args) => schema::run(&workspace, args, terminal),
        Command::Explain(_) | Command::Rules | Command::Completions(_) | Command::Man => {
            Ok(Outcome::Clean)
        }
        #[cfg(feature = "lsp")]
        Command::Lsp(_) => Ok(Outcome::Clean),
    }
}

/// Nobody reads on, but what was asked for is still to be done.
fn or_closed(result: Result<(), Error>) -> Result<(), Error> {
    match result {
        Err(Error::Closed) => Ok(()),
        result => result,
    }
}
