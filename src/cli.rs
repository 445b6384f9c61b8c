//! What can be typed.
//!
//! Owns names, flags and their help. What happens then is for [`crate::command`].

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::report::Format;

/// Postmortems as code: write them in Markdown, check them, publish a searchable site.
#[derive(Parser, Debug)]
#[command(
    name = "aftersight",
    version,
    max_term_width = 100,
    arg_required_else_help = true
)]
pub struct Cli {
    /// Work in this folder instead of the git repository around the current one
    #[arg(long, global = true, value_name = "DIR")]
    pub repo: Option<PathBuf>,
    /// Read the configuration from this file instead of `.github/aftersight.yml` or `aftersight.yml`
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Use colors
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: When,
    /// Say nothing but results and failures
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more about what is going on
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// When to use colors.
#[derive(ValueEnum, Clone, Copy, Debug)]
pub enum When {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What to do.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Set a repository up: a configuration, workflows and templates, where they are missing; nothing is overwritten
    #[command(after_help = INIT_HELP)]
    Init(Init),
    /// Write a postmortem from a template, with the next free id
    New(New),
    /// Check postmortems against the rules
    Check(Check),
    /// Make the safe fixes: ids, missing columns and sections, dates, the order of keys; never a sentence
    #[command(after_help = FIX_HELP)]
    Fix(Fix),
    /// Print a rule's page: what it finds, why, and how to mend it
    Explain(Explain),
    /// List the rules
    Rules,
    /// Check, then build the site
    Build(Build),
    /// Build the site, serve it on 127.0.0.1, and rebuild when something changes
    #[cfg(feature = "serve")]
    Serve(Serve),
    /// Look at the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Print the JSON Schema of the front matter or of the configuration, for editors
    Schema(Schema),
    /// Speak the Language Server Protocol on standard input and output, for editors
    #[cfg(feature = "lsp")]
    Lsp(Lsp),
    /// Print the completion script of a shell
    Completions(Completions),
    /// Print the manual page
    Man,
}

/// `init`
#[derive(Args, Debug)]
pub struct Init {
    /// Say what would be written, and write nothing; with --verbose its text too
    #[arg(long)]
    pub dry_run: bool,
}

const INIT_HELP: &str = "\
Nothing is asked, and nothing that is there is touched: a file that differs from what this version would write is left alone and shown as
a unified diff. Running it again says what is up to date. At the end stand the settings that only a person can click.

Exit codes: 0 done, or nothing to do; 2 where something stands in the way of a file; what was written before is told.";

/// `new`
#[derive(Args, Debug)]
pub struct New {
    /// One line that says what happened
    pub title: String,
    /// How long a form: standard, quick or five-whys
    #[arg(long, value_name = "NAME", default_value = "standard")]
    pub template: String,
    /// How severe it was; a name from the configuration
    #[arg(long, value_name = "NAME")]
    pub severity: Option<String>,
    /// Who is accountable: @user, @org/team or an e-mail address
    #[arg(long, value_name = "OWNER")]
    pub owner: Option<String>,
    /// A service that was affected; may be given several times
    #[arg(long = "service", value_name = "NAME")]
    pub services: Vec<String>,
    /// What kind: incident, near-miss, security or third-party
    #[arg(long, value_name = "NAME", default_value = "incident")]
    pub kind: String,
    /// When it began, as `2026-10-10T14:23Z`; today if left out
    #[arg(long, value_name = "TIME")]
    pub started: Option<String>,
    /// Make a folder with an `index.md`, for images beside it
    #[arg(long)]
    pub folder: bool,
}

/// `check`
#[derive(Args, Debug)]
pub struct Check {
    /// Show only these files or folders; everything is read all the same
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Show only what belongs to the changes since this branch, tag or commit
    #[arg(long, value_name = "BASE")]
    pub changed: Option<String>,
    /// Report as full, concise, summary, github, json, sarif or rdjson, to a file if one is named; may be given several
    /// times
    #[arg(long = "report", value_name = "FORMAT[=PATH]", value_parser = report)]
    pub reports: Vec<Report>,
    /// Print how often each rule fired and was allowed, instead of the full report unless that was asked for
    #[arg(long)]
    pub stats: bool,
    /// Fail on warnings as well as on errors
    #[arg(long)]
    pub deny_warnings: bool,
}

/// `fix`
#[derive(Args, Debug)]
pub struct Fix {
    /// Mend only these files or folders; every postmortem where none is named
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Show what would change as a unified diff, and write nothing
    #[arg(long)]
    pub diff: bool,
}

const FIX_HELP: &str = "\
What is mended: action items get ids and the columns that their table lacks, with empty cells; a section that the template asks for
gets its heading and the template's instruction; due dates and times that mean only one moment get their usual form; instructions of
the template are removed from sections that are written; the keys of the front matter are put in the order of the documentation.

Every file is checked again before it is written. A fix that would raise a new finding is left out, and so is one that
was allowed. Running it again changes nothing.

Exit codes: 0 done, or nothing to do; with --diff 1 where something would change; 2 where a file could not be written.";

/// A report to make.
#[derive(Clone, Debug)]
pub struct Report {
    /// How it looks.
    pub format: Format,
    /// Where it goes; standard output where nothing is said.
    pub path: Option<PathBuf>,
}

fn report(text: &str) -> Result<Report, String> {
    let (name, path) = match text.split_once('=') {
        Some((name, path)) if !path.is_empty() => (name, Some(PathBuf::from(path))),
        Some((_, _)) => return Err("name a file after `=`".into()),
        None => (text, None),
    };
    let found = Format::ALL.iter().find(|(known, _)| *known == name);
    let names: Vec<&str> = Format::ALL.iter().map(|(name, _)| *name).collect();
    let (_, format) = found.ok_or_else(|| format!("possible are {}", names.join(", ")))?;
    Ok(Report {
        format: *format,
        path,
    })
}

/// `explain`
#[derive(Args, Debug)]
pub struct Explain {
    /// The rule's name, as it stands in brackets after a finding
    pub rule: String,
}

/// `build`
#[derive(Args, Debug)]
pub struct Build {
    /// The folder to fill
    #[arg(long, value_name = "DIR", default_value = "_site")]
    pub out: PathBuf,
    /// Where the site will be published; for feeds and the sitemap
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// How much can be searched: none, facets or full
    #[arg(long, value_name = "LAYER")]
    pub search: Option<String>,
}

/// `serve`
#[cfg(feature = "serve")]
#[derive(Args, Debug)]
pub struct Serve {
    /// The port to listen on; 0 takes any free one
    #[arg(long, value_name = "N", default_value_t = 4040)]
    pub port: u16,
    /// Open the site in a browser
    #[arg(long)]
    pub open: bool,
}

/// `schema`
#[derive(Args, Debug)]
pub struct Schema {
    /// What to describe
    #[arg(value_enum, default_value = "front-matter")]
    pub of: SchemaOf,
}

/// What a schema describes.
#[derive(ValueEnum, Clone, Copy, Debug)]
pub enum SchemaOf {
    /// The front matter of a postmortem, with the names this repository uses
    FrontMatter,
    /// The configuration, with the rules of this version
    Config,
}

/// `lsp`
#[cfg(feature = "lsp")]
#[derive(Args, Debug)]
pub struct Lsp {
    /// Taken and ignored: standard input and output is the only way
    #[arg(long, hide = true)]
    pub stdio: bool,
}

/// `completions`
#[derive(Args, Debug)]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// `config`
#[derive(Subcommand, Debug)]
pub enum ConfigCommand {
    /// Print every setting and where it comes from
    Show,
}
