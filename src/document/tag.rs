//! Tags of raw HTML: where they lead, what they show, and the names they give.
//!
//! Owns the way from a stretch of HTML to what a document keeps of it. What a browser may be shown is for the site.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use super::Link;
use crate::source::Span;

/// What a stretch of HTML holds.
#[derive(Debug, Default)]
pub(super) struct Tags {
    /// Links and images, their spans relative to the stretch.
    pub(super) links: Vec<Link>,
    /// What a link can lead to: ids, names, and the text of headings.
    pub(super) names: Vec<Name>,
}

/// Something a link can lead to.
#[derive(Debug)]
pub(super) enum Name {
    /// An `id` or a `name`, as written.
    Given(String),
    /// The text of a heading, which makes its anchor.
    Heading(String),
}

/// Reads a stretch of HTML as a browser's tokenizer does.
pub(super) fn read(html: &str) -> Tags {
    let mut tags = Tags::default();
    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    let mut end = 0;
    let mut start = 0;
    let mut heading: Option<String> = None;
    // Fed up to each `>`, the tokenizer gives a tag with the piece that ends it, so its place is known.
    for piece in html.split_inclusive('>') {
        end += piece.len();
        input.push_back(StrTendril::from_slice(piece));
        let _ = tokenizer.feed(&input);
        for seen in tokenizer.sink.seen.take() {
            match seen {
                Seen::Text(text) => {
                    if let Some(heading) = &mut heading {
                        heading.push_str(&text);
                    }
                }
                Seen::Tag(tag) => {
                    let opening = format!("<{}", tag.name);
                    let at = html[start..end].to_ascii_lowercase().find(&opening);
                    tags.add(&tag, Span::new(start + at.unwrap_or(0), end));
                    start = end;
                    let is_heading = matches!(&*tag.name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
                    match tag.kind {
                        TagKind::StartTag if is_heading => heading = Some(String::new()),
                        TagKind::EndTag if is_heading => {
                            tags.names.extend(heading.take().map(Name::Heading));
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    tags
}

impl Tags {
    fn add(&mut self, tag: &Tag, span: Span) {
        if tag.kind == TagKind::EndTag {
            return;
        }
        let value = |name: &str| {
            let found = tag.attrs.iter().find(|one| &*one.name.local == name);
            found.map(|one| one.value.to_string())
        };
        let (image, target) = match &*tag.name {
            "a" => (false, value("href")),
            "img" => (true, value("src")),
            _ => (false, None),
        };
        if let Some(target) = target {
            let text = value("alt").filter(|_| image).unwrap_or_default();
            self.links.push(Link {
                span,
                target,
                text,
                image,
                html: true,
            });
        }
        self.names.extend(value("id").map(Name::Given));
        self.names.extend(value("name").map(Name::Given));
    }
}

enum Seen {
    Tag(Tag),
    Text(StrTendril),
}

#[derive(Default)]
struct Sink {
    seen: RefCell<Vec<Seen>>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) => self.seen.borrow_mut().push(Seen::Tag(tag)),
            Token::CharacterTokens(text) => self.seen.borrow_mut().push(Seen::Text(text)),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_as_a_browser_does() {
        let html = "<p>a < b <IMG alt='x > y' SRC=\"a&amp;b.png\"\n> <!-- <img src=no.png> -->\
                    <a name=old href=x.md#y>t</a><h2 id=\"set\">Über <b>uns</b></h2><img src=c.png><a>";
        let tags = read(html);
        let found: Vec<(&str, &str, &str, bool)> = tags
            .links
            .iter()
            .map(|link| {
                (
                    &html[link.span.range()],
                    &*link.target,
                    &*link.text,
                    link.image,
                )
            })
            .collect();
        assert_eq!(
            found,
            [
                (
                    "<IMG alt='x > y' SRC=\"a&amp;b.png\"\n>",
                    "a&b.png",
                    "x > y",
                    true
                ),
                ("<a name=old href=x.md#y>", "x.md#y", "", false),
                ("<img src=c.png>", "c.png", "", true),
            ]
        );
        let names: Vec<String> = tags.names.iter().map(|name| format!("{name:?}")).collect();
        assert_eq!(
            names,
            ["Given(\"old\")", "Given(\"set\")", "Heading(\"Über uns\")"]
        );
        assert!(read("<img src=x").links.is_empty());
    }
}
