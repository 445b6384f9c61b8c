//! The drawing of an incident's course: a bar for every phase, a point for every entry of the timeline, an axis in UTC.
//!
//! Owns the geometry: across in per cent of the width, so that one drawing fits every screen and its letters keep their
//! size; down in pixels. Points that would lie on each other are stacked, and what is far from the incident is counted
//! instead of drawn. Linear in the entries. Words are for [`super::course`], colours for the theme.

use jiff::Timestamp;
use serde::Serialize;

use super::axis;
use super::event::Anchor;
use super::when;

/// Points closer than this, in per cent, share a stack.
const CLOSE: f64 = 2.0;
/// So many points are stacked; the rest is a number.
const STACK: usize = 5;
/// Entries are drawn up to this part of the incident's length before and after it.
const AROUND: f64 = 0.6;
/// The shortest phase that can be seen, in per cent.
const SHORTEST: f64 = 0.4;
/// The drawing keeps so much free on both sides, in per cent, for a point at the very edge.
const EDGE: f64 = 1.0;
/// The height of a phase with its label, and where in it the bar lies.
const ROW: u32 = 30;
const BAR: (u32, u32) = (18, 7);
/// The height of a point, and of what stands below them.
const POINT: u32 = 10;
const FOOT: u32 = 28;
/// A label that begins further right than this, in per cent, ends where its bar ends instead.
const RIGHT: f64 = 46.0;
/// The longest event in a point's own words, in characters.
const WORDS: usize = 140;

/// A phase from one moment to the next one known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Phase {
    /// Stable; part of a class name.
    pub(super) key: &'static str,
    /// For people.
    pub(super) label: &'static str,
    /// When it began.
    pub(super) from: Timestamp,
    /// When it ended; never before it began.
    pub(super) to: Timestamp,
}

/// A phase as drawn.
#[derive(Debug, Serialize)]
struct Bar {
    key: &'static str,
    label: &'static str,
    lasted: String,
    x: f64,
    width: f64,
    y: u32,
    height: u32,
    label_x: f64,
    label_y: u32,
    /// Whether the label ends at `label_x`.
    right: bool,
}

/// An entry of the timeline as drawn.
#[derive(Debug, Serialize)]
struct Point {
    id: String,
    x: f64,
    y: u32,
    /// `14:31 UTC: the alert fires`
    title: String,
    /// Where more than can be stacked lie here: how many, this one included.
    more: Option<usize>,
}

/// A tick of the axis.
#[derive(Debug, Serialize)]
struct Tick {
    x: f64,
    label: String,
    /// `start` or `end` at an edge, else `middle`.
    anchor: &'static str,
    /// Whether a narrow screen goes without its label.
    minor: bool,
}

/// Entries that lie too far away to be drawn.
#[derive(Debug, Serialize)]
struct Away {
    id: String,
    text: String,
}

/// All of it.
#[derive(Debug, Serialize)]
pub(super) struct Plot {
    height: u32,
    /// Where the axis lies.
    axis: u32,
    bars: Vec<Bar>,
    /// Where phases meet.
    bounds: Vec<f64>,
    points: Vec<Point>,
    ticks: Vec<Tick>,
    earlier: Option<Away>,
    later: Option<Away>,
    /// How many entries are drawn.
    #[serde(skip)]
    pub(super) drawn: usize,
}

/// Draws phases, in order, and entries, in any order; `None` where there is no length to draw.
pub(super) fn plot(phases: &[Phase], entries: &[Anchor<'_>]) -> Option<Plot> {
    let mut entries: Vec<(Timestamp, &Anchor<'_>)> = entries
        .iter()
        .filter_map(|entry| Some((entry.at?, entry)))
        .collect();
    entries.sort_by_key(|(at, _)| *at);
    let scale = Scale::of(phases, &entries)?;
    let first = entries.partition_point(|(at, _)| *at < scale.from);
    let after = entries.partition_point(|(at, _)| *at <= scale.to);
    let (near, later) = entries.split_at(after);
    let (earlier, near) = near.split_at(first);
    let phases: Vec<&Phase> = phases
        .iter()
        .filter(|phase| phase.to > phase.from)
        .collect();
    let rows = u32::try_from(phases.len()).unwrap_or_default() * ROW;
    let (points, stacked) = points(&scale, near);
    let axis = rows + POINT * (stacked + 1);
    let bars: Vec<Bar> = (0..)
        .zip(&phases)
        .map(|(row, phase)| scale.bar(row, phase))
        .collect();
    let mut bounds: Vec<f64> = phases
        .iter()
        .flat_map(|phase| [scale.x(phase.from), scale.x(phase.to)])
        .collect();
    bounds.dedup();
    let away = |entry: Option<&(Timestamp, &Anchor<'_>)>, count, what| {
        let (at, entry) = entry?;
        Some(Away {
            id: entry.id.clone(),
            text: format!("{} {what} {}", when::number(count), when::day(*at)),
        })
    };
    let count = |entries: &[_]| u64::try_from(entries.len()).unwrap_or(u64::MAX);
    let earlier = away(earlier.first(), count(earlier), "earlier, from");
    let later = away(later.last(), count(later), "later, until");
    let foot = if earlier.is_some() || later.is_some() {
        FOOT + 20
    } else {
        FOOT
    };
    Some(Plot {
        height: axis + foot,
        axis,
        bars,
        bounds,
        drawn: near.len(),
        points: points
            .into_iter()
            .map(|point| Point {
                y: axis - POINT * (point.y + 1),
                ..point
            })
            .collect(),
        ticks: scale.ticks(),
        earlier,
        later,
    })
}

/// From which moment to which is drawn.
struct Scale {
    from: Timestamp,
    to: Timestamp,
}

impl Scale {
    /// The incident, and what lies near; without phases, all entries.
    fn of(phases: &[Phase], entries: &[(Timestamp, &Anchor<'_>)]) -> Option<Self> {
        let moments = |entries: &[(Timestamp, &Anchor<'_>)]| {
            Some((entries.first()?.0, entries.last()?.0)).filter(|(from, to)| from < to)
        };
        let incident = phases
            .first()
            .map(|phase| phase.from)
            .zip(phases.last().map(|phase| phase.to));
        let Some((start, end)) = incident.filter(|(start, end)| start < end) else {
            let (from, to) = moments(entries)?;
            return Some(Self { from, to });
        };
        let around = seconds(start, end) * AROUND;
        let near = |at: &Timestamp| seconds(*at, start) <= around && seconds(end, *at) <= around;
        let near: Vec<Timestamp> = entries.iter().map(|(at, _)| *at).filter(near).collect();
        Some(Self {
            from: near.first().map_or(start, |first| start.min(*first)),
            to: near.last().map_or(end, |last| end.max(*last)),
        })
    }

    /// Where a moment lies, in per cent.
    fn x(&self, at: Timestamp) -> f64 {
        let part = seconds(self.from, at) / seconds(self.from, self.to);
        round(EDGE + part.clamp(0.0, 1.0) * (100.0 - 2.0 * EDGE))
    }

    fn bar(&self, row: u32, phase: &Phase) -> Bar {
        let (x, end) = (self.x(phase.from), self.x(phase.to));
        let width = round((end - x).max(SHORTEST));
        let right = x > RIGHT;
        Bar {
            key: phase.key,
            label: phase.label,
            lasted: when::between(phase.from, phase.to).unwrap_or_default(),
            x,
            width,
            y: row * ROW + BAR.0,
            height: BAR.1,
            label_x: if right { round(x + width) } else { x },
            label_y: row * ROW + BAR.0 - 5,
            right,
        }
    }

    fn ticks(&self) -> Vec<Tick> {
        let ticks = axis::ticks(self.from, self.to);
        let many = ticks.len() > 5;
        let drawn = ticks.into_iter().enumerate().map(|(index, tick)| {
            let x = self.x(tick.at);
            Tick {
                x,
                label: tick.label,
                anchor: match x {
                    ..=4.0 => "start",
                    96.0.. => "end",
                    _ => "middle",
                },
                minor: many && index % 2 == 1,
            }
        });
        drawn.collect()
    }
}

/// The points, their `y` counted upwards from the axis, and how high the highest stack is.
fn points(scale: &Scale, entries: &[(Timestamp, &Anchor<'_>)]) -> (Vec<Point>, u32) {
    let mut points: Vec<Point> = Vec::with_capacity(entries.len());
    let (mut stack, mut place, mut highest) = (0, f64::NEG_INFINITY, 0);
    for (at, entry) in entries {
        let x = scale.x(*at);
        if x - place >= CLOSE {
            (stack, place) = (0, x);
        }
        stack += 1;
        if stack > STACK + 1 {
            if let Some(last) = points.last_mut() {
                last.more = last.more.map(|more| more + 1);
            }
            continue;
        }
        let level = u32::try_from(stack - 1).unwrap_or_default();
        highest = highest.max(level + 1);
        points.push(Point {
            id: entry.id.clone(),
            // A stack stands upright: who is close is told by the row, not by a hair's breadth.
            x: place,
            y: level,
            title: format!("{}: {}", when::clock_of(*at), shortened(entry.event)),
            more: (stack > STACK).then_some(1),
        });
    }
    for point in &mut points {
        // One more is a point like the others.
        point.more = point.more.filter(|more| *more > 1);
    }
    (points, highest)
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(WORDS) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.into(),
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a drawing needs no more than a few digits"
)]
fn seconds(from: Timestamp, to: Timestamp) -> f64 {
    (to.as_second() - from.as_second()) as f64
}

fn round(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("in range")
    }

    fn phase(from: i64, to: i64) -> Phase {
        Phase {
            key: "k",
            label: "Undetected",
            from: at(from),
            to: at(to),
        }
    }

    fn entries(seconds: impl IntoIterator<Item = i64>) -> Vec<Anchor<'static>> {
        let entry = |second| Anchor {
            id: format!("t-{second}"),
            line: 1,
            at: Some(at(second)),
            time: crate::source::Span::default(),
            event: "It broke",
        };
        seconds.into_iter().map(entry).collect()
    }

    #[test]
    fn phases_stand_below_each_other_on_one_scale() {
        let plot = plot(
            &[phase(0, 600), phase(600, 4_800), phase(4_800, 6_000)],
            &[],
        );
        let plot = plot.expect("a drawing");
        let bars: Vec<_> = plot
            .bars
            .iter()
            .map(|bar| (bar.x, bar.width, bar.y))
            .collect();
        assert_eq!(bars, [(1.0, 9.8, 18), (10.8, 68.6, 48), (79.4, 19.6, 78)]);
        assert_eq!(plot.bars[1].lasted, "1 h 10 min");
        assert!(!plot.bars[1].right && plot.bars[2].right);
        assert_eq!(plot.bars[2].label_x, 99.0);
        assert_eq!(plot.bounds, [1.0, 10.8, 79.4, 99.0]);
        assert_eq!(plot.axis, 100);
    }

    #[test]
    fn points_that_are_close_are_stacked_and_then_counted() {
        let close = entries([100, 101, 102, 103, 104, 105, 106, 107, 900]);
        let plot = plot(&[phase(0, 1_000)], &close).expect("a drawing");
        let shown: Vec<_> = plot
            .points
            .iter()
            .map(|point| (point.x, plot.axis - point.y, point.more))
            .collect();
        let x = 10.8;
        assert_eq!(
            shown,
            [
                (x, 10, None),
                (x, 20, None),
                (x, 30, None),
                (x, 40, None),
                (x, 50, None),
                (x, 60, Some(3)),
                (89.2, 10, None)
            ]
        );
        assert_eq!(plot.drawn, 9);
        assert_eq!(plot.points[0].title, "00:01:40 UTC: It broke");
    }

    #[test]
    fn what_is_far_away_is_counted_and_what_is_near_makes_room() {
        let all = entries([-90_000, -500, 500, 1_500, 90_000, 180_000]);
        let plot = plot(&[phase(0, 1_000)], &all).expect("a drawing");
        assert_eq!(plot.bounds, [25.5, 74.5]);
        assert_eq!(plot.points.len(), 3);
        let text = |away: &Option<Away>| away.as_ref().map(|away| away.text.clone());
        assert_eq!(
            text(&plot.earlier).as_deref(),
            Some("1 earlier, from 30 Dec 1969")
        );
        assert_eq!(
            text(&plot.later).as_deref(),
            Some("2 later, until 3 Jan 1970")
        );
        assert_eq!(plot.later.map(|away| away.id).as_deref(), Some("t-180000"));
    }

    #[test]
    fn every_length_can_be_drawn_and_none_cannot() {
        for length in [1, 30, 3_600, 1_814_400, 63_072_000, 30_000_000_000] {
            let many = entries((0..151).map(|n| length * n / 150));
            let plot = plot(&[phase(0, length)], &many).expect("a drawing");
            assert!(plot.height <= ROW + POINT * 7 + FOOT, "{length}");
            assert!(plot.points.len() <= 151 && plot.drawn == 151);
            assert!(plot.ticks.len() <= 8);
        }
        assert!(plot(&[], &[]).is_none());
        assert!(plot(&[phase(5, 5)], &entries([5])).is_none());
        let only = plot(&[], &entries([0, 60])).expect("entries alone");
        assert!(only.bars.is_empty() && only.points.len() == 2);
    }

    #[test]
    fn a_long_event_is_cut_between_letters() {
        let text = "ä".repeat(WORDS + 1);
        assert_eq!(shortened(&text).chars().count(), WORDS + 1);
        assert_eq!(shortened("short"), "short");
    }
}
