//! An id that no postmortem bears, or the postmortem's own.

use crate::corpus::Corpus;
use crate::diagnostic::{Finding, Level};
use crate::document::mapping::{Field, nearest};
use crate::postmortem::Postmortem;
use crate::rules::{Check, Context, CorpusFindings, Group, Rule, Seed};
use crate::source::Spanned;

pub(super) static RULE: Rule = Rule {
    name: "unknown-related",
    group: Group::Identity,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S4],
    page: include_str!("unknown_related.md"),
    check: Check::Corpus(check),
};

/// Ids of one postmortem that are told; nobody mends more in one go.
const MOST: usize = 50;
/// Ids for which the nearest is looked for: each is compared with every id there is.
const MOST_GUESSED: usize = 100;

fn check(corpus: &Corpus, _: &Context<'_>, out: &mut CorpusFindings) {
    let nameless: Vec<&Postmortem> = corpus
        .postmortems
        .iter()
        .filter(|postmortem| postmortem.id().is_none())
        .collect();
    let mut guessed = 0;
    for postmortem in &corpus.postmortems {
        let related = postmortem.front.related.items().iter();
        let repeated = match &postmortem.front.recurrence_of {
            Field::Value(id) => Some(id),
            _ => None,
        };
        let named = related
            .map(|id| ("related", id))
            .chain(repeated.map(|id| ("recurrence_of", id)))
            .filter(|(_, id)| !matches!(id.value.as_str(), "" | "unknown"));
        let wrong = named.filter_map(|(key, id)| {
            if postmortem.id() == Some(id.value.as_str()) {
                let message = format!("`{key}` names this postmortem itself");
                let help = "remove it, or write the id that was meant";
                return Some(Finding::new(id.span, message, help));
            }
            let known =
                corpus.get(&id.value).is_some() || nameless.iter().any(|other| bears(other, id));
            (!known).then(|| {
                guessed += 1;
                stranger(corpus, postmortem, key, id, guessed <= MOST_GUESSED)
            })
        });
        out.extend(
            wrong
                .take(MOST)
                .map(|finding| (postmortem.source().clone(), finding)),
        );
    }
}

fn stranger(
    corpus: &Corpus,
    postmortem: &Postmortem,
    key: &str,
    id: &Spanned<String>,
    guess: bool,
) -> Finding {
    let text = &id.value;
    let others = corpus.ids().filter(|other| postmortem.id() != Some(other));
    let near = guess.then(|| nearest(text, others)).flatten();
    let help = match near.and_then(|near| corpus.get(near)) {
        Some(near) => format!(
            "write the id of a postmortem in this repository; the nearest is `{}`, {}",
            near.id().unwrap_or_default(),
            near.title()
        ),
        None => "write the id of a postmortem in this repository, or remove it".into(),
    };
    Finding::new(
        id.span,
        format!("`{key}` names `{text}`, which does not exist"),
        help,
    )
}

/// Whether a postmortem whose id cannot be used was meant: then its own flaw is the one to mend.
fn bears(postmortem: &Postmortem, id: &Spanned<String>) -> bool {
    let mut lines = postmortem.source().text().lines();
    lines.any(|line| {
        let value = line.trim_start().strip_prefix("id:");
        value.is_some_and(|value| value.trim().trim_matches(['"', '\'']) == id.value)
    })
}
