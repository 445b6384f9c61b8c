//! `build` as a user types it.

use crate::harness::{CLEAN, Repo, variant};

#[test]
fn a_site_is_built_beside_the_repository() {
    let repo = Repo::clean();
    let run = repo.expect(0, &["build"]);
    assert_eq!(run.stdout, "_site/index.html\n");
    let page = repo.read("_site/postmortems/INC-2026-014/index.html");
    assert!(
        page.contains("Checkout refused orders for 55 minutes"),
        "{page}"
    );
    let home = repo.read("_site/index.html");
    assert!(
        home.contains("postmortems/INC-2026-014/index.html"),
        "{home}"
    );
    for file in [
        "services/checkout/index.html",
        "severities/sev2/index.html",
        "causes/change/index.html",
        "tags/database/index.html",
        "years/2026/index.html",
        "owners/index.html",
        "atom.xml",
        "services/checkout/atom.xml",
        "index.json",
        "404.html",
        "pagefind/pagefind.js",
    ] {
        assert!(repo.file(&format!("_site/{file}")).is_file(), "{file}");
    }
}

#[test]
fn the_same_input_gives_the_same_site() {
    let repo = Repo::clean();
    repo.expect(0, &["build"]);
    let run = repo.expect(0, &["build"]);
    assert!(
        run.stderr.contains(" 0 changed, 0 removed"),
        "{}",
        run.stderr
    );
}

#[test]
fn pages_of_what_is_gone_go_and_files_of_others_stay() {
    let repo = Repo::clean();
    repo.write(
        "postmortems/b.md",
        variant(&[("INC-2026-014", "INC-2026-015")]),
    );
    repo.expect(0, &["build", "--search", "facets"]);
    let page = "_site/postmortems/INC-2026-015/index.html";
    assert!(repo.file(page).is_file());
    repo.write("_site/notes.txt", "mine");
    std::fs::remove_file(repo.file("postmortems/b.md")).expect("removed");
    repo.expect(0, &["build", "--search", "facets"]);
    assert!(!repo.file(page).exists());
    assert_eq!(repo.read("_site/notes.txt"), "mine");
}

#[test]
fn folders_of_others_are_refused_untouched() {
    let repo = Repo::clean();
    repo.write("docs/keep.txt", "mine");
    let run = repo.expect(2, &["build", "--out", "docs"]);
    assert!(
        run.stderr.contains("docs") && run.stderr.contains("--out"),
        "{}",
        run.stderr
    );
    assert_eq!(
        std::fs::read_dir(repo.file("docs"))
            .expect("the folder")
            .count(),
        1
    );
    for out in [".", "postmortems", "postmortems/2026-10-10-checkout.md"] {
        repo.expect(2, &["build", "--out", out]);
    }
    assert_eq!(repo.read("postmortems/2026-10-10-checkout.md"), CLEAN);
}

#[test]
fn a_broken_document_has_a_page_that_says_what_is_wrong() {
    let repo = Repo::clean();
    repo.write(
        "postmortems/broken.md",
        "---\nid: [\n---\n\n## Summary\n\nSomething <script>alert(1)</script> happened.\n",
    );
    let run = repo.expect(1, &["build"]);
    assert!(
        run.stderr.contains("postmortems/broken.md"),
        "{}",
        run.stderr
    );
    let mut pages = Vec::new();
    collect(&repo.file("_site"), &mut pages);
    let told = pages
        .iter()
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .find(|page| page.contains("invalid-front-matter") && page.contains("broken.md"));
    let told = told.expect("a page says what is wrong");
    assert!(!told.contains("<script>alert"), "{told}");
}

fn collect(folder: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        if entry.path().is_dir() {
            collect(&entry.path(), found);
        } else {
            found.push(entry.path());
        }
    }
}

#[test]
fn dates_come_from_history() {
    let repo = Repo::clean();
    repo.expect(0, &["build", "--search", "none"]);
    let page = repo.read("_site/postmortems/INC-2026-014/index.html");
    assert!(page.contains("2026-10-11"), "the day of the commit");
}

#[test]
fn an_empty_folder_gives_an_empty_site_and_a_missing_one_none() {
    let repo = Repo::new();
    repo.expect(2, &["build"]);
    assert!(!repo.file("_site/index.html").exists());
    std::fs::create_dir(repo.file("postmortems")).expect("a folder");
    repo.expect(0, &["build"]);
    assert!(repo.file("_site/index.html").is_file());
}

#[test]
fn wrong_words_are_told() {
    let repo = Repo::clean();
    assert!(
        repo.expect(2, &["build", "--search", "fulll"])
            .stderr
            .contains("`full`")
    );
    assert!(
        repo.expect(2, &["build", "--base-url", "example"])
            .stderr
            .contains("https://")
    );
    repo.write("aftersight.yml", "theme: none-such\n");
    assert!(repo.expect(2, &["build"]).stderr.contains("none-such"));
}

#[test]
fn a_theme_replaces_single_files() {
    let repo = Repo::clean();
    repo.write("aftersight.yml", "theme: look\n");
    repo.write("look/static/style.css", "body { color: rebeccapurple }");
    repo.expect(0, &["build", "--search", "none"]);
    assert_eq!(
        repo.read("_site/style.css"),
        "body { color: rebeccapurple }"
    );
    repo.write("look/templates/404.html", "{{ broken");
    let run = repo.expect(2, &["build"]);
    assert!(run.stderr.contains("404.html"), "{}", run.stderr);
}

/// The repository's own postmortems: the finals are clean, the drafts are drafts.
#[test]
fn our_own_postmortems_are_clean() {
    let repo = Repo::bare();
    let root = env!("CARGO_MANIFEST_DIR");
    let mut command = repo.command(&[
        "check",
        "--report",
        "json",
        "--deny-warnings",
        "--repo",
        root,
    ]);
    let output = command
        .env("SOURCE_DATE_EPOCH", "1795305600")
        .output()
        .expect("the program runs");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let found = report["diagnostics"].as_array().expect("a list");
    let found = found.iter().filter(|one| one["allowed"].is_null());
    let draft = |one: &serde_json::Value| {
        let path = std::path::Path::new(root).join(one["path"].as_str().unwrap_or_default());
        std::fs::read_to_string(path).is_ok_and(|text| text.contains("\nstatus: draft"))
    };
    let (drafts, others): (Vec<_>, Vec<_>) = found.partition(|one| draft(one));
    assert!(others.is_empty(), "{others:#?}");
    assert!(
        !drafts.is_empty() && drafts.iter().all(|one| one["level"] != "error"),
        "{drafts:#?}"
    );
}

#[test]
fn the_index_is_made_where_what_it_reads_has_changed() {
    let repo = Repo::clean();
    let index = "_site/pagefind/pagefind.js";
    let made = || repo.read(index) != "kept";
    repo.expect(0, &["build"]);
    assert!(made());
    // A mark tells whether it was made again. Nothing that is searched depends on the site's name, or on a commit.
    repo.write(index, "kept");
    repo.write("aftersight.yml", "site:\n  title: Another name\n");
    repo.commit("named");
    repo.expect(0, &["build"]);
    assert!(
        repo.read("_site/postmortems/INC-2026-014/index.html")
            .contains("Another name")
    );
    assert!(!made());
    repo.write(
        "postmortems/2026-10-10-checkout.md",
        variant(&[("ran late by an hour", "ran late by two hours")]),
    );
    repo.expect(0, &["build"]);
    assert!(made());
    repo.write(index, "kept");
    std::fs::remove_file(repo.file("_site/pagefind/pagefind-entry.json")).expect("removed");
    repo.expect(0, &["build"]);
    assert!(made(), "a part was missing");
    // One that was not finished is made again.
    repo.write(index, "kept");
    repo.write("_site/pagefind/made-from.txt", "");
    repo.expect(0, &["build"]);
    assert!(made());
    repo.expect(0, &["build", "--search", "facets"]);
    assert!(!repo.file("_site/pagefind").exists());
}
