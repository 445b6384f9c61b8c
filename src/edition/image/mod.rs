//! Images without metadata: where a photo was taken and by whom, the tool and the path it was saved with.
//!
//! Owns the choice by content, whatever a file is called. Only the parts pass that a picture is drawn from, each format in a file of
//! its own; pixels are copied as they are. What a picture shows nobody here can tell.

mod exif;
mod gif;
mod jpeg;
mod png;
mod svg;
mod webp;

use super::readable;

/// Shorter runs of letters in a picture are chance, in bytes.
const SHORTEST: usize = 5;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
const JPEG: &[u8] = &[0xff, 0xd8, 0xff];

/// The picture alone, or why it cannot be let out.
pub(super) fn clean(extension: &str, bytes: &[u8]) -> Result<Vec<u8>, String> {
    let broken = |kind: &str| {
        format!("this {kind} cannot be read to its end, so nobody can tell what else it holds")
    };
    if bytes.starts_with(PNG) {
        return png::clean(bytes).ok_or_else(|| broken("PNG"));
    }
    if bytes.starts_with(JPEG) {
        return jpeg::clean(bytes).ok_or_else(|| broken("JPEG"));
    }
    if bytes.starts_with(b"GIF8") {
        return gif::clean(bytes).ok_or_else(|| broken("GIF"));
    }
    if is_webp(bytes) {
        return webp::clean(bytes).ok_or_else(|| broken("WebP"));
    }
    if is_avif(bytes) {
        // Its metadata lies anywhere in the file, and everything else counts bytes from the start.
        let marks: [&[u8]; 4] = [b"Exif", b"xmpmeta", b"rdf+xml", b"urn:uuid"];
        let holds = |mark: &[u8]| bytes.windows(mark.len()).any(|window| window == mark);
        return match marks.into_iter().any(holds) {
            true => Err("this AVIF holds metadata, which cannot be taken out of it".into()),
            false => Ok(bytes.to_vec()),
        };
    }
    if extension == "svg" {
        let text = std::str::from_utf8(bytes).map_err(|_| "this SVG is not UTF-8".to_string())?;
        return svg::clean(text).map(String::into_bytes);
    }
    Err(match extension {
        "pdf" => "a PDF cannot be searched for what must not get out".into(),
        _ => "this is no image of a known kind".into(),
    })
}

/// Whether a file holds a picture and no text.
pub(super) fn is_binary(bytes: &[u8]) -> bool {
    bytes.starts_with(PNG)
        || bytes.starts_with(JPEG)
        || bytes.starts_with(b"GIF8")
        || is_webp(bytes)
        || is_avif(bytes)
}

/// Every run of letters in a picture, in one byte each or in two; what its parts have packed among them.
pub(super) fn texts(bytes: &[u8]) -> Vec<String> {
    let mut texts = vec![runs(bytes.iter().copied())];
    for offset in [0, 1] {
        let wide = bytes.get(offset..).unwrap_or_default().chunks_exact(2);
        texts.push(runs(wide.map(|pair| match pair {
            [letter, 0] | [0, letter] => *letter,
            _ => 0,
        })));
    }
    if bytes.starts_with(PNG) {
        texts.extend(png::packed(bytes).map(|part| runs(readable::inflated(part).into_iter())));
    }
    texts
}

/// The runs of printable characters, a line each.
fn runs(bytes: impl Iterator<Item = u8>) -> String {
    let (mut text, mut run) = (String::new(), String::new());
    for byte in bytes.chain([0]) {
        if (0x20..0x7f).contains(&byte) {
            run.push(char::from(byte));
            continue;
        }
        if run.len() >= SHORTEST {
            text.push_str(&run);
            text.push('\n');
        }
        run.clear();
    }
    text
}

fn is_webp(bytes: &[u8]) -> bool {
    bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP")
}

fn is_avif(bytes: &[u8]) -> bool {
    bytes.get(4..8) == Some(b"ftyp")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_holds_counts_not_its_name() {
        assert!(clean("png", b"\xff\xd8\xff\xd9").is_ok());
        for (extension, bytes) in [
            ("png", &b"hello"[..]),
            ("pdf", b"%PDF-1.7"),
            ("png", PNG),
            ("jpg", JPEG),
            ("gif", b"GIF89a"),
            ("webp", b"RIFF\x04\0\0\0WEBPVP8 "),
            ("avif", b"\0\0\0\x20ftypavifExif"),
            ("svg", b"\xff"),
        ] {
            assert!(clean(extension, bytes).is_err(), "{extension}");
        }
        assert!(
            texts(b"\xff\xd8\xffs\0e\0c\0r\0e\0t\0")
                .join("")
                .contains("secret")
        );
    }
}
