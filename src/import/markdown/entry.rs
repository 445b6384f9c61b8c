//! One entry of a timeline as it is written: its time, and what remains.
//!
//! Owns the marks around a time (bold, code, brackets, links) and that nothing but them is lost. Where entries are found is for
//! [`super::timeline`].

use super::when::{self, When};
use super::zone::Zone;

/// An entry.
#[derive(Clone, Debug, Default)]
pub(super) struct Entry {
    /// Its time, where it has one.
    pub(super) when: Option<When>,
    /// The time as written.
    pub(super) written: String,
    /// What happened: Markdown that fits in a paragraph.
    pub(super) text: String,
    /// What else stands there: blocks of Markdown.
    pub(super) more: String,
    /// The line of the file, from 1.
    pub(super) line: u32,
    /// The day that a line or a heading above gives.
    pub(super) day: Option<when::Day>,
    /// The zone that its column names.
    pub(super) zone: Option<Zone>,
}

impl Entry {
    /// An entry without a time.
    pub(super) fn untimed(text: &str, line: u32) -> Self {
        Self {
            text: text.trim().into(),
            line,
            ..Self::default()
        }
    }

    /// An entry whose time stands in front; `None` where none does.
    pub(super) fn first(text: &str, line: u32) -> Option<Self> {
        let (when, written, rest) = split_first(text)?;
        Some(Self {
            when: Some(when),
            written,
            text: rest,
            line,
            ..Self::default()
        })
    }

    /// An entry whose time stands behind a label; `None` where none does.
    pub(super) fn last(text: &str, line: u32) -> Option<Self> {
        let text = text.trim();
        let (when, at) = when::at_end(text)?;
        let label =
            text[..at].trim_end_matches(|c: char| c.is_whitespace() || ":-–—=|(".contains(c));
        let whole = label.contains(char::is_alphabetic) && !label.contains('\n');
        whole.then(|| Self {
            when: Some(when),
            written: text[at..].trim().into(),
            text: label.into(),
            line,
            ..Self::default()
        })
    }

    /// Adds a line that belongs to the text.
    pub(super) fn go_on(&mut self, line: &str, broken: bool) {
        if !self.text.is_empty() {
            self.text.push(if broken { '\n' } else { ' ' });
        }
        self.text.push_str(line.trim());
    }

    /// Adds blocks.
    pub(super) fn add(&mut self, blocks: &str) {
        let blocks = blocks.trim_matches('\n').trim_end();
        if blocks.is_empty() {
            return;
        }
        if !self.more.is_empty() {
            self.more.push_str("\n\n");
        }
        self.more.push_str(blocks);
    }
}

/// The time in front of a text, as read and as written, and the rest without the marks around the time.
fn split_first(text: &str) -> Option<(When, String, String)> {
    let text = text.trim();
    let inner = text.trim_start_matches(['*', '_', '`', '~']);
    // `~10:15` is about that time; `~~10:15~~` is struck out.
    let inner = match text[..text.len() - inner.len()].strip_suffix('~') {
        Some(before) if !before.ends_with('~') => &text[before.len()..],
        _ => inner,
    };
    let open = &text[..text.len() - inner.len()];
    let (when, length) = when::at_start(inner)?;
    let written = inner[..length].trim().to_string();
    let after = &inner[length..];
    // The text of a link: its address would be lost with it.
    let linked = inner.starts_with('[')
        && (written.ends_with(']') && after.starts_with(['(', '[']) || !written.ends_with(']'));
    if linked {
        return Some((when, written, text.into()));
    }
    let close: String = open.chars().rev().collect();
    let mark = |c: char| c.is_whitespace() || ":-–—|=>.,])".contains(c);
    let rest = if open.is_empty() {
        after.trim_start_matches(mark).to_string()
    } else {
        let trimmed = after.trim_start_matches(|c: char| mark(c) && c != ')');
        match trimmed.strip_prefix(close.as_str()) {
            Some(rest) => rest.trim_start_matches(mark).to_string(),
            // The marks go on over the text.
            None => format!("{open}{}", trimmed.trim_start()),
        }
    };
    Some((when, written, rest.trim().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_around_a_time_go_and_nothing_else() {
        let cases = [
            ("14:23 - deployed *it*", "14:23|deployed *it*"),
            ("**14:23** - deployed", "14:23|deployed"),
            ("**14:23:** deployed", "14:23|deployed"),
            ("`14:23 UTC` deployed", "14:23 UTC|deployed"),
            ("**14:23 - deployed** twice", "14:23|**deployed** twice"),
            ("[14:23] deployed", "[14:23]|deployed"),
            (
                "[14:23](https://x.example) deployed",
                "[14:23]|[14:23](https://x.example) deployed",
            ),
            (
                "[14:23 in the log](https://x.example) deployed",
                "[14:23|[14:23 in the log](https://x.example) deployed",
            ),
            ("14:23 ::::: deployed", "14:23|deployed"),
            ("14:23 => [Ada](x) deployed", "14:23|[Ada](x) deployed"),
            ("~14:23 deployed", "~14:23|deployed"),
            ("**2020-01-02 14:23 UTC**", "2020-01-02 14:23 UTC|"),
        ];
        for (text, expected) in cases {
            let entry = Entry::first(text, 1).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(
                format!("{}|{}", entry.written, entry.text),
                expected,
                "{text}"
            );
        }
        let last = Entry::last("**First detected**: 2022-01-22 11:57", 1).expect("a time");
        assert_eq!(
            (last.text.as_str(), last.written.as_str()),
            ("**First detected**", "2022-01-22 11:57")
        );
        assert!(Entry::last("2022-01-22 11:57", 1).is_none());
    }
}
