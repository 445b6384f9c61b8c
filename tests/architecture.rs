//! The arrows of the design: which layer may use which, read from the `use` lines and paths of the source.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Layer, and the layers it may use besides itself and the crates of others.
const ARROWS: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("diagnostic", &["source"]),
    ("error", &[]),
    ("document", &["source"]),
    ("postmortem", &["document", "source"]),
    ("corpus", &["postmortem", "document", "source"]),
    (
        "rules",
        &[
            "postmortem",
            "document",
            "corpus",
            "diagnostic",
            "source",
            // Values alone: what is known of action items.
            "ledger",
            // What a form writes below a heading.
            "template",
        ],
    ),
    (
        "config",
        &["postmortem", "document", "diagnostic", "source"],
    ),
    (
        "check",
        &[
            "rules",
            "config",
            "diagnostic",
            "corpus",
            "postmortem",
            "document",
            "source",
        ],
    ),
    (
        "fix",
        &[
            "check",
            "rules",
            "config",
            "corpus",
            "diagnostic",
            "postmortem",
            "document",
            "source",
        ],
    ),
    (
        "report",
        &[
            "check",
            "rules",
            "diagnostic",
            "source",
            "ledger",
            "tracker",
            // Values alone: figures that were made before.
            "metrics",
            "when",
            "spreadsheet",
        ],
    ),
    ("spreadsheet", &[]),
    (
        "site",
        &[
            "spreadsheet",
            // The published shape of `index.json`.
            "schema",
            "corpus",
            "config",
            "postmortem",
            "document",
            "diagnostic",
            "source",
            "rules",
            "ledger",
            // One value alone, made once for the list and the pages: how an action item stands.
            "tracker",
            // Values alone: figures that were made before.
            "metrics",
            "error",
            "when",
        ],
    ),
    // Sheets and letters for people: values in, text out.
    ("when", &[]),
    ("sheet", &["report"]),
    (
        "letter",
        &[
            "sheet",
            "when",
            "tracker",
            "metrics",
            "corpus",
            "config",
            "postmortem",
            "document",
            "source",
        ],
    ),
    (
        "agenda",
        &[
            "sheet",
            "when",
            "tracker",
            "ledger",
            "rules",
            "corpus",
            "config",
            "postmortem",
            "document",
            "diagnostic",
            "source",
            // The tests look at a postmortem as the check does.
            "check",
        ],
    ),
    (
        "edition",
        &[
            "config",
            "corpus",
            "postmortem",
            "document",
            "source",
            // Values alone: what is a secret, and what is somebody's.
            "rules",
        ],
    ),
    ("ledger", &[]),
    (
        "approval",
        &[
            "ledger",
            "config",
            "corpus",
            "postmortem",
            "document",
            "source",
            "situation",
        ],
    ),
    (
        "tracker",
        &[
            "ledger",
            "config",
            "corpus",
            "postmortem",
            "document",
            "source",
            "situation",
        ],
    ),
    (
        "metrics",
        &[
            "config",
            "corpus",
            "postmortem",
            "document",
            "source",
            "ledger",
            // Values alone: how an action item stands is decided there, and counted here.
            "tracker",
        ],
    ),
    ("github", &["error"]),
    (
        "import",
        &[
            "postmortem",
            "document",
            "source",
            // How a text becomes one scalar of YAML, and a title the name of a file.
            "template",
        ],
    ),
    (
        "schema",
        &[
            "rules",
            "config",
            "postmortem",
            // Names alone: the states of approvals and of action items.
            "ledger",
            "tracker",
            // The tests compare it with the whole way of a document.
            "check",
            "corpus",
            "diagnostic",
            "document",
            "source",
        ],
    ),
    (
        "editor",
        &[
            "schema",
            "template",
            "check",
            "rules",
            "config",
            "corpus",
            "diagnostic",
            "postmortem",
            "document",
            "source",
        ],
    ),
    ("lsp", &["editor", "diagnostic", "source", "error"]),
    // A harness for tests.
    ("situation", &[]),
    ("git", &["error"]),
    ("output", &["error"]),
    ("serve", &["error"]),
    ("files", &["error"]),
    ("search", &["error"]),
    ("template", &["postmortem"]),
    // The start of a configuration names its schema and is read by the real reader in the tests.
    (
        "setup",
        &[
            "schema",
            "config",
            "ledger",
            "postmortem",
            "diagnostic",
            "document",
            "source",
        ],
    ),
    ("cli", &["report", "config", "tracker", "import"]),
    ("command", &["*"]),
    ("lib", &["*"]),
    ("main", &["*"]),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder)
        .expect("a folder of the source")
        .flatten()
    {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The layers that a file names after `crate::`, in code and in `use` lines.
fn used(text: &str) -> BTreeSet<String> {
    let code = text
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default());
    let joined = code.collect::<Vec<_>>().join(" ");
    let mut layers = BTreeSet::new();
    for rest in joined.split("crate::").skip(1) {
        let names: Vec<String> = match rest.strip_prefix('{') {
            Some(list) => list
                .split('}')
                .next()
                .unwrap_or_default()
                .split(',')
                .map(|part| part.trim().to_string())
                .collect(),
            None => vec![rest.to_string()],
        };
        for name in names {
            let end = name
                .find(|c: char| !(c.is_alphanumeric() || c == '_'))
                .unwrap_or(name.len());
            layers.insert(name[..end].to_string());
        }
    }
    layers.remove("");
    layers
}

#[test]
fn arrows_go_one_way() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    assert!(files.len() > 20);
    let mut flaws = Vec::new();
    for file in files {
        let inside = file.strip_prefix(&root).expect("a file of the source");
        let first = inside
            .iter()
            .next()
            .and_then(|part| part.to_str())
            .unwrap_or_default();
        let layer = first.trim_end_matches(".rs");
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == layer) else {
            flaws.push(format!("`{layer}` is no known layer: {}", inside.display()));
            continue;
        };
        let text = std::fs::read_to_string(&file).expect("a source file");
        for other in used(&text) {
            let known = ARROWS.iter().any(|(name, _)| *name == other);
            if known
                && other != layer
                && !allowed.contains(&"*")
                && !allowed.contains(&other.as_str())
            {
                flaws.push(format!("`{layer}` uses `{other}` in {}", inside.display()));
            }
        }
    }
    assert!(flaws.is_empty(), "{}", flaws.join("\n"));
}

#[test]
fn the_entry_point_is_short() {
    let main = include_str!("../src/main.rs");
    assert!(main.lines().count() < 30);
}
