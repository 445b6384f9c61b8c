//! The site: from a corpus to every page of it, each made on its own.
//!
//! Owns the plan: which pages there are, where they lie and which template each takes. Pure: nothing is read and
//! nothing written here, the time is an argument, and page `i` depends on no other, so that the caller renders them in
//! any order, in parallel, and drops each once it is written.

mod about;
mod annex;
mod approval;
mod axis;
mod board;
mod calendar;
mod catalogue;
mod change;
mod course;
mod entry;
mod event;
mod feed;
mod finding;
mod frame;
mod grid;
mod home;
mod html;
mod item;
mod link;
mod listing;
mod meta;
mod metrics;
mod nearby;
mod node;
mod outline;
mod overview;
mod page;
mod plan;
mod plot;
mod record;
mod related;
mod repository;
mod sanitise;
mod search;
mod setting;
mod shelf;
mod svg;
mod table;
mod theme;
mod tracking;
mod writer;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::sync::{LazyLock, OnceLock};

use jiff::Timestamp;
use serde::Serialize;
use tera::{Context, Tera};

use crate::config::{Config, Edition, SearchLayer};
use crate::corpus::Corpus;
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::metrics::Figures;
use crate::when;
pub use approval::Approvals;
use board::Board;
pub use link::Asset;
use meta::Facts;
use plan::Plan;
use related::Related;
pub use repository::Repository;
use shelf::{Dimension, Shelf};
pub use svg::harmless;
pub use theme::{Stray, Theme};
pub use tracking::Tracking;

/// What the site is made from.
#[derive(Debug)]
pub struct Input<'a> {
    /// Every postmortem.
    pub corpus: &'a Corpus,
    /// The organisation's names, the site's title.
    pub config: &'a Config,
    /// What the check found, sorted by path.
    pub diagnostics: &'a [Diagnostic],
    /// When each file was committed, by its path in the repository.
    pub history: &'a BTreeMap<String, Dates>,
    /// What the ledger proves; `None` without one, and then pages say nothing of approval.
    pub approvals: Option<&'a Approvals>,
    /// How action items stand; `None` where nobody keeps track of them, and then pages say what the files do.
    pub tracking: Option<&'a Tracking>,
    /// Where the postmortems are kept on the web; `None` where that is not known, and then pages do not lead there.
    pub repository: Option<&'a Repository>,
    /// Every figure; `None` where they are not to be shown.
    pub figures: Option<&'a Figures>,
    /// The moment of the build.
    pub now: Timestamp,
    /// Where the site will be published; without it there is no sitemap, and feeds hold relative addresses.
    pub base_url: Option<&'a str>,
    /// Templates and static files.
    pub theme: Theme,
    /// Whether pages reload when the site was built again.
    pub live: bool,
    /// How much can be searched.
    pub search: SearchLayer,
    /// For whom it is. Whatever is not public is gone from the fields above already; templates ask for words that suit a stranger.
    pub edition: Edition,
}

/// The public edition knows nothing of commits.
static NO_HISTORY: LazyLock<BTreeMap<String, Dates>> = LazyLock::new(BTreeMap::new);

impl<'a> Input<'a> {
    /// The same site made from public texts, with all that only the organisation may know left out. Every field is named here, so
    /// that one that is added has to be decided on: a fact that is not made from public texts stays inside.
    #[must_use]
    pub fn public(self, corpus: &'a Corpus, config: &'a Config) -> Self {
        Self {
            corpus,
            config,
            diagnostics: &[],
            history: &NO_HISTORY,
            approvals: None,
            tracking: None,
            repository: None,
            figures: None,
            now: self.now,
            base_url: self.base_url,
            theme: self.theme,
            live: self.live,
            search: self.search,
            edition: Edition::Public,
        }
    }
}

/// When a file was committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dates {
    /// First.
    pub created: Timestamp,
    /// Last.
    pub changed: Timestamp,
    /// How often.
    pub commits: u32,
}

/// One file of the site.
#[derive(Debug)]
pub struct Page {
    /// The output path, with `/`.
    pub path: String,
    /// What the file holds.
    pub content: Vec<u8>,
    /// Whether the full-text search should know it.
    pub indexed: bool,
}

/// What a template can ask for as `page`.
#[derive(Debug, Serialize)]
struct Head<'a> {
    path: &'a str,
    title: &'a str,
    /// The address of the navigation's entry that the page belongs to.
    section: &'a str,
    #[serde(flatten)]
    facts: &'a Facts,
    canonical: Option<String>,
}

/// A planned site.
#[derive(Debug)]
pub struct Site<'a> {
    input: Input<'a>,
    base: Option<String>,
    shelf: Shelf<'a>,
    related: Related,
    board: Board<'a>,
    tera: Tera,
    /// The static files' names.
    copied: Vec<String>,
    plan: Vec<Plan>,
    /// Files by their paths, made when first asked for.
    by_path: OnceLock<HashMap<String, usize>>,
    assets: OnceLock<Vec<Asset>>,
    /// What the search reads, made once for its content and for its address.
    index: search::Index,
    /// The rows of lists and of other postmortems' pages, made when first asked for.
    rows: Vec<OnceLock<String>>,
    /// The same of action items.
    cards: Vec<OnceLock<String>>,
}

impl<'a> Site<'a> {
    /// Plans a site. Fails only where a template is broken.
    pub fn new(input: Input<'a>) -> Result<Self, Error> {
        let shelf = Shelf::new(&input);
        let base = input.base_url.or(input.config.site.base_url.as_deref());
        let base = base.map(|base| format!("{}/", base.trim_end_matches('/')));
        let search = || match input.search {
            SearchLayer::None => search::Index::default(),
            _ => search::index(&shelf, &input),
        };
        let lists = || rayon::join(|| Board::new(&shelf, &input), || Related::new(&shelf));
        let (index, (board, related)) = rayon::join(search, lists);
        let tera = input.theme.engine(&frame::frame(&input, &shelf, &index))?;
        let unused = |name: &str| name == "search.js" && input.search == SearchLayer::None;
        let copied = input
            .theme
            .copied()
            .map(|(name, _)| name)
            .filter(|name| !unused(name));
        let copied: Vec<String> = copied.map(str::to_string).collect();
        Ok(Self {
            plan: plan::plan(&shelf, &board, &input, base.is_some(), copied.len()),
            by_path: OnceLock::new(),
            assets: OnceLock::new(),
            index,
            related,
            rows: shelf.entries.iter().map(|_| OnceLock::new()).collect(),
            cards: board.cards.iter().map(|_| OnceLock::new()).collect(),
            board,
            copied,
            base,
            tera,
            shelf,
            input,
        })
    }

    /// How many files there are, assets left out.
    pub fn len(&self) -> usize {
        self.plan.len()
    }

    /// Whether there are none; there always are some.
    pub fn is_empty(&self) -> bool {
        self.plan.is_empty()
    }

    /// How much can be searched.
    pub fn search(&self) -> SearchLayer {
        self.input.search
    }

    /// Files beside postmortems that pages show or link to.
    pub fn assets(&self) -> &[Asset] {
        let made = || plan::assets(&self.shelf, &self.input);
        self.assets.get_or_init(made)
    }

    /// The number of the file with this output path.
    pub fn find(&self, path: &str) -> Option<usize> {
        let made = || {
            let numbered = self.plan.iter().enumerate();
            let paths = numbered.map(|(index, plan)| (self.path(*plan), index));
            paths.collect()
        };
        self.by_path.get_or_init(made).get(path).copied()
    }

    /// The files whose full text is searched, in the order of the plan.
    pub fn indexed(&self) -> impl Iterator<Item = usize> {
        let indexed = |plan: &Plan| matches!(plan, Plan::Postmortem(_));
        (0..self.plan.len()).filter(move |index| indexed(&self.plan[*index]))
    }

    /// Makes file `index`, which depends on no other.
    pub fn page(&self, index: usize) -> Result<Page, Error> {
        let plan = self.plan[index];
        let path = self.path(plan);
        let root = link::root(&path);
        let content = match plan {
            Plan::Home => self.render(
                "home.html",
                &path,
                &self.input.config.site.title,
                "home",
                &home::home(&self.shelf, &self.board, &self.input),
            )?,
            Plan::NotFound => self.render("404.html", &path, "Not found", "nothing", &())?,
            Plan::Postmortem(index) => {
                let show = |other: usize| self.row(other, &root);
                let page = page::postmortem(&self.shelf, &self.related, &self.input, index, &show)?;
                let entry = &self.shelf.entries[index];
                self.render_with(
                    page.template(self.input.edition),
                    &path,
                    &entry.row.title,
                    "p",
                    &page,
                    &Facts::of_postmortem(entry),
                )?
            }
            Plan::Broken(index) => {
                let entry = &self.shelf.broken[index];
                let title = format!("{} cannot be read", entry.row.title);
                self.render(
                    "broken.html",
                    &path,
                    &title,
                    "broken",
                    &page::broken(entry, &self.input),
                )?
            }
            Plan::All { page } => self.render(
                "listing.html",
                &path,
                "All postmortems",
                "listing",
                &listing::all(&self.shelf, page, &|index| self.row(index, &root))?,
            )?,
            Plan::Browse(dimension) => {
                let browse =
                    listing::browse(&self.shelf, dimension, &self.input.corpus.conventions);
                self.render("browse.html", &path, dimension.plural(), "browse", &browse)?
            }
            Plan::Value {
                dimension,
                value,
                page,
            } => {
                let value = &self.shelf.values(dimension)[value];
                let listing = listing::of(
                    &self.shelf,
                    dimension,
                    value,
                    page,
                    &self.input.corpus.conventions,
                    &|index| self.row(index, &root),
                )?;
                let title = format!("{}: {}", dimension.label(), value.name);
                self.render("listing.html", &path, &title, "listing", &listing)?
            }
            Plan::Board(page) => self.board_page(page, &path)?,
            Plan::Annex(annex) => self.annex(annex, &path)?,
            Plan::Metrics => {
                let page = self.input.figures;
                let page = page.map(|it| metrics::page(it, &self.shelf, &self.input));
                self.render("metrics.html", &path, "Metrics", "metrics", &page)?
            }
            Plan::Definitions => self.render(
                "definitions.html",
                &path,
                "What the figures mean",
                "definitions",
                &metrics::definitions(),
            )?,
            Plan::Feed { service } => {
                let feed = feed::feed(
                    &self.shelf,
                    &self.input,
                    self.base.as_deref(),
                    &path,
                    service,
                );
                self.render("atom.xml", &path, "", "feed", &feed)?
            }
            Plan::Sitemap => {
                let base = self.base.as_deref().unwrap_or_default();
                self.render(
                    "sitemap.xml",
                    &path,
                    "",
                    "sitemap",
                    &feed::sitemap(&self.shelf, &self.input, base),
                )?
            }
            Plan::Json => record::json(&self.shelf, &self.board, &self.input, self.base.as_deref()),
            Plan::SearchIndex => self.index.filters.clone(),
            Plan::SearchRows => self.index.rows.clone(),
            Plan::Static(index) => {
                let name = self.copied[index].as_str();
                let file = self
                    .input
                    .theme
                    .copied()
                    .find(|(copied, _)| *copied == name);
                file.map(|(_, content)| content.to_vec())
                    .unwrap_or_default()
            }
        };
        Ok(Page {
            path,
            content,
            indexed: matches!(plan, Plan::Postmortem(_)),
        })
    }

    /// The row of an entry for a page from which `root` leads back.
    fn row(&self, index: usize, root: &str) -> Result<String, Error> {
        let row = || &self.shelf.entries[index].row;
        self.once(&self.rows[index], "row.html", root, row)
    }

    /// A row for a page from which `root` leads back. Its HTML is made once, with a mark where the way to the root goes.
    fn once<T: Serialize>(
        &self,
        place: &OnceLock<String>,
        template: &str,
        root: &str,
        row: impl FnOnce() -> T,
    ) -> Result<String, Error> {
        const ROOT: u8 = 1;
        let made = match place.get() {
            Some(made) => made,
            None => {
                let mut context = Context::new();
                context.insert("root", &char::from(ROOT));
                context.insert("row", &row());
                let made = self.input.theme.render(&self.tera, template, &context)?;
                place.get_or_init(|| String::from_utf8_lossy(&made).into_owned())
            }
        };
        let mut rooted = String::with_capacity(made.len() + 16 * root.len());
        let mut from = 0;
        for at in memchr::memchr_iter(ROOT, made.as_bytes()) {
            rooted.push_str(&made[from..at]);
            rooted.push_str(root);
            from = at + 1;
        }
        rooted.push_str(&made[from..]);
        Ok(rooted)
    }

    fn path(&self, plan: Plan) -> String {
        match plan {
            Plan::Home => "index.html".into(),
            Plan::NotFound => "404.html".into(),
            Plan::Postmortem(index) => self.shelf.entries[index].path.clone(),
            Plan::Broken(index) => self.shelf.broken[index].path.clone(),
            Plan::All { page } => listing::path("postmortems", page),
            Plan::Browse(dimension) => dimension.url(),
            Plan::Value {
                dimension,
                value,
                page,
            } => listing::path(&self.shelf.values(dimension)[value].folder, page),
            Plan::Board(page) => page.path(&self.board),
            Plan::Annex(annex) => annex.path(),
            Plan::Metrics => "metrics/index.html".into(),
            Plan::Definitions => "metrics/definitions.html".into(),
            Plan::Feed { service: None } => "atom.xml".into(),
            Plan::Feed {
                service: Some(index),
            } => format!(
                "{}/atom.xml",
                self.shelf.values(Dimension::Service)[index].folder
            ),
            Plan::Sitemap => "sitemap.xml".into(),
            Plan::Json => "index.json".into(),
            Plan::SearchIndex => "search-index.js".into(),
            Plan::SearchRows => "search-rows.js".into(),
            Plan::Static(index) => self.copied[index].clone(),
        }
    }

    fn render(
        &self,
        template: &str,
        path: &str,
        title: &str,
        name: &'static str,
        value: &impl Serialize,
    ) -> Result<Vec<u8>, Error> {
        let about = &self.input.config.site.description;
        let facts = Facts::of(match path {
            "index.html" => about.clone(),
            _ => format!("{title}. {about}"),
        });
        self.render_with(template, path, title, name, value, &facts)
    }

    /// The same with what the page says of itself.
    fn render_with(
        &self,
        template: &str,
        path: &str,
        title: &str,
        name: &'static str,
        value: &impl Serialize,
        facts: &Facts,
    ) -> Result<Vec<u8>, Error> {
        let folder = path.split_once('/').map_or("", |(folder, _)| folder);
        let section = if folder.is_empty() {
            String::new()
        } else {
            format!("{folder}/index.html")
        };
        let url = link::encode(path);
        let head = Head {
            path,
            title,
            section: &section,
            facts,
            canonical: self
                .base
                .as_deref()
                .filter(|_| path != "404.html")
                .map(|base| feed::whole(base, &url)),
        };
        let mut context = Context::new();
        // A page that is shown at any address needs the way from the server's root.
        let root = match (&self.base, path) {
            (_, "404.html") if self.input.live => "/".into(),
            (Some(base), "404.html") => base_path(base),
            _ => link::root(path),
        };
        context.insert("root", &root);
        context.insert("page", &head);
        context.insert(name, value);
        self.input.theme.render(&self.tera, template, &context)
    }
}

/// The path of a whole address: `/postmortems/`.
fn base_path(base: &str) -> String {
    let rest = base.split_once("://").map_or(base, |(_, rest)| rest);
    rest.find('/').map_or("/", |at| &rest[at..]).to_string()
}
