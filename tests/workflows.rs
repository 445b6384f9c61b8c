//! The workflows and the action: linted, and their steps really run on this machine.

mod action;
mod expression;
mod jobs;
mod lints;
mod runner;
mod whole;

use std::path::PathBuf;

/// This repository.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every workflow.
fn workflows() -> Vec<PathBuf> {
    let folder = std::fs::read_dir(root().join(".github/workflows")).expect("the workflows");
    let mut all: Vec<PathBuf> = folder.flatten().map(|entry| entry.path()).collect();
    all.sort();
    all
}
