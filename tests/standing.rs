//! Where postmortems stand, as the site and `check` show it: a real repository with a ledger branch, and the real program.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::harness::{CLEAN, Repo, variant};

/// One postmortem in each state: INC-2026-014 approved, 015 changed since, 016 not reviewed, 017 in review, 018 a draft.
pub(crate) fn five() -> Repo {
    let repo = Repo::new();
    let post = |id: &str, title: &str, status: &str| {
        variant(&[
            ("INC-2026-014", id),
            ("Checkout refused orders", title),
            ("status: final", status),
        ])
    };
    repo.write("postmortems/a.md", CLEAN);
    let before = post("INC-2026-015", "Search lost parcels", "status: final");
    repo.write("postmortems/b.md", &before);
    repo.write(
        "postmortems/c.md",
        post("INC-2026-016", "Labels printed blank", "status: final"),
    );
    repo.write(
        "postmortems/d.md",
        post("INC-2026-017", "Routes ran empty", "status: in-review"),
    );
    repo.write(
        "postmortems/e.md",
        post("INC-2026-018", "Depots stood still", "status: draft"),
    );
    repo.commit("five");
    ledger(
        &repo,
        "refs/remotes/origin/aftersight/ledger",
        &[
            (12, "INC-2026-014", "postmortems/a.md"),
            (13, "INC-2026-015", "postmortems/b.md"),
        ],
    );
    let after = before.replace("No data was lost.", "No data was lost, <b>we think</b>.");
    repo.write("postmortems/b.md", after);
    repo.commit("second thoughts");
    repo
}

/// Writes a ledger with one approval for each of these pull requests, postmortems and paths as they are at HEAD.
pub(crate) fn ledger(repo: &Repo, reference: &str, approvals: &[(u64, &str, &str)]) {
    let branch = Repo::new();
    let commit = repo.git(&["rev-parse", "HEAD"]).trim().to_string();
    let (mut previous, mut last) = (Value::Null, String::new());
    for (sequence, (number, id, path)) in approvals.iter().enumerate() {
        let blob = repo.git(&["rev-parse", &format!("HEAD:{path}")]);
        let text = json!({ "id": id, "path": path, "blob": blob.trim() });
        let record = record(sequence + 1, &previous, &commit, *number, &text);
        let bytes = format!("{record:#}\n");
        last = format!("approvals/2026/{number}.json");
        branch.write(&last, &bytes);
        previous = digest(bytes.as_bytes()).into();
    }
    let head = json!({
        "version": 1,
        "sequence": approvals.len(),
        "record": last,
        "digest": previous,
        "through": commit,
    });
    branch.write("approvals/head.json", format!("{head:#}\n"));
    branch.commit("approvals");
    let from = branch.path().to_string_lossy().into_owned();
    repo.git(&["fetch", "-q", &from, &format!("+main:{reference}")]);
}

fn record(sequence: usize, previous: &Value, commit: &str, number: u64, text: &Value) -> Value {
    let (ann, bo) = (
        json!({ "id": 7, "login": "ann" }),
        json!({ "id": 8, "login": "bo" }),
    );
    let at = "2026-10-11T10:30:00Z";
    let roles = json!(["owner of checkout"]);
    let verdict = json!({
        "state": "approved",
        "needs": [{
            "role": "owner of checkout", "count": 1, "who": ["@acme/payments"],
            "met_by": ["ann"], "missing": 0,
        }],
        "voices": [{
            "login": "ann", "review": 900 + number, "opinion": "approved", "weight": "counts", "roles": roles,
        }],
    });
    let mut judged = text.clone();
    judged["seen"] = json!({ commit: "same" });
    judged["verdict"] = verdict;
    json!({
        "version": 1,
        "sequence": sequence,
        "previous": previous,
        "repository": "acme/postmortems",
        "commit": commit,
        "pull_request": {
            "number": number,
            "url": format!("https://github.com/acme/postmortems/pull/{number}"),
            "author": bo,
            "branch": "main",
            "base": commit,
            "head": commit,
            "merge": { "commit": commit, "at": "2026-10-11T11:00:00Z", "by": bo },
            "contributors": [{ "person": bo }],
            "reviews": [{
                "id": 900 + number, "by": ann, "opinion": "approved", "at": at, "commit": commit, "may_write": true,
            }],
            "teams": { "@acme/payments": [ann] },
        },
        "policy": null,
        "codeowners": null,
        "postmortems": [judged],
        "recorded_at": "2026-10-11T11:05:00Z",
        "tool": "aftersight 0.1.0",
        "run": null,
    })
}

fn digest(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn page(repo: &Repo, id: &str) -> String {
    repo.read(&format!("_site/postmortems/{id}/index.html"))
}

#[test]
fn each_page_says_where_its_postmortem_stands() {
    let repo = five();
    repo.expect(0, &["build", "--search", "facets"]);
    let approved = page(&repo, "INC-2026-014");
    for part in [
        "Approved</span> by owner of checkout (@acme/payments)",
        "<time datetime=\"2026-10-11T10:30:00Z\">11 Oct 2026</time>",
        "<a href=\"https://github.com/acme/postmortems/pull/12\">pull request #12</a>",
    ] {
        assert!(approved.contains(part), "{part}: {approved}");
    }
    assert!(!approved.contains("class=\"change\""));
    let changed = page(&repo, "INC-2026-015");
    for part in [
        "Changed since approval</span> by owner of checkout (@acme/payments)",
        "pull/13\">pull request #13</a>",
        "What was changed: 1 line added, 1 line removed",
        "<del>-About 12,000 customers",
        "&lt;b&gt;we think&lt;/b&gt;",
    ] {
        assert!(changed.contains(part), "{part}: {changed}");
    }
    let unreviewed = page(&repo, "INC-2026-016");
    assert!(
        unreviewed.contains("Not reviewed</span>: merged without an approval"),
        "{unreviewed}"
    );
    assert!(page(&repo, "INC-2026-017").contains("in review and not approved yet"));
    assert!(page(&repo, "INC-2026-018").contains("This is a draft."));
    let home = repo.read("_site/index.html");
    assert!(home.contains("#approval=Not%20reviewed"), "{home}");
    assert!(home.contains("approved 11 Oct 2026"), "{home}");
    let index: Value = serde_json::from_str(&repo.read("_site/index.json")).expect("JSON");
    let states = index["postmortems"].as_array().expect("a list").iter();
    let mut states: Vec<String> = states
        .map(|one| format!("{} {}", one["id"], one["approval"]).replace('"', ""))
        .collect();
    states.sort();
    assert_eq!(
        states,
        [
            "INC-2026-014 approved",
            "INC-2026-015 changed",
            "INC-2026-016 unreviewed",
            "INC-2026-017 in-review",
            "INC-2026-018 draft",
        ]
    );
}

#[test]
fn the_check_counts_and_lists_what_is_not_approved() {
    let repo = five();
    let run = repo.expect(0, &["check", "--report", "concise"]);
    let line =
        "approval: 1 approved, 1 changed since approval, 1 not reviewed, 1 in review, 1 draft";
    assert!(run.stderr.contains(line), "{}", run.stderr);
    assert!(!run.stdout.contains("approval:"), "{}", run.stdout);
    let one = repo.expect(0, &["check", "--report", "summary", "postmortems/b.md"]);
    assert!(
        one.stderr.contains("approval: 1 changed since approval\n"),
        "{}",
        one.stderr
    );
    assert!(
        one.stdout.contains(
            "| INC-2026-015 `postmortems/b.md` | Changed since approval | 2026-10-11, pull request 13 |"
        ),
        "{}",
        one.stdout
    );
    assert!(!one.stdout.contains("c.md"), "{}", one.stdout);
    let since = repo.expect(0, &["check", "--report", "summary", "--changed", "HEAD~1"]);
    assert_eq!(
        since.stdout.matches("\n| INC-").count(),
        1,
        "{}",
        since.stdout
    );
    let json = repo.expect(0, &["check", "--report", "json"]);
    let report: Value = serde_json::from_str(&json.stdout).expect("JSON");
    let approvals = report["approvals"].as_array().expect("a list");
    assert_eq!(approvals.len(), 5);
    assert_eq!(
        approvals[0],
        json!({
            "path": "postmortems/a.md",
            "id": "INC-2026-014",
            "state": "approved",
            "pull_request": 12,
            "at": "2026-10-11T10:30:00Z",
        })
    );
    assert_eq!(approvals[2]["state"], "unreviewed");
    assert_eq!(approvals[2]["pull_request"], Value::Null);
}

#[test]
fn the_local_branch_counts_where_no_remote_has_one() {
    let repo = Repo::clean();
    let (first, second) = ("postmortems/2026-10-10-checkout.md", "postmortems/b.md");
    repo.write(second, variant(&[("INC-2026-014", "INC-2026-015")]));
    repo.commit("second");
    let states = || {
        let run = repo.run(&["check", "--report", "json"]);
        let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
        let states = report["approvals"].as_array().expect("a list").iter();
        states
            .map(|one| one["state"].as_str().unwrap_or_default().to_string())
            .collect::<Vec<_>>()
    };
    let local = "refs/heads/aftersight/ledger";
    ledger(&repo, local, &[(12, "INC-2026-014", first)]);
    assert_eq!(states(), ["approved", "unreviewed"]);
    // What the remote has is newer than what this clone made of it once.
    let remote = "refs/remotes/origin/aftersight/ledger";
    ledger(&repo, remote, &[(13, "INC-2026-015", second)]);
    assert_eq!(states(), ["unreviewed", "approved"]);
}

#[test]
fn without_a_ledger_nothing_is_said_of_approvals() {
    let repo = Repo::clean();
    let run = repo.expect(0, &["check", "--report", "json"]);
    assert!(!run.stdout.contains("\"approvals\""), "{}", run.stdout);
    assert!(!run.stderr.contains("approv"), "{}", run.stderr);
    repo.expect(0, &["build", "--search", "facets"]);
    let page = page(&repo, "INC-2026-014");
    assert!(!page.contains("Not reviewed"), "{page}");
    assert!(!repo.read("_site/index.html").contains("Not reviewed"));
    assert!(!repo.read("_site/search-index.js").contains("Approval"));
}

#[test]
fn a_damaged_record_is_told_and_counts_for_nothing() {
    let repo = five();
    let branch = Repo::new();
    let reference = "refs/remotes/origin/aftersight/ledger";
    let here = repo.path().to_string_lossy().into_owned();
    branch.git(&["pull", "-q", &here, reference]);
    let record = branch.read("approvals/2026/13.json");
    branch.write(
        "approvals/2026/13.json",
        record.replace("\"ann\"", "\"eve\""),
    );
    branch.commit("forged");
    let there = branch.path().to_string_lossy().into_owned();
    repo.git(&["fetch", "-q", &there, &format!("+main:{reference}")]);
    let run = repo.expect(0, &["check"]);
    assert!(
        run.stderr
            .contains("not hold; run `aftersight approval verify`"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("2 not reviewed"), "{}", run.stderr);
}

#[test]
fn line_ends_of_a_checkout_are_no_change() {
    let repo = five();
    let states = || -> Vec<String> {
        let report = repo.run(&["check", "--report", "json"]);
        let report: Value = serde_json::from_str(&report.stdout).expect("JSON");
        let all = report["approvals"].as_array().expect("a list").clone();
        let state = |one: &Value| one["state"].as_str().unwrap_or_default().to_string();
        all.iter().map(state).collect()
    };
    let before = states();
    assert_eq!(before[..2], ["approved", "changed"]);
    // As on Windows: git writes the files anew, and sees no difference.
    repo.git(&["config", "core.autocrlf", "true"]);
    for name in ["a", "b"] {
        let path = format!("postmortems/{name}.md");
        std::fs::remove_file(repo.file(&path)).expect("removed");
        repo.git(&["checkout", "-q", "--", &path]);
        assert!(repo.read(&path).contains("\r\n"));
    }
    assert_eq!(states(), before);
    let page = |repo: &Repo| {
        repo.expect(0, &["build", "--search", "none"]);
        repo.read("_site/postmortems/INC-2026-015/index.html")
    };
    let changed = page(&repo);
    assert!(
        changed.contains("1 line added, 1 line removed"),
        "{changed}"
    );
    // A letter is a change all the same, and so is a carriage return that ends no line.
    for text in ["No data was lost!", "No data\r was lost."] {
        let whole = repo.read("postmortems/a.md");
        repo.write("postmortems/a.md", whole.replace("No data was lost.", text));
        assert_eq!(states()[0], "changed", "{text:?}");
        repo.write("postmortems/a.md", whole);
    }
}

#[test]
fn without_a_ledger_the_proof_is_where_everything_stands() {
    let run = Repo::clean().expect(0, &["approval", "verify"]);
    let only = "postmortems/2026-10-10-checkout.md: not reviewed\n\napproval: 1 not reviewed\n";
    assert_eq!(run.stdout, only);
    assert!(run.stderr.contains("no ledger"), "{}", run.stderr);
    let way = "`git fetch origin aftersight/ledger:refs/remotes/origin/aftersight/ledger`";
    assert!(run.stderr.contains(way), "{}", run.stderr);
}
