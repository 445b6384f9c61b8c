//! Reports as `check` writes them: where they go, what cannot be written, and what the runner of a workflow makes of them.

use std::process::{Command, Stdio};

use crate::harness::{Repo, Run, finished, variant};
use crate::runner::{Command as Order, obeyed};

const FORMATS: [&str; 7] = [
    "full", "concise", "summary", "github", "json", "sarif", "rdjson",
];

/// A repository with one error.
fn flawed() -> Repo {
    let repo = Repo::new();
    repo.write(
        "postmortems/a.md",
        variant(&[("severity: sev2", "severity: sev9")]),
    );
    repo
}

fn run(command: &mut Command) -> Run {
    finished(command.output().expect("the program runs"))
}

/// As on a runner, with a file for the summary of the step.
fn on_actions(repo: &Repo, args: &[&str]) -> Run {
    let mut command = repo.command(args);
    command
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_STEP_SUMMARY", repo.file("step.md"));
    run(&mut command)
}

#[test]
fn every_format_in_one_run() {
    let repo = flawed();
    let mut args = vec!["check".to_string()];
    for format in FORMATS {
        args.extend(["--report".into(), format!("{format}={format}.out")]);
    }
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let run = repo.expect(1, &args);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    for format in FORMATS {
        assert!(
            repo.read(&format!("{format}.out")).contains("sev9"),
            "{format}"
        );
    }
    for format in ["json", "sarif", "rdjson"] {
        let printed = repo.expect(1, &["check", "--report", format]).stdout;
        assert_eq!(printed, repo.read(&format!("{format}.out")), "{format}");
    }
}

#[test]
fn what_cannot_be_written_is_told_before_anything_is() {
    let repo = flawed();
    repo.write("folder/x", "");
    std::fs::create_dir(repo.file("shelf")).expect("a folder");
    let cases = [
        ("json=missing/out.json", "there is no folder `missing`"),
        ("json=shelf", "`shelf` is a folder"),
        ("json=folder/x/out.json", "there is no folder `folder/x`"),
        ("json=first.txt", "two reports go to `first.txt`"),
        ("json=shelf/../first.txt", "two reports go to"),
        ("json=/proc/out.json", "cannot write `/proc/out.json`"),
        ("json=", "name a file after `=`"),
        (
            "junit",
            "full, concise, summary, github, json, sarif, rdjson",
        ),
    ];
    for (report, told) in cases {
        let run = repo.expect(
            2,
            &["check", "--report", "full=first.txt", "--report", report],
        );
        assert!(run.stderr.contains(told), "{report}: {}", run.stderr);
        assert_eq!(run.stdout, "");
        assert!(!repo.file("first.txt").exists(), "{report}");
    }
    let left = std::fs::read_dir(repo.path())
        .expect("the folder")
        .flatten();
    let left: Vec<_> = left.map(|entry| entry.file_name()).collect();
    assert!(
        left.iter()
            .all(|name| !name.to_string_lossy().ends_with(".tmp")),
        "{left:?}"
    );
}

#[cfg(unix)]
#[test]
fn one_file_under_two_names_is_one_file() {
    let repo = flawed();
    repo.write("a.txt", "old");
    std::os::unix::fs::symlink("a.txt", repo.file("b.txt")).expect("a link");
    let run = repo.expect(
        2,
        &["check", "--report", "full=a.txt", "--report", "json=b.txt"],
    );
    assert!(
        run.stderr.contains("two reports go to `b.txt`"),
        "{}",
        run.stderr
    );
    assert_eq!(repo.read("a.txt"), "old");
}

#[test]
fn a_document_does_not_share_standard_output() {
    let repo = flawed();
    for (one, other) in [("json", "sarif"), ("full", "rdjson"), ("sarif", "github")] {
        let run = repo.expect(2, &["check", "--report", one, "--report", other]);
        assert!(
            run.stderr.contains("both go to standard output"),
            "{}",
            run.stderr
        );
        assert_eq!(run.stdout, "");
    }
    let run = repo.expect(1, &["check", "--report", "json", "--report", "full=a.txt"]);
    serde_json::from_str::<serde_json::Value>(&run.stdout).expect("JSON");
    repo.expect(1, &["check", "--report", "concise", "--report", "github"]);
}

#[test]
fn a_reader_that_leaves_early_changes_nothing() {
    let repo = flawed();
    for format in FORMATS {
        let mut child = repo
            .command(&[
                "check",
                "--stats",
                "--report",
                format,
                "--report",
                "concise=out.txt",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        drop(child.stdout.take());
        let run = finished(child.wait_with_output().expect("it ends"));
        assert_eq!(run.code, 1, "{format}: {}", run.stderr);
        assert!(!run.stderr.contains("error:"), "{}", run.stderr);
        assert!(repo.read("out.txt").contains("sev9"));
    }
}

#[test]
fn on_actions_the_summary_of_the_step_is_added_to() {
    let repo = flawed();
    repo.write("step.md", "What another command wrote");
    let run = on_actions(&repo, &["check"]);
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
    let step = repo.read("step.md");
    assert!(
        step.starts_with("What another command wrote\n## Postmortems: 1 error must be mended\n"),
        "{step}"
    );
    on_actions(
        &repo,
        &[
            "check",
            "--report",
            "json",
            "--report",
            &format!("summary={}", repo.file("step.md").display()),
        ],
    );
    assert_eq!(repo.read("step.md").matches("## Postmortems").count(), 2);
    on_actions(&repo, &["check", "--report", "json"]);
    assert_eq!(repo.read("step.md").matches("## Postmortems").count(), 2);
}

#[test]
fn a_full_summary_of_the_step_stays_below_its_limit() {
    let repo = flawed();
    for index in 0..400 {
        repo.write(&format!("postmortems/{index}.md"), "---\nid: x\n---\n");
    }
    for taken in [0, (1 << 20) - 20_000, (1 << 20) - 100, 2 << 20] {
        repo.write("step.md", "x".repeat(taken));
        let run = on_actions(&repo, &["check"]);
        assert_eq!(run.code, 1);
        let step = repo.read("step.md");
        assert!(
            step.len() <= taken.max(1 << 20),
            "{taken} became {}",
            step.len()
        );
        let full = taken > (1 << 20) - 1_000;
        assert_eq!(step.len() == taken, full, "{taken}");
        assert_eq!(
            run.stderr.contains("the summary of this step is full"),
            full,
            "{}",
            run.stderr
        );
    }
}

#[test]
fn a_step_without_its_file_still_gets_its_verdict() {
    let repo = flawed();
    let mut command = repo.command(&["check"]);
    command
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_STEP_SUMMARY", repo.file("no/step.md"));
    let told = run(&mut command);
    assert_eq!(told.code, 1);
    assert!(
        told.stdout.contains("sev9")
            && told.stderr.contains("the summary of this step is left out"),
        "{}",
        told.stderr
    );
    command.env_remove("GITHUB_STEP_SUMMARY");
    assert_eq!(run(&mut command).stderr, "");
}

#[test]
fn denied_warnings_are_in_the_verdict_of_the_summary() {
    let repo = Repo::new();
    repo.write(
        "postmortems/a.md",
        variant(&[
            ("status: final", "status: draft"),
            ("## What went well", "## Praise"),
        ]),
    );
    let run = repo.expect(0, &["check", "--report", "summary"]);
    assert!(
        run.stdout
            .starts_with("## Postmortems: nothing stands in the way"),
        "{}",
        run.stdout
    );
    let run = repo.expect(1, &["check", "--report", "summary", "--deny-warnings"]);
    assert!(
        run.stdout.contains("warning must be mended")
            || run.stdout.contains("warnings must be mended"),
        "{}",
        run.stdout
    );
}

#[test]
fn stats_show_which_rule_is_noisy() {
    let repo = flawed();
    repo.write(
        "postmortems/b.md",
        variant(&[
            ("id: INC-2026-014", "id: INC-2026-015"),
            ("severity: sev2", "severity: sev9"),
        ]),
    );
    let run = repo.expect(1, &["check", "--stats"]);
    let mut lines = run.stdout.lines();
    assert_eq!(
        lines.next(),
        Some("rule       errors  warnings  notes  allowed  postmortems")
    );
    assert_eq!(
        lines.next(),
        Some("bad-value       2         0      0        0            2")
    );
    assert!(
        lines
            .next()
            .is_some_and(|line| line.starts_with("1 rule found something, ")),
        "{}",
        run.stdout
    );
    assert_eq!(lines.next(), None);
    let both = repo
        .expect(1, &["check", "--stats", "--report", "full"])
        .stdout;
    assert!(
        both.contains("error[bad-value]") && both.ends_with(&run.stdout),
        "{both}"
    );
    let apart = repo.expect(1, &["check", "--stats", "--report", "json"]);
    serde_json::from_str::<serde_json::Value>(&apart.stdout).expect("JSON");
    assert_eq!(apart.stderr, run.stdout);
}

/// What stands in every place that a stranger can fill.
const HOSTILE: [&str; 8] = [
    "::error::planted",
    "##[error]planted",
    "x ##[add-mask]planted",
    "#\u{200b}#[set-output name=a]planted",
    "\u{feff}::add-mask::planted",
    "\u{2028}::stop-commands::planted",
    "\u{1b}[31m::error::planted \u{9b}0m \u{85}::error::planted",
    "🙂 %0A::error::planted %25 `:: ",
];

/// Postmortems with one hostile text everywhere, and names of files with another.
fn planted() -> Repo {
    let repo = Repo::new();
    for (index, text) in HOSTILE.iter().enumerate() {
        let long = "y".repeat(5_000);
        let quoted = serde_json::to_string(text).expect("a string");
        let body = variant(&[
            ("severity: sev2", &format!("severity: {quoted}")),
            ("id: INC-2026-014", &format!("id: {quoted}")),
            (
                "tags: [database, deploy]",
                &format!("tags: [{quoted}, {quoted}]\n{quoted}: 1"),
            ),
            ("detected_by: monitoring", &format!("detected_by: {quoted}")),
            (
                "## What went well",
                &format!(
                    "## {text}\n\n{long} {text}\n\n<!-- aftersight: allow(timeline-gap) because {text} -->\n\n{text}\n\n## What went well"
                ),
            ),
            (
                "| A1 | Give the batch jobs a pool of their own |",
                &format!("| A1 | improve {text} |"),
            ),
        ]);
        repo.write(&format!("postmortems/{index}.md"), &body);
        repo.write(
            &format!("postmortems/{index}-dos.md"),
            format!("\u{feff}{}", body.replace('\n', "\r\n")),
        );
        // The names of files cannot hold everything.
        repo.write(
            &format!("postmortems/{index}\n{}\r.md", text.replace('/', "")),
            "nothing",
        );
    }
    repo
}

/// The orders in what was printed, without our own annotations.
fn planted_orders(run: &Run) -> Vec<Order> {
    let ours = |order: &Order| {
        let title = order.properties.get("title");
        title.is_some_and(|title| {
            title.starts_with("error[")
                || title.starts_with("warning[")
                || title.starts_with("note[")
                || title == "aftersight"
        })
    };
    let mut found = obeyed(&run.stdout);
    found.retain(|order| !ours(order));
    found.extend(obeyed(&run.stderr));
    found
}

#[test]
fn nothing_in_a_postmortem_is_an_order_in_any_report() {
    let repo = planted();
    for format in FORMATS {
        for actions in [false, true] {
            let args = ["check", "-v", "--stats", "--report", format];
            let run = if actions {
                on_actions(&repo, &args)
            } else {
                repo.run(&args)
            };
            assert_eq!(run.code, 1, "{format}: {}", run.stderr);
            assert!(run.stdout.contains("planted"), "{format} shows nothing");
            assert_eq!(planted_orders(&run), [], "{format}");
        }
    }
    let run = on_actions(&repo, &["check"]);
    assert_eq!(planted_orders(&run), []);
    assert!(repo.read("step.md").contains("planted"));
}

#[test]
fn nothing_that_is_typed_or_configured_is_an_order() {
    let repo = Repo::clean();
    for text in HOSTILE {
        let line = format!("x\n{text}");
        let path = format!("json={line}/out.json");
        let flag = format!("--{line}");
        for args in [
            vec!["check", "--changed", &line],
            vec!["check", "--report", &path],
            vec!["check", "--report", &line],
            vec!["check", &line],
            vec!["check", &flag],
            vec!["explain", &line],
            vec![&line],
            vec!["--repo", &line, "check"],
            vec!["--config", &line, "check"],
        ] {
            for actions in [false, true] {
                let run = if actions {
                    on_actions(&repo, &args)
                } else {
                    repo.run(&args)
                };
                assert_eq!(run.code, 2, "{args:?}: {}", run.stdout);
                // What is taken for a flag is only named up to its `=`.
                assert!(
                    run.stderr.contains("planted") || run.stderr.contains("set-output"),
                    "{args:?}: {}",
                    run.stderr
                );
                assert_eq!(planted_orders(&run), [], "{args:?}");
            }
        }
        let quoted = serde_json::to_string(&line).expect("a string");
        repo.write(
            "aftersight.yml",
            format!("severities: [{quoted}]\nsite: {{ title: {quoted} }}\n"),
        );
        for args in [&["config", "show"][..], &["check"]] {
            assert_eq!(planted_orders(&repo.run(args)), [], "{args:?}");
        }
        repo.write(
            "aftersight.yml",
            format!("{quoted}: 1\nrules: {{ {quoted}: off }}\n"),
        );
        let run = repo.expect(2, &["check"]);
        assert_eq!(planted_orders(&run), []);
        std::fs::remove_file(repo.file("aftersight.yml")).expect("removed");
    }
}
