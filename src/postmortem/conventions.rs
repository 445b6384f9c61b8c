//! What an organisation calls things: its severities, services, causes, priorities and headings.
//!
//! Owns the values and their defaults. Where they come from is for `config`.

use std::collections::BTreeMap;

use super::confidential::Confidential;
use super::deadline::Deadlines;
use super::section::SectionKey;

/// A service of the catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Service {
    /// Who is accountable for it: `@user`, `@org/team` or an e-mail address.
    pub owner: Option<String>,
    /// One line about it.
    pub description: String,
}

/// A priority of action items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Priority {
    /// Its name, as in the table.
    pub name: String,
    /// Days after the incident's end in which such an item is to be done; none for no limit.
    pub days: Option<u32>,
}

/// The names in use. A catalogue that is empty accepts every name.
#[derive(Clone, Debug)]
pub struct Conventions {
    /// The shape of ids: `{year}` and `{number}` stand for digits, `{number:3}` for at least three; everything
    /// else stands for itself. `None` accepts any id of letters, digits, `-`, `_` and `.`.
    pub id_pattern: Option<String>,
    /// Severities, most severe first.
    pub severities: Vec<String>,
    /// The severities that ask for a message to customers when customers noticed.
    pub customer_facing: Vec<String>,
    /// Services by name.
    pub services: BTreeMap<String, Service>,
    /// Causes by name, with one line about each.
    pub causes: BTreeMap<String, String>,
    /// Tags that may be used.
    pub tags: Vec<String>,
    /// Priorities, most urgent first.
    pub priorities: Vec<Priority>,
    /// How long the writing may take.
    pub deadlines: Deadlines,
    /// Additional headings, lower case, with the section they name.
    pub headings: Vec<(String, SectionKey)>,
    /// Acronyms everybody knows; those of the configuration come on top of ours.
    pub acronyms: Vec<String>,
    /// What must not be published besides what everybody keeps to themselves.
    pub confidential: Vec<Confidential>,
}

impl Default for Conventions {
    fn default() -> Self {
        let names = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        let priority = |name: &str, days| Priority {
            name: name.into(),
            days,
        };
        Self {
            id_pattern: None,
            severities: names(&["sev1", "sev2", "sev3", "sev4"]),
            customer_facing: names(&["sev1", "sev2"]),
            services: BTreeMap::new(),
            causes: BTreeMap::new(),
            tags: Vec::new(),
            priorities: vec![
                priority("P0", Some(14)),
                priority("P1", Some(30)),
                priority("P2", Some(90)),
                priority("P3", None),
            ],
            deadlines: Deadlines::default(),
            headings: Vec::new(),
            acronyms: names(&[
                "API", "ASAP", "AWS", "CDN", "CI", "CLI", "CPU", "CSS", "CSV", "DB", "DBA", "DNS",
                "EOD", "FAQ", "FYI", "GB", "GCP", "GPU", "HTML", "HTTP", "HTTPS", "ID", "IP",
                "JSON", "KB", "MB", "MFA", "OK", "OS", "PDF", "PR", "QA", "RAM", "SDK", "SLA",
                "SLO", "SMTP", "SQL", "SSD", "SSH", "SSL", "SSO", "TB", "TCP", "TLS", "TTL", "UDP",
                "UI", "URL", "UTC", "VM", "VPN", "XML", "YAML",
            ]),
            confidential: Vec::new(),
        }
    }
}

impl Conventions {
    /// How severe a severity is: 0 is the most severe; `None` for a name nobody knows.
    pub fn rank(&self, severity: &str) -> Option<usize> {
        self.severities.iter().position(|name| name == severity)
    }

    /// Whether a severity is among the upper ones that ask for more care (the first two by default).
    pub fn is_customer_facing(&self, severity: &str) -> bool {
        self.customer_facing.iter().any(|name| name == severity)
    }

    /// How urgent a priority is: 0 is the most urgent.
    pub fn urgency(&self, priority: &str) -> Option<usize> {
        self.priorities
            .iter()
            .position(|known| known.name == priority)
    }
}
