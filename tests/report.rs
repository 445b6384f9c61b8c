//! Reports of hostile diagnostics: each format keeps its form, and its data, whatever stands in the values.

use std::sync::{Arc, LazyLock};

use aftersight::diagnostic::{Allowed, Diagnostic, Finding, Level};
use aftersight::output::defuse;
use aftersight::report::{self, Format};
use aftersight::rules::rules;
use aftersight::source::{Source, Span};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;

use crate::runner::{annotations, obeyed};

/// What values are made of: what some reader of some format takes for an order.
const PARTS: &[&str] = &[
    "word",
    " ",
    "\n",
    "\r",
    "\r\n",
    "::",
    ":",
    "##[",
    "##",
    "[",
    "]",
    "(",
    ")",
    "%",
    "%0A",
    "%25",
    "%2C",
    ",",
    "=",
    ";",
    "\u{feff}",
    "\u{200b}",
    "🙂",
    "日本語",
    "\u{2028}",
    "\u{85}",
    "\u{9b}31m",
    "\u{1b}[31m",
    "\u{7f}",
    "::error::x",
    "::add-mask::x",
    "::stop-commands::x",
    "##[error]x",
    "##[add-mask]x",
    "error",
    "`",
    "``",
    "```",
    "<script>",
    "</p>",
    "<!--",
    "-->",
    "&lt;",
    "&",
    "@team",
    "@",
    "#12",
    "GH-3",
    "[x](http://evil.example)",
    "![i](x)",
    "{0}",
    "{",
    "}",
    "|",
    "\\",
    "$x$",
    "*",
    "_",
    "~~",
    "- ",
    "1. ",
    "# ",
    "> ",
    "---",
    "https://evil.example/a_b?c=d&e#f",
    "see https://evil.example/*x*. ",
    "www.evil.example",
    "a@b.example",
    "\u{202e}",
    "\"",
    "'",
    "\u{0}",
    "\t",
];

fn hostile() -> impl Strategy<Value = String> {
    let text = prop::collection::vec(select(PARTS), 0..14).prop_map(|parts| parts.concat());
    let long = select(PARTS).prop_map(|part| part.repeat(5_000 / part.len().max(1)));
    prop_oneof![9 => text, 1 => long]
}

fn diagnostic() -> impl Strategy<Value = Diagnostic> {
    let texts = (
        hostile(),
        hostile(),
        hostile(),
        hostile(),
        hostile(),
        hostile(),
    );
    let rule = select(rules().map(|rule| rule.name).collect::<Vec<_>>());
    let level = select(vec![Level::Note, Level::Warning, Level::Error]);
    let kind = (
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        0..99_usize,
        0..99_usize,
    );
    (texts, rule, level, kind).prop_map(
        |(
            (path, text, message, help, label, reason),
            rule,
            level,
            (fix, guess, allow, at, length),
        )| {
            let source = Arc::new(Source::new(&format!("postmortems/{path}.md"), text));
            let end = source.text().len();
            let start = boundary(source.text(), at.min(end));
            let stop = boundary(source.text(), (start + length).min(end));
            let span = Span::new(start, stop);
            let mut finding = Finding::new(span, "", "").with_related(&source, span, &label);
            // Harder than any rule: `Finding::new` would make one line of them.
            finding.message = message;
            finding.help = help.clone();
            if fix {
                finding = finding.with_edit(span, help);
            }
            finding.guessed = guess;
            Diagnostic {
                rule,
                level,
                source,
                finding,
                fingerprint: "0123456789abcdef".into(),
                allowed: allow.then_some(Allowed {
                    because: reason,
                    until: None,
                }),
            }
        },
    )
}

/// The last place up to `at` where a character begins.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at).rfind(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn diagnostics() -> impl Strategy<Value = Vec<Diagnostic>> {
    prop::collection::vec(diagnostic(), 0..5)
}

/// A plain finding without anything remarkable.
fn plain(level: Level, text: &str) -> Diagnostic {
    Diagnostic {
        rule: "bad-value",
        level,
        source: Arc::new(Source::new("postmortems/a.md", text.into())),
        finding: Finding::new(
            Span::new(0, 0),
            "`severity` cannot be `sev9`",
            "write `sev1`",
        ),
        fingerprint: "0123456789abcdef".into(),
        allowed: None,
    }
}

/// What is printed for a format on a terminal, outside of GitHub Actions, where no guard helps.
fn printed(format: Format, diagnostics: &[Diagnostic]) -> String {
    let text = report::render(format, diagnostics, 1, false);
    if format.is_for_people() {
        defuse(&text)
    } else {
        text
    }
}

fn schema(text: &str) -> jsonschema::Validator {
    let schema = serde_json::from_str(text).expect("the schema is JSON");
    jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .expect("a schema")
}

static SARIF: LazyLock<jsonschema::Validator> =
    LazyLock::new(|| schema(include_str!("schemas/sarif-2.1.0.json")));
static RDJSON: LazyLock<jsonschema::Validator> =
    LazyLock::new(|| schema(include_str!("schemas/rdjson.json")));

fn valid(schema: &jsonschema::Validator, text: &str) -> Result<Value, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let flaws: Vec<String> = schema
        .iter_errors(&value)
        .map(|flaw| format!("{}: {flaw}", flaw.instance_path()))
        .collect();
    if flaws.is_empty() {
        Ok(value)
    } else {
        Err(flaws.join("\n"))
    }
}

/// The text of a region, by lines and columns of characters, a byte-order mark not counted.
fn region<'a>(text: &'a str, region: &Value) -> Option<&'a str> {
    let at = |line: &str, column: &str| {
        let (line, column) = (
            region[line].as_u64()? as usize,
            region[column].as_u64()? as usize,
        );
        let start: usize = text
            .split_inclusive('\n')
            .take(line - 1)
            .map(str::len)
            .sum();
        let bom = if start == 0 && text.starts_with('\u{feff}') {
            1
        } else {
            0
        };
        let rest = &text[start..];
        let offset = rest
            .char_indices()
            .nth(column - 1 + bom)
            .map_or(rest.len(), |(at, _)| at);
        Some(start + offset)
    };
    text.get(at("startLine", "startColumn")?..at("endLine", "endColumn")?)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_printed_is_a_command_but_annotations(diagnostics in diagnostics()) {
        for (name, format) in Format::ALL {
            let text = printed(format, &diagnostics);
            let found = obeyed(&text);
            if format == Format::Github {
                let shown = diagnostics.iter().filter(|one| one.allowed.is_none()).count();
                prop_assert_eq!(found.len(), shown);
                prop_assert_eq!(text.lines().count(), shown);
            } else {
                prop_assert!(found.is_empty(), "{} says {:?}\n{}", name, found, text);
            }
        }
        let table = defuse(&report::stats(&diagnostics, 1));
        prop_assert!(obeyed(&table).is_empty(), "{}", table);
    }

    #[test]
    fn the_runner_reads_what_the_check_said(mut one in diagnostic()) {
        one.allowed = None;
        let log = printed(Format::Github, std::slice::from_ref(&one));
        let found = annotations(&log);
        prop_assert_eq!(found.len(), 1);
        let (found, finding) = (&found[0], &one.finding);
        let mut message = finding.message.clone();
        if !finding.help.is_empty() {
            message += &format!("\nhelp: {}", finding.help);
        }
        prop_assert!(message.starts_with(&found.message));
        let whole = message.encode_utf16().count() <= 4096;
        prop_assert!(message == found.message || !whole && found.message.encode_utf16().count() > 4094);
        prop_assert_eq!(&found.properties["file"], one.path());
        let title = format!("{}[{}]", one.level, one.rule);
        prop_assert_eq!(&found.properties["title"], &title);
        let (start, end) = (one.source.position(finding.span.start), one.source.position(finding.span.end));
        let mut places = vec![("line", start.line), ("endline", end.line)];
        if start.line == end.line {
            places.extend([("col", start.column), ("endcolumn", end.column)]);
        }
        for (key, number) in &places {
            prop_assert_eq!(&found.properties[*key], &number.to_string());
        }
        prop_assert_eq!(found.properties.len(), places.len() + 2);
    }

    #[test]
    fn sarif_is_valid_and_says_what_the_check_said(diagnostics in diagnostics()) {
        let text = printed(Format::Sarif, &diagnostics);
        let value = valid(&SARIF, &text).map_err(TestCaseError::fail)?;
        let results = value["runs"][0]["results"].as_array().expect("results");
        prop_assert_eq!(results.len(), diagnostics.len());
        for (result, one) in results.iter().zip(&diagnostics) {
            let rule = result["ruleIndex"].as_u64().expect("a number") as usize;
            prop_assert_eq!(&value["runs"][0]["tool"]["driver"]["rules"][rule]["id"], one.rule);
            let place = &result["locations"][0]["physicalLocation"];
            let uri = place["artifactLocation"]["uri"].as_str().expect("a path");
            prop_assert!(uri.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~/%".contains(&b)), "{}", uri);
            let path = percent_encoding::percent_decode_str(uri).decode_utf8().expect("text");
            prop_assert_eq!(path, one.path());
            let own = one.source.slice(one.finding.span);
            // A byte-order mark has no place of its own.
            let seen = match one.finding.span.start {
                0 => own.trim_start_matches('\u{feff}'),
                _ => own,
            };
            prop_assert_eq!(region(one.source.text(), &place["region"]), Some(seen));
            if let Some(snippet) = place["region"]["snippet"]["text"].as_str() {
                prop_assert_eq!(snippet, own);
            }
            prop_assert_eq!(result.get("suppressions").is_some(), one.allowed.is_some());
            prop_assert_eq!(result.get("fixes").is_some(), one.finding.is_fixable());
            let message = result["message"]["text"].as_str().expect("text");
            let shown = message.replace("\\[", "").replace("\\]", "");
            prop_assert!(!shown.contains("]("), "{}", message);
            prop_assert!(!message.replace("{{", "").replace("}}", "").contains(['{', '}']), "{}", message);
        }
    }

    #[test]
    fn rdjson_is_valid_and_counts_bytes(diagnostics in diagnostics()) {
        let text = printed(Format::Rdjson, &diagnostics);
        let value = valid(&RDJSON, &text).map_err(TestCaseError::fail)?;
        let found = value["diagnostics"].as_array().expect("a list");
        let shown: Vec<_> = diagnostics.iter().filter(|one| one.allowed.is_none()).collect();
        prop_assert_eq!(found.len(), shown.len());
        for (found, one) in found.iter().zip(shown) {
            let text = one.source.text();
            let offset = |end: &Value| {
                let (line, column) = (end["line"].as_u64()? as usize, end["column"].as_u64()? as usize);
                let start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
                Some(start + column - 1)
            };
            let range = |range: &Value| Some(offset(&range["start"])?..offset(&range["end"])?);
            let span = one.finding.span.range();
            prop_assert_eq!(range(&found["location"]["range"]), Some(span.clone()));
            prop_assert_eq!(&found["location"]["path"], one.path());
            prop_assert_eq!(&found["code"]["value"], one.rule);
            prop_assert_eq!(found.get("suggestions").is_some(), !one.finding.fix.is_empty());
            if let Some(suggestion) = found.get("suggestions") {
                prop_assert_eq!(range(&suggestion[0]["range"]), Some(span));
                prop_assert_eq!(&suggestion[0]["text"], &one.finding.fix[0].text);
            }
        }
    }

    #[test]
    fn the_summary_is_only_what_we_wrote(diagnostics in diagnostics()) {
        let text = report::summary(&diagnostics, 1, true, report::MOST_SUMMARY_BYTES);
        let html = github_html(&text);
        let tags = tags(&html);
        let known = ["h2", "h3", "p", "ul", "li", "strong", "a", "code", "br"];
        for (name, rest) in &tags {
            let name = name.trim_start_matches('/');
            prop_assert!(known.contains(&name), "{} in {}\n{}", name, text, html);
            prop_assert!(rest.is_empty() || name == "a", "{} {} in {}", name, rest, html);
        }
        for link in html.split("<a href=\"").skip(1) {
            let (target, rest) = link.split_once("\">").expect("only an address");
            let words = rest.split("</a>").next().unwrap_or_default();
            let ours = rules().any(|rule| rule.url() == target && rule.name == words);
            prop_assert!(ours || same_address(target, words), "{} in {}", link, text);
        }
        let items = tags.iter().filter(|(name, _)| *name == "li").count();
        prop_assert_eq!(items, diagnostics.len(), "{}\n{}", text, html);
        let seen = visible(&html);
        for one in &diagnostics {
            let finding = &one.finding;
            let because = one.allowed.as_ref().map(|allowed| &allowed.because);
            for said in [&finding.message].into_iter().chain(because).filter(|said| said.chars().count() < 900) {
                let said = letters(said);
                prop_assert!(seen.contains(&said), "{:?} is not in {:?}\n{}", said, seen, text);
            }
        }
        for run in outside_code(&html) {
            prop_assert!(!names_somebody(&run), "{:?} in {}", run, html);
        }
    }
}

/// As GitHub renders Markdown, with everything that it understands turned on.
fn github_html(text: &str) -> String {
    let mut options = comrak::Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options.extension.math_dollars = true;
    options.extension.math_code = true;
    options.extension.alerts = true;
    options.render.r#unsafe = true;
    comrak::markdown_to_html(text, &options)
}

/// The tags of a page: name and attributes.
fn tags(html: &str) -> Vec<(&str, &str)> {
    let inside = html
        .split('<')
        .skip(1)
        .map(|rest| rest.split('>').next().unwrap_or_default());
    inside
        .map(|tag| tag.trim_end_matches(" /"))
        .map(|tag| tag.split_once(' ').unwrap_or((tag, "")))
        .collect()
}

/// Whether a link leads where it says, as a bare address does.
fn same_address(target: &str, words: &str) -> bool {
    let plain = |text: &str| {
        let text = unescaped(text);
        percent_encoding::percent_decode_str(&text)
            .decode_utf8_lossy()
            .into_owned()
    };
    plain(target) == plain(words)
}

/// The text of a page as it is seen, without spaces, backticks and what is invisible.
fn visible(html: &str) -> String {
    let text: String = html
        .split('<')
        .map(|part| part.split_once('>').map_or(part, |(_, text)| text))
        .collect();
    letters(&unescaped(&text))
}

fn unescaped(html: &str) -> String {
    html.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

fn letters(text: &str) -> String {
    let skipped = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(
                c,
                '`' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{fffd}'
            )
    };
    text.chars().filter(|c| !skipped(*c)).collect()
}

/// The runs of text in which GitHub looks for mentions and references: outside of code and links.
fn outside_code(html: &str) -> Vec<String> {
    let (mut runs, mut depth) = (Vec::new(), 0_usize);
    for part in html.split('<') {
        let (tag, text) = part.split_once('>').unwrap_or(("", part));
        match tag.split(' ').next() {
            Some("code" | "a") => depth += 1,
            Some("/code" | "/a") => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            runs.push(unescaped(text));
        }
    }
    runs
}

/// `@name`, `#1` or `GH-1`.
fn names_somebody(text: &str) -> bool {
    let lower = text.to_lowercase();
    let letters: Vec<char> = lower.chars().collect();
    letters.windows(2).any(|pair| {
        pair[0] == '@' && pair[1].is_ascii_alphanumeric()
            || pair[0] == '#' && pair[1].is_ascii_digit()
    }) || letters
        .windows(4)
        .any(|four| four[..3] == ['g', 'h', '-'] && four[3].is_ascii_digit())
}

#[test]
fn ten_annotations_of_a_kind_say_it_all() {
    let mut all = Vec::new();
    for level in [Level::Error, Level::Warning, Level::Note] {
        all.extend((0..30).map(|_| plain(level, "text")));
    }
    let log = printed(Format::Github, &all);
    let shown = annotations(&log);
    assert_eq!(shown.len(), 30);
    assert_eq!(obeyed(&log).len(), 30, "nothing is said in vain");
    let more: Vec<&str> = shown
        .iter()
        .map(|one| one.message.as_str())
        .filter(|message| message.contains("more"))
        .collect();
    let expected = ["errors", "warnings", "notes"]
        .map(|kind| format!("21 more {kind} in the log of this step"));
    assert_eq!(more, expected);
}

#[test]
fn a_summary_is_cut_at_whole_entries_and_counts_the_rest() {
    let mut all: Vec<Diagnostic> = (0..9_000).map(|_| plain(Level::Warning, "text")).collect();
    all.push(plain(Level::Error, "text"));
    for index in 0..9_000 {
        let mut one = plain(Level::Warning, "text");
        one.allowed = Some(Allowed {
            because: format!("reason {index}"),
            until: Some("2026-12-01".into()),
        });
        all.push(one);
    }
    let whole = report::summary(&all, 3, true, usize::MAX);
    assert_eq!(whole.matches("\n- ").count(), 18_001);
    for room in [report::MOST_SUMMARY_BYTES, 100_000, 5_000, 1_000] {
        let text = report::summary(&all, 3, true, room);
        assert!(text.len() <= room, "{} of {room}", text.len());
        let told: usize = text
            .split_whitespace()
            .zip(text.split_whitespace().skip(1))
            .filter(|(_, next)| *next == "more")
            .filter_map(|(number, _)| number.parse::<usize>().ok())
            .sum();
        assert_eq!(text.matches("\n- ").count() + told, 18_001, "{room}");
        assert!(text.starts_with("## Postmortems: 1 error must be mended\n"));
        for line in text.lines().filter(|line| line.starts_with("- ")) {
            assert!(whole.contains(line), "{line}");
        }
    }
    let first = report::summary(&all, 3, true, report::MOST_SUMMARY_BYTES);
    let first = first.lines().find(|line| line.starts_with("- "));
    assert!(
        first.is_some_and(|line| line.starts_with("- **error**")),
        "{first:?}"
    );
    assert_eq!(report::summary(&all, 3, true, 100), "");
}

#[test]
fn a_summary_begins_with_the_verdict() {
    let verdict = |diagnostics: &[Diagnostic], failed| {
        let text = report::summary(diagnostics, 2, failed, report::MOST_SUMMARY_BYTES);
        text.lines().next().unwrap_or_default().to_string()
    };
    let warning = [plain(Level::Warning, "text")];
    assert_eq!(verdict(&[], false), "## Postmortems: all is well");
    assert_eq!(
        verdict(&warning, false),
        "## Postmortems: nothing stands in the way"
    );
    assert_eq!(
        verdict(&warning, true),
        "## Postmortems: 1 warning must be mended"
    );
}

#[test]
fn sarif_keeps_the_worst_five_thousand_and_says_so() {
    let mut all: Vec<Diagnostic> = (0..5_600).map(|_| plain(Level::Note, "text")).collect();
    all.extend((0..30).map(|_| plain(Level::Error, "text")));
    let value = valid(&SARIF, &printed(Format::Sarif, &all)).expect("valid");
    let run = &value["runs"][0];
    let results = run["results"].as_array().expect("results");
    assert_eq!(results.len(), 5_000);
    let errors = results.iter().filter(|one| one["level"] == "error");
    assert_eq!(errors.count(), 30);
    let told = &run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
    assert!(
        told.as_str()
            .is_some_and(|text| text.starts_with("630 findings")),
        "{told}"
    );
}

#[test]
fn sarif_tells_of_every_rule() {
    let value = valid(&SARIF, &printed(Format::Sarif, &[])).expect("valid");
    let run = &value["runs"][0];
    let told = run["tool"]["driver"]["rules"].as_array().expect("rules");
    assert_eq!(told.len(), rules().count());
    for (told, rule) in told.iter().zip(rules()) {
        assert_eq!(told["id"], rule.name);
        assert_eq!(told["help"]["markdown"], rule.page);
        assert_eq!(told["helpUri"], rule.url());
        assert_eq!(told["defaultConfiguration"]["level"], rule.level.name());
        assert_eq!(told["properties"]["tags"][1], rule.group.name());
        for key in ["shortDescription", "fullDescription", "help"] {
            let text = told[key]["text"].as_str().unwrap_or_default();
            // What GitHub shows of the two descriptions.
            assert!(
                (20..=1024).contains(&text.len()) || key == "help" && text.len() > 20,
                "{}: {key}",
                rule.name
            );
        }
    }
    assert_eq!(run["columnKind"], "unicodeCodePoints");
}

#[test]
fn stats_sort_by_what_fired_most() {
    let mut all: Vec<Diagnostic> = (0..3).map(|_| plain(Level::Error, "text")).collect();
    for (rule, why) in [
        ("timeline-gap", "nobody was awake"),
        ("timeline-gap", "nobody was awake"),
        ("timeline-gap", "a\nbreak"),
    ] {
        let mut one = plain(Level::Warning, "text");
        one.rule = rule;
        one.allowed = Some(Allowed {
            because: why.into(),
            until: None,
        });
        all.push(one);
    }
    let mut one = plain(Level::Warning, "text");
    one.rule = "timeline-gap";
    all.push(one);
    let silent = rules().count() - 2;
    let expected = format!(
        "rule          errors  warnings  notes  allowed  postmortems\n\
         timeline-gap       0         1      0        3            1\n\
         \x20 allowed 2 times: nobody was awake\n\
         \x20 allowed 1 time: a break\n\
         bad-value          3         0      0        0            1\n\
         2 rules found something, {silent} nothing, in 4 postmortems\n"
    );
    assert_eq!(report::stats(&all, 4), expected);
}

#[test]
fn the_same_diagnostics_give_the_same_bytes() {
    let all: Vec<Diagnostic> = [Level::Error, Level::Note]
        .map(|level| plain(level, "text"))
        .into();
    for (_, format) in Format::ALL {
        assert_eq!(printed(format, &all), printed(format, &all));
    }
}
