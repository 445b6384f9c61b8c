//! What the site has besides postmortems, lists and action items: the calendar, the rules, the page about it, files for machines.
//!
//! Owns which there are and where they lie; each is made in a file of its own.

use super::meta::Facts;
use super::{Site, about, calendar, catalogue, overview, table};
use crate::config::Edition;
use crate::error::Error;
use crate::rules::rules;
use crate::schema;

/// A page or a file.
#[derive(Clone, Copy, Debug)]
pub(super) enum Annex {
    Calendar,
    CalendarFile,
    Postmortems,
    Actions,
    Schema,
    Llms,
    Rules,
    /// By its place in the catalogue.
    Rule(usize),
    About,
}

impl Annex {
    /// Those of an edition: the rules, and what is ahead for whom, are the organisation's own business.
    pub(super) fn all(edition: Edition) -> Vec<Self> {
        let mut all = vec![Self::Postmortems, Self::Schema, Self::Llms, Self::About];
        if edition == Edition::Internal {
            all.extend([
                Self::Calendar,
                Self::CalendarFile,
                Self::Actions,
                Self::Rules,
            ]);
            all.extend((0..rules().count()).map(Self::Rule));
        }
        all
    }

    /// The output path.
    pub(super) fn path(self) -> String {
        match self {
            Self::Calendar => "calendar/index.html".into(),
            Self::CalendarFile => "calendar.ics".into(),
            Self::Postmortems => "postmortems.csv".into(),
            Self::Actions => "actions.csv".into(),
            Self::Schema => "index.schema.json".into(),
            Self::Llms => "llms.txt".into(),
            Self::Rules => "rules/index.html".into(),
            Self::Rule(index) => rules().nth(index).map_or_else(String::new, catalogue::path),
            Self::About => "about/index.html".into(),
        }
    }
}

impl Site<'_> {
    /// What lies at `path`.
    pub(super) fn annex(&self, annex: Annex, path: &str) -> Result<Vec<u8>, Error> {
        let (shelf, board, input, base) =
            (&self.shelf, &self.board, &self.input, self.base.as_deref());
        let events = || calendar::events(shelf, board, input);
        match annex {
            Annex::Calendar => {
                let page = calendar::page(&events(), board, input, base);
                self.render("calendar.html", path, "Calendar", "calendar", &page)
            }
            Annex::CalendarFile => Ok(calendar::file(&events(), input, base)),
            Annex::Postmortems => Ok(table::postmortems(shelf)),
            Annex::Actions => Ok(table::actions(shelf, board, input)),
            Annex::Schema => Ok(schema::text(&schema::index()).into_bytes()),
            Annex::Llms => Ok(overview::llms(shelf, input, base)),
            Annex::Rules => {
                let rules = catalogue::catalogue(input);
                self.render("rules.html", path, "Rules", "catalogue", &rules)
            }
            Annex::Rule(index) => match rules().nth(index) {
                Some(rule) => {
                    let page = catalogue::page(shelf, input, rule);
                    let facts = Facts::of(rule.summary());
                    self.render_with("rule.html", path, rule.name, "rule", &page, &facts)
                }
                None => Ok(Vec::new()),
            },
            Annex::About => {
                let about = about::about(shelf, board, input, base.is_some());
                self.render("about.html", path, "About", "about", &about)
            }
        }
    }
}
