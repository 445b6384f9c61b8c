//! cState: issues of a status page that is kept as Markdown files.
//!
//! Owns the keys of its front matter and its marks of time in the text. Shape: github.com/cstate/cstate.

use std::sync::Arc;

use jiff::Timestamp;

use super::draft::{Draft, Event, Heading, Text};
use super::input::{Input, Mismatch, Wish};
use super::origin::Origin;
use super::remark::Place;
use super::{moment, sections, sniff};
use crate::document::Document;
use crate::document::yaml::{Node, Value};
use crate::postmortem::choice::Extent;
use crate::postmortem::section::SectionKey;
use crate::source::{Source, Span};

/// One draft a file.
pub(super) fn read(inputs: &[Input], wish: &Wish<'_>) -> Result<Vec<Draft>, Mismatch> {
    inputs.iter().map(|input| issue(input, wish)).collect()
}

struct Reader<'a> {
    document: &'a Document,
    name: &'a str,
    draft: Draft,
    wish: &'a Wish<'a>,
}

fn issue(input: &Input, wish: &Wish<'_>) -> Result<Draft, Mismatch> {
    let document = Document::parse(Arc::new(Source::new(&input.name, input.text.clone())));
    let mismatch = |why: &str| Mismatch {
        file: input.name.clone(),
        why: why.into(),
        looks_like: sniff::text(&input.text).filter(|origin| *origin != Origin::CState),
    };
    let Some(Node {
        value: Value::Mapping(entries),
        ..
    }) = &document.front.tree
    else {
        return Err(mismatch("has no front matter in YAML"));
    };
    let has = |key: &str| entries.iter().any(|(name, _)| name.text() == Some(key));
    let telling = [
        "affected",
        "resolved",
        "resolvedWhen",
        "severity",
        "section",
    ];
    if !telling.iter().any(|key| has(key)) {
        return Err(mismatch(
            "is no issue of cState: its front matter names neither `affected` nor `severity`",
        ));
    }
    let mut reader = Reader {
        document: &document,
        name: &input.name,
        draft: Draft::new(Origin::CState),
        wish,
    };
    for problem in &document.problems {
        let place = reader.place(problem.span);
        reader
            .draft
            .not_understood(format!("the front matter: {}", problem.message), place);
    }
    let mut resolved = None;
    for (key, value) in entries {
        reader.field(key.text().unwrap_or_default(), value, &mut resolved);
    }
    reader.settle(resolved.as_deref());
    let body = document.source.slice(document.body).to_string();
    reader.body(&body);
    let mut draft = reader.draft;
    draft.provenance.files.push(input.as_read());
    Ok(draft)
}

impl Reader<'_> {
    fn place(&self, span: Span) -> Place {
        Place::line(self.name, self.document.source.position(span.start).line)
    }

    fn time(&mut self, key: &str, node: &Node) -> Option<Timestamp> {
        let text = node.text()?;
        if node.is_null() || text.trim().is_empty() {
            return None;
        }
        match moment::read(text, self.wish.zone) {
            Some((at, guessed)) => {
                if guessed {
                    let place = self.place(node.span);
                    self.draft
                        .guessed("times without an offset are taken to be in UTC", place);
                }
                Some(at)
            }
            None => {
                let place = self.place(node.span);
                self.draft.not_understood(
                    format!("the time `{}` of `{key}`", text.replace('`', "'")),
                    place,
                );
                None
            }
        }
    }

    fn field(&mut self, key: &str, node: &Node, resolved: &mut Option<String>) {
        match key {
            "title" => self.draft.title = node.text().unwrap_or_default().into(),
            "date" => self.draft.times.started = self.time(key, node),
            "resolvedWhen" => self.draft.times.resolved = self.time(key, node),
            "resolved" => *resolved = node.text().map(String::from),
            "severity" => self.draft.severity = node.text().map(String::from),
            "affected" => self.draft.services = texts(node),
            "tags" | "categories" => self.draft.tags.extend(texts(node)),
            "section" if node.text() == Some("issue") => {}
            "draft" | "pin" | "informational" | "createdWith"
                if node
                    .text()
                    .is_some_and(|text| text == "false" || key == "createdWith") => {}
            _ => {
                let value = texts(node).join(", ");
                if value.is_empty()
                    && !node.is_null()
                    && !matches!(&node.value, Value::Scalar { .. })
                {
                    let place = self.place(node.span);
                    self.draft
                        .left_out(format!("the field `{}`", key.replace('`', "'")), place);
                }
                self.draft.fact(key, &value);
            }
        }
    }

    fn settle(&mut self, resolved: Option<&str>) {
        let place = Place::file(self.name);
        let draft = &mut self.draft;
        draft.extent = match draft.severity.as_deref() {
            Some("down") => Some(Extent::Outage),
            Some("disrupted") => Some(Extent::PartialOutage),
            _ => None,
        };
        if draft.severity.as_deref() == Some("notice")
            || draft.title.to_lowercase().contains("maintenance")
        {
            draft.tags.push("planned-maintenance".into());
            draft.guessed(
                "this was planned maintenance, to judge by its severity or its title",
                place.clone(),
            );
        }
        if draft.times.started.is_some() {
            draft.guessed("`started` is the `date` of the page", place.clone());
        }
        if draft.times.resolved.is_none() && resolved == Some("true") {
            draft.left_out("that it is resolved: the page does not say when", place);
        }
        for (at, text) in [
            (draft.times.started, "Began, by the status page"),
            (draft.times.resolved, "Resolved, by the status page"),
        ] {
            if at.is_some() {
                draft
                    .timeline
                    .push(Event::new(at, Text::Plain(text.into())));
            }
        }
    }

    /// The text, whose updates may end with a mark of their time: `{{< track "2018-05-25 16:41:05" >}}`.
    fn body(&mut self, body: &str) {
        let first = self.document.source.position(self.document.body.start).line;
        let mut rest = String::new();
        let mut line = first;
        for block in body.split_inclusive("\n\n") {
            let place = Place::line(self.name, line);
            line += u32::try_from(block.matches('\n').count()).unwrap_or(0);
            let Some((text, at)) = tracked(block) else {
                rest.push_str(block);
                continue;
            };
            let Some((at, guessed)) = moment::read(at, self.wish.zone) else {
                self.draft.not_understood(
                    format!("the time `{}` of an update", at.replace('`', "'")),
                    place,
                );
                rest.push_str(block);
                continue;
            };
            if guessed {
                self.draft
                    .guessed("times without an offset are taken to be in UTC", place);
            }
            self.draft
                .timeline
                .push(Event::new(Some(at), Text::Markdown(text)));
        }
        sections::add(
            &mut self.draft,
            &rest,
            &Heading::Known(SectionKey::Summary),
            self.wish.conventions,
        );
    }
}

/// The text of an update without its mark, and the mark's time.
fn tracked(block: &str) -> Option<(String, &str)> {
    let start = block.find("{{<")?;
    let end = start + block[start..].find(">}}")?;
    let inner = block[start + 3..end].trim().strip_prefix("track")?.trim();
    let text = format!("{}{}", &block[..start], &block[end + 3..]);
    Some((text.trim().into(), inner.trim_matches(['"', '\''])))
}

/// A scalar, or the scalars of a list.
fn texts(node: &Node) -> Vec<String> {
    match &node.value {
        Value::Sequence(items) => items
            .iter()
            .filter_map(|item| item.text().map(String::from))
            .collect(),
        _ if node.is_null() => Vec::new(),
        _ => node.text().map(String::from).into_iter().collect(),
    }
}
