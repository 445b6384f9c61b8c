//! Everything that is tested from outside: one binary, one module a feature.

mod architecture;
mod bench_corpus;
mod browser;
mod build;
mod check;
mod confidentiality;
mod editor;
mod fix;
mod github;
mod harness;
mod init;
mod language;
mod links;
mod lsp;
mod new;
mod process;
mod ratchet;
mod report;
mod report_run;
mod robustness;
mod rule_catalogue;
mod rule_pages;
mod runner;
mod serve;
mod standing;
mod workflows;
