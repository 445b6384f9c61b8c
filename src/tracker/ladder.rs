//! How loudly an overdue item speaks: a step for every week, from the dates alone (S4, escalation process).

use jiff::civil::Date;

/// Whom each step speaks to, and from which day after the due date on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ladder {
    /// Days after the due date on which the steps begin: the owner, the team, the managers, the decision.
    pub days: [u16; 4],
}

impl Default for Ladder {
    fn default() -> Self {
        Self {
            days: [1, 8, 15, 22],
        }
    }
}

/// The last step: somebody has to decide.
pub const LAST: u8 = 4;

impl Ladder {
    /// The step of an item that is due on that day: 0 while it is not overdue, 4 when somebody has to decide.
    pub fn step(&self, due: Option<Date>, today: Date) -> u8 {
        let Some(late) = due.and_then(|due| today.since((jiff::Unit::Day, due)).ok()) else {
            return 0;
        };
        let begun = self.days.iter().map(|day| i32::from(*day));
        let steps = begun.filter(|day| late.get_days() >= *day).count();
        u8::try_from(steps).unwrap_or(LAST)
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_week_is_a_step() {
        let due = date(2026, 12, 28);
        let step = |late: i64| Ladder::default().step(Some(due), due + late.days());
        let steps = [-400, -1, 0, 1, 7, 8, 14, 15, 21, 22, 28, 4000].map(step);
        assert_eq!(steps, [0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 4]);
        assert_eq!(Ladder::default().step(None, due), 0);
        let far = (Some(Date::MIN), Date::MAX);
        assert_eq!(Ladder::default().step(far.0, far.1), 4);
    }
}
