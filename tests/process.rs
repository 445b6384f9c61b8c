//! What git tells of postmortems: late drafts, meetings and final versions, through renames, rebases, squashes and clones.

use crate::harness::{Repo, finished, variant};

const PATH: &str = "postmortems/2026-10-10-checkout.md";

/// The canonical postmortem, resolved on Saturday, 2026-10-10 at 15:18 UTC, with another status.
fn with_status(status: &str) -> String {
    variant(&[("status: final", &format!("status: {status}"))])
}

/// The process rules that fire, `path: rule`, at a moment.
fn told(repo: &Repo, now: &str, args: &[&str]) -> Vec<String> {
    let now: jiff::Timestamp = now.parse().expect("a time");
    let mut all = vec!["check", "--report", "concise"];
    all.extend(args);
    let mut command = repo.command(&all);
    command.env("SOURCE_DATE_EPOCH", now.as_second().to_string());
    let run = finished(command.output().expect("the program runs"));
    assert_eq!(run.stderr, "", "{}", run.stdout);
    let lines = run.stdout.lines();
    let known = lines.filter_map(|line| {
        let rule = line.split_once('[')?.1.split_once(']')?.0;
        let process = rule.starts_with("late-") || rule == "stale-draft";
        process.then(|| format!("{}: {rule}", line.split_once(':').expect("a path").0))
    });
    known.collect()
}

#[test]
fn a_postmortem_is_late_by_the_times_of_its_authors() {
    let repo = Repo::new();
    repo.write(PATH, with_status("draft"));
    repo.commit_at("draft", "2026-10-13T09:00:00Z");
    let line = |rule: &str| [format!("{PATH}: {rule}")];
    assert_eq!(told(&repo, "2026-10-13T10:00:00Z", &[]), line("late-draft"));
    // One thing is said of it, the latest.
    assert_eq!(told(&repo, "2026-10-17T10:00:00Z", &[]), line("late-final"));
    assert_eq!(
        told(&repo, "2026-10-28T10:00:00Z", &[]),
        line("stale-draft")
    );

    repo.write(PATH, with_status("final"));
    assert_eq!(told(&repo, "2026-10-28T10:00:00Z", &[]), line("late-draft"));
    repo.commit_at("final", "2026-10-16T12:00:00Z");
    repo.write(PATH, with_status("final") + "\nA correction.\n");
    repo.commit_at("correction", "2026-10-27T12:00:00Z");
    assert_eq!(told(&repo, "2026-10-28T10:00:00Z", &[]), line("late-draft"));
}

#[test]
fn when_it_became_final_is_found_behind_later_changes() {
    let repo = Repo::new();
    repo.write(PATH, with_status("draft"));
    repo.commit_at("draft", "2026-10-11T09:00:00Z");
    repo.write(PATH, with_status("in-review"));
    repo.commit_at("review", "2026-10-15T09:00:00Z");
    repo.write(PATH, with_status("final"));
    repo.commit_at("final", "2026-10-20T09:00:00Z");
    repo.write(PATH, with_status("final") + "\nA correction.\n");
    repo.commit_at("correction", "2026-10-27T12:00:00Z");
    let run = repo.expect(0, &["check", "--report", "concise"]);
    assert!(
        run.stdout.contains("final on 2026-10-20, 9 days after"),
        "{}",
        run.stdout
    );
}

#[test]
fn what_was_late_long_ago_is_not_told_and_a_forgotten_draft_is() {
    let repo = Repo::new();
    repo.write(PATH, with_status("draft"));
    repo.commit_at("draft", "2026-10-20T09:00:00Z");
    for month in ["11", "12"] {
        repo.write("README.md", month);
        repo.commit_at("other", &format!("2026-{month}-01T09:00:00Z"));
    }
    let at = "2027-12-24T10:00:00Z";
    assert_eq!(told(&repo, at, &[]), [format!("{PATH}: stale-draft")]);
    repo.write(PATH, with_status("final"));
    repo.commit_at("final", "2027-12-23T09:00:00Z");
    assert_eq!(told(&repo, at, &[]), [""; 0]);
}

#[test]
fn a_rename_makes_nothing_young() {
    let repo = Repo::new();
    repo.write(PATH, with_status("draft"));
    repo.commit_at("draft", "2026-10-11T09:00:00Z");
    repo.write(PATH, with_status("final"));
    repo.commit_at("final", "2026-10-12T09:00:00Z");
    repo.git(&["mv", PATH, "postmortems/checkout-pool.md"]);
    repo.commit_at("rename", "2026-10-30T09:00:00Z");
    repo.git(&["mv", "postmortems", "incidents"]);
    repo.write("aftersight.yml", "postmortems: incidents\n");
    repo.commit_at("move", "2026-11-10T09:00:00Z");
    assert_eq!(told(&repo, "2026-11-11T10:00:00Z", &[]), [""; 0]);
}

#[test]
fn a_rebase_and_a_squash_make_no_draft_late() {
    let repo = Repo::clean();
    let other = "postmortems/2026-10-10-other.md";
    let text = |status: &str| with_status(status).replace("INC-2026-014", "INC-2026-015");
    repo.git(&["checkout", "-q", "-b", "draft"]);
    repo.write(other, text("draft"));
    repo.commit_at("draft", "2026-10-11T11:00:00Z");
    repo.git(&["checkout", "-q", "main"]);
    repo.write("README.md", "Another commit.\n");
    repo.commit_at("other", "2026-10-14T11:00:00Z");
    repo.git_at("2026-10-15T11:00:00Z", &["rebase", "-q", "main", "draft"]);
    assert_eq!(told(&repo, "2026-10-15T12:00:00Z", &[]), [""; 0]);

    // The forge's own author time is that of the merge.
    repo.git(&["checkout", "-q", "main"]);
    repo.git(&["merge", "-q", "--squash", "draft"]);
    repo.commit_at("Add a draft (#7)", "2026-10-15T11:30:00Z");
    assert_eq!(told(&repo, "2026-10-15T12:00:00Z", &[]), [""; 0]);
    repo.write(other, text("final"));
    repo.commit_at("Finish it (#8)\n\n* status\n", "2026-10-20T11:30:00Z");
    assert_eq!(told(&repo, "2026-10-21T12:00:00Z", &[]), [""; 0]);
    repo.write(other, text("in-review"));
    repo.commit_at("Open it again", "2026-10-20T12:30:00Z");
    assert_eq!(told(&repo, "2026-10-21T12:00:00Z", &[]), [""; 0]);
}

#[test]
fn many_at_once_were_written_elsewhere() {
    let repo = Repo::new();
    for number in 1..=4 {
        let text = with_status("draft").replace("INC-2026-014", &format!("INC-2026-{number:03}"));
        repo.write(&format!("postmortems/{number}.md"), text);
    }
    repo.commit_at("Move the archive here", "2026-10-13T09:00:00Z");
    assert_eq!(told(&repo, "2026-10-14T10:00:00Z", &[]), [""; 0]);
    // That they are not final is true wherever they came from.
    assert_eq!(told(&repo, "2026-10-19T10:00:00Z", &[]).len(), 4);
}

#[test]
fn without_a_whole_history_nothing_is_said() {
    let repo = Repo::new();
    repo.write(PATH, with_status("draft"));
    // Never committed.
    assert_eq!(told(&repo, "2026-11-14T10:00:00Z", &[]), [""; 0]);
    repo.commit_at("draft", "2026-10-11T09:00:00Z");
    repo.write(PATH, with_status("draft") + "\nMore.\n");
    repo.commit_at("more", "2026-10-13T09:00:00Z");

    let clone = Repo::bare();
    let url = format!("file://{}", repo.path().display());
    clone.git(&["clone", "-q", "--depth", "1", &url, "."]);
    assert_eq!(told(&clone, "2026-11-14T10:00:00Z", &[]), [""; 0]);
    let said = clone.expect(0, &["-v", "check"]).stderr;
    assert!(
        said.contains("rules about deadlines were not asked") && said.contains("fetch-depth: 0"),
        "{said}"
    );
    clone.git(&["fetch", "-q", "--unshallow"]);
    let stale = [format!("{PATH}: stale-draft")];
    assert_eq!(told(&clone, "2026-11-14T10:00:00Z", &[]), stale);

    let copy = Repo::bare();
    copy.write(PATH, with_status("draft"));
    assert_eq!(told(&copy, "2026-11-14T10:00:00Z", &[]), [""; 0]);
}

#[test]
fn a_draft_is_stale_only_on_the_default_branch() {
    let repo = Repo::clean();
    let other = "postmortems/2026-10-10-other.md";
    let text = with_status("draft").replace("INC-2026-014", "INC-2026-015");
    repo.git(&["checkout", "-q", "-b", "mine"]);
    repo.write(other, text);
    repo.commit_at("draft", "2026-10-11T11:00:00Z");
    let at = "2026-11-14T10:00:00Z";
    assert_eq!(told(&repo, at, &[]), [format!("{other}: late-final")]);
    // Under another name on the branch it is the same draft.
    repo.git(&["branch", "-q", "-f", "main", "mine"]);
    repo.git(&["mv", other, "postmortems/renamed.md"]);
    repo.git_at("2026-10-12T11:00:00Z", &["commit", "-q", "-m", "rename"]);
    assert_eq!(
        told(&repo, at, &[]),
        ["postmortems/renamed.md: stale-draft"]
    );

    // `origin` knows better what the default branch is than a name does.
    let clone = Repo::bare();
    clone.git(&["clone", "-q", &repo.path().to_string_lossy(), "."]);
    clone.git(&["remote", "set-head", "origin", "mine"]);
    clone.git(&["checkout", "-q", "--detach", "origin/mine"]);
    assert_eq!(
        told(&clone, at, &[]),
        ["postmortems/renamed.md: stale-draft"]
    );
    // Where nothing tells, it is the branch that is checked out.
    clone.git(&["remote", "remove", "origin"]);
    clone.git(&["checkout", "-q", "-b", "trunk"]);
    clone.git(&["branch", "-q", "-D", "mine"]);
    assert_eq!(
        told(&clone, at, &[]),
        ["postmortems/renamed.md: stale-draft"]
    );
}

#[test]
fn deadlines_are_set_and_turned_off() {
    let repo = Repo::new();
    repo.write(PATH, with_status("draft"));
    repo.commit_at("draft", "2026-10-11T18:00:00Z");
    let at = "2026-10-11T19:00:00Z";
    assert_eq!(told(&repo, at, &[]), [""; 0]);
    repo.write(
        "aftersight.yml",
        "deadlines: { sev2: { draft: 24h, meeting: 1d } }\n",
    );
    let both = [
        format!("{PATH}: late-draft"),
        format!("{PATH}: late-meeting"),
    ];
    assert_eq!(told(&repo, at, &[]), both);
    let shown = repo.expect(0, &["config", "show"]).stdout;
    assert!(
        shown.contains("# aftersight.yml:1\ndeadlines:\n  draft: 48h\n"),
        "{shown}"
    );
    repo.write(
        "aftersight.yml",
        "deadlines: { draft: 1h, sev2: { draft: ~ } }\n",
    );
    assert_eq!(told(&repo, at, &[]), [""; 0]);
    repo.write(
        "aftersight.yml",
        "deadlines: { draft: soon, sev9: { draft: 1h } }\n",
    );
    let said = repo.expect(2, &["check"]).stderr;
    assert!(
        said.contains("aftersight.yml:1:21: `deadlines` cannot read the limit of `draft`: `soon`"),
        "{said}"
    );
    assert!(
        said.contains("`deadlines` knows no `sev9`") && said.contains("write `sev"),
        "{said}"
    );
}

#[test]
fn a_pull_request_shows_only_what_it_made_late() {
    let repo = Repo::new();
    repo.write(PATH, with_status("in-review"));
    repo.commit_at("review", "2026-10-11T18:00:00Z");
    repo.git(&["checkout", "-q", "-b", "side"]);
    let other = "postmortems/2026-10-10-other.md";
    repo.write(
        other,
        with_status("draft").replace("INC-2026-014", "INC-2026-015"),
    );
    repo.commit_at("draft", "2026-10-14T18:00:00Z");
    let at = "2026-10-17T10:00:00Z";
    assert_eq!(told(&repo, at, &[]).len(), 2);
    assert_eq!(
        told(&repo, at, &["--changed", "main"]),
        [format!("{other}: late-final")]
    );
}

#[test]
fn the_site_is_checked_with_the_same_history() {
    let repo = Repo::new();
    repo.write(PATH, with_status("in-review"));
    repo.commit_at("review", "2026-10-13T18:00:00Z");
    repo.expect(0, &["build"]);
    let page = repo.read("_site/postmortems/INC-2026-014/index.html");
    assert!(page.contains("late-draft"), "{page}");
}
