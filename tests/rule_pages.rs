//! Every rule page is executed: what it calls bad makes exactly its rule fire and prints what it says, what it calls good is
//! silent, and what it calls fixed is the fix of the bad.
//!
//! `UPDATE_PAGES=1 cargo test rule_pages` writes the findings into the pages.
//!
//! A page's blocks are spliced into `src/rules/canonical.md`: a `yaml` block sets keys of the front matter (a key without a
//! value removes it), a `markdown` block that begins with a heading replaces the section of that name or is put before
//! the action items, one that begins with `---` is a whole file. A further word in the block's first line names another file: `base` is
//! the same postmortem on the base branch, `history` is what git tells of the postmortem (the fields of `Course`) and
//! the moment of the check (`now`), `files` lists what lies around it (`img/a.png`, `doc/b.md#heading`), `ledger` is
//! what the ledger holds of its action items, anything else is a second postmortem.
//!
//! The examples under *Fixed* are the fixes of the bad examples that have one, in their order: what `fix` writes, or an editor where it
//! is a guess. They are silent, or a `console` block says what is left to the author: a skeleton does not fill itself.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use aftersight::check;
use aftersight::config::Config;
use aftersight::corpus::Corpus;
use aftersight::diagnostic::{Diagnostic, Edit};
use aftersight::fix::{self, Checked};
use aftersight::ledger::items;
use aftersight::postmortem::conventions::{Conventions, Service};
use aftersight::postmortem::section::SectionKey;
use aftersight::report::{self, Format};
use aftersight::rules::context::{Course, History, Surroundings, Tracked};
use aftersight::rules::{Context, Rule, rules};
use aftersight::source::Source;

const CANONICAL: &str = include_str!("../src/rules/canonical.md");

/// A fenced block of a page: its first line's words and its text.
struct Fence {
    words: Vec<String>,
    text: String,
}

fn fences(page: &str, heading: &str) -> Vec<Fence> {
    let Some((_, rest)) = page.split_once(&format!("\n## {heading}\n")) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut open: Option<(usize, Fence)> = None;
    for line in rest.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match &mut open {
            Some((length, _)) if ticks >= *length && line.trim_matches('`').is_empty() => {
                found.extend(open.take().map(|(_, fence)| fence))
            }
            Some((_, fence)) => {
                fence.text.push_str(line);
                fence.text.push('\n');
            }
            None if ticks >= 3 => {
                let words = line
                    .trim_matches('`')
                    .split_whitespace()
                    .map(String::from)
                    .collect();
                open = Some((
                    ticks,
                    Fence {
                        words,
                        text: String::new(),
                    },
                ));
            }
            None if line.starts_with("## ") => break,
            None => {}
        }
    }
    found
}

/// Puts the fragments that name no other file, or the given one, into the canonical postmortem.
fn splice(parts: &[&Fence]) -> String {
    let mut text = CANONICAL.to_string();
    for fence in parts {
        if fence.text.starts_with("---\n") || fence.words[0] == "text" {
            text = fence.text.clone();
        } else if fence.words[0] == "yaml" {
            text = splice_keys(&text, &fence.text);
        } else {
            text = splice_section(&text, &fence.text);
        }
    }
    text
}

fn splice_keys(text: &str, keys: &str) -> String {
    let mut groups: Vec<(String, String)> = Vec::new();
    for line in keys.lines() {
        match line
            .split_once(':')
            .filter(|_| !line.starts_with([' ', '-', '#']))
        {
            Some((key, _)) => groups.push((key.into(), format!("{line}\n"))),
            None => groups
                .last_mut()
                .expect("a fragment begins with a key")
                .1
                .push_str(&format!("{line}\n")),
        }
    }
    let (front, body) = text[4..]
        .split_once("\n---\n")
        .expect("the canonical postmortem has a front matter");
    let mut lines: Vec<&str> = front.lines().collect();
    let mut added = String::new();
    let mut replaced = vec![false; groups.len()];
    let mut out = String::from("---\n");
    while !lines.is_empty() {
        let length = 1 + lines[1..]
            .iter()
            .take_while(|line| line.starts_with([' ', '-', '#']))
            .count();
        let key = lines[0].split(':').next().unwrap_or_default();
        let mut matching: Vec<usize> = (0..groups.len())
            .filter(|index| groups[*index].0 == key)
            .collect();
        if matching.is_empty() {
            for line in &lines[..length] {
                let _ = writeln!(out, "{line}");
            }
        }
        for index in matching.drain(..) {
            replaced[index] = true;
            if groups[index].1.trim() != format!("{key}:") {
                out.push_str(&groups[index].1);
            }
        }
        lines.drain(..length);
    }
    for (index, (_, text)) in groups.iter().enumerate() {
        if !replaced[index] {
            added.push_str(text);
        }
    }
    format!("{out}{added}---\n{body}")
}

fn level(line: &str) -> Option<usize> {
    let hashes = line.len() - line.trim_start_matches('#').len();
    (hashes > 0 && line[hashes..].starts_with(' ')).then_some(hashes)
}

fn splice_section(text: &str, section: &str) -> String {
    let heading = section.lines().next().unwrap_or_default();
    let depth =
        level(heading).unwrap_or_else(|| panic!("a fragment begins with a heading: {heading}"));
    let key = |line: &str| SectionKey::from_heading(line.trim_start_matches('#'), &[]);
    let lines: Vec<&str> = text.lines().collect();
    let found = lines.iter().position(|line| {
        level(line).is_some()
            && (key(line).is_some() && key(line) == key(heading) || *line == heading)
    });
    let (start, end) = match found {
        Some(start) => {
            let own = level(lines[start]).unwrap_or(depth);
            let rest = lines[start + 1..]
                .iter()
                .position(|line| level(line).is_some_and(|level| level <= own));
            (start, rest.map_or(lines.len(), |at| start + 1 + at))
        }
        None => {
            let at = lines
                .iter()
                .position(|line| *line == "## Action items")
                .unwrap_or(lines.len());
            (at, at)
        }
    };
    let mut out = lines[..start].join("\n");
    out.push('\n');
    // A heading with nothing below it, in angle brackets, removes the section.
    if !section.contains("<removed>") {
        out.push_str(section.trim_end());
        out.push_str("\n\n");
    }
    out.push_str(&lines[end..].join("\n"));
    out.push('\n');
    out
}

fn conventions() -> Conventions {
    let service = |name: &str| {
        (
            name.to_string(),
            Service {
                owner: Some("@example/payments".into()),
                description: String::new(),
            },
        )
    };
    let cause = |name: &str| (name.to_string(), String::new());
    Conventions {
        services: ["checkout", "payments", "search"].map(service).into(),
        causes: [
            "change",
            "capacity",
            "missing-test",
            "missing-alert",
            "expiry",
        ]
        .map(cause)
        .into(),
        ..Conventions::default()
    }
}

/// The value of a key in the fence `history`.
fn told(text: &str, key: &str) -> Option<String> {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(key)?.strip_prefix(": "))?;
    Some(line.to_string())
}

/// What git tells of the postmortem of a page.
fn history_of(text: &str) -> History {
    let value = |key: &str| told(text, key);
    let time = |key: &str| value(key).map(|time| time.parse().expect("a time"));
    let added = time("added").expect("a history says when the file was added");
    let is = |key: &str| value(key).is_some_and(|value| value == "true");
    let course = Course {
        added,
        older: is("older"),
        changed: time("changed").unwrap_or(added),
        finished: time("finished"),
        finished_earlier: is("finished_earlier"),
        published: value("published").is_none_or(|published| published == "true"),
    };
    History {
        courses: [("postmortems/2026-10-10-checkout.md".to_string(), course)].into(),
    }
}

/// The files around the postmortem of a page.
fn surroundings_of(text: &str) -> Surroundings {
    let mut surroundings = Surroundings::default();
    for line in text.lines() {
        let (path, anchor) = line.split_once('#').unwrap_or((line, ""));
        let anchors = surroundings.files.entry(path.to_string()).or_default();
        anchors.extend((!anchor.is_empty()).then(|| anchor.to_string()));
    }
    surroundings
}

/// What the ledger of a page knows, read as from its branch.
fn tracked_of(text: &str) -> Tracked {
    let path = "items/2026/INC-2026-014.json".to_string();
    let (items, flaws) = items::read(&[(path, text.into())].into());
    assert_eq!(flaws, [], "a ledger is one that can be read");
    Tracked {
        items,
        repository: None,
    }
}

/// The findings of the fences, each file under its own name.
fn diagnose(parts: &[Fence]) -> (Vec<Diagnostic>, String) {
    let conventions = Arc::new(conventions());
    let mut config = Config::default();
    config.conventions = Arc::clone(&conventions);
    let name = |fence: &Fence| fence.words.get(1).cloned();
    let mut names: Vec<Option<String>> = vec![None];
    names.extend(parts.iter().map(name).filter(|name| name.is_some()));
    names.dedup();
    let mut sources = Vec::new();
    let mut base = None;
    let mut now = "2026-10-14T09:00:00Z".to_string();
    let (mut history, mut surroundings, mut tracked) = (None, None, None);
    let mut main = String::new();
    for wanted in names {
        let own: Vec<&Fence> = parts
            .iter()
            .filter(|fence| fence.words[0] != "console" && name(fence) == wanted)
            .collect();
        let gathered = matches!(wanted.as_deref(), Some("history" | "files" | "ledger"));
        let text = if gathered {
            String::new()
        } else {
            splice(&own)
        };
        match wanted.as_deref() {
            None => {
                main.clone_from(&text);
                sources.push(Source::new("postmortems/2026-10-10-checkout.md", text));
            }
            Some("base") => {
                let source = Source::new("postmortems/2026-10-10-checkout.md", text);
                base = Some(Corpus::new(vec![source], Arc::clone(&conventions)));
            }
            Some("history") => {
                history = Some(history_of(&own[0].text));
                now = told(&own[0].text, "now").unwrap_or(now);
            }
            Some("files") => surroundings = Some(surroundings_of(&own[0].text)),
            Some("ledger") => tracked = Some(tracked_of(&own[0].text)),
            Some(other) => sources.push(Source::new(&format!("postmortems/{other}.md"), text)),
        }
    }
    let corpus = Corpus::new(sources, Arc::clone(&conventions));
    let context = Context {
        base: base.as_ref(),
        history: history.as_ref(),
        surroundings: surroundings.as_ref(),
        tracked: tracked.as_ref(),
        ..Context::new(&conventions, now.parse().expect("a time"))
    };
    let mut diagnostics = check::run(&corpus, &config, &context);
    // What is allowed with a reason is silent.
    diagnostics.retain(|one| one.allowed.is_none());
    (diagnostics, main)
}

/// The text after every edit that the findings offer, guesses too.
fn edited(diagnostics: &[Diagnostic], text: &str) -> String {
    let mut edits: Vec<&Edit> = diagnostics
        .iter()
        .flat_map(|one| &one.finding.fix)
        .collect();
    edits.sort_by_key(|edit| (edit.span, edit.order));
    edits.dedup();
    let mut text = text.to_string();
    for edit in edits.into_iter().rev() {
        text.replace_range(edit.span.range(), &edit.text);
    }
    text
}

/// What `fix` makes of a text.
fn mended(text: &str) -> String {
    let conventions = Arc::new(conventions());
    let mut config = Config::default();
    config.conventions = Arc::clone(&conventions);
    let now = "2026-10-14T09:00:00Z".parse().expect("a time");
    let context = Context::new(&conventions, now);
    let check = |source| Checked::read(source, &config, &context);
    let source = Source::new("postmortems/2026-10-10-checkout.md", text.into());
    let outcome = fix::fix(&Arc::new(source), check);
    outcome.text.unwrap_or_else(|| text.to_string())
}

fn shown(diagnostics: &[Diagnostic]) -> String {
    let text = report::render(Format::Full, diagnostics, 1, false);
    let closing = report::closing(diagnostics, 1);
    text.strip_suffix(&closing)
        .unwrap_or(&text)
        .trim_end()
        .to_string()
        + "\n"
}

/// The bad examples of a page: the blocks up to each `console` block, and that block.
fn bad(page: &str) -> Vec<(Vec<Fence>, String)> {
    let mut examples = Vec::new();
    let mut open = Vec::new();
    for fence in fences(page, "Bad") {
        if fence.words[0] == "console" {
            examples.push((std::mem::take(&mut open), fence.text));
        } else {
            open.push(fence);
        }
    }
    assert!(
        open.is_empty(),
        "every bad example is followed by a `console` block"
    );
    examples
}

/// Fences by example: those of other files belong to the example before them, and a section to the keys right before it.
fn by_example(fences: Vec<Fence>) -> Vec<Vec<Fence>> {
    let mut examples: Vec<Vec<Fence>> = Vec::new();
    for fence in fences {
        let joins = |last: &&mut Vec<Fence>| {
            let keys = last.len() == 1 && last[0].words == ["yaml"];
            let of_it = fence.words.len() > 1 || fence.words == ["console"];
            of_it || keys && fence.words == ["markdown"]
        };
        match examples.last_mut().filter(joins) {
            Some(last) => last.push(fence),
            None => examples.push(vec![fence]),
        }
    }
    examples
}

fn page_path(rule: &Rule) -> PathBuf {
    let file = rule.name.replace('-', "_");
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("src/rules")
        .join(rule.group.name())
        .join(format!("{file}.md"))
}

#[test]
fn the_canonical_postmortem_is_silent() {
    let (diagnostics, _) = diagnose(&[]);
    assert_eq!(shown(&diagnostics), "\n");
}

#[test]
fn rule_pages_say_what_happens() {
    let update = std::env::var_os("UPDATE_PAGES").is_some();
    let mut flaws = Vec::new();
    for rule in rules() {
        let mut page =
            std::fs::read_to_string(page_path(rule)).expect("a rule has its page beside it");
        for heading in ["What", "Why", "Bad", "Good", "Sources"] {
            if !page.contains(&format!("\n## {heading}\n")) {
                flaws.push(format!("{}: no section {heading}", rule.name));
            }
        }
        if !page.starts_with(&format!("# {}\n", rule.name)) {
            flaws.push(format!("{}: the page begins with its name", rule.name));
        }
        for seed in rule.sources {
            let sources = page.split("\n## Sources\n").nth(1).unwrap_or_default();
            if !sources.contains(&format!("- {}:", seed.name())) {
                flaws.push(format!(
                    "{}: {} is not named under Sources",
                    rule.name,
                    seed.name()
                ));
            }
        }
        let examples = bad(&page);
        if examples.is_empty() {
            flaws.push(format!("{}: no bad example", rule.name));
        }
        for (parts, console) in examples {
            let (diagnostics, main) = diagnose(&parts);
            let others: Vec<&str> = diagnostics
                .iter()
                .map(|one| one.rule)
                .filter(|other| *other != rule.name)
                .collect();
            if diagnostics.is_empty() || !others.is_empty() {
                flaws.push(format!(
                    "{}: a bad example makes {others:?} fire\n{}\n{main}",
                    rule.name,
                    shown(&diagnostics)
                ));
            }
            let expected = shown(&diagnostics);
            if expected != console && update {
                page = page.replacen(
                    &format!("```console\n{console}```"),
                    &format!("```console\n{expected}```"),
                    1,
                );
            } else if expected != console {
                flaws.push(format!(
                    "{}: the page says\n{console}\nthe check says\n{expected}",
                    rule.name
                ));
            }
        }
        let good = fences(&page, "Good");
        if good.is_empty() {
            flaws.push(format!("{}: no good example", rule.name));
        }
        let examples = by_example(good);
        for parts in examples {
            let (diagnostics, main) = diagnose(&parts);
            if !diagnostics.is_empty() {
                flaws.push(format!(
                    "{}: a good example is not silent\n{}\n{main}",
                    rule.name,
                    shown(&diagnostics)
                ));
            }
        }
        let fixable = bad(&page).into_iter().map(|(parts, _)| diagnose(&parts));
        let mut fixable =
            fixable.filter(|(found, _)| found.iter().any(|one| !one.finding.fix.is_empty()));
        for mut parts in by_example(fences(&page, "Fixed")) {
            let console = parts.pop_if(|last| last.words == ["console"]);
            let Some((diagnostics, text)) = fixable.next() else {
                flaws.push(format!("{}: more is fixed than can be", rule.name));
                break;
            };
            let (after, expected) = diagnose(&parts);
            let edited = edited(&diagnostics, &text);
            let guessed = diagnostics.iter().any(|one| one.finding.guessed);
            for text in [(!guessed).then(|| mended(&text)), Some(edited)]
                .into_iter()
                .flatten()
            {
                if text != expected {
                    flaws.push(format!(
                        "{}: the fix gives\n{text}\nthe page says\n{expected}",
                        rule.name
                    ));
                }
            }
            let said = console.map_or("\n".into(), |console| console.text);
            if shown(&after) != said && update && said != "\n" {
                let new = format!("```console\n{}```", shown(&after));
                page = page.replacen(&format!("```console\n{said}```"), &new, 1);
            } else if shown(&after) != said {
                flaws.push(format!(
                    "{}: after the fix the page says\n{said}\nthe check says\n{}",
                    rule.name,
                    shown(&after)
                ));
            }
        }
        let left = fixable
            .filter(|(found, _)| found.iter().all(|one| !one.finding.guessed))
            .count();
        if left > 0 {
            flaws.push(format!("{}: {left} fixes are not shown", rule.name));
        }
        if update {
            std::fs::write(page_path(rule), page).expect("the page can be written");
        }
    }
    assert!(flaws.is_empty(), "{}", flaws.join("\n\n"));
}

#[test]
fn every_rule_file_is_listed_once() {
    let mut listed: Vec<String> = rules().map(|rule| rule.name.replace('-', "_")).collect();
    listed.sort();
    let mut unique = listed.clone();
    unique.dedup();
    assert_eq!(listed, unique);
    let mut pages = Vec::new();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    for group in std::fs::read_dir(folder)
        .expect("the folder")
        .flatten()
        .filter(|entry| entry.path().is_dir())
    {
        for file in std::fs::read_dir(group.path())
            .expect("the group")
            .flatten()
        {
            let name = file.file_name().to_string_lossy().into_owned();
            pages.extend(name.strip_suffix(".md").map(String::from));
        }
    }
    pages.sort();
    assert_eq!(listed, pages);
}
