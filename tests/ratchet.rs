//! The ratchet: old files never turn red, whatever rules come.

use crate::harness::{CLEAN, Repo, variant};

/// A postmortem whose summary is missing: an error at full strength.
fn flawed() -> String {
    let (before, rest) = CLEAN.split_once("## Summary\n").expect("a summary");
    let (_, after) = rest.split_once("\n## ").expect("a section after it");
    format!("{before}## {after}")
}

fn levels(config: &str, text: &str) -> Vec<String> {
    let repo = Repo::new();
    repo.write("aftersight.yml", config);
    repo.write("postmortems/a.md", text);
    let level = |one: &serde_json::Value| {
        format!(
            "{} {}",
            one["rule"].as_str().unwrap_or_default(),
            one["level"].as_str().unwrap_or_default()
        )
    };
    repo.diagnostics(&[]).iter().map(level).collect()
}

#[test]
fn incidents_before_the_day_weigh_a_note_at_most() {
    let text = flawed();
    let strict = ["missing-section error"];
    let soft = ["missing-section note"];
    assert_eq!(levels("", &text), strict);
    // The incident of the canonical postmortem was over on 2026-10-10.
    assert_eq!(levels("ratchet: { before: 2026-10-11 }", &text), soft);
    assert_eq!(levels("ratchet: { before: 2026-10-10 }", &text), strict);
    // A level that was set does not turn old files red either.
    let set = "ratchet: { before: 2026-10-11 }\nrules: { missing-section: error }";
    assert_eq!(levels(set, &text), soft);
    let imported = text.replace("\nid:", "\nimported: true\nid:");
    assert_eq!(levels("", &imported), soft);
}

#[test]
fn what_cannot_be_read_is_an_error_at_any_age() {
    let text = variant(&[("kind: incident", "kind: accident")]);
    assert_eq!(
        levels("ratchet: { before: 2026-10-11 }", &text),
        ["bad-value error"]
    );
}

#[test]
fn rules_of_a_later_version_weigh_a_note_until_they_are_adopted() {
    let text = flawed();
    let older = "ratchet: { version: 0.0.9 }";
    assert_eq!(levels(older, &text), ["missing-section note"]);
    let adopted = "ratchet: { version: 0.0.9 }\nrules: { missing-section: warning }";
    assert_eq!(levels(adopted, &text), ["missing-section warning"]);
    let current = concat!("ratchet: { version: ", env!("CARGO_PKG_VERSION"), " }");
    assert_eq!(levels(current, &text), ["missing-section error"]);
}

#[test]
fn a_ratchet_that_cannot_be_read_is_told_with_its_place() {
    let repo = Repo::clean();
    repo.write(
        "aftersight.yml",
        "ratchet:\n  before: 1 November\n  version: newest\n  after: 2026-11-01\n",
    );
    let run = repo.expect(2, &["check"]);
    for told in [
        "aftersight.yml:2:11: ",
        "is no day: `1 November`",
        "aftersight.yml:3:12: ",
        "is no version: `newest`",
        "aftersight.yml:4:3: ",
    ] {
        assert!(run.stderr.contains(told), "{told}\n{}", run.stderr);
    }
}
