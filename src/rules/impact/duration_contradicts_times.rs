//! A length of the incident in the text that the times of the front matter do not give.

use jiff::{SignedDuration, Timestamp};

use super::statement::{self, Statement, Weight};
use super::words_in;
use crate::diagnostic::{Finding, Level};
use crate::document::block::{BlockKind, Table};
use crate::postmortem::Postmortem;
use crate::postmortem::incident::Moment;
use crate::postmortem::section::SectionKey;
use crate::rules::identity::is_ahead;
use crate::rules::length::length;
use crate::rules::{Check, Context, Group, Rule, Seed};
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    name: "duration-contradicts-times",
    group: Group::Impact,
    level: Level::Warning,
    version: "0.1.0",
    sources: &[Seed::S4],
    page: include_str!("duration_contradicts_times.md"),
    check: Check::Postmortem(check),
};

/// What the times say: from a beginning to an end, both with their names.
struct Stretch {
    from: &'static str,
    to: &'static str,
    seconds: f64,
}

/// A statement with its place.
struct Told {
    statement: Statement,
    span: Span,
}

fn check(postmortem: &Postmortem, context: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(stretches) = stretches(postmortem, context) else {
        return;
    };
    let fits = |one: &Told| {
        let duration = &one.statement.duration;
        stretches
            .iter()
            .any(|stretch| duration.fits(stretch.seconds))
            || may_fit(postmortem, one, &stretches)
    };
    let zones = [
        title(postmortem),
        told(postmortem, SectionKey::Summary),
        told(postmortem, SectionKey::Impact),
    ];
    let agrees = zones.iter().flatten().any(fits);
    let mut wrong: Vec<&Told> = Vec::new();
    for (index, zone) in zones.iter().enumerate() {
        let likely = zone
            .iter()
            .filter(|one| one.statement.weight == Weight::Likely)
            .count();
        // What is true of a part is told in the impact beside what is true of the whole.
        let of_a_part = likely > 1 || zone.iter().any(fits) || index == 2 && agrees;
        for one in zone {
            let likely = one.statement.weight == Weight::Likely;
            let spared = likely && (of_a_part || is_of_another_scale(one, &stretches));
            if !spared && !fits(one) {
                wrong.push(one);
            }
        }
    }
    // Title and summary repeat each other: one length is one finding.
    while let Some(first) = wrong.first().copied() {
        let same = |one: &&Told| one.statement.duration.seconds == first.statement.duration.seconds;
        let mut finding = finding(postmortem, first, &stretches);
        for other in wrong.iter().filter(|one| same(one)).skip(1).take(2) {
            finding = finding.with_related(postmortem.source(), other.span, "and here");
        }
        out.push(finding);
        wrong.retain(|one| !same(one));
    }
}

/// Whether a length is so much longer than the incident that it is said of something else: three weeks of a wrong setting.
fn is_of_another_scale(one: &Told, stretches: &[Stretch]) -> bool {
    let lengths = stretches.iter().map(|stretch| stretch.seconds);
    one.statement.duration.least > 10.0 * lengths.fold(0.0, f64::max)
}

/// The stretches that a length can be told of; `None` where the times tell none, contradict each
/// other or lie in the future: then another rule speaks.
fn stretches(postmortem: &Postmortem, context: &Context<'_>) -> Option<Vec<Stretch>> {
    let incident = &postmortem.front.incident;
    let known = |moment: &Moment| moment.known().copied();
    let begins = [
        ("started", known(&incident.started)),
        ("detected", known(&incident.detected)),
    ];
    let ends = [
        ("resolved", known(&incident.resolved)),
        ("mitigated", known(&incident.mitigated)),
    ];
    let mut stretches = Vec::new();
    for (from, begin) in begins {
        for (to, end) in ends {
            let Some((begin, end)) = begin.zip(end) else {
                continue;
            };
            let seconds = end.duration_since(begin).as_secs_f64();
            if seconds < 0.0 || is_ahead(begin, context) || is_ahead(end, context) {
                return None;
            }
            stretches.push(Stretch { from, to, seconds });
        }
    }
    (!stretches.is_empty()).then_some(stretches)
}

/// Whether a time that nobody knows leaves room for the length.
fn may_fit(postmortem: &Postmortem, one: &Told, stretches: &[Stretch]) -> bool {
    let incident = &postmortem.front.incident;
    let lost = |moment: &Moment| !moment.is_missing() && moment.known().is_none();
    let duration = &one.statement.duration;
    let shorter = stretches
        .iter()
        .any(|stretch| duration.least <= stretch.seconds);
    let longer = stretches
        .iter()
        .any(|stretch| duration.most >= stretch.seconds);
    let end_is_open = incident.resolved.known().is_none();
    incident.started.known().is_none() && longer
        || (lost(&incident.mitigated) || lost(&incident.detected)) && shorter
        || end_is_open && longer
}

fn title(postmortem: &Postmortem) -> Vec<Told> {
    let field = &postmortem.front.title;
    let Some((title, span)) = field.get().zip(field.span()) else {
        return Vec::new();
    };
    let found = statement::in_title(title).into_iter();
    let told = found.map(|statement| {
        let span = words_in(postmortem.source(), span, &title[statement.range.clone()]);
        Told { statement, span }
    });
    told.collect()
}

fn told(postmortem: &Postmortem, key: SectionKey) -> Vec<Told> {
    let mut all = Vec::new();
    for section in postmortem.sections_of(key) {
        for passage in postmortem.passages_in(section.all.clone()) {
            if passage.heading {
                continue;
            }
            for statement in statement::in_prose(passage.prose()) {
                let span = passage.span(statement.range.clone());
                all.push(Told { statement, span });
            }
        }
        for block in &postmortem.document.blocks[section.all.clone()] {
            if let BlockKind::Table(table) = &block.kind {
                all.extend(rows(postmortem, table));
            }
        }
    }
    // A section below another one with the same key is read with both.
    all.sort_by_key(|one| one.span);
    all.dedup_by_key(|one| one.span);
    all
}

/// Rows of two cells, the first of which is `Duration`.
fn rows(postmortem: &Postmortem, table: &Table) -> Vec<Told> {
    let source = postmortem.source();
    let rows = std::iter::once(&table.header).chain(&table.rows);
    let found = rows.filter_map(|row| {
        let [label, value] = &row.cells[..] else {
            return None;
        };
        let visible = value.run.prose(source);
        let statement = statement::in_labelled_cell(&label.text(source), &visible.text)?;
        let span = visible.span(statement.range.clone());
        Some(Told { statement, span })
    });
    found.collect()
}

fn finding(postmortem: &Postmortem, one: &Told, stretches: &[Stretch]) -> Finding {
    let shown = |seconds: f64| length(SignedDuration::from_secs(seconds as i64));
    let duration = &one.statement.duration;
    let distance = |stretch: &&Stretch| (stretch.seconds - duration.seconds).abs();
    let longest = &stretches[0];
    let nearest = stretches
        .iter()
        .min_by(|a, b| distance(a).total_cmp(&distance(b)))
        .unwrap_or(longest);
    let text = postmortem.source().slice(one.span);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let message = format!(
        "the text says `{text}`, the times say {}",
        shown(longest.seconds)
    );
    let help = if (nearest.from, nearest.to) == (longest.from, longest.to) {
        "correct the one that is wrong; every figure is taken from the times".to_string()
    } else {
        format!(
            "correct the one that is wrong; `{}` to `{}` is {}, and the nearest, `{}` to `{}`, is {}",
            longest.from,
            longest.to,
            shown(longest.seconds),
            nearest.from,
            nearest.to,
            shown(nearest.seconds)
        )
    };
    let incident = &postmortem.front.incident;
    let mut finding = Finding::new(one.span, message, help);
    for (name, moment) in incident.phases() {
        let at: Option<&Timestamp> = moment.known();
        if (name == longest.from || name == longest.to) && at.is_some() {
            let span = moment.span().unwrap_or_default();
            finding = finding.with_related(postmortem.source(), span, &format!("{name} here"));
        }
    }
    finding
}
