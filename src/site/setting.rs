//! What the rendering of one body knows beforehand.
//!
//! Owns the values and the mark that stands for a table of action items; what changes on the way is for
//! [`super::outline`].

use super::link::Resolver;
use super::tracking::Tracking;
use crate::postmortem::Postmortem;
use crate::postmortem::conventions::Conventions;

/// Stands in the rendered text where the items of a table go. Private characters, which no one types.
pub(super) const MARK: (char, char) = ('\u{f8f0}', '\u{f8f1}');

/// What the rendering of one postmortem needs to know.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting<'a> {
    /// The postmortem.
    pub(super) postmortem: &'a Postmortem,
    /// The names in use.
    pub(super) conventions: &'a Conventions,
    /// Where links lead.
    pub(super) resolver: &'a Resolver,
    /// The path of the page, from which links start.
    pub(super) page: &'a str,
    /// How action items stand.
    pub(super) tracking: Option<&'a Tracking>,
}
