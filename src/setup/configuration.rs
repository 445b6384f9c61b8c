//! The start of a configuration: short, commented, and already true.
//!
//! Owns its text. Which keys there are is for `config`.

use std::fmt::Write as _;

use super::catalogue::Services;
use crate::postmortem::conventions::Conventions;
use crate::schema;

/// The text; in an established repository the services stay commented out, because postmortems that are there may name
/// others, and a catalogue turns unknown names into findings.
pub(super) fn text(services: &Services, established: bool) -> String {
    let mut text = schema::comment("config");
    text.push_str(
        "
# What your organisation calls things. Everything has a default; `aftersight config show` prints it all.
# Take off a `#` that stands right before a key to use that line.

# Most severe first.
",
    );
    let severities = Conventions::default().severities.join(", ");
    // Writing to a string does not fail.
    let _ = writeln!(text, "severities: [{severities}]");
    text.push_str(
        "
# Once services are listed, a postmortem that names another one is told. Their owners are asked to approve.
",
    );
    let active = !services.sure.is_empty() && !established;
    let mut mark = if active { "" } else { "#" };
    if services.sure.is_empty() && services.likely.is_empty() {
        text.push_str("#services:\n");
        text.push_str(
            "#  checkout: { owner: \"@your-org/payments\", description: \"Takes orders\" }\n",
        );
    } else {
        let _ = writeln!(text, "# These were found in CODEOWNERS; put them right.");
        let _ = writeln!(text, "{mark}services:");
    }
    for names in [&services.sure, &services.likely] {
        for (name, owner) in names {
            let _ = writeln!(text, "{mark}  {name}: {{ owner: \"{owner}\" }}");
        }
        // Folders that only may be services are a proposal.
        mark = "#";
    }
    text.push_str(
        "
# Who must approve a postmortem before it is merged. Without a word: one owner of the affected services, else of the path in
# CODEOWNERS, else anybody who may write. Every entry must be met; `from` may also be an @account, an @org/team or a list.
#approval:
#  require:
#    - from: owners
#    - { from: managers, severities: [sev1] }
#  managers: [\"@your-org/leads\"]
#  teams: # list the members here, since no workflow's own token may read them
#    \"@your-org/payments\": [alice, bob]
#    \"@your-org/leads\": [carol]

# From how many days after its due date on an action item asks its owner, then the team, then the managers, then for a decision.
#actions:
#  overdue: [1, 8, 15, 22]
#  mention_teams: true # in the issue, so that the people of the owning team are told

# Your words for what starts incidents, each with one line about it.
#causes:
#  change: \"A deploy or a configuration change started it\"

# Documents from before need not be perfect: what lies behind this day is told as a note at most.
#ratchet:
#  before: 2020-01-01
",
    );
    text
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::text;
    use crate::config::Config;
    use crate::setup::catalogue::{Services, services};
    use crate::source::Source;

    fn read(text: &str) -> Config {
        let source = Source::from_bytes("aftersight.yml", text.as_bytes().to_vec());
        let (config, problems) = Config::read(Arc::new(source));
        assert!(problems.is_empty(), "{problems:?}\n{text}");
        config
    }

    fn owners(text: &str) -> Vec<(String, String)> {
        let config = read(text);
        let services = config.conventions.services.iter();
        let pairs =
            services.map(|(name, one)| (name.clone(), one.owner.clone().unwrap_or_default()));
        pairs.collect()
    }

    /// Every line that is commented out as YAML, taken at its word.
    fn uncommented(text: &str) -> String {
        let lines = text.lines().map(|line| match line.strip_prefix('#') {
            Some(rest) if rest.starts_with("  ") || !rest.starts_with(' ') => rest,
            _ => line,
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn it_is_valid_as_it_is_and_with_every_line_in_use() {
        let lists = [
            "",
            "services/a/ @x\n",
            "/b/ @y/z\n",
            "services/a/ @x\n/b/ @y/z\n",
        ];
        for list in lists {
            for established in [false, true] {
                let text = text(&services(list), established);
                read(&text);
                let all = owners(&uncommented(&text));
                assert!(!all.is_empty(), "{text}");
            }
        }
    }

    #[test]
    fn owners_are_in_use_only_where_they_are_sure_and_nothing_is_there_yet() {
        let found = services("services/checkout/ @acme/payments\n/search/ @acme/search\n");
        let pair = ("checkout".to_string(), "@acme/payments".to_string());
        assert_eq!(owners(&text(&found, false)), [pair]);
        assert_eq!(owners(&text(&found, true)), []);
        assert_eq!(owners(&text(&Services::default(), false)), []);
        assert_eq!(owners(&uncommented(&text(&found, true))).len(), 2);
    }
}
