//! `lsp`: what the language server knows, kept up to date between two checks.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use super::workspace::{self, Workspace};
use super::{Outcome, around};
use crate::check::{self, Examined, policy};
use crate::config::{Config, PLACES};
use crate::corpus::Corpus;
use crate::diagnostic::{Diagnostic, Finding, Level};
use crate::document::{Document, yaml};
use crate::editor::action::{self, Action};
use crate::editor::completion::{self, Candidate, Names};
use crate::editor::hover::{self, Hover};
use crate::error::Error;
use crate::files;
use crate::lsp::{self, Desk, Farewell};
use crate::output::Terminal;
use crate::postmortem::Postmortem;
use crate::postmortem::conventions::Conventions;
use crate::rules::Context;
use crate::schema;
use crate::source::{Source, Span};

/// Serves an editor until it leaves; 0 after `shutdown`, 1 without, as the protocol has it.
pub(super) fn run(
    repo: Option<&Path>,
    config: Option<&Path>,
    terminal: &Terminal,
) -> Result<Outcome, Error> {
    terminal.detail("waiting for an editor on standard input");
    let mut known = Known {
        repo: repo.map(Path::to_path_buf),
        config: config.map(Path::to_path_buf),
        state: None,
        configuration: schema::configuration(true),
    };
    Ok(match lsp::run(&mut known)? {
        Farewell::Proper => Outcome::Clean,
        Farewell::Abrupt => Outcome::Findings,
    })
}

/// What is known; nothing before the configuration could be read once.
struct Known {
    repo: Option<PathBuf>,
    config: Option<PathBuf>,
    state: Option<State>,
    configuration: Value,
}

/// Everything that was read.
struct State {
    workspace: Workspace,
    corpus: Corpus,
    /// What was found in each postmortem, in the order of the corpus.
    examined: Vec<Examined>,
    /// The texts of open files that stand in the place of those on disk, by their paths below the root.
    open: BTreeMap<String, Arc<Source>>,
    judged: BTreeMap<String, Vec<Diagnostic>>,
    schema: Value,
}

impl State {
    fn read(workspace: Workspace) -> Result<Self, Error> {
        let folder = workspace.root.join(&workspace.config.postmortems);
        let files = match folder.is_dir() {
            true => workspace.read(&[])?,
            // The first postmortem may be being written.
            false => Vec::new(),
        };
        let (corpus, examined) = workspace.examine(files, Workspace::now()?);
        Ok(Self {
            schema: schema::front_matter(Some(&workspace.config.conventions)),
            open: BTreeMap::new(),
            judged: BTreeMap::new(),
            workspace,
            corpus,
            examined,
        })
    }

    /// The path below the root; `None` for files elsewhere.
    fn inside(&self, path: &Path) -> Option<String> {
        let root = &self.workspace.root;
        let below = |path: &Path| {
            let inside = path.strip_prefix(root).ok()?;
            Some(inside.to_str()?.replace('\\', "/"))
        };
        // The editor may have come here through a link.
        let real = || {
            let folder = path.parent()?.canonicalize().ok()?;
            below(&folder.join(path.file_name()?))
        };
        below(path).or_else(real)
    }

    fn conventions(&self) -> &Conventions {
        &self.workspace.config.conventions
    }

    /// Which of some paths are postmortems by their place.
    fn ours<'a>(&self, paths: impl Iterator<Item = &'a String>) -> Result<BTreeSet<String>, Error> {
        let is_postmortem = self.workspace.postmortem_paths()?;
        Ok(paths.filter(|path| is_postmortem(path)).cloned().collect())
    }

    /// Puts a postmortem in its place, freshly examined.
    fn put(&mut self, postmortem: Postmortem) -> Result<(), Error> {
        let context = self.workspace.context(Workspace::now()?, None);
        let found = check::examine(&postmortem, &context);
        match self.corpus.put(postmortem) {
            Ok(at) => self.examined[at] = found,
            Err(at) => self.examined.insert(at, found),
        }
        Ok(())
    }

    /// Takes the text on disk again, if there is one.
    fn give_back(&mut self, path: &str) -> Result<(), Error> {
        let whole = self.workspace.root.join(path);
        if whole.is_file() {
            let file = files::read(&self.workspace.root, &whole)?;
            self.put(workspace::postmortem(file, self.conventions()))?;
        } else if let Some(at) = self.corpus.remove(path) {
            self.examined.remove(at);
        }
        Ok(())
    }

    fn postmortem(&self, path: &str) -> Option<&Postmortem> {
        let open = self.open.contains_key(path);
        let at = self.corpus.index(path).ok().filter(|_| open)?;
        self.corpus.postmortems.get(at)
    }

    /// Words in use where the configuration names none.
    fn used(&self, key: &str, own: &str) -> Vec<(String, String)> {
        let fields = |list: fn(&Postmortem) -> &[crate::source::Spanned<String>]| {
            let mut words: BTreeMap<&str, usize> = BTreeMap::new();
            let others = self
                .corpus
                .postmortems
                .iter()
                .filter(|one| one.path() != own);
            for word in others.flat_map(list) {
                *words.entry(word.value.as_str()).or_default() += 1;
            }
            let told =
                |(word, count): (&str, usize)| (word.to_string(), format!("used {count} times"));
            words.into_iter().map(told).collect()
        };
        match key {
            "related" | "recurrence_of" => {
                let others = self
                    .corpus
                    .postmortems
                    .iter()
                    .rev()
                    .filter(|one| one.path() != own);
                others
                    .filter_map(|one| Some((one.id()?.to_string(), one.title().to_string())))
                    .collect()
            }
            "tags" => fields(|one| one.front.tags.items()),
            "services" => fields(|one| one.front.services.items()),
            "causes" => fields(|one| one.front.causes.items()),
            _ => Vec::new(),
        }
    }
}

impl Known {
    fn state(&self, path: &Path) -> Option<(&State, String)> {
        let state = self.state.as_ref()?;
        Some((state, state.inside(path)?))
    }
}

impl Desk for Known {
    fn load(&mut self, folder: Option<&Path>) -> Result<(), Error> {
        let config = self.config.as_deref();
        let workspace = match &self.repo {
            Some(repo) => Workspace::open(Some(repo), config)?,
            None => Workspace::around(folder.unwrap_or(Path::new(".")), config)?,
        };
        self.state = Some(State::read(workspace)?);
        Ok(())
    }

    fn look(&mut self, open: &[(&Path, &str)]) -> Result<(), Error> {
        let Some(state) = &mut self.state else {
            return Ok(());
        };
        let texts: BTreeMap<String, &str> = open
            .iter()
            .filter_map(|(path, text)| Some((state.inside(path)?, *text)))
            .collect();
        let ours = state.ours(texts.keys().chain(state.open.keys()))?;
        let closed: Vec<String> = state
            .open
            .keys()
            .filter(|path| !texts.contains_key(*path))
            .cloned()
            .collect();
        for path in closed {
            state.open.remove(&path);
            if ours.contains(&path) {
                state.give_back(&path)?;
            }
        }
        for (path, text) in texts {
            let known = state.open.get(&path);
            if known.is_some_and(|source| source.text() == text) {
                continue;
            }
            let source = Arc::new(Source::new(&path, text.to_string()));
            state.open.insert(path.clone(), Arc::clone(&source));
            if ours.contains(&path) {
                let postmortem = Postmortem::parse(source, state.conventions());
                state.put(postmortem)?;
            }
        }
        let is_open = |path: &str| state.open.contains_key(path);
        let around = around::on_disk(&state.workspace, &state.corpus, is_open);
        let context = Context {
            surroundings: Some(&around),
            ..state.workspace.context(Workspace::now()?, None)
        };
        let all = check::conclude(
            &state.corpus,
            state.examined.clone(),
            &state.workspace.config,
            &context,
        );
        state.judged.clear();
        for one in all
            .into_iter()
            .filter(|one| state.open.contains_key(one.path()))
        {
            state.judged.entry(one.path().into()).or_default().push(one);
        }
        for (path, source) in &state.open {
            if PLACES.contains(&path.as_str()) {
                state.judged.insert(path.clone(), flaws(source));
            }
        }
        Ok(())
    }

    fn diagnostics(&self, path: &Path) -> &[Diagnostic] {
        let found = self
            .state(path)
            .and_then(|(state, path)| state.judged.get(&path));
        found.map_or(&[], Vec::as_slice)
    }

    fn root(&self) -> Option<&Path> {
        self.state
            .as_ref()
            .map(|state| state.workspace.root.as_path())
    }

    fn is_configuration(&self, path: &Path) -> bool {
        PLACES.iter().any(|place| path.ends_with(place))
            || self
                .config
                .as_deref()
                .is_some_and(|config| path.ends_with(config))
    }

    fn hover(&self, path: &Path, offset: usize) -> Option<Hover> {
        let (state, inside) = self.state(path)?;
        let found = self.diagnostics(path);
        if self.is_configuration(path) {
            let source = state.open.get(&inside)?;
            let tree = yaml::parse(source, whole(source.text())).root;
            return hover::at(found, tree.as_ref(), &self.configuration, offset);
        }
        let tree = state.postmortem(&inside)?.document.front.tree.as_ref();
        hover::at(found, tree, &state.schema, offset)
    }

    fn actions(&self, path: &Path, span: Span) -> Vec<Action> {
        let Some((state, inside)) = self.state(path) else {
            return Vec::new();
        };
        action::offered(state.postmortem(&inside), self.diagnostics(path), span)
    }

    fn complete(&self, path: &Path, text: &str, offset: usize) -> Vec<Candidate> {
        let Some((state, inside)) = self.state(path) else {
            return Vec::new();
        };
        let config = self.is_configuration(path);
        if !config && state.postmortem(&inside).is_none() {
            return Vec::new();
        }
        let used = |key: &str| {
            if config {
                Vec::new()
            } else {
                state.used(key, &inside)
            }
        };
        let names = Names {
            schema: if config {
                &self.configuration
            } else {
                &state.schema
            },
            used: &used,
        };
        let yaml = match config {
            true => Some(whole(text)),
            false => {
                let document = Document::parse(Arc::new(Source::new(&inside, text.into())));
                Some(document.front.span).filter(|span| span.start > 0)
            }
        };
        completion::at(text, yaml, offset, names)
    }

    fn watched(&self) -> Vec<String> {
        let mut globs = vec!["**/*.md".to_string()];
        globs.extend(PLACES.iter().map(|place| format!("**/{place}")));
        globs
    }
}

/// The YAML of a configuration file.
fn whole(text: &str) -> Span {
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    Span::new(start, text.len())
}

/// The flaws of a configuration as it is being written.
fn flaws(source: &Arc<Source>) -> Vec<Diagnostic> {
    let (config, mut problems) = Config::read(Arc::clone(source));
    problems.extend(policy::flaws(&config));
    problems.sort_by_key(|problem| problem.span);
    let told = problems.into_iter().map(|problem| Diagnostic {
        rule: "configuration",
        level: Level::Error,
        source: Arc::clone(source),
        finding: Finding::new(problem.span, problem.message, problem.help),
        fingerprint: String::new(),
        allowed: None,
    });
    told.collect()
}
