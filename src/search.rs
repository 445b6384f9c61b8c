//! The full-text index, made by Pagefind from the pages in memory.
//!
//! Owns feeding it and choosing which of its files a site needs. What a hit looks like is for the theme.

use std::collections::BTreeMap;
use std::sync::mpsc::Receiver;

use pagefind::api::PagefindIndex;
use pagefind::options::PagefindServiceConfig;

use crate::error::Error;

/// A page of the site by its place in the plan; one to index has its path below the site's root and its HTML.
pub type Indexed = (usize, Option<(String, String)>);

/// A file of the index: its path below the site's root, and its bytes.
pub type IndexFile = (String, Vec<u8>);

/// Takes pages until there are no more, in any order, then returns the files of the index. Pages are indexed in the
/// order of the plan, so that the same site always has the same index.
pub fn index(pages: &Receiver<Indexed>) -> Result<Vec<IndexFile>, Error> {
    let failed = |error: &dyn std::fmt::Display| {
        Error::refused(
            format!("the search index cannot be made: {error}"),
            "build with `--search facets`",
        )
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| failed(&error))?;
    runtime.block_on(async {
        let config = PagefindServiceConfig::builder()
            .keep_index_url(true)
            .build();
        let mut index = PagefindIndex::new(Some(config)).map_err(|error| failed(&error))?;
        let (mut early, mut next) = (BTreeMap::new(), 0);
        while let Ok((order, page)) = pages.recv() {
            early.insert(order, page);
            while let Some(page) = early.remove(&next) {
                next += 1;
                if let Some((path, html)) = page {
                    let added = index.add_html_file(Some(path), None, html).await;
                    added.map_err(|error| failed(&error))?;
                }
            }
        }
        let files = index.get_files().await.map_err(|error| failed(&error))?;
        let wanted = files.into_iter().map(|file| {
            let name = file.filename.to_string_lossy().replace('\\', "/");
            (name, file.contents)
        });
        Ok(wanted
            .filter(|(name, _)| is_needed(name))
            .map(|(name, bytes)| (format!("pagefind/{name}"), bytes))
            .collect())
    })
}

/// The theme has a look of its own, so that none of the ready-made ones is needed.
fn is_needed(name: &str) -> bool {
    !(name.contains("-ui.")
        || name.contains("modular")
        || name.contains("component")
        || name.ends_with(".css")
        || name.contains("highlight"))
}
