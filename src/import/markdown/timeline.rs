//! The timeline of a document: headings, lists, tables and paragraphs of timed entries, read as one.
//!
//! Owns where entries are found. Their moments are for [`super::placing`], a single one for [`super::entry`].

use super::entry::Entry;
use super::excerpt::{Excerpt, Reading, marker, unwrapped};
use super::when::{self, Day};
use super::zone::Zone;
use crate::document::block::{Block, BlockKind, Item, List, Row, Table};
use crate::import::remark::Place;
use crate::postmortem::section::plain;
use crate::source::Span;

/// What a timeline's section holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    /// The entries in the order of the text.
    pub(super) entries: Vec<Entry>,
    /// What stands there beside them.
    pub(super) rest: Excerpt,
    /// The zone that a line names.
    pub(super) zone: Option<Zone>,
    /// Words that are gone from the text, each with its place: days that stood alone, lines about the zone, names of columns.
    pub(super) gone: Vec<(String, Place)>,
}

struct Reader<'a> {
    reading: &'a Reading,
    found: Found,
    cut: Vec<Span>,
    day: Option<Day>,
    /// Whether the last entry goes on until the next one.
    open: bool,
}

/// Reads a section's text.
pub(super) fn read(reading: &Reading) -> Found {
    let by_headings = reading.blocks().iter().any(|block| match &block.kind {
        BlockKind::Heading { run, .. } => {
            when::at_start(&reading.visible(run)).is_some_and(|(when, _)| when.time.is_some())
        }
        _ => false,
    });
    let mut reader = Reader {
        reading,
        found: Found::default(),
        cut: Vec::new(),
        day: None,
        open: false,
    };
    if by_headings {
        reader.headings();
    } else {
        for block in reading.blocks() {
            reader.block(block);
        }
    }
    let mut found = reader.found;
    found.rest = reading.without(&reader.cut);
    found
}

impl Reader<'_> {
    fn gone(&mut self, span: Span, words: &str) {
        self.found
            .gone
            .push((words.trim().into(), self.reading.place(span)));
        self.cut.push(span);
    }

    fn push(&mut self, mut entry: Entry) {
        entry.day = self.day;
        self.found.entries.push(entry);
    }

    /// A heading for each entry, with everything below it.
    fn headings(&mut self) {
        let blocks = self.reading.blocks();
        let mut index = 0;
        while let Some(block) = blocks.get(index) {
            index += 1;
            let BlockKind::Heading { run, .. } = &block.kind else {
                self.line_above(block);
                continue;
            };
            let text = self.reading.visible(run);
            if self.gives_day(block.span, &text) {
                continue;
            }
            let below = &blocks[index..];
            let count = below
                .iter()
                .take_while(|block| !matches!(block.kind, BlockKind::Heading { .. }))
                .count();
            let (inside, after) = below.split_at(count);
            index += count;
            let written = self.reading.heading_source(block.span);
            let line = self.reading.line(block.span);
            let mut entry =
                Entry::first(written, line).unwrap_or_else(|| Entry::untimed(written, line));
            let end = after.first().map_or(u32::MAX, |next| next.span.start);
            let mut start = block.span.end;
            if entry.text.is_empty()
                && let Some(first) = inside.first()
                && let BlockKind::Paragraph(_) = first.kind
            {
                entry.text = unwrapped(self.reading.slice(first.span));
                start = first.span.end;
            }
            let more = self.reading.excerpt(start, end);
            entry.add(&more.text);
            self.push(entry);
            self.cut.push(Span {
                start: block.span.start,
                end: end.max(block.span.end),
            });
        }
    }

    /// A line above the first entry, which may say the zone or the day.
    fn line_above(&mut self, block: &Block) {
        if let BlockKind::Paragraph(run) = &block.kind {
            let text = self.reading.visible(run);
            let _ = self.gives_zone(block.span, &text) || self.gives_day(block.span, &text);
        }
    }

    fn gives_day(&mut self, span: Span, text: &str) -> bool {
        let bare = text.trim_matches(['*', '_', ' ']);
        let Some(day) = when::only_day(bare) else {
            return false;
        };
        self.day = Some(day);
        self.gone(span, bare);
        true
    }

    /// A short line about the times, such as `All times in PST`.
    fn gives_zone(&mut self, span: Span, text: &str) -> bool {
        let bare = text.trim_matches(['*', '_', ' ']);
        if self.found.zone.is_some() {
            return false;
        }
        if bare.len() > 120 {
            // One line of several; the paragraph says more, and stays.
            let lines = self.reading.slice(span).lines();
            let mut about_times =
                lines.filter(|line| line.len() < 120 && line.to_lowercase().contains("times"));
            self.found.zone = about_times.find_map(Zone::in_line);
            return false;
        }
        let about_times = bare.to_lowercase().contains("time") || bare.len() < 20;
        let Some(zone) = Zone::in_line(bare).filter(|_| about_times) else {
            return false;
        };
        self.found.zone = Some(zone);
        if self.day.is_none() {
            self.day = when::day_in(bare);
        }
        self.gone(span, bare);
        true
    }

    fn block(&mut self, block: &Block) {
        match &block.kind {
            BlockKind::Heading { run, .. } => {
                let text = self.reading.visible(run);
                let _ = self.gives_day(block.span, &text);
                self.open = false;
            }
            BlockKind::Paragraph(run) => {
                let text = self.reading.visible(run);
                if self.gives_zone(block.span, &text) || self.gives_day(block.span, &text) {
                    self.open = false;
                } else {
                    self.paragraph(block.span);
                }
            }
            BlockKind::List(list) => {
                let began = self.list(list);
                if began {
                    self.cut.push(block.span);
                    self.open = false;
                } else if self.open {
                    self.append(block.span);
                }
            }
            BlockKind::Table(table) if self.table(table) => {
                self.cut.push(block.span);
                self.open = false;
            }
            BlockKind::Code | BlockKind::Quote(_) if self.open => self.append(block.span),
            _ => {}
        }
    }

    /// A block that belongs to the entry above.
    fn append(&mut self, span: Span) {
        if let Some(last) = self.found.entries.last_mut() {
            last.add(self.reading.slice(span));
            self.cut.push(span);
        }
    }

    /// A paragraph whose lines begin with times, or that goes on with the entry above.
    fn paragraph(&mut self, span: Span) {
        let text = self.reading.slice(span);
        let first_line = self.reading.line(span);
        let timed = |line: &&str| Entry::first(line, 0).is_some();
        if !text.lines().any(|line| timed(&line)) {
            if self.open {
                self.append(span);
            }
            return;
        }
        let mut broken = true;
        let mut begun = false;
        for (index, line) in text.lines().enumerate() {
            let number = first_line + u32::try_from(index).unwrap_or_default();
            let ends = line.ends_with("  ") || line.trim_end().ends_with('\\');
            let bare = line.trim().trim_end_matches('\\').trim_end();
            if let Some(entry) = Entry::first(bare, number) {
                self.push(entry);
                begun = true;
            } else if !begun && when::only_day(bare.trim_matches(['*', '_', ' '])).is_some() {
                let bare = bare.trim_matches(['*', '_', ' ']);
                self.day = when::only_day(bare);
                self.found.gone.push((
                    bare.into(),
                    Place::line(self.reading.document.source.path(), number),
                ));
            } else if begun && let Some(last) = self.found.entries.last_mut() {
                last.go_on(bare, broken);
            } else {
                self.push(Entry::untimed(bare, number));
                begun = true;
            }
            broken = ends;
        }
        self.cut.push(span);
        self.open = true;
    }

    /// The entries of a list; `false` where it is none of times.
    fn list(&mut self, list: &List) -> bool {
        let lines: Vec<String> = list
            .items
            .iter()
            .map(|item| self.first_paragraph(item))
            .collect();
        let first = |line: &String| {
            Entry::first(line, 0)
                .filter(|entry| entry.when.as_ref().is_some_and(|when| when.time.is_some()))
                .is_some()
        };
        let starts = lines
            .iter()
            .filter(|line| Entry::first(line, 0).is_some())
            .count();
        let ends = lines
            .iter()
            .filter(|line| !first(line) && Entry::last(line, 0).is_some())
            .count();
        let days = lines
            .iter()
            .zip(&list.items)
            .filter(|(line, item)| day_item(line) && item.blocks.len() > 1)
            .count();
        if days > 0 && days * 2 >= lines.len() {
            return self.days(list, &lines);
        }
        let by_label = ends > starts;
        if starts.max(ends) * 2 < lines.len() || starts + ends == 0 {
            return false;
        }
        for (item, line) in list.items.iter().zip(&lines) {
            let number = self.reading.line(item.span);
            let text = unwrapped(line);
            let timed = if by_label {
                Entry::last(&text, number)
            } else {
                Entry::first(&text, number)
            };
            let timed = timed.or_else(|| {
                if by_label {
                    Entry::first(&text, number)
                } else {
                    None
                }
            });
            let mut entry = timed.unwrap_or_else(|| Entry::untimed(&text, number));
            entry.add(&self.below_first(item));
            self.push(entry);
        }
        true
    }

    /// A list of days, each with a list of its entries.
    fn days(&mut self, list: &List, lines: &[String]) -> bool {
        for (item, line) in list.items.iter().zip(lines) {
            let number = self.reading.line(item.span);
            let bare = line.trim().trim_matches(['*', '_', ' ', ':']).to_string();
            match when::only_day(&bare) {
                Some(day) => {
                    self.day = Some(day);
                    let place = Place::line(self.reading.document.source.path(), number);
                    self.found.gone.push((bare, place));
                }
                None => {
                    let text = unwrapped(line);
                    self.push(
                        Entry::first(&text, number)
                            .unwrap_or_else(|| Entry::untimed(&text, number)),
                    );
                }
            }
            for block in item.blocks.iter().skip(1) {
                let read = match &block.kind {
                    BlockKind::List(inner) => self.list(inner),
                    BlockKind::Table(inner) => self.table(inner),
                    _ => false,
                };
                if !read {
                    let text = super::excerpt::dedent(self.reading.slice(block.span), 0, 2);
                    let mut entry = Entry::untimed("", self.reading.line(block.span));
                    entry.add(&text);
                    self.push(entry);
                }
            }
        }
        true
    }

    /// The first paragraph of an item as written, without marker and box.
    fn first_paragraph(&self, item: &Item) -> String {
        match item.blocks.first() {
            Some(block) if matches!(block.kind, BlockKind::Paragraph(_)) => {
                self.reading.slice(block.span).into()
            }
            _ => String::new(),
        }
    }

    /// What stands in an item below its first paragraph.
    fn below_first(&self, item: &Item) -> String {
        let inside = self.reading.item(item);
        let skip = match item.blocks.first() {
            Some(block) if matches!(block.kind, BlockKind::Paragraph(_)) => {
                let (_, boxed) = marker(self.reading.slice(item.span));
                let lines = self.reading.slice(block.span).lines().count();
                let _ = boxed;
                inside
                    .text
                    .split_inclusive('\n')
                    .take(lines)
                    .map(str::len)
                    .sum()
            }
            _ => 0,
        };
        inside.text.get(skip..).unwrap_or_default().into()
    }

    /// The rows of a table with times; `false` where it has none.
    fn table(&mut self, table: &Table) -> bool {
        let columns = Columns::find(self.reading, table);
        let Some(columns) = columns else { return false };
        let reading = self.reading;
        let header = &table.header;
        let name = |at: usize| {
            header
                .cells
                .get(at)
                .map_or(String::new(), |cell| reading.visible(&cell.run))
        };
        let zone = columns
            .times
            .iter()
            .find_map(|at| Zone::in_line(&name(*at)));
        let names: Vec<String> = (0..header.cells.len())
            .map(name)
            .map(|name| name.trim().to_string())
            .filter(|name| !name.is_empty())
            .collect();
        self.found.gone.push((
            format!("the columns {}", names.join(", ")),
            reading.place(header.span),
        ));
        for row in &table.rows {
            let cells: Vec<String> = row
                .cells
                .iter()
                .map(|cell| reading.slice(cell.span).trim().replace("\\|", "|"))
                .collect();
            if cells.iter().all(String::is_empty) {
                continue;
            }
            let number = reading.line(row.span);
            let first = cells.first().map_or("", String::as_str);
            if first.starts_with("{:") && cells.iter().skip(1).all(String::is_empty) {
                self.found
                    .gone
                    .push((first.into(), reading.place(row.span)));
                continue;
            }
            let cell = |at: &usize| cells.get(*at).cloned().unwrap_or_default();
            let bare = |text: String| text.trim_matches(['*', '_', '`', ' ']).to_string();
            let time = columns
                .times
                .iter()
                .map(cell)
                .map(bare)
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" ");
            let mut others: Vec<String> = (0..cells.len())
                .filter(|at| !columns.times.contains(at))
                .map(|at| cell(&at))
                .filter(|text| !text.is_empty())
                .collect();
            others.extend(beyond(reading, row));
            let text = others.join(" · ");
            let mut entry = match when::at_start(&time) {
                Some((when, length)) if time[length..].trim().is_empty() => Entry {
                    when: Some(when),
                    written: time,
                    text,
                    line: number,
                    ..Entry::default()
                },
                _ if time.is_empty() => Entry::untimed(&text, number),
                _ => match when::only_day(&time) {
                    Some(day) => {
                        let when = when::When {
                            day: Some(day),
                            time: None,
                            end: None,
                            zone: None,
                            about: false,
                        };
                        Entry {
                            when: Some(when),
                            written: time,
                            text,
                            line: number,
                            ..Entry::default()
                        }
                    }
                    None => Entry::untimed(&format!("{time} · {text}"), number),
                },
            };
            entry.zone = zone.clone();
            self.push(entry);
        }
        true
    }
}

/// What stands in a row behind the last column of the header, where GitHub shows nothing.
pub(super) fn beyond(reading: &Reading, row: &Row) -> Option<String> {
    let last = row.cells.iter().map(|cell| cell.span.end).max()?;
    let rest = reading.slice(Span {
        start: last,
        end: row.span.end.max(last),
    });
    let rest = rest.trim().trim_matches('|').trim();
    (!rest.is_empty()).then(|| rest.to_string())
}

/// Whether a line is a day and nothing else.
fn day_item(line: &str) -> bool {
    when::only_day(line.trim().trim_matches(['*', '_', ' ', ':'])).is_some()
}

/// The columns in which a table says when; day, date and time in their order.
struct Columns {
    times: Vec<usize>,
}

impl Columns {
    fn find(reading: &Reading, table: &Table) -> Option<Self> {
        let width = table.header.cells.len();
        let text = |row: &Row, at: usize| {
            row.cells.get(at).map_or(String::new(), |cell| {
                reading.visible(&cell.run).trim().to_string()
            })
        };
        let filled: Vec<_> = table
            .rows
            .iter()
            .filter(|row| row.cells.iter().any(|cell| !cell.run.is_empty()))
            .collect();
        if filled.is_empty() {
            return None;
        }
        let most = |at: usize, is: &dyn Fn(&str) -> bool| {
            let said: Vec<String> = filled
                .iter()
                .map(|row| text(row, at))
                .filter(|text| !text.is_empty())
                .collect();
            !said.is_empty() && said.iter().filter(|text| is(text)).count() * 2 > said.len()
        };
        let is_time = |text: &str| {
            when::at_start(text).is_some_and(|(when, length)| {
                when.time.is_some() && text[length..].trim().is_empty()
            })
        };
        let is_day = |text: &str| when::only_day(text).is_some();
        let columns = 0..width.min(6);
        let time = columns.clone().find(|at| most(*at, &is_time));
        let day = columns
            .clone()
            .find(|at| Some(*at) != time && most(*at, &is_day));
        let named = |at: &usize| {
            let name = table
                .header
                .cells
                .get(*at)
                .map_or(String::new(), |cell| plain(&reading.visible(&cell.run)));
            matches!(name.as_str(), "day" | "weekday")
        };
        let weekday = columns
            .clone()
            .find(|at| Some(*at) != time && Some(*at) != day && named(at));
        let weekday = weekday.filter(|_| day.is_some());
        let times: Vec<usize> = [weekday, day, time].into_iter().flatten().collect();
        (!times.is_empty()).then_some(Self { times })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> (Vec<String>, String, Vec<String>) {
        let reading = Excerpt::new(text, 1).read("a.md", "");
        let found = read(&reading);
        let entry = |entry: &Entry| {
            let more = entry.more.replace('\n', "/");
            let day = entry
                .day
                .map_or(String::new(), |day| format!("[{}-{}] ", day.month, day.day));
            format!(
                "{}: {day}{}|{}{}{more}",
                entry.line,
                entry.written,
                entry.text,
                if more.is_empty() { "" } else { "|" }
            )
        };
        let gone = found.gone.iter().map(|(words, _)| words.clone()).collect();
        (
            found.entries.iter().map(entry).collect(),
            found.rest.text.trim().into(),
            gone,
        )
    }

    #[test]
    fn a_heading_for_each_entry() {
        let (entries, rest, gone) = shown(
            "All times in PST\n\nLong before.\n\n### Sep 27 2017 13:06 ###\n\nIt is\nslow.\n\n```\n# code\n```\n\n### Later\n\nmore\n\n### 13:35 Deployed\n\n1. a\n\n[x]: http://x.example\n",
        );
        assert_eq!(
            entries,
            [
                "5: Sep 27 2017 13:06|It is slow.|```/# code/```",
                "14: |Later|more",
                "18: 13:35|Deployed|1. a//[x]: http://x.example"
            ]
        );
        assert_eq!(
            (rest.as_str(), gone),
            ("Long before.", vec!["All times in PST".to_string()])
        );
    }

    #[test]
    fn lists_with_the_time_first_or_last() {
        let (entries, rest, _) = shown(
            "- 10:00 a\n  goes on\n\n  ```\n  code\n  ```\n- **10:05** - b\n- no time\n\nafter\n",
        );
        assert_eq!(
            entries,
            [
                "1: 10:00|a goes on|```/code/```",
                "7: 10:05|b",
                "8: |no time"
            ]
        );
        assert_eq!(rest, "after");
        let (entries, ..) =
            shown("- First detected 2020-01-02 10:00\n- Resolved: 2020-01-02 11:00\n");
        assert_eq!(
            entries,
            [
                "1: 2020-01-02 10:00|First detected",
                "2: 2020-01-02 11:00|Resolved"
            ]
        );
        let (entries, rest, _) = shown("- a\n- b\n- 10:00 c\n");
        assert_eq!((entries.len(), rest.as_str()), (0, "- a\n- b\n- 10:00 c"));
    }

    #[test]
    fn days_above_their_entries() {
        let (entries, rest, gone) = shown(
            "#### [2026-05-10]\n[23:46] a \\\n[23:52] b\n\n**11 May 2026**\n\n- 00:11 c\n\n- 2026-05-12\n  - 10:00 d\n",
        );
        assert_eq!(
            entries,
            [
                "2: [5-10] [23:46]|a",
                "3: [5-10] [23:52]|b",
                "7: [5-11] 00:11|c",
                "10: [5-12] 10:00|d"
            ]
        );
        assert_eq!(rest, "");
        assert_eq!(gone, ["[2026-05-10]", "11 May 2026", "2026-05-12"]);
        let (entries, ..) = shown("- 2026-05-12\n  - 10:00 d\n    e\n- 2026-05-13:\n  - 11:00 f\n");
        assert_eq!(entries, ["2: [5-12] 10:00|d e", "5: [5-13] 11:00|f"]);
    }

    #[test]
    fn tables_with_one_to_three_columns_of_time() {
        let (entries, rest, gone) = shown(
            "Time  | State\n---   | ---\n12:00 | `new` a\\|b\n15:43 | c\n{: .table }\n\nend\n",
        );
        assert_eq!(entries, ["3: 12:00|`new` a|b", "4: 15:43|c"]);
        assert_eq!(
            (rest.as_str(), gone),
            (
                "end",
                vec![
                    "the columns Time, State".to_string(),
                    "{: .table }".to_string()
                ]
            )
        );
        let (entries, ..) = shown(
            "| Day | Date | Time (PST) | Who | What |\n|-|-|-|-|-|\n| Monday | 05/10/2021 | 9:15 AM | Ops | a\n| | | 10:00 AM | | b |\n",
        );
        assert_eq!(
            entries,
            ["3: Monday 05/10/2021 9:15 AM|Ops · a", "4: 10:00 AM|b"]
        );
        let (entries, rest, _) = shown("| Date/Time | What |\n|-|-|\n| | |\n");
        assert!(entries.is_empty() && rest.contains("Date/Time"));
    }

    #[test]
    fn paragraphs_go_on_until_the_next_time() {
        let (entries, rest, _) = shown(
            "Intro.\n\n10/20/2022 - 15:38 CST - a\n10/20/2022 - 15:41 CST - b\n\nmore of b\n\n15:50 c\n",
        );
        assert_eq!(
            entries,
            [
                "3: 10/20/2022 - 15:38 CST|a",
                "4: 10/20/2022 - 15:41 CST|b|more of b",
                "8: 15:50|c"
            ]
        );
        assert_eq!(rest, "Intro.");
    }
}
