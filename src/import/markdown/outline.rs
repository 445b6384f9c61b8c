//! The sections of a document, whatever its team calls them and however it marks them.
//!
//! Owns which headings begin a section of ours and which stay inside one, and documents that have bold labels instead of headings.
//! What a section says is for [`super::timeline`] and [`super::actions`].

use super::aliases::Names;
use super::excerpt::{Excerpt, Reading, dedent, marker};
use super::when;
use crate::document::block::{Block, BlockKind};
use crate::import::remark::Place;
use crate::postmortem::section::SectionKey;
use crate::source::Span;

/// A section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Section {
    /// The heading's visible text; empty for what stands before the first.
    pub(super) title: String,
    /// The heading as written, without its marks.
    pub(super) written: String,
    /// Where the heading stands.
    pub(super) place: Place,
    /// What it names.
    pub(super) key: Option<SectionKey>,
    /// What stands below it, deeper headings included.
    pub(super) body: Excerpt,
}

/// A document's title and its sections.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Outline {
    /// The heading that is the document's title: its visible text, and how it is written.
    pub(super) title: Option<(String, String)>,
    /// The first line that is bold and nothing else.
    pub(super) bold: Option<String>,
    /// The sections in order; the first has no title and may be empty.
    pub(super) sections: Vec<Section>,
}

struct Found {
    span: Span,
    level: u8,
    title: String,
    key: Option<SectionKey>,
}

/// Splits a document.
pub(super) fn read(body: &Excerpt, file: &str, names: &Names<'_>) -> Outline {
    let reading = body.read(file, "");
    let mut outline = Outline::default();
    let headings = headings(&reading, names);
    let has_headings = headings.iter().any(|found| found.level < 7);
    let (title, rest) = title(headings);
    outline.bold = reading.blocks().iter().find_map(|block| match &block.kind {
        BlockKind::Paragraph(run) => bold_alone(&reading, block).then(|| reading.visible(run)),
        _ => None,
    });
    let first = Section {
        title: String::new(),
        written: String::new(),
        place: Place::line(file, body.line),
        key: None,
        body: Excerpt::default(),
    };
    let mut open: Vec<(Section, u8, u32)> = vec![(first, 0, 1)];
    let base = rest.iter().map(|found| found.level).min().unwrap_or(1);
    let mut used: Vec<SectionKey> = Vec::new();
    let mut cuts: Vec<Span> = Vec::new();
    let mut ends: Vec<u32> = Vec::new();
    if let Some(title) = &title {
        let written = reading.heading_source(title.span).to_string();
        outline.title = Some((title.title.clone(), written));
        cuts.push(title.span);
    }
    for found in &rest {
        let (section, level, _) = &open[open.len() - 1];
        if !begins(found, section, *level, base, &used) {
            continue;
        }
        used.extend(found.key);
        let written = match found.level {
            7 => found.title.clone(),
            _ => reading.heading_source(found.span).to_string(),
        };
        let section = Section {
            title: found.title.clone(),
            written,
            place: reading.place(found.span),
            key: found.key,
            body: Excerpt::default(),
        };
        ends.push(found.span.start);
        open.push((section, found.level, found.span.end));
    }
    let length = u32::try_from(body.text.len() + 1).unwrap_or(u32::MAX);
    ends.push(length);
    for ((mut section, _, start), end) in open.into_iter().zip(ends) {
        section.body = cut(&reading, start, end, &cuts);
        outline.sections.push(section);
    }
    if !has_headings || outline.sections.iter().all(|section| section.key.is_none()) {
        outline.sections = outline
            .sections
            .into_iter()
            .flat_map(|section| labelled(section, file, names))
            .collect();
    }
    outline
}

/// A stretch without the title, which may stand in the middle of it.
fn cut(reading: &Reading, start: u32, end: u32, cuts: &[Span]) -> Excerpt {
    let inside = cuts.iter().find(|cut| start <= cut.start && cut.end <= end);
    let Some(title) = inside else {
        return reading.excerpt(start, end);
    };
    let (before, after) = (
        reading.excerpt(start, title.start),
        reading.excerpt(title.end, end),
    );
    if before.is_empty() {
        return after;
    }
    // As many line ends as were there, so that places stay right.
    let gap = after.line.saturating_sub(before.line) as usize;
    let lines = before.text.matches('\n').count();
    Excerpt::new(
        format!(
            "{}{}{}",
            before.text,
            "\n".repeat(gap.saturating_sub(lines)),
            after.text
        ),
        before.line,
    )
}

fn headings(reading: &Reading, names: &Names<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for block in reading.blocks() {
        match &block.kind {
            BlockKind::Heading { level, run } => {
                let title = reading.visible(run).trim().to_string();
                let timed = when::at_start(&title).is_some();
                let key = names.key(&title).filter(|_| !timed);
                found.push(Found {
                    span: block.span,
                    level: *level,
                    title,
                    key,
                });
            }
            // A line that is bold and names a section stands for a heading.
            BlockKind::Paragraph(run) if bold_alone(reading, block) => {
                let title = reading
                    .visible(run)
                    .trim()
                    .trim_end_matches(':')
                    .to_string();
                if let Some(key) = names.key(&title) {
                    found.push(Found {
                        span: block.span,
                        level: 7,
                        title,
                        key: Some(key),
                    });
                }
            }
            _ => {}
        }
    }
    found
}

/// Whether a paragraph is one line, bold from end to end.
fn bold_alone(reading: &Reading, block: &Block) -> bool {
    let text = reading.slice(block.span).trim().trim_end_matches(':');
    let inner = ["**", "__"]
        .iter()
        .find_map(|mark| text.strip_prefix(mark)?.strip_suffix(mark));
    inner.is_some_and(|inner| {
        !inner.is_empty()
            && inner.len() < 100
            && !inner.contains("**")
            && !inner.contains("__")
            && !inner.contains('\n')
    })
}

/// Takes the document's title out of the headings: the first of all, where it is of the first level and names no section.
fn title(mut headings: Vec<Found>) -> (Option<Found>, Vec<Found>) {
    let sections_of_first_level = headings
        .iter()
        .filter(|found| found.level == 1 && found.key.is_some())
        .count();
    let first = headings.iter().position(|found| found.level < 7);
    let is_title = first.is_some_and(|at| {
        let found = &headings[at];
        found.level == 1
            && found.key.is_none()
            && sections_of_first_level < 2
            && !found.title.is_empty()
    });
    match first {
        Some(at) if is_title => {
            let title = headings.remove(at);
            (Some(title), headings)
        }
        _ => (None, headings),
    }
}

/// Whether a heading begins a section of its own, beside the one that is open.
fn begins(found: &Found, open: &Section, level: u8, base: u8, used: &[SectionKey]) -> bool {
    let deeper = found.level > level;
    let inside = level > 0 && deeper;
    match (found.key, open.key) {
        // Sub-headings of the action items are groups of them, whatever they are called.
        (Some(key), Some(SectionKey::Actions)) if inside => key == SectionKey::Considered,
        (Some(_), Some(SectionKey::Timeline)) if inside && found.level < 7 => false,
        (Some(key), _) => !inside || !used.contains(&key),
        (None, _) => !inside || found.level <= base,
    }
}

/// A label at the start of a line or an item.
struct Label {
    /// Where the item, or the line, begins and where the label ends.
    span: Span,
    title: String,
    /// How far what stands below it is moved in.
    indent: usize,
    key: Option<SectionKey>,
    /// Whether nothing stands below its line.
    short: bool,
}

/// A section in which bold labels stand for headings, split at them.
fn labelled(section: Section, file: &str, names: &Names<'_>) -> Vec<Section> {
    let reading = section.body.read(file, "");
    let labels = labels(&reading, names);
    let known = labels.iter().filter(|label| label.key.is_some()).count();
    if labels.len() < 2 || known == 0 {
        return vec![section];
    }
    let start = labels.first().map_or(u32::MAX, |label| label.span.start);
    let mut sections = vec![Section {
        body: reading.excerpt(1, start),
        ..section.clone()
    }];
    for (index, label) in labels.iter().enumerate() {
        let end = labels
            .get(index + 1)
            .map_or(u32::MAX, |next| next.span.start);
        if label.key.is_none() && label.short {
            // A fact of one line is no section; all of them stay together.
            let fact = reading.excerpt(label.span.start, end);
            let first = &mut sections[0].body.text;
            first.truncate(first.trim_end().len());
            first.push_str(if first.is_empty() { "" } else { "\n" });
            first.push_str(fact.text.trim_end());
            continue;
        }
        let below = reading.excerpt(label.span.end, end);
        let text = dedent(&below.text, 0, label.indent);
        sections.push(Section {
            title: label.title.clone(),
            written: label.title.clone(),
            place: reading.place(label.span),
            key: label.key,
            body: Excerpt::new(text.trim_start_matches([' ', '\t']), below.line),
        });
    }
    sections
}

fn labels(reading: &Reading, names: &Names<'_>) -> Vec<Label> {
    let mut labels = Vec::new();
    for block in reading.blocks() {
        match &block.kind {
            BlockKind::List(list) => {
                for item in &list.items {
                    let text = reading.slice(item.span);
                    let (indent, _) = marker(text);
                    let Some((title, length)) = text.get(indent..).and_then(label) else {
                        continue;
                    };
                    let start = item.span.start as usize;
                    let span = Span::new(start, start + indent + length);
                    let rest = text[indent + length..].trim();
                    let short = item.blocks.len() < 2 && !rest.is_empty() && rest.len() < 80;
                    let key = names.key(&title);
                    labels.push(Label {
                        span,
                        title,
                        indent,
                        key,
                        short,
                    });
                }
            }
            BlockKind::Paragraph(_) => {
                let text = reading.slice(block.span);
                if let Some((title, length)) = label(text)
                    && let Some(key) = names.key(&title)
                {
                    let start = block.span.start as usize;
                    let span = Span::new(start, start + length);
                    labels.push(Label {
                        span,
                        title,
                        indent: 0,
                        key: Some(key),
                        short: false,
                    });
                }
            }
            _ => {}
        }
    }
    labels
}

/// `**Impact**: …`, `**Impact:** …`, and `**Impact**` alone in its line: the label and its length with the colon.
pub(super) fn label(text: &str) -> Option<(String, usize)> {
    let mark = ["**", "__"].iter().find(|mark| text.starts_with(**mark))?;
    let close = text.get(2..)?.find(*mark)?;
    let inner = &text[2..2 + close];
    let after = &text[close + 4..];
    let colon = after.len()
        - after
            .trim_start_matches([' '])
            .strip_prefix(':')
            .map_or(after.len(), str::len);
    let ends = inner.trim_end().ends_with(':');
    let title = inner.trim().trim_end_matches(':').trim();
    let alone = !after.is_empty()
        && after
            .lines()
            .next()
            .is_none_or(|line| line.trim().is_empty());
    let plain = !title.is_empty() && title.len() < 60 && !title.contains(['\n', '*', '`', '[']);
    (plain && (ends || colon > 0 || alone)).then(|| (title.to_string(), close + 4 + colon))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postmortem::conventions::Conventions;

    fn outline(text: &str) -> Outline {
        let conventions = Conventions::default();
        let names = Names::new(&conventions, &[]);
        read(&Excerpt::new(text, 1), "a.md", &names)
    }

    fn shown(text: &str) -> Vec<String> {
        let outline = outline(text);
        outline
            .sections
            .iter()
            .filter(|section| !section.title.is_empty() || !section.body.is_empty())
            .map(|section| {
                format!(
                    "{}|{}|{}",
                    section.title,
                    section.key.map_or("", SectionKey::name),
                    section.body.text.trim().replace('\n', "/")
                )
            })
            .collect()
    }

    #[test]
    fn headings_become_sections() {
        let text = "lead\n\n# Door stuck\n\nmore\n\n## Fallout\n\na\n\n### Customers\n\nb\n\n## Lessons learnt\n\n### What went well\n\nc\n\n### Odd\n\nd\n\n# Stats\n\n- x: 1\n";
        assert_eq!(
            outline(text).title,
            Some(("Door stuck".into(), "Door stuck".into()))
        );
        assert_eq!(
            shown(text),
            [
                "||lead////more",
                "Fallout|impact|a//### Customers//b",
                "Lessons learnt|lessons|",
                "What went well|went-well|c",
                "Odd||d",
                "Stats||- x: 1"
            ]
        );
    }

    #[test]
    fn groups_of_actions_and_entries_of_a_timeline_stay_inside() {
        let text = "# T\n\n## Timeline\n\n### 10:00 Detection\n\na\n\n### Resolution\n\nb\n\n## Action items\n\n### Detection\n\n1. c\n\n### Considered\n\n- d\n";
        assert_eq!(
            shown(text),
            [
                "Timeline|timeline|### 10:00 Detection//a//### Resolution//b",
                "Action items|actions|### Detection//1. c",
                "Considered|considered|- d"
            ]
        );
    }

    #[test]
    fn a_document_of_first_level_sections_has_no_title_among_them() {
        let text = "# Metadata\n\nx\n\n# Overview\n\na\n\n# Resolution\n\nb\n";
        assert_eq!(outline(text).title, None);
        assert_eq!(
            shown(text),
            [
                "Metadata||x",
                "Overview|summary|a",
                "Resolution|resolution|b"
            ]
        );
    }

    #[test]
    fn bold_labels_stand_for_headings() {
        let text = "# T\n\n- **Key events**\n  - Began 2020-01-02 10:00\n\n- **Time to repair**: 5m\n\n- **Time to resolve**: 6m\n\n- **Impact**: all doors\n\n- **Context**:\n\nLong ago\n\n- **Resolution**:\n    * oil\n";
        assert_eq!(
            shown(text),
            [
                "||- **Time to repair**: 5m/- **Time to resolve**: 6m",
                "Key events|timeline|- Began 2020-01-02 10:00",
                "Impact|impact|all doors",
                "Context||Long ago",
                "Resolution|resolution|* oil"
            ]
        );
    }

    #[test]
    fn bold_lines_stand_for_headings() {
        let text = "# T\n\n**Impact**\n\na\n\n**Root causes**:\n\nb\n\n**not a section**\n\n## Lessons Learned\n\n**What went well**\n\n- c\n";
        assert_eq!(
            shown(text),
            [
                "Impact|impact|a",
                "Root causes|causes|b//**not a section**",
                "Lessons Learned|lessons|",
                "What went well|went-well|- c"
            ]
        );
    }
}
