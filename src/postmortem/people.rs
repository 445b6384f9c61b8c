//! Who is accountable: users, teams and addresses.
//!
//! Owns what a name looks like. Nobody is looked up here.

/// A user, a team or an e-mail address.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Party {
    /// `@user`, without the `@`.
    User(String),
    /// `@org/team`, without the `@`.
    Team(String),
    /// An e-mail address.
    Mail(String),
}

impl Party {
    /// Reads one party; `None` where the text is none.
    pub fn read(text: &str) -> Option<Self> {
        let word = |part: &str| {
            !part.is_empty()
                && part.len() <= 100
                && part
                    .chars()
                    .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
        };
        if let Some(name) = text.strip_prefix('@') {
            return match name.split_once('/') {
                None => word(name).then(|| Self::User(name.into())),
                Some((org, team)) => {
                    let whole = word(org) && team.split('/').all(word);
                    whole.then(|| Self::Team(name.into()))
                }
            };
        }
        let (user, host) = text.split_once('@')?;
        let plain = |c: char| !c.is_whitespace() && !matches!(c, '@' | ',' | ';' | '<' | '>');
        let whole = !user.is_empty()
            && host.contains('.')
            && !host.starts_with('.')
            && !host.ends_with('.');
        (whole && text.chars().filter(|c| !plain(*c)).count() == 1).then(|| Self::Mail(text.into()))
    }

    /// As written: with `@` for users and teams.
    pub fn name(&self) -> String {
        match self {
            Self::User(name) | Self::Team(name) => format!("@{name}"),
            Self::Mail(address) => address.clone(),
        }
    }
}

/// The parts of a text that names several parties, with their byte offsets; one part where it names one.
pub fn split(text: &str) -> Vec<(usize, &str)> {
    let mut parts = Vec::new();
    let mut start = 0;
    let bytes = text.as_bytes();
    for (at, c) in text.char_indices() {
        let word = |word: &str| {
            text[at..].starts_with(word)
                && at > 0
                && bytes[at - 1] == b' '
                && text[at + word.len()..].starts_with(' ')
        };
        let length = match c {
            ',' | ';' | '&' | '+' => 1,
            '/' if text[..at].ends_with(' ') => 1,
            _ if word("and") => 3,
            _ if word("or") => 2,
            ' ' if text[at + 1..].starts_with('@')
                && text[start..at].trim_start().starts_with('@') =>
            {
                1
            }
            _ => continue,
        };
        if at >= start {
            parts.push((start, &text[start..at]));
            start = at + length;
        }
    }
    parts.push((start, &text[start..]));
    let trimmed = parts
        .into_iter()
        .map(|(at, part)| (at + (part.len() - part.trim_start().len()), part.trim()));
    trimmed.filter(|(_, part)| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parties_are_told_apart() {
        assert_eq!(Party::read("@ada"), Some(Party::User("ada".into())));
        assert_eq!(
            Party::read("@org/team"),
            Some(Party::Team("org/team".into()))
        );
        assert_eq!(
            Party::read("a@b.example"),
            Some(Party::Mail("a@b.example".into()))
        );
        for text in [
            "ada",
            "@",
            "@a b",
            "@org/",
            "a@b",
            "the platform team",
            "a@b@c.d",
        ] {
            assert_eq!(Party::read(text), None, "{text}");
        }
    }

    #[test]
    fn several_names_are_split_with_their_places() {
        let split = |text| {
            split(text)
                .into_iter()
                .map(|(_, part)| part)
                .collect::<Vec<_>>()
        };
        assert_eq!(split("@a, @b and @org/c"), ["@a", "@b", "@org/c"]);
        assert_eq!(split("@a @b"), ["@a", "@b"]);
        assert_eq!(split("@org/platform"), ["@org/platform"]);
        assert_eq!(split("Platform Team"), ["Platform Team"]);
        assert_eq!(super::split("@a / @b"), [(0, "@a"), (5, "@b")]);
    }
}
