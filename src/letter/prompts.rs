//! Could this happen to us? For each service that was not hit, what of the month it has met before.
//!
//! S4 (*Learning from others' post-mortems*) gives fifteen minutes of a team meeting to this question, and asks to alert the teams
//! with alike systems. Who is alike is what shows: the same cause in its own postmortems.

use std::collections::{BTreeMap, BTreeSet};

use super::shown;
use crate::config::Config;
use crate::corpus::Corpus;
use crate::postmortem::Postmortem;
use crate::sheet::{Line, Sheet};
use crate::tracker::block::Places;

/// Services that are asked.
const SERVICES: usize = 8;
/// Letters of a title in a question.
const TITLE: usize = 120;

/// Writes the questions that new postmortems put to others.
pub(super) fn write(
    new: &[&Postmortem],
    corpus: &Corpus,
    config: &Config,
    places: &Places,
    sheet: &mut Sheet,
) {
    if new.is_empty() {
        return;
    }
    sheet.heading("Could this happen to us?");
    sheet.paragraph("Fifteen minutes of the next team meeting: what would stop it here today, and how would you notice? What is missing becomes an action item, though nothing has happened yet.");
    let mut asked: Vec<(usize, &str, Line)> = Vec::new();
    for (service, own) in met(corpus) {
        let questions = new.iter().rev();
        let questions = questions.filter_map(|one| question(service, &own, one, config, places));
        // The one with most in common; of several alike the newest.
        if let Some((causes, line)) = questions.max_by_key(|(causes, _)| *causes) {
            asked.push((causes, service, line));
        }
    }
    asked.sort_by_key(|(causes, service, _)| (std::cmp::Reverse(*causes), *service));
    let asked = asked.into_iter().take(SERVICES);
    let mut lines: Vec<Line> = asked.map(|(_, _, line)| line).collect();
    lines.push(
        Line::new()
            .strong("Every other team: ")
            .text("take one of the postmortems above and ask the same."),
    );
    sheet.list(lines);
}

/// By service the causes it has met, each with the postmortem of the last time.
fn met(corpus: &Corpus) -> BTreeMap<&str, BTreeMap<&str, &Postmortem>> {
    let mut met: BTreeMap<&str, BTreeMap<&str, &Postmortem>> = BTreeMap::new();
    let mut order: Vec<&Postmortem> = corpus.postmortems.iter().collect();
    order.sort_by_key(|one| one.started());
    for one in order {
        for service in one.front.services.items() {
            let causes = met.entry(&service.value).or_default();
            let own = one.front.causes.items().iter();
            causes.extend(own.map(|cause| (cause.value.as_str(), one)));
        }
    }
    met
}

/// What a new postmortem asks of a service that it did not hit, and how many causes they share.
fn question(
    service: &str,
    own: &BTreeMap<&str, &Postmortem>,
    new: &Postmortem,
    config: &Config,
    places: &Places,
) -> Option<(usize, Line)> {
    let hit = new.front.services.items();
    if hit.iter().any(|one| one.value == service) {
        return None;
    }
    let causes = new
        .front
        .causes
        .items()
        .iter()
        .map(|cause| cause.value.as_str());
    let shared: BTreeSet<&str> = causes.filter(|cause| own.contains_key(cause)).collect();
    let first = shared.first()?;
    let before = shared
        .iter()
        .filter_map(|cause| own.get(cause))
        .max_by_key(|one| one.started())?;
    let id = new.id().unwrap_or(new.path());
    let described = config.conventions.causes.get(*first).map(String::as_str);
    let mut line = Line::new()
        .strong(format!("{service}: "))
        .link(id, places.page(id))
        .text(format!(" “{}” came of ", shown(new, new.title(), TITLE)))
        .then(Line::names(shared.iter().copied()));
    if let Some(described) = described.filter(|text| shared.len() == 1 && !text.is_empty()) {
        line = line.text(format!(" ({described})"));
    }
    let earlier = before.id().unwrap_or(before.path());
    let line = line
        .text("; you met that in ")
        .link(earlier, places.page(earlier))
        .text(". What would stop it today?");
    Some((shared.len(), line))
}
