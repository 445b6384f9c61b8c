//! How the check judges the texts, in points.
//!
//! A figure of ours: no source gives one (S1 has a subjective score). Each rule counts once a postmortem, at its gravest finding, so
//! that a long text is not worse than a short one; what the author allowed with a reason costs nothing.

use serde::Serialize;

use super::Input;
use super::count::Count;
use super::population::Population;
use super::spread::Spread;
use crate::postmortem::choice::Status;

/// Points that a rule costs at each level.
pub const ERROR: usize = 20;
/// The same for a warning.
pub const WARNING: usize = 5;
/// The same for a note.
pub const NOTE: usize = 1;
/// The formula as people read it.
pub const FORMULA: &str = "100 - 20 x errors - 5 x warnings - 1 x notes, at least 0";

/// The bands of scores, each with its lowest, the best first.
const BANDS: [(&str, i64); 4] = [("90-100", 90), ("75-89", 75), ("50-74", 50), ("0-49", 0)];

/// What the check found in one postmortem: of its rules, how many found something, each at its gravest level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Rules that found an error.
    pub errors: usize,
    /// Rules that found a warning and no error.
    pub warnings: usize,
    /// Rules that found nothing but notes.
    pub notes: usize,
    /// Rules all of whose findings were allowed.
    pub allowed: usize,
    /// Whether a rule about wording that reads as blame found an error or a warning.
    pub blames: bool,
    /// Whether a rule found the search for causes shallow, or that it ends with a person, as an error or a warning.
    pub is_shallow: bool,
}

impl Findings {
    /// The score, 0 to 100.
    pub fn score(self) -> i64 {
        let cost = ERROR * self.errors + WARNING * self.warnings + NOTE * self.notes;
        i64::try_from(100_usize.saturating_sub(cost)).unwrap_or(0)
    }
}

/// The scores of all final postmortems.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Quality {
    /// How a score is made.
    pub formula: &'static str,
    /// Points, 0 to 100.
    pub score: Spread,
    /// Scores by band, the best first.
    pub by_band: Vec<Count>,
    /// Each postmortem, the lowest score first.
    pub postmortems: Vec<Score>,
}

/// One postmortem's score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Score {
    /// Its id; none where it has none that can be used.
    pub id: Option<String>,
    /// Its path.
    pub path: String,
    /// Points, 0 to 100.
    pub score: i64,
    /// Rules that found an error.
    pub errors: usize,
    /// Rules that found a warning and no error.
    pub warnings: usize,
    /// Rules that found nothing but notes.
    pub notes: usize,
    /// Rules all of whose findings were allowed.
    pub allowed: usize,
}

impl Quality {
    pub(super) fn new(population: &Population<'_>, input: &Input<'_>) -> Self {
        let final_ones = population
            .all()
            .filter(|case| !case.old && case.postmortem.status() == Status::Final);
        let mut postmortems: Vec<Score> = final_ones
            .filter_map(|case| {
                let path = case.postmortem.path();
                let findings = input.findings?.get(path).copied().unwrap_or_default();
                Some(Score {
                    id: case.postmortem.id().map(str::to_string),
                    path: path.into(),
                    score: findings.score(),
                    errors: findings.errors,
                    warnings: findings.warnings,
                    notes: findings.notes,
                    allowed: findings.allowed,
                })
            })
            .collect();
        postmortems.sort_by(|a, b| (a.score, &a.path).cmp(&(b.score, &b.path)));
        let scores: Vec<i64> = postmortems.iter().map(|one| one.score).collect();
        let mut most = i64::MAX;
        let by_band = BANDS.map(|(name, least)| {
            let inside = scores.iter().filter(|score| (least..most).contains(*score));
            let count = Count::new(Some(name), inside.count());
            most = least;
            count
        });
        Self {
            formula: FORMULA,
            score: Spread::of(scores, input.mean),
            by_band: by_band.into(),
            postmortems,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_formula_is_what_is_done() {
        let findings = Findings {
            errors: 1,
            warnings: 2,
            notes: 3,
            ..Findings::default()
        };
        assert_eq!(findings.score(), 100 - 20 - 10 - 3);
        let many = Findings {
            errors: 6,
            ..findings
        };
        assert_eq!(many.score(), 0);
        for points in [ERROR, WARNING, NOTE] {
            assert!(FORMULA.contains(&format!("{points} x")), "{FORMULA}");
        }
    }
}
