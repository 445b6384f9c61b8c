//! Every kind of page, judged by axe-core in Chromium and by html-validate.
//!
//! `.ci/test` installs both, pinned beside this file. Three rules of html-validate are off: nothing comes from elsewhere whose
//! hash could be checked; how long a title is, is its author's choice; and white space at the end of a line is what a diff shows.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use headless_chrome::Tab;
use headless_chrome::protocol::cdp::Emulation::{
    MediaFeature, SetDeviceMetricsOverride, SetEmulatedMedia,
};
use serde_json::Value;

use super::kinds::{built, example, pages};
use crate::browser::{browser, open};
use crate::harness::finished;

/// Where `.ci/test` puts the judges.
fn judges() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent();
    let folder = target.expect("a folder").join("site-judges");
    assert!(
        folder.join("installed").exists(),
        "the judges of pages are not installed at {}: run `bash .ci/test`, which installs them",
        folder.display()
    );
    folder
}

/// Sets the colours that the reader's system prefers and the width of the window.
pub(super) fn dress(tab: &Arc<Tab>, scheme: &str, width: u32) {
    let features = vec![MediaFeature {
        name: "prefers-color-scheme".into(),
        value: scheme.into(),
    }];
    tab.call_method(SetEmulatedMedia {
        media: None,
        features: Some(features),
    })
    .expect("a colour scheme");
    tab.call_method(SetDeviceMetricsOverride {
        width,
        height: 900,
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
    })
    .expect("a width");
}

/// What a page answers to an expression that promises text.
fn answer(tab: &Arc<Tab>, expression: &str) -> Value {
    let answer = tab
        .evaluate(expression, true)
        .expect("an answer")
        .value
        .expect("a value");
    serde_json::from_str(answer.as_str().expect("text")).expect("JSON")
}

/// What axe-core has against what is shown.
fn violations(tab: &Arc<Tab>, axe: &str) -> Vec<String> {
    tab.evaluate(axe, false).expect("axe-core runs");
    let run = "axe.run(document, { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then(result => JSON.stringify(result.violations))";
    let found = answer(tab, run);
    let told = |one: &Value| {
        let nodes = one["nodes"].as_array().expect("nodes");
        format!(
            "{} x{}: {} {}",
            one["id"],
            nodes.len(),
            nodes[0]["html"],
            nodes[0]["failureSummary"]
        )
    };
    found.as_array().expect("a list").iter().map(told).collect()
}

#[test]
fn axe_finds_nothing_on_any_kind_of_page_light_and_dark() {
    let axe = std::fs::read_to_string(judges().join("node_modules/axe-core/axe.min.js"))
        .expect("axe-core");
    let repo = example();
    let site = built(&repo, &[]);
    let browser = browser();
    let mut found = Vec::new();
    for page in pages(&site) {
        let tab = open(&browser, &format!("file://{}", site.join(&page).display()));
        // What is folded is judged as well; the menu lies over the page, so it is judged on its own.
        let unfold =
            "document.querySelectorAll('details:not(.menu)').forEach(one => one.open = true)";
        tab.evaluate(unfold, false).expect("unfolded");
        for (scheme, width) in [("light", 1280), ("dark", 390)] {
            dress(&tab, scheme, width);
            let told = violations(&tab, &axe);
            found.extend(
                told.into_iter()
                    .map(|one| format!("{page} {scheme}: {one}")),
            );
            let over = answer(
                &tab,
                "JSON.stringify(document.documentElement.scrollWidth - innerWidth)",
            );
            if over.as_i64() > Some(0) {
                found.push(format!(
                    "{page} {scheme}: {over} pixels wider than the window"
                ));
            }
        }
        if page == "index.html" {
            tab.evaluate("document.querySelector('.menu').open = true", false)
                .expect("opened");
            let told = violations(&tab, &axe);
            found.extend(
                told.into_iter()
                    .map(|one| format!("{page} with the menu: {one}")),
            );
        }
        tab.close(false).expect("closed");
    }
    assert!(found.is_empty(), "{found:#?}");
}

fn html_validate(files: &[PathBuf]) -> crate::harness::Run {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new("node");
    command
        .arg(judges().join("node_modules/html-validate/bin/html-validate.mjs"))
        .args(["--formatter", "text", "--config"])
        .arg(root.join("tests/site/html-validate.json"))
        .args(files);
    finished(
        command
            .output()
            .expect("node runs; `bash .ci/test` installs it"),
    )
}

#[test]
fn html_validate_finds_nothing_on_any_kind_of_page() {
    let repo = example();
    let site = built(&repo, &[]);
    let files: Vec<PathBuf> = pages(&site).iter().map(|page| site.join(page)).collect();
    let run = html_validate(&files);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
}

#[test]
fn both_judges_see_what_is_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let bad = folder.path().join("bad.html");
    std::fs::write(&bad, "<!DOCTYPE html><html><head><title></title></head><body><img src=\"x\"><div><p></div></body></html>").expect("a page");
    let run = html_validate(std::slice::from_ref(&bad));
    assert_eq!(run.code, 1, "{}{}", run.stdout, run.stderr);
    let axe = std::fs::read_to_string(judges().join("node_modules/axe-core/axe.min.js"))
        .expect("axe-core");
    let browser = browser();
    let tab = open(&browser, &format!("file://{}", bad.display()));
    let told = violations(&tab, &axe).join("\n");
    for rule in ["image-alt", "html-has-lang", "document-title"] {
        assert!(told.contains(rule), "{told}");
    }
}
