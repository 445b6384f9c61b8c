//! The action items of a month: what was done, what is overdue, what waits for a decision.

use jiff::civil::Date;

use super::period::Period;
use super::{items, listed, promise};
use crate::sheet::{Line, Sheet};
use crate::tracker::block::Places;
use crate::tracker::item::{Item, State};
use crate::when;

/// How the items stand.
#[derive(Debug)]
pub(super) struct Promises<'a> {
    /// Done in the month.
    pub(super) done: Vec<&'a Item>,
    /// Owed, and their day has passed; the longest first.
    pub(super) overdue: Vec<&'a Item>,
    /// Somebody has to say what becomes of them.
    pub(super) undecided: Vec<&'a Item>,
    /// Where no ledger tells what is done: their day has passed.
    pub(super) unclear: usize,
    is_tracked: bool,
}

impl<'a> Promises<'a> {
    /// Sorts the items.
    pub(super) fn of(all: &'a [Item], is_tracked: bool, period: &Period, today: Date) -> Self {
        let owed = |item: &&Item| is_tracked && item.state.is_owed();
        let is_done = |item: &&Item| {
            let since = item.since.is_some_and(|since| period.holds(since));
            is_tracked && item.state == State::Done && since
        };
        let decide = |item: &&Item| {
            owed(item) && matches!(item.state, State::NeedsDecision | State::Orphaned)
        };
        let late = |item: &&Item| owed(item) && !decide(item) && item.overdue_days > 0;
        let mut overdue: Vec<&Item> = all.iter().filter(late).collect();
        overdue.sort_by_key(|item| std::cmp::Reverse(item.overdue_days));
        let passed =
            |item: &&Item| item.state == State::Open && item.due.is_some_and(|due| due < today);
        Self {
            done: all.iter().filter(is_done).collect(),
            overdue,
            undecided: all.iter().filter(decide).collect(),
            unclear: match is_tracked {
                true => 0,
                false => all.iter().filter(passed).count(),
            },
            is_tracked,
        }
    }

    /// What is said of them in the first paragraph.
    pub(super) fn told(&self) -> String {
        if !self.is_tracked {
            return "no ledger tells which action items are done".into();
        }
        let verb = if self.undecided.len() == 1 {
            "waits"
        } else {
            "wait"
        };
        format!(
            "{} done, {} overdue, {} more {verb} for a decision",
            items(self.done.len()),
            self.overdue.len(),
            self.undecided.len()
        )
    }

    /// Writes them.
    pub(super) fn write(&self, period: &Period, places: &Places, sheet: &mut Sheet) {
        sheet.heading("Action items");
        if !self.is_tracked {
            sheet.paragraph(
                Line::new()
                    .text("Nobody can tell from this repository what is done: ")
                    .code("aftersight actions sync")
                    .text(" keeps the ledger that does.")
                    .text(match self.unclear {
                        0 => String::new(),
                        1 => " The day of 1 promised item has passed.".into(),
                        many => format!(" The days of {many} promised items have passed."),
                    }),
            );
            return;
        }
        sheet.subheading(format!("Done in {period}"));
        if self.done.is_empty() {
            sheet.paragraph("Nothing.");
        }
        sheet.list(listed(self.done.iter().map(|item| promise(item, places))));
        if !self.overdue.is_empty() {
            sheet.subheading("Overdue");
            sheet.list(listed(self.overdue.iter().map(|item| {
                let days = usize::try_from(item.overdue_days).unwrap_or_default();
                let late = format!("{}: ", when::count(days, "day"));
                Line::new().strong(late).then(promise(item, places))
            })));
        }
        if !self.undecided.is_empty() {
            sheet.subheading("Somebody has to decide");
            sheet.paragraph("Do it, do it later, or drop it and say why.");
            sheet.list(listed(
                self.undecided.iter().map(|item| promise(item, places)),
            ));
        }
    }
}
