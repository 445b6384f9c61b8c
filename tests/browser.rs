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

pub(crate) fn browser() -> Browser {
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

pub(crate) fn open(browser: &Browser, url: &str) -> Arc<Tab> {
    let tab = browser.new_tab().expect("a tab");
    tab.set_default_timeout(Duration::from_secs(30));
    tab.navigate_to(url)
        .expect("an address")
        .wait_until_navigated()
        .expect("the page");
    tab
}

/// The value of an expression once it is neither false, null nor empty; asked again for 30 seconds.
pub(crate) fn eventually(tab: &Tab, expression: &str) -> serde_json::Value {
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
        let missing = "Promise.all(Array.from(document.querySelectorAll('link[href], script[src], img[src], a[href]')).map(node => node.href || node.src).filter(url => typeof url === 'string' && url.startsWith(location.origin)).map(url => fetch(url).then(answer => answer.ok ? '' : url))).then(urls => urls.join('') || 'none')";
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

/// What the list of results shows, and what is announced.
const TITLES: &str = "Array.from(document.querySelectorAll('#results-list .row-title'), title => title.textContent.split(' for ')[0]).join('|')";
const STATUS: &str = "document.getElementById('find-status').textContent";

fn says(tab: &Tab, expression: &str, wanted: &str) {
    eventually(tab, &format!("{expression} === {wanted:?} || null"));
}

#[test]
fn an_address_holds_the_search_and_its_filters() {
    let repo = three();
    let server = Server::start(&repo);
    let browser = browser();
    let tab = open(&browser, &format!("{}?severity=sev2&q=pool", server.url));
    says(&tab, TITLES, "Checkout refused orders|Labels printed blank");
    says(&tab, "document.getElementById('q').value", "pool");
    let facet = "Array.from(document.querySelectorAll('.facet > summary'), one => one.textContent).find(one => one.startsWith('Severity'))";
    says(&tab, facet, "Severity: sev2");
    search(
        &tab,
        "labels",
        &["Labels printed blank for 55 minutes after a pool change"],
    );
    says(&tab, "location.search", "?q=labels&severity=sev2");
    let tab = open(&browser, &format!("{}#severity=sev3", server.url));
    says(&tab, TITLES, "Search lost parcels");
    says(&tab, STATUS, "1 postmortem");
}

#[test]
fn a_slip_of_the_fingers_is_forgiven() {
    let repo = three();
    repo.expect(0, &["build", "--search", "facets"]);
    let browser = browser();
    let url = format!("file://{}", repo.file("_site/index.html").display());
    let tab = open(&browser, &url);
    for (typed, meant) in [
        ("lost pracels", "lost parcels"),
        ("labls", "labels"),
        ("chekcout refused", "checkout refused"),
    ] {
        tab.evaluate(&format!("(() => {{ const q = document.getElementById('q'); q.value = {typed:?}; q.dispatchEvent(new Event('input')); }})()"), false)
            .expect("typed");
        let start = format!("Nothing for “{typed}”, so this is for “{meant}”: 1 postmortem");
        says(&tab, STATUS, &start);
    }
    // A word that resembles nothing stays what it is, and so does half an id.
    search(&tab, "zookeeper", &[]);
    search(&tab, "INC-2026-099", &[]);
}

#[test]
fn the_keyboard_is_enough() {
    let repo = three();
    let server = Server::start(&repo);
    let browser = browser();
    let tab = open(&browser, &server.url);
    tab.press_key("/").expect("a key");
    says(&tab, "document.activeElement.id", "q");
    tab.type_str("pool").expect("typed");
    says(&tab, STATUS, "3 postmortems");
    let focus = "document.activeElement.closest('.row') ? document.activeElement.textContent.split(' for ')[0] : document.activeElement.id";
    let first = eventually(&tab, &format!("{TITLES}.split('|')[0]"));
    tab.press_key("ArrowDown").expect("a key");
    says(&tab, focus, first.as_str().unwrap_or_default());
    tab.press_key("ArrowUp").expect("a key");
    says(&tab, focus, "q");
    tab.press_key("Escape").expect("a key");
    says(
        &tab,
        "document.getElementById('q').value + document.getElementById('results').hidden",
        "true",
    );
    tab.type_str("parcels").expect("typed");
    tab.press_key("Enter").expect("a key");
    eventually(&tab, "location.pathname.includes('INC-2026-015') || null");
}

#[test]
fn error_strings_and_alert_names_are_found_where_they_are_quoted() {
    let repo = three();
    repo.write(
        "postmortems/c.md",
        variant(&[
            ("INC-2026-014", "INC-2026-016"),
            ("Checkout refused orders", "Labels printed blank"),
            ("The batch jobs ran late by an hour.", "The alert `PrinterQueueStalled` fired, the log said `ERR_SPOOL_4711: dial tcp 10.0.0.7:9100: connect: connection refused`."),
        ]),
    );
    let server = Server::start(&repo);
    let browser = browser();
    let tab = open(&browser, &server.url);
    for words in [
        "PrinterQueueStalled",
        "ERR_SPOOL_4711",
        "\"connection refused\"",
        "10.0.0.7:9100",
    ] {
        search(
            &tab,
            words,
            &["Labels printed blank for 55 minutes after a pool change"],
        );
        search(&tab, "", &[]);
    }
}

/// A site whose rows are too many to be sent ahead is searched by its full text alone.
#[test]
fn without_its_rows_a_site_is_searched_by_the_full_text() {
    let repo = three();
    let server = Server::start(&repo);
    let browser = browser();
    let tab = browser.new_tab().expect("a tab");
    tab.set_default_timeout(Duration::from_secs(30));
    tab.enable_fetch(
        Some(&[headless_chrome::protocol::cdp::Fetch::RequestPattern {
            url_pattern: Some("*search-rows.js*".into()),
            resource_Type: None,
            request_stage: None,
        }]),
        None,
    )
    .expect("interception");
    tab.enable_request_interception(Arc::new(
        |_, _, event: headless_chrome::protocol::cdp::Fetch::events::RequestPausedEvent| {
            headless_chrome::browser::tab::RequestPausedDecision::Fail(
                headless_chrome::protocol::cdp::Fetch::FailRequest {
                    request_id: event.params.request_id,
                    error_reason:
                        headless_chrome::protocol::cdp::Network::ErrorReason::BlockedByClient,
                },
            )
        },
    ))
    .expect("interception");
    tab.navigate_to(&format!("{}?q=pool", server.url))
        .expect("an address")
        .wait_until_navigated()
        .expect("the page");
    says(
        &tab,
        "String(window.AFTERSIGHT_ROWS === undefined && document.querySelectorAll('#results-list .row').length === 3)",
        "true",
    );
    says(&tab, STATUS, "3 postmortems");
    search(
        &tab,
        "zookeeper",
        &["Search lost parcels for 55 minutes after a pool change"],
    );
    let row = "document.querySelector('#results-list .row')";
    says(
        &tab,
        &format!(
            "{row}.querySelector('.severity').textContent + ' ' + {row}.querySelector('.id').textContent + ' ' + {row}.querySelector('mark').textContent"
        ),
        "sev3 INC-2026-015 zookeeper",
    );
    search(
        &tab,
        "INC-2026-016",
        &["Labels printed blank for 55 minutes after a pool change"],
    );
    // What every text holds asks for nothing, neither alone nor beside other words.
    search(
        &tab,
        "when was the zookeeper stuck",
        &["Search lost parcels for 55 minutes after a pool change"],
    );
    search(&tab, "the", &[]);
    says(&tab, STATUS, "One more word, please.");
    search(
        &tab,
        "\"was the last thing\"",
        &["Search lost parcels for 55 minutes after a pool change"],
    );
}
