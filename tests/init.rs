//! `init`: a repository is set up without a question, and nothing that is there is touched.

use std::collections::BTreeMap;
use std::path::Path;

use crate::harness::{CLEAN, Repo, Run, finished};

const WORKFLOWS: [&str; 4] = ["validate", "approval", "publish", "actions"];

/// Every file below a folder but git's own, with its bytes.
fn files(repo: &Repo) -> BTreeMap<String, Vec<u8>> {
    fn walk(root: &Path, folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if entry.file_name() == ".git" {
                continue;
            }
            if path.is_dir() && !path.is_symlink() {
                walk(root, &path, found);
            } else {
                let name = path.strip_prefix(root).expect("inside").to_string_lossy();
                found.insert(name.into_owned(), std::fs::read(&path).unwrap_or_default());
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(repo.path(), repo.path(), &mut found);
    found
}

/// The paths that a run says this of.
fn told<'a>(run: &'a Run, what: &str) -> Vec<&'a str> {
    let lines = run
        .stdout
        .lines()
        .filter_map(|line| line.strip_prefix(what));
    lines.map(str::trim).collect()
}

fn refuses(repo: &Repo, args: &[&str], parts: &[&str]) {
    let before = files(repo);
    let run = repo.expect(2, args);
    for part in parts {
        assert!(run.stderr.contains(part), "{part} is not in {}", run.stderr);
    }
    assert_eq!(run.stdout, "");
    assert_eq!(files(repo), before);
}

#[test]
fn an_empty_repository_is_ready_for_its_first_postmortem() {
    let repo = Repo::new();
    let run = repo.expect(0, &["init"]);
    let wrote: Vec<String> = files(&repo).into_keys().collect();
    let mut said = told(&run, "wrote ");
    said.sort_unstable();
    assert_eq!(said, wrote);
    for path in [
        ".github/aftersight.yml",
        ".github/pull_request_template.md",
        ".github/workflows/refresh.yml",
        "postmortems/README.md",
    ] {
        assert!(said.contains(&path), "{path}: {said:?}");
    }
    repo.expect(0, &["check"]);
    let shown = repo.expect(0, &["config", "show"]).stdout;
    assert!(shown.contains(".github/aftersight.yml:"), "{shown}");
    let path = repo.expect(0, &["new", "Checkout down"]).stdout;
    let found = repo.diagnostics(&[path.trim()]);
    assert!(!found.is_empty());
    repo.expect(0, &["check"]);
    repo.expect(0, &["build"]);
}

#[test]
fn the_workflows_call_this_version_of_the_action() {
    let repo = Repo::new();
    repo.expect(0, &["init"]);
    for name in WORKFLOWS {
        let text = repo.read(&format!(".github/workflows/{name}.yml"));
        let comment = format!(" # v{}\n", env!("CARGO_PKG_VERSION"));
        let (_, rest) = text
            .split_once("uses: aftersight/aftersight@")
            .unwrap_or_else(|| panic!("{name}: {text}"));
        let line = rest.split_inclusive('\n').next().expect("a line");
        assert!(line.ends_with(&comment), "{name}: {line}");
        assert!(!text.contains("uses: ./"), "{name}: {text}");
    }
}

#[test]
fn the_settings_are_said_in_the_words_of_the_buttons() {
    let run = Repo::new().expect(0, &["init"]);
    for part in [
        "`Require a pull request before merging`",
        "Add checks: `validate` and `approval`",
        "Source: GitHub Actions",
        "Include by pattern: `aftersight/ledger`",
        "`Restrict deletions` and `Block force pushes`",
        "General > Features > tick `Issues`",
        "/postmortems/ @your-org/your-team",
        "`Require review from Code Owners`",
        "/.github/ @your-org/",
        "`approval.teams`",
        "AFTERSIGHT_TEAM_TOKEN",
        "   /_site/",
    ] {
        assert!(run.stdout.contains(part), "{part} is not in {}", run.stdout);
    }
}

#[test]
fn a_second_run_finds_everything_up_to_date() {
    let repo = Repo::new();
    repo.write("CODEOWNERS", "/services/checkout/ @acme/payments\n");
    let first = repo.expect(0, &["init"]);
    let after = files(&repo);
    let second = repo.expect(0, &["init"]);
    assert_eq!(files(&repo), after);
    assert_eq!(told(&second, "up to date "), told(&first, "wrote "));
    assert!(
        second.stderr.contains("nothing to write"),
        "{}",
        second.stderr
    );
    // Written postmortems change what a first run would write, not what is up to date.
    repo.write("postmortems/2026-10-10-checkout.md", CLEAN);
    let third = repo.expect(0, &["init"]);
    assert_eq!(told(&third, "up to date "), told(&first, "wrote "));
    for (path, bytes) in &after {
        let text = String::from_utf8(bytes.clone()).expect("text");
        repo.write(path, text.replace('\n', "\r\n"));
    }
    let windows = repo.expect(0, &["init"]);
    assert_eq!(told(&windows, "up to date "), told(&first, "wrote "));
}

#[test]
fn a_dry_run_says_the_same_and_writes_nothing() {
    let repo = Repo::new();
    let dry = repo.expect(0, &["init", "--dry-run", "--verbose"]);
    assert!(files(&repo).is_empty());
    assert!(dry.stderr.contains("+severities: [sev1"), "{}", dry.stderr);
    assert!(dry.stderr.contains("nothing was written"), "{}", dry.stderr);
    let wet = repo.expect(0, &["init"]);
    assert_eq!(told(&dry, "would write "), told(&wet, "wrote "));
    let again = repo.expect(0, &["init", "--dry-run"]);
    assert_eq!(told(&again, "up to date "), told(&wet, "wrote "));
}

#[test]
fn an_edited_file_is_left_and_shown() {
    let repo = Repo::new();
    repo.expect(0, &["init"]);
    let path = ".github/workflows/validate.yml";
    let edited = repo
        .read(path)
        .replacen("permissions: {}\n", "# \u{1b}[31mours\n", 1);
    repo.write(path, &edited);
    let run = repo.expect(0, &["init"]);
    assert_eq!(repo.read(path), edited);
    let left = format!("left alone   {path}: it differs from what this version would write");
    assert!(run.stdout.contains(&left), "{}", run.stdout);
    for part in [
        &format!("--- a/{path}"),
        "\n-# ",
        "\n+permissions: {}\n",
        "\n@@ ",
    ] {
        assert!(run.stdout.contains(part), "{part} is not in {}", run.stdout);
    }
    assert!(!run.stdout.contains('\u{1b}'), "{}", run.stdout);
    assert_eq!(run.stdout.matches("--- a/").count(), 1);
}

#[test]
fn everything_is_written_though_nobody_reads_on() {
    let repo = Repo::new();
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let status = repo.command(&["init"]).stdout(writer).status();
    assert!(status.expect("it runs").success());
    repo.expect(0, &["check"]);
    let run = repo.expect(0, &["init"]);
    assert!(told(&run, "wrote ").is_empty(), "{}", run.stdout);
}

#[test]
fn a_giant_is_left_and_not_shown() {
    let repo = Repo::new();
    let path = ".github/workflows/validate.yml";
    repo.write(path, "a\n".repeat(1 << 20));
    let run = repo.expect(0, &["init"]);
    let left = format!("left alone   {path}: it is too large to be compared");
    assert!(run.stdout.contains(&left) && run.stdout.len() < 20_000);
}

#[test]
fn other_workflows_and_owners_are_not_touched_and_owners_are_taken_over() {
    let repo = Repo::new();
    let owners = "* @acme/all\n/services/checkout/ @acme/payments\n/search/ @acme/search\n";
    repo.write(".github/CODEOWNERS", owners);
    repo.write(".github/workflows/ci.yml", "name: ci\n");
    repo.write(".github/workflows/approval.yaml", "name: ours\n");
    let before = files(&repo);
    let run = repo.expect(0, &["init"]);
    let after = files(&repo);
    assert!(before.iter().all(|(path, bytes)| &after[path] == bytes));
    assert!(!after.contains_key(".github/workflows/approval.yml"));
    assert!(
        run.stdout
            .contains("`.github/workflows/approval.yaml` is there"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("`.github/CODEOWNERS` is left"),
        "{}",
        run.stdout
    );
    repo.expect(0, &["check"]);
    let made = repo
        .expect(0, &["new", "Down", "--service", "checkout"])
        .stdout;
    assert!(repo.read(made.trim()).contains("@acme/payments"));
    let run = repo.expect(2, &["new", "Down again", "--service", "search"]);
    assert!(run.stderr.contains("checkout"), "{}", run.stderr);
}

#[test]
fn what_is_seen_to_is_not_asked_for() {
    let repo = Repo::new();
    repo.write(".gitignore", "target\r\n/_site/\r\n");
    repo.write(
        "aftersight.yml",
        "approval: { require: [{ from: \"@acme/ops\" }], teams: { \"@acme/ops\": [ada] } }\n",
    );
    let run = repo.expect(0, &["init"]);
    for part in ["_site", "AFTERSIGHT_TEAM_TOKEN"] {
        assert!(!run.stdout.contains(part), "{part} is in {}", run.stdout);
    }
}

#[test]
fn postmortems_that_are_there_keep_passing() {
    let repo = Repo::clean();
    repo.write("CODEOWNERS", "/services/another/ @acme/another\n");
    repo.expect(0, &["check", "--deny-warnings"]);
    repo.expect(0, &["init"]);
    repo.expect(0, &["check", "--deny-warnings"]);
    let text = repo.read(".github/aftersight.yml");
    assert!(
        text.contains("#  another: { owner: \"@acme/another\" }"),
        "{text}"
    );
}

#[test]
fn a_configuration_elsewhere_is_the_configuration() {
    let repo = Repo::new();
    repo.write("aftersight.yml", "postmortems: docs/incidents\n");
    let run = repo.expect(0, &["init"]);
    assert!(
        run.stdout
            .contains("left alone   .github/aftersight.yml: `aftersight.yml` is there"),
        "{}",
        run.stdout
    );
    assert!(!repo.file(".github/aftersight.yml").exists());
    assert!(repo.file("docs/incidents/README.md").exists());
    assert!(
        run.stdout.contains("/docs/incidents/ @your-org"),
        "{}",
        run.stdout
    );
    repo.expect(0, &["check"]);
    let named = Repo::new();
    named.write("other.yml", "");
    named.expect(0, &["init", "--config", "other.yml"]);
    assert!(!named.file(".github/aftersight.yml").exists());
}

#[test]
fn a_template_of_pull_requests_is_kept_in_every_form() {
    for path in [
        "PULL_REQUEST_TEMPLATE.md",
        "docs/pull_request_template.txt",
        ".github/PULL_REQUEST_TEMPLATE/feature.md",
        ".github/pull_request_template.md",
    ] {
        let repo = Repo::new();
        repo.write(path, "ours\n");
        let run = repo.expect(0, &["init"]);
        assert_eq!(repo.read(path), "ours\n");
        let left = told(&run, "left alone ");
        let [left] = left.as_slice() else {
            panic!("{path}: {}", run.stdout);
        };
        assert!(
            left.starts_with(".github/pull_request_template.md: "),
            "{left}"
        );
        let ours = repo.file(".github/pull_request_template.md");
        assert_eq!(ours.exists(), path == ".github/pull_request_template.md");
    }
}

#[test]
fn a_folder_below_the_root_stands_for_the_repository() {
    let repo = Repo::new();
    repo.write("src/deep/file", "");
    let mut command = repo.command(&["init"]);
    command.current_dir(repo.file("src/deep"));
    let run = finished(command.output().expect("it runs"));
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(repo.file(".github/aftersight.yml").exists());
    assert!(!repo.file("src/deep/.github").exists());
    assert!(run.stderr.contains("setting up `"), "{}", run.stderr);
    refuses(
        &repo,
        &["init", "--repo", "src"],
        &["inside the git repository", "`--repo`"],
    );
}

#[test]
fn without_git_a_folder_must_be_named() {
    let repo = Repo::bare();
    refuses(
        &repo,
        &["init"],
        &["in no git repository", "`git init`", "`--repo DIR`"],
    );
    let run = repo.expect(0, &["init", "--repo", "."]);
    assert!(
        run.stderr.contains("no git repository yet"),
        "{}",
        run.stderr
    );
    assert!(repo.file(".github/workflows/validate.yml").exists());
    repo.expect(0, &["check", "--repo", "."]);
}

#[test]
fn what_stands_in_the_way_is_told_before_anything_is_written() {
    let repo = Repo::new();
    repo.write(".github", "a file");
    refuses(&repo, &["init"], &["`.github` is a file", "move it away"]);
    let repo = Repo::new();
    repo.write("postmortems", "a file");
    refuses(&repo, &["init"], &["`postmortems` is a file"]);
    let repo = Repo::new();
    repo.write(".github/workflows/publish.yml/file", "");
    refuses(
        &repo,
        &["init", "--dry-run"],
        &["`.github/workflows/publish.yml` is a folder"],
    );
    let repo = Repo::new();
    repo.write(".github/aftersight.yml", "severites: [a]\n");
    refuses(
        &repo,
        &["init"],
        &[".github/aftersight.yml:1:1", "severities"],
    );
}

#[cfg(unix)]
#[test]
fn nothing_is_written_or_read_through_a_link() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().expect("a folder");
    for name in [".github", "postmortems"] {
        let repo = Repo::new();
        symlink(outside.path(), repo.file(name)).expect("a link");
        let part = format!("`{name}` is a symbolic link");
        refuses(&repo, &["init"], &[&part]);
    }
    assert_eq!(std::fs::read_dir(outside.path()).expect("it").count(), 0);
    let repo = Repo::new();
    let secret = outside.path().join("secret");
    std::fs::write(&secret, "only mine\n").expect("a file");
    repo.write(".github/workflows/ci.yml", "");
    symlink(&secret, repo.file(".github/workflows/validate.yml")).expect("a link");
    symlink("nowhere", repo.file(".github/workflows/publish.yml")).expect("a link");
    let run = repo.expect(0, &["init"]);
    assert!(!run.stdout.contains("only mine"), "{}", run.stdout);
    assert_eq!(run.stdout.matches("it is a symbolic link").count(), 2);
    assert!(!repo.file("nowhere").exists());
}

#[cfg(unix)]
#[test]
fn a_read_only_folder_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let repo = Repo::new();
    repo.write(".github/workflows/ci.yml", "");
    let folder = repo.file(".github/workflows");
    let set = |mode| {
        let mode = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(&folder, mode).expect("changed");
    };
    set(0o555);
    refuses(
        &repo,
        &["init"],
        &["`.github/workflows` is read-only", "make it writable"],
    );
    set(0o755);
    repo.expect(0, &["init"]);
    // Where nothing is missing, nothing has to be writable.
    set(0o555);
    repo.expect(0, &["init"]);
    set(0o755);
}

/// A disk that fills up, in the shape of a limit on the size of files.
#[cfg(target_os = "linux")]
#[test]
fn what_was_written_before_a_failure_is_told_and_whole() {
    let whole = Repo::new();
    whole.expect(0, &["init"]);
    let whole = files(&whole);
    let largest = whole.values().map(Vec::len).max().expect("a file");
    let blocks = (largest - 1) / 1024;
    let repo = Repo::new();
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" init");
    let mut command = repo.command(&[]);
    let program = command.get_program().to_owned();
    command = {
        let mut shell = std::process::Command::new("bash");
        shell
            .arg("-c")
            .arg(script)
            .arg(program)
            .current_dir(repo.path());
        shell.env_clear();
        shell.envs(
            command
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        );
        shell
    };
    let run = finished(command.output().expect("it runs"));
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stderr.contains("cannot write `"), "{}", run.stderr);
    let written = files(&repo);
    let mut said = told(&run, "wrote ");
    said.sort_unstable();
    assert!(!said.is_empty(), "{}", run.stderr);
    assert_eq!(said, written.keys().map(String::as_str).collect::<Vec<_>>());
    assert!(written.iter().all(|(path, bytes)| &whole[path] == bytes));
}
