//! What a mail program shows as it was sent: one file, well formed, that asks for nothing.

/// Elements without an end.
const VOID: [&str; 2] = ["meta", "br"];

/// Fails where a file is not one that every mail program shows.
#[track_caller]
pub(crate) fn assert_mailable(html: &str) {
    assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
    let lower = html.to_lowercase();
    for never in [
        "<script", "<style", "<link", "<img", "src=", "url(", "@import", " class=", " id=",
        "display:", "\u{1b}", "\n::",
    ] {
        assert!(!lower.contains(never), "`{never}` is in\n{html}");
    }
    let title = between(html, "<title>", "</title>");
    assert!(!title.is_empty() && !title.contains('<'), "{title}");
    // Gmail cuts off what is longer.
    assert!(html.len() < 102_000, "{} bytes", html.len());
    let mut open: Vec<&str> = Vec::new();
    for part in html.split('<').skip(1) {
        let (tag, text) = part.split_once('>').expect("a tag that ends");
        assert!(!text.contains('>'), "a bare `>` in {text}");
        let name = tag.split_whitespace().next().unwrap_or_default();
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        if name.starts_with('!') || VOID.contains(&name) {
            continue;
        }
        match name.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "{tag}"),
            None => open.push(name),
        }
    }
    assert_eq!(open, [""; 0]);
}

/// What stands between two texts.
pub(crate) fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let rest = text.split_once(from).map_or("", |(_, rest)| rest);
    rest.split_once(to).map_or("", |(found, _)| found)
}
