//! The site by keyboard alone, and without scripts.

use std::collections::BTreeSet;
use std::sync::Arc;

use headless_chrome::Tab;
use headless_chrome::protocol::cdp::Emulation::SetScriptExecutionDisabled;
use headless_chrome::protocol::cdp::Input::{DispatchKeyEvent, DispatchKeyEventTypeOption};

use super::judges::dress;
use super::kinds::{built, example, pages};
use crate::browser::{browser, eventually, open};

/// The value of an expression.
fn value(tab: &Arc<Tab>, expression: &str) -> serde_json::Value {
    let found = tab.evaluate(expression, false).expect("an answer");
    found.value.unwrap_or_default()
}

fn press(tab: &Arc<Tab>, key: &str) {
    tab.press_key(key).expect("a key");
}

/// Numbers everything that can be clicked or scrolled and seen, and gives how many there are.
const NUMBER: &str = "(() => { let n = 0; \
    for (const one of document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex=\"0\"]')) { \
      if (one.tabIndex < 0 || one.closest('[aria-hidden=true]') || !one.checkVisibility({ visibilityProperty: true })) continue; \
      one.dataset.number = n++; } return n; })()";

/// Writes down whatever gets the focus: its number, or what it is where it has none; and whether the focus can be seen.
const WATCH: &str = "window.order = []; document.addEventListener('focusin', () => { const one = document.activeElement; \
    const seen = one.matches('.skip') || getComputedStyle(one).outlineStyle !== 'none'; \
    order.push((one.dataset.number || one.outerHTML.slice(0, 200)) + (seen ? '' : ' unseen')); })";

/// Goes on to what comes next: half of a key is enough, and pages have many.
fn tab_on(tab: &Arc<Tab>) {
    let code = Some(9);
    tab.call_method(DispatchKeyEvent {
        Type: DispatchKeyEventTypeOption::RawKeyDown,
        key: Some("Tab".into()),
        code: Some("Tab".into()),
        windows_virtual_key_code: code,
        native_virtual_key_code: code,
        modifiers: None,
        text: None,
        timestamp: None,
        unmodified_text: None,
        key_identifier: None,
        auto_repeat: None,
        is_keypad: None,
        is_system_key: None,
        location: None,
        commands: None,
    })
    .expect("a key");
}

#[test]
fn tab_reaches_everything_in_the_order_of_the_page() {
    let repo = example();
    let site = built(&repo, &[]);
    let browser = browser();
    for page in pages(&site) {
        let tab = open(&browser, &format!("file://{}", site.join(&page).display()));
        dress(&tab, "light", 1280);
        let count = value(&tab, NUMBER).as_u64().expect("a number");
        if count > 80 {
            tab.close(false).expect("closed");
            continue;
        }
        assert!(count > 4, "{page}: {count}");
        value(&tab, WATCH);
        for _ in 0..count {
            tab_on(&tab);
        }
        let order = eventually(
            &tab,
            &format!("order.length >= {count} && order.join('\\n')"),
        );
        let order: Vec<&str> = order.as_str().unwrap_or_default().lines().collect();
        for focused in &order {
            assert!(!focused.ends_with("unseen"), "{page}: {focused}");
        }
        let wanted: Vec<String> = (0..count).map(|number| number.to_string()).collect();
        assert_eq!(order, wanted, "{page}");
        tab.close(false).expect("closed");
    }
}

#[test]
fn the_skip_link_and_escape_do_what_they_say() {
    let repo = example();
    let site = built(&repo, &[]);
    let browser = browser();
    let tab = open(
        &browser,
        &format!(
            "file://{}",
            site.join("postmortems/INC-2026-014/index.html").display()
        ),
    );
    dress(&tab, "light", 1280);
    press(&tab, "Tab");
    assert_eq!(value(&tab, "document.activeElement.className"), "skip");
    press(&tab, "Enter");
    eventually(&tab, "location.hash === '#main'");
    press(&tab, "Tab");
    let inside = "document.querySelector('main').contains(document.activeElement)";
    assert_eq!(value(&tab, inside), true, "past the header");
    // The menu opens by Enter, is walked by Tab, and Escape closes it and gives the focus back.
    value(&tab, "document.querySelector('.menu summary').focus()");
    press(&tab, "Enter");
    eventually(&tab, "document.querySelector('.menu').open");
    press(&tab, "Tab");
    eventually(&tab, "document.activeElement.textContent === 'Services'");
    press(&tab, "Escape");
    eventually(
        &tab,
        "!document.querySelector('.menu').open && document.activeElement.tagName === 'SUMMARY'",
    );
    // A row of the timeline has a link that can be followed and copied.
    value(&tab, "document.querySelector('.timeline a.at').focus()");
    press(&tab, "Enter");
    eventually(
        &tab,
        "location.hash === '#t-2026-10-10-14-05' && document.querySelector('tr:target').id",
    );
    value(&tab, "document.querySelector('h2 .anchor').focus()");
    eventually(
        &tab,
        "getComputedStyle(document.activeElement).opacity === '1'",
    );
    press(&tab, "Enter");
    eventually(&tab, "location.hash === '#summary'");
    // `/` goes to the search from anywhere.
    press(&tab, "/");
    eventually(&tab, "document.activeElement.id === 'q'");
}

#[test]
fn without_scripts_everything_is_there() {
    let repo = example();
    let site = built(&repo, &[]);
    let browser = browser();
    let tab = browser.new_tab().expect("a tab");
    tab.call_method(SetScriptExecutionDisabled { value: true })
        .expect("no scripts");
    for page in pages(&site) {
        let url = format!("file://{}", site.join(&page).display());
        tab.navigate_to(&url)
            .expect("an address")
            .wait_until_navigated()
            .expect("the page");
        let shown = value(
            &tab,
            "document.querySelector('main h1').checkVisibility() && document.querySelector('main').innerText.length > 40",
        );
        assert_eq!(shown, true, "{page}");
        // What needs a script is not shown.
        let idle = value(
            &tab,
            "[...document.querySelectorAll('.find, .theme-toggle, .facets')].filter(one => one.checkVisibility()).length",
        );
        assert_eq!(idle, 0, "{page}");
        value(&tab, "document.querySelector('.menu summary').focus()");
        press(&tab, "Enter");
        eventually(
            &tab,
            "document.querySelector('.menu').open && document.querySelector('.menu a').checkVisibility()",
        );
    }
    let url = format!(
        "file://{}",
        site.join("postmortems/INC-2026-014/index.html").display()
    );
    tab.navigate_to(&url)
        .expect("an address")
        .wait_until_navigated()
        .expect("the page");
    let words: BTreeSet<String> = [
        "Undetected 8 min",
        "Waiting for somebody 2 min",
        "14:30",
        "15:00",
    ]
    .map(Into::into)
    .into();
    let text = value(
        &tab,
        "document.querySelector('.plot').textContent.replace(/\\s+/g, ' ')",
    );
    for word in words {
        assert!(
            text.as_str().is_some_and(|text| text.contains(&word)),
            "{word}: {text}"
        );
    }
    let ends = value(
        &tab,
        "[...document.querySelectorAll('.plot a')].every(link => document.querySelector(link.getAttribute('href')))",
    );
    assert_eq!(ends, true, "a point leads to its row");
}
