//! The course of an incident: its moments, and the bar from start to end.
//!
//! Owns the geometry. Colours and shapes are for the theme.

use jiff::Timestamp;
use serde::Serialize;

use super::when;
use crate::document::mapping::{Field, Known};
use crate::postmortem::incident::Incident;

/// The bar's own width and height, in its own units.
const WIDTH: f64 = 1000.0;
const HEIGHT: u32 = 16;
/// The shortest phase that can be seen.
const SHORTEST: f64 = 5.0;
const GAP: f64 = 2.0;

/// A stretch of the bar.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Segment {
    phase: &'static str,
    x: f64,
    y: u32,
    width: f64,
    height: u32,
}

/// A moment in words.
#[derive(Debug, Serialize)]
pub(super) struct Milestone {
    key: &'static str,
    label: &'static str,
    iso: Option<String>,
    clock: String,
    note: String,
}

/// All of it.
#[derive(Debug, Serialize)]
pub(super) struct Course {
    milestones: Vec<Milestone>,
    segments: Vec<Segment>,
    description: String,
}

/// The course; `None` where no moment is written.
pub(super) fn of(incident: &Incident) -> Option<Course> {
    let moments = [
        ("started", "Started", &incident.started),
        ("detected", "Detected", &incident.detected),
        ("mitigated", "Mitigated", &incident.mitigated),
        ("resolved", "Resolved", &incident.resolved),
    ];
    let started = incident.started.known().copied();
    let mut milestones = Vec::new();
    let mut points = Vec::new();
    for (key, label, moment) in moments {
        let Field::Value(value) = moment else {
            continue;
        };
        let milestone = match value.value {
            Known::Known(at) => {
                points.push((key, at));
                Milestone {
                    key,
                    label,
                    iso: Some(at.to_string()),
                    clock: when::clock(at),
                    note: note(at, started.filter(|_| key != "started")),
                }
            }
            Known::Unknown => Milestone {
                key,
                label,
                iso: None,
                clock: "unknown".into(),
                note: String::new(),
            },
        };
        milestones.push(milestone);
    }
    if milestones.is_empty() {
        return None;
    }
    let told = milestones
        .iter()
        .filter(|milestone| milestone.iso.is_some());
    let told: Vec<String> = told
        .map(|milestone| format!("{} {}", milestone.label, milestone.clock))
        .collect();
    Some(Course {
        description: told.join(", "),
        segments: segments(&points),
        milestones,
    })
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

/// Each phase from its first moment to the next known one; nothing where moments contradict each other.
fn segments(points: &[(&'static str, Timestamp)]) -> Vec<Segment> {
    let (Some((_, first)), Some((_, last))) = (points.first(), points.last()) else {
        return Vec::new();
    };
    let seconds = |from: Timestamp, to: Timestamp| {
        let (from, to) = (from.as_second(), to.as_second());
        #[expect(
            clippy::cast_precision_loss,
            reason = "a bar needs no more than a few digits"
        )]
        let seconds = (to - from) as f64;
        seconds
    };
    let whole = seconds(*first, *last);
    if whole <= 0.0 || points.windows(2).any(|pair| pair[0].1 > pair[1].1) {
        return Vec::new();
    }
    let mut x = 0.0;
    let mut segments = Vec::new();
    for pair in points.windows(2) {
        let (phase, height) = match pair[0].0 {
            "started" => ("undetected", HEIGHT),
            "detected" => ("responding", HEIGHT - 5),
            _ => ("recovering", HEIGHT - 10),
        };
        let end = seconds(*first, pair[1].1) / whole * WIDTH;
        let width = (end - x - GAP).max(SHORTEST);
        if seconds(pair[0].1, pair[1].1) > 0.0 {
            segments.push(Segment {
                phase,
                x: round(x.min(WIDTH - SHORTEST)),
                y: HEIGHT - height,
                width: round(width.min(WIDTH - x).max(SHORTEST)),
                height,
            });
            x += width + GAP;
        }
    }
    segments
}

fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(minute * 60).expect("in range")
    }

    #[test]
    fn phases_fill_the_bar() {
        let segments = segments(&[
            ("started", at(0)),
            ("detected", at(10)),
            ("mitigated", at(80)),
            ("resolved", at(100)),
        ]);
        let shown: Vec<_> = segments
            .iter()
            .map(|segment| (segment.phase, segment.x, segment.width))
            .collect();
        assert_eq!(
            shown,
            [
                ("undetected", 0.0, 98.0),
                ("responding", 100.0, 698.0),
                ("recovering", 800.0, 198.0)
            ]
        );
    }

    #[test]
    fn a_short_phase_can_be_seen_and_a_contradiction_is_not_drawn() {
        let short = segments(&[
            ("started", at(0)),
            ("detected", at(1)),
            ("resolved", at(100_000)),
        ]);
        assert_eq!(short[0].width, SHORTEST);
        assert!(
            segments(&[("started", at(5)), ("detected", at(1)), ("resolved", at(9))]).is_empty()
        );
        assert!(segments(&[("started", at(5))]).is_empty());
        assert_eq!(
            segments(&[("started", at(5)), ("detected", at(5)), ("resolved", at(9))]).len(),
            1
        );
    }
}
