//! Editions: what the public may see, whole commands at work.

use std::fs;
use std::path::Path;

use proptest::prelude::*;

use crate::harness::{CLEAN, Repo, Run, variant};

const CONFIG: &str = "\
site: { title: Incidents at Example, description: What happened and what we changed }
services:
  checkout: { owner: \"@example/payments-keepers\", description: \"Takes orders on the hosts behind the old firewall\" }
confidential: [{ name: customer account, pattern: 'ACC-\\d{6}' }]
";

/// A postmortem that says what may be said, and in every place something that may not.
const FULL: &str = r#"---
id: INC-2026-020
title: Orders were refused after a release
status: final
severity: sev2
owner: "@example/payments-keepers"
authors: ["ada.lovelace@parcel-works.com"]
participants: [Grace Hopper, "@turing"]
services: [checkout]
tags: [database]
causes: [change]
incident:
  started: 2026-10-10T14:23:00Z
  detected: 2026-10-10T14:31:00Z
  resolved: 2026-10-10T15:18:00Z
meeting: 2026-10-12T15:00:00Z
impact: { extent: degraded, users: 12000, revenue: 45123 USD, support_tickets: 8471, sla_breached: true }
related: [INC-2026-021, INC-2026-014]
recurrence_of: INC-2026-021
audience: full
allow: [{ rule: late-meeting, because: "the whole team was at the autumn retreat" }]
---

# Orders were refused after a release

## Summary

Orders were refused for 55 minutes, see [INC-2026-021](secret-path.md) and [the earlier one](secret-path.md#why).

<!-- the director asked us to keep this quiet for now -->

<!-- aftersight: internal -->
The customer Umbrella Holding threatened to leave us over this.

![The board of the operations room](room.png)
<!-- aftersight: end -->

A remark <!-- aftersight: internal -->about the password of the build server<!-- aftersight: end --> ends here.

```html
<!-- aftersight: internal -->
```

## Timeline

| Time (UTC) | Who | What |
| --- | --- | --- |
| 14:23 | @turing | The release <!-- hidden remark inside a table cell here --> went out |
| 15:18 | @turing | It was taken back |

![A graph of refused orders](graph.png "Refused orders")

[notes]: ../internal-tool/readme.md "the title of a definition that nobody uses"

## Action items

| ID | Action | Owner | Due | Issue | Status |
| --- | --- | --- | --- | --- | --- |
| A1 | Alert on refused orders | @example/payments-keepers | 2026-11-06 | [SHOP-77](https://tracker.parcel-works.internal/SHOP-77) | |

<div title="x">

A paragraph <b>in</b> HTML. <!-- hidden remark inside of raw markup here -->

</div>
"#;

const SUMMARY: &str = r#"---
id: INC-2026-022
title: Labels were printed late
status: final
severity: sev3
owner: "@example/payments-keepers"
services: [checkout]
tags: [printing]
incident:
  started: 2026-10-12T08:00:00Z
  detected: 2026-10-12T08:10:00Z
  resolved: 2026-10-12T10:30:00Z
audience: summary
---

# Labels were printed late

## Summary

The queue of the printing cluster ran full because nobody had set a limit.

## External message

Labels were printed up to **two hours late** on 12 October.[^1]

<!-- aftersight: internal -->
We did not dare to say that it was the third time.
<!-- aftersight: end -->

### What we changed

- A limit, and an alarm.

[^1]: In Europe.

## Action items

| ID | Action | Owner |
| --- | --- | --- |
| A1 | Set a limit on the queue | @turing |
"#;

/// What no byte of the public output may hold.
const CANARIES: [&str; 38] = [
    "payments-keepers",
    "lovelace",
    "Hopper",
    "turing",
    "45123",
    "45,123",
    "8471",
    "8,471",
    "agreement breached",
    "INC-2026-021",
    "INC-2026-014",
    "INC-2026-030",
    "Zeppelin",
    "secret-path",
    "retreat",
    "director",
    "Umbrella",
    "threatened",
    "operations room",
    "room.png",
    "password of the build",
    "hidden remark",
    "internal-tool",
    "SHOP-77",
    "tracker.",
    "firewall",
    "printing cluster",
    "nobody had set",
    "dare to say",
    "full-folder",
    "late-meeting",
    "Not committed",
    "Berlin",
    "Adobe Secret",
    "Needs attention",
    ">Draft<",
    "2026-10-12T15:00",
    "Set a limit on the queue",
];

fn png(metadata: &str) -> Vec<u8> {
    let chunk = |name: &[u8], data: &[u8]| {
        let mut crc = flate2::Crc::new();
        crc.update(name);
        crc.update(data);
        let length = u32::try_from(data.len()).expect("short");
        [&length.to_be_bytes(), name, data, &crc.sum().to_be_bytes()].concat()
    };
    [
        b"\x89PNG\r\n\x1a\n".as_slice(),
        &chunk(b"IHDR", b"\0\0\0\x01\0\0\0\x01\x08\0\0\0\0"),
        &chunk(b"tEXt", format!("Author\0{metadata}").as_bytes()),
        &chunk(b"IDAT", b"\x78\x9c\x63\x60\0\0\0\x02\0\x01"),
        &chunk(b"IEND", b""),
    ]
    .concat()
}

fn repo() -> Repo {
    let repo = Repo::new();
    repo.write(".github/aftersight.yml", CONFIG);
    repo.write("postmortems/full-folder/index.md", FULL);
    repo.write(
        "postmortems/full-folder/graph.png",
        png("Ada in Berlin, Adobe Secret"),
    );
    repo.write("postmortems/full-folder/room.png", png("x"));
    repo.write("postmortems/summary.md", SUMMARY);
    let internal = variant(&[
        ("INC-2026-014", "INC-2026-021"),
        (
            "title: Checkout refused orders",
            "title: Zeppelin outage refused orders",
        ),
    ]);
    repo.write("postmortems/full-folder/secret-path.md", internal);
    repo.write("postmortems/internal.md", CLEAN);
    let draft = SUMMARY
        .replace("INC-2026-022", "INC-2026-030")
        .replace("status: final", "status: draft")
        .replace(
            "title: Labels were printed late",
            "title: Zeppelin draft of labels",
        );
    repo.write("postmortems/draft.md", draft);
    repo.commit("first");
    repo
}

/// Every file below a folder, by its path, with its bytes unpacked where they are packed.
fn outputs(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let walk = walkdir::WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter();
    let files = walk.map(|entry| entry.expect("an entry"));
    let files = files.filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let path = entry.path().strip_prefix(folder).expect("below");
            let bytes = fs::read(entry.path()).expect("the file");
            let mut plain = Vec::new();
            let mut packed = flate2::read::GzDecoder::new(bytes.as_slice());
            let bytes = match std::io::Read::read_to_end(&mut packed, &mut plain) {
                Ok(_) => plain,
                Err(_) => bytes,
            };
            (path.to_string_lossy().into_owned(), bytes)
        })
        .collect()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    let fold = |bytes: &[u8]| bytes.to_ascii_lowercase();
    let (bytes, text) = (fold(bytes), fold(text.as_bytes()));
    bytes.windows(text.len()).any(|window| window == text)
}

/// Builds the public edition, which must not be refused.
fn public(repo: &Repo) -> Run {
    let run = repo.run(&["build", "--edition", "public", "--out", "public"]);
    assert!(
        run.stdout.contains("public"),
        "{}\n{}",
        run.stdout,
        run.stderr
    );
    run
}

/// Builds the public edition, which must be refused, and changes nothing.
fn refused(repo: &Repo, words: &[&str]) -> String {
    let before = repo
        .file("public")
        .exists()
        .then(|| outputs(&repo.file("public")));
    let run = repo.expect(1, &["build", "--edition", "public", "--out", "public"]);
    assert_eq!(run.stdout, "");
    assert!(
        run.stderr.contains("nothing was published"),
        "{}",
        run.stderr
    );
    for word in words {
        assert!(run.stderr.contains(word), "no `{word}` in {}", run.stderr);
    }
    let after = repo
        .file("public")
        .exists()
        .then(|| outputs(&repo.file("public")));
    assert_eq!(after, before);
    let beside = fs::read_dir(repo.path()).expect("the folder").flatten();
    let left = beside.filter(|entry| {
        entry
            .file_name()
            .to_string_lossy()
            .contains("aftersight-new")
    });
    assert_eq!(left.count(), 0);
    run.stderr
}

#[test]
fn nothing_that_is_internal_is_in_any_byte_of_the_public_edition() {
    let repo = repo();
    public(&repo);
    for (path, bytes) in outputs(&repo.file("public")) {
        for canary in CANARIES {
            assert!(!path.contains(canary), "{canary} in the name {path}");
            assert!(!holds(&bytes, canary), "{canary} in {path}");
        }
    }
    let page = repo.read("public/postmortems/INC-2026-020/index.html");
    for text in [
        "Orders were refused for 55 minutes, see another incident and the earlier one.",
        "12,000 users",
        "&lt;!-- aftersight: internal --&gt;",
        "The release",
        "files/INC-2026-020/graph.png",
        "Refused orders",
        "Alert on refused orders",
        "2026-11-06",
        "A remark  ends here",
    ] {
        assert!(
            page.contains(text) || page.contains(&text.replace("  ", " ")),
            "{text}: {page}"
        );
    }
    let page = repo.read("public/postmortems/INC-2026-022/index.html");
    for text in [
        "two hours late",
        "In Europe",
        "What we changed",
        "2 h 30 min",
        "08:00 UTC",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    for text in ["sev3", "printing\"", ">Timeline<"] {
        assert!(!page.contains(text), "{text}: {page}");
    }
    let home = repo.read("public/index.html");
    assert!(
        home.contains("2 postmortems") && home.contains("Incidents at Example"),
        "{home}"
    );
    let image = fs::read(repo.file("public/files/INC-2026-020/graph.png")).expect("the image");
    assert!(holds(&image, "IDAT") && !holds(&image, "tEXt"));
}

#[test]
fn what_survives_in_public_text_is_refused_and_the_old_site_stays() {
    let repo = repo();
    public(&repo);
    let place = |text: &str| FULL.replace("It was taken back", text);
    let token = ["ghp_", "aB3dE7gH1jK5mN9pQ2rS6tU4vW8xY0zCfGiL"].concat();
    let put = |text: String| repo.write("postmortems/full-folder/index.md", text);
    for (text, words) in [
        (
            "account ACC-123456 was hit",
            ["customer account", "index.md:49:29"],
        ),
        ("`ACC-123456`", ["customer account", "index.md:49:"]),
        (
            "[ACC-123456](https://x.example)",
            ["customer account", "index.md:49:"],
        ),
        (
            "[it](https://x.example/ACC-123456)",
            ["customer account", "index.md:49:"],
        ),
        (
            "![ACC-123456](graph.png)",
            ["customer account", "index.md:49:"],
        ),
        ("AC**C-12**3456", ["customer account", "index.md"]),
        ("call +49 30 901820", ["a telephone number", "index.md:49:"]),
        (
            "mail ada@parcel-works.com",
            ["an e-mail address", "index.md:49:"],
        ),
        (
            "from 81.2.69.160",
            ["an address of the open internet", "index.md:49:"],
        ),
        (
            "asked @example/payments-keepers",
            ["`@example/payments-keepers`", "index.md"],
        ),
        ("asked Grace Hopper", ["`Grace Hopper`", "index.md"]),
        ("as in INC-2026-021", ["`INC-2026-021`", "left out"]),
        (
            "as in zeppelin **outage**, refused orders for 55 minutes after a pool change",
            ["the title of", "secret-path.md"],
        ),
        (
            "Umbrella Holding threatened to leave us",
            ["text that is kept back", "index.md"],
        ),
    ] {
        // The sentence of the block is told where the whole of it stands.
        let text = if text.starts_with("Umbrella") {
            "The customer *Umbrella Holding* threatened to leave us over this"
        } else {
            text
        };
        put(place(text));
        refused(&repo, &words);
    }
    put(place(&format!("with {token}")));
    let said = refused(
        &repo,
        &["a GitHub token", "postmortems/INC-2026-020/index.html"],
    );
    assert!(!said.contains(&token[6..]), "{said}");
    put(FULL.replace("title: Orders", "title: ACC-123456 orders"));
    refused(&repo, &["customer account", "atom.xml"]);
    put(FULL.replace("## Timeline", "## Timeline of ACC-123456"));
    refused(&repo, &["customer account"]);
    put(FULL.replace("tags: [database]", "tags: [ACC-123456]"));
    refused(&repo, &["customer account"]);
    put(FULL.replace("graph.png", "ACC-123456.png"));
    repo.write("postmortems/full-folder/ACC-123456.png", png("x"));
    refused(&repo, &["customer account"]);
    put(FULL.into());
    repo.write(
        ".github/aftersight.yml",
        CONFIG.replace("at Example", "of ACC-123456"),
    );
    refused(&repo, &["customer account", "aftersight.yml:1:"]);
    repo.write(".github/aftersight.yml", CONFIG);
    public(&repo);
}

#[test]
fn what_nobody_can_search_is_refused() {
    let repo = repo();
    let put = |text: String| repo.write("postmortems/full-folder/index.md", text);
    for (name, bytes, word) in [
        ("a.pdf", b"%PDF-1.7".as_slice(), "a PDF cannot be searched"),
        ("a.png", b"hello", "no image of a known kind"),
        (
            "a.svg",
            b"<svg><image href=\"data:image/png;base64,AA\"/></svg>",
            "holds a picture",
        ),
        ("a.csv", b"a\0b", "is no text"),
        ("a.txt", b"mail ada@parcel-works.com", "an e-mail address"),
        (
            "b.svg",
            b"<svg><text>ACC-<tspan>123456</tspan></text></svg>",
            "customer account",
        ),
    ] {
        put(FULL.replace("](graph.png", &format!("]({name}")).replace(
            "![A graph",
            if name.ends_with("svg") || name.ends_with("png") {
                "![A graph"
            } else {
                "[A graph"
            },
        ));
        repo.write(&format!("postmortems/full-folder/{name}"), bytes);
        refused(&repo, &[word, &format!("postmortems/full-folder/{name}")]);
    }
    for (from, to, word) in [
        (
            "<!-- aftersight: end -->\n\nA remark",
            "\n\nA remark",
            "begins inside another",
        ),
        ("<!-- aftersight: internal -->\nThe", "\nThe", "never began"),
        (
            "The customer",
            "<!-- aftersight: internal -->\nThe customer",
            "begins inside another",
        ),
        (
            "<!-- the director",
            "<!-- Aftersight: Internal -->\n<!-- the director",
            "not plain what it keeps back",
        ),
        (
            "<!-- the director",
            "<div>\n<!-- aftersight: internal\nx -->\n</div>\n\n<!-- the director",
            "not plain what it keeps back",
        ),
        (
            "The release <!--",
            "<!-- aftersight: internal -->a | b<!-- aftersight: end --> <!--",
            "never ends",
        ),
    ] {
        let text = FULL.replacen(from, to, 1);
        assert_ne!(text, FULL, "{from}");
        put(text);
        refused(&repo, &[word, "index.md:"]);
    }
}

#[test]
fn the_internal_edition_knows_nothing_of_this() {
    let repo = repo();
    repo.run(&["build"]);
    let page = repo.read("_site/postmortems/INC-2026-020/index.html");
    for text in [
        "Umbrella",
        "payments-keepers",
        "Grace Hopper",
        "SHOP-77",
        "Source:",
    ] {
        assert!(page.contains(text), "{text}");
    }
    let home = repo.read("_site/index.html");
    assert!(home.contains("Needs attention") && home.contains("Have we seen this before?"));
    repo.run(&["build", "--edition", "internal", "--out", "other"]);
    assert_eq!(outputs(&repo.file("_site")), outputs(&repo.file("other")));
    let run = repo.expect(2, &["build", "--edition", "secret"]);
    assert!(
        run.stderr.contains("`internal` and `public`"),
        "{}",
        run.stderr
    );
    repo.write(
        ".github/aftersight.yml",
        CONFIG.replace("site: {", "site: { edition: public,"),
    );
    repo.run(&["build"]);
    assert!(
        !repo
            .file("_site/postmortems/INC-2026-014/index.html")
            .exists()
    );
}

#[test]
fn without_anything_public_there_is_a_site_all_the_same() {
    let repo = Repo::clean();
    public(&repo);
    let home = repo.read("public/index.html");
    assert!(home.contains("Nothing has been published yet"), "{home}");
    assert!(!home.contains("aftersight new"), "{home}");
}

#[test]
fn check_says_what_the_public_edition_would() {
    let repo = Repo::new();
    let level = |text: &str| {
        repo.write("postmortems/a.md", text);
        let found = repo.diagnostics(&[]);
        let found = found.iter().filter(|one| one["rule"] == "personal-data");
        found
            .map(|one| one["level"].as_str().unwrap_or_default().to_string())
            .collect::<Vec<_>>()
    };
    let call = |text: &str| text.replace("It was taken back", "call +49 30 901820");
    assert_eq!(level(&call(FULL)), ["error"]);
    assert_eq!(
        level(&call(FULL).replace("audience: full", "audience: internal")),
        ["warning"]
    );
    let inside = FULL.replace("The customer Umbrella", "At +49 30 901820 Umbrella");
    assert_eq!(level(&inside), ["warning"]);
    assert_eq!(
        level(&SUMMARY.replace("The queue", "At +49 30 901820 the queue")),
        ["warning"]
    );
    assert_eq!(
        level(
            &SUMMARY
                .replace("In Europe", "At +49 30 901820 in Europe")
                .replace("[^1]: ", "")
        ),
        ["error"]
    );
}

/// Stretches of Markdown with a word in each place where a text can stand.
fn stretch(word: &str) -> Vec<String> {
    vec![
        format!("A paragraph with {word} in it.\n"),
        format!("- an item\n  - {word}\n"),
        format!("> quoted {word}\n"),
        format!("```\n{word}\n```\n"),
        format!("| a | b |\n| --- | --- |\n| {word} | c |\n"),
        format!("<div>\n{word}\n</div>\n"),
        format!("### {word}\n"),
        format!("![{word}](x.png) and [{word}](y.md \"{word}\")\n"),
        format!("1. one\n\n   {word}\n"),
        format!("text[^n]\n\n[^n]: {word}\n"),
        format!("[ref]: https://{word}.example \"{word}\"\n"),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn no_word_of_an_internal_block_is_in_the_public_text(parts in proptest::collection::vec((0..11usize, any::<bool>(), 0..3usize), 1..8)) {
        use aftersight::config::Config;
        use aftersight::corpus::Corpus;
        use aftersight::source::Source;
        let mut body = String::new();
        let mut open = 0;
        for (number, (shape, internal, manner)) in parts.iter().enumerate() {
            let word = if *internal { format!("hush{number}zq") } else { format!("open{number}zq") };
            let text = &stretch(&word)[*shape];
            if *internal {
                body += &match manner {
                    0 => format!("<!-- aftersight: internal -->\n{text}<!-- aftersight: end -->\n\n"),
                    1 => format!("\n<!--aftersight:internal-->\n\n{text}\n\n<!-- aftersight:end -->\n\n"),
                    _ => format!("before <!-- aftersight: internal -->{word}<!-- aftersight: end --> after\n\n"),
                };
            } else {
                open += usize::from(*shape < 9);
                body += &format!("{text}\n");
            }
        }
        let text = format!("---\nid: A-1\ntitle: A\nstatus: final\naudience: full\n---\n\n## Summary\n\nFirst.\n\n{body}");
        let config = Config::default();
        let corpus = Corpus::new(vec![Source::new("postmortems/a.md", text.clone())], config.conventions.clone());
        match aftersight::edition::public(&corpus, &config, |_| true, None) {
            Ok(public) => {
                let shown = public.corpus.postmortems[0].source().text();
                prop_assert!(!shown.contains("hush"), "{text}\n{shown}");
                prop_assert!(!shown.contains("aftersight:"), "{text}\n{shown}");
                prop_assert!(shown.matches("zq").count() >= open, "{text}\n{shown}");
            }
            // Only where two stretches grow together may it be unclear what is meant.
            Err(leaks) => prop_assert!(!leaks.is_empty()),
        }
    }
}
