//! Figures as the OpenMetrics text format 1.0, for Prometheus and its like.
//!
//! All of them are gauges: a file can be corrected, so that none only ever grows. Quarters, months and single postmortems are left
//! out, since whoever scrapes keeps the history.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::series::{Series, series};
use crate::metrics::{Figures, definitions};

/// The whole exposition, with its end.
pub fn openmetrics(figures: &Figures) -> String {
    let mut families: BTreeMap<&str, Vec<Series>> = BTreeMap::new();
    for one in series(figures).into_iter().filter(|one| !one.past) {
        families.entry(one.name).or_default().push(one);
    }
    let mut text = format!(
        "# TYPE aftersight_figures info\n# HELP aftersight_figures What these figures are.\n\
         aftersight_figures_info{{as_of=\"{}\",version=\"{}\"}} 1\n",
        figures.as_of,
        env!("CARGO_PKG_VERSION")
    );
    for (name, all) in families {
        let family = format!("aftersight_{name}");
        let unit = all.first().map_or("", |one| one.unit);
        let _ = writeln!(text, "# TYPE {family} gauge");
        if !unit.is_empty() {
            let _ = writeln!(text, "# UNIT {family} {unit}");
        }
        let help = definitions::series(name).unwrap_or_default();
        let _ = writeln!(text, "# HELP {family} {}", escaped(help));
        for one in all {
            let labels: Vec<String> = one
                .labels
                .iter()
                .map(|(key, value)| format!("{key}=\"{}\"", escaped(value)))
                .collect();
            let labels = match labels.is_empty() {
                true => String::new(),
                false => format!("{{{}}}", labels.join(",")),
            };
            let _ = writeln!(text, "{family}{labels} {}", one.value);
        }
    }
    text + "# EOF\n"
}

/// A text inside quotes: backslash, quote and line end are spelled out; other orders to terminals are no text at all.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.replace("##[", "## [").chars() {
        match letter {
            '\\' => safe += "\\\\",
            '"' => safe += "\\\"",
            '\n' => safe += "\\n",
            other if other.is_control() => safe.push('\u{fffd}'),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn a_label_ends_where_it_ends() {
        assert_eq!(
            escaped("a\"b\\c\nd\u{1b}[0m##[x]"),
            "a\\\"b\\\\c\\nd\u{fffd}[0m## [x]"
        );
    }
}
