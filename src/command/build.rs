//! `build`: check, then write every page of the site.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rayon::prelude::*;

use super::home::Home;
use super::workspace::Workspace;
use super::{Outcome, around, course, items, standing};
use crate::check::{self, Counts};
use crate::cli::Build;
use crate::config::{SearchLayer, read_base_url};
use crate::diagnostic::{Diagnostic, Level};
use crate::document::mapping::not_one_of;
use crate::error::Error;
use crate::files;
use crate::git::Courses;
use crate::output::{OutputFolder, Terminal, Written};
use crate::report::{self, Format};
use crate::rules::Context;
use crate::site::{Approvals, Dates, Input, Page, Site, Theme, Tracking};
use crate::tracker::item;

/// More postmortems than this are previewed without the full-text index, which would make every change wait for it.
const MOST_INDEXED: usize = 300;

/// How a site is built.
pub(super) struct Plan {
    /// The folder to fill.
    pub(super) out: PathBuf,
    /// Where it will be published.
    pub(super) base_url: Option<String>,
    /// How much can be searched.
    pub(super) search: SearchLayer,
    /// Whether pages reload themselves.
    pub(super) live: bool,
}

/// What was built.
pub(super) struct Built {
    /// What the check found.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// How many postmortems there are.
    pub(super) postmortems: usize,
    /// What was written.
    pub(super) written: Written,
}

/// Builds the site once and says where it is.
pub(super) fn run(
    workspace: &Workspace,
    args: &Build,
    terminal: &Terminal,
) -> Result<Outcome, Error> {
    let base_url = args.base_url.as_deref().map(read_base_url).transpose();
    let base_url = base_url
        .map_err(|(message, help)| Error::refused(format!("`--base-url` {message}"), help))?;
    let search = match &args.search {
        None => workspace.config.search,
        Some(name) => {
            let found = SearchLayer::ALL.iter().find(|(known, _)| known == name);
            let names = SearchLayer::ALL.map(|(name, _)| name);
            let (message, help) = not_one_of(name, &names);
            found
                .ok_or_else(|| Error::refused(format!("`--search` {message}"), help))?
                .1
        }
    };
    let plan = Plan {
        out: args.out.clone(),
        base_url,
        search,
        live: false,
    };
    let built = build(workspace, &plan, terminal)?;
    let counts = Counts::of(&built.diagnostics);
    let errors: Vec<Diagnostic> = built
        .diagnostics
        .into_iter()
        .filter(|one| one.level == Level::Error && one.allowed.is_none())
        .collect();
    if !errors.is_empty() {
        terminal.status(report::render(Format::Concise, &errors, 0, false).trim_end());
    }
    let Written {
        files,
        changed,
        deleted,
    } = built.written;
    terminal.status(&format!(
        "{} on {}, {changed} changed, {deleted} removed; check: {}",
        report::count(built.postmortems, "postmortem"),
        report::count(files, "file"),
        report::figures(counts)
    ));
    terminal.result(&plan.out.join("index.html").display().to_string())?;
    Ok(if errors.is_empty() {
        Outcome::Clean
    } else {
        Outcome::Findings
    })
}

/// Reads, checks, renders and writes.
pub(super) fn build(
    workspace: &Workspace,
    plan: &Plan,
    terminal: &Terminal,
) -> Result<Built, Error> {
    let folder = workspace.root.join(&workspace.config.postmortems);
    let mut forbidden = vec![workspace.root.clone(), folder];
    forbidden.extend(workspace.theme());
    let out = OutputFolder::claim(&plan.out, &forbidden)?;
    let now = Workspace::now()?;
    let files = workspace.read(&[])?;
    let (evidence, items) = standing::gather(workspace, &files, terminal);
    let (corpus, examined) = workspace.examine(files, now);
    let approvals = evidence.map(|evidence| {
        let standings = evidence.standings(workspace, &corpus);
        Approvals {
            approved: standing::approved(workspace, &corpus, &standings),
            standings,
        }
    });
    let home = Home::of(workspace);
    // A ledger without items comes from a repository that opens no issues: there nobody knows what is done.
    let known = items.as_ref().filter(|items| !items.known.is_empty());
    let tracking = known.map(|items| {
        let standings = approvals.as_ref().map(|approvals| &approvals.standings);
        let promises = items::promises(&corpus, standings, &workspace.config, "");
        let today = now.to_zoned(TimeZone::UTC).date();
        let repository = home.name.as_deref().unwrap_or_default();
        let view = item::View { today, repository };
        let all = item::all(&promises.all, &items.known, &view);
        Tracking::new(all, &items.blocked, home.page.clone(), home.name.clone())
    });
    let tracked = items.map(|items| items.tracked(&home));
    let courses = courses(workspace, terminal)?;
    let history = match (&workspace.git, &courses) {
        (Some(git), Some(courses)) if !course::is_cut_off(git, terminal) => {
            Some(course::history(workspace, git, &corpus, courses, now))
        }
        _ => None,
    };
    let around = around::on_disk(workspace, &corpus, |_| true);
    let context = Context {
        history: history.as_ref(),
        surroundings: Some(&around),
        tracked: tracked.as_ref(),
        ..workspace.context(now, None)
    };
    let diagnostics = check::conclude(&corpus, examined, &workspace.config, &context);
    let mut search = plan.search;
    if plan.live && search == SearchLayer::Full && corpus.postmortems.len() > MOST_INDEXED {
        terminal.detail("many postmortems: titles and facets can be searched here, the full text only in `aftersight build`");
        search = SearchLayer::Facets;
    }
    let dates = courses.map_or_else(BTreeMap::new, |courses| dates(workspace, &courses));
    let site = Site::new(Input {
        corpus: &corpus,
        config: &workspace.config,
        diagnostics: &diagnostics,
        history: &dates,
        approvals: approvals.as_ref(),
        tracking: tracking.as_ref(),
        now,
        base_url: plan.base_url.as_deref(),
        theme: theme(workspace)?,
        live: plan.live,
        search,
    })?;
    write(workspace, &site, search, &out, terminal)?;
    let written = out.finish()?;
    let postmortems = corpus.postmortems.len();
    if plan.live {
        drop(site);
    } else {
        // The process ends soon: taking a large corpus apart would only take time.
        std::mem::forget(site);
        std::mem::forget(corpus);
    }
    Ok(Built {
        diagnostics,
        postmortems,
        written,
    })
}

fn theme(workspace: &Workspace) -> Result<Theme, Error> {
    let Some(folder) = &workspace.config.theme else {
        return Ok(Theme::default());
    };
    let path = workspace.root.join(folder);
    if !path.is_dir() {
        let message = format!("the theme folder `{folder}` does not exist");
        return Err(Error::refused(
            message,
            "make it, or remove `theme` from the configuration",
        ));
    }
    Ok(Theme::with(files::texts(&path)?.into_iter().collect()))
}

/// The history of the postmortems; one walk serves the dates on the pages and the rules about deadlines.
fn courses(workspace: &Workspace, terminal: &Terminal) -> Result<Option<Courses>, Error> {
    let Some(git) = &workspace.git else {
        terminal.detail("no git repository, so pages have no dates of change");
        return Ok(None);
    };
    if git.is_shallow() {
        terminal.status("this is a shallow clone: dates of first change are those of the oldest commit here (`git fetch --unshallow`)");
    }
    let (prefix, _) = workspace.prefix(git);
    git.courses(&prefix, None).map(Some)
}

/// When each postmortem was first and last committed.
fn dates(workspace: &Workspace, courses: &Courses) -> BTreeMap<String, Dates> {
    let git = workspace.git.as_ref();
    let offset = git.map_or_else(String::new, |git| workspace.prefix(git).1);
    let at = |seconds| Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
    let dates = courses.dates().map(|(path, dates)| {
        let own = path.strip_prefix(&offset).unwrap_or(path).to_string();
        let dates = Dates {
            created: at(dates.created),
            changed: at(dates.changed),
            commits: dates.commits,
        };
        (own, dates)
    });
    dates.collect()
}

/// Renders and writes in parallel; each page is dropped once it is written and handed to the index.
fn write(
    workspace: &Workspace,
    site: &Site<'_>,
    search: SearchLayer,
    out: &OutputFolder,
    terminal: &Terminal,
) -> Result<(), Error> {
    let progress = terminal.progress("building", Some(site.len() as u64));
    let indexer = Indexer::start(search);
    // Bridged, so that pages are taken in their order and few wait for the index.
    let written = (0..site.len()).par_bridge().try_for_each(|index| {
        let page = site.page(index)?;
        out.write(&page.path, &page.content)?;
        indexer.feed(index, page);
        progress.advance();
        Ok::<(), Error>(())
    });
    let index = indexer.finish();
    written?;
    for (path, bytes) in index? {
        out.write(&path, &bytes)?;
    }
    for asset in site.assets() {
        if let Some(bytes) = asset_bytes(&workspace.root, &asset.from)? {
            out.write(&asset.to, &bytes)?;
        }
    }
    Ok(())
}

/// The bytes of a file beside a postmortem; none where it is missing, is a link or lies elsewhere.
fn asset_bytes(root: &Path, from: &str) -> Result<Option<Vec<u8>>, Error> {
    let path = root.join(from);
    let Ok(real) = path.canonicalize() else {
        return Ok(None);
    };
    let plain =
        real.starts_with(root) && path.symlink_metadata().is_ok_and(|found| found.is_file());
    if !plain {
        return Ok(None);
    }
    std::fs::read(&path)
        .map(Some)
        .map_err(|error| Error::io("read", path, error))
}

/// The full-text index, made in a thread of its own while pages are rendered.
#[cfg(feature = "search")]
struct Indexer {
    feed: Option<std::sync::mpsc::SyncSender<crate::search::Indexed>>,
    worker: Option<std::thread::JoinHandle<Result<Vec<crate::search::IndexFile>, Error>>>,
}

#[cfg(feature = "search")]
impl Indexer {
    fn start(search: SearchLayer) -> Self {
        if search != SearchLayer::Full {
            return Self {
                feed: None,
                worker: None,
            };
        }
        let (feed, pages) = std::sync::mpsc::sync_channel(64);
        let worker = std::thread::spawn(move || crate::search::index(&pages));
        Self {
            feed: Some(feed),
            worker: Some(worker),
        }
    }

    /// Hands a page on; an index that broke down says so when it is asked for its files.
    fn feed(&self, index: usize, page: Page) {
        let Some(feed) = &self.feed else { return };
        let html = page
            .indexed
            .then(|| String::from_utf8(page.content).ok())
            .flatten();
        let _ = feed.send((index, html.map(|html| (page.path, html))));
    }

    fn finish(mut self) -> Result<Vec<crate::search::IndexFile>, Error> {
        drop(self.feed.take());
        let broken = |_| {
            Error::refused(
                "the search index broke down",
                "build with `--search facets`, and report it",
            )
        };
        self.worker
            .map_or(Ok(Vec::new()), |worker| worker.join().map_err(broken)?)
    }
}

/// Without the feature there is nothing to feed; `npx pagefind --site DIR` can still index the pages.
#[cfg(not(feature = "search"))]
struct Indexer;

#[cfg(not(feature = "search"))]
impl Indexer {
    fn start(_: SearchLayer) -> Self {
        Self
    }

    fn feed(&self, _: usize, _: Page) {}

    fn finish(self) -> Result<Vec<(String, Vec<u8>)>, Error> {
        Ok(Vec::new())
    }
}
