//! The page about the theme, held against what templates really get.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::config::Edition;
use crate::metrics::{self, Figures};

const PAGE: &str = include_str!("../../../site-theme/README.md");

/// A row of the page's table.
#[derive(Debug)]
struct Line<'a> {
    template: &'a str,
    /// The value's name; none where the template gets none of its own.
    value: Option<&'a str>,
    /// Whether the value is a list, and the names are those of each.
    each: bool,
    /// The names that the value holds.
    holds: BTreeSet<&'a str>,
}

/// The words in backticks that are names, outside of parentheses.
fn names(text: &str) -> BTreeSet<&str> {
    let mut depth = 0;
    let mut found = BTreeSet::new();
    for (index, part) in text.split('`').enumerate() {
        if index % 2 == 0 {
            depth += part.matches('(').count();
            depth -= part.matches(')').count();
        } else if depth == 0 && part.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
            found.insert(part);
        }
    }
    found
}

fn lines() -> Vec<Line<'static>> {
    let (_, table) = PAGE
        .split_once("## What each template gets besides")
        .expect("a table");
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `"));
    let read = |row: &'static str| {
        let mut cells = row.split(" |");
        let template = cells.next()?.trim_end_matches('`');
        let value = cells.next()?;
        Some(Line {
            template,
            value: value.split('`').nth(1),
            each: value.contains("each of"),
            holds: names(cells.next()?),
        })
    };
    rows.filter_map(read).collect()
}

/// What a site shows of a value in a template that does nothing but list it.
fn listed(template: &str, text: &str) -> Option<BTreeSet<String>> {
    let body = "## Summary\nText.\n\n## Action items\n| ID | Action |\n|--|--|\n| A1 | Do it |\n";
    let corpus = corpus(&[
        (
            "postmortems/a.md",
            post("INC-1", "audience: summary\n", body),
        ),
        ("postmortems/b.md", "no front matter".into()),
    ]);
    let own = BTreeMap::from([(format!("templates/{template}"), text.as_bytes().to_vec())]);
    let (config, history) = (Config::default(), BTreeMap::new());
    let now = "2026-11-20T12:00:00Z".parse().expect("a time");
    let old = BTreeSet::new();
    let figures = Figures::new(&metrics::Input {
        corpus: &corpus,
        config: &config,
        now,
        old: &old,
        written: None,
        unwritten: "there is no git repository",
        standings: None,
        findings: None,
        items: &[],
        lives: None,
        tracked: false,
        mean: false,
    });
    let input = Input {
        corpus: &corpus,
        config: &config,
        diagnostics: &[],
        history: &history,
        approvals: None,
        tracking: None,
        repository: None,
        figures: Some(&figures),
        now,
        base_url: Some("https://pm.example"),
        theme: Theme::with("look", own),
        live: false,
        search: SearchLayer::None,
        edition: Edition::Internal,
    };
    let site = Site::new(match template {
        "public.html" => input.public(&corpus, &config),
        _ => input,
    });
    let site = site.expect("the template is sound");
    (0..site.len()).find_map(|index| {
        let page = site.page(index).expect("it renders");
        let text = String::from_utf8(page.content).ok()?;
        let (_, rest) = text.split_once("[[")?;
        let names = rest.split_once("]]")?.0.split_whitespace();
        Some(names.map(str::to_string).collect())
    })
}

#[test]
fn every_template_has_a_line() {
    let lines = lines();
    let told: Vec<&str> = lines.iter().map(|line| line.template).collect();
    let theme = Theme::default();
    let mut known: Vec<&str> = theme.templates().collect();
    let mut sorted = told.clone();
    sorted.sort_unstable();
    known.sort_unstable();
    assert_eq!(sorted, known, "site-theme/README.md");
}

#[test]
fn what_templates_get_is_what_the_page_says() {
    let mut wrong = Vec::new();
    for line in lines() {
        let Some(value) = line.value else { continue };
        let text = match line.each {
            true => format!(
                "{{% for one in {value} %}}[[{{% for k, v in one %}}{{{{ k }}}} {{% endfor %}}]]{{% endfor %}}"
            ),
            false => format!("[[{{% for k, v in {value} %}}{{{{ k }}}} {{% endfor %}}]]"),
        };
        let listed = listed(line.template, &text)
            .unwrap_or_else(|| panic!("{} is never shown", line.template));
        let listed: BTreeSet<&str> = listed.iter().map(String::as_str).collect();
        if listed != line.holds {
            let missing: Vec<_> = listed.difference(&line.holds).collect();
            let invented: Vec<_> = line.holds.difference(&listed).collect();
            wrong.push(format!(
                "{}: missing {missing:?}, invented {invented:?}",
                line.template
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "site-theme/README.md\n{}",
        wrong.join("\n")
    );
}

#[test]
fn every_template_gets_what_the_page_says() {
    let (table, _) = PAGE
        .split_once("## What each template gets besides")
        .expect("a table");
    for value in ["page", "site"] {
        let row = table
            .lines()
            .find_map(|line| line.strip_prefix(&format!("| `{value}` | ")));
        let text = format!("[[{{% for k, v in {value} %}}{{{{ k }}}} {{% endfor %}}]]");
        let listed = listed("404.html", &text).expect("the page is there");
        let listed: BTreeSet<&str> = listed.iter().map(String::as_str).collect();
        assert_eq!(
            listed,
            names(row.expect("a row")),
            "{value} in site-theme/README.md"
        );
    }
    let components = include_str!("../../../site-theme/templates/parts.html");
    let defined: BTreeSet<&str> = components
        .match_indices("{% component ")
        .filter_map(|(at, word)| components[at + word.len()..].split('(').next())
        .collect();
    let row = lines()
        .into_iter()
        .find(|line| line.template == "parts.html");
    assert_eq!(row.map(|row| row.holds), Some(defined));
}
