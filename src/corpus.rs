//! All postmortems of a repository, in the order of their paths.
//!
//! Owns looking one up by id. Finding the files is for [`crate::files`].

pub mod likeness;

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::postmortem::Postmortem;
use crate::postmortem::conventions::Conventions;
use crate::source::Source;

/// So many postmortems are looked at in one go: few enough that no core is left with many at the end.
const AT_ONCE: usize = 32;

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

    /// Looks at every postmortem with `look`, in parallel, and forgets its blocks afterwards: what is kept of a large
    /// archive is a fraction of what a close look needs. The looks come in the order of the postmortems.
    pub fn look_and_forget<T: Send>(
        postmortems: impl IndexedParallelIterator<Item = Postmortem>,
        conventions: Arc<Conventions>,
        look: impl Fn(&Postmortem) -> T + Sync,
    ) -> (Self, Vec<T>) {
        let looked = postmortems.with_max_len(AT_ONCE).map(|mut postmortem| {
            let seen = look(&postmortem);
            postmortem.forget_blocks();
            (postmortem, seen)
        });
        let (mut postmortems, mut seen) = (Vec::new(), Vec::new());
        looked.unzip_into_vecs(&mut postmortems, &mut seen);
        if !postmortems.is_sorted_by(|a, b| a.path() <= b.path()) {
            let mut both: Vec<(Postmortem, T)> = postmortems.into_iter().zip(seen).collect();
            both.sort_by(|a, b| a.0.path().cmp(b.0.path()));
            (postmortems, seen) = both.into_iter().unzip();
        }
        (Self::from_postmortems(postmortems, conventions), seen)
    }

    /// A corpus of what was read already.
    pub fn from_postmortems(
        mut postmortems: Vec<Postmortem>,
        conventions: Arc<Conventions>,
    ) -> Self {
        postmortems.sort_by(|a, b| a.path().cmp(b.path()));
        Self {
            by_id: by_id(&postmortems),
            postmortems,
            conventions,
        }
    }

    /// Where the postmortem of a path stands; where it would stand as the error.
    pub fn index(&self, path: &str) -> Result<usize, usize> {
        self.postmortems
            .binary_search_by(|postmortem| postmortem.path().cmp(path))
    }

    /// Puts a postmortem in the place of the one with its path, or beside the others; the answer is that of
    /// [`Corpus::index`] before.
    pub fn put(&mut self, postmortem: Postmortem) -> Result<usize, usize> {
        let place = self.index(postmortem.path());
        match place {
            Ok(at) => self.postmortems[at] = postmortem,
            Err(at) => self.postmortems.insert(at, postmortem),
        }
        self.by_id = by_id(&self.postmortems);
        place
    }

    /// Takes the postmortem of a path out; where it stood.
    pub fn remove(&mut self, path: &str) -> Option<usize> {
        let at = self.index(path).ok()?;
        self.postmortems.remove(at);
        self.by_id = by_id(&self.postmortems);
        Some(at)
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

fn by_id(postmortems: &[Postmortem]) -> BTreeMap<String, Vec<usize>> {
    let mut by_id: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, postmortem) in postmortems.iter().enumerate() {
        if let Some(id) = postmortem.id() {
            by_id.entry(id.into()).or_default().push(index);
        }
    }
    by_id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_postmortem_is_put_and_taken() {
        let source = |path: &str, id: &str| Source::new(path, format!("---\nid: {id}\n---\n"));
        let conventions = Arc::new(Conventions::default());
        let sources = vec![source("a.md", "A"), source("c.md", "C")];
        let mut corpus = Corpus::new(sources, Arc::clone(&conventions));
        let read = |path, id| Postmortem::parse(Arc::new(source(path, id)), &conventions);
        assert_eq!(corpus.put(read("b.md", "B")), Err(1));
        assert_eq!(corpus.put(read("a.md", "D")), Ok(0));
        assert_eq!(corpus.ids().collect::<Vec<_>>(), ["B", "C", "D"]);
        assert_eq!(corpus.remove("b.md"), Some(1));
        assert_eq!(corpus.remove("b.md"), None);
        assert_eq!(corpus.get("C").map(Postmortem::path), Some("c.md"));
    }
}
