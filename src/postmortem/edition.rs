//! The blocks that only the internal edition holds, between `<!-- aftersight: internal -->` and `<!-- aftersight: end -->`.
//!
//! Owns whether the comments come in pairs: one that is left open would let out, or keep back, more than anybody meant. Cutting
//! the blocks out is for [`crate::edition`].

use crate::document::{Comment, Problem, ProblemKind};
use crate::source::Span;

/// The internal blocks, comments and all, in order; every comment that has no partner is a problem.
pub fn blocks(comments: &[Comment]) -> (Vec<Span>, Vec<Problem>) {
    let mut open: Option<&Comment> = None;
    let (mut blocks, mut problems) = (Vec::new(), Vec::new());
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
            ("end", Some(first)) => {
                blocks.push(first.span.to(comment.span));
                open = None;
            }
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
    (blocks, problems)
}

fn problem(comment: &Comment, message: &str, help: &str) -> Problem {
    Problem::new(
        ProblemKind::BadValue,
        comment.span,
        message.into(),
        help.into(),
    )
}
