//! The documents that benchmarks run over are as good as real ones: otherwise they measure the printing of findings.

#[path = "bench/generator.rs"]
pub(crate) mod generator;

use std::sync::Arc;

use aftersight::check;
use aftersight::config::Config;
use aftersight::corpus::Corpus;
use aftersight::diagnostic::Level;
use aftersight::report::{self, Format};
use aftersight::rules::Context;
use aftersight::source::Source;
use generator::{Flavour, documents};

#[test]
fn generated_documents_are_clean() {
    let config = Config::default();
    let mut sources = Vec::new();
    for document in documents(42, 150, Flavour::Aftersight) {
        let words = document.text.split_whitespace().count();
        assert!(
            (1000..1300).contains(&words),
            "{words} words in {}",
            document.name
        );
        sources.push(Source::new(
            &format!("postmortems/{}", document.name),
            document.text,
        ));
    }
    let corpus = Corpus::new(sources, Arc::clone(&config.conventions));
    let context = Context::new(
        &config.conventions,
        "2026-11-21T09:00:00Z".parse().expect("a time"),
    );
    let mut diagnostics = check::run(&corpus, &config, &context);
    diagnostics.retain(|one| one.level > Level::Note);
    let text = report::render(
        Format::Concise,
        &diagnostics,
        corpus.postmortems.len(),
        false,
    );
    assert!(diagnostics.is_empty(), "{text}");
}

#[test]
fn a_document_does_not_depend_on_the_others() {
    let few: Vec<_> = documents(7, 3, Flavour::Hugo).collect();
    let many: Vec<_> = documents(7, 9, Flavour::Hugo).collect();
    for (one, other) in few.iter().zip(&many) {
        assert_eq!((&one.name, &one.text), (&other.name, &other.text));
    }
    assert!(few[0].text.contains("\nincident_id: INC-00001\n"));
}
