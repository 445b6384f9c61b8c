//! Raw HTML out of a postmortem, made harmless.
//!
//! Owns what is let through. Runs over the whole rendered body, since one element may span several blocks of
//! Markdown; what the renderer itself has written passes because it is known by its exact values.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use ammonia::Builder;

use super::link::{Asset, Target};
use super::setting::Setting;

/// Classes that the renderer writes.
const CLASSES: [&str; 16] = [
    "scroll",
    "scroll timeline",
    "scroll wide",
    "anchor",
    "task",
    "events",
    "at",
    "whys",
    "factors",
    "question",
    "why",
    "footnotes",
    "footnote-ref",
    "footnote-backref",
    "right",
    "center",
];
/// Attributes that any element may have, some with certain values only.
const ATTRIBUTES: [&str; 9] = [
    "aria-hidden",
    "aria-label",
    "class",
    "data-pagefind-ignore",
    "id",
    "loading",
    "role",
    "scope",
    "tabindex",
];

/// A sanitiser for one postmortem.
pub(super) struct Sanitiser {
    builder: Builder<'static>,
    assets: Arc<Mutex<Vec<Asset>>>,
}

impl Sanitiser {
    /// `ids` and `addresses` are those that the renderer has written.
    pub(super) fn new(setting: Setting<'_>, ids: &[String], addresses: &[String]) -> Self {
        let assets = Arc::new(Mutex::new(Vec::new()));
        let ids: BTreeSet<String> = ids.iter().cloned().collect();
        let addresses: BTreeSet<String> = addresses.iter().cloned().collect();
        let (resolver, page, found) = (
            setting.resolver.clone(),
            setting.page.to_string(),
            Arc::clone(&assets),
        );
        let mut builder = Builder::default();
        builder
            .add_tags(["section"])
            .rm_tags(["area", "map"])
            .add_generic_attributes(ATTRIBUTES)
            .add_tag_attributes("time", ["datetime"])
            .url_schemes(["http", "https", "mailto"].into())
            .link_rel(None)
            .attribute_filter(move |element, attribute, value| {
                let footnote = value.starts_with("#fn-") || value.starts_with("#fnref-");
                let passes = match (element, attribute) {
                    ("a", "href") | ("img", "src") if footnote || addresses.contains(value) => true,
                    ("a", "href") | ("img", "src") => {
                        let image = element == "img";
                        let target = resolver.target(value, image);
                        let address = target.address(&page, image);
                        if let Target::File(asset) = target {
                            found
                                .lock()
                                .unwrap_or_else(PoisonError::into_inner)
                                .push(asset);
                        }
                        return address.map(Into::into);
                    }
                    (_, "cite" | "href" | "src") => false,
                    (_, "class") => CLASSES.contains(&value) || is_language(value),
                    (_, "id") => {
                        ids.contains(value)
                            || value.starts_with("fn-")
                            || value.starts_with("fnref-")
                    }
                    (_, "tabindex") => matches!((element, value), ("section", "0") | ("a", "-1")),
                    (_, "role") => value == "img",
                    (_, "aria-hidden") => element == "a",
                    _ => true,
                };
                passes.then(|| value.into())
            });
        Self { builder, assets }
    }

    /// Lets through what is harmless.
    pub(super) fn clean(&self, html: &str) -> String {
        self.builder.clean(html).to_string()
    }

    /// The files that cleaned pieces need.
    pub(super) fn into_assets(self) -> Vec<Asset> {
        let mut assets = self.assets.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *assets)
    }
}

fn is_language(class: &str) -> bool {
    class
        .strip_prefix("language-")
        .is_some_and(|name| !name.contains(char::is_whitespace))
}
