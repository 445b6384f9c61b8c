//! What an output file says once its notation is taken away: tags, entities, escapes, folded lines, compression.
//!
//! Owns the ways in which a text can stand in an output. What must not stand there is for [`super::leak`].

use std::borrow::Cow;
use std::io::Read;

use flate2::read::{GzDecoder, ZlibDecoder};

/// More than this is not unpacked, in bytes.
const MOST: u64 = 256 << 20;
/// Elements that part no word.
const INLINE: [&str; 26] = [
    "a", "abbr", "b", "bdi", "bdo", "code", "del", "em", "font", "i", "ins", "kbd", "mark", "q",
    "s", "samp", "small", "span", "strong", "sub", "sup", "textpath", "time", "tspan", "u", "wbr",
];
/// Attributes of drawings that hold nothing but numbers.
const GEOMETRY: [&str; 21] = [
    "cx",
    "cy",
    "d",
    "dx",
    "dy",
    "height",
    "opacity",
    "points",
    "r",
    "rx",
    "ry",
    "stroke-dasharray",
    "stroke-width",
    "transform",
    "viewbox",
    "width",
    "x",
    "x1",
    "x2",
    "y",
    "y1",
];

/// The text of an output by its path.
pub(super) fn text(path: &str, bytes: &[u8]) -> String {
    let bytes = unpacked(bytes);
    let text = decoded(&bytes);
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    let text = match extension.to_ascii_lowercase().as_str() {
        "html" | "htm" | "xml" | "svg" | "atom" => markup(&text),
        "json" | "js" | "webmanifest" | "pf_fragment" => strings(&text),
        "ics" => calendar(&text),
        "csv" | "tsv" => text.replace("\"\"", "\""),
        _ => text.into_owned(),
    };
    let plain = |c: char| match c {
        '\u{a0}' | '\u{2007}' | '\u{202f}' => Some(' '),
        c if super::place::is_invisible(c) => None,
        c => Some(c),
    };
    text.chars().filter_map(plain).collect()
}

/// The bytes, unpacked where they are packed with gzip.
fn unpacked(bytes: &[u8]) -> Cow<'_, [u8]> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Cow::Borrowed(bytes);
    }
    let mut unpacked = Vec::new();
    match GzDecoder::new(bytes).take(MOST).read_to_end(&mut unpacked) {
        Ok(_) => Cow::Owned(unpacked),
        Err(_) => Cow::Borrowed(bytes),
    }
}

/// What a zlib stream holds, as far as it can be read.
pub(super) fn inflated(bytes: &[u8]) -> Vec<u8> {
    let mut unpacked = Vec::new();
    // What stands before a flaw has been unpacked all the same.
    let _ = ZlibDecoder::new(bytes)
        .take(MOST)
        .read_to_end(&mut unpacked);
    unpacked
}

/// The characters of a file, UTF-8 as a rule.
fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    let wide = |bytes: &[u8], order: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).map(|pair| order([pair[0], pair[1]]));
        char::decode_utf16(units)
            .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect::<String>()
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => Cow::Owned(wide(rest, u16::from_le_bytes)),
        [0xfe, 0xff, rest @ ..] => Cow::Owned(wide(rest, u16::from_be_bytes)),
        _ => String::from_utf8_lossy(bytes),
    }
}

/// The visible text of HTML or XML, then the values of its attributes and its comments, a line each.
fn markup(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut values = String::new();
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        shown.push_str(&rest[..open]);
        rest = &rest[open..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            let end = comment.find("-->").unwrap_or(comment.len());
            values.push_str(&comment[..end]);
            values.push('\n');
            rest = comment.get(end + 3..).unwrap_or_default();
            continue;
        }
        if let Some(data) = rest.strip_prefix("<![CDATA[") {
            let end = data.find("]]>").unwrap_or(data.len());
            shown.push_str(&data[..end]);
            rest = data.get(end + 3..).unwrap_or_default();
            continue;
        }
        let is_tag = rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c));
        if !is_tag {
            shown.push('<');
            rest = &rest[1..];
            continue;
        }
        let end = tag_end(rest);
        let tag = &rest[1..end];
        rest = rest.get(end + 1..).unwrap_or_default();
        let name = tag.trim_start_matches('/');
        let name = name
            .split(|c: char| c.is_whitespace() || c == '/')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        if !INLINE.contains(&name.as_str()) {
            shown.push('\n');
        }
        attributes(&tag[name.len().min(tag.len())..], &mut values);
    }
    shown.push_str(rest);
    shown.push('\n');
    shown.push_str(&values);
    let mut text = entities(&shown);
    // An address is written with escapes of its own.
    if values.contains('%') {
        let decoded = percent_encoding::percent_decode_str(&values).decode_utf8_lossy();
        text.push('\n');
        text.push_str(&entities(&decoded));
    }
    text
}

/// Where the tag at the start of a text ends; `>` inside quotes is none.
fn tag_end(text: &str) -> usize {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    text.len()
}

fn attributes(tag: &str, values: &mut String) {
    let mut rest = tag;
    while let Some(equals) = rest.find('=') {
        let name = rest[..equals].trim_end();
        let name = name.rsplit(char::is_whitespace).next().unwrap_or_default();
        let value = rest[equals + 1..].trim_start();
        let (value, after) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let inner = &value[1..];
                inner.split_once(quote).unwrap_or((inner, ""))
            }
            _ => value.split_at(value.find(char::is_whitespace).unwrap_or(value.len())),
        };
        rest = after;
        let is_geometry = GEOMETRY.contains(&name.to_ascii_lowercase().as_str())
            && value
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || " \n\t.,-+()%".contains(c));
        if !is_geometry {
            values.push_str(value);
            values.push('\n');
        }
    }
}

/// Entities as the characters they stand for.
fn entities(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        let c = end.and_then(|end| {
            let name = &rest[1..end];
            let number = |digits: &str, radix| {
                u32::from_str_radix(digits, radix)
                    .ok()
                    .and_then(char::from_u32)
            };
            match name {
                "amp" => Some('&'),
                "lt" => Some('<'),
                "gt" => Some('>'),
                "quot" => Some('"'),
                "apos" => Some('\''),
                "nbsp" => Some(' '),
                "shy" => Some('\u{ad}'),
                "commat" => Some('@'),
                _ => match name.strip_prefix('#') {
                    Some(hex) if hex.starts_with(['x', 'X']) => number(&hex[1..], 16),
                    Some(digits) => number(digits, 10),
                    None => None,
                },
            }
        });
        match (c, end) {
            (Some(c), Some(end)) => {
                plain.push(c);
                rest = &rest[end + 1..];
            }
            _ => {
                plain.push('&');
                rest = &rest[1..];
            }
        }
    }
    plain.push_str(rest);
    plain
}

/// JSON and scripts with the escapes of their strings resolved.
fn strings(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        plain.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(c) = rest.chars().next() else { break };
        rest = &rest[c.len_utf8()..];
        match c {
            'n' | 'r' | 't' | 'b' | 'f' => plain.push('\n'),
            'u' => {
                let digits = rest.get(..4).unwrap_or_default();
                match u16::from_str_radix(digits, 16) {
                    Ok(unit) => {
                        rest = &rest[4..];
                        // The half of a pair says nothing here: no word that is looked for has one.
                        plain.push(char::from_u32(u32::from(unit)).unwrap_or('\u{fffd}'));
                    }
                    Err(_) => plain.push('u'),
                }
            }
            c => plain.push(c),
        }
    }
    plain.push_str(rest);
    plain
}

/// A calendar with its folded lines joined and its escapes resolved.
fn calendar(text: &str) -> String {
    let joined = text.replace("\r\n", "\n");
    let joined = joined.replace("\n ", "").replace("\n\t", "");
    joined
        .replace("\\n", "\n")
        .replace("\\N", "\n")
        .replace("\\,", ",")
        .replace("\\;", ";")
        .replace("\\\\", "\\")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notations_hide_nothing() {
        let html = "<p title='a&#x40;b'>se<b>cr</b>et</p><!-- note --><a href=\"x?q=%40ada\">y &amp; z</a>";
        let shown = text("a.html", html.as_bytes());
        for part in ["secret", "a@b", "note", "@ada", "y & z"] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        assert!(!text("a.svg", b"<path d=\"M1 2.5h3\"/>").contains("2.5"));
        assert_eq!(text("a.json", br#""a\u00e9\"b\/""#), "\"aé\"b/\"");
        assert_eq!(
            text("a.ics", b"SUMMARY:sec\r\n ret\\, x"),
            "SUMMARY:secret, x"
        );
        assert_eq!(text("a.txt", b"\xff\xfeh\0i\0"), "hi");
        assert_eq!(text("a.txt", "a\u{a0}b\u{200b}c".as_bytes()), "a bc");
    }

    #[test]
    fn broken_markup_is_borne() {
        for html in [
            "<",
            "<a",
            "<a b",
            "<a b=",
            "<a b='",
            "<!--",
            "<![CDATA[",
            "a < b",
            "&#x110000;",
            "&",
            "</",
        ] {
            let _ = text("a.html", html.as_bytes());
            let _ = text("a.json", html.as_bytes());
        }
        assert_eq!(text("a.html", b"a < b").trim(), "a < b");
    }
}
