//! What a reader sees, in a real Chromium: search in both layers, from a server and from `file://`, without any request that leaves the site.
//!
//! `.ci/test` installs Chromium from Debian where there is none.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use headless_chrome::{Browser, LaunchOptions, Tab};

use crate::harness::{CLEAN, Repo, variant};
use crate::serve::{Server, get};

fn chromium() -> PathBuf {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&folders)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|path| path.is_file());
    found.expect("a Chromium on the PATH; `bash .ci/test` installs it")
}

fn browser() -> Browser {
    let flags = [
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ];
    let options = LaunchOptions {
        path: Some(chromium()),
        sandbox: false,
        args: flags.iter().map(OsStr::new).collect(),
        idle_browser_timeout: Duration::from_secs(120),
        ..LaunchOptions::default()
    };
    Browser::new(options).expect("Chromium starts")
}

fn open(browser: &Browser, url: &str) -> Arc<Tab> {
    let tab = browser.new_tab().expect("a tab");
    tab.set_default_timeout(Duration::from_secs(30));
    tab.navigate_to(url)
        .expect("an address")
        .wait_until_navigated()
        .expect("the page");
    tab
}

/// The value of an expression once it is neither false, null nor empty; asked again for 30 seconds.
fn eventually(tab: &Tab, expression: &str) -> serde_json::Value {
    let mut last = None;
    for _ in 0..300 {
        let value = tab
            .evaluate(expression, true)
            .ok()
            .and_then(|object| object.value);
        match value {
            Some(value) if value != false && value != "" && !value.is_null() => return value,
            other => last = other,
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!(
        "{expression} stays {last:?}: {}",
        tab.get_content().unwrap_or_default()
    );
}

/// Three postmortems that differ in title, service, severity and in a word deep in the text.
fn three() -> Repo {
    let repo = Repo::new();
    repo.write("postmortems/a.md", CLEAN);
    repo.write(
        "postmortems/b.md",
        variant(&[
            ("INC-2026-014", "INC-2026-015"),
            ("Checkout refused orders", "Search lost parcels"),
            ("services: [checkout]", "services: [search]"),
            ("severity: sev2", "severity: sev3"),
            (
                "The batch jobs ran late by an hour.",
                "A stuck zookeeper lease was the last thing to clear.",
            ),
        ]),
    );
    repo.write(
        "postmortems/c.md",
        variant(&[
            ("INC-2026-014", "INC-2026-016"),
            ("Checkout refused orders", "Labels printed blank"),
        ]),
    );
    repo.commit("three");
    repo
}

/// Types into the search box and waits until the titles shown are these.
fn search(tab: &Tab, words: &str, titles: &[&str]) {
    let set = format!(
        "const q = document.getElementById('q'); q.focus(); q.value = {words:?}; q.dispatchEvent(new Event('input', {{ bubbles: true }}));"
    );
    tab.evaluate(&format!("(() => {{ {set} }})()"), false)
        .expect("typed");
    let shown = "Array.from(document.querySelectorAll('#results-list .row-title')).map(title => title.textContent.trim()).sort().join('|')";
    let same = format!("{shown} === {:?} || null", titles.join("|"));
    eventually(tab, &same);
}

#[test]
fn a_word_from_the_middle_of_a_document_finds_it() {
    let repo = three();
    let server = Server::start(&repo);
    let browser = browser();
    let tab = open(&browser, &server.url);
    search(
        &tab,
        "zookeeper",
        &["Search lost parcels for 55 minutes after a pool change"],
    );
    eventually(
        &tab,
        "document.querySelector('#results-list mark') && document.querySelector('#results-list mark').textContent",
    );
    tab.evaluate("document.querySelector('#results-list a').click()", false)
        .expect("clicked");
    eventually(
        &tab,
        "location.pathname.includes('INC-2026-015') && document.querySelector('h1').textContent.includes('Search lost parcels')",
    );
}

#[test]
fn titles_and_facets_are_found_from_a_file_too() {
    let repo = three();
    repo.expect(0, &["build"]);
    let browser = browser();
    let url = format!("file://{}", repo.file("_site/index.html").display());
    let tab = open(&browser, &url);
    search(
        &tab,
        "labels blank",
        &["Labels printed blank for 55 minutes after a pool change"],
    );
    search(
        &tab,
        "INC-2026-015",
        &["Search lost parcels for 55 minutes after a pool change"],
    );
    tab.evaluate("document.querySelector('#results-list a').click()", false)
        .expect("clicked");
    eventually(
        &tab,
        "location.href.endsWith('postmortems/INC-2026-015/index.html') && document.readyState === 'complete'",
    );
    tab.evaluate(
        "document.querySelector('a[href*=\"services/search\"]').click()",
        false,
    )
    .expect("clicked");
    eventually(&tab, "location.href.endsWith('services/search/index.html')");
}

#[test]
fn nothing_is_asked_of_anybody_else_and_nothing_fails() {
    let repo = three();
    let server = Server::start(&repo);
    let browser = browser();
    for path in [
        "",
        "postmortems/INC-2026-015/",
        "services/",
        "services/search/",
        "404.html",
    ] {
        let tab = open(&browser, &format!("{}{path}", server.url));
        let others = "performance.getEntriesByType('resource').map(entry => entry.name).filter(name => !name.startsWith(location.origin)).join(' ') || 'none'";
        assert_eq!(eventually(&tab, others), "none", "{path}");
        let policy = eventually(
            &tab,
            "document.querySelector('meta[http-equiv=\"Content-Security-Policy\"]').content",
        );
        assert!(
            policy
                .as_str()
                .unwrap_or_default()
                .starts_with("default-src 'self'"),
            "{policy}"
        );
        let missing = "Promise.all(Array.from(document.querySelectorAll('link[href], script[src], img[src], a[href]')).map(node => node.href || node.src).filter(url => url.startsWith(location.origin)).map(url => fetch(url).then(answer => answer.ok ? '' : url))).then(urls => urls.join('') || 'none')";
        assert_eq!(eventually(&tab, missing), "none", "{path}");
    }
}

#[test]
fn the_page_reads_without_scripts_and_fits_a_phone() {
    let repo = three();
    let server = Server::start(&repo);
    let browser = browser();
    let tab = open(
        &browser,
        &format!("{}postmortems/INC-2026-014/", server.url),
    );
    for width in [320, 390, 1280] {
        tab.call_method(
            headless_chrome::protocol::cdp::Emulation::SetDeviceMetricsOverride {
                width,
                height: 800,
                device_scale_factor: 1.0,
                mobile: width < 700,
                scale: None,
                screen_width: None,
                screen_height: None,
                position_x: None,
                position_y: None,
                dont_set_visible_size: None,
                screen_orientation: None,
                viewport: None,
                display_feature: None,
                device_posture: None,
            },
        )
        .expect("a width");
        let fits = format!("document.documentElement.scrollWidth <= {width} || null");
        eventually(&tab, &fits);
    }
    let text = get(&server, "/postmortems/INC-2026-014/index.html");
    for part in [
        "The first orders are refused",
        "Give the batch jobs a pool of their own",
        "Why were orders refused?",
        "sev2",
        "checkout",
    ] {
        assert!(text.contains(part), "{part}");
    }
}

#[test]
fn a_change_reloads_the_page_in_the_browser() {
    let repo = three();
    let server = Server::start(&repo);
    let browser = browser();
    let tab = open(
        &browser,
        &format!("{}postmortems/INC-2026-014/", server.url),
    );
    eventually(
        &tab,
        "document.querySelector('h1').textContent.includes('Checkout refused')",
    );
    repo.write(
        "postmortems/a.md",
        variant(&[("Checkout refused orders", "Checkout declined orders")]),
    );
    eventually(
        &tab,
        "document.querySelector('h1').textContent.includes('Checkout declined')",
    );
}

#[test]
fn postmortems_are_filtered_by_their_approval() {
    let repo = crate::standing::five();
    repo.expect(0, &["build", "--search", "facets"]);
    let browser = browser();
    let url = format!("file://{}", repo.file("_site/index.html").display());
    let tab = open(&browser, &url);
    let click = |what: &str| {
        tab.evaluate(&format!("document.querySelector({what:?}).click()"), false)
            .expect("clicked");
    };
    let shown = "Array.from(document.querySelectorAll('#results-list .row')).map(row => row.querySelector('.id').textContent + ' ' + Array.from(row.querySelectorAll('.status'), one => one.textContent).join(' ')).sort().join('|')";
    let shows = |rows: &[&str]| {
        eventually(&tab, &format!("{shown} === {:?} || null", rows.join("|")));
    };
    // From what needs attention to all of it.
    click(".attention a[href$='#approval=Not%20reviewed']");
    shows(&["INC-2026-016 Not reviewed"]);
    let facet = "Array.from(document.querySelectorAll('.facet > summary')).find(one => one.textContent === 'Approval: Not reviewed') ? 'there' : null";
    eventually(&tab, facet);
    // And on by the filter itself.
    let choose = |name: &str| {
        let find = format!(
            "Array.from(document.querySelectorAll('.facet-choice')).find(one => one.querySelector('.choice-name')?.textContent === {name:?}).querySelector('input').click()"
        );
        tab.evaluate(&find, false).expect("chosen");
    };
    choose("Changed since approval");
    shows(&[
        "INC-2026-015 Changed since approval",
        "INC-2026-016 Not reviewed",
    ]);
    choose("Not reviewed");
    choose("Changed since approval");
    choose("Approved");
    shows(&["INC-2026-014 Approved"]);
    // The same words as the status are said once.
    tab.evaluate("document.getElementById('find-clear').click()", false)
        .expect("cleared");
    search(
        &tab,
        "INC-2026-017",
        &["Routes ran empty for 55 minutes after a pool change"],
    );
    shows(&["INC-2026-017 In review"]);
}
