//! A small stand-in for GitHub's runner: the steps of a job on this machine, in a clone of a sample repository.
//!
//! After the runner's source (actions/runner, August 2026) in what is modelled: one file a step for `GITHUB_ENV`, `GITHUB_PATH`,
//! `GITHUB_OUTPUT` and `GITHUB_STEP_SUMMARY`, bash with `-e` and with `-o pipefail` only where it is asked for by name, inputs
//! with their defaults, a failed step ending the job except for steps that ask. Local actions are expanded and really run;
//! actions of others are stubs by name, and an unknown one is a panic.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::expression::{filled, holds, shown};
use crate::github::Fake;

/// What a job left behind.
#[derive(Default)]
pub(crate) struct Job {
    /// No step failed.
    pub(crate) ok: bool,
    /// What the steps printed, both streams.
    pub(crate) log: String,
    /// The summaries of the steps, joined.
    pub(crate) summary: String,
    /// Artifacts by name, with the text of the file or `folder`.
    pub(crate) artifacts: BTreeMap<String, String>,
}

/// A machine that runs one job.
pub(crate) struct Machine {
    folder: TempDir,
    /// Where `uses: ./` points: this repository, or a copy to play with.
    pub(crate) action: PathBuf,
    context: Value,
    environment: BTreeMap<String, String>,
    paths: Vec<PathBuf>,
    job: Job,
    steps: usize,
    /// The shell of a job's steps that name none.
    shell: Option<String>,
    /// Where uploaded archives go, and where they come from again.
    pub(crate) kept: Option<PathBuf>,
}

impl Machine {
    /// A fresh machine on which `event` happened.
    pub(crate) fn new(event_name: &str, event: &Value, git_ref: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for name in ["work", "temp", "home"] {
            std::fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        let path = |name: &str| folder.path().join(name).display().to_string();
        std::fs::write(folder.path().join("event.json"), event.to_string()).expect("the event");
        let environment = [
            ("GITHUB_ACTIONS", "true".into()),
            ("GITHUB_EVENT_NAME", event_name.into()),
            ("GITHUB_EVENT_PATH", path("event.json")),
            ("GITHUB_REF", git_ref.into()),
            ("GITHUB_REPOSITORY", "example/postmortems".into()),
            ("GITHUB_WORKSPACE", path("work")),
            ("RUNNER_TEMP", path("temp")),
            ("RUNNER_OS", "Linux".into()),
            ("RUNNER_ARCH", "X64".into()),
            ("HOME", path("home")),
            ("SOURCE_DATE_EPOCH", "1791968400".into()),
        ];
        let context = json!({
            "github": {
                "event_name": event_name,
                "event": event,
                "ref": git_ref,
                "repository": "example/postmortems",
                "ref_name": git_ref.rsplit('/').next(),
                "token": "the-token-of-the-job",
            },
            "runner": { "temp": path("temp"), "os": "Linux" },
            "steps": {},
        });
        Self {
            action: PathBuf::from(env!("CARGO_MANIFEST_DIR")),
            context,
            environment: environment.map(|(name, value)| (name.into(), value)).into(),
            paths: Vec::new(),
            job: Job {
                ok: true,
                ..Job::default()
            },
            steps: 0,
            shell: None,
            kept: None,
            folder,
        }
    }

    /// Sets a variable for every step, as the machine's owner would.
    pub(crate) fn with(mut self, name: &str, value: impl AsRef<Path>) -> Self {
        let value = value.as_ref().display().to_string();
        self.environment.insert(name.into(), value);
        self
    }

    /// Puts a program first on the path.
    pub(crate) fn program(mut self, name: &str, script: &str) -> Self {
        let folder = self.folder.path().join("programs");
        std::fs::create_dir_all(&folder).expect("a folder");
        executable(&folder.join(name), script);
        self.paths.push(folder);
        self
    }

    /// Gives every step the variables of a GitHub, and the job its token.
    pub(crate) fn on(mut self, github: &Fake, token: &str) -> Self {
        let variables = github.environment(token).into_iter();
        // The token is a step's own affair.
        let variables = variables.filter(|(name, _)| name != "GITHUB_TOKEN");
        self.environment.extend(variables);
        self.context["github"]["token"] = token.into();
        self
    }

    /// Sets what `matrix.…` and the like stand for.
    pub(crate) fn knowing(mut self, name: &str, value: Value) -> Self {
        self.context[name] = value;
        self
    }

    pub(crate) fn temp(&self) -> PathBuf {
        self.folder.path().join("temp")
    }

    pub(crate) fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    /// Runs a job's steps on `origin`; `None` if its condition keeps it from running.
    pub(crate) fn run(
        mut self,
        workflow: &Value,
        job: &str,
        origin: impl AsRef<Path>,
    ) -> Option<Job> {
        let job = workflow["jobs"].get(job).expect("the job is there");
        if !holds(job["if"].as_str(), false, &self.context) {
            return None;
        }
        for (name, value) in job["env"].as_object().into_iter().flatten() {
            let value = filled(&shown(value), &self.context);
            self.environment.insert(name.clone(), value);
        }
        self.shell = job["defaults"]["run"]["shell"].as_str().map(String::from);
        for step in job["steps"].as_array().expect("steps") {
            self.step(step, Some(origin.as_ref()));
        }
        Some(self.job)
    }

    /// Runs the action alone, in an empty workspace unless something is there.
    pub(crate) fn act(mut self, inputs: &Value) -> Job {
        self.step(&json!({ "uses": "./", "with": inputs }), None);
        self.job
    }

    fn step(&mut self, step: &Value, origin: Option<&Path>) {
        if !holds(step["if"].as_str(), !self.job.ok, &self.context) {
            return;
        }
        let before = self.job.ok;
        let with: BTreeMap<String, String> = step["with"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.clone(), filled(&shown(value), &self.context)))
            .collect();
        match (step["uses"].as_str(), step["run"].as_str()) {
            (Some("./"), None) => self.composite(&with),
            (Some(uses), None) => {
                self.stub(uses.split('@').next().unwrap_or(uses), step, &with, origin)
            }
            (None, Some(script)) => self.script(script, step),
            _ => panic!("a step either uses or runs: {step}"),
        }
        if step["continue-on-error"] == true {
            self.job.ok = before;
        }
    }

    fn composite(&mut self, with: &BTreeMap<String, String>) {
        let action = yaml(&self.action.join("action.yml"));
        let known = action["inputs"].as_object().expect("inputs");
        for name in with.keys() {
            assert!(known.contains_key(name), "the action has no input `{name}`");
        }
        let outer = self.context.clone();
        let inputs = known.iter().map(|(name, input)| {
            let default = || filled(&shown(&input["default"]), &outer);
            let value = with.get(name).cloned().unwrap_or_else(default);
            (name.clone(), Value::String(value))
        });
        self.context["inputs"] = Value::Object(inputs.collect());
        let action_path = self.action.display().to_string();
        self.environment
            .insert("GITHUB_ACTION_PATH".into(), action_path);
        // Within an action `success()` is about its own steps.
        let before = std::mem::replace(&mut self.job.ok, true);
        for step in action["runs"]["steps"].as_array().expect("steps") {
            assert!(
                step["run"].is_null() || step["shell"].is_string(),
                "a composite step names its shell"
            );
            self.step(step, None);
        }
        self.job.ok &= before;
        self.environment.remove("GITHUB_ACTION_PATH");
        self.context["inputs"] = Value::Null;
    }

    /// What actions of others would do.
    fn stub(
        &mut self,
        name: &str,
        step: &Value,
        with: &BTreeMap<String, String>,
        origin: Option<&Path>,
    ) {
        let text = |key: &str| with.get(key).cloned().unwrap_or_default();
        match name {
            "actions/checkout" => {
                assert_eq!(text("persist-credentials"), "false");
                let origin = origin.expect("a repository").display().to_string();
                let work = self.work().display().to_string();
                let depth: &[&str] = match text("fetch-depth").as_str() {
                    "0" => &[],
                    _ => &["--depth", "1"], // brings one branch alone
                };
                let output = Command::new("git")
                    .args(["clone", "-q"])
                    .args(depth)
                    .args([&format!("file://{origin}"), &work])
                    .output();
                let output = output.expect("git runs");
                assert!(output.status.success(), "{output:?}");
                let git = |args: &[&str]| {
                    let mut command = Command::new("git");
                    command.current_dir(&work).args(args).stderr(Stdio::null());
                    command.status().expect("git runs").success()
                };
                // As on a runner: no branch is checked out, and of a pull request what merging it would make.
                let wanted = shown(&self.context["github"]["ref"]);
                let merge = wanted.starts_with("refs/pull/")
                    && git(&[
                        "fetch",
                        "-q",
                        "origin",
                        &format!("+{wanted}:refs/remotes/pull"),
                    ]);
                let at = if merge { "refs/remotes/pull" } else { "HEAD" };
                assert!(git(&["checkout", "-q", "--detach", at]));
            }
            "actions/upload-artifact" => {
                let path = self.work().join(text("path"));
                if path.file_name().is_some_and(|name| name == "*.tar.gz") {
                    let folder = path.parent().expect("a folder");
                    return self.keep_archives(folder);
                }
                match std::fs::read_to_string(&path) {
                    Ok(content) => {
                        self.job.artifacts.insert(text("name"), content);
                    }
                    Err(_) => assert_eq!(text("if-no-files-found"), "ignore"),
                }
            }
            "actions/download-artifact" => {
                let to = self.work().join(text("path"));
                std::fs::create_dir_all(&to).expect("a folder");
                let kept = self.kept.as_ref().expect("a folder with archives");
                for entry in std::fs::read_dir(kept).expect("archives").flatten() {
                    std::fs::copy(entry.path(), to.join(entry.file_name())).expect("an archive");
                }
            }
            "actions/attest-build-provenance" => {
                let subject = text("subject-path");
                self.job.artifacts.insert("attested".into(), subject);
            }
            "actions/configure-pages" => {
                let id = step["id"].as_str().expect("an id");
                self.context["steps"][id] =
                    json!({ "outputs": { "base_url": "https://example.org/postmortems" } });
            }
            "actions/upload-pages-artifact" => {
                let path = self.work().join(text("path"));
                assert!(path.join("index.html").exists(), "the site is built");
                self.keep_pages(&path, "github-pages");
                self.job
                    .artifacts
                    .insert("github-pages".into(), "folder".into());
            }
            _ => panic!("`{name}` has no stand-in"),
        }
    }

    /// Keeps the text of every page, by its path in the artifact.
    fn keep_pages(&mut self, folder: &Path, name: &str) {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let name = format!("{name}/{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                self.keep_pages(&entry.path(), &name);
            } else if name.ends_with(".html") {
                let text = std::fs::read_to_string(entry.path()).expect("a page");
                self.job.artifacts.insert(name, text);
            }
        }
    }

    fn keep_archives(&mut self, folder: &Path) {
        for entry in std::fs::read_dir(folder).expect("the archives").flatten() {
            if entry.path().is_file() {
                let kept = self.kept.as_ref().expect("a folder to keep archives in");
                std::fs::copy(entry.path(), kept.join(entry.file_name())).expect("an archive");
            }
        }
    }

    fn script(&mut self, script: &str, step: &Value) {
        assert!(!script.contains("${{"), "event text in a script: {script}");
        self.steps += 1;
        let folder = self.folder.path().join(format!("step-{}", self.steps));
        std::fs::create_dir(&folder).expect("a folder");
        let file = |name: &str| folder.join(name);
        std::fs::write(file("script.sh"), script).expect("the script");
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-e"]);
        if step["shell"].as_str().or(self.shell.as_deref()) == Some("bash") {
            command.args(["-o", "pipefail"]);
        }
        let inherited = std::env::var_os("PATH").expect("a path");
        let paths = self.paths.iter().rev().cloned();
        let path = std::env::join_paths(paths.chain(std::env::split_paths(&inherited)));
        let folder_of = shown(&step["working-directory"]);
        command
            .arg(file("script.sh"))
            .current_dir(self.work().join(filled(&folder_of, &self.context)))
            .env_clear()
            .env("PATH", path.expect("a path"))
            .envs(&self.environment);
        for name in ["ENV", "PATH", "OUTPUT", "STEP_SUMMARY"] {
            std::fs::write(file(name), "").expect("a file");
            command.env(format!("GITHUB_{name}"), file(name));
        }
        for (name, value) in step["env"].as_object().into_iter().flatten() {
            command.env(name, filled(&shown(value), &self.context));
        }
        let output = command.output().expect("bash runs");
        let read = |name: &str| std::fs::read_to_string(file(name)).expect("a file");
        self.job.log += &String::from_utf8_lossy(&output.stdout);
        self.job.log += &String::from_utf8_lossy(&output.stderr);
        self.job.summary += &read("STEP_SUMMARY");
        self.job.ok &= output.status.success();
        self.paths.extend(read("PATH").lines().map(PathBuf::from));
        assert_eq!(read("ENV") + &read("OUTPUT"), "", "not modelled");
    }
}

/// A YAML file as JSON.
pub(crate) fn yaml(path: &Path) -> Value {
    let text =
        std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    parsed(&text)
}

/// A YAML text as JSON.
pub(crate) fn parsed(text: &str) -> Value {
    serde_yaml::from_str(text).expect("YAML")
}

/// Writes a program.
pub(crate) fn executable(path: &Path, text: &str) {
    std::fs::write(path, text).expect("a program");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let rights = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(path, rights).expect("rights");
    }
}
