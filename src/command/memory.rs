//! What a preview keeps from one look at the workspace to the next, so that a change costs what was changed.
//!
//! Owns when something kept may be used again: a postmortem while its bytes, the configuration and the clock are the same;
//! the history while HEAD is. Everything else is found out anew each time.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rayon::prelude::*;

use super::figures;
use super::workspace::Workspace;
use crate::check::Examined;
use crate::corpus::Corpus;
use crate::error::Error;
use crate::files::{self, Content, File, Stamp};
use crate::git::Courses;
use crate::metrics::Lives;
use crate::output::Terminal;
use crate::postmortem::Postmortem;

/// The clock of a preview stands still for so long: rules may speak of any moment, so that everything is looked at again when it
/// moves.
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// What is known from the last look; nothing at first.
#[derive(Default)]
pub(super) struct Memory {
    clock: Option<Timestamp>,
    /// The configuration's file and text.
    config: Option<(String, String)>,
    corpus: Option<Corpus>,
    /// What was found in each postmortem, in the order of the corpus.
    examined: Vec<Examined>,
    /// The files of the corpus as they were before they were read, by path.
    stamps: BTreeMap<String, Stamp>,
    courses: Option<Walked>,
    /// What the history of the ledger tells, and the commit up to which.
    lives: Option<(String, Option<Arc<Lives>>)>,
}

/// A walk of the history.
struct Walked {
    /// Where from, which folder, and whether the history is cut off.
    of: (Option<String>, String, bool),
    courses: Arc<Courses>,
}

impl Memory {
    /// The moment to judge by. Forgets the postmortems when it is another one, or the configuration is.
    pub(super) fn begin(&mut self, workspace: &Workspace) -> Result<Timestamp, Error> {
        let now = Workspace::now()?;
        let config = workspace.config.source.as_ref();
        let config = config.map(|source| (source.path().to_string(), source.text().to_string()));
        let age = self.clock.map(|clock| now.duration_since(clock));
        let clock = match (self.clock, age) {
            (Some(clock), Some(age)) if !age.is_negative() && age < HOUR => clock,
            _ => now,
        };
        if self.clock != Some(clock) || self.config != config {
            self.corpus = None;
            self.stamps.clear();
        }
        self.clock = Some(clock);
        self.config = config;
        Ok(clock)
    }

    /// Every postmortem's file; only those that may have changed are read.
    pub(super) fn read(&mut self, workspace: &Workspace) -> Result<Vec<File>, Error> {
        let (corpus, known) = (self.corpus.as_ref(), &self.stamps);
        let kept = |path: &str, stamp: &Stamp| {
            if known.get(path) != Some(stamp) {
                return None;
            }
            let corpus = corpus?;
            let source = corpus.postmortems[corpus.index(path).ok()?].source();
            // What is not UTF-8 was changed by reading it.
            source.invalid_at().is_none().then(|| File {
                path: path.into(),
                content: Content::Bytes(source.text().as_bytes().to_vec()),
            })
        };
        let read = |path: std::path::PathBuf| {
            // Before it is read, so that a change meanwhile shows next time.
            let stamp = Stamp::of(&path);
            let shown = files::shown(&workspace.root, &path);
            let file = match stamp.as_ref().and_then(|stamp| kept(&shown, stamp)) {
                Some(file) => file,
                None => files::read(&workspace.root, &path)?,
            };
            Ok((file, stamp))
        };
        let found = workspace.find()?.into_par_iter().map(read);
        let mut found: Vec<(File, Option<Stamp>)> = found.collect::<Result<_, Error>>()?;
        found.sort_by(|a, b| a.0.path.cmp(&b.0.path));
        let stamps = found.iter();
        let stamps = stamps.filter_map(|(file, stamp)| Some((file.path.clone(), (*stamp)?)));
        self.stamps = stamps.collect();
        Ok(found.into_iter().map(|(file, _)| file).collect())
    }

    /// A corpus of these files, sorted by path, and what the rules found in each; only what is new is parsed and examined.
    pub(super) fn examine(
        &mut self,
        workspace: &Workspace,
        files: Vec<File>,
        now: Timestamp,
    ) -> (Corpus, Vec<Examined>) {
        let Some(corpus) = self.corpus.take() else {
            return workspace.examine(files, now);
        };
        let examined = std::mem::take(&mut self.examined);
        let mut kept = corpus.postmortems.into_iter().zip(examined).peekable();
        let (mut all, mut new) = (Vec::with_capacity(files.len()), Vec::new());
        for file in files {
            while kept.next_if(|(one, _)| one.path() < &*file.path).is_some() {}
            match kept.next_if(|(one, _)| is_same(one, &file)) {
                Some(same) => all.push(same),
                None => new.push(file),
            }
        }
        let (new, found) = workspace.examine(new, now);
        all.extend(new.postmortems.into_iter().zip(found));
        all.sort_by(|a, b| a.0.path().cmp(b.0.path()));
        let (postmortems, examined) = all.into_iter().unzip();
        let conventions = Arc::clone(&workspace.config.conventions);
        (Corpus::from_postmortems(postmortems, conventions), examined)
    }

    /// Keeps what [`Memory::examine`] gave.
    pub(super) fn keep(&mut self, corpus: Corpus, examined: Vec<Examined>) {
        self.corpus = Some(corpus);
        self.examined = examined;
    }

    /// How the states of action items changed, read where the ledger is at another commit.
    pub(super) fn lives(
        &mut self,
        workspace: &Workspace,
        tip: String,
        terminal: &Terminal,
    ) -> Option<Arc<Lives>> {
        let known = self.lives.take().filter(|(of, _)| *of == tip);
        let (_, lives) = self.lives.insert(known.unwrap_or_else(|| {
            let lives = figures::lives(workspace, &tip, terminal);
            (tip, lives.map(Arc::new))
        }));
        lives.clone()
    }

    /// The history of the postmortems, walked where HEAD is another; none without git.
    pub(super) fn courses(&mut self, workspace: &Workspace) -> Result<Option<Arc<Courses>>, Error> {
        let Some(git) = &workspace.git else {
            return Ok(None);
        };
        let (prefix, _) = workspace.prefix(git);
        let of = (git.head()?, prefix, git.is_shallow());
        let courses = match self.courses.take() {
            Some(walked) if walked.of == of => walked.courses,
            _ => Arc::new(git.courses(&of.1, None)?),
        };
        self.courses = Some(Walked {
            of,
            courses: Arc::clone(&courses),
        });
        Ok(Some(courses))
    }
}

fn is_same(postmortem: &Postmortem, file: &File) -> bool {
    let source = postmortem.source();
    let same = match &file.content {
        Content::Bytes(bytes) => source.text().as_bytes() == bytes,
        _ => false,
    };
    same && source.invalid_at().is_none() && postmortem.path() == file.path
}

#[cfg(test)]
mod tests;
