//! What got better: urgent action items that were done (S4: *Highlight significant improvements from post-mortems*).

use super::quarterly::Input;
use super::{listed, promise};
use crate::sheet::Sheet;
use crate::tracker::item::{Item, State};
use crate::when;

/// Writes them; nothing where no ledger tells what is done.
pub(super) fn write(input: &Input<'_>, sheet: &mut Sheet) {
    let actions = &input.overall.actions;
    if !actions.tracked {
        return;
    }
    let is_done = |item: &&Item| {
        let since = item.since.is_some_and(|since| input.period.holds(since));
        item.state == State::Done && since
    };
    let done: Vec<&Item> = input.items.iter().filter(is_done).collect();
    let is_high = |item: &&&Item| {
        let priority = item.priority.as_deref();
        priority.is_some_and(|priority| actions.high.iter().any(|high| high == priority))
    };
    let high: Vec<&Item> = done.iter().filter(is_high).copied().collect();
    sheet.heading("What got better");
    let others = done.len() - high.len();
    if high.is_empty() {
        sheet.paragraph(format!(
            "Nothing of {} was done in {}.",
            actions.high.join(" and "),
            input.period
        ));
    }
    sheet.list(listed(
        high.into_iter().map(|item| promise(item, input.places)),
    ));
    if others > 0 {
        sheet.paragraph(format!(
            "And {} of lower priority.",
            when::count(others, "action item")
        ));
    }
}
