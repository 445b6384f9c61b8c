//! The site as a whole: what is planned, what reaches a page and what never does.

mod theme_page;

use std::sync::Arc;

use super::*;
use crate::postmortem::conventions::Conventions;
use crate::source::Source;
use crate::tracker::block::{self, Places};
use crate::tracker::promise;

const FRONT: &str = "severity: sev2\nstatus: final\nowner: \"@org/web\"\nservices: [checkout]\ntags: [deploy, database]\ncauses: [change]\n";
const TIMES: &str = "incident:\n  started: 2026-10-10T14:23:00Z\n  detected: 2026-10-10T14:31:00Z\n  mitigated: unknown\n  resolved: 2026-10-10T15:18:00Z\n";

pub(super) fn post(id: &str, more: &str, body: &str) -> String {
    format!("---\nid: {id}\ntitle: Title of {id}\n{FRONT}{TIMES}{more}---\n{body}")
}

pub(super) fn corpus(files: &[(&str, String)]) -> Corpus {
    let sources = files
        .iter()
        .map(|(path, text)| Source::new(path, text.clone()))
        .collect();
    Corpus::new(sources, Arc::new(Conventions::default()))
}

/// Every file of the site, by path.
fn build(
    corpus: &Corpus,
    base_url: Option<&str>,
    search: SearchLayer,
    live: bool,
) -> (BTreeMap<String, String>, Vec<Asset>) {
    approved(corpus, None, base_url, search, live)
}

/// The same with what a ledger proves.
fn approved(
    corpus: &Corpus,
    approvals: Option<&Approvals>,
    base_url: Option<&str>,
    search: SearchLayer,
    live: bool,
) -> (BTreeMap<String, String>, Vec<Asset>) {
    let (config, history) = (Config::default(), BTreeMap::new());
    whole(Input {
        corpus,
        config: &config,
        diagnostics: &[],
        history: &history,
        approvals,
        tracking: None,
        repository: None,
        figures: None,
        now: "2026-11-20T12:00:00Z".parse().expect("a time"),
        base_url,
        theme: Theme::default(),
        live,
        search,
        edition: crate::config::Edition::Internal,
    })
}

/// Every file of the site that is made from this.
pub(super) fn whole(input: Input<'_>) -> (BTreeMap<String, String>, Vec<Asset>) {
    let site = Site::new(input).expect("the theme is sound");
    let mut files = BTreeMap::new();
    for index in 0..site.len() {
        let page = site.page(index).expect("every template renders");
        let content = String::from_utf8(page.content).expect("text");
        assert!(
            files.insert(page.path.clone(), content).is_none(),
            "{} is planned twice",
            page.path
        );
    }
    (files, site.assets().to_vec())
}

fn page(body: &str) -> String {
    let corpus = corpus(&[
        ("postmortems/a.md", post("INC-1", "", body)),
        (
            "postmortems/b/index.md",
            post(
                "INC-2",
                "related: [INC-1]\n",
                "## Summary\nSee [that](../a.md#impact).\n",
            ),
        ),
    ]);
    let (mut files, _) = build(&corpus, None, SearchLayer::Facets, false);
    files
        .remove("postmortems/INC-1/index.html")
        .expect("the page is there")
}

#[test]
fn every_relative_link_leads_to_a_file() {
    let body = "## Summary\nText.\n\n![graph](graph.png)\n\n## Action items\n| ID | Action |\n|--|--|\n| A1 | Do it |\n";
    let corpus = corpus(&[
        ("postmortems/a.md", post("INC-1", "", body)),
        (
            "postmortems/b/index.md",
            post("INC-2", "related: [INC-1]\n", "See [that](../a.md).\n"),
        ),
        ("postmortems/c.md", "no front matter".into()),
    ]);
    let (files, assets) = build(&corpus, None, SearchLayer::Facets, false);
    let copied: Vec<&str> = assets.iter().map(|asset| asset.to.as_str()).collect();
    assert_eq!(copied, ["files/graph.png"]);
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".html")) {
        for link in text.split(" href=\"").chain(text.split(" src=\"")).skip(1) {
            let link = link.split('"').next().unwrap_or_default();
            let file = link.split(['#', '?']).next().unwrap_or_default();
            let outside = link.starts_with("https://");
            if file.is_empty() || link.contains('<') || outside {
                continue;
            }
            let mut parts: Vec<&str> = path.split('/').collect();
            parts.pop();
            for part in file.split('/') {
                match part {
                    ".." => assert!(parts.pop().is_some(), "{path}: `{link}` leaves the site"),
                    part => parts.push(part),
                }
            }
            let target = parts.join("/");
            assert!(
                files.contains_key(&target) || copied.contains(&target.as_str()),
                "{path}: `{link}` leads nowhere"
            );
        }
    }
}

#[test]
fn nothing_of_an_author_runs() {
    let body = "## Summary\n[x](javascript:alert(2)) <script>alert(1)</script> <img src=x onerror=alert(3)>\n\n\
        <iframe src=\"https://evil.example\"></iframe>\n\n| A | B |\n|--|--|\n| <svg onload=alert(4)> | `<script>` |\n\n\
        ![out](https://evil.example/p.png) <a href=\" java&#9;script:alert(5)\" id=\"facts-title\" style=\"x\">raw</a>\n";
    let html = page(body);
    let main = html.split_once("<main").map_or("", |(_, main)| main);
    for bad in [
        "<script",
        "javascript:",
        "onerror",
        "onload",
        "<iframe",
        "evil.example/p.png\" alt",
        "style=",
    ] {
        assert!(!main.contains(bad), "{bad} in {main}");
    }
    assert_eq!(html.matches("id=\"facts-title\"").count(), 1);
    assert!(main.contains("<code>&lt;script&gt;</code>"));
}

#[test]
fn without_raw_html_the_same_holds() {
    let html = page(
        "## Summary\n[x](javascript:alert(2)) ![out](https://evil.example/p.png) ![in](a%20b.png \"t\")\n\n## Main\n# <b\n",
    );
    assert!(!html.contains("javascript:") && !html.contains("src=\"https:"));
    assert!(html.contains("<a href=\"https://evil.example/p.png\">Image: out</a>"));
    assert!(html.contains("src=\"../../files/a%20b.png\" alt=\"in\" title=\"t\""));
    assert!(
        html.contains("id=\"main-1\""),
        "the page's own id is not given away"
    );
}

#[test]
fn names_out_of_a_file_are_escaped_everywhere() {
    let hostile = "severity: sev2\nstatus: final\nowner: \"<i>x</i>\"\nservices: [\"<b>&\\\"'\", \"../..\"]\ntags: [\"a b\", a-b, A_B]\n";
    let text = format!(
        "---\nid: INC-1\ntitle: \"</title><script>alert(1)</script>\"\n{hostile}---\n## Summary\nx\n"
    );
    let (files, _) = build(
        &corpus(&[("postmortems/a.md", text)]),
        Some("https://x.example/pm"),
        SearchLayer::Full,
        false,
    );
    for (path, text) in &files {
        assert!(
            !path.split('/').any(|part| matches!(part, "" | "." | "..")),
            "{path}"
        );
        let data = [".js", ".json", ".csv", ".ics", ".txt"];
        if !data.iter().any(|end| path.ends_with(end)) {
            assert!(
                !text.contains("<script>alert")
                    && !text.contains("<b>&\"")
                    && !text.contains("<i>x</i>"),
                "{path}"
            );
        }
    }
    let tags = files
        .keys()
        .filter(|path| path.starts_with("tags/") && *path != "tags/index.html")
        .count();
    assert_eq!(tags, 3, "values with one slug do not meet");
}

#[test]
fn links_between_postmortems_show_both_ways() {
    let html = page("## Summary\nText.\n");
    assert!(html.contains("<h3>Related</h3>"));
    assert!(html.contains("href=\"../../postmortems/INC-2/index.html\""));
    let related = between(&html, "<section class=\"related\"", "</section>");
    let back = related.matches("Title of INC-2").count();
    assert_eq!(back, 1, "once, under the strongest word");
}

#[test]
fn action_items_and_timelines_are_set_apart() {
    let html = page(
        "## Timeline (UTC)\n- 14:23 UTC - It broke\n- 14:31 - Seen\n\n## Action items\n\
         | ID | Action | Owner | Due | Risk | Status |\n|--|--|--|--|--|--|\n\
         | A1 | Add `x` | @org/web | 2026-12-01 | low | |\n| A2 | Add y | @org/web | soon | | dropped: too late |\n",
    );
    let entry = "<li id=\"t-2026-10-10-14-23\"><a class=\"at\" href=\"#t-2026-10-10-14-23\"><time datetime=\"2026-10-10T14:23:00Z\">14:23 UTC</time></a> It broke</li>";
    assert!(html.contains(entry), "{html}");
    assert!(html.contains("<li class=\"action\" id=\"A1\">"));
    assert!(html.contains("Add <code>x</code>") && html.contains("<span>Risk:</span> low"));
    assert!(html.contains("<span>Dropped:</span> too late"));
    assert!(html.contains("due <time datetime=\"2026-12-01\">"));
    assert!(!between(&html, "<div class=\"prose\">", "<section").contains("<table"));
}

#[test]
fn a_broken_document_has_a_page_and_harms_no_other() {
    let corpus = corpus(&[
        ("postmortems/a.md", post("INC-1", "", "## Summary\nText.\n")),
        (
            "postmortems/b.md",
            "---\nid: INC-1\ntitle: \"never closed\n---\n<script>x</script>\n".into(),
        ),
        ("postmortems/c.md", String::new()),
        ("postmortems/d.md", post("INC-1", "", "")),
    ]);
    let (files, _) = build(&corpus, None, SearchLayer::Facets, false);
    assert!(files["postmortems/INC-1/index.html"].contains("Title of INC-1"));
    assert!(
        files.contains_key("postmortems/INC-1-2/index.html"),
        "a second id keeps its own page"
    );
    assert!(files["postmortems/c/index.html"].contains("cannot be read"));
    let broken = files
        .iter()
        .find(|(_, text)| text.contains("never closed"))
        .map(|(_, text)| text.as_str());
    assert!(broken.is_some_and(|text| text.contains("&lt;script&gt;") && text.contains("line 3")));
    assert!(files["index.html"].contains("Broken"));
    assert!(!files["search-rows.js"].contains("cannot be read"));
}

#[test]
fn what_is_planned_follows_the_input() {
    let corpus = corpus(&[("postmortems/a.md", post("INC-1", "", ""))]);
    let (plain, _) = build(&corpus, None, SearchLayer::None, false);
    for absent in [
        "search-index.js",
        "search-rows.js",
        "search.js",
        "sitemap.xml",
    ] {
        assert!(!plain.contains_key(absent), "{absent}");
    }
    assert!(!plain["index.html"].contains("search.js") && !plain["index.html"].contains("<form"));
    assert!(plain["atom.xml"].contains("<id>urn:aftersight:INC-1</id>"));
    assert!(plain["atom.xml"].contains("href=\"postmortems/INC-1/index.html\""));
    let base = Some("https://x.example/pm/");
    let (whole, _) = build(&corpus, base, SearchLayer::Full, false);
    assert!(whole["sitemap.xml"].contains("<loc>https://x.example/pm/postmortems/INC-1/</loc>"));
    assert!(whole["404.html"].contains("href=\"/pm/style.css?v="));
    assert!(
        whole["services/checkout/atom.xml"]
            .contains("https://x.example/pm/services/checkout/atom.xml")
    );
    assert!(!whole["index.html"].contains("_aftersight"));
    let (live, _) = build(&corpus, base, SearchLayer::Full, true);
    assert!(live["404.html"].contains("href=\"/style.css?v="));
    assert!(live["index.html"].contains("src=\"/_aftersight/reload.js\""));
}

#[test]
fn an_empty_corpus_is_a_site_too() {
    let (files, assets) = build(&corpus(&[]), None, SearchLayer::Full, false);
    assert!(files["index.html"].contains("No postmortems yet"));
    assert!(assets.is_empty() && !files.contains_key("services/index.html"));
}

#[test]
fn long_lists_are_paged() {
    let files: Vec<(String, String)> = (0..205)
        .map(|n| {
            (
                format!("postmortems/{n:03}.md"),
                post(&format!("INC-{n}"), "", ""),
            )
        })
        .collect();
    let files: Vec<(&str, String)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.clone()))
        .collect();
    let (files, _) = build(&corpus(&files), None, SearchLayer::Facets, false);
    let second = &files["services/checkout/page/2/index.html"];
    assert!(
        second.contains("Page 2 of 3")
            && second.contains("href=\"../../../../services/checkout/index.html\"")
    );
    assert_eq!(
        files["services/checkout/page/3/index.html"]
            .matches("class=\"row\"")
            .count(),
        5
    );
}

fn approval(url: &str) -> crate::ledger::standing::Approval {
    crate::ledger::standing::Approval {
        pull_request: 12,
        url: url.into(),
        at: "2026-10-14T23:30:00-02:00".parse().expect("a time"),
        roles: vec![
            "owner of checkout (@acme/payments)".into(),
            "manager <b>".into(),
        ],
        blob: String::new(),
        commit: String::new(),
    }
}

/// Five postmortems, one in each state; the second was changed by one word since.
fn five(url: &str) -> BTreeMap<String, String> {
    use crate::ledger::standing::Standing;
    let status = |id: &str, status: &str| {
        post(id, "", "## Summary\nIt broke for <i>30</i> minutes.\n").replace("final", status)
    };
    let texts = [
        ("postmortems/1.md", status("INC-1", "final")),
        ("postmortems/2.md", status("INC-2", "final")),
        ("postmortems/3.md", status("INC-3", "final")),
        ("postmortems/4.md", status("INC-4", "in-review")),
        ("postmortems/5.md", status("INC-5", "draft")),
    ];
    let standings = [
        Standing::Approved(approval(url)),
        Standing::Changed(approval(url)),
        Standing::Unreviewed,
        Standing::InReview,
        Standing::Draft,
    ];
    let paths = texts.iter().map(|(path, _)| path.to_string());
    let before = texts[1].1.replace("30", "20");
    let approvals = Approvals {
        standings: paths.zip(standings).collect(),
        approved: BTreeMap::from([("postmortems/2.md".to_string(), before)]),
    };
    approved(
        &corpus(&texts),
        Some(&approvals),
        None,
        SearchLayer::Facets,
        false,
    )
    .0
}

/// What stands between two texts of a page.
fn between<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = page.split_once(from).unwrap_or_default();
    rest.split_once(to).unwrap_or_default().0
}

#[test]
fn a_page_says_what_the_ledger_proves() {
    let files = five("https://github.com/acme/postmortems/pull/12?a&b");
    let page = |id: &str| files[&format!("postmortems/{id}/index.html")].as_str();
    let verdict = |id: &str| between(page(id), "<section class=\"verdict ", "</section>");
    let agreed = verdict("INC-1");
    for part in [
        "</svg>Approved</span> by owner of checkout (@acme/payments), manager &lt;b&gt;",
        " · <span class=\"verdict-at\"><time datetime=\"2026-10-15T01:30:00Z\">15 Oct 2026</time>",
        "<a href=\"https://github.com/acme/postmortems/pull/12?a&amp;b\">pull request #12</a>",
    ] {
        assert!(agreed.contains(part), "{agreed}");
    }
    assert!(!agreed.contains("<details"));
    let changed = verdict("INC-2");
    for part in [
        "Changed since approval</span> by owner",
        "<summary>What was changed: 1 line added, 1 line removed</summary>",
        "<del>-It broke for <b>&lt;i&gt;20&lt;/i&gt;</b> minutes.",
        "<ins>+It broke for <b>&lt;i&gt;30&lt;/i&gt;</b> minutes.",
    ] {
        assert!(changed.contains(part), "{changed}");
    }
    assert!(verdict("INC-3").contains("Not reviewed</span>: merged without an approval</p>"));
    assert!(page("INC-4").contains("in review and not approved yet"));
    assert!(page("INC-5").contains("This is a draft."));
    for id in ["INC-4", "INC-5"] {
        assert!(verdict(id).is_empty(), "the status has said it");
    }
}

#[test]
fn lists_filters_and_records_know_the_approval() {
    let files = five("https://github.com/acme/postmortems/pull/12");
    let list = &files["postmortems/index.html"];
    for (badge, times) in [
        ("#status-approved\"/></svg>Approved</span>", 1),
        ("#status-changed\"/></svg>Changed since approval</span>", 1),
        ("#status-unreviewed\"/></svg>Not reviewed</span>", 1),
        ("#status-in-review\"/></svg>In review</span>", 1),
        ("#status-draft\"/></svg>Draft</span>", 1),
    ] {
        assert_eq!(list.matches(badge).count(), times, "{badge}");
    }
    let json = |file: &str, name: &str| -> serde_json::Value {
        let script = files[file].trim_start_matches(&format!("window.{name}="));
        serde_json::from_str(script.trim_end_matches(";\n")).expect("JSON")
    };
    let index = json("search-index.js", "AFTERSIGHT");
    let facet = index["facets"].as_array().and_then(|all| all.last());
    let facet = facet.expect("a facet");
    assert_eq!(facet["label"], "Approval");
    assert_eq!(facet["values"][1], "Changed since approval");
    assert_eq!(facet["keys"][1], "changed");
    assert_eq!(facet["counts"], serde_json::json!([1, 1, 1, 1, 1]));
    let rows = json("search-rows.js", "AFTERSIGHT_ROWS");
    for row in rows.as_array().expect("rows") {
        let number: u64 = row[0].as_str().map_or(0, |id| {
            id.trim_start_matches("INC-").parse().unwrap_or_default()
        });
        assert_eq!(row[6][8], serde_json::json!([number - 1]));
    }
    let records: serde_json::Value = serde_json::from_str(&files["index.json"]).expect("JSON");
    assert_eq!(records["postmortems"][2]["approval"], "unreviewed");
    let home = &files["index.html"];
    assert!(home.contains("href=\"index.html#approval=Not%20reviewed\""));
    assert!(home.contains("href=\"index.html#approval=Changed%20since%20approval\""));
    assert!(home.contains("INC-2, @org"), "who has to act");
    assert!(home.contains("approved 15 Oct 2026"));
}

#[test]
fn an_address_of_the_ledger_runs_nothing() {
    let files = five("javascript:alert(1)");
    let page = &files["postmortems/INC-1/index.html"];
    assert!(page.contains("pull request #12") && !page.contains("javascript:"));
    let files = five("https://x/\"onmouseover=alert(1)");
    let page = &files["postmortems/INC-1/index.html"];
    assert!(!page.contains("\"onmouseover"));
}

#[test]
fn without_a_ledger_nobody_is_told_of_approvals() {
    let corpus = corpus(&[("postmortems/a.md", post("INC-1", "", "## Summary\nx\n"))]);
    let (files, _) = build(&corpus, None, SearchLayer::Full, false);
    let shapes = between(&files["index.html"], "class=\"sprite\"", "</svg>\n<header");
    for (path, text) in files
        .iter()
        .filter(|(path, _)| !path.ends_with(".css") && *path != "search.js")
    {
        // What the words mean and how a rule speaks of them is said everywhere, and columns are always the same.
        let general = ["rules/", "about/", "index.schema.json", "postmortems.csv"];
        if general.iter().any(|begin| path.starts_with(begin)) {
            continue;
        }
        let text = text.replace(shapes, "");
        for word in ["pproval", "pproved", "verdict", "eviewed"] {
            assert!(!text.contains(word), "{path}: {word}");
        }
    }
}

#[test]
fn issues_lead_to_the_page_that_shows_their_item() {
    let body =
        |words: &str| format!("## Action items\n| ID | Action |\n|--|--|\n| A1 | {words} |\n");
    let ids = [
        "INC-1", "INC_2.x", "7", "a..b", "index", "Page", "CON", "nul", "INC-1-2", "z.", "x-2",
    ];
    let mut files: Vec<(String, String)> = ids
        .iter()
        .map(|id| {
            (
                format!("postmortems/m-{id}.md"),
                post(id, "", &body(&format!("The one of {id}."))),
            )
        })
        .collect();
    // A copy before and behind, of which one cannot be read; and names of files that look like ids.
    let broken = "---\nid: INC-1\ntags: [\n---\n".to_string() + &body("Broken.");
    files.push(("postmortems/a.md".into(), broken));
    files.push((
        "postmortems/n.md".into(),
        post("INC-1", "", &body("A copy.")),
    ));
    files.push(("postmortems/x-3.md".into(), "no front matter".into()));
    files.push((
        "postmortems/b.md".into(),
        post("x", "", &body("The one of x.")),
    ));
    files.push((
        "postmortems/c.md".into(),
        post("x", "", &body("A copy of x.")),
    ));
    let files: Vec<(&str, String)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.clone()))
        .collect();
    let corpus = corpus(&files);
    let base = "https://pm.example/base";
    let (pages, _) = build(&corpus, Some(base), SearchLayer::Facets, false);
    let promises = promise::read(&corpus, |_| promise::Word::Given, "");
    let places = Places {
        site: Some(base.into()),
        ..Places::default()
    };
    assert_eq!(promises.all.len(), ids.len() + 1);
    for promise in &promises.all {
        let block = block::render(promise, &places);
        let link = block.split_once(&format!("({base}/")).map(|(_, rest)| rest);
        let link = link
            .and_then(|rest| rest.split(')').next())
            .expect("a link");
        let folder = percent_encoding::percent_decode_str(link)
            .decode_utf8()
            .expect("text");
        let page = pages.get(&format!("{folder}index.html"));
        let page = page.unwrap_or_else(|| panic!("{link} leads nowhere"));
        assert!(page.contains(&promise.title), "{link} shows another");
        let canonical = format!("<link rel=\"canonical\" href=\"{base}/{link}");
        assert!(page.contains(&canonical), "{link}");
    }
}

#[test]
fn an_entry_of_the_timeline_has_one_address_however_it_is_written() {
    let row = |html: &str, id: &str, time: &str| {
        assert!(html.contains(&format!("id=\"{id}\"")), "{id}\n{html}");
        let link = format!("<a class=\"at\" href=\"#{id}\"><time datetime=\"{time}\">");
        assert!(html.contains(&link), "{link}\n{html}");
    };
    let table = page(
        "## Timeline\n| Day | Time (UTC) | Event |\n|--|--|--|\n| 2026-10-10 | 14:23 | It broke |\n| | 14:23 | Twice |\n| | [14:31](https://x.example) | Seen |\n| | unknown | Somebody went home |\n| 2026-10-11 | 00:10:05 | Over |\n",
    );
    row(&table, "t-2026-10-10-14-23", "2026-10-10T14:23:00Z");
    row(&table, "t-2026-10-10-14-23_2", "2026-10-10T14:23:00Z");
    row(&table, "t-2026-10-11-00-10-05", "2026-10-11T00:10:05Z");
    assert!(
        table.contains("<tr id=\"t-2026-10-10-14-31\">"),
        "a link in a cell stays one"
    );
    assert!(table.contains("<tr id=\"t-unknown\">"));
    for id in ["t-2026-10-10-14-23", "t-2026-10-10-14-31"] {
        assert!(
            table.contains(&format!("<a href=\"#{id}\" tabindex=\"-1\"><title>")),
            "drawn"
        );
    }
    let list = page("## Timeline (UTC)\n- **14:23** It broke\n- 14:31 Seen\n");
    row(&list, "t-2026-10-10-14-31", "2026-10-10T14:31:00Z");
    assert!(list.contains("<li id=\"t-2026-10-10-14-23\"><a class=\"anchor\""));
    // Raw HTML, and so the sanitiser, takes nothing of that away.
    let raw = page("## Timeline (UTC)\n- 14:31 Seen <b>late</b>\n");
    row(&raw, "t-2026-10-10-14-31", "2026-10-10T14:31:00Z");
    let headings = page("## Timeline (UTC)\n### 14:31 Seen\nText.\n");
    assert!(headings.contains("<span id=\"t-2026-10-10-14-31\"></span>14:31 Seen"));
}

#[test]
fn whys_are_a_chain_and_factors_stand_side_by_side() {
    let html = page(
        "## Contributing factors\n- One\n- Two\n\n### Five whys\n1. Why did it break? It was full.\n2. Why? Nobody looked.\n   1. Why did nobody look? They slept.\n3. Why did they sleep? It was night.\n",
    );
    assert!(html.contains("<ul class=\"factors\">"));
    assert_eq!(html.matches("class=\"whys\"").count(), 1);
    assert!(html.contains("<span class=\"question\">Why did it break?</span> It was full."));
    assert!(html.contains("<span class=\"question\">Why?</span> Nobody looked."));
    let plain = page("## Impact\n- One\n\n## Summary\n1. Why not?\n");
    assert!(!plain.contains("class=\"factors\"") && !plain.contains("class=\"whys\""));
}

#[test]
fn what_came_before_and_after_in_a_service_is_a_step_away() {
    let dated = |id: &str, day: &str| post(id, "", "").replace("2026-10-10", day);
    let files = [
        ("postmortems/1.md", dated("INC-1", "2026-01-10")),
        ("postmortems/2.md", dated("INC-2", "2026-02-10")),
        ("postmortems/3.md", dated("INC-3", "2026-03-10")),
    ];
    let (pages, _) = build(&corpus(&files), None, SearchLayer::None, false);
    let near = |id: &str| {
        let page = &pages[&format!("postmortems/{id}/index.html")];
        let near = between(page, "<nav class=\"nearby\"", "</nav>");
        (
            near.contains("INC-1"),
            near.contains("INC-2"),
            near.contains("INC-3"),
        )
    };
    assert_eq!(near("INC-1"), (false, true, false));
    assert_eq!(near("INC-2"), (true, false, true));
    assert_eq!(near("INC-3"), (false, true, false));
}
