//! The blocks that only the internal edition holds, between `<!-- aftersight: internal -->` and `<!-- aftersight: end -->`.
//!
//! Owns whether the comments come in pairs: one that is left open would let out, or keep back, more than anybody meant.

use crate::document::{Comment, Problem, ProblemKind};

/// Tells every comment that has no partner.
pub(super) fn check(comments: &[Comment], problems: &mut Vec<Problem>) {
    let mut open: Option<&Comment> = None;
    for comment in comments {
        let Some(command) = comment.text.strip_prefix("aftersight:").map(str::trim) else {
            continue;
        };
        match (command, open) {
            ("internal", None) => open = Some(comment),
            ("internal", Some(first)) => {
                let message = "an internal block begins inside another";
                let help =
                    "close the first with `<!-- aftersight: end -->`, or remove this comment";
                let mut problem = problem(comment, message, help);
                problem.related = Some((first.span, "the block that is still open".into()));
                problems.push(problem);
            }
            ("end", Some(_)) => open = None,
            ("end", None) => {
                let message = "this ends an internal block that never began";
                let help =
                    "write `<!-- aftersight: internal -->` where it begins, or remove this comment";
                problems.push(problem(comment, message, help));
            }
            _ => {}
        }
    }
    if let Some(comment) = open {
        let message = "this internal block never ends";
        let help = "write `<!-- aftersight: end -->` where it ends";
        problems.push(problem(comment, message, help));
    }
}

fn problem(comment: &Comment, message: &str, help: &str) -> Problem {
    Problem::new(
        ProblemKind::BadValue,
        comment.span,
        message.into(),
        help.into(),
    )
}
