//! `import`: what other tools know becomes drafts that `check` accepts, once, and nothing is overwritten.

use std::io::Write;
use std::path::{Path, PathBuf};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::harness::{Repo, Run, corpus};

const PAGERDUTY: &str = r#"{"incident": {"id": "P1", "incident_number": 12, "title": "Checkout errors", "status": "resolved", "urgency": "high",
    "html_url": "https://example.pagerduty.com/incidents/P1", "created_at": "2026-10-10T14:31:00Z", "resolved_at": "2026-10-10T15:18:00Z",
    "priority": {"summary": "P1"}, "service": {"id": "S1", "summary": "Checkout"}},
    "log_entries": [{"type": "notify_log_entry", "created_at": "2026-10-10T14:31:10Z", "summary": "Notified", "agent": {"id": "U1", "type": "user_reference", "summary": "Ada Moss"}}]}"#;
const PAGE: &str = r#"{"page": {"id": "p", "name": "Example"}, "incidents": [
    {"id": "i1", "name": "API errors", "impact": "major", "status": "resolved", "created_at": "2026-03-01T10:05:00Z", "resolved_at": "2026-03-01T11:00:00Z",
     "incident_updates": [{"status": "resolved", "body": "Done <b>now</b>.", "display_at": "2026-03-01T11:00:00Z"}]},
    {"id": "i2", "name": "API errors", "impact": "none", "status": "resolved", "created_at": "2026-03-01T14:05:00Z", "resolved_at": "2026-03-01T15:00:00Z", "incident_updates": []}]}"#;
const CSV: &str = "time,text\n2026-10-10 14:23,deploy | of x\n2026-10-10 14:31,alert <b>\n";

/// No error of `check` in the repository.
fn is_accepted(repo: &Repo) {
    let found = repo.diagnostics(&[]);
    let errors: Vec<String> = found
        .iter()
        .filter(|one| one["level"] == "error")
        .map(ToString::to_string)
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

fn path(run: &Run) -> String {
    run.stdout.trim().to_string()
}

#[test]
fn an_export_becomes_a_draft_once() {
    let repo = Repo::new();
    repo.write("p.json", PAGERDUTY);
    let run = repo.expect(0, &["import", "pagerduty", "p.json"]);
    let first = path(&run);
    assert_eq!(first, "postmortems/2026-10-10-checkout-errors.md");
    for part in [
        "INC-2026-001",
        "guessed: the severity `sev1` for `P1`",
        "left out: log entries of the kind `notify`",
        "p.json: $.log_entries[0]",
    ] {
        assert!(run.stderr.contains(part), "{part} is not in {}", run.stderr);
    }
    let text = repo.read(&first);
    for part in [
        "status: draft",
        "imported: true",
        "id: INC-2026-001",
        "severity: sev1",
        "detected: 2026-10-10T14:31:00Z",
        "[P1](<https://example.pagerduty.com/incidents/P1>)",
        "- left out: log entries of the kind notify",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert!(!text.contains("Moss"));
    is_accepted(&repo);

    // The file may be renamed, and the export saved anew.
    repo.write("q.json", PAGERDUTY.replace("high", "low"));
    std::fs::rename(repo.file(&first), repo.file("postmortems/other.md")).expect("renamed");
    let run = repo.expect(0, &["import", "pagerduty", "q.json"]);
    assert_eq!(run.stdout, "");
    assert!(
        run.stderr
            .contains("`postmortems/other.md` holds `P1` already"),
        "{}",
        run.stderr
    );
    let run = repo.expect(0, &["import", "pagerduty", "q.json", "--again"]);
    assert!(repo.read(&path(&run)).contains("id: INC-2026-002"));
    is_accepted(&repo);
}

#[test]
fn several_incidents_ask_for_a_choice() {
    let repo = Repo::new();
    repo.write("page.json", PAGE);
    let run = repo.expect(2, &["import", "statuspage", "page.json"]);
    for part in [
        "there are 2 incidents",
        "i1  2026-03-01  API errors",
        "--all",
    ] {
        assert!(run.stderr.contains(part), "{part} is not in {}", run.stderr);
    }
    assert!(!repo.file("postmortems").exists());
    let run = repo.expect(2, &["import", "statuspage", "page.json", "--id", "i3"]);
    assert!(run.stderr.contains("`i1` and `i2`"), "{}", run.stderr);
    repo.expect(0, &["import", "statuspage", "page.json", "--id", "i2"]);
    let run = repo.expect(0, &["import", "statuspage", "page.json", "--all"]);
    assert_eq!(path(&run), "postmortems/2026-03-01-api-errors-2.md");
    assert!(run.stderr.contains("holds `i2` already"), "{}", run.stderr);
    assert!(repo.read(&path(&run)).contains("Done now."));
    is_accepted(&repo);
}

#[test]
fn words_of_the_organisation_are_used() {
    let repo = Repo::new();
    repo.write(
        "aftersight.yml",
        "severities: [red, amber, green]\nservices:\n  checkout: { owner: \"@example/payments\" }\n  search: {}\nid: \"PM{number:4}\"\n",
    );
    repo.write("p.json", PAGERDUTY);
    let run = repo.expect(
        0,
        &[
            "import",
            "pagerduty",
            "p.json",
            "--severity",
            "p1=red",
            "--title",
            "Ours: #1",
            "--dry-run",
        ],
    );
    for part in [
        "severity: red",
        "services: [checkout]",
        "owner: \"@example/payments\"",
        "title: \"Ours: #1\"",
        "id: PM0001",
        "- Title in the export: Checkout errors",
    ] {
        assert!(run.stdout.contains(part), "{part} is not in {}", run.stdout);
    }
    assert!(!repo.file("postmortems").exists());
    for (args, part) in [
        (&["--severity", "sev1"][..], "`red`, `amber` and `green`"),
        (&["--severity", "P1=sev1"], "`red`, `amber` and `green`"),
        (&["--service", "shop"], "`--service` cannot be `shop`"),
        (&["--owner", "me"], "@org/team"),
        (&["--from", "noon"], "`--from`"),
        (&["--zone", "CET"], "`--zone`"),
        (&["--all", "--id", "x"], "cannot be used with"),
    ] {
        let mut all = vec!["import", "pagerduty", "p.json"];
        all.extend(args);
        let run = repo.expect(2, &all);
        assert!(run.stderr.contains(part), "{part} is not in {}", run.stderr);
    }
}

#[test]
fn a_file_of_ones_own_is_never_overwritten() {
    let repo = Repo::new();
    repo.write("t.csv", CSV);
    let run = repo.expect(
        0,
        &[
            "import",
            "csv",
            "t.csv",
            "--zone",
            "+02:00",
            "--out",
            "postmortems/mine.md",
        ],
    );
    assert_eq!(path(&run), "postmortems/mine.md");
    let text = repo.read("postmortems/mine.md");
    assert!(
        text.contains("| 2026-10-10 12:23 | deploy \\| of x |\n| 12:31 | alert \\<b\\> |"),
        "{text}"
    );
    let run = repo.expect(
        2,
        &[
            "import",
            "csv",
            "t.csv",
            "--again",
            "--out",
            "postmortems/mine.md",
        ],
    );
    assert!(run.stderr.contains("exists already"), "{}", run.stderr);
    assert_eq!(repo.read("postmortems/mine.md"), text);
    is_accepted(&repo);
}

#[test]
fn what_cannot_be_read_is_told_with_the_way_out() {
    let repo = Repo::new();
    repo.write("page.json", PAGE);
    repo.write("empty.json", " \n");
    repo.write("cut.json", &PAGE[..100]);
    repo.write("binary.json", b"{\"a\": \"\0\"}");
    repo.write("notes.json", r#"{"a": 1}"#);
    repo.write("folder/readme.txt", "x");
    for (source, file, part) in [
        (
            "pagerduty",
            "page.json",
            "this looks like Statuspage; try `aftersight import statuspage page.json`",
        ),
        ("statuspage", "empty.json", "`empty.json` is empty"),
        (
            "statuspage",
            "cut.json",
            "`cut.json` is no JSON: EOF while parsing",
        ),
        ("statuspage", "binary.json", "is not a text file"),
        ("github", "notes.json", "holds no issue of GitHub"),
        ("statuspage", "none.json", "cannot read `none.json`"),
        (
            "statuspage",
            "folder",
            "holds no file that `import statuspage` reads",
        ),
        ("jira", "page.json", "possible are pagerduty"),
        (
            "csv",
            "page.json",
            "try `aftersight import statuspage page.json`",
        ),
    ] {
        let run = repo.expect(2, &["import", source, file]);
        assert!(run.stderr.contains(part), "{part} is not in {}", run.stderr);
        assert_eq!(run.stdout, "");
    }
    assert!(!repo.file("postmortems").exists());
}

#[test]
fn a_chat_is_read_from_an_archive_and_from_a_folder() {
    let users = r#"[{"id": "U1", "name": "ada", "real_name": "Ada Moss"}]"#;
    let day = r#"[{"type": "message", "user": "U1", "text": "it is down <@U1> ::error::x", "ts": "1760106600.0001"},
        {"type": "message", "subtype": "channel_join", "user": "U1", "text": "joined", "ts": "1760106601.0001"},
        {"type": "message", "user": "U1", "text": "later", "ts": "1760206601.0001"}]"#;
    let files = [
        ("users.json", users),
        ("channels.json", "[]"),
        ("inc-42/2025-10-10.json", day),
        ("general/2025-10-10.json", "[]"),
    ];
    let repo = Repo::new();
    let archive = std::fs::File::create(repo.file("export.zip")).expect("a file");
    let mut archive = ZipWriter::new(archive);
    for (name, text) in files {
        archive
            .start_file(name, SimpleFileOptions::default())
            .expect("an entry");
        archive.write_all(text.as_bytes()).expect("its text");
        repo.write(&format!("export/{name}"), text);
    }
    archive.finish().expect("an archive");
    for from in ["export.zip", "export"] {
        let run = repo.expect(2, &["import", "slack", from]);
        assert!(
            run.stderr
                .contains("name one with `--channel`: `general` and `inc-42`"),
            "{}",
            run.stderr
        );
        let args = [
            "import",
            "slack",
            from,
            "--channel",
            "#inc-42",
            "--to",
            "2025-10-11T00:00Z",
            "--again",
        ];
        let run = repo.expect(0, &args);
        let text = repo.read(&path(&run));
        assert!(
            text.contains("| 2025-10-10 14:30 | responder 1: it is down responder 1 ::error::x |"),
            "{text}"
        );
        assert!(
            !text.contains("later") && !text.contains("joined |") && !text.contains("Moss"),
            "{text}"
        );
        assert!(
            run.stderr
                .contains("left out: messages before `--from` or after `--to`"),
            "{}",
            run.stderr
        );
    }
    is_accepted(&repo);
}

#[test]
fn standard_input_is_read() {
    let repo = Repo::new();
    let mut command = repo.command(&["import", "pagerduty", "-", "--dry-run", "-q"]);
    command
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let mut child = command.spawn().expect("the program runs");
    child
        .stdin
        .take()
        .expect("its input")
        .write_all(PAGERDUTY.as_bytes())
        .expect("read");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success());
    assert!(output.stderr.is_empty());
    assert!(String::from_utf8_lossy(&output.stdout).contains("title: Checkout errors"));
}

fn found(folder: &Path, end: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.to_string_lossy().ends_with(end) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn real_exports_are_imported() {
    let Some(corpus) = corpus("real_exports_are_imported") else {
        return;
    };
    let corpus = corpus.join("exports");
    let repo = Repo::new();
    let import = |args: &[&str]| {
        let mut all = vec!["import"];
        all.extend(args);
        repo.expect(0, &all)
    };
    let text = |path: &PathBuf| path.to_string_lossy().into_owned();
    let pagerduty = corpus.join("mapbox__pagerduty-incidents/test/fixtures");
    let (incidents, pager_notes) = (
        text(&pagerduty.join("incidents.json")),
        text(&pagerduty.join("notes.json")),
    );
    let run = import(&["pagerduty", &incidents, &pager_notes, "--all"]);
    assert_eq!(run.stdout.lines().count(), 3);
    assert!(
        run.stderr
            .contains("which of several incidents they belong to"),
        "{}",
        run.stderr
    );
    let run = import(&["pagerduty", &pager_notes]);
    assert!(repo.read(&path(&run)).contains("2016-06-09 14:37"));
    for page in found(&corpus.join("stephenyeargin__hubot-statuspage"), ".json") {
        import(&["statuspage", &text(&page)]);
    }
    let issues = found(&corpus.join("jenkins-infra__status"), ".md");
    let mut args = vec!["cstate".to_string()];
    args.extend(issues.iter().map(text));
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    assert_eq!(import(&args).stdout.lines().count(), issues.len());
    let slack = text(&corpus.join("hfaran__slack-export-viewer/tests/testarchive"));
    let run = import(&["slack", &slack, "--channel", "traveling-sailor"]);
    for part in ["messages of bots", "joined"] {
        assert!(run.stderr.contains(part), "{part} is not in {}", run.stderr);
    }
    is_accepted(&repo);
    let before = repo.git(&["status", "--porcelain", "-uall"]);
    import(&args);
    assert_eq!(repo.git(&["status", "--porcelain", "-uall"]), before);
}
