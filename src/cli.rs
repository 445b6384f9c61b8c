//! What can be typed.
//!
//! Owns names, flags and their help. What happens then is for [`crate::command`].

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::import::origin::Origin;
use crate::report::Format;
use crate::tracker::item::State;

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
    /// Make drafts from what other tools know of an incident, or from a postmortem that is written already
    #[command(after_help = IMPORT_HELP)]
    Import(Import),
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
    /// Whether postmortems were approved: the verdict on a pull request, its record, the proof
    #[command(subcommand)]
    Approval(ApprovalCommand),
    /// What was promised: action items and how they stand
    #[command(subcommand)]
    Actions(ActionsCommand),
    /// Print the sheet of a postmortem's meeting: who, the hour in parts, and what is still open
    #[command(after_help = AGENDA_HELP)]
    Agenda(Agenda),
    /// Print a letter about all postmortems: the digest of a month, the review of a quarter
    #[command(subcommand)]
    Report(ReportCommand),
    /// Print figures: how the response, the writing and the follow-up go, over all postmortems
    #[command(after_help = METRICS_HELP)]
    Metrics(Metrics),
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
Nothing is asked, and nothing that is there is touched: a file that differs from what this version would write is left alone and shown as \
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

/// `import`
#[derive(Args, Debug)]
pub struct Import {
    /// What wrote the files: pagerduty, opsgenie, incident-io, statuspage, grafana, upptime, github, slack, cstate, csv or
    /// markdown
    #[arg(value_name = "SOURCE", value_parser = origin)]
    pub source: Origin,
    /// The files, folders or zip archives; `-` reads standard input
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Import the incident with this id; may be given several times
    #[arg(long = "id", value_name = "ID", conflicts_with = "all")]
    pub ids: Vec<String>,
    /// Import every incident in the files
    #[arg(long)]
    pub all: bool,
    /// The title, instead of the one in the export
    #[arg(long, value_name = "TEXT", conflicts_with = "all")]
    pub title: Option<String>,
    /// The severity, or what to take for one in the export, as `P1=sev1`; may be given several times
    #[arg(long = "severity", value_name = "[WORD=]NAME")]
    pub severities: Vec<String>,
    /// Who is accountable: @user, @org/team or an e-mail address
    #[arg(long, value_name = "OWNER")]
    pub owner: Option<String>,
    /// A service that was affected, beside those in the export; may be given several times
    #[arg(long = "service", value_name = "NAME")]
    pub services: Vec<String>,
    /// The offset of times that name no zone, as `+02:00` or `UTC`
    #[arg(long, value_name = "OFFSET", allow_hyphen_values = true)]
    pub zone: Option<String>,
    /// Markdown: a table of headings, YAML: a section of ours and behind it theirs, as `timeline: [Key events]`
    #[arg(long, value_name = "FILE")]
    pub aliases: Option<PathBuf>,
    /// Slack: the channel
    #[arg(long, value_name = "NAME")]
    pub channel: Option<String>,
    /// Slack: leave out what was said before, as `2026-10-10T14:00Z`
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// Slack: leave out what was said after
    #[arg(long, value_name = "TIME")]
    pub to: Option<String>,
    /// Write this file instead of one in the folder of the postmortems
    #[arg(long, value_name = "FILE", conflicts_with = "all")]
    pub out: Option<PathBuf>,
    /// Print the draft and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Import it though a postmortem holds it already
    #[arg(long)]
    pub again: bool,
}

const IMPORT_HELP: &str = "\
Each incident becomes a draft with the next free id, `status: draft` and `imported: true`; a postmortem in Markdown is `final`. Nothing is overwritten. Times are written in \
UTC. What the export does not say is left empty or told as a guess; what the draft leaves out (noise, ids, names of people, links with tokens) \
is counted, on standard error and at the end of the file. Files that belong together (an incident, its log, its notes) are named together.

  aftersight import pagerduty incident.json log_entries.json notes.json
  aftersight import statuspage incidents.json --id bd0b7yh8rkfz
  aftersight import slack export.zip --channel inc-42 --from 2026-10-10T14:00Z --to 2026-10-10T16:00Z
  gh api --paginate repos/OWNER/REPO/issues/42/comments > comments.json && aftersight import github issue.json comments.json
  aftersight import markdown docs/incidents/*.md --aliases headings.yml
  aftersight import csv timeline.csv --zone +02:00 --title 'Checkout failed' --dry-run

Exit codes: 0 written, or held already; 2 where a file cannot be read, is of another format, or holds several incidents and none was chosen.";

fn origin(text: &str) -> Result<Origin, String> {
    let found = Origin::ALL.iter().find(|(word, ..)| *word == text);
    let words: Vec<&str> = Origin::ALL.iter().map(|(word, ..)| *word).collect();
    let origin = found.map(|(_, origin, _)| *origin);
    origin.ok_or_else(|| format!("possible are {}", words.join(", ")))
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
What is mended: action items get ids and the columns that their table lacks, with empty cells; a section that the template asks for \
gets its heading and the template's instruction; due dates and times that mean only one moment get their usual form; instructions of \
the template are removed from sections that are written; the keys of the front matter are put in the order of the documentation.

Every file is checked again before it is written. A fix that would raise a new finding is left out, and so is one that \
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
    /// For whom: internal, with everything; or public, with what each postmortem's `audience` lets out
    #[arg(long, value_name = "NAME")]
    pub edition: Option<String>,
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
    /// For whom: internal, with everything; or public, with what each postmortem's `audience` lets out
    #[arg(long, value_name = "NAME")]
    pub edition: Option<String>,
}

/// `approval`
#[derive(Subcommand, Debug)]
pub enum ApprovalCommand {
    /// Judge a pull request by its reviews: is every postmortem in it approved as the policy asks? Reads only
    #[cfg(feature = "github")]
    #[command(after_help = CHECK_HELP)]
    Check(ApprovalCheck),
    /// Put on record, on the branch `aftersight/ledger`, how postmortems reached the default branch
    #[cfg(feature = "github")]
    #[command(after_help = RECORD_HELP)]
    Record(ApprovalRecord),
    /// Prove the records from this clone, and say of every postmortem whether this very text was approved
    #[command(after_help = VERIFY_HELP)]
    Verify(ApprovalVerify),
}

/// How much may be asked of GitHub.
#[cfg(feature = "github")]
#[derive(Args, Clone, Copy, Debug)]
pub struct Requests {
    /// Send so many requests at most
    #[arg(long, value_name = "N", default_value_t = 600)]
    pub max_requests: u32,
    /// Stop when the token has fewer requests left than this; other workflows share it
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub min_remaining: u32,
}

/// The largest number of a pull request: GitHub's GraphQL has it as an integer of 32 bits.
#[cfg(feature = "github")]
const MOST_NUMBERS: u64 = i32::MAX as u64;

/// `approval check`
#[cfg(feature = "github")]
#[derive(Args, Debug)]
pub struct ApprovalCheck {
    /// The pull request; in a workflow, that of the event
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=MOST_NUMBERS))]
    pub pr: Option<u64>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// How much may be asked of GitHub
    #[command(flatten)]
    pub requests: Requests,
}

#[cfg(feature = "github")]
const CHECK_HELP: &str = "\
Reads GITHUB_TOKEN (rights: contents and pull-requests, both read), GITHUB_REPOSITORY, GITHUB_API_URL and, without --pr, \
GITHUB_EVENT_PATH. Members of teams are read with AFTERSIGHT_TEAM_TOKEN, unless the configuration lists them. \
HTTPS_PROXY and NO_PROXY are heeded.

Exit codes: 0 approved, or nothing to approve; 1 not approved; 2 could not tell.";

/// `approval record`
#[cfg(feature = "github")]
#[derive(Args, Debug)]
pub struct ApprovalRecord {
    /// Judge and tell, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Put this pull request on record although the policy at its base cannot be read or names a team that is not to be
    /// found; what nobody can meet counts as not met
    #[arg(long, value_name = "N")]
    pub unjudged: Vec<u64>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// How much may be asked of GitHub
    #[command(flatten)]
    pub requests: Requests,
}

#[cfg(feature = "github")]
const RECORD_HELP: &str = "\
Run it on the default branch with its full history, at every push and once a day. It goes on where the last record ends; what \
it may not ask now is left for the next run. GITHUB_TOKEN needs the rights contents: write (for the branch of the records \
alone; the default branch is never written) and pull-requests: read.

Exit codes: 0 everything is on record, or the rest waits for the next run; 2 could not do it.";

/// `approval verify`
#[derive(Args, Debug)]
pub struct ApprovalVerify {
    /// Ask GitHub again whether it still says what was recorded
    #[cfg(feature = "github")]
    #[arg(long)]
    pub online: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// How much may be asked of GitHub
    #[cfg(feature = "github")]
    #[command(flatten)]
    pub requests: Requests,
}

const VERIFY_HELP: &str = "\
Needs no network: fetch the records with `git fetch origin aftersight/ledger:refs/remotes/origin/aftersight/ledger` and the \
full history of the default branch.

Exit codes: 0 every record holds; 1 one does not; 2 could not tell.";

/// `actions`
#[derive(Subcommand, Debug)]
pub enum ActionsCommand {
    /// List action items with their state, from this clone and its ledger alone
    List(ActionsList),
    /// Say what would change on GitHub; from this clone and its ledger alone, so on a pull request without any token
    Plan(ActionsPlan),
    /// Open, change and close issues on GitHub so that every action item has exactly one, and write down how they stand
    #[cfg(feature = "github")]
    #[command(after_help = SYNC_HELP)]
    Sync(ActionsSync),
}

/// `actions list`
#[derive(Args, Debug)]
pub struct ActionsList {
    /// Only those that stand so: open, needs-decision, orphaned, waiting, past, elsewhere, done or dropped; may be given
    /// several times
    #[arg(long, value_name = "STATE", value_parser = state)]
    pub state: Vec<State>,
    /// Only those of this user, address or team; may be given several times
    #[arg(long, value_name = "OWNER")]
    pub owner: Vec<String>,
    /// Only those of postmortems of this service; may be given several times
    #[arg(long, value_name = "NAME")]
    pub service: Vec<String>,
    /// Only those of this priority; may be given several times
    #[arg(long, value_name = "NAME")]
    pub priority: Vec<String>,
    /// Only those whose day has passed
    #[arg(long)]
    pub overdue: bool,
    /// How to print them
    #[arg(long, value_enum, default_value = "table")]
    pub format: ActionsFormat,
}

/// `actions plan`
#[derive(Args, Debug)]
pub struct ActionsPlan {
    /// Leave out what would change at this commit or branch too, so that what is left comes from this clone alone
    #[arg(long, value_name = "REV")]
    pub base: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `actions sync`
#[cfg(feature = "github")]
#[derive(Args, Debug)]
pub struct ActionsSync {
    /// Look at GitHub and say what would change, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Open so many issues at most; the others wait for the next run
    #[arg(long, value_name = "N", default_value_t = 150)]
    pub max_creates: usize,
    /// Look at every open issue, not only at what changed since the last run; once a day is enough
    #[arg(long)]
    pub sweep: bool,
    /// Wait so many milliseconds between two writes, after the first 20; GitHub asks for a second
    #[arg(long, value_name = "MS", default_value_t = 1000)]
    pub pace: u64,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// How much may be asked of GitHub
    #[command(flatten)]
    pub requests: Requests,
}

#[cfg(feature = "github")]
const SYNC_HELP: &str = "\
Run it on the default branch, at every push and once a day. It can be ended anywhere and run again: what was announced in \
the ledger is looked for before anything is opened. What it may not ask now is left for the next run. GITHUB_TOKEN needs the \
rights issues: write and contents: write (for the branch of the ledger alone; the default branch is never written).

Exit codes: 0 every action item has its issue, or the rest waits for the next run; 1 something went wrong with some of them, \
and the others are done; 2 could not do it.";

/// How action items are printed.
#[derive(ValueEnum, Clone, Copy, Debug)]
pub enum ActionsFormat {
    /// A table for people
    Table,
    /// For programs
    Json,
    /// For spreadsheets
    Csv,
}

fn state(text: &str) -> Result<State, String> {
    let found = State::ALL.iter().find(|(name, _)| *name == text);
    let names: Vec<&str> = State::ALL.iter().map(|(name, _)| *name).collect();
    let state = found.map(|(_, state)| *state);
    state.ok_or_else(|| format!("possible are {}", names.join(", ")))
}

/// `agenda`
#[derive(Args, Debug)]
pub struct Agenda {
    /// The postmortem: its id, in any case, or its file
    pub id: String,
    /// How to print it
    #[arg(long, value_enum, default_value = "markdown")]
    pub format: SheetFormat,
}

const AGENDA_HELP: &str = "\
What the check found becomes questions, under the part of the meeting that can answer them; what no meeting can answer is listed as \
to be mended before. Parts with more open questions get more of the 60 minutes.

Exit codes: 0 printed; 2 where there is no such postmortem.";

/// `report`
#[derive(Subcommand, Debug)]
pub enum ReportCommand {
    /// For everybody: what is new, what was learned, what was done, is overdue, and comes; could this happen to us?
    #[command(after_help = LETTER_HELP)]
    Digest(ReportDigest),
    /// For leadership: response, severity, recurrence, whether promises are kept, what got better, and the question of resources
    #[command(after_help = LETTER_HELP)]
    Quarterly(ReportQuarterly),
}

/// `report digest`
#[derive(Args, Debug)]
pub struct ReportDigest {
    /// The month, `2026-11`; the last that is over if left out
    #[arg(long, value_name = "MONTH")]
    pub month: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value = "markdown")]
    pub format: SheetFormat,
}

/// `report quarterly`
#[derive(Args, Debug)]
pub struct ReportQuarterly {
    /// The quarter, `2026Q4`; the last that is over if left out
    #[arg(long, value_name = "QUARTER")]
    pub quarter: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value = "markdown")]
    pub format: SheetFormat,
}

const LETTER_HELP: &str = "\
It says how everything stands now, in UTC, from this clone alone; SOURCE_DATE_EPOCH sets the moment. What is done is known from the \
ledger: fetch it with `git fetch origin aftersight/ledger:refs/remotes/origin/aftersight/ledger`. `site.base_url` in the configuration \
makes links of names.

Exit codes: 0 printed; 2 could not do it.";

/// How a sheet or a letter is printed.
#[derive(ValueEnum, Clone, Copy, Debug)]
pub enum SheetFormat {
    /// For issues, pull requests, wikis; nobody is mentioned in it
    Markdown,
    /// One file for a mail program, with inline styles only
    Html,
}

/// `metrics`
#[derive(Args, Debug)]
pub struct Metrics {
    /// How to print them
    #[arg(long, value_enum, default_value = "text")]
    pub format: MetricsFormat,
    /// Say how it was at the end of this day (UTC), from the history of this branch and of the ledger
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// Print the mean beside the median; a few long incidents pull it far away from what is usual
    #[arg(long)]
    pub mean: bool,
    /// Print what every figure means, and no figure
    #[arg(long, conflicts_with_all = ["format", "as_of", "mean"])]
    pub definitions: bool,
}

/// How figures are printed.
#[derive(ValueEnum, Clone, Copy, Debug)]
pub enum MetricsFormat {
    /// For people
    Text,
    /// For programs
    Json,
    /// For spreadsheets, one figure a line
    Csv,
    /// For Prometheus and its like
    #[value(name = "openmetrics")]
    OpenMetrics,
}

const METRICS_HELP: &str = "\
Needs no network. What is done is known from the ledger: fetch it with `git fetch origin \
aftersight/ledger:refs/remotes/origin/aftersight/ledger`. How long the writing took is known from the full history of the branch.

Exit codes: 0 printed; 2 could not do it.";

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
    /// A site's index.json
    Index,
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
