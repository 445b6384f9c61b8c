//! What the pages about action items, the calendar and the data files say of a small corpus.

use std::collections::{BTreeMap, BTreeSet};

use icalendar::{CalendarComponent, Component};
use serde_json::Value;

use crate::config::{Config, SearchLayer};
use crate::corpus::Corpus;
use crate::schema;
use crate::site::tests::{corpus, post, whole};
use crate::site::{Dates, Input, Theme, Tracking};
use crate::tracker::item::{self, View};
use crate::tracker::promise::{self, Word};
use crate::tracker::{ItemState, Key, Known};

const HEAD: &str = "| ID | Action | Type | Priority | Owner | Due | Done when | Issue | Status |\n|-|-|-|-|-|-|-|-|-|\n";
const NOW: &str = "2026-11-20T12:00:00Z";

/// Two postmortems with items of every kind.
fn two() -> Corpus {
    let first = "| A1 | Cap the pool | prevent | P1 | @ada | 2026-11-10 | it holds | | |\n\
        | A2 | Alert on lag | detect | P0 | @org/web | 2026-11-01 | it pages | | |\n\
        | a-3 | Move the jobs | repair | P2 | @org/web | 2026-12-24 | | | |\n\
        | A4 | Rewrite it | prevent | P2 | @ada | | | | dropped: too dear |\n";
    let second = "| A1 | Drill the restore | mitigate-future | | | 2027-01-05 | | SHOP-12 | |\n\
        | A2 | Write the runbook | | P1 | @ada, @bob | | | | |\n";
    let body = |rows: &str| format!("## Summary\nIt broke.\n\n## Action items\n\n{HEAD}{rows}");
    corpus(&[
        (
            "postmortems/a.md",
            post("INC-1", "meeting: 2026-11-25T10:00:00Z\n", &body(first)),
        ),
        ("postmortems/b.md", post("INC-2", "", &body(second))),
    ])
}

/// The ledger knows some of them, and one that no row has.
fn tracking(corpus: &Corpus) -> Tracking {
    let since = "2026-10-20T08:00:00Z".parse().expect("a time");
    let mut known = BTreeMap::new();
    for (id, own, state, issue) in [
        ("INC-1", "A1", ItemState::Open, 7),
        ("INC-1", "A2", ItemState::Open, 8),
        ("INC-1", "a-3", ItemState::Done, 9),
        ("INC-1", "A9", ItemState::Open, 10),
        ("INC-2", "A2", ItemState::NeedsDecision, 11),
    ] {
        let mut one = Known::new(state, since);
        one.issue = Some(issue);
        known.insert(Key::new(id, own), one);
    }
    let promises = promise::read(corpus, |_| Word::Given, "");
    let view = View {
        today: "2026-11-20".parse().expect("a day"),
        repository: "acme/pm",
    };
    let all = item::all(&promises.all, &known, &view);
    let page = Some("https://github.example/acme/pm".to_string());
    Tracking::new(all, &BTreeSet::new(), page, Some("acme/pm".into()))
}

fn build(
    corpus: &Corpus,
    tracking: Option<&Tracking>,
    base_url: Option<&str>,
) -> BTreeMap<String, String> {
    let config = Config::default();
    let at = |text: &str| text.parse().expect("a time");
    let dates = Dates {
        created: at("2026-10-11T09:00:00Z"),
        changed: at("2026-11-02T09:00:00Z"),
        commits: 3,
    };
    let history = BTreeMap::from([("postmortems/a.md".to_string(), dates)]);
    let input = Input {
        corpus,
        config: &config,
        diagnostics: &[],
        history: &history,
        approvals: None,
        tracking,
        repository: None,
        figures: None,
        now: at(NOW),
        base_url,
        theme: Theme::default(),
        live: false,
        search: SearchLayer::None,
        edition: crate::config::Edition::Internal,
    };
    whole(input).0
}

/// The ids of a page's rows, in order.
fn rows(page: &str) -> Vec<&str> {
    let rows = page
        .split("<p class=\"todo-facts\"><span class=\"id\">")
        .skip(1);
    rows.map(|row| row.split('<').next().unwrap_or_default())
        .collect()
}

#[test]
fn what_is_overdue_stands_first_and_leads_to_its_row_and_its_issue() {
    let corpus = two();
    let tracking = tracking(&corpus);
    let files = build(&corpus, Some(&tracking), None);
    let page = &files["actions/index.html"];
    assert_eq!(
        rows(&files["actions/overdue/index.html"]),
        ["INC-1/A2", "INC-1/A1"]
    );
    assert!(page.find("id=\"overdue\"") < page.find("id=\"needs-decision\""));
    for part in [
        "href=\"../postmortems/INC-1/index.html#A2\">Alert on lag</a>",
        "overdue by 19 days</span>",
        "<a href=\"https://github.example/acme/pm/issues/8\">issue #8</a>",
        "<time datetime=\"2026-10-20\">opened 31 days ago</time>",
        "INC-1/A9, which no postmortem has any more",
        "href=\"../postmortems/INC-1/index.html#lost-title\"",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(files["postmortems/INC-1/index.html"].contains("id=\"A2\""));
    assert!(files["actions/done/index.html"].contains("postmortems/INC-1/index.html#Item-a-3\""));
    assert!(files["postmortems/INC-1/index.html"].contains("id=\"Item-a-3\""));
    assert_eq!(
        rows(&files["actions/needs-decision/index.html"]),
        ["INC-2/A2"]
    );
    assert_eq!(rows(&files["actions/orphaned/index.html"]), ["INC-1/A9"]);
    assert_eq!(rows(&files["actions/elsewhere/index.html"]), ["INC-2/A1"]);
    assert_eq!(rows(&files["actions/dropped/index.html"]), ["INC-1/A4"]);
    assert!(!files.contains_key("actions/promised/index.html"));
}

#[test]
fn each_facet_has_a_page_for_each_value() {
    let corpus = two();
    let tracking = tracking(&corpus);
    let files = build(&corpus, Some(&tracking), None);
    let list = |path: &str| rows(&files[&format!("actions/{path}/index.html")]).join(" ");
    assert_eq!(list("owners/ada"), "INC-1/A1 INC-2/A2");
    assert_eq!(list("owners/org-web"), "INC-1/A2");
    assert_eq!(list("owners/no-owner"), "INC-1/A9 INC-2/A1");
    assert_eq!(
        list("services/checkout"),
        "INC-1/A2 INC-1/A1 INC-2/A2 INC-2/A1"
    );
    assert_eq!(list("priorities/p0"), "INC-1/A2");
    assert_eq!(list("types/detect"), "INC-1/A2");
    assert_eq!(
        list("ages/1-to-3-months"),
        "INC-1/A2 INC-1/A1 INC-2/A2 INC-1/A9"
    );
    let owner = &files["actions/owners/org-web/index.html"];
    for fact in ["1 overdue", "1 to be done or decided", "1 done"] {
        assert!(owner.contains(&format!("<span>{fact}</span>")), "{fact}");
    }
    let priorities = &files["actions/priorities/index.html"];
    assert!(priorities.find(">P0</a>") < priorities.find(">P1</a>"));
    assert!(priorities.find(">P2</a>") < priorities.find(">No priority</a>"));
}

#[test]
fn without_a_ledger_nothing_is_said_of_what_was_done() {
    let files = build(&two(), None, None);
    let page = &files["actions/index.html"];
    assert!(page.contains("this site does not know what was done"));
    // Days that are still ahead come first; of those that have passed nobody knows what became.
    let promised = ["INC-1/a-3", "INC-2/A1", "INC-1/A1", "INC-1/A2", "INC-2/A2"];
    assert_eq!(rows(&files["actions/promised/index.html"]), promised);
    for path in ["overdue", "open", "done", "ages"] {
        assert!(
            !files.contains_key(&format!("actions/{path}/index.html")),
            "{path}"
        );
    }
    assert!(!page.contains("overdue by") && !page.contains("actions/overdue/"));
    assert!(!files["index.html"].contains("Overdue action items"));
    let json: Value = serde_json::from_str(&files["index.json"]).expect("JSON");
    assert_eq!(json["tracked"], false);
    let states: Vec<&Value> = json["actions"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| &one["state"])
        .collect();
    assert_eq!(
        states.iter().filter(|state| !state.is_null()).count(),
        1,
        "the file says dropped"
    );
}

#[test]
fn home_tells_what_waits() {
    let corpus = two();
    let tracking = tracking(&corpus);
    let home = &build(&corpus, Some(&tracking), None)["index.html"];
    for part in [
        "<a href=\"actions/overdue/index.html\">",
        "Overdue action items</span></a> <span class=\"count\">2</span>",
        "INC-1/A2, @org/web, 19 days late",
        "<a href=\"actions/needs-decision/index.html\">",
    ] {
        assert!(home.contains(part), "{part}");
    }
    assert!(!home.contains("Nothing: every postmortem is final"));
}

#[test]
fn long_lists_are_paged_and_end() {
    let rows: String = (1..=1_100)
        .map(|n| format!("| A{n} | Do it {n} | | | @ada | | | | |\n"))
        .collect();
    let text = post("INC-1", "", &format!("## Action items\n\n{HEAD}{rows}"));
    let files = build(&corpus(&[("postmortems/a.md", text)]), None, None);
    assert!(files.contains_key("actions/promised/page/10/index.html"));
    assert!(!files.contains_key("actions/promised/page/11/index.html"));
    let page = &files["actions/promised/page/2/index.html"];
    assert!(page.contains("href=\"../../../../actions/promised/page/3/index.html\">Next"));
    assert!(page.contains("The first 1000 are listed here"));
    assert_eq!(files["actions.csv"].lines().count(), 1_101);
}

#[test]
fn an_empty_site_says_so_on_each_page() {
    for files in [
        build(&corpus(&[]), None, None),
        build(
            &corpus(&[("postmortems/a.md", "no front matter".into())]),
            None,
            None,
        ),
    ] {
        assert!(files["actions/index.html"].contains("No postmortem promises anything yet"));
        assert!(files["calendar/index.html"].contains("Nothing is ahead"));
        assert!(files["llms.txt"].contains("0 postmortems"));
        let calendar: icalendar::Calendar = files["calendar.ics"].parse().expect("a calendar");
        assert_eq!(
            calendar.components.len(),
            1,
            "a calendar must hold something"
        );
        assert_eq!(files["actions.csv"].lines().count(), 1);
    }
}

/// The events of a calendar, read by somebody else.
fn events(files: &BTreeMap<String, String>) -> Vec<icalendar::Event> {
    let calendar: icalendar::Calendar = files["calendar.ics"].parse().expect("a calendar");
    let events = calendar
        .components
        .into_iter()
        .filter_map(|component| match component {
            CalendarComponent::Event(event) => Some(event),
            _ => None,
        });
    events.collect()
}

fn value(event: &icalendar::Event, name: &str) -> String {
    event.property_value(name).unwrap_or_default().into()
}

#[test]
fn the_calendar_holds_meetings_and_the_days_of_what_is_owed() {
    let corpus = two();
    let tracking = tracking(&corpus);
    let files = build(&corpus, Some(&tracking), Some("https://pm.example/base"));
    let events = events(&files);
    let found: Vec<(String, String)> = events
        .iter()
        .map(|event| (value(event, "UID"), value(event, "DTSTART")))
        .collect();
    let expected = [
        ("INC-1-A2@pm.example", "20261101"),
        ("INC-1-A1@pm.example", "20261110"),
        ("INC-1-meeting@pm.example", "20261125T100000Z"),
    ];
    let expected = expected.map(|(uid, at)| (uid.to_string(), at.to_string()));
    assert_eq!(found, expected);
    let meeting = &events[2];
    assert_eq!(value(meeting, "DTEND"), "20261125T110000Z");
    assert_eq!(value(meeting, "DTSTAMP"), "20261102T090000Z");
    assert_eq!(value(meeting, "SEQUENCE"), "2");
    let url = "https://pm.example/base/postmortems/INC-1/";
    assert_eq!(value(meeting, "URL"), url);
    assert_eq!(value(&events[0], "URL"), format!("{url}#A2"));
    assert_eq!(value(&events[0], "DTEND"), "20261102");
    let text = &files["calendar.ics"];
    assert!(text.contains("DTSTART;VALUE=DATE:20261101\r\n") && !text.contains("METHOD"));
    assert!(text.contains("\r\nNAME:Postmortems\r\nX-WR-CALNAME:Postmortems\r\n"));
    let page = &files["calendar/index.html"];
    assert!(
        page.contains("Review meeting <span class=\"id\">INC-1</span>")
            && page.contains("2 overdue")
    );
    let plain = build(&corpus, Some(&tracking), None);
    assert!(
        !plain["calendar.ics"].contains("\r\nURL"),
        "no address without a base"
    );
}

#[test]
fn deadlines_are_there_while_they_are_ahead_and_nothing_met_them() {
    // A Thursday; now is the Friday after.
    let times = "incident:\n  started: 2026-11-19T08:00:00Z\n  detected: 2026-11-19T08:01:00Z\n  resolved: 2026-11-19T09:00:00Z\n";
    let file = |id: &str, status: &str, more: &str| {
        format!(
            "---\nid: {id}\ntitle: T\nseverity: sev1\nstatus: {status}\nservices: [checkout]\nowner: \"@org/web\"\n{times}{more}---\n## Summary\nx\n"
        )
    };
    let corpus = corpus(&[
        ("postmortems/a.md", file("INC-1", "draft", "")),
        (
            "postmortems/b.md",
            file("INC-2", "draft", "meeting: 2026-11-20T08:00:00Z\n"),
        ),
        (
            "postmortems/c.md",
            file("INC-3", "final", "meeting: unknown\n"),
        ),
    ]);
    let events = events(&build(&corpus, None, None));
    let mut found: Vec<(String, String)> = events
        .iter()
        .map(|event| (value(event, "UID"), value(event, "DTSTART")))
        .collect();
    found.sort();
    let expected = [
        // It is committed, so its first version is there.
        ("INC-1-final@aftersight", "20261126"),
        ("INC-1-meeting-deadline@aftersight", "20261121T090000Z"),
        ("INC-2-draft@aftersight", "20261121T090000Z"),
        ("INC-2-final@aftersight", "20261126"),
        ("INC-2-meeting@aftersight", "20261120T080000Z"),
    ];
    assert_eq!(
        found,
        expected.map(|(uid, at)| (uid.to_string(), at.to_string()))
    );
}

#[test]
fn hostile_text_stays_text_in_every_format() {
    let evil = "=cmd, \u{2028}\\\"x\\\" <script>alert(1)</script>; END:VEVENT &";
    let title = format!("\"{evil}\\r\\nBEGIN:VEVENT\\vx\"");
    let row = "| A1 | =HYPERLINK(1); <script>alert(1)</script> END:VCALENDAR | prevent | =P1 | @ada | 2026-12-01 | | javascript:alert(1) | |\n";
    let text = post(
        "INC-1",
        "meeting: 2026-11-25T10:00:00Z\n",
        &format!("## Action items\n\n{HEAD}{row}"),
    )
    .replace("Title of INC-1", &title)
    .replace("[checkout]", "[\"a/b \\\"😀\\\" <i>\", \"../..\"]");
    let files = build(
        &corpus(&[("postmortems/a.md", text)]),
        None,
        Some("https://x.example"),
    );
    for (path, text) in &files {
        assert!(
            !path.split('/').any(|part| matches!(part, "" | "." | "..")),
            "{path}"
        );
        if path.ends_with(".html") || path.ends_with(".xml") {
            assert!(
                !text.contains("<script>alert") && !text.contains("\"javascript:"),
                "{path}"
            );
            assert!(!text.contains("<i>"), "{path}");
        }
        if path.ends_with(".xml") {
            assert!(!text.contains('\u{b}'), "{path}: no XML holds that");
        }
    }
    let found = events(&files);
    assert_eq!(found.len(), 2, "no event is smuggled in");
    assert!(
        value(&found[0], "SUMMARY").contains("=cmd"),
        "{:?}",
        found[0]
    );
    for line in files["calendar.ics"].split("\r\n") {
        assert!(
            line.len() <= 75 && !line.contains(['\u{2028}', '\n', '\r']),
            "{line}"
        );
    }
    let csv = &files["actions.csv"];
    assert!(
        csv.contains(",\"'=HYPERLINK(1); alert(1) END") && csv.contains(",'=P1,"),
        "{csv}"
    );
    assert_eq!(csv.matches("\r\n").count(), 2);
    assert_eq!(files["llms.txt"].matches("\n- [INC-1").count(), 1);
    assert!(!files["llms.txt"].contains("\n<script>"));
    let services = files
        .keys()
        .filter(|path| path.starts_with("actions/services/"))
        .count();
    assert_eq!(
        services, 2,
        "the list of services, and the first of this one"
    );
}

/// The schema with every further field forbidden: what is written is described.
fn strict(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if fields.contains_key("properties") {
                fields.insert("additionalProperties".into(), false.into());
            }
            fields.values_mut().for_each(strict);
        }
        Value::Array(items) => items.iter_mut().for_each(strict),
        _ => {}
    }
}

#[test]
fn the_index_is_what_its_schema_says() {
    let mut schema = schema::index();
    strict(&mut schema);
    let judge = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .expect("a schema");
    let corpus = two();
    let tracking = tracking(&corpus);
    for (tracking, base) in [(None, None), (Some(&tracking), Some("https://pm.example"))] {
        let files = build(&corpus, tracking, base);
        let index: Value = serde_json::from_str(&files["index.json"]).expect("JSON");
        let flaws: Vec<String> = judge
            .iter_errors(&index)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(flaws.is_empty(), "{flaws:#?}");
        assert_eq!(files["index.schema.json"], schema::text(&schema::index()));
        assert_eq!(
            index["actions"].as_array().map(Vec::len),
            Some(if tracking.is_some() { 7 } else { 6 })
        );
        let mut broken = index.clone();
        broken["actions"][0]["state"] = "closed".into();
        assert!(!judge.is_valid(&broken));
        broken = index;
        broken["postmortems"][0]["started"] = "yesterday".into();
        assert!(!judge.is_valid(&broken));
    }
}

#[test]
fn pages_say_what_they_are_and_that_nobody_should_list_them() {
    let files = build(&two(), None, Some("https://pm.example/base"));
    let page = &files["postmortems/INC-1/index.html"];
    for part in [
        "<meta name=\"robots\" content=\"noindex\">",
        "<meta name=\"description\" content=\"It broke.\">",
        "<meta property=\"og:type\" content=\"article\">",
        "<meta property=\"og:url\" content=\"https://pm.example/base/postmortems/INC-1/\">",
        "<meta property=\"article:modified_time\" content=\"2026-11-02T09:00:00Z\">",
    ] {
        assert!(page.contains(part), "{part}");
    }
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".html")) {
        assert_eq!(
            text.matches("<meta name=\"description\" content=\"")
                .count(),
            1,
            "{path}"
        );
        assert_eq!(
            text.matches("<meta property=\"og:title\"").count(),
            1,
            "{path}"
        );
    }
    let sitemap = &files["sitemap.xml"];
    assert!(
        sitemap
            .contains("<loc>https://pm.example/base/actions/</loc><lastmod>2026-11-02</lastmod>")
    );
}

#[test]
fn every_rule_has_a_page_and_findings_lead_there() {
    let files = build(&two(), None, None);
    let list = &files["rules/index.html"];
    for rule in crate::rules::rules() {
        let page = &files[&format!("rules/{}/index.html", rule.name)];
        assert!(page.contains("<h2 id=\"what\">What"), "{}", rule.name);
        assert!(list.contains(&format!("href=\"../rules/{}/index.html\"", rule.name)));
    }
    assert!(files["about/index.html"].contains("5 business days for the final version"));
}
