//! Strangers' text inside Markdown, shown as it was written.
//!
//! What GitHub would make of it (HTML, emphasis, links, images, formulas, mentions, references to issues) stays plain text;
//! what stands in backticks stays code. Only a bare address becomes a link, so that it leads where it says.

/// Most characters of one text that are kept.
const MOST: usize = 1_000;

/// Keeps GitHub from seeing one word, and is not seen itself; what Dependabot and Renovate put there too.
const SEPARATOR: &str = "&#8203;";

/// A text inside a line: pairs of backticks become code, everything else is literal.
pub fn inline(text: &str) -> String {
    let text = tidy(text);
    let parts: Vec<&str> = text.split('`').collect();
    let mut markdown = String::with_capacity(text.len());
    for (index, part) in parts.iter().enumerate() {
        let inside = index % 2 == 1;
        let closed = index + 1 < parts.len();
        match (inside, part.trim().is_empty()) {
            (true, false) if closed => markdown += &span(part),
            (true, _) => {
                markdown += "\\`";
                push_literal(&mut markdown, part);
                markdown += if closed { "\\`" } else { "" };
            }
            (false, _) => push_literal(&mut markdown, part),
        }
    }
    markdown
}

/// A text inside a link or between marks: every letter is literal, and nothing in it becomes a link or code.
pub fn label(text: &str) -> String {
    let text = tidy(text);
    let mut markdown = String::with_capacity(text.len());
    for (index, part) in text.split('`').enumerate() {
        if index > 0 {
            markdown += "\\`";
        }
        push_letters(&mut markdown, part);
    }
    markdown
}

/// A text as code.
pub fn code(text: &str) -> String {
    span(&tidy(text))
}

/// A code span behind fences that are longer than any run of backticks in it.
fn span(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// One line of bearable length, without what could turn the text around or hide a part of it.
fn tidy(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(word.chars().filter(|c| !c.is_control() && !turns(*c)));
    }
    if let Some((at, _)) = line.char_indices().nth(MOST) {
        line.truncate(at);
        line.push('…');
    }
    line
}

fn push_literal(markdown: &mut String, text: &str) {
    for (index, word) in text.split(' ').enumerate() {
        if index > 0 {
            markdown.push(' ');
        }
        let start = word.len() - word.trim_start_matches('(').len();
        let address = address(&word[start..]);
        push_letters(markdown, &word[..start]);
        if !address.is_empty() {
            *markdown += &format!("<{address}>");
        }
        push_letters(markdown, &word[start + address.len()..]);
    }
}

/// The address with which a word begins, in letters that mean nothing to anybody; without the stop of a sentence.
fn address(word: &str) -> &str {
    let Some(rest) = word
        .strip_prefix("https://")
        .or_else(|| word.strip_prefix("http://"))
    else {
        return "";
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#%&=+".contains(c);
    let rest = &rest[rest.find(|c| !plain(c)).unwrap_or(rest.len())..];
    let address = word[..word.len() - rest.len()].trim_end_matches(['.', ':', '?']);
    if address.ends_with("://") {
        return "";
    }
    address
}

fn push_letters(markdown: &mut String, text: &str) {
    let mut letters = text.chars().peekable();
    let mut before = [' '; 3];
    while let Some(letter) = letters.next() {
        let next = letters.peek().copied().unwrap_or(' ');
        match letter {
            '&' => *markdown += "&amp;",
            '<' => *markdown += "&lt;",
            '>' => *markdown += "&gt;",
            // A formula, for GitHub.
            '$' => *markdown += "&#36;",
            '\\' | '*' | '_' | '[' | ']' | '~' | '|' => markdown.extend(['\\', letter]),
            other => markdown.push(other),
        }
        let names = match letter {
            '@' => true,
            '#' => next.is_ascii_digit(),
            '-' => next.is_ascii_digit() && before[1..] == ['g', 'h'],
            ':' => next == '/',
            '.' => before == ['w', 'w', 'w'],
            _ => false,
        };
        if names {
            *markdown += SEPARATOR;
        }
        before = [before[1], before[2], letter.to_ascii_lowercase()];
    }
}

#[cfg(test)]
mod tests {
    use super::{code, inline};

    #[test]
    fn values_in_backticks_stay_code() {
        assert_eq!(inline("`a*b` is *no* `@x/y`"), "`a*b` is \\*no\\* `@x/y`");
        assert_eq!(inline("an odd ` one"), "an odd \\` one");
        assert_eq!(inline("`` is empty"), "\\`\\` is empty");
    }

    #[test]
    fn an_address_leads_where_it_says() {
        assert_eq!(
            inline("see (https://wiki.example/a_b?c&d)."),
            "see (<https://wiki.example/a_b?c&d>)."
        );
        assert_eq!(
            inline("[x](http://evil.example) https://: www.x.example"),
            "\\[x\\](http:&#8203;//evil.example) https:&#8203;//: www.&#8203;x.example"
        );
    }

    #[test]
    fn code_survives_backticks_inside() {
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`a`"), "`` `a` ``");
        assert_eq!(code("a\n::b"), "`a ::b`");
    }

    #[test]
    fn nothing_is_mentioned_or_referred_to() {
        assert_eq!(
            inline("@team #12 gh-7 a@b.example #heading"),
            "@&#8203;team #&#8203;12 gh-&#8203;7 a@&#8203;b.example #heading"
        );
    }
}
