//! Where postmortems stand, beside the findings: in one line, and as a table of those that are not approved.
//!
//! Owns the words and the Markdown. Where a postmortem stands comes from the ledger; the same in JSON is for `json`.

use super::count;
use super::markdown::{code, inline};
use crate::ledger::standing::Standing;

/// A postmortem and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// Its path relative to the root, with `/`.
    pub path: &'a str,
    /// Its id, where it has one.
    pub id: Option<&'a str>,
    /// Where it stands.
    pub standing: &'a Standing,
}

/// How many stand where: `approval: 21 approved, 2 changed since approval, 1 not reviewed`; `None` of no postmortems.
pub fn line(rows: &[Row<'_>]) -> Option<String> {
    let counts = Standing::STATES.iter().filter_map(|(name, label)| {
        let number = rows.iter().filter(|row| row.standing.name() == *name);
        match number.count() {
            0 => None,
            number if *name == "draft" => Some(count(number, "draft")),
            number => Some(format!("{number} {}", label.to_lowercase())),
        }
    });
    let counts: Vec<String> = counts.collect();
    (!counts.is_empty()).then(|| format!("approval: {}", counts.join(", ")))
}

/// A Markdown section with those that are not approved, in at most `room` bytes; nothing where all are, or where not even
/// one fits.
pub fn table(rows: &[Row<'_>], room: usize) -> String {
    const HEAD: &str =
        "\n### Not approved\n\n| Postmortem | State | Last approval |\n| --- | --- | --- |\n";
    let waiting: Vec<String> = rows.iter().filter_map(entry).collect();
    let mut text = HEAD.to_string();
    for (index, entry) in waiting.iter().enumerate() {
        let closing = format!("\n{} more.\n", waiting.len() - index);
        if text.len() + entry.len() + closing.len() > room {
            return match index {
                0 => String::new(),
                _ => text + &closing,
            };
        }
        text += entry;
    }
    match waiting.is_empty() {
        true => String::new(),
        false => text,
    }
}

fn entry(row: &Row<'_>) -> Option<String> {
    if matches!(row.standing, Standing::Approved(_)) {
        return None;
    }
    let id = row.id.map(|id| format!("{} ", inline(id)));
    let approval = row.standing.approval().map(|approval| {
        let day = approval.at.strftime("%Y-%m-%d");
        // A number alone, `#12`, would become a link to whatever has it in the repository of the summary.
        format!("{day}, pull request {}", approval.pull_request)
    });
    Some(format!(
        "| {}{} | {} | {} |\n",
        id.unwrap_or_default(),
        path(row.path),
        row.standing.label(),
        approval.unwrap_or_default()
    ))
}

/// A path inside a cell, which a bar would end even in code.
fn path(path: &str) -> String {
    match path.contains(['|', '\\']) {
        true => inline(path),
        false => code(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::standing::Approval;

    fn approval() -> Approval {
        Approval {
            pull_request: 12,
            url: "https://github.com/acme/postmortems/pull/12".into(),
            at: "2026-10-14T08:00:00Z".parse().expect("a time"),
            roles: vec!["manager".into()],
            blob: String::new(),
            commit: String::new(),
        }
    }

    fn rows(standings: &[Standing]) -> Vec<Row<'_>> {
        let row = |standing| Row {
            path: "postmortems/a|b.md",
            id: Some("INC|1"),
            standing,
        };
        standings.iter().map(row).collect()
    }

    #[test]
    fn one_line_says_how_many_stand_where() {
        let standings = [
            Standing::Draft,
            Standing::Unreviewed,
            Standing::Approved(approval()),
            Standing::Draft,
            Standing::Changed(approval()),
        ];
        assert_eq!(
            line(&rows(&standings)).as_deref(),
            Some("approval: 1 approved, 1 changed since approval, 1 not reviewed, 2 drafts")
        );
        assert_eq!(line(&[]), None);
    }

    #[test]
    fn the_table_holds_what_waits_and_keeps_to_its_room() {
        let standings = [
            Standing::Approved(approval()),
            Standing::Changed(approval()),
            Standing::Unreviewed,
        ];
        let rows = rows(&standings);
        let text = table(&rows, 10_000);
        let lines: Vec<&str> = text.lines().skip(5).collect();
        assert_eq!(
            lines,
            [
                "| INC\\|1 postmortems/a\\|b.md | Changed since approval | 2026-10-14, pull request 12 |",
                "| INC\\|1 postmortems/a\\|b.md | Not reviewed |  |",
            ]
        );
        for room in 0..text.len() + 20 {
            assert!(table(&rows, room).len() <= room);
        }
        assert!(table(&rows, text.len() - 1).ends_with("\n1 more.\n"));
        assert_eq!(table(&rows[..1], 10_000), "");
    }
}
