//! HTML as Markdown, for texts that status pages keep as HTML.
//!
//! Owns the handful of tags that such texts use; of every other tag the text stays. Read as a browser's tokenizer reads it.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use super::escape;

/// Whether a text is written in HTML: it holds a tag of those that are read.
pub(super) fn is_html(text: &str) -> bool {
    const TAGS: [&str; 14] = [
        "<p>",
        "<br",
        "<div",
        "</p>",
        "</li>",
        "</strong>",
        "</em>",
        "</b>",
        "</i>",
        "</a>",
        "</h1>",
        "</h2>",
        "</h3>",
        "</small>",
    ];
    let lower = text.to_ascii_lowercase();
    TAGS.iter().any(|tag| lower.contains(tag))
}

/// The text as Markdown.
pub(super) fn markdown(html: &str) -> String {
    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    // Nothing here suspends the tokenizer.
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let mut state = tokenizer.sink.state.take();
    state.close();
    state.blocks.retain(|block| !block.trim().is_empty());
    state.blocks.join("\n\n")
}

#[derive(Default)]
struct State {
    blocks: Vec<String>,
    line: String,
    /// What stands before the block's first line: a heading's or an item's mark.
    lead: String,
    lists: Vec<Option<usize>>,
    link: Option<(String, String)>,
    code: Option<String>,
}

impl State {
    /// Ends the block that is being written.
    fn close(&mut self) {
        if let Some(code) = self.code.take()
            && !code.trim().is_empty()
        {
            self.blocks.push(escape::block(&code));
        }
        self.close_link();
        let text = std::mem::take(&mut self.line);
        let lead = std::mem::take(&mut self.lead);
        let text = text.trim().trim_end_matches('\\').trim();
        if text.is_empty() {
            return;
        }
        let text = match lead.is_empty() {
            true => escape::line_start(text),
            false => text.into(),
        };
        self.blocks.push(format!("{lead}{text}"));
    }

    fn close_link(&mut self) {
        if let Some((target, text)) = self.link.take() {
            let shown = if text.trim().is_empty() {
                &target
            } else {
                &text
            };
            self.line.push_str(&escape::link(shown, &target));
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(code) = &mut self.code {
            code.push_str(text);
        } else if let Some((_, shown)) = &mut self.link {
            shown.push_str(text);
        } else {
            let lead = text.starts_with(char::is_whitespace);
            let tail = text.ends_with(char::is_whitespace);
            let text = escape::inline(text);
            if lead && !self.line.is_empty() && !self.line.ends_with([' ', '\n']) {
                self.line.push(' ');
            }
            self.line.push_str(&text);
            if tail && !text.is_empty() {
                self.line.push(' ');
            }
        }
    }

    fn start(&mut self, name: &str, href: Option<String>) {
        match name {
            "p" | "div" | "section" | "table" | "tr" | "blockquote" => self.close(),
            "br" if self.code.is_none() => {
                self.close_link();
                self.line.truncate(self.line.trim_end().len());
                self.line.push_str("\\\n");
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.close();
                let level = name[1..].parse().unwrap_or(3);
                self.lead = format!("{} ", "#".repeat(level));
            }
            "ul" => {
                self.close();
                self.lists.push(None);
            }
            "ol" => {
                self.close();
                self.lists.push(Some(0));
            }
            "li" => {
                self.close();
                self.lead = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{number}. ")
                    }
                    _ => "- ".into(),
                };
            }
            "td" | "th" => self.text(" "),
            "pre" => {
                self.close();
                self.code = Some(String::new());
            }
            "a" => self.link = Some((href.unwrap_or_default(), String::new())),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "a" => self.close_link(),
            "ul" | "ol" => {
                self.close();
                self.lists.pop();
            }
            "p" | "div" | "section" | "li" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "pre"
            | "tr" | "table" | "blockquote" => self.close(),
            _ => {}
        }
    }
}

#[derive(Default)]
struct Sink {
    state: RefCell<State>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let mut state = self.state.borrow_mut();
        match token {
            Token::TagToken(tag) => {
                let href = tag.attrs.iter().find(|one| &*one.name.local == "href");
                let href = href.map(|one| one.value.to_string());
                match tag.kind {
                    TagKind::StartTag => state.start(&tag.name, href),
                    TagKind::EndTag => state.end(&tag.name),
                }
            }
            Token::CharacterTokens(text) => state.text(&text),
            Token::CommentToken(text) => state.text(&text),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_become_marks_and_text_stays() {
        let html = "<p>Down <strong>again</strong>:<br>a &lt;b&gt; | c</p><ul><li>one<li>two</ul><ol><li>x</ol>\
                    <h2>Next</h2><p><a href='https://x.example/'>see</a> <a href=javascript:x>no</a></p><pre># a\n b</pre>- end";
        assert_eq!(
            markdown(html),
            "Down again:\\\na \\<b\\> \\| c\n\n- one\n\n- two\n\n1. x\n\n## Next\n\n[see](<https://x.example/>) no (javascript:x)\n\n```\n# a\n b\n```\n\n\\- end"
        );
        assert!(is_html("a<br />b"));
        assert!(!is_html("a < b and c > d"));
    }
}
