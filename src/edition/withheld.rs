//! What no output of the public edition may hold.
//!
//! Owns which texts these are: people who were taken out, names of what is left out, sentences of internal blocks and of comments,
//! the repository's address. Looking for them is for [`super::leak`].

use std::sync::Arc;

use super::leak::Place;
use super::place;
use crate::config::Config;
use crate::document::options;
use crate::postmortem::Postmortem;
use crate::postmortem::confidential::Confidential;
use crate::postmortem::edition::blocks;
use crate::postmortem::people::{self, Party};
use crate::source::{Source, Span};

/// Shorter stretches of an internal text say too little to be known again, in words.
const FEWEST_WORDS: usize = 4;
/// The same, in bytes.
const SHORTEST: usize = 20;

/// How a text is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Manner {
    /// Letter for letter, in any case.
    AnyCase,
    /// Letter for letter.
    SameCase,
    /// Word for word: punctuation and marks do not count.
    Words,
}

/// A text that must not be there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Needle {
    /// How it is looked for.
    pub(super) manner: Manner,
    /// The text; words in small letters where it is looked for by words.
    pub(super) text: String,
    /// What it is, for people.
    pub(super) what: String,
    /// Where it stands in what was kept back; none where the place of the leak is to be found in public text.
    pub(super) place: Option<Place>,
}

/// Everything that no output may hold.
#[derive(Debug, Default)]
pub struct Withheld {
    pub(super) needles: Vec<Needle>,
    /// Patterns of the organisation.
    pub(super) confidential: Vec<Confidential>,
    /// Where a leak may come from: the sources of public postmortems, and the configuration.
    pub(super) sources: Vec<Origin>,
}

/// A text that outputs are made from.
#[derive(Debug)]
pub(super) struct Origin {
    /// The text.
    pub(super) source: Arc<Source>,
    /// Where its body begins.
    pub(super) body: usize,
    /// What of it is kept back.
    pub(super) hidden: Vec<Span>,
}

impl Origin {
    fn of(postmortem: &Postmortem) -> Self {
        let document = &postmortem.document;
        let comments = document.comments.iter().map(|comment| comment.span);
        Self {
            source: Arc::clone(postmortem.source()),
            body: document.body.start as usize,
            hidden: blocks(&document.comments)
                .0
                .into_iter()
                .chain(comments)
                .collect(),
        }
    }
}

impl Withheld {
    /// Begins with what is known of all: names of what is left out, people of the catalogue, the repository.
    pub(super) fn new(
        chosen: &[&Postmortem],
        kept: &[&Postmortem],
        config: &Config,
        repository: Option<&str>,
    ) -> Self {
        let sources = chosen.iter().map(|one| Origin::of(one));
        let settings = config.source.iter().map(|source| Origin {
            source: Arc::clone(source),
            body: 0,
            hidden: Vec::new(),
        });
        let mut withheld = Self {
            needles: Vec::new(),
            confidential: config.conventions.confidential.clone(),
            sources: sources.chain(settings).collect(),
        };
        for postmortem in kept {
            withheld.left_out(postmortem, chosen);
            withheld.people_of(postmortem);
        }
        for postmortem in chosen {
            withheld.people_of(postmortem);
        }
        for (name, service) in &config.conventions.services {
            if let Some(owner) = &service.owner {
                withheld.person(owner, &format!("the owner of `{name}` in the catalogue"));
            }
            let what = format!("the description of `{name}` in the catalogue");
            withheld.sentences(&service.description, &what, None);
        }
        if let Some(page) = repository.filter(|page| !page.is_empty()) {
            let what = "the address of the repository".to_string();
            withheld.push(Manner::AnyCase, page, what, None);
        }
        withheld
    }

    /// What one public text had to lose.
    pub(super) fn add(&mut self, postmortem: &Postmortem, people: &[String], removed: &[String]) {
        for cell in people {
            for (_, name) in people::split(cell) {
                self.person(name, "the owner of an action item");
            }
        }
        for text in removed {
            let at = postmortem.source().text().find(text.as_str());
            let place = at.map(|at| Place::of(postmortem.source(), at));
            self.sentences(text, "text that is kept back", place);
        }
        for allow in &postmortem.front.allows {
            let place = Place::of(postmortem.source(), allow.span.start as usize);
            let because = allow.because.as_deref().unwrap_or_default();
            self.sentences(because, "the reason of an allowance", Some(place));
        }
    }

    /// Takes out what public titles say themselves, and what is there twice.
    pub(super) fn spare(&mut self, public: &[Postmortem]) {
        let titles: Vec<String> = public
            .iter()
            .map(|postmortem| place::words(postmortem.title()))
            .collect();
        self.needles.retain(|needle| {
            let titled = |title: &String| title.contains(&needle.text);
            needle.manner != Manner::Words || !titles.iter().any(titled)
        });
        self.needles.sort();
        self.needles
            .dedup_by(|a, b| a.manner == b.manner && a.text == b.text);
    }

    fn push(&mut self, manner: Manner, text: &str, what: String, place: Option<Place>) {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if !text.is_empty() {
            self.needles.push(Needle {
                manner,
                text,
                what,
                place,
            });
        }
    }

    /// The id and the title of a postmortem that nobody outside may know of.
    fn left_out(&mut self, postmortem: &Postmortem, chosen: &[&Postmortem]) {
        let id = postmortem.id().unwrap_or_default();
        let is_public = chosen.iter().any(|one| one.id() == Some(id));
        // A bare number stands everywhere.
        if !is_public && id.len() >= 4 && id.contains(|c: char| c.is_alphabetic()) {
            let what = format!("`{id}`, the id of a postmortem that is left out");
            self.push(Manner::AnyCase, id, what, None);
        }
        if let Some(title) = postmortem.front.title.get() {
            let words = place::words(title);
            if words.len() >= 18 || words.matches(' ').count() > 3 {
                self.needles.push(Needle {
                    manner: Manner::Words,
                    text: words,
                    what: format!(
                        "the title of a postmortem that is left out, `{}`",
                        postmortem.path()
                    ),
                    place: None,
                });
            }
        }
    }

    fn people_of(&mut self, postmortem: &Postmortem) {
        let front = &postmortem.front;
        for (field, what) in [
            (&front.owners, "an owner"),
            (&front.authors, "an author"),
            (&front.participants, "a participant"),
        ] {
            for name in field.items() {
                self.person(&name.value, what);
                let single = name.value.trim();
                // One word is a name in a field for people alone.
                if single.len() >= 3 && is_name(single) && what != "an owner" {
                    let what = format!("`{single}`, {what}");
                    self.push(Manner::SameCase, single, what, None);
                }
            }
        }
    }

    /// A user, a team, an address, or a name of several words.
    fn person(&mut self, name: &str, what: &str) {
        let name = name.trim();
        match Party::read(name) {
            // An address is never shown whole: it is somebody's.
            Some(Party::Mail(address)) => {
                let what = format!("the address of {what}");
                self.push(Manner::AnyCase, &address, what, None);
            }
            Some(party) => {
                let name = party.name();
                let what = format!("`{name}`, {what}");
                self.push(Manner::AnyCase, &name, what, None);
            }
            None if name.split_whitespace().count() > 1 && is_name(name) => {
                let what = format!("`{name}`, {what}");
                self.push(Manner::SameCase, name, what, None);
            }
            None => {}
        }
    }

    /// The sentences of a Markdown text, as far as they are long enough to be known again.
    fn sentences(&mut self, markdown: &str, what: &str, place: Option<Place>) {
        let arena = comrak::Arena::new();
        let tree = comrak::parse_document(&arena, markdown, &options());
        let mut texts = Vec::new();
        for node in tree.descendants() {
            use comrak::nodes::NodeValue as Node;
            match &node.data().value {
                Node::Paragraph | Node::Heading(_) | Node::TableCell => texts.push(text_of(node)),
                Node::CodeBlock(code) => texts.push(code.literal.clone()),
                Node::HtmlBlock(html) => texts.push(html.literal.clone()),
                _ => {}
            }
        }
        for text in texts {
            let ends = |c: char| matches!(c, '\n' | '.' | '!' | '?' | ';' | '<' | '>');
            for sentence in split(&text, ends) {
                let words = place::words(sentence);
                let count = words.matches(' ').count().saturating_sub(1);
                if count >= FEWEST_WORDS && words.len() >= SHORTEST {
                    self.needles.push(Needle {
                        manner: Manner::Words,
                        text: words,
                        what: what.into(),
                        place: place.clone(),
                    });
                }
            }
        }
    }
}

/// Cuts a text where a sentence ends; a dot inside a word or a number ends none.
fn split(text: &str, ends: impl Fn(char) -> bool) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        let after = &text[at + c.len_utf8()..];
        let whole = c != '.' || after.is_empty() || after.starts_with(char::is_whitespace);
        if ends(c) && whole {
            parts.push(&text[start..at]);
            start = at + c.len_utf8();
        }
    }
    parts.push(&text[start..]);
    parts
}

/// The visible text of a node, its lines joined.
fn text_of<'a>(node: &'a comrak::nodes::AstNode<'a>) -> String {
    node.collect_text().replace('\n', " ")
}

/// Whether every word begins with a capital and goes on in small letters, as names do.
fn is_name(text: &str) -> bool {
    text.split_whitespace()
        .all(|word| word.starts_with(char::is_uppercase) && word.chars().any(char::is_lowercase))
}
