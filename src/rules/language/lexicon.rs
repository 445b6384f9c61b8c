//! The lexicon: the words and patterns of one language, read from data.
//!
//! Owns reading `lexicon/<language>.yaml` and the list of languages; another language is one more file in [`FILES`]. What a
//! pattern may say is for [`super::pattern`], where words stand for [`super::token`].

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::grammar::{Classes, Grammar};
use super::pattern::{self, Pattern};
use crate::document::yaml::{self, Node, Value};
use crate::source::{Source, Span};

/// Every language there is. A text is read with each of them.
const FILES: [&str; 1] = [include_str!("lexicon/en.yaml")];

/// Every lexicon, read once.
static LEXICONS: LazyLock<Vec<Lexicon>> =
    LazyLock::new(|| FILES.iter().map(|file| Lexicon::read(file)).collect());

/// Every lexicon.
pub(super) fn all() -> &'static [Lexicon] {
    &LEXICONS
}

/// One kind of wording that a rule looks for.
#[derive(Debug)]
pub(super) struct Kind {
    /// The rule that speaks of it.
    pub(super) rule: String,
    /// The question to ask instead; ends the help.
    pub(super) ask: String,
    /// Whether it weighs less than the rule does otherwise.
    pub(super) light: bool,
}

/// The words and patterns of one language.
#[derive(Debug)]
pub(super) struct Lexicon {
    /// Word numbers; 0 is every other word.
    words: FxHashMap<Box<str>, u16>,
    /// Each word, by number.
    spellings: Vec<Box<str>>,
    /// The classes of each word, by number.
    classes: Vec<Classes>,
    /// Endings that put a word into classes, with the shortest word they are looked for in.
    endings: Vec<(Box<str>, Classes)>,
    names: Vec<Box<str>>,
    /// Endings that are words of their own: `n't` is `not`.
    contractions: Vec<(Box<str>, Vec<Box<str>>)>,
    /// For the numbers of words, the contraction that each is as a whole: `dont`.
    contracted: Vec<Option<usize>>,
    /// The classes the matchers ask for.
    pub(super) grammar: Grammar,
    /// The kinds of wording, in the order of the data.
    pub(super) kinds: Vec<Kind>,
    /// Every pattern.
    pub(super) patterns: Vec<Pattern>,
    /// The patterns to try at a word, by its number.
    pub(super) anchored: Vec<Vec<u16>>,
    /// What could not be read; a test holds it empty.
    pub(super) flaws: Vec<String>,
}

impl Lexicon {
    /// Reads one language. What cannot be read is left out and told in `flaws`.
    pub(super) fn read(text: &str) -> Self {
        let source = Source::new("lexicon", text.into());
        let parsed = yaml::parse(&source, Span::new(0, text.len()));
        let mut lexicon = Self {
            words: FxHashMap::from_iter([("".into(), 0)]),
            spellings: vec!["".into()],
            classes: vec![0],
            endings: Vec::new(),
            names: Vec::new(),
            contractions: Vec::new(),
            contracted: Vec::new(),
            grammar: Grammar::default(),
            kinds: Vec::new(),
            patterns: Vec::new(),
            anchored: Vec::new(),
            flaws: parsed
                .problems
                .iter()
                .map(|problem| problem.message.clone())
                .collect(),
        };
        for (key, node) in entries(parsed.root.as_ref()) {
            match key {
                "contractions" => lexicon.read_contractions(node),
                "classes" => lexicon.read_classes(node),
                "rules" => {}
                _ => lexicon.flaws.push(format!("no part is named `{key}`")),
            }
        }
        let mut missing = Vec::new();
        lexicon.grammar = Grammar::of(|name| {
            lexicon.class(name).unwrap_or_else(|| {
                missing.push(format!("the class `{name}` is missing"));
                0
            })
        });
        lexicon.flaws.extend(missing);
        let rules = entries(parsed.root.as_ref()).find(|(key, _)| *key == "rules");
        for (rule, kinds) in entries(rules.map(|(_, node)| node)) {
            for kind in items(kinds) {
                lexicon.read_kind(rule, kind);
            }
        }
        lexicon.anchor();
        lexicon
    }

    fn read_contractions(&mut self, node: &Node) {
        for (ending, words) in entries(Some(node)) {
            let words = words.text().unwrap_or_default().split_whitespace();
            let words = words.map(Into::into).collect();
            let number = usize::from(self.intern(ending));
            let all = self.contracted.len().max(number + 1);
            self.contracted.resize(all, None);
            self.contracted[number] = Some(self.contractions.len());
            self.contractions.push((ending.into(), words));
        }
    }

    fn read_classes(&mut self, node: &Node) {
        for (name, words) in entries(Some(node)) {
            self.names.push(name.into());
            let class = self.class(name).unwrap_or_default();
            for word in words.text().unwrap_or_default().split_whitespace() {
                if let Some(ending) = word.strip_prefix('*') {
                    self.endings.push((ending.into(), class));
                } else if let Some(other) = word.strip_prefix('<') {
                    let other = self.class(other.trim_end_matches('>'));
                    match other {
                        Some(other) => self.include(other, class),
                        None => self.flaws.push(format!("no class is named {word}")),
                    }
                } else {
                    let id = self.intern(word);
                    self.classes[id as usize] |= class;
                }
            }
        }
        for id in 0..self.spellings.len() {
            self.classes[id] |= self.classes_of_ending(&self.spellings[id]);
        }
        if self.names.len() > 64 {
            self.flaws.push("more than 64 classes".into());
        }
    }

    /// Puts everything of one class into another.
    fn include(&mut self, from: Classes, into: Classes) {
        let endings = self.endings.iter_mut().map(|(_, classes)| classes);
        for classes in self.classes.iter_mut().chain(endings) {
            if *classes & from != 0 {
                *classes |= into;
            }
        }
    }

    fn read_kind(&mut self, rule: &str, node: &Node) {
        let mut kind = Kind {
            rule: rule.into(),
            ask: String::new(),
            light: false,
        };
        let mut lines = Vec::new();
        for (key, value) in entries(Some(node)) {
            let text = value.text().unwrap_or_default();
            match key {
                "kind" => {}
                "ask" => kind.ask = text.into(),
                "light" => kind.light = text == "true",
                "patterns" => lines.extend(items(value).iter().filter_map(Node::text)),
                _ => self.flaws.push(format!("{rule}: no key is named `{key}`")),
            }
        }
        let index = self.kinds.len();
        self.kinds.push(kind);
        for line in lines {
            match pattern::parse(line, index, self) {
                Ok(pattern) => self.patterns.push(pattern),
                Err(flaw) => self.flaws.push(format!("{rule}: `{line}`: {flaw}")),
            }
        }
    }

    /// Lists the patterns under the rarest words that each of them needs.
    fn anchor(&mut self) {
        let mut uses = vec![0_usize; self.classes.len()];
        let mut members = FxHashMap::default();
        let needed: Vec<Vec<(usize, Vec<u16>)>> = self
            .patterns
            .iter()
            .map(|pattern| pattern.needed(self, &mut members))
            .collect();
        for word in needed.iter().flatten().flat_map(|(_, words)| words) {
            uses[*word as usize] += 1;
        }
        let mut anchored = vec![Vec::new(); self.classes.len()];
        let mut flaws = Vec::new();
        for (index, needed) in needed.iter().enumerate() {
            let weight = |(_, words): &&(usize, Vec<u16>)| {
                let common = words
                    .iter()
                    .any(|word| self.classes[*word as usize] & self.grammar.common() != 0);
                let used: usize = words.iter().map(|word| uses[*word as usize]).sum();
                (common, used)
            };
            match needed.iter().min_by_key(weight) {
                Some((element, words)) => {
                    self.patterns[index].anchor(*element);
                    for word in words {
                        anchored[*word as usize].push(u16::try_from(index).unwrap_or(u16::MAX));
                    }
                }
                None => flaws.push(format!("pattern {index} needs no word")),
            }
        }
        self.anchored = anchored;
        self.flaws.extend(flaws);
    }

    /// The bit of a class.
    pub(super) fn class(&self, name: &str) -> Option<Classes> {
        let at = self.names.iter().position(|known| **known == *name)?;
        1_u64.checked_shl(u32::try_from(at).ok()?)
    }

    /// The number of a word that patterns speak of.
    pub(super) fn intern(&mut self, word: &str) -> u16 {
        if let Some(id) = self.words.get(word) {
            return *id;
        }
        let id = u16::try_from(self.classes.len()).unwrap_or_default();
        self.words.insert(word.into(), id);
        self.spellings.push(word.into());
        let endings = self.classes_of_ending(word);
        self.classes.push(endings);
        id
    }

    /// Every word of a class that patterns or lists name.
    pub(super) fn members(&self, class: Classes) -> Vec<u16> {
        let numbered = self.classes.iter().zip(0_u16..);
        numbered
            .filter(|(classes, id)| **classes & class != 0 && *id != 0)
            .map(|(_, id)| id)
            .collect()
    }

    /// Whether words outside the lists may belong to a class, by their ending.
    pub(super) fn is_open(&self, class: Classes) -> bool {
        self.endings.iter().any(|(_, classes)| classes & class != 0)
    }

    /// The number and the classes of a word in lower case.
    pub(super) fn look_up(&self, word: &str) -> (u16, Classes) {
        match self.words.get(word) {
            Some(id) => (*id, self.classes[*id as usize]),
            None => (0, self.classes_of_ending(word)),
        }
    }

    fn classes_of_ending(&self, word: &str) -> Classes {
        let last = word.as_bytes().last();
        let fits = |ending: &str| {
            last == ending.as_bytes().last()
                && word.len() > ending.len() + 1
                && word.ends_with(ending)
        };
        let found = self.endings.iter().filter(|(ending, _)| fits(ending));
        found.fold(0, |classes, (_, more)| classes | more)
    }

    /// The parts of a contracted word of this number: how many bytes stay, and what the rest stands for. It can hold an
    /// apostrophe only where it is `rare`.
    pub(super) fn contraction(
        &self,
        word: &str,
        number: u16,
        rare: bool,
    ) -> Option<(usize, &[Box<str>])> {
        let found = match rare && word.bytes().any(|byte| byte == b'\'') {
            true => {
                let ends = |(ending, _): &&(Box<str>, _)| word.ends_with(&**ending);
                self.contractions.iter().find(ends)
            }
            // Some write `dont`; only whole words are looked up then.
            false => {
                let at = self.contracted.get(usize::from(number)).copied().flatten();
                at.map(|at| &self.contractions[at])
            }
        };
        let (ending, words) = found?;
        Some((word.len() - ending.len(), words))
    }
}

fn entries(node: Option<&Node>) -> impl Iterator<Item = (&str, &Node)> {
    let entries: &[(Node, Node)] = match node.map(|node| &node.value) {
        Some(Value::Mapping(entries)) => entries,
        _ => &[],
    };
    entries
        .iter()
        .filter_map(|(key, value)| Some((key.text()?, value)))
}

fn items(node: &Node) -> &[Node] {
    match &node.value {
        Value::Sequence(items) => items,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::super::reading::phrases;
    use super::*;

    /// A few words of German, which only the test knows.
    const SECOND: &str = r#"
contractions: {}
classes:
  determiner: der die das ein eine
  preposition: auf in von
  conjunction: und aber
  opener: dass weil
  relative: wer
  perfect: hat habe haben
  auxiliary: hat habe haben ist
  adverb: leider
  negation: nicht nie kein
  lead: leider
  abbreviation: z.b
  first: ich
  plural: wir
  third: er sie
  nobody: niemand
  person: entwickler ingenieur
  guarded: entwickler
  vouched: leiter
  voucher: projekt
  team: team
  bare: vertrieb
  own: unser
  outsider: kunde
  thing: es
  compound: portal
  part: einer
  trailing: zuständig
  praise: danke
  doubt: vermutet
  verb: vergessen
  instead: statt
  bridge: der
rules:
  person-failed:
    - kind: forgot
      ask: "was hätte daran erinnert?"
      patterns:
        - "{human} ..4 vergessen"
"#;

    #[test]
    fn another_language_is_only_data() {
        let lexicon = Lexicon::read(SECOND);
        assert_eq!(lexicon.flaws, [""; 0]);
        let found = |text: &str| phrases(text, &lexicon);
        assert_eq!(
            found("Leider hat der Ingenieur den Schritt vergessen."),
            [(
                "person-failed".to_string(),
                "den Schritt vergessen".to_string()
            )]
        );
        assert!(found("Der Dienst hat den Schritt vergessen.").is_empty());
        assert!(found("Der Kunde hat den Schritt vergessen.").is_empty());
        assert!(found("Danke, dass der Ingenieur den Schritt vergessen hat.").is_empty());
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let lexicon = Lexicon::read(
            "classes:\n  a: b\nrules:\n  x:\n    - patterns: [\"<c> b\", \"{who} b\", \"..x\", \"\"]\nmore: 1\n",
        );
        for flaw in [
            "`more`",
            "<c>",
            "{who}",
            "..x",
            "says nothing",
            "`verb` is missing",
        ] {
            assert!(
                lexicon.flaws.iter().any(|known| known.contains(flaw)),
                "{flaw}: {:?}",
                lexicon.flaws
            );
        }
    }
}
