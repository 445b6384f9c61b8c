//! Text from strangers, made harmless for terminals and for the log of a GitHub Actions job.
//!
//! Owns the two ways in which printed text can be taken for an order: control characters, which terminals
//! obey, and workflow commands, which the runner obeys. It trims a line and looks for `::` at its start, and
//! for `##[` anywhere. It does so by the rules of a language, by which invisible characters do not count:
//! they do not count here either, and what breaks a command up is a space, never an invisible character.

use std::fmt::Write;
use std::hash::{BuildHasher, Hasher, RandomState};

/// The text without control characters other than line feed and tab, and without workflow commands.
pub fn defuse(text: &str) -> String {
    without_orders(text, false)
}

/// The same, but with the colors that a renderer has put in: only for text in which it has replaced all others.
pub fn defuse_styled(text: &str) -> String {
    without_orders(text, true)
}

fn without_orders(text: &str, styled: bool) -> String {
    let mut safe = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        push_line(&mut safe, line, styled);
    }
    safe
}

fn push_line(safe: &mut String, line: &str, styled: bool) {
    let mut at_start = true;
    // How much of `##[` or of `::` was just seen.
    let (mut hashes, mut colons) = (0, 0);
    for letter in line.chars() {
        if letter.is_control() && !matches!(letter, '\n' | '\t') {
            if styled && letter == '\u{1b}' {
                safe.push(letter);
            }
            continue;
        }
        if !is_invisible(letter) {
            if (letter == '[' && hashes >= 2) || (letter == ':' && colons == 1) {
                safe.push(' ');
            }
            hashes = if letter == '#' { hashes + 1 } else { 0 };
            colons = usize::from(letter == ':' && at_start);
            at_start = at_start && letter.is_whitespace();
        }
        safe.push(letter);
    }
}

/// The text for the log of a GitHub Actions job: the runner takes nothing in it for a command.
pub fn guarded(text: &str) -> String {
    let token = token();
    let end = if text.ends_with('\n') { "" } else { "\n" };
    format!("::stop-commands::{token}\n{text}{end}::{token}::\n")
}

/// A word that nobody can know beforehand: the hasher's keys come from the system's random source.
fn token() -> String {
    let mut token = String::from("aftersight-");
    for part in 0..2 {
        let mut hasher = RandomState::new().build_hasher();
        hasher.write_u32(part);
        // Writing to a string does not fail.
        let _ = write!(token, "{:016x}", hasher.finish());
    }
    token
}

/// Characters that a comparison by the rules of a language passes over.
fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::{defuse, guarded, is_invisible};

    /// What the runner would obey in a log, by the most generous reading of its parser.
    fn commands(log: &str) -> Vec<String> {
        let mut stopped: Option<String> = None;
        let mut found = Vec::new();
        for line in log.split(['\n', '\r']) {
            let seen: String = line.chars().filter(|c| !is_invisible(*c)).collect();
            let seen = seen.trim_start();
            let new = seen
                .strip_prefix("::")
                .and_then(|rest| rest.split_once("::"));
            let old = seen
                .split_once("##[")
                .and_then(|(_, rest)| rest.split_once(']'));
            let Some((name, data)) = new.or(old) else {
                continue;
            };
            match &stopped {
                Some(token) if token == name => stopped = None,
                Some(_) => {}
                None if name == "stop-commands" => stopped = Some(data.into()),
                None => found.push(name.to_owned()),
            }
        }
        found
    }

    const HOSTILE: &[&str] = &[
        "::error::x",
        "  \t::error file=a::x",
        "fine\n::set-output name=a::b\nfine",
        "fine\r::add-mask::x",
        "fine\r\n::add-mask::x\r\n",
        "\u{a0}\u{3000}\u{2028}::error::x",
        "\u{feff}::error::x",
        ":\u{200b}:error::x",
        ":\u{ad}:error::x",
        ":\u{1b}:error::x",
        ":::error::x",
        "::::error::x",
        ": ::error::x",
        "  12 | text ##[error]x",
        "##[add-matcher]x",
        "###[error]x",
        "##\u{200d}[error]x",
        "#\u{7}#[error]x",
        "##\u{9b}[error]x",
        "\u{1b}[31m::error::x",
        "\u{85}::error::x",
        "\u{b}\u{c}::error::x",
        "::stop-commands::x\n##[error]y",
        "##[##[error]x",
    ];

    #[test]
    fn the_model_sees_commands_in_hostile_text() {
        let seen = HOSTILE.iter().filter(|text| !commands(text).is_empty());
        assert!(seen.count() > 12);
    }

    #[test]
    fn no_command_is_left() {
        for text in HOSTILE {
            let safe = defuse(text);
            assert_eq!(commands(&safe), [""; 0], "{text:?} became {safe:?}");
            assert!(!safe.contains("##["));
            assert_eq!(defuse(&safe), safe, "{text:?}");
        }
    }

    #[test]
    fn no_command_is_left_in_any_mixture() {
        let parts = [
            "::", ":", "##[", "#", "[", "]", "error", " ", "\n", "\r", "\u{200b}", "\u{1b}", "\t",
        ];
        let mut state = 1_u64;
        for _ in 0..20_000 {
            let mut text = String::new();
            for _ in 0..9 {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                text.push_str(parts[(state >> 33) as usize % parts.len()]);
            }
            assert_eq!(commands(&defuse(&text)), [""; 0], "{text:?}");
        }
    }

    #[test]
    fn ordinary_text_stays_as_it_is() {
        let text = "a::b std::fs\n\t# Heading [1]\n## [Link](x)\nkey: value\n日本語 👩‍💻 ümlaut\n";
        assert_eq!(defuse(text), text);
    }

    #[test]
    fn control_characters_go() {
        assert_eq!(
            defuse("a\u{1b}[31mred\u{9b}0m\u{7}\u{0}b\tc\n"),
            "a[31mred0mb\tc\n"
        );
    }

    #[test]
    fn nothing_between_the_guards_is_a_command() {
        for text in HOSTILE {
            assert_eq!(commands(&guarded(text)), [""; 0], "{text:?}");
        }
        let after = guarded("::error::x") + "::notice::ours\n";
        assert_eq!(commands(&after), ["notice"]);
        assert_ne!(guarded(""), guarded(""));
    }
}
