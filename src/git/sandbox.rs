//! Repositories for tests, made with the real `git`.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::Repository;

/// A repository in a folder that goes away.
pub(super) struct Sandbox {
    folder: tempfile::TempDir,
    clock: std::cell::Cell<i64>,
}

impl Sandbox {
    pub(super) fn new() -> Self {
        let sandbox = Self::bare_folder();
        sandbox.git(&["init", "-q", "-b", "main"]);
        sandbox
    }

    pub(super) fn bare_folder() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            clock: std::cell::Cell::new(1_700_000_000),
        }
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().canonicalize().expect("the folder")
    }

    pub(super) fn open(&self) -> Repository {
        open(&self.path())
    }

    pub(super) fn git(&self, arguments: &[&str]) -> String {
        self.git_in(&self.path(), arguments)
    }

    pub(super) fn git_in(&self, folder: &Path, arguments: &[&str]) -> String {
        let date = format!("{} +0000", self.clock.get());
        let mut command = Command::new("git");
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("GIT_") {
                command.env_remove(name);
            }
        }
        let output = command
            .args(["-c", "protocol.file.allow=always"])
            .args(arguments)
            .current_dir(folder)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", "Ada")
            .env("GIT_AUTHOR_EMAIL", "ada@example.com")
            .env("GIT_AUTHOR_DATE", "1600000000 +0000")
            .env("GIT_COMMITTER_NAME", "Ada")
            .env("GIT_COMMITTER_EMAIL", "ada@example.com")
            .env("GIT_COMMITTER_DATE", date)
            .output()
            .expect("git runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments:?}: {errors}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    pub(super) fn write(&self, path: &str, content: &str) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, content).expect("a file");
    }

    pub(super) fn remove(&self, path: &str) {
        std::fs::remove_file(self.path().join(path)).expect("a file to remove");
    }

    /// Commits everything, an hour after the last time; the committer time.
    pub(super) fn commit(&self) -> i64 {
        self.git(&["add", "-A"]);
        self.tick();
        self.git(&["commit", "-q", "--allow-empty", "-m", "a commit"]);
        self.clock.get()
    }

    pub(super) fn tick(&self) -> i64 {
        self.clock.set(self.clock.get() + 3600);
        self.clock.get()
    }
}

pub(super) fn open(folder: &Path) -> Repository {
    Repository::discover(folder)
        .expect("a readable repository")
        .expect("a repository")
}

/// A text of many lines that is like no other text with another seed.
pub(super) fn text(seed: u32) -> String {
    (0..40)
        .map(|line| format!("{seed} line {line}\n"))
        .collect()
}
