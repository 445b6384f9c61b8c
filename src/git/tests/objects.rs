use std::collections::BTreeMap;

use super::help;
use crate::git::sandbox::{Sandbox, open, text};
use crate::git::{Landing, Repository, Then};

fn id(sandbox: &Sandbox, name: &str) -> String {
    sandbox.git(&["rev-parse", name]).trim().to_owned()
}

fn landings(repository: &Repository, from: Option<&str>, prefix: &str) -> Vec<Landing> {
    repository
        .landings(from, "main", prefix)
        .expect("the landings")
}

/// What landed: the commit, and what became of each file there.
fn files(landings: &[Landing]) -> Vec<Vec<(&str, Option<&str>)>> {
    let files = |landing: &Landing| -> Vec<(String, Option<String>)> {
        landing.files.clone().into_iter().collect()
    };
    assert!(landings.iter().all(|landing| !files(landing).is_empty()));
    let all = landings.iter().map(|landing| {
        let files = landing.files.iter();
        files
            .map(|(path, blob)| (path.as_str(), blob.as_deref()))
            .collect()
    });
    all.collect()
}

#[test]
fn what_landed_is_read_from_the_branch_s_own_line() {
    let sandbox = Sandbox::new();
    sandbox.write("pm/a.md", "a\n");
    sandbox.write("pm/picture.png", "no text\n");
    let first = sandbox.commit();
    let root = id(&sandbox, "main");
    sandbox.write("elsewhere.md", "other\n");
    sandbox.commit();
    sandbox.write("pm/picture.png", "still no text\n");
    sandbox.commit();
    sandbox.git(&["checkout", "-q", "-b", "topic"]);
    sandbox.write("pm/b.md", "draft\n");
    sandbox.commit();
    sandbox.write("pm/b.md", "b\n");
    sandbox.commit();
    let side = id(&sandbox, "topic");
    sandbox.git(&["checkout", "-q", "main"]);
    let before = id(&sandbox, "main");
    sandbox.tick();
    let message = "Merge pull request #7 from example/topic\n\nMore";
    sandbox.git(&["merge", "-q", "--no-ff", "-m", message, "topic"]);
    let merge = id(&sandbox, "main");
    sandbox.git(&["mv", "pm/a.md", "pm/c.md"]);
    let last = sandbox.commit();

    let repository = sandbox.open();
    let all = landings(&repository, None, "pm");
    let (a, b) = (repository.blob_id(b"a\n"), repository.blob_id(b"b\n"));
    assert_eq!(
        files(&all),
        [
            vec![("pm/a.md", Some(a.as_str()))],
            vec![("pm/b.md", Some(b.as_str()))],
            vec![("pm/a.md", None), ("pm/c.md", Some(a.as_str()))],
        ]
    );
    assert_eq!((all[0].commit.as_str(), all[0].at), (root.as_str(), first));
    assert!(all[0].parents.is_empty());
    assert_eq!(all[1].commit, merge);
    assert_eq!(all[1].parents, [before.as_str(), side.as_str()]);
    assert_eq!(all[1].subject, "Merge pull request #7 from example/topic");
    assert_eq!(all[2].at, last);

    assert_eq!(landings(&repository, Some(&root), "pm"), all[1..]);
    assert_eq!(landings(&repository, Some(&merge), "./pm/"), all[2..]);
    assert_eq!(landings(&repository, Some(&all[2].commit), "pm"), []);
    for elsewhere in [side.as_str(), "", "main", "nonsense", &"0".repeat(40)] {
        assert_eq!(landings(&repository, Some(elsewhere), "pm"), all);
    }
    assert_eq!(landings(&repository, None, "nothing/here"), []);
    assert_eq!(landings(&repository, None, "").len(), 4);
    assert!(repository.landings(None, "nowhere", "pm").is_err());

    let changes = repository.changes_along("main", "pm").expect("changes");
    assert_eq!(changes.len(), 4);
    assert_eq!(changes[0].files.len(), 2);
    let merges = repository.changes_along("main", "none").expect("merges");
    assert_eq!(merges.len(), 1);
    assert_eq!((&merges[0].commit, merges[0].files.len()), (&merge, 0));
}

#[cfg(unix)]
#[test]
fn a_link_is_no_text_and_a_changed_mode_no_other_text() {
    let sandbox = Sandbox::new();
    sandbox.write("pm/a.md", "a\n");
    sandbox.write("pm/b.md", "b\n");
    sandbox.commit();
    sandbox.git(&["update-index", "--chmod=+x", "pm/a.md"]);
    sandbox.git(&["commit", "-q", "-m", "a mode"]);
    sandbox.git(&["reset", "-q", "--hard"]);
    sandbox.remove("pm/b.md");
    std::os::unix::fs::symlink("a.md", sandbox.path().join("pm/b.md")).expect("a link");
    sandbox.commit();
    sandbox.remove("pm/b.md");
    std::os::unix::fs::symlink("gone.md", sandbox.path().join("pm/b.md")).expect("a link");
    sandbox.commit();
    sandbox.remove("pm/b.md");
    sandbox.write("pm/b.md", "again\n");
    sandbox.commit();

    let repository = sandbox.open();
    let again = repository.blob_id(b"again\n");
    let all = landings(&repository, None, "pm");
    let expected = [
        vec![("pm/b.md", None)],
        vec![("pm/b.md", Some(again.as_str()))],
    ];
    assert_eq!(files(&all)[1..], expected);
}

#[test]
fn a_shallow_clone_cannot_tell_what_landed_before_it() {
    let sandbox = Sandbox::new();
    for number in 0..5 {
        sandbox.write("pm/a.md", &text(number));
        sandbox.commit();
    }
    let url = format!("file://{}", sandbox.path().display());
    let other = Sandbox::bare_folder();
    other.git(&["clone", "-q", "--depth=3", &url, "clone"]);
    let repository = open(&other.path().join("clone"));
    let oldest = id(&sandbox, "main~2");
    let found = landings(&repository, Some(&oldest), "pm");
    assert_eq!(found.len(), 2);
    let gone = id(&sandbox, "main~3");
    for from in [None, Some(gone.as_str())] {
        let error = repository
            .landings(from, "main", "pm")
            .expect_err("an error");
        assert!(error.to_string().contains(&oldest), "{error}");
        assert!(help(&error).contains("`fetch-depth: 0`"), "{error}");
    }
    let tip = id(&sandbox, "main");
    assert!(repository.is_before(&oldest, &tip).expect("an answer"));
    assert!(!repository.is_before(&gone, &tip).expect("an answer"));
    assert!(!repository.is_before(&tip, &oldest).expect("an answer"));
    assert_eq!(repository.tree(&gone, "").expect("an answer"), None);
    assert_eq!(repository.ancestors("main").expect("commits").len(), 3);
}

#[test]
fn commits_trees_and_blobs_are_found_by_their_full_ids_only() {
    for format in ["sha1", "sha256"] {
        let sandbox = Sandbox::bare_folder();
        let object_format = format!("--object-format={format}");
        sandbox.git(&["init", "-q", "-b", "main", &object_format]);
        let repository = sandbox.open();
        assert_eq!(repository.head().expect("an answer"), None);
        sandbox.write("pm/a.md", "a\n");
        sandbox.write("pm/deep/b.txt", "b\n");
        sandbox.write("pmx.md", "x\n");
        sandbox.commit();
        let first = id(&sandbox, "main");
        sandbox.write("pm/a.md", "");
        sandbox.commit();
        sandbox.git(&["tag", "-m", "a tag", "v1"]);
        let tip = id(&sandbox, "main");

        assert_eq!(repository.head().expect("an answer"), Some(tip.clone()));
        let at = |name: &str| repository.reference(name).expect("an answer");
        assert_eq!(at("refs/heads/main"), Some(tip.clone()));
        assert_eq!(at("refs/tags/v1"), Some(tip.clone()));
        assert_eq!(at("refs/heads/aftersight/ledger"), None);
        assert_eq!(at("main"), None);

        let tree = |commit: &str, prefix: &str| {
            let found = repository.tree(commit, prefix).expect("an answer");
            found.map(|files| files.into_keys().collect::<Vec<_>>())
        };
        assert_eq!(
            tree(&first, "pm"),
            Some(vec!["pm/a.md".into(), "pm/deep/b.txt".into()])
        );
        assert_eq!(tree(&first, "").map(|files| files.len()), Some(3));
        assert_eq!(tree(&first, "none"), Some(Vec::new()));
        let found = repository.tree(&first, "pm/a.md").expect("an answer");
        let blob = id(&sandbox, "main~1:pm/a.md");
        assert_eq!(
            found,
            Some(BTreeMap::from([("pm/a.md".to_owned(), blob.clone())]))
        );
        assert_eq!(repository.blob_id(b"a\n"), blob);
        assert_eq!(repository.blob_id(b""), id(&sandbox, "main:pm/a.md"));
        assert_eq!(
            repository.blob(&blob).expect("a blob"),
            Some(b"a\n".to_vec())
        );

        let folder = id(&sandbox, "main:pm");
        let tag = id(&sandbox, "v1");
        for strange in [
            "",
            "main",
            "HEAD",
            &first[..12],
            "../HEAD",
            &folder,
            &tag,
            &"0".repeat(40),
            &"1".repeat(64),
            "\u{fffd}",
        ] {
            assert_eq!(repository.blob(strange).expect("an answer"), None);
            assert_eq!(tree(strange, ""), None, "{strange}");
            assert!(!repository.is_before(strange, &tip).expect("an answer"));
            assert!(!repository.is_before(&first, strange).expect("an answer"));
        }
        assert!(repository.is_before(&first, &tip).expect("an answer"));
        assert!(repository.is_before(&tip, &tip).expect("an answer"));
        assert!(!repository.is_before(&tip, &first).expect("an answer"));
        let ancestors = repository.ancestors("main").expect("commits");
        assert_eq!(ancestors, [first.clone(), tip.clone()].into());

        let contents = repository.contents(&first).expect("the files");
        assert_eq!(contents.len(), 3);
        assert_eq!(contents["pm/deep/b.txt"], b"b\n");
    }
}

#[test]
fn histories_that_share_nothing_have_no_before() {
    let sandbox = Sandbox::new();
    sandbox.commit();
    let main = id(&sandbox, "main");
    sandbox.git(&["checkout", "-q", "--orphan", "island"]);
    sandbox.commit();
    let island = id(&sandbox, "island");
    let repository = sandbox.open();
    assert!(!repository.is_before(&main, &island).expect("an answer"));
    assert!(!repository.is_before(&island, &main).expect("an answer"));
}

#[test]
fn a_line_is_looked_up_by_the_time_of_its_commits() {
    let sandbox = Sandbox::new();
    sandbox.write("a.md", "a\n");
    let first = sandbox.commit();
    let root = id(&sandbox, "main");
    sandbox.git(&["checkout", "-q", "-b", "topic"]);
    sandbox.write("b.md", "b\n");
    let side = sandbox.commit();
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.tick();
    sandbox.git(&["merge", "-q", "--no-ff", "-m", "Merge", "topic"]);
    let repository = sandbox.open();
    let merge = id(&sandbox, "main");
    let at = |time| repository.line_at("main", time).expect("an answer");
    assert_eq!(at(first - 1), Then::Before(first));
    assert_eq!(at(first), Then::Commit(root.clone()));
    // What was merged later was not on the line yet.
    assert_eq!(at(side), Then::Commit(root));
    assert_eq!(at(i64::MAX), Then::Commit(merge));
}
