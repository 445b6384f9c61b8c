//! Every figure as a line of its own: a name, labels, a value, its unit, and of how many values it was made.
//!
//! Owns the names in CSV and OpenMetrics. Names and units follow OpenMetrics: base units, the unit at the end of the name.

use crate::metrics::actions::Group;
use crate::metrics::count::Count;
use crate::metrics::maturity::Verdict;
use crate::metrics::spread::{Share, Spread};
use crate::metrics::timeliness::Timeliness;
use crate::metrics::{Actions, Figures, Incidents, Quality, Recurrence};

/// What stands for a name that nobody wrote.
pub const NOBODY: &str = "(none)";

/// One figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The name, without the program's.
    pub name: &'static str,
    /// The labels, names first.
    pub labels: Vec<(&'static str, String)>,
    /// The value.
    pub value: f64,
    /// The unit: `seconds`, `days`, `ratio`, or empty for a number of things.
    pub unit: &'static str,
    /// Of how many values it was made; none for a number of things.
    pub n: Option<usize>,
    /// Whether it is about a quarter, a month or one postmortem: a series of that would never change again, so scrapes go without.
    pub past: bool,
}

/// Gathers figures one by one.
struct List(Vec<Series>);

type Label = (&'static str, String);

fn label(name: &'static str, value: &str) -> Label {
    (name, value.to_string())
}

fn named(name: &'static str, value: Option<&str>) -> Label {
    label(name, value.unwrap_or(NOBODY))
}

/// Every figure, in the order of the JSON.
pub fn series(figures: &Figures) -> Vec<Series> {
    let mut list = List(Vec::new());
    let files = &figures.postmortems;
    list.number("postmortems", &[], files.total);
    for (status, count) in [
        ("draft", files.draft),
        ("in-review", files.in_review),
        ("final", files.r#final),
        ("unreadable", files.unreadable),
        ("future", files.future),
    ] {
        list.number("postmortems_by_status", &[label("status", status)], count);
    }
    list.number("postmortems_old", &[], files.old);
    list.incidents(&figures.incidents);
    for duration in &figures.durations {
        let to = label("to", duration.to);
        list.spread(
            "response_seconds",
            "seconds",
            std::slice::from_ref(&to),
            &duration.seconds,
        );
        for (fact, count) in [
            ("known", duration.seconds.n),
            ("unknown", duration.unknown),
            ("absent", duration.absent),
            ("unusable", duration.unusable),
        ] {
            list.number(
                "response_incidents",
                &[to.clone(), label("fact", fact)],
                count,
            );
        }
    }
    for stage in &figures.timeliness {
        list.stage(stage);
    }
    list.actions(&figures.actions);
    list.recurrence(&figures.recurrence);
    list.quality(&figures.quality);
    list.number("maturity_level", &[], usize::from(figures.maturity.level));
    for level in &figures.maturity.levels {
        for criterion in &level.criteria {
            let labels = [
                label("level", &level.level.to_string()),
                label("criterion", criterion.key),
                label("verdict", criterion.verdict.name()),
            ];
            let holds = criterion.verdict == Verdict::Holds;
            list.number("maturity_criterion", &labels, usize::from(holds));
        }
    }
    list.0
}

impl List {
    fn push(
        &mut self,
        name: &'static str,
        unit: &'static str,
        labels: &[Label],
        value: f64,
        n: Option<usize>,
    ) {
        let past = labels
            .iter()
            .any(|(label, _)| matches!(*label, "quarter" | "day" | "postmortem"));
        self.0.push(Series {
            name,
            labels: labels.to_vec(),
            value,
            unit,
            n,
            past,
        });
    }

    /// A number of things.
    fn number(&mut self, name: &'static str, labels: &[Label], count: usize) {
        self.push(name, "", labels, count as f64, None);
    }

    fn counts(
        &mut self,
        name: &'static str,
        key: &'static str,
        before: &[Label],
        counts: &[Count],
    ) {
        for one in counts {
            let mut labels = before.to_vec();
            labels.push(named(key, one.name.as_deref()));
            self.number(name, &labels, one.count);
        }
    }

    /// The median, the 90th percentile and, where it was asked for, the mean.
    fn spread(
        &mut self,
        name: &'static str,
        unit: &'static str,
        labels: &[Label],
        spread: &Spread,
    ) {
        for (statistic, value) in [
            ("median", spread.median),
            ("p90", spread.p90),
            ("mean", spread.mean),
        ] {
            if let Some(value) = value {
                let mut labels = labels.to_vec();
                labels.push(label("statistic", statistic));
                self.push(name, unit, &labels, value as f64, Some(spread.n));
            }
        }
    }

    fn share(&mut self, name: &'static str, labels: &[Label], share: Share) {
        if let Some(value) = share.share {
            self.push(name, "ratio", labels, value, Some(share.whole));
        }
    }

    fn incidents(&mut self, incidents: &Incidents) {
        self.number("incidents", &[], incidents.total);
        self.number("incidents_undated", &[], incidents.undated);
        self.number("incidents_earlier", &[], incidents.earlier);
        self.number("near_misses", &[], incidents.near_misses);
        self.counts("incidents_by_kind", "kind", &[], &incidents.by_kind);
        self.counts(
            "incidents_by_severity",
            "severity",
            &[],
            &incidents.by_severity,
        );
        self.counts("incidents_by_detection", "by", &[], &incidents.by_detection);
        self.counts("incidents_by_cause", "cause", &[], &incidents.by_cause);
        for service in &incidents.by_service {
            let own = [named("service", service.name.as_deref())];
            self.number("service_incidents", &own, service.incidents);
            self.number("service_incidents_last_year", &own, service.last_year);
            self.counts(
                "service_incidents_by_severity",
                "severity",
                &own,
                &service.by_severity,
            );
            self.spread(
                "service_resolve_seconds",
                "seconds",
                &own,
                &service.resolve_seconds,
            );
            self.number("service_recurrences", &own, service.recurrences);
            self.number("service_action_items_owed", &own, service.owed);
            self.number("service_action_items_overdue", &own, service.overdue);
        }
        for one in &incidents.quarters {
            let own = [label("quarter", &one.quarter.to_string())];
            self.number("quarter_incidents", &own, one.incidents);
            self.number("quarter_near_misses", &own, one.near_misses);
            self.counts(
                "quarter_incidents_by_severity",
                "severity",
                &own,
                &one.by_severity,
            );
            self.counts("quarter_incidents_by_cause", "cause", &own, &one.by_cause);
            self.number("quarter_recurrences", &own, one.recurrences);
            self.spread(
                "quarter_detect_seconds",
                "seconds",
                &own,
                &one.detect_seconds,
            );
            self.spread(
                "quarter_resolve_seconds",
                "seconds",
                &own,
                &one.resolve_seconds,
            );
        }
    }

    fn stage(&mut self, stage: &Timeliness) {
        if !stage.measured {
            return;
        }
        let own = label("stage", stage.stage);
        self.spread(
            "writing_seconds",
            "seconds",
            std::slice::from_ref(&own),
            &stage.seconds,
        );
        self.share("writing_met_ratio", std::slice::from_ref(&own), stage.met);
        for (outcome, count) in [
            ("met", stage.met.part),
            ("late", stage.met.whole - stage.met.part - stage.overdue),
            ("overdue", stage.overdue),
            ("pending", stage.pending),
            ("without-deadline", stage.without_deadline),
            ("unknown", stage.unknown),
            ("absent", stage.absent),
            ("unusable", stage.unusable),
            ("earlier", stage.earlier),
        ] {
            self.number(
                "writing_postmortems",
                &[own.clone(), label("outcome", outcome)],
                count,
            );
        }
    }

    fn actions(&mut self, actions: &Actions) {
        self.number("action_items", &[], actions.total);
        self.counts("action_items_by_state", "state", &[], &actions.by_state);
        self.number("action_items_owed", &[], actions.owed);
        self.spread(
            "action_items_per_postmortem",
            "",
            &[],
            &actions.per_postmortem,
        );
        for (name, key, groups) in [
            ("action_items_by_priority", "priority", &actions.by_priority),
            ("action_items_by_type", "type", &actions.by_type),
            ("action_items_by_team", "team", &actions.by_team),
            ("action_items_by_owner", "owner", &actions.by_owner),
            ("action_items_by_service", "service", &actions.by_service),
        ] {
            for group in groups {
                self.group(name, key, group);
            }
        }
        if !actions.tracked {
            return;
        }
        self.number("action_items_overdue", &[], actions.overdue);
        self.spread(
            "action_items_overdue_days",
            "days",
            &[],
            &actions.overdue_days,
        );
        self.number("action_items_without_due", &[], actions.without_due);
        for (priority, done, on_time, completion) in [
            (
                "all",
                actions.done,
                actions.on_time,
                &actions.completion_days,
            ),
            (
                "high",
                actions.done_high,
                actions.on_time_high,
                &actions.completion_days_high,
            ),
        ] {
            let own = [label("priority", priority)];
            self.share("action_items_done_ratio", &own, done);
            self.share("action_items_on_time_ratio", &own, on_time);
            self.spread("action_items_completion_days", "days", &own, completion);
        }
        self.number("action_items_on_time_unknown", &[], actions.on_time_unknown);
        self.number(
            "action_items_completion_unknown",
            &[],
            actions.completion_unknown,
        );
        self.spread("action_items_age_days", "days", &[], &actions.age_days);
        self.counts("action_items_by_age", "days", &[], &actions.by_age);
        self.number("action_items_age_unknown", &[], actions.age_unknown);
        for due in &actions.on_time_by_quarter {
            let own = [label("quarter", &due.quarter.to_string())];
            self.share("quarter_action_items_on_time_ratio", &own, due.on_time);
        }
        for point in actions.completion.iter().flatten() {
            for (outcome, count) in [
                ("owed", point.owed),
                ("done", point.done),
                ("dropped", point.dropped),
                ("elsewhere", point.elsewhere),
            ] {
                let labels = [
                    label("day", &point.day.to_string()),
                    label("outcome", outcome),
                ];
                self.number("action_items_over_time", &labels, count);
            }
        }
    }

    fn group(&mut self, name: &'static str, key: &'static str, group: &Group) {
        let own = named(key, group.name.as_deref());
        let rest = group.total - group.owed - group.done - group.dropped;
        for (outcome, count) in [
            ("owed", group.owed),
            ("overdue", group.overdue),
            ("done", group.done),
            ("dropped", group.dropped),
            ("other", rest),
        ] {
            self.number(name, &[own.clone(), label("outcome", outcome)], count);
        }
    }

    fn recurrence(&mut self, recurrence: &Recurrence) {
        self.number("recurrences", &[], recurrence.declared.part);
        self.share("recurrences_ratio", &[], recurrence.declared);
        self.number("recurrences_dangling", &[], recurrence.dangling);
        self.spread("recurrence_gap_days", "days", &[], &recurrence.gap_days);
        self.share(
            "recurrences_with_owed_items_ratio",
            &[],
            recurrence.with_owed_items,
        );
        self.share("incidents_repeated_ratio", &[], recurrence.repeated);
        self.number("incidents_undecided", &[], recurrence.undecided);
        for repeat in &recurrence.repeats {
            let labels = [
                label("service", &repeat.service),
                label("cause", &repeat.cause),
            ];
            self.number("repeats", &labels, repeat.incidents);
        }
    }

    fn quality(&mut self, quality: &Quality) {
        self.spread("quality_score", "", &[], &quality.score);
        self.counts("quality_postmortems", "band", &[], &quality.by_band);
        for one in &quality.postmortems {
            let name = one.id.as_deref().unwrap_or(&one.path);
            let own = [label("postmortem", name)];
            self.number(
                "postmortem_quality_score",
                &own,
                usize::try_from(one.score).unwrap_or(0),
            );
        }
    }
}
