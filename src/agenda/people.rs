//! Who should be there and why, and the roles to fill.
//!
//! The owner and the participants of the postmortem, the owners of its services, and whoever must agree with it. Roles from S1
//! and S4; that the facilitator takes no part in the discussion from S3.

use super::Input;
use crate::sheet::{Line, Sheet, Table};

/// Each with what for, in the order of the first reason.
pub(super) fn invited(input: &Input<'_>) -> Vec<(String, Vec<String>)> {
    let front = &input.postmortem.front;
    let mut invited: Vec<(String, Vec<String>)> = Vec::new();
    let mut invite = |name: &str, why: String| {
        let same = |known: &&mut (String, Vec<String>)| known.0.eq_ignore_ascii_case(name);
        match invited.iter_mut().find(same) {
            Some((_, reasons)) if reasons.contains(&why) => {}
            Some((_, reasons)) => reasons.push(why),
            None => invited.push((name.into(), vec![why])),
        }
    };
    for (people, why) in [
        (&front.owners, "answers for the postmortem"),
        (&front.authors, "wrote it"),
        (&front.participants, "took part"),
    ] {
        for one in people.items() {
            invite(&one.value, why.into());
        }
    }
    let catalogue = &input.config.conventions.services;
    let mut owners: Vec<(&str, Vec<&str>)> = Vec::new();
    for service in front.services.items() {
        let name = service.value.as_str();
        let owner = catalogue.get(name).and_then(|known| known.owner.as_deref());
        let Some(owner) = owner else { continue };
        match owners.iter_mut().find(|(known, _)| *known == owner) {
            Some((_, services)) => services.push(name),
            None => owners.push((owner, vec![name])),
        }
    }
    for (owner, services) in owners {
        invite(owner, format!("owns {}", services.join(", ")));
    }
    for requirement in input.approvers {
        for name in &requirement.who {
            let is_owner = requirement.role.starts_with("owner of ");
            invite(
                name,
                match is_owner {
                    true => "may approve it".into(),
                    false => format!("may approve it as {}", requirement.role),
                },
            );
        }
    }
    invited
}

/// The table and the roles.
pub(super) fn write(input: &Input<'_>, sheet: &mut Sheet) {
    let invited = invited(input);
    let front = &input.postmortem.front;
    let named = [&front.owners, &front.authors, &front.participants];
    if named.iter().all(|people| people.items().is_empty()) {
        sheet.paragraph("Nobody is named in the file yet: whoever responded, whoever was on call, and the owners of what was affected.");
    }
    let rows = invited.iter().map(|(name, reasons)| {
        vec![
            Line::new().code(input.shown(name)),
            input.shown(&reasons.join("; ")).into(),
        ]
    });
    sheet.table(Table::new([("Who", false), ("Why", false)]).with(rows));
    let owner = input.postmortem.front.owners.items().first();
    let actions = Line::new().strong("Action item owner: ");
    let actions = match owner {
        Some(owner) => actions
            .code(input.shown(&owner.value))
            .text(" or somebody else"),
        None => actions.text("………"),
    };
    sheet.list(vec![
        Line::new()
            .strong("Facilitator: ")
            .text("………, keeps the time and takes no part in the discussion; best somebody who did not respond to the incident"),
        Line::new()
            .strong("Scribe: ")
            .text("………, writes into the postmortem while people speak, dissent included; roles, no names"),
        actions.text(", sees to it that nothing leaves the room without one owner and a day"),
    ]);
}
