//! A due date before the incident was over, or later than its priority allows.

use jiff::Timestamp;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::Offset;

use super::gap;
use crate::diagnostic::{Finding, Level};
use crate::document::mapping::Field;
use crate::postmortem::Postmortem;
use crate::postmortem::action::ActionItem;
use crate::postmortem::conventions::{Conventions, Priority};
use crate::rules::identity::is_ahead;
use crate::rules::{Check, Context, Group, Rule, Seed};
use crate::source::Spanned;

pub(super) static RULE: Rule = Rule {
    name: "due-date-unrealistic",
    group: Group::Actions,
    level: Level::Warning,
    version: "0.1.0",
    sources: &[Seed::S2, Seed::S4],
    page: include_str!("due_date_unrealistic.md"),
    check: Check::Postmortem(check),
};

fn check(postmortem: &Postmortem, context: &Context<'_>, out: &mut Vec<Finding>) {
    let incident = &postmortem.front.incident;
    let day = |at: &Timestamp| Offset::UTC.to_datetime(*at).date();
    let past = |at: &&Timestamp| !is_ahead(**at, context);
    let ended = incident.resolved.known().filter(past);
    let ended = ended.map(|at| (day(at), "ended"));
    let began = incident.started.known().filter(past);
    let began = began.map(|at| (day(at), "began"));
    let Some(from) = ended.or(began) else {
        return;
    };
    for item in postmortem.actions.committed() {
        if let Field::Value(due) = &item.due {
            out.extend(judge(item, due, from, context.conventions));
        }
    }
}

fn judge(
    item: &ActionItem,
    due: &Spanned<Date>,
    (from, what): (Date, &str),
    conventions: &Conventions,
) -> Option<Finding> {
    let name = gap::name(item);
    let day = due.value;
    if day < from {
        let message = format!("{name} is due on {day}, before the incident {what} on {from}");
        let help = "set a day that is still to come; what was done during the incident belongs into the timeline";
        return Some(Finding::new(due.span, message, help));
    }
    let urgency = conventions.urgency(item.priority.get()?)?;
    let priority = &conventions.priorities[urgency];
    let days = priority.days?;
    let taken = (day - from).get_days();
    let allows = |priority: &Priority| {
        priority
            .days
            .is_none_or(|days| i64::from(taken) <= i64::from(days))
    };
    if allows(priority) {
        return None;
    }
    let last = from.checked_add(i64::from(days).days()).ok()?;
    let message = format!(
        "{name} is due {taken} days after the incident {what}, and `{}` allows {days}",
        priority.name
    );
    let slower = conventions.priorities[urgency..]
        .iter()
        .find(|other| allows(other));
    let help = match slower {
        Some(slower) => format!("set a day up to {last}, or the priority `{}`", slower.name),
        None => format!("set a day up to {last}"),
    };
    Some(Finding::new(due.span, message, help))
}
