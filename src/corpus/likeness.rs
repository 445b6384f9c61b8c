//! How alike postmortems read: which earlier ones tell of the same thing.
//!
//! Owns the measure, which is the usual one: the cosine of the words, each weighed by how rare it is (tf-idf, as in
//! Manning, Raghavan and Schütze, *Introduction to Information Retrieval*, chapter 6), over an inverted index of the words
//! that say most of each postmortem. Which words those are is for `postmortem::wording`, what to do about it for the rules.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::Corpus;
use crate::postmortem::wording::Wording;

/// So many words of a postmortem, those that say most about it, find the others.
const SIGNATURE: usize = 24;
/// A word that more postmortems have among theirs finds nobody.
const COMMON: usize = 128;
/// Postmortems with one title that are compared.
const NAMESAKES: usize = 32;
/// Words that two signatures share at the least.
const SHARED: u8 = 3;

/// Two postmortems that read alike; positions in the corpus.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// The one that began later.
    pub later: usize,
    /// The one that began earlier.
    pub earlier: usize,
    /// How alike the words are, from 0 to 1.
    pub words: f32,
    /// How alike the titles are, from 0 to 1.
    pub titles: f32,
}

/// The words of all postmortems that say when they began.
pub struct Likeness<'a> {
    /// Positions in the corpus, by when the incidents began.
    order: Vec<usize>,
    wordings: Vec<&'a Wording>,
    /// The weight of every word, in the order of `wordings` and their words; each postmortem's have length 1.
    weights: Vec<Box<[f32]>>,
    rarity: FxHashMap<u32, f32>,
    /// For each word the postmortems that have it among those that say most about them, in order.
    index: FxHashMap<u32, Vec<u32>>,
    namesakes: FxHashMap<&'a [u32], Vec<u32>>,
    signatures: Vec<Box<[u32]>>,
}

impl<'a> Likeness<'a> {
    /// Weighs the words of a corpus.
    pub fn new(corpus: &'a Corpus) -> Self {
        let mut order: Vec<usize> = (0..corpus.postmortems.len())
            .filter(|index| corpus.postmortems[*index].started().is_some())
            .collect();
        order.sort_by_key(|index| (corpus.postmortems[*index].started(), *index));
        let wordings: Vec<&Wording> = order
            .iter()
            .map(|index| corpus.postmortems[*index].wording())
            .collect();
        let rarity = rarity(&wordings);
        let weighed = wordings.par_iter().map(|wording| {
            let weights = weigh(wording, &rarity);
            let signature = signature(wording, &weights);
            (weights, signature)
        });
        let (weights, signatures): (Vec<_>, Vec<_>) = weighed.unzip();
        let mut index: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
        let mut namesakes: FxHashMap<&[u32], Vec<u32>> = FxHashMap::default();
        for ((place, signature), wording) in (0..).zip(&signatures).zip(&wordings) {
            for word in signature {
                index.entry(*word).or_default().push(place);
            }
            if !wording.title.is_empty() {
                namesakes.entry(&wording.title).or_default().push(place);
            }
        }
        index.retain(|_, places| places.len() > 1 && places.len() <= COMMON);
        Self {
            order,
            wordings,
            weights,
            rarity,
            index,
            namesakes,
            signatures,
        }
    }

    /// How many postmortems there are to ask about.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// What began before the postmortem at `place` (counted by when they began) and may read like it, in the order of
    /// time; the measure of each decides.
    pub fn earlier(&'a self, place: usize) -> Vec<Pair> {
        let before = |places: Option<&'a Vec<u32>>| {
            let places = places.map(Vec::as_slice).unwrap_or_default();
            &places[..places.partition_point(|other| (*other as usize) < place)]
        };
        // How many words each shares.
        let mut sharing = vec![0_u8; place];
        let mut found: Vec<u32> = Vec::new();
        for word in &self.signatures[place] {
            for other in before(self.index.get(word)) {
                let words = &mut sharing[*other as usize];
                *words += 1;
                if *words == SHARED {
                    found.push(*other);
                }
            }
        }
        let namesakes = before(self.namesakes.get(&*self.wordings[place].title));
        found.extend(namesakes.iter().rev().take(NAMESAKES));
        found.sort_unstable();
        found.dedup();
        let pair = |other: usize| Pair {
            later: self.order[place],
            earlier: self.order[other],
            words: self.words(place, other),
            titles: self.titles(place, other),
        };
        found.iter().map(|other| pair(*other as usize)).collect()
    }

    fn words(&self, a: usize, b: usize) -> f32 {
        let (one, other) = (&self.wordings[a].words, &self.wordings[b].words);
        let both = common(one, other);
        both.map(|(i, j)| self.weights[a][i] * self.weights[b][j])
            .sum()
    }

    fn titles(&self, a: usize, b: usize) -> f32 {
        let (one, other) = (&self.wordings[a].title, &self.wordings[b].title);
        let square = |word: &u32| self.rarity.get(word).copied().unwrap_or(0.0).powi(2);
        let length = |title: &[u32]| title.iter().map(square).sum::<f32>().sqrt();
        let both: f32 = common(one, other).map(|(i, _)| square(&one[i])).sum();
        let lengths = length(one) * length(other);
        if lengths > 0.0 { both / lengths } else { 0.0 }
    }
}

/// How rare each word is: the logarithm of how many postmortems there are for one that has it, smoothed so that two
/// postmortems alone can be compared.
fn rarity(wordings: &[&Wording]) -> FxHashMap<u32, f32> {
    let mut having: FxHashMap<u32, f32> = FxHashMap::default();
    for word in wordings.iter().flat_map(|wording| &wording.words) {
        *having.entry(*word).or_default() += 1.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "a weight, not a count")]
    let all = wordings.len() as f32;
    #[expect(
        clippy::iter_over_hash_type,
        reason = "every word is weighed for itself"
    )]
    for count in having.values_mut() {
        *count = ((all + 1.0) / (*count + 0.5)).ln() + 0.5;
    }
    having
}

/// The weights of a postmortem's words, together of length 1.
fn weigh(wording: &Wording, rarity: &FxHashMap<u32, f32>) -> Box<[f32]> {
    let words = wording.words.iter().zip(&wording.uses);
    let mut weights: Box<[f32]> = words
        .map(|(word, uses)| {
            let uses = f32::from(*uses) / 4.0;
            (1.0 + uses).ln() * rarity.get(word).copied().unwrap_or(0.0)
        })
        .collect();
    let length = weights
        .iter()
        .map(|weight| weight * weight)
        .sum::<f32>()
        .sqrt();
    for weight in &mut weights {
        *weight /= length.max(f32::MIN_POSITIVE);
    }
    weights
}

/// The words that say most about a postmortem.
fn signature(wording: &Wording, weights: &[f32]) -> Box<[u32]> {
    let mut words: Vec<(f32, u32)> = weights
        .iter()
        .copied()
        .zip(wording.words.iter().copied())
        .collect();
    words.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    words.truncate(SIGNATURE);
    words.into_iter().map(|(_, word)| word).collect()
}

/// The positions of what two sorted lists have in common.
fn common<'a>(one: &'a [u32], other: &'a [u32]) -> impl Iterator<Item = (usize, usize)> + 'a {
    let (mut i, mut j) = (0, 0);
    std::iter::from_fn(move || {
        while i < one.len() && j < other.len() {
            match one[i].cmp(&other[j]) {
                std::cmp::Ordering::Less => i += 1,
                std::cmp::Ordering::Greater => j += 1,
                std::cmp::Ordering::Equal => {
                    (i, j) = (i + 1, j + 1);
                    return Some((i - 1, j - 1));
                }
            }
        }
        None
    })
}
