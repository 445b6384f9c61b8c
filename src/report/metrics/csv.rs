//! Figures for spreadsheets: one a line, `name,labels,value,unit,n`.

use super::series::series;
use crate::metrics::Figures;
use crate::report::actions::field;

/// RFC 4180, with LF. Labels are `key=value`, joined by `; `; a number of things has no unit and no `n`.
pub fn csv(figures: &Figures) -> String {
    let mut text = String::from("name,labels,value,unit,n\n");
    for one in series(figures) {
        let labels: Vec<String> = one
            .labels
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        let cells = [
            one.name.to_string(),
            field(&labels.join("; ")),
            one.value.to_string(),
            one.unit.to_string(),
            one.n.map(|n| n.to_string()).unwrap_or_default(),
        ];
        text += &cells.join(",");
        text.push('\n');
    }
    text
}
