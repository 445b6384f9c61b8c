//! What a run over the action items did: for people, for the step summary and as JSON.
//!
//! JSON: `{"version":1,"dry_run","opened","adopted","updated","commented","reopened","closed","later","stopped","changes":
//! [{"change","item","issue","text"}],"failed":[{"about","item","message"}],"notes":[{"item","message"}],"commits",
//! "requests","writes"}`; `later` counts issues that wait for the next run, `stopped` says why everything after did too.

use std::fmt::Write as _;

use super::actions::{Shown, line_of, section, shown};
use super::concise::one_line;
use super::count;
use super::encode::pretty;
use crate::tracker::sync::{Done, Tally};

/// The kinds of changes: how a plan calls them, what is said when they are done, and what would be.
const KINDS: [(&str, &str, &str, &str); 6] = [
    ("open", "opened", "would open", "issue"),
    ("adopt", "adopted", "would adopt", "issue"),
    ("reopen", "reopened", "would reopen", "issue"),
    ("update", "updated", "would update", "issue"),
    ("comment", "made", "would make", "comment"),
    ("close", "closed", "would close", "issue"),
];

fn changed(done: &Done) -> Option<Shown<'_>> {
    let (sign, what, key, number, text) = shown(&done.change)?;
    Some((sign, what, key, done.opened.or(number), text))
}

fn numbers(tally: &Tally) -> [usize; 6] {
    let whats: Vec<&str> = tally
        .done
        .iter()
        .filter_map(|done| shown(&done.change).map(|shown| shown.1))
        .collect();
    KINDS.map(|(kind, ..)| whats.iter().filter(|what| **what == kind).count())
}

/// One line: how much of what.
fn figures(tally: &Tally, dry: bool) -> String {
    let parts: Vec<String> = KINDS
        .iter()
        .zip(numbers(tally))
        .filter(|(_, number)| *number > 0)
        .map(|((_, done, would, noun), number)| {
            let verb = if dry { would } else { done };
            format!("{verb} {}", count(number, noun))
        })
        .collect();
    match (parts.is_empty(), dry) {
        (false, _) => parts.join(", "),
        (true, true) => "nothing would change".into(),
        (true, false) => "nothing changed".into(),
    }
}

/// What did not go as it should, and what waits: a line each.
fn remarks(tally: &Tally) -> Vec<String> {
    let failed = tally.failed.iter();
    let mut lines: Vec<String> = failed
        .map(|failed| {
            let about = one_line(&failed.about);
            format!("failed: {about}: {}", one_line(&failed.message))
        })
        .collect();
    let notes = tally.notes.iter();
    lines.extend(notes.map(|note| format!("note: {} {}", note.key, one_line(&note.message))));
    match tally.later {
        0 => {}
        1 => lines.push("1 issue waits for the next run".into()),
        later => lines.push(format!("{later} issues wait for the next run")),
    }
    if let Some(why) = &tally.stopped {
        lines.push(format!(
            "the rest is left for the next run: {}",
            one_line(why)
        ));
    }
    lines
}

/// For people: a line for each change, the figures, and what did not go as it should.
pub fn text(tally: &Tally, dry: bool) -> String {
    let mut text = String::new();
    for line in tally.done.iter().filter_map(changed).map(line_of) {
        let _ = writeln!(text, "{line}");
    }
    if !text.is_empty() {
        text.push('\n');
    }
    let _ = writeln!(text, "{}", figures(tally, dry));
    for line in remarks(tally) {
        let _ = writeln!(text, "{line}");
    }
    text
}

/// For the summary of a workflow's step, in at most `room` bytes; what went wrong comes first.
pub fn summary(tally: &Tally, dry: bool, room: usize) -> String {
    let mut lines = remarks(tally);
    lines.extend(tally.done.iter().filter_map(changed).map(line_of));
    section(&figures(tally, dry), &lines, room)
}

/// For programs; `asked` is how many requests were sent, and how many of them write.
pub fn json(tally: &Tally, dry: bool, asked: (u32, u32)) -> String {
    let changes: Vec<_> = tally
        .done
        .iter()
        .filter_map(changed)
        .map(|(_, change, key, number, text)| {
            serde_json::json!({"change": change, "item": key.to_string(), "issue": number, "text": text})
        })
        .collect();
    let failed: Vec<_> = tally
        .failed
        .iter()
        .map(|failed| {
            let item = failed.key.as_ref().map(ToString::to_string);
            serde_json::json!({"about": failed.about, "item": item, "message": failed.message})
        })
        .collect();
    let notes: Vec<_> = tally
        .notes
        .iter()
        .map(|note| serde_json::json!({"item": note.key.to_string(), "message": note.message}))
        .collect();
    let [opened, adopted, reopened, updated, commented, closed] = numbers(tally);
    pretty(&serde_json::json!({
        "version": 1, "dry_run": dry, "opened": opened, "adopted": adopted, "updated": updated, "commented": commented,
        "reopened": reopened, "closed": closed, "later": tally.later, "stopped": tally.stopped, "changes": changes,
        "failed": failed, "notes": notes, "commits": tally.commits, "requests": asked.0, "writes": asked.1,
    }))
}

/// What a run cost.
pub fn asked((requests, writes): (u32, u32)) -> String {
    let times = match requests {
        1 => "once".into(),
        requests => format!("{requests} times"),
    };
    format!("GitHub was asked {times}; {writes} of these were writes")
}
