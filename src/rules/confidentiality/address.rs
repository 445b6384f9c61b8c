//! Addresses that lead to a person: e-mail and the internet protocol.
//!
//! Owns what such an address looks like and which ones belong to nobody: reserved names and networks, mailboxes of roles,
//! robots, remotes of git, versions that look like an address.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

/// Mailboxes that a role answers, and names that stand for anybody.
const ROLES: &[&str] = &[
    "abuse",
    "accounts",
    "admin",
    "administrator",
    "alert",
    "alerts",
    "billing",
    "bot",
    "careers",
    "coc",
    "community",
    "compliance",
    "conduct",
    "contact",
    "dev",
    "devops",
    "dpo",
    "email",
    "enquiries",
    "feedback",
    "foo",
    "git",
    "hello",
    "help",
    "helpdesk",
    "hostmaster",
    "incident",
    "incidents",
    "info",
    "infra",
    "it",
    "jane.doe",
    "janedoe",
    "jobs",
    "john.doe",
    "johndoe",
    "legal",
    "mail",
    "mailer-daemon",
    "maintainers",
    "marketing",
    "me",
    "moderators",
    "name",
    "news",
    "newsletter",
    "noc",
    "notifications",
    "office",
    "on-call",
    "oncall",
    "opensource",
    "ops",
    "oss",
    "pager",
    "platform",
    "postmaster",
    "press",
    "privacy",
    "report",
    "reports",
    "root",
    "sales",
    "secure",
    "security",
    "service",
    "services",
    "someone",
    "sre",
    "status",
    "support",
    "sysadmin",
    "system",
    "team",
    "test",
    "user",
    "username",
    "webmaster",
    "you",
    "your.name",
    "yourname",
];

/// Ends of names that nobody owns outside one network, and ends that are no names of hosts: units, files.
const RESERVED: &[&str] = &[
    "arpa",
    "cluster",
    "conf",
    "corp",
    "css",
    "device",
    "example",
    "gif",
    "home",
    "html",
    "internal",
    "intranet",
    "invalid",
    "jpeg",
    "jpg",
    "js",
    "json",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "log",
    "md",
    "mount",
    "onion",
    "path",
    "png",
    "private",
    "scope",
    "service",
    "slice",
    "socket",
    "svc",
    "svg",
    "target",
    "test",
    "timer",
    "toml",
    "ts",
    "txt",
    "webp",
    "yaml",
    "yml",
];

/// Labels of host names that stand for any.
const STAND_INS: &[&str] = &[
    "company",
    "contoso",
    "domain",
    "example",
    "host",
    "hostname",
    "mycompany",
    "noreply",
    "server",
    "yourcompany",
    "yourdomain",
];

/// Words before a number that make it a version.
const VERSIONS: &[&str] = &[
    "version", "release", "build", "ver", "firmware", "driver", "kernel", "rev", "revision",
    "section", "update",
];

/// Resolvers that everybody asks: they tell of nobody.
const RESOLVERS: &[[u8; 4]] = &[
    [1, 0, 0, 1],
    [1, 1, 1, 1],
    [4, 2, 2, 2],
    [8, 8, 4, 4],
    [8, 8, 8, 8],
    [9, 9, 9, 9],
    [149, 112, 112, 112],
    [208, 67, 220, 220],
    [208, 67, 222, 222],
];

/// The mailbox around an `@` that stands at `at`.
pub(super) fn mailbox(text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let local = |byte: &&u8| byte.is_ascii_alphanumeric() || b"._%+-'".contains(byte);
    let host = |byte: &&u8| byte.is_ascii_alphanumeric() || b".-".contains(byte);
    let mut start = at - bytes[..at].iter().rev().take(64).take_while(local).count();
    let mut end = at + 1 + bytes[at + 1..].iter().take(253).take_while(host).count();
    while start < at && !bytes[start].is_ascii_alphanumeric() {
        start += 1;
    }
    while end > at && !bytes[end - 1].is_ascii_alphanumeric() {
        end -= 1;
    }
    if start == at || end <= at + 1 {
        return None;
    }
    let before = start.checked_sub(1).map(|at| bytes[at]);
    let after = &text[end..];
    // Part of an address, a path, a handle on another server; a remote or a place behind `ssh`.
    let part = before.is_some_and(|byte| {
        matches!(byte, b'/' | b'@' | b':' | b'=') && !is_mailto(&text[..start]) || byte >= 0x80
    });
    let remote = after.starts_with(['/', '~', '$', '#', '@', '_'])
        || after.starts_with(':')
            && after[1..].starts_with(|c: char| c.is_alphanumeric() || "/~.".contains(c));
    let personal = is_personal(&text[start..at], &text[at + 1..end].to_lowercase());
    (!part && !remote && personal && !is_command(&text[..start])).then_some(start..end)
}

fn is_mailto(before: &str) -> bool {
    before.ends_with("mailto:") || before.ends_with(['=', ':']) && !before.ends_with("//:")
}

fn is_personal(local: &str, host: &str) -> bool {
    let labels: Vec<&str> = host.split('.').collect();
    let plain =
        |label: &&str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
    let Some(top) = labels
        .last()
        .filter(|_| labels.len() > 1 && labels.iter().all(plain))
    else {
        return false;
    };
    let local = local.to_lowercase();
    let stem = local.split('+').next().unwrap_or_default();
    let robot = [
        "noreply",
        "no-reply",
        "no_reply",
        "donotreply",
        "do-not-reply",
    ];
    let nobody = ROLES.contains(&stem)
        || robot.iter().any(|name| local.contains(name))
        || stem.ends_with("bot")
        || stem.ends_with("-team")
        || host.ends_with("gserviceaccount.com");
    top.len() >= 2
        && top.bytes().all(|byte| byte.is_ascii_alphabetic())
        && !RESERVED.contains(top)
        && !labels.iter().any(|label| STAND_INS.contains(label))
        && !nobody
}

/// Whether a command that goes to a host stands before a place in its line, or what stands there names a message.
fn is_command(before: &str) -> bool {
    let mut from = before.len().saturating_sub(120);
    while !before.is_char_boundary(from) {
        from += 1;
    }
    let line = before[from..].rsplit('\n').next().unwrap_or_default();
    let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '-');
    words.any(|word| {
        ["ssh", "scp", "sftp", "rsync", "ssh-copy-id", "mosh"].contains(&word)
            || word.eq_ignore_ascii_case("message-id")
    })
}

/// The public address of version 4 whose first digit stands at `at`.
pub(super) fn version_4(text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let part = |byte: &&u8| byte.is_ascii_digit() || **byte == b'.';
    let length = bytes[at..].iter().take(24).take_while(part).count();
    let token = text[at..at + length].trim_end_matches('.');
    let address: Ipv4Addr = token.parse().ok()?;
    let end = at + token.len();
    let joined = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '@');
    let before = &text[..at];
    // `package-1.2.3.4`, `v1.2.3.4`, `Chrome/1.2.3.4`.
    let product = before
        .strip_suffix('/')
        .is_some_and(|rest| rest.ends_with(char::is_alphanumeric));
    let after = &text[end..];
    let longer = after.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-'))
        || after.starts_with('.') && after[1..].starts_with(char::is_alphanumeric);
    let network = after.strip_prefix('/').is_some_and(|rest| {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        rest[..digits].parse::<u8>().is_ok_and(|prefix| prefix < 32)
    });
    let odd = before.ends_with(joined) || product || longer || network;
    (!odd && is_public_4(address) && !is_version(before)).then_some(at..end)
}

/// Whether the word before a place says that a version follows.
fn is_version(before: &str) -> bool {
    let before = before.trim_end_matches([' ', ':', '`', '*', '"', '\'']);
    let tail = before
        .char_indices()
        .rev()
        .take(12)
        .take_while(|(_, c)| c.is_alphabetic())
        .last();
    let word = tail.map_or("", |(at, _)| &before[at..]);
    VERSIONS
        .iter()
        .any(|version| version.eq_ignore_ascii_case(word))
}

/// Whether an address is one of the open internet (IANA's special-purpose registries, RFC 6890) and not the number of a
/// version: four small numbers.
fn is_public_4(address: Ipv4Addr) -> bool {
    let octets = address.octets();
    let [a, b, c, _] = octets;
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        || a == 100 && (64..128).contains(&b)
        || a == 192 && b == 0 && c == 0
        || a == 198 && matches!(b, 18 | 19);
    !special && !RESOLVERS.contains(&octets) && octets.iter().any(|octet| *octet >= 32)
}

/// The public address of version 6 whose first `:` stands at `at`.
pub(super) fn version_6(text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let start = at.checked_sub(4)?;
    // Global unicast addresses begin with 2000::/3 (RFC 4291, IANA's registry).
    let global =
        matches!(bytes[start], b'2' | b'3') && bytes[start..at].iter().all(u8::is_ascii_hexdigit);
    let apart = start == 0
        || !(bytes[start - 1].is_ascii_alphanumeric() || b"_:.-".contains(&bytes[start - 1]));
    if !global || !apart {
        return None;
    }
    let part = |byte: &&u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
    let length = bytes[start..].iter().take(48).take_while(part).count();
    let token = text[start..start + length].trim_end_matches('.');
    // A colon may end the clause.
    let token = token
        .strip_suffix(':')
        .filter(|rest| !rest.ends_with(':'))
        .unwrap_or(token);
    let address: Ipv6Addr = token.parse().ok()?;
    let end = start + token.len();
    let [first, second, ..] = address.segments();
    // 2001:db8::/32 (RFC 3849) and 3fff::/20 (RFC 9637) are for documentation.
    let documented = first == 0x2001 && second == 0xdb8 || first == 0x3fff && second < 0x1000;
    let resolver = matches!(
        (first, second),
        (0x2606, 0x4700) | (0x2001, 0x4860) | (0x2620, 0xfe)
    ) && token.contains("::");
    let after = &text[end..];
    let network = after.strip_prefix('/').is_some_and(|rest| {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        rest[..digits]
            .parse::<u8>()
            .is_ok_and(|prefix| prefix < 128)
    });
    let longer = after.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    (!documented && !resolver && !network && !longer).then_some(start..end)
}
