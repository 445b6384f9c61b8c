//! `serve`: shows the site as `build` would make it, and looks again when something changes.
//!
//! Nothing is written: a change costs reading what was changed and planning the site, and each page is rendered when a
//! browser asks for it, so that none can be old.

use std::path::{Path, PathBuf};

use super::build::{Plan, View, site};
#[cfg(feature = "search")]
use super::full_text::FullText;
use super::memory::Memory;
use super::public::{self, Gate};
use super::workspace::Workspace;
use super::{Outcome, assets};
use crate::check::Counts;
use crate::cli::Serve;
use crate::config::PLACES;
use crate::error::Error;
use crate::git::Repository;
use crate::output::Terminal;
use crate::report;
use crate::serve::{Answer, Request, Server, Task};
use crate::site::Site;

/// What ended the showing of a site.
enum Ended {
    /// Something has changed.
    Changed,
    /// It was interrupted.
    Stopped,
}

/// Serves until it is interrupted.
pub(super) fn run(
    mut workspace: Workspace,
    args: &Serve,
    config: Option<PathBuf>,
    terminal: &Terminal,
) -> Result<Outcome, Error> {
    let mut server = Server::start(args.port, watched(&workspace, config.as_deref()))?;
    let mut preview = Preview {
        memory: Memory::default(),
        #[cfg(feature = "search")]
        full_text: FullText::default(),
        edition: args.edition.clone(),
        terminal,
    };
    let mut shown = preview.plan(&workspace, &server, |summary| {
        // A closed output is no reason to stop serving.
        let _ = terminal.result(&format!("http://{}/", server.address()));
        terminal.status(&summary);
        terminal.status("the site reloads when a postmortem changes; stop with Ctrl-C");
        if args.open {
            server.open();
        }
    })?;
    while let Ended::Changed = shown {
        let again = workspace.reopen(config.as_deref()).and_then(|now| {
            workspace = now;
            server.watch(watched(&workspace, config.as_deref()))?;
            preview.plan(&workspace, &server, |summary| {
                terminal.status(&format!("looked again: {summary}"));
                server.announce();
            })
        });
        shown = match again {
            Ok(ended) => ended,
            Err(error) => {
                terminal.error(&error);
                server.announce();
                broken(&server, &error)?
            }
        };
    }
    Ok(Outcome::Clean)
}

/// What lasts while the site changes.
struct Preview<'a> {
    memory: Memory,
    #[cfg(feature = "search")]
    full_text: FullText,
    /// The edition that the command line names.
    edition: Option<String>,
    terminal: &'a Terminal,
}

impl Preview<'_> {
    /// Plans the site and shows it until something changes.
    fn plan(
        &mut self,
        workspace: &Workspace,
        server: &Server,
        ready: impl FnOnce(String),
    ) -> Result<Ended, Error> {
        let plan = Plan {
            out: PathBuf::new(),
            base_url: None,
            search: workspace.config.search,
            live: true,
            edition: public::edition(self.edition.as_deref(), &workspace.config)?,
        };
        let terminal = self.terminal;
        let mut memory = std::mem::take(&mut self.memory);
        let ended = site(workspace, &plan, &mut memory, terminal, |view| {
            ready(summary(&view));
            match view.shown {
                Some((site, gate)) => self.show(workspace, site, gate, server),
                None => broken(server, &leaking("it is not plain what may be shown")),
            }
        });
        self.memory = memory;
        #[cfg(feature = "search")]
        self.full_text.dismiss();
        ended
    }

    fn show(
        &mut self,
        workspace: &Workspace,
        site: &Site<'_>,
        gate: &Gate<'_>,
        server: &Server,
    ) -> Result<Ended, Error> {
        loop {
            let done = match server.next() {
                Task::Look => return Ok(Ended::Changed),
                Task::Stop(ended) => return ended.map(|()| Ended::Stopped),
                Task::Show(request) => self.answer(workspace, site, gate, server, request),
                #[cfg(feature = "search")]
                Task::Remember => self.full_text.settle(),
                #[cfg(not(feature = "search"))]
                Task::Remember => Ok(()),
            };
            if let Err(error) = done {
                self.terminal.error(&error);
            }
        }
    }

    fn answer(
        &mut self,
        workspace: &Workspace,
        site: &Site<'_>,
        gate: &Gate<'_>,
        server: &Server,
        request: Request,
    ) -> Result<(), Error> {
        #[cfg(feature = "search")]
        if FullText::has(site, &request.path) {
            return self.full_text.answer(site, request, server.reminder());
        }
        #[cfg(not(feature = "search"))]
        let _ = server;
        match file(workspace, site, gate, &request.path, self.terminal) {
            Ok(answer) => request.answer(answer),
            Err(error) => {
                request.answer(Answer::from(&error));
                return Err(error);
            }
        }
        Ok(())
    }
}

/// One file of the site: a page, or what lies beside a postmortem. Nothing is shown that `build` would refuse to publish.
fn file(
    workspace: &Workspace,
    site: &Site<'_>,
    gate: &Gate<'_>,
    path: &str,
    terminal: &Terminal,
) -> Result<Answer, Error> {
    let bytes = match site.find(path) {
        Some(index) => {
            let content = site.page(index)?.content;
            gate.look(path, &content);
            Some(content)
        }
        None => beside(workspace, site, gate, path, terminal)?,
    };
    let leaks = gate.leaks();
    if !leaks.is_empty() {
        public::tell(&leaks, terminal);
        return Err(leaking(&format!("`{path}` holds what may not be shown")));
    }
    Ok(bytes.map_or(Answer::Nothing, Answer::File))
}

/// A file beside a postmortem.
fn beside(
    workspace: &Workspace,
    site: &Site<'_>,
    gate: &Gate<'_>,
    path: &str,
    terminal: &Terminal,
) -> Result<Option<Vec<u8>>, Error> {
    let Some(asset) = site.assets().iter().find(|asset| asset.to == path) else {
        return Ok(None);
    };
    let Some(from) = gate.origin(&asset.from) else {
        return Ok(None);
    };
    let bytes = assets::read(&workspace.root, from, terminal)?;
    Ok(bytes.and_then(|bytes| gate.file(from, &asset.to, bytes)))
}

/// What a browser is told; where it is said in whole, it may be seen only at the terminal.
fn leaking(message: &str) -> Error {
    Error::refused(
        format!("{message} to everybody"),
        "mend what the terminal tells",
    )
}

/// Says what is wrong, in every browser too, until something changes.
fn broken(server: &Server, error: &Error) -> Result<Ended, Error> {
    loop {
        match server.next() {
            Task::Look => return Ok(Ended::Changed),
            Task::Stop(ended) => return ended.map(|()| Ended::Stopped),
            Task::Show(request) => request.answer(Answer::from(error)),
            Task::Remember => {}
        }
    }
}

fn summary(view: &View<'_>) -> String {
    format!(
        "{}; check: {}",
        report::count(view.postmortems, "postmortem"),
        report::figures(Counts::of(view.diagnostics))
    )
}

/// Everything a page is made from, there or not yet.
fn watched(workspace: &Workspace, config: Option<&Path>) -> Vec<PathBuf> {
    let mut paths = vec![workspace.root.join(&workspace.config.postmortems)];
    paths.extend(workspace.theme());
    paths.extend(PLACES.iter().map(|place| workspace.root.join(place)));
    paths.extend(config.map(Path::to_path_buf));
    // The ledger comes with a fetch, dates come with a commit.
    paths.extend(workspace.git.iter().flat_map(Repository::references));
    paths
}
