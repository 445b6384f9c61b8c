//! The sheet of a postmortem's meeting: who, an hour in parts, and per part what is known and what is still open.
//!
//! Owns what stands on it, from the state of the postmortem alone. How a sheet looks is for [`crate::sheet`]; what is a gap is for
//! the rules, whose findings become questions here. The shape of the hour is that of S1, S2 and S4.

mod earlier;
mod facilitation;
mod follow_up;
mod gap;
mod part;
mod people;
mod question;
mod stand;
mod when;

#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};

use crate::config::Config;
use crate::corpus::Corpus;
use crate::diagnostic::Diagnostic;
use crate::ledger::verdict::Requirement;
use crate::postmortem::Postmortem;
use crate::sheet::{self, Line, Sheet, Table};
use crate::tracker::block::Places;
use crate::tracker::item::Item;
use crate::when as words;
use part::Part;
use question::{Question, Questions};

/// Letters of a stranger's sentence that are shown.
const MOST_LETTERS: usize = 240;
/// And of the summary.
const MOST_OF_SUMMARY: usize = 700;

/// What a sheet is made of.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The postmortem, with its blocks.
    pub postmortem: &'a Postmortem,
    /// All postmortems.
    pub corpus: &'a Corpus,
    /// The configuration.
    pub config: &'a Config,
    /// What the check found in this postmortem.
    pub diagnostics: &'a [&'a Diagnostic],
    /// How every action item stands.
    pub items: &'a [Item],
    /// Whether a ledger tells which of them are done.
    pub is_tracked: bool,
    /// Who must agree with it.
    pub approvers: &'a [Requirement],
    /// Where the site and the repository are.
    pub places: &'a Places,
    /// The moment.
    pub now: Timestamp,
}

impl Input<'_> {
    /// A text of this postmortem as it may be shown: a secret masked, and not too long.
    fn shown(&self, text: &str) -> String {
        self.cut(text, MOST_LETTERS)
    }

    fn cut(&self, text: &str, most: usize) -> String {
        let mut text = text.to_string();
        self.postmortem.source().redact(&mut text);
        sheet::cut(&text, most)
    }

    /// The line of the file that a byte is in.
    fn line_of(&self, byte: u32) -> u32 {
        self.postmortem.source().position(byte).line
    }
}

/// The sheet of a meeting.
pub fn sheet(input: &Input<'_>) -> Sheet {
    let mut questions = Questions::of(input);
    gap::ask(input, &mut questions);
    let minutes = part::share(&questions, input);
    let mut sheet = Sheet::new(format!(
        "Postmortem meeting: {}",
        input.shown(input.postmortem.title())
    ));
    head(input, &mut sheet);
    sheet.heading("Who should be there");
    people::write(input, &mut sheet);
    if !questions.before.is_empty() {
        sheet.heading("Before the meeting");
        sheet.paragraph("To mend by whoever writes, so that nobody spends the hour on it. Share the text a day ahead.");
        sheet.tasks(questions.before.iter().map(Question::line).collect());
    }
    sheet.heading("The hour");
    sheet.table(plan(input, &questions, &minutes));
    for (number, part) in (1..).zip(Part::ALL) {
        let length = minutes[part as usize];
        sheet.heading(format!("{number}. {} ({length} min)", part.title()));
        stand::write(part, input, &mut sheet);
        let open = questions.of_part(part);
        if !open.is_empty() {
            sheet.subheading("Still open");
            sheet.tasks(open.iter().map(Question::line).collect());
        }
    }
    sheet.heading("Notes for the facilitator");
    facilitation::write(input, &mut sheet);
    sheet.heading("Afterwards");
    follow_up::write(input, &mut sheet);
    sheet
}

fn head(input: &Input<'_>, sheet: &mut Sheet) {
    let postmortem = input.postmortem;
    let front = &postmortem.front;
    let name = postmortem
        .id()
        .map_or_else(Line::new, |id| Line::new().link(id, input.places.page(id)));
    let severity = front.severity.get().map(String::as_str);
    let words = [
        severity.unwrap_or("severity not set"),
        postmortem.kind().name(),
        postmortem.status().name(),
    ];
    let services = front.services.items();
    let services = services.iter().map(|service| service.value.as_str());
    let file = Line::new().link("the file", input.places.file(postmortem.path(), "HEAD"));
    let mut all = vec![name];
    all.extend(words.map(Line::from));
    all.push(Line::names(services));
    if input.places.repository.is_some() {
        all.push(file);
    } else {
        all.push(Line::new().code(postmortem.path()));
    }
    all.retain(|line| !line.is_empty());
    sheet.paragraph(Line::joined(all, " · "));
    if !postmortem.readable {
        sheet.paragraph(
            Line::new()
                .strong("The file cannot be read whole.")
                .text(" This sheet says what could be read of it; the places to mend stand below."),
        );
    }
    sheet.paragraph(Line::new().strong("When: ").text(when::told(input)));
    let summary = input.cut(&postmortem.summary, MOST_OF_SUMMARY);
    if !summary.is_empty() {
        sheet.paragraph(Line::new().strong("What happened: ").text(summary));
    }
}

/// The hour at a glance; by the clock where the meeting has a time.
fn plan(input: &Input<'_>, questions: &Questions, minutes: &[i64; Part::ALL.len()]) -> Table {
    let begin = input.postmortem.front.meeting.known();
    let mut passed = 0;
    let rows = Part::ALL.map(|part| {
        let length = minutes[part as usize];
        let after = SignedDuration::from_mins(passed);
        let at = match begin.and_then(|begin| begin.checked_add(after).ok()) {
            Some(at) => words::clock(at),
            None => format!("0:{passed:02}"),
        };
        passed += length;
        let open = questions.of_part(part).len();
        let open = if open > 0 {
            open.to_string()
        } else {
            "–".into()
        };
        vec![
            Line::from(part.title()),
            at.into(),
            length.to_string().into(),
            open.into(),
        ]
    });
    Table::new([
        ("Part", false),
        ("From", false),
        ("Minutes", true),
        ("Open questions", true),
    ])
    .with(rows)
}
