//! A postmortem: what a document says, in the words of the domain.
//!
//! Owns the vocabulary of FORMAT.md. Reading text is for [`crate::document`], judging it for the rules.

pub mod action;
pub mod allow;
pub mod choice;
pub mod clock;
pub mod confidential;
pub mod conventions;
pub mod deadline;
pub mod edition;
mod front;
pub mod id;
pub mod impact;
pub mod incident;
pub mod passage;
pub mod people;
pub mod place;
pub mod remark;
pub mod section;
pub mod timeline;
pub mod whys;
pub mod wording;

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;

use crate::document::block::BlockKind;
use crate::document::section::Section;
use crate::document::{Document, Problem};
use crate::source::{Source, Span};
use action::Actions;
use allow::Allow;
use choice::{Kind, Status, Template};
use conventions::Conventions;
pub use front::{Front, ThirdParty};
use passage::Passage;
use remark::Remark;
use section::SectionKey;
use timeline::Timeline;
use whys::Whys;
use wording::Wording;

/// One postmortem, read as far as it can be read.
#[derive(Debug)]
pub struct Postmortem {
    /// The text it was read from.
    pub document: Document,
    /// The front matter's fields.
    pub front: Front,
    /// Which section of the document each known heading names, in order.
    pub sections: Vec<(SectionKey, usize)>,
    /// The first paragraph of the summary, visible text.
    pub summary: String,
    /// The timeline.
    pub timeline: Timeline,
    /// The whys.
    pub whys: Whys,
    /// The action items.
    pub actions: Actions,
    /// Findings the author allows, in front matter and comments.
    pub allows: Vec<Allow>,
    /// Flaws met while reading, of the document and of the fields.
    pub problems: Vec<Problem>,
    /// Whether the front matter could be read whole: only then is a missing key missing.
    pub readable: bool,
    passages: OnceLock<Vec<Passage>>,
    wording: OnceLock<Wording>,
    remarks: OnceLock<Vec<Remark>>,
}

impl Postmortem {
    /// Reads a source. Never fails.
    pub fn parse(source: Arc<Source>, conventions: &Conventions) -> Self {
        Self::new(Document::parse(source), conventions)
    }

    /// Reads a document. Never fails.
    pub fn new(document: Document, conventions: &Conventions) -> Self {
        let mut problems = document.problems.clone();
        let readable = document.front.complete;
        let front = Front::read(&document.front, conventions, &mut problems);
        let sections: Vec<(SectionKey, usize)> = document
            .sections
            .iter()
            .enumerate()
            .filter_map(|(index, section)| {
                Some((
                    SectionKey::from_heading(&section.title, &conventions.headings)?,
                    index,
                ))
            })
            .collect();
        let known: Vec<(SectionKey, &Section)> = sections
            .iter()
            .map(|(key, index)| (*key, &document.sections[*index]))
            .collect();
        let started = front.incident.started.known().copied();
        let mut timeline = Timeline::default();
        for (_, section) in known.iter().filter(|(key, _)| *key == SectionKey::Timeline) {
            let more = timeline::read(&document, section, started);
            timeline.entries.extend(more.entries);
            timeline.unreadable.extend(more.unreadable);
        }
        let summary = known
            .iter()
            .find(|(key, _)| *key == SectionKey::Summary)
            .and_then(|(_, section)| {
                document.blocks[section.own.clone()]
                    .iter()
                    .find_map(|block| match &block.kind {
                        BlockKind::Paragraph(run) => Some(run.text(&document.source).into_owned()),
                        _ => None,
                    })
            });
        let whys = whys::read(&document, &known);
        let actions = action::read(&document, &known);
        let mut allows = front.allows.clone();
        allows.extend(allow::comments(
            &document.comments,
            document.source.text(),
            &mut problems,
        ));
        problems.extend(edition::blocks(&document.comments).1);
        Self {
            passages: OnceLock::new(),
            wording: OnceLock::new(),
            remarks: OnceLock::new(),
            summary: summary.unwrap_or_default(),
            timeline,
            whys,
            actions,
            allows,
            sections,
            readable,
            problems,
            front,
            document,
        }
    }

    /// Every run of the body with its text, made at the first call.
    pub fn passages(&self) -> &[Passage] {
        self.passages.get_or_init(|| passage::read(&self.document))
    }

    /// The passages of some blocks, headings among them.
    pub fn passages_in(&self, blocks: Range<usize>) -> &[Passage] {
        let passages = self.passages();
        let before = |end: usize| passages.partition_point(|passage| passage.block < end);
        let (start, end) = (before(blocks.start), before(blocks.end));
        &passages[start..end.max(start)]
    }

    /// The words that say what happened and why, read at the first call.
    pub fn wording(&self) -> &Wording {
        self.wording.get_or_init(|| Wording::read(self))
    }

    /// What `read` remarks in the language, made at the first call.
    pub fn remarks(&self, read: impl FnOnce(&Self) -> Vec<Remark>) -> &[Remark] {
        self.remarks.get_or_init(|| read(self))
    }

    /// Lets go of blocks, passages, remarks and the YAML tree, once nobody looks at them any more; the wording stays.
    pub fn forget_blocks(&mut self) {
        self.wording();
        self.document.forget_blocks();
        self.passages = OnceLock::new();
        self.remarks = OnceLock::new();
    }

    /// The text it was read from.
    pub fn source(&self) -> &Arc<Source> {
        &self.document.source
    }

    /// The path, relative to the repository.
    pub fn path(&self) -> &str {
        self.document.source.path()
    }

    /// The id, where it is usable.
    pub fn id(&self) -> Option<&str> {
        self.front.id.get().map(String::as_str)
    }

    /// The title; the id or the path where there is none.
    pub fn title(&self) -> &str {
        let title = self.front.title.get().map(String::as_str);
        title.or_else(|| self.id()).unwrap_or_else(|| self.path())
    }

    /// What kind of event; an incident where nothing is said.
    pub fn kind(&self) -> Kind {
        self.front.kind.get().copied().unwrap_or(Kind::Incident)
    }

    /// Which sections are asked for; the standard ones where nothing is said.
    pub fn template(&self) -> Template {
        self.front
            .template
            .get()
            .copied()
            .unwrap_or(Template::Standard)
    }

    /// How far the writing is; a draft where nothing usable is said.
    pub fn status(&self) -> Status {
        self.front.status.get().copied().unwrap_or(Status::Draft)
    }

    /// Whether it was written before this tool.
    pub fn is_imported(&self) -> bool {
        self.front.imported.get().copied().unwrap_or(false)
    }

    /// Whether a meeting has to be held about it: only a severe incident with the whole analysis has to be talked about by several
    /// people at one table.
    pub fn asks_for_meeting(&self, conventions: &Conventions) -> bool {
        let severity = self.front.severity.get();
        severity.is_some_and(|severity| conventions.is_customer_facing(severity))
            && self.template() == Template::Standard
            && self.kind() == Kind::Incident
            && !self.is_imported()
    }

    /// The first section with this key.
    pub fn section(&self, key: SectionKey) -> Option<&Section> {
        let found = self.sections.iter().find(|(known, _)| *known == key);
        found.map(|(_, index)| &self.document.sections[*index])
    }

    /// Every section with this key, in order.
    pub fn sections_of(&self, key: SectionKey) -> impl Iterator<Item = &Section> {
        let own = self.sections.iter().filter(move |(known, _)| *known == key);
        own.map(|(_, index)| &self.document.sections[*index])
    }

    /// The paragraphs and the items of lists below every heading with this key, visible text, in order, without those of other
    /// known sections inside of it; none of a postmortem whose blocks were let go of.
    pub fn sentences(&self, key: SectionKey) -> Vec<String> {
        let source = self.source();
        let mut sentences = Vec::new();
        for section in self.sections_of(key) {
            let ranges = self.sections.iter();
            let ranges = ranges.map(|(_, index)| &self.document.sections[*index].all);
            let inner: Vec<_> = ranges
                .filter(|range| section.all.start < range.start && range.end <= section.all.end)
                .collect();
            let own = section.all.clone();
            let own = own.filter(|index| !inner.iter().any(|range| range.contains(index)));
            for block in own.filter_map(|index| self.document.blocks.get(index)) {
                match &block.kind {
                    BlockKind::Paragraph(run) => sentences.push(run.text(source)),
                    BlockKind::List(list) => {
                        let runs = list.items.iter().filter_map(|item| item.run());
                        sentences.extend(runs.map(|run| run.text(source)));
                    }
                    _ => {}
                }
            }
        }
        let trimmed = sentences.iter().map(|text| text.trim());
        let kept = trimmed.filter(|text| !text.is_empty());
        kept.map(str::to_string).collect()
    }

    /// Where to point when something is missing from the front matter: its opening fence.
    pub fn fence(&self) -> Span {
        self.document.front.fence
    }

    /// When the incident began, where that is known.
    pub fn started(&self) -> Option<Timestamp> {
        self.front.incident.started.known().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentences_of_a_section_are_its_own() {
        let text = "## Lessons learned\n\nA *lesson*.\n\n### Details\n\n- one\n- two\n\n### What went well\n\n- kept\n\n## Impact\n\nNone.\n";
        let source = Arc::new(Source::new("a.md", text.into()));
        let postmortem = Postmortem::parse(source, &Conventions::default());
        let of = |key| postmortem.sentences(key);
        assert_eq!(of(SectionKey::Lessons), ["A lesson.", "one", "two"]);
        assert_eq!(of(SectionKey::WentWell), ["kept"]);
        assert_eq!(of(SectionKey::Lucky), [""; 0]);
    }
}
