//! `actions`: what was promised and how it stands.

use serde_json::Value;

use crate::harness::{CLEAN, Repo, variant};

fn listed(repo: &Repo, args: &[&str]) -> Vec<Value> {
    let mut all = vec!["actions", "list", "--format", "json"];
    all.extend(args);
    let run = repo.expect(0, &all);
    let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
    report["actions"].as_array().expect("a list").clone()
}

fn ids(repo: &Repo, args: &[&str]) -> Vec<String> {
    let id = |one: &Value| one["id"].as_str().unwrap_or_default().to_string();
    listed(repo, args).iter().map(id).collect()
}

/// What a ledger knows of an item.
pub(crate) fn item(issue: u64, state: &str) -> Value {
    serde_json::json!({
        "issue": issue, "intent": null, "written": null, "state": state, "since": "2026-10-12T08:00:00Z",
        "step": 0, "due": null, "previous": [], "elsewhere": null
    })
}

/// Writes a ledger that holds this of the canonical postmortem.
pub(crate) fn ledger(repo: &Repo, items: Value) {
    let file = serde_json::json!({"version": 1, "postmortem": "INC-2026-014", "items": items});
    ledger_file(repo, &file.to_string());
}

/// Writes a ledger with this file for the canonical postmortem.
pub(crate) fn ledger_file(repo: &Repo, text: &str) {
    repo.git(&["checkout", "-q", "--orphan", "aftersight/ledger"]);
    repo.git(&["rm", "-rq", "--cached", "."]);
    repo.write("items/2026/INC-2026-014.json", text);
    repo.git(&["add", "items"]);
    repo.git(&["commit", "-q", "-m", "items"]);
    repo.git(&["checkout", "-q", "-f", "main"]);
}

/// A repository whose ledger knows the first item as done by issue 7, and one that no file has any more.
fn known() -> Repo {
    known_as(&[("A1", 7, "done"), ("A9", 9, "open")])
}

/// A repository whose ledger knows these items by their issues.
fn known_as(items: &[(&str, u64, &str)]) -> Repo {
    let repo = Repo::clean();
    let items = items
        .iter()
        .map(|(id, issue, state)| (id.to_string(), item(*issue, state)));
    let items: serde_json::Map<String, Value> = items.collect();
    ledger(&repo, items.into());
    repo
}

#[test]
fn every_promise_is_listed_with_its_state() {
    let repo = Repo::clean();
    let all = listed(&repo, &[]);
    assert!(!all.is_empty());
    assert!(
        all.iter()
            .all(|one| one["state"] == "open" && one["path"].is_string())
    );
    let table = repo.expect(0, &["actions", "list"]).stdout;
    assert!(table.starts_with("item "), "{table}");
    assert!(table.contains("INC-2026-014/A1"), "{table}");
    let csv = repo
        .expect(0, &["actions", "list", "--format", "csv"])
        .stdout;
    assert!(csv.starts_with("id,state,overdue_days,due,"), "{csv}");
    assert_eq!(csv.lines().count(), all.len() + 1);
}

#[test]
fn a_slip_in_a_filter_is_no_good_news() {
    let repo = Repo::clean();
    let run = repo.expect(0, &["actions", "list", "--service", "chekout"]);
    let told = "no action item has the service `chekout`; did you mean `checkout`?";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    assert!(run.stdout.starts_with("0 action items"), "{}", run.stdout);
    let run = repo.expect(
        0,
        &["actions", "list", "--service", "Checkout", "--overdue"],
    );
    assert!(!run.stderr.contains("no action item"), "{}", run.stderr);
}

#[test]
fn the_ledger_knows_what_is_done_and_what_was_lost() {
    let repo = known();
    assert_eq!(ids(&repo, &["--state", "done"]), ["INC-2026-014/A1"]);
    let lost = listed(&repo, &["--state", "orphaned"]);
    assert_eq!(lost.len(), 1);
    assert_eq!(lost[0]["id"], "INC-2026-014/A9");
    assert_eq!(lost[0]["issue"], 9);
}

#[test]
fn filters_and_days_decide_what_is_shown() {
    let repo = Repo::clean();
    let all = ids(&repo, &[]);
    assert_eq!(ids(&repo, &["--overdue"]), [""; 0]);
    let late = {
        let mut command = repo.command(&["actions", "list", "--overdue"]);
        command.env("SOURCE_DATE_EPOCH", "1830000000");
        crate::harness::finished(command.output().expect("the program runs"))
    };
    assert!(late.stdout.contains(" d late)"), "{}", late.stdout);
    assert!(
        late.stdout.contains(&format!("{} overdue", all.len())),
        "{}",
        late.stdout
    );
    assert_eq!(ids(&repo, &["--service", "CHECKOUT"]), all);
    assert_eq!(ids(&repo, &["--service", "nowhere"]), [""; 0]);
    assert_eq!(ids(&repo, &["--owner", "example/nobody"]), [""; 0]);
    let wrong = repo.expect(2, &["actions", "list", "--state", "opne"]);
    assert!(wrong.stderr.contains("needs-decision"), "{}", wrong.stderr);
}

#[test]
fn a_draft_promises_nothing_yet() {
    let repo = Repo::new();
    repo.write(
        "postmortems/a.md",
        variant(&[("status: final", "status: draft")]),
    );
    assert!(
        listed(&repo, &[])
            .iter()
            .all(|one| one["state"] == "waiting")
    );
    assert!(CLEAN.contains("status: final"));
}

#[test]
fn a_plan_of_a_pull_request_leaves_out_what_the_base_opens_anyway() {
    let repo = Repo::clean();
    let other = variant(&[("id: INC-2026-014", "id: INC-2026-015")]);
    repo.write("postmortems/2026-10-11-other.md", other);
    let opens = |args: &[&str]| {
        let run = repo.expect(0, &[&["actions", "plan", "--json"], args].concat());
        let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
        let changes = report["changes"].as_array().expect("a list");
        let item = |change: &Value| change["item"].as_str().unwrap_or_default().to_string();
        changes.iter().map(item).collect::<Vec<_>>()
    };
    let all = opens(&[]);
    let new = opens(&["--base", "HEAD"]);
    assert_eq!(all.len(), 2 * new.len());
    assert!(
        new.iter().all(|item| item.starts_with("INC-2026-015/")),
        "{new:?}"
    );
    let wrong = repo.expect(2, &["actions", "plan", "--base", "nowhere"]);
    assert!(wrong.stderr.contains("nowhere"), "{}", wrong.stderr);
}

#[test]
fn an_archive_promises_nothing_that_anybody_follows() {
    let old = "ratchet: { before: 2030-01-01 }\n";
    for (text, configuration) in [
        (
            variant(&[("status: final", "status: final\nimported: true")]),
            "",
        ),
        (variant(&[]), old),
    ] {
        let repo = Repo::new();
        repo.write("postmortems/a.md", text);
        repo.write("aftersight.yml", configuration);
        let all = listed(&repo, &[]);
        assert!(!all.is_empty() && all.iter().all(|one| one["state"] == "past"));
        let plan = repo.expect(0, &["actions", "plan"]).stdout;
        assert!(plan.contains("changes no issue"), "{plan}");
    }
}

#[test]
fn a_plan_needs_no_token_and_says_what_merging_opens() {
    let repo = known();
    let promised = ids(&repo, &[]).len();
    let mut command = repo.command(&["actions", "plan"]);
    command.env("GITHUB_ACTIONS", "true");
    command.env("GITHUB_STEP_SUMMARY", repo.file("summary.md"));
    let run = crate::harness::finished(command.output().expect("the program runs"));
    assert_eq!(run.code, 0, "{}", run.stderr);
    // Two are in the ledger: one done, one that no file has any more.
    let opens = promised - 2;
    let words = match opens {
        1 => "opens 1 issue".to_string(),
        _ => format!("opens {opens} issues"),
    };
    assert!(run.stdout.contains(&words), "{}", run.stdout);
    assert!(!run.stdout.contains("INC-2026-014/A1 "), "{}", run.stdout);
    let summary = repo.read("summary.md");
    assert!(
        summary.contains(&format!("Merging this: {words}")),
        "{summary}"
    );
    let json = repo.expect(0, &["actions", "plan", "--json"]).stdout;
    let report: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(report["opens"], opens);
}

#[test]
fn a_plan_says_what_becomes_of_the_issues_that_are_there() {
    let repo = known_as(&[("A1", 7, "open"), ("A2", 8, "dropped"), ("A9", 9, "open")]);
    let row = "| A1 | Give the batch jobs a pool of their own | prevent | P1 | @example/payments | 2026-11-06 | ";
    let head = "| Owner | Due | Done when |\n| --- | --- | --- | --- | --- | --- | --- |\n";
    let with =
        "| Owner | Due | Done when | Status |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n";
    let text = variant(&[(head, with), (row, row)]);
    let text = text.replace(
        "a limit of 10 connections |",
        "a limit of 10 connections | dropped: the jobs are gone |",
    );
    repo.write("postmortems/2026-10-10-checkout.md", text);
    let plan = repo.expect(0, &["actions", "plan"]).stdout;
    for line in [
        "- close #7  INC-2026-014/A1",
        "+ reopen #8  INC-2026-014/A2",
        "~ comment #9  INC-2026-014/A9  No postmortem promises this any more.",
        "+ open  INC-2026-014/A3",
    ] {
        assert!(plan.contains(line), "{line} is not in {plan}");
    }
    assert!(plan.contains("opens 2 issues, closes 1 issue"), "{plan}");
}

#[test]
fn the_configuration_says_when_an_overdue_item_speaks_and_to_whom() {
    let said = |configuration: &str| {
        let repo = known_as(&[("A1", 7, "open")]);
        let managers = "approval: { managers: [\"@example/leads\"] }\n";
        repo.write("aftersight.yml", format!("{managers}{configuration}"));
        let mut plan = repo.command(&["actions", "plan"]);
        // 10 November, four days late.
        plan.env("SOURCE_DATE_EPOCH", "1794301200");
        let plan = crate::harness::finished(plan.output().expect("the program runs"));
        assert_eq!(plan.code, 0, "{}", plan.stderr);
        let comments = plan.stdout.lines().filter_map(|line| {
            let rest = line.strip_prefix("~ comment #7  INC-2026-014/A1  ")?;
            Some(rest.to_string())
        });
        comments.collect::<Vec<String>>()
    };
    let due = "this was due on 2026-11-06";
    let team = format!("@example/payments, {due}: is anything in the way?");
    assert_eq!(said(""), [team]);
    let managers = format!("@example/leads, {due}: what should come first?");
    assert_eq!(said("actions: { overdue: [1, 2, 4, 5] }\n"), [managers]);
    let nobody = "This was due on 2026-11-06: who can help?";
    let quiet = "actions: { overdue: [1, 2, 5, 6], mention_teams: false }\n";
    assert_eq!(said(quiet), [nobody]);
    assert_eq!(said("actions: { overdue: [5, 6, 7, 8] }\n"), [""; 0]);
}

#[test]
fn a_file_that_cannot_be_read_is_told() {
    let repo = Repo::clean();
    let broken = "---\nid: [\n---\n\n## Action items\n";
    repo.write("postmortems/broken.md", broken);
    repo.write("postmortems/large.md", vec![b'a'; 6 << 20]);
    for command in ["list", "plan"] {
        let run = repo.expect(0, &["actions", command]);
        for file in ["broken.md", "large.md"] {
            let told = format!("{file} cannot be read whole, so action items of it may be missing");
            assert_eq!(run.stderr.matches(&told).count(), 1, "{}", run.stderr);
            assert!(!run.stdout.contains(file), "{}", run.stdout);
        }
    }
    assert!(!ids(&repo, &[]).is_empty());
}
