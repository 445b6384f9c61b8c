//! `metrics`: figures for people and programs, now and as of a day, and their page on the site.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::{Value, json};

use crate::harness::{CLEAN, Repo, finished, variant};

const FILE: &str = "postmortems/2026-10-10-checkout.md";

fn figures(repo: &Repo, args: &[&str]) -> Value {
    let mut all = vec!["metrics", "--format", "json"];
    all.extend(args);
    let run = repo.expect(0, &all);
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stdout))
}

/// What a ledger knows of an item.
fn item(state: &str, since: &str) -> Value {
    let mut item = crate::actions::item(7, state);
    item["since"] = since.into();
    item
}

/// Writes the ledger's next commit.
fn ledger_at(repo: &Repo, at: &str, items: &Value) {
    let file = json!({"version": 1, "postmortem": "INC-2026-014", "items": items});
    let branch = "aftersight/ledger";
    let known = repo.git(&["branch", "--list", branch]);
    if known.is_empty() {
        repo.git(&["checkout", "-q", "--orphan", branch]);
        repo.git(&["rm", "-rqf", "."]);
    } else {
        repo.git(&["checkout", "-q", branch]);
    }
    repo.write("items/2026/INC-2026-014.json", file.to_string());
    repo.git(&["add", "items"]);
    repo.git_at(at, &["commit", "-q", "-m", "items"]);
    repo.git(&["checkout", "-q", "-f", "main"]);
}

/// A draft on 11 October, final on the 13th; one of its items was opened on the 12th and done on the 14th, another is open.
fn lived() -> Repo {
    let repo = Repo::new();
    repo.write(FILE, variant(&[("status: final", "status: draft")]));
    repo.commit_at("draft", "2026-10-11T10:00:00Z");
    repo.write(FILE, CLEAN);
    repo.commit_at("final", "2026-10-13T10:00:00Z");
    let open = item("open", "2026-10-12T08:00:00Z");
    ledger_at(
        &repo,
        "2026-10-12T08:00:00Z",
        &json!({"A1": open, "A2": open}),
    );
    let done = item("done", "2026-10-14T07:00:00Z");
    ledger_at(
        &repo,
        "2026-10-14T08:00:00Z",
        &json!({"A1": done, "A2": open}),
    );
    repo
}

#[test]
fn figures_are_printed_for_people() {
    let repo = lived();
    let run = repo.expect(0, &["metrics"]);
    for part in [
        "as of 2026-10-14: 1 postmortem, 1 final",
        "resolve              55 min  55 min  1",
        "done: 33 % (1 of 3)",
        "level 1 of 4, Reactive",
    ] {
        let plain = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        let part = part.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(plain.contains(&part), "{part}\n{}", run.stdout);
    }
    assert!(!run.stdout.contains("mean:"), "{}", run.stdout);
    let run = repo.expect(0, &["metrics", "--mean"]);
    assert!(
        run.stdout
            .contains("mean: durations of incidents are skewed")
    );
}

#[test]
fn json_has_a_version_and_the_figures() {
    let repo = lived();
    let figures = figures(&repo, &[]);
    assert_eq!(
        (&figures["version"], &figures["as_of"]),
        (&json!(1), &json!("2026-10-14"))
    );
    let resolve = &figures["durations"][4];
    assert_eq!(
        resolve["seconds"],
        json!({"n": 1, "median": 3300, "p90": 3300})
    );
    let stage = |index: usize| &figures["timeliness"][index];
    // The meeting is planned for the 12th at 10:00, the incident was over on the 10th at 15:18.
    assert_eq!(stage(0)["seconds"]["median"], 42 * 3600 + 42 * 60);
    assert_eq!(stage(1)["seconds"]["median"], 18 * 3600 + 42 * 60);
    assert_eq!(stage(2)["seconds"]["median"], 66 * 3600 + 42 * 60);
    assert_eq!(
        stage(2)["met"],
        json!({"part": 1, "whole": 1, "share": 1.0})
    );
    assert_eq!(
        stage(3)["unmeasured_because"],
        "no approvals are on record in this clone"
    );
    let actions = &figures["actions"];
    assert_eq!(
        actions["completion_days"],
        json!({"n": 1, "median": 1, "p90": 1})
    );
    assert_eq!(
        actions["on_time"],
        json!({"part": 1, "whole": 1, "share": 1.0})
    );
    let last = actions["completion"]
        .as_array()
        .and_then(|points| points.last());
    assert_eq!(
        last,
        Some(&json!({"day": "2026-10-14", "owed": 1, "done": 1, "dropped": 0, "elsewhere": 0}))
    );
}

#[test]
fn as_of_a_day_nothing_later_is_known() {
    let repo = lived();
    // What lies there and was never committed is not history.
    repo.write(
        "postmortems/b.md",
        variant(&[("INC-2026-014", "INC-2026-015")]),
    );
    assert_eq!(figures(&repo, &[])["postmortems"]["total"], 2);
    let on = |day: &str| figures(&repo, &["--as-of", day]);
    let first = on("2026-10-11");
    assert_eq!(first["as_of"], "2026-10-11");
    assert_eq!(
        (
            &first["postmortems"]["draft"],
            &first["postmortems"]["final"]
        ),
        (&json!(1), &json!(0))
    );
    // The ledger began a day later, and the meeting was still to come.
    assert_eq!(first["actions"]["tracked"], false);
    assert_eq!(first["timeliness"][0]["pending"], 1);
    assert_eq!(first["timeliness"][1]["seconds"]["n"], 1);
    let second = on("2026-10-12");
    assert_eq!(second["postmortems"]["final"], 0);
    assert_eq!(
        second["actions"]["completion"][0],
        json!({"day": "2026-10-12", "owed": 2, "done": 0, "dropped": 0, "elsewhere": 0})
    );
    assert_eq!(second["timeliness"][0]["seconds"]["n"], 1);
    let third = on("2026-10-13");
    assert_eq!(third["postmortems"]["final"], 1);
    assert_eq!(
        (
            &third["actions"]["done"]["part"],
            &third["quality"]["score"]["n"]
        ),
        (&json!(0), &json!(1))
    );
    // Today ends now.
    let today = on("2026-10-14");
    assert_eq!(
        (
            &today["actions"]["done"]["part"],
            &today["postmortems"]["total"]
        ),
        (&json!(1), &json!(1))
    );
}

#[test]
fn only_what_was_merged_by_then_counts() {
    let repo = Repo::new();
    repo.write(FILE, CLEAN);
    repo.commit_at("first", "2026-10-11T10:00:00Z");
    repo.git(&["checkout", "-q", "-b", "work"]);
    repo.write(
        "postmortems/b.md",
        variant(&[("INC-2026-014", "INC-2026-015")]),
    );
    repo.commit_at("second", "2026-10-12T10:00:00Z");
    repo.git(&["checkout", "-q", "main"]);
    repo.git_at(
        "2026-10-13T10:00:00Z",
        &["merge", "-q", "--no-ff", "-m", "merge", "work"],
    );
    let total = |day: &str| figures(&repo, &["--as-of", day])["postmortems"]["total"].clone();
    assert_eq!(
        (total("2026-10-12"), total("2026-10-13")),
        (json!(1), json!(2))
    );
}

#[test]
fn days_that_cannot_be_looked_at_are_refused() {
    let repo = lived();
    for (day, message) in [
        ("2027-01-01", "is in the future; today is 2026-10-14"),
        (
            "2026-10-10",
            "there was nothing here yet on 2026-10-10: the first commit is of 2026-10-11",
        ),
        ("yesterday", "`--as-of yesterday` is no day"),
        ("2026-02-30", "is no day"),
        ("2026-10-11T10:00:00+02:00", "is no day"),
        ("", "is no day"),
    ] {
        let run = repo.expect(2, &["metrics", "--as-of", day]);
        assert!(run.stderr.contains(message), "{day}: {}", run.stderr);
        assert!(run.stdout.is_empty());
    }
    let empty = Repo::new();
    empty.write(FILE, CLEAN);
    let run = empty.expect(2, &["metrics", "--as-of", "2026-10-11"]);
    assert!(run.stderr.contains("has no commit yet"), "{}", run.stderr);
    assert_eq!(figures(&empty, &[])["postmortems"]["total"], 1);
}

#[test]
fn without_git_there_are_figures_and_no_history() {
    let repo = Repo::bare();
    repo.write(FILE, CLEAN);
    let figures = figures(&repo, &[]);
    assert_eq!(figures["durations"][0]["seconds"]["n"], 1);
    assert_eq!(
        figures["timeliness"][1]["unmeasured_because"],
        "there is no git repository"
    );
    let run = repo.expect(2, &["metrics", "--as-of", "2026-10-11"]);
    assert!(
        run.stderr.contains("is in no git repository"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_shallow_clone_says_what_it_cannot_tell() {
    let origin = lived();
    let clone = Repo::bare();
    let url = format!("file://{}", origin.path().display());
    let done = Command::new("git")
        .args(["clone", "-q", "--depth", "1", &url, "here"])
        .current_dir(clone.path())
        .status();
    assert!(done.expect("git runs").success());
    let run = |args: &[&str]| {
        let mut command = clone.command(args);
        finished(
            command
                .current_dir(clone.file("here"))
                .output()
                .expect("it runs"),
        )
    };
    let now = run(&["metrics", "--format", "json"]);
    assert_eq!(now.code, 0, "{}", now.stderr);
    assert!(
        now.stderr.contains("git fetch --unshallow"),
        "{}",
        now.stderr
    );
    assert!(
        now.stdout.contains("this is a shallow clone"),
        "{}",
        now.stdout
    );
    let then = run(&["metrics", "--as-of", "2026-10-11"]);
    assert_eq!(then.code, 2);
    assert!(then.stderr.contains("was cut off"), "{}", then.stderr);
    assert!(
        then.stderr.contains("fetch the full history"),
        "{}",
        then.stderr
    );
}

#[test]
fn no_postmortems_are_told_and_no_error() {
    let repo = Repo::new();
    repo.write("postmortems/README.md", "# None yet\n");
    repo.commit_at("readme", "2026-10-11T10:00:00Z");
    for args in [&["metrics"][..], &["metrics", "--as-of", "2026-10-12"]] {
        let run = repo.expect(0, args);
        assert!(
            run.stderr.contains("no postmortems in `postmortems`"),
            "{}",
            run.stderr
        );
        assert!(run.stdout.contains("0 postmortems"), "{}", run.stdout);
    }
    repo.expect(0, &["build", "--search", "none"]);
    let page = repo.read("_site/metrics/index.html");
    assert!(page.contains("0 postmortems"), "{page}");
    let none = Repo::new();
    let run = none.expect(2, &["metrics"]);
    assert!(
        run.stderr.contains("there is no folder `postmortems`"),
        "{}",
        run.stderr
    );
}

/// A service, an owner and a cause that somebody chose to do harm.
fn hostile() -> Repo {
    let repo = lived();
    let text = variant(&[
        (
            "services: [checkout]",
            "services: [\"=1+2\", \"a\\\"b\\\\c\", \"<b>x/y ⚡\", \"l1\\nl2 ##[error]\"]",
        ),
        (
            "causes: [change]",
            "causes: [\"'><script>alert(1)</script>\"]",
        ),
    ]);
    repo.write(FILE, text);
    repo
}

#[test]
fn names_of_strangers_stay_names() {
    let repo = hostile();
    let csv = repo.expect(0, &["metrics", "--format", "csv"]).stdout;
    assert!(csv.starts_with("name,labels,value,unit,n\n"));
    assert!(csv.contains("service_incidents,service==1+2,1,,"), "{csv}");
    assert!(!csv.contains("##["), "{csv}");
    let text = repo
        .expect(0, &["metrics", "--format", "openmetrics"])
        .stdout;
    assert!(
        text.contains(r#"aftersight_service_incidents{service="a\"b\\c"} 1"#),
        "{text}"
    );
    assert!(text.contains(r#"{service="l1\nl2 ## [error]"}"#), "{text}");
    repo.expect(0, &["build", "--search", "none"]);
    let page = repo.read("_site/metrics/index.html");
    assert!(page.contains("&lt;b&gt;x/y"), "{page}");
    assert!(
        !page.contains("<script>alert") && !page.contains("<b>x"),
        "{page}"
    );
}

#[test]
fn openmetrics_names_types_units_and_help_before_each_family() {
    let text = lived()
        .expect(0, &["metrics", "--format", "openmetrics"])
        .stdout;
    assert!(text.ends_with("# EOF\n"), "{text}");
    let (mut family, mut seen) = (String::new(), BTreeSet::new());
    let mut unit = String::new();
    for line in text.lines().take_while(|line| *line != "# EOF") {
        let words: Vec<&str> = line.splitn(4, ' ').collect();
        match words.as_slice() {
            ["#", "TYPE", name, kind] => {
                assert!(matches!(*kind, "gauge" | "info"), "{line}");
                assert!(seen.insert(name.to_string()), "{name} comes twice");
                (family, unit) = (name.to_string(), String::new());
            }
            ["#", "UNIT", name, own] => {
                assert_eq!(*name, family);
                assert!(family.ends_with(&format!("_{own}")), "{line}");
                unit = own.to_string();
            }
            ["#", "HELP", name, help] => {
                assert_eq!(*name, family);
                assert!(help.len() > 5, "{line}");
            }
            _ => {
                let name = line.split(['{', ' ']).next().unwrap_or_default();
                assert_eq!(name.trim_end_matches("_info"), family, "{line}");
                let value = line.rsplit(' ').next().unwrap_or_default();
                let value: f64 = value.parse().unwrap_or_else(|_| panic!("{line}"));
                assert!(unit != "ratio" || (0.0..=1.0).contains(&value), "{line}");
            }
        }
    }
    assert!(seen.len() > 30, "{seen:?}");
    assert!(
        !text.contains("quarter=") && !text.contains("postmortem="),
        "{text}"
    );
}

#[test]
fn every_series_is_defined() {
    let repo = lived();
    let definitions = repo.expect(0, &["metrics", "--definitions"]).stdout;
    assert!(definitions.starts_with("# What the figures mean"));
    let csv = repo
        .expect(0, &["metrics", "--format", "csv", "--mean"])
        .stdout;
    let names: BTreeSet<&str> = csv
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').next())
        .collect();
    assert!(names.len() > 40, "{names:?}");
    for name in names {
        assert!(
            definitions.contains(&format!("`{name}`")),
            "{name} is not defined"
        );
    }
    let run = repo.expect(2, &["metrics", "--definitions", "--mean"]);
    assert!(run.stderr.contains("cannot be used with"), "{}", run.stderr);
}

#[test]
fn the_site_shows_the_same_figures() {
    let repo = lived();
    repo.expect(0, &["build", "--search", "none"]);
    let page = repo.read("_site/metrics/index.html");
    let json = figures(&repo, &[]);
    assert_eq!(json["actions"]["done"]["part"], 1);
    for part in [
        "55 min",
        "Done: 33 % (1 of 3)",
        "Level 1 of 4, Reactive",
        "aria-current=\"page\">Metrics",
    ] {
        assert!(page.contains(part), "{part}");
    }
    // Every drawing is named by a title and a description that are there, and has its numbers as a table.
    let ids: Vec<&str> = page
        .split(" id=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len(), "an id is there twice: {ids:?}");
    for names in page
        .split("aria-labelledby=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
    {
        for name in names.split(' ') {
            assert!(unique.contains(name), "nothing has the id {name}");
        }
    }
    let charts = page.matches("<figure class=\"chart\"").count();
    assert!(charts > 8, "{charts}");
    assert_eq!(page.matches("role=\"img\"").count(), charts);
    assert_eq!(
        page.matches("<details class=\"chart-table\">").count(),
        charts
    );
    assert!(!page.contains("NaN") && !page.contains("style="), "{page}");
    let definitions = repo.read("_site/metrics/definitions.html");
    assert!(
        definitions.contains("<code>completion_days</code>"),
        "{definitions}"
    );
    assert!(!definitions.contains("<h1>What the figures mean</h1>\n<h1"));
}

#[test]
fn a_site_without_git_has_the_page_too() {
    let repo = Repo::bare();
    repo.write(FILE, CLEAN);
    repo.expect(0, &["build", "--search", "none"]);
    let page = repo.read("_site/metrics/index.html");
    assert!(
        page.contains("not measured, there is no git repository"),
        "{page}"
    );
    assert!(
        page.contains("No ledger in this clone tells what is done"),
        "{page}"
    );
}
