//! What the reading of a document already found, told as findings.

use crate::diagnostic::Finding;
use crate::document::ProblemKind;
use crate::postmortem::Postmortem;

/// Flaws of one kind that are told; nobody mends more in one go.
const MOST: usize = 100;

/// The flaws of one kind that were met while reading.
pub(super) fn told(postmortem: &Postmortem, kind: ProblemKind) -> impl Iterator<Item = Finding> {
    let of_kind = postmortem
        .problems
        .iter()
        .filter(move |problem| problem.kind == kind);
    of_kind.take(MOST).map(|problem| {
        let finding = Finding::new(problem.span, &problem.message, &problem.help);
        match &problem.related {
            Some((span, message)) => finding.with_related(postmortem.source(), *span, message),
            None => finding,
        }
    })
}
