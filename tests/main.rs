//! Everything that is tested from outside: one binary, one module a feature.

mod architecture;
mod rule_pages;
