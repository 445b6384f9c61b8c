//! The text of an issue: a title, and the block in its body that is ours.
//!
//! Owns what is written there and how a stranger's sentence is made harmless. People may write around the block; only what
//! stands between its two marks is ever rewritten.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::Key;
use super::promise::{Promise, Wanted};
use crate::postmortem::id::folder;
use crate::postmortem::people::Party;

/// GitHub takes no longer body, in characters.
pub const MAX_BODY: usize = 65_536;
const MAX_TITLE: usize = 256;
/// So much of one cell is shown.
const MAX_CELL: usize = 6_000;
/// And so much of it with all that makes it harmless: five of them fit into a body.
const MAX_SHOWN: usize = 10_000;

const BEGIN: &str = "<!-- aftersight:begin -->";
const END: &str = "<!-- aftersight:end -->";
const ITEM: &str = "<!-- aftersight:item ";
const CLOSE: &str = " -->";
/// The names of its rows.
const ROWS: [&str; 11] = [
    "Owner",
    "Team",
    "Due",
    "Priority",
    "Type",
    "Service",
    "Done when",
    "Dropped",
    "Tracked",
    "Postmortem",
    "Source",
];
/// The line that changes with every change of the file, which alone is no reason to write.
const SOURCE: &str = "- Source: ";
/// What an address may hold besides letters and digits.
const ADDRESS: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'/');

/// What the text of an issue needs to know of the world.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// Where the site is, where that is known.
    pub site: Option<String>,
    /// The repository's page, `https://github.com/acme/postmortems`.
    pub repository: Option<String>,
    /// What to put before the path of a postmortem to get the one in the repository; empty at its root.
    pub folder: String,
    /// Whether the owning team is mentioned, so that its people are told.
    pub mention_teams: bool,
}

impl Places {
    /// The page of a postmortem on the site.
    pub fn page(&self, id: &str) -> Option<String> {
        let site = self.site.as_deref()?.trim_end_matches('/');
        let folder = folder(id);
        let id = utf8_percent_encode(&folder, ADDRESS);
        Some(format!("{site}/postmortems/{id}/"))
    }

    /// The file of a postmortem at a commit or a branch.
    pub fn file(&self, path: &str, commit: &str) -> Option<String> {
        let repository = self.repository.as_deref()?.trim_end_matches('/');
        let path = format!("{}{path}", self.folder);
        let path = utf8_percent_encode(&path, ADDRESS);
        let commit = utf8_percent_encode(commit, ADDRESS);
        Some(format!("{repository}/blob/{commit}/{path}"))
    }

    /// An issue of the repository.
    pub fn issue(&self, number: u64) -> Option<String> {
        let repository = self.repository.as_deref()?.trim_end_matches('/');
        Some(format!("{repository}/issues/{number}"))
    }
}

/// The title of an issue.
pub fn title(promise: &Promise) -> String {
    let name = format!(" ({})", promise.key);
    let room = MAX_TITLE.saturating_sub(name.chars().count());
    let sentence = match one_line(&promise.title) {
        empty if empty.is_empty() => "Action item".into(),
        sentence => sentence,
    };
    format!("{}{name}", cut(&sentence, room, "…"))
}

/// The block of a promise.
pub fn render(promise: &Promise, places: &Places) -> String {
    let mut lines = Vec::new();
    let sentence = cell(&promise.title);
    if !sentence.is_empty() {
        lines.push(format!("**{sentence}**\n"));
    }
    if let Some(owner) = &promise.owner
        && !matches!(owner, Party::Team(_))
    {
        lines.push(format!("- Owner: `{}`", owner.name().replace('`', "")));
    }
    if let Some(team) = &promise.team {
        lines.push(match places.mention_teams {
            true => format!("- Team: @{team}"),
            false => format!("- Team: `@{team}`"),
        });
    }
    if let Some(due) = promise.due {
        lines.push(format!("- Due: {due}"));
    }
    let mut row = |name: &str, text: Option<&str>| {
        let text = text.map(cell).filter(|text| !text.is_empty());
        lines.extend(text.map(|text| format!("- {name}: {text}")));
    };
    row("Priority", promise.priority.as_deref());
    row("Type", promise.kind.map(|kind| kind.name()));
    row("Service", promise.service.as_deref());
    row("Done when", promise.done_when.as_deref());
    match &promise.wanted {
        Wanted::Dropped(Some(reason)) => row("Dropped", Some(reason)),
        Wanted::Dropped(None) => row("Dropped", Some("without a reason")),
        Wanted::Elsewhere(place) => row("Tracked", Some(place)),
        Wanted::Open | Wanted::Waiting | Wanted::Past => {}
    }
    let id = &promise.key.postmortem;
    lines.push(match places.page(id) {
        Some(page) => format!("- Postmortem: [{}]({page})", harmless(id)),
        None => format!("- Postmortem: {}", harmless(id)),
    });
    if !promise.commit.is_empty()
        && let Some(file) = places.file(&promise.path, &promise.commit)
    {
        lines.push(format!("{SOURCE}[the file]({file})"));
    }
    lines.push(
        "\nThe postmortem says this; write above or below, what stands here is rewritten.".into(),
    );
    framed(&promise.key, &lines.join("\n"))
}

/// A text of ours between the marks, with the name of what it belongs to.
pub fn framed(key: &Key, text: &str) -> String {
    format!("{BEGIN}\n{}\n{text}\n{END}", marker(key))
}

/// The hidden name of an issue.
pub fn marker(key: &Key) -> String {
    format!("{ITEM}{key}{CLOSE}")
}

/// The first hidden name in a body.
pub fn marked(body: &str) -> Option<Key> {
    let mut rest = body;
    while let Some(at) = rest.find(ITEM) {
        rest = &rest[at + ITEM.len()..];
        let name = rest.find(CLOSE).map(|end| &rest[..end]);
        let name = name.filter(|name| !name.contains(char::is_whitespace));
        if let Some((postmortem, item)) = name.and_then(|name| name.split_once('/'))
            && !postmortem.is_empty()
            && !item.is_empty()
        {
            return Some(Key::new(postmortem, item));
        }
    }
    None
}

/// The body with our block in the place of what is there of it, or below everything else; none where that is too long.
///
/// Every byte outside of the block stays. Marks that are left of a damaged block are taken out, what they stood around stays.
pub fn splice(body: &str, block: &str) -> Option<String> {
    let mut parts = Vec::new();
    let mut rest = body;
    // The last beginning before an end: what a lone beginning stood before is the people's.
    while let Some(end) = rest.find(END) {
        let Some(begin) = rest[..end].rfind(BEGIN) else {
            parts.push(before(&rest[..end], block));
            rest = &rest[end + END.len()..];
            continue;
        };
        parts.push(&rest[..begin]);
        parts.push(BEGIN);
        rest = &rest[end + END.len()..];
    }
    parts.push(rest);
    let mut new = String::with_capacity(body.len() + block.len());
    let mut placed = false;
    for part in parts {
        if part == BEGIN && !placed {
            new += block;
            placed = true;
        } else if part != BEGIN {
            let mut pieces = part.split(BEGIN);
            new += &without_marks(pieces.next().unwrap_or_default());
            for piece in pieces {
                new += &without_marks(after(piece, block));
            }
        }
    }
    if !placed {
        let people = new.trim_end().len();
        new.truncate(people);
        if people > 0 {
            new += "\n\n";
        }
        new += block;
    }
    (new.chars().count() <= MAX_BODY).then_some(new)
}

/// Whether a line beside a lone mark is what is left of a block.
fn is_left(line: &str, block: &str) -> bool {
    let line = line.trim();
    let row = |name: &&str| line.starts_with(&format!("- {name}: "));
    line.is_empty() || ROWS.iter().any(row) || block.lines().any(|own| own == line)
}

/// What follows the rest of a block whose end is lost.
fn after<'a>(mut text: &'a str, block: &str) -> &'a str {
    while let Some((line, rest)) = text.split_once('\n') {
        if !is_left(line, block) {
            return text;
        }
        text = rest;
    }
    if is_left(text, block) { "" } else { text }
}

/// What stands before the rest of a block whose beginning is lost.
fn before<'a>(mut text: &'a str, block: &str) -> &'a str {
    while let Some((rest, line)) = text.rsplit_once('\n') {
        if !is_left(line, block) {
            return text;
        }
        text = rest;
    }
    if is_left(text, block) { "" } else { text }
}

fn without_marks(text: &str) -> String {
    let mut text = text.to_string();
    let mut from = 0;
    while let Some(at) = text[from..].find(ITEM).map(|at| from + at) {
        match text[at..].find(CLOSE) {
            Some(end) if !text[at..at + end].contains('\n') => {
                text.replace_range(at..at + end + CLOSE.len(), "");
            }
            _ => from = at + ITEM.len(),
        }
    }
    text
}

/// Whether a body holds exactly this block, besides the link to the file and the ends of lines.
pub fn holds(body: &str, block: &str) -> bool {
    let Some(begin) = body.find(BEGIN) else {
        return false;
    };
    let Some(end) = body[begin..].find(END).map(|end| begin + end + END.len()) else {
        return false;
    };
    let around = [&body[..begin], &body[end..]];
    let alone = around.iter().all(|part| {
        ![BEGIN, END].iter().any(|mark| part.contains(mark)) && without_marks(part) == **part
    });
    alone && comparable(&body[begin..end]) == comparable(block)
}

/// Whether the block of a body says that its item was dropped, or is tracked elsewhere.
pub fn is_given_up(body: &str) -> bool {
    let block = body.split_once(BEGIN).map_or("", |(_, rest)| rest);
    let block = block.split_once(END).map_or(block, |(block, _)| block);
    let says = |line: &str| line.starts_with("- Dropped: ") || line.starts_with("- Tracked: ");
    block.lines().any(says)
}

/// A block without what alone is no reason to write.
pub fn comparable(block: &str) -> String {
    let lines = block.lines().map(str::trim_end);
    let lines: Vec<&str> = lines.filter(|line| !line.starts_with(SOURCE)).collect();
    lines.join("\n")
}

/// A cell of a table in one line that says only what it says.
pub(super) fn cell(text: &str) -> String {
    let text = one_line(text);
    let mut room = MAX_CELL;
    loop {
        let shown = harmless(&cut(&text, room, "… (the rest is in the postmortem)"));
        if shown.chars().count() <= MAX_SHOWN {
            return shown;
        }
        room /= 2;
    }
}

/// One line without control characters, and without those that turn the direction of reading.
fn one_line(text: &str) -> String {
    let hidden = |c: &char| matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let plain = text.chars().filter(|c| !hidden(c));
    let plain: String = plain
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn cut(text: &str, room: usize, note: &str) -> String {
    if text.chars().count() <= room {
        return text.into();
    }
    let keep = room.saturating_sub(note.chars().count());
    let kept: String = text.chars().take(keep).collect();
    format!("{}{note}", kept.trim_end())
}

/// A stranger's line as text: no Markdown, no HTML, no mention, no link, no reference to another issue.
///
/// A word joiner, which nobody sees, parts what GitHub would make something of in finished text, where a backslash does not help.
pub fn harmless(text: &str) -> String {
    let mut new = String::with_capacity(text.len() + 16);
    let lower = text.to_ascii_lowercase();
    for (at, c) in text.char_indices() {
        if c.is_ascii_punctuation()
            && !matches!(c, '.' | ',' | ';' | '?' | '/' | '%' | '\'' | '"' | '-')
        {
            new.push('\\');
        }
        let before = &lower[..at];
        if c == '.' && before.ends_with("www") {
            new.push('\u{2060}');
        }
        new.push(c);
        let after = &text[at + c.len_utf8()..];
        let parted = match c {
            '@' | '#' => !after.starts_with(' '),
            ':' => after.starts_with("//"),
            // An end of a comment is none, and `GH-12` no issue.
            '-' => after.starts_with('-') || before.ends_with("gh"),
            _ => false,
        };
        if parted {
            new.push('\u{2060}');
        }
    }
    new
}

#[cfg(test)]
pub(super) mod tests;
