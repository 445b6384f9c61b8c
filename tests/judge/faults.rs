//! What the double is known to say against the description. Everything else that the proxy finds fails the test, and
//! nothing that a client says is ever excused.

use crate::servers::{Exchange, Violation};

/// A fault of the double's own.
struct Fault {
    method: &'static str,
    /// The route below the repository; `N` stands for a number, `*` for a name.
    route: &'static str,
    /// What the proxy says.
    text: &'static str,
    /// Why it does no harm here.
    because: &'static str,
}

const FAULTS: &[Fault] = &[
    Fault {
        method: "POST",
        route: "/pulls/N/reviews",
        text: "response: Unable to match the returned status code with those defined in the document: 200,401,403,404,422",
        because: "it answers 201 to a new review; reviews are made by the tests, never by the program",
    },
    Fault {
        method: "GET",
        route: "/pulls/N/commits",
        text: "response.body.N.commit.tree: Response body property N.commit.tree must have required property 'url'",
        because: "the address of a commit's tree, which the program does not read",
    },
    Fault {
        method: "GET",
        route: "/collaborators/*/permission",
        text: "response.body.user: Response body property user must have required property 'role_name'",
        because: "it puts the name of the role beside the user alone; the program reads `permission`",
    },
    Fault {
        method: "GET",
        route: "",
        text: "response.body: Response body must have required property 'network_count'",
        because: "a figure about the repository, which the program does not read",
    },
    Fault {
        method: "GET",
        route: "",
        text: "response.body: Response body must have required property 'subscribers_count'",
        because: "a figure about the repository, which the program does not read",
    },
];

/// What is against the description and no known fault, a line each.
pub(crate) fn unknown(exchanges: &[Exchange], repository: &str) -> Vec<String> {
    let mut flaws = Vec::new();
    for exchange in exchanges {
        for violation in &exchange.violations {
            let is_known = FAULTS
                .iter()
                .any(|fault| fault.is(exchange, violation, repository));
            if violation.is_request() || !is_known {
                flaws.push(format!(
                    "{} {} ({}): {}",
                    exchange.method,
                    exchange.path,
                    exchange.status,
                    violation.text()
                ));
            }
        }
    }
    flaws
}

/// The faults that are not among the exchanges.
pub(crate) fn unneeded(exchanges: &[Exchange], repository: &str) -> Vec<String> {
    let is_seen = |fault: &&Fault| {
        exchanges.iter().any(|exchange| {
            let mut violations = exchange.violations.iter();
            violations.any(|violation| fault.is(exchange, violation, repository))
        })
    };
    let unseen = FAULTS.iter().filter(|fault| !is_seen(fault));
    unseen
        .map(|fault| format!("{} ({})", fault.text, fault.because))
        .collect()
}

impl Fault {
    fn is(&self, exchange: &Exchange, violation: &Violation, repository: &str) -> bool {
        let path = exchange.path.split('?').next().unwrap_or_default();
        let below = path
            .strip_prefix(&format!("/repos/{repository}"))
            .unwrap_or(path);
        let route = numberless(below);
        let same_route = match self.route.split_once('*') {
            Some((before, after)) => route.starts_with(before) && route.ends_with(after),
            None => self.route == route,
        };
        self.method == exchange.method
            && same_route
            && numberless(self.text) == numberless(&violation.text())
    }
}

/// A text with `N` for every number in it, such as `files.17.sha`.
fn numberless(text: &str) -> String {
    let mut out = String::new();
    for part in text.split_inclusive(['/', '.', ' ', ',', ':']) {
        let bare = part.trim_end_matches(['/', '.', ' ', ',', ':']);
        match bare.parse::<u64>() {
            Ok(_) => out += &format!("N{}", &part[bare.len()..]),
            Err(_) => out += part,
        }
    }
    out
}
