//! How long the writing took: to the meeting, the first draft, the final text and its approval, against the deadlines.
//!
//! What has not happened yet is late once its deadline is over, so that nothing looks better for never being finished.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::Input;
use super::population::{Case, Fact, Population, fact};
use super::spread::{Share, Spread};
use crate::ledger::standing::Standing;
use crate::postmortem::deadline::{Deadlines, Stage};

/// When a text was written, as git tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// When its first version was committed.
    pub drafted: Commit,
    /// When a version first said `status: final`.
    pub finished: Commit,
}

/// When something was committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Commit {
    /// Then.
    At(Timestamp),
    /// Earlier, and nobody knows by how much: it came with many others from elsewhere, or a pull request became one commit.
    Earlier,
    /// Not yet.
    NotYet,
}

/// How long one stage of the writing took, over all postmortems of incidents that were not written before this tool came.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Timeliness {
    /// What it is the time to: `meeting`, `draft`, `final`, `approval` or `report`.
    pub stage: &'static str,
    /// What it counts from: `resolved`, or `meeting` for the report.
    pub from: &'static str,
    /// Whether anything tells it.
    pub measured: bool,
    /// Why not, where nothing does.
    pub unmeasured_because: Option<String>,
    /// The limit, `48h`; none where there is none.
    pub deadline: Option<String>,
    /// The limits of severities that have their own.
    pub deadlines_by_severity: BTreeMap<String, Option<String>>,
    /// In seconds, of those that happened at a known time.
    pub seconds: Spread,
    /// Of those that happened in time or whose deadline is over, the part that happened in time.
    pub met: Share,
    /// Of those that were late, the ones that have not happened yet.
    pub overdue: usize,
    /// Those that have not happened and whose deadline is not over.
    pub pending: usize,
    /// Those with no deadline for their severity.
    pub without_deadline: usize,
    /// Those of which a moment is `unknown`.
    pub unknown: usize,
    /// Those of which a moment is not written.
    pub absent: usize,
    /// Those whose moments cannot be read or contradict each other.
    pub unusable: usize,
    /// Those that were written before git knew them, and nobody knows by how much.
    pub earlier: usize,
}

/// One postmortem's part in a figure.
enum Course {
    /// It took so many seconds.
    Took(i64),
    /// It has not happened.
    NotYet,
    /// Git knows it too late.
    Earlier,
    Unknown,
    Absent,
    Unusable,
}

/// The stages in the order in which they are due.
pub(super) fn timeliness(population: &Population<'_>, input: &Input<'_>) -> Vec<Timeliness> {
    let history = || input.written.is_none().then(|| input.unwritten.to_string());
    let ledger = || {
        let none = "no approvals are on record in this clone";
        input.standings.is_none().then(|| none.to_string())
    };
    use Stage::{Draft, Final, Meeting};
    let stage =
        |name, limited, because, course| stage(population, input, name, limited, because, course);
    vec![
        stage("meeting", Some(Meeting), None, meeting as Look),
        stage("draft", Some(Draft), history(), draft),
        stage("final", Some(Final), history(), finished),
        stage("approval", Some(Final), ledger(), approval),
        stage("report", None, history(), report),
    ]
}

/// How far one postmortem is with a stage; the moment is when the incident was over.
type Look = fn(&Case<'_>, Timestamp, &Input<'_>) -> Course;

fn draft(case: &Case<'_>, resolved: Timestamp, input: &Input<'_>) -> Course {
    committed(case, resolved, input, |written| written.drafted)
}

fn finished(case: &Case<'_>, resolved: Timestamp, input: &Input<'_>) -> Course {
    committed(case, resolved, input, |written| written.finished)
}

fn approval(case: &Case<'_>, resolved: Timestamp, input: &Input<'_>) -> Course {
    let standings = input
        .standings
        .and_then(|all| all.get(case.postmortem.path()));
    match standings.and_then(Standing::approval) {
        Some(approval) if approval.at <= input.now => after(resolved, approval.at),
        _ => Course::NotYet,
    }
}

/// How long after a moment something was committed.
fn committed(
    case: &Case<'_>,
    from: Timestamp,
    input: &Input<'_>,
    which: fn(&Written) -> Commit,
) -> Course {
    let written = input
        .written
        .and_then(|all| all.get(case.postmortem.path()));
    match written.map(which) {
        Some(Commit::At(at)) if at <= input.now => after(from, at),
        Some(Commit::Earlier) => Course::Earlier,
        Some(Commit::At(_) | Commit::NotYet) | None => Course::NotYet,
    }
}

/// What was begun before the incident was over took no time.
fn after(from: Timestamp, at: Timestamp) -> Course {
    Course::Took(at.duration_since(from).as_secs().max(0))
}

fn meeting(case: &Case<'_>, resolved: Timestamp, input: &Input<'_>) -> Course {
    match fact(&case.postmortem.front.meeting, input.now) {
        // Nobody meets about an incident that still runs.
        Fact::At(at) if at < resolved => Course::Unusable,
        Fact::At(at) => after(resolved, at),
        Fact::Planned(_) => Course::NotYet,
        Fact::Unknown => Course::Unknown,
        Fact::Absent => Course::Absent,
        Fact::Unusable => Course::Unusable,
    }
}

/// S1: from the meeting to the completed report.
fn report(case: &Case<'_>, _: Timestamp, input: &Input<'_>) -> Course {
    let met = match fact(&case.postmortem.front.meeting, input.now) {
        Fact::At(at) => at,
        Fact::Planned(_) => return Course::NotYet,
        Fact::Unknown => return Course::Unknown,
        Fact::Absent => return Course::Absent,
        Fact::Unusable => return Course::Unusable,
    };
    committed(case, met, input, |written| written.finished)
}

fn stage(
    population: &Population<'_>,
    input: &Input<'_>,
    name: &'static str,
    limited: Option<Stage>,
    unmeasured_because: Option<String>,
    course: Look,
) -> Timeliness {
    let deadlines = &input.config.conventions.deadlines;
    let mut stage = Timeliness {
        stage: name,
        from: if limited.is_some() {
            "resolved"
        } else {
            "meeting"
        },
        measured: unmeasured_because.is_none(),
        unmeasured_because,
        deadline: limited.and_then(|stage| Some(deadlines.limit(stage, None)?.to_string())),
        deadlines_by_severity: limited
            .map(|stage| own(deadlines, stage))
            .unwrap_or_default(),
        seconds: Spread::default(),
        met: Share::default(),
        overdue: 0,
        pending: 0,
        without_deadline: 0,
        unknown: 0,
        absent: 0,
        unusable: 0,
        earlier: 0,
    };
    if !stage.measured {
        return stage;
    }
    let mut seconds = Vec::new();
    let (mut met, mut late) = (0, 0);
    for case in population.incidents.iter().filter(|case| !case.old) {
        let resolved = match fact(&case.postmortem.front.incident.resolved, input.now) {
            Fact::At(at) => at,
            Fact::Unknown => {
                stage.unknown += 1;
                continue;
            }
            Fact::Absent => {
                stage.absent += 1;
                continue;
            }
            Fact::Planned(_) | Fact::Unusable => {
                stage.unusable += 1;
                continue;
            }
        };
        let due = limited
            .and_then(|stage| deadlines.limit(stage, case.severity()))
            .and_then(|limit| limit.after(resolved));
        match course(case, resolved, input) {
            Course::Took(length) => {
                seconds.push(length);
                match due.map(|due| due.duration_since(resolved).as_secs()) {
                    Some(limit) if length <= limit => met += 1,
                    Some(_) => late += 1,
                    None => stage.without_deadline += 1,
                }
            }
            Course::NotYet => match due {
                Some(due) if due < input.now => {
                    late += 1;
                    stage.overdue += 1;
                }
                Some(_) => stage.pending += 1,
                None if limited.is_some() => stage.without_deadline += 1,
                None => stage.pending += 1,
            },
            Course::Earlier => stage.earlier += 1,
            Course::Unknown => stage.unknown += 1,
            Course::Absent => stage.absent += 1,
            Course::Unusable => stage.unusable += 1,
        }
    }
    if limited.is_none() {
        stage.without_deadline = 0;
    }
    stage.seconds = Spread::of(seconds, input.mean);
    stage.met = Share::of(met, met + late);
    stage
}

/// The limits of severities that have their own for a stage.
fn own(deadlines: &Deadlines, stage: Stage) -> BTreeMap<String, Option<String>> {
    let own = deadlines.by_severity.iter();
    own.filter_map(|(name, limits)| {
        let limit = limits.get(&stage)?;
        Some((name.clone(), limit.map(|limit| limit.to_string())))
    })
    .collect()
}
