mod courses;
mod objects;

use std::collections::BTreeMap;
use std::fs;

use super::sandbox::{Sandbox, open, text};
use super::{Change, ChangeKind, FileDates, Repository};
use crate::error::Error;

fn dates(created: i64, changed: i64, commits: u32) -> FileDates {
    FileDates {
        created,
        changed,
        commits,
    }
}

impl Repository {
    /// First and last commit of every file below `prefix`.
    fn dates(&self, prefix: &str) -> Result<BTreeMap<String, FileDates>, Error> {
        let courses = self.courses(prefix, None)?;
        let dates = courses.dates();
        Ok(dates.map(|(path, dates)| (path.into(), dates)).collect())
    }
}

fn help(error: &Error) -> &str {
    error.help().expect("some help")
}

fn kinds(repository: &Repository, base: &str, prefix: &str) -> Vec<(String, ChangeKind)> {
    let changes = repository.changes_since(base, prefix).expect("changes");
    let files = changes.files.into_iter();
    files.map(|Change { path, kind }| (path, kind)).collect()
}

#[test]
fn no_repository_is_a_normal_state() {
    let sandbox = Sandbox::bare_folder();
    assert!(
        Repository::discover(&sandbox.path())
            .expect("an answer")
            .is_none()
    );
}

#[test]
fn the_root_is_found_from_below_and_in_linked_worktrees() {
    let sandbox = Sandbox::new();
    sandbox.write("pm/deep/a.md", "a\n");
    sandbox.commit();
    assert_eq!(open(&sandbox.path().join("pm/deep")).root(), sandbox.path());

    let other = Sandbox::bare_folder();
    let linked = other.path().join("linked");
    let folder = linked.to_string_lossy().into_owned();
    sandbox.git(&["worktree", "add", "-q", "-b", "side", &folder]);
    fs::write(linked.join("pm/new.md"), "new\n").expect("a file");
    let repository = open(&linked);
    assert_eq!(repository.root(), linked);
    assert_eq!(repository.dates("pm").expect("dates").len(), 1);
    let added = ("pm/new.md".to_owned(), ChangeKind::Added);
    assert_eq!(kinds(&repository, "main", "pm"), [added]);
}

#[test]
fn a_bare_repository_is_refused() {
    let sandbox = Sandbox::bare_folder();
    sandbox.git(&["init", "-q", "--bare"]);
    let error = Repository::discover(&sandbox.path()).expect_err("an error");
    assert!(error.to_string().contains("is a bare repository"));
    assert!(help(&error).starts_with("run "));
}

#[test]
fn a_broken_repository_is_an_error_not_absence() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path().join(".git/config"), "[core\nnonsense").expect("a file");
    assert!(Repository::discover(&sandbox.path()).is_err());

    let sandbox = Sandbox::bare_folder();
    sandbox.write("below/a.md", "a\n");
    sandbox.write(".git", "gitdir: ../gone\n");
    let error = Repository::discover(&sandbox.path().join("below")).expect_err("an error");
    assert!(
        error
            .to_string()
            .ends_with("is not a repository that can be read")
    );
    fs::remove_file(sandbox.path().join(".git")).expect("removed");
    sandbox.write(".git/HEAD", "nonsense");
    assert!(Repository::discover(&sandbox.path()).is_err());
}

#[test]
fn changes_cover_what_is_committed_and_what_is_only_on_disk() {
    let sandbox = Sandbox::new();
    for number in 0..7 {
        sandbox.write(&format!("pm/{number}.md"), &text(number));
    }
    sandbox.write("other.md", "other\n");
    sandbox.commit();
    let base = sandbox.git(&["rev-parse", "HEAD"]).trim().to_owned();
    sandbox.git(&["checkout", "-q", "-b", "topic"]);
    sandbox.write("pm/1.md", &(text(1) + "committed\n"));
    sandbox.git(&["mv", "pm/2.md", "pm/renamed.md"]);
    sandbox.commit();
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.write("pm/6.md", "only on main\n");
    sandbox.commit();
    sandbox.git(&["checkout", "-q", "topic"]);
    sandbox.write("pm/3.md", &(text(3) + "on disk\n"));
    sandbox.write("pm/new.md", &text(20));
    sandbox.write("pm/sub/moved.md", &(text(4) + "moved by hand\n"));
    sandbox.remove("pm/4.md");
    sandbox.remove("pm/5.md");
    sandbox.write("other.md", "outside of the folder\n");

    let repository = sandbox.open();
    let renamed = |from: &str| ChangeKind::Renamed { from: from.into() };
    let expected = [
        ("pm/1.md", ChangeKind::Modified),
        ("pm/3.md", ChangeKind::Modified),
        ("pm/5.md", ChangeKind::Deleted),
        ("pm/new.md", ChangeKind::Added),
        ("pm/renamed.md", renamed("pm/2.md")),
        ("pm/sub/moved.md", renamed("pm/4.md")),
    ]
    .map(|(path, kind)| (path.to_owned(), kind));
    assert_eq!(kinds(&repository, "main", "pm"), expected);
    assert_eq!(
        repository
            .changes_since("main", "pm")
            .expect("changes")
            .base,
        base
    );
    assert_eq!(kinds(&repository, "main", "").len(), 7);
    assert!(kinds(&repository, "main", "nothing/here").is_empty());
}

#[test]
fn a_fresh_checkout_with_other_line_ends_is_unchanged() {
    let sandbox = Sandbox::new();
    sandbox.write("pm/a.md", &text(1));
    sandbox.commit();
    sandbox.write(".gitattributes", "*.md text eol=crlf\n");
    sandbox.remove("pm/a.md");
    sandbox.git(&["checkout", "pm/a.md"]);
    let on_disk = fs::read_to_string(sandbox.path().join("pm/a.md")).expect("the file");
    assert!(on_disk.contains("\r\n"));
    // Written again, so that the index does not vouch for it.
    sandbox.write("pm/a.md", &on_disk);
    assert_eq!(kinds(&sandbox.open(), "main", "pm"), []);
}

#[test]
fn files_at_a_commit_are_its_markdown_files() {
    let sandbox = Sandbox::new();
    sandbox.write("pm/a.md", "old\n");
    sandbox.write("pm/b/c.md", "deep\n");
    sandbox.write("pm/picture.png", "no text\n");
    sandbox.write("pmx/a.md", "next door\n");
    sandbox.commit();
    sandbox.write("pm/a.md", "new\n");
    sandbox.commit();
    let files = sandbox.open().files_at("HEAD~1", "pm").expect("files");
    let expected = [("pm/a.md", "old\n"), ("pm/b/c.md", "deep\n")]
        .map(|(path, content)| (path.to_owned(), content.as_bytes().to_vec()));
    assert_eq!(files, BTreeMap::from(expected));
}

#[test]
fn an_unknown_base_names_what_is_near() {
    let sandbox = Sandbox::new();
    sandbox.commit();
    let repository = sandbox.open();
    let error = repository
        .changes_since("mian", "pm")
        .expect_err("an error");
    assert_eq!(
        error.to_string(),
        "cannot read the git history: `mian` names no commit here"
    );
    assert_eq!(help(&error), "use `main`, or run `git fetch origin mian`");
    for strange in ["", "main..HEAD", "-x", "HEAD~5", &"0".repeat(40), "a\nb"] {
        assert!(
            repository.changes_since(strange, "pm").is_err(),
            "{strange}"
        );
    }
}

#[test]
fn a_branch_that_only_origin_has_will_do() {
    let sandbox = Sandbox::new();
    sandbox.write("pm/a.md", "a\n");
    sandbox.commit();
    let other = Sandbox::bare_folder();
    let url = sandbox.path().to_string_lossy().into_owned();
    other.git(&["clone", "-q", &url, "clone"]);
    let clone = other.path().join("clone");
    other.git_in(&clone, &["checkout", "-q", "-b", "topic"]);
    other.git_in(&clone, &["branch", "-q", "-D", "main"]);
    assert_eq!(kinds(&open(&clone), "main", "pm"), []);
    assert_eq!(kinds(&open(&clone), "origin/main", "pm"), []);
}

#[test]
fn a_shallow_clone_says_how_to_get_the_history() {
    let sandbox = Sandbox::new();
    sandbox.write("pm/a.md", &text(1));
    sandbox.commit();
    for branch in ["topic", "main"] {
        sandbox.git(&["checkout", "-q", "-B", branch, "main"]);
        for number in 0..4 {
            sandbox.write(&format!("pm/{branch}.md"), &text(number));
            sandbox.commit();
        }
        if branch == "topic" {
            sandbox.git(&["checkout", "-q", "main"]);
        }
    }
    let url = format!("file://{}", sandbox.path().display());
    let other = Sandbox::bare_folder();
    let shallow = ["clone", "-q", "--depth=2", "--no-single-branch"];
    other.git(&[&shallow[..], &["-b", "topic", &url, "clone"]].concat());
    let repository = open(&other.path().join("clone"));
    assert!(repository.is_shallow());
    assert!(!sandbox.open().is_shallow());
    for base in ["main", "HEAD~3", "release"] {
        let error = repository.changes_since(base, "pm").expect_err("an error");
        assert!(help(&error).contains("`fetch-depth: 0`"), "{base}: {error}");
    }
    let found = repository.dates("pm").expect("dates");
    assert_eq!(found["pm/topic.md"].commits, 2);
}

#[test]
fn histories_without_a_common_commit_are_an_error() {
    let sandbox = Sandbox::new();
    sandbox.commit();
    sandbox.git(&["checkout", "-q", "--orphan", "island"]);
    sandbox.commit();
    let error = sandbox
        .open()
        .changes_since("main", "pm")
        .expect_err("an error");
    assert!(error.to_string().contains("no commit in common"), "{error}");
}

#[cfg(unix)]
#[test]
fn names_that_are_no_text_do_no_harm() {
    use std::os::unix::ffi::OsStrExt;
    let sandbox = Sandbox::new();
    sandbox.write("pm/a.md", "a\n");
    let strange = std::ffi::OsStr::from_bytes(b"pm/\xff\xfe.md");
    fs::write(sandbox.path().join(strange), "strange\n").expect("a file");
    sandbox.commit();
    std::os::unix::fs::symlink("a.md", sandbox.path().join("pm/link.md")).expect("a link");
    let repository = sandbox.open();
    assert_eq!(repository.dates("pm").expect("dates").len(), 2);
    assert_eq!(repository.files_at("HEAD", "pm").expect("files").len(), 2);
    let added = ("pm/link.md".to_owned(), ChangeKind::Added);
    assert_eq!(kinds(&repository, "main", "pm"), [added]);
}

#[test]
fn repositories_with_sha256_are_read_too() {
    let sandbox = Sandbox::bare_folder();
    sandbox.git(&["init", "-q", "-b", "main", "--object-format=sha256"]);
    sandbox.write("pm/a.md", &text(1));
    let first = sandbox.commit();
    sandbox.write("pm/b.md", "b\n");
    let repository = sandbox.open();
    let found = repository.dates("pm").expect("dates");
    assert_eq!(found["pm/a.md"], dates(first, first, 1));
    let changes = repository.changes_since("main", "pm").expect("changes");
    assert_eq!(changes.base.len(), 64);
    assert_eq!(changes.files.len(), 1);
}
