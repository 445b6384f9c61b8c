//! The Atlassian Document Format as Markdown.
//!
//! Owns its nodes and marks (developer.atlassian.com/cloud/jira/platform/apis/document/structure); what is unknown keeps its text and
//! is told. Text is escaped, so that only the document's own structure is Markdown.

use super::draft::Draft;
use super::escape;
use super::json::Node;

/// Deepest nesting that is read.
const MOST_DEPTH: usize = 40;

/// A document as Markdown.
pub(super) fn markdown(document: &Node<'_>, draft: &mut Draft) -> String {
    let mut reader = Reader { draft };
    let text = reader.blocks(document, 0);
    document.taken();
    text
}

struct Reader<'d> {
    draft: &'d mut Draft,
}

impl Reader<'_> {
    fn children<'a>(&mut self, node: &Node<'a>, depth: usize) -> Vec<Node<'a>> {
        if depth > MOST_DEPTH {
            self.draft
                .left_out("what is nested too deeply in a document", node.place());
            return Vec::new();
        }
        node.items("content")
    }

    fn blocks(&mut self, node: &Node<'_>, depth: usize) -> String {
        let children = self.children(node, depth);
        let mut blocks: Vec<String> = Vec::new();
        let mut line = String::new();
        for child in &children {
            match self.block(child, depth + 1) {
                Some(block) => {
                    if !line.trim().is_empty() {
                        blocks.push(std::mem::take(&mut line));
                    }
                    blocks.push(block);
                }
                // Text where a block should stand is a paragraph of its own.
                None => line.push_str(&self.inline(child, depth + 1)),
            }
        }
        if !line.trim().is_empty() {
            blocks.push(line);
        }
        blocks.retain(|block| !block.trim().is_empty());
        blocks.join("\n\n")
    }

    /// A block; `None` for what stands inside a line.
    fn block(&mut self, node: &Node<'_>, depth: usize) -> Option<String> {
        let kind = node.text("type").unwrap_or_default();
        let attribute = |name: &str| node.get("attrs").and_then(|attrs| attrs.text(name));
        let text = match kind.as_str() {
            "paragraph" => self.lines(node, depth),
            "heading" => {
                let level: usize = attribute("level")
                    .and_then(|level| level.parse().ok())
                    .unwrap_or(3);
                format!(
                    "{} {}",
                    "#".repeat(level.clamp(1, 6)),
                    self.lines(node, depth).replace("\\\n", " ")
                )
            }
            "bulletList" | "taskList" | "decisionList" => self.list(node, depth, None),
            "orderedList" => {
                let first = attribute("order").and_then(|order| order.parse().ok());
                self.list(node, depth, Some(first.unwrap_or(1)))
            }
            "codeBlock" => {
                let literal: String = self
                    .children(node, depth)
                    .iter()
                    .filter_map(|child| child.text("text"))
                    .collect();
                escape::block(&literal)
            }
            "blockquote" | "panel" => quoted(&self.blocks(node, depth)),
            "rule" => "* * *".into(),
            "table" => self.table(node, depth),
            "expand" | "nestedExpand" => {
                let title =
                    attribute("title").map(|title| format!("**{}**", escape::inline(&title)));
                let below = self.blocks(node, depth);
                [title.unwrap_or_default(), below]
                    .join("\n\n")
                    .trim()
                    .to_string()
            }
            "mediaSingle" | "mediaGroup" | "layoutSection" | "layoutColumn" | "bodiedExtension" => {
                self.blocks(node, depth)
            }
            "media" | "mediaInline" => {
                self.draft.left_out(
                    "pictures and files of a document, which the export only names",
                    node.place(),
                );
                let alt =
                    attribute("alt").map(|alt| format!("(picture: {})", escape::inline(&alt)));
                alt.unwrap_or_default()
            }
            "caption" => self.lines(node, depth),
            "blockCard" | "embedCard" => attribute("url")
                .map(|url| escape::inline(&url))
                .unwrap_or_default(),
            "extension" | "inlineExtension" => {
                self.draft.left_out(
                    "parts of a document that an app of Atlassian draws",
                    node.place(),
                );
                attribute("text")
                    .map(|text| escape::inline(&text))
                    .unwrap_or_default()
            }
            _ if is_inline(&kind) => return None,
            _ => {
                self.draft.not_understood(
                    format!(
                        "a part of a document of the unknown kind `{}`; its text is kept",
                        escape::one_line(&kind)
                    ),
                    node.place(),
                );
                match node.text("text") {
                    Some(text) => escape::inline(&text),
                    None => self.blocks(node, depth),
                }
            }
        };
        Some(text)
    }

    fn lines(&mut self, node: &Node<'_>, depth: usize) -> String {
        let children = self.children(node, depth);
        children
            .iter()
            .map(|child| self.inline(child, depth + 1))
            .collect::<String>()
            .trim()
            .to_string()
    }

    fn inline(&mut self, node: &Node<'_>, depth: usize) -> String {
        let kind = node.text("type").unwrap_or_default();
        let attrs = node.get("attrs");
        let attribute = |name: &str| attrs.as_ref().and_then(|attrs| attrs.text(name));
        match kind.as_str() {
            "text" => self.text(node),
            "hardBreak" => "\\\n".into(),
            // Who it is stands in the source; the text says that somebody was meant.
            "mention" => {
                self.draft.left_out(
                    "the names of people who were mentioned in a document",
                    node.place(),
                );
                "a responder".into()
            }
            "emoji" => escape::inline(
                &attribute("text")
                    .or_else(|| attribute("shortName"))
                    .unwrap_or_default(),
            ),
            "date" => {
                let at = attribute("timestamp")
                    .and_then(|text| text.parse().ok())
                    .and_then(super::moment::epoch);
                at.map(|at| at.strftime("%Y-%m-%d").to_string())
                    .unwrap_or_default()
            }
            "status" => escape::inline(&attribute("text").unwrap_or_default()),
            "inlineCard" => escape::inline(&attribute("url").unwrap_or_default()),
            "placeholder" => escape::inline(&attribute("text").unwrap_or_default()),
            _ => self.block(node, depth).unwrap_or_default(),
        }
    }

    fn text(&mut self, node: &Node<'_>) -> String {
        let Some(text) = node.get("text").and_then(|text| text.as_text()) else {
            return String::new();
        };
        let marks = node.items("marks");
        let kinds: Vec<String> = marks.iter().filter_map(|mark| mark.text("type")).collect();
        let has = |kind: &str| kinds.iter().any(|known| known == kind);
        let lead = &text[..text.len() - text.trim_start().len()];
        let tail = &text[text.trim_end().len()..];
        let (lead, tail) = (
            if lead.is_empty() { "" } else { " " },
            if tail.is_empty() { "" } else { " " },
        );
        let bare = text.trim();
        if bare.is_empty() {
            return if text.is_empty() {
                String::new()
            } else {
                " ".into()
            };
        }
        let target = marks
            .iter()
            .find_map(|mark| mark.get("attrs")?.text("href"));
        let mut written = match (has("code"), target) {
            (true, _) => escape::code(bare),
            (_, Some(target)) => escape::link(bare, &target),
            _ => escape::inline(bare),
        };
        for (kind, mark) in [("strong", "**"), ("em", "*"), ("strike", "~~")] {
            if has(kind) {
                written = format!("{mark}{written}{mark}");
            }
        }
        format!("{lead}{written}{tail}")
    }

    fn list(&mut self, node: &Node<'_>, depth: usize, first: Option<usize>) -> String {
        let mut items = Vec::new();
        for (index, item) in self.children(node, depth).iter().enumerate() {
            let kind = item.text("type").unwrap_or_default();
            if kind.ends_with("List") {
                let inner = self.block(item, depth + 1).unwrap_or_default();
                items.push(indented(&inner));
                continue;
            }
            let done = item.get("attrs").and_then(|attrs| attrs.text("state"));
            let mark = match (first, kind.as_str(), done.as_deref()) {
                (Some(first), ..) => format!("{}.", first.saturating_add(index).min(999_999_999)),
                (None, "taskItem", Some("DONE")) => "- [x]".into(),
                (None, "taskItem", _) => "- [ ]".into(),
                _ => "-".into(),
            };
            let text = self.blocks(item, depth + 1);
            items.push(format!("{mark} {}", indented(&text).trim_start()));
        }
        items.join("\n")
    }

    fn table(&mut self, node: &Node<'_>, depth: usize) -> String {
        let mut rows: Vec<Vec<String>> = Vec::new();
        for row in self.children(node, depth) {
            let cells = self.children(&row, depth + 1);
            let mut texts = Vec::new();
            for cell in &cells {
                let text = self.blocks(cell, depth + 2);
                let lines = text
                    .lines()
                    .map(|line| line.trim().trim_end_matches('\\').trim());
                let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
                texts.push(lines.join("<br>"));
            }
            rows.push(texts);
        }
        let width = rows.iter().map(Vec::len).max().unwrap_or(0);
        if width == 0 {
            return String::new();
        }
        let mut lines = Vec::new();
        for (index, row) in rows.iter_mut().enumerate() {
            row.resize(width, String::new());
            lines.push(format!("| {} |", row.join(" | ")));
            if index == 0 {
                lines.push(format!("|{}", " --- |".repeat(width)));
            }
        }
        lines.join("\n")
    }
}

fn is_inline(kind: &str) -> bool {
    [
        "text",
        "hardBreak",
        "mention",
        "emoji",
        "date",
        "status",
        "inlineCard",
        "placeholder",
    ]
    .contains(&kind)
}

fn quoted(text: &str) -> String {
    let lines = text.lines().map(|line| format!("> {line}"));
    lines.collect::<Vec<_>>().join("\n")
}

fn indented(text: &str) -> String {
    let lines = text.lines().map(|line| {
        if line.is_empty() {
            String::new()
        } else {
            format!("   {line}")
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::input::Input;
    use crate::import::json::Json;
    use crate::import::origin::Origin;

    fn read(json: &str) -> (String, Vec<String>) {
        let input = Input {
            name: "a.json".into(),
            text: json.into(),
            sha256: String::new(),
        };
        let json = Json::parse(&input).unwrap_or_else(|why| panic!("{}", why.why));
        let mut draft = Draft::new(Origin::Opsgenie);
        let text = markdown(&json.root(), &mut draft);
        (
            text,
            draft.remarks.into_iter().map(|one| one.what).collect(),
        )
    }

    #[test]
    fn the_structure_is_markdown_and_the_text_is_text() {
        let json = r##"{"type": "doc", "content": [
            {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": "Root # cause"}]},
            {"type": "paragraph", "content": [
                {"type": "text", "text": "The <pool> was "},
                {"type": "text", "text": "full ", "marks": [{"type": "strong"}]},
                {"type": "text", "text": "see", "marks": [{"type": "link", "attrs": {"href": "https://x.example/a"}}]},
                {"type": "hardBreak"}, {"type": "mention", "attrs": {"text": "@Ada"}}]},
            {"type": "bulletList", "content": [
                {"type": "listItem", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "one"}]},
                    {"type": "orderedList", "content": [{"type": "listItem", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "deep"}]}]}]}]}]},
            {"type": "taskList", "content": [{"type": "taskItem", "attrs": {"state": "DONE"}, "content": [{"type": "text", "text": "did it"}]}]},
            {"type": "codeBlock", "content": [{"type": "text", "text": "a\n```\nb"}]},
            {"type": "table", "content": [
                {"type": "tableRow", "content": [{"type": "tableHeader", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "a|b"}]}]}]},
                {"type": "tableRow", "content": [{"type": "tableCell", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "c"}]}]}]}]},
            {"type": "hologram", "content": [{"type": "text", "text": "kept"}]}]}"##;
        let (text, remarks) = read(json);
        assert_eq!(
            text,
            "## Root # cause\n\nThe \\<pool\\> was **full** [see](<https://x.example/a>)\\\na responder\n\n\
             - one\n\n   1. deep\n\n- [x] did it\n\n````\na\n```\nb\n````\n\n| a\\|b |\n| --- |\n| c |\n\nkept"
        );
        assert_eq!(remarks.len(), 2, "{remarks:?}");
    }

    #[test]
    fn a_deep_document_ends() {
        let deep = "{\"type\":\"panel\",\"content\":[".repeat(60) + &"]}".repeat(60);
        let (_, remarks) = read(&deep);
        assert!(remarks.iter().any(|what| what.contains("too deeply")));
    }
}
