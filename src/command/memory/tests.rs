//! Whatever is changed in whatever order: what a preview shows with its memory is what it would show without.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use proptest::prelude::*;

use super::super::build::{Plan, site};
use super::super::workspace::Workspace;
use super::Memory;
use crate::config::{Edition, SearchLayer};
use crate::output::{Color, Terminal, Verbosity};

/// Something that happens to a workspace between two looks.
#[derive(Clone, Debug)]
enum Change {
    /// A postmortem is written, new or over another one.
    Write(usize, usize),
    /// The same, within the tick of the disk's clock and with the same length.
    Touch(usize),
    Rename(usize, usize),
    Delete(usize),
    Break(usize),
    Configure(usize),
    Theme(usize),
    Attach(usize),
}

fn change() -> impl Strategy<Value = Change> {
    let one = || 0..4_usize;
    prop_oneof![
        3 => (one(), one()).prop_map(|(file, text)| Change::Write(file, text)),
        1 => one().prop_map(Change::Touch),
        1 => (one(), one()).prop_map(|(from, to)| Change::Rename(from, to)),
        1 => one().prop_map(Change::Delete),
        1 => one().prop_map(Change::Break),
        1 => one().prop_map(Change::Configure),
        1 => one().prop_map(Change::Theme),
        1 => one().prop_map(Change::Attach),
    ]
}

fn path(root: &Path, file: usize) -> std::path::PathBuf {
    root.join(format!("postmortems/{file}.md"))
}

fn text(file: usize, text: usize) -> String {
    let (id, other) = (file + 1, text + 1);
    let link = match text {
        1 => "See [the first](0.md) and [a graph](graph.csv).",
        2 => "<details>raw [graph](graph.csv)</details>",
        _ => "Nothing else.",
    };
    format!(
        "---\nid: INC-{id}\ntitle: Title {text}\nservices: [s{text}]\nrelated: [INC-{other}]\n---\n\n## Summary\n\nIt broke for {text} \
        hours. {link}\n"
    )
}

fn apply(root: &Path, change: &Change) {
    match change {
        Change::Write(file, content) => {
            fs::write(path(root, *file), text(*file, *content)).expect("written");
        }
        Change::Touch(file) => {
            let path = path(root, *file);
            if let Ok(text) = fs::read_to_string(&path) {
                fs::write(&path, text.replace("broke", "crept")).expect("written");
            }
        }
        Change::Rename(from, to) => {
            let _ = fs::rename(path(root, *from), path(root, *to));
        }
        Change::Delete(file) => {
            let _ = fs::remove_file(path(root, *file));
        }
        Change::Break(file) => {
            fs::write(path(root, *file), b"---\nid: [\n---\n\xff").expect("written");
        }
        Change::Configure(which) => {
            let config = [
                "",
                "site:\n  title: Another\n",
                "severities: [bad, worse]\n",
                "ignore: [0.md]\n",
            ];
            fs::write(root.join("aftersight.yml"), config[*which]).expect("written");
        }
        Change::Theme(which) => {
            let folder = root.join("theme/templates");
            fs::create_dir_all(&folder).expect("a folder");
            fs::write(folder.join("404.html"), format!("none {which}")).expect("written");
            let config = "theme: theme\n";
            fs::write(root.join("aftersight.yml"), config).expect("written");
        }
        Change::Attach(which) => {
            fs::write(root.join("postmortems/graph.csv"), which.to_string()).expect("written");
        }
    }
}

/// Every file of the site, and what it would copy.
fn shown(root: &Path, memory: &mut Memory) -> BTreeMap<String, Vec<u8>> {
    let terminal = Terminal::new(Color::Never, Verbosity::Quiet, false);
    let plan = Plan {
        out: root.join("_site"),
        base_url: None,
        search: SearchLayer::Facets,
        live: true,
        edition: Edition::Internal,
    };
    let workspace = Workspace::open(Some(root), None).expect("a workspace");
    let files = site(&workspace, &plan, memory, &terminal, |view| {
        let (site, _) = view.shown.expect("a site for the organisation");
        let mut files = BTreeMap::new();
        for index in 0..site.len() {
            let page = site.page(index)?;
            assert_eq!(site.find(&page.path), Some(index));
            files.insert(page.path, page.content);
        }
        for asset in site.assets() {
            files.insert(asset.to.clone(), asset.from.clone().into_bytes());
        }
        let found: Vec<String> = view
            .diagnostics
            .iter()
            .map(|one| format!("{:?}", one.finding))
            .collect();
        files.insert("findings".into(), found.join("\n").into_bytes());
        Ok(files)
    });
    files.expect("a site")
}

/// Lets the files be so old that nothing but their stamp is asked.
fn age(root: &Path) {
    for file in 0..4 {
        if let Ok(file) = fs::File::options().append(true).open(path(root, file)) {
            let then = SystemTime::now() - Duration::from_secs(60);
            file.set_modified(then).expect("a time");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn memory_shows_what_is_there(steps in prop::collection::vec((prop::collection::vec(change(), 1..4), any::<bool>()), 1..6)) {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        fs::create_dir(root.join("postmortems")).expect("a folder");
        fs::write(path(root, 0), text(0, 0)).expect("written");
        let mut memory = Memory::default();
        shown(root, &mut memory);
        for (changes, old) in steps {
            if old {
                age(root);
                shown(root, &mut memory);
            }
            for change in &changes {
                apply(root, change);
            }
            let kept = shown(root, &mut memory);
            // By the same clock: where nothing has a date, pages say now.
            let mut other = Memory { clock: memory.clock, ..Memory::default() };
            let fresh = shown(root, &mut other);
            for (path, content) in &fresh {
                prop_assert!(kept.get(path) == Some(content), "{path} after {changes:?}");
            }
            prop_assert_eq!(kept.len(), fresh.len());
        }
    }
}
