//! Whatever the bytes: reading, every rule and every report go through, and every place lies inside the text.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use aftersight::check;
use aftersight::config::Config;
use aftersight::corpus::Corpus;
use aftersight::diagnostic::Diagnostic;
use aftersight::document::block::{Block, BlockKind};
use aftersight::document::run::Run;
use aftersight::document::yaml::{Node, Value};
use aftersight::fix::{self, Checked};
use aftersight::postmortem::Postmortem;
use aftersight::postmortem::action::COLUMNS;
use aftersight::postmortem::confidential::Confidential;
use aftersight::postmortem::conventions::{Conventions, Service};
use aftersight::report::{self, Format};
use aftersight::rules::context::{Surroundings, Tracked};
use aftersight::rules::{Context, links};
use aftersight::source::{Source, Span};
use aftersight::tracker::{ItemState, Key, Known, promise};
use jiff::Timestamp;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::Config as Runs;

const CANONICAL: &str = include_str!("../src/rules/canonical.md");

/// The canonical postmortem and the examples of the repository.
static SEEDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/postmortems");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("the examples")
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    paths.sort();
    let texts = paths.iter().map(std::fs::read_to_string);
    let mut seeds: Vec<String> = texts
        .collect::<Result<_, _>>()
        .expect("the examples are text");
    seeds.push(CANONICAL.into());
    seeds
});

/// How often a property is tried; `PROPTEST_CASES` asks for more.
fn runs(cases: u32) -> Runs {
    let asked = std::env::var("PROPTEST_CASES").ok();
    let mut runs = Runs::with_cases(asked.and_then(|text| text.parse().ok()).unwrap_or(cases));
    runs.failure_persistence = None;
    runs.max_shrink_iters = 2_000;
    runs
}

fn conventions() -> Conventions {
    let service = |name: &str| (name.to_string(), Service::default());
    let cause = |name: &str| (name.to_string(), String::new());
    Conventions {
        id_pattern: Some("INC-{year}-{number:3}".into()),
        services: ["checkout", "search"].map(service).into(),
        causes: ["change", "capacity"].map(cause).into(),
        tags: vec!["deploy".into()],
        confidential: Confidential::new("account", "ACC-?[0-9é]+")
            .into_iter()
            .collect(),
        ..Conventions::default()
    }
}

/// Reads the bytes twice over, as this postmortem, as another and as the one on the base branch, and looks at everything.
fn survives(bytes: &[u8]) -> Result<(), TestCaseError> {
    let conventions = Arc::new(conventions());
    let mut config = Config::default();
    config.conventions = Arc::clone(&conventions);
    let read = |path: &str| Source::from_bytes(path, bytes.to_vec());
    let corpus = Corpus::new(
        vec![read("postmortems/a.md"), read("postmortems/b/index.md")],
        Arc::clone(&conventions),
    );
    let base = Source::new("postmortems/a.md", CANONICAL.into());
    let base = Corpus::new(vec![base], Arc::clone(&conventions));
    for postmortem in &corpus.postmortems {
        model(postmortem)?;
    }
    let mut around = Surroundings::default();
    for path in links::wanted(&corpus, |_| true).into_iter().step_by(2) {
        around.files.insert(path, ["why".to_string()].into());
    }
    // Whatever items are read, the ledger knows them otherwise.
    let mut tracked = Tracked::default();
    let promises = promise::read(&corpus, |_| promise::Word::Given, "");
    for (number, promise) in (1..).zip(&promises.all) {
        let mut known = Known::new(ItemState::NeedsDecision, Timestamp::UNIX_EPOCH);
        known.issue = Some(number);
        let lost = Key::new(
            promise.key.postmortem.clone(),
            format!("{}x", promise.key.item),
        );
        tracked.items.insert(lost, known.clone());
        tracked.items.insert(promise.key.clone(), known);
    }
    let context = Context {
        base: Some(&base),
        surroundings: Some(&around),
        tracked: Some(&tracked),
        ..Context::new(
            &conventions,
            "2026-10-14T09:00:00Z".parse().expect("a time"),
        )
    };
    let diagnostics = check::run(&corpus, &config, &context);
    for one in &diagnostics {
        diagnostic(one)?;
    }
    for (_, format) in Format::ALL {
        // Colors concern one format alone.
        let colors: &[bool] = match format {
            Format::Full => &[false, true],
            _ => &[false],
        };
        for &color in colors {
            let text = report::render(format, &diagnostics, corpus.postmortems.len(), color);
            if format.is_document() {
                let json: Result<serde_json::Value, _> = serde_json::from_str(&text);
                prop_assert!(json.is_ok(), "the report is no JSON: {text}");
            }
        }
    }
    Ok(())
}

/// Mends the bytes: a second time changes nothing, nothing is found that was not there, and what no finding speaks of stays.
fn is_mended(bytes: &[u8]) -> Result<(), TestCaseError> {
    let conventions = Arc::new(conventions());
    let mut config = Config::default();
    config.conventions = Arc::clone(&conventions);
    let now = "2026-10-14T09:00:00Z".parse().expect("a time");
    let context = Context::new(&conventions, now);
    let check = |source| Checked::read(source, &config, &context);
    let source = Arc::new(Source::from_bytes("postmortems/a.md", bytes.to_vec()));
    let outcome = fix::fix(&source, check);
    let Some(text) = outcome.text else {
        prop_assert!(outcome.fixed.is_empty(), "{:?}", outcome.fixed);
        return Ok(());
    };
    prop_assert!(source.invalid_at().is_none() && !outcome.fixed.is_empty());
    let after = Arc::new(Source::new("postmortems/a.md", text.clone()));
    let again = fix::fix(&after, check);
    prop_assert_eq!(
        again.text.as_ref(),
        None,
        "mended twice: {:?}\n{}",
        again.fixed,
        text
    );
    let (before, after) = (check(source), check(after));
    preserved(&before, &after, &outcome.fixed)?;
    // On the lines that no fix has written no rule finds more than it found in the file before.
    let source = after.postmortem.source();
    let old = before.postmortem.source().text();
    let mut written: HashMap<&str, i32> = HashMap::new();
    for (text, one) in [(source.text(), 1), (old, -1)] {
        for line in text.lines() {
            *written.entry(line).or_default() += one;
        }
    }
    let stood = |one: &Diagnostic| {
        let number = source.position(one.finding.span.start).line as usize;
        let line = source.slice(source.line(number));
        written.get(line).is_none_or(|more| *more <= 0)
    };
    for one in &after.diagnostics {
        let of_rule = |other: &&Diagnostic| other.rule == one.rule && other.allowed.is_none();
        let was = before.diagnostics.iter().filter(of_rule).count();
        let is = after.diagnostics.iter().filter(of_rule);
        let is = is.filter(|one| stood(one)).count();
        prop_assert!(
            is <= was,
            "{} found {was}, then {is}: {}\n{text}",
            one.rule,
            one.finding.message
        );
    }
    Ok(())
}

/// Comments, sentences and line ends survive, and the lines that no fix touches stand as they stood, in their order.
fn preserved(
    before: &Checked,
    after: &Checked,
    fixed: &[(&'static str, usize)],
) -> Result<(), TestCaseError> {
    let (old, new) = (before.postmortem.source(), after.postmortem.source());
    let ordered = fixed.iter().any(|(rule, _)| *rule == fix::KEY_ORDER);
    prop_assert_eq!(
        old.text().starts_with('\u{feff}'),
        new.text().starts_with('\u{feff}')
    );
    let end = |text: &str| text[text.trim_end().len()..].to_string();
    prop_assert_eq!(
        end(old.text()),
        end(new.text()),
        "{:?}\n{:?}",
        old.text(),
        new.text()
    );
    let fixes = before
        .diagnostics
        .iter()
        .filter(|one| one.finding.is_fixable());
    let edits: Vec<Span> = fixes
        .flat_map(|one| one.finding.fix.iter().map(|edit| edit.span))
        .collect();
    let mut kept: Vec<&str> = Vec::new();
    for (index, line) in old.text().split_inclusive('\n').enumerate() {
        let (start, end) = (old.line_start(index + 1), old.line_start(index + 2));
        let place = Span::new(start, end);
        let near = |edit: &Span| edit.start <= place.end && place.start <= edit.end;
        if !edits.iter().any(near) {
            kept.push(line);
        }
    }
    let mut lines: Vec<&str> = new.text().split_inclusive('\n').collect();
    if ordered {
        kept.sort_unstable();
        lines.sort_unstable();
    }
    let mut rest = lines.into_iter();
    for line in kept {
        prop_assert!(
            rest.any(|other| other == line),
            "{line:?} is gone from\n{}",
            new.text()
        );
    }
    Ok(())
}

fn inside(source: &Source, span: Span, what: &str) -> Result<(), TestCaseError> {
    prop_assert!(
        source.text().get(span.range()).is_some(),
        "{what} at {span:?} does not fit the text of {} bytes",
        source.text().len()
    );
    let (start, end) = (source.position(span.start), source.position(span.end));
    prop_assert!(start.line >= 1 && start.column >= 1, "{what}: {start:?}");
    prop_assert!(start <= end, "{what}: {start:?} to {end:?}");
    Ok(())
}

fn diagnostic(one: &Diagnostic) -> Result<(), TestCaseError> {
    let finding = &one.finding;
    prop_assert!(
        !finding.message.contains("broke down"),
        "{}",
        finding.message
    );
    prop_assert!(!finding.message.contains('\n'), "{:?}", finding.message);
    inside(&one.source, finding.span, one.rule)?;
    for label in &finding.related {
        inside(&label.source, label.span, one.rule)?;
    }
    for edit in &finding.fix {
        inside(&one.source, edit.span, one.rule)?;
    }
    Ok(())
}

fn model(postmortem: &Postmortem) -> Result<(), TestCaseError> {
    let source = postmortem.source();
    let document = &postmortem.document;
    let check = |span, what| inside(source, span, what);
    check(postmortem.fence(), "the fence")?;
    check(document.front.span, "the front matter")?;
    check(document.body, "the body")?;
    if let Some(root) = &document.front.tree {
        node(source, root)?;
    }
    for problem in &postmortem.problems {
        check(problem.span, &problem.message)?;
        if let Some((span, message)) = &problem.related {
            check(*span, message)?;
        }
    }
    blocks(source, &document.blocks)?;
    for section in &document.sections {
        check(section.heading, "a heading")?;
        check(section.body, "a section")?;
        for range in [&section.own, &section.all] {
            prop_assert!(document.blocks.get(range.clone()).is_some(), "{section:?}");
        }
    }
    for comment in &document.comments {
        check(comment.span, "a comment")?;
        check(comment.covers.unwrap_or_default(), "what a comment covers")?;
    }
    for link in &document.links {
        check(link.span, "a link")?;
    }
    for entry in &postmortem.timeline.entries {
        check(entry.span, "an entry")?;
        check(entry.time_span, "a time")?;
        check(entry.event_span, "an event")?;
    }
    for unreadable in &postmortem.timeline.unreadable {
        check(unreadable.span, "an unreadable time")?;
    }
    for level in &postmortem.whys.levels {
        check(level.span, "a why")?;
    }
    for item in &postmortem.actions.items {
        check(item.span, "an action item")?;
        check(item.status_span, "its status")?;
        for span in [item.id.span(), item.action.span(), item.due.span()] {
            check(span.unwrap_or_default(), "a cell of it")?;
        }
        for (column, _) in COLUMNS {
            check(item.cell(*column), "a column of it")?;
        }
        for owner in &item.owners {
            check(owner.span, "its owner")?;
        }
    }
    for span in postmortem
        .actions
        .loose
        .iter()
        .chain(&postmortem.actions.considered)
    {
        check(*span, "an item or an idea")?;
    }
    for allow in &postmortem.allows {
        check(allow.span, "an allowance")?;
        check(allow.rule.span, "its rule")?;
    }
    for owner in postmortem.front.owners.items() {
        check(owner.span, "an owner")?;
    }
    Ok(())
}

fn node(source: &Source, one: &Node) -> Result<(), TestCaseError> {
    inside(source, one.span, "a YAML value")?;
    match &one.value {
        Value::Scalar { .. } => {}
        Value::Sequence(items) => {
            for item in items {
                node(source, item)?;
            }
        }
        Value::Mapping(entries) => {
            for (key, value) in entries {
                node(source, key)?;
                node(source, value)?;
            }
        }
    }
    Ok(())
}

fn blocks(source: &Source, all: &[Block]) -> Result<(), TestCaseError> {
    for block in all {
        inside(source, block.span, "a block")?;
        match &block.kind {
            BlockKind::Heading { run, .. } | BlockKind::Paragraph(run) => places(source, run)?,
            BlockKind::List(list) => {
                for item in &list.items {
                    inside(source, item.span, "an item")?;
                    blocks(source, &item.blocks)?;
                }
            }
            BlockKind::Table(table) => {
                for row in std::iter::once(&table.header).chain(&table.rows) {
                    inside(source, row.span, "a row")?;
                    for cell in &row.cells {
                        inside(source, cell.span, "a cell")?;
                        places(source, &cell.run)?;
                    }
                }
            }
            BlockKind::Quote(inner) | BlockKind::Footnote(inner) => blocks(source, inner)?,
            BlockKind::Code | BlockKind::Html | BlockKind::Break => {}
        }
    }
    Ok(())
}

/// Every character of a run, and its prose, which keeps the places.
fn places(source: &Source, run: &Run) -> Result<(), TestCaseError> {
    inside(source, run.span, "a run")?;
    let visible = run.visible(source);
    prop_assert_eq!(visible.text.len(), run.prose(source).text.len());
    for (at, c) in visible.text.char_indices() {
        inside(source, visible.span(at..at + c.len_utf8()), "a character")?;
    }
    Ok(())
}

/// A piece of text with what breaks parsers in it.
fn word() -> impl Strategy<Value = String> {
    let odd = [
        "",
        " ",
        "\t",
        "|",
        "\\|",
        "`",
        "``",
        "*",
        "_",
        "[",
        "]",
        "(",
        ")",
        "<",
        ">",
        "&amp;",
        "&#0;",
        "\\",
        "#",
        ":",
        "::",
        "@",
        "@ada",
        "@org/team",
        "a@b.example",
        "ada.é@parcel.io",
        "ssh://u:p4ssword@h.x/é",
        "password=Kq7vR2é9x",
        "\"api_key\":\"🙂",
        concat!("gh", "p_aB3dE7gH1jK5mN9pQ2rS6tU4vW8xY0zCfGiL"),
        "8Q~",
        "token: é",
        "Bearer é",
        "eyJ.eyJ.é",
        "-----BEGIN PRIVATE KEY-----",
        "-----END",
        "curl -u é:é",
        "81.2.69.160é",
        "2a02:8071::é",
        "+49 (30) 90é",
        "(415) 555-0932é",
        "DE10 1009 é",
        "4539 1234 5678 9017",
        "[é](../é%20x.md#é)",
        "![](é.png)",
        "<img src=é.png>",
        "<a href='#É'>",
        "<h2 id=é>",
        "é",
        "日本",
        "🙂",
        "👩‍🚒",
        "\u{feff}",
        "\u{0}",
        "\u{a0}",
        "\u{2028}",
        "ﬁ",
        "İ",
        "ß",
        "~",
        "–",
        "…",
        "\"",
        "“",
        "”",
        "«",
        "->",
        "-->",
        "<!--",
        "{",
        "}",
        "%",
        "&",
        "*a",
        "&a",
        "!",
        "0",
        "-1",
        "1e999",
        "true",
        "unknown",
        "final",
        "sev1",
        "INC-2026-014",
        "A1",
        "P0",
        "prevent",
        "dropped:",
        "TODO",
        "?",
        ".",
        "the engineer",
        "why",
        "should have",
        "failed",
        "https://example.com/?a=b",
        "![](x)",
        "[a](b)",
        "<b>",
        "</b>",
        "~~",
        "[^1]",
        "\r",
        "Ω",
    ];
    prop_oneof![
        6 => select(odd.to_vec()).prop_map(String::from),
        3 => "[a-z]{1,9}( [a-z]{1,9}){0,5}",
        1 => any::<String>(),
    ]
}

fn phrase() -> impl Strategy<Value = String> {
    vec(word(), 0..6).prop_map(|words| words.join(" ").replace('\n', " "))
}

fn time() -> impl Strategy<Value = String> {
    let odd = [
        "14:23",
        "~14:23",
        "14:23–14:40",
        "14:23 UTC",
        "14:23+02:00",
        "2026-10-10 14:23Z",
        "2026-10-10T14:23:00Z",
        "24:00",
        "25:70",
        "1423",
        "14h23",
        "9:05 am",
        "14:23 CET",
        "[14:23]",
        "unknown",
        "2026-13-40 10:00",
        "14:23:10.123",
        "+14:23",
        "14:23−05:00",
        "t",
        "14:23–",
        "9999-12-31 23:59",
        "0000-01-01 00:00",
        "-0001-01-01T00:00Z",
        "14:23 UTC+99",
        "about 14:23",
        "２:30",
        "14:é",
    ];
    prop_oneof![select(odd.to_vec()).prop_map(String::from), word()]
}

fn value(depth: u32) -> BoxedStrategy<String> {
    let scalar = prop_oneof![
        phrase(),
        time(),
        Just("2026-10-10T14:23:00Z".into()),
        Just("9999-12-31T23:59:59+00:00".into()),
        Just("-009999-01-02T00:00:00Z".into()),
        Just("|\n  two\n  lines".into()),
        phrase().prop_map(|text| format!("{text:?}")),
        phrase().prop_map(|text| format!("'{text}'")),
    ];
    if depth == 0 {
        return scalar.boxed();
    }
    prop_oneof![
        3 => scalar,
        1 => vec(value(depth - 1), 0..4).prop_map(|items| format!("[{}]", items.join(", "))),
        1 => vec((key(), value(depth - 1)), 0..4).prop_map(|entries| {
            let entries: Vec<String> = entries.iter().map(|(key, value)| format!("{key}: {value}")).collect();
            format!("{{{}}}", entries.join(", "))
        }),
        1 => vec((key(), value(depth - 1)), 1..4).prop_map(|entries| {
            entries.iter().map(|(key, value)| format!("\n  {key}: {value}")).collect()
        }),
        1 => vec(value(depth - 1), 1..4).prop_map(|items| {
            items.iter().map(|item| format!("\n  - {item}")).collect()
        }),
    ]
    .boxed()
}

fn key() -> impl Strategy<Value = String> {
    let known = [
        "id",
        "title",
        "kind",
        "template",
        "status",
        "severity",
        "owner",
        "authors",
        "participants",
        "services",
        "tags",
        "causes",
        "incident",
        "started",
        "detected",
        "acknowledged",
        "identified",
        "mitigated",
        "resolved",
        "detected_by",
        "meeting",
        "impact",
        "extent",
        "users",
        "users_percent",
        "revenue",
        "support_tickets",
        "third_party",
        "name",
        "expectation",
        "related",
        "recurrence_of",
        "audience",
        "allow",
        "rule",
        "because",
        "until",
        "imported",
        "approved_by",
        "ower",
        "[a]",
        "? b",
        "é",
    ];
    prop_oneof![9 => select(known.to_vec()).prop_map(String::from), 1 => word()]
}

fn front() -> impl Strategy<Value = String> {
    let lines = vec((key(), value(2)), 0..14);
    (lines, select(vec!["---\n", "---", "...\n", "", "--- \n"])).prop_map(|(lines, end)| {
        let lines: String = lines
            .iter()
            .map(|(key, value)| format!("{key}: {value}\n"))
            .collect();
        format!("---\n{lines}{end}")
    })
}

fn table(headers: &'static [&'static str]) -> impl Strategy<Value = String> {
    let header = vec(
        prop_oneof![5 => select(headers.to_vec()).prop_map(String::from), 1 => word()],
        1..9,
    );
    let cell = || prop_oneof![3 => phrase(), 2 => time(), 1 => Just(String::new())];
    (header, vec(vec(cell(), 0..10), 0..6), any::<bool>()).prop_map(|(header, rows, bars)| {
        let line = |cells: &[String]| match bars {
            true => format!("| {} |\n", cells.join(" | ")),
            false => format!("{}\n", cells.join(" | ")),
        };
        let rule = vec!["---".to_string(); header.len()];
        let rows: String = rows.iter().map(|cells| line(cells)).collect();
        format!("{}{}{rows}\n", line(&header), line(&rule))
    })
}

fn list(depth: u32) -> BoxedStrategy<String> {
    let marker = select(vec![
        "- ", "* ", "1. ", "2) ", "- [ ] ", "- [x] ", "> ", "-", "10. ",
    ]);
    let text = (time(), phrase()).prop_map(|(time, text)| format!("{time} {text}"));
    let inner = match depth {
        0 => text.boxed(),
        _ => prop_oneof![2 => text, 1 => list(depth - 1), 1 => (phrase(), list(depth - 1)).prop_map(|(text, list)| format!("{text}\n{list}"))].boxed(),
    };
    vec((marker, inner), 1..5)
        .prop_map(|items| {
            let items = items.iter().map(|(marker, text)| {
                format!("{marker}{}\n", text.trim_end().replace('\n', "\n   "))
            });
            items.collect()
        })
        .boxed()
}

fn comment() -> impl Strategy<Value = String> {
    let known = [
        "<!-- aftersight: allow(unknown-cause) because it is new -->\n",
        "<!-- aftersight: allow(x) -->\n",
        "<!-- aftersight: allow(🙂) because é -->\n",
        "<!-- aftersight: allow( -->\n",
        "<!--aftersight:allow(no-action-items)-->\n\n",
        "<!-- aftersight: internal -->\n",
        "<!-- aftersight: end -->\n",
        "<!-- aftersight:\nallow(a)\n-->\n",
        "<!-- aftersight: allow(a",
        "<!---->",
        "<!-->",
        "text <!-- aftersight: allow(a) because b --> text\n",
    ];
    prop_oneof![
        select(known.to_vec()).prop_map(String::from),
        phrase().prop_map(|text| format!("<!-- {text} -->\n"))
    ]
}

fn heading() -> impl Strategy<Value = String> {
    let known = [
        "Summary",
        "TL;DR",
        "Impact",
        "Timeline",
        "Timeline (UTC)",
        "Key events",
        "Detection",
        "Contributing factors",
        "Root cause",
        "5 whys",
        "Why #1",
        "Why #2",
        "Resolution",
        "What went well",
        "What went wrong",
        "Lessons learned",
        "Action items",
        "Declined actions",
        "Customer message",
        "Glossary",
        "2026-10-10",
        "10 October 2026",
        "Appendix",
        "🚒 Timeline #",
        "",
    ];
    let name = prop_oneof![5 => select(known.to_vec()).prop_map(String::from), 1 => phrase()];
    (1..7usize, name, 0..8u8).prop_map(|(level, name, shape)| match shape {
        0 => format!("{name}\n---\n"),
        1 => format!("{name}\n===\n\n"),
        2 => format!("{}{name}\n", "#".repeat(level)),
        _ => format!("{} {name}\n\n", "#".repeat(level)),
    })
}

fn body() -> impl Strategy<Value = String> {
    const TIMES: &[&str] = &[
        "Time",
        "Time (UTC)",
        "Time (+02:00)",
        "Event",
        "When",
        "Date",
        "Who",
    ];
    const ITEMS: &[&str] = &[
        "ID",
        "#",
        "Action",
        "Type",
        "Priority",
        "Owner",
        "Due",
        "Done when",
        "Issue",
        "Status",
        "Why",
        "Answer",
    ];
    let part = prop_oneof![
        4 => heading(),
        3 => phrase().prop_map(|text| format!("{text}\n\n")),
        2 => table(TIMES),
        2 => table(ITEMS),
        2 => list(3),
        1 => comment(),
        1 => vec(phrase(), 0..4).prop_map(|lines| format!("```\n{}\n```\n", lines.join("\n"))),
        1 => list(1).prop_map(|text| text.lines().map(|line| format!("> {line}\n")).collect()),
        1 => phrase().prop_map(|text| format!("[^1]: {text}\n")),
        1 => phrase().prop_map(|text| format!("<div>{text}</div>\n")),
    ];
    vec(part, 0..14).prop_map(|parts| parts.concat())
}

/// Line ends and byte-order marks as editors leave them.
fn dress(text: String) -> impl Strategy<Value = Vec<u8>> {
    (any::<bool>(), 0..4u8, any::<u64>()).prop_map(move |(bom, ends, mix)| {
        let mut out = String::from(if bom { "\u{feff}" } else { "" });
        for (index, line) in text.split_inclusive('\n').enumerate() {
            let windows = match ends {
                0 => true,
                1 => mix >> (index % 64) & 1 == 1,
                _ => false,
            };
            match line.strip_suffix('\n') {
                Some(line) if windows => out.extend([line, "\r\n"]),
                _ => out.push_str(line),
            }
        }
        out.into_bytes()
    })
}

/// What happens to a text that is cut, doubled, mixed up or typed into, at places that need not be characters.
#[derive(Clone, Debug)]
enum Change {
    Delete(Index, usize),
    Duplicate(Index, usize),
    Swap(Index, Index, usize),
    Insert(Index, String),
    Byte(Index, u8),
    DropLine(Index),
    SwapLines(Index, Index),
}

fn change() -> impl Strategy<Value = Change> {
    let at = any::<Index>;
    prop_oneof![
        (at(), 1..400usize).prop_map(|(at, length)| Change::Delete(at, length)),
        (at(), 1..400usize).prop_map(|(at, length)| Change::Duplicate(at, length)),
        (at(), at(), 1..80usize).prop_map(|(a, b, length)| Change::Swap(a, b, length)),
        (at(), word()).prop_map(|(at, text)| Change::Insert(at, text)),
        (at(), list(2)).prop_map(|(at, text)| Change::Insert(at, text)),
        (at(), comment()).prop_map(|(at, text)| Change::Insert(at, text)),
        (at(), any::<u8>()).prop_map(|(at, byte)| Change::Byte(at, byte)),
        at().prop_map(Change::DropLine),
        (at(), at()).prop_map(|(a, b)| Change::SwapLines(a, b)),
    ]
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        let size = bytes.len();
        let slice = |at: &Index, length: usize| {
            let start = at.index(size);
            start..(start + length).min(size)
        };
        match self {
            Self::Delete(at, length) => drop(bytes.drain(slice(at, *length))),
            Self::Duplicate(at, length) => {
                let range = slice(at, *length);
                let copy = bytes[range.clone()].to_vec();
                bytes.splice(range.start..range.start, copy);
            }
            Self::Swap(a, b, length) => {
                for offset in 0..*length {
                    let (a, b) = (a.index(size) + offset, b.index(size) + offset);
                    if a < size && b < size {
                        bytes.swap(a, b);
                    }
                }
            }
            Self::Insert(at, text) => {
                let at = at.index(size);
                bytes.splice(at..at, text.bytes());
            }
            Self::Byte(at, byte) => bytes[at.index(size)] = *byte,
            Self::DropLine(_) | Self::SwapLines(..) => {
                let mut lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
                let count = lines.len();
                match self {
                    Self::SwapLines(a, b) => lines.swap(a.index(count), b.index(count)),
                    Self::DropLine(at) => drop(lines.remove(at.index(count))),
                    _ => {}
                }
                *bytes = lines.concat();
            }
        }
    }
}

proptest! {
    #![proptest_config(runs(90))]

    #[test]
    fn any_bytes_are_read(bytes in vec(any::<u8>(), 0..400)) {
        survives(&bytes)?;
    }

    #[test]
    fn any_characters_are_read(text in vec(word(), 0..60)) {
        survives(text.concat().as_bytes())?;
    }

    #[test]
    fn any_front_matter_is_read(bytes in front().prop_flat_map(|front| dress(front + "\n## Summary\n\nText.\n"))) {
        survives(&bytes)?;
    }

    #[test]
    fn any_body_is_read(bytes in body().prop_flat_map(dress)) {
        survives(&bytes)?;
    }

    #[test]
    fn any_body_below_a_usable_front_matter_is_read(
        bytes in body().prop_flat_map(|body| {
            let front = CANONICAL.split_inclusive("\n---\n").next().unwrap_or_default();
            dress(format!("{front}{body}"))
        }),
    ) {
        survives(&bytes)?;
    }
}

proptest! {
    #![proptest_config(runs(80))]

    #[test]
    fn mangled_postmortems_are_read(seed in any::<Index>(), changes in vec(change(), 1..7)) {
        let mut bytes = seed.get(&SEEDS).clone().into_bytes();
        for change in &changes {
            change.apply(&mut bytes);
        }
        survives(&bytes)?;
    }
}

/// Tables of action items as people leave them: columns missing, bars escaped, rows too short and too long, several styles.
fn items() -> impl Strategy<Value = String> {
    const NAMES: &[&str] = &[
        "Action",
        "ID",
        "Type",
        "Priority",
        "Owner",
        "Due",
        "Done when",
        "Status",
        "Notes",
        "🙂",
    ];
    const CELLS: &[&str] = &[
        "",
        "–",
        "A1",
        "Add a limit",
        "Fix `a \\| b`",
        "é\\|日本",
        "prevent",
        "P1",
        "@ada",
        "1 Nov 2026",
        "Nov 2, 2026",
        "2026/11/03",
        "01/11/2026",
        "**2026/11/03**",
        "dropped: no need",
        "<!-- c -->",
        "[a](b)",
    ];
    let names = proptest::sample::subsequence(NAMES, 0..NAMES.len()).prop_shuffle();
    let rows = vec(vec(select(CELLS.to_vec()), 1..10), 0..5);
    let after = select(vec![
        "\n",
        "",
        "note below\n\n",
        "\n- a list\n\n",
        "\n### More\n\n",
    ]);
    (names, rows, 0..6u8, after).prop_map(|(mut names, rows, style, after)| {
        names.insert(0, "Action");
        let (open, bar, close) = match style {
            0 => ("|", "|", "|"),
            1 => ("", " | ", ""),
            2 => ("  | ", " | ", " |  "),
            3 => ("|\t", "\t|\t", ""),
            _ => ("| ", " | ", " |"),
        };
        let wide = style == 5;
        let line = |cells: &[&str]| {
            let cells: Vec<String> = cells
                .iter()
                .map(|cell| {
                    if wide {
                        format!("{cell:16}")
                    } else {
                        (*cell).to_string()
                    }
                })
                .collect();
            format!("{open}{}{close}\n", cells.join(bar))
        };
        let dashes = vec![if wide { "----------------" } else { ":--" }; names.len()];
        let rows: String = rows.iter().map(|cells| line(cells)).collect();
        format!("{}{}{rows}{after}", line(&names), line(&dashes))
    })
}

/// A front matter that can be read, its keys in any order, with comments and empty lines between them.
fn shuffled() -> impl Strategy<Value = String> {
    const PARTS: &[&str] = &[
        "id: INC-2026-014 # permanent\n",
        "title: >-\n  Two lines\n\n  of text\n",
        "# the state\nstatus: final\n",
        "severity: \"sev2\"\n",
        "\nowner: '@example/payments'\n",
        "services: [checkout,\n  search]\n",
        "tags:\n- deploy\n# odd\n",
        "incident:\n  # first\n  resolved: 2026-10-10 15:18 UTC\n  started: 2026-10-10T14:23:00Z\n  # last\n  detected: unknown\n",
        "impact: { users: 12, extent: degraded }\n",
        "third_party:\n   expectation: met\n   name: DNS\n\n   # end\n",
        "meeting:\n",
        "kind: incident\n# modeline\n# yaml-language-server: $schema=x\n",
        "authors: &a [\"@ada\"]\n",
        "participants: *a\n",
        "related: [INC-2026-001]   # é 🙂\n",
    ];
    let parts = proptest::sample::subsequence(PARTS, 0..=PARTS.len()).prop_shuffle();
    parts.prop_map(|parts| format!("---\n{}---\n", parts.concat()))
}

proptest! {
    #![proptest_config(runs(120))]

    #[test]
    fn mending_changes_only_what_it_mends(
        bytes in (shuffled(), vec(prop_oneof![2 => items(), 1 => body()], 0..3), any::<Index>())
            .prop_flat_map(|(front, tables, seed)| {
                let clean = CANONICAL.split_once("\n---\n").map_or("", |(_, body)| body);
                let lines: Vec<&str> = clean.split_inclusive('\n').collect();
                let cut = lines[..seed.index(lines.len())].concat();
                dress(format!("{front}{cut}\n## Action items\n\n{}", tables.concat()))
            }),
    ) {
        is_mended(&bytes)?;
    }

    #[test]
    fn mangled_postmortems_are_mended(seed in any::<Index>(), changes in vec(change(), 1..7)) {
        let mut bytes = seed.get(&SEEDS).clone().into_bytes();
        for change in &changes {
            change.apply(&mut bytes);
        }
        is_mended(&bytes)?;
    }
}

/// Texts that are cheap to write and must not be dear to read.
#[test]
fn monsters_are_read() {
    let front = CANONICAL
        .split_inclusive("\n---\n")
        .next()
        .unwrap_or_default();
    let wide = |count: usize, cell: &str| format!("|{}\n", format!("{cell}|").repeat(count));
    let rows = |header: &str, row: &str, count: usize| {
        let columns = header.matches('|').count() - 1;
        format!("{header}\n{}{}", wide(columns, "---"), row.repeat(count))
    };
    let monsters = [
        (
            "deep list",
            (0..200)
                .map(|depth| format!("{}- 14:23 a\n", " ".repeat(depth * 2)))
                .collect(),
        ),
        ("deep quote", format!("{} a\n", ">".repeat(2_000))),
        ("brackets", "[".repeat(5_000)),
        ("emphasis", "*a _b ".repeat(2_000)),
        (
            "ticks",
            (1..150)
                .map(|count| format!("a {} ", "`".repeat(count)))
                .collect(),
        ),
        (
            "comments",
            "<!-- aftersight: allow(unused-allow) because a -->\n\n".repeat(500),
        ),
        (
            "headings",
            "# Timeline\n\n## Action items\n\n### Root cause\n\n".repeat(300),
        ),
        (
            "wide table",
            format!(
                "## Action items\n\n{}{}{}",
                wide(500, "Owner"),
                wide(500, "---"),
                wide(500, "@a")
            ),
        ),
        (
            "long timeline",
            format!(
                "## Timeline\n\n{}",
                rows("| Time (UTC) | Event |", "| 14:23 | detected 🙂 |\n", 1_000)
            ),
        ),
        (
            "long actions",
            format!(
                "## Action items\n\n{}",
                rows(
                    "| ID | Action | Owner | Due |",
                    "| A1 | improve it | @a, @b | 2026-11-01 |\n",
                    1_000
                )
            ),
        ),
        (
            "almost secrets",
            [
                "-----BEGIN PRIVATE KEY-----\n",
                "eyJ.",
                "tokentoken",
                "://a:",
                "1.1.1.1.",
                "a@a@",
                "curl ",
                "+1 ",
                "4539 ",
                "2a02:",
                "<a x='>",
            ]
            .map(|part| part.repeat(3_000) + "\n\n")
            .concat(),
        ),
        (
            "broken links",
            "[a](x.md) <img src=y.png> ![](#a)\n".repeat(1_000),
        ),
        (
            "long paragraph",
            format!(
                "## Summary\n\n{}\n",
                "The engineer should have checked. ".repeat(1_500)
            ),
        ),
    ];
    for (name, body) in monsters {
        let text: String = format!("{front}{body}");
        survives(text.as_bytes()).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    let list = |item: &str| {
        let items = format!("{item}, ").repeat(1_000);
        format!("---\nservices: [{items}]\n---\n")
    };
    for text in [
        list("cheskout"),
        list("\"\""),
        list("{a: b}"),
        format!("---\n{}---\n", "owner: @a\n".repeat(3_000)),
    ] {
        survives(text.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    }
}
