//! What is known already at the beginning of each part, and how the part is held.
//!
//! The words are those of S1, S2 and S4, shortened.

use super::Input;
use super::earlier;
use super::part::Part;
use crate::postmortem::action::ActionItem;
use crate::postmortem::choice::{ActionType, Status};
use crate::postmortem::section::SectionKey;
use crate::sheet::{Line, Sheet, Table};
use crate::tracker::item::Item;
use crate::when;

/// Sentences of a section that are shown.
const SENTENCES: usize = 8;

/// Writes what stands in a part, before its questions.
pub(super) fn write(part: Part, input: &Input<'_>, sheet: &mut Sheet) {
    match part {
        Part::Opening => opening(sheet),
        Part::Timeline => timeline(input, sheet),
        Part::Impact => impact(input, sheet),
        Part::Whys => whys(input, sheet),
        Part::Kept => kept(input, sheet),
        Part::Actions => actions(input, sheet),
        Part::Closing => sheet.list(vec![
            "Say in one sentence each what we learned.".into(),
            "Read out every action item with its owner and its day; each owner says yes.".into(),
            "Agree who finishes the text, and whom the summary is sent to.".into(),
        ]),
    }
}

fn opening(sheet: &mut Sheet) {
    sheet.quote("This is a blameless postmortem. We are here to learn, not to blame: everybody acted with good intentions on what they knew then. We ask what allowed this to happen, not who did it, and we speak of roles, not of names.");
    sheet.list(vec![
        "Name facilitator, scribe and action item owner; look at the parts and their minutes."
            .into(),
        "What needs longer goes on a list for afterwards, and the part ends in time.".into(),
    ]);
}

fn timeline(input: &Input<'_>, sheet: &mut Sheet) {
    let postmortem = input.postmortem;
    let entries = &postmortem.timeline.entries;
    let mut times = entries.iter().filter_map(|entry| entry.at);
    let span = times.next().map(|first| {
        let last = entries
            .iter()
            .filter_map(|entry| entry.until.or(entry.at))
            .max();
        let last = last.unwrap_or(first);
        format!(", {} to {}", when::moment(first), when::moment(last))
    });
    let stands = match entries.len() {
        0 => "Nothing is written yet.".to_string(),
        1 => format!("1 entry{}.", span.unwrap_or_default()),
        number => format!("{number} entries{}.", span.unwrap_or_default()),
    };
    let incident = &postmortem.front.incident;
    let began = incident.started.known();
    let steps = [
        ("noticed", &incident.detected),
        ("understood", &incident.identified),
        ("mitigated", &incident.mitigated),
        ("over", &incident.resolved),
    ];
    let steps = steps.into_iter().filter_map(|(word, moment)| {
        let after = when::between(*began?, *moment.known()?)?;
        Some(format!("{word} after {after}"))
    });
    let steps: Vec<String> = steps.collect();
    let mut line = Line::new()
        .text("Walk through it in order; ask only to understand, causes come later. ")
        .strong(stands);
    if !steps.is_empty() {
        line = line.text(format!(" From the first effect on: {}.", steps.join(", ")));
    }
    sheet.paragraph(line);
}

fn impact(input: &Input<'_>, sheet: &mut Sheet) {
    let impact = &input.postmortem.front.impact;
    let yes = |value: Option<&bool>, yes: &str, no: &str| {
        value.map(|value| if *value { yes } else { no }.to_string())
    };
    let count =
        |value: &u64, noun: &str| when::count(usize::try_from(*value).unwrap_or(usize::MAX), noun);
    let facts = [
        impact
            .extent
            .known()
            .map(|extent| extent.name().replace('-', " ")),
        impact.users.known().map(|users| count(users, "user")),
        impact
            .users_percent
            .known()
            .map(|percent| format!("{percent} % of users")),
        impact.revenue.known().map(|money| {
            format!(
                "{} {}",
                when::number(money.amount.round() as u64),
                money.currency
            )
        }),
        impact
            .support_tickets
            .known()
            .map(|tickets| count(tickets, "support ticket")),
        yes(
            impact.sla_breached.known(),
            "an agreement was broken",
            "no agreement was broken",
        ),
        yes(
            impact.data_loss.known(),
            "data was lost",
            "no data was lost",
        ),
    ];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    let stands = match facts.is_empty() {
        true => "No figure is written yet.".into(),
        false => format!("Written so far: {}.", facts.join(", ")),
    };
    let line = Line::new().text("Whom did it reach, and how hard? Customers, business, systems. ");
    sheet.paragraph(line.strong(stands));
}

fn whys(input: &Input<'_>, sheet: &mut Sheet) {
    sheet.paragraph("What failed, what conditions allowed it, and which safeguard let it through? Several factors, not one root cause; an answer that is a person is asked why once more.");
    let levels = &input.postmortem.whys.levels;
    if !levels.is_empty() {
        sheet.subheading("The whys so far");
        let shown = levels.iter().map(|level| input.shown(&level.value).into());
        sheet.steps(shown.collect());
    }
    earlier::write(input, sheet);
}

fn kept(input: &Input<'_>, sheet: &mut Sheet) {
    sheet.paragraph("Specific examples: what do we keep doing, and what went well only by chance?");
    for key in [
        SectionKey::WentWell,
        SectionKey::Lucky,
        SectionKey::WentWrong,
    ] {
        let sentences = sentences(input, key);
        if !sentences.is_empty() {
            sheet.subheading(key.heading());
            sheet.list(sentences);
        }
    }
}

/// What a section says, as much of it as is read in a meeting.
fn sentences(input: &Input<'_>, key: SectionKey) -> Vec<Line> {
    let all = input.postmortem.sentences(key);
    let more = all.len().saturating_sub(SENTENCES);
    let mut lines: Vec<Line> = all
        .iter()
        .take(SENTENCES)
        .map(|text| input.shown(text).into())
        .collect();
    if more > 0 {
        lines.push(format!("and {more} more").into());
    }
    lines
}

fn actions(input: &Input<'_>, sheet: &mut Sheet) {
    sheet.paragraph("A sentence that begins with a verb, one owner who agrees, a day that can be kept, and a way to tell that it is done. First what keeps this from coming back, then what shows it sooner.");
    let rows = &input.postmortem.actions.items;
    if rows.is_empty() {
        return;
    }
    let lines = rows.iter().map(|row| promise(input, row));
    let head = [("Action", false), ("Owner", false), ("Due", false)];
    sheet.table(Table::new(head).with(lines));
    let given: Vec<ActionType> = rows
        .iter()
        .filter_map(|row| row.action_type.get().copied())
        .collect();
    let absent = ActionType::ALL
        .iter()
        .filter(|(_, kind)| !given.contains(kind));
    let absent: Vec<&str> = absent.map(|(name, _)| *name).collect();
    if !absent.is_empty() && input.postmortem.status() != Status::Final {
        let line = Line::new().text("Of the six kinds nothing is there yet for ");
        sheet.paragraph(line.then(Line::names(absent)).text(": on purpose?"));
    }
}

fn promise(input: &Input<'_>, row: &ActionItem) -> Vec<Line> {
    let id = row.id.get().map_or("", String::as_str);
    let mut action = Line::new();
    if !id.is_empty() {
        action = action.strong(input.shown(id)).text(" ");
    }
    action = action.text(input.shown(row.action.get().map_or("(no sentence)", String::as_str)));
    let is_own = |item: &&Item| {
        item.path.as_deref() == Some(input.postmortem.path())
            && item.id.rsplit_once('/').is_some_and(|(_, own)| own == id)
    };
    if row.is_dropped() {
        action = action.text(" (dropped)");
    } else if input.is_tracked
        && let Some(item) = input.items.iter().find(is_own)
    {
        action = action.text(format!(" ({})", item.state.name().replace('-', " ")));
    }
    let missing = || Line::new().strong("?");
    let owners = row.owners.iter().map(|owner| owner.value.as_str());
    let owners = Line::names(owners);
    vec![
        action,
        if owners.is_empty() { missing() } else { owners },
        row.due
            .get()
            .map_or_else(missing, |due| due.to_string().into()),
    ]
}
