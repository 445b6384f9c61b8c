//! The body of a public text: the Markdown less what is internal, written anew from its tree.
//!
//! Internal blocks are cut out of the bytes first, wherever they begin and end. The rest is read and loses comments, columns that
//! name people, links into the repository and, for `summary`, everything but the external section. What is left is written as
//! Markdown again, so that nothing passes that no node of the tree holds: no comment, no unused link definition. Where the
//! text does not survive this unchanged it is refused.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, format_commonmark, format_html};
use regex::{Captures, Regex};

use super::leak::Leak;
use super::target::{Link, Targets};
use super::{audience, place};
use crate::document::options;
use crate::postmortem::Postmortem;
use crate::postmortem::action::{Column, column};
use crate::postmortem::choice::Audience;
use crate::postmortem::edition::blocks;
use crate::postmortem::section::SectionKey;

/// What the Markdown writer puts between two lists, so that they do not become one.
const BETWEEN_LISTS: &str = "<!-- end list -->";

/// A public body, and what it had to lose.
#[derive(Debug, Default)]
pub(super) struct Reduced {
    /// The Markdown.
    pub(super) text: String,
    /// Its first paragraph, visible text; for lists where there is no summary.
    pub(super) lead: String,
    /// The files that it shows or links to, by their public path.
    pub(super) files: BTreeMap<String, String>,
    /// Who was named in columns that are left out.
    pub(super) people: Vec<String>,
    /// Texts of internal blocks and of comments.
    pub(super) removed: Vec<String>,
}

/// Makes the public body of a postmortem.
pub(super) fn reduce(postmortem: &Postmortem, targets: &Targets<'_>) -> Result<Reduced, Vec<Leak>> {
    let mut reduced = Reduced::default();
    let text = cut(postmortem, &mut reduced)?;
    let arena = Arena::new();
    let mut writing = options();
    writing.render.prefer_fenced = true;
    let tree = comrak::parse_document(&arena, &text, &writing);
    if audience(postmortem) == Some(Audience::Summary) {
        keep_external(tree, targets);
    }
    let mut flaws = Vec::new();
    let nodes: Vec<&AstNode<'_>> = tree.descendants().collect();
    for node in nodes {
        clean(node, postmortem, targets, &mut reduced, &mut flaws);
    }
    if !flaws.is_empty() {
        return Err(flaws);
    }
    let failed = |message: &str| {
        vec![Leak::of(
            postmortem,
            postmortem.document.body.start as usize,
            message,
            "write its tables, lists and links in a simpler way",
        )]
    };
    let mut shown = String::new();
    let mut written = String::new();
    let unsafe_ = {
        let mut options = options();
        options.render.r#unsafe = true;
        options
    };
    format_html(tree, &unsafe_, &mut shown)
        .and_then(|()| format_commonmark(tree, &writing, &mut written))
        .map_err(|_| failed("the public text of this postmortem cannot be written"))?;
    let again = comrak::parse_document(&arena, &written, &writing);
    let mut twice = String::new();
    format_html(again, &unsafe_, &mut twice)
        .map_err(|_| failed("the public text of this postmortem cannot be written"))?;
    if let Some(word) = difference(&shown, &twice) {
        let source = postmortem.source().text();
        let body = postmortem.document.body.start as usize;
        let at = place::find(source.get(body..).unwrap_or_default(), &word);
        return Err(vec![Leak::of(
            postmortem,
            body + at.unwrap_or_default(),
            "the public text of this postmortem would not say the same as its source from here on",
            "write the table, list or link in a simpler way",
        )]);
    }
    reduced.lead = lead(again);
    reduced.text = written;
    Ok(reduced)
}

/// The body without its internal blocks.
fn cut(postmortem: &Postmortem, reduced: &mut Reduced) -> Result<String, Vec<Leak>> {
    let source = postmortem.source();
    let document = &postmortem.document;
    let (blocks, problems) = blocks(&document.comments);
    let mut flaws: Vec<Leak> = problems
        .iter()
        .map(|problem| {
            Leak::of(
                postmortem,
                problem.span.start as usize,
                &problem.message,
                &problem.help,
            )
        })
        .collect();
    let mut text = String::new();
    let mut at = document.body.start as usize;
    for block in &blocks {
        let range = block.range();
        let inner = source.slice(*block);
        let before = &source.text()[at.min(range.start)..range.start];
        let line = before.rsplit('\n').next().unwrap_or_default();
        let own_line = line
            .chars()
            .all(|c| c.is_whitespace() || "->*+.)".contains(c) || c.is_ascii_digit());
        if !own_line && inner.contains('|') {
            let message = "this internal block reaches from one cell of a table into another";
            let help = "begin and end it inside one cell, or around the whole table";
            flaws.push(Leak::of(postmortem, range.start, message, help));
        }
        reduced.removed.push(inner.into());
        text.push_str(before);
        at = range.end;
    }
    if !flaws.is_empty() {
        return Err(flaws);
    }
    text.push_str(&source.text()[at..document.body.end as usize]);
    Ok(text)
}

/// Leaves nothing but what the external sections say, without their headings, and the footnotes that they name.
fn keep_external<'a>(tree: &'a AstNode<'a>, targets: &Targets<'_>) {
    let mut open: Option<u8> = None;
    let mut notes = BTreeMap::new();
    let mut kept = Vec::new();
    let blocks: Vec<&AstNode<'_>> = tree.children().collect();
    for block in blocks {
        let heading = match &block.data().value {
            NodeValue::Heading(heading) => Some(heading.level),
            NodeValue::FootnoteDefinition(note) => {
                notes.insert(note.name.clone(), block);
                None
            }
            _ => None,
        };
        let mut keep = open.is_some();
        if let Some(level) = heading {
            let key = SectionKey::from_heading(&block.collect_text(), targets.headings);
            if open.is_none_or(|open| level <= open) {
                open = (key == Some(SectionKey::External)).then_some(level);
                keep = false;
            }
        }
        let is_note = matches!(block.data().value, NodeValue::FootnoteDefinition(_));
        if keep && !is_note {
            kept.push(block);
        } else {
            block.detach();
        }
    }
    let mut wanted: Vec<&AstNode<'_>> = kept;
    let mut seen = BTreeSet::new();
    while let Some(block) = wanted.pop() {
        let named = block
            .descendants()
            .filter_map(|node| match &node.data().value {
                NodeValue::FootnoteReference(note) => Some(note.name.clone()),
                _ => None,
            });
        for name in named.collect::<Vec<_>>() {
            if let Some(note) = notes.get(&name)
                && seen.insert(name)
            {
                tree.append(note);
                wanted.push(note);
            }
        }
    }
}

/// Takes from one node what may not be seen.
fn clean<'a>(
    node: &'a AstNode<'a>,
    postmortem: &Postmortem,
    targets: &Targets<'_>,
    reduced: &mut Reduced,
    flaws: &mut Vec<Leak>,
) {
    let mut data = node.data_mut();
    match &mut data.value {
        NodeValue::HtmlBlock(html) => {
            let literal = markup(&html.literal, postmortem, targets, reduced, flaws);
            let empty = literal.trim().is_empty();
            html.literal = literal;
            drop(data);
            if empty {
                detach(node);
            }
        }
        NodeValue::HtmlInline(html) => {
            let literal = markup(html, postmortem, targets, reduced, flaws);
            let empty = literal.trim().is_empty();
            *html = literal;
            drop(data);
            if empty {
                detach(node);
            }
        }
        NodeValue::Text(text) => {
            let lower = text.to_ascii_lowercase();
            if lower.contains("<!--") && lower.contains("aftersight") {
                flaws.push(stray(postmortem, text));
            }
        }
        NodeValue::CodeBlock(code) => {
            // Only the first word says what language it is.
            let first = code.info.split_whitespace().next().unwrap_or_default();
            code.info = first.to_string();
        }
        NodeValue::Link(link) | NodeValue::Image(link) => {
            let found = targets.link(postmortem.path(), &link.url, &mut reduced.files);
            match found {
                Link::Kept => {}
                Link::To(url) => link.url = url,
                Link::Text => {
                    drop(data);
                    unwrap(node);
                }
                Link::LeftOut(names, instead) => {
                    drop(data);
                    let text = node.collect_text();
                    let text = text.trim();
                    if names.iter().any(|name| name.eq_ignore_ascii_case(text)) {
                        rename(node, instead);
                    } else {
                        unwrap(node);
                    }
                }
            }
        }
        NodeValue::Table(_) => {
            drop(data);
            reduced.people.extend(without_people(node));
        }
        _ => {}
    }
}

/// A node without neighbours takes what would be left empty with it.
fn detach<'a>(node: &'a AstNode<'a>) {
    let parent = node.parent();
    // A space at the edge of a paragraph is none.
    match (node.previous_sibling(), node.next_sibling()) {
        (Some(before), None) => edge(before, |text| text.trim_end_matches([' ', '\t'])),
        (None, Some(after)) => edge(after, |text| text.trim_start_matches([' ', '\t'])),
        _ => {}
    }
    node.detach();
    if let Some(parent) = parent
        && parent.first_child().is_none()
        && matches!(
            parent.data().value,
            NodeValue::Paragraph
                | NodeValue::BlockQuote
                | NodeValue::Item(_)
                | NodeValue::List(_)
                | NodeValue::Emph
                | NodeValue::Strong
                | NodeValue::Strikethrough
        )
    {
        detach(parent);
    }
}

fn edge<'a>(node: &'a AstNode<'a>, trimmed: impl Fn(&str) -> &str) {
    if let NodeValue::Text(text) = &mut node.data_mut().value {
        *text = Cow::Owned(trimmed(text).to_string());
    }
}

/// Leaves the content of a link.
fn unwrap<'a>(link: &'a AstNode<'a>) {
    let inside: Vec<&AstNode<'_>> = link.children().collect();
    for child in inside {
        link.insert_before(child);
    }
    detach(link);
}

/// Makes a link a text that names nothing.
fn rename<'a>(link: &'a AstNode<'a>, instead: &'static str) {
    let inside: Vec<&AstNode<'_>> = link.children().collect();
    for child in inside {
        child.detach();
    }
    link.data_mut().value = NodeValue::Text(Cow::Borrowed(instead));
}

/// Takes the columns out that name people, and from tables of action items where these are tracked; the names that stood there.
fn without_people<'a>(table: &'a AstNode<'a>) -> Vec<String> {
    let rows: Vec<&AstNode<'_>> = table.children().collect();
    let titles: Vec<Option<Column>> = rows.first().map_or_else(Vec::new, |row| {
        row.children()
            .map(|cell| column(&cell.collect_text()))
            .collect()
    });
    let is_actions = titles.contains(&Some(Column::Action));
    let leaves = |title: &Option<Column>| match title {
        Some(Column::Owner) => true,
        Some(Column::Issue) => is_actions,
        _ => false,
    };
    let mut people = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        let cells: Vec<&AstNode<'_>> = row.children().collect();
        for (cell, title) in cells.iter().zip(&titles) {
            if !leaves(title) {
                continue;
            }
            if number > 0 && *title == Some(Column::Owner) {
                people.push(cell.collect_text().trim().to_string());
            }
            cell.detach();
        }
    }
    let left: Vec<bool> = titles.iter().map(|title| !leaves(title)).collect();
    if !left.contains(&true) {
        detach(table);
    } else if let NodeValue::Table(table) = &mut table.data_mut().value {
        let mut keep = left.iter();
        table
            .alignments
            .retain(|_| keep.next().copied().unwrap_or(true));
        table.num_columns = table.alignments.len();
    }
    people
}

static ADDRESS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?i)(\b(?:href|src)\s*=\s*)("[^"]*"|'[^']*'|[^\s>"']+)"#).ok());

/// Raw HTML without its comments, its links as they may be.
fn markup(
    html: &str,
    postmortem: &Postmortem,
    targets: &Targets<'_>,
    reduced: &mut Reduced,
    flaws: &mut Vec<Leak>,
) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find("<!--") {
        text.push_str(&rest[..start]);
        let comment = &rest[start..];
        let end = comment[4..].find("-->").map_or(comment.len(), |at| at + 7);
        let inner = comment[4..end].trim_end_matches("-->").trim();
        let command = inner.strip_prefix("aftersight:").map(str::trim);
        let known = command.is_some_and(|command| command.starts_with("allow("));
        if inner.to_ascii_lowercase().contains("aftersight") && !known {
            flaws.push(stray(postmortem, comment));
        }
        reduced.removed.push(inner.into());
        rest = &comment[end..];
    }
    text.push_str(rest);
    let Some(address) = ADDRESS.as_ref() else {
        return text;
    };
    let replaced = address.replace_all(&text, |found: &Captures<'_>| {
        let url = found[2].trim_matches(['"', '\'']);
        match targets.link(postmortem.path(), url, &mut reduced.files) {
            Link::Kept => found[0].to_string(),
            Link::To(url) => format!("{}\"{url}\"", &found[1]),
            Link::Text | Link::LeftOut(..) => format!("{}\"\"", &found[1]),
        }
    });
    replaced.into_owned()
}

/// What looks like one of our comments and is none that is known.
fn stray(postmortem: &Postmortem, text: &str) -> Leak {
    let near: String = text.chars().take(60).collect();
    let at = place::find(postmortem.source().text(), &near);
    Leak::of(
        postmortem,
        at.unwrap_or(postmortem.document.body.start as usize),
        "this comment is for aftersight, but it is not plain what it keeps back",
        "write `<!-- aftersight: internal -->` and `<!-- aftersight: end -->`, each on a line of its own",
    )
}

/// The first paragraph.
fn lead<'a>(tree: &'a AstNode<'a>) -> String {
    let mut blocks = tree.children();
    let first = blocks.find(|node| matches!(node.data().value, NodeValue::Paragraph));
    let first = first.map(|node| node.collect_text()).unwrap_or_default();
    first.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first word that stands in one rendering and not in the other.
fn difference(one: &str, other: &str) -> Option<String> {
    let plain = |text: &str| text.replace(BETWEEN_LISTS, "");
    let (one, other) = (plain(one), plain(other));
    let (mut left, mut right) = (one.split_whitespace(), other.split_whitespace());
    loop {
        match (left.next(), right.next()) {
            (None, None) => return None,
            (one, other) if one == other => {}
            (one, _) => {
                let word = one.unwrap_or_default();
                let word = word.split(['<', '>']).max_by_key(|part| part.len());
                return Some(word.unwrap_or_default().to_string());
            }
        }
    }
}
