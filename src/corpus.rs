//! All postmortems of a repository, in the order of their paths.
//!
//! Owns looking one up by id. Finding the files is for [`crate::files`].

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::postmortem::Postmortem;
use crate::postmortem::conventions::Conventions;
use crate::source::Source;

/// Every postmortem, with the conventions they were read by.
#[derive(Debug)]
pub struct Corpus {
    /// The postmortems, sorted by path.
    pub postmortems: Vec<Postmortem>,
    /// The names in use.
    pub conventions: Arc<Conventions>,
    by_id: BTreeMap<String, Vec<usize>>,
}

impl Corpus {
    /// Reads every source, in parallel.
    pub fn new(sources: Vec<Source>, conventions: Arc<Conventions>) -> Self {
        let read = |source| Postmortem::parse(Arc::new(source), &conventions);
        let postmortems = sources.into_par_iter().map(read).collect();
        Self::from_postmortems(postmortems, conventions)
    }

    /// A corpus of what was read already.
    pub fn from_postmortems(
        mut postmortems: Vec<Postmortem>,
        conventions: Arc<Conventions>,
    ) -> Self {
        postmortems.sort_by(|a, b| a.path().cmp(b.path()));
        let mut by_id: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, postmortem) in postmortems.iter().enumerate() {
            if let Some(id) = postmortem.id() {
                by_id.entry(id.into()).or_default().push(index);
            }
        }
        Self {
            postmortems,
            conventions,
            by_id,
        }
    }

    /// The first postmortem with this id.
    pub fn get(&self, id: &str) -> Option<&Postmortem> {
        self.all(id).next()
    }

    /// Every postmortem with this id; more than one is a flaw.
    pub fn all(&self, id: &str) -> impl Iterator<Item = &Postmortem> {
        let indices = self.by_id.get(id).map(Vec::as_slice).unwrap_or_default();
        indices.iter().map(|index| &self.postmortems[*index])
    }

    /// Every id in use, sorted.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.by_id.keys().map(String::as_str)
    }
}
