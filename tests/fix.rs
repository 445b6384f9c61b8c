//! `fix`: what is written, what is only shown, and what is left alone.

use std::fs;
use std::time::SystemTime;

use crate::harness::{CLEAN, Repo, variant};

const PATH: &str = "postmortems/2026-10-10-checkout.md";

/// The canonical postmortem with many small flaws and notes of its author.
fn flawed() -> String {
    variant(&[
        ("id: INC-2026-014\ntitle:", "# about us\ntitle:"),
        (
            "kind: incident\n",
            "id: INC-2026-014 # permanent\n\nkind: incident\n",
        ),
        (
            "\n## Impact\n\nAbout 12,000 customers could not place an order, and 847 of them opened a support ticket. No data was lost.\n",
            "",
        ),
        (
            "| ID | Action | Type | Priority | Owner | Due |",
            "| Action | Type | Priority | Due |",
        ),
        (
            "## Action items\n\n",
            "## Action items\n\n<!-- keep\tme -->\n\n",
        ),
        (
            "Done when |\n| --- | --- | --- | --- | --- | --- | --- |",
            "Done when |\n| --- | --- | --- | --- | --- |",
        ),
        (
            "| A1 | Give the batch jobs a pool of their own | prevent | P1 | @example/payments | 2026-11-06",
            "| Give `a \\| b` a pool 🙂 | prevent | P1 | Nov 6, 2026",
        ),
        (
            "| A2 | Alert on the pool use of each instance above 80 % | detect | P1 | @example/platform | 2026-11-06",
            "| Alert on the pool use of each instance above 80 % | detect | P1 | 2026/11/06",
        ),
        (
            "| A3 | Add the batch jobs to the load test in staging | prevent | P2 | @example/payments | 2026-12-18",
            "| Add the batch jobs to the load test in staging | prevent | P2 | 2026-12-18",
        ),
    ])
}

fn mended() -> String {
    variant(&[
        (
            "id: INC-2026-014\ntitle:",
            "id: INC-2026-014 # permanent\n# about us\ntitle:",
        ),
        ("kind: incident\n", "\nkind: incident\n"),
        (
            "About 12,000 customers could not place an order, and 847 of them opened a support ticket. No data was lost.",
            "<!-- Figures: how many people, how long, which requests, what it cost, whether data was lost. `unknown` is an answer. -->",
        ),
        (
            "## Action items\n\n",
            "## Action items\n\n<!-- keep\tme -->\n\n",
        ),
        (
            "| Give the batch jobs a pool of their own | prevent | P1 | @example/payments | 2026-11-06",
            "| Give `a \\| b` a pool 🙂 | prevent | P1 |  | 2026-11-06",
        ),
        (
            "each instance above 80 % | detect | P1 | @example/platform |",
            "each instance above 80 % | detect | P1 |  |",
        ),
        (
            "in staging | prevent | P2 | @example/payments |",
            "in staging | prevent | P2 |  |",
        ),
    ])
}

#[test]
fn fixes_are_made_once_and_told() {
    let repo = Repo::clean();
    repo.write(PATH, flawed());
    let shown = repo.expect(1, &["fix", "--diff"]);
    assert_eq!(repo.read(PATH), flawed());
    let run = repo.expect(0, &["fix"]);
    assert_eq!(repo.read(PATH), mended());
    assert_eq!(
        run.stdout,
        format!(
            "{PATH}: missing-section, action-without-id, action-without-owner, action-without-due-date (2), key order\n"
        )
    );
    assert!(
        run.stderr.contains("6 fixes made in 1 postmortem\n"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains("`aftersight check` shows them"),
        "{}",
        run.stderr
    );
    let again = repo.expect(0, &["fix"]);
    assert!(
        again.stderr.contains("nothing to fix in 1 postmortem\n"),
        "{}",
        again.stderr
    );
    assert_eq!((again.stdout.as_str(), repo.read(PATH)), ("", mended()));
    repo.expect(0, &["fix", "--diff"]);
    // What `--diff` shows is what `fix` does, byte by byte.
    repo.write(PATH, flawed());
    repo.write("fix.patch", &shown.stdout);
    repo.git(&["apply", "fix.patch"]);
    assert_eq!(repo.read(PATH), mended());
}

#[test]
fn line_ends_marks_and_modes_stay() {
    let repo = Repo::new();
    let windows = |text: String| format!("\u{feff}{}", text.trim_end().replace('\n', "\r\n"));
    repo.write(PATH, windows(flawed()));
    let shown = repo.expect(1, &["fix", "--diff"]).stdout;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let file = repo.file(PATH);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("changed");
        repo.expect(0, &["fix", PATH]);
        let mode = fs::metadata(&file).expect("the file").permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
    }
    repo.expect(0, &["fix", PATH]);
    assert_eq!(repo.read(PATH), windows(mended()));
    repo.write(PATH, windows(flawed()));
    repo.write("fix.patch", shown);
    repo.git(&["apply", "fix.patch"]);
    assert_eq!(repo.read(PATH), windows(mended()));
}

#[test]
fn only_what_is_named_is_mended() {
    let repo = Repo::new();
    let other = flawed().replace("INC-2026-014", "INC-2026-015");
    repo.write(PATH, flawed());
    repo.write("postmortems/b/other.md", &other);
    repo.write("draft.md", &other);
    repo.expect(0, &["fix", "postmortems/b"]);
    assert_eq!(repo.read(PATH), flawed());
    assert_ne!(repo.read("postmortems/b/other.md"), other);
    repo.expect(0, &["fix", "draft.md"]);
    assert_ne!(repo.read("draft.md"), other);
    assert_eq!(repo.read(PATH), flawed());
    let run = repo.expect(2, &["fix", "nothing.md"]);
    assert!(run.stderr.contains("nothing.md"), "{}", run.stderr);
}

#[test]
fn a_clean_file_is_not_touched() {
    let repo = Repo::clean();
    let file = repo.file(PATH);
    let old = SystemTime::UNIX_EPOCH;
    fs::File::open(&file)
        .expect("the file")
        .set_modified(old)
        .expect("changed");
    let run = repo.expect(0, &["fix"]);
    assert_eq!((run.stdout.as_str(), repo.read(PATH).as_str()), ("", CLEAN));
    let modified = fs::metadata(&file).expect("the file").modified();
    assert_eq!(modified.expect("a time"), old);
}

#[test]
fn a_fix_that_raises_a_finding_is_left_and_told() {
    let repo = Repo::new();
    // Once the time can be read, two others contradict it.
    let text = variant(&[
        (
            "detected: 2026-10-10T14:31:00Z",
            "detected: 2026-10-10 16:31 UTC",
        ),
        ("| A1 | Give", "| | Give"),
    ]);
    repo.write(PATH, &text);
    let run = repo.expect(0, &["fix"]);
    assert!(
        run.stderr
            .contains(&format!("{PATH}: bad-value is left: its fix would raise ")),
        "{}",
        run.stderr
    );
    assert_eq!(run.stdout, format!("{PATH}: action-without-id\n"));
    assert_eq!(repo.read(PATH), text.replace("| | Give", "| A4 | Give"));
}

#[test]
fn columns_are_added_in_the_style_of_the_table() {
    let tables = [
        (
            "\
| Action              | Due        | Status |
|:--------------------|------------|--------|
| Fix the a \\| b pool | 1 Nov 2026 |        |
| Alert on it         | 2026/11/1  |        |
",
            "\
| ID  | Action              | Type | Priority | Owner | Due        | Done when | Status |
|-----|:--------------------|------|----------|-------|------------|-----------|--------|
| A1  | Fix the a \\| b pool |      |          |       | 2026-11-01 |           |        |
| A2  | Alert on it         |      |          |       | 2026-11-01 |           |        |
",
        ),
        (
            "|Action|Owner|\n|-|-|\n|Do it|@ada|\n|Do that|\n||\n|Do|@a|\n",
            "|ID|Action|Type|Priority|Owner|Due|Done when|\n|---|-|---|---|-|---|---|\n|A1|Do it|||@ada|||\n|A2|Do that||||||\n||||||||\n|A3|Do|||@a|||\n",
        ),
        // A bar that was meant as text: nobody knows where the sentence ends.
        (
            "|Action|Owner|\n|-|-|\n|Alert on `a|b`|@ada|\n",
            "|Action|Owner|\n|-|-|\n|Alert on `a|b`|@ada|\n",
        ),
        (
            "Action | Owner\n--- | ---\nDo it | @ada\nDo that |\n",
            "ID | Action | Type | Priority | Owner | Due | Done when\n--- | --- | --- | --- | --- | --- | ---\nA1 | Do it |  |  | @ada | |\nA2 | Do that |  |  |  |  |  |\n",
        ),
        (
            "| Action | Type | Owner | Due | Priority | Done when | ID |\n|---|---|---|---|---|---|---|\n| Do it |\n| Do that | prevent\n",
            "| Action | Type | Owner | Due | Priority | Done when | ID |\n|---|---|---|---|---|---|---|\n| Do it |  |  |  |  |  | A1 |\n| Do that | prevent |  |  |  |  | A2 |\n",
        ),
    ];
    let repo = Repo::new();
    let (front, _) = CLEAN.split_once("## Summary").expect("a summary");
    for (table, expected) in tables {
        let text = |table: &str| format!("{front}## Action items\n\n{table}\nText | text\n");
        repo.write(PATH, text(table).replace("final", "draft"));
        repo.expect(0, &["fix"]);
        let fixed = repo.read(PATH);
        let (_, actions) = fixed
            .split_once("## Action items\n\n")
            .expect("the section");
        assert_eq!(actions.split_once("\nText").expect("the end").0, expected);
    }
}

/// The finished examples need no fix; the drafts are unfinished on purpose.
#[test]
fn the_examples_of_the_repository_need_none() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let repo = Repo::new();
    let config = fs::read(folder.join(".github/aftersight.yml")).expect("the configuration");
    repo.write("aftersight.yml", config);
    let files = fs::read_dir(folder.join("postmortems"))
        .expect("the examples")
        .flatten();
    let mut count = 0;
    for file in files.filter(|file| file.path().is_file()) {
        let text = fs::read_to_string(file.path()).expect("an example");
        if !text.contains("\nstatus: draft") {
            repo.write(
                &format!("postmortems/{}", file.file_name().to_string_lossy()),
                text,
            );
            count += 1;
        }
    }
    assert!(count > 10);
    let run = repo.expect(0, &["fix", "--diff"]);
    assert_eq!(run.stdout, "");
}

#[test]
fn what_is_allowed_or_guessed_is_left() {
    let repo = Repo::new();
    let text = variant(&[
        ("| A1 | Give", "| | Give"),
        ("severity: sev2", "severity: SEV2"),
        (
            "## Action items\n\n",
            "## Action items\n\n<!-- aftersight: allow(action-without-id) because it was never numbered -->\n",
        ),
    ]);
    repo.write(PATH, &text);
    let run = repo.expect(0, &["fix"]);
    assert_eq!(repo.read(PATH), text);
    assert!(
        run.stderr
            .contains("1 finding needs a person, 1 of them with a guess"),
        "{}",
        run.stderr
    );
}

#[cfg(unix)]
#[test]
fn what_cannot_be_written_is_told_and_the_rest_is_done() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let repo = Repo::new();
    for name in ["a", "b", "c"] {
        let text = flawed().replace("INC-2026-014", &format!("INC-2026-01{name}"));
        repo.write(&format!("postmortems/{name}.md"), text);
    }
    repo.write("elsewhere.md", flawed());
    symlink(repo.file("elsewhere.md"), repo.file("postmortems/link.md")).expect("a link");
    let locked = repo.file("postmortems/b.md");
    let before = repo.read("postmortems/b.md");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o444)).expect("changed");
    let run = repo.expect(2, &["fix"]);
    assert!(
        run.stderr.contains("`postmortems/b.md` is read-only"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains("`postmortems/link.md` is left alone"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains("one file was not mended"),
        "{}",
        run.stderr
    );
    assert_eq!(repo.read("postmortems/b.md"), before);
    assert_eq!(repo.read("elsewhere.md"), flawed());
    for name in ["a", "c"] {
        assert!(
            repo.read(&format!("postmortems/{name}.md"))
                .contains("| A3 |")
        );
    }
    let rest = fs::read_dir(repo.file("postmortems")).expect("the folder");
    assert_eq!(rest.count(), 4, "nothing half-written is left behind");
}

#[test]
fn bytes_that_are_no_text_are_left() {
    let repo = Repo::new();
    let mut bytes = flawed().into_bytes();
    bytes.extend(b"\n\xff\xfe\n");
    repo.write(PATH, &bytes);
    repo.expect(0, &["fix"]);
    assert_eq!(fs::read(repo.file(PATH)).expect("the file"), bytes);
    repo.write("postmortems/empty.md", "");
    repo.expect(0, &["fix"]);
    assert_eq!(repo.read("postmortems/empty.md"), "");
}

#[test]
fn a_diff_gives_no_orders_to_a_runner() {
    let repo = Repo::new();
    let hostile = flawed().replace(
        "## Summary\n\n",
        "## Summary\n\n::error::gotcha ##[error]x \u{1b}[31m\n",
    );
    repo.write(
        PATH,
        hostile.replace("\n## Impact", "\n::error::x\n\n## Impact"),
    );
    let mut command = repo.command(&["fix", "--diff"]);
    let run = crate::harness::finished(
        command
            .env("GITHUB_ACTIONS", "true")
            .output()
            .expect("a run"),
    );
    assert_eq!(run.code, 1);
    assert!(
        run.stdout.starts_with("::stop-commands::"),
        "{}",
        run.stdout
    );
    assert!(
        !run.stdout.contains("##[error]") && !run.stdout.contains('\u{1b}'),
        "{}",
        run.stdout
    );
    let painted = repo
        .expect(1, &["fix", "--diff", "--color", "always"])
        .stdout;
    assert!(painted.contains("\u{1b}[32m+"), "{painted}");
    assert!(!painted.contains("##[error]"), "{painted}");
}
