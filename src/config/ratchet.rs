//! The ratchet: what was written before a day, or asked for after a version, weighs a note at most.
//!
//! Owns `ratchet:` of the configuration. That a note fails no check, and which rules are never softened, is for
//! `check::policy`.

use jiff::civil::Date;
use serde::Serialize;

use crate::document::Problem;
use crate::document::mapping::Mapping;
use crate::document::yaml::Node;

/// Where strictness begins. Everything at its default is strict from the first day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ratchet {
    /// Postmortems of incidents that were over before this day (UTC) are softened.
    pub before: Option<Date>,
    /// Rules that came with a later version are softened until this is raised or they are given a level.
    pub version: Option<Version>,
}

/// A released version of the tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(u32, u32, u32);

impl Version {
    /// Reads `1.2.3`; `None` for anything else.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('.').map(|part| part.parse().ok());
        let version = Self(parts.next()??, parts.next()??, parts.next()??);
        parts.next().is_none().then_some(version)
    }
}

impl Ratchet {
    /// Reads `ratchet:`.
    pub(super) fn read(node: Option<&Node>, problems: &mut Vec<Problem>) -> Self {
        let mut fields = Mapping::new(node, "ratchet.", problems);
        let before = fields.scalar("before", |text, _| {
            Date::strptime("%Y-%m-%d", text).map_err(|_| {
                (
                    format!("is no day: `{text}`"),
                    "write the first day of full strength, as in `2026-11-01`".into(),
                )
            })
        });
        let version = fields.scalar("version", |text, _| {
            Version::read(text).ok_or_else(|| {
                (
                    format!("is no version: `{text}`"),
                    format!("write the version you use, `{}`", env!("CARGO_PKG_VERSION")),
                )
            })
        });
        fields.finish();
        Self {
            before: before.get().copied(),
            version: version.get().copied(),
        }
    }

    /// The values as they are written.
    pub(super) fn shown(self) -> impl Serialize {
        let text = |value: Option<String>| value.map_or(serde_yaml::Value::Null, Into::into);
        let Self { before, version } = self;
        let version =
            version.map(|Version(major, minor, patch)| format!("{major}.{minor}.{patch}"));
        serde_yaml::Mapping::from_iter([
            ("before".into(), text(before.map(|day| day.to_string()))),
            ("version".into(), text(version)),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_have_an_order() {
        let read = |text| Version::read(text);
        assert!(read("0.9.0") < read("0.10.0"));
        for wrong in ["1", "1.0", "1.0.0.0", "v1.0.0", "1.0.0-rc1", ""] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
