//! Where an action item is tracked, as the column `Issue` says it.
//!
//! Owns telling a place from a remark, and our own issues from those of others. Nothing is looked up.

/// Whether a text says where an item is tracked: `#n`, `org/repo#n`, a link, or the name of a ticket like `SHOP-12`.
pub fn is_place(text: &str) -> bool {
    let number =
        |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if text.starts_with("https://") || text.starts_with("http://") {
        return !text.contains(char::is_whitespace);
    }
    if let Some((repository, digits)) = text.split_once('#') {
        let mut parts = repository.split('/');
        let whole = repository.is_empty() || parts.clone().count() == 2 && parts.all(is_part);
        return whole && number(digits);
    }
    let project = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_uppercase())
            && name
                .chars()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    };
    text.rsplit_once('-')
        .is_some_and(|(name, digits)| project(name) && number(digits))
}

/// The number of an issue in this repository, where a place is one: `#7`, or with our name before it.
pub fn own_number(place: &str, repository: &str) -> Option<u64> {
    if let Some((name, digits)) = place.split_once('#')
        && (name.is_empty() || name.eq_ignore_ascii_case(repository))
    {
        return digits.parse().ok();
    }
    let (front, digits) = place.rsplit_once("/issues/")?;
    let (host, rest) = front.strip_prefix("https://")?.split_once('/')?;
    let whole = !host.is_empty() && !rest.is_empty() && rest.eq_ignore_ascii_case(repository);
    whole.then(|| digits.parse().ok()).flatten()
}

/// Whether a text can be the owner or the name of a repository.
fn is_part(text: &str) -> bool {
    let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    !text.is_empty() && text.chars().all(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_from_remarks() {
        for place in [
            "#12",
            "acme/shop#3",
            "https://jira.example/browse/SHOP-1",
            "SHOP-12",
        ] {
            assert!(is_place(place), "{place}");
        }
        for remark in [
            "soon",
            "#",
            "#x",
            "acme#3",
            "a/b/c#3",
            "https://a b",
            "done-12",
            "-12",
        ] {
            assert!(!is_place(remark), "{remark}");
        }
    }

    #[test]
    fn our_own_issues_are_known_by_every_way_to_write_them() {
        let own = |place| own_number(place, "acme/postmortems");
        assert_eq!(own("#12"), Some(12));
        assert_eq!(own("Acme/Postmortems#12"), Some(12));
        assert_eq!(
            own("https://github.com/acme/postmortems/issues/12"),
            Some(12)
        );
        assert_eq!(own("acme/shop#12"), None);
        assert_eq!(own("https://github.com/acme/shop/issues/12"), None);
    }

    #[test]
    fn without_a_name_only_the_short_form_is_ours() {
        assert_eq!(own_number("#12", ""), Some(12));
        for place in [
            "acme/shop#12",
            "https://a/b/c/issues/12",
            "https://a//issues/12",
        ] {
            assert_eq!(own_number(place, ""), None, "{place}");
        }
    }
}
