//! Names that have to stand in a configured catalogue.

use super::spelling;
use crate::diagnostic::Finding;
use crate::document::mapping::{enumerate, nearest};
use crate::source::Spanned;

/// Names of one list that are told; nobody mends more in one go.
const MOST: usize = 50;

/// A finding for each name that the catalogue does not hold; an empty catalogue holds every name.
pub(super) fn strangers(
    names: &[Spanned<String>],
    known: &[&str],
    key: &str,
    out: &mut Vec<Finding>,
) {
    let unknown = names.iter().filter(|name| {
        let text = name.value.as_str();
        !known.is_empty() && !matches!(text, "" | "unknown") && !known.contains(&text)
    });
    for name in unknown.take(MOST) {
        let text = &name.value;
        let message = format!("`{text}` is not in the catalogue of {key}");
        if let Some(meant) = spelling::same(text, known.iter().copied()) {
            let finding = Finding::new(name.span, message, format!("write `{meant}`"));
            out.push(finding.with_guess(name.span, meant));
            continue;
        }
        let first = match nearest(text, known.iter().copied()) {
            Some(near) => format!("write `{near}`"),
            None => format!("write one of {}", enumerate(known)),
        };
        let help = format!("{first}, or add `{text}` to `{key}` in the configuration");
        out.push(Finding::new(name.span, message, help));
    }
}
