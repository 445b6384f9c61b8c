//! What nobody wrote down or knows any more, as questions: times, figures, the whys.
//!
//! Owns the gaps that no rule tells of, because a draft may have them and `unknown` is an honest answer.

use super::Input;
use super::part::Part;
use super::question::Questions;
use crate::document::mapping::{Field, Known, enumerate};
use crate::postmortem::choice::Template;

/// Whys that are few; S2 asks for three at least, and five are usual.
const FEW_WHYS: usize = 3;

/// Adds what is missing.
pub(super) fn ask(input: &Input<'_>, questions: &mut Questions) {
    times(input, questions);
    figures(input, questions);
    whys(input, questions);
}

/// What a field lacks.
enum Lack {
    Unknown,
    Missing,
}

fn lack<T>(field: &Field<Known<T>>) -> Option<Lack> {
    match field {
        Field::Value(value) if matches!(value.value, Known::Unknown) => Some(Lack::Unknown),
        // What is there and wrong is a finding.
        Field::Value(_) | Field::Invalid(_) => None,
        Field::Missing => Some(Lack::Missing),
    }
}

/// "`a` and `b` are `unknown`; `c` is not filled in".
fn told(fields: &[(String, Lack)]) -> Vec<String> {
    let of = |wanted: fn(&Lack) -> bool, word: &str| {
        let names = fields.iter().filter(|(_, lack)| wanted(lack));
        let names: Vec<&str> = names.map(|(name, _)| name.as_str()).collect();
        let verb = if names.len() == 1 { "is" } else { "are" };
        (!names.is_empty()).then(|| format!("{} {verb} {word}", enumerate(&names)))
    };
    let unknown = of(|lack| matches!(lack, Lack::Unknown), "`unknown`");
    let missing = of(|lack| matches!(lack, Lack::Missing), "not filled in");
    [unknown, missing].into_iter().flatten().collect()
}

fn times(input: &Input<'_>, questions: &mut Questions) {
    let incident = &input.postmortem.front.incident;
    let lacking = incident.phases().into_iter();
    let lacking =
        lacking.filter_map(|(name, moment)| Some((format!("incident.{name}"), lack(moment)?)));
    let lacking: Vec<(String, Lack)> = lacking.collect();
    if !lacking.is_empty() {
        questions.put(
            Part::Timeline,
            "Which of these times can logs or people still tell?",
            told(&lacking),
        );
    }
}

fn figures(input: &Input<'_>, questions: &mut Questions) {
    let impact = &input.postmortem.front.impact;
    let fields = [
        ("extent", lack(&impact.extent), true),
        ("users", lack(&impact.users), false),
        ("users_percent", lack(&impact.users_percent), false),
        ("revenue", lack(&impact.revenue), false),
        ("support_tickets", lack(&impact.support_tickets), false),
        ("sla_breached", lack(&impact.sla_breached), true),
        ("data_loss", lack(&impact.data_loss), true),
    ];
    // A count that nobody gave may just not be one of this incident; whether data was lost is always one.
    let lacking = fields.into_iter().filter_map(|(name, lack, always)| {
        let lack = lack.filter(|lack| always || matches!(lack, Lack::Unknown))?;
        Some((format!("impact.{name}"), lack))
    });
    let lacking: Vec<(String, Lack)> = lacking.collect();
    if !lacking.is_empty() {
        questions.put(
            Part::Impact,
            "What can still be said of this?",
            told(&lacking),
        );
    }
}

fn whys(input: &Input<'_>, questions: &mut Questions) {
    let whys = &input.postmortem.whys;
    // The quick form asks for none.
    if input.postmortem.template() == Template::Quick
        || whys.depth() >= FEW_WHYS
        || questions.has(Part::Whys, "shallow-whys")
    {
        return;
    }
    let told = match whys.last() {
        None => "no chain of whys is written yet".into(),
        Some(last) => format!(
            "the chain ends after {} at “{}”",
            crate::when::count(whys.depth(), "why"),
            input.shown(&last.value)
        ),
    };
    questions.put(
        Part::Whys,
        "Why was that possible? Ask on until the answer is a system.",
        vec![told],
    );
}
