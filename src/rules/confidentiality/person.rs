//! Where a text tells of single people.
//!
//! Owns the one pass over the bytes; what each kind looks like is for [`super::address`] and [`super::number`].

use std::ops::Range;

use super::{address, number};

/// What tells of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind<'a> {
    /// An e-mail address.
    Mailbox,
    /// An address of the open internet.
    Internet,
    /// A telephone number.
    Telephone,
    /// A bank account with valid check digits.
    Account,
    /// A payment card with a valid check digit.
    Card,
    /// Found by a configured pattern of this name.
    Configured(&'a str),
}

/// Everything of a text that tells of a person, in order; nothing overlaps.
pub(super) fn data(text: &str) -> Vec<(Range<usize>, Kind<'static>)> {
    let bytes = text.as_bytes();
    let mut found: Vec<(Range<usize>, Kind<'static>)> = Vec::new();
    let mut from = 0;
    while let Some(next) = ahead(&bytes[from..]) {
        let at = from + next;
        from = at + 1;
        let before = at.checked_sub(1).map_or(b' ', |before| bytes[before]);
        let one = match bytes[at] {
            b'@' => address::mailbox(text, at).map(|range| (range, Kind::Mailbox)),
            b':' if before.is_ascii_hexdigit() => {
                address::version_6(text, at).map(|range| (range, Kind::Internet))
            }
            b':' => None,
            _ => {
                let digits = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit());
                let digits = digits.count();
                from = at + digits;
                numbers(text, at, digits)
            }
        };
        let Some((range, kind)) = one else { continue };
        if found.last().is_none_or(|(last, _)| last.end <= range.start) {
            found.push((range, kind));
        }
    }
    found
}

/// How far away the next byte is that may be part of what tells of a person. Texts are mostly letters, and where no end is early
/// the compiler looks at many bytes at once.
fn ahead(bytes: &[u8]) -> Option<usize> {
    let telling = |byte: &u8| matches!(byte, b'0'..=b':' | b'@');
    let silent = |chunk: &&[u8; 32]| !chunk.iter().fold(false, |any, byte| any | telling(byte));
    let (chunks, _) = bytes.as_chunks();
    let from = chunks.iter().take_while(silent).count() * 32;
    let next = bytes[from..].iter().position(telling)?;
    Some(from + next)
}

/// What begins with so many digits at `at`.
fn numbers(text: &str, at: usize, digits: usize) -> Option<(Range<usize>, Kind<'static>)> {
    let dotted = || address::version_4(text, at).map(|range| (range, Kind::Internet));
    let account = || number::account(text, at).map(|range| (range, Kind::Account));
    let card = || number::card(text, at).map(|range| (range, Kind::Card));
    let telephone = || number::telephone(text, at).map(|range| (range, Kind::Telephone));
    // Most numbers of a text are settled by what follows their first digits.
    let next = text.as_bytes().get(at + digits).copied().unwrap_or(b' ');
    match (digits, next) {
        (1..=3, b'.') => dotted().or_else(telephone),
        (4 | 14.., _) => account().or_else(card).or_else(telephone),
        (3, b')' | b'-') => telephone(),
        _ if text[..at].ends_with('+') => telephone(),
        (1, _) => None,
        _ => account().or_else(telephone),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&str, Kind<'static>)> {
        data(text)
            .into_iter()
            .map(|(range, kind)| (&text[range], kind))
            .collect()
    }

    #[test]
    fn what_tells_of_a_person_is_found_whole() {
        for (text, datum, kind) in [
            (
                "mail ada.king@saltmarsh-parcel.com.",
                "ada.king@saltmarsh-parcel.com",
                Kind::Mailbox,
            ),
            ("<mailto:ada@parcel.io>", "ada@parcel.io", Kind::Mailbox),
            (
                "user=ada@parcel.io logged in",
                "ada@parcel.io",
                Kind::Mailbox,
            ),
            ("from 81.2.69.160:443 and", "81.2.69.160", Kind::Internet),
            ("(81.2.69.160)", "81.2.69.160", Kind::Internet),
            ("http://81.2.69.160/x", "81.2.69.160", Kind::Internet),
            ("81.2.69.160/32", "81.2.69.160", Kind::Internet),
            (
                "at 2a02:8071:b5c0::1f3:",
                "2a02:8071:b5c0::1f3",
                Kind::Internet,
            ),
            (
                "call +49 30 901820 at once",
                "+49 30 901820",
                Kind::Telephone,
            ),
            ("+33 1 42 68 53 00", "+33 1 42 68 53 00", Kind::Telephone),
            ("tel:+14155550932", "+14155550932", Kind::Telephone),
            (
                "Phone: 030 / 901 820 55",
                "030 / 901 820 55",
                Kind::Telephone,
            ),
            ("(415) 555-0932", "(415) 555-0932", Kind::Telephone),
            ("or 415-555-0932.", "415-555-0932", Kind::Telephone),
            (
                "DE10 1009 0000 4711 0815 00, then",
                "DE10 1009 0000 4711 0815 00",
                Kind::Account,
            ),
            ("4539 1234 5678 9017", "4539 1234 5678 9017", Kind::Card),
        ] {
            assert_eq!(found(text), [(datum, kind)], "{text}");
        }
    }

    #[test]
    fn what_belongs_to_nobody_is_silent() {
        for text in [
            "ada@example.com, b@mail.example.org, c@x.example, d@corp.test, noreply@parcel.io, no-reply+7@parcel.io, support@parcel.io",
            "git@github.com:org/repo.git, ssh://git@parcel.io/x, https://user@parcel.io/x, @example/payments, @ada",
            "root@web-01:~# ssh -i key deploy@web-01.parcel.io and scp a ada@web-01.parcel.io:/srv",
            "ada@web-01.parcel.io:~$ ls; getty@tty1.service; icon@2x.png; left-pad@1.3.0; actions/checkout@v4",
            "x@project.iam.gserviceaccount.com; 1234+ada@users.noreply.github.com; @ada@mastodon.social",
            "10.0.0.1 172.16.3.4 192.168.1.1 127.0.0.1 169.254.169.254 100.64.0.1 192.0.2.7 198.51.100.9 203.0.113.80 0.0.0.0 255.255.255.255 8.8.8.8",
            "version 81.2.69.160, v81.2.69.160, Chrome/81.2.69.160, pkg-81.2.69.160, 2.3.4.5, 81.2.69.0/24, 81.2.69.160-rc1, 1.81.2.69.160",
            "114.0.5735.90 and 81.2.69 and 2.3.4",
            "2001:db8::1 fe80::1 ::1 fd00::1 std::io 14:23:10 2026-10-10T14:23:10 3fff::1 2a02:8071::/32 ab:cd:ef:01:23:45",
            "+02:00, +1, +12 345, +1 000 000 000 requests, +5 %, 2026-10-10, +44 7700 900123, (415) 555-0132, 2026-101-1000",
            "+1234567890123 and A+14155550932; <tel:28919.8689279|28919.8689279>; the phone 12.3.4567",
            "4111 1111 1111 1111, 4242424242424242, 4539123456789015, 1700000000000000, 45391234567890170",
            "DE89 3704 0044 0532 0130 00, GB82WEST12345698765432, DE00 1009 0000 4711 0815 00",
            "9f86d081884c7d659a2feaa0c55ad015, 3f2504e0-4f89-11d3-9a0c-0305e82c3301, 1728570180123",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
