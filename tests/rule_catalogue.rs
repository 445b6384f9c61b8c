//! The table of all rules, `src/rules/README.md`, is what the slice says.
//!
//! `UPDATE_PAGES=1 cargo test --test main rule_catalogue` writes it.

use std::fmt::Write as _;
use std::path::PathBuf;

use aftersight::rules::{Rule, rules};

fn table() -> String {
    let mut text = String::from(
        "# The rules\n\nMade from the rules themselves: `UPDATE_PAGES=1 cargo test --test main rule_catalogue` writes this page. A level is the rule's own; \
         a draft, an import and the configuration may lower it. *Fixable* means that the fix changes no sentence and needs nobody's judgement.\n",
    );
    let mut group = "";
    for rule in rules() {
        if rule.group.name() != group {
            group = rule.group.name();
            let _ = write!(
                text,
                "\n## {group}\n\n| rule | level | finds | asked for by | fixable |\n| --- | --- | --- | --- | --- |\n"
            );
        }
        let _ = writeln!(text, "{}", row(rule));
    }
    text
}

fn row(rule: &Rule) -> String {
    let file = rule.name.replace('-', "_");
    let sources: Vec<&str> = rule.sources.iter().map(|seed| seed.name()).collect();
    let fixable = if rule.section("Fixed").is_empty() {
        ""
    } else {
        "yes"
    };
    format!(
        "| [{}]({}/{file}.md) | {} | {} | {} | {fixable} |",
        rule.name,
        rule.group.name(),
        rule.level,
        rule.summary().replace('|', "\\|"),
        sources.join(", ")
    )
}

#[test]
fn the_table_of_rules_is_current() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/rules/README.md");
    if std::env::var_os("UPDATE_PAGES").is_some() {
        std::fs::write(&path, table()).expect("the table can be written");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(found, table(), "write it with UPDATE_PAGES=1");
}

#[test]
fn every_rule_has_a_sentence_for_the_table() {
    for rule in rules() {
        let summary = rule.summary();
        assert!(
            summary.len() > 20 && summary.len() < 300,
            "{}: {summary}",
            rule.name
        );
        assert!(!summary.contains('\n'), "{}", rule.name);
    }
}
