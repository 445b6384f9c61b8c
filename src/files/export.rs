//! Exports of other tools: single files, folders and zip archives, read whole within bounds.
//!
//! Owns what is refused before anybody looks into it: giants, archives that unpack to giants, paths that lead out of an archive.
//! Nothing is unpacked to the disk. What the files say is for `import`.

use std::fs::{self, File};
use std::io::{self, Cursor, Read};
use std::path::Path;

use walkdir::WalkDir;
use zip::ZipArchive;

use crate::error::Error;

/// Largest file that is read, in bytes, also inside an archive.
pub const MOST_FILE: u64 = 32 << 20;
/// Most bytes that are read of one folder or archive.
pub const MOST_ALL: u64 = 128 << 20;
/// Most files of a folder, and entries of an archive, that are looked at.
const MOST_FILES: usize = 20_000;

/// One file of an export.
#[derive(Debug)]
pub struct Piece {
    /// As it was named; below a folder with the path inside it, in an archive behind a `!`.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What was read for one name of the command line.
#[derive(Debug)]
pub struct Opened {
    /// The files.
    pub pieces: Vec<Piece>,
    /// The bytes of the archive, where it was one.
    pub archive: Option<Vec<u8>>,
    /// Whether a folder or an archive was named, so that nobody chose the single files.
    pub many: bool,
}

/// Opens what was named: a file, a folder, an archive, or `-` for standard input. `wanted` tells of a path inside a folder or an
/// archive whether it belongs to the export.
pub fn open(path: &Path, wanted: &dyn Fn(&str) -> bool) -> Result<Opened, Error> {
    let shown = path.to_string_lossy().replace('\\', "/");
    let read = |error| Error::io("read", path, error);
    if shown == "-" {
        let bytes = bounded(io::stdin().lock(), MOST_FILE).map_err(read)?;
        return single("standard input", bytes, wanted);
    }
    let found = fs::metadata(path).map_err(read)?;
    if found.is_dir() {
        return folder(path, &shown, wanted);
    }
    if found.len() > MOST_ALL {
        return Err(too_large(&shown, MOST_ALL));
    }
    let bytes = bounded(File::open(path).map_err(read)?, MOST_ALL).map_err(read)?;
    single(&shown, bytes, wanted)
}

fn single(shown: &str, bytes: Vec<u8>, wanted: &dyn Fn(&str) -> bool) -> Result<Opened, Error> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        let pieces = unpack(shown, &bytes, wanted)?;
        return Ok(Opened {
            pieces,
            archive: Some(bytes),
            many: true,
        });
    }
    if bytes.len() as u64 > MOST_FILE {
        return Err(too_large(shown, MOST_FILE));
    }
    for (magic, name) in [
        (&b"\x1f\x8b"[..], "gzip"),
        (b"BZh", "bzip2"),
        (b"\xfd7zXZ", "xz"),
        (b"7z\xbc\xaf", "7-Zip"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
    ] {
        if bytes.starts_with(magic) {
            return Err(Error::refused(
                format!("`{shown}` is packed with {name}, which is not read"),
                "unpack it first; only zip archives are opened",
            ));
        }
    }
    Ok(Opened {
        pieces: vec![Piece {
            name: shown.into(),
            bytes,
        }],
        archive: None,
        many: false,
    })
}

fn folder(path: &Path, shown: &str, wanted: &dyn Fn(&str) -> bool) -> Result<Opened, Error> {
    let shown = shown.trim_end_matches('/');
    let mut pieces = Vec::new();
    let mut left = MOST_ALL;
    for (index, entry) in WalkDir::new(path)
        .min_depth(1)
        .sort_by_file_name()
        .into_iter()
        .enumerate()
    {
        if index >= MOST_FILES {
            return Err(too_many(shown));
        }
        let entry = entry.map_err(|error| {
            let at = error.path().unwrap_or(path).to_path_buf();
            Error::io("read", at, error.into())
        })?;
        let inside = entry.path().strip_prefix(path).unwrap_or(entry.path());
        let inside = inside.to_string_lossy().replace('\\', "/");
        // Links are not followed: they lead to where nobody looked.
        if !entry.file_type().is_file()
            || inside.split('/').any(|part| part.starts_with('.'))
            || !wanted(&inside)
        {
            continue;
        }
        let read = |error| Error::io("read", entry.path(), error);
        let name = format!("{shown}/{inside}");
        let bytes =
            bounded(File::open(entry.path()).map_err(read)?, MOST_FILE.min(left)).map_err(read)?;
        if bytes.len() as u64 > MOST_FILE.min(left) {
            return Err(too_large(&name, MOST_FILE.min(left)));
        }
        left -= bytes.len() as u64;
        pieces.push(Piece { name, bytes });
    }
    Ok(Opened {
        pieces,
        archive: None,
        many: true,
    })
}

/// The wanted files of an archive. What an archive says of the size of its files is not believed.
fn unpack(shown: &str, bytes: &[u8], wanted: &dyn Fn(&str) -> bool) -> Result<Vec<Piece>, Error> {
    let broken = |error: &dyn std::fmt::Display| {
        Error::refused(
            format!("`{shown}` cannot be unpacked: {error}"),
            "download it again, or unpack it and name the folder",
        )
    };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    if archive.len() > MOST_FILES {
        return Err(too_many(shown));
    }
    let mut pieces = Vec::new();
    let mut left = MOST_ALL;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|error| broken(&error))?;
        let inside = entry.name().map_err(|error| broken(&error))?.into_owned();
        if entry.enclosed_name().is_none()
            || inside.starts_with('/')
            || inside.contains(['\\', '\0', ':'])
            || inside.split('/').any(|part| part == "..")
        {
            return Err(Error::refused(
                format!("`{shown}` holds a path that leads out of it: `{inside}`"),
                "do not trust this archive; an export has no such paths",
            ));
        }
        if entry.is_dir() || entry.is_symlink() || !wanted(&inside) {
            continue;
        }
        let most = MOST_FILE.min(left);
        let name = format!("{shown}!{inside}");
        let bytes = bounded(entry, most).map_err(|error| broken(&error))?;
        if bytes.len() as u64 > most {
            return Err(too_large(&name, most));
        }
        left -= bytes.len() as u64;
        pieces.push(Piece { name, bytes });
    }
    Ok(pieces)
}

/// Reads to the end, or to one byte more than is allowed.
fn bounded(reader: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(most + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn too_large(shown: &str, most: u64) -> Error {
    Error::refused(
        format!(
            "`{shown}` is larger than the {} MiB that are read",
            most >> 20
        ),
        "export a single incident or a shorter span",
    )
}

fn too_many(shown: &str) -> Error {
    Error::refused(
        format!("`{shown}` holds more than {MOST_FILES} files"),
        "name the files of the incident",
    )
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let options =
            SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        for (name, bytes) in files {
            writer.start_file(*name, options).expect("an entry");
            writer.write_all(bytes).expect("its bytes");
        }
        writer.finish().expect("an archive").into_inner()
    }

    fn wanted(path: &str) -> bool {
        path.ends_with(".json")
    }

    #[test]
    fn wanted_files_are_read_from_archives() {
        let bytes = archive(&[
            ("users.json", b"[]"),
            ("a/1.json", b"[1]"),
            ("a/b.png", b"x"),
        ]);
        let opened = single("x.zip", bytes, &wanted).expect("an archive");
        let names: Vec<&str> = opened
            .pieces
            .iter()
            .map(|piece| piece.name.as_str())
            .collect();
        assert_eq!(names, ["x.zip!users.json", "x.zip!a/1.json"]);
        assert!(opened.many && opened.archive.is_some());
    }

    #[test]
    fn hostile_archives_are_refused() {
        for name in [
            "../a.json",
            "a/../../b.json",
            "/etc/a.json",
            "a\\..\\b.json",
            "C:\\a.json",
        ] {
            let error = single("x.zip", archive(&[(name, b"[]")]), &wanted).expect_err(name);
            assert!(error.to_string().contains("leads out of it"), "{error}");
        }
        // 33 MiB of zeros, in some kilobytes.
        let bomb = archive(&[("a.json", &vec![0; 33 << 20])]);
        assert!(bomb.len() < 1 << 20);
        let error = single("x.zip", bomb, &wanted).expect_err("a bomb");
        assert!(
            error.to_string().contains("larger than the 32 MiB"),
            "{error}"
        );
        let mut cut = archive(&[("a.json", b"[1, 2, 3]")]);
        cut.truncate(cut.len() / 2);
        let error = single("x.zip", cut, &wanted).expect_err("half an archive");
        assert!(error.to_string().contains("cannot be unpacked"), "{error}");
        let error = single("x.gz", b"\x1f\x8b\x08".to_vec(), &wanted).expect_err("gzip");
        assert!(error.to_string().contains("gzip"), "{error}");
    }

    #[test]
    fn folders_are_read_in_order_without_what_is_hidden() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["b/2.json", "b/1.json", ".git/x.json", "a.txt"] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, "[]").expect("written");
        }
        let opened = open(folder.path(), &wanted).expect("a folder");
        let ends: Vec<bool> = opened
            .pieces
            .iter()
            .zip(["/b/1.json", "/b/2.json"])
            .map(|(piece, end)| piece.name.ends_with(end))
            .collect();
        assert_eq!(ends, [true, true]);
        open(&folder.path().join("none"), &wanted).expect_err("nothing there");
    }
}
