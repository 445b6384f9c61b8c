//! The index as a browser fetches it: long lists of words apart from short ones, and pages by short names.
//!
//! Owns cutting the finished files of Pagefind anew. Pagefind ends a file only after the list that made it too long, so that
//! whoever looks for `timeout` fetches all places of `to` as well; and it names each page by a hash, which no packing makes
//! smaller and every query fetches for all of them. What the lists say stays as it is, byte for byte. The form of the files
//! is that of Pagefind's `index_metadata.rs` and `index_words.rs`, to whose version [`super::EDITION`] is bound.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{Read, Write};
use std::ops::Range;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use minicbor::{Decoder, Encoder};
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::IndexFile;

/// What each of Pagefind's packed files begins with.
const SIGNATURE: &[u8] = b"pagefind_dcd";
/// What a browser reads first: for each language, the name of its list of pages.
const ENTRY: &str = "pagefind-entry.json";
/// So many bytes of lists stand in one file, before they are packed; a longer list has its own.
const MOST: usize = 48_000;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Neighbouring lists that make one file.
struct Piece {
    first: String,
    last: String,
    packed: Vec<u8>,
}

/// Cuts the files of an index, whose names are those that Pagefind gives, once for each language.
pub(super) fn cut(files: Vec<IndexFile>) -> Outcome<Vec<IndexFile>> {
    let mut files: BTreeMap<String, Vec<u8>> = files.into_iter().collect();
    let metas = files.keys().filter(|name| name.ends_with(".pf_meta"));
    let metas: Vec<String> = metas.cloned().collect();
    for name in metas {
        let meta = unpack(&files[&name])?;
        // What they hold is part of all names: a browser that remembers the file of another edition asks anew.
        let edition = &hex(&Sha256::digest(&meta))[..6];
        let meta = shorten(&meta, edition, &mut files)?;
        let meta = divide(&meta, edition, &mut files)?;
        rename(&name, &pack(&meta)?, &mut files)?;
    }
    Ok(files.into_iter().collect())
}

/// Puts a list of pages and pieces in the place of Pagefind's, under a name of its own: whoever remembers one of them must not
/// look for the files of the other.
fn rename(name: &str, meta: &[u8], files: &mut BTreeMap<String, Vec<u8>>) -> Outcome<()> {
    let old = name.strip_prefix("pagefind.");
    let old = old.and_then(|name| name.strip_suffix(".pf_meta"));
    let old = old.ok_or("the list of pages has another name")?;
    let new = format!("{}_{}", language(old), &hex(&Sha256::digest(meta))[..10]);
    let entry = files.get_mut(ENTRY).ok_or("the first file is missing")?;
    let text = String::from_utf8(std::mem::take(entry))?;
    *entry = text
        .replace(&format!("\"{old}\""), &format!("\"{new}\""))
        .into();
    files.remove(name);
    files.insert(format!("pagefind.{new}.pf_meta"), meta.to_vec());
    Ok(())
}

/// Names the pages by their numbers.
fn shorten(meta: &[u8], edition: &str, files: &mut BTreeMap<String, Vec<u8>>) -> Outcome<Vec<u8>> {
    let mut reader = Decoder::new(meta);
    reader.array()?;
    reader.skip()?;
    let start = reader.position();
    let count = length(reader.array()?)?;
    let mut writer = Encoder::new(meta[..start].to_vec());
    writer.array(count)?;
    let mut names: BTreeMap<&str, String> = BTreeMap::new();
    for _ in 0..count {
        let parts = length(reader.array()?)?;
        let old = reader.str()?;
        let number = names.len();
        let new = names
            .entry(old)
            .or_insert_with(|| numbered(old, edition, number));
        writer.array(parts)?.str(new)?;
        let rest = reader.position();
        for _ in 1..parts {
            reader.skip()?;
        }
        let rest = &meta[rest..reader.position()];
        writer.writer_mut().extend_from_slice(rest);
    }
    let mut shortened = writer.into_writer();
    shortened.extend_from_slice(&meta[reader.position()..]);
    let file = |name: &str| format!("fragment/{name}.pf_fragment");
    for (old, new) in names {
        if let Some(text) = files.remove(&file(old)) {
            files.insert(file(&new), text);
        }
    }
    Ok(shortened)
}

/// Cuts the lists of words into pieces.
fn divide(meta: &[u8], edition: &str, files: &mut BTreeMap<String, Vec<u8>>) -> Outcome<Vec<u8>> {
    let mut reader = Decoder::new(meta);
    reader.array()?;
    reader.skip()?;
    reader.skip()?;
    let start = reader.position();
    let mut lists: Vec<Vec<u8>> = Vec::new();
    let mut like = "";
    for _ in 0..length(reader.array()?)? {
        reader.array()?;
        reader.skip()?;
        reader.skip()?;
        like = reader.str()?;
        let packed = files.remove(&file(like));
        lists.push(packed.ok_or("a list of words is missing")?);
    }
    let end = reader.position();
    let made: Outcome<Vec<Vec<Piece>>> = lists
        .par_iter()
        .map(|packed| pieces(&unpack(packed)?))
        .collect();
    let pieces: Vec<Piece> = made?.into_iter().flatten().collect();
    let mut writer = Encoder::new(meta[..start].to_vec());
    writer.array(pieces.len() as u64)?;
    for (at, piece) in pieces.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| pieces.get(at));
        let after = pieces.get(at + 1);
        let from = before.map_or(&*piece.first, |before| apart(&piece.first, &before.last));
        let to = after.map_or(&*piece.last, |after| apart(&piece.last, &after.first));
        // As in Pagefind, an end that would come before the beginning stays whole.
        let to = if to < from { &piece.last } else { to };
        let name = numbered(like, edition, at);
        writer.array(3)?.str(from)?.str(to)?.str(&name)?;
        files.insert(file(&name), piece.packed.clone());
    }
    let mut divided = writer.into_writer();
    divided.extend_from_slice(&meta[end..]);
    Ok(divided)
}

/// A name in the language of another.
fn numbered(like: &str, edition: &str, number: usize) -> String {
    format!("{}_{edition}{number:x}", language(like))
}

/// The language that a name begins with.
fn language(name: &str) -> &str {
    let parts = name.rsplit_once('_');
    parts.map_or(name, |(language, _)| language)
}

fn file(name: &str) -> String {
    format!("index/{name}.pf_index")
}

/// The lists of one of Pagefind's files in pieces.
fn pieces(lists: &[u8]) -> Outcome<Vec<Piece>> {
    let mut reader = Decoder::new(lists);
    reader.array()?;
    // For each piece its first and last word, how many there are, and their lists.
    let mut found: Vec<(&str, &str, u64, Range<usize>)> = Vec::new();
    for _ in 0..length(reader.array()?)? {
        let start = reader.position();
        let mut list = reader.clone();
        reader.skip()?;
        list.array()?;
        let word = list.str()?;
        let end = reader.position();
        match found.last_mut() {
            Some((_, last, words, bytes)) if end - bytes.start <= MOST => {
                (*last, *words, bytes.end) = (word, *words + 1, end);
            }
            _ => found.push((word, word, 1, start..end)),
        }
    }
    let piece = |(first, last, words, bytes): (&str, &str, u64, Range<usize>)| {
        let mut writer = Encoder::new(Vec::new());
        writer.array(1)?.array(words)?;
        let mut whole = writer.into_writer();
        whole.extend_from_slice(&lists[bytes]);
        Ok(Piece {
            first: first.into(),
            last: last.into(),
            packed: pack(&whole)?,
        })
    };
    found.into_iter().map(piece).collect()
}

/// As much of a word as it takes to tell it from its neighbour.
fn apart<'a>(word: &'a str, neighbour: &str) -> &'a str {
    let same = word.chars().zip(neighbour.chars());
    let same = same.take_while(|(a, b)| a == b).count();
    match word.char_indices().nth(same + 1) {
        Some((end, _)) => &word[..end],
        None => word,
    }
}

fn length(length: Option<u64>) -> Outcome<u64> {
    length.ok_or_else(|| "a length is missing".into())
}

/// A hash in letters.
pub(super) fn hex(hash: &[u8]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unpack(packed: &[u8]) -> Outcome<Vec<u8>> {
    let mut bytes = Vec::new();
    GzDecoder::new(packed).read_to_end(&mut bytes)?;
    let rest = bytes.strip_prefix(SIGNATURE);
    Ok(rest.ok_or("a file has no signature")?.to_vec())
}

fn pack(bytes: &[u8]) -> Outcome<Vec<u8>> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(SIGNATURE)?;
    packer.write_all(bytes)?;
    Ok(packer.finish()?)
}

#[cfg(test)]
mod tests {
    use super::super::{Record, pagefind};
    use super::*;

    /// Pages of common words, of words of their own, and of another language.
    fn records() -> Vec<Record> {
        let page = |number: usize| {
            let (language, common) = match number % 10 {
                9 => ("de", "das netz "),
                _ => ("en", "the lag "),
            };
            let common = common.repeat(600);
            let own: String = (0..40)
                .map(|at| format!("word{} ", number * 40 + at))
                .collect();
            let html = format!(
                "<html lang={language:?}><body data-pagefind-body><h1>Page {number}</h1><p>{common}timeout {own}</p></body></html>"
            );
            Record::new(format!("p/{number}/index.html"), &html)
        };
        (0..100).map(page).collect()
    }

    fn text<'a>(reader: &mut Decoder<'a>) -> &'a str {
        reader.str().expect("a text")
    }

    fn count(reader: &mut Decoder<'_>) -> u64 {
        let length = reader.array().expect("a list");
        length.expect("a length")
    }

    /// A file of lists: its bounds, and each word with its list.
    struct Lists {
        from: String,
        to: String,
        words: Vec<(String, Vec<u8>)>,
    }

    /// The lists of every language, and the names of the pages.
    fn read(files: &[IndexFile]) -> (Vec<Lists>, Vec<String>) {
        let (mut all, mut pages) = (Vec::new(), Vec::new());
        let files: BTreeMap<&str, &[u8]> = files
            .iter()
            .map(|(name, file)| (&**name, &**file))
            .collect();
        let get = |name: &str| unpack(files[name]).expect("it can be read");
        for name in files.keys().filter(|name| name.ends_with(".pf_meta")) {
            let meta = get(name);
            let mut reader = Decoder::new(&meta);
            count(&mut reader);
            text(&mut reader);
            for _ in 0..count(&mut reader) {
                assert_eq!(count(&mut reader), 3);
                pages.push(text(&mut reader).to_string());
                reader.skip().expect("how many words");
                reader.skip().expect("a group");
            }
            for _ in 0..count(&mut reader) {
                count(&mut reader);
                let (from, to) = (text(&mut reader).to_string(), text(&mut reader).to_string());
                let lists = get(&file(text(&mut reader)));
                let mut lists_of = Decoder::new(&lists);
                count(&mut lists_of);
                let mut words = Vec::new();
                for _ in 0..count(&mut lists_of) {
                    let start = lists_of.position();
                    let mut inner = lists_of.clone();
                    lists_of.skip().expect("a list");
                    count(&mut inner);
                    let word = text(&mut inner).to_string();
                    words.push((word, lists[start..lists_of.position()].to_vec()));
                }
                all.push(Lists { from, to, words });
            }
        }
        (all, pages)
    }

    #[test]
    fn what_is_cut_says_the_same_in_smaller_files() {
        let whole = pagefind(records()).expect("an index");
        let pieces = cut(whole.clone()).expect("it is cut");
        let ((before, _), (after, pages)) = (read(&whole), read(&pieces));
        let words = |files: &[Lists]| {
            let words = files.iter().flat_map(|lists| lists.words.clone());
            words.collect::<Vec<_>>()
        };
        assert!(words(&before) == words(&after), "no list is another");
        assert!(after.len() > before.len());
        for Lists { from, to, words } in &after {
            let bytes: usize = words.iter().map(|(_, list)| list.len()).sum();
            assert!(words.len() == 1 || bytes <= MOST, "{from} to {to}: {bytes}");
        }
        let holds = |lists: &&Lists| lists.words.iter().any(|(word, _)| word == "the");
        let long = after.iter().find(holds).expect("it is indexed");
        assert_eq!(
            long.words.len(),
            1,
            "a long list is fetched for itself alone"
        );
        // Every page has its text under the name that it is known by.
        assert_eq!(pages.len(), 100);
        let lists = pieces.iter().filter_map(|(name, _)| {
            let name = name.strip_prefix("pagefind.")?;
            name.strip_suffix(".pf_meta")
        });
        let entry = pieces.iter().find(|(name, _)| name == ENTRY);
        let entry = String::from_utf8_lossy(&entry.expect("it is there").1);
        let lists: Vec<&str> = lists.collect();
        assert_eq!(lists.len(), 2, "{lists:?}");
        for list in lists {
            assert!(entry.contains(&format!("\"{list}\"")), "{entry}");
            assert!(!whole.iter().any(|(name, _)| name.contains(list)), "{list}");
        }
        for page in pages {
            let name = format!("fragment/{page}.pf_fragment");
            assert!(pieces.iter().any(|(known, _)| *known == name), "{name}");
        }
        assert_eq!(
            pieces
                .iter()
                .filter(|(name, _)| name.contains("fragment/"))
                .count(),
            100
        );
    }

    #[test]
    fn a_word_is_found_between_the_bounds_of_its_file() {
        let pieces = cut(pagefind(records()).expect("an index")).expect("it is cut");
        let (files, _) = read(&pieces);
        let start =
            |text: &str, like: &str| text.chars().take(like.chars().count()).collect::<String>();
        for Lists { from, to, words } in &files {
            for (word, _) in words {
                // As Pagefind looks: first by the whole word, then by as much of it as the bounds have.
                let strict = word >= from && word <= to;
                let loose =
                    start(word, from) >= start(from, word) && start(word, to) <= start(to, word);
                assert!(strict || loose, "{word} between {from} and {to}");
            }
        }
    }

    #[test]
    fn another_edition_of_a_page_has_another_name() {
        let named = |last: &str| {
            let mut records = records();
            records.push(Record::new(
                "p/last/index.html".into(),
                &format!("<html lang=\"en\"><body data-pagefind-body>{last}</body></html>"),
            ));
            read(&cut(pagefind(records).expect("an index")).expect("it is cut")).1
        };
        let (one, other) = (named("one"), named("other"));
        assert_eq!(one, named("one"));
        assert!(
            one.iter()
                .filter(|name| name.starts_with("en_"))
                .all(|name| !other.contains(name))
        );
    }

    #[test]
    fn what_is_no_index_is_an_error() {
        let broken = |bytes: &[u8]| vec![("pagefind.en_1.pf_meta".to_string(), bytes.to_vec())];
        for bytes in [
            &b""[..],
            b"x",
            &pack(b"\x81").expect("packed"),
            &pack(b"").expect("packed"),
        ] {
            assert!(cut(broken(bytes)).is_err());
        }
    }
}
