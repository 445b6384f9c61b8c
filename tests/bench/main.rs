//! Benchmarks of the pipeline over synthetic postmortems: `cargo bench`.
//!
//! `cargo bench --bench pipeline -- generate N DIR [--hugo]` writes the documents to a folder instead, so that other
//! tools can be measured on the same ones; `-- rules N` prints what every rule costs over N documents; `-- race N [--index]`
//! races the program with Hugo and Pagefind.

mod cost;
mod generator;
mod glance;
mod race;

use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use aftersight::check;
use aftersight::config::{Config, SearchLayer};
use aftersight::corpus::Corpus;
use aftersight::diagnostic::Diagnostic;
use aftersight::rules::Context;
use aftersight::site::{Input, Site, Theme};
use aftersight::source::Source;
use divan::Bencher;
use divan::counter::ItemsCount;
use generator::{Flavour, documents};
use jiff::Timestamp;
use rayon::prelude::*;

const SEED: u64 = 42;
const SIZES: [usize; 2] = [100, 1000];

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| arg != "--bench")
        .collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["generate", count, folder] => {
            generate(count.parse()?, folder.as_ref(), Flavour::Aftersight)
        }
        ["generate", count, folder, "--hugo"] => {
            generate(count.parse()?, folder.as_ref(), Flavour::Hugo)
        }
        ["rules", count] => cost::print(count.parse()?),
        ["race", count] => race::race(count.parse()?, false),
        ["race", count, "--index"] => race::race(count.parse()?, true),
        ["race", ..] => Err("usage: race N [--index]".into()),
        ["rules", ..] => Err("usage: rules N".into()),
        ["generate", ..] => Err("usage: generate N DIR [--hugo]".into()),
        _ => {
            divan::main();
            Ok(())
        }
    }
}

fn generate(count: usize, folder: &Path, flavour: Flavour) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(folder)?;
    let (mut words, mut bytes) = (0, 0);
    for document in documents(SEED, count, flavour) {
        words += document.text.split_whitespace().count();
        bytes += document.text.len();
        std::fs::write(folder.join(&document.name), document.text)?;
    }
    let mean = words / count.max(1);
    writeln!(
        std::io::stdout(),
        "{count} files, {mean} words each, {bytes} bytes"
    )?;
    Ok(())
}

fn sources(count: usize) -> Vec<Source> {
    let source = |document: generator::Generated| {
        Source::new(&format!("postmortems/{}", document.name), document.text)
    };
    documents(SEED, count, Flavour::Aftersight)
        .map(source)
        .collect()
}

fn now() -> Timestamp {
    Timestamp::constant(1_795_000_000, 0)
}

fn checked(corpus: &Corpus, config: &Config) -> Vec<Diagnostic> {
    let context = Context::new(&config.conventions, now());
    check::run(corpus, config, &context)
}

/// From text to a corpus.
#[divan::bench(args = SIZES)]
fn parse(bencher: Bencher<'_, '_>, count: usize) {
    let config = Config::default();
    bencher
        .counter(ItemsCount::new(count))
        .with_inputs(|| sources(count))
        .bench_values(|sources| Corpus::new(sources, Arc::clone(&config.conventions)));
}

/// Every rule over a corpus.
#[divan::bench(args = SIZES)]
fn check(bencher: Bencher<'_, '_>, count: usize) {
    let config = Config::default();
    let corpus = Corpus::new(sources(count), Arc::clone(&config.conventions));
    bencher
        .counter(ItemsCount::new(count))
        .bench(|| checked(&corpus, &config));
}

/// Every page of the site, in memory.
#[divan::bench(args = SIZES)]
fn build(bencher: Bencher<'_, '_>, count: usize) {
    let config = Config::default();
    let corpus = Corpus::new(sources(count), Arc::clone(&config.conventions));
    let diagnostics = checked(&corpus, &config);
    let history = BTreeMap::new();
    bencher.counter(ItemsCount::new(count)).bench(|| {
        let site = Site::new(Input {
            corpus: &corpus,
            config: &config,
            diagnostics: &diagnostics,
            history: &history,
            approvals: None,
            tracking: None,
            repository: None,
            figures: None,
            now: now(),
            base_url: None,
            theme: Theme::default(),
            live: false,
            search: SearchLayer::Facets,
            edition: aftersight::config::Edition::Internal,
        });
        let pages = |site: Site<'_>| {
            let page = |index| site.page(index).map_or(0, |page| page.content.len());
            (0..site.len()).into_par_iter().map(page).sum::<usize>()
        };
        site.map_or(0, pages)
    });
}
