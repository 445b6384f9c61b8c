//! The maturity model of S4 as far as a repository can show it: four levels, what holds of each, and what the next one lacks.
//!
//! S4 describes levels in words. Which number a word becomes is our choice, stands in the criterion's text, and is never hidden:
//! what a repository cannot show is listed as such and neither helps nor hinders.

use serde::Serialize;

use super::incidents::Incidents;
use super::population::{Case, Population};
use super::spread::Share;
use super::timeliness::Timeliness;
use super::{Actions, Findings, Input, LEAST};
use crate::postmortem::choice::{Audience, Status};
use crate::tracker::item::{Item, State};

/// How far an organisation is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Maturity {
    /// The highest level of which, and of all below, everything measurable holds; 0 where there is no final postmortem.
    pub level: u8,
    /// What that level is called; none at 0.
    pub name: Option<&'static str>,
    /// What the next level lacks, in the words of its criteria; empty at the highest.
    pub missing: Vec<String>,
    /// The four levels.
    pub levels: Vec<Level>,
}

/// One level.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Level {
    /// 1 to 4.
    pub level: u8,
    /// What S4 calls it.
    pub name: &'static str,
    /// Whether everything measurable of it and of the levels below holds.
    pub reached: bool,
    /// What S4 asks of it.
    pub criteria: Vec<Criterion>,
}

/// Whether something holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It does.
    Holds,
    /// It does not.
    Lacks,
    /// There is too little to tell, so it does not count as held.
    TooFew,
    /// A repository cannot show it.
    NotMeasurable,
}

impl Verdict {
    /// Its name for programs, as serialised.
    pub fn name(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Lacks => "lacks",
            Self::TooFew => "too-few",
            Self::NotMeasurable => "not-measurable",
        }
    }
}

/// One thing that S4 asks of a level.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Criterion {
    /// Stable; names it in CSV and OpenMetrics.
    pub key: &'static str,
    /// What is asked, with the number that we ask for.
    pub text: &'static str,
    /// Whether it holds.
    pub verdict: Verdict,
    /// What was found, or why nobody can tell.
    pub found: String,
}

/// Figures that were made before.
pub(super) struct Known<'a> {
    pub(super) timeliness: &'a [Timeliness],
    pub(super) actions: &'a Actions,
    pub(super) incidents: &'a Incidents,
}

impl Maturity {
    pub(super) fn new(known: &Known<'_>, population: &Population<'_>, input: &Input<'_>) -> Self {
        let seen = Seen::new(population, input);
        let names = [
            "Reactive",
            "Consistent",
            "Proactive",
            "Learning organization",
        ];
        let criteria = [
            reactive(&seen),
            consistent(&seen, known, input),
            proactive(&seen, known),
            learning(&seen, known, input),
        ];
        let mut reached = true;
        let levels: Vec<Level> = (1..)
            .zip(names)
            .zip(criteria)
            .map(|((level, name), criteria)| {
                reached &= criteria
                    .iter()
                    .all(|one| matches!(one.verdict, Verdict::Holds | Verdict::NotMeasurable));
                Level {
                    level,
                    name,
                    reached,
                    criteria,
                }
            })
            .collect();
        let highest = levels.iter().rev().find(|level| level.reached);
        let next = levels.iter().find(|level| !level.reached);
        let lacks = next.into_iter().flat_map(|level| &level.criteria);
        let lacks = lacks.filter(|one| matches!(one.verdict, Verdict::Lacks | Verdict::TooFew));
        Self {
            level: highest.map_or(0, |level| level.level),
            name: highest.map(|level| level.name),
            missing: lacks
                .map(|one| format!("{}: {}", one.text, one.found))
                .collect(),
            levels,
        }
    }
}

/// What the postmortems of the last year show. Older ones say how it was, not how it is.
struct Seen {
    finals: usize,
    near_misses: usize,
    shared: usize,
    blameless: Option<Share>,
    deep: Option<Share>,
}

impl Seen {
    fn new(population: &Population<'_>, input: &Input<'_>) -> Self {
        let recent = |case: &&Case<'_>| !case.old && case.is_recent(input.now);
        let finals: Vec<&Case<'_>> = population
            .all()
            .filter(recent)
            .filter(|case| case.postmortem.status() == Status::Final)
            .collect();
        let without = |flaw: fn(&Findings) -> bool| {
            let findings = input.findings?;
            let flawed = finals.iter().filter(|case| {
                let found = findings.get(case.postmortem.path());
                found.is_some_and(flaw)
            });
            Some(Share::of(finals.len() - flawed.count(), finals.len()))
        };
        let is_shared = |case: &&&Case<'_>| {
            let audience = case.postmortem.front.audience.get();
            audience.is_some_and(|audience| *audience != Audience::Internal)
        };
        Self {
            near_misses: population.near_misses.iter().filter(recent).count(),
            shared: finals.iter().filter(is_shared).count(),
            blameless: without(|found| found.blames),
            deep: without(|found| found.is_shallow),
            finals: finals.len(),
        }
    }
}

fn reactive(seen: &Seen) -> Vec<Criterion> {
    let verdict = if seen.finals > 0 {
        Verdict::Holds
    } else {
        Verdict::Lacks
    };
    vec![Criterion {
        key: "postmortems-written",
        text: "a postmortem of the last year is final",
        verdict,
        found: format!("{} final in the last year", seen.finals),
    }]
}

fn consistent(seen: &Seen, known: &Known<'_>, input: &Input<'_>) -> Vec<Criterion> {
    let finished = known.timeliness.iter().find(|stage| stage.stage == "final");
    let published = finished.filter(|stage| stage.measured).map(|stage| {
        let over = stage.met.whole;
        Share::of(over - stage.overdue, over)
    });
    let counts =
        |item: &&Item| item.state.is_owed() || matches!(item.state, State::Done | State::Elsewhere);
    let items: Vec<&Item> = input.items.iter().filter(counts).collect();
    let followed = items
        .iter()
        .filter(|it| it.issue.is_some() || it.elsewhere.is_some());
    let followed = Share::of(followed.count(), items.len());
    vec![
        unmeasurable(
            "most-incidents-written",
            "postmortems are written for most significant incidents",
            "incidents without a postmortem are not in this repository",
        ),
        share(
            "generally-blameless",
            "80 % of the final postmortems of the last year raise no finding about blame",
            seen.blameless,
            80,
            "the check was not asked",
        ),
        share(
            "items-tracked",
            "90 % of the action items that count have an issue or are tracked elsewhere",
            Some(followed),
            90,
            "",
        ),
        share(
            "published",
            "80 % of the postmortems whose deadline is over are final",
            published,
            80,
            "no history can be read",
        ),
    ]
}

fn proactive(seen: &Seen, known: &Known<'_>) -> Vec<Criterion> {
    let near = if seen.near_misses > 0 {
        Verdict::Holds
    } else {
        Verdict::Lacks
    };
    let on_time = known.actions.tracked.then_some(known.actions.on_time);
    vec![
        Criterion {
            key: "near-misses-written",
            text: "a near-miss of the last year has a postmortem",
            verdict: near,
            found: format!("{} in the last year", seen.near_misses),
        },
        share(
            "deep-analysis",
            "90 % of the final postmortems of the last year ask why at least three times and do not end with a person",
            seen.deep,
            90,
            "the check was not asked",
        ),
        share(
            "items-completed",
            "90 % of the action items that are due were done in time",
            on_time,
            90,
            "no ledger tells what is done",
        ),
        unmeasurable(
            "shared-organisation-wide",
            "postmortems are shared across the organisation",
            "who may read this site, and who does, is not in the repository",
        ),
        unmeasurable(
            "learning-across-teams",
            "teams learn from the postmortems of other teams",
            "ask the teams",
        ),
    ]
}

fn learning(seen: &Seen, known: &Known<'_>, input: &Input<'_>) -> Vec<Criterion> {
    let complete: Vec<_> = known
        .incidents
        .quarters
        .iter()
        .filter(|it| it.complete)
        .collect();
    let trend = match complete.len() {
        0..4 => Verdict::TooFew,
        _ => Verdict::Holds,
    };
    let shared = match (seen.shared, seen.finals) {
        (_, 0) => Verdict::TooFew,
        (0, _) => Verdict::Lacks,
        _ => Verdict::Holds,
    };
    vec![
        unmeasurable(
            "embedded-in-culture",
            "postmortems are part of the culture",
            "ask the teams",
        ),
        unmeasurable(
            "psychological-safety",
            "engineers openly discuss failures",
            "ask in a survey of the teams",
        ),
        Criterion {
            key: "trends-analysed",
            text: "figures and trends are made automatically, over at least four whole quarters",
            verdict: trend,
            found: format!("{} whole quarters with these figures", complete.len()),
        },
        unmeasurable(
            "improvements-across-teams",
            "teams act on the postmortems of other teams before it happens to them",
            "ask the teams",
        ),
        unmeasurable(
            "game-days",
            "exercises are made from postmortems",
            "exercises are not in this repository",
        ),
        declining(known, input),
        Criterion {
            key: "shared-outside",
            text: "a final postmortem of the last year may be read outside (`audience`)",
            verdict: shared,
            found: format!("{} of {} in the last year", seen.shared, seen.finals),
        },
    ]
}

/// Whether the last four whole quarters had fewer incidents than the four before, and not more severe ones.
fn declining(known: &Known<'_>, input: &Input<'_>) -> Criterion {
    let conventions = &input.config.conventions;
    let complete: Vec<_> = known
        .incidents
        .quarters
        .iter()
        .filter(|it| it.complete)
        .collect();
    let (before, after) = match complete.as_slice() {
        [.., a, b, c, d, e, f, g, h] => ([*a, *b, *c, *d], [*e, *f, *g, *h]),
        _ => {
            return Criterion {
                key: "declining",
                text: DECLINING,
                verdict: Verdict::TooFew,
                found: format!("{} of 8 whole quarters are here", complete.len()),
            };
        }
    };
    let all = |year: &[&super::incidents::InQuarter]| -> usize {
        year.iter().map(|quarter| quarter.incidents).sum()
    };
    let severe = |year: &[&super::incidents::InQuarter]| -> usize {
        let counts = year.iter().flat_map(|quarter| &quarter.by_severity);
        let severe = counts.filter(|one| {
            let name = one.name.as_deref();
            name.is_some_and(|name| conventions.is_customer_facing(name))
        });
        severe.map(|one| one.count).sum()
    };
    let (earlier, later) = (all(&before), all(&after));
    let (severe_earlier, severe_later) = (severe(&before), severe(&after));
    let verdict = if earlier < LEAST {
        Verdict::TooFew
    } else if later < earlier && severe_later <= severe_earlier {
        Verdict::Holds
    } else {
        Verdict::Lacks
    };
    Criterion {
        key: "declining",
        text: DECLINING,
        verdict,
        found: format!(
            "{later} incidents after {earlier}, of them severe {severe_later} after {severe_earlier}"
        ),
    }
}

const DECLINING: &str = "the last four whole quarters had fewer incidents than the four before, and not more severe ones";

/// A share that has to reach so many percent; `None` where nothing tells it, and then `because` says why.
fn share(
    key: &'static str,
    text: &'static str,
    share: Option<Share>,
    percent: usize,
    because: &str,
) -> Criterion {
    let (verdict, found) = match share {
        None => (Verdict::TooFew, because.to_string()),
        Some(share) => {
            let verdict = match share.reaches(percent) {
                _ if share.whole < LEAST => Verdict::TooFew,
                true => Verdict::Holds,
                false => Verdict::Lacks,
            };
            let Share { part, whole, .. } = share;
            let few = if whole < LEAST {
                ", too few to tell"
            } else {
                ""
            };
            (verdict, format!("{part} of {whole}{few}"))
        }
    };
    Criterion {
        key,
        text,
        verdict,
        found,
    }
}

fn unmeasurable(key: &'static str, text: &'static str, because: &str) -> Criterion {
    Criterion {
        key,
        text,
        verdict: Verdict::NotMeasurable,
        found: because.into(),
    }
}
