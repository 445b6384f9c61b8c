//! The whole way through the workflows: pull request, review, check, merge, record, site, issues; the real program in the jobs' own
//! steps, against a server that speaks GitHub's description.

use serde_json::Value;

use super::root;
use super::runner::{Job, Machine, yaml};
use crate::github::{Fake, Method, Right};
use crate::harness::{Repo, finished, variant};

const PATH: &str = "postmortems/2026-10-10-checkout.md";

/// A repository on GitHub, a clone of it, and a pull request by alice with a flawless postmortem.
struct Stage {
    github: Fake,
    repo: Repo,
    number: u64,
}

impl Stage {
    fn new(policy: &str) -> Self {
        let github = Fake::start();
        for name in ["alice", "bob", "carol"] {
            github.user(name, Right::Write);
        }
        let repo = Repo::new();
        let remote = github.remote();
        let remote = remote.to_str().expect("a path that is text");
        repo.git(&["remote", "add", "origin", remote]);
        repo.write(".github/aftersight.yml", policy);
        repo.commit("set up");
        repo.git(&["push", "-q", "origin", "main"]);
        repo.git(&["switch", "-q", "-c", "topic"]);
        repo.write(PATH, variant(&[]));
        repo.commit("write");
        repo.git(&["push", "-q", "origin", "topic"]);
        let number = github.open("alice", "topic");
        Self {
            github,
            repo,
            number,
        }
    }

    /// A job of a workflow after an event, with the rights that the job asks for; beside it these secrets.
    fn job(&self, event: &str, git_ref: &str, [workflow, job]: [&str; 2], secrets: Value) -> Job {
        let workflow = yaml(&root().join(format!(".github/workflows/{workflow}.yml")));
        let rights = &workflow["jobs"][job]["permissions"];
        let rights: Vec<String> = rights
            .as_object()
            .expect("rights")
            .iter()
            .filter(|(name, _)| *name != "pages")
            .map(|(name, level)| format!("{name}: {}", level.as_str().expect("a level")))
            .collect();
        let rights: Vec<&str> = rights.iter().map(String::as_str).collect();
        let token = self.github.token_with(&rights);
        // Who starts a workflow by hand names a branch, as a push does.
        let told = match event {
            "workflow_dispatch" => "push",
            event => event,
        };
        let payload = self.github.event(self.number, told);
        let payload = std::fs::read_to_string(payload).expect("the event");
        let payload = serde_json::from_str(&payload).expect("JSON");
        let job = Machine::new(event, &payload, git_ref)
            .with("AFTERSIGHT_BINARY", env!("CARGO_BIN_EXE_aftersight"))
            .knowing("secrets", secrets)
            .on(&self.github, &token)
            .run(&workflow, job, self.github.remote())
            .expect("the job runs");
        assert!(!job.log.contains(&token), "the token is printed");
        job
    }

    /// The required check.
    fn approval(&self, event: &str, secrets: Value) -> Job {
        let git_ref = format!("refs/pull/{}/merge", self.number);
        self.job(event, &git_ref, ["approval", "approval"], secrets)
    }

    fn publish(&self, job: &str) -> Job {
        self.job("push", "refs/heads/main", ["publish", job], Value::Null)
    }
}

#[test]
fn approve_and_merge_and_the_site_says_so() {
    let stage = Stage::new(
        "services: { checkout: { owner: \"@acme/payments\" } }\n\
         approval: { require: [{ from: owners }], teams: { \"@acme/payments\": [bob, carol] } }\n",
    );
    let job = stage.approval("pull_request", Value::Null);
    assert!(!job.ok && job.log.contains("still needed"), "{}", job.log);
    assert!(job.summary.contains("Not approved yet"), "{}", job.summary);
    assert_eq!(job.artifacts["aftersight-summary"], job.summary);

    stage.github.approve(stage.number, "bob");
    let job = stage.approval("pull_request_review", Value::Null);
    assert!(job.ok, "{}", job.log);
    assert!(job.summary.contains("### Approved"), "{}", job.summary);

    stage.github.merge(stage.number, Method::Squash, "alice");
    let job = stage.publish("record");
    let recorded = format!("recorded pull request #{}", stage.number);
    assert!(job.ok && job.log.contains(&recorded), "{}", job.log);

    let job = stage.publish("build");
    assert!(job.ok, "{}", job.log);
    let page = &job.artifacts["github-pages/postmortems/INC-2026-014/index.html"];
    assert!(page.contains("Approved") && page.contains(&format!("#{}", stage.number)));

    // Without the record nobody approved anything: it is the branch that the page goes by.
    let remote = stage.github.remote();
    let remote = remote.to_str().expect("a path that is text");
    let ledger = ":refs/heads/aftersight/ledger";
    stage.repo.git(&["push", "-q", remote, ledger]);
    let job = stage.publish("build");
    let page = &job.artifacts["github-pages/postmortems/INC-2026-014/index.html"];
    assert!(job.ok && !page.contains(&format!("#{}", stage.number)));
}

#[test]
fn members_of_teams_are_read_with_the_secret_or_told_to_be_missing() {
    let stage = Stage::new("services: { checkout: { owner: \"@acme/payments\" } }\n");
    stage.github.team("payments", &["carol"]);
    stage.github.approve(stage.number, "carol");
    for secrets in [
        Value::Null,
        serde_json::json!({ "AFTERSIGHT_TEAM_TOKEN": "" }),
    ] {
        let job = stage.approval("pull_request", secrets);
        assert!(
            !job.ok && job.log.contains("`approval.teams`"),
            "{}",
            job.log
        );
    }
    let token = stage.github.token_with(&["members: read"]);
    let secrets = serde_json::json!({ "AFTERSIGHT_TEAM_TOKEN": token });
    let job = stage.approval("pull_request_review", secrets);
    assert!(job.ok, "{}", job.log);
    assert!(!job.log.contains(&token), "the token is printed");
}

#[test]
fn a_merged_postmortem_becomes_issues_and_what_was_done_comes_back() {
    let stage = Stage::new("site: { base_url: \"https://example.org/read\" }\n");
    let writes = || {
        let requests = stage.github.requests();
        requests.iter().filter(|it| it.writes).count()
    };
    let merge = format!("refs/pull/{}/merge", stage.number);
    let validate = || {
        let job = stage.job("pull_request", &merge, ["validate"; 2], Value::Null);
        assert!(job.ok, "{}", job.log);
        job.summary
    };
    let sync = |event: &str| {
        let job = stage.job(event, "refs/heads/main", ["actions", "sync"], Value::Null);
        assert!(job.ok, "{}", job.log);
    };
    let summary = validate();
    assert!(
        summary.contains("Merging this: opens 3 issues."),
        "{summary}"
    );
    assert!(stage.github.issues().is_empty());

    stage.github.merge(stage.number, Method::Squash, "alice");
    sync("push");
    let issues = stage.github.issues();
    let names: Vec<&str> = issues
        .iter()
        .filter_map(|issue| issue.title.rsplit(' ').next())
        .collect();
    let wanted = [
        "(INC-2026-014/A1)",
        "(INC-2026-014/A2)",
        "(INC-2026-014/A3)",
    ];
    assert_eq!(names, wanted);
    for issue in &issues {
        assert!(issue.labels.iter().any(|label| label == "aftersight"));
        let address = "https://example.org/read/postmortems/INC-2026-014/";
        assert!(issue.body.contains(address), "{}", issue.body);
    }
    // What is written says so to a pull request as well, and to every later run.
    let summary = validate();
    assert!(
        summary.contains("Merging this: changes no issue."),
        "{summary}"
    );
    let before = writes();
    sync("push");
    sync("workflow_dispatch");
    assert_eq!(writes(), before, "nothing changed");

    stage
        .github
        .close_issue(issues[0].number, "bob", "completed");
    sync("workflow_dispatch");
    let ledger = "+aftersight/ledger:refs/remotes/origin/aftersight/ledger";
    stage.repo.git(&["fetch", "-q", "origin", ledger]);
    let done = stage
        .repo
        .expect(0, &["actions", "list", "--state", "done"]);
    assert!(done.stdout.contains("INC-2026-014/A1"), "{}", done.stdout);
    assert!(!done.stdout.contains("INC-2026-014/A2"), "{}", done.stdout);

    // On 10 November, at a desk that knows nothing of GitHub: the texts are the same, one day has passed.
    let mut plan = stage.repo.command(&["actions", "plan"]);
    plan.env("SOURCE_DATE_EPOCH", "1794301200");
    let plan = finished(plan.output().expect("the program runs")).stdout;
    assert!(plan.ends_with("\nmakes 1 comment\n"), "{plan}");
    assert!(plan.contains("  INC-2026-014/A2  "), "{plan}");
}
