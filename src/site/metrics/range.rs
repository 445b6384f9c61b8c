//! Ranges from a median to a 90th percentile, on a scale of time in which every step is several times the one before.

use super::chart::{BOTTOM, Drawing, LEFT, Mark, ROW, TOP, feet, line, round, short, text};
use crate::when::length;

/// A stretch of time from a middle to a far end.
pub(super) struct Range {
    /// What it is of.
    pub(super) label: String,
    /// A second line below, in charts over time; empty for none.
    pub(super) under: String,
    /// Median and 90th percentile, in seconds; none where there is nothing to draw.
    pub(super) seconds: Option<(i64, i64)>,
}

/// Seconds at which a scale of time has a line.
const TIMES: [i64; 10] = [
    1,
    10,
    60,
    600,
    3_600,
    6 * 3_600,
    86_400,
    7 * 86_400,
    30 * 86_400,
    365 * 86_400,
];

/// The lines of a scale that holds all of this.
fn times(ranges: &[Range]) -> Vec<i64> {
    let ends = ranges.iter().filter_map(|range| range.seconds);
    let (low, high) = ends.fold((i64::MAX, 1), |(low, high), (median, p90)| {
        (low.min(median), high.max(p90))
    });
    let from = TIMES.iter().rposition(|time| *time <= low).unwrap_or(0);
    let to = TIMES.iter().position(|time| *time >= high);
    let to = to
        .unwrap_or(TIMES.len() - 1)
        .max(from + 1)
        .min(TIMES.len() - 1);
    TIMES[from.min(to - 1)..=to].to_vec()
}

/// Where a time stands between the first and the last line of a logarithmic scale, 0 to 1.
fn place(seconds: i64, times: &[i64]) -> f64 {
    let log = |seconds: i64| (seconds.max(1) as f64).ln();
    let (first, last) = (times.first().copied(), times.last().copied());
    let (first, last) = (log(first.unwrap_or(1)), log(last.unwrap_or(10)));
    ((log(seconds) - first) / (last - first)).clamp(0.0, 1.0)
}

fn tick_of(seconds: i64) -> String {
    match seconds {
        31_536_000 => "1 year".into(),
        2_592_000 => "30 days".into(),
        604_800 => "7 days".into(),
        86_400 => "1 day".into(),
        other => length(other),
    }
}

/// Ranges below each other on a scale of time: a dot at the median, a line to a stroke at the 90th percentile.
pub(super) fn ranges(ranges: &[Range]) -> Drawing {
    let times = times(ranges);
    let height = ranges.len() as f64 * ROW + 24.0;
    let foot = ranges.len() as f64 * ROW;
    // Room for half a dot and half a word at both ends.
    let x = |seconds: i64| 3.0 + 94.0 * place(seconds, &times);
    let mut marks = Vec::new();
    for (index, time) in times.iter().enumerate() {
        let anchor = match index {
            0 => "start",
            _ if index + 1 == times.len() => "end",
            _ => "middle",
        };
        let at = match anchor {
            "start" => 0.0,
            "end" => 100.0,
            _ => x(*time),
        };
        marks.push(line((x(*time), 4.0), (x(*time), foot), "grid"));
        marks.push(text(at, foot + 18.0, anchor, "tick", tick_of(*time)));
    }
    for (index, range) in ranges.iter().enumerate() {
        let top = index as f64 * ROW;
        marks.push(text(0.0, top + 19.0, "start", "label", short(&range.label)));
        let Some((median, p90)) = range.seconds else {
            marks.push(text(100.0, top + 19.0, "end", "value", "not known"));
            continue;
        };
        let said = format!("{}, p90 {}", length(median), length(p90));
        marks.push(text(100.0, top + 19.0, "end", "value", said.as_str()));
        let y = top + 34.0;
        marks.push(line((x(median), y), (x(p90), y), "range"));
        marks.push(line((x(p90), y - 6.0), (x(p90), y + 6.0), "range"));
        marks.push(Mark::Circle {
            x: round(x(median)),
            y,
            radius: 5.5,
            class: "median",
            title: format!("{}: median {said}", range.label),
        });
    }
    Drawing { height, marks }
}

/// Ranges over time on an upright scale of time.
pub(super) fn upright(ranges: &[Range], height: f64) -> Drawing {
    let times = times(ranges);
    let foot = height - BOTTOM;
    let y = |seconds: i64| foot - (foot - TOP) * place(seconds, &times);
    let mut marks = Vec::new();
    for (index, time) in times.iter().enumerate() {
        let class = if index == 0 { "axis" } else { "grid" };
        marks.push(line((0.0, y(*time)), (100.0, y(*time)), class));
        marks.push(text(0.0, y(*time) - 4.0, "start", "tick", tick_of(*time)));
    }
    // The words of this axis are longer than numbers.
    let left = LEFT + 5.0;
    let slot = (100.0 - left) / ranges.len().max(1) as f64;
    for (index, range) in ranges.iter().enumerate() {
        let middle = left + slot * (index as f64 + 0.5);
        marks.extend(feet(middle, foot, &range.label, &range.under));
        let Some((median, p90)) = range.seconds else {
            continue;
        };
        let stroke = (slot * 0.2).min(1.2);
        marks.push(line((middle, y(median)), (middle, y(p90)), "range"));
        marks.push(line(
            (middle - stroke, y(p90)),
            (middle + stroke, y(p90)),
            "range",
        ));
        marks.push(Mark::Circle {
            x: round(middle),
            y: round(y(median)),
            radius: 5.5,
            class: "median",
            title: format!(
                "{} {}: median {}, p90 {}",
                range.label,
                range.under,
                length(median),
                length(p90)
            ),
        });
    }
    Drawing { height, marks }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_of_time_holds_all_of_it() {
        let range = |seconds| Range {
            label: "detect".into(),
            under: String::new(),
            seconds,
        };
        assert_eq!(
            times(&[range(Some((120, 7_000)))]),
            [60, 600, 3_600, 21_600]
        );
        assert_eq!(times(&[range(Some((0, 0)))]), [1, 10]);
        assert_eq!(times(&[range(None)]), [86_400 * 30, 86_400 * 365]);
        let long = times(&[range(Some((86_400 * 500, 86_400 * 900)))]);
        assert_eq!(long, [86_400 * 30, 86_400 * 365]);
        assert!((place(600, &[60, 600, 6_000]) - 0.5).abs() < 1e-9);
        assert!((place(i64::MAX, &[60, 600])).eq(&1.0));
    }

    #[test]
    fn empty_charts_are_drawn_without_harm() {
        for drawing in [ranges(&[]), upright(&[], 200.0)] {
            let text = serde_json::to_string(&drawing).expect("JSON");
            assert!(!text.contains("null"), "{text}");
        }
    }
}
