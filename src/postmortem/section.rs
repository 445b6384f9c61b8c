//! Which section a heading names.
//!
//! Owns the keys and their headings (FORMAT.md, Sections). Where sections begin and end is for
//! `document::section`.

/// The sections a postmortem may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SectionKey {
    /// What happened, for people who read no further.
    Summary,
    /// Who and what suffered, in figures.
    Impact,
    /// What happened when.
    Timeline,
    /// How it was noticed.
    Detection,
    /// What was done.
    Response,
    /// What made it possible.
    Causes,
    /// The chain of whys.
    Whys,
    /// How it ended.
    Resolution,
    /// What went well.
    WentWell,
    /// What went wrong.
    WentWrong,
    /// Where we got lucky.
    Lucky,
    /// What surprised us.
    Surprised,
    /// What was learned.
    Lessons,
    /// What will be done.
    Actions,
    /// What will not be done, and why.
    Considered,
    /// The message to customers.
    External,
    /// Words explained.
    Glossary,
    /// Links.
    References,
    /// Everything else.
    Appendix,
}

use SectionKey as Key;

/// Every key with its name in the configuration, the heading to write, and the headings read.
pub const SECTIONS: &[(SectionKey, &str, &str, &[&str])] = &[
    (
        Key::Summary,
        "summary",
        "Summary",
        &[
            "executive summary",
            "incident summary",
            "issue summary",
            "overview",
            "tl;dr",
            "tldr",
        ],
    ),
    (
        Key::Impact,
        "impact",
        "Impact",
        &[
            "customer impact",
            "user impact",
            "business impact",
            "fallout",
        ],
    ),
    (
        Key::Timeline,
        "timeline",
        "Timeline",
        &["incident timeline", "timeline of events", "key events"],
    ),
    (
        Key::Detection,
        "detection",
        "Detection",
        &["how we found out"],
    ),
    (Key::Response, "response", "Response", &[]),
    (
        Key::Causes,
        "causes",
        "Contributing factors",
        &[
            "contributing factor",
            "root cause",
            "root causes",
            "root cause(s)",
            "root cause analysis",
            "causes",
            "cause",
            "analysis",
            "what allowed this to happen",
        ],
    ),
    (
        Key::Whys,
        "whys",
        "Five whys",
        &[
            "5 whys",
            "5 whys analysis",
            "five whys analysis",
            "the five whys",
            "whys",
            "why it happened",
        ],
    ),
    (
        Key::Resolution,
        "resolution",
        "Resolution",
        &["recovery", "resolution and recovery", "mitigation", "fix"],
    ),
    (
        Key::WentWell,
        "went-well",
        "What went well",
        &["what worked", "things that went well"],
    ),
    (
        Key::WentWrong,
        "went-wrong",
        "What went wrong",
        &[
            "what could be improved",
            "what went poorly",
            "what didn't work",
            "what did not work",
            "things that went poorly",
            "things that went wrong",
        ],
    ),
    (
        Key::Lucky,
        "lucky",
        "Where we got lucky",
        &["where were we lucky", "where we were lucky"],
    ),
    (Key::Surprised, "surprised", "What surprised us", &[]),
    (
        Key::Lessons,
        "lessons",
        "Lessons learned",
        &["lessons learnt", "key takeaways", "lessons"],
    ),
    (
        Key::Actions,
        "actions",
        "Action items",
        &[
            "follow-up actions",
            "follow up actions",
            "corrective actions",
            "corrective and preventative measures",
            "corrective and preventive measures",
        ],
    ),
    (
        Key::Considered,
        "considered",
        "Considered, not committed",
        &["considered", "declined actions"],
    ),
    (
        Key::External,
        "external",
        "External message",
        &["customer message", "public summary"],
    ),
    (Key::Glossary, "glossary", "Glossary", &[]),
    (
        Key::References,
        "references",
        "References",
        &["supporting information", "links"],
    ),
    (Key::Appendix, "appendix", "Appendix", &["appendices"]),
];

impl SectionKey {
    /// The heading to write for this section.
    pub fn heading(self) -> &'static str {
        SECTIONS
            .iter()
            .find(|(key, ..)| *key == self)
            .map_or("", |(_, _, heading, _)| heading)
    }

    /// The name in the configuration.
    pub fn name(self) -> &'static str {
        SECTIONS
            .iter()
            .find(|(key, ..)| *key == self)
            .map_or("", |(_, name, ..)| name)
    }

    /// The key with this name in the configuration.
    pub fn from_name(name: &str) -> Option<Self> {
        SECTIONS
            .iter()
            .find(|(_, other, ..)| *other == name)
            .map(|(key, ..)| *key)
    }

    /// The section a heading names; case, emoji, leading numbers, a trailing bracket and trailing `#` are ignored.
    /// `more` are additional headings in [`plain`] form.
    pub fn from_heading(title: &str, more: &[(String, SectionKey)]) -> Option<Self> {
        let named = |title: &str| {
            let same = |name: &str| name.eq_ignore_ascii_case(title);
            let found = SECTIONS.iter().find(|(_, _, heading, others)| {
                same(heading) || others.iter().any(|name| same(name))
            });
            found.map(|(key, ..)| *key)
        };
        // Most headings are written as they are known; only the others are undressed.
        if more.is_empty()
            && let Some(key) = named(title.trim())
        {
            return Some(key);
        }
        let title = plain(title);
        let own = more.iter().find(|(heading, _)| *heading == title);
        own.map(|(_, key)| *key).or_else(|| named(&title))
    }
}

/// A heading as it is compared: lower case, without emoji, shortcodes, leading numbers, bracketed ends and punctuation
/// around it.
pub fn plain(title: &str) -> String {
    let mut title = title.replace(['’', '‘'], "'").to_lowercase();
    while let Some(start) = title.find(':') {
        let Some(end) = title[start + 1..].find(':').map(|at| start + 1 + at) else {
            break;
        };
        let code = &title[start + 1..end];
        if code.is_empty()
            || !code
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '-'))
        {
            break;
        }
        title.replace_range(start..=end, "");
    }
    // A keycap is an emoji whose digit is no number of the section.
    for cap in ["\u{fe0f}\u{20e3}", "\u{20e3}"] {
        while let Some(at) = title.find(cap) {
            let digit = title[..at].chars().next_back().map_or(0, char::len_utf8);
            title.replace_range(at - digit..at + cap.len(), "");
        }
    }
    let kept: String = title
        .chars()
        .filter(|c| c.is_alphanumeric() || c.is_whitespace() || c.is_ascii_punctuation())
        .collect();
    let title = kept.trim().trim_end_matches(['#', ' ']);
    let title = match title.rfind(['(', '[']) {
        Some(open)
            if open > 0 && title.ends_with([')', ']']) && !title[open..].starts_with("(s)") =>
        {
            &title[..open]
        }
        _ => title,
    };
    let kept = title.trim().trim_end_matches([':', '.', '?']).trim();
    unnumbered(kept)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// A heading without the number before it: `2.`, `2)`, `1.2`.
fn unnumbered(title: &str) -> &str {
    let rest = title.trim_start_matches(|c: char| c.is_ascii_digit());
    if rest.len() == title.len() {
        return title;
    }
    match rest.strip_prefix(['.', ')']) {
        None => title,
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => {
            rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.')
        }
        Some(rest) => rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_recognised_however_they_are_dressed() {
        let cases = [
            ("Timeline (UTC)", Key::Timeline),
            ("🕑 TIMELINE ##", Key::Timeline),
            (":warning: Root Cause(s)", Key::Causes),
            ("2. Incident timeline", Key::Timeline),
            ("5 Whys", Key::Whys),
            ("What didn’t work", Key::WentWrong),
            ("TL;DR", Key::Summary),
            ("Considered, not committed", Key::Considered),
            ("Timeline (all times UTC)", Key::Timeline),
            ("Timeline (UTC) 🕑", Key::Timeline),
            ("3️⃣ Timeline", Key::Timeline),
            ("1.2 Root cause(s) 🔥", Key::Causes),
            ("What went well?", Key::WentWell),
        ];
        for (title, key) in cases {
            assert_eq!(SectionKey::from_heading(title, &[]), Some(key), "{title}");
        }
        assert_eq!(SectionKey::from_heading("Background", &[]), None);
        let more = [("chronik".to_string(), Key::Timeline)];
        assert_eq!(
            SectionKey::from_heading("Chronik (MEZ)", &more),
            Some(Key::Timeline)
        );
    }
}
