//! A passage as sentences of tokens.
//!
//! Owns where words and sentences begin and end. What words mean is for the lexicon.

use std::collections::BTreeSet;
use std::ops::Range;

use super::grammar::Classes;
use super::lexicon::Lexicon;
use crate::postmortem::Postmortem;
use crate::postmortem::people::Party;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A word.
    Word,
    /// `@user`.
    Handle,
    /// The name of somebody of the front matter.
    Name,
    /// Code or an address: something, but no word.
    Opaque,
    /// A comma.
    Comma,
    /// A semicolon, a colon or a dash.
    Stop,
    /// An opening bracket.
    Open,
    /// A closing bracket.
    Close,
}

/// A word or a mark.
#[derive(Clone, Debug)]
pub(super) struct Token {
    /// Its bytes in the passage.
    pub(super) range: Range<usize>,
    /// What it is.
    pub(super) shape: Shape,
    /// Its number in the lexicon; 0 for every other word.
    pub(super) word: u16,
    /// What it may be.
    pub(super) classes: Classes,
    /// Whether it begins with a capital.
    pub(super) capital: bool,
}

impl Token {
    /// Whether it is in any of these classes.
    pub(super) fn is(&self, classes: Classes) -> bool {
        self.classes & classes != 0
    }
}

/// A sentence.
#[derive(Clone, Debug, Default)]
pub(super) struct Sentence {
    /// Its tokens.
    pub(super) tokens: Vec<Token>,
    /// Whether it ends with a question mark.
    pub(super) question: bool,
}

/// The people of the front matter, as they may stand in a text.
#[derive(Clone, Debug, Default)]
pub struct People {
    /// First names and full names, in lower case.
    names: BTreeSet<String>,
}

impl People {
    /// The people of a postmortem's front matter.
    pub fn of(postmortem: &Postmortem) -> Self {
        let front = &postmortem.front;
        let fields = [&front.owners, &front.authors, &front.participants];
        let items = fields.into_iter().flat_map(|field| field.items());
        Self::new(items.map(|item| item.value.as_str()))
    }

    /// From the people fields: names are kept, users and addresses can be told without.
    pub fn new<'a>(fields: impl Iterator<Item = &'a str>) -> Self {
        let mut names = BTreeSet::new();
        for field in fields {
            let field = field.split(['<', '(']).next().unwrap_or_default().trim();
            let looks = |word: &&str| word.starts_with(char::is_uppercase) && word.len() > 2;
            if Party::read(field).is_none() {
                let words = field.split_whitespace().filter(looks);
                names.extend(words.map(str::to_lowercase));
            }
        }
        Self { names }
    }
}

/// The characters that end a word wherever they stand.
const MARKS: [char; 16] = [
    '—', '–', '…', '"', '“', '”', '„', '«', '»', '(', ')', '[', ']', '{', '}', '|',
];

/// The sentences of a text in which code and quotations are blanked.
pub(super) fn sentences(text: &str, lexicon: &Lexicon, people: &People) -> Vec<Sentence> {
    let mut reader = Reader {
        text,
        lexicon,
        people,
        lower: String::new(),
        done: Vec::new(),
        open: Sentence::default(),
    };
    let mut ended = false;
    for chunk in text.split_whitespace() {
        let at = chunk.as_ptr() as usize - text.as_ptr() as usize;
        if ended && !chunk.starts_with(char::is_lowercase) {
            reader.close(false);
        }
        ended = reader.chunk(chunk, at);
    }
    reader.close(false);
    reader.done
}

struct Reader<'a> {
    text: &'a str,
    lexicon: &'a Lexicon,
    people: &'a People,
    lower: String,
    done: Vec<Sentence>,
    open: Sentence,
}

impl Reader<'_> {
    fn close(&mut self, question: bool) {
        if !self.open.tokens.is_empty() {
            self.open.question = question;
            self.done.push(std::mem::take(&mut self.open));
        }
    }

    /// Reads what stands between two spaces; whether it ends with a full stop.
    fn chunk(&mut self, chunk: &str, at: usize) -> bool {
        let mut ended = false;
        let mut start = 0;
        for (index, c) in chunk.char_indices() {
            if MARKS.contains(&c) {
                ended |= self.words(&chunk[start..index], at + start);
                let range = at + index..at + index + c.len_utf8();
                match c {
                    '(' | '[' | '{' => self.mark(range, Shape::Open),
                    ')' | ']' | '}' => self.mark(range, Shape::Close),
                    '—' | '–' | '…' | '|' => self.mark(range, Shape::Stop),
                    _ => {}
                }
                start = index + c.len_utf8();
            }
        }
        ended | self.words(&chunk[start..], at + start)
    }

    /// Reads a word with the marks after it; whether a sentence may end there.
    fn words(&mut self, part: &str, at: usize) -> bool {
        let marks = |c: char| matches!(c, ',' | ';' | ':' | '.' | '!' | '?');
        let leading = part.len() - part.trim_start_matches(|c: char| !inner(c)).len();
        let part = &part[leading..];
        let at = at + leading;
        let end = part.trim_end_matches(|c: char| !inner(c)).len();
        if end > 0 {
            self.word(&part[..end], at);
        }
        let mut ended = false;
        for (index, c) in part[end..].char_indices().filter(|(_, c)| marks(*c)) {
            let range = at + end + index..at + end + index + 1;
            match c {
                ',' => self.mark(range, Shape::Comma),
                ';' | ':' => self.mark(range, Shape::Stop),
                '.' => ended = !self.abbreviates(&part[..end]),
                '?' => {
                    self.close(true);
                    ended = false;
                }
                _ => self.close(false),
            }
        }
        if end == 0 && leading > 0 && part.is_empty() {
            // A dash that stands alone.
            self.mark(at - leading..at, Shape::Stop);
        }
        ended
    }

    fn abbreviates(&self, word: &str) -> bool {
        let (_, classes) = self.lexicon.look_up(&word.to_lowercase());
        classes & self.lexicon.grammar.abbreviation != 0
    }

    fn mark(&mut self, range: Range<usize>, shape: Shape) {
        self.open.tokens.push(Token {
            range,
            shape,
            word: 0,
            classes: 0,
            capital: false,
        });
    }

    fn word(&mut self, word: &str, at: usize) {
        let range = at..at + word.len();
        if word.contains('\u{1}') {
            return self.mark(range, Shape::Opaque);
        }
        if word.contains('@') {
            let bare = word.trim_end_matches("'s").trim_end_matches("’s");
            let user =
                matches!(Party::read(bare), Some(Party::User(_))) && bare.len() == word.len();
            let shape = if user { Shape::Handle } else { Shape::Opaque };
            return self.mark(range, shape);
        }
        self.lower.clear();
        for c in word.chars() {
            match c {
                '’' => self.lower.push('\''),
                _ if c.is_ascii() => self.lower.push(c.to_ascii_lowercase()),
                _ => self.lower.extend(c.to_lowercase()),
            }
        }
        let capital = word.starts_with(char::is_uppercase);
        if capital && self.people.names.contains(&self.lower) {
            return self.mark(range, Shape::Name);
        }
        let lexicon = self.lexicon;
        let Some((kept, words)) = lexicon.contraction(&self.lower) else {
            let (word, classes) = lexicon.look_up(&self.lower);
            return self.push(range, word, classes, capital);
        };
        // Lower case may be longer or shorter than what is written; then the parts share the place of the whole.
        let exact = self.lower.is_ascii() && word.chars().count() == self.lower.len();
        let split = match word.char_indices().nth(kept) {
            Some((byte, _)) if exact => at + byte,
            _ => range.end,
        };
        // `shouldn't've` is two in one.
        let (first, middle) = match lexicon.contraction(&self.lower[..kept]) {
            Some((first, words)) => (first, words),
            None => (kept, Default::default()),
        };
        if first > 0 {
            let (word, classes) = lexicon.look_up(&self.lower[..first]);
            self.push(range.start..split, word, classes, capital);
        }
        for part in middle {
            let (word, classes) = lexicon.look_up(part);
            self.push(range.start..split, word, classes, false);
        }
        for part in words {
            let (word, classes) = lexicon.look_up(part);
            self.push(split.min(range.end)..range.end, word, classes, false);
        }
    }

    fn push(&mut self, range: Range<usize>, word: u16, classes: Classes, capital: bool) {
        debug_assert!(self.text.is_char_boundary(range.start));
        self.open.tokens.push(Token {
            range,
            shape: Shape::Word,
            word,
            classes,
            capital,
        });
    }
}

/// Whether a character can begin or end a word.
fn inner(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '@' | '\u{1}' | '_' | '%' | '#' | '/' | '$')
}
