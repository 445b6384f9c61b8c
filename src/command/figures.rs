//! The figures of a workspace: now, from the files that lie there, or as of a day, from what history had at its end.
//!
//! Joins git, the ledger and the check with [`crate::metrics`]. What a figure means is decided there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};

use super::home::Home;
use super::items::{self, Items};
use super::standing::{self, Branch, BranchFiles, Standings};
use super::workspace::Workspace;
use super::{around, course};
use crate::check::{self, policy};
use crate::corpus::Corpus;
use crate::diagnostic::{Diagnostic, Level};
use crate::error::Error;
use crate::files::File;
use crate::git::{Courses, Then};
use crate::ledger::items::FOLDER;
use crate::metrics::{Figures, Findings, Input, Lives, Written};
use crate::output::Terminal;
use crate::rules::{Context, Group, rule};
use crate::tracker::item::{self, Item};

/// Why no history tells when anything was written.
const NO_GIT: &str = "there is no git repository";
/// The same.
const SHALLOW: &str = "this is a shallow clone";

/// What figures are made from, beside the workspace.
pub(super) struct Parts<'a> {
    /// Every postmortem.
    pub(super) corpus: &'a Corpus,
    /// What the check found.
    pub(super) diagnostics: &'a [Diagnostic],
    /// Where each postmortem stands; none where nobody records approvals.
    pub(super) standings: Option<&'a Standings>,
    /// Every action item.
    pub(super) items: &'a [Item],
    /// Whether a ledger tells how they stand.
    pub(super) tracked: bool,
    /// How their states changed; none where the ledger's history cannot be read. See [`lives`].
    pub(super) lives: Option<&'a Lives>,
    /// The walk through the history of the postmortems; none where there is no history.
    pub(super) courses: Option<&'a Courses>,
    /// The moment.
    pub(super) now: Timestamp,
    /// Whether means are asked for.
    pub(super) mean: bool,
}

/// Makes the figures.
pub(super) fn of(workspace: &Workspace, parts: &Parts<'_>) -> Figures {
    let git = workspace.git.as_ref();
    let whole = git.filter(|git| !git.is_shallow());
    let written: Option<BTreeMap<String, Written>> = whole
        .zip(parts.courses)
        .map(|(git, courses)| course::written(workspace, git, parts.corpus, courses));
    let old: BTreeSet<String> = parts
        .corpus
        .postmortems
        .iter()
        .filter(|postmortem| policy::is_old(postmortem, &workspace.config))
        .map(|postmortem| postmortem.path().to_string())
        .collect();
    let findings = findings(parts.diagnostics);
    Figures::new(&Input {
        corpus: parts.corpus,
        config: &workspace.config,
        now: parts.now,
        old: &old,
        written: written.as_ref(),
        unwritten: if git.is_some() { SHALLOW } else { NO_GIT },
        standings: parts.standings,
        findings: Some(&findings),
        items: parts.items,
        lives: parts.lives,
        tracked: parts.tracked,
        mean: parts.mean,
    })
}

/// A workspace at one moment.
pub(super) struct Seen {
    /// Every postmortem.
    pub(super) corpus: Corpus,
    /// What the check found.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Where each postmortem stands; none where nobody records approvals.
    pub(super) standings: Option<Standings>,
    /// Every action item.
    pub(super) items: Vec<Item>,
    /// Whether a ledger tells how they stand.
    pub(super) tracked: bool,
    /// The commit of the ledger that says so.
    pub(super) ledger: Option<String>,
    /// The walk through the history of the postmortems; none where there is no history.
    pub(super) courses: Option<Courses>,
    /// The moment.
    pub(super) now: Timestamp,
}

impl Seen {
    /// What figures of all of it are made from, with the history of the ledger.
    pub(super) fn parts<'a>(&'a self, lives: Option<&'a Lives>, mean: bool) -> Parts<'a> {
        Parts {
            corpus: &self.corpus,
            diagnostics: &self.diagnostics,
            standings: self.standings.as_ref(),
            items: &self.items,
            tracked: self.tracked,
            lives,
            courses: self.courses.as_ref(),
            now: self.now,
            mean,
        }
    }
}

/// Everything that figures are made from, and the figures.
pub(super) struct Gathered {
    /// The figures.
    pub(super) figures: Figures,
    /// What they are made from.
    pub(super) seen: Seen,
}

/// Reads the workspace as it is, or as it was at the end of a day, and makes the figures.
pub(super) fn gather(
    workspace: &Workspace,
    as_of: Option<Date>,
    mean: bool,
    terminal: &Terminal,
) -> Result<Gathered, Error> {
    let now = Workspace::now()?;
    let moment = match as_of {
        None => Moment::now(workspace, &[], now)?,
        Some(day) => Moment::at(workspace, day, now)?,
    };
    let seen = seen(workspace, moment, terminal)?;
    let followed = seen.ledger.as_deref().filter(|_| seen.tracked);
    let lives = followed.and_then(|tip| lives(workspace, tip, terminal));
    let figures = of(workspace, &seen.parts(lives.as_ref(), mean));
    Ok(Gathered { figures, seen })
}

/// Reads and checks the workspace as it is, with the files named by hand that are no postmortems by their place.
pub(super) fn look(
    workspace: &Workspace,
    named: &[PathBuf],
    terminal: &Terminal,
) -> Result<Seen, Error> {
    let moment = Moment::now(workspace, named, Workspace::now()?)?;
    seen(workspace, moment, terminal)
}

fn seen(workspace: &Workspace, moment: Moment, terminal: &Terminal) -> Result<Seen, Error> {
    let branch = moment.branch(workspace, terminal);
    let evidence = workspace.git.as_ref().zip(branch.as_ref());
    let evidence = evidence.and_then(|(git, branch)| {
        standing::compare(workspace, git, branch, &moment.files, terminal)
    });
    let known = branch.as_ref().map(|branch| Items::read(branch, terminal));
    let Moment {
        files,
        commit,
        ledger,
        now,
    } = moment;
    let (corpus, examined) = workspace.examine(files, now);
    let standings = evidence.map(|evidence| evidence.standings(workspace, &corpus));
    let home = Home::of(workspace);
    let known = known.unwrap_or_default();
    let tracked = !known.known.is_empty();
    let items = all_items(workspace, &corpus, standings.as_ref(), &known, &home, now);
    let courses = courses(workspace, commit.as_deref(), terminal)?;
    let history = workspace
        .git
        .as_ref()
        .zip(courses.as_ref())
        .filter(|(git, _)| !git.is_shallow())
        .map(|(git, courses)| course::history(workspace, git, &corpus, courses, now));
    let around = match (&workspace.git, &commit) {
        (Some(git), Some(commit)) => around::at(workspace, git, commit, &corpus)?,
        _ => around::on_disk(workspace, &corpus, |_| true),
    };
    let known = branch.is_some().then(|| known.tracked(&home));
    let context = Context {
        history: history.as_ref(),
        surroundings: Some(&around),
        tracked: known.as_ref(),
        ..workspace.context(now, None)
    };
    let diagnostics = check::conclude(&corpus, examined, &workspace.config, &context);
    Ok(Seen {
        corpus,
        diagnostics,
        standings,
        items,
        tracked,
        ledger,
        courses,
        now,
    })
}

/// Every action item, whether a ledger follows it or not.
pub(super) fn all_items(
    workspace: &Workspace,
    corpus: &Corpus,
    standings: Option<&Standings>,
    items: &Items,
    home: &Home,
    now: Timestamp,
) -> Vec<Item> {
    let promises = items::promises(corpus, standings, &workspace.config, "");
    let view = item::View {
        today: now.to_zoned(TimeZone::UTC).date(),
        repository: home.name.as_deref().unwrap_or_default(),
    };
    item::all(&promises.all, &items.known, &view)
}

/// What was there at a moment.
struct Moment {
    /// The postmortems' files.
    files: Vec<File>,
    /// The commit that they are of; none for those that lie there.
    commit: Option<String>,
    /// The commit of the ledger; none where there was no ledger.
    ledger: Option<String>,
    now: Timestamp,
}

impl Moment {
    fn now(workspace: &Workspace, named: &[PathBuf], now: Timestamp) -> Result<Self, Error> {
        let branch = workspace.git.as_ref().map(Branch::of).transpose()?;
        Ok(Self {
            files: workspace.read(named)?,
            commit: None,
            ledger: branch.and_then(|branch| branch.used().map(str::to_string)),
            now,
        })
    }

    /// At the end of a day in UTC, and of today at this moment.
    fn at(workspace: &Workspace, day: Date, now: Timestamp) -> Result<Self, Error> {
        let today = Offset::UTC.to_datetime(now).date();
        if day > today {
            return Err(Error::refused(
                format!("`--as-of {day}` is in the future; today is {today} in UTC"),
                "name a day that is over, or leave it out",
            ));
        }
        let git = workspace.git()?;
        let Some(head) = git.head()? else {
            return Err(Error::refused(
                "the repository has no commit yet",
                "commit first, or leave `--as-of` out",
            ));
        };
        let end = day.at(23, 59, 59, 999_999_999);
        let end = end
            .to_zoned(TimeZone::UTC)
            .map_or(now, |end| end.timestamp());
        let now = now.min(end);
        let commit = match git.line_at(&head, now.as_second())? {
            Then::Commit(commit) => commit,
            Then::Before(first) => {
                let first = Timestamp::from_second(first).unwrap_or(now);
                let first = Offset::UTC.to_datetime(first).date();
                return Err(Error::refused(
                    format!("there was nothing here yet on {day}: the first commit is of {first}"),
                    format!("name {first} or a later day"),
                ));
            }
        };
        let ledger = match Branch::of(git)?.used() {
            None => None,
            Some(tip) => match git.line_at(tip, now.as_second())? {
                Then::Commit(commit) => Some(commit),
                Then::Before(_) => None,
            },
        };
        Ok(Self {
            files: workspace.read_at(git, &commit)?,
            commit: Some(commit),
            ledger,
            now,
        })
    }

    /// The files of the ledger's branch. One that cannot be read is told and no more.
    fn branch(&self, workspace: &Workspace, terminal: &Terminal) -> Option<BranchFiles> {
        let (git, tip) = workspace.git.as_ref().zip(self.ledger.as_ref())?;
        match git.contents(tip) {
            Ok(files) => Some(files),
            Err(error) => {
                terminal.status(&format!(
                    "the ledger cannot be read, so nothing is said of approvals and of what is done: {error}"
                ));
                None
            }
        }
    }
}

/// The history of the postmortems until a commit, or until HEAD.
fn courses(
    workspace: &Workspace,
    commit: Option<&str>,
    terminal: &Terminal,
) -> Result<Option<Courses>, Error> {
    let Some(git) = &workspace.git else {
        return Ok(None);
    };
    if git.is_shallow() {
        terminal.status("this is a shallow clone, so nobody can tell when anything was written: set `fetch-depth: 0` on actions/checkout, or run `git fetch --unshallow`");
        return Ok(None);
    }
    let (prefix, _) = workspace.prefix(git);
    let courses = match commit {
        Some(commit) => git.courses_at(commit, &prefix),
        None => git.courses(&prefix, None),
    };
    courses.map(Some)
}

/// How every item's state changed until a commit of the ledger: each file is read once for every version of it. The same commit
/// always gives the same.
pub(super) fn lives(workspace: &Workspace, tip: &str, terminal: &Terminal) -> Option<Lives> {
    let git = workspace.git.as_ref()?;
    let read = || {
        let mut lives = Lives::default();
        for landing in git.changes_along(tip, FOLDER)? {
            let mut files = BTreeMap::new();
            for (path, blob) in landing.files {
                let bytes = blob.map(|blob| git.blob(&blob)).transpose()?.flatten();
                files.insert(path, bytes);
            }
            let at = Timestamp::from_second(landing.at).unwrap_or(Timestamp::UNIX_EPOCH);
            lives.take(at, files);
        }
        Ok::<Lives, Error>(lives)
    };
    match read() {
        Ok(lives) => Some(lives),
        Err(error) => {
            terminal.status(&format!(
                "the history of the ledger cannot be read, so completion over time is not told: {error}"
            ));
            None
        }
    }
}

/// Rules whose findings say that the search for causes is shallow or ends with a person.
const SHALLOW_RULES: [&str; 2] = ["shallow-whys", "chain-ends-with-person"];

/// What the check found in each postmortem, by its path. How late somebody was is told by timeliness, so the rules about that are
/// left out.
fn findings(diagnostics: &[Diagnostic]) -> BTreeMap<String, Findings> {
    let mut worst: BTreeMap<(&str, &str), Option<Level>> = BTreeMap::new();
    for one in diagnostics {
        let level = one.allowed.is_none().then_some(one.level);
        let found = worst.entry((one.path(), one.rule)).or_default();
        *found = (*found).max(level);
    }
    let mut findings: BTreeMap<String, Findings> = BTreeMap::new();
    for ((path, name), level) in worst {
        let group = rule(name).map(|rule| rule.group);
        if group == Some(Group::Process) {
            continue;
        }
        let own = findings.entry(path.to_string()).or_default();
        match level {
            Some(Level::Error) => own.errors += 1,
            Some(Level::Warning) => own.warnings += 1,
            Some(Level::Note) => own.notes += 1,
            None => own.allowed += 1,
        }
        if level > Some(Level::Note) {
            own.blames |= group == Some(Group::Language);
            own.is_shallow |= SHALLOW_RULES.contains(&name);
        }
    }
    findings
}
