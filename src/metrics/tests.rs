//! Figures that were worked out by hand, and what holds for all of them.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::Value;

use super::maturity::Verdict;
use super::sample::{Sample, at, item, times};
use super::spread::Share;
use super::timeliness::{Commit, Written};
use super::*;
use crate::ledger::items::{ItemState, Key, Known};
use crate::ledger::standing::Approval;
use crate::tracker::item::State;

const REST: &str = "severity: sev2\nstatus: final\nservices: [checkout]\ncauses: [change]";

fn numbers(counts: &[count::Count]) -> String {
    let shown: Vec<String> = counts
        .iter()
        .map(|one| format!("{}={}", one.name.as_deref().unwrap_or("-"), one.count))
        .collect();
    shown.join(" ")
}

#[test]
fn no_postmortems_are_no_figures_and_no_panic() {
    let figures = Sample::new().figures();
    assert_eq!(figures.postmortems, Postmortems::default());
    assert_eq!(figures.incidents.quarters, []);
    assert!(
        figures
            .durations
            .iter()
            .all(|one| one.seconds.median.is_none())
    );
    assert_eq!(figures.maturity.level, 0);
    assert_eq!(figures.maturity.missing.len(), 1);
    assert_eq!(figures.as_of.to_string(), "2026-11-15");
}

#[test]
fn durations_are_of_the_incidents_that_say_both_ends() {
    let mut sample = Sample::new();
    for (index, (started, detected, resolved)) in [
        ("10:00", "10:02", "10:30"),
        ("10:00", "10:04", "11:00"),
        ("10:00", "10:06", "12:00"),
        ("10:00", "10:08", "14:00"),
        ("10:00", "unknown", "18:00"),
        ("10:00", "", "unknown"),
        ("10:00", "09:00", ""),
    ]
    .into_iter()
    .enumerate()
    {
        let front = format!("{REST}\n{}", times("10-10", started, detected, resolved));
        sample.add(&format!("INC-{index}"), &front);
    }
    // Neither a near-miss nor what is still to come counts.
    sample.add(
        "NEAR-1",
        &format!(
            "{REST}\nkind: near-miss\n{}",
            times("10-10", "10:00", "10:01", "10:02")
        ),
    );
    sample.add(
        "INC-9",
        &format!("{REST}\n{}", times("12-24", "10:00", "10:01", "10:02")),
    );
    sample.mean = true;
    let figures = sample.figures();
    let [detect, acknowledge, _, _, resolve] = figures.durations.as_slice() else {
        panic!("{:?}", figures.durations);
    };
    // 2, 4, 6 and 8 minutes: 5 in the middle; p90 is 7/10 of the way from 6 to 8.
    assert_eq!(
        (detect.to, detect.from, detect.until),
        ("detect", "started", "detected")
    );
    assert_eq!(
        (detect.seconds.n, detect.seconds.median, detect.seconds.p90),
        (4, Some(300), Some(444))
    );
    assert_eq!((detect.unknown, detect.absent, detect.unusable), (1, 1, 1));
    // 30, 60, 120, 240, 480 minutes: the mean is 186, the median 120.
    assert_eq!(
        (resolve.seconds.n, resolve.seconds.median),
        (5, Some(7_200))
    );
    assert_eq!(
        (resolve.seconds.p90, resolve.seconds.mean),
        (Some(23_040), Some(11_160))
    );
    assert_eq!(
        (resolve.unknown, resolve.absent, resolve.unusable),
        (1, 1, 0)
    );
    assert_eq!(
        (
            acknowledge.seconds.n,
            acknowledge.absent,
            acknowledge.unknown
        ),
        (0, 6, 1)
    );
    assert_eq!(
        (figures.incidents.total, figures.incidents.near_misses),
        (7, 1)
    );
    assert_eq!(
        (figures.postmortems.total, figures.postmortems.future),
        (9, 1)
    );
}

#[test]
fn incidents_are_counted_by_quarter_severity_cause_and_service() {
    let mut sample = Sample::new();
    let mut add = |id: &str, day: &str, severity: &str, services: &str, causes: &str| {
        let front = format!(
            "severity: {severity}\nstatus: final\nservices: [{services}]\ncauses: [{causes}]\n{}",
            times(day, "10:00", "10:05", "11:00")
        );
        sample.add(id, &front);
    };
    add("INC-1", "02-01", "sev1", "checkout", "change");
    add("INC-2", "05-01", "sev2", "checkout, search", "change, load");
    add("INC-3", "05-02", "sev2", "search", "");
    add("INC-4", "10-01", "sev3", "", "load");
    sample.add("INC-5", "severity: sev9\nstatus: draft\ntags: []");
    let incidents = sample.figures().incidents;
    assert_eq!(
        (incidents.total, incidents.undated, incidents.earlier),
        (5, 1, 0)
    );
    assert_eq!(
        numbers(&incidents.by_severity),
        "sev1=1 sev2=2 sev3=1 sev4=0 -=1"
    );
    assert_eq!(numbers(&incidents.by_cause), "change=2 load=2 -=2");
    let quarters: Vec<String> = incidents
        .quarters
        .iter()
        .map(|one| {
            format!(
                "{} {} {} {}",
                one.quarter,
                one.incidents,
                one.complete,
                numbers(&one.by_cause)
            )
        })
        .collect();
    assert_eq!(
        quarters,
        [
            "2026-Q1 1 true change=1 load=0 -=0",
            "2026-Q2 2 true change=1 load=1 -=1",
            "2026-Q3 0 true change=0 load=0 -=0",
            "2026-Q4 1 false change=0 load=1 -=0",
        ]
    );
    // One incident is no trend.
    let spread = &incidents.quarters[0].resolve_seconds;
    assert_eq!((spread.n, spread.median), (1, None));
    let services: Vec<(Option<&str>, usize, Option<i64>)> = incidents
        .by_service
        .iter()
        .map(|one| {
            (
                one.name.as_deref(),
                one.incidents,
                one.resolve_seconds.median,
            )
        })
        .collect();
    assert_eq!(
        services,
        [
            (Some("checkout"), 2, Some(3_600)),
            (Some("search"), 2, Some(3_600)),
            (None, 2, Some(3_600)),
        ]
    );
}

#[test]
fn only_the_last_quarters_are_listed() {
    let mut sample = Sample::new();
    sample.add("INC-1", "incident:\n  started: 1970-01-01T00:00:00Z");
    sample.add("INC-2", "incident:\n  started: 2026-10-01T00:00:00Z");
    let incidents = sample.figures().incidents;
    assert_eq!((incidents.quarters.len(), incidents.earlier), (12, 1));
    assert_eq!(incidents.quarters[0].quarter.to_string(), "2024-Q1");
}

/// Five incidents that were over on 12 October 2026, a Monday, at 10:00.
fn written_by() -> Sample {
    let mut sample = Sample::new();
    let front = |more: &str| {
        format!(
            "{REST}\n{}\n{more}",
            times("10-12", "09:00", "09:05", "10:00")
        )
    };
    sample.add("INC-1", &front("meeting: 2026-10-13T10:00:00Z"));
    sample.add("INC-2", &front("meeting: 2026-10-15T10:00:00Z"));
    sample.add("INC-3", &front("meeting: unknown"));
    sample.add("INC-4", &front("tags: []"));
    sample.add("INC-5", &front("meeting: 2026-11-20T10:00:00Z"));
    sample.add(
        "INC-6",
        "severity: sev2\nstatus: final\nincident:\n  resolved: unknown",
    );
    sample
}

#[test]
fn writing_is_measured_against_the_deadlines() {
    let mut sample = written_by();
    let day = |day: u8, hour: u8| Commit::At(at(&format!("2026-10-{day}T{hour:02}:00:00Z")));
    let path = |id: &str| format!("postmortems/{id}.md");
    let written = |drafted, finished| Written { drafted, finished };
    sample.written = Some(BTreeMap::from([
        // Begun while it still ran, final on the last business day.
        (path("INC-1"), written(day(12, 8), day(19, 23))),
        (path("INC-2"), written(day(14, 10), day(20, 0))),
        (path("INC-3"), written(Commit::Earlier, day(13, 10))),
        (path("INC-4"), written(day(15, 10), Commit::NotYet)),
        (path("INC-5"), written(Commit::Earlier, Commit::Earlier)),
    ]));
    let approval = Approval {
        pull_request: 1,
        url: String::new(),
        at: at("2026-10-14T10:00:00Z"),
        roles: Vec::new(),
        blob: String::new(),
        commit: String::new(),
    };
    sample.standings = Some(BTreeMap::from([
        (path("INC-1"), Standing::Changed(approval.clone())),
        (path("INC-2"), Standing::Unreviewed),
    ]));
    let figures = sample.figures();
    let shown: Vec<_> = figures
        .timeliness
        .iter()
        .map(|one| {
            let hours = |seconds: Option<i64>| seconds.map(|seconds| seconds / 3_600);
            (
                one.stage,
                (one.seconds.n, hours(one.seconds.median)),
                (one.met.part, one.met.whole, one.overdue, one.pending),
                (one.unknown, one.absent, one.unusable, one.earlier),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            // 24 and 72 hours, within 48 or not; the third is planned, long after its deadline.
            ("meeting", (2, Some(48)), (1, 3, 1, 0), (2, 1, 0, 0)),
            // 0, 48 and 72 hours.
            ("draft", (3, Some(48)), (2, 3, 0, 0), (1, 0, 0, 2)),
            // Until Monday ends: 7 days 13 h, 7 days 14 h exactly, 24 h; one is not final yet.
            ("final", (3, Some(181)), (3, 4, 1, 0), (1, 0, 0, 1)),
            ("approval", (1, Some(48)), (1, 5, 4, 0), (1, 0, 0, 0)),
            // From the meeting: 6 days 13 h, 4 days 14 h.
            ("report", (2, Some(133)), (0, 0, 0, 1), (2, 1, 0, 0)),
        ]
    );
    assert_eq!(figures.timeliness[0].deadline.as_deref(), Some("48h"));
}

#[test]
fn what_nobody_can_tell_is_not_measured() {
    let mut sample = written_by();
    sample.written = None;
    let figures = sample.figures();
    let shown: Vec<_> = figures
        .timeliness
        .iter()
        .map(|one| (one.stage, one.unmeasured_because.as_deref()))
        .collect();
    let shallow = Some("this is a shallow clone");
    assert_eq!(
        shown,
        [
            ("meeting", None),
            ("draft", shallow),
            ("final", shallow),
            ("approval", Some("no approvals are on record in this clone")),
            ("report", shallow),
        ]
    );
    // What was written before this tool came is nobody's lateness.
    sample.old = sample.files.iter().map(|(path, _)| path.clone()).collect();
    let figures = sample.figures();
    assert_eq!(figures.timeliness[0].seconds.n, 0);
    assert_eq!(figures.postmortems.old, 6);
}

fn promised() -> Sample {
    let mut sample = Sample::new();
    let mut late = item(
        "INC-1/A3",
        State::Open,
        "2026-11-05",
        "2026-10-16T12:00:00Z",
    );
    late.overdue_days = 10;
    late.priority = Some("P2".into());
    sample.items = vec![
        item(
            "INC-1/A1",
            State::Done,
            "2026-11-01",
            "2026-11-01T23:00:00Z",
        ),
        item(
            "INC-1/A2",
            State::Done,
            "2026-11-01",
            "2026-11-02T00:00:00Z",
        ),
        late,
        item(
            "INC-1/A4",
            State::Open,
            "2026-12-01",
            "2026-11-14T11:00:00Z",
        ),
        item("INC-1/A5", State::Done, "", "2026-11-02T00:00:00Z"),
        item("INC-1/A6", State::Dropped, "2026-11-01", ""),
        item("INC-1/A7", State::Elsewhere, "2026-11-01", ""),
        item("INC-1/A8", State::NeedsDecision, "", "2026-11-10T00:00:00Z"),
    ];
    let mut lives = Lives::default();
    let known = |state, since: &str| Known::new(state, at(since));
    let open = "2026-10-12T08:00:00Z";
    let mut take = |when: &str, items: &[(&str, ItemState, &str)]| {
        let items = items
            .iter()
            .map(|(id, state, since)| (Key::new("INC-1", *id), known(*state, since)));
        let files = crate::ledger::items::write(&BTreeMap::new(), &items.collect(), at(open));
        let files = files.into_iter().map(|file| (file.path, Some(file.bytes)));
        lives.take(at(when), files.collect());
    };
    take(
        open,
        &[("A1", ItemState::Open, open), ("A2", ItemState::Open, open)],
    );
    take(
        "2026-11-02T06:00:00Z",
        &[
            ("A1", ItemState::Done, "2026-11-01T23:00:00Z"),
            ("A2", ItemState::Done, "2026-11-02T00:00:00Z"),
            ("A5", ItemState::Done, "2026-11-02T00:00:00Z"),
        ],
    );
    sample.lives = Some(lives);
    sample
}

#[test]
fn action_items_are_on_time_when_done_by_their_day() {
    let actions = promised().figures().actions;
    assert_eq!((actions.total, actions.owed, actions.overdue), (8, 3, 1));
    assert_eq!(
        numbers(&actions.by_state),
        "open=2 needs-decision=1 orphaned=0 waiting=0 past=0 elsewhere=1 done=3 dropped=1"
    );
    assert_eq!(actions.done, Share::of(3, 6));
    // A1 was done on its day, A2 in the first second after it, A3 is overdue; of A5 there is no day.
    assert_eq!(actions.on_time, Share::of(1, 3));
    assert_eq!(
        (actions.on_time_high, actions.on_time_unknown),
        (Share::of(1, 2), 1)
    );
    assert_eq!(actions.without_due, 2);
    // 12 October 8:00 to 1 November 23:00 and to 2 November 0:00 are 20 whole days each.
    assert_eq!(
        (actions.completion_days.n, actions.completion_days.median),
        (2, Some(20))
    );
    assert_eq!(actions.completion_unknown, 1);
    // A3 is 30 days old, A4 one; A8 was never seen open.
    assert_eq!(
        (
            actions.age_days.n,
            actions.age_days.median,
            actions.age_unknown
        ),
        (2, Some(16), 1)
    );
    assert_eq!(numbers(&actions.by_age), "0-30=2 31-90=0 91-180=0 181+=0");
    let groups: Vec<_> = actions
        .by_priority
        .iter()
        .map(|one| {
            (
                one.name.as_deref(),
                one.total,
                one.owed,
                one.overdue,
                one.done,
                one.on_time,
            )
        })
        .collect();
    assert_eq!(
        groups,
        [
            (Some("P1"), 7, 2, 0, 3, Share::of(1, 2)),
            (Some("P2"), 1, 1, 1, 0, Share::of(0, 1)),
        ]
    );
    let points: Vec<_> = actions
        .completion
        .expect("the ledger has a history")
        .into_iter()
        .map(|point| (point.day.to_string(), point.owed, point.done))
        .collect();
    assert_eq!(
        points,
        [("2026-10-31".into(), 2, 0), ("2026-11-15".into(), 0, 3)]
    );
    let due: Vec<_> = actions
        .on_time_by_quarter
        .iter()
        .map(|due| (due.quarter.to_string(), due.on_time))
        .collect();
    assert_eq!(
        due,
        [(
            "2026-Q4".into(),
            Share {
                part: 1,
                whole: 3,
                share: None
            }
        )]
    );
}

#[test]
fn without_a_ledger_nobody_says_what_is_done() {
    let mut sample = promised();
    sample.tracked = false;
    sample.lives = None;
    let actions = sample.figures().actions;
    assert_eq!(actions.total, 8);
    assert_eq!(
        (actions.done, actions.on_time),
        (Share::default(), Share::default())
    );
    assert_eq!((actions.overdue, actions.age_days.n), (0, 0));
    assert_eq!(actions.completion, None);
}

#[test]
fn recurrence_is_what_authors_say_and_what_shows() {
    let mut sample = promised();
    let front = |day: &str, causes: &str, more: &str| {
        format!(
            "severity: sev2\nstatus: final\nservices: [checkout]\ncauses: [{causes}]\n{more}\n{}",
            times(day, "10:00", "10:05", "11:00")
        )
    };
    sample.add("INC-1", &front("02-01", "change", "tags: []"));
    // A3 of INC-1 was not done by then.
    sample.add(
        "INC-2",
        &front("03-03", "change, load", "recurrence_of: INC-1"),
    );
    sample.add("INC-3", &front("04-01", "load", "recurrence_of: INC-999"));
    sample.add("INC-4", &front("05-01", "", "tags: []"));
    let recurrence = sample.figures().recurrence;
    assert_eq!(
        (recurrence.declared, recurrence.dangling),
        (Share::of(2, 4), 1)
    );
    // 1 February to 3 March.
    assert_eq!(
        (recurrence.gap_days.n, recurrence.gap_days.median),
        (1, Some(30))
    );
    assert_eq!(recurrence.with_owed_items, Share::of(1, 1));
    assert_eq!(
        (recurrence.repeated, recurrence.undecided),
        (Share::of(2, 3), 1)
    );
    let repeats: Vec<_> = recurrence
        .repeats
        .iter()
        .map(|one| (one.cause.as_str(), one.incidents, one.last.to_string()))
        .collect();
    assert_eq!(
        repeats,
        [
            ("load", 2, "2026-04-01".into()),
            ("change", 2, "2026-03-03".into())
        ]
    );
}

#[test]
fn only_what_is_final_has_a_score() {
    let mut sample = Sample::new();
    for id in ["INC-1", "INC-2"] {
        sample.add(
            id,
            &format!("{REST}\n{}", times("10-10", "10:00", "10:05", "11:00")),
        );
    }
    sample.add("INC-3", "severity: sev2\nstatus: draft");
    let found = Findings {
        errors: 1,
        warnings: 1,
        blames: true,
        ..Findings::default()
    };
    sample.findings = Some(
        [
            ("postmortems/INC-2.md".into(), found),
            ("postmortems/INC-3.md".into(), found),
        ]
        .into(),
    );
    let figures = sample.figures();
    let quality = figures.quality;
    let scores: Vec<_> = quality
        .postmortems
        .iter()
        .map(|one| (one.id.as_deref(), one.score))
        .collect();
    assert_eq!(scores, [(Some("INC-2"), 75), (Some("INC-1"), 100)]);
    assert_eq!((quality.score.n, quality.score.median), (2, Some(88)));
    assert_eq!(numbers(&quality.by_band), "90-100=1 75-89=1 50-74=0 0-49=0");
}

#[test]
fn maturity_says_what_the_next_level_lacks() {
    let mut sample = Sample::new();
    for day in 1..=9 {
        sample.add(
            &format!("INC-{day}"),
            &format!(
                "{REST}\n{}",
                times(&format!("10-0{day}"), "10:00", "10:05", "11:00")
            ),
        );
    }
    let path = |day| format!("postmortems/INC-{day}.md");
    let time = at("2026-10-10T00:00:00Z");
    let written = Written {
        drafted: Commit::At(time),
        finished: Commit::At(time),
    };
    sample.written = Some((1..=9).map(|day| (path(day), written)).collect());
    sample.items = (1..=9)
        .map(|n| {
            item(
                &format!("INC-{n}/A1"),
                State::Done,
                "2026-11-01",
                "2026-10-20T00:00:00Z",
            )
        })
        .collect();
    let maturity = sample.figures().maturity;
    assert_eq!((maturity.level, maturity.name), (2, Some("Consistent")));
    assert_eq!(
        maturity.missing,
        ["a near-miss of the last year has a postmortem: 0 in the last year"]
    );
    // Two of nine raise a finding about blame: that is less than 80 %.
    let blame = Findings {
        blames: true,
        ..Findings::default()
    };
    sample.findings = Some([(path(1), blame), (path(2), blame)].into());
    let maturity = sample.figures().maturity;
    assert_eq!(maturity.level, 1);
    assert!(
        maturity.missing[0].ends_with("7 of 9"),
        "{:?}",
        maturity.missing
    );
    let measurable = maturity.levels.iter().flat_map(|level| &level.criteria);
    let measurable = measurable.filter(|one| one.verdict != Verdict::NotMeasurable);
    assert_eq!(measurable.count(), 10);
}

/// A sample in which every figure has something to say.
fn full() -> Sample {
    let mut sample = promised();
    for day in 1..=9 {
        let front = format!(
            "{REST}\nrecurrence_of: INC-1\n{}",
            times(&format!("10-0{day}"), "10:00", "10:05", "11:00")
        );
        sample.add(&format!("INC-{day}"), &front);
    }
    sample.mean = true;
    let mut config = (*sample.config.conventions).clone();
    let own = [(crate::postmortem::deadline::Stage::Draft, None)];
    config
        .deadlines
        .by_severity
        .insert("sev1".into(), own.into());
    sample.config.conventions = std::sync::Arc::new(config);
    sample
}

/// Every key of a value, of whatever depth; `data` names the keys whose own keys are data.
fn keys(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                found.insert(key.clone());
                if key != "deadlines_by_severity" {
                    keys(value, found);
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|value| keys(value, found)),
        _ => {}
    }
}

#[test]
fn every_figure_is_defined_and_every_definition_is_a_figure() {
    let json = serde_json::to_value(full().figures()).expect("JSON");
    let parts = json.as_object().expect("an object");
    let all = definitions::all();
    let mut defined: BTreeSet<(&str, &str)> = all.iter().map(|one| (one.part, one.key)).collect();
    assert_eq!(defined.len(), all.len(), "something is defined twice");
    let general: BTreeSet<&str> = all
        .iter()
        .filter(|one| one.part == "*")
        .map(|one| one.key)
        .collect();
    let mut flaws = Vec::new();
    for (part, value) in parts {
        let mut own = BTreeSet::new();
        keys(value, &mut own);
        if own.is_empty() {
            own.insert(part.clone());
        }
        for key in &own {
            if !defined.contains(&(part.as_str(), key.as_str())) && !general.contains(key.as_str())
            {
                flaws.push(format!("`{key}` of `{part}` is not defined"));
            }
        }
        defined.retain(|(of, key)| *of != part || !own.contains(*key));
        defined.retain(|(of, key)| *of != "*" || !own.contains(*key));
    }
    flaws.extend(
        defined
            .iter()
            .map(|(part, key)| format!("`{key}` of `{part}` is no figure")),
    );
    assert_eq!(flaws, [""; 0]);
}

#[test]
fn the_page_says_the_numbers_of_the_code() {
    let page = definitions::PAGE;
    for text in [
        format!("below {LEAST} values"),
        format!("the last {} quarters", incidents::QUARTERS),
        format!("the last {} months", completion::MONTHS),
        format!(
            "{} points for an error, {} for a warning, {} for a note",
            quality::ERROR,
            quality::WARNING,
            quality::NOTE
        ),
    ] {
        assert!(page.contains(&text), "{text}");
    }
    assert_eq!(actions::HIGH, 2);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// The order in which files and items come makes no difference.
    #[test]
    fn order_makes_no_difference(turn in 0_usize..9, by in 0_usize..8) {
        let mut sample = full();
        let figures = sample.figures();
        sample.files.rotate_left(turn);
        sample.files.reverse();
        sample.items.rotate_left(by);
        sample.items.reverse();
        prop_assert_eq!(sample.figures(), figures);
    }

    /// Later there is never less of what has happened, and never anything of what has not.
    #[test]
    fn what_has_happened_stays_so(first in 0_i64..400, more in 0_i64..400) {
        let mut sample = full();
        let at = |day: i64| at("2026-01-01T00:00:00Z") + jiff::SignedDuration::from_hours(24 * day);
        sample.now = at(first);
        let before = sample.figures();
        sample.now = at(first + more);
        let after = sample.figures();
        prop_assert!(before.incidents.total <= after.incidents.total);
        for (before, after) in before.durations.iter().zip(&after.durations) {
            prop_assert!(before.seconds.n <= after.seconds.n);
        }
        prop_assert!(before.timeliness[0].seconds.n <= after.timeliness[0].seconds.n);
        let told = before.postmortems.future + before.incidents.total + before.incidents.near_misses;
        prop_assert_eq!(told + before.postmortems.unreadable, before.postmortems.total);
    }
}
