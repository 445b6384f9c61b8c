//! Links and pictures of a document that lead somewhere else once it lies in another folder.
//!
//! Owns which do. The files themselves are not brought along.

use super::excerpt::Reading;
use crate::import::draft::Draft;
use crate::postmortem::section::SectionKey;

/// Remarks every link and picture whose file stays behind, and every link to a heading that has another name now.
pub(super) fn remark(reading: &Reading, renamed: &[(String, SectionKey)], draft: &mut Draft) {
    for link in &reading.document.links {
        let place = reading.place(link.span);
        let target = link.target.trim();
        let shown = target.replace('`', "'");
        if let Some(anchor) = target.strip_prefix('#') {
            if let Some((_, key)) = renamed.iter().find(|(old, _)| old == anchor) {
                let heading = key.heading();
                draft.left_out(
                    format!(
                        "the place that the link `{shown}` leads to: its heading is `{heading}` now"
                    ),
                    place,
                );
            }
        } else if is_template(target) {
            draft.not_understood(
                format!("the address `{shown}`, which the site generator fills in"),
                place,
            );
        } else if is_relative(target) {
            let what = if link.image {
                "the picture"
            } else {
                "the file behind the link"
            };
            draft.left_out(
                format!(
                    "{what} `{shown}`, which was not brought along: copy it, or write its address"
                ),
                place,
            );
        }
    }
}

/// Whether an address is one of a file beside the document, or of its site.
fn is_relative(target: &str) -> bool {
    let scheme = target.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    });
    !target.is_empty() && !scheme && !target.starts_with("//")
}

/// Liquid, ERB, Hugo and Quarto put addresses between such marks.
fn is_template(target: &str) -> bool {
    ["{{", "{%", "<%", "%7B%7B", "%7B%25"]
        .iter()
        .any(|mark| target.contains(mark))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::markdown::excerpt::Excerpt;
    use crate::import::origin::Origin;

    #[test]
    fn files_that_stay_behind_are_told() {
        let text = "[a](log.txt) ![b](../img/b.png) [c](https://x.example) [d](#key-events) [e](mailto:a@b.example) <a href=\"/assets/f\">f</a>\n\n<a href=\"{{site.baseurl}}/g\">g</a>\n";
        let reading = Excerpt::new(text, 3).read("a.md", "");
        let mut draft = Draft::new(Origin::Markdown);
        remark(
            &reading,
            &[("key-events".into(), SectionKey::Timeline)],
            &mut draft,
        );
        let mut told: Vec<String> = draft
            .remarks
            .iter()
            .map(|remark| format!("{} {}", remark.place, remark.what))
            .collect();
        told.sort();
        assert_eq!(
            told,
            [
                "a.md:3 the file behind the link `/assets/f`, which was not brought along: copy it, or write its address",
                "a.md:3 the file behind the link `log.txt`, which was not brought along: copy it, or write its address",
                "a.md:3 the picture `../img/b.png`, which was not brought along: copy it, or write its address",
                "a.md:3 the place that the link `#key-events` leads to: its heading is `Timeline` now",
                "a.md:5 the address `{{site.baseurl}}/g`, which the site generator fills in",
            ]
        );
    }
}
