//! What comes back from the issues: `check` tells where the table says something else, and the pages show how each item stands.

use serde_json::json;

use crate::actions::{item, ledger, ledger_file};
use crate::harness::{Repo, finished, variant};

const FILE: &str = "postmortems/2026-10-10-checkout.md";
const PAGE: &str = "_site/postmortems/INC-2026-014/index.html";
const ROW: &str = "| A3 | Add the batch jobs to the load test in staging | prevent | P2 | @example/payments | 2026-12-18 | the nightly run shows both |\n";

/// What the rule says, each with its line.
fn said(repo: &Repo, args: &[&str]) -> Vec<(u64, String)> {
    let own = repo.diagnostics(args).into_iter();
    let own = own.filter(|one| one["rule"] == "ledger-disagreement");
    let text = |one: serde_json::Value| {
        assert_eq!(one["level"], "warning");
        let line = one["line"].as_u64().unwrap_or_default();
        (
            line,
            one["message"].as_str().unwrap_or_default().to_string(),
        )
    };
    own.map(text).collect()
}

/// The line of the canonical postmortem that begins so, counted from 1.
fn line(repo: &Repo, begin: &str) -> u64 {
    let text = repo.read(FILE);
    let at = text.lines().position(|line| line.starts_with(begin));
    at.expect(begin) as u64 + 1
}

/// The canonical postmortem with one more column, and what the first row says in it.
fn widened(repo: &Repo, column: &str, cell: &str) -> String {
    let row = "a limit of 10 connections |";
    repo.read(FILE)
        .replace("| Done when |", &format!("| Done when | {column} |"))
        .replace(
            "| --- | --- | --- | --- | --- | --- | --- |",
            "| --- | --- | --- | --- | --- | --- | --- | --- |",
        )
        .replace(row, &format!("{row} {cell} |"))
}

#[test]
fn a_later_check_warns_where_file_and_ledger_disagree() {
    let repo = Repo::clean();
    assert_eq!(said(&repo, &[]), []);
    ledger(
        &repo,
        json!({"A1": item(7, "needs-decision"), "A2": item(8, "done"), "A9": item(9, "orphaned")}),
    );
    let found = said(&repo, &[]);
    let closed = "`A1` is promised here, but its issue #7 was closed without being done";
    let lost = "no row has `A9` any more, but its issue #9 is still open";
    assert_eq!(
        found,
        [
            (line(&repo, "## Action items"), lost.to_string()),
            (line(&repo, "| A1 "), closed.to_string())
        ]
    );
    repo.expect(0, &["check"]);
    repo.expect(1, &["check", "--deny-warnings"]);
    let decided = widened(&repo, "Status", "dropped: the jobs are gone")
        .replace("| a game day fires the alert |", "| a game day fires the alert | |")
        .replace("| the nightly run shows both |", "| the nightly run shows both | |\n| A9 | Write the runbook for the pool | mitigate-future | P2 | @example/payments | 2026-12-18 | the runbook names each step | dropped: A1 made it needless |");
    repo.write(FILE, decided);
    assert_eq!(said(&repo, &[]), []);
}

#[test]
fn a_row_that_a_change_takes_away_is_told_once() {
    let repo = Repo::clean();
    ledger(&repo, json!({"A3": item(9, "open")}));
    repo.git(&["checkout", "-q", "-b", "change"]);
    repo.write(FILE, repo.read(FILE).replace(ROW, ""));
    repo.commit("without a row");
    let rules = repo.rules(&["--changed", "main"]);
    assert_eq!(rules, [format!("{FILE}: vanished-action")]);
    // Where nothing is compared with the base, the ledger still knows.
    assert_eq!(repo.rules(&[]), [format!("{FILE}: ledger-disagreement")]);
}

#[test]
fn the_repository_s_name_tells_its_issues_from_others() {
    let repo = Repo::clean();
    ledger(&repo, json!({"A1": item(7, "open")}));
    let text = widened(&repo, "Issue", "acme/pm#12");
    repo.write(FILE, text);
    assert_eq!(said(&repo, &[]), []);
    repo.git(&["remote", "add", "origin", "git@github.example:acme/pm.git"]);
    let wrong = "`A1` names the issue #12, but the ledger has #7 for it";
    assert_eq!(
        said(&repo, &[]),
        [(line(&repo, "| A1 "), wrong.to_string())]
    );
}

#[test]
fn a_flawed_file_of_the_ledger_is_told_once_and_the_rest_goes_on() {
    let repo = Repo::clean();
    ledger_file(&repo, "{");
    for command in ["check", "build"] {
        let run = repo.expect(0, &[command]);
        let told = "the ledger's `items/2026/INC-2026-014.json` cannot be read";
        assert_eq!(run.stderr.matches(told).count(), 1, "{}", run.stderr);
    }
    assert!(!repo.read(PAGE).contains("action-state"));
}

#[test]
fn an_allowance_is_not_called_needless_where_nobody_could_look() {
    let repo = Repo::clean();
    let allow = "meeting: 2026-10-12T10:00:00Z\nallow: [{ rule: ledger-disagreement, because: \"the ledger is moved next week\" }]\n";
    repo.write(FILE, variant(&[("meeting: 2026-10-12T10:00:00Z\n", allow)]));
    repo.commit("allowed");
    repo.expect(0, &["check", "--deny-warnings"]);
    ledger(&repo, json!({"A1": item(7, "needs-decision")}));
    repo.expect(0, &["check", "--deny-warnings"]);
    repo.git(&["branch", "-q", "-D", "aftersight/ledger"]);
    ledger(&repo, json!({"A1": item(7, "open")}));
    assert_eq!(repo.rules(&[]), [format!("{FILE}: unused-allow")]);
}

/// The page after a build at a moment, 2026-10-14 where none is given, with these further variables.
fn page(repo: &Repo, at: &str, variables: &[(&str, &str)]) -> String {
    let mut command = repo.command(&["build", "--search", "facets"]);
    command.env("SOURCE_DATE_EPOCH", at);
    command.envs(variables.iter().copied());
    let run = finished(command.output().expect("the program runs"));
    assert_eq!(run.code, 0, "{}", run.stderr);
    repo.read(PAGE)
}

/// The list item of an action item, its markup taken out.
fn words(page: &str, id: &str) -> String {
    let begin = page
        .find(&format!("<span class=\"id\">{id}</span>"))
        .expect(id);
    let item = page[begin..].split("</li>").next().unwrap_or_default();
    let mut text = String::new();
    for part in item.split('<') {
        text += part.split_once('>').map_or(part, |(_, text)| text);
        text.push(' ');
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

const NOW: &str = "1791968400";
const NOVEMBER: &str = "1794218400";
const RUNNER: [(&str, &str); 2] = [
    ("GITHUB_SERVER_URL", "https://ghe.example"),
    ("GITHUB_REPOSITORY", "acme/pm"),
];

#[test]
fn the_page_says_how_each_item_stands() {
    let repo = Repo::clean();
    let plain = page(&repo, NOW, &RUNNER);
    assert!(!plain.contains("action-state") && !plain.contains("lost-title"));
    ledger(
        &repo,
        json!({
            "A1": item(7, "done"), "A2": item(8, "open"), "A3": item(9, "needs-decision"),
            "A8": item(10, "orphaned"), "A9": item(11, "done"),
        }),
    );
    let early = page(&repo, NOW, &RUNNER);
    assert!(
        words(&early, "A1").contains("done @example"),
        "{}",
        words(&early, "A1")
    );
    assert!(words(&early, "A2").contains("open @example"));
    assert!(words(&early, "A3").contains("needs a decision"));
    for (number, url) in [(7, true), (8, true), (9, true), (10, true), (11, true)] {
        let link =
            format!("<a href=\"https://ghe.example/acme/pm/issues/{number}\">issue #{number}</a>");
        assert_eq!(early.contains(&link), url, "{link}");
    }
    let (table, lost) = early
        .split_once("Action items no longer in this postmortem")
        .expect("both");
    assert!(!table.contains("<span class=\"id\">A8") && !table.contains("<span class=\"id\">A9"));
    assert_eq!(words(lost, "A8"), "A8 not settled issue #10");
    assert_eq!(words(lost, "A9"), "A9 done issue #11");
    // The same, byte for byte; later only the days change.
    assert_eq!(page(&repo, NOW, &RUNNER), early);
    let late = page(&repo, NOVEMBER, &RUNNER);
    assert!(
        words(&late, "A2").contains("overdue by 3 days"),
        "{}",
        words(&late, "A2")
    );
    assert!(!words(&late, "A1").contains("overdue"));
    let list = {
        let mut command = repo.command(&["actions", "list", "--overdue", "--format", "json"]);
        command.env("SOURCE_DATE_EPOCH", NOVEMBER);
        finished(command.output().expect("the program runs")).stdout
    };
    assert!(
        list.contains("\"overdue_days\": 3") && list.contains("INC-2026-014/A2"),
        "{list}"
    );
}

#[test]
fn only_addresses_of_the_web_are_linked() {
    let repo = Repo::clean();
    ledger(&repo, json!({"A1": item(7, "open")}));
    for (origin, linked) in [
        ("/srv/git/acme/pm.git", None),
        ("javascript://x/acme/pm", None),
        ("https://user:secret@ghe.example/acme/\"><b>", None),
        (
            "https://user:secret@ghe.example/acme/pm.git",
            Some("https://ghe.example/acme/pm/issues/7"),
        ),
        (
            "ssh://git@github.com/acme/pm.git",
            Some("https://github.com/acme/pm/issues/7"),
        ),
    ] {
        repo.git(&["config", "remote.origin.url", origin]);
        let page = page(&repo, NOW, &[]);
        let shown = match linked {
            Some(url) => format!("<a href=\"{url}\">issue #7</a>"),
            None => "issue #7</span>".into(),
        };
        assert!(page.contains(&shown), "{origin}");
        assert!(!page.contains("secret"), "{origin}");
    }
    let evil = [
        ("GITHUB_SERVER_URL", "javascript:alert(1)//"),
        ("GITHUB_REPOSITORY", "a/b"),
    ];
    repo.git(&["config", "--unset", "remote.origin.url"]);
    assert!(!page(&repo, NOW, &evil).contains("javascript:"));
}

#[test]
fn a_row_that_names_its_own_issue_says_it_once() {
    let repo = Repo::clean();
    let text = widened(&repo, "Issue", "#7")
        .replace("fires the alert |", "fires the alert | SHOP-12 |")
        .replace("shows both |", "shows both | #33 |");
    repo.write(FILE, text);
    repo.commit("places");
    ledger(&repo, json!({"A1": item(7, "open")}));
    let page = page(&repo, NOW, &RUNNER);
    let own = words(&page, "A1");
    assert!(
        own.contains("open") && own.matches("#7").count() == 1,
        "{own}"
    );
    let ticket = words(&page, "A2");
    assert!(
        ticket.contains("tracked elsewhere") && ticket.contains("SHOP-12"),
        "{ticket}"
    );
    assert!(page.contains("<a href=\"https://ghe.example/acme/pm/issues/33\">issue #33</a>"));
}

#[test]
fn without_a_table_nothing_is_lost_either() {
    let repo = Repo::new();
    repo.write(FILE, variant(&[("## Action items\n", "## Later\n")]));
    repo.commit("first");
    ledger(
        &repo,
        json!({"A1": item(7, "open"), "<b>": item(8, "open")}),
    );
    let mut command = repo.command(&["build", "--search", "facets"]);
    command.envs(RUNNER);
    command.output().expect("the program runs");
    let page = repo.read(PAGE);
    let (_, lost) = page
        .split_once("Action items no longer in this postmortem")
        .expect("both");
    assert_eq!(words(lost, "A1"), "A1 not settled issue #7");
    assert!(lost.contains("&lt;b&gt;") && !lost.contains("<b>"));
}

#[test]
fn a_ledger_of_items_alone_says_nothing_of_approvals() {
    let repo = Repo::clean();
    ledger(&repo, json!({"A1": item(7, "open")}));
    repo.expect(0, &["build", "--out", "_site"]);
    let page = repo.read(PAGE);
    assert!(page.contains("issue #7"), "{page}");
    assert!(!page.contains("merged without an approval"), "{page}");
    assert!(!repo.read("_site/index.html").contains("Not reviewed"));
}
