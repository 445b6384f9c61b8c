//! What is known while a body is rendered: open sections, ids, the table of contents.
//!
//! Owns levels and ids of headings: they begin below the page's own, never jump, and never meet an id of the
//! templates.

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;

use super::event::Anchor;
use super::item::Item;
use super::link::{Asset, Target};
use super::setting::Setting;
use crate::document::markup::Kind;
use crate::document::section::anchor;
use crate::postmortem::section::SectionKey;

/// Ids that the templates use; no heading gets one of them.
const RESERVED: [&str; 16] = [
    "main",
    "q",
    "facets",
    "front",
    "results",
    "results-list",
    "results-more",
    "find-status",
    "facts-title",
    "contents-title",
    "related-title",
    "course-title",
    "course-desc",
    "course-table",
    "nearby-title",
    "lost-title",
];
/// An entry of the table of contents.
#[derive(Debug, Serialize)]
pub(super) struct Heading {
    /// The heading's id.
    pub(super) id: String,
    /// Its text.
    pub(super) text: String,
    /// The headings below it.
    pub(super) children: Vec<Heading>,
}

/// What is known while a body is rendered.
pub(super) struct State<'a> {
    /// The postmortem and its surroundings.
    pub(super) setting: Setting<'a>,
    /// The heading that is left out.
    pub(super) title: Option<usize>,
    /// Added to every heading's level, so that the highest becomes 2.
    shift: i8,
    /// Lines of the header rows whose tables are action items.
    pub(super) item_tables: Vec<usize>,
    /// The items of each such table.
    pub(super) tables: Vec<Vec<Item>>,
    /// The entries of the timeline, by the line of the file that they begin on.
    anchors: BTreeMap<usize, Anchor<'a>>,
    /// The entry whose row is open.
    pub(super) row: Option<Anchor<'a>>,
    /// The line of the file that the chain of whys begins on.
    pub(super) whys: Option<usize>,
    /// The table of contents so far.
    pub(super) contents: Vec<Heading>,
    /// The open sections: level, and what the heading names.
    pub(super) open: Vec<(u8, Option<SectionKey>, String)>,
    /// Ids given out.
    pub(super) ids: Vec<String>,
    /// The same, and numbered ones, to be found quickly.
    taken: HashSet<String>,
    /// Addresses that were found for links and images.
    pub(super) addresses: Vec<String>,
    /// Files that must be copied.
    pub(super) assets: Vec<Asset>,
    /// Regions that scroll, counted.
    scrolls: usize,
}

impl<'a> State<'a> {
    /// Before the first mark; the heading at `title` repeats the page's own and is left out.
    pub(super) fn new(setting: Setting<'a>, title: Option<usize>) -> Self {
        Self {
            setting,
            title,
            shift: 0,
            item_tables: Vec::new(),
            tables: Vec::new(),
            anchors: BTreeMap::new(),
            row: None,
            whys: None,
            contents: Vec::new(),
            open: Vec::new(),
            ids: Vec::new(),
            taken: HashSet::new(),
            addresses: Vec::new(),
            assets: Vec::new(),
            scrolls: 0,
        }
    }

    /// Reads what the whole body says of its levels.
    pub(super) fn raise(&mut self) {
        let markup = &self.setting.postmortem.document.markup;
        let levels = markup
            .inside(0)
            .filter_map(|at| match markup.mark(at)?.kind {
                Kind::Heading { level, .. } if self.title != Some(at) => Some(level),
                _ => None,
            });
        self.shift = 2 - i8::try_from(levels.min().unwrap_or(2)).unwrap_or(2);
    }

    /// Gives the entries of the timeline their addresses, before any heading takes one.
    pub(super) fn give(&mut self, anchors: Vec<Anchor<'a>>) {
        for anchor in anchors {
            self.taken.insert(anchor.id.clone());
            self.ids.push(anchor.id.clone());
            self.anchors.insert(anchor.line, anchor);
        }
    }

    /// The entry that begins on a line of the file.
    pub(super) fn anchor(&self, line: usize) -> Option<Anchor<'a>> {
        self.anchors.get(&line).cloned()
    }

    /// The address of a link or an image, if it may have one.
    pub(super) fn target(&mut self, url: &str, image: bool) -> Option<String> {
        let target = self.setting.resolver.target(url, image);
        let address = target.address(self.setting.page, image)?;
        if let Target::File(asset) = target {
            self.assets.push(asset);
        }
        if self.setting.postmortem.document.has_html {
            self.addresses.push(address.clone());
        }
        Some(address)
    }

    /// The level on the page: never more than one below the heading before.
    pub(super) fn level(&self, level: u8) -> u8 {
        let level = level.saturating_add_signed(self.shift).clamp(2, 6);
        let above = self.open.iter().rev().find(|(above, ..)| *above < level);
        level.min(above.map_or(2, |(above, ..)| above + 1))
    }

    /// What the innermost known heading names.
    pub(super) fn section(&self) -> Option<SectionKey> {
        self.open.iter().rev().find_map(|(_, key, _)| *key)
    }

    /// A name that no other region of the page has.
    pub(super) fn region(&mut self, what: &str) -> String {
        self.scrolls += 1;
        match self.open.last() {
            Some((.., title)) => format!("{what} {}, {title}", self.scrolls),
            None => format!("{what} {}", self.scrolls),
        }
    }

    /// Opens a section; gives its id.
    pub(super) fn heading(&mut self, level: u8, text: String) -> String {
        let id = self.id(&text);
        let key = SectionKey::from_heading(&text, &self.setting.conventions.headings);
        self.open.retain(|(above, ..)| *above < level);
        self.open.push((level, key, text.trim().into()));
        let entry = Heading {
            id: id.clone(),
            text,
            children: Vec::new(),
        };
        match (level, self.contents.last_mut()) {
            (2, _) | (3, None) => self.contents.push(entry),
            (3, Some(last)) => last.children.push(entry),
            _ => {}
        }
        id
    }

    /// An id that neither the templates nor another heading has; a repeated one is numbered, as on GitHub.
    fn id(&mut self, text: &str) -> String {
        let plain = anchor(text);
        let mut id = plain.clone();
        let mut number = 0;
        while RESERVED.contains(&id.as_str()) || !self.taken.insert(id.clone()) {
            number += 1;
            id = format!("{plain}-{number}");
        }
        self.ids.push(id.clone());
        id
    }
}
