//! `build`: check, then write every page of the site.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use rayon::prelude::*;

use super::home::Home;
use super::items::Items;
use super::memory::Memory;
use super::public::{self, Gate};
use super::standing::Evidence;
use super::workspace::Workspace;
use super::{Outcome, around, assets, course, figures, standing};
use crate::check::{self, Counts, Examined};
use crate::cli::Build;
use crate::config::{Edition, SearchLayer, read_base_url};
use crate::corpus::Corpus;
use crate::diagnostic::{Diagnostic, Level};
use crate::document::mapping::not_one_of;
use crate::error::Error;
use crate::files;
use crate::git::Courses;
use crate::metrics::Lives;
use crate::output::{OutputFolder, Terminal, Written};
use crate::report::{self, Format};
use crate::rules::Context;
use crate::site::{Approvals, Dates, Input, Page, Repository, Site, Theme, Tracking};

/// More postmortems than this are previewed without the full-text index: whoever searches would wait too long for it.
const MOST_INDEXED: usize = 1000;

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
    /// For whom.
    pub(super) edition: Edition,
}

/// What was built.
pub(super) struct Built {
    /// What the check found.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// How many postmortems there are.
    pub(super) postmortems: usize,
    /// What was written; `None` where something would have got out, which has been told: then the old site is there as it was.
    pub(super) written: Option<Written>,
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
        edition: public::edition(args.edition.as_deref(), &workspace.config)?,
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
    let Some(written) = built.written else {
        terminal.aside(&format!(
            "nothing was published: `{}` is as it was",
            plan.out.display()
        ));
        return Ok(Outcome::Findings);
    };
    let Written {
        files,
        changed,
        deleted,
    } = written;
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
    let (diagnostics, postmortems, is_whole) =
        site(workspace, plan, &mut Memory::default(), terminal, |view| {
            let is_whole = match view.shown {
                Some((site, gate)) => {
                    write(workspace, site, gate, &out, terminal)?;
                    let leaks = gate.leaks();
                    public::tell(&leaks, terminal);
                    leaks.is_empty()
                }
                None => false,
            };
            Ok((view.diagnostics.to_vec(), view.postmortems, is_whole))
        })?;
    Ok(Built {
        diagnostics,
        postmortems,
        written: is_whole.then(|| out.finish()).transpose()?,
    })
}

/// What there is to show.
pub(super) struct View<'a> {
    /// The site, and what everything passes on its way out of it; `None` where it is not plain what may be shown, which has been
    /// told.
    pub(super) shown: Option<(&'a Site<'a>, &'a Gate<'a>)>,
    /// What the check found.
    pub(super) diagnostics: &'a [Diagnostic],
    /// How many postmortems are shown; where nothing is, how many there are.
    pub(super) postmortems: usize,
}

/// Reads and checks, plans the site and hands it on. A preview remembers what was read.
pub(super) fn site<T>(
    workspace: &Workspace,
    plan: &Plan,
    memory: &mut Memory,
    terminal: &Terminal,
    then: impl FnOnce(View<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let now = memory.begin(workspace)?;
    let files = memory.read(workspace)?;
    let standing::Gathered {
        evidence,
        items,
        ledger,
    } = standing::gather(workspace, &files, terminal);
    // A ledger without items comes from a repository that opens no issues: there nobody knows what is done.
    let followed = ledger.filter(|_| items.as_ref().is_some_and(|items| !items.known.is_empty()));
    let lives = followed.and_then(|tip| memory.lives(workspace, tip, terminal));
    let (corpus, examined) = memory.examine(workspace, files, now);
    let again = plan.live.then(|| examined.clone());
    let courses = courses(workspace, memory, terminal);
    let made = courses.and_then(|courses| {
        let read = Read {
            corpus: &corpus,
            examined,
            evidence,
            items,
            lives,
            courses,
            now,
        };
        planned(workspace, plan, read, terminal, then)
    });
    match again {
        Some(examined) => memory.keep(corpus, examined),
        // The process ends soon: taking a large corpus apart would only take time.
        None => std::mem::forget(corpus),
    }
    made
}

/// What was read of a workspace.
struct Read<'a> {
    corpus: &'a Corpus,
    examined: Vec<Examined>,
    evidence: Option<Evidence>,
    items: Option<Items>,
    /// How the states of action items changed; none where that is not known.
    lives: Option<Arc<Lives>>,
    courses: Option<Arc<Courses>>,
    now: Timestamp,
}

fn planned<T>(
    workspace: &Workspace,
    plan: &Plan,
    read: Read<'_>,
    terminal: &Terminal,
    then: impl FnOnce(View<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let Read {
        corpus,
        examined,
        evidence,
        items,
        lives,
        courses,
        now,
    } = read;
    let approvals = evidence.map(|evidence| {
        let standings = evidence.standings(workspace, corpus);
        Approvals {
            approved: standing::approved(workspace, corpus, &standings),
            standings,
        }
    });
    let home = Home::of(workspace);
    let is_ledger = items.is_some();
    let items = items.unwrap_or_default();
    let standings = approvals.as_ref().map(|approvals| &approvals.standings);
    let (all, around) = rayon::join(
        || figures::all_items(workspace, corpus, standings, &items, &home, now),
        || around::on_disk(workspace, corpus, |_| true),
    );
    // A ledger without items comes from a repository that opens no issues: there nobody knows what is done.
    let is_followed = !items.known.is_empty();
    let tracking = is_followed.then(|| {
        let (page, name) = (home.page.clone(), home.name.clone());
        Tracking::new(all.clone(), &items.blocked, page, name)
    });
    let tracked = is_ledger.then(|| items.tracked(&home));
    let history = match (&workspace.git, &courses) {
        (Some(git), Some(courses)) if !course::is_cut_off(git, terminal) => {
            Some(course::history(workspace, git, corpus, courses, now))
        }
        _ => None,
    };
    let context = Context {
        history: history.as_ref(),
        surroundings: Some(&around),
        tracked: tracked.as_ref(),
        ..workspace.context(now, None)
    };
    let diagnostics = check::conclude(corpus, examined, &workspace.config, &context);
    let mut search = plan.search;
    if plan.live && search == SearchLayer::Full && corpus.postmortems.len() > MOST_INDEXED {
        terminal.detail("many postmortems: titles and facets can be searched here, the full text only in `aftersight build`");
        search = SearchLayer::Facets;
    }
    let parts = figures::Parts {
        corpus,
        diagnostics: &diagnostics,
        standings,
        items: &all,
        tracked: is_followed,
        lives: lives.as_deref(),
        courses: courses.as_deref(),
        now,
        mean: false,
    };
    let figures = figures::of(workspace, &parts);
    let dates = courses.map_or_else(BTreeMap::new, |courses| dates(workspace, &courses));
    let repository = repository(workspace, &home);
    let theme = theme(workspace)?;
    for stray in theme.strays() {
        let near = stray
            .near
            .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        let path = stray.path;
        terminal.status(&format!(
            "`{path}` replaces nothing, and nothing in the theme uses it{near}"
        ));
    }
    let public = match plan.edition {
        Edition::Internal => None,
        Edition::Public => {
            let config = &workspace.config;
            let public = public::reduce(corpus, config, approvals.as_ref(), &home, terminal);
            if public.is_none() {
                return then(View {
                    shown: None,
                    diagnostics: &diagnostics,
                    postmortems: corpus.postmortems.len(),
                });
            }
            public
        }
    };
    let input = Input {
        corpus,
        config: &workspace.config,
        diagnostics: &diagnostics,
        history: &dates,
        approvals: approvals.as_ref(),
        tracking: tracking.as_ref(),
        repository: repository.as_ref(),
        figures: Some(&figures),
        now,
        base_url: plan.base_url.as_deref(),
        theme,
        live: plan.live,
        search,
        edition: Edition::Internal,
    };
    let input = match &public {
        Some(public) => input.public(&public.corpus, &public.config),
        None => input,
    };
    let shown = public.as_ref().map_or(corpus, |public| &public.corpus);
    let site = Site::new(input)?;
    let gate = Gate::new(public.as_ref());
    let done = then(View {
        shown: Some((&site, &gate)),
        diagnostics: &diagnostics,
        postmortems: shown.postmortems.len(),
    });
    if !plan.live {
        std::mem::forget(site);
    }
    done
}

/// Where pages lead to change and to discuss a postmortem: what the configuration says, else where this clone came from.
fn repository(workspace: &Workspace, home: &Home) -> Option<Repository> {
    let page = workspace
        .config
        .site
        .repository
        .as_ref()
        .or(home.page.as_ref())?;
    let branch = workspace.git.as_ref().and_then(|git| git.default_name());
    Repository::new(page, branch, &workspace.offset())
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
    Ok(Theme::with(
        folder,
        files::texts(&path)?.into_iter().collect(),
    ))
}

/// The history of the postmortems; one walk serves the dates on the pages and the rules about deadlines.
fn courses(
    workspace: &Workspace,
    memory: &mut Memory,
    terminal: &Terminal,
) -> Result<Option<Arc<Courses>>, Error> {
    match &workspace.git {
        None => terminal.detail("no git repository, so pages have no dates of change"),
        Some(git) if git.is_shallow() => terminal.status("this is a shallow clone: dates of first change are those of the oldest commit here (`git fetch --unshallow`)"),
        Some(_) => {}
    }
    memory.courses(workspace)
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

/// Renders and writes in parallel; each page is dropped once it is written and what is searched of it is kept. Where the gate has
/// seen something at the end, the site must not take the place of the old one.
fn write(
    workspace: &Workspace,
    site: &Site<'_>,
    gate: &Gate<'_>,
    out: &OutputFolder,
    terminal: &Terminal,
) -> Result<(), Error> {
    let progress = terminal.progress("building", Some(site.len() as u64));
    let pages = (0..site.len()).into_par_iter().with_max_len(32);
    let pages = pages.map(|index| {
        let page = site.page(index)?;
        gate.look(&page.path, &page.content);
        out.write(&page.path, &page.content)?;
        progress.advance();
        Ok(searched(site, page))
    });
    let records: Vec<Option<Record>> = pages.collect::<Result<_, Error>>()?;
    index(site, records.into_iter().flatten().collect(), gate, out)?;
    for asset in site.assets() {
        let Some(from) = gate.origin(&asset.from) else {
            continue;
        };
        if let Some(bytes) = assets::read(&workspace.root, from, terminal)?
            && let Some(bytes) = gate.file(from, &asset.to, bytes)
        {
            out.write(&asset.to, &bytes)?;
        }
    }
    Ok(())
}

#[cfg(feature = "search")]
use crate::search::Record;

/// What the full-text index reads of a page.
#[cfg(feature = "search")]
fn searched(site: &Site<'_>, page: Page) -> Option<Record> {
    let searched = page.indexed && site.search() == SearchLayer::Full;
    searched.then(|| Record::new(page.path, &String::from_utf8_lossy(&page.content)))
}

/// Makes the full-text index; that of an earlier build stays where it would come out the same.
#[cfg(feature = "search")]
fn index(
    site: &Site<'_>,
    records: Vec<Record>,
    gate: &Gate<'_>,
    out: &OutputFolder,
) -> Result<(), Error> {
    use crate::search;

    if site.search() != SearchLayer::Full {
        return Ok(());
    }
    let mark = format!("{}made-from.txt", search::FOLDER);
    let digest = search::digest(&records);
    if out.earlier(&mark).is_some_and(|of| of == digest.as_bytes()) && out.keep(search::FOLDER)? {
        return Ok(());
    }
    // Without its mark a half-written index is made anew.
    out.write(&mark, b"")?;
    for (path, bytes) in search::index(records)? {
        gate.look(&path, &bytes);
        out.write(&path, &bytes)?;
    }
    out.write(&mark, digest.as_bytes())?;
    Ok(())
}

/// Without the feature nothing is indexed; `npx pagefind --site DIR` can still index the pages.
#[cfg(not(feature = "search"))]
type Record = ();

#[cfg(not(feature = "search"))]
fn searched(_: &Site<'_>, _: Page) -> Option<Record> {
    None
}

#[cfg(not(feature = "search"))]
fn index(_: &Site<'_>, _: Vec<Record>, _: &Gate<'_>, _: &OutputFolder) -> Result<(), Error> {
    Ok(())
}
