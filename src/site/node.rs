//! How a single mark of Markdown looks.
//!
//! Owns the HTML of each but the tables, which are for [`super::grid`]: code scrolls inside itself, links lead where
//! [`super::link`] lets them.

use std::fmt::{self, Write as _};

use super::event::{begins_with_time, event};
use super::grid;
use super::writer::{Inside, Writer};
use crate::document::markup::{Kind, Mark, Note, Pair, Words};
use crate::postmortem::section::SectionKey;

/// Writes what stands before the inside of a mark.
pub(super) fn enter(out: &mut Writer<'_>, at: usize, mark: &Mark) -> Result<Inside, fmt::Error> {
    match mark.kind {
        Kind::Body | Kind::Plain => {}
        Kind::Heading { .. } if out.state.title == Some(at) => return Ok(Inside::Nothing),
        Kind::Heading { level, .. } => heading(out, at, level)?,
        Kind::Paragraph => {
            if !is_tight(out) {
                out.end_line();
                out.write_str("<p>")?;
            } else if let Some(Kind::Paragraph) = out.previous(at).map(|mark| mark.kind) {
                out.write_str("\n")?;
            }
        }
        Kind::List { ordered, first, .. } => {
            out.end_line();
            let class = class(out, at);
            let (tag, closing) = match ordered && class != Some("events") {
                true => ("ol", "</ol>\n"),
                false => ("ul", "</ul>\n"),
            };
            out.closing.push(closing);
            match class {
                Some(class) => writeln!(out, "<{tag} class=\"{class}\">")?,
                None if ordered && first != 1 => writeln!(out, "<ol start=\"{first}\">")?,
                None => writeln!(out, "<{tag}>")?,
            }
        }
        Kind::Item { .. } => item(out, at)?,
        Kind::Task { done, .. } => {
            let (sign, word) = if done {
                ('☑', "done")
            } else {
                ('☐', "open")
            };
            out.end_line();
            write!(
                out,
                "<li class=\"task\"><span role=\"img\" aria-label=\"{word}\">{sign}</span> "
            )?;
        }
        Kind::Quote => {
            out.end_line();
            out.write_str("<blockquote>\n")?;
        }
        Kind::CodeBlock(pair) => code_block(out, pair)?,
        Kind::HtmlBlock(html) | Kind::Html(html) => {
            // Raw HTML passes only where all of it is sanitised afterwards.
            if out.state.setting.postmortem.document.has_html {
                out.write_str(out.text(html))?;
            }
        }
        Kind::Rule => {
            out.end_line();
            out.write_str("<hr />\n")?;
        }
        Kind::Footnote(note) => {
            let (name, number, _) = out.markup().note(note);
            if number == 1 {
                out.write_str("<section class=\"footnotes\" data-footnotes>\n<ol>\n")?;
            }
            out.footnotes = number;
            out.write_str("<li id=\"fn-")?;
            out.escape_href(out.text(name))?;
            out.write_str("\">")?;
        }
        Kind::Table(columns) => return grid::table(out, at, columns),
        Kind::Row { header, .. } => grid::row(out, at, header)?,
        Kind::Cell { alignment, span } => grid::cell(out, at, alignment, span)?,
        Kind::Text(words) => {
            let text = event(out, at, out.text(words))?;
            let text = question(out, at, text)?;
            // A figure stays with its sign.
            match text.as_bytes().contains(&b'%') {
                true => out.escape(&text.replace(" %", "\u{a0}%"))?,
                false => out.escape(text)?,
            }
        }
        Kind::Code(words) => {
            out.write_str("<code>")?;
            out.words(words)?;
            out.write_str("</code>")?;
        }
        Kind::SoftBreak => out.write_str("\n")?,
        Kind::LineBreak => out.write_str("<br />\n")?,
        Kind::Emphasis => out.write_str("<em>")?,
        Kind::Strong => out.write_str("<strong>")?,
        Kind::Struck => out.write_str("<del>")?,
        Kind::Link(url) => {
            let target = out.state.target(out.text(url), false);
            out.closing.push(match &target {
                Some(_) => "</a>",
                None => "",
            });
            if let Some(url) = target {
                open_link(out, &url)?;
            }
        }
        Kind::Image(pair) => {
            let (url, _) = out.markup().pair(pair);
            image(out, url)?;
            return Ok(Inside::Text);
        }
        Kind::Reference(note) => {
            let (name, number, nth) = out.markup().note(note);
            let name = out.text(name);
            out.write_str("<sup class=\"footnote-ref\"><a href=\"#fn-")?;
            out.escape_href(name)?;
            out.write_str("\" id=\"fnref-")?;
            out.escape_href(name)?;
            if nth > 1 {
                write!(out, "-{nth}")?;
            }
            write!(out, "\" data-footnote-ref>{number}</a></sup>")?;
        }
    }
    Ok(Inside::Marks)
}

/// Writes what stands behind the inside of a mark.
pub(super) fn leave(out: &mut Writer<'_>, at: usize, mark: &Mark) -> fmt::Result {
    match mark.kind {
        Kind::Heading { .. } => {
            let id = out.state.ids.last().cloned().unwrap_or_default();
            let open = out.state.open.last();
            let (level, title) = open.map_or((2, String::new()), |(level, _, title)| {
                (*level, title.clone())
            });
            out.write_str(" ")?;
            link_to(out, &id, &title)?;
            writeln!(out, "</h{level}>")?;
        }
        Kind::Paragraph if !is_tight(out) => {
            if let Some((_, around)) = out.parent(1)
                && let Kind::Footnote(note) = around.kind
                && around.end == mark.end
            {
                out.write_str(" ")?;
                back_references(out, note)?;
            }
            out.write_str("</p>\n")?;
        }
        Kind::List { .. } => {
            out.end_line();
            out.close_with()?;
        }
        Kind::Item { .. } | Kind::Task { .. } => out.write_str("</li>\n")?,
        Kind::Quote => {
            out.end_line();
            out.write_str("</blockquote>\n")?;
        }
        Kind::Footnote(note) => {
            if back_references(out, note)? {
                out.write_str("\n")?;
            }
            out.write_str("</li>\n")?;
        }
        Kind::Table(_) => {
            if out.markup().children(at).nth(1).is_some() {
                out.end_line();
                out.write_str("</tbody>\n")?;
            }
            out.end_line();
            out.write_str("</table>\n</section>\n")?;
        }
        Kind::Row { header, .. } => {
            out.state.row = None;
            out.end_line();
            out.write_str("</tr>")?;
            if header {
                out.write_str("\n</thead>")?;
            }
        }
        Kind::Cell { .. } => {
            out.close_with()?;
            out.close_with()?;
        }
        Kind::Emphasis => out.write_str("</em>")?,
        Kind::Strong => out.write_str("</strong>")?,
        Kind::Struck => out.write_str("</del>")?,
        Kind::Link(_) => out.close_with()?,
        Kind::Image(pair) => {
            let (_, title) = out.markup().pair(pair);
            if out.closing.last() == Some(&IMAGE_END) && !title.is_empty() {
                out.write_str("\" title=\"")?;
                out.words(title)?;
            }
            out.close_with()?;
        }
        _ => {}
    }
    Ok(())
}

/// What closes an image.
const IMAGE_END: &str = "\">";

/// Whether the paragraph that is entered or left stands in a list without space between its items.
fn is_tight(out: &Writer<'_>) -> bool {
    let list = out.parent(2).map(|(_, mark)| mark.kind);
    matches!(list, Some(Kind::List { tight: true, .. }))
}

fn heading(out: &mut Writer<'_>, at: usize, level: u8) -> fmt::Result {
    let level = out.state.level(level);
    let text = out.visible(at);
    let why = is_question(&text);
    let id = out.state.heading(level, text);
    out.end_line();
    write!(out, "<h{level} id=\"")?;
    out.escape(&id)?;
    out.write_str("\"")?;
    if why && out.state.section() == Some(SectionKey::Whys) {
        out.write_str(" class=\"why\"")?;
    }
    out.write_str(">")?;
    if let Some(entry) = out.anchor(at) {
        write!(out, "<span id=\"{}\"></span>", entry.id)?;
    }
    Ok(())
}

/// An item; one that is an entry of the timeline has an address.
fn item(out: &mut Writer<'_>, at: usize) -> fmt::Result {
    out.end_line();
    let is_entry = out.state.section() == Some(SectionKey::Timeline);
    let entry = is_entry.then(|| out.anchor(at)).flatten();
    let Some(entry) = entry else {
        return out.write_str("<li>");
    };
    write!(out, "<li id=\"{}\">", entry.id)?;
    if !begins_with_time(out, at) {
        link_to(out, &entry.id, "this entry")?;
        out.write_str(" ")?;
    }
    Ok(())
}

fn code_block(out: &mut Writer<'_>, pair: Pair) -> fmt::Result {
    let (info, code) = out.markup().pair(pair);
    let name = out.state.region("Code");
    let info = out.text(info);
    let language = info.split_whitespace().next().unwrap_or_default();
    out.end_line();
    out.write_str("<section class=\"scroll\" tabindex=\"0\" aria-label=\"")?;
    out.escape(&name)?;
    out.write_str("\"><pre><code")?;
    let harmless = |c: char| c.is_ascii_alphanumeric() || "+-_#.".contains(c);
    if !language.is_empty() && language.chars().all(harmless) {
        write!(out, " class=\"language-{language}\"")?;
    }
    out.write_str(">")?;
    out.words(code)?;
    out.write_str("</code></pre></section>\n")
}

/// The ways back from the footnote that is open, if they are not written yet; whether there were any left to write.
fn back_references(out: &mut Writer<'_>, note: Note) -> Result<bool, fmt::Error> {
    let (name, number, references) = out.markup().note(note);
    if out.led_back >= number {
        return Ok(false);
    }
    out.led_back = number;
    for nth in 1..=references {
        let (suffix, sign) = match nth {
            1 => (String::new(), String::new()),
            _ => (
                format!("-{nth}"),
                format!("<sup class=\"footnote-ref\">{nth}</sup>"),
            ),
        };
        if nth > 1 {
            out.write_str(" ")?;
        }
        out.write_str("<a href=\"#fnref-")?;
        out.escape_href(out.text(name))?;
        write!(
            out,
            "{suffix}\" class=\"footnote-backref\" data-footnote-backref data-footnote-backref-idx=\"{number}{suffix}\" aria-label=\"Back to reference {number}{suffix}\">↩{sign}</a>"
        )?;
    }
    Ok(true)
}

/// The link of a place to itself: seen when it is pointed at or focused, to be copied.
fn link_to(out: &mut Writer<'_>, id: &str, what: &str) -> fmt::Result {
    out.write_str("<a class=\"anchor\" href=\"#")?;
    out.escape_href(id)?;
    out.write_str("\" aria-label=\"Link to ")?;
    out.escape(what)?;
    out.write_str("\" data-pagefind-ignore>#</a>")
}

fn open_link(out: &mut Writer<'_>, url: &str) -> fmt::Result {
    out.write_str("<a href=\"")?;
    out.escape_href(url)?;
    out.write_str("\">")
}

/// What a list is, where it is more than a list: events of the timeline, the chain of whys, contributing factors.
fn class(out: &Writer<'_>, list: usize) -> Option<&'static str> {
    let markup = out.markup();
    match out.state.section()? {
        SectionKey::Timeline => {
            begins_with_time(out, markup.children(list).next()?).then_some("events")
        }
        SectionKey::Whys | SectionKey::Causes
            if markup
                .children(list)
                .any(|item| out.state.whys.is_some() && out.line(item) == out.state.whys) =>
        {
            Some("whys")
        }
        SectionKey::Causes => {
            let (_, around) = out.parent(1)?;
            matches!(around.kind, Kind::Body).then_some("factors")
        }
        _ => None,
    }
}

/// Whether a text asks why.
fn is_question(text: &str) -> bool {
    let word = text
        .get(..3)
        .is_some_and(|word| word.eq_ignore_ascii_case("why"));
    word && !text[3..].starts_with(char::is_alphabetic)
}

/// Sets the question that an answer begins with apart; gives back what remains of the text.
fn question<'t>(out: &mut Writer<'_>, at: usize, text: &'t str) -> Result<&'t str, fmt::Error> {
    if !is_question(text) || out.previous(at).is_some() {
        return Ok(text);
    }
    let section = out.state.section();
    let whys = matches!(section, Some(SectionKey::Whys | SectionKey::Causes));
    let around = out.parent(2).map(|(_, mark)| mark.kind);
    let in_item = whys && matches!(around, Some(Kind::Item { .. }));
    match text.find("? ").filter(|_| in_item) {
        Some(end) => {
            out.write_str("<span class=\"question\">")?;
            out.escape(&text[..=end])?;
            out.write_str("</span>")?;
            Ok(&text[end + 1..])
        }
        None => Ok(text),
    }
}

/// An image of this site; one of another site would be a request to it, so that becomes a link.
fn image(out: &mut Writer<'_>, url: Words) -> fmt::Result {
    let url = out.text(url);
    if let Some(source) = out.state.target(url, true) {
        out.write_str("<img loading=\"lazy\" src=\"")?;
        out.escape_href(&source)?;
        out.closing.push(IMAGE_END);
        return out.write_str("\" alt=\"");
    }
    match out.state.target(url, false) {
        Some(url) => {
            open_link(out, &url)?;
            out.closing.push("</a>");
            out.write_str("Image: ")
        }
        None => {
            out.closing.push("]");
            out.write_str("[Image: ")
        }
    }
}
