//! An id that several postmortems bear.

use std::collections::BTreeMap;

use crate::corpus::Corpus;
use crate::diagnostic::{Finding, Level};
use crate::postmortem::{Postmortem, id};
use crate::rules::{Check, Context, CorpusFindings, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "duplicate-id",
    group: Group::Identity,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::Format],
    page: include_str!("duplicate_id.md"),
    check: Check::Corpus(check),
};

/// Others that are shown with each finding: a template that was copied a hundred times must not give ten thousand.
const SHOWN: usize = 5;

fn check(corpus: &Corpus, _: &Context<'_>, out: &mut CorpusFindings) {
    // Ids become folders of the site, and some file systems know no capitals.
    let mut by_name: BTreeMap<String, Vec<&Postmortem>> = BTreeMap::new();
    for id in corpus.ids() {
        let all = by_name.entry(id.to_lowercase()).or_default();
        all.extend(corpus.all(id));
    }
    for same in by_name.values().filter(|same| same.len() > 1) {
        for postmortem in same {
            let others = same
                .iter()
                .filter(|other| other.path() != postmortem.path());
            if let (Some(id), Some(span)) = (postmortem.id(), postmortem.front.id.span()) {
                let others: Vec<&&Postmortem> = others.take(SHOWN).collect();
                let mut finding =
                    Finding::new(span, message(id, &others, same.len() - 1), help(corpus, id));
                for other in others {
                    if let Some(place) = other.front.id.span() {
                        finding = finding.with_related(other.source(), place, "also here");
                    }
                }
                out.push((postmortem.source().clone(), finding));
            }
        }
    }
}

fn message(id: &str, others: &[&&Postmortem], count: usize) -> String {
    let spelling = match others
        .iter()
        .find_map(|other| other.id().filter(|it| *it != id))
    {
        Some(other) => format!(", there as `{other}`"),
        None => String::new(),
    };
    match others {
        [other] => format!("`{id}` is also the id of `{}`{spelling}", other.path()),
        _ => format!("`{id}` is also the id of {count} other postmortems{spelling}"),
    }
}

fn help(corpus: &Corpus, taken: &str) -> String {
    let pattern = corpus.conventions.id_pattern.as_deref();
    let pattern = pattern.unwrap_or(id::DEFAULT_PATTERN);
    let free = id::read(pattern, taken).map(|(year, _)| id::next(pattern, year, corpus.ids()));
    let example = free.map_or(String::new(), |free| format!(" such as `{free}`"));
    format!("give the newer one a free id{example}; an id that was published stays")
}
