//! Which lengths of time a text says of the incident as a whole.
//!
//! Owns the wordings. Most lengths in a postmortem are of something else (a timeout, a step of the response, a part of
//! the service), so only these wordings count: `lasted 47 minutes`, `a 47-minute outage`, `an outage of 47 minutes`,
//! `Duration: 47 minutes`, `was down for 47 minutes`, and `For 47 minutes …` at the start of a sentence.

use super::duration::{Duration, durations, may_hold_one};
use super::token::{Kind, Token, sentences, tokens};

/// How sure it is that the incident as a whole is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    /// The wording leaves no other reading.
    Clear,
    /// It may be of a part of the service, or of a part of the time.
    Likely,
}

/// A length of time that is said of the incident.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    /// The length and its tokens.
    pub(super) duration: Duration,
    /// Its bytes in the text, `about` and the like included.
    pub(super) range: std::ops::Range<usize>,
    /// How sure it is.
    pub(super) weight: Weight,
}

/// What an incident is called.
const INCIDENTS: &[&str] = &[
    "incident",
    "outage",
    "disruption",
    "interruption",
    "downtime",
    "unavailability",
    "degradation",
];

/// Verbs of an incident's length.
const LASTED: &[&str] = &["lasted", "lasting", "persisted", "continued"];

/// What goes before a word for an incident that is another one, or none.
const OTHERS: &[&str] = &[
    "previous",
    "earlier",
    "prior",
    "last",
    "next",
    "first",
    "second",
    "third",
    "another",
    "other",
    "similar",
    "planned",
    "scheduled",
    "would",
    "could",
    "might",
    "no",
    "every",
    "each",
    "further",
    "additional",
    "brief",
    "short",
];

/// Words that say of something that it did not work.
const FAILING: &[&str] = &[
    "unavailable",
    "unreachable",
    "inaccessible",
    "offline",
    "down",
    "degraded",
    "interrupted",
    "disrupted",
    "failed",
    "failing",
    "refused",
    "rejected",
    "unable",
    "unusable",
    "broken",
    "errors",
];

/// Words that make a sentence one about something else: a setting, what did not happen, another time.
const ASIDE: &[&str] = &[
    "timeout",
    "timeouts",
    "ttl",
    "cache",
    "cached",
    "retry",
    "retried",
    "retries",
    "waits",
    "waited",
    "waiting",
    "would",
    "could've",
    "might",
    "if",
    "had",
    "since",
    "previous",
    "previously",
    "earlier",
    "every",
    "scheduled",
    "planned",
    "intermittently",
    "some",
    "several",
    "another",
    "additional",
    "further",
    "then",
    "after",
    "still",
    "one",
    "partially",
];

/// Words right behind a length that make it a part or a distance.
const AFTERWARDS: &[&str] = &[
    "more", "longer", "each", "apart", "old", "at", "before", "timeout", "window", "interval",
    "delay",
];

/// How many tokens of a sentence are looked at on each side: longer ones are no sentences.
const REACH: usize = 60;

/// The statements of a title.
pub(super) fn in_title(text: &str) -> Vec<Statement> {
    if !may_hold_one(text) {
        return Vec::new();
    }
    let found = tokens(text);
    let weigh = |duration: &Duration| {
        let told = before(&found, duration, 1).is_some_and(|token| token.is("for"));
        let open = found
            .get(duration.end)
            .is_none_or(|next| !next.is_any(AFTERWARDS));
        (told && open).then_some(Weight::Likely)
    };
    statements(&found, |duration| {
        weigh(duration).or_else(|| named(&found, duration))
    })
}

/// The statements of a paragraph, an item or a cell.
pub(super) fn in_prose(text: &str) -> Vec<Statement> {
    if !may_hold_one(text) {
        return Vec::new();
    }
    let found = tokens(text);
    let ends = sentences(&found);
    let sentence = |duration: &Duration| {
        let after = ends.partition_point(|range| range.end <= duration.first);
        ends.get(after).cloned().unwrap_or(0..found.len())
    };
    statements(&found, |duration| {
        labelled(&found, duration, sentence(duration).start)
            .or_else(|| named(&found, duration))
            .or_else(|| lasted(&found, duration, sentence(duration)))
            .or_else(|| failing_for(&found, duration, sentence(duration)))
    })
}

/// The statement of a cell whose row is labelled as the incident's duration.
pub(super) fn in_labelled_cell(label: &str, text: &str) -> Option<Statement> {
    let (label, found) = (tokens(label), tokens(text));
    if !is_label(&label) {
        return None;
    }
    let all = statements(&found, |duration| {
        (duration.hedge == 0).then_some(Weight::Clear)
    });
    all.into_iter().next()
}

fn statements(tokens: &[Token], weigh: impl Fn(&Duration) -> Option<Weight>) -> Vec<Statement> {
    let found = durations(tokens).into_iter();
    let weighed = found.filter_map(|duration| {
        let weight = weigh(&duration)?;
        let range = tokens[duration.hedge].range.start..tokens[duration.end - 1].range.end;
        Some(Statement {
            duration,
            range,
            weight,
        })
    });
    weighed.collect()
}

/// The token so many places before a length and its `about`.
fn before<'a, 't>(
    tokens: &'a [Token<'t>],
    duration: &Duration,
    places: usize,
) -> Option<&'a Token<'t>> {
    duration.hedge.checked_sub(places).map(|at| &tokens[at])
}

/// `Duration: 47 minutes`, `The total downtime was 47 minutes`.
fn labelled(tokens: &[Token], duration: &Duration, sentence: usize) -> Option<Weight> {
    let link = duration
        .hedge
        .checked_sub(1)
        .filter(|link| *link >= sentence)?;
    let links = [":", "–", "—", "=", "was", "is"];
    let label = tokens[link].is_any(&links) && is_label(&tokens[sentence..link]);
    label.then_some(Weight::Clear)
}

/// `Duration`, `Total duration`, `Duration of the incident`, `Outage duration`, `Downtime`.
fn is_label(tokens: &[Token]) -> bool {
    const WORDS: &[&str] = &["total", "overall", "of", "the", "length"];
    let belongs = |token: &Token| {
        token.is_any(WORDS)
            || token.is_any(INCIDENTS)
            || token.is("duration")
            || token.kind == Kind::Mark
    };
    tokens.len() <= 6
        && tokens
            .iter()
            .any(|token| token.is_any(&["duration", "downtime", "length"]))
        && tokens.iter().all(belongs)
}

/// `a 47-minute outage`, `47 minutes of downtime`, `an outage of 47 minutes`.
fn named(tokens: &[Token], duration: &Duration) -> Option<Weight> {
    let another = |end: usize| {
        let words = tokens[end.saturating_sub(5)..end].iter().rev();
        let mut words = words.take_while(|token| token.kind != Kind::Mark);
        words.any(|token| token.is_any(OTHERS))
    };
    let incident = |at: usize| tokens.get(at).is_some_and(|token| token.is_any(INCIDENTS));
    if before(tokens, duration, 1).is_some_and(|token| token.is("of"))
        && let Some(noun) = duration.hedge.checked_sub(2).filter(|at| incident(*at))
    {
        return (!another(noun)).then_some(Weight::Clear);
    }
    if another(duration.hedge) {
        return None;
    }
    let end = duration.end;
    let of = tokens.get(end).is_some_and(|token| token.is("of"));
    if of {
        // `40 minutes of total outage`
        let found = incident(end + 1) || incident(end + 2);
        return found.then_some(Weight::Likely);
    }
    let hyphen = tokens[duration.first..end]
        .iter()
        .any(|token| token.is("-"));
    let adjective = tokens
        .get(end)
        .is_some_and(|token| token.kind == Kind::Word)
        && incident(end + 1);
    (incident(end) || hyphen && adjective).then_some(Weight::Clear)
}

/// `The outage lasted 47 minutes`, `The incident took 47 minutes`, `It lasted …`.
fn lasted(
    tokens: &[Token],
    duration: &Duration,
    sentence: std::ops::Range<usize>,
) -> Option<Weight> {
    let mut verb = duration.hedge.checked_sub(1)?;
    if tokens[verb].is("for") {
        verb = verb.checked_sub(1)?;
    }
    let took = tokens[verb].is("took");
    if !(took || tokens[verb].is_any(LASTED)) || verb <= sentence.start {
        return None;
    }
    let own = &tokens[sentence.start.max(verb.saturating_sub(REACH))..verb];
    let from = own
        .iter()
        .rposition(|token| token.is_any(&[",", ";", ":", "–", "—", "("]));
    let which = tokens[verb].is("lasting")
        || own
            .last()
            .is_some_and(|token| token.is_any(&["which", "that", "and"]));
    // `an outage, which lasted`
    let clause = if which {
        own
    } else {
        &own[from.map_or(0, |at| at + 1)..]
    };
    let clause = &clause[clause.len().saturating_sub(10)..];
    if clause.iter().any(|token| token.is_any(OTHERS)) {
        return None;
    }
    if let [only] = clause
        && only.is_any(&["it", "this"])
    {
        return (!took).then_some(Weight::Likely);
    }
    let noun = clause.iter().position(|token| token.is_any(INCIDENTS))?;
    // The noun is the subject itself, not inside one: `the failover during the outage lasted`.
    let subject = clause[..noun].iter().all(|token| {
        token.kind == Kind::Word
            && !token.is_any(&[
                "of", "during", "in", "after", "before", "for", "to", "from", "by", "with",
            ])
    });
    (subject || which && clause.len() - noun <= 3).then_some(Weight::Clear)
}

/// `For 47 minutes orders were refused`, `checkout was down for 47 minutes`.
fn failing_for(
    tokens: &[Token],
    duration: &Duration,
    sentence: std::ops::Range<usize>,
) -> Option<Weight> {
    let at = duration.hedge.checked_sub(1)?;
    let open = tokens
        .get(duration.end)
        .is_none_or(|next| !next.is_any(AFTERWARDS) && !next.is("of"));
    if !tokens[at].is("for") || !open || duration.seconds < 60.0 {
        return None;
    }
    let start = sentence.start;
    let end = sentence.end.min(at + REACH);
    let words = &tokens[start.max(at.saturating_sub(REACH))..end];
    if words.iter().any(|token| token.is_any(ASIDE)) {
        return None;
    }
    let first = at == start;
    let near = &tokens[at.saturating_sub(8).max(start)..at];
    let from = near
        .iter()
        .rposition(|token| token.is_any(&[",", ";", ":", ".", "–", "—"]));
    let clause = &near[from.map_or(0, |at| at + 1)..];
    let unable = |pair: &[Token]| pair[0].is("could") && pair[1].is("not");
    let failing = clause
        .iter()
        .any(|token| token.is_any(FAILING) || token.is("couldn't"))
        || clause.windows(2).any(unable);
    (first || failing).then_some(Weight::Likely)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(found: Vec<Statement>, text: &str) -> Vec<(&str, Weight)> {
        found
            .into_iter()
            .map(|one| (&text[one.range], one.weight))
            .collect()
    }

    #[test]
    fn only_lengths_of_the_incident_are_statements() {
        use Weight::{Clear, Likely};
        for (text, expected) in [
            ("The outage lasted 47 minutes.", ("47 minutes", Clear)),
            (
                "The outage of checkout lasted for about 2 hours.",
                ("about 2 hours", Clear),
            ),
            ("This incident took 3 days to resolve.", ("3 days", Clear)),
            (
                "A partial outage, lasting nearly two hours.",
                ("nearly two hours", Clear),
            ),
            ("We had a 47-minute outage.", ("47-minute", Clear)),
            (
                "It caused a 47-minute payments outage.",
                ("47-minute", Clear),
            ),
            ("an outage of 1h 20m", ("1h 20m", Clear)),
            (
                "Customers saw 55 minutes of downtime.",
                ("55 minutes", Likely),
            ),
            (
                "Duration: 47 minutes (14:23 to 15:10)",
                ("47 minutes", Clear),
            ),
            (
                "For 55 minutes about 40 % of orders were refused.",
                ("55 minutes", Likely),
            ),
            ("This caused 40min of total outage.", ("40min", Likely)),
            (
                "Customers could not place orders for 20 minutes.",
                ("20 minutes", Likely),
            ),
            (
                "It lasted two and a half hours.",
                ("two and a half hours", Likely),
            ),
            ("The total downtime was 20 minutes.", ("20 minutes", Clear)),
            (
                "Search was unavailable for 12 minutes.",
                ("12 minutes", Likely),
            ),
        ] {
            assert_eq!(said(in_prose(text), text), [expected], "{text}");
        }
        for text in [
            "The retry timeout of 30 minutes was too long.",
            "Support was told within 5 minutes.",
            "The rollback took 8 minutes.",
            "The failover during the outage lasted 3 minutes.",
            "A previous 20-minute outage had the same cause.",
            "It would have been an outage of 3 hours.",
            "Clients waited for 60 minutes and failed.",
            "The job had been failing for 3 days.",
            "The right zone was back after 36 minutes.",
            "Resolvers kept the answer for up to an hour more.",
            "The alert fired 8 minutes after the start.",
            "Then reads failed for 12 minutes.",
        ] {
            assert_eq!(said(in_prose(text), text), [], "{text}");
        }
        let title = "Checkout refused orders for 55 minutes after a change";
        assert_eq!(said(in_title(title), title), [("55 minutes", Likely)]);
        assert!(in_labelled_cell("Total duration", "143 minutes until resolved").is_some());
        assert!(in_labelled_cell("Duration of the drill", "143 minutes").is_none());
    }
}
