//! The course of an incident: its moments, how long each part took, and the drawing of it.
//!
//! Owns the words. Where what is drawn is for [`super::plot`], colours and shapes are for the theme.

use jiff::Timestamp;
use serde::Serialize;

use super::event::Anchor;
use super::plot::{self, Phase, Plot};
use super::when;
use crate::document::mapping::{Field, Known};
use crate::postmortem::incident::{Incident, Moment};

/// A moment in words.
#[derive(Debug, Serialize)]
struct Milestone {
    key: &'static str,
    label: &'static str,
    iso: Option<String>,
    clock: String,
    note: String,
}

/// How long a part of the incident took.
#[derive(Debug, Serialize)]
struct Lasting {
    /// `Time to detect`
    label: &'static str,
    /// `8 min`
    lasted: String,
    /// `from the first effect`
    since: &'static str,
}

/// A phase in words, for a table.
#[derive(Debug, Serialize)]
struct Stretch {
    label: &'static str,
    from: String,
    from_iso: String,
    to: String,
    to_iso: String,
    lasted: String,
}

/// All of it.
#[derive(Debug, Serialize)]
pub(super) struct Course {
    milestones: Vec<Milestone>,
    lasting: Vec<Lasting>,
    stretches: Vec<Stretch>,
    plot: Option<Plot>,
    /// `Times in UTC on 8 July 2025`
    caption: String,
    description: String,
}

/// The course of an incident with the entries of its timeline; `None` where neither has a moment.
pub(super) fn of(incident: &Incident, entries: &[Anchor<'_>]) -> Option<Course> {
    let phases = phases(incident);
    let plot = plot::plot(&phases, entries);
    let milestones = milestones(incident);
    if milestones.is_empty() && plot.is_none() {
        return None;
    }
    let stretches: Vec<Stretch> = phases.iter().map(stretch).collect();
    Some(Course {
        lasting: lasting(incident),
        caption: caption(&phases, entries),
        description: description(&stretches, plot.as_ref()),
        milestones,
        stretches,
        plot,
    })
}

fn known(moment: &Moment) -> Option<Timestamp> {
    moment.known().copied()
}

fn milestones(incident: &Incident) -> Vec<Milestone> {
    let started = known(&incident.started);
    let labels = [
        "Started",
        "Detected",
        "Acknowledged",
        "Understood",
        "Mitigated",
        "Resolved",
    ];
    let mut milestones = Vec::new();
    for ((key, moment), label) in incident.phases().into_iter().zip(labels) {
        let Field::Value(value) = moment else {
            continue;
        };
        milestones.push(match value.value {
            Known::Known(at) => Milestone {
                key,
                label,
                iso: Some(at.to_string()),
                clock: when::clock_of(at),
                note: note(at, started.filter(|_| key != "started")),
            },
            Known::Unknown => Milestone {
                key,
                label,
                iso: None,
                clock: "unknown".into(),
                note: String::new(),
            },
        });
    }
    milestones
}

/// The day, and how long after the start.
fn note(at: Timestamp, started: Option<Timestamp>) -> String {
    let Some(started) = started else {
        return when::day(at);
    };
    match (when::between(started, at), when::same_day(started, at)) {
        (Some(after), true) => format!("after {after}"),
        (Some(after), false) => format!("{}, after {after}", when::day(at)),
        (None, _) => when::day(at),
    }
}

/// From each known moment to the next; nothing where moments contradict each other.
fn phases(incident: &Incident) -> Vec<Phase> {
    let moments = incident.phases().into_iter();
    let known: Vec<(&str, Timestamp)> = moments
        .filter_map(|(key, moment)| Some((key, known(moment)?)))
        .collect();
    let mut phases = Vec::new();
    for pair in known.windows(2) {
        let [(from, start), (to, end)] = [pair[0], pair[1]];
        if start > end {
            return Vec::new();
        }
        let (key, label) = phase(from, to);
        phases.push(Phase {
            key,
            label,
            from: start,
            to: end,
        });
    }
    phases
}

/// What goes on between two moments that follow each other; less is known where others lie between them.
fn phase(from: &str, to: &str) -> (&'static str, &'static str) {
    match (from, to) {
        ("started", "detected") => ("undetected", "Undetected"),
        ("started", _) => ("undetected", "Under way"),
        ("detected", "acknowledged") => ("waiting", "Waiting for somebody"),
        ("detected" | "acknowledged", "identified") => ("diagnosing", "Looking for the cause"),
        ("detected" | "acknowledged", _) => ("diagnosing", "Responding"),
        ("identified", _) => ("mitigating", "Ending the effect"),
        _ => ("recovering", "Recovering"),
    }
}

/// The times to detect, acknowledge, identify, mitigate and resolve, where both ends are known and in order.
fn lasting(incident: &Incident) -> Vec<Lasting> {
    let first = ("from the first effect", &incident.started);
    let detected = ("from its detection", &incident.detected);
    let parts = [
        ("To detect", first, &incident.detected),
        ("To acknowledge", detected, &incident.acknowledged),
        ("To identify", detected, &incident.identified),
        ("To mitigate", first, &incident.mitigated),
        ("To resolve", first, &incident.resolved),
    ];
    let lasting = parts.into_iter().filter_map(|(label, (since, from), to)| {
        Some(Lasting {
            label,
            lasted: when::between(known(from)?, known(to)?)?,
            since,
        })
    });
    lasting.collect()
}

fn stretch(phase: &Phase) -> Stretch {
    Stretch {
        label: phase.label,
        from: when::moment_of(phase.from),
        from_iso: phase.from.to_string(),
        to: when::moment_of(phase.to),
        to_iso: phase.to.to_string(),
        lasted: when::between(phase.from, phase.to).unwrap_or_default(),
    }
}

/// On which days it was.
fn caption(phases: &[Phase], entries: &[Anchor<'_>]) -> String {
    let ends = phases
        .first()
        .map(|phase| phase.from)
        .zip(phases.last().map(|phase| phase.to));
    let moments = || entries.iter().filter_map(|entry| entry.at);
    let ends = ends.or_else(|| moments().min().zip(moments().max()));
    match ends {
        Some((from, to)) if when::same_day(from, to) => {
            format!("Times in UTC on {}", when::long_day(from))
        }
        Some((from, to)) => format!(
            "Times in UTC, {} to {}",
            when::day(from),
            when::long_day(to)
        ),
        None => "Times in UTC".into(),
    }
}

/// The drawing in one sentence a phase.
fn description(stretches: &[Stretch], plot: Option<&Plot>) -> String {
    let mut told: Vec<String> = stretches
        .iter()
        .map(|one| {
            format!(
                "{} from {} to {}, {}.",
                one.label, one.from, one.to, one.lasted
            )
        })
        .collect();
    if let Some(plot) = plot.filter(|plot| plot.drawn > 0) {
        let count = plot.drawn;
        let (noun, verb) = if count == 1 {
            ("entry", "is")
        } else {
            ("entries", "are")
        };
        told.push(format!("{count} {noun} of the timeline {verb} marked."));
    }
    told.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Span, Spanned};

    fn moment(minute: i64) -> Moment {
        let at = Timestamp::from_second(minute * 60).expect("in range");
        Field::Value(Spanned::new(Known::Known(at), Span::default()))
    }

    fn six() -> Incident {
        Incident {
            started: moment(0),
            detected: moment(8),
            acknowledged: moment(10),
            identified: moment(22),
            mitigated: moment(47),
            resolved: moment(1_500),
        }
    }

    #[test]
    fn a_course_is_told_in_moments_and_in_lengths() {
        let course = of(&six(), &[]).expect("a course");
        let lasting: Vec<_> = course
            .lasting
            .iter()
            .map(|one| (one.label, one.lasted.as_str()))
            .collect();
        assert_eq!(
            lasting,
            [
                ("To detect", "8 min"),
                ("To acknowledge", "2 min"),
                ("To identify", "14 min"),
                ("To mitigate", "47 min"),
                ("To resolve", "25 h")
            ]
        );
        assert_eq!(course.milestones.len(), 6);
        assert_eq!(course.milestones[5].note, "2 Jan 1970, after 25 h");
        assert_eq!(course.caption, "Times in UTC, 1 Jan 1970 to 2 January 1970");
        assert!(course.description.starts_with(
            "Undetected from 1 Jan 1970, 00:00 UTC to 1 Jan 1970, 00:08 UTC, 8 min. Waiting"
        ));
        assert_eq!(course.stretches.len(), 5);
    }

    #[test]
    fn what_is_not_known_is_not_guessed() {
        let gaps = Incident {
            acknowledged: Field::Value(Spanned::new(Known::Unknown, Span::default())),
            identified: Field::default(),
            ..six()
        };
        let course = of(&gaps, &[]).expect("a course");
        let labels: Vec<_> = course.stretches.iter().map(|one| one.label).collect();
        assert_eq!(labels, ["Undetected", "Responding", "Recovering"]);
        assert_eq!(course.milestones[2].clock, "unknown");
        assert_eq!(course.lasting.len(), 3);
        let backwards = Incident {
            detected: moment(-5),
            ..six()
        };
        let course = of(&backwards, &[]).expect("the moments are told all the same");
        assert!(course.plot.is_none() && course.stretches.is_empty());
        assert!(course.lasting.iter().all(|one| one.label != "To detect"));
        assert!(of(&Incident::default(), &[]).is_none());
    }
}
