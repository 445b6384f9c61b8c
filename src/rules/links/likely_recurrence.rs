//! An earlier postmortem that reads alike and is not linked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use rayon::prelude::*;

use crate::corpus::Corpus;
use crate::corpus::likeness::{Likeness, Pair};
use crate::diagnostic::{Finding, Level};
use crate::document::mapping::{Field, enumerate};
use crate::postmortem::Postmortem;
use crate::postmortem::action::ActionItem;
use crate::rules::{Check, Context, CorpusFindings, Group, Rule, Seed};
use crate::source::Spanned;

pub(super) static RULE: Rule = Rule {
    name: "likely-recurrence",
    group: Group::Links,
    level: Level::Note,
    version: "0.1.0",
    sources: &[Seed::S3, Seed::S4],
    page: include_str!("likely_recurrence.md"),
    check: Check::Corpus(check),
};

/// From here on the words alone show that two postmortems tell of one thing, if anything else agrees as well.
const ALIKE: f32 = 0.25;
/// From here on two titles are one.
const ONE_TITLE: f32 = 0.7;
/// From here on they share a word that says something.
const TOUCHING: f32 = 0.1;
/// So much of the words agrees at the least where the titles do.
const AKIN: f32 = 0.15;
/// Where more earlier ones than this read alike, they have a kind of incident in common, and only what is nearly the same
/// text is told.
const CROWD: usize = 5;
const SAME: f32 = 0.5;
/// Fewer words than this say too little.
const LEAST_WORDS: usize = 12;
/// Earlier postmortems that are shown, and items of the most alike.
const SHOWN: usize = 3;
const ITEMS: usize = 5;

fn check(corpus: &Corpus, _: &Context<'_>, out: &mut CorpusFindings) {
    let likeness = Likeness::new(corpus);
    let links = links(corpus);
    let found: Vec<_> = (0..likeness.len())
        .into_par_iter()
        .filter_map(|place| {
            let pairs = likeness.earlier(place);
            let mut alike: Vec<Pair> = pairs
                .into_iter()
                .filter(|pair| is_recurrence(corpus, pair) && !is_known(corpus, &links, pair))
                .collect();
            if alike.len() > CROWD {
                alike.retain(|pair| pair.words >= SAME);
            }
            alike.sort_by(|a, b| (b.words + b.titles).total_cmp(&(a.words + a.titles)));
            let later = &corpus.postmortems[alike.first()?.later];
            let earlier: Vec<&Postmortem> = alike
                .iter()
                .map(|pair| &corpus.postmortems[pair.earlier])
                .collect();
            Some((Arc::clone(later.source()), finding(later, &earlier)?))
        })
        .collect();
    out.extend(found);
}

/// Whether the later of two is likely to be the earlier once more: the words agree, and not only because one service has one
/// vocabulary.
fn is_recurrence(corpus: &Corpus, pair: &Pair) -> bool {
    let (later, earlier) = (
        &corpus.postmortems[pair.later],
        &corpus.postmortems[pair.earlier],
    );
    let enough = |one: &Postmortem| one.wording().words.len() >= LEAST_WORDS;
    // An old archive is nobody's to link; it can still be what a new incident repeats.
    // What began at the same moment is one incident told twice.
    let before = earlier.started() < later.started();
    if !before || later.is_imported() || later.id().is_none() || !enough(later) || !enough(earlier)
    {
        return false;
    }
    let by_title = pair.titles >= ONE_TITLE && pair.words >= AKIN;
    if pair.words < ALIKE && !by_title {
        return false;
    }
    let services = shared(&later.front.services, &earlier.front.services);
    let causes = shared(&later.front.causes, &earlier.front.causes);
    let contradicts = matches!(
        (services, causes),
        (Some(0), Some(0) | None) | (None, Some(0))
    );
    let supported = match services {
        Some(0) => causes >= Some(2) && pair.titles > TOUCHING,
        Some(_) => true,
        None => pair.titles > TOUCHING,
    };
    let by_words = pair.words >= ALIKE && supported;
    !contradicts && (by_words || by_title)
}

/// How many names two fields share; `None` where one of them says nothing.
fn shared(a: &Field<Vec<Spanned<String>>>, b: &Field<Vec<Spanned<String>>>) -> Option<usize> {
    let names = |field: &Field<Vec<Spanned<String>>>| -> BTreeSet<String> {
        let names = field.items().iter();
        names.map(|name| name.value.to_lowercase()).collect()
    };
    let (a, b) = (names(a), names(b));
    (!a.is_empty() && !b.is_empty()).then(|| a.intersection(&b).count())
}

/// The ids that each postmortem names, and those that name it.
fn links(corpus: &Corpus) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut links: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for postmortem in &corpus.postmortems {
        let Some(id) = postmortem.id() else { continue };
        let front = &postmortem.front;
        let related = front
            .related
            .items()
            .iter()
            .map(|other| other.value.as_str());
        let repeated = front.recurrence_of.get().map(String::as_str);
        for other in related.chain(repeated).filter(|other| *other != "unknown") {
            links.entry(id).or_default().insert(other);
            links.entry(other).or_default().insert(id);
        }
    }
    links
}

/// Whether somebody knows of the likeness: one names the other, both are linked with a third, or the text speaks of it; or
/// the later one names an id that does not exist, of which `unknown-related` speaks.
fn is_known(corpus: &Corpus, links: &BTreeMap<&str, BTreeSet<&str>>, pair: &Pair) -> bool {
    let (later, earlier) = (
        &corpus.postmortems[pair.later],
        &corpus.postmortems[pair.earlier],
    );
    let (Some(one), Some(other)) = (later.id(), earlier.id()) else {
        // What has no id cannot be linked.
        return true;
    };
    if one == other {
        return true;
    }
    let linked = links
        .get(one)
        .zip(links.get(other))
        .is_some_and(|(a, b)| a.contains(other) || !a.is_disjoint(b));
    let misnamed = links
        .get(one)
        .is_some_and(|named| named.iter().any(|id| corpus.get(id).is_none()));
    linked
        || misnamed
        || later.source().text().contains(other)
        || earlier.source().text().contains(one)
}

fn finding(later: &Postmortem, earlier: &[&Postmortem]) -> Option<Finding> {
    let most = earlier.first()?;
    let id = most.id()?;
    let began = day(later.started()?);
    let open = Open::read(most, began);
    let message = format!(
        "this reads like `{id}` of {}, `{}`{}",
        day(most.started()?),
        most.title(),
        open.told()
    );
    let help = format!(
        "read it; if this is the same again, write `recurrence_of: {id}`, if it helps to read both, add it to `related`; if they have nothing to do with each other, allow this with a reason"
    );
    let place = later.front.title.span().unwrap_or(later.fence());
    let mut finding = Finding::new(place, message, help);
    for other in earlier.iter().take(SHOWN) {
        let place = other.front.title.span().unwrap_or(other.fence());
        let label = format!("this began on {}", day(other.started()?));
        finding = finding.with_related(other.source(), place, &label);
    }
    let items = open
        .not_due
        .iter()
        .map(|item| (item, "not due yet when it happened again"));
    let items = items.chain(open.without_day.iter().map(|item| (item, "no due date")));
    for (item, label) in items.take(ITEMS) {
        finding = finding.with_related(most.source(), item.span, label);
    }
    Some(finding)
}

/// The committed action items of the earlier postmortem, as they stood on the day the later incident began. Whether an
/// item was done is not for the files to say, only when it was due.
#[derive(Default)]
struct Open<'a> {
    not_due: Vec<&'a ActionItem>,
    without_day: Vec<&'a ActionItem>,
    /// How many were due before, done or not.
    due_before: usize,
}

impl<'a> Open<'a> {
    fn read(postmortem: &'a Postmortem, began: Date) -> Self {
        let mut open = Self::default();
        for item in postmortem.actions.committed() {
            match item.due.get() {
                Some(due) if *due >= began => open.not_due.push(item),
                Some(_) => open.due_before += 1,
                None => open.without_day.push(item),
            }
        }
        open
    }

    /// How the message goes on; nothing where there is no item.
    fn told(&self) -> String {
        let mut parts = Vec::new();
        if !self.not_due.is_empty() {
            let were = if self.not_due.len() == 1 {
                "was"
            } else {
                "were"
            };
            parts.push(format!("{} {were} not due yet", named(&self.not_due)));
        }
        if !self.without_day.is_empty() {
            let have = if self.without_day.len() == 1 {
                "has"
            } else {
                "have"
            };
            parts.push(format!("{} {have} no due date", named(&self.without_day)));
        }
        match self.due_before {
            0 => {}
            1 => parts.push("one was due before".into()),
            count => parts.push(format!("{count} were due before")),
        }
        match parts.split_last() {
            None => String::new(),
            Some((last, [])) => format!("; when this began, of its action items {last}"),
            Some((last, first)) => format!(
                "; when this began, of its action items {} and {last}",
                first.join(", ")
            ),
        }
    }
}

/// Items by their ids, or how many there are where one has none.
fn named(items: &[&ActionItem]) -> String {
    let ids: Option<Vec<&str>> = items
        .iter()
        .map(|item| item.id.get().map(String::as_str))
        .collect();
    match ids {
        Some(ids) if ids.len() <= ITEMS => enumerate(&ids),
        _ if items.len() == 1 => "one".into(),
        _ => items.len().to_string(),
    }
}

fn day(at: Timestamp) -> Date {
    Offset::UTC.to_datetime(at).date()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postmortem::conventions::Conventions;
    use crate::source::Source;

    const TEXT: &str = include_str!("../canonical.md");

    /// The messages of the rule over texts; the first incident began on 10 March, each further one a month later.
    fn told(texts: &[String]) -> Vec<String> {
        let sources = texts.iter().zip(1..).map(|(text, number)| {
            let text = text
                .replacen("INC-2026-014", &format!("INC-2026-{number:03}"), 1)
                .replace("2026-10-10T", &format!("2026-{:02}-10T", number + 2));
            Source::new(&format!("{number}.md"), text)
        });
        let conventions = Arc::new(Conventions::default());
        let corpus = Corpus::new(sources.collect(), Arc::clone(&conventions));
        let mut out = Vec::new();
        check(
            &corpus,
            &Context::new(&conventions, Timestamp::UNIX_EPOCH),
            &mut out,
        );
        let line = |(source, finding): &(Arc<Source>, Finding)| {
            let id = finding.message.split('`').nth(1).unwrap_or_default();
            format!("{} {id} {}", source.path(), finding.related.len())
        };
        out.iter().map(line).collect()
    }

    fn with(front: &str) -> String {
        TEXT.replacen("kind: incident\n", &format!("kind: incident\n{front}\n"), 1)
    }

    #[test]
    fn the_later_one_is_told_once_with_the_earlier_ones() {
        let text = TEXT.to_string();
        // Two items and three earlier ones are shown beside it.
        let texts = vec![text.clone(), text.clone(), text];
        assert_eq!(told(&texts), ["2.md INC-2026-001 4", "3.md INC-2026-001 5"]);
    }

    #[test]
    fn what_somebody_knows_of_is_not_told() {
        let text = TEXT.to_string();
        let known = [
            [with("related: [INC-2026-002]"), text.clone()],
            [text.clone(), with("recurrence_of: INC-2026-001")],
            [text.clone(), format!("{text}\nSee INC-2026-001.\n")],
            [text.clone(), with("related: [INC-2026-01]")],
            [text.clone(), text.replace("2026-10-10T", "2026-03-10T")],
            [text.clone(), with("imported: true")],
            [text.clone(), text.replacen("id: INC-2026-014\n", "", 1)],
            [
                text.clone(),
                text.replace("started: 2026-10-10T14:23:00Z", "started: unknown"),
            ],
            // Other services and other causes: the words mislead.
            [
                text.clone(),
                text.replace("[checkout]", "[search]")
                    .replace("[change]", "[expiry]"),
            ],
        ];
        for texts in known {
            assert_eq!(told(&texts), [""; 0], "{}", texts[1]);
        }
        let third = || with("related: [INC-2026-003]");
        assert_eq!(told(&[third(), third(), text.clone()]), [""; 0]);
        assert_eq!(told(&[third(), text.clone(), text.clone()]).len(), 2);
        assert_eq!(told(&[text.clone(), text]).len(), 1);
    }

    #[test]
    fn one_title_makes_up_for_other_words_and_one_service_does_not() {
        let start = TEXT.find("## Summary").expect("a summary");
        let end = TEXT.find("## Impact").expect("an impact");
        let from = TEXT.find("## Contributing").expect("causes");
        let to = TEXT.find("## Resolution").expect("a resolution");
        let other = format!(
            "{}## Summary\n\nA certificate of the message broker ran out at noon. Every consumer was cut off at once, and checkout \
             waited for answers until its threads were used up. A new certificate ended it.\n\n{}## Causes\n\n- The renewal \
             job had lost its permission in spring, and its log goes nowhere.\n- Nothing measures how long a certificate \
             lasts.\n\n{}",
            &TEXT[..start],
            &TEXT[end..from],
            &TEXT[to..]
        );
        assert_eq!(told(&[TEXT.into(), other.clone()]), ["2.md INC-2026-001 4"]);
        let title = "title: Checkout refused orders for 55 minutes after a pool change";
        let other = other.replace(title, "title: Checkout waited for a certificate");
        assert_eq!(told(&[TEXT.into(), other]), [""; 0]);
    }

    #[test]
    fn items_are_told_by_when_they_were_due_and_no_more() {
        let rows = |rows: &str| {
            let text = format!(
                "# A\n\n## Action items\n\n| ID | Action | Due | Status |\n|---|---|---|---|\n{rows}\n"
            );
            let source = Arc::new(Source::new("a.md", text));
            let postmortem = Postmortem::parse(source, &Conventions::default());
            Open::read(&postmortem, "2026-05-10".parse().expect("a day")).told()
        };
        assert_eq!(rows(""), "");
        assert_eq!(rows("| A1 | x | 2026-05-01 | dropped: no |"), "");
        assert_eq!(
            rows("| A1 | x | 2026-05-10 | |"),
            "; when this began, of its action items `A1` was not due yet"
        );
        assert_eq!(
            rows(
                "| A1 | x | 2026-05-10 | |\n| A2 | x | | done |\n| | x | soon | |\n| A4 | x | 2026-05-09 | |"
            ),
            "; when this began, of its action items `A1` was not due yet, 2 have no due date and one was due before"
        );
    }
}
