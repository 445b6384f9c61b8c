//! Offers over small texts; `‸` is the cursor.

use std::sync::Arc;

use jiff::Timestamp;

use super::completion::{self, Candidate, Names};
use super::{action, hover};
use crate::check;
use crate::config::Config;
use crate::corpus::Corpus;
use crate::diagnostic::{Diagnostic, Edit};
use crate::document::Document;
use crate::postmortem::Postmortem;
use crate::schema;
use crate::source::{Source, Span};

const CANONICAL: &str = include_str!("../rules/canonical.md");

fn config() -> Config {
    let text =
        "services: { checkout: { owner: \"@o/t\", description: Takes orders }, \"a: b\": odd }\n";
    Config::read(Arc::new(Source::new("aftersight.yml", text.into()))).0
}

fn used(key: &str) -> Vec<(String, String)> {
    match key {
        "related" | "recurrence_of" => vec![("INC-2025-042".into(), "Search down".into())],
        _ => Vec::new(),
    }
}

fn offered(marked: &str) -> (String, Vec<Candidate>) {
    let offset = marked.find('‸').expect("a cursor");
    let text = marked.replace('‸', "");
    let document = Document::parse(Arc::new(Source::new("a.md", text.clone())));
    let schema = schema::front_matter(Some(&config().conventions));
    let names = Names {
        schema: &schema,
        used: &used,
    };
    let yaml = Some(document.front.span).filter(|span| span.start > 0);
    let found = completion::at(&text, yaml, offset, names);
    (text, found)
}

/// The words offered, and the text after the first of them was taken.
fn taken(front: &str) -> (Vec<String>, String) {
    let (text, found) = offered(&format!("---\n{front}\n---\n"));
    let labels = found.iter().map(|one| one.label.clone()).collect();
    let mut after = text;
    if let Some(first) = found.first() {
        after.replace_range(first.span.range(), &first.text);
    }
    let inner = after
        .trim_start_matches("---\n")
        .trim_end_matches("\n---\n");
    (labels, inner.into())
}

#[test]
fn values_are_offered_where_they_stand() {
    for (front, first, after) in [
        ("kind: ‸", "incident", "kind: incident"),
        ("kind:‸", "incident", "kind: incident"),
        ("status: fi‸", "draft", "status: draft"),
        ("severity: \"s‸", "sev1", "severity: sev1"),
        ("services: ‸", "a: b", "services: [\"a: b\"]"),
        ("services: [‸]", "a: b", "services: [\"a: b\"]"),
        (
            "services: [\"a: b\", che‸]",
            "checkout",
            "services: [\"a: b\", checkout]",
        ),
        (
            "services:\n  - \"a: b\"\n  - ‸",
            "a: b",
            "services:\n  - \"a: b\"\n  - \"a: b\"",
        ),
        ("services:\n- ‸", "a: b", "services:\n- \"a: b\""),
        ("services:\n  ‸", "a: b", "services:\n  - \"a: b\""),
        (
            "incident:\n  started: 2026-10-10T14:23:00Z\n  detected: ‸",
            "unknown",
            "incident:\n  started: 2026-10-10T14:23:00Z\n  detected: unknown",
        ),
        (
            "impact:\n  data_loss: ‸",
            "true",
            "impact:\n  data_loss: true",
        ),
        (
            "third_party: { name: x, expectation: ‸ }",
            "violated",
            "third_party: { name: x, expectation: violated }",
        ),
        ("related: [‸", "INC-2025-042", "related: [INC-2025-042"),
        (
            "recurrence_of: ‸",
            "INC-2025-042",
            "recurrence_of: INC-2025-042",
        ),
    ] {
        let (labels, text) = taken(front);
        assert_eq!(
            labels.first().map(String::as_str),
            Some(first),
            "{front}: {labels:?}"
        );
        assert_eq!(text, after, "{front}");
    }
}

#[test]
fn keys_are_offered_once() {
    for (front, there, not) in [
        ("id: INC-1\n‸", "title", "id"),
        ("‸\nid: INC-1", "title", "id"),
        ("own‸", "owner", "extent"),
        (
            "incident:\n  started: unknown\n  ‸\n  resolved: unknown\nmeeting: unknown",
            "detected",
            "resolved",
        ),
        ("impact:\n  ‸", "extent", "id"),
        ("third_party: { name: x, ‸ }", "expectation", "name"),
        ("allow:\n  - rule: a\n    ‸", "because", "rule"),
        ("allow:\n  - ‸", "rule", "id"),
        ("allow: [{ rule: a, ‸", "because", "rule"),
    ] {
        let (labels, text) = taken(front);
        assert!(
            labels.iter().any(|label| label == there),
            "{front}: {labels:?}"
        );
        assert!(
            labels.iter().all(|label| label != not),
            "{front}: {labels:?}"
        );
        assert!(text.contains(':'), "{front}");
    }
    assert_eq!(taken("‸: x").1, "id: x");
    assert_eq!(taken("inc‸").0.len(), taken("‸").0.len());
}

#[test]
fn nothing_is_offered_where_nothing_fits() {
    for text in [
        "---\ntitle: ‸\n---\n",
        "---\n# ‸\n---\n",
        "---\nkind: incident # ‸\n---\n",
        "---\nservices: [a] ‸\n---\n",
        "---\nid: a\n---\n‸",
        "---\nunknown_key:\n  ‸\n---\n",
        "‸",
        "# a\n‸",
    ] {
        assert_eq!(offered(text).1, [], "{text}");
    }
}

#[test]
fn an_allowance_names_a_rule() {
    let (text, found) = offered("---\nid: a\n---\né <!-- aftersight: allow(time‸) because");
    let gap = found
        .iter()
        .find(|one| one.label == "timeline-gap")
        .expect("a rule");
    assert_eq!(&text[gap.span.range()], "time");
    assert!(!gap.about.is_empty());
    assert_eq!(offered("---\nid: a\n---\n<!-- allow(‸").1, []);
    let (labels, _) = taken("allow: [{ rule: ‸");
    assert!(labels.iter().any(|label| label == "timeline-gap"));
}

/// The canonical postmortem with a change, and what is found in it.
fn judged(changes: &[(&str, &str)], crlf: bool) -> (Postmortem, Vec<Diagnostic>) {
    let mut text = CANONICAL.to_string();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    if crlf {
        text = text.replace('\n', "\r\n");
    }
    judge(text)
}

fn judge(text: String) -> (Postmortem, Vec<Diagnostic>) {
    let config = Config::default();
    let read = || {
        Postmortem::parse(
            Arc::new(Source::new("a.md", text.clone())),
            &config.conventions,
        )
    };
    let corpus = Corpus::from_postmortems(vec![read()], Arc::clone(&config.conventions));
    let now: Timestamp = "2026-10-14T09:00:00Z".parse().expect("a time");
    let context = crate::rules::Context::new(&config.conventions, now);
    (read(), check::run(&corpus, &config, &context))
}

fn edited(text: &str, edits: &[Edit]) -> String {
    let mut edits = edits.to_vec();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span));
    let mut text = text.to_string();
    for edit in edits {
        text.replace_range(edit.span.range(), &edit.text);
    }
    text
}

fn whole(text: &str) -> Span {
    Span::new(0, text.len())
}

#[test]
fn an_allowance_with_a_reason_lets_the_finding_pass() {
    let late = (
        "meeting: 2026-10-12T10:00:00Z\n",
        "meeting: 2026-10-12T10:00:00Z\nallow:\n",
    );
    let slow: &[(&str, &str)] = &[
        (
            "| 14:45 | The pool is found exhausted, 20 of 20 connections in use |\n",
            "",
        ),
        ("15:10 |", "15:50 |"),
        ("15:18 |", "16:10 |"),
    ];
    let mut cases: Vec<Vec<(&str, &str)>> = vec![slow.to_vec()];
    // A finding that lies in no block goes into the front matter, whatever stands there already.
    for allow in [
        "",
        "allow: []\n",
        "allow: [{ rule: x-y, because: z }]\n",
        "allow:\n  - { rule: x-y, because: z }\n",
        "allow:\n- rule: x-y\n  because: z\n",
        "allow:\n",
    ] {
        cases.push(vec![
            (
                "causes: [change]\n",
                "causes: [change]\nrelated: [INC-1999-001]\n",
            ),
            (
                late.0,
                Box::leak(format!("{}{allow}", late.0).into_boxed_str()),
            ),
        ]);
    }
    for changes in cases {
        for crlf in [false, true] {
            let (postmortem, found) = judged(&changes, crlf);
            let text = postmortem.source().text().to_string();
            let all = action::offered(Some(&postmortem), &found, whole(&text));
            let wanted = all.iter().filter(|one| {
                one.title.contains("timeline-") || one.title.contains("unknown-related")
            });
            let mut seen = 0;
            for one in wanted {
                seen += 1;
                let rule = found[one.about].rule;
                let after = edited(&text, &one.edits);
                assert_eq!(
                    after.matches("\r\n").count(),
                    if crlf { after.matches('\n').count() } else { 0 }
                );
                let (_, again) = judge(after.clone());
                let of_rule = |all: &[Diagnostic]| {
                    all.iter()
                        .filter(|one| one.rule == rule && one.allowed.is_none())
                        .count()
                };
                assert!(of_rule(&again) < of_rule(&found), "{rule}\n{after}");
                assert!(
                    again.iter().any(|one| one.rule == "bare-allow"),
                    "{rule}\n{after}"
                );
                assert!(
                    again
                        .iter()
                        .all(|one| one.rule != "invalid-front-matter" && one.rule != "bad-value"),
                    "{again:#?}\n{after}"
                );
                let reasoned = after
                    .replace("because …", "because of a test")
                    .replace("because: \"\"", "because: of a test");
                let (_, last) = judge(reasoned);
                assert!(last.iter().all(|one| one.rule != "bare-allow"), "{after}");
            }
            assert!(seen > 0, "{changes:?}: {:#?}", found);
        }
    }
}

#[test]
fn fixes_are_offered_and_guesses_are_told_apart() {
    let (postmortem, found) = judged(
        &[
            ("severity: sev2", "severity: SEV2"),
            ("| A1 | Give", "|  | Give"),
        ],
        false,
    );
    let text = postmortem.source().text();
    let all = action::offered(Some(&postmortem), &found, whole(text));
    let of = |rule: &str| {
        all.iter()
            .find(|one| found[one.about].rule == rule && !one.title.starts_with("Allow"))
    };
    let guess = of("bad-value").expect("a guess");
    assert!(
        !guess.preferred && guess.title.contains("a guess"),
        "{guess:?}"
    );
    assert!(edited(text, &guess.edits).contains("severity: sev2\n"));
    let safe = of("action-without-id").expect("a fix");
    assert!(safe.preferred, "{safe:?}");
    // What can never be allowed is not offered.
    assert!(
        all.iter()
            .all(|one| !one.title.contains("Allow `bad-value`"))
    );
    // Elsewhere there is nothing to do.
    let title = text.find("title").unwrap_or_default();
    assert_eq!(
        action::offered(Some(&postmortem), &found, Span::new(title, title)),
        []
    );
}

#[test]
fn pages_and_descriptions_are_shown() {
    let (postmortem, found) = judged(&[("severity: sev2", "severity: SEV2")], false);
    let text = postmortem.source().text();
    let schema = schema::front_matter(Some(&config().conventions));
    let tree = postmortem.document.front.tree.as_ref();
    let at = |word: &str| {
        let offset = text.find(word).unwrap_or_else(|| panic!("{word}")) + 1;
        let hover = hover::at(&found, tree, &schema, offset);
        hover.map(|hover| (hover.markdown, text[hover.span.range()].to_string()))
    };
    let (page, of) = at("SEV2").expect("a page");
    assert!(
        page.starts_with("# bad-value") && page.contains("## Why"),
        "{page}"
    );
    assert_eq!(of, "SEV2");
    let (key, of) = at("detected_by").expect("a description");
    assert!(
        key.contains("**detected_by**") && key.contains("- `monitoring`: An alert."),
        "{key}"
    );
    assert_eq!(of, "detected_by");
    assert!(
        at("started:")
            .expect("a description")
            .0
            .contains("**incident.started**")
    );
    assert!(
        at("incident\ntemplate")
            .expect("a word")
            .0
            .contains("Something broke")
    );
    assert!(
        at("checkout]")
            .expect("a service")
            .0
            .contains("Takes orders")
    );
    assert_eq!(at("A release lowered"), None);
}
