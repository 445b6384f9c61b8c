//! Edits made to a text: which go together, and where everything stands afterwards.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Edit;
use crate::source::Span;

/// An edit in the order of the text: start, end, order among insertions, new text.
type Made = (u32, u32, u16, String);

/// Edits that do not touch each other.
#[derive(Clone, Default)]
pub(super) struct Patch {
    /// In the order in which they stand, insertions at one place in their own order.
    edits: BTreeSet<Made>,
    /// Where a replaced span ends, by its start.
    replaced: BTreeMap<u32, u32>,
}

/// A text after its edits.
pub(super) struct Patched {
    /// The text.
    pub(super) text: String,
    /// Each edit: the old place and the new one.
    places: Vec<(Span, Span)>,
}

impl Patch {
    /// Adds the edits of one fix, all of them or none: none where one of them overlaps another or does not fit the text. An
    /// edit that two fixes share is made once.
    pub(super) fn add(&mut self, text: &str, fix: &[Edit]) -> bool {
        let mut added = Vec::new();
        for edit in fix {
            let Span { start, end } = edit.span;
            let made = (start, end, edit.order, edit.text.clone());
            if self.edits.contains(&made) {
                continue;
            }
            if text.get(edit.span.range()).is_none() || !self.is_free(edit.span) {
                for made in added {
                    self.edits.remove(&made);
                    if made.0 < made.1 {
                        self.replaced.remove(&made.0);
                    }
                }
                return false;
            }
            if start < end {
                self.replaced.insert(start, end);
            }
            added.push(made.clone());
            self.edits.insert(made);
        }
        true
    }

    /// Whether no edit changes anything inside a span; insertions may meet, and stand beside what is replaced.
    fn is_free(&self, span: Span) -> bool {
        let Span { start, end } = span;
        let before = self.replaced.range(..start).next_back();
        if before.is_some_and(|(_, end)| *end > start) {
            return false;
        }
        let first = (start, 0, 0, String::new());
        let inside = self.edits.range(first..(end, 0, 0, String::new()));
        start == end
            || inside
                .into_iter()
                .all(|(at, end, ..)| *at == start && end == at)
    }

    /// Makes every edit once.
    pub(super) fn apply(&self, text: &str) -> Patched {
        let mut out = String::with_capacity(text.len());
        let mut places = Vec::new();
        let mut at = 0;
        for (start, end, _, new) in &self.edits {
            let old = Span {
                start: *start,
                end: *end,
            };
            out.push_str(text.get(at..old.range().start).unwrap_or_default());
            let begin = out.len();
            out.push_str(new);
            places.push((old, Span::new(begin, out.len())));
            at = old.range().end;
        }
        out.push_str(text.get(at..).unwrap_or_default());
        Patched { text: out, places }
    }
}

impl Patched {
    /// Whether a span of the new text lies wholly in what an edit has written.
    pub(super) fn has_written(&self, span: Span) -> bool {
        let before = self
            .places
            .partition_point(|(_, new)| new.start <= span.start);
        let near = &self.places[..before];
        // Neighbouring edits may meet in one place.
        near.iter()
            .rev()
            .take_while(|(_, new)| new.end >= span.start)
            .any(|(_, new)| new.start < new.end && new.contains(span))
    }

    /// Whether a span of the new text holds something that an edit has written.
    pub(super) fn has_changed(&self, span: Span) -> bool {
        let from = self
            .places
            .partition_point(|(_, new)| new.end <= span.start);
        let mut near = self.places[from..]
            .iter()
            .take_while(|(_, new)| new.start < span.end);
        near.any(|(_, new)| new.start < new.end)
    }

    /// Where a span of the old text is now.
    pub(super) fn place(&self, span: Span) -> Span {
        let before = self
            .places
            .partition_point(|(old, _)| old.end <= span.start);
        let begun = self.places.partition_point(|(old, _)| old.start < span.end);
        let start = match self.places.get(before) {
            Some((old, new)) if old.start < span.start => new.start,
            _ => self.shifted(before, span.start),
        };
        let end = match begun.checked_sub(1).map(|last| self.places[last]) {
            Some((old, new)) if old.end > span.end => new.end,
            _ => self.shifted(begun, span.end),
        };
        Span {
            start,
            end: end.max(start),
        }
    }

    /// A byte after the first `edits` edits.
    fn shifted(&self, edits: usize, at: u32) -> u32 {
        match edits.checked_sub(1).map(|last| self.places[last]) {
            Some((old, new)) => new.end + at.saturating_sub(old.end),
            None => at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: usize, end: usize, text: &str, order: u16) -> Edit {
        Edit {
            span: Span::new(start, end),
            text: text.into(),
            order,
        }
    }

    #[test]
    fn insertions_meet_and_replacements_do_not() {
        let mut patch = Patch::default();
        let text = "abcdef";
        assert!(patch.add(text, &[edit(2, 4, "X", 0)]));
        assert!(patch.add(text, &[edit(2, 2, "2", 2), edit(0, 0, "^", 0)]));
        assert!(patch.add(text, &[edit(2, 2, "1", 1)]));
        assert!(patch.add(text, &[edit(4, 4, "|", 0)]));
        assert!(patch.add(text, &[edit(2, 4, "X", 0)]), "shared");
        assert!(!patch.add(text, &[edit(5, 6, "!", 0), edit(3, 3, "?", 0)]));
        assert!(!patch.add(text, &[edit(1, 3, "Y", 0)]));
        assert!(!patch.add(text, &[edit(1, 5, "Y", 0)]));
        assert!(!patch.add(text, &[edit(2, 4, "Z", 0)]));
        assert!(!patch.add(text, &[edit(6, 9, "Z", 0)]));
        let patched = patch.apply(text);
        assert_eq!(patched.text, "^ab12X|ef");
        let now = |start, end| {
            let span = patched.place(Span::new(start, end));
            &patched.text[span.range()]
        };
        assert_eq!((now(0, 2), now(4, 6), now(5, 6)), ("ab", "ef", "f"));
        assert_eq!((now(2, 4), now(3, 5), now(0, 6)), ("X", "X|e", "ab12X|ef"));
        assert!(patched.has_written(Span::new(3, 4)) && patched.has_written(Span::new(5, 6)));
        assert!(!patched.has_written(Span::new(1, 4)) && patched.has_changed(Span::new(1, 4)));
        assert!(!patched.has_changed(Span::new(1, 3)));
    }
}
