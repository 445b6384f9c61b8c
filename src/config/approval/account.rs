//! Accounts as the policy names them.

/// A user or a team as GitHub names them, with `@`; a program's account ends in `[bot]`.
pub(super) fn account(text: &str) -> Result<String, (String, String)> {
    let plain = |part: &str, more: &str| {
        (1..=100).contains(&part.len())
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || more.contains(c))
    };
    let whole = |name: &str| match name.split_once('/') {
        Some((org, team)) => plain(org, "-_") && plain(team, "-_."),
        None => plain(name.strip_suffix("[bot]").unwrap_or(name), "-_"),
    };
    match text.strip_prefix('@') {
        Some(name) if whole(name) => Ok(text.to_string()),
        None if text
            .split_once('@')
            .is_some_and(|(user, host)| !user.is_empty() && !host.is_empty()) =>
        {
            Err((
                format!("needs an account, not the address `{text}`"),
                "write the account as in `\"@user\"`; GitHub does not say whose address it is"
                    .into(),
            ))
        }
        _ => Err((
            format!("is no user or team: `{text}`"),
            "write it as `\"@user\"` or `\"@org/team\"`".into(),
        )),
    }
}

/// Adds a name, unless it is there in other letters.
pub(super) fn add(names: &mut Vec<String>, name: String) {
    if !names.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
        names.push(name);
    }
}
