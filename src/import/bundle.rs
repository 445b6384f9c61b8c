//! The files of one import, read as JSON.
//!
//! Owns what is the same for every source whose export comes in several files: each must hold something of it, what belongs to no
//! incident is told with each of them, and nothing of a file is dropped without a word.

use super::draft::Draft;
use super::input::{Input, Mismatch};
use super::json::{Json, Node};

/// What a reader found in the files.
pub(super) trait Found<'a> {
    /// Looks through a value of a file.
    fn gather(&mut self, root: &Node<'a>);
    /// How many things were found so far.
    fn count(&self) -> usize;
}

/// Looks through a value and, so many levels down, what it holds. `take` keeps what it knows of and says below which keys more
/// may lie.
pub(super) fn walk<'a>(
    root: &Node<'a>,
    levels: usize,
    take: &mut impl FnMut(&Node<'a>) -> &'static [&'static str],
) {
    for node in root.list() {
        let below = take(&node).iter().filter(|_| levels > 0);
        for inner in below.filter_map(|key| node.get(key)) {
            walk(&inner, levels - 1, take);
        }
    }
}

/// The files.
pub(super) struct Bundle<'i> {
    inputs: &'i [Input],
    files: Vec<Json>,
}

impl<'i> Bundle<'i> {
    /// Reads the files.
    pub(super) fn parse(inputs: &'i [Input]) -> Result<Self, Mismatch> {
        let files = inputs.iter().map(Json::parse).collect::<Result<_, _>>()?;
        Ok(Self { inputs, files })
    }

    /// What the files hold; `why` is said of a file that holds nothing of the source. An empty list is no such file.
    pub(super) fn find<'a, F: Found<'a> + Default>(&'a self, why: &str) -> Result<F, Mismatch> {
        let mut found = F::default();
        for file in &self.files {
            let before = found.count();
            found.gather(&file.root());
            if found.count() == before && !file.root().is_empty_list() {
                return Err(file.mismatch(why));
            }
        }
        Ok(found)
    }

    /// Gives every draft its provenance, and the first what no incident took: it belongs to all of them alike.
    pub(super) fn close(&self, drafts: &mut [Draft]) {
        for (file, input) in self.files.iter().zip(self.inputs) {
            for draft in &mut *drafts {
                draft.provenance.files.push(input.as_read());
            }
            if let Some(first) = drafts.first_mut() {
                file.root().finish(first);
            }
        }
    }
}

/// Tells, with each draft, what belongs to none of them.
pub(super) fn strangers<'a: 'n, 'n>(
    nodes: impl Iterator<Item = &'n Node<'a>>,
    told: &[bool],
    drafts: &mut [Draft],
    what: &str,
) {
    for (node, _) in nodes.zip(told).filter(|(_, told)| !**told) {
        node.taken();
        for draft in &mut *drafts {
            draft.left_out(what, node.place());
        }
    }
}
