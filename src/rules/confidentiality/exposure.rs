//! The same search in any text, for whoever publishes it.
//!
//! Owns nothing of its own: the rules and this must never disagree about what is a secret.

use std::ops::Range;

use super::person::{Kind, data};
use super::scan::secrets;
use crate::postmortem::confidential::Confidential;

/// Something that must not be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// Where it stands, in bytes.
    pub range: Range<usize>,
    /// What it is, with its article; says nothing of its value.
    pub what: String,
}

/// Secrets, personal data and what the configuration keeps confidential, in the order of the text.
pub fn exposures(text: &str, confidential: &[Confidential]) -> Vec<Exposure> {
    let mut found: Vec<Exposure> = secrets(text)
        .into_iter()
        .map(|secret| Exposure {
            range: secret.range,
            what: secret.kind.into(),
        })
        .collect();
    let secrets = found.len();
    for (range, kind) in data(text) {
        let meets = |one: &Exposure| one.range.start < range.end && range.start < one.range.end;
        if found[..secrets].iter().any(meets) {
            continue;
        }
        let what = match kind {
            Kind::Mailbox => "an e-mail address",
            Kind::Internet => "an address of the open internet",
            Kind::Telephone => "a telephone number",
            Kind::Account => "a number of a bank account",
            Kind::Card => "a number of a payment card",
            Kind::Configured(name) => name,
        };
        found.push(Exposure {
            range,
            what: what.into(),
        });
    }
    for one in confidential {
        found.extend(one.find(text).map(|range| Exposure {
            range,
            what: format!("`{}`, which the configuration keeps confidential", one.name),
        }));
    }
    found.sort_by_key(|one| one.range.start);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_told_once() {
        let pattern = Confidential::new("account", r"ACC-\d{4}").expect("a pattern");
        let text = "ada.king@saltmarsh-parcel.com, ACC-1234, postgres://batch:hK7vR2mZx9@db.saltmarsh.com/x";
        let found: Vec<String> = exposures(text, &[pattern])
            .into_iter()
            .map(|one| one.what)
            .collect();
        assert_eq!(
            found,
            [
                "an e-mail address",
                "`account`, which the configuration keeps confidential",
                "a password in an address"
            ]
        );
    }
}
