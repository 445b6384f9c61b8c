//! The digest of a team: one issue that lists what needs attention, edited in place.
//!
//! Owns what it says. It names days, never how many have passed, so that it changes only when something else does.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::Key;
use super::block::{self, MAX_BODY, harmless};

/// Where digests stand in the ledger; no postmortem can have this id.
pub const POSTMORTEM: &str = "@digest";
/// The team of what belongs to none.
const NOBODY: &str = "nobody";

/// Why an item needs attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// Somebody has to say what becomes of it.
    NeedsDecision,
    /// Its day has passed.
    Overdue,
    /// Nobody who can be assigned is accountable.
    NeedsOwner,
    /// No postmortem promises it any more.
    Orphaned,
}

impl Why {
    const ALL: [(Self, &'static str); 4] = [
        (Self::NeedsDecision, "Needs a decision"),
        (Self::Overdue, "Overdue"),
        (Self::NeedsOwner, "Needs an owner"),
        (Self::Orphaned, "No longer in any postmortem"),
    ];
}

/// One item of a digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The team, without `@`; none where nobody knows.
    pub team: Option<String>,
    /// Why it is there.
    pub why: Why,
    /// The item.
    pub key: Key,
    /// Its issue.
    pub number: u64,
    /// The day it was due.
    pub due: Option<Date>,
}

/// The name of a team's digest.
pub fn key(team: Option<&str>) -> Key {
    Key::new(POSTMORTEM, team.unwrap_or(NOBODY))
}

/// What each digest lists, by its name.
pub fn sort(entries: Vec<Entry>) -> BTreeMap<Key, Vec<Entry>> {
    let mut digests: BTreeMap<Key, Vec<Entry>> = BTreeMap::new();
    for entry in entries {
        let list = digests.entry(key(entry.team.as_deref())).or_default();
        list.push(entry);
    }
    for list in digests.values_mut() {
        list.sort_by(|a, b| (a.why, a.due, &a.key).cmp(&(b.why, b.due, &b.key)));
    }
    digests
}

/// The title of a digest.
pub fn title(key: &Key) -> String {
    match key.item.as_str() {
        NOBODY => "Action items without a team that need attention".into(),
        team => {
            let team: String = team.chars().take(200).collect();
            format!("Action items of {team} that need attention")
        }
    }
}

/// The block of a digest.
pub fn render(key: &Key, entries: &[Entry]) -> String {
    let mut text = String::new();
    let mut room = MAX_BODY / 2;
    let mut left_out = 0;
    for (why, heading) in Why::ALL {
        let lines = entries.iter().filter(|entry| entry.why == why);
        let mut begun = false;
        for entry in lines {
            let due = entry.due.map(|due| format!(", due {due}"));
            let name = harmless(&entry.key.to_string());
            let line = format!("- #{} {name}{}\n", entry.number, due.unwrap_or_default());
            if line.len() + 100 > room {
                left_out += 1;
                continue;
            }
            if !begun {
                text += &format!("### {heading}\n\n");
                begun = true;
            }
            room -= line.len();
            text += &line;
        }
        if begun {
            text.push('\n');
        }
    }
    if left_out > 0 {
        text += &format!("… and {left_out} more\n");
    }
    if text.is_empty() {
        text += "Nothing needs attention.\n";
    }
    block::framed(key, text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(number: u64, why: Why) -> Entry {
        Entry {
            team: None,
            why,
            key: Key::new("INC-1", format!("A{number}")),
            number,
            due: Some(jiff::civil::date(2026, 12, 1)),
        }
    }

    #[test]
    fn a_digest_lists_what_needs_attention() {
        let entries = vec![entry(2, Why::Orphaned), entry(1, Why::Overdue)];
        let digests = sort(entries);
        let (key, list) = digests.first_key_value().expect("one");
        let wanted = "<!-- aftersight:begin -->
<!-- aftersight:item @digest/nobody -->
### Overdue

- #1 INC-1/A1, due 2026-12-01

### No longer in any postmortem

- #2 INC-1/A2, due 2026-12-01
<!-- aftersight:end -->";
        assert_eq!(render(key, list), wanted);
        assert!(render(key, &[]).contains("Nothing needs attention"));
        assert_eq!(block::marked(wanted).as_ref(), Some(key));
    }

    #[test]
    fn a_long_digest_says_what_it_leaves_out() {
        let entries: Vec<_> = (0..5000)
            .map(|number| entry(number, Why::Overdue))
            .collect();
        let text = render(&key(None), &entries);
        assert!(text.chars().count() < MAX_BODY);
        let listed = text.matches("\n- #").count();
        assert!(
            text.contains(&format!("… and {} more", 5000 - listed)),
            "{listed}"
        );
    }
}
