//! Causes that never ask why nothing stopped it.

use std::sync::LazyLock;

use regex::Regex;

use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::postmortem::choice::{Kind, Template};
use crate::postmortem::section::{SectionKey as Key, plain};
use crate::rules::sections::{Says, is_leftover, says};
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "safeguards-unexamined",
    group: Group::Analysis,
    level: Level::Warning,
    version: "0.1.0",
    sources: &[Seed::S1],
    page: include_str!("safeguards_unexamined.md"),
    check: Check::Postmortem(check),
};

/// Where one looks for it.
const PLACES: &[Key] = &[
    Key::Causes,
    Key::Whys,
    Key::WentWrong,
    Key::Lessons,
    Key::Lucky,
    Key::Surprised,
];

/// Headings of sections that are about it.
const TITLES: &[&str] = &[
    "safeguard",
    "detect",
    "monitor",
    "alert",
    "gap",
    "prevent",
    "stop",
    "review",
    "test",
];

/// Whatever is there to see or to stop an incident. Wide on purpose: one honest word is enough.
static SAFEGUARD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = r"(?i)\b(?:alert|alarm|monitor|observab|dashboard|graph|metric|signal|pager|paging|detect|to notice|notice[ds]\b|noticing|unnotic|nobody|no.?one\b|nothing|lack(?:ed|s|ing)?\b|found out|learn(?:ed|t) (?:of|from)|aware|unaware|saw\b|seen|straight to|at once|everywhere|gradual|roll.?out|rolled out|phased|production.?like|spot(?:s|ted)?\b|caught|catch|silent|invisib|visib|blind|warn|probe|health|heartbeat|watch|audit|log(?:s|ged|ging)?\b|test|untest|staging|canar|stage|rehears|drill|dry.?run|review|approv|sign.?off|check(?:s|ed|ing|list|sum)?\b|uncheck|lint|valid|verif|assert|schema|gate|guard|safeguard|protect|prevent|stop|block|limit|quota|throttl|rate.?limit|circuit|breaker|timeout|retr(?:y|ies)|backoff|fall.?back|fail.?over|redundan|replica|backup|roll.?back|revert|feature.?flag|kill.?switch|confirm|prompt|permission|policy|threshold|quality|CI\b|coverage|simulat|inspect|scan|safety|defen[cs]e)";
    Regex::new(words).ok()
});

/// Silent for near misses, where something did stop it, and for the quick form, which does not ask.
fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    if postmortem.kind() == Kind::NearMiss || postmortem.template() == Template::Quick {
        return;
    }
    let document = &postmortem.document;
    let told = |key: Key| {
        let mut sections = postmortem.sections_of(key);
        sections.any(|section| says(document, section) == Says::Something)
    };
    let Some(causes) = postmortem
        .section(Key::Causes)
        .filter(|_| told(Key::Causes))
    else {
        return;
    };
    let about = |title: &str| {
        let title = plain(title);
        TITLES.iter().any(|word| title.contains(word))
    };
    let mut others = document.sections.iter();
    let own =
        others.any(|section| about(&section.title) && says(document, section) == Says::Something);
    if own || told(Key::Detection) || PLACES.iter().any(|key| is_spoken_of(postmortem, *key)) {
        return;
    }
    out.push(Finding::new(
        causes.heading,
        "nothing here says why detection and safeguards did not stop it",
        "add which alert, test, review or limit was there to see or stop it and did not, or that there was none; `Detection` may be a section of its own",
    ));
}

fn is_spoken_of(postmortem: &Postmortem, key: Key) -> bool {
    let mut sections = postmortem.sections_of(key);
    sections.any(|section| {
        let mut passages = postmortem.passages_in(section.all.clone()).iter();
        passages.any(|passage| {
            let spoken = SAFEGUARD
                .as_ref()
                .is_none_or(|words| words.is_match(passage.text()));
            spoken || is_leftover(passage.prose())
        })
    })
}
