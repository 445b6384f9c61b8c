//! The marks inside a message: people, channels, links, code.
//!
//! Owns Slack's own marks in angle brackets and its code. Everything else is text.

use super::super::escape;

/// A message as Markdown.
pub(super) struct Marked {
    /// Safe Markdown.
    pub(super) text: String,
    /// How many links to files were left out.
    pub(super) files: usize,
}

/// Reads a message; `called` says what to call a user.
pub(super) fn read(text: &str, called: &dyn Fn(&str) -> String) -> Marked {
    let mut marked = Marked {
        text: String::new(),
        files: 0,
    };
    let mut blocks = Vec::new();
    for (index, part) in text.split("```").enumerate() {
        // Every second part stands between fences; an odd last one was never closed.
        let code = index % 2 == 1;
        if code {
            let literal = marked.plain(part, called);
            if !literal.trim().is_empty() {
                blocks.push(escape::block(&literal));
            }
            continue;
        }
        let lines = part
            .lines()
            .map(|line| escape::line_start(&marked.line(line.trim(), called)));
        let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
        if !lines.is_empty() {
            blocks.push(lines.join("\\\n"));
        }
    }
    marked.text = blocks.join("\n\n");
    marked
}

impl Marked {
    fn line(&mut self, line: &str, called: &dyn Fn(&str) -> String) -> String {
        let mut safe = String::new();
        let parts: Vec<&str> = line.split('`').collect();
        for (index, part) in parts.iter().enumerate() {
            let closed = index % 2 == 1 && index + 1 < parts.len();
            if closed && !part.trim().is_empty() {
                safe.push_str(&escape::code(&self.plain(part, called)));
                continue;
            }
            if index % 2 == 1 {
                safe.push_str("\\`");
            }
            safe.push_str(&self.marks(part, called));
            if closed {
                safe.push_str("\\`");
            }
        }
        safe.trim().into()
    }

    /// A part of a line, its marks turned to Markdown.
    fn marks(&mut self, text: &str, called: &dyn Fn(&str) -> String) -> String {
        let mut safe = String::new();
        self.pieces(text, &mut |piece| {
            let written = match &piece {
                Piece::Text(text) => escape::inline(&decoded(text)),
                Piece::Said(text) => escape::inline(text),
                Piece::User(id) => called(id),
                Piece::Link(url, label) => match label.is_empty() {
                    true => escape::inline(url),
                    false => escape::link(label, url),
                },
            };
            let blank = |text: &str, at_end: bool| match at_end {
                true => text.ends_with(' '),
                false => text.starts_with(' '),
            };
            if let Piece::Text(text) = &piece
                && blank(text, false)
                && !safe.ends_with(' ')
            {
                safe.push(' ');
            }
            safe.push_str(&written);
            if let Piece::Text(text) = &piece
                && blank(text, true)
                && !written.is_empty()
            {
                safe.push(' ');
            }
        });
        safe
    }

    /// The same without any marks, for code.
    fn plain(&mut self, text: &str, called: &dyn Fn(&str) -> String) -> String {
        let mut plain = String::new();
        self.pieces(text, &mut |piece| match piece {
            Piece::Text(text) => plain.push_str(&decoded(&text)),
            Piece::Said(text) => plain.push_str(&text),
            Piece::User(id) => plain.push_str(&called(&id)),
            Piece::Link(url, label) => plain.push_str(if label.is_empty() { &url } else { &label }),
        });
        plain
    }

    fn pieces(&mut self, text: &str, take: &mut dyn FnMut(Piece)) {
        let mut rest = text;
        while let Some(open) = rest.find('<') {
            take(Piece::Text(rest[..open].into()));
            let Some(close) = rest[open..].find('>') else {
                take(Piece::Said(rest[open..].into()));
                return;
            };
            let inner = &rest[open + 1..open + close];
            take(self.mark(inner));
            rest = &rest[open + close + 1..];
        }
        take(Piece::Text(rest.into()));
    }

    /// What stands between angle brackets.
    fn mark(&mut self, inner: &str) -> Piece {
        let (target, label) = inner.split_once('|').unwrap_or((inner, ""));
        let label = decoded(label);
        let first = target.chars().next().unwrap_or(' ');
        match first {
            '@' => Piece::User(target[1..].into()),
            '#' => Piece::Said(match label.is_empty() {
                true => "another channel".into(),
                false => format!("#{label}"),
            }),
            '!' => Piece::Said(match label.is_empty() {
                true => format!("@{}", target[1..].split('^').next().unwrap_or_default()),
                false => label,
            }),
            _ => {
                let target = decoded(target);
                if is_file(&target) {
                    self.files += 1;
                    return Piece::Said(if label.is_empty() || label.contains("://") {
                        "a file".into()
                    } else {
                        label
                    });
                }
                match target.contains(':') {
                    true => Piece::Link(target, label),
                    false => Piece::Said(format!("<{}>", decoded(inner))),
                }
            }
        }
    }
}

enum Piece {
    /// As written, with entities.
    Text(String),
    /// Words that stand for a mark.
    Said(String),
    /// The id of a user.
    User(String),
    /// An address and what is shown for it, which may be empty.
    Link(String, String),
}

/// Whether an address leads to a file of Slack, or holds one of its tokens.
fn is_file(address: &str) -> bool {
    let lower = address.to_ascii_lowercase();
    let host = lower
        .split("://")
        .nth(1)
        .unwrap_or_default()
        .split(['/', '?', '#'])
        .next()
        .unwrap_or_default();
    let slack =
        host == "slack.com" || host.ends_with(".slack.com") || host.ends_with("slack-files.com");
    lower.contains("xox")
        || slack
            && (lower.contains("/files")
                || host.starts_with("files.")
                || host.ends_with("slack-files.com"))
}

fn decoded(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str) -> (String, usize) {
        let marked = read(text, &|id| format!("responder {}", id.len()));
        (marked.text, marked.files)
    }

    #[test]
    fn marks_become_markdown_and_names_roles() {
        let cases = [
            (
                "<@U1> see <https://x.example/a|the graph> &amp; <#C1|ops>",
                "responder 2 see [the graph](<https://x.example/a>) & #ops",
            ),
            (
                "a &lt;b&gt; *c* `x|y` <!here> <!subteam^S1|@oncall>",
                "a \\<b\\> \\*c\\* `x│y` @here @oncall",
            ),
            (
                "<!date^1^{date}|10 May> <mailto:a@b.example|a@b.example>",
                "10 May a@b.example (mailto:a@b.example)",
            ),
            (
                "one\n# two\n```a <b>\n``` end",
                "one\\\n\\# two\n\n```\na <b>\n```\n\nend",
            ),
            ("<script> <open", "\\<script\\> \\<open"),
            ("an odd ` tick", "an odd \\` tick"),
        ];
        for (text, expected) in cases {
            assert_eq!(marked(text), (expected.into(), 0), "{text}");
        }
    }

    #[test]
    fn no_token_is_copied() {
        let text = "<https://files.slack.com/files-pri/T1-F1/a.png?t=xoxe-1-secret|a.png> <https://w.slack.com/files/U1/F1/b> <https://x.example/?t=xoxb-1>";
        let (text, files) = marked(text);
        assert_eq!((text.as_str(), files), ("a.png a file a file", 3));
    }
}
