//! Diagnostics and offers in the words of the protocol.

use std::str::FromStr;

use lsp_types::{
    CodeDescription, CompletionItem, CompletionItemKind, CompletionTextEdit,
    DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString, TextEdit, Uri,
};

use super::text::Text;
use crate::diagnostic::{Diagnostic, Edit, Level};
use crate::editor::{self, completion::Candidate};

/// A diagnostic of this text. `uri` gives the address of a file, for second places.
pub(super) fn diagnostic(
    one: &Diagnostic,
    text: &Text,
    uri: &dyn Fn(&str) -> Option<String>,
) -> lsp_types::Diagnostic {
    let finding = &one.finding;
    let mut message = finding.message.clone();
    if !finding.help.is_empty() {
        message += &format!("\nhelp: {}", finding.help);
    }
    let places = finding.related.iter().filter_map(|label| {
        let there = text.alike(label.source.text());
        Some(DiagnosticRelatedInformation {
            location: Location {
                uri: Uri::from_str(&uri(label.source.path())?).ok()?,
                range: there.range(label.span),
            },
            message: label.message.clone(),
        })
    });
    let places: Vec<DiagnosticRelatedInformation> = places.collect();
    lsp_types::Diagnostic {
        range: text.range(finding.span),
        severity: Some(match one.level {
            Level::Error => DiagnosticSeverity::ERROR,
            Level::Warning => DiagnosticSeverity::WARNING,
            Level::Note => DiagnosticSeverity::INFORMATION,
        }),
        code: Some(NumberOrString::String(one.rule.into())),
        code_description: editor::url(one.rule).and_then(|url| {
            Some(CodeDescription {
                href: Uri::from_str(&url).ok()?,
            })
        }),
        source: Some("aftersight".into()),
        message,
        related_information: (!places.is_empty()).then_some(places),
        ..lsp_types::Diagnostic::default()
    }
}

/// Edits of this text.
pub(super) fn edits(edits: &[Edit], text: &Text) -> Vec<TextEdit> {
    let edit = |edit: &Edit| TextEdit {
        range: text.range(edit.span),
        new_text: edit.text.clone(),
    };
    edits.iter().map(edit).collect()
}

/// A word that may be written; `order` keeps the order in which words are offered.
pub(super) fn candidate(candidate: &Candidate, order: usize, text: &Text) -> CompletionItem {
    CompletionItem {
        label: candidate.label.clone(),
        kind: Some(match candidate.key {
            true => CompletionItemKind::PROPERTY,
            false => CompletionItemKind::VALUE,
        }),
        detail: (!candidate.about.is_empty()).then(|| candidate.about.clone()),
        sort_text: Some(format!("{order:05}")),
        // What was typed may begin with a quote.
        filter_text: Some(match text.as_str().get(candidate.span.range()) {
            Some(typed) if typed.starts_with('"') => format!("\"{}", candidate.label),
            _ => candidate.label.clone(),
        }),
        text_edit: Some(CompletionTextEdit::Edit(TextEdit {
            range: text.range(candidate.span),
            new_text: candidate.text.clone(),
        })),
        ..CompletionItem::default()
    }
}
