//! Templates of postmortems: the text that `new` writes.
//!
//! Owns the three forms and putting facts into them as safe YAML. Which id and which file is for `command`.

use crate::postmortem::choice::{Kind, Template};
use crate::postmortem::conventions::Conventions;
use crate::postmortem::section::SectionKey;

/// The owner that stands where none was given; a leftover, until somebody is.
pub const NOBODY_YET: &str = "@your-org/your-team";

/// The facts a new postmortem begins with.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Its id.
    pub id: String,
    /// Its title, any text.
    pub title: String,
    /// What kind of event.
    pub kind: Kind,
    /// Which form.
    pub template: Template,
    /// A severity of the conventions.
    pub severity: String,
    /// Who is accountable.
    pub owner: String,
    /// What was affected.
    pub services: Vec<String>,
    /// When it began, as it will be written; empty where nobody said.
    pub started: String,
    /// The comment that tells editors which schema the front matter follows.
    pub schema: String,
}

/// The text of a new postmortem.
pub fn fill(facts: &Facts, conventions: &Conventions) -> String {
    let form = form(facts.template);
    let services: Vec<String> = facts.services.iter().map(|name| scalar(name)).collect();
    let causes: Vec<&str> = conventions.causes.keys().map(String::as_str).collect();
    let causes = if causes.is_empty() {
        String::new()
    } else {
        format!(": {}", causes.join(", "))
    };
    let priorities: Vec<&str> = conventions
        .priorities
        .iter()
        .map(|priority| priority.name.as_str())
        .collect();
    let values = [
        ("{schema}", facts.schema.clone()),
        ("{id}", facts.id.clone()),
        ("{title}", scalar(&facts.title)),
        ("{kind}", facts.kind.name().into()),
        ("{severity}", scalar(&facts.severity)),
        ("{severities}", conventions.severities.join(" | ")),
        ("{owner}", scalar(&facts.owner)),
        ("{services}", format!("[{}]", services.join(", "))),
        ("{causes}", causes),
        ("{priorities}", priorities.join(", ")),
        ("{started}", facts.started.clone()),
    ];
    // One pass, so that a title that reads like a placeholder stays a title.
    let mut text = String::new();
    let mut rest = form;
    while let Some(open) = rest.find('{') {
        text.push_str(&rest[..open]);
        rest = &rest[open..];
        match values.iter().find(|(name, _)| rest.starts_with(name)) {
            Some((name, value)) => {
                text.push_str(value);
                rest = &rest[name.len()..];
            }
            None => {
                text.push('{');
                rest = &rest[1..];
            }
        }
    }
    text.push_str(rest);
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n") + "\n"
}

fn form(template: Template) -> &'static str {
    match template {
        Template::Standard => include_str!("standard.md"),
        Template::Quick => include_str!("quick.md"),
        Template::FiveWhys => include_str!("five_whys.md"),
    }
}

/// What a form writes below a section's heading, up to the next heading of any level; `None` where it has no such section.
/// The word `{priorities}` in it stands for the names of the conventions.
pub fn below(template: Template, key: SectionKey) -> Option<&'static str> {
    let (_, section) = form(template).split_once(&format!("\n## {}\n", key.heading()))?;
    let end = section.find("\n#").unwrap_or(section.len());
    Some(&section[..end])
}

/// A text as one YAML scalar on one line, quoted where it must be.
pub fn scalar(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain = text
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.'))
        && text.starts_with(|c: char| c.is_alphabetic())
        && serde_yaml::from_str::<serde_yaml::Value>(&text).is_ok_and(|value| value.is_string());
    if plain {
        return text;
    }
    // Every JSON string is a YAML string.
    serde_json::to_string(&text).unwrap_or_default()
}

/// A title as a part of a file name: lower case, words joined by `-`, at most 60 bytes.
pub fn slug(title: &str) -> String {
    let mut slug = String::new();
    for word in title
        .to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        if slug.len() + word.len() > 60 {
            break;
        }
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(word);
    }
    if slug.is_empty() {
        "postmortem".into()
    } else {
        slug
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_are_safe() {
        assert_eq!(scalar("Checkout down"), "Checkout down");
        assert_eq!(scalar("a: b # c"), "\"a: b # c\"");
        assert_eq!(scalar("{owner}"), "\"{owner}\"");
        assert_eq!(scalar("two\nlines"), "two lines");
        assert_eq!(scalar("null"), "\"null\"");
        assert_eq!(scalar("@org/team"), "\"@org/team\"");
    }

    #[test]
    fn slugs_are_short_and_plain() {
        assert_eq!(
            slug("Checkout: 47 minutes down!"),
            "checkout-47-minutes-down"
        );
        assert_eq!(slug("../../etc"), "etc");
        assert_eq!(slug("🙂"), "postmortem");
        assert_eq!(slug("Zażółć gęślą"), "zażółć-gęślą");
        assert!(slug(&"word ".repeat(50)).len() <= 60);
    }
}
