//! Plain text as Markdown that says the same and nothing else.
//!
//! Owns what has a meaning in Markdown, HTML and tables. Markdown that is meant as such is cleaned by [`super::clean`].

/// Letters that nobody sees and programs obey: control characters, those that turn the direction of reading, other ends of lines.
fn is_hidden(c: char) -> bool {
    c.is_control() && c != '\n' && c != '\t'
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// The text without hidden letters, its lines ended by `\n` alone.
pub(super) fn visible(text: &str) -> String {
    let text = text
        .replace("\r\n", "\n")
        .replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    text.chars().filter(|c| !is_hidden(*c)).collect()
}

/// The text in one line, words parted by one space.
pub fn one_line(text: &str) -> String {
    let text = visible(text);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text as a part of a line.
pub fn inline(text: &str) -> String {
    let text = one_line(text);
    let mut safe = String::with_capacity(text.len() + 16);
    for (index, word) in text.split(' ').enumerate() {
        if index > 0 {
            safe.push(' ');
        }
        push_word(&mut safe, word);
    }
    safe
}

/// A text as a cell of a table; its lines are parted by `<br>`, empty ones left out.
pub(super) fn cell(text: &str) -> String {
    let text = visible(text);
    let lines = text.lines().map(inline).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("<br>")
}

/// A text as paragraphs; its lines stay lines.
pub(super) fn paragraphs(text: &str) -> String {
    let text = visible(text);
    let mut paragraphs: Vec<Vec<String>> = vec![Vec::new()];
    for line in text.lines() {
        let line = line_start(&inline(line));
        match paragraphs.last_mut() {
            Some(last) if !line.is_empty() => last.push(line),
            Some(last) if last.is_empty() => {}
            _ => paragraphs.push(Vec::new()),
        }
    }
    let written = paragraphs.iter().filter(|lines| !lines.is_empty());
    written
        .map(|lines| lines.join("\\\n"))
        .collect::<Vec<_>>()
        .join("\n\n")
}

/// A line that begins no heading, list, quote, rule or underline.
pub(super) fn line_start(line: &str) -> String {
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let ordered = (1..=9).contains(&digits) && line[digits..].starts_with(['.', ')']);
    if ordered {
        return format!("{}\\{}", &line[..digits], &line[digits..]);
    }
    match line.starts_with(['#', '-', '+', '=', ':']) {
        true => format!("\\{line}"),
        false => line.into(),
    }
}

fn push_word(safe: &mut String, word: &str) {
    let mut rest = word;
    while let Some(start) = address_start(rest) {
        let (before, from) = rest.split_at(start);
        push_letters(safe, before);
        let address = address(from);
        if address.is_empty() {
            let scheme = from.find("//").map_or(from.len(), |at| at + 2);
            push_letters(safe, &from[..scheme]);
            rest = &from[scheme..];
            continue;
        }
        safe.push('<');
        for (at, c) in address.char_indices() {
            safe.push(c);
            // Backslashes mean nothing in an address, entities do.
            if c == '&' && is_entity(&address[at..]) {
                safe.push_str("amp;");
            }
        }
        safe.push('>');
        rest = &from[address.len()..];
    }
    push_letters(safe, rest);
}

fn address_start(text: &str) -> Option<usize> {
    let places = ["https://", "http://"]
        .iter()
        .filter_map(|scheme| text.find(scheme));
    places.min()
}

/// The address with which a text begins, in letters that mean nothing to Markdown or a table; without the stop of a sentence.
fn address(text: &str) -> &str {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#%&=+@,;".contains(c);
    let end = text.find(|c| !plain(c)).unwrap_or(text.len());
    let address = text[..end].trim_end_matches(['.', ':', '?', ',', ';']);
    if address.ends_with("//") { "" } else { address }
}

fn push_letters(safe: &mut String, text: &str) {
    let mut before = safe.chars().next_back();
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        let within_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let begins_address = match c {
            ':' => rest.starts_with("//"),
            '.' => {
                text[..at].len() >= 3 && text.as_bytes()[at - 3..at].eq_ignore_ascii_case(b"www")
            }
            _ => false,
        };
        if begins_address {
            // GitHub makes a link of what follows, and takes backslashes for a part of it.
            safe.push_str(if c == ':' { "&#58;" } else { "&#46;" });
            before = Some(c);
            continue;
        }
        let marks = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '~' | '$' => true,
            '_' => !(within_word(before) && within_word(rest.chars().next())),
            '&' => is_entity(&text[at..]),
            _ => false,
        };
        if marks {
            safe.push('\\');
        }
        safe.push(c);
        before = Some(c);
    }
}

/// Whether a text begins like `&amp;` or `&#39;`.
fn is_entity(text: &str) -> bool {
    let name = text[1..].bytes().take(40);
    let length = name
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'#')
        .count();
    length > 0 && text[1 + length..].starts_with(';')
}

/// A text between backticks that are longer than any run of them in it.
pub(super) fn code(text: &str) -> String {
    let text = one_line(text).replace('|', "\u{2502}");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A text of many lines as a block of code.
pub(super) fn block(text: &str) -> String {
    let text = visible(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}\n{}\n{fence}", text.trim_matches('\n'))
}

/// A link where the address is one of the web, else the text and the address behind it.
pub(super) fn link(text: &str, address: &str) -> String {
    let address = one_line(address);
    if !is_web(&address) {
        return format!("{} ({})", inline(text), inline(&address));
    }
    let mut target = String::new();
    for (at, c) in address.char_indices() {
        match c {
            '&' if is_entity(&address[at..]) => target.push_str("&amp;"),
            '<' | '>' | '\\' | '|' | '"' | '`' | ' ' => {
                target.push_str(&format!("%{:02X}", c as u32))
            }
            c => target.push(c),
        }
    }
    match inline(text) {
        shown if shown.is_empty() => inline(&address),
        shown => format!("[{shown}](<{target}>)"),
    }
}

/// Whether an address leads to a page: `http` or `https`.
pub(super) fn is_web(address: &str) -> bool {
    let lower = address.get(..8).unwrap_or(address).to_ascii_lowercase();
    lower.starts_with("https://") || lower.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        let cases = [
            ("a | b", "a \\| b"),
            ("<script>x</script>", "\\<script\\>x\\</script\\>"),
            ("snake_case _em_ *b*", "snake_case \\_em\\_ \\*b\\*"),
            (
                "see https://x.example/a_b?c=1|2.",
                "see <https://x.example/a_b?c=1>\\|2.",
            ),
            ("http:// x &amp; AT&T", "http&#58;// x \\&amp; AT&T"),
            (
                "http://x.example/?a=1&b=2&amp;%",
                "<http://x.example/?a=1&b=2&amp;amp;%>",
            ),
            ("www.x.example* ftp://y", "www&#46;x.example\\* ftp&#58;//y"),
            (
                "<!-- aftersight: allow(x) -->",
                "\\<!-- aftersight: allow(x) --\\>",
            ),
            ("a\n\tb\u{202e}\u{7}", "a b"),
        ];
        for (text, expected) in cases {
            assert_eq!(inline(text), expected, "{text}");
        }
        assert_eq!(cell("one\n\n| two"), "one<br>\\| two");
        assert_eq!(
            paragraphs("# a\n- b\n\n\n1. c\n===\n    d"),
            "\\# a\\\n\\- b\n\n1\\. c\\\n\\===\\\nd"
        );
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(block("x\n```\n"), "````\nx\n```\n````");
    }

    #[test]
    fn only_addresses_of_the_web_are_links() {
        assert_eq!(
            link("a [b]", "https://x.example/(y)"),
            "[a \\[b\\]](<https://x.example/(y)>)"
        );
        assert_eq!(
            link("a", "https://x.example/?a&copy;"),
            "[a](<https://x.example/?a&amp;copy;>)"
        );
        assert_eq!(link("a", "javascript:alert(1)"), "a (javascript:alert(1))");
        assert_eq!(
            link("a", "https://x.example/> [b](c"),
            "[a](<https://x.example/%3E%20[b](c>)"
        );
    }
}
