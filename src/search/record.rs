//! What the full-text index reads of a page: the part that is to be searched, without what is to be left out.
//!
//! Owns cutting it out of the finished page, so that a theme's own templates are searched as they are. Nothing is
//! interpreted: what is not cut away is handed on letter by letter, and what is handed on is all that the index depends on.

/// A page as the index reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The output path of the page.
    pub path: String,
    /// The part of its HTML that is read.
    pub html: String,
}

impl Record {
    /// Reads a finished page.
    pub fn new(path: String, page: &str) -> Self {
        Self {
            path,
            html: searched(page),
        }
    }
}

const BODY: &str = "data-pagefind-body";
const IGNORED: &str = "data-pagefind-ignore=\"all\"";

/// The element that is marked as the text of the page, without the elements in it that are marked to be ignored; the whole page
/// where that cannot be told.
fn searched(page: &str) -> String {
    let part = page.find(BODY).and_then(|at| {
        let start = page[..at].rfind('<')?;
        Some(&page[start..element(page, start)?])
    });
    let Some(part) = part else {
        return page.into();
    };
    let language = page.find("<html").map_or("<html>", |at| {
        page[at..].split_inclusive('>').next().unwrap_or_default()
    });
    let mut html = format!("<!DOCTYPE html>{language}<body>");
    let mut rest = part;
    while let Some(at) = rest.find(IGNORED) {
        let cut = rest[..at].rfind('<');
        let cut = cut.and_then(|start| Some((start, element(rest, start)?)));
        let Some((start, end)) = cut else {
            break;
        };
        html.push_str(&rest[..start]);
        rest = &rest[end..];
    }
    html.push_str(rest);
    html.push_str("</body></html>");
    html
}

/// Where the element that begins at `start` ends; none where its end is not to be found.
fn element(page: &str, start: usize) -> Option<usize> {
    let name = name(&page[start + 1..]);
    let mut at = start;
    let mut depth = 0_usize;
    while let Some(next) = page[at..].find('<') {
        at += next;
        let inner = &page[at + 1..];
        let (closes, found) = match inner.strip_prefix('/') {
            Some(inner) => (true, self::name(inner)),
            None => (false, self::name(inner)),
        };
        let end = at + tag(&page[at..])?;
        if found.eq_ignore_ascii_case(name) && !found.is_empty() {
            depth = if closes {
                depth.checked_sub(1)?
            } else {
                depth + 1
            };
            if depth == 0 {
                return Some(end);
            }
        }
        at = end;
    }
    None
}

/// The length of the tag that a text begins with; a `>` in quotes ends nothing.
fn tag(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

fn name(tag: &str) -> &str {
    let end = tag.find(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    &tag[..end.unwrap_or(tag.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_searched_is_read() {
        let page = "<!DOCTYPE html><html lang=\"en\"><head><title>x</title></head><body><header>menu</header>\
            <article class=\"a\" data-pagefind-body><h1 title=\"a > b\">One</h1>\
            <div data-pagefind-ignore=\"all\"><div>facts</div> 2 &lt; 3</div>\
            <p>Two<br>lines</p><aside data-pagefind-ignore=\"all\">more</aside></article><footer>3</footer></body></html>";
        assert_eq!(
            searched(page),
            "<!DOCTYPE html><html lang=\"en\"><body><article class=\"a\" data-pagefind-body>\
            <h1 title=\"a > b\">One</h1><p>Two<br>lines</p></article></body></html>"
        );
    }

    #[test]
    fn a_page_without_marks_is_read_whole() {
        for page in [
            "",
            "<p>text</p>",
            "<article data-pagefind-body><p>never closed",
            "data-pagefind-body",
        ] {
            assert_eq!(searched(page), page);
        }
        let open =
            "<article data-pagefind-body><img data-pagefind-ignore=\"all\"><p>a</p></article>";
        assert!(searched(open).contains("<p>a</p>"));
    }
}
