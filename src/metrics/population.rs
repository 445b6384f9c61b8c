//! Which postmortems count, and where in time each stands. Decided once, so that no two figures count differently.

use jiff::{SignedDuration, Timestamp};

use super::period::Quarter;
use super::{Input, Postmortems};
use crate::document::mapping::{Field, Known};
use crate::postmortem::Postmortem;
use crate::postmortem::choice::{Kind, Status};
use crate::postmortem::incident::Moment;

/// A year, as far as figures of the last year are concerned.
pub(super) const YEAR: SignedDuration = SignedDuration::from_hours(365 * 24);

/// A postmortem that counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Case<'a> {
    /// What it says.
    pub(super) postmortem: &'a Postmortem,
    /// When it began: the first effect, or where that is not known, when it was noticed.
    pub(super) began: Option<Timestamp>,
    /// Whether it was written before this tool came.
    pub(super) old: bool,
}

/// Every postmortem that counts.
#[derive(Debug)]
pub(super) struct Population<'a> {
    /// How many files there are.
    pub(super) files: Postmortems,
    /// Incidents, security incidents and those of third parties, by path.
    pub(super) incidents: Vec<Case<'a>>,
    /// What nearly happened, by path.
    pub(super) near_misses: Vec<Case<'a>>,
    /// The moment.
    pub(super) now: Timestamp,
}

impl<'a> Population<'a> {
    pub(super) fn new(input: &Input<'a>) -> Self {
        let mut population = Self {
            files: Postmortems::default(),
            incidents: Vec::new(),
            near_misses: Vec::new(),
            now: input.now,
        };
        for postmortem in &input.corpus.postmortems {
            population.take(postmortem, input);
        }
        population
    }

    fn take(&mut self, postmortem: &'a Postmortem, input: &Input<'_>) {
        let files = &mut self.files;
        files.total += 1;
        if !postmortem.readable {
            files.unreadable += 1;
            return;
        }
        let incident = &postmortem.front.incident;
        let began = incident.started.known().or(incident.detected.known());
        let case = Case {
            postmortem,
            began: began.copied(),
            old: input.old.contains(postmortem.path()),
        };
        if case.began.is_some_and(|at| at > input.now) {
            files.future += 1;
            return;
        }
        match postmortem.status() {
            Status::Draft => files.draft += 1,
            Status::InReview => files.in_review += 1,
            Status::Final => files.r#final += 1,
        }
        files.old += usize::from(case.old);
        match postmortem.kind() {
            Kind::NearMiss => self.near_misses.push(case),
            Kind::Incident | Kind::Security | Kind::ThirdParty => self.incidents.push(case),
        }
    }

    /// Both kinds, incidents first.
    pub(super) fn all(&self) -> impl Iterator<Item = &Case<'a>> {
        self.incidents.iter().chain(&self.near_misses)
    }
}

impl Case<'_> {
    pub(super) fn quarter(&self) -> Option<Quarter> {
        self.began.map(Quarter::of)
    }

    pub(super) fn severity(&self) -> Option<&str> {
        self.postmortem.front.severity.get().map(String::as_str)
    }

    /// Whether it began in the year before a moment.
    pub(super) fn is_recent(&self, now: Timestamp) -> bool {
        let age = self.began.map(|began| now.duration_since(began));
        age.is_some_and(|age| age <= YEAR)
    }
}

/// A moment as far as figures can use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fact {
    /// It was then.
    At(Timestamp),
    /// It will be then, as planned.
    Planned(Timestamp),
    /// Somebody wrote that nobody knows.
    Unknown,
    /// Nobody wrote anything.
    Absent,
    /// What was written cannot be read.
    Unusable,
}

/// What was written of a moment, seen from `now`.
pub(super) fn fact(moment: &Moment, now: Timestamp) -> Fact {
    match moment {
        Field::Missing => Fact::Absent,
        Field::Invalid(_) => Fact::Unusable,
        Field::Value(value) => match value.value {
            Known::Unknown => Fact::Unknown,
            Known::Known(at) if at > now => Fact::Planned(at),
            Known::Known(at) => Fact::At(at),
        },
    }
}
