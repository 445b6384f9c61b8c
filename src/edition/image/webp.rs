//! WebP: chunks of a RIFF file (RFC 9649).
//!
//! Pixels, transparency, animation and the colour profile pass; Exif, XMP and whatever is unknown do not.

use super::exif;

const DRAWN: [&[u8; 4]; 7] = [
    b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP",
];
/// Flags of `VP8X`: Exif and XMP are there.
const EXIF: u8 = 0x08;
const XMP: u8 = 0x04;

/// The picture alone; `None` where its chunks do not fit.
pub(super) fn clean(bytes: &[u8]) -> Option<Vec<u8>> {
    let size: [u8; 4] = bytes.get(4..8)?.try_into().ok()?;
    let end = (u32::from_le_bytes(size) as usize).checked_add(8)?;
    let bytes = bytes.get(..end)?;
    let mut body = b"WEBP".to_vec();
    let mut at = 12;
    let mut turned = None;
    let mut flags = None;
    while at < bytes.len() {
        let name = bytes.get(at..at + 4)?;
        let length: [u8; 4] = bytes.get(at + 4..at + 8)?.try_into().ok()?;
        let length = u32::from_le_bytes(length) as usize;
        let data = bytes.get(at + 8..(at + 8).checked_add(length)?)?;
        if name == b"EXIF" {
            let tiff = data.strip_prefix(b"Exif\0\0").unwrap_or(data);
            turned = exif::orientation(tiff);
        }
        if DRAWN.iter().any(|drawn| drawn.as_slice() == name) {
            if name == b"VP8X" {
                flags = Some(body.len() + 8);
            }
            put(&mut body, name, data)?;
        }
        at += 8 + length + length % 2;
    }
    if body.len() == 4 {
        return None;
    }
    if let Some(flags) = flags {
        let flags = body.get_mut(flags)?;
        *flags &= !(EXIF | XMP);
        if let Some(turned) = turned {
            *flags |= EXIF;
            put(&mut body, b"EXIF", &exif::block(turned))?;
        }
    }
    let mut out = b"RIFF".to_vec();
    out.extend(u32::try_from(body.len()).ok()?.to_le_bytes());
    out.extend(body);
    Some(out)
}

fn put(body: &mut Vec<u8>, name: &[u8], data: &[u8]) -> Option<()> {
    body.extend(name);
    body.extend(u32::try_from(data.len()).ok()?.to_le_bytes());
    body.extend(data);
    if data.len() % 2 == 1 {
        body.push(0);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(chunks: &[(&[u8], &[u8])]) -> Vec<u8> {
        let mut body = b"WEBP".to_vec();
        for (name, data) in chunks {
            put(&mut body, name, data).expect("short");
        }
        let mut file = b"RIFF".to_vec();
        file.extend(u32::try_from(body.len()).expect("short").to_le_bytes());
        file.extend(body);
        file
    }

    #[test]
    fn only_the_picture_is_left() {
        let bytes = file(&[
            (b"VP8X", b"\x2c123456789"),
            (b"VP8L", b"pixel"),
            (b"EXIF", &exif::block(8)),
            (b"XMP ", b"<x:xmpmeta>Ada"),
            (b"note", b"Ada"),
        ]);
        let cleaned = clean(&[&bytes[..], b"more"].concat());
        let expected = file(&[
            (b"VP8X", b"\x28123456789"),
            (b"VP8L", b"pixel"),
            (b"EXIF", &exif::block(8)),
        ]);
        assert_eq!(cleaned, Some(expected));
        assert_eq!(clean(&bytes[..bytes.len() - 1]), None);
    }
}
