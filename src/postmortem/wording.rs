//! The words by which a postmortem says what happened and why, as numbers that are kept when its blocks are not.
//!
//! Owns which words count and how much. How alike two postmortems are is for `corpus::likeness`.

use std::hash::{Hash, Hasher};

use rustc_hash::{FxBuildHasher, FxHashMap, FxHasher};

use super::Postmortem;
use super::section::SectionKey;

/// The words of one postmortem. A word is a hash of its stem, stable within one run of the program.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wording {
    /// The words of title, tags, summary, causes and whys, sorted.
    pub words: Box<[u32]>,
    /// How much each is used, in the order of `words`: 4 for a word used once in the causes.
    pub uses: Box<[u8]>,
    /// The words of the title, sorted.
    pub title: Box<[u32]>,
}

/// So many words are kept; those that are used most.
const MOST: usize = 96;
/// So many most parts have.
const USUALLY: usize = 128;

/// Words of every English text, and of dates.
const EMPTY: &str = "a about above after again against all also an and any are as at be because been before being \
    below between both but by can could did do does done down due during each few for from further had has have \
    having he her here his how i if in into is it its itself just made make may me might more most must my new no nor not \
    of off on once one only or other our out over own per same shall she should since so some such than that the \
    their them themselves then there these they this those through to too two three under until up us very via was we \
    were what when where which while who whom whose why will with within without would yet you your \
    monday tuesday wednesday thursday friday saturday sunday january february march april june july august \
    september october november december";

/// Words of every postmortem: they say little about which one it is.
const USUAL: &str = "incident outage postmortem issue problem error errors failure service system user customer minute \
    hour day time utc cause root team engineer alert monitoring fix fixed change changed production started start \
    first second number contributing factor summary impact affected resolved";

/// How much a usual word counts beside another.
const USUAL_SHARE: f32 = 0.4;

/// What is taken from each part.
const TITLE: f32 = 4.0;
const SUMMARY: f32 = 2.0;
const CAUSES: f32 = 1.0;

impl Wording {
    /// Reads the words of a postmortem whose blocks are still there.
    pub(super) fn read(postmortem: &Postmortem) -> Self {
        let mut uses: FxHashMap<u32, f32> = sized(USUALLY);
        let mut title: Vec<u32> = Vec::new();
        let once =
            |text: &str, share: f32, uses: &mut FxHashMap<u32, f32>, title: &mut Vec<u32>| {
                each_word(text, |word, usual| {
                    if !title.contains(&word) {
                        title.push(word);
                        *uses.entry(word).or_default() += share * weight(usual);
                    }
                });
            };
        if let Some(text) = postmortem.front.title.get() {
            once(text, TITLE, &mut uses, &mut title);
        }
        let mut tags = Vec::new();
        for tag in postmortem.front.tags.items() {
            once(&tag.value, CAUSES, &mut uses, &mut tags);
        }
        for (part, share) in parts(postmortem) {
            let mut counted: FxHashMap<u32, (f32, bool)> = sized(USUALLY);
            for passage in postmortem.passages() {
                if part.contains(&passage.block) && !passage.heading {
                    each_word(passage.text(), |word, usual| {
                        counted.entry(word).or_insert((0.0, usual)).0 += 1.0;
                    });
                }
            }
            #[expect(
                clippy::iter_over_hash_type,
                reason = "every word is counted for itself"
            )]
            for (word, (count, usual)) in counted {
                *uses.entry(word).or_default() += share * (1.0 + count.ln()) * weight(usual);
            }
        }
        title.sort_unstable();
        Self::new(uses, title)
    }

    fn new(uses: FxHashMap<u32, f32>, title: Vec<u32>) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is clamped"
        )]
        let quarters = |uses: f32| (uses * 4.0).round().clamp(1.0, 255.0) as u8;
        let mut words: Vec<(u32, u8)> = uses
            .into_iter()
            .map(|(word, uses)| (word, quarters(uses)))
            .collect();
        words.sort_unstable_by_key(|(word, uses)| (std::cmp::Reverse(*uses), *word));
        words.truncate(MOST);
        words.sort_unstable();
        Self {
            words: words.iter().map(|(word, _)| *word).collect(),
            uses: words.iter().map(|(_, uses)| *uses).collect(),
            title: title.into(),
        }
    }
}

fn sized<T>(words: usize) -> FxHashMap<u32, T> {
    FxHashMap::with_capacity_and_hasher(words, FxBuildHasher)
}

fn weight(usual: bool) -> f32 {
    if usual { USUAL_SHARE } else { 1.0 }
}

/// The blocks that say what happened and why, each once: the summary, or what stands before the first heading, then
/// causes and whys.
fn parts(postmortem: &Postmortem) -> Vec<(std::ops::Range<usize>, f32)> {
    let sections = &postmortem.document.sections;
    let all = |key: SectionKey| {
        let found = postmortem
            .sections
            .iter()
            .filter(move |(known, _)| *known == key);
        found.map(|(_, index)| sections[*index].all.clone())
    };
    let mut parts: Vec<(std::ops::Range<usize>, f32)> = all(SectionKey::Summary)
        .map(|range| (range, SUMMARY))
        .collect();
    if parts.is_empty() {
        parts.extend(
            sections
                .first()
                .map(|section| (section.own.clone(), SUMMARY)),
        );
    }
    for range in all(SectionKey::Causes).chain(all(SectionKey::Whys)) {
        let inside = |(other, _): &(std::ops::Range<usize>, f32)| {
            other.start <= range.start && range.end <= other.end
        };
        if !parts.iter().any(inside) {
            parts.push((range, CAUSES));
        }
    }
    parts
}

/// Calls `visit` with every word that says something and whether it is a usual one.
fn each_word(text: &str, mut visit: impl FnMut(u32, bool)) {
    static LISTS: std::sync::LazyLock<FxHashMap<u32, bool>> = std::sync::LazyLock::new(|| {
        let empty = EMPTY
            .split_whitespace()
            .map(|word| (hash(stem(word)), false));
        let usual = USUAL
            .split_whitespace()
            .map(|word| (hash(stem(word)), true));
        empty.chain(usual).collect()
    });
    for word in text.to_lowercase().split(|c: char| !c.is_alphanumeric()) {
        // Of numbers only those that are names say what a thing is: 503.
        let number = || word.bytes().all(|byte| byte.is_ascii_digit());
        if word.len() < 2 || word.len() != 3 && number() {
            continue;
        }
        let word = hash(stem(word));
        match LISTS.get(&word) {
            Some(false) => {}
            Some(true) => visit(word, true),
            None => visit(word, false),
        }
    }
}

/// A word without the ending of its plural.
fn stem(word: &str) -> &str {
    let plural = word.len() > 3
        && word.ends_with('s')
        && !["ss", "us", "is"].iter().any(|end| word.ends_with(end));
    if plural {
        &word[..word.len() - 1]
    } else {
        word
    }
}

fn hash(word: &str) -> u32 {
    let mut hasher = FxHasher::default();
    word.hash(&mut hasher);
    let [a, b, c, d, ..] = hasher.finish().to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<u32> {
        let mut found = Vec::new();
        each_word(text, |word, _| found.push(word));
        found
    }

    #[test]
    fn endings_case_and_small_words_make_no_difference() {
        assert_eq!(words("The replicas LAGGED"), words("replica, lagged!"));
        assert_eq!(words("in June 2026, on 14 of 20"), words(""));
        assert_ne!(words("returned 503"), words("returned 404"));
        assert_eq!(words("ÄRGER"), words("ärger"));
    }
}
