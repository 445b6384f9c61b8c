//! A passage as sentences of tokens.
//!
//! Owns where words and sentences begin and end. What words mean is for the lexicon.

use std::collections::BTreeSet;
use std::ops::Range;

use super::grammar::Classes;
use super::lexicon::Lexicon;
use super::pattern::bit;
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
    /// The bits of its words ([`bit`]).
    pub(super) words: u64,
    /// Everything that any of its words may be.
    pub(super) classes: Classes,
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

/// Whether a character ends a word wherever it stands.
const fn is_mark(c: char) -> bool {
    matches!(
        c,
        '—' | '–'
            | '…'
            | '"'
            | '“'
            | '”'
            | '„'
            | '«'
            | '»'
            | '('
            | ')'
            | '['
            | ']'
            | '{'
            | '}'
            | '|'
    )
}

/// So many tokens most sentences have at most.
const USUAL: usize = 32;

/// What a byte of a text tells about the chunk that it stands in.
const SPACE: u8 = 1;
/// Part of a character beyond ASCII.
const WIDE: u8 = 2;
/// What few words have: they are looked at more closely.
const SPECIAL: u8 = 4;
/// What can begin or end a word.
const INNER: u8 = 8;
/// A capital.
const CAPITAL: u8 = 16;

/// What every byte tells.
const TELLS: [u8; 256] = {
    let mut tells = [WIDE; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        let c = byte as char;
        tells[byte as usize] = match byte {
            b'\t'..=b'\r' | b' ' => SPACE,
            _ if byte.is_ascii_uppercase() => INNER | CAPITAL,
            _ if byte.is_ascii_alphanumeric() => INNER,
            b'_' | b'%' | b'#' | b'/' | b'$' => INNER,
            b'@' | 1 | b'\'' => SPECIAL,
            _ if is_mark(c) => SPECIAL,
            _ => 0,
        };
        byte += 1;
    }
    tells
};

/// The sentences of a text in which code and quotations are blanked.
pub(super) fn sentences(text: &str, lexicon: &Lexicon, people: &People) -> Vec<Sentence> {
    let mut reader = Reader {
        text,
        lexicon,
        people,
        lower: String::with_capacity(USUAL),
        done: Vec::new(),
        open: Sentence::default(),
        ended: false,
    };
    let bytes = text.as_bytes();
    let mut end = 0;
    while end < bytes.len() {
        let start = end;
        let mut seen = 0;
        while let Some(byte) = bytes.get(end) {
            let tells = TELLS[usize::from(*byte)];
            if tells == SPACE {
                break;
            }
            seen |= tells;
            end += 1;
        }
        let chunk = &text[start..end];
        end += 1;
        if seen & WIDE != 0 {
            // Some spaces are beyond ASCII.
            for part in chunk.split_whitespace() {
                let at = part.as_ptr() as usize - text.as_ptr() as usize;
                reader.chunk(part, at, seen);
            }
        } else if !chunk.is_empty() {
            reader.chunk(chunk, start, seen);
        }
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
    /// Whether a sentence has ended, if the next word begins another.
    ended: bool,
}

impl Reader<'_> {
    fn close(&mut self, question: bool) {
        if !self.open.tokens.is_empty() {
            self.open.question = question;
            self.done.push(std::mem::take(&mut self.open));
        }
    }

    /// Reads what stands between two spaces, with what its bytes tell.
    fn chunk(&mut self, chunk: &str, at: usize, seen: u8) {
        if self.ended && !chunk.starts_with(char::is_lowercase) {
            self.close(false);
        }
        if seen & (WIDE | SPECIAL) == 0 {
            self.ended = self.plain(chunk, at, seen & CAPITAL != 0);
            return;
        }
        let mut ended = false;
        let mut start = 0;
        for (index, c) in chunk.char_indices() {
            if is_mark(c) {
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
        self.ended = ended | self.words(&chunk[start..], at + start);
    }

    /// The same as [`Self::words`] for nearly all chunks: letters, and marks after them.
    fn plain(&mut self, chunk: &str, at: usize, capitals: bool) -> bool {
        let inner = |byte: &u8| TELLS[usize::from(*byte)] & INNER != 0;
        let bytes = chunk.as_bytes();
        match bytes.iter().rposition(inner) {
            Some(last) if inner(&bytes[0]) => {
                let (word, end) = (&chunk[..=last], last + 1);
                if capitals || !self.small(word, at) {
                    self.word(word, at, false);
                }
                self.marks(&bytes[end..], word, at + end)
            }
            _ => self.words(chunk, at),
        }
    }

    /// Reads the marks after a word; whether a sentence may end there.
    fn marks(&mut self, marks: &[u8], word: &str, at: usize) -> bool {
        let mut ended = false;
        for (index, byte) in marks.iter().enumerate() {
            let range = at + index..at + index + 1;
            match byte {
                b',' => self.mark(range, Shape::Comma),
                b';' | b':' => self.mark(range, Shape::Stop),
                b'.' => ended = !self.abbreviates(word),
                b'?' => {
                    self.close(true);
                    ended = false;
                }
                b'!' => self.close(false),
                _ => {}
            }
        }
        ended
    }

    /// Reads a word with the marks after it; whether a sentence may end there.
    fn words(&mut self, part: &str, at: usize) -> bool {
        let letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        let leading = match letter(part.as_bytes().first()) {
            true => 0,
            false => part.len() - part.trim_start_matches(|c: char| !inner(c)).len(),
        };
        let part = &part[leading..];
        let at = at + leading;
        let end = match letter(part.as_bytes().last()) {
            true => part.len(),
            false => part.trim_end_matches(|c: char| !inner(c)).len(),
        };
        if end > 0 {
            self.word(&part[..end], at, true);
        }
        let ended = self.marks(&part.as_bytes()[end..], &part[..end], at + end);
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

    /// Reads a word without capitals, unless it is a contraction; whether it did. Nearly all words are read by this.
    fn small(&mut self, word: &str, at: usize) -> bool {
        let (number, classes) = self.lexicon.look_up(word);
        let whole = self.lexicon.contraction(word, number, false).is_none();
        if whole {
            self.push(at..at + word.len(), number, classes, false);
        }
        whole
    }

    /// Reads a word; one that is not `rare` has letters and digits of ASCII, and of the marks none that are [`SPECIAL`].
    fn word(&mut self, word: &str, at: usize, rare: bool) {
        let range = at..at + word.len();
        let holds = |wanted: u8| rare && word.bytes().any(|byte| byte == wanted);
        if holds(1) {
            return self.mark(range, Shape::Opaque);
        }
        if holds(b'@') {
            let bare = word.trim_end_matches("'s").trim_end_matches("’s");
            let user =
                matches!(Party::read(bare), Some(Party::User(_))) && bare.len() == word.len();
            let shape = if user { Shape::Handle } else { Shape::Opaque };
            return self.mark(range, shape);
        }
        self.lower.clear();
        if !rare || word.is_ascii() {
            self.lower.push_str(word);
            self.lower.make_ascii_lowercase();
        } else {
            for c in word.chars() {
                match c {
                    '’' => self.lower.push('\''),
                    _ => self.lower.extend(c.to_lowercase()),
                }
            }
        }
        let capital = word.starts_with(char::is_uppercase);
        if capital && self.people.names.contains(&self.lower) {
            return self.mark(range, Shape::Name);
        }
        let lexicon = self.lexicon;
        let (number, classes) = lexicon.look_up(&self.lower);
        let Some((kept, words)) = lexicon.contraction(&self.lower, number, rare) else {
            return self.push(range, number, classes, capital);
        };
        // Lower case may be longer or shorter than what is written; then the parts share the place of the whole.
        let exact = self.lower.is_ascii() && word.chars().count() == self.lower.len();
        let split = match word.char_indices().nth(kept) {
            Some((byte, _)) if exact => at + byte,
            _ => range.end,
        };
        // `shouldn't've` is two in one.
        let (number, classes) = lexicon.look_up(&self.lower[..kept]);
        let (first, middle) = match lexicon.contraction(&self.lower[..kept], number, rare) {
            Some((first, words)) => (first, words),
            None => (kept, Default::default()),
        };
        if first > 0 {
            let (word, classes) = match first == kept {
                true => (number, classes),
                false => lexicon.look_up(&self.lower[..first]),
            };
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
        if self.open.tokens.is_empty() {
            self.open.tokens.reserve(USUAL);
        }
        if word != 0 {
            self.open.words |= bit(word);
        }
        self.open.classes |= classes;
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
