//! What strangers put into postmortems and themes, and what a user gets wrong: each is handled, and told.

use super::kinds::{SERVICE, built, files, wide};
use crate::harness::{CLEAN, Repo, variant};

fn page(repo: &Repo, id: &str) -> String {
    repo.read(&format!("_site/postmortems/{id}/index.html"))
}

#[test]
fn a_corpus_of_none_one_and_drafts_only_is_a_site() {
    let none = Repo::new();
    std::fs::create_dir(none.file("postmortems")).expect("a folder");
    let site = built(&none, &[]);
    assert!(none.read("_site/index.html").contains("No postmortems yet"));
    assert!(files(&site).contains("postmortems/index.html"));
    assert!(
        !none
            .read("_site/index.html")
            .contains("<details class=\"menu\""),
        "there is nothing to browse"
    );
    let one = Repo::clean();
    built(&one, &[]);
    let page = page(&one, "INC-2026-014");
    assert!(!page.contains("id=\"related-title\"") && !page.contains("class=\"nearby\""));
    let drafts = Repo::new();
    for (name, id) in [("a", "INC-2026-014"), ("b", "INC-2026-015")] {
        let text = variant(&[("INC-2026-014", id), ("status: final", "status: draft")]);
        drafts.write(&format!("postmortems/{name}.md"), text);
    }
    built(&drafts, &[]);
    assert!(drafts.read("_site/index.html").contains("Drafts"));
}

#[test]
fn a_service_of_slash_quote_and_emoji_has_a_page_and_titles_may_be_alike() {
    let repo = Repo::new();
    repo.write("postmortems/a.md", wide());
    repo.write("postmortems/b.md", CLEAN);
    repo.write(
        "postmortems/c.md",
        variant(&[("INC-2026-014", "INC-2026-015")]),
    );
    let site = built(&repo, &[]);
    let page = page(&repo, "INC-2026-021");
    assert!(page.contains(
        "<a href=\"../../services/check-out-i/index.html\">check/out &quot;🚚&quot; &lt;i&gt;</a>"
    ));
    let list = repo.read("_site/services/check-out-i/index.html");
    assert!(list.contains("INC-2026-021") && !list.contains(SERVICE));
    assert!(
        page.contains("aria-label=\"Table 2, Resolution\""),
        "sixty columns scroll"
    );
    assert!(
        page.contains("<section class=\"scroll wide\""),
        "and break on paper"
    );
    let files = files(&site);
    for id in ["INC-2026-014", "INC-2026-015"] {
        assert!(files.contains(&format!("postmortems/{id}/index.html")));
    }
}

#[test]
fn a_script_in_a_picture_is_left_behind_and_a_giant_is_told() {
    let repo = Repo::new();
    repo.write(
        "postmortems/a/index.md",
        variant(&[(
            "The batch jobs ran late by an hour.",
            "Late. ![Graph](bad.svg) ![Torn](torn.svg) ![Large](large.png) ![Giant](giant.png)",
        )]),
    );
    repo.write("postmortems/a/bad.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script><path d=\"M0 0\" onclick=\"x\"/></svg>");
    repo.write("postmortems/a/torn.svg", "<svg><g>");
    let sized = |name: &str, mebibytes: u64| {
        let file = std::fs::File::create(repo.file(name)).expect("a file");
        file.set_len(mebibytes << 20).expect("a size");
    };
    sized("postmortems/a/large.png", 40);
    sized("postmortems/a/giant.png", 101);
    let run = repo.expect(0, &["build", "--search", "none"]);
    let picture = repo.read("_site/files/a/bad.svg");
    assert!(
        picture.contains("<path d=\"M0 0\"/>") && !picture.contains("alert"),
        "{picture}"
    );
    assert!(
        page(&repo, "INC-2026-014")
            .contains("<img loading=\"lazy\" src=\"../../files/a/bad.svg\" alt=\"Graph\">")
    );
    assert!(
        !repo.file("_site/files/a/torn.svg").exists()
            && !repo.file("_site/files/a/giant.png").exists()
    );
    assert!(repo.file("_site/files/a/large.png").exists());
    for told in [
        "`postmortems/a/bad.svg` is copied without 2 parts that could run, fetch or hide something",
        "`postmortems/a/torn.svg` is left out: it ends too early",
        "`postmortems/a/large.png` has 40 MiB",
        "`postmortems/a/giant.png` has 101 MiB and is left out",
    ] {
        assert!(run.stderr.contains(told), "{told}\n{}", run.stderr);
    }
}

#[test]
fn pages_lead_to_the_repository_where_it_is_known() {
    let repo = Repo::clean();
    built(&repo, &[]);
    assert!(
        !page(&repo, "INC-2026-014").contains("View source"),
        "nobody knows where it is"
    );
    repo.git(&[
        "remote",
        "add",
        "origin",
        "git@github.com:acme/postmortems.git",
    ]);
    built(&repo, &[]);
    let known = page(&repo, "INC-2026-014");
    for link in [
        "https://github.com/acme/postmortems/edit/main/postmortems/2026-10-10-checkout.md",
        "https://github.com/acme/postmortems/blob/main/postmortems/2026-10-10-checkout.md",
        "https://github.com/acme/postmortems/commits/main/postmortems/2026-10-10-checkout.md",
        "https://github.com/acme/postmortems/issues/new?title=INC-2026-014%3A%20Checkout%20refused",
    ] {
        assert!(known.contains(&format!("<a href=\"{link}")), "{link}");
    }
    repo.write(
        "aftersight.yml",
        "site:\n  repository: https://gitlab.example.org/ops/group/pm\n",
    );
    built(&repo, &[]);
    assert!(
        page(&repo, "INC-2026-014")
            .contains("https://gitlab.example.org/ops/group/pm/-/edit/main/postmortems/")
    );
    repo.write(
        "aftersight.yml",
        "site:\n  repository: javascript:alert(1)\n",
    );
    let run = repo.expect(2, &["build"]);
    assert!(
        run.stderr.contains("`site.repository` is not an address"),
        "{}",
        run.stderr
    );
    // What approved a text is where it is talked about.
    let approved = crate::standing::five();
    approved.git(&[
        "remote",
        "add",
        "origin",
        "https://github.com/acme/postmortems",
    ]);
    built(&approved, &[]);
    let page = page(&approved, "INC-2026-014");
    let discuss = page
        .split_once(">Discuss in the pull request")
        .map_or("", |(before, _)| before);
    assert!(
        discuss
            .rsplit_once("href=\"")
            .is_some_and(|(_, link)| link.contains("/pull/12")),
        "{page}"
    );
}

#[test]
fn a_mistake_in_a_theme_is_told_with_its_place() {
    let repo = Repo::clean();
    repo.write("aftersight.yml", "theme: look\n");
    for (name, text, place) in [
        (
            "home.html",
            "<p>\n  {{ home.latst }}</p>",
            "look/templates/home.html:2:11",
        ),
        ("home.html", "{{ hme }}", "look/templates/home.html:1:4"),
        ("home.html", "{% if %}", "look/templates/home.html:1:"),
        (
            "postmortem.html",
            "\n{% extends \"bas.html\" %}",
            "look/templates/postmortem.html:2:13",
        ),
    ] {
        repo.write(&format!("look/templates/{name}"), text);
        let run = repo.expect(2, &["build", "--search", "none"]);
        assert!(
            run.stderr.contains(&format!("  --> {place}")),
            "{}",
            run.stderr
        );
        std::fs::remove_file(repo.file(&format!("look/templates/{name}"))).expect("removed");
    }
    repo.write("look/templates/postmortm.html", "x");
    repo.write("look/style.css", "x");
    let run = repo.expect(0, &["build", "--search", "none"]);
    assert!(
        run.stderr.contains("`look/templates/postmortm.html` replaces nothing, and nothing in the theme uses it; did you mean `templates/postmortem.html`?"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains("did you mean `static/style.css`?"),
        "{}",
        run.stderr
    );
}
