//! Situations told as a table in a text file, and what the program says to each: a harness for unit tests.
//!
//! A block begins with `== name`; a line `->` asks, the lines with three spaces below it are the answer, all others set the
//! scene. `UPDATE_CASES=1` writes what is said now, for somebody to read.

use std::collections::BTreeSet;
use std::path::Path;

/// Tells every situation of `cases`, the content of `file` (relative to the repository), and compares the answers: `scene`
/// begins one, `take` reads a line that sets it, and `answer` gives the answer with its `->` line.
pub(crate) fn hold<S>(
    cases: &str,
    file: &str,
    scene: impl Fn() -> S,
    take: impl Fn(&mut S, &str),
    answer: impl Fn(&S) -> String,
) {
    let mut told = String::new();
    let mut names = BTreeSet::new();
    for block in cases.split("\n== ") {
        let mut lines = block.trim_end().lines();
        let name = lines.next().expect("a name").trim_start_matches("== ");
        assert!(names.insert(name), "`{name}` is there twice");
        let mut case = scene();
        told += &format!("== {name}\n");
        for line in lines {
            match line {
                line if line.starts_with("->") => told += &answer(&case),
                line if line.starts_with("   ") => {}
                line => {
                    take(&mut case, line);
                    told += &format!("{line}\n");
                }
            }
        }
        told += "\n";
    }
    assert!(names.len() >= 40, "{}", names.len());
    let told = format!("{}\n", told.trim_end());
    if std::env::var_os("UPDATE_CASES").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        return std::fs::write(path, &told).expect("written");
    }
    for (now, wanted) in told.split("\n== ").zip(cases.split("\n== ")) {
        assert_eq!(now, wanted);
    }
    assert_eq!(told, cases);
}
