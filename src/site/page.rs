//! The page of one postmortem, and the page of one that cannot be read.
//!
//! Owns the facts and their words. The body is made in [`super::html`].

use jiff::Timestamp;
use std::borrow::Cow;

use serde::Serialize;

use super::approval::{self, Verdict};
use super::entry::{Entry, Row, Word};
use super::finding::{self, Finding};
use super::html::{self, Part};
use super::listing::{Link, Show};
use super::nearby::{self, Nearby};
use super::outline::Heading;
use super::related::{self, Group, Related, Similar};
use super::repository::Ways;
use super::setting::Setting;
use super::shelf::{Dimension, Shelf};
use super::{Input, course, event, when};
use crate::config::{Edition, SearchLayer};
use crate::document::mapping::{Field, Known};
use crate::error::Error;
use crate::ledger::standing::Standing;
use crate::postmortem::choice::{Audience, DetectedBy, Expectation, Extent, Status};
use crate::postmortem::impact::Impact;
use crate::source::Spanned;

/// So much of an unreadable file is shown, in bytes.
const SHOWN: usize = 20_000;

/// One line of the facts: links, or plain values.
#[derive(Debug, Serialize)]
struct Fact {
    label: &'static str,
    links: Vec<Link>,
    values: Vec<String>,
}

/// A value for the filters of the full-text search.
#[derive(Debug, Serialize)]
struct Filter {
    key: &'static str,
    value: String,
}

/// When the file was committed.
#[derive(Debug, Serialize)]
struct History {
    created: String,
    created_iso: String,
    changed: String,
    changed_iso: String,
    commits: u32,
}

/// A moment as a stranger reads it.
#[derive(Debug, Serialize)]
struct Moment {
    label: &'static str,
    /// `12 Nov 2024, 14:23 UTC`
    text: String,
    iso: Option<String>,
}

/// Everything the template shows.
#[derive(Debug, Serialize)]
pub(super) struct PostmortemPage<'a> {
    #[serde(flatten)]
    row: &'a Row,
    date_long: Option<String>,
    owner: Option<Link>,
    notice: Option<&'static str>,
    verdict: Option<Verdict>,
    course: Option<course::Course>,
    facts: Vec<Fact>,
    filters: Vec<Filter>,
    contents: Vec<Heading>,
    findings: Vec<Finding>,
    body: Vec<Part>,
    related: Vec<Group>,
    similar: Vec<Similar<'a>>,
    nearby: Vec<Nearby<'a>>,
    ways: Option<Ways>,
    history: Option<History>,
    source: &'a str,
    /// How much of it its author lets out: `internal`, `summary` or `full`.
    audience: &'static str,
    /// From beginning to end, in whole words; for pages without a drawing.
    moments: Vec<Moment>,
}

impl PostmortemPage<'_> {
    /// The template: a stranger who may read the message alone gets a page made for that.
    pub(super) fn template(&self, edition: Edition) -> &'static str {
        match edition {
            Edition::Public if self.audience == Audience::Summary.name() => "public.html",
            _ => "postmortem.html",
        }
    }
}

/// Everything the template of an unreadable postmortem shows.
#[derive(Debug, Serialize)]
pub(super) struct BrokenPage<'a> {
    status: Word,
    source: &'a str,
    findings: Vec<Finding>,
    text: &'a str,
    cut: bool,
}

/// The page of entry `index` of the shelf; `show` makes the rows of others.
pub(super) fn postmortem<'a>(
    shelf: &'a Shelf<'_>,
    related: &Related,
    input: &Input<'_>,
    index: usize,
    show: Show<'_>,
) -> Result<PostmortemPage<'a>, Error> {
    let entry = &shelf.entries[index];
    let resolver = shelf.resolver(entry);
    let entries = event::anchors(entry.postmortem);
    let course = course::of(&entry.postmortem.front.incident, &entries);
    let setting = Setting {
        postmortem: entry.postmortem,
        conventions: &input.corpus.conventions,
        resolver: &resolver,
        page: &entry.path,
        tracking: input.tracking,
    };
    let mut body = html::render(setting, entries);
    if let (Some(tracking), Some(id)) = (input.tracking, entry.own_id()) {
        html::put_lost(&mut body.parts, tracking.lost(id));
    }
    let verdict = approval::verdict(input, entry);
    let ways = input.repository.map(|repository| {
        let pull_request = verdict.as_ref().and_then(Verdict::pull_request);
        let row = &entry.row;
        repository.ways(entry.postmortem.path(), &row.id, &row.title, pull_request)
    });
    let linked = related.of(shelf, index);
    Ok(PostmortemPage {
        row: &entry.row,
        date_long: entry.postmortem.started().map(when::long_day),
        owner: links(shelf, entry, Dimension::Owner).into_iter().next(),
        notice: notice(entry, approval::standing(input, entry)),
        verdict,
        course,
        facts: facts(shelf, entry),
        filters: match input.search {
            SearchLayer::Full => filters(entry),
            SearchLayer::Facets | SearchLayer::None => Vec::new(),
        },
        contents: body.contents,
        findings: finding::of(input, entry.postmortem.path()),
        body: body.parts,
        related: related::groups(&linked, show)?,
        similar: Related::similar(shelf, index, &linked),
        nearby: nearby::of(shelf, index),
        ways,
        history: history(entry),
        source: entry.postmortem.path(),
        audience: (entry.postmortem.front.audience.get())
            .copied()
            .unwrap_or(Audience::Internal)
            .name(),
        moments: moments(entry),
    })
}

fn moments(entry: &Entry<'_>) -> Vec<Moment> {
    let incident = &entry.postmortem.front.incident;
    let all = [
        ("Began", &incident.started),
        ("Noticed", &incident.detected),
        ("Mitigated", &incident.mitigated),
        ("Ended", &incident.resolved),
    ];
    let told = all.into_iter().filter_map(|(label, moment)| {
        let known = match moment.get()? {
            Known::Known(at) => Some(at),
            Known::Unknown => None,
        };
        Some(Moment {
            label,
            text: known.map_or_else(|| "unknown".into(), |at| when::moment(*at)),
            iso: known.map(ToString::to_string),
        })
    });
    told.collect()
}

/// The page of an unreadable postmortem.
pub(super) fn broken<'a>(entry: &'a Entry<'_>, input: &Input<'_>) -> BrokenPage<'a> {
    let postmortem = entry.postmortem;
    let source = postmortem.source();
    let mut findings = finding::of(input, postmortem.path());
    if findings.is_empty() {
        findings = postmortem
            .problems
            .iter()
            .map(|problem| finding::problem(problem, source))
            .collect();
    }
    let text = source.text().trim_start_matches('\u{feff}');
    let mut end = text.len().min(SHOWN);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    BrokenPage {
        status: Word {
            key: "broken",
            label: "Broken",
        },
        source: postmortem.path(),
        findings,
        text: &text[..end],
        cut: end < text.len(),
    }
}

fn notice(entry: &Entry<'_>, standing: Option<&Standing>) -> Option<&'static str> {
    match entry.postmortem.status() {
        Status::Draft => Some("This is a draft. Facts may be missing or change."),
        Status::InReview if standing == Some(&Standing::InReview) => {
            Some("This is in review and not approved yet. Facts may still change.")
        }
        Status::InReview => Some("This is in review. Facts may still change."),
        Status::Final if entry.postmortem.is_imported() => {
            Some("This was written before today's format and has been imported.")
        }
        Status::Final => None,
    }
}

fn history(entry: &Entry<'_>) -> Option<History> {
    let dates = entry.dates?;
    Some(History {
        created: when::day(dates.created),
        created_iso: dates.created.to_string(),
        changed: when::day(dates.changed),
        changed_iso: dates.changed.to_string(),
        commits: dates.commits,
    })
}

fn links(shelf: &Shelf<'_>, entry: &Entry<'_>, dimension: Dimension) -> Vec<Link> {
    let known = |name: Cow<'_, str>| {
        let value = shelf.value(dimension, &name)?;
        Some(Link {
            url: value.url(),
            name: name.into(),
        })
    };
    dimension.of(entry).into_iter().filter_map(known).collect()
}

fn filters(entry: &Entry<'_>) -> Vec<Filter> {
    let mut filters = Vec::new();
    for dimension in Dimension::ALL {
        let names = dimension.of(entry).into_iter();
        filters.extend(names.map(|value| Filter {
            key: dimension.key(),
            value: value.into(),
        }));
    }
    filters.push(Filter {
        key: "kind",
        value: entry.row.kind.label.into(),
    });
    filters.push(Filter {
        key: "status",
        value: entry.row.status.label.into(),
    });
    filters.extend(entry.row.approval.map(|approval| Filter {
        key: "approval",
        value: approval.label.into(),
    }));
    filters
}

fn facts(shelf: &Shelf<'_>, entry: &Entry<'_>) -> Vec<Fact> {
    let front = &entry.postmortem.front;
    let linked = |label, dimension| Fact {
        label,
        links: links(shelf, entry, dimension),
        values: Vec::new(),
    };
    let plain = |label, values| Fact {
        label,
        links: Vec::new(),
        values,
    };
    let at = |moment: &Field<Known<Timestamp>>| words(moment, |at| when::moment(*at));
    let names = |field: &Field<Vec<Spanned<String>>>| {
        field
            .items()
            .iter()
            .map(|name| name.value.clone())
            .collect()
    };
    let third_party = front.third_party.name.get().map(|name| {
        let expectation =
            front
                .third_party
                .expectation
                .get()
                .map(|expectation| match expectation {
                    Expectation::Violated => ", which did not do what was expected of it",
                    Expectation::Met => ", which did what was expected of it",
                    Expectation::Undefined => ", of which nobody had said what to expect",
                });
        format!("{name}{}", expectation.unwrap_or_default())
    });
    let all = [
        linked("Services", Dimension::Service),
        plain("Impact", impact(&front.impact)),
        plain(
            "Detected by",
            words(&front.detected_by, |by| {
                let word = match by {
                    DetectedBy::Monitoring => "Monitoring",
                    DetectedBy::Customer => "A customer",
                    DetectedBy::Staff => "Staff",
                    DetectedBy::ThirdParty => "A third party",
                };
                word.into()
            }),
        ),
        plain("Meeting", at(&front.meeting)),
        plain("Third party", third_party.into_iter().collect()),
        linked("Causes", Dimension::Cause),
        linked("Tags", Dimension::Tag),
        plain("Authors", names(&front.authors)),
        plain("Participants", names(&front.participants)),
    ];
    let told = |fact: &Fact| !fact.links.is_empty() || !fact.values.is_empty();
    all.into_iter().filter(told).collect()
}

/// A fact in words; what is lost is said to be.
fn words<T>(field: &Field<Known<T>>, word: impl FnOnce(&T) -> String) -> Vec<String> {
    match field.get() {
        Some(Known::Known(value)) => vec![word(value)],
        Some(Known::Unknown) => vec!["Unknown".into()],
        None => Vec::new(),
    }
}

fn impact(impact: &Impact) -> Vec<String> {
    let mut lines = Vec::new();
    match impact.extent.get() {
        Some(Known::Known(extent)) => lines.push(
            match extent {
                Extent::None => "No effect on users",
                Extent::Degraded => "Degraded",
                Extent::PartialOutage => "Partial outage",
                Extent::Outage => "Outage",
            }
            .to_string(),
        ),
        Some(Known::Unknown) => lines.push("Extent unknown".into()),
        None => {}
    }
    let percent = impact
        .users_percent
        .known()
        .map(|percent| format!("{percent}\u{a0}%"));
    match (impact.users.get(), percent) {
        (Some(Known::Known(users)), Some(percent)) => {
            lines.push(format!("{} users ({percent})", when::number(*users)))
        }
        (Some(Known::Known(users)), None) => lines.push(format!("{} users", when::number(*users))),
        (_, Some(percent)) => lines.push(format!("{percent} of users")),
        (Some(Known::Unknown), None) => lines.push("Number of users unknown".into()),
        (None, None) => {}
    }
    if let Some(money) = impact.revenue.known().filter(|money| money.amount > 0.0) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "shown without cents, and never negative"
        )]
        let whole = money.amount.round() as u64;
        lines.push(format!(
            "{} {} of revenue",
            when::number(whole),
            money.currency
        ));
    }
    if let Some(tickets) = impact.support_tickets.known() {
        lines.push(when::count(
            usize::try_from(*tickets).unwrap_or(usize::MAX),
            "support ticket",
        ));
    }
    if impact.sla_breached.known() == Some(&true) {
        lines.push("Service level agreement breached".into());
    }
    match impact.data_loss.known() {
        Some(true) => lines.push("Data was lost".into()),
        Some(false) => lines.push("No data lost".into()),
        None => {}
    }
    lines
}
