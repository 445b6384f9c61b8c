//! Action items, calendar and data files of a site, as a user builds it.

use icalendar::{CalendarComponent, Component};
use serde_json::{Value, json};

use crate::actions::{item, ledger};
use crate::harness::{Repo, Run, finished, variant};

const FILE: &str = "postmortems/2026-10-10-checkout.md";
/// 2026-11-09 10:00 UTC, three days after the second item was due.
const NOVEMBER: &str = "1794218400";

fn build(repo: &Repo, at: &str, args: &[&str]) -> Run {
    let mut all = vec!["build", "--search", "none"];
    all.extend(args);
    let mut command = repo.command(&all);
    command.env("SOURCE_DATE_EPOCH", at);
    command.env("GITHUB_SERVER_URL", "https://ghe.example");
    command.env("GITHUB_REPOSITORY", "acme/pm");
    let run = finished(command.output().expect("the program runs"));
    assert!(run.code < 2, "{}", run.stderr);
    run
}

fn site(repo: &Repo, path: &str) -> String {
    repo.read(&format!("_site/{path}"))
}

fn json(repo: &Repo, path: &str) -> Value {
    serde_json::from_str(&site(repo, path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The events of the calendar, each with its name and its title.
fn events(repo: &Repo) -> Vec<(String, String)> {
    let calendar: icalendar::Calendar = site(repo, "calendar.ics").parse().expect("a calendar");
    let events = calendar
        .components
        .iter()
        .filter_map(|component| match component {
            CalendarComponent::Event(event) => Some(event),
            _ => None,
        });
    let text =
        |event: &icalendar::Event, name| event.property_value(name).unwrap_or_default().to_string();
    events
        .map(|event| (text(event, "UID"), text(event, "SUMMARY")))
        .collect()
}

#[test]
fn what_is_promised_is_listed_with_and_without_a_ledger() {
    let repo = Repo::clean();
    build(&repo, NOVEMBER, &[]);
    let plain = site(&repo, "actions/index.html");
    assert!(
        plain.contains("this site does not know what was done"),
        "{plain}"
    );
    assert!(!plain.contains("overdue by") && !repo.file("_site/actions/overdue").exists());
    assert_eq!(json(&repo, "index.json")["tracked"], false);
    ledger(
        &repo,
        json!({"A1": item(7, "done"), "A2": item(8, "open"), "A3": item(9, "needs-decision")}),
    );
    build(&repo, NOVEMBER, &[]);
    let page = site(&repo, "actions/index.html");
    assert!(page.contains("overdue by 3 days"), "{page}");
    assert!(page.contains("<a href=\"https://ghe.example/acme/pm/issues/8\">issue #8</a>"));
    assert!(page.contains("href=\"../postmortems/INC-2026-014/index.html#A2\""));
    let home = site(&repo, "index.html");
    assert!(home.contains("Overdue action items") && home.contains("need a decision"));
    let index = json(&repo, "index.json");
    let first = &index["actions"][0];
    assert_eq!(
        (&first["id"], &first["state"], &first["overdue_days"]),
        (&json!("INC-2026-014/A2"), &json!("open"), &json!(3))
    );
    // The list says the same of each.
    let mut command = repo.command(&["actions", "list", "--format", "json"]);
    command.env("SOURCE_DATE_EPOCH", NOVEMBER);
    let list: Value =
        serde_json::from_slice(&command.output().expect("the program runs").stdout).expect("JSON");
    for one in list["actions"].as_array().expect("a list") {
        let here = index["actions"]
            .as_array()
            .and_then(|all| all.iter().find(|here| here["id"] == one["id"]));
        let here = here.unwrap_or_else(|| panic!("{one} is not in index.json"));
        for field in ["state", "overdue_days", "due", "since", "issue"] {
            assert_eq!(here[field], one[field], "{field}");
        }
    }
}

#[test]
fn the_calendar_can_be_subscribed_to() {
    let repo = Repo::clean();
    ledger(
        &repo,
        json!({"A1": item(7, "done"), "A2": item(8, "open"), "A3": item(9, "open")}),
    );
    build(&repo, NOVEMBER, &["--base-url", "https://pm.example/x/"]);
    let names: Vec<String> = events(&repo).into_iter().map(|(name, _)| name).collect();
    let expected = [
        "INC-2026-014-meeting@pm.example",
        "INC-2026-014-A2@pm.example",
        "INC-2026-014-A3@pm.example",
    ];
    assert_eq!(names, expected);
    let text = site(&repo, "calendar.ics");
    assert!(
        text.contains("\r\nURL:https://pm.example/x/postmortems/INC-2026-014/#A2\r\n"),
        "{text}"
    );
    let before = text;
    repo.expect(0, &["build", "--search", "none"]);
    build(&repo, NOVEMBER, &["--base-url", "https://pm.example/x/"]);
    assert_eq!(
        site(&repo, "calendar.ics"),
        before,
        "the same input, the same calendar"
    );
    // A later commit makes a later revision.
    repo.write(FILE, repo.read(FILE) + "\nOne more word.\n");
    repo.commit_at("later", "2026-11-01T09:00:00Z");
    build(&repo, NOVEMBER, &[]);
    let text = site(&repo, "calendar.ics");
    assert!(
        text.contains("SEQUENCE:1\r\n") && text.contains("LAST-MODIFIED:20261101T090000Z\r\n"),
        "{text}"
    );
    assert!(!text.contains("\r\nURL"), "no address without a base");
}

#[test]
fn the_schema_is_printed_and_lies_beside_the_index() {
    let repo = Repo::clean();
    build(&repo, NOVEMBER, &[]);
    let printed = repo.expect(0, &["schema", "index"]).stdout;
    let schema: Value = serde_json::from_str(&printed).expect("JSON");
    assert_eq!(json(&repo, "index.schema.json"), schema);
    let judge = jsonschema::validator_for(&schema).expect("a schema");
    let index = json(&repo, "index.json");
    let flaws: Vec<String> = judge
        .iter_errors(&index)
        .map(|error| error.to_string())
        .collect();
    assert!(
        flaws.is_empty()
            && index["actions"]
                .as_array()
                .is_some_and(|all| all.len() == 3),
        "{flaws:#?}"
    );
}

#[test]
fn strange_names_make_sound_files_and_links() {
    let repo = Repo::new();
    let name = "a/b \\\"c\\\" 😀, <i>;";
    repo.write("aftersight.yml", format!("services: {{ \"{name}\": {{ owner: \"@example/payments\" }} }}\nsite: {{ title: \"=P, \\\"<b>\" }}\n"));
    let text = variant(&[("services: [checkout]", &format!("services: [\"{name}\"]"))]).replace(
        "Give the batch jobs a pool of their own",
        "=SUM(1;2), \"quoted\" <b>bold</b> END:VEVENT",
    );
    repo.write(FILE, text);
    repo.commit("strange");
    build(&repo, "1791968400", &["--base-url", "https://pm.example"]);
    let folder = "_site/actions/services/a-b-c-i";
    let page = repo.read(&format!("{folder}/index.html"));
    assert!(page.contains("a/b &quot;c&quot; 😀, &lt;i&gt;;"), "{page}");
    assert!(
        site(&repo, "actions/index.html")
            .contains("href=\"../actions/services/a-b-c-i/index.html\"")
    );
    let csv = site(&repo, "actions.csv");
    assert!(csv.contains(",\"'=SUM(1;2), \"\"quoted\"\" "), "{csv}");
    assert_eq!(
        csv.split("\r\n").count(),
        5,
        "a header, three rows and the end"
    );
    assert!(site(&repo, "calendar.ics").contains("\r\nNAME:=P\\, \"<b>\r\n"));
    assert_eq!(events(&repo).len(), 4, "a meeting and three days");
    assert!(site(&repo, "llms.txt").starts_with("# =P, \"\\<b>\n"));
    let quoted = site(&repo, "index.html");
    assert!(
        quoted.contains("<meta property=\"og:site_name\" content=\"=P, &quot;&lt;b&gt;\">"),
        "{quoted}"
    );
}

#[test]
fn search_engines_are_asked_in_only_where_the_organisation_says_so() {
    let repo = Repo::clean();
    let asked = "<meta name=\"robots\" content=\"noindex\">";
    build(&repo, NOVEMBER, &[]);
    assert!(
        site(&repo, "index.html").contains(asked)
            && site(&repo, "rules/secret/index.html").contains(asked)
    );
    repo.write("aftersight.yml", "site: { index: true }\n");
    build(&repo, NOVEMBER, &[]);
    assert!(!site(&repo, "index.html").contains(asked));
    repo.write("aftersight.yml", "site: { index: perhaps }\n");
    let run = repo.expect(2, &["build"]);
    assert!(
        run.stderr.contains("`true`") && run.stderr.contains("aftersight.yml:1"),
        "{}",
        run.stderr
    );
}

#[test]
fn drafts_alone_promise_nothing_yet() {
    let repo = Repo::new();
    repo.write(FILE, variant(&[("status: final", "status: draft")]));
    repo.commit("a draft");
    ledger(&repo, json!({"A1": item(7, "done")}));
    build(&repo, "1791968400", &[]);
    assert!(site(&repo, "actions/index.html").contains("Waiting"));
    assert!(site(&repo, "actions/waiting/index.html").contains("neither final nor approved"));
    assert!(
        events(&repo).iter().all(|(name, _)| !name.contains("-A")),
        "nothing is due"
    );
    let about = site(&repo, "about/index.html");
    assert!(about.contains("What approved means"), "{about}");
}
