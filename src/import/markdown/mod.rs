//! Postmortems that were written in Markdown already.
//!
//! Owns the forms of front matter, headings, timelines and action items that teams have. Every word of the document stands in the
//! draft or in one of its remarks. Making text safe is for the writer.

mod actions;
pub mod aliases;
mod entry;
mod excerpt;
mod facts;
mod links;
mod matter;
mod outline;
mod placing;
mod scan;
mod timeline;
mod when;
mod zone;

use std::sync::Arc;

use jiff::Timestamp;

use super::draft::{Draft, Heading, Part, Text};
use super::input::{Input, Mismatch, Wish};
use super::origin::Origin;
use super::remark::Place;
use crate::document::section::anchor;
use crate::postmortem::Postmortem;
use crate::postmortem::choice::Status;
use crate::postmortem::conventions::Conventions;
use crate::postmortem::section::SectionKey;
use crate::source::Source;
use aliases::Names;
use excerpt::Excerpt;
use facts::{Fact, Phase, Topic};
use matter::Matter;
use outline::{Outline, Section};
use placing::{Placed, Setting};
use when::Day;
use zone::Zone;

/// One draft a file. A postmortem of our own format is refused: there is nothing to import in it.
pub fn read(inputs: &[Input], wish: &Wish<'_>) -> Result<Vec<Draft>, Mismatch> {
    let refused = |input: &Input, why: &str| Mismatch {
        file: input.name.clone(),
        why: why.into(),
        looks_like: None,
    };
    let mut drafts = Vec::with_capacity(inputs.len());
    for input in inputs {
        let text = input
            .text
            .trim_start_matches('\u{feff}')
            .replace("\r\n", "\n");
        if text.contains('\0') {
            return Err(refused(input, "is no text"));
        }
        if text.trim().is_empty() {
            return Err(refused(input, "is empty"));
        }
        let matter = matter::read(&text);
        if matter.is_ours() {
            return Err(refused(
                input,
                "is a postmortem of this format already; copy it into the folder of postmortems",
            ));
        }
        drafts.push(Importer::new(input, &text, matter, wish).import());
    }
    Ok(drafts)
}

struct Importer<'a> {
    file: &'a str,
    conventions: &'a Conventions,
    matter: Matter,
    outline: Outline,
    /// The definitions of links, which hold for the whole document.
    definitions: String,
    setting: Setting,
    facts: Vec<Fact>,
    renamed: Vec<(String, SectionKey)>,
    moments: Vec<(Phase, Timestamp)>,
    draft: Draft,
}

/// Where the text goes that stands before the first heading, once there is a summary.
const BEFORE: &str = "About this document";
/// Where it goes where there is none, but for its first paragraph, which is the summary.
const REPORT: &str = "Report";

impl<'a> Importer<'a> {
    fn new(input: &'a Input, text: &str, matter: Matter, wish: &Wish<'a>) -> Self {
        let line = 1 + u32::try_from(text[..matter.body].matches('\n').count()).unwrap_or_default();
        let body = Excerpt::new(&text[matter.body..], line);
        let names = Names::new(wish.conventions, wish.aliases);
        let outline = outline::read(&body, &input.name, &names);
        let definition = |line: &&str| line.starts_with('[') && line.contains("]: ");
        let definitions: Vec<&str> = body.text.lines().filter(definition).collect();
        let mut draft = Draft::new(Origin::Markdown);
        draft.status = if matter.draft {
            Status::Draft
        } else {
            Status::Final
        };
        draft.provenance.files.push(input.as_read());
        let setting = Setting {
            file: input.name.clone(),
            asked: wish.zone,
            ..Setting::default()
        };
        Self {
            file: &input.name,
            conventions: wish.conventions,
            definitions: definitions.join("\n"),
            matter,
            outline,
            setting,
            facts: Vec::new(),
            renamed: Vec::new(),
            moments: Vec::new(),
            draft,
        }
    }

    fn import(mut self) -> Draft {
        self.title();
        let sections = std::mem::take(&mut self.outline.sections);
        for section in &sections {
            let reading = section.body.read(self.file, &self.definitions);
            self.facts.extend(facts::read(section, &reading));
        }
        self.settings(&sections);
        let summarised = sections
            .iter()
            .any(|section| section.key == Some(SectionKey::Summary));
        let mut used: Vec<SectionKey> = Vec::new();
        for section in &sections {
            self.section(section, &mut used, summarised);
        }
        for section in &sections {
            let reading = section.body.read(self.file, "");
            links::remark(&reading, &self.renamed, &mut self.draft);
        }
        self.front();
        self.fields();
        self.draft
    }

    /// The title: of the front matter, the first heading, the file's name, or the first bold line.
    fn title(&mut self) {
        let heading = self.outline.title.take();
        let place = Place::line(self.file, 1);
        if let Some((text, written)) = &heading {
            self.renamed.push((anchor(text), SectionKey::Summary));
            if written != text && written.contains("](") {
                self.draft.left_out(
                    format!("marks of the title: `{}`", written.replace('`', "'")),
                    place.clone(),
                );
            }
        }
        let (of_matter, of_heading) = (self.matter.title.clone(), heading.map(|(text, _)| text));
        let of_name = || {
            file_title(self.file).filter(|_| self.outline.bold.is_none() || !is_nameless(self.file))
        };
        let bold = || self.outline.bold.clone();
        self.draft.title = match (of_matter, of_heading) {
            (Some(title), Some(heading)) => {
                self.draft.left_out(
                    format!(
                        "the first heading, `{}`, beside the title of the front matter",
                        heading.replace('`', "'")
                    ),
                    place,
                );
                title
            }
            (Some(title), None) | (None, Some(title)) => title,
            (None, None) => {
                let (title, from) = match of_name() {
                    Some(title) => (title, "the file's name"),
                    None => (bold().unwrap_or_default(), "its first bold line"),
                };
                if !title.is_empty() {
                    self.draft.guessed(format!("the title, from {from}"), place);
                }
                title
            }
        };
    }

    /// The zone and the day that hold for all times.
    fn settings(&mut self, sections: &[Section]) {
        let of = |topic: Topic| self.facts.iter().filter(move |fact| fact.topic == topic);
        self.setting.zone = of(Topic::Zone).find_map(|fact| Zone::in_line(&fact.value));
        let timeline = |section: &&Section| section.key == Some(SectionKey::Timeline);
        if self.setting.zone.is_none() {
            self.setting.zone = sections
                .iter()
                .filter(timeline)
                .find_map(|section| Zone::in_line(&section.title));
        }
        let labelled = of(Topic::Date)
            .find_map(|fact| when::day_in(&fact.value).map(|day| (day, "its date".to_string())));
        let name = self.file.rsplit('/').next().unwrap_or_default();
        let named = |text: &str, from: &str| {
            when::day_in(text)
                .or_else(|| day_of_name(text))
                .map(|day| (day, from.to_string()))
        };
        self.setting.day = labelled
            .or_else(|| {
                named(
                    self.matter.date.as_deref().unwrap_or_default(),
                    "the front matter",
                )
            })
            .or_else(|| named(&self.draft.title, "the title"))
            .or_else(|| named(name, "the file's name"));
        self.draft.day = self
            .setting
            .day
            .as_ref()
            .and_then(|(day, _)| day.date(None));
        self.setting.year = self.setting.day.as_ref().and_then(|(day, _)| day.year);
    }

    fn section(&mut self, section: &Section, used: &mut Vec<SectionKey>, summarised: bool) {
        if section.title.is_empty() {
            return self.lead(section, summarised);
        }
        let Some(key) = section.key else {
            if section.written != section.title {
                self.draft.left_out(
                    format!(
                        "marks of the heading `{}`",
                        section.written.replace('`', "'")
                    ),
                    section.place.clone(),
                );
            }
            let heading = Heading::Own(section.title.clone());
            // Two of one name become one, and the second name stays above what it names.
            let again = self.draft.parts.iter().any(|part| part.heading == heading);
            let above = if again {
                format!("### {}\n\n", section.written)
            } else {
                String::new()
            };
            return self.part(heading, &format!("{above}{}", section.body.text));
        };
        let again = used.contains(&key);
        used.push(key);
        let same = section.title.eq_ignore_ascii_case(key.heading());
        self.renamed.push((anchor(&section.title), key));
        if !same || section.written != section.title {
            let written = section.written.replace('`', "'");
            self.draft.left_out(
                format!("the heading `{written}`, which is `{}` now", key.heading()),
                section.place.clone(),
            );
        }
        if again && same && matches!(key, SectionKey::Timeline | SectionKey::Actions) {
            self.draft.left_out(
                format!("a second heading `{}`", key.heading()),
                section.place.clone(),
            );
        }
        match key {
            SectionKey::Timeline => self.timeline(section),
            SectionKey::Actions => self.actions(section),
            _ if again => {
                let text = format!("### {}\n\n{}", section.written, section.body.text);
                self.part(Heading::Known(key), &text);
            }
            _ => self.part(Heading::Known(key), &section.body.text),
        }
    }

    /// A part that keeps its place even where nothing stands below its heading.
    fn part(&mut self, heading: Heading, text: &str) {
        let text = Text::Markdown(text.trim_matches('\n').trim_end().into());
        self.draft.parts.push(Part { heading, text });
    }

    /// The text before the first heading.
    fn lead(&mut self, section: &Section, summarised: bool) {
        if section.body.is_empty() {
            return;
        }
        if summarised {
            return self.part(Heading::Own(BEFORE.into()), &section.body.text);
        }
        let reading = section.body.read(self.file, "");
        let first = reading
            .blocks()
            .iter()
            .find(|block| excerpt::is_paragraph(block));
        let Some(first) = first.map(|block| block.span) else {
            return self.part(Heading::Own(BEFORE.into()), &section.body.text);
        };
        let long = section.body.text.split_whitespace().count() > 150;
        let place = reading.place(first);
        self.draft.guessed(
            "that the text before the first heading is the summary",
            place,
        );
        if !long {
            return self.part(Heading::Known(SectionKey::Summary), &section.body.text);
        }
        self.part(Heading::Known(SectionKey::Summary), reading.slice(first));
        self.part(Heading::Own(REPORT.into()), &reading.without(&[first]).text);
    }

    fn timeline(&mut self, section: &Section) {
        let reading = section.body.read(self.file, &self.definitions);
        let found = timeline::read(&reading);
        let timed = found
            .entries
            .iter()
            .filter(|entry| entry.when.is_some())
            .count();
        if timed == 0 {
            if !section.body.is_empty() {
                self.draft.not_understood(
                    "a timeline without times that can be read, left as it is",
                    section.place.clone(),
                );
            }
            return self.part(Heading::Known(SectionKey::Timeline), &section.body.text);
        }
        let above = when::day_in(&section.title);
        let above = above.and_then(|day| {
            self.setting
                .date(day, &section.title, &mut self.draft, &section.place)
        });
        let as_it_is = self.reads_as_it_is(section, timed);
        let mut setting = self.setting.clone();
        if let Some(zone) = &found.zone {
            setting.zone = Some(zone.clone());
        }
        let remarks = self.draft.remarks.len();
        let placed = setting.place_all(found.entries, above, &mut self.draft);
        self.phases(&placed);
        if as_it_is {
            // Our own reader knows all of it, so nothing was guessed.
            self.draft.remarks.truncate(remarks);
            return self.part(Heading::Known(SectionKey::Timeline), &section.body.text);
        }
        for (words, place) in found.gone {
            self.draft.left_out(
                format!(
                    "`{}` above the entries of the timeline",
                    words.replace('`', "'")
                ),
                place,
            );
        }
        self.written(&placed, section);
        // Times that stay beside the entries would be read as more of them, in a zone that they do not have.
        let aside = self.own_reading(&found.rest.text);
        let aside = !aside.entries.is_empty() || !aside.unreadable.is_empty();
        let rest = if aside {
            ""
        } else {
            found.rest.text.trim_end()
        };
        if placed.iter().any(Placed::is_rich) {
            let items: Vec<String> = placed.iter().map(Placed::item).collect();
            let gap = if rest.is_empty() { "" } else { "\n\n" };
            self.part(
                Heading::Known(SectionKey::Timeline),
                &format!("{rest}{gap}{}", items.join("\n\n")),
            );
        } else {
            self.draft.timeline.extend(placed.iter().map(Placed::event));
            self.part(Heading::Known(SectionKey::Timeline), rest);
        }
        if aside {
            self.part(Heading::Own("Timeline as written".into()), &found.rest.text);
        }
    }

    /// What our own reader sees in the text of a timeline.
    fn own_reading(&self, text: &str) -> crate::postmortem::timeline::Timeline {
        let text = format!("\n## Timeline\n\n{text}\n");
        Postmortem::parse(
            Arc::new(Source::new(self.file, text)),
            &Conventions::default(),
        )
        .timeline
    }

    /// The times as they were written, in one line: the timeline says them in UTC.
    fn written(&mut self, placed: &[Placed], section: &Section) {
        let written = placed
            .iter()
            .filter(|one| one.at.is_some())
            .map(|one| one.entry.written.replace('`', "'"));
        let written: Vec<String> = written.collect();
        if !written.is_empty() {
            let times = written.join(" · ");
            self.draft.left_out(
                format!(
                    "the times as they were written, in their order: `{times}`; they are in UTC now"
                ),
                section.place.clone(),
            );
        }
    }

    /// Whether our own reader reads a timeline as it is written: every moment, with its zone.
    fn reads_as_it_is(&self, section: &Section, timed: usize) -> bool {
        let read = self.own_reading(&section.body.text);
        let whole = read.entries.iter().filter(|entry| {
            entry.at.is_some()
                && !entry.without_zone
                && !entry.event.trim().is_empty()
                && !entry.rolled_over
        });
        read.unreadable.is_empty() && whole.count() == timed && read.entries.len() == timed
    }

    /// The moments that entries of a few words name: `Resolved`, `Start of incident`.
    fn phases(&mut self, placed: &[Placed]) {
        for one in placed {
            let Some(at) = one.at else { continue };
            let text = one.entry.text.replace(['*', '_', '`'], "");
            let first = text.split(['.', ',', '\n']).next().unwrap_or_default();
            if let Some(Topic::Moment(phase)) = facts::topic(first.trim())
                && !self.moments.iter().any(|(known, _)| *known == phase)
            {
                self.moments.push((phase, at));
            }
        }
    }

    fn actions(&mut self, section: &Section) {
        let reading = section.body.read(self.file, &self.definitions);
        let found = actions::read(&reading, self.conventions);
        for (span, why) in found.kept {
            self.draft.not_understood(
                format!("action items left as they are, because there is {why}"),
                reading.place(span),
            );
        }
        for (names, span) in found.gone {
            self.draft.left_out(
                format!(
                    "the columns of the action items as they were called: `{}`",
                    names.replace('`', "'")
                ),
                reading.place(span),
            );
        }
        if found.rows.is_empty() && !section.body.is_empty() {
            self.draft.not_understood(
                "action items that are no list and no table of ours, left as they are",
                section.place.clone(),
            );
        }
        self.draft.actions.extend(found.rows);
        self.part(Heading::Known(SectionKey::Actions), &found.rest.text);
    }

    /// What the front matter says beside the title, as it stands.
    fn front(&mut self) {
        let place = Place::line(self.file, 1);
        if let Some(flaw) = &self.matter.flaw {
            self.draft.not_understood(
                format!("the front matter: {}", flaw.replace('`', "'")),
                place.clone(),
            );
        }
        let allowed = &self.conventions.tags;
        for tag in std::mem::take(&mut self.matter.tags) {
            match allowed.is_empty() || allowed.contains(&tag) {
                true => self.draft.tags.push(tag),
                false => self.draft.left_out(
                    format!(
                        "the tag `{}`, which is not in the catalogue",
                        tag.replace('`', "'")
                    ),
                    place.clone(),
                ),
            }
        }
        let rest = self.matter.rest.trim_matches('\n').trim_end();
        if rest.is_empty() {
            return;
        }
        let longest = rest.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(longest.max(2) + 1);
        let block = format!(
            "### Front matter of the source\n\n{fence}{}\n{rest}\n{fence}",
            self.matter.language
        );
        self.draft.part(
            Heading::Known(SectionKey::References),
            Text::Markdown(block),
        );
        let has_summary = self
            .draft
            .parts
            .iter()
            .any(|part| part.heading == Heading::Known(SectionKey::Summary));
        if let Some(summary) = self.matter.summary.take().filter(|_| !has_summary) {
            self.draft
                .guessed("that the front matter's description is the summary", place);
            let part = Part {
                heading: Heading::Known(SectionKey::Summary),
                text: Text::Plain(summary),
            };
            self.draft.parts.insert(0, part);
        }
    }

    /// What labelled lines say.
    fn fields(&mut self) {
        let facts = std::mem::take(&mut self.facts);
        self.draft.severity = self.matter.severity.take();
        for fact in &facts {
            match fact.topic {
                Topic::Severity if self.draft.severity.is_none() => {
                    // `Major (High Impact)`
                    let word = fact
                        .value
                        .split(['(', ',', ';'])
                        .next()
                        .unwrap_or_default()
                        .trim();
                    self.draft.severity =
                        Some(word.into()).filter(|word: &String| !word.is_empty());
                }
                Topic::Services => {
                    let names = fact
                        .value
                        .split([',', ';'])
                        .map(|name| name.trim().trim_end_matches('.').to_string());
                    self.draft
                        .services
                        .extend(names.filter(|name| !name.is_empty() && name.len() < 60));
                }
                Topic::Owner if self.draft.owner.is_none() => {
                    self.draft.owner = facts::parties(&fact.value).into_iter().next()
                }
                Topic::Authors => self.draft.authors.extend(facts::parties(&fact.value)),
                Topic::Participants => self.draft.participants.extend(facts::parties(&fact.value)),
                Topic::Moment(phase) if !self.moments.iter().any(|(known, _)| *known == phase) => {
                    if let Some(at) = self.moment_of(fact) {
                        self.moments.push((phase, at));
                    }
                }
                _ => {}
            }
        }
        for (phase, at) in &self.moments {
            let times = &mut self.draft.times;
            let field = match phase {
                Phase::Started => &mut times.started,
                Phase::Detected => &mut times.detected,
                Phase::Acknowledged => &mut times.acknowledged,
                Phase::Identified => &mut times.identified,
                Phase::Mitigated => &mut times.mitigated,
                Phase::Resolved => &mut times.resolved,
            };
            field.get_or_insert(*at);
        }
    }

    fn moment_of(&mut self, fact: &Fact) -> Option<Timestamp> {
        let (when, _) = when::at_start(&fact.value)?;
        let time = when.time?;
        let of_setting = self.setting.day.as_ref().map(|(day, _)| *day);
        let day = when.day.or(of_setting)?;
        let date = self
            .setting
            .date(day, &fact.value, &mut self.draft, &fact.place)?;
        self.setting.moment(
            date.to_datetime(time),
            when.zone.as_ref(),
            &mut self.draft,
            &fact.place,
        )
    }
}

/// The words of a file's name, without folders, endings, its date and its number.
fn file_title(file: &str) -> Option<String> {
    let name = file.rsplit('/').next().unwrap_or_default();
    let mut name = name;
    while let Some((before, ending)) = name.rsplit_once('.') {
        if before.is_empty()
            || !["md", "markdown", "mdx", "qmd", "erb", "html", "txt"].contains(&ending)
        {
            break;
        }
        name = before;
    }
    let rest = match when::at_start(name) {
        Some((when, length)) if when.day.is_some() => &name[length..],
        _ => match name.get(..10) {
            Some(date) if date.parse::<jiff::civil::Date>().is_ok() => &name[10..],
            _ => name,
        },
    };
    let words: Vec<&str> = rest
        .split(['-', '_', ' '])
        .filter(|word| !word.is_empty())
        .collect();
    let title = words.join(" ");
    let told = title.chars().filter(|c| c.is_alphabetic()).count() > 2;
    (told && !is_nameless(file)).then_some(title)
}

/// Whether a file has the name that all such files have.
fn is_nameless(file: &str) -> bool {
    let name = file.rsplit('/').next().unwrap_or_default().to_lowercase();
    let stem = name.split('.').next().unwrap_or_default();
    matches!(
        stem,
        "index" | "readme" | "postmortem" | "post-mortem" | "template" | "incident" | "report"
    )
}

/// `20210305_door.md`
fn day_of_name(name: &str) -> Option<Day> {
    let digits = name
        .get(..8)
        .filter(|begin| begin.bytes().all(|byte| byte.is_ascii_digit()))?;
    let date = jiff::civil::Date::new(
        digits[..4].parse().ok()?,
        digits[4..6].parse().ok()?,
        digits[6..].parse().ok()?,
    )
    .ok()?;
    (1990..=2200).contains(&date.year()).then(|| Day {
        year: Some(date.year()),
        month: date.month(),
        day: date.day(),
        either: false,
    })
}
