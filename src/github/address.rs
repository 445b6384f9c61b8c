//! Addresses: which may be asked at all, which are still the same server, and the parts of a path.
//!
//! Every rule about where a token may go lives here. Sending is for the transport.

use http::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stays as it is in one part of a path (RFC 3986, unreserved).
const PART: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// One part of a path, percent-encoded; `None` for what is no part: nothing, several, or one that leaves its place (`..`).
pub(super) fn segment(text: &str) -> Option<String> {
    let fits = !matches!(text, "" | "." | "..") && !text.contains(['/', '\\']);
    fits.then(|| utf8_percent_encode(text, PART).to_string())
}

/// A value in a query, percent-encoded.
pub(super) fn value(text: &str) -> String {
    utf8_percent_encode(text, PART).to_string()
}

/// The parts of a branch's name; `None` where one of them cannot be asked for.
pub(super) fn segments(text: &str) -> Option<String> {
    let parts: Option<Vec<String>> = text.split('/').map(segment).collect();
    Some(parts?.join("/"))
}

/// The address of a server: scheme, host and a base path. Fails with the flaw, in words that follow the address's name.
pub(super) fn server(text: &str) -> Result<Uri, &'static str> {
    if text.contains('@') {
        return Err("carries a user name or password");
    }
    if text.contains(['?', '#']) {
        return Err("has more than a host and a path");
    }
    let uri: Uri = text.parse().map_err(|_| "is not an address")?;
    if !matches!(uri.scheme_str(), Some("http" | "https")) {
        return Err("does not begin with `https://`");
    }
    if uri.host().is_none_or(str::is_empty) {
        return Err("names no host");
    }
    if climbs(uri.path()) {
        return Err("climbs with `..`");
    }
    Ok(uri)
}

/// Whether what is sent there stays on this machine or is encrypted.
pub(super) fn private(uri: &Uri) -> bool {
    uri.scheme_str() == Some("https") || uri.host().is_some_and(loopback)
}

fn loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost")
        || bare
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// The address that an answer names (a next page, a new place), if it is on the same server and below the same base
/// path; a token goes nowhere else.
pub(super) fn follow(base: &Uri, target: &str) -> Option<Uri> {
    let uri: Uri = if target.starts_with('/') && !target.starts_with("//") {
        format!("{}://{}{target}", base.scheme_str()?, base.authority()?)
            .parse()
            .ok()?
    } else {
        target.parse().ok()?
    };
    let inside = below(base.path(), uri.path());
    (origin(&uri)? == origin(base)? && inside).then_some(uri)
}

fn origin(uri: &Uri) -> Option<(String, String, u16)> {
    let authority = uri.authority()?;
    if authority.as_str().contains('@') {
        return None;
    }
    let scheme = uri.scheme_str()?.to_ascii_lowercase();
    let usual = if scheme == "https" { 443 } else { 80 };
    Some((
        scheme,
        authority.host().to_ascii_lowercase(),
        authority.port_u16().unwrap_or(usual),
    ))
}

fn below(base: &str, path: &str) -> bool {
    let base = base.trim_end_matches('/');
    !climbs(path)
        && path
            .strip_prefix(base)
            .is_some_and(|rest| rest.starts_with('/'))
}

fn climbs(path: &str) -> bool {
    path.contains('\\')
        || path.split('/').any(|part| {
            let plain = part.to_ascii_lowercase().replace("%2e", ".");
            plain == "." || plain == ".." || part.to_ascii_lowercase().contains("%2f..")
        })
}

/// The `next` of a `Link` header (RFC 8288).
pub(super) fn next(link: &str) -> Option<&str> {
    link.split('<').skip(1).find_map(|entry| {
        let (target, parameters) = entry.split_once('>')?;
        parameters
            .split([';', ','])
            .any(|parameter| {
                parameter
                    .trim()
                    .split_once('=')
                    .is_some_and(|(name, value)| {
                        let relations = value.trim().trim_matches('"');
                        name.trim().eq_ignore_ascii_case("rel")
                            && relations
                                .split(' ')
                                .any(|relation| relation.eq_ignore_ascii_case("next"))
                    })
            })
            .then_some(target)
    })
}

/// A path that asks for full pages, unless it says itself how many.
pub(super) fn hundred(path: &str) -> String {
    match path.split_once('?') {
        Some((_, query)) if query.split('&').any(|it| it.starts_with("per_page=")) => {
            path.to_string()
        }
        Some(_) => format!("{path}&per_page=100"),
        None => format!("{path}?per_page=100"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(text: &str) -> Uri {
        server(text).expect("an address")
    }

    #[test]
    fn a_token_stays_on_its_server_and_below_its_path() {
        let ghe = base("https://ghe.example/api/v3");
        for fine in [
            "https://ghe.example/api/v3/repositories/1/pulls?page=2",
            "https://GHE.example:443/api/v3/x",
            "/api/v3/repositories/1",
        ] {
            assert!(follow(&ghe, fine).is_some(), "{fine}");
        }
        for stranger in [
            "https://evil.example/api/v3/x",
            "http://ghe.example/api/v3/x",
            "https://ghe.example:8443/api/v3/x",
            "https://ghe.example@evil.example/api/v3/x",
            "https://evil.example\\@ghe.example/api/v3/x",
            "https://user@ghe.example/api/v3/x",
            "//evil.example/api/v3/x",
            "https://ghe.example/api/v30/x",
            "https://ghe.example/other",
            "https://ghe.example/api/v3/../../other",
            "https://ghe.example/api/v3/%2e%2E/other",
            "repositories/1",
            "javascript:alert(1)",
            "",
        ] {
            assert_eq!(follow(&ghe, stranger), None, "{stranger}");
        }
    }

    #[test]
    fn the_next_page_is_found_among_its_neighbours() {
        let header = "<https://a.example/x?page=1&q=a,b;c>; rel=\"prev\", <https://a.example/x?page=3>; title=\"t\"; rel=\"next\", <https://a.example/x?page=9>; rel=\"last\"";
        assert_eq!(next(header), Some("https://a.example/x?page=3"));
        assert_eq!(
            next("<https://a.example/>; rel=next"),
            Some("https://a.example/")
        );
        assert_eq!(next("<https://a.example/>; rel=\"last\""), None);
        assert_eq!(next("<https://a.example/"), None);
        assert_eq!(next(">;<>;rel=,,<<"), None);
    }

    #[test]
    fn parts_of_a_path_cannot_leave_their_place() {
        assert_eq!(
            segment("renovate[bot]").as_deref(),
            Some("renovate%5Bbot%5D")
        );
        assert_eq!(segment("b?c#d").as_deref(), Some("b%3Fc%23d"));
        assert_eq!(segment("a/b"), None);
        assert_eq!(segment(".."), None);
        assert_eq!(
            segments("aftersight/ledger é").as_deref(),
            Some("aftersight/ledger%20%C3%A9")
        );
        assert_eq!(segments("heads/../../x"), None);
        assert_eq!(segments("a//b"), None);
    }

    #[test]
    fn a_query_of_its_own_is_respected() {
        assert_eq!(hundred("/x"), "/x?per_page=100");
        assert_eq!(hundred("/x?state=all"), "/x?state=all&per_page=100");
        assert_eq!(hundred("/x?per_page=5&page=2"), "/x?per_page=5&page=2");
    }
}
