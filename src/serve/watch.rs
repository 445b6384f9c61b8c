//! Noticing that something the site is made from has changed.
//!
//! Owns the watcher, what it ignores, and the thread that has the site built anew.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread;
use std::time::Duration;

use notify_debouncer_full::notify::{RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{
    DebounceEventResult, DebouncedEvent, Debouncer, RecommendedCache, new_debouncer,
};

use super::reload::Reloads;
use crate::error::Error;

/// Changes closer together than this are one.
const QUIET: Duration = Duration::from_millis(150);

/// Watching goes on while this is there.
pub(super) type Watcher = Debouncer<RecommendedWatcher, RecommendedCache>;

/// Has the site built anew whenever something in `paths` changes that is not below `site`.
pub(super) fn start(
    paths: &[PathBuf],
    site: &Path,
    rebuild: impl FnMut() -> Result<bool, Error> + Send + 'static,
    reloads: Reloads,
) -> Result<Watcher, Error> {
    let watched: Vec<PathBuf> = paths
        .iter()
        .map(|path| path.canonicalize().unwrap_or_else(|_| path.clone()))
        .collect();
    // One waiting notice is enough: whoever takes it sees all that changed until then.
    let (sender, notices) = mpsc::sync_channel(1);
    thread::spawn(move || build_again(&notices, rebuild, &reloads));

    let filter = Filter {
        watched: watched.clone(),
        site: site.to_owned(),
    };
    let mut watcher = new_debouncer(QUIET, None, move |events| notice(events, &filter, &sender))
        .map_err(|error| refused(site, &error))?;
    for (place, mode) in places(&watched) {
        watcher
            .watch(&place, mode)
            .map_err(|error| refused(&place, &error))?;
    }
    Ok(watcher)
}

fn refused(path: &Path, error: &notify_debouncer_full::notify::Error) -> Error {
    Error::refused(
        format!("cannot watch `{}` for changes: {error}", path.display()),
        "raise the system's limit of watched files (on Linux `fs.inotify.max_user_watches`)",
    )
}

/// Where to watch: editors replace files, so that a file is best watched through its folder.
fn places(watched: &[PathBuf]) -> BTreeSet<(PathBuf, RecursiveMode)> {
    let place = |path: &PathBuf| {
        if path.is_dir() {
            return Some((path.clone(), RecursiveMode::Recursive));
        }
        let folder = path.parent().filter(|folder| folder.is_dir())?;
        let around = |other: &PathBuf| other.is_dir() && folder.starts_with(other);
        let known = watched.iter().any(around);
        (!known).then(|| (folder.to_owned(), RecursiveMode::NonRecursive))
    };
    watched.iter().filter_map(place).collect()
}

fn notice(events: DebounceEventResult, filter: &Filter, sender: &SyncSender<()>) {
    let concerns = match events {
        Ok(events) => events.iter().any(|event| filter.concerns(event)),
        // Something was missed, so look.
        Err(_) => true,
    };
    if concerns {
        // A full channel means that a notice waits already.
        let _ = sender.try_send(());
    }
}

fn build_again(
    notices: &Receiver<()>,
    mut rebuild: impl FnMut() -> Result<bool, Error>,
    reloads: &Reloads,
) {
    while notices.recv().is_ok() {
        // Failures are shown by the caller; a panic was shown too, and the next change may help.
        if let Ok(Ok(true)) = catch_unwind(AssertUnwindSafe(&mut rebuild)) {
            reloads.announce();
        }
    }
}

struct Filter {
    watched: Vec<PathBuf>,
    site: PathBuf,
}

impl Filter {
    fn concerns(&self, event: &DebouncedEvent) -> bool {
        event.need_rescan()
            || !event.kind.is_access() && event.paths.iter().any(|path| self.is_source(path))
    }

    fn is_source(&self, path: &Path) -> bool {
        let below = |root: &PathBuf| {
            let rest = path.strip_prefix(root).ok()?;
            let ignored = |part: &std::ffi::OsStr| part == ".git" || part == "target";
            Some(!rest.iter().any(ignored))
        };
        let is_watched = self.watched.iter().filter_map(below).any(|source| source);
        is_watched && !path.starts_with(&self.site) && !is_temporary(path)
    }
}

/// Whether an editor made this for itself.
fn is_temporary(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let ends = [
        "~",
        ".swp",
        ".swo",
        ".swx",
        ".tmp",
        ".bak",
        "___jb_tmp___",
        "___jb_old___",
    ];
    let begins = [".#", "#", ".aftersight-", ".~", ".goutputstream-"];
    ends.iter().any(|end| name.ends_with(end))
        || begins.iter().any(|begin| name.starts_with(begin))
        || matches!(&*name, "4913" | ".DS_Store")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Filter;

    #[test]
    fn only_sources_concern_us() {
        let filter = Filter {
            watched: vec![
                "/target/repo/pm".into(),
                "/target/repo/aftersight.yml".into(),
            ],
            site: "/target/repo/pm/_site".into(),
        };
        for (path, concerns) in [
            ("/target/repo/pm/a.md", true),
            ("/target/repo/pm/new/folder", true),
            ("/target/repo/aftersight.yml", true),
            ("/target/repo/other.yml", false),
            ("/target/repo/pm/_site/index.html", false),
            ("/target/repo/pm/.git/HEAD", false),
            ("/target/repo/pm/target/a.md", false),
            ("/target/repo/pm/.a.md.swp", false),
            ("/target/repo/pm/a.md~", false),
            ("/target/repo/pm/.#a.md", false),
            ("/target/repo/pm/4913", false),
        ] {
            assert_eq!(filter.is_source(Path::new(path)), concerns, "{path}");
        }
    }
}
