//! `serve`: build, serve, and build again when something changes.

use std::path::PathBuf;
use std::sync::Arc;

use super::Outcome;
use super::build::{Built, Plan, build};
use super::workspace::Workspace;
use crate::check::Counts;
use crate::cli::Serve;
use crate::config::PLACES;
use crate::error::Error;
use crate::git::Repository;
use crate::output::Terminal;
use crate::report;
use crate::serve::{self, Options};

/// Serves until it is interrupted.
pub(super) fn run(
    workspace: Workspace,
    args: &Serve,
    config: Option<PathBuf>,
    terminal: &Arc<Terminal>,
) -> Result<Outcome, Error> {
    let folder = tempfile::Builder::new()
        .prefix("aftersight-serve-")
        .tempdir();
    let folder = folder.map_err(|error| Error::io("create", std::env::temp_dir(), error))?;
    let out = folder.path().join("site");
    let built = once(&workspace, &out, terminal)?;
    terminal.status(&summary(&built));
    let options = Options {
        port: args.port,
        root: out.clone(),
        watch: watched(&workspace),
        open: args.open,
    };
    let (told, ready) = (Arc::clone(terminal), Arc::clone(terminal));
    let rebuild = move || {
        let built = workspace
            .reopen(config.as_deref())
            .and_then(|workspace| once(&workspace, &out, &told));
        match built {
            Ok(built) => {
                told.status(&format!("built again: {}", summary(&built)));
                Ok(built.written.changed + built.written.deleted > 0)
            }
            Err(error) => {
                told.error(&error);
                Ok(false)
            }
        }
    };
    serve::run(options, rebuild, move |address| {
        // A closed output is no reason to stop serving.
        let _ = ready.result(&format!("http://{address}/"));
        ready.status("the site reloads when a postmortem changes; stop with Ctrl-C");
    })?;
    Ok(Outcome::Clean)
}

fn once(workspace: &Workspace, out: &std::path::Path, terminal: &Terminal) -> Result<Built, Error> {
    let plan = Plan {
        out: out.to_path_buf(),
        base_url: None,
        search: workspace.config.search,
        live: true,
    };
    build(workspace, &plan, terminal)
}

fn summary(built: &Built) -> String {
    let figures = report::figures(Counts::of(&built.diagnostics));
    format!(
        "{}; check: {figures}",
        report::count(built.postmortems, "postmortem")
    )
}

/// Everything a page is made from.
fn watched(workspace: &Workspace) -> Vec<PathBuf> {
    let mut paths = vec![workspace.root.join(&workspace.config.postmortems)];
    paths.extend(workspace.theme());
    paths.extend(PLACES.iter().map(|place| workspace.root.join(place)));
    // The ledger comes with a fetch.
    paths.extend(workspace.git.as_ref().map(Repository::remote_branches));
    paths.retain(|path| path.exists());
    paths
}
