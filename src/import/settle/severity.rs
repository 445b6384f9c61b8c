//! What is taken for the severity where the source has its own words.

use super::super::draft::Draft;
use super::super::escape;
use super::super::remark::Place;
use super::{Said, letters};
use crate::postmortem::conventions::Conventions;

/// A severity of the conventions: what was typed, the same word, one of the same number or meaning, else the middle one.
pub(super) fn severity(
    draft: &mut Draft,
    conventions: &Conventions,
    said: &Said,
    place: &Place,
) -> String {
    let names = &conventions.severities;
    if let Some(word) = &draft.severity {
        let same = said
            .severities
            .iter()
            .find(|(from, _)| from.eq_ignore_ascii_case(word.trim()));
        if let Some((_, name)) = same {
            return name.clone();
        }
    }
    if let Some(name) = &said.severity {
        return name.clone();
    }
    let middle = names.get(names.len() / 2).map_or("sev3", String::as_str);
    let word = draft.severity.clone();
    let Some(word) = word.filter(|word| !escape::one_line(word).is_empty()) else {
        draft.guessed(
            format!(
                "the severity `{middle}`, because the export names none (`--severity NAME` sets it)"
            ),
            place.clone(),
        );
        return middle.into();
    };
    if let Some(name) = names.iter().find(|name| letters(name) == letters(&word)) {
        return name.clone();
    }
    let word = escape::one_line(&word);
    let guess = by_number(&word, names).or_else(|| by_word(&word, names));
    let name = guess.unwrap_or(middle);
    draft.guessed(
        format!("the severity `{name}` for `{word}` (`--severity '{word}=NAME'` sets it)"),
        place.clone(),
    );
    name.into()
}

/// `P1` and `sev-1` are of the same number.
fn by_number<'a>(word: &str, names: &'a [String]) -> Option<&'a str> {
    let digits = |text: &str| {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        digits.parse::<u32>().ok()
    };
    let number = digits(word)?;
    let found = names.iter().find(|name| digits(name) == Some(number));
    found.map(String::as_str)
}

/// How severe some words are: their place between the most (0) and the least severe (3).
fn by_word<'a>(word: &str, names: &'a [String]) -> Option<&'a str> {
    const WORDS: [(&str, usize); 18] = [
        ("critical", 0),
        ("blocker", 0),
        ("down", 0),
        ("high", 1),
        ("major", 1),
        ("disrupted", 1),
        ("medium", 2),
        ("moderate", 2),
        ("minor", 2),
        ("degraded", 2),
        ("warning", 2),
        ("low", 3),
        ("notice", 3),
        ("none", 3),
        ("maintenance", 3),
        ("info", 3),
        ("informational", 3),
        ("pending", 3),
    ];
    let word = letters(word);
    let (_, rank) = WORDS.iter().find(|(name, _)| *name == word)?;
    names
        .get((*rank).min(names.len().saturating_sub(1)))
        .map(String::as_str)
}
