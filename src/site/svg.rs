//! Pictures in SVG, made harmless: a page shows them as images, where nothing in them runs, but whoever opens the file itself
//! gives it the rights of the site.
//!
//! Owns what is let through: shapes, words, colours and movements of the picture itself. Scripts, handlers, other sites,
//! foreign markup, entities and what editors leave behind are left out.

use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer, XmlVersion};

use super::approval::is_web;

/// Elements that are kept, by their local names.
const ELEMENTS: [&str; 63] = [
    "a",
    "animate",
    "animateMotion",
    "animateTransform",
    "circle",
    "clipPath",
    "defs",
    "desc",
    "ellipse",
    "feBlend",
    "feColorMatrix",
    "feComponentTransfer",
    "feComposite",
    "feConvolveMatrix",
    "feDiffuseLighting",
    "feDisplacementMap",
    "feDistantLight",
    "feDropShadow",
    "feFlood",
    "feFuncA",
    "feFuncB",
    "feFuncG",
    "feFuncR",
    "feGaussianBlur",
    "feMerge",
    "feMergeNode",
    "feMorphology",
    "feOffset",
    "fePointLight",
    "feSpecularLighting",
    "feSpotLight",
    "feTile",
    "feTurbulence",
    "filter",
    "g",
    "image",
    "line",
    "linearGradient",
    "marker",
    "mask",
    "mpath",
    "path",
    "pattern",
    "polygon",
    "polyline",
    "radialGradient",
    "rect",
    "set",
    "stop",
    "style",
    "svg",
    "switch",
    "symbol",
    "text",
    "textPath",
    "title",
    "tspan",
    "use",
    "view",
    "solidcolor",
    "hatch",
    "hatchpath",
    "cursor",
];
/// Bytes of images that may stand inside a picture.
const INSIDE: [&str; 4] = [
    "data:image/png",
    "data:image/jpeg",
    "data:image/gif",
    "data:image/webp",
];
const NAMESPACE: &str = "http://www.w3.org/2000/svg";
const LINKS: &str = "http://www.w3.org/1999/xlink";
/// Elements inside each other, at most.
const DEPTH: usize = 200;

/// A picture that can be opened by anybody.
#[derive(Debug, PartialEq, Eq)]
pub struct Picture {
    /// The picture, in UTF-8.
    pub svg: Vec<u8>,
    /// How many elements and attributes that could run, fetch or hide something were left out.
    pub dropped: usize,
}

/// Makes a picture harmless; why not, where it is no well-formed SVG.
pub fn harmless(svg: &[u8]) -> Result<Picture, String> {
    let text = std::str::from_utf8(svg).map_err(|_| "it is not UTF-8".to_string())?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut cleaner = Cleaner::default();
    loop {
        let event = reader.read_event().map_err(|error| told(&error))?;
        if !cleaner.take(event)? {
            break;
        }
    }
    match (cleaner.open.is_empty(), cleaner.seen) {
        (true, true) => Ok(Picture {
            svg: cleaner.out.into_inner(),
            dropped: cleaner.dropped,
        }),
        (false, _) => Err("it ends too early".into()),
        (_, false) => Err("it holds no picture".into()),
    }
}

fn told(error: &dyn std::fmt::Display) -> String {
    format!("it cannot be read: {error}")
}

struct Cleaner {
    out: Writer<Vec<u8>>,
    /// The names of open elements that are kept.
    open: Vec<String>,
    /// How many elements are open inside one that is left out, itself included.
    skipped: usize,
    /// The words of an open `style`.
    style: Option<String>,
    dropped: usize,
    seen: bool,
}

impl Default for Cleaner {
    fn default() -> Self {
        Self {
            out: Writer::new(Vec::new()),
            open: Vec::new(),
            skipped: 0,
            style: None,
            dropped: 0,
            seen: false,
        }
    }
}

impl Cleaner {
    /// Takes the next event; whether there may be more.
    fn take(&mut self, event: Event<'_>) -> Result<bool, String> {
        match event {
            Event::Eof => return Ok(false),
            Event::Start(start) if self.skipped > 0 => {
                drop(start);
                self.skipped += 1;
            }
            Event::End(_) if self.skipped > 0 => self.skipped -= 1,
            _ if self.skipped > 0 => {}
            Event::Start(start) => match self.kept(&start)? {
                Some((name, element)) => {
                    if self.open.len() >= DEPTH {
                        return Err("its elements lie too deep inside each other".into());
                    }
                    self.style = (name == "style").then(String::new);
                    self.open.push(name);
                    self.write(Event::Start(element))?;
                }
                None => {
                    self.dropped += 1;
                    self.skipped = 1;
                }
            },
            Event::Empty(start) => match self.kept(&start)? {
                Some((_, element)) => self.write(Event::Empty(element))?,
                None => self.dropped += 1,
            },
            Event::End(_) => {
                if let Some(style) = self.style.take() {
                    match is_own(&style) {
                        true => self.write(Event::Text(BytesText::new(&style)))?,
                        false => self.dropped += 1,
                    }
                }
                let name = self.open.pop().ok_or("an element ends that never began")?;
                self.write(Event::End(BytesEnd::new(name)))?;
            }
            Event::Text(text) => {
                let text = text.decode().map_err(|error| told(&error))?.into_owned();
                self.words(&text)?;
            }
            Event::CData(text) => {
                let text = text.decode().map_err(|error| told(&error))?.into_owned();
                self.words(&text)?;
            }
            Event::GeneralRef(reference) => {
                let name = reference
                    .decode()
                    .map_err(|error| told(&error))?
                    .into_owned();
                let letter = match reference.resolve_char_ref().map_err(|error| told(&error))? {
                    Some(letter) => letter.to_string(),
                    None => match quick_xml::escape::resolve_predefined_entity(&name) {
                        Some(text) => text.to_string(),
                        None => return Err(format!("it needs the entity `{name}`")),
                    },
                };
                self.words(&letter)?;
            }
            // A comment says nothing to a reader; a type may define entities; an instruction may fetch a style.
            Event::Comment(_) | Event::Decl(_) => {}
            Event::DocType(_) | Event::PI(_) => self.dropped += 1,
        }
        Ok(true)
    }

    fn write(&mut self, event: Event<'_>) -> Result<(), String> {
        self.out.write_event(event).map_err(|error| told(&error))
    }

    fn words(&mut self, text: &str) -> Result<(), String> {
        match &mut self.style {
            Some(style) => style.push_str(text),
            // Outside the picture only white space may stand.
            None if self.open.is_empty() => {}
            None => self.write(Event::Text(BytesText::new(text)))?,
        }
        Ok(())
    }

    /// An element with the attributes that are let through, if it is let through itself.
    fn kept(
        &mut self,
        start: &BytesStart<'_>,
    ) -> Result<Option<(String, BytesStart<'static>)>, String> {
        let (local, prefix) = start.name().decompose();
        let name = std::str::from_utf8(local.into_inner()).map_err(|error| told(&error))?;
        let plain = prefix.is_none_or(|prefix| prefix.into_inner() == b"svg");
        let first = !self.seen;
        if first && (name != "svg" || !plain) {
            return Err("it is no SVG".into());
        }
        if !first && self.open.is_empty() {
            return Err("something follows the picture".into());
        }
        if !plain || !ELEMENTS.contains(&name) {
            return Ok(None);
        }
        self.seen = true;
        let mut element = BytesStart::new(name.to_string());
        if first {
            element.push_attribute(("xmlns", NAMESPACE));
            element.push_attribute(("xmlns:xlink", LINKS));
        }
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| told(&error))?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| told(&error))?;
            match judge(name, &attribute, &value) {
                Verdict::Kept(key) => element.push_attribute((key, &*value)),
                Verdict::Known => {}
                Verdict::Dropped => self.dropped += 1,
                Verdict::Element => return Ok(None),
            }
        }
        Ok(Some((name.to_string(), element)))
    }
}

/// What becomes of an attribute.
enum Verdict<'a> {
    Kept(&'a str),
    /// It says what is said anyway.
    Known,
    Dropped,
    /// The whole element is left out.
    Element,
}

fn judge<'a>(element: &str, attribute: &Attribute<'a>, value: &str) -> Verdict<'a> {
    let Ok(key) = std::str::from_utf8(attribute.key.into_inner()) else {
        return Verdict::Dropped;
    };
    let (prefix, local) = key.split_once(':').unwrap_or(("", key));
    let lower = local.to_ascii_lowercase();
    match (prefix, lower.as_str()) {
        ("xmlns", _) => Verdict::Known,
        ("", "xmlns") => Verdict::Known,
        ("" | "xlink", "href") if leads_nowhere_else(element, value) => Verdict::Kept(key),
        ("" | "xlink", "href") => Verdict::Dropped,
        // What is moved must be no address and no handler.
        ("", "attributename") if lower_ends(value, "href") || is_handler(value) => Verdict::Element,
        ("", name) if is_handler(name) => Verdict::Dropped,
        ("", _) if is_own(value) => Verdict::Kept(key),
        ("xlink", "title") | ("xml", "lang" | "space") => Verdict::Kept(key),
        _ => Verdict::Dropped,
    }
}

/// Whether an address stays in the picture, or is a link that somebody may follow.
fn leads_nowhere_else(element: &str, value: &str) -> bool {
    let value = value.trim();
    match element {
        "a" => value.starts_with('#') || is_web(value),
        "image" => INSIDE
            .iter()
            .any(|kind| value.to_ascii_lowercase().starts_with(kind)),
        _ => value.starts_with('#'),
    }
}

fn is_handler(name: &str) -> bool {
    name.trim()
        .get(..2)
        .is_some_and(|start| start.eq_ignore_ascii_case("on"))
}

fn lower_ends(value: &str, end: &str) -> bool {
    value.trim().to_ascii_lowercase().ends_with(end)
}

/// Whether styles and values name nothing outside the picture. A backslash may write any letter, so there is none.
fn is_own(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let mut calls = lower.split("url(").skip(1);
    let inside = calls.all(|rest| rest.trim_start_matches([' ', '"', '\'']).starts_with('#'));
    inside
        && !["@import", "\\", "image-set", "javascript:", "expression("]
            .iter()
            .any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(inside: &str) -> (String, usize) {
        let svg = format!("<svg xmlns=\"{NAMESPACE}\" viewBox=\"0 0 9 9\">{inside}</svg>");
        let picture = harmless(svg.as_bytes()).expect("a picture");
        let text = String::from_utf8(picture.svg).expect("text");
        let (_, inside) = text.split_once('>').expect("an element");
        (inside.trim_end_matches("</svg>").into(), picture.dropped)
    }

    #[test]
    fn a_picture_stays_as_it_is() {
        let same = "<title>A &amp; B</title><style>.a{fill:url(#g)}</style><g id=\"x\" transform=\"scale(2)\"><path d=\"M0 0h9\" fill=\"url(#g)\"/><use xlink:href=\"#x\"/><a href=\"https://x.example/\"><text>1 &lt; 2</text></a></g>";
        assert_eq!(clean(same), (same.to_string(), 0));
    }

    #[test]
    fn nothing_in_it_runs_fetches_or_moves_an_address() {
        for bad in [
            "<script>alert(1)</script>",
            "<script href=\"//evil.example/x.js\"/>",
            "<svg:script xmlns:svg=\"http://www.w3.org/2000/svg\">alert(1)</svg:script>",
            "<x:script xmlns:x=\"http://www.w3.org/2000/svg\">alert(1)</x:script>",
            "<foreignObject><body xmlns=\"http://www.w3.org/1999/xhtml\"><img src=\"x\" onerror=\"alert(1)\"/></body></foreignObject>",
            "<h:iframe xmlns:h=\"http://www.w3.org/1999/xhtml\" src=\"javascript:alert(1)\"/>",
            "<g onload=\"alert(1)\"/>",
            "<g ONLOAD=\"alert(1)\"/>",
            "<a href=\"javascript:alert(1)\"/>",
            "<a href=\"java&#10;script:alert(1)\"/>",
            "<a xlink:href=\" javascript:alert(1)\"/>",
            "<a><set attributeName=\"href\" to=\"javascript:alert(1)\"/></a>",
            "<a><animate attributeName=\"xlink:href\" values=\"javascript:alert(1)\"/></a>",
            "<set attributeName=\"onmouseover\" to=\"alert(1)\"/>",
            "<image href=\"https://evil.example/p.png\"/>",
            "<image href=\"data:image/svg+xml,evil\"/>",
            "<use href=\"https://evil.example/x.svg#a\"/>",
            "<style>@import '//evil.example/x.css'</style>",
            "<style>a{b:url(//evil.example)}</style>",
            "<style><![CDATA[a{b:u\\72l(//evil.example)}]]></style>",
            "<rect fill=\"url(https://evil.example/#a)\"/>",
            "<rect style=\"background:url(//evil.example)\"/>",
            "<?xml-stylesheet href=\"//evil.example/x.css\"?>",
            "<metadata><who>me@example.org</who></metadata>",
        ] {
            let (left, dropped) = clean(bad);
            assert!(dropped > 0, "{bad}");
            for word in ["evil", "alert", "script", "me@"] {
                assert!(!left.to_lowercase().contains(word), "{bad}: {left}");
            }
        }
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        for (bad, why) in [
            (&b"<svg><g></svg>"[..], "cannot be read"),
            (b"<svg><g>", "too early"),
            (b"<html/>", "no SVG"),
            (b"", "no picture"),
            (b"\xff\xfe<\0s\0v\0g\0", "UTF-8"),
            (
                b"<!DOCTYPE svg [<!ENTITY x \"<script/>\">]><svg>&x;</svg>",
                "entity `x`",
            ),
            (b"<svg/><script>alert(1)</script>", "follows"),
        ] {
            let told = harmless(bad).expect_err("no picture");
            assert!(told.contains(why), "{told}");
        }
        let deep = "<g>".repeat(DEPTH + 1);
        let told = harmless(format!("<svg>{deep}").as_bytes()).expect_err("too deep");
        assert!(told.contains("deep"), "{told}");
        let typed =
            b"\xef\xbb\xbf<?xml version=\"1.0\"?><!DOCTYPE svg PUBLIC \"a\" \"b\"><!-- c --><svg/>";
        let picture = harmless(typed).expect("a picture");
        assert_eq!(picture.dropped, 1);
        assert!(picture.svg.starts_with(b"<svg xmlns="));
    }
}
