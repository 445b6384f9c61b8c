//! What the timeline's entries can be trusted for: how many there are, which moments are certain, how one is written.

use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use crate::postmortem::Postmortem;
use crate::postmortem::timeline::Entry;

/// Fewer entries than this are no timeline.
pub(super) const LEAST: usize = 3;

/// Longest step back that is read as midnight passing; a shorter night is more likely a slip.
const MIDNIGHT: SignedDuration = SignedDuration::from_hours(12);

/// Entries with a time, `unknown` and unreadable ones too: those were meant, and another rule tells of them.
pub(super) fn timed(postmortem: &Postmortem) -> usize {
    postmortem.timeline.entries.len() + postmortem.timeline.unreadable.len()
}

/// Whether the timeline can be judged as a whole: long enough, and every time could be read.
pub(super) fn is_whole(postmortem: &Postmortem) -> bool {
    timed(postmortem) >= LEAST && postmortem.timeline.unreadable.is_empty()
}

/// The entries whose moment is certain, in order: none without a zone, and none after a step back that was hardly
/// midnight, since their day is a guess.
pub(super) fn certain(postmortem: &Postmortem) -> impl Iterator<Item = (&Entry, Timestamp)> {
    let entries = &postmortem.timeline.entries;
    let slip = (1..entries.len())
        .find(|index| entries[*index].rolled_over && !is_midnight(postmortem, &entries[..=*index]));
    let certain = &entries[..slip.unwrap_or(entries.len())];
    let placed = certain.iter().filter(|entry| !entry.without_zone);
    placed.filter_map(|entry| Some((entry, entry.at?)))
}

/// Whether the step back of the last of these entries is midnight passing: from late to early, and not past the end of
/// the incident, where the first entry may be of the day before its start.
pub(super) fn is_midnight(postmortem: &Postmortem, entries: &[Entry]) -> bool {
    let Some((last, above)) = entries.split_last() else {
        return false;
    };
    let Some(before) = above.iter().rfind(|entry| entry.clock.is_some()) else {
        return false;
    };
    let resolved = postmortem.front.incident.resolved.known();
    if before
        .at
        .zip(resolved)
        .is_some_and(|(before, resolved)| before > *resolved)
    {
        return false;
    }
    match (before.at, last.at, before.clock, last.clock) {
        (Some(before), Some(at), ..) => at.duration_since(before) <= MIDNIGHT,
        (_, _, Some(before), Some(clock)) => clock.time.duration_until(before.time) >= MIDNIGHT,
        _ => false,
    }
}

/// A moment as it is read in a timeline: `14:23`, with seconds where there are some, with the day where `beside` is
/// of another one.
pub(super) fn shown(at: Timestamp, beside: Timestamp) -> String {
    let (at, beside) = (Offset::UTC.to_datetime(at), Offset::UTC.to_datetime(beside));
    let time = match at.second() {
        0 => format!("{:02}:{:02}", at.hour(), at.minute()),
        second => format!("{:02}:{:02}:{second:02}", at.hour(), at.minute()),
    };
    if at.date() == beside.date() {
        time
    } else {
        format!("{} {time}", at.date())
    }
}

/// A time as written, without brackets around it, cut where it is long.
pub(super) fn written(postmortem: &Postmortem, entry: &Entry) -> String {
    let text = postmortem.source().slice(entry.time_span).trim();
    text.chars().filter(|c| *c != '`').take(40).collect()
}
