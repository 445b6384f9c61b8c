//! A repository in a temporary folder, and the real program run in it with a clean environment.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// What a run left behind.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A repository.
pub(crate) struct Repo {
    folder: TempDir,
}

impl AsRef<Path> for Repo {
    fn as_ref(&self) -> &Path {
        self.path()
    }
}

/// The postmortem on which every rule is silent.
pub(crate) const CLEAN: &str = include_str!("../src/rules/canonical.md");

/// The moment of every run: 2026-10-14 09:00 UTC.
const NOW: &str = "1791968400";

impl Repo {
    /// A folder without git.
    pub(crate) fn bare() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    /// The same as [`Repo::new`] in memory, where the system has a place for that: for tests that make hundreds.
    pub(crate) fn in_memory() -> Self {
        let folder = folder_in_memory();
        Self { folder }.begun()
    }

    /// A git repository on the branch `main` without commits.
    pub(crate) fn new() -> Self {
        Self::bare().begun()
    }

    fn begun(self) -> Self {
        let repo = self;
        repo.git(&["init", "-q", "-b", "main"]);
        repo
    }

    /// A git repository with one clean postmortem, committed.
    pub(crate) fn clean() -> Self {
        let repo = Self::new();
        repo.write("postmortems/2026-10-10-checkout.md", CLEAN);
        repo.commit("first");
        repo
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn file(&self, path: &str) -> PathBuf {
        self.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.file(path);
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("the folder");
        std::fs::write(path, text).expect("the file");
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.file(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub(crate) fn git(&self, args: &[&str]) -> String {
        self.git_with(&[], args)
    }

    /// Runs git at another moment than the usual one.
    pub(crate) fn git_at(&self, at: &str, args: &[&str]) -> String {
        let dates = [("GIT_AUTHOR_DATE", at), ("GIT_COMMITTER_DATE", at)];
        self.git_with(&dates, args)
    }

    fn git_with(&self, environment: &[(&str, &str)], args: &[&str]) -> String {
        let output = Command::new("git")
            .args(args)
            .current_dir(self.path())
            .env_clear()
            .envs(clean_environment())
            .envs(environment.iter().copied())
            .output();
        let output = output.expect("git runs");
        assert!(
            output.status.success(),
            "git {args:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    pub(crate) fn commit(&self, message: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", message]);
    }

    pub(crate) fn commit_at(&self, message: &str, at: &str) {
        self.git(&["add", "-A"]);
        self.git_at(at, &["commit", "-q", "-m", message]);
    }

    /// The program with these arguments, not started yet.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_aftersight"));
        command
            .args(args)
            .current_dir(self.path())
            .env_clear()
            .envs(clean_environment());
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Run {
        finished(self.command(args).output().expect("the program runs"))
    }

    /// Runs and expects an exit code.
    pub(crate) fn expect(&self, code: i32, args: &[&str]) -> Run {
        let run = self.run(args);
        assert_eq!(run.code, code, "{args:?}\n{}\n{}", run.stdout, run.stderr);
        run
    }

    /// The diagnostics of `check` with these further arguments, as JSON.
    pub(crate) fn diagnostics(&self, args: &[&str]) -> Vec<serde_json::Value> {
        let mut all = vec!["check", "--report", "json"];
        all.extend(args);
        let run = self.run(&all);
        let report: serde_json::Value = serde_json::from_str(&run.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}{}", run.stdout, run.stderr));
        report["diagnostics"].as_array().expect("a list").clone()
    }

    /// `path: rule` of every diagnostic.
    pub(crate) fn rules(&self, args: &[&str]) -> Vec<String> {
        let name = |one: &serde_json::Value| {
            format!(
                "{}: {}",
                one["path"].as_str().unwrap_or_default(),
                one["rule"].as_str().unwrap_or_default()
            )
        };
        self.diagnostics(args).iter().map(name).collect()
    }
}

/// A temporary folder, in memory where the system has a place for that.
pub(crate) fn folder_in_memory() -> TempDir {
    let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
    folder.expect("a temporary folder")
}

pub(crate) fn finished(output: Output) -> Run {
    Run {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn clean_environment() -> Vec<(String, String)> {
    let mut environment: Vec<(String, String)> = [
        ("SOURCE_DATE_EPOCH", NOW),
        ("GIT_AUTHOR_NAME", "tester"),
        ("GIT_AUTHOR_EMAIL", "tester@example.org"),
        ("GIT_COMMITTER_NAME", "tester"),
        ("GIT_COMMITTER_EMAIL", "tester@example.org"),
        ("GIT_AUTHOR_DATE", "2026-10-11T10:00:00Z"),
        ("GIT_COMMITTER_DATE", "2026-10-11T10:00:00Z"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_SYSTEM", "/dev/null"),
    ]
    .map(|(name, value)| (name.into(), value.into()))
    .into();
    environment.extend(
        ["PATH", "HOME", "TMPDIR"]
            .into_iter()
            .filter_map(|name| Some((name.to_string(), std::env::var(name).ok()?))),
    );
    environment
}

/// The canonical postmortem with some text replaced; each must be there.
pub(crate) fn variant(changes: &[(&str, &str)]) -> String {
    let mut text = CLEAN.to_string();
    for (from, to) in changes {
        assert!(
            text.contains(from),
            "{from} is not in the canonical postmortem"
        );
        text = text.replacen(from, to, 1);
    }
    text
}

/// The folder of real documents and exports of others, which is no part of the repository: `AFTERSIGHT_CORPUS` names it, or it is
/// `shared/corpus` beside a folder above this one. Where there is none, the test that wants it is told to be skipped, even where
/// its output is kept back.
pub(crate) fn corpus(test: &str) -> Option<PathBuf> {
    let named = std::env::var_os("AFTERSIGHT_CORPUS").map(PathBuf::from);
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let above = above.map(|folder| folder.join("shared/corpus"));
    let found = named.into_iter().chain(above).find(|it| it.is_dir());
    if found.is_none() {
        let told = format!("SKIPPED: {test} needs a corpus; AFTERSIGHT_CORPUS names its folder\n");
        let _ = std::io::stderr().write_all(told.as_bytes());
    }
    found
}
