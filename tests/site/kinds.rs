//! An example site with every kind of page, and one or two pages of each kind.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::harness::{CLEAN, Repo, variant};

/// A service that is hard on addresses, on markup and on a narrow screen.
pub(super) const SERVICE: &str = "check/out \"🚚\" <i>";

/// A postmortem of about twenty printed pages, with a timeline of 151 entries over three weeks.
pub(super) fn long() -> String {
    let mut rows = String::new();
    for entry in 0..151 {
        let (day, hour, minute) = (10 + entry / 8, entry % 8 * 3, entry * 7 % 60);
        let _ = writeln!(
            rows,
            "| 2026-10-{day} {hour:02}:{minute:02} | Entry {entry}: `node-{entry}` is drained, and nobody knows yet why it fills up again |"
        );
    }
    let paragraph =
        "The queue filled faster than it was drained, because each retry was queued as a new job. "
            .repeat(8);
    let mut text = variant(&[
        ("INC-2026-014", "INC-2026-020"),
        ("Checkout refused orders", "Backups were silently empty"),
        (
            "resolved: 2026-10-10T15:18:00Z",
            "resolved: 2026-10-29T15:18:00Z",
        ),
        (
            "mitigated: 2026-10-10T15:10:00Z",
            "mitigated: 2026-10-21T15:10:00Z",
        ),
        (
            "| 14:05 | Release 2.3.4 of checkout reaches production |\n",
            &rows,
        ),
        ("services: [checkout]", "services: [checkout, backup]"),
    ]);
    for part in 0..40 {
        let _ = write!(
            text,
            "\n## Appendix {part}\n\n{paragraph}\n\n### Detail\n\n{paragraph}\n"
        );
    }
    text
}

/// A postmortem with what does not fit: a table of sixty columns, words without an end, code, an image of another site.
pub(super) fn wide() -> String {
    let columns: Vec<String> = (1..=60).map(|n| format!("Column {n}")).collect();
    let rule = "|--".repeat(60) + "|";
    let cells: Vec<String> = (1..=60).map(|n| format!("value {n}")).collect();
    let table = format!(
        "| {} |\n{rule}\n| {} |",
        columns.join(" | "),
        cells.join(" | ")
    );
    let long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
        .repeat(3);
    let more = format!(
        "The batch jobs ran late by an hour.\n\n{table}\n\n{long}\n\n```text\n{long} {long}\n```\n\n![A graph](https://elsewhere.example/x.png)\n\n> 🚚🚚🚚 `{long}`\n\n- [ ] open\n- [x] done\n\nA note.[^1]\n\n[^1]: Below.\n\n<details><summary>Raw</summary><b>HTML</b></details>\n"
    );
    variant(&[
        ("INC-2026-014", "INC-2026-021"),
        (
            "Checkout refused orders",
            &format!("{long} 🚚 \\\"refused\\\" <b>orders</b>"),
        ),
        ("title: ", "title: \""),
        (" after a pool change\nkind", " after a pool change\"\nkind"),
        (
            "services: [checkout]",
            &format!("services: ['{SERVICE}', checkout]"),
        ),
        ("tags: [database, deploy]", "tags: ['🚚', a/b, 'c\"d']"),
        ("The batch jobs ran late by an hour.", &more),
    ])
}

/// A repository whose site has every kind of page, each standing of an approval, and what is hard to show.
pub(super) fn example() -> Repo {
    let repo = crate::standing::five();
    repo.git(&[
        "remote",
        "add",
        "origin",
        "git@github.com:acme/postmortems.git",
    ]);
    repo.write("postmortems/long.md", long());
    repo.write("postmortems/wide.md", wide());
    repo.write(
        "postmortems/broken.md",
        "---\nid: [\n---\n\n## Summary\n\n<script>alert(1)</script>\n",
    );
    repo.write("postmortems/bare.md", "---\nid: INC-2026-030\ntitle: Bare\nstatus: draft\nseverity: sev4\nowner: me@example.org\n---\n");
    // Enough for a second page of a list.
    for number in 100..205 {
        let id = format!("INC-2026-{number}");
        repo.write(
            &format!("postmortems/{number}.md"),
            format!("---\nid: {id}\ntitle: One of many\nstatus: draft\nseverity: sev3\nowner: \"@example/many\"\nservices: [many]\nincident:\n  started: 2026-01-02T03:04:05Z\n---\n\n## Summary\n\nOne of many.\n"),
        );
    }
    repo
}

/// Builds into a folder and gives it; the check may find what it likes.
pub(super) fn built(repo: &Repo, args: &[&str]) -> PathBuf {
    let mut all = vec!["build", "--search", "facets"];
    all.extend(args);
    let run = repo.run(&all);
    assert!(run.code <= 1, "{}", run.stderr);
    repo.file("_site")
}

/// Every file of a folder, relative to it, with `/`.
pub(super) fn files(site: &Path) -> BTreeSet<String> {
    fn collect(root: &Path, folder: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            if entry.path().is_dir() {
                collect(root, &entry.path(), found);
            } else if let Ok(inside) = entry.path().strip_prefix(root) {
                found.insert(inside.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    let mut found = BTreeSet::new();
    collect(site, site, &mut found);
    found
}

/// The kind of a page: its first folder, how deep it lies, and whether it is a further page of a list.
fn kind(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').collect();
    let first = match parts.as_slice() {
        [name] => name,
        [first, ..] => first,
        [] => "",
    };
    let further = if parts.contains(&"page") {
        " further"
    } else {
        ""
    };
    format!("{first} {}{further}", parts.len())
}

/// Of every kind the smallest and the largest page.
pub(super) fn pages(site: &Path) -> Vec<String> {
    let mut kinds: BTreeMap<String, Vec<(u64, String)>> = BTreeMap::new();
    for path in files(site)
        .into_iter()
        .filter(|path| path.ends_with(".html"))
    {
        let size = std::fs::metadata(site.join(&path)).map_or(0, |found| found.len());
        kinds.entry(kind(&path)).or_default().push((size, path));
    }
    let mut pages = Vec::new();
    for of_kind in kinds.values_mut() {
        of_kind.sort();
        pages.extend(of_kind.first().map(|(_, path)| path.clone()));
        pages.extend(of_kind.last().map(|(_, path)| path.clone()));
    }
    // Kinds that lie beside others.
    for special in [
        "postmortems/broken/index.html",
        "postmortems/INC-2026-015/index.html",
        "postmortems/INC-2026-021/index.html",
    ] {
        if site.join(special).is_file() {
            pages.push(special.into());
        }
    }
    let mut seen = BTreeSet::new();
    pages.retain(|page| seen.insert(page.clone()));
    pages
}

#[test]
fn every_kind_of_page_is_looked_at() {
    let site = example();
    let site = built(&site, &[]);
    let pages = pages(&site);
    for path in [
        "404.html",
        "index.html",
        "postmortems/INC-2026-015/index.html",
        "postmortems/INC-2026-020/index.html",
        "postmortems/INC-2026-021/index.html",
        "postmortems/broken/index.html",
        "postmortems/index.html",
        "postmortems/page/2/index.html",
        "services/index.html",
        "services/many/index.html",
        "services/many/page/2/index.html",
    ] {
        assert!(pages.iter().any(|page| page == path), "{path}: {pages:#?}");
    }
    assert!(CLEAN.contains("INC-2026-014"));
}
