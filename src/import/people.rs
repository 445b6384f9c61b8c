//! The people of an export, whom a postmortem calls by their part in it.
//!
//! Owns which names are one person and what stands for them in running text. Who may be named is said by the format: people in
//! the front matter, roles in the text.

use std::cell::RefCell;
use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, MatchKind};

use super::draft::Draft;
use super::input::Input;

/// Everybody an export names.
#[derive(Default)]
pub(super) struct Cast {
    /// Names as written, with the number of the person.
    names: BTreeMap<String, usize>,
    /// Roles that the export gives, by the number of the person.
    roles: BTreeMap<usize, String>,
    people: usize,
    matcher: RefCell<Option<AhoCorasick>>,
}

impl Cast {
    /// Makes one person known by some names, and returns what to call them: `responder 2`.
    pub(super) fn person<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) -> String {
        let number = self.number(names);
        self.called(number)
    }

    fn number<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) -> usize {
        let names: Vec<&str> = names
            .into_iter()
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .collect();
        let known = names.iter().find_map(|name| self.names.get(*name)).copied();
        let number = known.unwrap_or_else(|| {
            self.people += 1;
            self.people
        });
        for name in names {
            if !self.names.contains_key(name) {
                self.names.insert(name.into(), number);
                *self.matcher.borrow_mut() = None;
            }
        }
        number
    }

    /// Makes one person known by the role that the export gives them: `the incident lead`. The first role stays.
    pub(super) fn role<'a>(
        &mut self,
        names: impl IntoIterator<Item = &'a str>,
        role: &str,
    ) -> String {
        let number = self.number(names);
        self.roles.entry(number).or_insert_with(|| role.into());
        self.called(number)
    }

    /// Tells that names are not copied.
    pub(super) fn tell(&self, draft: &mut Draft, inputs: &[Input]) {
        let people = match self.people {
            0 => return,
            1 => "1 person, who stands".to_string(),
            many => format!("{many} people, who stand"),
        };
        if let Some(input) = inputs.first() {
            draft.left_out(
                format!("the names of {people} in the text as what they did there"),
                input.place(),
            );
        }
    }

    fn called(&self, number: usize) -> String {
        match self.roles.get(&number) {
            Some(role) => role.clone(),
            None => format!("responder {number}"),
        }
    }

    /// The text with roles in place of names. A name of one word is only seen behind an `@`: it may be a word like any other.
    pub(super) fn masked(&self, text: &str) -> String {
        let mut matcher = self.matcher.borrow_mut();
        if matcher.is_none() {
            *matcher = AhoCorasick::builder()
                .match_kind(MatchKind::LeftmostLongest)
                .build(self.names.keys())
                .ok();
        }
        let Some(matcher) = matcher.as_ref() else {
            return text.into();
        };
        let mut masked = String::with_capacity(text.len());
        let mut from = 0;
        let numbers: Vec<(&String, usize)> = self
            .names
            .iter()
            .map(|(name, number)| (name, *number))
            .collect();
        let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        for found in matcher.find_iter(text) {
            let (start, end) = (found.start(), found.end());
            let (name, number) = numbers[found.pattern().as_usize()];
            let before = text[..start].chars().next_back();
            let after = text[end..].chars().next();
            let mentioned = before == Some('@');
            let whole = !before.is_some_and(word) && !after.is_some_and(word);
            let telling = name.contains([' ', '@']) && name.len() > 4;
            if start < from || !whole || !(mentioned || telling) {
                continue;
            }
            masked.push_str(&text[from..start - usize::from(mentioned)]);
            masked.push_str(&self.called(number));
            from = end;
        }
        masked.push_str(&text[from..]);
        masked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_parts() {
        let mut cast = Cast::default();
        assert_eq!(
            cast.person(["Ada Moss", "ada@example.org", "ada"]),
            "responder 1"
        );
        assert_eq!(cast.person(["Deploy", ""]), "responder 2");
        assert_eq!(cast.person(["ada"]), "responder 1");
        assert_eq!(
            cast.role(["Bo Reed"], "the incident lead"),
            "the incident lead"
        );
        let text = "Acknowledged by Ada Moss (ada@example.org), Deploy began; cc @ada, @Deploy-bot, Ada Mossy, Bo Reed";
        assert_eq!(
            cast.masked(text),
            "Acknowledged by responder 1 (responder 1), Deploy began; cc responder 1, @Deploy-bot, Ada Mossy, the incident lead"
        );
        assert_eq!(cast.people, 3);
        assert_eq!(Cast::default().masked("Ada Moss"), "Ada Moss");
    }
}
