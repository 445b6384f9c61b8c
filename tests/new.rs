//! `new`: what is written teaches, and is clean once it is filled in.

use crate::harness::{CLEAN, Repo};

#[test]
fn a_new_postmortem_is_a_draft_without_errors() {
    let repo = Repo::clean();
    for (template, id) in [
        ("standard", "INC-2026-015"),
        ("quick", "INC-2026-016"),
        ("five-whys", "INC-2026-017"),
    ] {
        let title = format!("Search: \"no results\" #{template}");
        let run = repo.expect(
            0,
            &[
                "new",
                &title,
                "--template",
                template,
                "--owner",
                "@example/search",
            ],
        );
        let path = run.stdout.trim();
        assert!(
            path.starts_with("postmortems/2026-10-14-search-no-results"),
            "{path}"
        );
        let text = repo.read(path);
        assert!(text.contains(id), "{text}");
        assert!(run.stderr.contains(id));
        let found = repo.diagnostics(&[path]);
        assert!(
            found.iter().all(|one| one["level"] != "error"),
            "{found:#?}"
        );
        assert!(
            found.iter().any(|one| one["rule"] == "empty-section"),
            "{found:#?}"
        );
    }
    repo.expect(0, &["check"]);
}

#[test]
fn nothing_is_overwritten() {
    let repo = Repo::new();
    let path = repo
        .expect(0, &["new", "Checkout down"])
        .stdout
        .trim()
        .to_string();
    repo.write(&path, "mine");
    let run = repo.expect(2, &["new", "Checkout down"]);
    assert!(run.stderr.contains("exists already"), "{}", run.stderr);
    assert_eq!(repo.read(&path), "mine");
    let run = repo.expect(2, &["new", "Checkout down", "--folder"]);
    assert!(run.stderr.contains("exists already"), "{}", run.stderr);
}

#[test]
fn wrong_words_are_told_with_the_right_ones() {
    let repo = Repo::new();
    for (args, part) in [
        (&["new", "x", "--severity", "sev9"][..], "possible are"),
        (&["new", "x", "--template", "quik"], "`quick`"),
        (&["new", "x", "--owner", "me"], "@org/team"),
        (&["new", "x", "--started", "yesterday"], "2026-10-10T14:23Z"),
        (&["new", "  "], "the title is empty"),
    ] {
        let run = repo.expect(2, args);
        assert!(run.stderr.contains(part), "{part} is not in {}", run.stderr);
    }
    assert!(!repo.file("postmortems").exists());
}

#[test]
fn the_owner_comes_from_the_catalogue_and_the_id_from_the_pattern() {
    let repo = Repo::new();
    repo.write(
        "aftersight.yml",
        "id: \"PM{number:4}\"\nservices:\n  search: { owner: \"@example/search\" }\n",
    );
    let path = repo
        .expect(
            0,
            &[
                "new",
                "Search down",
                "--service",
                "search",
                "--started",
                "2026-10-01T10:00+02:00",
                "--folder",
            ],
        )
        .stdout;
    assert_eq!(path.trim(), "postmortems/2026-10-01-search-down/index.md");
    let text = repo.read(path.trim());
    assert!(
        text.contains("id: PM0001\n")
            && text.contains("owner: \"@example/search\"")
            && text.contains("started: 2026-10-01T08:00:00Z"),
        "{text}"
    );
}

/// The filled form: every section of the template with the canonical postmortem's text, the fields with its values.
#[test]
fn the_filled_form_is_clean() {
    for template in ["standard", "quick", "five-whys"] {
        let repo = Repo::new();
        let path = repo
            .expect(
                0,
                &[
                    "new",
                    "Checkout refused orders",
                    "--template",
                    template,
                    "--owner",
                    "@example/payments",
                    "--severity",
                    "sev2",
                ],
            )
            .stdout;
        let form = repo.read(path.trim());
        let (_, front, body) = parts(&form);
        let (_, filled_front, filled_body) = parts(CLEAN);
        let mut out = String::from("---\n");
        let mut keys: Vec<&str> = Vec::new();
        for line in front.lines().filter(|line| !line.starts_with(' ')) {
            keys.push(line.split(':').next().unwrap_or_default());
        }
        let mut lines = filled_front.lines().peekable();
        while let Some(line) = lines.next() {
            let key = line.split(':').next().unwrap_or_default();
            let mut text = format!("{line}\n");
            while let Some(next) = lines.next_if(|next| next.starts_with(' ')) {
                text += &format!("{next}\n");
            }
            if key == "template" {
                text = format!("template: {template}\n");
            }
            assert!(
                keys.contains(&key) || matches!(key, "authors" | "meeting"),
                "the form has no `{key}`"
            );
            out += &text;
        }
        out += "---\n";
        for heading in body.lines().filter(|line| line.starts_with('#')) {
            let text = match section(filled_body, heading) {
                Some(text) => text,
                None if heading.contains("Lessons") => "The batch jobs were a tenant nobody had drawn. Draw the tenants of every pool.\n".into(),
                None if heading.contains("Detection") => "The alert on refused orders fired after eight minutes; the one on pool use averages and stayed quiet.\n".into(),
                None if heading.contains("lucky") => "The release went out on a Saturday, when orders are few.\n".into(),
                None if heading.contains("Considered") => "- A larger pool for both: it would only move the limit.\n".into(),
                None => panic!("nothing to fill `{heading}` with"),
            };
            out += &format!("\n{heading}\n\n{text}");
        }
        out += &format!(
            "\n## External message\n\n{}",
            section(filled_body, "## External message").expect("there is one")
        );
        repo.write(path.trim(), &out);
        let run = repo.run(&["check", "--deny-warnings"]);
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (0, "nothing found in 1 postmortem\n"),
            "{template}\n{out}"
        );
    }
}

fn parts(text: &str) -> (&str, &str, &str) {
    let rest = text.strip_prefix("---\n").expect("a front matter");
    let (front, body) = rest.split_once("\n---\n").expect("it closes");
    ("", front, body)
}

/// The text below a heading up to the next one.
fn section(body: &str, heading: &str) -> Option<String> {
    let plain = heading.trim_start_matches(['#', ' ']);
    let mut lines = body
        .lines()
        .skip_while(|line| line.trim_start_matches(['#', ' ']) != plain);
    lines.next()?;
    let text: Vec<&str> = lines.take_while(|line| !line.starts_with('#')).collect();
    Some(text.join("\n").trim().to_string() + "\n")
}
