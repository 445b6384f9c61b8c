//! JPEG: segments by their markers (ITU T.81, annex B).
//!
//! Tables, frames and scans pass; of the application's segments only the kind of file, the colour profile and Adobe's colour
//! transform. Comments, Exif, XMP, IPTC, thumbnails and what hangs behind the picture do not.

use super::exif;

/// The picture alone; `None` where its segments do not fit.
pub(super) fn clean(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = bytes.get(..2)?.to_vec();
    let mut at = 2;
    let mut turned = None;
    loop {
        while bytes.get(at) == Some(&0xff) && bytes.get(at + 1) == Some(&0xff) {
            at += 1;
        }
        if *bytes.get(at)? != 0xff {
            return None;
        }
        let marker = *bytes.get(at + 1)?;
        at += 2;
        match marker {
            0xd9 => {
                out.extend([0xff, 0xd9]);
                break;
            }
            0x01 | 0xd0..=0xd7 => {
                out.extend([0xff, marker]);
                continue;
            }
            _ => {}
        }
        let length: [u8; 2] = bytes.get(at..at + 2)?.try_into().ok()?;
        let length = usize::from(u16::from_be_bytes(length));
        let segment = bytes.get(at..at + length)?;
        let payload = segment.get(2..)?;
        at += length;
        match marker {
            // The thumbnail of JFIF is a picture of its own.
            0xe0 if payload.starts_with(b"JFIF\0") && payload.len() >= 14 => {
                out.extend([0xff, 0xe0, 0, 16]);
                out.extend(&payload[..12]);
                out.extend([0, 0]);
            }
            0xe1 if payload.starts_with(b"Exif\0") => {
                turned = turned.or(payload.get(6..).and_then(exif::orientation));
            }
            0xe2 if payload.starts_with(b"ICC_PROFILE\0") => put(&mut out, marker, segment),
            0xee if payload.starts_with(b"Adobe") => put(&mut out, marker, segment),
            0xe0..=0xef | 0xfe => {}
            0xda => {
                put(&mut out, marker, segment);
                let end = scan(bytes, at)?;
                out.extend(&bytes[at..end]);
                at = end;
            }
            _ => put(&mut out, marker, segment),
        }
    }
    if let Some(turned) = turned {
        let block = exif::block(turned);
        let mut segment = vec![0xff, 0xe1];
        let length = u16::try_from(block.len() + 8).ok()?;
        segment.extend(length.to_be_bytes());
        segment.extend(b"Exif\0\0");
        segment.extend(block);
        out.splice(2..2, segment);
    }
    Some(out)
}

fn put(out: &mut Vec<u8>, marker: u8, segment: &[u8]) {
    out.extend([0xff, marker]);
    out.extend(segment);
}

/// Where the coded data of a scan ends: at a marker that is neither a stuffed byte nor a restart.
fn scan(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == 0xff)?;
        match *bytes.get(at + 1)? {
            0x00 | 0xd0..=0xd7 => at += 2,
            _ => return Some(at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(marker: u8, payload: &[u8]) -> Vec<u8> {
        let mut segment = vec![0xff, marker];
        segment.extend(
            u16::try_from(payload.len() + 2)
                .expect("short")
                .to_be_bytes(),
        );
        segment.extend(payload);
        segment
    }

    #[test]
    fn only_the_picture_is_left() {
        let mut exif = b"Exif\0\0".to_vec();
        exif.extend(exif::block(6));
        exif.extend(b"GPS 52.5 N");
        let scan: &[u8] = &[0xff, 0xda, 0, 3, 9, 1, 0xff, 0, 2, 0xff, 0xd0, 3];
        let bytes = [
            &[0xff, 0xd8][..],
            &segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\x01\x01RGB"),
            &segment(0xe1, &exif),
            &segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>Ada"),
            &segment(0xed, b"Photoshop 3.0\0Ada King"),
            &segment(0xfe, b"secret"),
            &segment(0xdb, b"table"),
            scan,
            &[0xff, 0xff, 0xd9],
            b"trailing Ada",
        ]
        .concat();
        let cleaned = clean(&bytes).expect("a picture");
        let mut turned = b"Exif\0\0".to_vec();
        turned.extend(exif::block(6));
        let expected = [
            &[0xff, 0xd8][..],
            &segment(0xe1, &turned),
            &segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
            &segment(0xdb, b"table"),
            scan,
            &[0xff, 0xd9],
        ]
        .concat();
        assert_eq!(cleaned, expected);
        assert_eq!(clean(&cleaned), Some(cleaned.clone()));
        for end in 2..bytes.len() - 14 {
            assert_eq!(clean(&bytes[..end]), None, "{end}");
        }
    }
}
