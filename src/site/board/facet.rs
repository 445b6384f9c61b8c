//! What action items can be grouped by: who owes them, for which service, how urgent, what kind, since when.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::{Card, Figures, List};
use crate::postmortem::choice::ActionType;
use crate::site::Input;
use crate::site::link::Slugs;
use crate::site::shelf::Shelf;

/// A way to group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::site) enum Facet {
    /// Who is accountable.
    Owner,
    /// The first service of the postmortem.
    Service,
    /// How urgent.
    Priority,
    /// One of the six categories.
    Type,
    /// How long it has stood as it does; only for those that are owed.
    Age,
}

/// What values are sorted by: a rank, and the name without and with capitals.
type Order = (usize, String, String);

/// Ages by the days at which the next begins.
const AGES: [(i64, &str); 6] = [
    (7, "Under a week"),
    (28, "1 to 4 weeks"),
    (92, "1 to 3 months"),
    (183, "3 to 6 months"),
    (366, "6 to 12 months"),
    (i64::MAX, "Over a year"),
];

impl Facet {
    /// In the order they are shown.
    pub(in crate::site) const ALL: [Self; 5] = [
        Self::Owner,
        Self::Service,
        Self::Priority,
        Self::Type,
        Self::Age,
    ];

    /// The name of one.
    pub(in crate::site) fn label(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::Service => "Service",
            Self::Priority => "Priority",
            Self::Type => "Type",
            Self::Age => "Age",
        }
    }

    /// The name of all.
    pub(in crate::site) fn plural(self) -> &'static str {
        match self {
            Self::Owner => "Owners",
            Self::Service => "Services",
            Self::Priority => "Priorities",
            Self::Type => "Types",
            Self::Age => "Ages",
        }
    }

    /// The folder of its pages.
    pub(in crate::site) fn folder(self) -> String {
        format!("actions/{}", self.plural().to_lowercase())
    }

    /// What an item without any is listed under.
    fn none(self) -> &'static str {
        match self {
            Self::Owner => "No owner",
            Self::Service => "No service",
            Self::Priority => "No priority",
            Self::Type => "No type",
            Self::Age => "Not known",
        }
    }

    /// What an item has of it, each with what it is sorted by; nothing where it is not asked.
    fn of(self, card: &Card<'_>, shelf: &Shelf<'_>, input: &Input<'_>) -> Vec<(usize, String)> {
        let by_name = |name: &str| (0, name.to_string());
        let found: Option<(usize, String)> = match self {
            Self::Owner => {
                let mut owners = card.owners();
                owners.sort();
                owners.dedup();
                if !owners.is_empty() {
                    return owners.iter().map(|name| by_name(name)).collect();
                }
                None
            }
            Self::Service => card.service(shelf).map(by_name),
            Self::Priority => card.priority().map(|name| {
                let known = &input.corpus.conventions.priorities;
                let at = known
                    .iter()
                    .position(|one| one.name.eq_ignore_ascii_case(name));
                match at {
                    Some(at) => (at, known[at].name.clone()),
                    None => (known.len(), name.to_string()),
                }
            }),
            Self::Type => {
                let own = card.row.and_then(|row| row.action_type.get());
                own.and_then(|own| {
                    let at = ActionType::ALL.iter().position(|(_, kind)| kind == own)?;
                    Some((at, own.name().to_string()))
                })
            }
            Self::Age if !card.is_owed() => return Vec::new(),
            Self::Age => card.item.and_then(|item| Some(age(item.since?, input.now))),
        };
        vec![found.unwrap_or_else(|| (usize::MAX, self.none().into()))]
    }

    /// Its values, each with the cards that have it.
    pub(super) fn lists(
        self,
        cards: &[Card<'_>],
        shelf: &Shelf<'_>,
        input: &Input<'_>,
    ) -> Vec<List> {
        let mut found: HashMap<(usize, String), (Vec<u32>, Figures)> = HashMap::default();
        for (number, card) in (0u32..).zip(cards) {
            for value in self.of(card, shelf, input) {
                let (own, figures) = found.entry(value).or_default();
                figures.count(card);
                if card.is_pending() {
                    own.push(number);
                }
            }
        }
        let ordered = found.into_iter().map(|((rank, name), found)| {
            let order: Order = (rank, name.to_lowercase(), name);
            (order, found)
        });
        let ordered: BTreeMap<Order, (Vec<u32>, Figures)> = ordered.collect();
        let folder = self.folder();
        let mut slugs = Slugs::default();
        let list = |((_, _, name), (cards, figures)): (Order, (Vec<u32>, Figures))| List {
            key: "value",
            folder: format!("{folder}/{}", slugs.take(&name)),
            facet: Some(self),
            name,
            cards,
            figures,
        };
        ordered.into_iter().map(list).collect()
    }
}

fn age(since: Timestamp, now: Timestamp) -> (usize, String) {
    let days = now.duration_since(since).as_hours() / 24;
    let at = AGES.iter().position(|(end, _)| days < *end);
    let at = at.unwrap_or(AGES.len() - 1);
    (at, AGES[at].1.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_follow_each_other() {
        let now: Timestamp = "2026-11-30T12:00:00Z".parse().expect("a time");
        let of = |text: &str| age(text.parse().expect("a time"), now).1;
        assert_eq!(of("2026-11-30T13:00:00Z"), "Under a week");
        assert_eq!(of("2026-11-23T12:00:01Z"), "Under a week");
        assert_eq!(of("2026-11-23T12:00:00Z"), "1 to 4 weeks");
        assert_eq!(of("2026-09-01T12:00:00Z"), "1 to 3 months");
        assert_eq!(of("2025-11-30T12:00:00Z"), "6 to 12 months");
        assert_eq!(of("2019-11-30T12:00:00Z"), "Over a year");
    }
}
