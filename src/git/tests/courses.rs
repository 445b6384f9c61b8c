use std::collections::BTreeMap;

use super::{dates, help};
use crate::git::sandbox::{Sandbox, open, text};
use crate::git::{FileDates, Repository};

/// Dates by replaying what `git log --name-status -M` says, oldest commit first.
fn by_git(sandbox: &Sandbox, prefix: &str) -> BTreeMap<String, FileDates> {
    let log = sandbox.git(&[
        "-c",
        "core.quotePath=false",
        "log",
        "--topo-order",
        "--reverse",
        "--format=@%ct",
        "--name-status",
        "-M",
    ]);
    let mut time = 0;
    let mut files: BTreeMap<String, FileDates> = BTreeMap::new();
    for line in log.lines().filter(|line| !line.is_empty()) {
        if let Some(stamp) = line.strip_prefix('@') {
            time = stamp.parse().expect("a time");
            continue;
        }
        let fields: Vec<&str> = line.split('\t').collect();
        let new = || dates(time, time, 0);
        let mut file = match fields[0].chars().next() {
            Some('D') => {
                files.remove(fields[1]);
                continue;
            }
            Some('A') => new(),
            Some('R') => files.remove(fields[1]).unwrap_or_else(new),
            _ => files.remove(fields[1]).expect("a known file"),
        };
        file.changed = time;
        file.commits += 1;
        files.insert((*fields.last().expect("a path")).into(), file);
    }
    files.retain(|path, _| path.starts_with(prefix));
    files
}

#[test]
fn a_repository_without_commits_has_no_dates() {
    let sandbox = Sandbox::new();
    sandbox.write("pm/a.md", "a\n");
    let repository = sandbox.open();
    assert!(repository.dates("pm").expect("dates").is_empty());
    let error = repository
        .changes_since("main", "pm")
        .expect_err("an error");
    assert!(error.to_string().contains("has no commit yet"), "{error}");
}

#[test]
fn dates_are_those_of_git() {
    let sandbox = Sandbox::new();
    for number in 0..6 {
        sandbox.write(&format!("pm/{number}.md"), &text(number));
        sandbox.write(&format!("src/{number}.rs"), &text(100 + number));
        sandbox.commit();
    }
    sandbox.write("pm/0.md", &(text(0) + "more\n"));
    sandbox.write("pm/ümlaut.md", &text(50));
    sandbox.commit();
    sandbox.git(&["mv", "pm/1.md", "pm/one.md"]);
    sandbox.commit();
    sandbox.git(&["mv", "pm/2.md", "pm/two.md"]);
    sandbox.write("pm/two.md", &(text(2) + "renamed and changed\n"));
    sandbox.commit();
    sandbox.remove("pm/3.md");
    sandbox.commit();
    sandbox.write("pm/3.md", &text(33));
    sandbox.commit();

    sandbox.git(&["checkout", "-q", "-b", "side", "HEAD~3"]);
    sandbox.write("pm/side.md", &text(7));
    sandbox.commit();
    sandbox.write("pm/side.md", &(text(7) + "more\n"));
    sandbox.write("pm/4.md", &(text(4) + "from the side\n"));
    sandbox.commit();
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.write("pm/5.md", &(text(5) + "from main\n"));
    sandbox.commit();
    sandbox.tick();
    sandbox.git(&["merge", "-q", "--no-ff", "-m", "merge", "side"]);
    sandbox.git(&["mv", "pm/side.md", "pm/aside.md"]);
    sandbox.git(&["mv", "src/0.rs", "pm/from-source.md"]);
    sandbox.commit();

    let found = sandbox.open().dates("pm").expect("dates");
    assert_eq!(found, by_git(&sandbox, "pm/"));
    assert_eq!(found.len(), 9);
    assert_eq!(found["pm/two.md"].commits, 2);
    assert_eq!(found["pm/3.md"].commits, 1);
    assert_eq!(
        sandbox.open().dates("").expect("dates"),
        by_git(&sandbox, "")
    );
    assert_eq!(sandbox.open().dates("./pm/").expect("dates"), found);
}

#[test]
fn a_merge_counts_only_where_it_differs_from_all_parents() {
    let sandbox = Sandbox::new();
    sandbox.write("pm/both.md", &text(1));
    sandbox.write("pm/ours.md", &text(2));
    let first = sandbox.commit();
    sandbox.git(&["checkout", "-q", "-b", "side"]);
    sandbox.write("pm/both.md", &text(1).replacen("1 line 0\n", "side\n", 1));
    sandbox.commit();
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.write("pm/both.md", &text(1).replacen("1 line 39\n", "main\n", 1));
    sandbox.write("pm/ours.md", &(text(2) + "main\n"));
    let second = sandbox.commit();
    let merge = sandbox.tick();
    sandbox.git(&["merge", "-q", "--no-ff", "-m", "merge", "side"]);

    let found = sandbox.open().dates("pm").expect("dates");
    assert_eq!(found["pm/both.md"], dates(first, merge, 4));
    assert_eq!(found["pm/ours.md"], dates(first, second, 2));
}

#[test]
fn a_moved_folder_does_not_become_young() {
    let sandbox = Sandbox::new();
    sandbox.write("loose.md", &text(9));
    sandbox.write("docs/incidents/a.md", &text(1));
    let first = sandbox.commit();
    sandbox.write("docs/incidents/b.md", &text(2));
    let second = sandbox.commit();
    sandbox.git(&["mv", "docs/incidents", "docs/reviews"]);
    let moved = sandbox.commit();
    sandbox.git(&["mv", "docs/reviews", "pm"]);
    sandbox.git(&["mv", "loose.md", "pm/loose.md"]);
    let again = sandbox.commit();

    let found = sandbox.open().dates("pm").expect("dates");
    assert_eq!(found["pm/a.md"], dates(first, again, 3));
    assert_eq!(found["pm/b.md"], dates(second, again, 3));
    assert_eq!(found["pm/loose.md"], dates(first, again, 2));
    assert!(moved < again);
    assert_eq!(found, by_git(&sandbox, "pm/"));
}

#[test]
fn a_clone_without_blobs_still_has_dates() {
    let sandbox = Sandbox::new();
    sandbox.write("pm/a.md", &text(1));
    sandbox.write("pm/b.md", &text(2));
    let first = sandbox.commit();
    sandbox.git(&["mv", "pm/a.md", "pm/pure.md"]);
    sandbox.git(&["mv", "pm/b.md", "pm/changed.md"]);
    sandbox.write("pm/changed.md", &(text(2) + "more\n"));
    let second = sandbox.commit();
    sandbox.git(&["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", sandbox.path().display());
    let other = Sandbox::bare_folder();
    let clone = ["clone", "-q", "--filter=blob:none", "--no-checkout"];
    other.git(&[&clone[..], &[&url, "clone"]].concat());
    let repository = open(&other.path().join("clone"));
    let found = repository.dates("pm").expect("dates");
    assert_eq!(found["pm/pure.md"], dates(first, second, 2));
    assert_eq!(found["pm/changed.md"], dates(second, second, 1));
    let error = repository.files_at("HEAD", "pm").expect_err("an error");
    assert!(help(&error).contains("--refetch"), "{error}");
}

#[test]
fn versions_come_with_their_content_under_their_old_names() {
    let sandbox = Sandbox::new();
    sandbox.write("pm/a.md", &text(1));
    sandbox.write("pm/b.md", &text(2));
    sandbox.commit();
    sandbox.git(&["mv", "pm/a.md", "pm/new.md"]);
    sandbox.commit();
    sandbox.write("pm/new.md", &(text(1) + "more\n"));
    sandbox.commit();
    let repository = sandbox.open();
    let courses = repository.courses("pm", None).expect("courses");
    let versions: Vec<_> = courses.versions("pm/new.md").collect();
    let paths: Vec<String> = versions.iter().map(|version| version.path()).collect();
    assert_eq!(paths, ["pm/a.md", "pm/new.md", "pm/new.md"]);
    let content = |at: usize| repository.content(&versions[at]).expect("content");
    assert_eq!(content(0), text(1).into_bytes());
    assert_eq!(content(2), (text(1) + "more\n").into_bytes());
    // The sandbox's author was always earlier than its committer.
    assert!(
        versions
            .iter()
            .all(|version| version.at == 1_600_000_000_i64)
    );
    let first = courses.versions("pm/b.md").next().expect("a version");
    assert_eq!(first.commit, versions[0].commit);
    assert_eq!(courses.versions("pm/c.md").count(), 0);
}

#[test]
fn what_is_older_than_anybody_asks_is_not_read() {
    let sandbox = Sandbox::new();
    sandbox.write("pm/a.md", &text(1));
    sandbox.commit();
    sandbox.write("pm/a.md", &(text(1) + "more\n"));
    let second = sandbox.commit();
    sandbox.write("pm/b.md", &text(2));
    sandbox.commit();
    sandbox.write("pm/a.md", &(text(1) + "again\n"));
    let last = sandbox.commit();
    let courses = sandbox.open().courses("pm", Some(second + 1));
    let courses = courses.expect("courses");
    let found: BTreeMap<&str, FileDates> = courses.dates().collect();
    assert_eq!(found["pm/a.md"], dates(second, last, 2));
    assert_eq!(found["pm/b.md"].commits, 1);
}

#[test]
fn the_default_branch_is_the_one_that_origin_names() {
    let sandbox = Sandbox::new();
    sandbox.write("pm/a.md", &text(1));
    sandbox.write("b.md", &text(2));
    sandbox.commit();
    let files = |repository: &Repository| {
        let files = repository.default_branch("pm");
        files.map(|files| files.into_iter().collect::<Vec<_>>())
    };
    assert_eq!(files(&sandbox.open()), Some(vec!["pm/a.md".into()]));
    sandbox.git(&["checkout", "-q", "-b", "trunk"]);
    sandbox.git(&["branch", "-q", "-D", "main"]);
    assert_eq!(files(&sandbox.open()), None);
    sandbox.write("pm/c.md", &text(3));
    sandbox.commit();
    sandbox.git(&["update-ref", "refs/remotes/origin/master", "HEAD~1"]);
    assert_eq!(files(&sandbox.open()), Some(vec!["pm/a.md".into()]));
    sandbox.git(&["update-ref", "refs/remotes/origin/trunk", "HEAD"]);
    let target = "refs/remotes/origin/trunk";
    sandbox.git(&["symbolic-ref", "refs/remotes/origin/HEAD", target]);
    let both = vec!["pm/a.md".to_string(), "pm/c.md".into()];
    assert_eq!(files(&sandbox.open()), Some(both));
}
