use std::fs;
use std::path::{Path, PathBuf};

use super::{OutputFolder, Written};
use crate::error::Error;

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self) -> PathBuf {
        self.0.path().canonicalize().expect("the folder")
    }

    fn site(&self) -> PathBuf {
        self.path().join("_site")
    }

    fn build(&self, files: &[(&str, &str)]) -> Written {
        let folder = OutputFolder::claim(&self.site(), &[]).expect("a folder");
        for (file, text) in files {
            folder.write(file, text.as_bytes()).expect("written");
        }
        folder.finish().expect("finished")
    }

    /// Everything in the site's folder but what marks it.
    fn files(&self) -> Vec<String> {
        let mut files = Vec::new();
        for entry in walkdir::WalkDir::new(self.site()).min_depth(1) {
            let entry = entry.expect("an entry");
            let name = entry.path().strip_prefix(self.site()).expect("below");
            files.push(name.to_string_lossy().into_owned());
        }
        files.retain(|file| file != ".aftersight-manifest.json");
        files.sort();
        files
    }

    fn put(&self, file: &str, text: &str) {
        let path = self.site().join(file);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(path, text).expect("a file");
    }
}

fn refusal(path: &Path, forbidden: &[PathBuf]) -> String {
    let error = OutputFolder::claim(path, forbidden).expect_err("a refusal");
    assert!(matches!(error, Error::Refused { .. }), "{error}");
    assert!(error.help().is_some());
    error.to_string()
}

#[test]
fn a_new_folder_is_made_and_filled() {
    let place = Place::new();
    let written = place.build(&[("index.html", "home"), ("a/b/index.html", "page")]);
    let expected = Written {
        files: 2,
        changed: 2,
        deleted: 0,
    };
    assert_eq!(written, expected);
    assert_eq!(place.files(), ["a", "a/b", "a/b/index.html", "index.html"]);
}

#[test]
fn an_empty_folder_is_taken() {
    let place = Place::new();
    fs::create_dir(place.site()).expect("a folder");
    assert_eq!(place.build(&[("x", "x")]).changed, 1);
}

#[test]
fn the_next_build_updates_and_tidies() {
    let place = Place::new();
    place.build(&[
        ("same", "1"),
        ("other", "1"),
        ("gone/a", "1"),
        ("b/gone", "1"),
        ("b/c", "1"),
    ]);
    let written = place.build(&[("same", "1"), ("other", "2"), ("b/c", "1"), ("new", "1")]);
    let expected = Written {
        files: 4,
        changed: 2,
        deleted: 2,
    };
    assert_eq!(written, expected);
    assert_eq!(place.files(), ["b", "b/c", "new", "other", "same"]);
    assert_eq!(
        fs::read(place.site().join("other")).expect("the file"),
        b"2"
    );
}

#[test]
fn files_of_others_are_never_touched() {
    let place = Place::new();
    place.build(&[("a/page", "1"), ("b/page", "1"), ("kept", "1")]);
    place.put("a/foreign", "theirs");
    place.put("CNAME", "theirs");
    place.put("empty/x", "theirs");
    fs::remove_file(place.site().join("empty/x")).expect("removed");
    // What was ours and is a folder now is not ours any more.
    fs::remove_file(place.site().join("kept")).expect("removed");
    place.put("kept/inside", "theirs");
    let written = place.build(&[("new", "1")]);
    assert_eq!(written.deleted, 2);
    let left = [
        "CNAME",
        "a",
        "a/foreign",
        "empty",
        "kept",
        "kept/inside",
        "new",
    ];
    assert_eq!(place.files(), left);

    let folder = OutputFolder::claim(&place.site(), &[]).expect("a folder");
    let error = folder.write("CNAME", b"ours").expect_err("a refusal");
    assert!(error.to_string().contains("was not written by aftersight"));
    assert!(folder.write("kept", b"ours").is_err());
    assert!(folder.write("CNAME/below", b"ours").is_err());
    assert!(!folder.write("CNAME", b"theirs").expect("the same"));
    folder.finish().expect("finished");
    place.build(&[]);
    assert!(place.files().contains(&"CNAME".to_owned()));
    assert!(place.files().contains(&"empty".to_owned()));
}

#[test]
fn a_folder_with_files_of_others_is_refused() {
    let place = Place::new();
    place.put("thesis.doc", "years of work");
    let message = refusal(&place.site(), &[]);
    assert!(
        message.ends_with("holds files that aftersight did not write"),
        "{message}"
    );
    assert_eq!(place.files(), ["thesis.doc"]);
}

#[test]
fn files_links_and_the_sources_are_refused() {
    let place = Place::new();
    let file = place.path().join("file");
    fs::write(&file, "").expect("a file");
    assert!(refusal(&file, &[]).ends_with("is a file, not a folder"));

    let sources = place.path().join("postmortems");
    fs::create_dir(&sources).expect("a folder");
    let forbidden = [place.path(), sources.clone()];
    assert!(refusal(&place.path(), &forbidden).ends_with("is not only for the site"));
    assert!(refusal(&sources, &forbidden).ends_with("is not only for the site"));
    assert!(refusal(&place.path(), std::slice::from_ref(&sources)).contains("contains"));
    let around = sources.join("../new/../postmortems");
    assert!(refusal(&around, &forbidden).ends_with("is not only for the site"));
    assert!(refusal(&place.path().join(".git/site"), &[]).ends_with("belongs to git"));
    let folder = OutputFolder::claim(&sources.join("_site"), &forbidden).expect("a folder");
    assert!(sources.join("_site").is_dir());
    drop(folder);
    assert_eq!(fs::read_dir(&sources).expect("the folder").count(), 0);
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    use std::os::unix::fs::symlink;
    let place = Place::new();
    let elsewhere = place.path().join("elsewhere");
    fs::create_dir(&elsewhere).expect("a folder");
    fs::write(elsewhere.join("page"), "theirs").expect("a file");
    symlink(&elsewhere, place.site()).expect("a link");
    assert!(refusal(&place.site(), &[]).contains("is a link"));
    fs::remove_file(place.site()).expect("removed");

    place.build(&[("a/page", "1"), ("b", "1")]);
    fs::remove_dir_all(place.site().join("a")).expect("removed");
    symlink(&elsewhere, place.site().join("a")).expect("a link");
    fs::remove_file(place.site().join("b")).expect("removed");
    symlink(elsewhere.join("page"), place.site().join("b")).expect("a link");
    let folder = OutputFolder::claim(&place.site(), &[]).expect("a folder");
    assert!(folder.write("a/page", b"ours").is_err());
    assert!(folder.write("b", b"ours").is_err());
    assert_eq!(folder.finish().expect("finished").deleted, 0);
    assert_eq!(
        fs::read(elsewhere.join("page")).expect("the file"),
        b"theirs"
    );
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    let place = Place::new();
    let folder = OutputFolder::claim(&place.site(), &[]).expect("a folder");
    let names = [
        "",
        ".",
        "..",
        "../x",
        "a/../x",
        "/x",
        "a//b",
        "a/",
        "./a",
        "a\\b",
        "a\0b",
        ".aftersight-manifest.json",
        ".aftersight-journal",
        ".aftersight-new/x",
    ];
    for name in names {
        assert!(folder.write(name, b"x").is_err(), "{name:?}");
    }
    assert!(folder.write("..a/.nojekyll", b"x").is_ok());
}

#[test]
fn a_forged_manifest_deletes_nothing_elsewhere() {
    let place = Place::new();
    let outside = place.path().join("outside");
    fs::write(&outside, "theirs").expect("a file");
    place.put(
        ".aftersight-manifest.json",
        r#"{"tool":"aftersight","version":1,"files":["../outside","/etc/hosts","a/../../outside"]}"#,
    );
    assert_eq!(place.build(&[]).deleted, 0);
    assert!(outside.exists());
    place.put(".aftersight-manifest.json", "{");
    assert!(refusal(&place.site(), &[]).contains("was not written by this version"));
}

/// Everything in the site's folder with its bytes, and what lies beside it.
fn picture(place: &Place) -> Vec<(PathBuf, Vec<u8>)> {
    let walk = walkdir::WalkDir::new(place.path()).sort_by_file_name();
    walk.into_iter()
        .map(|entry| {
            let path = entry.expect("an entry").into_path();
            let bytes = fs::read(&path).unwrap_or_default();
            (path, bytes)
        })
        .collect()
}

#[test]
fn a_build_that_fails_changes_nothing() {
    let place = Place::new();
    place.build(&[("old", "1"), ("kept", "1"), ("a/b", "1")]);
    place.put("theirs", "1");
    let before = picture(&place);
    for update in [false, true] {
        let folder = match update {
            true => OutputFolder::claim_file_by_file(&place.site(), &[]),
            false => OutputFolder::claim(&place.site(), &[]),
        };
        let folder = folder.expect("a folder");
        folder.write("kept", b"2").expect("written");
        folder.write("old", b"1").expect("written");
        folder.write("half/done", b"2").expect("written");
        folder.write("old", b"3").expect("written again");
        folder.write("theirs", b"2").expect_err("a refusal");
        drop(folder);
        assert_eq!(picture(&place), before);
    }
    let empty = Place::new();
    let before = picture(&empty);
    let folder = OutputFolder::claim(&empty.site(), &[]).expect("a folder");
    folder.write("half", b"2").expect("written");
    drop(folder);
    assert_eq!(picture(&empty), before);
}

#[test]
fn a_build_that_was_killed_leaves_nothing_behind() {
    let place = Place::new();
    place.build(&[("old", "1"), ("kept", "1")]);
    // While files waited.
    let waiting = place.path().join("._site.aftersight-new");
    fs::create_dir_all(waiting.join("half")).expect("folders");
    fs::write(waiting.join("half/done"), "2").expect("a file");
    fs::write(waiting.join(".aftersight-unfinished"), "").expect("a file");
    assert_eq!(place.build(&[("old", "1"), ("kept", "2")]).changed, 1);
    assert_eq!(place.files(), ["kept", "old"]);
    // After the folders had changed places; what somebody else put there stays.
    fs::create_dir_all(&waiting).expect("folders");
    let manifest = place.site().join(".aftersight-manifest.json");
    fs::copy(manifest, waiting.join(".aftersight-manifest.json")).expect("copied");
    fs::write(waiting.join("old"), "0").expect("a file");
    fs::write(waiting.join("theirs"), "0").expect("a file");
    place.build(&[("old", "1")]);
    let left: Vec<_> = fs::read_dir(&waiting)
        .expect("the folder")
        .flatten()
        .collect();
    assert_eq!(left.len(), 1);
    fs::remove_dir_all(&waiting).expect("removed");
    // In the middle of an exchange file by file; the last line of the journal may be cut off.
    place.put("half/done", "2");
    place.put(".aftersight-journal", "\"half/done\"\n\"neve");
    assert_eq!(place.build(&[("kept", "2")]).deleted, 2);
    assert_eq!(place.files(), ["kept"]);
    assert_eq!(fs::read_dir(place.path()).expect("the folder").count(), 1);
}

#[test]
fn a_few_files_are_exchanged_one_by_one() {
    let place = Place::new();
    place.build(&[("same", "1"), ("other", "1"), ("gone/a", "1")]);
    place.put("theirs", "1");
    let folder = OutputFolder::claim_file_by_file(&place.site(), &[]).expect("a folder");
    for (file, text) in [("same", "1"), ("other", "2"), ("new/a", "1")] {
        folder.write(file, text.as_bytes()).expect("written");
    }
    assert_eq!(fs::read(place.site().join("other")).expect("old"), b"1");
    let written = folder.finish().expect("finished");
    assert_eq!((written.changed, written.deleted), (2, 1));
    assert_eq!(place.files(), ["new", "new/a", "other", "same", "theirs"]);
    assert_eq!(fs::read_dir(place.path()).expect("the folder").count(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn the_folders_change_places_in_one_step() {
    use std::os::unix::fs::MetadataExt;
    let place = Place::new();
    let number = |path: &Path| fs::metadata(path).expect("it is there").ino();
    place.build(&[("a", "1"), ("b/c", "1")]);
    place.put("theirs", "1");
    std::os::unix::fs::symlink("theirs", place.site().join("link")).expect("a link");
    let (folder, same, theirs) = (
        place.site(),
        place.site().join("b/c"),
        place.site().join("theirs"),
    );
    let before = (number(&folder), number(&same), number(&theirs));
    place.build(&[("a", "2"), ("b/c", "1")]);
    assert_ne!(number(&folder), before.0);
    assert_eq!((number(&same), number(&theirs)), (before.1, before.2));
    assert!(place.site().join("link").is_symlink());
    assert_eq!(fs::read_dir(place.path()).expect("the folder").count(), 1);
}

#[test]
fn two_builds_do_not_mix() {
    let place = Place::new();
    let first = OutputFolder::claim(&place.site(), &[]).expect("a folder");
    assert!(refusal(&place.site(), &[]).starts_with("another aftersight is writing to"));
    first.finish().expect("finished");
    place.build(&[]);
}

#[test]
fn many_threads_write_at_once() {
    use rayon::prelude::*;
    let place = Place::new();
    let folder = OutputFolder::claim(&place.site(), &[]).expect("a folder");
    (0..500).into_par_iter().for_each(|number| {
        let file = format!("{}/{}/index.html", number % 7, number);
        folder.write(&file, file.as_bytes()).expect("written");
    });
    assert_eq!(folder.finish().expect("finished").changed, 500);
    assert_eq!(place.build(&[]).deleted, 500);
    assert!(place.files().is_empty());
}
