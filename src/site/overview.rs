//! `llms.txt`: what the site is and a line for every postmortem, for readers that are programs (llmstxt.org).
//!
//! It tells nothing that `index.json` beside it does not, so it is always written.

use super::entry::Entry;
use super::feed::whole;
use super::shelf::Shelf;
use super::{Input, when};
use crate::config::Edition;

/// The newest; the others are what may be left out where room is short.
const NEWEST: usize = 100;

/// Files for programs, what each holds, and the smaller edition that has it.
const FILES: [(&str, &str, Edition); 7] = [
    (
        "index.json",
        "every postmortem and action item with its fields",
        Edition::Public,
    ),
    (
        "index.schema.json",
        "the JSON Schema of index.json",
        Edition::Public,
    ),
    (
        "postmortems.csv",
        "the postmortems as a table",
        Edition::Public,
    ),
    (
        "actions.csv",
        "the action items as a table",
        Edition::Internal,
    ),
    (
        "calendar.ics",
        "review meetings, due dates and deadlines",
        Edition::Internal,
    ),
    (
        "atom.xml",
        "the newest postmortems as a feed",
        Edition::Public,
    ),
    ("about/index.html", "what this site is", Edition::Public),
];

/// The file.
pub(super) fn llms(shelf: &Shelf<'_>, input: &Input<'_>, base: Option<&str>) -> Vec<u8> {
    let site = &input.config.site;
    let address = |url: &str| base.map_or_else(|| url.to_string(), |base| whole(base, url));
    let count = when::count(shelf.entries.len(), "postmortem");
    let mut text = format!(
        "# {}\n\n> {}\n\n{count}: what broke, why it could, and what was changed. Times are in UTC.\n\n## Data\n\n",
        line(&site.title),
        line(&site.description)
    );
    for (file, about, edition) in FILES {
        if input.edition == Edition::Public && edition == Edition::Internal {
            continue;
        }
        text += &format!("- [{file}]({}): {about}\n", address(file));
    }
    for (heading, entries) in [
        (
            "Postmortems",
            shelf.entries.iter().take(NEWEST).collect::<Vec<_>>(),
        ),
        ("Optional", shelf.entries.iter().skip(NEWEST).collect()),
    ] {
        if !entries.is_empty() {
            text += &format!("\n## {heading}\n\n");
        }
        for entry in entries {
            text += &format!(
                "- [{}: {}]({}): {}\n",
                line(&entry.row.id),
                line(&entry.row.title),
                address(&entry.row.url),
                about(entry)
            );
        }
    }
    text.into_bytes()
}

fn about(entry: &Entry<'_>) -> String {
    let row = &entry.row;
    let facts = [
        row.date_iso.clone(),
        row.severity.as_ref().map(|severity| severity.name.clone()),
        Some(row.services.join(", ")).filter(|services| !services.is_empty()),
        (row.status.key != "final").then(|| row.status.label.to_lowercase()),
    ];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    line(&format!("{}. {}", facts.join(", "), row.summary))
        .trim_end()
        .into()
}

/// A text in one line, in which nothing is a link or a tag.
fn line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in when::shortened(text, usize::MAX).chars() {
        if matches!(c, '\\' | '[' | ']' | '<' | '`') {
            line.push('\\');
        }
        line.push(c);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_title_makes_no_line_and_no_link() {
        assert_eq!(
            line("a\r\n- [x](javascript:1)\u{2028}<b> `c`"),
            "a - \\[x\\](javascript:1) \\<b> \\`c\\`"
        );
    }
}
