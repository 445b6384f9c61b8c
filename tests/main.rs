//! Everything that is tested from outside: one binary, one module a feature.

mod architecture;
mod bench_corpus;
mod browser;
mod build;
mod check;
mod fix;
mod harness;
mod new;
mod robustness;
mod rule_pages;
mod serve;
