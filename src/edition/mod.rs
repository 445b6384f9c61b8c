//! Editions: what of a corpus may be shown to everybody (FORMAT.md, Editions).
//!
//! Owns the way from a postmortem to its public text. The public edition is no filter on pages: each postmortem becomes a smaller
//! source text, which is read again, so that whatever is made of the result, pages, feeds, figures, can only know public text.
//! Only what is named here passes; a field or a kind of block that is added to the format stays inside until somebody lets it
//! out. Whether the finished site still holds what was kept back is for [`leak`]. Pure: nothing is read and nothing written.

mod attachment;
mod body;
mod front;
mod image;
pub mod leak;
mod place;
mod readable;
mod target;
mod withheld;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::config::{Config, Edition};
use crate::corpus::Corpus;
use crate::postmortem::Postmortem;
use crate::postmortem::choice::Audience;
use crate::postmortem::conventions::{Conventions, Service};
use crate::source::Source;
pub use attachment::clean;
use leak::Leak;
use target::Targets;
pub use withheld::Withheld;

/// The folder that public texts say they lie in, whatever the repository calls it.
const FOLDER: &str = "postmortems";

/// What everybody may see.
#[derive(Debug)]
pub struct Public {
    /// The public texts, read again; their paths say no more than their ids do.
    pub corpus: Corpus,
    /// The configuration without what is the organisation's own business.
    pub config: Config,
    /// Where the files lie that public texts show or link to, by the paths these texts know them by.
    pub files: BTreeMap<String, String>,
    /// What no output may hold.
    pub withheld: Withheld,
}

/// Makes the public edition. `is_done` says of a postmortem whether it is final or approved; `repository` is the address of the
/// repository's page, which nobody outside needs.
///
/// Refused with every place where it is not plain what may be let out.
pub fn public(
    corpus: &Corpus,
    config: &Config,
    is_done: impl Fn(&Postmortem) -> bool,
    repository: Option<&str>,
) -> Result<Public, Vec<Leak>> {
    let (chosen, kept): (Vec<&Postmortem>, Vec<&Postmortem>) = corpus
        .postmortems
        .iter()
        .partition(|postmortem| audience(postmortem).is_some() && is_done(postmortem));
    let targets = Targets::new(&chosen, &kept, config, repository);
    let conventions = Arc::new(conventions(&config.conventions, &chosen));
    let made = chosen.par_iter().map(|postmortem| {
        let reduced = body::reduce(postmortem, &targets)?;
        let path = targets.public_path(postmortem.path());
        let front = front::write(postmortem, &targets);
        let source = Source::new(path, format!("---\n{front}---\n\n{}", reduced.text));
        let mut public = Postmortem::parse(Arc::new(source), &conventions);
        if !public.readable || public.id() != postmortem.id() {
            return Err(vec![Leak::of(
                postmortem,
                postmortem.fence().start as usize,
                "the front matter cannot be written anew for the public edition",
                "mend what `aftersight check` finds in it, or keep it back with `audience: internal`",
            )]);
        }
        if public.summary.is_empty() {
            public.summary = reduced.lead.clone();
        }
        public.forget_blocks();
        Ok((public, reduced))
    });
    let made: Vec<Result<_, Vec<Leak>>> = made.collect();
    let (mut postmortems, mut files, mut refused) = (Vec::new(), BTreeMap::new(), Vec::new());
    let mut withheld = Withheld::new(&chosen, &kept, config, repository);
    for (original, made) in chosen.iter().zip(made) {
        match made {
            Ok((public, reduced)) => {
                withheld.add(original, &reduced.people, &reduced.removed);
                files.extend(reduced.files);
                postmortems.push(public);
            }
            Err(leaks) => refused.extend(leaks),
        }
    }
    if !refused.is_empty() {
        return Err(refused);
    }
    withheld.spare(&postmortems);
    Ok(Public {
        config: settings(config, &conventions),
        corpus: Corpus::from_postmortems(postmortems, conventions),
        files,
        withheld,
    })
}

/// The configuration of a public site: what it is called and what it looks like.
fn settings(inside: &Config, conventions: &Arc<Conventions>) -> Config {
    let mut config = Config::default();
    config.postmortems = FOLDER.into();
    config.conventions = Arc::clone(conventions);
    config.site.title.clone_from(&inside.site.title);
    config.site.description.clone_from(&inside.site.description);
    config.site.base_url.clone_from(&inside.site.base_url);
    config.site.edition = Edition::Public;
    config.theme = inside.theme.clone();
    config.search = inside.search;
    config
}

/// How much of a postmortem its author lets out; `None` where nothing, and where it cannot be read.
fn audience(postmortem: &Postmortem) -> Option<Audience> {
    let audience = postmortem.front.audience.get().copied();
    let readable = postmortem.readable && postmortem.id().is_some();
    audience.filter(|audience| readable && *audience != Audience::Internal)
}

/// The names that public texts use, without what is said of them inside.
fn conventions(all: &Conventions, chosen: &[&Postmortem]) -> Conventions {
    let fronts = || chosen.iter().map(|postmortem| &postmortem.front);
    let services = fronts().flat_map(|front| front.services.items());
    let full = || {
        let full = chosen.iter();
        full.filter(|postmortem| audience(postmortem) == Some(Audience::Full))
            .map(|postmortem| &postmortem.front)
    };
    let causes = full().flat_map(|front| front.causes.items());
    Conventions {
        id_pattern: all.id_pattern.clone(),
        severities: all.severities.clone(),
        services: services
            .map(|name| (name.value.clone(), Service::default()))
            .collect(),
        causes: causes
            .map(|name| (name.value.clone(), String::new()))
            .collect(),
        priorities: all.priorities.clone(),
        headings: all.headings.clone(),
        ..Conventions::default()
    }
}
