//! The check of every output of the public edition, before it takes the place of the one before.
//!
//! Owns what is looked for where, and how a leak is told: what kind it is, in which files of the site, and the line that it
//! came from. What is found is never shown whole where it is a secret or somebody's.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use aho_corasick::AhoCorasick;

use super::withheld::{Manner, Needle, Origin, Withheld};
use super::{place, readable};
use crate::postmortem::Postmortem;
use crate::rules::confidentiality::exposures;
use crate::source::Source;

/// So many files are named for one leak.
const NAMED: usize = 3;

/// A place in a file of the repository.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Relative to the root, with `/`.
    pub path: String,
    /// Counted from 1; 0 for the file as a whole.
    pub line: u32,
    /// In characters, counted from 1.
    pub column: u32,
}

impl Place {
    /// The place of a byte.
    pub fn of(source: &Source, at: usize) -> Self {
        let position = source.position(u32::try_from(at).unwrap_or(u32::MAX));
        Self {
            path: source.path().into(),
            line: position.line,
            column: position.column,
        }
    }

    /// A file as a whole.
    pub fn file(path: &str) -> Self {
        Self {
            path: path.into(),
            line: 0,
            column: 0,
        }
    }
}

/// Something that would get out, or of which nobody can tell whether it would.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leak {
    /// Where it comes from, as far as that can be told.
    pub place: Option<Place>,
    /// What it is; lower case, no full stop.
    pub message: String,
    /// What to do; begins with a verb.
    pub help: String,
    /// The files of the site that hold it.
    pub files: Vec<String>,
}

impl Leak {
    /// One that keeps a postmortem from being reduced at all.
    pub fn of(postmortem: &Postmortem, at: usize, message: &str, help: &str) -> Self {
        Self {
            place: Some(Place::of(postmortem.source(), at)),
            message: message.into(),
            help: help.into(),
            files: Vec::new(),
        }
    }

    /// One that is about a whole file.
    pub fn of_file(path: &str, message: &str, help: &str) -> Self {
        Self {
            place: Some(Place::file(path)),
            message: message.into(),
            help: help.into(),
            files: Vec::new(),
        }
    }

    /// As one line, and one with the way out: `path:line:column: error[leak]: message`.
    pub fn told(&self) -> String {
        let mut text = String::new();
        match (&self.place, self.files.first()) {
            (Some(place), _) if place.line > 0 => {
                let _ = write!(text, "{}:{}:{}", place.path, place.line, place.column);
            }
            (Some(place), _) => text.push_str(&place.path),
            (None, Some(file)) => text.push_str(file),
            (None, None) => text.push_str("the public edition"),
        }
        let _ = write!(text, ": error[leak]: {}", self.message);
        if !self.files.is_empty() {
            let named: Vec<String> = self
                .files
                .iter()
                .take(NAMED)
                .map(|file| format!("`{file}`"))
                .collect();
            let _ = write!(text, " would be published in {}", named.join(", "));
            if self.files.len() > NAMED {
                let _ = write!(text, " and {} more files", self.files.len() - NAMED);
            }
        }
        if !self.help.is_empty() {
            let _ = write!(text, "\n  help: {}", self.help);
        }
        text
    }
}

/// What was found of one text.
#[derive(Debug, Default)]
struct Found {
    what: String,
    /// As it stands in the output.
    quote: String,
    place: Option<Place>,
    files: Vec<String>,
}

/// Looks through outputs, from many threads, and remembers what it finds.
#[derive(Debug)]
pub struct LeakCheck<'a> {
    withheld: &'a Withheld,
    letters: Option<AhoCorasick>,
    words: Option<AhoCorasick>,
    by_letters: Vec<&'a Needle>,
    by_words: Vec<&'a Needle>,
    found: Mutex<BTreeMap<(String, String), Found>>,
}

impl<'a> LeakCheck<'a> {
    /// Begins a check.
    pub fn new(withheld: &'a Withheld) -> Self {
        let (by_words, by_letters): (Vec<&Needle>, Vec<&Needle>) = withheld
            .needles
            .iter()
            .partition(|needle| needle.manner == Manner::Words);
        let build = |needles: &[&Needle]| {
            let texts = needles.iter().map(|needle| needle.text.as_str());
            AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .build(texts)
                .ok()
        };
        Self {
            letters: build(&by_letters),
            words: build(&by_words),
            by_letters,
            by_words,
            withheld,
            found: Mutex::default(),
        }
    }

    /// Looks through one output: its path below the site's root and its bytes; `origin` is the file it is a copy of.
    pub fn look(&self, path: &str, bytes: &[u8], origin: Option<&str>) {
        let named = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
        self.search(path, &format!("{named}\n"), origin, false);
        if super::image::is_binary(bytes) {
            for text in super::image::texts(bytes) {
                self.search(path, &text, origin, false);
            }
            return;
        }
        let text = readable::text(path, bytes);
        // Programs of others are full of what looks like a secret; they say nothing of ours.
        let program =
            path.starts_with("pagefind/") && (path.ends_with(".js") || path.ends_with(".wasm"));
        self.search(path, &text, origin, !program);
        // What no notation explains stands there as it is.
        if let Ok(raw) = std::str::from_utf8(bytes)
            && raw != text
        {
            self.search(path, raw, origin, false);
        }
    }

    /// Every leak since the last time, in the order of its places.
    pub fn leaks(&self) -> Vec<Leak> {
        let found = self.found.lock();
        let found = std::mem::take(&mut *found.unwrap_or_else(PoisonError::into_inner));
        let mut leaks: Vec<Leak> = found
            .into_values()
            .map(|mut found| {
                found.files.sort();
                found.files.dedup();
                Leak {
                    place: found
                        .place
                        .or_else(|| locate(&self.withheld.sources, &found.quote)),
                    message: found.what,
                    help: "take it out of the text, or keep it between `<!-- aftersight: internal -->` and `<!-- aftersight: end -->`".into(),
                    files: found.files,
                }
            })
            .collect();
        leaks.sort();
        leaks
    }

    fn search(&self, path: &str, text: &str, origin: Option<&str>, patterns: bool) {
        let one_line: String;
        let letters = match text.contains(['\n', '\t']) || text.contains("  ") {
            true => {
                one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
                &one_line
            }
            false => text,
        };
        if let Some(automaton) = &self.letters {
            for found in automaton.find_overlapping_iter(letters) {
                let needle = self.by_letters[found.pattern().as_usize()];
                let here = &letters[found.range()];
                let same = needle.manner == Manner::AnyCase || here == needle.text;
                if same && is_whole(letters, found.range()) {
                    self.tell(path, needle, here, origin);
                }
            }
        }
        if let Some(automaton) = self.words.as_ref().filter(|_| !self.by_words.is_empty()) {
            let words = place::words(text);
            for found in automaton.find_overlapping_iter(&words) {
                let needle = self.by_words[found.pattern().as_usize()];
                self.tell(path, needle, &words[found.range()], origin);
            }
        }
        if patterns {
            for one in exposures(text, &self.withheld.confidential) {
                let quote = &text[one.range.clone()];
                self.note(path, &one.what, &masked(quote), quote, None, origin);
            }
        }
    }

    fn tell(&self, path: &str, needle: &Needle, quote: &str, origin: Option<&str>) {
        let place = needle.place.clone();
        self.note(path, &needle.what, "", quote, place, origin);
    }

    fn note(
        &self,
        path: &str,
        what: &str,
        shown: &str,
        quote: &str,
        place: Option<Place>,
        origin: Option<&str>,
    ) {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (what.to_string(), quote.to_lowercase());
        let one = found.entry(key).or_insert_with(|| Found {
            what: match shown {
                "" if what.contains(", ") => format!("{what},"),
                "" => what.to_string(),
                shown => format!("{what}, `{shown}`,"),
            },
            quote: quote.into(),
            place: place.or_else(|| origin.map(Place::file)),
            files: Vec::new(),
        });
        one.files.push(path.into());
    }
}

/// Where a text comes from: the first source that lets it out, in its body if it stands there.
fn locate(sources: &[Origin], quote: &str) -> Option<Place> {
    let find = |text: &str| match quote.starts_with(' ') {
        true => place::find_words(text, quote),
        false => place::find(text, quote).or_else(|| place::find_words(text, &place::words(quote))),
    };
    let at = |origin: &Origin| {
        let mut text = origin.source.text().to_string();
        for hidden in &origin.hidden {
            text.replace_range(hidden.range(), &" ".repeat(hidden.range().len()));
        }
        let body = text.get(origin.body..).unwrap_or_default();
        let at = find(body)
            .map(|at| origin.body + at)
            .or_else(|| find(&text));
        Some(Place::of(&origin.source, at?))
    };
    sources.iter().find_map(at)
}

/// Whether no letter or digit goes on before or after a range.
fn is_whole(text: &str, range: std::ops::Range<usize>) -> bool {
    // The name of a team goes on after a dash.
    let is_handle = text[range.clone()].starts_with('@');
    let goes_on = |c: char| c.is_alphanumeric() || c == '_' || is_handle && c == '-';
    let before = text[..range.start].chars().next_back();
    let after = text[range.end..].chars().next();
    !before.is_some_and(goes_on) && !after.is_some_and(goes_on)
}

/// The first letters of a secret, and how long it is.
fn masked(text: &str) -> String {
    let length = text.chars().count();
    let shown: String = text.chars().take(if length > 12 { 2 } else { 1 }).collect();
    format!("{shown}… ({length} characters)")
}
