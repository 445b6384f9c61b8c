//! How often each name occurs.

use std::collections::BTreeMap;

use serde::Serialize;

/// A name and how often it occurs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Count {
    /// The name; none for those where nobody wrote one that can be used.
    pub name: Option<String>,
    /// How often.
    pub count: usize,
}

impl Count {
    /// So often.
    pub fn new(name: Option<&str>, count: usize) -> Self {
        Self {
            name: name.map(str::to_string),
            count,
        }
    }
}

/// Counts by name.
pub(super) type Tally = BTreeMap<Option<String>, usize>;

/// In the order of `names`, each of which is there even where it never occurs; then other names, then those without one.
pub(super) fn ordered<'a>(tally: &Tally, names: impl Iterator<Item = &'a str>) -> Vec<Count> {
    let mut counts: Vec<Count> = Vec::new();
    for name in names {
        let count = tally.get(&Some(name.to_string())).copied();
        counts.push(Count::new(Some(name), count.unwrap_or(0)));
    }
    let known = counts.len();
    let others = tally.iter().filter(|(name, _)| name.is_some());
    for (name, count) in others {
        if counts[..known].iter().all(|one| one.name != *name) {
            counts.push(Count::new(name.as_deref(), *count));
        }
    }
    counts.extend(tally.get(&None).map(|count| Count::new(None, *count)));
    counts
}

/// The most frequent first, of the same number by name; those without a name last.
pub(super) fn frequent(tally: &Tally) -> Vec<Count> {
    let mut counts: Vec<Count> = tally
        .iter()
        .map(|(name, count)| Count::new(name.as_deref(), *count))
        .collect();
    counts.sort_by(|a, b| {
        let key = |one: &Count| (one.name.is_none(), std::cmp::Reverse(one.count));
        key(a).cmp(&key(b)).then_with(|| a.name.cmp(&b.name))
    });
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_names_come_first_and_nobody_last() {
        let tally: Tally = [(None, 2), (Some("sev2".into()), 3), (Some("odd".into()), 5)].into();
        let shown = |counts: Vec<Count>| {
            let shown = counts.into_iter();
            shown
                .map(|one| format!("{}={}", one.name.unwrap_or("-".into()), one.count))
                .collect::<Vec<_>>()
                .join(" ")
        };
        let names = ["sev1", "sev2"].into_iter();
        assert_eq!(shown(ordered(&tally, names)), "sev1=0 sev2=3 odd=5 -=2");
        assert_eq!(shown(frequent(&tally)), "odd=5 sev2=3 -=2");
    }
}
