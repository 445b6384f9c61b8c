//! The composite action, executed: where its program comes from, and what it makes of its inputs.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use super::root;
use super::runner::{Job, Machine, executable, yaml};
use crate::harness::Repo;

/// A program that says how it was called.
const SPEAKS: &str = r#"#!/usr/bin/env bash
if [ "${1:-}" = --version ]; then echo "aftersight stand-in"; exit; fi
printf 'folder=%s\ntoken=%s\nteams=%s\n' "${PWD##*/}" "${GITHUB_TOKEN:-none}" "${AFTERSIGHT_TEAM_TOKEN:-none}"
printf 'argument=[%s]\n' "$@"
if [ "${1:-}" = says ]; then echo '## Verdict' >> "$GITHUB_STEP_SUMMARY"; exit 1; fi
"#;

fn machine() -> Machine {
    Machine::new("push", &json!({}), "refs/heads/main")
}

/// A machine with the stand-in installed.
fn with_binary() -> Machine {
    let machine = machine();
    let program = machine.temp().join("stand-in");
    executable(&program, SPEAKS);
    machine.with("AFTERSIGHT_BINARY", program)
}

/// The lines of a log that begin so.
fn told<'a>(job: &'a Job, key: &str) -> Vec<&'a str> {
    job.log
        .lines()
        .filter_map(|line| line.strip_prefix(key))
        .collect()
}

#[test]
fn arguments_reach_the_program_as_they_are_written() {
    let machine = with_binary();
    let trap = machine.work().join("trap");
    let hostile = format!(
        "--changed $(touch {0}) `touch {0}`; touch {0} * ~ $HOME \"a b\" \\",
        trap.display()
    );
    let job = machine.act(&json!({ "command": "approval  check", "args": hostile }));
    assert!(job.ok, "{}", job.log);
    let mut expected = vec!["[approval]".to_string(), "[check]".into()];
    expected.extend(hostile.split(' ').map(|word| format!("[{word}]")));
    assert_eq!(told(&job, "argument="), expected);
    assert!(!trap.exists());
}

#[test]
fn a_block_of_arguments_has_one_on_each_line() {
    let args = "--out\n_site of ours\n\n--base-url\r\nhttps://example.org/?a=b&c=*\n";
    let job = with_binary().act(&json!({ "command": "build\n", "args": args }));
    assert_eq!(
        told(&job, "argument="),
        [
            "[build]",
            "[--out]",
            "[_site of ours]",
            "[--base-url]",
            "[https://example.org/?a=b&c=*]"
        ]
    );
}

#[test]
fn defaults_check_the_workspace_with_the_token_of_the_job() {
    let job = with_binary().act(&json!({}));
    assert_eq!(told(&job, "argument="), ["[check]"]);
    assert_eq!(told(&job, "folder="), ["work"]);
    assert_eq!(told(&job, "token="), ["the-token-of-the-job"]);
    assert!(job.log.contains("aftersight stand-in"), "{}", job.log);
    assert_eq!(job.summary, "");
}

#[test]
fn another_folder_and_another_token() {
    let machine = with_binary();
    std::fs::create_dir_all(machine.work().join("docs/a b")).expect("a folder");
    let job = machine.act(&json!({ "working-directory": "docs/a b", "token": "mine" }));
    assert_eq!(told(&job, "folder="), ["a b"]);
    assert_eq!(told(&job, "token="), ["mine"]);
}

#[test]
fn a_token_for_teams_is_optional() {
    let teams = |machine: Machine, inputs: Value| {
        let job = machine.act(&inputs);
        assert!(job.ok, "{}", job.log);
        told(&job, "teams=").join(" ")
    };
    assert_eq!(teams(with_binary(), json!({})), "none");
    assert_eq!(teams(with_binary(), json!({ "team-token": "" })), "none");
    assert_eq!(teams(with_binary(), json!({ "team-token": "t" })), "t");
    let around = json!({ "AFTERSIGHT_TEAM_TOKEN": "of the job" });
    let machine = with_binary().knowing("env", around);
    assert_eq!(teams(machine, json!({})), "of the job");
}

#[test]
fn the_exit_code_and_the_summary_come_through() {
    let job = with_binary().act(&json!({ "command": "says" }));
    assert!(!job.ok);
    assert_eq!(job.summary, "## Verdict\n");
}

#[test]
fn none_runs_nothing() {
    let job = with_binary().act(&json!({ "command": "none" }));
    assert!(job.ok, "{}", job.log);
    assert!(told(&job, "argument=").is_empty());
}

#[test]
fn a_binary_that_is_not_there_is_told() {
    let job = machine()
        .with("AFTERSIGHT_BINARY", "/nowhere/aftersight")
        .act(&json!({}));
    assert!(!job.ok);
    assert!(
        job.log
            .contains("::error title=aftersight::AFTERSIGHT_BINARY names no program")
    );
}

/// The action with a list of checksums of its own, and releases beside it.
struct Releases {
    folder: tempfile::TempDir,
}

impl Releases {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let action = folder.path().join("action/.github/action");
        std::fs::create_dir_all(&action).expect("a folder");
        for name in [
            "action.yml",
            "Cargo.toml",
            ".github/action/install.sh",
            ".github/action/run.sh",
        ] {
            let to = folder.path().join("action").join(name);
            std::fs::copy(root().join(name), to).expect("a file of the action");
        }
        let releases = Self { folder };
        releases.list("# none yet\n");
        releases
    }

    fn list(&self, text: &str) {
        let path = self.folder.path().join("action/.github/checksums.txt");
        std::fs::write(path, text).expect("the list");
    }

    /// Makes an archive of a program and returns its line of the list.
    fn release(&self, version: &str) -> String {
        let name = format!("aftersight-{version}-x86_64-unknown-linux-musl");
        let release = self.folder.path().join(format!("releases/v{version}"));
        std::fs::create_dir_all(release.join(&name)).expect("a folder");
        let script = format!("#!/bin/sh\necho \"aftersight {version}: $*\"\n");
        executable(&release.join(&name).join("aftersight"), &script);
        let archive = format!("{name}.tar.gz");
        let mut tar = Command::new("tar");
        tar.current_dir(&release).args(["-czf", &archive, &name]);
        assert!(tar.status().expect("tar runs").success());
        use sha2::Digest;
        let bytes = std::fs::read(release.join(&archive)).expect("the archive");
        let sum: String = sha2::Sha256::digest(bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        format!("{sum}  {archive}\n")
    }

    fn machine(&self) -> Machine {
        let releases = self.folder.path().join("releases");
        let mut machine = machine().with("AFTERSIGHT_RELEASES", address(&releases));
        machine.action = self.folder.path().join("action");
        machine
    }

    fn act(&self, inputs: &Value) -> Job {
        self.machine().act(inputs)
    }
}

fn address(folder: &Path) -> PathBuf {
    PathBuf::from(format!("file://{}", folder.display()))
}

#[test]
fn a_listed_release_is_downloaded_and_run() {
    let releases = Releases::new();
    let list = format!(
        "# header\n{}{}",
        releases.release("1.2.3"),
        releases.release("1.3.0")
    );
    // Archives for other systems stand in between.
    releases.list(&format!(
        "{list}{}  aftersight-2.0.0-aarch64-apple-darwin.tar.gz\n",
        "0".repeat(64)
    ));
    let newest = releases.act(&json!({}));
    assert!(newest.ok, "{}", newest.log);
    assert!(
        newest.log.contains("aftersight 1.3.0: check\n"),
        "{}",
        newest.log
    );
    for version in ["1.2.3", "v1.2.3"] {
        let older = releases.act(&json!({ "version": version, "args": "--deny-warnings" }));
        assert!(
            older
                .log
                .contains("aftersight 1.2.3: check --deny-warnings\n"),
            "{}",
            older.log
        );
    }
}

#[test]
fn an_archive_with_another_checksum_is_never_run() {
    let releases = Releases::new();
    let line = releases.release("1.2.3");
    let first = if line.starts_with('0') { "1" } else { "0" };
    releases.list(&format!("{first}{}", &line[1..]));
    let job = releases.act(&json!({}));
    assert!(!job.ok);
    assert!(job.log.contains("is not what was released"), "{}", job.log);
    assert!(!job.log.contains("aftersight 1.2.3:"), "{}", job.log);
}

#[test]
fn a_release_that_cannot_be_had_is_told() {
    let releases = Releases::new();
    releases.list(&releases.release("1.2.3"));
    std::fs::remove_dir_all(releases.folder.path().join("releases/v1.2.3")).expect("a folder");
    let job = releases.act(&json!({}));
    assert!(!job.ok);
    assert!(
        job.log
            .contains("could not be downloaded; run the job again"),
        "{}",
        job.log
    );
    let machine = releases.machine().program("cargo", CARGO);
    let unknown = machine.act(&json!({ "version": "9.9.9" }));
    // Another version than the one that was asked for is never built instead.
    assert!(!unknown.ok);
    assert!(
        unknown.log.contains("knows no release 9.9.9 for Linux-X64"),
        "{}",
        unknown.log
    );
    let wild = releases.act(&json!({ "version": "../x" }));
    assert!(!wild.ok);
    assert!(wild.log.contains("is no version"), "{}", wild.log);
}

/// A cargo that writes down its call and makes a program.
const CARGO: &str = r#"#!/usr/bin/env bash
echo "cargo in ${PWD##*/}: $*"
mkdir -p "$CARGO_TARGET_DIR/release"
printf '#!/bin/sh\necho "built: $*"\n' > "$CARGO_TARGET_DIR/release/aftersight"
chmod +x "$CARGO_TARGET_DIR/release/aftersight"
"#;

#[test]
fn without_a_release_the_source_is_built() {
    let releases = Releases::new();
    let job = releases.machine().program("cargo", CARGO).act(&json!({}));
    assert!(job.ok, "{}", job.log);
    for line in [
        "::notice title=aftersight::no release is listed for Linux-X64, so version",
        "cargo in action: build --locked --release\n",
        "built: check\n",
    ] {
        assert!(job.log.contains(line), "{line}\n{}", job.log);
    }
    // An unknown processor has no release, whatever is listed.
    releases.list(&releases.release("1.2.3"));
    let machine = releases.machine().program("cargo", CARGO);
    let job = machine.with("RUNNER_ARCH", "RISCV64").act(&json!({}));
    assert!(job.log.contains("built: check\n"), "{}", job.log);
}

/// A cargo that "compiles" a script for the asked target.
const CROSS: &str = r#"#!/usr/bin/env bash
[ "$*" = "build --locked --profile dist --target $TARGET" ] || exit 9
mkdir -p "target/$TARGET/dist"
printf '#!/bin/sh\necho "released: $*"\n' > "target/$TARGET/dist/aftersight"
chmod +x "target/$TARGET/dist/aftersight"
cp "target/$TARGET/dist/aftersight" "target/$TARGET/dist/aftersight.exe"
"#;

/// What the release workflow makes, the action takes.
#[test]
fn a_release_goes_all_the_way_from_the_tag_to_the_action() {
    let releases = Releases::new();
    let workflow = yaml(&root().join(".github/workflows/release.yml"));
    let repo = Repo::new();
    for name in ["Cargo.toml", "README.md", "LICENSE"] {
        let text = std::fs::read_to_string(root().join(name)).expect("a file of ours");
        repo.write(name, text);
    }
    repo.commit("to be released");
    let version = env!("CARGO_PKG_VERSION");
    let folder = releases.folder.path().join(format!("releases/v{version}"));
    std::fs::create_dir_all(&folder).expect("a folder");
    let tagged = |tag: &str, target: &Value| {
        let mut machine = Machine::new("push", &json!({}), &format!("refs/tags/{tag}"))
            .knowing("matrix", target.clone())
            .program("cargo", CROSS)
            .program("rustup", "#!/bin/sh\n")
            .program("sudo", "#!/bin/sh\n")
            .program("gh", "#!/bin/sh\necho \"gh $*\"\n");
        machine.kept = Some(folder.clone());
        machine
    };
    let tag = format!("v{version}");
    let targets = &workflow["jobs"]["build"]["strategy"]["matrix"]["include"];
    let targets = targets.as_array().expect("targets");
    assert_eq!(targets.len(), 8);
    let wrong = tagged("v99.0.0", &targets[0]).run(&workflow, "build", &repo);
    assert!(
        !wrong.expect("the job runs").ok,
        "the tag and the version differ"
    );
    for target in targets {
        let job = tagged(&tag, target).run(&workflow, "build", &repo);
        let job = job.expect("the job runs");
        assert!(job.ok, "{target}: {}", job.log);
    }
    let job = tagged(&tag, &targets[0]).run(&workflow, "publish", &repo);
    let job = job.expect("the job runs");
    assert!(job.ok, "{}", job.log);
    assert_eq!(job.artifacts["attested"], "archives/*.tar.gz");
    assert!(
        job.log
            .contains(&format!("gh release create {tag} --verify-tag")),
        "{}",
        job.log
    );
    let sums: String = job
        .summary
        .lines()
        .filter(|line| line.ends_with(".tar.gz"))
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(sums.lines().count(), 8, "{}", job.summary);
    releases.list(&sums);
    let job = releases.act(&json!({ "version": version }));
    assert!(
        job.ok && job.log.contains("released: check\n"),
        "{}",
        job.log
    );
}
