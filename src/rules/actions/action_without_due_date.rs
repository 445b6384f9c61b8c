//! An action item without a day by which it is done.

use super::{column, day, gap};
use crate::diagnostic::{Finding, Level};
use crate::document::mapping::Field;
use crate::postmortem::Postmortem;
use crate::postmortem::action::{ActionItem, Column};
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "action-without-due-date",
    group: Group::Actions,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S1, Seed::S2, Seed::S4],
    page: include_str!("action_without_due_date.md"),
    check: Check::Postmortem(check),
};

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    let source = postmortem.source();
    let mut aligned: Option<(usize, bool)> = None;
    let finding = |item: &ActionItem| {
        let name = gap::name(item);
        if let Field::Invalid(span) = item.due
            && let Some(day) = day::read(source.slice(span))
        {
            let message = format!("{name} has its due date as `{}`", source.slice(span));
            let help =
                format!("write `{day}`, the one form that sorts and that everybody reads alike");
            let aligned = match aligned {
                Some((table, aligned)) if table == item.table => aligned,
                _ => {
                    let header = postmortem.actions.headers[item.table].span;
                    let new = column::is_aligned(postmortem, header);
                    aligned = Some((item.table, new));
                    new
                }
            };
            let edit = column::rewrite(source, span, &day.to_string(), aligned);
            return Finding::new(span, message, help).with_edits([edit]);
        }
        let message = match item.due {
            Field::Invalid(span) => {
                format!("{name} has no due date: `{}` is no day", source.slice(span))
            }
            _ => format!("{name} has no due date"),
        };
        let help = "write the day by which it is done, as in `2026-11-06`";
        Finding::new(item.cell(Column::Due), message, help)
    };
    let lacks = |item: &ActionItem| match item.due {
        Field::Missing => true,
        Field::Invalid(span) => !gap::is_leftover(source.slice(span)),
        Field::Value(_) => false,
    };
    let help = "add a column `Due` with the day by which each is done, as in `2026-11-06`";
    gap::tell(postmortem, Column::Due, lacks, finding, help, out);
}
