//! The review of a quarter, for leadership: how often and how long things broke, whether promises were kept, what got better, and
//! the question of resources (S4, *Quarterly (Leadership Review)* and *Measuring Post-Mortem Effectiveness*).

use jiff::Timestamp;

use super::change;
use super::period::Period;
use super::{backlog, improvements, listed, name, news, response};
use crate::config::Config;
use crate::corpus::Corpus;
use crate::metrics::{Figures, Maturity};
use crate::postmortem::Postmortem;
use crate::sheet::{Line, Sheet, Table};
use crate::tracker::block::Places;
use crate::tracker::item::Item;
use crate::when;

/// Repeated causes that are told.
const REPEATS: usize = 5;

/// What a review is made of.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The quarter.
    pub period: &'a Period,
    /// The quarter before.
    pub before: &'a Period,
    /// The figures of what began in the quarter.
    pub quarter: &'a Figures,
    /// The figures of what began in the quarter before.
    pub previous: &'a Figures,
    /// The figures of everything.
    pub overall: &'a Figures,
    /// All postmortems.
    pub corpus: &'a Corpus,
    /// The configuration.
    pub config: &'a Config,
    /// How every action item stands.
    pub items: &'a [Item],
    /// Where the site and the repository are.
    pub places: &'a Places,
    /// The moment.
    pub now: Timestamp,
}

/// Whether something began in a period, and so belongs to its figures.
pub fn is_of(postmortem: &Postmortem, period: &Period) -> bool {
    let incident = &postmortem.front.incident;
    let began = incident.started.known().or(incident.detected.known());
    began.is_some_and(|at| period.holds(*at))
}

/// The review.
pub fn sheet(input: &Input<'_>) -> Sheet {
    let mut sheet = Sheet::new(format!(
        "{}: review of {}",
        input.config.site.title, input.period
    ));
    head(input, &mut sheet);
    sheet.heading("In short");
    sheet.list(short(input));
    response::write(input, &mut sheet);
    again(input, &mut sheet);
    backlog::write(input, &mut sheet);
    improvements::write(input, &mut sheet);
    maturity(&input.overall.maturity, &mut sheet);
    incidents(input, &mut sheet);
    sheet
}

fn head(input: &Input<'_>, sheet: &mut Sheet) {
    let mut stands = format!(
        "{} to {}, as the postmortems and the ledger stand on {}",
        input.period.first,
        input.period.last,
        when::moment(input.now)
    );
    if !input.period.is_over(input.now) {
        stands += "; the quarter is not over yet";
    }
    let mut line = Line::from(format!(
        "{stands}. The median is the middle one, p90 is what nine of ten do not exceed, n how many there are; of fewer than {} no comparison is made.",
        crate::metrics::LEAST
    ));
    if let Some(site) = &input.places.site {
        line = line
            .text(" All of it is on ")
            .link("the site", Some(site.clone()))
            .text(".");
    }
    sheet.paragraph(line);
}

/// What a reader of five lines knows afterwards.
fn short(input: &Input<'_>) -> Vec<Line> {
    let (quarter, previous) = (&input.quarter.incidents, &input.previous.incidents);
    let mut lines = vec![
        Line::new()
            .strong(match quarter.total {
                0 => "No incident".into(),
                number => when::count(number, "incident"),
            })
            .text(format!(
                " began in {}, {} in {}",
                input.period, previous.total, input.before
            ))
            .text(match quarter.near_misses {
                0 => String::new(),
                1 => "; 1 near miss was written down".into(),
                many => format!("; {many} near misses were written down"),
            }),
    ];
    let resolve = |figures: &Figures| {
        let mut all = figures.durations.iter();
        all.find(|one| one.to == "resolve")
            .map(|one| one.seconds.clone())
    };
    let (now, before) = (resolve(input.quarter), resolve(input.previous));
    if let Some((median, of)) = now.as_ref().and_then(change::middle) {
        let change = now
            .zip(before)
            .and_then(|(now, before)| change::spreads(&now, &before));
        let change = change.map(|change| format!(", {change} than in {}", input.before));
        lines.push(
            Line::new()
                .text("Median time to resolve: ")
                .strong(median)
                .text(format!(" ({of}){}", change.unwrap_or_default())),
        );
    }
    let actions = &input.overall.actions;
    lines.push(match actions.tracked {
        false => "No ledger tells which action items are done".into(),
        true => Line::new()
            .text("Action items: ")
            .strong(change::share(actions.done))
            .text(format!(
                " done, {} in time; {} overdue",
                change::share(actions.on_time),
                actions.overdue
            )),
    });
    let repeated = quarter_recurrences(input).len();
    if repeated > 0 {
        let verb = match repeated {
            1 => "repeats an earlier one",
            _ => "repeat earlier ones",
        };
        lines.push(
            Line::new()
                .strong(when::count(repeated, "incident"))
                .text(format!(" {verb}")),
        );
    }
    let maturity = &input.overall.maturity;
    lines.push(Line::new().text("Maturity: ").strong(level(maturity)));
    lines
}

fn quarter_recurrences<'a>(input: &Input<'a>) -> Vec<&'a Postmortem> {
    let all = input.corpus.postmortems.iter();
    all.filter(|one| is_of(one, input.period) && one.front.recurrence_of.get().is_some())
        .collect()
}

/// What happened again.
fn again(input: &Input<'_>, sheet: &mut Sheet) {
    sheet.heading("What happened again");
    let told = quarter_recurrences(input);
    let repeats = &input.overall.recurrence.repeats;
    if told.is_empty() {
        sheet.paragraph(format!(
            "No incident of {} says that it repeats another.",
            input.period
        ));
    }
    sheet.list(listed(told.into_iter().map(|one| {
        let line = name(one, input.places);
        match one.front.recurrence_of.get() {
            Some(id) => line
                .text(", after ")
                .link(id.as_str(), input.places.page(id)),
            None => line,
        }
    })));
    if !repeats.is_empty() {
        sheet.paragraph("The same cause in the same service, within a year:");
        let rows = repeats.iter().take(REPEATS).map(|one| {
            vec![
                one.service.as_str().into(),
                one.cause.as_str().into(),
                one.incidents.to_string().into(),
            ]
        });
        let head = [("Service", false), ("Cause", false), ("Incidents", true)];
        sheet.table(Table::new(head).with(rows));
    }
}

fn level(maturity: &Maturity) -> String {
    match maturity.name {
        Some(name) => format!("level {} of 4, {name}", maturity.level),
        None => "no level yet".into(),
    }
}

fn maturity(maturity: &Maturity, sheet: &mut Sheet) {
    sheet.heading("How mature the practice is");
    let line = Line::new()
        .text("By what a repository can show: ")
        .strong(level(maturity));
    if maturity.missing.is_empty() {
        sheet.paragraph(line.text(". Nothing that it can show is missing."));
        return;
    }
    sheet.paragraph(line.text(". What the next level lacks:"));
    sheet.list(
        maturity
            .missing
            .iter()
            .map(|one| one.as_str().into())
            .collect(),
    );
}

/// The postmortems behind the figures.
fn incidents(input: &Input<'_>, sheet: &mut Sheet) {
    let all = input.corpus.postmortems.iter();
    let mut own: Vec<&Postmortem> = all.filter(|one| is_of(one, input.period)).collect();
    if own.is_empty() {
        return;
    }
    let severity = |one: &Postmortem| {
        let name = one.front.severity.get();
        let rank = name.and_then(|name| input.config.conventions.rank(name));
        rank.unwrap_or(usize::MAX)
    };
    own.sort_by_key(|one| (severity(one), one.started()));
    sheet.heading(format!("The postmortems of {}", input.period));
    sheet.list(listed(
        own.into_iter().map(|one| news::line(one, input.places)),
    ));
}
