//! Services and their owners, as far as a CODEOWNERS file gives them away.
//!
//! Owns the guess. Who owns which path, as GitHub sees it, is for `approval`; here a wrong guess costs a line of the
//! configuration, so only what is plain is taken.

use std::collections::BTreeMap;

use crate::postmortem::people::Party;

/// Folders whose folders are services.
const PARENTS: [&str; 8] = [
    "services",
    "service",
    "svc",
    "microservices",
    "apps",
    "applications",
    "systems",
    "backends",
];

/// Folders beside services that are none.
const OTHERS: [&str; 32] = [
    "assets",
    "bin",
    "build",
    "ci",
    "cmd",
    "config",
    "configs",
    "contrib",
    "deploy",
    "doc",
    "docs",
    "etc",
    "examples",
    "hack",
    "include",
    "internal",
    "lib",
    "libs",
    "packages",
    "pkg",
    "postmortems",
    "public",
    "scripts",
    "src",
    "static",
    "test",
    "tests",
    "third_party",
    "tools",
    "utils",
    "vendor",
    "website",
];

/// Words that YAML takes for something else than a name.
const WORDS: [&str; 8] = ["true", "false", "null", "yes", "no", "on", "off", "nan"];

/// Most services that are written down; who has more has a better list of them.
const MOST: usize = 60;

/// What a CODEOWNERS file says of services.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Services {
    /// Folders below one for services, each with its owner as written.
    pub(super) sure: BTreeMap<String, String>,
    /// Folders at the root that may be services.
    pub(super) likely: BTreeMap<String, String>,
}

/// Reads the lines of a CODEOWNERS file that name one folder and an account; the last one of a folder counts.
pub(super) fn services(text: &str) -> Services {
    let mut services = Services::default();
    for line in text.lines() {
        let mut words = line
            .split_whitespace()
            .take_while(|word| !word.starts_with('#'));
        let Some(parts) = words.next().and_then(folder) else {
            continue;
        };
        let Some(owner) = owner(words) else { continue };
        let (names, name) = match parts.as_slice() {
            [.., parent, name] if PARENTS.contains(parent) => (&mut services.sure, *name),
            [name] if !OTHERS.contains(name) && !PARENTS.contains(name) => {
                (&mut services.likely, *name)
            }
            _ => continue,
        };
        if names.contains_key(name) || names.len() < MOST {
            names.insert(name.to_string(), owner);
        }
    }
    services
}

/// The parts of a pattern that stands for one folder and all in it.
fn folder(pattern: &str) -> Option<Vec<&str>> {
    let ends = ["/**", "/*", "/"];
    let inside = ends.iter().find_map(|end| pattern.strip_suffix(end))?;
    let inside = inside.strip_prefix("**").unwrap_or(inside);
    let parts: Vec<&str> = inside
        .strip_prefix('/')
        .unwrap_or(inside)
        .split('/')
        .collect();
    parts.iter().all(|part| is_name(part)).then_some(parts)
}

fn is_name(part: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    part.starts_with(|c: char| c.is_ascii_alphabetic())
        && part.len() <= 60
        && part.chars().all(plain)
        && !WORDS.contains(&part.to_ascii_lowercase().as_str())
}

/// The first team, else the first user; an address cannot approve anything.
fn owner<'a>(words: impl Iterator<Item = &'a str>) -> Option<String> {
    let parties: Vec<Party> = words.filter_map(Party::read).collect();
    let team = parties.iter().find(|party| matches!(party, Party::Team(_)));
    let user = || parties.iter().find(|party| matches!(party, Party::User(_)));
    team.or_else(user).map(Party::name)
}

#[cfg(test)]
mod tests {
    use super::services;

    fn sure(text: &str) -> String {
        let pairs = services(text).sure;
        let pairs = pairs.iter().map(|(name, owner)| format!("{name}={owner}"));
        pairs.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn folders_of_services_are_services() {
        let text = "\
# a comment
*                       @acme/everybody
/services/checkout/     @alice @acme/payments # they answer
services/search/**      @acme/search
/backend/svc/mail/*     @bob
**/apps/admin/          @acme/web
/services/checkout/     @acme/orders
[Section] @acme/x
";
        assert_eq!(
            sure(text),
            "admin=@acme/web checkout=@acme/orders mail=@bob search=@acme/search"
        );
    }

    #[test]
    fn what_is_not_plain_is_left_out() {
        for line in [
            "services/checkout @acme/a",
            "services/a*/ @acme/a",
            "services/my\\ shop/ @acme/a",
            "services/checkout/ someone@example.org",
            "services/checkout/",
            "services/true/ @acme/a",
            "services/1/ @acme/a",
            "services/checkout/ @acme/\"x",
            "!services/checkout/ @acme/a",
            "services/../ @acme/a",
            "apps/site/next.config.mjs @acme/a",
            "/",
            "** @acme/a",
        ] {
            assert_eq!(sure(line), "", "{line}");
        }
    }

    #[test]
    fn folders_at_the_root_are_only_likely() {
        let found =
            services("/checkout/ @acme/a\ndocs/ @acme/b\n/services/ @acme/c\n.github/ @acme/d\n");
        assert!(found.sure.is_empty());
        assert_eq!(found.likely.keys().collect::<Vec<_>>(), ["checkout"]);
    }
}
