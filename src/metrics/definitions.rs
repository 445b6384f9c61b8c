//! The page that defines every figure: what the tool prints and the site publishes.
//!
//! The page is the only place where a figure is defined: OpenMetrics takes its help from it, and a test holds it against the JSON.

/// The page, in Markdown. Its tables have the key in the JSON first, then the name in CSV and OpenMetrics, then what it means.
pub const PAGE: &str = include_str!("definitions.md");

/// A row of the page's tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Definition {
    /// The part of the JSON that it is in, `incidents`; `*` for what stands in several.
    pub part: &'static str,
    /// The key in the JSON.
    pub key: &'static str,
    /// The names in CSV and OpenMetrics, separated by `, `; empty where it has none.
    pub series: &'static str,
    /// What it means, in Markdown.
    pub meaning: &'static str,
}

/// Every definition, in the order of the page. A part is named in the heading before its table, `## Incidents: incidents`.
pub fn all() -> Vec<Definition> {
    let mut part = "*";
    let mut found = Vec::new();
    for line in PAGE.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            part = match heading.split_once('`') {
                Some((_, rest)) => rest.trim_end_matches('`'),
                None => "*",
            };
        }
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let ["", key, series, meaning, ""] = cells.as_slice() else {
            continue;
        };
        if let Some(key) = key.strip_prefix('`').and_then(|key| key.strip_suffix('`')) {
            found.push(Definition {
                part,
                key,
                series,
                meaning,
            });
        }
    }
    found
}

/// What a series of CSV and OpenMetrics means.
pub fn series(name: &str) -> Option<&'static str> {
    let of = |one: &Definition| {
        one.series
            .split(", ")
            .any(|own| own.trim_matches('`') == name)
    };
    all().into_iter().find(of).map(|one| one.meaning)
}
