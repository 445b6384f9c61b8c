//! The bare repository behind the fake: every commit, merge and diff is git's own.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use jiff::Timestamp;

/// The name and address under which GitHub commits what is done on its pages.
pub(super) const WEB: (&str, &str) = ("GitHub", "noreply@github.com");

/// A name and an address with a moment.
#[derive(Clone, Debug)]
pub(super) struct Signature {
    pub(super) name: String,
    pub(super) email: String,
    /// As git writes it in ISO 8601, or seconds with a zone.
    pub(super) at: String,
}

impl Signature {
    pub(super) fn new((name, email): (&str, &str), at: Timestamp) -> Self {
        Self {
            name: name.into(),
            email: email.into(),
            at: at.to_string(),
        }
    }
}

/// A commit as git has it.
#[derive(Clone, Debug)]
pub(super) struct Commit {
    pub(super) sha: String,
    pub(super) tree: String,
    pub(super) parents: Vec<String>,
    pub(super) author: Signature,
    pub(super) committer: Signature,
    pub(super) message: String,
}

/// A file that differs between two commits.
pub(super) struct Change {
    /// `added`, `removed`, `modified` or `renamed`.
    pub(super) status: &'static str,
    pub(super) path: String,
    pub(super) previous: Option<String>,
    /// Its blob after the change; of a removed file, before it.
    pub(super) blob: String,
}

/// A line of a tree.
pub(super) struct Entry {
    pub(super) mode: String,
    pub(super) kind: String,
    pub(super) sha: String,
    pub(super) size: Option<u64>,
    pub(super) path: String,
}

/// The repository.
pub(super) struct Repository {
    path: PathBuf,
}

impl Repository {
    pub(super) fn create(path: PathBuf) -> Self {
        std::fs::create_dir_all(&path).expect("a folder for the repository");
        let it = Self { path };
        it.must(&["init", "-q", "--bare", "-b", "main"]);
        // GitHub gives any commit that a pull request ever had to whom asks by its id.
        it.must(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
        it
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Runs git; what it wrote, or what it complained about.
    fn run(
        &self,
        args: &[&str],
        environment: &[(&str, &str)],
        input: &[u8],
    ) -> Result<Vec<u8>, String> {
        let mut child = Command::new("git")
            .args(args)
            .current_dir(&self.path)
            .env("GIT_DIR", &self.path)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("git runs");
        let mut stdin = child.stdin.take().expect("an input");
        let input = input.to_vec();
        // Written beside the reading: both pipes are finite.
        let writer = std::thread::spawn(move || {
            // A git that needs no input closes it early.
            let _ = stdin.write_all(&input);
        });
        let output = child.wait_with_output().expect("git ends");
        writer.join().expect("the input is written");
        if output.status.success() {
            Ok(output.stdout)
        } else {
            Err(String::from_utf8_lossy(&output.stderr).trim().to_string())
        }
    }

    fn text(&self, args: &[&str]) -> Option<String> {
        let output = self.run(args, &[], b"").ok()?;
        Some(String::from_utf8_lossy(&output).trim_end().to_string())
    }

    fn must(&self, args: &[&str]) -> String {
        match self.run(args, &[], b"") {
            Ok(output) => String::from_utf8_lossy(&output).trim_end().to_string(),
            Err(error) => panic!("git {args:?}: {error}"),
        }
    }

    /// The commit that a name means.
    pub(super) fn commit_of(&self, name: &str) -> Option<String> {
        if name.starts_with('-') {
            return None;
        }
        // What most requests ask for needs no process.
        if let Some(branch) = name.strip_prefix("refs/heads/")
            && branch
                .split('/')
                .all(|part| !part.is_empty() && part != "..")
            && let Ok(text) = std::fs::read_to_string(self.path.join("refs/heads").join(branch))
            && text.trim_end().len() == 40
        {
            return Some(text.trim_end().to_string());
        }
        self.text(&[
            "rev-parse",
            "--verify",
            "--quiet",
            &format!("{name}^{{commit}}"),
        ])
    }

    /// The tree that a name means.
    pub(super) fn tree_of(&self, name: &str) -> Option<String> {
        if name.starts_with('-') {
            return None;
        }
        self.text(&[
            "rev-parse",
            "--verify",
            "--quiet",
            &format!("{name}^{{tree}}"),
        ])
    }

    /// Moves or makes a reference, by compare and swap where `from` is given (empty for "not there yet").
    pub(super) fn set(&self, reference: &str, to: &str, from: Option<&str>) -> bool {
        let mut args = vec!["update-ref", reference, to];
        args.extend(from);
        self.text(&args).is_some()
    }

    pub(super) fn remove(&self, reference: &str) {
        self.must(&["update-ref", "-d", reference]);
    }

    pub(super) fn is_reference_name(&self, name: &str) -> bool {
        self.text(&["check-ref-format", name]).is_some()
    }

    pub(super) fn is_ancestor(&self, earlier: &str, later: &str) -> bool {
        self.text(&["merge-base", "--is-ancestor", earlier, later])
            .is_some()
    }

    pub(super) fn merge_base(&self, one: &str, other: &str) -> Option<String> {
        self.text(&["merge-base", one, other])
    }

    /// The commits of `to` that are not of `from`, oldest first.
    pub(super) fn between(&self, from: &str, to: &str) -> Vec<String> {
        let listed = self.must(&[
            "rev-list",
            "--reverse",
            "--topo-order",
            to,
            &format!("^{from}"),
        ]);
        listed.lines().map(str::to_string).collect()
    }

    pub(super) fn look(&self, commit: &str) -> Commit {
        let format = "--format=%H%x00%T%x00%P%x00%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%B";
        let text = self.must(&["log", "-1", format, commit]);
        let fields: Vec<&str> = text.splitn(10, '\0').collect();
        let at = |text: &str| {
            let moment: Timestamp = text.parse().expect("git writes times in ISO 8601");
            moment.to_string()
        };
        let signature = |from: usize| Signature {
            name: fields[from].into(),
            email: fields[from + 1].into(),
            at: at(fields[from + 2]),
        };
        Commit {
            sha: fields[0].into(),
            tree: fields[1].into(),
            parents: fields[2].split_whitespace().map(str::to_string).collect(),
            author: signature(3),
            committer: signature(6),
            message: fields[9].trim_end().into(),
        }
    }

    /// Makes a commit that no reference points to yet.
    pub(super) fn commit(
        &self,
        tree: &str,
        parents: &[&str],
        message: &str,
        author: &Signature,
        committer: &Signature,
    ) -> Result<String, String> {
        let mut args = vec!["commit-tree", tree];
        for parent in parents {
            args.extend(["-p", parent]);
        }
        let environment = [
            ("GIT_AUTHOR_NAME", author.name.as_str()),
            ("GIT_AUTHOR_EMAIL", author.email.as_str()),
            ("GIT_AUTHOR_DATE", author.at.as_str()),
            ("GIT_COMMITTER_NAME", committer.name.as_str()),
            ("GIT_COMMITTER_EMAIL", committer.email.as_str()),
            ("GIT_COMMITTER_DATE", committer.at.as_str()),
        ];
        let made = self.run(&args, &environment, message.as_bytes())?;
        Ok(String::from_utf8_lossy(&made).trim().to_string())
    }

    /// The tree that a three-way merge gives; none where it conflicts.
    pub(super) fn merged(&self, base: Option<&str>, ours: &str, theirs: &str) -> Option<String> {
        let based = base.map(|base| format!("--merge-base={base}"));
        let mut args = vec!["merge-tree", "--write-tree"];
        args.extend(based.as_deref());
        args.extend([ours, theirs]);
        self.text(&args)
    }

    /// What differs, renames found as GitHub's pages find them.
    pub(super) fn changes(&self, from: &str, to: &str) -> Vec<Change> {
        let text = self.must(&["diff-tree", "-r", "-z", "-M", "--no-commit-id", from, to]);
        let mut parts = text.split('\0').filter(|part| !part.is_empty());
        let mut changes = Vec::new();
        while let Some(line) = parts.next() {
            let fields: Vec<&str> = line.trim_start_matches(':').split(' ').collect();
            let (old, new, letter) = (fields[2], fields[3], &fields[4][..1]);
            let first = parts.next().unwrap_or_default().to_string();
            let (status, blob, path, previous) = match letter {
                "A" => ("added", new, first, None),
                "D" => ("removed", old, first, None),
                "R" => {
                    let path = parts.next().unwrap_or_default().to_string();
                    ("renamed", new, path, Some(first))
                }
                _ => ("modified", new, first, None),
            };
            changes.push(Change {
                status,
                path,
                previous,
                blob: blob.into(),
            });
        }
        changes
    }

    pub(super) fn entries(&self, tree: &str, recursive: bool) -> Option<Vec<Entry>> {
        let mut args = vec!["ls-tree", "-z", "-l"];
        if recursive {
            args.extend(["-r", "-t"]);
        }
        args.push(tree);
        let text = self.text(&args)?;
        let entry = |line: &str| {
            let (facts, path) = line.split_once('\t')?;
            let facts: Vec<&str> = facts.split_whitespace().collect();
            Some(Entry {
                mode: facts[0].into(),
                kind: facts[1].into(),
                sha: facts[2].into(),
                size: facts[3].parse().ok(),
                path: path.into(),
            })
        };
        Some(text.split('\0').filter_map(entry).collect())
    }

    pub(super) fn blob(&self, id: &str) -> Option<Vec<u8>> {
        if id.len() != 40 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        self.run(&["cat-file", "blob", id], &[], b"").ok()
    }

    pub(super) fn write_blob(&self, bytes: &[u8]) -> String {
        let made = self.run(&["hash-object", "-w", "--stdin"], &[], bytes);
        let made = made.expect("a blob can be written");
        String::from_utf8_lossy(&made).trim().to_string()
    }

    /// A tree with these files put into it (mode, blob, path; no blob takes the file away).
    pub(super) fn write_tree(
        &self,
        base: Option<&str>,
        files: &[(String, Option<String>, String)],
    ) -> Result<String, String> {
        let index = tempfile::NamedTempFile::new_in(&self.path).expect("a file for the index");
        let place = index.path().to_string_lossy().into_owned();
        // An empty file is no index; one that is not there is an empty one.
        index.close().expect("the file goes");
        let environment = [("GIT_INDEX_FILE", place.as_str())];
        let begin = match base {
            Some(base) => vec!["read-tree", base],
            None => vec!["read-tree", "--empty"],
        };
        self.run(&begin, &environment, b"")?;
        let mut lines = Vec::new();
        for (mode, blob, path) in files {
            let line = match blob {
                Some(blob) => format!("{mode} {blob}\t{path}\0"),
                None => format!("0 {}\t{path}\0", "0".repeat(40)),
            };
            lines.extend(line.into_bytes());
        }
        let written = self
            .run(
                &["update-index", "-z", "--index-info"],
                &environment,
                &lines,
            )
            .and_then(|_| self.run(&["write-tree"], &environment, b""));
        let _ = std::fs::remove_file(&place);
        Ok(String::from_utf8_lossy(&written?).trim().to_string())
    }
}
