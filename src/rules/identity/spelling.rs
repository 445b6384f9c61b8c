//! Names that differ only in how they are spelt: `SEV 2` for `sev-2`.

/// The known name that `text` is but for capitals, spaces, `-` and `_`.
pub(super) fn same<'a>(text: &str, mut known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let plain = letters(text);
    known.find(|name| !plain.is_empty() && letters(name) == plain && is_bare(name))
}

fn letters(text: &str) -> String {
    let kept = text.chars().filter(|c| !matches!(c, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase).collect()
}

/// Whether YAML reads the name as it stands, without quotes.
fn is_bare(name: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_spelling_may_differ() {
        let known = || ["in-review", "sev2", "a: b"].into_iter();
        assert_eq!(same("In Review", known()), Some("in-review"));
        assert_eq!(same("SEV-2", known()), Some("sev2"));
        assert_eq!(same("sev3", known()), None);
        assert_eq!(same("A: B", known()), None);
        assert_eq!(same("", known()), None);
    }
}
