//! Charts: rectangles, lines, circles and words at their places.
//!
//! Owns the geometry. Across, places are percentages, so that a chart fills a phone as well as a desk and its words keep their size;
//! down, they are pixels. Colours and patterns are for the theme, by class. Three shapes are here: columns over time, bars, and a
//! grid of numbers; ranges on a scale of time are in [`super::range`].

use serde::Serialize;

/// Where the plot begins: what is left of it belongs to the axis.
pub(super) const LEFT: f64 = 7.0;
/// The widest column, in percent: a single quarter is no wall.
const WIDEST: f64 = 7.0;
/// Room above a plot for the highest number, and below it for the axis.
pub(super) const TOP: f64 = 20.0;
pub(super) const BOTTOM: f64 = 38.0;
/// The height of a bar with its label.
pub(super) const ROW: f64 = 52.0;
/// The height of the bar itself.
const BAR: f64 = 14.0;
/// Characters of a name beside which a number still fits on a phone; the table has all of them.
const MOST_LETTERS: usize = 34;
/// What can be seen: less than this many percent would be a hair.
const THINNEST: f64 = 0.4;

/// Something that is drawn. Places across are percentages, places down pixels.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "shape", rename_all = "lowercase")]
pub(super) enum Mark {
    /// A rectangle, with what it says when it is pointed at.
    Rect {
        x: f64,
        y: f64,
        width: f64,
        height: f64,
        class: String,
        title: String,
    },
    /// A straight line.
    Line {
        x1: f64,
        y1: f64,
        x2: f64,
        y2: f64,
        class: &'static str,
    },
    /// A dot.
    Circle {
        x: f64,
        y: f64,
        radius: f64,
        class: &'static str,
        title: String,
    },
    /// A word.
    Text {
        x: f64,
        y: f64,
        /// `start`, `middle` or `end`.
        anchor: &'static str,
        class: &'static str,
        text: String,
    },
}

/// What a chart draws, and how high it is.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Drawing {
    pub(super) height: f64,
    pub(super) marks: Vec<Mark>,
}

/// A part of a column or bar.
pub(super) struct Part {
    /// Its class in the theme.
    pub(super) class: String,
    /// How much.
    pub(super) value: usize,
    /// What it is called.
    pub(super) name: String,
}

/// A column or bar of parts.
pub(super) struct Stack {
    /// What stands below or above it.
    pub(super) label: String,
    /// A second, smaller line below a column; empty for none.
    pub(super) under: String,
    /// What stands at the end of a bar.
    pub(super) note: String,
    /// The parts, from the foot or from the left.
    pub(super) parts: Vec<Part>,
}

impl Stack {
    fn total(&self) -> usize {
        self.parts.iter().map(|part| part.value).sum()
    }
}

pub(super) fn round(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

pub(super) fn text(
    x: f64,
    y: f64,
    anchor: &'static str,
    class: &'static str,
    text: impl Into<String>,
) -> Mark {
    Mark::Text {
        x: round(x),
        y: round(y),
        anchor,
        class,
        text: text.into(),
    }
}

/// A name as long as there is room for.
pub(super) fn short(name: &str) -> String {
    match name.char_indices().nth(MOST_LETTERS) {
        Some((at, _)) => format!("{}…", name[..at].trim_end()),
        None => name.into(),
    }
}

pub(super) fn line(from: (f64, f64), to: (f64, f64), class: &'static str) -> Mark {
    Mark::Line {
        x1: round(from.0),
        y1: round(from.1),
        x2: round(to.0),
        y2: round(to.1),
        class,
    }
}

/// Whole numbers from 0 to at least `most`, in steps of 1, 2 or 5 times a power of ten, at most five of them.
pub(super) fn ticks(most: usize) -> Vec<usize> {
    let most = most.max(1);
    let powers = std::iter::successors(Some(1_usize), |power| power.checked_mul(10));
    let steps = powers.flat_map(|power| [1, 2, 5].map(|step| power.saturating_mul(step)));
    let step = steps
        .into_iter()
        .find(|step| most.div_ceil(*step) <= 4)
        .unwrap_or(most);
    (0..=most.div_ceil(step)).map(|n| n * step).collect()
}

/// Columns over time, `height` pixels high; each with its number above.
pub(super) fn columns(stacks: &[Stack], height: f64) -> Drawing {
    let most = stacks.iter().map(Stack::total).max().unwrap_or(0);
    let ticks = ticks(most);
    let top = ticks.last().copied().unwrap_or(1) as f64;
    let foot = height - BOTTOM;
    let y = |value: usize| foot - (foot - TOP) * value as f64 / top;
    let mut marks = Vec::new();
    for tick in &ticks {
        let class = if *tick == 0 { "axis" } else { "grid" };
        marks.push(line((0.0, y(*tick)), (100.0, y(*tick)), class));
        if *tick > 0 {
            marks.push(text(0.0, y(*tick) - 4.0, "start", "tick", tick.to_string()));
        }
    }
    let slot = (100.0 - LEFT) / stacks.len().max(1) as f64;
    let width = (slot * 0.62).min(WIDEST);
    // Long numbers side by side would run into each other on a phone: the first, the highest and the last say enough.
    let last = stacks.len().saturating_sub(1);
    let highest = stacks.iter().position(|stack| stack.total() == most);
    let told = |index: usize| {
        most < 100
            || stacks.len() < 8
            || index == last
            || index == 0 && highest != Some(1)
            || highest == Some(index) && index + 1 != last
    };
    for (index, stack) in stacks.iter().enumerate() {
        let middle = LEFT + slot * (index as f64 + 0.5);
        let mut below = 0;
        for part in stack.parts.iter().filter(|part| part.value > 0) {
            let (low, high) = (y(below), y(below + part.value));
            // A hair of air between two parts, so that neighbours are told apart without their colours.
            let gap = if below > 0 { 1.5 } else { 0.0 };
            marks.push(Mark::Rect {
                x: round(middle - width / 2.0),
                y: round(high),
                width: round(width),
                height: round((low - high - gap).max(1.0)),
                class: part.class.clone(),
                title: format!("{}: {} {}", stack.label_of_time(), part.value, part.name),
            });
            below += part.value;
        }
        if below > 0 && told(index) {
            marks.push(text(
                middle,
                y(below) - 5.0,
                "middle",
                "value",
                below.to_string(),
            ));
        }
        marks.extend(feet(middle, foot, &stack.label, &stack.under));
    }
    Drawing { height, marks }
}

impl Stack {
    fn label_of_time(&self) -> String {
        format!("{} {}", self.label, self.under).trim().to_string()
    }
}

pub(super) fn feet(x: f64, foot: f64, label: &str, under: &str) -> Vec<Mark> {
    let mut marks = vec![text(x, foot + 16.0, "middle", "tick", label)];
    if !under.is_empty() {
        marks.push(text(x, foot + 31.0, "middle", "under", under));
    }
    marks
}

/// Bars below each other; as long as they are many, or all of the full width where only the parts matter.
pub(super) fn bars(stacks: &[Stack], full: bool) -> Drawing {
    let most = stacks.iter().map(Stack::total).max().unwrap_or(0).max(1);
    let mut marks = Vec::new();
    for (index, stack) in stacks.iter().enumerate() {
        let top = index as f64 * ROW;
        marks.push(text(0.0, top + 19.0, "start", "label", short(&stack.label)));
        marks.push(text(100.0, top + 19.0, "end", "value", stack.note.as_str()));
        let whole = if full { stack.total().max(1) } else { most } as f64;
        marks.push(Mark::Rect {
            x: 0.0,
            y: top + 26.0,
            width: 100.0,
            height: BAR,
            class: "track".into(),
            title: String::new(),
        });
        let mut left = 0;
        for part in stack.parts.iter().filter(|part| part.value > 0) {
            let (from, to) = (left as f64, (left + part.value) as f64);
            let gap = if left > 0 { 0.3 } else { 0.0 };
            let x = from / whole * 100.0 + gap;
            marks.push(Mark::Rect {
                x: round(x.min(100.0 - THINNEST)),
                y: top + 26.0,
                width: round((to / whole * 100.0 - x).max(THINNEST)),
                height: BAR,
                class: part.class.clone(),
                title: format!("{}: {} {}", stack.label, part.value, part.name),
            });
            left += part.value;
        }
    }
    Drawing {
        height: (stacks.len() as f64 * ROW).max(ROW),
        marks,
    }
}

/// A row of a grid.
pub(super) struct GridRow {
    /// What it is of.
    pub(super) label: String,
    /// A number for each column.
    pub(super) values: Vec<usize>,
}

/// A grid of numbers, the larger the darker; every number is written. The heads are two lines each.
pub(super) fn grid(heads: &[(String, String)], rows: &[GridRow]) -> Drawing {
    let most = rows.iter().flat_map(|row| &row.values).max().copied();
    let most = most.unwrap_or(0).max(1);
    let slot = 100.0 / heads.len().max(1) as f64;
    let mut marks = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let top = index as f64 * ROW;
        let total: usize = row.values.iter().sum();
        marks.push(text(0.0, top + 19.0, "start", "label", short(&row.label)));
        marks.push(text(100.0, top + 19.0, "end", "value", total.to_string()));
        for ((column, value), (label, under)) in row.values.iter().enumerate().zip(heads) {
            let x = slot * column as f64;
            // Five steps of darkness, none for none.
            let step = (value * 5).div_ceil(most);
            marks.push(Mark::Rect {
                x: round(x),
                y: top + 25.0,
                width: round(slot - 0.4),
                height: 21.0,
                class: format!("heat heat-{step}"),
                title: format!("{label} {under}, {}: {value}", row.label),
            });
            if *value > 0 {
                marks.push(text(
                    x + slot / 2.0 - 0.2,
                    top + 40.0,
                    "middle",
                    "cell",
                    value.to_string(),
                ));
            }
        }
    }
    let foot = rows.len() as f64 * ROW;
    for (column, (label, under)) in heads.iter().enumerate() {
        marks.extend(feet(slot * (column as f64 + 0.5) - 0.2, foot, label, under));
    }
    Drawing {
        height: foot + BOTTOM,
        marks,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stack(label: &str, values: &[usize]) -> Stack {
        let part = |value: &usize| Part {
            class: "some".into(),
            value: *value,
            name: "things".into(),
        };
        Stack {
            label: label.into(),
            under: String::new(),
            note: "all".into(),
            parts: values.iter().map(part).collect(),
        }
    }

    fn rects(drawing: &Drawing) -> Vec<(f64, f64, f64, f64)> {
        let marks = drawing.marks.iter();
        marks
            .filter_map(|mark| match mark {
                Mark::Rect {
                    x,
                    y,
                    width,
                    height,
                    class,
                    ..
                } if class != "track" => Some((*x, *y, *width, *height)),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn ticks_are_whole_and_few() {
        assert_eq!(ticks(0), [0, 1]);
        assert_eq!(ticks(4), [0, 1, 2, 3, 4]);
        assert_eq!(ticks(5), [0, 2, 4, 6]);
        assert_eq!(ticks(17), [0, 5, 10, 15, 20]);
        assert_eq!(ticks(1_234), [0, 500, 1_000, 1_500]);
    }

    #[test]
    fn columns_stand_on_the_axis_and_fill_the_scale() {
        let drawing = columns(
            &[stack("Q1", &[2, 2]), stack("Q2", &[0]), stack("Q3", &[1])],
            238.0,
        );
        // The foot is at 200, the top at 20: 45 pixels each.
        assert_eq!(
            rects(&drawing),
            [
                (19.0, 110.0, 7.0, 90.0),
                (19.0, 20.0, 7.0, 88.5),
                (81.0, 155.0, 7.0, 45.0),
            ]
        );
    }

    #[test]
    fn bars_are_as_long_as_they_are_many_or_full() {
        let stacks = [stack("a", &[3, 1]), stack("b", &[1])];
        let widths = |full| {
            let drawing = bars(&stacks, full);
            rects(&drawing)
                .iter()
                .map(|(x, _, width, _)| (*x, *width))
                .collect::<Vec<_>>()
        };
        assert_eq!(widths(false), [(0.0, 75.0), (75.3, 24.7), (0.0, 25.0)]);
        assert_eq!(widths(true), [(0.0, 75.0), (75.3, 24.7), (0.0, 100.0)]);
    }

    #[test]
    fn empty_charts_are_drawn_without_harm() {
        for drawing in [columns(&[], 200.0), bars(&[], true), grid(&[], &[])] {
            let text = serde_json::to_string(&drawing).expect("JSON");
            assert!(!text.contains("null"), "{text}");
        }
    }
}
