//! The moments of an incident.
//!
//! Owns their names, their order and how one is written in the front matter. What follows from them (time to detect,
//! a contradiction) is for the rules and the figures.

use jiff::Timestamp;

use crate::document::Problem;
use crate::document::mapping::{Field, Known, Mapping};
use crate::document::yaml::Node;

/// A moment, or `unknown`.
pub type Moment = Field<Known<Timestamp>>;

/// The six moments in their order.
#[derive(Clone, Debug, Default)]
pub struct Incident {
    /// First effect.
    pub started: Moment,
    /// First noticed.
    pub detected: Moment,
    /// Somebody took it on.
    pub acknowledged: Moment,
    /// The cause was understood.
    pub identified: Moment,
    /// The effect was over, perhaps by a makeshift.
    pub mitigated: Moment,
    /// It was over.
    pub resolved: Moment,
}

impl Incident {
    /// Reads `incident:`.
    pub(super) fn read(node: Option<&Node>, problems: &mut Vec<Problem>) -> Self {
        let mut mapping = Mapping::new(node, "incident.", problems);
        let incident = Self {
            started: moment(&mut mapping, "started"),
            detected: moment(&mut mapping, "detected"),
            acknowledged: moment(&mut mapping, "acknowledged"),
            identified: moment(&mut mapping, "identified"),
            mitigated: moment(&mut mapping, "mitigated"),
            resolved: moment(&mut mapping, "resolved"),
        };
        mapping.finish();
        incident
    }

    /// The moments with their names, in order.
    pub fn phases(&self) -> [(&'static str, &Moment); 6] {
        [
            ("started", &self.started),
            ("detected", &self.detected),
            ("acknowledged", &self.acknowledged),
            ("identified", &self.identified),
            ("mitigated", &self.mitigated),
            ("resolved", &self.resolved),
        ]
    }
}

/// Reads a moment: RFC 3339 with an offset, or `unknown`.
pub(super) fn moment(mapping: &mut Mapping<'_>, key: &'static str) -> Moment {
    mapping.known(key, |text| {
        let parsed: Result<Timestamp, _> = text.parse();
        parsed.map_err(|_| match text.parse::<jiff::civil::DateTime>() {
            Ok(_) if text.len() > 10 => (
                format!("is a time without an offset: `{text}`"),
                format!(
                    "add `Z` for UTC, as in `{}Z`, or an offset such as `+02:00`",
                    text.replace(' ', "T")
                ),
            ),
            _ => (
                format!("is not a time: `{text}`"),
                "write it as `2026-10-10T14:23:00Z`, or `unknown` if nobody knows".into(),
            ),
        })
    })
}
