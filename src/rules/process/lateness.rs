//! What is late about a postmortem: one thing, the one that matters now.
//!
//! Owns the order of the stages and the words for moments and limits. How long a stage may take is for
//! `postmortem::deadline`, what git tells is gathered beforehand.

use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use crate::corpus::Corpus;
use crate::postmortem::Postmortem;
use crate::postmortem::choice::Status;
use crate::postmortem::deadline::{Limit, MEMORY, Stage};
use crate::rules::Context;
use crate::rules::context::Course;

/// What is late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Late {
    /// The first version was committed too late.
    Draft(Missed),
    /// It became final too late, or is not final yet.
    Final(Missed),
    /// It lies on the default branch and nobody touches it.
    Stale(Missed),
}

/// A deadline that was missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Missed {
    /// What it counts from.
    pub(super) from: Timestamp,
    /// The limit.
    pub(super) limit: Limit,
    /// When it was over.
    pub(super) due: Timestamp,
    /// When it happened after all; now, where it has not happened yet.
    pub(super) at: Timestamp,
    /// Whether it happened.
    pub(super) done: bool,
}

/// Every committed postmortem with its course.
pub(super) fn committed<'a>(
    corpus: &'a Corpus,
    context: &Context<'a>,
) -> impl Iterator<Item = (&'a Postmortem, &'a Course)> {
    let history = context.history;
    let postmortems = corpus.postmortems.iter();
    postmortems
        .filter_map(move |postmortem| Some((postmortem, history?.courses.get(postmortem.path())?)))
}

/// What is late about a postmortem: of a draft that lies untouched only that, of a postmortem that is not final in time
/// not how late it began.
pub(super) fn of(postmortem: &Postmortem, course: &Course, context: &Context<'_>) -> Option<Late> {
    let is_final = postmortem.status() == Status::Final;
    let draft = postmortem.status() == Status::Draft;
    if draft && course.published {
        let lying = missed(postmortem, Stage::Stale, course.changed, None, context);
        if let Some(lying) = lying {
            return Some(Late::Stale(lying));
        }
    }
    let resolved = resolved(postmortem)?;
    // What is final here and was nowhere before is being finished right now.
    let finishing = is_final && course.finished.is_none();
    if !finishing && !course.finished_earlier {
        let late = missed(postmortem, Stage::Final, resolved, course.finished, context);
        if let Some(late) = late {
            return Some(Late::Final(late));
        }
    }
    // What was final at once was written elsewhere before.
    let at_once = course.finished == Some(course.added);
    if course.older || at_once {
        return None;
    }
    missed(
        postmortem,
        Stage::Draft,
        resolved,
        Some(course.added),
        context,
    )
    .map(Late::Draft)
}

/// The deadline of a stage that counts from a moment, if it was missed: by what happened too late, or by now.
pub(super) fn missed(
    postmortem: &Postmortem,
    stage: Stage,
    from: Timestamp,
    happened: Option<Timestamp>,
    context: &Context<'_>,
) -> Option<Missed> {
    let severity = postmortem.front.severity.get().map(String::as_str);
    let limit = context.conventions.deadlines.limit(stage, severity)?;
    let due = limit.after(from)?;
    let at = happened.unwrap_or(context.now);
    // What happened at last, but long ago, is nobody's to mend.
    if happened.is_some() && context.now.duration_since(from) > MEMORY {
        return None;
    }
    (at > due).then_some(Missed {
        from,
        limit,
        due,
        at,
        done: happened.is_some(),
    })
}

/// When the incident was over, where that is known.
pub(super) fn resolved(postmortem: &Postmortem) -> Option<Timestamp> {
    postmortem.front.incident.resolved.known().copied()
}

/// `2026-10-14 at 09:00 UTC`
pub(super) fn moment(at: Timestamp) -> String {
    let at = Offset::UTC.to_datetime(at);
    at.strftime("%Y-%m-%d at %H:%M UTC").to_string()
}

/// `2026-10-14`, in UTC.
pub(super) fn day(at: Timestamp) -> String {
    Offset::UTC.to_datetime(at).date().to_string()
}

/// `51 hours`, `3 days`: whole ones, rounded down.
pub(super) fn length(duration: SignedDuration) -> String {
    match duration.as_hours() {
        0 => "less than an hour".into(),
        1 => "1 hour".into(),
        hours @ 2..72 => format!("{hours} hours"),
        hours => format!("{} days", hours / 24),
    }
}

impl Missed {
    /// How long it took, or has taken so far.
    pub(super) fn length(&self) -> String {
        length(self.at.duration_since(self.from))
    }

    /// Whose limit it is: `48h`, with the severity where that has one of its own.
    pub(super) fn limit(&self, postmortem: &Postmortem, context: &Context<'_>) -> String {
        let severity = postmortem.front.severity.get();
        let own = severity.filter(|name| {
            context
                .conventions
                .deadlines
                .by_severity
                .contains_key(*name)
        });
        match own {
            Some(name) => format!("`{}` for `{name}`", self.limit),
            None => format!("`{}`", self.limit),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_whole_hours_or_days() {
        let said = |hours: i64| length(SignedDuration::from_mins(hours * 60 + 59));
        assert_eq!(
            [0, 1, 2, 71, 72].map(said),
            [
                "less than an hour",
                "1 hour",
                "2 hours",
                "71 hours",
                "3 days"
            ]
        );
    }
}
