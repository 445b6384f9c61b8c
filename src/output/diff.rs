//! Two texts of one file side by side, as a unified diff.
//!
//! Owns the form and its colors. Which texts are compared, and where the diff goes, is for the callers.

use std::fmt::Write as _;

use similar::TextDiff;

use super::defuse;

/// What makes `old` into `new`, as `git apply` reads it; empty where nothing does.
pub fn unified(path: &str, old: &str, new: &str) -> String {
    let diff = TextDiff::from_lines(old, new);
    let mut unified = diff.unified_diff();
    unified
        .header(&format!("a/{path}"), &format!("b/{path}"))
        .to_string()
}

/// A unified diff with colors, and without whatever else terminals obey.
pub fn painted(diff: &str) -> String {
    let mut text = String::new();
    for (index, line) in diff.lines().enumerate() {
        let color = match line.as_bytes().first() {
            _ if index < 2 => "1",
            Some(b'@') => "36",
            Some(b'+') => "32",
            Some(b'-') => "31",
            _ => "0",
        };
        // Writing to a string does not fail.
        let _ = writeln!(text, "\u{1b}[{color}m{}\u{1b}[0m", defuse(line));
    }
    text
}
