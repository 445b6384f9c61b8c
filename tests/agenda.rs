//! `agenda`: what whoever holds the meeting sees, from the real program.

use serde_json::json;

use crate::actions::{item, ledger};
use crate::harness::{Repo, variant};

#[test]
fn a_clean_postmortem_has_a_sheet_of_one_hour() {
    let repo = Repo::clean();
    repo.write(
        "aftersight.yml",
        "services: { checkout: { owner: \"@example/shop\" } }
approval:
  require: [{ from: owners }, { from: managers, severities: [sev2] }]
  managers: [\"@example/leads\"]
",
    );
    let run = repo.expect(0, &["agenda", "inc-2026-014"]);
    let begin = "\
# Postmortem meeting: Checkout refused orders for 55 minutes after a pool change

INC-2026-014 · sev2 · incident · final · `checkout` · `postmortems/2026-10-10-checkout.md`

**When:** 12 Oct 2026, 10:00 UTC; that is the time in the file, and it has passed (yesterday)
";
    assert!(run.stdout.starts_with(begin), "{}", run.stdout);
    for line in [
        "| `@example/payments` | answers for the postmortem; wrote it |",
        "| `@example/shop` | owns checkout; may approve it |",
        "| `@example/leads` | may approve it as manager |",
        "| Timeline | 10:05 UTC | 15 | – |",
        "| Closing | 10:55 UTC | 5 | – |",
        "> This is a blameless postmortem. We are here to learn, not to blame",
        "**7 entries, 10 Oct 2026, 14:05 UTC to 10 Oct 2026, 15:18 UTC.** From the first effect on: noticed after 8 min, understood after 22 min, mitigated after 47 min, over after 55 min.",
        "**Written so far: partial outage, 12,000 users, 847 support tickets.**",
        "5. The alert was made when there was one instance, and no check compares alerts with the topology.",
        "- The roll-back took eight minutes, as rehearsed.",
        "| **A2** Alert on the pool use of each instance above 80 % | `@example/platform` | 2026-11-06 |",
    ] {
        assert!(run.stdout.contains(line), "{line}\n{}", run.stdout);
    }
    let same = repo.expect(0, &["agenda", "postmortems/2026-10-10-checkout.md"]);
    assert_eq!(same.stdout, run.stdout);
}

#[test]
fn what_was_promised_before_and_is_open_is_on_the_sheet() {
    let repo = Repo::clean();
    let again = variant(&[
        ("id: INC-2026-014", "id: INC-2026-020"),
        (
            "causes: [change]",
            "causes: [change]\nrecurrence_of: INC-2026-014",
        ),
    ])
    .replace("2026-10-10T", "2026-10-13T")
    .replace("2026-10-12T10", "2026-10-14T10");
    repo.write("postmortems/again.md", again);
    let run = repo.expect(0, &["agenda", "INC-2026-020"]);
    let promised = "Happened again, after INC-2026-014, Checkout refused orders for 55 minutes after a pool change (10 Oct 2026). Promised, and no ledger tells what was done: Give the batch jobs";
    assert!(run.stdout.contains(promised), "{}", run.stdout);
    ledger(
        &repo,
        json!({"A1": item(7, "done"), "A2": item(8, "open"), "A3": item(9, "done")}),
    );
    let run = repo.expect(0, &["agenda", "INC-2026-020"]);
    let open = "Still open: Alert on the pool use of each instance above 80 % (due 2026-11-06)\n";
    assert!(run.stdout.contains(open), "{}", run.stdout);
    assert!(run.stdout.contains("If “we had that before” comes up"));
}

#[test]
fn an_unknown_id_is_refused_with_those_near_it() {
    let repo = Repo::clean();
    let run = repo.expect(2, &["agenda", "INC-2026-041"]);
    assert_eq!(run.stdout, "");
    assert_eq!(
        run.stderr,
        "error: there is no postmortem `INC-2026-041`\nhelp: write `INC-2026-014`, or name a file\n"
    );
    let run = repo.expect(2, &["agenda", "../../etc\u{1b}[31m"]);
    assert!(!run.stderr.contains('\u{1b}'), "{}", run.stderr);
    repo.write("postmortems/b.md", variant(&[]));
    let run = repo.expect(2, &["agenda", "INC-2026-014"]);
    assert!(
        run.stderr.contains("is more than one postmortem: `postmortems/2026-10-10-checkout.md` and `postmortems/b.md`"),
        "{}",
        run.stderr
    );
    repo.expect(0, &["agenda", "postmortems/b.md"]);
}

#[test]
fn a_broken_file_is_told_and_printed_as_far_as_it_goes() {
    let repo = Repo::clean();
    let broken = variant(&[("title: Checkout", "title: [Checkout")]);
    repo.write("postmortems/b.md", broken);
    let run = repo.expect(0, &["agenda", "postmortems/b.md"]);
    assert!(
        run.stderr
            .contains("`postmortems/b.md` cannot be read whole"),
        "{}",
        run.stderr
    );
    assert!(
        run.stdout.contains("**The file cannot be read whole.**"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout
            .contains("Give the batch jobs a pool of their own"),
        "{}",
        run.stdout
    );
}

#[test]
fn the_html_is_one_file_for_a_mail_program() {
    let repo = Repo::clean();
    let evil = variant(&[(
        "title: Checkout",
        "title: \"<script>alert(1)</script> ::error::x \\e[31m Checkout\" # ",
    )]);
    repo.write("postmortems/2026-10-10-checkout.md", evil);
    let html = repo
        .expect(0, &["agenda", "INC-2026-014", "--format", "html"])
        .stdout;
    crate::mail::assert_mailable(&html);
    assert!(
        html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"),
        "{html}"
    );
}
