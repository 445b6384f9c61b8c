//! Where the postmortems of a workspace stand: the ledger that this clone holds, compared with the files as they were read.
//!
//! Joins git, which knows no approvals, with the ledger, which knows no files. What is proven is for `approval`.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::items::Items;
use super::workspace::Workspace;
use crate::approval::standing;
use crate::corpus::Corpus;
use crate::error::Error;
use crate::files::{Content, File};
use crate::git::Repository;
use crate::ledger::standing::Standing;
use crate::ledger::{self, Ledger};
use crate::output::Terminal;
use crate::report;
use crate::source::Source;

/// The ledger, and the blobs of the files that are compared with it.
pub(super) struct Evidence {
    ledger: Ledger,
    /// By path relative to the workspace, in hex.
    blobs: BTreeMap<String, String>,
}

/// Where each postmortem stands, by its path relative to the workspace.
pub(super) type Standings = BTreeMap<String, Standing>;

/// What this clone's ledger says.
#[derive(Default)]
pub(super) struct Gathered {
    /// The approvals; none where nobody ever recorded any.
    pub(super) evidence: Option<Evidence>,
    /// The action items; none without a ledger.
    pub(super) items: Option<Items>,
    /// The commit of the ledger that says so.
    pub(super) ledger: Option<String>,
}

/// Reads the ledger, where this clone holds one, once for both: the approvals and the action items. Without git or without a
/// ledger there is none, which is a normal state; so is a ledger of action items alone.
///
/// A ledger that cannot be read is told and no more: whether postmortems are sound does not depend on it.
pub(super) fn gather(workspace: &Workspace, files: &[File], terminal: &Terminal) -> Gathered {
    let Some(git) = &workspace.git else {
        return Gathered::default();
    };
    let found = Branch::of(git).and_then(|branch| {
        let files = branch.files(git)?;
        Ok(branch.used().map(str::to_string).zip(files))
    });
    let (commit, branch) = match found {
        Ok(Some(found)) => found,
        Ok(None) => return Gathered::default(),
        Err(error) => {
            terminal.status(&format!(
                "the ledger on the branch `{}` cannot be read, so nothing is said of approvals and issues: {error}",
                ledger::BRANCH
            ));
            return Gathered::default();
        }
    };
    Gathered {
        evidence: compare(workspace, git, &branch, files, terminal),
        items: Some(Items::read(&branch, terminal)),
        ledger: Some(commit),
    }
}

/// Reads the approvals from the files of the ledger's branch, and says how much of them does not hold; none where nobody ever
/// recorded any.
pub(super) fn compare(
    workspace: &Workspace,
    git: &Repository,
    branch: &BranchFiles,
    files: &[File],
    terminal: &Terminal,
) -> Option<Evidence> {
    let ledger = Ledger::read(branch);
    if !ledger.has_approvals() {
        return None;
    }
    match ledger.flaws.len() {
        0 => {}
        flaws => terminal.status(&format!(
            "the ledger has {} not hold; run `aftersight approval verify`",
            match flaws {
                1 => "1 record that does".into(),
                _ => format!("{} that do", report::count(flaws, "record")),
            }
        )),
    }
    Some(Evidence::new(workspace, git, ledger, files))
}

/// The files of the ledger's branch with their bytes, by path.
pub(super) type BranchFiles = BTreeMap<String, Vec<u8>>;

/// The ledger's branch in this clone.
pub(super) struct Branch {
    /// Its commit as the server had it at the last fetch.
    pub(super) remote: Option<String>,
    /// Its commit as this clone has it itself.
    pub(super) local: Option<String>,
}

impl Branch {
    /// Where the branch is.
    pub(super) fn of(git: &Repository) -> Result<Self, Error> {
        let at = |place: &str| git.reference(&format!("{place}/{}", ledger::BRANCH));
        Ok(Self {
            remote: at("refs/remotes/origin")?,
            local: at("refs/heads")?,
        })
    }

    /// The commit that counts: the server's, else this clone's own.
    pub(super) fn used(&self) -> Option<&str> {
        self.remote.as_deref().or(self.local.as_deref())
    }

    /// What is there at that commit.
    pub(super) fn files(&self, git: &Repository) -> Result<Option<BranchFiles>, Error> {
        self.used().map(|commit| git.contents(commit)).transpose()
    }
}

impl Evidence {
    /// A ledger, and the files as they were read.
    pub(super) fn new(
        workspace: &Workspace,
        git: &Repository,
        ledger: Ledger,
        files: &[File],
    ) -> Self {
        let committed = Committed::new(workspace, git);
        let blob = |file: &File| match &file.content {
            Content::Bytes(bytes) => Some((file.path.clone(), committed.blob(&file.path, bytes))),
            _ => None,
        };
        Self {
            blobs: files.par_iter().filter_map(blob).collect(),
            ledger,
        }
    }

    /// Where every postmortem stands whose bytes could be read.
    pub(super) fn standings(&self, workspace: &Workspace, corpus: &Corpus) -> Standings {
        let git = workspace.git.as_ref();
        let offset = git.map_or_else(String::new, |git| workspace.prefix(git).1);
        let index = standing::Index::new(&self.ledger);
        let stands = corpus.postmortems.iter().filter_map(|postmortem| {
            let path = postmortem.path();
            let standing = index.of(
                postmortem.status(),
                postmortem.id(),
                &format!("{offset}{path}"),
                self.blobs.get(path)?,
            );
            Some((path.to_string(), standing))
        });
        stands.collect()
    }
}

/// The files of HEAD, for telling a text from the line ends that a checkout gave it (`core.autocrlf`, `text` attributes).
struct Committed<'a> {
    git: &'a Repository,
    /// The workspace's folder in the repository, with a slash at its end.
    offset: String,
    /// By path relative to the repository, in hex.
    blobs: BTreeMap<String, String>,
}

impl<'a> Committed<'a> {
    /// Without a commit, or with one that cannot be read, every file is what its bytes are.
    fn new(workspace: &Workspace, git: &'a Repository) -> Self {
        let (folder, offset) = workspace.prefix(git);
        let head = git.head().ok().flatten();
        let blobs = head.and_then(|head| git.tree(&head, &folder).ok().flatten());
        Self {
            git,
            offset,
            blobs: blobs.unwrap_or_default(),
        }
    }

    /// The blob that a file is: that of HEAD where nothing but line ends differs, else that of its bytes.
    fn blob(&self, path: &str, bytes: &[u8]) -> String {
        let own = self.git.blob_id(bytes);
        let Some(committed) = self.blobs.get(&format!("{}{path}", self.offset)) else {
            return own;
        };
        if *committed == own || !bytes.contains(&b'\r') {
            return own;
        }
        match self.git.blob(committed) {
            Ok(Some(text)) if plain(&text).eq(plain(bytes)) => committed.clone(),
            _ => own,
        }
    }
}

/// The bytes of a text without what Windows puts before the ends of lines.
fn plain(bytes: &[u8]) -> impl Iterator<Item = u8> + '_ {
    let next = bytes.iter().skip(1).map(Some).chain([None]);
    let pairs = bytes.iter().zip(next);
    pairs
        .filter(|(byte, next)| !(**byte == b'\r' && *next == Some(&b'\n')))
        .map(|(byte, _)| *byte)
}

/// By the path of a postmortem that was changed since its approval, the text that was approved, as far as this clone
/// holds it; with the line ends of the text now, so that the two can be compared.
pub(super) fn approved(
    workspace: &Workspace,
    corpus: &Corpus,
    standings: &Standings,
) -> BTreeMap<String, String> {
    let Some(git) = &workspace.git else {
        return BTreeMap::new();
    };
    let changed = corpus.postmortems.iter().filter_map(|postmortem| {
        let path = postmortem.path();
        let Some(Standing::Changed(approval)) = standings.get(path) else {
            return None;
        };
        // The ledger's word for a blob may be anything; then there is no text to show.
        let bytes = git.blob(&approval.blob).ok()??;
        let mut text = Source::from_bytes(path, bytes).text().to_string();
        if postmortem.source().text().contains("\r\n") && !text.contains('\r') {
            text = text.replace('\n', "\r\n");
        }
        Some((path.to_string(), text))
    });
    changed.collect()
}
