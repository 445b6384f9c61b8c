//! When the meeting is, or until when it should be.

use jiff::Timestamp;

use super::Input;
use crate::document::mapping::{Field, Known};
use crate::postmortem::deadline::{Limit, Stage};
use crate::when;

/// One sentence or two.
pub(super) fn told(input: &Input<'_>) -> String {
    let front = &input.postmortem.front;
    let now = input.now;
    if let Field::Value(value) = &front.meeting {
        return match value.value {
            Known::Unknown => "`unknown`: it was held, and nobody wrote down when".into(),
            Known::Known(at) if at > now => format!("{}, 60 minutes", when::moment(at)),
            Known::Known(at) => format!(
                "{}; that is the time in the file, and it has passed ({})",
                when::moment(at),
                when::ago(at, now).unwrap_or_default()
            ),
        };
    }
    let Some((limit, due)) = deadline(input, Stage::Meeting) else {
        return "not set yet; 60 minutes".into();
    };
    let within = format!("not set: within {} of the end of the incident", long(limit));
    let Some(due) = due else {
        return format!("{within}, whose time is not known; so as soon as everybody can");
    };
    let by = format!("{within}, so by {}", when::moment(due));
    match when::ago(due, now) {
        Some(ago) => format!("{by}; that was {ago}, so as soon as everybody can"),
        None => by,
    }
}

/// The limit of a stage for this severity, and when it is over, where the end of the incident is known; none without a limit.
pub(super) fn deadline(input: &Input<'_>, stage: Stage) -> Option<(Limit, Option<Timestamp>)> {
    let front = &input.postmortem.front;
    let severity = front.severity.get().map(String::as_str);
    let limit = input.config.conventions.deadlines.limit(stage, severity)?;
    let resolved = front.incident.resolved.known();
    Some((limit, resolved.and_then(|at| limit.after(*at))))
}

/// A limit in words: `48 h`, `3 days`, `5 business days`.
pub(super) fn long(limit: Limit) -> String {
    match limit {
        Limit::Hours(number) => format!("{number} h"),
        Limit::Days(number) => when::count(number.into(), "day"),
        Limit::BusinessDays(number) => when::count(number.into(), "business day"),
    }
}
