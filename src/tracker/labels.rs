//! The labels that are ours: their names, colours and meanings.

use std::collections::BTreeSet;

use super::promise::Promise;
use crate::postmortem::choice::ActionType;

/// Every issue of ours has it; it is how they are listed.
pub const OURS: &str = "aftersight";
/// Nobody who may be assigned is accountable.
pub const NEEDS_OWNER: &str = "needs-owner";
/// Somebody has to say in the file what becomes of it.
pub const NEEDS_DECISION: &str = "needs-decision";
/// No postmortem promises it any more.
pub const ORPHANED: &str = "orphaned";

/// GitHub takes no longer names, in characters.
const MAX_NAME: usize = 50;

/// A label to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Its name.
    pub name: String,
    /// Its colour, six hex digits.
    pub colour: &'static str,
    /// What it says.
    pub description: &'static str,
}

/// The label of a name of ours.
pub fn label(name: &str) -> Label {
    let (colour, description) = match name {
        OURS => ("1f6feb", "An action item of a postmortem"),
        NEEDS_OWNER => ("d93f0b", "Nobody who can be assigned is accountable"),
        NEEDS_DECISION => ("b60205", "Finish it, move it or drop it in the postmortem"),
        ORPHANED => ("6e7781", "No postmortem promises it any more"),
        _ if name.starts_with("priority:") => ("e99695", "How urgent the action item is"),
        _ if name.starts_with("due:") => ("fbca04", "The week in which the action item is due"),
        _ => ("c5def5", "What kind of action item it is"),
    };
    Label {
        name: name.into(),
        colour,
        description,
    }
}

/// Whether a label is one that we set and take away; every other belongs to people.
pub fn is_ours(name: &str) -> bool {
    let kind = |word: &str| ActionType::ALL.iter().any(|(name, _)| *name == word);
    let week = |week: &str| {
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        week.split_once("-W")
            .is_some_and(|(year, week)| digits(year) && week.len() == 2 && digits(week))
    };
    let name = name.to_ascii_lowercase();
    [OURS, NEEDS_OWNER, NEEDS_DECISION, ORPHANED].contains(&name.as_str())
        || name.starts_with("priority:")
        || name.strip_prefix("type:").is_some_and(kind)
        || name
            .strip_prefix("due:")
            .is_some_and(|rest| week(&rest.to_ascii_uppercase()))
}

/// The labels of a promise, besides those that its state adds.
pub fn of(promise: &Promise) -> BTreeSet<String> {
    let mut labels = BTreeSet::from([OURS.to_string()]);
    if let Some(priority) = &promise.priority {
        let plain = |c: &char| !c.is_control() && !matches!(c, ',' | '\u{2028}' | '\u{2029}');
        let priority: String = priority.chars().filter(plain).collect();
        let name: String = format!("priority:{}", priority.trim());
        let name: String = name.chars().take(MAX_NAME).collect();
        labels.insert(name.trim_end().into());
    }
    if let Some(kind) = promise.kind {
        labels.insert(format!("type:{}", kind.name()));
    }
    if let Some(due) = promise.due {
        let week = due.iso_week_date();
        labels.insert(format!("due:{:04}-W{:02}", week.year(), week.week()));
    }
    labels
}

/// Whether two names are those of one label: case makes no difference.
pub fn is_same(one: &str, other: &str) -> bool {
    one == other || one.to_lowercase() == other.to_lowercase()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::block::tests::promise;
    use super::*;

    #[test]
    fn a_promise_has_its_labels() {
        let mut promise = promise();
        promise.due = Some(date(2027, 1, 1));
        let labels: Vec<_> = of(&promise).into_iter().collect();
        assert_eq!(
            labels,
            ["aftersight", "due:2026-W53", "priority:P1", "type:detect"]
        );
        promise.priority = Some(format!("{},\u{7}", "ü".repeat(200)));
        let all = of(&promise);
        assert!(
            all.iter()
                .all(|name| name.chars().count() <= 50 && is_ours(name)),
            "{all:?}"
        );
        assert!(all.iter().all(|name| !name.contains(',')));
        assert!(all.iter().all(|name| label(name).description.len() <= 100));
    }

    #[test]
    fn labels_of_people_are_theirs() {
        for name in ["bug", "type:bug", "due:soon", "aftersight-x", "due:2026-W5"] {
            assert!(!is_ours(name), "{name}");
        }
        assert!(is_ours("Needs-Decision") && is_ours("DUE:2026-W05"));
    }
}
