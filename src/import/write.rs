//! A draft written down as a postmortem.
//!
//! Owns the order of the front matter and of the sections, and that all of the draft stands in the file: the remarks too, because
//! what is printed is gone the next day. Text is made safe by [`super::escape`] and [`super::clean`].

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::clean::{self, Html};
use super::draft::{Draft, Heading, Text};
use super::origin::Origin;
use super::settle::Settled;
use super::{escape, mark, notes, table};
use crate::postmortem::choice::{Kind, Status, Template};
use crate::postmortem::conventions::Conventions;
use crate::postmortem::section::SectionKey;
use crate::template;

/// What the file needs that the draft does not know.
#[derive(Clone, Debug)]
pub struct Frame<'a> {
    /// The postmortem's id.
    pub id: String,
    /// The comment that tells editors which schema the front matter follows.
    pub schema: String,
    /// What the organisation calls things.
    pub conventions: &'a Conventions,
}

/// The sections in the order of the standard form; those of the source come before the last three.
const ORDER: [SectionKey; 16] = [
    SectionKey::Summary,
    SectionKey::Impact,
    SectionKey::Timeline,
    SectionKey::Detection,
    SectionKey::Response,
    SectionKey::Causes,
    SectionKey::Whys,
    SectionKey::Resolution,
    SectionKey::WentWell,
    SectionKey::WentWrong,
    SectionKey::Lucky,
    SectionKey::Surprised,
    SectionKey::Lessons,
    SectionKey::Actions,
    SectionKey::Considered,
    SectionKey::External,
];
const LAST: [SectionKey; 3] = [
    SectionKey::Glossary,
    SectionKey::References,
    SectionKey::Appendix,
];

/// The text of the file.
pub fn write(draft: &Draft, settled: &Settled, frame: &Frame<'_>) -> String {
    let mut writer = Writer {
        draft,
        conventions: frame.conventions,
        html: match draft.provenance.origin {
            Origin::Markdown | Origin::CState => Html::Kept,
            _ => Html::Shown,
        },
        text: front(draft, settled, frame),
    };
    writer.body();
    writer.text
}

/// A moment as the front matter has it.
fn rfc3339(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC)
        .strftime("%Y-%m-%dT%H:%M:%SZ")
        .to_string()
}

fn front(draft: &Draft, settled: &Settled, frame: &Frame<'_>) -> String {
    let list = |items: &[String]| {
        let items: Vec<String> = items.iter().map(|item| template::scalar(item)).collect();
        format!("[{}]", items.join(", "))
    };
    let at = |moment: Option<Timestamp>| moment.map(rfc3339).unwrap_or_default();
    // Of a document that is finished, what is asked for and cannot be found out any more is said to be so.
    let gap = match draft.status {
        Status::Draft => "",
        Status::InReview | Status::Final => "unknown",
    };
    let or_gap = |text: String| if text.is_empty() { gap.into() } else { text };
    let services = match settled.services.as_slice() {
        [] if !gap.is_empty() => list(&[gap.into()]),
        services => list(services),
    };
    let times = &draft.times;
    let mut lines = vec![
        "---".to_string(),
        frame.schema.clone(),
        format!("id: {}", frame.id),
        format!("title: {}", template::scalar(&draft.title)),
        format!("kind: {}", draft.kind.unwrap_or(Kind::Incident).name()),
        format!("template: {}", Template::Standard.name()),
        format!("status: {}", draft.status.name()),
        format!("severity: {}", template::scalar(&settled.severity)),
        format!("owner: {}", template::scalar(&settled.owner)),
        format!("authors: {}", list(&draft.authors)),
        format!("participants: {}", list(&draft.participants)),
        format!("services: {services}"),
        format!("tags: {}", list(&draft.tags)),
        "causes: []".into(),
        "incident:".into(),
        format!("  started: {}", or_gap(at(times.started))),
        format!("  detected: {}", or_gap(at(times.detected))),
        format!("  acknowledged: {}", at(times.acknowledged)),
        format!("  identified: {}", at(times.identified)),
        format!("  mitigated: {}", at(times.mitigated)),
        format!("  resolved: {}", or_gap(at(times.resolved))),
        format!(
            "detected_by: {}",
            draft.detected_by.map_or("", |by| by.name())
        ),
        "impact:".into(),
        format!(
            "  extent: {}",
            draft.extent.map_or(gap, |extent| extent.name())
        ),
        "imported: true".into(),
        "---".into(),
    ];
    for line in &mut lines {
        line.truncate(line.trim_end().len());
    }
    lines.join("\n") + "\n"
}

struct Writer<'a> {
    draft: &'a Draft,
    conventions: &'a Conventions,
    html: Html,
    text: String,
}

impl Writer<'_> {
    fn body(&mut self) {
        let details = table::details(&self.draft.timeline, self.html, self.conventions);
        match self.draft.provenance.origin {
            Origin::Markdown => self.in_order_of_source(&details),
            _ => self.in_order_of_form(&details),
        }
        let _ = write!(self.text, "\n{}\n", mark::write(&self.draft.provenance));
    }

    /// A document that was written already keeps the order that its writers gave it.
    fn in_order_of_source(&mut self, details: &[table::Detail]) {
        let added = [
            SectionKey::Timeline,
            SectionKey::Actions,
            SectionKey::Appendix,
            SectionKey::References,
        ];
        let parts = self.draft.parts.iter().map(|part| part.heading.clone());
        let mut seen: Vec<Heading> = Vec::new();
        for heading in parts.chain(added.map(Heading::Known)) {
            if seen.contains(&heading) {
                continue;
            }
            match &heading {
                Heading::Known(key) => self.section(*key, details),
                Heading::Own(title) => {
                    let title = self.own_heading(title);
                    self.heading(&title);
                    self.parts(&heading);
                }
            }
            seen.push(heading);
        }
    }

    fn in_order_of_form(&mut self, details: &[table::Detail]) {
        for key in ORDER {
            self.section(key, details);
        }
        let mut own: Vec<&str> = Vec::new();
        for part in &self.draft.parts {
            if let Heading::Own(title) = &part.heading
                && !own.contains(&title.as_str())
            {
                own.push(title);
            }
        }
        for title in own {
            let heading = self.own_heading(title);
            self.heading(&heading);
            let wanted = Heading::Own(title.into());
            self.parts(&wanted);
        }
        for key in LAST {
            self.section(key, details);
        }
    }

    /// The source's own heading as text. One that names a section of ours after all would be read as that.
    fn own_heading(&self, title: &str) -> String {
        let plain = escape::one_line(title);
        let mut safe = escape::inline(title);
        // Marks at the end of a heading would close it.
        if safe.ends_with('#') {
            safe.insert(safe.len() - 1, '\\');
        }
        match SectionKey::from_heading(&plain, &self.conventions.headings) {
            Some(_) => format!("{safe} as written"),
            None if plain.is_empty() => "Without a heading".into(),
            None => safe,
        }
    }

    fn heading(&mut self, title: &str) {
        let _ = write!(self.text, "\n## {title}\n");
    }

    fn block(&mut self, block: &str) {
        if !block.trim().is_empty() {
            let _ = write!(
                self.text,
                "\n{}\n",
                block.trim_end().trim_start_matches('\n')
            );
        }
    }

    /// Everything that the draft says below a heading.
    fn parts(&mut self, heading: &Heading) {
        let parts = self.draft.parts.iter();
        let below = parts.filter(|part| part.heading == *heading);
        let texts: Vec<String> = below
            .map(|part| {
                self.safe(&part.text)
                    .trim_matches('\n')
                    .trim_end()
                    .to_string()
            })
            .filter(|text| !text.is_empty())
            .collect();
        let block = clean::joined(&texts, self.html, self.conventions);
        self.block(&block);
    }

    fn safe(&self, text: &Text) -> String {
        match text {
            Text::Plain(text) => escape::paragraphs(text),
            Text::Markdown(text) => clean::markdown(text, self.html, self.conventions),
        }
    }

    fn section(&mut self, key: SectionKey, details: &[table::Detail]) {
        let draft = self.draft;
        let known = Heading::Known(key);
        let has_parts = draft.parts.iter().any(|part| part.heading == known);
        let has_more = match key {
            SectionKey::Timeline => !draft.timeline.is_empty(),
            SectionKey::Actions => !draft.actions.is_empty(),
            SectionKey::Appendix => !details.is_empty(),
            SectionKey::References => true,
            _ => false,
        };
        if !has_parts && !has_more {
            self.unwritten(key);
            return;
        }
        self.heading(key.heading());
        match key {
            SectionKey::Timeline => {
                let table = table::timeline(&draft.timeline, details, self.html, self.conventions);
                self.block(&table);
            }
            SectionKey::Actions => {
                let table = table::actions(&draft.actions, self.html, self.conventions);
                self.block(&table);
            }
            _ => {}
        }
        if key == SectionKey::Timeline && has_parts && draft.provenance.origin != Origin::Markdown {
            // A list of times here would be read as entries a second time.
            self.heading("Timeline as written");
        }
        self.parts(&known);
        match key {
            SectionKey::Appendix => {
                for detail in details {
                    let block = format!("### {}\n\n{}", detail.heading(), detail.text);
                    self.block(&block);
                }
            }
            SectionKey::References => {
                let block = notes::origin(&draft.provenance);
                self.block(&block);
                let remarks = notes::remarks(&draft.remarks);
                if !remarks.is_empty() {
                    self.block(&format!("### What the import did\n\n{remarks}"));
                }
            }
            _ => {}
        }
    }

    /// A section of the form that the source says nothing for: its heading and instruction, so that somebody goes on writing.
    /// A document that was written already keeps the form it has.
    fn unwritten(&mut self, key: SectionKey) {
        if self.draft.provenance.origin == Origin::Markdown {
            return;
        }
        if let Some(below) = template::below(Template::Standard, key) {
            let priorities = self.conventions.priorities.iter();
            let priorities: Vec<&str> = priorities.map(|priority| priority.name.as_str()).collect();
            let below = below.replace("{priorities}", &priorities.join(", "));
            self.heading(key.heading());
            self.block(below.trim());
        }
    }
}
