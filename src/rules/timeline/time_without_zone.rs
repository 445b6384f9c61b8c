//! Times of which nobody says where in the world they are.

use std::collections::BTreeMap;

use super::moments::written;
use crate::diagnostic::{Finding, Level};
use crate::document::block::BlockKind;
use crate::postmortem::Postmortem;
use crate::postmortem::timeline::Entry;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "time-without-zone",
    group: Group::Timeline,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S4, Seed::S5],
    page: include_str!("time_without_zone.md"),
    check: Check::Postmortem(check),
};

/// One finding for each table and each list, and one for all entries that stand outside of both.
fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    let blocks = &postmortem.document.blocks;
    let mut places: BTreeMap<usize, (&Entry, usize, bool)> = BTreeMap::new();
    for entry in postmortem
        .timeline
        .entries
        .iter()
        .filter(|entry| entry.without_zone)
    {
        let at = blocks.partition_point(|block| block.span.start <= entry.span.start);
        let block = at.saturating_sub(1);
        let kind = blocks.get(block).map(|block| &block.kind);
        let table = matches!(kind, Some(BlockKind::Table(_)));
        let place = if table || matches!(kind, Some(BlockKind::List(_))) {
            block
        } else {
            usize::MAX
        };
        places.entry(place).or_insert((entry, 0, table)).1 += 1;
    }
    for (entry, count, table) in places.into_values() {
        let time = written(postmortem, entry);
        let message = match count {
            1 => format!("`{time}` names no time zone"),
            2 => format!("`{time}` and one more time name no time zone"),
            _ => format!("`{time}` and {} more times name no time zone", count - 1),
        };
        let help = if table {
            "name the zone in the column, as in `Time (UTC)`, or behind each time"
        } else {
            "name the zone in the heading, as in `Timeline (UTC)`, or behind each time"
        };
        out.push(Finding::new(entry.time_span, message, help));
    }
}
