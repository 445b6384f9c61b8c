//! The classes of words that the matchers themselves ask for.
//!
//! Which words are in them is for the lexicon of each language.

/// What a word may be: one bit a class. Classes are named in the data.
pub(super) type Classes = u64;

/// The classes; every lexicon must name them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Grammar {
    /// `the`, `our`, `no`: what a noun phrase begins with.
    pub(super) determiner: Classes,
    /// `of`, `on`: what joins one noun phrase to another.
    pub(super) preposition: Classes,
    /// `and`, `but`: what joins verbs of one subject, or clauses.
    pub(super) conjunction: Classes,
    /// `that`, `because`: what opens a clause with a subject of its own.
    pub(super) opener: Classes,
    /// `who`: what opens a clause about a person.
    pub(super) relative: Classes,
    /// `had`: what may stand between a subject and a participle.
    pub(super) perfect: Classes,
    /// `was`, `should`: what begins a group of verbs.
    pub(super) auxiliary: Classes,
    /// What may stand anywhere.
    pub(super) adverb: Classes,
    /// What may stand before the first word of a clause that counts.
    pub(super) lead: Classes,
    /// What is no person although it stands where one could.
    pub(super) thing: Classes,
    /// `I`.
    pub(super) first: Classes,
    /// `we`.
    pub(super) plural: Classes,
    /// `he`, `she`.
    pub(super) third: Classes,
    /// `nobody`.
    pub(super) nobody: Classes,
    /// Roles.
    pub(super) person: Classes,
    /// Roles that are programs after the name of one: `operator`.
    pub(super) guarded: Classes,
    /// Roles that are people only after a word that says so: `manager`.
    pub(super) vouched: Classes,
    /// Such words: `release`.
    pub(super) voucher: Classes,
    /// `team` and what stands for one.
    pub(super) team: Classes,
    /// Words that are a team only where nothing belongs to them: `Security approved it`.
    pub(super) bare: Classes,
    /// `our`.
    pub(super) own: Classes,
    /// `customer`, `vendor`: whose people are not meant.
    pub(super) outsider: Classes,
    /// Nouns that make a role the name of a thing: `portal`.
    pub(super) compound: Classes,
    /// `not`, `never`.
    pub(super) negation: Classes,
    /// `thanks`.
    pub(super) praise: Classes,
    /// `suspected`.
    pub(super) doubt: Classes,
    /// Words whose full stop ends no sentence.
    pub(super) abbreviation: Classes,
    /// Verbs, at which a noun phrase ends.
    pub(super) verb: Classes,
    /// `involved`, in `the engineer involved`.
    pub(super) trailing: Classes,
    /// `one`, in `one of the engineers`.
    pub(super) part: Classes,
    /// `rather than`.
    pub(super) instead: Classes,
    /// Words between a denial and what it denies.
    pub(super) bridge: Classes,
}

impl Grammar {
    /// The classes as `class` knows them by name.
    pub(super) fn of(mut class: impl FnMut(&str) -> Classes) -> Self {
        Self {
            determiner: class("determiner"),
            preposition: class("preposition"),
            conjunction: class("conjunction"),
            opener: class("opener"),
            relative: class("relative"),
            perfect: class("perfect"),
            auxiliary: class("auxiliary"),
            adverb: class("adverb"),
            lead: class("lead"),
            thing: class("thing"),
            first: class("first"),
            plural: class("plural"),
            third: class("third"),
            nobody: class("nobody"),
            person: class("person"),
            guarded: class("guarded"),
            vouched: class("vouched"),
            voucher: class("voucher"),
            team: class("team"),
            bare: class("bare"),
            own: class("own"),
            outsider: class("outsider"),
            compound: class("compound"),
            negation: class("negation"),
            praise: class("praise"),
            doubt: class("doubt"),
            abbreviation: class("abbreviation"),
            verb: class("verb"),
            trailing: class("trailing"),
            part: class("part"),
            instead: class("instead"),
            bridge: class("bridge"),
        }
    }

    /// Words that stand in every sentence: a bad place to begin a search.
    pub(super) fn common(self) -> Classes {
        self.determiner
            | self.preposition
            | self.conjunction
            | self.opener
            | self.auxiliary
            | self.negation
            | self.plural
    }
}
