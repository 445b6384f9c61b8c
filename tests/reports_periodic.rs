//! `report digest` and `report quarterly`: what everybody, and what a director reads, from the real program.

use std::path::Path;

use serde_json::json;

use crate::actions::{item, ledger};
use crate::harness::{Repo, Run, finished, variant};
use crate::mail::assert_mailable;

/// 2026-11-30 09:00 UTC.
const NOVEMBER: &str = "1796029200";

fn at_end_of_november(repo: &Repo, args: &[&str]) -> Run {
    let mut command = repo.command(args);
    let output = command.env("SOURCE_DATE_EPOCH", NOVEMBER).output();
    let run = finished(output.expect("the program runs"));
    assert_eq!(run.code, 0, "{args:?}\n{}\n{}", run.stdout, run.stderr);
    run
}

#[track_caller]
fn says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part}\nis not in\n{text}");
    }
}

/// The canonical postmortem under another id, on another day, over after so many minutes.
fn incident(repo: &Repo, id: &str, day: &str, resolved: &str) {
    let text = variant(&[("id: INC-2026-014", &format!("id: {id}"))])
        .replace("2026-10-10T15:18", &format!("2026-10-10T{resolved}"))
        .replace("2026-10-10T", &format!("{day}T"))
        .replace("2026-10-12T", &format!("{day}T"));
    repo.write(&format!("postmortems/{id}.md"), text);
}

/// The example postmortems of this repository with their configuration, in one commit.
fn examples() -> Repo {
    let repo = Repo::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for entry in walkdir::WalkDir::new(root.join("postmortems")) {
        let entry = entry.expect("an example");
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(root).expect("below the root");
            let bytes = std::fs::read(entry.path()).expect("an example");
            repo.write(&path.to_string_lossy(), bytes);
        }
    }
    let config = std::fs::read(root.join(".github/aftersight.yml")).expect("the configuration");
    repo.write(".github/aftersight.yml", config);
    repo.commit_at("the examples", "2026-11-28T10:00:00Z");
    repo
}

#[test]
fn a_digest_tells_what_is_new_and_what_was_learned() {
    let repo = Repo::clean();
    let run = repo.expect(0, &["report", "digest", "--month", "2026-10"]);
    let expected = "\
# Postmortems: October 2026

**1 new postmortem, 0 updated; no ledger tells which action items are done.**

As it stands on 14 Oct 2026, 09:00 UTC; the month is not over yet.

## New postmortems

### INC-2026-014 Checkout refused orders for 55 minutes after a pool change

sev2 · checkout · 10 Oct 2026, 55 min

A release lowered the size of the connection pool that checkout shares with its batch jobs. For 55 minutes about 40 % of orders were refused. Rolling the release back ended it.

**Learned:** The alert was made when there was one instance, and no check compares alerts with the topology.

## Action items

Nobody can tell from this repository what is done: `aftersight actions sync` keeps the ledger that does.

## Ahead

### Due, unless it is done

- **2026-11-06:** Give the batch jobs a pool of their own · `@example/payments` · INC-2026-014/A1
- **2026-11-06:** Alert on the pool use of each instance above 80 % · `@example/platform` · INC-2026-014/A2

## Could this happen to us?

Fifteen minutes of the next team meeting: what would stop it here today, and how would you notice? What is missing becomes an action item, though nothing has happened yet.

- **Every other team:** take one of the postmortems above and ask the same.
";
    assert_eq!(run.stdout, expected);
    // The last month that is over.
    let run = repo.expect(0, &["report", "digest"]);
    says(
        &run.stdout,
        &[
            "# Postmortems: September 2026\n",
            "## New postmortems\n\nNone in September 2026.\n",
        ],
    );
}

#[test]
fn without_a_history_new_is_what_happened() {
    let repo = Repo::bare();
    repo.write("postmortems/a.md", variant(&[]));
    let run = repo.expect(0, &["report", "digest", "--month", "2026-10"]);
    says(
        &run.stdout,
        &[
            "**1 new postmortem, 0 updated;",
            "; no history tells here when anything was written, so new is what happened in the month.",
        ],
    );
    repo.expect(0, &["report", "quarterly", "--quarter", "2026Q4"]);
    repo.expect(0, &["agenda", "INC-2026-014"]);
}

#[test]
fn a_digest_tells_what_was_kept_and_what_was_not() {
    let repo = Repo::clean();
    repo.write(
        "aftersight.yml",
        "site: { title: Acme, base_url: \"https://acme.example/pm\" }\n",
    );
    repo.write(
        "postmortems/planned.md",
        variant(&[
            ("id: INC-2026-014", "id: INC-2026-020"),
            ("status: final", "status: draft"),
            ("services: [checkout]", "services: [labels]"),
            (
                "meeting: 2026-10-12T10:00:00Z",
                "meeting: 2026-12-02T10:00:00Z",
            ),
        ]),
    );
    repo.commit_at("one more", "2026-11-20T10:00:00Z");
    repo.write(
        "postmortems/2026-10-10-checkout.md",
        variant(&[("as rehearsed", "as rehearsed in May")]),
    );
    repo.commit_at("a word", "2026-11-21T10:00:00Z");
    ledger(
        &repo,
        json!({"A1": item(7, "done"), "A2": item(8, "open"), "A3": item(9, "needs-decision")}),
    );
    let october = at_end_of_november(&repo, &["report", "digest"]).stdout;
    says(
        &october,
        &[
            "# Acme: October 2026\n",
            "**1 new postmortem, 0 updated; 1 action item done, 1 overdue, 1 more waits for a decision.**",
            "As it stands on 30 Nov 2026, 09:00 UTC. All of it is on [the site](https://acme.example/pm).\n",
            "### Done in October 2026\n\n- Give the batch jobs a pool of their own · `@example/payments` · [INC-2026-014/A1](https://acme.example/pm/postmortems/INC-2026-014/) · issue 7\n",
            "### Overdue\n\n- **24 days:** Alert on the pool use of each instance above 80 % · `@example/platform`",
            "### Somebody has to decide\n\nDo it, do it later, or drop it and say why.\n\n- Add the batch jobs to the load test in staging",
            "### Meetings\n\n- **2 Dec 2026, 10:00 UTC:** [INC-2026-020](https://acme.example/pm/postmortems/INC-2026-020/) Checkout refused",
        ],
    );
    let november = at_end_of_november(&repo, &["report", "digest", "--month", "2026-11"]).stdout;
    says(
        &november,
        &[
            "**1 new postmortem, 1 updated; 0 action items done",
            "### [INC-2026-020](https://acme.example/pm/postmortems/INC-2026-020/) Checkout refused",
            "## Updated\n\n- [INC-2026-014](https://acme.example/pm/postmortems/INC-2026-014/) Checkout refused",
            "- **checkout:** [INC-2026-020](https://acme.example/pm/postmortems/INC-2026-020/) “Checkout refused orders for 55 minutes after a pool change” came of `change`; you met that in [INC-2026-014](https://acme.example/pm/postmortems/INC-2026-014/). What would stop it today?",
        ],
    );
}

#[test]
fn a_review_compares_a_quarter_with_the_one_before() {
    let repo = Repo::clean();
    for number in 1..=5 {
        incident(
            &repo,
            &format!("INC-2026-10{number}"),
            &format!("2026-07-1{number}"),
            "15:18",
        );
    }
    for number in 1..=4 {
        incident(
            &repo,
            &format!("INC-2026-20{number}"),
            &format!("2026-11-0{number}"),
            "14:53",
        );
    }
    let repeated = repo.read("postmortems/INC-2026-204.md");
    let repeated = repeated.replace(
        "causes: [change]",
        "causes: [change]\nrecurrence_of: INC-2026-101",
    );
    repo.write(
        "postmortems/INC-2026-204.md",
        repeated.replace("severity: sev2", "severity: sev1"),
    );
    ledger(
        &repo,
        json!({"A1": item(7, "done"), "A2": item(8, "open"), "A3": item(9, "open")}),
    );
    let text = at_end_of_november(&repo, &["report", "quarterly", "--quarter", "2026q4"]).stdout;
    says(
        &text,
        &[
            "# Postmortems: review of 2026-Q4\n",
            "2026-10-01 to 2026-12-31, as the postmortems and the ledger stand on 30 Nov 2026, 09:00 UTC; the quarter is not over yet.",
            "- **5 incidents** began in 2026-Q4, 5 in 2026-Q3\n",
            "- Median time to resolve: **30 min** (p90 45 min, n 5), 25 min less than in 2026-Q3\n",
            "- **1 incident** repeats an earlier one\n",
            "### By cause\n\nAn incident may have several.\n\n| Cause | 2026-Q4 | 2026-Q3 | Change |\n| --- | ---: | ---: | ---: |\n| change | **5** | 5 | the same |\n",
            "| Incidents | **5** | 5 | the same |",
            "| Time to resolve | **30 min** (p90 45 min, n 5) | 55 min (p90 55 min, n 5) | 25 min less |",
            "| sev1 | **1** | 0 | 1 more |",
            "| sev2 | **4** | 5 | 1 fewer |",
            "- INC-2026-204 Checkout refused orders for 55 minutes after a pool change, after INC-2026-101\n",
            "| checkout | change | 10 |",
            "## What got better\n\n- Give the batch jobs a pool of their own · `@example/payments` · INC-2026-014/A1 · issue 7\n",
            "| `@example/platform` | **10** |",
            "What the next level lacks:",
        ],
    );
    // Of too few nothing is compared.
    std::fs::remove_file(repo.file("postmortems/INC-2026-203.md")).expect("a file");
    let text = at_end_of_november(&repo, &["report", "quarterly", "--quarter", "2026-Q4"]).stdout;
    says(&text, &["n 4) | 55 min (p90 55 min, n 5) | too few |"]);
    assert!(!text.contains("less than in"), "{text}");
}

#[test]
fn a_quarter_without_incidents_says_so() {
    let repo = Repo::clean();
    let run = repo.expect(0, &["report", "quarterly"]);
    says(
        &run.stdout,
        &[
            "# Postmortems: review of 2026-Q3\n",
            "- **No incident** began in 2026-Q3, 0 in 2026-Q2\n",
            "- No ledger tells which action items are done\n",
            "No incident of 2026-Q3 says that it repeats another.\n",
        ],
    );
    let empty = Repo::new();
    empty.write("postmortems/README.md", "none yet\n");
    for command in ["digest", "quarterly"] {
        let run = empty.expect(0, &["report", command]);
        assert!(run.stdout.starts_with("# Postmortems: "), "{}", run.stdout);
    }
}

#[test]
fn a_period_that_is_none_or_has_not_begun_is_refused() {
    let repo = Repo::clean();
    for (command, flag, value, said) in [
        (
            "digest",
            "--month",
            "2026-13",
            "error: `2026-13` is no month\nhelp: write year and month, as in `2026-11`\n",
        ),
        (
            "digest",
            "--month",
            "2026-11",
            "error: November 2026 has not begun; today is 2026-10-14 in UTC\nhelp: name one that has begun, or leave it out for the last that is over\n",
        ),
        (
            "quarterly",
            "--quarter",
            "Q4",
            "error: `Q4` is no quarter\nhelp: write year and quarter, as in `2026Q4`\n",
        ),
        (
            "quarterly",
            "--quarter",
            "2027Q1",
            "error: 2027-Q1 has not begun; today is 2026-10-14 in UTC\nhelp: name one that has begun, or leave it out for the last that is over\n",
        ),
    ] {
        let run = repo.expect(2, &["report", command, flag, value]);
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", said));
    }
}

#[test]
fn strangers_words_order_nothing_in_a_letter() {
    let repo = Repo::new();
    let secret = "AKIAIOSFODNN7EXAMPLQ";
    let text = variant(&[
        (
            "title: Checkout",
            "title: \"@org/all | <img src=x> ::error::x \\e[31m [x](http://evil.example) Checkout\" # ",
        ),
        (
            "A release lowered",
            &format!("::error::x The key {secret} was in it. A release lowered"),
        ),
        ("Give the batch jobs", "<b>@org/all</b> give the batch jobs"),
    ]);
    repo.write("postmortems/a.md", text);
    repo.commit("hostile");
    for letter in [
        ["report", "digest", "--month", "2026-10"],
        ["report", "quarterly", "--quarter", "2026Q4"],
    ] {
        let text = repo.expect(0, &letter).stdout;
        says(&text, &["@&#8203;org/all \\| &lt;img src=x&gt;"]);
        assert!(
            !text.contains("@org/all") && !text.contains('\u{1b}'),
            "{text}"
        );
        assert!(!text.lines().any(|line| line.starts_with("::")), "{text}");
        let mut letter: Vec<&str> = letter.into();
        letter.extend(["--format", "html"]);
        let html = repo.expect(0, &letter).stdout;
        assert!(!html.contains("<img") && !html.contains('\u{1b}'), "{html}");
        assert_mailable(&html.replace("src=x", ""));
        assert!(!text.contains(secret) && !html.contains(secret));
    }
}

#[test]
fn the_examples_make_letters_that_can_be_sent() {
    let repo = examples();
    let digest = at_end_of_november(&repo, &["report", "digest", "--month", "2026-11"]).stdout;
    says(
        &digest,
        &[
            "# Saltmarsh Parcel postmortems: November 2026\n",
            "26 older postmortems came from an archive.",
            "### INC-2026-029 Dispatch queue backlog at Northquay\n\nsev3 · dispatch · draft: it will still change\n",
        ],
    );
    let review = at_end_of_november(&repo, &["report", "quarterly"]).stdout;
    says(
        &review,
        &[
            "# Saltmarsh Parcel postmortems: review of 2026-Q3\n",
            "INC-2026-021",
        ],
    );
    for args in [
        &["report", "digest", "--month", "2026-11", "--format", "html"][..],
        &["report", "quarterly", "--format", "html"],
        &["agenda", "inc-2026-029", "--format", "html"],
        &["agenda", "INC-2025-008", "--format", "html"],
    ] {
        assert_mailable(&at_end_of_november(&repo, args).stdout);
    }
}
