//! Noticing that something the site is made from has changed.
//!
//! Owns the watcher, what it ignores, and how long it waits for more.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};

use crate::error::Error;

/// Changes closer together than this are one: an editor writes in several steps.
const QUIET: Duration = Duration::from_millis(20);
/// However busy it is, a change is told after this.
const PATIENCE: Duration = Duration::from_millis(250);

/// Where something is watched, and whether all that lies below is too.
type Places = BTreeSet<(PathBuf, RecursiveMode)>;

/// Watching goes on while this is there.
#[derive(Debug)]
pub(super) struct Watch {
    watcher: RecommendedWatcher,
    places: Places,
    sources: Arc<Mutex<Sources>>,
}

impl Watch {
    /// Tells whenever something in `paths` has changed.
    pub(super) fn start(
        paths: Vec<PathBuf>,
        tell: impl Fn() + Send + 'static,
    ) -> Result<Self, Error> {
        let sources = Arc::new(Mutex::new(Sources::default()));
        let (sender, notices) = mpsc::channel();
        let known = Arc::clone(&sources);
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            let concerns = match event {
                Ok(event) => {
                    let sources = known.lock().unwrap_or_else(PoisonError::into_inner);
                    sources.concern(&event)
                }
                // Something was missed, so look.
                Err(_) => true,
            };
            if concerns {
                let _ = sender.send(());
            }
        });
        let watcher = watcher.map_err(|error| refused(Path::new("."), &error))?;
        thread::spawn(move || settle(&notices, tell));
        let mut watch = Self {
            watcher,
            places: BTreeSet::new(),
            sources,
        };
        watch.set(paths)?;
        Ok(watch)
    }

    /// Watches these paths from now on; what is not there is watched for.
    pub(super) fn set(&mut self, paths: Vec<PathBuf>) -> Result<(), Error> {
        let real = |path: PathBuf| path.canonicalize().unwrap_or(path);
        let watched: Vec<PathBuf> = paths.into_iter().map(real).collect();
        let places = places(&watched);
        self.sources
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .0 = watched;
        for (place, _) in self.places.difference(&places) {
            // What was removed is watched no more.
            let _ = self.watcher.unwatch(place);
        }
        for (place, mode) in places.difference(&self.places) {
            self.watcher
                .watch(place, *mode)
                .map_err(|error| refused(place, &error))?;
        }
        self.places = places;
        Ok(())
    }
}

fn refused(path: &Path, error: &notify::Error) -> Error {
    Error::refused(
        format!("cannot watch `{}` for changes: {error}", path.display()),
        "raise the system's limit of watched files (on Linux `fs.inotify.max_user_watches`)",
    )
}

/// Tells once of notices that come close together, until there can be no more.
fn settle(notices: &Receiver<()>, tell: impl Fn()) {
    while notices.recv().is_ok() {
        let first = Instant::now();
        while first.elapsed() < PATIENCE {
            match notices.recv_timeout(QUIET) {
                Ok(()) => {}
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
        tell();
    }
}

/// Where to watch: editors replace files, so that a file is best watched through its folder.
fn places(watched: &[PathBuf]) -> Places {
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

/// What the site is made from.
#[derive(Debug, Default)]
struct Sources(Vec<PathBuf>);

impl Sources {
    /// Whether something happened to them; that somebody read them, as we do, is nothing.
    fn concern(&self, event: &Event) -> bool {
        event.need_rescan()
            || !event.kind.is_access() && event.paths.iter().any(|path| self.has(path))
    }

    fn has(&self, path: &Path) -> bool {
        let below = |root: &PathBuf| {
            let rest = path.strip_prefix(root).ok()?;
            let ignored = |part: &std::ffi::OsStr| part == ".git" || part == "target";
            Some(!rest.iter().any(ignored))
        };
        let is_watched = self.0.iter().filter_map(below).any(|source| source);
        is_watched && !is_temporary(path)
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

    use super::Sources;

    #[test]
    fn only_sources_concern_us() {
        let sources = Sources(vec![
            "/target/repo/pm".into(),
            "/target/repo/aftersight.yml".into(),
        ]);
        for (path, concerns) in [
            ("/target/repo/pm/a.md", true),
            ("/target/repo/pm/new/folder", true),
            ("/target/repo/aftersight.yml", true),
            ("/target/repo/other.yml", false),
            ("/target/repo/pm/.git/HEAD", false),
            ("/target/repo/pm/target/a.md", false),
            ("/target/repo/pm/.a.md.swp", false),
            ("/target/repo/pm/a.md~", false),
            ("/target/repo/pm/.#a.md", false),
            ("/target/repo/pm/4913", false),
        ] {
            assert_eq!(sources.has(Path::new(path)), concerns, "{path}");
        }
    }
}
