//! `check` as a user types it.

use std::process::Stdio;

use crate::harness::{CLEAN, Repo, finished, variant};

#[test]
fn a_clean_repository_says_so() {
    let run = Repo::clean().expect(0, &["check"]);
    assert_eq!(run.stdout, "nothing found in 1 postmortem\n");
    assert_eq!(run.stderr, "");
}

#[test]
fn ten_mistakes_give_ten_diagnostics_at_their_places() {
    let repo = Repo::new();
    let text = variant(&[
        ("kind: incident", "kind: accident"),
        ("severity: sev2", "severity: sev9"),
        ("owner: \"@example/payments\"", "owner: nobody"),
        ("tags: [database, deploy]", "tags: database"),
        ("2026-10-10T14:23:00Z", "2026-10-10 14:23"),
        ("detected_by: monitoring", "detected_by: luck"),
        ("  users: 12000", "  users: many"),
        ("  support_tickets: 847", "  suport_tickets: 847"),
        ("  extent: partial-outage", "  extent: some"),
        ("causes: [change]", "causes: [change]\ncolour: red"),
    ]);
    repo.write("postmortems/a.md", &text);
    let found = repo.diagnostics(&[]);
    let lines: Vec<u64> = found
        .iter()
        .filter_map(|one| one["line"].as_u64())
        .collect();
    assert_eq!(found.len(), 10, "{found:#?}");
    let wrong = [
        "accident",
        "sev9",
        "nobody",
        "database",
        "2026-10-10 14:23",
        "luck",
        "many",
        "suport_tickets",
        "some",
        "colour",
    ];
    for word in wrong {
        let line = text
            .lines()
            .position(|line| line.contains(word))
            .expect("it is there") as u64
            + 1;
        assert!(lines.contains(&line), "nothing about {word} in line {line}");
    }
    for one in &found {
        let (start, end) = (
            one["byte_start"].as_u64().expect("a byte"),
            one["byte_end"].as_u64().expect("a byte"),
        );
        assert!(
            wrong.contains(&&text[start as usize..end as usize]),
            "{one}"
        );
        assert!(!one["help"].as_str().unwrap_or_default().is_empty());
    }
}

#[test]
fn columns_count_characters_also_behind_a_bom_and_with_crlf() {
    let repo = Repo::new();
    let text = variant(&[
        (
            "| A1 | Give the batch jobs a pool of their own |",
            "| A1 | é日🙂 give the batch jobs a pool of their own |",
        ),
        ("| @example/payments | 2026-11-06 |", "|  | 2026-11-06 |"),
    ]);
    let dos = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    repo.write("postmortems/a.md", &text);
    let plain = repo.diagnostics(&[]);
    repo.write("postmortems/a.md", &dos);
    let other = repo.diagnostics(&[]);
    assert_eq!(plain.len(), other.len());
    assert!(!plain.is_empty());
    for (one, other) in plain.iter().zip(&other) {
        for key in [
            "rule",
            "line",
            "column",
            "end_line",
            "end_column",
            "message",
            "fingerprint",
        ] {
            assert_eq!(one[key], other[key], "{key} of {one}");
        }
    }
}

#[test]
fn reports_have_their_form_and_go_where_they_are_sent() {
    let repo = Repo::new();
    repo.write(
        "postmortems/a.md",
        variant(&[("severity: sev2", "severity: sev9")]),
    );
    let run = repo.expect(
        1,
        &[
            "check",
            "--report",
            "concise",
            "--report",
            "json=out.json",
            "--report",
            "github=notes.txt",
        ],
    );
    assert_eq!(
        run.stdout,
        "postmortems/a.md:7:11: error[bad-value]: `severity` cannot be `sev9`\n"
    );
    let json: serde_json::Value = serde_json::from_str(&repo.read("out.json")).expect("JSON");
    assert_eq!(json["version"], 1);
    assert_eq!(json["counts"]["error"], 1);
    let one = &json["diagnostics"][0];
    for key in [
        "rule",
        "level",
        "path",
        "line",
        "column",
        "end_line",
        "end_column",
        "byte_start",
        "byte_end",
        "message",
        "help",
        "url",
        "related",
        "fixable",
        "fingerprint",
        "allowed",
    ] {
        assert!(one.get(key).is_some(), "{key}");
    }
    assert!(repo.read("notes.txt").starts_with("::error file=postmortems/a.md,line=7,endLine=7,col=11,endColumn=15,title=error[bad-value]::"));
}

#[test]
fn on_github_actions_people_get_the_log_and_annotations() {
    let repo = Repo::new();
    repo.write(
        "postmortems/a.md",
        variant(&[("severity: sev2", "severity: \"##[error]x\"")]),
    );
    let mut command = repo.command(&["check"]);
    let run = finished(
        command
            .env("GITHUB_ACTIONS", "true")
            .output()
            .expect("the program runs"),
    );
    assert_eq!(run.code, 1);
    assert!(
        run.stdout.starts_with("::stop-commands::"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("\n::error file=postmortems/a.md,"));
    let guarded = run.stdout.split("\n::error ").next().unwrap_or_default();
    assert!(!guarded.contains("##["), "{guarded}");
}

#[test]
fn warnings_fail_only_when_denied() {
    let repo = Repo::new();
    repo.write(
        "postmortems/a.md",
        variant(&[
            ("status: final", "status: draft"),
            ("## What went well", "## Praise"),
        ]),
    );
    let run = repo.expect(0, &["check"]);
    assert!(run.stdout.contains("warning["), "{}", run.stdout);
    repo.expect(1, &["check", "--deny-warnings"]);
}

#[test]
fn only_what_changed_is_shown() {
    let repo = Repo::new();
    repo.write(
        "postmortems/old.md",
        variant(&[
            ("INC-2026-014", "INC-2026-001"),
            ("severity: sev2", "severity: sev9"),
        ]),
    );
    repo.write(
        "postmortems/moved.md",
        variant(&[("INC-2026-014", "INC-2026-002")]),
    );
    repo.write(
        "postmortems/gone.md",
        variant(&[("INC-2026-014", "INC-2026-003")]),
    );
    repo.write(
        "postmortems/points.md",
        variant(&[
            ("INC-2026-014", "INC-2026-004"),
            (
                "services: [checkout]",
                "services: [checkout]\nrelated: [INC-2026-003]",
            ),
        ]),
    );
    repo.commit("first");
    repo.git(&["checkout", "-q", "-b", "change"]);
    repo.expect(0, &["check", "--changed", "main"]);
    repo.write(
        "postmortems/new.md",
        variant(&[
            ("INC-2026-014", "INC-2026-005"),
            ("kind: incident", "kind: accident"),
        ]),
    );
    repo.git(&["mv", "postmortems/moved.md", "postmortems/there.md"]);
    repo.git(&["rm", "-q", "postmortems/gone.md"]);
    repo.commit("second");
    // A commit on the base that the branch does not have is no part of the change.
    repo.git(&["checkout", "-q", "main"]);
    repo.write(
        "postmortems/later.md",
        variant(&[("INC-2026-014", "INC-2026-006")]),
    );
    repo.commit("on main");
    repo.git(&["checkout", "-q", "change"]);
    let mut rules = repo.rules(&["--changed", "main"]);
    rules.sort();
    assert_eq!(
        rules,
        [
            "postmortems/gone.md: vanished-action",
            "postmortems/new.md: bad-value",
            "postmortems/points.md: unknown-related"
        ]
    );
    assert!(
        repo.rules(&[])
            .iter()
            .any(|rule| rule == "postmortems/old.md: bad-value")
    );
}

#[test]
fn a_row_that_vanished_is_told_and_a_dropped_one_is_not() {
    let repo = Repo::clean();
    let row = "| A3 | Add the batch jobs to the load test in staging | prevent | P2 | @example/payments | 2026-12-18 | the nightly run shows both |\n";
    repo.git(&["checkout", "-q", "-b", "change"]);
    repo.write("postmortems/2026-10-10-checkout.md", variant(&[(row, "")]));
    let found = repo.diagnostics(&["--changed", "main"]);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0]["rule"], "vanished-action");
    assert!(
        found[0]["message"]
            .as_str()
            .unwrap_or_default()
            .contains("A3")
    );
    repo.expect(1, &["check", "--changed", "main"]);
    // Without a base nobody can know.
    repo.expect(0, &["check"]);
}

#[test]
fn a_base_that_cannot_be_reached_says_what_to_do() {
    let repo = Repo::clean();
    let run = repo.expect(2, &["check", "--changed", "origin/trunk"]);
    assert!(
        run.stderr.contains("origin/trunk") && run.stderr.contains("help:"),
        "{}",
        run.stderr
    );
    let origin = Repo::clean();
    origin.git(&["checkout", "-q", "-b", "change"]);
    origin.write(
        "postmortems/b.md",
        variant(&[("INC-2026-014", "INC-2026-015")]),
    );
    origin.commit("second");
    origin.write(
        "postmortems/c.md",
        variant(&[("INC-2026-014", "INC-2026-016")]),
    );
    origin.commit("third");
    origin.git(&["checkout", "-q", "main"]);
    origin.write(
        "postmortems/d.md",
        variant(&[("INC-2026-014", "INC-2026-017")]),
    );
    origin.commit("on main");
    origin.git(&["checkout", "-q", "change"]);
    let clone = Repo::bare();
    let url = format!("file://{}", origin.path().display());
    clone.git(&[
        "clone",
        "-q",
        "--depth",
        "1",
        "--no-single-branch",
        &url,
        ".",
    ]);
    let run = clone.expect(2, &["check", "--changed", "origin/main"]);
    assert!(run.stderr.contains("fetch-depth: 0"), "{}", run.stderr);
    let without = Repo::bare();
    without.write("postmortems/a.md", CLEAN);
    without.expect(0, &["check"]);
    let run = without.expect(2, &["check", "--changed", "main"]);
    assert!(run.stderr.contains("no git repository"), "{}", run.stderr);
}

#[test]
fn paths_choose_what_is_shown() {
    let repo = Repo::new();
    repo.write(
        "postmortems/a.md",
        variant(&[("severity: sev2", "severity: sev9")]),
    );
    repo.write(
        "postmortems/2025/b.md",
        variant(&[
            ("INC-2026-014", "INC-2026-015"),
            ("kind: incident", "kind: accident"),
        ]),
    );
    repo.write(
        "elsewhere.md",
        variant(&[
            ("INC-2026-014", "INC-2026-016"),
            ("status: final", "status: finished"),
        ]),
    );
    assert_eq!(
        repo.rules(&["postmortems/2025"]),
        ["postmortems/2025/b.md: bad-value"]
    );
    assert_eq!(repo.rules(&["elsewhere.md"]), ["elsewhere.md: bad-value"]);
    // A path as reports print it is understood from anywhere.
    let root = repo.path().display().to_string();
    let elsewhere = Repo::bare();
    assert_eq!(
        elsewhere.rules(&["--repo", &root, "postmortems/2025/b.md"]),
        ["postmortems/2025/b.md: bad-value"]
    );
    let run = repo.expect(2, &["check", "nowhere.md"]);
    assert!(
        run.stderr.contains("cannot read `") && run.stderr.contains("nowhere.md"),
        "{}",
        run.stderr
    );
}

#[test]
fn what_is_no_postmortem_is_left_alone() {
    let repo = Repo::clean();
    for path in [
        "README.md",
        "_draft.md",
        ".hidden.md",
        "_templates/a.md",
        "archive/old.md",
        "notes.txt",
    ] {
        repo.write(&format!("postmortems/{path}"), "no front matter");
    }
    repo.write("aftersight.yml", "ignore: [archive]\n");
    repo.expect(0, &["check"]);
    repo.write("postmortems/sub/index.md", "no front matter");
    repo.expect(1, &["check"]);
}

#[test]
fn wrong_folders_and_odd_files_are_told() {
    let run = Repo::new().expect(2, &["check"]);
    assert!(
        run.stderr.contains("there is no folder `postmortems`")
            && run.stderr.contains("aftersight new"),
        "{}",
        run.stderr
    );
    let run = Repo::new().expect(2, &["check", "--repo", "missing"]);
    assert!(
        run.stderr.contains("cannot read `missing`"),
        "{}",
        run.stderr
    );
    let repo = Repo::new();
    std::fs::create_dir(repo.file("postmortems")).expect("a folder");
    let run = repo.expect(0, &["check"]);
    assert!(run.stderr.contains("no postmortems"), "{}", run.stderr);
    repo.write("postmortems/image.md", b"\x89PNG\r\n\x1a\n\x00\x00\xff");
    repo.write("postmortems/latin.md", b"---\nid: a\ntitle: caf\xe9\n---\n");
    repo.write("postmortems/huge.md", vec![b'x'; 50 << 20]);
    repo.write(
        "postmortems/never.md",
        "---\nid: INC-1\ntitle: x\n\n## Summary\n\ntext\n",
    );
    let found = repo.diagnostics(&[]);
    let message = |path: &str| {
        let one = found
            .iter()
            .find(|one| one["path"] == path && one["rule"] == "invalid-front-matter");
        one.unwrap_or_else(|| panic!("nothing about {path}"))["message"]
            .as_str()
            .unwrap_or_default()
            .to_string()
    };
    assert!(message("postmortems/image.md").contains("not a text file"));
    assert!(message("postmortems/latin.md").contains("not UTF-8"));
    assert!(message("postmortems/huge.md").contains("50 MiB"));
    assert!(message("postmortems/never.md").contains("never closes"));
    repo.expect(1, &["check"]);
}

#[cfg(unix)]
#[test]
fn a_time_in_the_future_is_told_once() {
    let repo = Repo::clean();
    let resolved = "resolved: 2026-10-10T15:18:00Z";
    let text = variant(&[(resolved, "resolved: 2027-10-10T15:18:00Z")]);
    repo.write("postmortems/2026-10-10-checkout.md", text);
    assert_eq!(
        repo.rules(&[]),
        ["postmortems/2026-10-10-checkout.md: times-out-of-order"]
    );
}

#[test]
fn links_and_unreadable_names_are_told() {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    let repo = Repo::clean();
    let outside = Repo::bare();
    outside.write("secret.md", CLEAN);
    symlink(outside.file("secret.md"), repo.file("postmortems/out.md")).expect("a link");
    symlink(repo.file("postmortems"), repo.file("postmortems/circle")).expect("a link");
    let name = std::ffi::OsStr::from_bytes(b"bad\xff.md");
    std::fs::write(repo.file("postmortems").join(name), CLEAN).expect("a file");
    let found = repo.diagnostics(&[]);
    let told: Vec<&str> = found
        .iter()
        .filter(|one| one["rule"] == "invalid-front-matter")
        .filter_map(|one| one["path"].as_str())
        .collect();
    assert_eq!(
        told,
        [
            "postmortems/bad\u{fffd}.md",
            "postmortems/circle",
            "postmortems/out.md"
        ]
    );
    assert!(
        !found.iter().any(|one| one["rule"] == "duplicate-id"),
        "{found:#?}"
    );
}

#[test]
fn bombs_and_giants_do_no_harm() {
    let repo = Repo::new();
    let mut bomb = String::from("---\na0: &a0 x\n");
    for level in 1..10_000 {
        let below = level - 1;
        bomb += &format!("a{level}: &a{level} [*a{below}, *a{below}]\n");
    }
    repo.write("postmortems/bomb.md", bomb + "---\n");
    let cells = "| x ".repeat(500);
    let rule = "| --- ".repeat(500);
    let rows = format!("{cells}|\n").repeat(200);
    let section = format!("## Action items\n\n{cells}|\n{rule}|\n{rows}");
    repo.write(
        "postmortems/wide.md",
        variant(&[("## Action items", &section)]),
    );
    repo.write(
        "postmortems/deep.md",
        variant(&[("## Impact", &format!("{}\n## Impact", "> ".repeat(20_000)))]),
    );
    repo.write(
        "postmortems/nested.md",
        variant(&[(
            "## Impact",
            &format!("{}\n\n## Impact", "- ".repeat(20_000)),
        )]),
    );
    let rules = repo.rules(&[]);
    assert!(
        rules.contains(&"postmortems/bomb.md: invalid-front-matter".to_string()),
        "{rules:?}"
    );
    repo.expect(1, &["check"]);
}

#[test]
fn allowances_need_a_reason_and_must_find_something() {
    let repo = Repo::new();
    let allow = |text: &str| variant(&[("## What went wrong", text)]);
    repo.write("aftersight.yml", "");
    repo.write("postmortems/a.md", allow("<!-- aftersight: allow(template-leftover) because the product is called so -->\nThe flag `x` says TODO on purpose.\n\n## What went wrong"));
    let found = repo.diagnostics(&[]);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0]["allowed"]["because"], "the product is called so");
    let run = repo.expect(0, &["check", "--deny-warnings"]);
    assert!(run.stdout.contains("1 allowed"), "{}", run.stdout);
    repo.write(
        "postmortems/a.md",
        allow("<!-- aftersight: allow(template-leftover) -->\nIt says TODO.\n\n## What went wrong"),
    );
    assert_eq!(
        repo.rules(&[]),
        [
            "postmortems/a.md: bare-allow",
            "postmortems/a.md: template-leftover"
        ]
    );
    repo.write("postmortems/a.md", allow("<!-- aftersight: allow(template-leftover) because why not -->\nNothing here.\n\nIt says TODO.\n\n## What went wrong"));
    assert_eq!(
        repo.rules(&[]),
        [
            "postmortems/a.md: unused-allow",
            "postmortems/a.md: template-leftover"
        ]
    );
}

#[test]
fn the_configuration_sets_levels_and_names() {
    let repo = Repo::clean();
    repo.write(
        ".github/aftersight.yml",
        "services: { search: {} }\nrules:\n  unknown-service: warning\n",
    );
    assert_eq!(
        repo.rules(&[]),
        ["postmortems/2026-10-10-checkout.md: unknown-service"]
    );
    repo.expect(0, &["check"]);
    repo.write(
        ".github/aftersight.yml",
        "services: { search: {} }\nrules:\n  unknown-service: { level: off, because: not yet }\n",
    );
    assert_eq!(repo.rules(&[]), Vec::<String>::new());
    repo.write(
        ".github/aftersight.yml",
        "sevices: { search: {} }\nrules:\n  unknown-servise: off\n",
    );
    let run = repo.expect(2, &["check"]);
    for part in [
        ".github/aftersight.yml:1:1",
        "unknown field `sevices`",
        "`services`",
        ".github/aftersight.yml:3:3",
        "`unknown-service`",
    ] {
        assert!(run.stderr.contains(part), "{part} is not in {}", run.stderr);
    }
    repo.write("aftersight.yml", "");
    assert!(
        repo.expect(2, &["check"])
            .stderr
            .contains("two configurations")
    );
}

#[test]
fn report_files_are_checked_before_work_begins() {
    let repo = Repo::clean();
    let run = repo.expect(2, &["check", "--report", "json=missing/out.json"]);
    assert!(
        run.stderr.contains("there is no folder `missing`"),
        "{}",
        run.stderr
    );
    let run = repo.expect(2, &["check", "--report", "json=a", "--report", "full=./a"]);
    assert!(run.stderr.contains("two reports go to"), "{}", run.stderr);
    let run = repo.expect(2, &["check", "--report", "xml"]);
    assert!(
        run.stderr
            .contains("full, concise, summary, github, json, sarif, rdjson"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    let repo = Repo::new();
    for index in 0..200 {
        repo.write(&format!("postmortems/{index}.md"), "nothing");
    }
    let mut child = repo
        .command(&["check"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    drop(child.stdout.take());
    let run = finished(child.wait_with_output().expect("it ends"));
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
}

#[test]
fn the_order_is_the_same_every_time() {
    let repo = Repo::new();
    for index in 0..40 {
        repo.write(
            &format!("postmortems/{index}.md"),
            variant(&[("severity: sev2", "severity: sev9")]),
        );
    }
    let first = repo.run(&["check", "--report", "json"]).stdout;
    for _ in 0..3 {
        assert_eq!(repo.run(&["check", "--report", "json"]).stdout, first);
    }
}

#[test]
fn rules_are_listed_and_explained() {
    let repo = Repo::bare();
    let list = repo.expect(0, &["rules"]).stdout;
    assert!(
        list.lines().any(|line| line.starts_with("missing-field ")),
        "{list}"
    );
    let page = repo.expect(0, &["explain", "missing-field"]).stdout;
    assert!(page.starts_with("# missing-field\n") && page.contains("## Why"));
    let run = repo.expect(2, &["explain", "mising-field"]);
    assert!(
        run.stderr
            .contains("try `aftersight explain missing-field`"),
        "{}",
        run.stderr
    );
}

#[test]
fn the_base_is_read_by_the_same_rules_as_the_folder() {
    let repo = Repo::new();
    let row = "| A3 | Add the batch jobs to the load test in staging | prevent | P2 | @example/payments | 2026-12-18 | the nightly run shows both |\n";
    repo.write(
        "aftersight.yml",
        "postmortems: docs/_postmortems\nignore: [old]\n",
    );
    let old = variant(&[("id: INC-2026-014", "id: INC-2020-001")]);
    repo.write("docs/_postmortems/a.md", variant(&[]));
    repo.write("docs/_postmortems/old/b.md", &old);
    repo.commit("first");
    repo.git(&["checkout", "-q", "-b", "change"]);
    repo.write("docs/_postmortems/a.md", variant(&[(row, "")]));
    repo.write("docs/_postmortems/old/b.md", old.replace(row, ""));
    assert_eq!(
        repo.rules(&["--changed", "main"]),
        ["docs/_postmortems/a.md: vanished-action"]
    );
}
