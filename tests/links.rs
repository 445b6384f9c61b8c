//! Links and images between files, as `check` follows them on disk and in git.

use crate::harness::{CLEAN, Repo, variant};

/// The canonical postmortem with a line more in its resolution.
fn with(line: &str) -> String {
    variant(&[("The batch jobs ran late by an hour.", line)])
}

#[test]
fn a_link_is_followed_into_the_repository() {
    let repo = Repo::clean();
    repo.write(
        "docs/Run Book.md",
        "---\ntitle: x\n---\n\n# Undo\n\n## Undo\n\n- ### In a list\n\n<a name=\"old\"></a>\n",
    );
    repo.write("src/pool.rs", "");
    repo.write("postmortems/later/img/a.png", "x");
    repo.write(
        "postmortems/later/index.md",
        with(
            "[a](../2026-10-10-checkout.md#five-whys) [b](/docs/Run%20Book.md#undo-1) [c](<../../docs/Run Book.md#in-a-list>) [d](../../docs/) \
             [e](../../src/pool.rs#L3) [f](#summary) [g](../../docs/Run%20Book.md?plain=1#L2) [h](/docs/Run%20Book.md#old) ![i](img/a.png) \
             <img src='img/a.png' alt='A'> [j](..) [k](/) [l][ref]\n\n[ref]: ../../src/pool.rs",
        )
        .replace("INC-2026-014", "INC-2026-015"),
    );
    assert_eq!(repo.rules(&[]), [""; 0]);
}

#[test]
fn what_leads_nowhere_is_told_where_it_stands() {
    let repo = Repo::clean();
    repo.write("docs/Rollback.md", "# Undo it\n");
    repo.write(".git/secret.md", "# x\n");
    repo.write(
        "postmortems/b.md",
        with(
            "[a](../docs/rollback.md) [b](../docs/Rollback.md#undo) [c](../../x.md) [d](#sumary) [e](/.git/secret.md) [f]() \
             [g](2026-10-10-checkout.md#no) ![h](no.png) [i](https://nowhere.invalid/x) [j](mailto:support@parcel.io) [k](//x.example/y)",
        )
        .replace("INC-2026-014", "INC-2026-015"),
    );
    let found: Vec<String> = repo
        .diagnostics(&[])
        .iter()
        .map(|one| {
            format!(
                "{} {} | {}",
                one["rule"].as_str().unwrap_or(""),
                one["message"].as_str().unwrap_or(""),
                one["help"].as_str().unwrap_or("")
            )
        })
        .collect();
    let starts = [
        "broken-link there is no `docs/rollback.md` in this repository | write `Rollback.md`",
        "broken-link `docs/Rollback.md` has no heading `#undo` | write `#undo-it`",
        "broken-link `../../x.md` leads out of the repository | link",
        "broken-link this file has no heading `#sumary` | write `#summary`",
        "broken-link there is no `.git/secret.md`",
        "broken-link this link has no address",
        "broken-link `postmortems/2026-10-10-checkout.md` has no heading `#no` | ",
        "missing-image there is no `postmortems/no.png`",
    ];
    assert_eq!(found.len(), starts.len(), "{found:#?}");
    for (found, start) in found.iter().zip(starts) {
        assert!(found.starts_with(start), "{found}\n{start}");
    }
    repo.expect(1, &["check", "--report", "concise"]);
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_that_leaves_the_repository_is_not_followed() {
    let outside = Repo::bare();
    outside.write("secret.txt", "x");
    let repo = Repo::clean();
    std::os::unix::fs::symlink(outside.path(), repo.file("out")).expect("a link");
    std::os::unix::fs::symlink("postmortems", repo.file("in")).expect("a link");
    repo.write(
        "postmortems/b.md",
        with("[a](../out/secret.txt) [b](/in/2026-10-10-checkout.md)")
            .replace("INC-2026-014", "INC-2026-015"),
    );
    assert_eq!(repo.rules(&[]), ["postmortems/b.md: broken-link"]);
}

#[test]
fn a_change_is_told_of_the_links_it_breaks_and_of_no_others() {
    let repo = Repo::new();
    repo.write("docs/kept.md", "# A\n");
    repo.write("docs/gone.md", "# A\n");
    repo.write("docs/renamed.md", "# A\n");
    repo.write("postmortems/a.md", with("[a](../docs/gone.md) [b](../docs/never.md) [c](../docs/kept.md#a) [d](../docs/renamed.md#a)"));
    repo.commit("first");
    repo.git(&["checkout", "-q", "-b", "work"]);
    std::fs::remove_file(repo.file("docs/gone.md")).expect("it was there");
    repo.write("docs/renamed.md", "# B\n");
    let told: Vec<String> = repo
        .diagnostics(&["--changed", "main"])
        .iter()
        .map(|one| one["message"].as_str().unwrap_or_default().to_string())
        .collect();
    assert_eq!(
        told,
        [
            "there is no `docs/gone.md` in this repository",
            "`docs/renamed.md` has no heading `#a`"
        ]
    );
    assert_eq!(repo.diagnostics(&[]).len(), 3);
}

#[test]
fn a_workspace_inside_a_repository_counts_from_its_own_root() {
    let repo = Repo::new();
    repo.write("team/docs/a.md", "# A\n");
    repo.write("team/postmortems/a.md", with("[a](../docs/a.md#a)"));
    repo.commit("first");
    let team = repo.file("team");
    let team = team.to_str().expect("a path");
    let run = repo.expect(0, &["--repo", team, "check", "--changed", "main"]);
    assert_eq!(run.stderr, "");
}

#[test]
fn a_file_named_by_hand_elsewhere_is_not_asked_for_its_links() {
    let repo = Repo::clean();
    let other = Repo::bare();
    other.write(
        "x.md",
        CLEAN
            .replace("An hour", "")
            .replace("The batch jobs ran late by an hour.", "[a](no.md)")
            .replace("INC-2026-014", "INC-2026-015"),
    );
    let path = other.file("x.md");
    assert_eq!(repo.rules(&[path.to_str().expect("a path")]), [""; 0]);
}
