//! What comes: meetings, and the days of action items.

use jiff::Timestamp;
use jiff::ToSpan;

use super::{day, listed, name, promise};
use crate::corpus::Corpus;
use crate::sheet::{Line, Sheet};
use crate::tracker::block::Places;
use crate::tracker::item::{Item, State};
use crate::when;

/// Days ahead that are told.
const DAYS: i64 = 31;

/// Writes what comes within a month of now; nothing where there is nothing.
pub(super) fn write(
    corpus: &Corpus,
    items: &[Item],
    is_tracked: bool,
    places: &Places,
    now: Timestamp,
    sheet: &mut Sheet,
) {
    let today = day(now);
    let last = today.checked_add(DAYS.days()).unwrap_or(today);
    let meetings = corpus.postmortems.iter().filter_map(|one| {
        let at = *one.front.meeting.known()?;
        (at > now && day(at) <= last).then_some((at, one))
    });
    let mut meetings: Vec<_> = meetings.collect();
    meetings.sort_by_key(|(at, one)| (*at, one.path()));
    let due = items.iter().filter_map(|item| {
        let due = item.due?;
        let open = matches!(
            item.state,
            State::Open | State::NeedsDecision | State::Waiting
        );
        (open && today <= due && due <= last).then_some((due, item))
    });
    let mut due: Vec<_> = due.collect();
    due.sort_by_key(|(due, item)| (*due, item.id.as_str()));
    if meetings.is_empty() && due.is_empty() {
        return;
    }
    sheet.heading("Ahead");
    if !meetings.is_empty() {
        sheet.subheading("Meetings");
        sheet.list(listed(meetings.into_iter().map(|(at, one)| {
            let when = format!("{}: ", when::moment(at));
            Line::new().strong(when).then(name(one, places))
        })));
    }
    if !due.is_empty() {
        sheet.subheading(match is_tracked {
            true => "Due",
            false => "Due, unless it is done",
        });
        sheet.list(listed(due.into_iter().map(|(due, item)| {
            Line::new()
                .strong(format!("{due}: "))
                .then(promise(item, places))
        })));
    }
}
