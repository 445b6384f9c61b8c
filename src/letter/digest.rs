//! The digest of a month, for everybody: what is new, what was learned, what was kept and what was not (S4, *Internal sharing*
//! and *Monthly*).

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::news::{self, News};
use super::period::Period;
use super::promises::Promises;
use super::{Written, ahead, day, learned, listed, name, prompts, shown};
use crate::config::Config;
use crate::corpus::Corpus;
use crate::sheet::{Line, Sheet};
use crate::tracker::block::Places;
use crate::tracker::item::Item;
use crate::when;

/// New postmortems that are told of at length; more are listed.
const AT_LENGTH: usize = 8;
/// Letters of a summary.
const SUMMARY: usize = 600;

/// What a digest is made of.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The month.
    pub period: &'a Period,
    /// All postmortems.
    pub corpus: &'a Corpus,
    /// The configuration.
    pub config: &'a Config,
    /// When each was written, by its path; `None` where no history tells.
    pub written: Option<&'a BTreeMap<String, Written>>,
    /// How every action item stands.
    pub items: &'a [Item],
    /// Whether a ledger tells which of them are done.
    pub is_tracked: bool,
    /// Where the site and the repository are.
    pub places: &'a Places,
    /// The moment.
    pub now: Timestamp,
}

/// The digest.
pub fn sheet(input: &Input<'_>) -> Sheet {
    let (period, places) = (input.period, input.places);
    let news = News::of(input.corpus, input.written, period);
    let promises = Promises::of(input.items, input.is_tracked, period, day(input.now));
    let mut sheet = Sheet::new(format!("{}: {period}", input.config.site.title));
    head(input, &news, &promises, &mut sheet);
    sheet.heading("New postmortems");
    if news.new.is_empty() {
        sheet.paragraph(format!("None in {period}."));
    }
    for one in news.new.iter().take(AT_LENGTH) {
        sheet.subheading(name(one, places));
        let facts = news::facts(one);
        if !facts.is_empty() {
            sheet.paragraph(facts);
        }
        let summary = shown(one, &one.summary, SUMMARY);
        if !summary.is_empty() {
            sheet.paragraph(summary);
        }
        let lessons = learned::of(one, &input.config.conventions);
        match lessons.as_slice() {
            [] => {}
            [one] => sheet.paragraph(Line::new().strong("Learned: ").text(one.as_str())),
            several => {
                sheet.paragraph(Line::new().strong("Learned:"));
                sheet.list(several.iter().map(|one| one.as_str().into()).collect());
            }
        }
    }
    let rest = news.new.iter().skip(AT_LENGTH);
    sheet.list(listed(rest.map(|one| news::line(one, places))));
    if !news.updated.is_empty() {
        sheet.heading("Updated");
        sheet.list(listed(
            news.updated.iter().map(|one| news::line(one, places)),
        ));
    }
    promises.write(period, places, &mut sheet);
    ahead::write(
        input.corpus,
        input.items,
        input.is_tracked,
        places,
        input.now,
        &mut sheet,
    );
    prompts::write(&news.new, input.corpus, input.config, places, &mut sheet);
    sheet
}

fn head(input: &Input<'_>, news: &News<'_>, promises: &Promises<'_>, sheet: &mut Sheet) {
    let mut told = format!(
        "{}, {} updated; {}.",
        when::count(news.new.len(), "new postmortem"),
        news.updated.len(),
        promises.told()
    );
    if news.brought > 0 {
        told += &format!(
            " {} came from an archive.",
            when::count(news.brought, "older postmortem")
        );
    }
    sheet.paragraph(Line::new().strong(told));
    let mut stands = format!("As it stands on {}", when::moment(input.now));
    if !input.period.is_over(input.now) {
        stands += "; the month is not over yet";
    }
    if input.written.is_none() {
        stands += "; no history tells here when anything was written, so new is what happened in the month";
    }
    let mut line = Line::from(stands + ".");
    if let Some(site) = &input.places.site {
        line = line
            .text(" All of it is on ")
            .link("the site", Some(site.clone()))
            .text(".");
    }
    sheet.paragraph(line);
}
