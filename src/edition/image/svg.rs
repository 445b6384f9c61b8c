//! SVG: a text of which browsers draw a part.
//!
//! Comments, metadata, processing instructions and the attributes of editors (the name of the file, where it was saved) do not
//! pass. Titles and descriptions do, since they are read aloud; the leak check reads them too. Pictures inside it are refused,
//! because they have metadata of their own, and so are declarations, which can hide any text.

use std::sync::LazyLock;

use regex::Regex;

/// Prefixes of names that only editors read.
const EDITORS: [&str; 6] = ["inkscape:", "sodipodi:", "rdf:", "cc:", "dc:", "sketch:"];

static ATTRIBUTE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"\s+(?:xmlns:)?(?:inkscape|sodipodi|rdf|cc|dc|sketch|serif|figma|data-[\w-]+)(?::[\w.-]+)?\s*=\s*(?:"[^"]*"|'[^']*')"#).ok()
});

/// The drawing alone, or why it cannot be let out.
pub(super) fn clean(text: &str) -> Result<String, String> {
    let lower = text.to_ascii_lowercase();
    if lower.contains("<!doctype") || lower.contains("<!entity") {
        let declared = lower.contains('[') && lower.contains("<!entity");
        if declared {
            return Err("this SVG declares entities, which can stand for any text".into());
        }
    }
    if lower.contains("data:image/") && !lower.contains("data:image/svg")
        || lower.contains(";base64,")
    {
        return Err(
            "this SVG holds a picture of its own, whose metadata cannot be taken out".into(),
        );
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        out.push_str(&rest[..open]);
        rest = &rest[open..];
        let skipped = if rest.starts_with("<!--") {
            Some(after(rest, "-->"))
        } else if rest.starts_with("<?") {
            Some(after(rest, "?>"))
        } else if rest.starts_with("<!") && !rest.starts_with("<![CDATA[") {
            Some(after(rest, ">"))
        } else {
            element(rest)
        };
        match skipped {
            Some(Some(after)) => rest = after,
            Some(None) => return Err("this SVG cannot be read to its end".into()),
            None => {
                let end = rest.find('>').ok_or("this SVG cannot be read to its end")?;
                out.push_str(&without_editors(&rest[..=end]));
                rest = &rest[end + 1..];
            }
        }
    }
    out.push_str(rest);
    Ok(out)
}

fn after<'a>(text: &'a str, end: &str) -> Option<&'a str> {
    text.split_once(end).map(|(_, after)| after)
}

/// Where an element that only editors read ends; the outer `None` for any other element.
fn element(text: &str) -> Option<Option<&str>> {
    let name = text[1..]
        .split(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))
        .next()
        .unwrap_or_default();
    let editors = EDITORS.iter().any(|prefix| name.starts_with(prefix));
    if name != "metadata" && !editors {
        return None;
    }
    let Some(end) = text.find('>') else {
        return Some(None);
    };
    if text[..end].ends_with('/') {
        return Some(Some(&text[end + 1..]));
    }
    Some(after(text, &format!("</{name}>")))
}

fn without_editors(tag: &str) -> String {
    match ATTRIBUTE.as_ref() {
        Some(attribute) => attribute.replace_all(tag, "").into_owned(),
        None => tag.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_drawing_is_left() {
        let text = "<?xml version=\"1.0\"?><!-- secret --><!DOCTYPE svg PUBLIC \"x\">\
                    <svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:inkscape=\"x\" sodipodi:docname=\"/home/ada/x.svg\" inkscape:version='1'>\
                    <metadata id=\"m\"><rdf:RDF>Ada</rdf:RDF></metadata><sodipodi:namedview/>\
                    <title>Load</title><path d=\"M0 0\" data-name=\"Ada\"/></svg>";
        let cleaned = clean(text).expect("a drawing");
        assert_eq!(
            cleaned,
            "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>Load</title><path d=\"M0 0\"/></svg>"
        );
        for text in [
            "<!DOCTYPE svg [<!ENTITY a 'secret'>]><svg>&a;</svg>",
            "<svg><image href=\"data:image/jpeg;base64,AAAA\"/></svg>",
            "<svg><!-- open",
            "<svg><metadata>",
            "<svg",
        ] {
            assert!(clean(text).is_err(), "{text}");
        }
    }
}
