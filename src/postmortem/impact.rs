//! What an incident did, in figures.
//!
//! Owns the fields of `impact:`. Whether they suffice is for the rules.

use super::choice::Extent;
use crate::document::Problem;
use crate::document::mapping::{Field, Known, Mapping};
use crate::document::yaml::Node;

/// An amount of money.
#[derive(Clone, Debug, PartialEq)]
pub struct Money {
    /// The amount, in the currency's main unit.
    pub amount: f64,
    /// Three capital letters.
    pub currency: String,
}

/// The fields of `impact:`.
#[derive(Clone, Debug, Default)]
pub struct Impact {
    /// How much of the service was gone.
    pub extent: Field<Known<Extent>>,
    /// People affected.
    pub users: Field<Known<u64>>,
    /// Share of people affected, 0 to 100.
    pub users_percent: Field<Known<f64>>,
    /// Money lost.
    pub revenue: Field<Known<Money>>,
    /// Tickets opened.
    pub support_tickets: Field<Known<u64>>,
    /// Whether an agreement was broken.
    pub sla_breached: Field<Known<bool>>,
    /// Whether data was lost.
    pub data_loss: Field<Known<bool>>,
}

type Flaw = (String, String);

impl Impact {
    /// Reads `impact:`.
    pub(super) fn read(node: Option<&Node>, problems: &mut Vec<Problem>) -> Self {
        let mut mapping = Mapping::new(node, "impact.", problems);
        let impact = Self {
            extent: mapping.known("extent", |text| {
                let found = Extent::ALL.iter().find(|(name, _)| *name == text);
                found.map(|(_, extent)| *extent).ok_or_else(|| {
                    let names: Vec<&str> = Extent::ALL.iter().map(|(name, _)| *name).collect();
                    crate::document::mapping::not_one_of(text, &names)
                })
            }),
            users: mapping.known("users", count),
            users_percent: mapping.known("users_percent", percent),
            revenue: mapping.known("revenue", money),
            support_tickets: mapping.known("support_tickets", count),
            sla_breached: mapping.known("sla_breached", flag),
            data_loss: mapping.known("data_loss", flag),
        };
        mapping.finish();
        impact
    }

    /// Whether any figure is given, other than nought.
    pub fn has_figure(&self) -> bool {
        let counts = [&self.users, &self.support_tickets];
        counts
            .iter()
            .any(|count| count.known().is_some_and(|count| *count > 0))
            || self
                .users_percent
                .known()
                .is_some_and(|percent| *percent > 0.0)
            || self.revenue.known().is_some_and(|money| money.amount > 0.0)
    }
}

fn count(text: &str) -> Result<u64, Flaw> {
    let digits = text.replace(['_', ','], "");
    digits.parse().map_err(|_| {
        (
            format!("is not a whole number: `{text}`"),
            "write digits only, as in `12000`, or `unknown`".into(),
        )
    })
}

fn percent(text: &str) -> Result<f64, Flaw> {
    let number = text.trim_end_matches('%').trim().parse();
    match number {
        Ok(number) if (0.0..=100.0).contains(&number) => Ok(number),
        _ => Err((
            format!("is not a share from 0 to 100: `{text}`"),
            "write a number, as in `40`, or `unknown`".into(),
        )),
    }
}

fn money(text: &str) -> Result<Money, Flaw> {
    let parse = || {
        let (amount, currency) = text.split_once(' ')?;
        let amount: f64 = amount.replace(['_', ','], "").parse().ok()?;
        let known = currency.len() == 3 && currency.chars().all(|c| c.is_ascii_uppercase());
        (known && amount.is_finite() && amount >= 0.0).then(|| Money {
            amount,
            currency: currency.into(),
        })
    };
    parse().ok_or_else(|| {
        (
            format!("is not an amount of money: `{text}`"),
            "write an amount and a currency, as in `45000 USD`, or `unknown`".into(),
        )
    })
}

fn flag(text: &str) -> Result<bool, Flaw> {
    text.parse().map_err(|_| {
        (
            format!("is neither `true` nor `false`: `{text}`"),
            "write `true`, `false` or `unknown`".into(),
        )
    })
}
