//! Where a record lies on the branch: `approvals/<year>/<pull request>.json`, or `approvals/<year>/<commit>.json` for a push.

use jiff::Timestamp;
use jiff::tz::Offset;

use super::facts::Facts;

const FOLDER: &str = "approvals/";

/// What a record is about; each is on record once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    /// A pull request, by its number.
    PullRequest(u64),
    /// A direct push, by its last commit.
    Push(String),
}

/// What a path on the branch means.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The head file.
    Head,
    /// A record.
    Record(Subject),
    /// Below the ledger's folder, but nothing of the ledger; why.
    Stray(&'static str),
    /// Not ours.
    Elsewhere,
}

/// What a path means.
pub(super) fn of(path: &str) -> Place {
    const NOTHING: Place = Place::Stray("does not belong to the ledger");
    if path == super::HEAD {
        return Place::Head;
    }
    let Some(rest) = path.strip_prefix(FOLDER) else {
        return Place::Elsewhere;
    };
    let Some((year, name)) = rest.split_once('/') else {
        return NOTHING;
    };
    let Some(name) = name.strip_suffix(".json") else {
        return NOTHING;
    };
    if year.len() != 4 || !is_number(year) {
        return NOTHING;
    }
    if is_commit(name) {
        return Place::Record(Subject::Push(name.into()));
    }
    if !is_number(name) || name.starts_with('0') {
        return NOTHING;
    }
    match name.parse() {
        Ok(number) => Place::Record(Subject::PullRequest(number)),
        Err(_) => Place::Stray("has a number that is too large for a pull request"),
    }
}

/// What a path is on record for, where it is one of a record.
pub(super) fn subject(path: &str) -> Option<Subject> {
    match of(path) {
        Place::Record(subject) => Some(subject),
        _ => None,
    }
}

/// What a record is about and where it belongs; or why there can be no such record.
pub(super) fn belongs(
    pull_request: Option<&Facts>,
    commit: &str,
    recorded_at: Timestamp,
) -> Result<(Subject, String), &'static str> {
    let (subject, at) = match pull_request {
        Some(facts) => {
            let merge = facts.merge.as_ref();
            let merge = merge.ok_or("its pull request was not merged")?;
            (Subject::PullRequest(facts.number), merge.at)
        }
        None => (Subject::Push(commit.into()), recorded_at),
    };
    let name = match &subject {
        Subject::PullRequest(number) => number.to_string(),
        Subject::Push(commit) => commit.clone(),
    };
    let year = Offset::UTC.to_datetime(at).year();
    let path = format!("{FOLDER}{year:04}/{name}.json");
    match of(&path) {
        Place::Record(found) if found == subject => Ok((subject, path)),
        _ => Err("its number, commit or date is none that git or GitHub gives"),
    }
}

pub(super) fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether this is the full id of a commit as git writes it.
fn is_commit(text: &str) -> bool {
    let hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    matches!(text.len(), 40 | 64) && text.bytes().all(hex)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_has_one_meaning() {
        let commit = "0123456789".repeat(4);
        let long = "ab".repeat(32);
        let record = |path: &str| subject(&format!("approvals/{path}"));
        assert_eq!(record("2026/7.json"), Some(Subject::PullRequest(7)));
        assert_eq!(
            record("2026/18446744073709551615.json"),
            Some(Subject::PullRequest(u64::MAX))
        );
        for commit in [commit, long] {
            let path = format!("2026/{commit}.json");
            assert_eq!(record(&path), Some(Subject::Push(commit)));
        }
        assert_eq!(of("approvals/head.json"), Place::Head);
        for path in ["", "README.md", "items/2026/7.json", "approval/2026/7.json"] {
            assert_eq!(of(path), Place::Elsewhere, "{path}");
        }
        for path in [
            "approvals/",
            "approvals/README.md",
            "approvals/2026/7.JSON",
            "approvals/2026/07.json",
            "approvals/2026/0.json",
            "approvals/2026/-1.json",
            "approvals/2026/٧.json",
            "approvals/2026/abc.json",
            "approvals/2026/.json",
            "approvals/2026/deep/7.json",
            "approvals/26/7.json",
            "approvals/2026/18446744073709551616.json",
            "approvals/2026/ABCDEF0123456789ABCDEF0123456789ABCDEF01.json",
        ] {
            assert!(matches!(of(path), Place::Stray(_)), "{path}");
        }
    }
}
