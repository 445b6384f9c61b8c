//! PNG: chunks by their names (PNG, third edition, 11).
//!
//! Those pass that a picture or an animation is drawn from. Texts, times, Exif and whatever is unknown do not.

use flate2::Crc;

use super::exif;

/// What a picture is drawn from.
const DRAWN: [&[u8; 4]; 20] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP",
    b"mDCV", b"cLLI", b"sBIT", b"bKGD", b"hIST", b"pHYs", b"acTL", b"fcTL", b"fdAT", b"vpAg",
];

/// A chunk: its name, its data, and all of it.
struct Chunk<'a> {
    name: &'a [u8],
    data: &'a [u8],
    whole: &'a [u8],
}

fn chunk(bytes: &[u8]) -> Option<Chunk<'_>> {
    let length: [u8; 4] = bytes.get(..4)?.try_into().ok()?;
    let length = u32::from_be_bytes(length) as usize;
    let whole = bytes.get(..length.checked_add(12)?)?;
    Some(Chunk {
        name: &whole[4..8],
        data: &whole[8..8 + length],
        whole,
    })
}

/// The picture alone; `None` where its chunks do not fit.
pub(super) fn clean(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = bytes.get(..8)?.to_vec();
    let mut at = 8;
    let mut turned = None;
    loop {
        let chunk = chunk(bytes.get(at..)?)?;
        at += chunk.whole.len();
        if chunk.name == b"eXIf" {
            turned = turned.or(exif::orientation(chunk.data));
        }
        if chunk.name == b"IEND" {
            if let Some(turned) = turned {
                out.extend(written(b"eXIf", &exif::block(turned)));
            }
            out.extend(chunk.whole);
            return Some(out);
        }
        if DRAWN.iter().any(|name| name.as_slice() == chunk.name) {
            out.extend(chunk.whole);
        }
    }
}

fn written(name: &[u8], data: &[u8]) -> Vec<u8> {
    let mut checked = Crc::new();
    checked.update(name);
    checked.update(data);
    let length = u32::try_from(data.len()).unwrap_or_default();
    [
        &length.to_be_bytes(),
        name,
        data,
        &checked.sum().to_be_bytes(),
    ]
    .concat()
}

/// The packed parts that hold words: colour profiles.
pub(super) fn packed(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes.get(8..).unwrap_or_default();
    let chunks = std::iter::from_fn(move || {
        let chunk = chunk(rest)?;
        rest = &rest[chunk.whole.len()..];
        Some(chunk)
    });
    chunks.filter(|chunk| chunk.name == b"iCCP").map(|chunk| {
        // A name, its end, and the method of packing stand before.
        let end = chunk
            .data
            .iter()
            .position(|byte| *byte == 0)
            .unwrap_or_default();
        chunk.data.get(end + 2..).unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_picture_is_left() {
        let bytes = [
            super::super::PNG,
            &written(b"IHDR", b"header"),
            &written(b"tEXt", b"Author\0Ada"),
            &written(b"iTXt", b"XML:com.adobe.xmp\0"),
            &written(b"eXIf", &[exif::block(3), b"GPS".to_vec()].concat()),
            &written(b"tIME", b"time"),
            &written(b"IDAT", b"pixels"),
            &written(b"IEND", b""),
            b"trailing",
        ]
        .concat();
        let expected = [
            super::super::PNG,
            &written(b"IHDR", b"header"),
            &written(b"IDAT", b"pixels"),
            &written(b"eXIf", &exif::block(3)),
            &written(b"IEND", b""),
        ]
        .concat();
        assert_eq!(clean(&bytes), Some(expected.clone()));
        assert_eq!(clean(&expected), Some(expected.clone()));
        assert_eq!(clean(&expected[..expected.len() - 1]), None);
    }
}
