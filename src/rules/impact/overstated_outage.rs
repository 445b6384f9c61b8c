//! An outage in the words where the front matter knows of less.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::token::{Kind as TokenKind, Token, sentences, tokens};
use super::words_in;
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::postmortem::choice::{Extent, Kind};
use crate::postmortem::section::SectionKey;
use crate::rules::{Check, Context, Group, Rule, Seed};
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    name: "overstated-outage",
    group: Group::Impact,
    level: Level::Warning,
    version: "0.1.0",
    sources: &[Seed::S3],
    page: include_str!("overstated_outage.md"),
    check: Check::Postmortem(check),
};

/// Words that say that there was none, or that it is another one.
const ELSEWHERE: &[&str] = &[
    "no",
    "not",
    "never",
    "without",
    "nor",
    "isn't",
    "wasn't",
    "rather",
    "avoid",
    "avoided",
    "prevent",
    "prevented",
    "averted",
    "would",
    "could",
    "might",
    "may",
    "can",
    "if",
    "potential",
    "possible",
    "risk",
    "almost",
    "nearly",
    "close",
    "short",
    "become",
    "previous",
    "earlier",
    "prior",
    "last",
    "past",
    "another",
    "other",
    "similar",
    "future",
    "next",
    "upstream",
    "provider",
    "provider's",
    "vendor",
    "vendor's",
    "supplier",
    "supplier's",
    "third",
    "their",
    "its",
    "cloud",
    "carrier",
    "isp",
    "instead",
];

/// What is called after an outage without being one.
const THINGS: &[&str] = &[
    "page",
    "pages",
    "notice",
    "notices",
    "map",
    "mode",
    "plan",
    "procedure",
    "banner",
    "template",
    "channel",
    "drill",
    "window",
    "runbook",
    "playbook",
    "report",
    "tracker",
    "budget",
    "minutes",
];

/// What a product as a whole is called.
const WHOLES: &[&str] = &[
    "site",
    "website",
    "service",
    "system",
    "platform",
    "application",
    "app",
    "api",
    "product",
    "everything",
    "shop",
    "store",
];

/// The words that say outage.
const OUTAGES: &[&str] = &["outage", "outages", "down"];

/// Whether a text needs a closer look; most do not.
fn may_say(text: &str) -> bool {
    static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        let mut builder = AhoCorasick::builder();
        builder.ascii_case_insensitive(true).build(OUTAGES).ok()
    });
    WORDS.as_ref().is_none_or(|words| words.is_match(text))
}

/// How many words of a sentence are looked at on each side.
const REACH: usize = 60;

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    let extent = &postmortem.front.impact.extent;
    let Some(known @ (Extent::Degraded | Extent::None)) = extent.known() else {
        return;
    };
    let names = Names::read(postmortem);
    let mut places: Vec<(Span, String)> = Vec::new();
    let title = &postmortem.front.title;
    if let Some((text, span)) = title.get().zip(title.span()) {
        let found = tokens(text);
        let place = names.overstated(text, &found, true);
        places.extend(place.map(|range| {
            let word = &text[range];
            (words_in(postmortem.source(), span, word), word.to_string())
        }));
    }
    for key in [SectionKey::Summary, SectionKey::Impact] {
        for section in postmortem.sections_of(key) {
            for passage in postmortem.passages_in(section.all.clone()) {
                if passage.heading || !may_say(passage.prose()) {
                    continue;
                }
                let found = tokens(passage.prose());
                if let Some(range) = names.overstated(passage.prose(), &found, false) {
                    places.push((
                        passage.span(range.clone()),
                        passage.prose()[range].to_string(),
                    ));
                }
            }
        }
    }
    places.sort_by_key(|(span, _)| *span);
    places.dedup_by_key(|(span, _)| *span);
    let Some(((span, word), more)) = places.split_first() else {
        return;
    };
    let name = known.name();
    let help = match known {
        Extent::None => "say what nearly happened, or correct `impact.extent` if somebody felt it",
        _ => {
            "write what was slower or missing, and for whom; or set `impact.extent` to `partial-outage` or `outage` if it could not be used"
        }
    };
    let message = format!("`{word}` says more than `extent: {name}`");
    let mut finding = Finding::new(*span, message, help).with_related(
        postmortem.source(),
        extent.span().unwrap_or_default(),
        "the extent is set here",
    );
    for (span, _) in more.iter().take(2) {
        finding = finding.with_related(postmortem.source(), *span, "and here");
    }
    out.push(finding);
}

/// Whose outage it may be.
struct Names {
    /// Our services, in lower case.
    services: Vec<String>,
    /// The third party's words, in lower case.
    third_party: Vec<String>,
    /// Whether the third party is what broke: then an outage is theirs unless our service is named.
    theirs: bool,
}

impl Names {
    fn read(postmortem: &Postmortem) -> Self {
        let services = postmortem.front.services.items().iter();
        let name = postmortem.front.third_party.name.get();
        let words = name.map(|name| tokens(name)).unwrap_or_default();
        Self {
            services: services
                .map(|service| service.value.to_lowercase())
                .collect(),
            third_party: words
                .into_iter()
                .map(|token| token.text.into_owned())
                .collect(),
            theirs: postmortem.kind() == Kind::ThirdParty,
        }
    }

    /// The first word that says outage of this incident, as a place in the text.
    fn overstated(
        &self,
        text: &str,
        tokens: &[Token],
        title: bool,
    ) -> Option<std::ops::Range<usize>> {
        for sentence in sentences(tokens) {
            let words = &tokens[sentence];
            // What lies further away belongs to no sentence that anybody wrote.
            let near = |at: usize| {
                let from = at.saturating_sub(REACH);
                (&words[from..words.len().min(at + REACH)], at - from)
            };
            for (at, word) in words.iter().enumerate() {
                if !word.is_any(OUTAGES) {
                    continue;
                }
                let (words, at) = near(at);
                let outage = !word.is("down")
                    && !self.theirs
                    && (title || !self.is_named(text, words, at))
                    && self.is_ours(words, at);
                let down = word.is("down") && self.is_state(words, at, title);
                if outage || down {
                    return Some(word.range.clone());
                }
            }
        }
        None
    }

    /// `the AWS outage`, `the outage of 3 March`: a name that is no service of ours, or a day.
    fn is_named(&self, text: &str, words: &[Token], at: usize) -> bool {
        let name = words[..at].last().filter(|_| at > 1).is_some_and(|word| {
            let own = |name: &String| name.contains(&*word.text);
            let ours = word.is_any(WHOLES) || self.services.iter().any(own);
            !ours && text[word.range.clone()].starts_with(char::is_uppercase)
        });
        let is_number = |token: &Token| token.kind == TokenKind::Number;
        let day = words
            .get(at + 1)
            .is_some_and(|next| next.is_any(&["of", "on"]));
        name || day && words.get(at + 2).is_some_and(is_number)
    }

    /// Whether an outage is that of this incident: not denied, not of a provider, not the name of a page.
    fn is_ours(&self, words: &[Token], at: usize) -> bool {
        let from = words[..at]
            .iter()
            .rposition(|token| token.is_any(&[";", ":", "–", "—"]));
        let clause = &words[from.map_or(0, |at| at + 1)..];
        let own = at - from.map_or(0, |at| at + 1);
        let near = &clause[own.saturating_sub(8)..clause.len().min(own + 7)];
        let next = words.get(at + 1);
        let thing = next.is_some_and(|next| next.is_any(THINGS) || next.is("-"));
        !near.iter().any(|token| self.is_elsewhere(token)) && !thing
    }

    /// Whether a word speaks of somebody else's service.
    fn is_elsewhere(&self, token: &Token<'_>) -> bool {
        token.is_any(ELSEWHERE) || self.third_party.iter().any(|name| token.is(name))
    }

    /// `checkout was down`, in a title also `Checkout down for 47 minutes`; not `down to 20 %`, not one of its parts.
    fn is_state(&self, words: &[Token], at: usize, title: bool) -> bool {
        let follows = words.get(at + 1);
        let measured = follows.is_some_and(|next| {
            next.kind == TokenKind::Number
                || next.is_any(&["to", "by", "from", "the", "a", "an", "our", "its", "-"])
        });
        let before = &words[..at];
        let degree =
            |token: &&Token| token.is_any(&["completely", "fully", "entirely", "all", "totally"]);
        let verb = before.iter().rev().find(|token| !degree(token));
        let verbs = ["was", "were", "went", "is", "are", "goes"];
        let linked = verb.is_some_and(|verb| verb.is_any(&verbs));
        let skipped = before.iter().rev().take_while(degree).count() + usize::from(linked);
        let subject = before.len().checked_sub(skipped + 1).map(|at| &before[at]);
        let whole = subject.is_some_and(|subject| {
            subject.is_any(WHOLES)
                || self
                    .services
                    .iter()
                    .any(|name| name.ends_with(&*subject.text))
        });
        whole
            && !measured
            && (linked || title)
            && !before.iter().any(|token| self.is_elsewhere(token))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overstated(text: &str, title: bool) -> bool {
        let names = Names {
            services: vec!["checkout".into()],
            third_party: vec!["brightwire".into()],
            theirs: false,
        };
        names.overstated(text, &tokens(text), title).is_some()
    }

    #[test]
    fn only_an_outage_of_this_incident_is_one() {
        for text in [
            "The outage lasted 47 minutes.",
            "A partial outage of checkout.",
            "It was found on Monday. Checkout was completely down.",
            "The site went down for 5 minutes.",
        ] {
            assert!(overstated(text, false), "{text}");
        }
        assert!(overstated("Checkout down for 47 minutes", true));
        for text in [
            "There was no outage.",
            "It could have become an outage.",
            "During an outage of our cloud provider orders were slower.",
            "An outage at Brightwire slowed payments.",
            "The AWS outage slowed us.",
            "After the outage of 3 March alerts were added.",
            "The outage page was shown.",
            "As in the previous outage, orders were slower.",
            "One replica was down.",
            "Checkout was down to 20 % of its usual rate.",
            "The service slowed down.",
            "Checkout went down the wrong path.",
        ] {
            assert!(!overstated(text, false), "{text}");
        }
        assert!(!overstated("Checkout slowed down for 47 minutes", true));
    }
}
