//! The files of HEAD on their way back through the history, under the names they had.
//!
//! Owns what a name means at which commit, and the versions that come of it. What the commits did is found
//! out by `courses`.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use gix::bstr::BString;

use super::FileDates;
use super::courses::FileCourse;
use super::history::{Commit, History};

/// What one commit did to files, compared with one parent.
#[derive(Debug, Default)]
pub(super) struct Step {
    /// The files it made different, each with the name it had before; none when it is new.
    pub(super) files: BTreeMap<BString, Option<BString>>,
}

impl Step {
    fn paths(&self) -> impl Iterator<Item = &BString> {
        self.files.keys()
    }

    /// The name that `path` had before.
    fn source(&self, path: &BString) -> Option<&BString> {
        self.files.get(path)?.as_ref()
    }
}

/// For every name, which files of HEAD it will become: positions in `Walk::sets`.
type Names = Rc<Vec<u32>>;

/// A file of HEAD.
struct Followed {
    path: BString,
    dates: Option<FileDates>,
    /// The commits that touched it, newest first, and its name there, both by position.
    touched: Vec<(usize, usize)>,
}

/// Carries the files of HEAD back through the history under the names they had.
pub(super) struct Walk {
    files: Vec<Followed>,
    names: HashMap<BString, usize>,
    /// Sets of files; the first is empty. Almost always a name means one file.
    sets: Vec<Vec<usize>>,
    set_ids: HashMap<Vec<usize>, u32>,
}

impl Walk {
    pub(super) fn new(files: impl Iterator<Item = BString>) -> Self {
        let mut walk = Self {
            files: files
                .map(|path| Followed {
                    path,
                    dates: None,
                    touched: Vec::new(),
                })
                .collect(),
            names: HashMap::new(),
            sets: Vec::new(),
            set_ids: HashMap::new(),
        };
        walk.set(Vec::new());
        for at in 0..walk.files.len() {
            walk.names.insert(walk.files[at].path.clone(), at);
            walk.set(vec![at]);
        }
        walk
    }

    fn set(&mut self, files: Vec<usize>) -> u32 {
        let next = u32::try_from(self.sets.len()).unwrap_or(0);
        *self.set_ids.entry(files).or_insert_with_key(|files| {
            self.sets.push(files.clone());
            next
        })
    }

    fn name(&mut self, path: &BString) -> usize {
        let next = self.names.len();
        *self.names.entry(path.clone()).or_insert(next)
    }

    fn union(&mut self, a: u32, b: u32) -> u32 {
        if a == b || b == 0 {
            return a;
        }
        if a == 0 {
            return b;
        }
        let files: BTreeSet<usize> = [a, b]
            .iter()
            .flat_map(|set| self.sets[*set as usize].iter().copied())
            .collect();
        self.set(files.into_iter().collect())
    }

    pub(super) fn run(&mut self, history: &History, steps: &[Vec<Option<Step>>]) {
        let mut states: HashMap<usize, Names> = HashMap::new();
        let all = (1..).take(self.files.len()).collect();
        states.insert(0, Rc::new(all));
        for place in &history.order {
            let Some(names) = states.remove(place) else {
                continue;
            };
            let commit = &history.commits[*place];
            let own = self.own(&steps[*place]);
            self.touch(*place, commit, own.as_ref(), &names);
            for (parent, step) in commit.parents.iter().zip(&steps[*place]) {
                let mut older = names.clone();
                if let Some(step) = step {
                    self.go_back(step, own.as_ref(), &mut older);
                }
                let joined = match states.remove(parent) {
                    Some(other) if !Rc::ptr_eq(&other, &older) => self.join(&other, &older),
                    _ => older,
                };
                states.insert(*parent, joined);
            }
        }
    }

    /// The names of the files that a commit made different from all its parents; of a first commit all.
    fn own(&mut self, steps: &[Option<Step>]) -> Option<BTreeSet<usize>> {
        let mut own: Option<BTreeSet<usize>> = None;
        for step in steps {
            let paths: BTreeSet<usize> = match step {
                Some(step) => step.paths().map(|path| self.name(path)).collect(),
                None => BTreeSet::new(),
            };
            own = Some(match own {
                Some(own) => &own & &paths,
                None => paths,
            });
        }
        own
    }

    /// Counts the commit for the files it made.
    fn touch(
        &mut self,
        place: usize,
        commit: &Commit,
        own: Option<&BTreeSet<usize>>,
        names: &Names,
    ) {
        let Some(time) = commit.time else { return };
        match own {
            Some(own) => {
                for name in own {
                    self.touch_name(place, time, *name, names);
                }
            }
            None => (0..names.len()).for_each(|name| self.touch_name(place, time, name, names)),
        }
    }

    fn touch_name(&mut self, place: usize, time: i64, name: usize, names: &Names) {
        let set = names.get(name).copied().unwrap_or(0);
        for file in &self.sets[set as usize] {
            let file = &mut self.files[*file];
            // A commit counts once, even where two names of it became one file.
            if file.touched.last().is_some_and(|(last, _)| *last == place) {
                continue;
            }
            file.touched.push((place, name));
            let dates = file.dates.get_or_insert(FileDates {
                created: time,
                changed: time,
                commits: 0,
            });
            dates.created = dates.created.min(time);
            dates.changed = dates.changed.max(time);
            dates.commits += 1;
        }
    }

    /// The names as they were before `step`.
    ///
    /// What a merge took unchanged from another parent does not come from this one, even if this one has
    /// a file of that name: perhaps one that was deleted elsewhere and made anew.
    fn go_back(&mut self, step: &Step, own: Option<&BTreeSet<usize>>, names: &mut Names) {
        let mut moved = Vec::new();
        for path in step.paths() {
            let name = self.name(path);
            let set = names.get(name).copied().unwrap_or(0);
            let source = if own.is_some_and(|own| own.contains(&name)) {
                step.source(path)
            } else {
                None
            };
            if set != 0 && source != Some(path) {
                Rc::make_mut(names)[name] = 0;
                moved.extend(source.map(|source| (source, set)));
            }
        }
        for (source, set) in moved {
            let name = self.name(source);
            let names = Rc::make_mut(names);
            names.resize(names.len().max(name + 1), 0);
            names[name] = self.union(names[name], set);
        }
    }

    fn join(&mut self, a: &Names, b: &Names) -> Names {
        if a == b {
            return a.clone();
        }
        let at = |names: &Names, name: usize| names.get(name).copied().unwrap_or(0);
        let both = 0..a.len().max(b.len());
        Rc::new(
            both.map(|name| self.union(at(a, name), at(b, name)))
                .collect(),
        )
    }

    /// The courses of the files, and the names that their versions speak of.
    pub(super) fn finish(self) -> (BTreeMap<String, FileCourse>, Vec<BString>) {
        let mut names: Vec<(usize, BString)> = self
            .names
            .into_iter()
            .map(|(name, at)| (at, name))
            .collect();
        names.sort_unstable();
        let names = names.into_iter().map(|(_, name)| name).collect();
        let followed = self.files.into_iter().filter_map(|file| {
            let mut versions = file.touched;
            versions.reverse();
            let course = FileCourse {
                dates: file.dates?,
                versions,
            };
            Some((file.path.to_string(), course))
        });
        (followed.collect(), names)
    }
}
