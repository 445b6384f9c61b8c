//! What a document says of the incident in labelled lines: `**Severity**: P1`, a list of statistics, a heading `Date`.
//!
//! Owns which labels say what. Nothing is taken away: a fact is copied, and its line stays where it stands.

use super::excerpt::Reading;
use super::outline::Section;
use crate::document::block::{Block, BlockKind, Table};
use crate::import::remark::Place;
use crate::postmortem::people::{self, Party};
use crate::postmortem::section::{SectionKey, plain};

/// Something that a label can be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Topic {
    /// How severe it was.
    Severity,
    /// The day of the incident.
    Date,
    /// The zone of all times.
    Zone,
    /// What was affected.
    Services,
    /// Who is accountable.
    Owner,
    /// Who wrote it.
    Authors,
    /// Who took part.
    Participants,
    /// A moment.
    Moment(Phase),
}

/// The moments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Started,
    Detected,
    Acknowledged,
    Identified,
    Mitigated,
    Resolved,
}

use Topic::Moment;

const LABELS: &[(Topic, &[&str])] = &[
    (
        Topic::Severity,
        &[
            "severity",
            "incident severity",
            "severity level",
            "sev",
            "sev level",
        ],
    ),
    (
        Topic::Date,
        &["date", "incident date", "date of incident", "day", "when"],
    ),
    (Topic::Zone, &["timezone", "time zone", "zone"]),
    (
        Topic::Services,
        &[
            "service",
            "services",
            "affected service",
            "affected services",
            "service affected",
            "services affected",
        ],
    ),
    (
        Topic::Owner,
        &[
            "owner",
            "incident owner",
            "postmortem owner",
            "incident lead",
            "postmortem lead",
        ],
    ),
    (
        Topic::Authors,
        &["author", "authors", "created by", "written by", "by"],
    ),
    (
        Topic::Participants,
        &[
            "participants",
            "attendees",
            "responders",
            "involved",
            "people involved",
            "names of people involved",
        ],
    ),
    (
        Moment(Phase::Started),
        &[
            "start",
            "started",
            "start time",
            "start date/time",
            "start date",
            "incident start",
            "incident started",
            "incident begins",
            "start of incident",
            "outage start",
            "outage begins",
            "outage starts",
            "fault occurs",
            "began",
            "impact start",
        ],
    ),
    (
        Moment(Phase::Detected),
        &[
            "detected",
            "first detected",
            "detection time",
            "time detected",
            "detected at",
            "incident detected",
        ],
    ),
    (
        Moment(Phase::Acknowledged),
        &[
            "acknowledged",
            "incident declared",
            "declared",
            "time acknowledged",
        ],
    ),
    (
        Moment(Phase::Identified),
        &[
            "root cause identified",
            "cause identified",
            "time identified",
        ],
    ),
    (
        Moment(Phase::Mitigated),
        &[
            "mitigated",
            "mitigation time",
            "time mitigated",
            "repaired",
            "incident mitigated",
        ],
    ),
    (
        Moment(Phase::Resolved),
        &[
            "resolved",
            "end",
            "ended",
            "end time",
            "end date/time",
            "resolution time",
            "time resolved",
            "resolved at",
            "incident resolved",
            "end of incident",
            "outage ends",
            "impact end",
        ],
    ),
];

/// What a label is about.
pub(super) fn topic(label: &str) -> Option<Topic> {
    if label.len() > 60 {
        return None;
    }
    let label = plain(label);
    let label = label.strip_suffix(" at").unwrap_or(&label);
    let found = LABELS.iter().find(|(_, labels)| labels.contains(&label));
    found.map(|(topic, _)| *topic)
}

/// A labelled value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fact {
    /// What it is about.
    pub(super) topic: Topic,
    /// What is said, visible text in one line.
    pub(super) value: String,
    /// Where.
    pub(super) place: Place,
}

/// The facts of a section. In a timeline and among action items a label is about something else.
pub(super) fn read(section: &Section, reading: &Reading) -> Vec<Fact> {
    let mut facts = Vec::new();
    if matches!(
        section.key,
        Some(SectionKey::Timeline | SectionKey::Actions)
    ) {
        return facts;
    }
    if let Some(topic) = topic(&section.title) {
        let texts: Vec<String> = reading
            .blocks()
            .iter()
            .take(8)
            .flat_map(|block| texts(reading, block))
            .collect();
        let people = matches!(topic, Topic::Owner | Topic::Authors | Topic::Participants);
        let wanted = if people {
            texts.as_slice()
        } else {
            &texts[..texts.len().min(1)]
        };
        let place = section.place.clone();
        facts.extend(wanted.iter().map(|value| Fact {
            topic,
            value: value.clone(),
            place: place.clone(),
        }));
    }
    let mut under: Option<Topic> = None;
    for block in reading.blocks() {
        match &block.kind {
            // The heading above goes on being the label of what stands below it.
            BlockKind::Heading { run, .. } => under = topic(&reading.visible(run)),
            BlockKind::Table(table) => pairs(reading, table, &mut facts),
            _ => {
                for text in texts(reading, block) {
                    let place = reading.place(block.span);
                    match under.take() {
                        Some(topic) => facts.push(Fact {
                            topic,
                            value: text,
                            place,
                        }),
                        None => facts.extend(labelled(&text, &place)),
                    }
                }
            }
        }
    }
    facts
}

/// The lines of a paragraph and the first lines of a list's items, without emphasis.
fn texts(reading: &Reading, block: &Block) -> Vec<String> {
    let bare = |text: &str| {
        text.replace("**", "")
            .replace("__", "")
            .replace('`', "")
            .trim()
            .trim_end_matches('\\')
            .trim()
            .to_string()
    };
    let mut texts: Vec<String> = match &block.kind {
        BlockKind::Paragraph(_) => reading.slice(block.span).lines().map(bare).collect(),
        BlockKind::List(list) => {
            let lines = list.items.iter().filter_map(|item| item.blocks.first());
            lines
                .flat_map(|first| {
                    reading
                        .slice(first.span)
                        .lines()
                        .take(1)
                        .map(bare)
                        .collect::<Vec<_>>()
                })
                .collect()
        }
        _ => Vec::new(),
    };
    texts.retain(|text| !text.is_empty());
    texts
}

/// `Severity: P1`
fn labelled(text: &str, place: &Place) -> Option<Fact> {
    let (label, value) = text.split_once(':')?;
    let topic = topic(label.trim_matches(['*', '_', ' ']))?;
    let value = value.trim_matches(['*', '_', ' ']);
    let said = !value.is_empty() && value.len() < 200;
    said.then(|| Fact {
        topic,
        value: value.into(),
        place: place.clone(),
    })
}

/// A table whose cells are labels and values in turn.
fn pairs(reading: &Reading, table: &Table, facts: &mut Vec<Fact>) {
    for row in std::iter::once(&table.header).chain(&table.rows) {
        for pair in row.cells.chunks(2) {
            let [label, value] = pair else { continue };
            let value_text = reading.visible(&value.run).trim().to_string();
            if let Some(topic) = topic(&reading.visible(&label.run))
                && !value_text.is_empty()
                && topic_of_value(&value_text).is_none()
            {
                facts.push(Fact {
                    topic,
                    value: value_text,
                    place: reading.place(label.span),
                });
            }
        }
    }
}

/// A header of columns has labels beside labels.
fn topic_of_value(value: &str) -> Option<Topic> {
    topic(value).or_else(|| crate::postmortem::action::column(value).map(|_| Topic::Owner))
}

/// The users, teams and addresses that a text names as such; a bare name may be anybody's.
pub(super) fn parties(value: &str) -> Vec<String> {
    let parts = people::split(value).into_iter();
    let words = parts.flat_map(|(_, part)| part.split_whitespace());
    let bare =
        words.map(|word| word.trim_matches(['(', ')', '[', ']', '<', '>', ',', ';', ':', '.']));
    let mut parties: Vec<String> = Vec::new();
    for party in bare.filter_map(Party::read) {
        let name = party.name();
        if !parties.contains(&name) {
            parties.push(name);
        }
    }
    parties
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::markdown::excerpt::Excerpt;

    fn facts(title: &str, text: &str) -> Vec<String> {
        let place = Place::line("a.md", 1);
        let body = Excerpt::new(text, 2);
        let reading = body.read("a.md", "");
        let section = Section {
            title: title.into(),
            written: title.into(),
            place,
            key: None,
            body,
        };
        read(&section, &reading)
            .iter()
            .map(|fact| format!("{:?}={} {}", fact.topic, fact.value, fact.place))
            .collect()
    }

    #[test]
    fn labels_are_read_wherever_they_stand() {
        assert_eq!(
            facts(
                "",
                "**Severity:** Major (high)\n**Date**: 2020-01-02\nOther: x\n\n- Owner: @a/b\n- Time to detection: 5m\n"
            ),
            [
                "Severity=Major (high) a.md:2",
                "Date=2020-01-02 a.md:2",
                "Owner=@a/b a.md:6"
            ]
        );
        assert_eq!(
            facts("Responders", "- @ada\n- @bo\n"),
            ["Participants=@ada a.md:1", "Participants=@bo a.md:1"]
        );
        assert_eq!(
            facts("About", "### Date\n\n2020-01-02\n\n### Other\n\ny\n"),
            ["Date=2020-01-02 a.md:4"]
        );
        assert_eq!(
            facts(
                "",
                "| Start Time | 10:00 | Severity | P2 |\n|-|-|-|-|\n| Service | doors | x | y |\n"
            ),
            [
                "Moment(Started)=10:00 a.md:2",
                "Severity=P2 a.md:2",
                "Services=doors a.md:4"
            ]
        );
        assert!(facts("", "| Severity | Owner |\n|-|-|\n").is_empty());
        assert!(facts("", "The severity: it was large. Resolved by hand.").is_empty());
    }

    #[test]
    fn only_names_that_say_so_are_people() {
        assert_eq!(
            parties("Ada, @bo and c@d.example (@ops/team)"),
            ["@bo", "c@d.example", "@ops/team"]
        );
        assert!(parties("Ada Moss").is_empty());
    }
}
