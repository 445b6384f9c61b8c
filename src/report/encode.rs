//! JSON as text that is harmless wherever it is printed.
//!
//! Inside strings JSON may hold what terminals and the runner of a workflow obey. Both stand there only as characters
//! that JSON lets be written as numbers, so the data stay what they are: a line of JSON never begins with `::`, and no
//! `##[` is left, not even one with invisible characters in between.

use serde::Serialize;

/// The value over several lines, with a line end.
pub fn pretty(value: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    let mut safe = String::with_capacity(text.len() + 1);
    for line in text.split_inclusive('\n') {
        // Nearly all lines are: the lower control characters are numbers already.
        let is_harmless = line.is_ascii() && !line.contains('#') && !line.contains('\u{7f}');
        if is_harmless {
            safe += line;
        } else {
            push_line(&mut safe, line);
        }
    }
    safe.push('\n');
    safe
}

fn push_line(safe: &mut String, line: &str) {
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        // The line ends between the values are the only control characters that are no data.
        let is_order = match letter {
            '\n' => false,
            '#' => letters
                .peek()
                .is_some_and(|next| !matches!(next, ' '..='~') || *next == '['),
            other => other.is_control(),
        };
        if is_order {
            *safe += &format!("\\u{:04x}", u32::from(letter));
        } else {
            safe.push(letter);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::pretty;

    #[test]
    fn the_data_stay_and_the_orders_go() {
        let data = vec![
            "##[error]x",
            "#\u{200b}#\u{feff}[error]x",
            "#\u{7f}#[x]",
            "\u{9b}31m\u{1b}[0m\r\n::error::x",
            "# Heading #1 ##\\[ #[",
        ];
        let text = pretty(&data);
        let back: Vec<String> = serde_json::from_str(&text).expect("JSON");
        assert_eq!(back, data);
        let visible: String = text.chars().filter(char::is_ascii_graphic).collect();
        assert!(!visible.contains("##["), "{text}");
        assert!(
            !text.chars().any(|c| c.is_control() && c != '\n'),
            "{text:?}"
        );
        assert!(text.contains("# Heading #1"), "{text}");
    }
}
