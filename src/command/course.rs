//! What git tells of the postmortems: when each was added, changed and finished, and whether it is published.
//!
//! Joins the history, which knows no postmortems, with their status, which knows no history. Who is late is for the
//! rules.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rayon::prelude::*;

use super::workspace::Workspace;
use crate::check::policy;
use crate::corpus::Corpus;
use crate::git::{Courses, Repository, Version};
use crate::letter;
use crate::metrics::Written;
use crate::metrics::timeliness::Commit;
use crate::output::Terminal;
use crate::postmortem::Postmortem;
use crate::postmortem::choice::Status;
use crate::postmortem::conventions::Conventions;
use crate::postmortem::deadline::{MEMORY, Stage};
use crate::rules::context::{Course, History};
use crate::rules::{Group, rules};
use crate::source::Source;

/// More postmortems than this in one commit were written elsewhere and moved here.
const MOST_AT_ONCE: usize = 3;

/// How far a commit may lie before its time by a wrong clock.
const SLACK: SignedDuration = SignedDuration::from_hours(24);

/// What the rules may know of the history, for a command that needs nothing else of it; `None` where git cannot tell or
/// nobody would ask.
pub(super) fn gather(
    workspace: &Workspace,
    corpus: &Corpus,
    now: Timestamp,
    terminal: &Terminal,
) -> Option<History> {
    let git = workspace.git.as_ref()?;
    if !is_asked(workspace, corpus) || is_cut_off(git, terminal) {
        return None;
    }
    let (prefix, _) = workspace.prefix(git);
    match git.courses(&prefix, since(corpus, now)) {
        Ok(courses) => Some(history(workspace, git, corpus, &courses, now)),
        Err(error) => {
            terminal.detail(&format!(
                "the rules about deadlines were not asked: {error}"
            ));
            None
        }
    }
}

/// Whether the history of a clone begins too late to tell when anything was written.
pub(super) fn is_cut_off(git: &Repository, terminal: &Terminal) -> bool {
    let shallow = git.is_shallow();
    if shallow {
        terminal.detail("this is a shallow clone, so the rules about deadlines were not asked: set `fetch-depth: 0` on actions/checkout, or run `git fetch --unshallow`");
    }
    shallow
}

/// Whether any rule about the process could speak of any postmortem.
fn is_asked(workspace: &Workspace, corpus: &Corpus) -> bool {
    let on = rules()
        .filter(|rule| rule.group == Group::Process)
        .any(|rule| !policy::is_off(rule, &workspace.config));
    on && corpus
        .postmortems
        .iter()
        .any(|postmortem| resolved(postmortem).is_some() || postmortem.status() == Status::Draft)
}

/// The moment before which nothing happened that a rule would tell: the end of the oldest incident that may still be told
/// of. What was committed before is old enough, however old it is.
fn since(corpus: &Corpus, now: Timestamp) -> Option<i64> {
    let earliest = now.checked_sub(MEMORY).ok()?;
    let told = corpus.postmortems.iter().filter(|one| is_told(one, now));
    let ends = told.map(|one| resolved(one).map_or(earliest, |at| at.max(earliest)));
    let since = ends.min().unwrap_or(now).checked_sub(SLACK).ok()?;
    Some(since.as_second())
}

/// Whether rules may still tell of the course of a postmortem: it is not final yet, or the incident is not long over.
fn is_told(postmortem: &Postmortem, now: Timestamp) -> bool {
    let recent = |at: Timestamp| now.duration_since(at) <= MEMORY;
    postmortem.status() != Status::Final || resolved(postmortem).is_some_and(recent)
}

fn resolved(postmortem: &Postmortem) -> Option<Timestamp> {
    postmortem.front.incident.resolved.known().copied()
}

/// The courses of the postmortems, from a walk that was made.
pub(super) fn history(
    workspace: &Workspace,
    git: &Repository,
    corpus: &Corpus,
    courses: &Courses,
    now: Timestamp,
) -> History {
    let (prefix, offset) = workspace.prefix(git);
    let published = git.default_branch(&prefix);
    let path = |postmortem: &Postmortem| format!("{offset}{}", postmortem.path());
    let at_once = at_once(corpus, courses, &offset);
    let found = corpus.postmortems.par_iter().filter_map(|postmortem| {
        let mut versions: Vec<Version<'_>> = courses.versions(&path(postmortem)).collect();
        versions.sort_by_key(|version| version.at);
        let moved = at_once.get(&versions.first()?.commit) > Some(&MOST_AT_ONCE);
        let public = |path: &str| published.as_ref().is_none_or(|files| files.contains(path));
        let mut course = Course {
            added: time(versions.first()?)?,
            older: moved || versions.first()?.squashed,
            changed: time(versions.last()?)?,
            finished: None,
            finished_earlier: false,
            published: versions.iter().any(|it| public(&it.path())),
        };
        if matters(postmortem, &course, &workspace.config.conventions, now) {
            for version in &versions {
                let bytes = git.content(version)?;
                if status(bytes, &workspace.config.conventions) == Status::Final {
                    course.finished = time(version);
                    course.finished_earlier =
                        version.squashed || moved && version.at == versions[0].at;
                    break;
                }
            }
        }
        Some((postmortem.path().to_string(), course))
    });
    History {
        courses: found.collect(),
    }
}

/// How many postmortems each commit brought, by its number in the courses.
fn at_once(corpus: &Corpus, courses: &Courses, offset: &str) -> BTreeMap<usize, usize> {
    let mut at_once: BTreeMap<usize, usize> = BTreeMap::new();
    for postmortem in &corpus.postmortems {
        let path = format!("{offset}{}", postmortem.path());
        if let Some(first) = courses.versions(&path).min_by_key(|it| it.at) {
            *at_once.entry(first.commit).or_default() += 1;
        }
    }
    at_once
}

/// When every committed postmortem was drafted and became final, for the figures; unlike the rules they ask it of all, however
/// long ago. What is not final has its versions left unread, and so has what came final with many others.
pub(super) fn written(
    workspace: &Workspace,
    git: &Repository,
    corpus: &Corpus,
    courses: &Courses,
) -> BTreeMap<String, Written> {
    let offset = workspace.offset();
    let at_once = at_once(corpus, courses, &offset);
    let conventions = &workspace.config.conventions;
    let found = corpus.postmortems.par_iter().filter_map(|postmortem| {
        let path = format!("{offset}{}", postmortem.path());
        let mut versions: Vec<Version<'_>> = courses.versions(&path).collect();
        versions.sort_by_key(|version| version.at);
        let first = versions.first()?;
        let moved = at_once.get(&first.commit) > Some(&MOST_AT_ONCE);
        let is_final = postmortem.status() == Status::Final;
        let finished = match versions.as_slice() {
            _ if !is_final => Commit::NotYet,
            [_] if moved => Commit::Earlier,
            versions => {
                let became = versions.iter().find(|version| {
                    let bytes = git.content(version);
                    bytes.is_some_and(|bytes| status(bytes, conventions) == Status::Final)
                });
                match became {
                    Some(version) if moved && version.commit == first.commit => Commit::Earlier,
                    Some(version) => time(version).map_or(Commit::NotYet, Commit::At),
                    None => Commit::NotYet,
                }
            }
        };
        let drafted = time(first).map_or(Commit::NotYet, Commit::At);
        // What was final at once was written elsewhere before, and so was what a pull request made one commit of.
        let elsewhere = moved || first.squashed || drafted == finished;
        let written = Written {
            drafted: if elsewhere { Commit::Earlier } else { drafted },
            finished,
        };
        Some((postmortem.path().to_string(), written))
    });
    found.collect()
}

fn time(version: &Version<'_>) -> Option<Timestamp> {
    Timestamp::from_second(version.at).ok()
}

/// Whether it depends on when a postmortem became final what a rule says of it: every version has to be read for that.
fn matters(
    postmortem: &Postmortem,
    course: &Course,
    conventions: &Conventions,
    now: Timestamp,
) -> bool {
    if !is_told(postmortem, now) {
        return false;
    }
    let severity = postmortem.front.severity.get().map(String::as_str);
    let missed = |stage, at: Timestamp| {
        let limit = conventions.deadlines.limit(stage, severity);
        let due = limit.and_then(|limit| limit.after(resolved(postmortem)?));
        due.is_some_and(|due| at > due)
    };
    missed(Stage::Final, course.changed) || !course.older && missed(Stage::Draft, course.added)
}

/// Every time each postmortem was changed, as git tells it; those that were never committed are not in it.
pub(super) fn changes(
    workspace: &Workspace,
    corpus: &Corpus,
    courses: &Courses,
) -> BTreeMap<String, letter::Written> {
    let offset = workspace.offset();
    let at_once = at_once(corpus, courses, &offset);
    let found = corpus.postmortems.iter().filter_map(|postmortem| {
        let path = format!("{offset}{}", postmortem.path());
        let mut versions: Vec<Version<'_>> = courses.versions(&path).collect();
        versions.sort_by_key(|version| version.at);
        let first = versions.first()?;
        let written = letter::Written {
            is_archive: at_once.get(&first.commit) > Some(&MOST_AT_ONCE),
            changes: versions.iter().filter_map(time).collect(),
        };
        Some((postmortem.path().to_string(), written))
    });
    found.collect()
}

/// The status that a version bears; only its front matter is read.
fn status(mut bytes: Vec<u8>, conventions: &Conventions) -> Status {
    let mut lines = bytes.split_inclusive(|byte| *byte == b'\n');
    let first = lines.next().map_or(0, <[u8]>::len);
    let mut end = first;
    for line in lines {
        end += line.len();
        if line.trim_ascii_end() == b"---" {
            break;
        }
    }
    bytes.truncate(end);
    let source = Source::from_bytes("version.md", bytes);
    Postmortem::parse(Arc::new(source), conventions).status()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_is_read_from_the_front_matter_alone() {
        let read = |text: &str| status(text.into(), &Conventions::default());
        assert_eq!(read("---\nstatus: final\n---\n"), Status::Final);
        assert_eq!(
            read("\u{feff}---\r\nstatus: final\r\n---\r\n# A\r\n"),
            Status::Final
        );
        assert_eq!(read("---\nid: A\n---\nstatus: final\n---\n"), Status::Draft);
        assert_eq!(read("status: final\n"), Status::Draft);
        assert_eq!(read(""), Status::Draft);
    }
}
