//! The parts of the hour and how it is shared among them.
//!
//! S2 gives the timeline 15 minutes, the analysis 20 and the actions 15; S4 splits off the impact and what went well. What is
//! still open moves minutes: five at a time, by highest averages (Sainte-Laguë), so that the hour stays an hour; ten stay with
//! the causes and with the actions, without which the meeting was for nothing.

use super::Input;
use super::question::Questions;
use crate::postmortem::section::SectionKey;

/// A part of the meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// Why we are here, and how we speak.
    Opening,
    /// What happened when.
    Timeline,
    /// Who and what suffered.
    Impact,
    /// What made it possible.
    Whys,
    /// What went well, and where we got lucky.
    Kept,
    /// What will be different.
    Actions,
    /// What was agreed.
    Closing,
}

/// Minutes that are moved at once.
const STEP: i64 = 5;
/// Minutes of the hour that opening and closing leave.
const MIDDLE: i64 = 50;
/// Minutes that one open question weighs, and so many questions at most.
const QUESTION: i64 = 2;
const MOST_QUESTIONS: usize = 10;
/// Minutes that a part weighs of which nothing is written yet.
const NOTHING: i64 = 15;

impl Part {
    /// In their order.
    pub(super) const ALL: [Self; 7] = [
        Self::Opening,
        Self::Timeline,
        Self::Impact,
        Self::Whys,
        Self::Kept,
        Self::Actions,
        Self::Closing,
    ];

    /// What it is called.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Opening => "Opening",
            Self::Timeline => "Timeline",
            Self::Impact => "Impact",
            Self::Whys => "What made it possible",
            Self::Kept => "What went well, and where we got lucky",
            Self::Actions => "Action items",
            Self::Closing => "Closing",
        }
    }

    /// The minutes it has where nothing is open.
    fn usual(self) -> i64 {
        match self {
            Self::Timeline | Self::Whys => 15,
            Self::Actions => 10,
            Self::Opening | Self::Impact | Self::Kept | Self::Closing => 5,
        }
    }

    /// The steps it has at the least.
    fn least(self) -> i64 {
        match self {
            Self::Whys | Self::Actions => 2,
            _ => 1,
        }
    }

    /// The part that speaks of a section; none for what is mended before the meeting.
    pub(super) fn of(section: SectionKey) -> Option<Self> {
        use SectionKey as Key;
        Some(match section {
            Key::Timeline | Key::Detection | Key::Response | Key::Resolution => Self::Timeline,
            Key::Impact => Self::Impact,
            Key::Causes | Key::Whys | Key::Surprised => Self::Whys,
            Key::WentWell | Key::WentWrong | Key::Lucky | Key::Lessons => Self::Kept,
            Key::Actions | Key::Considered => Self::Actions,
            Key::External => Self::Closing,
            Key::Summary | Key::Glossary | Key::References | Key::Appendix => return None,
        })
    }

    fn is_blank(self, input: &Input<'_>) -> bool {
        let postmortem = input.postmortem;
        match self {
            Self::Timeline => postmortem.timeline.entries.is_empty(),
            Self::Impact => postmortem.section(SectionKey::Impact).is_none(),
            Self::Whys => postmortem.whys.levels.is_empty(),
            Self::Actions => postmortem.actions.items.is_empty(),
            Self::Opening | Self::Kept | Self::Closing => false,
        }
    }
}

/// The minutes of each part, in the order of [`Part::ALL`]; 60 together.
pub(super) fn share(questions: &Questions, input: &Input<'_>) -> [i64; Part::ALL.len()] {
    let weight = |part: Part| {
        let open = questions.of_part(part).len().min(MOST_QUESTIONS);
        let open = i64::try_from(open).unwrap_or_default() * QUESTION;
        part.usual() + open + if part.is_blank(input) { NOTHING } else { 0 }
    };
    shared(Part::ALL.map(weight))
}

/// Fifty minutes over the parts between opening and closing.
fn shared(weights: [i64; Part::ALL.len()]) -> [i64; Part::ALL.len()] {
    let middle = 1..weights.len() - 1;
    let mut steps = Part::ALL.map(Part::least);
    while steps[middle.clone()].iter().sum::<i64>() < MIDDLE / STEP {
        // The one with the highest weight / (2 × steps + 1); of two alike the first.
        let mut next = middle.start;
        for part in middle.clone() {
            if weights[part] * (2 * steps[next] + 1) > weights[next] * (2 * steps[part] + 1) {
                next = part;
            }
        }
        steps[next] += 1;
    }
    steps.map(|steps| steps * STEP)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hour_is_an_hour_whatever_is_open() {
        let usual = Part::ALL.map(Part::usual);
        assert_eq!(shared(usual), [5, 15, 5, 15, 5, 10, 5]);
        // No timeline yet, and seven questions about it.
        assert_eq!(shared([5, 44, 5, 15, 5, 10, 5]), [5, 20, 5, 10, 5, 10, 5]);
        for weights in [[0; 7], [5, 5, 35, 35, 35, 35, 35], [9, 1, 1, 1, 1, 900, 9]] {
            let minutes = shared(weights);
            assert_eq!(minutes.iter().sum::<i64>(), 60, "{weights:?}");
            assert!(minutes.iter().all(|minutes| *minutes >= 5), "{minutes:?}");
        }
    }
}
