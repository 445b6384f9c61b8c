//! `import markdown`: postmortems that were written before become ours, and no word of them is lost.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aftersight::check;
use aftersight::config::Config;
use aftersight::corpus::Corpus;
use aftersight::diagnostic::{Diagnostic, Level};
use aftersight::import::draft::Draft;
use aftersight::import::input::{Input, Wish};
use aftersight::import::settle::{self, Said};
use aftersight::import::write::{self, Frame};
use aftersight::import::{markdown, markdown::aliases};
use aftersight::postmortem::Postmortem;
use aftersight::postmortem::section::SectionKey;
use aftersight::rules::Context;
use aftersight::source::Source;
use jiff::Timestamp;
use proptest::prelude::*;
use proptest::sample::select;

use crate::harness::{Repo, corpus};

/// A document and what became of it.
struct Imported {
    draft: Draft,
    text: String,
}

fn now() -> Timestamp {
    "2026-11-30T09:00:00Z".parse().expect("a time")
}

fn import_with(name: &str, text: &str, aliases: &[(String, SectionKey)]) -> Imported {
    let config = Config::default();
    let wish = Wish {
        conventions: &config.conventions,
        zone: None,
        aliases,
        channel: None,
        from: None,
        to: None,
    };
    let input = Input {
        name: name.into(),
        text: text.into(),
        sha256: "00".repeat(32),
    };
    let mut drafts =
        markdown::read(&[input], &wish).unwrap_or_else(|mismatch| panic!("{mismatch:?}"));
    let mut draft = drafts.pop().expect("one draft");
    let settled = settle::settle(&mut draft, &config.conventions, &Said::default(), now());
    let frame = Frame {
        id: "INC-2026-001".into(),
        schema: "# schema".into(),
        conventions: &config.conventions,
    };
    let text = write::write(&draft, &settled, &frame);
    Imported { draft, text }
}

fn import(name: &str, text: &str) -> Imported {
    import_with(name, text, &[])
}

/// How often each word stands in a text; a word is a run of letters and digits.
fn words(text: &str) -> HashMap<String, usize> {
    let mut words = HashMap::new();
    for word in text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        *words.entry(word.to_lowercase()).or_default() += 1;
    }
    words
}

/// The source without what is no word: numbers of lists and ticks of tasks.
fn without_marks(text: &str) -> String {
    let mut kept = String::new();
    for line in text.lines() {
        let bare = line.trim_start_matches([' ', '\t', '>', '-', '*', '+']);
        let digits = bare.len() - bare.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let numbered = (1..=9).contains(&digits)
            && bare[digits..].starts_with([')', '.'])
            && !bare[digits + 1..].starts_with(|c: char| c.is_alphanumeric());
        let bare = if numbered {
            bare[digits + 1..].trim_start()
        } else {
            bare
        };
        let bare = ["[x]", "[X]"]
            .iter()
            .find_map(|tick| bare.strip_prefix(tick))
            .unwrap_or(bare);
        let _ = writeln!(kept, "{bare}");
    }
    kept
}

/// Words that stand more often in the source than in the postmortem and the remarks together.
fn lost(source: &str, imported: &Imported) -> Vec<String> {
    let remarks: Vec<&str> = imported
        .draft
        .remarks
        .iter()
        .map(|remark| remark.what.as_str())
        .collect();
    let kept = words(&format!("{}\n{}", imported.text, remarks.join("\n")));
    let mut lost: Vec<String> = words(&without_marks(source))
        .into_iter()
        .filter(|(word, count)| kept.get(word).copied().unwrap_or(0) < *count)
        .map(|(word, _)| word)
        .collect();
    lost.sort();
    lost
}

/// What `check` says of a postmortem at the level of errors.
fn errors(text: &str) -> Vec<Diagnostic> {
    let config = Config::default();
    let source = Source::new("postmortems/a.md", text.into());
    let corpus = Corpus::new(vec![source], Arc::clone(&config.conventions));
    let context = Context::new(&config.conventions, now());
    let mut found = check::run(&corpus, &config, &context);
    found.retain(|one| one.level == Level::Error);
    found
}

fn parsed(text: &str) -> Postmortem {
    let source = Arc::new(Source::new("postmortems/a.md", text.into()));
    Postmortem::parse(source, &Config::default().conventions)
}

/// Everything that holds for every import.
fn assert_whole(name: &str, source: &str) -> Imported {
    let imported = import(name, source);
    let lost = lost(source, &imported);
    assert!(lost.is_empty(), "{name} lost {lost:?}\n{}", imported.text);
    let errors = errors(&imported.text);
    assert!(errors.is_empty(), "{name}: {errors:#?}\n{}", imported.text);
    let again = import(name, source);
    assert_eq!(again.text, imported.text, "{name} is not the same twice");
    imported
}

fn documents(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder)
        .expect("a folder of the corpus")
        .flatten();
    let mut entries: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let folder = path
            .parent()
            .and_then(|folder| folder.file_name())
            .and_then(|name| name.to_str());
        let markdown = [".md", ".qmd", ".html.md.erb"]
            .iter()
            .any(|end| name.ends_with(end));
        let bare = !name.contains('.')
            && folder.is_some_and(|folder| folder.starts_with(|c: char| c.is_ascii_digit()));
        if path.is_dir() {
            documents(&path, found);
        } else if markdown || bare {
            found.push(path);
        }
    }
}

#[test]
fn every_document_of_the_corpus_is_imported_whole() {
    let Some(folder) = corpus("every_document_of_the_corpus_is_imported_whole") else {
        return;
    };
    let mut paths = Vec::new();
    documents(&folder, &mut paths);
    assert!(paths.len() > 40, "{paths:?}");
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("a document is text");
        let name = path
            .strip_prefix(&folder)
            .expect("a document of the corpus")
            .display()
            .to_string();
        assert_whole(&name, &text);
    }
}

/// A heading for each entry, in a zone whose letters say winter on a day of summer.
const BY_HEADINGS: &str = "\
# 2019-07-04, doors stuck

## Summary

No door opened for 40min.

## Timeline

All times in PST

### 2019-07-04 09:10

Start of incident. The first door
sticks.

### 09:30

Two things were tried:

1. Oil
2. A hammer

```
$ hinge --status
stuck
```

### 09:50

Incident resolved. See [the log][log].

## Lessons learnt

### What went well

1. The oil was near

## Action items

### Process

1. Buy more oil [Issue](https://github.com/example/doors/issues/12)
2. Ask before hammering (@ada)

### Monitoring

1. Count the squeaks

[log]: https://example.org/log
";

/// A list of bold labels.
const BY_LABELS: &str = "\
---
title: Incident on 2020-02-18 - Lift halted
weight: 32
---

# Incident on 2020-02-18 - Lift halted

- **Key events**
  - Fault occurs 2020-02-18 14:13
  - First detected: 2020-02-18 14:20
  - Resolved 2020-02-18 14:59

- **Time to repair**: 0h 36m

- **Identified**: A passenger rang the bell, and the porter looked after it at once because nobody else was there.

- **Impact**:
  - Nobody could go up.
      - Nor down.

- **Context**:

The lift is old\u{a0}and heavy.

- **Review actions**:
  - Add a second bell
";

/// A table without outer pipes, with a line for the site generator, and a date in the file's name alone.
const BY_TABLE: &str = "\
---
layout: post
tags: [lifts, downtime]
title: Lift held
---

The lift was held, and nobody knows why.

## Incident Timeline

Time  | State
---   | ---
12:00 | The `lift` stops
15:43 | Several people ring
{: .table.table-striped }

## Resolution

It was kicked. ![The lift](/assets/lift.png)
";

/// TOML, CRLF and no sections.
const BLOG: &str = "+++\r\npath = \"2025/04/11/keys\"\r\ntitle = \"Keys: under the mat\"\r\nauthors = [\"A. Person\"]\r\n\r\n[extra]\r\nteam = \"the porters\"\r\n+++\r\n\r\nToday the keys lay under the mat.\r\n\r\n1. We took them\r\n   away.\r\n";

#[test]
fn headings_with_times_become_a_list_in_utc() {
    let imported = assert_whole("2019-07-04-doors.md", BY_HEADINGS);
    let postmortem = parsed(&imported.text);
    let times: Vec<String> = postmortem
        .timeline
        .entries
        .iter()
        .filter_map(|entry| entry.at)
        .map(|at| at.to_string())
        .collect();
    assert_eq!(
        times,
        [
            "2019-07-04T16:10:00Z",
            "2019-07-04T16:30:00Z",
            "2019-07-04T16:50:00Z"
        ],
        "{}",
        imported.text
    );
    assert!(
        imported
            .text
            .contains("  1. Oil\n  2. A hammer\n\n  ```\n  $ hinge --status\n  stuck\n  ```\n"),
        "{}",
        imported.text
    );
    assert!(
        imported.text.contains("\nimported: true\n") && imported.text.contains("\nstatus: final\n")
    );
    assert_eq!(
        postmortem.started().map(|at| at.to_string()).as_deref(),
        Some("2019-07-04T16:10:00Z")
    );
    let items: Vec<(&str, &str, bool)> = postmortem
        .actions
        .items
        .iter()
        .map(|item| {
            let action = item.action.get().map_or("", String::as_str);
            let issue = item.issue.get().map_or("", String::as_str);
            (action, issue, item.owner().is_some())
        })
        .collect();
    assert_eq!(
        items,
        [
            (
                "Process: Buy more oil Issue",
                "https://github.com/example/doors/issues/12",
                false
            ),
            ("Process: Ask before hammering", "", true),
            ("Monitoring: Count the squeaks", "", false)
        ]
    );
    let told: Vec<&str> = imported
        .draft
        .remarks
        .iter()
        .map(|remark| remark.what.as_str())
        .collect();
    for words in [
        "the summer time `PDT`",
        "the North American Pacific coast",
        "`2019-07-04 09:10 · 09:30 · 09:50`",
        "All times in PST",
    ] {
        assert!(
            told.iter().any(|what| what.contains(words)),
            "{words}: {told:#?}"
        );
    }
}

#[test]
fn bold_labels_become_sections_with_a_table_of_aliases() {
    let source = Arc::new(Source::new(
        "aliases.yml",
        "detection: Identified\ncauses: [Context]\n".into(),
    ));
    let (table, problems) = aliases::read(&source);
    assert!(problems.is_empty(), "{problems:?}");
    let plain = assert_whole("lift.html.md.erb", BY_LABELS);
    assert!(parsed(&plain.text).section(SectionKey::Causes).is_none());
    let imported = import_with("lift.html.md.erb", BY_LABELS, &table);
    assert!(lost(BY_LABELS, &imported).is_empty(), "{}", imported.text);
    let postmortem = parsed(&imported.text);
    let keys: Vec<&str> = postmortem
        .sections
        .iter()
        .map(|(key, _)| key.name())
        .collect();
    assert_eq!(
        keys,
        [
            "timeline",
            "detection",
            "impact",
            "causes",
            "actions",
            "references"
        ],
        "{}",
        imported.text
    );
    let known = |moment: &aftersight::postmortem::incident::Moment| {
        moment.known().map(|at| at.to_string()).unwrap_or_default()
    };
    let incident = &postmortem.front.incident;
    assert_eq!(
        [
            known(&incident.started),
            known(&incident.detected),
            known(&incident.resolved)
        ],
        [
            "2020-02-18T14:13:00Z",
            "2020-02-18T14:20:00Z",
            "2020-02-18T14:59:00Z"
        ]
    );
    assert_eq!(postmortem.title(), "Incident on 2020-02-18 - Lift halted");
    assert!(
        imported.text.contains("weight: 32\n") && imported.text.contains("old\u{a0}and"),
        "{}",
        imported.text
    );
    assert!(
        imported
            .text
            .contains("- Nobody could go up.\n    - Nor down."),
        "{}",
        imported.text
    );
}

#[test]
fn a_table_takes_its_day_from_the_name_of_the_file() {
    let imported = assert_whole("_posts/2018-07-12-lift.md", BY_TABLE);
    let postmortem = parsed(&imported.text);
    let entries: Vec<String> = postmortem
        .timeline
        .entries
        .iter()
        .map(|entry| format!("{} {}", entry.at.unwrap_or_default(), entry.event))
        .collect();
    assert_eq!(
        entries,
        [
            "2018-07-12T12:00:00Z The lift stops",
            "2018-07-12T15:43:00Z Several people ring"
        ],
        "{}",
        imported.text
    );
    assert_eq!(
        postmortem.summary,
        "The lift was held, and nobody knows why."
    );
    let told: Vec<String> = imported
        .draft
        .remarks
        .iter()
        .map(|remark| format!("{} {}", remark.place, remark.what))
        .collect();
    for words in [
        "_posts/2018-07-12-lift.md:13 the day 2018-07-12 of times that name none, from the file's name",
        "_posts/2018-07-12-lift.md:13 that times without a zone are UTC",
        "_posts/2018-07-12-lift.md:15 `{: .table.table-striped }`",
        "_posts/2018-07-12-lift.md:19 the picture `/assets/lift.png`, which was not brought along",
    ] {
        assert!(
            told.iter().any(|what| what.starts_with(words)),
            "{words}: {told:#?}"
        );
    }
}

#[test]
fn a_post_without_sections_is_its_summary() {
    let imported = assert_whole("content/keys.md", BLOG);
    assert!(!imported.text.contains('\r'));
    let postmortem = parsed(&imported.text);
    assert_eq!(postmortem.title(), "Keys: under the mat");
    assert_eq!(postmortem.summary, "Today the keys lay under the mat.");
    assert!(
        imported
            .text
            .contains("```toml\npath = \"2025/04/11/keys\"\n"),
        "{}",
        imported.text
    );
}

#[test]
fn a_timeline_that_we_read_as_it_is_stays_as_it_is() {
    let table = "| Time (UTC) | Event |\n| --- | --- |\n| 2020-01-02 10:00 | It *fell*. |\n| 10:05 | It stood. |";
    let source = format!("# Tower\n\n## Timeline\n\n{table}\n\nThat was all.\n");
    let imported = assert_whole("tower.md", &source);
    assert!(imported.text.contains(table), "{}", imported.text);
    assert!(
        !imported.text.contains("as they were written"),
        "{}",
        imported.text
    );
}

#[test]
fn what_is_no_foreign_document_is_refused() {
    let config = Config::default();
    let wish = Wish {
        conventions: &config.conventions,
        zone: None,
        aliases: &[],
        channel: None,
        from: None,
        to: None,
    };
    for (text, why) in [
        (
            include_str!("../src/rules/canonical.md"),
            "is a postmortem of this format already; copy it into the folder of postmortems",
        ),
        ("\u{feff} \n", "is empty"),
        ("a\0b", "is no text"),
    ] {
        let input = Input {
            name: "a.md".into(),
            text: text.into(),
            sha256: String::new(),
        };
        let mismatch = markdown::read(&[input], &wish).expect_err(why);
        assert_eq!(
            (mismatch.file.as_str(), mismatch.why.as_str()),
            ("a.md", why)
        );
    }
}

/// Pieces of documents in every style that was met, and some in none.
const PIECES: &[&str] = &[
    "# Title of it all\n",
    "## Timeline (all times PST)\n",
    "## Timeline\n",
    "### 2019-07-04 09:10 Began\n",
    "### 23:50\n",
    "### 00:10\n",
    "All times in CET.\n",
    "- 10:00 - first\n- **10:05** second *word*\n- [10:07](https://x.example/a_b) linked\n  - nested 10:08\n- no time\n",
    "- Fault occurs 2020-02-18 14:13\n- Resolved: 2020-02-18 14:59\n",
    "| Day | Date | Time (PST) | Event |\n|---|---|---|---|\n| Monday | 05/10/2021 | 9:15 AM | a \\| b\n| | | 10:00 AM | `c|d` |\n",
    "10/20/2022 - 15:38 CST - someone converted it\n10/20/2022 - 15:41 CST - found\\\nout\n",
    "2024-01-01\n\n- 14:51 Ipsum\n",
    "## Root Cause: a [bolt](bolts/1.md \"A title\")\n",
    "## Fallout <a id=\"x\"></a>\n",
    "### What went well\n",
    "**Impact**: none at all\n",
    "**Root causes**:\n",
    "- **Key events**\n  - Began 2020-01-02 10:00\n- **Context**:\n    four in\n\n\tand a tab\n- **Severity**: P1\n",
    "## Action Items\n",
    "- [x] Done it (@ada)\n- [ ] Open, due 2024-05-01 [#7]\n- ~~struck~~ ✅\n- [bo] prefix\n- [P1] <b>bold</b>\n",
    "1. a\n   ```sh\n   # not a heading\n   ```\n2. b\n",
    "| Action item | Owner | Bug | Issue |\n|---|---|---|---|\n| x | @ada | y | [T-1](https://t.example/browse/T-1) |\n",
    "| # | Task | Who | Ticket | When |\n|---|---|---|---|---|\n| 1 | x y | me | [label](https://t.example/browse/T-1) | soon |\n",
    "### Process\n\n1. group\n",
    "```\ncode 10:00\n",
    "~~~~\n## inside\n~~~~\n",
    "    indented code\n",
    "> quoted 10:00\n> ## heading\n",
    "<!-- a comment -->\n<details><summary>More</summary>\n\ninner\n\n</details>\n",
    "<!-- aftersight: allow(secret) because x -->\n",
    "{% include x.html %} {{ site.baseurl }} <%= erb %>\n",
    "Setext title\n===\n",
    "Sub\n---\n",
    "***\n",
    "[#7]: https://github.com/a/b/issues/7\n",
    "Text with \u{a0}no-break, 日本語, e\u{301} and a\\\nbreak.[^1]\n\n[^1]: A note.\n",
    "Date: 3 May 2021\nSeverity: Major (high)\nOwner: @a/b\n",
    "### Resolution\n\nended 11:00.\n",
    "- \n-\n",
    "Line | no table\n",
];

const FRONTS: &[&str] = &[
    "",
    "---\ntitle: \"A: b\"\nweight: 3\ntags: [x, y]\n---\n",
    "---\n# comment\ntitle: x # more\ntitle: y\ndate: 2020-01-02\n---\n",
    "---\n{title: a, tags: [b]}\n---\n",
    "---\ntitle: [broken\nother: 1\n---\n",
    "+++\ntitle = \"T\"\ndate = 2020-01-02\n[extra]\na = [1,\n 2]\n+++\n",
    "+++\nbroken = \n+++\n",
    "---\ndescription: What it is\nsummary: |\n  two\n  lines\n---\n",
];

proptest! {
    // `PROPTEST_CASES` asks for more.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_word_of_any_document_is_lost(front in select(FRONTS), pieces in proptest::collection::vec(select(PIECES), 0..12), crlf in any::<bool>()) {
        let mut text = format!("{front}{}", pieces.join("\n"));
        if text.trim().is_empty() {
            text.push('x');
        }
        if crlf {
            text = text.replace('\n', "\r\n");
        }
        assert_whole("docs/2019-07-04-some-name.md", &text);
    }
}

#[test]
fn the_command_writes_what_check_accepts() {
    let repo = Repo::clean();
    repo.write("old/2020-02-18-lift.html.md.erb", BY_LABELS);
    repo.write("aliases.yml", "detection: Identified\ncauses: [Context]\n");
    let file = repo
        .file("old/2020-02-18-lift.html.md.erb")
        .display()
        .to_string();
    let table = repo.file("aliases.yml").display().to_string();
    let run = repo.expect(0, &["import", "markdown", &file, "--aliases", &table]);
    let path = run.stdout.trim();
    assert!(path.starts_with("postmortems/2020-02-18-"), "{path}");
    assert!(run.stderr.contains("is imported now"), "{}", run.stderr);
    let text = repo.read(path);
    assert!(
        text.contains("\n## Detection\n") && text.contains("id: INC-2020-"),
        "{text}"
    );
    repo.expect(0, &["check"]);
    let again = repo.expect(0, &["import", "markdown", &file]);
    assert!(
        again.stdout.is_empty() && again.stderr.contains("already"),
        "{}",
        again.stderr
    );
}

#[test]
fn mistakes_in_the_aliases_are_told_at_their_place() {
    let repo = Repo::clean();
    repo.write("old.md", BLOG);
    repo.write("aliases.yml", "timelin: Key events\n");
    let file = repo.file("old.md").display().to_string();
    let table = repo.file("aliases.yml").display().to_string();
    let run = repo.expect(2, &["import", "markdown", &file, "--aliases", &table]);
    assert!(
        run.stderr
            .contains("aliases.yml:1:1: `timelin` is no section"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("write `timeline`"), "{}", run.stderr);
}
