//! GIF: blocks (GIF89a).
//!
//! Pictures, their controls and the loop pass; comments, plain text and the extensions of other programs do not.

/// The picture alone; `None` where its blocks do not fit.
pub(super) fn clean(bytes: &[u8]) -> Option<Vec<u8>> {
    let screen = bytes.get(..13)?;
    let mut at = 13 + table(screen[10]);
    let mut out = bytes.get(..at)?.to_vec();
    loop {
        let start = at;
        match *bytes.get(at)? {
            0x3b => {
                out.push(0x3b);
                return Some(out);
            }
            0x2c => {
                let flags = *bytes.get(at + 9)?;
                // The descriptor, its table, and the size of the codes stand before the data.
                at = blocks(bytes, at + 10 + table(flags) + 1)?;
                out.extend(&bytes[start..at]);
            }
            0x21 => {
                let label = *bytes.get(at + 1)?;
                at = blocks(bytes, at + 2)?;
                let name = bytes.get(start + 3..start + 14).unwrap_or_default();
                let is_loop = label == 0xff && matches!(name, b"NETSCAPE2.0" | b"ANIMEXTS1.0");
                if label == 0xf9 || is_loop {
                    out.extend(&bytes[start..at]);
                }
            }
            _ => return None,
        }
    }
}

/// The bytes of a table of colours.
fn table(flags: u8) -> usize {
    if flags & 0x80 == 0 {
        0
    } else {
        3 << ((flags & 7) + 1)
    }
}

/// Where a chain of blocks ends.
fn blocks(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let length = usize::from(*bytes.get(at)?);
        at += length + 1;
        if length == 0 {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_picture_is_left() {
        let head = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff";
        let control = b"\x21\xf9\x04\0\0\0\0\0";
        let repeat = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0";
        let picture = b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0";
        let comment = b"\x21\xfe\x06secret\0";
        let metadata = b"\x21\xff\x0bXMP DataXMP\x03Ada\0";
        let bytes = [
            &head[..],
            repeat,
            comment,
            metadata,
            control,
            picture,
            b"\x3b",
            b"more",
        ]
        .concat();
        let expected = [&head[..], repeat, control, picture, b"\x3b"].concat();
        assert_eq!(clean(&bytes), Some(expected.clone()));
        assert_eq!(clean(&expected[..expected.len() - 1]), None);
    }
}
