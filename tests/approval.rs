//! The whole way of an approval: pull request, review, check, merge, record, proof, site; against a server that speaks GitHub's
//! official description, over a real repository.

use serde_json::Value;

use crate::github::{Fake, Method, Right};
use crate::harness::{Repo, Run, finished, variant};

/// Whom the policy of these tests asks: one owner of the service, and a manager for the worst.
pub(crate) const POLICY: &str = r#"
services:
  checkout: { owner: "@acme/payments" }
  login: { owner: "@acme/identity" }
approval:
  require:
    - from: owners
    - { from: managers, severities: [sev1] }
  managers: ["@mallory"]
  teams:
    "@acme/payments": [bob, carol]
    "@acme/identity": [dave]
"#;

pub(crate) const PATH: &str = "postmortems/2026-10-10-checkout.md";

/// A clone and its GitHub.
pub(crate) struct Stage {
    pub(crate) github: Fake,
    pub(crate) repo: Repo,
    pub(crate) token: String,
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self::with(POLICY, Fake::start())
    }

    pub(crate) fn with(policy: &str, github: Fake) -> Self {
        Self::of(policy, github, Repo::new())
    }

    /// The same of a repository without commits.
    pub(crate) fn of(policy: &str, github: Fake, repo: Repo) -> Self {
        for name in ["alice", "bob", "carol", "dave", "mallory"] {
            github.user(name, Right::Write);
        }
        let remote = github.remote();
        let remote = remote.to_str().expect("a path that is text");
        repo.git(&["remote", "add", "origin", remote]);
        repo.write(".github/aftersight.yml", policy);
        repo.write("README.md", "our postmortems\n");
        repo.commit("set up");
        repo.git(&["push", "-q", "-u", "origin", "main"]);
        let token = github.workflow_token();
        Self {
            github,
            repo,
            token,
        }
    }

    /// A branch with these files, pushed; the work tree is left on it.
    pub(crate) fn branch(&self, name: &str, files: &[(&str, &str)]) {
        self.repo
            .git(&["checkout", "-q", "-B", name, "origin/main"]);
        self.change(name, files);
    }

    /// One more commit on a branch.
    pub(crate) fn change(&self, branch: &str, files: &[(&str, &str)]) {
        for (path, text) in files {
            self.repo.write(path, text);
        }
        self.repo.commit(&format!("write on {branch}"));
        self.repo.git(&["push", "-q", "-f", "origin", branch]);
    }

    /// A pull request by alice with the postmortem as it is without a flaw.
    pub(crate) fn opened(&self) -> u64 {
        self.branch("topic", &[(PATH, &variant(&[]))]);
        self.github.open("alice", "topic")
    }

    /// The same, written together with somebody.
    pub(crate) fn opened_with(&self, login: &str) -> u64 {
        self.branch("topic", &[(PATH, &variant(&[]))]);
        let message =
            format!("write\n\nCo-authored-by: {login} <{login}@users.noreply.github.com>");
        self.repo.git(&["commit", "-q", "--amend", "-m", &message]);
        self.repo.git(&["push", "-q", "-f", "origin", "topic"]);
        self.github.open("alice", "topic")
    }

    pub(crate) fn run_as(&self, token: &str, args: &[&str]) -> Run {
        let mut command = self.repo.command(args);
        command.envs(self.github.environment(token));
        let run = finished(command.output().expect("the program runs"));
        for text in [&run.stdout, &run.stderr] {
            assert!(
                token.is_empty() || !text.contains(token),
                "the token is printed: {text}"
            );
        }
        run
    }

    pub(crate) fn expect(&self, code: i32, args: &[&str]) -> Run {
        let run = self.run_as(&self.token, args);
        assert_eq!(run.code, code, "{args:?}\n{}\n{}", run.stdout, run.stderr);
        run
    }

    /// The verdict on a pull request as `path state`.
    pub(crate) fn states(&self, code: i32, number: u64) -> Vec<String> {
        let report = self.judged(code, number);
        states(&report)
    }

    pub(crate) fn judged(&self, code: i32, number: u64) -> Value {
        let run = self.expect(
            code,
            &["approval", "check", "--pr", &number.to_string(), "--json"],
        );
        serde_json::from_str(&run.stdout).expect("JSON")
    }

    pub(crate) fn state(&self, code: i32, number: u64) -> String {
        let states = self.states(code, number);
        let [one] = states.as_slice() else {
            panic!("{states:?}");
        };
        one.strip_prefix(PATH).unwrap_or(one).trim().to_string()
    }

    /// Brings the clone to what is on the default branch, with the ledger.
    pub(crate) fn catch_up(&self) {
        self.repo.git(&[
            "fetch",
            "-q",
            "--prune",
            "origin",
            "+refs/heads/*:refs/remotes/origin/*",
        ]);
        self.repo
            .git(&["checkout", "-q", "-B", "main", "origin/main"]);
    }

    pub(crate) fn record(&self) -> Run {
        self.catch_up();
        let run = self.expect(0, &["approval", "record"]);
        self.catch_up();
        run
    }

    /// What `verify` says of the postmortems, as `path state`.
    pub(crate) fn standings(&self, code: i32) -> Vec<String> {
        let run = self.expect(code, &["approval", "verify", "--json"]);
        let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
        states(&report)
    }
}

/// The postmortems of a report as `path state`.
fn states(report: &Value) -> Vec<String> {
    let all = report["postmortems"].as_array().expect("a list");
    all.iter()
        .map(|one| {
            let text = |key: &str| one[key].as_str().unwrap_or_default().to_string();
            format!("{} {}", text("path"), text("state"))
        })
        .collect()
}

#[test]
fn pressing_approve_is_all_that_is_asked_of_a_reviewer() {
    let stage = Stage::new();
    let number = stage.opened();
    let run = stage.expect(1, &["approval", "check", "--pr", &number.to_string()]);
    assert!(
        run.stdout.contains(&format!("{PATH}: unreviewed")),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("still needed: 1"), "{}", run.stdout);
    assert!(run.stdout.contains("@bob"), "{}", run.stdout);
    stage.github.approve(number, "dave");
    assert_eq!(stage.state(1, number), "unreviewed");
    stage.github.approve(number, "bob");
    assert_eq!(stage.state(0, number), "approved");
    stage.github.judge();
}

#[test]
fn only_what_is_in_the_folder_of_the_postmortems_asks_for_an_approval() {
    let stage = Stage::new();
    let text = variant(&[]);
    let files = [
        ("notes.md", "x"),
        ("docs/guide.md", text.as_str()),
        ("postmortems-of-others/one.md", text.as_str()),
    ];
    stage.branch("topic", &files);
    let number = stage.github.open("alice", "topic");
    assert_eq!(stage.states(0, number), [""; 0]);
    stage.change("topic", &[(PATH, &text)]);
    assert_eq!(stage.states(1, number), [format!("{PATH} unreviewed")]);
}

#[test]
fn a_repository_of_nothing_but_postmortems_has_them_at_its_root() {
    let policy = format!("postmortems: .\n{POLICY}");
    let stage = Stage::with(&policy, Fake::start());
    stage.branch("topic", &[("2026-10-10-checkout.md", &variant(&[]))]);
    let number = stage.github.open("alice", "topic");
    stage.github.approve(number, "bob");
    assert_eq!(stage.states(0, number), ["2026-10-10-checkout.md approved"]);
}

#[test]
fn one_letter_stales_an_approval_and_a_rebase_does_not() {
    let stage = Stage::new();
    let number = stage.opened();
    stage.github.approve(number, "bob");
    stage.change("topic", &[("README.md", "our postmortems!\n")]);
    assert_eq!(stage.state(0, number), "approved");
    // Somebody else's work reaches main, and the branch is rebased onto it.
    stage.repo.git(&["checkout", "-q", "main"]);
    stage.repo.write("other.txt", "x");
    stage.repo.commit("other work");
    stage.repo.git(&["push", "-q", "origin", "main"]);
    stage.repo.git(&["checkout", "-q", "topic"]);
    stage.repo.git(&["rebase", "-q", "main"]);
    stage.repo.git(&["push", "-q", "-f", "origin", "topic"]);
    // The reviewed commit is on no branch any more: only GitHub has it.
    stage
        .repo
        .git(&["reflog", "expire", "--expire=now", "--all"]);
    stage.repo.git(&["gc", "-q", "--prune=now"]);
    assert_eq!(stage.state(0, number), "approved");
    stage
        .repo
        .git(&["mv", PATH, "postmortems/2026-10-10-pool.md"]);
    stage.change("topic", &[]);
    assert_eq!(
        stage.states(0, number),
        ["postmortems/2026-10-10-pool.md approved"]
    );
    let letter = variant(&[(
        "Rolling the release back ended it.",
        "Rolling the release back ended it!",
    )]);
    stage.change("topic", &[("postmortems/2026-10-10-pool.md", &letter)]);
    assert_eq!(
        stage.states(1, number),
        ["postmortems/2026-10-10-pool.md stale"]
    );
    stage.github.judge();
}

#[test]
fn nobody_approves_what_they_wrote() {
    let stage = Stage::new();
    let number = stage.opened_with("carol");
    stage.github.approve(number, "carol");
    let report = stage.judged(1, number);
    assert_eq!(
        report["postmortems"][0]["voices"][0]["weight"],
        "contributor"
    );
    stage.github.approve(number, "bob");
    assert_eq!(stage.state(0, number), "approved");
}

#[test]
fn a_pull_request_is_not_judged_by_its_own_policy() {
    let stage = Stage::new();
    let soft = POLICY.replace("bob, carol", "alice, dave");
    stage.branch(
        "topic",
        &[(PATH, &variant(&[])), (".github/aftersight.yml", &soft)],
    );
    let number = stage.github.open("alice", "topic");
    stage.github.approve(number, "dave");
    let run = stage.expect(1, &["approval", "check", "--pr", &number.to_string()]);
    assert!(
        run.stdout
            .contains("this pull request also changes .github/aftersight.yml"),
        "{}",
        run.stdout
    );
    stage.github.approve(number, "carol");
    assert_eq!(stage.state(0, number), "approved");
}

#[test]
fn every_kind_of_merge_is_recorded_proven_and_shown() {
    for method in [Method::Merge, Method::Squash, Method::Rebase, Method::Queue] {
        let stage = Stage::new();
        let number = stage.opened();
        stage.change("topic", &[("README.md", "ours\n")]);
        stage.github.approve(number, "bob");
        stage.github.merge(number, method, "bob");
        let run = stage.record();
        assert!(
            run.stdout
                .contains(&format!("recorded pull request #{number}")),
            "{method:?}: {}",
            run.stdout
        );
        assert!(
            run.stdout.contains(&format!("{PATH}: approved")),
            "{}",
            run.stdout
        );
        let writes = |stage: &Stage| {
            stage
                .github
                .requests()
                .iter()
                .filter(|one| one.writes)
                .count()
        };
        let before = writes(&stage);
        assert!(stage.record().stderr.contains("everything is on record"));
        assert_eq!(writes(&stage), before, "a second run writes nothing");
        assert_eq!(stage.standings(0), [format!("{PATH} approved")]);
        stage.expect(0, &["approval", "verify", "--online"]);
        stage.expect(0, &["build", "--out", "_site", "--search", "none"]);
        let page = stage.repo.read("_site/postmortems/INC-2026-014/index.html");
        assert!(page.contains("Approved"), "{method:?}");
        assert!(page.contains(&format!("#{number}")), "{method:?}");
        // Somebody mends a word on the default branch.
        let letter = variant(&[(
            "Rolling the release back ended it.",
            "Rolling it back ended it.",
        )]);
        stage.repo.write(PATH, letter);
        stage.repo.commit("mend a word");
        stage.repo.git(&["push", "-q", "origin", "main"]);
        let run = stage.record();
        assert!(run.stdout.contains("a direct push"), "{}", run.stdout);
        assert_eq!(stage.standings(0), [format!("{PATH} changed")]);
        let run = stage.expect(0, &["approval", "verify"]);
        assert!(
            run.stdout
                .contains("-about 40 % of orders were refused. Rolling the release back ended it."),
            "{}",
            run.stdout
        );
        stage.github.judge();
    }
}

#[test]
fn a_squash_that_holds_another_text_is_not_approved() {
    let stage = Stage::new();
    stage.branch("first", &[(PATH, &variant(&[]))]);
    stage.repo.git(&["push", "-q", "origin", "first:main"]);
    stage.repo.git(&["fetch", "-q", "origin"]);
    let title = variant(&[(
        "The release set the pool size",
        "The release had set the pool size",
    )]);
    stage.branch("topic", &[(PATH, &title)]);
    let number = stage.github.open("alice", "topic");
    stage.github.approve(number, "bob");
    // Main gets another change of the same file before the merge.
    stage
        .repo
        .git(&["checkout", "-q", "-B", "side", "origin/main"]);
    let other = variant(&[(
        "Rolling the release back ended it.",
        "Rolling it back ended it.",
    )]);
    stage.repo.write(PATH, other);
    stage.repo.commit("mend a word");
    stage.repo.git(&["push", "-q", "origin", "side:main"]);
    stage.github.merge(number, Method::Squash, "bob");
    let run = stage.record();
    assert!(
        run.stdout.contains(&format!("{PATH}: stale")),
        "{}",
        run.stdout
    );
    assert_eq!(stage.standings(0), [format!("{PATH} unreviewed")]);
}

#[test]
fn the_event_names_the_pull_request() {
    let stage = Stage::new();
    let number = stage.opened();
    stage.github.approve(number, "carol");
    for kind in ["pull_request", "pull_request_review", "merge_group"] {
        let mut command = stage.repo.command(&["approval", "check"]);
        command.envs(stage.github.environment(&stage.token));
        command.env("GITHUB_EVENT_PATH", stage.github.event(number, kind));
        let run = finished(command.output().expect("the program runs"));
        assert_eq!(run.code, 0, "{kind}: {}{}", run.stdout, run.stderr);
    }
    let mut command = stage.repo.command(&["approval", "check"]);
    command.envs(stage.github.environment(&stage.token));
    command.env("GITHUB_EVENT_PATH", stage.github.event(number, "push"));
    let run = finished(command.output().expect("the program runs"));
    assert_eq!(run.code, 2);
    assert!(
        run.stderr
            .contains("the event `push` is about no pull request"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("--pr N"), "{}", run.stderr);
}

#[test]
fn the_step_summary_says_who_is_needed() {
    let stage = Stage::new();
    let number = stage.opened();
    let mut command = stage
        .repo
        .command(&["approval", "check", "--pr", &number.to_string()]);
    command.envs(stage.github.environment(&stage.token));
    command.env("GITHUB_ACTIONS", "true");
    command.env("GITHUB_STEP_SUMMARY", stage.repo.file("summary.md"));
    let run = finished(command.output().expect("the program runs"));
    assert_eq!(run.code, 1, "{}", run.stderr);
    let summary = stage.repo.read("summary.md");
    assert!(summary.contains("### Not approved yet"), "{summary}");
    assert!(summary.contains("still needed: 1"), "{summary}");
    assert!(
        !summary.contains(" @bob"),
        "nobody is called by a summary: {summary}"
    );
}

#[test]
fn what_cannot_be_told_is_said_kindly_and_nothing_is_written() {
    let stage = Stage::new();
    let number = stage.opened().to_string();
    let refused = |run: Run, words: &[&str]| {
        assert_eq!(run.code, 2, "{}{}", run.stdout, run.stderr);
        assert!(run.stdout.is_empty(), "{}", run.stdout);
        for word in words {
            assert!(
                run.stderr.contains(word),
                "`{word}` is missing: {}",
                run.stderr
            );
        }
    };
    let check =
        |token: &str, number: &str| stage.run_as(token, &["approval", "check", "--pr", number]);
    refused(check("", &number), &["GITHUB_TOKEN"]);
    refused(check("ghs_nobody", &number), &["help:"]);
    refused(check(&stage.token, "99"), &["#99", "pull-requests: read"]);
    let poor = stage.github.token_with(&["contents: read"]);
    refused(check(&poor, &number), &["pull"]);
    let soft = POLICY.replace(
        "\"@acme/payments\": [bob, carol]",
        "\"@acme/nobody\": [bob]",
    );
    stage.repo.git(&["checkout", "-q", "main"]);
    stage.repo.write(".github/aftersight.yml", soft);
    stage.repo.commit("a team of another name");
    stage.repo.git(&["push", "-q", "origin", "main"]);
    refused(
        check(&stage.token, &number),
        &[
            "`@acme/payments`",
            "approval.teams",
            "AFTERSIGHT_TEAM_TOKEN",
        ],
    );
    stage.github.team("payments", &["bob"]);
    let mut command = stage.repo.command(&["approval", "check", "--pr", &number]);
    command.envs(stage.github.environment(&stage.token));
    command.env(
        "AFTERSIGHT_TEAM_TOKEN",
        stage.github.token_with(&["members: read"]),
    );
    stage
        .github
        .approve(number.parse().expect("a number"), "bob");
    let run = finished(command.output().expect("the program runs"));
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let written = stage.github.requests();
    assert!(
        written.iter().all(|one| !one.writes),
        "checking writes nothing"
    );
}

#[test]
fn records_are_made_on_the_default_branch_with_its_history() {
    let stage = Stage::new();
    let number = stage.opened();
    // The work tree is on the branch of the pull request.
    let run = stage.expect(2, &["approval", "record"]);
    assert!(
        run.stderr.contains("not on the default branch `main`"),
        "{}",
        run.stderr
    );
    stage.github.approve(number, "bob");
    stage.github.merge(number, Method::Squash, "bob");
    stage.catch_up();
    let poor = stage
        .github
        .token_with(&["contents: read", "pull_requests: read"]);
    let run = stage.run_as(&poor, &["approval", "record"]);
    assert_eq!(run.code, 2, "{}{}", run.stdout, run.stderr);
    assert!(run.stderr.contains("contents"), "{}", run.stderr);
    assert!(!run.stdout.contains("recorded"), "{}", run.stdout);
    let dry = stage.expect(0, &["approval", "record", "--dry-run"]);
    assert!(dry.stdout.contains("would record"), "{}", dry.stdout);
    assert!(
        stage
            .github
            .requests()
            .iter()
            .all(|one| !one.writes || one.status >= 400)
    );
    // A clone without its history cannot tell.
    let shallow = Repo::bare();
    let url = format!("file://{}", stage.github.remote().display());
    shallow.git(&["clone", "-q", "--depth", "1", &url, "."]);
    let mut command = shallow.command(&["approval", "record"]);
    command.envs(stage.github.environment(&stage.token));
    let run = finished(command.output().expect("the program runs"));
    assert_eq!(run.code, 2, "{}{}", run.stdout, run.stderr);
    assert!(run.stderr.contains("fetch-depth: 0"), "{}", run.stderr);
    let run = shallow.expect(0, &["approval", "verify"]);
    assert!(run.stderr.contains("no ledger"), "{}", run.stderr);
}

#[test]
fn a_fork_needs_no_right_but_to_read() {
    let stage = Stage::new();
    stage.branch("topic", &[(PATH, &variant(&[]))]);
    let number = stage.github.open_from_fork("alice", "topic");
    stage.github.approve(number, "carol");
    let poor = stage
        .github
        .token_with(&["contents: read", "pull_requests: read"]);
    let run = stage.run_as(&poor, &["approval", "check", "--pr", &number.to_string()]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert!(
        run.stdout.contains(&format!("{PATH}: approved")),
        "{}",
        run.stdout
    );
    stage.github.merge(number, Method::Squash, "carol");
    stage.github.delete_fork(number);
    stage.record();
    assert_eq!(stage.standings(0), [format!("{PATH} approved")]);
}

#[test]
fn an_enterprise_server_has_other_addresses() {
    let stage = Stage::with(POLICY, Fake::enterprise());
    let number = stage.opened();
    stage.github.approve(number, "bob");
    assert_eq!(stage.state(0, number), "approved");
    stage.github.merge(number, Method::Merge, "bob");
    stage.record();
    assert_eq!(stage.standings(0), [format!("{PATH} approved")]);
    stage.expect(0, &["approval", "verify", "--online"]);
}
