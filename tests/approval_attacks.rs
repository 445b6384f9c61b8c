//! Hostile pull requests, the whole way: each wants a text to be called approved that nobody approved, or recording to end.

use crate::approval::{PATH, POLICY, Stage};
use crate::github::Method;
use crate::harness::variant;

const OTHER: &str = "postmortems/2026-09-09-other.md";

/// The text with its cause told in other words.
fn evil() -> String {
    variant(&[(
        "Rolling the release back ended it.",
        "Carol did it, and nobody else.",
    )])
}

fn other(id: &str) -> String {
    variant(&[("INC-2026-014", id)])
}

/// What is gone comes after what is there.
fn sorted(mut states: Vec<String>) -> Vec<String> {
    states.sort();
    states
}

impl Stage {
    /// Puts files on the default branch without a pull request.
    fn pushed(&self, files: &[(&str, &str)]) {
        self.branch("direct", files);
        self.repo.git(&["push", "-q", "origin", "direct:main"]);
        self.repo.git(&["fetch", "-q", "origin"]);
    }
}

#[test]
fn a_text_that_the_reviewer_was_not_shown_is_not_approved_by_renaming_it() {
    let stage = Stage::new();
    stage.pushed(&[(OTHER, &evil())]);
    let innocent = other("INC-2026-015");
    stage.branch("topic", &[(PATH, &innocent)]);
    let number = stage.github.open("alice", "topic");
    stage.github.approve(number, "bob");
    assert_eq!(stage.states(0, number), [format!("{PATH} approved")]);
    let moved = "postmortems/2026-09-09-moved.md";
    stage.repo.git(&["mv", OTHER, moved]);
    stage.change("topic", &[]);
    let states = [format!("{moved} stale"), format!("{PATH} approved")];
    assert_eq!(stage.states(1, number), states);
    stage.github.merge(number, Method::Squash, "bob");
    stage.record();
    let standings = [format!("{moved} unreviewed"), format!("{PATH} approved")];
    assert_eq!(stage.standings(0), standings);
    // Shown, the new name can be approved as anything else.
    stage
        .repo
        .git(&["checkout", "-q", "-B", "again", "origin/main"]);
    stage.repo.git(&["mv", moved, OTHER]);
    stage.change("again", &[]);
    let number = stage.github.open("alice", "again");
    stage.github.approve(number, "bob");
    assert_eq!(stage.states(0, number), [format!("{OTHER} approved")]);
}

#[test]
fn taking_an_edit_back_by_a_merge_is_not_approved_by_what_stood_there_at_the_review() {
    for gone in [false, true] {
        let stage = Stage::new();
        if !gone {
            stage.pushed(&[(OTHER, &evil())]);
        }
        let innocent = other("INC-2026-015");
        stage.branch("topic", &[(PATH, &innocent)]);
        let number = stage.github.open("alice", "topic");
        stage.github.approve(number, "bob");
        // The default branch gets the true text, and the pull request keeps what it had.
        stage.pushed(&[(OTHER, &variant(&[]))]);
        stage.repo.git(&["checkout", "-q", "topic"]);
        stage
            .repo
            .git(&["merge", "-q", "-s", "ours", "-m", "catch up", "origin/main"]);
        stage.repo.git(&["push", "-q", "origin", "topic"]);
        let states = [format!("{OTHER} stale"), format!("{PATH} approved")];
        assert_eq!(sorted(stage.states(1, number)), states, "gone: {gone}");
        stage.github.approve(number, "bob");
        let states = [format!("{OTHER} approved"), format!("{PATH} approved")];
        assert_eq!(sorted(stage.states(0, number)), states, "gone: {gone}");
    }
}

#[test]
fn a_merge_with_a_text_of_its_own_has_an_author_whatever_address_committed_it() {
    for evil_merge in [false, true] {
        let stage = Stage::new();
        let number = stage.opened();
        stage.pushed(&[("README.md", "ours\n")]);
        stage.repo.git(&["checkout", "-q", "topic"]);
        stage
            .repo
            .git(&["merge", "-q", "--no-commit", "--no-ff", "origin/main"]);
        if evil_merge {
            stage.repo.write(PATH, evil());
            stage.repo.git(&["add", "-A"]);
        }
        // Anybody can commit under GitHub's own address.
        let forged = "alias.forged=!GIT_AUTHOR_NAME=bob GIT_AUTHOR_EMAIL=bob@example.org GIT_COMMITTER_NAME=GitHub \
                      GIT_COMMITTER_EMAIL=noreply@github.com git commit -q -m merged";
        stage.repo.git(&["-c", forged, "forged"]);
        stage.repo.git(&["push", "-q", "origin", "topic"]);
        stage.github.approve(number, "bob");
        let wanted = if evil_merge { "unreviewed" } else { "approved" };
        assert_eq!(stage.state(i32::from(evil_merge), number), wanted);
    }
}

#[test]
fn messages_of_commits_put_no_other_policy_in_force() {
    // A rebase whose first commit softens the policy.
    let stage = Stage::new();
    let soft = POLICY.replace("bob, carol", "dave");
    stage.branch("topic", &[(".github/aftersight.yml", &soft)]);
    stage.change("topic", &[(PATH, &variant(&[]))]);
    let number = stage.github.open("alice", "topic");
    stage.github.approve(number, "dave");
    assert_eq!(stage.state(1, number), "unreviewed");
    stage.github.merge(number, Method::Rebase, "mallory");
    let run = stage.record();
    assert!(
        run.stdout.contains(&format!("{PATH}: unreviewed")),
        "{}",
        run.stdout
    );
    assert_eq!(stage.standings(0), [format!("{PATH} unreviewed")]);

    // A squash whose pull request copies the subjects of the default branch, so as to seem to begin before a stricter policy.
    let stage = Stage::with(&soft, crate::github::Fake::start());
    stage.branch("strict", &[(".github/aftersight.yml", POLICY)]);
    stage.repo.git(&["push", "-q", "origin", "strict:main"]);
    stage.repo.git(&["fetch", "-q", "origin"]);
    stage.branch("topic", &[(PATH, &variant(&[]))]);
    stage
        .repo
        .git(&["commit", "-q", "--amend", "-m", "write on strict"]);
    stage.repo.write("README.md", "ours\n");
    stage.repo.commit("mend");
    stage.repo.git(&["push", "-q", "-f", "origin", "topic"]);
    let number = stage.github.open("alice", "topic");
    // What the squash will be called.
    let subject = format!("mend (#{number})");
    stage.repo.git(&["commit", "-q", "--amend", "-m", &subject]);
    stage.repo.git(&["push", "-q", "-f", "origin", "topic"]);
    stage.github.approve(number, "dave");
    stage.github.merge(number, Method::Squash, "mallory");
    let run = stage.record();
    assert!(
        run.stdout.contains(&format!("{PATH}: unreviewed")),
        "{}",
        run.stdout
    );
}

#[test]
fn what_was_final_is_not_taken_back_to_a_draft_unseen() {
    let stage = Stage::new();
    stage.pushed(&[(PATH, &variant(&[]))]);
    let draft = variant(&[("status: final", "status: draft")]);
    stage.branch("topic", &[(PATH, &draft)]);
    let number = stage.github.open("alice", "topic");
    assert_eq!(stage.state(1, number), "unreviewed");
    stage.github.approve(number, "bob");
    assert_eq!(stage.state(0, number), "approved");
    stage.branch("new", &[(OTHER, &draft)]);
    let number = stage.github.open("alice", "new");
    assert_eq!(stage.states(0, number), [format!("{OTHER} unreviewed")]);
}

#[test]
fn a_policy_that_cannot_be_read_can_be_mended() {
    let stage = Stage::new();
    let number = stage.opened();
    stage.github.approve(number, "bob");
    stage.pushed(&[(".github/aftersight.yml", "approval: [nobody]\n")]);
    let run = stage.expect(2, &["approval", "check", "--pr", &number.to_string()]);
    assert!(
        run.stderr.contains(".github/aftersight.yml"),
        "{}",
        run.stderr
    );
    // The repair changes no postmortem, so nothing of it needs the policy.
    stage.branch("repair", &[(".github/aftersight.yml", POLICY)]);
    let repair = stage.github.open("alice", "repair");
    let run = stage.expect(0, &["approval", "check", "--pr", &repair.to_string()]);
    assert!(run.stdout.contains("nothing to approve"), "{}", run.stdout);
    stage.github.merge(repair, Method::Squash, "mallory");
    assert_eq!(stage.state(0, number), "approved");
}

#[test]
fn more_commits_than_github_lists_hide_no_author() {
    let stage = Stage::new();
    let number = stage.opened();
    let tree = stage.repo.git(&["write-tree"]);
    let mut at = stage.repo.git(&["rev-parse", "HEAD"]);
    for _ in 0..250 {
        let args = ["commit-tree", tree.trim(), "-p", at.trim(), "-m", "more"];
        at = stage.repo.git(&args);
    }
    stage.repo.git(&["reset", "-q", "--hard", at.trim()]);
    stage.repo.git(&["push", "-q", "origin", "topic"]);
    stage.github.approve(number, "bob");
    let run = stage.expect(2, &["approval", "check", "--pr", &number.to_string()]);
    assert!(run.stderr.contains("250 commits or more"), "{}", run.stderr);
    stage.github.merge(number, Method::Squash, "mallory");
    let run = stage.record();
    assert!(
        run.stdout.contains(&format!("{PATH}: unreviewed")),
        "{}",
        run.stdout
    );
    assert_eq!(stage.standings(0), [format!("{PATH} unreviewed")]);
}

#[test]
fn a_policy_that_takes_the_place_of_another_is_told() {
    let stage = Stage::new();
    stage.branch(
        "topic",
        &[(PATH, &variant(&[])), (".github/CODEOWNERS", "* @alice\n")],
    );
    let number = stage.github.open("alice", "topic");
    let report = stage.judged(1, number);
    assert_eq!(
        report["changes_policy"],
        serde_json::json!([".github/CODEOWNERS"])
    );
}

#[test]
#[cfg(unix)]
fn the_name_of_a_file_is_no_line_of_the_verdict() {
    let stage = Stage::new();
    let name = format!(
        "postmortems/x.md: draft\n\n{PATH}: approved\n  owner of checkout: approved by @bob.md"
    );
    stage.branch("topic", &[(&name, &variant(&[]))]);
    let number = stage.github.open("alice", "topic");
    let spoofed = |text: &str| text.lines().any(|line| line.starts_with(PATH));
    let run = stage.expect(1, &["approval", "check", "--pr", &number.to_string()]);
    assert!(!spoofed(&run.stdout), "{}", run.stdout);
    stage.github.merge(number, Method::Squash, "mallory");
    let run = stage.record();
    assert!(!spoofed(&run.stdout), "{}", run.stdout);
    let run = stage.expect(0, &["approval", "verify"]);
    assert!(!spoofed(&run.stdout), "{}", run.stdout);
}

#[test]
fn a_named_co_author_still_blocks() {
    let stage = Stage::new();
    let number = stage.opened_with("carol");
    stage.github.request_changes(number, "carol");
    stage.github.approve(number, "bob");
    assert_eq!(stage.state(1, number), "changes-requested");
}

#[test]
fn moving_the_folder_of_the_postmortems_brings_nothing_in_unseen() {
    for (path, policy) in [
        ("docs/checkout.md", format!("postmortems: docs\n{POLICY}")),
        (PATH, POLICY.into()),
    ] {
        let stage = Stage::with(
            &format!("ignore: [\"2026-10-10-*\"]\n{POLICY}"),
            crate::github::Fake::start(),
        );
        let text = variant(&[]);
        let files = [(path, text.as_str()), (".github/aftersight.yml", &policy)];
        stage.branch("topic", &files);
        let number = stage.github.open("alice", "topic");
        assert_eq!(stage.states(1, number), [format!("{path} unreviewed")]);
        stage.github.approve(number, "dave");
        assert_eq!(stage.states(1, number), [format!("{path} unreviewed")]);
        stage.github.approve(number, "bob");
        assert_eq!(stage.states(0, number), [format!("{path} approved")]);
        stage.github.merge(number, Method::Rebase, "bob");
        stage.record();
        assert_eq!(stage.standings(0), [format!("{path} approved")]);
        stage.expect(0, &["approval", "verify", "--online"]);
    }
}
